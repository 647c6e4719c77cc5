/* SPDX-License-Identifier: Apache-2.0
 *
 * Many threads, one pipeline: four apply events of their own people, one reloads policies, one reads figures and exports
 * under the lock. The verdicts and the memory are those of the same events applied by one thread. To be run under
 * ThreadSanitizer too: meson setup -Db_sanitize=thread.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "fixture.h"

enum { THREADS = 4, EVENTS = 1500, GROUP = 10, PEOPLE = 12 };

typedef struct player {
    house *house;
    int number;
    vg_buf answers;
    bool failed;
} player;

static atomic_bool finished;
static vg_policy_set *sets[2];
static size_t reloads, exports;

/* Event n of a thread: its own accounts and rooms, some of them risky. */
static void write_one(house *h, int thread, int n)
{
    static const char *const texts[] = {"on joue ce soir ?", "bien joué", "tu as quel âge ?", "c'est notre secret",
                                        "je mange et je reviens", "quelle belle partie", "envoie-moi une photo"};
    static const char *const bands[] = {"25+", "13-14", "15-17", "under13"};
    char id[32], from[32], data[300];
    int a = n * 7 % PEOPLE, b = (a + 1 + n % 5) % PEOPLE;
    snprintf(id, sizeof id, "t%d-%d", thread, n);
    snprintf(from, sizeof from, "t%d-person-%d", thread, n < PEOPLE ? n : a);
    if (n < PEOPLE) snprintf(data, sizeof data, "\"age_band\":\"%s\"", bands[n % 4]);
    else
        snprintf(data, sizeof data, "\"conversation\":\"t%d-%d\",\"channel\":\"%s\",\"to\":[\"t%d-person-%d\"],\"text\":\"%s\"",
                 thread, a < b ? a * 100 + b : b * 100 + a, n % 3 ? "private" : "group", thread, b, texts[n % 7]);
    write_event(h, "lobby", id, n < PEOPLE ? "account" : "message", from, n, data);
}

static int apply_group(house *h, int thread, int first, vg_buf *answers)
{
    vg_event events[GROUP];
    vg_task tasks[GROUP];
    vg_error errors[GROUP];
    vg_arena_reset(h->arena);
    if (vg_worker_begin(h->worker, &h->err)) return -1;
    for (int k = 0; k < GROUP; k++) {
        write_one(h, thread, first + k);
        if (vg_event_parse(h->parser, h->json.ptr, h->json.len, h->json.cap, h->arena, &events[k], &h->err) ||
            vg_event_keep(&events[k], h->arena, true, &h->err) ||
            vg_pipeline_prepare(h->worker, &events[k], &tasks[k], &h->err))
            return -1;
    }
    if (vg_pipeline_apply(h->worker, tasks, GROUP, T0, h->arena, errors)) return -1;
    for (int k = 0; k < GROUP; k++) {
        vg_verdict_write(answers, tasks[k].policy, events[k].id, &tasks[k].verdict, 0, false);
        if (!tasks[k].needs_case) continue;
        vg_buf_add_u64(answers, tasks[k].write.content.len);
        vg_pipeline_case_stored(h->pipeline, tasks[k].keys.event, thread * EVENTS + first + k + 1);
    }
    vg_worker_finish(h->worker);
    return 0;
}

static void *play(void *context)
{
    player *p = context;
    house h = {.pipeline = p->house->pipeline};
    vg_buf_init(&h.json, 1 << 20);
    h.arena = vg_arena_create(1 << 16, 64 << 20);
    p->failed = !h.arena || vg_worker_create(&h.worker, h.pipeline, &h.err) || vg_event_parser_create(&h.parser, &h.err);
    for (int i = 0; i < EVENTS && !p->failed; i += GROUP) p->failed = apply_group(&h, p->number, i, &p->answers) != 0;
    vg_worker_destroy(&h.worker);
    vg_event_parser_destroy(&h.parser);
    vg_arena_destroy(&h.arena);
    vg_buf_free(&h.json);
    return NULL;
}

