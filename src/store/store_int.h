/* SPDX-License-Identifier: Apache-2.0
 *
 * store/store_int: what the files of this room share. Nobody outside includes it (the unit tests of the room
 * do).
 *
 * Shape of every public call that writes:
 *
 *     int rc = vg_store_begin(store, err);      BEGIN IMMEDIATE, reads the head of the audit chain
 *     if (rc) return rc;
 *     ... statements, vg_store_audit_add ...
 *     return vg_store_end(store, rc, err);      COMMIT when rc is 0, else ROLLBACK; the store is usable again
 * either way
 *
 * and of every statement: vg_store_use, then bind in order, then vg_store_run (no rows) or vg_store_step
 * until 0. A failed bind or prepare is remembered in the vg_query and reported by the step, so that callers
 * check once.
 */
#ifndef VG_STORE_STORE_INT_H
#define VG_STORE_STORE_INT_H

#include <pthread.h>
#include <sqlite3.h>
#include "store/statements.h"
#include "store/store.h"

enum {
    VG_STORE_BUSY_MS = 2000,       /* how long a call waits for another writer */
    VG_STORE_HASH = 32,            /* of the audit chain */
    VG_STORE_EVENT_KEY = 16,       /* BLAKE2b-128, keyed: which event this is */
    VG_STORE_CASE_EVENTS = 500,    /* most events one vg_store_case_events returns ... */
    VG_STORE_CASE_BYTES = 8 << 20, /* ... and most bytes of content */
    VG_STORE_SCRATCH = 64 << 20,   /* ceiling of one sealed value, one webhook body, one answer */
};

#define VG_STORE_ID(name, sql) VG_SQL_##name,
enum vg_store_statement { VG_STORE_STATEMENTS(VG_STORE_ID) VG_SQL_COUNT };
#undef VG_STORE_ID

typedef struct vg_store_migration {
    int number;
    const char *name, *sql;
} vg_store_migration;
extern const vg_store_migration vg_store_migrations[]; /* made from migrations/ at build time */
extern const size_t vg_store_migration_count;
extern const vg_store_migration vg_bank_migrations[]; /* of banks.db, from banks/migrations/ */
extern const size_t vg_bank_migration_count;

/* A key of a case, while a transaction runs. */
enum { VG_STORE_KEYS = 16 };
typedef struct vg_store_key {
    int64_t case_id;
    uint16_t generation;
    bool newest;
    uint8_t key[32];
} vg_store_key;

struct vg_store {
    sqlite3 *db;
    char *dir;
    const vg_keyring *ring;
    uint8_t names[16]; /* the names key, for event keys and account tags */
    sqlite3_stmt *stmt[VG_SQL_COUNT];
    vg_buf sealed, text; /* scratch, kept between calls */
    vg_buf doomed;       /* names of media files to remove after the commit, one after the other */
    int64_t audit_seq;   /* head of the chain: valid inside a write transaction */
    uint8_t audit_hash[VG_STORE_HASH];
    int64_t audit_second; /* entries from this one on are chained by SHA-256 */
    bool audit_moved;
    unsigned together;      /* vg_store_together: how often, one within the other */
    int spoilt;             /* the code of the first call within it that failed */
    pthread_mutex_t *turns; /* of all stores that share them; NULL: of nobody */
    bool has_turn;
    vg_store_key keys[VG_STORE_KEYS]; /* store/evidence/keys.c: the last few, forgotten when the transaction ends */
    size_t key_count;
    bool wipe_pending; /* the log could not be truncated after a destruction: a reader was in the way */
};

/* ---- database.c: what vigie.db and banks.db share; `file` is the name that messages call it ---- */
int vg_database_library(vg_error *err);
/** Makes the file when it is not there; *db is to be closed, on failure too. */
int vg_database_open(sqlite3 **db, const char *path, const char *file, vg_error *err);
int vg_database_migrate(sqlite3 *db, const char *file, const vg_store_migration *steps, size_t count, vg_error *err);
int vg_database_run(sqlite3 *db, const char *file, const char *sql, const char *doing, vg_error *err);
/** Turns an SQLite result code into a VG_E code and a sentence. */
int vg_database_fail(sqlite3 *db, const char *file, int sqlite_rc, const char *doing, vg_error *err);

/* ---- query.c ---- */
typedef struct vg_query {
    sqlite3 *db;
    const char *file; /* name for messages */
    sqlite3_stmt *stmt;
    int rc, at;
} vg_query;

