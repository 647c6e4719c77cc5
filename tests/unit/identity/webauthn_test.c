/* SPDX-License-Identifier: Apache-2.0
 *
 * Security keys and passkeys, played by a key pair: what is taken at registration and at sign-in, and each thing that is refused. */
#include "identity/webauthn.h"

#include "keys.h"
#include "tap.h"

static const uint8_t challenge[VG_CHALLENGE] = "0123456789abcdef0123456789abcde";
static const vg_webauthn_site site = {VG_STR("https://vigie.example"), VG_STR("vigie.example"), challenge, false};
static const vg_webauthn_site strict = {VG_STR("https://vigie.example"), VG_STR("vigie.example"), challenge, true};
enum { UINT, NEGATIVE, BYTES, TEXT, ARRAY, MAP };

static void head(vg_buf *out, unsigned kind, size_t n)
{
    if (n < 24) vg_buf_add_char(out, (char)(kind << 5 | n));
    else if (n < 256) {
        vg_buf_add_char(out, (char)(kind << 5 | 24));
        vg_buf_add_char(out, (char)n);
    } else {
        vg_buf_add_char(out, (char)(kind << 5 | 25));
        vg_buf_add_char(out, (char)(n >> 8));
        vg_buf_add_char(out, (char)n);
    }
}
static void put_bytes(vg_buf *out, const void *bytes, size_t len)
{
    head(out, BYTES, len);
    vg_buf_add(out, bytes, len);
}
static void put_text(vg_buf *out, const char *text)
{
    head(out, TEXT, strlen(text));
    vg_buf_add_cstr(out, text);
}

static void cose(vg_buf *out, const vg_public_key *key)
{
    if (key->algorithm == VG_SIGN_RS256) {
        vg_buf_add(out, "\xa4\x01\x03\x03\x39\x01\x00\x20", 8);
        put_bytes(out, key->bytes, key->len);
        vg_buf_add(out, "\x21\x43\x01\x00\x01", 5);
    } else if (key->algorithm == VG_SIGN_ES256) {
        vg_buf_add(out, "\xa5\x01\x02\x03\x26\x20\x01\x21", 8);
        put_bytes(out, key->bytes + 1, 32);
        vg_buf_add_char(out, 0x22);
        put_bytes(out, key->bytes + 33, 32);
    } else {
        vg_buf_add(out, "\xa4\x01\x01\x03\x27\x20\x06\x21", 8);
        put_bytes(out, key->bytes, 32);
    }
}

typedef struct device { /* what makes an answer, right or wrong */
    EVP_PKEY *pair;
    vg_sign algorithm;
    const char *type, *origin, *rp_id, *format, *more; /* more: of the client data */
    uint8_t flags;
    uint32_t counter;
    const uint8_t *challenge;
    const char *tail; /* behind the authenticator data */
    size_t tail_len;
} device;

static device make_device(EVP_PKEY *pair, vg_sign algorithm, const char *type)
{
    return (device){.pair = pair, .algorithm = algorithm, .type = type, .origin = "https://vigie.example", .rp_id = "vigie.example",
                    .format = "none", .more = "", .flags = 5, .counter = 7, .challenge = challenge, .tail = ""};
}

static void client_data(vg_buf *out, const device *d)
{
    vg_buf_clear(out);
    vg_buf_printf(out, "{\"type\":\"%s\",\"challenge\":\"", d->type);
    vg_base64url_add(out, d->challenge, VG_CHALLENGE);
    vg_buf_printf(out, "\",\"origin\":\"%s\",\"crossOrigin\":false%s}", d->origin, d->more);
}

