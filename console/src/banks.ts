// SPDX-License-Identifier: Apache-2.0
// Banks of known material in words: how fresh, how trusted, what a match says; and what a form's fields come to. Pure.
import { duration } from './format';
import { word, type T } from './i18n';
import { isKey, type Key } from './strings';
import type { Bank, BankEffect, BankRequest, EntryRequest, HashAlgorithm, MediaMatch, MediaView, Role } from './types';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Lists of known material grow all the time: one that stood still for so long is worth a question to its source. */
export const STALE_MS = 30 * DAY_MS;
export const EXPIRES_SOON_MS = 14 * DAY_MS;

export const effects: readonly BankEffect[] = ['block', 'hold', 'review', 'allow'];
export const roles: readonly Role[] = ['referent', 'lead', 'admin', 'auditor'];
export const ENTRY_NAME_BYTES = 256;
export const NOTE_BYTES = 1000;

// ---- how fresh, how trusted ----

export interface Fresh {
  tone: 'fresh' | 'stale';
  text: string;
}

export function freshness(t: T, bank: Bank, now: number): Fresh {
  if (bank.expired) return { tone: 'stale', text: t('bank.fresh.expired') };
  if (bank.entries === 0) return { tone: 'stale', text: t('bank.fresh.empty') };
  const age = now - Date.parse(bank.updated);
  if (age < MINUTE_MS) return { tone: 'fresh', text: t('bank.fresh.now') };
  const stale = age >= STALE_MS;
  return {
    tone: stale ? 'stale' : 'fresh',
    text: t(stale ? 'bank.fresh.stale' : 'bank.fresh.ago', { time: duration(t, age) }),
  };
}

/** When it ends by itself, if that is near enough to be said in a list. */
export function expiresSoon(t: T, bank: Bank, now: number): string {
  if (!bank.expires || bank.expired) return '';
  const left = Date.parse(bank.expires) - now;
  return left < EXPIRES_SOON_MS ? t('bank.expires.in', { time: duration(t, left) }) : '';
}

export interface Trust {
  /** Share of the opinions that confirm; null when nobody said anything yet. */
  share: number | null;
  text: string;
}

export function trust(t: T, bank: Pick<Bank, 'confirmed' | 'rejected'>): Trust {
  const all = bank.confirmed + bank.rejected;
  if (all === 0) return { share: null, text: t('bank.opinions.none') };
  const text = `${t('bank.opinions.confirmed', { n: bank.confirmed })}, ${t('bank.opinions.rejected', { n: bank.rejected })}`;
  return { share: bank.confirmed / all, text };
}

/** The spaces a bank serves, by their titles. */
export function spacesText(t: T, spaces: string, title: (name: string) => string): string {
  if (spaces.split(',').some((s) => s.trim() === '*')) return t('bank.spaces.all');
  return spaces
    .split(',')
    .map((s) => title(s.trim()))
    .join(', ');
}

/** A bank's settings as sentences. `day` says a date. */
export function settings(
  t: T,
  bank: Bank,
  title: (name: string) => string,
  day: (time: string) => string,
): { key: string; text: string }[] {
  const everybody = roles.every((r) => bank.visible_to.includes(r));
  const names = bank.visible_to.map((r) => word(t, 'role', r)).join(', ');
  const out = [
    { key: 'effect', text: t(`bank.effect.${bank.effect}.long`) },
    {
      key: 'threshold',
      text: bank.threshold === 0 ? t('bank.say.threshold.none') : t('bank.say.threshold', { n: bank.threshold }),
    },
    { key: 'quality', text: t('bank.say.quality', { n: bank.min_quality }) },
    { key: 'video', text: t('bank.say.video', { n: bank.video_percent }) },
    { key: 'profile', text: t(`bank.say.profile.${bank.profile}`) },
    {
      key: 'spaces',
      text:
        bank.spaces === '*'
          ? t('bank.say.spaces.all')
          : t('bank.say.spaces', { spaces: spacesText(t, bank.spaces, title) }),
    },
    { key: 'seen', text: everybody ? t('bank.say.seen.all') : t('bank.say.seen', { roles: names }) },
  ];
  if (bank.expires) out.push({ key: 'expires', text: t('bank.say.expires', { day: day(bank.expires) }) });
  else out.push({ key: 'expires', text: t('bank.say.expires.never') });
  return out;
}

