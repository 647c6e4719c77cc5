/* SPDX-License-Identifier: Apache-2.0 */
#include "store/cases/context.h"

#include <inttypes.h>
#include <stdio.h>

#include "store/store_int.h"
#include "store/evidence/evidence_int.h"

const char *const vg_context_state_names[VG_CONTEXT_STATES] = {"asked", "answered", "refused", "unanswered"};

enum { PLACE = 80 };

static void place_of(int64_t case_id, int64_t number, const char *part, char out[PLACE])
{
    snprintf(out, PLACE, "context:%" PRId64 "/%" PRId64 "/%s", case_id, number, part);
}

/* ---- asking ---- */

static int check_request(const vg_context *r, vg_error *err)
{
    int rc = vg_store_check_text("user", r->user, 64, err);
    if (!rc) rc = vg_store_check_text("reason", r->reason, VG_CONTEXT_REASON, err);
    if (!rc) rc = vg_store_check_text("conversation", r->conversation, -VG_EVENT_MAX_NAME, err);
    if (!rc && (r->messages == 0) == (r->minutes == 0)) rc = vg_fail(err, VG_EINVAL, "messages", "expected messages or minutes, not both");
    if (!rc && r->messages > VG_CONTEXT_MESSAGES) rc = vg_fail(err, VG_EINVAL, "messages", "at most %d", VG_CONTEXT_MESSAGES);
    if (!rc && r->minutes > VG_CONTEXT_MINUTES) rc = vg_fail(err, VG_EINVAL, "minutes", "at most %d", VG_CONTEXT_MINUTES);
    return rc;
}

/* The next number of the case, unless one waits or there were too many. */
static int next_number(vg_store *store, vg_context *r, const char *name, vg_error *err)
{
    int rc;
    bool waits = false;
    r->number = 1;
    vg_query query = vg_store_use(store, VG_SQL_CONTEXT_STATES);
    vg_store_bind_int(&query, r->case_id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        r->number = vg_store_int(&query, 0) + 1;
        waits |= vg_store_int(&query, 1) == VG_CONTEXT_ASKED && vg_store_int(&query, 2) > r->asked_ms - VG_CONTEXT_OPEN_MS;
    }
    vg_store_reset(&query);
    if (rc) return rc;
    if (waits) return vg_fail(err, VG_ECONFLICT, name, "waits for an answer to a request already");
    if (r->number > VG_CONTEXT_REQUESTS) return vg_fail(err, VG_ECONFLICT, name, "has had %d requests", VG_CONTEXT_REQUESTS);
    return 0;
}

static int span_of(vg_store *store, vg_context *r, vg_error *err)
{
    vg_query span = vg_store_use(store, VG_SQL_CONTEXT_SPAN);
    vg_store_bind_int(&span, r->case_id);
    int rc = vg_store_step(&span, err);
    if (rc == 1) r->from_ms = vg_store_int(&span, r->later ? 1 : 0);
    vg_store_reset(&span);
    return rc < 0 ? rc : 0;
}

static int add_request(vg_store *store, const vg_context *r, vg_error *err)
{
    char place[PLACE];
    vg_buf *text = &store->text;
    place_of(r->case_id, r->number, "reason", place);
    vg_buf_clear(text); /* neither holds a NUL */
    vg_buf_add_str(text, r->conversation);
    vg_buf_add_char(text, '\0');
    vg_buf_add_str(text, r->reason);
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a request");
    int rc = vg_store_case_seal(store, r->case_id, place, (vg_str){text->ptr, text->len}, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_CONTEXT_ADD);
    vg_store_bind_int(&add, r->case_id);
    vg_store_bind_int(&add, r->number);
    vg_store_bind_str(&add, r->user);
    vg_store_bind_int(&add, r->later);
    vg_store_bind_int(&add, r->messages);
    vg_store_bind_int(&add, r->minutes);
    vg_store_bind_int(&add, r->from_ms);
    vg_store_bind_int(&add, r->asked_ms);
    vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    return vg_store_run(&add, err);
}

static void add_extent(vg_buf *out, const vg_context *r)
{
    vg_buf_printf(out, "\"request\":%" PRId64 ",\"side\":\"%s\",\"%s\":%" PRIu32, r->number, r->later ? "after" : "before",
                  r->messages ? "messages" : "minutes", r->messages ? r->messages : r->minutes);
}

