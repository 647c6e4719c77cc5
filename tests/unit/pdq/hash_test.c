/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash is what the plain implementation says, for pictures of every shape, at each CPU level.
 */
#include <stdlib.h>
#include "base/alloc.h"
#include "pictures.h"
#include "slow.h"
#include "tap.h"

static const char *const levels[] = {"none", "sse4", "avx2"};
enum { LEVELS = 3 };

/* A picture in an allocation of its own whose last row ends with its last pixel, so that reading on is seen. */
static vg_pixels make(picture_kind kind, uint64_t seed, size_t width, size_t height, unsigned channels, size_t stride)
{
    size_t bytes = (height - 1) * stride + width * channels;
    uint8_t *block = malloc(bytes);
    if (!block) abort();
    memset(block, 0xA5, bytes);
    picture_make(kind, seed, width, height, channels, stride, block);
    return (vg_pixels){block, width, height, stride, channels};
}

static bool same(const vg_pdq *a, const vg_pdq *b, size_t hashes)
{
    return a->quality == b->quality && !memcmp(a->hash, b->hash, hashes * sizeof a->hash[0]);
}

static void check(picture_kind kind, size_t width, size_t height, unsigned channels, size_t more)
{
    size_t wrong = 0;
    vg_pixels pixels = make(kind, width * 1000 + height, width, height, channels, width * channels + more);
    for (unsigned p = 0; p < VG_PDQ_PROFILES; p++) {
        vg_pdq want, got;
        slow_hash(&pixels, (vg_pdq_profile)p, &want);
        for (size_t l = 0; l < LEVELS; l++) {
            if (!vg_pdq_cpu_set(levels[l])) continue;
            wrong += vg_pdq_hash(&pixels, (vg_pdq_profile)p, true, &got, NULL) || !same(&got, &want, VG_TURNS);
            wrong += vg_pdq_hash(&pixels, (vg_pdq_profile)p, false, &got, NULL) || !same(&got, &want, 1);
            for (size_t i = 32; i < sizeof got.hash; i++) wrong += (&got.hash[0][0])[i] != 0; /* the other seven */
            if (channels == 3 && p == VG_PDQ_PYTX) continue;
            size_t w, h;
            float *luma = slow_luma(&pixels, (vg_pdq_profile)p, &w, &h);
            wrong += vg_pdq_hash_luma(luma, w, h, true, &got, NULL) || !same(&got, &want, VG_TURNS);
            free(luma);
        }
    }
    TAP_OK(!wrong, "%s, %zux%zu, %u channels, %zu bytes between rows", picture_names[kind], width, height, channels, more);
    free((void *)pixels.bytes);
}

