/* SPDX-License-Identifier: Apache-2.0 */
#include "base/case_seal.h"

#include <sodium.h>

enum { VERSION = 2, WRAP_VERSION = 1, HEAD = 3 };
enum { HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES, STREAM_TAG = crypto_secretstream_xchacha20poly1305_ABYTES };
enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };
_Static_assert(VG_CASE_SEAL_OVERHEAD == HEAD + HEADER + STREAM_TAG, "the overhead is part of the format");
_Static_assert(VG_CASE_KEY == crypto_secretstream_xchacha20poly1305_KEYBYTES, "a case key is a key of secretstream");
_Static_assert(VG_KEY_WRAP == 1 + NONCE + VG_CASE_KEY + TAG, "a wrap is part of the format");
_Static_assert(VG_KEY_BOX == crypto_box_SEALBYTES + VG_CASE_KEY, "a box is part of the format");

void vg_case_key_random(uint8_t key[VG_CASE_KEY]) { randombytes_buf(key, VG_CASE_KEY); }

void vg_case_seal(const uint8_t key[VG_CASE_KEY], uint16_t generation, vg_str place, const void *plain, size_t len, uint8_t *out)
{
    crypto_secretstream_xchacha20poly1305_state state;
    out[0] = VERSION;
    out[1] = (uint8_t)(generation & 0xff);
    out[2] = (uint8_t)(generation >> 8);
    crypto_secretstream_xchacha20poly1305_init_push(&state, out + HEAD, key);
    crypto_secretstream_xchacha20poly1305_push(&state, out + HEAD + HEADER, NULL, plain, len, (const uint8_t *)place.ptr, place.len,
                                               crypto_secretstream_xchacha20poly1305_TAG_FINAL);
    sodium_memzero(&state, sizeof state);
}

bool vg_case_is_sealed(const void *sealed, size_t len, uint16_t *generation)
{
    const uint8_t *bytes = sealed;
    if (len < VG_CASE_SEAL_OVERHEAD || bytes[0] != VERSION) return false;
    *generation = (uint16_t)(bytes[1] | bytes[2] << 8);
    return true;
}

int vg_case_unseal(const uint8_t key[VG_CASE_KEY], vg_str place, const uint8_t *sealed, size_t len, void *out, vg_error *err)
{
    crypto_secretstream_xchacha20poly1305_state state;
    uint8_t tag = 0;
    if (len < VG_CASE_SEAL_OVERHEAD || sealed[0] != VERSION) return vg_fail(err, VG_ECORRUPT, "", "sealed content of an unknown form");
    int bad = crypto_secretstream_xchacha20poly1305_init_pull(&state, sealed + HEAD, key);
    if (!bad)
        bad = crypto_secretstream_xchacha20poly1305_pull(&state, out, NULL, &tag, sealed + HEAD + HEADER, len - HEAD - HEADER,
                                                         (const uint8_t *)place.ptr, place.len);
    sodium_memzero(&state, sizeof state);
    if (bad || tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL)
        return vg_fail(err, VG_ECORRUPT, "", "sealed content does not open: altered, moved, or of another key");
    return 0;
}

/* ---- for roles ---- */

void vg_key_wrap(const vg_keyring *ring, vg_key_role role, vg_str place, const uint8_t key[VG_CASE_KEY], uint8_t out[VG_KEY_WRAP])
{
    out[0] = WRAP_VERSION;
    randombytes_buf(out + 1, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + 1 + NONCE, NULL, key, VG_CASE_KEY, (const uint8_t *)place.ptr, place.len, NULL, out + 1,
                                               vg_keyring_role(ring, role));
}

int vg_key_unwrap(const vg_keyring *ring, vg_key_role role, vg_str place, const void *wrapped, size_t len, uint8_t key[VG_CASE_KEY], vg_error *err)
{
    const uint8_t *bytes = wrapped;
    if (len != VG_KEY_WRAP || bytes[0] != WRAP_VERSION ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(key, NULL, NULL, bytes + 1 + NONCE, len - 1 - NONCE, (const uint8_t *)place.ptr, place.len,
                                                   bytes + 1, vg_keyring_role(ring, role)))
        return vg_fail(err, VG_ECORRUPT, "", "a wrapped key does not open: altered, moved, or of another key ring");
    return 0;
}

/* ---- for a receiver ---- */

void vg_key_id(const uint8_t public_key[32], char out[VG_KEY_ID + 1])
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, public_key, 32);
    vg_hex_encode(out, hash, VG_KEY_ID / 2);
}

int vg_key_box(const uint8_t public_key[32], const uint8_t key[VG_CASE_KEY], uint8_t out[VG_KEY_BOX], vg_error *err)
{
    if (crypto_box_seal(out, key, VG_CASE_KEY, public_key))
        return vg_fail(err, VG_EINVAL, "", "this is no public key that something can be sealed for");
    return 0;
}

int vg_key_unbox(const uint8_t public_key[32], const uint8_t secret_key[32], const void *box, size_t len, uint8_t key[VG_CASE_KEY], vg_error *err)
{
    if (len != VG_KEY_BOX || crypto_box_seal_open(key, box, len, public_key, secret_key))
        return vg_fail(err, VG_EFORBIDDEN, "", "this was not sealed for the key that is given, or it was altered");
    return 0;
}
