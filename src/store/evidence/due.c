/* SPDX-License-Identifier: Apache-2.0
 *
 * Hand-overs that a filing's end asked for and that are still to be done. */
#include "store/cases/decisions_int.h"
#include "store/evidence/evidence_int.h"

enum { WHY_MOST = 250 };

int vg_store_hand_over_want(vg_store *store, int64_t case_id, int64_t filing_id, int64_t now_ms, vg_error *err)
{
    vg_query add = vg_store_use(store, VG_SQL_DUE_ADD);
    vg_store_bind_int(&add, case_id);
    vg_store_bind_int(&add, filing_id);
    vg_store_bind_int(&add, now_ms);
    vg_store_bind_int(&add, now_ms);
    return vg_store_run(&add, err);
}

static int read_due(const vg_query *row, vg_arena *arena, vg_hand_over_due *out, vg_error *err)
{
    int rc = 0;
    *out = (vg_hand_over_due){.case_id = vg_store_int(row, 0), .filing_id = vg_store_int(row, 1), .since_ms = vg_store_int(row, 2),
                              .attempts = (uint32_t)vg_store_int(row, 3)};
    out->why = vg_store_copy(row, 4, arena, &rc);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory for a hand-over that is due") : 0;
}

int vg_store_hand_overs_due(vg_store *store, int64_t now_ms, size_t most, vg_arena *arena, vg_hand_over_due **out, size_t *count, vg_error *err)
{
    int rc;
    *count = 0;
    *out = vg_arena_calloc(arena, most, sizeof **out);
    if (!*out) return vg_fail(err, VG_ENOMEM, "", "no memory for hand-overs that are due");
    vg_query list = vg_store_use(store, VG_SQL_DUE_NOW);
    vg_store_bind_int(&list, now_ms);
    vg_store_bind_int(&list, (int64_t)most);
    while ((rc = vg_store_step(&list, err)) == 1 && *count < most) {
        rc = read_due(&list, arena, &(*out)[*count], err);
        if (rc) break;
        ++*count;
    }
    vg_store_reset(&list);
    return rc < 0 ? rc : 0;
}

int vg_store_hand_over_due_of(vg_store *store, int64_t case_id, vg_arena *arena, vg_hand_over_due *out, vg_error *err)
{
    vg_query one = vg_store_use(store, VG_SQL_DUE_OF);
    vg_store_bind_int(&one, case_id);
    int rc = vg_store_step(&one, err);
    if (rc < 0) return rc;
    rc = rc ? read_due(&one, arena, out, err) : vg_fail(err, VG_ENOENT, "", "no hand-over of this case is due");
    vg_store_reset(&one);
    return rc;
}

int vg_store_hand_over_ready(vg_store *store, int64_t case_id, vg_arena *arena, bool *left, bool *others, vg_error *err)
{
    vg_case c;
    vg_case_key_row *keys;
    size_t count = 0;
    *left = *others = false;
    int rc = vg_store_case_get(store, case_id, arena, &c, err);
    if (!rc) rc = vg_store_case_keys(store, case_id, arena, &keys, &count, err);
    if (rc || c.destroyed) return rc;
    *left = count == 0; /* from before cases had keys */
    for (size_t i = 0; i < count; i++) *left |= keys[i].end == VG_KEY_STANDS;
    vg_query query = vg_store_use(store, VG_SQL_DUE_OTHERS);
    vg_store_bind_int(&query, case_id);
    rc = vg_store_step(&query, err);
    if (rc < 0) return rc;
    *others = rc == 1;
    vg_store_reset(&query);
    return 0;
}

int vg_store_hand_over_later(vg_store *store, int64_t case_id, int64_t next_ms, vg_str why, vg_error *err)
{
    if (why.len > WHY_MOST) why.len = WHY_MOST;
    int rc = vg_store_begin(store, err);
    if (rc) return rc;
    vg_query later = vg_store_use(store, VG_SQL_DUE_LATER);
    vg_store_bind_int(&later, next_ms);
    vg_store_bind_str(&later, why);
    vg_store_bind_int(&later, case_id);
    return vg_store_end(store, vg_store_run(&later, err), err);
}

int vg_store_hand_over_drop(vg_store *store, int64_t case_id, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, vg_store_run_1(store, VG_SQL_DUE_DROP, case_id, err), err);
}
