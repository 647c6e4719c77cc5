/* SPDX-License-Identifier: Apache-2.0
 *
 * net without a socket: framing, limits, routes, signatures, and exchanges walked by hand through a real
 * installation. */
#include "tap.h"
#include "walker.h"

/* ---- guard ---- */

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
    vg_str argument[2] = {{"", 0}, {"", 0}};
    switch (vg_route_find(method, vg_str_of(path), &route, argument, allow, 64)) {
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
    vg_arena *arena = vg_arena_create(1024, 1 << 16);
    vg_hub_init(&hub, &gauges);
    hub.suspend = fall_asleep;
    hub.resume = wake_up;
    TAP_OK(vg_hub_join(&hub, &user, &session, arena, &s, &err) == 0 &&
               vg_hub_join(&hub, &user, &second, arena, &other, &err) == 0,
           "two consoles listen");
    TAP_OK(vg_hub_read(s, NULL, out, sizeof out) == 13 && memcmp(out, "retry: 2000\n\n", 13) == 0,
           "each is told when to come back");
    TAP_OK(vg_hub_read(s, NULL, out, sizeof out) == 0 && slept == 1, "then there is nothing, and it sleeps");
    vg_hub_comment(&hub);
    TAP_OK(woken == 1 && vg_hub_read(s, NULL, out, sizeof out) == 14 &&
               memcmp(out, ": still here\n\n", 14) == 0,
           "until something comes");
    vg_hub_end_user(&hub, VG_STR("somebody else"), NULL);
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
    TAP_OK(vg_hub_join(&hub, &user, &session, arena, &s, &err) == -VG_EBUSY, "nobody joins when it has ended");
    vg_hub_destroy(&hub);
    vg_arena_destroy(&arena);
}

/* ---- routes ---- */

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
    vg_exchange_free(&w.x);
    vg_server_core_close(&w.server);
    house_close(&h);
    return tap_done();
}