static void authenticator_data(vg_buf *out, const device *d, bool credential)
{
    uint8_t hash[32];
    vg_public_key key = public_of(d->pair, d->algorithm);
    vg_buf_clear(out);
    vg_sha256(d->rp_id, strlen(d->rp_id), hash);
    vg_buf_add(out, hash, 32);
    vg_buf_add_char(out, (char)(d->flags | (credential ? 64 : 0)));
    for (int i = 24; i >= 0; i -= 8) vg_buf_add_char(out, (char)(d->counter >> i));
    if (credential) {
        vg_buf_add(out, "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\0\20credential-00001", 34);
        cose(out, &key);
    }
    vg_buf_add(out, d->tail, d->tail_len);
}

typedef struct answer {
    vg_buf client, data, object;
    uint8_t signature[512];
    size_t signature_len;
} answer;

static void start_answer(answer *a)
{
    vg_buf_init(&a->client, 8192);
    vg_buf_init(&a->data, 8192);
    vg_buf_init(&a->object, 8192);
}
static void end_answer(answer *a)
{
    vg_buf_free(&a->client);
    vg_buf_free(&a->data);
    vg_buf_free(&a->object);
}
static vg_str str(const vg_buf *b)
{
    return (vg_str){b->ptr, b->len};
}

static void sign(answer *a, const device *d)
{
    uint8_t bytes[2048];
    memcpy(bytes, a->data.ptr, a->data.len);
    vg_sha256(a->client.ptr, a->client.len, bytes + a->data.len);
    a->signature_len = sign_with(d->pair, d->algorithm, 0, bytes, a->data.len + 32, a->signature);
}

static int registered(answer *a, const device *d, const vg_webauthn_site *at, vg_webauthn_credential *out, vg_error *err)
{
    client_data(&a->client, d);
    authenticator_data(&a->data, d, true);
    sign(a, d);
    vg_buf_clear(&a->object);
    head(&a->object, MAP, 3);
    put_text(&a->object, "fmt");
    put_text(&a->object, d->format);
    put_text(&a->object, "attStmt");
    if (strcmp(d->format, "packed") == 0) {
        head(&a->object, MAP, 2);
        put_text(&a->object, "alg");
        if (d->algorithm == VG_SIGN_RS256) vg_buf_add(&a->object, "\x39\x01\x00", 3);
        else vg_buf_add_char(&a->object, d->algorithm == VG_SIGN_ES256 ? 0x26 : 0x27);
        put_text(&a->object, "sig");
        put_bytes(&a->object, a->signature, a->signature_len);
    } else head(&a->object, MAP, 0);
    put_text(&a->object, "authData");
    put_bytes(&a->object, a->data.ptr, a->data.len);
    *err = (vg_error){0};
    return vg_webauthn_register(at, str(&a->client), str(&a->object), out, err);
}

static int asserted(answer *a, const device *d, const vg_webauthn_site *at, uint32_t counter, vg_webauthn_proof *out, vg_error *err)
{
    vg_buf key;
    vg_public_key public_key = public_of(d->pair, d->algorithm);
    vg_buf_init(&key, 2048);
    cose(&key, &public_key);
    client_data(&a->client, d);
    authenticator_data(&a->data, d, false);
    sign(a, d);
    *err = (vg_error){0};
    int rc = vg_webauthn_assert(at, str(&key), counter, str(&a->client), str(&a->data), (vg_str){(char *)a->signature, a->signature_len}, out, err);
    vg_buf_free(&key);
    return rc;
}

