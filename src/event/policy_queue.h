/* SPDX-License-Identifier: Apache-2.0
 *
 * event/policy_queue: what a space's policy says about handing out its cases. Callers: space (fills it), pipeline, review, net.
 */
#ifndef VG_EVENT_POLICY_QUEUE_H
#define VG_EVENT_POLICY_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

enum { VG_QUEUE_OFFER_DEFAULT = 5000, VG_QUEUE_LINKED_DEFAULT = 5, VG_QUEUE_LINKED_MOST = 20 };

typedef struct vg_policy_queue {
    bool given;                /* the policy has a section `queue` */
    uint32_t imminent_minutes; /* deadline of a case in which a meeting, a live session or a call for help shows; 0: as any other */
    uint16_t offer_after;      /* share of the deadline, 1/10000, after which a case that fits nobody's skills is offered to everybody */
    uint32_t linked_most;      /* linked cases handed out together */
} vg_policy_queue;

#endif
