/* SPDX-License-Identifier: Apache-2.0 */
#include "review/decide.h"
#include "review/permission.h"
#include "review/statement.h"

#include <string.h>

#include "base/time.h"
#include "tap.h"

#define NOW 1777896000000LL /* 2026-05-04T12:00:00Z */

static const vg_policy_reason reasons[] = {
    {.code = "grooming",
     .title = {"Approche", "Approach"},
     .text = {"Votre façon d’approcher.", "The way you approached."},
     .actions = 1u << VG_ACTION_WARN | 1u << VG_ACTION_MUTE | 1u << VG_ACTION_SUSPEND,
     .ground = VG_GROUND_TERMS,
     .reference = {"article 3", "clause 3"},
     .dsa_category = "PROTECTION_OF_MINORS"},
    {.code = "media",
     .title = {"Image", "Picture"},
     .text = {"Une image.", "A picture."},
     .actions = 1u << VG_ACTION_WARN | 1u << VG_ACTION_SUSPEND,
     .ground = VG_GROUND_LAW,
     .reference = {"article 227-23", "Article 227-23"},
     .dsa_keyword = "CHILD_SEXUAL_ABUSE_MATERIAL"},
    {.code = "no_risk", .title = {"Rien", "Nothing"}, .actions = 1u << VG_ACTION_DISMISS}};

static vg_policy_decisions a_policy(void)
{
    vg_policy_decisions p = {.listed = true, .reasons = reasons, .reason_count = 3, .undo_seconds = 10, .appeal_days = 183,
                             .appeal_answer_days = 14, .strike_days = 30, .bulk_most = 10,
                             .suggestions = {{2, VG_ACTION_MUTE}, {4, VG_ACTION_SUSPEND}}, .suggestion_count = 2};
    for (int a = 0; a < VG_ACTIONS; a++) p.acts[a] = (vg_policy_act){.offered = true, .reaches = 1u << VG_REACH_WHOLE_ACCOUNT};
    p.acts[VG_ACTION_MUTE] = (vg_policy_act){.offered = true, .strike = true, .hours = {24, 72}, .hour_count = 2,
                                             .reaches = 1u << VG_REACH_PRIVATE_MESSAGES | 1u << VG_REACH_MEDIA};
    p.acts[VG_ACTION_ESCALATE].offered = false;
    return p;
}

static vg_decision an_answer(vg_action action, const char *reason, uint32_t hours)
{
    return (vg_decision){.user = VG_STR("remi"), .action = action, .reason = vg_str_of(reason), .note = {"", 0}, .hours = hours, .time_ms = NOW};
}

static void what_is_offered(void)
{
    static const struct {
        const char *what;
        vg_action action;
        const char *reason;
        uint32_t hours;
        int reach; /* -1: not said */
        const char *where; /* NULL: taken */
    } rows[] = {
        {"a listed reason, scope and duration", VG_ACTION_MUTE, "grooming", 24, VG_REACH_MEDIA, NULL},
        {"no scope said", VG_ACTION_MUTE, "grooming", 72, -1, NULL},
        {"a reason of nobody", VG_ACTION_WARN, "because", 0, -1, "/reason"},
        {"a reason of another action", VG_ACTION_DISMISS, "grooming", 0, -1, "/reason"},
        {"a duration not offered", VG_ACTION_MUTE, "grooming", 25, -1, "/hours"},
        {"until lifted, not offered", VG_ACTION_MUTE, "grooming", 0, -1, "/hours"},
        {"hours of a warning", VG_ACTION_WARN, "grooming", 3, -1, "/hours"},
        {"a scope not offered", VG_ACTION_MUTE, "grooming", 24, VG_REACH_LIVE, "/scope"},
        {"an action not offered", VG_ACTION_ESCALATE, "grooming", 0, -1, "/action"},
    };
    vg_policy_decisions p = a_policy();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        vg_decision d = an_answer(rows[i].action, rows[i].reason, rows[i].hours);
        vg_error err = {0};
        if (rows[i].reach >= 0) d.reach = (vg_reach)rows[i].reach;
        int rc = vg_review_check_answer(&p, &d, rows[i].reach >= 0, &err);
        TAP_OK(rows[i].where ? rc == -VG_EINVAL && strcmp(err.where, rows[i].where) == 0 : rc == 0, "%s: %s %s", rows[i].what, err.where, err.what);
    }
    vg_decision d = an_answer(VG_ACTION_MUTE, "grooming", 24);
    vg_review_check_answer(&p, &d, false, NULL);
    TAP_EQ_INT(d.reach, VG_REACH_PRIVATE_MESSAGES, "without a scope: the first that is offered");
    p.listed = false;
    d = an_answer(VG_ACTION_WARN, "in my own words", 0);
    TAP_EQ_INT(vg_review_check_answer(&p, &d, false, NULL), 0, "a space that lists no reasons takes any");
}

