/* SPDX-License-Identifier: Apache-2.0
 *
 * facts: an event -> changed copies of the records it touches, and the facts that conduct and decision read.
 *
 * Who counts as a minor: an account whose band says so, or whose band is unknown where the policy assumes a
 * minor's. Contacting is writing (message, media), asking (request) or opening a private room. Answering is
 * writing back, accepting or opening a private room. Declining and blocking are neither; a block is only
 * noted.
 *
 * Distinct minors: the pair remembers in which 3-hour step its side contacted the minor last; contact in a
 * later step moves the minor from the old bucket of the account's rings to the new one. Unanswered minors:
 * counted on the day of the pair's first contact when this side began it, taken off when the minor answers.
 * Events that arrive late never move a count back in time, and counts never go under zero.
 */
#include "memory/memory_int.h"

typedef struct scene { /* one event being worked out */
    vg_memory *memory;
    const vg_event *event;
    const vg_memory_keys *keys;
    const vg_policy *policy;
    const vg_moment *at;
    vg_facts *facts;
    vg_touched *actor;
    bool contacts, answers, writes;
    unsigned best; /* rank of the youngest recipient so far */
} scene;

static vg_age_band assumed(const vg_policy *policy, vg_age_band band)
{
    return band == VG_AGE_UNKNOWN ? policy->assumed_age : band;
}

/* Youngest first: minors by age, then unknown, then adults by age. */
static unsigned rank_of(vg_age_band band)
{
    if (vg_age_is_minor(band)) return (unsigned)band;
    return band == VG_AGE_UNKNOWN ? VG_AGE_15_17 + 1 : (unsigned)band + 1;
}

static uint32_t hours_since(uint32_t hour, uint32_t then)
{
    return hour > then ? hour - then : 0;
}

/* ---- the pair ---- */

/* The actor's side of a pair changes by its message; returns nothing, facts are read from the copy. */
static void count_message(vg_pair_side *side, uint16_t day)
{
    if (side->sent < UINT32_MAX) side->sent++;
    if (!side->active_days || day > side->day) {
        if (side->active_days < UINT16_MAX) side->active_days++;
        side->day = day;
        side->today = 1;
    } else if (day == side->day && side->today < UINT16_MAX) {
        side->today++;
    }
}

/* The minor `peer` was contacted: moved from the bucket of the last contact to that of this one. */
static void count_minor(scene *s, vg_pair_record *pair, unsigned me)
{
    vg_account_record *actor = &s->actor->copy.account;
    vg_pair_side *side = &pair->side[me];
    uint16_t flag = (uint16_t)(VG_PAIR_COUNTED << me), now = s->at->h3, then = side->contact_h3;
    if (pair->flags & flag) {
        if ((int16_t)(now - then) <= 0) return; /* the same step, or late */
        vg_memory_bucket_drop(vg_memory_bucket(actor->minors_h3, actor->base_h3, then));
        vg_memory_bucket_add(vg_memory_bucket(actor->minors_h3, actor->base_h3, now));
        /* 3-hour steps modulo 2^16 give days modulo 2^13; how many days back is what counts */
        uint16_t back = (uint16_t)((now - then + 7 - now % 8) / 8);
        if (back) {
            vg_memory_bucket_drop(
                vg_memory_bucket(actor->minors_day, actor->base_day, (uint16_t)(s->at->day - back)));
            vg_memory_bucket_add(vg_memory_bucket(actor->minors_day, actor->base_day, s->at->day));
        }
    } else {
        pair->flags |= flag;
        vg_memory_bucket_add(vg_memory_bucket(actor->minors_h3, actor->base_h3, now));
        vg_memory_bucket_add(vg_memory_bucket(actor->minors_day, actor->base_day, s->at->day));
    }
    side->contact_h3 = now;
}

static uint16_t first_day_of(const vg_pair_record *pair)
{
    return (uint16_t)(pair->first_minute / (24 * 60));
}

