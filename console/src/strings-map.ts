// SPDX-License-Identifier: Apache-2.0
// The sentences of the small map: a part of the catalogue of strings.ts, under its rules.
import type { Entry } from './strings';

export const map = {
  'map.none': ['Aucun pays n’est connu : il n’y a rien à montrer sur une carte.', 'No country is known: there is nothing to show on a map.'],
  'map.alt': ['Carte : {where}. Le tableau dit la même chose.', 'Map: {where}. The table says the same.'],
  'map.caption': ['Où ils sont peut-être', 'Where they may be'],
  'map.country': ['Pays', 'Country'],
  'map.who': ['Qui, et avec quelle certitude', 'Who, and how surely'],
  'map.author': ['auteur', 'author'],
  'map.victim': ['victime', 'victim'],
  'map.host': ['hébergement', 'hosting'],
} as const satisfies Record<string, readonly [fr: Entry, en: Entry]>;
