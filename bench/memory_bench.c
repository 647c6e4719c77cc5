/* SPDX-License-Identifier: Apache-2.0
 *
 * memory_bench: what memory costs, in bytes a record, nanoseconds an event, and seconds to start.
 *
 *   memory_bench [DIR [CONVERSATIONS]]     prints a table and, as the last line, the same as JSON
 *
 * An event is a message of one account to another in a private conversation; in one of 256 a family of behaviour was found, one of
 * 2,000 holds a contact address, one of four is long enough to be an opening, and everybody counts as a minor. `cold` events go to
 * conversations chosen at random among all; `hot` events to one in a thousand of them. Times are per event
 * and cover prefetch, seen, begin and commit, with the journal on; hashing names and parsing JSON are
 * outside. DIR should be on a disk; it is emptied first and last.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "memory/memory.h"

enum { AHEAD = 6, BATCH = 64, RUNS = 5 };

static const vg_policy policy = {.space = "lobby", .assumed_age = VG_AGE_13_14, .keep_memory_days = 90};
static const vg_hash_key key = {3, 4};
static const int64_t START_MS = 1767225600000;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
}

/* ---- events, as keys: hashing names is not what is measured ---- */

typedef struct load {
    vg_memory *memory;
    size_t conversations;
    uint64_t number; /* of the next event */
    size_t choose;   /* random among so many; 0: the next new one */
    vg_event event[BATCH];
    vg_memory_keys keys[BATCH];
    vg_text_brief text[BATCH];
} load;

/* Conversation c is between accounts 2c and 2c+1. */
static void make(load *l, size_t i)
{
    uint64_t r = mix(l->number + 1), c = l->choose ? r % l->choose : l->number;
    bool turned = r >> 40 & 1;
    l->event[i] = (vg_event){.type = VG_EVENT_MESSAGE,
                             .channel = VG_CHANNEL_PRIVATE,
                             .time_ms = START_MS + (int64_t)(l->number / 50),
                             .to_count = 1};
    l->keys[i] = (vg_memory_keys){.event = mix(l->number * 3 + (1ull << 62)),
                                  .content = mix(l->number),
                                  .actor = mix(2 * c + turned + (1ull << 40)),
                                  .conversation = mix(c + (1ull << 50)),
                                  .peer_count = 1,
                                  .peer[0] = mix(2 * c + !turned + (1ull << 40))};
    l->text[i] = (vg_text_brief){.families = r >> 8 & 0xff ? 0 : 1u << (r >> 16 & 15), .opening = r >> 41 & 3 ? 0 : mix(r) | 1};
    if ((r >> 20) % 2000 == 0) {
        l->text[i].token_count = 1;
        l->text[i].token[0] = mix(r >> 32 & 0xffff);
    }
    vg_memory_keys_text(l->memory, &l->text[i], &l->keys[i]);
    l->number++;
}

static int apply(load *l, size_t i)
{
    vg_seen seen;
    vg_facts facts;
    vg_error err = {0};
    vg_verdict verdict = {.kind = VG_VERDICT_ALLOW, .scanned = true};
    vg_memory_seen(l->memory, &l->keys[i], &seen);
    int rc = vg_memory_begin(l->memory, &l->event[i], &l->keys[i], &policy, &l->text[i], &facts, &err);
    if (!rc) rc = vg_memory_commit(l->memory, &verdict, false, &err);
    if (rc) fprintf(stderr, "memory_bench: %s: %s\n", err.where, err.what);
    return rc;
}

/* As the pipeline does. */
static void look_ahead_first(load *l)
{
    for (size_t i = 0; i < AHEAD; i++) vg_memory_prefetch(l->memory, &l->keys[i]);
    for (size_t i = 0; i < AHEAD / 2; i++) vg_memory_prefetch_records(l->memory, &l->keys[i]);
}

static void look_ahead(load *l, size_t i)
{
    if (i + AHEAD < BATCH) vg_memory_prefetch(l->memory, &l->keys[i + AHEAD]);
    if (i + AHEAD / 2 < BATCH) vg_memory_prefetch_records(l->memory, &l->keys[i + AHEAD / 2]);
}

static int run_batch(load *l)
{
    for (size_t i = 0; i < BATCH; i++) make(l, i);
    look_ahead_first(l);
    for (size_t i = 0; i < BATCH; i++) {
        look_ahead(l, i);
        if (apply(l, i)) return -1;
    }
    return 0;
}

