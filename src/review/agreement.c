/* SPDX-License-Identifier: Apache-2.0 */
#include "review/agreement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double z = 1.959963984540054; /* of 95 % */

/* One unit: how often each value was given. */
typedef struct unit {
    uint8_t given[VG_RATING_VALUES];
    uint8_t total;
    double disagreement; /* (m² - sum of n²) / (m - 1): the off-diagonal coincidences that this unit brings */
} unit;

static int by_unit(const void *a, const void *b)
{
    uint64_t x = ((const vg_rating *)a)->unit, y = ((const vg_rating *)b)->unit;
    return (x > y) - (x < y);
}

static void weigh(unit *u)
{
    unsigned m = u->total, same = 0;
    for (int v = 0; v < VG_RATING_VALUES; v++) same += (unsigned)u->given[v] * u->given[v];
    u->disagreement = m > 1 ? (double)(m * m - same) / (m - 1) : 0;
}

/* Units with two ratings at least, into `out`; returns how many, or a negative error. */
static int64_t gather(const vg_rating *sorted, size_t count, unit *out, vg_error *err)
{
    size_t units = 0;
    for (size_t i = 0, next; i < count; i = next) {
        unit u = {.total = 0};
        for (next = i; next < count && sorted[next].unit == sorted[i].unit; next++) {
            if (sorted[next].value >= VG_RATING_VALUES) return vg_fail(err, VG_EINVAL, "value", "a rating is out of range");
            if (u.total == VG_AGREEMENT_RATERS) return vg_fail(err, VG_EINVAL, "unit", "a unit has too many ratings");
            u.given[sorted[next].value]++;
            u.total++;
        }
        if (u.total < 2) continue;
        weigh(&u);
        out[units++] = u;
    }
    return (int64_t)units;
}

/* What has been added up of units: observed disagreement, and how often each value stands in all of them. */
typedef struct sum {
    double observed;
    uint64_t given[VG_RATING_VALUES], total;
} sum;

static void add(sum *s, const unit *u)
{
    s->observed += u->disagreement;
    s->total += u->total;
    for (int v = 0; v < VG_RATING_VALUES; v++) s->given[v] += u->given[v];
}

/* alpha = 1 - (n - 1) * (sum over units of their disagreement) / (n² - sum of n_c²). False: no variation, no alpha. */
static bool alpha_of(const sum *s, double *alpha)
{
    double n = (double)s->total, same = 0;
    for (int v = 0; v < VG_RATING_VALUES; v++) same += (double)s->given[v] * (double)s->given[v];
    double expected = n * n - same;
    if (expected <= 0) return false;
    *alpha = 1 - (n - 1) * s->observed / expected;
    return true;
}

static int32_t e4(double value)
{
    return (int32_t)lround(value * 10000);
}

/* SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014): small, and the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t x = (*state += UINT64_C(0x9e3779b97f4a7c15));
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int resample(const unit *units, size_t count, uint64_t seed, vg_arena *arena, vg_alpha *out, vg_error *err)
{
    size_t known = 0;
    double *alphas = vg_arena_calloc(arena, VG_AGREEMENT_RESAMPLES, sizeof *alphas);
    if (!alphas) return vg_fail(err, VG_ENOMEM, "", "no memory for an interval");
    for (int b = 0; b < VG_AGREEMENT_RESAMPLES; b++) {
        sum s = {.observed = 0};
        for (size_t i = 0; i < count; i++) add(&s, &units[next_random(&seed) % count]);
        known += alpha_of(&s, &alphas[known]);
    }
    out->interval = known * 2 > VG_AGREEMENT_RESAMPLES;
    if (!out->interval) return 0;
    qsort(alphas, known, sizeof *alphas, by_size);
    out->low = e4(alphas[known * 25 / 1000]);
    out->high = e4(alphas[known - 1 - known * 25 / 1000]);
    return 0;
}

int vg_agreement_alpha(const vg_rating *ratings, size_t count, uint64_t seed, vg_arena *arena, vg_alpha *out, vg_error *err)
{
    double alpha;
    sum s = {.observed = 0};
    *out = (vg_alpha){.units = 0};
    if (!count) return 0;
    vg_rating *sorted = vg_arena_calloc(arena, count, sizeof *sorted);
    unit *units = vg_arena_calloc(arena, count, sizeof *units);
    if (!sorted || !units) return vg_fail(err, VG_ENOMEM, "", "no memory for the agreement of %zu ratings", count);
    memcpy(sorted, ratings, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_unit);
    int64_t found = gather(sorted, count, units, err);
    if (found < 0) return (int)found;
    for (int64_t i = 0; i < found; i++) add(&s, &units[i]);
    out->units = (size_t)found;
    out->ratings = (size_t)s.total;
    out->known = alpha_of(&s, &alpha);
    if (!out->known) return 0;
    out->alpha = e4(alpha);
    return found < VG_ALPHA_UNITS ? 0 : resample(units, (size_t)found, seed, arena, out, err);
}

/* ---- shares ---- */

/* Wilson's score interval (E. B. Wilson, JASA 22, 1927). */
static void wilson(double part, double whole, double *low, double *high)
{
    if (whole <= 0) {
        *low = 0, *high = 1;
        return;
    }
    double p = part / whole, middle = p + z * z / (2 * whole);
    double half = z * sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)), by = 1 + z * z / whole;
    *low = part <= 0 ? 0 : (middle - half) / by;
    *high = part >= whole ? 1 : (middle + half) / by;
}

vg_share vg_share_of(int64_t part, int64_t whole)
{
    double low, high;
    vg_share out = {.part = part, .whole = whole};
    wilson((double)part, (double)whole, &low, &high);
    if (whole > 0) out.share = (uint16_t)((part * 10000 + whole / 2) / whole);
    out.low = (uint16_t)e4(low);
    out.high = (uint16_t)e4(high);
    return out;
}

vg_drift vg_drift_of(int64_t earlier_part, int64_t earlier_whole, int64_t later_part, int64_t later_whole)
{
    double l1, u1, l2, u2;
    vg_drift out = {.known = earlier_whole > 0 && later_whole > 0};
    if (!out.known) return out;
    double p1 = (double)later_part / (double)later_whole, p2 = (double)earlier_part / (double)earlier_whole;
    wilson((double)later_part, (double)later_whole, &l1, &u1);
    wilson((double)earlier_part, (double)earlier_whole, &l2, &u2);
    double below = sqrt((p1 - l1) * (p1 - l1) + (u2 - p2) * (u2 - p2));
    double above = sqrt((u1 - p1) * (u1 - p1) + (p2 - l2) * (p2 - l2));
    out.change = e4(p1 - p2);
    out.low = e4(p1 - p2 - below);
    out.high = e4(p1 - p2 + above);
    out.down = out.high < 0;
    out.up = out.low > 0;
    return out;
}

bool vg_gold_below(int64_t right, int64_t answered, uint32_t least, uint16_t level)
{
    if (answered <= 0 || answered < (int64_t)least) return false;
    return right * 10000 < answered * (int64_t)level;
}
