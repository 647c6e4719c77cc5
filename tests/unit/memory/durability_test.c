/* SPDX-License-Identifier: Apache-2.0
 *
 * What is on disk: restarts, kill -9 at random moments, damage, full and forbidden directories.
 *
 * A process that dies is a forked child; what it acknowledged is in memory shared with the parent.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "memory/memory_int.h"
#include "tests/tap.h"
#include "tests/unit/memory/stream.h"

enum { EVENTS = 40000, SEEN = 4096 };

static char place[64], after[80];
static const char *directory = place;

/* ---- directories ---- */

static void each_file(const char *dir, void (*call)(const char *path, const char *name, void *context),
                      void *context)
{
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        char path[512];
        if (e->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        call(path, e->d_name, context);
    }
    if (d) closedir(d);
}

static void unlink_one(const char *path, const char *name, void *context)
{
    (void)name;
    (void)context;
    unlink(path);
}

static void fresh_directory(void)
{
    each_file(directory, unlink_one, NULL);
    rmdir(directory);
}

static void copy_one(const char *path, const char *name, void *context)
{
    char to[512], buffer[65536];
    snprintf(to, sizeof to, "%s/%s", (const char *)context, name);
    int in = open(path, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    for (ssize_t n; (n = read(in, buffer, sizeof buffer)) > 0;)
        if (write(out, buffer, (size_t)n) != n) break;
    close(in);
    close(out);
}

static void copy_directory(const char *from, const char *to)
{
    mkdir(to, 0700);
    each_file(from, copy_one, (void *)(uintptr_t)to);
}

static vg_memory *open_with(size_t journal_bytes, vg_error *err)
{
    vg_memory *memory = NULL;
    vg_memory_options options = {
        .dir = directory, .key = stream_key, .seen_records = SEEN, .journal_bytes = journal_bytes};
    vg_memory_open(&memory, &options, err);
    return memory;
}

/* ---- the straight run that everything is held against ---- */

static uint64_t *straight_facts; /* of each event; shared with children */
static uint64_t straight_digest, *prefix_digest;

enum { PREFIXES = 400 };

static void run_straight(uint64_t seed)
{
    vg_memory *memory = NULL;
    vg_memory_options options = {.key = stream_key, .seen_records = SEEN};
    vg_memory_open(&memory, &options, NULL);
    for (uint64_t i = 0; i < EVENTS; i++) {
        vg_facts facts;
        if (i <= PREFIXES) prefix_digest[i] = stream_digest(memory);
        stream_apply(memory, seed, i, &facts, NULL);
        straight_facts[i] = stream_facts_hash(&facts);
    }
    straight_digest = stream_digest(memory);
    vg_memory_close(&memory);
}

/* Applies events [from, to) and returns how many facts differ from the straight run's. */
static unsigned run_on(vg_memory *memory, uint64_t seed, uint64_t from, uint64_t to)
{
    unsigned differ = 0;
    for (uint64_t i = from; i < to; i++) {
        vg_facts facts;
        vg_error err = {0};
        int rc = stream_apply(memory, seed, i, &facts, &err);
        differ += rc < 0 || (rc == 0 && stream_facts_hash(&facts) != straight_facts[i]);
    }
    return differ;
}

/* ---- restarts ---- */

static void test_restart(uint64_t seed)
{
    fresh_directory();
    vg_error err = {0};
    unsigned differ = 0;
    for (int part = 0; part < 8; part++) {
        vg_memory *memory = open_with(1 << 20, &err);
        if (!TAP_OK(memory, "open %d: %s", part, memory ? "" : err.what)) return;
        vg_memory_stats stats;
        vg_memory_stats_get(memory, false, &stats);
        differ += stats.recovered_entries != 0;
        differ += run_on(memory, seed, EVENTS / 8 * (uint64_t)part, EVENTS / 8 * (uint64_t)(part + 1));
        vg_memory_close(&memory);
    }
    TAP_EQ_INT(differ, 0, "eight clean stops: nothing to recover, the same facts");
    vg_memory *memory = open_with(1 << 20, &err);
    TAP_OK(stream_digest(memory) == straight_digest, "and the same memory");
    vg_memory_close(&memory);
}

static void test_tiny_journal(uint64_t seed)
{
    fresh_directory();
    vg_error err = {0};
    vg_memory *memory = open_with(1, &err);
    TAP_EQ_INT(run_on(memory, seed, 0, EVENTS), 0, "checkpoints all the time: the same facts");
    TAP_EQ_INT(vg_memory_sync(memory, &err), 0, "sync");
    vg_memory_stats stats;
    vg_memory_stats_get(memory, true, &stats);
    TAP_OK(stats.digest == straight_digest, "and the same memory");
    TAP_OK(stats.journal_durable == stats.journal_position, "synced to the end");
    vg_memory_close(&memory);
}

/* ---- kill -9 ---- */

typedef struct shared {
    _Atomic uint64_t acknowledged;
    _Atomic unsigned differ;
    _Atomic int opened;
} shared;

static shared *board;

static void child_run(uint64_t seed, size_t journal_bytes)
{
    vg_error err = {0};
    vg_memory *memory = open_with(journal_bytes, &err);
    if (!memory) {
        fprintf(stderr, "# child: %s: %s\n", err.where, err.what);
        _exit(3);
    }
    board->opened = 1;
    for (uint64_t i = board->acknowledged; i < EVENTS; i++) {
        board->differ += run_on(memory, seed, i, i + 1);
        board->acknowledged = i + 1;
    }
    pause();
    _exit(0);
}

static void test_kill(uint64_t seed, size_t journal_bytes, int rounds)
{
    fresh_directory();
    memset(board, 0, sizeof *board);
    int bad = 0, killed = 0;
    for (; killed < rounds && !bad; killed++) {
        board->opened = 0;
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) child_run(seed, journal_bytes);
        uint64_t part = EVENTS / (uint64_t)rounds,
                 goal = part * (uint64_t)killed + stream_mix((uint64_t)killed + seed) % part;
        int status = 0;
        pid_t gone = 0;
        while (!gone && (board->acknowledged < goal || !board->opened)) {
            usleep(200);
            gone = waitpid(child, &status, WNOHANG);
        }
        if (!gone) {
            usleep((useconds_t)(stream_mix((uint64_t)killed) % 500));
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
        }
        bad += !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL;
    }
    TAP_OK(!bad && killed == rounds, "%d times killed at a random moment, journal of %zu KiB", killed,
           journal_bytes >> 10);
    vg_error err = {0};
    vg_memory *memory = open_with(journal_bytes, &err);
    if (!TAP_OK(memory, "opens: %s", memory ? "" : err.what)) return;
    unsigned differ = board->differ + run_on(memory, seed, board->acknowledged, EVENTS);
    TAP_EQ_INT(differ, 0, "every fact as in the straight run");
    TAP_OK(stream_digest(memory) == straight_digest, "the same memory as in the straight run");
    vg_memory_close(&memory);
}

