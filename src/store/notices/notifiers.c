/* SPDX-License-Identifier: Apache-2.0
 *
 * Who notifies, by a keyed hash: the record, warnings, suspensions (DSA, Art. 23).
 */
#include "store/notices/notices_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"

enum { LIST_MOST = 500 };

static int read_record(vg_store *store, const uint8_t tag[VG_NOTICE_TAG], int64_t since_ms, vg_notifier *out, vg_error *err)
{
    vg_query record = vg_store_use(store, VG_SQL_NOTICE_RECORD);
    vg_store_bind_int(&record, out->warned_ms ? out->warned_ms : INT64_MAX);
    vg_store_bind_blob(&record, tag, VG_NOTICE_TAG);
    vg_store_bind_int(&record, since_ms);
    int rc = vg_store_step(&record, err);
    if (rc < 0) return rc;
    out->decided = (uint32_t)vg_store_int(&record, 0);
    out->upheld = (uint32_t)vg_store_int(&record, 1);
    out->dismissed = (uint32_t)vg_store_int(&record, 2);
    out->unfounded = (uint32_t)vg_store_int(&record, 3);
    out->since_warning = (uint32_t)vg_store_int(&record, 4);
    vg_store_reset(&record);
    return 0;
}

/* 1: a row of `notifier`; 0: none. */
static int read_measures(vg_store *store, const uint8_t tag[VG_NOTICE_TAG], vg_arena *arena, vg_notifier *out, vg_error *err)
{
    int rc, copied = 0;
    vg_query get = vg_store_use(store, VG_SQL_NOTIFIER_GET);
    vg_store_bind_blob(&get, tag, VG_NOTICE_TAG);
    rc = vg_store_step(&get, err);
    if (rc != 1) return rc;
    out->space = vg_store_copy(&get, 0, arena, &copied);
    out->warnings = (uint32_t)vg_store_int(&get, 1);
    out->warned_ms = vg_store_int(&get, 2);
    out->warned_by = vg_store_copy(&get, 3, arena, &copied);
    out->suspended_ms = vg_store_int(&get, 4);
    out->suspended_until_ms = vg_store_int(&get, 5);
    out->suspended_by = vg_store_copy(&get, 6, arena, &copied);
    out->suspended_reason = vg_store_copy(&get, 7, arena, &copied);
    vg_store_reset(&get);
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for a notifier") : 1;
}

static int read_tag(vg_store *store, const uint8_t tag[VG_NOTICE_TAG], vg_str space, int64_t since_ms, vg_arena *arena, vg_notifier *out, bool *known,
                    vg_error *err)
{
    *out = (vg_notifier){.space = space, .warned_by = {"", 0}, .suspended_by = {"", 0}, .suspended_reason = {"", 0}};
    vg_hex_encode(out->who, tag, VG_NOTICE_TAG);
    int rc = read_measures(store, tag, arena, out, err);
    if (rc < 0) return rc;
    *known = rc == 1;
    return read_record(store, tag, since_ms, out, err);
}

int vg_store_notifier_of(vg_store *store, vg_str space, vg_str who, int64_t since_ms, vg_arena *arena, vg_notifier *out, vg_error *err)
{
    uint8_t tag[VG_NOTICE_TAG];
    bool known;
    *out = (vg_notifier){.space = space};
    if (!who.len) return 0;
    vg_store_notifier_tag(store, space, who, tag);
    return read_tag(store, tag, space, since_ms, arena, out, &known, err);
}

/* 1: *case_id is one of theirs, *space theirs; the newest that has a case. */
static int latest(vg_store *store, const uint8_t tag[VG_NOTICE_TAG], int64_t *id, int64_t *case_id, vg_str *identity, int *language, vg_arena *arena, vg_error *err)
{
    char place[VG_NOTICE_PLACE];
    vg_query get = vg_store_use(store, VG_SQL_NOTICE_LATEST_OF);
    vg_store_bind_blob(&get, tag, VG_NOTICE_TAG);
    int rc = vg_store_step(&get, err);
    if (rc != 1) return rc;
    *id = vg_store_int(&get, 0);
    *case_id = vg_store_int(&get, 1);
    *language = (int)vg_store_int(&get, 3);
    *identity = (vg_str){"", 0};
    vg_str sealed = vg_store_peek(&get, 2);
    vg_store_notice_place(*id, "identity", place);
    rc = sealed.len ? vg_store_unseal(store, place, sealed, arena, identity, err) : 0;
    vg_store_reset(&get);
    return rc ? rc : 1;
}

