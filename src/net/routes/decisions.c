/* SPDX-License-Identifier: Apache-2.0
 *
 * Deciding a case, taking it back, and the statement of reasons. The rules are review's, the rows the store's. */
#include "net/routes/decisions.h"

#include <stdio.h>

#include "base/log.h"
#include "base/time.h"
#include "net/body.h"
#include "net/gate.h"
#include "net/ruling.h"
#include "net/server_int.h"
#include "net/welfare.h"
#include "review/decide.h"
#include "review/permission.h"

enum { REASON_MAX = 200, NOTE_MAX = 4000, HOURS_MAX = 24 * 365 };

typedef struct asked {
    vg_decision answer;
    bool has_reach;
    vg_str statement, language;
    int64_t interim_hours;
} asked;

/* ---- reading ---- */

static bool read_names(vg_exchange *x, asked *a, vg_str action, vg_str scope)
{
    int kind = vg_action_of(action), reach = vg_reach_of(scope);
    if (kind < 0) {
        vg_answer_problem(x, 400, "/action", "unknown value; expected one of dismiss, warn, mute, restrict_minors, suspend, escalate, report");
        return false;
    }
    if (scope.len && reach < 0) {
        vg_answer_problem(x, 400, "/scope",
                          "unknown value; expected one of whole_account, contact_minors, private_messages, group_messages, media, live");
        return false;
    }
    if (a->language.len && !vg_str_is(a->language, "fr") && !vg_str_is(a->language, "en")) {
        vg_answer_problem(x, 400, "/language", "expected fr or en");
        return false;
    }
    a->has_reach = scope.len > 0;
    a->answer.action = (vg_action)kind;
    a->answer.reach = reach < 0 ? VG_REACH_WHOLE_ACCOUNT : (vg_reach)reach;
    if (a->answer.hours && !vg_review_lasts(a->answer.action)) {
        vg_answer_problem(x, 400, "/hours", "only mute, restrict_minors and suspend last for hours");
        return false;
    }
    return true;
}

static bool read_asked(vg_exchange *x, asked *a, bool decides)
{
    vg_str action = {"", 0}, scope = {"", 0};
    int64_t hours = 0;
    const vg_field fields[] = {
        {.name = "action", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 64, .string = &action},
        {.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = REASON_MAX, .string = &a->answer.reason},
        {.name = "hours", .type = VG_FIELD_INTEGER, .highest = HOURS_MAX, .integer = &hours},
        {.name = "scope", .type = VG_FIELD_STRING, .least = 1, .most = 64, .string = &scope},
        {.name = "language", .type = VG_FIELD_STRING, .least = 2, .most = 2, .string = &a->language},
        {.name = "interim_hours", .type = VG_FIELD_INTEGER, .highest = HOURS_MAX, .integer = &a->interim_hours},
        {.name = "note", .type = VG_FIELD_STRING, .most = NOTE_MAX, .string = &a->answer.note},
        {.name = "statement", .type = VG_FIELD_STRING, .least = 1, .most = VG_STATEMENT_MOST, .string = &a->statement},
    };
    if (!vg_body_read(x, fields, decides ? 8 : 6)) return false;
    a->answer.hours = (uint32_t)hours;
    return read_names(x, a, action, scope);
}

/* ---- what a decision comes to ---- */

typedef struct ruling {
    vg_rules rules;
    vg_case c;
    asked asked;
    vg_opinion *opinions;
    size_t opinion_count;
    vg_resolution resolution;
} ruling;

static const vg_opinion *sealed_opinion(const ruling *r)
{
    for (size_t i = 0; i < r->opinion_count; i++)
        if (!r->opinions[i].decision_id && !r->opinions[i].destroyed) return &r->opinions[i];
    return NULL;
}

