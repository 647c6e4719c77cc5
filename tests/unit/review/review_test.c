/* SPDX-License-Identifier: Apache-2.0 */
#include "review/permission.h"
#include "review/review.h"

#include "base/time.h"
#include "policy_fixture.h"
#include "tap.h"

#define NOW 1777896000000LL

static vg_case open_case(void)
{
    return (vg_case){.id = 1,
                     .space = VG_STR("lobby"),
                     .account = VG_STR("anna"),
                     .state = VG_CASE_OPEN,
                     .verdict = VG_VERDICT_REVIEW,
                     .risk = 6000,
                     .opened_ms = NOW,
                     .updated_ms = NOW,
                     .due_ms = NOW + 24 * VG_HOUR_MS};
}

/* ---- who may do what ---- */

/* Every cell: columns dismiss, warn, mute, restrict_minors, suspend, escalate, report; y: yes, f: forbidden, c:
 * conflict. */
static const struct {
    vg_role role;
    const char *state;
    const char *want;
} cells[] = {
    {VG_ROLE_REFERENT, "open", "yyyyyyy"},
    {VG_ROLE_LEAD, "open", "yyyyyyy"},
    {VG_ROLE_REFERENT, "claimed by me", "yyyyyyy"},
    {VG_ROLE_LEAD, "claimed by me", "yyyyyyy"},
    {VG_ROLE_REFERENT, "claimed by another", "fffffff"},
    {VG_ROLE_LEAD, "claimed by another", "fffffff"},
    {VG_ROLE_REFERENT, "lease over", "yyyyyyy"},
    {VG_ROLE_LEAD, "lease over", "yyyyyyy"},
    {VG_ROLE_REFERENT, "escalated", "fffffff"},
    {VG_ROLE_LEAD, "escalated", "yyyyycy"},
    {VG_ROLE_REFERENT, "decided", "ccccccc"},
    {VG_ROLE_LEAD, "decided", "ccccccc"},
    {VG_ROLE_REFERENT, "other space", "fffffff"},
    {VG_ROLE_LEAD, "other space", "fffffff"},
    {VG_ROLE_REFERENT, "user disabled", "fffffff"},
    {VG_ROLE_LEAD, "user disabled", "fffffff"},

    {VG_ROLE_ADMIN, "open", "fffffff"},
    {VG_ROLE_AUDITOR, "open", "fffffff"},
    {VG_ROLE_ADMIN, "claimed by me", "fffffff"},
    {VG_ROLE_AUDITOR, "claimed by me", "fffffff"},
    {VG_ROLE_ADMIN, "claimed by another", "fffffff"},
    {VG_ROLE_AUDITOR, "claimed by another", "fffffff"},
    {VG_ROLE_ADMIN, "lease over", "fffffff"},
    {VG_ROLE_AUDITOR, "lease over", "fffffff"},
    {VG_ROLE_ADMIN, "escalated", "fffffff"},
    {VG_ROLE_AUDITOR, "escalated", "fffffff"},
    {VG_ROLE_ADMIN, "decided", "fffffff"},
    {VG_ROLE_AUDITOR, "decided", "fffffff"},
    {VG_ROLE_ADMIN, "other space", "fffffff"},
    {VG_ROLE_AUDITOR, "other space", "fffffff"},
    {VG_ROLE_ADMIN, "user disabled", "fffffff"},
    {VG_ROLE_AUDITOR, "user disabled", "fffffff"},
    {VG_ROLE_ANALYST, "open", "fffffff"},
    {VG_ROLE_ANALYST, "claimed by me", "fffffff"},
    {VG_ROLE_ANALYST, "claimed by another", "fffffff"},
    {VG_ROLE_ANALYST, "lease over", "fffffff"},
    {VG_ROLE_ANALYST, "escalated", "fffffff"},
    {VG_ROLE_ANALYST, "decided", "fffffff"},
    {VG_ROLE_ANALYST, "other space", "fffffff"},
    {VG_ROLE_ANALYST, "user disabled", "fffffff"},
    {VG_ROLE_PREVENTION, "open", "fffffff"},
    {VG_ROLE_PREVENTION, "claimed by me", "fffffff"},
    {VG_ROLE_PREVENTION, "claimed by another", "fffffff"},
    {VG_ROLE_PREVENTION, "lease over", "fffffff"},
    {VG_ROLE_PREVENTION, "escalated", "fffffff"},
    {VG_ROLE_PREVENTION, "decided", "fffffff"},
    {VG_ROLE_PREVENTION, "other space", "fffffff"},
    {VG_ROLE_PREVENTION, "user disabled", "fffffff"},
};

