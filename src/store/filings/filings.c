/* SPDX-License-Identifier: Apache-2.0 */
#include "store/filings/filings_int.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "base/time.h"

enum { PLACE = 64, SEALED_MOST = 1 << 20 };

int vg_filing_seal(vg_store *store, int64_t id, const char *part, vg_str plain, vg_buf *out, vg_error *err)
{
    char place[PLACE];
    vg_buf_init(out, SEALED_MOST);
    if (!plain.len) return 0;
    snprintf(place, sizeof place, "filing:%" PRId64 "/%s", id, part);
    int rc = vg_store_seal(store, place, plain, err);
    if (rc) return rc;
    vg_buf_add(out, store->sealed.ptr, store->sealed.len);
    return out->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for a filing") : 0;
}

int vg_filing_unseal(vg_store *store, const vg_query *row, int column, int64_t id, const char *part, vg_arena *arena, vg_str *out, vg_error *err)
{
    char place[PLACE];
    vg_str sealed = vg_store_peek(row, column);
    *out = (vg_str){"", 0};
    if (!sealed.len) return 0;
    snprintf(place, sizeof place, "filing:%" PRId64 "/%s", id, part);
    return vg_store_unseal(store, place, sealed, arena, out, err);
}

/* ---- reading ---- */

static int read_filing(vg_store *store, const vg_query *row, vg_arena *arena, vg_filing *f, vg_error *err)
{
    int rc = 0;
    vg_str uuid = vg_store_peek(row, 1), hash = vg_store_peek(row, 31);
    *f = (vg_filing){.id = vg_store_int(row, 0), .case_id = vg_store_int(row, 2), .kind = (vg_receiver_kind)vg_store_int(row, 5),
                     .state = (vg_filing_state)vg_store_int(row, 8), .urgent = vg_store_int(row, 9) != 0, .four_eyes = vg_store_int(row, 10) != 0,
                     .round = (uint32_t)vg_store_int(row, 14), .unsure = vg_store_int(row, 15) != 0, .attempts = (uint32_t)vg_store_int(row, 16),
                     .steps = (uint32_t)vg_store_int(row, 17), .next_ms = vg_store_int(row, 18), .due_ms = vg_store_int(row, 19),
                     .expires_ms = vg_store_int(row, 20), .prepared_ms = vg_store_int(row, 24), .made_ms = vg_store_int(row, 26),
                     .confirmed_ms = vg_store_int(row, 28), .seconded_ms = vg_store_int(row, 30), .withdrawing = vg_store_int(row, 32) != 0,
                     .filed_ms = vg_store_int(row, 33), .answers = (uint32_t)vg_store_int(row, 34),
                     .answer_kinds = (uint32_t)vg_store_int(row, 35)};
    if (uuid.len != sizeof f->uuid - 1 || (unsigned)f->state >= VG_FILING_STATES || (unsigned)f->kind >= VG_RECEIVER_KINDS)
        return vg_fail(err, VG_ECORRUPT, "filing", "has a state or a number that is none");
    memcpy(f->uuid, uuid.ptr, uuid.len);
    f->has_hash = hash.len == sizeof f->hash;
    if (f->has_hash) memcpy(f->hash, hash.ptr, sizeof f->hash);
    const struct {
        int column;
        vg_str *to;
    } texts[] = {{3, &f->space}, {4, &f->receiver_id}, {6, &f->receiver}, {7, &f->channel}, {11, &f->step}, {12, &f->reference}, {25, &f->made_by},
                 {27, &f->confirmed_by}, {29, &f->seconded_by}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) *texts[i].to = vg_store_copy(row, texts[i].column, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a filing");
    rc = vg_filing_unseal(store, row, 13, f->id, "memo", arena, &f->memo, err);
    if (!rc) rc = vg_filing_unseal(store, row, 21, f->id, "options", arena, &f->options, err);
    if (!rc) rc = vg_filing_unseal(store, row, 22, f->id, "again", arena, &f->again, err);
    if (!rc) rc = vg_filing_unseal(store, row, 23, f->id, "why", arena, &f->why, err);
    if (!rc && !f->options.len) f->options = VG_STR("{}");
    return rc;
}

int vg_store_filing_get(vg_store *store, int64_t id, vg_arena *arena, vg_filing *out, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_FILING_GET);
    vg_store_bind_int(&query, id);
    int rc = vg_store_step(&query, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "filing", "there is no such filing");
    rc = read_filing(store, &query, arena, out, err);
    vg_store_reset(&query);
    return rc;
}

