/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/token.h"

#include <openssl/evp.h>
#include <sodium.h>

#include "base/alloc.h"
#include "identity/token_int.h"

vg_sign vg_token_algorithm(vg_str name)
{
    if (vg_str_is(name, "RS256")) return VG_SIGN_RS256;
    if (vg_str_is(name, "ES256")) return VG_SIGN_ES256;
    if (vg_str_is(name, "EdDSA") || vg_str_is(name, "Ed25519")) return VG_SIGN_EDDSA;
    return VG_SIGN_NONE;
}

static int refuse(vg_error *err, const char *what)
{
    return vg_fail(err, VG_EFORBIDDEN, "id_token", "%s", what);
}

static bool text_is(const json_t *value, vg_str want)
{
    return json_is_string(value) && vg_str_eq((vg_str){json_string_value(value), json_string_length(value)}, want);
}

/* ---- the three parts ---- */

typedef struct parts {
    vg_str header, payload, signature, signed_text; /* in base64url, and what is signed */
} parts;

static bool split(vg_str token, parts *out)
{
    const char *first = memchr(token.ptr, '.', token.len);
    if (!first || token.len > VG_TOKEN_MOST) return false;
    const char *end = token.ptr + token.len;
    const char *second = memchr(first + 1, '.', (size_t)(end - first - 1));
    if (!second || memchr(second + 1, '.', (size_t)(end - second - 1))) return false;
    out->header = (vg_str){token.ptr, (size_t)(first - token.ptr)};
    out->payload = (vg_str){first + 1, (size_t)(second - first - 1)};
    out->signature = (vg_str){second + 1, (size_t)(end - second - 1)};
    out->signed_text = (vg_str){token.ptr, (size_t)(second - token.ptr)};
    return out->header.len && out->payload.len && out->signature.len;
}

static json_t *object_of(vg_str text)
{
    json_error_t wrong;
    json_t *root = NULL;
    size_t len = 0;
    uint8_t *bytes = vg_malloc(text.len + 1);
    if (bytes && vg_base64url_decode(text, bytes, text.len + 1, &len))
        root = json_loadb((const char *)bytes, len, JSON_REJECT_DUPLICATES, &wrong);
    vg_free(bytes);
    if (!json_is_object(root)) {
        json_decref(root);
        root = NULL;
    }
    return root;
}

/* ---- who signed ---- */

static int check_signature(const parts *p, const json_t *header, const vg_key_set *keys, vg_error *err)
{
    uint8_t signature[VG_RSA_MOST];
    size_t len = 0;
    const json_t *name = json_object_get(header, "alg"), *id = json_object_get(header, "kid");
    bool tried = false;
    vg_sign algorithm = json_is_string(name) ? vg_token_algorithm((vg_str){json_string_value(name), json_string_length(name)}) : VG_SIGN_NONE;
    if (algorithm == VG_SIGN_NONE) return refuse(err, "is not signed with RS256, ES256 or EdDSA");
    if (json_object_get(header, "crit")) return refuse(err, "needs an extension that is not known");
    if (id && !json_is_string(id)) return refuse(err, "has a key id that is no text");
    if (!vg_base64url_decode(p->signature, signature, sizeof signature, &len)) return refuse(err, "has a signature that is none");
    for (size_t i = 0; i < keys->count; i++) {
        const vg_set_key *k = &keys->keys[i];
        if (k->key.algorithm != algorithm || (id && !text_is(id, (vg_str){k->id, k->id_len}))) continue;
        tried = true;
        if (vg_signature_good(&k->key, VG_SIGNATURE_PLAIN, p->signed_text, (vg_str){(const char *)signature, len})) return 0;
    }
    /* without an id, none of the keys that were tried may be the new one */
    if (!tried || !id) return vg_fail(err, VG_ENOENT, "id_token", "is signed with a key that the provider does not show");
    return refuse(err, "has a wrong signature");
}

/* ---- what it says ---- */

static bool whole_number(const json_t *claims, const char *name, int64_t *out)
{
    const json_t *value = json_object_get(claims, name);
    if (!json_is_number(value)) return false;
    double number = json_number_value(value);
    if (!(number >= 0 && number < 1e15)) return false;
    *out = (int64_t)number;
    return true;
}

