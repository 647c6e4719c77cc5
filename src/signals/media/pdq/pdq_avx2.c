/* SPDX-License-Identifier: Apache-2.0
 *
 * The kernels in AVX2, eight lanes. No fused multiply-add: it would round differently.
 */
#include "signals/media/pdq/pdq_int.h"

#include <immintrin.h>

#define LANES 8
typedef __m256 lanes;

static inline __attribute__((always_inline)) lanes load(const float *p) { return _mm256_loadu_ps(p); }
static inline __attribute__((always_inline)) void store(float *p, lanes v) { _mm256_storeu_ps(p, v); }

static inline __attribute__((always_inline)) void transpose(lanes r[8])
{
    lanes a0 = _mm256_unpacklo_ps(r[0], r[1]), a1 = _mm256_unpackhi_ps(r[0], r[1]);
    lanes a2 = _mm256_unpacklo_ps(r[2], r[3]), a3 = _mm256_unpackhi_ps(r[2], r[3]);
    lanes a4 = _mm256_unpacklo_ps(r[4], r[5]), a5 = _mm256_unpackhi_ps(r[4], r[5]);
    lanes a6 = _mm256_unpacklo_ps(r[6], r[7]), a7 = _mm256_unpackhi_ps(r[6], r[7]);
    lanes b0 = _mm256_shuffle_ps(a0, a2, 0x44), b1 = _mm256_shuffle_ps(a0, a2, 0xEE);
    lanes b2 = _mm256_shuffle_ps(a1, a3, 0x44), b3 = _mm256_shuffle_ps(a1, a3, 0xEE);
    lanes b4 = _mm256_shuffle_ps(a4, a6, 0x44), b5 = _mm256_shuffle_ps(a4, a6, 0xEE);
    lanes b6 = _mm256_shuffle_ps(a5, a7, 0x44), b7 = _mm256_shuffle_ps(a5, a7, 0xEE);
    r[0] = _mm256_permute2f128_ps(b0, b4, 0x20), r[1] = _mm256_permute2f128_ps(b1, b5, 0x20);
    r[2] = _mm256_permute2f128_ps(b2, b6, 0x20), r[3] = _mm256_permute2f128_ps(b3, b7, 0x20);
    r[4] = _mm256_permute2f128_ps(b0, b4, 0x31), r[5] = _mm256_permute2f128_ps(b1, b5, 0x31);
    r[6] = _mm256_permute2f128_ps(b2, b6, 0x31), r[7] = _mm256_permute2f128_ps(b3, b7, 0x31);
}

#include "signals/media/pdq/lanes_int.h"

static void luma_grey(const uint8_t *grey, size_t n, float *out)
{
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        store(out + i, _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(grey + i)))));
    if (i < n) vg_pdq_kernels_c.luma_grey(grey + i, n - i, out + i);
}

/* Eight pixels (24 bytes; the second load ends 28 bytes on) as eight 32-bit reds, greens and blues. */
typedef struct { __m256i red, green, blue; } colours;
ALWAYS colours eight_pixels(const uint8_t *p)
{
    const __m256i both = _mm256_set_m128i(_mm_loadu_si128((const __m128i *)(p + 12)), _mm_loadu_si128((const __m128i *)p));
    const __m256i first = _mm256_setr_epi8(0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1,
                                           0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1);
    const __m256i one = _mm256_set1_epi32(1);
    return (colours){_mm256_shuffle_epi8(both, first), _mm256_shuffle_epi8(both, _mm256_add_epi32(first, one)),
                     _mm256_shuffle_epi8(both, _mm256_add_epi32(first, _mm256_set1_epi32(2)))};
}

static void luma_cpp(const uint8_t *rgb, size_t n, float *out)
{
    size_t i = 0;
    for (; 3 * i + 28 <= 3 * n; i += 8) {
        colours c = eight_pixels(rgb + 3 * i);
        store(out + i, 0.299F * _mm256_cvtepi32_ps(c.red) + 0.587F * _mm256_cvtepi32_ps(c.green) +
                           0.114F * _mm256_cvtepi32_ps(c.blue));
    }
    if (i < n) vg_pdq_kernels_c.luma_cpp(rgb + 3 * i, n - i, out + i);
}

ALWAYS __m128 four_sums(__m128i red, __m128i green, __m128i blue)
{
    return _mm256_cvtpd_ps(0.299 * _mm256_cvtepi32_pd(red) + 0.587 * _mm256_cvtepi32_pd(green) + 0.114 * _mm256_cvtepi32_pd(blue));
}

static void luma_pytx(const uint8_t *rgb, size_t n, float *out)
{
    size_t i = 0;
    for (; 3 * i + 28 <= 3 * n; i += 8) {
        colours c = eight_pixels(rgb + 3 * i);
        _mm_storeu_ps(out + i, four_sums(_mm256_castsi256_si128(c.red), _mm256_castsi256_si128(c.green),
                                         _mm256_castsi256_si128(c.blue)));
        _mm_storeu_ps(out + i + 4, four_sums(_mm256_extracti128_si256(c.red, 1), _mm256_extracti128_si256(c.green, 1),
                                             _mm256_extracti128_si256(c.blue, 1)));
    }
    if (i < n) vg_pdq_kernels_c.luma_pytx(rgb + 3 * i, n - i, out + i);
}

