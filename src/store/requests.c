/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests of the command line to a running server: memory is the server's alone, so an export or an erasure
 * that covers it is asked for here and answered here. Answers hold personal data: they are sealed while they
 * wait.
 */
#include "store/store_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"

static void answer_place(int64_t id, char out[40])
{
    snprintf(out, 40, "request:%" PRId64, id);
}

int vg_store_request_add(vg_store *store, vg_request *request, vg_error *err)
{
    int rc = vg_store_check_text("space", request->space, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_check_text("account", request->account, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_check_text("by", request->by, 64, err);
    if (rc) return rc;
    if (!vg_str_is(request->kind, "export") && !vg_str_is(request->kind, "erase") && !vg_str_is(request->kind, "keys") &&
        !vg_str_is(request->kind, "rules"))
        return vg_fail(err, VG_EINVAL, "kind", "expected export, erase, keys or rules");
    vg_query add = vg_store_use(store, VG_SQL_REQUEST_ADD);
    vg_store_bind_str(&add, request->kind);
    vg_store_bind_str(&add, request->space);
    vg_store_bind_str(&add, request->account);
    vg_store_bind_str(&add, request->by);
    vg_store_bind_int(&add, vg_time_now());
    rc = vg_store_run(&add, err);
    if (!rc) request->id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

int vg_store_request_next(vg_store *store, vg_arena *arena, vg_request *out, bool *found, vg_error *err)
{
    *found = false;
    vg_query next = vg_store_use(store, VG_SQL_REQUEST_NEXT);
    int rc = vg_store_step(&next, err);
    if (rc != 1) return rc;
    rc = 0;
    *out = (vg_request){.id = vg_store_int(&next, 0)};
    out->kind = vg_store_copy(&next, 1, arena, &rc);
    out->space = vg_store_copy(&next, 2, arena, &rc);
    out->account = vg_store_copy(&next, 3, arena, &rc);
    out->by = vg_store_copy(&next, 4, arena, &rc);
    vg_store_reset(&next);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a request");
    *found = true;
    return 0;
}

int vg_store_request_answer(vg_store *store, int64_t id, vg_str result_json, vg_error *err)
{
    char place[40];
    answer_place(id, place);
    int rc = vg_store_seal(store, place, result_json, err);
    if (rc) return rc;
    vg_query answer = vg_store_use(store, VG_SQL_REQUEST_ANSWER);
    vg_store_bind_blob(&answer, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&answer, id);
    rc = vg_store_run(&answer, err);
    if (!rc && !vg_store_changed(store))
        rc = vg_fail(err, VG_ENOENT, "id", "there is no request %" PRId64, id);
    return rc;
}

static int take(vg_store *store, int64_t id, vg_arena *arena, vg_str *result_json, bool *found, vg_error *err)
{
    char place[40];
    vg_query result = vg_store_use(store, VG_SQL_REQUEST_RESULT);
    vg_store_bind_int(&result, id);
    int rc = vg_store_step(&result, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "id", "there is no request %" PRId64, id);
    vg_str sealed = vg_store_peek(&result, 0);
    bool there = sealed.len > 0;
    answer_place(id, place);
    rc = there ? vg_store_unseal(store, place, sealed, arena, result_json, err) : 0;
    vg_store_reset(&result);
    if (rc || !there) return rc;
    vg_query end = vg_store_use(store, VG_SQL_REQUEST_END);
    vg_store_bind_int(&end, id);
    rc = vg_store_run(&end, err);
    *found = !rc;
    return rc;
}

int vg_store_request_take(vg_store *store, int64_t id, vg_arena *arena, vg_str *result_json, bool *found,
                          vg_error *err)
{
    *found = false;
    int rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, take(store, id, arena, result_json, found, err), err);
    if (rc) *found = false;
    if (*found) vg_store_wipe(store);
    return rc;
}
