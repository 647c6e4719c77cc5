/* SPDX-License-Identifier: Apache-2.0
 *
 * net without a socket: framing, limits, routes, signatures, and exchanges walked by hand through a real
 * installation. */
#include <signal.h>
#include <sys/resource.h>
#include "case_content.h"
#include "house.h"
#include "tap.h"

/* ---- guard ---- */

typedef struct {
    const char *name, *value;
} line;

static bool guard_takes(const line *lines, size_t count, bool version_11, vg_guard *guard)
{
    vg_guard_begin(guard);
    for (size_t i = 0; i < count; i++)
        vg_guard_header(guard, vg_str_of(lines[i].name), vg_str_of(lines[i].value));
    return vg_guard_end(guard, version_11);
}
#define TAKES(guard, version_11, ...)                                                                        \
    guard_takes((const line[]){__VA_ARGS__}, sizeof((const line[]){__VA_ARGS__}) / sizeof(line), version_11, \
                guard)

static void test_guard(void)
{
    vg_guard g;
    TAP_OK(TAKES(&g, true, {"Host", "a"}, {"Content-Length", "12"}) && g.length == 12,
           "a plain length is taken");
    TAP_OK(TAKES(&g, true, {"host", "a"}, {"content-length", " 12\t"}) && g.length == 12,
           "blanks around a length are not part of it");
    TAP_OK(TAKES(&g, true, {"Host", "a"}, {"Transfer-Encoding", "chunked"}) && g.chunked, "chunked is taken");
    TAP_OK(!TAKES(&g, true, {"Host", "a"}, {"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}),
           "length and chunked are refused");
    TAP_OK(!TAKES(&g, true, {"Host", "a"}, {"Content-Length", "5"}, {"Content-Length", "5"}),
           "two equal lengths are refused");
    TAP_OK(!TAKES(&g, true, {"Host", "a"}, {"Content-Length", "5"}, {"CONTENT-LENGTH", "6"}),
           "two lengths are refused");
    const char *bad[] = {"", "-1", "+5", "5, 5", "0x10", "5 5", "1e3", "9999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        TAP_OK(!TAKES(&g, true, {"Host", "a"}, {"Content-Length", bad[i]}), "length \"%s\" is refused",
               bad[i]);
    TAP_OK(!TAKES(&g, true, {"Host", "a"}, {"Transfer-Encoding", "gzip, chunked"}),
           "another encoding is refused");
    TAP_OK(
        !TAKES(&g, true, {"Host", "a"}, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}),
        "two encodings are refused");
    TAP_OK(!TAKES(&g, false, {"Host", "a"}, {"Transfer-Encoding", "chunked"}),
           "chunked in HTTP/1.0 is refused");
    TAP_OK(!TAKES(&g, true, {"Host", "a"}, {"Content-Length ", "5"}), "a blank before the colon is refused");
    TAP_OK(!TAKES(&g, true, {"Host", "a"}, {"Host", "b"}), "two hosts are refused");
    TAP_OK(!TAKES(&g, true, {"Accept", "a"}), "no host is refused");
    TAP_OK(TAKES(&g, false, {"Accept", "a"}), "no host is fine in HTTP/1.0");
    vg_guard_begin(&g);
    for (int i = 0; i <= VG_GUARD_MAX_HEADERS; i++) vg_guard_header(&g, VG_STR("X"), VG_STR("y"));
    TAP_OK(!vg_guard_end(&g, false) && g.too_large && !g.wrong, "too many headers are too large, not wrong");
}

/* ---- limits ---- */

static void test_bucket(void)
{
    vg_rate rate = vg_rate_of(10, 1000, 20); /* 10 a second, 20 at once */
    vg_bucket b = {0};
    int64_t now = 1000000000000, wait = 0, taken = 0;
    for (int i = 0; i < 30; i++) taken += vg_bucket_take(&b, rate, 1, now, &wait);
    TAP_EQ_INT(taken, 20, "a full bucket gives its burst");
    TAP_OK(wait >= 100 && wait <= 101, "and says that one comes back in 100 ms (%lld)", (long long)wait);
    TAP_OK(!vg_bucket_take(&b, rate, 1, now + 99000000, &wait), "not before");
    TAP_OK(vg_bucket_take(&b, rate, 1, now + 100000000, &wait), "but then");
    taken = 0;
    for (int i = 0; i < 100; i++) taken += vg_bucket_take(&b, rate, 1, now + 10000000000, &wait);
    TAP_EQ_INT(taken, 20, "after a long pause it is full, not fuller");
    vg_bucket c = {0};
    TAP_OK(vg_bucket_take(&c, rate, 50, now, &wait), "more than the burst is given when it is full");
    TAP_OK(!vg_bucket_take(&c, rate, 1, now + 2900000000, &wait), "and costs its whole time");
    TAP_OK(vg_bucket_take(&c, rate, 1, now + 3100000000, &wait), "which passes");
    TAP_OK(vg_bucket_take(&c, rate, 0, now + 3100000000, &wait), "looking takes nothing");
}

static void test_addresses(void)
{
    vg_peer a, b;
    TAP_OK(vg_peer_parse(VG_STR("127.0.0.1"), &a) && a.loopback, "127.0.0.1 is this machine");
    TAP_OK(vg_peer_parse(VG_STR("::1"), &a) && a.loopback, "::1 is this machine");
    TAP_OK(vg_peer_parse(VG_STR("192.0.2.1"), &a) && !a.loopback, "192.0.2.1 is not");
    TAP_OK(!vg_peer_parse(VG_STR("localhost"), &b) && !vg_peer_parse(VG_STR(""), &b) &&
               !vg_peer_parse(VG_STR("1.2.3"), &b),
           "a name is not an address");
    vg_ip_limit *limit = calloc(1, sizeof *limit);
    int64_t now = vg_limit_now_ns(), wait = 0, taken = 0;
    vg_ip_limit_init(limit, vg_rate_of(1, 1000, 5));
    for (int i = 0; i < 10; i++) taken += vg_ip_limit_take(limit, &a, 1, now, &wait);
    TAP_EQ_INT(taken, 5, "an address has its burst");
    vg_peer_parse(VG_STR("2001:db8::1"), &a);
    vg_peer_parse(VG_STR("2001:db8::2"), &b);
    taken = 0;
    for (int i = 0; i < 10; i++) taken += vg_ip_limit_take(limit, i % 2 ? &a : &b, 1, now, &wait);
    TAP_EQ_INT(taken, 5, "an IPv6 /64 is one address");
    vg_ip_limit_destroy(limit);
    free(limit);
}

/* ---- webhooks ---- */

static void test_webhooks(void)
{
    /* the example of the Standard Webhooks libraries: secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw */
    uint8_t secret[24];
    size_t len = 0;
    char signature[64];
    bool plain;
    TAP_OK(sodium_base642bin(secret, sizeof secret, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 32, NULL, &len, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
               len == 24,
           "the example's secret reads");
    vg_webhook_sign(secret, len, VG_STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330,
                    VG_STR("{\"test\": 2432232314}"), signature);
    TAP_EQ_STR(signature,
               "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "the example's signature comes out");
    const int64_t want[] = {5000,     300000,   1800000,  7200000,  18000000,
                            36000000, 50400000, 72000000, 86400000, 0};
    for (int i = 0; i < 10; i++)
        TAP_OK(vg_webhook_wait(NULL, i + 1) == want[i], "after attempt %d: %lld ms", i + 1,
               (long long)want[i]);
    TAP_OK(vg_webhook_url_allowed("https://example.org/hook", &plain) && !plain, "https goes anywhere");
    TAP_OK(vg_webhook_url_allowed("http://127.0.0.1:9/x", &plain) && plain, "http goes to this machine");
    TAP_OK(vg_webhook_url_allowed("http://[::1]:9/x", &plain) && plain, "also over IPv6");
    TAP_OK(vg_webhook_url_allowed("http://localhost/x", &plain), "also by name");
    const char *bad[] = {"http://example.org/",
                         "http://127.0.0.1@example.org/",
                         "http://127.0.0.1.example.org/",
                         "file:///etc/passwd",
                         "ftp://127.0.0.1/",
                         "gopher://127.0.0.1/",
                         "",
                         "x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        TAP_OK(!vg_webhook_url_allowed(bad[i], &plain), "not to \"%s\"", bad[i]);
}

/* ---- router ---- */

static const char *label_of(vg_method method, const char *path, char *allow)
{
    const vg_route *route;
    vg_str argument = {"", 0};
    switch (vg_route_find(method, vg_str_of(path), &route, &argument, allow, 64)) {
    case VG_ROUTE_FOUND: return route->label;
    case VG_ROUTE_NO_METHOD: return "405";
    default: return "404";
    }
}

static void test_router(void)
{
    char allow[64];
    TAP_EQ_STR(label_of(VG_POST, "/v1/events", allow), "/v1/events", "POST /v1/events");
    TAP_EQ_STR(label_of(VG_GET, "/v1/events", allow), "405", "GET /v1/events");
    TAP_EQ_STR(allow, "POST", "which takes POST");
    TAP_EQ_STR(label_of(VG_OPTIONS, "/v1/session", allow), "405", "OPTIONS /v1/session");
    TAP_EQ_STR(allow, "POST, GET, HEAD, DELETE", "which takes three");
    TAP_EQ_STR(label_of(VG_HEAD, "/healthz", allow), "/healthz", "HEAD where there is GET");
    TAP_EQ_STR(label_of(VG_GET, "/v1/cases/c-000001", allow), "/v1/cases/{id}", "a case");
    TAP_EQ_STR(label_of(VG_POST, "/v1/cases/c-000001/claim", allow), "/v1/cases/{id}/claim", "a claim");
    TAP_EQ_STR(label_of(VG_GET, "/v1/cases/", allow), "404", "a case without a name");
    TAP_EQ_STR(label_of(VG_GET, "/v1/cases/a/b", allow), "404", "nothing below a case");
    TAP_EQ_STR(label_of(VG_GET, "/v1/events/", allow), "404", "a slash too many");
    TAP_EQ_STR(label_of(VG_GET, "/", allow), "/{asset}", "the console");
    TAP_EQ_STR(label_of(VG_POST, "/", allow), "405", "which is only read");
    TAP_EQ_STR(label_of(VG_GET, "/../etc/passwd", allow), "404", "and nothing else is");
    vg_exchange x;
    vg_str value;
    bool found;
    vg_exchange_init(&x, NULL);
    vg_exchange_clear(&x);
    vg_exchange_uri(&x, "/v1/cases?state=open&account=a%26b+c&limit=");
    TAP_OK(vg_str_is(x.path, "/v1/cases"), "the path ends at the question mark");
    TAP_OK(vg_query_get(&x, "account", &value, &found) && found && vg_str_is(value, "a&b c"),
           "parameters are decoded");
    TAP_OK(vg_query_get(&x, "limit", &value, &found) && found && value.len == 0, "an empty one is there");
    TAP_OK(vg_query_get(&x, "space", &value, &found) && !found, "an absent one is not");
    vg_exchange_uri(&x, "/v1/cases?a=1&a=2&b=%zz&c=%00&d=%ff&e=%4");
    const char *bad[] = {"a", "b", "c", "d", "e"};
    for (int i = 0; i < 5; i++)
        TAP_OK(!vg_query_get(&x, bad[i], &value, &found), "parameter %s is malformed", bad[i]);
    vg_exchange_uri(&x, "http://127.0.0.1:3018/healthz?x");
    TAP_OK(vg_str_is(x.path, "/healthz"), "an absolute address has a path");
    vg_exchange_free(&x);
}

/* ---- event streams ---- */

static int slept, woken;
static void fall_asleep(void *connection)
{
    (void)connection;
    slept++;
}
static void wake_up(void *connection)
{
    (void)connection;
    woken++;
}

static void test_hub(void)
{
    vg_hub hub;
    vg_gauges gauges = {0};
    vg_subscriber *s = NULL, *other = NULL;
    vg_user user = {.spaces = VG_STR("lobby")};
    vg_session session = {.expires_ms = INT64_MAX, .token_hash = {1}},
               second = {.expires_ms = INT64_MAX, .token_hash = {2}};
    vg_error err = {0};
    static char out[4096];
    vg_hub_init(&hub, &gauges);
    hub.suspend = fall_asleep;
    hub.resume = wake_up;
    TAP_OK(vg_hub_join(&hub, &user, &session, &s, &err) == 0 &&
               vg_hub_join(&hub, &user, &second, &other, &err) == 0,
           "two consoles listen");
    TAP_OK(vg_hub_read(s, NULL, out, sizeof out) == 13 && memcmp(out, "retry: 2000\n\n", 13) == 0,
           "each is told when to come back");
    TAP_OK(vg_hub_read(s, NULL, out, sizeof out) == 0 && slept == 1, "then there is nothing, and it sleeps");
    vg_hub_comment(&hub);
    TAP_OK(woken == 1 && vg_hub_read(s, NULL, out, sizeof out) == 14 &&
               memcmp(out, ": still here\n\n", 14) == 0,
           "until something comes");
    vg_hub_end_session(&hub, second.token_hash);
    TAP_OK(vg_hub_read(other, NULL, out, sizeof out) > 0 && vg_hub_read(other, NULL, out, sizeof out) == -1,
           "a stream ends with its session");
    for (int i = 0; i < VG_STREAM_BYTES / 14 + 10; i++) vg_hub_comment(&hub);
    size_t all = 0;
    ssize_t n;
    char last[32] = "";
    while ((n = vg_hub_read(s, NULL, out, sizeof out)) > 0) {
        all += (size_t)n;
        if (n >= 28) memcpy(last, out + n - 28, 28);
    }
    TAP_OK(n == -1 && all <= VG_STREAM_BYTES && strstr(last, "event: reconnect\ndata: {}\n\n"),
           "who does not read is told to come again (%zu bytes)", all);
    TAP_EQ_INT(gauges.streams_dropped, 1, "and counted");
    vg_hub_leave(&s);
    vg_hub_leave(&other);
    vg_hub_end(&hub);
    TAP_OK(vg_hub_join(&hub, &user, &session, &s, &err) == -VG_EBUSY, "nobody joins when it has ended");
    vg_hub_destroy(&hub);
}

/* ---- exchanges by hand ---- */

typedef struct walker {
    vg_server *server;
    vg_lane *lane;
    vg_exchange x;
    bool lose_cases; /* as if the process ended before the clerk came */
} walker;

static void walk_desk(walker *w, vg_step step)
{
    if (step == VG_STEP_CLERK && w->lose_cases) return;
    if (step == VG_STEP_CLERK) vg_clerk_run(w->server, w->server->clerk.store, w->server->clerk.arena, &w->x);
    else if (step == VG_STEP_DESK) vg_desk_run(&w->server->desks[0], &w->x);
    else vg_desk_run(&w->server->door, &w->x);
    vg_exchange_settle(&w->x, w->lane);
}

/* One request; `headers` ends with a NULL name. Returns the status. */
static int walk(walker *w, vg_method method, const char *uri, const line *headers, const char *body)
{
    char length[24];
    size_t len = body ? strlen(body) : 0;
    vg_exchange_clear(&w->x);
    w->x.method = method;
    w->x.version_11 = true;
    vg_peer_parse(VG_STR("127.0.0.1"), &w->x.peer);
    vg_exchange_uri(&w->x, uri);
    vg_exchange_header(&w->x, VG_STR("Host"), VG_STR("a"));
    snprintf(length, sizeof length, "%zu", len);
    if (body) vg_exchange_header(&w->x, VG_STR("Content-Length"), vg_str_of(length));
    for (; headers && headers->name; headers++)
        vg_exchange_header(&w->x, vg_str_of(headers->name), vg_str_of(headers->value));
    vg_exchange_begin(&w->x, w->lane);
    if (w->x.answer_now) return w->x.status;
    if (len && !vg_exchange_body(&w->x, body, len)) return w->x.status;
    vg_step step = vg_exchange_end(&w->x, w->lane);
    if (step != VG_STEP_ANSWER) walk_desk(w, step);
    return w->x.status;
}

static bool answer_has(const walker *w, const char *text)
{
    const char *from = w->x.fixed ? w->x.fixed : w->x.out.ptr;
    size_t len = w->x.fixed ? w->x.fixed_len : w->x.out.len;
    bool has = from && memmem(from, len, text, strlen(text)) != NULL;
    if (!has) printf("# no %s in %.*s\n", text, (int)len, from ? from : "");
    return has;
}

static const char *header_of(const walker *w, const char *name)
{
    for (size_t i = 0; i < w->x.header_count; i++)
        if (strcmp(w->x.headers[i].name, name) == 0) return w->x.headers[i].value;
    return "";
}

static void bearer(char out[96], const char *key)
{
    snprintf(out, 96, "Bearer %s", key);
}

static void test_events(walker *w, const house *h)
{
    char auth[96], body[4096], one[1024], two[1024];
    bearer(auth, h->key_lobby);
    const line json[] = {
        {"Authorization", auth}, {"Content-Type", "application/cloudevents+json"}, {NULL, NULL}};
    const line batch[] = {
        {"Authorization", auth}, {"Content-Type", "application/cloudevents-batch+json"}, {NULL, NULL}};
    house_message(one, sizeof one, "m1", "lobby", "bonjour");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, one), 200, "a message is answered");
    TAP_OK(answer_has(w, "\"id\":\"m1\"") && answer_has(w, "\"verdict\":\"allow\""), "with a verdict");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, one), 200, "again");
    TAP_OK(answer_has(w, "\"duplicate\":true"), "as a duplicate");
    house_message(two, sizeof two, "m1", "lobby", "autre chose");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, two), 409, "the same id with other content");
    TAP_OK(answer_has(w, "\"pointer\":\"/id\""), "names the id");
    house_message(one, sizeof one, "m2", "lobby", "salut");
    snprintf(body, sizeof body, "[%s,%s]", one, two);
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", batch, body), 200, "in a batch it fails alone");
    TAP_OK(answer_has(w, "\"id\":\"m2\"") &&
               answer_has(w, "\"error\":{\"type\":\"urn:vigie:problem:conflict\"") &&
               answer_has(w, "\"pointer\":\"/1/id\""),
           "and says where");
    house_message(two, sizeof two, "m3", "forum", "salut");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, two), 403, "another space's event");
    house_message(one, sizeof one, "m4", "lobby", "salut");
    snprintf(body, sizeof body, "[%s,%s]", one, two);
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", batch, body), 403, "refuses the whole batch");
    TAP_OK(answer_has(w, "\"pointer\":\"/1/source\""), "names the event");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, one), 200, "and nothing of it was applied");
    TAP_OK(!memmem(w->x.out.ptr, w->x.out.len, "duplicate", 9), "as a duplicate would show");
    const line plain[] = {{"Authorization", auth}, {"Content-Type", "text/plain"}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", plain, "x"), 415, "text/plain");
    const line either[] = {
        {"Authorization", auth}, {"Content-Type", "application/json; charset=utf-8"}, {NULL, NULL}};
    snprintf(body, sizeof body, " [%s]", one);
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", either, body), 200,
               "an array under application/json is a batch");
    TAP_OK(w->x.out.ptr[0] == '[', "and its answer an array");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, "{\"specversion\":\"1.0\""), 400, "half an event");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, ""), 400, "no event");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", batch, "[]"), 400, "an empty batch");
}

