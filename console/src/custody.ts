// SPDX-License-Identifier: Apache-2.0
// What is said of a case's keys, holds and clocks. Pure.
import { duration } from './format';
import type { Lang } from './types';
import type { T } from './i18n';
import type { CaseKey, ClockItem, Custody, Hold, KeyHolder } from './types-custody';
import type { Receiver } from './types-route';

/** Who can open the content today, in one word; each has its sentence. */
export type Holder = 'roles' | 'filing' | 'receiver' | 'nobody';

export function holderOf(key: Pick<CaseKey, 'state' | 'wrapped_for'>): Holder {
  if (key.state === 'handed_over') return 'receiver';
  if (key.state === 'destroyed') return 'nobody';
  return key.wrapped_for.includes('content') ? 'roles' : key.wrapped_for.length > 0 ? 'filing' : 'nobody';
}

/** The hold that stands; null: none. */
export const standing = (custody: Pick<Custody, 'holds'>): Hold | null => custody.holds.find((hold) => !hold.released) ?? null;

/** What a clock says: an end in so much time, overdue, or why it does not run. */
export function clockSays(t: T, item: ClockItem, now: number): string {
  if (item.kept_by) return t(`custody.kept.${item.kept_by}`);
  const end = item.ends ? Date.parse(item.ends) : NaN;
  if (Number.isNaN(end)) return t('custody.kept.no_rule');
  return now >= end ? t('custody.ends.now') : t('custody.ends.in', { time: duration(t, end - now) });
}

/** Where a clock began, for its line; it runs from the decision, or from when a hold was placed. */
export function clockFrom(item: ClockItem, decided: string | null | undefined, hold: Hold | null): string | null {
  return (item.what === 'hold_review' ? hold?.placed : decided) ?? null;
}

/** The receivers of a space that an archive can be sealed for, by name. */
export function keyHolders(receivers: readonly Receiver[], space: string, lang: Lang): KeyHolder[] {
  return receivers
    .filter((r) => r.own && r.has_key && r.space === space)
    .map((r) => ({ id: r.id, name: r.name[lang] || r.name.fr || r.name.en || r.id }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** "2,3 Mo", "12 kB": three figures are enough for a person. */
export function bytesText(lang: Lang, bytes: number): string {
  const units = lang === 'fr' ? ['octets', 'ko', 'Mo', 'Go'] : ['bytes', 'kB', 'MB', 'GB'];
  let [n, unit] = [Math.max(0, bytes), 0];
  while (n >= 1000 && unit < units.length - 1) [n, unit] = [n / 1000, unit + 1];
  const text = new Intl.NumberFormat(lang === 'fr' ? 'fr-FR' : 'en-GB', { maximumFractionDigits: unit > 0 && n < 10 ? 1 : 0 }).format(n);
  return `${text}\u00a0${units[unit]}`;
}
