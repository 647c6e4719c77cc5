// SPDX-License-Identifier: Apache-2.0
// Names of countries as the browser knows them, and what a person typed as a country. Pure.
import type { T } from './i18n';
import type { Lang } from './types';

const names: Partial<Record<Lang, Intl.DisplayNames>> = {};

/** "France"; the code itself when nobody has a name for it. ZZ is no one country. */
export function countryName(t: T, lang: Lang, code: string): string {
  if (code === 'ZZ') return t('country.none');
  try {
    names[lang] ??= new Intl.DisplayNames([lang], { type: 'region' });
    return names[lang].of(code) ?? code;
  } catch {
    return code;
  }
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();

/** The code of what was typed: a code, or a name in the reader's language among `codes`; '' when it is neither. */
export function countryOf(text: string, codes: readonly string[], name: (code: string) => string): string {
  const typed = text.trim();
  if (/^[a-zA-Z]{2}$/.test(typed)) return typed.toUpperCase();
  const wanted = plain(typed);
  return wanted ? (codes.find((code) => plain(name(code)) === wanted) ?? '') : '';
}