/* ---- figures ---- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median, least and most of RUNS runs, in nanoseconds an event. */
static int measure(load *l, size_t events, double out[3])
{
    double run[RUNS];
    for (int k = 0; k < RUNS; k++) {
        uint64_t spent = 0;
        for (size_t n = 0; n < events; n += BATCH) {
            for (size_t i = 0; i < BATCH; i++) make(l, i);
            uint64_t begin = now_ns();
            look_ahead_first(l);
            for (size_t i = 0; i < BATCH; i++) {
                look_ahead(l, i);
                if (apply(l, i)) return -1;
            }
            spent += now_ns() - begin;
        }
        run[k] = (double)spent / (double)events;
    }
    qsort(run, RUNS, sizeof *run, compare);
    out[0] = run[RUNS / 2];
    out[1] = run[0];
    out[2] = run[RUNS - 1];
    return 0;
}

/* Events timed one by one, nothing prefetched: the tail, with checkpoints going on. */
static int measure_tail(load *l, size_t events, double out[4])
{
    size_t count = 0;
    double *spent = malloc(events * sizeof *spent);
    while (spent && count + BATCH <= events) {
        for (size_t i = 0; i < BATCH; i++) make(l, i);
        for (size_t i = 0; i < BATCH; i++) {
            uint64_t begin = now_ns();
            if (apply(l, i)) {
                free(spent);
                return -1;
            }
            spent[count++] = (double)(now_ns() - begin);
        }
    }
    if (!spent) return -1;
    qsort(spent, count, sizeof *spent, compare);
    out[0] = spent[count / 2];
    out[1] = spent[count * 99 / 100];
    out[2] = spent[count * 9999 / 10000];
    out[3] = spent[count - 1];
    free(spent);
    return 0;
}

/* ---- directory ---- */

static void empty_directory(const char *dir)
{
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        char path[4096];
        if (e->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        unlink(path);
    }
    if (d) closedir(d);
}

static double resident_mib(void)
{
    size_t pages = 0, total = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f && fscanf(f, "%zu %zu", &total, &pages) != 2) pages = 0;
    if (f) fclose(f);
    return (double)pages * 4096 / (1 << 20);
}

static vg_memory *open_memory(const char *dir, double *seconds)
{
    vg_memory *memory = NULL;
    vg_memory_options options = {.dir = dir, .key = key};
    vg_error err = {0};
    uint64_t begin = now_ns();
    if (vg_memory_open(&memory, &options, &err))
        fprintf(stderr, "memory_bench: %s: %s\n", err.where, err.what);
    if (seconds) *seconds = (double)(now_ns() - begin) / 1e9;
    return memory;
}

static int fill(load *l, size_t conversations)
{
    l->choose = 0;
    l->number = l->conversations;
    while (l->number < conversations)
        if (run_batch(l)) return -1;
    l->conversations = l->number;
    l->number += 1ull << 32; /* events after this are new ones */
    return 0;
}

static void print_sizes(const load *l, vg_buf *json)
{
    vg_memory_stats s;
    vg_memory_stats_get(l->memory, false, &s);
    double total = (double)(s.account_bytes + s.pair_bytes + s.conversation_bytes + s.token_bytes + s.seen_bytes);
    double t = s.tokens ? (double)s.token_bytes / (double)s.tokens : 0;
    double a = (double)s.account_bytes / (double)s.accounts, p = (double)s.pair_bytes / (double)s.pairs,
           c = (double)s.conversation_bytes / (double)s.conversations;
    printf("  bytes a record, overhead included: account %.1f (record %zu), pair %.1f (%zu), conversation "
           "%.1f (%zu), token %.1f (%zu)\n"
           "  %zu accounts, %zu pairs, %zu conversations, %zu addresses and openings: %.2f GiB of tables, %.2f GiB resident\n",
           a, s.account_record, p, s.pair_record, c, s.conversation_record, t, s.token_record, s.accounts, s.pairs,
           s.conversations, s.tokens, total / (1 << 30), resident_mib() / 1024);
    vg_buf_printf(
        json, "\"bytes_account\":%.1f,\"bytes_pair\":%.1f,\"bytes_conversation\":%.1f,\"bytes_token\":%.1f,\"table_bytes\":%.0f,",
        a, p, c, t, total);
}

