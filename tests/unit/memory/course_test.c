/* SPDX-License-Identifier: Apache-2.0
 *
 * What memory says of the course of an exchange, and of the same conduct towards many.
 */
#include <stdlib.h>

#include "memory/memory_int.h"
#include "tests/tap.h"
#include "tests/unit/memory/stream.h"

#define T0 STREAM_START_MS
#define FAMILY(kind) vg_evidence_family_bit(kind)

static vg_policy policy = {.space = "lobby", .keep_memory_days = 90};
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

static vg_facts apply_in(vg_memory *memory, vg_str source, vg_event e, const vg_text_brief *text)
{
    char id[32];
    vg_facts facts = {0};
    vg_memory_keys keys;
    vg_error err = {0};
    vg_verdict verdict = {.kind = VG_VERDICT_ALLOW, .scanned = true};
    e.source = source;
    e.space = VG_STR("lobby");
    snprintf(id, sizeof id, "auto-%u", event_number++);
    e.id = vg_str_of(id);
    vg_memory_keys_of(memory, &e, &keys);
    int rc = vg_memory_begin(memory, &e, &keys, &policy, text, &facts, &err);
    if (!rc) rc = vg_memory_commit(memory, &verdict, false, &err);
    if (rc) TAP_OK(false, "apply: %s", err.what);
    return facts;
}

static vg_facts apply(vg_memory *memory, vg_event e, const vg_text_brief *text)
{
    return apply_in(memory, VG_STR("/spaces/lobby"), e, text);
}

static void account(vg_memory *memory, const char *name, vg_age_band band)
{
    apply(memory, (vg_event){.type = VG_EVENT_ACCOUNT, .subject = vg_str_of(name), .time_ms = T0, .age_band = band,
                             .age_basis = VG_BASIS_DECLARED}, NULL);
}

static vg_facts write_to(vg_memory *memory, const char *from, const char *to, int64_t at, vg_text_brief text)
{
    vg_str peer = vg_str_of(to);
    return apply(memory, (vg_event){.type = VG_EVENT_MESSAGE, .subject = vg_str_of(from), .to = &peer, .to_count = to != NULL,
                                    .channel = VG_CHANNEL_PRIVATE, .conversation = VG_STR("room"), .time_ms = at}, &text);
}

static vg_facts says(vg_memory *memory, const char *from, const char *to, int64_t at, uint32_t families)
{
    return write_to(memory, from, to, at, (vg_text_brief){.families = families});
}

static vg_facts contact(vg_memory *memory, const char *from, const char *to, vg_contact_kind kind, int64_t at)
{
    vg_str peer = vg_str_of(to);
    return apply(memory, (vg_event){.type = VG_EVENT_CONTACT, .subject = vg_str_of(from), .to = &peer, .to_count = 1, .contact = kind,
                                    .time_ms = at}, NULL);
}

/* ---- stages ---- */

static void test_stages(void)
{
    vg_memory *memory = open_ram();
    account(memory, "max", VG_AGE_25_PLUS);
    account(memory, "lea", VG_AGE_13_14);
    vg_facts f = says(memory, "max", "lea", T0, 0);
    TAP_OK(f.stages == 0 && f.stages_now == 0 && !f.asks_now, "an ordinary message reaches no stage");
    TAP_OK(f.stage_minutes[VG_STAGE_CONTACT] == VG_FACTS_UNKNOWN && f.move_after == VG_FACTS_UNKNOWN, "and no time is known");
    f = says(memory, "max", "lea", T0 + 4 * VG_MINUTE_MS, FAMILY(VG_TEXT_AGE_PROBING));
    TAP_OK(f.stages == 1 << VG_STAGE_CONTACT && f.stages_now == f.stages && !f.asks_now, "asking an age is contact, no request");
    TAP_EQ_INT(f.stage_minutes[VG_STAGE_CONTACT], 5, "four minutes after they met: within five");
    f = says(memory, "max", "lea", T0 + 50 * VG_MINUTE_MS, FAMILY(VG_TEXT_PICTURE_REQUEST) | FAMILY(VG_TEXT_AGE_PROBING));
    TAP_OK(f.stages == (1 << VG_STAGE_CONTACT | 1 << VG_STAGE_ESCALATION) && f.stages_now == 1 << VG_STAGE_ESCALATION,
           "a later stage comes when it comes, in no order; an earlier one is reached once");
    TAP_OK(f.asks_now && f.stage_minutes[VG_STAGE_ESCALATION] == 60 && f.stage_minutes[VG_STAGE_CONTACT] == 5,
           "a picture is a request; times are those of the first time");
    f = says(memory, "max", "lea", T0 + 23 * VG_HOUR_MS, FAMILY(VG_TEXT_FLATTERY));
    TAP_EQ_INT(f.stage_minutes[VG_STAGE_TRUST], 24 * 60, "within a day");
    f = says(memory, "max", "lea", T0 + 25 * VG_HOUR_MS, FAMILY(VG_TEXT_SECRECY));
    TAP_EQ_INT(f.stage_minutes[VG_STAGE_ISOLATION], 48 * 60, "a little more than a day: never told as faster than it was");
    f = says(memory, "max", "lea", T0 + 70 * VG_DAY_MS, FAMILY(VG_TEXT_SUPERVISION_PROBING) | FAMILY(VG_TEXT_THREAT));
    TAP_OK(f.stages == 0x3f && f.stage_minutes[VG_STAGE_PRESSURE] == 30 * 24 * 60, "all six; after a month it is all one");
    f = says(memory, "lea", "max", T0 + 70 * VG_DAY_MS, 0);
    TAP_OK(f.stages == 0, "they are the actor's, not the other's");
    f = says(memory, "max", "tom", T0 + 70 * VG_DAY_MS, 0);
    TAP_OK(f.stages == 0, "and of this pair alone");
    f = says(memory, "max", "lea", T0 + 3 * VG_DAY_MS, 0);
    TAP_OK(f.stages == 0x3f, "a late message changes nothing");
    vg_memory_close(&memory);
}

