/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/conduct/conduct.h"

#include "base/time.h"
#include "policy_fixture.h"
#include "tap.h"

/* 2026-05-04, a Monday, at noon UTC: 13:00 where the fixture's audience lives */
#define NOON 1777896000000LL

static vg_event message_at(int64_t time_ms)
{
    return (vg_event){.type = VG_EVENT_MESSAGE, .channel = VG_CHANNEL_PRIVATE, .time_ms = time_ms};
}

/* A verified adult of 25 or over in an ordinary talk with a verified child of 13 or 14. */
static vg_facts talk(void)
{
    return (vg_facts){.actor_band = VG_AGE_25_PLUS,
                      .actor_basis = VG_BASIS_VERIFIED,
                      .actor_age_hours = VG_FACTS_UNKNOWN,
                      .has_peer = true,
                      .peer_band = VG_AGE_13_14,
                      .peer_basis = VG_BASIS_VERIFIED,
                      .any_minor = true,
                      .sent = 3,
                      .received = 3,
                      .today = 3,
                      .met_hours_ago = 50};
}

typedef struct found {
    size_t count;
    vg_evidence ev[VG_EVIDENCE_KINDS];
} found;

static found look(const vg_event *event, const vg_facts *facts, const vg_policy *policy)
{
    found f = {0};
    vg_conduct_evidence(event, facts, policy, f.ev, &f.count);
    return f;
}

static const vg_evidence *piece(const found *f, vg_evidence_kind kind)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->ev[i].kind == kind) return &f->ev[i];
    return NULL;
}

/* "strength value fresh" of one kind, "-" when it is not there. */
static const char *seen(const vg_event *event, const vg_facts *facts, const vg_policy *policy,
                        vg_evidence_kind kind)
{
    static char text[64];
    found f = look(event, facts, policy);
    const vg_evidence *ev = piece(&f, kind);
    if (!ev) return "-";
    snprintf(text, sizeof text, "%u %u %s", ev->strength, ev->value, ev->fresh ? "fresh" : "old");
    return text;
}

/* ---- who writes to whom ---- */

static void test_relation_every_cell(void)
{
    enum { NOBODY = VG_AGE_BANDS };
    static const struct {
        uint8_t actor, peer;
        bool any_minor;
        vg_relation relation;
    } cells[] = {
        {VG_AGE_UNKNOWN, NOBODY, false, VG_REL_ADULT_TO_UNKNOWN},
        {VG_AGE_UNKNOWN, NOBODY, true, VG_REL_UNKNOWN_TO_MINOR},
        {VG_AGE_UNKNOWN, VG_AGE_UNKNOWN, false, VG_REL_ADULT_TO_UNKNOWN},
        {VG_AGE_UNKNOWN, VG_AGE_UNKNOWN, true, VG_REL_UNKNOWN_TO_MINOR},
        {VG_AGE_UNKNOWN, VG_AGE_15_17, true, VG_REL_UNKNOWN_TO_MINOR},
        {VG_AGE_UNKNOWN, VG_AGE_15_17, false, VG_REL_UNKNOWN_TO_MINOR},
        {VG_AGE_UNKNOWN, VG_AGE_18_24, false, VG_REL_ADULT_TO_ADULT},
        {VG_AGE_UNKNOWN, VG_AGE_18_24, true, VG_REL_UNKNOWN_TO_MINOR},
        {VG_AGE_UNDER13, NOBODY, false, VG_REL_MINOR_TO_MINOR},
        {VG_AGE_UNDER13, NOBODY, true, VG_REL_MINOR_TO_MINOR},
        {VG_AGE_13_14, VG_AGE_UNKNOWN, false, VG_REL_MINOR_TO_MINOR},
        {VG_AGE_13_14, VG_AGE_UNKNOWN, true, VG_REL_MINOR_TO_MINOR},
        {VG_AGE_15_17, VG_AGE_UNDER13, false, VG_REL_MINOR_TO_MINOR},
        {VG_AGE_15_17, VG_AGE_UNDER13, true, VG_REL_MINOR_TO_MINOR},
        {VG_AGE_15_17, VG_AGE_25_PLUS, false, VG_REL_MINOR_TO_ADULT},
        {VG_AGE_15_17, VG_AGE_25_PLUS, true, VG_REL_MINOR_TO_ADULT},
        {VG_AGE_18_24, NOBODY, false, VG_REL_ADULT_TO_UNKNOWN},
        {VG_AGE_18_24, NOBODY, true, VG_REL_ADULT_TO_MINOR},
        {VG_AGE_25_PLUS, VG_AGE_UNKNOWN, false, VG_REL_ADULT_TO_UNKNOWN},
        {VG_AGE_25_PLUS, VG_AGE_UNKNOWN, true, VG_REL_ADULT_TO_MINOR},
        {VG_AGE_25_PLUS, VG_AGE_UNDER13, false, VG_REL_ADULT_TO_MINOR},
        {VG_AGE_25_PLUS, VG_AGE_UNDER13, true, VG_REL_ADULT_TO_MINOR},
        {VG_AGE_18_24, VG_AGE_25_PLUS, false, VG_REL_ADULT_TO_ADULT},
        {VG_AGE_18_24, VG_AGE_25_PLUS, true, VG_REL_ADULT_TO_MINOR},
    };
    vg_policy policy = policy_fixture();
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        vg_facts f = {.actor_band = cells[i].actor,
                      .any_minor = cells[i].any_minor,
                      .has_peer = cells[i].peer != NOBODY};
        if (f.has_peer) f.peer_band = cells[i].peer;
        vg_relation got = vg_conduct_relation(&f, &policy);
        TAP_OK(got == cells[i].relation, "actor %u to %u, a minor there %d: relation %d", cells[i].actor,
               cells[i].peer, cells[i].any_minor, got);
    }
}

