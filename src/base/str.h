/* SPDX-License-Identifier: Apache-2.0
 *
 * base/str: strings with a length, and a growing output buffer with a ceiling.
 *
 * vg_str never owns; it points into an arena, a request body or a constant, need not end in NUL, and
 * says so by its length. vg_buf owns its bytes; once an append fails (ceiling, memory) the buffer is
 * `failed` and later appends do nothing, so that a writer checks once, at the end. Callers: everyone.
 */
#ifndef VG_BASE_STR_H
#define VG_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct vg_str {
    const char *ptr;
    size_t len;
} vg_str;

/** A vg_str of a string literal. */
#define VG_STR(literal) ((vg_str){"" literal, sizeof(literal) - 1})

/** A vg_str of a NUL-terminated string; NULL gives the empty string. */
static inline vg_str vg_str_of(const char *s) { return (vg_str){s ? s : "", s ? strlen(s) : 0}; }
static inline bool vg_str_eq(vg_str a, vg_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline bool vg_str_is(vg_str a, const char *b) { return vg_str_eq(a, vg_str_of(b)); }
/** For printf's "%.*s". */
#define VG_STR_ARG(s) ((int)(s).len), ((s).len ? (s).ptr : "")

typedef struct vg_buf {
    char *ptr; /* NUL-terminated whenever ptr is not NULL */
    size_t len, cap, ceiling;
    bool failed;
} vg_buf;

/** An empty buffer that never grows over `ceiling` bytes. Allocates nothing yet. */
void vg_buf_init(vg_buf *buf, size_t ceiling);
void vg_buf_free(vg_buf *buf);
/** Length 0 again, keeps the memory, clears `failed`. */
void vg_buf_clear(vg_buf *buf);
/** Makes room for `extra` more bytes; false (and failed) when it cannot. */
bool vg_buf_reserve(vg_buf *buf, size_t extra);
/* Inline, so that a literal's length is known where it is added and its copy is a move or two. */
static inline void vg_buf_add(vg_buf *buf, const void *bytes, size_t len)
{
    if (__builtin_expect(buf->failed || buf->cap - buf->len <= len, 0) && !vg_buf_reserve(buf, len)) return;
    if (len) memcpy(buf->ptr + buf->len, bytes, len);
    buf->len += len;
    buf->ptr[buf->len] = '\0';
}
static inline void vg_buf_add_str(vg_buf *buf, vg_str s) { vg_buf_add(buf, s.ptr, s.len); }
static inline void vg_buf_add_cstr(vg_buf *buf, const char *s) { vg_buf_add(buf, s, strlen(s)); }
static inline void vg_buf_add_char(vg_buf *buf, char c) { vg_buf_add(buf, &c, 1); }
void vg_buf_add_u64(vg_buf *buf, uint64_t n);
void vg_buf_add_i64(vg_buf *buf, int64_t n);
/** A number given in 1/10000, as decimal without trailing zeros: 8300 -> 0.83, 10000 -> 1. */
void vg_buf_add_e4(vg_buf *buf, uint32_t e4);
void vg_buf_printf(vg_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** A JSON string with its quotes; invalid UTF-8 is replaced by U+FFFD, so the output is always JSON. */
void vg_buf_add_json_str(vg_buf *buf, vg_str s);

/** True when the bytes are valid UTF-8 (RFC 3629). On false *bad is the offset of the first bad byte. */
bool vg_utf8_valid(const char *bytes, size_t len, size_t *bad);

#endif