static void test_move_after(void)
{
    vg_memory *memory = open_ram();
    account(memory, "lea", VG_AGE_13_14);
    for (int i = 0; i < 2; i++) says(memory, "max", "lea", T0 + i, 0);
    vg_facts f = says(memory, "max", "lea", T0 + 3, FAMILY(VG_TEXT_MOVING_APP));
    TAP_EQ_INT(f.move_after, 3, "asks to go elsewhere in its third message");
    f = says(memory, "max", "lea", T0 + 4, FAMILY(VG_TEXT_MOVING_APP));
    TAP_EQ_INT(f.move_after, 3, "the first time counts");
    for (int i = 0; i < 100; i++) says(memory, "tom", "lea", T0 + i, 0);
    f = says(memory, "tom", "lea", T0 + 200, FAMILY(VG_TEXT_MOVING_APP));
    TAP_EQ_INT(f.move_after, 31, "thirty-one, or later");
    vg_memory_close(&memory);
}

/* ---- a no ---- */

static void test_refusal(void)
{
    vg_memory *memory = open_ram();
    account(memory, "max", VG_AGE_25_PLUS);
    account(memory, "lea", VG_AGE_13_14);
    uint32_t asks = FAMILY(VG_TEXT_PICTURE_REQUEST), no = FAMILY(VG_TEXT_REFUSAL);
    vg_facts f = says(memory, "max", "lea", T0, asks);
    TAP_OK(f.refused_hours == VG_FACTS_UNKNOWN && f.asked_after_refusal == 0, "asked once, nobody said no");
    f = says(memory, "lea", "max", T0 + VG_HOUR_MS, no);
    TAP_OK(f.refused_hours == VG_FACTS_UNKNOWN && f.stages == 0 && !f.asks_now, "who says no is refused nothing and reaches no stage");
    f = says(memory, "max", "lea", T0 + 7 * VG_HOUR_MS, 0);
    TAP_OK(f.refused_hours == 6 && f.asked_after_refusal == 0, "six hours since the no; an ordinary message is no request");
    f = says(memory, "max", "lea", T0 + 8 * VG_HOUR_MS, FAMILY(VG_TEXT_FLATTERY));
    TAP_EQ_INT(f.asked_after_refusal, 0, "neither is a compliment");
    f = says(memory, "max", "lea", T0 + 8 * VG_HOUR_MS, asks);
    TAP_OK(f.asked_after_refusal == 1 && f.asks_now && !(f.stages >> VG_STAGE_PRESSURE & 1), "once more");
    says(memory, "lea", "max", T0 + 9 * VG_HOUR_MS, no);
    f = says(memory, "max", "lea", T0 + 9 * VG_HOUR_MS, FAMILY(VG_TEXT_MEETING_REQUEST));
    TAP_OK(f.asked_after_refusal == 2 && f.refused_hours == 0, "a second no does not begin the count anew");
    TAP_OK(f.stages_now >> VG_STAGE_PRESSURE & 1, "who goes on after a no presses");
    for (int i = 0; i < 40; i++) f = says(memory, "max", "lea", T0 + 10 * VG_HOUR_MS, asks);
    TAP_EQ_INT(f.asked_after_refusal, 15, "the count stops at fifteen");
    f = says(memory, "max", "lea", T0 + 31 * VG_DAY_MS, 0);
    TAP_EQ_INT(f.refused_hours, 31 * 24 - 9, "a no stands for a month");
    f = says(memory, "max", "lea", T0 + 33 * VG_DAY_MS, asks);
    TAP_OK(f.refused_hours == VG_FACTS_UNKNOWN && f.asked_after_refusal == 0, "and is then forgotten, with what came after it");
    contact(memory, "lea", "max", VG_CONTACT_BLOCK, T0 + 34 * VG_DAY_MS);
    f = says(memory, "max", "lea", T0 + 34 * VG_DAY_MS, asks);
    TAP_OK(f.refused_hours == 0 && f.asked_after_refusal == 1, "a block is a no");
    contact(memory, "tim", "max", VG_CONTACT_DECLINE, T0 + 34 * VG_DAY_MS);
    f = says(memory, "max", "tim", T0 + 34 * VG_DAY_MS, 0);
    TAP_EQ_INT(f.refused_hours, 0, "so is declining a contact");
    f = says(memory, "max", "zoe", T0 + 34 * VG_DAY_MS, 0);
    TAP_EQ_INT(f.refused_hours, VG_FACTS_UNKNOWN, "which others said");
    vg_memory_close(&memory);
}

