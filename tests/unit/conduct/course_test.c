/* SPDX-License-Identifier: Apache-2.0
 *
 * Evidence from the course of an exchange, as a specification: what speaks, how strongly, when it is news, and who is
 * left in peace.
 */
#include "signals/conduct/conduct.h"

#include "base/time.h"
#include "policy_fixture.h"
#include "tap.h"

/* 2026-05-04, a Monday, at noon UTC */
#define NOON 1777896000000LL
#define STAGE(s) (1u << VG_STAGE_##s)

/* A verified adult of 25 or over in an ordinary talk, five minutes old, with a verified child of 13 or 14. */
static vg_facts talk(void)
{
    vg_facts f = {.actor_band = VG_AGE_25_PLUS, .actor_basis = VG_BASIS_VERIFIED, .actor_age_hours = VG_FACTS_UNKNOWN,
                  .has_peer = true, .peer_band = VG_AGE_13_14, .peer_basis = VG_BASIS_VERIFIED, .any_minor = true,
                  .sent = 9, .received = 9, .today = 9, .refused_hours = VG_FACTS_UNKNOWN, .move_after = VG_FACTS_UNKNOWN};
    for (int i = 0; i < VG_STAGES; i++) f.stage_minutes[i] = VG_FACTS_UNKNOWN;
    for (int i = 0; i < VG_TEXT_FAMILIES; i++) f.family_hours[i] = VG_FACTS_UNKNOWN;
    return f;
}

/* Stages reached after so many minutes each, the last ones by this event. */
static vg_facts staged(unsigned stages, unsigned now, uint32_t minutes)
{
    vg_facts f = talk();
    f.stages = (uint8_t)stages, f.stages_now = (uint8_t)now;
    for (int i = 0; i < VG_STAGES; i++)
        if (stages >> i & 1) f.stage_minutes[i] = minutes;
    return f;
}

static const char *said(const vg_facts *facts, const vg_policy *policy, vg_event_type type, vg_evidence_kind kind)
{
    static char text[64];
    vg_evidence ev[VG_EVIDENCE_KINDS];
    size_t count = 0;
    vg_event event = {.type = type, .channel = VG_CHANNEL_PRIVATE, .time_ms = NOON};
    vg_conduct_evidence(&event, facts, policy, ev, &count);
    for (size_t i = 0; i < count; i++) {
        if (ev[i].kind != kind) continue;
        snprintf(text, sizeof text, "%u %u %s", ev[i].strength, ev[i].value, ev[i].fresh ? "fresh" : "old");
        return text;
    }
    return "-";
}

static const char *seen(const vg_facts *facts, const vg_policy *policy, vg_evidence_kind kind)
{
    return said(facts, policy, VG_EVENT_MESSAGE, kind);
}

/* How many pieces of the course there are: none of the kinds of who contacts whom. */
static unsigned pieces(const vg_facts *facts, const vg_policy *policy)
{
    vg_evidence ev[VG_EVIDENCE_KINDS];
    size_t count = 0;
    unsigned found = 0;
    vg_event event = {.type = VG_EVENT_MESSAGE, .channel = VG_CHANNEL_PRIVATE, .time_ms = NOON};
    vg_conduct_evidence(&event, facts, policy, ev, &count);
    for (size_t i = 0; i < count; i++) found += ev[i].kind > VG_CONDUCT_MOVED_PRIVATE;
    return found;
}

static void test_course(void)
{
    vg_policy policy = policy_fixture();
    static const struct {
        unsigned stages;
        const char *want;
    } cells[] = {
        {0, "-"},
        {STAGE(PRESSURE), "-"}, /* a single stage, however late */
        {STAGE(ESCALATION) | STAGE(PRESSURE), "-"},
        {STAGE(CONTACT) | STAGE(TRUST) | STAGE(ISOLATION), "4000 3 old"},
        {STAGE(CONTACT) | STAGE(ISOLATION) | STAGE(ESCALATION), "6000 3 old"},
        {STAGE(ISOLATION) | STAGE(RISK_ASSESSMENT) | STAGE(ESCALATION), "7000 3 old"},
        {STAGE(CONTACT) | STAGE(TRUST) | STAGE(ISOLATION) | STAGE(RISK_ASSESSMENT), "6000 4 old"},
        {STAGE(RISK_ASSESSMENT) | STAGE(ESCALATION) | STAGE(PRESSURE), "8000 3 old"},
        {0x3f, "10000 6 old"},
    };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        vg_facts f = staged(cells[i].stages, 0, 10);
        TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_COURSE), cells[i].want, "stages reached with one minor, in any order");
    }
    vg_facts f = staged(STAGE(CONTACT) | STAGE(TRUST) | STAGE(ESCALATION), STAGE(CONTACT), 10);
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_COURSE), "5000 3 fresh", "a stage that this event reached is news, an early one too");
    TAP_EQ_STR(said(&f, &policy, VG_EVENT_CONTACT, VG_CONDUCT_COURSE), "5000 3 old", "a request reaches none");
    policy.course_stages = 4;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_COURSE), "-", "below the policy's number");
    policy.course_stages = 0;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_COURSE), "-", "0 is off");
}