static int read_list(vg_store *store, vg_query *query, vg_arena *arena, vg_filing **out, size_t *count, vg_error *err)
{
    vg_filing *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    while ((rc = vg_store_step(query, err)) == 1) {
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        rc = items ? read_filing(store, query, arena, &items[n], err) : vg_fail(err, VG_ENOMEM, "", "no memory for filings");
        if (rc) break;
        n++;
    }
    vg_store_reset(query);
    *out = items;
    *count = rc ? 0 : n;
    return rc;
}

int vg_store_filing_of_case(vg_store *store, int64_t case_id, vg_arena *arena, vg_filing **out, size_t *count, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_FILING_OF_CASE);
    vg_store_bind_int(&query, case_id);
    return read_list(store, &query, arena, out, count, err);
}

int vg_store_filing_of_state(vg_store *store, vg_filing_state state, int64_t before, vg_arena *arena, vg_filing **out, size_t *count, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_FILING_OF_STATE);
    vg_store_bind_int(&query, state);
    vg_store_bind_int(&query, before > 0 ? before : INT64_MAX);
    vg_store_bind_int(&query, VG_FILING_LIST_MOST);
    return read_list(store, &query, arena, out, count, err);
}

int vg_store_filing_unanswered(vg_store *store, int64_t until_ms, vg_arena *arena, vg_filing **out, size_t *count, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_FILING_UNANSWERED);
    vg_store_bind_int(&query, until_ms);
    vg_store_bind_int(&query, VG_FILING_LIST_MOST);
    return read_list(store, &query, arena, out, count, err);
}

int vg_store_filing_answered(vg_store *store, unsigned kinds, int64_t before, vg_arena *arena, vg_filing **out, size_t *count, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_FILING_ANSWERED);
    vg_store_bind_int(&query, (int64_t)kinds);
    vg_store_bind_int(&query, before > 0 ? before : INT64_MAX);
    vg_store_bind_int(&query, VG_FILING_LIST_MOST);
    return read_list(store, &query, arena, out, count, err);
}

int vg_store_filing_of_reference(vg_store *store, vg_str receiver_id, vg_str reference, int64_t *id, vg_error *err)
{
    int64_t found[2] = {0, 0};
    int count = 0, rc;
    vg_query query = vg_store_use(store, VG_SQL_FILING_OF_REFERENCE);
    vg_store_bind_str(&query, receiver_id);
    vg_store_bind_str(&query, reference);
    while ((rc = vg_store_step(&query, err)) == 1 && count < 2) found[count++] = vg_store_int(&query, 0);
    vg_store_reset(&query);
    if (rc < 0) return rc;
    *id = found[0];
    if (!count) return vg_fail(err, VG_ENOENT, "", "no filing has this number of this receiver");
    return count == 1 ? 0 : vg_fail(err, VG_ECONFLICT, "", "several filings have this number, %" PRId64 " and %" PRId64 " among them: name one as `filing`", found[0], found[1]);
}

int vg_store_filing_counts(vg_store *store, vg_arena *arena, vg_filing_count **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc = 0, failed = 0;
    *out = NULL;
    *count = 0;
    for (int state = 0; !rc && state < VG_FILING_STATES; state++) {
        vg_query query = vg_store_use(store, VG_SQL_FILING_COUNT);
        vg_store_bind_int(&query, state);
        while ((rc = vg_store_step(&query, err)) == 1) {
            vg_filing_count *items = vg_store_grow(arena, *out, *count, &capacity, sizeof *items);
            if (!items) rc = vg_fail(err, VG_ENOMEM, "", "no memory for counts");
            if (rc != 1) break;
            items[*count] = (vg_filing_count){vg_store_copy(&query, 0, arena, &failed), (vg_filing_state)state, vg_store_int(&query, 2) != 0, vg_store_int(&query, 3),
                                              vg_store_int(&query, 4), vg_store_int(&query, 5)};
            *out = items;
            ++*count;
        }
        vg_store_reset(&query);
        if (!rc && failed) rc = vg_fail(err, VG_ENOMEM, "", "no memory for counts");
    }
    return rc;
}

