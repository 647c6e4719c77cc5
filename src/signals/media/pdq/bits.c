/* SPDX-License-Identifier: Apache-2.0
 *
 * 64x64 luma -> coefficients -> bits, and the orientations.
 *
 * Turning a picture moves its coefficients to the transposed place, negates half of them, or both. A transpose does not
 * move the median and only transposes the bits, so the eight hashes need four medians: nothing negated, odd rows, odd columns, and
 * both (numbered from 1 as frequencies; from 0 those are the even ones).
 */
#include "signals/media/pdq/pdq_int.h"

#include <string.h>

#define PDQ_DCT
#include "pdq_dct_table.h"

void vg_pdq_transform(const pdq_kernels *k, const float small[PDQ_SMALL][PDQ_SMALL], float coefficients[256])
{
    float half[PDQ_FREQUENCIES][PDQ_SMALL];
    k->multiply(vg_pdq_dct, small[0], PDQ_SMALL, half[0]);
    k->multiply((const float(*)[PDQ_SMALL])half, vg_pdq_dct_across[0], PDQ_FREQUENCIES, coefficients);
}

uint8_t vg_pdq_quality(const pdq_kernels *k, const float small[PDQ_SMALL][PDQ_SMALL])
{
    unsigned between[2];
    k->gradient(small, 0.0F, between);
    return (uint8_t)(between[0] / 90 > 100 ? 100 : between[0] / 90);
}

/* Bit k = 16 f + g, bit 255 first. */
static void write_hash(const uint16_t words[PDQ_FREQUENCIES], uint8_t hash[32])
{
    for (size_t f = 0; f < PDQ_FREQUENCIES; f++) {
        hash[30 - 2 * f] = (uint8_t)(words[f] >> 8);
        hash[31 - 2 * f] = (uint8_t)words[f];
    }
}

static void transpose_bits(const uint16_t in[PDQ_FREQUENCIES], uint16_t out[PDQ_FREQUENCIES])
{
    memset(out, 0, PDQ_FREQUENCIES * sizeof *out);
    for (unsigned f = 0; f < PDQ_FREQUENCIES; f++)
        for (unsigned g = 0; g < PDQ_FREQUENCIES; g++) out[g] = (uint16_t)(out[g] | ((in[f] >> g) & 1U) << f);
}

static void negate(const float coefficients[256], pdq_pattern pattern, float negated[256])
{
    for (unsigned f = 0; f < PDQ_FREQUENCIES; f++)
        for (unsigned g = 0; g < PDQ_FREQUENCIES; g++) {
            bool minus = pattern == PDQ_ROWS ? !(f & 1) : pattern == PDQ_COLUMNS ? !(g & 1) : (f + g) & 1;
            float c = coefficients[16 * f + g];
            negated[16 * f + g] = minus ? -c : c;
        }
}

void vg_pdq_hashes(const uint16_t words[PDQ_PATTERNS][PDQ_FREQUENCIES], vg_turn first, bool turns, vg_pdq *out)
{
    static const struct { uint8_t negated, transposed; } how[VG_TURNS] = {
        [VG_TURN_NONE] = {PDQ_NOTHING, 0},      [VG_TURN_ROT90] = {PDQ_COLUMNS, 1}, [VG_TURN_ROT180] = {PDQ_BOTH, 0},
        [VG_TURN_ROT270] = {PDQ_ROWS, 1},       [VG_TURN_FLIP_X] = {PDQ_ROWS, 0},   [VG_TURN_FLIP_Y] = {PDQ_COLUMNS, 0},
        [VG_TURN_FLIP_PLUS] = {PDQ_NOTHING, 1}, [VG_TURN_FLIP_MINUS] = {PDQ_BOTH, 1},
    };
    for (unsigned t = first; t < (turns ? VG_TURNS : first + 1U); t++) {
        uint16_t across[PDQ_FREQUENCIES];
        const uint16_t *found = words[how[t].negated];
        if (how[t].transposed) {
            transpose_bits(found, across);
            found = across;
        }
        write_hash(found, out->hash[t]);
    }
}

void vg_pdq_bits(const pdq_kernels *k, const float coefficients[256], vg_turn first, bool turns, vg_pdq *out)
{
    uint16_t words[PDQ_PATTERNS][PDQ_FREQUENCIES];
    k->bits(coefficients, words[PDQ_NOTHING]);
    for (unsigned p = PDQ_ROWS; turns && p < PDQ_PATTERNS; p++) {
        float negated[256];
        negate(coefficients, (pdq_pattern)p, negated);
        k->bits(negated, words[p]);
    }
    vg_pdq_hashes((const uint16_t(*)[PDQ_FREQUENCIES])words, first, turns, out);
}
