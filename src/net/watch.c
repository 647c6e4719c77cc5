/* SPDX-License-Identifier: Apache-2.0
 *
 * The watch thread, five times a second: API keys that changed, what the command line asks of a running
 * server, memory and cases whose time is over, and the second's numbers for the consoles. Policies are read
 * again on a thread of their own: compiling their patterns takes seconds, and a revoked key should not wait
 * for that. */
#include <stdio.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/time.h"
#include "memory/window.h"
#include "net/board.h"
#include "net/demands.h"
#include "net/gold.h"
#include "net/ruling.h"
#include "net/server_int.h"
#include "event/policy_report.h"
#include "store/filings/filings.h"
#include "store/audit/audit.h"
#include "store/training/gold.h"
#include "store/notices/notices.h"
#include "net/training.h"
#include "signals/rules/rules.h"
#include "store/people/people.h"

enum { ROUND_MS = 200, RETRY_MS = 2000, SWEEP_PAGES = 16, SETTLED_AT_ONCE = 64, REQUESTS_AT_ONCE = 4, EXPORT_MOST = 64 << 20, CHECKPOINT_ENTRIES = 4096, CHECKPOINT_MS = 10 * VG_MINUTE_MS, BOARD_MS = 20 * VG_MINUTE_MS };

int vg_watch_open(vg_watch *watch, vg_server *server, vg_error *err)
{
    memset(watch, 0, sizeof *watch);
    watch->server = server;
    watch->changes = -1;
    watch->arena = vg_arena_create(64 << 10, 256 << 20);
    if (!watch->arena) return vg_fail(err, VG_ENOMEM, "", "no memory for the watch");
    int rc = vg_store_open(&watch->store, server->data_dir, server->ring, err);
    if (!rc) vg_store_take_turns(watch->store, &server->turns);
    return rc;
}

void vg_watch_close(vg_watch *watch)
{
    if (watch->store) vg_store_close(&watch->store);
    vg_arena_destroy(&watch->arena);
}

/* ---- policies ---- */

static uint64_t versions_of(const vg_policy_set *set)
{
    uint64_t version = vg_policy_set_count(set);
    for (size_t i = 0; i < vg_policy_set_count(set); i++)
        version = vg_hash_mix(version, vg_policy_set_at(set, i)->version);
    return version;
}

static void note_policies(vg_server *server, const vg_policy_set *set)
{
    atomic_store(&server->gauges.policy_version, versions_of(set));
    atomic_store(&server->gauges.policy_spaces, vg_policy_set_count(set));
    atomic_store(&server->gauges.policy_loaded_ms, vg_time_now());
}

static void reload(vg_server *server)
{
    vg_policy_set *set = NULL;
    vg_course_set *courses = NULL;
    vg_error err = {0};
    char *path = NULL;
    bool asked;
    pthread_mutex_lock(&server->lock);
    asked = server->reload;
    server->reload = false;
    path = server->reload_path;
    server->reload_path = NULL;
    pthread_mutex_unlock(&server->lock);
    if (!asked) return;
    const char *from = path ? path : server->policy_path;
    if (!from) vg_fail(&err, VG_EINVAL, "", "no path to read policies from");
    else if (vg_policy_set_load(&set, from, &err) == 0 && vg_training_load(from, set, &courses, &err) == 0 &&
             vg_pipeline_reload(server->pipeline, set, &err) == 0) {
        vg_server_use_courses(server, courses);
        courses = NULL;
        note_policies(server, set);
        vg_count(&server->gauges.reloads, 1);
        vg_log(VG_LOG_INFO, "net", "policies read again from %s: %zu spaces", from, vg_policy_set_count(set));
    }
    if (err.code) {
        vg_count(&server->gauges.reload_failures, 1);
        vg_log(VG_LOG_ERROR, "net", "the policies were not taken, the old ones stay: %s: %s", err.where,
               err.what);
    }
    if (set) vg_policy_set_unref(&set);
    vg_course_set_unref(&courses);
    vg_free(path);
}

/* What is in force is on record, from the first round on that there is a log: one that nobody is in yet is left empty. What could not be
 * written is at the next round. */
