/* SPDX-License-Identifier: Apache-2.0
 *
 * The webhook thread: deliveries that the store wrote with a case or a decision go out, signed (Standard
 * Webhooks 1.0), at least once. What fails is tried again after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24
 * h, then kept as a dead letter. Only https, or http to this very machine; the answer's body is not read,
 * redirects are not followed. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include "base/alloc.h"
#include "base/log.h"
#include "base/time.h"
#include "net/loopback.h"
#include "net/server_int.h"

enum { AT_ONCE = 16, TIMEOUT_MS = 10000, ROUND_MS = 500, COUNT_MOST = 1000 };

static const int64_t standard_waits[9] = {
    5 * VG_SECOND_MS, 5 * VG_MINUTE_MS, 30 * VG_MINUTE_MS, 2 * VG_HOUR_MS,  5 * VG_HOUR_MS,
    10 * VG_HOUR_MS,  14 * VG_HOUR_MS,  20 * VG_HOUR_MS,   24 * VG_HOUR_MS,
};

void vg_webhook_sign(const uint8_t *secret, size_t secret_len, vg_str id, int64_t timestamp, vg_str body,
                     char out[64])
{
    crypto_auth_hmacsha256_state state;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char when[24];
    int n = snprintf(when, sizeof when, ".%lld.", (long long)timestamp);
    crypto_auth_hmacsha256_init(&state, secret, secret_len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)id.ptr, id.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)when, (unsigned long long)(n > 0 ? n : 0));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)body.ptr, body.len);
    crypto_auth_hmacsha256_final(&state, mac);
    memcpy(out, "v1,", 3);
    sodium_bin2base64(out + 3, 61, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
    sodium_memzero(&state, sizeof state);
}

int64_t vg_webhook_wait(const int64_t *schedule, int attempts)
{
    if (!schedule) schedule = standard_waits;
    if (attempts < 1) attempts = 1;
    return attempts <= 9 ? schedule[attempts - 1] : 0;
}

bool vg_webhook_url_allowed(const char *url, bool *plain)
{
    CURLU *parts = curl_url();
    char *scheme = NULL, *host = NULL;
    bool good = false;
    *plain = false;
    if (parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        vg_peer peer;
        size_t len = strlen(host);
        bool bracket = len > 2 && host[0] == '[';
        bool here = strcasecmp(host, "localhost") == 0 ||
                    (vg_peer_parse(bracket ? (vg_str){host + 1, len - 2} : (vg_str){host, len}, &peer) &&
                     peer.loopback);
        *plain = strcmp(scheme, "http") == 0;
        good = strcmp(scheme, "https") == 0 || (*plain && here);
    }
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(parts);
    return good;
}

/* One delivery under way. */
typedef struct sending {
    const vg_delivery *delivery;
    CURL *easy;
    struct curl_slist *headers;
    char error[CURL_ERROR_SIZE];
    bool done;
} sending;

static size_t ignore_body(char *bytes, size_t size, size_t count, void *context)
{
    size_t *seen = context;
    (void)bytes;
    *seen += size * count;
    return *seen > (64u << 10) ? 0 : size * count; /* a receiver has nothing to say at length */
}

/* "localhost" may have been given another meaning: plain http goes to a loopback address or nowhere. */
curl_socket_t vg_open_loopback(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)context;
    (void)purpose;
    char text[INET6_ADDRSTRLEN] = "";
    vg_peer peer;
    if (address->family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)&address->addr)->sin_addr, text,
                  sizeof text);
    else if (address->family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)&address->addr)->sin6_addr, text,
                  sizeof text);
    if (!vg_peer_parse(vg_str_of(text), &peer) || !peer.loopback) return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static bool add_header(sending *s, const char *format, const char *value)
{
    char line[256];
    snprintf(line, sizeof line, format, value);
    struct curl_slist *longer = curl_slist_append(s->headers, line);
    if (longer) s->headers = longer;
    return longer != NULL;
}

static bool add_headers(sending *s)
{
    const vg_delivery *d = s->delivery;
    char id[128], when[24], signature[64];
    int64_t timestamp = vg_time_now() / 1000;
    snprintf(id, sizeof id, "%.*s", VG_STR_ARG(d->message_id));
    snprintf(when, sizeof when, "%lld", (long long)timestamp);
    vg_webhook_sign(d->secret, sizeof d->secret, vg_str_of(id), timestamp, d->body, signature);
    return add_header(s, "webhook-id: %s", id) && add_header(s, "webhook-timestamp: %s", when) &&
           add_header(s, "webhook-signature: %s", signature) &&
           add_header(s, "Content-Type: %s", "application/json") && add_header(s, "Expect:%s", "");
}

static bool prepare(sending *s, const char *url, size_t *seen)
{
    bool plain;
    if (!vg_webhook_url_allowed(url, &plain)) {
        snprintf(s->error, sizeof s->error, "this URL is not https, nor http to this machine");
        return false;
    }
    s->easy = curl_easy_init();
    if (!s->easy || !add_headers(s)) {
        snprintf(s->error, sizeof s->error, "no memory");
        return false;
    }
    CURL *e = s->easy;
    curl_easy_setopt(e, CURLOPT_URL, url);
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)TIMEOUT_MS);
    curl_easy_setopt(e, CURLOPT_USERAGENT, "vigie/" VG_VERSION);
    curl_easy_setopt(e, CURLOPT_HTTPHEADER, s->headers);
    curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->delivery->body.len);
    curl_easy_setopt(e, CURLOPT_POSTFIELDS, s->delivery->body.ptr);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, ignore_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, seen);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, s->error);
    curl_easy_setopt(e, CURLOPT_PRIVATE, (void *)s);
    if (plain) {
        curl_easy_setopt(e, CURLOPT_NOPROXY, "*");
        curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, vg_open_loopback);
    }
    return true;
}

