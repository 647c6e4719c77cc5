/* SPDX-License-Identifier: Apache-2.0
 *
 * The queue and the case page. The rules are review's, the rows the store's; here they become JSON. */
#include <stdio.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/time.h"
#include "event/filing.h"
#include "net/body.h"
#include "net/gate.h"
#include "net/gold.h"
#include "net/ruling.h"
#include "net/routes/casefile.h"
#include "net/server_int.h"
#include "net/welfare.h"
#include "review/people.h"
#include "review/review.h"
#include "store/cases/feedback.h"
#include "store/people/people.h"
#include "store/cases/next.h"

enum { LIMIT_DEFAULT = 100, LIMIT_MOST = 500 };

/* ---- the list ---- */

typedef struct list_query {
    vg_case_query store;
    size_t limit;
} list_query;

static bool read_limit(vg_exchange *x, size_t *limit)
{
    vg_str value;
    bool found;
    *limit = LIMIT_DEFAULT;
    if (!vg_query_get(x, "limit", &value, &found)) return false;
    if (!found) return true;
    size_t n = 0;
    for (size_t i = 0; i < value.len && i < 4; i++) {
        if (value.ptr[i] < '0' || value.ptr[i] > '9') return false;
        n = n * 10 + (size_t)(value.ptr[i] - '0');
    }
    *limit = n;
    return value.len >= 1 && value.len <= 3 && n >= 1 && n <= LIMIT_MOST;
}

static bool read_list_query(vg_exchange *x, list_query *q)
{
    vg_str state, before;
    bool has_state, has_before, found;
    *q = (list_query){.store = {.state = -1}};
    if (!vg_query_get(x, "state", &state, &has_state)) goto malformed;
    for (int s = 0; has_state && s < VG_CASE_STATES; s++)
        if (vg_str_is(state, vg_case_state_names[s])) q->store.state = s;
    if (has_state && q->store.state < 0) {
        vg_answer_problem(x, 400, "/state", "expected open or decided");
        return false;
    }
    int answer;
    if (!vg_query_answer(x, &answer)) return false;
    q->store.answers = answer < VG_ANSWERS ? 1u << answer : 0;
    if (!has_state && !q->store.answers) q->store.state = VG_CASE_OPEN;
    if (!read_limit(x, &q->limit)) {
        vg_answer_problem(x, 400, "/limit", "expected a number from 1 to %d", LIMIT_MOST);
        return false;
    }
    if (!vg_query_get(x, "before", &before, &has_before)) goto malformed;
    if (has_before && (q->store.before_id = vg_case_id_of(before)) <= 0) {
        vg_answer_problem(x, 400, "/before", "expected the name of a case, as c-000123");
        return false;
    }
    if (!vg_query_get(x, "space", &q->store.space, &found) ||
        !vg_query_get(x, "account", &q->store.account, &found))
        goto malformed;
    if (!q->store.answers || !q->store.account.len) return true;
    vg_answer_problem(x, 400, "/account", "expected either an account or an answer");
    return false;
malformed:
    vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
    return false;
}

static int by_priority(const void *a, const void *b)
{
    const vg_case *l = a, *r = b;
    if (l->priority != r->priority) return l->priority < r->priority ? 1 : -1;
    return (l->id > r->id) - (l->id < r->id);
}

static void write_counts(vg_buf *out, const vg_case_counts *counts)
{
    vg_buf_printf(out, ",\"counts\":{\"open\":%lld,\"claimed\":%lld,\"overdue\":%lld,\"decided_today\":%lld}",
                  (long long)counts->open, (long long)counts->claimed, (long long)counts->overdue,
                  (long long)counts->decided_today);
}