/* The actor began this pair with a minor who has not answered yet. */
static void count_waiting(scene *s, vg_pair_record *pair, unsigned me)
{
    uint16_t flag = (uint16_t)(VG_PAIR_WAITING << me);
    bool began = (pair->flags & VG_PAIR_BEGAN_HIGH ? 1u : 0u) == me;
    if (!began || pair->flags & (flag | VG_PAIR_ANSWERED << (me ^ 1))) return;
    vg_account_record *actor = &s->actor->copy.account;
    uint8_t *bucket = vg_memory_bucket(actor->waiting_day, actor->base_day, first_day_of(pair));
    if (!bucket) return;
    vg_memory_bucket_add(bucket);
    pair->flags |= flag;
}

/* The actor answers: whoever waited for that waits no longer. */
static int stop_waiting(scene *s, vg_pair_record *pair, unsigned me, uint64_t peer_key, const vg_memory_place *near,
                        vg_error *err)
{
    pair->flags |= (uint16_t)(VG_PAIR_ANSWERED << me);
    uint16_t flag = (uint16_t)(VG_PAIR_WAITING << (me ^ 1));
    if (!(pair->flags & flag)) return 0;
    pair->flags &= (uint16_t)~flag;
    vg_touched *peer = NULL;
    int rc = vg_memory_touch(s->memory, VG_TABLE_ACCOUNT, peer_key, near, false, &peer, err);
    if (rc || !peer) return rc;
    vg_account_record *account = &peer->copy.account;
    vg_memory_bucket_drop(vg_memory_bucket(account->waiting_day, account->base_day, first_day_of(pair)));
    return 0;
}

static void begin_pair(scene *s, vg_pair_record *pair, unsigned me, uint64_t peer_key)
{
    const vg_event *event = s->event;
    pair->tag[me] = vg_memory_tag(s->keys->actor);
    pair->tag[me ^ 1] = vg_memory_tag(peer_key);
    pair->first_minute = s->at->minute;
    /* who accepts, declines or blocks was asked before, unseen by us */
    unsigned began = s->contacts ? me : me ^ 1;
    if (began) pair->flags |= VG_PAIR_BEGAN_HIGH;
    if (s->writes && event->channel != VG_CHANNEL_PRIVATE) pair->flags |= VG_PAIR_MET_OPEN;
}

typedef enum { STAYED, MOVED_BEFORE, MOVED_NOW } move;

/* The pair met in the open, and the actor now writes privately. */
static move move_private(const scene *s, vg_pair_record *pair, unsigned me)
{
    bool private_now = s->event->type == VG_EVENT_CONTACT ? s->event->contact == VG_CONTACT_PRIVATE_ROOM
                                                          : s->event->channel == VG_CHANNEL_PRIVATE;
    if (!private_now || !(pair->flags & VG_PAIR_MET_OPEN)) return STAYED;
    uint16_t flag = (uint16_t)(VG_PAIR_MOVED << me);
    if (pair->flags & flag) return MOVED_BEFORE;
    pair->flags |= flag;
    return MOVED_NOW;
}

/* The facts about the youngest recipient, from the changed copy of the pair. */
static void describe_pair(scene *s, const vg_touched *touched, unsigned me, vg_age_band band,
                          vg_age_basis basis, move moved)
{
    const vg_pair_record *pair = &touched->copy.pair;
    const vg_pair_side *mine = &pair->side[me];
    vg_facts *facts = s->facts;
    facts->has_peer = true;
    facts->peer_band = (uint8_t)band;
    facts->peer_basis = (uint8_t)basis;
    facts->actor_began = (pair->flags & VG_PAIR_BEGAN_HIGH ? 1u : 0u) == me;
    facts->sent = mine->sent;
    facts->received = pair->side[me ^ 1].sent;
    facts->today = mine->active_days ? mine->today : 0;
    facts->active_days_known = mine->active_days > 1;
    facts->usual_x16 = mine->active_days > 1
                           ? (uint32_t)((uint64_t)(mine->sent - mine->today) * 16 / (mine->active_days - 1u))
                           : 0;
    facts->moved_private = moved != STAYED;
    facts->moved_now = moved == MOVED_NOW;
    facts->met_hours_ago = hours_since(s->at->hour, pair->first_minute / 60);
    facts->first_contact = touched->fresh;
}

