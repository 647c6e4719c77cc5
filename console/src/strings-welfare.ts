// SPDX-License-Identifier: Apache-2.0
// The sentences about the welfare of who works here: a part of the catalogue of strings.ts, under its rules.
import type { Entry } from './strings';

export const welfare = {
  // why no next case is given
  'stopped.break-due': ["Une pause s'impose.", 'A break is due.'],
  'stopped.limit-reached': [
    "Il ne reste que des dossiers d'une catégorie dont vous avez assez vu pour le moment.",
    'Only cases of a category are left of which you have seen enough for now.',
  ],
  'stopped.shift-edge': [
    'Il ne reste que des dossiers difficiles : une prise de service ne commence ni ne finit par eux.',
    'Only hard cases are left: a shift neither begins nor ends with them.',
  ],

  // a case that is not in hand, refused for one's own sake
  'case.stopped.break': [
    "Une pause s'impose : ce dossier attend, ou un collègue le prend.",
    'A break is due: this case waits, or a colleague takes it.',
  ],
  'case.stopped.limit': [
    'Vous avez assez vu de cette catégorie pour le moment : ce dossier attend, ou un collègue le prend.',
    'You have seen enough of this category for now: this case waits, or a colleague takes it.',
  ],

  // the break
  'break.title': ['Pause', 'Break'],
  'break.due': ["C'est le moment de souffler.", 'Time to take a breath.'],
  'break.left': [
    { one: 'Encore {n} minute environ. Rien ne vous sera confié avant.', other: 'Encore {n} minutes environ. Rien ne vous sera confié avant.' },
    { one: 'About {n} minute left. You will be given nothing before.', other: 'About {n} minutes left. You will be given nothing before.' },
  ],
  'break.why': [
    { one: 'Vous avez travaillé {minutes} min de suite et pris {n} dossier.', other: 'Vous avez travaillé {minutes} min de suite et pris {n} dossiers.' },
    { one: 'You worked for {minutes} min in a row and took {n} case.', other: 'You worked for {minutes} min in a row and took {n} cases.' },
  ],
  'break.away': [
    "Quittez l'écran si vous le pouvez : de l'eau, une fenêtre, quelques pas, quelqu'un à qui parler d'autre chose.",
    'Leave the screen if you can: some water, a window, a few steps, somebody to talk to about something else.',
  ],
  'break.in_hand': [
    { one: 'Vous avez {n} dossier en main : vous pouvez le finir, la pause commencera après.', other: 'Vous avez {n} dossiers en main : vous pouvez les finir, la pause commencera après.' },
    { one: 'You have {n} case in hand: you may finish it, the break begins after that.', other: 'You have {n} cases in hand: you may finish them, the break begins after that.' },
  ],
  'break.over': ['La pause est finie. Reprenez quand vous voulez.', 'The break is over. Go on whenever you like.'],
  'break.none': ["Aucune pause n'est prévue maintenant.", 'No break is due now.'],
  'break.back': ['Revenir à la file', 'Back to the queue'],
  'break.talk': ["Besoin de parler à quelqu'un ?", 'Do you want to talk to somebody?'],

  // my welfare
  'welfare.nav': ['Bien-être', 'Welfare'],
  'welfare.title': ['Mon bien-être', 'My welfare'],
  'welfare.lead': [
    "Ce que vous avez vu, vos pauses et ce que vous préférez ne pas recevoir. Personne d'autre ne voit cette page.",
    'What you have seen, your breaks, and what you would rather not be given. Nobody else sees this page.',
  ],
  'welfare.failed': ["La page n'a pas pu être lue.", 'The page could not be read.'],
  'welfare.save.failed': ["Le choix n'a pas pu être enregistré.", 'The choice could not be saved.'],
  'welfare.saved': ['Enregistré.', 'Saved.'],

  'welfare.support': ["Parler à quelqu'un", 'Talk to somebody'],
  'welfare.support.lead': [
    'Sans raison à donner. Rien de cela n’est inscrit au journal.',
    'No reason needed. None of it goes into any log.',
  ],
  'welfare.support.name': ['Dire mon nom à cette personne', 'Tell this person my name'],
  'welfare.support.ask': ["Demander qu'on me contacte", 'Ask to be contacted'],
  'welfare.support.asked': ['Le message est parti, avec votre nom.', 'The message is on its way, with your name.'],
  'welfare.support.asked.quiet': [
    "Le message est parti, sans votre nom : appelez ou écrivez quand vous êtes prêt.",
    'The message is on its way, without your name: call or write when you are ready.',
  ],
  'welfare.support.none': [
    "Vos espaces n'ont pas nommé de personne à contacter. Demandez-le à qui les dirige.",
    'Your spaces have not named anybody. Ask those who run them to.',
  ],

  'welfare.break': ['Pauses', 'Breaks'],
  'welfare.break.rule': [
    { one: 'Après {after}, une pause de {n} minute.', other: 'Après {after}, une pause de {n} minutes.' },
    { one: 'After {after}, a break of {n} minute.', other: 'After {after}, a break of {n} minutes.' },
  ],
  'welfare.break.minutes': [
    { one: '{n} minute de travail', other: '{n} minutes de travail' },
    { one: '{n} minute of work', other: '{n} minutes of work' },
  ],
  'welfare.break.cases': [
    { one: '{n} dossier', other: '{n} dossiers' },
    { one: '{n} case', other: '{n} cases' },
  ],
  'welfare.break.none': ["Vos espaces n'imposent pas de pause. Prenez-en quand même.", 'Your spaces ask for no breaks. Take some all the same.'],
  'welfare.break.now': [
    { one: 'Depuis votre dernière pause : {minutes} min, {n} dossier.', other: 'Depuis votre dernière pause : {minutes} min, {n} dossiers.' },
    { one: 'Since your last break: {minutes} min, {n} case.', other: 'Since your last break: {minutes} min, {n} cases.' },
  ],
  'welfare.break.due': ["Une pause s'impose maintenant.", 'A break is due now.'],
  'welfare.break.see': ['Voir', 'See'],

  'welfare.shift': ['Ma journée', 'My day'],
  'welfare.shift.hours': ['Je travaille pendant', 'I work for'],
  'welfare.shift.help': [
    'Pour que les dossiers difficiles ne viennent ni en premier ni en dernier.',
    'So that hard cases come neither first nor last.',
  ],
  'welfare.shift.unsaid': ['sans le dire', 'not said'],
  'welfare.shift.n': [
    { one: '{n} heure', other: '{n} heures' },
    { one: '{n} hour', other: '{n} hours' },
  ],
  'welfare.shift.from': ['Commencée à {began}.', 'Begun at {began}.'],
  'welfare.shift.from_to': ['De {began} à {ends}.', 'From {began} to {ends}.'],
  'welfare.shift.off': ['Elle commencera avec votre premier dossier.', 'It begins with your first case.'],
  'welfare.shift.no_hard': ['Aucun dossier difficile ne vous est confié en ce moment.', 'No hard case is handed to you just now.'],

  'welfare.today': ["Ce que j'ai vu", 'What I have seen'],
  'welfare.today.lead': [
    "Compté sur ce que vous avez réellement ouvert. Les limites sont des choix de vos espaces : aucun chiffre n'a valeur scientifique.",
    'Counted from what you really opened. The limits are choices of your spaces: no number here is scientific.',
  ],
  'welfare.today.category': ['Catégorie', 'Category'],
  'welfare.today.hour': ['Depuis une heure', 'In the last hour'],
  'welfare.today.day': ["Aujourd'hui", 'Today'],
  'welfare.today.limit': ['Limite', 'Limit'],
  'welfare.today.wish': ['Ne pas me confier', 'Do not hand to me'],
  'welfare.hard': ['difficile', 'hard'],
  'welfare.reached': ['limite atteinte', 'limit reached'],
  'welfare.nothing': ['rien', 'nothing'],
  'welfare.and': ['{a} et {b}', '{a} and {b}'],
  'welfare.or': ['{a} ou {b}', '{a} or {b}'],
  'welfare.cases': [
    { one: '{n} dossier', other: '{n} dossiers' },
    { one: '{n} case', other: '{n} cases' },
  ],
  'welfare.media': [
    { one: '{n} image ou vidéo', other: '{n} images ou vidéos' },
    { one: '{n} picture or film', other: '{n} pictures or films' },
  ],
  'welfare.limit.cases_hour': [
    { one: '{n} dossier par heure', other: '{n} dossiers par heure' },
    { one: '{n} case an hour', other: '{n} cases an hour' },
  ],
  'welfare.limit.cases_day': [
    { one: '{n} dossier par jour', other: '{n} dossiers par jour' },
    { one: '{n} case a day', other: '{n} cases a day' },
  ],
  'welfare.limit.media_hour': [
    { one: '{n} média par heure', other: '{n} médias par heure' },
    { one: '{n} media an hour', other: '{n} media an hour' },
  ],
  'welfare.limit.media_day': [
    { one: '{n} média par jour', other: '{n} médias par jour' },
    { one: '{n} media a day', other: '{n} media a day' },
  ],
  'welfare.limit.none': ['aucune', 'none'],
  'welfare.wish.help': [
    "Sans raison à donner. Cela reste scellé : ni vos responsables ni vos collègues ne peuvent le savoir. Vous pouvez toujours ouvrir un dossier vous-même.",
    'No reason needed. It stays sealed: neither leads nor colleagues can know. You can always open a case yourself.',
  ],
  'welfare.display': ['Mon affichage', 'My display'],
  'welfare.display.lead': ['Flou, gris, son, taille des vignettes, mots couverts : à votre choix.', 'Blur, grey, sound, size of thumbnails, covered words: your choice.'],
  'welfare.display.go': ["Régler l'affichage", 'Set the display'],

  'skills.title': ['Ce que je traite', 'What I work on'],
  'skills.lead': [
    'Sans rien cocher, vous recevez tout. Un dossier que personne ne sait traiter finit par être proposé à tous.',
    'With nothing ticked you are given everything. A case that fits nobody is offered to everybody in the end.',
  ],
  'skills.languages': ['Langues', 'Languages'],
  'skills.languages.help': ['Codes séparés par des espaces, par exemple : fr en ceb', 'Codes with spaces between them, for example: fr en ceb'],
  'skills.languages.wrong': ['Des codes de deux ou trois lettres, comme fr ou ceb.', 'Codes of two or three letters, like fr or ceb.'],
  'skills.categories': ['Catégories', 'Categories'],
  'skills.spaces': ['Espaces', 'Spaces'],
  'skills.of': ['Ce que traite cette personne', 'What this person works on'],
  'skills.of.lead': [
    "Rien de choisi : tout. Les dossiers suivants viennent de là ; elle peut aussi changer ce choix elle-même.",
    'Nothing chosen means everything. Their next cases come from here; they can change it themselves too.',
  ],
  'skills.save': ['Enregistrer', 'Save'],

  // figures of groups
  'team.nav': ['Équipes', 'Teams'],
  'team.title': ['Bien-être des équipes', 'Team welfare'],
  'team.lead': [
    { one: 'Des semaines révolues, jamais de moins de {n} personne.', other: 'Des semaines révolues, jamais de moins de {n} personnes.' },
    { one: 'Of weeks that are over, never of fewer than {n} person.', other: 'Of weeks that are over, never of fewer than {n} people.' },
  ],
  'team.why': [
    "Un tiret remplace les chiffres de groupes trop petits, ceux qu'une seule personne ferait presque seule et ceux d'où l'on pourrait retrouver un petit groupe par soustraction. Ils sont calculés une fois pour toutes.",
    'A dash stands for figures of groups that are too small, those that one person nearly makes alone, and those from which a small group could be told by subtraction. They are worked out once and for all.',
  ],
  'team.failed': ["Les chiffres n'ont pas pu être lus.", 'The figures could not be read.'],
  'team.empty': ['Aucun espace où vous avez ce droit.', 'No space in which you have this right.'],
  'team.none': [
    {
      one: "Rien à montrer pour l'instant : il faut une semaine révolue et au moins {n} personne.",
      other: "Rien à montrer pour l'instant : il faut une semaine révolue et au moins {n} personnes.",
    },
    {
      one: 'Nothing to show yet: it takes a week that is over and at least {n} person.',
      other: 'Nothing to show yet: it takes a week that is over and at least {n} people.',
    },
  ],
  'team.week': ['Semaine du {day}', 'Week of {day}'],
  'team.col.week': ['Semaine', 'Week'],
  'team.cases': ['Dossiers ouverts', 'Cases opened'],
  'team.media': ['Médias regardés', 'Media looked at'],
  'team.breaks': ['Pauses prises', 'Breaks taken'],
  'team.opt_outs': ['Personnes qui ont écarté une catégorie', 'People who opted out of a category'],
  'team.all': ['Toutes catégories', 'All categories'],
  'team.hidden': ['non montré', 'not shown'],
} as const satisfies Record<string, readonly [fr: Entry, en: Entry]>;
