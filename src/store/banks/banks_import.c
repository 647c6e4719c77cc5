/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. Many records at once. They are gathered first, in a database file of their own: the bank is not touched, nobody waits,
 * and a list that turns out to be broken after a million records has changed nothing. The file is unlinked as soon as it is
 * open, so that a process that is killed leaves nothing behind. The commit then is one transaction on banks.db, which SQLite
 * makes whole or not at all. It goes through the records in the order of their keys, which is the order of the bank's own
 * index: two sorted lists are merged, pages are touched one after another, and ten million records need no more memory
 * than ten.
 *
 *     record* ──▶ gathered, by place       commit: index by key ──▶ one pass: united ──▶ added, changed, taken back
 *                                                       └─ replace: a pass before: which entries does the list not name
 */
#include "store/banks/banks_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"

enum import_statement { I_BEGIN, I_COMMIT, I_ADD, I_CLEAR, I_INDEX, I_READ, I_KEYS, I_GONE, I_GONE_LIST, I_COUNT };
static const char *const statements[I_COUNT] = {
    [I_BEGIN] = "BEGIN",
    [I_COMMIT] = "COMMIT",
    [I_ADD] = "INSERT INTO record(key,deleted,reference,category,note,expires_ms,digest,hash_count,hashes) "
              "VALUES(?,?,?,?,?,?,?,?,?)",
    [I_CLEAR] = "DELETE FROM record",
    [I_INDEX] = "CREATE INDEX record_key ON record(key)",
    [I_READ] = "SELECT key,deleted,reference,category,note,expires_ms,digest,hash_count,hashes FROM record INDEXED BY record_key "
               "ORDER BY key,seq",
    [I_KEYS] = "SELECT key FROM record INDEXED BY record_key ORDER BY key",
    [I_GONE] = "INSERT INTO gone(id) VALUES(?)",
    [I_GONE_LIST] = "SELECT id FROM gone ORDER BY id",
};
enum { KEY, DELETED, REFERENCE, CATEGORY, NOTE, EXPIRES, DIGEST, HASH_COUNT, HASHES };
enum { PROGRESS_EVERY = 4096 };
static const char gathered[] = "the import's file";

struct vg_bank_import {
    vg_bank_store *store;
    int64_t bank;
    vg_import_mode mode;
    sqlite3 *db;
    sqlite3_stmt *stmt[I_COUNT];
    vg_packer packer;
    uint64_t records;
};

/* ---- the file ---- */

static vg_query use(vg_bank_import *import, enum import_statement id)
{
    vg_query query = {import->db, gathered, import->stmt[id], SQLITE_OK, 0};
    if (!query.stmt) {
        query.rc = sqlite3_prepare_v3(import->db, statements[id], -1, SQLITE_PREPARE_PERSISTENT, &query.stmt, NULL);
        import->stmt[id] = query.stmt;
    }
    return query;
}

static int run(vg_bank_import *import, enum import_statement id, vg_error *err)
{
    vg_query query = use(import, id);
    return vg_store_run(&query, err);
}

static int open_file(vg_bank_import *import, vg_error *err)
{
    char path[4200]; /* the process and an address in it: no two that live have the same */
    snprintf(path, sizeof path, "%s/banks.import-%ld-%p", import->store->dir, (long)getpid(), (void *)import);
    (void)unlink(path); /* of a process that had this number before */
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600); /* SQLite would make one that all can read */
    if (fd < 0) return vg_fail(err, errno == ENOSPC || errno == EDQUOT ? VG_EFULL : VG_EIO, path, "cannot be made: %s", strerror(errno));
    close(fd);
    int rc = sqlite3_open_v2(path, &import->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (import->db) sqlite3_extended_result_codes(import->db, 1);
    if (rc == SQLITE_OK) /* the first statement opens the file; nothing else is ever beside it */
        rc = sqlite3_exec(import->db,
                          "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                          "PRAGMA trusted_schema=OFF; PRAGMA temp_store=FILE; PRAGMA cache_size=-32768;"
                          "CREATE TABLE record(seq INTEGER PRIMARY KEY, key BLOB NOT NULL, deleted INTEGER NOT NULL,"
                          " reference TEXT NOT NULL, category TEXT NOT NULL, note TEXT NOT NULL, expires_ms INTEGER NOT NULL,"
                          " digest BLOB NOT NULL, hash_count INTEGER NOT NULL, hashes BLOB NOT NULL) STRICT;"
                          "CREATE TABLE gone(id INTEGER PRIMARY KEY) STRICT;",
                          NULL, NULL, NULL);
    if (unlink(path) != 0 && rc == SQLITE_OK) rc = SQLITE_IOERR_DELETE;
    return rc == SQLITE_OK ? 0 : vg_database_fail(import->db, gathered, rc, "make", err);
}