static void two_people(void)
{
    vg_policy_decisions p = a_policy();
    vg_case c = {.look = VG_LOOK_FIRST};
    vg_decision suspend = an_answer(VG_ACTION_SUSPEND, "grooming", 168), warn = an_answer(VG_ACTION_WARN, "grooming", 0);
    TAP_OK(!vg_review_outcome(&p, &c, true, &suspend, NULL).sealed, "one person decides where the policy asks for no second");
    p.four_eyes = 1u << VG_FOUR_EYES_SUSPEND | 1u << VG_FOUR_EYES_HASH;
    vg_outcome o = vg_review_outcome(&p, &c, true, &suspend, NULL);
    TAP_OK(o.sealed && o.to == VG_LOOK_SECOND, "a suspension is an opinion first");
    TAP_OK(!vg_review_outcome(&p, &c, true, &warn, NULL).sealed, "a warning is not");
    c.look = VG_LOOK_SECOND;
    vg_decision longer = an_answer(VG_ACTION_SUSPEND, "grooming", 0);
    TAP_OK(!vg_review_outcome(&p, &c, true, &longer, &suspend).sealed, "the same action, reason and scope decide, whatever the duration");
    o = vg_review_outcome(&p, &c, true, &warn, &suspend);
    TAP_OK(o.sealed && o.to == VG_LOOK_SETTLE, "another action goes to a lead");
    vg_decision other = an_answer(VG_ACTION_SUSPEND, "media", 168), wider = suspend;
    wider.reach = VG_REACH_MEDIA;
    TAP_OK(vg_review_outcome(&p, &c, true, &other, &suspend).to == VG_LOOK_SETTLE && vg_review_outcome(&p, &c, true, &wider, &suspend).to == VG_LOOK_SETTLE,
           "and so do another reason and another scope");
    c.look = VG_LOOK_SETTLE;
    TAP_OK(!vg_review_outcome(&p, &c, true, &suspend, NULL).sealed, "a lead who settles decides alone");
    TAP_EQ_INT(vg_review_milder(0, 24), 24, "until lifted is the longest");
    TAP_EQ_INT(vg_review_milder(72, 24), 24, "the shorter one");
    TAP_EQ_INT(vg_review_milder(0, 0), 0, "both until lifted");

    c = (vg_case){.look = VG_LOOK_FIRST, .kinds = UINT64_C(1) << VG_MEDIA_SIMILAR};
    vg_decision media = an_answer(VG_ACTION_WARN, "media", 0);
    TAP_OK(vg_review_outcome(&p, &c, false, &media, NULL).sealed, "saying that a match is right takes two people");
    TAP_OK(!vg_review_outcome(&p, &c, true, &media, NULL).sealed, "but not when two have confirmed the entry of the bank");
    TAP_OK(!vg_review_outcome(&p, &c, false, &warn, NULL).sealed, "nor for a reason that says nothing of the match");
}

