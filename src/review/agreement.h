/* SPDX-License-Identifier: Apache-2.0
 *
 * review/agreement: how well people who decide agree, with each other and with what was agreed beforehand.
 *
 * Pure arithmetic over ratings: no clock, no store, the same ratings give the same bits. Krippendorff's alpha for nominal data with
 * missing ratings allowed (K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011), its interval by resampling units with a
 * seed (percentile bootstrap, B. Efron, 1979), and drift as the difference of two shares with its interval (R. G. Newcombe, Statistics in
 * Medicine 17, 1998, method 10).
 * Why an interval of two shares and not a CUSUM chart: a team answers a handful of gold items a week. A CUSUM needs the share that is
 * "in control" and a limit chosen for a run length, neither of which anybody knows here; the interval needs no setting, says how sure
 * it is, and with few answers says that it cannot tell.
 * Callers: net, tests.
 */
#ifndef VG_REVIEW_AGREEMENT_H
#define VG_REVIEW_AGREEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum {
    VG_RATING_VALUES = 16,      /* values are 0..15 */
    VG_AGREEMENT_RESAMPLES = 1000,
    VG_AGREEMENT_RATERS = 64,   /* most ratings of one unit */
};

/* One person's value for one unit. Ratings of a unit need not be neighbours. */
typedef struct vg_rating {
    uint64_t unit;  /* any number, the same for the same unit */
    uint8_t value;
} vg_rating;

typedef struct vg_alpha {
    size_t units;    /* with two ratings at least: others say nothing about agreement */
    size_t ratings;  /* in those */
    bool known;      /* false: nothing to compare, or everybody gave the same value to everything, where alpha has no meaning */
    int32_t alpha;   /* 1/10000; below 0: less than by chance */
    bool interval;   /* false: fewer than VG_ALPHA_UNITS units, or more than half of the resamples have no alpha */
    int32_t low, high; /* 1/10000, 95 % */
} vg_alpha;
enum { VG_ALPHA_UNITS = 5 };

/** Alpha of `count` ratings and its interval. `seed` makes the resampling repeatable; the arena is scratch. VG_EINVAL: a value out of
 *  range or a unit with too many ratings; VG_ENOMEM. */
int vg_agreement_alpha(const vg_rating *ratings, size_t count, uint64_t seed, vg_arena *arena, vg_alpha *out, vg_error *err);

/** Share of `part` in `whole` in 1/10000 (rounded; 0 of none), and Wilson's interval around it at 95 %. Of none: 0 to 10000. */
typedef struct vg_share {
    int64_t part, whole;
    uint16_t share, low, high;
} vg_share;
vg_share vg_share_of(int64_t part, int64_t whole);

/* How a share changed from an earlier stretch of time to a later one. */
typedef struct vg_drift {
    bool known;                 /* both stretches hold something */
    int32_t change, low, high;  /* later minus earlier, 1/10000, 95 % */
    bool down, up;              /* the whole interval lies below, above 0 */
} vg_drift;
vg_drift vg_drift_of(int64_t earlier_part, int64_t earlier_whole, int64_t later_part, int64_t later_whole);

/** Whether answers to gold items stand below a level: at least `least` of them, and their share under `level` (1/10000). What follows is
 *  for people: a category is paused and a lead is told, nothing else. */
bool vg_gold_below(int64_t right, int64_t answered, uint32_t least, uint16_t level);

#endif
