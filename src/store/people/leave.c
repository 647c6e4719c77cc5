/* SPDX-License-Identifier: Apache-2.0
 *
 * Leave and closing: somebody's sessions end, what they held goes back into the queue, and what they did stays theirs.
 */
#include "store/people/people_int.h"

#include <stdio.h>

#include "base/time.h"

#define LEAVE_MOST_MS (INT64_C(3660) * VG_DAY_MS)

static int find_held(vg_store *store, vg_str name, vg_arena *arena, vg_released *out, size_t *capacity, vg_error *err)
{
    int rc;
    vg_query held = vg_store_use(store, VG_SQL_HELD_BY);
    vg_store_bind_str(&held, name);
    while ((rc = vg_store_step(&held, err)) == 1) {
        out->cases = vg_store_grow(arena, out->cases, out->count, capacity, sizeof *out->cases);
        if (!out->cases) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for a list of cases");
            break;
        }
        out->cases[out->count++] = vg_store_int(&held, 0);
    }
    vg_store_reset(&held);
    return rc;
}

static int give_back(vg_store *store, int64_t id, int64_t now_ms, vg_str by, vg_error *err)
{
    char name[24];
    vg_query free = vg_store_use(store, VG_SQL_CASE_CLAIM);
    vg_store_bind_str(&free, (vg_str){"", 0});
    vg_store_bind_int(&free, 0);
    vg_store_bind_int(&free, id);
    int rc = vg_store_run(&free, err);
    vg_case_name(id, name);
    return rc ? rc : vg_store_audit_add(store, now_ms, by, VG_STR("case.release"), vg_str_of(name), VG_STR("{}"), err);
}

int vg_people_leave_work(vg_store *store, vg_str name, int64_t now_ms, vg_str by, vg_arena *arena, vg_released *out, vg_error *err)
{
    size_t from = out->count, capacity = out->count;
    int rc = vg_people_end_sessions(store, name, err);
    if (!rc) rc = find_held(store, name, arena, out, &capacity, err);
    for (size_t i = from; !rc && i < out->count; i++) rc = give_back(store, out->cases[i], now_ms, by, err);
    return rc;
}

/* ---- leave ---- */

typedef struct asked {
    vg_str name, by;
    int64_t from_ms, until_ms, now_ms;
} asked;

static int set_leave(vg_store *store, const asked *a, vg_arena *arena, vg_released *out, vg_error *err)
{
    vg_user user;
    char detail[96], from[25], until[25];
    int rc = vg_store_user_find(store, a->name, arena, &user, err);
    if (rc) return rc;
    if (user.closed_ms) return vg_fail(err, VG_ECONFLICT, "", "the account of %.*s is closed", VG_STR_ARG(a->name));
    for (size_t i = 0; a->from_ms && !rc && i < user.grant_count; i++)
        if (user.grants[i].role == VG_ROLE_ADMIN && vg_str_is(user.grants[i].space, "*")) rc = vg_people_keep_an_admin(store, a->name, err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_PERSON_LEAVE);
    vg_store_bind_int(&set, a->from_ms);
    vg_store_bind_int(&set, a->until_ms);
    vg_store_bind_int(&set, user.id);
    rc = vg_store_run(&set, err);
    user.leave_from_ms = a->from_ms;
    user.leave_until_ms = a->until_ms;
    if (!rc && vg_store_on_leave(&user, a->now_ms)) rc = vg_people_leave_work(store, a->name, a->now_ms, a->by, arena, out, err);
    if (rc) return rc;
    vg_time_format(a->from_ms, from);
    vg_time_format(a->until_ms, until);
    snprintf(detail, sizeof detail, "{\"from\":\"%s\",\"until\":\"%s\"}", from, until);
    return vg_people_audit(store, a->now_ms, a->by, a->from_ms ? "user.leave" : "user.leave_ended", a->name, a->from_ms ? detail : "{}", err);
}