static void test_keys(walker *w, const house *h)
{
    char auth[96], one[1024];
    house_message(one, sizeof one, "k1", "lobby", "bonjour");
    const line none[] = {{"Content-Type", "application/json"}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", none, one), 401, "no key");
    TAP_EQ_STR(header_of(w, "WWW-Authenticate"), "Bearer realm=\"vigie\"", "is told what is wanted");
    const line keyed[] = {{"Content-Type", "application/json"}, {"Authorization", auth}, {NULL, NULL}};
    bearer(auth, h->key_revoked);
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", keyed, one), 401, "a revoked key");
    bearer(auth, h->key_media_only);
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", keyed, one), 403, "a key without the scope");
    bearer(auth, h->key_all);
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", keyed, one), 200, "a key of all spaces");
    house_message(one, sizeof one, "k2", "nowhere", "bonjour");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", keyed, one), 422, "a space without a policy");
    TAP_OK(answer_has(w, "\"pointer\":\"/source\""), "which the pointer says");
}

static void test_cases(walker *w, const house *h)
{
    char auth[96], one[1024], two[1024], body[4096];
    bearer(auth, h->key_lobby);
    const line json[] = {{"Authorization", auth}, {"Content-Type", "application/json"}, {NULL, NULL}};
    house_known_media(one, sizeof one, "p1", "max");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, one), 200, "known media is answered");
    TAP_OK(answer_has(w, "\"verdict\":\"block\"") && answer_has(w, "\"case\":\"c-000001\"}"), "with a case");
    house_known_media(two, sizeof two, "p2", "lou");
    char hello[1024], late[1024];
    house_message(hello, sizeof hello, "p3", "lobby", "bonjour");
    house_known_media(late, sizeof late, "p4", "max");
    snprintf(body, sizeof body, "[%s,%s,%s]", two, hello, late);
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, body), 200, "a batch with two of them");
    TAP_OK(answer_has(w, "\"case\":\"c-000002\"},{\"id\":\"p3\"") && answer_has(w, "\"case\":\"c-000001\"}]"),
           "has each case in its place");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, one), 200, "the first again");
    TAP_OK(answer_has(w, "\"case\":\"c-000001\"") && answer_has(w, "\"duplicate\":true"), "has its case");
    char cases[96];
    bearer(cases, h->key_cases);
    const line reader[] = {{"Authorization", cases}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_GET, "/v1/cases", reader, NULL), 200, "a key may list cases");
    TAP_OK(answer_has(w, "\"account\":\"max\"") && answer_has(w, "\"counts\":{\"open\":2"),
           "which are there");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/cases/c-000001", reader, NULL), 401, "but not read one");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/cases?state=x", reader, NULL), 400, "a state that is none");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/cases?limit=501", reader, NULL), 400, "a limit over the limit");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/cases?state=decided&before=c-000009", reader, NULL), 200,
               "a page of decided ones");
}

