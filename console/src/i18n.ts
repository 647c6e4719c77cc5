// SPDX-License-Identifier: Apache-2.0
// A sentence of the catalogue in the reader's language, with its values.
import { entry, isKey, typography, type Key } from './strings';
import type { Bilingual, Lang } from './types';

export type Values = Record<string, string | number>;

/** The form of a plural entry: French counts 0 and 1 as singular, English only 1. */
export function isSingular(n: number, lang: Lang): boolean {
  return lang === 'fr' ? n >= 0 && n < 2 : n === 1;
}

export function translate(lang: Lang, key: Key, values: Values = {}): string {
  const found = entry(key, lang);
  const text = typeof found === 'string' ? found : isSingular(Number(values['n'] ?? 0), lang) ? found.one : found.other;
  return typography(text, lang).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(lang, value) : value;
  });
}

export type T = (key: Key, values?: Values) => string;
const translators: Record<Lang, T> = {
  fr: (key, values) => translate('fr', key, values),
  en: (key, values) => translate('en', key, values),
};
export function translator(lang: Lang): T {
  return translators[lang];
}

/** A word made of a prefix and a name from the server; a name the console does not know is shown as it is. */
export function word(t: T, prefix: string, name: string): string {
  const key = `${prefix}.${name}`;
  return isKey(key) ? t(key) : name;
}

/** The server's own sentence in the reader's language, else in the other one. */
export function pick(text: Bilingual | null | undefined, lang: Lang): string {
  return text?.[lang] || text?.[lang === 'fr' ? 'en' : 'fr'] || '';
}

const numbers: Record<Lang, Intl.NumberFormat> = {
  fr: new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 1 }),
  en: new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 }),
};
export function number(lang: Lang, n: number): string {
  return numbers[lang].format(n);
}
