/* SPDX-License-Identifier: Apache-2.0 */
#include "net/sse.h"

#include <sodium.h>
#include <stdio.h>
#include <time.h>
#include "base/alloc.h"
#include "base/time.h"
#include "review/permission.h"
#include "review/review.h"
#include "store/training/gold.h"
#include "store/people/people.h"

/* One stream lasts at most so long: a console reconnects by itself, and is then asked who it is again. */
#define STREAM_MS VG_HOUR_MS
#define WAKE_PAUSE_MS 20

static const char again[] = "event: reconnect\ndata: {}\n\n";

void vg_hub_init(vg_hub *hub, vg_gauges *gauges)
{
    memset(hub, 0, sizeof *hub);
    pthread_mutex_init(&hub->lock, NULL);
    pthread_cond_init(&hub->more, NULL);
    hub->gauges = gauges;
}

void vg_hub_destroy(vg_hub *hub)
{
    pthread_cond_destroy(&hub->more);
    pthread_mutex_destroy(&hub->lock);
}

static void free_subscriber(vg_subscriber *s)
{
    vg_buf_free(&s->pending);
    pthread_mutex_destroy(&s->lock);
    vg_free(s->spaces);
    vg_free(s->readable);
    vg_free(s);
}

/* The spaces where `user` holds the permission, as a string of its own; NULL: no memory. */
static char *spaces_with(const vg_user *user, vg_permission permission, vg_arena *arena)
{
    vg_str list;
    if (vg_review_spaces_with(user, permission, arena, &list, NULL)) return NULL;
    char *copy = vg_malloc(list.len + 1);
    if (!copy) return NULL;
    if (list.len) memcpy(copy, list.ptr, list.len);
    copy[list.len] = '\0';
    return copy;
}

int vg_hub_join(vg_hub *hub, const vg_user *user, const vg_session *session, vg_arena *arena, vg_subscriber **out,
                vg_error *err)
{
    vg_subscriber *s = vg_calloc(1, sizeof *s);
    bool room;
    if (!s) return vg_fail(err, VG_ENOMEM, "", "no memory for a stream");
    pthread_mutex_init(&s->lock, NULL);
    vg_buf_init(&s->pending, VG_STREAM_BYTES);
    s->spaces = spaces_with(user, VG_MAY_CASE_LIST, arena);
    s->readable = spaces_with(user, VG_MAY_CASE_READ, arena);
    if (!s->spaces || !s->readable) {
        free_subscriber(s);
        return vg_fail(err, VG_ENOMEM, "", "no memory for a stream");
    }
    snprintf(s->user, sizeof s->user, "%.*s", VG_STR_ARG(user->name));
    memcpy(s->token_hash, session->token_hash, sizeof s->token_hash);
    s->ends_ms = vg_time_now() + STREAM_MS;
    if (session->expires_ms < s->ends_ms) s->ends_ms = session->expires_ms;
    s->hub = hub;
    vg_buf_add_cstr(&s->pending, "retry: 2000\n\n");
    pthread_mutex_lock(&hub->lock);
    room = hub->count < VG_HUB_MAX && !hub->ended;
    if (room) {
        s->next = hub->first;
        hub->first = s;
        hub->count++;
        atomic_store(&hub->gauges->streams, hub->count);
    }
    pthread_mutex_unlock(&hub->lock);
    if (!room) {
        free_subscriber(s);
        return vg_fail(err, VG_EBUSY, "", "too many consoles are open");
    }
    *out = s;
    return 0;
}

void vg_hub_leave(vg_subscriber **subscriber)
{
    vg_subscriber *s = *subscriber;
    vg_hub *hub = s->hub;
    pthread_mutex_lock(&hub->lock);
    for (vg_subscriber **at = &hub->first; *at; at = &(*at)->next)
        if (*at == s) {
            *at = s->next;
            hub->count--;
            break;
        }
    atomic_store(&hub->gauges->streams, hub->count);
    pthread_mutex_unlock(&hub->lock);
    free_subscriber(s);
    *subscriber = NULL;
}

