/* SPDX-License-Identifier: Apache-2.0
 *
 * What memory says about an event: facts, counts over time, idempotency, retention, a person's data.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "memory/memory_int.h"
#include "tests/tap.h"
#include "tests/unit/memory/stream.h"

#define T0 STREAM_START_MS

static vg_policy policy = {.space = "lobby", .keep_memory_days = 60};
static unsigned event_number;

static vg_memory *open_ram(void)
{
    vg_memory *memory = NULL;
    vg_memory_options options = {.key = stream_key, .seen_records = 1024};
    vg_error err = {0};
    if (vg_memory_open(&memory, &options, &err)) {
        printf("Bail out! %s\n", err.what);
        exit(1);
    }
    return memory;
}

/* Applies one event; `id` is made up when absent. */
static vg_facts apply_text(vg_memory *memory, vg_event e, const vg_text_brief *text)
{
    static char id[32];
    vg_facts facts = {0};
    vg_memory_keys keys;
    vg_error err = {0};
    vg_verdict verdict = {.kind = VG_VERDICT_ALLOW, .scanned = true};
    e.source = VG_STR("/spaces/lobby");
    e.space = VG_STR("lobby");
    if (!e.id.len) {
        snprintf(id, sizeof id, "auto-%u", event_number++);
        e.id = vg_str_of(id);
    }
    vg_memory_keys_of(memory, &e, &keys);
    int rc = vg_memory_begin(memory, &e, &keys, &policy, text, &facts, &err);
    if (!rc) rc = vg_memory_commit(memory, &verdict, false, &err);
    if (rc) TAP_OK(false, "apply: %s", err.what);
    return facts;
}

static vg_facts apply(vg_memory *memory, vg_event e, uint32_t families)
{
    return apply_text(memory, e, &(vg_text_brief){.families = families});
}

static void account(vg_memory *memory, const char *name, vg_age_band band, int64_t created, int64_t at)
{
    apply(memory,
          (vg_event){.type = VG_EVENT_ACCOUNT,
                     .subject = vg_str_of(name),
                     .time_ms = at,
                     .age_band = band,
                     .age_basis = VG_BASIS_DECLARED,
                     .created_ms = created},
          0);
}

static vg_facts message(vg_memory *memory, const char *from, const char *to, vg_channel channel, int64_t at,
                        uint32_t families)
{
    vg_str peer = vg_str_of(to);
    return apply(memory,
                 (vg_event){.type = VG_EVENT_MESSAGE,
                            .subject = vg_str_of(from),
                            .to = &peer,
                            .to_count = to != NULL,
                            .channel = channel,
                            .conversation = VG_STR("room"),
                            .time_ms = at},
                 families);
}

static vg_facts contact(vg_memory *memory, const char *from, const char *to, vg_contact_kind kind, int64_t at)
{
    vg_str peer = vg_str_of(to);
    return apply(memory,
                 (vg_event){.type = VG_EVENT_CONTACT,
                            .subject = vg_str_of(from),
                            .to = &peer,
                            .to_count = 1,
                            .contact = kind,
                            .time_ms = at},
                 0);
}

static const char *child(unsigned i)
{
    static char name[24];
    snprintf(name, sizeof name, "child-%u", i);
    return name;
}

