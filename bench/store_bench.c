/* SPDX-License-Identifier: Apache-2.0
 *
 * store_bench DIR: what storing a case costs on this disk, at several group sizes.
 *
 * Works in DIR/store-bench, which it empties first. A write is 3 KiB of content; three in ten open a case,
 * the others touch one; one webhook listens. Each group size runs several rounds; the median is printed with
 * the least and the most. CPU is user and system time of the process for each write, commit included.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "store/store.h"

enum {
    ROUNDS = 5,
    ROUND_US = 600000,
    GROUP_MOST = 100,
    CONTENT = 3072,
    ACCOUNTS = 5000,
    LATENCIES = 200000
};

typedef struct bench {
    vg_store *store;
    vg_arena *arena;
    vg_case_write writes[GROUP_MOST];
    vg_case_written done[GROUP_MOST];
    char names[GROUP_MOST][2][48];
    char content[CONTENT];
    uint64_t next, seed;
    double *latency;
    size_t latency_count;
} bench;

typedef struct figures {
    double commits, writes, cpu_us;
} figures;

static int fail(const vg_error *err)
{
    fprintf(stderr, "store_bench: %s: %s\n", err->where, err->what);
    return 1;
}

static uint64_t chance(bench *b, uint64_t below)
{
    b->seed ^= b->seed << 13;
    b->seed ^= b->seed >> 7;
    b->seed ^= b->seed << 17;
    return (b->seed >> 16) % below;
}

static void prepare(bench *b, int count)
{
    for (int i = 0; i < count; i++) {
        vg_case_write *w = &b->writes[i];
        uint64_t n = b->next++;
        if (chance(b, 10) < 3)
            snprintf(b->names[i][0], sizeof b->names[i][0], "new-%llu", (unsigned long long)n);
        else
            snprintf(b->names[i][0], sizeof b->names[i][0], "known-%llu",
                     (unsigned long long)chance(b, ACCOUNTS));
        snprintf(b->names[i][1], sizeof b->names[i][1], "event-%llu", (unsigned long long)n);
        *w = (vg_case_write){.space = VG_STR("lobby"),
                             .account = vg_str_of(b->names[i][0]),
                             .account_band = VG_AGE_25_PLUS,
                             .account_basis = VG_BASIS_DECLARED,
                             .youngest_band = VG_AGE_13_14,
                             .source = VG_STR("/spaces/lobby"),
                             .event_id = vg_str_of(b->names[i][1]),
                             .time_ms = vg_time_now(),
                             .now_ms = vg_time_now(),
                             .due_ms = vg_time_now() + VG_DAY_MS,
                             .content = {b->content, sizeof b->content}};
        w->verdict =
            (vg_verdict){.kind = VG_VERDICT_REVIEW, .risk = (uint16_t)(5000 + chance(b, 4000)), .count = 3};
        w->verdict.evidence[0] = (vg_evidence){.kind = VG_TEXT_SECRECY, .weight = 4000};
        w->verdict.evidence[1] = (vg_evidence){.kind = VG_TEXT_MEETING_REQUEST, .weight = 3000};
        w->verdict.evidence[2] = (vg_evidence){.kind = VG_CONDUCT_AGE_GAP, .weight = 2500};
    }
}

static double cpu_us(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6 +
           (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

static int run_round(bench *b, int group, figures *out, vg_error *err)
{
    int64_t start = vg_time_monotonic_us(), commits = 0, spent = 0;
    double cpu = 0;
    while (vg_time_monotonic_us() - start < ROUND_US) {
        prepare(b, group);
        int64_t from = vg_time_monotonic_us();
        double before = cpu_us();
        int rc = vg_store_case_write(b->store, b->writes, (size_t)group, b->done, err);
        if (rc) return rc;
        cpu += cpu_us() - before;
        int64_t took = vg_time_monotonic_us() - from;
        if (b->latency_count < LATENCIES) b->latency[b->latency_count++] = (double)took / 1000;
        spent += took;
        commits++;
    }
    out->commits = (double)commits * 1e6 / (double)spent;
    out->writes = out->commits * group;
    out->cpu_us = cpu / (double)(commits * group);
    return 0;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int by_writes(const void *a, const void *b)
{
    return by_value(&((const figures *)a)->writes, &((const figures *)b)->writes);
}

static int bench_group(bench *b, int group, vg_error *err)
{
    figures round[ROUNDS];
    double cpu[ROUNDS];
    b->latency_count = 0;
    for (int i = 0; i < ROUNDS; i++) {
        int rc = run_round(b, group, &round[i], err);
        if (rc) return rc;
        cpu[i] = round[i].cpu_us;
    }
    qsort(round, ROUNDS, sizeof *round, by_writes);
    qsort(cpu, ROUNDS, sizeof *cpu, by_value);
    qsort(b->latency, b->latency_count, sizeof *b->latency, by_value);
    printf("case write, group of %3d: %8.0f writes/s (%.0f to %.0f), %6.0f commits/s, %5.1f us CPU a write "
           "(%.1f to "
           "%.1f), commit p50 %.2f ms, p99 %.2f ms\n",
           group, round[ROUNDS / 2].writes, round[0].writes, round[ROUNDS - 1].writes,
           round[ROUNDS / 2].commits, cpu[ROUNDS / 2], cpu[0], cpu[ROUNDS - 1],
           b->latency[b->latency_count / 2], b->latency[b->latency_count * 99 / 100]);
    return 0;
}

static int bench_reads(bench *b, vg_error *err)
{
    vg_case_query query = {.spaces = VG_STR("*"), .state = VG_CASE_OPEN, .most = 200};
    vg_case_counts counts;
    vg_case *cases;
    vg_case_event *events;
    size_t count = 0, event_count = 0;
    int64_t list = 0, tally = 0, read = 0;
    int rc = 0;
    for (int i = 0; !rc && i < 20; i++) {
        vg_arena_reset(b->arena);
        int64_t start = vg_time_monotonic_us();
        rc = vg_store_case_list(b->store, &query, b->arena, &cases, &count, err);
        list += vg_time_monotonic_us() - start;
        start = vg_time_monotonic_us();
        if (!rc) rc = vg_store_case_count(b->store, VG_STR("*"), vg_time_now(), &counts, err);
        tally += vg_time_monotonic_us() - start;
        start = vg_time_monotonic_us();
        if (!rc)
            rc = vg_store_case_events(b->store, cases[0].id, VG_STR("bench"), b->arena, &events, &event_count,
                                      err);
        read += vg_time_monotonic_us() - start;
    }
    if (rc) return rc;
    printf("queue of %lld open cases: list %zu %.2f ms, counts %.2f ms, read one case of %zu events "
           "(audited) %.2f ms\n",
           (long long)counts.open, count, (double)list / 20e3, (double)tally / 20e3, event_count,
           (double)read / 20e3);
    return 0;
}

static int open_store(bench *b, const char *dir, vg_keyring **ring, vg_error *err)
{
    static const char *const old[] = {"ring", "vigie.db", "vigie.db-wal", "vigie.db-shm"};
    char path[2048], file[2100];
    snprintf(path, sizeof path, "%s/store-bench", dir);
    for (size_t i = 0; i < sizeof old / sizeof *old; i++) {
        snprintf(file, sizeof file, "%s/%s", path, old[i]);
        unlink(file);
    }
    if (vg_dir_create(path, 0700, err)) return -VG_EIO;
    snprintf(file, sizeof file, "%s/ring", path);
    int rc = vg_keyring_open(ring, file, 1, err);
    if (!rc) rc = vg_store_open(&b->store, path, *ring, err);
    vg_webhook hook = {.space = VG_STR("lobby"), .url = VG_STR("https://bench.example/hook")};
    return rc ? rc : vg_store_webhook_add(b->store, &hook, VG_STR("bench"), err);
}

int main(int argc, char **argv)
{
    static const int groups[] = {1, 10, 100};
    static bench b = {.seed = 0x9E3779B97F4A7C15U};
    vg_keyring *ring = NULL;
    vg_error err = {0};
    int64_t entries = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: store_bench DIR\n");
        return 2;
    }
    memset(b.content, 'x', sizeof b.content);
    b.latency = malloc(LATENCIES * sizeof *b.latency);
    b.arena = vg_arena_create(1 << 20, 256 << 20);
    if (!b.latency || !b.arena) return 1;
    int rc = open_store(&b, argv[1], &ring, &err);
    for (size_t i = 0; !rc && i < sizeof groups / sizeof *groups; i++) rc = bench_group(&b, groups[i], &err);
    if (!rc) rc = bench_reads(&b, &err);
    int64_t start = vg_time_monotonic_us();
    if (!rc) rc = vg_store_audit_verify(b.store, &entries, &err);
    if (!rc)
        printf("audit verify: %lld entries, %.0f entries/s\n", (long long)entries,
               (double)entries * 1e6 / (double)(vg_time_monotonic_us() - start + 1));
    vg_store_close(&b.store);
    vg_keyring_close(&ring);
    vg_arena_destroy(&b.arena);
    free(b.latency);
    return rc ? fail(&err) : 0;
}
