/* SPDX-License-Identifier: Apache-2.0
 *
 * Proofs out of the tiles, and how they are written.
 */
#include "store/audit/audit_int.h"

#include "base/hash.h"

enum { BEHIND_MOST = 4 }; /* tiles: more are written first, as reading so many entries takes longer */

/* The tree is as good without its newest tiles, only slower: who cannot write reads. */
static void catch_up(vg_store *store)
{
    vg_error unused = {0};
    vg_tiles tiles;
    int rc = vg_store_begin_read(store, &unused);
    if (rc) return;
    rc = vg_tiles_open(&tiles, store, &unused);
    int64_t behind = rc ? 0 : tiles.state.head_seq / VG_TILE - tiles.tiled;
    vg_tiles_close(&tiles);
    vg_store_end_read(store, rc, &unused);
    if (behind > BEHIND_MOST) vg_tiles_catch_up(store, &unused);
}

static int no_size(int64_t size, int64_t newest, vg_error *err)
{
    return vg_fail(err, VG_ENOENT, "/size", "the log has %lld entries, not %lld", (long long)newest, (long long)size);
}

static int prove_entry(vg_tiles *tiles, vg_audit_proof *out, vg_error *err)
{
    vg_tree tree = vg_tiles_tree(tiles);
    if (out->size > tiles->state.head_seq) return no_size(out->size, tiles->state.head_seq, err);
    int rc = tree.read(tree.context, 0, (uint64_t)out->entry - 1, out->leaf, err);
    if (!rc) rc = vg_tree_inclusion(&tree, (uint64_t)out->entry - 1, (uint64_t)out->size, out->path, &out->count, err);
    return rc ? rc : vg_tree_root(&tree, (uint64_t)out->size, out->root, err);
}

static int prove_growth(vg_tiles *tiles, vg_audit_proof *out, vg_error *err)
{
    vg_tree tree = vg_tiles_tree(tiles);
    if (out->size > tiles->state.head_seq) return no_size(out->size, tiles->state.head_seq, err);
    int rc = vg_tree_root(&tree, (uint64_t)out->from, out->from_root, err);
    if (!rc) rc = vg_tree_root(&tree, (uint64_t)out->size, out->root, err);
    return rc ? rc : vg_tree_consistency(&tree, (uint64_t)out->from, (uint64_t)out->size, out->path, &out->count, err);
}

static int prove(vg_store *store, vg_audit_proof *out, int (*how)(vg_tiles *, vg_audit_proof *, vg_error *), vg_error *err)
{
    vg_tiles tiles;
    catch_up(store);
    int rc = vg_store_begin_read(store, err);
    if (rc) return rc;
    rc = vg_tiles_open(&tiles, store, err);
    if (!rc) rc = how(&tiles, out, err);
    vg_tiles_close(&tiles);
    return vg_store_end_read(store, rc, err);
}

int vg_store_audit_prove_entry(vg_store *store, int64_t entry, int64_t size, vg_audit_proof *out, vg_error *err)
{
    *out = (vg_audit_proof){.entry = entry, .size = size};
    if (entry < 1 || size < 1 || entry > size) return vg_fail(err, VG_ENOENT, "/entry", "a log of %lld entries has no entry %lld", (long long)size, (long long)entry);
    return prove(store, out, prove_entry, err);
}

int vg_store_audit_prove_growth(vg_store *store, int64_t from, int64_t size, vg_audit_proof *out, vg_error *err)
{
    *out = (vg_audit_proof){.from = from, .size = size};
    if (from < 1 || from > size) return vg_fail(err, VG_EINVAL, "/from", "expected 1 to the size, %lld", (long long)size);
    return prove(store, out, prove_growth, err);
}

int vg_store_audit_size(vg_store *store, int64_t *size, vg_error *err)
{
    vg_audit_state state;
    int rc = vg_audit_state_read(store, &state, err);
    *size = rc ? 0 : state.head_seq;
    return rc;
}

/* ---- writing ---- */