int vg_store_notifier_get(vg_store *store, vg_str hex, int64_t since_ms, vg_arena *arena, vg_notifier *out, vg_error *err)
{
    uint8_t tag[VG_NOTICE_TAG];
    int64_t id = 0, case_id = 0;
    int language;
    bool known = false;
    vg_str identity;
    vg_notice notice;
    if (!vg_hex_decode(tag, sizeof tag, hex)) return vg_fail(err, VG_ENOENT, "", "there is no such notifier");
    int rc = read_tag(store, tag, VG_STR(""), since_ms, arena, out, &known, err);
    if (rc || known) return rc;
    rc = latest(store, tag, &id, &case_id, &identity, &language, arena, err);
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no such notifier");
    if (rc == 1) rc = vg_store_notice_get(store, id, arena, &notice, err);
    if (!rc) out->space = notice.space;
    return rc;
}

/* ---- the list ---- */

typedef struct tags {
    vg_notifier *item;
    size_t count, capacity;
} tags;

static int collect(vg_store *store, enum vg_store_statement statement, vg_str space, vg_arena *arena, tags *t, vg_error *err)
{
    int rc;
    vg_query list = vg_store_use(store, statement);
    vg_store_bind_str(&list, space);
    vg_store_bind_int(&list, LIST_MOST);
    while ((rc = vg_store_step(&list, err)) == 1) {
        char who[VG_NOTICE_WHO];
        size_t i = 0;
        vg_str tag = vg_store_peek(&list, 0);
        if (tag.len != VG_NOTICE_TAG) continue;
        vg_hex_encode(who, (const uint8_t *)tag.ptr, tag.len);
        while (i < t->count && strcmp(t->item[i].who, who) != 0) i++;
        if (i < t->count || t->count == LIST_MOST) continue;
        t->item = vg_store_grow(arena, t->item, t->count, &t->capacity, sizeof *t->item);
        if (!t->item) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for notifiers");
            break;
        }
        t->item[t->count] = (vg_notifier){.space = vg_arena_copy(arena, space)};
        memcpy(t->item[t->count++].who, who, sizeof who);
    }
    vg_store_reset(&list);
    return rc;
}

static int next_space(vg_store *store, vg_str after, vg_arena *arena, vg_str *out, vg_error *err)
{
    int copied = 0;
    vg_query next = vg_store_use(store, VG_SQL_NOTICE_SPACE_AFTER);
    vg_store_bind_str(&next, after);
    int rc = vg_store_step(&next, err);
    if (rc != 1) return rc;
    *out = vg_store_copy(&next, 0, arena, &copied);
    vg_store_reset(&next);
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for notifiers") : out->len > 0;
}

int vg_store_notifier_list(vg_store *store, vg_str spaces, int64_t since_ms, vg_arena *arena, vg_notifier **out, size_t *count, vg_error *err)
{
    tags t = {0};
    vg_str space = {"", 0};
    int rc;
    *out = NULL;
    *count = 0;
    while ((rc = next_space(store, space, arena, &space, err)) == 1) {
        if (!vg_store_in_spaces(spaces, space)) continue;
        rc = collect(store, VG_SQL_NOTIFIERS_UNFOUNDED, space, arena, &t, err);
        if (!rc) rc = collect(store, VG_SQL_NOTIFIERS_KNOWN, space, arena, &t, err);
        if (rc) break;
    }
    for (size_t i = 0; !rc && i < t.count; i++) {
        uint8_t tag[VG_NOTICE_TAG];
        bool known;
        if (!vg_hex_decode(tag, sizeof tag, vg_str_of(t.item[i].who))) continue;
        rc = read_tag(store, tag, t.item[i].space, since_ms, arena, &t.item[i], &known, err);
    }
    if (rc) return rc;
    *out = t.item;
    *count = t.count;
    return 0;
}

/* ---- measures ---- */

