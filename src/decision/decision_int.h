/* SPDX-License-Identifier: Apache-2.0
 *
 * decision_int: what the files of this room share. Not for other rooms.
 */
#ifndef VG_DECISION_INT_H
#define VG_DECISION_INT_H

#include "decision/decision.h"

/** Names of the languages in JSON: "fr", "en". */
extern const char *const vg_decision_lang_names[VG_LANGS];
/** What the risk alone asks for: allow, nudge, review or hold. */
vg_verdict_kind vg_decision_by_risk(const vg_policy *policy, uint32_t risk);
/** The policy's sentence for this number; `fallback` when the policy has none. */
const char *vg_decision_sentence(const vg_policy_phrase *phrase, vg_lang lang, uint32_t value,
                                 const char *fallback);
/** The number that a verdict's sentence shows: how many pieces of evidence there are. */
uint32_t vg_decision_verdict_value(const vg_verdict *verdict);
/** The policy's phrase for a verdict. */
const vg_policy_phrase *vg_decision_verdict_phrase(const vg_policy *policy, const vg_verdict *verdict);
/** What a remembered text piece is worth after `hours` more, before the policy's weight: memory forgets how strong it was. */
uint16_t vg_decision_aged(const vg_evidence *piece, uint32_t hours, uint32_t half_life_hours);
/** The few words of a piece with its number in place and their own article: "une demande de photo", "a picture request". */
void vg_decision_noun(const vg_policy *policy, const vg_evidence *piece, vg_lang lang, vg_buf *out);
/** The same with the definite article: "la demande de photo", "l’offre de cadeau", "the picture request". */
void vg_decision_the_noun(const vg_policy *policy, const vg_evidence *piece, vg_lang lang, vg_buf *out);
/** Whether the verb after these words is in the plural. */
bool vg_decision_noun_is_plural(vg_str noun, vg_lang lang);
/** The phrase of a piece of evidence: the policy's, or that of the rule which it comes from. */
const vg_policy_phrase *vg_decision_evidence_phrase(const vg_policy *policy, const vg_evidence *ev);
/** Appends `sentence` with each "{value}" replaced. */
void vg_decision_expand(vg_buf *out, const char *sentence, uint32_t value);

#endif
