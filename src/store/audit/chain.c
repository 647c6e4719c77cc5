/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. The log is a hash chain over the canonical bytes of its entries (docs/architecture/audit.md), so that a few lines
 * of anyone's script can verify it. In its second version an entry's chain hash is its leaf in the Merkle tree as well, so
 * that the tree costs a commit nothing: tiles.c gathers it afterwards. Two things a plain chain cannot show are covered
 * beside it: entries cut off the end (the newest number and hash are kept sealed, and new entries continue from there, so a
 * missing end leaves a gap), and entries cut off the start (only retention may; its anchor is named by an entry of the chain).
 */
#include "store/audit/audit_int.h"

#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>

#include "base/time.h"

enum { HEAD = 8 + VG_STORE_HASH, CUT_MOST = 50000 };

static void put_head(uint8_t out[HEAD], int64_t seq, const uint8_t hash[VG_STORE_HASH])
{
    for (size_t i = 0; i < 8; i++) out[i] = (uint8_t)((uint64_t)seq >> (8 * i));
    memcpy(out + 8, hash, VG_STORE_HASH);
}

static int read_head(vg_store *store, vg_str sealed, int64_t *seq, uint8_t hash[VG_STORE_HASH], vg_error *err)
{
    uint8_t head[HEAD];
    if (sealed.len != HEAD + VG_SEAL_OVERHEAD ||
        vg_unseal(store->ring, VG_STR("audit"), (const uint8_t *)sealed.ptr, sealed.len, head, NULL))
        return vg_fail(err, VG_ECORRUPT, "audit head", "does not check: it was altered");
    uint64_t number = 0;
    for (size_t i = 0; i < 8; i++) number |= (uint64_t)head[i] << (8 * i);
    *seq = (int64_t)number;
    memcpy(hash, head + 8, VG_STORE_HASH);
    return 0;
}

static int seal_head(vg_store *store, int64_t seq, const uint8_t hash[VG_STORE_HASH], vg_error *err)
{
    uint8_t head[HEAD];
    put_head(head, seq, hash);
    return vg_store_seal(store, "audit", (vg_str){(const char *)head, HEAD}, err);
}

int vg_store_audit_start(vg_store *store, vg_error *err)
{
    static const uint8_t zeros[VG_STORE_HASH];
    int rc = seal_head(store, 0, zeros, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_AUDIT_START);
    vg_store_bind_blob(&add, zeros, sizeof zeros);
    vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    return vg_store_run(&add, err);
}

int vg_audit_state_read(vg_store *store, vg_audit_state *out, vg_error *err)
{
    vg_query state = vg_store_use(store, VG_SQL_AUDIT_STATE);
    int rc = vg_store_step(&state, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ECORRUPT, "audit head", "is missing");
    vg_str anchor = vg_store_peek(&state, 1);
    out->anchor_seq = vg_store_int(&state, 0);
    out->second_from = vg_store_int(&state, 3);
    out->tree_from = vg_store_int(&state, 4);
    if (anchor.len == VG_STORE_HASH) memcpy(out->anchor_hash, anchor.ptr, VG_STORE_HASH);
    rc = anchor.len == VG_STORE_HASH ? read_head(store, vg_store_peek(&state, 2), &out->head_seq, out->head_hash, err)
                                     : vg_fail(err, VG_ECORRUPT, "audit anchor", "has not the length of a hash");
    vg_store_reset(&state);
    return rc;
}

int vg_store_audit_load(vg_store *store, vg_error *err)
{
    vg_audit_state state;
    int rc = vg_audit_state_read(store, &state, err);
    if (rc) return rc;
    store->audit_seq = state.head_seq;
    store->audit_second = state.second_from;
    memcpy(store->audit_hash, state.head_hash, VG_STORE_HASH);
    return 0;
}

int vg_store_audit_anchor(vg_store *store, int64_t *seq, uint8_t hash[VG_STORE_HASH], vg_error *err)
{
    vg_query state = vg_store_use(store, VG_SQL_AUDIT_STATE);
    int rc = vg_store_step(&state, err);
    if (rc < 0) return rc;
    vg_str anchor = rc ? vg_store_peek(&state, 1) : (vg_str){"", 0};
    *seq = rc ? vg_store_int(&state, 0) : -1;
    if (rc) store->audit_second = vg_store_int(&state, 3);
    if (anchor.len == VG_STORE_HASH) memcpy(hash, anchor.ptr, VG_STORE_HASH);
    else memset(hash, 0, VG_STORE_HASH);
    if (rc) vg_store_reset(&state);
    return 0;
}

int vg_store_audit_save(vg_store *store, vg_error *err)
{
    int rc = seal_head(store, store->audit_seq, store->audit_hash, err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_AUDIT_HEAD_SET);
    vg_store_bind_blob(&set, store->sealed.ptr, store->sealed.len);
    return vg_store_run(&set, err);
}