static void test_media(walker *w, const house *h)
{
    char auth[96], body[1024], now[25], reference[40] = "";
    bearer(auth, h->key_lobby);
    const line headers[] = {{"Authorization", auth}, {NULL, NULL}};
    const line json[] = {{"Authorization", auth}, {"Content-Type", "application/json"}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_POST, "/v1/media", headers, "vigie demo picture 2"), 201, "bytes are hashed");
    TAP_OK(answer_has(w, "8f1d81f043cfb6130c288147076345f6dab698839bb91e7ca4a936c5ed4c06ef") &&
               answer_has(w, "dfbe72ab528fc4794e880b7f28f8edb9") && answer_has(w, "\"size\":20"),
           "twice");
    sscanf(w->x.out.ptr, "{\"upload\":\"%39[^\"]", reference);
    vg_time_format(vg_time_now(), now);
    static const char event[] = "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/spaces/"
                                "%s\",\"type\":\"vigie.media\",\"subject\":\"kim\","
                                "\"time\":\"%s\",\"data\":{\"channel\":\"public\",\"upload\":\"%s\"}}";
    snprintf(body, sizeof body, event, "u1", "lobby", now, reference);
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, body), 200, "the reference stands for them");
    TAP_OK(answer_has(w, "\"verdict\":\"block\""), "and they are known");
    snprintf(body, sizeof body, event, "u2", "lobby", now, "u-unknown");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, body), 422, "a reference nobody gave");
    TAP_OK(answer_has(w, "\"pointer\":\"/data/upload\""), "is named");
    bearer(auth, h->key_all);
    snprintf(body, sizeof body, event, "u3", "forum", now, reference);
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, body), 422, "it is of its space only");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/media", headers, ""), 400, "no bytes");
}