ssize_t vg_hub_read(vg_subscriber *s, void *connection, char *out, size_t size)
{
    ssize_t n = 0;
    pthread_mutex_lock(&s->lock);
    s->connection = connection;
    if (s->sent < s->pending.len) {
        size_t left = s->pending.len - s->sent;
        size_t take = left < size ? left : size;
        memcpy(out, s->pending.ptr + s->sent, take);
        s->sent += take;
        if (s->sent == s->pending.len) {
            vg_buf_clear(&s->pending);
            s->sent = 0;
        }
        n = (ssize_t)take;
    } else if (s->ended) n = -1;
    else {
        s->asleep = true;
        s->hub->suspend(connection);
    }
    pthread_mutex_unlock(&s->lock);
    return n;
}

static void wake(vg_subscriber *s)
{
    if (!s->asleep) return;
    s->asleep = false;
    s->hub->resume(s->connection);
}

static void wake_later(vg_subscriber *s)
{
    if (!s->hub->caller) wake(s);
    else if (s->asleep && !s->hub->due) {
        s->hub->due = true;
        pthread_cond_signal(&s->hub->more);
    }
}

static void wake_all(vg_hub *hub)
{
    for (vg_subscriber *s = hub->first; s; s = s->next) {
        pthread_mutex_lock(&s->lock);
        if (s->sent < s->pending.len || s->ended) wake(s);
        pthread_mutex_unlock(&s->lock);
    }
}

void *vg_hub_main(void *argument)
{
    vg_hub *hub = argument;
    const struct timespec pause = {0, WAKE_PAUSE_MS * 1000000L};
    pthread_mutex_lock(&hub->lock);
    hub->caller = true;
    while (!hub->ended) {
        if (!hub->due) {
            pthread_cond_wait(&hub->more, &hub->lock);
            continue;
        }
        hub->due = false;
        wake_all(hub);
        pthread_mutex_unlock(&hub->lock);
        nanosleep(&pause, NULL); /* what comes meanwhile goes together */
        pthread_mutex_lock(&hub->lock);
    }
    hub->caller = false;
    wake_all(hub);
    pthread_mutex_unlock(&hub->lock);
    return NULL;
}

/* With the hub's lock held. Adds to what one console is to receive; one that does not read is told to come again, and that is its last.
 */
static void add(vg_subscriber *s, const char *bytes, size_t len)
{
    pthread_mutex_lock(&s->lock);
    if (!s->ended) {
        if (s->pending.len + len + sizeof again > VG_STREAM_BYTES) {
            s->ended = true;
            vg_buf_add(&s->pending, again, sizeof again - 1);
            vg_count(&s->hub->gauges->streams_dropped, 1);
        } else vg_buf_add(&s->pending, bytes, len);
        if (s->pending.failed) s->ended = true;
        wake_later(s);
    }
    pthread_mutex_unlock(&s->lock);
}

static void end(vg_subscriber *s)
{
    pthread_mutex_lock(&s->lock);
    if (!s->ended) {
        vg_buf_add(&s->pending, again, sizeof again - 1);
        s->ended = true;
    }
    wake(s);
    pthread_mutex_unlock(&s->lock);
}

bool vg_hub_empty(vg_hub *hub)
{
    bool empty;
    pthread_mutex_lock(&hub->lock);
    empty = hub->count == 0;
    pthread_mutex_unlock(&hub->lock);
    return empty;
}

static void write_change(vg_buf *line, const vg_case *c, const char *change, int64_t now_ms)
{
    vg_buf_printf(line, "event: case\ndata: ");
    vg_json_case_open(line, c, now_ms, true);
    vg_buf_printf(line, ",\"change\":\"%s\"}\n\n", change);
}

