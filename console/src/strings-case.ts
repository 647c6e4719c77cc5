// SPDX-License-Identifier: Apache-2.0
// What the case page says of accounts, of more context, of how things are shown and of what the policy allows. Joined into the catalogue by
// strings.ts.

export const casefile = {
  // categories
  'category.material': ['images et vidéos', 'pictures and films'],
  'category.threat': ['menaces et chantage', 'threats and blackmail'],
  'category.live': ['directs et paiements', 'live sessions and payments'],
  'category.contact': ['approches et contacts', 'approaches and contacts'],
  'category.report': ['signalements', 'reports'],

  // both accounts
  'accounts.title': ['Les comptes', 'The accounts'],
  'accounts.failed': ["Les comptes n'ont pas pu être lus.", 'The accounts could not be read.'],
  'accounts.author': ['compte concerné', 'account concerned'],
  'accounts.other': ['dans la conversation', 'in the conversation'],
  'accounts.unknown': ["Rien n'est gardé en mémoire de ce compte.", 'Nothing is remembered of this account.'],
  'accounts.created': ['Compte créé', 'Account created'],
  'accounts.minors': [
    'Mineurs à qui ce compte a écrit : {day} en 24 h, {week} en 7 jours.',
    'Minors this account wrote to: {day} in 24 h, {week} in 7 days.',
  ],
  'accounts.unanswered': [
    { one: "dont {n} qui n'a jamais répondu.", other: "dont {n} qui n'ont jamais répondu." },
    { one: 'of whom {n} never answered.', other: 'of whom {n} never answered.' },
  ],
  'accounts.talks': [
    {
      one: '{n} échange avec un mineur, dont {late} allé loin.',
      other: '{n} échanges avec des mineurs, dont {late} allés loin.',
    },
    { one: '{n} exchange with a minor, {late} that went far.', other: '{n} exchanges with minors, {late} that went far.' },
  ],
  'accounts.against': [
    { one: '{n} signalement reçu en 30 jours.', other: '{n} signalements reçus en 30 jours.' },
    { one: '{n} report against it in 30 days.', other: '{n} reports against it in 30 days.' },
  ],
  'accounts.notices': [
    {
      one: '{n} signalement fait : {upheld} confirmé, {dismissed} classé.',
      other: '{n} signalements faits : {upheld} confirmés, {dismissed} classés.',
    },
    {
      one: '{n} report made: {upheld} upheld, {dismissed} dismissed.',
      other: '{n} reports made: {upheld} upheld, {dismissed} dismissed.',
    },
  ],
  'accounts.no_case': ['Aucun autre dossier dans cet espace.', 'No other case in this space.'],
  'accounts.open': [
    { one: '{n} autre dossier en attente', other: '{n} autres dossiers en attente' },
    { one: '{n} other case waiting', other: '{n} other cases waiting' },
  ],
  'accounts.decided_as': ['{action} : {n}', '{action}: {n}'],
  'accounts.waiting': ['en attente', 'waiting'],
  'accounts.strikes': [
    { one: '{n} sanction compte encore :', other: '{n} sanctions comptent encore :' },
    { one: '{n} strike still counts:', other: '{n} strikes still count:' },
  ],
  'accounts.strike': ["{action}, jusqu'au {day}", '{action}, until {day}'],
  'accounts.more': [
    { one: 'Encore {n} dossier', other: 'Encore {n} dossiers' },
    { one: '{n} more case', other: '{n} more cases' },
  ],

  // more context
  'context.title': ['Contexte demandé', 'Context asked for'],
  'context.ask': ['Demander plus de contexte', 'Ask for more context'],
  'context.ask.help': ['avec un motif, qui est enregistré', 'with a reason, which is recorded'],
  'context.waits': ['Une demande attend une réponse.', 'A request waits for an answer.'],
  'context.reason': ['Pourquoi faut-il en lire plus ?', 'Why is more needed?'],
  'context.reason.help': [
    'Le motif reste dans Vigie, scellé avec le dossier. L’espace apprend seulement ce qui est demandé.',
    'The reason stays in Vigie, sealed with the case. The space only learns what is asked for.',
  ],
  'context.reason.missing': ['Indiquez un motif.', 'Give a reason.'],
  'context.side': ['Quelle partie', 'Which part'],
  'context.side.before': ["ce qui précède l'ouverture du dossier", 'what came before the case opened'],
  'context.side.after': ['ce qui suit le dernier événement', 'what came after its last event'],
  'context.amount': ['Combien', 'How much'],
  'context.amount.m20': ['20 messages', '20 messages'],
  'context.amount.m100': ['100 messages', '100 messages'],
  'context.amount.m500': ['500 messages', '500 messages'],
  'context.amount.t60': ['une heure', 'one hour'],
  'context.amount.t1440': ['un jour', 'one day'],
  'context.amount.t10080': ['une semaine', 'one week'],
  'context.send': ["Demander à l'espace", 'Ask the space'],
  'context.asked': ['La demande est enregistrée et transmise.', 'The request is recorded and on its way.'],
  'context.said.asked': ['Demande en attente.', 'Request waiting.'],
  'context.said.answered': [
    { one: "L'espace a répondu : {n} message.", other: "L'espace a répondu : {n} messages." },
    { one: 'The space answered: {n} message.', other: 'The space answered: {n} messages.' },
  ],
  'context.said.refused': ["L'espace a refusé.", 'The space refused.'],
  'context.said.unanswered': ["L'espace n'a pas répondu en 72 heures.", 'The space did not answer within 72 hours.'],
  'context.by.before': ['{who} a demandé ce qui précède, à', '{who} asked for what came before, at'],
  'context.by.after': ['{who} a demandé ce qui suit, à', '{who} asked for what came after, at'],
  'context.refused': ["Motif donné par l'espace : {reason}", 'The space’s reason: {reason}'],
  'context.arrived': ["L'espace a répondu à la demande de contexte.", 'The space answered the request for context.'],

  // older events
  'case.older': ['Lecture des événements plus anciens…', 'Reading older events…'],
  'case.older.failed': [
    "Les événements plus anciens n'ont pas pu être lus.",
    'Older events could not be read.',
  ],

  // covered words
  'mask.covered': ['couvert ({what}). Maintenir pour lire', 'covered ({what}). Hold to read'],
  'mask.pointer': ['numéro, lien ou adresse', 'number, link or address'],
  'mask.on': ['Les mots sensibles sont couverts.', 'Sensitive words are covered.'],
  'mask.off': ['Les mots sont découverts pour ce dossier.', 'Words are uncovered for this case.'],

  // how things are shown
  'display.title': ['Mon affichage', 'My display'],
  'display.nav': ['Affichage', 'Display'],
  'display.lead': [
    'Ce que vous voulez voir, et comment, par sorte de dossier. Vous seul·e voyez ces choix. Ils allègent la vue ; aucune protection n’est promise.',
    'What you want to see, and how, by kind of case. Only you see these choices. They spare the eyes; no protection is promised.',
  ],
  'display.case': ['Affichage', 'Display'],
  'display.case.title': ['Affichage de ce dossier', 'Display of this case'],
  'display.mask': ['Couvrir les mots sensibles', 'Cover sensitive words'],
  'display.mask.help': [
    'Indices, numéros, liens et adresses se lisent en les maintenant.',
    'Evidence, numbers, links and addresses are read by holding them.',
  ],
  'display.blur': ['Flou des images', 'Blur of pictures'],
  'display.blur.0': ['aucun', 'none'],
  'display.blur.1': ['léger', 'light'],
  'display.blur.2': ['moyen', 'medium'],
  'display.blur.3': ['fort', 'strong'],
  'display.blur.said': ['Flou : {level}.', 'Blur: {level}.'],
  'display.thumbnail': ['Taille des vignettes', 'Size of thumbnails'],
  'display.thumbnail.small': ['petite', 'small'],
  'display.thumbnail.medium': ['moyenne', 'medium'],
  'display.thumbnail.large': ['grande', 'large'],
  'display.grey': ['Images en gris', 'Pictures in grey'],
  'display.mute': ['Films sans son', 'Films without sound'],
  'display.grey.always': ["Toujours : Vigie ne montre qu'une vignette grise.", 'Always: Vigie shows a grey thumbnail only.'],
  'display.mute.always': ["Toujours : d'un film, Vigie ne montre qu'une image.", 'Always: of a film Vigie shows one picture only.'],
  'display.keep': ['Garder pour : {category}', 'Keep for: {category}'],
  'display.kept': ['Enregistré pour : {category}.', 'Saved for: {category}.'],
  'display.failed': ["Le choix n'a pas pu être enregistré.", 'The choice could not be saved.'],
  'display.save': ['Enregistrer', 'Save'],
  'display.yours': ['votre choix', 'your choice'],
  'display.default': ["réglage de l'espace", 'the space’s setting'],

  // what the policy allows
  'policy.title': ['Ce que la règle permet', 'What the policy allows'],
  'policy.recommends': ['Ce que Vigie propose', 'What Vigie suggests'],
  'policy.verdict.nudge': ['Montrer un message de prévention.', 'Show a prevention message.'],
  'policy.verdict.review': ["Qu'une personne regarde ce dossier.", 'That a person looks at this case.'],
  'policy.verdict.hold': ["Retenir le message jusqu'à votre décision.", 'Hold the message until you decide.'],
  'policy.verdict.block': ['Bloquer ce contenu, qui est connu.', 'Block this content, which is known.'],
  'policy.because': ['Surtout : {names}.', 'Mostly: {names}.'],
  'policy.you_decide': ['La décision est la vôtre.', 'The decision is yours.'],
  'policy.scans': ['Lus dans cet espace : {channels}.', 'Read in this space: {channels}.'],
  'policy.scans.none': ["Aucun canal n'est lu dans cet espace.", 'No channel is read in this space.'],
  'policy.private.no': [
    'Les messages privés ne sont pas lus.',
    'Private messages are not read.',
  ],
  'policy.private.yes': [
    'Les messages privés sont lus sur cette base : {basis}',
    'Private messages are read on this basis: {basis}',
  ],
  'policy.from.nudge': ['Message de prévention à partir de {n}.', 'Prevention message from {n}.'],
  'policy.from.review': ['Examen par une personne à partir de {n}.', 'A person looks from {n}.'],
  'policy.from.hold': ['Retenue à partir de {n}.', 'Held from {n}.'],

  // keys
  'key.mask': ['couvrir ou découvrir les mots', 'cover or uncover words'],
  'key.display': ["affichage de ce dossier", 'display of this case'],
  'key.blur': ['moins de flou, puis tout le flou', 'less blur, then all of it'],
  'key.context': ['demander plus de contexte', 'ask for more context'],
  'key.accounts': ['les comptes', 'the accounts'],
  'key.report': ['le signalement aux autorités', 'the report to authorities'],
  'key.custody': ['les scellés', 'the sealed evidence'],
  'case.sections': ['Parties du dossier', 'Parts of the case'],
  'case.section.talk': ['Échanges', 'Messages'],
  'case.section.evidence': ['Indices', 'Evidence'],
  'case.section.accounts': ['Comptes', 'Accounts'],
  'case.section.report': ['Autorités', 'Authorities'],
  'case.section.custody': ['Scellés', 'Seals'],
} as const;
