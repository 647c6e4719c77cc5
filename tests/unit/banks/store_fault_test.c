/* SPDX-License-Identifier: Apache-2.0
 *
 * What a store of banks, and the reader of NSRL sets, do when something fails: memory, the disk, another writer, the file.
 */
#include "fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "store/banks/banks_int.h"
#include "store/banks/nsrl.h"

/* ---- memory ---- */

static void test_memory(void)
{
    fixture f;
    vg_import_counts c;
    size_t n = 1, wrong = 0, failures = 0;
    set_up(&f);
    if (import_range(f.store, f.bank.id, VG_IMPORT_MERGE, 0, 30, 0, &c, &f.err)) stop(&f.err);
    uint64_t before = scan_all(f.store, f.bank.id, true).sum;
    for (;; n += 1 + n / 40) { /* every allocation at first, then ever wider apart */
        vg_alloc_fail_at(n);
        int rc = import_range(f.store, f.bank.id, VG_IMPORT_REPLACE, 10, 40, 1, &c, &f.err);
        bool happened = vg_alloc_failed() != 0;
        vg_alloc_fail_at(0);
        if (!happened) break;
        failures += rc != 0;
        uint64_t now = scan_all(f.store, f.bank.id, true).sum;
        wrong += rc != 0 && (now != before || rc != -VG_ENOMEM);
        if (!rc) { /* SQLite did without: put the old list back */
            import_range(f.store, f.bank.id, VG_IMPORT_REPLACE, 0, 30, 0, &c, &f.err);
            before = scan_all(f.store, f.bank.id, true).sum;
        }
    }
    TAP_OK(failures > 20 && wrong == 0, "out of memory at any of %zu places: an answer, and nothing half-stored", n);
    for (n = 1;; n++) {
        vg_bank_opinion opinion = {.person = VG_STR("alice"), .reject = true, .time_ms = NOW};
        vg_entry_state state;
        vg_alloc_fail_at(n);
        int rc = vg_store_bank_opinion_add(f.store, f.bank.id, 1, &opinion, &state, &f.err);
        bool happened = vg_alloc_failed() != 0;
        vg_alloc_fail_at(0);
        if (!happened) break;
        wrong += rc != 0 && rc != -VG_ENOMEM;
    }
    TAP_EQ_INT(wrong, 0, "the same for an opinion");
    for (n = 1;; n++) {
        vg_bank_store *store = NULL;
        vg_alloc_fail_at(n);
        int rc = vg_bank_store_open(&store, f.dir, &f.err);
        bool happened = vg_alloc_failed() != 0;
        vg_alloc_fail_at(0);
        wrong += rc != 0 ? store != NULL : store == NULL;
        vg_bank_store_close(&store);
        if (!happened) break;
    }
    TAP_EQ_INT(wrong, 0, "and for opening");
    tear_down(&f);
}

/* ---- disk, locks ---- */

static void test_full_disk(void)
{
    fixture f;
    vg_import_counts c = {0};
    struct rlimit old, small;
    set_up(&f);
    import_range(f.store, f.bank.id, VG_IMPORT_MERGE, 0, 100, 0, &c, &f.err);
    uint64_t before = scan_all(f.store, f.bank.id, true).sum;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    int full = 0, same = 0, rounds = 0;
    for (rlim_t limit = 20000; limit <= 2000000; limit = limit * 5 / 3) {
        small = (struct rlimit){limit, old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        int rc = import_range(f.store, f.bank.id, VG_IMPORT_REPLACE, 0, 20000, 5, &c, &f.err);
        setrlimit(RLIMIT_FSIZE, &old);
        rounds++;
        full += rc == -VG_EFULL;
        same += scan_all(f.store, f.bank.id, true).sum == before;
    }
    TAP_OK(full == rounds && same == rounds, "a disk that is full at %d places: VG_EFULL, and the old list", rounds);
    TAP_EQ_INT(import_range(f.store, f.bank.id, VG_IMPORT_REPLACE, 0, 2000, 5, &c, &f.err), 0, "with room again it is done");
    tear_down(&f);
}

static void test_locked(void)
{
    fixture f;
    sqlite3 *other = NULL;
    char path[96];
    set_up(&f);
    snprintf(path, sizeof path, "%s/banks.db", f.dir);
    sqlite3_open(path, &other);
    sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    sqlite3_busy_timeout(f.store->db, 1);
    made m;
    TAP_EQ_INT(vg_store_bank_entry_add(f.store, f.bank.id, make(&m, 1, 1, "A"), NOW, &(uint32_t){0}, &f.err), -VG_EBUSY,
               "a lock that is held: VG_EBUSY");
    TAP_EQ_INT(scan_all(f.store, f.bank.id, false).entries, 0, "readers do not wait");
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(other);
    TAP_EQ_INT(vg_store_bank_entry_add(f.store, f.bank.id, make(&m, 1, 1, "A"), NOW, &(uint32_t){0}, &f.err), 0, "then it goes on");
    tear_down(&f);
}

static void test_damaged(void)
{
    fixture f;
    char path[96];
    sqlite3 *other = NULL;
    set_up(&f);
    import_range(f.store, f.bank.id, VG_IMPORT_MERGE, 0, 10, 0, NULL, &f.err);
    snprintf(path, sizeof path, "%s/banks.db", f.dir);
    sqlite3_open(path, &other);
    sqlite3_exec(other, "UPDATE entry SET hashes=substr(hashes,1,40) WHERE id%10=3", NULL, NULL, NULL);
    seen s = {0};
    vg_bank_reader reader = {.context = &s, .entries = see};
    int64_t change;
    TAP_EQ_INT(vg_store_bank_scan(f.store, f.bank.id, &reader, &change, &f.err), -VG_ECORRUPT, "hashes cut short: VG_ECORRUPT");
    sqlite3_exec(other, "INSERT INTO migration VALUES(99,'future','')", NULL, NULL, NULL);
    sqlite3_close(other);
    vg_bank_store *store = NULL;
    TAP_EQ_INT(vg_bank_store_open(&store, f.dir, &f.err), -VG_EINVAL, "a schema of the future is refused");
    TAP_OK(strstr(f.err.what, "99") != NULL, "with its number");
    tear_down(&f);
}

/* ---- NSRL ---- */

typedef struct heard {
    size_t records, skipped, hashes;
    char reference[65];
    int fail_at;
} heard;

static int hear(void *context, const vg_bank_record *record, vg_error *err)
{
    heard *h = context;
    h->records++;
    h->hashes += record->hash_count;
    snprintf(h->reference, sizeof h->reference, "%.*s", VG_STR_ARG(record->reference));
    return h->fail_at && h->records == (size_t)h->fail_at ? vg_fail(err, VG_EFULL, "test", "no room") : 0;
}
static void hear_skipped(void *context, size_t row, const char *reason)
{
    (void)row;
    (void)reason;
    ((heard *)context)->skipped++;
}

static int read_set(const char *path, const char *sql, heard *h, vg_nsrl_result *result, vg_error *err)
{
    sqlite3 *db = NULL;
    char *why = NULL;
    int fail_at = h->fail_at;
    if (sql) {
        unlink(path);
        sqlite3_open(path, &db);
        if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK) printf("# %s\n", why);
        sqlite3_close(db);
    }
    *h = (heard){.fail_at = fail_at};
    vg_nsrl_sink sink = {.context = h, .record = hear, .skipped = hear_skipped, .steps_most = 5};
    return vg_nsrl_read(path, &sink, result, err);
}