/* Floats from 0 up sort like their bits, and what is negative or no number comes after them: one maximum for each eight.
 * Minus zero is in range all the same, so what looks wrong is looked at again. */
static bool in_range(const float *values, size_t n)
{
    size_t i = 0;
    __m256i most[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    for (; i + 16 <= n; i += 16) {
        most[0] = _mm256_max_epu32(most[0], _mm256_loadu_si256((const __m256i *)(values + i)));
        most[1] = _mm256_max_epu32(most[1], _mm256_loadu_si256((const __m256i *)(values + i + 8)));
    }
    const __m256i top = _mm256_castps_si256(_mm256_set1_ps(PDQ_LUMA_MAX)), all = _mm256_max_epu32(most[0], most[1]);
    const bool good = _mm256_movemask_epi8(_mm256_cmpeq_epi32(_mm256_max_epu32(all, top), top)) == -1;
    return good ? vg_pdq_kernels_c.in_range(values + i, n - i) : vg_pdq_kernels_c.in_range(values, n);
}

/* Adds the eight pairs that `mask` keeps. */
ALWAYS void differences(const float *u, const float *v, lanes slack, __m256i mask, __m256i total[2])
{
    lanes size = _mm256_andnot_ps(_mm256_set1_ps(-0.0F), ((load(u) - load(v)) * 100.0F) / 255.0F);
    lanes less = _mm256_max_ps(size - slack, _mm256_setzero_ps());
    total[0] = _mm256_add_epi32(total[0], _mm256_and_si256(mask, _mm256_cvttps_epi32(less)));
    total[1] = _mm256_add_epi32(total[1], _mm256_and_si256(mask, _mm256_cvttps_epi32(size + slack)));
}

static void gradient(const float small[PDQ_SMALL][PDQ_SMALL], float slack, unsigned between[2])
{
    __m256i total[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    /* the last seven pairs of a row end with it: start one earlier, and leave the first, which was counted */
    const __m256i all = _mm256_set1_epi32(-1), seven = _mm256_setr_epi32(0, -1, -1, -1, -1, -1, -1, -1);
    const lanes s = _mm256_set1_ps(slack);
    for (size_t i = 0; i < PDQ_SMALL; i++) {
        const float *row = small[i];
        for (size_t j = 0; i + 1 < PDQ_SMALL && j < PDQ_SMALL; j += 8) differences(row + j, small[i + 1] + j, s, all, total);
        for (size_t j = 0; j + 8 < PDQ_SMALL; j += 8) differences(row + j, row + j + 1, s, all, total);
        differences(row + 55, row + 56, s, seven, total);
    }
    for (size_t i = 0; i < 2; i++) {
        __m128i half = _mm_add_epi32(_mm256_castsi256_si128(total[i]), _mm256_extracti128_si256(total[i], 1));
        half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
        half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
        between[i] = (unsigned)_mm_cvtsi128_si32(half);
    }
}

/* Bisection over the integers that sort like the floats (zeros made positive first): 32 counts, no branch on the data. */
static float bits(const float coefficients[256], uint16_t out[PDQ_FREQUENCIES])
{
    __m256i key[32];
    for (size_t i = 0; i < 32; i++) {
        __m256i v = _mm256_castps_si256(load(coefficients + 8 * i) + _mm256_setzero_ps());
        key[i] = _mm256_xor_si256(v, _mm256_srli_epi32(_mm256_srai_epi32(v, 31), 1));
    }
    int64_t low = INT32_MIN, high = INT32_MAX; /* the smallest key with 128 keys up to it */
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        __m256i pivot = _mm256_set1_epi32((int32_t)middle), above[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
        for (size_t i = 0; i < 32; i += 2) {
            above[0] = _mm256_add_epi32(above[0], _mm256_cmpgt_epi32(key[i], pivot));
            above[1] = _mm256_add_epi32(above[1], _mm256_cmpgt_epi32(key[i + 1], pivot));
        }
        above[0] = _mm256_add_epi32(above[0], above[1]);
        __m128i half = _mm_add_epi32(_mm256_castsi256_si128(above[0]), _mm256_extracti128_si256(above[0], 1));
        half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
        half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
        if (-_mm_cvtsi128_si32(half) <= 128) high = middle;
        else low = middle + 1;
    }
    const __m256i median = _mm256_set1_epi32((int32_t)low);
    for (size_t f = 0; f < PDQ_FREQUENCIES; f++)
        out[f] = (uint16_t)(_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(key[2 * f], median))) |
                            _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(key[2 * f + 1], median))) << 8);
    int32_t key_found = (int32_t)low, as_float = key_found ^ (int32_t)((uint32_t)(key_found >> 31) >> 1);
    float found;
    memcpy(&found, &as_float, sizeof found);
    return found;
}

const pdq_kernels vg_pdq_kernels_avx2 = {
    "avx2",  luma_grey, luma_cpp, luma_pytx, in_range,     box_rows, box_rows_at,
    columns, gradient,  multiply, bits,      tent_columns, tent_row,
};
