// SPDX-License-Identifier: Apache-2.0
// What the server says of the queue and of welfare, as types: the shapes of docs/openapi.yaml.
import type { Bilingual, Case } from './types';

export type Category = 'material' | 'threat' | 'live' | 'contact' | 'report';
export const categories: readonly Category[] = ['material', 'threat', 'live', 'contact', 'report'];
export type Imminence = 'meeting' | 'live' | 'help' | 'notice';
export type Link = 'account' | 'address' | 'opening';

/** What a case says since the queue knows skills: the server sends these with every case. */
export interface Queued {
  category: Category;
  /** That somebody must read to judge it; absent when it is not known. */
  language?: string;
  /** Why it cannot wait. */
  imminence: Imminence[];
  /** Seconds before the deadline, negative after it; of open cases. */
  remaining?: number;
  /** It waits so long that it is offered to everybody of the space. */
  offered_to_all?: boolean;
}

export interface NextCase {
  case: Case & Queued;
  /** Leased to the same person. */
  linked: (Case & Queued & { link: Link[] })[];
  why: Bilingual;
}

export interface Skills {
  languages: string[];
  spaces: string[];
  categories: Category[];
}

export type Thumbnail = 'small' | 'medium' | 'large';
/** How cases of a category are shown to somebody. */
export interface Display {
  /** 0 none .. 3 most. */
  blur: number;
  grey: boolean;
  mute: boolean;
  thumbnail: Thumbnail;
  mask_text: boolean;
}
export type DisplayChoices = Record<Category, Display & { chosen: boolean }>;

export interface Exposure {
  cases_hour: number;
  cases_day: number;
  media_hour: number;
  media_day: number;
}
export interface CategoryWelfare {
  seen: Exposure;
  /** 0 is none. */
  limit: Exposure;
  reached: boolean;
  /** Never first or last in a shift. */
  hard: boolean;
  opted_out: boolean;
}
export interface SupportContact {
  space: string;
  name: string;
  phone?: string;
  email?: string;
  url?: string;
  text: Bilingual;
}
export interface Welfare {
  categories: Record<Category, CategoryWelfare>;
  break: {
    due: boolean;
    until?: string;
    minutes: number;
    after_minutes: number;
    after_cases: number;
    worked_minutes: number;
    cases: number;
  };
  shift: {
    under_way: boolean;
    /** 0: its end was not said. */
    hours: number;
    began?: string;
    ends?: string;
    hard_not_in_first: number;
    hard_not_in_last: number;
    no_hard_now: boolean;
  };
  in_hand: string[];
  contacts: SupportContact[];
}

export type Measure = 'cases' | 'media' | 'breaks' | 'opt_outs';
export interface GroupFigure {
  measure: Measure;
  category?: Category;
  /** null: too few people, or it could be told from others. */
  value: number | null;
}
export interface GroupWeek {
  week: string;
  figures: GroupFigure[];
}
export interface GroupWelfare {
  least: number;
  spaces: { space: string; weeks: GroupWeek[] }[];
}
