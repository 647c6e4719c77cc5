/* SPDX-License-Identifier: Apache-2.0
 *
 * event/scan_int: what the parser does with every name, eight bytes at a time. Inside event/ only.
 */
#ifndef VG_EVENT_SCAN_INT_H
#define VG_EVENT_SCAN_INT_H

#include <string.h>
#include "base/str.h"

/* Whether there is a byte below 0x20 or 0x7f, eight at a time. What lies behind the string is readable in the input and in
 * simdjson's memory alike, both are padded. */
static inline bool vg_event_has_control(vg_str s)
{
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    for (size_t i = 0; i < s.len; i += 8) {
        uint64_t x;
        memcpy(&x, s.ptr + i, 8);
        if (s.len - i < 8) { /* the rest becomes spaces */
            uint64_t inside = ((uint64_t)1 << (8 * (s.len - i))) - 1;
            x = (x & inside) | (ones * 0x20 & ~inside);
        }
        uint64_t rubout = x ^ ones * 0x7f;
        if ((((x - ones * 0x20) & ~x) | ((rubout - ones) & ~rubout)) & high) return true;
    }
    return false;
}

/* "/spaces/" and up to 64 of a-z, 0-9, - and _. */
static inline bool vg_event_is_space(vg_str s, const char *prefix, size_t begin)
{
    bool good = s.len > begin && s.len <= begin + 64 && memcmp(s.ptr, prefix, begin) == 0;
    for (size_t i = begin; good && i < s.len; i++) {
        char c = s.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || ((c == '-' || c == '_') && i > begin);
    }
    return good;
}

/* A language tag, loosely (BCP 47). */
static inline bool vg_event_is_language(vg_str s)
{
    bool good = s.len >= 2;
    for (size_t i = 0; good && i < s.len; i++) {
        char c = s.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (i && ((c >= '0' && c <= '9') || c == '-'));
    }
    return good;
}

/** An address in numbers; a name or a network is none. event.c. */
bool vg_event_is_ip(vg_str s);
/** "+" and 5 to 15 digits, the first of them not 0 (E.164). event.c. */
bool vg_event_is_phone(vg_str s);

#endif
