/* SPDX-License-Identifier: Apache-2.0
 *
 * Why now, and what would lower the risk: what a référent reads first.
 */
#include "decision/decision.h"

#include "base/alloc.h"
#include "policy_fixture.h"
#include "tap.h"

static vg_buf out;

static vg_policy with_nouns(void)
{
    vg_policy p = policy_fixture();
    static const struct {
        vg_evidence_kind kind;
        vg_policy_phrase noun;
    } nouns[] = {
        {VG_TEXT_SECRECY, {{"une demande de secret", "a request for secrecy"}, {0}}},
        {VG_TEXT_PICTURE_REQUEST, {{"une demande de photo", "a picture request"}, {0}}},
        {VG_TEXT_GIFT_OFFER, {{"une offre de cadeau", "an offer of a gift"}, {0}}},
        {VG_TEXT_FLATTERY, {{"des compliments appuyés", "insistent compliments"}, {0}}},
        {VG_TEXT_DARE, {{"un défi", "a dare"}, {0}}},
        {VG_TEXT_AGE_STATEMENT, {{"un âge annoncé de {value} ans", "a stated age of {value}"}, {0}}},
        {VG_CONDUCT_AGE_GAP,
         {{"une différence d’âge de {value} ans", "an age gap of {value} years"}, {"une différence d’un an", "an age gap of one year"}}},
        {VG_NOTICE_REPORT, {{"{value} signalements", "{value} reports"}, {"un signalement", "a report"}}},
        {VG_MEDIA_KNOWN, {{"une correspondance avec un contenu connu", "a match with known material"}, {0}}},
    };
    for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++) p.noun[nouns[i].kind] = nouns[i].noun;
    return p;
}

static vg_evidence fresh(vg_evidence_kind kind, uint32_t value)
{
    return (vg_evidence){.kind = (uint8_t)kind, .fresh = true, .strength = 10000, .value = value};
}

static vg_evidence old(vg_evidence_kind kind, uint32_t value)
{
    return (vg_evidence){.kind = (uint8_t)kind, .strength = 10000, .value = value};
}

#define DECIDE(policy, ...)                                                                                    \
    decide((policy), (vg_evidence[]){__VA_ARGS__}, sizeof((vg_evidence[]){__VA_ARGS__}) / sizeof(vg_evidence))
static vg_verdict decide(const vg_policy *policy, const vg_evidence *ev, size_t count)
{
    vg_verdict v;
    vg_decide(policy, VG_REL_ADULT_TO_MINOR, ev, count, VG_VERDICT_ALLOW, true, &v);
    return v;
}

/* ---- why now ---- */

static void says(const vg_policy *policy, vg_verdict v, const char *fr, const char *en, const char *name)
{
    vg_buf_clear(&out);
    vg_explain_why_now(policy, &v, VG_LANG_FR, &out);
    TAP_EQ_STR(out.ptr, fr, name);
    vg_buf_clear(&out);
    vg_explain_why_now(policy, &v, VG_LANG_EN, &out);
    TAP_EQ_STR(out.ptr, en, name);
}