static void write_hash(vg_buf *out, const uint8_t hash[VG_AUDIT_HASH])
{
    char hex[2 * VG_AUDIT_HASH + 1];
    vg_hex_encode(hex, hash, VG_AUDIT_HASH);
    vg_buf_printf(out, "\"%s\"", hex);
}

void vg_audit_write_path(vg_buf *out, const uint8_t (*path)[VG_AUDIT_HASH], size_t count)
{
    vg_buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_hash(out, path[i]);
    }
    vg_buf_add_char(out, ']');
}

void vg_audit_write_line(vg_buf *out, const vg_audit_line *entry, bool second, const uint8_t previous[VG_AUDIT_HASH])
{
    static const char *const names[4] = {"actor", "action", "object", "detail"};
    vg_buf_printf(out, "{\"seq\":%lld,\"time_ms\":%lld", (long long)entry->seq, (long long)entry->time_ms);
    for (int i = 0; i < 4; i++) {
        vg_buf_printf(out, ",\"%s\":", names[i]);
        vg_buf_add_json_str(out, entry->field[i]);
    }
    vg_buf_printf(out, ",\"version\":%d,\"previous\":", second ? 2 : 1);
    write_hash(out, previous);
}

/* The entry itself, where it is still there. */
static int write_entry(vg_store *store, int64_t seq, vg_buf *out, vg_error *err)
{
    vg_audit_state state;
    uint8_t previous[VG_AUDIT_HASH];
    int rc = vg_audit_state_read(store, &state, err);
    if (rc || seq <= state.anchor_seq) return rc;
    rc = vg_audit_hash_before(store, &state, seq, previous, err);
    if (rc) return rc;
    vg_query row = vg_store_use(store, VG_SQL_AUDIT_ROWS);
    vg_store_bind_int(&row, seq);
    vg_store_bind_int(&row, 1);
    rc = vg_store_step(&row, err);
    if (rc <= 0) return rc;
    vg_audit_line entry = vg_audit_row(&row);
    if (entry.seq == seq) {
        vg_buf_add_cstr(out, ",\"line\":");
        vg_audit_write_line(out, &entry, seq >= state.second_from, previous);
        vg_buf_add_char(out, '}');
    }
    vg_store_reset(&row);
    return 0;
}

/* The note over exactly this size and root, if one was signed. */
static int write_checkpoint(vg_store *store, const char *name, int64_t size, vg_arena *arena, vg_buf *out, vg_error *err)
{
    vg_checkpoint c = {0};
    vg_error none = {0};
    int rc = vg_store_audit_checkpoint_at(store, size, arena, &c, &none);
    if (rc && rc != -VG_ENOENT) return vg_fail(err, -rc, none.where, "%s", none.what);
    if (rc || c.size != size) return 0;
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, c.note);
    return 0;
}

int vg_store_audit_proof_write(vg_store *store, const vg_audit_proof *proof, bool with_entry, vg_arena *arena, vg_buf *out, vg_error *err)
{
    int rc = 0;
    if (proof->entry) {
        vg_buf_printf(out, "{\"format\":\"vigie-audit-inclusion/1\",\"entry\":%lld,\"size\":%lld,\"leaf\":", (long long)proof->entry, (long long)proof->size);
        write_hash(out, proof->leaf);
    } else {
        vg_buf_printf(out, "{\"format\":\"vigie-audit-consistency/1\",\"from\":%lld,\"size\":%lld,\"from_root\":", (long long)proof->from, (long long)proof->size);
        write_hash(out, proof->from_root);
    }
    vg_buf_add_cstr(out, ",\"root\":");
    write_hash(out, proof->root);
    vg_buf_add_cstr(out, ",\"path\":");
    vg_audit_write_path(out, (const uint8_t(*)[VG_AUDIT_HASH])proof->path, proof->count);
    if (!proof->entry) rc = write_checkpoint(store, "from_checkpoint", proof->from, arena, out, err);
    if (!rc) rc = write_checkpoint(store, "checkpoint", proof->size, arena, out, err);
    if (!rc && proof->entry && with_entry) rc = write_entry(store, proof->entry, out, err);
    vg_buf_add_char(out, '}');
    return !rc && out->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for a proof") : rc;
}
