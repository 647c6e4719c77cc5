/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. The log is a hash chain: hash(n) = BLAKE2b-256(hash(n-1) | entry n), entry in the canonical bytes
 * of docs/architecture/store.md, so that a few lines of anyone's script can verify it. Two things a plain
 * chain cannot show are covered beside it: entries cut off the end (the newest number and hash are kept
 * sealed, and new entries continue from there, so a missing end leaves a gap), and entries cut off the start
 * (only retention may; its anchor is named by an entry of the chain).
 */
#include "store/store_int.h"

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

int vg_store_audit_load(vg_store *store, vg_error *err)
{
    vg_query state = vg_store_use(store, VG_SQL_AUDIT_STATE);
    int rc = vg_store_step(&state, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ECORRUPT, "audit head", "is missing");
    rc = read_head(store, vg_store_peek(&state, 2), &store->audit_seq, store->audit_hash, err);
    vg_store_reset(&state);
    return rc;
}

int vg_store_audit_anchor(vg_store *store, int64_t *seq, uint8_t hash[VG_STORE_HASH], vg_error *err)
{
    vg_query state = vg_store_use(store, VG_SQL_AUDIT_STATE);
    int rc = vg_store_step(&state, err);
    if (rc < 0) return rc;
    vg_str anchor = rc ? vg_store_peek(&state, 1) : (vg_str){"", 0};
    *seq = rc ? vg_store_int(&state, 0) : -1;
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

static void hash_field(crypto_generichash_state *state, vg_str field)
{
    char prefix[24];
    snprintf(prefix, sizeof prefix, "%zu:", field.len);
    crypto_generichash_update(state, (const uint8_t *)prefix, strlen(prefix));
    crypto_generichash_update(state, (const uint8_t *)(field.len ? field.ptr : ""), field.len);
    crypto_generichash_update(state, (const uint8_t *)"\n", 1);
}

/* previous hash (32 bytes), "SEQ\n", "TIME\n", then actor, action, object, detail each as "BYTES:text\n" */
void vg_store_audit_hash(const uint8_t previous[VG_STORE_HASH], int64_t seq, int64_t time_ms, const vg_str fields[4],
                         uint8_t out[VG_STORE_HASH])
{
    crypto_generichash_state state;
    char numbers[64];
    snprintf(numbers, sizeof numbers, "%" PRId64 "\n%" PRId64 "\n", seq, time_ms);
    crypto_generichash_init(&state, NULL, 0, VG_STORE_HASH);
    crypto_generichash_update(&state, previous, VG_STORE_HASH);
    crypto_generichash_update(&state, (const uint8_t *)numbers, strlen(numbers));
    for (int i = 0; i < 4; i++) hash_field(&state, fields[i]);
    crypto_generichash_final(&state, out, VG_STORE_HASH);
}

int vg_store_audit_add(vg_store *store, int64_t time_ms, vg_str actor, vg_str action, vg_str object,
                       vg_str detail, vg_error *err)
{
    const vg_str fields[4] = {actor, action, object, detail};
    uint8_t hash[VG_STORE_HASH];
    vg_store_audit_hash(store->audit_hash, store->audit_seq + 1, time_ms, fields, hash);
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
        json_t *detail = json_loadb(detail_json.ptr, detail_json.len, 0, NULL);
        if (!detail) return vg_fail(err, VG_EINVAL, "detail", "is not a JSON object");
        json_decref(detail);
    }
    rc = vg_store_begin(store, err);
    if (rc) return rc;
    rc = vg_store_audit_add(store, vg_time_now(), actor, action, object,
                            detail_json.len ? detail_json : VG_STR("{}"), err);
    return vg_store_end(store, rc, err);
}

static void write_cut(char *out, size_t size, int64_t through, const uint8_t hash[VG_STORE_HASH])
{
    char hex[2 * VG_STORE_HASH + 1];
    vg_hex_encode(hex, hash, VG_STORE_HASH);
    snprintf(out, size, "{\"through\":%" PRId64 ",\"hash\":\"%s\"}", through, hex);
}

