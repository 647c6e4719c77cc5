/* SPDX-License-Identifier: Apache-2.0
 *
 * How long items and copies live: an item ends with its case unless the policy keeps it, a copy is kept as long as a case would be, and
 * nothing of an account that is erased stays in either. */
#include "store/training/gold_int.h"

#include "base/time.h"

enum { UNOPENED_DAYS = 3, GROUP = 100 };

static int run_with(vg_store *store, enum vg_store_statement id, int64_t a, vg_error *err)
{
    vg_query query = vg_store_use(store, id);
    vg_store_bind_int(&query, a);
    return vg_store_run(&query, err);
}

int vg_store_gold_of_case(vg_store *store, int64_t case_id, int64_t *items, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_GOLD_OF_CASE);
    vg_store_bind_int(&query, case_id);
    int rc = vg_store_step(&query, err);
    if (rc != 1) return rc;
    *items = vg_store_int(&query, 0);
    vg_store_reset(&query);
    return 0;
}

/* A copy could hold what the account wrote: its content goes too; numbers stay. */
int vg_store_gold_forget(vg_store *store, int64_t case_id, vg_error *err)
{
    static const enum vg_store_statement steps[] = {VG_SQL_GOLD_FORGET_COPIES,   VG_SQL_GOLD_FORGET_NAMES,   VG_SQL_GOLD_FORGET_NOTES,
                                                    VG_SQL_GOLD_FORGET_FEEDBACK, VG_SQL_GOLD_FORGET_CONTENT, VG_SQL_GOLD_FORGET_WHY};
    int rc = 0;
    for (size_t i = 0; !rc && i < sizeof steps / sizeof *steps; i++) rc = run_with(store, steps[i], case_id, err);
    vg_query end = vg_store_use(store, VG_SQL_GOLD_FORGET_ITEMS);
    vg_store_bind_int(&end, vg_time_now());
    vg_store_bind_int(&end, case_id);
    return rc ? rc : vg_store_run(&end, err);
}

/* Items whose case has lost its content. */
static int end_orphans(vg_store *store, vg_str space, vg_error *err)
{
    int64_t ids[GROUP];
    size_t count;
    int rc;
    do {
        count = 0;
        vg_query query = vg_store_use(store, VG_SQL_GOLD_ORPHANS);
        vg_store_bind_str(&query, space);
        vg_store_bind_int(&query, GROUP);
        while ((rc = vg_store_step(&query, err)) == 1 && count < GROUP) ids[count++] = vg_store_int(&query, 0);
        vg_store_reset(&query);
        if (rc < 0) return rc;
        rc = count ? vg_store_begin(store, err) : 0;
        if (rc || !count) return rc;
        for (size_t i = 0; !rc && i < count; i++) rc = vg_store_gold_forget(store, ids[i], err);
        rc = vg_store_end(store, rc, err);
    } while (!rc && count == GROUP);
    return rc;
}

/* Copies that nobody opened are taken back, as a colleague would have decided them; those given to a lead are settled. */
static int settle(vg_store *store, vg_str space, int64_t now_ms, vg_error *err)
{
    static const enum vg_store_statement steps[] = {VG_SQL_GOLD_TAKE_BACK, VG_SQL_GOLD_SETTLE};
    static const int64_t days[] = {UNOPENED_DAYS, 1};
    int rc = vg_store_begin(store, err);
    if (rc) return rc;
    for (size_t i = 0; !rc && i < 2; i++) {
        vg_query query = vg_store_use(store, steps[i]);
        vg_store_bind_int(&query, now_ms);
        vg_store_bind_str(&query, space);
        vg_store_bind_int(&query, now_ms - days[i] * VG_DAY_MS);
        rc = vg_store_run(&query, err);
    }
    return vg_store_end(store, rc, err);
}

int vg_store_gold_sweep(vg_store *store, vg_str space, bool keep_items, uint32_t keep_case_days, int64_t now_ms, vg_error *err)
{
    int64_t destroyed = 0;
    vg_arena *arena = vg_arena_create(1024, 1 << 16);
    vg_str shadow = arena ? vg_store_shadow(space, arena) : (vg_str){0};
    int rc = shadow.ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for a sweep");
    if (!rc && !keep_items) rc = end_orphans(store, space, err);
    if (!rc) rc = settle(store, shadow, now_ms, err);
    if (!rc) rc = vg_store_sweep(store, shadow, keep_case_days, 0, now_ms, &destroyed, err);
    vg_arena_destroy(&arena);
    return rc;
}