static int on_record(vg_store *store, const vg_context *r, const char *name, vg_error *err)
{
    vg_buf *text = &store->text;
    vg_buf_clear(text);
    vg_buf_add_char(text, '{');
    add_extent(text, r);
    vg_buf_add_char(text, '}');
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry");
    return vg_store_audit_add(store, r->asked_ms, r->user, VG_STR("context.request"), vg_str_of(name), (vg_str){text->ptr, text->len}, err);
}

/* The reason stays here: it is the référent's, and may say something about a person. */
static int announce(vg_store *store, const vg_context *r, const vg_case *c, const char *name, vg_error *err)
{
    char asked[25], from[25];
    vg_buf *text = &store->text;
    vg_time_format(r->asked_ms, asked);
    vg_time_format(r->from_ms, from);
    vg_buf_clear(text);
    vg_buf_printf(text, "{\"type\":\"context.requested\",\"timestamp\":\"%s\",\"data\":{\"case\":\"%s\",\"space\":", asked, name);
    vg_buf_add_json_str(text, c->space);
    vg_buf_add_cstr(text, ",\"account\":");
    vg_buf_add_json_str(text, c->account);
    vg_buf_add_char(text, ',');
    if (r->conversation.len) {
        vg_buf_add_cstr(text, "\"conversation\":");
        vg_buf_add_json_str(text, r->conversation);
        vg_buf_add_char(text, ',');
    }
    add_extent(text, r);
    vg_buf_printf(text, ",\"from\":\"%s\",\"asked_by\":", from);
    vg_buf_add_json_str(text, r->user);
    vg_buf_add_cstr(text, "}}");
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    if (c->shadow) return 0; /* the platform hears nothing of a copy */
    return vg_store_deliver(store, r->case_id, c->space, "context.requested", (vg_str){text->ptr, text->len}, r->asked_ms, err);
}

static int ask(vg_store *store, vg_context *r, vg_arena *arena, vg_error *err)
{
    vg_case c;
    char name[24];
    vg_case_name(r->case_id, name);
    int rc = vg_store_case_get(store, r->case_id, arena, &c, err);
    if (!rc && c.state != VG_CASE_OPEN) rc = vg_fail(err, VG_ECONFLICT, name, "is decided already");
    if (!rc) rc = next_number(store, r, name, err);
    if (!rc) rc = span_of(store, r, err);
    if (!rc) rc = add_request(store, r, err);
    if (!rc) rc = on_record(store, r, name, err);
    return rc ? rc : announce(store, r, &c, name, err);
}

