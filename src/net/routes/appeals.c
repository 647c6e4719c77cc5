/* SPDX-License-Identifier: Apache-2.0
 *
 * Appeals (DSA Art. 20): a platform passes them on, or a person types one in; another person than any who decided answers. */
#include "store/cases/appeals.h"

#include <stdio.h>

#include "base/time.h"
#include "event/filing.h"
#include "net/body.h"
#include "net/gate.h"
#include "net/routes/decisions.h"
#include "net/ruling.h"
#include "net/server_int.h"
#include "review/decide.h"
#include "review/permission.h"

enum { TEXT_MAX = 8000, REASONS_MAX = 4000, LIST_MOST = 200, DAYS_DEFAULT = 90, DAYS_MOST = 3650, PEOPLE_MOST = 64 };

/* ---- making one ---- */

typedef struct making {
    vg_str statement, name, account, text, language;
    vg_case c;
    vg_decision decision;
    int64_t statement_id;
} making;

static bool read_making(vg_exchange *x, making *m)
{
    const vg_field fields[] = {
        {.name = "statement", .type = VG_FIELD_STRING, .least = 3, .most = 23, .string = &m->statement},
        {.name = "case", .type = VG_FIELD_STRING, .least = 3, .most = 23, .string = &m->name},
        {.name = "account", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = VG_EVENT_MAX_NAME, .string = &m->account},
        {.name = "text", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = TEXT_MAX, .string = &m->text},
        {.name = "language", .type = VG_FIELD_STRING, .least = 2, .most = 35, .string = &m->language},
    };
    if (!vg_body_read(x, fields, 5)) return false;
    if (!m->statement.len != !m->name.len) return true;
    vg_answer_problem(x, 400, "/statement", "expected either `statement` or `case`");
    return false;
}

/* The decision that a statement is of, or the last one of the case that restricts somebody. */
static int find_decision(vg_desk *desk, making *m, vg_error *err)
{
    vg_decision *all = NULL;
    size_t count = 0;
    int64_t case_id = vg_case_id_of(m->name), cause = 0;
    m->statement_id = m->statement.len ? vg_statement_id_of(m->statement) : 0;
    int rc = 0;
    if (m->statement.len && m->statement_id > 0) rc = vg_store_statement_find(desk->store, m->statement_id, &case_id, &cause, err);
    if (!rc && case_id <= 0) rc = vg_fail(err, VG_ENOENT, "", "there is no such decision");
    if (!rc) rc = vg_store_case_get(desk->store, case_id, desk->arena, &m->c, err);
    if (!rc) rc = vg_store_decisions(desk->store, case_id, desk->arena, &all, &count, err);
    bool found = false;
    for (size_t i = 0; !rc && !m->c.shadow && i < count; i++) {
        if (cause ? all[i].id != cause : !vg_review_restricts(all[i].action)) continue;
        m->decision = all[i];
        found = true;
    }
    if (!rc && (!found || cause < 0 || !vg_str_eq(m->c.account, m->account))) rc = vg_fail(err, VG_ENOENT, "", "there is no such decision");
    return rc;
}

/* Whoever may not know of the case is told what a stranger is told. */
static bool may_make(vg_exchange *x, const vg_case *c)
{
    if (x->key.known) return vg_review_in_spaces((vg_str){x->key.space, x->key.space_len}, c->space);
    return vg_review_may(&x->user, VG_MAY_APPEAL_DECIDE, c->space);
}

static int find_statement(vg_desk *desk, making *m, vg_error *err)
{
    vg_statement *all = NULL;
    size_t count = 0;
    if (m->statement_id) return 0;
    int rc = vg_store_statements(desk->store, m->c.id, desk->arena, &all, &count, err);
    for (size_t i = 0; !rc && i < count; i++)
        if (all[i].cause == m->decision.id) m->statement_id = all[i].id;
    return rc;
}