static void test_pair(void)
{
    vg_memory *memory = open_ram();
    account(memory, "max", VG_AGE_25_PLUS, T0 - 10 * VG_HOUR_MS, T0);
    account(memory, "lea", VG_AGE_13_14, 0, T0);
    vg_facts f = message(memory, "max", "lea", VG_CHANNEL_PUBLIC, T0 + VG_HOUR_MS, 0);
    TAP_OK(f.has_peer && f.first_contact && f.actor_began && f.any_minor,
           "the first message is the pair's first contact");
    TAP_EQ_INT(f.actor_age_hours, 11, "hours since the account was created");
    TAP_EQ_INT(f.peer_band, VG_AGE_13_14, "the recipient's band");
    TAP_EQ_INT(f.sent, 1, "one sent");
    TAP_OK(!f.active_days_known && !f.moved_private, "no usual rate on the first day; still in public");
    f = message(memory, "max", "lea", VG_CHANNEL_PRIVATE, T0 + 2 * VG_HOUR_MS, 0);
    TAP_OK(f.moved_private && f.moved_now && !f.first_contact, "met in public, now private");
    f = message(memory, "max", "lea", VG_CHANNEL_PRIVATE, T0 + 3 * VG_HOUR_MS, 0);
    TAP_OK(f.moved_private && !f.moved_now, "the move happens once");
    TAP_EQ_INT(f.unreciprocated, 1, "she has not answered");
    f = message(memory, "lea", "max", VG_CHANNEL_PRIVATE, T0 + 4 * VG_HOUR_MS, 0);
    TAP_OK(!f.actor_began && f.received == 3 && f.sent == 1, "the same pair from the other side");
    f = message(memory, "max", "lea", VG_CHANNEL_PRIVATE, T0 + 25 * VG_HOUR_MS, 0);
    TAP_EQ_INT(f.unreciprocated, 0, "an answer ends the waiting");
    TAP_OK(f.active_days_known && f.usual_x16 == 3 * 16 && f.today == 1,
           "three on the earlier day, one today");
    TAP_EQ_INT(f.met_hours_ago, 24, "met a day ago");
    f = message(memory, "max", "lea", VG_CHANNEL_PRIVATE, T0 + VG_HOUR_MS, 0);
    TAP_OK(f.sent == 5 && f.today == 1 && f.minors_day == 1, "a late message counts, and moves nothing back");
    vg_memory_close(&memory);
    TAP_OK(memory == NULL, "close takes the pointer");
}

static void test_youngest(void)
{
    vg_memory *memory = open_ram();
    account(memory, "adult", VG_AGE_25_PLUS, 0, T0);
    account(memory, "teen", VG_AGE_15_17, 0, T0);
    account(memory, "kid", VG_AGE_UNDER13, 0, T0);
    vg_str to[] = {VG_STR("adult"), VG_STR("teen"), VG_STR("nobody"),
                   VG_STR("kid"),   VG_STR("teen"), VG_STR("max")};
    vg_event e = {.type = VG_EVENT_MESSAGE, .subject = VG_STR("max"), .to = to, .to_count = 6, .time_ms = T0};
    vg_facts f = apply(memory, e, 0);
    TAP_EQ_INT(f.peer_band, VG_AGE_UNDER13, "the youngest recipient is the peer");
    TAP_EQ_INT(f.minors_day, 2, "two minors, one of them named twice");
    e.to_count = 1;
    e.subject = VG_STR("kid");
    f = apply(memory, e, 0);
    TAP_OK(!f.any_minor && f.peer_band == VG_AGE_25_PLUS, "an adult recipient");
    to[0] = VG_STR("max");
    e.subject = VG_STR("max");
    f = apply(memory, e, 0);
    TAP_OK(!f.has_peer, "talking to oneself is no pair");
    policy.assumed_age = VG_AGE_13_14;
    to[0] = VG_STR("nobody-yet");
    f = apply(memory, e, 0);
    TAP_OK(f.any_minor && f.minors_day == 3 && f.peer_band == VG_AGE_UNKNOWN,
           "unknown counts as the policy assumes");
    policy.assumed_age = VG_AGE_UNKNOWN;
    vg_memory_close(&memory);
}

