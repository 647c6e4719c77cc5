/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the worker: what the readers of still pictures and animations share.
 *
 * A reader gives its rows to a canvas in any order. The canvas keeps what the hashes wanted need and no more: profile
 * `cpp` looks at 512 x 512 samples of a larger picture (nearest neighbour, floor(i * side / 512)), so of a 12-megapixel
 * picture it keeps 0.8 MB and not 36. The picture turned as EXIF says is sampled from the same rows at its own places,
 * which gives the bits of really turning it.
 */
#ifndef VG_SIGNALS_MEDIA_DECODE_IMAGE_INT_H
#define VG_SIGNALS_MEDIA_DECODE_IMAGE_INT_H

#include "signals/media/decode/decode_int.h"

enum { VG_CANVAS_SIDE = 512 };

typedef struct vg_canvas {
    size_t width, height;
    unsigned channels;
    uint8_t exif;
    bool whole;         /* every pixel is kept; else `samples` of each row */
    uint8_t *pixels;    /* width x height, or 512 x 512 */
    uint8_t *upright;   /* sampled only: 512 x 512 of the turned picture */
    size_t samples;     /* 512, or 1024 when the turned picture is sampled too; 0 when whole */
    uint32_t *column;   /* of each sample, the column of the file's picture */
    uint8_t *gathered;  /* room for `samples` pixels */
} vg_canvas;

/** Checks a picture's announced size against the limits. VG_EINVAL (no pixels), VG_ETOOBIG with both numbers. */
int vg_decode_check_size(const vg_decode_input *in, uint64_t width, uint64_t height, vg_error *err);
/** A canvas of zeros; checks the size first. `exif` 1..8. */
int vg_canvas_create(vg_canvas *canvas, const vg_decode_input *in, size_t width, size_t height, unsigned channels,
                     uint8_t exif, vg_error *err);
void vg_canvas_free(vg_canvas *canvas);
/** Whether any sample lies in row `y`. */
bool vg_canvas_needs(const vg_canvas *canvas, size_t y);
/** Row `y` of the file's picture, width x channels bytes. */
void vg_canvas_put(vg_canvas *canvas, size_t y, const uint8_t *row);
/** Only the samples of row `y`, in the order of `column`. Not for a whole canvas. */
void vg_canvas_put_samples(vg_canvas *canvas, size_t y, const uint8_t *samples);
/** Gives the picture to the sink, with the turned one when EXIF asks for it. */
int vg_canvas_give(vg_canvas *canvas, vg_picture_sink *sink, vg_error *err);
/** The picture turned as EXIF orientation `exif` says; `*bytes` is the caller's (vg_free). */
int vg_picture_turn(const vg_pixels *from, uint8_t exif, vg_pixels *to, uint8_t **bytes, vg_error *err);

/** Orientation 1..8 in a TIFF structure ("II*" or "MM*", an "Exif\0\0" before it is skipped); 1 when there is none. */
uint8_t vg_exif_orientation(const uint8_t *bytes, size_t len);

/** A sample of 16 bits as 8: rounded, not cut. */
static inline uint8_t vg_sample_8(unsigned v) { return (uint8_t)((v * 255u + 32767u) / 65535u); }
/** A product of two samples of 8 bits, rounded: ink that is left over from two inks. */
static inline uint8_t vg_sample_product(unsigned a, unsigned b) { return (uint8_t)((a * b + 127u) / 255u); }

/** Whether frame `number` of `total` is one of `most` that are spread evenly over them; the first always is. */
static inline bool vg_frame_wanted(uint32_t number, uint32_t total, uint32_t most)
{
    if (total <= most) return true;
    return (uint64_t)number * most % total < most; /* where floor(number * most / total) has just grown */
}

/* The readers: each returns -VG_ENOENT when the bytes do not begin like its format. */
int vg_decode_jpeg(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err);
int vg_decode_png(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err);
int vg_decode_webp(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err);
int vg_decode_gif(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err);
int vg_decode_tiff(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err);
int vg_decode_heif(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err);
int vg_decode_bmp(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err);

/** found->format and kind in one place. */
void vg_found_is(vg_decode_found *found, vg_media_kind kind, const char *format);
/** -VG_EINVAL with "could not be decoded: <format>: ..." */
int vg_damaged(vg_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