static void set_state(const char *state, vg_case *c, vg_user *user)
{
    if (strcmp(state, "claimed by me") == 0)
        c->claimed_by = user->name, c->claimed_until_ms = NOW + VG_REVIEW_LEASE_MS;
    if (strcmp(state, "claimed by another") == 0)
        c->claimed_by = VG_STR("other"), c->claimed_until_ms = NOW + 1;
    if (strcmp(state, "lease over") == 0) c->claimed_by = VG_STR("other"), c->claimed_until_ms = NOW;
    if (strcmp(state, "escalated") == 0) c->escalated = true;
    if (strcmp(state, "decided") == 0) c->state = VG_CASE_DECIDED;
    if (strcmp(state, "other space") == 0) user->spaces = VG_STR("forum,dating");
    if (strcmp(state, "user disabled") == 0) user->disabled_ms = NOW - 1;
}

static void test_may_decide_every_cell(void)
{
    static const int codes[] = {['y'] = 0, ['f'] = -VG_EFORBIDDEN, ['c'] = -VG_ECONFLICT};
    size_t seen = 0;
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        for (int action = 0; action < VG_ACTIONS; action++, seen++) {
            vg_case c = open_case();
            vg_user user = {
                .name = VG_STR("claire"), .role = cells[i].role, .spaces = VG_STR("lobby, forum")};
            set_state(cells[i].state, &c, &user);
            vg_error err = {0};
            int got = vg_review_may_decide(&c, &user, (vg_action)action, NOW, &err);
            TAP_OK(got == codes[(unsigned char)cells[i].want[action]] && err.code == -got &&
                       (!got || err.what[0]),
                   "role %d, %s, action %d: %d %s", cells[i].role, cells[i].state, action, got, err.what);
        }
    }
    TAP_EQ_INT(seen, VG_ROLES * 8 * VG_ACTIONS, "every cell is written down");

    vg_case c = open_case();
    vg_user user = {.name = VG_STR("claire"), .role = VG_ROLE_LEAD, .spaces = VG_STR("*")};
    TAP_EQ_INT(vg_review_may_decide(&c, &user, VG_ACTIONS, NOW, NULL), -VG_EINVAL, "no such action");
    user.role = VG_ROLES;
    TAP_EQ_INT(vg_review_may_decide(&c, &user, VG_ACTION_WARN, NOW, NULL), -VG_EFORBIDDEN, "no such role");
}

/* Who holds a case keeps others from deciding: so only who could decide may hold it. */
static void test_may_claim(void)
{
    static const char *const states[] = {"open",      "claimed by me", "claimed by another", "lease over",
                                         "escalated", "decided",       "other space",        "user disabled"};
    static const char *const want[VG_ROLES] = {[VG_ROLE_REFERENT] = "yyyyfcff",
                                               [VG_ROLE_LEAD] = "yyyyycff",
                                               [VG_ROLE_ADMIN] = "ffffffff",
                                               [VG_ROLE_AUDITOR] = "ffffffff",
                                               [VG_ROLE_ANALYST] = "ffffffff",
                                               [VG_ROLE_PREVENTION] = "ffffffff"};
    static const int codes[] = {['y'] = 0, ['f'] = -VG_EFORBIDDEN, ['c'] = -VG_ECONFLICT};
    for (int role = 0; role < VG_ROLES; role++)
        for (size_t s = 0; s < sizeof states / sizeof states[0]; s++) {
            vg_case c = open_case();
            vg_user user = {.name = VG_STR("claire"), .role = (vg_role)role, .spaces = VG_STR("lobby, forum")};
            set_state(states[s], &c, &user);
            TAP_EQ_INT(vg_review_may_claim(&c, &user, NULL), codes[(unsigned char)want[role][s]], states[s]);
        }
}

