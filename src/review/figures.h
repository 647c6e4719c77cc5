/* SPDX-License-Identifier: Apache-2.0
 *
 * review/figures: the arithmetic of the figures of a space: quantiles, buckets of age, and what may not be shown of few people.
 *
 * Pure. Quantiles are of the nearest rank (the smallest value that so many percent do not exceed), so that a figure is a time that some
 * case really took. Callers: store, net, tests.
 */
#ifndef VG_REVIEW_FIGURES_H
#define VG_REVIEW_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fewer people than this and a figure about people is not shown: it would be a figure about somebody. */
enum { VG_FIGURES_PEOPLE = 5 };
bool vg_figures_shown(size_t people);

/** Sorts in place. */
void vg_figures_sort(int64_t *values, size_t count);
/** The value of rank ceil(count * per_mille / 1000) of sorted values; 0 of none. */
int64_t vg_figures_quantile(const int64_t *sorted, size_t count, unsigned per_mille);

/* How long an open case has waited. */
#define VG_AGES(X) \
    X(HOUR, "under_1h", VG_HOUR_MS) X(FOUR, "1h_4h", 4 * VG_HOUR_MS) X(DAY, "4h_1d", VG_DAY_MS) \
    X(THREE, "1d_3d", 3 * VG_DAY_MS) X(WEEK, "3d_7d", 7 * VG_DAY_MS) X(MORE, "over_7d", INT64_MAX)
typedef enum {
#define VG_AGE_CONSTANT(constant, name, below) VG_WAITED_##constant,
    VG_AGES(VG_AGE_CONSTANT)
#undef VG_AGE_CONSTANT
    VG_WAITED
} vg_waited;
extern const char *const vg_waited_names[VG_WAITED];
vg_waited vg_figures_age(int64_t waited_ms);

/** The beginning of the day or of the week (Monday) that `ms` lies in, UTC. */
int64_t vg_figures_bucket(int64_t ms, bool week);

#endif
