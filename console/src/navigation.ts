// SPDX-License-Identifier: Apache-2.0
// What the navigation offers to whom, in which order, and the letter after `g` that leads there. Pure.
import { pageNames, pages, type NavGroup, type PageDef, type PageName } from './pages';
import type { Key } from './strings';
import type { Permission } from './types';

/** 'queue' has an address of its own kind; the others are of the table in pages.ts. */
export type Destination = 'queue' | PageName;

export interface NavItem {
  to: Destination;
  word: Key;
  group: NavGroup;
  letter: string;
}

/** The order on the page: what the day is made of first, oneself last. */
export const groups: readonly NavGroup[] = ['work', 'report', 'learn', 'lead', 'tools', 'me'];

const QUEUE_LETTER = 'q';
const NAVIGABLE = pageNames.filter((name) => pages[name].nav);

/** A letter for every page that has a word in the navigation. It is the same for every role, so that it can be learnt. */
export function assignLetters(names: readonly string[], of: (name: string) => PageDef): Map<string, string> {
  const letters = new Map<string, string>();
  const taken = new Set([QUEUE_LETTER]);
  const take = (name: string, letter: string): void => {
    letters.set(name, letter);
    taken.add(letter);
  };
  for (const name of names) {
    const { letter } = of(name);
    if (letter && !taken.has(letter)) take(name, letter);
  }
  for (const name of names) {
    if (letters.has(name)) continue;
    const free = [...of(name).path.replace(/[^a-z]/g, ''), ...'abcdefghijklmnoprstuvwxyz'].find((c) => !taken.has(c));
    if (free) take(name, free);
  }
  return letters;
}

const letters = assignLetters(NAVIGABLE, (name) => pages[name as PageName]);

/** What a person with these permissions is shown. The queue stands first wherever it is shown at all. */
export function navigation(may: (permission: Permission) => boolean): NavItem[] {
  const items: NavItem[] = may('case.list') ? [{ to: 'queue', word: 'queue.nav', group: 'work', letter: QUEUE_LETTER }] : [];
  for (const group of groups) {
    for (const name of NAVIGABLE) {
      const page = pages[name];
      if ((page.group ?? 'tools') !== group || !page.nav || (page.permission && !may(page.permission))) continue;
      items.push({ to: name, word: page.nav, group, letter: letters.get(name) ?? '' });
    }
  }
  return items;
}

/** What stays in sight on a narrow screen, where the rest is one press away: the beginning of the order. */
export const foremost = (items: readonly NavItem[]): NavItem[] => items.slice(0, 2);

/** Where `g` and this letter lead, among what is offered. */
export function destination(items: readonly NavItem[], letter: string): Destination | null {
  return items.find((item) => item.letter === letter.toLowerCase())?.to ?? null;
}
