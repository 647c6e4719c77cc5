/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/media/decode/image_int.h"

#include <stdio.h>

#include "base/alloc.h"

enum { SIDE = VG_CANVAS_SIDE };

int vg_damaged(vg_error *err, const char *format, ...)
{
    char what[256];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return vg_fail(err, VG_EINVAL, "", "could not be decoded: %s", what);
}

void vg_found_is(vg_decode_found *found, vg_media_kind kind, const char *format)
{
    found->kind = kind;
    snprintf(found->format, sizeof found->format, "%s", format);
}

int vg_decode_check_size(const vg_decode_input *in, uint64_t width, uint64_t height, vg_error *err)
{
    if (!width || !height) return vg_damaged(err, "a picture of %llu x %llu pixels", (unsigned long long)width,
                                             (unsigned long long)height);
    uint64_t pixels;
    /* 2^31 on a side is more than any of the formats' libraries computes with */
    if (width > INT32_MAX || height > INT32_MAX || __builtin_mul_overflow(width, height, &pixels) ||
        pixels > in->request->limits.pixels)
        return vg_fail(err, VG_ETOOBIG, "", "could not be decoded: %llu x %llu pixels, the limit is %llu pixels",
                       (unsigned long long)width, (unsigned long long)height,
                       (unsigned long long)in->request->limits.pixels);
    return 0;
}

/* EXIF orientations 5 to 8 exchange the sides; the mirrors of each, as seen from the file's picture. */
static bool sides_change(uint8_t exif) { return exif >= 5; }
static bool mirrors_columns(uint8_t exif) { return exif == 2 || exif == 3 || exif == 7 || exif == 8; }
static bool mirrors_rows(uint8_t exif) { return exif == 3 || exif == 4 || exif == 6 || exif == 7; }

static size_t sample_at(size_t i, size_t side) { return (size_t)((uint64_t)i * side / SIDE); }
/* The samples that lie at place `at` of a side: [*first, *end). */
static void samples_of(size_t at, size_t side, size_t *first, size_t *end)
{
    *first = (size_t)(((uint64_t)at * SIDE + side - 1) / side);
    *end = (size_t)(((uint64_t)(at + 1) * SIDE + side - 1) / side);
    if (*end > SIDE) *end = SIDE;
}

int vg_canvas_create(vg_canvas *canvas, const vg_decode_input *in, size_t width, size_t height, unsigned channels,
                     uint8_t exif, vg_error *err)
{
    *canvas = (vg_canvas){.width = width, .height = height, .channels = channels, .exif = exif};
    int rc = vg_decode_check_size(in, width, height, err);
    if (rc) return rc;
    canvas->whole = (in->request->want & (VG_WANT_PDQ_PYTX | VG_WANT_VIEW)) || (width <= SIDE && height <= SIDE);
    size_t kept = canvas->whole ? width * height : (size_t)SIDE * SIDE;
    canvas->pixels = vg_calloc(kept, channels);
    if (!canvas->pixels) goto memory;
    if (canvas->whole) return 0;
    canvas->samples = exif > 1 ? 2 * SIDE : SIDE;
    canvas->column = vg_calloc(canvas->samples, sizeof *canvas->column);
    canvas->gathered = vg_calloc(canvas->samples, channels);
    if (exif > 1) canvas->upright = vg_calloc(kept, channels);
    if (!canvas->column || !canvas->gathered || (exif > 1 && !canvas->upright)) goto memory;
    for (size_t i = 0; i < SIDE; i++) {
        canvas->column[i] = (uint32_t)sample_at(i, width);
        if (exif > 1)
            canvas->column[SIDE + i] = (uint32_t)(mirrors_columns(exif) ? width - 1 - sample_at(i, width) : sample_at(i, width));
    }
    return 0;
memory:
    vg_canvas_free(canvas);
    return vg_fail(err, VG_ENOMEM, "", "could not be decoded: out of memory for %zu x %zu pixels", width, height);
}

void vg_canvas_free(vg_canvas *canvas)
{
    vg_free(canvas->pixels);
    vg_free(canvas->upright);
    vg_free(canvas->column);
    vg_free(canvas->gathered);
    *canvas = (vg_canvas){0};
}

