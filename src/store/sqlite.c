/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening, migrating, transactions, sealing. SQLite is set up once for the process so that its memory comes
 * from base/alloc (failed allocations are then injected into it as into everything else).
 */
#include "store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"
#include "base/time.h"

/* ---- memory ---- */

static void *memory_malloc(int size)
{
    uint64_t *block = vg_malloc((size_t)size + sizeof *block);
    if (!block) return NULL;
    *block = (uint64_t)size; /* SQLite asks for the size of a block later */
    return block + 1;
}

static void memory_free(void *ptr)
{
    if (ptr) vg_free((uint64_t *)ptr - 1);
}

static void *memory_realloc(void *ptr, int size)
{
    uint64_t *block = vg_realloc((uint64_t *)ptr - 1, (size_t)size + sizeof *block);
    if (!block) return NULL;
    *block = (uint64_t)size;
    return block + 1;
}

static int memory_size(void *ptr)
{
    return ptr ? (int)*((uint64_t *)ptr - 1) : 0;
}
static int memory_round(int size)
{
    return (size + 7) & ~7;
}
static int memory_init(void *unused)
{
    (void)unused;
    return SQLITE_OK;
}
static void memory_shutdown(void *unused)
{
    (void)unused;
}

static pthread_once_t library_once =
    PTHREAD_ONCE_INIT; /* SQLite's own set-up is of the process, so this is too */
static bool library_ready;

static void set_up_library(void)
{
    static const sqlite3_mem_methods methods = {memory_malloc, memory_free, memory_realloc,  memory_size,
                                                memory_round,  memory_init, memory_shutdown, NULL};
    /* both refuse politely when something else in the process has used SQLite already; it works then as well
     */
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    library_ready = sodium_init() >= 0;
}

/* ---- transactions ---- */

int vg_store_begin(vg_store *store, vg_error *err)
{
    vg_query begin = vg_store_use(store, VG_SQL_BEGIN_WRITE);
    int rc = vg_store_run(&begin, err);
    if (rc) return rc;
    store->audit_moved = false;
    rc = vg_store_audit_load(store, err);
    return rc ? vg_store_end(store, rc, err) : 0;
}

