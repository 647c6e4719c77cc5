/* SPDX-License-Identifier: Apache-2.0
 *
 * event/policy_gold: what a space's policy says of items with a known answer. Filled by space/gold.c, read by net.
 */
#ifndef VG_EVENT_POLICY_GOLD_H
#define VG_EVENT_POLICY_GOLD_H

#include <stdbool.h>
#include <stdint.h>

typedef struct vg_policy_gold {
    bool given;               /* the section is there; without it nothing is mixed into the queue and nobody is measured */
    uint16_t share, doubles;  /* 1/10000 of the cases handed out: items with a known answer; cases that a colleague decided already */
    uint32_t again_days;      /* the same item is not given to the same person before so many days */
    uint16_t recall;          /* 1/10000: below it ... */
    uint32_t least;           /* ... over so many items of one category at least ... */
    uint32_t window_days;     /* ... within so many days ... */
    bool suspend;             /* ... the category is suspended; false: a lead is told, no more */
    uint16_t alpha;           /* 1/10000: agreement below it is shown as a warning */
    bool keep_after_case;     /* an item may outlive the case it was made of */
} vg_policy_gold;

#endif