static void who_may_look(void)
{
    vg_user remi = {.name = VG_STR("remi"), .role = VG_ROLE_REFERENT, .spaces = VG_STR("*")},
            lea = {.name = VG_STR("lea"), .role = VG_ROLE_LEAD, .spaces = VG_STR("*")};
    vg_case c = {.id = 1, .space = VG_STR("lobby"), .look = VG_LOOK_SECOND, .barred = VG_STR("remi,rosa")};
    TAP_EQ_INT(vg_review_may_claim(&c, &remi, NULL), -VG_EFORBIDDEN, "who gave an opinion does not take the case again");
    TAP_EQ_INT(vg_review_may_decide(&c, &remi, VG_ACTION_WARN, NOW, NULL), -VG_EFORBIDDEN, "nor decide it");
    remi.name = VG_STR("rem");
    TAP_EQ_INT(vg_review_may_claim(&c, &remi, NULL), 0, "a name that is part of another is another person");
    c.look = VG_LOOK_SETTLE;
    TAP_EQ_INT(vg_review_may_claim(&c, &remi, NULL), -VG_EFORBIDDEN, "a référent does not settle");
    TAP_EQ_INT(vg_review_may_claim(&c, &lea, NULL), 0, "a lead does");
    c.barred = VG_STR("remi,lea");
    TAP_EQ_INT(vg_review_may_claim(&c, &lea, NULL), -VG_EFORBIDDEN, "but not one of the two");
    vg_case due = {.space = VG_STR("lobby"), .report_due = true};
    TAP_EQ_INT(vg_review_may_decide(&due, &lea, VG_ACTION_REPORT, NOW, NULL), -VG_ECONFLICT, "a report is due once");
    const vg_str part[] = {VG_STR("rosa"), VG_STR("lea")};
    TAP_EQ_INT(vg_review_may_answer(&lea, VG_STR("lobby"), part, 2, NULL), -VG_EFORBIDDEN, "who took part answers no appeal");
    TAP_EQ_INT(vg_review_may_answer(&remi, VG_STR("lobby"), part, 2, NULL), 0, "another person does");
}

static void strikes_and_appeals(void)
{
    vg_policy_decisions p = a_policy();
    static const int want[] = {-1, -1, VG_ACTION_MUTE, VG_ACTION_MUTE, VG_ACTION_SUSPEND, VG_ACTION_SUSPEND};
    for (size_t n = 0; n < 6; n++) TAP_EQ_INT(vg_review_suggestion(&p, n), want[n], "a suggestion at each number of strikes");
    TAP_EQ_INT(vg_review_strike_until(&p, VG_ACTION_MUTE, NOW), NOW + 30 * VG_DAY_MS, "a strike ends");
    TAP_EQ_INT(vg_review_strike_until(&p, VG_ACTION_WARN, NOW), 0, "an action that gives none");
    TAP_EQ_INT(vg_review_appeal_until(&p, NOW), NOW + 183 * VG_DAY_MS, "six months to appeal");
    TAP_EQ_INT(vg_review_appeal_due(&p, NOW), NOW + 14 * VG_DAY_MS, "and two weeks to answer");
}

