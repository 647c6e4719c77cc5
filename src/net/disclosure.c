/* SPDX-License-Identifier: Apache-2.0 */
#include "net/disclosure.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/log.h"
#include "net/filing.h"
#include "base/time.h"
#include "event/policy_report.h"
#include "net/server_int.h"
#include "store/cases/decisions.h"

_Static_assert((int)VG_SEEN_IMAGE == (int)VG_DSA_IMAGE && (int)VG_SEEN_VIDEO == (int)VG_DSA_VIDEO && (int)VG_SEEN_AUDIO == (int)VG_DSA_AUDIO, "the store and the document name media alike");
enum { ROUND_MS = 500, AT_ONCE = 100, FINDINGS_MOST = 64 << 10 };
static const int64_t waits[] = {5 * VG_SECOND_MS, VG_MINUTE_MS, 5 * VG_MINUTE_MS, 30 * VG_MINUTE_MS, 2 * VG_HOUR_MS}; /* then every two hours, for ever */

typedef struct runner {
    vg_server *server;
    vg_store *store;
    vg_arena *arena;
    vg_str space;
    const vg_report_channel *channel;
    const char *terms_url;
    vg_disclosure_turn turn;
    int64_t now_ms;
    int64_t since_ms; /* what was decided before is sent on purpose alone */
} runner;

/* ---- what looks like personal data ---- */

static size_t write_findings(vg_str text, const char *where, const vg_str *names, size_t count, vg_buf *out, bool *certain)
{
    vg_personal found[VG_PERSONAL_MOST];
    size_t n = vg_personal_find(text, names, count, found);
    for (size_t i = 0; i < n; i++) {
        vg_buf_printf(out, "%s{\"kind\":\"%s\",\"where\":\"%s\",\"at\":%zu,\"length\":%zu,\"certain\":%s,\"text\":", out->len > 1 ? "," : "",
                      vg_personal_kind_names[found[i].kind], where, found[i].at, found[i].len, found[i].certain ? "true" : "false");
        vg_buf_add_json_str(out, (vg_str){text.ptr + found[i].at, found[i].len});
        vg_buf_add_char(out, '}');
        *certain |= found[i].certain;
    }
    return n;
}

size_t vg_disclosure_findings(const vg_dsa_statement *s, const vg_str *names, size_t count, vg_buf *out, bool *certain)
{
    *certain = false;
    vg_buf_add_char(out, '[');
    size_t n = write_findings(s->facts, "/decision_facts", names, count, out, certain);
    n += write_findings(s->explanation, "/explanation", names, count, out, certain);
    vg_buf_add_char(out, ']');
    return n;
}

/* ---- making them ready ---- */

static vg_str member(const json_t *root, const char *name)
{
    const json_t *value = json_object_get(root, name);
    return (vg_str){json_is_string(value) ? json_string_value(value) : "", json_is_string(value) ? json_string_length(value) : 0};
}

static vg_dsa_source source_of(const vg_case *c)
{
    if (c->notices > 0) return c->trusted ? VG_SOURCE_TRUSTED : VG_SOURCE_ARTICLE_16;
    return c->kinds >> VG_NOTICE_REPORT & 1 ? VG_SOURCE_OTHER : VG_SOURCE_OWN;
}

/* The statement as it was issued; empty: its content is destroyed. */
static int issued(runner *r, const vg_disclosure *d, vg_str *content, vg_error *err)
{
    vg_statement *all = NULL;
    size_t count = 0;
    int rc = vg_store_statements(r->store, d->case_id, r->arena, &all, &count, err);
    *content = (vg_str){"", 0};
    for (size_t i = 0; !rc && i < count; i++)
        if (all[i].id == d->id) *content = all[i].content;
    return rc;
}

static void content_of(const vg_dsa_statement *s, const vg_buf *findings, vg_buf *out)
{
    vg_buf_add_cstr(out, "{\"document\":");
    vg_buf_add_str(out, s->document);
    vg_buf_add_cstr(out, ",\"explanation\":");
    vg_buf_add_json_str(out, s->explanation);
    if (s->lacks) vg_buf_printf(out, ",\"lacks\":\"%s\"", s->lacks);
    vg_buf_add_cstr(out, ",\"findings\":");
    vg_buf_add(out, findings->ptr, findings->len);
    vg_buf_add_char(out, '}');
}