static void test_relation_assumed(void)
{
    vg_policy policy = policy_fixture();
    vg_facts f = {.has_peer = true, .peer_band = VG_AGE_UNKNOWN};
    policy.assumed_age = VG_AGE_15_17;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_MINOR_TO_MINOR,
               "in a space for minors both unknown are minors");
    f.actor_band = VG_AGE_25_PLUS;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_ADULT_TO_MINOR,
               "... and an adult who writes to one writes to a minor");
    policy.assumed_age = VG_AGE_18_24;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_ADULT_TO_ADULT,
               "in a space for adults unknown is adult");
    f.peer_band = VG_AGE_15_17;
    f.actor_band = VG_AGE_UNKNOWN;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_ADULT_TO_MINOR, "... also the one who writes");
    f.actor_band = 200;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_ADULT_TO_MINOR, "a band out of range is unknown");
}

/* ---- one kind after the other ---- */

static void test_age_gap(void)
{
    vg_policy policy = policy_fixture();
    vg_event event = message_at(NOON);
    static const struct {
        uint8_t actor, peer;
        const char *want;
    } bands[] = {
        {VG_AGE_25_PLUS, VG_AGE_UNDER13, "10000 13 old"},
        {VG_AGE_25_PLUS, VG_AGE_13_14, "9000 11 old"},
        {VG_AGE_25_PLUS, VG_AGE_15_17, "7000 8 old"},
        {VG_AGE_18_24, VG_AGE_UNDER13, "9000 6 old"},
        {VG_AGE_18_24, VG_AGE_13_14, "7000 4 old"},
        {VG_AGE_18_24, VG_AGE_15_17, "4000 1 old"},
        {VG_AGE_15_17, VG_AGE_UNDER13, "-"},
        {VG_AGE_25_PLUS, VG_AGE_18_24, "-"},
        {VG_AGE_UNKNOWN, VG_AGE_UNDER13, "-"},
        {VG_AGE_25_PLUS, VG_AGE_UNKNOWN, "-"},
    };
    for (size_t i = 0; i < sizeof bands / sizeof bands[0]; i++) {
        vg_facts f = talk();
        f.actor_band = bands[i].actor, f.peer_band = bands[i].peer;
        TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_AGE_GAP), bands[i].want, "age gap by bands");
    }
    static const struct {
        uint8_t actor, peer;
        const char *want;
    } bases[] = {
        {VG_BASIS_VERIFIED, VG_BASIS_ESTIMATED, "8100 11 old"},
        {VG_BASIS_VERIFIED, VG_BASIS_DECLARED, "7200 11 old"},
        {VG_BASIS_DECLARED, VG_BASIS_DECLARED, "5760 11 old"},
        {VG_BASIS_ESTIMATED, VG_BASIS_DECLARED, "6480 11 old"},
        {VG_BASIS_UNKNOWN, VG_BASIS_VERIFIED, "5400 11 old"},
        {200, 200, "3240 11 old"},
    };
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        vg_facts f = talk();
        f.actor_basis = bases[i].actor, f.peer_basis = bases[i].peer;
        TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_AGE_GAP), bases[i].want,
                   "age gap by how ages are known");
    }
    vg_facts f = talk();
    f.first_contact = true;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_AGE_GAP), "9000 11 fresh", "the first contact is news");
    f.first_contact = false;
    f.sent = 1;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_AGE_GAP), "9000 11 fresh",
               "so is the first answer to a child who wrote first");
    f.actor_began = true;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_AGE_GAP), "9000 11 old",
               "... not the first message after a request");
    f = talk();
    f.first_contact = true;
    policy.assumed_age = VG_AGE_25_PLUS;
    f.actor_band = VG_AGE_UNKNOWN;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_AGE_GAP), "5400 11 fresh",
               "an assumed adult, less certain");
}

