/* SPDX-License-Identifier: Apache-2.0
 *
 * What the store does when the machine does not: full disk, a lock held elsewhere, a read-only directory,
 * kill -9, no memory, a damaged file, another key, a newer schema. After each of these the store is usable,
 * and whole.
 */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static bool whole(fixture *f)
{
    int64_t count;
    sqlite3_stmt *stmt = NULL;
    sqlite3_prepare_v2(f->store->db, "PRAGMA integrity_check", -1, &stmt, NULL);
    bool good =
        sqlite3_step(stmt) == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") == 0;
    sqlite3_finalize(stmt);
    return good && vg_store_audit_verify(f->store, &count, &f->err) == 0 &&
           number(f, "SELECT count(*) FROM case_event") ==
               number(f, "SELECT count(*) FROM audit WHERE action IN ('case.open','case.touch')") &&
           number(f, "SELECT coalesce(sum(event_count),0) FROM cases") ==
               number(f, "SELECT count(*) FROM case_event");
}

static void settings(void)
{
    fixture f;
    set_up(&f);
    TAP_EQ_INT(number(&f, "PRAGMA synchronous"), 2, "synchronous=FULL");
    TAP_EQ_INT(number(&f, "PRAGMA foreign_keys"), 1, "foreign keys");
    TAP_EQ_INT(number(&f, "PRAGMA secure_delete"), 1, "secure_delete");
    TAP_EQ_INT(number(&f, "PRAGMA temp_store"), 2, "temp_store memory");
    TAP_EQ_INT(number(&f, "PRAGMA busy_timeout"), VG_STORE_BUSY_MS, "bounded wait");
    TAP_EQ_INT(number(&f, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode='wal'"), 1,
               "write-ahead log");
    TAP_EQ_INT(
        number(&f, "SELECT count(*) FROM pragma_table_list WHERE schema='main' AND type='table' AND strict=0 "
                   "AND name NOT LIKE 'sqlite%'"),
        0, "every table is STRICT");
    TAP_EQ_INT(vg_store_check(f.store, &f.err), 0, "the write check passes");
    tear_down(&f);
}

/* Every statement goes through an index: no full scan, but of tables that are read whole. */
static void statements_use_indexes(void)
{
    static const char *const text[] = {
#define TEXT(name, sql) sql,
        VG_STORE_STATEMENTS(TEXT)
#undef TEXT
    };
    static const char *const names[] = {
#define NAME(name, sql) #name,
        VG_STORE_STATEMENTS(NAME)
#undef NAME
    };
    static const char whole_tables[] =
        " AUDIT_WALK AUDIT_OLD USER_LIST PERSON_LIST KEY_LIST HOOK_LIST FLAGGER_LIST NOTICE_SAME_WORDS DELIVERY_DEAD REQUEST_NEXT REQUESTS_OLD DEMAND_RUNNING DEMAND_OPEN FILING_DUE "; /* of demands: those whose clock runs; of filings: what two searches found due */
    static const char small_sorts[] = " HOOKS_OF SEEN_SUM EXPOSURE_WEEK BREAK_WEEK AUDIT_ABOUT FILING_COUNT FILING_FIGURES FILING_DUE ATTEMPTS_WHEN "; /* a person's day, a space's week, a case's entries, the reports of one state, of a year, that are due, who took courses in a period */
    fixture f;
    int scans = 0, sorts = 0, wrong = 0;
    set_up(&f);
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        char sql[1500], spaced[64];
        sqlite3_stmt *stmt = NULL;
        snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", text[i]);
        snprintf(spaced, sizeof spaced, " %s ", names[i]);
        if (sqlite3_prepare_v2(f.store->db, sql, -1, &stmt, NULL) != SQLITE_OK) {
            printf("# %s: %s\n", names[i], sqlite3_errmsg(f.store->db));
            wrong++;
            continue;
        }
        while (sqlite3_step(stmt) == SQLITE_ROW) {
            const char *detail = (const char *)sqlite3_column_text(stmt, 3);
            bool scan = strncmp(detail, "SCAN ", 5) == 0 && !strstr(detail, "CONSTANT ROW") &&
                        !strstr(whole_tables, spaced);
            bool sort = strstr(detail, "TEMP B-TREE") != NULL && !strstr(small_sorts, spaced);
            if (scan || sort) printf("# %s: %s\n", names[i], detail);
            scans += scan;
            sorts += sort;
        }
        sqlite3_finalize(stmt);
    }
    TAP_EQ_INT(wrong, 0, "every statement fits the schema");
    TAP_EQ_INT(scans, 0, "no statement reads a whole table");
    TAP_EQ_INT(sorts, 0, "and none sorts what an index has in order");
    tear_down(&f);
}

