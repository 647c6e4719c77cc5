/* SPDX-License-Identifier: Apache-2.0
 *
 * The thread that sends. See net/filing.h for what it promises. */
#include <sodium.h>
#include <stdio.h>

#include "base/log.h"
#include "base/time.h"
#include "net/filing.h"
#include "net/server_int.h"
#include "net/sse.h"
#include "store/filings/annex.h"

enum { ROUND_MS = 500, DUE_MOST = 64, DOWN_MOST = 8, STEPS_AT_ONCE = 400, ARENA_MOST = 512 << 20 };

typedef struct sender {
    vg_server *server;
    vg_store *store;
    vg_arena *arena, *scratch;
    char down[DOWN_MOST][48]; /* channels that were not reached in this round */
    size_t down_count;
    int64_t slept_us, wall_ms; /* to notice that the clock was set */
} sender;

static bool stopping(void *context)
{
    vg_server *server = context;
    pthread_mutex_lock(&server->lock);
    bool stop = server->stop;
    pthread_mutex_unlock(&server->lock);
    return stop;
}

static void tell(sender *s, int64_t case_id)
{
    vg_hub_case(&s->server->hub, s->store, s->scratch, case_id, "filing", vg_time_now());
    vg_arena_reset(s->scratch);
}

static int64_t later(const vg_filing *f, int64_t retry_after_s)
{
    return vg_time_now() + vg_filing_wait(f->attempts + 1, retry_after_s, (uint16_t)randombytes_uniform(65536));
}

static vg_filing_took as_it_was(const vg_filing *f)
{
    return (vg_filing_took){.move = VG_MOVE_LATER, .turn = VG_GO_LATER, .step = f->step, .reference = f->reference, .memo = f->memo, .why = {"", 0},
                            .expires_ms = f->expires_ms, .round = f->round, .unsure = f->unsure, .result = VG_REPLY_NOT_SENT};
}

/* Not sent, for a reason of this side: said on the filing, and tried again. */
static void put_off(sender *s, const vg_filing *f, const char *why)
{
    vg_error err = {0};
    vg_filing_took took = as_it_was(f);
    took.why = vg_str_of(why);
    took.next_ms = later(f, -1);
    if (vg_store_filing_take(s->store, f->id, &took, vg_time_now(), &err)) vg_log(VG_LOG_ERROR, "net", "filing %lld was not put off: %s", (long long)f->id, err.what);
    tell(s, f->case_id);
}

/* What was confirmed is what is sent. Asked before the first question of a filing only: afterwards the receiver holds a part of it. */
static bool is_as_confirmed(sender *s, vg_filing_open_t *o, vg_error *err)
{
    vg_documents documents;
    uint8_t hash[32];
    const char *why = NULL;
    if (o->f.steps) return true;
    int rc = vg_filing_papers(o, s->arena, &documents, hash, err);
    if (rc) {
        put_off(s, &o->f, err->what);
        return false;
    }
    if (vg_filing_key_over(&o->view)) why = "the receiver's public key is over since: ask it for a new one, and prepare the report again";
    else if (vg_filing_outdated(o)) why = "the case has new events since it was prepared: look again";
    else if (!o->f.has_hash || memcmp(hash, o->f.hash, sizeof hash) != 0) why = "what would be sent is not what was confirmed any more: look again";
    if (!why) return true;
    if (vg_store_filing_changed(s->store, o->f.id, vg_str_of(why), vg_time_now(), err)) vg_log(VG_LOG_ERROR, "net", "filing %lld: %s", (long long)o->f.id, err->what);
    tell(s, o->f.case_id);
    return false;
}

/* The archive that this question takes along; on record before a byte of it leaves, once however often it is tried. */
static int take_archive(sender *s, const vg_filing_open_t *o, const vg_ask *ask, vg_error *err)
{
    const vg_annex *annex = NULL;
    for (size_t i = 0; i < ask->part_count && !annex; i++) annex = ask->parts[i].annex;
    if (!annex) return 0;
    const vg_archive_taken taken = {.case_id = o->f.case_id, .filing_id = o->f.id, .receiver = o->f.receiver_id, .media = annex->media, .sha256 = annex->sha256,
                                    .user = VG_STR("server"), .now_ms = vg_time_now()};
    return vg_store_archive_taken(s->store, &taken, err);
}

