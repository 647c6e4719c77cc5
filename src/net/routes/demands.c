/* SPDX-License-Identifier: Apache-2.0
 *
 * Demands of authorities: translation only. Rules: review/demand; reading and proof: report/demand; rows: store/demands. */
#include "net/routes/demands.h"

#include <stdio.h>

#include "base/time.h"
#include "net/body.h"
#include "net/server_int.h"
#include "report/demand/demand.h"
#include "review/demand.h"
#include "review/permission.h"
#include "store/demands/demands.h"

enum { LIST_MOST = 200 };

/* ---- writing ---- */

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

/* The clock as a page shows it: what is left of the whole, and whether it stands. */
static void write_clock(vg_buf *out, const vg_demand *d, int64_t now_ms)
{
    int alarm = vg_demand_alarm_due(d, now_ms);
    for (int a = VG_ALARMS - 1; alarm < 0 && a >= 0; a--)
        if (d->alarms >> a & 1 && d->state < VG_DEMAND_SUSPENDED) alarm = a;
    vg_buf_printf(out, ",\"clock\":{\"runs\":%s,\"left_seconds\":%lld,\"whole_seconds\":%lld", d->state < VG_DEMAND_SUSPENDED ? "true" : "false",
                  (long long)(vg_demand_left(d, now_ms) / 1000), (long long)((d->due_ms - d->received_ms - d->stood_ms) / 1000));
    if (alarm >= 0) vg_buf_printf(out, ",\"alarm\":\"%s\"", vg_demand_alarm_names[alarm]);
    time_member(out, "stands_since", d->stopped_ms);
    if (d->stood_ms) vg_buf_printf(out, ",\"stood_seconds\":%lld", (long long)(d->stood_ms / 1000));
    vg_buf_add_char(out, '}');
}

static void write_open(vg_buf *out, const vg_demand *d, int64_t now_ms)
{
    char name[24];
    vg_demand_name(d->id, name);
    vg_buf_printf(out, "{\"id\":\"%s\"", name);
    member(out, "space", d->space);
    vg_buf_printf(out, ",\"kind\":\"%s\",\"state\":\"%s\",\"category\":\"%s\",\"way\":\"%s\",\"country\":\"%s\"", vg_demand_kind_names[d->kind],
                  vg_demand_state_names[d->state], vg_demand_category_names[d->category], vg_demand_way_names[d->way], d->country);
    if (!d->destroyed) {
        member(out, "authority", d->authority);
        member(out, "legal_basis", d->legal_basis);
        member(out, "reference", d->reference);
    }
    vg_buf_printf(out, ",\"items\":%zu,\"destroyed\":%s", d->named, d->destroyed ? "true" : "false");
    time_member(out, "received", d->received_ms);
    time_member(out, "taken", d->taken_ms);
    member(out, "taken_by", d->taken_by);
    time_member(out, "due", d->due_ms);
    time_member(out, "acknowledged", d->acknowledged_ms);
    time_member(out, "executed", d->executed_ms);
    if (d->executed_by.len) member(out, "executed_by", d->executed_by);
    time_member(out, "done", d->done_ms);
    vg_buf_printf(out, ",\"proved\":%s", d->proof.len ? "true" : "false");
    write_clock(out, d, now_ms);
}