static void newer_schema_is_refused(void)
{
    fixture f;
    vg_store *store = NULL;
    set_up(&f);
    TAP_EQ_INT(number(&f, "SELECT max(number) FROM migration"), (long long)vg_store_migration_count,
               "all migrations are recorded");
    run_sql(&f, "INSERT INTO migration(number,name,applied) VALUES(7031,'from the future','')");
    TAP_EQ_INT(vg_store_open(&store, f.dir, f.ring, &f.err), -VG_EINVAL, "a newer schema is refused");
    TAP_OK(strstr(f.err.what, "7031") != NULL && store == NULL, "with its number: %s", f.err.what);
    run_sql(&f, "DELETE FROM migration WHERE number=7031");
    reopen(&f);
    TAP_OK(whole(&f), "and can be opened otherwise");
    tear_down(&f);
}

static void another_ring_is_refused(void)
{
    fixture f;
    char path[128];
    vg_keyring *ring = NULL;
    vg_store *store = NULL;
    set_up(&f);
    snprintf(path, sizeof path, "%s/ring2", f.dir);
    vg_keyring_open(&ring, path, 1, &f.err);
    TAP_EQ_INT(vg_store_open(&store, f.dir, ring, &f.err), -VG_ECORRUPT, "another key ring is refused");
    TAP_OK(strstr(f.err.what, "key ring") != NULL, "and named: %s", f.err.what);
    vg_keyring_close(&ring);
    TAP_EQ_INT(vg_store_open(&store, f.dir, NULL, &f.err), -VG_EINVAL, "no key ring, no store");
    tear_down(&f);
}

static void damaged_file(void)
{
    fixture f;
    vg_store *store = NULL;
    set_up(&f);
    vg_store_close(&f.store);
    int fd = open(f.path, O_WRONLY);
    TAP_OK(pwrite(fd, "this is not a database, is it?", 30, 0) == 30, "(its first bytes are overwritten)");
    close(fd);
    TAP_EQ_INT(vg_store_open(&store, f.dir, f.ring, &f.err), -VG_ECORRUPT, "not a database");
    TAP_EQ_STR(f.err.where, "vigie.db", "and says which file");
    tear_down(&f);
}

static void fill(fixture *f, int code, const char *name)
{
    char id[16];
    int rc = 0, i = 0;
    for (; i < 3000 && !rc; i++) {
        vg_case_written done;
        snprintf(id, sizeof id, "e%d", i);
        vg_case_write w = a_write(id, id);
        rc = vg_store_case_write(f->store, &w, 1, &done, &f->err);
    }
    TAP_EQ_INT(rc, code, name);
    TAP_EQ_INT(number(f, "SELECT count(*) FROM case_event"), i - 1,
               "all that was acknowledged is there, and no more");
}

static void full_database(void)
{
    fixture f;
    char sql[64];
    set_up(&f);
    snprintf(sql, sizeof sql, "PRAGMA max_page_count=%d", (int)number(&f, "PRAGMA page_count") + 20);
    run_sql(&f, sql);
    fill(&f, -VG_EFULL, "a full database is VG_EFULL");
    TAP_OK(whole(&f), "nothing is half-stored");
    run_sql(&f, "PRAGMA max_page_count=1000000");
    vg_case_write w = a_write("after", "after");
    TAP_OK(write_case(&f, &w).opened, "with room again, it goes on");
    TAP_OK(whole(&f), "whole");
    tear_down(&f);
}

static void full_disk(void)
{
    fixture f;
    set_up(&f);
    struct rlimit before, limit;
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    limit.rlim_cur = 600 * 1024; /* the log reaches it: the write itself fails, as on a full disk */
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    fill(&f, -VG_EFULL, "a write that the system refuses for size is VG_EFULL");
    int rc = vg_store_audit(f.store, VG_STR("x"), VG_STR("y"), VG_STR(""), VG_STR("{}"), &f.err);
    TAP_OK(rc == 0 || rc == -VG_EFULL, "the next one is answered too");
    setrlimit(RLIMIT_FSIZE, &before);
    vg_case_write w = a_write("after", "after");
    TAP_OK(write_case(&f, &w).opened, "with room again, it goes on");
    TAP_EQ_INT(vg_store_check(f.store, &f.err), 0, "and the check passes");
    TAP_OK(whole(&f), "whole");
    reopen(&f);
    TAP_OK(whole(&f), "whole after a restart");
    tear_down(&f);
}

