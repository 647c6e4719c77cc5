/* SPDX-License-Identifier: Apache-2.0 */
#include "evidence_state.h"

#include <sodium.h>

#include "base/time.h"
#include "event/policy.h"
#include "review/clock.h"
#include "store/cases/appeals.h"
#include "store/evidence/evidence.h"

static void when(vg_buf *out, int64_t ms)
{
    char text[25];
    vg_time_format(ms, text);
    vg_buf_printf(out, "\"%s\"", text);
}

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
        when(out, keys[i].made_ms);
        if (keys[i].ended_ms) {
            vg_buf_add_cstr(out, ",\"ended\":");
            when(out, keys[i].ended_ms);
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
        when(out, list[i].time_ms);
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
        when(out, h->placed_ms);
        if (h->review_ms) {
            vg_buf_add_cstr(out, ",\"review\":");
            when(out, h->review_ms);
        }
        if (reasons && h->reason.len) {
            vg_buf_add_cstr(out, ",\"reason\":");
            vg_buf_add_json_str(out, h->reason);
        }
        if (h->released_ms) {
            vg_buf_add_cstr(out, ",\"released\":");
            when(out, h->released_ms);
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

static int read_facts(vg_store *store, const vg_policy *policy, const vg_case *c, const vg_hold *holds, size_t hold_count, vg_clock_facts *out, vg_error *err)
{
    *out = (vg_clock_facts){.decided = c->state == VG_CASE_DECIDED, .destroyed = c->destroyed, .hold = c->legal_hold, .filing = c->report_due,
                            .decided_ms = c->decided_ms};
    if (policy) {
        out->keep_case_days = policy->keep_case_days;
        out->keep_audit_days = policy->keep_audit_days;
    }
    for (size_t i = 0; i < hold_count; i++)
        if (!holds[i].released_ms) out->hold_review_ms = holds[i].review_ms;
    return vg_store_appealed(store, c->id, &out->appeal, err);
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
            when(out, items[i].ends_ms);
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

static int read_evidence(vg_store *store, const vg_policy *policy, const vg_case *c, vg_arena *arena, evidence *e, vg_error *err)
{
    int rc = vg_store_case_keys(store, c->id, arena, &e->keys, &e->key_count, err);
    if (!rc) rc = vg_store_hand_overs(store, c->id, arena, &e->hand_overs, &e->hand_over_count, err);
    if (!rc) {
        rc = vg_store_hand_over_due_of(store, c->id, arena, &e->due, err);
        e->is_due = rc == 0;
        if (rc == -VG_ENOENT) rc = 0;
    }
    if (!rc) rc = vg_store_holds(store, c->id, arena, &e->holds, &e->hold_count, err);
    if (!rc) rc = vg_store_destructions(store, c->id, arena, &e->destructions, &e->destruction_count, err);
    if (!rc) rc = vg_store_removed(store, c->id, &e->removed, &e->removed_ms, err);
    if (!rc) rc = vg_store_evidence_size(store, c->id, &e->size, err);
    return rc ? rc : read_facts(store, policy, c, e->holds, e->hold_count, &e->facts, err);
}

static void write_evidence(vg_buf *out, const vg_case *c, const evidence *e, bool reasons)
{
    char name[24];
    bool readable = e->key_count == 0 && !c->destroyed;
    vg_case_name(c->id, name);
    for (size_t i = 0; i < e->key_count; i++) readable |= e->keys[i].end == VG_KEY_STANDS;
    vg_buf_printf(out, "{\"case\":\"%s\",\"destroyed\":%s,\"legal_hold\":%s,\"readable\":%s", name, c->destroyed ? "true" : "false",
                  c->legal_hold ? "true" : "false", readable ? "true" : "false");
    if (e->removed) {
        vg_buf_add_cstr(out, ",\"removed\":");
        when(out, e->removed_ms);
    }
    write_keys(out, e->keys, e->key_count);
    write_hand_overs(out, e->hand_overs, e->hand_over_count, reasons);
    if (e->is_due) {
        vg_buf_printf(out, ",\"hand_over_due\":{\"filing\":%lld,\"since\":", (long long)e->due.filing_id);
        when(out, e->due.since_ms);
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

int vg_evidence_state_write(vg_store *store, const vg_policy *policy, const vg_case *c, bool reasons, vg_arena *arena, vg_buf *out, vg_error *err)
{
    evidence e = {0};
    int rc = read_evidence(store, policy, c, arena, &e, err);
    if (rc) return rc;
    write_evidence(out, c, &e, reasons);
    return out->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for the state of a case") : 0;
}