static int write_measures(vg_store *store, const uint8_t tag[VG_NOTICE_TAG], const vg_notifier *n, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_NOTIFIER_SET);
    vg_store_bind_blob(&set, tag, VG_NOTICE_TAG);
    vg_store_bind_str(&set, n->space);
    vg_store_bind_int(&set, n->warnings);
    vg_store_bind_int(&set, n->warned_ms);
    vg_store_bind_str(&set, n->warned_by);
    vg_store_bind_int(&set, n->suspended_ms);
    vg_store_bind_int(&set, n->suspended_until_ms);
    vg_store_bind_str(&set, n->suspended_by);
    vg_store_bind_str(&set, n->suspended_reason);
    return vg_store_run(&set, err);
}

/* The platform tells the person: a suspension that nobody hears of teaches nobody. */
static int announce(vg_store *store, const uint8_t tag[VG_NOTICE_TAG], const vg_notifier *n, const char *what, int64_t now_ms, vg_arena *arena, vg_error *err)
{
    int64_t id, case_id;
    int language = 0;
    vg_str identity = {"", 0};
    char when[25], until[25];
    vg_buf *text = &store->text;
    int rc = latest(store, tag, &id, &case_id, &identity, &language, arena, err);
    if (rc != 1) return rc;
    vg_time_format(now_ms, when);
    vg_buf_clear(text);
    vg_buf_printf(text, "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":{\"space\":", what, when);
    vg_buf_add_json_str(text, n->space);
    vg_buf_printf(text, ",\"language\":\"%s\",\"decided\":%" PRIu32 ",\"unfounded\":%" PRIu32, language == VG_LANG_FR ? "fr" : "en", n->decided, n->unfounded);
    if (n->suspended_until_ms > now_ms) {
        vg_time_format(n->suspended_until_ms, until);
        vg_buf_printf(text, ",\"suspended_until\":\"%s\",\"reason\":", until);
        vg_buf_add_json_str(text, n->suspended_reason);
    }
    if (identity.len) {
        vg_buf_add_cstr(text, ",\"notifier\":");
        vg_buf_add_str(text, identity);
    }
    vg_buf_add_cstr(text, "}}");
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    return vg_store_deliver(store, case_id, n->space, what, (vg_str){text->ptr, text->len}, now_ms, err);
}

static int set_measures(vg_store *store, const vg_notifier *n, const char *what, vg_str by, int64_t now_ms, vg_arena *arena, vg_error *err)
{
    uint8_t tag[VG_NOTICE_TAG];
    char object[16 + VG_NOTICE_WHO], detail[160], until[25] = "";
    if (!vg_hex_decode(tag, sizeof tag, vg_str_of(n->who))) return vg_fail(err, VG_EINVAL, "who", "is no tag of a notifier");
    int rc = write_measures(store, tag, n, err);
    if (rc) return rc;
    snprintf(object, sizeof object, "notifier:%s", n->who);
    if (n->suspended_until_ms) vg_time_format(n->suspended_until_ms, until);
    snprintf(detail, sizeof detail, "{\"decided\":%" PRIu32 ",\"unfounded\":%" PRIu32 ",\"until\":\"%s\"}", n->decided, n->unfounded, until);
    rc = vg_store_audit_add(store, now_ms, by, vg_str_of(what), vg_str_of(object), vg_str_of(detail), err);
    return rc ? rc : announce(store, tag, n, what, now_ms, arena, err);
}

int vg_store_notifier_set(vg_store *store, const vg_notifier *notifier, const char *what, vg_str by, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_check_text("reason", notifier->suspended_reason, -500, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(1 << 12, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a notifier");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, set_measures(store, notifier, what, by, now_ms, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

int vg_store_notifier_figures(vg_store *store, vg_str space, int64_t from_ms, int64_t to_ms, int64_t *suspended, vg_error *err)
{
    vg_query count = vg_store_use(store, VG_SQL_NOTIFIERS_WHEN);
    vg_store_bind_str(&count, space);
    vg_store_bind_int(&count, from_ms);
    vg_store_bind_int(&count, to_ms);
    int rc = vg_store_step(&count, err);
    *suspended = rc == 1 ? vg_store_int(&count, 0) : 0;
    vg_store_reset(&count);
    return rc < 0 ? rc : 0;
}
