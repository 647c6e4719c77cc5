/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. The key of a case is 32 random bytes that exist in clear only in a store's memory while a transaction runs. Opening a case costs
 * one row and two symmetric wraps more than it did: no public-key operation is on that path. Within a transaction the last few keys are
 * kept, because a group commit touches the same cases again and a page of events is opened with one key; they are forgotten when it ends,
 * so that a hand-over by another connection is final at once.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "base/time.h"
#include "store/evidence/evidence_int.h"

const char *const vg_key_end_names[VG_KEY_ENDS] = {"stands", "handed_over", "destroyed"};

/* ---- the last few keys ---- */

void vg_store_keys_forget(vg_store *store)
{
    if (!store->key_count) return;
    sodium_memzero(store->keys, sizeof store->keys);
    store->key_count = 0;
}

static const vg_store_key *recall(const vg_store *store, int64_t case_id, int generation)
{
    if (sqlite3_get_autocommit(store->db)) return NULL; /* no snapshot: it may be gone by now */
    const vg_store_key *found = NULL;
    size_t kept = store->key_count < VG_STORE_KEYS ? store->key_count : VG_STORE_KEYS;
    for (size_t i = 0; i < kept; i++) {
        const vg_store_key *k = &store->keys[i];
        if (k->case_id != case_id || (generation ? k->generation != generation : !k->newest)) continue;
        found = k;
    }
    return found;
}

static void keep(vg_store *store, int64_t case_id, uint16_t generation, bool newest, const uint8_t key[VG_CASE_KEY])
{
    if (sqlite3_get_autocommit(store->db)) return;
    for (size_t i = 0; newest && i < VG_STORE_KEYS; i++)
        if (store->keys[i].case_id == case_id) store->keys[i].newest = false;
    vg_store_key *slot = &store->keys[store->key_count++ % VG_STORE_KEYS];
    *slot = (vg_store_key){.case_id = case_id, .generation = generation, .newest = newest};
    memcpy(slot->key, key, VG_CASE_KEY);
}

/* ---- wraps ---- */

static vg_str wrap_place(int64_t case_id, int generation, vg_key_role role, char out[64])
{
    int n = snprintf(out, 64, "key:%" PRId64 "/%d/%d", case_id, generation, (int)role);
    return (vg_str){out, (size_t)n};
}

int vg_store_case_key_make(vg_store *store, int64_t case_id, uint16_t generation, int64_t now_ms, vg_error *err)
{
    uint8_t key[VG_CASE_KEY], wraps[VG_KEY_ROLES][VG_KEY_WRAP];
    char place[64];
    if (!generation) return vg_fail(err, VG_EFULL, "", "a case cannot have more keys");
    vg_case_key_random(key);
    for (int role = 0; role < VG_KEY_ROLES; role++)
        vg_key_wrap(store->ring, (vg_key_role)role, wrap_place(case_id, generation, (vg_key_role)role, place), key, wraps[role]);
    vg_query add = vg_store_use(store, VG_SQL_KEY_ADD_CASE);
    vg_store_bind_int(&add, case_id);
    vg_store_bind_int(&add, generation);
    vg_store_bind_int(&add, now_ms);
    for (int role = 0; role < VG_KEY_ROLES; role++) vg_store_bind_blob(&add, wraps[role], VG_KEY_WRAP);
    int rc = vg_store_run(&add, err);
    if (!rc) keep(store, case_id, generation, true, key);
    sodium_memzero(key, sizeof key);
    return rc;
}

/* Who has the key now, in a sentence. */
static int gone(vg_store *store, int64_t case_id, int ended, vg_error *err)
{
    char name[24], when[25], receiver[64] = "", id[VG_KEY_ID + 1] = "";
    int64_t time_ms = 0;
    vg_case_name(case_id, name);
    if (ended == VG_KEY_DESTROYED) return vg_fail(err, VG_EGONE, name, "the content of this case was destroyed with its key");
    vg_query list = vg_store_use(store, VG_SQL_HAND_OVERS_OF);
    vg_store_bind_int(&list, case_id);
    int rc;
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_str who = vg_store_peek(&list, 2), public = vg_store_peek(&list, 3);
        snprintf(receiver, sizeof receiver, "%.*s", VG_STR_ARG(who));
        if (public.len == 32) vg_key_id((const uint8_t *)public.ptr, id);
        time_ms = vg_store_int(&list, 6);
    }
    vg_store_reset(&list);
    if (rc < 0) return rc;
    if (!receiver[0]) return vg_fail(err, VG_ECORRUPT, name, "the key of this case is missing");
    vg_time_format(time_ms, when);
    return vg_fail(err, VG_EGONE, name, "the key of this case was handed over to %s (key %s) on %.10s: Vigie cannot open it any more", receiver, id, when);
}

int vg_store_case_key(vg_store *store, int64_t case_id, uint16_t generation, vg_key_role role, uint8_t key[VG_CASE_KEY], vg_error *err)
{
    char place[64];
    vg_query get = vg_store_use(store, VG_SQL_KEY_OF);
    vg_store_bind_int(&get, case_id);
    vg_store_bind_int(&get, generation);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ECORRUPT, "case_key", "case %" PRId64 " has no key of generation %u", case_id, generation);
    vg_str wrapped = vg_store_peek(&get, (int)role);
    int ended = (int)vg_store_int(&get, VG_KEY_ROLES);
    rc = wrapped.len ? vg_key_unwrap(store->ring, role, wrap_place(case_id, generation, role, place), wrapped.ptr, wrapped.len, key, err) : 1;
    vg_store_reset(&get);
    return rc == 1 ? gone(store, case_id, ended, err) : rc;
}

