/* SPDX-License-Identifier: Apache-2.0 */
#include "store/cases/bulk.h"

#include <inttypes.h>
#include <stdio.h>

#include "store/cases/decisions_int.h"

#define BULK_PLACE "bulk"

static int add_bulk(vg_store *store, vg_bulk *b, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_run_1(store, VG_SQL_BULK_OLD, now_ms, err);
    if (!rc) rc = vg_store_seal(store, BULK_PLACE, b->content, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_BULK_ADD);
    vg_store_bind_blob(&add, b->token, sizeof b->token);
    vg_store_bind_str(&add, b->user);
    vg_store_bind_str(&add, b->space);
    vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&add, b->expires_ms);
    rc = vg_store_run(&add, err);
    if (!rc) b->id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

int vg_store_bulk_add(vg_store *store, vg_bulk *bulk, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, add_bulk(store, bulk, now_ms, err), err);
}

int vg_store_bulk_find(vg_store *store, const uint8_t token[32], vg_str user, int64_t now_ms, vg_arena *arena, vg_bulk *out, vg_error *err)
{
    vg_query find = vg_store_use(store, VG_SQL_BULK_FIND);
    vg_store_bind_blob(&find, token, 32);
    int rc = vg_store_step(&find, err), copied = 0;
    if (rc < 0) return rc;
    bool mine = rc == 1 && vg_str_eq(vg_store_peek(&find, 1), user);
    if (rc == 1 && !mine) vg_store_reset(&find);
    if (!mine) return vg_fail(err, VG_ENOENT, "/token", "there is no such preview");
    *out = (vg_bulk){.id = vg_store_int(&find, 0), .expires_ms = vg_store_int(&find, 4)};
    memcpy(out->token, token, sizeof out->token);
    int64_t done_ms = vg_store_int(&find, 5);
    out->user = vg_store_copy(&find, 1, arena, &copied);
    out->space = vg_store_copy(&find, 2, arena, &copied);
    if (done_ms) rc = vg_fail(err, VG_ECONFLICT, "/token", "this preview was used already");
    else if (now_ms >= out->expires_ms) rc = vg_fail(err, VG_ECONFLICT, "/token", "this preview is too old: look at the cases again");
    else rc = copied ? vg_fail(err, VG_ENOMEM, "", "no memory for a bulk decision")
                     : vg_store_unseal(store, BULK_PLACE, vg_store_peek(&find, 3), arena, &out->content, err);
    vg_store_reset(&find);
    return rc;
}

static int use_bulk(vg_store *store, int64_t id, vg_str user, size_t cases, int64_t now_ms, vg_error *err)
{
    char object[40], detail[40];
    int rc = vg_store_run_2(store, VG_SQL_BULK_DONE, now_ms, id, err);
    if (!rc && !vg_store_changed(store)) rc = vg_fail(err, VG_ECONFLICT, "/token", "this preview was used already");
    if (rc) return rc;
    snprintf(object, sizeof object, "bulk:%" PRId64, id);
    snprintf(detail, sizeof detail, "{\"cases\":%zu}", cases);
    return vg_store_audit_add(store, now_ms, user, VG_STR("bulk.decide"), vg_str_of(object), vg_str_of(detail), err);
}

int vg_store_bulk_use(vg_store *store, int64_t id, vg_str user, size_t cases, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, use_bulk(store, id, user, cases, now_ms, err), err);
}
