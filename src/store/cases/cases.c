/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing cases: many in one transaction, because the commit (two fsyncs) costs as much as a hundred writes.
 */
#include "event/policy_queue.h"
#include "store/cases/media_int.h"
#include "store/cases/next.h"
#include "store/evidence/evidence_int.h"
#include "store/notices/notices_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"

void vg_store_case_place(int64_t id, char out[32])
{
    snprintf(out, 32, "case:%" PRId64, id);
}

static int check_write(const vg_case_write *w, vg_error *err)
{
    int rc = vg_store_check_text("space", w->space, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_check_text("account", w->account, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_check_text("source", w->source, VG_EVENT_MAX_NAME, err);
    if (!rc) rc = vg_store_check_text("id", w->event_id, VG_EVENT_MAX_NAME, err);
    if (rc) return rc;
    if (w->account_band >= VG_AGE_BANDS || w->youngest_band >= VG_AGE_BANDS ||
        w->account_basis >= VG_AGE_BASES)
        return vg_fail(err, VG_EINVAL, "age_band", "is out of range");
    if (w->verdict.kind < VG_VERDICT_REVIEW || w->verdict.kind >= VG_VERDICTS)
        return vg_fail(err, VG_EINVAL, "verdict", "a case needs review, hold or block");
    if (w->verdict.count > VG_EVIDENCE_KINDS)
        return vg_fail(err, VG_EINVAL, "evidence", "has too many pieces");
    for (size_t i = 0; i < w->verdict.count; i++)
        if (w->verdict.evidence[i].kind >= VG_EVIDENCE_KINDS)
            return vg_fail(err, VG_EINVAL, "evidence", "has an unknown kind");
    if (w->media_file.len && w->media_file.len != VG_MEDIA_NAME)
        return vg_fail(err, VG_EINVAL, "media", "is not the name of a sealed file");
    if (!w->content.ptr) return vg_fail(err, VG_EINVAL, "content", "is missing");
    return 0;
}

/* 1: found, *case_id set; 0: not there. */
static int find_event(vg_store *store, const uint8_t key[VG_STORE_EVENT_KEY], int64_t *case_id, vg_error *err)
{
    vg_query find = vg_store_use(store, VG_SQL_EVENT_FIND);
    vg_store_bind_blob(&find, key, VG_STORE_EVENT_KEY);
    int rc = vg_store_step(&find, err);
    if (rc != 1) return rc;
    *case_id = vg_store_int(&find, 0);
    vg_store_reset(&find);
    return 1;
}

/* 1: found, the clear columns are in *c (its strings are not); 0: none is open. */
static int find_open(vg_store *store, const vg_case_write *w, vg_case *c, vg_error *err)
{
    vg_query find = vg_store_use(store, VG_SQL_CASE_FIND_OPEN);
    vg_store_bind_str(&find, w->space);
    vg_store_bind_str(&find, w->account);
    int rc = vg_store_step(&find, err);
    if (rc != 1) return rc;
    rc = vg_store_read_case(&find, NULL, c, err);
    vg_store_reset(&find);
    return rc ? rc : 1;
}

static void merge(vg_case *c, const vg_case_write *w)
{
    if (w->verdict.kind > c->verdict) c->verdict = w->verdict.kind;
    if (w->verdict.risk > c->risk) c->risk = w->verdict.risk;
    for (size_t i = 0; i < w->verdict.count; i++) {
        const vg_evidence *ev = &w->verdict.evidence[i];
        c->kinds |= UINT64_C(1) << ev->kind;
        if (ev->weight > c->kind_weight[ev->kind]) c->kind_weight[ev->kind] = ev->weight;
    }
    if (w->account_band != VG_AGE_UNKNOWN) {
        c->account_band = w->account_band;
        c->account_basis = w->account_basis;
    }
    /* bands are in order of age; unknown is 0 and never the youngest */
    if (w->youngest_band != VG_AGE_UNKNOWN &&
        (c->youngest_band == VG_AGE_UNKNOWN || w->youngest_band < c->youngest_band))
        c->youngest_band = w->youngest_band;
    c->safe = false; /* whoever said that the victim is safe did not know of this */
    if (w->due_ms < c->due_ms) c->due_ms = w->due_ms; /* a promise made is not put off by more events */
    if (w->imminent_due_ms && w->imminent_due_ms < c->due_ms && vg_case_imminence(c)) c->due_ms = w->imminent_due_ms;
    c->merit = vg_case_merit(c);
    int64_t share = w->offer_after ? w->offer_after : VG_QUEUE_OFFER_DEFAULT;
    c->offer_ms = c->opened_ms + (c->due_ms > c->opened_ms ? (c->due_ms - c->opened_ms) / 10000 * share : 0);
}

static void pack_weights(const vg_case *c, uint8_t out[2 * VG_EVIDENCE_KINDS])
{
    for (size_t i = 0; i < VG_EVIDENCE_KINDS; i++) {
        out[2 * i] = (uint8_t)(c->kind_weight[i] & 0xff);
        out[2 * i + 1] = (uint8_t)(c->kind_weight[i] >> 8);
    }
}

/* What is in clear of a write, as both statements take it. */
typedef struct clear {
    uint8_t weights[2 * VG_EVIDENCE_KINDS];
    char language[4];
    size_t language_len;
} clear;

static void set_clear(clear *out, const vg_case *c, const vg_case_write *w)
{
    pack_weights(c, out->weights);
    out->language_len = w->language.len < sizeof out->language ? w->language.len : 0;
    for (size_t i = 0; i < out->language_len; i++) {
        char letter = w->language.ptr[i];
        out->language[i] = letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
    }
}

static void bind_clear_columns(vg_query *query, const vg_case *c, const clear *columns, const vg_case_write *w)
{
    vg_store_bind_int(query, c->verdict);
    vg_store_bind_int(query, c->risk);
    vg_store_bind_int(query, c->account_band);
    vg_store_bind_int(query, c->account_basis);
    vg_store_bind_int(query, c->youngest_band);
    vg_store_bind_int(query, (int64_t)c->kinds);
    vg_store_bind_blob(query, columns->weights, sizeof columns->weights);
    vg_store_bind_int(query, vg_case_category(c->kinds));
    vg_store_bind_str(query, (vg_str){columns->language, columns->language_len});
    vg_store_bind_int(query, c->merit);
    vg_store_bind_int(query, w->account_tag);
}

static int open_case(vg_store *store, const vg_case_write *w, int64_t *id, vg_error *err)
{
    vg_case c = {.opened_ms = w->now_ms, .due_ms = w->due_ms};
    clear columns;
    merge(&c, w);
    set_clear(&columns, &c, w);
    vg_query add = vg_store_use(store, VG_SQL_CASE_ADD);
    vg_store_bind_str(&add, w->space);
    vg_store_bind_str(&add, w->account);
    bind_clear_columns(&add, &c, &columns, w);
    vg_store_bind_int(&add, w->now_ms);
    vg_store_bind_int(&add, w->now_ms);
    vg_store_bind_int(&add, c.due_ms);
    vg_store_bind_int(&add, c.offer_ms);
    int rc = vg_store_run(&add, err);
    if (rc) return rc;
    *id = sqlite3_last_insert_rowid(store->db);
    return vg_store_case_key_make(store, *id, 1, w->now_ms, err);
}

static int touch_case(vg_store *store, vg_case *c, const vg_case_write *w, vg_error *err)
{
    clear columns;
    merge(c, w);
    set_clear(&columns, c, w);
    vg_query touch = vg_store_use(store, VG_SQL_CASE_TOUCH);
    bind_clear_columns(&touch, c, &columns, w);
    vg_store_bind_int(&touch, w->now_ms);
    vg_store_bind_int(&touch, c->due_ms);
    vg_store_bind_int(&touch, c->offer_ms);
    vg_store_bind_int(&touch, c->id);
    return vg_store_run(&touch, err);
}

static int add_link(vg_store *store, int64_t case_id, vg_link_why why, uint64_t key, vg_error *err)
{
    vg_query add = vg_store_use(store, VG_SQL_LINK_ADD);
    vg_store_bind_int(&add, case_id);
    vg_store_bind_int(&add, why);
    vg_store_bind_int(&add, (int64_t)key);
    return vg_store_run(&add, err);
}

static int add_links(vg_store *store, int64_t case_id, const vg_case_write *w, vg_error *err)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < VG_LINKS_MOST && w->linked_tag[i]; i++)
        rc = add_link(store, case_id, VG_LINK_ADDRESS, w->linked_tag[i], err);
    if (!rc && w->opening) { /* hashed once more with the store's own key */
        uint8_t tag[VG_STORE_EVENT_KEY];
        uint64_t key;
        vg_store_tag(store, "opening", w->space, (vg_str){(const char *)&w->opening, sizeof w->opening}, tag);
        memcpy(&key, tag, sizeof key);
        rc = add_link(store, case_id, VG_LINK_OPENING, key, err);
    }
    return rc;
}