static int check_interim(const ruling *r, vg_outcome outcome, vg_error *err)
{
    int64_t hours = r->asked.interim_hours;
    if (!hours) return 0;
    if (!outcome.sealed || outcome.to != VG_LOOK_SECOND)
        return vg_fail(err, VG_EINVAL, "/interim_hours", "only the first of two people mutes meanwhile");
    if (hours > r->rules.decisions->interim_mute_hours)
        return vg_fail(err, VG_EINVAL, "/interim_hours", "this space allows %u hours at most", r->rules.decisions->interim_mute_hours);
    return 0;
}

/* Which text goes out: what this person edited, unless two people agreed on less time than it says. */
static int make_statement(vg_desk *desk, vg_exchange *x, ruling *r, vg_outcome outcome, bool milder, vg_error *err)
{
    vg_resolution *to = &r->resolution;
    vg_str language = vg_account_language(x->server, r->c.space, r->c.account, desk->arena), edited = milder ? (vg_str){"", 0} : r->asked.statement;
    vg_statement_facts facts = vg_ruling_facts(&r->rules, &r->c, &to->decision);
    if (r->asked.statement.len) {
        if (!vg_review_restricts(r->asked.answer.action))
            return vg_fail(err, VG_EINVAL, "/statement", "%s restricts nobody: no statement is owed", vg_action_names[r->asked.answer.action]);
        int rc = vg_ruling_check_text(desk, &r->c, x->user.name, "/statement", r->asked.statement, err);
        if (rc) return rc;
    }
    if (outcome.sealed) {
        to->statement_text = r->asked.statement;
        if (!to->interim_hours) return 0;
        facts.action = VG_ACTION_MUTE;
        facts.reach = VG_REACH_WHOLE_ACCOUNT;
        facts.hours = to->interim_hours;
        facts.interim = true;
        edited = (vg_str){"", 0};
    } else if (!vg_review_restricts(to->decision.action)) {
        return 0;
    }
    return vg_ruling_statement(&facts, r->asked.language, language, edited, desk->arena, &to->statement, &to->language, err);
}

static int find_outcome(vg_desk *desk, vg_exchange *x, ruling *r, vg_outcome *outcome, vg_error *err)
{
    const vg_policy_decisions *d = r->rules.decisions;
    bool confirmed = true;
    int rc = vg_review_check_answer(d, &r->asked.answer, r->asked.has_reach, err);
    if (!rc && vg_review_confirms_hash(d, vg_policy_reason_find(d, r->asked.answer.reason), r->c.kinds))
        rc = vg_ruling_hash_confirmed(desk, &r->c, x->user.name, &confirmed, err);
    if (!rc && r->c.look != VG_LOOK_FIRST)
        rc = vg_store_opinions(desk->store, r->c.id, true, desk->arena, &r->opinions, &r->opinion_count, err);
    if (rc) return rc;
    const vg_opinion *first = sealed_opinion(r);
    *outcome = vg_review_outcome(d, &r->c, confirmed, &r->asked.answer, first ? &first->answer : NULL);
    return check_interim(r, *outcome, err);
}

static int rule(vg_desk *desk, vg_exchange *x, ruling *r, vg_error *err)
{
    const vg_policy_decisions *d = r->rules.decisions;
    vg_outcome outcome;
    vg_resolution *to = &r->resolution;
    int rc = find_outcome(desk, x, r, &outcome, err);
    if (rc) return rc;
    *to = (vg_resolution){.decision = r->asked.answer, .from = r->c.look, .to = outcome.to, .sealed = outcome.sealed,
                          .interim_hours = (uint32_t)r->asked.interim_hours, .statement = {"", 0}, .statement_text = {"", 0}, .language = {"", 0}};
    to->decision.case_id = r->c.id;
    to->reason_title = vg_reason_title(d, to->decision.reason);
    to->removes = !outcome.sealed && vg_review_removes(vg_policy_reason_find(d, to->decision.reason), to->decision.action);
    to->undo_until_ms = to->decision.time_ms + (int64_t)d->undo_seconds * VG_SECOND_MS;
    const vg_opinion *first = sealed_opinion(r);
    bool milder = false;
    if (!outcome.sealed && r->c.look == VG_LOOK_SECOND && first) {
        to->decision.hours = vg_review_milder(first->answer.hours, r->asked.answer.hours);
        milder = to->decision.hours != r->asked.answer.hours;
    }
    for (size_t i = 0; !outcome.sealed && i < r->opinion_count; i++)
        to->ends_interim |= r->opinions[i].interim_hours && !r->opinions[i].decision_id;
    if (!outcome.sealed) to->strike_until_ms = vg_review_strike_until(d, to->decision.action, to->decision.time_ms);
    rc = make_statement(desk, x, r, outcome, milder, err);
    return rc ? rc : vg_store_resolve(desk->store, to, 1, err);
}

