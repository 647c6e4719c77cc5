/* SPDX-License-Identifier: Apache-2.0
 *
 * The short cut for 512x512: two passes of a box of four are one tent of seven taps, and decimation needs it at 64x64
 * places only. The tent does not round as the running sums do. So the short cut bounds how far each coefficient can be from
 * the exact way's, and answers only if no coefficient can have changed sides of the median; else the exact way runs.
 *
 * What may differ (u = 2^-24, half a unit in the last place relative to the value):
 *
 * 1. Drift of the running sums. Luma is at most 255.01, so a sum of five is below 2048 and one of four below 1024: adding a
 *    sample errs by at most 2^-14, subtracting one by 2^-15, together DRIFT for each sample, and every error stays in the
 *    sum until the row ends. The rest (boxes, decimation, transform) is linear, so coefficient (f, g) changes by at most
 *    DRIFT times a sum over all samples of |what one unit there does|. For the first pass along rows that is
 *    all[f] first[g]: all[f] = sum |D[f][i]| (the vertical taps of one i sum to 1 and those of two i do not overlap), and
 *    first[g] = sum over t of |sum over outputs x >= t of their weight in coefficient g|, through the second box and the
 *    count at x (output x is written with sample x + 2, so t is from -2). For the second pass it is second[g], with the
 *    box's own 1/4 only. Columns are the same with f and g exchanged:
 *        drift[f][g] = all[f] (first[g] + second[g]) + all[g] (first[f] + second[f])                     (scripts/gen-dct.c)
 *    Dividing by 4 is exact. By 3, at one row and one column, it errs by 2^-17: under 1e-5 in a coefficient, in EDGE.
 * 2. The tent itself: two sums of seven non-negative products, three additions deep; product, weight: 5 u of the value each,
 *    TENT = 10.2 u for both; so at most TENT all[f] sum over j of |D[g][j]| (largest value of column j).
 * 3. The transform, twice, as both ways round on their way through it. A sum errs by at most u times the sum of the sizes of its
 *    partial sums and products. In column j the values are c +- h, hence a partial sum up to x is within
 *    c |D(0) + .. + D(x)| + h (|D(0)| + .. + |D(x)|); summed over x: c constant[f] + h varying[f]. In the second multiplication
 *    the values are within the largest |T[f][j]| of row f: u times that times varying[g].
 *
 * Terms of second order (u times an error) and the rounding of the bounds themselves are far below the 2 % in GROWTH. The
 * values of the exact way are not known; they are within NEAR of the tent's, which is added where they are bounded.
 *
 * Quality: a value of the 64x64 picture drifts by at most 4 filters x 512 samples x DRIFT / 4 (some of it is divided by 3 at
 * the last row and column, hence the 1.1 in NEAR), a difference by twice that. The sum of cut differences is made with each
 * less and more by that, and both must give the same quality.
 */
#include "signals/media/pdq/pdq_int.h"

#include <math.h>
#include <string.h>

#include "pdq_dct_table.h"

#define UNIT   0x1p-24F
#define DRIFT  (0x1p-14F + 0x1p-15F)
#define TENT   (10.2F * UNIT)
#define EDGE   1e-4F
#define GROWTH 1.02F
#define NEAR   (1.1F * PDQ_SIDE * DRIFT + 2 * TENT * PDQ_LUMA_MAX) /* of one value: 4 filters x 512 x DRIFT / 4, or / 3 once */
#define SLACK  (GROWTH * (2 * NEAR * 100 / 255 + 4 * UNIT * 101))

/* Output 8 i + 4 takes samples 8 i + 2 .. 8 i + 8; the last one has lost its seventh to the edge. */
static const float inner[7] = {1, 2, 3, 4, 3, 2, 1}, last[7] = {1, 2, 3, 13 / 3.0F, 10 / 3.0F, 7 / 3.0F, 0};

static bool reduce(pdq_source *source, const pdq_kernels *k, float small[PDQ_SMALL][PDQ_SMALL])
{
    enum { PAD = 8 };
    /* rows are a line apart from a power of two, so as not to fight for places in the cache */
    float buffer[7][PDQ_SIDE + 16], down[PDQ_SIDE + PAD], weights[7];
    for (size_t i = 0; i < 7; i++) weights[i] = inner[i] / 256; /* both sixteenths at once */
    memset(down + PDQ_SIDE, 0, PAD * sizeof *down);
    if (source->luma) { /* the rows that the tent skips still pass through the exact sums: they must be in range, too */
        for (size_t y = 1; y < PDQ_SIDE; y += 8) vg_pdq_source_row(source, k, y, NULL);
        vg_pdq_source_row(source, k, 0, NULL);
    }
    for (size_t i = 0; i < PDQ_SMALL; i++) {
        const float *rows[7];
        for (size_t t = 0; t < 7; t++) {
            const size_t y = 8 * i + 2 + t;
            rows[t] = y < PDQ_SIDE ? vg_pdq_source_row(source, k, y, buffer[t]) : rows[t - 1];
        }
        k->tent_columns(rows, i + 1 < PDQ_SMALL ? inner : last, PDQ_SIDE, down);
        k->tent_row(down, weights, small[i]);
        const float *v = down + 8 * (PDQ_SMALL - 1) + 2; /* the last one again, in the same order, with its own weights */
        const float outer = v[0] * last[0] + v[6] * last[6], second = v[1] * last[1] + v[5] * last[5];
        small[i][PDQ_SMALL - 1] = ((outer + second) + ((v[2] * last[2] + v[4] * last[4]) + v[3] * last[3])) / 256;
    }
    return !source->out_of_range;
}

