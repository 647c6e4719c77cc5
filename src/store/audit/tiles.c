/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. The tree lies in tiles of 256 hashes, as transparency logs hand theirs out (C2SP tlog-tiles): tile N of level L has the
 * roots of 256 sub-trees of 256^L leaves each. Whatever a proof in a log of ten million entries needs is in one tile of each of
 * three levels. Tiles are written behind the entries, by who has time (the watch, a checkpoint, retention): an entry's chain hash
 * is its leaf already, so what no tile has yet is read from the entries, and a crash costs nothing.
 */
#include "store/audit/audit_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "store/audit/sha256.h"

enum { LEVEL_SHIFT = 48, GROW_AT_ONCE = 256 };

int64_t vg_tile_id(unsigned level, int64_t number) { return ((int64_t)level << LEVEL_SHIFT) + number; }

int vg_tiles_stored(vg_store *store, unsigned level, int64_t number, uint8_t (*out)[VG_AUDIT_HASH], size_t *count, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_TILE_GET);
    vg_store_bind_int(&get, vg_tile_id(level, number));
    *count = 0;
    int rc = vg_store_step(&get, err);
    if (rc <= 0) return rc;
    vg_str hashes = vg_store_peek(&get, 0);
    bool good = hashes.len % VG_AUDIT_HASH == 0 && hashes.len <= (size_t)VG_TILE * VG_AUDIT_HASH;
    if (good) {
        *count = hashes.len / VG_AUDIT_HASH;
        memcpy(out, hashes.ptr, hashes.len);
    }
    vg_store_reset(&get);
    return good ? 0 : vg_fail(err, VG_ECORRUPT, "audit tree", "tile %" PRId64 " of level %u has not the length of hashes", number, level);
}

/* Complete tiles of level 0: as many as level 1 has hashes. */
static int count_tiled(vg_store *store, int64_t *tiled, vg_error *err)
{
    vg_query last = vg_store_use(store, VG_SQL_TILE_LAST);
    vg_store_bind_int(&last, vg_tile_id(1, 0));
    vg_store_bind_int(&last, vg_tile_id(2, 0));
    *tiled = 0;
    int rc = vg_store_step(&last, err);
    if (rc <= 0) return rc;
    *tiled = (vg_store_int(&last, 0) - vg_tile_id(1, 0)) * VG_TILE + vg_store_int(&last, 1) / VG_AUDIT_HASH;
    vg_store_reset(&last);
    return 0;
}

int vg_tiles_open(vg_tiles *tiles, vg_store *store, vg_error *err)
{
    *tiles = (vg_tiles){.store = store};
    tiles->cache = vg_malloc(VG_TILES_CACHED * sizeof *tiles->cache);
    if (!tiles->cache) return vg_fail(err, VG_ENOMEM, "", "no memory for the audit log's tree");
    for (size_t i = 0; i < VG_TILES_CACHED; i++) tiles->cache[i].id = -1;
    int rc = vg_audit_state_read(store, &tiles->state, err);
    if (!rc && store->together) { /* what is being written has no sealed head yet */
        tiles->state.head_seq = store->audit_seq;
        memcpy(tiles->state.head_hash, store->audit_hash, VG_AUDIT_HASH);
    }
    return rc ? rc : count_tiled(store, &tiles->tiled, err);
}

void vg_tiles_close(vg_tiles *tiles)
{
    vg_free(tiles->cache);
    tiles->cache = NULL;
}

/* ---- leaves ---- */

static int missing(int64_t leaf, vg_error *err) { return vg_audit_fail_entry(leaf + 1, "is missing", err); }

