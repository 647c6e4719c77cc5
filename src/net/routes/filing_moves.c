/* SPDX-License-Identifier: Apache-2.0
 *
 * What people do with a filing: confirm, second, choose, withdraw, try again, hand over; and what its receiver answered. */
#include "net/routes/filings_int.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/time.h"
#include "filing_answer.h"
#include "net/body.h"
#include "net/gate.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "review/review.h"

static bool permitted(vg_exchange *x, const vg_filing *f, vg_permission permission)
{
    vg_error err = {0};
    if (!vg_review_require(&x->user, permission, f->space, &err)) return true;
    vg_answer_error(x, &err);
    return false;
}

/* ---- confirming ---- */

/* The papers are those that were looked at, nothing is missing that must be there, and this person is certified for what the case is about. */
static int check_papers(vg_desk *desk, vg_exchange *x, vg_filing_open_t *o, const uint8_t looked_at[32], vg_error *err)
{
    vg_lacks lacks = {0};
    vg_documents docs;
    uint8_t hash[32];
    int64_t now_ms = vg_time_now();
    int rc = vg_gate_case(desk, &x->user, &o->dossier.c, VG_GATE_FILE, now_ms, err);
    if (!rc) rc = o->channel->lacks(&o->view, desk->arena, &lacks, err);
    if (!rc) rc = vg_filing_papers(o, desk->arena, &docs, hash, err);
    if (rc) return rc;
    if (vg_filing_outdated(o) || memcmp(hash, looked_at, 32) != 0) {
        vg_error ignored;
        vg_store_filing_changed(desk->store, o->f.id, VG_STR("the case has changed since it was looked at: look again"), now_ms, &ignored);
        return vg_fail(err, VG_ECONFLICT, "/hash", "the case has changed since these documents were made: look at them again");
    }
    for (size_t i = 0; i < lacks.count; i++)
        if (lacks.items[i].weight == VG_LACK_BLOCKS)
            return vg_fail(err, VG_ECONFLICT, "", "%.*s: %.*s", VG_STR_ARG(lacks.items[i].where), VG_STR_ARG(lacks.items[i].say[VG_LANG_EN]));
    return 0;
}

static void confirm(vg_desk *desk, vg_exchange *x, bool second)
{
    vg_filing_open_t o = {0};
    vg_error err = {0};
    vg_str hex = {"", 0};
    uint8_t hash[32];
    const vg_field fields[] = {{.name = "hash", .type = VG_FIELD_STRING, .required = true, .least = 64, .most = 64, .string = &hex}};
    if (!vg_filing_of_path(desk, x, &o.f) || !permitted(x, &o.f, VG_MAY_FILING_MAKE) || !vg_body_read(x, fields, 1)) return;
    if (!vg_hex_decode(hash, sizeof hash, hex)) {
        vg_answer_problem(x, 400, "/hash", "expected 64 hexadecimal digits");
        return;
    }
    if (vg_filing_next(o.f.state, second ? VG_MOVE_SECOND : VG_MOVE_CONFIRM, o.f.four_eyes) < 0) {
        vg_answer_problem(x, 409, NULL, "the filing is %s: that cannot be done with it now", vg_filing_state_names[o.f.state]);
        return;
    }
    if (second && vg_str_eq(o.f.confirmed_by, x->user.name)) {
        vg_answer_problem(x, 403, NULL, "a second person confirms: you are the first");
        return;
    }
    if (!vg_filing_for_reader(desk, x, &o)) {
        vg_filing_close(&o);
        return;
    }
    int rc = check_papers(desk, x, &o, hash, &err);
    if (!rc) rc = vg_store_filing_confirm(desk->store, o.f.id, second, hash, x->user.name, vg_time_now(), &err);
    if (rc) vg_answer_error(x, &err);
    else vg_filing_answer_with(desk, x, o.f.id, 200);
    vg_filing_close(&o);
}

void vg_route_filing_confirm(vg_desk *desk, vg_exchange *x) { confirm(desk, x, false); }
void vg_route_filing_second(vg_desk *desk, vg_exchange *x) { confirm(desk, x, true); }

/* ---- the rest ---- */

