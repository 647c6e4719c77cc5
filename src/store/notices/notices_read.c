/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading notices: one, lists, what they say, and data protection.
 */
#include "store/notices/notices_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"

enum { NAMES_SPACES = 256, OF_CASE_MOST = 200 };

int vg_store_notice_row(vg_store *store, const vg_query *q, vg_arena *arena, vg_notice *out, vg_error *err)
{
    char place[VG_NOTICE_PLACE];
    int rc = 0;
    int64_t state = vg_store_int(q, 4), origin = vg_store_int(q, 5), category = vg_store_int(q, 6), language = vg_store_int(q, 7),
            action = vg_store_int(q, 12);
    *out = (vg_notice){.id = vg_store_int(q, 0), .case_id = vg_store_int(q, 3)};
    vg_store_notice_place(out->id, "number", place);
    if (state < 0 || state >= VG_NOTICE_STATES || origin < 0 || origin >= VG_ORIGINS || category < 0 || category >= VG_NOTICE_CATEGORIES ||
        language < 0 || language >= VG_LANGS || action < 0 || action >= VG_ACTIONS)
        return vg_fail(err, VG_ECORRUPT, place, "holds a number out of range: the database was altered");
    out->state = (vg_notice_state)state;
    out->origin = (vg_notice_origin)origin;
    out->category = (vg_notice_category)category;
    out->language = (vg_lang)language;
    out->danger = vg_store_int(q, 8) != 0;
    out->named = vg_store_int(q, 9) != 0;
    out->repeated = vg_store_int(q, 10) != 0;
    out->unfounded = vg_store_int(q, 11) != 0;
    out->action = (vg_action)action;
    out->flagger_id = vg_store_int(q, 13);
    vg_str who = vg_store_peek(q, 14);
    if (who.len == VG_NOTICE_TAG) vg_hex_encode(out->who, (const uint8_t *)who.ptr, who.len);
    out->received_ms = vg_store_int(q, 15);
    out->decided_ms = vg_store_int(q, 16);
    out->space = vg_store_copy(q, 2, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a notice");
    return vg_store_unseal(store, place, vg_store_peek(q, 1), arena, &out->number, err);
}

int vg_store_notice_fill(vg_store *store, vg_notice *n, int64_t words, vg_arena *arena, vg_error *err)
{
    int rc = 0;
    if (n->flagger_id) {
        vg_flagger flagger;
        rc = vg_store_flagger_get(store, n->flagger_id, arena, &flagger, err);
        if (rc) return rc;
        n->flagger = flagger.name;
    }
    vg_query count = vg_store_use(store, VG_SQL_NOTICE_CASE_COUNT);
    vg_store_bind_int(&count, n->case_id);
    rc = vg_store_step(&count, err);
    if (rc < 0) return rc;
    n->same_target = rc ? (uint32_t)vg_store_int(&count, 0) : 1;
    vg_store_reset(&count);
    n->same_words = 1;
    if (!words) return 0;
    vg_query same = vg_store_use(store, VG_SQL_NOTICE_SAME_WORDS);
    vg_store_bind_str(&same, n->space);
    vg_store_bind_int(&same, words);
    vg_store_bind_int(&same, n->received_ms - 30 * VG_DAY_MS);
    rc = vg_store_step(&same, err);
    if (rc < 0) return rc;
    n->same_words = rc ? (uint32_t)vg_store_int(&same, 0) : 1;
    vg_store_reset(&same);
    return 0;
}

static int one(vg_store *store, vg_query *get, vg_arena *arena, vg_notice *out, vg_error *err)
{
    int rc = vg_store_step(get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no such notice");
    int64_t words = vg_store_int(get, 17);
    rc = vg_store_notice_row(store, get, arena, out, err);
    vg_store_reset(get);
    return rc ? rc : vg_store_notice_fill(store, out, words, arena, err);
}

int vg_store_notice_find(vg_store *store, vg_str number, vg_arena *arena, vg_notice *out, vg_error *err)
{
    uint8_t tag[VG_NOTICE_TAG];
    vg_store_tag(store, "notice", number, VG_STR(""), tag);
    vg_query get = vg_store_use(store, VG_SQL_NOTICE_BY_TAG);
    vg_store_bind_blob(&get, tag, sizeof tag);
    return one(store, &get, arena, out, err);
}

int vg_store_notice_get(vg_store *store, int64_t id, vg_arena *arena, vg_notice *out, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_NOTICE_GET);
    vg_store_bind_int(&get, id);
    return one(store, &get, arena, out, err);
}

/* ---- lists ---- */

typedef struct rows {
    vg_notice *item;
    int64_t *words;
    size_t count, capacity, word_capacity;
} rows;

static int collect(vg_store *store, vg_query *list, vg_arena *arena, rows *r, vg_error *err)
{
    int rc;
    while ((rc = vg_store_step(list, err)) == 1) {
        r->item = vg_store_grow(arena, r->item, r->count, &r->capacity, sizeof *r->item);
        r->words = vg_store_grow(arena, r->words, r->count, &r->word_capacity, sizeof *r->words);
        if (!r->item || !r->words) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for notices");
            break;
        }
        r->words[r->count] = vg_store_int(list, 17);
        rc = vg_store_notice_row(store, list, arena, &r->item[r->count], err);
        if (rc) break;
        r->count++;
    }
    vg_store_reset(list);
    return rc;
}

