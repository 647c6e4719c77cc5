/* SPDX-License-Identifier: Apache-2.0
 *
 * One request and its answer, from the first header on; see net_int.h for the walk. */
#include <stdio.h>
#include <strings.h>
#include "base/time.h"
#include "net/server_int.h"

enum { ARENA_FIRST = 4096, ARENA_CEILING = 128 << 20 };

int vg_exchange_init(vg_exchange *x, vg_server *server)
{
    memset(x, 0, sizeof *x);
    x->server = server;
    x->arena = vg_arena_create(ARENA_FIRST, ARENA_CEILING);
    vg_buf_init(&x->body, VG_EVENT_MAX_BODY + VG_NET_BODY_PADDING + 1);
    vg_buf_init(&x->out, VG_NET_MAX_ANSWER);
    return x->arena ? 0 : -VG_ENOMEM;
}

static void give_back(vg_buf *buf, size_t ceiling)
{
    if (buf->cap > VG_NET_KEEP_BUFFER) {
        vg_buf_free(buf);
        vg_buf_init(buf, ceiling);
    } else vg_buf_clear(buf);
}

void vg_exchange_clear(vg_exchange *x)
{
    vg_intake_free(&x->intake);
    vg_seals_free(&x->job);
    if (x->file) fclose(x->file);
    x->file = NULL;
    if (x->subscriber) vg_hub_leave(&x->subscriber);
    give_back(&x->body, VG_EVENT_MAX_BODY + VG_NET_BODY_PADDING + 1);
    give_back(&x->out, VG_NET_MAX_ANSWER);
    vg_arena_reset(x->arena);
    x->lane = NULL;
    x->next = NULL;
    x->method = VG_OTHER_METHOD;
    x->version_11 = x->uri_too_long = x->expect = x->for_all = false;
    x->path = x->query = x->argument[0] = x->argument[1] = (vg_str){"", 0};
    x->content_type = x->accept = x->authorization = x->cookie = x->csrf = x->if_none_match = (vg_str){"", 0};
    x->accept_encoding = x->accept_language = x->forwarded = x->fetch_site = x->user_agent = (vg_str){"", 0};
    x->route = NULL;
    x->body_seen = x->body_limit = 0;
    x->skip_body = x->answer_now = x->close = x->is_events = x->batch = false;
    x->began_us = x->whole_us = 0;
    x->key.known = false;
    x->user = (vg_user){0};
    x->session = (vg_session){0};
    x->status = 0;
    x->fixed = NULL;
    x->header_count = 0;
    x->job = (vg_case_job){0};
    vg_guard_begin(&x->guard);
}

void vg_exchange_free(vg_exchange *x)
{
    vg_intake_free(&x->intake);
    vg_seals_free(&x->job);
    if (x->file) fclose(x->file);
    x->file = NULL;
    if (x->subscriber) vg_hub_leave(&x->subscriber);
    vg_buf_free(&x->body);
    vg_buf_free(&x->out);
    vg_arena_destroy(&x->arena);
}

void vg_exchange_uri(vg_exchange *x, const char *uri)
{
    size_t len = strlen(uri);
    if (len > VG_NET_MAX_URI) {
        x->uri_too_long = true;
        return;
    }
    memcpy(x->uri, uri, len + 1);
    vg_str rest = {x->uri, len};
    if (strncasecmp(x->uri, "http://", 7) == 0) { /* absolute form: RFC 9112, 3.2.2 */
        const char *slash = strchr(x->uri + 7, '/');
        rest = slash ? (vg_str){slash, len - (size_t)(slash - x->uri)} : VG_STR("/");
    }
    const char *mark = memchr(rest.ptr, '?', rest.len);
    x->path = (vg_str){rest.ptr, mark ? (size_t)(mark - rest.ptr) : rest.len};
    x->query = mark ? (vg_str){mark + 1, rest.len - x->path.len - 1} : (vg_str){"", 0};
}

void vg_exchange_header(vg_exchange *x, vg_str name, vg_str value)
{
    static const struct {
        const char *name;
        size_t len;
    } wanted[] = {{"Content-Type", 12},    {"Authorization", 13}, {"Cookie", 6},
                  {"X-CSRF-Token", 12},    {"If-None-Match", 13}, {"Accept-Encoding", 15},
                  {"X-Forwarded-For", 15}, {"Sec-Fetch-Site", 14},  {"User-Agent", 10}, {"Accept", 6}, {"Accept-Language", 15}};
    vg_str *const into[] = {&x->content_type,  &x->authorization,   &x->cookie,    &x->csrf,       &x->if_none_match,
                            &x->accept_encoding, &x->forwarded, &x->fetch_site, &x->user_agent, &x->accept, &x->accept_language};
    vg_guard_header(&x->guard, name, value);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (name.len == wanted[i].len && strncasecmp(name.ptr, wanted[i].name, name.len) == 0) {
            *into[i] = value;
            return;
        }
    if (name.len == 6 && strncasecmp(name.ptr, "Expect", 6) == 0) x->expect = true;
}

