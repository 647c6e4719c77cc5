/* SPDX-License-Identifier: Apache-2.0
 *
 * Trusted flaggers (DSA, Art. 22): the register and their records.
 */
#include "store/notices/notices_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"

static int read_row(const vg_query *q, vg_arena *arena, vg_flagger *out, vg_error *err)
{
    int rc = 0;
    *out = (vg_flagger){.id = vg_store_int(q, 0),
                        .key_id = vg_store_int(q, 6),
                        .since_ms = vg_store_int(q, 8),
                        .until_ms = vg_store_int(q, 9),
                        .ended_ms = vg_store_int(q, 10),
                        .suspended_ms = vg_store_int(q, 11),
                        .suspended_until_ms = vg_store_int(q, 12)};
    out->space = vg_store_copy(q, 1, arena, &rc);
    out->name = vg_store_copy(q, 2, arena, &rc);
    out->organisation = vg_store_copy(q, 3, arena, &rc);
    out->area = vg_store_copy(q, 4, arena, &rc);
    out->awarded_by = vg_store_copy(q, 5, arena, &rc);
    out->account = vg_store_copy(q, 7, arena, &rc);
    out->suspended_by = vg_store_copy(q, 13, arena, &rc);
    out->suspended_reason = vg_store_copy(q, 14, arena, &rc);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory for a trusted flagger") : 0;
}

static int read_record(vg_store *store, vg_flagger *f, vg_error *err)
{
    vg_query record = vg_store_use(store, VG_SQL_FLAGGER_RECORD);
    vg_store_bind_int(&record, f->id);
    int rc = vg_store_step(&record, err);
    if (rc < 0) return rc;
    f->made = vg_store_int(&record, 0);
    f->upheld = vg_store_int(&record, 1);
    f->dismissed = vg_store_int(&record, 2);
    f->unfounded = vg_store_int(&record, 3);
    f->pending = f->made - f->upheld - f->dismissed;
    vg_store_reset(&record);
    return 0;
}

/* 1: found. */
static int first_row(vg_query *query, vg_arena *arena, vg_flagger *out, vg_error *err)
{
    int rc = vg_store_step(query, err);
    if (rc != 1) return rc;
    rc = read_row(query, arena, out, err);
    vg_store_reset(query);
    return rc ? rc : 1;
}

int vg_store_flagger_get(vg_store *store, int64_t id, vg_arena *arena, vg_flagger *out, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_FLAGGER_GET);
    vg_store_bind_int(&get, id);
    int rc = first_row(&get, arena, out, err);
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no such trusted flagger");
    return rc < 0 ? rc : read_record(store, out, err);
}

int vg_store_flagger_of(vg_store *store, int64_t key_id, vg_str space, vg_str account, vg_arena *arena, vg_flagger *out, vg_error *err)
{
    int rc = 0;
    *out = (vg_flagger){0};
    if (key_id) {
        vg_query by_key = vg_store_use(store, VG_SQL_FLAGGER_OF_KEY);
        vg_store_bind_int(&by_key, key_id);
        rc = first_row(&by_key, arena, out, err);
    }
    if (rc == 0 && account.len) {
        vg_query by_account = vg_store_use(store, VG_SQL_FLAGGER_OF_ACCOUNT);
        vg_store_bind_str(&by_account, account);
        vg_store_bind_str(&by_account, space);
        rc = first_row(&by_account, arena, out, err);
    }
    return rc < 0 ? rc : 0;
}

int vg_store_flagger_list(vg_store *store, vg_str spaces, vg_arena *arena, vg_flagger **out, size_t *count, vg_error *err)
{
    vg_flagger *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_FLAGGER_LIST);
    while ((rc = vg_store_step(&list, err)) == 1) {
        /* one of all spaces is everybody's business */
        if (!vg_store_in_spaces(spaces, vg_store_peek(&list, 1)) && !vg_str_is(vg_store_peek(&list, 1), "*")) continue;
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        rc = items ? read_row(&list, arena, &items[n], err) : vg_fail(err, VG_ENOMEM, "", "no memory for trusted flaggers");
        if (rc) break;
        n++;
    }
    vg_store_reset(&list);
    for (size_t i = 0; !rc && i < n; i++) rc = read_record(store, &items[i], err);
    if (rc) return rc;
    *out = items;
    *count = n;
    return 0;
}