static void bulk(void)
{
    vg_policy_decisions p = a_policy();
    vg_user lea = {.name = VG_STR("lea"), .role = VG_ROLE_LEAD, .spaces = VG_STR("*")};
    const vg_case plain = {.space = VG_STR("lobby"), .youngest_band = VG_AGE_15_17, .verdict = VG_VERDICT_REVIEW};
    const uint64_t one = 1;
    struct {
        vg_bulk_why why;
        vg_case c;
    } rows[] = {{VG_BULK_IN, plain},   {VG_BULK_NOT_OPEN, plain}, {VG_BULK_SPACE, plain},    {VG_BULK_HOLD, plain},
                {VG_BULK_ESCALATED, plain}, {VG_BULK_LOOK, plain},     {VG_BULK_REPORT_DUE, plain}, {VG_BULK_MATERIAL, plain},
                {VG_BULK_IMMINENT, plain},  {VG_BULK_IMMINENT, plain}, {VG_BULK_CHILD, plain},    {VG_BULK_CHILD, plain},
                {VG_BULK_LEASE, plain}};
    rows[1].c.state = VG_CASE_DECIDED;
    rows[2].c.space = VG_STR("forum");
    rows[3].c.legal_hold = true;
    rows[4].c.escalated = true;
    rows[5].c.look = VG_LOOK_SECOND;
    rows[6].c.report_due = true;
    rows[7].c.kinds = one << VG_MEDIA_KNOWN;
    rows[8].c.kinds = one << VG_TEXT_HELP_SEEKING;
    rows[9].c.verdict = VG_VERDICT_HOLD;
    rows[10].c.youngest_band = VG_AGE_UNDER13;
    rows[11].c.kinds = one << VG_TEXT_THREAT;
    rows[12].c.claimed_by = VG_STR("remi"), rows[12].c.claimed_until_ms = NOW + 1;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        TAP_EQ_STR(vg_bulk_why_names[vg_review_bulk(&p, &rows[i].c, &lea, VG_STR("lobby"), VG_ACTION_MUTE, NOW)], vg_bulk_why_names[rows[i].why],
                   "row by row");
    p.four_eyes = 1u << VG_FOUR_EYES_SUSPEND;
    TAP_EQ_INT(vg_review_bulk(&p, &plain, &lea, VG_STR("lobby"), VG_ACTION_SUSPEND, NOW), VG_BULK_FOUR_EYES, "what takes two people is never done to a wave");
    for (int w = 0; w < VG_BULK_WHYS; w++) TAP_OK(vg_bulk_why_names[w] && *vg_bulk_why_names[w], "every reason has a name");
}

/* ---- the statement of reasons ---- */

static const char *drafted(const vg_statement_facts *f, vg_lang lang, vg_buf *out)
{
    vg_buf_clear(out);
    vg_statement_draft(f, lang, out);
    vg_buf_add_char(out, '\0');
    return out->ptr;
}

static void statements(void)
{
    vg_policy_decisions p = a_policy();
    vg_buf out;
    vg_buf_init(&out, 1 << 16);
    vg_statement_facts f = {.policy = &p, .reason = &reasons[0], .title = {"Hall", "Lobby"}, .action = VG_ACTION_MUTE,
                            .reach = VG_REACH_PRIVATE_MESSAGES, .hours = 168, .kinds = UINT64_C(1) << VG_TEXT_SECRECY | UINT64_C(1) << VG_NOTICE_REPORT,
                            .now_ms = NOW};
    const char *fr = drafted(&f, VG_LANG_FR, &out);
    static const char *const parts[] = {"«\xe2\x80\xafHall\xe2\x80\xaf»", "Vous ne pouvez plus envoyer de messages privés pendant 7\xc2\xa0jours", "11\xc2\xa0mai 2026 à 12\xc2\xa0h\xc2\xa0\x30\x30 (UTC)",
                                        "Votre façon d’approcher.", "article 3", "Un signalement a été reçu", "n’est pas communiquée", "Des moyens automatisés",
                                        "C’est une personne qui", "3\xc2\xa0novembre 2026", "quel que soit le pays"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) TAP_OK(strstr(fr, parts[i]), "French says \"%s\"", parts[i]);
    TAP_OK(!strstr(fr, "provisoire"), "and nothing provisional");
    TAP_OK(strstr(drafted(&f, VG_LANG_EN, &out), "You can no longer send private messages for 7\xc2\xa0""days, until 11\xc2\xa0May 2026 at 12:00 (UTC)"), "English");
    f.interim = true;
    TAP_OK(strstr(drafted(&f, VG_LANG_EN, &out), "provisional measure"), "an interim measure says so");
    f.interim = false, f.hours = 0, f.action = VG_ACTION_SUSPEND, f.reach = VG_REACH_WHOLE_ACCOUNT, f.kinds = UINT64_C(1) << VG_NOTICE_REPORT;
    const char *en = drafted(&f, VG_LANG_EN, &out);
    TAP_OK(strstr(en, "with no end date, until this is lifted"), "until lifted");
    TAP_OK(!strstr(en, "Automated means"), "of a report alone no machine is claimed");
    for (int a = VG_ACTION_WARN; a <= VG_ACTION_SUSPEND; a++)
        for (int r = 0; r < VG_REACHES; r++)
            for (int lang = 0; lang < VG_LANGS; lang++) {
                f.action = (vg_action)a, f.reach = (vg_reach)r, f.kinds = ~UINT64_C(0);
                const char *text = drafted(&f, (vg_lang)lang, &out);
                TAP_OK(strlen(text) > 300 && !strstr(text, "(null)") && strlen(text) < VG_STATEMENT_MOST, "%s of %s in %d reads whole", vg_action_names[a],
                       vg_reach_names[r], lang);
            }
    f.reason = NULL;
    TAP_OK(strstr(drafted(&f, VG_LANG_EN, &out), "against the rules of this space"), "a reason of nobody's list");
    vg_buf_free(&out);
}