static int question(sender *s, vg_filing_open_t *o, vg_progress *now, vg_ask *ask, vg_error *err)
{
    if (!o->f.withdrawing) return o->channel->next(&o->view, now, o->f.unsure, s->arena, ask, err);
    if (!o->channel->withdraw) return vg_fail(err, VG_EINVAL, "", "this channel has no way to take a report back");
    return o->channel->withdraw(&o->view, now, s->arena, ask, err);
}

/* One question. False: no more of this filing for now. */
static bool step(sender *s, vg_filing_open_t *o)
{
    vg_error err = {0}, why = {0};
    vg_ask ask = {0};
    vg_reply reply = {.kind = VG_REPLY_CAME, .retry_after_s = -1, .type = {"", 0}, .body = {"", 0}, .why = {"", 0}};
    vg_filing_turn turn = VG_GO_LATER;
    uint32_t n = 0;
    o->view.now_ms = vg_time_now();
    vg_progress now = {.step = o->f.step.len && o->f.steps ? o->f.step.ptr : NULL, .reference = o->f.reference, .memo = o->f.memo, .expires_ms = o->f.expires_ms, .round = o->f.round};
    vg_progress after = now;
    if (question(s, o, &now, &ask, &err) || take_archive(s, o, &ask, &err)) {
        put_off(s, &o->f, err.what);
        return false;
    }
    if (ask.carry != VG_CARRY_HAND) {
        if (vg_store_filing_ask(s->store, o->f.id, vg_str_of(ask.step), vg_time_now(), &n, &err)) {
            vg_log(VG_LOG_WARN, "net", "filing %lld is not asked for: %s", (long long)o->f.id, err.what);
            return false;
        }
        const vg_carrier carrier = {s->server->spool, o, s->arena, stopping, s->server};
        vg_filing_carry(&carrier, &ask, &reply);
        if (stopping(s->server) && reply.kind != VG_REPLY_CAME) return false; /* cut short by the stop: it is unsure, and found out at the next start */
        o->view.now_ms = vg_time_now();
    }
    if (o->channel->take(&o->view, &now, &ask, &reply, s->arena, &after, &turn, &why)) {
        snprintf(why.what, sizeof why.what, "no memory for the answer");
        turn = VG_GO_LATER;
        after = now;
    }
    vg_filing_took took = {.n = n, .result = (int)reply.kind, .status = reply.status, .turn = (int)turn, .move = vg_filing_move_of(turn), .step = vg_str_of(after.step),
                           .reference = after.reference, .memo = after.memo, .why = vg_str_of(why.what), .expires_ms = after.expires_ms, .round = after.round};
    if (!reply.kind && ask.carry == VG_CARRY_HAND) took.move = VG_MOVE_BY_HAND;
    took.unsure = reply.kind == VG_REPLY_LOST && !ask.harmless;
    if (reply.kind != VG_REPLY_CAME && ask.harmless) took.unsure = o->f.unsure;
    if (turn == VG_GO_LATER) took.next_ms = later(&o->f, reply.retry_after_s);
    if (turn == VG_GO_GONE) took.step = (vg_str){"", 0};
    if (turn == VG_GO_ANEW) {
        took.step = took.memo = took.reference = (vg_str){"", 0};
        took.round = now.round + 1;
        took.expires_ms = 0;
        took.next_ms = took.round > 3 ? later(&o->f, -1) : vg_time_now();
    }
    if (vg_store_filing_take(s->store, o->f.id, &took, vg_time_now(), &err)) {
        vg_log(VG_LOG_ERROR, "net", "filing %lld: what came back was not stored: %s", (long long)o->f.id, err.what);
        return false; /* it is unsure, and found out later */
    }
    tell(s, o->f.case_id);
    if (reply.kind == VG_REPLY_NOT_SENT && s->down_count < DOWN_MOST)
        snprintf(s->down[s->down_count++], sizeof s->down[0], "%s", o->channel->name);
    return turn == VG_GO_ON;
}

static bool is_down(const sender *s, vg_str channel)
{
    for (size_t i = 0; i < s->down_count; i++)
        if (vg_str_is(channel, s->down[i])) return true;
    return false;
}

