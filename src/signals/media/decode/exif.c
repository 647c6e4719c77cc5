/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/media/decode/image_int.h"

/* Exif 2.32, 4.6.4: tag 0x0112 "Orientation", one SHORT, in the first directory of the TIFF structure. */
enum { TAG_ORIENTATION = 0x0112, TYPE_SHORT = 3, TYPE_LONG = 4, ENTRY = 12 };

typedef struct tiff_view {
    const uint8_t *bytes;
    size_t len;
    bool big;
} tiff_view;

static uint32_t read_16(const tiff_view *t, size_t at)
{
    const uint8_t *b = t->bytes + at;
    return t->big ? (uint32_t)b[0] << 8 | b[1] : (uint32_t)b[1] << 8 | b[0];
}

static uint32_t read_32(const tiff_view *t, size_t at)
{
    uint32_t first = read_16(t, at), second = read_16(t, at + 2);
    return t->big ? first << 16 | second : second << 16 | first;
}

uint8_t vg_exif_orientation(const uint8_t *bytes, size_t len)
{
    if (len >= 6 && memcmp(bytes, "Exif\0\0", 6) == 0) bytes += 6, len -= 6;
    if (len < 8) return 1;
    tiff_view t = {bytes, len, memcmp(bytes, "MM\0*", 4) == 0};
    if (!t.big && memcmp(bytes, "II*\0", 4) != 0) return 1;
    size_t at = read_32(&t, 4);
    if (at > len - 2) return 1;
    size_t entries = read_16(&t, at);
    at += 2;
    for (size_t i = 0; i < entries && len - at >= ENTRY; i++, at += ENTRY) {
        if (read_16(&t, at) != TAG_ORIENTATION) continue;
        uint32_t type = read_16(&t, at + 2);
        uint32_t value = type == TYPE_SHORT ? read_16(&t, at + 8) : type == TYPE_LONG ? read_32(&t, at + 8) : 0;
        return value >= 1 && value <= 8 ? (uint8_t)value : 1;
    }
    return 1;
}
