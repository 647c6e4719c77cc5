/* SPDX-License-Identifier: Apache-2.0
 *
 * event/gold: an item with a known answer, and what an answer comes to. Callers: store, net, tests.
 */
#ifndef VG_EVENT_GOLD_H
#define VG_EVENT_GOLD_H

#include "event/case.h"

typedef enum { VG_GOLD_KNOWN, VG_GOLD_DOUBLE, VG_GOLD_KINDS } vg_gold_kind; /* a known answer; a second look at a colleague's decision */
extern const char *const vg_gold_kind_names[VG_GOLD_KINDS]; /* "known", "double" */

/* Stored as numbers: new ones go last. */
typedef enum {
    VG_GOLD_RIGHT,
    VG_GOLD_LESS,   /* milder than what was expected: somebody was left without help */
    VG_GOLD_MORE,   /* harder than what was expected: somebody was wronged */
    VG_GOLD_REASON, /* the right action for another reason */
    VG_GOLD_OPEN,   /* of a second look: nothing was expected */
    VG_GOLD_ASKED,  /* given to a lead: not knowing and saying so is no mistake, and no answer */
    VG_GOLD_OUTCOMES
} vg_gold_outcome;
extern const char *const vg_gold_outcome_names[VG_GOLD_OUTCOMES]; /* "right", "less", "more", "reason", "open", "asked" */

/** `accepted`: bit set of actions, 0: nothing is expected. `reasons`: comma separated, empty: any. */
vg_gold_outcome vg_gold_judge(uint32_t accepted, vg_str reasons, vg_action action, vg_str reason);

#endif
