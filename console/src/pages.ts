// SPDX-License-Identifier: Apache-2.0
// The pages of the console that need no more than an address: one table for routes, navigation, titles and permissions.
// What each shows: views/pages.tsx. The queue, a case and a bank, whose addresses carry more, are in route.ts.
import type { Key } from './strings';
import type { Permission } from './types';

/** Where the navigation shows a page: the work itself, reports to authorities, learning, what a lead keeps an eye on, tools and people, oneself. */
export type NavGroup = 'work' | 'report' | 'learn' | 'lead' | 'tools' | 'me';

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
  appeals: { path: 'appeals', title: 'appeals.title', nav: 'appeals.nav', group: 'work', permission: 'appeal.list' },
  appeal: { path: 'appeal', title: 'appeals.title', id: /^a-\d{6,}$/, permission: 'appeal.list' },
  bulk: { path: 'bulk', title: 'bulk.title', nav: 'bulk.nav', group: 'lead', permission: 'bulk.decide' },
  training: { path: 'training', title: 'training.title', nav: 'training.nav', group: 'learn', permission: 'training.take' },
  course: { path: 'course', title: 'training.title', permission: 'training.take', id: /^[a-z0-9-]{1,64}$/ },
  practice: { path: 'practice', title: 'practice.title', nav: 'practice.nav', group: 'learn', permission: 'training.take' },
  practiceCase: { path: 'practice-case', title: 'practice.title', permission: 'training.take', id: /^[a-z0-9-]{1,64}$/ },
  certificates: { path: 'certificates', title: 'certs.title', nav: 'certs.nav', group: 'lead', permission: 'training.keep' },
  banks: { path: 'banks', letter: 'b', title: 'bank.title', nav: 'bank.nav', group: 'tools', permission: 'bank.see' },
  quality: { path: 'evidence', letter: 'e', title: 'quality.title', nav: 'quality.nav', group: 'lead', permission: 'quality.see' },
  figures: { path: 'figures', title: 'figures.title', nav: 'figures.nav', group: 'lead', permission: 'figures.see', letter: 'f' },
  agreement: { path: 'agreement', title: 'agree.title', nav: 'agree.nav', group: 'lead', permission: 'figures.see', letter: 'a' },
  gold: { path: 'gold', title: 'gold.title', nav: 'gold.nav', group: 'lead', permission: 'gold.keep' },
  dead: { path: 'dead', letter: 'd', title: 'dead.title', nav: 'dead.nav', group: 'tools', permission: 'delivery.see' },
  welfare: { path: 'welfare', title: 'welfare.title', nav: 'welfare.nav', group: 'me', permission: 'case.decide' },
  break: { path: 'break', title: 'break.title', permission: 'case.decide' },
  teamWelfare: { path: 'team-welfare', title: 'team.title', nav: 'team.nav', group: 'lead', permission: 'welfare.group' },
  display: { path: 'display', title: 'display.title', nav: 'display.nav', group: 'me' },
  people: { path: 'people', title: 'people.title', nav: 'people.nav', group: 'tools', permission: 'people.see' },
  audit: { path: 'audit', title: 'audit.title', nav: 'audit.nav', group: 'tools', permission: 'audit.see' },
  me: { path: 'me', title: 'me.title', nav: 'me.nav', group: 'me' },
  security: { path: 'security', title: 'security.title' },
  notices: { path: 'notices', title: 'notices.title', nav: 'notices.nav', group: 'work', permission: 'notice.see' },
  flaggers: { path: 'flaggers', title: 'flaggers.title', nav: 'flaggers.nav', group: 'lead', permission: 'flagger.keep' },
  filings: { path: 'filings', title: 'filings.title', nav: 'filings.nav', group: 'report', permission: 'filing.see', letter: 'r' },
  filing: { path: 'filing', title: 'filing.title', permission: 'filing.see', id: /^\d{1,12}$/ },
  portal: { path: 'portal', title: 'portal.title.plain', permission: 'filing.see', id: /^\d{1,12}$/ },
  demands: { path: 'demands', title: 'demands.title', nav: 'demands.nav', group: 'report', permission: 'demand.see' },
  demand: { path: 'demand', title: 'demands.title', permission: 'demand.see', id: /^d-\d{6,}$/ },
  disclosure: { path: 'disclosure', title: 'disclosure.title', nav: 'disclosure.nav', group: 'report', permission: 'disclosure.keep' },
  law: { path: 'law', title: 'law.title', nav: 'law.nav', group: 'report', letter: 'l' },
} satisfies Record<string, PageDef>;

export type PageName = keyof typeof table;
export const pages: Record<PageName, PageDef> = table;
export const pageNames = Object.keys(table) as PageName[];
export const isPage = (name: string): name is PageName => Object.hasOwn(table, name);
