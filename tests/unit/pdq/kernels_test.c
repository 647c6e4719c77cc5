/* SPDX-License-Identifier: Apache-2.0
 *
 * Every kernel of every CPU level gives the bits of the plain C one: random and extreme values, every size around the
 * widths of the vectors, addresses that are not aligned, and nothing written beyond the end.
 */
#include <stdlib.h>
#include "pdq_int.h"
#include "tap.h"

enum { SIZE_MAX_TESTED = 1100, GUARD = 32 };
static const char *const levels[] = {"sse4", "avx2"};
static const pdq_kernels *k, *const plain = &vg_pdq_kernels_c;

static uint64_t seed = 0x9E3779B97F4A7C15U;
static uint32_t chance(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 32) % below);
}

/* kind 0: noise; 1: black and white; 2: white; 3: black; 4: a ramp; 5: large and minute values side by side */
enum { KINDS = 6 };
static void fill(float *values, size_t n, unsigned kind)
{
    for (size_t i = 0; i < n; i++)
        values[i] = kind == 0   ? (float)chance(1 << 24) * (255.0F / (1 << 24))
                    : kind == 1 ? (chance(2) ? 255.0F : 0.0F)
                    : kind == 2 ? 0.299F * 255.0F + 0.587F * 255.0F + 0.114F * 255.0F
                    : kind == 3 ? 0.0F
                    : kind == 4 ? 0.299F * (float)(i % 256)
                                : (i & 1 ? 255.0F : 1e-30F * (float)chance(1000));
}

static size_t pick_size(size_t trial) { return trial < 200 ? 5 + trial : 5 + chance(SIZE_MAX_TESTED - 5); }

static void test_luma(void)
{
    static uint8_t bytes[3 * SIZE_MAX_TESTED + 64];
    static float got[SIZE_MAX_TESTED + 2 * GUARD], want[SIZE_MAX_TESTED + 2 * GUARD];
    size_t wrong[3] = {0};
    for (size_t trial = 0; trial < 400; trial++) {
        const size_t n = trial < 200 ? trial : pick_size(trial), at = chance(16), to = chance(8);
        /* the pixels end where the allocation ends, so that reading on is seen by the sanitizer */
        uint8_t *exactly = malloc(3 * n + 1);
        if (!exactly) abort();
        for (size_t i = 0; i < 3 * n; i++)
            bytes[at + i] = exactly[i] = (uint8_t)(trial % 3 == 0 ? 255 : trial % 3 == 1 ? chance(256) : chance(2) * 255);
        void (*const of[3])(const uint8_t *, size_t, float *) = {k->luma_grey, k->luma_cpp, k->luma_pytx};
        void (*const from[3])(const uint8_t *, size_t, float *) = {plain->luma_grey, plain->luma_cpp, plain->luma_pytx};
        for (size_t which = 0; which < 3; which++) {
            memset(got, 0x55, sizeof got);
            memset(want, 0x55, sizeof want);
            of[which](trial & 1 ? exactly : bytes + at, n, got + GUARD + to);
            from[which](bytes + at, n, want + GUARD + to);
            wrong[which] += memcmp(got, want, sizeof got) != 0;
        }
        free(exactly);
    }
    TAP_EQ_INT(wrong[0], 0, "luma of grey");
    TAP_EQ_INT(wrong[1], 0, "luma of RGB in float32");
    TAP_EQ_INT(wrong[2], 0, "luma of RGB in double");
    /* every colour that can differ: all of 256 x 256 reds and greens, with each of 256 blues somewhere */
    size_t colours = 0;
    for (unsigned red = 0; red < 256; red++) {
        for (unsigned green = 0; green < 256; green++) {
            bytes[3 * green] = (uint8_t)red;
            bytes[3 * green + 1] = (uint8_t)green;
            bytes[3 * green + 2] = (uint8_t)(red * 7 + green * 13);
        }
        k->luma_cpp(bytes, 256, got);
        plain->luma_cpp(bytes, 256, want);
        colours += memcmp(got, want, 1024) != 0;
        k->luma_pytx(bytes, 256, got);
        plain->luma_pytx(bytes, 256, want);
        colours += memcmp(got, want, 1024) != 0;
    }
    TAP_EQ_INT(colours, 0, "luma of 65,536 colours");
}

static void test_range(void)
{
    static const float bad[] = {-1.0F, -1e-40F, 255.02F, 1e30F,
                                -__builtin_inff(), __builtin_inff(), __builtin_nanf(""), -__builtin_nanf("")};
    static float values[200];
    size_t wrong = 0, missed = 0;
    for (size_t n = 0; n < 120; n++) {
        fill(values, 200, (unsigned)n % KINDS);
        wrong += !k->in_range(values + n % 9, n);
        for (size_t at = 0; at < n; at++)
            for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
                float good = values[n % 9 + at];
                values[n % 9 + at] = bad[b];
                missed += k->in_range(values + n % 9, n);
                missed += plain->in_range(values + n % 9, n);
                values[n % 9 + at] = -0.0F;
                wrong += !k->in_range(values + n % 9, n);
                values[n % 9 + at] = good;
            }
    }
    TAP_EQ_INT(wrong, 0, "luma in range is in range, minus zero too");
    TAP_EQ_INT(missed, 0, "one value out of range is found at every place of every size");
}