/* 1: *space is the next one that has notices. */
static int next_space(vg_store *store, vg_str after, char out[VG_EVENT_MAX_NAME + 1], vg_error *err)
{
    vg_query next = vg_store_use(store, VG_SQL_NOTICE_SPACE_AFTER);
    vg_store_bind_str(&next, after);
    int rc = vg_store_step(&next, err);
    if (rc != 1) return rc;
    vg_str name = vg_store_peek(&next, 0);
    bool found = name.len > 0 && name.len <= VG_EVENT_MAX_NAME;
    if (found) {
        memcpy(out, name.ptr, name.len);
        out[name.len] = '\0';
    }
    vg_store_reset(&next);
    return found;
}

static int newest_first(const void *a, const void *b)
{
    const vg_notice *l = a, *r = b;
    return (l->id < r->id) - (l->id > r->id);
}

static int list_all(vg_store *store, vg_str spaces, vg_notice_state state, int64_t before, size_t most, vg_arena *arena, rows *r, vg_error *err)
{
    char space[VG_EVENT_MAX_NAME + 1] = "";
    int rc;
    while ((rc = next_space(store, vg_str_of(space), space, err)) == 1) {
        if (!vg_store_in_spaces(spaces, vg_str_of(space))) continue;
        vg_query list = vg_store_use(store, VG_SQL_NOTICES_IN);
        vg_store_bind_str(&list, vg_str_of(space));
        vg_store_bind_int(&list, state);
        vg_store_bind_int(&list, before > 0 ? before : INT64_MAX);
        vg_store_bind_int(&list, (int64_t)most);
        if ((rc = collect(store, &list, arena, r, err))) break;
    }
    return rc;
}

int vg_store_notice_list(vg_store *store, vg_str spaces, vg_notice_state state, int64_t before, size_t most, vg_arena *arena, vg_notice **out,
                         size_t *count, vg_error *err)
{
    rows r = {0};
    *out = NULL;
    *count = 0;
    int rc = vg_store_begin_read(store, err);
    if (rc) return rc;
    rc = list_all(store, spaces, state, before, most, arena, &r, err);
    for (size_t i = 0; !rc && i < r.count; i++) rc = vg_store_notice_fill(store, &r.item[i], r.words[i], arena, err);
    rc = vg_store_end_read(store, rc, err);
    if (rc) return rc;
    if (r.count) qsort(r.item, r.count, sizeof *r.item, newest_first);
    *out = r.item;
    *count = r.count < most ? r.count : most;
    return 0;
}

int vg_store_notice_counts(vg_store *store, vg_str spaces, int64_t counts[VG_NOTICE_STATES], vg_error *err)
{
    char space[VG_EVENT_MAX_NAME + 1] = "";
    int rc;
    for (int s = 0; s < VG_NOTICE_STATES; s++) counts[s] = 0;
    while ((rc = next_space(store, vg_str_of(space), space, err)) == 1) {
        if (!vg_store_in_spaces(spaces, vg_str_of(space))) continue;
        for (int s = 0; s < VG_NOTICE_STATES; s++) {
            vg_query count = vg_store_use(store, VG_SQL_NOTICE_COUNT);
            vg_store_bind_str(&count, vg_str_of(space));
            vg_store_bind_int(&count, s);
            rc = vg_store_step(&count, err);
            if (rc < 0) return rc;
            counts[s] += vg_store_int(&count, 0);
            vg_store_reset(&count);
        }
    }
    return rc;
}

