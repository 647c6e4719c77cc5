/* SPDX-License-Identifier: Apache-2.0
 *
 * Claim-next: what cannot wait, what fits whom, in which order, and that nothing is ever lost.
 */
#include "review/next.h"

#include "base/alloc.h"
#include "base/time.h"
#include "policy_fixture.h"
#include "review/review.h"
#include "review/welfare.h"
#include "tap.h"

#define NOW 1777896000000LL
#define BIT(kind) (UINT64_C(1) << (kind))

static vg_case open_case(void)
{
    return (vg_case){.id = 1,
                     .space = VG_STR("lobby"),
                     .account = VG_STR("anna"),
                     .language = VG_STR("fr"),
                     .state = VG_CASE_OPEN,
                     .verdict = VG_VERDICT_REVIEW,
                     .kinds = BIT(VG_TEXT_SECRECY),
                     .risk = 6000,
                     .opened_ms = NOW,
                     .offer_ms = NOW + 12 * VG_HOUR_MS,
                     .due_ms = NOW + 24 * VG_HOUR_MS};
}

static void test_imminence(void)
{
    vg_case c = open_case();
    TAP_EQ_INT(vg_case_imminence(&c), 0, "secrecy can wait its turn");
    c.kinds = BIT(VG_TEXT_MEETING_REQUEST);
    TAP_EQ_INT(vg_case_imminence(&c), 0, "a meeting asked for out of the blue is not being arranged");
    c.kinds = BIT(VG_TEXT_MEETING_REQUEST) | BIT(VG_CONDUCT_ESCALATION);
    TAP_EQ_INT(vg_case_imminence(&c), 1u << VG_IMMINENT_MEETING, "in an exchange that escalates it is");
    c.kinds = BIT(VG_TEXT_MEETING_REQUEST) | BIT(VG_CONDUCT_COURSE) | BIT(VG_TEXT_PAYMENT_REQUEST);
    TAP_EQ_INT(vg_case_imminence(&c), 1u << VG_IMMINENT_MEETING | 1u << VG_IMMINENT_LIVE, "after a course too; and money is asked for");
    c.kinds = BIT(VG_TEXT_HELP_SEEKING);
    c.account_band = VG_AGE_UNKNOWN;
    TAP_EQ_INT(vg_case_imminence(&c), 1u << VG_IMMINENT_HELP, "a call for help of somebody whose age is not known: in doubt a child");
    c.account_band = VG_AGE_25_PLUS;
    TAP_EQ_INT(vg_case_imminence(&c), 0, "of an adult among adults: not a child's");
    c.youngest_band = VG_AGE_15_17;
    TAP_EQ_INT(vg_case_imminence(&c), 1u << VG_IMMINENT_HELP, "with a minor in the exchange: it may be");
    uint16_t before = vg_case_merit(&c);
    c.kinds = BIT(VG_TEXT_SECRECY);
    TAP_EQ_INT(before - vg_case_merit(&c), 1500, "it counts as much as the youngest child");
}

static void test_skills(void)
{
    vg_case c = open_case();
    vg_skills all = {.languages = {"", 0}, .spaces = {"", 0}}, s = all;
    TAP_OK(vg_skills_cover(&all, &c), "who said nothing works on everything");
    s.languages = VG_STR("en,ceb");
    TAP_OK(!vg_skills_cover(&s, &c), "who does not read French is not given it");
    c.language = VG_STR("");
    TAP_OK(vg_skills_cover(&s, &c), "a language that is not known is everybody's");
    s = all, s.categories = 1u << VG_CATEGORY_REPORT;
    TAP_OK(!vg_skills_cover(&s, &c), "another category");
    s.categories |= 1u << VG_CATEGORY_CONTACT;
    TAP_OK(vg_skills_cover(&s, &c), "this one");
    s.spaces = VG_STR("forum");
    TAP_OK(!vg_skills_cover(&s, &c), "another space");
}

static void test_rank(void)
{
    vg_case c = open_case();
    vg_skills all = {.languages = {"", 0}, .spaces = {"", 0}}, english = all;
    english.languages = VG_STR("en");
    TAP_EQ_INT(vg_review_rank(&c, &english, NOW), 0, "not hers, and not offered yet");
    uint32_t offered = vg_review_rank(&c, &english, c.offer_ms), fits = vg_review_rank(&c, &all, NOW);
    TAP_OK(offered > 0 && offered < fits, "offered after its share of the deadline, behind everything that fits");
    vg_case fresh = open_case();
    fresh.risk = 10000, fresh.opened_ms = c.due_ms, fresh.due_ms = c.due_ms + VG_DAY_MS;
    TAP_OK(vg_review_rank(&c, &english, c.due_ms + 1) > vg_review_rank(&fresh, &all, c.due_ms + 1), "overdue, it comes before what fits and is not");
    c.state = VG_CASE_DECIDED;
    TAP_EQ_INT(vg_review_rank(&c, &all, NOW), 0, "decided");
}

