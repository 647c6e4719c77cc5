/* SPDX-License-Identifier: Apache-2.0
 *
 * Who sends when. One thread looks every half second what is due; a few others send, each one filing at a time. See net/filing.h for what it promises.
 *
 *      due rows --> lanes: one for each address, and one more for what is urgent there
 *                     |  at most one filing of a lane is under way, so that a slow receiver holds up nobody else's
 *                     '-> SENDERS threads, FOR_URGENT of which take nothing that is not urgent
 *
 * A lane whose receiver was not reached rests for REST_US, a filing that could be neither read nor written for STUCK_US: both by the monotonic clock. */
#include <stdio.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/time.h"
#include "net/filing_send.h"
#include "net/server_int.h"

enum { ROUND_MS = 500, DUE_MOST = 256, SENDERS = 6, FOR_URGENT = 2, PAUSES = 64, ARENA_MOST = 512 << 20 };
#define REST_US  (1 * 1000000LL)
#define STUCK_US (5 * 1000000LL)

typedef struct job {
    int64_t id; /* 0: none */
    uint64_t lane;
    bool urgent, taken;
} job;

typedef struct resting { /* a lane, or a filing */
    uint64_t what;
    bool filing;
    int64_t until_us;
} resting;

struct pool;
typedef struct worker {
    struct pool *pool;
    pthread_t thread;
    job now; /* what it sends */
    vg_sender sender;
} worker;

typedef struct pool {
    vg_server *server;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t more;
    job due[DUE_MOST];
    size_t due_count;
    worker workers[SENDERS];
    size_t worker_count;
    resting pauses[PAUSES];
    size_t paused; /* ever */
    bool stop;
} pool;

/* ---- which one is next ---- */

static bool rests(const pool *p, const job *j, int64_t us)
{
    for (size_t i = 0; i < PAUSES; i++)
        if (p->pauses[i].until_us > us && p->pauses[i].what == (p->pauses[i].filing ? (uint64_t)j->id : j->lane)) return true;
    return false;
}

static void let_rest(pool *p, uint64_t what, bool filing, int64_t us)
{
    p->pauses[p->paused++ % PAUSES] = (resting){what, filing, vg_time_monotonic_us() + us};
}

/* The same filing twice: under another lane, when a policy changed meanwhile. */
static bool is_under_way(const pool *p, const job *j)
{
    for (size_t i = 0; i < p->worker_count; i++)
        if (p->workers[i].now.id && (p->workers[i].now.id == j->id || p->workers[i].now.lane == j->lane)) return true;
    return false;
}

static job *pick(pool *p)
{
    size_t ordinary = 0, most = p->worker_count > FOR_URGENT ? p->worker_count - FOR_URGENT : 1;
    int64_t us = vg_time_monotonic_us();
    for (size_t i = 0; i < p->worker_count; i++) ordinary += p->workers[i].now.id && !p->workers[i].now.urgent;
    for (size_t i = 0; i < p->due_count; i++) {
        job *j = &p->due[i];
        bool room = j->urgent || ordinary < most;
        if (room && !j->taken && !is_under_way(p, j) && !rests(p, j, us)) return j;
    }
    return NULL;
}

/* ---- sending ---- */

/* A store and memory of its own, when it has something to do for the first time. */
static bool is_ready(vg_sender *s)
{
    vg_error err = {0};
    if (!s->arena) s->arena = vg_arena_create(64 << 10, ARENA_MOST);
    if (!s->scratch) s->scratch = vg_arena_create(8 << 10, 8 << 20);
    if (!s->arena || !s->scratch) vg_fail(&err, VG_ENOMEM, "", "no memory");
    else if (s->store || !vg_store_open(&s->store, s->server->data_dir, s->server->ring, &err)) {
        vg_store_take_turns(s->store, &s->server->turns);
        return true;
    }
    vg_log(VG_LOG_ERROR, "net", "a filing is not sent: %s", err.what);
    return false;
}

static void close_sender(vg_sender *s)
{
    if (s->store) vg_store_close(&s->store);
    vg_arena_destroy(&s->arena);
    vg_arena_destroy(&s->scratch);
}

static void *worker_main(void *argument)
{
    worker *w = argument;
    pool *p = w->pool;
    pthread_mutex_lock(&p->lock);
    while (!p->stop) {
        job *j = pick(p);
        if (!j) {
            pthread_cond_wait(&p->more, &p->lock);
            continue;
        }
        j->taken = true;
        w->now = *j;
        pthread_mutex_unlock(&p->lock);
        vg_sent how = is_ready(&w->sender) ? vg_filing_send(&w->sender, w->now.id) : VG_SENT_STUCK;
        vg_arena_destroy(&w->sender.arena); /* a dossier may be large; none is kept while nothing is sent */
        pthread_mutex_lock(&p->lock);
        if (how == VG_SENT_NOT_REACHED) let_rest(p, w->now.lane, false, REST_US);
        if (how == VG_SENT_STUCK) let_rest(p, (uint64_t)w->now.id, true, STUCK_US);
        w->now.id = 0;
    }
    pthread_mutex_unlock(&p->lock);
    close_sender(&w->sender);
    return NULL;
}

static void start_workers(pool *p)
{
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < SENDERS; i++) {
        worker *w = &p->workers[p->worker_count];
        *w = (worker){.pool = p, .sender = {.server = p->server}};
        if (!pthread_create(&w->thread, NULL, worker_main, w)) p->worker_count++;
    }
    if (p->worker_count < SENDERS) vg_log(VG_LOG_ERROR, "net", "of %d threads that send filings %zu are there", SENDERS, p->worker_count);
    pthread_mutex_unlock(&p->lock);
}

