// SPDX-License-Identifier: Apache-2.0
// What protects the person at work, in words: limits, breaks, shifts, and figures of groups.
import { word, type T } from './i18n';
import type { Category, CategoryWelfare, GroupFigure, GroupWeek, Measure, Welfare } from './types-queue';

/** The server's refusal of a next case that has a page of its own. */
export const breakDue = (type: string | undefined): boolean => type?.endsWith(':break-due') ?? false;

/** Why no next case was given, in the reader's language; '' for what this catalogue has no sentence for. */
export function stoppedWords(t: T, type: string): string {
  const name = type.replace(/^urn:vigie:problem:/, '');
  const said = word(t, 'stopped', name);
  return said === name ? '' : said;
}

/** What somebody has opened today of a category, in words: "3 dossiers et 12 images ou vidéos". */
export function seenWords(t: T, seen: CategoryWelfare['seen'], span: 'hour' | 'day'): string {
  const [cases, media] = span === 'hour' ? [seen.cases_hour, seen.media_hour] : [seen.cases_day, seen.media_day];
  if (cases === 0 && media === 0) return t('welfare.nothing');
  const opened = t('welfare.cases', { n: cases });
  return media > 0 ? t('welfare.and', { a: opened, b: t('welfare.media', { n: media }) }) : opened;
}

/** The limits of a category in words; '' when it has none. */
export function limitWords(t: T, { limit }: CategoryWelfare): string {
  const parts: string[] = [];
  if (limit.cases_hour > 0) parts.push(t('welfare.limit.cases_hour', { n: limit.cases_hour }));
  if (limit.cases_day > 0) parts.push(t('welfare.limit.cases_day', { n: limit.cases_day }));
  if (limit.media_hour > 0) parts.push(t('welfare.limit.media_hour', { n: limit.media_hour }));
  if (limit.media_day > 0) parts.push(t('welfare.limit.media_day', { n: limit.media_day }));
  return parts.join(', ');
}

/** Whole minutes that are left of a break, at least one while it lasts; 0: it is over. */
export function minutesLeft(until: string | undefined, now: number): number {
  const left = until ? Date.parse(until) - now : 0;
  return left <= 0 ? 0 : Math.max(1, Math.ceil(left / 60_000));
}

/** When breaks come, in words; '' where none is asked for. */
export function breakRule(t: T, rule: Welfare['break']): string {
  if (rule.minutes === 0) return '';
  const after: string[] = [];
  if (rule.after_minutes > 0) after.push(t('welfare.break.minutes', { n: rule.after_minutes }));
  if (rule.after_cases > 0) after.push(t('welfare.break.cases', { n: rule.after_cases }));
  const [first = '', second] = after;
  return t('welfare.break.rule', { after: second ? t('welfare.or', { a: first, b: second }) : first, n: rule.minutes });
}

/** Opt-outs after one box was ticked or cleared, in the order of the categories. */
export function withWish(all: readonly Category[], chosen: readonly Category[], category: Category, on: boolean): Category[] {
  return all.filter((c) => (c === category ? on : chosen.includes(c)));
}

/** Whether a week says anything at all: in small groups, and at the beginning, it does not. */
export const hasFigures = (week: GroupWeek): boolean => week.figures.some((f) => f.value !== null);

/** A figure of a week; undefined: the server does not give it. */
export function figureOf(week: GroupWeek, measure: Measure, category?: Category): GroupFigure | undefined {
  return week.figures.find((f) => f.measure === measure && f.category === category);
}