/* Leaves of the second version: the entries' own hashes. */
static int read_hashes(vg_store *store, int64_t first, size_t count, uint8_t (*out)[VG_AUDIT_HASH], vg_error *err)
{
    vg_query rows = vg_store_use(store, VG_SQL_AUDIT_HASHES);
    vg_store_bind_int(&rows, first + 1);
    vg_store_bind_int(&rows, (int64_t)count);
    size_t done = 0;
    int rc;
    while ((rc = vg_store_step(&rows, err)) == 1) {
        vg_str hash = vg_store_peek(&rows, 1);
        if (vg_store_int(&rows, 0) != first + 1 + (int64_t)done || hash.len != VG_AUDIT_HASH) break;
        memcpy(out[done++], hash.ptr, VG_AUDIT_HASH);
    }
    vg_store_reset(&rows);
    if (rc < 0) return rc;
    return done == count ? 0 : missing(first + (int64_t)done, err);
}

int vg_audit_hash_before(vg_store *store, const vg_audit_state *state, int64_t seq, uint8_t out[VG_AUDIT_HASH], vg_error *err)
{
    if (seq != state->anchor_seq + 1) return read_hashes(store, seq - 2, 1, (uint8_t(*)[VG_AUDIT_HASH])out, err);
    memcpy(out, state->anchor_hash, VG_AUDIT_HASH);
    return 0;
}

/* Leaves of the first version: worked out from the entry and the hash before it. */
static int hash_rows(const vg_tiles *tiles, int64_t first, size_t count, uint8_t (*out)[VG_AUDIT_HASH], vg_error *err)
{
    uint8_t previous[VG_AUDIT_HASH];
    int rc = vg_audit_hash_before(tiles->store, &tiles->state, first + 1, previous, err);
    if (rc) return rc;
    vg_query rows = vg_store_use(tiles->store, VG_SQL_AUDIT_ROWS);
    vg_store_bind_int(&rows, first + 1);
    vg_store_bind_int(&rows, (int64_t)count);
    size_t done = 0;
    while ((rc = vg_store_step(&rows, err)) == 1) {
        vg_audit_line entry = vg_audit_row(&rows);
        vg_str hash = vg_store_peek(&rows, 6);
        if (entry.seq != first + 1 + (int64_t)done || hash.len != VG_AUDIT_HASH) break;
        vg_audit_entry_hash(&entry, previous, false, NULL, out[done++]);
        memcpy(previous, hash.ptr, VG_AUDIT_HASH);
    }
    vg_store_reset(&rows);
    if (rc < 0) return rc;
    return done == count ? 0 : missing(first + (int64_t)done, err);
}

/* What retention took: in a tile. */
static int read_kept(const vg_tiles *tiles, int64_t first, size_t count, uint8_t (*out)[VG_AUDIT_HASH], vg_error *err)
{
    uint8_t tile[VG_TILE][VG_AUDIT_HASH];
    size_t have, at = (size_t)(first % VG_TILE);
    int rc = vg_tiles_stored(tiles->store, 0, first / VG_TILE, tile, &have, err);
    if (rc) return rc;
    if (at + count > have)
        return vg_fail(err, VG_ECORRUPT, "audit tree", "the hash of entry %" PRId64 ", which retention took, is missing",
                       first + 1 + (int64_t)(have > at ? have - at : 0));
    memcpy(out, tile[at], count * VG_AUDIT_HASH);
    return 0;
}

static size_t least(int64_t a, int64_t b) { return (size_t)(a < b ? a : b); }

int vg_tiles_leaves(vg_tiles *tiles, int64_t first, size_t count, uint8_t (*out)[VG_AUDIT_HASH], vg_error *err)
{
    const vg_audit_state *s = &tiles->state;
    int rc = 0;
    while (!rc && count) { /* stretches of one kind */
        size_t n = count;
        if (first < s->tree_from) {
            n = least((int64_t)count, s->tree_from - first);
            for (size_t i = 0; i < n; i++) vg_audit_sha256("", 1, out[i]);
        } else if (first < s->anchor_seq) {
            n = least(s->anchor_seq - first, VG_TILE - first % VG_TILE);
            n = n < count ? n : count;
            rc = read_kept(tiles, first, n, out, err);
        } else if (first + 1 < s->second_from) {
            n = least((int64_t)count, s->second_from - first - 1);
            rc = hash_rows(tiles, first, n, out, err);
        } else rc = read_hashes(tiles->store, first, n, out, err);
        first += (int64_t)n;
        count -= n;
        out += n;
    }
    return rc;
}

