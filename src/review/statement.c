/* SPDX-License-Identifier: Apache-2.0 */
#include "review/statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "review/decide.h"

vg_lang vg_statement_language(vg_str asked, bool *known)
{
    bool whole = asked.len >= 2 && (asked.len == 2 || asked.ptr[2] == '-');
    bool fr = whole && memcmp(asked.ptr, "fr", 2) == 0, en = whole && memcmp(asked.ptr, "en", 2) == 0;
    *known = fr || en;
    return fr ? VG_LANG_FR : VG_LANG_EN;
}

/* ---- words ---- */

#define NB "\xc2\xa0"     /* non-breaking space */
#define NNB "\xe2\x80\xaf" /* narrow one, before ; ! ? and inside « » */

/* What somebody can no longer do; {…} of nothing: whole sentences, so that both languages stay right. */
static const char *const muted[VG_REACHES][VG_LANGS] = {
    [VG_REACH_WHOLE_ACCOUNT] = {"Vous ne pouvez plus envoyer de messages", "You can no longer send messages"},
    [VG_REACH_CONTACT_MINORS] = {"Vous ne pouvez plus écrire à des mineurs", "You can no longer write to minors"},
    [VG_REACH_PRIVATE_MESSAGES] = {"Vous ne pouvez plus envoyer de messages privés", "You can no longer send private messages"},
    [VG_REACH_GROUP_MESSAGES] = {"Vous ne pouvez plus écrire dans les groupes", "You can no longer write in groups"},
    [VG_REACH_MEDIA] = {"Vous ne pouvez plus envoyer d’images ni de vidéos", "You can no longer send pictures or videos"},
    [VG_REACH_LIVE] = {"Vous ne pouvez plus diffuser en direct", "You can no longer stream live"},
};
static const char *const suspended[VG_REACHES][VG_LANGS] = {
    [VG_REACH_WHOLE_ACCOUNT] = {"Votre compte est suspendu", "Your account is suspended"},
    [VG_REACH_CONTACT_MINORS] = {"Vous ne pouvez plus prendre contact avec des mineurs", "You can no longer contact minors"},
    [VG_REACH_PRIVATE_MESSAGES] = {"Vos messages privés sont suspendus", "Your private messages are suspended"},
    [VG_REACH_GROUP_MESSAGES] = {"Votre accès aux groupes est suspendu", "Your access to groups is suspended"},
    [VG_REACH_MEDIA] = {"L’envoi d’images et de vidéos est suspendu pour votre compte", "Sending pictures and videos is suspended for your account"},
    [VG_REACH_LIVE] = {"La diffusion en direct est suspendue pour votre compte", "Live streaming is suspended for your account"},
};
static const char *const warned[VG_LANGS] = {"Vous recevez un avertissement. Votre compte n’est pas limité.",
                                             "You are given a warning. Your account is not restricted."};

static const char *const months[VG_LANGS][12] = {
    {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}};

/* "3 décembre 2026", and with the time "3 décembre 2026 à 17 h 40 (UTC)". */
static void add_date(vg_buf *out, vg_lang lang, int64_t ms, bool time)
{
    char text[25];
    vg_time_format(ms, text); /* 2026-12-03T17:40:00.000Z */
    int month = (text[5] - '0') * 10 + text[6] - '0', day = (text[8] - '0') * 10 + text[9] - '0';
    if (month < 1 || month > 12) month = 1;
    if (lang == VG_LANG_FR && day == 1) vg_buf_add_cstr(out, "1er" NB);
    else vg_buf_printf(out, "%d" NB, day);
    vg_buf_printf(out, "%s %.4s", months[lang][month - 1], text);
    if (time)
        vg_buf_printf(out, lang == VG_LANG_FR ? " à %.2s" NB "h" NB "%.2s (UTC)" : " at %.2s:%.2s (UTC)", text + 11, text + 14);
}

static void add_duration(vg_buf *out, vg_lang lang, uint32_t hours)
{
    bool days = hours % 24 == 0 && hours > 24;
    uint32_t n = days ? hours / 24 : hours;
    static const char *const unit[VG_LANGS][2] = {{"heure", "jour"}, {"hour", "day"}};
    vg_buf_printf(out, lang == VG_LANG_FR ? " pendant %" PRIu32 NB "%s%s" : " for %" PRIu32 NB "%s%s", n, unit[lang][days], n > 1 ? "s" : "");
}