static void test_session(walker *w)
{
    char cookie[128], csrf[40] = "", with[80];
    const line json[] = {{"Content-Type", "application/json"}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_POST, "/v1/session", json, "{\"name\":\"rene\",\"password\":\"no\"}"), 401,
               "a wrong password");
    vg_str wrong = vg_arena_copy(w->server->clerk.arena, (vg_str){w->x.out.ptr, w->x.out.len});
    TAP_EQ_INT(walk(w, VG_POST, "/v1/session", json, "{\"name\":\"nobody\",\"password\":\"no\"}"), 401,
               "a name nobody has");
    TAP_OK(vg_str_eq(wrong, (vg_str){w->x.out.ptr, w->x.out.len}), "get the same answer");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/session", json, "{\"name\":\"rene\"}"), 400, "no password at all");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/session", json, "{\"name\":\"rene\",\"password\":\"correct horse\"}"),
               200, "the right one");
    snprintf(cookie, sizeof cookie, "a=b; %s", header_of(w, "Set-Cookie"));
    TAP_OK(strstr(cookie, "; Path=/; HttpOnly; SameSite=Strict"), "sets a careful cookie");
    *strstr(cookie, "; Path") = '\0';
    const char *at = memmem(w->x.out.ptr, w->x.out.len, "\"csrf\":\"", 8);
    if (at) sscanf(at, "\"csrf\":\"%39[^\"]", csrf);
    const line session[] = {{"Cookie", cookie}, {NULL, NULL}};
    const line full[] = {
        {"Cookie", cookie}, {"X-CSRF-Token", csrf}, {"Content-Type", "application/json"}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_GET, "/v1/session", session, NULL), 200, "the session is known");
    TAP_OK(answer_has(w, csrf), "with its token");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/cases", session, NULL), 200, "the queue");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/cases/c-000001", session, NULL), 200, "a case");
    TAP_OK(answer_has(w, "\"events\":[{\"seq\":") && answer_has(w, "\"actions\":[\"dismiss\"") &&
               answer_has(w, "\"policy\":{\"space\":\"lobby\""),
           "with its content");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/cases/c-000999", session, NULL), 404, "a case that is not");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/cases/x", session, NULL), 404, "a name that is none");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/cases/c-000001/claim", session, ""), 403, "no CSRF token");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/cases/c-000001/claim", full, ""), 200, "claim");
    TAP_OK(answer_has(w, "\"claimed_by\":\"rene\""), "it is taken");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/cases/c-000001/release", full, ""), 200, "release");
    snprintf(with, sizeof with, "/v1/cases/c-000001/decisions");
    TAP_EQ_INT(walk(w, VG_POST, with, full, "{\"action\":\"ban\",\"reason\":\"x\"}"), 400,
               "an action that is none");
    TAP_OK(answer_has(w, "\"pointer\":\"/action\""), "is named");
    TAP_EQ_INT(walk(w, VG_POST, with, full, "{\"action\":\"warn\",\"reason\":\"x\",\"hours\":3}"), 400,
               "a warning of three hours");
    TAP_EQ_INT(walk(w, VG_POST, with, full, "{\"action\":\"warn\",\"reason\":\"x\",\"extra\":1}"), 400,
               "a member that is none");
    TAP_EQ_INT(walk(w, VG_POST, with, full,
                    "{\"action\":\"mute\",\"reason\":\"grooming\",\"note\":\"seen\",\"hours\":24}"),
               201, "a decision");
    TAP_OK(answer_has(w, "\"state\":\"decided\"") && answer_has(w, "\"action\":\"mute\""), "decides");
    TAP_EQ_INT(walk(w, VG_POST, with, full, "{\"action\":\"warn\",\"reason\":\"x\"}"), 409,
               "twice is a conflict");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/cases/c-000002/legal-hold", full, "{\"hold\":true,\"reason\":\"x\"}"),
               403, "no hold for a référent");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/webhooks/dead", session, NULL), 403, "nor dead letters");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/spaces", session, NULL), 200, "spaces");
    TAP_OK(answer_has(w, "\"space\":\"lobby\"") && !memmem(w->x.out.ptr, w->x.out.len, "\"forum\"", 7),
           "only their own");
    const line foreign[] = {
        {"Cookie", cookie}, {"X-CSRF-Token", csrf}, {"Sec-Fetch-Site", "cross-site"}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_DELETE, "/v1/session", foreign, NULL), 403, "a request of another site");
    TAP_EQ_INT(walk(w, VG_DELETE, "/v1/session", full, NULL), 204, "sign out");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/session", session, NULL), 401, "is out");
    for (int i = 0; i < 4; i++)
        walk(w, VG_POST, "/v1/session", json, "{\"name\":\"nobody\",\"password\":\"no\"}");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/session", json, "{\"name\":\"nobody\",\"password\":\"no\"}"), 429,
               "even a name nobody has locks");
    TAP_OK(atoi(header_of(w, "Retry-After")) > 60, "for a while");
}