static void test_counts(void)
{
    vg_policy policy = policy_fixture();
    vg_event event = message_at(NOON);
    static const struct {
        uint32_t minors;
        const char *want;
    } day[] = {{0, "-"},
               {4, "-"},
               {5, "4000 5 old"},
               {10, "7000 10 old"},
               {14, "9400 14 old"},
               {15, "10000 15 old"},
               {4000000000, "10000 4000000000 old"}};
    for (size_t i = 0; i < sizeof day / sizeof day[0]; i++) {
        vg_facts f = talk();
        f.minors_day = day[i].minors;
        TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_FAN_OUT_DAY), day[i].want,
                   "minors in 24 h, threshold 5");
    }
    vg_facts f = talk();
    f.minors_week = 9;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_FAN_OUT_WEEK), "-", "minors in 7 days, below 10");
    f.minors_week = 20;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_FAN_OUT_WEEK), "7000 20 old",
               "minors in 7 days, twice the threshold");
    f.unreciprocated = 4;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_UNRECIPROCATED), "4000 4 old",
               "unreciprocated, at the threshold");
    policy.fan_out_week = 0;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_FAN_OUT_WEEK), "-", "threshold 0 is off");
}

static void test_counts_fresh(void)
{
    vg_policy policy = policy_fixture();
    vg_event event = message_at(NOON);
    vg_facts f = talk();
    f.minors_day = 5, f.minors_week = 10, f.unreciprocated = 4;
    f.today = 1;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_FAN_OUT_DAY), "4000 5 fresh",
               "first message of a day to this minor");
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_FAN_OUT_WEEK), "4000 10 old",
               "... is not news for the week");
    event.type = VG_EVENT_CONTACT;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_FAN_OUT_DAY), "4000 5 old", "a request is no message");
    event.type = VG_EVENT_MEDIA;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_FAN_OUT_DAY), "4000 5 fresh", "a picture is");
    event.type = VG_EVENT_MESSAGE;
    f.first_contact = true;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_FAN_OUT_WEEK), "4000 10 fresh",
               "first contact: a new minor in the week");
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_UNRECIPROCATED), "4000 4 old", "... who began it");
    f.actor_began = true;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_UNRECIPROCATED), "4000 4 fresh",
               "... who has not answered yet");
    f.peer_band = VG_AGE_18_24;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_FAN_OUT_WEEK), "4000 10 old",
               "an adult recipient counts nothing");
}

