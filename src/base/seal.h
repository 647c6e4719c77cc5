/* SPDX-License-Identifier: Apache-2.0
 *
 * base/seal: secrets of an installation, and content sealed with them.
 *
 * A key ring is one file of 32 random master bytes, mode 0600; sub-keys are derived by purpose
 * (crypto_kdf: seal, names, tokens, signatures), so that no key is used for two things. Sealed bytes are
 * version 1 | 24-byte nonce | XChaCha20-Poly1305 ciphertext; the associated data binds them to
 * their place (a case id), so a row cannot be moved to another. Keys live in sodium_malloc memory.
 * Callers: store, net, cli.
 */
#ifndef VG_BASE_SEAL_H
#define VG_BASE_SEAL_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"

#define VG_SEAL_OVERHEAD (1 + 24 + 16)

typedef struct vg_keyring vg_keyring;

/* Keys that wrap other keys (base/case_seal.h), one for each use of what they open. */
typedef enum {
    VG_KEY_CONTENT, /* people who may read a case */
    VG_KEY_FILING,  /* reports: also what nobody here may see any more */
    VG_KEY_ROLES
} vg_key_role;

/** Opens `path`, creating it with mode 0600 when absent (and `create` is set). Refuses a file that others may read:
 *  VG_EFORBIDDEN names the mode found. */
int vg_keyring_open(vg_keyring **out, const char *path, int create, vg_error *err);
void vg_keyring_close(vg_keyring **ring);
/** The secret key of the name hash (accounts, conversations, ids). */
vg_hash_key vg_keyring_names(const vg_keyring *ring);
/** The key of a role, 32 bytes, as long as the ring is open. */
const uint8_t *vg_keyring_role(const vg_keyring *ring, vg_key_role role);
/** An Ed25519 signature of this installation under a certificate of destruction; `public_key` (may be NULL) gets whose it is. */
void vg_keyring_certify(const vg_keyring *ring, const void *bytes, size_t len, uint8_t signature[64], uint8_t public_key[32]);
/** Appends nothing: writes len + VG_SEAL_OVERHEAD bytes at `out`. */
int vg_seal(const vg_keyring *ring, vg_str place, const void *plain, size_t len, uint8_t *out, vg_error *err);
/** Opens what vg_seal wrote; `out` has len - VG_SEAL_OVERHEAD bytes. VG_ECORRUPT when it does not check. */
int vg_unseal(const vg_keyring *ring, vg_str place, const uint8_t *sealed, size_t len, void *out, vg_error *err);
/** 32 bytes of BLAKE2b, keyed with the ring's token key: for API keys and session tokens at rest. */
void vg_seal_token_hash(const vg_keyring *ring, vg_str token, uint8_t out[32]);
/** The seed of the Ed25519 key that audit checkpoints are signed with, of its generation 1, 2, …: the caller wipes it. */
void vg_keyring_sign_seed(const vg_keyring *ring, uint32_t generation, uint8_t seed[32]);
/** Random URL-safe text of `bits`/5 letters (base32, lower case) and a NUL; `size` must hold it. */
void vg_token_random(char *out, size_t size, unsigned bits);

#endif
