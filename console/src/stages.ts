// SPDX-License-Identifier: Apache-2.0
// The course of an exchange in words and places on a line. Pure.
import { duration } from './format';
import { word, type T } from './i18n';
import type { Course, Stage } from './types';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Where the bar of a stage begins, 0..1 of the time shown, so that minutes and days fit on one line: their logarithms do. */
export function beginsAt(stage: Stage, all: readonly Stage[]): number {
  const last = Math.max(0, ...all.map((s) => (s.reached ? (s.minutes ?? 0) : 0)));
  if (!stage.reached || last <= 0) return 0;
  // a little is kept at the end, so that the last stage has a bar to be seen
  return (0.85 * Math.log1p(stage.minutes ?? 0)) / Math.log1p(last);
}

export function whenReached(t: T, stage: Stage): string {
  if (!stage.reached) return t('stage.not');
  if (stage.minutes === null) return t('stage.reached');
  return stage.minutes < 1 ? t('stage.begins') : t('stage.after', { time: duration(t, stage.minutes * MINUTE_MS) });
}

/** Is it a course, or once? */
export function summary(t: T, course: Course): string {
  const reached = course.stages.filter((s) => s.reached);
  if (reached.length === 0) return t('stage.none');
  if (reached.length === 1) return t('stage.one');
  const times = reached.map((s) => s.minutes).filter((m): m is number => m !== null);
  const within = times.length === reached.length ? Math.max(...times) - Math.min(...times) : 0;
  return within >= 1
    ? t('stage.many.within', { n: reached.length, time: duration(t, within * MINUTE_MS) })
    : t('stage.many', { n: reached.length });
}

/** What else tells a course from a single message: a refusal and what followed, who writes, what they say they are. */
export function around(t: T, course: Course): string[] {
  const out: string[] = [];
  if (course.refused_hours !== null) {
    // memory keeps a refusal in steps of three hours: what it says is the least it may be
    out.push(t('stage.refused', { time: duration(t, (course.refused_hours + 3) * HOUR_MS) }));
    if (course.asked_after_refusal) out.push(t('stage.asked', { n: course.asked_after_refusal }));
  }
  if (course.sent_in_row !== null && course.sent_in_row >= 3) out.push(t('stage.row', { n: course.sent_in_row }));
  if (course.initiative !== null && course.sent + course.received >= 4)
    out.push(t('stage.share', { n: course.initiative }));
  if (course.account_says) out.push(t('stage.says', { band: word(t, 'band', course.account_says) }));
  if (course.peer_says) out.push(t('stage.peer_says', { band: word(t, 'band', course.peer_says) }));
  return out;
}
