/* SPDX-License-Identifier: Apache-2.0
 *
 * store/audit/tree: the Merkle tree of RFC 9162, section 2.1, over SHA-256: roots, proofs, and checking them. Pure: hashes of complete
 * sub-trees are read through a function. Positions and sizes are counted in leaves.
 */
#ifndef VG_STORE_AUDIT_TREE_H
#define VG_STORE_AUDIT_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

/* Of both kinds: 2 * 63 at most for a tree of 2^63 leaves. */
enum { VG_TREE_PATH_MOST = 128 };

/** Reads the hash of the complete sub-tree of 2^level leaves that is number `index` of its level. */
typedef int (*vg_tree_read)(void *context, unsigned level, uint64_t index, uint8_t out[32], vg_error *err);
typedef struct vg_tree {
    vg_tree_read read;
    void *context;
} vg_tree;

/** The root of the first `size` leaves; of none: SHA-256 of nothing. */
int vg_tree_root(const vg_tree *tree, uint64_t size, uint8_t out[32], vg_error *err);
/** PATH(index, D[size]), section 2.1.3.1. index < size. */
int vg_tree_inclusion(const vg_tree *tree, uint64_t index, uint64_t size, uint8_t (*path)[32], size_t *count, vg_error *err);
/** PROOF(from, D[size]), section 2.1.4.1. 0 < from <= size. */
int vg_tree_consistency(const vg_tree *tree, uint64_t from, uint64_t size, uint8_t (*path)[32], size_t *count, vg_error *err);

/** Section 2.1.3.2: does the path lead from the leaf to the root? */
bool vg_tree_included(const uint8_t leaf[32], uint64_t index, uint64_t size, const uint8_t (*path)[32], size_t count, const uint8_t root[32]);
/** Section 2.1.4.2. */
bool vg_tree_consistent(uint64_t from, uint64_t size, const uint8_t from_root[32], const uint8_t root[32], const uint8_t (*path)[32], size_t count);

/** The root of 2^bits hashes that lie side by side; bits <= 8. */
void vg_tree_fold(const uint8_t (*hashes)[32], unsigned bits, uint8_t out[32]);

/* Leaves in order, 256 at a time: what a walk over the whole log needs, in fixed memory. */
enum { VG_TREE_LEVELS = 7 }; /* 256^7 leaves and more than any log */
typedef struct vg_tree_walk {
    uint64_t size;
    size_t count[VG_TREE_LEVELS];             /* hashes that wait in each level's tile */
    uint8_t tile[VG_TREE_LEVELS][256][32];
} vg_tree_walk;

/** Called with each tile that became complete: its level, number and hashes. */
typedef int (*vg_tree_full)(void *context, unsigned level, uint64_t number, const uint8_t (*hashes)[32], vg_error *err);
int vg_tree_push(vg_tree_walk *walk, const uint8_t leaf[32], vg_tree_full full, void *context, vg_error *err);
/** The root of what was pushed. */
void vg_tree_walk_root(const vg_tree_walk *walk, uint8_t out[32]);

#endif
