/* SPDX-License-Identifier: Apache-2.0
 *
 * audit_bench DIR [ENTRIES]: what the audit log costs: appending in batches and alone, walking it, proving out of it.
 *
 * Works in DIR/audit-bench. The log of ENTRIES (ten million) entries is made once and kept for the next run; entries have the shape and
 * length of those that a server writes. Everything runs on one thread. Figures are medians of rounds with the least and the most; the time
 * of a proof includes its transaction of reading. PERF: the walk runs alone with "walk" as third argument.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "store/audit/audit.h"
#include "store/audit/entry.h"
#include "store/store.h"

enum { ROUNDS = 5, BATCH = 1000, APPEND = 50000, PROOFS = 2000 };

static int fail(const vg_error *err)
{
    fprintf(stderr, "audit_bench: %s: %s\n", err->where, err->what);
    return 1;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double cpu_us(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6 + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

static void report(const char *what, double *values, size_t count, const char *unit)
{
    qsort(values, count, sizeof *values, by_value);
    printf("%-44s %12.0f %s (%.0f to %.0f)\n", what, values[count / 2], unit, values[0], values[count - 1]);
}

/* What a server writes most: cases that open and are touched, read, decided. */
static int append(vg_store *store, int64_t n, vg_error *err)
{
    static const char *const actions[] = {"case.touch", "case.view", "case.open", "case.claim", "media.view", "case.decide"};
    static const char *const details[] = {"{\"verdict\":\"review\",\"risk\":0.6123}", "{}", "{\"account\":\"account:5f2a9c01b7e4d386\",\"verdict\":\"review\"}",
                                          "{\"until\":\"2027-01-04T10:15:00.000Z\"}", "{}", "{\"action\":\"warn\",\"reason\":\"grooming\",\"hours\":0}"};
    static const char *const actors[] = {"pipeline", "claire", "pipeline", "marc", "nadia", "claire"};
    char object[32];
    size_t kind = (size_t)(n % 6);
    snprintf(object, sizeof object, "c-%06lld", (long long)(n / 7 % 900000 + 1));
    return vg_store_audit(store, vg_str_of(actors[kind]), vg_str_of(actions[kind]), vg_str_of(object), vg_str_of(details[kind]), err);
}

static int append_many(vg_store *store, int64_t from, int64_t count, int64_t batch, vg_error *err)
{
    int rc = 0;
    for (int64_t n = 0; !rc && n < count; n += batch) {
        rc = vg_store_together(store, err);
        if (rc) return rc;
        for (int64_t i = 0; !rc && i < batch && n + i < count; i++) rc = append(store, from + n + i, err);
        rc = vg_store_apart(store, rc, err);
    }
    return rc;
}

static int bench_append(vg_store *store, int64_t batch, int64_t count, vg_error *err)
{
    double rate[ROUNDS], cpu[ROUNDS];
    char what[64];
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = vg_time_monotonic_us();
        double before = cpu_us();
        int rc = append_many(store, i * count, count, batch, err);
        if (rc) return rc;
        rate[i] = (double)count * 1e6 / (double)(vg_time_monotonic_us() - start);
        cpu[i] = (cpu_us() - before) * 1000 / (double)count;
    }
    snprintf(what, sizeof what, "append, batches of %lld", (long long)batch);
    report(what, rate, ROUNDS, "entries/s");
    report("  processor time", cpu, ROUNDS, "ns an entry");
    return 0;
}

/* ---- what the tree costs a commit ---- */

enum { COMMITS = 300, KEEP_UP_EVERY = 64 };
typedef enum { DISK_ALONE, ENTRY_ALONE, ENTRY_AND_TREE, COMMIT_KINDS } commit_kind;

/* The disk alone: what any commit waits for, one page written over and synced. */
static int sync_page(int fd, vg_error *err)
{
    static const char page[4096];
    return pwrite(fd, page, sizeof page, 0) == (ssize_t)sizeof page && fdatasync(fd) == 0 ? 0 : vg_fail(err, VG_EIO, "a page", "cannot be synced");
}

/* One commit after the other, each with one entry; with the tree, the work that the watch does beside (tiles, a checkpoint signed and stored) is
 * in the same thread's time, far more often than a server does it. */
