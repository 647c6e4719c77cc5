/* SPDX-License-Identifier: Apache-2.0
 *
 * One filing: what is asked next, what came back, what that means for it. See net/filing.h for what is promised. */
#include "net/filing_send.h"

#include <sodium.h>
#include <stdio.h>

#include "base/log.h"
#include "base/time.h"
#include "net/server_int.h"
#include "net/sse.h"
#include "store/filings/annex.h"

enum { STEPS_AT_ONCE = 400, URGENT_DOUBLINGS = 5, CALM_ROUNDS = 3 };

static bool stopping(void *context)
{
    vg_server *server = context;
    pthread_mutex_lock(&server->lock);
    bool stop = server->stop;
    pthread_mutex_unlock(&server->lock);
    return stop;
}

static void tell(vg_sender *s, int64_t case_id)
{
    vg_hub_case(&s->server->hub, s->store, s->scratch, case_id, "filing", vg_time_now());
    vg_arena_reset(s->scratch);
}

/* A child in danger now is not left for six hours: what is urgent waits a quarter of an hour at most, unless the receiver asks for more. */
static int64_t later(const vg_filing *f, int64_t retry_after_s)
{
    uint32_t attempts = f->attempts + 1;
    if (f->urgent && attempts > URGENT_DOUBLINGS) attempts = URGENT_DOUBLINGS;
    return vg_time_now() + vg_filing_wait(attempts, retry_after_s, (uint16_t)randombytes_uniform(65536));
}

static vg_sent write_down(vg_sender *s, const vg_filing *f, const vg_filing_took *took)
{
    vg_error err = {0};
    int rc = vg_store_filing_take(s->store, f->id, took, vg_time_now(), &err);
    if (rc) vg_log(VG_LOG_ERROR, "net", "filing %lld: what came back was not stored: %s", (long long)f->id, err.what);
    tell(s, f->case_id);
    return rc ? VG_SENT_STUCK : VG_SENT_ON; /* if it was asked something it is unsure, and found out later */
}

static vg_filing_took as_it_was(const vg_filing *f)
{
    return (vg_filing_took){.move = VG_MOVE_LATER, .turn = VG_GO_LATER, .step = f->step, .reference = f->reference, .memo = f->memo, .why = {"", 0},
                            .expires_ms = f->expires_ms, .round = f->round, .unsure = f->unsure, .result = VG_REPLY_NOT_SENT};
}

/* Not sent, for a reason of this side: said on the filing, and tried again. */
static vg_sent put_off(vg_sender *s, const vg_filing *f, const char *why)
{
    vg_filing_took took = as_it_was(f);
    took.why = vg_str_of(why);
    took.next_ms = later(f, -1);
    return write_down(s, f, &took);
}

/* ---- before the first question ---- */

/* As long as nothing of it can be at the receiver. A question that never left changes nothing: a receiver that is away for days is told of the case as it is then. */
static bool is_untouched(const vg_filing *f)
{
    return !f->unsure && !f->step.len && !f->reference.len;
}

/* What was confirmed is what is sent; else it goes back to a draft. */
static bool is_as_confirmed(vg_sender *s, vg_filing_open_t *o, vg_sent *how)
{
    vg_documents documents;
    vg_error err = {0};
    uint8_t hash[32];
    const char *why = NULL;
    if (o->f.withdrawing || !is_untouched(&o->f)) return true;
    if (vg_filing_papers(o, s->arena, &documents, hash, &err)) {
        *how = put_off(s, &o->f, err.what);
        return false;
    }
    if (vg_filing_key_over(&o->view)) why = "the receiver's public key is over since: ask it for a new one, and prepare the report again";
    else if (vg_filing_outdated(o)) why = "the case has new events since it was prepared: look again";
    else if (!o->f.has_hash || memcmp(hash, o->f.hash, sizeof hash) != 0) why = "what would be sent is not what was confirmed any more: look again";
    if (!why) return true;
    *how = VG_SENT_ON;
    if (vg_store_filing_changed(s->store, o->f.id, vg_str_of(why), vg_time_now(), &err)) {
        vg_log(VG_LOG_ERROR, "net", "filing %lld: %s", (long long)o->f.id, err.what);
        *how = VG_SENT_STUCK;
    }
    tell(s, o->f.case_id);
    return false;
}