static void test_rows(void)
{
    static float in[PDQ_BAND][SIZE_MAX_TESTED + 16];
    static float got[PDQ_BAND][SIZE_MAX_TESTED + GUARD], want[PDQ_BAND][SIZE_MAX_TESTED + GUARD];
    static float scratch[PDQ_BAND * (SIZE_MAX_TESTED + PDQ_SMALL)];
    size_t wrong = 0, wrong_at = 0;
    for (size_t trial = 0; trial < 600; trial++) {
        const size_t n = trial == 0 ? 512 : pick_size(trial), shift = trial % 8;
        const size_t window = trial & 1 ? (n + 127) / 128 : 1 + chance((uint32_t)(n < 40 ? n : 40));
        const size_t rows = 1 + chance(PDQ_BAND);
        const float *from[PDQ_BAND];
        float *to[2][PDQ_BAND];
        uint32_t at[PDQ_SMALL];
        fill(in[0], sizeof in / sizeof in[0][0], (unsigned)trial % KINDS);
        for (size_t r = 0; r < PDQ_BAND; r++) { /* the last row again where there are no more */
            const size_t row = r < rows ? r : rows - 1;
            from[r] = in[row] + shift;
            to[0][r] = got[row];
            to[1][r] = want[row];
        }
        for (size_t j = 0; j < PDQ_SMALL; j++) at[j] = (uint32_t)((2 * j + 1) * n / 128);
        memset(got, 0x55, sizeof got);
        memset(want, 0x55, sizeof want);
        k->box_rows(from, n, window, scratch, to[0]);
        plain->box_rows(from, n, window, scratch, to[1]);
        wrong += memcmp(got, want, sizeof got) != 0;
        memset(got, 0x55, sizeof got);
        memset(want, 0x55, sizeof want);
        k->box_rows_at(from, n, window, scratch, at, to[0]);
        plain->box_rows_at(from, n, window, scratch, at, to[1]);
        wrong_at += memcmp(got, want, sizeof got) != 0;
    }
    TAP_EQ_INT(wrong, 0, "box along rows, every size and window");
    TAP_EQ_INT(wrong_at, 0, "box along rows at 64 places, repeated ones too");
}

static void test_columns(void)
{
    static float rows[24][SIZE_MAX_TESTED + 16], got[24][SIZE_MAX_TESTED + 16], want[24][SIZE_MAX_TESTED + 16];
    static float sum[2][SIZE_MAX_TESTED + 16];
    size_t wrong = 0;
    for (size_t trial = 0; trial < 600; trial++) {
        const size_t n = trial < 200 ? 1 + trial : pick_size(trial), count = 1 + chance(24), shift = trial % 8;
        pdq_step mine[24], theirs[24];
        fill(rows[0], sizeof rows / sizeof rows[0][0], (unsigned)trial % KINDS);
        fill(sum[0], SIZE_MAX_TESTED + 16, 0);
        memcpy(sum[1], sum[0], sizeof sum[0]);
        memset(got, 0x55, sizeof got);
        memset(want, 0x55, sizeof want);
        for (size_t i = 0; i < count; i++) {
            const unsigned in_window = 1 + chance(40);
            mine[i] = (pdq_step){chance(4) ? rows[chance(24)] + shift : NULL, chance(4) ? rows[chance(24)] + shift : NULL,
                                 chance(4) ? got[i] + shift : NULL, (float)in_window, !(in_window & (in_window - 1))};
            theirs[i] = mine[i];
            theirs[i].out = mine[i].out ? want[i] + shift : NULL;
        }
        k->columns(sum[0] + shift, n, mine, count);
        plain->columns(sum[1] + shift, n, theirs, count);
        wrong += memcmp(got, want, sizeof got) != 0 || memcmp(sum[0], sum[1], sizeof sum[0]) != 0;
    }
    TAP_EQ_INT(wrong, 0, "running sums of columns, each part present or absent");
}

static void test_small(void)
{
    static float small[PDQ_SMALL][PDQ_SMALL], got[PDQ_FREQUENCIES * PDQ_SMALL], want[PDQ_FREQUENCIES * PDQ_SMALL];
    size_t gradients = 0, order = 0, products = 0;
    for (size_t trial = 0; trial < 300; trial++) {
        const float slack = trial % 3 == 0 ? 0.0F : (float)chance(1000) / 4000.0F;
        unsigned mine[2], theirs[2];
        fill(small[0], sizeof small / sizeof small[0][0], (unsigned)trial % KINDS);
        k->gradient((const float(*)[PDQ_SMALL])small, slack, mine);
        plain->gradient((const float(*)[PDQ_SMALL])small, slack, theirs);
        gradients += mine[0] != theirs[0] || mine[1] != theirs[1];
        order += slack == 0.0F ? mine[0] != mine[1] : mine[0] > mine[1];
        for (size_t n = 8; n <= PDQ_SMALL; n += 8) {
            k->multiply(vg_pdq_dct, small[0], n, got);
            plain->multiply(vg_pdq_dct, small[0], n, want);
            products += memcmp(got, want, PDQ_FREQUENCIES * n * sizeof *got) != 0;
        }
    }
    TAP_EQ_INT(gradients, 0, "gradient, cut lower and higher");
    TAP_EQ_INT(order, 0, "without slack both gradients are one");
    TAP_EQ_INT(products, 0, "transform, every width");
}