void vg_hub_case(vg_hub *hub, vg_store *store, vg_arena *arena, int64_t case_id, const char *change,
                 int64_t now_ms)
{
    vg_case c;
    vg_str only = {"", 0}; /* a copy of an item with a known answer is one person's */
    vg_buf line, veiled; /* as who may read the case is told of it; as others are */
    if (vg_hub_empty(hub) || vg_store_case_get(store, case_id, arena, &c, NULL)) return;
    if (c.shadow && (vg_store_gold_whose(store, c.id, arena, &only, NULL) || !only.len)) return;
    vg_buf_init(&line, 64 << 10);
    vg_buf_init(&veiled, 64 << 10);
    write_change(&line, &c, change, now_ms);
    if (vg_store_account_tag(store, c.space, c.account, arena, &c.account, NULL)) veiled.failed = true;
    else write_change(&veiled, &c, change, now_ms);
    if (!line.failed && !veiled.failed) {
        pthread_mutex_lock(&hub->lock);
        for (vg_subscriber *s = hub->first; s; s = s->next) {
            const vg_buf *told = vg_review_in_spaces(vg_str_of(s->readable), c.space) ? &line : &veiled;
            if (c.shadow && !vg_str_is(only, s->user)) continue;
            if (vg_review_in_spaces(vg_str_of(s->spaces), c.space)) add(s, told->ptr, told->len);
        }
        pthread_mutex_unlock(&hub->lock);
    }
    vg_buf_free(&line);
    vg_buf_free(&veiled);
}

void vg_hub_person(vg_hub *hub, vg_str user, vg_str line)
{
    pthread_mutex_lock(&hub->lock);
    for (vg_subscriber *s = hub->first; s; s = s->next)
        if (vg_str_is(user, s->user)) add(s, line.ptr, line.len);
    pthread_mutex_unlock(&hub->lock);
}

void vg_hub_space(vg_hub *hub, vg_str space, vg_str line)
{
    pthread_mutex_lock(&hub->lock);
    for (vg_subscriber *s = hub->first; s; s = s->next)
        if (vg_review_in_spaces(vg_str_of(s->spaces), space)) add(s, line.ptr, line.len);
    pthread_mutex_unlock(&hub->lock);
}

/* ---- what is asked of the store for each stream: never under the hub's lock, for whoever answers a request needs that ---- */

typedef struct listener {
    const vg_subscriber *of; /* to be compared, not followed: it may have left */
    char user[65];
    uint8_t token_hash[32];
    vg_str spaces;
    int64_t open;
} listener;

/* Who listens now, in the order of the list. NULL: nobody, or no memory. */
static listener *listeners(vg_hub *hub, vg_arena *arena, size_t *count)
{
    size_t n = 0;
    pthread_mutex_lock(&hub->lock);
    listener *all = hub->count ? vg_arena_calloc(arena, hub->count, sizeof *all) : NULL;
    for (const vg_subscriber *s = hub->first; all && s; s = s->next) {
        listener *l = &all[n++];
        l->of = s;
        memcpy(l->user, s->user, sizeof l->user);
        memcpy(l->token_hash, s->token_hash, sizeof l->token_hash);
        l->spaces = vg_arena_copy(arena, vg_str_of(s->spaces));
        if (!l->spaces.ptr) all = NULL;
    }
    pthread_mutex_unlock(&hub->lock);
    *count = all ? n : 0;
    return all;
}

/* Both are in one order, and who came since stands before all others. */
static const listener *find_listener(const listener *all, size_t count, size_t *at, const vg_subscriber *s)
{
    for (size_t i = *at; i < count; i++)
        if (all[i].of == s && strcmp(all[i].user, s->user) == 0 && vg_str_is(all[i].spaces, s->spaces)) {
            *at = i + 1;
            return &all[i];
        }
    return NULL;
}

/* What each sees open: the cases of their spaces, and what is theirs alone (what they see open is what they are told is open). */
static void count_open(listener *all, size_t count, vg_store *store, int64_t now_ms)
{
    vg_case_counts counts = {0};
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        while (same < i && !vg_str_eq(all[same].spaces, all[i].spaces)) same++;
        if (same < i) all[i].open = all[same].open;
        else all[i].open = vg_store_case_count(store, all[i].spaces, now_ms, &counts, NULL) ? -1 : counts.open;
    }
    for (size_t i = 0; i < count; i++) {
        int64_t own = 0;
        if (all[i].open >= 0 && !vg_store_gold_open(store, vg_str_of(all[i].user), all[i].spaces, &own, NULL)) all[i].open += own;
    }
}