static int make(runner *r, vg_disclosure *d, vg_error *err)
{
    char puid[41];
    vg_case c;
    vg_dsa_statement s;
    vg_str content;
    vg_disclosure_seen seen;
    bool certain = false;
    vg_buf findings, whole;
    int rc = vg_store_case_get(r->store, d->case_id, r->arena, &c, err);
    if (!rc) rc = issued(r, d, &content, err);
    if (!rc && !content.len) return vg_store_disclosure_gone(r->store, d->id, VG_STR("what it said is destroyed, or was handed over: nothing is left to send"), r->now_ms, err);
    if (!rc) rc = vg_store_disclosure_look(r->store, d->case_id, r->arena, &seen, err);
    if (rc) return rc;
    json_t *mended = d->mended.len ? json_loadb(d->mended.ptr, d->mended.len, 0, NULL) : NULL;
    vg_store_disclosure_puid(r->store, d->space, d->id, puid);
    const vg_dsa_facts facts = {.content = content, .puid = vg_str_of(puid), .kinds = c.kinds, .media = seen.media, .source = source_of(&c), .language = c.language, .content_ms = c.opened_ms,
                                .applied_ms = d->issued_ms, .lifted_ms = d->lifted_ms, .terms_url = r->terms_url, .facts = member(mended, "facts"),
                                .explanation = member(mended, "explanation")};
    vg_buf_init(&findings, FINDINGS_MOST);
    vg_buf_init(&whole, 256 << 10);
    rc = vg_dsa_compose(&facts, r->arena, &s, err);
    if (!rc) {
        size_t n = vg_disclosure_findings(&s, seen.names, seen.count, &findings, &certain);
        bool waved = json_is_true(json_object_get(mended, "confirmed")) && !certain;
        content_of(&s, &findings, &whole);
        d->puid = vg_str_of(puid);
        d->content = (vg_str){whole.ptr, whole.len};
        if (whole.failed || findings.failed) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a statement");
        else rc = vg_store_disclosure_made(r->store, d, (n && !waved) || s.lacks, r->now_ms, err);
    }
    json_decref(mended);
    vg_buf_free(&findings);
    vg_buf_free(&whole);
    return rc;
}

static void make_ready(runner *r)
{
    vg_disclosure *list = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (vg_store_disclosure_due(r->store, r->space, VG_DISCLOSURE_WAITING, r->since_ms, r->now_ms, AT_ONCE, r->arena, &list, &count, &err)) return;
    for (size_t i = 0; i < count; i++)
        if (make(r, &list[i], &err) && err.code != VG_ECONFLICT) vg_log(VG_LOG_WARN, "net", "statement %lld was not made ready for the database: %s", (long long)list[i].id, err.what);
}

/* ---- asking ---- */

static bool stopping(void *context) { return vg_server_pause(context, 0); }

/* Over the filings' carrier; the token is looked for in its file each time. */
static void carry(const runner *r, const vg_ask *ask, vg_reply *reply)
{
    vg_filing_open_t *o = vg_arena_calloc(r->arena, 1, sizeof *o);
    vg_report_channel *channel = vg_arena_calloc(r->arena, 1, sizeof *channel);
    size_t base = strlen(r->channel->url);
    while (base && r->channel->url[base - 1] == '/') base--; /* what is asked begins with one */
    vg_str url = vg_arena_copy(r->arena, (vg_str){r->channel->url, base});
    *reply = (vg_reply){.kind = VG_REPLY_NOT_SENT, .retry_after_s = -1, .type = {"", 0}, .body = {"", 0}, .why = VG_STR("no memory")};
    if (!o || !channel || !url.ptr) return;
    *channel = *r->channel;
    channel->url = url.ptr;
    o->view.settings = channel;
    o->view.now_ms = r->now_ms;
    const vg_carrier carrier = {.spool = r->server->spool, .o = o, .arena = r->arena, .stop = stopping, .context = r->server};
    vg_filing_carry(&carrier, ask, reply);
}

