/* SPDX-License-Identifier: Apache-2.0
 *
 * review/clock: what of a case ends when, and by which rule. Pure: facts in, times out; the store destroys by the same rules.
 * Callers: net, cli, tests.
 */
#ifndef VG_REVIEW_CLOCK_H
#define VG_REVIEW_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct vg_clock_facts {
    bool decided, destroyed, hold, appeal, filing; /* appeal: one waits for its answer; filing: a report is due or under way */
    int64_t decided_ms, hold_review_ms;            /* 0: no day was named */
    uint32_t keep_case_days, keep_audit_days;      /* 0: the space is gone, nobody says */
} vg_clock_facts;

/* Why an end does not come, in the order in which it is said. */
typedef enum { VG_STAYS_NOT, VG_STAYS_OPEN, VG_STAYS_HOLD, VG_STAYS_APPEAL, VG_STAYS_FILING, VG_STAYS_NO_RULE, VG_STAYS } vg_stays;
extern const char *const vg_stays_names[VG_STAYS]; /* "no", "open", "legal_hold", "appeal", "filing", "no_rule" */

typedef struct vg_clock_item {
    const char *what, *rule; /* "content" by "retention.cases"; "audit" by "retention.audit"; "hold_review" by "legal_hold" */
    int64_t ends_ms;         /* 0: not known, because something keeps it */
    vg_stays stays;          /* the first reason that keeps it; ends_ms is then when it would have ended, if that is known */
} vg_clock_item;

enum { VG_CLOCK_ITEMS = 3 };
/** Fills at most VG_CLOCK_ITEMS and gives how many. */
size_t vg_retention_clock(const vg_clock_facts *facts, vg_clock_item out[VG_CLOCK_ITEMS]);

#endif
