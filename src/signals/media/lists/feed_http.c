/* SPDX-License-Identifier: Apache-2.0
 *
 * One page over HTTP, by libcurl: whole, within a ceiling and a time, from one server only.
 *
 * Redirections are not followed by libcurl: each is checked here first, because our credentials go with every request.
 */
#include "signals/media/lists/lists_int.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include "base/alloc.h"

enum {
    MAX_HOPS = 5,
    CONNECT_MS = 10000,
    DEFAULT_TIMEOUT_MS = 60000,
    MAX_URL = 8192,         /* of the feed */
    MAX_WHOLE = 4 * MAX_URL /* of a page */
};

struct feed_http {
    CURL *curl;
    struct curl_slist *headers;
    vg_feed_kind kind;
    bool local;    /* plain http to this machine */
    vg_buf origin; /* "https://host:port" */
    vg_buf path;   /* "/hashsharing/v2", without a slash at its end */
    vg_buf secret; /* what curl is given with a NUL behind it */
};

/* ---- addresses ---- */

/* scheme://host:port of an address, and its path; the port is always said, so that origins compare as text. */
static int split_url(const char *url, vg_buf *origin, vg_buf *path, bool *local, vg_error *err)
{
    char *scheme = NULL, *host = NULL, *port = NULL, *way = NULL, *query = NULL, *user = NULL;
    unsigned char address[16];
    CURLU *parts = curl_url();
    int rc = 0;
    if (!parts) return vg_fail(err, VG_ENOMEM, "url", "no memory");
    if (curl_url_set(parts, CURLUPART_URL, url, 0) || curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) ||
        curl_url_get(parts, CURLUPART_HOST, &host, 0) ||
        curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) ||
        curl_url_get(parts, CURLUPART_PATH, &way, 0)) {
        rc = vg_fail(err, VG_EINVAL, "url", "not an address; expected https://host/path");
        goto out;
    }
    if (curl_url_get(parts, CURLUPART_USER, &user, 0) == CURLUE_OK) {
        rc = vg_fail(err, VG_EINVAL, "url", "a name before the host; expected it apart from the address");
        goto out;
    }
    bool queried = curl_url_get(parts, CURLUPART_QUERY, &query, 0) == CURLUE_OK;
    if (path && queried) {
        rc = vg_fail(err, VG_EINVAL, "url", "a query after the path; expected https://host/path alone");
        goto out;
    }
    bool loopback = strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
                    (inet_pton(AF_INET, host, address) == 1 && address[0] == 127);
    if (strcmp(scheme, "https") != 0 && !(strcmp(scheme, "http") == 0 && loopback)) {
        rc = vg_fail(err, VG_EINVAL, "url", "%.20s to %.80s; expected https (http only to this machine)", scheme, host);
        goto out;
    }
    if (local) *local = loopback;
    vg_buf_printf(origin, "%s://%s:%s", scheme, host, port);
    if (path) vg_buf_add_cstr(path, way);
    while (path && path->len && path->ptr[path->len - 1] == '/') path->ptr[--path->len] = '\0';
    if (origin->failed || (path && path->failed)) rc = vg_fail(err, VG_ENOMEM, "url", "no memory");
out:
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_free(way);
    curl_free(query);
    curl_free(user);
    curl_url_cleanup(parts);
    return rc;
}

vg_str vg_feed_http_under(const feed_http *http, const char *path, vg_arena *arena)
{
    return vg_arena_printf(arena, "%s%s%s", http->origin.ptr, http->path.len ? http->path.ptr : "", path);
}

/* Where the next page is, as an absolute address that has not been checked. */
static vg_str absolute(const feed_http *http, vg_str next, vg_arena *arena)
{
    vg_str base = {http->path.ptr, http->path.len};
    size_t last = base.len; /* where the last part of our own path begins: "/v2" */
    while (last && base.ptr[last - 1] != '/') last--;
    last = last ? last - 1 : 0;
    vg_str tail = {base.ptr + last, base.len - last};
    if (next.ptr[0] != '/') return vg_arena_printf(arena, "%.*s", VG_STR_ARG(next));
    bool from_root =
        next.len > base.len && base.len && memcmp(next.ptr, base.ptr, base.len) == 0 && next.ptr[base.len] == '/';
    bool from_tail = !from_root && tail.len && next.len > tail.len && memcmp(next.ptr, tail.ptr, tail.len) == 0 &&
                     next.ptr[tail.len] == '/';
    return vg_arena_printf(arena, "%s%.*s%.*s", http->origin.ptr, from_tail ? (int)last : 0, from_tail ? base.ptr : "",
                           VG_STR_ARG(next));
}

