/* SPDX-License-Identifier: Apache-2.0
 *
 * Webhooks and their outbox. A message is written in the transaction that makes it true and deleted once
 * delivered, so it is sent at least once and never about something that was rolled back.
 */
#include "store/notices/notices_int.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "base/time.h"

enum { ERROR_MOST = 500 };

static void secret_place(int64_t id, char out[40])
{
    snprintf(out, 40, "webhook:%" PRId64, id);
}

static int check_url(vg_str url, vg_error *err)
{
    int rc = vg_store_check_text("url", url, 2048, err);
    if (rc) return rc;
    if ((url.len > 8 && memcmp(url.ptr, "https://", 8) == 0) ||
        (url.len > 7 && memcmp(url.ptr, "http://", 7) == 0)) {
        for (size_t i = 0; i < url.len; i++)
            if ((unsigned char)url.ptr[i] <= ' ' || url.ptr[i] == 127)
                return vg_fail(err, VG_EINVAL, "url", "holds a space or a control character");
        return 0;
    }
    return vg_fail(err, VG_EINVAL, "url", "expected an address that begins with https:// or http://");
}

static int audit_hook(vg_store *store, int64_t now_ms, vg_str by, const char *action, int64_t id,
                      vg_error *err)
{
    char object[40];
    snprintf(object, sizeof object, "webhook:%" PRId64, id);
    return vg_store_audit_add(store, now_ms, by, vg_str_of(action), vg_str_of(object), VG_STR("{}"), err);
}

static int add_hook(vg_store *store, vg_webhook *hook, vg_str by, vg_error *err)
{
    char place[40];
    vg_query add = vg_store_use(store, VG_SQL_HOOK_ADD);
    vg_store_bind_str(&add, hook->space);
    vg_store_bind_str(&add, hook->url);
    vg_store_bind_int(&add, hook->created_ms);
    int rc = vg_store_run(&add, err);
    if (rc) return rc;
    hook->id = sqlite3_last_insert_rowid(store->db); /* known only now, and the secret is sealed to it */
    secret_place(hook->id, place);
    rc = vg_store_seal(store, place, (vg_str){(const char *)hook->secret, sizeof hook->secret}, err);
    if (rc) return rc;
    vg_query secret = vg_store_use(store, VG_SQL_HOOK_SECRET);
    vg_store_bind_blob(&secret, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&secret, hook->id);
    rc = vg_store_run(&secret, err);
    return rc ? rc : audit_hook(store, hook->created_ms, by, "webhook.add", hook->id, err);
}

int vg_store_webhook_add(vg_store *store, vg_webhook *hook, vg_str by, vg_error *err)
{
    int rc = vg_store_check_text("space", hook->space, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = check_url(hook->url, err);
    if (!rc) rc = vg_store_check_text("by", by, 64, err);
    if (rc) return rc;
    if (!hook->created_ms) hook->created_ms = vg_time_now();
    rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, add_hook(store, hook, by, err), err);
}

static int unseal_secret(vg_store *store, int64_t id, vg_str sealed, uint8_t secret[32], vg_error *err)
{
    char place[40];
    secret_place(id, place);
    if (sealed.len != 32 + VG_SEAL_OVERHEAD ||
        vg_unseal(store->ring, vg_str_of(place), (const uint8_t *)sealed.ptr, sealed.len, secret, NULL))
        return vg_fail(err, VG_ECORRUPT, place, "its secret does not check: another key, or it was altered");
    return 0;
}

static int read_hook(vg_store *store, const vg_query *row, vg_arena *arena, vg_webhook *out, vg_error *err)
{
    int rc = 0;
    *out = (vg_webhook){
        .id = vg_store_int(row, 0), .created_ms = vg_store_int(row, 4), .disabled_ms = vg_store_int(row, 5)};
    out->space = vg_store_copy(row, 1, arena, &rc);
    out->url = vg_store_copy(row, 2, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook");
    return unseal_secret(store, out->id, vg_store_peek(row, 3), out->secret, err);
}

int vg_store_webhook_list(vg_store *store, vg_arena *arena, vg_webhook **out, size_t *count, vg_error *err)
{
    vg_webhook *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_HOOK_LIST);
    while ((rc = vg_store_step(&list, err)) == 1) {
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        rc = items ? read_hook(store, &list, arena, &items[n], err)
                   : vg_fail(err, VG_ENOMEM, "", "no memory for webhooks");
        if (rc) break;
        n++;
    }
    vg_store_reset(&list);
    if (rc) return rc;
    *out = items;
    *count = n;
    return 0;
}

static int remove_hook(vg_store *store, int64_t id, vg_str by, vg_error *err)
{
    vg_query gone = vg_store_use(store, VG_SQL_HOOK_REMOVE); /* its messages go with it */
    vg_store_bind_int(&gone, id);
    int rc = vg_store_run(&gone, err);
    if (rc) return rc;
    if (!vg_store_changed(store)) return vg_fail(err, VG_ENOENT, "id", "there is no webhook %" PRId64, id);
    return audit_hook(store, vg_time_now(), by, "webhook.remove", id, err);
}

int vg_store_webhook_remove(vg_store *store, int64_t id, vg_str by, vg_error *err)
{
    int rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, remove_hook(store, id, by, err), err);
}

/* ---- the outbox ---- */

