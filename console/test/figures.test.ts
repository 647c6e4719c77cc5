// SPDX-License-Identifier: Apache-2.0
// What the page of figures works out by itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alphaText, answeredTable, backlogDirection, dayBefore, deadlineTone, reversedTone, shareOf } from '../src/figures';
import type { Figures, SeriesPoint } from '../src/types-figures';
import { answerKinds } from '../src/types-filings';
import { categories } from '../src/types-queue';

const waiting = (...backlog: number[]): SeriesPoint[] =>
  backlog.map((n, i) => ({ start: `2026-11-${String(i + 1).padStart(2, '0')}`, arrived: 0, decided: 0, in_time: 0, backlog: n }));
const appeals = (upheld: number, overturned: number): Figures =>
  ({
    appeals: { decisions: 0, appeals: 0, open: 0, late: 0, upheld, overturned, reversed: upheld + overturned ? overturned / (upheld + overturned) : null },
  }) as Figures;

test('the queue grows or shrinks only by more than a tenth and more than two cases', () => {
  assert.equal(backlogDirection([]), 'level');
  assert.equal(backlogDirection(waiting(100, 109)), 'level');
  assert.equal(backlogDirection(waiting(100, 40, 112)), 'up');
  assert.equal(backlogDirection(waiting(0, 2)), 'level');
  assert.equal(backlogDirection(waiting(0, 3)), 'up');
  assert.equal(backlogDirection(waiting(50, 10)), 'down');
});

test('tones: nothing decided, or few appeals, are neither good nor bad', () => {
  assert.deepEqual([null, 0.95, 0.8, 0.5].map(deadlineTone), ['plain', 'good', 'plain', 'warm']);
  assert.equal(reversedTone(appeals(0, 0)), 'plain');
  assert.equal(reversedTone(appeals(0, 4)), 'plain', 'four appeals say little');
  assert.equal(reversedTone(appeals(9, 1)), 'good');
  assert.equal(reversedTone(appeals(3, 3)), 'warm');
});

test('a share of nothing is a gap, days are those of UTC, alpha is no percentage', () => {
  assert.equal(shareOf(0, 0), null);
  assert.equal(shareOf(1, 4), 0.25);
  assert.equal(dayBefore(Date.parse('2026-03-01T00:30:00Z'), 1), '2026-02-28');
  assert.equal(alphaText('fr', 0.7434), '0,74');
  assert.equal(alphaText('en', -0.1), '-0.10');
});

test('of what receivers answered, kinds and categories without any take no room', () => {
  const none = Object.fromEntries(categories.map((c) => [c, Object.fromEntries(answerKinds.map((k) => [k, 0]))])) as Figures['answered'];
  assert.deepEqual(answeredTable(none), { kinds: [], rows: [] });
  const some = { ...none, contact: { ...none.contact, victim_safe: 2, accepted: 1 } };
  assert.deepEqual(answeredTable(some), { kinds: ['accepted', 'victim_safe'], rows: [['contact', some.contact]] });
});