int vg_store_bank_import_begin(vg_bank_import **out, vg_bank_store *store, int64_t bank, vg_import_mode mode, vg_error *err)
{
    vg_pdq_profile profile;
    *out = NULL;
    int rc = vg_bank_profile_of(store, bank, &profile, err);
    if (rc) return rc;
    vg_bank_import *import = vg_calloc(1, sizeof *import);
    if (!import) return vg_fail(err, VG_ENOMEM, "", "no memory for an import");
    import->store = store;
    import->bank = bank;
    import->mode = mode;
    vg_packer_init(&import->packer);
    rc = open_file(import, err);
    if (!rc) rc = run(import, I_BEGIN, err);
    if (rc) vg_store_bank_import_abandon(&import);
    *out = import;
    return rc;
}

void vg_store_bank_import_abandon(vg_bank_import **import)
{
    if (!import || !*import) return;
    vg_bank_import *i = *import;
    for (size_t k = 0; k < I_COUNT; k++) sqlite3_finalize(i->stmt[k]);
    sqlite3_close(i->db);
    vg_packer_free(&i->packer);
    vg_free(i);
    *import = NULL;
}

int vg_store_bank_import_record(vg_bank_import *import, const vg_bank_record *record, vg_error *err)
{
    vg_packed packed;
    int rc = vg_packer_pack(&import->packer, record, &packed, err);
    if (rc) return rc;
    vg_query add = use(import, I_ADD);
    vg_store_bind_blob(&add, packed.key, sizeof packed.key);
    vg_store_bind_int(&add, packed.deleted);
    vg_store_bind_str(&add, packed.reference);
    vg_store_bind_str(&add, packed.category);
    vg_store_bind_str(&add, packed.note);
    vg_store_bind_int(&add, packed.expires_ms);
    vg_store_bind_blob(&add, packed.digest, sizeof packed.digest);
    vg_store_bind_int(&add, (int64_t)packed.hash_count);
    vg_store_bind_blob(&add, packed.hashes.ptr, packed.hashes.len);
    rc = vg_store_run(&add, err);
    if (rc == -VG_EINVAL || rc == -VG_ETOOBIG) rc = vg_fail(err, VG_EIO, gathered, "a record was not taken");
    if (!rc) import->records++;
    return rc;
}

int vg_store_bank_import_restart(vg_bank_import *import, vg_error *err)
{
    import->records = 0;
    return run(import, I_CLEAR, err);
}

/* ---- uniting records of one reference ---- */

typedef struct united { /* copies: the row they came from moves on */
    vg_packed packed;
    vg_buf reference, category, note, hashes;
    bool there;
} united;

static void united_init(united *u)
{
    *u = (united){0};
    vg_buf_init(&u->reference, VG_BANK_MAX_REFERENCE + 1);
    vg_buf_init(&u->category, VG_BANK_MAX_CATEGORY + 1);
    vg_buf_init(&u->note, VG_BANK_MAX_NOTE + 1);
    vg_buf_init(&u->hashes, (size_t)2 * VG_BANK_MAX_ENTRY_HASHES * (VG_BANK_PACKED_HEAD + 32));
}

static void united_free(united *u)
{
    vg_buf_free(&u->reference);
    vg_buf_free(&u->category);
    vg_buf_free(&u->note);
    vg_buf_free(&u->hashes);
}

