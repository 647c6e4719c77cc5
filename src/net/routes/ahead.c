/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a case ahead, and opening it. See casefile.h. */
#include <openssl/evp.h>
#include <sodium.h>
#include "base/time.h"
#include "net/body.h"
#include "net/routes/casefile.h"
#include "net/server_int.h"
#include "net/welfare.h"
#include "review/review.h"

enum { NONCE = 16, KEY = 32, TAG = 16, IV = 12 };

/* One key for one session, case and nonce: never the same twice, so that the cipher's own nonce may be zero. */
static void key_of(const vg_exchange *x, int64_t case_id, const uint8_t nonce[NONCE], uint8_t key[KEY])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, x->server->ahead_key, sizeof x->server->ahead_key, KEY);
    crypto_generichash_update(&state, x->session.token_hash, sizeof x->session.token_hash);
    crypto_generichash_update(&state, (const uint8_t *)&case_id, sizeof case_id);
    crypto_generichash_update(&state, nonce, NONCE);
    crypto_generichash_final(&state, key, KEY);
}

/* `out` has room for len + TAG bytes. */
static bool encrypt(const uint8_t key[KEY], const char *plain, size_t len, uint8_t *out)
{
    static const uint8_t iv[IV] = {0};
    int n = 0, rest = 0;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool good = context && len <= INT32_MAX && EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, iv) == 1 &&
                EVP_EncryptUpdate(context, out, &n, (const uint8_t *)plain, (int)len) == 1 &&
                EVP_EncryptFinal_ex(context, out + n, &rest) == 1 &&
                EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG, out + n + rest) == 1;
    EVP_CIPHER_CTX_free(context);
    return good;
}

static void answer_sealed(vg_exchange *x, int64_t case_id, const vg_buf *plain)
{
    uint8_t nonce[NONCE], key[KEY];
    randombytes_buf(nonce, sizeof nonce);
    key_of(x, case_id, nonce, key);
    vg_buf *out = vg_answer_begin(x, 200, "application/octet-stream");
    vg_buf_add(out, (const char *)nonce, NONCE);
    if (vg_buf_reserve(out, plain->len + TAG) && encrypt(key, plain->ptr, plain->len, (uint8_t *)out->ptr + out->len))
        out->len += plain->len + TAG;
    else out->failed = true;
    sodium_memzero(key, sizeof key);
}

void vg_route_case_ahead(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_buf plain;
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, true, &c)) return;
    vg_buf_init(&plain, VG_NET_MAX_ANSWER / 2);
    int rc = vg_case_write_detail(desk, x, &c, (vg_str){"", 0}, &plain, &err);
    if (!rc && plain.failed) rc = vg_fail(&err, VG_ENOMEM, "", "no memory to read a case ahead");
    if (rc) vg_answer_error(x, &err);
    else answer_sealed(x, c.id, &plain);
    if (plain.ptr) sodium_memzero(plain.ptr, plain.len);
    vg_buf_free(&plain);
}

void vg_route_case_open(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    vg_str text = {"", 0};
    uint8_t nonce[NONCE], key[KEY];
    char hex[2 * KEY + 1];
    size_t len = 0;
    int64_t now_ms = vg_time_now();
    const vg_field fields[] = {
        {.name = "nonce", .type = VG_FIELD_STRING, .required = true, .least = 2 * NONCE, .most = 2 * NONCE, .string = &text}};
    if (!vg_case_of_path(desk, x, true, &c) || !vg_body_read(x, fields, 1)) return;
    if (sodium_hex2bin(nonce, sizeof nonce, text.ptr, text.len, NULL, &len, NULL) || len != sizeof nonce) {
        vg_answer_problem(x, 400, "/nonce", "expected %d hexadecimal digits", 2 * NONCE);
        return;
    }
    int rc = vg_welfare_may_read(desk, &x->user, &c, now_ms, &err);
    if (!rc && !(rc = vg_store_together(desk->store, &err))) {
        rc = vg_welfare_count(desk, &x->user, &c, VG_DID_OPEN, now_ms, &err);
        if (!rc) rc = vg_store_case_viewed(desk->store, c.id, x->user.name, &err);
        rc = vg_store_apart(desk->store, rc, &err);
    }
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    key_of(x, c.id, nonce, key);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"key\":\"%s\",\"case\":", sodium_bin2hex(hex, sizeof hex, key, sizeof key));
    vg_json_case(out, &c, now_ms);
    vg_case_write_actions(out, &c, &x->user, now_ms);
    vg_buf_add_char(out, '}');
    sodium_memzero(key, sizeof key);
    sodium_memzero(hex, sizeof hex);
}
