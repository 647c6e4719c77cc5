/* SPDX-License-Identifier: Apache-2.0
 *
 * The short cut for 512x512 either gives what the exact way gives, or says that it cannot be sure. Both happen here. And its
 * bounds hold: for every coefficient of every picture, also of pictures made to drive the running sums one way.
 */
#include <stdlib.h>
#include "tent.c"
#include "pictures.h"
#include "tap.h"

static uint8_t bytes[512 * 512 * 3];
static float luma[512 * 512];

typedef struct tally { size_t tried, taken, wrong, beyond; double nearest; } tally;

static void exactly(const pdq_kernels *kernels, float small[64][64], float coefficients[256], vg_pdq *out)
{
    pdq_source source = {.height = 512, .width = 512, .luma = luma};
    if (vg_pdq_stream(&source, kernels, small, NULL)) abort();
    out->quality = vg_pdq_quality(kernels, (const float(*)[64])small);
    vg_pdq_transform(kernels, (const float(*)[64])small, coefficients);
    vg_pdq_bits(kernels, coefficients, VG_TURN_NONE, true, out);
}

/* Every coefficient and every value of the small picture is as near as is claimed; the answers are the same. */
static void look(const pdq_kernels *kernels, tally *t)
{
    float small[64][64], near_small[64][64], coefficients[256], near_coefficients[256], far[256];
    vg_pdq want, got;
    pdq_source source = {.height = 512, .width = 512, .luma = luma};
    exactly(kernels, small, coefficients, &want);
    if (!reduce(&source, kernels, near_small)) abort();
    bound(kernels, (const float(*)[64])near_small, near_coefficients, far);
    for (size_t i = 0; i < 4096; i++) t->beyond += fabsf(small[i / 64][i % 64] - near_small[i / 64][i % 64]) > NEAR;
    for (size_t i = 0; i < 256; i++) {
        const double share = (double)(fabsf(coefficients[i] - near_coefficients[i]) / far[i]);
        t->beyond += !(share <= 1);
        if (share > t->nearest) t->nearest = share;
    }
    t->tried++;
    memset(&got, 0, sizeof got);
    if (vg_pdq_tent(&source, kernels, &got)) {
        t->taken++;
        t->wrong += got.quality != want.quality || memcmp(got.hash[0], want.hash[0], 32) != 0;
    }
    vg_pdq called;
    t->wrong += vg_pdq_hash_luma(luma, 512, 512, true, &called, NULL) || memcmp(&called, &want, sizeof want);
    t->wrong += vg_pdq_hash_luma(luma, 512, 512, false, &called, NULL) || called.quality != want.quality ||
                memcmp(called.hash[0], want.hash[0], 32) != 0;
}

static void test_pictures(void)
{
    enum { EACH = 6, LANDSCAPES = 60 };
    const pdq_kernels *kernels = vg_pdq_kernels();
    tally all = {0};
    for (unsigned kind = 0; kind < PICTURES; kind++) {
        tally t = {0};
        for (uint64_t seed = 1; seed <= (kind == PICTURE_LANDSCAPE ? LANDSCAPES : EACH); seed++) {
            picture_make((picture_kind)kind, seed, 512, 512, 3, 512 * 3, bytes);
            kernels->luma_cpp(bytes, 512 * 512, luma);
            look(kernels, &t);
        }
        TAP_OK(!t.wrong && !t.beyond, "%s: taken %zu of %zu times, at most %.3f of the bound",
               picture_names[kind], t.taken, t.tried, t.nearest);
        all.taken += t.taken;
        all.tried += t.tried;
    }
    TAP_OK(all.taken > 0, "the short cut is taken (%zu of %zu)", all.taken, all.tried);
    TAP_OK(all.taken < all.tried, "and the exact way is fallen back to");
}

