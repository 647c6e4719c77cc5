// SPDX-License-Identifier: Apache-2.0
// What a case says of its evidence: why now, the course, what people said; and which evidence to look at.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, pressed } from '../src/feedback';
import { translator } from '../src/i18n';
import { leastRightFirst, mostJudgedFirst, needsLook } from '../src/quality';
import { around, beginsAt, summary, whenReached } from '../src/stages';
import { course, findings, lower, sections, whyNow } from '../src/transcript';
import type { CaseDetail, CaseEvent, Content, Course, Feedback, Quality, Stage } from '../src/types';

const fr = translator('fr');
const en = translator('en');
const names = ['contact', 'trust', 'isolation', 'risk_assessment', 'escalation', 'pressure'];
const stagesAt = (...minutes: (number | null)[]): Stage[] =>
  names.map((name, i) => ({ name, minutes: minutes[i] ?? null, reached: minutes[i] !== undefined && minutes[i] !== null, now: false }));
const aCourse = (stages: Stage[], over: Partial<Course> = {}): Course => ({
  stages,
  refused_hours: null,
  asked_after_refusal: null,
  move_after: null,
  sent_in_row: null,
  initiative: null,
  sent: 0,
  received: 0,
  ...over,
});

function event(seq: number, content: Partial<Content>, feedback?: Feedback[]): CaseEvent {
  return {
    seq,
    time: '2026-03-01T12:00:00Z',
    verdict: 'review',
    risk: 0.5,
    content: {
      event: { id: `e${seq}`, source: '/spaces/lobby', type: 'vigie.message', subject: 'nikos', time: '2026-03-01T12:00:00Z', data: { text: 'abc def' } },
      evidence: [],
      spans: [],
      window: [],
      conversation: 'k',
      channel: 'group',
      ...content,
    },
    ...(feedback ? { feedback } : {}),
  };
}
const found = (...events: CaseEvent[]): CaseDetail => ({ account: 'nikos', events_list: events }) as unknown as CaseDetail;

test('a case from before these were sealed says nothing that it does not know', () => {
  const old = found(event(1, {}));
  assert.equal(whyNow(old), null);
  assert.deepEqual(lower(old), []);
  assert.equal(course(old), null);
});

test('the newest event says why now and what would lower the risk', () => {
  const text = (s: string) => ({ fr: s, en: s });
  const change = { change: 'without', names: ['text.secrecy'], risk: 0.3, verdict: 'nudge' as const, text: text('x') };
  const detail = found(event(1, { why_now: text('first'), lower: [change] }), event(2, { why_now: text('second'), lower: [] }));
  assert.equal(whyNow(detail)?.en, 'second');
  assert.deepEqual(lower(detail), [], 'what was true of the first is not told of the second');
});

test('the course shown is that of the exchange that has come furthest, as its newest event saw it', () => {
  const detail = found(
    event(1, { course: aCourse(stagesAt(0)) }),
    event(2, { course: aCourse(stagesAt(0, 5)) }),
    event(3, { conversation: 'other', course: aCourse(stagesAt(1)) }),
  );
  assert.equal(course(detail)?.stages.filter((s) => s.reached).length, 2);
});

test('once or a course, in words', () => {
  assert.equal(summary(en, aCourse(stagesAt())), 'No stage recognised: nothing shows a course.');
  assert.equal(summary(en, aCourse(stagesAt(3))), 'One of 6 stages: nothing shows a course yet.');
  assert.equal(summary(en, aCourse(stagesAt(2, 62, 122))), '3 of 6 stages within 2\u00a0h.');
  assert.equal(summary(fr, aCourse(stagesAt(2, 62, 122))), '3 étapes sur 6 en 2\u00a0h.');
  assert.equal(summary(en, aCourse(stagesAt(7, 7))), '2 of 6 stages.', 'all in one message');
  const unknown = stagesAt(2, 60);
  (unknown[1] as Stage).minutes = null;
  assert.equal(summary(en, aCourse(unknown)), '2 of 6 stages.', 'a time that is not known makes none up');
});

