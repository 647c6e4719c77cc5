/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/media/pdq: the PDQ perceptual hash, bit-exact with its reference.
 *
 * 256 bits that change little when a picture is resized or recompressed, and a quality from 0 to 100 that says whether
 * they mean anything. Equal bits on every processor: the kernels (C, SSE4.1, AVX2) are chosen at run time from one
 * table, each is compared with the C one in the tests, and none reorders a float32 sum. Pure: no files, no globals but
 * the constant tables and the dispatch table. Callers: signals/media/decode, tests, bench, fuzz.
 */
#ifndef VG_SIGNALS_MEDIA_PDQ_H
#define VG_SIGNALS_MEDIA_PDQ_H

#include <stddef.h>
#include "base/error.h"
#include "event/bank.h"

/** Pixels in rows of `stride` bytes: one byte each (grey) or three (red, green, blue). */
typedef struct vg_pixels {
    const uint8_t *bytes;
    size_t width, height, stride;
    unsigned channels; /* 1 or 3 */
} vg_pixels;

typedef struct vg_pdq {
    uint8_t hash[VG_TURNS][32]; /* in the order of the text form: byte 0 holds bits 255..248. [VG_TURN_NONE] is always there */
    uint8_t quality;            /* 0..100 */
} vg_pdq;

/** Hashes a picture. `turns`: all eight orientations are filled in, else only the first. Pictures under 5 pixels on a side
 *  have a hash of zeros and quality 0. Memory: 1/32 of the pixels' count in floats, and some. VG_EINVAL (channels, stride),
 *  VG_ETOOBIG (a side over 2^24), VG_ENOMEM. */
int vg_pdq_hash(const vg_pixels *pixels, vg_pdq_profile profile, bool turns, vg_pdq *out, vg_error *err);
/** The same from float32 luma (tightly packed rows), already at the size that the profile asks for. VG_EINVAL also for a value
 *  outside 0..255 or a NaN. */
int vg_pdq_hash_luma(const float *luma, size_t width, size_t height, bool turns, vg_pdq *out, vg_error *err);
/** Bits that differ. */
unsigned vg_pdq_distance(const uint8_t a[32], const uint8_t b[32]);

/** "none", "sse4", "avx2": the kernels in use. The environment variable VIGIE_CPU can only lower them. */
const char *vg_pdq_cpu(void);
/** Lowers (or raises back, as far as the processor goes) the kernels; for tests and benchmarks. False: not on this machine. */
bool vg_pdq_cpu_set(const char *level);

#endif
