// SPDX-License-Identifier: Apache-2.0
// Demands of authorities: the order of their clocks, the time left, what a person pasted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockWords, inOrder, thingsOf, tone } from '../src/demands';
import { translator } from '../src/i18n';
import type { Demand } from '../src/types-demands';

const en = translator('en');
const demand = (id: string, left: number, more: Partial<Demand> = {}): Demand => ({
  id, space: 'lobby', kind: 'removal', state: 'received', category: 'child_abuse', way: 'mail', country: 'FR', items: 1, destroyed: false, received: '2026-11-26T10:00:00Z',
  taken_by: 'lea', due: new Date(Date.UTC(2026, 10, 26, 12) + left * 1000).toISOString(), proved: false, clock: { runs: true, left_seconds: left, whole_seconds: 86_400 }, ...more,
});
const stands = { clock: { runs: false, left_seconds: 60, whole_seconds: 86_400 }, state: 'suspended' as const };

test('the clock with the least left comes first, those that stand after it, what is done last and newest first', () => {
  const done = (id: string, received: string): Demand => demand(id, 5, { state: 'done', received });
  const all = [done('d-1', '2026-01-01T00:00:00Z'), done('d-2', '2026-02-01T00:00:00Z'), demand('d-3', 10, stands), demand('d-4', 3600), demand('d-5', -60)];
  assert.deepEqual(inOrder(all).map((d) => d.id), ['d-5', 'd-4', 'd-3', 'd-2', 'd-1']);
});

test('the time left runs on while the page is open, and does not where the clock stands', () => {
  assert.equal(clockWords(en, demand('d-1', 7200), 3_600_000), '1\u00a0h left');
  assert.equal(clockWords(en, demand('d-1', 60), 120_000), 'late by 1\u00a0min');
  assert.equal(clockWords(en, demand('d-1', 60, stands), 120_000), 'the clock stands');
  assert.equal(clockWords(en, demand('d-1', 60, { state: 'done' }), 0), '');
});

test('it presses in its last quarter', () => {
  assert.equal(tone(demand('d-1', 21_601), 0), 'calm');
  assert.equal(tone(demand('d-1', 21_600), 0), 'soon');
  assert.equal(tone(demand('d-1', 0), 1), 'late');
  assert.equal(tone(demand('d-1', -1, stands), 0), 'calm');
});

test('what was pasted is told apart line by line', () => {
  assert.deepEqual(thingsOf(' https://a.example/x \n\nD41D8CD98F00B204E9800998ECF8427E\nevent m-12\nsomebody\njavascript:1'), [
    { kind: 'url', value: 'https://a.example/x' },
    { kind: 'hash', value: 'd41d8cd98f00b204e9800998ecf8427e' },
    { kind: 'event', value: 'm-12' },
    { kind: 'account', value: 'somebody' },
    { kind: 'account', value: 'javascript:1' },
  ]);
  assert.deepEqual(thingsOf('\n \n'), []);
});
