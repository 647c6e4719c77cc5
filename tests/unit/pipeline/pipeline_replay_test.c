/* SPDX-License-Identifier: Apache-2.0
 *
 * Replaying the same order gives the same verdicts, byte for byte: in groups of any size, and across reloads.
 * And what a reload does: those under way end with the policies they began with, a wrong set changes nothing.
 */
#include "fixture.h"
#include "generate.h"

enum { EVENTS = 5000, GROUP = 100 };

typedef struct stream {
    vg_arena *arena;
    vg_event *events;
} stream;

static void make_stream(stream *s)
{
    vg_error err = {0};
    vg_event_parser *parser = NULL;
    vg_generator g;
    vg_buf text;
    s->arena = vg_arena_create(1 << 20, 64 << 20);
    s->events = s->arena ? vg_arena_calloc(s->arena, EVENTS, sizeof *s->events) : NULL;
    if (!s->events || vg_event_parser_create(&parser, &err)) give_up("stream", &err);
    vg_buf_init(&text, 1 << 20);
    vg_generator_init(&g, 7, 400, 300, T0);
    g.step_us = 20 * 1000 * 1000; /* a bit over a day in all */
    g.case_per_10000 = 500;
    for (uint32_t i = 0; i < EVENTS; i++) {
        vg_buf_clear(&text);
        if (i < 400) vg_generator_account(&g, i, &text);
        else vg_generator_next(&g, &text);
        if (vg_event_parse(parser, text.ptr, text.len, text.cap, s->arena, &s->events[i], &err) ||
            vg_event_keep(&s->events[i], s->arena, true, &err))
            give_up(text.ptr, &err);
    }
    vg_event_parser_destroy(&parser);
    vg_buf_free(&text);
}

/* The answers to the whole stream, `group` events at a time; `again` (or NULL) is loaded anew in the middle of it. */
static uint64_t replay(const stream *s, vg_policy_set *set, const char *again, size_t group, vg_buf *out,
                       size_t verdicts[VG_VERDICTS], size_t *cases)
{
    static vg_task tasks[GROUP];
    static vg_error errors[GROUP];
    house h;
    set_up(&h, set);
    memset(verdicts, 0, VG_VERDICTS * sizeof *verdicts);
    *cases = 0;
    for (size_t i = 0; i < EVENTS; i += group) {
        size_t n = EVENTS - i < group ? EVENTS - i : group;
        if (again && i % 1000 < group) {
            vg_policy_set *fresh = load_policies(again);
            if (vg_pipeline_reload(h.pipeline, fresh, &h.err)) give_up("reload", &h.err);
            vg_policy_set_unref(&fresh);
        }
        vg_arena_reset(h.arena);
        if (vg_worker_begin(h.worker, &h.err)) give_up("begin", &h.err);
        for (size_t k = 0; k < n; k++)
            if (vg_pipeline_prepare(h.worker, &s->events[i + k], &tasks[k], &h.err)) give_up("prepare", &h.err);
        if (vg_pipeline_apply(h.worker, tasks, n, T0, h.arena, errors)) give_up("apply", &errors[0]);
        for (size_t k = 0; k < n; k++) {
            vg_verdict_write(out, tasks[k].policy, tasks[k].event->id, &tasks[k].verdict, 0, false);
            vg_buf_add_char(out, '\n');
            if (tasks[k].needs_case) vg_buf_add_str(out, tasks[k].write.content);
            verdicts[tasks[k].verdict.kind]++;
            *cases += tasks[k].needs_case;
        }
        vg_worker_finish(h.worker);
    }
    uint64_t after = digest(&h);
    tear_down(&h);
    return after;
}

static void same_verdicts(const stream *s, vg_policy_set *set, const char *policy)
{
    static const struct {
        size_t group;
        bool reload;
        const char *name;
    } ways[] = {{7, true, "by sevens, across five reloads"}, {100, false, "by hundreds"}};
    vg_buf first, other;
    size_t verdicts[VG_VERDICTS], cases;
    vg_buf_init(&first, 64 << 20);
    vg_buf_init(&other, 64 << 20);
    uint64_t before = replay(s, set, NULL, 1, &first, verdicts, &cases);
    printf("# allow %zu, nudge %zu, review %zu, hold %zu, block %zu; %zu cases, %zu bytes\n", verdicts[0], verdicts[1],
           verdicts[2], verdicts[3], verdicts[4], cases, first.len);
    bool every = true;
    for (int k = 0; k < VG_VERDICTS; k++) every = every && verdicts[k] > 0;
    TAP_OK(every && !first.failed, "the stream has every verdict");
    TAP_EQ_INT(cases, verdicts[2] + verdicts[3] + verdicts[4], "each from review on asks for a case");
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        vg_buf_clear(&other);
        uint64_t after = replay(s, set, ways[i].reload ? policy : NULL, ways[i].group, &other, verdicts, &cases);
        TAP_OK(vg_str_eq((vg_str){first.ptr, first.len}, (vg_str){other.ptr, other.len}),
               "the same answers and cases, byte for byte, %s", ways[i].name);
        TAP_OK(before == after, "and the same memory");
    }
    vg_buf_free(&first);
    vg_buf_free(&other);
}

