/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernels in SSE4.1, four lanes.
 */
#include "signals/media/pdq/pdq_int.h"

#include <smmintrin.h>

#define LANES 4
typedef __m128 lanes;

static inline __attribute__((always_inline)) lanes load(const float *p) { return _mm_loadu_ps(p); }
static inline __attribute__((always_inline)) void store(float *p, lanes v) { _mm_storeu_ps(p, v); }
static inline __attribute__((always_inline)) void transpose(lanes r[4]) { _MM_TRANSPOSE4_PS(r[0], r[1], r[2], r[3]); }

#include "signals/media/pdq/lanes_int.h"

static void luma_grey(const uint8_t *grey, size_t n, float *out)
{
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        int32_t four;
        memcpy(&four, grey + i, sizeof four);
        store(out + i, _mm_cvtepi32_ps(_mm_cvtepu8_epi32(_mm_cvtsi32_si128(four))));
    }
    if (i < n) vg_pdq_kernels_c.luma_grey(grey + i, n - i, out + i);
}

/* Four pixels (12 bytes of a load of 16) as four 32-bit reds, greens and blues. */
typedef struct { __m128i red, green, blue; } colours;
ALWAYS colours four_pixels(const uint8_t *p)
{
    const __m128i v = _mm_loadu_si128((const __m128i *)p);
    return (colours){_mm_shuffle_epi8(v, _mm_setr_epi8(0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1)),
                     _mm_shuffle_epi8(v, _mm_setr_epi8(1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1)),
                     _mm_shuffle_epi8(v, _mm_setr_epi8(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1))};
}

static void luma_cpp(const uint8_t *rgb, size_t n, float *out)
{
    size_t i = 0;
    for (; 3 * i + 16 <= 3 * n; i += 4) {
        colours c = four_pixels(rgb + 3 * i);
        store(out + i, 0.299F * _mm_cvtepi32_ps(c.red) + 0.587F * _mm_cvtepi32_ps(c.green) + 0.114F * _mm_cvtepi32_ps(c.blue));
    }
    if (i < n) vg_pdq_kernels_c.luma_cpp(rgb + 3 * i, n - i, out + i);
}

ALWAYS __m128 two_sums(__m128i red, __m128i green, __m128i blue)
{
    return _mm_cvtpd_ps(0.299 * _mm_cvtepi32_pd(red) + 0.587 * _mm_cvtepi32_pd(green) + 0.114 * _mm_cvtepi32_pd(blue));
}

static void luma_pytx(const uint8_t *rgb, size_t n, float *out)
{
    size_t i = 0;
    for (; 3 * i + 16 <= 3 * n; i += 4) {
        colours c = four_pixels(rgb + 3 * i);
        lanes low = two_sums(c.red, c.green, c.blue);
        lanes high = two_sums(_mm_shuffle_epi32(c.red, 0xEE), _mm_shuffle_epi32(c.green, 0xEE), _mm_shuffle_epi32(c.blue, 0xEE));
        store(out + i, _mm_movelh_ps(low, high));
    }
    if (i < n) vg_pdq_kernels_c.luma_pytx(rgb + 3 * i, n - i, out + i);
}

/* Floats from 0 up sort like their bits, and what is negative or no number comes after them: one maximum for each four.
 * Minus zero is in range all the same, so what looks wrong is looked at again. */
static bool in_range(const float *values, size_t n)
{
    size_t i = 0;
    __m128i most[2] = {_mm_setzero_si128(), _mm_setzero_si128()};
    for (; i + 8 <= n; i += 8) {
        most[0] = _mm_max_epu32(most[0], _mm_loadu_si128((const __m128i *)(values + i)));
        most[1] = _mm_max_epu32(most[1], _mm_loadu_si128((const __m128i *)(values + i + 4)));
    }
    const __m128i top = _mm_castps_si128(_mm_set1_ps(PDQ_LUMA_MAX)), all = _mm_max_epu32(most[0], most[1]);
    const bool good = _mm_movemask_epi8(_mm_cmpeq_epi32(_mm_max_epu32(all, top), top)) == 0xFFFF;
    return good ? vg_pdq_kernels_c.in_range(values + i, n - i) : vg_pdq_kernels_c.in_range(values, n);
}

