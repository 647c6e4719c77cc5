/* SPDX-License-Identifier: Apache-2.0 */
#include "store/audit/tree.h"

#include <string.h>

#include "store/audit/sha256.h"

/* The largest power of two below n; n >= 2. */
static uint64_t split(uint64_t n) { return (uint64_t)1 << (63 - __builtin_clzll(n - 1)); }

/* MTH(D[low:low+n]) where `low` is where a sub-tree of the whole begins: the complete sub-trees that n's bits name, joined from the right. */
static int range(const vg_tree *tree, uint64_t low, uint64_t n, uint8_t out[32], vg_error *err)
{
    bool first = true;
    for (unsigned level = 0; n >> level; level++) {
        if (!(n >> level & 1)) continue;
        uint8_t left[32];
        uint64_t at = low + (n >> (level + 1) << (level + 1));
        int rc = tree->read(tree->context, level, at >> level, left, err);
        if (rc) return rc;
        if (first) memcpy(out, left, 32);
        else vg_audit_sha256_node(left, out, out);
        first = false;
    }
    return 0;
}

int vg_tree_root(const vg_tree *tree, uint64_t size, uint8_t out[32], vg_error *err)
{
    if (size) return range(tree, 0, size, out, err);
    vg_audit_sha256("", 0, out);
    return 0;
}

/* Paths are gathered from the root downwards and are written from the leaf upwards. */
static void turn(uint8_t (*path)[32], size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        uint8_t other[32];
        memcpy(other, path[i], 32);
        memcpy(path[i], path[count - 1 - i], 32);
        memcpy(path[count - 1 - i], other, 32);
    }
}

int vg_tree_inclusion(const vg_tree *tree, uint64_t index, uint64_t size, uint8_t (*path)[32], size_t *count, vg_error *err)
{
    uint64_t low = 0, n = size;
    *count = 0;
    while (n > 1) {
        uint64_t k = split(n);
        bool right = index - low >= k;
        int rc = range(tree, right ? low : low + k, right ? k : n - k, path[*count], err);
        if (rc) return rc;
        ++*count;
        low += right ? k : 0;
        n = right ? n - k : k;
    }
    turn(path, *count);
    return 0;
}

int vg_tree_consistency(const vg_tree *tree, uint64_t from, uint64_t size, uint8_t (*path)[32], size_t *count, vg_error *err)
{
    uint64_t low = 0, n = size, m = from;
    bool whole = true; /* the older tree is a sub-tree that the verifier knows the root of */
    *count = 0;
    while (m < n) {
        uint64_t k = split(n);
        bool right = m > k;
        int rc = range(tree, right ? low : low + k, right ? k : n - k, path[*count], err);
        if (rc) return rc;
        ++*count;
        if (right) {
            low += k;
            m -= k;
            n -= k;
            whole = false;
        } else n = k;
    }
    if (!whole) {
        int rc = range(tree, low, n, path[*count], err);
        if (rc) return rc;
        ++*count;
    }
    turn(path, *count);
    return 0;
}

bool vg_tree_included(const uint8_t leaf[32], uint64_t index, uint64_t size, const uint8_t (*path)[32], size_t count, const uint8_t root[32])
{
    uint8_t hash[32];
    if (index >= size) return false;
    uint64_t fn = index, sn = size - 1;
    memcpy(hash, leaf, 32);
    for (size_t i = 0; i < count; i++) {
        if (!sn) return false;
        if ((fn & 1) || fn == sn) {
            vg_audit_sha256_node(path[i], hash, hash);
            while (!(fn & 1) && fn) {
                fn >>= 1;
                sn >>= 1;
            }
        } else vg_audit_sha256_node(hash, path[i], hash);
        fn >>= 1;
        sn >>= 1;
    }
    return !sn && memcmp(hash, root, 32) == 0;
}

bool vg_tree_consistent(uint64_t from, uint64_t size, const uint8_t from_root[32], const uint8_t root[32], const uint8_t (*path)[32], size_t count)
{
    uint8_t older[32], newer[32];
    size_t i = 0;
    if (!from || from > size) return false;
    if (from == size) return !count && memcmp(from_root, root, 32) == 0;
    uint64_t fn = from - 1, sn = size - 1;
    while (fn & 1) {
        fn >>= 1;
        sn >>= 1;
    }
    bool power = (from & (from - 1)) == 0; /* then its root is itself the first hash */
    if (!power && !count) return false;
    memcpy(older, power ? from_root : path[i++], 32);
    memcpy(newer, older, 32);
    for (; i < count; i++) {
        if (!sn) return false;
        if ((fn & 1) || fn == sn) {
            vg_audit_sha256_node(path[i], older, older);
            vg_audit_sha256_node(path[i], newer, newer);
            while (!(fn & 1) && fn) {
                fn >>= 1;
                sn >>= 1;
            }
        } else vg_audit_sha256_node(newer, path[i], newer);
        fn >>= 1;
        sn >>= 1;
    }
    return !sn && memcmp(older, from_root, 32) == 0 && memcmp(newer, root, 32) == 0;
}

void vg_tree_fold(const uint8_t (*hashes)[32], unsigned bits, uint8_t out[32])
{
    uint8_t level[128][32];
    if (!bits) {
        memcpy(out, hashes[0], 32);
        return;
    }
    vg_audit_sha256_nodes(hashes, (size_t)1 << (bits - 1), level);
    for (unsigned b = bits - 1; b; b--) vg_audit_sha256_nodes((const uint8_t(*)[32])level, (size_t)1 << (b - 1), level);
    memcpy(out, level[0], 32);
}

int vg_tree_push(vg_tree_walk *walk, const uint8_t leaf[32], vg_tree_full full, void *context, vg_error *err)
{
    memcpy(walk->tile[0][walk->count[0]++], leaf, 32);
    walk->size++;
    for (unsigned level = 0; level + 1 < VG_TREE_LEVELS && walk->count[level] == 256; level++) {
        const uint8_t(*hashes)[32] = (const uint8_t(*)[32])walk->tile[level];
        int rc = full ? full(context, level, (walk->size >> (8 * (level + 1))) - 1, hashes, err) : 0;
        if (rc) return rc;
        vg_tree_fold(hashes, 8, walk->tile[level + 1][walk->count[level + 1]++]);
        walk->count[level] = 0;
    }
    return 0;
}

void vg_tree_walk_root(const vg_tree_walk *walk, uint8_t out[32])
{
    bool first = true;
    if (!walk->size) vg_audit_sha256("", 0, out);
    for (unsigned level = 0; level < VG_TREE_LEVELS; level++)
        for (unsigned bits = 0; bits < 8; bits++) {
            size_t n = walk->count[level];
            uint8_t left[32];
            if (!(n >> bits & 1)) continue;
            vg_tree_fold((const uint8_t(*)[32])walk->tile[level] + (n >> (bits + 1) << (bits + 1)), bits, left);
            if (first) memcpy(out, left, 32);
            else vg_audit_sha256_node(left, out, out);
            first = false;
        }
}