static void record_policies(vg_watch *watch, const vg_policy_set *set, int64_t now_ms)
{
    size_t count = vg_policy_set_count(set);
    uint64_t law = vg_policy_set_book(set)->version, version = vg_hash_mix(versions_of(set), law);
    vg_error err = {0};
    int64_t entries = 0;
    if (watch->policies == version) return;
    vg_arena_reset(watch->arena);
    if (vg_store_audit_size(watch->store, &entries, &err) == 0 && !entries) return;
    vg_policy_version *all = vg_arena_calloc(watch->arena, count + 1, sizeof *all);
    int rc = all ? 0 : vg_fail(&err, VG_ENOMEM, "", "no memory for their versions");
    for (size_t i = 0; !rc && i < count; i++) all[i] = (vg_policy_version){vg_policy_set_at(set, i)->space, vg_policy_set_at(set, i)->version};
    if (!rc) all[count] = (vg_policy_version){"", law};
    if (!rc) rc = vg_store_policies_record(watch->store, all, count + 1, now_ms, &err);
    if (rc) vg_log(VG_LOG_WARN, "net", "the policies are not on record yet: %s", err.what);
    else watch->policies = version;
}

/* ---- requests of the command line ---- */

typedef struct account_call {
    vg_str source, account;
    vg_buf *out;
    size_t removed;
    int rc;
    vg_error err;
} account_call;

static void export_memory(vg_memory *memory, struct vg_window *window, void *context)
{
    account_call *call = context;
    (void)window;
    call->rc = vg_memory_export(memory, call->source, call->account, call->out, &call->err);
}

static void erase_memory(vg_memory *memory, struct vg_window *window, void *context)
{
    account_call *call = context;
    call->rc = vg_memory_erase(memory, call->source, call->account, &call->removed, &call->err);
    if (window) vg_window_forget(window, call->account);
}

static void write_error(vg_buf *out, const vg_error *err)
{
    vg_buf_clear(out);
    vg_buf_add_cstr(out, "{\"error\":");
    vg_buf_add_json_str(out, vg_str_of(err->what[0] ? err->what : vg_error_name(err->code)));
    vg_buf_add_cstr(out, ",\"code\":");
    vg_buf_add_json_str(out, vg_str_of(vg_error_name(err->code)));
    vg_buf_add_char(out, '}');
}

static void answer_export(vg_watch *watch, const vg_request *request, account_call *call)
{
    vg_buf *out = call->out;
    vg_buf_add_cstr(out, "{\"space\":");
    vg_buf_add_json_str(out, request->space);
    vg_buf_add_cstr(out, ",\"account\":");
    vg_buf_add_json_str(out, request->account);
    vg_buf_add_cstr(out, ",\"exported\":");
    vg_json_time(out, vg_time_now());
    vg_buf_add_cstr(out, ",\"memory\":");
    size_t before = out->len;
    vg_pipeline_locked(watch->server->pipeline, export_memory, call);
    if (call->rc == -VG_ENOENT) {
        out->len = before;
        vg_buf_add_cstr(out, "null");
        call->rc = 0;
    }
    vg_buf_add_char(out, ',');
    if (call->rc == 0)
        call->rc =
            vg_store_export(watch->store, request->space, request->account, request->by, out, &call->err);
    vg_buf_add_char(out, '}');
    if (call->rc == 0 && out->failed)
        call->rc = vg_fail(&call->err, VG_ETOOBIG, "", "the export is over %d MiB", EXPORT_MOST >> 20);
}

static void answer_erase(vg_watch *watch, const vg_request *request, account_call *call)
{
    vg_erase_result done = {0};
    /* the store first: should it fail, nothing was erased and the request can be made again */
    call->rc = vg_store_erase(watch->store, request->space, request->account, request->by, &done, &call->err);
    if (call->rc) return;
    vg_pipeline_locked(watch->server->pipeline, erase_memory, call);
    if (call->rc == -VG_ENOENT) call->rc = 0;
    vg_buf_printf(call->out,
                  "{\"memory_removed\":%zu,\"cases_erased\":%lld,\"cases_on_hold\":%lld,\"cases_open\":%lld}",
                  call->removed, (long long)done.cases_erased, (long long)done.cases_on_hold,
                  (long long)done.cases_open);
}

/* Somebody waits to use a new key, or to know that one is refused: it may be newer than the round that found this request. */
static void answer_keys(vg_watch *watch, account_call *call)
{
    call->rc = vg_auth_load(&watch->server->auth, watch->store, NULL, &call->err);
    if (call->rc == 0) vg_buf_add_cstr(call->out, "{}");
}

static void add_rule(const char *space, const vg_rule_status *rule, void *context)
{
    vg_buf *out = context;
    if (out->ptr[out->len - 1] == '}') vg_buf_add_char(out, ',');
    vg_rule_status_write(out, space, rule);
}