/* ---- answering ---- */

static void write_undo(vg_buf *out, const vg_resolution *r)
{
    if (r->undo_until_ms <= r->decision.time_ms) return;
    vg_buf_printf(out, ",\"undo\":{\"id\":\"%s%lld\",\"until\":", r->sealed ? "o" : "", (long long)r->decision.id);
    vg_json_time(out, r->undo_until_ms);
    vg_buf_add_char(out, '}');
}

static void write_ruling(vg_desk *desk, vg_exchange *x, const ruling *r, int64_t now_ms)
{
    vg_case c;
    vg_error err = {0};
    char name[24];
    const vg_resolution *to = &r->resolution;
    if (vg_store_case_get(desk->store, r->c.id, desk->arena, &c, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, to->sealed ? 202 : 201, "application/json");
    vg_buf_add_cstr(out, to->sealed ? "{\"opinion\":" : "{\"decision\":");
    vg_json_decision(out, &to->decision, true);
    vg_buf_add_cstr(out, ",\"case\":");
    vg_json_case(out, &c, now_ms);
    write_undo(out, to);
    if (to->statement_id) {
        vg_statement_name(to->statement_id, name);
        vg_buf_printf(out, ",\"statement\":\"%s\"", name);
    }
    vg_buf_add_char(out, '}');
}

void vg_route_decide(vg_desk *desk, vg_exchange *x)
{
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    ruling r = {.asked = {.answer = {.user = x->user.name, .reason = {"", 0}, .note = {"", 0}, .time_ms = now_ms},
                          .statement = {"", 0}, .language = {"", 0}}};
    if (!vg_case_of_path(desk, x, true, &r.c) || !read_asked(x, &r.asked, true)) return;
    vg_rules_open(&r.rules, x->server, r.c.space);
    int rc = vg_review_may_decide(&r.c, &x->user, r.asked.answer.action, now_ms, &err);
    if (!rc) rc = vg_gate_case(desk, &x->user, &r.c, VG_GATE_DECIDE, now_ms, &err);
    if (!rc) rc = rule(desk, x, &r, &err);
    if (rc) {
        vg_answer_error(x, &err);
    } else {
        const vg_resolution *to = &r.resolution;
        if (vg_welfare_count(desk, &x->user, &r.c, VG_DID_OTHER, now_ms, &err)) /* the decision stands all the same */
            vg_log(VG_LOG_WARN, "net", "a decision was not counted as work: %s", err.what);
        if (!to->sealed && to->undo_until_ms <= now_ms)
            vg_ruling_credit(x->server, desk->store, desk->arena, r.c.id, x->user.name, to->decision.action);
        bool open = to->sealed || to->decision.action == VG_ACTION_ESCALATE || to->decision.action == VG_ACTION_REPORT;
        vg_desk_tell(desk, r.c.id, open ? "touched" : "decided");
        write_ruling(desk, x, &r, now_ms);
    }
    vg_rules_close(&r.rules);
}

/* "12" a decision, "o12" an opinion. */
static bool read_number(vg_str text, bool *opinion, int64_t *id)
{
    *opinion = text.len && text.ptr[0] == 'o';
    size_t from = *opinion ? 1 : 0;
    *id = 0;
    if (text.len == from || text.len - from > 15) return false;
    for (size_t i = from; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
        *id = *id * 10 + (text.ptr[i] - '0');
    }
    return *id > 0;
}

void vg_route_undo(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    bool opinion;
    int64_t id, now_ms = vg_time_now();
    if (!vg_case_of_path(desk, x, true, &c)) return;
    if (!read_number(x->argument[1], &opinion, &id)) {
        vg_answer_problem(x, 404, NULL, "the case has no such decision");
        return;
    }
    int rc = vg_review_require(&x->user, VG_MAY_CASE_DECIDE, c.space, &err);
    if (!rc) rc = vg_store_undo(desk->store, c.id, opinion, id, x->user.name, now_ms, now_ms + VG_REVIEW_LEASE_MS, &err);
    if (!rc) vg_desk_tell(desk, c.id, "reopened");
    if (!rc) rc = vg_store_case_get(desk->store, c.id, desk->arena, &c, &err);
    if (rc) vg_answer_error(x, &err);
    else vg_json_case(vg_answer_begin(x, 200, "application/json"), &c, now_ms);
}

/* ---- statements of reasons ---- */

void vg_route_statement_preview(vg_desk *desk, vg_exchange *x)
{
    ruling r = {.asked = {.answer = {.user = x->user.name, .reason = {"", 0}, .note = {"", 0}, .time_ms = vg_time_now()},
                          .statement = {"", 0}, .language = {"", 0}}};
    vg_str json, language;
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, true, &r.c)) return;
    if (vg_review_require(&x->user, VG_MAY_CASE_DECIDE, r.c.space, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!read_asked(x, &r.asked, false)) return;
    if (!vg_review_restricts(r.asked.answer.action)) {
        vg_answer_problem(x, 400, "/action", "%s restricts nobody: no statement is owed", vg_action_names[r.asked.answer.action]);
        return;
    }
    vg_rules_open(&r.rules, x->server, r.c.space);
    int rc = vg_review_check_answer(r.rules.decisions, &r.asked.answer, r.asked.has_reach, &err);
    if (!rc) {
        vg_statement_facts facts = vg_ruling_facts(&r.rules, &r.c, &r.asked.answer);
        vg_str known = vg_account_language(x->server, r.c.space, r.c.account, desk->arena);
        rc = vg_ruling_statement(&facts, r.asked.language, known, (vg_str){"", 0}, desk->arena, &json, &language, &err);
    }
    if (rc) vg_answer_error(x, &err);
    else vg_buf_add_str(vg_answer_begin(x, 200, "application/json"), json);
    vg_rules_close(&r.rules);
}

void vg_route_statements(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_statement *list = NULL;
    size_t count = 0;
    vg_error err = {0};
    char name[24];
    if (!vg_case_of_path(desk, x, true, &c)) return;
    /* an interim measure says that somebody thought of more: the second of two people is not to know */
    if (!vg_ruling_blind(&c, &x->user) && vg_store_statements(desk->store, c.id, desk->arena, &list, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"statements\":[");
    for (size_t i = 0; i < count; i++) {
        vg_statement_name(list[i].id, name);
        vg_buf_printf(out, "%s{\"id\":\"%s\",\"language\":\"%.*s\",\"issued\":", i ? "," : "", name, VG_STR_ARG(list[i].language));
        vg_json_time(out, list[i].issued_ms);
        if (list[i].cause > 0) vg_buf_printf(out, ",\"decision\":%lld", (long long)list[i].cause);
        if (list[i].lifted_ms) {
            vg_buf_add_cstr(out, ",\"lifted\":");
            vg_json_time(out, list[i].lifted_ms);
        }
        vg_buf_add_cstr(out, ",\"reasons\":");
        if (list[i].content.len) vg_buf_add_str(out, list[i].content);
        else vg_buf_add_cstr(out, "null");
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
}
