/* SPDX-License-Identifier: Apache-2.0
 *
 * cli/progress: one line on a terminal's standard error for whatever takes more than a second. Silent elsewhere.
 */
#ifndef VG_CLI_PROGRESS_H
#define VG_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct vg_bar {
    const char *what;  /* "assessing" */
    const char *unit;  /* "events" */
    uint64_t total;    /* 0: not known */
    int64_t began_us, shown_us;
    bool on;
} vg_bar;

void vg_bar_begin(vg_bar *p, const char *what, const char *unit, uint64_t total, bool quiet);
/** `done` in the unit of `total` decides the bar; `count` is shown with the unit. Cheap: redraws at most ten times a second. */
void vg_bar_show(vg_bar *p, uint64_t done, uint64_t count);
/** Clears the line. */
void vg_bar_end(vg_bar *p);

#endif
