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
