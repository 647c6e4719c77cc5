// SPDX-License-Identifier: Apache-2.0
// What the page of figures works out from what the server says: periods, the three answers of the first ten seconds.
import { answerKinds, type AnswerKind } from './types-filings';
import type { Figures, SeriesPoint } from './types-figures';
import { categories, type Category } from './types-queue';

export const spans = [7, 30, 90, 180, 365] as const;

/** "2026-11-01" of the day that lies `back` days before `now` (UTC, as the server counts days). */
export function dayBefore(now: number, back: number): string {
  return new Date(now - back * 86_400_000).toISOString().slice(0, 10);
}

export type Direction = 'up' | 'down' | 'level';

/** Whether what waits grew: the end of the period against its beginning, by more than a tenth and more than two cases. */
export function backlogDirection(series: readonly SeriesPoint[]): Direction {
  const first = series[0]?.backlog ?? 0;
  const last = series.at(-1)?.backlog ?? 0;
  const change = last - first;
  if (Math.abs(change) <= 2 || Math.abs(change) * 10 <= first) return 'level';
  return change > 0 ? 'up' : 'down';
}

export type Tone = 'good' | 'plain' | 'warm';

/** Nine of ten within their deadline is well; under seven of ten wants somebody to look. */
export function deadlineTone(share: number | null): Tone {
  if (share === null) return 'plain';
  return share >= 0.9 ? 'good' : share >= 0.7 ? 'plain' : 'warm';
}

/** Few appeals say little: a tone only from five answered ones on. */
export function reversedTone(figures: Figures): Tone {
  const { upheld, overturned, reversed } = figures.appeals;
  if (reversed === null || upheld + overturned < 5) return 'plain';
  return reversed > 0.2 ? 'warm' : 'good';
}

/** A share as the height of a curve; a gap where nothing was decided. */
export const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** "0,74": alpha is no percentage. */
export function alphaText(lang: 'fr' | 'en', value: number): string {
  return value.toLocaleString(lang === 'fr' ? 'fr-FR' : 'en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** The table of receivers' answers without what nobody gave: which kinds, and the categories that have one. */
export function answeredTable(answered: Figures['answered']): { kinds: AnswerKind[]; rows: [Category, Record<AnswerKind, number>][] } {
  return {
    kinds: answerKinds.filter((k) => categories.some((c) => answered[c][k] > 0)),
    rows: categories.filter((c) => answerKinds.some((k) => answered[c][k] > 0)).map((c) => [c, answered[c]]),
  };
}
