/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. One pass over the entries in order. Each is hashed once more: against the hash beside it (altered, moved, missing), and, when a
 * tile's worth is together, against the tile that was written of it (a chain that was made anew from some entry on). Where a checkpoint
 * was signed the root so far has to be its root (a log that was made anew with all of its tiles, or another one that was shown to others).
 * The sealed head says where the end has to be.
 */
#include "store/audit/audit_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "store/audit/stamp.h"

enum { SHOW_EVERY = 16384 };

typedef struct pass {
    vg_store *store;
    const vg_audit_check *how;
    vg_audit_checked *out;
    vg_tiles tiles;
    vg_tree_walk walk;
    vg_arena *arena;           /* of the next checkpoint */
    vg_checkpoint next;        /* of those stored; size INT64_MAX: no more */
    vg_note *notes;            /* kept elsewhere, by size */
    size_t note_count, note;
    vg_note_key *keys;
    int64_t key_count;
    int64_t proven;            /* entries up to the last checkpoint that is right */
    uint8_t hash[VG_AUDIT_HASH];
    char anchor[160];          /* the detail an "audit.cut" entry must have for the anchor to be believed */
    bool anchor_named, no_tree; /* no_tree: the hashes of what was cut are not there */
    vg_error broken;           /* what is wrong with them */
} pass;

/* ---- against tiles ---- */

static int check_tile(void *context, unsigned level, uint64_t number, const uint8_t (*hashes)[VG_AUDIT_HASH], vg_error *err)
{
    pass *p = context;
    uint8_t stored[VG_TILE][VG_AUDIT_HASH];
    size_t count;
    if ((int64_t)((number + 1) << (8 * level)) > p->tiles.tiled) return 0; /* not written yet */
    int rc = vg_tiles_stored(p->store, level, (int64_t)number, stored, &count, err);
    if (rc) return rc;
    for (size_t i = 0; i < VG_TILE; i++) {
        if (i < count && memcmp(stored[i], hashes[i], VG_AUDIT_HASH) == 0) continue;
        if (!level && i < count) return vg_audit_fail_entry((int64_t)(number << 8) + (int64_t)i + 1, "is not the one that the tree was made of: it was written anew", err);
        return vg_fail(err, VG_ECORRUPT, "audit tree", "hash %zu of tile %" PRIu64 " of level %u does not check", i, number, level);
    }
    return 0;
}

/* The tiles that are not complete yet, where the tree ends. */
static int check_edge(pass *p, vg_error *err)
{
    int rc = 0;
    for (unsigned level = 1; !rc && level < VG_TREE_LEVELS; level++) {
        uint8_t stored[VG_TILE][VG_AUDIT_HASH];
        size_t count, wanted = p->walk.count[level];
        int64_t number = (int64_t)(p->walk.size >> (8 * (level + 1)));
        if (!wanted) continue;
        rc = vg_tiles_stored(p->store, level, number, stored, &count, err);
        if (!rc && (count != wanted || memcmp(stored, p->walk.tile[level], wanted * VG_AUDIT_HASH) != 0))
            rc = vg_fail(err, VG_ECORRUPT, "audit tree", "tile %" PRId64 " of level %u does not check", number, level);
    }
    return rc;
}

/* ---- against checkpoints ---- */

static bool is_signed(const pass *p, const vg_note *note)
{
    for (int64_t i = p->key_count; i-- > 0;)
        if (vg_note_signed(note, &p->keys[i])) return true;
    return false;
}

static int fail_checkpoint(int64_t size, const char *what, vg_error *err)
{
    char where[64];
    snprintf(where, sizeof where, "audit checkpoint of %" PRId64 " entries", size);
    return vg_fail(err, VG_ECORRUPT, where, "%s", what);
}

static int forked(const pass *p, int64_t size, const char *whose, vg_error *err)
{
    char where[64];
    snprintf(where, sizeof where, "audit entry %" PRId64, p->proven + 1);
    return vg_fail(err, VG_ECORRUPT, where, "it, or a later one up to entry %" PRId64 ", is not what %s of that size was signed over: the log was written anew or forked",
                   size, whose);
}

static int next_checkpoint(pass *p, vg_error *err)
{
    vg_query row = vg_store_use(p->store, VG_SQL_CHECKPOINTS);
    vg_store_bind_int(&row, p->next.size);
    int rc = vg_store_step(&row, err);
    if (rc <= 0) {
        p->next.size = INT64_MAX;
        return rc;
    }
    vg_arena_reset(p->arena);
    rc = vg_audit_checkpoint_read(&row, p->arena, &p->next, err);
    vg_store_reset(&row);
    return rc;
}