static void *keep_reloading(void *context)
{
    house *h = context;
    vg_error err = {0};
    while (!atomic_load(&finished)) {
        if (vg_pipeline_reload(h->pipeline, sets[reloads % 2], &err)) return context;
        vg_policy_set *now = vg_pipeline_policies(h->pipeline);
        reloads += vg_policy_set_count(now) > 0;
        vg_policy_set_unref(&now);
        usleep(500);
    }
    return NULL;
}

static void look(vg_memory *memory, struct vg_window *window, void *context)
{
    vg_memory_stats stats;
    vg_buf out;
    (void)window;
    vg_buf_init(&out, 1 << 16);
    vg_memory_stats_get(memory, true, &stats);
    if (vg_memory_export(memory, VG_STR("/spaces/lobby"), VG_STR("t1-person-3"), &out, NULL) == 0) {
        json_t *said = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES, NULL);
        *(bool *)context = *(bool *)context && json_is_object(said);
        json_decref(said);
        exports++;
    }
    vg_buf_free(&out);
}

static void *keep_looking(void *context)
{
    bool good = true;
    house *h = context;
    vg_memory_stats stats;
    while (!atomic_load(&finished)) {
        vg_pipeline_locked(h->pipeline, look, &good);
        vg_memory_stats_get(h->memory, false, &stats); /* without the lock: allowed without digest */
        usleep(300);
    }
    return good ? NULL : context;
}

/* Plays all, each in a thread of its own or one after the other. */
static uint64_t run(vg_policy_set *set, player players[THREADS], bool together)
{
    house h;
    pthread_t thread[THREADS], reloader, looker;
    void *bad_reload = NULL, *bad_look = NULL;
    set_up(&h, set);
    atomic_store(&finished, false);
    if (together) {
        pthread_create(&reloader, NULL, keep_reloading, &h);
        pthread_create(&looker, NULL, keep_looking, &h);
    }
    for (int i = 0; i < THREADS; i++) {
        players[i] = (player){.house = &h, .number = i};
        vg_buf_init(&players[i].answers, 64 << 20);
        if (together) pthread_create(&thread[i], NULL, play, &players[i]);
        else play(&players[i]);
    }
    for (int i = 0; i < THREADS && together; i++) pthread_join(thread[i], NULL);
    if (together) {
        atomic_store(&finished, true);
        pthread_join(reloader, &bad_reload);
        pthread_join(looker, &bad_look);
        TAP_OK(!bad_reload && reloads > 0, "policies were reloaded under way (%zu times)", reloads);
        TAP_OK(!bad_look && exports > 0, "an account was exported under way (%zu times)", exports);
    }
    uint64_t after = digest(&h);
    tear_down(&h);
    return after;
}

int main(int argc, char **argv)
{
    if (argc < 2) return 2;
    small_policy small;
    player alone[THREADS], together[THREADS];
    make_small_policy(&small, argv[1]);
    sets[0] = load_policies(small.space);
    sets[1] = load_policies(small.space);
    uint64_t one = run(sets[0], alone, false), many = run(sets[0], together, true);
    TAP_OK(one == many, "four threads leave the memory that one leaves");
    for (int i = 0; i < THREADS; i++) {
        vg_buf *a = &alone[i].answers, *b = &together[i].answers;
        TAP_OK(!alone[i].failed && !together[i].failed, "thread %d had no error", i);
        TAP_OK(a->len > 100000 && vg_str_eq((vg_str){a->ptr, a->len}, (vg_str){b->ptr, b->len}),
               "its verdicts are those of one thread alone, byte for byte (%zu bytes)", a->len);
        vg_buf_free(a);
        vg_buf_free(b);
    }
    vg_policy_set_unref(&sets[0]);
    vg_policy_set_unref(&sets[1]);
    remove_small_policy(&small);
    return tap_done();
}