/* Writes down what became of an attempt. `status` 0: no answer. */
static void record(vg_server *server, vg_store *store, const sending *s, long status)
{
    const vg_delivery *d = s->delivery;
    bool delivered = status >= 200 && status < 300;
    int64_t next_ms = 0;
    char error[CURL_ERROR_SIZE + 32] = "";
    vg_error err = {0};
    if (!delivered) {
        int64_t wait = vg_webhook_wait(server->options.webhook_retry_ms, d->attempts + 1);
        if (status == 410) wait = 0; /* Gone: the receiver asks never to be called again */
        if (wait)
            next_ms = vg_time_now() + wait +
                      (int64_t)randombytes_uniform((uint32_t)(wait / 20 + 1)); /* not all at once */
        if (status) snprintf(error, sizeof error, "answered %ld", status);
        else snprintf(error, sizeof error, "%s", s->error[0] ? s->error : "no answer");
    }
    vg_count(delivered ? &server->gauges.webhook_delivered : &server->gauges.webhook_failed, 1);
    if (vg_store_delivery_result(store, d->id, delivered, next_ms, vg_str_of(error), &err))
        vg_log(VG_LOG_ERROR, "net", "a delivery's result was not stored: %s", err.what);
    else if (!delivered && !next_ms)
        vg_log(VG_LOG_WARN, "net", "webhook delivery %lld is a dead letter: %s", (long long)d->id, error);
}

static bool stopping(vg_server *server)
{
    bool stop;
    pthread_mutex_lock(&server->lock);
    stop = server->stop;
    pthread_mutex_unlock(&server->lock);
    return stop;
}

static void finish_done(vg_server *server, vg_store *store, CURLM *multi)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left))) {
        char *context = NULL;
        long status = 0;
        if (message->msg != CURLMSG_DONE) continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
        curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
        sending *s = (sending *)(void *)context;
        if (message->data.result != CURLE_OK && message->data.result != CURLE_WRITE_ERROR) {
            if (!s->error[0])
                snprintf(s->error, sizeof s->error, "%s", curl_easy_strerror(message->data.result));
            status = 0;
        }
        record(server, store, s, status);
        s->done = true;
    }
}

/* Sends up to AT_ONCE deliveries side by side. Those cut short by the server's stop are as if never tried. */
static void send_group(vg_server *server, vg_store *store, vg_arena *arena, CURLM *multi,
                       const vg_delivery *list, size_t count)
{
    sending all[AT_ONCE];
    size_t seen[AT_ONCE] = {0};
    int running = 0;
    memset(all, 0, sizeof all);
    for (size_t i = 0; i < count; i++) {
        all[i].delivery = &list[i];
        vg_str url = vg_arena_copy(arena, list[i].url);
        if (url.ptr && prepare(&all[i], url.ptr, &seen[i]) &&
            curl_multi_add_handle(multi, all[i].easy) == CURLM_OK)
            continue;
        record(server, store, &all[i], 0);
        all[i].done = true;
    }
    do {
        if (curl_multi_perform(multi, &running) != CURLM_OK) break;
        finish_done(server, store, multi);
        if (running) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    } while (running && !stopping(server));
    for (size_t i = 0; i < count; i++) {
        if (all[i].easy) {
            curl_multi_remove_handle(multi, all[i].easy);
            curl_easy_cleanup(all[i].easy);
        }
        curl_slist_free_all(all[i].headers);
    }
}

static size_t send_due(vg_server *server, vg_store *store, vg_arena *arena, CURLM *multi)
{
    vg_delivery *list = NULL;
    size_t count = 0;
    vg_error err = {0};
    vg_arena_reset(arena);
    if (vg_store_deliveries(store, false, VG_STR("*"), vg_time_now(), AT_ONCE, arena, &list, &count, &err)) {
        vg_log(VG_LOG_WARN, "net", "webhook deliveries were not read: %s", err.what);
        return 0;
    }
    if (count > AT_ONCE) count = AT_ONCE;
    if (count) send_group(server, store, arena, multi, list, count);
    return count;
}

static void count_states(vg_server *server, vg_store *store, vg_arena *arena)
{
    vg_delivery *list = NULL;
    size_t count = 0;
    vg_arena_reset(arena);
    if (!vg_store_deliveries(store, true, VG_STR("*"), vg_time_now(), COUNT_MOST, arena, &list, &count, NULL))
        atomic_store(&server->gauges.webhook_dead, count);
    if (!vg_store_deliveries(store, false, VG_STR("*"), vg_time_now(), COUNT_MOST, arena, &list, &count,
                             NULL))
        atomic_store(&server->gauges.webhook_waiting, count);
}

void *vg_webhook_main(void *argument)
{
    vg_server *server = argument;
    vg_store *store = NULL;
    vg_arena *arena = vg_arena_create(64 << 10, 64 << 20);
    CURLM *multi = server->curl;
    vg_error err = {0};
    int64_t version = -1, seen = -2;
    unsigned rounds = 0;
    if (!arena || vg_store_open(&store, server->data_dir, server->ring, &err)) {
        vg_log(VG_LOG_ERROR, "net", "webhooks are not sent: %s", err.what);
        goto out;
    }
    while (!stopping(server)) {
        size_t sent = send_due(server, store, arena, multi);
        /* counting reads many rows: when something changed, and then once in ten seconds at most */
        if (rounds++ % 20 == 0 && vg_store_changes(store, &version, NULL) == 0 && version != seen) {
            count_states(server, store, arena);
            seen = version;
        }
        if (sent < AT_ONCE && vg_server_pause(server, ROUND_MS)) break;
    }
out:
    if (store) vg_store_close(&store);
    vg_arena_destroy(&arena);
    return NULL;
}
