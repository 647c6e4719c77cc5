/* SPDX-License-Identifier: Apache-2.0 */
#include "event/notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *const vg_notice_category_names[VG_NOTICE_CATEGORIES] = {"child_abuse", "grooming", "sextortion", "age", "harassment", "other"};
const char *const vg_notice_state_names[VG_NOTICE_STATES] = {"received", "in_review", "decided", "withdrawn", "set_aside"};
const char *const vg_notice_origin_names[VG_ORIGINS] = {"form", "platform", "event", "flagger"};

void vg_notice_name(int64_t id, char out[24]) { snprintf(out, 24, "n-%06" PRId64, id); }

int64_t vg_notice_id_of(vg_str name)
{
    int64_t id = 0;
    if (name.len < 3 || name.len > 20 || memcmp(name.ptr, "n-", 2) != 0) return -1;
    for (size_t i = 2; i < name.len; i++) {
        if (name.ptr[i] < '0' || name.ptr[i] > '9') return -1;
        id = id * 10 + (name.ptr[i] - '0');
    }
    return id;
}

int vg_notice_category_of(vg_str name)
{
    for (int c = 0; c < VG_NOTICE_CATEGORIES; c++)
        if (vg_str_is(name, vg_notice_category_names[c])) return c;
    return -1;
}

vg_notice_reason vg_notice_category_reason(vg_notice_category category)
{
    static const vg_notice_reason reasons[VG_NOTICE_CATEGORIES] = {VG_REASON_MEDIA, VG_REASON_GROOMING, VG_REASON_THREAT,
                                                                   VG_REASON_AGE, VG_REASON_HARASSMENT, VG_REASON_OTHER};
    return (unsigned)category < VG_NOTICE_CATEGORIES ? reasons[category] : VG_REASON_OTHER;
}

vg_notice_category vg_notice_category_of_reason(vg_notice_reason reason)
{
    for (int c = 0; c < VG_NOTICE_CATEGORIES; c++)
        if (vg_notice_category_reason((vg_notice_category)c) == reason) return (vg_notice_category)c;
    return VG_NOTICE_OTHER;
}

/* ---- receipt numbers ---- */

static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* GF(32) over x^5 + x^2 + 1, in which 2 is primitive. */
static unsigned twice(unsigned a)
{
    a <<= 1;
    return a & 32 ? (a ^ 37) : a;
}

static unsigned check_of(const unsigned value[VG_NOTICE_NUMBER_LETTERS - 1])
{
    unsigned sum = 0;
    for (size_t i = 0; i < VG_NOTICE_NUMBER_LETTERS - 1; i++) sum = twice(sum ^ value[i]); /* Horner: every place has its own power, the check 1 */
    return sum;
}

static void write_number(const unsigned value[VG_NOTICE_NUMBER_LETTERS], char out[VG_NOTICE_NUMBER + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < VG_NOTICE_NUMBER_LETTERS; i++) {
        if (i && i % 5 == 0) out[n++] = '-';
        out[n++] = letters[value[i]];
    }
    out[n] = '\0';
}

void vg_notice_number(const uint8_t random[VG_NOTICE_NUMBER_BYTES], char out[VG_NOTICE_NUMBER + 1])
{
    unsigned value[VG_NOTICE_NUMBER_LETTERS], bits = 0, held = 0;
    size_t at = 0;
    for (size_t i = 0; i < VG_NOTICE_NUMBER_LETTERS - 1; i++) {
        if (bits < 5) {
            held = (held << 8 | random[at++]) & 0xffff;
            bits += 8;
        }
        value[i] = held >> (bits - 5) & 31;
        bits -= 5;
    }
    value[VG_NOTICE_NUMBER_LETTERS - 1] = check_of(value);
    write_number(value, out);
}

static int letter_value(char c)
{
    if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    const char *found = c ? strchr(letters, c) : NULL;
    return found ? (int)(found - letters) : -1;
}

bool vg_notice_number_read(vg_str typed, char out[VG_NOTICE_NUMBER + 1])
{
    unsigned value[VG_NOTICE_NUMBER_LETTERS];
    size_t n = 0;
    if (typed.len > 64) return false;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.ptr[i];
        if (c == '-' || c == ' ') continue;
        int v = letter_value(c);
        if (v < 0 || n == VG_NOTICE_NUMBER_LETTERS) return false;
        value[n++] = (unsigned)v;
    }
    if (n != VG_NOTICE_NUMBER_LETTERS || check_of(value) != value[n - 1]) return false;
    write_number(value, out);
    return true;
}

/* ---- trusted flaggers ---- */

bool vg_flagger_trusted(const vg_flagger *f, int64_t now_ms)
{
    return !f->ended_ms && f->since_ms <= now_ms && (!f->until_ms || f->until_ms > now_ms) && !(f->suspended_ms && (!f->suspended_until_ms || f->suspended_until_ms > now_ms));
}
