/* SPDX-License-Identifier: Apache-2.0
 *
 * A server on loopback, and clients that do what clients do: well, badly, slowly, and not to the end. */
#include "house.h"
#include "socket.h"
#include "tap.h"

enum { HEADER_MS = 700, BODY_MS = 900, IDLE_MS = 1500 };

static house home;
static vg_server *server;
static uint16_t port;
static char key_line[128], json_headers[256];

static void start(void)
{
    static const int64_t waits[9] = {300, 300, 300, 300, 300, 300, 300, 300, 300};
    vg_error err = {0};
    vg_server_options options = {.data_dir = home.dir,
                                 .policy_path = VG_TEST_POLICY,
                                 .ring = home.ring,
                                 .pipeline = home.pipeline,
                                 .threads = 2,
                                 .header_ms = HEADER_MS,
                                 .body_ms = BODY_MS,
                                 .idle_ms = IDLE_MS,
                                 .signins_per_minute = 100,
                                 .webhook_retry_ms = waits};
    if (vg_server_start(&server, &options, &err)) house_die("server", &err);
    port = vg_server_port(server);
}

static int post(const char *path, const char *headers, const char *body, answer *a)
{
    char *request = compose("POST", path, headers, body);
    ask(port, a, request);
    free(request);
    return a->status;
}

static bool has(const answer *a, const char *text)
{
    bool found = strstr(a->text, text) != NULL;
    if (!found) printf("# no \"%.200s\" in: %.600s\n", text, a->text);
    return found;
}

/* ---- the ordinary ---- */

