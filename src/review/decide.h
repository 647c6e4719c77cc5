/* SPDX-License-Identifier: Apache-2.0
 *
 * review/decide: the rules of a decision: what the policy offers, when a second person has to agree, what two answers come to, when an
 * appeal may still be made, what a bulk decision leaves out.
 *
 * Pure functions; the store keeps the rows. Strikes only ever suggest: a person decides. Callers: net, tests.
 */
#ifndef VG_REVIEW_DECIDE_H
#define VG_REVIEW_DECIDE_H

#include "event/policy_decisions.h"
#include "review/review.h"

/** Warn, mute, restrict contact, suspend: a statement of reasons is owed. */
bool vg_review_restricts(vg_action action);
/** Mute, restrict contact, suspend: it lasts for hours, or until lifted. */
bool vg_review_lasts(vg_action action);

/** Whether the policy offers this answer: its action, reason, scope and duration. `answer->reach` is set to the first scope offered when
 *  `has_reach` is false. VG_EINVAL with the place: "/action", "/reason", "/scope", "/hours". */
int vg_review_check_answer(const vg_policy_decisions *policy, vg_decision *answer, bool has_reach, vg_error *err);

/** Whether this action takes two people here, whatever the case. */
bool vg_review_needs_second(const vg_policy_decisions *policy, vg_action action);
/** Whether giving this reason says that a match with known material is right. */
bool vg_review_confirms_hash(const vg_policy_decisions *policy, const vg_policy_reason *reason, uint64_t kinds);
/** Same action, reason and scope. */
bool vg_review_agree(const vg_decision *a, const vg_decision *b);
/** The milder of two durations; 0 is until lifted, the longest. */
uint32_t vg_review_milder(uint32_t a, uint32_t b);

/* What an answer comes to. */
typedef struct vg_outcome {
    bool sealed;  /* an opinion: the case stays open ... */
    vg_look to;   /* ... and waits for this look */
} vg_outcome;
/** `first`: the sealed opinion, when the case waits for a second one. `confirmed`: two people have confirmed the entry of the bank, so that
 *  a hash needs no third. A lead who settles decides alone. */
vg_outcome vg_review_outcome(const vg_policy_decisions *policy, const vg_case *c, bool confirmed, const vg_decision *answer,
                             const vg_decision *first);

/** What so many strikes suggest: an action, or -1. */
int vg_review_suggestion(const vg_policy_decisions *policy, size_t strikes);
/** When a strike given now ends; 0: this action gives none here. */
int64_t vg_review_strike_until(const vg_policy_decisions *policy, vg_action action, int64_t now_ms);

/* ---- appeals ---- */
/** Until when a decision of this time can be appealed; and when an appeal made now is to be answered. */
int64_t vg_review_appeal_until(const vg_policy_decisions *policy, int64_t decided_ms);
int64_t vg_review_appeal_due(const vg_policy_decisions *policy, int64_t made_ms);
/** Whether `user` may answer an appeal against a decision of a case in which these people took part: another than any of them.
 *  VG_EFORBIDDEN. */
int vg_review_may_answer(const vg_user *user, vg_str space, const vg_str *took_part, size_t count, vg_error *err);

/** Whether this answer confirms what the law requires to be removed: a reason that removes, for an action that restricts or reports. */
bool vg_review_removes(const vg_policy_reason *reason, vg_action action);

/* ---- bulk ---- */
/* Why a case is not part of a bulk decision: it needs somebody who looks at it for itself. */
typedef enum {
    VG_BULK_IN,
    VG_BULK_NOT_OPEN,
    VG_BULK_SPACE,      /* not in the space of the bulk decision */
    VG_BULK_HOLD,       /* legal hold */
    VG_BULK_ESCALATED,
    VG_BULK_LOOK,       /* waits for a second person, or for a lead */
    VG_BULK_REPORT_DUE,
    VG_BULK_IMMINENT,   /* a meeting, a live session, a call for help, a message held back */
    VG_BULK_CHILD,      /* a child under 13, or one who is threatened or asked for pictures or money */
    VG_BULK_MATERIAL,   /* known material */
    VG_BULK_FOUR_EYES,  /* the action takes two people */
    VG_BULK_LEASE,      /* somebody else works on it */
    VG_BULK_GATE,       /* certificate, limits: the gate's answer */
    VG_BULK_LIMIT,      /* over the policy's number */
    VG_BULK_WHYS
} vg_bulk_why;
extern const char *const vg_bulk_why_names[VG_BULK_WHYS]; /* "in", "not_open", "space", "hold", "escalated", ... */
vg_bulk_why vg_review_bulk(const vg_policy_decisions *policy, const vg_case *c, const vg_user *user, vg_str space, vg_action action,
                           int64_t now_ms);

#endif