/* How far each coefficient may be from the exact way's. */
static void bound(const pdq_kernels *k, const float small[PDQ_SMALL][PDQ_SMALL], float coefficients[256], float far[256])
{
    float low[PDQ_SMALL], high[PDQ_SMALL], level[PDQ_FREQUENCIES] = {0}, range[PDQ_FREQUENCIES] = {0};
    float half[PDQ_FREQUENCIES][PDQ_SMALL];
    memcpy(low, small[0], sizeof low);
    memcpy(high, small[0], sizeof high);
    for (size_t i = 1; i < PDQ_SMALL; i++)
        for (size_t j = 0; j < PDQ_SMALL; j++) {
            low[j] = low[j] < small[i][j] ? low[j] : small[i][j];
            high[j] = high[j] > small[i][j] ? high[j] : small[i][j];
        }
    for (size_t j = 0; j < PDQ_SMALL; j++)
        for (size_t g = 0; g < PDQ_FREQUENCIES; g++) {
            level[g] += fabsf(vg_pdq_dct_across[j][g]) * ((high[j] + low[j]) / 2 + NEAR);
            range[g] += fabsf(vg_pdq_dct_across[j][g]) * ((high[j] - low[j]) / 2 + NEAR);
        }
    k->multiply(vg_pdq_dct, small[0], PDQ_SMALL, half[0]);
    k->multiply((const float(*)[PDQ_SMALL])half, vg_pdq_dct_across[0], PDQ_FREQUENCIES, coefficients);
    for (size_t f = 0; f < PDQ_FREQUENCIES; f++) {
        float largest[8] = {0}; /* side by side */
        for (size_t j = 0; j < PDQ_SMALL; j += 8)
            for (size_t i = 0; i < 8; i++) largest[i] = largest[i] > fabsf(half[f][j + i]) ? largest[i] : fabsf(half[f][j + i]);
        for (size_t i = 1; i < 8; i++) largest[0] = largest[0] > largest[i] ? largest[0] : largest[i];
        largest[0] += dct_all[f] * NEAR;
        for (size_t g = 0; g < PDQ_FREQUENCIES; g++) {
            const float transform = dct_constant[f] * level[g] + dct_varying[f] * range[g] + dct_varying[g] * largest[0];
            far[16 * f + g] = GROWTH * (DRIFT * drift[f][g] + TENT * dct_all[f] * (level[g] + range[g]) + EDGE + 2 * UNIT * transform);
        }
    }
}

/* No coefficient but the median itself can be on the other side of it. */
static bool certain(const float coefficients[256], const float far[256], float median)
{
    size_t at = 0;
    while (at < 255 && !(coefficients[at] == median)) at++;
    unsigned near = 0;
    for (size_t i = 0; i < 256; i++) near += fabsf(coefficients[i] - median) <= far[i] + far[at] ? 1U : 0U;
    return near == 1;
}

bool vg_pdq_tent(pdq_source *source, const pdq_kernels *k, vg_pdq *out)
{
    float small[PDQ_SMALL][PDQ_SMALL], coefficients[256], far[256];
    uint16_t words[PDQ_PATTERNS][PDQ_FREQUENCIES];
    unsigned between[2];
    if (!reduce(source, k, small)) return false;
    k->gradient((const float(*)[PDQ_SMALL])small, SLACK, between);
    const unsigned quality = between[0] / 90 < 100 ? between[0] / 90 : 100;
    if ((between[1] / 90 < 100 ? between[1] / 90 : 100) != quality) return false;
    bound(k, (const float(*)[PDQ_SMALL])small, coefficients, far);
    if (!certain(coefficients, far, k->bits(coefficients, words[PDQ_NOTHING]))) return false;
    out->quality = (uint8_t)quality;
    vg_pdq_hashes((const uint16_t(*)[PDQ_FREQUENCIES])words, VG_TURN_NONE, false, out);
    return true;
}