static const char *sentence(const vg_case *c, const vg_skills *s, int64_t now, vg_lang lang, vg_buf *out)
{
    vg_buf_clear(out);
    vg_review_why_next(c, s, now, lang, out);
    vg_buf_add_char(out, '\0');
    return out->ptr;
}

static void test_why(void)
{
    vg_buf b;
    vg_case c = open_case();
    vg_skills all = {.languages = {"", 0}, .spaces = {"", 0}}, english = all;
    english.languages = VG_STR("en");
    vg_buf_init(&b, 4096);
    TAP_EQ_STR(sentence(&c, &all, NOW, VG_LANG_EN, &b), "24 h left before the deadline.", "nothing but the deadline");
    c.kinds |= BIT(VG_TEXT_MEETING_REQUEST) | BIT(VG_CONDUCT_COURSE);
    c.youngest_band = VG_AGE_UNDER13;
    TAP_EQ_STR(sentence(&c, &all, NOW + 23 * VG_HOUR_MS + 20 * VG_MINUTE_MS, VG_LANG_FR, &b),
               "Une rencontre se prépare\u00a0; un enfant de moins de 13 ans est concerné\u00a0; il reste 40 min avant l’échéance.", "what cannot wait comes first");
    TAP_EQ_STR(sentence(&c, &english, c.due_ms + 3 * VG_DAY_MS, VG_LANG_EN, &b),
               "A meeting is being arranged; a child under 13 is concerned; the deadline passed 3 days ago; nobody else took it, it is offered to everybody.",
               "and why she is given what does not fit her");
    vg_buf_free(&b);
}

/* ---- simulated days ---- */

enum { STEP_MINUTES = 6, OPEN_MOST = 4000, PEOPLE = 9, DAYS = 8 };

/* Somebody at work: what they can, would rather not, and when they are there. */
typedef struct colleague {
    vg_skills skills;
    uint32_t opted_out;
    int from_hour; /* of each day, eight hours */
    bool at_weekends;
} colleague;

/* Nobody reads Cebuano; two do not want pictures; one does reports only; nights are thin; at weekends three are there. */
static const colleague team[PEOPLE] = {
    {.skills = {.languages = {"fr", 2}}, .from_hour = 7, .at_weekends = true},
    {.skills = {.languages = {"fr", 2}}, .from_hour = 9, .opted_out = 1u << VG_CATEGORY_MATERIAL},
    {.skills = {.languages = {"fr,en", 5}}, .from_hour = 9},
    {.skills = {.languages = {"en", 2}}, .from_hour = 12, .at_weekends = true},
    {.skills = {.languages = {"fr,en", 5}}, .from_hour = 14, .opted_out = 1u << VG_CATEGORY_MATERIAL | 1u << VG_CATEGORY_THREAT},
    {.skills = {.categories = 1u << VG_CATEGORY_REPORT}, .from_hour = 9},
    {.skills = {.languages = {"fr", 2}, .categories = 1u << VG_CATEGORY_CONTACT | 1u << VG_CATEGORY_REPORT}, .from_hour = 13},
    {.from_hour = 16, .at_weekends = true},
    {.from_hour = 10},
};

static const vg_policy_welfare team_rules = {.given = true,
                                             .limit = {[VG_CATEGORY_MATERIAL] = {.cases_hour = 8, .cases_day = 30}, [VG_CATEGORY_THREAT] = {.cases_day = 40}},
                                             .break_after_minutes = 90,
                                             .break_after_cases = 40,
                                             .break_minutes = 10,
                                             .hard = 1u << VG_CATEGORY_MATERIAL | 1u << VG_CATEGORY_THREAT,
                                             .hard_first_minutes = 20,
                                             .hard_last_minutes = 30,
                                             .shift_pause_minutes = 240};

typedef struct days {
    vg_case open[OPEN_MOST];
    size_t count, decided, late;
    int64_t longest_ms;                        /* from opening to decision */
    int64_t over_ms;                           /* the longest past a deadline */
    vg_welfare_person people[PEOPLE];
    uint32_t hour_seen[PEOPLE][VG_CATEGORIES]; /* of the hour under way */
    uint64_t seed;
    size_t broken; /* rules of welfare that were not kept */
} days;

static void arrive(days *d, int64_t now)
{
    static const struct {
        const char *language;
        unsigned share;
    } languages[] = {{"fr", 60}, {"en", 25}, {"ceb", 10}, {"", 5}};
    static const uint64_t kinds[] = {BIT(VG_MEDIA_SIMILAR), BIT(VG_TEXT_THREAT), BIT(VG_TEXT_SECRECY), BIT(VG_TEXT_MEETING_REQUEST) | BIT(VG_CONDUCT_COURSE), BIT(VG_NOTICE_REPORT)};
    static const unsigned shares[] = {8, 22, 50, 65, 100}; /* of a hundred, added up */
    vg_case c = open_case();
    unsigned roll = fixture_below(&d->seed, 100), kind = 0, language = 0;
    while (roll >= shares[kind]) kind++;
    roll = fixture_below(&d->seed, 100);
    while (roll >= languages[language].share) roll -= languages[language++].share;
    c.id = (int64_t)(d->count + d->decided + 1);
    c.kinds = kinds[kind];
    c.language = vg_str_of(languages[language].language);
    c.risk = (uint16_t)fixture_below(&d->seed, 10001);
    c.youngest_band = (uint8_t)fixture_below(&d->seed, VG_AGE_BANDS);
    c.opened_ms = now;
    c.due_ms = now + (vg_case_imminence(&c) ? 4 : 24) * VG_HOUR_MS;
    c.offer_ms = now + (c.due_ms - now) / 2;
    if (d->count < OPEN_MOST) d->open[d->count++] = c;
}