static void test_may_read(void)
{
    static const bool may[VG_ROLES] = {
        [VG_ROLE_REFERENT] = true, [VG_ROLE_LEAD] = true, [VG_ROLE_ANALYST] = true};
    static const char *const states[] = {"open",       "claimed by me", "claimed by another",
                                         "lease over", "escalated",     "decided"};
    for (int role = 0; role < VG_ROLES; role++) {
        for (size_t s = 0; s < sizeof states / sizeof states[0]; s++) {
            vg_case c = open_case();
            vg_user user = {.name = VG_STR("claire"), .role = (vg_role)role, .spaces = VG_STR("*")};
            set_state(states[s], &c, &user);
            TAP_OK((vg_review_may_read(&c, &user, NULL) == 0) == may[role], "role %d reads a case %s: %d",
                   role, states[s], may[role]);
        }
        static const char *const never[] = {"other space", "user disabled"};
        for (size_t s = 0; s < 2; s++) {
            vg_case c = open_case();
            vg_user user = {.name = VG_STR("claire"), .role = (vg_role)role, .spaces = VG_STR("*")};
            set_state(never[s], &c, &user);
            TAP_EQ_INT(vg_review_may_read(&c, &user, NULL), -VG_EFORBIDDEN, never[s]);
        }
    }
}