static void answer_rules(vg_watch *watch, account_call *call)
{
    vg_buf_add_cstr(call->out, "{\"rules\":[");
    if (call->out->failed) {
        call->rc = vg_fail(&call->err, VG_ENOMEM, "", "no memory");
        return;
    }
    vg_pipeline_rules(watch->server->pipeline, add_rule, call->out);
    vg_buf_add_cstr(call->out, "]}");
}

static bool answer_request(vg_watch *watch)
{
    vg_request request;
    vg_error err = {0};
    vg_buf out;
    bool found = false;
    vg_arena_reset(watch->arena);
    if (vg_store_request_next(watch->store, watch->arena, &request, &found, &err) || !found) return false;
    vg_buf_init(&out, EXPORT_MOST);
    account_call call = {.account = request.account, .out = &out};
    call.source = vg_arena_printf(watch->arena, "/spaces/%.*s", VG_STR_ARG(request.space));
    if (!call.source.ptr) call.rc = vg_fail(&call.err, VG_ENOMEM, "", "no memory");
    else if (vg_str_is(request.kind, "export")) answer_export(watch, &request, &call);
    else if (vg_str_is(request.kind, "erase")) answer_erase(watch, &request, &call);
    else if (vg_str_is(request.kind, "keys")) answer_keys(watch, &call);
    else if (vg_str_is(request.kind, "rules")) answer_rules(watch, &call);
    else call.rc = vg_fail(&call.err, VG_EINVAL, "", "unknown request");
    if (call.rc) write_error(&out, &call.err);
    if (vg_store_request_answer(watch->store, request.id, (vg_str){out.ptr ? out.ptr : "", out.len}, &err))
        vg_log(VG_LOG_ERROR, "net", "a request of the command line was not answered: %s", err.what);
    else vg_log(VG_LOG_INFO, "net", "answered a request of the command line: %.*s", VG_STR_ARG(request.kind));
    vg_buf_free(&out);
    return true;
}

/* ---- retention and numbers ---- */

typedef struct sweep {
    int64_t now_ms;
    uint32_t keep_days, context_minutes; /* the longest of all spaces */
    size_t removed;
    vg_memory_stats stats;
} sweep;

static void sweep_memory(vg_memory *memory, struct vg_window *window, void *context)
{
    sweep *s = context;
    if (window) vg_window_expire(window, s->now_ms - (int64_t)s->context_minutes * VG_MINUTE_MS);
    if (s->keep_days) s->removed = vg_memory_sweep(memory, s->now_ms, s->keep_days, SWEEP_PAGES);
    vg_memory_stats_get(memory, false, &s->stats);
}

static void look_after_memory(vg_watch *watch, const vg_policy_set *set, int64_t now_ms)
{
    vg_gauges *g = &watch->server->gauges;
    sweep s = {.now_ms = now_ms};
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        if (p->keep_memory_days > s.keep_days) s.keep_days = p->keep_memory_days;
        if (p->context_minutes > s.context_minutes) s.context_minutes = p->context_minutes;
    }
    vg_pipeline_locked(watch->server->pipeline, sweep_memory, &s);
    vg_count(&g->retention_removed, s.removed);
    atomic_store(&g->accounts, s.stats.accounts);
    atomic_store(&g->pairs, s.stats.pairs);
    atomic_store(&g->conversations, s.stats.conversations);
    atomic_store(&g->seen, s.stats.seen);
    atomic_store(&g->memory_bytes, s.stats.account_bytes + s.stats.pair_bytes + s.stats.conversation_bytes +
                                       s.stats.token_bytes + s.stats.seen_bytes);
    atomic_store(&g->journal_lag, s.stats.journal_position - s.stats.journal_durable);
}

static void look_after_cases(vg_watch *watch, const vg_policy_set *set, int64_t now_ms)
{
    uint32_t keep_audit = 0; /* one log for all spaces: the longest wish counts, and "for ever" (0) over all */
    bool for_ever = false;
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        uint32_t days = vg_policy_set_at(set, i)->keep_audit_days;
        for_ever |= days == 0;
        if (days > keep_audit) keep_audit = days;
    }
    if (for_ever) keep_audit = 0;
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        int64_t destroyed = 0;
        vg_error err = {0};
        if (vg_store_sweep(watch->store, vg_str_of(p->space), p->keep_case_days, keep_audit, now_ms,
                           &destroyed, &err))
            vg_log(VG_LOG_WARN, "net", "retention of %s was not done: %s", p->space, err.what);
        else vg_count(&watch->server->gauges.cases_destroyed, (uint64_t)destroyed);
        if (p->report && vg_store_filings_sweep(watch->store, vg_str_of(p->space), p->report->keep_filing_days, now_ms, &err))
            vg_log(VG_LOG_WARN, "net", "what was sent of %s was not forgotten: %s", p->space, err.what);
        if (p->notices && vg_store_notices_sweep(watch->store, vg_str_of(p->space), p->notices->keep_identity_days, p->keep_case_days, now_ms, &err))
            vg_log(VG_LOG_WARN, "net", "names of notifiers of %s were not forgotten: %s", p->space, err.what);
    }
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        vg_error err = {0};
        if (vg_store_gold_sweep(watch->store, vg_str_of(p->space), p->gold.given && p->gold.keep_after_case, p->keep_case_days, now_ms, &err))
            vg_log(VG_LOG_WARN, "net", "retention of known items of %s was not done: %s", p->space, err.what);
    }
    size_t removed = 0;
    vg_error err = {0};
    if (vg_store_media_sweep(watch->store, now_ms, &removed, &err))
        vg_log(VG_LOG_WARN, "net", "sealed media without a case were not looked for: %s", err.what);
    vg_count(&watch->server->gauges.media_swept, removed);
}