static void roll_back(vg_store *store)
{
    for (size_t i = 0; i < VG_SQL_COUNT; i++) /* a read left half-way would keep the transaction open */
        if (store->stmt[i] && sqlite3_stmt_busy(store->stmt[i])) sqlite3_reset(store->stmt[i]);
    if (sqlite3_get_autocommit(store->db)) return; /* SQLite rolled back by itself */
    vg_query back = vg_store_use(store, VG_SQL_ROLLBACK);
    if (vg_store_run(&back, NULL)) sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

int vg_store_end(vg_store *store, int rc, vg_error *err)
{
    if (!rc && store->audit_moved) rc = vg_store_audit_save(store, err);
    if (!rc) {
        vg_query commit = vg_store_use(store, VG_SQL_COMMIT);
        rc = vg_store_run(&commit, err);
    }
    if (rc) roll_back(store);
    return rc;
}

int vg_store_begin_read(vg_store *store, vg_error *err)
{
    vg_query begin = vg_store_use(store, VG_SQL_BEGIN_READ);
    return vg_store_run(&begin, err);
}

int vg_store_end_read(vg_store *store, int rc, vg_error *err)
{
    store->audit_moved = false;
    return vg_store_end(store, rc, err);
}

void vg_store_wipe(vg_store *store)
{
    int rc = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    store->wipe_pending = rc != SQLITE_OK;
    if (rc != SQLITE_OK)
        vg_log(VG_LOG_WARN, "store", "the log keeps destroyed content until the next sweep or start: %s",
               sqlite3_errstr(rc));
}

/* ---- sealing ---- */

int vg_store_seal(vg_store *store, const char *place, vg_str plain, vg_error *err)
{
    vg_buf_clear(&store->sealed);
    if (plain.len > VG_STORE_SCRATCH - VG_SEAL_OVERHEAD)
        return vg_fail(err, VG_ETOOBIG, "", "%zu bytes are too many to seal at once", plain.len);
    if (!vg_buf_reserve(&store->sealed, plain.len + VG_SEAL_OVERHEAD))
        return vg_fail(err, VG_ENOMEM, "", "no memory to seal %zu bytes", plain.len);
    int rc = vg_seal(store->ring, vg_str_of(place), plain.len ? plain.ptr : "", plain.len,
                     (uint8_t *)store->sealed.ptr, err);
    if (!rc) store->sealed.len = plain.len + VG_SEAL_OVERHEAD;
    return rc;
}

int vg_store_unseal(vg_store *store, const char *place, vg_str sealed, vg_arena *arena, vg_str *out,
                    vg_error *err)
{
    if (sealed.len < VG_SEAL_OVERHEAD)
        return vg_fail(err, VG_ECORRUPT, place, "sealed content is shorter than any can be");
    size_t len = sealed.len - VG_SEAL_OVERHEAD;
    char *plain = vg_arena_alloc(arena, len + 1);
    if (!plain) return vg_fail(err, VG_ENOMEM, place, "no memory to read %zu bytes of sealed content", len);
    int rc = vg_unseal(store->ring, vg_str_of(place), (const uint8_t *)sealed.ptr, sealed.len, plain, NULL);
    if (rc)
        return vg_fail(err, VG_ECORRUPT, place,
                       "sealed content does not check: another key, or it was altered or moved");
    plain[len] = '\0';
    *out = (vg_str){plain, len};
    return 0;
}

static void hash_str(crypto_generichash_state *state, vg_str s)
{
    uint8_t len[8];
    for (size_t i = 0; i < sizeof len; i++) len[i] = (uint8_t)((uint64_t)s.len >> (8 * i));
    crypto_generichash_update(state, len, sizeof len);
    crypto_generichash_update(state, (const uint8_t *)(s.len ? s.ptr : ""), s.len);
}

void vg_store_tag(const vg_store *store, const char *purpose, vg_str a, vg_str b,
                  uint8_t out[VG_STORE_EVENT_KEY])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, store->names, sizeof store->names, VG_STORE_EVENT_KEY);
    hash_str(&state, vg_str_of(purpose));
    hash_str(&state, a);
    hash_str(&state, b);
    crypto_generichash_final(&state, out, VG_STORE_EVENT_KEY);
}

/* ---- migrations ---- */

