// SPDX-License-Identifier: Apache-2.0
// Times, durations and shares as a person reads them.
import { number, type T } from './i18n';
import type { Lang } from './types';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "3 min", "1 h 20", "2 j 4 h": two units at most, the second only where it still matters. Never negative. */
export function duration(t: T, ms: number): string {
  return twoUnits(t, ms).replace(/ /g, '\u00a0'); // and never over two lines
}

function twoUnits(t: T, ms: number): string {
  const span = Math.max(0, ms);
  if (span < MINUTE) return t('time.seconds', { n: Math.floor(span / SECOND) });
  if (span < HOUR) return t('time.minutes', { n: Math.floor(span / MINUTE) });
  if (span < DAY) {
    const h = Math.floor(span / HOUR);
    const m = Math.floor((span % HOUR) / MINUTE);
    if (m === 0 || h >= 12) return t('time.hours', { n: h });
    return t('time.hours_minutes', { h: String(h), m: String(m).padStart(2, '0') });
  }
  const d = Math.floor(span / DAY);
  const h = Math.floor((span % DAY) / HOUR);
  if (h === 0 || d >= 3) return t('time.days', { n: d });
  return t('time.days_hours', { d: String(d), h: String(h) });
}

/** Waiting times of less than a minute would flicker every second: they are all "less than a minute" = 0 min. */
export function waiting(t: T, ms: number): string {
  return ms < MINUTE ? t('time.minutes', { n: 0 }) : duration(t, ms);
}

/** 0..1 as whole percent; never 100 unless it is, never 0 unless it is. */
export function percent(share: number): number {
  if (!(share > 0)) return 0;
  if (share >= 1) return 100;
  return Math.min(99, Math.max(1, Math.round(share * 100)));
}

export function percentText(lang: Lang, share: number): string {
  return lang === 'fr' ? `${number(lang, percent(share))}\u202f%` : `${number(lang, percent(share))}%`;
}

/** Three steps, so that a tone never is the only thing that tells a risk: the number stands beside it. */
export function riskTone(risk: number): 'low' | 'mid' | 'high' {
  return risk >= 0.8 ? 'high' : risk >= 0.5 ? 'mid' : 'low';
}

const clocks = new Map<string, Intl.DateTimeFormat>();
function formatter(lang: Lang, kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang} ${kind}`;
  let found = clocks.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(lang === 'fr' ? 'fr-FR' : 'en-GB', options);
    clocks.set(key, found);
  }
  return found;
}

/** "14:05" in the reader's own time zone. */
export function clock(lang: Lang, time: string | number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  return formatter(lang, 'clock', { hour: '2-digit', minute: '2-digit' }).format(date);
}

/** "lundi 24 novembre", "Monday 24 November". */
export function day(lang: Lang, time: string | number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  return formatter(lang, 'day', { weekday: 'long', day: 'numeric', month: 'long' }).format(date);
}

/** "24 novembre 2026", "24 November 2026". */
export function dayOf(lang: Lang, time: string | number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  return formatter(lang, 'date', { dateStyle: 'long' }).format(date);
}

/** Day, month, year and time, for a tooltip and for what is older than today. */
export function full(lang: Lang, time: string | number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  return formatter(lang, 'full', { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

/** The clock when it is today, else with its day. */
export function when(lang: Lang, time: string | number, now: number): string {
  return sameDay(time, now) ? clock(lang, time) : full(lang, time);
}

export function sameDay(a: string | number, b: string | number): boolean {
  const x = new Date(a);
  const y = new Date(b);
  return x.getFullYear() === y.getFullYear() && x.getMonth() === y.getMonth() && x.getDate() === y.getDate();
}

/** "4:05" for a countdown. */
export function countdown(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  const h = Math.floor(left / 3600);
  const m = Math.floor((left % 3600) / 60);
  const s = String(left % 60).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

/** An account as a list shows it. Who may not know its name gets a fingerprint of 32 digits, of which eight tell rows apart. */
export const shownAccount = (account: string): string => account.replace(/^(account:[0-9a-f]{8})[0-9a-f]{24}$/, '$1…');
