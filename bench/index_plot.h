/* SPDX-License-Identifier: Apache-2.0
 *
 * A small SVG of query time against list size, both axes in powers of ten, legible on light and on dark.
 */
#ifndef VG_BENCH_INDEX_PLOT_H
#define VG_BENCH_INDEX_PLOT_H

#include <stddef.h>

typedef struct plot_point { double x, y; } plot_point;
typedef struct plot_series {
    const char *name;
    plot_point at[16];
    size_t count;
} plot_series;
/** 0, or -1 when the file cannot be written. x: hashes, y: microseconds. */
int plot_write(const char *path, const char *title, const plot_series *series, size_t count);

#endif