static void test_lead(walker *w)
{
    char cookie[128], csrf[40] = "";
    const line json[] = {{"Content-Type", "application/json"}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_POST, "/v1/session", json, "{\"name\":\"lea\",\"password\":\"battery staple\"}"),
               200, "a lead signs in");
    snprintf(cookie, sizeof cookie, "%s", header_of(w, "Set-Cookie"));
    *strchr(cookie, ';') = '\0';
    const char *at = memmem(w->x.out.ptr, w->x.out.len, "\"csrf\":\"", 8);
    if (at) sscanf(at, "\"csrf\":\"%39[^\"]", csrf);
    const line full[] = {
        {"Cookie", cookie}, {"X-CSRF-Token", csrf}, {"Content-Type", "application/json"}, {NULL, NULL}};
    TAP_EQ_INT(
        walk(w, VG_POST, "/v1/cases/c-000002/legal-hold", full, "{\"hold\":true,\"reason\":\"inquiry\"}"),
        200, "holds a case");
    TAP_OK(answer_has(w, "\"legal_hold\":true"), "which shows");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/cases/c-000002/legal-hold", full, "{\"hold\":1,\"reason\":\"inquiry\"}"),
               400, "1 is not true");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/webhooks/dead", full, NULL), 200, "sees dead letters");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/webhooks/dead/7/retry", full, ""), 404, "one that is not there");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/session", json, "{\"name\":\"aude\",\"password\":\"only looks on\"}"),
               200, "an auditor signs in");
    snprintf(cookie, sizeof cookie, "%s", header_of(w, "Set-Cookie"));
    *strchr(cookie, ';') = '\0';
    const line auditor[] = {{"Cookie", cookie}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_GET, "/v1/cases/c-000002", auditor, NULL), 403, "and sees no content");
}