/* A directory as a killed process leaves it after `to` events, nothing checkpointed since `from`. */
static void leave_crashed(uint64_t seed, uint64_t from, uint64_t to)
{
    fresh_directory();
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        vg_memory *memory = open_with(0, NULL);
        if (!memory || run_on(memory, seed, 0, from)) _exit(3);
        vg_memory_close(&memory);
        memory = open_with(0, NULL);
        if (!memory || run_on(memory, seed, from, to) || vg_memory_sync(memory, NULL)) _exit(3);
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    TAP_OK(WIFSIGNALED(status), "a process killed after %llu events", (unsigned long long)to);
}

/* Pages half written by a power cut: each 512-byte sector old or new at random. Redo makes them whole. */
static void test_torn_pages(uint64_t seed)
{
    leave_crashed(seed, EVENTS / 2, EVENTS);
    snprintf(after, sizeof after, "%s-after", place);
    copy_directory(place, after);
    directory = after;
    vg_error err = {0};
    vg_memory *memory = open_with(0, &err);
    vg_memory_stats stats;
    vg_memory_stats_get(memory, true, &stats);
    TAP_OK(stats.recovered_entries >= EVENTS / 2 && stats.digest == straight_digest, "recovered %llu entries",
           (unsigned long long)stats.recovered_entries);
    vg_memory_close(&memory); /* writes every page */
    directory = place;
    unsigned mixed = 0;
    for (int i = 0; i < VG_TABLES; i++) {
        char old_path[512], new_path[512], a[512], b[512];
        snprintf(old_path, sizeof old_path, "%s/%s", directory, vg_table_shapes[i].name);
        snprintf(new_path, sizeof new_path, "%s/%s", after, vg_table_shapes[i].name);
        int o = open(old_path, O_RDWR | O_CLOEXEC), n = open(new_path, O_RDONLY | O_CLOEXEC);
        for (off_t at = 0; pread(n, b, sizeof b, at) == (ssize_t)sizeof b; at += (off_t)sizeof b) {
            if (pread(o, a, sizeof a, at) == (ssize_t)sizeof a && memcmp(a, b, sizeof a) == 0) continue;
            if (stream_mix((uint64_t)at + (uint64_t)i) & 1 && pwrite(o, b, sizeof b, at) == (ssize_t)sizeof b)
                mixed++;
        }
        close(o);
        close(n);
    }
    each_file(after, unlink_one, NULL);
    rmdir(after);
    memory = open_with(0, &err);
    TAP_OK(mixed > 100 && memory && stream_digest(memory) == straight_digest,
           "%u sectors of half-written pages are made whole", mixed);
    vg_memory_close(&memory);
}