static void test_late_refusal(void)
{
    vg_memory *memory = open_ram();
    says(memory, "lea", "max", T0 + 10 * VG_DAY_MS, FAMILY(VG_TEXT_REFUSAL));
    says(memory, "lea", "max", T0 + 2 * VG_DAY_MS, FAMILY(VG_TEXT_REFUSAL));
    vg_facts f = says(memory, "max", "lea", T0 + 11 * VG_DAY_MS, 0);
    TAP_EQ_INT(f.refused_hours, 24, "a late no does not take the place of a newer one");
    vg_memory_close(&memory);
}

/* ---- messages in a row ---- */

static void test_row(void)
{
    vg_memory *memory = open_ram();
    account(memory, "lea", VG_AGE_13_14);
    vg_facts f = {0};
    for (int i = 0; i < 5; i++) f = says(memory, "max", "lea", T0 + i, 0);
    TAP_EQ_INT(f.sent_in_row, 5, "five in a row");
    says(memory, "lea", "max", T0 + 6, 0);
    f = says(memory, "max", "lea", T0 + 7, 0);
    TAP_EQ_INT(f.sent_in_row, 1, "an answer ends it");
    for (int i = 0; i < 90; i++) f = says(memory, "max", "lea", T0 + i, 0);
    TAP_EQ_INT(f.sent_in_row, 63, "the count stops at 63");
    vg_str team[] = {VG_STR("ana"), VG_STR("bob"), VG_STR("ana")};
    account(memory, "ana", VG_AGE_13_14);
    for (int i = 0; i < 9; i++)
        f = apply(memory, (vg_event){.type = VG_EVENT_MESSAGE, .subject = VG_STR("coach"), .to = team, .to_count = 2, .time_ms = T0}, NULL);
    TAP_EQ_INT(f.sent_in_row, 0, "what a coach writes to the team is no row of messages to each of them");
    vg_memory_close(&memory);
}

/* ---- stated ages ---- */