/* An account that others write to is not forgotten, even when it is silent itself: its age is what protects
 * it. */
static int keep_known(scene *s, uint64_t peer_key, const vg_memory_place *near, uint16_t last_day, vg_error *err)
{
    vg_touched *peer = NULL;
    if (s->at->day <= last_day) return 0;
    int rc = vg_memory_touch(s->memory, VG_TABLE_ACCOUNT, peer_key, near, false, &peer, err);
    if (!rc && peer) vg_memory_account_roll(&peer->copy.account, s->at, false);
    return rc;
}

static int meet(scene *s, uint32_t i, vg_error *err)
{
    const vg_transaction *tx = &s->memory->tx;
    const vg_table *accounts = &s->memory->table[VG_TABLE_ACCOUNT];
    const vg_memory_place *near = i < VG_MEMORY_NEAR_PEERS ? &s->keys->near[VG_NEAR_PEER + 2 * i] : NULL;
    uint64_t peer_key = s->keys->peer[i];
    uint32_t page;
    int slot = vg_memory_find(accounts, peer_key, near, &page);
    const vg_account_record *peer =
        slot < 0 ? NULL : (const void *)vg_table_record(accounts, vg_table_page(accounts, page), (unsigned)slot);
    if (peer && vg_memory_expired(peer->last_day, tx->today, tx->keep_days)) peer = NULL;
    vg_age_band band = peer ? vg_memory_band(peer) : VG_AGE_UNKNOWN, effective = assumed(s->policy, band);
    vg_age_basis basis = peer ? vg_memory_basis(peer) : VG_BASIS_UNKNOWN;

    int rc = peer ? keep_known(s, peer_key, near, peer->last_day, err) : 0;
    if (rc) return rc;
    vg_touched *touched = NULL;
    rc = vg_memory_touch(s->memory, VG_TABLE_PAIR, vg_memory_pair_key(s->keys->actor, peer_key),
                         near ? near + (VG_NEAR_PAIR - VG_NEAR_PEER) : NULL, true, &touched, err);
    if (rc) return rc;
    vg_pair_record *pair = &touched->copy.pair;
    unsigned me = s->keys->actor > peer_key;
    if (touched->fresh) begin_pair(s, pair, me, peer_key);
    if (touched->fresh || s->at->day > pair->last_day) pair->last_day = s->at->day;

    if (s->writes) count_message(&pair->side[me], s->at->day);
    if (s->answers) {
        rc = stop_waiting(s, pair, me, peer_key, near, err);
        if (rc) return rc;
    }
    if (s->contacts && vg_age_is_minor(effective)) {
        count_minor(s, pair, me);
        count_waiting(s, pair, me);
    }
    if (s->event->type == VG_EVENT_CONTACT && s->event->contact == VG_CONTACT_BLOCK)
        pair->flags |= (uint16_t)(VG_PAIR_BLOCKED << me);

    move moved = move_private(s, pair, me);

    if (vg_age_is_minor(effective)) s->facts->any_minor = true;
    if (rank_of(effective) < s->best) {
        s->best = rank_of(effective);
        describe_pair(s, touched, me, band, basis, moved);
    }
    return 0;
}

static int meet_all(scene *s, vg_error *err)
{
    const vg_memory_keys *keys = s->keys;
    for (uint32_t i = 0; i < keys->peer_count; i++) {
        if (keys->peer[i] == keys->actor) continue;
        uint32_t before = 0;
        while (before < i && keys->peer[before] != keys->peer[i]) before++;
        if (before < i) continue; /* named twice */
        int rc = meet(s, i, err);
        if (rc) return rc;
    }
    return 0;
}

