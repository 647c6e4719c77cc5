/* SPDX-License-Identifier: Apache-2.0
 *
 * store/audit/audit: what makes the audit log provable to others. docs/architecture/audit.md has every byte.
 *
 * Entry number n (from 1) is leaf n-1 of a Merkle tree as RFC 9162, section 2.1, defines it. What a leaf is the hash of:
 * the chain hash of the entry before it, then the entry in canonical bytes. A checkpoint is a signed note over the size and
 * the root of that tree; a proof of inclusion leads from one entry to a checkpoint, a proof of consistency from one checkpoint
 * to a later one. All of it is derived from the entries and is written behind them, never before: losing the tree loses
 * nothing. Retention takes entries away and leaves their hashes, so proofs go on working.
 *
 * Strings and arrays of results live in the arena given. Callers: net, cli, report's writers through them.
 */
#ifndef VG_STORE_AUDIT_AUDIT_H
#define VG_STORE_AUDIT_AUDIT_H

#include "store/store.h"

enum { VG_AUDIT_HASH = 32, VG_AUDIT_PATH_MOST = 128, VG_AUDIT_ORIGIN_MOST = 128, VG_AUDIT_KEYS_MOST = 64 };

/* ---- checkpoints ---- */

typedef struct vg_checkpoint {
    int64_t size, made_ms;
    uint8_t root[VG_AUDIT_HASH];
    vg_str note;          /* the signed note, as it is handed out */
    int64_t stamped_ms;   /* the time in its newest RFC 3161 time stamp, 0: it has none */
    vg_str stamp_url;     /* of whom that stamp was asked */
    vg_str stamp;         /* the token (DER) */
} vg_checkpoint;

/** The newest one; VG_ENOENT: none was made yet. */
int vg_store_audit_checkpoint(vg_store *store, vg_arena *arena, vg_checkpoint *out, vg_error *err);
/** The newest one of at most `size` entries. */
int vg_store_audit_checkpoint_at(vg_store *store, int64_t size, vg_arena *arena, vg_checkpoint *out, vg_error *err);
/** Makes one over all entries, signs and stores it; when the newest covers them all already, that is given. An empty log has none: VG_ENOENT. */
int vg_store_audit_checkpoint_make(vg_store *store, int64_t now_ms, vg_arena *arena, vg_checkpoint *out, vg_error *err);
/** The newest checkpoint, made anew when it does not reach entry `least`. As vg_store_audit_checkpoint_make. */
int vg_store_audit_checkpoint_reaching(vg_store *store, int64_t least, int64_t now_ms, vg_arena *arena, vg_checkpoint *out, vg_error *err);
/** What the watch thread calls: takes the tree along, and makes a checkpoint when the newest is behind by `entries`, or is `age_ms` old
 *  and behind at all. *made says whether; *behind: how many entries the tree has still to take in (of a log from before it), 0: none. */
int vg_store_audit_keep_up(vg_store *store, int64_t now_ms, int64_t entries, int64_t age_ms, bool *made, int64_t *behind, vg_error *err);

/** Keeps an RFC 3161 token (store/audit/stamp.h) of the checkpoint of `size` entries, on record. VG_ENOENT: there is no such checkpoint. */
int vg_store_audit_stamp_add(vg_store *store, int64_t size, vg_str url, vg_str token, int64_t time_ms, vg_str by, int64_t now_ms, vg_error *err);

/** Of the newest time stamp: how many entries its checkpoint has, when it was taken, what time it says. All 0: there is none. */
int vg_store_audit_stamp_last(vg_store *store, int64_t *size, int64_t *taken_ms, int64_t *time_ms, vg_error *err);

/* ---- keys ---- */

typedef struct vg_audit_key {
    int generation;    /* 1, 2, …: one more with each rotation */
    vg_str origin;     /* the name of the log and of its key */
    vg_str verifier;   /* "origin+hash+key" as signed notes have it */
    uint8_t public_key[32];
} vg_audit_key;