static void locked_by_another_process(void)
{
    fixture f;
    int up[2], down[2];
    char byte;
    set_up(&f);
    if (pipe(up) || pipe(down)) abort();
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *db = NULL;
        sqlite3_open(f.path, &db);
        bool held = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
        if (write(up[1], held ? "y" : "n", 1) != 1 || read(down[0], &byte, 1) != 1) _exit(1);
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
        if (write(up[1], "d", 1) != 1) _exit(1);
        _exit(0);
    }
    TAP_OK(read(up[0], &byte, 1) == 1 && byte == 'y', "(another process holds the lock)");
    vg_case_write w = a_write("robin", "e1");
    vg_case_written done;
    vg_case c;
    int64_t start = vg_time_monotonic_us();
    TAP_EQ_INT(vg_store_case_write(f.store, &w, 1, &done, &f.err), -VG_EBUSY,
               "a lock held elsewhere is VG_EBUSY");
    int64_t waited = (vg_time_monotonic_us() - start) / 1000;
    TAP_OK(waited >= VG_STORE_BUSY_MS - 200 && waited < VG_STORE_BUSY_MS + 2000,
           "after a bounded wait (%lld ms)", (long long)waited);
    sqlite3_busy_timeout(f.store->db, 20);
    TAP_EQ_INT(vg_store_check(f.store, &f.err), -VG_EBUSY, "the write check says so");
    TAP_EQ_INT(vg_store_case_get(f.store, 1, f.arena, &c, &f.err), -VG_ENOENT, "reading goes on");
    TAP_OK(write(down[1], "x", 1) == 1 && read(up[0], &byte, 1) == 1 && byte == 'd', "(it lets go)");
    waitpid(child, NULL, 0);
    sqlite3_busy_timeout(f.store->db, VG_STORE_BUSY_MS);
    TAP_OK(write_case(&f, &w).opened, "then it is written");
    TAP_OK(whole(&f), "whole");
    for (int i = 0; i < 2; i++) {
        close(up[i]);
        close(down[i]);
    }
    tear_down(&f);
}

/* Runs in a child without root's rights: root may write anywhere. */
static int open_without_rights(const char *dir, const vg_keyring *ring)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        vg_store *store = NULL;
        if (geteuid() == 0 && setuid(65534)) _exit(99);
        int rc = vg_store_open(&store, dir, ring, NULL);
        vg_store_close(&store);
        _exit(-rc);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

/* What `vigie key create` does beside a running server, in a process that shares nothing with this one. */
static int a_command(int from)
{
    char dir[sizeof((fixture){0}).dir], ring_path[sizeof dir + 8];
    vg_keyring *ring = NULL;
    vg_store *store = NULL;
    vg_api_key key = {.label = VG_STR("k"), .space = VG_STR("lobby"), .scopes = VG_SCOPE_EVENTS, .created_ms = 1};
    for (uint8_t n = 0; read(from, dir, sizeof dir) == (ssize_t)sizeof dir; n++) {
        snprintf(ring_path, sizeof ring_path, "%s/ring", dir);
        memset(key.hash, n + 1, sizeof key.hash);
        if (vg_keyring_open(&ring, ring_path, 0, NULL) || vg_store_open(&store, dir, ring, NULL) ||
            vg_store_key_add(store, &key, VG_STR("cli:test"), NULL))
            return 1;
        vg_store_close(&store);
        vg_keyring_close(&ring);
        if (kill(getppid(), SIGUSR1)) return 1;
    }
    return 0;
}

/* A second store opened in the same process must not end the locks of the first: another process that comes and goes would
 * delete the log under both, and what is written from then on would be lost. */
