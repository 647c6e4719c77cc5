/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing notices: how one comes in, is answered, withdrawn, found unfounded.
 */
#include "store/notices/notices_int.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>

#include "base/time.h"

void vg_store_notice_place(int64_t id, const char *column, char out[VG_NOTICE_PLACE])
{
    snprintf(out, VG_NOTICE_PLACE, "notice:%" PRId64 ":%.16s", id, column);
}

void vg_store_notifier_tag(const vg_store *store, vg_str space, vg_str who, uint8_t out[VG_NOTICE_TAG])
{
    vg_store_tag(store, "notifier", space, who, out);
}

/* ---- coming in ---- */

static int check_write(const vg_notice_write *w, vg_error *err)
{
    int rc = vg_store_check_text("space", w->space, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_check_text("target", w->target, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_check_text("who", w->who, -VG_EVENT_MAX_NAME, err);
    if (rc) return rc;
    if ((unsigned)w->category >= VG_NOTICE_CATEGORIES || (unsigned)w->origin >= VG_ORIGINS || (unsigned)w->language >= VG_LANGS)
        return vg_fail(err, VG_EINVAL, "category", "is out of range");
    return 0;
}

/* 1: this submission is there, *out filled; 0: not. */
static int find_submitted(vg_store *store, const uint8_t key[VG_NOTICE_TAG], vg_arena *arena, vg_notice_written *out, vg_error *err)
{
    char place[VG_NOTICE_PLACE];
    vg_str number;
    vg_query find = vg_store_use(store, VG_SQL_NOTICE_SUBMITTED);
    vg_store_bind_blob(&find, key, VG_NOTICE_TAG);
    int rc = vg_store_step(&find, err);
    if (rc != 1) return rc;
    out->id = vg_store_int(&find, 0);
    out->case_id = vg_store_int(&find, 2);
    vg_store_notice_place(out->id, "number", place);
    rc = vg_store_unseal(store, place, vg_store_peek(&find, 1), arena, &number, err);
    vg_store_reset(&find);
    if (rc) return rc;
    if (number.len != VG_NOTICE_NUMBER) return vg_fail(err, VG_ECORRUPT, place, "is no receipt number");
    memcpy(out->number, number.ptr, VG_NOTICE_NUMBER + 1);
    out->duplicate = true;
    return 1;
}

static int seal_column(vg_store *store, int64_t id, const char *column, vg_str plain, vg_arena *arena, vg_str *out, vg_error *err)
{
    char place[VG_NOTICE_PLACE];
    *out = (vg_str){NULL, 0};
    if (!plain.len) return 0;
    vg_store_notice_place(id, column, place);
    int rc = vg_store_seal(store, place, plain, err);
    if (rc) return rc;
    *out = vg_arena_copy(arena, (vg_str){store->sealed.ptr, store->sealed.len});
    return out->ptr ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for a notice");
}

static void bind_sealed(vg_query *query, vg_str sealed)
{
    if (sealed.ptr) vg_store_bind_blob(query, sealed.ptr, sealed.len);
    else vg_store_bind_null(query);
}

/* The sealed columns are bound to the row's id, which is known only now. */
static int seal_row(vg_store *store, int64_t id, const char *number, vg_str body, vg_str identity, vg_arena *arena, vg_error *err)
{
    vg_str sealed[3];
    int rc = seal_column(store, id, "number", vg_str_of(number), arena, &sealed[0], err);
    if (!rc) rc = seal_column(store, id, "body", body, arena, &sealed[1], err);
    if (!rc) rc = seal_column(store, id, "identity", identity, arena, &sealed[2], err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_NOTICE_SEAL);
    for (size_t i = 0; i < 3; i++) bind_sealed(&set, sealed[i]);
    vg_store_bind_int(&set, id);
    return vg_store_run(&set, err);
}

static void bind_key_or_null(vg_query *query, bool there, const uint8_t key[VG_NOTICE_TAG])
{
    if (there) vg_store_bind_blob(query, key, VG_NOTICE_TAG);
    else vg_store_bind_null(query);
}

static int insert(vg_store *store, const vg_notice_write *w, const uint8_t submission[VG_NOTICE_TAG], bool repeated, vg_notice_written *out, vg_error *err)
{
    uint8_t random[VG_NOTICE_NUMBER_BYTES], tag[VG_NOTICE_TAG], who[VG_NOTICE_TAG], target[VG_NOTICE_TAG];
    randombytes_buf(random, sizeof random);
    vg_notice_number(random, out->number);
    vg_store_tag(store, "notice", vg_str_of(out->number), VG_STR(""), tag);
    vg_store_notifier_tag(store, w->space, w->who, who);
    vg_store_tag(store, "notice.target", w->space, w->target, target);
    vg_query add = vg_store_use(store, VG_SQL_NOTICE_ADD);
    vg_store_bind_blob(&add, tag, sizeof tag);
    bind_key_or_null(&add, w->submission.len > 0, submission);
    vg_store_bind_str(&add, w->space);
    if (out->case_id) vg_store_bind_int(&add, out->case_id);
    else vg_store_bind_null(&add);
    vg_store_bind_int(&add, out->case_id ? VG_NOTICE_RECEIVED : VG_NOTICE_SET_ASIDE);
    vg_store_bind_int(&add, w->origin);
    vg_store_bind_int(&add, w->category);
    vg_store_bind_int(&add, w->language);
    vg_store_bind_int(&add, w->danger);
    vg_store_bind_int(&add, w->identity.len > 0);
    vg_store_bind_int(&add, repeated);
    if (w->flagger_id) vg_store_bind_int(&add, w->flagger_id);
    else vg_store_bind_null(&add);
    bind_key_or_null(&add, w->who.len > 0, who);
    vg_store_bind_blob(&add, target, sizeof target);
    vg_store_bind_int(&add, (int64_t)w->words.exact);
    vg_store_bind_int(&add, (int64_t)w->words.alike);
    vg_store_bind_int(&add, w->words.count);
    vg_store_bind_int(&add, w->now_ms);
    int rc = vg_store_run(&add, err);
    if (!rc) out->id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

/* One more notice: what it says moves the case up, and its deadline forward. */
static int flag_case(vg_store *store, int64_t case_id, bool trusted, bool danger, int64_t imminent_due_ms, vg_error *err)
{
    vg_case c;
    vg_query get = vg_store_use(store, VG_SQL_CASE_GET);
    vg_store_bind_int(&get, case_id);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no case %" PRId64, case_id);
    rc = vg_store_read_case(&get, NULL, &c, err);
    vg_store_reset(&get);
    if (rc) return rc;
    c.trusted |= trusted;
    c.danger |= danger;
    if (danger) c.safe = false;
    if (danger && imminent_due_ms && imminent_due_ms < c.due_ms) c.due_ms = imminent_due_ms;
    vg_query flags = vg_store_use(store, VG_SQL_NOTICE_CASE_FLAGS);
    vg_store_bind_int(&flags, (int64_t)c.notices + 1);
    vg_store_bind_int(&flags, (c.trusted ? VG_CASE_FLAG_TRUSTED : 0) | (c.danger ? VG_CASE_FLAG_DANGER : 0));
    vg_store_bind_int(&flags, vg_case_merit(&c));
    vg_store_bind_int(&flags, c.due_ms);
    vg_store_bind_int(&flags, c.safe);
    vg_store_bind_int(&flags, case_id);
    return vg_store_run(&flags, err);
}

/* The log says that a notice came, of which kind: nothing of who sent it or what it says. */
static int audit_received(vg_store *store, const vg_notice_write *w, int64_t id, vg_error *err)
{
    char name[24];
    vg_buf *text = &store->text;
    vg_notice_name(id, name);
    vg_buf_clear(text);
    vg_buf_add_cstr(text, "{\"space\":");
    vg_buf_add_json_str(text, w->space);
    vg_buf_printf(text, ",\"category\":\"%s\",\"origin\":\"%s\",\"danger\":%s}", vg_notice_category_names[w->category], vg_notice_origin_names[w->origin],
                  w->danger ? "true" : "false");
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry");
    return vg_store_audit_add(store, w->now_ms, VG_STR("pipeline"), VG_STR("notice.receive"), vg_str_of(name), (vg_str){text->ptr, text->len}, err);
}

static void begin_message(vg_buf *text, const char *type, int64_t now_ms, const char *number, vg_str space)
{
    char when[25];
    vg_time_format(now_ms, when);
    vg_buf_clear(text);
    vg_buf_printf(text, "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":{\"number\":\"%s\",\"space\":", type, when, number);
    vg_buf_add_json_str(text, space);
}

static int announce_received(vg_store *store, const vg_notice_write *w, const vg_notice_written *done, vg_error *err)
{
    static const char *const languages[VG_LANGS] = {"fr", "en"};
    char name[24];
    vg_buf *text = &store->text;
    if (!done->case_id) return 0; /* set aside: the suspension was announced when it began */
    vg_case_name(done->case_id, name);
    begin_message(text, "notice.received", w->now_ms, done->number, w->space);
    vg_buf_printf(text, ",\"case\":\"%s\",\"category\":\"%s\",\"origin\":\"%s\",\"language\":\"%s\",\"danger\":%s", name,
                  vg_notice_category_names[w->category], vg_notice_origin_names[w->origin], languages[w->language], w->danger ? "true" : "false");
    if (w->receipt.len) {
        vg_buf_add_cstr(text, ",\"text\":");
        vg_buf_add_json_str(text, w->receipt);
    }
    if (w->identity.len) {
        vg_buf_add_cstr(text, ",\"notifier\":");
        vg_buf_add_str(text, w->identity);
    }
    vg_buf_add_cstr(text, "}}");
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    return vg_store_deliver(store, done->case_id, w->space, "notice.received", (vg_str){text->ptr, text->len}, w->now_ms, err);
}

static int case_is_open(vg_store *store, int64_t id, vg_arena *arena, vg_error *err)
{
    vg_case c;
    int rc = vg_store_case_get(store, id, arena, &c, err);
    if (!rc && c.state != VG_CASE_OPEN) rc = vg_fail(err, VG_ECONFLICT, "", "the case was decided meanwhile");
    return rc;
}

static int add(vg_store *store, const vg_notice_write *w, vg_arena *arena, vg_notice_written *out, vg_error *err)
{
    uint8_t submission[VG_NOTICE_TAG];
    vg_case_written written = {.case_id = w->join};
    vg_store_tag(store, "notice.submission", w->space, w->submission, submission);
    int rc = w->submission.len ? find_submitted(store, submission, arena, out, err) : 0;
    if (rc) return rc < 0 ? rc : 0;
    if (w->event) rc = vg_store_case_write_one(store, w->event, &written, err);
    else if (w->join) rc = case_is_open(store, w->join, arena, err);
    if (rc) return rc;
    out->case_id = written.case_id;
    out->opened = written.opened;
    rc = insert(store, w, submission, !w->event && w->join, out, err);
    if (!rc) rc = seal_row(store, out->id, out->number, w->body, w->identity, arena, err);
    if (!rc && out->case_id) rc = flag_case(store, out->case_id, w->trusted, w->danger, w->imminent_due_ms, err);
    if (!rc) rc = audit_received(store, w, out->id, err);
    return rc ? rc : announce_received(store, w, out, err);
}

int vg_store_notice_add(vg_store *store, const vg_notice_write *write, vg_notice_written *out, vg_error *err)
{
    *out = (vg_notice_written){0};
    int rc = check_write(write, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(1 << 13, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a notice");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, add(store, write, arena, out, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

int vg_store_notice_submitted(vg_store *store, vg_str space, vg_str submission, vg_arena *arena, vg_notice_written *out, vg_error *err)
{
    uint8_t key[VG_NOTICE_TAG];
    *out = (vg_notice_written){0};
    vg_store_tag(store, "notice.submission", space, submission, key);
    int rc = find_submitted(store, key, arena, out, err);
    return rc < 0 ? rc : 0;
}

int vg_store_notice_of_event(vg_store *store, const vg_case_write *event, int64_t case_id, vg_error *err)
{
    vg_notice_written done = {.case_id = case_id};
    vg_notice_write w = {.space = event->space,
                         .origin = VG_ORIGIN_EVENT,
                         .category = vg_notice_category_of_reason((vg_notice_reason)event->notice_reason),
                         .target = event->account,
                         .who = event->reporter,
                         .now_ms = event->now_ms};
    vg_flagger flagger = {0};
    vg_arena *arena = vg_arena_create(1 << 12, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a notice");
    int rc = vg_store_flagger_of(store, 0, event->space, event->reporter, arena, &flagger, err);
    w.flagger_id = flagger.id;
    w.trusted = flagger.id && vg_flagger_trusted(&flagger, event->now_ms);
    if (w.trusted) w.origin = VG_ORIGIN_FLAGGER;
    if (!rc) rc = insert(store, &w, NULL, false, &done, err);
    if (!rc) rc = seal_row(store, done.id, done.number, (vg_str){"", 0}, (vg_str){"", 0}, arena, err);
    if (!rc) rc = flag_case(store, case_id, w.trusted, false, 0, err);
    if (!rc) rc = announce_received(store, &w, &done, err);
    vg_arena_destroy(&arena);
    return rc;
}

static int enter(vg_store *store, int64_t id, const vg_case_write *event, vg_str by, int64_t now_ms, vg_case_written *out, vg_error *err)
{
    char name[24];
    int rc = vg_store_case_write_one(store, event, out, err);
    if (rc) return rc;
    vg_query change = vg_store_use(store, VG_SQL_NOTICE_ENTER);
    vg_store_bind_int(&change, out->case_id);
    vg_store_bind_int(&change, id);
    rc = vg_store_run(&change, err);
    if (rc) return rc;
    if (!vg_store_changed(store)) return vg_fail(err, VG_ECONFLICT, "", "this notice is not set aside");
    rc = flag_case(store, out->case_id, false, false, 0, err);
    vg_notice_name(id, name);
    return rc ? rc : vg_store_audit_add(store, now_ms, by, VG_STR("notice.enter"), vg_str_of(name), VG_STR("{}"), err);
}

int vg_store_notice_enter(vg_store *store, int64_t id, const vg_case_write *event, vg_str by, int64_t now_ms, vg_case_written *out, vg_error *err)
{
    int rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, enter(store, id, event, by, now_ms, out, err), err);
}

/* ---- the answer ---- */

/* The sentences that the notifier was promised lie with the notice, so that the answer needs no policy and cannot be lost. */
static int write_answer(vg_buf *text, vg_str body, bool upheld, vg_error *err)
{
    json_t *root = NULL;
    int rc = body.len ? vg_store_json(body, "a notice", &root, err) : 0;
    if (rc) return rc;
    const json_t *answer = json_object_get(root, "answer");
    const char *said = json_string_value(json_object_get(answer, upheld ? "upheld" : "dismissed"));
    const char *redress = json_string_value(json_object_get(answer, "redress"));
    if (said) {
        vg_buf_add_cstr(text, ",\"text\":");
        vg_buf_add_json_str(text, vg_str_of(said));
    }
    if (redress) {
        vg_buf_add_cstr(text, ",\"redress\":");
        vg_buf_add_json_str(text, vg_str_of(redress));
    }
    json_decref(root);
    return 0;
}

static int unseal_column(vg_store *store, int64_t id, const char *column, vg_str sealed, vg_arena *arena, vg_str *out, vg_error *err)
{
    char place[VG_NOTICE_PLACE];
    *out = (vg_str){"", 0};
    vg_store_notice_place(id, column, place);
    return sealed.len ? vg_store_unseal(store, place, sealed, arena, out, err) : 0;
}

static int announce_decided(vg_store *store, const vg_query *row, const vg_case *c, const vg_resolution *r, int64_t leaves_ms, vg_arena *arena,
                            vg_error *err)
{
    const vg_decision *d = &r->decision;
    int64_t id = vg_store_int(row, 0);
    vg_str number, identity, body;
    vg_buf *text = &store->text;
    bool french = vg_store_int(row, 2) == VG_LANG_FR, upheld = d->action != VG_ACTION_DISMISS;
    char name[24];
    int rc = unseal_column(store, id, "number", vg_store_peek(row, 1), arena, &number, err);
    if (!rc) rc = unseal_column(store, id, "identity", vg_store_peek(row, 3), arena, &identity, err);
    if (!rc) rc = unseal_column(store, id, "body", vg_store_peek(row, 4), arena, &body, err);
    if (rc) return rc;
    vg_case_name(c->id, name);
    begin_message(text, "notice.decided", d->time_ms, number.ptr, c->space);
    vg_buf_printf(text, ",\"case\":\"%s\",\"language\":\"%s\",\"outcome\":\"%s\",\"automated\":{\"sorting\":true,\"decision\":false}", name,
                  french ? "fr" : "en", upheld ? "upheld" : "dismissed");
    rc = write_answer(text, body, upheld, err);
    if (rc) return rc;
    if (upheld && r->reason_title) {
        vg_buf_add_cstr(text, ",\"reason\":");
        vg_buf_add_json_str(text, vg_str_of(r->reason_title[french ? VG_LANG_FR : VG_LANG_EN]));
    }
    if (identity.len) {
        vg_buf_add_cstr(text, ",\"notifier\":");
        vg_buf_add_str(text, identity);
    }
    vg_buf_add_cstr(text, "}}");
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    return vg_store_deliver_at(store, c->id, c->space, "notice.decided", (vg_str){text->ptr, text->len}, d->time_ms, leaves_ms, d->id, err);
}

int vg_store_notices_decided(vg_store *store, const vg_case *c, const vg_resolution *r, vg_error *err)
{
    const vg_decision *d = &r->decision;
    int64_t leaves_ms = r->undo_until_ms > d->time_ms ? r->undo_until_ms : d->time_ms;
    int rc;
    vg_arena *arena = vg_arena_create(1 << 14, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for the answers to notices");
    vg_query waiting = vg_store_use(store, VG_SQL_NOTICES_WAITING);
    vg_store_bind_int(&waiting, c->id);
    while ((rc = vg_store_step(&waiting, err)) == 1) {
        vg_arena_reset(arena);
        rc = announce_decided(store, &waiting, c, r, leaves_ms, arena, err);
        if (rc) break;
    }
    vg_store_reset(&waiting);
    vg_arena_destroy(&arena);
    if (rc) return rc;
    vg_query decided = vg_store_use(store, VG_SQL_NOTICE_DECIDED);
    vg_store_bind_int(&decided, d->action == VG_ACTION_DISMISS ? 2 : 1);
    vg_store_bind_int(&decided, d->action);
    vg_store_bind_int(&decided, leaves_ms);
    vg_store_bind_int(&decided, c->id);
    return vg_store_run(&decided, err);
}

/* ---- what else happens to one ---- */

static int change_one(vg_store *store, vg_query *change, int64_t id, vg_str by, const char *action, const char *detail, const char *otherwise,
                      int64_t now_ms, vg_error *err)
{
    char name[24];
    int rc = vg_store_run(change, err);
    if (rc) return rc;
    if (!vg_store_changed(store)) return vg_fail(err, VG_ECONFLICT, "", "%s", otherwise);
    vg_notice_name(id, name);
    return vg_store_audit_add(store, now_ms, by, vg_str_of(action), vg_str_of(name), vg_str_of(detail), err);
}

int vg_store_notice_withdraw(vg_store *store, int64_t id, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    if (rc) return rc;
    vg_query change = vg_store_use(store, VG_SQL_NOTICE_WITHDRAW);
    vg_store_bind_int(&change, id);
    rc = vg_store_end(store, change_one(store, &change, id, VG_STR("notifier"), "notice.withdraw", "{}", "this notice is decided or withdrawn already", now_ms, err), err);
    if (!rc) vg_store_wipe(store); /* the name is gone from the log too */
    return rc;
}

int vg_store_notice_unfounded(vg_store *store, int64_t id, bool unfounded, vg_str by, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    if (rc) return rc;
    vg_query change = vg_store_use(store, VG_SQL_NOTICE_UNFOUNDED);
    vg_store_bind_int(&change, unfounded);
    vg_store_bind_int(&change, id);
    return vg_store_end(store, change_one(store, &change, id, by, "notice.unfounded", unfounded ? "{\"unfounded\":true}" : "{\"unfounded\":false}",
                                          "only a notice whose case was dismissed can be unfounded", now_ms, err), err);
}

/* ---- sealed in the outbox ---- */

static const char sealed_mark[] = "sealed:";

int vg_store_outbox_seal(vg_store *store, const char *message, vg_str body, vg_buf *out, vg_error *err)
{
    int rc = vg_store_seal(store, message, body, err);
    if (rc) return rc;
    vg_buf_add_cstr(out, sealed_mark);
    if (!vg_buf_reserve(out, 2 * store->sealed.len + 1)) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    vg_hex_encode(out->ptr + out->len, (const uint8_t *)store->sealed.ptr, store->sealed.len);
    out->len += 2 * store->sealed.len;
    return 0;
}

int vg_store_outbox_open(vg_store *store, vg_str message, vg_str stored, vg_arena *arena, vg_str *body, vg_error *err)
{
    size_t mark = sizeof sealed_mark - 1;
    *body = stored;
    if (stored.len < mark || memcmp(stored.ptr, sealed_mark, mark) != 0) return 0;
    size_t len = (stored.len - mark) / 2;
    uint8_t *bytes = vg_arena_alloc(arena, len + 1);
    if (!bytes) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    if (!vg_hex_decode(bytes, len, (vg_str){stored.ptr + mark, stored.len - mark}))
        return vg_fail(err, VG_ECORRUPT, message.ptr, "is no sealed message");
    return vg_store_unseal(store, message.ptr, (vg_str){(const char *)bytes, len}, arena, body, err);
}