static void test_stated_age(void)
{
    static const struct {
        uint8_t years;
        vg_age_band band;
    } bands[] = {{0, VG_AGE_UNKNOWN}, {8, VG_AGE_UNDER13}, {12, VG_AGE_UNDER13}, {13, VG_AGE_13_14}, {14, VG_AGE_13_14},
                 {15, VG_AGE_15_17}, {17, VG_AGE_15_17}, {18, VG_AGE_18_24}, {24, VG_AGE_18_24}, {25, VG_AGE_25_PLUS}, {90, VG_AGE_25_PLUS}};
    for (size_t i = 0; i < sizeof bands / sizeof *bands; i++)
        TAP_EQ_INT(vg_memory_band_of_years(bands[i].years), bands[i].band, "years to band");

    vg_memory *memory = open_ram();
    vg_text_brief twelve = {.families = FAMILY(VG_TEXT_AGE_STATEMENT), .stated_age = 12};
    account(memory, "max", VG_AGE_25_PLUS);
    vg_facts f = says(memory, "max", "who", T0, 0);
    TAP_OK(!f.any_minor && f.minors_day == 0 && f.talks == 0, "nobody knows how old `who` is");
    f = write_to(memory, "who", "max", T0 + 1, twelve);
    TAP_OK(f.stated_age == 12 && f.actor_stated_band == VG_AGE_UNDER13 && f.actor_band == VG_AGE_UNKNOWN && !f.any_minor,
           "`who` says 12: as the one who writes that changes nothing");
    f = says(memory, "max", "who", T0 + 2, 0);
    TAP_OK(f.any_minor && f.peer_band == VG_AGE_UNKNOWN && f.peer_stated_band == VG_AGE_UNDER13, "whoever writes to `who` now writes to a child");
    TAP_OK(f.minors_day == 1 && f.talks == 1 && f.stated_age == 0, "and is counted so");
    f = write_to(memory, "who", "max", T0 + 3, (vg_text_brief){.stated_age = 30});
    f = says(memory, "max", "who", T0 + 4, 0);
    TAP_EQ_INT(f.peer_stated_band, VG_AGE_UNDER13, "the youngest age said is the one that protects");
    f = write_to(memory, "max", "who", T0 + 5, twelve);
    TAP_OK(f.stated_age == 12 && f.actor_band == VG_AGE_25_PLUS, "an adult who says 12 stays one");
    f = says(memory, "who", "max", T0 + 6, 0);
    TAP_OK(f.peer_stated_band == VG_AGE_UNDER13 && !f.any_minor, "... as a recipient too: its own account says otherwise");
    policy.assumed_age = VG_AGE_25_PLUS;
    f = says(memory, "max", "who", T0 + 7, 0);
    TAP_OK(f.any_minor, "what they said themselves comes before what the policy assumes");
    policy.assumed_age = VG_AGE_UNKNOWN;

    account(memory, "kid", VG_AGE_UNDER13);
    write_to(memory, "teen", "max", T0, (vg_text_brief){.stated_age = 16});
    vg_str both[] = {VG_STR("teen"), VG_STR("kid")};
    f = apply(memory, (vg_event){.type = VG_EVENT_MESSAGE, .subject = VG_STR("max"), .to = both, .to_count = 2, .time_ms = T0}, NULL);
    TAP_EQ_INT(f.peer_band, VG_AGE_UNDER13, "the youngest recipient, by account or by word");
    vg_memory_close(&memory);
}

/* In talk without recipients. */
static vg_facts calls(vg_memory *memory, const char *from, const char *room, uint8_t years)
{
    vg_text_brief text = {.stated_age = years};
    return apply(memory, (vg_event){.type = VG_EVENT_MESSAGE, .subject = vg_str_of(from), .channel = VG_CHANNEL_PUBLIC,
                                    .conversation = vg_str_of(room), .time_ms = T0}, &text);
}

static void test_stated_in_public(void)
{
    vg_memory *memory = open_ram();
    account(memory, "max", VG_AGE_25_PLUS);
    TAP_OK(!calls(memory, "who", "hall", 12).any_minor, "who says it is 12 does not write to a minor by that");
    TAP_OK(!calls(memory, "who", "hall", 0).any_minor, "nor later");
    TAP_OK(calls(memory, "max", "hall", 0).any_minor, "the others do");
    TAP_OK(!calls(memory, "max", "yard", 0).any_minor, "in that room");
    calls(memory, "tim", "hall", 11);
    TAP_OK(calls(memory, "who", "hall", 0).any_minor, "with two of them, each of them does");
    calls(memory, "max", "yard", 12);
    TAP_OK(!calls(memory, "who", "yard", 0).any_minor, "an account that is known to be an adult's claims nothing");
    TAP_EQ_INT(calls(memory, "zoe", "yard", 20).actor_stated_band, VG_AGE_18_24, "without a recipient: the age in this message");
    vg_memory_close(&memory);
}

/* ---- towards many ---- */

static const char *child(unsigned i)
{
    static char name[24];
    snprintf(name, sizeof name, "child-%u", i);
    return name;
}

static void test_talks(void)
{
    vg_memory *memory = open_ram();
    vg_facts f = {0};
    for (unsigned i = 0; i < 300; i++) account(memory, child(i), VG_AGE_13_14);
    account(memory, "adult", VG_AGE_25_PLUS);
    for (unsigned i = 0; i < 4; i++) f = says(memory, "max", child(i), T0, FAMILY(VG_TEXT_FLATTERY));
    TAP_OK(f.talks == 4 && f.talks_staged == 0, "four talks with minors, none at a late stage");
    f = says(memory, "max", child(0), T0, FAMILY(VG_TEXT_SECRECY));
    TAP_OK(f.talks == 4 && f.talks_staged == 1, "one");
    f = says(memory, "max", child(0), T0, FAMILY(VG_TEXT_PICTURE_REQUEST));
    TAP_EQ_INT(f.talks_staged, 1, "the same talk counts once");
    f = says(memory, "max", "adult", T0, FAMILY(VG_TEXT_MEETING_REQUEST));
    TAP_OK(f.talks == 4 && f.talks_staged == 1, "a talk with an adult does not");
    contact(memory, "max", child(7), VG_CONTACT_REQUEST, T0);
    f = says(memory, "max", child(0), T0, 0);
    TAP_EQ_INT(f.talks, 4, "a request is no talk yet");
    for (unsigned i = 4; i < 300; i++) f = says(memory, "max", child(i), T0, i % 2 ? FAMILY(VG_TEXT_SECRECY) : 0);
    TAP_OK(f.talks >= 128 && f.talks <= 255, "a full count is halved: %u", f.talks);
    TAP_OK(f.talks_staged * 100 / f.talks >= 45 && f.talks_staged * 100 / f.talks <= 55, "and the share stays: %u", f.talks_staged);
    vg_memory_close(&memory);
}

