/* SPDX-License-Identifier: Apache-2.0
 *
 * bench/http_load: drives a running server over keep-alive connections and prints one JSON object.
 *
 *   http_load --port N --key-file F [--connections 32] [--batch 1] [--rate R] [--seconds 10] [--get PATH]
 *
 * --get sends GET PATH instead of events. On a path that does nothing, such as /healthz, and with the same --rate, it
 * tells which part of a latency is the machine's and the generator's.
 * Without --rate every connection sends its next request when the answer came (throughput). With --rate requests are due at
 * fixed times whatever the server does, and latency counts from the time a request was due, so that a stall is not
 * hidden by a client that waits politely (no coordinated omission).
 * Traffic goes to 127.0.0.1 only.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/time.h"
#include "generate.h"

enum { MAX_CONNECTIONS = 512, ANSWER = 1 << 20, BUCKETS = 64 * 32 };

typedef struct client {
    int fd;
    bool busy;
    int64_t due_us;       /* when the request under way should have been sent */
    vg_buf request;
    size_t sent;
    char *answer;
    size_t got, need;     /* need: bytes of the whole answer once its header is read */
} client;

typedef struct load {
    const char *key, *get; /* get: a path to read instead of sending events, or NULL */
    uint16_t port;
    int connections, batch;
    double rate;
    int64_t seconds;
    vg_generator generator;
    client client[MAX_CONNECTIONS];
    int epoll;
    uint64_t requests, refused, cases, retries;
    uint64_t bucket[BUCKETS];
} load;

/* Log-linear histogram of microseconds: 32 steps for each power of two, under 3.2 % wide. */
static size_t bucket_of(uint64_t us)
{
    if (us < 32) return us;
    int top = 63 - __builtin_clzll(us);
    return (size_t)(top - 4) * 32 + ((us >> (top - 5)) & 31);
}
static double value_of(size_t bucket)
{
    if (bucket < 32) return (double)bucket;
    size_t top = bucket / 32 + 4;
    return (double)((32 + bucket % 32) << (top - 5));
}
static double percentile(const load *l, double p)
{
    uint64_t all = 0, seen = 0;
    for (size_t i = 0; i < BUCKETS; i++) all += l->bucket[i];
    for (size_t i = 0; i < BUCKETS; i++) {
        seen += l->bucket[i];
        if ((double)seen >= p * (double)all) return value_of(i) / 1000.0;
    }
    return 0;
}

static void die(const char *what)
{
    fprintf(stderr, "http_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void open_client(load *l, client *c)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(l->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to)) die("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &event)) die("epoll");
}

