/* SPDX-License-Identifier: Apache-2.0
 *
 * Taking a decision back while its messages wait in the outbox.
 */
#include "store/cases/decisions_int.h"
#include "store/training/gold_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"

typedef struct undoing {
    int64_t case_id, cause, until_ms, bulk_id, escalated, report_due, look, action, claimed_until_ms;
    vg_str user, barred;
} undoing;

static int read_undo(vg_store *store, int64_t case_id, vg_arena *arena, undoing *out, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_UNDO_GET);
    vg_store_bind_int(&get, case_id);
    int rc = vg_store_step(&get, err), copied = 0;
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ECONFLICT, "", "there is nothing left to undo: the time for it is over");
    *out = (undoing){.case_id = case_id,
                     .cause = vg_store_int(&get, 0),
                     .until_ms = vg_store_int(&get, 2),
                     .bulk_id = vg_store_int(&get, 3),
                     .escalated = vg_store_int(&get, 4),
                     .report_due = vg_store_int(&get, 5),
                     .look = vg_store_int(&get, 6),
                     .action = vg_store_int(&get, 8),
                     .claimed_until_ms = vg_store_int(&get, 9)};
    out->user = vg_store_copy(&get, 1, arena, &copied);
    out->barred = vg_store_copy(&get, 7, arena, &copied);
    vg_store_reset(&get);
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory to undo a decision") : 0;
}

/* A new event may have opened another case of the account while this one was closed: there is one open case for an account. */
static int check_free(vg_store *store, const vg_case *c, vg_error *err)
{
    if (c->state == VG_CASE_OPEN) return 0;
    vg_query find = vg_store_use(store, VG_SQL_CASE_FIND_OPEN);
    vg_store_bind_str(&find, c->space);
    vg_store_bind_str(&find, c->account);
    int rc = vg_store_step(&find, err);
    if (rc < 0) return rc;
    vg_store_reset(&find);
    return rc ? vg_fail(err, VG_ECONFLICT, "", "another case of this account was opened meanwhile: decide that one") : 0;
}

static int restore_case(vg_store *store, const undoing *u, const vg_case *c, int64_t now_ms, int64_t lease_until_ms, vg_error *err)
{
    vg_case before = *c;
    before.escalated = u->escalated != 0;
    vg_query restore = vg_store_use(store, VG_SQL_CASE_RESTORE);
    vg_store_bind_int(&restore, u->escalated);
    vg_store_bind_int(&restore, vg_case_merit(&before));
    vg_store_bind_int(&restore, u->report_due);
    vg_store_bind_int(&restore, u->look);
    vg_store_bind_str(&restore, u->barred);
    vg_store_bind_int(&restore, u->action);
    vg_store_bind_int(&restore, now_ms);
    vg_store_bind_str(&restore, lease_until_ms ? u->user : (vg_str){"", 0});
    vg_store_bind_int(&restore, lease_until_ms > u->claimed_until_ms || !lease_until_ms ? lease_until_ms : u->claimed_until_ms);
    vg_store_bind_int(&restore, u->case_id);
    return vg_store_run(&restore, err);
}

static int take_back(vg_store *store, const undoing *u, int64_t now_ms, int64_t lease_until_ms, vg_arena *arena, vg_error *err)
{
    vg_case c;
    char name[24], detail[64];
    int rc = vg_store_case_get(store, u->case_id, arena, &c, err);
    if (!rc) rc = check_free(store, &c, err);
    if (!rc) rc = vg_store_run_1(store, VG_SQL_DELIVERY_TAKE_BACK, u->cause, err);
    if (!rc) rc = vg_store_run_1(store, VG_SQL_STATEMENT_DROP, u->cause, err);
    if (!rc) rc = vg_store_run_1(store, VG_SQL_STRIKE_DROP, u->cause, err);
    if (!rc && u->cause > 0) rc = vg_store_run_1(store, VG_SQL_REMOVAL_DROP, u->cause, err);
    /* of an interim measure that this decision ended, the end is taken back too */
    if (!rc && u->cause > 0) rc = vg_store_run_1(store, VG_SQL_STATEMENT_RESTORE, u->cause, err);
    if (!rc && u->cause > 0) rc = vg_store_run_1(store, VG_SQL_OPINIONS_REOPEN, u->cause, err);
    if (!rc)
        rc = vg_store_run_1(store, u->cause > 0 ? VG_SQL_DECISION_DROP : VG_SQL_OPINION_DROP, u->cause > 0 ? u->cause : -u->cause, err);
    if (!rc) rc = vg_store_run_1(store, VG_SQL_UNDO_DROP, u->case_id, err);
    if (!rc) rc = restore_case(store, u, &c, now_ms, lease_until_ms, err);
    if (!rc && u->cause > 0) rc = vg_store_run_1(store, VG_SQL_NOTICES_REOPEN, u->case_id, err);
    if (!rc && c.shadow) rc = vg_store_gold_unanswered(store, u->case_id, err);
    if (rc) return rc;
    vg_case_name(u->case_id, name);
    if (u->cause > 0) snprintf(detail, sizeof detail, "{\"decision\":%" PRId64 "}", u->cause);
    else snprintf(detail, sizeof detail, "{}");
    return vg_store_audit_add(store, now_ms, u->user, u->cause > 0 ? VG_STR("case.undo") : VG_STR("case.opinion_undo"), vg_str_of(name),
                              vg_str_of(detail), err);
}

static int check_undo(const undoing *u, int64_t cause, vg_str user, int64_t now_ms, vg_error *err)
{
    if (u->cause != cause) return vg_fail(err, VG_ENOENT, "", "this is not the last decision of the case");
    if (!vg_str_eq(u->user, user)) return vg_fail(err, VG_EFORBIDDEN, "", "only who made a decision takes it back");
    if (now_ms >= u->until_ms) return vg_fail(err, VG_ECONFLICT, "", "the time to undo is over: the decision has left");
    return 0;
}

