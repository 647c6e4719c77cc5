/* SPDX-License-Identifier: Apache-2.0
 *
 * One decision for a wave of the same message: first what would happen and to whom not, then, with the preview's token, the decision. */
#include "store/cases/bulk.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/time.h"
#include "net/body.h"
#include "net/gate.h"
#include "net/routes/decisions.h"
#include "net/ruling.h"
#include "net/server_int.h"
#include "review/decide.h"
#include "review/permission.h"
#include "store/cases/next.h"

enum { TOKEN_MS = 10 * 60 * 1000, CANDIDATES_MOST = 500, REASON_MAX = 200, NOTE_MAX = 4000, HOURS_MAX = 24 * 365 };

/* What is asked; kept as JSON with the preview, and read again from there. */
typedef struct wave {
    vg_decision answer;
    bool has_reach;
    vg_str space;
    int64_t opening, group; /* cases whose opening, whose group */
    int64_t *ids;
    size_t id_count;
    bool by_ids, by_filter;
    int evidence; /* -1: any */
    int64_t from_ms, to_ms;
} wave;

typedef struct candidate {
    vg_case c;
    vg_bulk_why why;
    vg_str gate; /* what the gate said */
} candidate;

typedef struct selection {
    candidate *all;
    size_t count, in;
} selection;

/* ---- reading what is asked ---- */

static bool refuse(vg_exchange *x, const char *pointer, const char *what)
{
    vg_answer_problem(x, 400, pointer, "%s", what);
    return false;
}

static bool only_members(vg_exchange *x, const json_t *object, const char *prefix, const char *const *names)
{
    const char *name;
    json_t *value;
    char pointer[96];
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        size_t i = 0;
        while (names[i] && strcmp(names[i], name) != 0) i++;
        if (names[i]) continue;
        snprintf(pointer, sizeof pointer, "%s/%.60s", prefix, name);
        return refuse(x, pointer, "unknown member");
    }
    return true;
}

/* A string of the body, copied; false with the answer when it is missing (`required`), too long or no string. */
static bool read_text(vg_exchange *x, const json_t *object, const char *name, const char *pointer, size_t most, bool required, vg_str *out)
{
    const json_t *value = json_object_get(object, name);
    *out = (vg_str){"", 0};
    if (!value) return required ? refuse(x, pointer, "this member is missing") : true;
    if (!json_is_string(value) || json_string_length(value) > most || (required && !json_string_length(value))) {
        vg_answer_problem(x, 400, pointer, "expected a string of at most %zu bytes", most);
        return false;
    }
    *out = vg_arena_copy(x->arena, (vg_str){json_string_value(value), json_string_length(value)});
    if (out->ptr) return true;
    vg_answer_busy(x, "there is no memory for this request now");
    return false;
}

static bool read_time(vg_exchange *x, const json_t *filter, const char *name, const char *pointer, int64_t *out)
{
    vg_str text;
    if (!read_text(x, filter, name, pointer, 40, false, &text)) return false;
    return !text.len || vg_time_parse(text, out) ? true : refuse(x, pointer, "expected a time, as 2026-11-26T17:00:00Z");
}

static bool read_filter(vg_exchange *x, const json_t *filter, wave *w)
{
    static const char *const names[] = {"evidence", "opened_from", "opened_to", NULL};
    vg_str evidence;
    if (!json_is_object(filter)) return refuse(x, "/by/filter", "expected an object");
    if (!only_members(x, filter, "/by/filter", names) || !read_text(x, filter, "evidence", "/by/filter/evidence", 64, false, &evidence) ||
        !read_time(x, filter, "opened_from", "/by/filter/opened_from", &w->from_ms) ||
        !read_time(x, filter, "opened_to", "/by/filter/opened_to", &w->to_ms))
        return false;
    for (int kind = 0; evidence.len && kind < VG_EVIDENCE_KINDS; kind++)
        if (vg_str_is(evidence, vg_evidence_names[kind])) w->evidence = kind;
    if (evidence.len && w->evidence < 0) return refuse(x, "/by/filter/evidence", "this is no kind of evidence");
    if (!evidence.len && !w->from_ms) return refuse(x, "/by/filter", "expected a kind of evidence, or a time from which on cases were opened");
    w->by_filter = true;
    return true;
}