/* ---- one question ---- */

/* There is nothing at the receiver that it could be asked to forget, or no way to ask. */
static vg_sent withdrawn(vg_sender *s, const vg_filing *f, const vg_filing_channel *channel)
{
    vg_filing_took took = as_it_was(f);
    took.move = VG_MOVE_WITHDRAW;
    took.unsure = false;
    took.why = channel->withdraw ? VG_STR("it was not open at the receiver: nothing was to be taken back there")
                                 : VG_STR("this channel has no way to take a report back: the receiver may have got it, and is to be told by other means");
    return write_down(s, f, &took);
}

/* The archive that this question takes along; on record before a byte of it leaves, once however often it is tried. */
static int take_archive(vg_sender *s, const vg_filing_open_t *o, const vg_ask *ask, vg_error *err)
{
    const vg_annex *annex = NULL;
    for (size_t i = 0; i < ask->part_count && !annex; i++) annex = ask->parts[i].annex;
    if (!annex) return 0;
    const vg_archive_taken taken = {.case_id = o->f.case_id, .filing_id = o->f.id, .receiver = o->f.receiver_id, .media = annex->media, .sha256 = annex->sha256,
                                    .user = VG_STR("server"), .now_ms = vg_time_now()};
    return vg_store_archive_taken(s->store, &taken, err);
}

static int question(vg_sender *s, vg_filing_open_t *o, vg_progress *now, vg_ask *ask, vg_error *err)
{
    if (!o->f.withdrawing) return o->channel->next(&o->view, now, o->f.unsure, s->arena, ask, err);
    if (!o->channel->withdraw) return vg_fail(err, VG_ENOENT, "", "this channel has no way to take a report back");
    return o->channel->withdraw(&o->view, now, s->arena, ask, err);
}

typedef struct asked {
    vg_ask ask;
    vg_reply reply;
    vg_progress now, after;
    vg_filing_turn turn;
    uint32_t n; /* of the question */
    bool taken; /* the channel said what it means */
    vg_error why;
} asked;

static vg_filing_took outcome(const vg_filing *f, const asked *a)
{
    const vg_reply *reply = &a->reply;
    vg_filing_took took = {.n = a->n, .result = (int)reply->kind, .status = reply->status, .turn = (int)a->turn, .move = vg_filing_move_of(a->turn), .step = vg_str_of(a->after.step),
                           .reference = a->after.reference, .memo = a->after.memo, .why = vg_str_of(a->why.what), .expires_ms = a->after.expires_ms, .round = a->after.round};
    if (!reply->kind && a->ask.carry == VG_CARRY_HAND) took.move = VG_MOVE_BY_HAND;
    took.unsure = (reply->kind == VG_REPLY_LOST || !a->taken) && !a->ask.harmless;
    if (reply->kind != VG_REPLY_CAME && (a->ask.harmless || reply->kind == VG_REPLY_NOT_SENT)) took.unsure = f->unsure;
    if (a->turn == VG_GO_LATER) took.next_ms = later(f, reply->retry_after_s);
    if (a->turn == VG_GO_GONE) took.step = (vg_str){"", 0};
    if (a->turn == VG_GO_ANEW) {
        took.step = took.memo = took.reference = (vg_str){"", 0};
        took.round = a->now.round + 1;
        took.expires_ms = 0;
        took.next_ms = took.round > CALM_ROUNDS ? later(f, -1) : vg_time_now();
    }
    return took;
}

