// SPDX-License-Identifier: Apache-2.0
// Clocks of reports, demands and retention in words. Pure.
import { duration } from './format';
import type { T } from './i18n';

export type Pressure = 'calm' | 'soon' | 'late';

const SOON = 1 / 4; // the last quarter of its time
const SOON_MS = 30 * 60_000; // or half an hour, whichever comes first

/** How pressing a clock is. `from` is when it began to run; without it, only the half hour counts. */
export function pressure(due: string | null | undefined, now: number, from?: string | null): Pressure {
  const end = due ? Date.parse(due) : NaN;
  if (Number.isNaN(end)) return 'calm';
  if (now >= end) return 'late';
  const whole = from ? end - Date.parse(from) : NaN;
  const left = end - now;
  return left <= SOON_MS || (whole > 0 && left <= whole * SOON) ? 'soon' : 'calm';
}

/** "3 h 20 left", "late by 2 h"; '' without an end. */
export function clockText(t: T, due: string | null | undefined, now: number): string {
  const end = due ? Date.parse(due) : NaN;
  if (Number.isNaN(end)) return '';
  return now >= end ? t('clock.late', { time: duration(t, now - end) }) : t('clock.left', { time: duration(t, end - now) });
}

/** How much of a clock has run, 0..1. */
export function runShare(from: string, due: string, now: number): number {
  const [begin, end] = [Date.parse(from), Date.parse(due)];
  if (!(end > begin)) return now >= end ? 1 : 0;
  return Math.min(1, Math.max(0, (now - begin) / (end - begin)));
}
