/* SPDX-License-Identifier: Apache-2.0
 *
 * What the room's two databases share: how SQLite is set up, opened, migrated, and how its refusals read. SQLite is set
 * up once for the process so that its memory comes from base/alloc (failed allocations are then injected into it as into
 * everything else).
 */
#include "store/store_int.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/file.h"
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

int vg_database_library(vg_error *err)
{
    pthread_once(&library_once, set_up_library);
    return library_ready ? 0 : vg_fail(err, VG_EIO, "", "libsodium cannot start");
}

/* ---- errors ---- */

static int code_of(sqlite3 *db, int rc)
{
    switch (rc & 0xff) {
    case SQLITE_FULL: return VG_EFULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT: return VG_EBUSY;
    case SQLITE_NOMEM: return VG_ENOMEM;
    case SQLITE_TOOBIG: return VG_ETOOBIG;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* no such table, no such column: not the schema that its number promises */
    case SQLITE_SCHEMA: return VG_ECORRUPT;
    case SQLITE_CONSTRAINT:
        if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY) return VG_EEXIST;
        return rc == SQLITE_CONSTRAINT_FOREIGNKEY ? VG_ENOENT : VG_EINVAL;
    case SQLITE_IOERR: {
        /* a quota or a file size limit reaches SQLite as an I/O error, but the remedy is that of a full disk;
         * the system's reason is still in errno (SQLite does not keep it when a commit fails) */
        int system = errno ? errno : db ? sqlite3_system_errno(db) : 0;
        if (rc == SQLITE_IOERR_NOMEM) return VG_ENOMEM;
        return system == ENOSPC || system == EDQUOT || system == EFBIG ? VG_EFULL : VG_EIO;
    }
    default: return VG_EIO; /* READONLY, CANTOPEN, PERM, AUTH, ... */
    }
}

int vg_database_fail(sqlite3 *db, const char *file, int sqlite_rc, const char *doing, vg_error *err)
{
    int code = code_of(db, sqlite_rc);
    const char *why = code == VG_ENOMEM || !db ? sqlite3_errstr(sqlite_rc) : sqlite3_errmsg(db);
    return vg_fail(err, code, file, "cannot %s: %s (SQLite %d)", doing, why, sqlite_rc);
}

/* ---- migrations ---- */

static int schema_number(sqlite3 *db, const char *file, int *number, vg_error *err)
{
    sqlite3_stmt *stmt = NULL;
    *number = 0;
    int rc = sqlite3_prepare_v2(db, "SELECT count(*) FROM sqlite_schema WHERE name='migration'", -1,
                                &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    bool there = rc == SQLITE_ROW && sqlite3_column_int(stmt, 0) > 0;
    sqlite3_finalize(stmt);
    if (rc != SQLITE_ROW) return vg_database_fail(db, file, rc, "read the schema", err);
    if (!there) return 0;
    rc = sqlite3_prepare_v2(db, "SELECT coalesce(max(number),0) FROM migration", -1, &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) *number = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return rc == SQLITE_ROW ? 0 : vg_database_fail(db, file, rc, "read the schema's number", err);
}

int vg_database_run(sqlite3 *db, const char *file, const char *sql, const char *doing, vg_error *err)
{
    errno = 0;
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : vg_database_fail(db, file, rc, doing, err);
}

static int apply_migration(sqlite3 *db, const char *file, const vg_store_migration *step, vg_error *err)
{
    char doing[96], record[256], now[25];
    vg_time_format(vg_time_now(), now);
    snprintf(doing, sizeof doing, "apply migration %d", step->number);
    snprintf(record, sizeof record, "INSERT INTO migration(number,name,applied) VALUES(%d,'%s','%s')",
             step->number, step->name, now);
    int rc = vg_database_run(db, file,
                      "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
                      " applied TEXT NOT NULL) STRICT",
                      doing, err);
    if (!rc) rc = vg_database_run(db, file, step->sql, doing, err);
    if (!rc) rc = vg_database_run(db, file, record, doing, err);
    return rc;
}

int vg_database_migrate(sqlite3 *db, const char *file, const vg_store_migration *steps, size_t count, vg_error *err)
{
    int number = 0, newest = steps[count - 1].number;
    int rc = schema_number(db, file, &number, err);
    while (!rc && number < newest) {
        rc = vg_database_run(db, file, "BEGIN IMMEDIATE", "begin a migration", err);
        if (rc) return rc;
        rc = schema_number(db, file, &number, err); /* another process may have been first */
        if (!rc && number < newest) rc = apply_migration(db, file, &steps[number], err);
        if (!rc) rc = vg_database_run(db, file, "COMMIT", "commit a migration", err);
        if (rc && !sqlite3_get_autocommit(db)) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
        if (!rc) rc = schema_number(db, file, &number, err);
    }
    if (!rc && number > newest)
        rc = vg_fail(err, VG_EINVAL, file,
                     "its schema has number %d, this program knows %d at most: use a newer vigie", number,
                     newest);
    return rc;
}

/* ---- opening ---- */

static int set_pragmas(sqlite3 *db, const char *file, vg_error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool wal = false;
    int rc = sqlite3_prepare_v2(db, "PRAGMA journal_mode=WAL", -1, &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) wal = strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
    sqlite3_finalize(stmt);
    if (rc != SQLITE_ROW) return vg_database_fail(db, file, rc, "open", err);
    if (!wal)
        return vg_fail(err, VG_EIO, file,
                       "cannot open: this file system does not allow a write-ahead log");
    return vg_database_run(db, file,
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

int vg_database_open(sqlite3 **db, const char *path, const char *file, vg_error *err)
{
    int rc = make_file(path, err);
    if (rc) return rc;
    rc = sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (*db) sqlite3_extended_result_codes(*db, 1);
    if (rc != SQLITE_OK) return vg_database_fail(*db, file, rc, "open", err);
    sqlite3_busy_timeout(*db, VG_STORE_BUSY_MS);
    return set_pragmas(*db, file, err);
}