/* The answer is there; decides whether the body is still worth reading so that the connection can be used
 * again. */
static void refuse(vg_exchange *x)
{
    bool has_body = x->guard.chunked || x->guard.length > 0;
    x->skip_body = true;
    if (x->guard.wrong || x->guard.too_large || x->guard.chunked || (has_body && x->expect) ||
        x->guard.length > VG_NET_DRAIN_BODY) {
        x->answer_now = true;
        x->close = true;
    }
}

static bool is_unsafe(vg_method method)
{
    return method != VG_GET && method != VG_HEAD;
}

static bool find_route(vg_exchange *x)
{
    char allow[64];
    switch (vg_route_find(x->method, x->path, &x->route, x->argument, allow, sizeof allow)) {
    case VG_ROUTE_FOUND: return true;
    case VG_ROUTE_NO_PATH: vg_answer_problem(x, 404, NULL, "there is no such path"); return false;
    default: {
        vg_answer_problem(x, 405, NULL, "this path takes %s", allow);
        vg_str copy = vg_arena_copy(x->arena, vg_str_of(allow));
        vg_answer_header(x, "Allow", copy.ptr);
        return false;
    }
    }
}

static void answer_unknown(vg_exchange *x, const vg_error *err)
{
    int64_t wait_ms = 0;
    if (err->code == VG_EUNAUTHORIZED && !vg_auth_failed(x, &wait_ms)) {
        vg_answer_too_many(x, wait_ms, "too many attempts with wrong credentials");
        return;
    }
    vg_answer_error(x, err);
    if (err->code == VG_EUNAUTHORIZED && x->route->auth != VG_AUTH_SESSION)
        vg_answer_header(x, "WWW-Authenticate", "Bearer realm=\"vigie\"");
}

/* What can be known of the asker without the store. */
static bool check_asker(vg_exchange *x)
{
    const vg_route *route = x->route;
    vg_error err = {0};
    if (x->forwarded.len && x->server->options.behind_tls && x->peer.loopback) {
        const char *comma = memrchr(x->forwarded.ptr, ',', x->forwarded.len);
        vg_str last = comma ? (vg_str){comma + 1, x->forwarded.len - (size_t)(comma + 1 - x->forwarded.ptr)}
                            : x->forwarded;
        while (last.len && last.ptr[0] == ' ') last = (vg_str){last.ptr + 1, last.len - 1};
        vg_peer peer;
        if (vg_peer_parse(last, &peer)) x->peer = peer;
    }
    if (is_unsafe(x->method) &&
        (route->auth == VG_AUTH_SESSION || route->auth == VG_AUTH_EITHER || route->place == VG_STEP_DOOR) &&
        vg_str_is(x->fetch_site, "cross-site")) {
        vg_answer_problem(x, 403, NULL, "requests of another site are refused");
        return false;
    }
    if (route->auth == VG_AUTH_METRICS && x->peer.loopback && !x->forwarded.len) return true;
    if (route->auth == VG_AUTH_KEY || route->auth == VG_AUTH_METRICS ||
        ((route->auth == VG_AUTH_EITHER || route->auth == VG_AUTH_OPEN) && x->authorization.len)) {
        if (vg_auth_key(x->lane, x, route->scope, &err) == 0) return true;
        answer_unknown(x, &err);
        return false;
    }
    if ((route->auth == VG_AUTH_SESSION || route->auth == VG_AUTH_EITHER) && !vg_auth_cookie(x).len) {
        vg_answer_problem(x, 401, NULL, "sign in first");
        return false;
    }
    return true;
}

static bool media_type_is(vg_str type, const char *want)
{
    size_t n = strlen(want);
    if (type.len < n || strncasecmp(type.ptr, want, n) != 0) return false;
    return type.len == n || type.ptr[n] == ';' || type.ptr[n] == ' ';
}

static bool check_type(vg_exchange *x)
{
    bool json = media_type_is(x->content_type, "application/json");
    switch (x->route->body) {
    case VG_BODY_EVENTS:
        x->batch = media_type_is(x->content_type, "application/cloudevents-batch+json");
        if (json || x->batch || media_type_is(x->content_type, "application/cloudevents+json")) return true;
        vg_answer_problem(x, 415, NULL,
                          "expected application/cloudevents+json, application/cloudevents-batch+json or "
                          "application/json");
        return false;
    case VG_BODY_JSON:
        if (json) return true;
        vg_answer_problem(x, 415, NULL, "expected application/json");
        return false;
    case VG_BODY_FORM:
        if (json || media_type_is(x->content_type, "application/x-www-form-urlencoded")) return true;
        vg_answer_problem(x, 415, NULL, "expected application/json or application/x-www-form-urlencoded");
        return false;
    default: return true;
    }
}

