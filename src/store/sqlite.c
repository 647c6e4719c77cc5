/* SPDX-License-Identifier: Apache-2.0
 *
 * The store's own database, vigie.db: opening, transactions, sealing. What it shares with banks.db is in database.c.
 */
#include "store/evidence/evidence_int.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"
#include "base/time.h"

static const char vigie_db[] = "vigie.db";

/* ---- transactions ---- */

static void end_turn(vg_store *store)
{
    if (store->has_turn) pthread_mutex_unlock(store->turns);
    store->has_turn = false;
}

/* SQLite's own way to wait for another writer is to sleep, longer each time, and to look again: whoever was second waits many
 * times what the first one's commit takes. Between threads of one process a lock wakes the next one at once. */
static int take_turn(vg_store *store, vg_error *err)
{
    struct timespec until;
    if (!store->turns) return 0;
    clock_gettime(CLOCK_MONOTONIC, &until); /* one that is not set */
    until.tv_sec += VG_STORE_BUSY_MS / 1000;
    if (pthread_mutex_clocklock(store->turns, CLOCK_MONOTONIC, &until)) return vg_fail(err, VG_EBUSY, vigie_db, "others have been writing for too long");
    store->has_turn = true;
    return 0;
}

int vg_store_begin(vg_store *store, vg_error *err)
{
    if (store->together) return 0;
    int rc = take_turn(store, err);
    if (rc) return rc;
    vg_query begin = vg_store_use(store, VG_SQL_BEGIN_WRITE);
    rc = vg_store_run(&begin, err);
    if (rc) {
        end_turn(store);
        return rc;
    }
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
    if (store->together) {
        if (rc && !store->spoilt) store->spoilt = -rc;
        return rc;
    }
    if (!rc && store->audit_moved) rc = vg_store_audit_save(store, err);
    if (!rc) {
        vg_query commit = vg_store_use(store, VG_SQL_COMMIT);
        rc = vg_store_run(&commit, err);
    }
    if (rc) roll_back(store);
    vg_store_keys_forget(store);
    end_turn(store);
    return rc;
}

int vg_store_together(vg_store *store, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    if (rc) return rc;
    if (!store->together++) store->spoilt = 0;
    return 0;
}

int vg_store_apart(vg_store *store, int rc, vg_error *err)
{
    store->together--;
    if (!rc && !store->together && store->spoilt) rc = vg_fail(err, store->spoilt, vigie_db, "a part of what belongs together was not written");
    return vg_store_end(store, rc, err);
}

void vg_store_take_turns(vg_store *store, pthread_mutex_t *turns)
{
    store->turns = turns;
}

int vg_store_begin_read(vg_store *store, vg_error *err)
{
    if (store->together) return 0; /* it reads what is being written */
    vg_query begin = vg_store_use(store, VG_SQL_BEGIN_READ);
    return vg_store_run(&begin, err);
}

int vg_store_end_read(vg_store *store, int rc, vg_error *err)
{
    if (store->together) return rc;
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

int vg_store_json(vg_str text, const char *what, json_t **out, vg_error *err)
{
    size_t before = vg_alloc_refused(); /* jansson does not say which it was */
    *out = json_loadb(text.ptr ? text.ptr : "", text.len, 0, NULL);
    if (*out) return 0;
    if (vg_alloc_refused() != before) return vg_fail(err, VG_ENOMEM, "", "no memory to read %s", what);
    return vg_fail(err, VG_ECORRUPT, "", "%s cannot be read", what);
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

/* ---- opening ---- */

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

int vg_store_open(vg_store **out, const char *dir, const vg_keyring *ring, vg_error *err)
{
    char path[4096];
    *out = NULL;
    if (!ring) return vg_fail(err, VG_EINVAL, "", "a store needs a key ring");
    int rc = vg_database_library(err);
    if (rc) return rc;
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
    vg_buf_init(&store->doomed, VG_STORE_SCRATCH);
    store->dir = vg_malloc(strlen(dir) + 1);
    if (store->dir) memcpy(store->dir, dir, strlen(dir) + 1);
    rc = store->dir ? vg_dir_create(dir, 0700, err) : vg_fail(err, VG_ENOMEM, "", "no memory for a store");
    if (!rc) rc = vg_database_open(&store->db, path, vigie_db, err);
    if (!rc) rc = vg_database_migrate(store->db, vigie_db, vg_store_migrations, vg_store_migration_count, err);
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
    vg_buf_free(&s->doomed);
    vg_free(s->dir);
    vg_store_keys_forget(s);
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

enum { ROOM_BYTES = 4 << 20 }; /* the largest case and its log */

/* A small commit fits into what the log has reserved already; the next case may not. */
static int check_room(vg_store *store, vg_error *err)
{
    struct statvfs disk;
    const char *path = sqlite3_db_filename(store->db, "main");
    if (!path || statvfs(path, &disk)) return 0; /* the commit tells */
    unsigned long long left = (geteuid() ? disk.f_bavail : disk.f_bfree) * (unsigned long long)disk.f_frsize;
    return left >= ROOM_BYTES ? 0 : vg_fail(err, VG_EFULL, path, "the disk is full: %llu KiB are left", left >> 10);
}

int vg_store_check(vg_store *store, vg_error *err)
{
    int rc = check_room(store, err);
    if (rc) return rc;
    /* a real, small commit: only that shows a lost file system or a limit that is not the disk's */
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
