/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/identity.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include "base/base64.h"

bool vg_base64url_decode(vg_str text, uint8_t *out, size_t size, size_t *len)
{
    return vg_base64_decode(text, VG_BASE64_URL_BARE, out, size, len);
}

void vg_base64url_add(vg_buf *out, const void *bytes, size_t len)
{
    size_t need = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_URLSAFE_NO_PADDING); /* with its NUL */
    if (!vg_buf_reserve(out, need)) return;
    sodium_bin2base64(out->ptr + out->len, need, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    out->len += need - 1;
}

bool vg_sha256(const void *bytes, size_t len, uint8_t out[32])
{
    return EVP_Digest(bytes, len, out, NULL, EVP_sha256(), NULL) == 1;
}

static EVP_PKEY *key_from(const char *type, OSSL_PARAM_BLD *parts)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(parts);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (params && context && EVP_PKEY_fromdata_init(context) == 1 &&
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    return key;
}

/* Refuses a point that is not on the curve: the library looks when it reads it. */
static EVP_PKEY *ec_key(const vg_public_key *key)
{
    EVP_PKEY *made = NULL;
    OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
    if (key->len == VG_EC_POINT && key->bytes[0] == 4 && parts &&
        OSSL_PARAM_BLD_push_utf8_string(parts, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(parts, OSSL_PKEY_PARAM_PUB_KEY, key->bytes, key->len) == 1)
        made = key_from("EC", parts);
    OSSL_PARAM_BLD_free(parts);
    return made;
}

static EVP_PKEY *rsa_key(const vg_public_key *key)
{
    EVP_PKEY *made = NULL;
    OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
    BIGNUM *modulus = NULL, *exponent = BN_new();
    bool sound = key->len >= VG_RSA_LEAST && key->len <= VG_RSA_MOST && key->bytes[0] >= 0x80 &&
                 key->exponent >= 65537 && (key->exponent & 1);
    if (sound) modulus = BN_bin2bn(key->bytes, (int)key->len, NULL);
    if (parts && modulus && exponent && BN_set_word(exponent, (BN_ULONG)key->exponent) == 1 &&
        OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
        OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
        made = key_from("RSA", parts);
    OSSL_PARAM_BLD_free(parts);
    BN_free(modulus);
    BN_free(exponent);
    return made;
}

static bool digest_good(EVP_PKEY *key, vg_str message, const unsigned char *signature, size_t len)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = key && context && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(context, signature, len, (const unsigned char *)message.ptr, message.len) == 1;
    EVP_MD_CTX_free(context);
    return good;
}

/* r | s into DER, which is what the library reads. */
static unsigned char *der_of(vg_str plain, int *len)
{
    unsigned char *der = NULL;
    ECDSA_SIG *pair = plain.len == 64 ? ECDSA_SIG_new() : NULL;
    BIGNUM *r = pair ? BN_bin2bn((const unsigned char *)plain.ptr, 32, NULL) : NULL;
    BIGNUM *s = pair ? BN_bin2bn((const unsigned char *)plain.ptr + 32, 32, NULL) : NULL;
    if (r && s && ECDSA_SIG_set0(pair, r, s) == 1) {
        r = s = NULL; /* the pair's now */
        *len = i2d_ECDSA_SIG(pair, &der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(pair);
    return der;
}

static bool es256_good(const vg_public_key *key, vg_signature_form form, vg_str message, vg_str signature)
{
    EVP_PKEY *made = ec_key(key);
    bool good = false;
    if (form == VG_SIGNATURE_DER) good = digest_good(made, message, (const unsigned char *)signature.ptr, signature.len);
    else {
        int len = 0;
        unsigned char *der = der_of(signature, &len);
        good = der && len > 0 && digest_good(made, message, der, (size_t)len);
        OPENSSL_free(der);
    }
    EVP_PKEY_free(made);
    return good;
}

bool vg_signature_good(const vg_public_key *key, vg_signature_form form, vg_str message, vg_str signature)
{
    switch (key->algorithm) {
    case VG_SIGN_ES256: return es256_good(key, form, message, signature);
    case VG_SIGN_EDDSA:
        return key->len == VG_ED_KEY && signature.len == crypto_sign_BYTES &&
               crypto_sign_verify_detached((const unsigned char *)signature.ptr, (const unsigned char *)message.ptr,
                                           message.len, key->bytes) == 0;
    case VG_SIGN_RS256: {
        EVP_PKEY *made = rsa_key(key);
        bool good = digest_good(made, message, (const unsigned char *)signature.ptr, signature.len); /* PKCS #1 v1.5 */
        EVP_PKEY_free(made);
        return good;
    }
    default: return false;
    }
}
