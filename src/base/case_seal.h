/* SPDX-License-Identifier: Apache-2.0
 *
 * base/case_seal: keys of one case or one file, content sealed with them, and who such a key is wrapped for.
 *
 * A case has a key of its own. It lies nowhere in clear: it is wrapped for *roles* of this installation with keys derived from the ring,
 * and, when a case is handed over, boxed for a receiver's X25519 key. Once the wraps are gone, ring and database together open nothing;
 * the receiver's secret key does. Sealed bytes are
 *     2 | generation, 16 bits little-endian | 24-byte secretstream header | one secretstream message with the tag FINAL
 * (libsodium's crypto_secretstream_xchacha20poly1305); the associated data is the place they lie at, so that a row cannot be moved. A
 * wrap is 1 | 24-byte nonce | XChaCha20-Poly1305 of the 32 key bytes, bound to its place; a box is crypto_box_seal of them. The
 * generation rises when content comes after a hand-over: nothing new is ever sealed with a key that was given away.
 * Callers: store, report (archives), cli, tests.
 */
#ifndef VG_BASE_CASE_SEAL_H
#define VG_BASE_CASE_SEAL_H

#include "base/seal.h"

enum {
    VG_CASE_KEY = 32,
    VG_CASE_SEAL_OVERHEAD = 1 + 2 + 24 + 17,
    VG_KEY_WRAP = 1 + 24 + VG_CASE_KEY + 16,
    VG_KEY_BOX = 32 + 16 + VG_CASE_KEY,
    VG_KEY_ID = 16, /* hexadecimal digits that name a public key */
};

void vg_case_key_random(uint8_t key[VG_CASE_KEY]);
/** Writes len + VG_CASE_SEAL_OVERHEAD bytes at `out`. */
void vg_case_seal(const uint8_t key[VG_CASE_KEY], uint16_t generation, vg_str place, const void *plain, size_t len, uint8_t *out);
/** Whether the bytes are of this form (base/seal's begin with 1), and of which generation. */
bool vg_case_is_sealed(const void *sealed, size_t len, uint16_t *generation);
/** `out` has len - VG_CASE_SEAL_OVERHEAD bytes. VG_ECORRUPT when it does not check. */
int vg_case_unseal(const uint8_t key[VG_CASE_KEY], vg_str place, const uint8_t *sealed, size_t len, void *out, vg_error *err);

/* ---- for roles ---- */
void vg_key_wrap(const vg_keyring *ring, vg_key_role role, vg_str place, const uint8_t key[VG_CASE_KEY], uint8_t out[VG_KEY_WRAP]);
/** VG_ECORRUPT: altered, moved, or of another ring. */
int vg_key_unwrap(const vg_keyring *ring, vg_key_role role, vg_str place, const void *wrapped, size_t len, uint8_t key[VG_CASE_KEY], vg_error *err);

/* ---- for a receiver ---- */
/** Names a public key: the first 16 hexadecimal digits of its SHA-256. */
void vg_key_id(const uint8_t public_key[32], char out[VG_KEY_ID + 1]);
/** VG_EINVAL: no X25519 key that something can be sealed for. */
int vg_key_box(const uint8_t public_key[32], const uint8_t key[VG_CASE_KEY], uint8_t out[VG_KEY_BOX], vg_error *err);
/** VG_EFORBIDDEN: it was boxed for another key, or altered. */
int vg_key_unbox(const uint8_t public_key[32], const uint8_t secret_key[32], const void *box, size_t len, uint8_t key[VG_CASE_KEY], vg_error *err);

#endif