static int ask(house *h, const char *id)
{
    return say(h, "lobby", id, "s-adult", "s-child", "private", 0, id, "envoie-moi une photo de toi");
}

/* The lobby's small policy, under which nothing is ever held. */
static vg_policy_set *other_set(small_policy *small)
{
    copy_but(small->dir, "lobby.yaml", small->dir, "other.yaml", "  nudge: 0.35", "# What was said earlier",
             "  nudge: never\n  review: never\n  hold: never\n\n");
    char path[512];
    snprintf(path, sizeof path, "%s/other.yaml", small->dir);
    return load_policies(path);
}

static void swapping(const char *policy)
{
    house h;
    small_policy small;
    make_small_policy(&small, policy);
    vg_policy_set *set = load_policies(small.space), *other = other_set(&small), *now;
    set_up(&h, set);
    account(&h, "lobby", "s-adult", "25+");
    account(&h, "lobby", "s-child", "13-14");
    ask(&h, "s-1");
    TAP_EQ_INT(h.task.verdict.kind, VG_VERDICT_HOLD, "under the first policies a picture request is held");

    if (vg_worker_begin(h.worker, &h.err)) give_up("begin", &h.err);
    vg_alloc_fail_at(1);
    TAP_EQ_INT(vg_pipeline_reload(h.pipeline, other, &h.err), -VG_ENOMEM, "a set that cannot be compiled is refused");
    vg_alloc_fail_at(0);
    now = vg_pipeline_policies(h.pipeline);
    TAP_OK(now == set, "and the old one stays");
    vg_policy_set_unref(&now);
    TAP_EQ_INT(vg_policy_set_load(&now, "/nowhere/at/all", &h.err), -VG_ENOENT, "a wrong path makes no set");
    TAP_EQ_INT(vg_pipeline_reload(h.pipeline, other, &h.err), 0, "a good set is taken");
    now = vg_pipeline_policies(h.pipeline);
    TAP_OK(now == other, "and in force");
    vg_policy_set_unref(&now);
    TAP_EQ_INT(vg_pipeline_prepare(h.worker, &h.event, &h.task, &h.err), 0, "a worker under way goes on");
    TAP_OK(h.task.policy->hold_at == 7000, "with the policies it began with");
    ask(&h, "s-2");
    TAP_OK(h.task.policy->hold_at > 10000 && h.task.verdict.kind == VG_VERDICT_ALLOW, "the next group has the new ones");
    tear_down(&h);
    vg_policy_set_unref(&set);
    vg_policy_set_unref(&other);
    remove_small_policy(&small);
}

/* Rules of one space replaced by rules of one space while a worker waits: the allocator likes to give the same address. */
static void same_address(const char *policy)
{
    char path[512];
    house h;
    small_policy small;
    snprintf(path, sizeof path, "%s/spaces/lobby.yaml", policy);
    make_small_policy(&small, policy);
    vg_policy_set *little = load_policies(small.space), *large = load_policies(path);
    set_up(&h, little);
    ask(&h, "q-1");
    vg_worker_finish(h.worker);
    if (vg_pipeline_reload(h.pipeline, little, &h.err) || vg_pipeline_reload(h.pipeline, large, &h.err))
        give_up("reload", &h.err);
    TAP_EQ_INT(ask(&h, "q-2"), 0, "a scratch of a few patterns is fitted again for hundreds");
    TAP_OK(h.task.hits.count > 0, "and scans");
    tear_down(&h);
    vg_policy_set_unref(&little);
    vg_policy_set_unref(&large);
    remove_small_policy(&small);
}

int main(int argc, char **argv)
{
    if (argc < 2) return 2;
    vg_policy_set *set = load_policies(argv[1]);
    stream s;
    make_stream(&s);
    same_verdicts(&s, set, argv[1]);
    swapping(argv[1]);
    same_address(argv[1]);
    vg_arena_destroy(&s.arena);
    vg_policy_set_unref(&set);
    return tap_done();
}
