/* SPDX-License-Identifier: Apache-2.0
 *
 * BMP, read here: headers of 12 to 124 bytes, 1 to 32 bits, bit fields, RLE4 and RLE8, either way up. Alpha is dropped.
 * Source: Microsoft, "Bitmap Storage" and BITMAPV5HEADER.
 */
#include "signals/media/decode/image_int.h"

#include <stdio.h>

#include "base/alloc.h"

enum { RGB = 0, RLE8 = 1, RLE4 = 2, FIELDS = 3, ALPHA_FIELDS = 6, FILE_HEADER = 14, CORE = 12, INFO = 40 };

typedef struct bmp {
    const uint8_t *bytes;
    size_t len, data, line; /* where the rows begin; bytes of one */
    uint32_t width, height, bits, packing, colours;
    bool top_down;
    uint32_t mask[3];
    uint8_t palette[256][3];
    size_t rows_there;
} bmp;

static uint32_t read_16(const uint8_t *b) { return (uint32_t)b[0] | (uint32_t)b[1] << 8; }
static uint32_t read_32(const uint8_t *b) { return read_16(b) | read_16(b + 2) << 16; }

static int read_palette(bmp *b, size_t at, size_t entry)
{
    if (b->bits > 8) return 0;
    uint32_t most = 1u << b->bits;
    if (!b->colours || b->colours > most) b->colours = most;
    for (uint32_t i = 0; i < b->colours && at + entry <= b->len; i++, at += entry)
        for (int c = 0; c < 3; c++) b->palette[i][c] = b->bytes[at + 2 - (size_t)c];
    return 0;
}

static int read_masks(bmp *b, size_t header, vg_error *err)
{
    if (b->packing == FIELDS || b->packing == ALPHA_FIELDS) {
        if (b->bits != 16 && b->bits != 32) return vg_damaged(err, "bmp: bit fields in %u bits", b->bits);
        if (b->len < FILE_HEADER + INFO + 12) return vg_damaged(err, "bmp: truncated");
        for (int c = 0; c < 3; c++) b->mask[c] = read_32(b->bytes + FILE_HEADER + INFO + 4 * c);
    } else if (b->bits == 16) {
        b->mask[0] = 0x7c00, b->mask[1] = 0x3e0, b->mask[2] = 0x1f;
    } else {
        b->mask[0] = 0xff0000, b->mask[1] = 0xff00, b->mask[2] = 0xff;
    }
    (void)header;
    return 0;
}

static int read_header(bmp *b, vg_error *err)
{
    size_t header = read_32(b->bytes + FILE_HEADER);
    b->data = read_32(b->bytes + 10);
    size_t palette = FILE_HEADER + header, entry = 4;
    if (header == CORE) {
        b->width = read_16(b->bytes + 18);
        b->height = read_16(b->bytes + 20);
        b->bits = read_16(b->bytes + 24);
        entry = 3;
    } else {
        if (b->len < FILE_HEADER + INFO) return vg_damaged(err, "bmp: truncated");
        int32_t width = (int32_t)read_32(b->bytes + 18), height = (int32_t)read_32(b->bytes + 22);
        if (width <= 0 || height == 0 || height == INT32_MIN) return vg_damaged(err, "bmp: %d x %d pixels", width, height);
        b->width = (uint32_t)width;
        b->top_down = height < 0;
        b->height = (uint32_t)(height < 0 ? -height : height);
        b->bits = read_16(b->bytes + 28);
        b->packing = read_32(b->bytes + 30);
        b->colours = read_32(b->bytes + 46);
        if (header == INFO && b->packing == FIELDS) palette += 12;
        if (header == INFO && b->packing == ALPHA_FIELDS) palette += 16;
    }
    if (b->bits != 1 && b->bits != 2 && b->bits != 4 && b->bits != 8 && b->bits != 16 && b->bits != 24 && b->bits != 32)
        return vg_damaged(err, "bmp: %u bits a pixel", b->bits);
    bool rle = b->packing == RLE8 || b->packing == RLE4;
    if ((rle && b->bits != (b->packing == RLE8 ? 8u : 4u)) || (!rle && b->packing != RGB && b->packing != FIELDS &&
                                                              b->packing != ALPHA_FIELDS))
        return vg_damaged(err, "bmp: packing %u in %u bits", b->packing, b->bits);
    int rc = read_masks(b, header, err);
    if (rc) return rc;
    b->line = (size_t)(((uint64_t)b->width * b->bits + 31) / 32 * 4);
    return read_palette(b, palette, entry);
}

static uint8_t field(uint32_t v, uint32_t mask)
{
    if (!mask) return 0;
    unsigned shift = (unsigned)__builtin_ctz(mask);
    uint64_t most = mask >> shift;
    return (uint8_t)(((v & mask) >> shift) * 255ull / most + (((v & mask) >> shift) * 255ull % most * 2 >= most ? 1 : 0));
}