static void test_fan_out(void)
{
    vg_memory *memory = open_ram();
    account(memory, "max", VG_AGE_25_PLUS, 0, T0);
    for (unsigned i = 0; i < 20; i++) account(memory, child(i), VG_AGE_13_14, 0, T0);
    vg_facts f = {0};
    for (unsigned i = 0; i < 10; i++)
        f = contact(memory, "max", child(i), VG_CONTACT_REQUEST, T0 + i * VG_MINUTE_MS);
    TAP_OK(f.minors_day == 10 && f.minors_week == 10 && f.unreciprocated == 10, "ten minors asked");
    for (unsigned i = 0; i < 10; i++)
        f = message(memory, "max", child(i), VG_CHANNEL_PRIVATE, T0 + 5 * VG_HOUR_MS, 0);
    TAP_OK(f.minors_day == 10 && f.minors_week == 10, "the same ten again are ten");
    f = message(memory, "max", child(10), VG_CHANNEL_PRIVATE, T0 + 26 * VG_HOUR_MS, 0);
    TAP_EQ_INT(f.minors_day, 11, "an old bucket gave its ten to a newer one");
    f = message(memory, "max", child(0), VG_CHANNEL_PRIVATE, T0 + 2 * VG_DAY_MS + 10 * VG_HOUR_MS, 0);
    TAP_OK(f.minors_day == 1 && f.minors_week == 11, "a day later: one in 24 h, eleven in 7 d");
    contact(memory, child(1), "max", VG_CONTACT_ACCEPT, T0 + 2 * VG_DAY_MS);
    contact(memory, child(2), "max", VG_CONTACT_DECLINE, T0 + 2 * VG_DAY_MS);
    f = contact(memory, child(3), "max", VG_CONTACT_BLOCK, T0 + 2 * VG_DAY_MS);
    TAP_OK(f.has_peer && !f.first_contact, "a block is known contact");
    f = message(memory, "max", child(0), VG_CHANNEL_PRIVATE, T0 + 3 * VG_DAY_MS, 0);
    TAP_EQ_INT(f.unreciprocated, 10, "accepting answers; declining and blocking do not");
    f = message(memory, "max", child(0), VG_CHANNEL_PRIVATE, T0 + 8 * VG_DAY_MS, 0);
    TAP_OK(f.minors_week == 1 && f.unreciprocated == 0, "a week later the others have left");
    f = message(memory, "max", child(11), VG_CHANNEL_PRIVATE, T0 + 30 * VG_DAY_MS, 0);
    TAP_OK(f.minors_week == 1 && f.minors_day == 1, "and a month later too");
    f = message(memory, "max", child(12), VG_CHANNEL_PRIVATE, T0 + 10 * VG_DAY_MS, 0);
    TAP_OK(f.minors_week == 1, "twenty days late: outside the window, not counted");
    f = message(memory, "max", child(12), VG_CHANNEL_PRIVATE, T0 + 30 * VG_DAY_MS, 0);
    TAP_OK(f.minors_week == 2, "then on time: counted");
    vg_memory_close(&memory);
}

/* The rings against a list of every contact ever made. */
static void test_rings_against_list(void)
{
    enum { MINORS = 60, EVENTS = 4000 };
    static int64_t last_step[MINORS], last_day[MINORS];
    vg_memory *memory = open_ram();
    for (unsigned i = 0; i < MINORS; i++) {
        account(memory, child(i), VG_AGE_15_17, 0, T0);
        last_step[i] = last_day[i] = -1000;
    }
    unsigned wrong_day = 0, wrong_week = 0;
    int64_t at = T0;
    for (unsigned n = 0; n < EVENTS; n++) {
        uint64_t r = stream_mix(n + 77);
        at += (int64_t)(r % 90) * VG_MINUTE_MS;
        unsigned i = (unsigned)(r >> 32) % MINORS;
        vg_facts f = message(memory, "max", child(i), VG_CHANNEL_PRIVATE, at, 0);
        int64_t step = at / (3 * VG_HOUR_MS), day = at / VG_DAY_MS;
        last_step[i] = step;
        last_day[i] = day;
        unsigned in_day = 0, in_week = 0;
        for (unsigned k = 0; k < MINORS; k++) {
            in_day += step - last_step[k] < VG_RING_BUCKETS;
            in_week += day - last_day[k] < VG_WEEK_BUCKETS;
        }
        wrong_day += f.minors_day != in_day;
        wrong_week += f.minors_week != in_week;
    }
    TAP_EQ_INT(wrong_day, 0, "minors in 24 h equal a list's, 4000 events");
    TAP_EQ_INT(wrong_week, 0, "minors in 7 d equal a list's, 4000 events");
    vg_memory_close(&memory);
}

