// SPDX-License-Identifier: Apache-2.0
// The board of reports: columns, order, filters, and what waits for whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { board, column, columns, inOrder, optionOf, badAddress, optionText, optionValue, todo } from '../src/filings';
import type { Filing, FilingAction, FilingState } from '../src/types-filings';

const filing = (id: number, state: FilingState, more: Partial<Filing> = {}): Filing => ({
  id, case: 'c-000001', space: 'lobby', receiver: { id: 'fr.pharos', country: 'FR', kind: 'police', name: { fr: 'PHAROS' } }, channel: 'portal', carry: 'hand', state,
  urgent: false, four_eyes: false, made: { by: 'noe', at: '2026-11-26T10:00:00Z' }, due: '2026-11-27T10:00:00Z', attempts: 0, actions: [], ...more,
});

test('urgent ones stand first, then the earlier deadline, then the older; what is done, the newest first', () => {
  const order = inOrder([filing(1, 'draft'), filing(2, 'draft', { urgent: true }), filing(3, 'draft', { due: '2026-11-26T12:00:00Z' }), filing(4, 'draft')]);
  assert.deepEqual(order.map((f) => f.id), [2, 3, 1, 4]);
  assert.deepEqual(inOrder([filing(5, 'filed'), filing(6, 'withdrawn')]).map((f) => f.id), [6, 5]);
});

test('every report stands in one column, also one of a state that is new', () => {
  const states: FilingState[] = ['draft', 'confirmed', 'queued', 'sending', 'later', 'refused', 'by_hand', 'filed', 'answered', 'withdrawn', 'gone'];
  const shown = board(states.map((state, i) => filing(i + 1, state)), { space: '', receiver: '' });
  assert.deepEqual(shown.map((c) => c.column), columns);
  assert.equal(shown.reduce((n, c) => n + c.filings.length, 0), states.length);
  assert.equal(column({ state: 'dreaming' as FilingState }), 'going');
});

test('filters by space and receiver leave the columns standing', () => {
  const all = [filing(1, 'draft'), filing(2, 'draft', { space: 'forum' }), filing(3, 'filed', { receiver: { id: 'be.x', country: 'BE', kind: 'police', name: {} } })];
  const ids = (space: string, receiver: string): number[] => board(all, { space, receiver }).flatMap((c) => c.filings.map((f) => f.id));
  assert.deepEqual(ids('forum', ''), [2]);
  assert.deepEqual(ids('', 'be.x'), [3]);
  assert.deepEqual(ids('forum', 'be.x'), []);
  assert.equal(board(all, { space: 'none', receiver: '' }).length, columns.length);
});

test('what waits for somebody is what the server lets them do, and nothing that goes by itself', () => {
  const what = (state: FilingState, ...actions: FilingAction[]): string => todo({ state, actions });
  assert.equal(what('draft', 'confirm', 'drop'), 'confirm');
  assert.equal(what('confirmed', 'second', 'withdraw'), 'second');
  assert.equal(what('confirmed', 'withdraw'), '', 'who confirmed does not second');
  assert.equal(what('by_hand', 'done'), 'done');
  assert.equal(what('refused', 'retry', 'withdraw'), 'retry');
  assert.equal(what('later', 'retry', 'withdraw'), '');
  assert.equal(what('filed', 'answer'), '');
});

test('an option of a channel is filled in here, and nothing else is', () => {
  assert.equal(optionOf('options.incidentType'), 'incidentType');
  for (const other of ['operator.email', 'options.', 'options.a.b', 'options.<b>', 'xoptions.a']) assert.equal(optionOf(other), '');
});

test('an option is sent as its channel takes it: addresses as a list, with files and hashes; anything else as it was typed', () => {
  const hash = 'AB'.repeat(32);
  const items = optionValue('items', ` https://host.example/a 12\n\nhttps://host.example/b ${hash}\n`);
  assert.deepEqual(items, [{ url: 'https://host.example/a', media: 12 }, { url: 'https://host.example/b', sha256: hash.toLowerCase() }]);
  assert.deepEqual(optionValue('items', optionText('items', items)), items, 'there and back');
  assert.deepEqual(optionValue('items', 'https://host.example/a b'), [{ url: 'https://host.example/a b' }], 'the server says what is wrong with it');
  assert.equal(optionValue('law', ' LCEN '), 'LCEN');
  assert.equal(optionText('law', undefined), '');
  assert.equal(badAddress(items), '');
  for (const url of ['not an address', 'ftp://host.example/', 'https://me@host.example/', 'https://host.example/a b', 'https:///x']) assert.equal(badAddress([{ url }]), url);
  assert.equal(badAddress('text'), '');
});
