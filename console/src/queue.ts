// SPDX-License-Identifier: Apache-2.0
// Which cases a view shows, in which order, and which one comes next. Pure.
import type { Case, User } from './types';

export type View = 'open' | 'overdue' | 'escalated' | 'mine' | 'hold' | 'decided' | 'answered';
export const views: readonly View[] = ['open', 'overdue', 'escalated', 'mine', 'hold', 'decided', 'answered'];

/** What a receiver's answer asks a lead to look at: the decision again, what is missing, that a child is safe. */
export const answersToRead = ['not_illegal', 'more_wanted', 'victim_safe'] as const;
export type AnswerToRead = (typeof answersToRead)[number];

export function isOverdue(c: Case, now: number): boolean {
  return c.state === 'open' && Date.parse(c.due) < now;
}

/** The name of who holds a case now, or ''. */
export function holder(c: Case, now: number): string {
  if (!c.claimed_by) return '';
  return c.claimed_until && Date.parse(c.claimed_until) < now ? '' : c.claimed_by;
}

/** The most pressing first; then who waits longest; then by number, so that the order is always the same. */
export function byPriority(a: Case, b: Case): number {
  return (
    b.priority - a.priority || Date.parse(a.opened) - Date.parse(b.opened) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

export function inView(c: Case, view: View, user: string, now: number): boolean {
  if (view === 'decided') return c.state === 'decided';
  if (view === 'hold') return c.legal_hold;
  if (view === 'answered') return answersToRead.some((kind) => (c.answers ?? []).includes(kind));
  if (c.state !== 'open') return false;
  if (view === 'overdue') return isOverdue(c, now);
  if (view === 'escalated') return c.escalated;
  if (view === 'mine') return holder(c, now) === user;
  return true;
}

/** Lower case without accents, so that "age" finds "âge". */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\u00a0\u202f]/g, ' ')
    .replace(/’/g, "'");
}

/** Every word of the filter must be found somewhere in the case. `label` says an evidence name in the reader's language. */
export function matches(c: Case, filter: string, label: (name: string) => string): boolean {
  const words = fold(filter).split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const all = fold(
    [c.id, c.account, c.space, c.claimed_by ?? '', ...c.evidence.flatMap((e) => [e.name, label(e.name)])].join(' '),
  );
  return words.every((w) => all.includes(w));
}

const OVERDUE_FROM = 500_000; // docs/architecture/review.md: below it cases within their deadline, from it on those past it

/** How full the priority bar is, 0..1: full on the brink of the deadline and after it. */
export function pressing(c: Case): number {
  return Math.min(1, c.priority / OVERDUE_FROM);
}

/** An escalated case is a lead's. */
export function mayDecide(c: Case, user: Pick<User, 'permissions'> | undefined): boolean {
  return Boolean(user?.permissions.includes(c.escalated ? 'case.lead' : 'case.decide'));
}

/** The next case for `user` after `current` (undefined: from the top): free or theirs, one they may decide, never
 *  `current` itself. After the last one it begins again at the top. */
export function nextCase(
  cases: readonly Case[],
  current: string | undefined,
  user: Pick<User, 'name' | 'permissions'>,
  now: number,
): Case | undefined {
  const open = cases.filter((c) => c.state === 'open').sort(byPriority);
  const at = open.findIndex((c) => c.id === current);
  const ring = at < 0 ? open : [...open.slice(at + 1), ...open.slice(0, at)];
  return ring.find((c) => {
    const who = holder(c, now);
    return mayDecide(c, user) && (!who || who === user.name);
  });
}

/** Cases that were leased together stand together: right after the first of them, wherever that is. */
export function together(sorted: readonly Case[], ids: readonly string[]): Case[] {
  const group = sorted.filter((c) => ids.includes(c.id));
  const first = group[0];
  if (group.length < 2 || !first) return [...sorted];
  return sorted.flatMap((c) => (c === first ? group : group.includes(c) ? [] : [c]));
}

export interface Skilled {
  languages: readonly string[];
  spaces: readonly string[];
  categories: readonly string[];
}

/** Whether a case is of what somebody works on; an empty list of skills means all. A case of unknown language fits everybody. */
export function fits(c: Case, skills: Skilled): boolean {
  const among = (list: readonly string[], value: string | undefined): boolean => list.length === 0 || value === undefined || list.includes(value);
  return c.offered_to_all === true || (among(skills.languages, c.language) && among(skills.spaces, c.space) && among(skills.categories, c.category));
}