static int bench_size(load *l, size_t conversations, vg_buf *json)
{
    double cold[3], hot[3], tail[4];
    uint64_t begin = now_ns(), before = l->conversations;
    if (fill(l, conversations)) return -1;
    double new_ns = (double)(now_ns() - begin) / (double)(l->conversations - before);
    size_t events = conversations < 100000 ? 192000 : 960000;
    l->choose = l->conversations;
    if (measure(l, events, cold)) return -1;
    l->choose = l->conversations / 1000 + 1;
    if (measure(l, events, hot)) return -1;
    l->choose = l->conversations;
    if (measure_tail(l, events * 2, tail)) return -1;
    printf("%zu conversations\n  ns an event: new conversation %.0f; cold %.0f (%.0f to %.0f); hot %.0f "
           "(%.0f to %.0f)\n",
           l->conversations, new_ns, cold[0], cold[1], cold[2], hot[0], hot[1], hot[2]);
    vg_buf_printf(json, "%s{\"conversations\":%zu,\"new_ns\":%.0f,\"cold_ns\":%.0f,\"hot_ns\":%.0f,",
                  before ? "," : "", l->conversations, new_ns, cold[0], hot[0]);
    print_sizes(l, json);
    printf("  one by one, without prefetch: p50 %.0f ns, p99 %.2f us, p99.99 %.1f us, most %.0f us\n",
           tail[0], tail[1] / 1e3, tail[2] / 1e3, tail[3] / 1e3);
    vg_buf_printf(json, "\"p50_ns\":%.0f,\"p99_ns\":%.0f,\"p9999_ns\":%.0f,\"max_ns\":%.0f}", tail[0],
                  tail[1], tail[2], tail[3]);
    fflush(stdout);
    return 0;
}

/* A child opens, applies events and is killed; the parent measures how long the next start takes. */
static int bench_crash(const char *dir, size_t conversations, double *seconds, uint64_t *recovered)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        static load l;
        l = (load){.memory = open_memory(dir, NULL),
                   .conversations = conversations,
                   .number = 1ull << 40,
                   .choose = conversations};
        for (size_t n = 0; l.memory && n < 1000000; n += BATCH)
            if (run_batch(&l)) _exit(1);
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    vg_memory *memory = open_memory(dir, seconds);
    if (!memory) return -1;
    vg_memory_stats s;
    vg_memory_stats_get(memory, false, &s);
    *recovered = s.recovered_entries;
    vg_memory_close(&memory);
    return 0;
}

static int bench(const char *dir, size_t most, vg_buf *json)
{
    static load l;
    double seconds = 0, crashed = 0;
    uint64_t recovered = 0;
    struct utsname machine;
    uname(&machine);
    printf("memory_bench: %s %s, %ld cores; median of %d runs (least to most)\n", machine.machine,
           machine.release, sysconf(_SC_NPROCESSORS_ONLN), RUNS);
    vg_buf_printf(json, "{\"sizes\":[");
    l.memory = open_memory(dir, NULL);
    if (!l.memory) return 1;
    static const size_t sizes[] = {1000, 1000000, 10000000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && sizes[i] <= most; i++)
        if (bench_size(&l, sizes[i], json)) return 1;
    uint64_t begin = now_ns();
    vg_memory_close(&l.memory);
    double closing = (double)(now_ns() - begin) / 1e9;
    l.memory = open_memory(dir, &seconds);
    if (!l.memory) return 1;
    vg_memory_close(&l.memory);
    if (bench_crash(dir, l.conversations, &crashed, &recovered)) return 1;
    printf(
        "stop %.2f s; start after a clean stop %.2f s; start after kill -9 %.2f s (%llu entries replayed)\n",
        closing, seconds, crashed, (unsigned long long)recovered);
    vg_buf_printf(json,
                  "],\"close_s\":%.3f,\"start_clean_s\":%.3f,\"start_crashed_s\":%.3f,\"recovered\":%llu}",
                  closing, seconds, crashed, (unsigned long long)recovered);
    printf("%s\n", json->ptr);
    return 0;
}

int main(int argc, char **argv)
{
    char made[] = "/tmp/vigie-memory-bench-XXXXXX";
    if (argc > 3 || (argc > 1 && argv[1][0] == '-')) {
        fprintf(stderr, "usage: memory_bench [DIR [CONVERSATIONS]]\n");
        return 2;
    }
    const char *dir = argc > 1 ? argv[1] : mkdtemp(made);
    size_t most = argc > 2 ? strtoull(argv[2], NULL, 10) : 10000000;
    if (!dir || !most) return 2;
    vg_log_set_level(VG_LOG_WARN);
    vg_buf json;
    vg_buf_init(&json, 1 << 16);
    empty_directory(dir);
    int rc = bench(dir, most, &json);
    empty_directory(dir);
    rmdir(dir);
    vg_buf_free(&json);
    return rc;
}