static void test_initiative(void)
{
    vg_policy policy = policy_fixture();
    vg_event event = message_at(NOON);
    static const struct {
        uint32_t sent, received;
        const char *want;
    } cells[] = {
        {9, 0, "-"},           /* too few */
        {7, 3, "-"},           /* 70 % */
        {8, 2, "4000 80 old"}, /* at the threshold */
        {9, 1, "7000 90 old"},
        {10, 0, "10000 100 fresh"}, /* the actor's tenth */
        {11, 0, "10000 100 old"},   /* the next is not news */
        {20, 2, "7000 90 fresh"},   /* doubled */
        {30, 2, "7900 93 old"},     /* three times is no doubling */
        {40, 0, "10000 100 fresh"},
        {UINT32_MAX, UINT32_MAX / 16, "8200 94 old"},
    };
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        vg_facts f = talk();
        f.sent = cells[i].sent, f.received = cells[i].received;
        TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_INITIATIVE), cells[i].want, "initiative");
    }
    vg_facts f = talk();
    f.sent = f.received = 0;
    policy.initiative_messages = policy.initiative_percent = 0;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_INITIATIVE), "-", "no message, no share");
    f.sent = 1;
    policy.initiative_percent = 100;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_INITIATIVE), "10000 100 fresh", "a threshold of 100 %");
}

static void test_escalation(void)
{
    vg_policy policy = policy_fixture(); /* three times the usual, at least 20 */
    vg_event event = message_at(NOON);
    vg_facts f = talk();
    f.active_days_known = true;
    f.usual_x16 = 10 * 16;
    static const struct {
        uint32_t today;
        const char *want;
    } cells[] = {{19, "-"},          {29, "-"},          {30, "4000 3 fresh"},
                 {31, "4100 3 old"}, {60, "7000 6 old"}, {90, "10000 9 old"}};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        f.today = cells[i].today;
        TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_ESCALATION), cells[i].want,
                   "messages today where ten are usual");
    }
    f.usual_x16 = 16;
    f.today = 20;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_ESCALATION), "10000 20 fresh",
               "the least number of messages is reached");
    f.today = 21;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_ESCALATION), "10000 21 old", "... once");
    f.usual_x16 = 0;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_ESCALATION), "10000 21 old", "no division by zero");
    f.active_days_known = false;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_ESCALATION), "-", "nothing is usual on the first day");
}

static void test_new_account(void)
{
    vg_policy policy = policy_fixture(); /* 48 h */
    vg_event event = message_at(NOON);
    vg_facts f = talk();
    static const struct {
        uint32_t hours;
        const char *want;
    } cells[] = {
        {0, "10000 0 old"}, {24, "7000 24 old"}, {47, "4125 47 old"}, {48, "-"}, {VG_FACTS_UNKNOWN, "-"}};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        f.actor_age_hours = cells[i].hours;
        TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_NEW_ACCOUNT), cells[i].want,
                   "hours since the account was made");
    }
    f.actor_age_hours = 24;
    f.first_contact = true;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_NEW_ACCOUNT), "7000 24 fresh",
               "first contact by a new account");
}

static void test_night(void)
{
    static const struct {
        int32_t offset;
        uint32_t from, to;
        int64_t time_ms;
        const char *want;
    } cells[] = {
        /* UTC+1, 23:00 to 6:00 */
        {60, 1380, 360, NOON, "-"},
        {60, 1380, 360, NOON + 10 * VG_HOUR_MS - 1, "-"},
        {60, 1380, 360, NOON + 10 * VG_HOUR_MS, "10000 23 old"},
        {60, 1380, 360, NOON + 11 * VG_HOUR_MS, "10000 0 old"},
        {60, 1380, 360, NOON + 17 * VG_HOUR_MS - 1, "10000 5 old"},
        {60, 1380, 360, NOON + 17 * VG_HOUR_MS, "-"},
        /* west of Greenwich: 2:00 UTC is 22:00 the day before */
        {-240, 1380, 360, NOON - 10 * VG_HOUR_MS, "-"},
        {-240, 1380, 360, NOON - 9 * VG_HOUR_MS, "10000 23 old"},
        {-240, 1380, 360, 0, "-"},           /* 20:00 on 1969-12-31 */
        {-60, 1380, 360, 0, "10000 23 old"}, /* 23:00 on 1969-12-31 */
        {-60, 1380, 360, -VG_DAY_MS, "10000 23 old"},
        /* a night that does not span midnight, half-hour zones, none at all */
        {330, 60, 300, NOON + 7 * VG_HOUR_MS + 29 * VG_MINUTE_MS, "-"},
        {330, 60, 300, NOON + 7 * VG_HOUR_MS + 30 * VG_MINUTE_MS, "10000 1 old"},
        {330, 60, 300, NOON + 11 * VG_HOUR_MS + 29 * VG_MINUTE_MS, "10000 4 old"},
        {330, 60, 300, NOON + 11 * VG_HOUR_MS + 30 * VG_MINUTE_MS, "-"},
        {0, 0, 0, NOON + 12 * VG_HOUR_MS, "-"},
    };
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        vg_policy policy = policy_fixture();
        vg_event event = message_at(cells[i].time_ms);
        vg_facts f = talk();
        policy.utc_offset_minutes = cells[i].offset;
        policy.night_from_minute = cells[i].from, policy.night_to_minute = cells[i].to;
        TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_NIGHT), cells[i].want, "night");
    }
    vg_policy policy = policy_fixture();
    vg_event event = message_at(NOON + 12 * VG_HOUR_MS);
    vg_facts f = talk();
    f.first_contact = true;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_NIGHT), "10000 1 fresh",
               "a first contact at night is news");
    f.actor_band = VG_AGE_15_17;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_NIGHT), "-", "two children who write late");
}