int vg_store_context_ask(vg_store *store, vg_context *request, vg_error *err)
{
    int rc = check_request(request, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(2048, 1 << 16);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a request");
    if (!request->asked_ms) request->asked_ms = vg_time_now();
    request->state = VG_CONTEXT_ASKED;
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, ask(store, request, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- reading ---- */

static int unseal_part(vg_store *store, const vg_query *row, int column, const vg_context *c, const char *part, vg_arena *arena, vg_str *out,
                       vg_error *err)
{
    char place[PLACE];
    vg_str sealed = vg_store_peek(row, column);
    *out = (vg_str){"", 0};
    if (!sealed.len) return 0; /* not answered yet, or destroyed */
    place_of(c->case_id, c->number, part, place);
    return vg_store_case_unseal_if(store, c->case_id, place, sealed, arena, out, err);
}

static int read_request(vg_store *store, const vg_query *row, int64_t case_id, int64_t now_ms, vg_arena *arena, vg_context *out, vg_error *err)
{
    int rc = 0;
    *out = (vg_context){.case_id = case_id,
                        .number = vg_store_int(row, 0),
                        .later = vg_store_int(row, 2) != 0,
                        .messages = (uint32_t)vg_store_int(row, 3),
                        .minutes = (uint32_t)vg_store_int(row, 4),
                        .from_ms = vg_store_int(row, 5),
                        .asked_ms = vg_store_int(row, 6),
                        .state = (vg_context_state)vg_store_int(row, 7),
                        .answered_ms = vg_store_int(row, 8)};
    if ((unsigned)out->state >= VG_CONTEXT_UNANSWERED) return vg_fail(err, VG_ECORRUPT, "", "a request for context has an unknown state");
    if (out->state == VG_CONTEXT_ASKED && out->asked_ms <= now_ms - VG_CONTEXT_OPEN_MS) out->state = VG_CONTEXT_UNANSWERED;
    out->user = vg_store_copy(row, 1, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a request");
    rc = unseal_part(store, row, 9, out, "reason", arena, &out->reason, err);
    const char *end = rc || !out->reason.len ? NULL : memchr(out->reason.ptr, '\0', out->reason.len);
    if (end) {
        out->conversation = (vg_str){out->reason.ptr, (size_t)(end - out->reason.ptr)};
        out->reason = (vg_str){end + 1, out->reason.len - out->conversation.len - 1};
    }
    return rc ? rc : unseal_part(store, row, 10, out, "answer", arena, &out->answer, err);
}

int vg_store_context_of(vg_store *store, int64_t case_id, int64_t now_ms, vg_arena *arena, vg_context **out, size_t *count, vg_error *err)
{
    vg_context *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_CONTEXT_OF);
    vg_store_bind_int(&query, case_id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        rc = items ? read_request(store, &query, case_id, now_ms, arena, &items[n], err) : vg_fail(err, VG_ENOMEM, "", "no memory for requests");
        if (rc) break;
        n++;
    }
    vg_store_reset(&query);
    if (rc) return rc;
    *out = items;
    *count = n;
    return 0;
}

/* ---- answering ---- */

/* Whether this request still waits. */
static int waits(vg_store *store, int64_t case_id, int64_t number, int64_t now_ms, const char *name, vg_error *err)
{
    int rc, state = -1;
    int64_t asked_ms = 0;
    vg_query query = vg_store_use(store, VG_SQL_CONTEXT_STATES);
    vg_store_bind_int(&query, case_id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        if (vg_store_int(&query, 0) != number) continue;
        state = (int)vg_store_int(&query, 1);
        asked_ms = vg_store_int(&query, 2);
    }
    vg_store_reset(&query);
    if (rc) return rc;
    if (state < 0) return vg_fail(err, VG_ENOENT, name, "has no request %" PRId64, number);
    if (state != VG_CONTEXT_ASKED) return vg_fail(err, VG_ECONFLICT, name, "request %" PRId64 " is answered already", number);
    if (asked_ms <= now_ms - VG_CONTEXT_OPEN_MS) return vg_fail(err, VG_ECONFLICT, name, "request %" PRId64 " is not open any more", number);
    return 0;
}

static int answer_request(vg_store *store, int64_t case_id, int64_t number, vg_context_state state, vg_str answer, int64_t key_id, int64_t now_ms,
                          vg_arena *arena, vg_error *err)
{
    vg_case c;
    char name[24], place[PLACE], actor[40], detail[64];
    vg_case_name(case_id, name);
    int rc = vg_store_case_get(store, case_id, arena, &c, err);
    if (!rc) rc = waits(store, case_id, number, now_ms, name, err);
    if (!rc && c.state != VG_CASE_OPEN) rc = vg_fail(err, VG_ECONFLICT, name, "is decided already");
    if (rc) return rc;
    place_of(case_id, number, "answer", place);
    rc = vg_store_case_seal(store, case_id, place, answer, err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_CONTEXT_ANSWER);
    vg_store_bind_int(&set, state);
    vg_store_bind_int(&set, now_ms);
    vg_store_bind_blob(&set, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&set, case_id);
    vg_store_bind_int(&set, number);
    rc = vg_store_run(&set, err);
    snprintf(actor, sizeof actor, "key:%" PRId64, key_id);
    snprintf(detail, sizeof detail, "{\"request\":%" PRId64 "}", number);
    vg_str action = state == VG_CONTEXT_ANSWERED ? VG_STR("context.answer") : VG_STR("context.refuse");
    return rc ? rc : vg_store_audit_add(store, now_ms, vg_str_of(actor), action, vg_str_of(name), vg_str_of(detail), err);
}

int vg_store_context_answer(vg_store *store, int64_t case_id, int64_t number, vg_context_state state, vg_str answer, int64_t key_id,
                            int64_t now_ms, vg_error *err)
{
    if ((state != VG_CONTEXT_ANSWERED && state != VG_CONTEXT_REFUSED) || !answer.len)
        return vg_fail(err, VG_EINVAL, "answer", "expected an answer");
    vg_arena *arena = vg_arena_create(2048, 1 << 16);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an answer");
    int rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, answer_request(store, case_id, number, state, answer, key_id, now_ms, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}