static void pulse(vg_watch *watch, int64_t now_ms)
{
    vg_server *server = watch->server;
    vg_case_counts counts;
    vg_counters now;
    uint64_t verdicts[VG_VERDICTS] = {0}, all = 0;
    int64_t passed = watch->last_rate_ms ? now_ms - watch->last_rate_ms : 1000;
    vg_metrics_total(server, &now);
    for (int type = 0; type < VG_EVENT_TYPES; type++)
        for (int v = 0; v < VG_VERDICTS; v++)
            verdicts[v] += now.events[type][v] - watch->before.events[type][v];
    for (int v = 0; v < VG_VERDICTS; v++) all += verdicts[v];
    memcpy(&watch->before, &now, sizeof now);
    watch->last_rate_ms = now_ms;
    if (passed > 0) all = all * 1000 / (uint64_t)passed;
    if (!vg_store_case_count(watch->store, VG_STR("*"), now_ms, &counts, NULL)) {
        atomic_store(&server->gauges.open_cases, counts.open);
        atomic_store(&server->gauges.claimed_cases, counts.claimed);
        atomic_store(&server->gauges.overdue_cases, counts.overdue);
    }
    if (!vg_hub_empty(&server->hub)) vg_hub_pulse(&server->hub, watch->store, watch->arena, all, verdicts, now_ms);
}

/* The tree over the audit log goes along behind it, and a checkpoint is signed every so often. */
static void look_after_audit(vg_watch *watch, int64_t now_ms)
{
    bool made = false;
    vg_error err = {0};
    vg_gauges *g = &watch->server->gauges;
    int64_t behind = 0, entries = 0;
    if (vg_store_audit_keep_up(watch->store, now_ms, CHECKPOINT_ENTRIES, CHECKPOINT_MS, &made, &behind, &err)) {
        vg_log(VG_LOG_WARN, "net", "no checkpoint of the audit log was made: %s: %s", err.where, err.what);
        return;
    }
    if (!behind && !watch->audit_percent) return;
    if (behind && vg_store_audit_size(watch->store, &entries, &err) == 0) atomic_store(&g->audit_entries, entries);
    atomic_store(&g->audit_behind, behind);
    int percent = vg_audit_percent(watch->server);
    if (percent / 10 != watch->audit_percent / 10 || !watch->audit_percent)
        vg_log(VG_LOG_INFO, "net", "the audit log's tree is being made: %d %%", percent);
    watch->audit_percent = percent == 100 ? 0 : percent ? percent : 1;
}

int vg_audit_percent(const vg_server *server)
{
    int64_t all = atomic_load(&server->gauges.audit_entries), behind = atomic_load(&server->gauges.audit_behind);
    return behind <= 0 || all <= 0 || behind > all ? 100 : (int)((all - behind) / (all / 100 + 1));
}

/* What somebody held when a leave began goes back into the queue. */
static void look_after_leave(vg_watch *watch, int64_t now_ms)
{
    vg_released released;
    vg_error err = {0};
    if (vg_store_leave_begun(watch->store, now_ms, watch->arena, &released, &err)) {
        vg_log(VG_LOG_WARN, "net", "a leave that began was not acted on: %s", err.what);
        return;
    }
    for (size_t i = 0; i < released.count; i++)
        vg_hub_case(&watch->server->hub, watch->store, watch->arena, released.cases[i], "released", now_ms);
}

