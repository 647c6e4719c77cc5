// SPDX-License-Identifier: Apache-2.0
// Every sentence of the console, French then English, side by side: a line that lacks one does not compile.
//
// French is written here with ordinary spaces and straight apostrophes; typography() sets the non-breaking spaces and
// the curved apostrophe, so that nobody has to see the invisible. {name} is replaced by a value. An entry with `one` and
// `other` is chosen by {n} (in French, 0 and 1 are singular). What concerns media and banks stands in strings-media.ts,
// what concerns evidence in strings-evidence.ts.
import { casefile } from './strings-case';
import { decisions } from './strings-decisions';
import { evidence } from './strings-evidence';
import { figures } from './strings-figures';
import { frame } from './strings-frame';
import { queuepage } from './strings-queue-page';
import { media } from './strings-media';
import { whole } from './strings-whole';
import { map } from './strings-map';
import { welfare } from './strings-welfare';
import { training } from './strings-training';
import { people } from './strings-people';
import { signin } from './strings-signin';
import { notices } from './strings-notices';
import { audit } from './strings-audit';
import { custody } from './strings-custody';
import { demands } from './strings-demands';
import { disclosure } from './strings-disclosure';
import { filings } from './strings-filings';
import { report } from './strings-report';
import type { Lang } from './types';

export interface Plural {
  one: string;
  other: string;
}
export type Entry = string | Plural;