static int schema_number(vg_store *store, int *number, vg_error *err)
{
    sqlite3_stmt *stmt = NULL;
    *number = 0;
    int rc = sqlite3_prepare_v2(store->db, "SELECT count(*) FROM sqlite_schema WHERE name='migration'", -1,
                                &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    bool there = rc == SQLITE_ROW && sqlite3_column_int(stmt, 0) > 0;
    sqlite3_finalize(stmt);
    if (rc != SQLITE_ROW) return vg_store_fail(store, rc, "read the schema", err);
    if (!there) return 0;
    rc = sqlite3_prepare_v2(store->db, "SELECT coalesce(max(number),0) FROM migration", -1, &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) *number = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return rc == SQLITE_ROW ? 0 : vg_store_fail(store, rc, "read the schema's number", err);
}

static int run_text(vg_store *store, const char *sql, const char *doing, vg_error *err)
{
    errno = 0;
    int rc = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : vg_store_fail(store, rc, doing, err);
}

static int apply_migration(vg_store *store, const vg_store_migration *step, vg_error *err)
{
    char doing[96], record[256], now[25];
    vg_time_format(vg_time_now(), now);
    snprintf(doing, sizeof doing, "apply migration %d", step->number);
    snprintf(record, sizeof record, "INSERT INTO migration(number,name,applied) VALUES(%d,'%s','%s')",
             step->number, step->name, now);
    int rc = run_text(store,
                      "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
                      " applied TEXT NOT NULL) STRICT",
                      doing, err);
    if (!rc) rc = run_text(store, step->sql, doing, err);
    if (!rc) rc = run_text(store, record, doing, err);
    return rc;
}

static int migrate(vg_store *store, vg_error *err)
{
    int number = 0, newest = vg_store_migrations[vg_store_migration_count - 1].number;
    int rc = schema_number(store, &number, err);
    while (!rc && number < newest) {
        rc = run_text(store, "BEGIN IMMEDIATE", "begin a migration", err);
        if (rc) return rc;
        rc = schema_number(store, &number, err); /* another process may have been first */
        if (!rc && number < newest) rc = apply_migration(store, &vg_store_migrations[number], err);
        if (!rc) rc = run_text(store, "COMMIT", "commit a migration", err);
        if (rc) roll_back(store);
        if (!rc) rc = schema_number(store, &number, err);
    }
    if (!rc && number > newest)
        rc = vg_fail(err, VG_EINVAL, "vigie.db",
                     "its schema has number %d, this program knows %d at most: use a newer vigie", number,
                     newest);
    return rc;
}

/* ---- opening ---- */

static int set_pragmas(vg_store *store, vg_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool wal = false;
    int rc = sqlite3_prepare_v2(store->db, "PRAGMA journal_mode=WAL", -1, &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) wal = strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
    sqlite3_finalize(stmt);
    if (rc != SQLITE_ROW) return vg_store_fail(store, rc, "open", err);
    if (!wal)
        return vg_fail(err, VG_EIO, "vigie.db",
                       "cannot open: this file system does not allow a write-ahead log");
    return run_text(store,
                    "PRAGMA synchronous=FULL;"
                    "PRAGMA foreign_keys=ON;"
                    "PRAGMA secure_delete=ON;"
                    "PRAGMA temp_store=MEMORY;"
                    "PRAGMA trusted_schema=OFF;"
                    "PRAGMA cell_size_check=ON;"
                    "PRAGMA cache_size=-16384;"       /* 16 MiB a connection */
                    "PRAGMA wal_autocheckpoint=8000;" /* 32 MiB of log, then it moves into the database */
                    "PRAGMA journal_size_limit=67108864;",
                    "set up", err);
}

/* A value sealed with the ring tells whether this ring belongs to this database before anything is written
 * with it. */
static int check_ring(vg_store *store, vg_error *err)
{
    static const vg_str word = {"vigie", 5};
    uint8_t plain[5] = {0};
    vg_query get = vg_store_use(store, VG_SQL_META_GET);
    vg_store_bind_str(&get, VG_STR("ring"));
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 1) {
        vg_str sealed = vg_store_peek(&get, 0);
        bool good = sealed.len == word.len + VG_SEAL_OVERHEAD &&
                    vg_unseal(store->ring, VG_STR("ring"), (const uint8_t *)sealed.ptr, sealed.len, plain,
                              NULL) == 0 &&
                    memcmp(plain, word.ptr, word.len) == 0;
        vg_store_reset(&get);
        return good ? 0
                    : vg_fail(err, VG_ECORRUPT, "vigie.db",
                              "the key ring is not the one this database was made with");
    }
    rc = vg_store_seal(store, "ring", word, err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_META_SET);
    vg_store_bind_str(&set, VG_STR("ring"));
    vg_store_bind_blob(&set, store->sealed.ptr, store->sealed.len);
    rc = vg_store_run(&set, err);
    return rc ? rc : vg_store_audit_start(store, err);
}

static int prove_ring(vg_store *store, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_META_GET);
    vg_store_bind_str(&get, VG_STR("ring"));
    int rc = vg_store_step(&get, err);
    vg_store_reset(&get);
    if (rc < 0) return rc;
    if (rc == 1) return check_ring(store, err); /* no write lock needed: any number may open at once */
    vg_query begin = vg_store_use(store, VG_SQL_BEGIN_WRITE);
    rc = vg_store_run(&begin, err);
    if (rc) return rc;
    store->audit_moved = false;
    return vg_store_end(store, check_ring(store, err), err);
}

/* An empty file with 0600, because SQLite would make one that all can read; its log takes over the mode. A file that is there
 * is not opened, not even to look: closing a descriptor of it would end every lock that this process has on it (POSIX), and
 * the next command beside a running server would take itself for the last user and delete the log under the server. */
static int make_file(const char *path, vg_error *err)
{
    struct stat st;
    if (lstat(path, &st) == 0)
        return S_ISREG(st.st_mode) ? 0 : vg_fail(err, VG_EIO, path, "cannot open: it is not a regular file");
    int rc = vg_file_create(path, "", 0, 0600, err);
    return rc == -VG_EEXIST ? 0 : rc;
}