void vg_store_audit_hash(const vg_store *store, const uint8_t previous[VG_STORE_HASH], int64_t seq, int64_t time_ms, const vg_str fields[4],
                         uint8_t out[VG_STORE_HASH])
{
    const vg_audit_line entry = {seq, time_ms, {fields[0], fields[1], fields[2], fields[3]}};
    vg_audit_entry_hash(&entry, previous, seq >= store->audit_second, out, NULL);
}

vg_audit_line vg_audit_row(const vg_query *row)
{
    return (vg_audit_line){vg_store_int(row, 0), vg_store_int(row, 1),
                           {vg_store_peek(row, 2), vg_store_peek(row, 3), vg_store_peek(row, 4), vg_store_peek(row, 5)}};
}

int vg_audit_fail_entry(int64_t seq, const char *what, vg_error *err)
{
    char where[64];
    snprintf(where, sizeof where, "audit entry %" PRId64, seq);
    return vg_fail(err, VG_ECORRUPT, where, "%s", what);
}

int vg_store_audit_add(vg_store *store, int64_t time_ms, vg_str actor, vg_str action, vg_str object,
                       vg_str detail, vg_error *err)
{
    const vg_str fields[4] = {actor, action, object, detail};
    uint8_t hash[VG_STORE_HASH];
    vg_store_audit_hash(store, store->audit_hash, store->audit_seq + 1, time_ms, fields, hash);
    vg_query add = vg_store_use(store, VG_SQL_AUDIT_ADD);
    vg_store_bind_int(&add, store->audit_seq + 1);
    vg_store_bind_int(&add, time_ms);
    for (int i = 0; i < 4; i++) vg_store_bind_str(&add, fields[i]);
    vg_store_bind_blob(&add, hash, sizeof hash);
    int rc = vg_store_run(&add, err);
    if (rc) return rc;
    store->audit_seq++;
    memcpy(store->audit_hash, hash, sizeof hash);
    store->audit_moved = true;
    return 0;
}

int vg_store_audit(vg_store *store, vg_str actor, vg_str action, vg_str object, vg_str detail_json,
                   vg_error *err)
{
    int rc = vg_store_check_text("actor", actor, 256, err);
    if (!rc) rc = vg_store_check_text("action", action, 64, err);
    if (!rc) rc = vg_store_check_text("object", object, -256, err);
    if (!rc) rc = vg_store_check_text("detail", detail_json, -16384, err);
    if (rc) return rc;
    if (detail_json.len) {
        json_t *detail;
        rc = vg_store_json(detail_json, "the detail of an entry", &detail, err);
        if (rc) return rc == -VG_ENOMEM ? rc : vg_fail(err, VG_EINVAL, "detail", "is not a JSON object");
        json_decref(detail);
    }
    rc = vg_store_begin(store, err);
    if (rc) return rc;
    rc = vg_store_audit_add(store, vg_time_now(), actor, action, object,
                            detail_json.len ? detail_json : VG_STR("{}"), err);
    return vg_store_end(store, rc, err);
}

void vg_audit_cut_detail(char *out, size_t size, int64_t through, const uint8_t hash[VG_STORE_HASH])
{
    char hex[2 * VG_STORE_HASH + 1];
    vg_hex_encode(hex, hash, VG_STORE_HASH);
    snprintf(out, size, "{\"through\":%" PRId64 ",\"hash\":\"%s\"}", through, hex);
}

int vg_store_audit_cut(vg_store *store, int64_t before_ms, int64_t now_ms, vg_error *err)
{
    int64_t through = 0, behind = 0;
    uint8_t hash[VG_STORE_HASH];
    int rc = vg_tiles_grow(store, CUT_MOST / VG_TILE + 1, &behind, err);
    if (rc || behind) return rc; /* hashes first: the tree keeps what the log forgets */
    vg_query old = vg_store_use(store, VG_SQL_AUDIT_OLD);
    vg_store_bind_int(&old, CUT_MOST);
    while ((rc = vg_store_step(&old, err)) == 1) {
        vg_str stored = vg_store_peek(&old, 2);
        if (vg_store_int(&old, 1) >= before_ms || stored.len != sizeof hash) break;
        through = vg_store_int(&old, 0);
        memcpy(hash, stored.ptr, sizeof hash);
    }
    vg_store_reset(&old);
    if (rc < 0 || !through) return rc < 0 ? rc : 0;
    rc = vg_tiles_keep(store, through, err);
    if (rc) return rc;
    char detail[160];
    vg_audit_cut_detail(detail, sizeof detail, through, hash);
    rc = vg_store_audit_add(store, now_ms, VG_STR("sweep"), VG_STR("audit.cut"), VG_STR("audit"),
                            vg_str_of(detail), err);
    if (rc) return rc;
    vg_query anchor = vg_store_use(store, VG_SQL_AUDIT_ANCHOR_SET);
    vg_store_bind_int(&anchor, through);
    vg_store_bind_blob(&anchor, hash, sizeof hash);
    rc = vg_store_run(&anchor, err);
    if (rc) return rc;
    vg_query cut = vg_store_use(store, VG_SQL_AUDIT_CUT);
    vg_store_bind_int(&cut, through);
    return vg_store_run(&cut, err);
}