static void test_openings(void)
{
    vg_memory *memory = open_ram();
    vg_facts f = {0};
    vg_text_brief hello = {.opening = 77}, other = {.opening = 78};
    account(memory, "adult", VG_AGE_25_PLUS);
    for (unsigned i = 0; i < 12; i++) account(memory, child(i), VG_AGE_13_14);
    for (unsigned i = 0; i < 3; i++) f = write_to(memory, "max", child(i), T0 + i * VG_DAY_MS, hello);
    TAP_EQ_INT(f.opening_minors, 3, "three minors got the same first message");
    f = write_to(memory, "max", child(0), T0 + 3 * VG_DAY_MS, hello);
    TAP_EQ_INT(f.opening_minors, 0, "said again it is no opening");
    f = write_to(memory, "max", child(3), T0 + 3 * VG_DAY_MS, other);
    TAP_EQ_INT(f.opening_minors, 1, "another opening");
    f = write_to(memory, "tom", child(4), T0 + 3 * VG_DAY_MS, hello);
    TAP_EQ_INT(f.opening_minors, 1, "another account's");
    f = write_to(memory, "max", "adult", T0 + 3 * VG_DAY_MS, hello);
    TAP_EQ_INT(f.opening_minors, 0, "to an adult: not counted");
    f = write_to(memory, "max", child(5), T0 + 3 * VG_DAY_MS, (vg_text_brief){0});
    TAP_EQ_INT(f.opening_minors, 0, "too short to tell");
    write_to(memory, child(6), "max", T0 + 3 * VG_DAY_MS, (vg_text_brief){0});
    f = write_to(memory, "max", child(6), T0 + 3 * VG_DAY_MS, hello);
    TAP_EQ_INT(f.opening_minors, 0, "an answer is no opening");
    contact(memory, "max", child(7), VG_CONTACT_REQUEST, T0 + 3 * VG_DAY_MS);
    f = write_to(memory, "max", child(7), T0 + 3 * VG_DAY_MS, hello);
    TAP_EQ_INT(f.opening_minors, 4, "the first message after a request is one");
    vg_str team[] = {VG_STR("child-8"), VG_STR("child-9")};
    f = apply(memory, (vg_event){.type = VG_EVENT_MESSAGE, .subject = VG_STR("max"), .to = team, .to_count = 2, .time_ms = T0 + 4 * VG_DAY_MS},
              &hello);
    TAP_EQ_INT(f.opening_minors, 0, "a message to a team is none");
    f = write_to(memory, "max", child(10), T0 + 33 * VG_DAY_MS, hello);
    TAP_EQ_INT(f.opening_minors, 3, "those of more than 28 to 32 days ago have left");
    f = write_to(memory, "max", child(11), T0 + 70 * VG_DAY_MS, hello);
    TAP_EQ_INT(f.opening_minors, 1, "and later all of them");
    vg_memory_stats stats;
    vg_memory_stats_get(memory, false, &stats);
    TAP_OK(stats.tokens == 3 && stats.token_record == 32, "a record for each account's opening");
    vg_memory_close(&memory);
}

static vg_facts hands_out(vg_memory *memory, const char *from, uint64_t address, int64_t at)
{
    return write_to(memory, from, "lea", at, (vg_text_brief){.token_count = 1, .token[0] = address});
}