void vg_route_filing_drop(vg_desk *desk, vg_exchange *x)
{
    vg_filing f;
    vg_error err = {0};
    if (!vg_filing_of_path(desk, x, &f) || !permitted(x, &f, VG_MAY_FILING_MAKE)) return;
    if (vg_store_filing_drop(desk->store, f.id, x->user.name, vg_time_now(), &err)) vg_answer_error(x, &err);
    else {
        vg_answer_begin(x, 204, "application/json");
        vg_desk_tell(desk, f.case_id, "filing");
    }
}

/* What the channel would refuse is refused here, so that the filing can always be read. */
static int choose(vg_desk *desk, vg_exchange *x, vg_filing_open_t *o, vg_str options, vg_error *err)
{
    vg_lacks lacks = {0};
    vg_documents docs;
    uint8_t hash[32];
    o->view.options = options;
    int rc = o->channel->lacks(&o->view, desk->arena, &lacks, err);
    if (!rc) rc = vg_filing_papers(o, desk->arena, &docs, hash, err);
    return rc ? rc : vg_store_filing_options(desk->store, o->f.id, options, x->user.name, vg_time_now(), err);
}

void vg_route_filing_options(vg_desk *desk, vg_exchange *x)
{
    vg_filing_open_t o = {0};
    vg_error err = {0};
    if (!vg_filing_of_path(desk, x, &o.f) || !permitted(x, &o.f, VG_MAY_FILING_MAKE)) return;
    json_t *options = json_loadb(x->body.ptr ? x->body.ptr : "", x->body.len, JSON_REJECT_DUPLICATES, NULL);
    char *text = json_is_object(options) ? json_dumps(options, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(options);
    if (!text) vg_answer_problem(x, 400, "", "expected a JSON object");
    else if (vg_filing_for_reader(desk, x, &o)) {
        if (choose(desk, x, &o, vg_str_of(text), &err)) vg_answer_error(x, &err);
        else vg_filing_answer_with(desk, x, o.f.id, 200);
    }
    vg_filing_close(&o);
    free(text); /* jansson's own */
}

static void person(vg_desk *desk, vg_exchange *x, vg_filing_move move, const char *member, size_t most)
{
    vg_filing f;
    vg_error err = {0};
    vg_str text = {"", 0};
    const vg_field fields[] = {{.name = member, .type = VG_FIELD_STRING, .required = true, .least = 1, .most = most, .string = &text}};
    if (!vg_filing_of_path(desk, x, &f)) return;
    bool mine = vg_str_eq(f.confirmed_by, x->user.name) || vg_str_eq(f.seconded_by, x->user.name);
    vg_permission needed = move == VG_MOVE_WITHDRAW || (move == VG_MOVE_DONE && mine) ? VG_MAY_FILING_MAKE : VG_MAY_FILING_KEEP;
    if (!permitted(x, &f, needed) || !vg_body_read(x, fields, 1)) return;
    if (vg_store_filing_person(desk->store, f.id, move, text, x->user.name, vg_time_now(), &err)) vg_answer_error(x, &err);
    else vg_filing_answer_with(desk, x, f.id, 200);
}

void vg_route_filing_withdraw(vg_desk *desk, vg_exchange *x) { person(desk, x, VG_MOVE_WITHDRAW, "reason", 200); }
void vg_route_filing_retry(vg_desk *desk, vg_exchange *x) { person(desk, x, VG_MOVE_RETRY, "reason", 200); }
void vg_route_filing_done(vg_desk *desk, vg_exchange *x) { person(desk, x, VG_MOVE_DONE, "reference", 256); }

/* ---- answers ---- */

static void write_answer(vg_buf *out, const vg_filing_answer *a, const vg_receiver *receiver, bool whole)
{
    char name[24];
    vg_case_name(a->case_id, name);
    vg_buf_printf(out, "{\"id\":%lld,\"filing\":%lld,\"case\":\"%s\",\"kind\":\"%s\",\"at\":", (long long)a->id, (long long)a->filing_id, name, vg_answer_kind_names[a->kind]);
    vg_json_time(out, a->at_ms);
    vg_buf_add_cstr(out, ",\"by\":");
    vg_buf_add_json_str(out, a->by);
    if (receiver) vg_buf_add_cstr(out, ",\"receiver\":"), vg_json_both(out, receiver->name);
    if (whole && a->what.len) vg_buf_add_cstr(out, ",\"what\":"), vg_buf_add_json_str(out, a->what);
    if (a->reference.len) vg_buf_add_cstr(out, ",\"reference\":"), vg_buf_add_json_str(out, a->reference);
    if (a->follow_up) vg_buf_printf(out, ",\"follow_up\":%lld", (long long)a->follow_up);
    if (a->in_review) vg_buf_printf(out, ",\"in_review\":%u", a->in_review);
    vg_buf_add_char(out, '}');
}

void vg_filing_write_answers(vg_buf *out, const vg_filing_answer *all, size_t count, bool whole)
{
    vg_buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_answer(out, &all[i], NULL, whole);
    }
    vg_buf_add_char(out, ']');
}

