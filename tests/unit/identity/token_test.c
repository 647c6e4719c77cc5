/* SPDX-License-Identifier: Apache-2.0
 *
 * ID tokens: what a provider signs is taken, whatever else is refused, with its reason. */
#include "identity/token.h"

#include "base/alloc.h"
#include "keys.h"
#include "tap.h"

enum { NOW = 1800000000 };
static const vg_sign all[] = {VG_SIGN_RS256, VG_SIGN_ES256, VG_SIGN_EDDSA};
static const char *const names[] = {"RS256", "ES256", "EdDSA"};

static void add_b64(vg_buf *out, const char *text)
{
    vg_base64url_add(out, text, strlen(text));
}

/* A key set of one key; `id` may be NULL, `more` are further members. */
static void write_set(vg_buf *out, const vg_public_key *key, const char *id, const char *more)
{
    vg_buf_clear(out);
    vg_buf_printf(out, "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"},{%s", more);
    if (id) vg_buf_printf(out, "\"kid\":\"%s\",", id);
    if (key->algorithm == VG_SIGN_RS256) {
        vg_buf_add_cstr(out, "\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"");
        vg_base64url_add(out, key->bytes, key->len);
    } else if (key->algorithm == VG_SIGN_ES256) {
        vg_buf_add_cstr(out, "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"");
        vg_base64url_add(out, key->bytes + 1, 32);
        vg_buf_add_cstr(out, "\",\"y\":\"");
        vg_base64url_add(out, key->bytes + 33, 32);
    } else {
        vg_buf_add_cstr(out, "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"");
        vg_base64url_add(out, key->bytes, key->len);
    }
    vg_buf_add_cstr(out, "\"}]}");
}

static void write_token(vg_buf *out, EVP_PKEY *pair, vg_sign algorithm, const char *header, const char *claims)
{
    uint8_t signature[512];
    vg_buf_clear(out);
    add_b64(out, header);
    vg_buf_add_char(out, '.');
    add_b64(out, claims);
    size_t len = sign_with(pair, algorithm, 1, out->ptr, out->len, signature);
    vg_buf_add_char(out, '.');
    vg_base64url_add(out, signature, len);
}

static const char good[] = "{\"iss\":\"https://id.example\",\"aud\":\"vigie\",\"sub\":\"u1\",\"exp\":1800000300,\"iat\":1800000000,\"nonce\":\"n-1\"}";

static int read_with(vg_str token, vg_str set, vg_str access, vg_error *err)
{
    vg_key_set *keys = NULL;
    json_t *claims = NULL;
    *err = (vg_error){0};
    int rc = vg_key_set_read(&keys, set, err);
    if (!rc)
        rc = vg_token_read(token, keys,
                           &(vg_token_wanted){.issuer = VG_STR("https://id.example"), .client = VG_STR("vigie"), .nonce = VG_STR("n-1"),
                                              .access_token = access, .now_s = NOW}, &claims, err);
    if (!rc && !json_is_string(json_object_get(claims, "sub"))) rc = -VG_ECORRUPT;
    json_decref(claims);
    vg_key_set_free(&keys);
    return rc;
}

static void signatures(void)
{
    vg_buf set, token;
    vg_error err;
    char header[64];
    vg_buf_init(&set, 1 << 16);
    vg_buf_init(&token, 1 << 16);
    for (int i = 0; i < 3; i++) {
        EVP_PKEY *pair = make_pair(all[i]), *other = make_pair(all[i]);
        vg_public_key key = public_of(pair, all[i]);
        snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"k1\"}", names[i]);
        write_set(&set, &key, "k1", "");
        write_token(&token, pair, all[i], header, good);
        vg_str s = {set.ptr, set.len}, t = {token.ptr, token.len};
        TAP_EQ_INT(read_with(t, s, VG_STR(""), &err), 0, names[i]);
        token.ptr[token.len - 40] ^= 1;
        TAP_EQ_INT(read_with(t, s, VG_STR(""), &err), -VG_EFORBIDDEN, "one letter of the signature changed");
        write_token(&token, other, all[i], header, good);
        TAP_EQ_INT(read_with((vg_str){token.ptr, token.len}, s, VG_STR(""), &err), -VG_EFORBIDDEN, "signed by another under the same key id");
        snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"k2\"}", names[i]);
        write_token(&token, other, all[i], header, good);
        TAP_EQ_INT(read_with((vg_str){token.ptr, token.len}, s, VG_STR(""), &err), -VG_ENOENT, "a key id that is not there: fetch the keys again");
        snprintf(header, sizeof header, "{\"alg\":\"%s\"}", names[i]);
        write_token(&token, pair, all[i], header, good);
        TAP_EQ_INT(read_with((vg_str){token.ptr, token.len}, s, VG_STR(""), &err), 0, "without a key id: the key of that kind");
        snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"k1\"}", names[(i + 1) % 3]);
        write_token(&token, pair, all[i], header, good);
        TAP_EQ_INT(read_with((vg_str){token.ptr, token.len}, s, VG_STR(""), &err), -VG_ENOENT, "a key is not used with another algorithm");
        write_set(&set, &key, "k1", "\"use\":\"enc\",");
        TAP_EQ_INT(read_with(t, (vg_str){set.ptr, set.len}, VG_STR(""), &err), -VG_EINVAL, "a key for encryption signs nothing");
        EVP_PKEY_free(pair);
        EVP_PKEY_free(other);
    }
    vg_buf_free(&set);
    vg_buf_free(&token);
}

/* Headers that are refused before any key is looked at. */
static void confusion(void)
{
    static const char *const headers[] = {
        "{\"alg\":\"none\",\"kid\":\"k1\"}", "{\"alg\":\"None\",\"kid\":\"k1\"}", "{\"alg\":\"\",\"kid\":\"k1\"}", "{\"kid\":\"k1\"}",
        "{\"alg\":\"HS256\",\"kid\":\"k1\"}", "{\"alg\":[\"RS256\"],\"kid\":\"k1\"}", "{\"alg\":\"RS256\",\"crit\":[\"x\"],\"kid\":\"k1\"}",
        "{\"alg\":\"RS256\",\"kid\":7}", "{\"alg\":\"RS256\",\"alg\":\"none\",\"kid\":\"k1\"}", "[\"RS256\"]", "RS256"};
    EVP_PKEY *pair = make_pair(VG_SIGN_RS256);
    vg_public_key key = public_of(pair, VG_SIGN_RS256);
    vg_buf set, token;
    vg_error err;
    vg_buf_init(&set, 1 << 16);
    vg_buf_init(&token, 1 << 16);
    write_set(&set, &key, "k1", "");
    vg_str s = {set.ptr, set.len};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        write_token(&token, pair, VG_SIGN_RS256, headers[i], good);
        TAP_EQ_INT(read_with((vg_str){token.ptr, token.len}, s, VG_STR(""), &err), -VG_EFORBIDDEN, headers[i]);
    }
    /* the classic: an HMAC whose secret is the public key */
    unsigned char mac[32];
    vg_buf_clear(&token);
    add_b64(&token, "{\"alg\":\"HS256\",\"kid\":\"k1\"}");
    vg_buf_add_char(&token, '.');
    add_b64(&token, good);
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.bytes, key.len);
    crypto_auth_hmacsha256_update(&state, (unsigned char *)token.ptr, token.len);
    crypto_auth_hmacsha256_final(&state, mac);
    vg_buf_add_char(&token, '.');
    vg_base64url_add(&token, mac, sizeof mac);
    TAP_EQ_INT(read_with((vg_str){token.ptr, token.len}, s, VG_STR(""), &err), -VG_EFORBIDDEN, "an HMAC with the public key");
    token.len -= 43;
    TAP_EQ_INT(read_with((vg_str){token.ptr, token.len}, s, VG_STR(""), &err), -VG_EFORBIDDEN, "an empty signature");
    TAP_EQ_INT(read_with(VG_STR("a.b"), s, VG_STR(""), &err), -VG_EFORBIDDEN, "two parts");
    TAP_EQ_INT(read_with(VG_STR("a.b.c.d.e"), s, VG_STR(""), &err), -VG_EFORBIDDEN, "five parts: an encrypted token");
    EVP_PKEY_free(pair);
    vg_buf_free(&set);
    vg_buf_free(&token);
}