/* ---- changes ---- */

/* Organisations are named in the register, not in the log. */
static int audit_change(vg_store *store, int64_t id, const char *action, const char *detail, vg_str by, int64_t now_ms, vg_error *err)
{
    char object[40];
    snprintf(object, sizeof object, "flagger:%" PRId64, id);
    return vg_store_audit_add(store, now_ms, by, vg_str_of(action), vg_str_of(object), vg_str_of(detail), err);
}

static int check(const vg_flagger *f, vg_error *err)
{
    int rc = vg_store_check_text("/space", f->space, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_check_text("/name", f->name, 200, err);
    if (!rc) rc = vg_store_check_text("/organisation", f->organisation, 200, err);
    if (!rc) rc = vg_store_check_text("/area", f->area, 500, err);
    if (!rc) rc = vg_store_check_text("/awarded_by", f->awarded_by, 200, err);
    if (!rc) rc = vg_store_check_text("/account", f->account, -VG_EVENT_MAX_NAME, err);
    if (!rc && f->until_ms && f->until_ms <= f->since_ms) rc = vg_fail(err, VG_EINVAL, "/until", "is not after the first day");
    return rc;
}

static int add(vg_store *store, vg_flagger *f, vg_api_key *key, vg_str by, int64_t now_ms, vg_error *err)
{
    vg_flagger other = {0};
    vg_arena *arena = vg_arena_create(1 << 12, 1 << 18);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a trusted flagger");
    int rc = vg_store_flagger_of(store, 0, f->space, f->account, arena, &other, err);
    vg_arena_destroy(&arena);
    if (!rc && other.id) rc = vg_fail(err, VG_EEXIST, "/account", "is a trusted flagger's already");
    if (!rc && key) rc = vg_store_key_insert(store, key, by, err);
    if (rc) return rc;
    if (key) f->key_id = key->id;
    vg_query insert = vg_store_use(store, VG_SQL_FLAGGER_ADD);
    vg_store_bind_str(&insert, f->space);
    vg_store_bind_str(&insert, f->name);
    vg_store_bind_str(&insert, f->organisation);
    vg_store_bind_str(&insert, f->area);
    vg_store_bind_str(&insert, f->awarded_by);
    if (f->key_id) vg_store_bind_int(&insert, f->key_id);
    else vg_store_bind_null(&insert);
    vg_store_bind_str(&insert, f->account);
    vg_store_bind_int(&insert, f->since_ms);
    vg_store_bind_int(&insert, f->until_ms);
    vg_store_bind_int(&insert, now_ms);
    rc = vg_store_run(&insert, err);
    if (!rc) f->id = sqlite3_last_insert_rowid(store->db);
    return rc ? rc : audit_change(store, f->id, "flagger.add", "{}", by, now_ms, err);
}

int vg_store_flagger_add(vg_store *store, vg_flagger *flagger, vg_api_key *key, vg_str by, int64_t now_ms, vg_error *err)
{
    int rc = check(flagger, err);
    if (!rc) rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, add(store, flagger, key, by, now_ms, err), err);
}

static int run_suspend(vg_store *store, int64_t id, int64_t from_ms, int64_t until_ms, vg_str by, vg_str reason, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_FLAGGER_SUSPEND);
    vg_store_bind_int(&set, from_ms);
    vg_store_bind_int(&set, until_ms);
    vg_store_bind_str(&set, by);
    vg_store_bind_str(&set, reason);
    vg_store_bind_int(&set, id);
    int rc = vg_store_run(&set, err);
    if (rc) return rc;
    return vg_store_changed(store) ? 0 : vg_fail(err, VG_ENOENT, "", "there is no such trusted flagger, or its status has ended");
}