/* Luma that is no sum of three bytes: any float32 in range, in shapes that add the same rounding again and again. */
static void test_drift(void)
{
    const pdq_kernels *kernels = vg_pdq_kernels();
    tally t = {0};
    picture_chance c = {88172645463325252U};
    for (unsigned trial = 0; trial < 60; trial++) {
        const double slope = picture_random(&c) * 0.4, tilt = picture_random(&c) * 0.1, base = 160 * picture_random(&c);
        const double tiny = ldexp(1, -(int)(8 + trial % 14)), waves = trial % 3 ? 25 * picture_random(&c) : 0;
        const size_t period = 1 + (size_t)(picture_random(&c) * 12);
        double along[512], down[512];
        for (size_t i = 0; i < 512; i++) {
            along[i] = sin((double)(i * (1 + trial % 9)) * 0.021);
            down[i] = cos((double)i * 0.013 * (double)(1 + trial % 11));
        }
        for (size_t y = 0; y < 512; y++)
            for (size_t x = 0; x < 512; x++) {
                double v = base + slope * (double)(trial & 1 ? x : y) + tilt * (double)(x + y) / 2 +
                           tiny * (double)((x + y * (trial % 5)) % period) +
                           waves * (along[x] * down[y] + 1);
                luma[y * 512 + x] = (float)(v > 255 ? 255 : v);
            }
        look(kernels, &t);
    }
    TAP_OK(!t.wrong && !t.beyond, "made to drift: taken %zu of %zu times, at most %.3f of the bound", t.taken, t.tried, t.nearest);
}

/* Many pictures, by the call alone, as fast as it goes: small changes to a few, so that coefficients cross the median. */
static void test_many(const char *level)
{
    enum { MANY = 400 };
    if (!vg_pdq_cpu_set(level)) {
        TAP_OK(1, "%s # SKIP this processor has no such instructions", level);
        return;
    }
    const pdq_kernels *kernels = vg_pdq_kernels();
    picture_chance c = {0x2545F4914F6CDD1DU};
    size_t taken = 0, wrong = 0;
    for (unsigned trial = 0; trial < MANY; trial++) {
        float small[64][64], coefficients[256];
        vg_pdq want, got;
        pdq_source source = {.height = 512, .width = 512, .luma = luma};
        if (trial % 50 == 0) {
            picture_make(trial % 100 ? PICTURE_LANDSCAPE : PICTURE_DISC, trial + 1, 512, 512, 3, 512 * 3, bytes);
            kernels->luma_cpp(bytes, 512 * 512, luma);
        }
        const size_t left = (size_t)(picture_random(&c) * 400), top = (size_t)(picture_random(&c) * 400);
        const float factor = (float)(0.4 + 0.6 * picture_random(&c)), more = (float)(100 * picture_random(&c));
        for (size_t y = top; y < top + 100; y++)
            for (size_t x = left; x < left + 100; x++) luma[y * 512 + x] = luma[y * 512 + x] * factor + more * (1 - factor);
        exactly(kernels, small, coefficients, &want);
        if (!vg_pdq_tent(&source, kernels, &got)) continue;
        taken++;
        wrong += got.quality != want.quality || memcmp(got.hash[0], want.hash[0], 32) != 0;
    }
    TAP_OK(!wrong && taken > 0 && taken < MANY, "%s: %d pictures a little apart, taken %zu times", level, MANY, taken);
}

/* A coefficient that lies on the median, or a quality on its step, is not for the short cut to decide. */
static void test_margin(void)
{
    float coefficients[256], far[256];
    for (size_t i = 0; i < 256; i++) {
        coefficients[i] = (float)i - 127;
        far[i] = 0.4F;
    }
    TAP_OK(certain(coefficients, far, 0.0F), "a distance of 1 is more than 0.4 + 0.4");
    far[128] = 0.6F;
    TAP_OK(!certain(coefficients, far, 0.0F), "but not more than 0.4 + 0.6");
    far[128] = 0.4F;
    coefficients[200] = 0.0F;
    TAP_OK(!certain(coefficients, far, 0.0F), "two that are equal to the median");
}

int main(void)
{
    test_margin();
    test_pictures();
    test_drift();
    test_many("none");
    test_many("sse4");
    test_many("avx2");
    return tap_done();
}
