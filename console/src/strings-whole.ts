// SPDX-License-Identifier: Apache-2.0
// Seeing a media as a whole: a part of the catalogue of strings.ts, under its rules.
import type { Entry } from './strings';

export const whole = {
  'whole.open': ['Voir en entier…', 'View as a whole…'],
  'whole.title': ['Voir ce média en entier', 'View this media as a whole'],
  'whole.why': ['Pourquoi est-ce nécessaire ?', 'Why is it needed?'],
  'whole.why.age': ["pour dire la tranche d'âge", 'to tell the category of age'],
  'whole.why.place': ['pour reconnaître le lieu', 'to recognise the place'],
  'whole.why.identify': ['pour reconnaître une personne ou un objet', 'to recognise somebody or something'],
  'whole.why.authority': ['pour répondre à une autorité', 'to answer an authority'],
  'whole.why.appeal': ['pour une contestation', 'for an appeal'],
  'whole.next': ['Continuer', 'Go on'],
  'whole.sure': [
    'Ce que vous allez voir peut blesser. Votre nom, la raison et l’heure sont enregistrés avant l’affichage ; le signalement dira que le média a été vu. Le son n’est jamais joué.',
    'What you are about to see can hurt. Your name, the reason and the time are recorded before it shows; the report will say that the media was viewed. Sound is never played.',
  ],
  'whole.confirm': ['Oui, afficher', 'Yes, show it'],
  'whole.close': ['Refermer', 'Close'],
  'whole.failed': ["Le média n'est pas montré.", 'The media is not shown.'],
  'whole.picture': ['Image {n} sur {of}', 'Picture {n} of {of}'],
  'whole.colour': ['en couleurs', 'in colour'],
  'whole.before': ['Précédente', 'Previous'],
  'whole.after': ['Suivante', 'Next'],
  'whole.more': [
    { one: 'Demander {n} image de plus', other: 'Demander {n} images de plus' },
    { one: 'Ask for {n} more picture', other: 'Ask for {n} more pictures' },
  ],
  'whole.record.whole': ['Enregistré : vu en entier.', 'Recorded: viewed as a whole.'],
  'whole.record.part': ['Enregistré : vu en partie.', 'Recorded: viewed in part.'],
  'whole.record.more': [
    'Enregistré : vu en partie. Le fichier est incomplet ou trop long pour être montré en entier.',
    'Recorded: viewed in part. The file is incomplete, or too long to be shown as a whole.',
  ],
} as const satisfies Record<string, readonly [fr: Entry, en: Entry]>;