static void commands_come_and_go(void)
{
    fixture f;
    int pipe_to[2];
    sigset_t set;
    vg_store *second = NULL;
    vg_api_key *keys;
    size_t count = 0;
    int64_t before = 0, after = 0;
    struct stat log_before, log_after;
    char log_path[sizeof f.path + 8];
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (pipe(pipe_to)) abort();
    pid_t child = fork(); /* before anything is open: SQLite's state must not be inherited */
    if (child == 0) {
        close(pipe_to[1]);
        _exit(a_command(pipe_to[0]));
    }
    set_up(&f);
    if (vg_store_open(&second, f.dir, f.ring, &f.err)) abort();
    snprintf(log_path, sizeof log_path, "%s-wal", f.path);
    if (stat(log_path, &log_before) || vg_store_changes(f.store, &before, &f.err)) abort();
    for (int i = 0; i < 3; i++) {
        if (write(pipe_to[1], f.dir, sizeof f.dir) != (ssize_t)sizeof f.dir) abort();
        TAP_EQ_INT(sigwaitinfo(&set, NULL), SIGUSR1, "(a command ran)");
        TAP_OK(stat(log_path, &log_after) == 0 && log_after.st_ino == log_before.st_ino, "the log stays");
        TAP_OK(vg_store_changes(f.store, &after, &f.err) == 0 && after != before, "its change is seen");
        TAP_OK(vg_store_key_list(second, f.arena, &keys, &count, &f.err) == 0 && count == (size_t)i + 1,
               "by both stores");
        before = after;
    }
    close(pipe_to[1]);
    int status = 1;
    TAP_OK(waitpid(child, &status, 0) == child && status == 0, "(the commands succeeded)");
    TAP_OK(whole(&f), "whole afterwards");
    vg_store_close(&second);
    tear_down(&f);
}

static void read_only_directory(void)
{
    fixture f;
    char dir[96], sub[128];
    set_up(&f);
    snprintf(dir, sizeof dir, "%s/data", f.dir);
    mkdir(dir, 0755);
    TAP_OK(chmod(f.dir, 0755) == 0 && chmod(dir, 0555) == 0, "(a directory nobody may write)");
    TAP_EQ_INT(open_without_rights(dir, f.ring), VG_EIO, "is VG_EIO");
    snprintf(sub, sizeof sub, "%s/sub", dir);
    TAP_EQ_INT(open_without_rights(sub, f.ring), VG_EIO, "one that cannot be made too");
    chmod(f.path, 0444);
    chmod(f.dir, 0555);
    TAP_EQ_INT(open_without_rights(f.dir, f.ring), VG_EIO, "and a database that may only be read");
    chmod(f.dir, 0700);
    chmod(f.path, 0600);
    TAP_OK(whole(&f), "whole");
    tear_down(&f);
}

/* The child acknowledges on a pipe what the store acknowledged to it; then it is killed. */
static void write_until_killed(fixture *f, int round, int out)
{
    vg_store *store = NULL;
    if (vg_store_open(&store, f->dir, f->ring, &f->err)) _exit(1);
    for (int i = 0;; i++) {
        vg_case_write w[5];
        vg_case_written done[5];
        char ids[5][32], accounts[5][16];
        for (int k = 0; k < 5; k++) {
            snprintf(ids[k], sizeof ids[k], "r%d-%d-%d", round, i, k);
            snprintf(accounts[k], sizeof accounts[k], "a%d", (i * 5 + k) % 37);
            w[k] = a_write(accounts[k], ids[k]);
        }
        if (vg_store_case_write(store, w, 5, done, &f->err)) _exit(2);
        if (write(out, &i, sizeof i) != sizeof i) _exit(3);
    }
}