static void write_things(vg_buf *out, const vg_demand *d)
{
    char hex[65];
    vg_buf_add_cstr(out, ",\"things\":[");
    for (size_t i = 0; i < d->item_count; i++) {
        vg_buf_printf(out, "%s{\"kind\":\"%s\"", i ? "," : "", vg_demand_thing_names[d->items[i].thing]);
        member(out, "value", d->items[i].value);
        if (d->removed) {
            time_member(out, "unreachable_since", d->removed[i].time_ms);
            if (d->removed[i].how.len) member(out, "how", d->removed[i].how);
        }
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "],\"attachments\":[");
    for (size_t i = 0; i < d->attachment_count; i++) {
        vg_hex_encode(hex, d->attachments[i].sha256, sizeof d->attachments[i].sha256);
        vg_buf_printf(out, "%s{\"bytes\":%lld,\"sha256\":\"%s\"", i ? "," : "", (long long)d->attachments[i].bytes, hex);
        member(out, "name", d->attachments[i].name);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

/* What may follow, so that a page need not know the rules. */
static void write_actions(vg_buf *out, const vg_demand *d)
{
    static const vg_demand_step_kind kinds[] = {VG_STEP_ACKNOWLEDGE, VG_STEP_SUSPEND, VG_STEP_RESUME, VG_STEP_CONTEST, VG_STEP_DONE};
    bool first = true;
    vg_buf_add_cstr(out, ",\"actions\":[");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        vg_demand trial = *d;
        if (vg_demand_apply(&trial, kinds[i], 0, VG_STR("?"), d->due_ms, NULL)) continue;
        vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", vg_demand_step_names[kinds[i]]);
        first = false;
    }
    vg_buf_add_char(out, ']');
}

static void answer_demand(vg_desk *desk, vg_exchange *x, int status, int64_t id)
{
    vg_demand d;
    vg_demand_step *steps = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (vg_store_demand_get(desk->store, id, desk->arena, &d, &err) || vg_store_demand_steps(desk->store, id, desk->arena, &steps, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, status, "application/json");
    write_open(out, &d, vg_time_now());
    if (d.note.len) member(out, "note", d.note);
    write_things(out, &d);
    write_actions(out, &d);
    vg_buf_add_cstr(out, ",\"steps\":[");
    for (size_t i = 0; i < count; i++) {
        vg_buf_printf(out, "%s{\"step\":\"%s\"", i ? "," : "", vg_demand_step_names[steps[i].step]);
        time_member(out, "time", steps[i].time_ms);
        member(out, "by", steps[i].user);
        if (steps[i].ground >= 0) vg_buf_printf(out, ",\"ground\":\"%s\"", vg_demand_ground_names[steps[i].ground]);
        if (steps[i].text.len) member(out, "text", steps[i].text);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
}

/* ---- who may ---- */

static vg_str key_space(const vg_exchange *x) { return (vg_str){x->key.space, x->key.space_len}; }

/* The demand of the path, as far as this asker may know of it; else the answer is there. */
static bool of_path(vg_desk *desk, vg_exchange *x, vg_permission permission, vg_demand *d)
{
    vg_error err = {0};
    int64_t id = vg_demand_id_of(x->argument[0]);
    if (!x->key.known && vg_review_require(&x->user, permission, VG_STR(""), &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    int rc = id > 0 ? vg_store_demand_get(desk->store, id, desk->arena, d, &err) : -VG_ENOENT;
    bool theirs = !rc && (x->key.known ? vg_str_is(key_space(x), "*") || vg_str_eq(key_space(x), d->space) : vg_review_may(&x->user, permission, d->space));
    if (rc == -VG_ENOENT || (!rc && !theirs)) vg_answer_problem(x, 404, NULL, "there is no such demand");
    else if (rc) vg_answer_error(x, &err);
    else return true;
    return false;
}

/* "key:3" or a person's name. */
static vg_str who(vg_exchange *x)
{
    if (!x->key.known) return x->user.name;
    vg_str name = vg_arena_printf(x->arena, "key:%lld", (long long)x->key.id);
    return name.ptr ? name : VG_STR("key");
}

/* ---- reading ---- */

static bool read_list(vg_exchange *x, int *state, int64_t *before)
{
    vg_str text;
    bool found;
    *state = -1;
    *before = 0;
    if (!vg_query_get(x, "state", &text, &found) || (found && (*state = vg_demand_word(vg_demand_state_names, VG_DEMAND_STATES, text)) < 0)) {
        vg_answer_problem(x, 400, "/state", "expected received, acknowledged, suspended, contested or done");
        return false;
    }
    if (!vg_query_get(x, "before", &text, &found) || (found && (*before = vg_demand_id_of(text)) <= 0)) {
        vg_answer_problem(x, 400, "/before", "expected the number of a demand, as d-000012");
        return false;
    }
    return true;
}

void vg_route_demands(vg_desk *desk, vg_exchange *x)
{
    vg_str spaces;
    vg_demand *list = NULL;
    size_t count = 0;
    int state;
    int64_t before, now_ms = vg_time_now();
    vg_error err = {0};
    if (vg_review_require(&x->user, VG_MAY_DEMAND_SEE, VG_STR(""), &err) || vg_review_spaces_with(&x->user, VG_MAY_DEMAND_SEE, desk->arena, &spaces, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!read_list(x, &state, &before)) return;
    if (vg_store_demand_list(desk->store, spaces, state, before, LIST_MOST, desk->arena, &list, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"now\":");
    vg_json_time(out, now_ms);
    vg_buf_add_cstr(out, ",\"demands\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_open(out, &list[i], now_ms);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
}

void vg_route_demand(vg_desk *desk, vg_exchange *x)
{
    vg_demand d;
    if (of_path(desk, x, VG_MAY_DEMAND_SEE, &d)) answer_demand(desk, x, 200, d.id);
}

/* ---- taking one in ---- */

/* Whether this asker may take in a demand for the space, and its clock; else the answer is there. */
static bool may_add(vg_exchange *x, vg_demand *d)
{
    vg_error err = {0};
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    const vg_policy *p = vg_policy_set_find(set, d->space, NULL);
    d->due_ms = vg_demand_due(p, d->received_ms);
    bool known = p != NULL;
    vg_policy_set_unref(&set);
    if (x->key.known && !vg_str_is(key_space(x), "*") && !vg_str_eq(key_space(x), d->space)) vg_answer_problem(x, 403, "/space", "this key is for another space");
    else if (!x->key.known && vg_review_require(&x->user, VG_MAY_DEMAND_KEEP, d->space, &err)) vg_answer_error(x, &err);
    else if (!known) vg_answer_problem(x, 400, "/space", "there is no such space");
    else return true;
    return false;
}

void vg_route_demand_add(vg_desk *desk, vg_exchange *x)
{
    vg_demand d;
    vg_error err = {0};
    bool known = false;
    if (!x->key.known && vg_review_require(&x->user, VG_MAY_DEMAND_KEEP, VG_STR(""), &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (vg_demand_intake((vg_str){x->body.ptr, x->body.len}, vg_time_now(), desk->arena, &d, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!may_add(x, &d)) return;
    d.taken_by = who(x);
    if (vg_store_demand_add(desk->store, &d, &known, &err)) vg_answer_error(x, &err);
    else answer_demand(desk, x, known ? 200 : 201, d.id);
}

/* ---- steps ---- */

/* The signed proof, into the arena. */
static int make_proof(vg_desk *desk, vg_exchange *x, vg_demand *d, vg_str remark, vg_error *err)
{
    vg_demand_step *steps = NULL;
    size_t count = 0;
    int rc = vg_store_demand_steps(desk->store, d->id, desk->arena, &steps, &count, err);
    if (rc) return rc;
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    rc = vg_demand_prove(vg_policy_set_find(set, d->space, NULL), x->server->ring, d, steps, count, x->user.name, remark, desk->arena, &d->proof, err);
    vg_policy_set_unref(&set);
    return rc;
}

static bool read_step(vg_exchange *x, vg_demand_step *step)
{
    vg_str kind = {"", 0}, ground = {"", 0};
    step->text = (vg_str){"", 0};
    const vg_field fields[] = {{.name = "step", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 20, .string = &kind},
                               {.name = "ground", .type = VG_FIELD_STRING, .least = 1, .most = 30, .string = &ground},
                               {.name = "text", .type = VG_FIELD_STRING, .least = 1, .most = VG_DEMAND_TEXT, .string = &step->text}};
    if (!vg_body_read(x, fields, 3)) return false;
    int s = vg_demand_word(vg_demand_step_names, VG_DEMAND_STEPS, kind);
    if (s < VG_STEP_ACKNOWLEDGE || s == VG_STEP_EXECUTED || s == VG_STEP_ALARM) {
        vg_answer_problem(x, 400, "/step", "expected acknowledge, suspend, resume, contest or done");
        return false;
    }
    step->step = (vg_demand_step_kind)s;
    step->ground = ground.len ? vg_demand_word(vg_demand_ground_names, VG_STANDS, ground) : -1;
    if (ground.len && step->ground < 0) {
        vg_answer_problem(x, 400, "/ground", "expected force_majeure, manifest_error or information_missing");
        return false;
    }
    if (step->step != VG_STEP_SUSPEND) step->ground = -1;
    return true;
}

void vg_route_demand_step(vg_desk *desk, vg_exchange *x)
{
    vg_demand d;
    vg_error err = {0};
    vg_demand_step step = {.time_ms = vg_time_now(), .user = x->user.name};
    if (!of_path(desk, x, VG_MAY_DEMAND_KEEP, &d) || !read_step(x, &step)) return;
    if (d.destroyed || vg_demand_apply(&d, step.step, step.ground, step.text, step.time_ms, &err) ||
        (step.step == VG_STEP_DONE && make_proof(desk, x, &d, step.text, &err)) || vg_store_demand_step(desk->store, &d, &step, &err)) {
        if (d.destroyed) vg_answer_problem(x, 409, NULL, "what this demand said is destroyed");
        else vg_answer_error(x, &err);
        return;
    }
    answer_demand(desk, x, 200, d.id);
}

/* The platform says what it made unreachable; a person confirms it. */
void vg_route_demand_executed(vg_desk *desk, vg_exchange *x)
{
    vg_demand d;
    vg_demand_removed *removed = NULL;
    vg_error err = {0};
    const vg_demand_step step = {vg_time_now(), who(x), VG_STEP_EXECUTED, -1, {"", 0}};
    if (!of_path(desk, x, VG_MAY_DEMAND_KEEP, &d)) return;
    if (vg_demand_executed((vg_str){x->body.ptr, x->body.len}, &d, step.time_ms, desk->arena, &removed, &err) ||
        vg_demand_apply(&d, VG_STEP_EXECUTED, -1, (vg_str){"", 0}, step.time_ms, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    d.removed = removed;
    d.executed_by = step.user;
    if (vg_store_demand_step(desk->store, &d, &step, &err)) vg_answer_error(x, &err);
    else answer_demand(desk, x, 200, d.id);
}

/* ---- the proof ---- */

void vg_route_demand_proof(vg_desk *desk, vg_exchange *x)
{
    vg_demand d;
    vg_str lang, payload;
    bool found;
    vg_error err = {0};
    if (!of_path(desk, x, VG_MAY_DEMAND_SEE, &d)) return;
    if (!vg_query_get(x, "lang", &lang, &found) || (found && !vg_str_is(lang, "fr") && !vg_str_is(lang, "en"))) {
        vg_answer_problem(x, 400, "/lang", "expected fr or en");
        return;
    }
    if (!d.proof.len) {
        vg_answer_problem(x, 404, NULL, "there is no proof: the demand is not done, or what it said is destroyed");
        return;
    }
    if (!found) {
        vg_buf_add_str(vg_answer_begin(x, 200, "application/json"), d.proof);
        return;
    }
    if (vg_proof_open(d.proof, NULL, desk->arena, &payload, &err) ||
        vg_proof_text(payload, vg_str_is(lang, "fr") ? VG_LANG_FR : VG_LANG_EN, vg_answer_begin(x, 200, "text/plain; charset=utf-8"), &err))
        vg_answer_error(x, &err);
}
