/* SPDX-License-Identifier: Apache-2.0
 *
 * review/figures: the arithmetic of the figures of a space: quantiles, buckets of age, and what may not be shown of few people.
 *
 * Pure. Quantiles are of the nearest rank (the smallest value that so many percent do not exceed), so that a figure is a time that some
 * case really took. Callers: store, net, tests.
 */
#ifndef VG_REVIEW_FIGURES_H
#define VG_REVIEW_FIGURES_H

#include "base/arena.h"
#include "event/case.h"

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

/* ---- the sum of many cases ---- */

enum { VG_FIGURES_CASES = 2000000, VG_FIGURES_BUCKETS = 401, VG_FIGURES_ALL = VG_CATEGORIES };

/* Of one category, or of all of them together (VG_FIGURES_ALL). */
typedef struct vg_figures_part {
    int64_t arrived, decided, in_time; /* in the period; of those decided, before their deadline */
    int64_t actions[VG_ACTIONS];       /* of those decided, by what was decided */
    int64_t open, overdue;             /* now */
    int64_t waiting[VG_WAITED];        /* open now, by how long */
    int64_t *took;                     /* of those decided: from opening to decision; sorted by vg_figures_end */
    size_t took_count;
} vg_figures_part;

typedef struct vg_figures_bucket_part {
    int64_t arrived, decided, in_time, backlog; /* backlog: open at its end */
} vg_figures_bucket_part;

typedef struct vg_figures {
    int64_t from_ms, to_ms, now_ms; /* the period: from <= t < to */
    bool week;
    size_t buckets;
    int64_t *start;                 /* of each bucket */
    vg_figures_part part[VG_CATEGORIES + 1];
    vg_figures_bucket_part *bucket[VG_CATEGORIES + 1];
    size_t taken;                   /* cases whose time is kept */
    int64_t (*times)[2];            /* category, time taken */
    size_t capacity;
    vg_arena *arena;
} vg_figures;

/** Buckets of days, or of weeks, that cover the period. VG_EINVAL: it is empty or too long; VG_ENOMEM. */
int vg_figures_begin(vg_figures *figures, int64_t from_ms, int64_t to_ms, int64_t now_ms, bool week, vg_arena *arena, vg_error *err);
/** Every case that was opened since `from`, decided since `from`, and that is open now: each once in each list that it belongs to. */
void vg_figures_opened(vg_figures *figures, vg_category category, int64_t opened_ms);
int vg_figures_decided(vg_figures *figures, vg_category category, int64_t opened_ms, int64_t decided_ms, int64_t due_ms, vg_action action,
                       vg_error *err);
void vg_figures_waiting(vg_figures *figures, vg_category category, int64_t opened_ms, int64_t due_ms);
/** Works out what needs all of them: backlogs, sorted times. */
int vg_figures_end(vg_figures *figures, vg_error *err);

#endif