static void test_in_spaces(void)
{
    static const struct {
        const char *spaces, *space;
        bool want;
    } lists[] = {
        {"*", "lobby", true},       {"lobby", "lobby", true},        {"lobby", "lob", false},
        {"lob", "lobby", false},    {"forum,lobby", "lobby", true},  {"forum, lobby ", "lobby", true},
        {"", "lobby", false},       {",,", "lobby", false},          {",", "", false},
        {"forum,*", "lobby", true}, {"forum,dating", "lobby", false}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        TAP_OK(vg_review_in_spaces(vg_str_of(lists[i].spaces), vg_str_of(lists[i].space)) == lists[i].want,
               "\"%s\" in \"%s\": %d", lists[i].space ? lists[i].space : "", lists[i].spaces ? lists[i].spaces : "", lists[i].want);
}

static void test_upholds(void)
{
    static const bool want[VG_ACTIONS] = {[VG_ACTION_WARN] = true,
                                          [VG_ACTION_MUTE] = true,
                                          [VG_ACTION_RESTRICT] = true,
                                          [VG_ACTION_SUSPEND] = true};
    for (int a = 0; a < VG_ACTIONS; a++)
        TAP_EQ_INT(vg_review_upholds((vg_action)a), want[a], "does the action confirm the concern");
}

/* ---- priority ---- */

static void test_priority_values(void)
{
    vg_case c = open_case();
    TAP_EQ_INT(vg_review_priority(&c, NOW), 3000 * 35, "risk 0.6, just opened");
    TAP_EQ_INT(vg_review_priority(&c, NOW - VG_DAY_MS), 3000 * 35, "a clock that went back");
    TAP_EQ_INT(vg_review_priority(&c, NOW + 12 * VG_HOUR_MS), 3000 * 35 + 37499,
               "half the time gone: a quarter");
    TAP_EQ_INT(vg_review_priority(&c, NOW + 24 * VG_HOUR_MS), 3000 * 35 + 149999, "at the deadline");
    TAP_EQ_INT(vg_review_priority(&c, NOW + 48 * VG_HOUR_MS), 500000 + 30000 + 10000, "a day over");
    TAP_EQ_INT(vg_review_priority(&c, NOW + 4000 * VG_DAY_MS), 500000 + 30000 + 400000, "ten years over");
    c.youngest_band = VG_AGE_UNDER13;
    TAP_EQ_INT(vg_review_priority(&c, NOW), 4500 * 35, "a child under 13");
    c.youngest_band = VG_AGE_13_14;
    TAP_EQ_INT(vg_review_priority(&c, NOW), 4000 * 35, "13-14");
    c.youngest_band = VG_AGE_15_17;
    TAP_EQ_INT(vg_review_priority(&c, NOW), 3500 * 35, "15-17");
    c.kinds = 1u << VG_TEXT_MEETING_REQUEST | 1u << VG_TEXT_THREAT | 1u << VG_TEXT_SECRECY;
    TAP_EQ_INT(vg_review_priority(&c, NOW), 4000 * 35, "a meeting, a threat");
    c.kinds |= UINT64_C(1) << VG_CONDUCT_COURSE;
    TAP_EQ_INT(vg_review_priority(&c, NOW), 5500 * 35, "a meeting at the end of a course cannot wait");
    c.verdict = VG_VERDICT_HOLD;
    TAP_EQ_INT(vg_review_priority(&c, NOW), 6500 * 35, "something is held back");
    c.escalated = true;
    TAP_EQ_INT(vg_review_priority(&c, NOW), 7000 * 35, "escalated");
    c.risk = 10000, c.youngest_band = VG_AGE_UNDER13;
    TAP_EQ_INT(vg_review_priority(&c, c.due_ms), 499999, "the most within the deadline");
    TAP_EQ_INT(vg_review_priority(&c, c.due_ms + 1), 600000, "... and past it");
    TAP_EQ_INT(vg_review_priority(&c, INT64_MAX), 1000000, "the most of all");
    c.state = VG_CASE_DECIDED;
    TAP_EQ_INT(vg_review_priority(&c, NOW), 0, "decided: out of the queue");
    vg_case odd = open_case();
    odd.due_ms = 0;
    TAP_EQ_INT(vg_review_priority(&odd, NOW + 400 * VG_DAY_MS), 3000 * 35, "without a deadline, by merit");
    odd.opened_ms = INT64_MIN, odd.due_ms = INT64_MAX, odd.risk = 65535;
    TAP_OK(vg_review_priority(&odd, NOW) <= 499999, "no overflow");
}

static vg_case random_case(uint64_t *seed)
{
    vg_case c = open_case();
    c.risk = (uint16_t)fixture_below(seed, 10001);
    c.youngest_band = (uint8_t)fixture_below(seed, VG_AGE_BANDS);
    c.kinds = fixture_random(seed) & ((UINT64_C(1) << VG_EVIDENCE_KINDS) - 1);
    c.verdict = (vg_verdict_kind)(VG_VERDICT_REVIEW + fixture_below(seed, 3));
    c.escalated = fixture_below(seed, 8) == 0;
    c.opened_ms = NOW - fixture_below(seed, 60 * 24) * VG_HOUR_MS;
    c.due_ms = c.opened_ms + (1 + fixture_below(seed, 30 * 24)) * VG_HOUR_MS;
    return c;
}

static void test_priority_properties(void)
{
    uint64_t seed = 3;
    size_t range = 0, overtaken = 0, falls = 0, risk = 0, later = 0, pairs = 0;
    for (int round = 0; round < 200000; round++) {
        vg_case a = random_case(&seed), b = random_case(&seed);
        uint32_t pa = vg_review_priority(&a, NOW), pb = vg_review_priority(&b, NOW);
        range += pa > 1000000;
        bool over_a = NOW > a.due_ms, over_b = NOW > b.due_ms;
        pairs += over_a && !over_b;
        overtaken += over_a && !over_b && pa <= pb;
        falls += vg_review_priority(&a, NOW + (int64_t)fixture_below(&seed, 1000) * VG_MINUTE_MS) < pa;
        b = a;
        b.risk = (uint16_t)(a.risk + fixture_below(&seed, (uint32_t)(10001 - a.risk)));
        risk += vg_review_priority(&b, NOW) < pa;
        b = a;
        b.due_ms -= (int64_t)fixture_below(&seed, 200) * VG_HOUR_MS;
        if (b.due_ms > b.opened_ms) later += vg_review_priority(&b, NOW) < pa;
    }
    TAP_EQ_INT(range, 0, "0 to 1000000");
    TAP_OK(pairs > 10000 && overtaken == 0, "overdue outranks not overdue, in %zu pairs", pairs);
    TAP_EQ_INT(falls, 0, "waiting never lowers priority");
    TAP_EQ_INT(risk, 0, "more risk never lowers it");
    TAP_EQ_INT(later, 0, "an earlier deadline never lowers it");
}

/* A queue over simulated days. Every hour cases arrive, all of them riskier than one quiet case that arrives
 * at hour `from`, and people take the first of the queue. Returns how many hours the quiet case waited, or
 * -1. */
static int hours_waited(unsigned arrive_an_hour, unsigned decide_an_hour, int from, int days, uint64_t seed)
{
    enum { MOST = 4000 };
    static vg_case queue[MOST];
    size_t count = 0;
    for (int hour = 0; hour < days * 24; hour++) {
        int64_t now = NOW + hour * VG_HOUR_MS;
        for (unsigned i = 0; i < arrive_an_hour + (hour == from) && count < MOST; i++) {
            vg_case c = random_case(&seed);
            c.opened_ms = now, c.due_ms = now + 24 * VG_HOUR_MS;
            c.risk = (uint16_t)(6000 + fixture_below(&seed, 4001));
            if (i == arrive_an_hour) {
                c = open_case();
                c.opened_ms = now, c.due_ms = now + 24 * VG_HOUR_MS;
                c.risk = 0, c.account = VG_STR("quiet");
            }
            queue[count++] = c;
        }
        for (unsigned i = 0; i < decide_an_hour && count; i++) {
            size_t first = 0;
            uint32_t best = 0;
            for (size_t k = 0; k < count; k++) {
                uint32_t p = vg_review_priority(&queue[k], now);
                if (p > best) best = p, first = k;
            }
            if (vg_str_is(queue[first].account, "quiet")) return hour - from;
            queue[first] = queue[--count];
        }
    }
    return -1;
}

static void test_nothing_starves(void)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        int enough = hours_waited(10, 11, 0, 4, seed), just = hours_waited(10, 10, 0, 4, seed);
        int loaded = hours_waited(10, 9, 48, 20, seed), overloaded = hours_waited(4, 3, 10 * 24, 40, seed);
        TAP_OK(enough >= 0 && enough <= 24, "people enough: the quiet case waits %d h", enough);
        TAP_OK(just >= 0 && just <= 25, "as many decided as arrive: %d h, just past its deadline", just);
        TAP_OK(loaded >= 0 && loaded <= 4 * 24, "a tenth too many: %d h", loaded);
        TAP_OK(overloaded >= 0 && overloaded <= 20 * 24,
               "a third too many, ten days of backlog: %d h, not forever", overloaded);
    }
}