static bool read_ids(vg_exchange *x, const json_t *list, wave *w)
{
    const json_t *one;
    size_t i;
    if (!json_is_array(list) || !json_array_size(list) || json_array_size(list) > CANDIDATES_MOST)
        return refuse(x, "/by/cases", "expected 1 to 500 names of cases");
    w->ids = vg_arena_calloc(x->arena, json_array_size(list), sizeof *w->ids);
    if (!w->ids) {
        vg_answer_busy(x, "there is no memory for this request now");
        return false;
    }
    json_array_foreach(list, i, one)
    {
        int64_t id = json_is_string(one) ? vg_case_id_of((vg_str){json_string_value(one), json_string_length(one)}) : -1;
        if (id <= 0) return refuse(x, "/by/cases", "expected names of cases, as c-000123");
        bool twice = false;
        for (size_t k = 0; k < w->id_count; k++) twice |= w->ids[k] == id;
        if (!twice) w->ids[w->id_count++] = id;
    }
    w->by_ids = true;
    return true;
}

static bool read_by(vg_exchange *x, const json_t *by, wave *w)
{
    static const char *const names[] = {"opening", "group", "cases", "filter", NULL};
    vg_str opening, group;
    if (!json_is_object(by) || json_object_size(by) != 1)
        return refuse(x, "/by", "expected exactly one of opening, group, cases, filter");
    if (!only_members(x, by, "/by", names) || !read_text(x, by, "opening", "/by/opening", 23, false, &opening) ||
        !read_text(x, by, "group", "/by/group", 23, false, &group))
        return false;
    if (json_object_get(by, "cases")) return read_ids(x, json_object_get(by, "cases"), w);
    if (json_object_get(by, "filter")) return read_filter(x, json_object_get(by, "filter"), w);
    w->opening = json_object_get(by, "opening") ? vg_case_id_of(opening) : 0;
    w->group = json_object_get(by, "group") ? vg_case_id_of(group) : 0;
    return w->opening >= 0 && w->group >= 0 ? true : refuse(x, w->opening < 0 ? "/by/opening" : "/by/group", "expected the name of a case, as c-000123");
}

static bool read_answer(vg_exchange *x, const json_t *root, wave *w)
{
    vg_str action, scope;
    const json_t *hours = json_object_get(root, "hours");
    if (!read_text(x, root, "action", "/action", 64, true, &action) || !read_text(x, root, "reason", "/reason", REASON_MAX, true, &w->answer.reason) ||
        !read_text(x, root, "scope", "/scope", 64, false, &scope) || !read_text(x, root, "note", "/note", NOTE_MAX, false, &w->answer.note) ||
        !read_text(x, root, "space", "/space", VG_EVENT_MAX_NAME, true, &w->space))
        return false;
    int kind = vg_action_of(action), reach = vg_reach_of(scope);
    if (kind < 0 || kind == VG_ACTION_ESCALATE || kind == VG_ACTION_REPORT)
        return refuse(x, "/action", "expected one of dismiss, warn, mute, restrict_minors, suspend");
    if (scope.len && reach < 0) return refuse(x, "/scope", "unknown value");
    if (hours && (!json_is_integer(hours) || json_integer_value(hours) < 0 || json_integer_value(hours) > HOURS_MAX))
        return refuse(x, "/hours", "expected a whole number of hours, a year's at most");
    w->answer.action = (vg_action)kind;
    w->answer.hours = hours ? (uint32_t)json_integer_value(hours) : 0;
    w->has_reach = scope.len > 0;
    w->answer.reach = reach < 0 ? VG_REACH_WHOLE_ACCOUNT : (vg_reach)reach;
    return true;
}