static bool there(const colleague *who, int64_t now)
{
    int64_t minute = now / VG_MINUTE_MS % 1440, day = now / VG_DAY_MS % 7;
    return minute >= who->from_hour * 60 && minute < who->from_hour * 60 + 480 && (who->at_weekends || day < 5);
}

/* Claim-next and the decision that follows: what a person would be given of all that is open, by the rules alone. */
static void decide_next(days *d, int p, int64_t now)
{
    const colleague *who = &team[p];
    vg_welfare_person *person = &d->people[p];
    uint32_t best = 0;
    size_t which = 0;
    bool paused;
    person->opted_out = who->opted_out;
    for (int c = 0; c < VG_CATEGORIES; c++) person->seen[c].cases_hour = d->hour_seen[p][c];
    for (size_t i = 0; i < d->count; i++) {
        uint32_t rank = vg_review_rank(&d->open[i], &who->skills, now);
        if (rank > best && vg_welfare_may_take(&team_rules, person, vg_case_category(d->open[i].kinds), now) == VG_WELFARE_FINE) best = rank, which = i;
    }
    if (!best) return;
    vg_case c = d->open[which];
    vg_category category = vg_case_category(c.kinds);
    d->broken += (who->opted_out >> category & 1) || (category == VG_CATEGORY_MATERIAL && d->hour_seen[p][category] >= 8);
    vg_welfare_note(&team_rules, person, true, now, &paused);
    if (person->shift_began_ms == now) vg_welfare_plan(&team_rules, person, 8, now);
    d->hour_seen[p][category]++;
    person->seen[category].cases_day++;
    if (now - c.opened_ms > d->longest_ms) d->longest_ms = now - c.opened_ms;
    if (now - c.due_ms > d->over_ms) d->over_ms = now - c.due_ms;
    d->late += now > c.due_ms;
    d->decided++;
    d->open[which] = d->open[--d->count];
}

/* Plays the days with so many arrivals an hour. */
static void play(days *d, unsigned an_hour, uint64_t seed)
{
    memset(d, 0, sizeof *d);
    d->seed = seed;
    int64_t monday = NOW - NOW % VG_DAY_MS; /* day 0 of a week, as the simulation counts them */
    monday -= monday / VG_DAY_MS % 7 * VG_DAY_MS;
    for (int step = 0; step < DAYS * 24 * 60 / STEP_MINUTES; step++) {
        int64_t now = monday + (int64_t)step * STEP_MINUTES * VG_MINUTE_MS;
        if (now / VG_MINUTE_MS % 1440 == 0)
            for (int p = 0; p < PEOPLE; p++) memset(d->people[p].seen, 0, sizeof d->people[p].seen);
        if (now / VG_MINUTE_MS % 60 == 0) {
            memset(d->hour_seen, 0, sizeof d->hour_seen);
            for (unsigned i = 0; i < an_hour; i++) arrive(d, now);
        }
        for (int p = 0; p < PEOPLE; p++)
            if (there(&team[p], now)) decide_next(d, p, now);
    }
}

/* Nine people with skills, wishes, shifts, breaks and limits decide more than arrives: nothing waits longer than a day past its deadline, not
 * even what nobody there can read. */
static void test_nothing_starves(void)
{
    static days d;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        play(&d, 12, seed);
        int64_t oldest = 0;
        for (size_t i = 0; i < d.count; i++) {
            int64_t over = NOW - NOW % VG_DAY_MS - (NOW - NOW % VG_DAY_MS) / VG_DAY_MS % 7 * VG_DAY_MS + DAYS * VG_DAY_MS - d.open[i].due_ms;
            if (over > oldest) oldest = over;
        }
        TAP_OK(d.decided > 2000 && d.broken == 0, "%zu cases decided, every wish and limit kept", d.decided);
        TAP_OK(d.over_ms <= VG_DAY_MS && oldest <= VG_DAY_MS, "nothing waited a day past its deadline: at most %lld h past it, %lld h in all, %zu late", (long long)(d.over_ms / VG_HOUR_MS),
               (long long)(d.longest_ms / VG_HOUR_MS), d.late);
    }
}

int main(void)
{
    test_imminence();
    test_skills();
    test_rank();
    test_why();
    test_nothing_starves();
    return tap_done();
}
