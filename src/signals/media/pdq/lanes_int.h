/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernels over vectors, once for both widths: pdq_sse4.c (4 lanes) and pdq_avx2.c (8) define LANES, `lanes` (that many
 * float32), load, store, transpose, and include this. A lane is a row or a column of the picture: the sums of one lane are
 * made in the order of pdq_c.c, the lanes do not meet.
 */
#ifndef VG_SIGNALS_MEDIA_PDQ_LANES_INT_H
#define VG_SIGNALS_MEDIA_PDQ_LANES_INT_H

#include <string.h>

enum { GROUPS = PDQ_BAND / LANES };
#define ALWAYS static inline __attribute__((always_inline))

/* Rows -> scratch[sample][row], so that a sample of LANES rows is one vector. */
ALWAYS void turn_in(const float *const *in, size_t n, float *turned)
{
    size_t x = 0;
    lanes block[LANES];
    for (; x + LANES <= n; x += LANES) {
        for (size_t r = 0; r < LANES; r++) block[r] = load(in[r] + x);
        transpose(block);
        for (size_t c = 0; c < LANES; c++) store(turned + (x + c) * LANES, block[c]);
    }
    for (; x < n; x++)
        for (size_t r = 0; r < LANES; r++) turned[x * LANES + r] = in[r][x];
}

/* m <= LANES samples of LANES rows -> the rows, from sample x on. */
ALWAYS void turn_out(lanes block[LANES], size_t m, size_t x, float *const *out)
{
    transpose(block);
    if (m == LANES) {
        for (size_t r = 0; r < LANES; r++) store(out[r] + x, block[r]);
    } else {
        for (size_t r = 0; r < LANES; r++) memcpy(out[r] + x, &block[r], m * sizeof(float));
    }
}

/* Sample k enters a window over n samples, where there is one; the oldest leaves. Returns how many are in it. */
ALWAYS float slide(lanes *sum, const float *turned, size_t k, size_t n, size_t window)
{
    if (k < n) *sum = *sum + load(turned + k * LANES);
    if (k >= window) *sum = *sum - load(turned + (k - window) * LANES);
    size_t last = k < n ? k : n - 1, first = k >= window ? k - window + 1 : 0;
    return (float)(last + 1 - first);
}

static void box_rows(const float *const in[PDQ_BAND], size_t n, size_t window, float *scratch, float *const out[PDQ_BAND])
{
    const size_t ahead = (window + 2) / 2 - 1;
    const bool exact = !(window & (window - 1));
    const float count = (float)window, inverse = 1.0F / count;
    lanes sum[GROUPS], block[LANES];
    for (size_t g = 0; g < GROUPS; g++) {
        turn_in(in + g * LANES, n, scratch + g * LANES * n);
        sum[g] = (lanes){0};
        for (size_t k = 0; k < ahead; k++) slide(&sum[g], scratch + g * LANES * n, k, n, window);
    }
    for (size_t x = 0; x < n; x += LANES) {
        const size_t k = x + ahead, m = n - x < LANES ? n - x : LANES;
        const bool inner = k >= window && k + LANES <= n;
        for (size_t g = 0; g < GROUPS; g++) { /* in one loop, so that the processor runs the chains of all groups at once */
            const float *turned = scratch + g * LANES * n;
            lanes s = sum[g];
            if (inner && exact) {
                for (size_t i = 0; i < LANES; i++) {
                    s = s + load(turned + (k + i) * LANES);
                    s = s - load(turned + (k + i - window) * LANES);
                    block[i] = s * inverse;
                }
            } else if (inner) {
                for (size_t i = 0; i < LANES; i++) {
                    s = s + load(turned + (k + i) * LANES);
                    s = s - load(turned + (k + i - window) * LANES);
                    block[i] = s / count;
                }
            } else {
                for (size_t i = 0; i < LANES; i++) block[i] = (lanes){0};
                for (size_t i = 0; i < m; i++) {
                    float in_window = slide(&s, turned, k + i, n, window);
                    block[i] = s / in_window;
                }
            }
            sum[g] = s;
            turn_out(block, m, x, out + g * LANES);
        }
    }
}

static void box_rows_at(const float *const in[PDQ_BAND], size_t n, size_t window, float *scratch,
                        const uint32_t at[PDQ_SMALL], float *const out[PDQ_BAND])
{
    const size_t ahead = (window + 2) / 2 - 1;
    float *picked = scratch + PDQ_BAND * n;
    lanes sum[GROUPS];
    for (size_t g = 0; g < GROUPS; g++) {
        turn_in(in + g * LANES, n, scratch + g * LANES * n);
        sum[g] = (lanes){0};
    }
    size_t k = 0;
    float in_window = 1.0F;
    for (size_t j = 0; j < PDQ_SMALL; j++) {
        const size_t until = at[j] + ahead + 1;
        for (; k < until && (k < window || k >= n); k++)
            for (size_t g = 0; g < GROUPS; g++) in_window = slide(&sum[g], scratch + g * LANES * n, k, n, window);
        const size_t inner = until < n ? until : n;
        if (k < inner) in_window = (float)window;
        for (; k < inner; k++)
            for (size_t g = 0; g < GROUPS; g++) {
                const float *turned = scratch + g * LANES * n;
                sum[g] = sum[g] + load(turned + k * LANES);
                sum[g] = sum[g] - load(turned + (k - window) * LANES);
            }
        for (; k < until; k++)
            for (size_t g = 0; g < GROUPS; g++) in_window = slide(&sum[g], scratch + g * LANES * n, k, n, window);
        for (size_t g = 0; g < GROUPS; g++) store(picked + (g * PDQ_SMALL + j) * LANES, sum[g] / in_window);
    }
    for (size_t g = 0; g < GROUPS; g++)
        for (size_t j = 0; j < PDQ_SMALL; j += LANES) {
            lanes block[LANES];
            for (size_t i = 0; i < LANES; i++) block[i] = load(picked + (g * PDQ_SMALL + j + i) * LANES);
            turn_out(block, LANES, j, out + g * LANES);
        }
}