/* ---- the conversation ---- */

/* Hours since a family was seen: kept modulo 65535, so half of that (3.7 years) tells before from after. */
static uint32_t family_age(uint16_t stored, uint32_t hour)
{
    if (!stored) return VG_FACTS_UNKNOWN;
    uint32_t age = (hour % 65535 + 65535 - (stored - 1u)) % 65535;
    return age > 65535 / 2 ? 0 : age;
}

static bool is_later(uint16_t stored, uint32_t hour)
{
    return stored && (hour % 65535 + 65535 - (stored - 1u)) % 65535 > 65535 / 2;
}

/* The slot of a speaker: their own, a free one, or that of whoever was silent for longest. */
static vg_speaker *speaker_slot(vg_conversation_record *conversation, uint32_t tag, uint32_t hour)
{
    vg_speaker *oldest = NULL;
    uint32_t oldest_age = 0;
    for (unsigned i = 0; i < VG_SPEAKERS; i++) {
        vg_speaker *speaker = &conversation->speaker[i];
        if (speaker->tag == tag) return speaker;
        uint32_t age = VG_FACTS_UNKNOWN;
        for (unsigned f = 0; f < VG_TEXT_FAMILIES; f++) {
            uint32_t a = family_age(speaker->hour[f], hour);
            if (a < age) age = a;
        }
        if (!oldest || age > oldest_age) {
            oldest = speaker;
            oldest_age = age;
        }
    }
    memset(oldest, 0, sizeof *oldest);
    oldest->tag = tag;
    return oldest;
}

static int speak(scene *s, uint32_t families, vg_error *err)
{
    vg_touched *touched = NULL;
    int rc = vg_memory_touch(s->memory, VG_TABLE_CONVERSATION, s->keys->conversation,
                             &s->keys->near[VG_NEAR_CONVERSATION], true, &touched, err);
    if (rc) return rc;
    vg_conversation_record *conversation = &touched->copy.conversation;
    uint32_t tag = vg_memory_tag(s->keys->actor), hour = s->at->hour;
    if (conversation->messages < UINT32_MAX) conversation->messages++;
    if (touched->fresh || s->at->day > conversation->last_day) conversation->last_day = s->at->day;
    if (conversation->flags & VG_CONVERSATION_HAD_MINOR) s->facts->any_minor = true;
    if (vg_age_is_minor(assumed(s->policy, vg_memory_band(&s->actor->copy.account))))
        conversation->flags |= VG_CONVERSATION_HAD_MINOR;

    const vg_speaker *known = NULL;
    for (unsigned i = 0; i < VG_SPEAKERS; i++)
        if (conversation->speaker[i].tag == tag) known = &conversation->speaker[i];
    for (unsigned f = 0; known && f < VG_TEXT_FAMILIES; f++)
        s->facts->family_hours[f] = family_age(known->hour[f], hour);
    families &= (1u << VG_TEXT_FAMILIES) - 1;
    if (!families) return 0;
    vg_speaker *speaker = speaker_slot(conversation, tag, hour);
    for (unsigned f = 0; f < VG_TEXT_FAMILIES; f++)
        if (families >> f & 1 && !is_later(speaker->hour[f], hour))
            speaker->hour[f] = (uint16_t)(hour % 65535 + 1);
    return 0;
}

/* ---- the event ---- */