vg_query vg_store_use(vg_store *store, enum vg_store_statement id);
void vg_store_bind_int(vg_query *query, int64_t value);
/** Strings and blobs are not copied: they must live until the query is run. */
void vg_store_bind_str(vg_query *query, vg_str value);
void vg_store_bind_blob(vg_query *query, const void *bytes, size_t len);
void vg_store_bind_null(vg_query *query);
/** 1: a row; 0: no more (the statement is reset); negative: error (reset too). */
int vg_store_step(vg_query *query, vg_error *err);
/** Runs a statement that gives no rows. */
int vg_store_run(vg_query *query, vg_error *err);
/** Ends a query before its last row. */
void vg_store_reset(vg_query *query);
int64_t vg_store_int(const vg_query *query, int column);
/** A column as it lies in SQLite's memory, until the next step. */
vg_str vg_store_peek(const vg_query *query, int column);
/** A column copied into the arena; *rc becomes -VG_ENOMEM when there is no memory. */
vg_str vg_store_copy(const vg_query *query, int column, vg_arena *arena, int *rc);
/** Doubles an array in the arena when it is full. NULL: no memory. */
void *vg_store_grow(vg_arena *arena, void *items, size_t count, size_t *capacity, size_t size);
/** Turns an SQLite result code into a VG_E code and a sentence. */
int vg_store_fail(vg_store *store, int sqlite_rc, const char *doing, vg_error *err);
/** Rows changed by the last statement. */
int64_t vg_store_changed(const vg_store *store);

/* ---- sqlite.c ---- */
int vg_store_begin(vg_store *store, vg_error *err);
int vg_store_end(vg_store *store, int rc, vg_error *err);
/** A snapshot for several reads. */
int vg_store_begin_read(vg_store *store, vg_error *err);
int vg_store_end_read(vg_store *store, int rc, vg_error *err);
/** Moves everything into the database file and empties the log, so that destroyed content is in neither. */
void vg_store_wipe(vg_store *store);
/** Seals into store->sealed / unseals into the arena. `place` binds the bytes to their row. */
int vg_store_seal(vg_store *store, const char *place, vg_str plain, vg_error *err);
int vg_store_unseal(vg_store *store, const char *place, vg_str sealed, vg_arena *arena, vg_str *out,
                    vg_error *err);
struct json_t;
/** Reads JSON that this store wrote: a reference for the caller. VG_ENOMEM, told apart from VG_ECORRUPT, which says that `what` cannot be read. */
int vg_store_json(vg_str text, const char *what, struct json_t **out, vg_error *err);
/** Keyed BLAKE2b-128 over two strings, for names that must be recognised but not read. */
void vg_store_tag(const vg_store *store, const char *purpose, vg_str a, vg_str b,
                  uint8_t out[VG_STORE_EVENT_KEY]);

/* ---- audit/chain.c ---- */
int vg_store_audit_start(vg_store *store, vg_error *err);
int vg_store_audit_load(vg_store *store, vg_error *err);
int vg_store_audit_save(vg_store *store, vg_error *err);
int vg_store_audit_add(vg_store *store, int64_t time_ms, vg_str actor, vg_str action, vg_str object,
                       vg_str detail, vg_error *err);
/** hash(n) of an entry, from hash(n-1), after the state was loaded. fields: actor, action, object, detail. */
void vg_store_audit_hash(const vg_store *store, const uint8_t previous[VG_STORE_HASH], int64_t seq, int64_t time_ms, const vg_str fields[4],
                         uint8_t out[VG_STORE_HASH]);
/** Number and hash of the last entry that was cut off the start; 0 and zeros: none was. */
int vg_store_audit_anchor(vg_store *store, int64_t *seq, uint8_t hash[VG_STORE_HASH], vg_error *err);
/** Cuts entries older than `before_ms` off the start (at most a bounded number a call). */
int vg_store_audit_cut(vg_store *store, int64_t before_ms, int64_t now_ms, vg_error *err);

/* ---- queue.c, webhooks.c: shared pieces ---- */
int vg_store_read_case(const vg_query *query, vg_arena *arena, vg_case *out, vg_error *err);
/** "case:123", the place of a case's sealed content. */
void vg_store_case_place(int64_t id, char out[32]);
/** Puts one message for each hook of the space into the outbox; case_id 0: it is about none. */
int vg_store_deliver(vg_store *store, int64_t case_id, vg_str space, const char *type, vg_str body,
                     int64_t now_ms, vg_error *err);
/** The same, due at due_ms and named by `cause` (store/cases/decisions.h), so that it can be taken back until then. */
int vg_store_deliver_at(vg_store *store, int64_t case_id, vg_str space, const char *type, vg_str body, int64_t now_ms, int64_t due_ms,
                        int64_t cause, vg_error *err);
/** The next item of a comma-separated list, trimmed; false at its end. */
bool vg_store_next_item(vg_str *list, vg_str *item);
bool vg_store_in_spaces(vg_str spaces, vg_str space);
/** 1..most bytes of valid UTF-8 without NUL (empty allowed when `most` is negative: -most). */
int vg_store_check_text(const char *name, vg_str value, int most, vg_error *err);

#endif
