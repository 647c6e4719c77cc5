/* SPDX-License-Identifier: Apache-2.0
 *
 * What leaves the house and is checked without Vigie: the entries of one case with their proofs, or the whole log. JSON lines, read by
 * docs/examples/verify_audit.py.
 */
#include "store/audit/audit_int.h"

#include <stdio.h>

enum { PIECE = 1 << 20 };

/* Objects that are a case or a part of it: "c-000123" to before "c-0001230". */
typedef struct case_range {
    char from[24], until[32];
} case_range;

static case_range range_of(int64_t case_id)
{
    case_range r;
    vg_case_name(case_id, r.from);
    snprintf(r.until, sizeof r.until, "%s0", r.from);
    return r;
}

static vg_query ask(vg_store *store, enum vg_store_statement id, const case_range *r)
{
    vg_query q = vg_store_use(store, id);
    vg_store_bind_str(&q, vg_str_of(r->from));
    vg_store_bind_str(&q, vg_str_of(r->until));
    return q;
}

static int newest_of(vg_store *store, const case_range *r, int64_t *seq, vg_error *err)
{
    vg_query last = ask(store, VG_SQL_AUDIT_ABOUT_LAST, r);
    int rc = vg_store_step(&last, err);
    if (rc < 0) return rc;
    *seq = rc ? vg_store_int(&last, 0) : 0;
    vg_store_reset(&last);
    return 0;
}

static int write_header(vg_store *store, const vg_checkpoint *c, const char *about, vg_arena *arena, vg_buf *out, vg_error *err)
{
    vg_audit_key *keys = NULL;
    size_t count = 0;
    int rc = vg_store_audit_keys(store, arena, &keys, &count, err);
    if (rc) return rc;
    vg_buf_add_cstr(out, "{\"format\":\"vigie-audit/1\"");
    if (about) vg_buf_printf(out, ",\"case\":\"%s\"", about);
    vg_buf_add_cstr(out, ",\"checkpoint\":");
    vg_buf_add_json_str(out, c->note);
    vg_buf_add_cstr(out, ",\"keys\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_buf_add_json_str(out, keys[i].verifier);
    }
    vg_buf_add_char(out, ']');
    return 0;
}

static int write_line(vg_tiles *tiles, const vg_audit_line *entry, int64_t size, const uint8_t previous[VG_AUDIT_HASH], bool proven, vg_buf *out, vg_error *err)
{
    vg_tree tree = vg_tiles_tree(tiles);
    uint8_t path[VG_TREE_PATH_MOST][VG_AUDIT_HASH];
    size_t count;
    int rc = proven ? vg_tree_inclusion(&tree, (uint64_t)entry->seq - 1, (uint64_t)size, path, &count, err) : 0;
    if (rc) return rc;
    vg_audit_write_line(out, entry, entry->seq >= tiles->state.second_from, previous);
    if (proven) {
        vg_buf_add_cstr(out, ",\"proof\":");
        vg_audit_write_path(out, (const uint8_t(*)[VG_AUDIT_HASH])path, count);
    }
    vg_buf_add_cstr(out, "}\n");
    return out->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for an excerpt of the audit log") : 0;
}

static int write_case(vg_store *store, const case_range *r, const vg_checkpoint *c, vg_arena *arena, vg_buf *out, size_t *entries, vg_error *err)
{
    vg_tiles tiles;
    uint8_t previous[VG_AUDIT_HASH];
    int rc = vg_tiles_open(&tiles, store, err);
    if (!rc) rc = write_header(store, c, r->from, arena, out, err);
    vg_buf_add_cstr(out, "}\n");
    if (!rc) {
        vg_query rows = ask(store, VG_SQL_AUDIT_ABOUT, r);
        while ((rc = vg_store_step(&rows, err)) == 1) {
            vg_audit_line entry = vg_audit_row(&rows);
            if (entry.seq > c->size) continue; /* written since */
            rc = vg_audit_hash_before(store, &tiles.state, entry.seq, previous, err);
            if (!rc) rc = write_line(&tiles, &entry, c->size, previous, true, out, err);
            if (rc) break;
            ++*entries;
        }
        vg_store_reset(&rows);
    }
    vg_tiles_close(&tiles);
    return rc;
}

