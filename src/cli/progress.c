/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>
#include "base/time.h"

enum { BAR_WIDTH = 30 };

void vg_bar_begin(vg_bar *p, const char *what, const char *unit, uint64_t total, bool quiet)
{
    *p = (vg_bar){.what = what, .unit = unit, .total = total, .began_us = vg_time_monotonic_us(),
                       .on = !quiet && isatty(STDERR_FILENO)};
    p->shown_us = p->began_us + 900000; /* the first line after one second */
}

static void draw_bar(uint64_t done, uint64_t total)
{
    static const char *const eighth[8] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    uint64_t eighths = total ? done * BAR_WIDTH * 8 / total : 0;
    if (eighths > BAR_WIDTH * 8) eighths = BAR_WIDTH * 8;
    unsigned full = (unsigned)(eighths / 8), part = (unsigned)(eighths % 8);
    for (unsigned i = 0; i < full; i++) fputs("█", stderr);
    if (part) fputs(eighth[part], stderr);
    for (unsigned i = full + (part != 0); i < BAR_WIDTH; i++) fputc(' ', stderr);
}

void vg_bar_show(vg_bar *p, uint64_t done, uint64_t count)
{
    if (!p->on) return;
    int64_t now = vg_time_monotonic_us();
    if (now - p->shown_us < 100000) return;
    p->shown_us = now;
    double seconds = (double)(now - p->began_us) / 1e6;
    fprintf(stderr, "\r\033[K%s ", p->what);
    if (p->total) {
        draw_bar(done, p->total);
        fprintf(stderr, " %3.0f %%", 100.0 * (double)done / (double)p->total);
        if (done) fprintf(stderr, ", %.0f s left", seconds * (double)(p->total - done) / (double)done);
    }
    fprintf(stderr, "  %llu %s, %.0f/s", (unsigned long long)count, p->unit,
            seconds > 0 ? (double)count / seconds : 0.0);
    fflush(stderr);
}

void vg_bar_end(vg_bar *p)
{
    if (p->on && p->shown_us > p->began_us + 900000) fprintf(stderr, "\r\033[K");
    p->on = false;
}
