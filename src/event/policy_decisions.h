/* SPDX-License-Identifier: Apache-2.0
 *
 * event/policy_decisions: what a space lets people decide, why, for how long, and what follows from it.
 *
 * The section `decisions:` of a space. Without one a built-in list of reasons stands, any other reason is taken too, and nothing
 * needs a second person. Plain values, immutable once loaded. Callers: review, net (read only); the room space/ fills it.
 */
#ifndef VG_EVENT_POLICY_DECISIONS_H
#define VG_EVENT_POLICY_DECISIONS_H

#include "event/case.h"
#include "event/policy.h"

/* What a restriction rests on: DSA Art. 17(3)(d) and (e). */
typedef enum { VG_GROUND_NONE, VG_GROUND_LAW, VG_GROUND_TERMS, VG_GROUNDS } vg_ground;
extern const char *const vg_ground_names[VG_GROUNDS]; /* "none", "law", "terms" */

/* What two people must agree on. */
typedef enum { VG_FOUR_EYES_SUSPEND, VG_FOUR_EYES_REPORT, VG_FOUR_EYES_HASH, VG_FOUR_EYES_COUNT } vg_four_eyes;
extern const char *const vg_four_eyes_names[VG_FOUR_EYES_COUNT]; /* "suspend", "authority_report", "hash_confirmation" */

typedef struct vg_policy_reason {
    const char *code;             /* "grooming" */
    const char *title[VG_LANGS];  /* as the form shows it */
    const char *text[VG_LANGS];   /* as the statement explains it; NULL: of a reason that restricts nobody */
    uint32_t actions;             /* bit set of vg_action it may be given for */
    vg_ground ground;
    const char *reference[VG_LANGS]; /* article of a law, clause of the terms; NULL without a ground */
    const char *dsa_category;     /* "PROTECTION_OF_MINORS", without the prefix STATEMENT_CATEGORY_; NULL: none */
    const char *dsa_keyword;      /* without KEYWORD_; NULL: none */
    bool removes;                 /* the law requires the media to be removed: out of reach from the decision on */
} vg_policy_reason;

enum {
    VG_DECISIONS_REASONS = 64,   /* of one space */
    VG_DECISIONS_DURATIONS = 12, /* of one action */
    VG_DECISIONS_SUGGESTIONS = 8,
    VG_DECISIONS_UNDO_MOST = 60, /* seconds */
    VG_DECISIONS_BULK_MOST = 500,
    VG_DECISIONS_APPEAL_DSA = 183, /* days: six months, DSA Art. 20(1) */
};

typedef struct vg_policy_act { /* one action, as this space offers it */
    bool offered, strike;
    uint32_t reaches;                         /* bit set of vg_reach */
    uint32_t hours[VG_DECISIONS_DURATIONS];   /* 0: until lifted */
    size_t hour_count;                        /* 0: any duration is taken */
} vg_policy_act;

typedef struct vg_policy_suggestion { /* with so many strikes, the form proposes this; a person decides */
    uint32_t strikes;
    vg_action action;
} vg_policy_suggestion;

typedef struct vg_policy_decisions {
    bool listed;                     /* the space has the section: other reasons, actions, scopes and durations are refused */
    const vg_policy_reason *reasons;
    size_t reason_count;
    vg_policy_act acts[VG_ACTIONS];
    uint32_t four_eyes;              /* bit set of vg_four_eyes */
    uint32_t interim_mute_hours;     /* what a first person may mute for while a second one is awaited; 0: nothing */
    uint32_t undo_seconds;           /* 0: a decision leaves at once */
    uint32_t appeal_days;            /* how long a decision can be appealed */
    uint32_t appeal_answer_days;     /* and in how long it is answered */
    const char *redress[VG_LANGS];   /* out-of-court body and court, as the statement names them; NULL: in general words */
    uint32_t strike_days;            /* how long a strike counts */
    vg_policy_suggestion suggestions[VG_DECISIONS_SUGGESTIONS]; /* in order of strikes */
    size_t suggestion_count;
    uint32_t bulk_most;              /* cases in one bulk decision; 0: none */
} vg_policy_decisions;

/** The reason of this code, or NULL. */
const vg_policy_reason *vg_policy_reason_find(const vg_policy_decisions *decisions, vg_str code);

#endif