static void test_moved_private(void)
{
    vg_policy policy = policy_fixture();
    vg_event event = message_at(NOON);
    vg_facts f = talk();
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_MOVED_PRIVATE), "-", "they did not move");
    f.moved_private = true;
    static const struct {
        uint32_t hours;
        const char *want;
    } cells[] = {{0, "10000 0 old"},
                 {24, "10000 24 old"},
                 {96, "7500 96 old"},
                 {168, "5000 168 old"},
                 {9999, "5000 9999 old"}};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        f.met_hours_ago = cells[i].hours;
        TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_MOVED_PRIVATE), cells[i].want,
                   "hours since they met");
    }
    f.met_hours_ago = 2;
    f.moved_now = true;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_MOVED_PRIVATE), "10000 2 fresh",
               "the event that moves is news");
}

/* ---- when nothing is said ---- */

static vg_facts everything(void)
{
    vg_facts f = talk();
    f.minors_day = f.minors_week = f.unreciprocated = 100;
    f.sent = 90, f.received = 2, f.today = 60, f.usual_x16 = 16, f.active_days_known = true;
    f.actor_age_hours = 1;
    f.moved_private = true;
    return f;
}

static void test_silence(void)
{
    vg_policy policy = policy_fixture();
    vg_event event = message_at(NOON + 12 * VG_HOUR_MS);
    vg_facts f = everything();
    TAP_EQ_INT(look(&event, &f, &policy).count, 9, "all nine kinds at once");

    f.peer_band = VG_AGE_25_PLUS, f.any_minor = false;
    TAP_EQ_INT(look(&event, &f, &policy).count, 0, "no minor concerned: nothing");
    f = everything();
    event.type = VG_EVENT_CONTACT, event.contact = VG_CONTACT_BLOCK;
    TAP_EQ_INT(look(&event, &f, &policy).count, 0, "blocking someone is no approach");
    event.contact = VG_CONTACT_DECLINE;
    TAP_EQ_INT(look(&event, &f, &policy).count, 0, "declining neither");
    event.contact = VG_CONTACT_REQUEST;
    TAP_OK(look(&event, &f, &policy).count == 9, "a request is");
    event.type = VG_EVENT_ACCOUNT;
    TAP_EQ_INT(look(&event, &f, &policy).count, 0, "an account event is not");
    event = message_at(NOON);
    policy.relation[VG_REL_ADULT_TO_MINOR] = 0;
    TAP_EQ_INT(look(&event, &f, &policy).count, 0, "a relation that weighs nothing");
    policy = policy_fixture();
    policy.weight[VG_CONDUCT_AGE_GAP] = 0;
    TAP_EQ_STR(seen(&event, &f, &policy, VG_CONDUCT_AGE_GAP), "-", "a kind that weighs nothing");

    f = everything();
    f.has_peer = false;
    found public_talk = look(&event, &f, &policy);
    TAP_OK(public_talk.count == 4 && piece(&public_talk, VG_CONDUCT_FAN_OUT_DAY) &&
               piece(&public_talk, VG_CONDUCT_NEW_ACCOUNT),
           "talk without recipients where a minor spoke: only what is known of the account");
    f.actor_band = VG_AGE_15_17;
    TAP_EQ_INT(look(&event, &f, &policy).count, 0, "... and nothing when that minor may be the speaker");
}