static int open_file(vg_store *store, const char *path, vg_error *err)
{
    int rc = make_file(path, err);
    if (rc) return rc;
    rc = sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (store->db) sqlite3_extended_result_codes(store->db, 1);
    if (rc != SQLITE_OK) return vg_store_fail(store, rc, "open", err);
    sqlite3_busy_timeout(store->db, VG_STORE_BUSY_MS);
    return 0;
}

int vg_store_open(vg_store **out, const char *dir, const vg_keyring *ring, vg_error *err)
{
    char path[4096];
    *out = NULL;
    if (!ring) return vg_fail(err, VG_EINVAL, "", "a store needs a key ring");
    pthread_once(&library_once, set_up_library);
    if (!library_ready) return vg_fail(err, VG_EIO, "", "libsodium cannot start");
    if (snprintf(path, sizeof path, "%s/vigie.db", dir) >= (int)sizeof path)
        return vg_fail(err, VG_EINVAL, dir, "the path is too long");
    vg_store *store = vg_calloc(1, sizeof *store);
    if (!store) return vg_fail(err, VG_ENOMEM, "", "no memory for a store");
    store->ring = ring;
    vg_hash_key names = vg_keyring_names(ring);
    memcpy(store->names, &names.k0, 8);
    memcpy(store->names + 8, &names.k1, 8);
    vg_buf_init(&store->sealed, VG_STORE_SCRATCH);
    vg_buf_init(&store->text, VG_STORE_SCRATCH);
    int rc = vg_dir_create(dir, 0700, err);
    if (!rc) rc = open_file(store, path, err);
    if (!rc) rc = set_pragmas(store, err);
    if (!rc) rc = migrate(store, err);
    if (!rc) rc = prove_ring(store, err);
    if (rc) vg_store_close(&store);
    *out = store;
    return rc;
}

void vg_store_close(vg_store **store)
{
    if (!store || !*store) return;
    vg_store *s = *store;
    if (s->db && s->wipe_pending) vg_store_wipe(s);
    for (size_t i = 0; i < VG_SQL_COUNT; i++) sqlite3_finalize(s->stmt[i]);
    sqlite3_close(s->db);
    if (s->text.ptr) sodium_memzero(s->text.ptr, s->text.cap);
    vg_buf_free(&s->text);
    vg_buf_free(&s->sealed);
    sodium_memzero(s->names, sizeof s->names);
    vg_free(s);
    *store = NULL;
}

/* ---- small public calls ---- */

int vg_store_changes(vg_store *store, int64_t *version, vg_error *err)
{
    vg_query query = vg_store_use(store, VG_SQL_DATA_VERSION);
    int rc = vg_store_step(&query, err);
    if (rc < 0) return rc;
    *version = vg_store_int(&query, 0);
    vg_store_reset(&query);
    return 0;
}

int vg_store_checkpoint(vg_store *store, vg_error *err)
{
    int rc = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    /* busy: another connection is at it */
    return rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY ? 0 : vg_store_fail(store, rc, "checkpoint", err);
}

int vg_store_check(vg_store *store, vg_error *err)
{
    /* a real, small commit: only that shows a full disk or a lost file system */
    vg_query set = vg_store_use(store, VG_SQL_META_SET);
    vg_store_bind_str(&set, VG_STR("checked"));
    vg_store_bind_int(&set, vg_time_now());
    return vg_store_run(&set, err);
}

int vg_store_check_text(const char *name, vg_str value, int most, vg_error *err)
{
    bool may_be_empty = most < 0;
    size_t ceiling = (size_t)(most < 0 ? -most : most), bad = 0;
    if ((value.len == 0 && !may_be_empty) || value.len > ceiling)
        return vg_fail(err, VG_EINVAL, name, "has %zu bytes; expected %d to %zu", value.len,
                       may_be_empty ? 0 : 1, ceiling);
    if (value.len == 0) return 0;
    if (memchr(value.ptr, '\0', value.len)) return vg_fail(err, VG_EINVAL, name, "holds a NUL byte");
    if (!vg_utf8_valid(value.ptr, value.len, &bad))
        return vg_fail(err, VG_EINVAL, name, "is not valid UTF-8 at byte %zu", bad);
    return 0;
}
