/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/webauthn.h"

#include <jansson.h>
#include <sodium.h>

#include "identity/cbor_int.h"

enum { PRESENT = 1, VERIFIED = 4, MAY_BACK_UP = 8, BACKED_UP = 16, HAS_CREDENTIAL = 64, HAS_EXTENSIONS = 128 };
enum { AUTHENTICATOR_LEAST = 37, SIGNED_MOST = 16384 };

static vg_cbor cbor_of(vg_str bytes)
{
    const uint8_t *at = (const uint8_t *)bytes.ptr;
    return (vg_cbor){at, at + bytes.len};
}

/* ---- keys ---- */

/* One member of a COSE key: labels 1 (kind), 3 (algorithm), -1, -2, -3 (by kind). */
typedef struct cose_parts {
    int64_t kind, algorithm, curve;
    vg_str first, second, third; /* bytes of -1, -2, -3 */
    unsigned seen;
} cose_parts;

static bool read_member(vg_cbor *in, cose_parts *parts)
{
    vg_cbor_item label, value;
    int64_t name, number = 0;
    if (!vg_cbor_next(in, &label) || !vg_cbor_int(&label, &name) || name < -3 || name > 3) return false;
    unsigned bit = 1u << (name + 3);
    if (parts->seen & bit) return false; /* twice: which one is meant? */
    parts->seen |= bit;
    if (!vg_cbor_next(in, &value)) return false;
    bool bytes = value.kind == VG_CBOR_BYTES;
    if (!bytes && !vg_cbor_int(&value, &number)) return false;
    switch (name) {
    case 1: parts->kind = number; return !bytes;
    case 3: parts->algorithm = number; return !bytes;
    case -1: parts->curve = number; parts->first = value.bytes; return true;
    case -2: parts->second = value.bytes; return bytes;
    case -3: parts->third = value.bytes; return bytes;
    default: return false;
    }
}

static bool read_rsa(const cose_parts *parts, vg_public_key *out)
{
    if (parts->first.len < VG_RSA_LEAST || parts->first.len > VG_RSA_MOST || parts->second.len < 3 || parts->second.len > 8) return false;
    out->len = parts->first.len;
    memcpy(out->bytes, parts->first.ptr, out->len);
    for (size_t i = 0; i < parts->second.len; i++) out->exponent = out->exponent << 8 | (uint8_t)parts->second.ptr[i];
    return true;
}

static bool take_key(const cose_parts *parts, vg_public_key *out)
{
    out->algorithm = (vg_sign)parts->algorithm;
    if (parts->algorithm == VG_SIGN_ES256 && parts->kind == 2 && parts->curve == 1 && !parts->first.len && parts->second.len == 32 &&
        parts->third.len == 32) {
        out->len = VG_EC_POINT;
        out->bytes[0] = 4;
        memcpy(out->bytes + 1, parts->second.ptr, 32);
        memcpy(out->bytes + 33, parts->third.ptr, 32);
        return true;
    }
    if (parts->algorithm == VG_SIGN_EDDSA && parts->kind == 1 && parts->curve == 6 && !parts->first.len && parts->second.len == VG_ED_KEY) {
        out->len = VG_ED_KEY;
        memcpy(out->bytes, parts->second.ptr, VG_ED_KEY);
        return true;
    }
    return parts->algorithm == VG_SIGN_RS256 && parts->kind == 3 && read_rsa(parts, out);
}

static bool read_key(vg_cbor *in, vg_public_key *out)
{
    vg_cbor_item map;
    cose_parts parts = {0};
    *out = (vg_public_key){0};
    if (!vg_cbor_next(in, &map) || map.kind != VG_CBOR_MAP || map.n > 6) return false;
    for (uint64_t i = 0; i < map.n; i++)
        if (!read_member(in, &parts)) return false;
    return take_key(&parts, out);
}

