/* SPDX-License-Identifier: Apache-2.0
 *
 * The section `decisions:`: its schema, its reading, its part of the version, and remarks.
 */
#include <inttypes.h>
#include <stdio.h>
#include "base/time.h"
#include "space/decisions_int.h"

/* ---- schema ---- */

static const cyaml_strval_t yes_no[] = {{"yes", 1}, {"no", 0}, {"true", 1}, {"false", 0}};
static const cyaml_strval_t actions[] = {{"dismiss", VG_ACTION_DISMISS}, {"warn", VG_ACTION_WARN},
                                         {"mute", VG_ACTION_MUTE},       {"restrict_minors", VG_ACTION_RESTRICT},
                                         {"suspend", VG_ACTION_SUSPEND}, {"escalate", VG_ACTION_ESCALATE},
                                         {"report", VG_ACTION_REPORT}};
static const cyaml_strval_t reaches[] = {{"whole_account", VG_REACH_WHOLE_ACCOUNT},
                                         {"contact_minors", VG_REACH_CONTACT_MINORS},
                                         {"private_messages", VG_REACH_PRIVATE_MESSAGES},
                                         {"group_messages", VG_REACH_GROUP_MESSAGES},
                                         {"media", VG_REACH_MEDIA},
                                         {"live", VG_REACH_LIVE}};
static const cyaml_strval_t grounds[] = {{"none", VG_GROUND_NONE}, {"law", VG_GROUND_LAW}, {"terms", VG_GROUND_TERMS}};
static const cyaml_strval_t four_eyes[] = {{"suspend", VG_FOUR_EYES_SUSPEND},
                                           {"authority_report", VG_FOUR_EYES_REPORT},
                                           {"hash_confirmation", VG_FOUR_EYES_HASH}};

#define LEN(array)            (sizeof(array) / sizeof((array)[0]))
#define TEXT(key, type, member, most) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, most)
#define TEXT_OPTIONAL(key, type, member, most) \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1, most)
#define WORDS(type, member, most) TEXT("fr", type, text[VG_LANG_FR], most), TEXT("en", type, text[VG_LANG_EN], most)

static const cyaml_schema_field_t title_fields[] = {WORDS(vg_doc_words, title, 120), CYAML_FIELD_END};
static const cyaml_schema_field_t long_fields[] = {WORDS(vg_doc_words, statement, 1000), CYAML_FIELD_END};
static const cyaml_schema_value_t action_value = {CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int, actions, LEN(actions))};
static const cyaml_schema_value_t reach_value = {CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int, reaches, LEN(reaches))};
static const cyaml_schema_value_t eyes_value = {CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int, four_eyes, LEN(four_eyes))};
static const cyaml_schema_value_t duration_value = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, 60)};

static const cyaml_schema_field_t reason_fields[] = {
    TEXT("code", vg_doc_reason, code, 40),
    CYAML_FIELD_MAPPING("title", CYAML_FLAG_DEFAULT, vg_doc_reason, title, title_fields),
    CYAML_FIELD_MAPPING_PTR("statement", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_reason, statement, long_fields),
    CYAML_FIELD_SEQUENCE("actions", CYAML_FLAG_POINTER, vg_doc_reason, actions, &action_value, 1, VG_ACTIONS),
    CYAML_FIELD_ENUM("ground", CYAML_FLAG_STRICT, vg_doc_reason, ground, grounds, LEN(grounds)),
    CYAML_FIELD_MAPPING_PTR("reference", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_reason, reference, long_fields),
    TEXT_OPTIONAL("dsa_category", vg_doc_reason, category, 80),
    TEXT_OPTIONAL("dsa_keyword", vg_doc_reason, keyword, 80),
    CYAML_FIELD_ENUM("removes", CYAML_FLAG_STRICT | CYAML_FLAG_OPTIONAL, vg_doc_reason, removes, yes_no, LEN(yes_no)),
    CYAML_FIELD_END};
static const cyaml_schema_value_t reason_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_reason, reason_fields)};