static void test_course_decays(void)
{
    vg_policy policy = policy_fixture(); /* half-life: 24 hours */
    vg_facts f = staged(STAGE(CONTACT) | STAGE(TRUST) | STAGE(ISOLATION), 0, 60);
    f.met_hours_ago = 25;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_COURSE), "2000 3 old", "a day after it was reached a stage counts half");
    f.met_hours_ago = 13;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_COURSE), "3000 3 old", "half a day after: between the two");
    f.met_hours_ago = 25;
    f.family_hours[vg_evidence_family(VG_TEXT_SECRECY)] = 0;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_COURSE), "3000 3 old", "what was said again counts anew");
    f.family_hours[vg_evidence_family(VG_TEXT_SECRECY)] = 200;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_COURSE), "2000 3 old", "... not less than by when the stage was reached");
    f = staged(0x3f, 0, 60);
    f.met_hours_ago = 1000;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_COURSE), "-", "forty days are forty halvings");
    policy.half_life_hours = 0;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_COURSE), "10000 6 old", "without a half-life nothing fades");
}

static void test_speed(void)
{
    vg_policy policy = policy_fixture(); /* three stages, 24 hours */
    vg_facts f = staged(STAGE(CONTACT) | STAGE(TRUST) | STAGE(ESCALATION), STAGE(ESCALATION), 12 * 60);
    f.met_hours_ago = 12;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_SPEED), "7000 12 fresh", "half the time the policy gives");
    f.stages_now = 0;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_SPEED), "7000 12 old", "later it is no news");
    f.stage_minutes[VG_STAGE_ESCALATION] = 24 * 60;
    f.met_hours_ago = 24;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_SPEED), "4000 24 old", "just in time");
    f.stage_minutes[VG_STAGE_ESCALATION] = 48 * 60;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_SPEED), "-", "too late");
    f = staged(0x3f, STAGE(PRESSURE), 5);
    f.stage_minutes[VG_STAGE_PRESSURE] = 10080;
    TAP_OK(strstr(seen(&f, &policy, VG_CONDUCT_SPEED), " 1 old"), "a fourth stage a week later is no speed: the first three were");
    f = staged(STAGE(CONTACT) | STAGE(TRUST), STAGE(TRUST), 5);
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_SPEED), "-", "two stages are no course");
    policy.speed_minutes = 0;
    f = staged(0x3f, 0x3f, 1);
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_SPEED), "-", "0 is off");
}

static void test_persistence(void)
{
    vg_policy policy = policy_fixture(); /* two */
    vg_facts f = talk();
    f.refused_hours = 0, f.asked_after_refusal = 1, f.asks_now = true;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_PERSISTENCE), "-", "one more request after a no may be a misunderstanding");
    f.asked_after_refusal = 2;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_PERSISTENCE), "4000 2 fresh", "a second is not");
    f.asked_after_refusal = 6;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_PERSISTENCE), "10000 6 fresh", "three times as many");
    f.asks_now = false;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_PERSISTENCE), "10000 6 old", "an ordinary message is not news");
    f.refused_hours = 24;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_PERSISTENCE), "5000 6 old", "a day after the last no");
    f.refused_hours = VG_FACTS_UNKNOWN;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_PERSISTENCE), "-", "nobody said no");
}

static void test_asymmetry(void)
{
    vg_policy policy = policy_fixture(); /* eight */
    static const struct {
        uint32_t row;
        const char *want;
    } cells[] = {{7, "-"}, {8, "4000 8 fresh"}, {9, "4375 9 old"}, {16, "7000 16 fresh"}, {24, "10000 24 old"}, {63, "10000 63 old"}};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        vg_facts f = talk();
        f.sent_in_row = cells[i].row;
        TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_ASYMMETRY), cells[i].want, "messages in a row: news when they double");
    }
}