/* ---- damage ---- */

static void damage(const char *name, off_t offset, bool truncate)
{
    char path[128], byte = 0;
    snprintf(path, sizeof path, "%s/%s", directory, name);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (truncate) {
        if (ftruncate(fd, offset)) abort();
    } else {
        if (pread(fd, &byte, 1, offset) != 1) abort();
        byte ^= 0x20;
        if (pwrite(fd, &byte, 1, offset) != 1) abort();
    }
    close(fd);
}

static void test_damaged_journal(uint64_t seed)
{
    vg_error err = {0};
    for (int round = 0; round < 6; round++) {
        leave_crashed(seed, 0, PREFIXES);
        off_t at = 500 + (off_t)(stream_mix((uint64_t)round) % 20000);
        /* the first run was closed and its 32 bytes are before this file's start: the ring is that much ahead
         */
        if (round & 1) {
            damage("journal.1", VG_JOURNAL_HEADER + at, true);
            damage("ring", 0, true);
        } else {
            damage("journal.1", VG_JOURNAL_HEADER + at, false);
            damage("ring", at + 32, false);
        }
        vg_memory *memory = open_with(0, &err);
        if (!TAP_OK(memory, "opens with %s: %s", round & 1 ? "a truncated journal" : "a flipped byte",
                    memory ? "" : err.what))
            continue;
        uint64_t digest = stream_digest(memory);
        int found = -1;
        for (int i = 0; i <= PREFIXES; i++)
            if (prefix_digest[i] == digest) found = i;
        TAP_OK(found >= 0 && found < PREFIXES, "stops whole, after %d of %d events", found, PREFIXES);
        unsigned differ = run_on(memory, seed, (uint64_t)found, EVENTS / 4);
        TAP_EQ_INT(differ, 0, "and goes on from there");
        vg_memory_close(&memory);
    }
}

static void test_refused(void)
{
    vg_error err = {0};
    vg_memory *memory = NULL, *second = NULL;
    fresh_directory();
    memory = open_with(1 << 20, &err);
    second = open_with(1 << 20, &err);
    TAP_OK(!second && err.code == VG_EBUSY, "a second opener: %s", err.what);
    vg_memory_close(&memory);

    vg_memory_options options = {.dir = directory, .key = {1, 2}, .journal_bytes = 1 << 20};
    TAP_EQ_INT(vg_memory_open(&memory, &options, &err), -VG_ECORRUPT, "another key is refused");
    TAP_OK(!memory, "and nothing is opened");
    memory = open_with(1 << 20, &err);
    TAP_OK(memory, "the right one still opens");
    vg_memory_close(&memory);

    damage("meta", 8, false); /* version */
    memory = open_with(1 << 20, &err);
    TAP_OK(!memory && err.code == VG_ECORRUPT && strstr(err.what, "version"), "another version: %s",
           err.what);
    damage("meta", 8, false);
    damage("meta", 33, false);
    memory = open_with(1 << 20, &err);
    TAP_OK(!memory && err.code == VG_ECORRUPT, "a damaged meta: %s", err.what);
    damage("meta", 33, false);
    memory = open_with(1 << 20, &err);
    TAP_OK(memory, "and whole again");
    vg_memory_close(&memory);

    char path[128];
    snprintf(path, sizeof path, "%s/meta", directory);
    unlink(path);
    memory = open_with(1 << 20, &err);
    TAP_OK(!memory && err.code == VG_ECORRUPT, "a missing meta: %s", err.what);
}

static void test_read_only(void)
{
    fresh_directory();
    mkdir(directory, 0555);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) { /* root may write anywhere */
        if (geteuid() == 0 && setuid(65534)) _exit(9);
        vg_error err = {0};
        vg_memory *memory = open_with(1 << 20, &err);
        _exit(memory ? 8 : err.code);
    }
    int status = 0;
    waitpid(child, &status, 0);
    TAP_EQ_INT(WEXITSTATUS(status), VG_EIO, "a read-only directory is told");
    chmod(directory, 0700);
}

