// SPDX-License-Identifier: Apache-2.0
// Sentences of signing in and of second factors. How they are written: strings.ts.
import type { Entry } from './strings';

export const signin = {
  // other ways in
  'signin.or': ['ou', 'or'],
  'signin.passkey': ["Se connecter avec une clé d'accès", 'Sign in with a passkey'],
  'signin.passkey.unknown': [
    "Cette clé d'accès n'est enregistrée pour personne ici.",
    'This passkey is not registered for anybody here.',
  ],
  'signin.provider': ['Continuer avec {name}', 'Continue with {name}'],

  // the second step
  'second.title': ['Seconde étape', 'Second step'],
  'second.code': ['Code à six chiffres', 'Six-digit code'],
  'second.code.help': ["Celui que montre votre application d'authentification.", 'The one that your authenticator app shows.'],
  'second.recovery': ['Code de secours', 'Recovery code'],
  'second.recovery.help': ['Dix lettres ou chiffres. Chaque code ne sert qu’une fois.', 'Ten letters or digits. Each code serves once.'],
  'second.key.help': [
    'Gardez votre clé de sécurité ou votre appareil à portée de main.',
    'Have your security key or your device at hand.',
  ],
  'second.key.elsewhere': ["Les clés de sécurité servent à l'adresse {origin}.", 'Security keys work at the address {origin}.'],
  'second.key.use': ['Utiliser la clé', 'Use the key'],
  'second.key.none': ["Aucune clé n'a répondu. Réessayez, ou choisissez une autre façon.", 'No key answered. Try again, or choose another way.'],
  'second.submit': ['Continuer', 'Continue'],
  'second.missing': ['Indiquez le code.', 'Enter the code.'],
  'second.wrong.totp': [
    'Ce code est faux, ou il a déjà servi. Attendez le suivant.',
    'This code is wrong, or it was used. Wait for the next one.',
  ],
  'second.wrong.recovery': ["Ce n'est pas l'un de vos codes de secours, ou il a déjà servi.", 'This is none of your recovery codes, or it was used.'],
  'second.wrong.key': ["Cette clé n'est pas la vôtre, ou sa réponse n'est pas valable.", 'This key is not yours, or its answer is not good.'],
  'second.ended': ['Cette connexion a pris fin. Recommencez.', 'This sign-in has ended. Begin again.'],
  'second.use.totp': ['Utiliser un code', 'Use a code'],
  'second.use.key': ['Utiliser une clé de sécurité', 'Use a security key'],
  'second.use.recovery': ['Utiliser un code de secours', 'Use a recovery code'],
  'second.back': ["Changer d'utilisateur", 'Sign in as somebody else'],

  // one's own second factors
  'security.title': ['Sécurité de mon compte', 'Security of my account'],
  'security.manage': ['Voir mes seconds facteurs', 'See my second factors'],
  'security.factors': ['Seconds facteurs', 'Second factors'],
  'security.lead': [
    "Après le mot de passe, une seconde preuve : un code de votre téléphone ou une clé. Qui connaît votre mot de passe n'entre pas pour autant.",
    'After the password, a second proof: a code of your telephone, or a key. Who knows your password does not get in with it.',
  ],
  'security.required': [
    "Votre rôle demande un second facteur. Ajoutez-en un pour commencer.",
    'Your role needs a second factor. Add one to begin.',
  ],
  'security.none': ['Vous n’avez pas encore de second facteur.', 'You have no second factor yet.'],
  'security.kind.totp': ["Codes d'une application", 'Codes of an app'],
  'security.kind.webauthn': ['Clé de sécurité', 'Security key'],
  'security.kind.passkey': ["Clé d'accès, sans mot de passe aussi", 'Passkey, also without a password'],
  'security.backed_up': ['copiée par son fabricant', 'copied by its vendor'],
  'security.added': ['Ajouté {when}', 'Added {when}'],
  'security.used': ['utilisé {when}', 'used {when}'],
  'security.used.never': ['jamais utilisé', 'never used'],
  'security.add.totp': ['Ajouter une application de codes', 'Add an authenticator app'],
  'security.add.key': ['Ajouter une clé', 'Add a key'],
  'security.key.elsewhere': ["Les clés s'ajoutent à l'adresse {origin}.", 'Keys are added at the address {origin}.'],
  'security.rename': ['Renommer', 'Rename'],
  'security.rename.which': ['Renommer « {name} »', 'Rename “{name}”'],
  'security.remove.which': ['Retirer « {name} »', 'Remove “{name}”'],
  'security.remove': ['Retirer', 'Remove'],
  'security.remove.sure': [
    'Retirer « {name} » ? Vos autres sessions prendront fin.',
    'Remove “{name}”? Your other sessions will end.',
  ],
  'security.remove.confirm': ['Oui, retirer', 'Yes, remove'],
  'security.remove.last': [
    'Votre rôle demande un second facteur. Ajoutez-en un autre avant de retirer celui-ci.',
    'Your role needs a second factor. Add another one before you remove this one.',
  ],
  'security.removed': ['Le second facteur est retiré.', 'The second factor is removed.'],
  'security.renamed': ['Le nom est changé.', 'The name is changed.'],
  'security.done': ['Le second facteur est ajouté.', 'The second factor is added.'],
  'security.save': ['Enregistrer', 'Save'],
  'security.name': ['Nom', 'Name'],
  'security.name.help': ['Pour le reconnaître : « Téléphone », « Clé du bureau »…', 'To know it again: “Telephone”, “Office key”…'],
  'security.name.missing': ['Donnez-lui un nom, de 64 signes au plus.', 'Give it a name, of 64 characters at most.'],
  'security.name.totp': ['Téléphone', 'Telephone'],
  'security.name.webauthn': ['Clé', 'Key'],
  'security.full': ['Vingt au plus. Retirez-en un pour en ajouter un autre.', 'Twenty at most. Remove one to add another.'],

  // adding codes
  'security.totp.title': ['Ajouter une application de codes', 'Add an authenticator app'],
  'security.totp.scan': [
    "Lisez ce code QR avec votre application d'authentification, ou tapez-y la clé.",
    'Scan this QR code with your authenticator app, or type the key there.',
  ],
  'security.totp.qr': ["Code QR à lire avec l'application", 'QR code for the app'],
  'security.totp.secret': ['Clé', 'Key'],
  'security.totp.code': ["Code que montre l'application", 'Code that the app shows'],
  'security.totp.wrong': ["Ce code est faux. L'heure du téléphone est-elle juste ?", 'This code is wrong. Is the telephone’s clock right?'],
  'security.confirm': ['Confirmer', 'Confirm'],
  'security.key.title': ['Ajouter une clé', 'Add a key'],
  'security.key.help': [
    "Une clé de sécurité, ou l'appareil lui-même. Le navigateur vous guide.",
    'A security key, or the device itself. The browser guides you.',
  ],
  'security.key.known': ['Cette clé est déjà enregistrée.', 'This key is registered already.'],
  'security.key.refused': ["Cette clé ne convient pas. Essayez-en une autre.", 'This key will not do. Try another one.'],
  'security.ended': ['Cela a pris trop de temps. Recommencez.', 'This took too long. Begin again.'],

  // the password once more
  'security.proof.title': ['Votre mot de passe, encore une fois', 'Your password once more'],
  'security.proof.help': [
    'Il y a plus de dix minutes que vous vous êtes connecté. Confirmez que c’est bien vous.',
    'You signed in more than ten minutes ago. Confirm that it is you.',
  ],
  'security.proof.wrong': ['Mot de passe incorrect.', 'Wrong password.'],
  'security.proof.again': [
    'Il y a plus de dix minutes que vous vous êtes connecté. Déconnectez-vous puis reconnectez-vous.',
    'You signed in more than ten minutes ago. Sign out and in again.',
  ],

  // recovery codes
  'recovery.title': ['Codes de secours', 'Recovery codes'],
  'recovery.lead': [
    'Pour le jour où le téléphone ou la clé manque. Chaque code ne sert qu’une fois.',
    'For the day when telephone or key is missing. Each code serves once.',
  ],
  'recovery.left': [
    { one: 'Il en reste {n}.', other: 'Il en reste {n}.' },
    { one: '{n} is left.', other: '{n} are left.' },
  ],
  'recovery.new': ['Faire de nouveaux codes', 'Make new codes'],
  'recovery.new.sure': ['Les anciens codes ne serviront plus.', 'The old codes will not serve any more.'],
  'recovery.new.confirm': ['Oui, de nouveaux codes', 'Yes, new codes'],
  'recovery.once': [
    "Voici vos codes de secours. Ils ne seront plus montrés : rangez-les en lieu sûr, loin de l'ordinateur.",
    'These are your recovery codes. They will not be shown again: keep them in a safe place, away from the computer.',
  ],
  'recovery.copy': ['Copier', 'Copy'],
  'recovery.copied': ['Les codes sont copiés.', 'The codes are copied.'],
  'recovery.print': ['Imprimer', 'Print'],
  'recovery.kept': ['Je les ai rangés', 'I have put them away'],
} as const satisfies Record<string, readonly [fr: Entry, en: Entry]>;
