/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that runs out: the first, second, ... last allocation of every stage is refused in turn.
 *
 * Each refusal is a clean error. The memory of the pipeline is then as before or as after, never between; and the same
 * event sent again gets the right verdict and the right case, whatever failed the first time. That nothing leaks is for
 * LeakSanitizer to say. (Hyperscan's compiler allocates for itself; what it keeps goes through base/alloc.)
 */
#include "fixture.h"

enum { MOST = 20000 }; /* allocations of one call; more would be a loop that never ends */

static const char TEXT[] = "tu as quel âge ? c'est notre secret, envoie moi une photo";

/* Calls `work` with allocation 1, 2, ... refused, until none is. It returns what the function under test returned. */
static void each(const char *name, int (*work)(void *context, vg_error *err), void *context)
{
    size_t refusals = 0, survived = 0;
    bool clean = true;
    for (size_t n = 1; n < MOST; n++) {
        vg_error err = {0};
        vg_alloc_fail_at(n);
        int rc = work(context, &err);
        bool failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (!failed) {
            TAP_OK(rc == 0, "%s succeeds with enough memory", name);
            break;
        }
        refusals++;
        survived += rc == 0;
        if (rc != 0 && rc != -VG_ENOMEM) {
            clean = false;
            printf("# allocation %zu: code %d, %s: %s\n", n, rc, err.where, err.what);
        }
    }
    TAP_OK(clean && refusals > 0, "%s: %zu refused allocations, each VG_ENOMEM (%zu did without)", name, refusals, survived);
}

/* ---- what is made once ---- */

typedef struct once {
    const char *path;
    vg_policy_set *set, *other;
    house *house;
} once;

static int load(void *context, vg_error *err)
{
    vg_policy_set *set = NULL;
    int rc = vg_policy_set_load(&set, ((once *)context)->path, err);
    if (rc && set) return 1;
    vg_policy_set_unref(&set);
    return rc;
}

static int create(void *context, vg_error *err)
{
    vg_pipeline *pipeline = NULL;
    vg_pipeline_options options = {
        .memory = ((once *)context)->house->memory, .policies = ((once *)context)->set, .window_bytes = 1 << 16};
    int rc = vg_pipeline_create(&pipeline, &options, err);
    if (rc && pipeline) return 1;
    vg_pipeline_destroy(&pipeline);
    return rc;
}

static int work(void *context, vg_error *err)
{
    vg_worker *worker = NULL;
    int rc = vg_worker_create(&worker, ((once *)context)->house->pipeline, err);
    if (!rc) rc = vg_worker_begin(worker, err);
    vg_worker_destroy(&worker);
    return rc;
}

static int reload(void *context, vg_error *err)
{
    once *o = context;
    vg_policy_set *now = vg_pipeline_policies(o->house->pipeline);
    vg_policy_set *next = now == o->set ? o->other : o->set;
    int rc = vg_pipeline_reload(o->house->pipeline, next, err);
    vg_policy_set *then = vg_pipeline_policies(o->house->pipeline);
    bool right = then == (rc ? now : next);
    vg_policy_set_unref(&now);
    vg_policy_set_unref(&then);
    return right ? rc : 1;
}

static int open_memory(void *context, vg_error *err)
{
    (void)context;
    vg_memory *memory = NULL;
    vg_memory_options options = {.key = {1, 2}, .seen_records = 1 << 10};
    int rc = vg_memory_open(&memory, &options, err);
    if (rc && memory) return 1;
    vg_memory_close(&memory);
    return rc;
}

/* ---- parsing ---- */

static int parse(const char *json, size_t len, bool batch, vg_error *err)
{
    vg_event_parser *parser = NULL;
    vg_event event, *events = NULL;
    size_t count;
    vg_arena *arena = vg_arena_create(64, 1 << 22);
    int rc = arena ? vg_event_parser_create(&parser, err) : -VG_ENOMEM;
    if (!rc && batch) rc = vg_event_parse_batch(parser, json, len, 0, arena, &events, &count, err);
    else if (!rc) rc = vg_event_parse(parser, json, len, 0, arena, &event, err);
    if (!rc && !batch) rc = vg_event_keep(&event, arena, true, err);
    vg_event_parser_destroy(&parser);
    vg_arena_destroy(&arena);
    return rc;
}

static int parse_one(void *context, vg_error *err)
{
    vg_buf *json = context;
    return parse(json->ptr, json->len, false, err);
}

static int parse_many(void *context, vg_error *err)
{
    vg_buf *json = context;
    return parse(json->ptr, json->len, true, err);
}

static void parsing(house *h)
{
    vg_buf batch;
    vg_buf_init(&batch, 1 << 22);
    write_event(h, "lobby", "f\\u00e9", "message", "f-a", 0, /* the name is escaped once more: "f\\u00e9" */
                "\"conversation\":\"c\",\"to\":[\"b\",\"c\\u00e9\"],\"text\":\"un \\\"mot\\\" \\u00e9chapp\\u00e9\"");
    each("parsing an event", parse_one, &h->json);
    for (int i = 0; i < 300; i++) {
        vg_buf_add_char(&batch, i ? ',' : '[');
        vg_buf_add_str(&batch, (vg_str){h->json.ptr, h->json.len});
    }
    vg_buf_add_char(&batch, ']');
    each("parsing a batch", parse_many, &batch);
    vg_buf_free(&batch);
}

/* ---- an event that opens a case, from its bytes to its answer ---- */

/* Everything a request does, with its own parser, arena, worker and buffer. */
static int request(house *h, bool *asks, vg_verdict *verdict, json_t **found, vg_error *err)
{
    vg_event_parser *parser = NULL;
    vg_worker *worker = NULL;
    vg_event event;
    static vg_task task;
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    *asks = false;
    *found = NULL;
    vg_arena *arena = vg_arena_create(64, 1 << 22);
    int rc = arena ? vg_event_parser_create(&parser, err) : -VG_ENOMEM;
    if (!rc) rc = vg_event_parse(parser, h->json.ptr, h->json.len, 0, arena, &event, err);
    if (!rc) rc = vg_worker_create(&worker, h->pipeline, err);
    if (!rc) rc = vg_worker_begin(worker, err);
    if (!rc) rc = vg_pipeline_prepare(worker, &event, &task, err);
    if (!rc && vg_pipeline_apply(worker, &task, 1, T0, arena, err)) rc = -err->code;
    if (!rc) {
        *verdict = task.verdict;
        *asks = task.needs_case;
        if (*asks) *found = json_loadb(task.write.content.ptr, task.write.content.len, JSON_REJECT_DUPLICATES, NULL);
        vg_verdict_write(&out, task.policy, event.id, &task.verdict, task.case_id, task.seen == VG_SEEN_DUPLICATE);
        if (out.failed) rc = -VG_ENOMEM;
    }
    vg_buf_free(&out);
    vg_worker_destroy(&worker);
    vg_event_parser_destroy(&parser);
    vg_arena_destroy(&arena);
    return rc;
}

static bool same_verdict(const vg_verdict *a, const vg_verdict *b)
{
    if (a->kind != b->kind || a->risk != b->risk || a->scanned != b->scanned || a->count != b->count) return false;
    for (unsigned i = 0; i < a->count; i++)
        if (a->evidence[i].kind != b->evidence[i].kind || a->evidence[i].weight != b->evidence[i].weight) return false;
    return true;
}

/* A case tells who it is about, what was said, and which words matched where. */
static bool whole_case(json_t *c)
{
    json_t *event = json_object_get(c, "event"), *facts = json_object_get(c, "facts"), *piece;
    size_t i, patterns = 0;
    json_array_foreach(json_object_get(c, "evidence"), i, piece) {
        if (strncmp(text_at(piece, "name"), "text.", 5) == 0 && json_array_size(json_object_get(piece, "spans")) > 0)
            patterns += json_is_string(json_object_get(piece, "pattern"));
    }
    return strcmp(text_at(json_object_get(event, "data"), "text"), TEXT) == 0 && patterns == 3 &&
           json_array_size(json_object_get(c, "spans")) == 3 &&
           strcmp(text_at(facts, "peer_age_band"), "13-14") == 0 &&
           strcmp(text_at(facts, "account_age_band"), "25+") == 0 &&
           json_integer_value(json_object_get(facts, "sent")) == 2;
}

/* A new house for each refusal: what is remembered must not differ between them. */
static void prepare_house(house *h, vg_policy_set *set)
{
    char data[512];
    set_up(h, set);
    account(h, "lobby", "f-adult", "25+");
    account(h, "lobby", "f-child", "13-14");
    say(h, "lobby", "f-1", "f-adult", "f-child", "private", 0, "f", "bonjour");
    say(h, "lobby", "f-2", "f-child", "f-adult", "private", 1, "f", "salut");
    vg_worker_finish(h->worker);
    snprintf(data, sizeof data, "\"conversation\":\"f\",\"to\":[\"f-child\"],\"text\":\"%s\"", TEXT);
    write_event(h, "lobby", "f-3", "message", "f-adult", 2, data);
}

typedef struct tally {
    size_t refused, whole_cases, before, after, other;
    bool clean, right, uncommitted_only;
} tally;

/* One refusal, then the same event again with enough memory. False: there was no n-th allocation. */
static bool refuse(vg_policy_set *set, size_t n, const vg_verdict *want, uint64_t before, uint64_t after, tally *t)
{
    house h;
    vg_error err = {0};
    bool asks;
    vg_verdict verdict = {0};
    json_t *found;
    prepare_house(&h, set);
    vg_alloc_fail_at(n);
    int rc = request(&h, &asks, &verdict, &found, &err);
    bool failed = vg_alloc_failed();
    vg_alloc_fail_at(0);
    uint64_t now = digest(&h);
    json_decref(found);
    if (failed) {
        t->refused++;
        if (rc && rc != -VG_ENOMEM) printf("# allocation %zu: code %d, %s: %s\n", n, rc, err.where, err.what);
        t->clean = t->clean && (rc == 0 || rc == -VG_ENOMEM) && (rc == 0 ? now == after : true);
        t->before += now == before;
        t->after += now == after;
        t->other += now != before && now != after;
        rc = request(&h, &asks, &verdict, &found, &err);
        bool good = rc == 0 && asks && same_verdict(&verdict, want) && found && whole_case(found) && digest(&h) == after;
        if (!good) printf("# after allocation %zu: code %d %s, asks %d, case %d\n", n, rc, err.what, asks, found && whole_case(found));
        t->right = t->right && good;
        json_decref(found);
    }
    tear_down(&h);
    return failed;
}

static void whole_request(vg_policy_set *set)
{
    house h;
    vg_error err = {0};
    bool asks;
    vg_verdict want;
    json_t *found;
    prepare_house(&h, set);
    uint64_t before = digest(&h);
    TAP_EQ_INT(request(&h, &asks, &want, &found, &err), 0, "a request with enough memory");
    TAP_OK(asks && want.kind == VG_VERDICT_HOLD && whole_case(found), "is held, with a whole case");
    TAP_EQ_INT(json_array_size(json_object_get(found, "window")), 2, "and what was said before");
    json_decref(found);
    uint64_t after = digest(&h);
    TAP_OK(before != after, "and is remembered");
    tear_down(&h);

    tally t = {.clean = true, .right = true};
    for (size_t n = 1; n < MOST && refuse(set, n, &want, before, after, &t); n++) {}
    TAP_OK(t.refused > 10, "%zu allocations of a request refused", t.refused);
    TAP_OK(t.clean, "each is VG_ENOMEM, or done without");
    TAP_OK(t.other == 0 && t.before > 0 && t.after > 0, "memory is as before (%zu) or as after (%zu), never between", t.before, t.after);
    TAP_OK(t.right, "the same event again gets the right verdict and a whole case, and is counted once");
}

/* ---- a group of events: those that fail do not take the others with them ---- */

static void group(vg_policy_set *set)
{
    enum { COUNT = 6 };
    static vg_task tasks[COUNT];
    static vg_error errors[COUNT];
    static vg_event events[COUNT];
    size_t refusals = 0;
    bool right = true;
    for (size_t n = 1; n < MOST; n++) {
        house h;
        prepare_house(&h, set);
        vg_arena *own = vg_arena_create(64, 1 << 22), *keep = vg_arena_create(1 << 16, 1 << 22);
        for (int i = 0; i < COUNT; i++) {
            char id[16], data[512];
            snprintf(id, sizeof id, "g-%d", i);
            snprintf(data, sizeof data, "\"conversation\":\"f\",\"to\":[\"f-child\"],\"text\":\"%s\"", TEXT);
            write_event(&h, "lobby", id, "message", "f-adult", 3 + i, data);
            if (vg_event_parse(h.parser, h.json.ptr, h.json.len, h.json.cap, keep, &events[i], &h.err) ||
                vg_event_keep(&events[i], keep, true, &h.err))
                give_up("event", &h.err);
        }
        if (vg_worker_begin(h.worker, &h.err)) give_up("begin", &h.err);
        for (int i = 0; i < COUNT; i++) vg_pipeline_prepare(h.worker, &events[i], &tasks[i], &h.err);
        vg_alloc_fail_at(n);
        size_t failed = vg_pipeline_apply(h.worker, tasks, COUNT, T0, own, errors), seen = 0;
        bool refused = vg_alloc_failed();
        vg_alloc_fail_at(0);
        for (int i = 0; i < COUNT; i++) {
            seen += errors[i].code != 0;
            right = right && (errors[i].code == 0 || errors[i].code == VG_ENOMEM) &&
                    (errors[i].code || (tasks[i].needs_case && tasks[i].write.content.ptr));
        }
        right = right && failed == seen && failed <= 1;
        for (int i = 0; i < COUNT; i++) vg_pipeline_prepare(h.worker, &events[i], &tasks[i], &h.err);
        right = right && vg_pipeline_apply(h.worker, tasks, COUNT, T0, own, errors) == 0;
        for (int i = 0; i < COUNT; i++) right = right && tasks[i].needs_case && tasks[i].seen == VG_SEEN_UNCOMMITTED;
        vg_arena_destroy(&own);
        vg_arena_destroy(&keep);
        tear_down(&h);
        if (!refused) break;
        refusals++;
    }
    TAP_OK(right && refusals > 5, "a group of six: %zu refusals, each fails one event at most, and all ask again", refusals);
}

int main(int argc, char **argv)
{
    if (argc < 2) return 2;
    small_policy small;
    house h;
    make_small_policy(&small, argv[1]);
    vg_policy_set *set = load_policies(small.space);
    copy_but(small.dir, "lexicon.yaml", small.dir, "lexicon.yaml", "notre secret\"\n", "          - \"[le]", "garde le secret\"\n");
    vg_policy_set *other = load_policies(small.space);
    set_up(&h, set);
    once o = {.path = small.space, .set = set, .other = other, .house = &h};
    each("loading policies", load, &o);
    each("opening memory", open_memory, &o);
    each("making a pipeline", create, &o);
    each("making a worker", work, &o);
    each("reloading", reload, &o);
    parsing(&h);
    tear_down(&h);
    whole_request(set);
    group(set);
    vg_policy_set_unref(&set);
    vg_policy_set_unref(&other);
    remove_small_policy(&small);
    return tap_done();
}