static bool read_wave(vg_exchange *x, vg_str body, wave *w)
{
    static const char *const names[] = {"by", "space", "action", "reason", "scope", "hours", "note", NULL};
    json_error_t wrong;
    json_t *root = json_loadb(body.ptr ? body.ptr : "", body.len, JSON_REJECT_DUPLICATES, &wrong);
    *w = (wave){.answer = {.user = x->user.name, .reason = {"", 0}, .note = {"", 0}}, .evidence = -1};
    bool good;
    if (!root) {
        vg_answer_problem(x, 400, NULL, "this is not JSON: %s (byte %d)", wrong.text, wrong.position);
        return false;
    }
    if (!json_is_object(root)) good = refuse(x, "", "expected a JSON object");
    else if (!json_object_get(root, "by")) good = refuse(x, "/by", "this member is missing");
    else good = only_members(x, root, "", names) && read_by(x, json_object_get(root, "by"), w) && read_answer(x, root, w);
    json_decref(root);
    return good;
}

/* ---- which cases ---- */

static int add_case(vg_desk *desk, selection *s, int64_t id, vg_error *err)
{
    if (s->count == CANDIDATES_MOST) return 0;
    int rc = vg_store_case_get(desk->store, id, desk->arena, &s->all[s->count].c, err);
    if (!rc && !s->all[s->count].c.shadow) s->count++;
    return rc == -VG_ENOENT ? 0 : rc;
}

static int add_linked(vg_desk *desk, vg_exchange *x, const wave *w, selection *s, vg_error *err)
{
    vg_linked_case *linked = NULL;
    size_t count = 0;
    int64_t id = w->opening ? w->opening : w->group;
    unsigned wanted = w->opening ? 1u << VG_LINK_OPENING : 1u << VG_LINK_ADDRESS | 1u << VG_LINK_ACCOUNT;
    int rc = vg_store_linked(desk->store, id, w->space, CANDIDATES_MOST, desk->arena, &linked, &count, err);
    (void)x;
    if (!rc) rc = add_case(desk, s, id, err);
    for (size_t i = 0; !rc && i < count; i++)
        if (linked[i].why & wanted) rc = add_case(desk, s, linked[i].c.id, err);
    return rc;
}

static int add_filtered(vg_desk *desk, const wave *w, selection *s, vg_error *err)
{
    vg_case *cases = NULL;
    size_t count = 0;
    vg_case_query query = {.spaces = w->space, .state = VG_CASE_OPEN, .most = CANDIDATES_MOST};
    int rc = vg_store_case_list(desk->store, &query, desk->arena, &cases, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        const vg_case *c = &cases[i];
        if ((w->evidence >= 0 && !(c->kinds >> w->evidence & 1)) || c->opened_ms < w->from_ms || (w->to_ms && c->opened_ms > w->to_ms)) continue;
        s->all[s->count++].c = *c;
    }
    return rc;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const candidate *)a)->c.id, y = ((const candidate *)b)->c.id;
    return (x > y) - (x < y);
}

/* Judges each: in the order of their numbers, so that the same question has the same answer. */
static int judge(vg_desk *desk, vg_exchange *x, const vg_rules *rules, const wave *w, selection *s, int64_t now_ms)
{
    for (size_t i = 0; i < s->count; i++) {
        candidate *one = &s->all[i];
        vg_error why = {0};
        one->why = vg_review_bulk(rules->decisions, &one->c, &x->user, w->space, w->answer.action, now_ms);
        one->gate = (vg_str){"", 0};
        if (one->why == VG_BULK_IN && vg_gate_case(desk, &x->user, &one->c, VG_GATE_DECIDE, now_ms, &why)) {
            one->why = VG_BULK_GATE;
            one->gate = vg_arena_copy(desk->arena, vg_str_of(why.what));
        }
        if (one->why == VG_BULK_IN && s->in == rules->decisions->bulk_most) one->why = VG_BULK_LIMIT;
        if (one->why == VG_BULK_IN) s->in++;
    }
    return 0;
}

static int select_cases(vg_desk *desk, vg_exchange *x, const vg_rules *rules, const wave *w, selection *s, int64_t now_ms, vg_error *err)
{
    *s = (selection){.all = vg_arena_calloc(desk->arena, CANDIDATES_MOST, sizeof *s->all)};
    if (!s->all) return vg_fail(err, VG_ENOMEM, "", "no memory for a bulk decision");
    int rc = 0;
    if (w->by_ids)
        for (size_t i = 0; !rc && i < w->id_count; i++) rc = add_case(desk, s, w->ids[i], err);
    else rc = w->by_filter ? add_filtered(desk, w, s, err) : add_linked(desk, x, w, s, err);
    if (rc) return rc;
    /* what is in another space does not exist for who asks */
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++)
        if (vg_review_in_spaces(x->user.spaces, s->all[i].c.space)) s->all[kept++] = s->all[i];
    s->count = kept;
    if (s->count > 1) qsort(s->all, s->count, sizeof *s->all, by_id);
    return judge(desk, x, rules, w, s, now_ms);
}

