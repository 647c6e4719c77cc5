/* SPDX-License-Identifier: Apache-2.0
 *
 * review/suppress: which counts of published tables must not be shown, so that no small one can be worked out.
 *
 * A count from 1 to k-1 is about few people and is hidden. So are others, until no hidden count can be placed within fewer than k values by
 * who knows everything that is shown, every sum between cells, and that a hidden count is at least 1 (a zero is nobody and is shown).
 * Tables grow over time: what one stage showed or hid stays so in the next ones, whatever these need; two readings of the same page,
 * or two periods of one table, then say no more than the newest does. What was published under other rules is given as settled: it is what readers
 * know, and is not changed.
 *
 * Pure. What is known from outside (another report, the people themselves) is not known here. Callers: net, tests.
 */
#ifndef VG_REVIEW_SUPPRESS_H
#define VG_REVIEW_SUPPRESS_H

#include "base/arena.h"
#include "base/error.h"

enum { VG_SUPPRESS_CELLS = 600, VG_SUPPRESS_SUMS = 400, VG_SUPPRESS_LEAST = 3, VG_SUPPRESS_DEFAULT = 10 };

typedef struct vg_suppress_cell {
    int64_t count;   /* 0 or more */
    unsigned stage;  /* when it is published; stages are settled in order */
    bool hidden;     /* filled in; of a settled one: as it was published */
    bool settled;    /* it was published so before, and stays so; `under`: counts below that were hidden then */
    bool kept;       /* it was hidden in an earlier counting, and stays hidden */
    int64_t under;
} vg_suppress_cell;

/* cells[total] is the sum of cells[part[0..parts]]. All of them, those of older stages too, take part. */
typedef struct vg_suppress_sum {
    size_t total;
    const size_t *part;
    size_t parts;
} vg_suppress_sum;

/** Settles ->hidden of every cell. VG_EINVAL: k under VG_SUPPRESS_LEAST, too many cells or sums, a negative count, an index that is none, a
 *  sum that is wrong. VG_ENOMEM. */
int vg_suppress(vg_suppress_cell *cells, size_t count, const vg_suppress_sum *sums, size_t sum_count, int64_t k, vg_arena *arena, vg_error *err);

#endif
