/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as what an authenticator sends: an attestation object, authenticator data, a COSE key. The client data is right, so that what
 * follows it is reached. What is read lies inside what came; nothing is believed that was not signed; the same bytes give the same
 * answer.
 */
#include "identity/webauthn.h"

#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) abort();
}

static bool inside(vg_str part, vg_str whole)
{
    return part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len;
}

static const char create[] = "{\"type\":\"webauthn.create\",\"challenge\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"origin\":\"https://v.example\"}";
static const char get[] = "{\"type\":\"webauthn.get\",\"challenge\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"origin\":\"https://v.example\"}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t challenge[VG_CHALLENGE];
    static const vg_webauthn_site site = {VG_STR("https://v.example"), VG_STR("v.example"), challenge, false};
    vg_str all = {(const char *)data, size};
    vg_webauthn_credential first, second;
    vg_webauthn_proof proof;
    vg_public_key key;
    vg_error err = {0};
    int rc = vg_webauthn_register(&site, vg_str_of(create), all, &first, &err);
    must((rc == 0) == (err.code == 0));
    if (rc == 0) {
        must(first.id.len >= 1 && first.id.len <= VG_CREDENTIAL_MOST && inside(first.id, all) && inside(first.key, all));
        must(vg_cose_key_read(first.key, &key, &err) == 0);
        must(vg_webauthn_register(&site, vg_str_of(create), all, &second, &err) == 0 && vg_str_eq(first.id, second.id) && first.counter == second.counter);
    }
    err = (vg_error){0};
    if (vg_cose_key_read(all, &key, &err) == 0) {
        must(key.algorithm == VG_SIGN_ES256 ? key.len == VG_EC_POINT : key.algorithm == VG_SIGN_EDDSA ? key.len == VG_ED_KEY
             : key.len >= VG_RSA_LEAST && key.len <= VG_RSA_MOST);
        must(!vg_signature_good(&key, VG_SIGNATURE_DER, VG_STR("text"), all));
    }
    must(vg_webauthn_register(&site, all, all, &first, &err) != 0); /* as client data */
    if (size > 64) { /* the last 64 bytes as a signature of what is before: nobody holds the key */
        static const char cose[] = "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a\x0e\xe1\x72\xf3\xda\xa6\x23\x25"
                                   "\xaf\x02\x1a\x68\xf7\x07\x51\x1a";
        must(vg_webauthn_assert(&site, (vg_str){cose, sizeof cose - 1}, 0, vg_str_of(get), (vg_str){all.ptr, size - 64},
                                (vg_str){all.ptr + size - 64, 64}, &proof, &err) != 0);
    }
    return 0;
}
