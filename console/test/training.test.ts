// SPDX-License-Identifier: Apache-2.0
// Courses' Markdown without HTML, answers of an attempt, and what the banner says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inline, markdown } from '../src/markdown';
import { aboutCase, answered, choose, firstOpen, missing, nextCourse, restsByGold, warnings } from '../src/training';
import type { CourseSummary, Training } from '../src/types-training';

const plain = (text: string) => [{ kind: 'text', text }];

test('blocks: headings, paragraphs over lines, lists, quotations, tables', () => {
  const blocks = markdown('# A\n\none\ntwo\n\n- x\n  y\n- z\n\n1. first\n2. second\n\n> said\n> so\n\n| a | b |\n|---|---|\n| 1 | 2 |\n');
  assert.deepEqual(blocks, [
    { kind: 'heading', level: 1, children: plain('A') },
    { kind: 'paragraph', children: plain('one two') },
    { kind: 'list', ordered: false, items: [plain('x y'), plain('z')] },
    { kind: 'list', ordered: true, items: [plain('first'), plain('second')] },
    { kind: 'quote', children: plain('said so') },
    { kind: 'table', head: [plain('a'), plain('b')], rows: [[plain('1'), plain('2')]] },
  ]);
});

test('inline: emphasis, code, links that are http(s) and nothing else', () => {
  assert.deepEqual(inline('a **b `c`** *d*'), [
    { kind: 'text', text: 'a ' },
    { kind: 'strong', children: [{ kind: 'text', text: 'b ' }, { kind: 'code', text: 'c' }] },
    { kind: 'text', text: ' ' },
    { kind: 'em', children: plain('d') },
  ]);
  assert.deepEqual(inline('[x](https://example.org)'), [{ kind: 'link', href: 'https://example.org', children: plain('x') }]);
  for (const bad of ['[x](javascript:alert(1))', '[x](data:text/html,y)', '[x](//example.org)'])
    assert.ok(inline(bad).every((one) => one.kind === 'text'), bad);
});

test('HTML is text, and nothing hangs on odd input', () => {
  assert.deepEqual(markdown('<img src=x onerror=alert(1)>'), [{ kind: 'paragraph', children: plain('<img src=x onerror=alert(1)>') }]);
  for (const odd of ['', '\n\n', '*', '**', '[](', '| a', '|---|', '> ', '-', '1.', '*'.repeat(5000), '['.repeat(5000), '# '])
    assert.ok(Array.isArray(markdown(odd)), odd.slice(0, 10));
});

test('one answer replaces another; several go on and off', () => {
  let answers = [[], [], []] as number[][];
  answers = choose(answers, 0, 2, false);
  answers = choose(answers, 0, 1, false);
  answers = choose(answers, 2, 3, true);
  answers = choose(answers, 2, 0, true);
  assert.deepEqual(answers, [[1], [], [0, 3]]);
  assert.deepEqual([answered(answers), firstOpen(answers)], [2, 1]);
  assert.deepEqual(choose(answers, 2, 3, true)[2], [0]);
});

const course = (id: string, more: Partial<CourseSummary> = {}): CourseSummary => ({
  id,
  title: id,
  minutes: 5,
  questions: 4,
  valid_days: 365,
  pass_mark: 80,
  opens: [],
  requires: [],
  needed: true,
  locked: false,
  state: 'open',
  best: 0,
  attempts_left: 3,
  ...more,
});

test('the next course is the first that is needed, open and not passed', () => {
  const all = [course('a', { state: 'passed' }), course('b', { locked: true }), course('c', { needed: false }), course('d', { state: 'over' })];
  assert.equal(nextCourse(all)?.id, 'd');
  assert.equal(nextCourse(all.slice(0, 3)), null);
});

test('the banner tells what is suspended, then what is over, then what ends, the soonest first', () => {
  const state = (category: 'material' | 'threat' | 'live' | 'contact', kind: 'open' | 'ending' | 'over' | 'suspended', until?: string) => ({
    category,
    state: kind,
    ...(until ? { until } : {}),
    courses: [{ id: 'a', passed: false }],
  });
  const training: Training = {
    spaces: [
      {
        space: 'lobby',
        title: {},
        required: true,
        warn_days: 30,
        outside: [],
        categories: [state('material', 'ending', '2026-05-02'), state('live', 'ending', '2026-05-01'), state('contact', 'suspended'), state('threat', 'over')],
      },
    ],
    certificates: [],
    suspensions: [],
  };
  assert.deepEqual(
    warnings(training).map((w) => w.category),
    ['contact', 'threat', 'live', 'material'],
  );
  assert.deepEqual(missing(training.spaces[0]!.categories[0]!), ['a']);
  const before = (space: string, category: 'contact' | 'threat') => aboutCase(warnings(training), { space, category }).map((w) => w.kind);
  assert.deepEqual(before('lobby', 'contact'), ['suspended'], 'a case says that its category rests');
  assert.deepEqual([before('lobby', 'threat'), before('forum', 'contact')], [[], []], 'and nothing of what is not its own');
  assert.deepEqual(aboutCase(warnings(training), undefined), []);
});

test('what known answers put to rest is told from what a person suspended, and from what was opened again', () => {
  const given = { category: 'contact' as const, space: '*', reason: 'x', since: '2026-05-01' };
  const of = (...suspensions: Training['suspensions']): Training => ({ spaces: [], certificates: [], suspensions });
  assert.equal(restsByGold(of({ ...given, by: 'gold' }), 'lobby', 'contact'), true);
  assert.equal(restsByGold(of({ ...given, by: 'gold', space: 'forum' }), 'lobby', 'contact'), false);
  assert.equal(restsByGold(of({ ...given, by: 'lea' }), 'lobby', 'contact'), false);
  assert.equal(restsByGold(of({ ...given, by: 'gold', lifted: '2026-05-02' }), 'lobby', 'contact'), false);
});