static void test_linked(void)
{
    vg_memory *memory = open_ram();
    vg_facts f = hands_out(memory, "max", 5, T0);
    TAP_EQ_INT(f.linked_accounts, 0, "nobody else hands this address out");
    f = hands_out(memory, "max", 5, T0 + VG_DAY_MS);
    TAP_EQ_INT(f.linked_accounts, 0, "one's own address, again");
    f = hands_out(memory, "tom", 5, T0 + VG_DAY_MS);
    TAP_EQ_INT(f.linked_accounts, 1, "another account does");
    f = hands_out(memory, "max", 5, T0 + VG_DAY_MS);
    TAP_EQ_INT(f.linked_accounts, 1, "and the first is linked to it from now on");
    f = hands_out(memory, "max", 6, T0 + VG_DAY_MS);
    TAP_EQ_INT(f.linked_accounts, 0, "by that address");
    f = says(memory, "max", "lea", T0 + VG_DAY_MS, 0);
    TAP_EQ_INT(f.linked_accounts, 0, "an event without one says nothing");
    f = write_to(memory, "max", "lea", T0 + VG_DAY_MS, (vg_text_brief){.token_count = 2, .token = {6, 5}});
    TAP_EQ_INT(f.linked_accounts, 1, "of several addresses the most widely shared");
    vg_text_brief five = {.token_count = 1, .token[0] = 5};
    f = apply_in(memory, VG_STR("/spaces/forum"), (vg_event){.type = VG_EVENT_MESSAGE, .subject = VG_STR("zoe"), .time_ms = T0}, &five);
    TAP_EQ_INT(f.linked_accounts, 0, "spaces do not meet");
    f = hands_out(memory, "max", 5, T0 + 31 * VG_DAY_MS);
    TAP_EQ_INT(f.linked_accounts, 1, "thirty days after tom's last time");
    f = hands_out(memory, "max", 5, T0 + 32 * VG_DAY_MS);
    TAP_EQ_INT(f.linked_accounts, 0, "a day later no more");
    f = hands_out(memory, "tom", 5, T0 + 20 * VG_DAY_MS);
    TAP_EQ_INT(f.linked_accounts, 1, "a late event sees who there is now");
    vg_memory_close(&memory);
}

/* Places for four; more are counted in a set, never as more than there are. */
static void test_many_linked(void)
{
    vg_memory *memory = open_ram();
    unsigned over = 0, least = 0;
    vg_facts f = {0};
    for (unsigned i = 0; i < 40; i++) {
        char name[24];
        snprintf(name, sizeof name, "ring-%u", i);
        f = hands_out(memory, name, 9, T0);
        over += f.linked_accounts > i;
        least += i >= 4 && f.linked_accounts < 4;
    }
    TAP_EQ_INT(over, 0, "never more than there were");
    TAP_EQ_INT(least, 0, "four at least, once there are four");
    TAP_OK(f.linked_accounts > 8 && f.linked_accounts <= 12, "forty: told as %u", f.linked_accounts);
    f = hands_out(memory, "ring-39", 9, T0 + 40 * VG_DAY_MS);
    TAP_EQ_INT(f.linked_accounts, 0, "all gone after a month of silence");
    vg_memory_close(&memory);
}

/* ---- models ---- */

static vg_facts scored(vg_memory *memory, const char *from, int32_t sum, uint16_t tokens)
{
    return write_to(memory, from, "lea", T0, (vg_text_brief){.model[VG_MODEL_ACTIVE] = {.sum = sum, .tokens = tokens, .model = 7}});
}

static void test_models(void)
{
    vg_memory *memory = open_ram();
    vg_facts f = scored(memory, "max", 100, 10);
    TAP_OK(f.model[0].sum == 100 && f.model[0].tokens == 10 && f.model[1].tokens == 0, "a first message is itself");
    f = scored(memory, "max", -40, 20);
    TAP_OK(f.model[0].sum == 60 && f.model[0].tokens == 30, "sums run over the speaker's words");
    f = scored(memory, "lea", 7, 5);
    TAP_OK(f.model[0].sum == 7 && f.model[0].tokens == 5, "each speaker's own");
    f = scored(memory, "max", 100, 50);
    TAP_OK(f.model_before[0].sum == 60 && f.model_before[0].tokens == 30, "what there was before this message");
    TAP_OK(f.model[0].sum == 80 && f.model[0].tokens == 40, "past 64 tokens all is halved");
    f = scored(memory, "max", 0, 4000);
    TAP_OK(f.model[0].tokens == 63 && f.model[0].sum == 1, "as often as it takes: %u", f.model[0].tokens);
    f = scored(memory, "max", 1 << 30, 0);
    TAP_EQ_INT(f.model[0].tokens, 63, "a message without tokens adds nothing");
    for (int i = 0; i < 3; i++) f = scored(memory, "max", 1 << 30, 1);
    TAP_OK(f.model[0].sum <= 1 << 30 && f.model[0].sum > 1 << 29, "a sum has an end");
    f = write_to(memory, "max", "lea", T0, (vg_text_brief){0});
    TAP_OK(f.model[0].tokens == f.model_before[0].tokens && f.model[0].tokens > 0, "a message that no model looked at changes nothing");
    f = write_to(memory, "max", "lea", T0, (vg_text_brief){.model[VG_MODEL_ACTIVE] = {.sum = 3, .tokens = 2, .model = 8}});
    TAP_OK(f.model[0].sum == 3 && f.model[0].tokens == 2, "another model begins anew");

    /* families are kept before models' sums */
    account(memory, "lea", VG_AGE_13_14);
    vg_facts g = {0};
    for (unsigned i = 0; i < 3; i++) says(memory, child(i), "lea", T0 + VG_HOUR_MS, FAMILY(VG_TEXT_SECRECY));
    g = scored(memory, "max", 5, 5);
    TAP_OK(g.model[0].sum == 5 && g.model[0].tokens == 5, "a fourth speaker without families has no place: its message stands alone");
    g = scored(memory, "max", 5, 5);
    TAP_EQ_INT(g.model[0].tokens, 5, "and the next too");
    g = says(memory, child(0), "lea", T0 + VG_HOUR_MS, 0);
    TAP_OK(g.family_hours[VG_TEXT_SECRECY] <= 3, "the others keep theirs");
    vg_memory_close(&memory);
}