static void killed_at_any_moment(void)
{
    fixture f;
    set_up(&f);
    int lost = 0, broken = 0, acknowledged = 0;
    srand(20260504);
    for (int round = 0; round < 15; round++) {
        int ends[2], last = -1, number_read;
        vg_store_close(&f.store);
        if (pipe(ends)) abort();
        pid_t child = fork();
        if (child == 0) write_until_killed(&f, round, ends[1]);
        close(ends[1]);
        usleep((unsigned)(20000 + rand() % 60000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        while (read(ends[0], &number_read, sizeof number_read) == sizeof number_read) last = number_read;
        close(ends[0]);
        if (vg_store_open(&f.store, f.dir, f.ring, &f.err)) {
            printf("# %s: %s\n", f.err.where, f.err.what);
            break;
        }
        broken += !whole(&f);
        for (int i = 0; i <= last; i++) {
            char id[32];
            snprintf(id, sizeof id, "r%d-%d-4", round, i);
            vg_case_write w = a_write("probe", id);
            lost += !write_case(&f, &w).duplicate;
        }
        acknowledged += last + 1;
    }
    TAP_OK(acknowledged > 15, "(%d groups were acknowledged before the kills)", acknowledged);
    TAP_EQ_INT(lost, 0, "every acknowledged write is there");
    TAP_EQ_INT(broken, 0, "and the database is whole each time");
    tear_down(&f);
}

/* ---- failed allocations ---- */

typedef int (*operation)(fixture *f);

static int op_write(fixture *f)
{
    static int next;
    char id[32];
    vg_case_written done;
    snprintf(id, sizeof id, "oom%d", next++);
    vg_case_write w = a_write("robin", id);
    return vg_store_case_write(f->store, &w, 1, &done, &f->err);
}

static int op_events(fixture *f)
{
    vg_case_event *events;
    size_t count;
    vg_arena_reset(f->arena);
    return vg_store_case_events(f->store, 1, VG_STR("claire"), f->arena, &events, &count, &f->err);
}

static int op_list(fixture *f)
{
    vg_case *cases;
    size_t count;
    vg_arena_reset(f->arena);
    vg_case_query q = {.spaces = VG_STR("*"), .state = -1, .most = 10};
    return vg_store_case_list(f->store, &q, f->arena, &cases, &count, &f->err);
}

static int op_decide(fixture *f)
{
    vg_decision d = {.case_id = 1,
                     .user = VG_STR("claire"),
                     .action = VG_ACTION_ESCALATE,
                     .reason = VG_STR("x"),
                     .note = VG_STR("y")};
    return vg_store_decide(f->store, &d, &f->err);
}

static int op_export(fixture *f)
{
    vg_buf out;
    vg_buf_init(&out, 16 << 20);
    int rc = vg_store_export(f->store, VG_STR("lobby"), VG_STR("robin"), VG_STR("marc"), &out, &f->err);
    vg_buf_free(&out);
    return rc == -VG_ETOOBIG ? -VG_ENOMEM : rc; /* a buffer does not tell which of the two it was */
}

static int op_sweep(fixture *f)
{
    int64_t destroyed;
    return vg_store_sweep(f->store, VG_STR("lobby"), 30, 30, 1767225600000, &destroyed, &f->err);
}

static int op_open(fixture *f)
{
    vg_store *store = NULL;
    int rc = vg_store_open(&store, f->dir, f->ring, &f->err);
    vg_store_close(&store);
    return rc;
}

/* Fails allocation 1, 2, ... until the operation gets through without one failing. */
static void fail_each(operation op, const char *name, bool fresh)
{
    fixture f;
    int wrong = 0, failures = 0;
    size_t n = 1;
    bool more = true;
    /* thousands of restarts: in RAM where there is such a place, because only memory is tested here */
    set_up_in(&f, access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    op_write(&f);
    for (; more && n < 5000; n++) {
        if (fresh) reopen(&f); /* with nothing prepared and nothing cached, as after a start */
        vg_alloc_fail_at(n);
        int rc = op(&f);
        more = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (rc && rc != -VG_ENOMEM) printf("# allocation %zu: %d %s: %s\n", n, rc, f.err.where, f.err.what);
        wrong += rc != 0 && rc != -VG_ENOMEM;
        failures += rc != 0;
        if (op(&f)) wrong++; /* and the store is usable at once */
    }
    TAP_OK(wrong == 0 && !more, "%s: %zu allocations fail one by one, %d of them seen as VG_ENOMEM", name,
           n - 2, failures);
    TAP_OK(whole(&f), "%s: whole", name);
    tear_down(&f);
}

static void no_memory(void)
{
    fail_each(op_write, "case write, warm", false);
    fail_each(op_write, "case write, first", true);
    fail_each(op_events, "events", true);
    fail_each(op_list, "list", true);
    fail_each(op_decide, "decide", true);
    fail_each(op_export, "export", true);
    fail_each(op_sweep, "sweep", true);
    fail_each(op_open, "open", false);
}

int main(void)
{
    settings();
    statements_use_indexes();
    newer_schema_is_refused();
    another_ring_is_refused();
    damaged_file();
    full_database();
    full_disk();
    locked_by_another_process();
    commands_come_and_go();
    read_only_directory();
    killed_at_any_moment();
    no_memory();
    return tap_done();
}