/* A decision that cannot be undone any more counts for those who reported. */
static void settle_decisions(vg_watch *watch, int64_t now_ms)
{
    vg_settled *settled = NULL;
    size_t count = 0;
    vg_error err = {0};
    vg_arena_reset(watch->arena);
    if (vg_store_settled(watch->store, now_ms, SETTLED_AT_ONCE, watch->arena, &settled, &count, &err))
        vg_log(VG_LOG_WARN, "net", "decisions were not settled yet: %s", err.what);
    for (size_t i = 0; i < count; i++)
        vg_ruling_credit(watch->server, watch->store, watch->arena, settled[i].case_id, settled[i].user, settled[i].action);
}

void vg_watch_round(vg_watch *watch, int64_t now_ms)
{
    vg_server *server = watch->server;
    int64_t version = 0;
    vg_error err = {0};
    bool changed = vg_store_changes(watch->store, &version, &err) == 0 && version != watch->changes;
    if (changed) {
        watch->changes = version;
        vg_store_checkpoint(watch->store, NULL); /* a little often: else one commit in many does it all, and waits */
        if (vg_auth_load(&server->auth, watch->store, NULL, &err)) {
            watch->changes = -1; /* again at the next round: one of them may be revoked */
            vg_log(VG_LOG_WARN, "net", "the API keys were not read again: %s", err.what);
        }
        int answered = 0;
        while (answered < REQUESTS_AT_ONCE && answer_request(watch)) answered++;
        if (answered == REQUESTS_AT_ONCE)
            watch->changes = -1; /* there may be more; our own writes do not show as a change */
        watch->look_again = true;
    }
    if (vg_server_poll_banks(server, &err)) vg_log(VG_LOG_WARN, "net", "the banks were not read again: %s", err.what);
    vg_uploads_sweep(server->uploads, now_ms);
    vg_policy_set *set = vg_pipeline_policies(server->pipeline);
    if (set) {
        record_policies(watch, set, now_ms);
        look_after_memory(watch, set, now_ms);
        if (now_ms - watch->hour_ms >= VG_HOUR_MS) {
            watch->hour_ms = now_ms;
            look_after_cases(watch, set, now_ms);
            vg_arena_reset(watch->arena);
            vg_training_watch(server, watch->store, set, watch->arena, now_ms);
        }
        if (!watch->board_ms) watch->board_ms = now_ms; /* not while the server starts */
        else if (now_ms - watch->board_ms >= BOARD_MS) {
            watch->board_ms = now_ms;
            vg_boards_watch(watch->store, watch->arena, set, now_ms);
        }
        if (now_ms - watch->second_ms >= VG_SECOND_MS) {
            vg_arena_reset(watch->arena);
            vg_gold_watch(server, watch->store, watch->arena, set, now_ms);
        }
        vg_policy_set_unref(&set);
    }
    settle_decisions(watch, now_ms);
    if (watch->audit_percent) look_after_audit(watch, now_ms); /* an old log's tree: each round, until it is there */
    if (now_ms - watch->second_ms < VG_SECOND_MS) return;
    watch->second_ms = now_ms;
    vg_arena_reset(watch->arena);
    pulse(watch, now_ms);
    look_after_audit(watch, now_ms);
    vg_demands_watch(server, watch->store, watch->arena, now_ms);
    bool quarter = now_ms - watch->comment_ms >= 15 * VG_SECOND_MS;
    if (quarter) look_after_leave(watch, now_ms);
    if ((watch->look_again || quarter) && !vg_hub_empty(&server->hub)) /* a leave begins, a session grows idle, without a write */
        vg_hub_check_sessions(&server->hub, server, watch->store, watch->arena, now_ms);
    watch->look_again = false;
    if (quarter) {
        watch->comment_ms = now_ms;
        vg_hub_comment(&server->hub);
    }
}

void *vg_reload_main(void *argument)
{
    vg_server *server = argument;
    while (!vg_server_pause(server, ROUND_MS)) reload(server);
    return NULL;
}

void *vg_watch_main(void *argument)
{
    vg_server *server = argument;
    vg_watch watch;
    vg_error err = {0};
    vg_policy_set *set = vg_pipeline_policies(server->pipeline);
    if (set) note_policies(server, set);
    if (set) vg_policy_set_unref(&set);
    bool open, stop;
    do { /* without it no key is revoked and nothing ends by itself: so it is tried until it runs */
        open = vg_watch_open(&watch, server, &err) == 0;
        if (!open) vg_log(VG_LOG_ERROR, "net", "the watch does not run yet: %s", err.what);
        do {
            if (open) vg_watch_round(&watch, vg_time_now());
            stop = vg_server_pause(server, open ? ROUND_MS : RETRY_MS);
        } while (open && !stop);
        vg_watch_close(&watch);
    } while (!stop);
    return NULL;
}
