/* SPDX-License-Identifier: Apache-2.0 */
#include "net/png.h"

#include <zlib.h>

#include "base/alloc.h"
#include "base/error.h"

enum { SIDE_MOST = 4096, LEVEL = 1, FILTER_SUB = 1, GREY = 0, COLOUR = 2 };

static void put_u32(uint8_t *out, uint32_t n)
{
    for (int i = 0; i < 4; i++) out[i] = (uint8_t)(n >> (24 - 8 * i));
}

static void add_chunk(vg_buf *out, const char type[5], const uint8_t *bytes, size_t len)
{
    uint8_t number[4];
    uLong crc = crc32(crc32(0, (const Bytef *)type, 4), len ? bytes : (const Bytef *)"", (uInt)len);
    put_u32(number, (uint32_t)len);
    vg_buf_add(out, number, 4);
    vg_buf_add(out, type, 4);
    if (len) vg_buf_add(out, bytes, len);
    put_u32(number, (uint32_t)crc);
    vg_buf_add(out, number, 4);
}

/* Each byte as what it differs from its neighbour on the left, so that even parts pack. */
static void filter(const vg_png_picture *p, uint8_t *to)
{
    size_t line = (size_t)p->width * p->channels;
    for (size_t y = 0; y < p->height; y++) {
        const uint8_t *row = p->pixels + y * line;
        *to++ = FILTER_SUB;
        for (size_t i = 0; i < line; i++) *to++ = (uint8_t)(row[i] - (i >= p->channels ? row[i - p->channels] : 0));
    }
}

int vg_png_write(vg_buf *out, const vg_png_picture *p)
{
    static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    if (!p->width || !p->height || p->width > SIDE_MOST || p->height > SIDE_MOST || (p->channels != 1 && p->channels != 3)) return -VG_EINVAL;
    size_t raw = ((size_t)p->width * p->channels + 1) * p->height;
    uLongf packed = compressBound((uLong)raw);
    uint8_t *filtered = vg_malloc(raw), *data = vg_malloc(packed), header[13] = {0};
    int rc = filtered && data ? 0 : -VG_ENOMEM;
    if (!rc) {
        filter(p, filtered);
        rc = compress2(data, &packed, filtered, (uLong)raw, LEVEL) == Z_OK ? 0 : -VG_ENOMEM;
    }
    if (!rc) {
        put_u32(header, p->width);
        put_u32(header + 4, p->height);
        header[8] = 8; /* bits a sample */
        header[9] = p->channels == 1 ? GREY : COLOUR;
        vg_buf_add(out, signature, sizeof signature);
        add_chunk(out, "IHDR", header, sizeof header);
        add_chunk(out, "IDAT", data, packed);
        add_chunk(out, "IEND", NULL, 0);
        if (out->failed) rc = -VG_ENOMEM;
    }
    vg_free(filtered);
    vg_free(data);
    return rc;
}