/* Where this person sees the queue. Who asks for an account by its name has to be somebody who may know names. */
static bool may_list(vg_desk *desk, vg_exchange *x, vg_case_query *q)
{
    vg_error err = {0};
    if (vg_review_require(&x->user, VG_MAY_CASE_LIST, (vg_str){"", 0}, &err) ||
        vg_review_spaces_with(&x->user, q->account.len ? VG_MAY_CASE_READ : VG_MAY_CASE_LIST, desk->arena, &q->spaces, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    return true;
}

int vg_case_veil(vg_desk *desk, const vg_user *user, vg_case *c, vg_error *err)
{
    if (vg_review_may(user, VG_MAY_CASE_READ, c->space)) return 0;
    return vg_store_account_tag(desk->store, c->space, c->account, desk->arena, &c->account, err);
}

/* A list by account is a search for a person: on record before it is answered, with the account's keyed hash in its space (none was given: in
 * no space). */
static int record_search(vg_desk *desk, vg_exchange *x, const vg_case_query *q, vg_error *err)
{
    vg_str tag, actor = x->key.known ? vg_arena_printf(x->arena, "key:%lld", (long long)x->key.id) : x->user.name;
    if (!actor.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry");
    int rc = vg_store_account_tag(desk->store, q->space, q->account, desk->arena, &tag, err);
    return rc ? rc : vg_store_audit(desk->store, actor, VG_STR("case.search"), tag, VG_STR("{\"by\":\"account\"}"), err);
}

void vg_route_cases(vg_desk *desk, vg_exchange *x)
{
    list_query q;
    vg_case *cases = NULL;
    vg_case_counts counts;
    size_t count = 0;
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    if (!read_list_query(x, &q)) return;
    if (x->key.known) q.store.spaces = (vg_str){x->key.space, x->key.space_len};
    else if (!may_list(desk, x, &q.store)) return;
    /* open cases are sorted here, so all of them are asked for; decided ones come in pages, one more to see
     * if there is a next */
    q.store.most = (q.store.state == VG_CASE_OPEN && !q.store.answers) || q.limit == LIMIT_MOST ? LIMIT_MOST : q.limit + 1;
    if ((q.store.account.len && record_search(desk, x, &q.store, &err)) ||
        vg_store_case_list(desk->store, &q.store, desk->arena, &cases, &count, &err) ||
        vg_store_case_count(desk->store, q.store.spaces, now_ms, &counts, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!x->key.known && vg_gold_into_list(desk, &x->user, &q.store, &cases, &count, &counts, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (q.store.state == VG_CASE_OPEN && !q.store.answers && count) {
        for (size_t i = 0; i < count; i++) cases[i].priority = vg_review_priority(&cases[i], now_ms);
        qsort(cases, count, sizeof *cases, by_priority);
    }
    for (size_t i = 0; !x->key.known && i < count; i++)
        if (vg_case_veil(desk, &x->user, &cases[i], &err)) {
            vg_answer_error(x, &err);
            return;
        }
    bool more =
        (q.store.state != VG_CASE_OPEN || q.store.answers) && (count > q.limit || (count == LIMIT_MOST && q.limit == LIMIT_MOST));
    size_t shown = count < q.limit ? count : q.limit;
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"cases\":[");
    for (size_t i = 0; i < shown; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_json_case(out, &cases[i], now_ms);
    }
    vg_buf_add_char(out, ']');
    write_counts(out, &counts);
    if (more && shown) {
        char name[24];
        vg_case_name(cases[shown - 1].id, name);
        vg_buf_printf(out, ",\"next\":\"%s\"", name);
    }
    vg_buf_add_char(out, '}');
}

/* ---- one case ---- */

/* The case of the path, as far as this user may know of it. What is in another space does not exist. */
bool vg_case_of_path(vg_desk *desk, vg_exchange *x, bool to_read, vg_case *c)
{
    vg_error err = {0};
    int64_t id = vg_case_id_of(x->argument[0]);
    int rc = id > 0 ? vg_store_case_get(desk->store, id, desk->arena, c, &err) : -VG_ENOENT;
    if (rc == -VG_ENOENT || (rc == 0 && (!vg_review_may(&x->user, VG_MAY_CASE_LIST, c->space) || vg_gold_hidden(desk->store, x->user.name, c)))) {
        vg_answer_problem(x, 404, NULL, "there is no such case");
        return false;
    }
    if (rc || (to_read && vg_review_may_read(c, &x->user, &err))) {
        vg_answer_error(x, &err);
        return false;
    }
    return true;
}

/* ---- known material in a case, as far as this person may know of it ---- */

/* Who may see the bank today; of a bank that is gone, who might when it was found. */
static bool may_see_bank(const vg_bank_set *banks, const json_t *match, uint32_t roles)
{
    json_int_t visible = json_integer_value(json_object_get(match, "visible_to"));
    int number = banks ? vg_bank_set_find(banks, json_integer_value(json_object_get(match, "bank_id"))) : -1;
    if (number >= 0) visible = vg_bank_set_at(banks, (size_t)number)->visible_to;
    return (visible & (json_int_t)roles) != 0;
}

static void show_matches(json_t *media, const vg_bank_set *banks, uint32_t roles)
{
    static const char *const names[] = {"bank", "source", "category", "classification", "entry"};
    json_t *match;
    size_t i;
    json_array_foreach(json_object_get(media, "matches"), i, match)
    {
        bool may = may_see_bank(banks, match, roles);
        for (size_t n = 0; !may && n < sizeof names / sizeof names[0]; n++) json_object_del(match, names[n]);
        json_object_del(match, "bank_id");
        json_object_del(match, "visible_to");
    }
}

/* The content of a media event: with where its media is, without what this reader may not know. */
static bool write_media_content(vg_buf *out, const vg_case_event *e, const vg_bank_set *banks, uint32_t roles)
{
    json_t *content = json_loadb(e->content.ptr, e->content.len, 0, NULL), *media = json_object_get(content, "media");
    bool done = false;
    if (json_is_object(media)) {
        json_object_set_new(media, "number", json_integer(e->seq));
        json_object_set_new(media, "kept", json_boolean(e->media_kept));
        json_object_set_new(media, "thumbnail", json_boolean(e->media_thumbnail));
        show_matches(media, banks, roles);
        char *text = json_dumps(content, JSON_COMPACT | JSON_REAL_PRECISION(6));
        if (text) vg_buf_add_cstr(out, text);
        else out->failed = true;
        vg_free(text);
        done = true;
    }
    json_decref(content);
    return done;
}

static void write_content(vg_buf *out, const vg_case_event *e, const vg_bank_set *banks, uint32_t roles)
{
    static const char mark[] = ",\"media\":{";
    bool media = e->content.len && memmem(e->content.ptr, e->content.len, mark, sizeof mark - 1);
    if (media && write_media_content(out, e, banks, roles)) return;
    if (e->content.len) vg_buf_add_str(out, e->content);
    else vg_buf_add_cstr(out, "null");
}

typedef struct opinions {
    vg_feedback *all;
    size_t count;
} opinions;

static void write_events(vg_buf *out, const vg_case_event *events, size_t count, const vg_bank_set *banks, const vg_user *reader,
                         uint32_t roles, const opinions *said)
{
    vg_buf_add_cstr(out, ",\"events\":[");
    for (size_t i = 0; i < count; i++) {
        const vg_case_event *e = &events[i];
        vg_buf_printf(out, "%s{\"seq\":%lld,\"time\":", i ? "," : "", (long long)e->seq);
        vg_json_time(out, e->time_ms);
        vg_buf_add_cstr(out, ",\"stored\":");
        vg_json_time(out, e->stored_ms);
        vg_buf_printf(out, ",\"verdict\":\"%s\",\"risk\":", vg_verdict_names[e->verdict]);
        vg_buf_add_e4(out, e->risk);
        vg_buf_add_cstr(out, ",\"content\":");
        write_content(out, e, banks, roles);
        vg_json_feedback(out, said->all, said->count, e->seq, reader->name);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

static void write_decisions(vg_buf *out, const vg_decision *decisions, size_t count)
{
    vg_buf_add_cstr(out, ",\"decisions\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_json_decision(out, &decisions[i], true);
    }
    vg_buf_add_char(out, ']');
}

/* What led to decisions, once they are made. */
static void write_opinions(vg_buf *out, const vg_opinion *given, size_t count)
{
    bool first = true;
    vg_buf_add_cstr(out, ",\"opinions\":[");
    for (size_t i = 0; i < count; i++) {
        if (given[i].destroyed) continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        vg_json_opinion(out, &given[i]);
    }
    vg_buf_add_char(out, ']');
}

static void keep_own(opinions *said, vg_str reader)
{
    size_t kept = 0;
    for (size_t i = 0; i < said->count; i++)
        if (vg_str_eq(said->all[i].user, reader)) said->all[kept++] = said->all[i];
    said->count = kept;
}

void vg_case_write_actions(vg_buf *out, const vg_case *c, const vg_user *user, int64_t now_ms)
{
    bool first = true;
    vg_buf_add_cstr(out, ",\"actions\":[");
    for (int a = 0; a < VG_ACTIONS; a++) {
        if (vg_review_may_decide(c, user, (vg_action)a, now_ms, NULL)) continue;
        vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", vg_action_names[a]);
        first = false;
    }
    vg_buf_add_char(out, ']');
}

static void write_threshold(vg_buf *out, const char *name, uint16_t at)
{
    vg_buf_printf(out, "\"%s\":", name);
    if (at > 10000) vg_buf_add_cstr(out, "null"); /* never */
    else vg_buf_add_e4(out, at);
}

static void write_space(vg_buf *out, const vg_policy *policy)
{
    vg_buf_add_cstr(out, "{\"space\":");
    vg_buf_add_json_str(out, vg_str_of(policy->space));
    vg_buf_add_cstr(out, ",\"title\":");
    vg_json_both(out, policy->title);
    vg_buf_add_cstr(out, ",\"audience\":");
    vg_buf_add_json_str(out, vg_str_of(policy->audience));
    vg_buf_printf(out, ",\"scan\":{\"public\":%s,\"group\":%s,\"private\":%s}",
                  policy->scan[VG_CHANNEL_PUBLIC] ? "true" : "false",
                  policy->scan[VG_CHANNEL_GROUP] ? "true" : "false",
                  policy->scan[VG_CHANNEL_PRIVATE] ? "true" : "false");
    if (policy->legal_basis) {
        vg_buf_add_cstr(out, ",\"legal_basis\":");
        vg_buf_add_json_str(out, vg_str_of(policy->legal_basis));
    }
    if (policy->legal_basis_source) {
        vg_buf_add_cstr(out, ",\"legal_basis_source\":");
        vg_buf_add_json_str(out, vg_str_of(policy->legal_basis_source));
    }
    if (policy->legal_basis_until_ms) {
        vg_buf_add_cstr(out, ",\"legal_basis_until\":");
        vg_json_time(out, policy->legal_basis_until_ms);
    }
    vg_buf_add_cstr(out, ",\"thresholds\":{");
    write_threshold(out, "nudge", policy->nudge_at);
    vg_buf_add_char(out, ',');
    write_threshold(out, "review", policy->review_at);
    vg_buf_add_char(out, ',');
    write_threshold(out, "hold", policy->hold_at);
    vg_buf_printf(out, "},\"review_within_hours\":%u%s}", policy->review_within_hours, policy->see_whole ? ",\"see_whole\":true" : "");
}

static void write_policy(vg_buf *out, vg_server *server, vg_str space)
{
    vg_policy_set *set = vg_pipeline_policies(server->pipeline);
    const vg_policy *policy = set ? vg_policy_set_find(set, space, NULL) : NULL;
    vg_buf_add_cstr(out, ",\"policy\":");
    if (policy) write_space(out, policy);
    else vg_buf_add_cstr(out, "null"); /* the space is gone from the policies, its cases are not */
    if (set) vg_policy_set_unref(&set);
}

/* ,"events":[...] and, when there are more before them, ,"older":the first one's number. */
static int write_page(vg_desk *desk, vg_exchange *x, const vg_case *c, const vg_case_page *page, vg_buf *out, vg_error *err)
{
    vg_case_event *events = NULL;
    size_t count = 0;
    bool older = false;
    opinions said = {0};
    int rc = vg_store_case_page(desk->store, c->id, page, desk->arena, &events, &count, &older, err);
    if (!rc) rc = vg_store_feedback_of(desk->store, c->id, desk->arena, &said.all, &said.count, err);
    if (rc) return rc;
    /* who looks second must not learn from what others said of the evidence what they thought of the case */
    if (vg_ruling_blind(c, &x->user)) keep_own(&said, x->user.name);
    vg_bank_set *banks = vg_banks_set(x->server->banks);
    write_events(out, events, count, banks, &x->user, vg_review_roles_in(&x->user, c->space), &said);
    if (banks) vg_bank_set_unref(&banks);
    if (older && count) vg_buf_printf(out, ",\"older\":%lld", (long long)events[0].seq);
    return 0;
}

int vg_case_write_detail(vg_desk *desk, vg_exchange *x, const vg_case *c, vg_str viewer, vg_buf *out, vg_error *err)
{
    vg_decision *decisions = NULL;
    vg_opinion *given = NULL;
    size_t decision_count = 0, given_count = 0;
    int64_t now_ms = vg_time_now();
    vg_case_page page = {.viewer = viewer};
    vg_json_case_open(out, c, now_ms, false); /* its "events" are the events themselves */
    int rc = write_page(desk, x, c, &page, out, err);
    if (!rc) rc = vg_store_decisions(desk->store, c->id, desk->arena, &decisions, &decision_count, err);
    if (!rc) rc = vg_store_opinions(desk->store, c->id, false, desk->arena, &given, &given_count, err);
    /* nor from what they asked for, and why */
    vg_str only = vg_ruling_blind(c, &x->user) ? x->user.name : (vg_str){"", 0};
    if (!rc) rc = vg_context_write(desk, c->id, only, out, err);
    if (rc) return rc;
    write_decisions(out, decisions, decision_count);
    write_opinions(out, given, given_count);
    vg_case_write_actions(out, c, &x->user, now_ms);
    write_policy(out, x->server, c->space);
    rc = vg_json_decide(desk, x, out, c, now_ms, err);
    if (!rc) vg_buf_add_char(out, '}');
    return rc;
}

void vg_route_case(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    if (!vg_case_of_path(desk, x, true, &c)) return;
    /* what is opened is counted, or not opened */
    if (vg_welfare_may_read(desk, &x->user, &c, now_ms, &err) || vg_welfare_count(desk, &x->user, &c, VG_DID_OPEN, now_ms, &err) ||
        vg_case_write_detail(desk, x, &c, x->user.name, vg_answer_begin(x, 200, "application/json"), &err))
        vg_answer_error(x, &err);
}

void vg_route_case_events(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    vg_str before;
    bool found;
    vg_case_page page = {.viewer = x->user.name};
    if (!vg_case_of_path(desk, x, true, &c)) return;
    bool good = vg_query_get(x, "before", &before, &found) && found && before.len >= 1 && before.len <= 18;
    for (size_t i = 0; good && i < before.len; i++) {
        good = before.ptr[i] >= '0' && before.ptr[i] <= '9';
        page.before_seq = page.before_seq * 10 + (before.ptr[i] - '0');
    }
    if (!good || page.before_seq <= 0) {
        vg_answer_problem(x, 400, "/before", "expected the number of an event of the case");
        return;
    }
    char name[24];
    vg_case_name(c.id, name);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"id\":\"%s\"", name);
    if (vg_welfare_may_read(desk, &x->user, &c, vg_time_now(), &err) || write_page(desk, x, &c, &page, out, &err)) vg_answer_error(x, &err);
    else vg_buf_add_char(out, '}');
}

static void answer_case(vg_desk *desk, vg_exchange *x, int64_t id, const char *change)
{
    vg_case c;
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    vg_desk_tell(desk, id, change);
    if (vg_store_case_get(desk->store, id, desk->arena, &c, &err) || vg_case_veil(desk, &x->user, &c, &err)) vg_answer_error(x, &err);
    else vg_json_case(vg_answer_begin(x, 200, "application/json"), &c, now_ms);
}

void vg_route_claim(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    if (!vg_case_of_path(desk, x, true, &c)) return;
    bool renewal = vg_str_eq(c.claimed_by, x->user.name) && c.claimed_until_ms > now_ms;
    int rc = vg_review_may_claim(&c, &x->user, &err);
    if (!rc) rc = vg_gate_case(desk, &x->user, &c, VG_GATE_TAKE, now_ms, &err);
    if (!rc && !(rc = vg_store_together(desk->store, &err))) {
        rc = vg_store_case_claim(desk->store, c.id, x->user.name, now_ms, now_ms + VG_REVIEW_LEASE_MS, &err);
        if (!rc) rc = vg_welfare_count(desk, &x->user, &c, renewal ? VG_DID_OTHER : VG_DID_TAKE, now_ms, &err);
        rc = vg_store_apart(desk->store, rc, &err);
    }
    if (rc) vg_answer_error(x, &err);
    else answer_case(desk, x, c.id, "claimed");
}

void vg_route_release(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, true, &c)) return;
    int64_t now_ms = vg_time_now();
    /* whoever gives a case back is not handed the same one again at once */
    if (vg_store_give_back(desk->store, c.id, x->user.name, now_ms, now_ms + VG_REVIEW_LEASE_MS, &err)) vg_answer_error(x, &err);
    else answer_case(desk, x, c.id, "released");
}

/* ---- spaces ---- */

void vg_route_spaces(vg_desk *desk, vg_exchange *x)
{
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    bool first = true;
    (void)desk;
    vg_buf_add_cstr(out, "{\"spaces\":[");
    for (size_t i = 0; set && i < vg_policy_set_count(set); i++) {
        const vg_policy *policy = vg_policy_set_at(set, i);
        if (!vg_review_roles_in(&x->user, vg_str_of(policy->space))) continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        write_space(out, policy);
    }
    vg_buf_add_cstr(out, "]}");
    if (set) vg_policy_set_unref(&set);
}