void vg_route_filing_answers(vg_desk *desk, vg_exchange *x)
{
    vg_filing f;
    vg_filing_answer *all;
    size_t count;
    vg_error err = {0};
    if (!vg_filing_of_path(desk, x, &f)) return;
    if (vg_store_filing_answers(desk->store, f.id, desk->arena, &all, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"answers\":");
    vg_filing_write_answers(out, all, count, vg_review_may(&x->user, VG_MAY_CASE_READ, f.space));
    vg_buf_add_char(out, '}');
}

void vg_route_filing_answer(vg_desk *desk, vg_exchange *x)
{
    vg_filing f;
    vg_error err = {0};
    vg_filing_answer a = {.what = {"", 0}, .reference = {"", 0}, .by = x->user.name};
    vg_str kind = {"", 0}, received = {"", 0};
    const vg_field fields[] = {{.name = "kind", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 40, .string = &kind},
                               {.name = "what", .type = VG_FIELD_STRING, .most = 2000, .string = &a.what},
                               {.name = "reference", .type = VG_FIELD_STRING, .most = 256, .string = &a.reference},
                               {.name = "received", .type = VG_FIELD_STRING, .least = 1, .most = 40, .string = &received}};
    if (!vg_filing_of_path(desk, x, &f) || !permitted(x, &f, VG_MAY_ANSWER_RECORD) || !vg_body_read(x, fields, 4)) return;
    int number = -1;
    for (int i = 0; i < VG_ANSWERS; i++)
        if (vg_str_is(kind, vg_answer_kind_names[i])) number = i;
    if (number < 0) {
        vg_answer_problem(x, 400, "/kind", "unknown value; expected one of received, accepted, more_wanted, not_illegal, victim_safe, investigation_opened, other");
        return;
    }
    if (received.len && !vg_time_parse(received, &a.at_ms)) {
        vg_answer_problem(x, 400, "/received", "expected a date and time (RFC 3339)");
        return;
    }
    a.filing_id = f.id;
    a.kind = (vg_answer_kind)number;
    const vg_filing_answering with = {.store = desk->store, .banks = desk->banks, .user = &x->user, .arena = desk->arena, .now_ms = vg_time_now()};
    if (vg_filing_answer_record(&with, &a, &err) || (a.in_review && vg_server_poll_banks(desk->server, &err))) {
        vg_answer_error(x, &err);
        return;
    }
    write_answer(vg_answer_begin(x, 201, "application/json"), &a, NULL, true);
    vg_desk_tell(desk, f.case_id, "filing");
}

void vg_route_my_answers(vg_desk *desk, vg_exchange *x)
{
    vg_filing_answer *all;
    size_t count;
    vg_error err = {0};
    if (vg_store_filing_answers_of_user(desk->store, x->user.name, vg_time_now() - 180 * VG_DAY_MS, desk->arena, &all, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"answers\":[");
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        vg_filing f;
        vg_receiver receiver;
        if (vg_store_filing_get(desk->store, all[i].filing_id, desk->arena, &f, NULL) || vg_receiver_read(f.receiver, desk->arena, &receiver, NULL)) continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        write_answer(out, &all[i], &receiver, vg_review_may(&x->user, VG_MAY_CASE_READ, f.space));
    }
    vg_buf_add_cstr(out, "]}");
}
