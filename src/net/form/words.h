/* SPDX-License-Identifier: Apache-2.0
 *
 * net/form/words: every sentence of the reporting form that is not the policy's, in French and English. U+00A0 and U+202F where French wants them.
 */
#ifndef VG_NET_FORM_WORDS_H
#define VG_NET_FORM_WORDS_H

#include "event/policy_notices.h"

#define VG_FORM_WORDS(X)                                                                                                                      \
    X(TITLE, "Faire un signalement", "Make a report")                                                                                        \
    X(OTHER_LANGUAGE, "English", "Français")                                                                                                  \
    X(CHOOSE, "Où cela s’est-il passé\u202f?", "Where did it happen?")                                                                        \
    X(CLOSED, "Ce formulaire n’est pas ouvert", "This form is not open")                                                                      \
    X(CLOSED_MORE, "Cet espace ne prend pas de signalement ici. Adressez-vous au service lui-même.", "This space takes no reports here. Turn to the service itself.") \
    X(CALLS, "Danger immédiat\u202f? Appelez.", "Immediate danger? Call.")                                                                    \
    X(CALLS_MORE, "Un formulaire n’est pas lu à la seconde. En France\u00a0:", "A form is not read within seconds. In France:")               \
    X(WHAT, "Ce que vous pouvez signaler", "What you can report")                                                                             \
    X(NAMELESS, "Faut-il donner son nom\u202f?", "Do I have to give my name?")                                                                \
    X(NAMELESS_MORE, "Non, quand il s’agit d’abus sexuels sur un enfant, d’un adulte qui approche un enfant, de chantage sur un enfant, ou d’un enfant en danger en ce moment. Pour le reste, la loi demande un nom et une adresse électronique. La personne signalée ne les verra jamais.", \
      "No, when it is about sexual abuse of a child, an adult who approaches a child, blackmail of a child, or a child in danger now. For anything else the law asks for a name and an e-mail address. The person you report never sees them.") \
    X(NEXT, "Ce qui se passe ensuite", "What happens next")                                                                                   \
    X(NEXT_MORE, "Vous recevez un numéro. Une personne formée examine le signalement et décide\u00a0; aucune machine ne décide. Avec le numéro, vous voyez la réponse et ce que vous pouvez faire si elle ne vous convient pas.", \
      "You get a number. A trained person looks at the report and decides; no machine decides. With the number you see the answer, and what you can do if you do not agree.") \
    X(NO_COPY, "Ne copiez et n’envoyez jamais d’image d’un enfant victime d’abus\u00a0: indiquez seulement où elle se trouve.", "Never copy or send a picture of an abused child: only say where it is.") \
    X(START, "Commencer", "Start")                                                                                                            \
    X(HAVE_NUMBER, "J’ai déjà un numéro", "I already have a number")                                                                          \
    X(DANGER, "Un enfant est-il en danger en ce moment\u202f?", "Is a child in danger right now?")                                           \
    X(YES, "Oui", "Yes")                                                                                                                      \
    X(NO, "Non", "No")                                                                                                                        \
    X(UNSURE, "Je ne sais pas", "I do not know")                                                                                              \
    X(URGENT, "Appelez maintenant, puis revenez au formulaire.", "Call now, then come back to the form.")                                     \
    X(CATEGORY, "De quoi s’agit-il\u202f?", "What is it about?")                                                                              \
    X(CHILD_ABUSE, "Images ou vidéos d’abus sexuels sur un enfant", "Pictures or videos of the sexual abuse of a child")                      \
    X(GROOMING, "Un adulte qui approche un enfant", "An adult who approaches a child")                                                        \
    X(GROOMING_MORE, "demande son âge, le secret, des photos, une rencontre", "asks for their age, for secrecy, for pictures, to meet")       \
    X(SEXTORTION, "Chantage ou menaces sur un enfant", "Blackmail or threats against a child")                                               \
    X(AGE, "Quelqu’un ment sur son âge", "Somebody lies about their age")                                                                     \
    X(HARASSMENT, "Harcèlement", "Harassment")                                                                                                \
    X(OTHER, "Un autre contenu illégal", "Other illegal content")                                                                             \
    X(ACCOUNT, "Nom du compte (si vous le connaissez)", "Name of the account (if you know it)")                                              \
    X(PLACES, "Où exactement\u202f?", "Where exactly?")                                                                                       \
    X(PLACES_MORE, "Adresses de pages, ou numéros de messages, un par ligne. Le nom du compte suffit si vous n’avez rien d’autre.", "Addresses of pages, or numbers of messages, one on each line. The name of the account is enough if you have nothing else.") \
    X(TEXT, "Que s’est-il passé\u202f?", "What happened?")                                                                                    \
    X(TEXT_MORE, "Dites ce que vous avez vu, quand, et pourquoi c’est illégal ou dangereux. Une phrase suffit.", "Say what you saw, when, and why it is illegal or dangerous. One sentence is enough.") \
    X(YOU, "Vous", "You")                                                                                                                     \
    X(YOU_MORE, "Facultatif pour les trois premiers sujets et quand un enfant est en danger\u00a0: vous pouvez rester anonyme.", "Optional for the first three subjects and when a child is in danger: you may stay anonymous.") \
    X(NAME, "Votre nom", "Your name")                                                                                                         \
    X(EMAIL, "Votre adresse électronique", "Your e-mail address")                                                                             \
    X(CONTACT, "Comment vous joindre si un enfant est en danger (facultatif)", "How to reach you if a child is in danger (optional)")        \
    X(CONTACT_MORE, "Un numéro de téléphone, par exemple.", "A telephone number, for instance.")                                              \
    X(GOOD_FAITH, "Je pense de bonne foi que ce que je dis ici est exact et complet.", "I believe in good faith that what I say here is accurate and complete.") \
    X(SEND, "Envoyer le signalement", "Send the report")                                                                                      \
    X(LOST, "Le serveur ne répond pas. Rien n’est perdu\u00a0: réessayez dans un instant.", "The server does not answer. Nothing is lost: try again in a moment.") \
    X(SUMMARY, "Il manque quelque chose", "Something is missing")                                                                             \
    X(FLAW_CATEGORY, "Choisissez de quoi il s’agit.", "Choose what it is about.")                                                             \
    X(FLAW_PLACE, "Dites où, ou donnez le nom du compte.", "Say where, or give the name of the account.")                                     \
    X(FLAW_PLACE_LONG, "Au plus vingt lieux, de 2000 caractères chacun.", "At most twenty places, of 2000 characters each.")                  \
    X(FLAW_ACCOUNT, "Ce nom est trop long.", "This name is too long.")                                                                        \
    X(FLAW_TEXT, "Dites ce qui s’est passé.", "Say what happened.")                                                                           \
    X(FLAW_TEXT_LONG, "Ce texte est trop long\u00a0: au plus 10\u202f000 caractères.", "This text is too long: at most 10,000 characters.")   \
    X(FLAW_NAME, "Pour ce sujet, la loi demande votre nom.", "For this subject the law asks for your name.")                                  \
    X(FLAW_EMAIL, "Pour ce sujet, la loi demande votre adresse électronique.", "For this subject the law asks for your e-mail address.")      \
    X(FLAW_EMAIL_WRONG, "Cette adresse n’est pas complète. Exemple\u00a0: nom@exemple.fr", "This address is not complete. Example: name@example.org") \
    X(FLAW_CONTACT, "Au plus 500 caractères.", "At most 500 characters.")                                                                     \
    X(FLAW_GOOD_FAITH, "Cochez cette case pour envoyer.", "Tick this box to send.")                                                           \
    X(AGAIN, "Relisez, puis envoyez encore une fois. Rien n’est perdu.", "Read it once more, then send it again. Nothing is lost.")           \
    X(TRAP, "Laissez ce champ vide", "Leave this field empty")                                                                                \
    X(TRAPPED, "Un champ caché a été rempli, sans doute par un programme. Il est vidé\u00a0: envoyez encore une fois.", "A hidden field was filled in, probably by a program. It is emptied: send it again.") \
    X(RECEIVED, "Votre signalement est reçu", "Your report is received")                                                                      \
    X(NUMBER, "Votre numéro", "Your number")                                                                                                  \
    X(NUMBER_MORE, "Notez-le ou photographiez-le\u00a0: il est le seul moyen de retrouver ce signalement, et il n’est lié à aucun nom.", "Write it down or take a picture of it: it is the only way to find this report again, and no name is tied to it.") \
    X(SEE_STATUS, "Voir où en est mon signalement", "See how far my report is")                                                               \
    X(STATUS, "Suivre un signalement", "Follow a report")                                                                                     \
    X(STATUS_NUMBER, "Numéro du signalement", "Number of the report")                                                                         \
    X(STATUS_SEE, "Voir", "Show")                                                                                                             \
    X(STATUS_WRONG, "Ce numéro ne peut pas être juste\u00a0: une lettre manque ou diffère.", "This number cannot be right: a letter is missing or different.") \
    X(STATUS_NONE, "Aucun signalement n’a ce numéro.", "No report has this number.")                                                          \
    X(STATE, "État", "State")                                                                                                                 \
    X(STATE_RECEIVED, "Reçu", "Received")                                                                                                     \
    X(STATE_IN_REVIEW, "En cours d’examen par une personne", "Being looked at by a person")                                                   \
    X(STATE_DECIDED, "Décidé", "Decided")                                                                                                     \
    X(STATE_WITHDRAWN, "Retiré par vous", "Withdrawn by you")                                                                                 \
    X(STATE_SET_ASIDE, "Mis de côté", "Set aside")                                                                                            \
    X(SET_ASIDE_MORE, "Plusieurs signalements sans fondement ont suspendu le traitement de ceux qui viennent du même expéditeur. Celui-ci est conservé.", "Several unfounded reports have suspended the processing of those that come from the same sender. This one is kept.") \
    X(RECEIVED_ON, "Reçu le", "Received on")                                                                                                  \
    X(DECIDED_ON, "Décidé le", "Decided on")                                                                                                  \
    X(ANSWER, "Réponse", "Answer")                                                                                                            \
    X(REASON, "Motif", "Reason")                                                                                                              \
    X(REDRESS, "Recours", "Redress")                                                                          \
    X(AUTOMATED, "Moyens automatisés", "Automated means")                                                                                     \
    X(AUTOMATED_MORE, "Un programme a classé le signalement par urgence. La décision est celle d’une personne.", "A program sorted the report by urgency. The decision is a person’s.") \
    X(CONTACT_POINT, "Point de contact", "Point of contact")                                                                                  \
    X(COMPLAINT, "Adresser une réclamation", "Send a complaint")                                                                              \
    X(WITHDRAW, "Retirer mon signalement", "Withdraw my report")                                                                              \
    X(WITHDRAW_MORE, "Votre nom et votre adresse sont effacés aussitôt. Ce que vous avez signalé peut être examiné quand même.", "Your name and address are erased at once. What you reported may be looked at all the same.") \
    X(TOO_MANY, "Trop de demandes", "Too many requests")                                                                                      \
    X(TOO_MANY_MORE, "Trop de demandes viennent de cette adresse. Attendez quelques minutes, puis réessayez. Si un enfant est en danger, appelez.", "Too many requests come from this address. Wait a few minutes, then try again. If a child is in danger, call.") \
    X(BUSY, "Pas possible en ce moment", "Not possible right now")                                                                            \
    X(BUSY_MORE, "Le signalement n’est pas encore enregistré. Réessayez dans un instant.", "The report is not stored yet. Try again in a moment.") \
    X(BROKEN, "Ce formulaire est arrivé abîmé", "This form arrived broken")                                                                   \
    X(BACK, "Revenir au formulaire", "Back to the form")

enum {
#define VG_FORM_WORD(name, fr, en) VG_SAY_##name,
    VG_FORM_WORDS(VG_FORM_WORD)
#undef VG_FORM_WORD
    VG_FORM_WORD_COUNT
};
extern const char *const vg_form_words[VG_FORM_WORD_COUNT][VG_LANGS];

#endif