static int add_delivery(vg_store *store, int64_t hook, int64_t case_id, vg_str space, const char *type,
                        vg_str body, int64_t now_ms, int64_t due_ms, int64_t cause, vg_error *err)
{
    uint8_t random[16];
    char message[4 + 2 * sizeof random + 1] = "msg_";
    randombytes_buf(random, sizeof random); /* one call of the system, where a letter-wise token makes 26 */
    vg_hex_encode(message + 4, random, sizeof random);
    vg_buf sealed;
    vg_buf_init(&sealed, VG_STORE_SCRATCH);
    int rc = vg_store_outbox_seal(store, message, body, &sealed, err); /* it names accounts, conversations, what somebody wrote or was told */
    if (rc) goto out;
    vg_query add = vg_store_use(store, VG_SQL_DELIVERY_ADD);
    vg_store_bind_int(&add, hook);
    if (case_id) vg_store_bind_int(&add, case_id);
    else vg_store_bind_null(&add); /* it is about no case */
    vg_store_bind_str(&add, space);
    vg_store_bind_str(&add, vg_str_of(message));
    vg_store_bind_str(&add, vg_str_of(type));
    vg_store_bind_str(&add, (vg_str){sealed.ptr, sealed.len});
    vg_store_bind_int(&add, due_ms);
    vg_store_bind_int(&add, now_ms);
    vg_store_bind_int(&add, cause);
    rc = vg_store_run(&add, err);
out:
    vg_buf_free(&sealed);
    return rc;
}

int vg_store_deliver(vg_store *store, int64_t case_id, vg_str space, const char *type, vg_str body,
                     int64_t now_ms, vg_error *err)
{
    return vg_store_deliver_at(store, case_id, space, type, body, now_ms, now_ms, 0, err);
}

int vg_store_deliver_at(vg_store *store, int64_t case_id, vg_str space, const char *type, vg_str body, int64_t now_ms, int64_t due_ms,
                        int64_t cause, vg_error *err)
{
    int rc;
    vg_query hooks = vg_store_use(store, VG_SQL_HOOKS_OF);
    vg_store_bind_str(&hooks, space);
    while ((rc = vg_store_step(&hooks, err)) == 1) {
        rc = add_delivery(store, vg_store_int(&hooks, 0), case_id, space, type, body, now_ms, due_ms, cause, err);
        if (rc) break;
    }
    vg_store_reset(&hooks);
    return rc;
}

static int read_delivery(vg_store *store, const vg_query *row, vg_arena *arena, vg_delivery *out,
                         vg_error *err)
{
    int rc = 0;
    *out = (vg_delivery){.id = vg_store_int(row, 0),
                         .webhook_id = vg_store_int(row, 1),
                         .attempts = (int)vg_store_int(row, 7),
                         .next_ms = vg_store_int(row, 8),
                         .created_ms = vg_store_int(row, 9),
                         .dead = vg_store_int(row, 11) != 0};
    out->message_id = vg_store_copy(row, 2, arena, &rc);
    out->type = vg_store_copy(row, 3, arena, &rc);
    out->body = vg_store_copy(row, 4, arena, &rc);
    out->url = vg_store_copy(row, 5, arena, &rc);
    out->last_error = vg_store_copy(row, 10, arena, &rc);
    out->space = vg_store_copy(row, 12, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    rc = vg_store_outbox_open(store, out->message_id, out->body, arena, &out->body, err);
    return rc ? rc : unseal_secret(store, out->webhook_id, vg_store_peek(row, 6), out->secret, err);
}

int vg_store_deliveries(vg_store *store, bool dead, vg_str spaces, int64_t now_ms, size_t most,
                        vg_arena *arena, vg_delivery **out, size_t *count, vg_error *err)
{
    vg_delivery *items = NULL;
    size_t capacity = 0, n = 0;
    int rc = 0;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, dead ? VG_SQL_DELIVERY_DEAD : VG_SQL_DELIVERY_DUE);
    if (!dead) vg_store_bind_int(&list, now_ms);
    while (n < most && (rc = vg_store_step(&list, err)) == 1) {
        rc = 0;
        if (!vg_store_in_spaces(spaces, vg_store_peek(&list, 12))) continue;
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        rc = items ? read_delivery(store, &list, arena, &items[n], err)
                   : vg_fail(err, VG_ENOMEM, "", "no memory for webhook messages");
        if (rc) break;
        n++;
    }
    vg_store_reset(&list);
    if (rc) return rc;
    *out = items;
    *count = n;
    return 0;
}

static int no_delivery(int64_t id, vg_error *err)
{
    return vg_fail(err, VG_ENOENT, "id", "there is no such webhook message %" PRId64, id);
}

int vg_store_delivery_result(vg_store *store, int64_t id, bool delivered, int64_t next_ms, vg_str error,
                             vg_error *err)
{
    vg_query result = vg_store_use(store, delivered ? VG_SQL_DELIVERY_DONE : VG_SQL_DELIVERY_FAILED);
    if (!delivered) {
        if (error.len > ERROR_MOST) {
            error.len = ERROR_MOST;
            while (error.len && ((unsigned char)error.ptr[error.len] & 0xc0) == 0x80)
                error.len--; /* not half a letter */
        }
        vg_store_bind_int(&result, next_ms);
        vg_store_bind_int(&result, next_ms == 0);
        vg_store_bind_str(&result, error);
    }
    vg_store_bind_int(&result, id);
    int rc = vg_store_run(&result, err);
    return rc || vg_store_changed(store) ? rc : no_delivery(id, err);
}

int vg_store_delivery_retry(vg_store *store, int64_t id, int64_t now_ms, vg_error *err)
{
    vg_query retry = vg_store_use(store, VG_SQL_DELIVERY_RETRY);
    vg_store_bind_int(&retry, now_ms);
    vg_store_bind_int(&retry, id);
    int rc = vg_store_run(&retry, err);
    return rc || vg_store_changed(store) ? rc : no_delivery(id, err);
}