#define CLAIMS(iss, aud, exp, iat, nonce, more) "{\"iss\":\"" iss "\",\"aud\":" aud ",\"sub\":\"u1\",\"exp\":" exp ",\"iat\":" iat ",\"nonce\":\"" nonce "\"" more "}"
#define US "https://id.example"
#define LATER "1800000300"
#define JUST "1800000000"

static void claims(void)
{
    static const struct {
        int rc;
        const char *claims, *what;
    } cases[] = {
        {0, CLAIMS(US, "[\"vigie\"]", LATER, JUST, "n-1", ""), "an audience as a list of one"},
        {0, CLAIMS(US, "[\"x\",\"vigie\"]", LATER, JUST, "n-1", ",\"azp\":\"vigie\""), "several, and made for us"},
        {0, CLAIMS(US, "\"vigie\"", LATER, JUST, "n-1", ",\"nbf\":1800000030"), "not before, within what clocks differ"},
        {0, CLAIMS(US, "\"vigie\"", "1799999950", "1799999900", "n-1", ""), "ended within what clocks differ"},
        {-VG_EFORBIDDEN, CLAIMS(US "/", "\"vigie\"", LATER, JUST, "n-1", ""), "another issuer: a slash more"},
        {-VG_EFORBIDDEN, CLAIMS("https://evil.example", "\"vigie\"", LATER, JUST, "n-1", ""), "another issuer"},
        {-VG_EFORBIDDEN, CLAIMS(US, "\"other\"", LATER, JUST, "n-1", ""), "another audience"},
        {-VG_EFORBIDDEN, CLAIMS(US, "\"vigie2\"", LATER, JUST, "n-1", ""), "an audience that begins as ours"},
        {-VG_EFORBIDDEN, CLAIMS(US, "[]", LATER, JUST, "n-1", ""), "no audience"},
        {-VG_EFORBIDDEN, CLAIMS(US, "[\"x\",\"vigie\"]", LATER, JUST, "n-1", ""), "several, without azp"},
        {-VG_EFORBIDDEN, CLAIMS(US, "[\"x\",\"vigie\"]", LATER, JUST, "n-1", ",\"azp\":\"x\""), "several, made for another"},
        {-VG_EFORBIDDEN, CLAIMS(US, "\"vigie\"", LATER, JUST, "n-1", ",\"azp\":\"x\""), "azp of another"},
        {-VG_EFORBIDDEN, CLAIMS(US, "\"vigie\"", "1799999940", "1799999900", "n-1", ""), "ended"},
        {-VG_EFORBIDDEN, CLAIMS(US, "\"vigie\"", LATER, "1800000061", "n-1", ""), "made in the future"},
        {-VG_EFORBIDDEN, CLAIMS(US, "\"vigie\"", LATER, "1799999000", "n-1", ""), "made long ago"},
        {-VG_EFORBIDDEN, CLAIMS(US, "\"vigie\"", "\"1800000300\"", JUST, "n-1", ""), "an end that is text"},
        {-VG_EFORBIDDEN, CLAIMS(US, "\"vigie\"", "1e300", JUST, "n-1", ""), "an end beyond all numbers"},
        {-VG_EFORBIDDEN, CLAIMS(US, "\"vigie\"", "-1", JUST, "n-1", ""), "an end before the beginning"},
        {-VG_EFORBIDDEN, CLAIMS(US, "\"vigie\"", LATER, JUST, "n-1", ",\"nbf\":1800000100"), "not yet"},
        {-VG_EFORBIDDEN, CLAIMS(US, "\"vigie\"", LATER, JUST, "n-2", ""), "another nonce"},
        {-VG_EFORBIDDEN, CLAIMS(US, "\"vigie\"", LATER, JUST, "", ""), "an empty nonce"},
        {-VG_EFORBIDDEN, "{\"iss\":\"" US "\",\"aud\":\"vigie\",\"sub\":\"u1\",\"exp\":" LATER ",\"iat\":" JUST "}", "no nonce"},
        {-VG_EFORBIDDEN, "{\"iss\":\"" US "\",\"aud\":\"vigie\",\"sub\":\"\",\"exp\":" LATER ",\"iat\":" JUST ",\"nonce\":\"n-1\"}", "an empty subject"},
        {-VG_EFORBIDDEN, "{\"iss\":\"" US "\",\"aud\":\"vigie\",\"exp\":" LATER ",\"iat\":" JUST ",\"nonce\":\"n-1\"}", "no subject"},
        {-VG_EFORBIDDEN, "{\"iss\":\"" US "\",\"aud\":\"vigie\",\"sub\":\"u1\",\"iat\":" JUST ",\"nonce\":\"n-1\"}", "no end"},
        {-VG_EFORBIDDEN, "{\"iss\":\"" US "\",\"aud\":\"vigie\",\"sub\":\"u1\",\"exp\":" LATER ",\"nonce\":\"n-1\"}", "no time of issue"},
        {-VG_EFORBIDDEN, "[]", "no object"},
    };
    EVP_PKEY *pair = make_pair(VG_SIGN_ES256);
    vg_public_key key = public_of(pair, VG_SIGN_ES256);
    vg_buf set, token;
    vg_error err;
    vg_buf_init(&set, 1 << 16);
    vg_buf_init(&token, 1 << 16);
    write_set(&set, &key, NULL, "\"alg\":\"ES256\",\"use\":\"sig\",");
    vg_str s = {set.ptr, set.len};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_token(&token, pair, VG_SIGN_ES256, "{\"alg\":\"ES256\",\"typ\":\"JWT\"}", cases[i].claims);
        TAP_EQ_INT(read_with((vg_str){token.ptr, token.len}, s, VG_STR(""), &err), cases[i].rc, cases[i].what);
        if (cases[i].rc) TAP_OK(err.what[0] != '\0', "and says why: %s", err.what);
    }
    /* OpenID Connect Core, appendix A: this access token has that hash */
    write_token(&token, pair, VG_SIGN_ES256, "{\"alg\":\"ES256\"}", CLAIMS(US, "\"vigie\"", LATER, JUST, "n-1", ",\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RQ\""));
    vg_str t = {token.ptr, token.len};
    TAP_EQ_INT(read_with(t, s, VG_STR("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), &err), 0, "at_hash of its access token");
    TAP_EQ_INT(read_with(t, s, VG_STR("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Z"), &err), -VG_EFORBIDDEN, "at_hash of another one");
    EVP_PKEY_free(pair);
    vg_buf_free(&set);
    vg_buf_free(&token);
}

/* Signatures that others made: RFC 7515, A.3, and RFC 8037, A.4. */
static void published(void)
{
    static const char es[] = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    static const char ed[] = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    vg_public_key key = {.algorithm = VG_SIGN_ES256, .len = VG_EC_POINT, .bytes = {4}};
    uint8_t signature[64];
    size_t len;
    vg_base64url_decode(VG_STR("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"), key.bytes + 1, 32, &len);
    vg_base64url_decode(VG_STR("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"), key.bytes + 33, 32, &len);
    vg_base64url_decode(VG_STR("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"), signature, 64, &len);
    vg_str s = {(const char *)signature, 64};
    TAP_OK(vg_signature_good(&key, VG_SIGNATURE_PLAIN, vg_str_of(es), s), "RFC 7515, A.3");
    TAP_OK(!vg_signature_good(&key, VG_SIGNATURE_PLAIN, VG_STR("other"), s), "of another text");
    key.bytes[64] ^= 1;
    TAP_OK(!vg_signature_good(&key, VG_SIGNATURE_PLAIN, vg_str_of(es), s), "with a point that is not on the curve");
    memset(signature, 0, sizeof signature);
    key.bytes[64] ^= 1;
    TAP_OK(!vg_signature_good(&key, VG_SIGNATURE_PLAIN, vg_str_of(es), s), "r = s = 0 signs nothing (CVE-2022-21449)");
    key = (vg_public_key){.algorithm = VG_SIGN_EDDSA, .len = VG_ED_KEY};
    vg_base64url_decode(VG_STR("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"), key.bytes, 32, &len);
    vg_base64url_decode(VG_STR("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"), signature, 64, &len);
    TAP_OK(vg_signature_good(&key, VG_SIGNATURE_PLAIN, vg_str_of(ed), s), "RFC 8037, A.4");
    key.algorithm = VG_SIGN_NONE;
    TAP_OK(!vg_signature_good(&key, VG_SIGNATURE_PLAIN, vg_str_of(ed), s), "without an algorithm");
}

/* Fails the 1st, the 2nd, ... allocation: always a reasoned no, never a token that was not checked. */
static void without_memory(void)
{
    EVP_PKEY *pair = make_pair(VG_SIGN_EDDSA);
    vg_public_key key = public_of(pair, VG_SIGN_EDDSA);
    vg_buf set, token;
    vg_error err;
    size_t n = 1;
    int rc, taken = 0;
    vg_buf_init(&set, 1 << 16);
    vg_buf_init(&token, 1 << 16);
    write_set(&set, &key, "k1", "");
    write_token(&token, pair, VG_SIGN_EDDSA, "{\"alg\":\"EdDSA\",\"kid\":\"k1\"}", good);
    for (;; n++) {
        vg_alloc_fail_at(n);
        rc = read_with((vg_str){token.ptr, token.len}, (vg_str){set.ptr, set.len}, VG_STR(""), &err);
        if (!vg_alloc_failed()) break;
        if (rc == 0) taken++;
    }
    vg_alloc_fail_at(0);
    TAP_OK(n > 10 && rc == 0, "%zu allocations, each refused once", n - 1);
    TAP_EQ_INT(taken, 0, "and no token was taken meanwhile");
    EVP_PKEY_free(pair);
    vg_buf_free(&set);
    vg_buf_free(&token);
}

int main(void)
{
    if (sodium_init() < 0) return 1;
    json_set_alloc_funcs(vg_malloc, vg_free);
    signatures();
    confusion();
    claims();
    published();
    without_memory();
    return tap_done();
}
