/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. API keys are few and asked for with every request, so they live in memory as a sorted array that
 * never changes; the watch thread builds a new one when the store changed and swaps it in. A pool thread
 * holds a reference and looks, with one atomic load per request, whether its table is still the current one.
 * Sessions are looked up in the store, on desks. */
#include <sodium.h>
#include <stdlib.h>
#include <strings.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/time.h"
#include "store/people/people.h"
#include "net/server_int.h"

enum { MAX_TOKEN = 256, MAX_COOKIE = 4096, FAILURES_PER_SECOND = 2, FAILURES_BURST = 30 };

int vg_auth_init(vg_auth_state *auth, const vg_server_options *options, vg_error *err)
{
    (void)err;
    auth->table = NULL;
    auth->buckets = NULL;
    atomic_store(&auth->generation, 1);
    pthread_mutex_init(&auth->lock, NULL);
    auth->key_rate = vg_rate_of(options->events_per_second, 1000, 2ull * options->events_per_second);
    vg_ip_limit_init(&auth->signins,
                     vg_rate_of(options->signins_per_minute, 60000, options->signins_per_minute));
    vg_ip_limit_init(&auth->failures, vg_rate_of(FAILURES_PER_SECOND, 1000, FAILURES_BURST));
    return 0;
}

static void drop_table(vg_key_table **table)
{
    if (*table && atomic_fetch_sub(&(*table)->references, 1) == 1) vg_free(*table);
    *table = NULL;
}

void vg_auth_free(vg_auth_state *auth)
{
    drop_table(&auth->table);
    while (auth->buckets) {
        vg_key_bucket *next = auth->buckets->next;
        vg_free(auth->buckets);
        auth->buckets = next;
    }
    vg_ip_limit_destroy(&auth->signins);
    vg_ip_limit_destroy(&auth->failures);
    pthread_mutex_destroy(&auth->lock);
}

static vg_bucket *bucket_of(vg_auth_state *auth, int64_t id)
{
    vg_key_bucket *b;
    for (b = auth->buckets; b; b = b->next)
        if (b->id == id) return &b->bucket;
    b = vg_calloc(1, sizeof *b);
    if (!b) return NULL;
    b->id = id;
    b->next = auth->buckets;
    auth->buckets = b;
    return &b->bucket;
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(((const vg_key *)a)->hash, ((const vg_key *)b)->hash, 32);
}

static uint64_t digest_of(const vg_key_table *table)
{
    static const vg_hash_key none = {0, 0};
    uint64_t h = table->count;
    for (size_t i = 0; i < table->count; i++) {
        const vg_key *k = &table->keys[i];
        h = vg_hash_mix(h, vg_hash64(&none, k->hash, sizeof k->hash));
        h = vg_hash_mix(h, vg_hash64(&none, k->space, strlen(k->space)));
        h = vg_hash_mix(h, ((uint64_t)k->id << 8) ^ k->scopes);
    }
    return h;
}

int vg_auth_load(vg_auth_state *auth, vg_store *store, bool *changed, vg_error *err)
{
    vg_arena *arena = vg_arena_create(16 << 10, 64 << 20);
    vg_key_table *table = NULL;
    vg_api_key *rows = NULL;
    size_t count = 0;
    int rc = 0;
    if (changed) *changed = false;
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for the API keys");
    rc = vg_store_key_list(store, arena, &rows, &count, err);
    if (rc) goto out;
    table = vg_calloc(1, sizeof *table + count * sizeof table->keys[0]);
    if (!table) {
        rc = vg_fail(err, VG_ENOMEM, "", "no memory for the API keys");
        goto out;
    }
    atomic_store(&table->references, 1);
    pthread_mutex_lock(&auth->lock);
    for (size_t i = 0; i < count; i++) {
        vg_key *k = &table->keys[table->count];
        if (rows[i].revoked_ms || rows[i].space.len > VG_EVENT_MAX_NAME) continue;
        memcpy(k->hash, rows[i].hash, sizeof k->hash);
        memcpy(k->space, rows[i].space.ptr, rows[i].space.len);
        k->id = rows[i].id;
        k->scopes = rows[i].scopes;
        k->bucket = bucket_of(auth, k->id);
        table->count++;
    }
    qsort(table->keys, table->count, sizeof table->keys[0], by_hash);
    table->digest = digest_of(table);
    if (!auth->table || auth->table->digest != table->digest) {
        drop_table(&auth->table);
        auth->table = table;
        table = NULL;
        atomic_fetch_add(&auth->generation, 1);
        if (changed) *changed = true;
    }
    pthread_mutex_unlock(&auth->lock);
out:
    vg_free(table);
    vg_arena_destroy(&arena);
    return rc;
}

/* The current table, held by the lane. */
static const vg_key_table *table_of(vg_auth_state *auth, vg_lane *lane)
{
    uint64_t generation = atomic_load_explicit(&auth->generation, memory_order_acquire);
    if (lane->keys && lane->keys_generation == generation) return lane->keys;
    pthread_mutex_lock(&auth->lock);
    drop_table(&lane->keys);
    lane->keys = auth->table;
    if (lane->keys) atomic_fetch_add(&lane->keys->references, 1);
    lane->keys_generation = atomic_load(&auth->generation);
    pthread_mutex_unlock(&auth->lock);
    return lane->keys;
}

