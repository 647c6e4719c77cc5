/* SPDX-License-Identifier: Apache-2.0
 *
 * Sessions as their person sees them, and when something was last done in them.
 */
#include "store/people/people_int.h"

#include <stdlib.h>

#include "base/time.h"

static int newest_first(const void *a, const void *b)
{
    const vg_session *x = a, *y = b;
    return (x->created_ms < y->created_ms) - (x->created_ms > y->created_ms);
}

static int read_session(const vg_query *row, int64_t user_id, vg_arena *arena, vg_session *out)
{
    int copied = 0;
    vg_str hash = vg_store_peek(row, 0), id = vg_store_peek(row, 1);
    *out = (vg_session){.user_id = user_id,
                        .created_ms = vg_store_int(row, 2),
                        .expires_ms = vg_store_int(row, 3),
                        .seen_ms = vg_store_int(row, 4)};
    memcpy(out->token_hash, hash.ptr, hash.len < sizeof out->token_hash ? hash.len : sizeof out->token_hash);
    memcpy(out->id, id.ptr, id.len < sizeof out->id ? id.len : sizeof out->id - 1);
    out->agent = vg_store_copy(row, 5, arena, &copied);
    out->address = vg_store_copy(row, 6, arena, &copied);
    return copied;
}

int vg_store_session_list(vg_store *store, int64_t user_id, int64_t now_ms, vg_arena *arena, vg_session **out, size_t *count,
                          vg_error *err)
{
    vg_session *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_SESSION_LIST);
    vg_store_bind_int(&list, user_id);
    vg_store_bind_int(&list, now_ms);
    while ((rc = vg_store_step(&list, err)) == 1) {
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        if (!items || read_session(&list, user_id, arena, &items[n])) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for a list of sessions");
            break;
        }
        n++;
    }
    vg_store_reset(&list);
    if (rc) return rc;
    if (n > 1) qsort(items, n, sizeof *items, newest_first);
    *out = items;
    *count = n < VG_SESSIONS_SHOWN ? n : VG_SESSIONS_SHOWN;
    return 0;
}

static int end_named(vg_store *store, const vg_user *user, vg_str id, vg_arena *arena, uint8_t token_hash[32], vg_error *err)
{
    vg_session *all;
    size_t count, i = 0;
    int rc = vg_store_session_list(store, user->id, 0, arena, &all, &count, err);
    if (rc) return rc;
    while (i < count && !vg_str_is(id, all[i].id)) i++;
    if (i == count) return vg_fail(err, VG_ENOENT, "session", "there is no such session");
    memcpy(token_hash, all[i].token_hash, 32);
    vg_query end = vg_store_use(store, VG_SQL_SESSION_END_ONE);
    vg_store_bind_int(&end, user->id);
    vg_store_bind_str(&end, id);
    rc = vg_store_run(&end, err);
    return rc ? rc : vg_people_audit(store, vg_time_now(), user->name, "user.session_end", user->name, "{}", err);
}

int vg_store_session_end_named(vg_store *store, const vg_user *user, vg_str id, uint8_t token_hash[32], vg_error *err)
{
    if (!id.len) return vg_fail(err, VG_ENOENT, "session", "there is no such session");
    vg_arena *arena = vg_arena_create(8192, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a list of sessions");
    int rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, end_named(store, user, id, arena, token_hash, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

static int end_others(vg_store *store, vg_str name, const uint8_t keep[32], vg_str by, vg_error *err)
{
    static const uint8_t none[32];
    vg_query end = vg_store_use(store, VG_SQL_SESSION_END_OTHERS);
    vg_store_bind_str(&end, name);
    vg_store_bind_blob(&end, keep ? keep : none, 32);
    int rc = vg_store_run(&end, err);
    return rc ? rc : vg_people_audit(store, vg_time_now(), by, "user.sessions_end", name, "{}", err);
}

int vg_store_session_end_others(vg_store *store, vg_str name, const uint8_t keep[32], vg_str by, vg_error *err)
{
    int rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, end_others(store, name, keep, by, err), err);
}

static int note_seen(vg_store *store, const uint8_t token_hash[32], int64_t user_id, int64_t now_ms, vg_error *err)
{
    vg_query session = vg_store_use(store, VG_SQL_SESSION_SEEN);
    vg_store_bind_int(&session, now_ms);
    vg_store_bind_blob(&session, token_hash, 32);
    int rc = vg_store_run(&session, err);
    if (rc) return rc;
    vg_query person = vg_store_use(store, VG_SQL_PERSON_SEEN);
    vg_store_bind_int(&person, now_ms);
    vg_store_bind_int(&person, user_id);
    return vg_store_run(&person, err);
}

int vg_store_session_seen(vg_store *store, const uint8_t token_hash[32], int64_t user_id, int64_t now_ms, vg_error *err)
{
    sqlite3_busy_timeout(store->db, 0); /* a request of somebody who only reads must not wait for a writer */
    int rc = vg_store_begin(store, err);
    sqlite3_busy_timeout(store->db, VG_STORE_BUSY_MS);
    return rc ? rc : vg_store_end(store, note_seen(store, token_hash, user_id, now_ms, err), err);
}