/* ---- the preview ---- */

static void write_case(vg_buf *out, const candidate *one)
{
    char name[24];
    vg_case_name(one->c.id, name);
    vg_buf_printf(out, "{\"case\":\"%s\",\"account\":", name);
    vg_buf_add_json_str(out, one->c.account);
    vg_buf_add_cstr(out, ",\"risk\":");
    vg_buf_add_e4(out, one->c.risk);
    vg_buf_add_cstr(out, ",\"opened\":");
    vg_json_time(out, one->c.opened_ms);
    if (one->why != VG_BULK_IN) vg_buf_printf(out, ",\"why\":\"%s\"", vg_bulk_why_names[one->why]);
    if (one->gate.len) {
        vg_buf_add_cstr(out, ",\"detail\":");
        vg_buf_add_json_str(out, one->gate);
    }
    vg_buf_add_char(out, '}');
}

static void write_cases(vg_buf *out, const selection *s, bool in)
{
    bool first = true;
    for (size_t i = 0; i < s->count; i++) {
        if ((s->all[i].why == VG_BULK_IN) != in) continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        write_case(out, &s->all[i]);
    }
}

/* What was shown: the request as it came, and each case with when it last changed. */
static vg_str remember(vg_exchange *x, const selection *s, vg_arena *arena)
{
    vg_buf out;
    bool first = true;
    vg_buf_init(&out, 1 << 20);
    vg_buf_add_cstr(&out, "{\"cases\":[");
    for (size_t i = 0; i < s->count; i++) {
        if (s->all[i].why != VG_BULK_IN) continue;
        vg_buf_printf(&out, "%s[%lld,%lld]", first ? "" : ",", (long long)s->all[i].c.id, (long long)s->all[i].c.event_count);
        first = false;
    }
    vg_buf_add_cstr(&out, "],\"asked\":");
    vg_buf_add_json_str(&out, (vg_str){x->body.ptr, x->body.len});
    vg_buf_add_char(&out, '}');
    vg_str kept = out.failed ? (vg_str){0} : vg_arena_copy(arena, (vg_str){out.ptr, out.len});
    vg_buf_free(&out);
    return kept;
}

static void answer_preview(vg_exchange *x, const wave *w, const selection *s, const char *token, int64_t expires_ms, vg_rules *rules)
{
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"token\":\"%s\",\"expires\":", token);
    vg_json_time(out, expires_ms);
    vg_buf_printf(out, ",\"limit\":%u,\"decision\":{\"action\":\"%s\",\"scope\":\"%s\",\"hours\":%u,\"reason\":", rules->decisions->bulk_most,
                  vg_action_names[w->answer.action], vg_reach_names[w->answer.reach], w->answer.hours);
    vg_buf_add_json_str(out, w->answer.reason);
    vg_buf_printf(out, ",\"statement\":%s,\"strike\":%s}", vg_review_restricts(w->answer.action) ? "true" : "false",
                  rules->decisions->acts[w->answer.action].strike ? "true" : "false");
    vg_buf_add_cstr(out, ",\"cases\":[");
    write_cases(out, s, true);
    vg_buf_add_cstr(out, "],\"excluded\":[");
    write_cases(out, s, false);
    vg_buf_add_cstr(out, "]}");
}

static int check_wave(vg_exchange *x, const vg_rules *rules, wave *w, vg_error *err)
{
    int rc = vg_review_require(&x->user, VG_MAY_BULK_DECIDE, w->space, err);
    if (!rc && !rules->decisions->bulk_most) rc = vg_fail(err, VG_EFORBIDDEN, "", "this space takes no bulk decisions");
    return rc ? rc : vg_review_check_answer(rules->decisions, &w->answer, w->has_reach, err);
}