int vg_cose_key_read(vg_str cose, vg_public_key *out, vg_error *err)
{
    vg_cbor in = cbor_of(cose);
    if (cose.len <= VG_COSE_MOST && read_key(&in, out) && in.at == in.end) return 0;
    return vg_fail(err, VG_EINVAL, "", "expected a public key for ES256, EdDSA or RS256");
}

/* ---- what the browser says: collected client data ---- */

static bool member_is(const json_t *root, const char *name, vg_str want)
{
    const json_t *value = json_object_get(root, name);
    return json_is_string(value) && vg_str_eq((vg_str){json_string_value(value), json_string_length(value)}, want);
}

static int check_members(const json_t *root, const vg_webauthn_site *site, const char *type, vg_error *err)
{
    char challenge[64];
    sodium_bin2base64(challenge, sizeof challenge, site->challenge, VG_CHALLENGE, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    if (!member_is(root, "type", vg_str_of(type))) return vg_fail(err, VG_EFORBIDDEN, "", "this is no %s", type);
    if (!member_is(root, "challenge", vg_str_of(challenge))) return vg_fail(err, VG_EFORBIDDEN, "", "this answers another challenge");
    if (!member_is(root, "origin", site->origin)) return vg_fail(err, VG_EFORBIDDEN, "", "this was made for another site");
    const json_t *cross = json_object_get(root, "crossOrigin");
    if ((cross && !json_is_false(cross)) || json_object_get(root, "topOrigin"))
        return vg_fail(err, VG_EFORBIDDEN, "", "this was made inside a page of another site");
    return 0;
}

static int check_client(const vg_webauthn_site *site, const char *type, vg_str client_data, vg_error *err)
{
    json_error_t wrong;
    json_t *root = client_data.len && client_data.len <= VG_CLIENT_DATA_MOST
                       ? json_loadb(client_data.ptr, client_data.len, JSON_REJECT_DUPLICATES, &wrong)
                       : NULL;
    int rc = json_is_object(root) ? check_members(root, site, type, err) : vg_fail(err, VG_EINVAL, "", "the client data is no JSON object");
    json_decref(root);
    return rc;
}

/* ---- what the authenticator says ---- */

typedef struct authenticator {
    uint8_t flags;
    uint32_t counter;
    vg_cbor rest; /* behind the counter */
} authenticator;

static int read_authenticator(const vg_webauthn_site *site, vg_str data, authenticator *out, vg_error *err)
{
    uint8_t hash[32];
    const uint8_t *at = (const uint8_t *)data.ptr;
    if (data.len < AUTHENTICATOR_LEAST || data.len > VG_ATTESTATION_MOST) return vg_fail(err, VG_EINVAL, "", "the authenticator data has no such length");
    if (!vg_sha256(site->rp_id.ptr, site->rp_id.len, hash)) return vg_fail(err, VG_ENOMEM, "", "no memory for a digest");
    if (sodium_memcmp(hash, at, sizeof hash) != 0) return vg_fail(err, VG_EFORBIDDEN, "", "the authenticator answered for another site");
    out->flags = at[32];
    out->counter = (uint32_t)at[33] << 24 | (uint32_t)at[34] << 16 | (uint32_t)at[35] << 8 | at[36];
    out->rest = (vg_cbor){at + AUTHENTICATOR_LEAST, at + data.len};
    if (!(out->flags & PRESENT)) return vg_fail(err, VG_EFORBIDDEN, "", "nobody touched the authenticator");
    if (site->verify_user && !(out->flags & VERIFIED)) return vg_fail(err, VG_EFORBIDDEN, "", "the authenticator did not check who touched it");
    if ((out->flags & BACKED_UP) && !(out->flags & MAY_BACK_UP)) return vg_fail(err, VG_EINVAL, "", "the authenticator contradicts itself about backups");
    return 0;
}

/* Extensions are asked for by nobody; they are read over, and nothing may follow. */
static bool ends_well(vg_cbor *rest, uint8_t flags)
{
    if (flags & HAS_EXTENSIONS) {
        if (rest->at >= rest->end || *rest->at >> 5 != VG_CBOR_MAP || !vg_cbor_skip(rest, VG_CBOR_DEPTH)) return false;
    }
    return rest->at == rest->end;
}

static int read_credential(authenticator *a, vg_webauthn_credential *out, vg_public_key *key, vg_error *err)
{
    vg_cbor *in = &a->rest;
    if (!(a->flags & HAS_CREDENTIAL) || in->end - in->at < 18) return vg_fail(err, VG_EINVAL, "", "the authenticator made no credential");
    memcpy(out->aaguid, in->at, sizeof out->aaguid);
    size_t len = (size_t)in->at[16] << 8 | in->at[17];
    in->at += 18;
    if (len == 0 || len > VG_CREDENTIAL_MOST || len > (size_t)(in->end - in->at))
        return vg_fail(err, VG_EINVAL, "", "a credential's id has 1 to %d bytes", VG_CREDENTIAL_MOST);
    out->id = (vg_str){(const char *)in->at, len};
    in->at += len;
    const uint8_t *from = in->at;
    if (!read_key(in, key)) return vg_fail(err, VG_EINVAL, "", "expected a public key for ES256, EdDSA or RS256");
    out->key = (vg_str){(const char *)from, (size_t)(in->at - from)};
    if (out->key.len > VG_COSE_MOST || !ends_well(in, a->flags)) return vg_fail(err, VG_EINVAL, "", "something follows the credential that does not belong there");
    return 0;
}

/* ---- attestation ---- */

typedef struct statement {
    vg_str format, signature, data; /* "fmt", "attStmt"."sig", "authData" */
    int64_t algorithm;
    bool certificates;
    uint64_t members;
} statement;

static bool read_statement(vg_cbor *in, statement *out)
{
    vg_cbor_item map, name, value;
    if (!vg_cbor_next(in, &map) || map.kind != VG_CBOR_MAP || map.n > 8) return false;
    out->members = map.n;
    for (uint64_t i = 0; i < map.n; i++) {
        if (!vg_cbor_next(in, &name) || name.kind != VG_CBOR_TEXT) return false;
        vg_cbor at = *in;
        if (!vg_cbor_skip(in, VG_CBOR_DEPTH - 1) || !vg_cbor_next(&at, &value)) return false;
        if (vg_str_is(name.bytes, "alg") && !vg_cbor_int(&value, &out->algorithm)) return false;
        if (vg_str_is(name.bytes, "sig")) {
            if (value.kind != VG_CBOR_BYTES) return false;
            out->signature = value.bytes;
        }
        if (vg_str_is(name.bytes, "x5c") || vg_str_is(name.bytes, "ecdaaKeyId")) out->certificates = true;
    }
    return true;
}

static bool read_attestation(vg_str object, statement *out)
{
    vg_cbor in = cbor_of(object);
    vg_cbor_item map, name, value;
    unsigned seen = 0;
    *out = (statement){0};
    if (!vg_cbor_next(&in, &map) || map.kind != VG_CBOR_MAP || map.n != 3) return false;
    for (int i = 0; i < 3; i++) {
        if (!vg_cbor_next(&in, &name) || name.kind != VG_CBOR_TEXT) return false;
        if (vg_str_is(name.bytes, "attStmt")) {
            if (!read_statement(&in, out)) return false;
            seen |= 1;
        } else if (vg_str_is(name.bytes, "fmt")) {
            if (!vg_cbor_next(&in, &value) || value.kind != VG_CBOR_TEXT) return false;
            out->format = value.bytes;
            seen |= 2;
        } else if (vg_str_is(name.bytes, "authData")) {
            if (!vg_cbor_next(&in, &value) || value.kind != VG_CBOR_BYTES) return false;
            out->data = value.bytes;
            seen |= 4;
        } else return false;
    }
    return seen == 7 && in.at == in.end;
}

/* What is signed: authenticator data, then the digest of the client data. False: too long, or no memory. */
static bool signed_bytes(vg_str data, vg_str client_data, uint8_t out[SIGNED_MOST], size_t *len)
{
    if (data.len > SIGNED_MOST - 32) return false;
    memcpy(out, data.ptr, data.len);
    *len = data.len + 32;
    return vg_sha256(client_data.ptr, client_data.len, out + data.len);
}

static int check_statement(const statement *s, const vg_public_key *key, vg_str client_data, bool *self, vg_error *err)
{
    uint8_t bytes[SIGNED_MOST];
    size_t len = 0;
    *self = false;
    if (vg_str_is(s->format, "none"))
        return s->members ? vg_fail(err, VG_EINVAL, "", "an attestation \"none\" says nothing") : 0;
    if (!vg_str_is(s->format, "packed") || s->certificates)
        return vg_fail(err, VG_EINVAL, "", "expected an attestation \"none\", or \"packed\" by the credential itself");
    if (s->algorithm != (int64_t)key->algorithm || !signed_bytes(s->data, client_data, bytes, &len) ||
        !vg_signature_good(key, VG_SIGNATURE_DER, (vg_str){(const char *)bytes, len}, s->signature))
        return vg_fail(err, VG_EFORBIDDEN, "", "the attestation's signature is not good");
    *self = true;
    return 0;
}

int vg_webauthn_register(const vg_webauthn_site *site, vg_str client_data, vg_str attestation, vg_webauthn_credential *out, vg_error *err)
{
    statement s;
    authenticator a;
    vg_public_key key;
    *out = (vg_webauthn_credential){0};
    int rc = check_client(site, "webauthn.create", client_data, err);
    if (rc) return rc;
    if (attestation.len > VG_ATTESTATION_MOST || !read_attestation(attestation, &s))
        return vg_fail(err, VG_EINVAL, "", "this is no attestation object");
    if ((rc = read_authenticator(site, s.data, &a, err)) || (rc = read_credential(&a, out, &key, err))) return rc;
    if ((rc = check_statement(&s, &key, client_data, &out->self_attested, err))) return rc;
    out->counter = a.counter;
    out->user_verified = a.flags & VERIFIED;
    out->backed_up = a.flags & BACKED_UP;
    return 0;
}

int vg_webauthn_assert(const vg_webauthn_site *site, vg_str key, uint32_t counter, vg_str client_data, vg_str authenticator_data,
                       vg_str signature, vg_webauthn_proof *out, vg_error *err)
{
    uint8_t bytes[SIGNED_MOST];
    size_t len = 0;
    vg_public_key public_key;
    authenticator a;
    *out = (vg_webauthn_proof){0};
    int rc = vg_cose_key_read(key, &public_key, err);
    if (!rc) rc = check_client(site, "webauthn.get", client_data, err);
    if (!rc) rc = read_authenticator(site, authenticator_data, &a, err);
    if (rc) return rc;
    if ((a.flags & HAS_CREDENTIAL) || !ends_well(&a.rest, a.flags)) return vg_fail(err, VG_EINVAL, "", "something follows the authenticator data that does not belong there");
    if (!signed_bytes(authenticator_data, client_data, bytes, &len) ||
        !vg_signature_good(&public_key, VG_SIGNATURE_DER, (vg_str){(const char *)bytes, len}, signature))
        return vg_fail(err, VG_EFORBIDDEN, "", "the signature is not good");
    if ((a.counter || counter) && a.counter <= counter)
        return vg_fail(err, VG_ECONFLICT, "", "the key's counter did not grow: a copy of it may be about");
    *out = (vg_webauthn_proof){.counter = a.counter, .user_verified = a.flags & VERIFIED};
    return 0;
}
