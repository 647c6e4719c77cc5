/* SPDX-License-Identifier: Apache-2.0
 *
 * Pictures that the tests make themselves, in each format and mode, with the encoders of the libraries that decode them.
 */
#ifndef VG_TESTS_DECODE_ENCODERS_H
#define VG_TESTS_DECODE_ENCODERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct bytes {
    uint8_t *at;
    size_t len;
} bytes;

/* Smooth waves, an edge and some texture: a picture whose hash means something. width x height x 3. */
uint8_t *make_picture(size_t width, size_t height, uint32_t seed);
/* The same in shades of `colours` (2, 4, 16, 256) fixed colours; `index` gets each pixel's number. */
uint8_t *make_indexed(size_t width, size_t height, unsigned colours, uint8_t *palette, uint8_t *index);

typedef struct jpeg_options {
    int quality, across, down; /* chroma: 1 or 2 */
    bool progressive, grey, inks, adobe;
    unsigned exif; /* 0: none */
} jpeg_options;
/* `rgb` is 3 bytes a pixel, 1 when grey, 4 when inks. */
bytes make_jpeg(const uint8_t *rgb, size_t width, size_t height, const jpeg_options *options);
/* `samples` as PNG has them (16 bits in the machine's order); palette for type 3, 3 bytes a colour. */
bytes make_png(const void *samples, size_t width, size_t height, unsigned type, unsigned bits, bool interlaced,
               const uint8_t *palette, unsigned colours, unsigned exif);
bytes make_webp(const uint8_t *rgb, size_t width, size_t height, bool lossless, unsigned exif);
bytes make_webp_animation(uint8_t *const *rgb, size_t frames, size_t width, size_t height);
/* Frames of colour numbers; each has the whole canvas unless `part` says which rows. */
bytes make_gif(uint8_t *const *index, size_t frames, size_t width, size_t height, const uint8_t *palette, unsigned colours,
               bool interlaced);

typedef struct tiff_options {
    unsigned bits, samples, photometric, compression, orientation, extra; /* libtiff's numbers; 0: default */
    bool tiled;
    const uint8_t *palette;
} tiff_options;
bytes make_tiff(const void *samples, size_t width, size_t height, const tiff_options *options);
/* Empty when the library has no encoder. */
bytes make_heif(const uint8_t *rgb, size_t width, size_t height, bool avif);
/* 1, 4, 8 bits with palette and numbers; 16, 24, 32 bits from rgb. */
bytes make_bmp(const uint8_t *rgb, const uint8_t *index, const uint8_t *palette, size_t width, size_t height, unsigned bits,
               bool top_down, bool packed);
/* A little TIFF structure that says an orientation; `prefix`: with "Exif\0\0" before it. */
bytes make_exif(unsigned orientation, bool prefix);
void drop(bytes *b);

#endif