static int complain(scene *s, vg_error *err)
{
    vg_account_record *reporter = &s->actor->copy.account;
    vg_facts *facts = s->facts;
    if (reporter->notices_made < UINT16_MAX) reporter->notices_made++;
    facts->notices_made = reporter->notices_made;
    facts->notices_upheld = reporter->notices_upheld;
    facts->notices_dismissed = reporter->notices_dismissed;
    if (!s->keys->about) return 0;
    vg_touched *about = NULL;
    int rc = vg_memory_touch(s->memory, VG_TABLE_ACCOUNT, s->keys->about, NULL, true, &about, err);
    if (rc) return rc;
    vg_account_record *account = &about->copy.account;
    vg_memory_account_roll(account, s->at, about->fresh);
    vg_memory_bucket_add(vg_memory_bucket(account->against_day4, account->base_day4, s->at->day4));
    facts->notices_against = vg_memory_ring_sum(account->against_day4, account->base_day4, VG_RING_BUCKETS);
    facts->about_band = (uint8_t)vg_memory_band(account);
    facts->about_basis = (uint8_t)vg_memory_basis(account);
    return 0;
}

static void describe_actor(scene *s)
{
    const vg_account_record *actor = &s->actor->copy.account;
    vg_facts *facts = s->facts;
    /* a policy that keeps less than a week forgets the pairs earlier, so it must not count them for longer */
    uint32_t keep = s->memory->tx.keep_days, days = keep + 1 < VG_WEEK_BUCKETS ? keep + 1 : VG_WEEK_BUCKETS;
    facts->actor_band = (uint8_t)vg_memory_band(actor);
    facts->actor_basis = (uint8_t)vg_memory_basis(actor);
    facts->actor_age_hours =
        actor->created_hour ? hours_since(s->at->hour, actor->created_hour - 1) : VG_FACTS_UNKNOWN;
    facts->minors_day = vg_memory_ring_sum(actor->minors_h3, actor->base_h3, VG_RING_BUCKETS);
    facts->minors_week = vg_memory_ring_sum(actor->minors_day, actor->base_day, days);
    facts->unreciprocated = vg_memory_ring_sum(actor->waiting_day, actor->base_day, days);
}

static void read_kind(scene *s)
{
    const vg_event *event = s->event;
    s->writes = event->type == VG_EVENT_MESSAGE || event->type == VG_EVENT_MEDIA;
    s->contacts = s->answers = s->writes;
    if (event->type != VG_EVENT_CONTACT) return;
    s->contacts = event->contact == VG_CONTACT_REQUEST || event->contact == VG_CONTACT_PRIVATE_ROOM;
    s->answers = event->contact == VG_CONTACT_ACCEPT || event->contact == VG_CONTACT_PRIVATE_ROOM;
}

int vg_memory_facts(vg_memory *memory, const vg_event *event, const vg_memory_keys *keys,
                    const vg_policy *policy, const vg_text_brief *text, vg_facts *facts, vg_error *err)
{
    scene s = {.memory = memory,
               .event = event,
               .keys = keys,
               .policy = policy,
               .at = &memory->tx.at,
               .facts = facts,
               .best = UINT32_MAX};
    memset(facts, 0, sizeof *facts);
    for (unsigned f = 0; f < VG_TEXT_FAMILIES; f++) facts->family_hours[f] = VG_FACTS_UNKNOWN;
    for (unsigned stage = 0; stage < VG_STAGES; stage++) facts->stage_minutes[stage] = VG_FACTS_UNKNOWN;
    facts->refused_hours = facts->move_after = VG_FACTS_UNKNOWN;
    read_kind(&s);
    int rc = vg_memory_touch(memory, VG_TABLE_ACCOUNT, keys->actor, &keys->near[VG_NEAR_ACTOR], true, &s.actor, err);
    if (rc) return rc;
    vg_memory_account_roll(&s.actor->copy.account, s.at, s.actor->fresh);
    switch (event->type) {
    case VG_EVENT_ACCOUNT: vg_memory_profile_set(&s.actor->copy.account, event); break;
    case VG_EVENT_NOTICE: rc = complain(&s, err); break;
    default:
        rc = meet_all(&s, err);
        if (!rc && s.writes && keys->conversation) rc = speak(&s, text ? text->families : 0, err);
        break;
    }
    if (!rc) describe_actor(&s);
    return rc;
}