static void test_bits(void)
{
    float values[256];
    uint16_t got[PDQ_FREQUENCIES], want[PDQ_FREQUENCIES];
    size_t words = 0, medians = 0, halves = 0;
    for (size_t trial = 0; trial < 3000; trial++) {
        const unsigned kind = (unsigned)trial % 6;
        for (size_t i = 0; i < 256; i++) {
            const float noise = (float)chance(1 << 24) - (float)(1 << 23);
            values[i] = kind == 0 ? noise * 1e-3F : kind == 1 ? (float)chance(3) - 1.0F : kind == 2 ? (chance(2) ? 0.0F : -0.0F)
                      : kind == 3 ? noise * 1e-44F : kind == 4 ? (chance(2) ? 3e38F : -3e38F) : 7.0F - (float)(i * i % 256);
        }
        const float mine = k->bits(values, got), theirs = plain->bits(values, want);
        words += memcmp(got, want, sizeof got) != 0;
        medians += !(mine == theirs);
        unsigned ones = 0;
        for (size_t f = 0; f < PDQ_FREQUENCIES; f++) ones += (unsigned)__builtin_popcount(got[f]);
        halves += ones > 128;
    }
    TAP_EQ_INT(words, 0, "bits: noise, ties, zeros of both signs, denormals, extremes");
    TAP_EQ_INT(medians, 0, "and the median");
    TAP_EQ_INT(halves, 0, "never more than 128 ones");
}

static void test_tent(void)
{
    static float rows[7][600], got[600], want[600], in[520], small[2][PDQ_SMALL];
    size_t down = 0, across = 0;
    for (size_t trial = 0; trial < 400; trial++) {
        const size_t n = trial < 100 ? trial : 512, shift = trial % 8;
        const float *from[7];
        float weights[7];
        fill(rows[0], sizeof rows / sizeof rows[0][0], (unsigned)trial % KINDS);
        fill(in, 520, (unsigned)trial % KINDS);
        for (size_t i = 0; i < 7; i++) {
            from[i] = rows[i] + shift;
            weights[i] = (float)(1 + chance(100)) / (trial & 1 ? 3.0F : 1.0F);
        }
        memset(got, 0x55, sizeof got);
        memset(want, 0x55, sizeof want);
        k->tent_columns(from, weights, n, got + shift);
        plain->tent_columns(from, weights, n, want + shift);
        down += memcmp(got, want, sizeof got) != 0;
        k->tent_row(in, weights, small[0]);
        plain->tent_row(in, weights, small[1]);
        across += memcmp(small[0], small[1], sizeof small[0]) != 0;
    }
    TAP_EQ_INT(down, 0, "tent down columns");
    TAP_EQ_INT(across, 0, "tent along a row");
}

static void test_levels(void)
{
    setenv("VIGIE_CPU", "none", 1); /* before anything else asks */
    TAP_EQ_STR(vg_pdq_cpu(), "none", "the environment lowers what is used first");
    const char *best = vg_pdq_kernels_for(NULL)->name;
    TAP_EQ_STR(vg_pdq_kernels_for("none")->name, "none", "VIGIE_CPU=none: plain C");
    TAP_EQ_STR(vg_pdq_kernels_for("")->name, best, "an empty value changes nothing");
    TAP_EQ_STR(vg_pdq_kernels_for("avx512")->name, best, "an unknown value changes nothing");
    TAP_EQ_STR(vg_pdq_kernels_for("avx2")->name, best, "the most there can be: the best that this processor has");
    TAP_OK(!vg_pdq_cpu_set("avx512") && !vg_pdq_cpu_set("") && !vg_pdq_cpu_set(NULL), "setting what is not there says so");
    TAP_OK(vg_pdq_cpu_set("none") && !strcmp(vg_pdq_cpu(), "none"), "lowered to plain C");
    TAP_OK(vg_pdq_cpu_set(best) && !strcmp(vg_pdq_cpu(), best), "and raised back to %s", best);
}

int main(void)
{
    test_levels();
    for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
        if (!vg_pdq_cpu_set(levels[l])) {
            TAP_OK(1, "%s # SKIP this processor has no such instructions", levels[l]);
            continue;
        }
        k = vg_pdq_kernels();
        printf("# %s\n", k->name);
        test_luma();
        test_range();
        test_rows();
        test_columns();
        test_small();
        test_bits();
        test_tent();
    }
    return tap_done();
}