int vg_auth_key(vg_lane *lane, vg_exchange *x, uint32_t scope, vg_error *err)
{
    const vg_key_table *table = table_of(&x->server->auth, lane);
    vg_str token = x->authorization;
    vg_key want, *found;
    if (token.len < 7 || strncasecmp(token.ptr, "Bearer ", 7) != 0)
        return vg_fail(err, VG_EUNAUTHORIZED, "", "expected the header Authorization: Bearer vg_...");
    token = (vg_str){token.ptr + 7, token.len - 7};
    while (token.len && token.ptr[0] == ' ') token = (vg_str){token.ptr + 1, token.len - 1};
    if (token.len == 0 || token.len > MAX_TOKEN || !table)
        return vg_fail(err, VG_EUNAUTHORIZED, "", "this key is not known, or it was revoked");
    vg_seal_token_hash(x->server->ring, token, want.hash);
    /* the hash is keyed with a secret: how far a comparison gets tells nothing about a token */
    found = bsearch(&want, table->keys, table->count, sizeof table->keys[0], by_hash);
    if (!found) return vg_fail(err, VG_EUNAUTHORIZED, "", "this key is not known, or it was revoked");
    if ((found->scopes & scope) != scope)
        return vg_fail(err, VG_EFORBIDDEN, "", "this key does not have the scope that this takes");
    x->key.known = true;
    x->key.id = found->id;
    x->key.scopes = found->scopes;
    x->key.bucket = found->bucket;
    x->key.space_len = strlen(found->space);
    memcpy(x->key.space, found->space, x->key.space_len + 1);
    return 0;
}

bool vg_auth_failed(vg_exchange *x, int64_t *wait_ms)
{
    return vg_ip_limit_take(&x->server->auth.failures, &x->peer, 1, vg_limit_now_ns(), wait_ms);
}

vg_str vg_auth_cookie(const vg_exchange *x)
{
    return vg_auth_cookie_named(x, "vigie_session");
}

vg_str vg_auth_cookie_named(const vg_exchange *x, const char *name)
{
    size_t n = strlen(name);
    vg_str rest = x->cookie;
    while (rest.len) {
        const char *semicolon = memchr(rest.ptr, ';', rest.len);
        vg_str one = {rest.ptr, semicolon ? (size_t)(semicolon - rest.ptr) : rest.len};
        rest = semicolon ? (vg_str){semicolon + 1, rest.len - one.len - 1} : (vg_str){"", 0};
        while (one.len && one.ptr[0] == ' ') one = (vg_str){one.ptr + 1, one.len - 1};
        if (one.len > n + 1 && memcmp(one.ptr, name, n) == 0 && one.ptr[n] == '=' && one.len <= MAX_COOKIE)
            return (vg_str){one.ptr + n + 1, one.len - n - 1};
    }
    return (vg_str){"", 0};
}

/* What a console asks by itself, with nobody at the keyboard: no sign of life. */
static bool asked_by_itself(const vg_exchange *x)
{
    static const char *const paths[] = {"/v1/events/stream", "/v1/cases", "/v1/session", "/v1/spaces"};
    if (x->method != VG_GET && x->method != VG_HEAD) return false;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (strcmp(x->route->label, paths[i]) == 0) return true;
    return false;
}

bool vg_auth_idle(const vg_server *server, const vg_session *session, int64_t now_ms)
{
    return server->options.session_idle_ms > 0 && session->seen_ms + server->options.session_idle_ms <= now_ms;
}

/* To about a minute: a write for each request would cost more than the request. */
static void note_seen(vg_desk *desk, const vg_exchange *x, int64_t now_ms)
{
    int64_t step = x->server->options.session_idle_ms / 4;
    if (step <= 0 || step > VG_MINUTE_MS) step = VG_MINUTE_MS;
    if (asked_by_itself(x) || now_ms - x->session.seen_ms < step) return;
    vg_error err = {0};
    if (vg_store_session_seen(desk->store, x->session.token_hash, x->user.id, now_ms, &err) && err.code != VG_EBUSY)
        vg_log(VG_LOG_WARN, "net", "a sign of life was not noted: %s", err.what);
}

int vg_auth_session(vg_desk *desk, vg_exchange *x, vg_error *err)
{
    vg_str token = vg_auth_cookie(x);
    uint8_t hash[32];
    int rc;
    if (!token.len) return vg_fail(err, VG_EUNAUTHORIZED, "", "sign in first");
    int64_t now_ms = vg_time_now();
    vg_seal_token_hash(x->server->ring, token, hash);
    rc = vg_store_session_find(desk->store, hash, now_ms, x->arena, &x->session, &x->user, err);
    if (rc == -VG_ENOENT) return vg_fail(err, VG_EUNAUTHORIZED, "", "the session has ended; sign in again");
    if (rc) return rc;
    if (x->user.disabled_ms)
        return vg_fail(err, VG_EUNAUTHORIZED, "", "the session has ended; sign in again");
    if (vg_auth_idle(x->server, &x->session, now_ms)) {
        vg_store_session_end(desk->store, hash, "idle", NULL); /* if it cannot be written now: it stays too old */
        return vg_fail(err, VG_EUNAUTHORIZED, "", "the session has ended, for nothing was done for a while; sign in again");
    }
    note_seen(desk, x, now_ms);
    if (x->method == VG_GET || x->method == VG_HEAD) return 0;
    size_t want = strlen(x->session.csrf);
    if (x->csrf.len != want || want == 0 || sodium_memcmp(x->csrf.ptr, x->session.csrf, want) != 0)
        return vg_fail(err, VG_EFORBIDDEN, "", "the header X-CSRF-Token is missing or not this session's");
    return 0;
}
