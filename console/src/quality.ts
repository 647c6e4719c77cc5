// SPDX-License-Identifier: Apache-2.0
// How often evidence is right, in the order in which somebody should look at it. Pure.
import type { Quality } from './types';

export const periods: readonly number[] = [30, 90, 365];
const ENOUGH = 3;

/** Wrong more often than right, over opinions enough to say so: an expression to rewrite or take out. */
export function needsLook(q: Quality): boolean {
  return q.right + q.wrong >= ENOUGH && q.wrong > q.right;
}

/** Those to look at first, then the least right, then the most judged. */
export function leastRightFirst(all: readonly Quality[]): Quality[] {
  return [...all].sort(
    (a, b) =>
      Number(needsLook(b)) - Number(needsLook(a)) || (a.share ?? 2) - (b.share ?? 2) || b.judged - a.judged || name(a, b),
  );
}

/** The most judged first; what nobody judged last, the most shown first. */
export function mostJudgedFirst(all: readonly Quality[]): Quality[] {
  return [...all].sort((a, b) => b.judged - a.judged || (b.shown ?? 0) - (a.shown ?? 0) || name(a, b));
}

function name(a: Quality, b: Quality): number {
  const [x, y] = [`${a.name} ${a.source ?? ''}`, `${b.name} ${b.source ?? ''}`];
  return x < y ? -1 : x > y ? 1 : 0;
}

export const anyJudged = (all: readonly Quality[]): boolean => all.some((q) => q.judged > 0);