int vg_feed_http_resolve(const feed_http *http, vg_str next, vg_arena *arena, vg_str *out, vg_error *err)
{
    char quoted[32];
    for (size_t i = 0; i < next.len; i++)
        if (next.ptr[i] <= ' ' || next.ptr[i] == 0x7f || next.ptr[i] == '\\')
            return vg_fail(err, VG_EINVAL, "next", "\"%s\" is not an address", vg_list_quote(next, quoted));
    if (!next.len || (next.ptr[0] == '/' && next.len > 1 && next.ptr[1] == '/') ||
        (next.ptr[0] != '/' && !memmem(next.ptr, next.len, "://", 3)))
        return vg_fail(err, VG_EINVAL, "next",
                       "\"%s\"; expected a path that begins with / or an address on the same server",
                       vg_list_quote(next, quoted));
    vg_str url = absolute(http, next, arena);
    if (!url.ptr) return vg_fail(err, VG_ENOMEM, "next", "no memory");
    vg_buf origin;
    vg_buf_init(&origin, MAX_WHOLE);
    int rc = split_url(url.ptr, &origin, NULL, NULL, err);
    if (rc == 0 && strcmp(origin.ptr, http->origin.ptr) != 0)
        rc = vg_fail(err, VG_EINVAL, "next", "sends on to another server (%.100s); expected %.100s", origin.ptr,
                     http->origin.ptr);
    vg_buf_free(&origin);
    if (rc == 0) *out = url;
    return rc;
}

/* ---- the connection ---- */

static bool add_header(feed_http *http, const char *name, vg_str value)
{
    vg_buf_clear(&http->secret);
    vg_buf_printf(&http->secret, "%s: %.*s", name, VG_STR_ARG(value));
    struct curl_slist *more = http->secret.failed ? NULL : curl_slist_append(http->headers, http->secret.ptr);
    if (more) http->headers = more;
    return more != NULL;
}

static bool add_credentials(feed_http *http, const vg_feed *feed)
{
    if (feed->kind == VG_FEED_STOPNCII) {
        vg_str rest = feed->password, function = vg_list_word(&rest), subscription = vg_list_word(&rest);
        if (function.len && !add_header(http, "x-functions-key", function)) return false;
        if (subscription.len && !add_header(http, "Ocp-Apim-Subscription-Key", subscription)) return false;
        return add_header(http, "Accept", VG_STR("application/json"));
    }
    vg_buf_printf(&http->secret, "%.*s", VG_STR_ARG(feed->user));
    if (http->secret.failed || curl_easy_setopt(http->curl, CURLOPT_USERNAME, http->secret.ptr)) return false;
    vg_buf_clear(&http->secret);
    vg_buf_printf(&http->secret, "%.*s", VG_STR_ARG(feed->password));
    if (http->secret.failed || curl_easy_setopt(http->curl, CURLOPT_PASSWORD, http->secret.ptr)) return false;
    return curl_easy_setopt(http->curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC) == CURLE_OK &&
           add_header(http, "Accept", VG_STR("application/xml"));
}

static size_t on_bytes(char *bytes, size_t size, size_t count, void *context)
{
    feed_answer *answer = context;
    vg_buf_add(&answer->body, bytes, size * count);
    return answer->body.failed ? 0 : size * count;
}

static bool configure(feed_http *http, const vg_feed *feed)
{
    CURL *curl = http->curl;
    long timeout = feed->timeout_ms ? (long)feed->timeout_ms : DEFAULT_TIMEOUT_MS;
    if (http->local) curl_easy_setopt(curl, CURLOPT_PROXY, "");
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, http->local ? "http,https" : "https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, timeout < CONNECT_MS ? timeout : CONNECT_MS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "vigie") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, http->headers) == CURLE_OK;
}

static bool one_line(vg_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ') return false;
    return true;
}

int vg_feed_http_open(feed_http **out, const vg_feed *feed, vg_error *err)
{
    char url[MAX_URL];
    feed_http *http = vg_calloc(1, sizeof *http);
    int rc = 0;
    *out = NULL;
    if (!http) return vg_fail(err, VG_ENOMEM, "feed", "no memory");
    vg_buf_init(&http->origin, MAX_WHOLE);
    vg_buf_init(&http->path, MAX_WHOLE);
    vg_buf_init(&http->secret, MAX_URL);
    http->kind = feed->kind;
    /* A line end in a key would begin a header of its own. */
    if (!one_line(feed->url) || !one_line(feed->user) || !one_line(feed->password))
        rc = vg_fail(err, VG_EINVAL, "feed", "a control character in the address, the name or the key");
    else if (feed->url.len >= sizeof url)
        rc = vg_fail(err, VG_EINVAL, "url", "address longer than %d bytes", MAX_URL - 1);
    if (rc == 0) {
        snprintf(url, sizeof url, "%.*s", VG_STR_ARG(feed->url));
        rc = split_url(url, &http->origin, &http->path, &http->local, err);
    }
    if (rc == 0 && !(http->curl = curl_easy_init())) rc = vg_fail(err, VG_ENOMEM, "feed", "no memory");
    if (rc == 0 && (!add_credentials(http, feed) || !configure(http, feed)))
        rc = vg_fail(err, VG_ENOMEM, "feed", "no memory, or a name or key of more than %d bytes", MAX_URL);
    if (rc) vg_feed_http_close(&http);
    else *out = http;
    return rc;
}

