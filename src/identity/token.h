/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/token: ID tokens of an OpenID provider (RFC 7515 and 7519; OpenID Connect Core 1.0, section 3.1.3.7).
 *
 * Only the compact form, only RS256, ES256 and EdDSA, and only with a public key of the provider's set whose kind is the algorithm's:
 * "none" and HMAC are unknown words here, so a public key can never be taken for a shared secret. A token that names a critical
 * extension is refused. Callers: net, tests, fuzz.
 */
#ifndef VG_IDENTITY_TOKEN_H
#define VG_IDENTITY_TOKEN_H

#include <jansson.h>
#include "identity/identity.h"

enum {
    VG_TOKEN_MOST = 32 << 10,     /* bytes of a token */
    VG_KEY_SET_MOST = 256 << 10,  /* bytes of a key set */
    VG_KEYS_MOST = 64,            /* keys that are looked at */
    VG_KEY_ID_MOST = 255,
    VG_TOKEN_SKEW_S = 60,         /* how far the provider's clock may be from ours */
    VG_TOKEN_AGE_S = 600,         /* a token that was issued longer ago is no answer to this sign-in */
};

typedef struct vg_key_set vg_key_set;

/** A JSON Web Key Set (RFC 7517). Keys of other kinds, and keys for encryption, are passed over. VG_EINVAL: it is no key set, or no
 *  key in it can be used. */
int vg_key_set_read(vg_key_set **out, vg_str json, vg_error *err);
void vg_key_set_free(vg_key_set **set);
size_t vg_key_set_count(const vg_key_set *set);

typedef struct vg_token_wanted {
    vg_str issuer, client, nonce;
    vg_str access_token; /* that came with it, for at_hash; empty: none */
    int64_t now_s;
} vg_token_wanted;

/** Checks signature, then claims: iss, aud, azp, exp, nbf, iat, nonce, sub, at_hash. *claims is the caller's (json_decref).
 *  VG_ENOENT: signed with a key that is not in the set (fetch it again, once); VG_EFORBIDDEN: anything else that is not as wanted. */
int vg_token_read(vg_str token, const vg_key_set *keys, const vg_token_wanted *wanted, json_t **claims, vg_error *err);

#endif