static int check_time(const vg_policy_decisions *d, const making *m, int64_t now_ms, vg_error *err)
{
    char until[25];
    int64_t until_ms = vg_review_appeal_until(d, m->decision.time_ms);
    if (now_ms <= until_ms) return 0;
    vg_time_format(until_ms, until);
    return vg_fail(err, VG_ECONFLICT, "", "this decision could be appealed until %s: that time is over", until);
}

static void write_summary(vg_buf *out, const vg_appeal *a, const vg_case *c, int64_t now_ms)
{
    char name[24];
    vg_appeal_name(a->id, name);
    vg_buf_printf(out, "{\"id\":\"%s\"", name);
    vg_case_name(a->case_id, name);
    vg_buf_printf(out, ",\"case\":\"%s\",\"space\":", name);
    vg_buf_add_json_str(out, a->space);
    vg_buf_add_cstr(out, ",\"account\":");
    vg_buf_add_json_str(out, c->account);
    vg_buf_printf(out, ",\"category\":\"%s\",\"decision\":%lld,\"language\":", vg_category_names[a->category], (long long)a->decision_id);
    vg_buf_add_json_str(out, a->language);
    if (a->statement_id) {
        vg_statement_name(a->statement_id, name);
        vg_buf_printf(out, ",\"statement\":\"%s\"", name);
    }
    vg_buf_printf(out, ",\"own_motion\":%s,\"state\":\"%s\",\"made\":", a->own ? "true" : "false", vg_appeal_state_names[a->state]);
    vg_json_time(out, a->made_ms);
    vg_buf_add_cstr(out, ",\"due\":");
    vg_json_time(out, a->due_ms);
    vg_buf_printf(out, ",\"late\":%s", (a->state == VG_APPEAL_OPEN ? now_ms : a->decided_ms) > a->due_ms ? "true" : "false");
    if (a->decided_ms) {
        vg_buf_add_cstr(out, ",\"decided\":");
        vg_json_time(out, a->decided_ms);
    }
}

void vg_route_appeal_make(vg_desk *desk, vg_exchange *x)
{
    making m = {.statement = {"", 0}, .name = {"", 0}, .account = {"", 0}, .text = {"", 0}, .language = {"", 0}};
    vg_rules rules;
    vg_error err = {0};
    bool again = false, known;
    int64_t now_ms = vg_time_now();
    if (!read_making(x, &m)) return;
    int rc = find_decision(desk, &m, &err);
    if (rc == -VG_ENOENT || (!rc && !may_make(x, &m.c))) {
        vg_answer_problem(x, 404, NULL, "there is no decision of that name about this account");
        return;
    }
    vg_rules_open(&rules, x->server, m.c.space);
    if (!rc) rc = find_statement(desk, &m, &err);
    vg_str asked = m.language.len ? m.language : vg_account_language(x->server, m.c.space, m.c.account, desk->arena);
    vg_appeal a = {.case_id = m.c.id, .decision_id = m.decision.id, .statement_id = m.statement_id, .space = m.c.space,
                   .category = vg_case_category(m.c.kinds), .made_by = x->key.known ? (vg_str){"", 0} : x->user.name, .text = m.text,
                   .answer = {"", 0}, .reasons = {"", 0}, .decided_by = {"", 0}, .made_ms = now_ms,
                   .due_ms = vg_review_appeal_due(rules.decisions, now_ms)};
    a.language = vg_statement_language(asked, &known) == VG_LANG_FR ? VG_STR("fr") : VG_STR("en");
    if (!rc) rc = check_time(rules.decisions, &m, now_ms, &err);
    vg_rules_close(&rules);
    vg_str by = x->key.known ? vg_arena_printf(desk->arena, "key:%lld", (long long)x->key.id) : x->user.name;
    if (!rc) rc = vg_store_appeal_add(desk->store, &a, by, desk->arena, &again, &err);
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, again ? 200 : 201, "application/json");
    write_summary(out, &a, &m.c, now_ms);
    vg_buf_add_char(out, '}');
}

/* ---- looking again of one's own motion ---- */

