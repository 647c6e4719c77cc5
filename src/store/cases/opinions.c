/* SPDX-License-Identifier: Apache-2.0
 *
 * Opinions of people who must agree: sealed until the case is decided.
 */
#include "store/cases/decisions_int.h"
#include "store/evidence/evidence_int.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

static void answer_place(int64_t case_id, char out[40])
{
    snprintf(out, 40, "opinion:%" PRId64, case_id);
}

static int write_answer(vg_store *store, const vg_resolution *r, vg_error *err)
{
    const vg_decision *d = &r->decision;
    char place[40];
    vg_buf *text = &store->text;
    vg_buf_clear(text);
    vg_buf_printf(text, "{\"action\":%d,\"reach\":%d,\"hours\":%" PRIu32 ",\"interim\":%" PRIu32 ",\"reason\":", (int)d->action,
                  (int)d->reach, d->hours, r->interim_hours);
    vg_buf_add_json_str(text, d->reason);
    vg_buf_add_cstr(text, ",\"note\":");
    vg_buf_add_json_str(text, d->note);
    vg_buf_add_cstr(text, ",\"statement\":");
    vg_buf_add_json_str(text, r->statement_text);
    vg_buf_add_char(text, '}');
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an opinion");
    answer_place(d->case_id, place);
    return vg_store_case_seal(store, d->case_id, place, (vg_str){text->ptr, text->len}, err);
}

int vg_store_opinion_add(vg_store *store, vg_resolution *r, vg_error *err)
{
    vg_decision *d = &r->decision;
    int rc = write_answer(store, r, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_OPINION_ADD);
    vg_store_bind_int(&add, d->case_id);
    vg_store_bind_str(&add, d->user);
    vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&add, d->time_ms);
    rc = vg_store_run(&add, err);
    if (!rc) d->id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

static vg_str text_of(const json_t *root, const char *name, vg_arena *arena, int *rc)
{
    const json_t *value = json_object_get(root, name);
    vg_str copy = vg_arena_copy(arena, (vg_str){json_string_value(value) ? json_string_value(value) : "", json_string_length(value)});
    if (!copy.ptr) *rc = -VG_ENOMEM;
    return copy;
}

static int read_answer(vg_str plain, vg_arena *arena, vg_opinion *out, vg_error *err)
{
    json_t *root;
    int rc = vg_store_json(plain, "an opinion", &root, err);
    if (rc) return rc;
    json_int_t action = json_integer_value(json_object_get(root, "action")), reach = json_integer_value(json_object_get(root, "reach"));
    if (action < 0 || action >= VG_ACTIONS || reach < 0 || reach >= VG_REACHES) {
        rc = vg_fail(err, VG_ECORRUPT, "", "opinion %" PRId64 " cannot be read", out->id);
    } else {
        out->answer.action = (vg_action)action;
        out->answer.reach = (vg_reach)reach;
        out->answer.hours = (uint32_t)json_integer_value(json_object_get(root, "hours"));
        out->interim_hours = (uint32_t)json_integer_value(json_object_get(root, "interim"));
        out->answer.reason = text_of(root, "reason", arena, &rc);
        out->answer.note = text_of(root, "note", arena, &rc);
        out->statement = text_of(root, "statement", arena, &rc);
        if (rc) vg_fail(err, VG_ENOMEM, "", "no memory for an opinion");
    }
    json_decref(root);
    return rc;
}

static int read_opinion(vg_store *store, const vg_query *row, int64_t case_id, vg_arena *arena, vg_opinion *out, vg_error *err)
{
    char place[40];
    int rc = 0;
    vg_str sealed = vg_store_peek(row, 2), plain;
    *out = (vg_opinion){.id = vg_store_int(row, 0),
                        .answer = {.case_id = case_id, .time_ms = vg_store_int(row, 3), .reason = {"", 0}, .note = {"", 0}},
                        .statement = {"", 0},
                        .decision_id = vg_store_int(row, 4)};
    out->answer.user = vg_store_copy(row, 1, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for an opinion");
    out->destroyed = !sealed.len;
    if (out->destroyed) return 0;
    answer_place(case_id, place);
    rc = vg_store_case_unseal_if(store, case_id, place, sealed, arena, &plain, err);
    out->destroyed = !rc && !plain.len; /* handed over */
    return rc || out->destroyed ? rc : read_answer(plain, arena, out, err);
}

int vg_store_opinions(vg_store *store, int64_t case_id, bool sealed, vg_arena *arena, vg_opinion **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_OPINIONS_OF);
    vg_store_bind_int(&list, case_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        rc = 0;
        if (!sealed && !vg_store_int(&list, 4)) continue;
        vg_opinion *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof *larger);
        rc = larger ? read_opinion(store, &list, case_id, arena, &larger[*count], err)
                    : vg_fail(err, VG_ENOMEM, "", "no memory for opinions");
        if (rc) break;
        *out = larger;
        (*count)++;
    }
    vg_store_reset(&list);
    return rc;
}