static const cyaml_schema_field_t act_fields[] = {
    CYAML_FIELD_ENUM("action", CYAML_FLAG_STRICT, vg_doc_act, action, actions, LEN(actions)),
    CYAML_FIELD_SEQUENCE("scopes", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_act, scopes, &reach_value, 0, VG_REACHES),
    CYAML_FIELD_SEQUENCE("durations", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_act, durations, &duration_value, 0,
                         VG_DECISIONS_DURATIONS),
    CYAML_FIELD_ENUM("strike", CYAML_FLAG_STRICT | CYAML_FLAG_OPTIONAL, vg_doc_act, strike, yes_no, LEN(yes_no)),
    CYAML_FIELD_END};
static const cyaml_schema_value_t act_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_act, act_fields)};

static const cyaml_schema_field_t suggestion_fields[] = {
    TEXT("after", vg_doc_suggestion, after, 20),
    CYAML_FIELD_ENUM("action", CYAML_FLAG_STRICT, vg_doc_suggestion, action, actions, LEN(actions)), CYAML_FIELD_END};
static const cyaml_schema_value_t suggestion_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, vg_doc_suggestion, suggestion_fields)};
static const cyaml_schema_field_t strike_fields[] = {
    TEXT("last", vg_doc_strikes, last, 60),
    CYAML_FIELD_SEQUENCE("suggest", CYAML_FLAG_POINTER, vg_doc_strikes, suggest, &suggestion_value, 0, VG_DECISIONS_SUGGESTIONS),
    CYAML_FIELD_END};
static const cyaml_schema_field_t appeal_fields[] = {
    TEXT("within", vg_doc_appeals, within, 60), TEXT("answer_within", vg_doc_appeals, answer_within, 60),
    CYAML_FIELD_MAPPING_PTR("redress", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, vg_doc_appeals, redress, long_fields),
    CYAML_FIELD_END};

const cyaml_schema_field_t vg_decisions_fields[] = {
    CYAML_FIELD_SEQUENCE("reasons", CYAML_FLAG_POINTER, vg_doc_decisions, reasons, &reason_value, 1, VG_DECISIONS_REASONS),
    CYAML_FIELD_SEQUENCE("actions", CYAML_FLAG_POINTER, vg_doc_decisions, actions, &act_value, 1, VG_ACTIONS),
    CYAML_FIELD_SEQUENCE("four_eyes", CYAML_FLAG_POINTER, vg_doc_decisions, four_eyes, &eyes_value, 0, VG_FOUR_EYES_COUNT),
    TEXT("interim_mute", vg_doc_decisions, interim_mute, 60),
    TEXT("undo", vg_doc_decisions, undo, 60),
    CYAML_FIELD_MAPPING("appeals", CYAML_FLAG_DEFAULT, vg_doc_decisions, appeals, appeal_fields),
    CYAML_FIELD_MAPPING("strikes", CYAML_FLAG_DEFAULT, vg_doc_decisions, strikes, strike_fields),
    TEXT("bulk", vg_doc_decisions, bulk, 20),
    CYAML_FIELD_END};

/* ---- reading ---- */

typedef struct reader {
    vg_space_loader *loader;
    const vg_yaml *yaml;
    const vg_doc_decisions *doc;
    vg_policy_decisions *out;
    vg_error *err;
} reader;

static int keep_words(reader *r, const vg_doc_words *words, const char *out[VG_LANGS])
{
    for (int lang = 0; words && lang < VG_LANGS; lang++)
        if (!(out[lang] = vg_space_keep(r->loader, words->text[lang]))) return vg_space_nomem(r->err);
    return 0;
}

/* One word of the table that outlives the load, or an error at `path`. */
static int find_word(reader *r, const char *path, const char *text, const char *const *table, size_t count, const char **out)
{
    if (!text) return 0;
    for (size_t i = 0; i < count && !*out; i++)
        if (strcmp(table[i], text) == 0) *out = table[i];
    return *out ? 0
                : vg_yaml_fail(r->yaml, r->err, path, "\"%.60s\" is not in the Transparency Database; expected one such as %s", text,
                               table[count - 1]);
}

static const uint32_t restricting =
    1u << VG_ACTION_WARN | 1u << VG_ACTION_MUTE | 1u << VG_ACTION_RESTRICT | 1u << VG_ACTION_SUSPEND;

