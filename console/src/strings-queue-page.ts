// SPDX-License-Identifier: Apache-2.0
// What the queue page says beyond the list itself: the next case, what cannot wait, marks of a case, skills. Joined into the catalogue by strings.ts.

export const queuepage = {
  'next.button': ['Dossier suivant', 'Next case'],
  'next.none': ["Rien ne vous attend pour l'instant.", 'Nothing is waiting for you just now.'],
  'next.stopped': ["Pas de dossier suivant pour l'instant.", 'No next case just now.'],
  'next.stopped.break': ['Voir ma pause', 'See my break'],
  'imminence.meeting': ['une rencontre se prépare', 'a meeting is being arranged'],
  'imminence.live': ['en direct', 'live now'],
  'imminence.help': ['un enfant demande de l’aide', 'a child asks for help'],
  'imminence.notice': ['un enfant est signalé en danger', 'a child is reported in danger'],
  'queue.trusted': ['signaleur de confiance', 'trusted flagger'],
  'queue.second': ['second regard', 'second look'],
  'queue.disagreement': ['désaccord', 'disagreement'],
  'queue.for_all': ['proposé à tous', 'offered to all'],
  'queue.together': ['arrivé ensemble', 'came together'],
  'queue.language': ['à lire en {language}', 'to be read in {language}'],
  'queue.mine_only': ['Ce que je traite', 'What I work on'],
  'queue.mine_only.help': [
    'Vos langues, espaces et sortes de dossier : ils décident aussi de ce que « dossier suivant » vous donne.',
    'Your languages, spaces and kinds of case: they also decide what “next case” gives you.',
  ],
  'linked.title': ['Dossiers liés', 'Linked cases'],
  'linked.account': ['même compte', 'same account'],
  'linked.address': ['même adresse donnée', 'same address handed out'],
  'linked.opening': ['même premier message', 'same first message'],
  'lang.fr': ['français', 'French'],
  'lang.en': ['anglais', 'English'],
  'lang.es': ['espagnol', 'Spanish'],
  'lang.de': ['allemand', 'German'],
  'lang.ar': ['arabe', 'Arabic'],
  'lang.pt': ['portugais', 'Portuguese'],
} as const;
