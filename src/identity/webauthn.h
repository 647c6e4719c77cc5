/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/webauthn: registration and assertion of security keys and passkeys (W3C Web Authentication, level 2, sections 7.1 and 7.2).
 *
 * Attestation is taken as "none" or as "packed" self-attestation: who made the authenticator is not asked, so other statements are
 * refused rather than half checked. Everything the caller has to keep are the credential's id, its key as the authenticator wrote it,
 * and its counter. Callers: net, tests, fuzz.
 */
#ifndef VG_IDENTITY_WEBAUTHN_H
#define VG_IDENTITY_WEBAUTHN_H

#include "identity/identity.h"

enum {
    VG_CREDENTIAL_MOST = 1023, /* bytes of a credential id (level 2, section 7.1, step 17 in later texts) */
    VG_COSE_MOST = 1024,       /* bytes of a public key */
    VG_CLIENT_DATA_MOST = 4096,
    VG_ATTESTATION_MOST = 8192,
    VG_CHALLENGE = 32,         /* bytes */
};

typedef struct vg_webauthn_site {
    vg_str origin; /* "https://vigie.example.org" */
    vg_str rp_id;  /* "vigie.example.org" */
    const uint8_t *challenge; /* VG_CHALLENGE bytes that this answer must carry */
    bool verify_user; /* the authenticator must have checked a PIN or a finger */
} vg_webauthn_site;

typedef struct vg_webauthn_credential {
    vg_str id, key; /* into the attestation object; the key is COSE */
    uint32_t counter;
    bool user_verified, backed_up, self_attested;
    uint8_t aaguid[16];
} vg_webauthn_credential;

/** VG_EINVAL says which part is not as the standard wants it; VG_EFORBIDDEN: the signature, the challenge, the origin or the site is
 *  another's, or nobody was there. */
int vg_webauthn_register(const vg_webauthn_site *site, vg_str client_data, vg_str attestation, vg_webauthn_credential *out, vg_error *err);

typedef struct vg_webauthn_proof {
    uint32_t counter;
    bool user_verified;
} vg_webauthn_proof;

/** `key` and `counter` are those kept of the credential. VG_ECONFLICT: the counter did not grow, a copy of the key is about. */
int vg_webauthn_assert(const vg_webauthn_site *site, vg_str key, uint32_t counter, vg_str client_data, vg_str authenticator_data,
                       vg_str signature, vg_webauthn_proof *out, vg_error *err);

/** A public key in COSE form (RFC 9052, section 7; RFC 8230), the whole of `cose`. VG_EINVAL. */
int vg_cose_key_read(vg_str cose, vg_public_key *out, vg_error *err);

#endif