/* ---- the parts: restriction, facts, ground, redress ---- */

static void add_restriction(const vg_statement_facts *f, vg_lang lang, vg_buf *out)
{
    bool fr = lang == VG_LANG_FR;
    if (f->action == VG_ACTION_WARN) {
        vg_buf_add_cstr(out, warned[lang]);
    } else {
        const char *const *what = f->action == VG_ACTION_MUTE ? muted[f->reach] : suspended[f->action == VG_ACTION_RESTRICT ? VG_REACH_CONTACT_MINORS : f->reach];
        vg_buf_add_cstr(out, what[lang]);
        if (f->hours) {
            add_duration(out, lang, f->hours);
            vg_buf_add_cstr(out, fr ? ", jusqu’au " : ", until ");
            add_date(out, lang, f->now_ms + f->hours * VG_HOUR_MS, true);
            vg_buf_add_char(out, '.');
        } else {
            vg_buf_add_cstr(out, fr ? ", sans date de fin, jusqu’à ce que cette mesure soit levée." : ", with no end date, until this is lifted.");
        }
    }
    if (f->removes && !f->interim) vg_buf_add_cstr(out, fr ? " Les images ou vidéos concernées, envoyées depuis votre compte, sont retirées." : " The pictures or videos concerned that were sent from your account are removed.");
    vg_buf_add_cstr(out, fr ? " Cela vaut dans cet espace, quel que soit le pays." : " This applies in this space, whatever the country.");
    if (f->interim)
        vg_buf_add_cstr(out, fr ? " C’est une mesure provisoire" NB ": une autre personne examine la situation avant toute décision."
                                : " This is a provisional measure: another person looks at the situation before anything is decided.");
}

#define BIT(kind) (UINT64_C(1) << (kind))
static const uint64_t material = BIT(VG_MEDIA_KNOWN) | BIT(VG_MEDIA_SIMILAR);
static const uint64_t reports = BIT(VG_NOTICE_REPORT);

static uint64_t words_of(void)
{
    uint64_t bits = BIT(VG_TEXT_MODEL) | BIT(VG_RULE_OPERATOR);
    for (unsigned family = 0; family < VG_TEXT_FAMILIES; family++) bits |= BIT(vg_evidence_of_family(family));
    return bits;
}

/* What was looked at, in general words: a list of what a case is made of would teach how to avoid being seen. */
static void add_facts(const vg_statement_facts *f, vg_lang lang, vg_buf *out)
{
    static const char *const parts[3][VG_LANGS] = {
        {"des images ou des vidéos envoyées depuis votre compte", "pictures or videos sent from your account"},
        {"des messages envoyés depuis votre compte", "messages sent from your account"},
        {"la façon dont votre compte a pris contact avec d’autres personnes", "the way in which your account contacted other people"}};
    bool fr = lang == VG_LANG_FR, has[3] = {(f->kinds & material) != 0, (f->kinds & words_of()) != 0,
                                            (f->kinds & ~(material | reports | words_of())) != 0};
    int left = has[0] + has[1] + has[2];
    vg_buf_add_cstr(out, fr ? "Ont été pris en compte" NB ": " : "What was taken into account: ");
    if (!left) vg_buf_add_cstr(out, fr ? "l’activité de votre compte" : "the activity of your account");
    for (int i = 0, shown = 0; i < 3; i++) {
        if (!has[i]) continue;
        if (shown) vg_buf_add_cstr(out, --left > 1 ? ", " : fr ? " et " : " and ");
        vg_buf_add_cstr(out, parts[i][lang]);
        shown = 1;
    }
    vg_buf_add_cstr(out, ". ");
    if (f->kinds & reports)
        vg_buf_add_cstr(out, fr ? "Un signalement a été reçu" NNB "; l’identité de son auteur n’est pas communiquée. "
                                : "A report was received; who made it is not disclosed. ");
    if (f->kinds & ~reports)
        vg_buf_add_cstr(out, fr ? "Des moyens automatisés ont attiré l’attention sur cette situation. " : "Automated means drew attention to this situation. ");
    vg_buf_add_cstr(out, fr ? "C’est une personne qui a examiné la situation et qui a décidé." : "A person looked at the situation and decided.");
}