/* Every time stamp of the checkpoint. */
static int check_stamps(pass *p, vg_error *err)
{
    int64_t time_ms;
    vg_error why = {0};
    char where[64];
    int rc;
    vg_query stamp = vg_store_use(p->store, VG_SQL_STAMPS_OF);
    vg_store_bind_int(&stamp, p->next.size);
    while ((rc = vg_store_step(&stamp, &why)) == 1) {
        rc = vg_stamp_check(vg_store_peek(&stamp, 1), p->next.note, p->how->stamp_ca, &time_ms, &why);
        if (!rc && time_ms != vg_store_int(&stamp, 0)) rc = vg_fail(&why, VG_ECORRUPT, "", "says another time than was noted");
        if (rc) break;
        p->out->stamps++;
    }
    vg_store_reset(&stamp);
    snprintf(where, sizeof where, "time stamp of the audit checkpoint of %" PRId64 " entries", p->next.size);
    return rc ? vg_fail(err, -rc, where, "%s", why.what) : 0;
}

static int check_checkpoint(pass *p, const uint8_t root[VG_AUDIT_HASH], vg_error *err)
{
    vg_note note;
    vg_error why = {0};
    const vg_checkpoint *c = &p->next;
    if (vg_note_read(&note, c->note, &why)) return fail_checkpoint(c->size, why.what, err);
    if (note.size != c->size || memcmp(note.root, c->root, VG_AUDIT_HASH) != 0) return fail_checkpoint(c->size, "its note is about another size or root", err);
    if (!is_signed(p, &note)) return fail_checkpoint(c->size, "no signature of this log's keys checks", err);
    if (memcmp(root, c->root, VG_AUDIT_HASH) != 0) return forked(p, c->size, "the checkpoint", err);
    p->out->checkpoints++;
    return check_stamps(p, err);
}

/* Everything signed about the log as it is after `size` entries. */
static int check_signed(pass *p, vg_error *err)
{
    int64_t size = (int64_t)p->walk.size;
    bool kept = p->note < p->note_count && p->notes[p->note].size == size;
    uint8_t root[VG_AUDIT_HASH];
    int rc = 0;
    if (p->next.size != size && !kept) return 0;
    vg_tree_walk_root(&p->walk, root);
    for (; p->note < p->note_count && p->notes[p->note].size == size; p->note++, p->out->notes++)
        if (memcmp(root, p->notes[p->note].root, VG_AUDIT_HASH) != 0) return forked(p, size, "a checkpoint kept elsewhere", err);
    if (p->next.size == size) {
        rc = check_checkpoint(p, root, err);
        if (!rc) rc = next_checkpoint(p, err);
    }
    p->proven = size;
    return rc;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = ((const vg_note *)a)->size, y = ((const vg_note *)b)->size;
    return (x > y) - (x < y);
}

static int read_notes(pass *p, vg_error *err)
{
    p->note_count = p->how->note_count;
    p->notes = vg_calloc(p->note_count ? p->note_count : 1, sizeof *p->notes);
    if (!p->notes) return vg_fail(err, VG_ENOMEM, "", "no memory for checkpoints");
    for (size_t i = 0; i < p->note_count; i++) {
        int rc = vg_note_read(&p->notes[i], p->how->notes[i], err);
        if (rc) return rc;
        if (!vg_str_is(p->notes[i].origin, p->keys[0].name) || !is_signed(p, &p->notes[i]))
            return fail_checkpoint(p->notes[i].size, "the one kept elsewhere was not signed by this log", err);
    }
    qsort(p->notes, p->note_count, sizeof *p->notes, by_size);
    for (size_t i = 1; i < p->note_count; i++)
        if (p->notes[i].size == p->notes[i - 1].size && memcmp(p->notes[i].root, p->notes[i - 1].root, VG_AUDIT_HASH) != 0)
            return fail_checkpoint(p->notes[i].size, "two were signed that differ: the log was forked", err);
    return 0;
}

static int read_keys(pass *p, vg_error *err)
{
    vg_audit_signers signers;
    int rc = vg_audit_signers_read(p->store, &signers, err);
    if (rc) return rc;
    p->key_count = signers.generation;
    p->keys = vg_calloc((size_t)p->key_count, sizeof *p->keys);
    if (!p->keys) return vg_fail(err, VG_ENOMEM, "", "no memory for keys");
    for (int64_t i = 0; i < p->key_count; i++) vg_audit_signer_key(p->store, &signers, i + 1, &p->keys[i]);
    return 0;
}

/* ---- the pass ---- */

static void show(const pass *p)
{
    if (p->how->progress) p->how->progress(p->how->context, (int64_t)p->walk.size, p->tiles.state.head_seq);
}

static int add_leaf(pass *p, const uint8_t leaf[VG_AUDIT_HASH], vg_error *err)
{
    int rc = vg_tree_push(&p->walk, leaf, check_tile, p, err);
    if (!rc && p->tiles.tiled && (int64_t)p->walk.size == p->tiles.tiled * VG_TILE) rc = check_edge(p, err);
    return rc ? rc : check_signed(p, err);
}