/* ---- sub-trees ---- */

static int fill(vg_tiles *tiles, vg_tile *tile, unsigned level, int64_t number, size_t wanted, vg_error *err)
{
    tile->id = -1;
    int rc = vg_tiles_stored(tiles->store, level, number, tile->hash, &tile->count, err);
    if (!rc && level == 0 && tile->count < wanted) { /* not written yet */
        tile->count = least(tiles->state.head_seq - number * VG_TILE, VG_TILE);
        rc = vg_tiles_leaves(tiles, number * VG_TILE, tile->count, tile->hash, err);
    }
    if (!rc) tile->id = vg_tile_id(level, number);
    return rc;
}

static int find(vg_tiles *tiles, unsigned level, int64_t number, size_t wanted, vg_tile **out, vg_error *err)
{
    for (size_t i = 0; i < VG_TILES_CACHED; i++)
        if (tiles->cache[i].id == vg_tile_id(level, number) && tiles->cache[i].count >= wanted) {
            *out = &tiles->cache[i];
            return 0;
        }
    *out = &tiles->cache[tiles->next];
    tiles->next = (tiles->next + 1) % VG_TILES_CACHED;
    return fill(tiles, *out, level, number, wanted, err);
}

/* A sub-tree of 2^level leaves: from the tile that has the hashes at or just below its level. */
static int read_subtree(void *context, unsigned level, uint64_t index, uint8_t out[VG_AUDIT_HASH], vg_error *err)
{
    vg_tiles *tiles = context;
    unsigned bits = level % 8;
    uint64_t first = index << bits;
    size_t at = first % VG_TILE, wanted = at + ((size_t)1 << bits);
    vg_tile *tile;
    int rc = find(tiles, level / 8, (int64_t)(first / VG_TILE), wanted, &tile, err);
    if (rc) return rc;
    if (tile->count >= wanted) {
        vg_tree_fold((const uint8_t(*)[VG_AUDIT_HASH])tile->hash + at, bits, out);
        return 0;
    }
    if (level < 8) return vg_fail(err, VG_ECORRUPT, "audit tree", "leaf %" PRIu64 " is beyond the end of the log", first + tile->count);
    uint8_t left[VG_AUDIT_HASH]; /* no tile has it yet: from its halves */
    rc = read_subtree(context, level - 1, 2 * index, left, err);
    if (!rc) rc = read_subtree(context, level - 1, 2 * index + 1, out, err);
    if (!rc) vg_audit_sha256_node(left, out, out);
    return rc;
}

vg_tree vg_tiles_tree(vg_tiles *tiles) { return (vg_tree){read_subtree, tiles}; }

/* ---- writing ---- */

static int write_tile(vg_store *store, unsigned level, int64_t number, const uint8_t (*hashes)[VG_AUDIT_HASH], size_t count, vg_error *err)
{
    vg_query set = vg_store_use(store, VG_SQL_TILE_SET);
    vg_store_bind_int(&set, vg_tile_id(level, number));
    vg_store_bind_blob(&set, hashes, count * VG_AUDIT_HASH);
    return vg_store_run(&set, err);
}

/* The tiles at the right edge of the levels above 0, in memory while many tiles below are added. */
typedef struct edge {
    vg_tree_walk walk;
    bool moved[VG_TREE_LEVELS];
    vg_store *store;
} edge;