static void test_why_now(void)
{
    vg_policy p = with_nouns();
    says(&p, DECIDE(&p, fresh(VG_TEXT_PICTURE_REQUEST, 0), old(VG_TEXT_SECRECY, 2), old(VG_CONDUCT_AGE_GAP, 11)),
         "Une demande de photo vient s’ajouter à une demande de secret et à une différence d’âge de 11 ans.",
         "A picture request now comes on top of a request for secrecy and an age gap of 11 years.", "one on two");
    says(&p, DECIDE(&p, fresh(VG_TEXT_PICTURE_REQUEST, 0), fresh(VG_TEXT_SECRECY, 0), old(VG_CONDUCT_AGE_GAP, 1)),
         "Une demande de secret et une demande de photo viennent s’ajouter à une différence d’un an.",
         "A request for secrecy and a picture request now come on top of an age gap of one year.", "two on one: the plural");
    says(&p, DECIDE(&p, fresh(VG_TEXT_FLATTERY, 0), old(VG_CONDUCT_AGE_GAP, 11)),
         "Des compliments appuyés viennent s’ajouter à une différence d’âge de 11 ans.",
         "Insistent compliments now come on top of an age gap of 11 years.", "one thing that is a plural");
    says(&p, DECIDE(&p, fresh(VG_NOTICE_REPORT, 3), old(VG_TEXT_SECRECY, 1)),
         "3 signalements viennent s’ajouter à une demande de secret.", "3 reports now come on top of a request for secrecy.",
         "a number begins the sentence");
    says(&p, DECIDE(&p, fresh(VG_NOTICE_REPORT, 1), old(VG_TEXT_SECRECY, 1)),
         "Un signalement vient s’ajouter à une demande de secret.", "A report now comes on top of a request for secrecy.",
         "the form for one");
    says(&p, DECIDE(&p, fresh(VG_TEXT_SECRECY, 0), fresh(VG_CONDUCT_AGE_GAP, 11)),
         "Cet événement apporte une demande de secret et une différence d’âge de 11 ans.",
         "This event brings a request for secrecy and an age gap of 11 years.", "nothing stood before");
    says(&p, DECIDE(&p, old(VG_TEXT_SECRECY, 1)), "Cet événement n’apporte rien de nouveau.", "This event brings nothing new.",
         "nothing is new");
}

static void test_why_now_is_short(void)
{
    vg_policy p = with_nouns();
    says(&p,
         DECIDE(&p, fresh(VG_TEXT_PICTURE_REQUEST, 0), old(VG_TEXT_SECRECY, 1), old(VG_TEXT_GIFT_OFFER, 1), old(VG_TEXT_FLATTERY, 1),
                old(VG_TEXT_DARE, 1), old(VG_CONDUCT_AGE_GAP, 11)),
         "Une demande de photo vient s’ajouter à une demande de secret, à une offre de cadeau, à une différence d’âge de 11 ans "
         "et à 2 autres indices.",
         "A picture request now comes on top of a request for secrecy, an offer of a gift, an age gap of 11 years and 2 more pieces "
         "of evidence.",
         "three are named, the others counted");
    p = policy_fixture();
    says(&p, DECIDE(&p, fresh(VG_TEXT_SECRECY, 0)), "Cet événement apporte text.secrecy.", "This event brings text.secrecy.",
         "a policy without these words: the name stands for them");
}

/* ---- what would lower the risk ---- */

static const vg_change *find(const vg_change *changes, size_t count, vg_change_kind kind)
{
    for (size_t i = 0; i < count; i++)
        if (changes[i].kind == kind) return &changes[i];
    return NULL;
}

static const char *in_words(const vg_policy *p, const vg_verdict *v, const vg_change *change, vg_lang lang)
{
    vg_buf_clear(&out);
    if (change) vg_explain_change(p, v, change, lang, &out);
    return out.len ? out.ptr : "";
}

static void test_single_pieces(void)
{
    vg_policy p = with_nouns();
    vg_change c[VG_CHANGE_MOST];
    vg_verdict v = DECIDE(&p, fresh(VG_TEXT_PICTURE_REQUEST, 0), old(VG_TEXT_GIFT_OFFER, 1), fresh(VG_CONDUCT_AGE_GAP, 11));
    TAP_OK(v.kind == VG_VERDICT_REVIEW && v.risk == 7840, "three times 0.4");
    p.review_at = 7000;
    size_t count = vg_decision_changes(&p, VG_REL_ADULT_TO_MINOR, &v, VG_VERDICT_ALLOW, c);
    TAP_OK(count > 3 && c[0].kind == VG_CHANGE_WITHOUT && c[0].kinds == UINT64_C(1) << VG_TEXT_GIFT_OFFER &&
               c[0].risk == 6400 && c[0].verdict == VG_VERDICT_NUDGE,
           "without one of them it is a nudge; of equals, in order of kind");
    TAP_EQ_STR(in_words(&p, &v, &c[0], VG_LANG_FR),
               "Sans l’offre de cadeau\u00a0: risque 0,64, un message de prévention au lieu d’un examen.", "elided before a vowel");
    TAP_EQ_STR(in_words(&p, &v, &c[1], VG_LANG_FR),
               "Sans la demande de photo\u00a0: risque 0,64, un message de prévention au lieu d’un examen.", "feminine");
    TAP_EQ_STR(in_words(&p, &v, &c[1], VG_LANG_EN), "Without the picture request: risk 0.64, a safety message instead of a review.",
               "in English");
    for (size_t i = 0; i < count; i++)
        TAP_OK(c[i].verdict < v.kind && c[i].risk <= v.risk, "every change lowers the verdict, none raises the risk");
}