/* With the figures, for whoever gave the status (Art. 22(6)). */
static int announce_suspended(vg_store *store, const vg_flagger *f, vg_str reason, int64_t now_ms, vg_error *err)
{
    char when[25];
    vg_buf *text = &store->text;
    vg_query latest = vg_store_use(store, VG_SQL_FLAGGER_LATEST_CASE);
    vg_store_bind_int(&latest, f->id);
    int rc = vg_store_step(&latest, err);
    if (rc < 0) return rc;
    int64_t case_id = rc ? vg_store_int(&latest, 0) : 0;
    vg_store_reset(&latest);
    if (!case_id) return 0; /* it never notified: there is nothing to tell figures of */
    vg_time_format(now_ms, when);
    vg_buf_clear(text);
    vg_buf_printf(text, "{\"type\":\"flagger.suspended\",\"timestamp\":\"%s\",\"data\":{\"space\":", when);
    vg_buf_add_json_str(text, f->space);
    vg_buf_add_cstr(text, ",\"name\":");
    vg_buf_add_json_str(text, f->name);
    vg_buf_add_cstr(text, ",\"awarded_by\":");
    vg_buf_add_json_str(text, f->awarded_by);
    vg_buf_add_cstr(text, ",\"reason\":");
    vg_buf_add_json_str(text, reason);
    vg_buf_printf(text, ",\"made\":%" PRId64 ",\"upheld\":%" PRId64 ",\"dismissed\":%" PRId64 ",\"unfounded\":%" PRId64 "}}", f->made, f->upheld, f->dismissed,
                  f->unfounded);
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    return vg_store_deliver(store, case_id, f->space, "flagger.suspended", (vg_str){text->ptr, text->len}, now_ms, err);
}

static int suspend(vg_store *store, int64_t id, int64_t until_ms, vg_str reason, vg_str by, int64_t now_ms, vg_arena *arena, vg_error *err)
{
    vg_flagger f;
    char detail[160];
    int rc = vg_store_flagger_get(store, id, arena, &f, err);
    if (!rc) rc = run_suspend(store, id, now_ms, until_ms, by, reason, err);
    if (rc) return rc;
    snprintf(detail, sizeof detail, "{\"made\":%" PRId64 ",\"upheld\":%" PRId64 ",\"dismissed\":%" PRId64 ",\"unfounded\":%" PRId64 "}", f.made, f.upheld,
             f.dismissed, f.unfounded);
    rc = audit_change(store, id, "flagger.suspend", detail, by, now_ms, err);
    return rc ? rc : announce_suspended(store, &f, reason, now_ms, err);
}

int vg_store_flagger_suspend(vg_store *store, int64_t id, int64_t until_ms, vg_str reason, vg_str by, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_check_text("/reason", reason, 500, err);
    if (!rc) rc = vg_store_check_text("by", by, 64, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(1 << 12, 1 << 18);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a trusted flagger");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, suspend(store, id, until_ms, reason, by, now_ms, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

int vg_store_flagger_restore(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    if (rc) return rc;
    rc = run_suspend(store, id, 0, 0, VG_STR(""), VG_STR(""), err);
    if (!rc) rc = audit_change(store, id, "flagger.restore", "{}", by, now_ms, err);
    return vg_store_end(store, rc, err);
}

static int end(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_arena *arena, vg_error *err)
{
    vg_flagger f;
    int rc = vg_store_flagger_get(store, id, arena, &f, err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_FLAGGER_END);
    vg_store_bind_int(&set, now_ms);
    vg_store_bind_int(&set, id);
    rc = vg_store_run(&set, err);
    if (!rc && !vg_store_changed(store)) rc = vg_fail(err, VG_ECONFLICT, "", "this status has ended already");
    if (!rc && f.key_id) {
        vg_query revoke = vg_store_use(store, VG_SQL_KEY_REVOKE);
        vg_store_bind_int(&revoke, now_ms);
        vg_store_bind_int(&revoke, f.key_id);
        rc = vg_store_run(&revoke, err);
    }
    return rc ? rc : audit_change(store, id, "flagger.end", "{}", by, now_ms, err);
}

int vg_store_flagger_end(vg_store *store, int64_t id, vg_str by, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_check_text("by", by, 64, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(1 << 12, 1 << 18);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a trusted flagger");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, end(store, id, by, now_ms, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}