static void test_early_move(void)
{
    vg_policy policy = policy_fixture(); /* ten */
    static const struct {
        uint32_t at;
        const char *want;
    } cells[] = {{1, "10000 1 fresh"}, {4, "8000 4 fresh"}, {10, "4000 10 fresh"}, {11, "-"}, {VG_FACTS_UNKNOWN, "-"}};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        vg_facts f = talk();
        f.move_after = f.sent = cells[i].at;
        f.asks_now = true;
        TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_EARLY_MOVE), cells[i].want, "asks to go elsewhere in its message number ...");
    }
    vg_facts f = talk();
    f.move_after = 1, f.sent = 2, f.asks_now = true;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_EARLY_MOVE), "10000 1 old", "the message after is no news");
    policy.early_move = 1;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_EARLY_MOVE), "10000 1 old", "only the first message: no division by zero");
    policy.early_move = 0;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_EARLY_MOVE), "-", "0 is off");
}

static void test_towards_many(void)
{
    vg_policy policy = policy_fixture();
    vg_facts f = talk();
    f.opening_minors = 2;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_SAME_OPENING), "-", "the same first message to two minors");
    f.opening_minors = 3;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_SAME_OPENING), "4000 3 fresh", "to three");
    f.opening_minors = 9;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_SAME_OPENING), "10000 9 fresh", "to nine");

    f = staged(STAGE(TRUST) | STAGE(ISOLATION), STAGE(ISOLATION), 10);
    f.talks = 4, f.talks_staged = 2;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_STAGE_SHARE), "4000 50 fresh", "half of its talks with minors go that far, one more just now");
    f.stages |= STAGE(ESCALATION), f.stages_now = STAGE(ESCALATION);
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_STAGE_SHARE), "4000 50 old", "a talk that was counted is no news");
    f.talks_staged = 4;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_STAGE_SHARE), "10000 100 old", "all of them");
    f.talks = 3, f.talks_staged = 3;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_STAGE_SHARE), "-", "too few talks to tell");

    f = talk();
    f.linked_accounts = 1;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_LINKED), "4000 1 fresh", "another account hands out the same address");
    f.linked_accounts = 3;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_LINKED), "10000 3 fresh", "three do");
    f.has_peer = false;
    TAP_EQ_STR(seen(&f, &policy, VG_CONDUCT_LINKED), "10000 3 fresh", "also where a minor only spoke");
}

static void test_age_statement(void)
{
    vg_policy policy = policy_fixture();
    vg_facts f = talk();
    f.stated_age = 14;
    TAP_EQ_STR(seen(&f, &policy, VG_TEXT_AGE_STATEMENT), "10000 14 fresh", "an account verified as an adult's says 14 to a child");
    f.actor_basis = VG_BASIS_DECLARED;
    TAP_EQ_STR(seen(&f, &policy, VG_TEXT_AGE_STATEMENT), "8000 14 fresh", "declared");
    f.stated_age = 18;
    TAP_EQ_STR(seen(&f, &policy, VG_TEXT_AGE_STATEMENT), "-", "an adult's age");
    f.stated_age = 14, f.actor_band = VG_AGE_UNKNOWN;
    TAP_EQ_STR(seen(&f, &policy, VG_TEXT_AGE_STATEMENT), "-", "an account of unknown age may well be a child");
    policy.assumed_age = VG_AGE_25_PLUS;
    TAP_EQ_STR(seen(&f, &policy, VG_TEXT_AGE_STATEMENT), "-", "... whatever the policy assumes");
    f.actor_band = VG_AGE_13_14;
    TAP_EQ_STR(seen(&f, &policy, VG_TEXT_AGE_STATEMENT), "-", "a child says its age");
}

static void test_relation_by_word(void)
{
    vg_policy policy = policy_fixture();
    vg_facts f = talk();
    f.peer_band = VG_AGE_UNKNOWN, f.any_minor = false;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_ADULT_TO_UNKNOWN, "an adult to somebody of unknown age");
    f.peer_stated_band = VG_AGE_UNDER13;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_ADULT_TO_MINOR, "... who said that they are twelve");
    f.peer_stated_band = VG_AGE_25_PLUS;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_ADULT_TO_UNKNOWN, "... who said thirty: a claim takes no protection away");
    policy.assumed_age = VG_AGE_13_14;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_ADULT_TO_MINOR, "... where the policy takes them for a minor");
    policy.assumed_age = VG_AGE_UNKNOWN;
    f.peer_band = VG_AGE_18_24, f.peer_stated_band = VG_AGE_UNDER13;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_ADULT_TO_ADULT, "an account with an age is what it is");
    f = talk();
    f.actor_band = VG_AGE_UNKNOWN, f.actor_stated_band = VG_AGE_UNDER13;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_UNKNOWN_TO_MINOR, "who writes is not excused by saying twelve");
}