static void send_one(sender *s, int64_t id)
{
    vg_filing_open_t o = {0};
    vg_error err = {0};
    vg_arena_reset(s->arena);
    int rc = vg_store_filing_get(s->store, id, s->arena, &o.f, &err);
    if (!rc && is_down(s, o.f.channel)) return; /* with the next round */
    if (!rc) rc = vg_filing_open_up(s->server, s->store, s->arena, VG_STR("server"), true, vg_time_now(), &o, &err);
    if (rc) {
        vg_log(VG_LOG_WARN, "net", "filing %lld is not sent now: %s", (long long)id, err.what);
        if (o.f.id) put_off(s, &o.f, err.what);
    } else if (is_as_confirmed(s, &o, &err)) {
        for (int i = 0; i < STEPS_AT_ONCE && !stopping(s->server); i++) {
            if (!step(s, &o)) break;
            if (vg_store_filing_get(s->store, id, s->arena, &o.f, &err)) break;
        }
    }
    vg_filing_close(&o);
}

/* A clock that was set back would leave what waits waiting: nothing waits longer than the longest wait there is. */
static void round_of(sender *s)
{
    vg_filing_due_row *rows;
    size_t count;
    vg_error err = {0};
    vg_arena_reset(s->arena);
    s->down_count = 0;
    int64_t wall_ms = vg_time_now(), us = vg_time_monotonic_us();
    int64_t jump = s->wall_ms ? (wall_ms - s->wall_ms) - (us - s->slept_us) / 1000 : 0;
    s->wall_ms = wall_ms;
    s->slept_us = us;
    if (jump < -VG_MINUTE_MS) vg_log(VG_LOG_WARN, "net", "the clock was set back by %lld s: filings that wait are tried now", (long long)(-jump / 1000));
    int64_t due_ms = jump < -VG_MINUTE_MS ? wall_ms + 26 * VG_HOUR_MS - jump : wall_ms;
    if (vg_store_filing_due(s->store, due_ms, DUE_MOST, s->arena, &rows, &count, &err)) {
        vg_log(VG_LOG_WARN, "net", "filings were not read: %s", err.what);
        return;
    }
    int64_t ids[DUE_MOST];
    size_t n = 0;
    for (int urgent = 1; urgent >= 0; urgent--)
        for (size_t i = 0; i < count; i++)
            if (rows[i].urgent == urgent) ids[n++] = rows[i].id;
    for (size_t i = 0; i < n && !stopping(s->server); i++) send_one(s, ids[i]);
}

static void count_states(sender *s)
{
    vg_filing_count *all;
    size_t count;
    int64_t states[VG_FILING_STATES] = {0}, oldest = 0, late = 0, now_ms = vg_time_now();
    vg_arena_reset(s->arena);
    if (vg_store_filing_counts(s->store, s->arena, &all, &count, NULL)) return;
    for (size_t i = 0; i < count; i++) {
        states[all[i].state] += all[i].count;
        bool waits = all[i].state >= VG_FILING_QUEUED && all[i].state <= VG_FILING_LATER;
        if (waits && (!oldest || all[i].oldest_ms < oldest)) oldest = all[i].oldest_ms;
        if (all[i].state <= VG_FILING_CONFIRMED && all[i].due_ms < now_ms) late += all[i].count;
    }
    for (int i = 0; i < VG_FILING_STATES; i++) atomic_store(&s->server->gauges.filings[i], states[i]);
    atomic_store(&s->server->gauges.filing_oldest_ms, oldest);
    atomic_store(&s->server->gauges.filings_late, late);
}

void *vg_filing_main(void *argument)
{
    vg_server *server = argument;
    sender s = {.server = server, .arena = vg_arena_create(64 << 10, ARENA_MOST), .scratch = vg_arena_create(8 << 10, 8 << 20)};
    vg_error err = {0};
    int64_t version = -1, seen = -2;
    if (!s.arena || !s.scratch || vg_store_open(&s.store, server->data_dir, server->ring, &err)) {
        vg_log(VG_LOG_ERROR, "net", "filings are not sent: %s", err.what);
        goto out;
    }
    for (unsigned rounds = 0; !stopping(server); rounds++) {
        round_of(&s);
        vg_filing_hand_overs(server, s.store, s.arena);
        if (rounds % 20 == 0 && vg_store_changes(s.store, &version, NULL) == 0 && (version != seen || rounds % 120 == 0)) {
            count_states(&s);
            seen = version;
        }
        if (vg_server_pause(server, ROUND_MS)) break;
    }
out:
    if (s.store) vg_store_close(&s.store);
    vg_arena_destroy(&s.arena);
    vg_arena_destroy(&s.scratch);
    return NULL;
}