int vg_store_audit_excerpt(vg_store *store, int64_t case_id, int64_t now_ms, vg_buf *out, size_t *entries, vg_error *err)
{
    case_range r = range_of(case_id);
    vg_checkpoint c;
    int64_t newest = 0;
    *entries = 0;
    vg_arena *arena = vg_arena_create(16 << 10, 4 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an excerpt of the audit log");
    int rc = newest_of(store, &r, &newest, err);
    if (!rc) rc = vg_store_audit_checkpoint_reaching(store, newest, now_ms, arena, &c, err);
    if (!rc) rc = vg_store_begin_read(store, err);
    if (!rc) rc = vg_store_end_read(store, write_case(store, &r, &c, arena, out, entries, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- the whole log ---- */

static int flush(vg_buf *out, bool all, int (*write)(void *, vg_str, vg_error *), void *context, vg_error *err)
{
    if (out->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an export of the audit log");
    if (!out->len || (!all && out->len < PIECE / 2)) return 0;
    int rc = write(context, (vg_str){out->ptr, out->len}, err);
    vg_buf_clear(out);
    return rc;
}

static int write_all(vg_store *store, const vg_checkpoint *c, vg_arena *arena, vg_buf *out, int (*write)(void *, vg_str, vg_error *), void *context,
                     int64_t *entries, vg_error *err)
{
    vg_tiles tiles;
    uint8_t previous[VG_AUDIT_HASH];
    int rc = vg_tiles_open(&tiles, store, err);
    if (!rc) rc = write_header(store, c, NULL, arena, out, err);
    vg_buf_printf(out, ",\"before\":%lld}\n", (long long)tiles.state.anchor_seq);
    if (!rc) {
        memcpy(previous, tiles.state.anchor_hash, VG_AUDIT_HASH);
        vg_query rows = vg_store_use(store, VG_SQL_AUDIT_ROWS);
        vg_store_bind_int(&rows, tiles.state.anchor_seq + 1);
        vg_store_bind_int(&rows, c->size - tiles.state.anchor_seq);
        while ((rc = vg_store_step(&rows, err)) == 1) {
            vg_audit_line entry = vg_audit_row(&rows);
            vg_str hash = vg_store_peek(&rows, 6);
            if (entry.seq > c->size) break;
            rc = write_line(&tiles, &entry, c->size, previous, entry.seq == c->size, out, err); /* the last one's proof is that of all before it */
            if (rc) break;
            if (hash.len == VG_AUDIT_HASH) memcpy(previous, hash.ptr, VG_AUDIT_HASH);
            ++*entries;
            rc = flush(out, false, write, context, err);
            if (rc) break;
        }
        vg_store_reset(&rows);
    }
    vg_tiles_close(&tiles);
    return rc < 0 ? rc : flush(out, true, write, context, err);
}

int vg_store_audit_export(vg_store *store, int64_t now_ms, int (*write)(void *context, vg_str piece, vg_error *err), void *context, int64_t *entries,
                          vg_error *err)
{
    vg_checkpoint c;
    vg_buf out;
    *entries = 0;
    vg_arena *arena = vg_arena_create(16 << 10, 4 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an export of the audit log");
    vg_buf_init(&out, 4 * PIECE);
    int rc = vg_store_audit_checkpoint_make(store, now_ms, arena, &c, err);
    if (!rc) rc = vg_store_begin_read(store, err);
    if (!rc) rc = vg_store_end_read(store, write_all(store, &c, arena, &out, write, context, entries, err), err);
    vg_buf_free(&out);
    vg_arena_destroy(&arena);
    return rc;
}
