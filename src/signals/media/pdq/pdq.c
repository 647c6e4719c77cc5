/* SPDX-License-Identifier: Apache-2.0
 *
 * Which way a picture goes: nothing to hash, as it is, the short cut, or the exact way.
 */
#include "signals/media/pdq/pdq_int.h"

#include <string.h>

enum { SIDE_MIN = 5 };

static int finish(pdq_source *source, const pdq_kernels *k, bool turns, vg_pdq *out, vg_error *err)
{
    float small[PDQ_SMALL][PDQ_SMALL], coefficients[256];
    const bool as_is = source->height == PDQ_SMALL && source->width == PDQ_SMALL;
    if (as_is) {
        for (size_t y = 0; y < PDQ_SMALL; y++) {
            const float *row = vg_pdq_source_row(source, k, y, small[y]);
            if (row != small[y]) memcpy(small[y], row, sizeof small[y]);
        }
    } else {
        int result = vg_pdq_stream(source, k, small, err);
        if (result) return result;
    }
    if (source->out_of_range) return vg_fail(err, VG_EINVAL, "", "luma has a value outside 0..255");
    out->quality = vg_pdq_quality(k, (const float(*)[PDQ_SMALL])small);
    vg_pdq_transform(k, (const float(*)[PDQ_SMALL])small, coefficients);
    vg_pdq_bits(k, coefficients, VG_TURN_NONE, turns && !as_is, out);
    if (turns && as_is) {
        /* The reference filters 64x64 (by a box of one, which still rounds) only when it makes the other seven. */
        int result = vg_pdq_stream(source, k, small, err);
        if (result) return result;
        vg_pdq_transform(k, (const float(*)[PDQ_SMALL])small, coefficients);
        vg_pdq_bits(k, coefficients, VG_TURN_ROT90, true, out);
    }
    return 0;
}

static int hash(pdq_source *source, bool turns, vg_pdq *out, vg_error *err)
{
    const pdq_kernels *k = vg_pdq_kernels();
    if (source->height < SIDE_MIN || source->width < SIDE_MIN) return 0;
    /* Eight orientations have four medians, and all would have to be clear: rare enough that trying costs more than it saves. */
    if (!turns && source->height == PDQ_SIDE && source->width == PDQ_SIDE && vg_pdq_tent(source, k, out)) return 0;
    return finish(source, k, turns, out, err);
}

int vg_pdq_hash(const vg_pixels *pixels, vg_pdq_profile profile, bool turns, vg_pdq *out, vg_error *err)
{
    memset(out, 0, sizeof *out);
    if (pixels->channels != 1 && pixels->channels != 3)
        return vg_fail(err, VG_EINVAL, "", "a picture has %u channels; expected 1 or 3", pixels->channels);
    if (profile >= VG_PDQ_PROFILES) return vg_fail(err, VG_EINVAL, "", "no PDQ profile has the number %d", (int)profile);
    if (pixels->width > PDQ_SIDE_MAX || pixels->height > PDQ_SIDE_MAX)
        return vg_fail(err, VG_ETOOBIG, "", "a picture has a side of more than %d pixels", PDQ_SIDE_MAX);
    if (pixels->stride < pixels->width * pixels->channels)
        return vg_fail(err, VG_EINVAL, "", "the rows of a picture are %zu bytes apart; expected %zu or more", pixels->stride,
                       pixels->width * pixels->channels);
    pdq_source source = {.height = pixels->height, .width = pixels->width, .pixels = pixels, .profile = profile};
    if (profile == VG_PDQ_CPP && (pixels->width > PDQ_SIDE || pixels->height > PDQ_SIDE) && pixels->width && pixels->height) {
        source.scaled = true;
        source.height = source.width = PDQ_SIDE;
        for (size_t x = 0; x < PDQ_SIDE; x++) source.column[x] = (uint32_t)(x * pixels->width / PDQ_SIDE);
    }
    return hash(&source, turns, out, err);
}

int vg_pdq_hash_luma(const float *luma, size_t width, size_t height, bool turns, vg_pdq *out, vg_error *err)
{
    memset(out, 0, sizeof *out);
    if (width > PDQ_SIDE_MAX || height > PDQ_SIDE_MAX)
        return vg_fail(err, VG_ETOOBIG, "", "a picture has a side of more than %d pixels", PDQ_SIDE_MAX);
    pdq_source source = {.height = height, .width = width, .luma = luma};
    return hash(&source, turns, out, err);
}

unsigned vg_pdq_distance(const uint8_t a[32], const uint8_t b[32])
{
    unsigned distance = 0;
    for (size_t i = 0; i < 4; i++) {
        uint64_t x, y;
        memcpy(&x, a + 8 * i, sizeof x);
        memcpy(&y, b + 8 * i, sizeof y);
        distance += (unsigned)__builtin_popcountll(x ^ y);
    }
    return distance;
}
