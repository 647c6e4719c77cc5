/* SPDX-License-Identifier: Apache-2.0
 *
 * store/audit/audit_int: what the files of the log share. chain.c adds entries; tiles.c keeps the tree behind them; keys.c and
 * note.c sign; checkpoint.c, proof.c, excerpt.c hand out; verify.c trusts nothing of it.
 */
#ifndef VG_STORE_AUDIT_AUDIT_INT_H
#define VG_STORE_AUDIT_AUDIT_INT_H

#include "store/audit/audit.h"
#include "store/audit/entry.h"
#include "store/audit/note.h"
#include "store/audit/tree.h"
#include "store/store_int.h"

/* ---- chain.c ---- */
/* audit_state as it lies on disk, its head unsealed. */
typedef struct vg_audit_state {
    int64_t anchor_seq, head_seq, second_from, tree_from;
    uint8_t anchor_hash[VG_AUDIT_HASH], head_hash[VG_AUDIT_HASH];
} vg_audit_state;
int vg_audit_state_read(vg_store *store, vg_audit_state *out, vg_error *err);
/** The detail of the entry "audit.cut" that makes an anchor believed. */
void vg_audit_cut_detail(char *out, size_t size, int64_t through, const uint8_t hash[VG_AUDIT_HASH]);
/** An entry of a row of seq, time, actor, action, object, detail, hash; its texts live until the next step. */
vg_audit_line vg_audit_row(const vg_query *row);
int vg_audit_fail_entry(int64_t seq, const char *what, vg_error *err);

/** The chain hash of the entry before `seq`: of a row, or the anchor. */
int vg_audit_hash_before(vg_store *store, const vg_audit_state *state, int64_t seq, uint8_t out[VG_AUDIT_HASH], vg_error *err);

/* ---- proof.c ---- */
/** An entry as a JSON object without its last brace. */
void vg_audit_write_line(vg_buf *out, const vg_audit_line *entry, bool second, const uint8_t previous[VG_AUDIT_HASH]);
void vg_audit_write_path(vg_buf *out, const uint8_t (*path)[VG_AUDIT_HASH], size_t count);

/* ---- tiles.c: the tree as a vg_tree, within one transaction ---- */
enum { VG_TILE = 256, VG_TILES_CACHED = 8 };
typedef struct vg_tile {
    int64_t id; /* -1: nothing is in this place */
    size_t count;
    uint8_t hash[VG_TILE][VG_AUDIT_HASH];
} vg_tile;
typedef struct vg_tiles {
    vg_store *store;
    vg_audit_state state;
    int64_t tiled; /* complete tiles of level 0 */
    unsigned next; /* place in the cache that is given away next */
    vg_tile *cache;
} vg_tiles;
int64_t vg_tile_id(unsigned level, int64_t number);
/** Looks where the tree stands. Inside a transaction of reading or writing. */
int vg_tiles_open(vg_tiles *tiles, vg_store *store, vg_error *err);
void vg_tiles_close(vg_tiles *tiles);
vg_tree vg_tiles_tree(vg_tiles *tiles);
/** The hashes of leaves number `first` to first+count-1, from rows, or from the tile that retention left. */
int vg_tiles_leaves(vg_tiles *tiles, int64_t first, size_t count, uint8_t (*out)[VG_AUDIT_HASH], vg_error *err);
/** A stored tile; *count 0: there is none. */
int vg_tiles_stored(vg_store *store, unsigned level, int64_t number, uint8_t (*out)[VG_AUDIT_HASH], size_t *count, vg_error *err);
/** Writes at most `most` complete tiles of level 0 that are not there yet, and what they change above. Inside a transaction of writing.
 *  *behind: how many are left. */
int vg_tiles_grow(vg_store *store, int64_t most, int64_t *behind, vg_error *err);
/** Keeps the hashes of the leaves before `size` that no complete tile has: what retention is about to cut. */
int vg_tiles_keep(vg_store *store, int64_t size, vg_error *err);
/** Grows in transactions of its own until nothing is behind. */
int vg_tiles_catch_up(vg_store *store, vg_error *err);

/* ---- keys.c ---- */
typedef struct vg_audit_signers {
    char origin[VG_AUDIT_ORIGIN_MOST + 1];
    int64_t generation;
} vg_audit_signers;
int vg_audit_signers_read(vg_store *store, vg_audit_signers *out, vg_error *err);
/** The verifier of a generation. */
void vg_audit_signer_key(const vg_store *store, const vg_audit_signers *signers, int64_t generation, vg_note_key *out);
/** Signs and appends a checkpoint's note; with the generation before too when its key never signed together with the newest. */
int vg_audit_sign(vg_store *store, const vg_audit_signers *signers, int64_t from_generation, int64_t size, const uint8_t root[VG_AUDIT_HASH],
                  vg_buf *out, vg_error *err);

/* ---- checkpoint.c ---- */
int vg_audit_checkpoint_read(const vg_query *row, vg_arena *arena, vg_checkpoint *out, vg_error *err);

#endif
