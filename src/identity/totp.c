/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdio.h>

#include "base/seal.h"

bool vg_totp_code(const uint8_t *secret, size_t len, uint64_t step, int digits, char out[9])
{
    uint8_t message[8], mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    uint32_t power = 1;
    for (int i = 0; i < 8; i++) message[i] = (uint8_t)(step >> (56 - 8 * i));
    if (digits < 6 || digits > 8 || !HMAC(EVP_sha1(), secret, (int)len, message, sizeof message, mac, &size)) return false;
    const uint8_t *at = mac + (mac[size - 1] & 15); /* dynamic truncation */
    uint32_t value = ((uint32_t)(at[0] & 127) << 24) | ((uint32_t)at[1] << 16) | ((uint32_t)at[2] << 8) | at[3];
    for (int i = 0; i < digits; i++) power *= 10;
    snprintf(out, 9, "%0*u", digits, (unsigned)(value % power));
    sodium_memzero(mac, sizeof mac);
    return true;
}

bool vg_totp_check(const uint8_t *secret, size_t len, vg_str code, int64_t now_s, int64_t last_step, int64_t *step)
{
    char typed[VG_TOTP_DIGITS + 1] = "", want[9];
    int digits = 0;
    bool found = false;
    for (size_t i = 0; i < code.len; i++) {
        char c = code.ptr[i];
        if (c == ' ') continue;
        if (c < '0' || c > '9' || digits == VG_TOTP_DIGITS) return false;
        typed[digits++] = c;
    }
    if (digits != VG_TOTP_DIGITS || now_s < VG_TOTP_STEP_S * VG_TOTP_WINDOW) return false;
    int64_t now = now_s / VG_TOTP_STEP_S;
    for (int64_t at = now - VG_TOTP_WINDOW; at <= now + VG_TOTP_WINDOW; at++) {
        /* all of them, so that the time does not tell which one it was */
        if (!vg_totp_code(secret, len, (uint64_t)at, VG_TOTP_DIGITS, want)) return false;
        if (sodium_memcmp(typed, want, VG_TOTP_DIGITS) == 0 && at > last_step && !found) {
            *step = at;
            found = true;
        }
    }
    return found;
}

void vg_base32_add(vg_buf *out, const uint8_t *bytes, size_t len)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < len; i++) {
        bits = (bits << 8 | bytes[i]) & 0xfff;
        for (held += 8; held >= 5; held -= 5) vg_buf_add_char(out, letters[bits >> (held - 5) & 31]);
    }
    if (held) vg_buf_add_char(out, letters[bits << (5 - held) & 31]);
}

static void add_percent(vg_buf *out, vg_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
        if (plain) vg_buf_add_char(out, (char)c);
        else vg_buf_printf(out, "%%%02X", c);
    }
}

void vg_totp_uri(vg_buf *out, vg_str issuer, vg_str account, const uint8_t *secret, size_t len)
{
    vg_buf_add_cstr(out, "otpauth://totp/");
    add_percent(out, issuer);
    vg_buf_add_char(out, ':');
    add_percent(out, account);
    vg_buf_add_cstr(out, "?secret=");
    vg_base32_add(out, secret, len);
    vg_buf_add_cstr(out, "&issuer=");
    add_percent(out, issuer);
    vg_buf_printf(out, "&algorithm=SHA1&digits=%d&period=%d", VG_TOTP_DIGITS, VG_TOTP_STEP_S);
}

void vg_recovery_code(char out[VG_RECOVERY_TEXT])
{
    char letters[16];
    vg_token_random(letters, sizeof letters, 50);
    snprintf(out, VG_RECOVERY_TEXT, "%.5s-%.5s", letters, letters + 5);
    sodium_memzero(letters, sizeof letters);
}

bool vg_recovery_read(vg_str typed, char out[VG_RECOVERY_TEXT])
{
    size_t n = 0;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.ptr[i];
        if (c == ' ' || c == '-') continue;
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        if (n == VG_RECOVERY_TEXT - 1 || !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) return false;
        if (n == 5) out[n++] = '-';
        out[n++] = c;
    }
    if (n != VG_RECOVERY_TEXT - 1) return false;
    out[n] = '\0';
    return true;
}
