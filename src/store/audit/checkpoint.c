/* SPDX-License-Identifier: Apache-2.0
 *
 * Checkpoints: made over what is committed, stored, handed out.
 */
#include "store/audit/audit_int.h"

#include <stdio.h>

enum { NOTE_CEILING = 32 << 10, GROW_A_ROUND = 256 };

int vg_audit_checkpoint_read(const vg_query *row, vg_arena *arena, vg_checkpoint *out, vg_error *err)
{
    int copied = 0;
    vg_str root = vg_store_peek(row, 2);
    *out = (vg_checkpoint){.size = vg_store_int(row, 0), .made_ms = vg_store_int(row, 1)};
    if (root.len != VG_AUDIT_HASH) return vg_fail(err, VG_ECORRUPT, "audit checkpoint", "the one of size %lld has no root", (long long)out->size);
    memcpy(out->root, root.ptr, VG_AUDIT_HASH);
    out->note = vg_store_copy(row, 3, arena, &copied);
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for a checkpoint") : 0;
}

static int read_stamp(vg_store *store, vg_arena *arena, vg_checkpoint *out, vg_error *err)
{
    int copied = 0;
    vg_query stamp = vg_store_use(store, VG_SQL_STAMP_OF);
    vg_store_bind_int(&stamp, out->size);
    int rc = vg_store_step(&stamp, err);
    if (rc <= 0) return rc;
    out->stamped_ms = vg_store_int(&stamp, 0);
    out->stamp_url = vg_store_copy(&stamp, 1, arena, &copied);
    out->stamp = vg_store_copy(&stamp, 2, arena, &copied);
    vg_store_reset(&stamp);
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for a checkpoint") : 0;
}

int vg_store_audit_checkpoint_at(vg_store *store, int64_t size, vg_arena *arena, vg_checkpoint *out, vg_error *err)
{
    vg_query last = vg_store_use(store, VG_SQL_CHECKPOINT_LAST);
    vg_store_bind_int(&last, size);
    int rc = vg_store_step(&last, err);
    if (rc < 0) return rc;
    if (!rc) return vg_fail(err, VG_ENOENT, "audit checkpoint", "none was made yet");
    rc = vg_audit_checkpoint_read(&last, arena, out, err);
    vg_store_reset(&last);
    return rc ? rc : read_stamp(store, arena, out, err);
}

int vg_store_audit_checkpoint(vg_store *store, vg_arena *arena, vg_checkpoint *out, vg_error *err)
{
    return vg_store_audit_checkpoint_at(store, INT64_MAX, arena, out, err);
}

/* The newest generation that signed `note`: the new checkpoint has its signature too, so that who knows that key learns of the next ones. */
static int64_t last_signer(const vg_store *store, const vg_audit_signers *signers, vg_str note)
{
    vg_note read;
    if (vg_note_read(&read, note, NULL)) return signers->generation;
    for (int64_t g = signers->generation; g > 1; g--) {
        vg_note_key key;
        vg_audit_signer_key(store, signers, g, &key);
        if (vg_note_signed(&read, &key)) return g;
    }
    return 1;
}

static int store_checkpoint(vg_store *store, const vg_checkpoint *c, vg_error *err)
{
    vg_query add = vg_store_use(store, VG_SQL_CHECKPOINT_ADD);
    vg_store_bind_int(&add, c->size);
    vg_store_bind_int(&add, c->made_ms);
    vg_store_bind_blob(&add, c->root, VG_AUDIT_HASH);
    vg_store_bind_str(&add, c->note);
    return vg_store_run(&add, err);
}

static int make(vg_store *store, int64_t now_ms, vg_arena *arena, vg_checkpoint *out, vg_error *err)
{
    vg_audit_signers signers;
    vg_checkpoint newest = {0};
    vg_tiles tiles;
    vg_buf note;
    vg_error none = {0};
    int64_t behind;
    int rc = vg_store_audit_checkpoint(store, arena, &newest, &none);
    if (rc && rc != -VG_ENOENT) return vg_fail(err, -rc, none.where, "%s", none.what);
    rc = vg_tiles_grow(store, INT64_MAX, &behind, err);
    if (rc) return rc;
    vg_buf_init(&note, NOTE_CEILING);
    rc = vg_tiles_open(&tiles, store, err);
    int64_t size = tiles.state.head_seq;
    if (!rc && size == newest.size) {
        *out = newest;
        rc = size ? 0 : vg_fail(err, VG_ENOENT, "audit checkpoint", "the log is empty");
    } else if (!rc && size < newest.size) {
        rc = vg_fail(err, VG_ECORRUPT, "audit head", "entry %lld is the newest, and a checkpoint of %lld entries was signed", (long long)size, (long long)newest.size);
    } else if (!rc) {
        vg_tree tree = vg_tiles_tree(&tiles);
        *out = (vg_checkpoint){.size = size, .made_ms = now_ms};
        rc = vg_audit_signers_read(store, &signers, err);
        if (!rc) rc = vg_tree_root(&tree, (uint64_t)size, out->root, err);
        if (!rc) rc = vg_audit_sign(store, &signers, newest.size ? last_signer(store, &signers, newest.note) : signers.generation, size, out->root, &note, err);
        if (!rc) out->note = vg_arena_copy(arena, (vg_str){note.ptr, note.len});
        if (!rc && !out->note.ptr) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a checkpoint");
        if (!rc) rc = store_checkpoint(store, out, err);
    }
    vg_buf_free(&note);
    vg_tiles_close(&tiles);
    return rc;
}