static int write_pulse(char *line, size_t size, uint64_t per_second, const uint64_t verdicts[VG_VERDICTS], int64_t open)
{
    return snprintf(line, size,
                    "event: pulse\ndata: {\"events_per_second\":%llu,\"allow\":%llu,\"nudge\":%llu,\"review\":%llu,"
                    "\"hold\":%llu,\"block\":%llu,\"open\":%lld}\n\n",
                    (unsigned long long)per_second, (unsigned long long)verdicts[VG_VERDICT_ALLOW],
                    (unsigned long long)verdicts[VG_VERDICT_NUDGE], (unsigned long long)verdicts[VG_VERDICT_REVIEW],
                    (unsigned long long)verdicts[VG_VERDICT_HOLD], (unsigned long long)verdicts[VG_VERDICT_BLOCK], (long long)open);
}

void vg_hub_pulse(vg_hub *hub, vg_store *store, vg_arena *arena, uint64_t per_second, const uint64_t verdicts[VG_VERDICTS], int64_t now_ms)
{
    size_t count, at = 0;
    char line[320];
    listener *all = listeners(hub, arena, &count);
    count_open(all, count, store, now_ms);
    pthread_mutex_lock(&hub->lock);
    for (vg_subscriber *s = hub->first; s; s = s->next) {
        const listener *l = find_listener(all, count, &at, s);
        if (now_ms >= s->ends_ms) {
            end(s);
            continue;
        }
        if (!l || l->open < 0) continue; /* they hear it in a second */
        int n = write_pulse(line, sizeof line, per_second, verdicts, l->open);
        if (n > 0) add(s, line, (size_t)n);
    }
    pthread_mutex_unlock(&hub->lock);
}

void vg_hub_comment(vg_hub *hub)
{
    static const char comment[] = ": still here\n\n";
    pthread_mutex_lock(&hub->lock);
    for (vg_subscriber *s = hub->first; s; s = s->next) add(s, comment, sizeof comment - 1);
    pthread_mutex_unlock(&hub->lock);
}

void vg_hub_end_session(vg_hub *hub, const uint8_t token_hash[32])
{
    pthread_mutex_lock(&hub->lock);
    for (vg_subscriber *s = hub->first; s; s = s->next)
        if (sodium_memcmp(s->token_hash, token_hash, 32) == 0) end(s);
    pthread_mutex_unlock(&hub->lock);
}

void vg_hub_end_user(vg_hub *hub, vg_str user, const uint8_t *keep)
{
    pthread_mutex_lock(&hub->lock);
    for (vg_subscriber *s = hub->first; s; s = s->next)
        if (vg_str_is(user, s->user) && !(keep && sodium_memcmp(s->token_hash, keep, 32) == 0)) end(s);
    pthread_mutex_unlock(&hub->lock);
}

void vg_hub_check_sessions(vg_hub *hub, const struct vg_server *server, vg_store *store, vg_arena *arena, int64_t now_ms)
{
    size_t count;
    const listener *all = listeners(hub, arena, &count);
    for (size_t i = 0; i < count; i++) {
        vg_session session;
        vg_user user;
        vg_error err = {0};
        int rc = vg_store_session_find(store, all[i].token_hash, now_ms, arena, &session, &user, &err);
        if (rc == -VG_ENOENT || (rc == 0 && (user.disabled_ms || vg_auth_idle(server, &session, now_ms)))) vg_hub_end_session(hub, all[i].token_hash);
    }
}

void vg_hub_end(vg_hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    hub->ended = true;
    pthread_cond_signal(&hub->more);
    for (vg_subscriber *s = hub->first; s; s = s->next) end(s);
    pthread_mutex_unlock(&hub->lock);
}