/* ---- waiting ---- */

static void put_off(runner *r, const vg_dsa_turn *turn)
{
    vg_error err = {0};
    size_t n = r->turn.attempts < 4 ? (size_t)r->turn.attempts : 4;
    int64_t wait = r->server->options.webhook_retry_ms ? r->server->options.webhook_retry_ms[n] : waits[n];
    if (turn->wait_ms > wait) wait = turn->wait_ms;
    r->turn.attempts++;
    r->turn.next_ms = r->now_ms + wait + (int64_t)randombytes_uniform((uint32_t)(wait / 20 + 1));
    r->turn.why = turn->why;
    if (vg_store_disclosure_turn_set(r->store, r->space, &r->turn, &err)) vg_log(VG_LOG_WARN, "net", "the database's turn was not stored: %s", err.what);
    if (r->turn.attempts == 1) vg_log(VG_LOG_WARN, "net", "statements of %.*s wait: %.*s", VG_STR_ARG(r->space), VG_STR_ARG(turn->why));
}

static void go_on(runner *r, int64_t most, vg_str why)
{
    vg_error err = {0};
    if (!r->turn.attempts && r->turn.most == most && vg_str_eq(r->turn.why, why)) return;
    r->turn.attempts = r->turn.next_ms = 0;
    r->turn.most = most;
    r->turn.why = why;
    vg_store_disclosure_turn_set(r->store, r->space, &r->turn, &err);
}

static int settle(runner *r, const vg_disclosure *d, const vg_dsa_result *result)
{
    vg_error err = {0};
    vg_disclosure_state state = result->fate == VG_DSA_SENT ? VG_DISCLOSURE_SENT : result->fate == VG_DSA_GUILTY ? VG_DISCLOSURE_REFUSED : VG_DISCLOSURE_READY;
    int rc = vg_store_disclosure_fate(r->store, d, state, result->uuid, result->permalink, result->why, r->now_ms, &err);
    if (rc) vg_log(VG_LOG_WARN, "net", "what the database answered about statement %lld was not stored: %s", (long long)d->id, err.what);
    return rc;
}

/* ---- finding out about those whose answer is not known ---- */

/* True when none is left. */
static bool look_up(runner *r)
{
    vg_disclosure *list = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (vg_store_disclosure_due(r->store, r->space, VG_DISCLOSURE_SENDING, 0, INT64_MAX, AT_ONCE, r->arena, &list, &count, &err)) return false;
    for (size_t i = 0; i < count; i++) {
        vg_ask ask;
        vg_reply reply;
        vg_dsa_result result;
        vg_dsa_turn turn;
        if (vg_dsa_ask_find(list[i].puid, r->arena, &ask, &err)) return false;
        carry(r, &ask, &reply);
        if (vg_dsa_take_find(&reply, r->arena, &result, &turn, &err)) return false;
        if (turn.later) {
            put_off(r, &turn);
            return false;
        }
        if (settle(r, &list[i], &result)) return false;
    }
    return count < AT_ONCE;
}

/* ---- sending ---- */

static void take_answer(runner *r, const vg_disclosure *list, size_t count, const vg_reply *reply, const vg_str *puids)
{
    vg_dsa_result results[VG_DSA_BATCH];
    vg_dsa_turn turn;
    vg_error err = {0};
    size_t again = 0;
    if (vg_dsa_take_send(reply, puids, count, r->arena, results, &turn, &err)) return; /* no memory: they are looked up in the next round */
    if (turn.later) {
        if (!turn.unsure)
            for (size_t i = 0; i < count; i++) settle(r, &list[i], &results[i]); /* it never arrived, or was turned away unread: ready as before */
        put_off(r, &turn);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        again += results[i].fate == VG_DSA_AGAIN;
        settle(r, &list[i], &results[i]);
    }
    bool nobody = again == count && count > 1;
    go_on(r, nobody ? (int64_t)(count / 2) : r->turn.most < VG_DSA_BATCH && !again ? r->turn.most * 2 : r->turn.most, nobody ? turn.why : VG_STR(""));
}