/* Adds the four pairs that `mask` keeps. */
ALWAYS void differences(const float *u, const float *v, lanes slack, __m128i mask, __m128i total[2])
{
    lanes size = _mm_andnot_ps(_mm_set1_ps(-0.0F), ((load(u) - load(v)) * 100.0F) / 255.0F);
    lanes less = _mm_max_ps(size - slack, _mm_setzero_ps());
    total[0] = _mm_add_epi32(total[0], _mm_and_si128(mask, _mm_cvttps_epi32(less)));
    total[1] = _mm_add_epi32(total[1], _mm_and_si128(mask, _mm_cvttps_epi32(size + slack)));
}

static void gradient(const float small[PDQ_SMALL][PDQ_SMALL], float slack, unsigned between[2])
{
    __m128i total[2] = {_mm_setzero_si128(), _mm_setzero_si128()};
    /* the last three pairs of a row end with it: start one earlier, and leave the first, which was counted */
    const __m128i all = _mm_set1_epi32(-1), three = _mm_setr_epi32(0, -1, -1, -1);
    const lanes s = _mm_set1_ps(slack);
    for (size_t i = 0; i < PDQ_SMALL; i++) {
        const float *row = small[i];
        for (size_t j = 0; i + 1 < PDQ_SMALL && j < PDQ_SMALL; j += 4) differences(row + j, small[i + 1] + j, s, all, total);
        for (size_t j = 0; j + 4 < PDQ_SMALL; j += 4) differences(row + j, row + j + 1, s, all, total);
        differences(row + 59, row + 60, s, three, total);
    }
    for (size_t i = 0; i < 2; i++) {
        __m128i sum = _mm_add_epi32(total[i], _mm_shuffle_epi32(total[i], 0x4E));
        sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1));
        between[i] = (unsigned)_mm_cvtsi128_si32(sum);
    }
}

/* Bisection over the integers that sort like the floats (zeros made positive first): 32 counts, no branch on the data. */
static float bits(const float coefficients[256], uint16_t out[PDQ_FREQUENCIES])
{
    __m128i key[64];
    for (size_t i = 0; i < 64; i++) {
        __m128i v = _mm_castps_si128(load(coefficients + 4 * i) + _mm_setzero_ps());
        key[i] = _mm_xor_si128(v, _mm_srli_epi32(_mm_srai_epi32(v, 31), 1));
    }
    int64_t low = INT32_MIN, high = INT32_MAX; /* the smallest key with 128 keys up to it */
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        __m128i pivot = _mm_set1_epi32((int32_t)middle), above[2] = {_mm_setzero_si128(), _mm_setzero_si128()};
        for (size_t i = 0; i < 64; i += 2) {
            above[0] = _mm_add_epi32(above[0], _mm_cmpgt_epi32(key[i], pivot));
            above[1] = _mm_add_epi32(above[1], _mm_cmpgt_epi32(key[i + 1], pivot));
        }
        __m128i sum = _mm_add_epi32(above[0], above[1]);
        sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
        sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1));
        if (-_mm_cvtsi128_si32(sum) <= 128) high = middle;
        else low = middle + 1;
    }
    const __m128i median = _mm_set1_epi32((int32_t)low);
    for (size_t f = 0; f < PDQ_FREQUENCIES; f++) {
        unsigned word = 0;
        for (unsigned i = 0; i < 4; i++)
            word |= (unsigned)_mm_movemask_ps(_mm_castsi128_ps(_mm_cmpgt_epi32(key[4 * f + i], median))) << (4 * i);
        out[f] = (uint16_t)word;
    }
    int32_t key_found = (int32_t)low, as_float = key_found ^ (int32_t)((uint32_t)(key_found >> 31) >> 1);
    float found;
    memcpy(&found, &as_float, sizeof found);
    return found;
}

const pdq_kernels vg_pdq_kernels_sse4 = {
    "sse4",  luma_grey, luma_cpp, luma_pytx, in_range,     box_rows, box_rows_at,
    columns, gradient,  multiply, bits,      tent_columns, tent_row,
};