/* An ordinary next message, with everything that stands against the account standing: nothing is news. */
static void test_next_message_is_not_news(void)
{
    vg_policy policy = policy_fixture();
    vg_event event = message_at(NOON + 12 * VG_HOUR_MS);
    vg_facts f = everything();
    found all = look(&event, &f, &policy);
    size_t fresh = 0;
    for (size_t i = 0; i < all.count; i++) fresh += all.ev[i].fresh;
    TAP_EQ_INT(all.count, 9, "nine pieces stand");
    TAP_EQ_INT(fresh, 0, "and none is fresh");

    /* a conversation of 1000 messages from the one side: news at 10, 20, 40, ... 640 */
    size_t news = 0;
    f = talk();
    f.received = 0;
    for (f.sent = 2; f.sent <= 1000; f.sent++) {
        f.today = f.sent;
        found one = look(&event, &f, &policy);
        const vg_evidence *ev = piece(&one, VG_CONDUCT_INITIATIVE);
        news += ev && ev->fresh;
    }
    TAP_EQ_INT(news, 7, "a long one-sided talk is news seven times");
}

/* ---- properties over random facts ---- */

static vg_facts random_facts(uint64_t *seed)
{
    vg_facts f = {0};
    f.actor_band = (uint8_t)fixture_below(seed, VG_AGE_BANDS + 1),
    f.actor_basis = (uint8_t)fixture_below(seed, VG_AGE_BASES);
    f.peer_band = (uint8_t)fixture_below(seed, VG_AGE_BANDS + 1),
    f.peer_basis = (uint8_t)fixture_below(seed, VG_AGE_BASES);
    f.has_peer = fixture_below(seed, 4) != 0, f.any_minor = fixture_below(seed, 2);
    f.actor_age_hours = fixture_below(seed, 4) ? fixture_below(seed, 100) : VG_FACTS_UNKNOWN;
    f.minors_day = fixture_below(seed, 20), f.minors_week = fixture_below(seed, 40),
    f.unreciprocated = fixture_below(seed, 20);
    f.sent = fixture_below(seed, 60), f.received = fixture_below(seed, 20);
    f.today = fixture_below(seed, 60), f.usual_x16 = fixture_below(seed, 400),
    f.active_days_known = fixture_below(seed, 2);
    f.moved_private = fixture_below(seed, 4) == 0, f.moved_now = fixture_below(seed, 2),
    f.met_hours_ago = fixture_below(seed, 300);
    f.first_contact = fixture_below(seed, 8) == 0, f.actor_began = fixture_below(seed, 2);
    return f;
}

static void test_properties(void)
{
    vg_policy policy = policy_fixture();
    uint64_t seed = 1;
    size_t repeated = 0, out_of_range = 0, without_minor = 0, pieces = 0, weaker = 0, gone = 0;
    for (int round = 0; round < 100000; round++) {
        vg_facts f = random_facts(&seed);
        vg_event event = message_at(NOON + (int64_t)fixture_below(&seed, 24 * 3600) * VG_SECOND_MS);
        found a = look(&event, &f, &policy);
        uint32_t kinds = 0;
        for (size_t i = 0; i < a.count; i++) {
            repeated += kinds >> a.ev[i].kind & 1;
            kinds |= 1u << a.ev[i].kind;
            out_of_range += a.ev[i].strength == 0 || a.ev[i].strength > 10000 ||
                            a.ev[i].kind < VG_CONDUCT_AGE_GAP || a.ev[i].kind > VG_CONDUCT_MOVED_PRIVATE;
        }
        pieces += a.count;
        if (!f.any_minor && !(f.has_peer && vg_age_is_minor(f.peer_band))) without_minor += a.count;

        vg_facts more = f;
        more.minors_day++, more.minors_week++, more.unreciprocated++, more.today++;
        found b = look(&event, &more, &policy);
        for (size_t i = 0; i < a.count; i++) {
            const vg_evidence *now = piece(&b, a.ev[i].kind);
            gone += !now;
            weaker += now && now->strength < a.ev[i].strength;
        }
    }
    TAP_OK(pieces > 100000, "random facts give %zu pieces", pieces);
    TAP_EQ_INT(repeated, 0, "at most one piece of each kind");
    TAP_EQ_INT(out_of_range, 0, "strength 1..10000, kinds of conduct only");
    TAP_EQ_INT(without_minor, 0, "none without a minor");
    TAP_EQ_INT(weaker + gone, 0, "higher counts never make a piece weaker");
}