static void expand(const bmp *b, const uint8_t *from, uint8_t *to)
{
    for (size_t x = 0; x < b->width; x++, to += 3) {
        if (b->bits <= 8) {
            size_t bit = x * b->bits;
            unsigned index = (unsigned)from[bit / 8] >> (8 - b->bits - bit % 8) & ((1u << b->bits) - 1u);
            memcpy(to, b->palette[index], 3);
        } else if (b->bits == 24) {
            to[0] = from[3 * x + 2], to[1] = from[3 * x + 1], to[2] = from[3 * x];
        } else {
            uint32_t v = b->bits == 16 ? read_16(from + 2 * x) : read_32(from + 4 * x);
            for (int c = 0; c < 3; c++) to[c] = field(v, b->mask[c]);
        }
    }
}

static size_t row_of(const bmp *b, size_t i) { return b->top_down ? i : b->height - 1 - i; }

static void put_nibbles(const bmp *b, uint8_t *indices, size_t *x, size_t y, unsigned count, const uint8_t *from, bool same)
{
    for (unsigned i = 0; i < count && *x < b->width && y < b->height; i++, ++*x) {
        unsigned v = b->packing == RLE8 ? from[same ? 0 : i]
                     : i & 1            ? from[same ? 0 : i / 2] & 15u
                                        : (unsigned)from[same ? 0 : i / 2] >> 4;
        indices[y * b->width + *x] = (uint8_t)v;
    }
}

/* Fills `indices`; what no code reaches stays colour 0. rows_there: how far it got. */
static void unpack(bmp *b, uint8_t *indices)
{
    size_t at = b->data, x = 0, y = 0;
    while (at + 2 <= b->len && y < b->height) {
        unsigned count = b->bytes[at], code = b->bytes[at + 1];
        at += 2;
        if (count) {
            uint8_t value = (uint8_t)code;
            put_nibbles(b, indices, &x, y, count, &value, true);
        } else if (code == 0) {
            x = 0, y++;
        } else if (code == 1) {
            y = b->height;
        } else if (code == 2) {
            if (at + 2 > b->len) break;
            x += b->bytes[at], y += b->bytes[at + 1];
            at += 2;
        } else {
            size_t bytes = b->packing == RLE8 ? code : (code + 1) / 2;
            if (bytes > b->len - at) break;
            put_nibbles(b, indices, &x, y, code, b->bytes + at, false);
            at += (bytes + 1) / 2 * 2;
            if (at > b->len) at = b->len;
        }
    }
    b->rows_there = y < b->height ? y : b->height;
}

static int read_rows(bmp *b, vg_canvas *canvas, uint8_t *row, vg_error *err)
{
    if (b->packing == RLE8 || b->packing == RLE4) {
        uint8_t *indices = vg_calloc((size_t)b->width * b->height, 1);
        if (!indices) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: bmp: out of memory");
        unpack(b, indices);
        for (size_t i = 0; i < b->height; i++) {
            for (size_t x = 0; x < b->width; x++) memcpy(row + 3 * x, b->palette[indices[i * b->width + x]], 3);
            vg_canvas_put(canvas, row_of(b, i), row);
        }
        vg_free(indices);
        return 0;
    }
    size_t there = b->data < b->len ? (b->len - b->data) / b->line : 0;
    /* the last row's padding may be missing */
    if (b->data < b->len && there < b->height &&
        (b->len - b->data) % b->line >= (size_t)(((uint64_t)b->width * b->bits + 7) / 8)) there++;
    b->rows_there = there < b->height ? there : b->height;
    for (size_t i = 0; i < b->rows_there; i++) {
        if (!vg_canvas_needs(canvas, row_of(b, i))) continue;
        expand(b, b->bytes + b->data + i * b->line, row);
        vg_canvas_put(canvas, row_of(b, i), row);
    }
    return 0;
}

int vg_decode_bmp(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    if (in->len < FILE_HEADER + CORE || memcmp(in->bytes, "BM", 2) != 0) return -VG_ENOENT;
    uint32_t header = read_32(in->bytes + FILE_HEADER);
    if (header != CORE && (header < INFO || header > 124)) return -VG_ENOENT; /* two letters are little to go by */
    vg_found_is(found, VG_MEDIA_STILL, "bmp");
    bmp b = {.bytes = in->bytes, .len = in->len};
    vg_canvas canvas = {0};
    uint8_t *row = NULL;
    int rc = read_header(&b, err);
    if (rc) return rc;
    found->width = b.width;
    found->height = b.height;
    rc = vg_canvas_create(&canvas, in, b.width, b.height, 3, 1, err);
    if (rc) return rc;
    row = vg_calloc(b.width, 3);
    rc = row ? read_rows(&b, &canvas, row, err) : vg_fail(err, VG_ENOMEM, "", "could not be decoded: bmp: out of memory");
    if (rc == 0 && b.rows_there < b.height) {
        if (b.rows_there < (b.height + 1) / 2)
            rc = vg_damaged(err, "bmp: truncated after row %zu of %u", b.rows_there, b.height);
        else
            snprintf(found->damage, sizeof found->damage, "bmp: truncated after row %zu of %u", b.rows_there, b.height);
    }
    if (rc == 0) rc = vg_canvas_give(&canvas, sink, err);
    vg_free(row);
    vg_canvas_free(&canvas);
    return rc;
}
