/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <endian.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"

void vg_buf_init(vg_buf *buf, size_t ceiling) { *buf = (vg_buf){.ceiling = ceiling}; }

void vg_buf_free(vg_buf *buf)
{
    vg_free(buf->ptr);
    *buf = (vg_buf){.ceiling = buf->ceiling};
}

void vg_buf_clear(vg_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    if (buf->ptr) buf->ptr[0] = '\0';
}

bool vg_buf_reserve(vg_buf *buf, size_t extra)
{
    if (buf->failed) return false;
    if (buf->cap > buf->len && extra < buf->cap - buf->len) return true;
    size_t need, cap = buf->cap ? buf->cap : 256;
    if (__builtin_add_overflow(buf->len, extra, &need) || need >= buf->ceiling) {
        buf->failed = true;
        return false;
    }
    while (cap < need + 1 && cap < buf->ceiling) cap = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
    if (cap > buf->ceiling) cap = buf->ceiling; /* need < ceiling, so that it still fits with its NUL */
    char *more = vg_realloc(buf->ptr, cap);
    if (!more) {
        buf->failed = true;
        return false;
    }
    buf->ptr = more;
    buf->cap = cap;
    return true;
}

void vg_buf_add_u64(vg_buf *buf, uint64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    vg_buf_add(buf, digits + at, sizeof digits - at);
}

void vg_buf_add_i64(vg_buf *buf, int64_t n)
{
    if (n < 0) vg_buf_add_char(buf, '-');
    vg_buf_add_u64(buf, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void vg_buf_add_e4(vg_buf *buf, uint32_t e4)
{
    char digits[4];
    uint32_t rest = e4 % 10000;
    vg_buf_add_u64(buf, e4 / 10000);
    if (!rest) return;
    for (int i = 3; i >= 0; i--, rest /= 10) digits[i] = (char)('0' + rest % 10);
    size_t len = 4;
    while (digits[len - 1] == '0') len--;
    vg_buf_add_char(buf, '.');
    vg_buf_add(buf, digits, len);
}

void vg_buf_printf(vg_buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t room = buf->cap > buf->len ? buf->cap - buf->len : 0;
    int len = buf->failed ? 0 : vsnprintf(room ? buf->ptr + buf->len : NULL, room, format, args);
    va_end(args);
    if (len < 0) {
        buf->failed = true;
    } else if (!buf->failed && (size_t)len >= room) {
        if (vg_buf_reserve(buf, (size_t)len)) vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
        else if (room) buf->ptr[buf->len] = '\0';
    }
    va_end(again);
    if (!buf->failed) buf->len += (size_t)len;
}

/* Bytes of the valid UTF-8 sequence at p, or 0 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF). */
static size_t sequence(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80) return 1;
    if (p[0] < 0xc2) return 0;
    if (p[0] < 0xe0) return left >= 2 && (p[1] & 0xc0) == 0x80 ? 2 : 0;
    if (p[0] < 0xf0) {
        if (left < 3 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80) return 0;
        if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f)) return 0;
        return 3;
    }
    if (p[0] > 0xf4 || left < 4 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80 || (p[3] & 0xc0) != 0x80) return 0;
    if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f)) return 0;
    return 4;
}

/* Bytes from s on that are ASCII, and, when `json`, need no escape in JSON: eight at a time, the last few one by one. */
static size_t plain_run(const char *s, size_t len, bool json)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    size_t i = 0;
    for (; len - i >= 8; i += 8) {
        uint64_t x, special;
        memcpy(&x, s + i, 8);
        special = x = le64toh(x);
        if (json) {
            uint64_t quote = x ^ ones * '"', back = x ^ ones * '\\';
            special |= ((x - ones * 0x20) & ~x) | ((quote - ones) & ~quote) | ((back - ones) & ~back);
        }
        /* borrows go upward only: the lowest mark is a true one */
        if (special & high) return i + (size_t)__builtin_ctzll(special & high) / 8;
    }
    for (; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x80 || (json && (c < 0x20 || c == '"' || c == '\\'))) break;
    }
    return i;
}

bool vg_utf8_valid(const char *bytes, size_t len, size_t *bad)
{
    const unsigned char *p = (const unsigned char *)bytes;
    for (size_t i = 0; i < len;) {
        i += plain_run(bytes + i, len - i, false);
        if (i == len) break;
        size_t n = sequence(p + i, len - i);
        if (!n) {
            if (bad) *bad = i;
            return false;
        }
        i += n;
    }
    return true;
}

static void add_escape(vg_buf *buf, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    const char *at = strchr("\"\"\\\\\bb\ff\nn\rr\tt", c);
    char out[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    if (c == '"' || c == '\\') {
        out[1] = (char)c;
        vg_buf_add(buf, out, 2);
    } else if (c && at) {
        out[1] = at[1];
        vg_buf_add(buf, out, 2);
    } else {
        vg_buf_add(buf, out, 6);
    }
}

void vg_buf_add_json_str(vg_buf *buf, vg_str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t from = 0, i = 0;
    vg_buf_add_char(buf, '"');
    while (i < s.len) {
        i += plain_run(s.ptr + i, s.len - i, true);
        if (i == s.len) break;
        unsigned char c = p[i];
        size_t n = 1;
        if (c >= 0x80 && (n = sequence(p + i, s.len - i)) != 0) {
            i += n;
            continue;
        }
        vg_buf_add(buf, p + from, i - from);
        if (c >= 0x80) vg_buf_add(buf, "\xef\xbf\xbd", 3);
        else add_escape(buf, c);
        from = ++i;
    }
    if (i > from) vg_buf_add(buf, p + from, i - from);
    vg_buf_add_char(buf, '"');
}