static int copy(vg_buf *to, vg_str from, vg_str *out, vg_error *err)
{
    vg_buf_clear(to);
    vg_buf_add_str(to, from);
    if (to->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a record");
    *out = (vg_str){to->len ? to->ptr : "", to->len};
    return 0;
}

static int copy_bytes(uint8_t *to, size_t len, vg_str from, vg_error *err)
{
    if (from.len != len) return vg_fail(err, VG_ECORRUPT, gathered, "a record is damaged");
    memcpy(to, from.ptr, len);
    return 0;
}

static int take_first(united *u, const vg_query *row, vg_error *err)
{
    vg_packed *p = &u->packed;
    *p = (vg_packed){.deleted = vg_store_int(row, DELETED) != 0, .expires_ms = vg_store_int(row, EXPIRES),
                     .hash_count = (size_t)vg_store_int(row, HASH_COUNT)};
    int rc = copy_bytes(p->key, sizeof p->key, vg_store_peek(row, KEY), err);
    if (!rc) rc = copy_bytes(p->digest, sizeof p->digest, vg_store_peek(row, DIGEST), err);
    if (!rc) rc = copy(&u->reference, vg_store_peek(row, REFERENCE), &p->reference, err);
    if (!rc) rc = copy(&u->category, vg_store_peek(row, CATEGORY), &p->category, err);
    if (!rc) rc = copy(&u->note, vg_store_peek(row, NOTE), &p->note, err);
    if (!rc) rc = copy(&u->hashes, vg_store_peek(row, HASHES), &p->hashes, err);
    u->there = !rc;
    return rc;
}

/* The same reference again: after a deletion only what comes later counts, else the hashes are put together. */
static int take_again(united *u, vg_packer *packer, const vg_query *row, vg_error *err)
{
    if (u->packed.deleted || vg_store_int(row, DELETED)) return take_first(u, row, err);
    vg_str digest = vg_store_peek(row, DIGEST), more = vg_store_peek(row, HASHES);
    if (digest.len == VG_BANK_DIGEST && memcmp(digest.ptr, u->packed.digest, VG_BANK_DIGEST) == 0) return 0; /* said twice */
    size_t before = u->packed.hash_count, added = (size_t)vg_store_int(row, HASH_COUNT);
    vg_media_hash *hashes = vg_calloc(before + added, sizeof *hashes);
    if (!hashes) return vg_fail(err, VG_ENOMEM, "", "no memory for the hashes of an entry");
    vg_bank_record record = {.expires_ms = vg_store_int(row, EXPIRES), .hashes = hashes, .hash_count = before + added};
    int rc = vg_bank_unpack(u->packed.hashes, VG_PDQ_CPP, hashes, before, err);
    if (!rc) rc = vg_bank_unpack(more, VG_PDQ_CPP, hashes + before, added, err);
    if (!rc) rc = copy(&u->category, vg_store_peek(row, CATEGORY), &record.category, err);
    if (!rc) rc = copy(&u->note, vg_store_peek(row, NOTE), &record.note, err);
    record.reference = u->packed.reference;
    vg_packed packed;
    if (!rc) rc = vg_packer_pack(packer, &record, &packed, err);
    if (!rc) rc = copy(&u->hashes, packed.hashes, &packed.hashes, err);
    if (!rc) u->packed = packed;
    vg_free(hashes);
    return rc;
}

/* ---- committing ---- */

typedef struct teller {
    void (*progress)(void *context, uint64_t done, uint64_t all);
    void *context;
    uint64_t done, all;
} teller;

static void tell(teller *t)
{
    if (++t->done % PROGRESS_EVERY == 0 && t->progress) t->progress(t->context, t->done, t->all);
}

static int put_all(vg_bank_import *import, vg_bank_write *write, teller *progress, vg_error *err)
{
    united u;
    united_init(&u);
    vg_query read = use(import, I_READ);
    int rc;
    while ((rc = vg_store_step(&read, err)) == 1) {
        vg_str key = vg_store_peek(&read, KEY);
        if (u.there && key.len == VG_BANK_KEY && memcmp(key.ptr, u.packed.key, VG_BANK_KEY) == 0) {
            rc = take_again(&u, &import->packer, &read, err);
        } else {
            rc = u.there ? vg_bank_write_put(write, &u.packed, NULL, err) : 0;
            if (!rc) rc = take_first(&u, &read, err);
        }
        if (rc) break;
        tell(progress);
    }
    vg_store_reset(&read);
    if (!rc && u.there) rc = vg_bank_write_put(write, &u.packed, NULL, err);
    united_free(&u);
    return rc;
}

static int note_gone(vg_bank_import *import, int64_t id, vg_error *err)
{
    vg_query gone = use(import, I_GONE);
    vg_store_bind_int(&gone, id);
    return vg_store_run(&gone, err);
}

/* Which entries does the list not name? Both sides are sorted by key. */
static int find_gone(vg_bank_import *import, vg_error *err)
{
    vg_query have = vg_bank_use(import->store, VG_BQ_ENTRY_KEYS), named = use(import, I_KEYS);
    vg_store_bind_int(&have, import->bank);
    int more = vg_store_step(&named, err), rc = more < 0 ? more : 0;
    while (!rc && (rc = vg_store_step(&have, err)) == 1) {
        vg_str key = vg_store_peek(&have, 0);
        int order = 1;
        rc = key.len == VG_BANK_KEY ? 0 : vg_fail(err, VG_ECORRUPT, "banks.db", "an entry has no key");
        while (!rc && more == 1) {
            vg_str name = vg_store_peek(&named, 0);
            order = name.len == VG_BANK_KEY ? memcmp(name.ptr, key.ptr, VG_BANK_KEY) : -1;
            if (order >= 0) break;
            more = vg_store_step(&named, err);
            rc = more < 0 ? more : 0;
        }
        if (!rc && (more == 0 || order > 0)) rc = note_gone(import, vg_store_int(&have, 1), err);
    }
    vg_store_reset(&have);
    vg_store_reset(&named);
    return rc;
}

static int take_back(vg_bank_import *import, vg_bank_write *write, vg_error *err)
{
    int rc = find_gone(import, err);
    if (rc) return rc;
    vg_query list = use(import, I_GONE_LIST);
    while ((rc = vg_store_step(&list, err)) == 1) {
        rc = vg_bank_write_gone(write, vg_store_int(&list, 0), VG_GONE_SOURCE, err);
        if (rc) break;
    }
    vg_store_reset(&list);
    return rc;
}

static int commit(vg_bank_import *import, const vg_bank_feed *feed, int64_t now_ms, teller *progress, vg_import_counts *counts,
                  vg_error *err)
{
    vg_bank_write write;
    int rc = run(import, I_COMMIT, err);
    if (!rc) rc = run(import, I_INDEX, err);
    if (rc) return rc;
    sqlite3_busy_timeout(import->store->db, VG_BANK_IMPORT_WAIT_MS);
    rc = vg_bank_write_begin(&write, import->store, import->bank, now_ms, err);
    sqlite3_busy_timeout(import->store->db, VG_STORE_BUSY_MS);
    if (rc) return rc;
    if (import->mode == VG_IMPORT_REPLACE && !write.fresh) rc = take_back(import, &write, err);
    if (!rc) rc = put_all(import, &write, progress, err);
    if (!rc && feed) rc = vg_store_bank_feed_set(import->store, import->bank, feed, err);
    rc = vg_bank_write_end(&write, rc, err);
    write.counts.records = import->records;
    if (!rc && counts) *counts = write.counts;
    return rc;
}

int vg_store_bank_import_commit(vg_bank_import **import, const vg_bank_feed *feed, int64_t now_ms,
                                void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
                                vg_import_counts *counts, vg_error *err)
{
    teller t = {progress, context, 0, (*import)->records};
    int rc = commit(*import, feed, now_ms, &t, counts, err);
    vg_store_bank_import_abandon(import);
    return rc;
}