static const vg_policy_reason *reason_of(const vg_statement_facts *f)
{
    if (f->reason) return f->reason;
    return vg_policy_reason_find(f->policy, VG_STR("other"));
}

static void add_ground(const vg_statement_facts *f, vg_lang lang, vg_buf *out)
{
    const vg_policy_reason *reason = reason_of(f);
    bool fr = lang == VG_LANG_FR;
    if (!reason || !reason->text[lang]) {
        vg_buf_add_cstr(out, fr ? "Ce comportement n’est pas conforme aux règles de cet espace." : "This is against the rules of this space.");
        return;
    }
    vg_buf_add_cstr(out, reason->text[lang]);
    if (!reason->reference[lang]) return;
    if (reason->ground == VG_GROUND_LAW)
        vg_buf_printf(out, fr ? " Nous considérons ce contenu comme illicite au regard de" NB ": %s." : " We consider this to be illegal under: %s.",
                      reason->reference[lang]);
    else
        vg_buf_printf(out, fr ? " Règle concernée" NB ": %s." : " The rule concerned: %s.", reason->reference[lang]);
}

static void add_redress(const vg_statement_facts *f, vg_lang lang, vg_buf *out)
{
    bool fr = lang == VG_LANG_FR;
    vg_buf_add_cstr(out, fr ? "Vous pouvez contester cette décision gratuitement jusqu’au " : "You can appeal against this decision free of charge until ");
    add_date(out, lang, vg_review_appeal_until(f->policy, f->now_ms), false);
    vg_buf_printf(out,
                  fr ? ", en répondant depuis cet espace. Une autre personne examinera votre réclamation et vous répondra sous %" PRIu32 NB "jours."
                     : ", by answering in this space. Another person will look at your complaint and answer within %" PRIu32 NB "days.",
                  f->policy->appeal_answer_days);
    if (f->policy->redress[lang])
        vg_buf_printf(out, fr ? " Vous pouvez aussi saisir %s." : " You can also turn to %s.", f->policy->redress[lang]);
    else
        vg_buf_add_cstr(out, fr ? " Vous pouvez aussi saisir un organisme certifié de règlement extrajudiciaire des litiges, ou le juge."
                                : " You can also turn to a certified out-of-court dispute settlement body, or to a court.");
}

/* ---- the whole ---- */

typedef void part_fn(const vg_statement_facts *f, vg_lang lang, vg_buf *out);

static void add_part(const vg_statement_facts *f, vg_lang lang, vg_buf *out, const char *fr, const char *en, part_fn *part)
{
    vg_buf_printf(out, "\n\n%s\n", lang == VG_LANG_FR ? fr : en);
    part(f, lang, out);
}

void vg_statement_draft(const vg_statement_facts *f, vg_lang lang, vg_buf *out)
{
    const char *title = f->title[lang] ? f->title[lang] : "";
    vg_buf_printf(out, lang == VG_LANG_FR ? "Décision concernant votre compte" NB ": «" NNB "%s" NNB "»" : "A decision about your account: “%s”", title);
    add_part(f, lang, out, "Ce qui est décidé", "What is decided", add_restriction);
    add_part(f, lang, out, "Pourquoi", "Why", add_ground);
    add_part(f, lang, out, "Comment", "How", add_facts);
    add_part(f, lang, out, "Si vous n’êtes pas d’accord", "If you do not agree", add_redress);
    vg_buf_add_char(out, '\n');
}

static void add_member(vg_buf *out, const char *name, const char *text)
{
    vg_buf_printf(out, ",\"%s\":", name);
    if (text) vg_buf_add_json_str(out, vg_str_of(text));
    else vg_buf_add_cstr(out, "null");
}

/* One part of the text as a member of its own, for the database and for whoever shows it in another form. */
static void add_text(const vg_statement_facts *f, vg_lang lang, vg_buf *out, const char *name, part_fn *part)
{
    vg_buf text;
    vg_buf_init(&text, VG_STATEMENT_MOST);
    part(f, lang, &text);
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, (vg_str){text.ptr ? text.ptr : "", text.len});
    if (text.failed) out->failed = true;
    vg_buf_free(&text);
}

