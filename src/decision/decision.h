/* SPDX-License-Identifier: Apache-2.0
 *
 * decision: evidence + policy -> verdict with reasons. Pure: no clock, no store, no network, no floating
 * point.
 *
 * Risk is noisy-or over pieces: 1 - product(1 - weight_i), in fixed point, in order of kind, from the weights
 * as the answer shows them. The weight of a piece is strength x policy weight x relation factor (text and
 * conduct only) x decay (remembered pieces halve every half_life_hours). A piece that weighs nothing is left
 * out. A verdict above `allow` needs at least one fresh piece; `review` and `hold` from one single piece need
 * a kind that the policy lets stand alone, otherwise it stays at `nudge`. Known material raises the verdict
 * to its bank's effect at least; `block` comes only from a bank whose effect is block.
 * A person decides: nothing here sanctions an account. Formulas: docs/architecture/decision.md.
 * Callers: pipeline, cli (explain), tests, fuzz, bench.
 */
#ifndef VG_DECISION_DECISION_H
#define VG_DECISION_DECISION_H

#include "event/facts.h"
#include "event/policy.h"

/** Decides. `ev` holds `count` pieces, in any order, at most one of each kind (of two, fresh is shown and the
 *  stronger weighs); `media_effect` is VG_VERDICT_ALLOW when no bank matched. Fills *out: `count` pieces,
 *  strongest first, ties by kind; the array behind them is left as it was. */
void vg_decide(const vg_policy *policy, vg_relation relation, const vg_evidence *ev, size_t count,
               vg_verdict_kind media_effect, bool scanned, vg_verdict *out);

/** Decay of remembered evidence: 2^(-hours/half_life) in 1/10000 by table; half_life 0 means no decay. */
uint32_t vg_decision_decay_e4(uint32_t hours, uint32_t half_life_hours);

/** Appends the remembered text pieces of facts->family_hours, decayed, for families that are not in
 *  `fresh_families`; `value` is the hours since. `ev` has room for VG_EVIDENCE_KINDS. */
void vg_decision_remembered(const vg_facts *facts, const vg_policy *policy, uint32_t fresh_families,
                            vg_evidence *ev, size_t *count);

/** The message reports or warns of what others say: remembered words count half in the verdict on it. Those of the message itself are
 *  halved already, and the next message finds everything at full strength. */
void vg_decision_reported(vg_evidence *ev, size_t count);

/** Appends the sentence of one piece of evidence ({value} replaced). */
void vg_explain_evidence(const vg_policy *policy, const vg_evidence *ev, vg_lang lang, vg_buf *out);

/** Appends the sentence of the verdict ({value} is the number of pieces), and that the content was not looked
 *  at when that is so. */
void vg_explain_verdict(const vg_policy *policy, const vg_verdict *verdict, vg_lang lang, vg_buf *out);

/** Why now, in one sentence: the strongest things that this event brought, on top of the strongest that stood already. Made of the
 *  policy's few words for each kind (vg_policy.noun). */
void vg_explain_why_now(const vg_policy *policy, const vg_verdict *verdict, vg_lang lang, vg_buf *out);

/* What would have to be otherwise for a lower verdict. */
typedef enum {
    VG_CHANGE_WITHOUT,         /* without these pieces of evidence */
    VG_CHANGE_RECIPIENT_ADULT, /* were the recipient an adult */
    VG_CHANGE_ACCOUNT_MINOR,   /* were the account a minor's */
    VG_CHANGE_QUIET,           /* the same pieces after a time in which nothing happens */
    VG_CHANGES
} vg_change_kind;
extern const char *const vg_change_names[VG_CHANGES]; /* "without", "recipient_adult", "account_minor", "quiet" */
typedef struct vg_change {
    vg_change_kind kind;
    uint64_t kinds;         /* WITHOUT: bit set of evidence kinds */
    uint32_t hours;         /* QUIET */
    uint16_t risk;          /* what vg_decide finds then ... */
    vg_verdict_kind verdict; /* ... lower than the verdict that was given */
    bool nothing_new;       /* WITHOUT: these were all that the event brought, so whatever the risk it would pass */
} vg_change;
enum { VG_CHANGE_MOST = 6 };

/** The changes that lower the verdict, by vg_decide itself, the most telling first: each single piece without which it falls (three at
 *  most; when there is none, the fewest of the three strongest together), who the two are, a week of quiet. Returns how many; 0 when nothing
 *  is above `allow`, or when how strong the pieces were is not known. */
size_t vg_decision_changes(const vg_policy *policy, vg_relation relation, const vg_verdict *verdict, vg_verdict_kind media_effect,
                           vg_change out[VG_CHANGE_MOST]);
/** Appends "Sans la demande de photo : risque 0,41, un message de prévention au lieu d’un examen." */
void vg_explain_change(const vg_policy *policy, const vg_verdict *verdict, const vg_change *change, vg_lang lang, vg_buf *out);

/** Appends the verdict as the JSON answer: {"id":…,"verdict":…,"risk":…,
 *  "evidence":[{"name","weight","fresh","why":{"fr","en"}}],"why":{"fr","en"},"case"?,"message"? (for
 *  nudge),"scanned","duplicate"?}. case_id 0: no case. Allocates nothing but what `out` grows by. */
void vg_verdict_write(vg_buf *out, const vg_policy *policy, vg_str event_id, const vg_verdict *verdict,
                      int64_t case_id, bool duplicate);
/** The same with what known material the media matches: `"matches"` of media.known_hash and media.similar_hash. */
void vg_verdict_write_media(vg_buf *out, const vg_policy *policy, vg_str event_id, const vg_verdict *verdict,
                            const vg_match_shown *matches, size_t match_count, int64_t case_id, bool duplicate);

/** A multi-line explanation for a person (`vigie assess --explain`); `changes` are those of vg_decision_changes. Names from the event are stripped of
 *  control characters, so that they cannot steer a terminal. */
void vg_verdict_explain(vg_buf *out, const vg_policy *policy, const vg_event *event, const vg_facts *facts,
                        const vg_verdict *verdict, const vg_change *changes, size_t change_count, vg_lang lang);

#endif