int vg_store_notices_about(vg_store *store, vg_str space, vg_str target, size_t most, vg_arena *arena, vg_notice_before **out, size_t *count, vg_error *err)
{
    uint8_t tag[VG_NOTICE_TAG];
    size_t n = 0, capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_store_tag(store, "notice.target", space, target, tag);
    vg_query list = vg_store_use(store, VG_SQL_NOTICES_ABOUT);
    vg_store_bind_blob(&list, tag, sizeof tag);
    vg_store_bind_int(&list, (int64_t)most);
    while ((rc = vg_store_step(&list, err)) == 1) {
        *out = vg_store_grow(arena, *out, n, &capacity, sizeof **out);
        if (!*out) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for notices");
            break;
        }
        (*out)[n++] = (vg_notice_before){.case_id = vg_store_int(&list, 0),
                                         .words = {.exact = (uint64_t)vg_store_int(&list, 1), .alike = (uint64_t)vg_store_int(&list, 2), .count = (uint32_t)vg_store_int(&list, 3)}};
    }
    vg_store_reset(&list);
    *count = rc ? 0 : n;
    return rc;
}

/* ---- what they say ---- */

static int sealed_of(vg_store *store, int64_t id, bool identity, vg_arena *arena, vg_str *out, vg_error *err)
{
    char place[VG_NOTICE_PLACE];
    *out = (vg_str){"", 0};
    vg_query get = vg_store_use(store, VG_SQL_NOTICE_SEALED);
    vg_store_bind_int(&get, id);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no such notice");
    vg_str sealed = vg_store_peek(&get, identity ? 1 : 0);
    vg_store_notice_place(id, identity ? "identity" : "body", place);
    rc = sealed.len ? vg_store_unseal(store, place, sealed, arena, out, err) : 0;
    vg_store_reset(&get);
    return rc;
}

int vg_store_notice_read(vg_store *store, int64_t case_id, vg_str viewer, vg_arena *arena, vg_notice_said **out, size_t *count, vg_error *err)
{
    char name[24];
    rows r = {0};
    *out = NULL;
    *count = 0;
    vg_case_name(case_id, name);
    int rc = vg_store_audit(store, viewer, VG_STR("notice.view"), vg_str_of(name), VG_STR("{}"), err);
    if (rc) return rc;
    vg_query list = vg_store_use(store, VG_SQL_NOTICES_OF_CASE);
    vg_store_bind_int(&list, case_id);
    vg_store_bind_int(&list, OF_CASE_MOST);
    rc = collect(store, &list, arena, &r, err);
    if (rc || !r.count) return rc;
    vg_notice_said *said = vg_arena_calloc(arena, r.count, sizeof *said);
    if (!said) return vg_fail(err, VG_ENOMEM, "", "no memory for notices");
    for (size_t i = 0; !rc && i < r.count; i++) {
        said[i].notice = r.item[i];
        rc = vg_store_notice_fill(store, &said[i].notice, r.words[i], arena, err);
        if (!rc) rc = sealed_of(store, r.item[i].id, false, arena, &said[i].body, err);
    }
    if (rc) return rc;
    *out = said;
    *count = r.count;
    return 0;
}

static int audit_reading(vg_store *store, int64_t id, vg_str viewer, const char *action, vg_error *err)
{
    char name[24];
    vg_notice_name(id, name);
    return vg_store_audit(store, viewer, vg_str_of(action), vg_str_of(name), VG_STR("{}"), err);
}

int vg_store_notice_body(vg_store *store, int64_t id, vg_str viewer, vg_arena *arena, vg_str *body, vg_error *err)
{
    int rc = audit_reading(store, id, viewer, "notice.view", err);
    return rc ? rc : sealed_of(store, id, false, arena, body, err);
}