// ---- what a match says ----

function where(t: T, m: MediaMatch): string {
  if (!m.bank) return t('match.in.hidden');
  return m.category ? t('match.in.category', { bank: m.bank, category: m.category }) : t('match.in', { bank: m.bank });
}

/** The match in a sentence: what is alike, with which list, how far apart, how turned. */
export function matchSentence(t: T, m: MediaMatch): string {
  if (m.algorithm !== 'pdq') return t('match.exact', { where: where(t, m) });
  const n = m.distance ?? 0;
  const near = n === 0 ? t('match.same', { where: where(t, m) }) : t('match.near', { n, where: where(t, m) });
  const turn = m.turn && m.turn !== 'none' ? `, ${word(t, 'match.turn', m.turn)}` : '';
  return `${near}${turn}.`;
}

/** Of a video: how much of it and of the entry was found; '' for a picture. */
export function shareSentence(t: T, m: MediaMatch): string {
  if (m.query_percent === undefined || m.bank_percent === undefined) return '';
  return t('match.video', { query: m.query_percent, bank: m.bank_percent });
}

export function effectSentence(t: T, m: MediaMatch): string {
  const key = `match.effect.${m.effect}`;
  return isKey(key) ? t(key) : m.effect;
}

export interface Viewer {
  user: string;
  times: number;
  last: string;
}

/** Who viewed, the last one first. */
export function viewers(views: readonly MediaView[]): Viewer[] {
  const byUser = new Map<string, Viewer>();
  for (const { user, time } of views) {
    const known = byUser.get(user);
    const last = known && Date.parse(known.last) > Date.parse(time) ? known.last : time;
    byUser.set(user, { user, times: (known?.times ?? 0) + 1, last });
  }
  return [...byUser.values()].sort((a, b) => Date.parse(b.last) - Date.parse(a.last));
}

/** "81 ko", "81 kB": in thousands, as files are named everywhere. */
export function sizeText(t: T, bytes: number): string {
  const steps = ['size.bytes', 'size.kilo', 'size.mega', 'size.giga'] as const;
  let step = 0;
  let n = bytes;
  while (n >= 1000 && step < steps.length - 1) {
    n /= 1000;
    step++;
  }
  return t(steps[step] as Key, { n: n < 10 && step > 0 ? Math.round(n * 10) / 10 : Math.round(n) });
}

// ---- fields ----

const hashDigits = /^(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})$/;

/** Digits of a hash, without a name before it or spaces in it; '' when it is none. */
export function hashOf(text: string): string {
  const digits = text
    .toLowerCase()
    .replace(/^\s*(?:sha-?256|sha-?1|md5|pdq)\s*[:=]?\s*/, '')
    .replace(/\s/g, '');
  return hashDigits.test(digits) ? digits : '';
}

export type Lookup = { hash: string } | { reference: string };

/** What is looked up: a hash when it can be one, else the source's own name. Null for nothing. */
export function lookupOf(text: string): Lookup | null {
  const hash = hashOf(text);
  if (hash) return { hash };
  const reference = text.trim();
  return reference && new TextEncoder().encode(reference).length <= ENTRY_NAME_BYTES ? { reference } : null;
}

export interface EntryForm {
  hash: string;
  /** Only for 64 digits, where SHA-256 and PDQ look the same. */
  kind: 'sha256' | 'pdq';
  quality: string;
  reference: string;
  category: string;
}

export type Errors = Partial<Record<string, Key>>;

/** A whole number within its limits, or null. */
export function whole(text: string, least: number, most: number): number | null {
  if (!/^\d{1,6}$/.test(text.trim())) return null;
  const n = Number(text);
  return n >= least && n <= most ? n : null;
}