static void test_families_fade(void)
{
    vg_memory *memory = open_ram();
    says(memory, "max", "lea", T0, FAMILY(VG_TEXT_SECRECY));
    vg_facts f = says(memory, "max", "lea", T0 + 62 * VG_DAY_MS, FAMILY(VG_TEXT_DARE));
    TAP_OK(f.family_hours[VG_TEXT_SECRECY] / 24 == 61 || f.family_hours[VG_TEXT_SECRECY] / 24 == 62, "sixty-two days: %u hours",
           f.family_hours[VG_TEXT_SECRECY]);
    f = says(memory, "max", "lea", T0 + 64 * VG_DAY_MS, 0);
    TAP_EQ_INT(f.family_hours[VG_TEXT_SECRECY], VG_FACTS_UNKNOWN, "after sixty-three days a family is forgotten");
    TAP_OK(f.family_hours[vg_evidence_family(VG_TEXT_DARE)] <= 51, "the others are not");
    unsigned wrong = 0;
    for (unsigned hours = 0; hours < 1500; hours += 7) {
        vg_conversation_record c = {0};
        vg_moment then = vg_memory_moment_of(T0 + 5 * VG_HOUR_MS), now = vg_memory_moment_of(T0 + (5 + hours) * VG_HOUR_MS);
        vg_facts at = {0};
        vg_memory_speak(&c, 9, &then, &(vg_text_brief){.families = 1}, &at);
        vg_memory_speak(&c, 9, &now, &(vg_text_brief){.families = 2}, &at);
        vg_memory_speak(&c, 9, &now, NULL, &at);
        wrong += at.family_hours[0] > hours + 3 || at.family_hours[0] + 3 < hours;
    }
    TAP_EQ_INT(wrong, 0, "hours since a family are never more than three off");
    vg_memory_close(&memory);
}

/* ---- one person's data, and its end ---- */

static void test_subject(void)
{
    vg_memory *memory = open_ram();
    vg_error err = {0};
    vg_buf out;
    vg_buf_init(&out, 1 << 16);
    vg_str space = VG_STR("/spaces/lobby");
    account(memory, "lea", VG_AGE_13_14);
    hands_out(memory, "tom", 5, T0);
    write_to(memory, "max", "lea", T0, (vg_text_brief){.families = FAMILY(VG_TEXT_MOVING_APP), .token_count = 1, .token[0] = 5, .opening = 3});
    says(memory, "lea", "max", T0, FAMILY(VG_TEXT_REFUSAL));
    says(memory, "max", "lea", T0, FAMILY(VG_TEXT_MOVING_APP));
    calls(memory, "max", "room", 12);
    write_to(memory, "max", "lea", T0, (vg_text_brief){.stated_age = 12});
    TAP_EQ_INT(vg_memory_export(memory, space, VG_STR("max"), &out, &err), 0, "export");
    TAP_OK(strstr(out.ptr, "\"talks_with_minors\":1,\"talks_with_minors_late_stage\":1"), "names the talks");
    TAP_OK(strstr(out.ptr, "\"refused_by_the_other\":true,\"asked_after_refusal\":1,\"asked_to_move_at_message\":1,"
                           "\"stated_age_band\":\"under13\",\"stages\":[\"isolation\"]"),
           "the course with each");
    TAP_OK(strstr(out.ptr, "\"addresses\":[{\"last_day\":\"2026-01-01\",\"other_accounts_30d\":1}],"
                           "\"openings\":[{\"last_day\":\"2026-01-01\",\"minors_30d\":1}]}"),
           "addresses and openings");
    size_t removed = 0;
    TAP_EQ_INT(vg_memory_erase(memory, space, VG_STR("max"), &removed, &err), 0, "erase");
    TAP_EQ_INT(removed, 5, "account, pair, place in a conversation, address, opening");
    vg_buf_clear(&out);
    TAP_EQ_INT(vg_memory_export(memory, space, VG_STR("max"), &out, &err), -VG_ENOENT, "nothing is left of max");
    TAP_EQ_INT(hands_out(memory, "tom", 5, T0).linked_accounts, 0, "and nobody is linked to max any more");
    vg_memory_stats stats;
    vg_memory_stats_get(memory, false, &stats);
    TAP_EQ_INT(stats.tokens, 1, "tom's address stays");
    vg_buf_free(&out);
    vg_memory_close(&memory);
}