static int64_t kinds_of(const vg_verdict *verdict)
{
    uint64_t kinds = 0;
    for (size_t i = 0; i < verdict->count; i++) kinds |= UINT64_C(1) << verdict->evidence[i].kind;
    return (int64_t)kinds;
}

static int add_event(vg_store *store, int64_t case_id, const uint8_t key[VG_STORE_EVENT_KEY],
                     const vg_case_write *w, vg_error *err)
{
    char place[32];
    vg_store_case_place(case_id, place);
    int rc = vg_store_case_seal(store, case_id, place, w->content, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_EVENT_ADD);
    vg_store_bind_int(&add, case_id);
    vg_store_bind_blob(&add, key, VG_STORE_EVENT_KEY);
    vg_store_bind_int(&add, w->time_ms);
    vg_store_bind_int(&add, w->now_ms);
    vg_store_bind_int(&add, w->verdict.kind);
    vg_store_bind_int(&add, w->verdict.risk);
    vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&add, kinds_of(&w->verdict));
    rc = vg_store_run(&add, err);
    return rc ? rc : vg_store_media_add(store, case_id, sqlite3_last_insert_rowid(store->db), w, err);
}

static int audit_write(vg_store *store, const vg_case_written *done, const vg_case_write *w, vg_error *err)
{
    char name[24];
    vg_buf *text = &store->text;
    vg_case_name(done->case_id, name);
    vg_buf_clear(text);
    vg_buf_add_cstr(text, "{\"space\":"); /* the account is not named: the log outlives an erasure */
    vg_buf_add_json_str(text, w->space);
    vg_buf_printf(text, ",\"verdict\":\"%s\",\"risk\":", vg_verdict_names[w->verdict.kind]);
    vg_buf_add_e4(text, w->verdict.risk);
    vg_buf_add_char(text, '}');
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry");
    return vg_store_audit_add(store, w->now_ms, VG_STR("pipeline"),
                              done->opened ? VG_STR("case.open") : VG_STR("case.touch"), vg_str_of(name),
                              (vg_str){text->ptr, text->len}, err);
}

