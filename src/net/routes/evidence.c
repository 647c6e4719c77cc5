/* SPDX-License-Identifier: Apache-2.0 */
#include "net/routes/evidence.h"

#include <sodium.h>

#include "base/time.h"
#include "event/policy_report.h"
#include "net/body.h"
#include "net/server_int.h"
#include "review/clock.h"
#include "review/permission.h"
#include "store/cases/appeals.h"
#include "store/evidence/evidence.h"

enum { REASON_MAX = 200, HAND_REASON_MAX = 500 };

/* ---- keys ---- */

static void write_key_id(vg_buf *out, const uint8_t public_key[32])
{
    char id[VG_KEY_ID + 1];
    vg_key_id(public_key, id);
    vg_buf_printf(out, "\"%s\"", id);
}

static void write_keys(vg_buf *out, const vg_case_key_row *keys, size_t count)
{
    static const char *const roles[VG_KEY_ROLES] = {"content", "filing"};
    vg_buf_add_cstr(out, ",\"keys\":[");
    for (size_t i = 0; i < count; i++) {
        bool first = true;
        vg_buf_printf(out, "%s{\"generation\":%lld,\"state\":\"%s\",\"made\":", i ? "," : "", (long long)keys[i].generation, vg_key_end_names[keys[i].end]);
        vg_json_time(out, keys[i].made_ms);
        if (keys[i].ended_ms) {
            vg_buf_add_cstr(out, ",\"ended\":");
            vg_json_time(out, keys[i].ended_ms);
        }
        vg_buf_add_cstr(out, ",\"wrapped_for\":[");
        for (int r = 0; r < VG_KEY_ROLES; r++) {
            if (!keys[i].roles[r]) continue;
            vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", roles[r]);
            first = false;
        }
        vg_buf_add_cstr(out, "]}");
    }
    vg_buf_add_char(out, ']');
}