void vg_route_bulk_preview(vg_desk *desk, vg_exchange *x)
{
    wave w;
    vg_rules rules;
    selection s;
    vg_error err = {0};
    char token[40];
    int64_t now_ms = vg_time_now();
    if (vg_review_require(&x->user, VG_MAY_BULK_DECIDE, (vg_str){"", 0}, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!read_wave(x, (vg_str){x->body.ptr, x->body.len}, &w)) return;
    vg_rules_open(&rules, x->server, w.space);
    int rc = check_wave(x, &rules, &w, &err);
    if (!rc) rc = select_cases(desk, x, &rules, &w, &s, now_ms, &err);
    if (!rc) {
        vg_bulk bulk = {.user = x->user.name, .space = w.space, .content = remember(x, &s, desk->arena), .expires_ms = now_ms + TOKEN_MS};
        vg_token_random(token, sizeof token, 128);
        vg_seal_token_hash(x->server->ring, vg_str_of(token), bulk.token);
        rc = bulk.content.ptr ? vg_store_bulk_add(desk->store, &bulk, now_ms, &err) : vg_fail(&err, VG_ENOMEM, "", "no memory for a bulk decision");
    }
    if (rc) vg_answer_error(x, &err);
    else answer_preview(x, &w, &s, token, now_ms + TOKEN_MS, &rules);
    vg_rules_close(&rules);
}

/* ---- the decision ---- */

/* Whether what is there now is what was shown: the same cases, and nothing new in any of them. */
static int check_same(const json_t *kept, const selection *s, vg_error *err)
{
    const json_t *cases = json_object_get(kept, "cases");
    size_t at = 0, changed = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (s->all[i].why != VG_BULK_IN) continue;
        const json_t *pair = json_array_get(cases, at);
        if (json_integer_value(json_array_get(pair, 0)) != s->all[i].c.id ||
            json_integer_value(json_array_get(pair, 1)) != (json_int_t)s->all[i].c.event_count)
            changed++;
        at++;
    }
    if (!changed && at == json_array_size(cases)) return 0;
    return vg_fail(err, VG_ECONFLICT, "/token", "these are not the cases that were shown any more: look at them again");
}

static int make_resolutions(vg_desk *desk, vg_exchange *x, const vg_rules *rules, const wave *w, const selection *s, int64_t bulk_id,
                            int64_t now_ms, vg_resolution *out, vg_error *err)
{
    size_t n = 0;
    int rc = 0;
    for (size_t i = 0; !rc && i < s->count; i++) {
        const vg_case *c = &s->all[i].c;
        if (s->all[i].why != VG_BULK_IN) continue;
        vg_resolution *r = &out[n++];
        *r = (vg_resolution){.decision = w->answer, .removes = vg_review_removes(vg_policy_reason_find(rules->decisions, w->answer.reason), w->answer.action), .bulk_id = bulk_id, .statement = {"", 0}, .statement_text = {"", 0}, .language = {"", 0}};
        r->decision.case_id = c->id;
        r->reason_title = vg_reason_title(rules->decisions, w->answer.reason);
        r->decision.time_ms = now_ms;
        r->undo_until_ms = now_ms + (int64_t)rules->decisions->undo_seconds * VG_SECOND_MS;
        r->strike_until_ms = vg_review_strike_until(rules->decisions, w->answer.action, now_ms);
        if (!vg_review_restricts(w->answer.action)) continue;
        vg_statement_facts facts = vg_ruling_facts(rules, c, &r->decision);
        rc = vg_ruling_statement(&facts, (vg_str){"", 0}, vg_account_language(x->server, c->space, c->account, desk->arena), (vg_str){"", 0},
                                 desk->arena, &r->statement, &r->language, err);
    }
    return rc;
}

static void tell(vg_desk *desk, vg_exchange *x, const vg_resolution *all, size_t count, int64_t now_ms)
{
    for (size_t i = 0; i < count; i++) {
        vg_hub_case(&x->server->hub, desk->store, desk->arena, all[i].decision.case_id, "decided", now_ms);
        if (all[i].undo_until_ms <= now_ms)
            vg_ruling_credit(x->server, desk->store, desk->arena, all[i].decision.case_id, x->user.name, all[i].decision.action);
    }
}

