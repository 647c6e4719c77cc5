/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys that checkpoints are signed with: one for each generation, derived from the key ring, so that none lies anywhere.
 */
#include "store/audit/audit_int.h"

#include <sodium.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/time.h"

static const char origin_name[] = "audit_origin", generation_name[] = "audit_key";

static int get_meta(vg_store *store, const char *name, vg_query *get, vg_error *err)
{
    *get = vg_store_use(store, VG_SQL_META_GET);
    vg_store_bind_str(get, vg_str_of(name));
    return vg_store_step(get, err);
}

int vg_audit_signers_read(vg_store *store, vg_audit_signers *out, vg_error *err)
{
    vg_query get;
    uint8_t tag[VG_STORE_EVENT_KEY];
    char hex[17];
    int rc = get_meta(store, generation_name, &get, err);
    if (rc < 0) return rc;
    out->generation = rc ? vg_store_int(&get, 0) : 1;
    if (rc) vg_store_reset(&get);
    if (out->generation < 1 || out->generation > VG_AUDIT_KEYS_MOST) return vg_fail(err, VG_ECORRUPT, "audit key", "its generation was altered");
    rc = get_meta(store, origin_name, &get, err);
    if (rc < 0) return rc;
    if (rc) {
        snprintf(out->origin, sizeof out->origin, "%.*s", VG_STR_ARG(vg_store_peek(&get, 0)));
        vg_store_reset(&get);
        return vg_note_name(vg_str_of(out->origin)) ? 0 : vg_fail(err, VG_ECORRUPT, "audit origin", "was altered");
    }
    vg_store_tag(store, "audit-origin", (vg_str){"", 0}, (vg_str){"", 0}, tag); /* the same wherever this key ring is */
    vg_hex_encode(hex, tag, 8);
    snprintf(out->origin, sizeof out->origin, "vigie/audit/%s", hex);
    return 0;
}

static void derive(const vg_store *store, int64_t generation, uint8_t public_key[crypto_sign_PUBLICKEYBYTES], uint8_t secret[crypto_sign_SECRETKEYBYTES])
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    vg_keyring_sign_seed(store->ring, (uint32_t)generation, seed);
    crypto_sign_seed_keypair(public_key, secret, seed);
    sodium_memzero(seed, sizeof seed);
}

void vg_audit_signer_key(const vg_store *store, const vg_audit_signers *signers, int64_t generation, vg_note_key *out)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
    derive(store, generation, public_key, secret);
    sodium_memzero(secret, sizeof secret);
    vg_note_key_make(out, signers->origin, public_key);
}

int vg_audit_sign(vg_store *store, const vg_audit_signers *signers, int64_t from_generation, int64_t size, const uint8_t root[VG_AUDIT_HASH],
                  vg_buf *out, vg_error *err)
{
    size_t begin = out->len;
    vg_note_text(out, signers->origin, size, root);
    size_t len = out->len - begin;
    vg_buf_add_char(out, '\n');
    for (int64_t g = from_generation; g <= signers->generation && !out->failed; g++) {
        uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
        vg_note_key key;
        char text[VG_NOTE_NAME_MOST + 128]; /* the buffer may move while the line is written */
        derive(store, g, public_key, secret);
        vg_note_key_make(&key, signers->origin, public_key);
        memcpy(text, out->ptr + begin, len < sizeof text ? len : sizeof text);
        vg_note_sign(out, (vg_str){text, len}, &key, secret);
        sodium_memzero(secret, sizeof secret);
    }
    return out->failed ? vg_fail(err, VG_ENOMEM, "", "no memory for a checkpoint") : 0;
}

int vg_store_audit_keys(vg_store *store, vg_arena *arena, vg_audit_key **out, size_t *count, vg_error *err)
{
    vg_audit_signers signers;
    int rc = vg_audit_signers_read(store, &signers, err);
    if (rc) return rc;
    *count = (size_t)signers.generation;
    *out = vg_arena_calloc(arena, *count, sizeof **out);
    if (!*out) return vg_fail(err, VG_ENOMEM, "", "no memory for keys");
    for (size_t i = 0; i < *count; i++) {
        vg_note_key key;
        char verifier[VG_NOTE_VERIFIER];
        vg_audit_signer_key(store, &signers, (int64_t)i + 1, &key);
        vg_note_key_write(&key, verifier);
        (*out)[i] = (vg_audit_key){.generation = (int)i + 1,
                                   .origin = vg_arena_copy(arena, vg_str_of(signers.origin)),
                                   .verifier = vg_arena_copy(arena, vg_str_of(verifier))};
        memcpy((*out)[i].public_key, key.public_key, sizeof key.public_key);
        if (!(*out)[i].origin.ptr || !(*out)[i].verifier.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for keys");
    }
    return 0;
}

static int set_origin(vg_store *store, vg_str origin, vg_str by, vg_error *err)
{
    vg_query last = vg_store_use(store, VG_SQL_CHECKPOINT_LAST);
    vg_store_bind_int(&last, INT64_MAX);
    int rc = vg_store_step(&last, err);
    vg_store_reset(&last);
    if (rc) return rc < 0 ? rc : vg_fail(err, VG_ECONFLICT, "/origin", "checkpoints with the log's name are out already: under another one it would be another log");
    vg_query set = vg_store_use(store, VG_SQL_META_SET);
    vg_store_bind_str(&set, vg_str_of(origin_name));
    vg_store_bind_str(&set, origin);
    rc = vg_store_run(&set, err);
    return rc ? rc : vg_store_audit_add(store, vg_time_now(), by, VG_STR("audit.origin"), VG_STR("audit"), VG_STR("{}"), err);
}

int vg_store_audit_origin_set(vg_store *store, vg_str origin, vg_str by, vg_error *err)
{
    if (!vg_note_name(origin)) return vg_fail(err, VG_EINVAL, "/origin", "expected 1 to %d bytes without blanks and \"+\", such as audit.vigie.example.org", VG_AUDIT_ORIGIN_MOST);
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, set_origin(store, origin, by, err), err);
}

static int rotate(vg_store *store, vg_str by, int64_t now_ms, vg_error *err)
{
    vg_audit_signers signers;
    char detail[64];
    int rc = vg_audit_signers_read(store, &signers, err);
    if (!rc && signers.generation == VG_AUDIT_KEYS_MOST) rc = vg_fail(err, VG_ETOOBIG, "audit key", "was changed %d times already", VG_AUDIT_KEYS_MOST);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_META_SET);
    vg_store_bind_str(&set, vg_str_of(generation_name));
    vg_store_bind_int(&set, signers.generation + 1);
    rc = vg_store_run(&set, err);
    if (rc) return rc;
    snprintf(detail, sizeof detail, "{\"generation\":%lld}", (long long)signers.generation + 1);
    return vg_store_audit_add(store, now_ms, by, VG_STR("audit.key"), VG_STR("audit"), vg_str_of(detail), err);
}

int vg_store_audit_key_rotate(vg_store *store, vg_str by, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, rotate(store, by, now_ms, err), err);
}