static int check_audience(const json_t *claims, vg_str client, vg_error *err)
{
    const json_t *audience = json_object_get(claims, "aud"), *party = json_object_get(claims, "azp");
    bool mine = text_is(audience, client);
    for (size_t i = 0; i < json_array_size(audience); i++) mine = mine || text_is(json_array_get(audience, i), client);
    if (!mine) return refuse(err, "is for another application");
    if (json_array_size(audience) > 1 && !party) return refuse(err, "is for several applications and does not say for whom it was made");
    if (party && !text_is(party, client)) return refuse(err, "was made for another application");
    return 0;
}

static int check_times(const json_t *claims, int64_t now_s, vg_error *err)
{
    int64_t ends = 0, issued = 0, from = 0;
    if (!whole_number(claims, "exp", &ends) || !whole_number(claims, "iat", &issued)) return refuse(err, "does not say when it was made and when it ends");
    if (ends + VG_TOKEN_SKEW_S <= now_s) return refuse(err, "has ended");
    if (issued > now_s + VG_TOKEN_SKEW_S) return refuse(err, "was made in the future: the clocks differ");
    if (issued + VG_TOKEN_AGE_S + VG_TOKEN_SKEW_S < now_s) return refuse(err, "was made too long ago");
    if (json_object_get(claims, "nbf") && (!whole_number(claims, "nbf", &from) || from > now_s + VG_TOKEN_SKEW_S))
        return refuse(err, "is not valid yet");
    return 0;
}

/* The left half of the digest of the access token, by the hash of the signature (OpenID Connect Core, 3.1.3.6). */
static int check_access(const json_t *claims, const json_t *header, vg_str access_token, vg_error *err)
{
    const json_t *given = json_object_get(claims, "at_hash");
    uint8_t digest[EVP_MAX_MD_SIZE], want[32];
    unsigned size = 0;
    size_t len = 0;
    if (!given || !access_token.len) return 0;
    bool ed = vg_token_algorithm(vg_str_of(json_string_value(json_object_get(header, "alg")))) == VG_SIGN_EDDSA;
    if (EVP_Digest(access_token.ptr, access_token.len, digest, &size, ed ? EVP_sha512() : EVP_sha256(), NULL) != 1)
        return vg_fail(err, VG_ENOMEM, "", "no memory for a digest");
    if (!json_is_string(given) ||
        !vg_base64url_decode((vg_str){json_string_value(given), json_string_length(given)}, want, sizeof want, &len) ||
        len != size / 2 || sodium_memcmp(want, digest, len) != 0)
        return refuse(err, "belongs to another access token");
    return 0;
}

static int check_claims(const json_t *claims, const json_t *header, const vg_token_wanted *wanted, vg_error *err)
{
    const json_t *nonce = json_object_get(claims, "nonce"), *subject = json_object_get(claims, "sub");
    int rc;
    if (!text_is(json_object_get(claims, "iss"), wanted->issuer)) return refuse(err, "comes from another provider");
    if ((rc = check_audience(claims, wanted->client, err)) || (rc = check_times(claims, wanted->now_s, err))) return rc;
    if (!json_is_string(nonce) || json_string_length(nonce) != wanted->nonce.len || wanted->nonce.len == 0 ||
        sodium_memcmp(json_string_value(nonce), wanted->nonce.ptr, wanted->nonce.len) != 0)
        return refuse(err, "answers another sign-in");
    if (!json_is_string(subject) || json_string_length(subject) == 0 || json_string_length(subject) > 255)
        return refuse(err, "does not say whom it is about");
    return check_access(claims, header, wanted->access_token, err);
}

int vg_token_read(vg_str token, const vg_key_set *keys, const vg_token_wanted *wanted, json_t **claims, vg_error *err)
{
    parts p;
    json_t *header = NULL, *payload = NULL;
    int rc;
    *claims = NULL;
    if (!split(token, &p)) return refuse(err, "is not of the compact form");
    header = object_of(p.header);
    rc = header ? check_signature(&p, header, keys, err) : refuse(err, "has no header");
    if (!rc) {
        payload = object_of(p.payload);
        rc = payload ? check_claims(payload, header, wanted, err) : refuse(err, "has no claims");
    }
    json_decref(header);
    if (rc) json_decref(payload);
    else *claims = payload;
    return rc;
}
