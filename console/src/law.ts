// SPDX-License-Identifier: Apache-2.0
// The book of law in the order it is read: by country, with a filter. Pure.
import type { Bilingual } from './types';
import type { LawBook, Receiver, Receivers, Statute } from './types-route';

export interface LawFilter {
  text: string;
  /** Only what was not verified in a primary source. */
  unverified: boolean;
}

export interface CountryOfLaw {
  code: string;
  name: string;
  statutes: Statute[];
  receivers: Receiver[];
  silence: Bilingual | null;
}

/** Read in a primary source, on a day that is known. */
export const isVerified = (entry: Statute | Receiver): boolean => entry.from.sure === 'primary' && Boolean(entry.from.verified_on);

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const holds = (wanted: string, ...texts: (string | undefined)[]): boolean => texts.some((text) => text !== undefined && plain(text).includes(wanted));

/** Countries with what the filter lets through, by name; a country whose own name is asked for is shown whole. */
export function byCountry(law: LawBook, known: Receivers, filter: LawFilter, name: (code: string) => string): CountryOfLaw[] {
  const wanted = plain(filter.text.trim());
  const codes = [...new Set([...law.countries.map((c) => c.code), ...law.statutes.map((s) => s.country), ...known.receivers.map((r) => r.country)])];
  return codes
    .map((code) => {
      const whole = wanted === '' || holds(wanted, name(code)) || wanted === code.toLowerCase();
      const passes = (entry: Statute | Receiver, ...texts: (string | undefined)[]): boolean =>
        entry.country === code && (!filter.unverified || !isVerified(entry)) && (whole || holds(wanted, ...texts));
      return {
        code,
        name: name(code),
        statutes: law.statutes.filter((s) => passes(s, s.reference, s.title.fr, s.title.en)),
        receivers: known.receivers.filter((r) => passes(r, r.name.fr, r.name.en, r.phone, r.url, r.id)),
        silence: whole && !filter.unverified ? (known.silences.find((s) => s.country === code)?.note ?? null) : null,
      };
    })
    .filter((c) => c.statutes.length + c.receivers.length > 0 || c.silence)
    .sort((a, b) => Number(a.code === 'ZZ') - Number(b.code === 'ZZ') || a.name.localeCompare(b.name));
}