/* Written down, then asked. False: not asked; *how says how that leaves it. */
static bool ask_it(vg_sender *s, vg_filing_open_t *o, asked *a, vg_sent *how)
{
    vg_error err = {0};
    if (a->ask.carry == VG_CARRY_HAND) return true;
    *how = VG_SENT_STUCK;
    if (vg_store_filing_ask(s->store, o->f.id, vg_str_of(a->ask.step), vg_time_now(), &a->n, &err)) {
        vg_log(VG_LOG_WARN, "net", "filing %lld is not asked for: %s", (long long)o->f.id, err.what);
        return false;
    }
    const vg_carrier carrier = {s->server->spool, o, s->arena, stopping, s->server};
    vg_filing_carry(&carrier, &a->ask, &a->reply);
    o->view.now_ms = vg_time_now();
    return !stopping(s->server) || a->reply.kind == VG_REPLY_CAME; /* cut short by the stop: it is unsure, and found out at the next start */
}

/* True: there is more to ask at once. */
static bool step(vg_sender *s, vg_filing_open_t *o, vg_sent *how)
{
    vg_error err = {0};
    asked a = {.turn = VG_GO_LATER, .reply = {.kind = VG_REPLY_CAME, .retry_after_s = -1, .type = {"", 0}, .body = {"", 0}, .why = {"", 0}}};
    o->view.now_ms = vg_time_now();
    a.now = (vg_progress){.step = o->f.step.len && o->f.steps ? o->f.step.ptr : NULL, .reference = o->f.reference, .memo = o->f.memo, .expires_ms = o->f.expires_ms, .round = o->f.round};
    a.after = a.now;
    int rc = question(s, o, &a.now, &a.ask, &err);
    if (rc) {
        *how = rc == -VG_ENOENT && o->f.withdrawing ? withdrawn(s, &o->f, o->channel) : put_off(s, &o->f, err.what);
        return false;
    }
    if ((rc = take_archive(s, o, &a.ask, &err)) != 0) {
        *how = put_off(s, &o->f, err.what);
        return false;
    }
    if (!ask_it(s, o, &a, how)) return false;
    a.taken = o->channel->take(&o->view, &a.now, &a.ask, &a.reply, s->arena, &a.after, &a.turn, &a.why) == 0;
    if (!a.taken) {
        snprintf(a.why.what, sizeof a.why.what, "no memory for the answer");
        a.turn = VG_GO_LATER;
        a.after = a.now;
    }
    const vg_filing_took took = outcome(&o->f, &a);
    *how = write_down(s, &o->f, &took);
    if (*how == VG_SENT_ON && a.reply.kind == VG_REPLY_NOT_SENT) *how = VG_SENT_NOT_REACHED;
    return *how == VG_SENT_ON && a.turn == VG_GO_ON;
}

/* What was read as due may have been sent, put off or taken back since. */
static bool is_due(const vg_filing *f, int64_t now_ms)
{
    return f->state >= VG_FILING_QUEUED && f->state <= VG_FILING_LATER && (f->next_ms <= now_ms || f->next_ms > now_ms + VG_FILING_WAIT_MOST_MS);
}

vg_sent vg_filing_send(vg_sender *s, int64_t id)
{
    vg_filing_open_t o = {0};
    vg_error err = {0};
    vg_sent how = VG_SENT_ON;
    vg_arena_reset(s->arena);
    int rc = vg_store_filing_get(s->store, id, s->arena, &o.f, &err);
    if (rc == -VG_ENOENT || (!rc && !is_due(&o.f, vg_time_now()))) return VG_SENT_ON;
    bool read = !rc;
    if (!rc) rc = vg_filing_open_up(s->server, s->store, s->arena, VG_STR("server"), true, vg_time_now(), &o, &err);
    if (rc) {
        vg_log(VG_LOG_WARN, "net", "filing %lld is not sent now: %s", (long long)id, err.what);
        how = read ? put_off(s, &o.f, err.what) : VG_SENT_STUCK;
    } else if (is_as_confirmed(s, &o, &how)) {
        for (int i = 0; i < STEPS_AT_ONCE && !stopping(s->server); i++) {
            if (!step(s, &o, &how)) break;
            if (vg_store_filing_get(s->store, id, s->arena, &o.f, &err)) break;
        }
    }
    vg_filing_close(&o);
    return how;
}