static int edge_open(edge *e, vg_store *store, int64_t tiled, vg_error *err)
{
    e->store = store;
    memset(e->moved, 0, sizeof e->moved);
    memset(e->walk.count, 0, sizeof e->walk.count);
    e->walk.size = (uint64_t)tiled * VG_TILE;
    int rc = 0;
    for (unsigned level = 1; !rc && level < VG_TREE_LEVELS; level++) {
        int64_t number = (int64_t)(e->walk.size >> (8 * (level + 1)));
        size_t wanted = (e->walk.size >> (8 * level)) % VG_TILE, have = 0;
        if (!wanted) continue;
        rc = vg_tiles_stored(store, level, number, e->walk.tile[level], &have, err);
        if (!rc && have != wanted)
            rc = vg_fail(err, VG_ECORRUPT, "audit tree", "tile %" PRId64 " of level %u has %zu hashes; expected %zu", number, level, have, wanted);
        e->walk.count[level] = wanted;
    }
    return rc;
}

static int edge_full(void *context, unsigned level, uint64_t number, const uint8_t (*hashes)[VG_AUDIT_HASH], vg_error *err)
{
    edge *e = context;
    e->moved[level + 1] = true;
    e->moved[level] = false;
    return write_tile(e->store, level, (int64_t)number, hashes, VG_TILE, err);
}

static int edge_close(edge *e, vg_error *err)
{
    int rc = 0;
    for (unsigned level = 1; !rc && level < VG_TREE_LEVELS; level++)
        if (e->moved[level] && e->walk.count[level])
            rc = write_tile(e->store, level, (int64_t)(e->walk.size >> (8 * (level + 1))), (const uint8_t(*)[VG_AUDIT_HASH])e->walk.tile[level],
                            e->walk.count[level], err);
    return rc;
}

static int grow(vg_tiles *tiles, edge *e, int64_t until, vg_error *err)
{
    uint8_t leaves[VG_TILE][VG_AUDIT_HASH];
    int rc = edge_open(e, tiles->store, tiles->tiled, err);
    for (int64_t n = tiles->tiled; !rc && n < until; n++) {
        rc = vg_tiles_leaves(tiles, n * VG_TILE, VG_TILE, leaves, err);
        for (size_t i = 0; !rc && i < VG_TILE; i++) rc = vg_tree_push(&e->walk, leaves[i], edge_full, e, err);
    }
    return rc ? rc : edge_close(e, err);
}

int vg_tiles_grow(vg_store *store, int64_t most, int64_t *behind, vg_error *err)
{
    vg_tiles tiles;
    *behind = 0;
    int rc = vg_tiles_open(&tiles, store, err);
    int64_t complete = rc ? 0 : tiles.state.head_seq / VG_TILE, left = complete - tiles.tiled;
    if (!rc && left > 0) {
        edge *e = vg_malloc(sizeof *e);
        rc = e ? grow(&tiles, e, left > most ? tiles.tiled + most : complete, err) : vg_fail(err, VG_ENOMEM, "", "no memory for the audit log's tree");
        vg_free(e);
        *behind = left > most ? left - most : 0;
    }
    vg_tiles_close(&tiles);
    return rc;
}

int vg_tiles_keep(vg_store *store, int64_t size, vg_error *err)
{
    uint8_t leaves[VG_TILE][VG_AUDIT_HASH];
    vg_tiles tiles;
    int64_t number = size / VG_TILE;
    size_t count = (size_t)(size % VG_TILE);
    int rc = vg_tiles_open(&tiles, store, err);
    if (!rc && count && number >= tiles.tiled) {
        rc = vg_tiles_leaves(&tiles, number * VG_TILE, count, leaves, err);
        if (!rc) rc = write_tile(store, 0, number, (const uint8_t(*)[VG_AUDIT_HASH])leaves, count, err);
    }
    vg_tiles_close(&tiles);
    return rc;
}

int vg_tiles_catch_up(vg_store *store, vg_error *err)
{
    int64_t behind = 0;
    int rc;
    do {
        rc = vg_store_begin(store, err);
        if (!rc) rc = vg_store_end(store, vg_tiles_grow(store, GROW_AT_ONCE, &behind, err), err);
    } while (!rc && behind && !store->together);
    return rc;
}