/* The key that new content is sealed with. */
static int newest_key(vg_store *store, int64_t case_id, uint16_t *generation, uint8_t key[VG_CASE_KEY], vg_error *err)
{
    const vg_store_key *known = recall(store, case_id, 0);
    char place[64];
    if (!known) {
        vg_query get = vg_store_use(store, VG_SQL_KEY_LATEST);
        vg_store_bind_int(&get, case_id);
        int rc = vg_store_step(&get, err);
        if (rc < 0) return rc;
        vg_str wrapped = rc ? vg_store_peek(&get, 1) : (vg_str){"", 0};
        *generation = rc ? (uint16_t)vg_store_int(&get, 0) : 0;
        bool there = wrapped.len > 0;
        if (there)
            rc = vg_key_unwrap(store->ring, VG_KEY_CONTENT, wrap_place(case_id, *generation, VG_KEY_CONTENT, place), wrapped.ptr, wrapped.len, key, err);
        vg_store_reset(&get);
        if (there) {
            if (!rc) keep(store, case_id, *generation, true, key);
            return rc;
        }
        if ((rc = vg_store_case_key_make(store, case_id, (uint16_t)(*generation + 1), vg_time_now(), err))) return rc;
        known = recall(store, case_id, 0);
        if (!known) return vg_fail(err, VG_EIO, "", "content is sealed inside a transaction");
    }
    *generation = known->generation;
    memcpy(key, known->key, VG_CASE_KEY);
    return 0;
}

/* ---- sealing ---- */

int vg_store_case_seal(vg_store *store, int64_t case_id, const char *place, vg_str plain, vg_error *err)
{
    uint8_t key[VG_CASE_KEY];
    uint16_t generation = 0;
    vg_buf_clear(&store->sealed);
    if (plain.len > VG_STORE_SCRATCH - VG_CASE_SEAL_OVERHEAD)
        return vg_fail(err, VG_ETOOBIG, "", "%zu bytes are too many to seal at once", plain.len);
    if (!vg_buf_reserve(&store->sealed, plain.len + VG_CASE_SEAL_OVERHEAD))
        return vg_fail(err, VG_ENOMEM, "", "no memory to seal %zu bytes", plain.len);
    int rc = newest_key(store, case_id, &generation, key, err);
    if (rc) return rc;
    vg_case_seal(key, generation, vg_str_of(place), plain.len ? plain.ptr : "", plain.len, (uint8_t *)store->sealed.ptr);
    store->sealed.len = plain.len + VG_CASE_SEAL_OVERHEAD;
    sodium_memzero(key, sizeof key);
    return 0;
}

int vg_store_case_unseal(vg_store *store, int64_t case_id, const char *place, vg_str sealed, vg_arena *arena, vg_str *out, vg_error *err)
{
    uint8_t key[VG_CASE_KEY];
    uint16_t generation;
    int rc = 0;
    if (!vg_case_is_sealed(sealed.ptr, sealed.len, &generation)) return vg_store_unseal(store, place, sealed, arena, out, err);
    const vg_store_key *known = recall(store, case_id, generation);
    if (known) memcpy(key, known->key, VG_CASE_KEY);
    else if (!(rc = vg_store_case_key(store, case_id, generation, VG_KEY_CONTENT, key, err))) keep(store, case_id, generation, false, key);
    if (rc) return rc;
    size_t len = sealed.len - VG_CASE_SEAL_OVERHEAD;
    char *plain = vg_arena_alloc(arena, len + 1);
    if (!plain) rc = vg_fail(err, VG_ENOMEM, place, "no memory to read %zu bytes of sealed content", len);
    else if (vg_case_unseal(key, vg_str_of(place), (const uint8_t *)sealed.ptr, sealed.len, plain, NULL))
        rc = vg_fail(err, VG_ECORRUPT, place, "sealed content does not check: another key, or it was altered or moved");
    sodium_memzero(key, sizeof key);
    if (rc) return rc;
    plain[len] = '\0';
    *out = (vg_str){plain, len};
    return 0;
}

int vg_store_case_unseal_if(vg_store *store, int64_t case_id, const char *place, vg_str sealed, vg_arena *arena, vg_str *out, vg_error *err)
{
    vg_error why = {0};
    int rc = vg_store_case_unseal(store, case_id, place, sealed, arena, out, &why);
    if (rc == -VG_EGONE) {
        *out = (vg_str){"", 0};
        return 0;
    }
    return rc ? vg_fail(err, why.code, why.where, "%s", why.what) : 0;
}

/* ---- reading about keys ---- */

int vg_store_case_keys(vg_store *store, int64_t case_id, vg_arena *arena, vg_case_key_row **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_KEYS_OF);
    vg_store_bind_int(&list, case_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_case_key_row *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof *larger);
        int64_t end = vg_store_int(&list, 3);
        if (!larger || end < 0 || end >= VG_KEY_ENDS) {
            rc = larger ? vg_fail(err, VG_ECORRUPT, "case_key", "holds a number out of range") : vg_fail(err, VG_ENOMEM, "", "no memory for the keys of a case");
            break;
        }
        *out = larger;
        larger[(*count)++] = (vg_case_key_row){.generation = vg_store_int(&list, 0),
                                               .made_ms = vg_store_int(&list, 1),
                                               .ended_ms = vg_store_int(&list, 2),
                                               .end = (vg_key_end)end,
                                               .roles = {vg_store_int(&list, 4) != 0, vg_store_int(&list, 5) != 0}};
    }
    vg_store_reset(&list);
    return rc;
}
