/* SPDX-License-Identifier: Apache-2.0
 *
 * store/banks_int: what the files banks*.c share.
 *
 * Everything that changes entries goes through one vg_bank_write: begin, any number of put, take back, judge, end. It numbers the
 * change, keeps the bank's counters and writes the log of changes; the counters are right because nothing else touches entries.
 */
#ifndef VG_STORE_BANKS_INT_H
#define VG_STORE_BANKS_INT_H

#include "store/banks/banks.h"
#include "store/banks/banks_statements.h"
#include "store/store_int.h"

enum {
    VG_BANK_KEY = 16,             /* BLAKE2b-128 of a reference */
    VG_BANK_DIGEST = 16,          /* BLAKE2b-128 of what a record says */
    VG_BANK_LOG_MOST = 100000,    /* changes of one bank kept in its log; more are read faster by a scan */
    VG_BANK_PACKED_HEAD = 6,      /* bytes before a packed hash's own */
    VG_BANK_IMPORT_WAIT_MS = 600000, /* a commit of an import waits for another one */
};
enum { VG_GONE_NOT, VG_GONE_SOURCE, VG_GONE_EXPIRED };

#define VG_BANK_ID(name, sql) VG_BQ_##name,
enum vg_bank_statement { VG_BANK_STATEMENTS(VG_BANK_ID) VG_BQ_COUNT };
#undef VG_BANK_ID

struct vg_bank_store {
    sqlite3 *db;
    char *dir;
    sqlite3_stmt *stmt[VG_BQ_COUNT];
    vg_arena *scratch; /* of one call */
};

/* ---- banks.c ---- */
vg_query vg_bank_use(vg_bank_store *store, enum vg_bank_statement id);
int vg_bank_fail(vg_bank_store *store, int sqlite_rc, const char *doing, vg_error *err);
int vg_bank_begin(vg_bank_store *store, bool write, vg_error *err);
int vg_bank_end(vg_bank_store *store, int rc, vg_error *err);
static inline int64_t vg_bank_entry_id(int64_t bank, uint32_t entry) { return (bank << 32) | (int64_t)entry; }

/* ---- banks_record.c: one record as it is stored ---- */
typedef struct vg_packed {
    uint8_t key[VG_BANK_KEY], digest[VG_BANK_DIGEST];
    vg_str reference, category, note, hashes; /* in buffers of the vg_packer, until its next use */
    size_t hash_count;
    int64_t expires_ms;
    bool deleted;
} vg_packed;
typedef struct vg_packer {
    vg_media_hash *hashes; /* sorted here */
    size_t capacity;
    vg_buf packed;
    char name[65]; /* a reference made from a hash */
} vg_packer;
void vg_packer_init(vg_packer *packer);
void vg_packer_free(vg_packer *packer);
/** Checks a record and packs it: hashes in one order, each once. VG_EINVAL, VG_ETOOBIG, VG_ENOMEM. */
int vg_packer_pack(vg_packer *packer, const vg_bank_record *record, vg_packed *out, vg_error *err);
void vg_bank_key(vg_str reference, uint8_t out[VG_BANK_KEY]);
/** Unpacks into an array of `count`; VG_ECORRUPT when the bytes are not `count` hashes. */
int vg_bank_unpack(vg_str packed, vg_pdq_profile profile, vg_media_hash *out, size_t count, vg_error *err);

/* ---- banks_write.c ---- */
typedef struct vg_bank_write {
    vg_bank_store *store;
    int64_t bank, now_ms;
    int64_t number, log_from, next_entry; /* of the bank, as they will be */
    bool changed, logging, opinions, fresh; /* fresh: no entry was there when it began */
    size_t logged;
    int64_t entries, hashes, withdrawn, confirmed, rejected; /* to be added */
    vg_str *categories;
    size_t category_count, category_capacity;
    vg_arena *arena; /* names of categories */
    vg_import_counts counts;
} vg_bank_write;
/** Begins a transaction on one bank. VG_ENOENT: nothing was begun. */
int vg_bank_write_begin(vg_bank_write *write, vg_bank_store *store, int64_t bank, int64_t now_ms, vg_error *err);
/** Adds or changes an entry, or takes it back (packed->deleted). *entry (may be NULL): its number, 0 when there is none. */
int vg_bank_write_put(vg_bank_write *write, const vg_packed *packed, uint32_t *entry, vg_error *err);
/** Ends an entry's time (why: VG_GONE_...). Nothing when it is gone already. */
int vg_bank_write_gone(vg_bank_write *write, int64_t id, int why, vg_error *err);
/** What the opinions on a key make of an entry that its source names. */
int vg_bank_judge(vg_bank_store *store, int64_t bank, const uint8_t key[VG_BANK_KEY], vg_entry_state *state, vg_error *err);
/** Sets an entry's state and counts it. */
int vg_bank_write_state(vg_bank_write *write, int64_t id, vg_entry_state from, vg_entry_state to, int64_t hashes, vg_error *err);
int vg_bank_write_end(vg_bank_write *write, int rc, vg_error *err);

/* ---- banks_read.c ---- */
int vg_bank_read_bank(const vg_query *row, vg_arena *arena, vg_bank *out);
int vg_bank_profile_of(vg_bank_store *store, int64_t bank, vg_pdq_profile *profile, vg_error *err);

#endif