static void test_rest(walker *w, const house *h)
{
    char auth[96];
    TAP_EQ_INT(walk(w, VG_GET, "/healthz", NULL, NULL), 200, "/healthz");
    TAP_EQ_INT(walk(w, VG_GET, "/readyz", NULL, NULL), 200, "/readyz");
    TAP_OK(answer_has(w, "\"ready\":true"), "is ready");
    TAP_EQ_INT(walk(w, VG_GET, "/v1/openapi.yaml", NULL, NULL), 200, "/v1/openapi.yaml");
    TAP_OK(answer_has(w, "openapi: 3.1.0"), "is the description");
    for (size_t i = 0; i + 1 < vg_route_count; i++) {
        char path[80];
        snprintf(path, sizeof path, "\n  %s:\n", vg_routes[i].label);
        TAP_OK(answer_has(w, path), "which holds %s", vg_routes[i].label);
    }
    TAP_EQ_INT(walk(w, VG_GET, "/", NULL, NULL), 200, "the console");
    TAP_OK(strstr(header_of(w, "Content-Security-Policy"), "default-src 'none'"), "has a strict policy");
    char tag[64];
    snprintf(tag, sizeof tag, "%s", header_of(w, "ETag"));
    const line same[] = {{"If-None-Match", tag}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_GET, "/", same, NULL), 304, "and is sent once");
    TAP_EQ_INT(walk(w, VG_GET, "/metrics", NULL, NULL), 200, "metrics for this machine");
    TAP_OK(answer_has(w, "vigie_events_total{type=\"vigie.media\",verdict=\"block\"} 4\n") &&
               answer_has(w, "# TYPE vigie_events_request_seconds histogram\n"),
           "count what happened");
    const line proxied[] = {{"X-Forwarded-For", "192.0.2.7"}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_GET, "/metrics", proxied, NULL), 401, "but not through a proxy");
    bearer(auth, h->key_all);
    const line keyed[] = {{"X-Forwarded-For", "192.0.2.7"}, {"Authorization", auth}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_GET, "/metrics", keyed, NULL), 200, "unless with a key");
    TAP_EQ_INT(walk(w, VG_GET, "/nothing", NULL, NULL), 404, "a path that is none");
    TAP_EQ_INT(walk(w, VG_DELETE, "/healthz", NULL, NULL), 405, "a method that is not taken");
    TAP_EQ_STR(header_of(w, "Allow"), "GET, HEAD", "with those that are");
    TAP_EQ_INT(walk(w, VG_GET, "healthz", NULL, NULL), 400, "a path without a slash");
}

/* ---- what goes wrong ---- */

static void sign_in(walker *w, const char *name, const char *password, char cookie[128], char csrf[40])
{
    char body[128];
    const line json[] = {{"Content-Type", "application/json"}, {NULL, NULL}};
    snprintf(body, sizeof body, "{\"name\":\"%s\",\"password\":\"%s\"}", name, password);
    TAP_OK(walk(w, VG_POST, "/v1/session", json, body) == 200, "%s signs in", name);
    snprintf(cookie, 128, "%s", header_of(w, "Set-Cookie"));
    cookie[strcspn(cookie, ";")] = '\0';
    const char *at = memmem(w->x.out.ptr, w->x.out.len, "\"csrf\":\"", 8);
    if (at) sscanf(at, "\"csrf\":\"%39[^\"]", csrf);
}

/* The request was applied, and its case did not reach the store; the platform sends it again. */
static void test_late_case(walker *w, const house *h)
{
    char auth[96], body[1024], now[25];
    vg_case *cases = NULL;
    size_t count = 0;
    vg_error err = {0};
    bearer(auth, h->key_lobby);
    vg_time_format(vg_time_now(), now);
    const line json[] = {{"Authorization", auth}, {"Content-Type", "application/json"}, {NULL, NULL}};
    snprintf(body, sizeof body,
             "{\"specversion\":\"1.0\",\"id\":\"late-a\",\"source\":\"/spaces/lobby\",\"type\":\"vigie.account\","
             "\"subject\":\"vic\",\"time\":\"%s\",\"data\":{\"age_band\":\"25+\",\"age_basis\":\"verified\"}}",
             now);
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, body), 200, "an adult is introduced");
    house_known_media(body, sizeof body, "late-1", "vic");
    uint64_t before = atomic_load(&w->server->gauges.cases_opened);
    w->lose_cases = true;
    walk(w, VG_POST, "/v1/events", json, body);
    w->lose_cases = false;
    TAP_EQ_INT(atomic_load(&w->server->gauges.cases_opened), before, "whose case does not reach the store");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, body), 200, "the event is sent again");
    TAP_OK(answer_has(w, "\"case\":\"c-"), "and has its case");
    const vg_case_query query = {.spaces = VG_STR("*"), .account = VG_STR("vic"), .state = -1, .most = 10};
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    if (vg_store_case_list(h->store, &query, arena, &cases, &count, &err)) house_die("list", &err);
    TAP_OK(count == 1 && cases[0].account_band == VG_AGE_25_PLUS && cases[0].account_basis == VG_BASIS_VERIFIED,
           "which knows the age of its account");
    vg_arena_destroy(&arena);
}

