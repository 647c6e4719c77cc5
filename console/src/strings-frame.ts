// SPDX-License-Identifier: Apache-2.0
// What the frame says: navigation and its groups. Joined into the catalogue by strings.ts.

export const frame = {
  'nav.group.work': ['Travail', 'Work'],
  'nav.group.report': ['Autorités', 'Authorities'],
  'nav.group.learn': ['Apprendre', 'Learning'],
  'nav.group.lead': ['Pilotage', 'Oversight'],
  'nav.group.tools': ['Outils', 'Tools'],
  'nav.group.me': ['Moi', 'Me'],
  'page.not_yours': ["Vos rôles n'ouvrent pas cette page. Une personne qui administre Vigie peut les changer.", 'Your roles do not open this page. An administrator of Vigie can change them.'],
  'nav.first': ['Premières pages', 'First pages'],
  'nav.more': ['Toutes les pages et les réglages', 'All pages and settings'],
  'nav.more.short': ['Menu', 'Menu'],
  'nav.go': ['Aller à : une lettre', 'Go to: press a letter'],
  'nav.go.none': ['Aucune page sous « {letter} ».', 'No page under “{letter}”.'],
  'keys.go': ['Aller à une page', 'Go to a page'],
  'keys.then': ['puis', 'then'],
  'key.go': ['aller à une page : G, puis sa lettre', 'go to a page: G, then its letter'],
} as const;
