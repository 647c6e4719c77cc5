// SPDX-License-Identifier: Apache-2.0
// Limits, breaks and figures of groups in words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { translator } from '../src/i18n';
import { categories, type CategoryWelfare, type GroupWeek } from '../src/types-queue';
import { breakDue, breakRule, figureOf, limitWords, minutesLeft, seenWords, stoppedWords, withWish } from '../src/welfare';

const fr = translator('fr'), en = translator('en');
const nothing = { cases_hour: 0, cases_day: 0, media_hour: 0, media_day: 0 };
const category = (limit = nothing): CategoryWelfare => ({ seen: nothing, limit, reached: false, hard: false, opted_out: false });

test('why no next case is given: in words for what welfare says, nothing for the rest', () => {
  assert.ok(breakDue('urn:vigie:problem:break-due') && !breakDue('urn:vigie:problem:limit-reached') && !breakDue(undefined));
  assert.match(stoppedWords(fr, 'urn:vigie:problem:limit-reached'), /catégorie/);
  assert.equal(stoppedWords(fr, 'urn:vigie:problem:forbidden'), '');
});

test('what was seen, in words', () => {
  assert.equal(seenWords(fr, nothing, 'day'), 'rien');
  assert.equal(seenWords(fr, { ...nothing, cases_day: 3, media_day: 1 }, 'day'), '3 dossiers et 1 image ou vidéo');
  assert.equal(seenWords(en, { ...nothing, cases_hour: 1 }, 'hour'), '1 case');
});

test('limits: each that there is', () => {
  assert.equal(limitWords(fr, category()), '');
  assert.equal(limitWords(fr, category({ ...nothing, cases_hour: 10, media_day: 80 })), '10 dossiers par heure, 80 médias par jour');
});

test('a break is left in whole minutes, at least one while it lasts', () => {
  const now = Date.parse('2026-05-04T10:00:00Z');
  assert.equal(minutesLeft('2026-05-04T10:09:01Z', now), 10);
  assert.equal(minutesLeft('2026-05-04T10:00:05Z', now), 1);
  assert.equal(minutesLeft('2026-05-04T10:00:00Z', now), 0);
  assert.equal(minutesLeft(undefined, now), 0);
});

test('when breaks come', () => {
  const rule = { due: false, minutes: 10, after_minutes: 90, after_cases: 40, worked_minutes: 0, cases: 0 };
  assert.equal(breakRule(en, rule), 'After 90 minutes of work or 40 cases, a break of 10 minutes.');
  assert.equal(breakRule(en, { ...rule, after_minutes: 0 }), 'After 40 cases, a break of 10 minutes.');
  assert.equal(breakRule(en, { ...rule, minutes: 0 }), '');
});

test('one wish more or less keeps the others', () => {
  assert.deepEqual(withWish(categories, ['report'], 'material', true), ['material', 'report']);
  assert.deepEqual(withWish(categories, ['material', 'report'], 'report', false), ['material']);
});

test('a figure by measure and category; the sum has none', () => {
  const week: GroupWeek = { week: '2026-05-04T00:00:00Z', figures: [{ measure: 'cases', category: 'live', value: null }, { measure: 'cases', value: 12 }] };
  assert.equal(figureOf(week, 'cases')?.value, 12);
  assert.equal(figureOf(week, 'cases', 'live')?.value, null);
  assert.equal(figureOf(week, 'breaks'), undefined);
});