/* ---- permissions ---- */

static void test_grants(void)
{
    vg_arena *arena = vg_arena_create(1024, 1 << 16);
    const vg_grant grants[] = {{VG_STR("lobby"), VG_ROLE_LEAD}, {VG_STR("forum"), VG_ROLE_REFERENT}, {VG_STR("*"), VG_ROLE_AUDITOR}};
    vg_user u = {.name = VG_STR("claire"), .role = VG_ROLE_LEAD, .spaces = VG_STR("*"), .grants = grants, .grant_count = 3};
    vg_error err = {0};
    vg_str spaces;
    TAP_OK(vg_review_may(&u, VG_MAY_BULK_DECIDE, VG_STR("lobby")), "a lead of one space leads there");
    TAP_OK(!vg_review_may(&u, VG_MAY_BULK_DECIDE, VG_STR("forum")), "and not where she is a référent");
    TAP_OK(vg_review_may(&u, VG_MAY_CASE_DECIDE, VG_STR("forum")) && !vg_review_may(&u, VG_MAY_CASE_READ, VG_STR("chat")), "a role everywhere adds to one somewhere");
    TAP_OK(vg_review_may(&u, VG_MAY_AUDIT_SEE, VG_STR("*")) && !vg_review_may(&u, VG_MAY_CASE_READ, VG_STR("*")), "all spaces takes a grant for all");
    TAP_OK(vg_review_spaces_with(&u, VG_MAY_CASE_DECIDE, arena, &spaces, &err) == 0 && vg_str_is(spaces, "lobby,forum"), "the spaces where she decides");
    TAP_OK(vg_review_spaces_with(&u, VG_MAY_PEOPLE_KEEP, arena, &spaces, &err) == 0 && spaces.len == 0, "none where she may not");
    TAP_OK(vg_review_require(&u, VG_MAY_PEOPLE_KEEP, VG_STR(""), &err) == -VG_EFORBIDDEN && strstr(err.what, "people.keep"), "the refusal says which: %s", err.what);
    u.disabled_ms = 1;
    TAP_OK(!vg_review_may(&u, VG_MAY_AUDIT_SEE, VG_STR("*")), "a closed account holds nothing");
    vg_arena_destroy(&arena);
}