static void algorithms(void)
{
    static const vg_sign all[] = {VG_SIGN_ES256, VG_SIGN_EDDSA, VG_SIGN_RS256};
    answer a;
    vg_webauthn_credential credential;
    vg_webauthn_proof proof;
    vg_error err;
    start_answer(&a);
    for (int i = 0; i < 3; i++) {
        EVP_PKEY *pair = make_pair(all[i]), *other = make_pair(all[i]);
        device d = make_device(pair, all[i], "webauthn.create");
        TAP_EQ_INT(registered(&a, &d, &strict, &credential, &err), 0, "a registration without attestation");
        TAP_OK(vg_str_is(credential.id, "credential-00001") && credential.counter == 7 && credential.user_verified && !credential.self_attested,
               "id, counter and flags are read");
        d.format = "packed";
        TAP_EQ_INT(registered(&a, &d, &site, &credential, &err), 0, "attested by the credential itself");
        TAP_OK(credential.self_attested, "and known as that");
        d = make_device(pair, all[i], "webauthn.get");
        TAP_EQ_INT(asserted(&a, &d, &strict, 6, &proof, &err), 0, "an assertion");
        TAP_OK(proof.counter == 7 && proof.user_verified, "with its counter");
        vg_buf key;
        vg_public_key wrong = public_of(other, all[i]);
        vg_buf_init(&key, 2048);
        cose(&key, &wrong);
        TAP_EQ_INT(vg_webauthn_assert(&site, str(&key), 6, str(&a.client), str(&a.data), (vg_str){(char *)a.signature, a.signature_len}, &proof, &err),
                   -VG_EFORBIDDEN, "checked with another key");
        vg_buf_free(&key);
        EVP_PKEY_free(pair);
        EVP_PKEY_free(other);
    }
    end_answer(&a);
}

static void refused_registrations(void)
{
    EVP_PKEY *pair = make_pair(VG_SIGN_ES256);
    answer a;
    vg_webauthn_credential c;
    vg_error err;
    static const uint8_t other[VG_CHALLENGE] = {1};
    device d;
    start_answer(&a);
#define WITH(change, site_, code, said)                                                                     \
    d = make_device(pair, VG_SIGN_ES256, "webauthn.create");                                                \
    change;                                                                                                 \
    TAP_EQ_INT(registered(&a, &d, site_, &c, &err), code, said);                                            \
    if (code) TAP_OK(err.what[0], "and says why: %s", err.what)
    WITH(d.type = "webauthn.get", &site, -VG_EFORBIDDEN, "an assertion in its place");
    WITH(d.challenge = other, &site, -VG_EFORBIDDEN, "another challenge");
    WITH(d.origin = "https://evil.example", &site, -VG_EFORBIDDEN, "another origin");
    WITH(d.origin = "https://vigie.example:8443", &site, -VG_EFORBIDDEN, "another port");
    WITH(d.origin = "http://vigie.example", &site, -VG_EFORBIDDEN, "without TLS");
    WITH(d.more = ",\"topOrigin\":\"https://evil.example\"", &site, -VG_EFORBIDDEN, "inside a page of another site");
    WITH(d.more = ",\"crossOrigin\":true", &site, -VG_EINVAL, "a member that is there twice");
    WITH(d.rp_id = "evil.example", &site, -VG_EFORBIDDEN, "an authenticator that answers for another site");
    WITH(d.flags = 4, &site, -VG_EFORBIDDEN, "nobody present");
    WITH(d.flags = 1, &site, 0, "present, not verified");
    WITH(d.flags = 1, &strict, -VG_EFORBIDDEN, "present, not verified, where that is asked for");
    WITH(d.flags = 5 | 16, &site, -VG_EINVAL, "backed up and cannot be");
    WITH(d.flags = 5 | 8 | 16, &site, 0, "backed up and can be");
    WITH(d.format = "fido-u2f", &site, -VG_EINVAL, "an attestation of another kind");
    WITH((d.tail = "\0", d.tail_len = 1), &site, -VG_EINVAL, "a byte behind the credential");
    WITH((d.tail = "\xa1\x61x\xf5", d.tail_len = 4, d.flags = 5 | 128), &site, 0, "an extension that nobody asked for");
    WITH((d.tail = "\xa1\x61x", d.tail_len = 3, d.flags = 5 | 128), &site, -VG_EINVAL, "an extension that is cut short");
    WITH((d.tail = "\xa1\x61x\x81\x81\x81\x81\x81\xf5", d.tail_len = 9, d.flags = 5 | 128), &site, -VG_EINVAL, "an extension that nests too deep");
#undef WITH
    d = make_device(pair, VG_SIGN_ES256, "webauthn.create");
    d.format = "packed";
    registered(&a, &d, &site, &c, &err);
    a.object.ptr[a.object.len - 1] ^= 1; /* the last byte of the key: off the curve, and not what was signed */
    TAP_OK(vg_webauthn_register(&site, str(&a.client), str(&a.object), &c, &err) < 0, "a changed key under a self-attestation");
    registered(&a, &d, &site, &c, &err);
    size_t len = a.object.len;
    for (size_t cut = 0; cut < len; cut++)
        if (vg_webauthn_register(&site, str(&a.client), (vg_str){a.object.ptr, cut}, &c, &err) == 0) TAP_OK(0, "cut at %zu", cut);
    TAP_OK(1, "cut short anywhere, it is refused");
    EVP_PKEY_free(pair);
    end_answer(&a);
}

