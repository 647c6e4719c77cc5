/* SPDX-License-Identifier: Apache-2.0
 *
 * Any request, without a socket: guard, router, keys, sessions, bodies and every route of a real
 * installation.
 *
 * The input is a line "METHOD TARGET", header lines "Name: value", an empty line, and the body. A first byte
 * chooses what is added: the key, the session, its CSRF token, the content type; so that a mutation gets past
 * the door. Whatever comes, there must be one answer with a known status, JSON answers must be JSON, and 5xx
 * must not be among them. */
#include <jansson.h>
#include "../tests/unit/net/house.h"
#include "store/people/signin.h"

typedef struct place {
    house home;
    vg_server *server;
    vg_exchange x;
    char bearer[96], cookie[96], csrf[33];
} place;

static void must(bool condition, const char *what)
{
    if (condition) return;
    fprintf(stderr, "must: %s\n", what);
    abort();
}

static place *open_place(void)
{
    static place p;
    static bool open;
    vg_error err = {0};
    char token[40];
    vg_user user;
    if (open) return &p;
    open = true;
    must(sodium_init() >= 0, "sodium");
    vg_log_set_level(VG_LOG_ERROR);
    house_open(&p.home, true);
    vg_server_options options = {.data_dir = p.home.dir,
                                 .ring = p.home.ring, .decoder = "",
                                 .pipeline = p.home.pipeline,
                                 .threads = 1,
                                 .events_per_second = 1000000000,
                                 .signins_per_minute = 1000000000};
    must(vg_server_core_open(&p.server, &options, &err) == 0, err.what);
    must(vg_exchange_init(&p.x, p.server) == 0, "exchange");
    snprintf(p.bearer, sizeof p.bearer, "Bearer %s", p.home.key_all);
    must(vg_store_user_find(p.home.store, VG_STR("lea"), p.server->clerk.arena, &user, &err) == 0, err.what);
    vg_session session = {
        .user_id = user.id, .created_ms = vg_time_now(), .expires_ms = vg_time_now() + VG_DAY_MS};
    vg_token_random(token, sizeof token, 160);
    vg_token_random(session.csrf, sizeof session.csrf, 160);
    vg_seal_token_hash(p.home.ring, vg_str_of(token), session.token_hash);
    must(vg_store_session_add(p.home.store, &session, &err) == 0, err.what);
    /* fresh for as long as the fuzzer runs: it changes its second factors */
    must(vg_store_session_prove(p.home.store, session.token_hash, VG_PROOF_PASSWORD, session.expires_ms, &err) == 0, err.what);
    snprintf(p.cookie, sizeof p.cookie, "vigie_session=%s", token);
    memcpy(p.csrf, session.csrf, sizeof p.csrf);
    return &p;
}

static vg_str next_line(vg_str *rest)
{
    const char *end = memchr(rest->ptr, '\n', rest->len);
    vg_str line = {rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len};
    *rest = end ? (vg_str){end + 1, rest->len - line.len - 1} : (vg_str){rest->ptr + rest->len, 0};
    if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
    return line;
}

static void read_target(vg_exchange *x, vg_str line)
{
    char text[4096];
    if (line.len >= sizeof text) line.len = sizeof text - 1;
    memcpy(text, line.ptr, line.len);
    text[line.len] = '\0';
    char *blank = strchr(text, ' ');
    if (blank) *blank = '\0';
    x->method = vg_method_of(text);
    vg_exchange_uri(x, blank ? blank + 1 : "/");
}

