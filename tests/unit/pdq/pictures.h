/* SPDX-License-Identifier: Apache-2.0
 *
 * pictures: harmless pictures that the tests make.
 */
#ifndef VG_TESTS_PDQ_PICTURES_H
#define VG_TESTS_PDQ_PICTURES_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    PICTURE_NOISE, PICTURE_BLACK, PICTURE_WHITE, PICTURE_ONE_COLOUR, PICTURE_BOARD, PICTURE_EXTREMES, PICTURE_RAMP,
    PICTURE_RED_RAMP, PICTURE_WAVES, PICTURE_LANDSCAPE, PICTURE_DISC, PICTURE_BOXES, PICTURES
} picture_kind;
static const char *const picture_names[PICTURES] = {"noise",    "black", "white",     "one colour", "board", "extremes", "ramp",
                                                    "red ramp", "waves", "landscape", "disc",       "boxes"};

typedef struct { uint64_t state; } picture_chance;
static inline double picture_random(picture_chance *c) /* 0 .. 1 */
{
    c->state ^= c->state << 13;
    c->state ^= c->state >> 7;
    c->state ^= c->state << 17;
    return (double)(c->state >> 11) / 9007199254740992.0;
}

enum { PICTURE_WAVES_MAX = 24 };

/* One row of a sum of cosine waves down and across, longer ones stronger, as photographs have them: `strength` of each pair. */
static inline void picture_wave_row(const double strength[PICTURE_WAVES_MAX][PICTURE_WAVES_MAX], double y, double along[PICTURE_WAVES_MAX])
{
    for (size_t g = 0; g < PICTURE_WAVES_MAX; g++) along[g] = 0;
    for (size_t f = 0; f < PICTURE_WAVES_MAX; f++)
        for (size_t g = 0; g < PICTURE_WAVES_MAX; g++) along[g] += strength[f][g] * cos(3.14159265 * (double)f * y);
}

/* cos(g a) for all g at once: cos((g + 1) a) = 2 cos(a) cos(g a) - cos((g - 1) a). */
static inline double picture_wave(const double along[PICTURE_WAVES_MAX], double x)
{
    const double twice = 2 * cos(3.14159265 * x);
    double now = 1, before = twice / 2, sum = 0;
    for (size_t g = 0; g < PICTURE_WAVES_MAX; g++) {
        sum += along[g] * now;
        const double next = twice * now - before;
        before = now;
        now = next;
    }
    return sum;
}

/* Fills height rows of `stride` bytes with `channels` bytes a pixel; the same seed, the same picture. */
__attribute__((unused)) static void picture_make(picture_kind kind, uint64_t seed, size_t width, size_t height,
                                                 unsigned channels, size_t stride, uint8_t *bytes)
{
    picture_chance c = {seed * 0x9E3779B97F4A7C15U + 0x1234567};
    double strength[PICTURE_WAVES_MAX][PICTURE_WAVES_MAX] = {{0}}, along[PICTURE_WAVES_MAX], wave;
    const double w = (double)width, h = (double)height;
    for (int i = 0; i < 8; i++) picture_random(&c);
    const double level = 20 + 210 * picture_random(&c), grain = 30 * picture_random(&c);
    const size_t square = 1 + (size_t)(picture_random(&c) * 40), waves = kind == PICTURE_WAVES ? 4 : PICTURE_WAVES_MAX;
    for (size_t f = 0; f < waves; f++)
        for (size_t g = 0; g < waves; g++) strength[f][g] = f + g ? 170 * (picture_random(&c) - 0.5) / (double)(f + g) : 0;
    for (size_t y = 0; y < height; y++) {
        picture_wave_row((const double(*)[PICTURE_WAVES_MAX])strength, (double)y / h, along);
        for (size_t x = 0; x < width; x++) {
            wave = kind == PICTURE_WAVES || kind == PICTURE_LANDSCAPE ? picture_wave(along, (double)x / w) : 0;
            for (unsigned n = 0; n < channels; n++) {
                double v = level, px = (double)x, py = (double)y, dx = px / w - 0.5, dy = py / h - 0.5;
                switch (kind) {
                case PICTURE_NOISE: v = 256 * picture_random(&c); break;
                case PICTURE_BLACK: v = 0; break;
                case PICTURE_WHITE: v = 255; break;
                case PICTURE_ONE_COLOUR: v = level - 20.0 * n; break;
                case PICTURE_BOARD: v = (x / square + y / square) % 2 ? 255 : 0; break;
                case PICTURE_EXTREMES: v = picture_random(&c) < 0.5 ? 0 : 255; break;
                case PICTURE_RAMP: v = 255 * (px / w + py / h) / 2; break;
                case PICTURE_RED_RAMP: v = n ? 37 + 41 * sin(py * 0.02 * (double)square) : 255 * px / w; break;
                case PICTURE_WAVES: v = 128 + wave; break;
                case PICTURE_LANDSCAPE: v = 110 + 8.0 * n + wave + grain * (picture_random(&c) - 0.5); break;
                case PICTURE_DISC: v = dx * dx + dy * dy < 0.1 ? 255 - level : level; break;
                default: v = (unsigned)(x / square * 7 + y / square * 13 + n) * 2654435761U >> 24; break;
                }
                bytes[y * stride + x * channels + n] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
            }
        }
    }
}

#endif
