/* SPDX-License-Identifier: Apache-2.0
 *
 * PNG through libspng. Samples are expanded here: palettes to their colours, 1, 2 and 4 bits to 0..255, 16 bits rounded to
 * 8. Alpha is dropped, never composited: what is under transparent pixels is hashed, as the reference does.
 */
#include "signals/media/decode/image_int.h"

#include <stdio.h>
#include <spng.h>

#include "base/alloc.h"

enum {
    CHUNK_MOST = 8 << 20, /* of one ancillary chunk, and of all that libspng keeps */
    GREY = SPNG_COLOR_TYPE_GRAYSCALE,
    PALETTE = SPNG_COLOR_TYPE_INDEXED,
    GREY_ALPHA = SPNG_COLOR_TYPE_GRAYSCALE_ALPHA,
};

typedef struct png_work {
    spng_ctx *ctx;
    struct spng_ihdr ihdr;
    struct spng_plte palette;
    vg_canvas canvas;
    uint8_t *raw, *row;
    size_t line; /* bytes of a row as the file has it */
} png_work;

static int say(int status, vg_error *err)
{
    if (status == SPNG_EMEM) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: png: out of memory");
    if (status == SPNG_IO_EOF) return vg_damaged(err, "png: truncated");
    return vg_damaged(err, "png: %s", spng_strerror(status));
}

static unsigned packed_at(const uint8_t *row, size_t x, unsigned bits)
{
    size_t bit = x * bits;
    return (unsigned)row[bit / 8] >> (8 - bits - bit % 8) & ((1u << bits) - 1u);
}

static unsigned deep_at(const uint8_t *row, size_t sample)
{
    uint16_t v;
    memcpy(&v, row + 2 * sample, 2); /* libspng has made it the machine's order */
    return v;
}

static void expand(const png_work *work, const uint8_t *from, uint8_t *to)
{
    unsigned bits = work->ihdr.bit_depth, type = work->ihdr.color_type;
    bool grey = type == GREY || type == GREY_ALPHA;
    unsigned step = type == GREY_ALPHA ? 2 : type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA ? 4 : grey ? 1 : 3;
    unsigned channels = grey ? 1 : 3;
    for (size_t x = 0; x < work->ihdr.width; x++) {
        if (type == PALETTE) {
            const struct spng_plte_entry *e = &work->palette.entries[packed_at(from, x, bits)];
            to[3 * x] = e->red;
            to[3 * x + 1] = e->green;
            to[3 * x + 2] = e->blue;
        } else if (bits < 8) {
            to[x] = (uint8_t)(packed_at(from, x, bits) * 255u / ((1u << bits) - 1u));
        } else {
            for (unsigned c = 0; c < channels; c++)
                to[channels * x + c] = bits == 16 ? vg_sample_8(deep_at(from, step * x + c)) : from[step * x + c];
        }
    }
}

static int read_rows(png_work *work, const vg_decode_input *in, vg_decode_found *found, vg_error *err)
{
    (void)in;
    size_t height = work->ihdr.height;
    int status = spng_decode_image(work->ctx, NULL, 0, SPNG_FMT_PNG, SPNG_DECODE_PROGRESSIVE);
    if (status) return say(status, err);
    for (size_t y = 0; y < height; y++) {
        status = spng_decode_row(work->ctx, work->raw, work->line);
        if (status && status != SPNG_EOI) {
            if (status == SPNG_EMEM || y < (height + 1) / 2) return say(status, err);
            snprintf(found->damage, sizeof found->damage, "png: damaged from row %zu of %zu", y, height);
            return 0;
        }
        if (!vg_canvas_needs(&work->canvas, y)) continue;
        expand(work, work->raw, work->row);
        vg_canvas_put(&work->canvas, y, work->row);
    }
    return 0;
}

/* Adam7 gives every row in up to seven parts: the picture is taken whole. */
static int read_interlaced(png_work *work, vg_error *err)
{
    size_t len = 0;
    int status = spng_decoded_image_size(work->ctx, SPNG_FMT_PNG, &len);
    if (status) return say(status, err);
    uint8_t *all = vg_calloc(len, 1);
    if (!all) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: png: out of memory");
    status = spng_decode_image(work->ctx, all, len, SPNG_FMT_PNG, 0);
    for (size_t y = 0; status == 0 && y < work->ihdr.height; y++) {
        expand(work, all + y * work->line, work->row);
        vg_canvas_put(&work->canvas, y, work->row);
    }
    vg_free(all);
    return status ? say(status, err) : 0;
}

static int open_png(png_work *work, const vg_decode_input *in, vg_decode_found *found, vg_error *err)
{
    struct spng_exif exif;
    work->ctx = spng_ctx_new(0);
    if (!work->ctx) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: png: out of memory");
    spng_set_chunk_limits(work->ctx, CHUNK_MOST, CHUNK_MOST);
    /* a wrong checksum in what makes the picture is damage; in what does not, the chunk is left out */
    spng_set_crc_action(work->ctx, SPNG_CRC_ERROR, SPNG_CRC_DISCARD);
    int status = spng_set_png_buffer(work->ctx, in->bytes, in->len);
    if (status == 0) status = spng_get_ihdr(work->ctx, &work->ihdr);
    if (status) return say(status, err);
    found->width = work->ihdr.width;
    found->height = work->ihdr.height;
    int rc = vg_decode_check_size(in, found->width, found->height, err);
    if (rc) return rc;
    if (work->ihdr.color_type == PALETTE && (status = spng_get_plte(work->ctx, &work->palette)) != 0) return say(status, err);
    if (spng_get_exif(work->ctx, &exif) == 0) found->exif = vg_exif_orientation((const uint8_t *)exif.data, exif.length);
    return 0;
}

static int decode(png_work *work, const vg_decode_input *in, vg_decode_found *found, vg_error *err)
{
    int rc = open_png(work, in, found, err);
    if (rc) return rc;
    static const unsigned samples[] = {[0] = 1, [2] = 3, [3] = 1, [4] = 2, [6] = 4};
    size_t bits = (size_t)work->ihdr.bit_depth * samples[work->ihdr.color_type];
    work->line = (work->ihdr.width * bits + 7) / 8;
    bool grey = work->ihdr.color_type == GREY || work->ihdr.color_type == GREY_ALPHA;
    rc = vg_canvas_create(&work->canvas, in, work->ihdr.width, work->ihdr.height, grey ? 1 : 3, found->exif, err);
    if (rc) return rc;
    work->raw = vg_calloc(work->line, 1);
    work->row = vg_calloc(work->ihdr.width, 3);
    if (!work->raw || !work->row) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: png: out of memory");
    return work->ihdr.interlace_method ? read_interlaced(work, err) : read_rows(work, in, found, err);
}

int vg_decode_png(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    if (in->len < 8 || memcmp(in->bytes, "\x89PNG\r\n\x1a\n", 8) != 0) return -VG_ENOENT;
    vg_found_is(found, VG_MEDIA_STILL, "png");
    png_work work = {0};
    int rc = decode(&work, in, found, err);
    if (rc == 0) rc = vg_canvas_give(&work.canvas, sink, err);
    vg_canvas_free(&work.canvas);
    vg_free(work.raw);
    vg_free(work.row);
    spng_ctx_free(work.ctx);
    return rc;
}