static int check_reason(reader *r, const char *path, const vg_doc_reason *doc, const vg_policy_reason *out)
{
    size_t good = strspn(doc->code, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (doc->code[good])
        return vg_yaml_fail(r->yaml, r->err, path, "\"%.40s\": expected a code of lower-case letters, digits and `_`", doc->code);
    for (size_t i = 0; i < r->out->reason_count; i++)
        if (strcmp(r->out->reasons[i].code, doc->code) == 0)
            return vg_yaml_fail(r->yaml, r->err, path, "a second reason \"%.40s\"; expected a code of its own", doc->code);
    if (!(out->actions & restricting)) return 0;
    if (!doc->statement || out->ground == VG_GROUND_NONE || !doc->reference)
        return vg_yaml_fail(r->yaml, r->err, path,
                            "\"%.40s\" may restrict somebody: they are owed a `statement`, and a `ground` (law or terms) with its "
                            "`reference`",
                            doc->code);
    if (doc->removes && out->ground != VG_GROUND_LAW)
        return vg_yaml_fail(r->yaml, r->err, path, "\"%.40s\" removes what the law forbids: expected `ground: law`", doc->code);
    return 0;
}

static int read_reason(reader *r, unsigned i, vg_policy_reason *out)
{
    const vg_doc_reason *doc = &r->doc->reasons[i];
    char path[64];
    *out = (vg_policy_reason){.ground = (vg_ground)doc->ground, .removes = doc->removes != 0};
    for (unsigned a = 0; a < doc->actions_count; a++) out->actions |= 1u << doc->actions[a];
    snprintf(path, sizeof path, "decisions.reasons[%u].code", i);
    int rc = check_reason(r, path, doc, out);
    if (rc) return rc;
    if (!(out->code = vg_space_keep(r->loader, doc->code))) return vg_space_nomem(r->err);
    snprintf(path, sizeof path, "decisions.reasons[%u].dsa_category", i);
    rc = find_word(r, path, doc->category, vg_dsa_categories, vg_dsa_category_count, &out->dsa_category);
    snprintf(path, sizeof path, "decisions.reasons[%u].dsa_keyword", i);
    if (!rc) rc = find_word(r, path, doc->keyword, vg_dsa_keywords, vg_dsa_keyword_count, &out->dsa_keyword);
    if (!rc) rc = keep_words(r, &doc->title, out->title);
    if (!rc) rc = keep_words(r, doc->statement, out->text);
    return rc ? rc : keep_words(r, doc->reference, out->reference);
}

static int read_reasons(reader *r)
{
    vg_policy_reason *all = vg_arena_calloc(r->loader->arena, r->doc->reasons_count, sizeof *all);
    if (!all) return vg_space_nomem(r->err);
    r->out->reasons = all;
    for (unsigned i = 0; i < r->doc->reasons_count; i++) {
        int rc = read_reason(r, i, &all[i]);
        if (rc) return rc;
        r->out->reason_count++;
    }
    return 0;
}

static bool lasts(int action)
{
    return action == VG_ACTION_MUTE || action == VG_ACTION_RESTRICT || action == VG_ACTION_SUSPEND;
}

static int read_durations(reader *r, unsigned i, const vg_doc_act *doc, vg_policy_act *act)
{
    char path[64];
    for (unsigned d = 0; d < doc->durations_count; d++) {
        uint32_t hours = 0;
        snprintf(path, sizeof path, "decisions.actions[%u].durations[%u]", i, d);
        int rc = strcmp(doc->durations[d], "until lifted") == 0
                     ? 0
                     : vg_value_duration(r->yaml, path, doc->durations[d], 60, 1, 8760, &hours, r->err);
        for (size_t k = 0; !rc && k < act->hour_count; k++)
            if (act->hours[k] == hours) rc = vg_yaml_fail(r->yaml, r->err, path, "\"%.40s\" is there twice", doc->durations[d]);
        if (rc) return rc;
        act->hours[act->hour_count++] = hours;
    }
    return 0;
}

static int read_act(reader *r, unsigned i)
{
    const vg_doc_act *doc = &r->doc->actions[i];
    vg_policy_act *act = &r->out->acts[doc->action];
    char path[64];
    snprintf(path, sizeof path, "decisions.actions[%u].action", i);
    if (act->offered) return vg_yaml_fail(r->yaml, r->err, path, "%s is there twice", vg_action_names[doc->action]);
    act->offered = true;
    act->strike = doc->strike != 0;
    for (unsigned s = 0; s < doc->scopes_count; s++) act->reaches |= 1u << doc->scopes[s];
    if (act->strike && !(restricting >> doc->action & 1))
        return vg_yaml_fail(r->yaml, r->err, path, "%s restricts nobody; expected no strike for it", vg_action_names[doc->action]);
    if (lasts(doc->action) ? !doc->durations_count || !act->reaches : doc->durations_count > 0)
        return vg_yaml_fail(r->yaml, r->err, path,
                            "mute, restrict_minors and suspend need `scopes` and `durations`, other actions have no durations");
    if (!act->reaches) act->reaches = 1u << VG_REACH_WHOLE_ACCOUNT;
    return read_durations(r, i, doc, act);
}

static int read_acts(reader *r)
{
    int rc = 0;
    for (unsigned i = 0; i < r->doc->actions_count && !rc; i++) rc = read_act(r, i);
    if (!rc && !r->out->acts[VG_ACTION_DISMISS].offered)
        rc = vg_yaml_fail(r->yaml, r->err, "decisions.actions", "dismiss is missing: nobody must be made to find something");
    for (int a = 0; a < VG_ACTIONS && !rc; a++) {
        bool reason = false;
        for (size_t i = 0; i < r->out->reason_count; i++) reason |= r->out->reasons[i].actions >> a & 1;
        if (r->out->acts[a].offered && !reason)
            rc = vg_yaml_fail(r->yaml, r->err, "decisions.reasons", "no reason is for %s, which is offered", vg_action_names[a]);
    }
    return rc;
}

static int read_suggestions(reader *r)
{
    const vg_doc_strikes *doc = &r->doc->strikes;
    char path[64];
    for (unsigned i = 0; i < doc->suggest_count; i++) {
        vg_policy_suggestion *s = &r->out->suggestions[i];
        snprintf(path, sizeof path, "decisions.strikes.suggest[%u].after", i);
        s->action = (vg_action)doc->suggest[i].action;
        int rc = vg_value_count(r->yaml, path, doc->suggest[i].after, 1, 100, &s->strikes, r->err);
        if (!rc && i && s->strikes <= s[-1].strikes)
            rc = vg_yaml_fail(r->yaml, r->err, path, "%s does not come after the one before", doc->suggest[i].after);
        if (!rc && !r->out->acts[s->action].offered)
            rc = vg_yaml_fail(r->yaml, r->err, path, "%s is not among the actions offered", vg_action_names[s->action]);
        if (rc) return rc;
        r->out->suggestion_count++;
    }
    return 0;
}

static int read_times(reader *r)
{
    static const vg_value_unit seconds[] = {{"seconds", 1}, {"second", 1}, {"s", 1}};
    const vg_yaml *y = r->yaml;
    const vg_doc_decisions *d = r->doc;
    vg_policy_decisions *o = r->out;
    uint64_t undo = 0;
    int rc = vg_value_duration(y, "decisions.interim_mute", d->interim_mute, 60, 0, 168, &o->interim_mute_hours, r->err);
    if (!rc) rc = vg_value_quantity(y, "decisions.undo", d->undo, seconds, 3, 0, VG_DECISIONS_UNDO_MOST, &undo, r->err);
    if (!rc) rc = vg_value_duration(y, "decisions.appeals.within", d->appeals.within, 1440, 1, 3650, &o->appeal_days, r->err);
    if (!rc)
        rc = vg_value_duration(y, "decisions.appeals.answer_within", d->appeals.answer_within, 1440, 1, 90, &o->appeal_answer_days, r->err);
    if (!rc) rc = vg_value_duration(y, "decisions.strikes.last", d->strikes.last, 1440, 1, 3650, &o->strike_days, r->err);
    if (!rc) rc = vg_value_count(y, "decisions.bulk", d->bulk, 0, VG_DECISIONS_BULK_MOST, &o->bulk_most, r->err);
    o->undo_seconds = (uint32_t)undo;
    return rc ? rc : keep_words(r, d->appeals.redress, o->redress);
}

int vg_decisions_load(vg_space_loader *loader, const vg_yaml *yaml, const vg_doc_decisions *doc, const vg_policy_decisions **out,
                      vg_error *err)
{
    *out = &vg_decisions_standard;
    if (!doc) return 0;
    vg_policy_decisions *decisions = vg_arena_calloc(loader->arena, 1, sizeof *decisions);
    if (!decisions) return vg_space_nomem(err);
    reader r = {.loader = loader, .yaml = yaml, .doc = doc, .out = decisions, .err = err};
    decisions->listed = true;
    for (unsigned i = 0; i < doc->four_eyes_count; i++) decisions->four_eyes |= 1u << doc->four_eyes[i];
    int rc = read_reasons(&r);
    if (!rc) rc = read_acts(&r);
    if (!rc) rc = read_times(&r);
    if (!rc) rc = read_suggestions(&r);
    if (!rc) *out = decisions;
    return rc;
}

/* ---- version ---- */

void vg_decisions_version(uint64_t *h, const vg_policy_decisions *d, void (*number)(uint64_t *h, int64_t n),
                          void (*text)(uint64_t *h, const char *s))
{
    const int64_t numbers[] = {d->listed,          (int64_t)d->reason_count, d->four_eyes,   d->interim_mute_hours, d->undo_seconds,
                               d->appeal_days,     d->appeal_answer_days,    d->strike_days, d->bulk_most,          (int64_t)d->suggestion_count};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) number(h, numbers[i]);
    for (size_t i = 0; i < d->suggestion_count; i++) number(h, d->suggestions[i].strikes * 64 + d->suggestions[i].action);
    for (int a = 0; a < VG_ACTIONS; a++) {
        const vg_policy_act *act = &d->acts[a];
        number(h, act->offered * 2 + act->strike);
        number(h, act->reaches);
        number(h, (int64_t)act->hour_count);
        for (size_t i = 0; i < act->hour_count; i++) number(h, act->hours[i]);
    }
    for (size_t i = 0; i < d->reason_count; i++) {
        const vg_policy_reason *r = &d->reasons[i];
        number(h, r->actions * 4 + r->ground);
        text(h, r->code);
        text(h, r->dsa_category);
        text(h, r->dsa_keyword);
        if (r->removes) text(h, "removes"); /* versions of policies without it stay what they were */
        for (int lang = 0; lang < VG_LANGS; lang++) text(h, r->title[lang]), text(h, r->text[lang]), text(h, r->reference[lang]);
    }
    for (int lang = 0; lang < VG_LANGS; lang++) text(h, d->redress[lang]);
}