int vg_store_leave(vg_store *store, vg_str name, int64_t from_ms, int64_t until_ms, int64_t now_ms, vg_str by, vg_arena *arena,
                   vg_released *out, vg_error *err)
{
    const asked a = {.name = name, .by = by, .from_ms = from_ms, .until_ms = until_ms, .now_ms = now_ms};
    *out = (vg_released){0};
    int rc = vg_store_check_text("by", by, 64, err);
    if (rc) return rc;
    if ((from_ms || until_ms) && (from_ms <= 0 || until_ms <= from_ms))
        return vg_fail(err, VG_EINVAL, "/until", "expected a time after the beginning");
    if (from_ms && until_ms <= now_ms) return vg_fail(err, VG_EINVAL, "/until", "expected a time in the future");
    if (from_ms && until_ms - now_ms > LEAVE_MOST_MS) return vg_fail(err, VG_EINVAL, "/until", "expected a time within ten years");
    rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, set_leave(store, &a, arena, out, err), err);
}

int vg_store_leave_begun(vg_store *store, int64_t now_ms, vg_arena *arena, vg_released *out, vg_error *err)
{
    vg_str names[16];
    size_t count = 0;
    int rc, copied = 0;
    *out = (vg_released){0};
    vg_query begun = vg_store_use(store, VG_SQL_LEAVE_BEGUN);
    vg_store_bind_int(&begun, now_ms);
    vg_store_bind_int(&begun, now_ms);
    while ((rc = vg_store_step(&begun, err)) == 1 && count < sizeof names / sizeof names[0]) names[count++] = vg_store_copy(&begun, 0, arena, &copied);
    vg_store_reset(&begun);
    if (rc < 0) return rc;
    if (copied) return vg_fail(err, VG_ENOMEM, "", "no memory for a list of people");
    if (!count) return 0;
    rc = vg_store_begin(store, err);
    if (rc) return rc;
    for (size_t i = 0; !rc && i < count; i++) rc = vg_people_leave_work(store, names[i], now_ms, names[i], arena, out, err);
    return vg_store_end(store, rc, err);
}

/* ---- closing ---- */

static int close_person(vg_store *store, vg_str name, int64_t now_ms, vg_str by, vg_arena *arena, vg_released *out, vg_error *err)
{
    vg_user user;
    int rc = vg_store_user_find(store, name, arena, &user, err);
    if (rc || user.closed_ms) return rc;
    for (size_t i = 0; !rc && i < user.grant_count; i++)
        if (user.grants[i].role == VG_ROLE_ADMIN && vg_str_is(user.grants[i].space, "*")) rc = vg_people_keep_an_admin(store, name, err);
    if (!rc) rc = vg_people_leave_work(store, name, now_ms, by, arena, out, err);
    if (rc) return rc;
    vg_query close = vg_store_use(store, VG_SQL_PERSON_CLOSE);
    vg_store_bind_int(&close, now_ms);
    vg_store_bind_int(&close, now_ms);
    vg_store_bind_int(&close, user.id);
    rc = vg_store_run(&close, err);
    static const enum vg_store_statement ends[] = {VG_SQL_GRANTS_DROP, VG_SQL_INVITATION_END, VG_SQL_FACTORS_FORGET, VG_SQL_RECOVERY_FORGET,
                                                   VG_SQL_OIDC_FORGET};
    for (size_t i = 0; !rc && i < sizeof ends / sizeof ends[0]; i++) { /* the roles, a link that is still out, whatever else signs in */
        vg_query end = vg_store_use(store, ends[i]);
        vg_store_bind_int(&end, user.id);
        rc = vg_store_run(&end, err);
    }
    return rc ? rc : vg_people_audit(store, now_ms, by, "user.close", name, "{}", err);
}

int vg_store_close_person(vg_store *store, vg_str name, int64_t now_ms, vg_str by, vg_arena *arena, vg_released *out, vg_error *err)
{
    *out = (vg_released){0};
    int rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, close_person(store, name, now_ms, by, arena, out, err), err);
}