static void test_conversation(void)
{
    vg_memory *memory = open_ram();
    account(memory, "lea", VG_AGE_UNDER13, 0, T0);
    vg_facts f = message(memory, "max", NULL, VG_CHANNEL_PUBLIC, T0, 1u << VG_TEXT_SECRECY);
    TAP_OK(!f.has_peer && !f.any_minor, "public talk without recipients");
    TAP_OK(f.family_hours[VG_TEXT_SECRECY] == VG_FACTS_UNKNOWN, "families are those before this event");
    message(memory, "lea", NULL, VG_CHANNEL_PUBLIC, T0, 0);
    f = message(memory, "max", NULL, VG_CHANNEL_PUBLIC, T0 + 30 * VG_HOUR_MS, 1u << VG_TEXT_GIFT_OFFER);
    TAP_OK(f.any_minor, "a minor spoke here before");
    TAP_EQ_INT(f.family_hours[VG_TEXT_SECRECY], 27, "hours since the family was seen, to three hours");
    f = message(memory, "max", NULL, VG_CHANNEL_PUBLIC, T0 + 20 * VG_HOUR_MS, 1u << VG_TEXT_GIFT_OFFER);
    TAP_EQ_INT(f.family_hours[VG_TEXT_GIFT_OFFER], 0, "seen later than a late message: zero hours");
    f = message(memory, "max", NULL, VG_CHANNEL_PUBLIC, T0 + 40 * VG_HOUR_MS, 0);
    TAP_EQ_INT(f.family_hours[VG_TEXT_GIFT_OFFER], 7, "a late message does not set it back");
    f = message(memory, "tom", NULL, VG_CHANNEL_PUBLIC, T0 + 41 * VG_HOUR_MS, 0);
    TAP_OK(f.family_hours[VG_TEXT_SECRECY] == VG_FACTS_UNKNOWN, "another speaker's families are not mine");
    for (unsigned i = 0; i < 2; i++)
        message(memory, child(i), NULL, VG_CHANNEL_PUBLIC, T0 + 42 * VG_HOUR_MS, 1);
    f = message(memory, "max", NULL, VG_CHANNEL_PUBLIC, T0 + 43 * VG_HOUR_MS, 0);
    TAP_EQ_INT(f.family_hours[VG_TEXT_SECRECY], 40, "three speakers are kept");
    message(memory, child(2), NULL, VG_CHANNEL_PUBLIC, T0 + 44 * VG_HOUR_MS, 1);
    f = message(memory, "max", NULL, VG_CHANNEL_PUBLIC, T0 + 45 * VG_HOUR_MS, 0);
    TAP_OK(f.family_hours[VG_TEXT_SECRECY] == VG_FACTS_UNKNOWN,
           "a fourth takes the place of who was silent longest");
    vg_memory_close(&memory);
}

static void test_notice(void)
{
    vg_memory *memory = open_ram();
    vg_error err = {0};
    account(memory, "max", VG_AGE_25_PLUS, 0, T0);
    vg_event e = {.type = VG_EVENT_NOTICE, .subject = VG_STR("lea"), .about = VG_STR("max"), .time_ms = T0};
    vg_facts f = apply(memory, e, 0);
    TAP_OK(f.notices_made == 1 && f.notices_against == 1 && f.about_band == VG_AGE_25_PLUS,
           "one report against max");
    e.subject = VG_STR("tom");
    e.time_ms = T0 + 10 * VG_DAY_MS;
    f = apply(memory, e, 0);
    TAP_OK(f.notices_made == 1 && f.notices_against == 2, "a second reporter");
    vg_memory_notice_outcome(memory, VG_STR("/spaces/lobby"), VG_STR("lea"), true, &err);
    vg_memory_notice_outcome(memory, VG_STR("/spaces/lobby"), VG_STR("lea"), false, &err);
    TAP_EQ_INT(vg_memory_notice_outcome(memory, VG_STR("/spaces/lobby"), VG_STR("who"), true, &err), 0,
               "a forgotten reporter is fine");
    e.subject = VG_STR("lea");
    e.time_ms = T0 + 50 * VG_DAY_MS;
    f = apply(memory, e, 0);
    TAP_OK(f.notices_made == 2 && f.notices_upheld == 1 && f.notices_dismissed == 1, "the reporter's record");
    TAP_EQ_INT(f.notices_against, 1, "reports leave after 30 days");
    vg_memory_close(&memory);
}