/* The last decision of the case that could be lifted. */
static int find_lasting(vg_desk *desk, making *m, vg_error *err)
{
    vg_decision *all = NULL;
    size_t count = 0;
    bool found = false;
    int rc = vg_store_decisions(desk->store, m->c.id, desk->arena, &all, &count, err);
    for (size_t i = 0; !rc && i < count; i++)
        if (vg_review_restricts(all[i].action)) m->decision = all[i], found = true;
    if (!rc && !(m->c.answers >> VG_ANSWER_NOT_ILLEGAL & 1))
        rc = vg_fail(err, VG_ECONFLICT, "", "no receiver says that what was reported is not illegal");
    if (!rc && m->c.overturned) rc = vg_fail(err, VG_ECONFLICT, "", "what was decided is lifted already");
    if (!rc && !found) rc = vg_fail(err, VG_ECONFLICT, "", "nothing was decided about the account that could be lifted");
    return rc;
}

void vg_route_case_look_again(vg_desk *desk, vg_exchange *x)
{
    making m = {.text = {"", 0}};
    vg_rules rules;
    vg_error err = {0};
    bool again = false;
    int64_t now_ms = vg_time_now();
    const vg_field fields[] = {{.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = TEXT_MAX, .string = &m.text}};
    if (!vg_case_of_path(desk, x, false, &m.c)) return;
    int rc = vg_review_require(&x->user, VG_MAY_CASE_LEAD, m.c.space, &err);
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    if (!vg_body_read(x, fields, 1)) return;
    rc = find_lasting(desk, &m, &err);
    if (!rc) rc = find_statement(desk, &m, &err);
    vg_rules_open(&rules, x->server, m.c.space);
    vg_appeal a = {.own = true, .case_id = m.c.id, .decision_id = m.decision.id, .statement_id = m.statement_id, .space = m.c.space,
                   .category = vg_case_category(m.c.kinds), .made_by = x->user.name, .text = m.text, .language = x->user.language, .answer = {"", 0},
                   .reasons = {"", 0}, .decided_by = {"", 0}, .made_ms = now_ms, .due_ms = vg_review_appeal_due(rules.decisions, now_ms)};
    vg_rules_close(&rules);
    if (!rc) rc = vg_store_appeal_add(desk->store, &a, x->user.name, desk->arena, &again, &err);
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, again ? 200 : 201, "application/json");
    write_summary(out, &a, &m.c, now_ms);
    vg_buf_add_char(out, '}');
}

/* ---- the list ---- */

static bool read_list(vg_exchange *x, vg_appeal_state *state, vg_str *space, int64_t *before)
{
    vg_str text, name;
    bool has_state, has_space, has_before;
    *state = VG_APPEAL_OPEN;
    *before = 0;
    if (!vg_query_get(x, "state", &text, &has_state) || !vg_query_get(x, "space", space, &has_space) ||
        !vg_query_get(x, "before", &name, &has_before)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return false;
    }
    for (int s = 0; has_state && s < VG_APPEAL_STATES; s++)
        if (vg_str_is(text, vg_appeal_state_names[s])) *state = (vg_appeal_state)s, has_state = false;
    if (has_state) {
        vg_answer_problem(x, 400, "/state", "expected open, upheld or overturned");
        return false;
    }
    if (has_before && (*before = vg_appeal_id_of(name)) <= 0) {
        vg_answer_problem(x, 400, "/before", "expected the name of an appeal, as a-000123");
        return false;
    }
    return true;
}

static int people_of(vg_desk *desk, int64_t case_id, vg_str *people, size_t *count, vg_error *err)
{
    vg_decision *decisions = NULL;
    vg_opinion *opinions = NULL;
    size_t decided = 0, given = 0;
    int rc = vg_store_decisions(desk->store, case_id, desk->arena, &decisions, &decided, err);
    if (!rc) rc = vg_store_opinions(desk->store, case_id, true, desk->arena, &opinions, &given, err);
    *count = 0;
    for (size_t i = 0; !rc && i < decided && *count < PEOPLE_MOST; i++) people[(*count)++] = decisions[i].user;
    for (size_t i = 0; !rc && i < given && *count < PEOPLE_MOST; i++) people[(*count)++] = opinions[i].answer.user;
    return rc;
}