test('times of stages as words, and bars that begin in their order', () => {
  const all = stagesAt(0, 4, 90, null, 4000);
  assert.deepEqual(
    all.map((s) => whenReached(en, s)),
    ['at once', 'after 4\u00a0min', 'after 1\u00a0h\u00a030\u00a0min', 'no', 'after 2\u00a0d\u00a018\u00a0h', 'no'],
  );
  const from = all.filter((s) => s.reached).map((s) => beginsAt(s, all));
  assert.deepEqual([...from].sort((a, b) => a - b), from);
  assert.ok(from[0] === 0 && (from[3] as number) < 0.9, 'the last one can be seen too');
  assert.equal(beginsAt(stagesAt(0)[0] as Stage, stagesAt(0)), 0);
});

test('a refusal and what followed; nothing is said of what is not known', () => {
  assert.deepEqual(around(fr, aCourse([])), []);
  assert.deepEqual(around(en, aCourse([], { refused_hours: 0, asked_after_refusal: 2 })), [
    'The other person said no less than 3\u00a0h ago.',
    'This account asked 2 more times since.',
  ]);
  assert.deepEqual(around(fr, aCourse([], { asked_after_refusal: 2 })), [], 'no refusal: nothing came after one');
  assert.deepEqual(around(en, aCourse([], { sent: 1, received: 0, initiative: 100 })), [], 'one message is no share');
});

test('marks are told from evidence, in the event and in the messages before', () => {
  const detail = found(
    event(1, {
      spans: [{ name: 'text.secrecy', from: 0, to: 3 }],
      marks: [{ family: 'refusal', from: 4, to: 7 }],
      window: [
        { id: 'w', subject: 'lou', age_band: '13-14', time: '2026-03-01T11:59:00Z', text: 'non merci', marks: [{ family: 'refusal', from: 0, to: 3 }] },
      ],
    }),
  );
  const [before, now] = sections(detail)[0]?.lines ?? [];
  assert.deepEqual(before?.places, [{ name: 'mark.refusal', from: 0, to: 3 }]);
  assert.deepEqual(now?.places.map((p) => p.name), ['text.secrecy', 'mark.refusal']);
});

test('what people said belongs to the event whose piece is shown', () => {
  const piece = (weight: number) => ({ name: 'text.secrecy', weight, fresh: true, value: 0, why: {}, spans: [] });
  const said = { name: 'text.secrecy', mine: 'right' as const, right: 1, wrong: 0, unsure: 0 };
  const [first] = findings(found(event(1, { evidence: [piece(0.6)] }, [said]), event(2, { evidence: [piece(0.4)] })));
  assert.deepEqual([first?.seq, first?.feedback?.mine], [1, 'right']);
  const [second] = findings(found(event(1, { evidence: [piece(0.4)] }, [said]), event(2, { evidence: [piece(0.6)] })));
  assert.deepEqual([second?.seq, second?.feedback], [2, undefined]);
});

test('pressing what is pressed takes it back; the counts follow', () => {
  const none: Feedback = { name: 'x', mine: null, right: 1, wrong: 0, unsure: 0 };
  assert.equal(pressed(undefined, 'right'), 'right');
  const right = after(none, 'x', 'right');
  assert.deepEqual(right, { name: 'x', mine: 'right', right: 2, wrong: 0, unsure: 0 });
  assert.equal(pressed(right, 'right'), 'none');
  assert.deepEqual(after(right, 'x', 'none'), none);
  assert.deepEqual(after(right, 'x', 'wrong'), { name: 'x', mine: 'wrong', right: 1, wrong: 1, unsure: 0 });
});

test('what to look at comes first, on opinions enough', () => {
  const q = (source: string, right: number, wrong: number): Quality => ({
    name: 'text.secrecy',
    source,
    judged: right + wrong,
    right,
    wrong,
    unsure: 0,
    confirmed: 0,
    not_illegal: 0,
    ...(right + wrong ? { share: right / (right + wrong), low: 0, high: 1 } : {}),
  });
  assert.ok(!needsLook(q('a', 0, 2)), 'two are not enough');
  assert.ok(needsLook(q('a', 1, 2)));
  assert.ok(!needsLook(q('a', 5, 5)));
  const all = [q('good', 9, 1), q('none', 0, 0), q('few', 0, 1), q('bad', 1, 4)];
  assert.deepEqual(leastRightFirst(all).map((x) => x.source), ['bad', 'few', 'good', 'none']);
  assert.deepEqual(mostJudgedFirst(all).map((x) => x.source), ['good', 'bad', 'few', 'none']);
});
