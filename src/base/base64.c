/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

enum { BAD = 64 };

/* libsodium 1.0.18 computes with bytes above 0x7f as negative numbers and takes some of them for digits; here they are none. */
static unsigned digit(unsigned char c, bool url)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26u;
    if (c >= '0' && c <= '9') return c - '0' + 52u;
    if (c == (url ? '-' : '+')) return 62;
    if (c == (url ? '_' : '/')) return 63;
    return BAD;
}

bool vg_base64_decode(vg_str text, vg_base64 kind, uint8_t *out, size_t room, size_t *len)
{
    bool url = kind == VG_BASE64_URL || kind == VG_BASE64_URL_BARE, padded = kind == VG_BASE64 || kind == VG_BASE64_URL;
    size_t digits = text.len;
    *len = 0;
    if (padded) {
        if (digits % 4) return false;
        for (int i = 0; i < 2 && digits && text.ptr[digits - 1] == '='; i++) digits--;
    }
    size_t bytes = digits / 4 * 3 + (digits % 4 ? digits % 4 - 1 : 0);
    if (digits % 4 == 1 || bytes > room) return false;
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < digits; i++) {
        unsigned value = digit((unsigned char)text.ptr[i], url);
        if (value == BAD) return false;
        bits = bits << 6 | value;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out[(*len)++] = (uint8_t)(bits >> held);
        bits &= (1u << held) - 1;
    }
    return bits == 0; /* other bits behind the last byte would be a second text for the same bytes */
}

void vg_buf_add_base64(vg_buf *out, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    enum { GROUPS = 1024 };
    char text[4 * GROUPS];
    while (len) {
        size_t used = 0;
        for (size_t g = 0; g < GROUPS && len; g++) {
            size_t n = len < 3 ? len : 3;
            uint32_t three = (uint32_t)bytes[0] << 16 | (uint32_t)(n > 1 ? bytes[1] : 0) << 8 | (n > 2 ? bytes[2] : 0);
            for (unsigned i = 0; i < 4; i++) text[used++] = i <= n ? digits[three >> (18 - 6 * i) & 63] : '=';
            bytes += n;
            len -= n;
        }
        vg_buf_add(out, text, used);
    }
}