void vg_feed_http_close(feed_http **http)
{
    feed_http *h = *http;
    if (!h) return;
    *http = NULL;
    if (h->curl) curl_easy_cleanup(h->curl);
    curl_slist_free_all(h->headers);
    if (h->secret.ptr) explicit_bzero(h->secret.ptr, h->secret.cap);
    vg_buf_free(&h->secret);
    vg_buf_free(&h->origin);
    vg_buf_free(&h->path);
    vg_free(h);
}

static int fail_transfer(feed_answer *answer, CURLcode code, vg_error *err)
{
    if (answer->body.failed && answer->body.len < LIST_MAX_PAGE / 2)
        return vg_fail(err, VG_ENOMEM, "feed", "no memory for a page");
    if (answer->body.failed) return vg_fail(err, VG_ETOOBIG, "feed", "a page of more than %d MiB", LIST_MAX_PAGE >> 20);
    answer->again = code != CURLE_PEER_FAILED_VERIFICATION && code != CURLE_OUT_OF_MEMORY;
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return vg_fail(err, VG_EIO, "feed", "the server's certificate does not check (%s)", curl_easy_strerror(code));
    return vg_fail(err, code == CURLE_OUT_OF_MEMORY ? VG_ENOMEM : VG_EIO, "feed", "%s", curl_easy_strerror(code));
}

static void keep_type(feed_answer *answer, const char *type)
{
    size_t n = 0;
    for (; type && type[n] && type[n] != ';' && type[n] != ' ' && n < sizeof answer->type - 1; n++)
        answer->type[n] = type[n] >= 'A' && type[n] <= 'Z' ? (char)(type[n] + 'a' - 'A') : type[n];
    answer->type[n] = '\0';
}

static int get_once(feed_http *http, const char *url, feed_answer *answer, vg_error *err)
{
    curl_off_t wait = 0;
    char *type = NULL;
    vg_buf_clear(&answer->body);
    answer->again = false;
    if (curl_easy_setopt(http->curl, CURLOPT_URL, url) || curl_easy_setopt(http->curl, CURLOPT_WRITEDATA, answer))
        return vg_fail(err, VG_ENOMEM, "feed", "no memory");
    CURLcode code = curl_easy_perform(http->curl);
    if (code != CURLE_OK) return fail_transfer(answer, code, err);
    curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_easy_getinfo(http->curl, CURLINFO_RETRY_AFTER, &wait);
    curl_easy_getinfo(http->curl, CURLINFO_CONTENT_TYPE, &type);
    answer->retry_after_s = wait > 0 ? (int64_t)wait : 0;
    keep_type(answer, type);
    return 0;
}

int vg_feed_http_get(feed_http *http, vg_str url, feed_answer *answer, vg_error *err)
{
    vg_arena *arena = vg_arena_create(MAX_URL, 16 * MAX_URL);
    if (!arena) return vg_fail(err, VG_ENOMEM, "feed", "no memory");
    int rc = 0;
    for (int hop = 0;; hop++) {
        vg_str copy = vg_arena_copy(arena, url);
        struct curl_header *where = NULL;
        rc = copy.ptr ? get_once(http, copy.ptr, answer, err) : vg_fail(err, VG_ENOMEM, "feed", "no memory");
        if (rc || answer->status < 300 || answer->status > 399) break;
        /* Not CURLINFO_REDIRECT_URL, which would hold our name and key. */
        if (curl_easy_header(http->curl, "Location", 0, CURLH_HEADER, -1, &where) != CURLHE_OK) break;
        if (hop == MAX_HOPS) {
            rc = vg_fail(err, VG_EINVAL, "feed", "sent on more than %d times", MAX_HOPS);
            break;
        }
        vg_str next = vg_str_of(where->value);
        if (next.len && next.ptr[0] == '/' && next.ptr[1] != '/')
            next = vg_arena_printf(arena, "%s%.*s", http->origin.ptr, VG_STR_ARG(next));
        rc = next.ptr ? vg_feed_http_resolve(http, next, arena, &url, err)
                      : vg_fail(err, VG_ENOMEM, "feed", "no memory");
        if (rc) break;
    }
    vg_arena_destroy(&arena);
    return rc;
}