static void refused_assertions(void)
{
    EVP_PKEY *pair = make_pair(VG_SIGN_EDDSA);
    answer a;
    vg_webauthn_proof proof;
    vg_error err;
    device d = make_device(pair, VG_SIGN_EDDSA, "webauthn.get");
    start_answer(&a);
    TAP_EQ_INT(asserted(&a, &d, &site, 7, &proof, &err), -VG_ECONFLICT, "the same counter again: a copy of the key");
    TAP_EQ_INT(asserted(&a, &d, &site, 8, &proof, &err), -VG_ECONFLICT, "a lower counter");
    d.counter = 0;
    TAP_EQ_INT(asserted(&a, &d, &site, 0, &proof, &err), 0, "an authenticator that does not count");
    TAP_EQ_INT(asserted(&a, &d, &site, 1, &proof, &err), -VG_ECONFLICT, "one that counted before and does no more");
    d.counter = 9;
    d.type = "webauthn.create";
    TAP_EQ_INT(asserted(&a, &d, &site, 0, &proof, &err), -VG_EFORBIDDEN, "a registration in its place");
    d.type = "webauthn.get";
    d.flags = 1;
    TAP_EQ_INT(asserted(&a, &d, &site, 0, &proof, &err), 0, "a second factor: present is enough");
    TAP_EQ_INT(asserted(&a, &d, &strict, 0, &proof, &err), -VG_EFORBIDDEN, "without a password it has to be verified");
    d.flags = 5;
    d.tail = "x";
    d.tail_len = 1;
    TAP_EQ_INT(asserted(&a, &d, &site, 0, &proof, &err), -VG_EINVAL, "a byte behind the data");
    EVP_PKEY_free(pair);
    end_answer(&a);
}

static void keys_read(void)
{
    vg_public_key key;
    vg_error err = {0};
    static const struct {
        const char *bytes, *what;
        size_t len;
    } wrong[] = {
        {"", "nothing", 0},
        {"\xa0", "an empty map", 1},
        {"\xa2\x01\x02\x01\x02", "a label twice", 5},
        {"\x84\x01\x02\x03\x04", "a list", 5},
        {"\xa1\x01\x18\x02", "a number longer than need be", 4},
        {"\xbf\x01\x02\xff", "indefinite length", 4},
        {"\xa1\x01\x1b\xff\xff\xff\xff\xff\xff\xff\xff", "a number beyond all", 11},
        {"\xa1\x01\x5b\xff\xff\xff\xff\xff\xff\xff\xff", "a string longer than the world", 11},
        {"\xc1\x01", "a tag", 2},
        {"\xa4\x01\x02\x03\x26\x20\x02\x21\x40", "the curve P-384", 9},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        TAP_EQ_INT(vg_cose_key_read((vg_str){wrong[i].bytes, wrong[i].len}, &key, &err), -VG_EINVAL, wrong[i].what);
}

int main(void)
{
    if (sodium_init() < 0) return 1;
    algorithms();
    refused_registrations();
    refused_assertions();
    keys_read();
    return tap_done();
}