static int decide_wave(vg_desk *desk, vg_exchange *x, const vg_bulk *bulk, const json_t *kept, int64_t now_ms, vg_error *err)
{
    wave w;
    vg_rules rules;
    selection s;
    const json_t *asked = json_object_get(kept, "asked");
    if (!read_wave(x, (vg_str){json_string_value(asked), json_string_length(asked)}, &w)) return 1; /* the answer is there */
    vg_rules_open(&rules, x->server, w.space);
    int rc = check_wave(x, &rules, &w, err);
    if (!rc) rc = select_cases(desk, x, &rules, &w, &s, now_ms, err);
    if (!rc) rc = check_same(kept, &s, err);
    vg_resolution *all = rc ? NULL : vg_arena_calloc(desk->arena, s.in ? s.in : 1, sizeof *all);
    if (!rc && !all) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a bulk decision");
    if (!rc) rc = make_resolutions(desk, x, &rules, &w, &s, bulk->id, now_ms, all, err);
    if (!rc) rc = vg_store_bulk_use(desk->store, bulk->id, x->user.name, s.in, now_ms, err);
    if (!rc) rc = vg_store_resolve(desk->store, all, s.in, err);
    if (!rc) {
        tell(desk, x, all, s.in, now_ms);
        vg_buf *out = vg_answer_begin(x, 201, "application/json");
        vg_buf_printf(out, "{\"bulk\":\"b-%06lld\",\"decided\":%zu", (long long)bulk->id, s.in);
        if (s.in && all[0].undo_until_ms > now_ms) {
            vg_buf_add_cstr(out, ",\"undo_until\":");
            vg_json_time(out, all[0].undo_until_ms);
        }
        vg_buf_add_char(out, '}');
    }
    vg_rules_close(&rules);
    return rc;
}

void vg_route_bulk(vg_desk *desk, vg_exchange *x)
{
    vg_bulk bulk;
    vg_str token = {"", 0};
    uint8_t hash[32];
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    const vg_field fields[] = {{.name = "token", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 64, .string = &token}};
    if (vg_review_require(&x->user, VG_MAY_BULK_DECIDE, (vg_str){"", 0}, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!vg_body_read(x, fields, 1)) return;
    vg_seal_token_hash(x->server->ring, token, hash);
    int rc = vg_store_bulk_find(desk->store, hash, x->user.name, now_ms, desk->arena, &bulk, &err);
    if (rc == -VG_ENOENT) {
        vg_answer_problem(x, 404, "/token", "there is no such preview");
        return;
    }
    json_t *kept = rc ? NULL : json_loadb(bulk.content.ptr, bulk.content.len, 0, NULL);
    if (!rc && !kept) rc = vg_fail(&err, VG_ECORRUPT, "", "a preview cannot be read");
    if (!rc) rc = decide_wave(desk, x, &bulk, kept, now_ms, &err);
    json_decref(kept);
    if (rc < 0) vg_answer_error(x, &err);
}

void vg_route_bulk_undo(vg_desk *desk, vg_exchange *x)
{
    int64_t *ids = NULL;
    size_t count = 0;
    vg_error err = {0};
    int64_t now_ms = vg_time_now(), id = -1;
    char name[24];
    vg_str asked = x->argument[0];
    if (vg_review_require(&x->user, VG_MAY_BULK_DECIDE, (vg_str){"", 0}, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (asked.len > 2 && asked.len < sizeof name && asked.ptr[0] == 'b') {
        memcpy(name, asked.ptr, asked.len);
        name[0] = 'c';
        id = vg_case_id_of((vg_str){name, asked.len});
    }
    if (id <= 0) {
        vg_answer_problem(x, 404, NULL, "there is no such bulk decision");
        return;
    }
    if (vg_store_undo_bulk(desk->store, id, x->user.name, now_ms, desk->arena, &ids, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    for (size_t i = 0; i < count; i++) vg_hub_case(&x->server->hub, desk->store, desk->arena, ids[i], "reopened", now_ms);
    vg_buf_printf(vg_answer_begin(x, 200, "application/json"), "{\"undone\":%zu}", count);
}