static int one_commit(vg_store *store, int fd, commit_kind kind, int64_t n, vg_error *err)
{
    bool made;
    int64_t behind;
    if (kind == DISK_ALONE) return sync_page(fd, err);
    int rc = append(store, n, err);
    if (!rc && kind == ENTRY_AND_TREE && n % KEEP_UP_EVERY == 0) rc = vg_store_audit_keep_up(store, vg_time_now(), 1, 0, &made, &behind, err);
    return rc;
}

static int bench_commits(vg_store *store, const char *dir, vg_error *err)
{
    static const char *const names[COMMIT_KINDS] = {"a page synced, without a database", "commit of one entry", "the same, tree and checkpoint each 64"};
    static double took[COMMIT_KINDS][ROUNDS * COMMITS], cpu[COMMIT_KINDS][ROUNDS];
    char path[2100];
    int rc = 0;
    snprintf(path, sizeof path, "%s/audit-append/page", dir);
    FILE *page = fopen(path, "we");
    if (!page) return vg_fail(err, VG_EIO, path, "cannot be made");
    for (int round = 0; !rc && round < ROUNDS; round++)
        for (int kind = 0; !rc && kind < COMMIT_KINDS; kind++) { /* in turns: what else the machine does meets all of them */
            double before = cpu_us();
            for (int i = 0; !rc && i < COMMITS; i++) {
                int64_t start = vg_time_monotonic_us();
                rc = one_commit(store, fileno(page), (commit_kind)kind, round * COMMITS + i, err);
                took[kind][round * COMMITS + i] = (double)(vg_time_monotonic_us() - start);
            }
            cpu[kind][round] = (cpu_us() - before) / COMMITS;
        }
    fclose(page);
    for (int kind = 0; !rc && kind < COMMIT_KINDS; kind++) {
        double sum = 0;
        for (int i = 0; i < ROUNDS * COMMITS; i++) sum += took[kind][i];
        qsort(took[kind], ROUNDS * COMMITS, sizeof took[kind][0], by_value);
        printf("%-44s mean %.0f us, p10 %.0f, p50 %.0f, p99 %.0f\n", names[kind], sum / (ROUNDS * COMMITS), took[kind][ROUNDS * COMMITS / 10],
               took[kind][ROUNDS * COMMITS / 2], took[kind][ROUNDS * COMMITS * 99 / 100]);
        report("  processor time", cpu[kind], ROUNDS, "us");
    }
    return rc;
}

/* An entry's hash: of the chain from before the tree (BLAKE2b) and of now (SHA-256, leaf and chain in one). */
static void bench_hash(void)
{
    enum { HASHES = 200000 };
    const vg_audit_line entry = {.seq = 1234567, .time_ms = 1767225600000, .field = {VG_STR("claire"), VG_STR("case.decide"), VG_STR("c-000123"),
                                                                                       VG_STR("{\"action\":\"warn\",\"reason\":\"grooming\",\"hours\":0}")}};
    uint8_t hash[32] = {0};
    for (int second = 0; second < 2; second++) {
        double ns[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            double before = cpu_us();
            for (int i = 0; i < HASHES; i++) vg_audit_entry_hash(&entry, hash, second, hash, NULL);
            ns[round] = (cpu_us() - before) * 1000 / HASHES;
        }
        report(second ? "hash of an entry, with the tree" : "hash of an entry, before the tree", ns, ROUNDS, "ns");
    }
}

static int bench_walk(vg_store *store, int rounds, vg_error *err)
{
    double rate[ROUNDS], cpu[ROUNDS];
    vg_audit_checked out;
    for (int i = 0; i < rounds; i++) {
        int64_t start = vg_time_monotonic_us();
        double before = cpu_us();
        int rc = vg_store_audit_check(store, &(vg_audit_check){0}, &out, err);
        if (rc) return rc;
        rate[i] = (double)out.entries * 1e6 / (double)(vg_time_monotonic_us() - start);
        cpu[i] = (double)out.entries * 1e6 / (cpu_us() - before);
    }
    printf("log of %lld entries, %lld checkpoints\n", (long long)out.entries, (long long)out.checkpoints);
    report("verify", rate, (size_t)rounds, "entries/s");
    report("  a second of processor time", cpu, (size_t)rounds, "entries");
    return 0;
}

