// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detailOf, type WireDetail } from '../src/api';
import { bodyOf, reasonsOf, suggestReason, wrong } from '../src/decision';
import { actions } from '../src/keys';
import { facts, findings, sections } from '../src/transcript';
import type { CaseEvent, Content, EvidencePiece } from '../src/types';

const t0 = Date.parse('2026-03-01T12:00:00.000Z');
const at = (s: number): string => new Date(t0 + s * 1000).toISOString();
const piece = (name: string, weight: number, fresh: boolean): EvidencePiece => ({
  name,
  weight,
  fresh,
  value: 0,
  why: { fr: name, en: name },
  spans: [],
});

function message(
  seq: number,
  id: string,
  s: number,
  text: string,
  over: Partial<Content> = {},
  subject = 'nikos',
): CaseEvent {
  return {
    seq,
    time: at(s),
    verdict: 'review',
    risk: 0.5,
    content: {
      event: {
        id,
        source: '/spaces/lobby',
        type: 'vigie.message',
        subject,
        time: at(s),
        data: { conversation: 'k', text },
      },
      evidence: [],
      spans: [],
      window: [],
      conversation: 'k',
      channel: 'group',
      ...over,
    },
  };
}
function wire(events: CaseEvent[], over: Partial<WireDetail> = {}): WireDetail {
  return {
    id: 'c-000001',
    space: 'lobby',
    account: 'nikos',
    account_age_band: '25+',
    account_age_basis: 'declared',
    youngest_band: '13-14',
    state: 'open',
    escalated: false,
    legal_hold: false,
    verdict: 'review',
    risk: 0.5,
    priority: 1,
    opened: at(0),
    updated: at(0),
    due: at(100),
    overdue: false,
    evidence: [],
    events,
    ...over,
  };
}
const said = (id: string, subject: string, s: number) => ({
  id,
  subject,
  age_band: '13-14' as const,
  time: at(s),
  text: id,
});

test('the list of events becomes their number and a list', () => {
  const found = detailOf(wire([message(1, 'a', 0, 'x'), message(2, 'b', 1, 'y')]));
  assert.equal(found.events, 2);
  assert.equal(found.events_list.length, 2);
  assert.deepEqual(found.actions, []);
});

test('overlapping windows become one conversation; what is an event stays an event', () => {
  const found = detailOf(
    wire([
      message(2, 'm4', 40, 'and this', {
        window: [said('m1', 'lila', 10), said('m2', 'nikos', 20), said('m3', 'lila', 30)],
      }),
      message(1, 'm2', 20, 'notre secret', {
        window: [said('m1', 'lila', 10)],
        spans: [{ name: 'text.secrecy', from: 0, to: 12 }],
      }),
    ]),
  );
  const [only, ...more] = sections(found);
  assert.equal(more.length, 0);
  assert.deepEqual(
    only?.lines.map((l) => l.key),
    ['m1', 'm2', 'm3', 'm4'],
  );
  assert.deepEqual(
    only?.lines.map((l) => l.own),
    [false, true, false, true],
  );
  assert.deepEqual(
    only?.lines.map((l) => l.event?.seq),
    [undefined, 1, undefined, 2],
  );
  assert.equal(only?.lines[1]?.event?.first, true);
  assert.equal(only?.lines[1]?.text, 'notre secret');
  assert.deepEqual(only?.lines[1]?.places, [{ name: 'text.secrecy', from: 0, to: 12 }]);
});

test('the words of the statistical model are marked beside those of the lexicon', () => {
  const spans = [
    { name: 'text.secrecy', from: 0, to: 12, pattern: 'notre secret' },
    { name: 'text.model', from: 16, to: 22 },
  ];
  const evidence = [piece('text.secrecy', 0.4, true), piece('text.model', 0.3, true)];
  const found = detailOf(wire([message(1, 'm1', 10, 'notre secret, d’accord', { spans, evidence })]));
  assert.deepEqual(
    sections(found)[0]?.lines[0]?.places.map((p) => p.name),
    ['text.secrecy', 'text.model'],
  );
  assert.deepEqual(
    findings(found).map((f) => f.name),
    ['text.secrecy', 'text.model'],
  );
});

test('a report stands in the conversation it is about', () => {
  const notice = message(2, 'n', 5, '', { conversation: 'k', channel: 'public' }, 'lila');
  (notice.content as Content).event.type = 'vigie.notice';
  const list = sections(
    detailOf(
      wire([message(1, 'a', 0, 'x', { channel: 'private' }), notice, message(3, 'b', 9, 'y', { channel: 'private' })]),
    ),
  );
  assert.equal(list.length, 1);
  assert.equal(list[0]?.channel, 'private');
  assert.deepEqual(
    list[0]?.lines.map((l) => l.kind),
    ['message', 'notice', 'message'],
  );
});