export function entryOf(form: EntryForm): { errors: Errors; entry: EntryRequest | null } {
  const errors: Errors = {};
  const hash = hashOf(form.hash);
  if (!hash) errors['hash'] = 'entry.wrong.hash';
  const algorithm: HashAlgorithm = hash.length === 40 ? 'sha1' : hash.length === 32 ? 'md5' : form.kind;
  const quality = whole(form.quality, 0, 100);
  if (hash && algorithm === 'pdq' && quality === null) errors['quality'] = 'entry.wrong.quality';
  if (new TextEncoder().encode(form.reference.trim()).length > ENTRY_NAME_BYTES)
    errors['reference'] = 'entry.wrong.long';
  if (new TextEncoder().encode(form.category.trim()).length > 128) errors['category'] = 'entry.wrong.long';
  if (Object.keys(errors).length > 0) return { errors, entry: null };
  const reference = form.reference.trim();
  const category = form.category.trim();
  return {
    errors,
    entry: {
      ...(reference ? { reference } : {}),
      ...(category ? { category } : {}),
      hashes: [{ algorithm, value: hash, ...(algorithm === 'pdq' ? { quality: quality ?? 0 } : {}) }],
    },
  };
}

export interface BankForm {
  name: string;
  source: string;
  classification: string;
  effect: BankEffect;
  profile: 'cpp' | 'pytx';
  threshold: string;
  min_quality: string;
  video_percent: string;
  spaces: string;
  visible_to: Role[];
  /** A day, or ''. */
  expires: string;
}

export const emptyBank: BankForm = {
  name: '',
  source: '',
  classification: '',
  effect: 'review',
  profile: 'cpp',
  threshold: '31',
  min_quality: '50',
  video_percent: '80',
  spaces: '*',
  visible_to: [...roles],
  expires: '',
};

export function bankOf(form: BankForm): { errors: Errors; bank: BankRequest | null } {
  const errors: Errors = {};
  const name = form.name.trim();
  const bytes = (s: string): number => new TextEncoder().encode(s.trim()).length;
  if (!/^[a-z0-9._-]{1,64}$/.test(name)) errors['name'] = 'bank.wrong.name';
  if (bytes(form.source) < 1 || bytes(form.source) > 128) errors['source'] = 'bank.wrong.source';
  if (bytes(form.classification) > 128) errors['classification'] = 'entry.wrong.long';
  const threshold = whole(form.threshold, 0, 31);
  const min_quality = whole(form.min_quality, 0, 100);
  const video_percent = whole(form.video_percent, 1, 100);
  if (threshold === null) errors['threshold'] = 'bank.wrong.threshold';
  if (min_quality === null) errors['min_quality'] = 'entry.wrong.quality';
  if (video_percent === null) errors['video_percent'] = 'bank.wrong.video_percent';
  if (!form.spaces.trim()) errors['spaces'] = 'bank.wrong.spaces';
  if (form.visible_to.length === 0) errors['visible_to'] = 'bank.wrong.visible_to';
  if (Object.keys(errors).length > 0 || threshold === null || min_quality === null || video_percent === null)
    return { errors, bank: null };
  const { effect, profile } = form;
  const bank: BankRequest = {
    name,
    source: form.source.trim(),
    effect,
    profile,
    threshold,
    min_quality,
    video_percent,
  };
  if (form.classification.trim()) bank.classification = form.classification.trim();
  bank.spaces = form.spaces.replace(/\s/g, '');
  if (form.visible_to.length < roles.length) bank.visible_to = form.visible_to;
  if (form.expires) bank.expires = `${form.expires}T00:00:00Z`;
  return { errors, bank };
}

/** The field that a problem of the server points at: "/name" -> "name". */
export function fieldOf(pointer: string | undefined): string {
  return /^\/([a-z_]+)/.exec(pointer ?? '')?.[1] ?? '';
}