static void test_categories(void)
{
    const uint64_t one = 1;
    TAP_EQ_INT(vg_case_category(one << VG_MEDIA_SIMILAR | one << VG_TEXT_THREAT), VG_CATEGORY_MATERIAL, "pictures weigh most");
    TAP_EQ_INT(vg_case_category(one << VG_TEXT_THREAT | one << VG_TEXT_PAYMENT_REQUEST), VG_CATEGORY_THREAT, "then threats");
    TAP_EQ_INT(vg_case_category(one << VG_TEXT_PAYMENT_REQUEST | one << VG_CONDUCT_AGE_GAP), VG_CATEGORY_LIVE, "then payments");
    TAP_EQ_INT(vg_case_category(one << VG_NOTICE_REPORT | one << VG_CONDUCT_NIGHT), VG_CATEGORY_CONTACT, "then conduct");
    TAP_EQ_INT(vg_case_category(one << VG_NOTICE_REPORT), VG_CATEGORY_REPORT, "a report alone");
    for (int i = 0; i < VG_CATEGORIES; i++) TAP_EQ_INT(vg_category_of(vg_str_of(vg_category_names[i])), i, "its name leads back");
    TAP_EQ_INT(vg_category_of(VG_STR("weather")), -1, "no such category");
}

/* ---- evidence ---- */

static void test_evidence(void)
{
    static const bool judges[VG_ROLES] = {[VG_ROLE_REFERENT] = true, [VG_ROLE_LEAD] = true};
    static const bool sees[VG_ROLES] = {[VG_ROLE_LEAD] = true, [VG_ROLE_ADMIN] = true};
    for (int role = 0; role < VG_ROLES; role++)
        for (int state = 0; state < VG_CASE_STATES; state++) {
            vg_case c = {.space = VG_STR("lobby"), .state = (vg_case_state)state};
            vg_user u = {.name = VG_STR("claire"), .role = (vg_role)role, .spaces = VG_STR("lobby")};
            TAP_EQ_INT(vg_review_may_judge_evidence(&c, &u, NULL), judges[role] ? 0 : -VG_EFORBIDDEN, "who judges evidence, decided or not");
            TAP_EQ_INT(vg_review_may_see_quality(&u, NULL), sees[role] ? 0 : -VG_EFORBIDDEN, "who sees how often it is right");
            u.spaces = VG_STR("forum");
            TAP_EQ_INT(vg_review_may_judge_evidence(&c, &u, NULL), -VG_EFORBIDDEN, "nobody of another space");
            u.spaces = VG_STR("lobby");
            u.disabled_ms = 1;
            TAP_OK(vg_review_may_judge_evidence(&c, &u, NULL) && vg_review_may_see_quality(&u, NULL), "nobody who is disabled");
        }
}

static void interval(int64_t right, int64_t wrong, int low, int high, const char *name)
{
    uint16_t l, h;
    vg_judgement_interval(right, wrong, &l, &h);
    TAP_OK(l == low && h == high, "%s: %u to %u", name, l, h);
}

/* Against values worked out by hand from the formula. */
static void test_interval(void)
{
    interval(0, 0, 0, 10000, "nothing is known");
    interval(1, 0, 2065, 10000, "one that was right says little");
    interval(0, 1, 0, 7935, "one that was wrong too");
    interval(10, 0, 7225, 10000, "ten of ten");
    interval(8, 2, 4902, 9433, "eight of ten");
    interval(500, 500, 4691, 5309, "half of a thousand");
    interval(-1, 3, 0, 10000, "what cannot be is not known");
}

int main(void)
{
    test_may_decide_every_cell();
    test_may_claim();
    test_may_read();
    test_in_spaces();
    test_upholds();
    test_priority_values();
    test_priority_properties();
    test_nothing_starves();
    test_grants();
    test_categories();
    test_evidence();
    test_interval();
    return tap_done();
}
