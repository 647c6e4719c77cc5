// SPDX-License-Identifier: Apache-2.0
// The pages of the console that need no more than an address: one table for routes, navigation, titles and permissions.
// What each shows: views/pages.tsx. The queue, a case and a bank, whose addresses carry more, are in route.ts.
import type { Key } from './strings';
import type { Permission } from './types';

/** Where the navigation shows a page: the work itself, learning, what a lead keeps an eye on, tools, people, oneself. */
export type NavGroup = 'work' | 'learn' | 'lead' | 'tools' | 'people' | 'me';

export interface PageDef {
  /** The address: '#/path', and '#/path/ID' when `id` says what an ID looks like. */
  path: string;
  title: Key;
  /** Its word in the navigation; without one it is reached from another page. */
  nav?: Key;
  group?: NavGroup;
  /** Shown only to who holds it somewhere; the server refuses all the same. */
  permission?: Permission;
  id?: RegExp;
  /** `g`, then this letter, goes there; without one it gets a free letter of its path (navigation.ts). */
  letter?: string;
}

const table = {
  banks: { path: 'banks', title: 'bank.title', nav: 'bank.nav', group: 'tools', permission: 'bank.see' },
  quality: { path: 'evidence', title: 'quality.title', nav: 'quality.nav', group: 'lead', permission: 'quality.see' },
  dead: { path: 'dead', title: 'dead.title', nav: 'dead.nav', group: 'tools', permission: 'delivery.see' },
  display: { path: 'display', title: 'display.title', nav: 'display.nav', group: 'me' },
  notices: { path: 'notices', title: 'notices.title', nav: 'notices.nav', group: 'work', permission: 'notice.see' },
  flaggers: { path: 'flaggers', title: 'flaggers.title', nav: 'flaggers.nav', group: 'lead', permission: 'flagger.keep' },
} satisfies Record<string, PageDef>;

export type PageName = keyof typeof table;
export const pages: Record<PageName, PageDef> = table;
export const pageNames = Object.keys(table) as PageName[];
export const isPage = (name: string): name is PageName => Object.hasOwn(table, name);