/* Somebody fills a conversation with text that triples when it is written as JSON. */
static void test_flood(walker *w, const house *h)
{
    enum { TEXT = 16000, CASES = 100 };
    static char body[8 << 20];
    char auth[96], now[25];
    size_t used = 1;
    int stored = 0;
    bearer(auth, h->key_lobby);
    vg_time_format(vg_time_now(), now);
    const line json[] = {{"Authorization", auth}, {"Content-Type", "application/json"}, {NULL, NULL}};
    for (int i = 0; i < 20; i++) {
        int n = snprintf(body, sizeof body,
                         "{\"specversion\":\"1.0\",\"id\":\"flood-%d\",\"source\":\"/spaces/lobby\","
                         "\"type\":\"vigie.message\",\"subject\":\"max\",\"time\":\"%s\",\"data\":{"
                         "\"conversation\":\"flood\",\"channel\":\"public\",\"text\":\"",
                         i, now);
        for (int k = 0; k < TEXT; k++) n += snprintf(body + n, sizeof body - (size_t)n, "\\u0001");
        snprintf(body + n, sizeof body - (size_t)n, "\"}}");
        stored += walk(w, VG_POST, "/v1/events", json, body) == 200;
    }
    TAP_EQ_INT(stored, 20, "a conversation is filled with long messages");
    body[0] = '[';
    for (int i = 0; i < CASES; i++)
        used += (size_t)snprintf(
            body + used, sizeof body - used,
            "%s{\"specversion\":\"1.0\",\"id\":\"flooded-%d\",\"source\":\"/spaces/lobby\","
            "\"type\":\"vigie.media\",\"subject\":\"max\",\"time\":\"%s\",\"data\":{\"conversation\":\"flood\","
            "\"channel\":\"public\",\"hashes\":[{\"algorithm\":\"sha256\",\"value\":"
            "\"515784e15c3943a98d0e012b32112d12f46c63ae7a793b88b9126da60983407c\"}]}}",
            i ? "," : "", i, now);
    snprintf(body + used, sizeof body - used, "]");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, body), 200, "a hundred cases out of it are stored all the same");
}

static void test_large_content(const house *h)
{
    enum { MESSAGES = 300, TEXT = 16000 };
    static char text[TEXT];
    static vg_window_message messages[MESSAGES];
    static char ids[MESSAGES][16];
    memset(text, 1, sizeof text);
    for (int i = 0; i < MESSAGES; i++) {
        snprintf(ids[i], sizeof ids[i], "old-%d;", i);
        messages[i] = (vg_window_message){
            .id = vg_str_of(ids[i]), .subject = VG_STR("max"), .text = {text, sizeof text}, .time_ms = 1};
    }
    vg_event event = {.id = VG_STR("e"), .source = VG_STR("/spaces/lobby"), .space = VG_STR("lobby"),
                      .subject = VG_STR("max"), .raw = VG_STR("{}")};
    vg_task task = {.event = &event, .policy = vg_policy_set_at(h->policies, 0), .scanned = true};
    vg_case_context context = {messages, MESSAGES};
    vg_arena *arena = vg_arena_create(4096, 16 << 20);
    vg_str content = vg_case_content(&task, &context, arena);
    TAP_OK(content.ptr && memmem(content.ptr, content.len, "\"old-299;\"", 10),
           "a context that is too long is sealed from its end");
    TAP_OK(content.ptr && !memmem(content.ptr, content.len, "\"old-0;\"", 8), "without its beginning");
    vg_arena_destroy(&arena);
}

static void test_lease(walker *w, const house *h)
{
    char rene[128], rene_csrf[40] = "", lea[128], lea_csrf[40] = "", auth[96], one[1024], path[80];
    bearer(auth, h->key_lobby);
    const line json[] = {{"Authorization", auth}, {"Content-Type", "application/json"}, {NULL, NULL}};
    house_known_media(one, sizeof one, "lease-1", "noa");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, one), 200, "a case");
    char name[24] = "";
    const char *at = memmem(w->x.out.ptr, w->x.out.len, "\"case\":\"", 8);
    if (at) sscanf(at, "\"case\":\"%23[^\"]", name);
    sign_in(w, "rene", "correct horse", rene, rene_csrf);
    sign_in(w, "lea", "battery staple", lea, lea_csrf);
    const line referent[] = {
        {"Cookie", rene}, {"X-CSRF-Token", rene_csrf}, {"Content-Type", "application/json"}, {NULL, NULL}};
    const line lead[] = {{"Cookie", lea}, {"X-CSRF-Token", lea_csrf}, {NULL, NULL}};
    snprintf(path, sizeof path, "/v1/cases/%s/decisions", name);
    TAP_EQ_INT(walk(w, VG_POST, path, referent, "{\"action\":\"escalate\",\"reason\":\"doubt\"}"), 201,
               "a référent escalates it");
    snprintf(path, sizeof path, "/v1/cases/%s/claim", name);
    TAP_EQ_INT(walk(w, VG_POST, path, referent, ""), 403, "and may not keep it from the lead");
    TAP_EQ_INT(walk(w, VG_POST, path, lead, ""), 200, "who takes it");
}

