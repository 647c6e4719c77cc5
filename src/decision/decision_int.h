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
/** Appends `sentence` with each "{value}" replaced. */
void vg_decision_expand(vg_buf *out, const char *sentence, uint32_t value);

#endif