static void test_sweep(void)
{
    vg_memory *memory = open_ram();
    hands_out(memory, "max", 5, T0);
    says(memory, "max", "lea", T0 + 33 * VG_DAY_MS, 0);
    vg_memory_stats before, after;
    vg_memory_stats_get(memory, false, &before);
    size_t removed = vg_memory_sweep(memory, T0 + 33 * VG_DAY_MS, 90, 100);
    vg_memory_stats_get(memory, false, &after);
    TAP_OK(removed >= 1 && before.tokens == 1 && after.tokens == 0, "an address is swept after a month, whatever else is kept");
    TAP_OK(after.pairs == before.pairs && after.accounts == before.accounts, "the rest stays");
    vg_memory_close(&memory);
}

/* Many records: found after many splits, and none takes more than twice its size. */
static void test_growth(void)
{
    enum { MANY = 40000 };
    vg_memory *memory = open_ram();
    unsigned wrong = 0;
    for (unsigned i = 0; i < MANY; i++) wrong += hands_out(memory, "max", 1000 + i, T0).linked_accounts != 0;
    for (unsigned i = 0; i < MANY; i++) wrong += hands_out(memory, "tom", 1000 + i, T0).linked_accounts != 1;
    TAP_EQ_INT(wrong, 0, "every address is found again");
    vg_memory_stats stats;
    vg_memory_stats_get(memory, false, &stats);
    TAP_OK(stats.tokens == MANY && stats.token_bytes / stats.tokens <= 64, "an address: %zu bytes", stats.token_bytes / stats.tokens);
    vg_error err = {0};
    TAP_EQ_INT(vg_table_rebuild(&memory->table[VG_TABLE_TOKEN], &err), 0, "the directory can be rebuilt from the pages");
    vg_memory_close(&memory);
}

/* The packed record against plain numbers. */
static void test_pair_against_plain(void)
{
    enum { EVENTS = 20000 };
    vg_memory *memory = open_ram();
    account(memory, "lea", VG_AGE_13_14);
    uint32_t sent[2] = {0}, today[2] = {0}, days[2] = {0}, row[2] = {0};
    int64_t day[2] = {-1, -1}, at = T0;
    unsigned wrong = 0;
    for (unsigned n = 0; n < EVENTS; n++) {
        uint64_t r = stream_mix(n + 5);
        unsigned me = r % 3 == 0;
        at += (int64_t)(r >> 8) % (n % 100 == 0 ? 3 * VG_DAY_MS : 40 * VG_MINUTE_MS);
        vg_facts f = says(memory, me ? "lea" : "max", me ? "max" : "lea", at, 0);
        sent[me]++;
        if (at / VG_DAY_MS != day[me]) {
            days[me]++;
            today[me] = 0;
        }
        day[me] = at / VG_DAY_MS;
        today[me]++;
        row[me] = row[me] < 63 ? row[me] + 1 : 63;
        row[me ^ 1] = 0;
        bool known = days[me] > 1 && days[me] < 511;
        uint32_t usual = days[me] > 1 ? (sent[me] - today[me]) * 16 / (days[me] - 1) : 0;
        wrong += f.sent != sent[me] || f.received != sent[me ^ 1] || f.today != today[me] || f.sent_in_row != row[me] ||
                 (known && (!f.active_days_known || f.usual_x16 != usual));
    }
    TAP_OK(wrong == 0 && days[0] > 300, "messages, days and rows of a pair as plain numbers tell them, over %u days", days[0]);
    vg_memory_close(&memory);
}

int main(void)
{
    test_stages();
    test_move_after();
    test_refusal();
    test_late_refusal();
    test_row();
    test_stated_age();
    test_stated_in_public();
    test_talks();
    test_openings();
    test_linked();
    test_many_linked();
    test_models();
    test_families_fade();
    test_subject();
    test_sweep();
    test_growth();
    test_pair_against_plain();
    return tap_done();
}