static int crowd(vg_memory *memory, uint64_t number, vg_error *err)
{
    char id[24], name[VG_EVENT_MAX_TO][32];
    vg_str to[VG_EVENT_MAX_TO];
    for (unsigned i = 0; i < VG_EVENT_MAX_TO; i++) {
        snprintf(name[i], sizeof name[i], "n%llu-%u", (unsigned long long)number, i);
        to[i] = vg_str_of(name[i]);
    }
    snprintf(id, sizeof id, "%llu", (unsigned long long)number);
    vg_event e = {.type = VG_EVENT_MESSAGE,
                  .id = vg_str_of(id),
                  .source = VG_STR("/spaces/lobby"),
                  .subject = to[0],
                  .to = to,
                  .to_count = VG_EVENT_MAX_TO,
                  .time_ms = STREAM_START_MS};
    vg_memory_keys keys;
    vg_facts facts;
    vg_verdict verdict = {0};
    vg_memory_keys_of(memory, &e, &keys);
    int rc = vg_memory_begin(memory, &e, &keys, &stream_policy, NULL, &facts, err);
    return rc ? rc : vg_memory_commit(memory, &verdict, false, err);
}

static void test_full(void)
{
    fresh_directory();
    vg_error err = {0};
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit old, limit;
    getrlimit(RLIMIT_FSIZE, &old);
    limit = old;
    limit.rlim_cur = 4 << 20;
    setrlimit(RLIMIT_FSIZE, &limit);
    vg_memory *memory = open_with(2 << 20, &err);
    TAP_OK(!memory && err.code == VG_EFULL, "no space for the journal: %s", err.what);
    fresh_directory();
    limit.rlim_cur = 9 << 20;
    setrlimit(RLIMIT_FSIZE, &limit);
    memory = open_with(2 << 20, &err);
    uint64_t number = 0;
    int rc = 0;
    while (memory && !rc && number < 100000) rc = crowd(memory, number++, &err);
    TAP_EQ_INT(rc, -VG_EFULL, "a table that cannot grow");
    number--;
    vg_memory_stats stats, again;
    vg_memory_stats_get(memory, true, &stats);
    TAP_EQ_INT(crowd(memory, number, &err), -VG_EFULL, "and again");
    vg_memory_stats_get(memory, true, &again);
    TAP_OK(stats.digest == again.digest && stats.pairs == number * (VG_EVENT_MAX_TO - 1),
           "nothing of it was applied");
    setrlimit(RLIMIT_FSIZE, &old);
    TAP_EQ_INT(crowd(memory, number, &err), 0, "once there is space, it goes on");
    vg_memory_stats_get(memory, true, &stats);
    vg_memory_close(&memory);
    memory = open_with(2 << 20, &err);
    TAP_OK(memory && stream_digest(memory) == stats.digest, "all of it is there after a restart");
    vg_memory_close(&memory);
}

static void test_allocations(void)
{
    unsigned failed = 0, hits = 0;
    for (size_t n = 1; n < 200; n++) {
        fresh_directory();
        vg_alloc_fail_at(n);
        vg_error err = {0};
        vg_memory *memory = open_with(1 << 20, &err);
        bool hit = vg_alloc_failed();
        vg_alloc_fail_at(0);
        hits += hit;
        failed += hit && !memory && err.code == VG_ENOMEM;
        vg_memory_close(&memory);
        if (!hit) break;
    }
    TAP_OK(hits >= 3 && failed == hits, "each failed allocation of open is told: %u of %u", failed, hits);
    vg_error err = {0};
    vg_memory *memory = open_with(1 << 20, &err);
    TAP_OK(memory, "and the directory opens afterwards");
    vg_alloc_fail_at(0);
    run_on(memory, 1, 0, 2000);
    TAP_EQ_INT(vg_alloc_count(), 0, "events allocate nothing");
    vg_memory_close(&memory);
}

int main(void)
{
    vg_log_set_level(VG_LOG_ERROR);
    snprintf(place, sizeof place, "/tmp/vigie-memory-XXXXXX");
    if (!mkdtemp(place)) return 1;
    straight_facts = mmap(NULL, EVENTS * 8, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    board = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    prefix_digest = calloc(PREFIXES + 1, sizeof *prefix_digest);
    run_straight(1);
    test_restart(1);
    test_tiny_journal(1);
    test_kill(1, 1, 50);
    test_kill(1, 256 << 10, 25);
    test_kill(1, 0, 25);
    test_torn_pages(1);
    test_damaged_journal(1);
    test_refused();
    test_read_only();
    test_full();
    test_allocations();
    fresh_directory();
    free(prefix_digest);
    return tap_done();
}