/* Adults sign up as children: what an account says of its own age does not protect a course. */
static void test_claimed_minor(void)
{
    enum { FRIENDS = 1 << VG_STAGE_CONTACT | 1 << VG_STAGE_TRUST | 1 << VG_STAGE_ISOLATION | 1 << VG_STAGE_RISK_ASSESSMENT | 1 << VG_STAGE_ESCALATION };
    vg_policy policy = policy_fixture();
    vg_facts f = staged(FRIENDS, 0, 60);
    f.actor_band = VG_AGE_13_14, f.actor_basis = VG_BASIS_DECLARED;
    f.family_hours[VG_TEXT_AGE_PROBING] = f.family_hours[VG_TEXT_MOVING_APP] = f.family_hours[VG_TEXT_MEETING_REQUEST] = 1;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_MINOR_TO_MINOR, "friends swap ages and handles and meet, whatever the stages");
    f.family_hours[VG_TEXT_PICTURE_REQUEST] = 1;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_MINOR_TO_MINOR, "one sign: a selfie among friends");
    f.families_now = vg_evidence_family_bit(VG_TEXT_SUPERVISION_PROBING);
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_UNKNOWN_TO_MINOR, "... and who watches, with this message: the claim fails");
    f.peer_band = VG_AGE_25_PLUS;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_MINOR_TO_ADULT, "... not towards an adult");
    f.peer_band = VG_AGE_13_14, f.actor_basis = VG_BASIS_VERIFIED;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_MINOR_TO_MINOR, "a verified age holds");
    f.actor_basis = VG_BASIS_DECLARED, f.families_now = 0, f.refused_hours = 0, f.asked_after_refusal = 1;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_UNKNOWN_TO_MINOR, "a picture, asked on after a no: it fails too");
    f.stages = 1 << VG_STAGE_CONTACT | 1 << VG_STAGE_ESCALATION;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_MINOR_TO_MINOR, "two signs need a course of three stages");
    f.family_hours[VG_TEXT_SECRECY] = 2;
    TAP_EQ_INT(vg_conduct_relation(&f, &policy), VG_REL_UNKNOWN_TO_MINOR, "three signs are plain");
}

/* ---- who is left in peace ---- */

static void test_in_peace(void)
{
    vg_policy policy = policy_fixture();
    vg_facts f = staged(STAGE(TRUST), 0, 60); /* "bravo" */
    f.talks = 25, f.talks_staged = 2;
    TAP_EQ_INT(pieces(&f, &policy), 0, "a teacher who praises pupils, and asks two of them to write to the school's address");
    f = staged(STAGE(ESCALATION), 0, 1440); /* "rendez-vous samedi au stade" */
    f.talks = 20, f.talks_staged = 9, f.sent_in_row = 3;
    TAP_EQ_INT(pieces(&f, &policy), 0, "a coach who meets the team every Saturday");
    f = staged(STAGE(RISK_ASSESSMENT), STAGE(RISK_ASSESSMENT), 1);
    f.asks_now = true, f.sent_in_row = 5, f.talks = 1, f.talks_staged = 1;
    TAP_EQ_INT(pieces(&f, &policy), 0, "a parent who asks where one is, five times");
    f = talk();
    f.stated_age = 0, f.opening_minors = 1;
    TAP_EQ_INT(pieces(&f, &policy), 0, "an adult with words of their own for everybody");

    f = staged(STAGE(CONTACT) | STAGE(ISOLATION), STAGE(ISOLATION), 5);
    f.actor_band = VG_AGE_15_17;
    f.move_after = f.sent = 2, f.asks_now = true, f.sent_in_row = 30;
    TAP_EQ_INT(pieces(&f, &policy), 0, "a friend of one's own age: how old, an other app, and thirty messages in a row");
    f = staged(STAGE(CONTACT) | STAGE(TRUST) | STAGE(ISOLATION), 0, 5);
    f.actor_band = VG_AGE_13_14;
    TAP_OK(pieces(&f, &policy) == 1 && vg_conduct_relation(&f, &policy) == VG_REL_MINOR_TO_MINOR,
           "three stages among minors are told, and weigh by that relation's factor");

    f = staged(0x3f, 0x3f, 1);
    f.refused_hours = 0, f.asked_after_refusal = 15, f.asks_now = true, f.sent_in_row = 60, f.move_after = 1, f.opening_minors = 20;
    f.linked_accounts = 8, f.talks = f.talks_staged = 20, f.stated_age = 13;
    TAP_EQ_INT(pieces(&f, &policy), 9, "all of it, towards a minor");
    f.peer_band = VG_AGE_18_24, f.any_minor = false;
    TAP_EQ_INT(pieces(&f, &policy), 0, "among adults: nothing, whatever they do");
    f = talk();
    f.actor_band = VG_AGE_13_14, f.peer_band = VG_AGE_25_PLUS, f.any_minor = true;
    f.refused_hours = VG_FACTS_UNKNOWN, f.peer_stated_band = VG_AGE_25_PLUS;
    TAP_EQ_INT(pieces(&f, &policy), 0, "a child who says no to an adult");
}