/* An empty error: they may. */
static int whether_may_answer(vg_desk *desk, vg_exchange *x, const vg_appeal *a, vg_error *why, vg_error *err)
{
    vg_str people[PEOPLE_MOST];
    size_t count = 0;
    int rc = people_of(desk, a->case_id, people, &count, err);
    if (!rc && vg_review_may_answer(&x->user, a->space, people, count, why) == 0) *why = (vg_error){0};
    return rc;
}

static int write_list(vg_desk *desk, vg_exchange *x, vg_buf *out, const vg_appeal *list, size_t count, int64_t now_ms, vg_error *err)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < count; i++) {
        vg_case c;
        vg_error why = {0};
        rc = vg_store_case_get(desk->store, list[i].case_id, desk->arena, &c, err);
        if (!rc) rc = whether_may_answer(desk, x, &list[i], &why, err);
        if (rc) break;
        if (i) vg_buf_add_char(out, ',');
        write_summary(out, &list[i], &c, now_ms);
        vg_buf_printf(out, ",\"may_answer\":%s}", list[i].state == VG_APPEAL_OPEN && !why.code ? "true" : "false");
    }
    return rc;
}

void vg_route_appeals(vg_desk *desk, vg_exchange *x)
{
    vg_appeal_state state;
    vg_str space, spaces;
    vg_appeal *list = NULL;
    size_t count = 0;
    int64_t before, now_ms = vg_time_now();
    vg_error err = {0};
    if (vg_review_require(&x->user, VG_MAY_APPEAL_LIST, (vg_str){"", 0}, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!read_list(x, &state, &space, &before)) return;
    int rc = vg_review_spaces_with(&x->user, VG_MAY_APPEAL_LIST, desk->arena, &spaces, &err);
    if (!rc && space.len) spaces = vg_review_in_spaces(spaces, space) ? space : (vg_str){"", 0};
    if (!rc) rc = vg_store_appeal_list(desk->store, spaces, state, before, LIST_MOST, desk->arena, &list, &count, &err);
    if (!rc) {
        vg_buf *out = vg_answer_begin(x, 200, "application/json");
        vg_buf_add_cstr(out, "{\"appeals\":[");
        rc = write_list(desk, x, out, list, count, now_ms, &err);
        vg_buf_add_char(out, ']');
        if (count == LIST_MOST) {
            char name[24];
            vg_appeal_name(list[count - 1].id, name);
            vg_buf_printf(out, ",\"next\":\"%s\"", name);
        }
        vg_buf_add_char(out, '}');
    }
    if (rc) vg_answer_error(x, &err);
}

/* ---- one ---- */

static bool appeal_of_path(vg_desk *desk, vg_exchange *x, vg_appeal *a, vg_case *c)
{
    vg_error err = {0};
    int64_t id = vg_appeal_id_of(x->argument[0]);
    int rc = id > 0 ? vg_store_appeal_get(desk->store, id, desk->arena, a, &err) : -VG_ENOENT;
    if (rc == -VG_ENOENT || (!rc && !vg_review_in_spaces(x->user.spaces, a->space))) {
        vg_answer_problem(x, 404, NULL, "there is no such appeal");
        return false;
    }
    if (!rc) rc = vg_review_require(&x->user, VG_MAY_APPEAL_LIST, a->space, &err);
    if (!rc) rc = vg_store_case_get(desk->store, a->case_id, desk->arena, c, &err);
    if (rc) vg_answer_error(x, &err);
    return rc == 0;
}

static void write_draft(vg_buf *out, const vg_rules *rules, bool overturned, vg_str language)
{
    bool known;
    vg_buf text;
    vg_buf_init(&text, TEXT_MAX);
    vg_appeal_draft(rules->decisions, rules->title, overturned, vg_statement_language(language, &known), &text);
    vg_buf_add_json_str(out, (vg_str){text.ptr ? text.ptr : "", text.len});
    if (text.failed) out->failed = true;
    vg_buf_free(&text);
}

/* What may be read besides the times: for who may read what a case holds. */
static int write_content(vg_desk *desk, vg_exchange *x, vg_buf *out, const vg_appeal *a, vg_error *err)
{
    vg_statement *statements = NULL;
    size_t count = 0;
    vg_rules rules;
    int rc = vg_store_statements(desk->store, a->case_id, desk->arena, &statements, &count, err);
    if (rc) return rc;
    vg_buf_add_cstr(out, ",\"text\":");
    vg_buf_add_json_str(out, a->text);
    vg_buf_add_cstr(out, ",\"reasons\":");
    vg_buf_add_json_str(out, a->reasons);
    vg_buf_add_cstr(out, ",\"answer\":");
    vg_buf_add_json_str(out, a->answer);
    for (size_t i = 0; i < count; i++) {
        if (statements[i].id != a->statement_id || !statements[i].content.len) continue;
        vg_buf_add_cstr(out, ",\"statement_reasons\":");
        vg_buf_add_str(out, statements[i].content);
    }
    vg_rules_open(&rules, x->server, a->space);
    vg_buf_add_cstr(out, ",\"drafts\":{\"upheld\":");
    write_draft(out, &rules, false, a->language);
    vg_buf_add_cstr(out, ",\"overturned\":");
    write_draft(out, &rules, true, a->language);
    vg_buf_add_char(out, '}');
    vg_rules_close(&rules);
    return 0;
}

static int record_view(vg_desk *desk, vg_exchange *x, const vg_appeal *a, vg_error *err)
{
    char name[24], detail[48];
    vg_case_name(a->case_id, name);
    snprintf(detail, sizeof detail, "{\"appeal\":%lld}", (long long)a->id);
    return vg_store_audit(desk->store, x->user.name, VG_STR("appeal.view"), vg_str_of(name), vg_str_of(detail), err);
}

static void answer_appeal(vg_desk *desk, vg_exchange *x, const vg_appeal *a, const vg_case *c)
{
    vg_decision d;
    vg_error err = {0}, why = {0};
    int64_t now_ms = vg_time_now();
    bool reads = vg_review_may(&x->user, VG_MAY_CASE_READ, a->space);
    int rc = reads ? record_view(desk, x, a, &err) : 0;
    if (!rc) rc = vg_store_decision(desk->store, a->decision_id, desk->arena, &d, &err);
    if (!rc) rc = whether_may_answer(desk, x, a, &why, &err);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    if (!rc) {
        write_summary(out, a, c, now_ms);
        vg_buf_add_cstr(out, ",\"about\":");
        vg_json_decision(out, &d, reads);
        if (a->decided_by.len) {
            vg_buf_add_cstr(out, ",\"decided_by\":");
            vg_buf_add_json_str(out, a->decided_by);
        }
        vg_buf_printf(out, ",\"may_answer\":%s", a->state == VG_APPEAL_OPEN && !why.code ? "true" : "false");
        if (why.code) {
            vg_buf_add_cstr(out, ",\"why_not\":");
            vg_buf_add_json_str(out, vg_str_of(why.what));
        }
        if (reads) rc = write_content(desk, x, out, a, &err);
        vg_buf_add_char(out, '}');
    }
    if (rc) vg_answer_error(x, &err);
}

void vg_route_appeal(vg_desk *desk, vg_exchange *x)
{
    vg_appeal a;
    vg_case c;
    if (appeal_of_path(desk, x, &a, &c)) answer_appeal(desk, x, &a, &c);
}

/* ---- answering ---- */

static bool read_answer(vg_exchange *x, vg_appeal *a)
{
    vg_str outcome = {"", 0};
    const vg_field fields[] = {
        {.name = "outcome", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 20, .string = &outcome},
        {.name = "reasons", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = REASONS_MAX, .string = &a->reasons},
        {.name = "answer", .type = VG_FIELD_STRING, .required = !a->own, .least = 1, .most = TEXT_MAX, .string = &a->answer},
    };
    if (!vg_body_read(x, fields, 3)) return false;
    if (a->own && a->answer.len) {
        vg_answer_problem(x, 400, "/answer", "nobody appealed: there is no one to answer");
        return false;
    }
    a->state = vg_str_is(outcome, "upheld") ? VG_APPEAL_UPHELD : vg_str_is(outcome, "overturned") ? VG_APPEAL_OVERTURNED : VG_APPEAL_OPEN;
    if (a->state != VG_APPEAL_OPEN) return true;
    vg_answer_problem(x, 400, "/outcome", "expected upheld or overturned");
    return false;
}

void vg_route_appeal_decide(vg_desk *desk, vg_exchange *x)
{
    vg_appeal a, given;
    vg_case c;
    vg_error err = {0}, why = {0};
    int64_t now_ms = vg_time_now();
    if (!appeal_of_path(desk, x, &a, &c)) return;
    given = a;
    if (!read_answer(x, &given)) return;
    int rc = whether_may_answer(desk, x, &a, &why, &err);
    if (!rc && why.code) err = why, rc = -why.code;
    if (!rc) rc = vg_gate_case(desk, &x->user, &c, VG_GATE_DECIDE, now_ms, &err);
    if (!rc) rc = vg_ruling_check_text(desk, &c, x->user.name, "/answer", given.answer, &err);
    given.decided_by = x->user.name;
    given.decided_ms = now_ms;
    if (!rc) rc = vg_store_appeal_decide(desk->store, &given, &err);
    if (!rc) rc = vg_store_appeal_get(desk->store, a.id, desk->arena, &a, &err);
    if (!rc) rc = vg_store_case_get(desk->store, a.case_id, desk->arena, &c, &err);
    if (rc) vg_answer_error(x, &err);
    else answer_appeal(desk, x, &a, &c);
}

/* ---- figures ---- */

static bool read_days(vg_exchange *x, int64_t *days)
{
    vg_str text;
    bool found;
    *days = DAYS_DEFAULT;
    if (!vg_query_get(x, "days", &text, &found)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return false;
    }
    if (!found) return true;
    *days = 0;
    for (size_t i = 0; i < text.len && i < 5; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') *days = DAYS_MOST + 1;
        else *days = *days * 10 + (text.ptr[i] - '0');
    }
    if (text.len && text.len <= 4 && *days >= 1 && *days <= DAYS_MOST) return true;
    vg_answer_problem(x, 400, "/days", "expected a number from 1 to %d", DAYS_MOST);
    return false;
}

void vg_route_appeal_figures(vg_desk *desk, vg_exchange *x)
{
    vg_appeal_figure *rows = NULL;
    size_t count = 0;
    vg_str spaces = {"", 0};
    int64_t days, now_ms = vg_time_now();
    vg_error err = {0};
    if (vg_review_require(&x->user, VG_MAY_FIGURES_SEE, (vg_str){"", 0}, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!read_days(x, &days)) return;
    int rc = vg_review_spaces_with(&x->user, VG_MAY_FIGURES_SEE, desk->arena, &spaces, &err);
    if (!rc) rc = vg_store_appeal_figures(desk->store, spaces, now_ms - days * VG_DAY_MS, now_ms, desk->arena, &rows, &count, &err);
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"days\":%lld,\"figures\":[", (long long)days);
    for (size_t i = 0; i < count; i++) {
        const vg_appeal_figure *f = &rows[i];
        vg_buf_add_cstr(out, i ? ",{\"space\":" : "{\"space\":");
        vg_buf_add_json_str(out, f->space);
        vg_buf_printf(out, ",\"category\":\"%s\",\"decisions\":%lld,\"appeals\":%lld,\"open\":%lld,\"upheld\":%lld,\"overturned\":%lld,\"late\":%lld}",
                      vg_category_names[f->category], (long long)f->decisions, (long long)f->appeals, (long long)f->open,
                      (long long)f->upheld, (long long)f->overturned, (long long)f->late);
    }
    vg_buf_add_cstr(out, "]}");
}
