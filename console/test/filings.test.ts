// SPDX-License-Identifier: Apache-2.0
// The board of reports: columns, order, filters, and what waits for whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annexStep, badAddress, board, column, columns, inOrder, isUnanswered, looks, optionOf, optionText, optionValue, todo } from '../src/filings';
import type { Filing, FilingAction, FilingCheck, FilingState } from '../src/types-filings';

const filing = (id: number, state: FilingState, more: Partial<Filing> = {}): Filing => ({
  id, case: 'c-000001', space: 'lobby', receiver: { id: 'fr.pharos', country: 'FR', kind: 'police', name: { fr: 'PHAROS' } }, channel: 'portal', carry: 'hand', state,
  urgent: false, four_eyes: false, made: { by: 'noe', at: '2026-11-26T10:00:00Z' }, due: '2026-11-27T10:00:00Z', attempts: 0, actions: [], ...more,
});

const NOW = Date.parse('2026-11-26T12:00:00Z');
const any = { space: '', receiver: '', answer: '' };

test('urgent ones stand first, then the earlier deadline, then the older; what is done, the newest first', () => {
  const order = inOrder([filing(1, 'draft'), filing(2, 'draft', { urgent: true }), filing(3, 'draft', { due: '2026-11-26T12:00:00Z' }), filing(4, 'draft')], NOW);
  assert.deepEqual(order.map((f) => f.id), [2, 3, 1, 4]);
  assert.deepEqual(inOrder([filing(5, 'filed'), filing(6, 'withdrawn')], NOW).map((f) => f.id), [6, 5]);
});

test('every report stands in one column, also one of a state that is new', () => {
  const states: FilingState[] = ['draft', 'confirmed', 'queued', 'sending', 'later', 'refused', 'by_hand', 'filed', 'answered', 'withdrawn', 'gone'];
  const shown = board(states.map((state, i) => filing(i + 1, state)), any, NOW);
  assert.deepEqual(shown.map((c) => c.column), columns);
  assert.equal(shown.reduce((n, c) => n + c.filings.length, 0), states.length);
  assert.equal(column({ state: 'dreaming' as FilingState }, NOW), 'going');
});

test('filters by space and receiver leave the columns standing', () => {
  const all = [filing(1, 'draft'), filing(2, 'draft', { space: 'forum' }), filing(3, 'filed', { receiver: { id: 'be.x', country: 'BE', kind: 'police', name: {} } })];
  const ids = (space: string, receiver: string): number[] => board(all, { ...any, space, receiver }, NOW).flatMap((c) => c.filings.map((f) => f.id));
  assert.deepEqual(ids('forum', ''), [2]);
  assert.deepEqual(ids('', 'be.x'), [3]);
  assert.deepEqual(ids('forum', 'be.x'), []);
  assert.equal(board(all, { ...any, space: 'none' }, NOW).length, columns.length);
});

test('what waits for somebody is what the server lets them do, and nothing that goes by itself', () => {
  const what = (state: FilingState, ...actions: FilingAction[]): string => todo({ state, actions }, NOW);
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

test('a host that let its time run out stands where it is reminded, who waits longest first; before that it is done', () => {
  const due = (id: number, at: string): Filing => filing(id, 'filed', { channel: 'notice', follow_up_due: at, actions: ['follow_up', 'answer'] });
  const [late, later, notYet] = [due(1, '2026-11-25T12:00:00Z'), due(2, '2026-11-26T11:00:00Z'), due(3, '2026-11-26T13:00:00Z')];
  const shown = board([later, notYet, late], any, NOW);
  assert.deepEqual(shown.find((c) => c.column === 'follow')?.filings.map((f) => f.id), [1, 2]);
  assert.deepEqual(shown.find((c) => c.column === 'done')?.filings.map((f) => f.id), [3]);
  assert.equal(todo(late, NOW), 'follow_up');
  assert.equal(todo({ ...late, actions: ['answer'] }, NOW), '', 'who may not make one is not asked to');
  assert.equal(todo(notYet, NOW), '');
  assert.ok(!isUnanswered({ ...late, state: 'answered' }, NOW), 'who answered is not reminded');
});

test('what receivers say is a filter of the board', () => {
  const all = [filing(1, 'answered', { answered: ['accepted', 'not_illegal'] }), filing(2, 'answered', { answered: ['victim_safe'] }), filing(3, 'draft')];
  const ids = (answer: string): number[] => board(all, { ...any, answer }, NOW).flatMap((c) => c.filings.map((f) => f.id));
  assert.deepEqual(ids('not_illegal'), [1]);
  assert.deepEqual(ids('more_wanted'), []);
  assert.deepEqual(ids(''), [3, 2, 1]);
});

test('looks at a notice: the newest first, and in one what is still there before what is gone', () => {
  const check = (look: number, item: number, still: FilingCheck['still']): FilingCheck => ({ look, item, still, time: `2026-11-2${look}T10:00:0${item}Z`, by: look === 1 ? 'noe' : 'lea' });
  const [newest, first] = looks([check(2, 3, 'unknown'), check(2, 2, 'there'), check(2, 1, 'gone'), check(1, 1, 'there')]);
  assert.deepEqual([newest?.look, newest?.by, newest?.time, newest?.checks.map((c) => c.item)], [2, 'lea', '2026-11-22T10:00:03Z', [2, 3, 1]]);
  assert.deepEqual(newest?.found, { there: 1, gone: 1, changed: 0, unknown: 1 });
  assert.equal(first?.by, 'noe');
  assert.deepEqual(looks([]), []);
});

test('an archive to be handed over is taken once its report is confirmed, as long as it is here', () => {
  const annex = { way: 'by_hand' as const, kept: true };
  assert.equal(annexStep('draft', annex), 'by_hand');
  assert.equal(annexStep('by_hand', annex), 'take');
  assert.equal(annexStep('by_hand', { ...annex, kept: false }), 'gone');
  assert.equal(annexStep('filed', annex), 'gone');
  for (const state of ['draft', 'filed'] as const) {
    assert.equal(annexStep(state, { way: 'attached' }), 'attached');
    assert.equal(annexStep(state, { way: 'too_large' }), 'too_large');
    assert.equal(annexStep(state, { way: 'none' }), null);
  }
});
