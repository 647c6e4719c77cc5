/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks whether what a host was told of is still there, and which notices nobody answered. */
#include "store/filings/filings_int.h"

#include <stdio.h>

int vg_store_filing_look(vg_store *store, int64_t id, uint32_t *look, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_CHECK_LOOK);
    vg_store_bind_int(&query, id);
    int rc = vg_store_step(&query, err);
    *look = rc == 1 ? (uint32_t)vg_store_int(&query, 0) : 0;
    vg_store_reset(&query);
    return rc < 0 ? rc : 0;
}

static int add(vg_store *store, const vg_filing *f, const vg_filing_check *c, vg_error *err)
{
    char detail[64];
    vg_query q = vg_store_use(store, VG_SQL_CHECK_ADD);
    const int64_t numbers[] = {f->id, c->look, c->item, c->items};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) vg_store_bind_int(&q, numbers[i]);
    vg_store_bind_str(&q, c->still);
    vg_store_bind_int(&q, c->status);
    vg_store_bind_int(&q, c->at_ms);
    vg_store_bind_str(&q, c->by);
    int rc = vg_store_run(&q, err);
    snprintf(detail, sizeof detail, "{\"item\":%u,\"still\":\"%.16s\"}", c->item, c->still.ptr);
    return rc ? rc : vg_filing_on_record(store, f, "filing.check", c->by, vg_str_of(detail), c->at_ms, err);
}

int vg_store_filing_checked(vg_store *store, int64_t id, const vg_filing_check *check, vg_error *err)
{
    vg_filing f;
    vg_arena *arena = vg_arena_create(8192, 8 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a filing");
    int rc = vg_store_begin(store, err);
    if (!rc) {
        rc = vg_store_filing_get(store, id, arena, &f, err);
        if (!rc) rc = add(store, &f, check, err);
        rc = vg_store_end(store, rc, err);
    }
    vg_arena_destroy(&arena);
    return rc;
}

int vg_store_filing_checks(vg_store *store, int64_t id, vg_arena *arena, vg_filing_check **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc, failed = 0;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_CHECKS_OF);
    vg_store_bind_int(&query, id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        vg_filing_check *items = vg_store_grow(arena, *out, *count, &capacity, sizeof *items);
        if (items) {
            *out = items;
            items[*count] = (vg_filing_check){.look = (uint32_t)vg_store_int(&query, 0), .item = (uint32_t)vg_store_int(&query, 1), .items = (uint32_t)vg_store_int(&query, 2),
                                              .still = vg_store_copy(&query, 3, arena, &failed), .status = (int)vg_store_int(&query, 4), .at_ms = vg_store_int(&query, 5),
                                              .by = vg_store_copy(&query, 6, arena, &failed)};
            ++*count;
        }
        if (!items || failed) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for the checks of a notice");
            break;
        }
    }
    vg_store_reset(&query);
    return rc;
}

int vg_store_filing_after(vg_store *store, int64_t id, int64_t *next, bool *gone, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_FILING_AFTER);
    vg_store_bind_int(&query, id);
    int rc = vg_store_step(&query, err);
    *next = rc == 1 ? vg_store_int(&query, 0) : 0;
    *gone = rc == 1 && vg_store_int(&query, 1) != 0;
    vg_store_reset(&query);
    return rc < 0 ? rc : 0;
}
