/* SPDX-License-Identifier: Apache-2.0
 *
 * Key pairs that the tests sign with: what a provider and an authenticator hold. */
#ifndef VG_TESTS_IDENTITY_KEYS_H
#define VG_TESTS_IDENTITY_KEYS_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <sodium.h>
#include "identity/identity.h"

static inline EVP_PKEY *make_pair(vg_sign algorithm)
{
    return algorithm == VG_SIGN_RS256 ? EVP_RSA_gen(2048) : algorithm == VG_SIGN_ES256 ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

static inline vg_public_key public_of(EVP_PKEY *pair, vg_sign algorithm)
{
    vg_public_key key = {.algorithm = algorithm};
    if (algorithm == VG_SIGN_RS256) {
        BIGNUM *n = NULL;
        EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_RSA_N, &n);
        key.len = (size_t)BN_bn2bin(n, key.bytes);
        key.exponent = 65537;
        BN_free(n);
    } else if (algorithm == VG_SIGN_ES256) {
        BIGNUM *x = NULL, *y = NULL;
        EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_EC_PUB_X, &x);
        EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_EC_PUB_Y, &y);
        key.len = VG_EC_POINT;
        key.bytes[0] = 4;
        BN_bn2binpad(x, key.bytes + 1, 32);
        BN_bn2binpad(y, key.bytes + 33, 32);
        BN_free(x);
        BN_free(y);
    } else {
        key.len = VG_ED_KEY;
        EVP_PKEY_get_raw_public_key(pair, key.bytes, &key.len);
    }
    return key;
}

/* DER for ES256 unless `plain`; returns the length. */
static inline size_t sign_with(EVP_PKEY *pair, vg_sign algorithm, int plain, const void *message, size_t len, uint8_t out[512])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = 512;
    EVP_DigestSignInit(context, NULL, algorithm == VG_SIGN_EDDSA ? NULL : EVP_sha256(), NULL, pair);
    if (EVP_DigestSign(context, out, &size, message, len) != 1) size = 0;
    EVP_MD_CTX_free(context);
    if (plain && algorithm == VG_SIGN_ES256) {
        const unsigned char *at = out;
        ECDSA_SIG *both = d2i_ECDSA_SIG(NULL, &at, (long)size);
        BN_bn2binpad(ECDSA_SIG_get0_r(both), out, 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(both), out + 32, 32);
        ECDSA_SIG_free(both);
        size = 64;
    }
    return size;
}

#endif