static void write_ground(const vg_statement_facts *f, vg_lang lang, vg_buf *out)
{
    const vg_policy_reason *reason = reason_of(f);
    vg_ground ground = reason ? reason->ground : VG_GROUND_TERMS;
    vg_buf_printf(out, ",\"ground\":{\"kind\":\"%s\"", vg_ground_names[ground]);
    add_member(out, "reference", reason ? reason->reference[lang] : NULL);
    add_text(f, lang, out, "explanation", add_ground);
    vg_buf_printf(out, "},\"dsa\":{\"decision_ground\":\"%s\"",
                  ground == VG_GROUND_LAW ? "DECISION_GROUND_ILLEGAL_CONTENT" : "DECISION_GROUND_INCOMPATIBLE_CONTENT");
    if (reason && reason->dsa_category) vg_buf_printf(out, ",\"category\":\"STATEMENT_CATEGORY_%s\"", reason->dsa_category);
    if (reason && reason->dsa_keyword) vg_buf_printf(out, ",\"keyword\":\"KEYWORD_%s\"", reason->dsa_keyword);
    vg_buf_add_char(out, '}');
}

void vg_statement_write(const vg_statement_facts *f, vg_lang lang, vg_str asked, vg_str text, bool edited, vg_buf *out)
{
    char when[25];
    vg_time_format(f->now_ms, when);
    vg_buf_printf(out, "{\"language\":\"%s\"", lang == VG_LANG_FR ? "fr" : "en");
    if (asked.len) {
        vg_buf_add_cstr(out, ",\"asked_language\":");
        vg_buf_add_json_str(out, asked);
    }
    vg_buf_printf(out, ",\"restriction\":{\"action\":\"%s\",\"scope\":\"%s\",\"hours\":%" PRIu32 ",\"territory\":\"everywhere\",\"interim\":%s,\"from\":\"%s\"",
                  vg_action_names[f->action], vg_reach_names[f->reach], f->hours, f->interim ? "true" : "false", when);
    if (f->hours) {
        vg_time_format(f->now_ms + f->hours * VG_HOUR_MS, when);
        vg_buf_printf(out, ",\"until\":\"%s\"", when);
    }
    if (f->removes && !f->interim) vg_buf_add_cstr(out, ",\"removed\":true");
    vg_buf_add_char(out, '}');
    add_text(f, lang, out, "facts", add_facts);
    vg_buf_printf(out, ",\"from_notice\":%s,\"automated_detection\":%s,\"automated_decision\":false", f->kinds & reports ? "true" : "false",
                  f->kinds & ~reports ? "true" : "false");
    write_ground(f, lang, out);
    vg_time_format(vg_review_appeal_until(f->policy, f->now_ms), when);
    vg_buf_printf(out, ",\"appeal_until\":\"%s\"", when);
    add_text(f, lang, out, "redress", add_redress);
    vg_buf_printf(out, ",\"edited\":%s,\"text\":", edited ? "true" : "false");
    vg_buf_add_json_str(out, text);
    vg_buf_add_char(out, '}');
}

void vg_appeal_draft(const vg_policy_decisions *policy, const char *const title[VG_LANGS], bool overturned, vg_lang lang, vg_buf *out)
{
    bool fr = lang == VG_LANG_FR;
    vg_buf_printf(out, fr ? "Votre réclamation" NB ": «" NNB "%s" NNB "»\n\n" : "Your complaint: “%s”\n\n", title[lang] ? title[lang] : "");
    vg_buf_add_cstr(out, fr ? "Une personne qui n’avait pas pris part à la décision a relu votre situation. "
                            : "A person who had no part in the decision has looked at your situation again. ");
    if (overturned) {
        vg_buf_add_cstr(out, fr ? "Votre réclamation est fondée" NB ": la mesure est levée, et elle ne sera pas retenue contre vous.\n"
                                : "Your complaint is well founded: the measure is lifted and will not be held against you.\n");
        return;
    }
    vg_buf_add_cstr(out, fr ? "La décision est maintenue, pour les raisons qui vous ont été données. " : "The decision stands, for the reasons that you were given. ");
    if (policy->redress[lang]) vg_buf_printf(out, fr ? "Vous pouvez encore saisir %s.\n" : "You can still turn to %s.\n", policy->redress[lang]);
    else
        vg_buf_add_cstr(out, fr ? "Vous pouvez encore saisir un organisme certifié de règlement extrajudiciaire des litiges, ou le juge.\n"
                                : "You can still turn to a certified out-of-court dispute settlement body, or to a court.\n");
}