/* Why is free text that may name somebody: for who may read the case. */
static void write_hand_overs(vg_buf *out, const vg_hand_over *list, size_t count, bool reasons)
{
    vg_buf_add_cstr(out, ",\"hand_overs\":[");
    for (size_t i = 0; i < count; i++) {
        vg_buf_printf(out, "%s{\"generation\":%lld,\"receiver\":", i ? "," : "", (long long)list[i].generation);
        vg_buf_add_json_str(out, list[i].receiver);
        vg_buf_add_cstr(out, ",\"key\":");
        write_key_id(out, list[i].public_key);
        vg_buf_add_cstr(out, ",\"by\":");
        vg_buf_add_json_str(out, list[i].by);
        vg_buf_add_cstr(out, ",\"time\":");
        vg_json_time(out, list[i].time_ms);
        if (list[i].filing_id) vg_buf_printf(out, ",\"filing\":%lld", (long long)list[i].filing_id);
        if (list[i].has_box) {
            char text[2 * VG_KEY_BOX];
            sodium_bin2base64(text, sizeof text, list[i].box, sizeof list[i].box, sodium_base64_VARIANT_ORIGINAL);
            vg_buf_printf(out, ",\"box\":\"%s\"", text);
        }
        if (reasons && list[i].reason.len) {
            vg_buf_add_cstr(out, ",\"reason\":");
            vg_buf_add_json_str(out, list[i].reason);
        }
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

static void write_holds(vg_buf *out, const vg_hold *holds, size_t count, bool reasons)
{
    vg_buf_add_cstr(out, ",\"holds\":[");
    for (size_t i = 0; i < count; i++) {
        const vg_hold *h = &holds[i];
        vg_buf_add_cstr(out, i ? ",{\"by\":" : "{\"by\":");
        vg_buf_add_json_str(out, h->placed_by);
        vg_buf_add_cstr(out, ",\"placed\":");
        vg_json_time(out, h->placed_ms);
        if (h->review_ms) {
            vg_buf_add_cstr(out, ",\"review\":");
            vg_json_time(out, h->review_ms);
        }
        if (reasons && h->reason.len) {
            vg_buf_add_cstr(out, ",\"reason\":");
            vg_buf_add_json_str(out, h->reason);
        }
        if (h->released_ms) {
            vg_buf_add_cstr(out, ",\"released\":");
            vg_json_time(out, h->released_ms);
            vg_buf_add_cstr(out, ",\"released_by\":");
            vg_buf_add_json_str(out, h->released_by);
            if (reasons && h->release.len) {
                vg_buf_add_cstr(out, ",\"release_reason\":");
                vg_buf_add_json_str(out, h->release);
            }
        }
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

/* ---- the clock ---- */

static int read_facts(vg_desk *desk, vg_exchange *x, const vg_case *c, const vg_hold *holds, size_t hold_count, vg_clock_facts *out, vg_error *err)
{
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    const vg_policy *policy = set ? vg_policy_set_find(set, c->space, NULL) : NULL;
    *out = (vg_clock_facts){.decided = c->state == VG_CASE_DECIDED, .destroyed = c->destroyed, .hold = c->legal_hold, .filing = c->report_due,
                            .decided_ms = c->decided_ms};
    if (policy) {
        out->keep_case_days = policy->keep_case_days;
        out->keep_audit_days = policy->keep_audit_days;
    }
    if (set) vg_policy_set_unref(&set);
    for (size_t i = 0; i < hold_count; i++)
        if (!holds[i].released_ms) out->hold_review_ms = holds[i].review_ms;
    return vg_store_appealed(desk->store, c->id, &out->appeal, err);
}

static void write_clock(vg_buf *out, const vg_clock_facts *facts)
{
    vg_clock_item items[VG_CLOCK_ITEMS];
    size_t count = vg_retention_clock(facts, items);
    vg_buf_add_cstr(out, ",\"clock\":[");
    for (size_t i = 0; i < count; i++) {
        vg_buf_printf(out, "%s{\"what\":\"%s\",\"rule\":\"%s\"", i ? "," : "", items[i].what, items[i].rule);
        if (items[i].ends_ms) {
            vg_buf_add_cstr(out, ",\"ends\":");
            vg_json_time(out, items[i].ends_ms);
        }
        if (items[i].stays != VG_STAYS_NOT) vg_buf_printf(out, ",\"kept_by\":\"%s\"", vg_stays_names[items[i].stays]);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

/* ---- all of it ---- */

typedef struct evidence {
    vg_hand_over_due due;
    bool is_due;
    vg_case_key_row *keys;
    vg_hand_over *hand_overs;
    vg_hold *holds;
    vg_destruction *destructions;
    size_t key_count, hand_over_count, hold_count, destruction_count;
    vg_evidence_size size;
    vg_clock_facts facts;
    bool removed;
    int64_t removed_ms;
} evidence;

static int read_evidence(vg_desk *desk, vg_exchange *x, const vg_case *c, evidence *e, vg_error *err)
{
    vg_store *store = desk->store;
    int rc = vg_store_case_keys(store, c->id, desk->arena, &e->keys, &e->key_count, err);
    if (!rc) rc = vg_store_hand_overs(store, c->id, desk->arena, &e->hand_overs, &e->hand_over_count, err);
    if (!rc) {
        rc = vg_store_hand_over_due_of(store, c->id, desk->arena, &e->due, err);
        e->is_due = rc == 0;
        if (rc == -VG_ENOENT) rc = 0;
    }
    if (!rc) rc = vg_store_holds(store, c->id, desk->arena, &e->holds, &e->hold_count, err);
    if (!rc) rc = vg_store_destructions(store, c->id, desk->arena, &e->destructions, &e->destruction_count, err);
    if (!rc) rc = vg_store_removed(store, c->id, &e->removed, &e->removed_ms, err);
    if (!rc) rc = vg_store_evidence_size(store, c->id, &e->size, err);
    return rc ? rc : read_facts(desk, x, c, e->holds, e->hold_count, &e->facts, err);
}

static void write_evidence(vg_exchange *x, vg_buf *out, const vg_case *c, const evidence *e)
{
    char name[24];
    bool reasons = vg_review_may(&x->user, VG_MAY_CASE_READ, c->space), readable = e->key_count == 0 && !c->destroyed;
    vg_case_name(c->id, name);
    for (size_t i = 0; i < e->key_count; i++) readable |= e->keys[i].end == VG_KEY_STANDS;
    vg_buf_printf(out, "{\"case\":\"%s\",\"destroyed\":%s,\"legal_hold\":%s,\"readable\":%s", name, c->destroyed ? "true" : "false",
                  c->legal_hold ? "true" : "false", readable ? "true" : "false");
    if (e->removed) {
        vg_buf_add_cstr(out, ",\"removed\":");
        vg_json_time(out, e->removed_ms);
    }
    write_keys(out, e->keys, e->key_count);
    write_hand_overs(out, e->hand_overs, e->hand_over_count, reasons);
    if (e->is_due) {
        vg_buf_printf(out, ",\"hand_over_due\":{\"filing\":%lld,\"since\":", (long long)e->due.filing_id);
        vg_json_time(out, e->due.since_ms);
        if (e->due.why.len) {
            vg_buf_add_cstr(out, ",\"why\":");
            vg_buf_add_json_str(out, e->due.why);
        }
        vg_buf_add_char(out, '}');
    }
    write_holds(out, e->holds, e->hold_count, reasons);
    write_clock(out, &e->facts);
    vg_buf_printf(out, ",\"certificates\":%zu,\"sizes\":{\"events\":%lld,\"event_bytes\":%lld,\"media\":%lld,\"media_bytes\":%lld}}", e->destruction_count,
                  (long long)e->size.events, (long long)e->size.event_bytes, (long long)e->size.media, (long long)e->size.media_bytes);
}

void vg_route_evidence(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    evidence e = {0};
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, false, &c)) return;
    int rc = vg_review_require(&x->user, VG_MAY_EVIDENCE_SEE, c.space, &err);
    if (!rc) rc = read_evidence(desk, x, &c, &e, &err);
    if (rc) vg_answer_error(x, &err);
    else write_evidence(x, vg_answer_begin(x, 200, "application/json"), &c, &e);
}

int vg_evidence_write(vg_desk *desk, vg_exchange *x, const vg_case *c, vg_buf *out, vg_error *err)
{
    evidence e = {0};
    int rc = read_evidence(desk, x, c, &e, err);
    if (rc) return rc;
    write_evidence(x, out, c, &e);
    return out->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for the state of a case") : 0;
}

void vg_route_destruction(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_destruction *list = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, false, &c)) return;
    int rc = vg_review_require(&x->user, VG_MAY_EVIDENCE_SEE, c.space, &err);
    if (!rc) rc = vg_store_destructions(desk->store, c.id, desk->arena, &list, &count, &err);
    if (!rc && !count) rc = vg_fail(&err, VG_ENOENT, "", "nothing of this case was destroyed: there is no certificate");
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    vg_store_destructions_write(vg_answer_begin(x, 200, "application/json"), x->server->ring, list, count);
    vg_answer_header(x, "Content-Disposition", "attachment; filename=\"destruction.json\"");
}

/* ---- handing over ---- */

/* The receiver as the space's policy has it: its key is copied, so that the policies may be swapped meanwhile. */
static int find_receiver(vg_exchange *x, const vg_case *c, vg_str id, uint8_t key[32], int64_t *until_ms, vg_error *err)
{
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    const vg_policy *policy = set ? vg_policy_set_find(set, c->space, NULL) : NULL;
    const vg_policy_report *report = policy ? policy->report : NULL;
    int rc = vg_fail(err, VG_EUNPROCESSABLE, "/receiver", "the space knows no such receiver: it goes under report.receivers of its policy");
    for (size_t i = 0; report && i < report->receiver_count; i++) {
        const vg_receiver *r = &report->receivers[i];
        if (!vg_str_is(id, r->id)) continue;
        rc = r->has_key ? 0 : vg_fail(err, VG_EUNPROCESSABLE, "/receiver", "this receiver has given no public key");
        memcpy(key, r->public_key, 32);
        *until_ms = r->key_until_ms;
        break;
    }
    if (set) vg_policy_set_unref(&set);
    return rc;
}

void vg_route_hand_over(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    evidence e = {0};
    uint8_t key[32];
    vg_error err = {0};
    vg_str receiver = {"", 0}, reason = {"", 0};
    const vg_field fields[] = {
        {.name = "receiver", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 64, .string = &receiver},
        {.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = HAND_REASON_MAX, .string = &reason},
    };
    if (!vg_case_of_path(desk, x, false, &c)) return;
    if (vg_review_require(&x->user, VG_MAY_HAND_OVER, c.space, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!vg_body_read(x, fields, 2)) return;
    vg_hand_over_ask ask = {.case_id = c.id, .receiver = receiver, .public_key = key, .by = x->user.name, .reason = reason, .now_ms = vg_time_now()};
    int rc = find_receiver(x, &c, receiver, key, &ask.key_until_ms, &err);
    if (!rc) rc = vg_store_hand_over(desk->store, &ask, NULL, &err);
    if (!rc) rc = vg_store_case_get(desk->store, c.id, desk->arena, &c, &err);
    if (!rc) rc = read_evidence(desk, x, &c, &e, &err);
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    vg_desk_tell(desk, c.id, "touched");
    write_evidence(x, vg_answer_begin(x, 200, "application/json"), &c, &e);
}

/* ---- legal hold ---- */

void vg_route_legal_hold(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    vg_str reason = {"", 0}, review = {"", 0};
    bool hold = false;
    int64_t review_ms = 0, now_ms = vg_time_now();
    const vg_field fields[] = {
        {.name = "hold", .type = VG_FIELD_BOOLEAN, .required = true, .boolean = &hold},
        {.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = REASON_MAX, .string = &reason},
        {.name = "review", .type = VG_FIELD_STRING, .least = 10, .most = 10, .string = &review},
    };
    if (!vg_case_of_path(desk, x, false, &c)) return;
    if (vg_review_require(&x->user, VG_MAY_CASE_HOLD, c.space, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!vg_body_read(x, fields, 3)) return;
    if (review.len && (!hold || !vg_time_parse_date(review, &review_ms) || review_ms <= now_ms)) {
        vg_answer_problem(x, 400, "/review", "expected a day to come, as 2027-01-31, on which the hold is looked at again");
        return;
    }
    int rc = hold ? vg_store_hold_place(desk->store, c.id, x->user.name, reason, review_ms, &err)
                  : vg_store_hold_release(desk->store, c.id, x->user.name, reason, &err);
    if (!rc) rc = vg_store_case_get(desk->store, c.id, desk->arena, &c, &err);
    if (!rc) rc = vg_case_veil(desk, &x->user, &c, &err);
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    vg_desk_tell(desk, c.id, "touched");
    vg_json_case(vg_answer_begin(x, 200, "application/json"), &c, now_ms);
}
