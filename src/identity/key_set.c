/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON Web Keys (RFC 7517, 7518, 8037). */
#include "identity/token_int.h"

#include "base/alloc.h"

static vg_str text_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? (vg_str){json_string_value(value), json_string_length(value)} : (vg_str){"", 0};
}

static bool bytes_of(const json_t *object, const char *name, uint8_t *out, size_t size, size_t *len)
{
    return vg_base64url_decode(text_of(object, name), out, size, len) && *len > 0;
}

static bool read_rsa(const json_t *item, vg_public_key *key)
{
    uint8_t exponent[8];
    size_t len = 0;
    if (!bytes_of(item, "n", key->bytes, sizeof key->bytes, &key->len) || key->len < VG_RSA_LEAST ||
        !bytes_of(item, "e", exponent, sizeof exponent, &len))
        return false;
    for (size_t i = 0; i < len; i++) key->exponent = key->exponent << 8 | exponent[i];
    key->algorithm = VG_SIGN_RS256;
    return key->exponent >= 65537;
}

static bool read_ec(const json_t *item, vg_public_key *key)
{
    size_t x = 0, y = 0;
    if (!vg_str_is(text_of(item, "crv"), "P-256") || !bytes_of(item, "x", key->bytes + 1, 32, &x) ||
        !bytes_of(item, "y", key->bytes + 33, 32, &y) || x != 32 || y != 32)
        return false;
    key->bytes[0] = 4;
    key->len = VG_EC_POINT;
    key->algorithm = VG_SIGN_ES256;
    return true;
}

static bool read_ed(const json_t *item, vg_public_key *key)
{
    key->algorithm = VG_SIGN_EDDSA;
    return vg_str_is(text_of(item, "crv"), "Ed25519") && bytes_of(item, "x", key->bytes, VG_ED_KEY, &key->len) && key->len == VG_ED_KEY;
}

static bool read_key(const json_t *item, vg_set_key *out)
{
    vg_str kind = text_of(item, "kty"), use = text_of(item, "use"), algorithm = text_of(item, "alg"), id = text_of(item, "kid");
    *out = (vg_set_key){0};
    if ((use.len && !vg_str_is(use, "sig")) || id.len > VG_KEY_ID_MOST) return false;
    if (vg_str_is(kind, "RSA") ? !read_rsa(item, &out->key)
        : vg_str_is(kind, "EC") ? !read_ec(item, &out->key)
        : vg_str_is(kind, "OKP") ? !read_ed(item, &out->key) : true)
        return false;
    if (algorithm.len && vg_token_algorithm(algorithm) != out->key.algorithm) return false; /* a key for another algorithm */
    memcpy(out->id, id.ptr, id.len);
    out->id_len = id.len;
    return true;
}

int vg_key_set_read(vg_key_set **out, vg_str json, vg_error *err)
{
    json_error_t wrong;
    vg_key_set *set = NULL;
    int rc = 0;
    *out = NULL;
    json_t *root = json.len <= VG_KEY_SET_MOST ? json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, &wrong) : NULL;
    const json_t *keys = json_object_get(root, "keys");
    if (!json_is_array(keys)) {
        rc = vg_fail(err, VG_EINVAL, "/keys", "this is no key set");
        goto out;
    }
    set = vg_calloc(1, sizeof *set);
    if (!set) {
        rc = vg_fail(err, VG_ENOMEM, "", "no memory for keys");
        goto out;
    }
    for (size_t i = 0; i < json_array_size(keys) && set->count < VG_KEYS_MOST; i++)
        if (read_key(json_array_get(keys, i), &set->keys[set->count])) set->count++;
    if (!set->count) rc = vg_fail(err, VG_EINVAL, "/keys", "no key here is for RS256, ES256 or EdDSA");
out:
    json_decref(root);
    if (rc) vg_free(set);
    else *out = set;
    return rc;
}

void vg_key_set_free(vg_key_set **set)
{
    vg_free(*set);
    *set = NULL;
}

size_t vg_key_set_count(const vg_key_set *set)
{
    return set->count;
}