#define SOME "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<500) "
#define COLUMNS "printf('%064X',i),printf('%040X',i),printf('%032X',i)"

static void test_nsrl(void)
{
    char dir[] = "/tmp/vigie-nsrl-XXXXXX", path[96];
    vg_error err = {0};
    heard h = {0};
    vg_nsrl_result r;
    if (!mkdtemp(dir)) abort();
    snprintf(path, sizeof path, "%s/RDS 2026 %%3f?.db", dir); /* a name that means something in a URI */
    TAP_EQ_INT(read_set(path, "CREATE TABLE FILE(sha256 VARCHAR,sha1 VARCHAR,md5 VARCHAR,file_name VARCHAR,package_id INTEGER);"
                              "INSERT INTO FILE " SOME "SELECT " COLUMNS ",'x',1 FROM n;"
                              "INSERT INTO FILE VALUES('zz','','','x',1),('','','','x',1),(NULL,NULL,'0123456789abcdef0123456789abcdef','x',1)",
                        &h, &r, &err), 0, "a set with a table FILE");
    TAP_OK(h.records == 501 && h.hashes == 1501 && h.skipped == 2 && r.rows == 503, "each row with what hashes it has; broken ones are skipped");
    TAP_EQ_INT(read_set(path, "CREATE TABLE hashes(sha256 VARCHAR,sha1 VARCHAR,md5 VARCHAR); CREATE VIEW METADATA AS SELECT * FROM hashes;"
                              "INSERT INTO hashes " SOME "SELECT " COLUMNS " FROM n, (SELECT 1 UNION ALL SELECT 2) ORDER BY i",
                        &h, &r, &err), 0, "a set with a view METADATA");
    TAP_OK(h.records == 500 && r.rows == 1000, "the same file in two packages is one record");
    TAP_EQ_STR(h.reference, "00000000000000000000000000000000000000000000000000000000000001f4", "named by its SHA-256");
    h.fail_at = 3;
    TAP_EQ_INT(read_set(path, NULL, &h, &r, &err), -VG_EFULL, "the sink's refusal ends it");
    h.fail_at = 0;
    TAP_EQ_INT(read_set(path, "CREATE TABLE x(a)", &h, &r, &err), -VG_EINVAL, "another database is refused");
    TAP_EQ_INT(read_set(path, "CREATE VIEW FILE AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT '' sha256,'' sha1,'' md5 "
                              "FROM n WHERE i=2", &h, &r, &err), -VG_EINVAL, "a view that never ends is ended");
    FILE *file = fopen(path, "w");
    if (!file) abort();
    fputs("SQLite format 3", file);
    fputc(0, file);
    for (int i = 0; i < 5000; i++) fputc(i * 7 & 0xff, file);
    fclose(file);
    TAP_OK(read_set(path, NULL, &h, &r, &err) != 0 && h.records == 0, "damage is an error");
    TAP_OK(vg_nsrl_is("SQLite format 3\0....", 20) && !vg_nsrl_is("SQLite", 6) && !vg_nsrl_is("<?xml version=1.0?>", 19), "told by its first bytes");
    unlink(path);
    TAP_EQ_INT(read_set(path, NULL, &h, &r, &err), -VG_ENOENT, "no such file");
    rmdir(dir);
}

int main(void)
{
    test_memory();
    test_full_disk();
    test_locked();
    test_damaged();
    test_nsrl();
    return tap_done();
}
