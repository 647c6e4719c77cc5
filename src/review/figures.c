/* SPDX-License-Identifier: Apache-2.0 */
#include "review/figures.h"

#include <stdlib.h>

#include "base/time.h"

bool vg_figures_shown(size_t people)
{
    return people >= VG_FIGURES_PEOPLE;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void vg_figures_sort(int64_t *values, size_t count)
{
    if (count > 1) qsort(values, count, sizeof *values, by_size);
}

int64_t vg_figures_quantile(const int64_t *sorted, size_t count, unsigned per_mille)
{
    if (!count) return 0;
    size_t rank = (count * per_mille + 999) / 1000;
    if (rank < 1) rank = 1;
    return sorted[rank > count ? count - 1 : rank - 1];
}

#define NAME(constant, name, below) name,
const char *const vg_waited_names[VG_WAITED] = {VG_AGES(NAME)};

vg_waited vg_figures_age(int64_t waited_ms)
{
#define BELOW(constant, name, below) below,
    static const int64_t limits[VG_WAITED] = {VG_AGES(BELOW)};
    for (int age = 0; age < VG_WAITED_MORE; age++)
        if (waited_ms < limits[age]) return (vg_waited)age;
    return VG_WAITED_MORE;
}

/* 1970 began on a Thursday: three days after a Monday. */
int64_t vg_figures_bucket(int64_t ms, bool week)
{
    int64_t unit = week ? 7 * VG_DAY_MS : VG_DAY_MS, shift = week ? 3 * VG_DAY_MS : 0;
    int64_t into = (ms + shift) % unit;
    if (into < 0) into += unit;
    return ms - into;
}