const table = {
  // the application
  'app.name': ['Vigie', 'Vigie'],
  'app.skip': ['Aller au contenu', 'Skip to content'],
  'app.loading': ['Chargement…', 'Loading…'],
  'app.nav': ['Pages', 'Pages'],
  'app.tools': ['Réglages', 'Settings'],
  'app.close': ['Fermer', 'Close'],
  'app.cancel': ['Annuler', 'Cancel'],
  'app.retry': ['Réessayer', 'Try again'],
  'app.help': ['Touches du clavier', 'Keyboard keys'],
  'app.signout': ['Se déconnecter', 'Sign out'],
  'app.language': ['Read in English', 'Lire en français'],
  'app.language.code': ['EN', 'FR'],
  'app.theme.dark': ['Passer en sombre', 'Switch to dark'],
  'app.theme.light': ['Passer en clair', 'Switch to light'],
  'app.crash': ["Cette page n'a pas pu s'afficher.", 'This page could not be shown.'],
  'app.reload': ['Recharger', 'Reload'],

  // sign-in
  'signin.title': ['Se connecter', 'Sign in'],
  'signin.lead': [
    "La file des référents : ce qui demande un regard humain, dans l'ordre où cela le demande.",
    'The référents’ queue: what needs a person to look, in the order it needs it.',
  ],
  'signin.name': ["Nom d'utilisateur", 'User name'],
  'signin.password': ['Mot de passe', 'Password'],
  'signin.submit': ['Se connecter', 'Sign in'],
  'signin.wrong': ['Nom ou mot de passe incorrect.', 'Wrong user name or password.'],
  'signin.locked': [
    'Trop de tentatives. Vous pourrez réessayer dans {time}.',
    'Too many attempts. You can try again in {time}.',
  ],
  'signin.unlocked': ['Vous pouvez réessayer.', 'You can try again now.'],
  'signin.missing': ['Indiquez votre nom et votre mot de passe.', 'Enter your user name and your password.'],
  'signin.ended': [
    'Votre session a pris fin. Une décision commencée est gardée dans cet onglet.',
    'Your session has ended. A decision you began is kept in this tab.',
  ],
  'signin.offline': [
    'Le serveur ne répond pas. Vérifiez la connexion puis réessayez.',
    'The server does not answer. Check the connection and try again.',
  ],

  // roles
  'role.referent': ['référent', 'référent'],
  'role.lead': ['référent principal', 'lead référent'],
  'role.admin': ['administration', 'administrator'],
  'role.auditor': ['audit', 'auditor'],
  'role.analyst': ['analyse', 'analyst'],
  'role.prevention': ['prévention', 'prevention officer'],

  // queue
  'queue.title': ['File des dossiers', 'Case queue'],
  'queue.nav': ['File', 'Queue'],
  'queue.views': ['Vues de la file', 'Views of the queue'],
  'queue.view.open': ['À décider', 'To decide'],
  'queue.view.overdue': ['En retard', 'Overdue'],
  'queue.view.escalated': ['Transmis', 'Escalated'],
  'queue.view.mine': ['Pris par moi', 'Held by me'],
  'queue.view.hold': ['Conservés', 'Legal hold'],
  'queue.view.decided': ['Décidés', 'Decided'],
  'queue.decided_today': [
    { one: "{n} décidé aujourd'hui", other: "{n} décidés aujourd'hui" },
    { one: '{n} decided today', other: '{n} decided today' },
  ],
  'queue.filter': ['Filtrer', 'Filter'],
  'queue.filter.placeholder': ['Compte, dossier, indice', 'Account, case, evidence'],
  'queue.space': ['Espace', 'Space'],
  'queue.space.all': ['Tous les espaces', 'All spaces'],
  'queue.caption': [
    'Dossiers, le plus pressant en premier. Entrée ouvre le dossier.',
    'Cases, the most pressing first. Enter opens the case.',
  ],
  'queue.caption.decided': ['Dossiers décidés, le plus récent en premier.', 'Decided cases, the most recent first.'],
  'queue.col.priority': ['Priorité', 'Priority'],
  'queue.col.risk': ['Risque', 'Risk'],
  'queue.col.account': ['Compte', 'Account'],
  'queue.col.child': ['Enfant concerné', 'Child concerned'],
  'queue.col.evidence': ['Indices', 'Evidence'],
  'queue.col.wait': ['Attente', 'Waiting'],
  'queue.col.claimed': ['Suivi', 'Held by'],
  'queue.col.decision': ['Décision', 'Decision'],
  'queue.col.decided': ['Décidé', 'Decided'],
  'queue.priority.label': ['priorité {n} sur 100', 'priority {n} out of 100'],
  'queue.waits.now': ["vient d'arriver", 'just arrived'],
  'queue.waits': ['attend depuis {time}', 'waiting for {time}'],
  'queue.due.in': ['à voir dans {time}', 'due in {time}'],
  'queue.due.late': ['en retard de {time}', 'overdue by {time}'],
  'queue.free': ['libre', 'free'],
  'queue.mine': ['vous', 'you'],
  'queue.more': ['et {n} de plus', 'and {n} more'],
  'queue.events': [
    { one: '{n} événement', other: '{n} événements' },
    { one: '{n} event', other: '{n} events' },
  ],
  'queue.escalated': ['transmis', 'escalated'],
  'queue.hold': ['conservé', 'legal hold'],
  'queue.empty.open': ['Aucun dossier ne vous attend.', 'No case is waiting for you.'],
  'queue.empty.open.more': [
    'Cette page se met à jour toute seule. Vous pouvez souffler.',
    'This page updates by itself. You can take a breath.',
  ],
  'queue.empty.other': ['Aucun dossier ici.', 'No case here.'],
  'queue.empty.filter': ['Aucun dossier ne correspond au filtre.', 'No case matches the filter.'],
  'queue.filter.clear': ['Effacer le filtre', 'Clear the filter'],
  'queue.load_more': ['Afficher la suite', 'Show more'],
  'queue.held': [
    { one: '{n} nouveau dossier', other: '{n} nouveaux dossiers' },
    { one: '{n} new case', other: '{n} new cases' },
  ],
  'queue.held.show': ['Afficher', 'Show'],
  'queue.failed': ["La file n'a pas pu être lue.", 'The queue could not be read.'],

  // live strip
  'live.strip': ['Activité en direct', 'Live activity'],
  'live.on': ['en direct', 'live'],
  'live.connecting': ['connexion…', 'connecting…'],
  'live.off': ['reconnexion dans {n} s', 'reconnecting in {n} s'],
  'live.events': ['événements par seconde', 'events per second'],
  'live.window': ['deux dernières minutes', 'last two minutes'],
  'live.nudge': ['prévention', 'nudged'],
  'live.review': ['à examiner', 'to review'],
  'live.hold': ['retenus', 'held'],
  'live.block': ['bloqués', 'blocked'],
  'live.graph': ['{label} : {n} sur les deux dernières minutes', '{label}: {n} in the last two minutes'],
  'live.graph.rate': ['{n} événements par seconde', '{n} events per second'],

  // announcements for screen readers
  'say.opened': [
    { one: '{n} nouveau dossier dans la file', other: '{n} nouveaux dossiers dans la file' },
    { one: '{n} new case in the queue', other: '{n} new cases in the queue' },
  ],
  'say.lost': ['Connexion perdue. Nouvelle tentative en cours.', 'Connection lost. Trying again.'],
  'say.back': ['Connexion rétablie.', 'Connection is back.'],

  // words of the field
  'band.under13': ['moins de 13 ans', 'under 13'],
  'band.13-14': ['13-14 ans', '13–14'],
  'band.15-17': ['15-17 ans', '15–17'],
  'band.18-24': ['18-24 ans', '18–24'],
  'band.25+': ['25 ans et plus', '25 or over'],
  'band.unknown': ['âge inconnu', 'age unknown'],
  'basis.declared': ['déclaré', 'declared'],
  'basis.estimated': ['estimé', 'estimated'],
  'basis.verified': ['vérifié', 'verified'],
  'basis.unknown': ['sans indication', 'not stated'],
  'basis.declared.long': ['âge déclaré par la personne', 'age declared by the person'],
  'basis.estimated.long': ["âge estimé par l'espace", 'age estimated by the space'],
  'basis.verified.long': ['âge vérifié', 'age verified'],
  'basis.unknown.long': ["origine de l'âge inconnue", 'how the age is known was not stated'],
  'verdict.allow': ['laissé passer', 'allowed'],
  'verdict.nudge': ['message de prévention', 'safety message'],
  'verdict.review': ['à examiner', 'to review'],
  'verdict.hold': ['retenu', 'held'],
  'verdict.block': ['bloqué', 'blocked'],
  'channel.public': ['public', 'public'],
  'channel.group': ['groupe', 'group'],
  'channel.private': ['privé', 'private'],
  'reason.grooming': ["manipulation d'un mineur", 'grooming of a minor'],
  'reason.threat': ['menace ou chantage', 'threat or blackmail'],
  'reason.media': ['image ou vidéo connue', 'known image or video'],
  'reason.age': ["âge qui ne correspond pas à l'espace", 'age does not fit the space'],
  'reason.harassment': ['harcèlement', 'harassment'],
  'reason.other': ['autre (à préciser dans la note)', 'other (say in the note)'],
  'reason.no_risk': ['conversation ordinaire', 'ordinary conversation'],
  'reason.family': ['proches ou famille', 'family or friends'],
  'reason.misread': ['mal compris par la machine', 'misread by the machine'],
  'reason.handled': ['déjà traité', 'already handled'],
  'reason.danger': ['enfant peut-être en danger', 'a child may be in danger'],
  'reason.second_look': ["besoin d'un second regard", 'needs a second look'],

  // case page
  'case.title': ['Dossier {id}', 'Case {id}'],
  'case.back': ['File', 'Queue'],
  'case.next': ['Dossier suivant', 'Next case'],
  'case.child': ['Plus jeune enfant concerné', 'Youngest child concerned'],
  'case.no_child': ['aucun enfant identifié', 'no child identified'],
  'case.risk': ['Risque', 'Risk'],
  'case.risk.label': ['risque {n} %', 'risk {n}%'],
  'case.due': ['Échéance', 'Due'],
  'case.due.in': ['dans {time}', 'in {time}'],
  'case.decided': ['Décidé', 'Decided'],
  'case.verdict': ['Verdict', 'Verdict'],
  'case.held.you': ["Vous suivez ce dossier jusqu'à {time}.", 'You hold this case until {time}.'],
  'case.held.other': [
    "{who} suit ce dossier jusqu'à {time}. Vous pouvez le lire ; la décision lui revient.",
    '{who} holds this case until {time}. You can read it; the decision is theirs.',
  ],
  'case.held.nobody': ['Personne ne suit ce dossier.', 'Nobody holds this case.'],
  'case.claim': ['Prendre', 'Claim'],
  'case.release': ['Rendre à la file', 'Give back'],
  'case.released': ['Le dossier {id} est de nouveau dans la file.', 'Case {id} is back in the queue.'],
  'case.lease_lost': [
    "Le dossier n'est plus réservé pour vous. Reprenez-le pour décider.",
    'The case is no longer held for you. Claim it again to decide.',
  ],
  'case.gone': ["Ce dossier n'existe pas, ou plus.", 'This case does not exist, or no longer.'],
  'case.forbidden': [
    'Votre rôle ne donne pas accès au contenu des dossiers.',
    'Your role does not give access to what cases hold.',
  ],
  'case.failed': ["Le dossier n'a pas pu être lu.", 'The case could not be read.'],
  'case.conversation': ['Conversation', 'Conversation'],
  'case.conversation.none': ['Hors conversation', 'Outside a conversation'],
  'case.newer': [
    { one: '{n} nouvel événement dans ce dossier', other: '{n} nouveaux événements dans ce dossier' },
    { one: '{n} new event in this case', other: '{n} new events in this case' },
  ],
  'case.messages': [
    { one: '{n} message', other: '{n} messages' },
    { one: '{n} message', other: '{n} messages' },
  ],
  'case.legal_basis': ['Base légale de la lecture en privé', 'Legal basis for reading private messages'],
  'case.legal_basis.read': ['lire le texte', 'read the text'],
  'case.destroyed': [
    'Le contenu a été détruit : sa durée de conservation est passée.',
    'The content was destroyed: its retention period is over.',
  ],
  'case.withheld': [
    "Texte non lu : la règle de l'espace ne le permet pas dans ce canal.",
    'Text not read: the space’s policy does not allow it in this channel.',
  ],
  'case.opened_it': ['a ouvert le dossier', 'opened the case'],
  'case.added_to_it': ['ajouté au dossier', 'added to the case'],
  'case.contact.request': ['demande à entrer en contact avec {who}', 'asks to contact {who}'],
  'case.contact.accept': ['accepte le contact de {who}', 'accepts contact with {who}'],
  'case.contact.decline': ['refuse le contact de {who}', 'declines contact with {who}'],
  'case.contact.block': ['bloque {who}', 'blocks {who}'],
  'case.contact.private_room': ['ouvre un salon privé avec {who}', 'opens a private room with {who}'],
  'case.media': ["envoie un média. Il n'est ni conservé ni affiché.", 'sends media. It is neither kept nor shown.'],
  'case.media.bank': ['Reconnu dans « {bank} » ({category}).', 'Recognised in “{bank}” ({category}).'],
  'case.notice': ['signale {who} : {reason}', 'reports {who}: {reason}'],
  'case.other_event': ['événement {type}', '{type} event'],
  'case.evidence': ['Indices', 'Evidence'],
  'case.evidence.none': ['Aucun indice conservé.', 'No evidence kept.'],
  'case.evidence.remembered': ['vu plus tôt', 'seen earlier'],
  'case.evidence.times': ['{n} fois', '{n} times'],
  'case.evidence.weight': ['poids {n} sur 100', 'weight {n} out of 100'],
  'case.evidence.mark': ['indice : {names}', 'evidence: {names}'],
  'case.facts': ["Ce que l'on sait", 'What is known'],
  'case.timeline': ['Déroulé', 'Timeline'],
  'case.timeline.event.message': ['message', 'message'],
  'case.timeline.event.media': ['média', 'media'],
  'case.timeline.event.contact': ['contact', 'contact'],
  'case.timeline.event.notice': ['signalement', 'report'],
  'case.timeline.event.other': ['événement', 'event'],
  'case.timeline.more': ['{n} de plus', '{n} more'],
  'case.hold.on': [
    'Conservation légale : ce dossier ne sera pas détruit.',
    'Legal hold: this case will not be destroyed.',
  ],
  'case.hold.set': ['Conserver (obligation légale)', 'Put on legal hold'],
  'case.hold.lift': ['Lever la conservation légale', 'Lift the legal hold'],
  'case.hold.reason': ['Motif', 'Reason'],
  'case.hold.reason.help': ["Numéro de réquisition, demande d'une autorité…", 'Request number, an authority’s demand…'],
  'case.hold.done': ['La conservation légale est enregistrée.', 'The legal hold is recorded.'],
  'case.hold.lifted': ['La conservation légale est levée.', 'The legal hold is lifted.'],
  'case.hold.missing': ['Indiquez un motif.', 'Give a reason.'],

  // facts in plain words
  'fact.account_age': ['Compte créé il y a {time}.', 'Account created {time} ago.'],
  'fact.minors_24h': [
    { one: 'A écrit à {n} mineur en 24 heures.', other: 'A écrit à {n} mineurs en 24 heures.' },
    { one: 'Wrote to {n} minor in 24 hours.', other: 'Wrote to {n} minors in 24 hours.' },
  ],
  'fact.minors_7d': [
    { one: 'A écrit à {n} mineur en 7 jours.', other: 'A écrit à {n} mineurs en 7 jours.' },
    { one: 'Wrote to {n} minor in 7 days.', other: 'Wrote to {n} minors in 7 days.' },
  ],
  'fact.unreciprocated': [
    { one: "{n} mineur contacté n'a jamais répondu.", other: "{n} mineurs contactés n'ont jamais répondu." },
    { one: '{n} minor contacted never answered.', other: '{n} minors contacted never answered.' },
  ],
  'fact.began': ['Ce compte a pris contact le premier.', 'This account made the first contact.'],
  'fact.not_began': ["L'autre personne a pris contact la première.", 'The other person made the first contact.'],
  'fact.exchange': [
    'Messages entre eux : {sent} de ce compte, {received} reçus.',
    'Messages between them: {sent} from this account, {received} received.',
  ],
  'fact.met': ['Se connaissent depuis {time}.', 'They have known each other for {time}.'],
  'fact.met.now': ["Premier contact il y a moins d'une heure.", 'First contact less than an hour ago.'],
  'fact.moved_private': ['Rencontre en groupe, suite en privé.', 'Met in a group, carried on in private.'],
  'fact.reporter': ['Signalé par une personne : {band}.', 'Reported by a person: {band}.'],
  'fact.notices_made': [
    { one: '{n} signalement fait par cette personne.', other: '{n} signalements faits par cette personne.' },
    { one: '{n} report made by this person.', other: '{n} reports made by this person.' },
  ],
  'fact.notices_record': [
    'Ses signalements : {upheld} confirmés, {dismissed} classés.',
    'Their reports: {upheld} upheld, {dismissed} dismissed.',
  ],
  'fact.notices_against': [
    { one: '{n} signalement contre ce compte en 30 jours.', other: '{n} signalements contre ce compte en 30 jours.' },
    { one: '{n} report against this account in 30 days.', other: '{n} reports against this account in 30 days.' },
  ],

  // decisions
  'act.title': ['Décider', 'Decide'],
  'act.dismiss': ['Classer', 'Dismiss'],
  'act.warn': ['Avertir', 'Warn'],
  'act.mute': ['Rendre muet', 'Mute'],
  'act.restrict_minors': ['Éloigner des mineurs', 'Keep from minors'],
  'act.suspend': ['Suspendre', 'Suspend'],
  'act.escalate': ['Transmettre', 'Escalate'],
  'act.dismiss.long': ['Classer sans suite', 'Dismiss: no action'],
  'act.warn.long': ['Avertir le compte', 'Warn the account'],
  'act.mute.long': ['Rendre le compte muet', 'Mute the account'],
  'act.restrict_minors.long': ['Empêcher le contact avec des mineurs', 'Restrict contact with minors'],
  'act.suspend.long': ['Suspendre le compte', 'Suspend the account'],
  'act.escalate.long': ['Transmettre à un référent principal', 'Escalate to a lead référent'],
  'act.dismiss.effect': [
    'Le dossier est fermé, rien ne change pour le compte.',
    'The case closes, nothing changes for the account.',
  ],
  'act.warn.effect': [
    "L'espace envoie un avertissement. Le dossier est fermé.",
    'The space sends a warning. The case closes.',
  ],
  'act.mute.effect': [
    "Le compte lit mais n'écrit plus. Le dossier est fermé.",
    'The account can read but not write. The case closes.',
  ],
  'act.restrict_minors.effect': [
    'Le compte ne peut plus écrire à des mineurs. Le dossier est fermé.',
    'The account can no longer write to minors. The case closes.',
  ],
  'act.suspend.effect': [
    "Le compte n'a plus accès à l'espace. Le dossier est fermé.",
    'The account loses access to the space. The case closes.',
  ],
  'act.escalate.effect': [
    'Le dossier reste ouvert, marqué pour un référent principal.',
    'The case stays open, marked for a lead référent.',
  ],
  'act.reason': ['Motif', 'Reason'],
  'act.reason.suggested': ["proposé d'après l'indice le plus fort", 'suggested by the strongest evidence'],
  'act.note': ['Note pour les collègues', 'Note for colleagues'],
  'act.note.optional': ['facultative', 'optional'],
  'act.note.needed': ['Précisez le motif dans la note.', 'Say the reason in the note.'],
  'act.note.too_long': ['La note est trop longue.', 'The note is too long.'],
  'act.duration': ['Durée', 'For how long'],
  'act.hours': ['{time}', '{time}'],
  'act.until_lifted': ["jusqu'à nouvel ordre", 'until lifted'],
  'act.confirm': ['Confirmer', 'Confirm'],
  'act.sending': ['Envoi…', 'Sending…'],
  'act.not_allowed': ['Votre rôle ne permet pas cette action.', 'Your role does not allow this action.'],
  'act.restored': [
    'Votre décision commencée a été retrouvée. Elle n’est pas encore envoyée.',
    'Your unfinished decision was found again. It has not been sent yet.',
  ],
  'act.lost': [
    "Connexion perdue : la décision n'est pas partie. Elle est gardée ici, réessayez.",
    'Connection lost: the decision was not sent. It is kept here, try again.',
  ],
  'act.conflict': [
    'Quelqu’un d’autre a changé ce dossier : {detail} Votre saisie est gardée.',
    'Somebody else changed this case: {detail} What you entered is kept.',
  ],
  'act.refused': ["La décision n'a pas été acceptée : {detail}", 'The decision was not accepted: {detail}'],
  'act.done': ['{id} : {action}. Enregistré.', '{id}: {action}. Recorded.'],
  'act.last': ['C’était le dernier dossier libre.', 'That was the last free case.'],
  'act.taken_meanwhile': [
    'Ce dossier a été décidé entre-temps : {action}.',
    'This case has been decided meanwhile: {action}.',
  ],
  'act.taken.note': ['Votre note, gardée ici :', 'Your note, kept here:'],
  'act.taken.drop': ['Oublier ma note', 'Forget my note'],
  'act.by': ['par {who}', 'by {who}'],
  'act.decisions': ['Décisions', 'Decisions'],
  'act.locked.lead': ['Ce dossier attend un référent principal.', 'This case waits for a lead référent.'],
  'act.locked.other': [
    'La décision revient à la personne qui suit ce dossier.',
    'The decision is for the person who holds this case.',
  ],
  'act.locked': ['Prenez le dossier pour décider.', 'Claim the case to decide.'],

  // dead letters
  'dead.title': ['Envois en échec', 'Dead letters'],
  'dead.nav': ['Envois en échec', 'Failed deliveries'],
  'dead.lead': [
    "Décisions que l'espace n'a pas reçues après tous les essais.",
    'Decisions that the space did not receive after every attempt.',
  ],
  'dead.empty': ['Tous les envois sont arrivés.', 'Every delivery has arrived.'],
  'dead.failed': ["La liste n'a pas pu être lue.", 'The list could not be read.'],
  'dead.col.attempts': ['Essais', 'Attempts'],
  'dead.col.created': ['Depuis', 'Since'],
  'dead.retry': ['Renvoyer', 'Send again'],
  'dead.retried': ["L'envoi repart.", 'The delivery starts again.'],
  'dead.retry.failed': ["L'envoi n'a pas pu repartir.", 'The delivery could not start again.'],

  ...casefile,
  ...decisions,
  ...frame,
  ...notices,
  ...report,
  ...filings,
  ...demands,
  ...custody,
  ...audit,
  ...disclosure,
  ...queuepage,
  ...figures,
  ...media,
  ...whole,
  ...map,
  ...welfare,
  ...training,
  ...signin,
  ...evidence,
  ...people,

  // keys
  'keys.title': ['Touches du clavier', 'Keyboard keys'],
  'keys.everywhere': ['Partout', 'Everywhere'],
  'keys.queue': ['Dans la file', 'In the queue'],
  'keys.case': ['Dans un dossier', 'In a case'],
  'keys.banks': ['Dans la liste des banques', 'In the list of banks'],
  'keys.bank': ['Dans une banque', 'In a bank'],
  'keys.or': ['ou', 'or'],
  'keys.enter': ['Entrée', 'Enter'],
  'keys.escape': ['Échap', 'Esc'],
  'keys.home': ['Début', 'Home'],
  'keys.end': ['Fin', 'End'],
  'keys.up': ['↑', '↑'],
  'keys.down': ['↓', '↓'],
  'keys.single': ['Touches simples actives', 'Single-key shortcuts on'],
  'keys.single.help': [
    'À décocher si vous dictez ou si un outil de lecture utilise les mêmes touches.',
    'Turn off if you dictate, or if a reading tool uses the same keys.',
  ],
  'key.down': ['descendre', 'go down'],
  'key.up': ['monter', 'go up'],
  'key.first': ['premier dossier', 'first case'],
  'key.last': ['dernier dossier', 'last case'],
  'key.open': ['ouvrir le dossier', 'open the case'],
  'key.back': ['revenir, fermer', 'go back, close'],
  'key.filter': ['filtrer la file', 'filter the queue'],
  'key.next': ['dossier suivant', 'next case'],
  'key.claim': ['prendre le dossier', 'claim the case'],
  'key.release': ['rendre le dossier à la file', 'give the case back'],
  'key.evidence': ['indice suivant', 'next piece of evidence'],
  'key.hold': ['conservation légale', 'legal hold'],
  'key.view': ['média suivant ; maintenir pour le voir', 'next media; hold to view it'],
  'key.bank.open': ['ouvrir la banque', 'open the bank'],
  'key.bank.create': ['créer une banque', 'create a bank'],
  'key.bank.lookup': ['chercher une empreinte', 'look a hash up'],
  'key.bank.add': ['ajouter une entrée', 'add an entry'],
  'key.bank.import': ['importer une liste', 'import a list'],
  'key.help': ['cette aide', 'this help'],
  'key.theme': ['clair ou sombre', 'light or dark'],
  'key.language': ['français ou anglais', 'French or English'],
  'key.confirm': ['confirmer, même depuis la note', 'confirm, even from the note'],

  // errors that any request may meet
  'error.network': ['Le serveur ne répond pas.', 'The server does not answer.'],
  'error.busy': ['Le serveur est occupé. Réessayez dans un instant.', 'The server is busy. Try again in a moment.'],
  'error.forbidden': ['Cela ne vous est pas permis.', 'You are not allowed to do that.'],
  'error.other': ["La demande n'a pas abouti.", 'The request did not succeed.'],

  // durations and times
  'size.bytes': ['{n} octets', '{n} bytes'],
  'size.kilo': ['{n} ko', '{n} kB'],
  'size.mega': ['{n} Mo', '{n} MB'],
  'size.giga': ['{n} Go', '{n} GB'],
  'time.seconds': ['{n} s', '{n} s'],
  'time.minutes': ['{n} min', '{n} min'],
  'time.hours': ['{n} h', '{n} h'],
  'time.hours_minutes': ['{h} h {m}', '{h} h {m} min'],
  'time.days': [
    { one: '{n} jour', other: '{n} jours' },
    { one: '{n} day', other: '{n} days' },
  ],
  'time.days_hours': ['{d} j {h} h', '{d} d {h} h'],
} as const satisfies Record<string, readonly [fr: Entry, en: Entry]>;

export type Key = keyof typeof table;
export const keys = Object.keys(table) as Key[];

/** The raw entry, before typography. */
export function entry(key: Key, lang: Lang): Entry {
  return table[key][lang === 'fr' ? 0 : 1];
}

/** True for names made at run time ("ev." + name) that the catalogue holds. */
export function isKey(name: string): name is Key {
  return Object.hasOwn(table, name);
}

/** Apostrophes for both languages; French non-breaking spaces around « » and before : ; ! ? % and units. */
export function typography(text: string, lang: Lang): string {
  const curved = text.replace(/'/g, '’');
  if (lang !== 'fr') return curved.replace(/(\d|\}) (s|min|h|d|bytes|[kMG]B|bits?)\b/g, '$1\u00a0$2');
  return curved
    .replace(/« /g, '«\u202f')
    .replace(/ »/g, '\u202f»')
    .replace(/ ([;!?%])/g, '\u202f$1')
    .replace(/ :/g, '\u00a0:')
    .replace(/(\d|\}) (s|min|h|j|ans|jours?|octets|[kMG]o|bits?)(?![\p{L}])/gu, '$1\u00a0$2')
    .replace(/(\sh) \{/g, '$1\u00a0{');
}
