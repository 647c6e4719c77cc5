/* SPDX-License-Identifier: Apache-2.0
 *
 * Claim-next: what cannot wait, what fits whom, in which order, and that nothing is ever lost.
 */
#include "review/next.h"

#include "base/alloc.h"
#include "base/time.h"
#include "policy_fixture.h"
#include "review/review.h"
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

int main(void)
{
    test_imminence();
    test_skills();
    test_rank();
    test_why();
    return tap_done();
}