static bool check_size(vg_exchange *x)
{
    uint64_t limit = x->route->body_limit;
    if (x->route->body == VG_BODY_MEDIA) {
        vg_media_limits limits;
        uint32_t keep_minutes;
        vg_media_limits_of(x->server, (vg_str){x->key.space, x->key.space_len}, &limits, &keep_minutes);
        limit = limits.bytes;
    }
    x->body_limit = limit;
    if (x->guard.length > limit || (x->guard.chunked && limit == 0)) {
        vg_answer_problem(x, 413, NULL, "at most %llu bytes are taken here", (unsigned long long)limit);
        return false;
    }
    if (x->route->body == VG_BODY_MEDIA || x->route->body == VG_BODY_LIST) {
        vg_intake_begin(x);
        return x->status == 0;
    }
    if (x->route->body != VG_BODY_NONE &&
        !vg_buf_reserve(&x->body, (size_t)x->guard.length + VG_NET_BODY_PADDING)) {
        vg_answer_busy(x, "there is no memory for this body now");
        return false;
    }
    return true;
}

void vg_exchange_begin(vg_exchange *x, vg_lane *lane)
{
    x->lane = lane;
    x->began_us = vg_time_monotonic_us();
    if (!vg_guard_end(&x->guard, x->version_11)) {
        if (x->guard.wrong) vg_answer_problem(x, 400, NULL, "%s", x->guard.wrong);
        else
            vg_answer_problem(x, 431, NULL, "at most %d headers and %d bytes of them are taken",
                              VG_GUARD_MAX_HEADERS, VG_GUARD_MAX_HEADER_BYTES);
        x->close = x->answer_now = true;
    } else if (x->uri_too_long) vg_answer_problem(x, 414, NULL, "at most %d bytes are taken", VG_NET_MAX_URI);
    else if (x->path.len == 0 || x->path.ptr[0] != '/')
        vg_answer_problem(x, 400, NULL, "the path does not begin with /");
    else if (find_route(x) && check_asker(x) && check_type(x) && check_size(x)) {
        int64_t wait_ms = 0;
        x->is_events = x->route->body == VG_BODY_EVENTS;
        if (x->key.known && x->key.bucket &&
            !vg_bucket_take(x->key.bucket, x->server->auth.key_rate, 0, vg_limit_now_ns(), &wait_ms))
            vg_answer_too_many(x, wait_ms, "this key sends more events than it may");
    }
    if (x->status) refuse(x);
    x->lane = NULL;
}

bool vg_exchange_body(vg_exchange *x, const char *bytes, size_t len)
{
    x->body_seen += len;
    if (x->skip_body) return true;
    if (x->body_seen > x->body_limit) {
        vg_answer_problem(x, 413, NULL, "at most %llu bytes are taken here",
                          (unsigned long long)x->body_limit);
        x->skip_body = x->close = true;
        return false;
    }
    if (x->intake) vg_intake_add(x, bytes, len);
    else if (x->route->body != VG_BODY_NONE) vg_buf_add(&x->body, bytes, len);
    return true;
}

/* An answer that could not be written for lack of memory becomes a 503 that needs none. */
static void check_answer(vg_exchange *x)
{
    static const char no_memory[] =
        "{\"type\":\"urn:vigie:problem:unavailable\",\"title\":\"Not possible right now\","
        "\"status\":503,\"detail\":\"there is no memory for this answer now\"}";
    if (x->fixed || x->file || !x->out.failed) return;
    vg_answer_begin(x, 503, "application/problem+json");
    x->fixed = no_memory;
    x->fixed_len = sizeof no_memory - 1;
    vg_answer_header(x, "Retry-After", "1");
}

vg_step vg_exchange_end(vg_exchange *x, vg_lane *lane)
{
    vg_step step = VG_STEP_ANSWER;
    x->whole_us = vg_time_monotonic_us();
    if (x->status) return VG_STEP_ANSWER;
    if (x->body.failed) {
        vg_answer_busy(x, "there is no memory for this body now");
        return VG_STEP_ANSWER;
    }
    step = x->route->place;
    if (step == VG_STEP_PROVIDER && !x->server->oidc) {
        vg_answer_problem(x, 404, NULL, "no identity provider is configured");
        return VG_STEP_ANSWER;
    }
    if (step == VG_STEP_ANSWER) {
        x->lane = lane;
        step = x->route->pool(x);
        x->lane = NULL;
    }
    if (step == VG_STEP_ANSWER) check_answer(x);
    return step;
}

void vg_exchange_settle(vg_exchange *x, vg_lane *lane)
{
    x->lane = lane;
    if (x->job.count && x->status == 0) vg_route_events_settle(x);
    x->lane = NULL;
    check_answer(x);
}

void vg_exchange_count(vg_exchange *x, vg_counters *counters)
{
    vg_count_request(counters, x->route ? (int)(x->route - vg_routes) : -1, x->status);
    if (x->is_events && x->whole_us && x->status == 200)
        vg_count_latency(counters, vg_time_monotonic_us() - x->whole_us);
}