static void test_shapes(void)
{
    static const size_t sizes[][2] = {{5, 5},     {5, 64},    {63, 64},   {64, 63},  {64, 64},   {65, 64},   {17, 300},  {127, 128},
                                      {128, 127}, {129, 257}, {256, 256}, {511, 512}, {512, 511}, {512, 512}, {513, 512}, {512, 513},
                                      {513, 40},  {40, 700},  {1000, 6},  {640, 480}, {768, 1024}, {1025, 769}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        check(i & 1 ? PICTURE_LANDSCAPE : PICTURE_NOISE, sizes[i][0], sizes[i][1], i % 3 ? 3 : 1, i % 4 * 5);
}

static void test_kinds(void)
{
    for (unsigned kind = 0; kind < PICTURES; kind++) {
        check((picture_kind)kind, 512, 512, 3, 0);
        check((picture_kind)kind, 200, 150, 1, 3);
    }
}

static void test_too_small(void)
{
    for (size_t i = 0; i < 9; i++) {
        const size_t width = i < 5 ? i : 100, height = i < 5 ? 100 : i - 5;
        uint8_t bytes[100 * 100];
        vg_pixels pixels = {bytes, width, height, width, 1};
        vg_pdq got, nothing = {0};
        memset(bytes, 77, sizeof bytes);
        memset(&got, 0xFF, sizeof got);
        int result = vg_pdq_hash(&pixels, VG_PDQ_CPP, true, &got, NULL);
        TAP_OK(!result && !memcmp(&got, &nothing, sizeof got), "%zux%zu: zeros and quality 0", width, height);
    }
    /* scaled up from under 5 pixels: what is filtered is 512x512 */
    check(PICTURE_NOISE, 600, 3, 3, 0);
}

static void test_refused(void)
{
    uint8_t bytes[64] = {0};
    vg_pdq got;
    vg_error err = {0};
    vg_pixels pixels = {bytes, 4, 4, 16, 4};
    TAP_EQ_INT(vg_pdq_hash(&pixels, VG_PDQ_CPP, false, &got, &err), -VG_EINVAL, "four channels");
    TAP_EQ_STR(err.what, "a picture has 4 channels; expected 1 or 3", "and why");
    pixels = (vg_pixels){bytes, 8, 2, 23, 3};
    TAP_EQ_INT(vg_pdq_hash(&pixels, VG_PDQ_CPP, false, &got, &err), -VG_EINVAL, "rows that overlap");
    pixels = (vg_pixels){bytes, SIZE_MAX, 2, SIZE_MAX, 1};
    TAP_EQ_INT(vg_pdq_hash(&pixels, VG_PDQ_PYTX, false, &got, &err), -VG_ETOOBIG, "a width that nothing has");
    pixels = (vg_pixels){bytes, 8, 8, 8, 1};
    TAP_EQ_INT(vg_pdq_hash(&pixels, VG_PDQ_PROFILES, false, &got, NULL), -VG_EINVAL, "a profile that is not one");
    static float luma[512 * 512];
    size_t accepted = 0;
    for (size_t i = 0; i < 3; i++) {
        static const size_t side[] = {100, 64, 512};
        static const float bad[] = {-1.0F, 300.0F, __builtin_nanf(""), __builtin_inff()};
        for (size_t b = 0; b < 4; b++) {
            luma[side[i] * 17 + 5] = bad[b]; /* row 17 is one that the short cut has no use for */
            accepted += vg_pdq_hash_luma(luma, side[i], side[i], true, &got, NULL) != -VG_EINVAL;
            luma[side[i] * 17 + 5] = 0.0F;
        }
    }
    TAP_EQ_INT(accepted, 0, "luma outside 0..255, or no number, is refused at every size");
}

static void test_memory(void)
{
    for (unsigned p = 0; p < VG_PDQ_PROFILES; p++) {
        vg_pixels pixels = make(PICTURE_NOISE, 1, 600, 500, 3, 1800);
        vg_pdq want, got;
        size_t failures = 0;
        int result = vg_pdq_hash(&pixels, (vg_pdq_profile)p, true, &want, NULL);
        TAP_EQ_INT(result, 0, vg_pdq_profile_names[p]);
        for (size_t n = 1;; n++, failures++) {
            vg_alloc_fail_at(n);
            result = vg_pdq_hash(&pixels, (vg_pdq_profile)p, true, &got, NULL);
            if (!vg_alloc_failed()) break;
            if (result != -VG_ENOMEM) TAP_OK(0, "allocation %zu failed and the result is %d", n, result);
        }
        vg_alloc_fail_at(0);
        TAP_OK(failures > 0 && !result && same(&got, &want, VG_TURNS), "each of %zu allocations may fail", failures);
        free((void *)pixels.bytes);
    }
    vg_pixels pixels = make(PICTURE_NOISE, 1, 64, 64, 1, 64);
    vg_pdq got;
    vg_alloc_fail_at(1);
    TAP_EQ_INT(vg_pdq_hash(&pixels, VG_PDQ_CPP, false, &got, NULL), 0, "64x64 as it is needs no memory");
    vg_alloc_fail_at(1);
    TAP_EQ_INT(vg_pdq_hash(&pixels, VG_PDQ_CPP, true, &got, NULL), -VG_ENOMEM, "its other seven orientations do");
    vg_alloc_fail_at(0);
    free((void *)pixels.bytes);
}

static void test_distance(void)
{
    uint8_t a[32] = {0}, b[32];
    memset(b, 0xFF, sizeof b);
    TAP_EQ_INT(vg_pdq_distance(a, a), 0, "no bit differs from itself");
    TAP_EQ_INT(vg_pdq_distance(a, b), 256, "all bits differ");
    a[0] = 0x81, b[0] = 0x01, b[31] = 0xFE;
    memset(b + 1, 0, 30);
    TAP_EQ_INT(vg_pdq_distance(a, b), 8, "first and last byte count");
}

int main(void)
{
    test_shapes();
    test_kinds();
    test_too_small();
    test_refused();
    test_memory();
    test_distance();
    return tap_done();
}