static void push(client *c)
{
    while (c->sent < c->request.len) {
        ssize_t n = send(c->fd, c->request.ptr + c->sent, c->request.len - c->sent, MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return; /* the rest goes out on the next turn of the loop */
        if (n < 0) die("send");
        c->sent += (size_t)n;
    }
}

static void send_request(client *c, int64_t due_us)
{
    c->sent = c->got = c->need = 0;
    c->busy = true;
    c->due_us = due_us;
    push(c);
}

static void send_body(const load *l, client *c, bool batch, int64_t due_us, const vg_buf *body)
{
    vg_buf_clear(&c->request);
    vg_buf_printf(&c->request, "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nContent-Type: application/cloudevents%s+json\r\nContent-Length: %zu\r\n\r\n",
                  l->key, batch ? "-batch" : "", body->len);
    vg_buf_add(&c->request, body->ptr, body->len);
    send_request(c, due_us);
}

static void begin(load *l, client *c, int64_t due_us, vg_buf *body)
{
    if (l->get) {
        vg_buf_clear(&c->request);
        vg_buf_printf(&c->request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n\r\n", l->get, l->key);
        send_request(c, due_us);
        return;
    }
    vg_buf_clear(body);
    l->generator.start_ms = vg_time_now() - (int64_t)l->generator.count * l->generator.step_us / 1000;
    if (l->batch > 1) vg_buf_add_char(body, '[');
    for (int i = 0; i < l->batch; i++) {
        if (i) vg_buf_add_char(body, ',');
        vg_generator_next(&l->generator, body);
    }
    if (l->batch > 1) vg_buf_add_char(body, ']');
    send_body(l, c, l->batch > 1, due_us, body);
}

/* True when the answer under way is complete. */
static bool answered(load *l, client *c)
{
    for (;;) {
        ssize_t n = recv(c->fd, c->answer + c->got, ANSWER - 1 - c->got, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
        if (n <= 0) die("the server closed a connection");
        c->got += (size_t)n;
        c->answer[c->got] = '\0';
        if (!c->need) {
            char *end = strstr(c->answer, "\r\n\r\n"), *length = strcasestr(c->answer, "\r\ncontent-length:");
            if (!end || !length) continue;
            c->need = (size_t)(end + 4 - c->answer) + strtoul(length + 17, NULL, 10);
        }
        if (c->got < c->need) continue;
        if (memcmp(c->answer + 9, "200", 3) != 0) {
            if (!l->refused++) fprintf(stderr, "http_load: first refusal: %.300s\n", c->answer);
        }
        for (char *p = c->answer; (p = strstr(p, "\"case\":")); p++) l->cases++;
        return true;
    }
}

/* Everybody's age, before the clock starts: a server that knows nobody opens fewer cases than one at work. */
static void introduce(load *l)
{
    client *c = &l->client[0];
    struct epoll_event event;
    vg_buf body;
    vg_buf_init(&body, 64 << 20);
    for (uint32_t n = 0; n < l->generator.accounts;) {
        vg_buf_clear(&body);
        l->generator.start_ms = vg_time_now();
        for (int i = 0; i < 500 && n < l->generator.accounts; i++) {
            vg_buf_add_char(&body, i ? ',' : '[');
            vg_generator_account(&l->generator, n++, &body);
        }
        vg_buf_add_char(&body, ']');
        send_body(l, c, true, 0, &body);
        do {
            push(c);
            epoll_wait(l->epoll, &event, 1, 100);
        } while (!answered(l, c));
        c->busy = false;
    }
    l->refused = l->cases = 0;
    vg_buf_free(&body);
}

/* Microseconds until the next request is due; polling instead would take a core from the server under test. */
static int64_t next_due(const load *l, int64_t start, uint64_t issued, int64_t now)
{
    if (l->rate <= 0) return 100000;
    int64_t due = start + (int64_t)((double)issued * 1e6 / l->rate);
    return due > now ? due - now : 1000; /* overdue: every connection is busy, an answer will wake us */
}

static int wait_for(const load *l, struct epoll_event *events, int64_t us)
{
    struct timespec wait = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
    return epoll_pwait2(l->epoll, events, MAX_CONNECTIONS, &wait, NULL);
}

static void drive(load *l)
{
    struct epoll_event events[MAX_CONNECTIONS];
    vg_buf body;
    vg_buf_init(&body, 64 << 20);
    int64_t start = vg_time_monotonic_us(), end = start + l->seconds * 1000000, now;
    uint64_t issued = 0;
    int open = 0;
    for (;;) {
        now = vg_time_monotonic_us();
        for (int i = 0; i < l->connections && now < end; i++) {
            client *c = &l->client[i];
            if (c->busy) continue;
            int64_t due = now;
            if (l->rate > 0) {
                due = start + (int64_t)((double)issued * 1e6 / l->rate);
                if (due > now) break;
            }
            issued++;
            open++;
            begin(l, c, due, &body);
        }
        if (now >= end && (!open || now > end + 5000000)) break;
        int n = wait_for(l, events, now < end ? next_due(l, start, issued, now) : 100000);
        for (int i = 0; i < n; i++) {
            client *c = events[i].data.ptr;
            if (!c->busy || !answered(l, c)) continue;
            c->busy = false;
            open--;
            l->requests++;
            int64_t took = vg_time_monotonic_us() - c->due_us;
            l->bucket[bucket_of(took > 0 ? (uint64_t)took : 0)]++;
        }
        for (int i = 0; i < l->connections; i++)
            if (l->client[i].busy && l->client[i].sent < l->client[i].request.len) push(&l->client[i]);
    }
    double seconds = (double)(vg_time_monotonic_us() - start) / 1e6;
    printf("{\"connections\":%d,\"batch\":%d,\"rate_asked\":%.0f,\"requests\":%llu,\"requests_per_second\":%.0f,\"events_per_second\":%.0f,"
           "\"with_case\":%llu,\"refused\":%llu,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"max_ms\":%.3f}\n",
           l->connections, l->batch, l->rate, (unsigned long long)l->requests, (double)l->requests / seconds,
           (double)l->requests * l->batch / seconds, (unsigned long long)l->cases, (unsigned long long)l->refused,
           percentile(l, .5), percentile(l, .99), percentile(l, .999), percentile(l, 1));
    vg_buf_free(&body);
}

static const char *read_key(const char *path)
{
    static char key[128];
    FILE *file = fopen(path, "r");
    if (!file || !fgets(key, sizeof key, file)) die(path);
    fclose(file);
    key[strcspn(key, "\r\n")] = '\0';
    return key;
}

int main(int argc, char **argv)
{
    static load l = {.connections = 32, .batch = 1, .seconds = 10};
    for (int i = 1; i + 1 < argc; i += 2) {
        if (!strcmp(argv[i], "--port")) l.port = (uint16_t)atoi(argv[i + 1]);
        else if (!strcmp(argv[i], "--key-file")) l.key = read_key(argv[i + 1]);
        else if (!strcmp(argv[i], "--connections")) l.connections = atoi(argv[i + 1]);
        else if (!strcmp(argv[i], "--batch")) l.batch = atoi(argv[i + 1]);
        else if (!strcmp(argv[i], "--rate")) l.rate = atof(argv[i + 1]);
        else if (!strcmp(argv[i], "--get")) l.get = argv[i + 1];
        else if (!strcmp(argv[i], "--seconds")) l.seconds = atol(argv[i + 1]);
    }
    if (!l.port || !l.key || l.connections < 1 || l.connections > MAX_CONNECTIONS || l.batch < 1 || l.batch > 1000) {
        fprintf(stderr, "usage: http_load --port N --key-file F [--connections N] [--batch N] [--rate R] [--seconds N] [--get PATH]\n");
        return 2;
    }
    static char run[32];
    snprintf(run, sizeof run, "h%llx", (unsigned long long)vg_time_monotonic_us());
    vg_generator_init(&l.generator, (uint64_t)vg_time_now(), 20000, 50000, vg_time_now());
    l.generator.run = run;
    l.generator.step_us = 0;
    prctl(PR_SET_TIMERSLACK, 1000UL); /* wake on time: the default adds 50 us to every latency */
    l.epoll = epoll_create1(0);
    for (int i = 0; i < l.connections; i++) {
        vg_buf_init(&l.client[i].request, 64 << 20);
        l.client[i].answer = vg_malloc(ANSWER);
        if (!l.client[i].answer) die("memory");
        open_client(&l, &l.client[i]);
    }
    if (!l.get) introduce(&l);
    drive(&l);
    for (int i = 0; i < l.connections; i++) {
        close(l.client[i].fd);
        vg_buf_free(&l.client[i].request);
        vg_free(l.client[i].answer);
    }
    return l.refused ? 1 : 0;
}