static void test_retry_audit(walker *w, const house *h)
{
    char lea[128], csrf[40] = "", auth[96], one[1024], path[80];
    vg_error err = {0};
    vg_delivery *list = NULL;
    size_t count = 0;
    int64_t before = 0, after = 0;
    vg_webhook hook = {.space = VG_STR("lobby"), .url = VG_STR("https://platform.example/hook")};
    if (vg_store_webhook_add(h->store, &hook, VG_STR("test"), &err)) house_die("webhook", &err);
    bearer(auth, h->key_lobby);
    const line json[] = {{"Authorization", auth}, {"Content-Type", "application/json"}, {NULL, NULL}};
    house_known_media(one, sizeof one, "hook-1", "eli");
    walk(w, VG_POST, "/v1/events", json, one);
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    if (vg_store_deliveries(h->store, false, VG_STR("*"), vg_time_now(), 1, arena, &list, &count, &err) || !count ||
        vg_store_delivery_result(h->store, list[0].id, false, 0, VG_STR("gone"), &err))
        house_die("delivery", &err);
    sign_in(w, "lea", "battery staple", lea, csrf);
    const line lead[] = {{"Cookie", lea}, {"X-CSRF-Token", csrf}, {NULL, NULL}};
    vg_store_audit_verify(h->store, &before, &err);
    snprintf(path, sizeof path, "/v1/webhooks/dead/%lld/retry", (long long)list[0].id);
    TAP_EQ_INT(walk(w, VG_POST, path, lead, ""), 202, "a dead letter is sent again");
    TAP_EQ_INT(vg_store_audit_verify(h->store, &after, &err), 0, "the log checks");
    TAP_EQ_INT(after - before, 1, "and names who asked for that");
    vg_arena_destroy(&arena);
}

/* One space sends uploads and never an event for them. */
static void test_uploads_share(walker *w, const house *h)
{
    char auth[96];
    bearer(auth, h->key_lobby);
    const line headers[] = {{"Authorization", auth}, {NULL, NULL}};
    int taken = 0;
    while (taken < 65536 && walk(w, VG_POST, "/v1/media", headers, "x") == 201) taken++;
    TAP_OK(w->x.status == 503 && atoi(header_of(w, "Retry-After")) >= 1,
           "a space has its share of the uploads: %d", taken);
    bearer(auth, h->key_all);
    TAP_EQ_INT(walk(w, VG_POST, "/v1/media", headers, "x"), 201, "others still have theirs");
}

/* Last: the journal stays broken until the next start. */
static void test_broken_journal(walker *w, const house *h)
{
    struct rlimit before, none;
    char auth[96], one[1024];
    bearer(auth, h->key_lobby);
    const line json[] = {{"Authorization", auth}, {"Content-Type", "application/json"}, {NULL, NULL}};
    TAP_EQ_INT(walk(w, VG_GET, "/readyz", NULL, NULL), 200, "ready");
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    none = before;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_FSIZE, &none);
    for (int i = 0; i < 100 && w->x.status != 503; i++) {
        char id[16];
        snprintf(id, sizeof id, "broken-%d", i);
        house_message(one, sizeof one, id, "lobby", "bonjour");
        walk(w, VG_POST, "/v1/events", json, one);
        usleep(10000);
    }
    setrlimit(RLIMIT_FSIZE, &before);
    TAP_EQ_INT(w->x.status, 503, "a journal that cannot be written takes no more events");
    TAP_OK(atoi(header_of(w, "Retry-After")) >= 1, "for now");
    atomic_store(&w->server->ready_until_ms, 0);
    TAP_EQ_INT(walk(w, VG_GET, "/readyz", NULL, NULL), 503, "and then the server is not ready");
    TAP_OK(answer_has(w, "\"memory\":\"io\""), "because of its memory");
}

static void test_rates(const house *h)
{
    walker w = {0};
    vg_error err = {0};
    char auth[96], one[1024], id[16];
    int taken = 0, refused = 0;
    vg_server_options options = {
        .data_dir = h->dir, .ring = h->ring, .pipeline = h->pipeline, .threads = 1, .events_per_second = 10};
    if (vg_server_core_open(&w.server, &options, &err)) house_die("server", &err);
    w.lane = w.server->lanes[0];
    vg_exchange_init(&w.x, w.server);
    bearer(auth, h->key_lobby);
    const line json[] = {{"Authorization", auth}, {"Content-Type", "application/json"}, {NULL, NULL}};
    for (int i = 0; i < 40; i++) {
        snprintf(id, sizeof id, "r%d", i);
        house_message(one, sizeof one, id, "lobby", "bonjour");
        if (walk(&w, VG_POST, "/v1/events", json, one) == 200) taken++;
        else refused += w.x.status == 429 && atoi(header_of(&w, "Retry-After")) >= 1;
    }
    TAP_OK(taken >= 20 && taken < 40 && taken + refused == 40,
           "a key has its rate: %d taken, %d to come again", taken, refused);
    bearer(auth, "vg_nobody");
    for (taken = refused = 0; taken + refused < 40;)
        walk(&w, VG_POST, "/v1/events", json, one) == 401 ? taken++ : refused++;
    TAP_OK(taken >= 30 && refused > 0 && w.x.status == 429, "who tries keys is slowed down: %d answered",
           taken);
    bearer(auth, h->key_media_only);
    const line media[] = {{"Authorization", auth}, {NULL, NULL}};
    TAP_EQ_INT(walk(&w, VG_POST, "/v1/media", media, "bytes"), 201, "a good key of the same address is not");
    vg_exchange_free(&w.x);
    vg_server_core_close(&w.server);
}

int main(void)
{
    house h;
    walker w = {0};
    vg_error err = {0};
    if (sodium_init() < 0) return 1;
    test_guard();
    test_bucket();
    test_addresses();
    test_webhooks();
    test_router();
    test_hub();
    house_open(&h, true);
    vg_server_options options = {
        .data_dir = h.dir, .ring = h.ring, .pipeline = h.pipeline, .threads = 1, .signins_per_minute = 100};
    if (vg_server_core_open(&w.server, &options, &err)) house_die("server", &err);
    w.lane = w.server->lanes[0];
    vg_exchange_init(&w.x, w.server);
    test_events(&w, &h);
    test_keys(&w, &h);
    test_cases(&w, &h);
    test_media(&w, &h);
    test_session(&w);
    test_lead(&w);
    test_rest(&w, &h);
    test_late_case(&w, &h);
    test_large_content(&h);
    test_flood(&w, &h);
    test_lease(&w, &h);
    test_retry_audit(&w, &h);
    test_uploads_share(&w, &h);
    test_rates(&h);
    test_broken_journal(&w, &h);
    vg_exchange_free(&w.x);
    vg_server_core_close(&w.server);
    house_close(&h);
    return tap_done();
}