static int announce(vg_store *store, int64_t case_id, const vg_case_write *w, vg_error *err)
{
    char name[24], when[25];
    vg_buf *text = &store->text;
    vg_case_name(case_id, name);
    vg_time_format(w->now_ms, when);
    vg_buf_clear(text);
    vg_buf_printf(text,
                  "{\"type\":\"case.opened\",\"timestamp\":\"%s\",\"data\":{\"case\":\"%s\",\"space\":", when,
                  name);
    vg_buf_add_json_str(text, w->space);
    vg_buf_add_cstr(text, ",\"account\":");
    vg_buf_add_json_str(text, w->account);
    vg_buf_printf(text, ",\"verdict\":\"%s\",\"risk\":", vg_verdict_names[w->verdict.kind]);
    vg_buf_add_e4(text, w->verdict.risk);
    vg_buf_add_cstr(text, ",\"evidence\":[");
    for (size_t i = 0; i < w->verdict.count; i++)
        vg_buf_printf(text, "%s\"%s\"", i ? "," : "", vg_evidence_names[w->verdict.evidence[i].kind]);
    vg_buf_add_cstr(text, "]}}");
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    return vg_store_deliver(store, case_id, w->space, "case.opened", (vg_str){text->ptr, text->len},
                            w->now_ms, err);
}

int vg_store_case_write_one(vg_store *store, const vg_case_write *w, vg_case_written *out, vg_error *err)
{
    uint8_t key[VG_STORE_EVENT_KEY];
    vg_case c = {0};
    *out = (vg_case_written){0};
    vg_store_tag(store, "event", w->source, w->event_id, key);
    int rc = find_event(store, key, &out->case_id, err);
    if (rc) {
        out->duplicate = rc == 1;
        return rc == 1 ? 0 : rc;
    }
    rc = find_open(store, w, &c, err);
    if (rc < 0) return rc;
    out->opened = rc == 0;
    out->case_id = c.id;
    rc = out->opened ? open_case(store, w, &out->case_id, err) : touch_case(store, &c, w, err);
    if (!rc) rc = add_event(store, out->case_id, key, w, err);
    if (!rc) rc = add_links(store, out->case_id, w, err);
    if (!rc) rc = audit_write(store, out, w, err);
    if (!rc && out->opened) rc = announce(store, out->case_id, w, err);
    if (!rc && w->is_notice) rc = vg_store_notice_of_event(store, w, out->case_id, err);
    return rc;
}

int vg_store_case_write(vg_store *store, const vg_case_write *writes, size_t count, vg_case_written *out,
                        vg_error *err)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < count; i++) rc = check_write(&writes[i], err);
    if (rc || count == 0) return rc;
    rc = vg_store_begin(store, err);
    if (rc) return rc;
    for (size_t i = 0; !rc && i < count; i++) rc = vg_store_case_write_one(store, &writes[i], &out[i], err);
    return vg_store_end(store, rc, err);
}
