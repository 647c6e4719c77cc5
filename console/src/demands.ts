// SPDX-License-Identifier: Apache-2.0
// Demands of authorities in words and in order. Pure.
import { duration } from './format';
import type { T } from './i18n';
import type { Demand, DemandClock, DemandThing } from './types-demands';

/** The clocks that run first, the least time left on top; then those that stand; then what is done, the newest first. */
export function inOrder(demands: readonly Demand[]): Demand[] {
  const rank = (d: Demand): number => (d.state === 'done' ? 2 : d.clock.runs ? 0 : 1);
  return [...demands].sort((a, b) => rank(a) - rank(b) || (rank(a) === 2 ? Date.parse(b.received) - Date.parse(a.received) : Date.parse(a.due) - Date.parse(b.due)) || a.id.localeCompare(b.id));
}

/** What of a clock is left after `since` milliseconds on this page: the server's time counts, not the browser's. */
export const leftNow = (clock: DemandClock, since: number): number => clock.left_seconds * 1000 - (clock.runs ? since : 0);

/** "18 h left", "late by 2 h", "the clock stands"; '' : it is over. */
export function clockWords(t: T, demand: Demand, since: number): string {
  if (demand.state === 'done') return '';
  if (!demand.clock.runs) return t('demand.stands');
  const left = leftNow(demand.clock, since);
  return left < 0 ? t('clock.late', { time: duration(t, -left) }) : t('clock.left', { time: duration(t, left) });
}

export function tone(demand: Demand, since: number): 'calm' | 'soon' | 'late' {
  if (demand.state === 'done' || !demand.clock.runs) return 'calm';
  const left = leftNow(demand.clock, since);
  return left < 0 ? 'late' : left <= demand.clock.whole_seconds * 250 ? 'soon' : 'calm'; // the last quarter
}

/** One thing for each line: an address, a hash in hexadecimal, else the account that was named; "event ID" is an event. */
export function thingsOf(text: string): { kind: DemandThing; value: string }[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const event = /^(?:event|événement)\s+(\S+)$/iu.exec(line);
      if (event) return { kind: 'event', value: event[1] as string };
      if (/^https?:\/\//i.test(line)) return { kind: 'url', value: line };
      if (/^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(line)) return { kind: 'hash', value: line.toLowerCase() };
      return { kind: 'account', value: line };
    });
}
