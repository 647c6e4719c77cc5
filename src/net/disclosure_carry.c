/* SPDX-License-Identifier: Apache-2.0
 *
 * One question over HTTP, with a bearer token: https, or http to this very machine; no redirects; a bounded answer. */
#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "net/disclosure.h"
#include "net/loopback.h"
#include "net/server_int.h"

enum { TIMEOUT_MS = 30000, CONNECT_MS = 10000, TOKEN_MOST = 4096 };

static size_t take(char *bytes, size_t size, size_t count, void *context)
{
    vg_buf *body = context;
    vg_buf_add(body, bytes, size * count);
    return body->failed ? 0 : size * count;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    static const char name[] = "retry-after:";
    int64_t *wait = context;
    size_t len = size * count;
    if (len > sizeof name && len < 64 && strncasecmp(bytes, name, sizeof name - 1) == 0) {
        char text[64] = "", *end;
        memcpy(text, bytes + sizeof name - 1, len - (sizeof name - 1));
        long seconds = strtol(text, &end, 10);
        if (end != text && seconds >= 0) *wait = seconds;
    }
    return len;
}

static void not_sent(vg_reply *reply, const char *why, vg_arena *arena)
{
    *reply = (vg_reply){.kind = VG_REPLY_NOT_SENT, .retry_after_s = -1, .why = vg_arena_copy(arena, vg_str_of(why))};
    if (!reply->why.ptr) reply->why = VG_STR("no memory");
}

static bool add(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer) *list = longer;
    return longer != NULL;
}

/* "Authorization: Bearer …"; false with the reason in `why`. */
static bool add_token(struct curl_slist **list, const char *file, vg_error *err)
{
    char *token = NULL, line[TOKEN_MOST + 64];
    size_t len = 0;
    if (!file) return vg_fail(err, VG_ENOENT, "", "the channel names no file of a token"), false;
    if (vg_file_read(file, TOKEN_MOST, &token, &len, err)) return false;
    while (len && (unsigned char)token[len - 1] <= ' ') token[--len] = '\0';
    bool good = len > 0 && !strpbrk(token, "\r\n");
    snprintf(line, sizeof line, "Authorization: Bearer %s", token);
    if (good) good = add(list, line);
    else vg_fail(err, VG_EINVAL, "", "the file of the token is empty, or has more than one line");
    sodium_memzero(line, sizeof line);
    sodium_memzero(token, len);
    vg_free(token);
    return good;
}

/* Whether what was asked may have arrived: everything that happens before the connection stands is harmless. */
static vg_reply_kind kind_of(CURLcode code)
{
    switch (code) {
    case CURLE_OK: return VG_REPLY_CAME;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_URL_MALFORMAT:
    case CURLE_OUT_OF_MEMORY: return VG_REPLY_NOT_SENT;
    default: return VG_REPLY_LOST;
    }
}

static void perform(CURL *e, const vg_ask *ask, vg_arena *arena, vg_reply *reply)
{
    char error[CURL_ERROR_SIZE] = "";
    long status = 0;
    vg_buf body;
    vg_buf_init(&body, VG_REPLY_MOST);
    *reply = (vg_reply){.retry_after_s = -1, .type = {"", 0}, .body = {"", 0}, .why = {"", 0}};
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, &reply->retry_after_s);
    if (vg_str_is(ask->method, "POST")) {
        curl_easy_setopt(e, CURLOPT_POSTFIELDS, ask->body.ptr);
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.len);
    }
    CURLcode code = curl_easy_perform(e);
    curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &status);
    reply->kind = kind_of(code);
    reply->status = (int)status;
    if (reply->kind == VG_REPLY_CAME) reply->body = body.len ? vg_arena_copy(arena, (vg_str){body.ptr, body.len}) : (vg_str){"", 0};
    else reply->why = vg_arena_copy(arena, vg_str_of(error[0] ? error : curl_easy_strerror(code)));
    if (!reply->body.ptr) reply->body = (vg_str){"", 0};
    if (!reply->why.ptr) reply->why = VG_STR("no answer");
    vg_buf_free(&body);
}

void vg_disclosure_carry(const vg_report_channel *channel, const vg_ask *ask, vg_arena *arena, vg_reply *reply)
{
    bool plain;
    vg_error err = {0};
    struct curl_slist *headers = NULL;
    size_t base = strlen(channel->url);
    while (base && channel->url[base - 1] == '/') base--;
    vg_str url = vg_arena_printf(arena, "%.*s%.*s", (int)base, channel->url, VG_STR_ARG(ask->path));
    CURL *e = curl_easy_init();
    if (!e || !url.ptr) not_sent(reply, "no memory", arena);
    else if (!vg_webhook_url_allowed(url.ptr, &plain)) not_sent(reply, "the channel's address is neither https nor http to this machine", arena);
    else if (!add_token(&headers, channel->secret_file, &err)) not_sent(reply, err.what, arena);
    else if (!add(&headers, "Accept: application/json") || !add(&headers, "Content-Type: application/json") || !add(&headers, "Expect:")) not_sent(reply, "no memory", arena);
    else {
        curl_easy_setopt(e, CURLOPT_URL, url.ptr);
        curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
        curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
        curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
        if (plain) curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, vg_open_loopback);
        perform(e, ask, arena, reply);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(e);
}