static void test_ordinary(void)
{
    static answer a;
    char event[1024];
    house_message(event, sizeof event, "o1", "lobby", "bonjour");
    TAP_EQ_INT(post("/v1/events", json_headers, event, &a), 200, "an event is answered");
    TAP_OK(has(&a, "\"verdict\":\"allow\"") && !a.closed, "and the connection lives on");
    int fd = dial(port);
    for (int i = 0; i < 3; i++) {
        char id[8], *request;
        snprintf(id, sizeof id, "o2%d", i);
        house_message(event, sizeof event, id, "lobby", "bonjour");
        request = compose("POST", "/v1/events", json_headers, event);
        say(fd, request);
        hear(fd, &a, 3000, false);
        TAP_EQ_INT(a.status, 200, "again on the same connection");
        free(request);
    }
    house_known_media(event, sizeof event, "o3", "ann");
    char *request = compose("POST", "/v1/events", json_headers, event);
    say(fd, request);
    free(request);
    hear(fd, &a, 3000, false);
    TAP_OK(a.status == 200 && has(&a, "\"case\":\"c-"), "a case on it, stored meanwhile");
    say(fd, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    hear(fd, &a, 500, true);
    TAP_OK(strstr(a.text, "200") && strstr(a.text + 20, "HTTP/1.1 200"), "two requests in one piece");
    close(fd);
    ask(port, &a, "HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    TAP_OK(a.status == 200 && a.len == a.head, "HEAD has no body");
    ask(port, &a, "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
    TAP_OK(a.status == 404 && has(&a, "application/problem+json"), "a path that is none");
    ask(port, &a, "DELETE /v1/events HTTP/1.1\r\nHost: a\r\n\r\n");
    TAP_OK(a.status == 405 && has(&a, "Allow: POST"), "a method that is not taken");
    TAP_EQ_INT(post("/v1/events", "", "{}", &a), 401, "no key");
    TAP_OK(!a.closed, "leaves the connection open");
    ask(port, &a, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    TAP_OK(a.status == 200 && has(&a, "Content-Security-Policy: default-src 'none'"), "the console");
}

/* ---- framing ---- */

static void test_framing(void)
{
    static answer a;
    char request[1024];
    const char *headers[] = {
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
        "Content-Length: 2\r\nContent-Length: 2\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: -2\r\n",
        "Content-Length: +2\r\n",
        "Content-Length: 2x\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        snprintf(request, sizeof request, "POST /v1/events HTTP/1.1\r\nHost: a\r\n%s%s\r\n0\r\n\r\n",
                 json_headers, headers[i]);
        ask(port, &a, request);
        TAP_OK(a.status >= 400 && a.status < 500 && a.closed, "%.*s: %d and closed",
               (int)strcspn(headers[i], "\r"), headers[i], a.status);
        /* what follows in the same bytes must not be taken for a request */
        TAP_OK(!strstr(a.text + 1, "HTTP/1.1 200"), "and nothing after it is answered");
    }
    ask(port, &a, "GET /healthz HTTP/1.1\r\n\r\n");
    TAP_OK(a.status == 400 && a.closed, "no Host");
    ask(port, &a, "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    TAP_OK(a.status == 400 && a.closed, "two Hosts");
    ask(port, &a, "\x16\x03\x01\x02 TLS here\r\n\r\n");
    TAP_OK(a.status == 0 || a.status == 400, "bytes that are no HTTP");
    static char large[70000];
    memset(large, 'a', 69999);
    memcpy(large, "GET /", 5);
    memcpy(large + 3000, " HTTP/1.1\r\nHost: a\r\n\r\n", 23);
    ask(port, &a, large);
    TAP_EQ_INT(a.status, 414, "a long address");
    memset(large, 'a', 69999);
    memcpy(large, "GET /healthz HTTP/1.1\r\nHost: a\r\nX: ", 35);
    memcpy(large + 30000, "\r\n\r\n", 5);
    ask(port, &a, large);
    TAP_OK(a.status == 431 && a.closed, "headers of 30 KiB");
    memset(large, 'a', 69990);
    memcpy(large, "GET /healthz HTTP/1.1\r\nHost: a\r\nX: ", 35);
    memcpy(large + 69990, "\r\n\r\n", 5);
    ask(port, &a, large);
    TAP_OK(a.status >= 400 && a.status < 500, "headers of 70 KiB: %d", a.status);
}

/* ---- bodies ---- */

static void test_bodies(void)
{
    static answer a;
    char event[1024], request[2048];
    house_message(event, sizeof event, "b1", "lobby", "en morceaux");
    size_t half = strlen(event) / 2;
    snprintf(request, sizeof request,
             "POST /v1/events HTTP/1.1\r\nHost: a\r\n%sTransfer-Encoding: "
             "chunked\r\n\r\n%zx\r\n%.*s\r\n%zx\r\n%s\r\n0\r\n\r\n",
             json_headers, half, (int)half, event, strlen(event) - half, event + half);
    ask(port, &a, request);
    TAP_EQ_INT(a.status, 200, "a chunked body");
    snprintf(request, sizeof request,
             "POST /v1/events HTTP/1.1\r\nHost: a\r\n%sTransfer-Encoding: chunked\r\n\r\nzz\r\n",
             json_headers);
    ask(port, &a, request);
    TAP_OK((a.status == 400 || a.status == 0) && a.closed, "a chunk of no size: %d", a.status);

    /* 100 MB, announced: refused before it is read, and the answer arrives though the client goes on sending
     */
    char *block = calloc(1, 1 << 20);
    int fd = dial(port);
    snprintf(request, sizeof request,
             "POST /v1/events HTTP/1.1\r\nHost: a\r\n%sContent-Length: 104857600\r\n\r\n", json_headers);
    say(fd, request);
    for (int i = 0; i < 100 && say_bytes(fd, block, 1 << 20); i++) continue;
    hear(fd, &a, 3000, true);
    TAP_EQ_INT(a.status, 413, "100 MB announced");
    close(fd);
    /* and not announced */
    fd = dial(port);
    snprintf(request, sizeof request,
             "POST /v1/events HTTP/1.1\r\nHost: a\r\n%sTransfer-Encoding: chunked\r\n\r\n", json_headers);
    say(fd, request);
    for (int i = 0; i < 100 && say(fd, "100000\r\n") && say_bytes(fd, block, 1 << 20) && say(fd, "\r\n"); i++)
        continue;
    hear(fd, &a, 3000, true);
    TAP_EQ_INT(a.status, 413, "100 MB in chunks");
    close(fd);
    free(block);

    /* a client that goes away in the middle: nothing is applied */
    house_message(event, sizeof event, "b2", "lobby", "à moitié");
    char *whole = compose("POST", "/v1/events", json_headers, event);
    fd = dial(port);
    say_bytes(fd, whole, strlen(whole) - 20);
    close(fd);
    fd = dial(port);
    say_bytes(fd, whole, strlen(whole) - 20);
    shutdown(fd, SHUT_WR);
    hear(fd, &a, 3000, true);
    TAP_OK(a.status == 0 || a.status >= 400, "half a body and an end: %d", a.status);
    close(fd);
    ask(port, &a, whole);
    TAP_OK(a.status == 200 && !strstr(a.text, "duplicate"), "a body cut short was not applied");
    free(whole);
    snprintf(
        request, sizeof request,
        "POST /v1/events HTTP/1.1\r\nHost: a\r\n%sExpect: 100-continue\r\nContent-Length: 9000000\r\n\r\n",
        json_headers);
    ask(port, &a, request);
    TAP_EQ_INT(a.status, 413, "who asks first is told first");
}

static void test_content(void)
{
    static answer a;
    char event[1024];
    char *deep = malloc(20001);
    const char *bad[] = {"", "{", "[]", "nul", "{\"id\":1}", "\"\xff\xfe\"", "[[[[]]]]"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        TAP_EQ_INT(post("/v1/events", json_headers, bad[i], &a), 400, "not an event");
    memset(deep, '[', 10000);
    memset(deep + 10000, ']', 10000);
    deep[20000] = '\0';
    TAP_EQ_INT(post("/v1/events", json_headers, deep, &a), 400, "ten thousand deep");
    free(deep);
    house_message(event, sizeof event, "x1", "lobby", "a\\u0000b");
    TAP_EQ_INT(post("/v1/events", json_headers, event, &a), 400, "a NUL in a text");
    house_message(event, sizeof event, "x2", "lobby", "a\xc3(");
    TAP_EQ_INT(post("/v1/events", json_headers, event, &a), 400, "a text that is not UTF-8");
    house_message(event, sizeof event, "x3", "lobby", "bonjour");
    memcpy(strstr(event, "\"time\":\"") + 8, "2012", 4);
    TAP_OK(post("/v1/events", json_headers, event, &a) == 400 && has(&a, "\"pointer\":\"/time\""),
           "years ago");
    memcpy(strstr(event, "\"time\":\"") + 8, "2912", 4);
    TAP_OK(post("/v1/events", json_headers, event, &a) == 400 && has(&a, "\"pointer\":\"/time\""),
           "centuries ahead");
    TAP_EQ_INT(
        post("/v1/events", "Authorization: Bearer vg_nobody\r\nContent-Type: application/json\r\n", "{}", &a),
        401, "a key nobody has");
}

/* ---- time ---- */

static void test_slow(void)
{
    static answer a;
    int fd = dial(port), silent = dial(port), idle = dial(port), body = dial(port);
    int64_t began = vg_time_monotonic_us();
    say(idle, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    hear(idle, &a, 1000, false);
    TAP_EQ_INT(a.status, 200, "a quick one");
    say(body, "POST /v1/events HTTP/1.1\r\nHost: a\r\n");
    say(body, json_headers);
    say(body, "Content-Length: 1000\r\n\r\n{");
    const char *drip = "GET /healthz HTTP/1.1\r\nHost: a\r\nX: "
                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    struct pollfd p = {.fd = fd, .events = POLLIN};
    for (size_t i = 0; drip[i] && poll(&p, 1, 40) == 0; i++) {
        say_bytes(fd, drip + i, 1);
        say_bytes(body, " ", 1);
    }
    hear(fd, &a, 2000, true);
    int64_t took = (vg_time_monotonic_us() - began) / 1000;
    TAP_OK(a.status == 408 && a.closed, "a byte now and then is no request: %d", a.status);
    TAP_OK(took >= HEADER_MS && took < HEADER_MS + 2500, "and is told after its time (%lld ms)",
           (long long)took);
    hear(body, &a, 3000, true);
    TAP_OK(a.status == 408 && a.closed, "nor a body: %d", a.status);
    hear(silent, &a, 3000, true);
    TAP_OK(a.closed && (a.status == 408 || a.status == 0), "nor silence");
    hear(idle, &a, 4000, true);
    TAP_OK(a.closed && a.status == 0, "an idle connection is closed without a word");
    close(fd);
    close(silent);
    close(idle);
    close(body);
}

/* ---- many at once ---- */

typedef struct sender {
    pthread_t thread;
    int number, cases, others;
} sender;
enum { SENDERS = 6, EACH = 30 };

static void *send_many(void *context)
{
    sender *s = context;
    answer *a = malloc(sizeof *a);
    int fd = dial(port);
    for (int i = 0; i < EACH; i++) {
        char event[1024], id[32], who[32], *request;
        snprintf(id, sizeof id, "many-%d-%d", s->number, i);
        snprintf(who, sizeof who, "many-%d", (s->number * EACH + i) % 50);
        house_known_media(event, sizeof event, id, who);
        request = compose("POST", "/v1/events", json_headers, event);
        say(fd, request);
        hear(fd, a, 10000, false);
        if (a->status == 200 && strstr(a->text, "\"case\":\"c-")) s->cases++;
        else s->others++;
        free(request);
    }
    close(fd);
    free(a);
    return NULL;
}

static void test_many(void)
{
    sender all[SENDERS] = {0};
    int cases = 0;
    vg_error err = {0};
    vg_case_counts counts = {0};
    for (int i = 0; i < SENDERS; i++) {
        all[i].number = i;
        pthread_create(&all[i].thread, NULL, send_many, &all[i]);
    }
    for (int i = 0; i < SENDERS; i++) {
        pthread_join(all[i].thread, NULL);
        cases += all[i].cases;
    }
    TAP_EQ_INT(cases, SENDERS * EACH, "every event with a case has one");
    TAP_OK(vg_store_case_count(home.store, VG_STR("*"), vg_time_now(), &counts, &err) == 0 &&
               counts.open >= 50,
           "one for each account");
}

/* ---- console ---- */

static char cookie[128], csrf[64];

static void sign_in(const char *name, const char *password)
{
    static answer a;
    char body[128];
    snprintf(body, sizeof body, "{\"name\":\"%s\",\"password\":\"%s\"}", name, password);
    TAP_EQ_INT(post("/v1/session", "Content-Type: application/json\r\n", body, &a), 200, "sign in");
    const char *at = strstr(a.text, "Set-Cookie: ");
    if (at) snprintf(cookie, sizeof cookie, "Cookie: %.*s\r\n", (int)strcspn(at + 12, ";"), at + 12);
    at = strstr(a.text, "\"csrf\":\"");
    if (at) snprintf(csrf, sizeof csrf, "X-CSRF-Token: %.*s\r\n", (int)strcspn(at + 8, "\""), at + 8);
}

static void test_stream(void)
{
    static answer a;
    char request[512], event[1024];
    sign_in("lea", "battery staple");
    int fd = dial(port);
    snprintf(request, sizeof request, "GET /v1/events/stream HTTP/1.1\r\nHost: a\r\n%s\r\n", cookie);
    say(fd, request);
    usleep(300000);
    static answer b;
    house_known_media(event, sizeof event, "s1", "streamed");
    TAP_EQ_INT(post("/v1/events", json_headers, event, &b), 200, "a case opens");
    usleep(1500000);
    snprintf(request, sizeof request, "DELETE /v1/session HTTP/1.1\r\nHost: a\r\n%s%s\r\n", cookie, csrf);
    ask(port, &b, request);
    TAP_EQ_INT(b.status, 204, "sign out");
    hear(fd, &a, 3000, true);
    TAP_OK(a.status == 200 && has(&a, "text/event-stream"), "a stream");
    TAP_OK(has(&a, "event: case\ndata: {\"id\":\"c-") && has(&a, "\"account\":\"streamed\"") &&
               has(&a, "\"change\":\"opened\""),
           "shows the case");
    TAP_OK(has(&a, "event: pulse\ndata: {\"events_per_second\":"), "and the second's numbers");
    TAP_OK(a.closed && has(&a, "event: reconnect"), "and ends with its session");
    close(fd);
    ask(port, &a, "GET /v1/events/stream HTTP/1.1\r\nHost: a\r\nCookie: vigie_session=nobody\r\n\r\n");
    TAP_EQ_INT(a.status, 401, "no stream for who is not in");
}

/* ---- webhooks ---- */

typedef struct receiver {
    pthread_t thread;
    int listener, calls;
    bool signatures_good, same_id;
    uint8_t secret[32];
    char first_id[128];
} receiver;

static bool check_signature(receiver *r, const char *text)
{
    char id[128] = "", when[32] = "", signature[80] = "", want[64];
    const char *at;
    if ((at = strstr(text, "webhook-id: "))) sscanf(at + 12, "%127[^\r]", id);
    if ((at = strstr(text, "webhook-timestamp: "))) sscanf(at + 19, "%31[^\r]", when);
    if ((at = strstr(text, "webhook-signature: "))) sscanf(at + 19, "%79[^\r]", signature);
    at = strstr(text, "\r\n\r\n");
    if (!at || !id[0]) return false;
    if (r->calls == 0) snprintf(r->first_id, sizeof r->first_id, "%s", id);
    else if (r->calls == 1) r->same_id = strcmp(id, r->first_id) == 0;
    vg_webhook_sign(r->secret, sizeof r->secret, vg_str_of(id), atoll(when), vg_str_of(at + 4), want);
    return strcmp(want, signature) == 0 && strstr(at, "\"c-") != NULL;
}

static void *receive(void *context)
{
    receiver *r = context;
    answer *a = malloc(sizeof *a);
    while (r->calls < 2) {
        struct pollfd p = {.fd = r->listener, .events = POLLIN};
        if (poll(&p, 1, 8000) <= 0) break;
        int fd = accept(r->listener, NULL, NULL);
        a->len = 0;
        a->text[0] = '\0';
        while (a->len + 1 < sizeof a->text && !is_whole(a)) {
            ssize_t n = recv(fd, a->text + a->len, sizeof a->text - 1 - a->len, 0);
            if (n <= 0) break;
            a->len += (size_t)n;
            a->text[a->len] = '\0';
        }
        r->signatures_good = r->signatures_good && check_signature(r, a->text);
        say(fd, r->calls++ == 0 ? "HTTP/1.1 500 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                : "HTTP/1.1 204 ok\r\nConnection: close\r\n\r\n");
        close(fd);
    }
    free(a);
    return NULL;
}

static void test_webhook(void)
{
    static answer a;
    receiver r = {.signatures_good = true};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    char url[64], event[1024];
    vg_error err = {0};
    r.listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(r.listener, (struct sockaddr *)&at, sizeof at) || listen(r.listener, 8) ||
        getsockname(r.listener, (struct sockaddr *)&at, &len))
        exit(1);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/hook", ntohs(at.sin_port));
    vg_webhook hook = {.space = VG_STR("lobby"), .url = vg_str_of(url), .created_ms = vg_time_now()};
    randombytes_buf(hook.secret, sizeof hook.secret);
    memcpy(r.secret, hook.secret, sizeof r.secret);
    if (vg_store_webhook_add(home.store, &hook, VG_STR("test"), &err)) house_die("webhook", &err);
    pthread_create(&r.thread, NULL, receive, &r);
    house_known_media(event, sizeof event, "w1", "hooked");
    TAP_EQ_INT(post("/v1/events", json_headers, event, &a), 200, "a case opens");
    pthread_join(r.thread, NULL);
    TAP_EQ_INT(r.calls, 2, "a delivery that fails is tried again");
    TAP_OK(r.same_id, "under the same id");
    TAP_OK(r.signatures_good, "signed");
    close(r.listener);
    usleep(300000); /* the server still writes down what became of it */
    vg_store_webhook_remove(home.store, hook.id, VG_STR("test"), &err);
}

/* ---- what changes while it runs ---- */

static void test_changes(void)
{
    static answer a;
    char token[64], headers[160], event[1024];
    vg_error err = {0};
    int64_t id = house_key(&home, "lobby", VG_SCOPE_EVENTS, token);
    snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\nContent-Type: application/json\r\n",
             token);
    usleep(600000);
    house_message(event, sizeof event, "n1", "lobby", "bonjour");
    TAP_EQ_INT(post("/v1/events", headers, event, &a), 200, "a new key opens within a moment");
    vg_store_key_revoke(home.store, id, VG_STR("test"), vg_time_now(), &err);
    usleep(600000);
    TAP_EQ_INT(post("/v1/events", headers, event, &a), 401, "and a revoked one closes");

    vg_request request = {
        .kind = VG_STR("export"), .space = VG_STR("lobby"), .account = VG_STR("alex"), .by = VG_STR("test")};
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    vg_str result = {"", 0};
    bool found = false;
    if (vg_store_request_add(home.store, &request, &err)) house_die("request", &err);
    for (int i = 0; i < 30 && !found; i++) {
        usleep(100000);
        vg_store_request_take(home.store, request.id, arena, &result, &found, &err);
    }
    TAP_OK(found && result.ptr && memmem(result.ptr, result.len, "\"memory\":{", 10) &&
               memmem(result.ptr, result.len, "\"cases\":", 8),
           "an export is answered");
    request.kind = VG_STR("erase");
    found = false;
    if (vg_store_request_add(home.store, &request, &err)) house_die("request", &err);
    for (int i = 0; i < 30 && !found; i++) {
        usleep(100000);
        vg_store_request_take(home.store, request.id, arena, &result, &found, &err);
    }
    TAP_OK(found && result.ptr && memmem(result.ptr, result.len, "\"memory_removed\":", 17),
           "an erasure is answered");
    vg_arena_destroy(&arena);

    vg_server_reload(server, "/nonexistent");
    usleep(500000);
    vg_server_reload(server, NULL);
    for (int i = 0; i < 200; i++) { /* compiling the patterns takes a while in a sanitized build */
        ask(port, &a, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
        if (strstr(a.text, "vigie_policy_reloads_total 1\n")) break;
        usleep(100000);
    }
    TAP_OK(has(&a, "vigie_policy_reload_failures_total 1\n") && has(&a, "vigie_policy_reloads_total 1\n"),
           "policies that do not load are counted and kept out");
    house_message(event, sizeof event, "n2", "lobby", "bonjour");
    TAP_EQ_INT(post("/v1/events", json_headers, event, &a), 200, "and events go on");
}

/* ---- the end ---- */

static void *finish_request(void *context)
{
    answer *a = context;
    char event[1024];
    house_known_media(event, sizeof event, "end1", "late");
    char *request = compose("POST", "/v1/events", json_headers, event);
    int fd = dial(port);
    say_bytes(fd, request, strlen(request) - 10);
    usleep(300000); /* meanwhile the server is asked to stop */
    say(fd, request + strlen(request) - 10);
    hear(fd, a, 3000, true);
    close(fd);
    free(request);
    return NULL;
}

static void test_stop(void)
{
    static answer a;
    pthread_t thread;
    pthread_create(&thread, NULL, finish_request, &a);
    usleep(100000);
    TAP_EQ_INT(vg_server_stop(&server, 5000), 0, "nothing is cut off");
    pthread_join(thread, NULL);
    TAP_OK(a.status == 200 && has(&a, "\"case\":\"c-") && has(&a, "Connection: close"),
           "a request under way is finished, and stored");
    start();
    char event[1024];
    house_known_media(event, sizeof event, "end1", "late");
    const char *time = strstr(a.text, "c-");
    char name[16] = "";
    if (time) snprintf(name, sizeof name, "%.*s", (int)strcspn(time, "\""), time);
    vg_case c;
    vg_error err = {0};
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    TAP_OK(vg_store_case_get(home.store, vg_case_id_of(vg_str_of(name)), arena, &c, &err) == 0 &&
               vg_str_is(c.account, "late"),
           "its case is there");
    vg_arena_destroy(&arena);
    TAP_EQ_INT(vg_server_stop(&server, 1000), 0, "it stops twice");
}

int main(void)
{
    if (sodium_init() < 0) return 1;
    house_open(&home, true);
    snprintf(key_line, sizeof key_line, "Authorization: Bearer %s\r\n", home.key_lobby);
    snprintf(json_headers, sizeof json_headers, "%sContent-Type: application/json\r\n", key_line);
    start();
    test_ordinary();
    test_framing();
    test_bodies();
    test_content();
    test_slow();
    test_many();
    test_stream();
    test_webhook();
    test_changes();
    test_stop();
    house_close(&home);
    return tap_done();
}