/* What retention took is there as hashes. Without them the chain can be walked all the same, and says more exactly what is wrong. */
static int walk_cut(pass *p, vg_error *err)
{
    uint8_t leaves[VG_TILE][VG_AUDIT_HASH];
    int64_t n = p->tiles.state.anchor_seq;
    int rc = 0;
    for (int64_t first = 0; !rc && first < n; first += VG_TILE) {
        size_t count = (size_t)(n - first < VG_TILE ? n - first : VG_TILE);
        rc = vg_tiles_leaves(&p->tiles, first, count, leaves, &p->broken);
        if (rc == -VG_ECORRUPT) {
            p->no_tree = true;
            return 0;
        }
        if (rc) return vg_fail(err, -rc, p->broken.where, "%s", p->broken.what);
        for (size_t i = 0; !rc && i < count; i++) rc = add_leaf(p, leaves[i], err);
        if (first % SHOW_EVERY == 0) show(p);
    }
    return rc;
}

static int walk_entry(pass *p, const vg_query *row, int64_t expected, vg_error *err)
{
    vg_audit_line entry = vg_audit_row(row);
    vg_str stored = vg_store_peek(row, 6);
    uint8_t leaf[VG_AUDIT_HASH];
    if (entry.seq != expected) return vg_audit_fail_entry(expected, "is missing", err);
    vg_audit_entry_hash(&entry, p->hash, entry.seq >= p->tiles.state.second_from, p->hash, leaf);
    if (stored.len != VG_AUDIT_HASH || memcmp(stored.ptr, p->hash, VG_AUDIT_HASH) != 0)
        return vg_audit_fail_entry(entry.seq, "does not check: it, or the one before it, was altered", err);
    if (!p->anchor_named && vg_str_is(entry.field[1], "audit.cut") && vg_str_is(entry.field[3], p->anchor)) p->anchor_named = true;
    p->out->entries++;
    return p->no_tree ? 0 : add_leaf(p, leaf, err);
}

static int walk_entries(pass *p, vg_error *err)
{
    int64_t expected = p->tiles.state.anchor_seq + 1;
    vg_query all = vg_store_use(p->store, VG_SQL_AUDIT_WALK);
    int rc;
    while ((rc = vg_store_step(&all, err)) == 1) {
        rc = walk_entry(p, &all, expected, err);
        if (rc) break;
        if (expected++ % SHOW_EVERY == 0) show(p);
    }
    vg_store_reset(&all);
    p->out->newest = expected - 1;
    return rc;
}

static int check_end(pass *p, vg_error *err)
{
    const vg_audit_state *s = &p->tiles.state;
    int64_t newest = p->out->newest;
    if (newest != s->head_seq || memcmp(p->hash, s->head_hash, VG_AUDIT_HASH) != 0)
        return vg_audit_fail_entry(newest < s->head_seq ? newest + 1 : newest,
                                   newest < s->head_seq ? "is missing: the end was cut off" : "is not the newest one written", err);
    if (!p->anchor_named) return vg_audit_fail_entry(s->anchor_seq + 1, "follows a start that no entry \"audit.cut\" names", err);
    if (p->no_tree) return vg_fail(err, VG_ECORRUPT, p->broken.where, "%s", p->broken.what);
    int64_t beyond = p->next.size;
    if (p->note < p->note_count && p->notes[p->note].size < beyond) beyond = p->notes[p->note].size;
    if (beyond == INT64_MAX) return 0;
    char what[96];
    snprintf(what, sizeof what, "is missing: a checkpoint of %" PRId64 " entries was signed", beyond);
    return vg_audit_fail_entry(newest + 1, what, err);
}

static int run(pass *p, vg_error *err)
{
    int rc = vg_tiles_open(&p->tiles, p->store, err);
    if (!rc) rc = read_keys(p, err);
    if (!rc) rc = read_notes(p, err);
    if (!rc) rc = next_checkpoint(p, err);
    if (rc) return rc;
    const vg_audit_state *s = &p->tiles.state;
    memcpy(p->hash, s->anchor_hash, VG_AUDIT_HASH);
    vg_audit_cut_detail(p->anchor, sizeof p->anchor, s->anchor_seq, s->anchor_hash);
    p->anchor_named = s->anchor_seq == 0;
    p->out->first = s->anchor_seq + 1;
    rc = check_signed(p, err);
    if (!rc) rc = walk_cut(p, err);
    if (!rc) rc = walk_entries(p, err);
    return rc ? rc : check_end(p, err);
}

int vg_store_audit_check(vg_store *store, const vg_audit_check *how, vg_audit_checked *out, vg_error *err)
{
    *out = (vg_audit_checked){0};
    pass *p = vg_calloc(1, sizeof *p);
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    int rc = p && arena ? vg_store_begin_read(store, err) : vg_fail(err, VG_ENOMEM, "", "no memory to walk the audit log");
    if (!rc) {
        p->store = store;
        p->how = how;
        p->out = out;
        p->arena = arena;
        rc = vg_store_end_read(store, run(p, err), err);
        vg_tiles_close(&p->tiles);
        vg_free(p->keys);
        vg_free(p->notes);
    }
    vg_arena_destroy(&arena);
    vg_free(p);
    return rc;
}

int vg_store_audit_verify(vg_store *store, int64_t *count, vg_error *err)
{
    vg_audit_checked out;
    int rc = vg_store_audit_check(store, &(vg_audit_check){0}, &out, err);
    *count = out.entries;
    return rc;
}