test('conversations stay apart, the riskiest first', () => {
  const calm = { ...message(3, 'c', 9, 'z', { conversation: 'calm' }), risk: 0.2 };
  const found = detailOf(
    wire([
      message(1, 'a', 0, 'x'),
      message(2, 'b', 1, 'y', { conversation: 'other', channel: 'private', legal_basis: 'art. 4' }),
      calm,
    ]),
  );
  const list = sections(found);
  assert.deepEqual(
    list.map((s) => s.conversation),
    ['other', 'k', 'calm'],
  );
  assert.equal(list[0]?.legalBasis, 'art. 4');
});

test('withheld, destroyed and unknown content is shown as such and never breaks the page', () => {
  const odd = message(2, 'q', 5, '');
  (odd.content as Content).event = {
    id: 'q',
    source: '/spaces/lobby',
    type: 'vigie.future',
    subject: 'x',
    time: at(5),
  };
  const found = detailOf(
    wire([
      message(1, 'a', 0, '', { withheld: true }),
      odd,
      { seq: 3, time: at(6), verdict: 'review', risk: 0.1, content: null },
    ]),
  );
  const lines = sections(found)[0]?.lines ?? [];
  assert.deepEqual(
    lines.map((l) => [l.kind, l.withheld]),
    [
      ['message', true],
      ['other', false],
    ],
  );
});

test('one entry for each kind of evidence: the strongest form, counted where it was fresh', () => {
  const found = detailOf(
    wire([
      message(1, 'a', 0, 'x', { evidence: [piece('text.secrecy', 0.4, true), piece('conduct.age_gap', 0.3, true)] }),
      message(2, 'b', 1, 'y', {
        evidence: [
          piece('text.secrecy', 0.3, false),
          piece('text.threat', 0.5, true),
          piece('conduct.age_gap', 0.3, true),
        ],
      }),
    ]),
  );
  assert.deepEqual(
    findings(found).map((f) => [f.name, f.weight, f.fresh, f.times]),
    [
      ['text.threat', 0.5, true, 1],
      ['text.secrecy', 0.4, true, 1],
      ['conduct.age_gap', 0.3, true, 2],
    ],
  );
});

test('facts: the newest, and those of a report apart', () => {
  const notice = message(2, 'n', 5, '', { facts: { notices_against: 3 } }, 'lila');
  (notice.content as Content).event.type = 'vigie.notice';
  const found = detailOf(
    wire([
      message(1, 'a', 0, 'x', { facts: { minors_24h: 1 } }),
      notice,
      message(3, 'b', 9, 'y', { facts: { minors_24h: 4 } }),
    ]),
  );
  assert.deepEqual(facts(found), { conduct: { minors_24h: 4 }, notice: { notices_against: 3 } });
});

test('a proposed reason is always one that can be chosen', () => {
  const shapes: Partial<WireDetail>[] = [
    {},
    { evidence: [{ name: 'media.known_hash', weight: 1 }] },
    { evidence: [{ name: 'text.threat', weight: 1 }] },
    { evidence: [{ name: 'notice.user_report', weight: 1 }] },
    { youngest_band: 'unknown' },
  ];
  for (const over of shapes) {
    const found = detailOf(wire([message(1, 'a', 0, 'x')], over));
    for (const action of actions) assert.ok(reasonsOf(action).includes(suggestReason(found, action)), action);
  }
  assert.equal(suggestReason(detailOf(wire([], shapes[2])), 'warn'), 'threat');
});

test('the body of a decision: no empty note, hours only where they mean something', () => {
  const draft = { reason: 'grooming', note: '  ', hours: 168 };
  assert.deepEqual(bodyOf({ ...draft, action: 'warn' }), { action: 'warn', reason: 'grooming' });
  assert.deepEqual(bodyOf({ ...draft, action: 'mute', note: ' a ' }), {
    action: 'mute',
    reason: 'grooming',
    note: 'a',
    hours: 168,
  });
  assert.deepEqual(bodyOf({ ...draft, action: 'suspend', hours: 0 }), {
    action: 'suspend',
    reason: 'grooming',
    hours: 0,
  });
});

test('"other" asks for a note; a note has the length that the server takes, in bytes', () => {
  const draft = { action: 'warn' as const, reason: 'grooming', note: '', hours: 0 };
  assert.equal(wrong(draft), null);
  assert.equal(wrong({ ...draft, reason: 'other' }), 'act.note.needed');
  assert.equal(wrong({ ...draft, reason: 'other', note: 'x' }), null);
  assert.equal(wrong({ ...draft, note: 'x'.repeat(4000) }), null);
  assert.equal(wrong({ ...draft, note: 'é'.repeat(2001) }), 'act.note.too_long');
});