static vg_str document_of(const vg_disclosure *d, vg_arena *arena)
{
    json_t *root = json_loadb(d->content.ptr, d->content.len, 0, NULL), *document = json_object_get(root, "document");
    char *text = document ? json_dumps(document, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_free_t release = NULL;
    json_get_alloc_funcs(NULL, &release);
    vg_str out = text ? vg_arena_copy(arena, vg_str_of(text)) : (vg_str){NULL, 0};
    if (text) release(text);
    json_decref(root);
    return out;
}

static void send_batch(runner *r)
{
    vg_disclosure *list = NULL;
    size_t count = 0;
    vg_str documents[VG_DSA_BATCH], puids[VG_DSA_BATCH];
    int64_t ids[VG_DSA_BATCH];
    vg_ask ask;
    vg_reply reply;
    vg_error err = {0};
    if (r->turn.most > VG_DSA_BATCH) r->turn.most = VG_DSA_BATCH;
    if (vg_store_disclosure_due(r->store, r->space, VG_DISCLOSURE_READY, 0, r->now_ms, (size_t)r->turn.most, r->arena, &list, &count, &err) || !count) return;
    for (size_t i = 0; i < count; i++) {
        documents[i] = document_of(&list[i], r->arena);
        puids[i] = list[i].puid;
        ids[i] = list[i].id;
        if (!documents[i].ptr) return;
    }
    if (vg_dsa_ask_send(documents, count, r->arena, &ask, &err) || vg_store_disclosure_sending(r->store, r->space, ids, count, &r->turn, r->now_ms, &err)) {
        vg_log(VG_LOG_WARN, "net", "statements were not sent yet: %s", err.what);
        return;
    }
    carry(r, &ask, &reply);
    r->now_ms = vg_time_now();
    take_answer(r, list, count, &reply, puids);
}

int vg_disclosure_since(vg_store *store, const vg_policy *p, bool begin, int64_t now_ms, int64_t *since_ms, vg_error *err)
{
    const vg_report_channel *channel = p->report ? vg_report_channel_find(p->report, "dsa17") : NULL;
    *since_ms = 0;
    if (!channel || !channel->url) return 0;
    int rc = vg_store_disclosure_since(store, vg_str_of(p->space), begin, now_ms, since_ms, err);
    if (!rc && channel->since_ms) *since_ms = channel->since_ms;
    return rc;
}

static void space_round(vg_server *server, vg_store *store, vg_arena *arena, const vg_policy *p, int64_t seen_ms)
{
    vg_error err = {0};
    const vg_report_channel *channel = p->report ? vg_report_channel_find(p->report, "dsa17") : NULL;
    if (!channel || !channel->url) return;
    vg_arena_reset(arena);
    runner r = {.server = server, .store = store, .arena = arena, .space = vg_str_of(p->space), .channel = channel, .terms_url = p->report->operator.terms_url, .now_ms = vg_time_now()};
    if (vg_disclosure_since(store, p, true, seen_ms, &r.since_ms, &err)) return;
    make_ready(&r);
    if (vg_store_disclosure_turn(store, r.space, arena, &r.turn, &err) || r.turn.next_ms > r.now_ms) return;
    if (look_up(&r)) send_batch(&r);
}

void *vg_disclosure_main(void *argument)
{
    vg_server *server = argument;
    vg_store *store = NULL;
    vg_error err = {0};
    vg_arena *arena = vg_arena_create(256 << 10, 256 << 20);
    int64_t seen_ms = vg_time_now(); /* a channel that is there in the first round was there when the server began */
    while (arena && !vg_server_pause(server, ROUND_MS)) {
        if (!store && vg_store_open(&store, server->data_dir, server->ring, &err)) {
            vg_log(VG_LOG_ERROR, "net", "statements are not sent yet: %s", err.what);
            continue;
        }
        vg_store_take_turns(store, &server->turns);
        vg_policy_set *set = vg_pipeline_policies(server->pipeline);
        for (size_t i = 0; i < vg_policy_set_count(set); i++) space_round(server, store, arena, vg_policy_set_at(set, i), seen_ms);
        if (set) vg_policy_set_unref(&set);
        seen_ms = vg_time_now();
    }
    vg_store_close(&store);
    vg_arena_destroy(&arena);
    return NULL;
}