/* ---- over random facts ---- */

static vg_facts random_facts(uint64_t *seed)
{
    vg_facts f = talk();
    f.actor_band = (uint8_t)fixture_below(seed, VG_AGE_BANDS), f.peer_band = (uint8_t)fixture_below(seed, VG_AGE_BANDS);
    f.any_minor = fixture_below(seed, 2), f.has_peer = fixture_below(seed, 4) != 0;
    f.peer_stated_band = (uint8_t)fixture_below(seed, VG_AGE_BANDS);
    f.stages = (uint8_t)fixture_below(seed, 64), f.stages_now = (uint8_t)(f.stages & fixture_below(seed, 64));
    for (int i = 0; i < VG_STAGES; i++)
        if (f.stages >> i & 1) f.stage_minutes[i] = fixture_below(seed, 3000);
    for (int i = 0; i < VG_TEXT_FAMILIES; i++)
        if (fixture_below(seed, 3) == 0) f.family_hours[i] = fixture_below(seed, 500);
    f.met_hours_ago = fixture_below(seed, 300);
    if (fixture_below(seed, 2)) f.refused_hours = fixture_below(seed, 700);
    f.asked_after_refusal = fixture_below(seed, 16), f.asks_now = fixture_below(seed, 2), f.sent_in_row = fixture_below(seed, 64);
    if (fixture_below(seed, 2)) f.move_after = fixture_below(seed, 32);
    f.talks = fixture_below(seed, 256), f.talks_staged = fixture_below(seed, f.talks + 1);
    f.opening_minors = fixture_below(seed, 12), f.linked_accounts = fixture_below(seed, 6);
    f.stated_age = (uint8_t)fixture_below(seed, 40);
    return f;
}

static void test_properties(void)
{
    vg_policy policy = policy_fixture();
    uint64_t seed = 7;
    vg_event event = {.type = VG_EVENT_MESSAGE, .channel = VG_CHANNEL_PRIVATE, .time_ms = NOON};
    size_t repeated = 0, out_of_range = 0, without_minor = 0, weaker = 0, found = 0;
    for (int round = 0; round < 100000; round++) {
        vg_facts f = random_facts(&seed), more = f;
        vg_evidence a[VG_EVIDENCE_KINDS], b[VG_EVIDENCE_KINDS];
        size_t n = 0, m = 0;
        uint64_t kinds = 0;
        vg_conduct_evidence(&event, &f, &policy, a, &n);
        more.asked_after_refusal++, more.sent_in_row++, more.opening_minors++, more.linked_accounts++;
        vg_conduct_evidence(&event, &more, &policy, b, &m);
        for (size_t i = 0; i < n; i++) {
            repeated += kinds >> a[i].kind & 1;
            kinds |= UINT64_C(1) << a[i].kind;
            out_of_range += a[i].strength == 0 || a[i].strength > 10000;
            uint32_t then = 0;
            for (size_t k = 0; k < m; k++)
                if (b[k].kind == a[i].kind) then = b[k].strength;
            weaker += then < a[i].strength;
        }
        found += n;
        bool minor = f.any_minor || (f.has_peer && (vg_age_is_minor((vg_age_band)f.peer_band) ||
                                                    (!f.peer_band && vg_age_is_minor((vg_age_band)f.peer_stated_band))));
        if (!minor) without_minor += n;
    }
    TAP_OK(found > 100000, "random facts give %zu pieces", found);
    TAP_EQ_INT(repeated, 0, "at most one of each kind");
    TAP_EQ_INT(out_of_range, 0, "strength 1..10000");
    TAP_EQ_INT(without_minor, 0, "none without a minor");
    TAP_EQ_INT(weaker, 0, "higher counts never make a piece weaker");
}

int main(void)
{
    test_course();
    test_course_decays();
    test_speed();
    test_persistence();
    test_asymmetry();
    test_early_move();
    test_towards_many();
    test_age_statement();
    test_relation_by_word();
    test_claimed_minor();
    test_in_peace();
    test_properties();
    return tap_done();
}