static void test_seen(void)
{
    vg_memory *memory = open_ram();
    vg_error err = {0};
    vg_event e = {.type = VG_EVENT_MESSAGE,
                  .id = VG_STR("one"),
                  .source = VG_STR("/spaces/lobby"),
                  .subject = VG_STR("max"),
                  .conversation = VG_STR("c"),
                  .time_ms = T0,
                  .raw = VG_STR("{1}")};
    vg_memory_keys keys;
    vg_facts facts;
    vg_seen seen;
    vg_memory_keys_of(memory, &e, &keys);
    vg_memory_seen(memory, &keys, &seen);
    TAP_EQ_INT(seen.state, VG_SEEN_NEW, "a new event");
    uint64_t empty = stream_digest(memory);
    vg_memory_begin(memory, &e, &keys, &policy, NULL, &facts, &err);
    vg_memory_abandon(memory);
    TAP_OK(stream_digest(memory) == empty, "an abandoned event leaves nothing");
    vg_verdict none = {0};
    TAP_EQ_INT(vg_memory_commit(memory, &none, false, &err), -VG_EINVAL, "commit without begin is refused");

    vg_verdict verdict = {.kind = VG_VERDICT_REVIEW, .risk = 8123, .scanned = true, .count = 8};
    for (unsigned i = 0; i < 8; i++)
        verdict.evidence[i] = (vg_evidence){.kind = (uint8_t)(19 - i),
                                            .fresh = i & 1,
                                            .strength = 10000,
                                            .weight = (uint16_t)(9000 - i),
                                            .value = i ? i : 1u << 20};
    vg_memory_begin(memory, &e, &keys, &policy, NULL, &facts, &err);
    TAP_EQ_INT(vg_memory_commit(memory, &verdict, true, &err), 0, "commit");
    vg_memory_seen(memory, &keys, &seen);
    TAP_EQ_INT(seen.state, VG_SEEN_UNCOMMITTED, "its case is still to be stored");
    TAP_OK(seen.verdict.kind == VG_VERDICT_REVIEW && seen.verdict.risk == 8123 && seen.verdict.scanned,
           "the verdict comes back");
    TAP_EQ_INT(seen.verdict.count, VG_SEEN_PIECES, "with its strongest pieces");
    const vg_evidence *piece = seen.verdict.evidence;
    TAP_OK(piece[1].kind == 18 && piece[1].fresh && piece[1].weight == 8999 && piece[1].strength == 10000 &&
               piece[1].value == 1,
           "a piece comes back whole");
    TAP_EQ_INT(piece[0].value, 0x1fff, "a large value is capped");
    vg_memory_case_stored(memory, keys.event, 123456789);
    vg_memory_seen(memory, &keys, &seen);
    TAP_OK(seen.state == VG_SEEN_DUPLICATE && seen.case_id == 123456789, "then a duplicate, with its case");
    keys.content++;
    vg_memory_seen(memory, &keys, &seen);
    TAP_EQ_INT(seen.state, VG_SEEN_CONFLICT, "same id, other content");

    for (unsigned i = 0; i < 5000; i++) message(memory, "max", "lea", VG_CHANNEL_PRIVATE, T0, 0);
    vg_memory_stats stats;
    vg_memory_stats_get(memory, false, &stats);
    TAP_OK(stats.seen <= 1024 && stats.seen > 900, "the cache keeps its size: %zu", stats.seen);
    vg_memory_seen(memory, &keys, &seen);
    TAP_EQ_INT(seen.state, VG_SEEN_NEW, "old ones make room");
    vg_memory_close(&memory);
}

static void test_uncommitted_stay(void)
{
    vg_memory *memory = open_ram();
    vg_error err = {0};
    vg_event e = {.type = VG_EVENT_MESSAGE,
                  .id = VG_STR("waits"),
                  .source = VG_STR("/spaces/lobby"),
                  .subject = VG_STR("max"),
                  .time_ms = T0};
    vg_memory_keys keys;
    vg_facts facts;
    vg_seen seen;
    vg_verdict verdict = {.kind = VG_VERDICT_HOLD};
    vg_memory_keys_of(memory, &e, &keys);
    vg_memory_begin(memory, &e, &keys, &policy, NULL, &facts, &err);
    vg_memory_commit(memory, &verdict, true, &err);
    for (unsigned i = 0; i < 5000; i++) message(memory, "max", "lea", VG_CHANNEL_PRIVATE, T0, 0);
    vg_memory_seen(memory, &keys, &seen);
    TAP_EQ_INT(seen.state, VG_SEEN_UNCOMMITTED, "an event whose case is not stored is not pushed out");
    vg_memory_close(&memory);
}