int vg_store_undo(vg_store *store, int64_t case_id, bool opinion, int64_t id, vg_str user, int64_t now_ms, int64_t lease_until_ms, vg_error *err)
{
    undoing u;
    vg_arena *arena = vg_arena_create(2048, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory to undo a decision");
    int rc = vg_store_begin(store, err);
    if (!rc) {
        rc = read_undo(store, case_id, arena, &u, err);
        if (!rc) rc = check_undo(&u, opinion ? -id : id, user, now_ms, err);
        if (!rc && u.bulk_id) rc = vg_fail(err, VG_ECONFLICT, "", "this is part of a bulk decision, which is undone as one");
        if (!rc) rc = take_back(store, &u, now_ms, lease_until_ms, arena, err);
        rc = vg_store_end(store, rc, err);
    }
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- all of a bulk decision ---- */

static int cases_of_bulk(vg_store *store, int64_t bulk_id, vg_arena *arena, int64_t **ids, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    vg_query list = vg_store_use(store, VG_SQL_UNDO_OF_BULK);
    vg_store_bind_int(&list, bulk_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        int64_t *larger = vg_store_grow(arena, *ids, *count, &capacity, sizeof *larger);
        if (!larger) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for the cases of a bulk decision");
            break;
        }
        *ids = larger;
        larger[(*count)++] = vg_store_int(&list, 0);
    }
    vg_store_reset(&list);
    return rc;
}

static int undo_bulk(vg_store *store, int64_t bulk_id, vg_str user, int64_t now_ms, vg_arena *arena, int64_t **ids, size_t *count,
                     vg_error *err)
{
    undoing u;
    char object[40], detail[40];
    int rc = cases_of_bulk(store, bulk_id, arena, ids, count, err);
    if (!rc && !*count) rc = vg_fail(err, VG_ECONFLICT, "", "there is nothing left to undo: the time for it is over");
    for (size_t i = 0; !rc && i < *count; i++) {
        rc = read_undo(store, (*ids)[i], arena, &u, err);
        if (!rc) rc = check_undo(&u, u.cause, user, now_ms, err);
        if (!rc) rc = take_back(store, &u, now_ms, 0, arena, err);
    }
    snprintf(object, sizeof object, "bulk:%" PRId64, bulk_id);
    snprintf(detail, sizeof detail, "{\"cases\":%zu}", *count);
    return rc ? rc : vg_store_audit_add(store, now_ms, user, VG_STR("bulk.undo"), vg_str_of(object), vg_str_of(detail), err);
}

int vg_store_undo_bulk(vg_store *store, int64_t bulk_id, vg_str user, int64_t now_ms, vg_arena *arena, int64_t **ids, size_t *count,
                       vg_error *err)
{
    *ids = NULL;
    *count = 0;
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, undo_bulk(store, bulk_id, user, now_ms, arena, ids, count, err), err);
}

/* ---- what cannot be undone any more ---- */

static int read_settled(vg_store *store, int64_t now_ms, size_t most, vg_arena *arena, vg_settled *all, size_t *count, vg_error *err)
{
    int rc = 0, copied = 0;
    vg_query list = vg_store_use(store, VG_SQL_UNDO_OVER);
    vg_store_bind_int(&list, now_ms);
    vg_store_bind_int(&list, (int64_t)most);
    while (*count < most && (rc = vg_store_step(&list, err)) == 1)
        all[(*count)++] = (vg_settled){.case_id = vg_store_int(&list, 0),
                                       .decision_id = vg_store_int(&list, 1),
                                       .user = vg_store_copy(&list, 2, arena, &copied)};
    vg_store_reset(&list);
    if (rc < 0) return rc;
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for settled decisions") : 0;
}

static int settle(vg_store *store, int64_t now_ms, size_t most, vg_arena *arena, vg_settled *all, size_t *count, vg_error *err)
{
    size_t kept = 0;
    vg_decision d;
    int rc = read_settled(store, now_ms, most, arena, all, count, err);
    for (size_t i = 0; !rc && i < *count; i++) {
        rc = vg_store_run_1(store, VG_SQL_UNDO_DROP, all[i].case_id, err);
        if (rc || all[i].decision_id <= 0) continue;
        rc = vg_store_decision(store, all[i].decision_id, arena, &d, err);
        all[i].action = rc ? 0 : d.action;
        vg_case c = {.shadow = false};
        if (!rc) rc = vg_store_case_get(store, all[i].case_id, arena, &c, err);
        if (!rc && !c.shadow) all[kept++] = all[i]; /* nobody is told of a copy */
        if (rc == -VG_ENOENT) rc = 0;
    }
    *count = rc ? 0 : kept;
    return rc;
}

int vg_store_settled(vg_store *store, int64_t now_ms, size_t most, vg_arena *arena, vg_settled **out, size_t *count, vg_error *err)
{
    *out = NULL;
    *count = 0;
    vg_query any = vg_store_use(store, VG_SQL_UNDO_OVER); /* a look without the lock: mostly there is nothing */
    vg_store_bind_int(&any, now_ms);
    vg_store_bind_int(&any, 1);
    int rc = vg_store_step(&any, err);
    if (rc <= 0) return rc;
    vg_store_reset(&any);
    *out = vg_arena_calloc(arena, most, sizeof **out);
    if (!*out) return vg_fail(err, VG_ENOMEM, "", "no memory for settled decisions");
    rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, settle(store, now_ms, most, arena, *out, count, err), err);
}