int vg_store_audit_checkpoint_make(vg_store *store, int64_t now_ms, vg_arena *arena, vg_checkpoint *out, vg_error *err)
{
    int rc = vg_tiles_catch_up(store, err); /* in pieces: nobody waits long for the lock */
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, make(store, now_ms, arena, out, err), err);
}

static int grow_a_round(vg_store *store, vg_error *err)
{
    int64_t behind;
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, vg_tiles_grow(store, GROW_A_ROUND, &behind, err), err);
}

int vg_store_audit_keep_up(vg_store *store, int64_t now_ms, int64_t entries, int64_t age_ms, bool *made, int64_t *left, vg_error *err)
{
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    vg_checkpoint newest = {0};
    vg_error none = {0};
    vg_tiles tiles;
    *made = false;
    *left = 0;
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a checkpoint");
    int rc = vg_store_begin_read(store, err);
    if (!rc) {
        rc = vg_tiles_open(&tiles, store, err);
        if (!rc) rc = vg_store_audit_checkpoint(store, arena, &newest, &none);
        if (rc == -VG_ENOENT) rc = 0;
        else if (rc && none.code) vg_fail(err, -rc, none.where, "%s", none.what);
        vg_tiles_close(&tiles);
        rc = vg_store_end_read(store, rc, err);
    }
    int64_t ahead = rc ? 0 : tiles.state.head_seq - newest.size, behind = rc ? 0 : tiles.state.head_seq / VG_TILE - tiles.tiled;
    if (!rc && behind > 0) rc = grow_a_round(store, err);
    if (!rc && behind > GROW_A_ROUND) *left = (behind - GROW_A_ROUND) * VG_TILE;
    if (!rc && behind <= GROW_A_ROUND && ahead > 0 && (ahead >= entries || now_ms - newest.made_ms >= age_ms)) {
        rc = vg_store_audit_checkpoint_make(store, now_ms, arena, &newest, err);
        *made = !rc;
    }
    vg_arena_destroy(&arena);
    return rc;
}

static int add_stamp(vg_store *store, int64_t size, vg_str url, vg_str token, int64_t time_ms, vg_str by, int64_t now_ms, vg_error *err)
{
    char detail[96];
    vg_query add = vg_store_use(store, VG_SQL_STAMP_ADD);
    vg_store_bind_int(&add, size);
    vg_store_bind_int(&add, now_ms);
    vg_store_bind_int(&add, time_ms);
    vg_store_bind_str(&add, url);
    vg_store_bind_blob(&add, token.ptr, token.len);
    int rc = vg_store_run(&add, err);
    if (rc) return rc;
    snprintf(detail, sizeof detail, "{\"size\":%lld,\"time_ms\":%lld}", (long long)size, (long long)time_ms);
    return vg_store_audit_add(store, now_ms, by, VG_STR("audit.stamp"), VG_STR("audit"), vg_str_of(detail), err);
}

int vg_store_audit_stamp_add(vg_store *store, int64_t size, vg_str url, vg_str token, int64_t time_ms, vg_str by, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, add_stamp(store, size, url, token, time_ms, by, now_ms, err), err);
}

int vg_store_audit_checkpoint_reaching(vg_store *store, int64_t least, int64_t now_ms, vg_arena *arena, vg_checkpoint *out, vg_error *err)
{
    vg_error none = {0};
    *out = (vg_checkpoint){0};
    int rc = vg_store_audit_checkpoint(store, arena, out, &none);
    if (rc && rc != -VG_ENOENT) return vg_fail(err, -rc, none.where, "%s", none.what);
    return rc || out->size < least ? vg_store_audit_checkpoint_make(store, now_ms, arena, out, err) : 0;
}

int vg_store_audit_stamp_last(vg_store *store, int64_t *size, int64_t *taken_ms, int64_t *time_ms, vg_error *err)
{
    *size = *taken_ms = *time_ms = 0;
    vg_query last = vg_store_use(store, VG_SQL_STAMP_LAST);
    int rc = vg_store_step(&last, err);
    if (rc <= 0) return rc;
    *size = vg_store_int(&last, 0);
    *taken_ms = vg_store_int(&last, 1);
    *time_ms = vg_store_int(&last, 2);
    vg_store_reset(&last);
    return 0;
}
