/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of reasons and the public database: what is sent, what waits, what was refused and why; mending. */
#include "net/routes/disclosure.h"

#include <jansson.h>

#include "base/time.h"
#include "event/policy_report.h"
#include "net/body.h"
#include "net/disclosure.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "store/cases/decisions.h"

enum { LIST_MOST = 200 };

static void member(vg_buf *out, const char *name, vg_str value)
{
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, value);
}

static void time_member(vg_buf *out, const char *name, int64_t ms)
{
    if (!ms) return;
    vg_buf_printf(out, ",\"%s\":", name);
    vg_json_time(out, ms);
}

static bool early(const vg_disclosure *d, int64_t since_ms) { return d->state == VG_DISCLOSURE_WAITING && d->due_ms < since_ms && !d->asked; }

static void write_open(vg_buf *out, const vg_disclosure *d, int64_t since_ms)
{
    char number[24], name[24];
    vg_statement_name(d->id, number);
    vg_case_name(d->case_id, name);
    vg_buf_printf(out, "{\"number\":\"%s\",\"case\":\"%s\"", number, name);
    member(out, "space", d->space);
    vg_buf_printf(out, ",\"state\":\"%s\",\"attempts\":%lld", vg_disclosure_state_names[d->state], (long long)d->attempts);
    time_member(out, "issued", d->issued_ms);
    time_member(out, "sent", d->sent_ms);
    time_member(out, "lifted", d->lifted_ms);
    if (early(d, since_ms)) vg_buf_add_cstr(out, ",\"before_channel\":true");
    if (d->lifted_ms && d->sent_ms && d->lifted_ms >= d->sent_ms) vg_buf_add_cstr(out, ",\"overturned_after\":true");
    if (d->puid.len) member(out, "puid", d->puid);
    if (d->batch) vg_buf_printf(out, ",\"batch\":%lld", (long long)d->batch);
    if (d->uuid.len) member(out, "uuid", d->uuid);
    if (d->permalink.len) member(out, "permalink", d->permalink);
    if (d->why.len) member(out, "why", d->why);
}

static void write_whole(vg_buf *out, const vg_disclosure *d, int64_t since_ms)
{
    write_open(out, d, since_ms);
    if (d->content.len) { /* what the runner made: JSON of ours, {"document":...}: its members are this object's */
        vg_buf_add_char(out, ',');
        vg_buf_add(out, d->content.ptr + 1, d->content.len - 2);
    }
    vg_buf_add_char(out, '}');
}

/* ---- the list ---- */

static int write_channel(vg_desk *desk, const vg_policy *p, bool first, vg_buf *out, vg_error *err)
{
    int64_t counts[VG_DISCLOSURE_STATES] = {0}, since_ms = 0, before = 0;
    vg_disclosure_turn turn;
    const vg_report_channel *c = p->report ? vg_report_channel_find(p->report, "dsa17") : NULL;
    int rc = vg_store_disclosure_counts(desk->store, vg_str_of(p->space), counts, err);
    if (!rc) rc = vg_store_disclosure_turn(desk->store, vg_str_of(p->space), desk->arena, &turn, err);
    if (!rc) rc = vg_disclosure_since(desk->store, p, false, 0, &since_ms, err);
    if (!rc) rc = vg_store_disclosure_early(desk->store, vg_str_of(p->space), since_ms, &before, err);
    if (rc) return rc;
    vg_buf_printf(out, "%s{\"space\":\"%s\",\"configured\":%s,\"test\":%s,\"counts\":{", first ? "" : ",", p->space, c && c->url ? "true" : "false", c && c->test ? "true" : "false");
    for (int s = 0; s < VG_DISCLOSURE_STATES; s++) vg_buf_printf(out, "%s\"%s\":%lld", s ? "," : "", vg_disclosure_state_names[s], (long long)counts[s]);
    vg_buf_printf(out, "},\"batches\":%lld,\"attempts\":%lld", (long long)turn.batch, (long long)turn.attempts);
    vg_buf_printf(out, ",\"before_channel\":%lld", (long long)before);
    time_member(out, "since", since_ms);
    time_member(out, "next", turn.next_ms);
    if (turn.why.len) member(out, "why", turn.why);
    vg_buf_add_char(out, '}');
    return 0;
}

static int write_list(vg_desk *desk, const vg_policy *p, int state, bool *first, vg_buf *out, vg_error *err)
{
    int64_t since_ms = 0;
    int rc = vg_disclosure_since(desk->store, p, false, 0, &since_ms, err);
    for (int s = state < 0 ? 0 : state; !rc && s <= (state < 0 ? VG_DISCLOSURE_STATES - 1 : state); s++) {
        vg_disclosure *list = NULL;
        size_t count = 0;
        rc = vg_store_disclosure_due(desk->store, vg_str_of(p->space), (vg_disclosure_state)s, 0, INT64_MAX, LIST_MOST, desk->arena, &list, &count, err);
        for (size_t i = 0; !rc && i < count; i++) {
            if (!*first) vg_buf_add_char(out, ',');
            *first = false;
            write_open(out, &list[i], since_ms);
            vg_buf_add_char(out, '}');
        }
    }
    return rc;
}