/* Strips, so that the sums stay in registers over all steps. */
static void columns(float *sum, size_t n, const pdq_step *steps, size_t count)
{
    enum { WIDE = 4 };
    size_t x = 0;
    for (; x + (size_t)WIDE * LANES <= n; x += (size_t)WIDE * LANES) {
        lanes s[WIDE];
        for (size_t i = 0; i < WIDE; i++) s[i] = load(sum + x + i * LANES);
        for (const pdq_step *t = steps; t < steps + count; t++) {
            if (t->add)
                for (size_t i = 0; i < WIDE; i++) s[i] = s[i] + load(t->add + x + i * LANES);
            if (t->subtract)
                for (size_t i = 0; i < WIDE; i++) s[i] = s[i] - load(t->subtract + x + i * LANES);
            if (t->out && t->power_of_two) {
                const float inverse = 1.0F / t->count;
                for (size_t i = 0; i < WIDE; i++) store(t->out + x + i * LANES, s[i] * inverse);
            } else if (t->out) {
                for (size_t i = 0; i < WIDE; i++) store(t->out + x + i * LANES, s[i] / t->count);
            }
        }
        for (size_t i = 0; i < WIDE; i++) store(sum + x + i * LANES, s[i]);
    }
    for (; x < n; x++) {
        float s = sum[x];
        for (const pdq_step *t = steps; t < steps + count; t++) {
            if (t->add) s = s + t->add[x];
            if (t->subtract) s = s - t->subtract[x];
            if (t->out) t->out[x] = s / t->count;
        }
        sum[x] = s;
    }
}

static void multiply(const float a[PDQ_FREQUENCIES][PDQ_SMALL], const float *b, size_t n, float *out)
{
    enum { ROWS = 4, WIDE = 8 / LANES };
    for (size_t j = 0; j < n; j += (size_t)WIDE * LANES)
        for (size_t f = 0; f < PDQ_FREQUENCIES; f += ROWS) {
            lanes s[ROWS][WIDE];
            for (size_t r = 0; r < ROWS; r++)
                for (size_t i = 0; i < WIDE; i++) s[r][i] = (lanes){0};
            for (size_t x = 0; x < PDQ_SMALL; x++)
                for (size_t i = 0; i < WIDE; i++) {
                    lanes v = load(b + x * n + j + i * LANES);
                    for (size_t r = 0; r < ROWS; r++) s[r][i] = s[r][i] + a[f + r][x] * v;
                }
            for (size_t r = 0; r < ROWS; r++)
                for (size_t i = 0; i < WIDE; i++) store(out + (f + r) * n + j + i * LANES, s[r][i]);
        }
}

ALWAYS lanes tent(const lanes v[7], const float weights[7])
{
    return ((v[0] * weights[0] + v[6] * weights[6]) + (v[1] * weights[1] + v[5] * weights[5])) +
           ((v[2] * weights[2] + v[4] * weights[4]) + v[3] * weights[3]);
}

static void tent_columns(const float *const rows[7], const float weights[7], size_t n, float *out)
{
    size_t x = 0;
    for (; x + LANES <= n; x += LANES) {
        lanes v[7];
        for (size_t i = 0; i < 7; i++) v[i] = load(rows[i] + x);
        store(out + x, tent(v, weights));
    }
    for (; x < n; x++)
        out[x] = ((rows[0][x] * weights[0] + rows[6][x] * weights[6]) + (rows[1][x] * weights[1] + rows[5][x] * weights[5])) +
                 ((rows[2][x] * weights[2] + rows[4][x] * weights[4]) + rows[3][x] * weights[3]);
}

static void tent_row(const float *in, const float weights[7], float out[PDQ_SMALL])
{
    for (size_t j = 0; j < PDQ_SMALL; j += LANES) {
        lanes v[8];
#if LANES == 8
        for (size_t i = 0; i < 8; i++) v[i] = load(in + 8 * (j + i) + 2);
        transpose(v);
#else
        for (size_t i = 0; i < 4; i++) {
            v[i] = load(in + 8 * (j + i) + 2);
            v[i + 4] = load(in + 8 * (j + i) + 6);
        }
        transpose(v);
        transpose(v + 4);
#endif
        store(out + j, tent(v, weights));
    }
}

#endif