int vg_store_filing_prior(vg_store *store, const vg_filing *f, vg_str account, vg_arena *arena, vg_str *out, vg_error *err)
{
    vg_buf list;
    int rc;
    vg_buf_init(&list, 32 << 10);
    vg_query query = vg_store_use(store, VG_SQL_FILING_PRIOR);
    vg_store_bind_str(&query, f->receiver_id);
    vg_store_bind_int(&query, f->prepared_ms);
    vg_store_bind_str(&query, f->space);
    vg_store_bind_str(&query, account);
    while ((rc = vg_store_step(&query, err)) == 1) {
        vg_str reference = vg_store_peek(&query, 0);
        if (!reference.len) continue;
        if (list.len) vg_buf_add_char(&list, ',');
        vg_buf_add_str(&list, reference);
    }
    vg_store_reset(&query);
    *out = rc ? (vg_str){"", 0} : vg_arena_copy(arena, (vg_str){list.ptr ? list.ptr : "", list.len});
    if (!rc && (list.failed || !out->ptr)) rc = vg_fail(err, VG_ENOMEM, "", "no memory for earlier reports");
    vg_buf_free(&list);
    return rc;
}

/* ---- writing ---- */

static void fill_save(vg_query *q, const vg_filing *f, const vg_buf sealed[4])
{
    vg_store_bind_int(q, f->state);
    vg_store_bind_int(q, f->urgent);
    vg_store_bind_int(q, f->four_eyes);
    vg_store_bind_str(q, f->step);
    vg_store_bind_str(q, f->reference);
    vg_store_bind_blob(q, sealed[0].ptr, sealed[0].len);
    const int64_t numbers[] = {f->round, f->unsure, f->attempts, f->steps, f->next_ms, f->due_ms, f->expires_ms};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) vg_store_bind_int(q, numbers[i]);
    for (int i = 1; i < 4; i++) vg_store_bind_blob(q, sealed[i].ptr, sealed[i].len);
    vg_store_bind_int(q, f->prepared_ms);
    vg_store_bind_str(q, f->confirmed_by);
    vg_store_bind_int(q, f->confirmed_ms);
    vg_store_bind_str(q, f->seconded_by);
    vg_store_bind_int(q, f->seconded_ms);
    vg_store_bind_blob(q, f->hash, f->has_hash ? sizeof f->hash : 0);
    vg_store_bind_int(q, f->withdrawing);
    vg_store_bind_int(q, f->filed_ms);
    vg_store_bind_int(q, f->answers);
    vg_store_bind_int(q, f->answer_kinds);
    vg_store_bind_int(q, f->id);
}

int vg_filing_save(vg_store *store, const vg_filing *f, vg_error *err)
{
    vg_buf sealed[4] = {0};
    const char *const parts[4] = {"memo", "options", "again", "why"};
    const vg_str plain[4] = {f->memo, f->options, f->again, f->why};
    int rc = 0;
    for (int i = 0; !rc && i < 4; i++) rc = vg_filing_seal(store, f->id, parts[i], plain[i], &sealed[i], err);
    if (!rc) {
        vg_query save = vg_store_use(store, VG_SQL_FILING_SAVE);
        fill_save(&save, f, sealed);
        rc = vg_store_run(&save, err);
    }
    for (int i = 0; i < 4; i++) vg_buf_free(&sealed[i]);
    return rc;
}

int vg_filing_on_record(vg_store *store, const vg_filing *f, const char *action, vg_str actor, vg_str detail, int64_t now_ms, vg_error *err)
{
    char name[24], object[64];
    vg_case_name(f->case_id, name);
    snprintf(object, sizeof object, "%s/f-%" PRId64, name, f->id);
    return vg_store_audit_add(store, now_ms, actor, vg_str_of(action), vg_str_of(object), detail.len ? detail : VG_STR("{}"), err);
}

int vg_filing_announce(vg_store *store, const vg_filing *f, const char *type, const char *extra, int64_t now_ms, vg_error *err)
{
    char when[25], name[24];
    vg_buf *text = &store->text;
    vg_time_format(now_ms, when);
    vg_case_name(f->case_id, name);
    vg_buf_clear(text);
    vg_buf_printf(text, "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":{\"case\":\"%s\",\"space\":", type, when, name);
    vg_buf_add_json_str(text, f->space);
    vg_buf_printf(text, ",\"filing\":%" PRId64 ",\"receiver\":", f->id);
    vg_buf_add_json_str(text, f->receiver_id);
    vg_buf_add_cstr(text, ",\"channel\":");
    vg_buf_add_json_str(text, f->channel);
    vg_buf_printf(text, "%s}}", extra);
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    return vg_store_deliver(store, f->case_id, f->space, type, (vg_str){text->ptr, text->len}, now_ms, err);
}

static void make_uuid(char out[37])
{
    uint8_t b[16];
    randombytes_buf(b, sizeof b);
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40); /* RFC 9562, version 4 */
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
             b[11], b[12], b[13], b[14], b[15]);
}