static int bench_proofs(vg_store *store, int64_t size, bool growth, vg_error *err)
{
    static double took[PROOFS];
    static vg_audit_proof proof;
    uint64_t seed = 0x9E3779B97F4A7C15U;
    for (int i = 0; i < PROOFS; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        int64_t n = (int64_t)(seed >> 1) % size + 1, start = vg_time_monotonic_us();
        int rc = growth ? vg_store_audit_prove_growth(store, n, size, &proof, err) : vg_store_audit_prove_entry(store, n, size, &proof, err);
        if (rc) return rc;
        took[i] = (double)(vg_time_monotonic_us() - start);
    }
    qsort(took, PROOFS, sizeof *took, by_value);
    printf("%-44s p50 %.0f us, p99 %.0f us, most %.0f us\n", growth ? "proof of consistency, random sizes" : "proof of inclusion, random entries", took[PROOFS / 2],
           took[PROOFS * 99 / 100], took[PROOFS - 1]);
    return 0;
}

static int open_store(vg_store **store, vg_keyring **ring, const char *dir, const char *name, bool fresh, vg_error *err)
{
    static const char *const old[] = {"ring", "vigie.db", "vigie.db-wal", "vigie.db-shm"};
    char path[2048], file[2100];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    for (size_t i = 0; fresh && i < sizeof old / sizeof *old; i++) {
        snprintf(file, sizeof file, "%s/%s", path, old[i]);
        unlink(file);
    }
    if (vg_dir_create(path, 0700, err)) return -VG_EIO;
    snprintf(file, sizeof file, "%s/ring", path);
    int rc = vg_keyring_open(ring, file, 1, err);
    return rc ? rc : vg_store_open(store, path, *ring, err);
}

static int make_log(vg_store *store, int64_t wanted, vg_error *err)
{
    int64_t size = 0, behind;
    bool made;
    int rc = vg_store_audit_size(store, &size, err);
    while (!rc && size < wanted) { /* with the checkpoints that a server would have made */
        int64_t count = wanted - size < 50000 ? wanted - size : 50000;
        rc = append_many(store, size, count, 10000, err);
        if (!rc) rc = vg_store_audit_keep_up(store, vg_time_now(), 4096, 600000, &made, &behind, err);
        size += count;
    }
    return rc;
}

int main(int argc, char **argv)
{
    vg_store *store = NULL;
    vg_keyring *ring = NULL;
    vg_error err = {0};
    struct utsname system;
    if (argc < 2) {
        fprintf(stderr, "usage: audit_bench DIR [ENTRIES [walk]]\n");
        return 2;
    }
    int64_t entries = argc > 2 ? atoll(argv[2]) : 10000000, size = 0;
    bool walk_only = argc > 3;
    if (!uname(&system)) printf("%s %s, %ld processors, one thread\n", system.sysname, system.release, sysconf(_SC_NPROCESSORS_ONLN));
    int rc = walk_only ? 0 : open_store(&store, &ring, argv[1], "audit-append", true, &err);
    if (!rc && !walk_only) rc = bench_append(store, BATCH, APPEND, &err);
    if (!rc && !walk_only) rc = bench_append(store, 100, APPEND / 5, &err);
    if (!rc && !walk_only) rc = bench_append(store, 1, 500, &err);
    if (!rc && !walk_only) rc = bench_commits(store, argv[1], &err);
    if (!rc && !walk_only) bench_hash();
    vg_store_close(&store);
    vg_keyring_close(&ring);
    if (!rc) rc = open_store(&store, &ring, argv[1], "audit-bench", false, &err);
    if (!rc) rc = make_log(store, entries, &err);
    if (!rc) rc = vg_store_audit_size(store, &size, &err);
    if (!rc) rc = bench_walk(store, walk_only ? 1 : ROUNDS, &err);
    if (!rc && !walk_only) rc = bench_proofs(store, size, false, &err);
    if (!rc && !walk_only) rc = bench_proofs(store, size, true, &err);
    vg_store_close(&store);
    vg_keyring_close(&ring);
    return rc ? fail(&err) : 0;
}