static void test_full_array(void)
{
    vg_policy policy = policy_fixture();
    vg_event event = message_at(NOON);
    vg_facts f = everything();
    struct {
        vg_evidence ev[VG_EVIDENCE_KINDS];
        uint32_t guard;
    } room = {.guard = 0xabcdu};
    size_t count = VG_EVIDENCE_KINDS - 2;
    vg_conduct_evidence(&event, &f, &policy, room.ev, &count);
    vg_notice_evidence(&f, room.ev, &count);
    TAP_OK(count == VG_EVIDENCE_KINDS && room.guard == 0xabcdu, "never more than the array holds");
}

/* ---- users' reports ---- */

static uint32_t notice_strength(uint32_t upheld, uint32_t dismissed, uint32_t against)
{
    vg_facts f = {.notices_upheld = upheld, .notices_dismissed = dismissed, .notices_against = against};
    vg_evidence ev[VG_EVIDENCE_KINDS];
    size_t count = 0;
    vg_notice_evidence(&f, ev, &count);
    if (count != 1 || ev[0].kind != VG_NOTICE_REPORT || !ev[0].fresh ||
        ev[0].value != (against ? against : 1))
        return UINT32_MAX;
    return ev[0].strength;
}

static void test_notice(void)
{
    TAP_EQ_INT(notice_strength(0, 0, 1), 6000, "an unknown reporter");
    TAP_EQ_INT(notice_strength(0, 0, 0), 6000, "a report without a count is one report");
    TAP_EQ_INT(notice_strength(1, 0, 1), 7999, "one upheld: two in three, rounded down");
    TAP_EQ_INT(notice_strength(4, 0, 1), 9999, "four upheld");
    TAP_EQ_INT(notice_strength(100, 0, 1), 10000, "many upheld: never over full");
    TAP_EQ_INT(notice_strength(0, 1, 1), 3999, "one dismissed");
    TAP_EQ_INT(notice_strength(0, 10, 1), 999, "ten dismissed");
    TAP_EQ_INT(notice_strength(0, 0, 2), 6666, "a second report");
    TAP_EQ_INT(notice_strength(0, 0, 5), 7333, "five reports");
    TAP_EQ_INT(notice_strength(0, 10, 1000), 1746, "a thousand reports by one whom nobody upholds");
    TAP_EQ_INT(notice_strength(UINT32_MAX, UINT32_MAX, UINT32_MAX), 7999, "no overflow");
    size_t wrong = 0;
    for (uint32_t u = 0; u < 12; u++)
        for (uint32_t d = 0; d < 12; d++)
            for (uint32_t n = 1; n < 12; n++) {
                uint32_t s = notice_strength(u, d, n);
                wrong += s > 10000 || notice_strength(u + 1, d, n) < s || notice_strength(u, d + 1, n) > s ||
                         notice_strength(u, d, n + 1) < s;
            }
    TAP_EQ_INT(wrong, 0, "rises with upheld and further reports, falls with dismissed");
}

int main(void)
{
    test_relation_every_cell();
    test_relation_assumed();
    test_age_gap();
    test_counts();
    test_counts_fresh();
    test_initiative();
    test_escalation();
    test_new_account();
    test_night();
    test_moved_private();
    test_silence();
    test_next_message_is_not_news();
    test_properties();
    test_full_array();
    test_notice();
    return tap_done();
}
