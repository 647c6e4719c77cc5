/* SPDX-License-Identifier: Apache-2.0
 *
 * identity: is this proof of who somebody is a good one? One-time codes (totp.h), signed tokens of an OpenID provider (token.h),
 * security keys and passkeys (webauthn.h).
 *
 * Pure: no network, no store, no clock; what came from outside and what was expected go in, a yes or a reasoned no comes out. Every
 * byte is hostile: bounded sizes, no recursion without a limit, and nothing is believed before its signature was checked. The three
 * signature algorithms are ES256, EdDSA (Ed25519) and RS256; a key is bound to one of them, so that a token cannot choose how it is
 * checked. Stands on base only. Documented in docs/architecture/identity.md.
 * Callers: net, tests, fuzz.
 */
#ifndef VG_IDENTITY_IDENTITY_H
#define VG_IDENTITY_IDENTITY_H

#include "base/error.h"
#include "base/str.h"

/* Numbers of the COSE registry (RFC 9053, RFC 8812): they stand in authenticators' keys. */
typedef enum { VG_SIGN_NONE = 0, VG_SIGN_ES256 = -7, VG_SIGN_EDDSA = -8, VG_SIGN_RS256 = -257 } vg_sign;

enum { VG_RSA_LEAST = 256, VG_RSA_MOST = 512, VG_EC_POINT = 65, VG_ED_KEY = 32 };

typedef struct vg_public_key {
    vg_sign algorithm;
    size_t len;                  /* ES256: 65, 0x04 | x | y; EdDSA: 32; RS256: of the modulus, 256 to 512 */
    uint8_t bytes[VG_RSA_MOST];
    uint64_t exponent;           /* RS256: odd, at least 65537 */
} vg_public_key;

/* ECDSA signatures come as r | s (64 bytes, JWS: RFC 7518, section 3.4) or as DER (WebAuthn, section 6.5.5). */
typedef enum { VG_SIGNATURE_PLAIN, VG_SIGNATURE_DER } vg_signature_form;

/** True when `signature` over `message` was made with the other half of `key`. False for a key that is none (a point that is not on
 *  the curve, a modulus of the wrong size) as well. */
bool vg_signature_good(const vg_public_key *key, vg_signature_form form, vg_str message, vg_str signature);

/** base64url without padding (RFC 4648, section 5): writes at most `size` bytes. False: not that, not canonical, or too long. */
bool vg_base64url_decode(vg_str text, uint8_t *out, size_t size, size_t *len);
/** Appends base64url without padding. */
void vg_base64url_add(vg_buf *out, const void *bytes, size_t len);
/** SHA-256. False: the library has no memory. */
bool vg_sha256(const void *bytes, size_t len, uint8_t out[32]);

#endif
