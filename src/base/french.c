/* SPDX-License-Identifier: Apache-2.0 */
#include "base/french.h"

#define NO_BREAK "\u00a0"
#define NARROW "\u202f"

/* What the space at `i` becomes, or NULL: a plain one. */
static const char *space_at(vg_str s, size_t i)
{
    char next = i + 1 < s.len ? s.ptr[i + 1] : '\0';
    bool closes = next == '\xc2' && i + 2 < s.len && s.ptr[i + 2] == '\xbb', opened = i >= 2 && s.ptr[i - 2] == '\xc2' && s.ptr[i - 1] == '\xab';
    if (next == ':' || closes || opened) return NO_BREAK;
    return next == ';' || next == '!' || next == '?' || next == '%' ? NARROW : NULL;
}

void vg_french_add(vg_buf *out, vg_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char *space = text.ptr[i] == ' ' ? space_at(text, i) : NULL;
        if (space) vg_buf_add_cstr(out, space);
        else vg_buf_add_char(out, text.ptr[i]);
    }
}
