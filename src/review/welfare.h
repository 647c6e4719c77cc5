/* SPDX-License-Identifier: Apache-2.0
 *
 * review/welfare: limits of exposure, breaks, the edges of a shift, wishes; and which figures of a group may be shown.
 *
 * Pure, without a clock. No number here is scientific; they come from the space's policy. What is in hand may always be finished: these
 * rules are asked when something new is taken. docs/architecture/review.md. Callers: net, tests.
 */
#ifndef VG_REVIEW_WELFARE_H
#define VG_REVIEW_WELFARE_H

#include "event/policy.h"
#include "event/policy_welfare.h"

/** Makes `into` ask for at least the breaks of `other` too: whoever works in two spaces has one body. */
void vg_welfare_join(vg_policy_welfare *into, const vg_policy_welfare *other);

typedef struct vg_welfare_break {
    bool due;
    int64_t until_ms; /* when due: the pause is over then, if nothing is touched meanwhile */
} vg_welfare_break;
vg_welfare_break vg_welfare_break_of(const vg_policy_welfare *w, const vg_welfare_person *p, int64_t now_ms);

/** Whether somebody is at work: did something within the pause that ends a shift. */
bool vg_welfare_in_shift(const vg_policy_welfare *w, const vg_welfare_person *p, int64_t now_ms);
/** Whether this moment is too early or too late in the shift for hard cases. *until_ms: when it no longer is; INT64_MAX: not in this shift. */
bool vg_welfare_at_edge(const vg_policy_welfare *w, const vg_welfare_person *p, int64_t now_ms, int64_t *until_ms);
/** Whether a limit of the category is reached. */
bool vg_welfare_limit_reached(const vg_policy_welfare *w, const vg_welfare_person *p, vg_category category);

typedef enum { VG_WELFARE_FINE, VG_WELFARE_BREAK, VG_WELFARE_LIMIT, VG_WELFARE_OPTED_OUT, VG_WELFARE_EDGE } vg_welfare_answer;
/** Whether somebody may take something new of a category. `w`: of the case's space, with the breaks of all spaces of the person. */
vg_welfare_answer vg_welfare_may_take(const vg_policy_welfare *w, const vg_welfare_person *p, vg_category category, int64_t now_ms);

/** What somebody's doing something now makes of their record. `took`: a new case. *paused: a break that was due has been taken. */
void vg_welfare_note(const vg_policy_welfare *w, vg_welfare_person *p, bool took, int64_t now_ms, bool *paused);
/** They say how long they will work; a shift begins unless one is under way. */
void vg_welfare_plan(const vg_policy_welfare *w, vg_welfare_person *p, uint32_t hours, int64_t now_ms);
/** The last midnight of people at this distance from UTC. */
int64_t vg_welfare_midnight(int64_t now_ms, int32_t utc_offset_minutes);

/* ---- figures of groups ---- */

enum { VG_WELFARE_GROUP = 5, VG_WELFARE_ALL = VG_CATEGORIES };

/* One figure that may be shown: a sum over people. `people` ascending, with what each of them adds. */
typedef struct vg_group_cell {
    const int64_t *people;
    const uint32_t *parts;
    size_t count;
    uint64_t value;
    bool shown;
} vg_group_cell;

/** Decides which of the figures of one space and week are shown: those of the categories, and their sum. A figure needs five people, of whom
 *  nobody makes more than half. The sum is not shown when what is left after subtracting the shown ones would be such a small figure. */
void vg_group_release(vg_group_cell cells[VG_CATEGORIES + 1]);
/** Whether a figure that tells of people's state, not of what they did in the week, may be shown of this group beside one that was shown of
 *  another: everybody but fewer than five of one group being in the other would let them be told apart. Of equal groups a change of the figure
 *  would be somebody's change: `same` says that the figure is the same as well. */
bool vg_group_apart(const int64_t *a, size_t a_count, const int64_t *b, size_t b_count, bool same);
/** Of a state that each has or has not: neither those who have it nor those who have not may be fewer than five. */
bool vg_group_state_shown(size_t people, size_t with);

#endif
