// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfter } from '../src/api';
import { countdown, duration, percent, percentText, riskTone, shownAccount, waiting } from '../src/format';
import { translator } from '../src/i18n';
import { backOff } from '../src/stream';

const fr = translator('fr');
const en = translator('en');
const MIN = 60_000;
const H = 60 * MIN;
const D = 24 * H;

test('durations in two units at most', () => {
  const cases: [number, string, string][] = [
    [-5, '0 s', '0 s'],
    [59_999, '59 s', '59 s'],
    [MIN, '1 min', '1 min'],
    [H - 1, '59 min', '59 min'],
    [H, '1 h', '1 h'],
    [H + 20 * MIN, '1 h 20', '1 h 20 min'],
    [2 * H + 5 * MIN, '2 h 05', '2 h 05 min'],
    [13 * H + 40 * MIN, '13 h', '13 h'],
    [D, '1 jour', '1 day'],
    [D + 4 * H, '1 j 4 h', '1 d 4 h'],
    [3 * D + 4 * H, '3 jours', '3 days'],
    [30 * D, '30 jours', '30 days'],
  ];
  const plain = (s: string): string => s.replace(/[\u00a0\u202f]/g, ' ');
  for (const [ms, french, english] of cases) {
    assert.equal(plain(duration(fr, ms)), french);
    assert.equal(plain(duration(en, ms)), english);
  }
});

test('a duration never breaks over two lines', () => {
  for (const ms of [5000, 3 * MIN, H + 20 * MIN, 5 * H]) {
    for (const t of [fr, en]) assert.doesNotMatch(duration(t, ms), / /);
  }
});

test('waiting does not count seconds', () => {
  assert.equal(waiting(fr, 30_000).replace(/\u00a0/g, ' '), '0 min');
});

test('percent never says 0 or 100 when it is not', () => {
  assert.equal(percent(0), 0);
  assert.equal(percent(0.0004), 1);
  assert.equal(percent(0.996), 99);
  assert.equal(percent(1), 100);
  assert.equal(percent(Number.NaN), 0);
  assert.equal(percentText('fr', 0.82), '82\u202f%');
  assert.equal(percentText('en', 0.82), '82%');
});

test('tones step at one half and four fifths', () => {
  assert.deepEqual([0.49, 0.5, 0.79, 0.8].map(riskTone), ['low', 'mid', 'mid', 'high']);
});

test('countdown', () => {
  assert.equal(countdown(0), '0:00');
  assert.equal(countdown(-3), '0:00');
  assert.equal(countdown(65), '1:05');
  assert.equal(countdown(899.2), '15:00');
  assert.equal(countdown(7325), '2:02:05');
});

test('Retry-After in seconds and as a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(retryAfter('120', now), 120);
  assert.equal(retryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now), 60);
  assert.equal(retryAfter('Wed, 31 Dec 2025 00:01:00 GMT', now), 0);
  assert.equal(retryAfter('soon', now), 0);
  assert.equal(retryAfter(null, now), 0);
});

test('waits between attempts grow, are scattered, and have a ceiling', () => {
  for (let n = 0; n < 40; n++) {
    const most = Math.min(30_000, 1000 * 2 ** n);
    assert.equal(backOff(n, 1), most);
    assert.equal(backOff(n, 0), most / 2);
  }
});

test('a list shows names as they are, and of a fingerprint its beginning', () => {
  assert.equal(shownAccount('max'), 'max');
  assert.equal(shownAccount(`account:${'0123456789abcdef'.repeat(2)}`), 'account:01234567…');
  assert.equal(shownAccount('account:01234567'), 'account:01234567', 'an account may bear such a name');
});