static void test_retention(void)
{
    vg_memory *swept = open_ram(), *kept = open_ram();
    vg_memory *both[2] = {swept, kept};
    vg_facts f[2];
    for (int i = 0; i < 2; i++) {
        account(both[i], "lea", VG_AGE_13_14, 0, T0);
        message(both[i], "max", "lea", VG_CHANNEL_PRIVATE, T0, 1);
        message(both[i], "tom", NULL, VG_CHANNEL_PUBLIC, T0 + 61 * VG_DAY_MS, 0);
    }
    size_t removed = vg_memory_sweep(swept, T0 + 61 * VG_DAY_MS, 60, 100);
    TAP_EQ_INT(removed, 5, "two accounts, a pair, two seen events are over; the conversation goes on");
    for (int i = 0; i < 2; i++)
        f[i] = message(both[i], "max", "lea", VG_CHANNEL_PRIVATE, T0 + 61 * VG_DAY_MS, 0);
    TAP_OK(f[0].first_contact && f[0].peer_band == VG_AGE_UNKNOWN, "what was swept is absent");
    TAP_OK(stream_facts_hash(&f[0]) == stream_facts_hash(&f[1]), "and reads as absent without a sweep");
    TAP_EQ_INT(vg_memory_sweep(kept, T0 + 62 * VG_DAY_MS, 60, 100), 3, "what was used again stays");
    TAP_EQ_INT(vg_memory_sweep(kept, T0 + 152 * VG_DAY_MS, 60, 100), 0, "a quiet space keeps 31 days longer");
    TAP_OK(vg_memory_sweep(kept, T0 + 153 * VG_DAY_MS, 60, 100) > 0, "and then forgets, without any event");
    vg_memory_stats stats;
    vg_memory_stats_get(kept, false, &stats);
    TAP_EQ_INT(stats.accounts + stats.pairs + stats.conversations + stats.seen, 0, "nothing is left");
    vg_memory_close(&swept);
    vg_memory_close(&kept);
}

static void test_sweep_changes_nothing(void)
{
    vg_memory *swept = open_ram(), *kept = open_ram();
    vg_facts a, b;
    vg_error err = {0};
    unsigned differ = 0;
    size_t removed = 0;
    for (uint64_t i = 0; i < 12000; i++) { /* 166 days, kept for 60 */
        stream_apply(swept, 3, i, &a, &err);
        stream_apply(kept, 3, i, &b, &err);
        differ += stream_facts_hash(&a) != stream_facts_hash(&b);
        if (i % 10 == 0)
            removed += vg_memory_sweep(swept, STREAM_START_MS + (int64_t)i * 20 * VG_MINUTE_MS, 60, 3);
    }
    TAP_OK(removed > 100, "the sweep found work: %zu", removed);
    TAP_EQ_INT(differ, 0, "facts are the same with and without a sweep");
    vg_memory_close(&swept);
    vg_memory_close(&kept);
}

static void test_subject(void)
{
    vg_memory *memory = open_ram();
    vg_error err = {0};
    vg_buf out;
    vg_buf_init(&out, 1 << 16);
    vg_str space = VG_STR("/spaces/lobby");
    apply(memory,
          (vg_event){.type = VG_EVENT_ACCOUNT,
                     .subject = VG_STR("max"),
                     .time_ms = T0,
                     .age_band = VG_AGE_18_24,
                     .age_basis = VG_BASIS_VERIFIED,
                     .created_ms = T0,
                     .country = "BE",
                     .language = VG_STR("nl-BE")},
          0);
    account(memory, "max", VG_AGE_25_PLUS, 0, T0);
    message(memory, "max", "lea", VG_CHANNEL_PRIVATE, T0, 1u << VG_TEXT_THREAT);
    message(memory, "lea", "tom", VG_CHANNEL_PRIVATE, T0, 0);
    TAP_EQ_INT(vg_memory_export(memory, space, VG_STR("max"), &out, &err), 0, "export");
    TAP_EQ_STR(
        out.ptr,
        "{\"account\":{\"age_band\":\"25+\",\"age_basis\":\"declared\",\"created\":\"2026-01-01T00:00:00."
        "000Z\","
        "\"country\":\"BE\",\"language\":\"nl\",\"last_day\":\"2026-01-01\",\"minors_contacted_24h\":0,"
        "\"minors_contacted_7d\":0,\"minors_unanswered_7d\":0,\"talks_with_minors\":0,\"talks_with_minors_late_stage\":0,\"notices_made\":0,\"notices_upheld\":0,"
        "\"notices_dismissed\":0,\"notices_against_30d\":0},\"pairs\":[{\"first_day\":\"2026-01-01\","
        "\"last_day\":\"2026-01-01\",\"sent\":1,\"received\":0,\"began\":true,\"met_in_the_open\":false,"
        "\"blocked_by_the_other\":false,\"sent_in_a_row\":1,\"refused_by_the_other\":false,\"asked_after_refusal\":0,"
        "\"asked_to_move_at_message\":0,\"stages\":[\"pressure\"]}],\"conversations\":[{\"last_day\":\"2026-01-01\","
        "\"messages_of_all\":2,\"found\":[\"text.threat\"]}],\"addresses\":[],\"openings\":[]}",
        "what is remembered of max; an account event without country keeps it");
    size_t removed = 0;
    TAP_EQ_INT(vg_memory_erase(memory, space, VG_STR("max"), &removed, &err), 0, "erase");
    TAP_EQ_INT(removed, 3, "account, pair, place in a conversation");
    vg_buf_clear(&out);
    TAP_EQ_INT(vg_memory_export(memory, space, VG_STR("max"), &out, &err), -VG_ENOENT,
               "nothing is left of max");
    TAP_EQ_INT(out.len, 0, "and nothing was written");
    vg_memory_stats stats;
    vg_memory_stats_get(memory, false, &stats);
    TAP_OK(stats.accounts == 1 && stats.pairs == 1 && stats.conversations == 1, "the others stay");
    vg_facts f = message(memory, "max", NULL, VG_CHANNEL_PRIVATE, T0, 0);
    TAP_OK(f.family_hours[VG_TEXT_THREAT] == VG_FACTS_UNKNOWN, "forgotten in the conversation");
    vg_buf_free(&out);
    vg_memory_close(&memory);
}

