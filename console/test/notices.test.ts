// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grouped, looksLikeNumber, upheldShare } from '../src/notices';
import type { NoticeRow } from '../src/types-notices';

const row = (id: string, of?: string): NoticeRow => ({
  id, number: '', space: 'lobby', state: 'received', origin: 'form', category: 'grooming', language: 'fr', received: '2026-01-01T00:00:00Z',
  ...(of ? { case: of } : {}), danger: false, named: false, repeated: false, unfounded: false, same_target: 1, same_words: 1, flood: false,
});

test('a flood is one row, in the place of its first', () => {
  const groups = grouped([row('n-1', 'c-1'), row('n-2', 'c-2'), row('n-3', 'c-1'), row('n-4'), row('n-5')]);
  assert.deepEqual(groups.map((g) => [g.first.id, g.more.map((m) => m.id)]), [['n-1', ['n-3']], ['n-2', []], ['n-4', []], ['n-5', []]]);
});

test('what looks like a receipt number', () => {
  for (const good of ['7K3QD-2MRTX-9ABCE-HJKM4', '7k3qd 2mrtx 9abce hjkm4', '7K3QD2MRTX9ABCEHJKM4']) assert.ok(looksLikeNumber(good));
  for (const bad of ['', 'c-000123', '7K3QD-2MRTX', 'not a number at all, no']) assert.ok(!looksLikeNumber(bad));
});

test('a record in whole percent; of nothing, none', () => {
  assert.equal(upheldShare({ upheld: 2, dismissed: 1 }), 67);
  assert.equal(upheldShare({ upheld: 0, dismissed: 0 }), null);
});