static size_t turned_row(const vg_canvas *canvas, size_t y)
{
    return mirrors_rows(canvas->exif) ? canvas->height - 1 - y : y;
}

bool vg_canvas_needs(const vg_canvas *canvas, size_t y)
{
    size_t first, end;
    if (canvas->whole) return true;
    samples_of(y, canvas->height, &first, &end);
    if (first < end) return true;
    if (!canvas->upright) return false;
    samples_of(turned_row(canvas, y), canvas->height, &first, &end);
    return first < end;
}

void vg_canvas_put_samples(vg_canvas *canvas, size_t y, const uint8_t *samples)
{
    size_t first, end, channels = canvas->channels, line = SIDE * channels;
    samples_of(y, canvas->height, &first, &end);
    for (size_t k = first; k < end; k++) memcpy(canvas->pixels + k * line, samples, line);
    if (!canvas->upright) return;
    samples_of(turned_row(canvas, y), canvas->height, &first, &end);
    const uint8_t *turned = samples + line;
    for (size_t k = first; k < end; k++) {
        if (!sides_change(canvas->exif)) {
            memcpy(canvas->upright + k * line, turned, line);
            continue;
        }
        for (size_t i = 0; i < SIDE; i++) memcpy(canvas->upright + i * line + k * channels, turned + i * channels, channels);
    }
}

void vg_canvas_put(vg_canvas *canvas, size_t y, const uint8_t *row)
{
    size_t channels = canvas->channels;
    if (canvas->whole) {
        memcpy(canvas->pixels + y * canvas->width * channels, row, canvas->width * channels);
        return;
    }
    if (!vg_canvas_needs(canvas, y)) return;
    uint8_t *to = canvas->gathered;
    if (channels == 1)
        for (size_t i = 0; i < canvas->samples; i++) to[i] = row[canvas->column[i]];
    else
        for (size_t i = 0; i < canvas->samples; i++) memcpy(to + 3 * i, row + 3 * (size_t)canvas->column[i], 3);
    vg_canvas_put_samples(canvas, y, to);
}

int vg_picture_turn(const vg_pixels *from, uint8_t exif, vg_pixels *to, uint8_t **bytes, vg_error *err)
{
    bool change = sides_change(exif), flip_x = mirrors_columns(exif), flip_y = mirrors_rows(exif);
    size_t channels = from->channels;
    *to = (vg_pixels){NULL, change ? from->height : from->width, change ? from->width : from->height, 0, from->channels};
    to->stride = to->width * channels;
    uint8_t *out = *bytes = vg_calloc(to->height, to->stride);
    if (!out) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: out of memory to turn the picture");
    for (size_t y = 0; y < from->height; y++) {
        const uint8_t *row = from->bytes + y * from->stride;
        size_t v = flip_y ? from->height - 1 - y : y;
        for (size_t x = 0; x < from->width; x++) {
            size_t u = flip_x ? from->width - 1 - x : x;
            uint8_t *pixel = change ? out + u * to->stride + v * channels : out + v * to->stride + u * channels;
            memcpy(pixel, row + x * channels, channels);
        }
    }
    to->bytes = out;
    return 0;
}

int vg_canvas_give(vg_canvas *canvas, vg_picture_sink *sink, vg_error *err)
{
    size_t channels = canvas->channels;
    vg_pixels upright;
    uint8_t *bytes = NULL;
    vg_picture picture = {.pixels = {canvas->pixels, SIDE, SIDE, SIDE * channels, canvas->channels}};
    int rc = 0;
    if (canvas->whole) {
        picture.pixels.width = canvas->width;
        picture.pixels.height = canvas->height;
        picture.pixels.stride = canvas->width * channels;
    }
    if (canvas->exif > 1 && canvas->upright) {
        upright = picture.pixels;
        upright.bytes = canvas->upright;
        picture.upright = &upright;
    } else if (canvas->exif > 1) {
        rc = vg_picture_turn(&picture.pixels, canvas->exif, &upright, &bytes, err);
        picture.upright = &upright;
    }
    if (rc == 0) rc = sink->picture(sink->context, &picture, err);
    vg_free(bytes);
    return rc == 1 ? 0 : rc;
}