/* A person who reads a case sees counts as they are now, and looking changes nothing. */
static void test_glance(void)
{
    vg_memory *memory = open_ram();
    vg_memory_glimpse seen;
    vg_memory_stats before, after;
    vg_str space = VG_STR("/spaces/lobby");
    apply(memory, (vg_event){.type = VG_EVENT_ACCOUNT, .subject = VG_STR("max"), .age_band = VG_AGE_25_PLUS, .age_basis = VG_BASIS_DECLARED, .time_ms = T0}, 0);
    apply(memory, (vg_event){.type = VG_EVENT_ACCOUNT, .subject = VG_STR("sam"), .age_band = VG_AGE_13_14, .age_basis = VG_BASIS_VERIFIED, .time_ms = T0}, 0);
    message(memory, "max", "sam", VG_CHANNEL_PRIVATE, T0, 0);
    vg_memory_stats_get(memory, true, &before);
    TAP_EQ_INT(vg_memory_glance(memory, space, VG_STR("max"), T0, 90, &seen), 0, "an account that is remembered");
    TAP_OK(seen.band == VG_AGE_25_PLUS && seen.basis == VG_BASIS_DECLARED, "how old, and how that is known");
    TAP_OK(seen.minors_day == 1 && seen.minors_week == 1 && seen.unanswered_week == 1 && seen.talks == 1, "contacts with minors as counts");
    TAP_EQ_INT(vg_memory_glance(memory, space, VG_STR("max"), T0 + 2 * VG_DAY_MS, 90, &seen), 0, "two days later");
    TAP_OK(seen.minors_day == 0 && seen.minors_week == 1, "the day's count has passed, the week's has not");
    TAP_EQ_INT(vg_memory_glance(memory, space, VG_STR("max"), T0 + 91 * VG_DAY_MS, 90, &seen), -VG_ENOENT, "what is forgotten is not shown, swept or not");
    TAP_EQ_INT(vg_memory_glance(memory, space, VG_STR("nobody"), T0, 90, &seen), -VG_ENOENT, "nobody");
    TAP_EQ_INT(vg_memory_glance(memory, VG_STR("/spaces/forum"), VG_STR("max"), T0, 90, &seen), -VG_ENOENT, "an account is one of its space");
    vg_memory_stats_get(memory, true, &after);
    TAP_OK(before.digest == after.digest, "looking changed nothing");
    vg_memory_close(&memory);
}

