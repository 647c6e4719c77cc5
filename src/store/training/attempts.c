/* SPDX-License-Identifier: Apache-2.0 */
#include "store/training/attempts.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"
#include "store/training/training_int.h"

enum { COURSE_MOST = 64, KEEP_ATTEMPTS_DAYS = 1096 };

static int read_attempt(const vg_query *row, vg_arena *arena, vg_attempt *out, vg_error *err)
{
    int rc = 0;
    *out = (vg_attempt){.id = vg_store_int(row, 0),
                        .digest = (uint64_t)vg_store_int(row, 3),
                        .seed = (uint64_t)vg_store_int(row, 4),
                        .started_ms = vg_store_int(row, 5),
                        .handed_ms = vg_store_int(row, 6),
                        .score = (uint32_t)vg_store_int(row, 7)};
    out->user = vg_store_copy(row, 1, arena, &rc);
    out->course = vg_store_copy(row, 2, arena, &rc);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory for an attempt") : 0;
}

static int audit(vg_store *store, int64_t now_ms, const vg_attempt *a, const char *action, const char *detail, vg_error *err)
{
    char object[96];
    snprintf(object, sizeof object, "course:%.*s", VG_STR_ARG(a->course));
    return vg_store_audit_add(store, now_ms, a->user, vg_str_of(action), vg_str_of(object), vg_str_of(detail), err);
}

static int count_since(vg_store *store, const vg_attempt *a, int64_t since_ms, uint32_t *count, vg_error *err)
{
    int rc;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_ATTEMPTS_OF);
    vg_store_bind_str(&query, a->user);
    vg_store_bind_str(&query, a->course);
    while ((rc = vg_store_step(&query, err)) == 1 && vg_store_int(&query, 5) > since_ms) ++*count;
    vg_store_reset(&query);
    return rc < 0 ? rc : 0;
}

static int start(vg_store *store, vg_attempt *a, int64_t since_ms, uint32_t most, vg_error *err)
{
    uint32_t count;
    int rc = count_since(store, a, since_ms, &count, err);
    if (!rc && count >= most) rc = vg_fail(err, VG_ECONFLICT, "", "there were %u attempts within a day, as many as there may be", count);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_ATTEMPT_ADD);
    vg_store_bind_str(&add, a->user);
    vg_store_bind_str(&add, a->course);
    vg_store_bind_int(&add, (int64_t)a->digest);
    vg_store_bind_int(&add, (int64_t)a->seed);
    vg_store_bind_int(&add, a->started_ms);
    rc = vg_store_run(&add, err);
    a->id = sqlite3_last_insert_rowid(store->db);
    return rc ? rc : audit(store, a->started_ms, a, "course.start", "{}", err);
}

int vg_store_attempt_start(vg_store *store, vg_attempt *attempt, int64_t since_ms, uint32_t most, vg_error *err)
{
    int rc = vg_store_check_text("user", attempt->user, 64, err);
    if (!rc) rc = vg_store_check_text("course", attempt->course, COURSE_MOST, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, start(store, attempt, since_ms, most, err), err);
}

int vg_store_attempt_get(vg_store *store, int64_t id, vg_arena *arena, vg_attempt *out, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_ATTEMPT_GET);
    vg_store_bind_int(&get, id);
    int rc = vg_store_step(&get, err);
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no such attempt");
    if (rc == 1) rc = read_attempt(&get, arena, out, err);
    vg_store_reset(&get);
    return rc;
}

int vg_store_attempts(vg_store *store, vg_str user, vg_str course, vg_arena *arena, vg_attempt **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, course.len ? VG_SQL_ATTEMPTS_OF : VG_SQL_ATTEMPTS_BY);
    vg_store_bind_str(&query, user);
    if (course.len) vg_store_bind_str(&query, course);
    while ((rc = vg_store_step(&query, err)) == 1) {
        *out = vg_store_grow(arena, *out, *count, &capacity, sizeof **out);
        rc = *out ? read_attempt(&query, arena, &(*out)[*count], err) : vg_fail(err, VG_ENOMEM, "", "no memory for attempts");
        if (rc) break;
        ++*count;
    }
    vg_store_reset(&query);
    return rc;
}

static int hand_in(vg_store *store, vg_attempt *a, vg_certificate *certificates, size_t count, vg_error *err)
{
    char detail[32];
    vg_query query = vg_store_use(store, VG_SQL_ATTEMPT_HAND);
    vg_store_bind_int(&query, a->handed_ms);
    vg_store_bind_int(&query, a->score);
    vg_store_bind_int(&query, a->id);
    int rc = vg_store_run(&query, err);
    if (!rc && !vg_store_changed(store)) rc = vg_fail(err, VG_ECONFLICT, "", "this attempt was handed in already");
    snprintf(detail, sizeof detail, "{\"score\":%u}", a->score);
    if (!rc) rc = audit(store, a->handed_ms, a, "course.hand_in", detail, err);
    for (size_t i = 0; i < count && !rc; i++) rc = vg_store_certify_within(store, &certificates[i], err);
    return rc;
}

int vg_store_attempt_hand_in(vg_store *store, vg_attempt *attempt, vg_certificate *certificates, size_t count, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, hand_in(store, attempt, certificates, count, err), err);
}

/* ---- retention ---- */

static int forget(vg_store *store, enum vg_store_statement which, int64_t before_ms, vg_error *err)
{
    vg_query query = vg_store_use(store, which);
    vg_store_bind_int(&query, before_ms);
    return vg_store_run(&query, err);
}

int vg_store_training_sweep(vg_store *store, uint32_t keep_days, int64_t now_ms, vg_error *err)
{
    int rc = forget(store, VG_SQL_ATTEMPTS_OLD, now_ms - KEEP_ATTEMPTS_DAYS * VG_DAY_MS, err);
    if (!keep_days) return rc; /* a decision can be held against its certificate for as long as the audit log is kept */
    if (!rc) rc = forget(store, VG_SQL_CERTIFICATES_OLD, now_ms - keep_days * VG_DAY_MS, err);
    return rc ? rc : forget(store, VG_SQL_SUSPENSIONS_OLD, now_ms - keep_days * VG_DAY_MS, err);
}

int vg_store_attempt_figures(vg_store *store, int64_t from_ms, int64_t to_ms, vg_attempt_figures *out, vg_error *err)
{
    const int64_t longest = 8 * VG_HOUR_MS;
    vg_query sum = vg_store_use(store, VG_SQL_ATTEMPTS_WHEN);
    *out = (vg_attempt_figures){0, 0, 0};
    vg_store_bind_int(&sum, longest);
    vg_store_bind_int(&sum, from_ms);
    vg_store_bind_int(&sum, to_ms);
    int rc = vg_store_step(&sum, err);
    if (rc == 1) *out = (vg_attempt_figures){vg_store_int(&sum, 0), vg_store_int(&sum, 1), vg_store_int(&sum, 2)};
    vg_store_reset(&sum);
    return rc < 0 ? rc : 0;
}