static void statement_as_json(void)
{
    vg_policy_decisions p = a_policy();
    vg_buf out;
    vg_buf_init(&out, 1 << 16);
    vg_statement_facts f = {.policy = &p, .reason = &reasons[1], .title = {"Hall", "Lobby"}, .action = VG_ACTION_SUSPEND, .hours = 24,
                            .kinds = UINT64_C(1) << VG_MEDIA_KNOWN, .now_ms = NOW};
    vg_statement_write(&f, VG_LANG_EN, VG_STR("es"), VG_STR("my \"text\""), true, &out);
    vg_buf_add_char(&out, '\0');
    static const char *const parts[] = {"\"language\":\"en\"", "\"asked_language\":\"es\"", "\"until\":\"2026-05-05T12:00:00", "\"from_notice\":false",
                                        "\"automated_detection\":true,\"automated_decision\":false", "\"kind\":\"law\",\"reference\":\"Article 227-23\"",
                                        "DECISION_GROUND_ILLEGAL_CONTENT", "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL", "\"edited\":true,\"text\":\"my \\\"text\\\"\"}"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) TAP_OK(strstr(out.ptr, parts[i]), "%s", parts[i]);
    vg_buf_free(&out);
    vg_buf_init(&out, 40);
    vg_statement_write(&f, VG_LANG_EN, VG_STR(""), VG_STR("x"), false, &out);
    TAP_OK(out.failed, "a buffer that is too small is known of");
    vg_buf_free(&out);
}

static void languages(void)
{
    static const struct {
        const char *asked;
        vg_lang lang;
        bool known;
    } rows[] = {{"fr", VG_LANG_FR, true}, {"fr-CA", VG_LANG_FR, true}, {"en", VG_LANG_EN, true}, {"es", VG_LANG_EN, false},
                {"", VG_LANG_EN, false},  {"fro", VG_LANG_EN, false},  {"f", VG_LANG_EN, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool known;
        vg_lang lang = vg_statement_language(vg_str_of(rows[i].asked), &known);
        TAP_OK(lang == rows[i].lang && known == rows[i].known, "\"%s\"", rows[i].asked);
    }
    vg_policy_decisions p = a_policy();
    const char *const title[VG_LANGS] = {"Hall", "Lobby"};
    vg_buf out;
    vg_buf_init(&out, 1 << 12);
    vg_appeal_draft(&p, title, true, VG_LANG_FR, &out);
    vg_buf_add_char(&out, '\0');
    TAP_OK(strstr(out.ptr, "la mesure est levée"), "an answer that overturns");
    vg_buf_clear(&out);
    vg_appeal_draft(&p, title, false, VG_LANG_EN, &out);
    vg_buf_add_char(&out, '\0');
    TAP_OK(strstr(out.ptr, "The decision stands") && strstr(out.ptr, "court"), "an answer that upholds names what is left");
    vg_buf_free(&out);
}

int main(void)
{
    what_is_offered();
    two_people();
    who_may_look();
    strikes_and_appeals();
    bulk();
    statements();
    statement_as_json();
    languages();
    return tap_done();
}