int vg_filing_prepare(vg_store *store, vg_filing *f, int64_t now_ms, vg_error *err)
{
    vg_query newest = vg_store_use(store, VG_SQL_FILING_PREPARED);
    vg_store_bind_int(&newest, f->case_id);
    int rc = vg_store_step(&newest, err);
    if (rc < 0) return rc;
    int64_t stored_ms = rc ? vg_store_int(&newest, 0) : 0;
    vg_store_reset(&newest);
    f->prepared_ms = stored_ms > now_ms ? stored_ms : now_ms;
    return 0;
}

int vg_filing_insert(vg_store *store, vg_filing *f, vg_error *err)
{
    make_uuid(f->uuid);
    int rc = vg_filing_prepare(store, f, f->made_ms, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_FILING_ADD);
    vg_store_bind_str(&add, vg_str_of(f->uuid));
    vg_store_bind_int(&add, f->case_id);
    vg_store_bind_str(&add, f->space);
    vg_store_bind_str(&add, f->receiver_id);
    vg_store_bind_int(&add, f->kind);
    vg_store_bind_str(&add, f->receiver);
    vg_store_bind_str(&add, f->channel);
    vg_store_bind_int(&add, f->urgent);
    vg_store_bind_int(&add, f->four_eyes);
    vg_store_bind_int(&add, f->due_ms);
    vg_store_bind_int(&add, f->prepared_ms);
    vg_store_bind_str(&add, f->made_by);
    vg_store_bind_int(&add, f->made_ms);
    rc = vg_store_run(&add, err);
    if (rc) return rc;
    f->id = sqlite3_last_insert_rowid(store->db);
    rc = vg_filing_save(store, f, err);
    if (rc) return rc;
    vg_buf detail;
    vg_buf_init(&detail, 4096);
    vg_buf_add_cstr(&detail, "{\"receiver\":");
    vg_buf_add_json_str(&detail, f->receiver_id);
    vg_buf_add_cstr(&detail, ",\"channel\":");
    vg_buf_add_json_str(&detail, f->channel);
    vg_buf_add_char(&detail, '}');
    rc = detail.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry")
                       : vg_filing_on_record(store, f, "filing.draft", f->made_by, (vg_str){detail.ptr, detail.len}, f->made_ms, err);
    vg_buf_free(&detail);
    return rc;
}

static int add(vg_store *store, vg_filing *f, vg_arena *arena, vg_error *err)
{
    vg_case c;
    vg_filing *others;
    size_t count;
    int rc = vg_store_case_get(store, f->case_id, arena, &c, err);
    if (!rc && c.shadow) rc = vg_fail(err, VG_ENOENT, "", "there is no such case"); /* a copy is never reported */
    if (!rc) rc = vg_store_filing_of_case(store, f->case_id, arena, &others, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        if (!vg_str_eq(others[i].receiver_id, f->receiver_id)) continue;
        if (!vg_filing_over(others[i].state) && vg_str_eq(others[i].channel, f->channel))
            return vg_fail(err, VG_ECONFLICT, "", "filing %" PRId64 " of this case to this receiver is not done yet", others[i].id);
        if ((others[i].state == VG_FILING_FILED || others[i].state == VG_FILING_ANSWERED) && !f->again.len)
            return vg_fail(err, VG_ECONFLICT, "", "filing %" PRId64 " has told this receiver of this case: say in `again` why it gets another report", others[i].id);
    }
    return rc ? rc : vg_filing_insert(store, f, err);
}

int vg_store_filing_add(vg_store *store, vg_filing *f, vg_error *err)
{
    int rc = vg_store_check_text("receiver", f->receiver_id, 60, err);
    if (!rc) rc = vg_store_check_text("channel", f->channel, 40, err);
    if (!rc) rc = vg_store_check_text("again", f->again, -200, err);
    if (!rc && f->options.len > VG_FILING_OPTIONS_MOST) rc = vg_fail(err, VG_EINVAL, "/options", "at most %d bytes", VG_FILING_OPTIONS_MOST);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(8192, 8 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a filing");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, add(store, f, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}