/* ---- remarks ---- */

void vg_decisions_check(const vg_policy *p, void (*find)(void *context, const char *line), void *context)
{
    const vg_policy_decisions *d = p->decisions;
    char line[200];
    if (!d) return;
    if (!d->listed) {
        find(context, "decisions: not set; the built-in reasons stand, others are taken too, and one person decides everything");
        return;
    }
    if (d->appeal_days < VG_DECISIONS_APPEAL_DSA) {
        snprintf(line, sizeof line, "decisions.appeals.within: %" PRIu32 " days; Article 20 of the DSA gives at least six months (%d days)",
                 d->appeal_days, VG_DECISIONS_APPEAL_DSA);
        find(context, line);
    }
    if (d->appeal_days > p->keep_case_days) {
        snprintf(line, sizeof line,
                 "decisions.appeals.within: an appeal may come after %" PRIu32 " days, when what the case held is destroyed (retention.cases)",
                 p->keep_case_days);
        find(context, line);
    }
    if (d->acts[VG_ACTION_SUSPEND].offered && !(d->four_eyes >> VG_FOUR_EYES_SUSPEND & 1))
        find(context, "decisions.four_eyes: one person alone may suspend an account");
    if (d->acts[VG_ACTION_REPORT].offered && !(d->four_eyes >> VG_FOUR_EYES_REPORT & 1))
        find(context, "decisions.four_eyes: one person alone may decide a report to an authority");
}