/* The reason is free text and may name somebody: it is asked for so that one thinks of it, and stays out of the log. */
int vg_store_notice_identity(vg_store *store, int64_t id, vg_str viewer, vg_str reason, vg_arena *arena, vg_str *identity, vg_error *err)
{
    int rc = vg_store_check_text("/reason", reason, 200, err);
    if (!rc) rc = audit_reading(store, id, viewer, "notice.identity", err);
    return rc ? rc : sealed_of(store, id, true, arena, identity, err);
}

/* ---- data protection ---- */

int vg_store_notifier_forget(vg_store *store, vg_str space, vg_str who, vg_error *err)
{
    static const enum vg_store_statement steps[] = {VG_SQL_FORGET_NOTIFIER, VG_SQL_FORGET_NOTIFIER_RECORD};
    uint8_t tag[VG_NOTICE_TAG];
    vg_store_notifier_tag(store, space, who, tag);
    for (size_t i = 0; i < 2; i++) {
        vg_query forget = vg_store_use(store, steps[i]);
        vg_store_bind_blob(&forget, tag, sizeof tag);
        int rc = vg_store_run(&forget, err);
        if (rc) return rc;
    }
    return 0;
}

int vg_store_notices_export(vg_store *store, vg_str space, vg_str who, vg_arena *arena, vg_buf *out, vg_error *err)
{
    uint8_t tag[VG_NOTICE_TAG];
    rows r = {0};
    vg_store_notifier_tag(store, space, who, tag);
    vg_query list = vg_store_use(store, VG_SQL_NOTICES_BY);
    vg_store_bind_blob(&list, tag, sizeof tag);
    int rc = collect(store, &list, arena, &r, err);
    for (size_t i = 0; !rc && i < r.count; i++) {
        char received[25];
        const vg_notice *n = &r.item[i];
        vg_str said, identity;
        vg_time_format(n->received_ms, received);
        rc = sealed_of(store, n->id, false, arena, &said, err);
        if (!rc) rc = sealed_of(store, n->id, true, arena, &identity, err);
        if (rc) break;
        vg_buf_printf(out, "%s{\"number\":\"%.*s\",\"received\":\"%s\",\"category\":\"%s\",\"state\":\"%s\",\"said\":", i ? "," : "", VG_STR_ARG(n->number), received,
                      vg_notice_category_names[n->category], vg_notice_state_names[n->state]);
        vg_buf_add_str(out, said.len ? said : VG_STR("null"));
        vg_buf_add_cstr(out, ",\"notifier\":");
        vg_buf_add_str(out, identity.len ? identity : VG_STR("null"));
        vg_buf_add_char(out, '}');
    }
    return rc;
}

static int run_sweep(vg_store *store, enum vg_store_statement statement, vg_str space, int state, int64_t before_ms, vg_error *err)
{
    vg_query sweep = vg_store_use(store, statement);
    vg_store_bind_str(&sweep, space);
    if (state >= 0) vg_store_bind_int(&sweep, state);
    vg_store_bind_int(&sweep, before_ms);
    return vg_store_run(&sweep, err);
}

int vg_store_notices_sweep(vg_store *store, vg_str space, uint32_t keep_identity_days, uint32_t keep_case_days, int64_t now_ms, vg_error *err)
{
    int64_t old_ms = now_ms - keep_case_days * VG_DAY_MS, names_ms = now_ms - keep_identity_days * VG_DAY_MS;
    int rc = vg_store_check_text("space", space, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_begin(store, err);
    if (rc) return rc;
    rc = run_sweep(store, VG_SQL_FORGET_OLD_NOTIFIERS, space, -1, names_ms, err);
    bool forgot = !rc && vg_store_changed(store) > 0;
    if (!rc) rc = run_sweep(store, VG_SQL_DESTROY_OLD_NOTICES, space, VG_NOTICE_SET_ASIDE, old_ms, err);
    if (!rc) rc = run_sweep(store, VG_SQL_DESTROY_OLD_NOTICES, space, VG_NOTICE_WITHDRAWN, old_ms, err);
    if (!rc && forgot) rc = vg_store_audit_add(store, now_ms, VG_STR("sweep"), VG_STR("notice.forget"), VG_STR("retention"), VG_STR("{}"), err);
    rc = vg_store_end(store, rc, err);
    if (!rc && forgot) vg_store_wipe(store);
    return rc;
}
