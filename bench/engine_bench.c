/* SPDX-License-Identifier: Apache-2.0
 *
 * bench/engine: events a second through the pipeline on one core, without JSON and without HTTP: fold, match, memory,
 * conduct, decision. Prints the spread of seven rounds and one JSON object on the last line.
 *
 *   engine_bench POLICY [EVENTS [ACCOUNTS [CONVERSATIONS]]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/time.h"
#include "generate.h"
#include "pipeline.h"

enum { ROUNDS = 7, GROUP = 100 };

static void die(const vg_error *err)
{
    fprintf(stderr, "engine_bench: %s: %s\n", err->where, err->what);
    exit(1);
}

/* Processor time of this thread, in nanoseconds: what one core does, also on a machine that others use. */
static int64_t cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Events parsed once, outside the clock. */
static vg_event *make_events(size_t count, uint32_t accounts, uint32_t rooms, vg_arena *arena)
{
    vg_error err = {0};
    vg_event_parser *parser = NULL;
    vg_generator g;
    vg_buf text;
    vg_event *events = vg_calloc(count, sizeof *events);
    vg_buf_init(&text, 1 << 20);
    vg_generator_init(&g, 1, accounts, rooms, vg_time_now() - VG_DAY_MS);
    g.step_us = 200;
    if (!events || vg_event_parser_create(&parser, &err)) die(&err);
    for (size_t i = 0; i < count; i++) {
        vg_buf_clear(&text);
        if (i < accounts && i < count / 4) vg_generator_account(&g, (uint32_t)i, &text);
        else vg_generator_next(&g, &text);
        if (vg_event_parse(parser, text.ptr, text.len, text.cap, arena, &events[i], &err) ||
            vg_event_keep(&events[i], arena, true, &err)) die(&err);
    }
    vg_event_parser_destroy(&parser);
    vg_buf_free(&text);
    return events;
}

typedef struct bench {
    vg_memory *memory;
    vg_pipeline *pipeline;
    vg_worker *worker;
    vg_arena *scratch;
    vg_task tasks[GROUP];
    vg_error errors[GROUP];
} bench;

static uint64_t read_str(vg_str s)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < s.len; i += 64) sum += (unsigned char)s.ptr[i];
    return sum;
}

/* Brings a group's events into the cache, where a parser that just read them would have left them. */
static void warm_up(const vg_event *events, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < sizeof events[i]; k += 64) sum += ((const unsigned char *)&events[i])[k];
        sum += read_str(events[i].raw) + read_str(events[i].text) + read_str(events[i].id) + read_str(events[i].subject);
        for (size_t k = 0; k < events[i].to_count; k++) sum += read_str(events[i].to[k]);
    }
    __asm__ volatile("" : : "r"(sum)); /* the sum is read, so that the loop stays */
}

/* Groups of 100, as a batch request brings them; *spent gets the processor time, *preparing that of the stages without memory. */
static void play(bench *b, const vg_event *events, size_t count, size_t verdicts[VG_VERDICTS], int64_t *spent, int64_t *preparing)
{
    vg_error err = {0};
    *spent = *preparing = 0;
    for (size_t i = 0; i < count; i += GROUP) {
        size_t n = count - i < GROUP ? count - i : GROUP;
        warm_up(events + i, n);
        int64_t began = cpu_ns();
        for (size_t k = 0; k < n; k++)
            if (vg_pipeline_prepare(b->worker, &events[i + k], &b->tasks[k], &err)) die(&err);
        *preparing += cpu_ns() - began;
        vg_arena_reset(b->scratch);
        if (vg_pipeline_apply(b->worker, b->tasks, n, 1, b->scratch, b->errors)) die(&b->errors[0]);
        *spent += cpu_ns() - began;
        for (size_t k = 0; k < n; k++) verdicts[b->tasks[k].verdict.kind]++;
    }
}

int main(int argc, char **argv)
{
    size_t count = argc > 2 ? (size_t)atol(argv[2]) : 1000000;
    uint32_t accounts = argc > 3 ? (uint32_t)atol(argv[3]) : 20000, rooms = argc > 4 ? (uint32_t)atol(argv[4]) : 50000;
    const char *dir = getenv("VIGIE_BENCH_DIR");     /* memory on disk with its journal; unset: RAM only */
    const char *cache = getenv("VIGIE_BENCH_CACHE"); /* compiled patterns, for runs one after the other; unset: compiled each time */
    vg_error err = {0};
    vg_policy_set *policies = NULL;
    vg_arena *arena = vg_arena_create(1 << 20, (size_t)16 << 30), *scratch = vg_arena_create(1 << 20, 64 << 20);
    if (vg_policy_set_load(&policies, argc > 1 ? argv[1] : "policy", &err)) die(&err);
    vg_event *events = make_events(count, accounts, rooms, arena);
    double rate[ROUNDS], prepare_ns[ROUNDS];
    size_t verdicts[VG_VERDICTS] = {0};
    bench b = {.scratch = scratch};
    if (vg_memory_open(&b.memory, &(vg_memory_options){.dir = dir, .key = {1, 2}}, &err)) die(&err);
    const vg_pipeline_options options = {.memory = b.memory, .policies = policies, .window_bytes = 64 << 20, .cache_dir = cache};
    if (vg_pipeline_create(&b.pipeline, &options, &err) ||
        vg_worker_create(&b.worker, b.pipeline, &err) || vg_worker_begin(b.worker, &err)) die(&err);
    /* The first part makes the records; the rounds measure a memory that knows its people, as a running server's does. */
    size_t warm = count * 3 / 10, slice = (count - warm) / ROUNDS;
    int64_t spent, preparing;
    play(&b, events, warm, verdicts, &spent, &preparing);
    memset(verdicts, 0, sizeof verdicts);
    for (int round = 0; round < ROUNDS; round++) {
        play(&b, events + warm + (size_t)round * slice, slice, verdicts, &spent, &preparing);
        rate[round] = (double)slice * 1e9 / (double)spent;
        prepare_ns[round] = (double)preparing / (double)slice;
    }
    vg_worker_destroy(&b.worker);
    vg_pipeline_destroy(&b.pipeline);
    vg_memory_close(&b.memory);
    qsort(rate, ROUNDS, sizeof rate[0], by_value);
    qsort(prepare_ns, ROUNDS, sizeof prepare_ns[0], by_value);
    for (int i = 0; i < VG_VERDICTS; i++) fprintf(stderr, "%s %zu  ", vg_verdict_names[i], verdicts[i]);
    fprintf(stderr, "\n");
    printf("{\"events\":%zu,\"accounts\":%u,\"conversations\":%u,\"memory\":\"%s\",\"events_per_second\":{\"min\":%.0f,\"median\":%.0f,\"max\":%.0f},"
           "\"ns_per_event\":%.0f,\"ns_stateless\":%.0f,\"ns_stateful\":%.0f,\"case_share\":%.4f}\n",
           count, accounts, rooms, dir ? "disk" : "ram", rate[0], rate[ROUNDS / 2], rate[ROUNDS - 1], 1e9 / rate[ROUNDS / 2],
           prepare_ns[ROUNDS / 2], 1e9 / rate[ROUNDS / 2] - prepare_ns[ROUNDS / 2],
           (double)(verdicts[VG_VERDICT_REVIEW] + verdicts[VG_VERDICT_HOLD] + verdicts[VG_VERDICT_BLOCK]) / (double)(slice * ROUNDS));
    vg_policy_set_unref(&policies);
    vg_arena_destroy(&arena);
    vg_arena_destroy(&scratch);
    vg_free(events);
    return 0;
}
