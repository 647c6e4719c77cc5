/* SPDX-License-Identifier: Apache-2.0
 *
 * Demands: taken in, changed by steps, destroyed. */
#include "store/demands/demands_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"

void vg_demand_place(int64_t id, const char *what, int64_t number, char out[64])
{
    if (number) snprintf(out, 64, "demand:%" PRId64 "/%s/%" PRId64, id, what, number);
    else snprintf(out, 64, "demand:%" PRId64 "/%s", id, what);
}

/* ---- what is sealed, as JSON ---- */

static void member(vg_buf *out, const char *name, vg_str value)
{
    vg_buf_printf(out, "%s\"%s\":", out->len > 1 ? "," : "", name);
    vg_buf_add_json_str(out, value);
}

static void write_content(vg_buf *out, const vg_demand *d)
{
    char hex[65];
    vg_buf_add_char(out, '{');
    member(out, "authority", d->authority);
    member(out, "legal_basis", d->legal_basis);
    member(out, "reference", d->reference);
    member(out, "note", d->note);
    vg_buf_add_cstr(out, ",\"items\":[");
    for (size_t i = 0; i < d->item_count; i++) {
        vg_buf_printf(out, "%s{\"kind\":\"%s\",\"value\":", i ? "," : "", vg_demand_thing_names[d->items[i].thing]);
        vg_buf_add_json_str(out, d->items[i].value);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "],\"attachments\":[");
    for (size_t i = 0; i < d->attachment_count; i++) {
        vg_hex_encode(hex, d->attachments[i].sha256, sizeof d->attachments[i].sha256);
        vg_buf_printf(out, "%s{\"bytes\":%" PRId64 ",\"sha256\":\"%s\",\"name\":", i ? "," : "", d->attachments[i].bytes, hex);
        vg_buf_add_json_str(out, d->attachments[i].name);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
}

static void write_execution(vg_buf *out, const vg_demand *d)
{
    vg_buf_add_char(out, '[');
    for (size_t i = 0; i < d->item_count; i++) {
        vg_buf_printf(out, "%s{\"time\":%" PRId64 ",\"how\":", i ? "," : "", d->removed[i].time_ms);
        vg_buf_add_json_str(out, d->removed[i].how);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

/* Seals what store->text holds into a column of the demand. */
static int set_sealed(vg_store *store, enum vg_store_statement statement, int64_t id, const char *what, vg_str plain, vg_error *err)
{
    char place[64];
    vg_demand_place(id, what, 0, place);
    int rc = vg_store_seal(store, place, plain, err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, statement);
    vg_store_bind_blob(&set, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&set, id);
    return vg_store_run(&set, err);
}

static int set_written(vg_store *store, enum vg_store_statement statement, int64_t id, const char *what, void (*write)(vg_buf *, const vg_demand *),
                       const vg_demand *d, vg_error *err)
{
    vg_buf_clear(&store->text);
    write(&store->text, d);
    if (store->text.failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a demand");
    return set_sealed(store, statement, id, what, (vg_str){store->text.ptr, store->text.len}, err);
}

/* ---- steps and their record ---- */

static int add_step(vg_store *store, int64_t id, int64_t number, const vg_demand_step *s, vg_error *err)
{
    char place[64];
    int rc = 0;
    if (s->text.len) {
        vg_demand_place(id, "step", number, place);
        rc = vg_store_seal(store, place, s->text, err);
        if (rc) return rc;
    }
    vg_query add = vg_store_use(store, VG_SQL_DEMAND_STEP_ADD);
    vg_store_bind_int(&add, id);
    vg_store_bind_int(&add, number);
    vg_store_bind_int(&add, s->time_ms);
    vg_store_bind_str(&add, s->user);
    vg_store_bind_int(&add, s->step);
    vg_store_bind_int(&add, s->ground);
    if (s->text.len) vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    else vg_store_bind_null(&add);
    return vg_store_run(&add, err);
}

static int audit_step(vg_store *store, const vg_demand *d, const vg_demand_step *s, vg_error *err)
{
    char action[40], name[24], detail[160];
    snprintf(action, sizeof action, "demand.%s", vg_demand_step_names[s->step]);
    snprintf(detail, sizeof detail, "{\"state\":\"%s\",\"items\":%zu%s%s%s}", vg_demand_state_names[d->state], d->item_count, s->ground >= 0 ? ",\"ground\":\"" : "",
             s->ground >= 0 ? vg_demand_ground_names[s->ground] : "", s->ground >= 0 ? "\"" : "");
    vg_demand_name(d->id, name);
    return vg_store_audit_add(store, s->time_ms, s->user, vg_str_of(action), vg_str_of(name), vg_str_of(detail), err);
}

/* ---- taking one in ---- */

static void tag_of(const vg_store *store, const vg_demand *d, uint8_t tag[VG_STORE_EVENT_KEY])
{
    uint8_t inner[VG_STORE_EVENT_KEY];
    char hex[2 * VG_STORE_EVENT_KEY + 1];
    vg_store_tag(store, "demand.reference", d->authority, d->reference, inner);
    vg_hex_encode(hex, inner, sizeof inner);
    vg_store_tag(store, "demand", d->space, vg_str_of(hex), tag);
}

/* {"type":"demand.received","timestamp":T,"data":{"demand","space","kind","due","items":[{"kind","value"}]}} */
static int tell_platform(vg_store *store, const vg_demand *d, vg_error *err)
{
    char name[24], when[25], due[25];
    vg_buf *text = &store->text;
    vg_demand_name(d->id, name);
    vg_time_format(d->taken_ms, when);
    vg_time_format(d->due_ms, due);
    vg_buf_clear(text);
    vg_buf_printf(text, "{\"type\":\"demand.received\",\"timestamp\":\"%s\",\"data\":{\"demand\":\"%s\",\"space\":", when, name);
    vg_buf_add_json_str(text, d->space);
    vg_buf_printf(text, ",\"kind\":\"%s\",\"due\":\"%s\",\"items\":[", vg_demand_kind_names[d->kind], due);
    for (size_t i = 0; i < d->item_count; i++) {
        vg_buf_printf(text, "%s{\"kind\":\"%s\",\"value\":", i ? "," : "", vg_demand_thing_names[d->items[i].thing]);
        vg_buf_add_json_str(text, d->items[i].value);
        vg_buf_add_char(text, '}');
    }
    vg_buf_add_cstr(text, "]}}");
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    return vg_store_deliver(store, 0, d->space, "demand.received", (vg_str){text->ptr, text->len}, d->taken_ms, err);
}

static int insert(vg_store *store, vg_demand *d, const uint8_t tag[VG_STORE_EVENT_KEY], vg_error *err)
{
    vg_query add = vg_store_use(store, VG_SQL_DEMAND_ADD);
    vg_store_bind_blob(&add, tag, VG_STORE_EVENT_KEY);
    vg_store_bind_str(&add, d->space);
    vg_store_bind_int(&add, d->kind);
    vg_store_bind_int(&add, d->category);
    vg_store_bind_int(&add, d->way);
    vg_store_bind_str(&add, vg_str_of(d->country));
    vg_store_bind_int(&add, (int64_t)d->item_count);
    vg_store_bind_int(&add, d->received_ms);
    vg_store_bind_int(&add, d->taken_ms);
    vg_store_bind_str(&add, d->taken_by);
    vg_store_bind_int(&add, d->due_ms);
    int rc = vg_store_run(&add, err);
    if (!rc) d->id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

static int take_in(vg_store *store, vg_demand *d, bool *known, vg_error *err)
{
    uint8_t tag[VG_STORE_EVENT_KEY];
    const vg_demand_step step = {d->taken_ms, d->taken_by, VG_STEP_TAKEN, -1, {"", 0}};
    tag_of(store, d, tag);
    vg_query find = vg_store_use(store, VG_SQL_DEMAND_FIND);
    vg_store_bind_blob(&find, tag, sizeof tag);
    int rc = vg_store_step(&find, err);
    if (rc < 0) return rc;
    *known = rc == 1;
    if (*known) d->id = vg_store_int(&find, 0);
    vg_store_reset(&find);
    if (*known) return 0;
    rc = insert(store, d, tag, err);
    if (!rc) rc = set_written(store, VG_SQL_DEMAND_CONTENT, d->id, "content", write_content, d, err);
    if (!rc) rc = add_step(store, d->id, 0, &step, err);
    if (!rc) rc = tell_platform(store, d, err);
    return rc ? rc : audit_step(store, d, &step, err);
}

int vg_store_demand_add(vg_store *store, vg_demand *d, bool *known, vg_error *err)
{
    *known = false;
    int rc = vg_store_check_text("space", d->space, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_check_text("/authority", d->authority, VG_DEMAND_NAME, err);
    if (!rc) rc = vg_store_check_text("/reference", d->reference, VG_DEMAND_NAME, err);
    if (!rc) rc = vg_store_check_text("taken_by", d->taken_by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, take_in(store, d, known, err), err);
}

/* ---- a step ---- */

static int set_state(vg_store *store, const vg_demand *d, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_DEMAND_SET);
    vg_store_bind_int(&set, d->state);
    vg_store_bind_int(&set, d->due_ms);
    vg_store_bind_int(&set, d->acknowledged_ms);
    vg_store_bind_int(&set, d->stopped_ms);
    vg_store_bind_int(&set, d->stood_ms);
    vg_store_bind_int(&set, d->executed_ms);
    vg_store_bind_int(&set, d->done_ms);
    vg_store_bind_int(&set, d->alarms);
    vg_store_bind_str(&set, d->executed_by);
    vg_store_bind_int(&set, d->id);
    vg_store_bind_int(&set, d->steps);
    int rc = vg_store_run(&set, err);
    if (rc) return rc;
    return vg_store_changed(store) ? 0 : vg_fail(err, VG_ECONFLICT, "", "somebody else changed the demand meanwhile: read it again");
}

static int write_step(vg_store *store, const vg_demand *d, const vg_demand_step *s, vg_error *err)
{
    int rc = set_state(store, d, err);
    if (!rc && s->step == VG_STEP_EXECUTED && d->removed)
        rc = set_written(store, VG_SQL_DEMAND_EXECUTION, d->id, "execution", write_execution, d, err);
    if (!rc && s->step == VG_STEP_DONE && d->proof.len) rc = set_sealed(store, VG_SQL_DEMAND_PROOF, d->id, "proof", d->proof, err);
    if (!rc) rc = add_step(store, d->id, d->steps + 1, s, err);
    return rc ? rc : audit_step(store, d, s, err);
}

int vg_store_demand_step(vg_store *store, const vg_demand *after, const vg_demand_step *step, vg_error *err)
{
    int rc = vg_store_check_text("user", step->user, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, write_step(store, after, step, err), err);
}

/* ---- destroying ---- */

static int run_for(vg_store *store, enum vg_store_statement statement, int64_t id, vg_error *err)
{
    vg_query query = vg_store_use(store, statement);
    vg_store_bind_int(&query, id);
    return vg_store_run(&query, err);
}

static int destroy(vg_store *store, int64_t id, vg_error *err)
{
    int rc = run_for(store, VG_SQL_DEMAND_DESTROY, id, err);
    return rc ? rc : run_for(store, VG_SQL_DEMAND_STEPS_DESTROY, id, err);
}

enum { OLD_AT_ONCE = 100 };

int vg_store_demands_destroy_old(vg_store *store, vg_str space, int64_t before_ms, size_t *count, vg_error *err)
{
    int64_t ids[OLD_AT_ONCE];
    int rc;
    *count = 0;
    vg_query old = vg_store_use(store, VG_SQL_DEMAND_OLD);
    vg_store_bind_str(&old, space);
    vg_store_bind_int(&old, before_ms);
    vg_store_bind_int(&old, OLD_AT_ONCE);
    while ((rc = vg_store_step(&old, err)) == 1 && *count < OLD_AT_ONCE) ids[(*count)++] = vg_store_int(&old, 0);
    vg_store_reset(&old);
    if (rc > 0) rc = 0;
    for (size_t i = 0; !rc && i < *count; i++) rc = destroy(store, ids[i], err);
    return rc;
}

/* Whether a demand names the account, as a thing of its own. */
static int names(vg_store *store, const vg_query *row, vg_str account, vg_arena *scratch, bool *found, vg_error *err)
{
    char place[64];
    vg_str plain, needle;
    vg_buf quoted;
    vg_arena_reset(scratch);
    vg_demand_place(vg_store_int(row, 0), "content", 0, place);
    int rc = vg_store_unseal(store, place, vg_store_peek(row, 1), scratch, &plain, err);
    if (rc) return rc;
    vg_buf_init(&quoted, 8 << 10);
    vg_buf_add_cstr(&quoted, "{\"kind\":\"account\",\"value\":"); /* exactly as write_content writes it */
    vg_buf_add_json_str(&quoted, account);
    needle = (vg_str){quoted.ptr, quoted.len};
    if (quoted.failed) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a demand");
    else *found = memmem(plain.ptr, plain.len, needle.ptr, needle.len) != NULL;
    vg_buf_free(&quoted);
    return rc;
}

/* The demands of a space that name the account: `each` is given them after the walk, because it writes. */
static int naming(vg_store *store, vg_str space, vg_str account, vg_arena *arena, int64_t **ids, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    vg_arena *scratch = vg_arena_create(1 << 14, VG_STORE_SCRATCH);
    *ids = NULL;
    *count = 0;
    if (!scratch) return vg_fail(err, VG_ENOMEM, "", "no memory for demands");
    vg_query all = vg_store_use(store, VG_SQL_DEMAND_CONTENTS);
    vg_store_bind_str(&all, space);
    while ((rc = vg_store_step(&all, err)) == 1) {
        bool found = false;
        rc = names(store, &all, account, scratch, &found, err);
        if (!rc && found) {
            int64_t *larger = vg_store_grow(arena, *ids, *count, &capacity, sizeof *larger);
            if (!larger) rc = vg_fail(err, VG_ENOMEM, "", "no memory for demands");
            else (*ids = larger)[(*count)++] = vg_store_int(&all, 0);
        }
        if (rc) break;
    }
    vg_store_reset(&all);
    vg_arena_destroy(&scratch);
    return rc;
}

int vg_store_demands_forget(vg_store *store, vg_str space, vg_str account, int64_t *kept, vg_error *err)
{
    int64_t *ids;
    size_t count;
    vg_demand d;
    *kept = 0;
    vg_arena *arena = vg_arena_create(1 << 14, VG_STORE_SCRATCH);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for demands");
    int rc = naming(store, space, account, arena, &ids, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        rc = vg_store_demand_get(store, ids[i], arena, &d, err);
        if (rc) break;
        if (d.state != VG_DEMAND_DONE) ++*kept; /* an authority waits for it */
        else rc = destroy(store, ids[i], err);
    }
    vg_arena_destroy(&arena);
    return rc;
}

int vg_store_demands_export(vg_store *store, vg_str space, vg_str account, vg_arena *arena, vg_buf *out, vg_error *err)
{
    int64_t *ids;
    size_t count;
    vg_demand d;
    char name[24], when[25];
    int rc = naming(store, space, account, arena, &ids, &count, err);
    vg_buf_add_cstr(out, ",\"demands\":[");
    for (size_t i = 0; !rc && i < count; i++) {
        rc = vg_store_demand_get(store, ids[i], arena, &d, err);
        if (rc) break;
        vg_demand_name(d.id, name);
        vg_time_format(d.received_ms, when);
        vg_buf_printf(out, "%s{\"demand\":\"%s\",\"kind\":\"%s\",\"state\":\"%s\",\"received\":\"%s\"}", i ? "," : "", name, vg_demand_kind_names[d.kind],
                      vg_demand_state_names[d.state], when);
    }
    vg_buf_add_char(out, ']');
    return rc;
}
