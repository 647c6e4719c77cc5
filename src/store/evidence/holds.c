/* SPDX-License-Identifier: Apache-2.0
 *
 * Legal holds: who asked for one, why, when it is to be looked at again, and its release. The log says that and by whom; why is free text
 * that may name somebody, so it is sealed and goes with the content of the case.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"
#include "store/cases/decisions_int.h"
#include "store/evidence/evidence_int.h"

static void hold_place(int64_t case_id, const char *part, char out[48])
{
    snprintf(out, 48, "hold:%" PRId64 "/%s", case_id, part);
}

static int set_flag(vg_store *store, int64_t case_id, bool hold, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_CASE_HOLD);
    vg_store_bind_int(&set, hold);
    vg_store_bind_int(&set, case_id);
    int rc = vg_store_run(&set, err);
    if (rc) return rc;
    return vg_store_changed(store) ? 0 : vg_fail(err, VG_ENOENT, "", "there is no case %" PRId64, case_id);
}

static int release_rows(vg_store *store, int64_t case_id, vg_str user, vg_str reason, int64_t now_ms, vg_error *err)
{
    char place[48];
    hold_place(case_id, "release", place);
    int rc = vg_store_seal(store, place, reason, err);
    if (rc) return rc;
    vg_query release = vg_store_use(store, VG_SQL_HOLD_RELEASE);
    vg_store_bind_str(&release, user);
    vg_store_bind_int(&release, now_ms);
    vg_store_bind_blob(&release, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&release, case_id);
    return vg_store_run(&release, err);
}

static int place_hold(vg_store *store, int64_t case_id, vg_str user, vg_str reason, int64_t review_ms, vg_arena *arena, vg_error *err)
{
    char place[48], name[24], detail[64] = "{}", when[25];
    vg_case c;
    int64_t now_ms = vg_time_now();
    int rc = vg_store_case_get(store, case_id, arena, &c, err);
    vg_case_name(case_id, name);
    if (!rc && c.destroyed) rc = vg_fail(err, VG_ECONFLICT, name, "the content of this case is destroyed: there is nothing to hold");
    if (!rc) rc = set_flag(store, case_id, true, err);
    if (!rc && c.legal_hold) rc = release_rows(store, case_id, user, reason, now_ms, err); /* the new one takes its place */
    if (rc) return rc;
    hold_place(case_id, "reason", place);
    rc = vg_store_seal(store, place, reason, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_HOLD_ADD);
    vg_store_bind_int(&add, case_id);
    vg_store_bind_str(&add, user);
    vg_store_bind_int(&add, now_ms);
    vg_store_bind_int(&add, review_ms);
    vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    rc = vg_store_run(&add, err);
    if (rc) return rc;
    if (review_ms) {
        vg_time_format(review_ms, when);
        snprintf(detail, sizeof detail, "{\"review\":\"%.10s\"}", when);
    }
    return vg_store_audit_add(store, now_ms, user, VG_STR("case.legal_hold"), vg_str_of(name), vg_str_of(detail), err);
}

int vg_store_hold_place(vg_store *store, int64_t case_id, vg_str user, vg_str reason, int64_t review_ms, vg_error *err)
{
    int rc = vg_store_check_text("user", user, 64, err);
    if (!rc) rc = vg_store_check_text("reason", reason, 200, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(2048, 1 << 16);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a legal hold");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, place_hold(store, case_id, user, reason, review_ms, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

static int release_hold(vg_store *store, int64_t case_id, vg_str user, vg_str reason, vg_arena *arena, vg_error *err)
{
    char name[24];
    vg_case c;
    int64_t now_ms = vg_time_now();
    int rc = vg_store_case_get(store, case_id, arena, &c, err);
    if (rc || !c.legal_hold) return rc;
    vg_case_name(case_id, name);
    rc = set_flag(store, case_id, false, err);
    if (!rc) rc = release_rows(store, case_id, user, reason, now_ms, err);
    if (!rc) rc = vg_store_run_1(store, VG_SQL_DUE_AT_ONCE, case_id, err); /* a hand-over that waited for this */
    return rc ? rc : vg_store_audit_add(store, now_ms, user, VG_STR("case.hold_release"), vg_str_of(name), VG_STR("{}"), err);
}

int vg_store_hold_release(vg_store *store, int64_t case_id, vg_str user, vg_str reason, vg_error *err)
{
    int rc = vg_store_check_text("user", user, 64, err);
    if (!rc) rc = vg_store_check_text("reason", reason, 200, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(2048, 1 << 16);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a legal hold");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, release_hold(store, case_id, user, reason, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

int vg_store_legal_hold(vg_store *store, int64_t id, bool hold, vg_str user, vg_str reason, vg_error *err)
{
    return hold ? vg_store_hold_place(store, id, user, reason, 0, err) : vg_store_hold_release(store, id, user, reason, err);
}

/* ---- reading ---- */

static int unseal_text(vg_store *store, int64_t case_id, const char *part, vg_str sealed, vg_arena *arena, vg_str *out, vg_error *err)
{
    char place[48];
    *out = (vg_str){"", 0};
    if (!sealed.len) return 0;
    hold_place(case_id, part, place);
    return vg_store_unseal(store, place, sealed, arena, out, err);
}

static int read_hold(vg_store *store, const vg_query *row, int64_t case_id, vg_arena *arena, vg_hold *out, vg_error *err)
{
    int rc = 0;
    *out = (vg_hold){.id = vg_store_int(row, 0),
                     .placed_ms = vg_store_int(row, 2),
                     .review_ms = vg_store_int(row, 3),
                     .released_ms = vg_store_int(row, 6)};
    out->placed_by = vg_store_copy(row, 1, arena, &rc);
    out->released_by = vg_store_copy(row, 5, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a legal hold");
    rc = unseal_text(store, case_id, "reason", vg_store_peek(row, 4), arena, &out->reason, err);
    return rc ? rc : unseal_text(store, case_id, "release", vg_store_peek(row, 7), arena, &out->release, err);
}

int vg_store_holds(vg_store *store, int64_t case_id, vg_arena *arena, vg_hold **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_HOLDS_OF);
    vg_store_bind_int(&list, case_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_hold *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof *larger);
        rc = larger ? read_hold(store, &list, case_id, arena, &larger[*count], err) : vg_fail(err, VG_ENOMEM, "", "no memory for legal holds");
        if (rc) break;
        *out = larger;
        ++*count;
    }
    vg_store_reset(&list);
    return rc;
}
