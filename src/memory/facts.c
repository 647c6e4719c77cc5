/* SPDX-License-Identifier: Apache-2.0
 *
 * facts: an event -> changed copies of the records it touches, and the facts that conduct and decision read.
 *
 * Who counts as a minor: an account whose band says so, or whose band is unknown and that said so itself, or whose
 * band is unknown where the policy assumes a minor's. What an account says of itself counts for it as a recipient, and
 * as somebody who spoke in a conversation; for it as a writer it counts nothing. Contacting is writing (message, media),
 * asking (request) or opening a private room. Answering is writing back, accepting or opening a private room. Declining
 * and blocking are neither: they say no, as words of refusal do.
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
    const vg_text_brief *text; /* NULL: nothing */
    const vg_moment *at;
    vg_facts *facts;
    vg_touched *actor;
    uint32_t families;
    bool contacts, answers, writes, refuses;
    bool alone;    /* to one recipient and nobody else */
    bool opens;    /* ... a minor, who gets a first message */
    unsigned best; /* rank of the youngest recipient so far */
} scene;

/* The band that counts for somebody who is written to, or spoke: `stated` is what they said themselves. */
static vg_age_band effective_band(const vg_policy *policy, vg_age_band band, unsigned stated)
{
    if (band != VG_AGE_UNKNOWN) return band;
    return vg_age_is_minor((vg_age_band)stated) ? (vg_age_band)stated : policy->assumed_age;
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

/* The minor `peer` was contacted: moved from the bucket of the last contact to that of this one. Before vg_pair_touch. */
static void count_minor(scene *s, vg_pair_record *pair, unsigned me)
{
    vg_account_record *actor = &s->actor->copy.account;
    uint32_t now = vg_memory_step(s->at), then;
    bool counted = pair->flags & vg_pair_bit(VG_PAIR_COUNTED, me);
    vg_pair_set(pair, vg_pair_bit(VG_PAIR_COUNTED, me));
    if (counted && vg_pair_last(pair, me, &then)) {
        if (now <= then) return; /* the same step, or late */
        vg_memory_bucket_drop(vg_memory_bucket(actor->minors_h3, actor->base_h3, (uint16_t)then));
        vg_memory_bucket_add(vg_memory_bucket(actor->minors_h3, actor->base_h3, s->at->h3));
        if (now / VG_STEPS_A_DAY == then / VG_STEPS_A_DAY) return;
        vg_memory_bucket_drop(vg_memory_bucket(actor->minors_day, actor->base_day, (uint16_t)(then / VG_STEPS_A_DAY)));
    } else {
        vg_memory_bucket_add(vg_memory_bucket(actor->minors_h3, actor->base_h3, s->at->h3));
    }
    vg_memory_bucket_add(vg_memory_bucket(actor->minors_day, actor->base_day, s->at->day));
}

/* A talk with a minor, and whether it reached a late stage: each counted once a pair. Both counts are halved when one is full, so that
 * their share stays. */
static void count_talk(scene *s, vg_pair_record *pair, unsigned me)
{
    vg_account_record *actor = &s->actor->copy.account;
    if (!(pair->flags & vg_pair_bit(VG_PAIR_TALK, me))) {
        vg_pair_set(pair, vg_pair_bit(VG_PAIR_TALK, me));
        if (actor->talks == UINT8_MAX) {
            actor->talks /= 2;
            actor->talks_staged /= 2;
        }
        actor->talks++;
    }
    if (pair->flags & vg_pair_bit(VG_PAIR_STAGED, me) || !(vg_pair_stages(pair, me) & VG_LATE_STAGES)) return;
    vg_pair_set(pair, vg_pair_bit(VG_PAIR_STAGED, me));
    if (actor->talks_staged < actor->talks) actor->talks_staged++;
}

static uint16_t first_day_of(const vg_pair_record *pair)
{
    return (uint16_t)(pair->first_minute / (24 * 60));
}

/* The actor began this pair with a minor who has not answered yet. */
static void count_waiting(scene *s, vg_pair_record *pair, unsigned me)
{
    uint32_t flag = vg_pair_bit(VG_PAIR_WAITING, me);
    if (vg_pair_began(pair) != me || pair->flags & (flag | vg_pair_bit(VG_PAIR_ANSWERED, me ^ 1))) return;
    vg_account_record *actor = &s->actor->copy.account;
    uint8_t *bucket = vg_memory_bucket(actor->waiting_day, actor->base_day, first_day_of(pair));
    if (!bucket) return;
    vg_memory_bucket_add(bucket);
    vg_pair_set(pair, flag);
}

/* The actor answers: whoever waited for that waits no longer. */
static int stop_waiting(scene *s, vg_pair_record *pair, unsigned me, uint64_t peer_key, const vg_memory_place *near,
                        vg_error *err)
{
    vg_pair_set(pair, vg_pair_bit(VG_PAIR_ANSWERED, me));
    uint32_t flag = vg_pair_bit(VG_PAIR_WAITING, me ^ 1);
    if (!(pair->flags & flag)) return 0;
    vg_pair_clear(pair, flag);
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
    vg_pair_begin(pair, s->at);
    pair->tag[me] = vg_memory_tag(s->keys->actor);
    pair->tag[me ^ 1] = vg_memory_tag(peer_key);
    /* who accepts, declines or blocks was asked before, unseen by us */
    unsigned began = s->contacts ? me : me ^ 1;
    if (began) vg_pair_set(pair, VG_PAIR_BEGAN_HIGH);
    if (s->writes && event->channel != VG_CHANNEL_PRIVATE) vg_pair_set(pair, VG_PAIR_MET_OPEN);
}

static void forget_course(vg_facts *facts)
{
    for (unsigned stage = 0; stage < VG_STAGES; stage++) facts->stage_minutes[stage] = VG_FACTS_UNKNOWN;
    facts->refused_hours = facts->move_after = VG_FACTS_UNKNOWN;
    facts->asked_after_refusal = 0;
}

/* What the event did to a pair, for its facts. */
typedef struct step {
    bool moved, moved_now; /* the pair met in the open, and the actor writes privately; for the first time */
    unsigned stages_now;
} step;

static void move_private(const scene *s, vg_pair_record *pair, unsigned me, step *did)
{
    bool private_now = s->event->type == VG_EVENT_CONTACT ? s->event->contact == VG_CONTACT_PRIVATE_ROOM
                                                          : s->event->channel == VG_CHANNEL_PRIVATE;
    if (!private_now || !(pair->flags & VG_PAIR_MET_OPEN)) return;
    did->moved = true;
    did->moved_now = !(pair->flags & vg_pair_bit(VG_PAIR_MOVED, me));
    vg_pair_set(pair, vg_pair_bit(VG_PAIR_MOVED, me));
}

/* The facts about the youngest recipient, from the changed copy of the pair. */
static void describe_pair(scene *s, const vg_touched *touched, unsigned me, vg_age_band band,
                          vg_age_basis basis, const step *did)
{
    const vg_pair_record *pair = &touched->copy.pair;
    vg_pair_side mine = pair->side[me];
    vg_facts *facts = s->facts;
    bool described = facts->has_peer;
    uint32_t sent = vg_side_get(mine, VG_SIDE_SENT), today = vg_side_get(mine, VG_SIDE_TODAY), days = vg_side_get(mine, VG_SIDE_DAYS);
    uint32_t earlier = days - (today ? 1 : 0);
    facts->has_peer = true;
    facts->peer_band = (uint8_t)band;
    facts->peer_basis = (uint8_t)basis;
    facts->actor_began = vg_pair_began(pair) == me;
    facts->sent = sent;
    facts->received = vg_side_get(pair->side[me ^ 1], VG_SIDE_SENT);
    facts->today = days ? today : 0;
    facts->active_days_known = days && earlier;
    facts->usual_x16 = facts->active_days_known ? (sent - today) * 16 / earlier : 0;
    facts->moved_private = did->moved;
    facts->moved_now = did->moved_now;
    facts->met_hours_ago = hours_since(s->at->hour, pair->first_minute / 60);
    facts->first_contact = touched->fresh;
    facts->stages_now = (uint8_t)did->stages_now;
    if (described) forget_course(facts); /* of an older recipient */
    vg_pair_describe(pair, me, s->at, facts);
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

/* What the event changes in one pair; `minor`: the other counts as one. */
static void go_on(scene *s, vg_pair_record *pair, unsigned me, bool minor, step *did)
{
    if (s->writes) {
        vg_pair_count(pair, me, s->at, s->alone);
        if (s->text && s->text->stated_age) vg_pair_state(pair, me, vg_memory_band_of_years(s->text->stated_age));
        if (s->families) did->stages_now = vg_pair_advance(pair, me, s->at, s->families);
    }
    if (s->refuses) vg_pair_refuse(pair, me ^ 1, s->at);
    if (s->contacts && minor) {
        count_minor(s, pair, me);
        count_waiting(s, pair, me);
        if (s->writes) count_talk(s, pair, me);
    } else if (s->contacts) {
        vg_pair_clear(pair, vg_pair_bit(VG_PAIR_COUNTED, me)); /* no minor any more: its buckets are not told by the last step */
    }
    if (s->contacts) vg_pair_touch(pair, me, s->at, s->writes);
    if (s->event->type == VG_EVENT_CONTACT && s->event->contact == VG_CONTACT_BLOCK)
        vg_pair_set(pair, vg_pair_bit(VG_PAIR_BLOCKED, me));
    move_private(s, pair, me, did);
}

static int meet(scene *s, uint32_t i, vg_error *err)
{
    const vg_transaction *tx = &s->memory->tx;
    const vg_table *accounts = &s->memory->table[VG_TABLE_ACCOUNT];
    const vg_memory_place *near = i < VG_MEMORY_NEAR_PEERS ? &s->keys->near[VG_NEAR_PEER + 2 * i] : NULL;
    uint64_t peer_key = s->keys->peer[i], pair_key = near ? s->keys->pair[i] : vg_memory_pair_key(s->keys->actor, peer_key);
    uint32_t page;
    int slot = vg_memory_find(accounts, peer_key, near, &page);
    const vg_account_record *peer =
        slot < 0 ? NULL : (const void *)vg_table_record(accounts, vg_table_page(accounts, page), (unsigned)slot);
    if (peer && vg_memory_expired(peer->last_day, tx->today, tx->keep_days)) peer = NULL;
    vg_age_band band = peer ? vg_memory_band(peer) : VG_AGE_UNKNOWN;
    vg_age_basis basis = peer ? vg_memory_basis(peer) : VG_BASIS_UNKNOWN;

    int rc = peer ? keep_known(s, peer_key, near, peer->last_day, err) : 0;
    if (rc) return rc;
    vg_touched *touched = NULL;
    rc = vg_memory_touch(s->memory, VG_TABLE_PAIR, pair_key, near ? near + (VG_NEAR_PAIR - VG_NEAR_PEER) : NULL, true, &touched, err);
    if (rc) return rc;
    vg_pair_record *pair = &touched->copy.pair;
    unsigned me = s->keys->actor > peer_key;
    if (touched->fresh) begin_pair(s, pair, me, peer_key);
    else vg_pair_roll(pair, s->at);
    vg_age_band effective = effective_band(s->policy, band, pair->course[me ^ 1].stated);
    step did = {0};
    if (s->answers) {
        rc = stop_waiting(s, pair, me, peer_key, near, err);
        if (rc) return rc;
    }
    go_on(s, pair, me, vg_age_is_minor(effective), &did);

    if (vg_age_is_minor(effective)) {
        s->facts->any_minor = true;
        s->opens = s->alone && vg_pair_began(pair) == me && vg_side_get(pair->side[me], VG_SIDE_SENT) == 1 &&
                   !vg_side_get(pair->side[me ^ 1], VG_SIDE_SENT);
    }
    if (rank_of(effective) < s->best) {
        s->best = rank_of(effective);
        describe_pair(s, touched, me, band, basis, &did);
        char language[4];
        if (peer) vg_memory_profile_text(peer, s->facts->peer_country, language);
        else s->facts->peer_country[0] = '\0';
    }
    return 0;
}

/* Named twice, or the actor: no recipient of its own. */
static bool is_recipient(const vg_memory_keys *keys, uint32_t i)
{
    if (keys->peer[i] == keys->actor) return false;
    uint32_t before = 0;
    while (before < i && keys->peer[before] != keys->peer[i]) before++;
    return before == i;
}

static int meet_all(scene *s, vg_error *err)
{
    const vg_memory_keys *keys = s->keys;
    uint32_t recipients = 0;
    if (keys->peer_count == 1) { /* nearly always */
        if (keys->peer[0] == keys->actor) return 0;
        s->alone = s->writes;
        return meet(s, 0, err);
    }
    for (uint32_t i = 0; i < keys->peer_count && recipients < 2; i++) recipients += is_recipient(keys, i);
    s->alone = s->writes && recipients == 1;
    for (uint32_t i = 0; i < keys->peer_count; i++) {
        int rc = is_recipient(keys, i) ? meet(s, i, err) : 0;
        if (rc) return rc;
    }
    return 0;
}

/* ---- the conversation ---- */

/* Who of unknown age says it is a minor: the others are told that a minor spoke here. */
static void claim(scene *s, vg_conversation_record *conversation, vg_age_band band)
{
    uint32_t tag = vg_memory_tag(s->keys->actor);
    if (band == VG_AGE_UNKNOWN && s->text && vg_age_is_minor(vg_memory_band_of_years(s->text->stated_age))) {
        if (!conversation->claimant) conversation->claimant = tag;
        else if (conversation->claimant != tag) conversation->flags |= VG_CONVERSATION_CLAIMS;
    }
    if ((conversation->claimant && conversation->claimant != tag) || conversation->flags & VG_CONVERSATION_CLAIMS)
        s->facts->any_minor = true;
}

static int speak(scene *s, vg_error *err)
{
    vg_touched *touched = NULL;
    int rc = vg_memory_touch(s->memory, VG_TABLE_CONVERSATION, s->keys->conversation,
                             &s->keys->near[VG_NEAR_CONVERSATION], true, &touched, err);
    if (rc) return rc;
    vg_conversation_record *conversation = &touched->copy.conversation;
    vg_age_band band = vg_memory_band(&s->actor->copy.account);
    if (conversation->messages < UINT32_MAX) conversation->messages++;
    if (touched->fresh || s->at->day > conversation->last_day) conversation->last_day = s->at->day;
    if (conversation->flags & VG_CONVERSATION_HAD_MINOR) s->facts->any_minor = true;
    if (vg_age_is_minor(effective_band(s->policy, band, VG_AGE_UNKNOWN))) conversation->flags |= VG_CONVERSATION_HAD_MINOR;
    claim(s, conversation, band);
    vg_memory_speak(conversation, vg_memory_tag(s->keys->actor), s->at, s->text, s->facts);
    return 0;
}

/* A message with words: what it says to the conversation, and of addresses and openings. */
static int say(scene *s, vg_error *err)
{
    const vg_text_brief *text = s->text;
    int rc = s->keys->conversation ? speak(s, err) : 0;
    if (rc || !text) return rc;
    if (!s->keys->conversation) memcpy(s->facts->model, text->model, sizeof text->model);
    s->facts->stated_age = text->stated_age;
    if (!s->facts->has_peer) s->facts->actor_stated_band = (uint8_t)vg_memory_band_of_years(text->stated_age);
    if (text->token_count)
        rc = vg_memory_hand_out(s->memory, s->event->source, vg_memory_tag(s->keys->actor), text, s->facts, err);
    if (!rc && text->opening && s->opens) rc = vg_memory_open_talk(s->memory, s->keys->actor, text->opening, s->facts, err);
    return rc;
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
    facts->talks = actor->talks;
    facts->talks_staged = actor->talks_staged;
    vg_memory_profile_text(actor, facts->actor_country, facts->language);
    uint64_t about = s->event->type == VG_EVENT_NOTICE ? s->keys->about : s->keys->actor;
    facts->account_tag = about ? vg_memory_tag(about) : 0;
}

static void read_kind(scene *s)
{
    const vg_event *event = s->event;
    s->writes = event->type == VG_EVENT_MESSAGE || event->type == VG_EVENT_MEDIA;
    s->contacts = s->answers = s->writes;
    if (s->writes && s->text) s->families = s->text->families & ((1u << VG_TEXT_FAMILIES) - 1);
    s->refuses = s->families & vg_evidence_family_bit(VG_TEXT_REFUSAL);
    s->facts->families_now = s->families;
    s->facts->asks_now = vg_memory_stages_of(s->families) & VG_LATE_STAGES;
    if (event->type != VG_EVENT_CONTACT) return;
    s->refuses = event->contact == VG_CONTACT_DECLINE || event->contact == VG_CONTACT_BLOCK;
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
               .text = text,
               .at = &memory->tx.at,
               .facts = facts,
               .best = UINT32_MAX};
    memset(facts, 0, sizeof *facts);
    for (unsigned f = 0; f < VG_TEXT_FAMILIES; f++) facts->family_hours[f] = VG_FACTS_UNKNOWN;
    forget_course(facts);
    read_kind(&s);
    int rc = vg_memory_touch(memory, VG_TABLE_ACCOUNT, keys->actor, &keys->near[VG_NEAR_ACTOR], true, &s.actor, err);
    if (rc) return rc;
    vg_memory_account_roll(&s.actor->copy.account, s.at, s.actor->fresh);
    switch (event->type) {
    case VG_EVENT_ACCOUNT: vg_memory_profile_set(&s.actor->copy.account, event); break;
    case VG_EVENT_NOTICE: rc = complain(&s, err); break;
    default:
        rc = meet_all(&s, err);
        if (!rc && s.writes) rc = say(&s, err);
        break;
    }
    if (!rc) describe_actor(&s);
    return rc;
}