static void stop_workers(pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    for (size_t i = 0; i < p->worker_count; i++) pthread_join(p->workers[i].thread, NULL);
}

/* ---- what is due ---- */

typedef struct looking { /* the thread that looks */
    pool *pool;
    vg_server *server;
    vg_store *store;
    vg_arena *arena;
    int64_t slept_us, wall_ms; /* to notice that the clock was set */
} looking;

/* Where a filing goes: the channel's address, else the receiver. What a person carries waits for nobody. */
static uint64_t lane_of(const vg_policy_set *set, const vg_filing_due_row *row)
{
    const vg_hash_key key = {0x6c616e65, 1};
    char name[48], text[600];
    const vg_policy *policy = set ? vg_policy_set_find(set, row->space, NULL) : NULL;
    snprintf(name, sizeof name, "%.*s", VG_STR_ARG(row->channel));
    const vg_report_channel *c = policy ? vg_report_channel_find(policy->report, name) : NULL;
    int n = c && c->url ? snprintf(text, sizeof text, "%s", c->url) : snprintf(text, sizeof text, "%s %.*s", name, VG_STR_ARG(row->receiver_id));
    uint64_t h = vg_hash64(&key, text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
    return row->urgent ? h | 1 : h & ~UINT64_C(1);
}

/* Waits are by the wall clock. When it is set back, whatever waits is tried now. */
static void look_at_clock(looking *l)
{
    vg_error err = {0};
    int64_t wall_ms = vg_time_now(), us = vg_time_monotonic_us();
    int64_t jump = l->wall_ms ? (wall_ms - l->wall_ms) - (us - l->slept_us) / 1000 : 0;
    if (jump < -VG_MINUTE_MS) {
        vg_log(VG_LOG_WARN, "net", "the clock was set back by %lld s: filings that wait are tried now", (long long)(-jump / 1000));
        if (vg_store_filing_wake(l->store, wall_ms, &err)) {
            vg_log(VG_LOG_WARN, "net", "filings that wait were not woken: %s", err.what);
            return; /* noticed again with the next round */
        }
    }
    l->wall_ms = wall_ms;
    l->slept_us = us;
}

static void look(looking *l)
{
    vg_filing_due_row *rows;
    size_t count;
    vg_error err = {0};
    vg_arena_reset(l->arena);
    look_at_clock(l);
    if (vg_store_filing_due(l->store, vg_time_now(), VG_FILING_WAIT_MOST_MS, DUE_MOST, l->arena, &rows, &count, &err)) {
        vg_log(VG_LOG_WARN, "net", "filings were not read: %s", err.what);
        return;
    }
    vg_policy_set *set = count ? vg_pipeline_policies(l->server->pipeline) : NULL;
    pool *p = l->pool;
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < count; i++) p->due[i] = (job){.id = rows[i].id, .lane = lane_of(set, &rows[i]), .urgent = rows[i].urgent};
    p->due_count = count;
    if (count) pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    if (set) vg_policy_set_unref(&set);
}

static void count_states(looking *l)
{
    vg_filing_count *all;
    size_t count;
    int64_t states[VG_FILING_STATES] = {0}, oldest = 0, late = 0, now_ms = vg_time_now();
    vg_arena_reset(l->arena);
    if (vg_store_filing_counts(l->store, l->arena, &all, &count, NULL)) return;
    for (size_t i = 0; i < count; i++) {
        states[all[i].state] += all[i].count;
        bool waits = all[i].state >= VG_FILING_QUEUED && all[i].state <= VG_FILING_LATER;
        if (waits && (!oldest || all[i].oldest_ms < oldest)) oldest = all[i].oldest_ms;
        if (all[i].state <= VG_FILING_CONFIRMED && all[i].due_ms < now_ms) late += all[i].count;
    }
    for (int i = 0; i < VG_FILING_STATES; i++) atomic_store(&l->server->gauges.filings[i], states[i]);
    atomic_store(&l->server->gauges.filing_oldest_ms, oldest);
    atomic_store(&l->server->gauges.filings_late, late);
}

static void run(looking *l)
{
    int64_t version = -1, seen = -2;
    for (unsigned rounds = 0;; rounds++) {
        look(l);
        vg_filing_hand_overs(l->server, l->store, l->arena);
        if (rounds % 20 == 0 && vg_store_changes(l->store, &version, NULL) == 0 && (version != seen || rounds % 120 == 0)) {
            count_states(l);
            seen = version;
        }
        if (vg_server_pause(l->server, ROUND_MS)) return;
    }
}

void *vg_filing_main(void *argument)
{
    vg_server *server = argument;
    vg_error err = {0};
    pool p = {.server = server};
    looking l = {.pool = &p, .server = server, .arena = vg_arena_create(64 << 10, ARENA_MOST)};
    pthread_mutex_init(&p.lock, NULL);
    pthread_cond_init(&p.more, NULL);
    bool said = false, over = !l.arena;
    if (over) vg_log(VG_LOG_ERROR, "net", "filings are not sent: no memory");
    while (!over && vg_store_open(&l.store, server->data_dir, server->ring, &err)) { /* held by somebody, no room: not for ever */
        if (!said) vg_log(VG_LOG_ERROR, "net", "filings are not sent yet: %s", err.what);
        said = true;
        over = vg_server_pause(server, ROUND_MS);
    }
    if (!over) {
        vg_store_take_turns(l.store, &server->turns);
        start_workers(&p);
        run(&l);
        stop_workers(&p);
    }
    if (l.store) vg_store_close(&l.store);
    vg_arena_destroy(&l.arena);
    pthread_cond_destroy(&p.more);
    pthread_mutex_destroy(&p.lock);
    return NULL;
}
