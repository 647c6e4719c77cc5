// SPDX-License-Identifier: Apache-2.0
// The evidence of a case in words; statements for the public database; the words of the audit log.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileName } from '../src/api';
import { bytesText, clockFrom, clockSays, holderOf, keyHolders, standing } from '../src/custody';
import { counted, grouped, mayConfirm, pieces, unlike, whyOf } from '../src/disclosure';
import { translator } from '../src/i18n';
import { isKey } from '../src/strings';
import type { Hold } from '../src/types-custody';
import { closedParts, findingKinds, type Closed, type DisclosureBrief, type Finding } from '../src/types-disclosure';
import type { Receiver } from '../src/types-route';

declare const TEST_ROOT: string;
const en = translator('en');
const day = (n: number): string => new Date(Date.UTC(2026, 0, n)).toISOString();
const now = Date.parse(day(10));

test('who can open a case is what its key is wrapped for, and nobody once it is gone', () => {
  assert.equal(holderOf({ state: 'stands', wrapped_for: ['content', 'filing'] }), 'roles');
  assert.equal(holderOf({ state: 'stands', wrapped_for: ['filing'] }), 'filing');
  assert.equal(holderOf({ state: 'stands', wrapped_for: [] }), 'nobody');
  assert.equal(holderOf({ state: 'handed_over', wrapped_for: [] }), 'receiver');
  assert.equal(holderOf({ state: 'destroyed', wrapped_for: ['content'] }), 'nobody');
});

test('a clock says when it ends, or what keeps it', () => {
  const content = { what: 'content', rule: 'retention.cases' } as const;
  assert.equal(clockSays(en, { ...content, ends: day(13) }, now), 'in 3\u00a0days');
  assert.equal(clockSays(en, { ...content, ends: day(10) }, now), 'over');
  assert.equal(clockSays(en, { ...content, ends: day(13), kept_by: 'legal_hold' }, now), 'stays: legal hold');
  assert.equal(clockSays(en, content, now), 'no end is set');
});

test('the line of a clock begins with the decision; that of a hold with the hold that stands', () => {
  const holds: Hold[] = [
    { by: 'a', placed: day(1), released: day(2) },
    { by: 'b', placed: day(3), review: day(30) },
  ];
  assert.equal(standing({ holds })?.by, 'b');
  assert.equal(standing({ holds: holds.slice(0, 1) }), null);
  assert.equal(clockFrom({ what: 'hold_review', rule: 'legal_hold' }, day(5), standing({ holds })), day(3));
  assert.equal(clockFrom({ what: 'content', rule: 'retention.cases' }, day(5), null), day(5));
  assert.equal(clockFrom({ what: 'content', rule: 'retention.cases' }, undefined, null), null);
});

test('an archive can be sealed for receivers of this space that gave a key, and no others', () => {
  const one = (id: string, more: Partial<Receiver>): Receiver => ({ id, country: 'FR', kind: 'police', name: { fr: id }, emergency: false, acts: [], media: true, from: { sure: 'primary' }, ...more });
  const all = [one('b', { own: true, has_key: true, space: 'lobby' }), one('a', { own: true, has_key: true, space: 'lobby' }), one('book', { has_key: true }), one('none', { own: true, space: 'lobby' }), one('other', { own: true, has_key: true, space: 'forum' })];
  assert.deepEqual(keyHolders(all, 'lobby', 'fr').map((k) => k.id), ['a', 'b']);
});

test('sizes in three figures at most', () => {
  assert.equal(bytesText('en', 0), '0\u00a0bytes');
  assert.equal(bytesText('en', 2345), '2.3\u00a0kB');
  assert.equal(bytesText('fr', 2_345_678), '2,3\u00a0Mo');
  assert.equal(bytesText('en', 999_999_999_999), '1,000\u00a0GB');
});