void vg_route_disclosures(vg_desk *desk, vg_exchange *x)
{
    vg_str text;
    bool found, first = true;
    int state = -1, rc = 0;
    vg_error err = {0};
    if (vg_review_require(&x->user, VG_MAY_DISCLOSE, VG_STR(""), &err)) {
        vg_answer_error(x, &err);
        return;
    }
    bool good = vg_query_get(x, "state", &text, &found);
    for (int s = 0; good && found && s < VG_DISCLOSURE_STATES; s++)
        if (vg_str_is(text, vg_disclosure_state_names[s])) state = s;
    if (!good || (found && state < 0)) {
        vg_answer_problem(x, 400, "/state", "expected waiting, ready, sending, sent or refused");
        return;
    }
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"channels\":[");
    for (size_t i = 0; !rc && i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        if (!vg_review_may(&x->user, VG_MAY_DISCLOSE, vg_str_of(p->space))) continue;
        rc = write_channel(desk, p, first, out, &err);
        first = false;
    }
    vg_buf_add_cstr(out, "],\"statements\":[");
    first = true;
    for (size_t i = 0; !rc && i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        if (vg_review_may(&x->user, VG_MAY_DISCLOSE, vg_str_of(p->space))) rc = write_list(desk, p, state, &first, out, &err);
    }
    vg_policy_set_unref(&set);
    vg_buf_add_cstr(out, "]}");
    if (rc) vg_answer_error(x, &err);
}

/* ---- one ---- */

static bool of_path(vg_desk *desk, vg_exchange *x, vg_disclosure *d)
{
    vg_error err = {0};
    int64_t id = vg_statement_id_of(x->argument[0]);
    if (vg_review_require(&x->user, VG_MAY_DISCLOSE, VG_STR(""), &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    int rc = id > 0 ? vg_store_disclosure_get(desk->store, id, desk->arena, d, &err) : -VG_ENOENT;
    if (rc == -VG_ENOENT || (!rc && !vg_review_may(&x->user, VG_MAY_DISCLOSE, d->space))) vg_answer_problem(x, 404, NULL, "there is no such statement");
    else if (rc) vg_answer_error(x, &err);
    else return true;
    return false;
}

static void answer_one(vg_desk *desk, vg_exchange *x, int64_t id)
{
    vg_disclosure d;
    vg_error err = {0};
    int64_t since_ms = 0;
    int rc = vg_store_disclosure_get(desk->store, id, desk->arena, &d, &err);
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    const vg_policy *p = set && !rc ? vg_policy_set_find(set, d.space, NULL) : NULL;
    if (!rc && p) rc = vg_disclosure_since(desk->store, p, false, 0, &since_ms, &err);
    vg_policy_set_unref(&set);
    if (rc) vg_answer_error(x, &err);
    else write_whole(vg_answer_begin(x, 200, "application/json"), &d, since_ms);
}

static void answer_again(vg_desk *desk, vg_exchange *x, int64_t id, vg_str mended)
{
    vg_error err = {0};
    if (vg_store_disclosure_again(desk->store, id, mended, x->user.name, vg_time_now(), &err)) vg_answer_error(x, &err);
    else answer_one(desk, x, id);
}

void vg_route_disclosure(vg_desk *desk, vg_exchange *x)
{
    vg_disclosure d;
    if (of_path(desk, x, &d)) answer_one(desk, x, d.id);
}

/* What was decided before the channel was there goes because somebody says so. */
void vg_route_disclosure_send(vg_desk *desk, vg_exchange *x)
{
    vg_disclosure d;
    vg_error err = {0};
    if (!of_path(desk, x, &d)) return;
    if (vg_store_disclosure_ask(desk->store, d.id, x->user.name, vg_time_now(), &err)) vg_answer_error(x, &err);
    else answer_one(desk, x, d.id);
}

void vg_route_disclosure_retry(vg_desk *desk, vg_exchange *x)
{
    vg_disclosure d;
    if (of_path(desk, x, &d)) answer_again(desk, x, d.id, (vg_str){"", 0});
}

/* The texts are looked at here and again by the runner: a person hears at once what still looks like personal data. */
void vg_route_disclosure_mend(vg_desk *desk, vg_exchange *x)
{
    vg_disclosure d;
    vg_str facts = {"", 0}, explanation = {"", 0};
    vg_disclosure_seen seen;
    bool confirmed = false, certain = false;
    vg_error err = {0};
    vg_buf findings, mended;
    const vg_field fields[] = {{.name = "decision_facts", .type = VG_FIELD_STRING, .least = 1, .most = 5000, .string = &facts},
                               {.name = "explanation", .type = VG_FIELD_STRING, .least = 1, .most = 2000, .string = &explanation},
                               {.name = "confirmed", .type = VG_FIELD_BOOLEAN, .boolean = &confirmed}};
    if (!of_path(desk, x, &d) || !vg_body_read(x, fields, 3)) return;
    if (vg_store_disclosure_look(desk->store, d.case_id, desk->arena, &seen, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf_init(&findings, 64 << 10);
    vg_buf_init(&mended, 64 << 10);
    const vg_dsa_statement texts = {.facts = facts, .explanation = explanation};
    size_t n = vg_disclosure_findings(&texts, seen.names, seen.count, &findings, &certain);
    vg_buf_add_cstr(&mended, "{\"facts\":");
    vg_buf_add_json_str(&mended, facts);
    vg_buf_add_cstr(&mended, ",\"explanation\":");
    vg_buf_add_json_str(&mended, explanation);
    vg_buf_printf(&mended, ",\"confirmed\":%s}", confirmed ? "true" : "false");
    if (findings.failed || mended.failed) vg_answer_busy(x, "there is no memory for this request now");
    else if (n && (certain || !confirmed)) vg_answer_problem(x, 409, "/decision_facts", "this still looks like personal data: %.*s", (int)(findings.len > 400 ? 400 : findings.len), findings.ptr);
    else answer_again(desk, x, d.id, (vg_str){mended.ptr, mended.len});
    vg_buf_free(&findings);
    vg_buf_free(&mended);
}
