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

#include "event/case.h"
#include "event/event.h"
#include "event/evidence.h"
#include "event/policy.h"

#define VG_FACTS_UNKNOWN UINT32_MAX

/* What a statistical model makes of some words: the sum of their weights, and how many tokens. Eight bytes, kept as they are. */
typedef struct vg_model_part {
    int32_t sum;     /* in the model's own unit */
    uint16_t tokens; /* words; a long word is several. 0: nothing */
    uint8_t model;   /* which model's unit: a byte of its file's checksum, never 0 where tokens is not */
    uint8_t unused;  /* 0 */
} vg_model_part;

/* A window of one sender's latest words in one conversation: it forgets by halves when it holds more tokens than this. */
enum { VG_WINDOW_TOKENS = 64 };

/** The window after a message: the message is added, then sum and tokens are halved (towards zero) until no more than
 *  VG_WINDOW_TOKENS tokens are left. A window of another model is begun anew. Memory keeps windows by this rule, and training
 *  makes its examples by it. A message has at most 2^12 tokens and |sum| < 2^30, so nothing overflows. */
static inline vg_model_part vg_model_window_add(vg_model_part window, vg_model_part message)
{
    if (!message.tokens) return window;
    if (!window.tokens || window.model != message.model) window = (vg_model_part){.model = message.model};
    int64_t sum = (int64_t)window.sum + message.sum;
    uint32_t tokens = (uint32_t)window.tokens + message.tokens;
    while (tokens > VG_WINDOW_TOKENS) {
        sum /= 2;
        tokens /= 2;
    }
    const int64_t most = INT64_C(1) << 30;
    window.sum = (int32_t)(sum > most ? most : sum < -most ? -most : sum);
    window.tokens = (uint16_t)tokens;
    return window;
}

/* What the text of one event brings to memory: numbers, no words. */
typedef struct vg_text_brief {
    uint32_t families;  /* bit set */
    uint8_t stated_age; /* years, of the writer by their own words; 0: none */
    uint8_t token_count;
    uint64_t token[VG_TOKENS_MAX]; /* contact addresses handed out, see vg_text_hits */
    uint64_t opening;              /* hash of the whole normalised message, for openings that are repeated; 0: too short to tell */
    vg_model_part model[VG_MODELS]; /* of this message; tokens == 0: no such model */
} vg_text_brief;

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

    uint32_t families_now;                  /* the text families of this event: bit set */

    /* the course of the exchange with the youngest recipient, this event included; a conversation without one: all unknown */
    uint8_t stages, stages_now;             /* bit sets of vg_stage that the actor reached; reached by this event for the first time */
    uint32_t stage_minutes[VG_STAGES];      /* from the pair's first contact to the stage; VG_FACTS_UNKNOWN = not reached */
    uint32_t refused_hours;                 /* since the recipient last said no to the actor; VG_FACTS_UNKNOWN = never */
    uint32_t asked_after_refusal;           /* messages with a request (stages isolation and later) since then */
    uint32_t move_after;                    /* messages by the actor when it first asked to go elsewhere, that one included; VG_FACTS_UNKNOWN */
    bool asks_now;                          /* this event holds a request */
    uint32_t sent_in_row;                   /* messages by the actor since the recipient's last one, this one included */
    uint8_t actor_stated_band, peer_stated_band; /* vg_age_band by their own words in messages; a claim may protect, it never excuses */
    uint8_t stated_age;                     /* years, of the actor by the words of this very event; 0: none */

    /* of the actor, over everybody it writes to */
    uint32_t talks, talks_staged;           /* pairs with minors; those that reached isolation, risk assessment, escalation or pressure */
    uint32_t opening_minors;                /* distinct minors that got this same first message from the actor; 0: this is no opening */
    uint32_t linked_accounts;               /* other accounts that handed out the same address; 0: none handed out */
    uint32_t linked_tag[VG_LINKS_MOST];     /* memory's numbers of some of them; 0: no more */
    uint32_t account_tag;                   /* memory's number of the account a case would be about: the actor, for a notice the other */
    char actor_country[3], peer_country[3]; /* as the accounts declared it; empty: they did not. For a case's content alone */
    char language[4];                       /* of the acting account, by its own event: "fr", "ceb"; empty: not said */

    /* the actor's words in this conversation as the models see them: with this message, and before it. A message that brings
     * none (brief.model[m].tokens == 0) leaves both as they were. */
    vg_model_part model[VG_MODELS], model_before[VG_MODELS];

    /* notice only: the reporter's record, and the reports standing against the account complained of */
    uint32_t notices_made, notices_upheld, notices_dismissed;
    uint32_t notices_against;            /* by distinct events, in the last 30 days, this one included */
    uint8_t about_band, about_basis;
} vg_facts;

#endif