static void add_headers(place *p, uint8_t flags, vg_str *rest)
{
    static const char *const types[4] = {"", "application/json", "application/cloudevents+json",
                                         "application/cloudevents-batch+json"};
    vg_exchange *x = &p->x;
    if (flags & 1) vg_exchange_header(x, VG_STR("Authorization"), vg_str_of(p->bearer));
    if (flags & 2) vg_exchange_header(x, VG_STR("Cookie"), vg_str_of(p->cookie));
    if (flags & 4) vg_exchange_header(x, VG_STR("X-CSRF-Token"), vg_str_of(p->csrf));
    if (flags >> 3 & 3) vg_exchange_header(x, VG_STR("Content-Type"), vg_str_of(types[flags >> 3 & 3]));
    if (flags & 32) vg_exchange_header(x, VG_STR("Host"), VG_STR("localhost"));
    for (vg_str line = next_line(rest); line.len; line = next_line(rest)) {
        const char *colon = memchr(line.ptr, ':', line.len);
        size_t name = colon ? (size_t)(colon - line.ptr) : line.len;
        vg_exchange_header(x, (vg_str){line.ptr, name},
                           colon ? (vg_str){colon + 1, line.len - name - 1} : (vg_str){"", 0});
    }
}

static void check_answer(const vg_exchange *x)
{
    must(x->status >= 200 && x->status < 500 && x->status != 100, "a status that says whose fault it is");
    if (x->subscriber || x->status == 204 || x->status == 304) return;
    must(x->type != NULL, "a content type");
    if (!strstr(x->type, "json")) return;
    const char *text = x->fixed ? x->fixed : x->out.ptr;
    json_error_t wrong;
    json_t *root = json_loadb(text, x->fixed ? x->fixed_len : x->out.len,
                              JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &wrong);
    must(root != NULL, "the answer is JSON");
    if (x->status >= 400)
        must(json_integer_value(json_object_get(root, "status")) == x->status, "the problem says its status");
    json_decref(root);
}

/* Seeds carry a time that is made today's, or they would be too old in a month. */
static vg_str renew(vg_str bytes, char *copy, size_t size)
{
    static const char then[] = "2000-01-01T00:00:00.000Z";
    char now[25];
    if (bytes.len >= size) return bytes;
    memcpy(copy, bytes.ptr, bytes.len);
    vg_time_format(vg_time_now(), now);
    for (char *at = copy; (at = memmem(at, bytes.len - (size_t)(at - copy), then, 24));) memcpy(at, now, 24);
    return (vg_str){copy, bytes.len};
}

static void walk(place *p, uint8_t flags, vg_str rest)
{
    vg_exchange *x = &p->x;
    vg_lane *lane = p->server->lanes[0];
    vg_exchange_clear(x);
    x->version_11 = !(flags & 64);
    vg_peer_parse(VG_STR("127.0.0.1"), &x->peer);
    read_target(x, next_line(&rest));
    add_headers(p, flags, &rest);
    vg_exchange_begin(x, lane);
    size_t step = flags & 128 ? 7 : rest.len ? rest.len : 1; /* in small pieces, or whole */
    if (!x->answer_now)
        for (size_t i = 0; i < rest.len; i += step)
            if (!vg_exchange_body(x, rest.ptr + i, rest.len - i < step ? rest.len - i : step)) {
                check_answer(x);
                return;
            }
    if (!x->answer_now) {
        vg_step next = vg_exchange_end(x, lane);
        if (next == VG_STEP_DOOR && x->body.len > 300)
            return; /* a password hash for each try would be all this fuzzer does */
        bool waits = next != VG_STEP_ANSWER;
        if (next == VG_STEP_MEDIA) next = vg_media_run(&p->server->media_desks[0], x);
        if (next == VG_STEP_CLERK) vg_clerk_run(p->server, p->server->clerk.store, p->server->clerk.arena, x);
        else if (next != VG_STEP_ANSWER)
            vg_desk_run(next == VG_STEP_DESK ? &p->server->desks[0] : &p->server->door, x);
        if (waits) vg_exchange_settle(x, lane);
    }
    check_answer(x);
}

/* The policies are compiled before the first input, whose time would else be too long on a busy machine. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    open_place();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char copy[64 << 10];
    if (size < 2) return 0;
    walk(open_place(), data[0], renew((vg_str){(const char *)data + 1, size - 1}, copy, sizeof copy));
    return 0;
}