test('the name of a file that the server gives leads nowhere else', () => {
  assert.equal(fileName('attachment; filename="c-000012.zip"'), 'c-000012.zip');
  for (const bad of ['attachment; filename="../../x"', 'attachment; filename="a/b"', 'attachment', null]) assert.equal(fileName(bad), 'vigie.bin');
  assert.equal(fileName('attachment; filename="..x.zip"'), 'x.zip');
});

const brief = (number: string, state: DisclosureBrief['state'], issued: number, sent?: number): DisclosureBrief => ({ number, case: 'c-000001', space: 'lobby', state, attempts: 0, issued: day(issued), ...(sent ? { sent: day(sent) } : {}) });

test('what needs a person stands first, the oldest of it on top; of what was sent, the newest', () => {
  const list = [brief('s-1', 'sent', 1, 4), brief('s-2', 'ready', 3), brief('s-3', 'refused', 5), brief('s-4', 'refused', 2), brief('s-5', 'sent', 1, 6), brief('s-6', 'waiting', 1), { ...brief('s-7', 'waiting', 1), before_channel: true }];
  assert.deepEqual(grouped(list).map((g) => [g.group, ...g.statements.map((s) => s.number)]), [['refused', 's-4', 's-3'], ['early', 's-7'], ['waiting', 's-6', 's-2'], ['sent', 's-5', 's-1']]);
});

test('whatever can be found, and every part of a year, has words', () => {
  for (const kind of findingKinds) assert.ok(isKey(`disclosure.kind.${kind}`), kind);
  for (const part of closedParts) assert.ok(isKey(`closed.part.${part}`), part);
});

test('what was counted of public figures: the newest year first, its parts in order, spaces apart', () => {
  const one = (space: string, year: number, part: Closed['part']): Closed => ({ space, year, part, counted: day(1), by: 'watch', times: 1 });
  const list = [one('lobby', 2025, 'year'), one('lobby', 2025, 'q2'), one('lobby', 2025, 'q1'), one('forum', 2025, 'q1'), one('lobby', 2026, 'q1')];
  assert.deepEqual(counted(list).map((y) => [y.space, y.year, ...y.parts.map((p) => p.part)]), [['lobby', 2026, 'q1'], ['forum', 2025, 'q1'], ['lobby', 2025, 'q1', 'q2', 'year']]);
});

test('what was found is marked at its place, counted in bytes, and nothing of the text is lost', () => {
  const finding = (at: number, length: number, certain = true): Finding => ({ kind: 'email', where: '/decision_facts', at, length, certain, text: '' });
  const text = 'Écrire à ada@mail.example.';
  const at = new TextEncoder().encode('Écrire à ').length;
  assert.deepEqual(pieces(text, [finding(at, 16)]).map((p) => [p.text, p.finding]), [['Écrire à ', -1], ['ada@mail.example', 0], ['.', -1]]);
  for (const findings of [[], [finding(9999, 3)], [finding(at, 16), finding(at + 2, 4)], [finding(-1, 2)]]) assert.equal(pieces(text, findings).map((p) => p.text).join(''), text);
  assert.equal(mayConfirm([finding(0, 1, false)]), true);
  assert.equal(mayConfirm([finding(0, 1, false), finding(2, 1)]), false);
  assert.equal(unlike([finding(0, 1), finding(5, 1), { ...finding(0, 1), text: 'b' }]).length, 2);
  assert.equal(whyOf({ findings: [finding(0, 1)], lacks: '/category' }), 'personal');
  assert.equal(whyOf({ findings: [], lacks: '/category' }), 'lacks');
  assert.equal(whyOf({}), 'database');
});

test('every action that the audit log is documented to hold has its words', () => {
  const text = readFileSync(join(TEST_ROOT, '../docs/architecture/audit.md'), 'utf8');
  const actions = [...text.slice(text.indexOf('## Actions')).matchAll(/`([a-z]+\.[a-z_]+)`/g)].map((m) => m[1] as string).filter((name) => !name.endsWith('.c')); // the table names source files too
  assert.ok(actions.length > 90, `${actions.length} actions`);
  assert.deepEqual(actions.filter((action) => !isKey(`audit.do.${action}`)), []);
});
