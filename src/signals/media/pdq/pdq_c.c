/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernels in plain C: what each one means. Every other version is compared with these.
 */
#include "signals/media/pdq/pdq_int.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0
#error "PDQ needs float32 arithmetic that rounds after each operation (on x86: -mfpmath=sse)"
#endif

static void luma_grey(const uint8_t *grey, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++) out[i] = (float)grey[i];
}

static void luma_cpp(const uint8_t *rgb, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = 0.299F * (float)rgb[3 * i] + 0.587F * (float)rgb[3 * i + 1] + 0.114F * (float)rgb[3 * i + 2];
}

static void luma_pytx(const uint8_t *rgb, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (float)(0.299 * (double)rgb[3 * i] + 0.587 * (double)rgb[3 * i + 1] + 0.114 * (double)rgb[3 * i + 2]);
}

static bool in_range(const float *values, size_t n)
{
    bool all = true;
    for (size_t i = 0; i < n; i++) all &= values[i] >= 0.0F && values[i] <= PDQ_LUMA_MAX;
    return all;
}

/* Four stretches: fill without writing, write while the window grows, slide, write while it shrinks. */
static void box(const float *in, size_t n, size_t window, float *out)
{
    size_t ahead = (window + 2) / 2 - 1, next = 0, oldest = 0, written = 0, count = 0;
    float sum = 0.0F;
    for (; count < ahead; count++) sum += in[next++];
    while (count < window) {
        sum += in[next++];
        out[written++] = sum / (float)++count;
    }
    while (next < n) {
        sum += in[next++];
        sum -= in[oldest++];
        out[written++] = sum / (float)count;
    }
    while (written < n) {
        sum -= in[oldest++];
        out[written++] = sum / (float)--count;
    }
}

static void box_rows(const float *const in[PDQ_BAND], size_t n, size_t window, float *scratch, float *const out[PDQ_BAND])
{
    (void)scratch;
    for (size_t r = 0; r < PDQ_BAND; r++)
        if (!r || in[r] != in[r - 1] || out[r] != out[r - 1]) box(in[r], n, window, out[r]);
}

static void box_rows_at(const float *const in[PDQ_BAND], size_t n, size_t window, float *scratch,
                        const uint32_t at[PDQ_SMALL], float *const out[PDQ_BAND])
{
    for (size_t r = 0; r < PDQ_BAND; r++) {
        box(in[r], n, window, scratch);
        for (size_t j = 0; j < PDQ_SMALL; j++) out[r][j] = scratch[at[j]];
    }
}

static void columns(float *sum, size_t n, const pdq_step *steps, size_t count)
{
    for (const pdq_step *s = steps; s < steps + count; s++) {
        if (s->add)
            for (size_t x = 0; x < n; x++) sum[x] += s->add[x];
        if (s->subtract)
            for (size_t x = 0; x < n; x++) sum[x] -= s->subtract[x];
        if (s->out)
            for (size_t x = 0; x < n; x++) s->out[x] = sum[x] / s->count;
    }
}

static void between_one(float u, float v, float slack, unsigned between[2])
{
    float size = fabsf(((u - v) * 100.0F) / 255.0F), less = size - slack;
    between[0] += (unsigned)(int)(less > 0.0F ? less : 0.0F);
    between[1] += (unsigned)(int)(size + slack);
}

static void gradient(const float small[PDQ_SMALL][PDQ_SMALL], float slack, unsigned between[2])
{
    between[0] = between[1] = 0;
    for (size_t i = 0; i + 1 < PDQ_SMALL; i++)
        for (size_t j = 0; j < PDQ_SMALL; j++) between_one(small[i][j], small[i + 1][j], slack, between);
    for (size_t i = 0; i < PDQ_SMALL; i++)
        for (size_t j = 0; j + 1 < PDQ_SMALL; j++) between_one(small[i][j], small[i][j + 1], slack, between);
}

static void multiply(const float a[PDQ_FREQUENCIES][PDQ_SMALL], const float *b, size_t n, float *out)
{
    for (size_t f = 0; f < PDQ_FREQUENCIES; f++) {
        float *row = out + f * n;
        for (size_t j = 0; j < n; j++) row[j] = 0.0F;
        for (size_t x = 0; x < PDQ_SMALL; x++)
            for (size_t j = 0; j < n; j++) row[j] += a[f][x] * b[x * n + j];
    }
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float bits(const float coefficients[256], uint16_t out[PDQ_FREQUENCIES])
{
    float sorted[256];
    memcpy(sorted, coefficients, sizeof sorted);
    qsort(sorted, 256, sizeof *sorted, ascending);
    for (size_t f = 0; f < PDQ_FREQUENCIES; f++) {
        unsigned word = 0;
        for (size_t g = 0; g < PDQ_FREQUENCIES; g++)
            word |= (unsigned)(coefficients[16 * f + g] > sorted[127]) << g;
        out[f] = (uint16_t)word;
    }
    return sorted[127];
}

/* Seven products, summed as a tree: tent.c bounds the rounding of exactly this. */
static void tent_columns(const float *const rows[7], const float weights[7], size_t n, float *out)
{
    for (size_t x = 0; x < n; x++)
        out[x] = ((rows[0][x] * weights[0] + rows[6][x] * weights[6]) + (rows[1][x] * weights[1] + rows[5][x] * weights[5])) +
                 ((rows[2][x] * weights[2] + rows[4][x] * weights[4]) + rows[3][x] * weights[3]);
}

static void tent_row(const float *in, const float weights[7], float out[PDQ_SMALL])
{
    for (size_t j = 0; j < PDQ_SMALL; j++) {
        const float *v = in + 8 * j + 2;
        out[j] = ((v[0] * weights[0] + v[6] * weights[6]) + (v[1] * weights[1] + v[5] * weights[5])) +
                 ((v[2] * weights[2] + v[4] * weights[4]) + v[3] * weights[3]);
    }
}

const pdq_kernels vg_pdq_kernels_c = {
    "none",  luma_grey, luma_cpp, luma_pytx, in_range,     box_rows, box_rows_at,
    columns, gradient,  multiply, bits,      tent_columns, tent_row,
};
