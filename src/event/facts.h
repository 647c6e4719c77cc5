/* SPDX-License-Identifier: Apache-2.0
 *
 * event/facts: what memory knows that bears on one event, as plain numbers.
 *
 * memory/ fills it while it applies the event (so the numbers include this event); signals/conduct turns
 * it into evidence with the policy's thresholds; decision weighs it. Nothing here names a person.
 * Callers: memory (writes), conduct, decision, pipeline (read).
 */
#ifndef VG_EVENT_FACTS_H
#define VG_EVENT_FACTS_H

#include "event/event.h"
#include "event/evidence.h"

#define VG_FACTS_UNKNOWN UINT32_MAX

typedef struct vg_facts {
    /* the acting account (for a notice: the reporter) */
    uint8_t actor_band, actor_basis;     /* vg_age_band, vg_age_basis */
    uint32_t actor_age_hours;            /* since the account was created; VG_FACTS_UNKNOWN when not said */
    uint32_t minors_day, minors_week;    /* distinct minors the actor wrote to or asked to contact in the last 24 h / 7 d */
    uint32_t unreciprocated;             /* distinct minors, first contacted by the actor in the last 7 d, who never answered */

    /* the youngest recipient (minor first); has_peer is false for public talk without recipients */
    bool has_peer;
    uint8_t peer_band, peer_basis;
    bool any_minor;                      /* a recipient is a minor, or the conversation has had a minor speaker */
    bool actor_began;                    /* the actor made the first contact of this pair */
    uint32_t sent, received;             /* messages actor -> peer and peer -> actor in this pair */
    uint32_t today, usual_x16;           /* actor -> peer: messages on this UTC day; average of earlier active days x 16 */
    bool active_days_known;              /* false on the pair's first active day: usual_x16 means nothing */
    bool moved_private;                  /* this pair met in a group or in public and the actor now writes privately */
    bool moved_now;                      /* ... for the first time: this event is the move */
    uint32_t met_hours_ago;              /* since the pair's first contact */
    bool first_contact;                  /* this event is the pair's first */

    /* the actor's text families in this conversation before this event: hours since last seen, VG_FACTS_UNKNOWN = never */
    uint32_t family_hours[VG_TEXT_FAMILIES];

    /* notice only: the reporter's record, and the reports standing against the account complained of */
    uint32_t notices_made, notices_upheld, notices_dismissed;
    uint32_t notices_against;            /* by distinct events, in the last 30 days, this one included */
    uint8_t about_band, about_basis;
} vg_facts;

#endif
