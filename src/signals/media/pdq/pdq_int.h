/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/media/pdq, inside: the kernels and the steps between them.
 *
 * R rows and C columns of float32 luma become a 64x64 picture (stream.c exactly, or tent.c by a short cut that knows
 * when it may be wrong), then a quality, 16x16 cosine coefficients, and 256 bits for each orientation (bits.c).
 * A kernel has one meaning, written plainly in pdq_c.c; other versions give the same bits, for they run many sums
 * side by side and never change the order within one.
 */
#ifndef VG_SIGNALS_MEDIA_PDQ_INT_H
#define VG_SIGNALS_MEDIA_PDQ_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "signals/media/pdq/pdq.h"

enum {
    PDQ_BAND = 16,    /* rows that the row kernels take at once */
    PDQ_SMALL = 64,   /* the side of the picture that is transformed */
    PDQ_SIDE = 512,   /* the side that profile cpp scales to */
    PDQ_FREQUENCIES = 16,
    PDQ_SIDE_MAX = 1 << 24, /* of a picture: indices stay exact in every type used here */
};

/* White is 255.00002 in float32. The short cut's bounds hold up to here. */
#define PDQ_LUMA_MAX 255.01F

/* One sample more in the running sums of the columns: add a row, subtract the oldest, write sum / count. Each may be absent. */
typedef struct pdq_step {
    const float *add, *subtract;
    float *out;
    float count;
    bool power_of_two; /* count is: then x * (1 / count) is x / count, bit for bit */
} pdq_step;

typedef struct pdq_kernels {
    const char *name;
    void (*luma_grey)(const uint8_t *grey, size_t n, float *out);
    void (*luma_cpp)(const uint8_t *rgb, size_t n, float *out);  /* float32, left to right */
    void (*luma_pytx)(const uint8_t *rgb, size_t n, float *out); /* double, rounded once */
    /* Every value from 0 to PDQ_LUMA_MAX, and none a NaN. */
    bool (*in_range)(const float *values, size_t n);
    /* A box of `window` samples along PDQ_BAND rows of n >= window samples. `scratch`: PDQ_BAND * n floats, aligned to 32 bytes.
     * Rows may be given twice; `out` rows are written in any order. */
    void (*box_rows)(const float *const in[PDQ_BAND], size_t n, size_t window, float *scratch, float *const out[PDQ_BAND]);
    /* The same, writing only the 64 samples numbered in `at` (ascending, may repeat). `scratch`: also 64 * PDQ_BAND more. */
    void (*box_rows_at)(const float *const in[PDQ_BAND], size_t n, size_t window, float *scratch,
                        const uint32_t at[PDQ_SMALL], float *const out[PDQ_BAND]);
    /* Runs `count` steps over n columns side by side. */
    void (*columns)(float *sum, size_t n, const pdq_step *steps, size_t count);
    /* Sum of |(int)((u - v) * 100 / 255)| over all neighbours, each term less and more by `slack` before it is cut:
     * between[0] <= between[1], equal when slack is 0. */
    void (*gradient)(const float small[PDQ_SMALL][PDQ_SMALL], float slack, unsigned between[2]);
    /* out[16][n] = a[16][64] x b[64][n], each sum ascending from 0. n: a multiple of 8. */
    void (*multiply)(const float a[PDQ_FREQUENCIES][PDQ_SMALL], const float *b, size_t n, float *out);
    /* Bit g of out[f]: coefficient 16 f + g is greater than the 128th smallest, which is returned. */
    float (*bits)(const float coefficients[256], uint16_t out[PDQ_FREQUENCIES]);
    /* out[x] = a weighted sum of seven rows. Order: see pdq_c.c; tent.c bounds its rounding. */
    void (*tent_columns)(const float *const rows[7], const float weights[7], size_t n, float *out);
    /* out[j] = the same over 7 samples from 8 j + 2 on, for j < 64. `in`: 520 floats. */
    void (*tent_row)(const float *in, const float weights[7], float out[PDQ_SMALL]);
} pdq_kernels;

extern const pdq_kernels vg_pdq_kernels_c;
#if defined(__x86_64__) || defined(__i386__)
extern const pdq_kernels vg_pdq_kernels_sse4, vg_pdq_kernels_avx2;
#endif
extern const float vg_pdq_dct[PDQ_FREQUENCIES][PDQ_SMALL], vg_pdq_dct_across[PDQ_SMALL][PDQ_FREQUENCIES];

/** The kernels in use. */
const pdq_kernels *vg_pdq_kernels(void);
/** What the environment variable asks for, among what the processor has. Not cached. */
const pdq_kernels *vg_pdq_kernels_for(const char *wish);

/* Rows of luma, wherever they come from: given, or computed from pixels, scaled or not. */
typedef struct pdq_source {
    size_t height, width;
    const float *luma;       /* given: rows of `width`, else NULL */
    const vg_pixels *pixels;
    vg_pdq_profile profile;
    bool out_of_range;       /* a row of given luma was not in range */
    bool scaled;             /* nearest neighbour to PDQ_SIDE x PDQ_SIDE */
    uint32_t column[PDQ_SIDE];
    uint8_t picked[PDQ_SIDE * 3 + 32];
} pdq_source;

/** Row y. `buffer` (width floats) is where it is computed, when it has to be. */
const float *vg_pdq_source_row(pdq_source *source, const pdq_kernels *k, size_t y, float *buffer);

/** Two passes of the box filter and decimation, to the bit. Memory: about pixels / 32 bytes. -VG_ENOMEM, -VG_ETOOBIG. */
int vg_pdq_stream(pdq_source *source, const pdq_kernels *k, float small[PDQ_SMALL][PDQ_SMALL], vg_error *err);
/** The short cut for 512x512, first orientation only. True: *out is what the exact way gives. False: could not be sure, *out is not set. */
bool vg_pdq_tent(pdq_source *source, const pdq_kernels *k, vg_pdq *out);

/** 64x64 luma -> 16x16 coefficients. */
void vg_pdq_transform(const pdq_kernels *k, const float small[PDQ_SMALL][PDQ_SMALL], float coefficients[256]);
/** 64x64 luma -> 0..100. */
uint8_t vg_pdq_quality(const pdq_kernels *k, const float small[PDQ_SMALL][PDQ_SMALL]);
/* Which coefficients an orientation negates. */
typedef enum { PDQ_NOTHING, PDQ_ROWS, PDQ_COLUMNS, PDQ_BOTH, PDQ_PATTERNS } pdq_pattern;
/** Bits of each pattern (without `turns` only the first is read) -> hashes from turn `first` to the last, or `first` alone. */
void vg_pdq_hashes(const uint16_t words[PDQ_PATTERNS][PDQ_FREQUENCIES], vg_turn first, bool turns, vg_pdq *out);
/** Coefficients -> hashes, in the same way. */
void vg_pdq_bits(const pdq_kernels *k, const float coefficients[256], vg_turn first, bool turns, vg_pdq *out);

#endif