/** All of them, the one that signs last. */
int vg_store_audit_keys(vg_store *store, vg_arena *arena, vg_audit_key **out, size_t *count, vg_error *err);
/** The log's own name in its notes, while there is no checkpoint yet. VG_ECONFLICT afterwards: a log that changes its name is another log. */
int vg_store_audit_origin_set(vg_store *store, vg_str origin, vg_str by, vg_error *err);
/** Signs with a new key from now on. The next checkpoint has the signatures of both. On record. */
int vg_store_audit_key_rotate(vg_store *store, vg_str by, int64_t now_ms, vg_error *err);

/* ---- policies ---- */

typedef struct vg_policy_version {
    const char *space; /* "": the book of law */
    uint64_t version;
} vg_policy_version;
/** Puts on record, old version and new, what is not as it was when this was last called: "policy.change" for each space, one that came or went
 *  too, and "policy.law". Nothing else is written, so that a call that failed is made good by the next. */
int vg_store_policies_record(vg_store *store, const vg_policy_version *all, size_t count, int64_t now_ms, vg_error *err);

/* ---- proofs ---- */

typedef struct vg_audit_proof {
    int64_t entry;        /* 0 for a proof of consistency */
    int64_t from, size;   /* from: 0 for a proof of inclusion */
    uint8_t leaf[VG_AUDIT_HASH];
    uint8_t from_root[VG_AUDIT_HASH], root[VG_AUDIT_HASH];
    uint8_t path[VG_AUDIT_PATH_MOST][VG_AUDIT_HASH];
    size_t count;
} vg_audit_proof;

/** Inclusion of entry number `entry` in the tree of `size` entries. VG_ENOENT: no such entry, or no such size. */
int vg_store_audit_prove_entry(vg_store *store, int64_t entry, int64_t size, vg_audit_proof *out, vg_error *err);
/** That the tree of `size` entries begins with that of `from`. VG_ENOENT, VG_EINVAL (0 < from <= size). */
int vg_store_audit_prove_growth(vg_store *store, int64_t from, int64_t size, vg_audit_proof *out, vg_error *err);
/** Appends it as JSON, with the signed notes over its sizes where there are such, and with the entry itself (`with_entry`) where retention
 *  left it: everything that checking it needs. */
int vg_store_audit_proof_write(vg_store *store, const vg_audit_proof *proof, bool with_entry, vg_arena *arena, vg_buf *out, vg_error *err);
/** How many entries the log has ever had. */
int vg_store_audit_size(vg_store *store, int64_t *size, vg_error *err);

/* ---- handing out ---- */

/** Everything in the log about one case (objects "c-000123", "c-000123/…") as JSON lines that docs/examples/verify_audit.py checks without
 *  Vigie: a first line with the checkpoint and its keys, then one line for each entry with its proof of inclusion. A new checkpoint is made
 *  when the newest is older than the newest of these entries. Appends to `out`; *entries counts. The caller has put on record that it is
 *  handed out. */
int vg_store_audit_excerpt(vg_store *store, int64_t case_id, int64_t now_ms, vg_buf *out, size_t *entries, vg_error *err);
/** The whole log, as far as retention left it, in the same form: up to a checkpoint that is made for it. `write` is given it piece by piece. */
int vg_store_audit_export(vg_store *store, int64_t now_ms, int (*write)(void *context, vg_str piece, vg_error *err), void *context, int64_t *entries,
                          vg_error *err);

/* ---- checking ---- */

typedef struct vg_audit_check {
    void (*progress)(void *context, int64_t done, int64_t total); /* or NULL */
    void *context;
    /* checkpoints kept elsewhere, each a signed note: is the log the one that they were made of? */
    const vg_str *notes;
    size_t note_count;
    const char *stamp_ca; /* certificates (PEM file) that time stamps are checked with; NULL: only what they are over */
} vg_audit_check;
typedef struct vg_audit_checked {
    int64_t entries, first, newest; /* entries walked, the number of the first and of the newest */
    int64_t checkpoints, notes, stamps;
} vg_audit_checked;
/** Walks chain, tree and checkpoints in one pass, believing nothing but the key ring: VG_ECORRUPT with err->where naming the first entry that
 *  is not what it was ("audit entry N"), or the checkpoint, tile or time stamp that does not check. */
int vg_store_audit_check(vg_store *store, const vg_audit_check *how, vg_audit_checked *out, vg_error *err);

#endif