static void test_articles(void)
{
    vg_policy p = with_nouns();
    const struct {
        vg_evidence piece;
        const char *fr, *en;
    } cases[] = {{fresh(VG_TEXT_FLATTERY, 0), "Sans les compliments appuyés", "Without the insistent compliments"},
                 {fresh(VG_TEXT_DARE, 0), "Sans le défi", "Without the dare"},
                 {fresh(VG_TEXT_AGE_STATEMENT, 13), "Sans l’âge annoncé de 13 ans", "Without the stated age of 13"},
                 {fresh(VG_NOTICE_REPORT, 3), "Sans les 3 signalements", "Without the 3 reports"},
                 {fresh(VG_NOTICE_REPORT, 1), "Sans le signalement", "Without the report"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vg_verdict v = decide(&p, &cases[i].piece, 1);
        vg_change change = {.kind = VG_CHANGE_WITHOUT, .kinds = UINT64_C(1) << cases[i].piece.kind};
        TAP_OK(strncmp(in_words(&p, &v, &change, VG_LANG_FR), cases[i].fr, strlen(cases[i].fr)) == 0, "%s", cases[i].fr);
        TAP_OK(strncmp(in_words(&p, &v, &change, VG_LANG_EN), cases[i].en, strlen(cases[i].en)) == 0, "%s", cases[i].en);
    }
}

static void test_no_single_piece(void)
{
    vg_policy p = with_nouns();
    vg_change c[VG_CHANGE_MOST];
    vg_verdict v = DECIDE(&p, fresh(VG_TEXT_SECRECY, 0), fresh(VG_TEXT_PICTURE_REQUEST, 0), fresh(VG_TEXT_GIFT_OFFER, 0));
    TAP_EQ_INT(v.kind, VG_VERDICT_REVIEW, "0.784: review from 0.6, and any two would reach it");
    TAP_OK(vg_decision_changes(&p, VG_REL_ADULT_TO_MINOR, &v, VG_VERDICT_ALLOW, c) > 0, "something lowers it");
    TAP_EQ_STR(in_words(&p, &v, &c[0], VG_LANG_FR),
               "Sans la demande de secret ni l’offre de cadeau\u00a0: risque 0,40, un message de prévention au lieu d’un examen.",
               "no piece alone: the fewest of the strongest");
}

static void test_nothing_new(void)
{
    vg_policy p = with_nouns();
    vg_change c[VG_CHANGE_MOST];
    vg_verdict v = DECIDE(&p, fresh(VG_TEXT_PICTURE_REQUEST, 0), old(VG_TEXT_SECRECY, 1), old(VG_CONDUCT_AGE_GAP, 11));
    vg_decision_changes(&p, VG_REL_ADULT_TO_MINOR, &v, VG_VERDICT_ALLOW, c);
    TAP_OK(c[0].nothing_new && c[0].verdict == VG_VERDICT_ALLOW && c[0].risk == 6400, "what is left is high and old");
    TAP_EQ_STR(in_words(&p, &v, &c[0], VG_LANG_EN),
               "Without the picture request: risk 0.64, nothing new, so no action instead of a review.", "and the sentence says why");
}

static void test_who_and_when(void)
{
    vg_policy p = with_nouns();
    vg_change c[VG_CHANGE_MOST];
    vg_verdict v = DECIDE(&p, fresh(VG_TEXT_PICTURE_REQUEST, 0), old(VG_TEXT_SECRECY, 1), fresh(VG_CONDUCT_AGE_GAP, 11));
    size_t count = vg_decision_changes(&p, VG_REL_ADULT_TO_MINOR, &v, VG_VERDICT_ALLOW, c);
    const vg_change *adult = find(c, count, VG_CHANGE_RECIPIENT_ADULT), *minor = find(c, count, VG_CHANGE_ACCOUNT_MINOR),
                    *quiet = find(c, count, VG_CHANGE_QUIET);
    TAP_OK(adult && adult->risk == 1536, "an adult recipient: two texts at 0.2, no conduct: 1 - 0.92 x 0.92");
    TAP_OK(minor && minor->risk == 2256, "between minors: two texts at 0.3, no age gap");
    TAP_OK(quiet && quiet->hours == 168 && quiet->risk < 4100 && quiet->risk >= 4000,
           "after a week only the age gap is left of it: seven half-lives");
    TAP_EQ_STR(in_words(&p, &v, quiet, VG_LANG_FR),
               "Si rien de nouveau n’arrive pendant 7\u00a0jours\u00a0: risque 0,40, un message de prévention au lieu d’un examen.",
               "in words");
    count = vg_decision_changes(&p, VG_REL_ADULT_TO_ADULT, &v, VG_VERDICT_ALLOW, c);
    TAP_EQ_INT(count, 0, "another relation gives another verdict: nothing is told of one that cannot be reproduced");
}

static void test_media(void)
{
    vg_policy p = with_nouns();
    vg_change c[VG_CHANGE_MOST];
    vg_verdict v;
    vg_evidence ev[] = {fresh(VG_MEDIA_KNOWN, 1), old(VG_TEXT_SECRECY, 1)};
    vg_decide(&p, VG_REL_ADULT_TO_MINOR, ev, 2, VG_VERDICT_BLOCK, true, &v);
    TAP_EQ_INT(v.kind, VG_VERDICT_BLOCK, "a bank blocks");
    size_t count = vg_decision_changes(&p, VG_REL_ADULT_TO_MINOR, &v, VG_VERDICT_BLOCK, c);
    TAP_OK(count == 1 && c[0].kind == VG_CHANGE_WITHOUT && c[0].kinds == UINT64_C(1) << VG_MEDIA_KNOWN,
           "only without the match: who they are and a week of quiet change nothing about known material");
}

static void test_nothing_to_lower(void)
{
    vg_policy p = with_nouns();
    vg_change c[VG_CHANGE_MOST];
    vg_verdict v = DECIDE(&p, old(VG_TEXT_SECRECY, 1));
    TAP_EQ_INT(vg_decision_changes(&p, VG_REL_ADULT_TO_MINOR, &v, VG_VERDICT_ALLOW, c), 0, "allow: there is nothing below");
    v = DECIDE(&p, fresh(VG_TEXT_SECRECY, 1), fresh(VG_CONDUCT_AGE_GAP, 9));
    for (size_t i = 0; i < v.count; i++) v.evidence[i].strength = 0;
    TAP_EQ_INT(vg_decision_changes(&p, VG_REL_ADULT_TO_MINOR, &v, VG_VERDICT_ALLOW, c), 0, "strengths that nobody kept");
}

int main(void)
{
    vg_buf_init(&out, 1 << 16);
    test_why_now();
    test_why_now_is_short();
    test_single_pieces();
    test_articles();
    test_no_single_piece();
    test_nothing_new();
    test_who_and_when();
    test_media();
    test_nothing_to_lower();
    vg_buf_free(&out);
    return tap_done();
}