/* Every record is found after many splits, and takes no more than its limit. */
static void test_growth(void)
{
    enum { MANY = 60000 };
    vg_memory *memory = open_ram();
    for (unsigned i = 0; i < MANY; i++) {
        char from[24], to[24], room[24];
        snprintf(from, sizeof from, "f%u", i);
        snprintf(to, sizeof to, "t%u", i);
        snprintf(room, sizeof room, "r%u", i);
        vg_str peer = vg_str_of(to);
        apply(memory,
              (vg_event){.type = VG_EVENT_MESSAGE,
                         .subject = vg_str_of(from),
                         .to = &peer,
                         .to_count = 1,
                         .conversation = vg_str_of(room),
                         .time_ms = T0},
              0);
    }
    vg_memory_stats stats;
    vg_memory_stats_get(memory, false, &stats);
    TAP_OK(stats.accounts == MANY && stats.pairs == MANY && stats.conversations == MANY,
           "one of each for each event");
    unsigned missing = 0, again = 0;
    for (unsigned i = 0; i < MANY; i++) {
        char name[24];
        snprintf(name, sizeof name, "f%u", i);
        uint64_t from = vg_memory_account_key(memory, VG_STR("/spaces/lobby"), vg_str_of(name));
        snprintf(name, sizeof name, "t%u", i);
        uint64_t to = vg_memory_account_key(memory, VG_STR("/spaces/lobby"), vg_str_of(name));
        missing += !vg_table_find(&memory->table[VG_TABLE_ACCOUNT], from);
        missing += !vg_table_find(&memory->table[VG_TABLE_PAIR], vg_memory_pair_key(from, to));
        again += vg_table_find(&memory->table[VG_TABLE_ACCOUNT], to) != NULL;
    }
    TAP_EQ_INT(missing, 0, "every record is found");
    TAP_EQ_INT(again, 0, "and no other");
    TAP_OK(stats.account_bytes / stats.accounts <= 128, "an account: %zu bytes",
           stats.account_bytes / stats.accounts);
    TAP_OK(stats.pair_bytes / stats.pairs <= 96, "a pair: %zu bytes", stats.pair_bytes / stats.pairs);
    TAP_OK(stats.conversation_bytes / stats.conversations <= 256, "a conversation: %zu bytes",
           stats.conversation_bytes / stats.conversations);
    vg_error err = {0};
    TAP_EQ_INT(vg_table_rebuild(&memory->table[VG_TABLE_PAIR], &err), 0,
               "the directory can be rebuilt from the pages");
    vg_memory_close(&memory);
}

static void test_many_recipients(void)
{
    vg_memory *memory = open_ram();
    static char names[VG_EVENT_MAX_TO][24];
    vg_str to[VG_EVENT_MAX_TO];
    unsigned wrong = 0;
    for (unsigned round = 0; round < 200; round++) {
        for (unsigned i = 0; i < VG_EVENT_MAX_TO; i++) {
            snprintf(names[i], sizeof names[i], "p%u-%u", round, i);
            to[i] = vg_str_of(names[i]);
        }
        vg_facts f = apply(memory,
                           (vg_event){.type = VG_EVENT_MESSAGE,
                                      .subject = VG_STR("max"),
                                      .to = to,
                                      .to_count = VG_EVENT_MAX_TO,
                                      .time_ms = T0},
                           0);
        wrong += !f.first_contact || f.sent != 1;
    }
    vg_memory_stats stats;
    vg_memory_stats_get(memory, false, &stats);
    TAP_EQ_INT(stats.pairs, 200 * VG_EVENT_MAX_TO,
               "a pair for each of 32 recipients, splits in the middle of an event");
    TAP_EQ_INT(wrong, 0, "all of them new");
    vg_memory_close(&memory);
}

static void test_allocations(void)
{
    vg_memory *memory = NULL;
    vg_memory_options options = {.key = stream_key, .seen_records = 64};
    unsigned failed = 0, survived = 0;
    for (size_t n = 1; n < 100; n++) {
        vg_alloc_fail_at(n);
        int rc = vg_memory_open(&memory, &options, NULL);
        bool hit = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (!hit) {
            survived = rc == 0;
            vg_memory_close(&memory);
            break;
        }
        failed += rc == -VG_ENOMEM && !memory;
    }
    TAP_OK(failed >= 2 && survived, "each failed allocation of open is told, in RAM: %u", failed);
}

int main(void)
{
    test_pair();
    test_youngest();
    test_fan_out();
    test_rings_against_list();
    test_conversation();
    test_notice();
    test_seen();
    test_uncommitted_stay();
    test_retention();
    test_sweep_changes_nothing();
    test_subject();
    test_glance();
    test_growth();
    test_many_recipients();
    test_allocations();
    return tap_done();
}
