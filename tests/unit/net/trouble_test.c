/* SPDX-License-Identifier: Apache-2.0
 *
 * net when something goes wrong: cases that come late, floods, memory or disk that fail, two people at one case. */
#include <signal.h>
#include <sys/resource.h>
#include "base/alloc.h"
#include "case_content.h"
#include "walker.h"

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
    vg_case_context context = {.messages = messages, .count = MESSAGES};
    vg_arena *arena = vg_arena_create(4096, 16 << 20);
    vg_str content = vg_case_content(&task, &context, arena);
    TAP_OK(content.ptr && memmem(content.ptr, content.len, "\"old-299;\"", 10),
           "a context that is too long is sealed from its end");
    TAP_OK(content.ptr && !memmem(content.ptr, content.len, "\"old-0;\"", 8), "without its beginning");
    vg_arena_destroy(&arena);
}

/* A picture in a channel that may not be looked at: what opened the case was something else. */
static void test_withheld(const house *h)
{
    vg_media_hash hash = {.algorithm = VG_HASH_MD5, .bytes = {0xab, 0xcd, 0xef}};
    vg_event event = {.type = VG_EVENT_MEDIA, .id = VG_STR("e"), .source = VG_STR("/spaces/lobby"),
                      .space = VG_STR("lobby"), .subject = VG_STR("max"), .channel = VG_CHANNEL_PRIVATE,
                      .hashes = &hash, .hash_count = 1, .raw = VG_STR("{\"raw\":\"abcdef\"}")};
    vg_task task = {.event = &event, .policy = vg_policy_set_at(h->policies, 0), .scanned = false};
    vg_case_context none = {0};
    vg_arena *arena = vg_arena_create(4096, 16 << 20);
    vg_str content = vg_case_content(&task, &none, arena);
    TAP_OK(content.ptr && memmem(content.ptr, content.len, "\"withheld\":true", 15) &&
               !memmem(content.ptr, content.len, "abcdef", 6),
           "its hashes are withheld from the case as a text would be");
    vg_arena_destroy(&arena);
}

/* The keys cannot be read when one was revoked: they are read again although nothing else changes. */
static void test_revoked_late(walker *w, house *h)
{
    vg_watch watch;
    vg_error err = {0};
    char token[64], auth[96], one[1024];
    int64_t id = house_key(h, "lobby", VG_SCOPE_EVENTS, token);
    bearer(auth, token);
    const line json[] = {{"Authorization", auth}, {"Content-Type", "application/json"}, {NULL, NULL}};
    if (vg_watch_open(&watch, w->server, &err)) house_die("watch", &err);
    int64_t now_ms = vg_time_now();
    watch.second_ms = watch.hour_ms = now_ms;
    vg_watch_round(&watch, now_ms);
    house_message(one, sizeof one, "revoked-1", "lobby", "bonjour");
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, one), 200, "a new key is known");
    if (vg_store_key_revoke(h->store, id, VG_STR("test"), now_ms, &err)) house_die("revoke", &err);
    vg_alloc_fail_at(1);
    vg_watch_round(&watch, now_ms);
    TAP_OK(vg_alloc_failed(), "memory is short when it is revoked");
    vg_alloc_fail_at(0);
    vg_watch_round(&watch, now_ms);
    TAP_EQ_INT(walk(w, VG_POST, "/v1/events", json, one), 401, "it is refused all the same, a round later");
    vg_watch_close(&watch);
}

/* A log that has no tree yet, as one from before it: the server works while it is made, and says how far it is. */
static void test_old_log(walker *w, const house *h)
{
    enum { ENTRIES = 160000, BATCH = 20000 };
    vg_watch watch;
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    int rounds = 1;
    for (int i = 0; i < ENTRIES; i += BATCH) {
        int rc = vg_store_together(h->store, &err);
        for (int k = 0; !rc && k < BATCH; k++) rc = vg_store_audit(h->store, VG_STR("test"), VG_STR("case.view"), VG_STR("c-000001"), VG_STR("{}"), &err);
        if (vg_store_apart(h->store, rc, &err)) house_die("entries", &err);
    }
    if (vg_watch_open(&watch, w->server, &err)) house_die("watch", &err);
    watch.hour_ms = now_ms;
    vg_watch_round(&watch, now_ms);
    TAP_EQ_INT(walk(w, VG_GET, "/readyz", NULL, NULL), 200, "events do not wait for the tree of the log");
    TAP_OK(answer_has(w, "\"ready\":true") && answer_has(w, "\"audit\":\"making the tree: 4"), "but it is said how much of it there is");
    for (; vg_audit_percent(w->server) < 100 && rounds < 10; rounds++) vg_watch_round(&watch, now_ms + rounds);
    TAP_EQ_INT(rounds, 3, "it is gone on with at every round");
    TAP_EQ_INT(walk(w, VG_GET, "/readyz", NULL, NULL), 200, "until all is there");
    TAP_OK(answer_has(w, "\"audit\":\"ok\""), "and that is said too");
    vg_watch_close(&watch);
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
    TAP_EQ_INT(walk(w, VG_POST, path, referent, "{\"action\":\"escalate\",\"reason\":\"second_look\"}"), 201,
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
    house_open(&h, true);
    vg_server_options options = {
        .data_dir = h.dir, .ring = h.ring, .pipeline = h.pipeline, .threads = 1, .signins_per_minute = 100};
    if (vg_server_core_open(&w.server, &options, &err)) house_die("server", &err);
    w.lane = w.server->lanes[0];
    vg_exchange_init(&w.x, w.server);
    test_late_case(&w, &h);
    test_large_content(&h);
    test_flood(&w, &h);
    test_withheld(&h);
    test_revoked_late(&w, &h);
    test_lease(&w, &h);
    test_retry_audit(&w, &h);
    test_uploads_share(&w, &h);
    test_old_log(&w, &h);
    test_rates(&h);
    test_broken_journal(&w, &h);
    vg_exchange_free(&w.x);
    vg_server_core_close(&w.server);
    house_close(&h);
    return tap_done();
}