int vg_store_audit_cut(vg_store *store, int64_t before_ms, int64_t now_ms, vg_error *err)
{
    int64_t through = 0;
    uint8_t hash[VG_STORE_HASH];
    vg_query old = vg_store_use(store, VG_SQL_AUDIT_OLD);
    vg_store_bind_int(&old, CUT_MOST);
    int rc;
    while ((rc = vg_store_step(&old, err)) == 1) {
        vg_str stored = vg_store_peek(&old, 2);
        if (vg_store_int(&old, 1) >= before_ms || stored.len != sizeof hash) break;
        through = vg_store_int(&old, 0);
        memcpy(hash, stored.ptr, sizeof hash);
    }
    vg_store_reset(&old);
    if (rc < 0 || !through) return rc < 0 ? rc : 0;
    char detail[160];
    write_cut(detail, sizeof detail, through, hash);
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

/* ---- verifying ---- */

typedef struct walk {
    int64_t seq, count, anchor_seq, head_seq;
    uint8_t hash[VG_STORE_HASH], head_hash[VG_STORE_HASH];
    char anchor[160]; /* the detail an "audit.cut" entry must have for the anchor to be believed */
    bool anchor_named;
} walk;

static int fail_entry(int64_t seq, const char *what, vg_error *err)
{
    char where[64];
    snprintf(where, sizeof where, "audit entry %" PRId64, seq);
    return vg_fail(err, VG_ECORRUPT, where, "%s", what);
}

static int start_walk(vg_store *store, walk *w, vg_error *err)
{
    vg_query state = vg_store_use(store, VG_SQL_AUDIT_STATE);
    int rc = vg_store_step(&state, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ECORRUPT, "audit head", "is missing");
    vg_str anchor = vg_store_peek(&state, 1);
    w->seq = w->anchor_seq = vg_store_int(&state, 0);
    if (anchor.len != VG_STORE_HASH) {
        vg_store_reset(&state);
        return vg_fail(err, VG_ECORRUPT, "audit anchor", "has not the length of a hash");
    }
    memcpy(w->hash, anchor.ptr, VG_STORE_HASH);
    write_cut(w->anchor, sizeof w->anchor, w->anchor_seq, w->hash);
    w->anchor_named = w->anchor_seq == 0;
    rc = read_head(store, vg_store_peek(&state, 2), &w->head_seq, w->head_hash, err);
    vg_store_reset(&state);
    return rc;
}

static int walk_entry(const vg_query *row, walk *w, vg_error *err)
{
    vg_str fields[4], stored = vg_store_peek(row, 6);
    int64_t seq = vg_store_int(row, 0);
    for (int i = 0; i < 4; i++) fields[i] = vg_store_peek(row, 2 + i);
    if (seq != w->seq + 1) return fail_entry(w->seq + 1, "is missing", err);
    vg_store_audit_hash(w->hash, seq, vg_store_int(row, 1), fields, w->hash);
    if (stored.len != VG_STORE_HASH || memcmp(stored.ptr, w->hash, VG_STORE_HASH) != 0)
        return fail_entry(seq, "does not check: it, or the one before it, was altered", err);
    if (vg_str_is(fields[1], "audit.cut") && vg_str_is(fields[3], w->anchor)) w->anchor_named = true;
    w->seq = seq;
    w->count++;
    return 0;
}

int vg_store_audit_verify(vg_store *store, int64_t *count, vg_error *err)
{
    walk w = {0};
    *count = 0;
    int rc = vg_store_begin_read(store, err);
    if (rc) return rc;
    rc = start_walk(store, &w, err);
    if (rc) return vg_store_end_read(store, rc, err);
    vg_query all = vg_store_use(store, VG_SQL_AUDIT_WALK);
    while ((rc = vg_store_step(&all, err)) == 1) {
        rc = walk_entry(&all, &w, err);
        if (rc) break;
    }
    vg_store_reset(&all);
    if (!rc && (w.seq != w.head_seq || memcmp(w.hash, w.head_hash, VG_STORE_HASH) != 0))
        rc = fail_entry(
            w.seq < w.head_seq ? w.seq + 1 : w.seq,
            w.seq < w.head_seq ? "is missing: the end was cut off" : "is not the newest one written", err);
    if (!rc && !w.anchor_named)
        rc = fail_entry(w.anchor_seq + 1, "follows a start that no entry \"audit.cut\" names", err);
    *count = w.count;
    return vg_store_end_read(store, rc, err);
}
