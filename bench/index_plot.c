/* SPDX-License-Identifier: Apache-2.0 */
#include "index_plot.h"

#include <math.h>
#include <stdio.h>

enum { PLOT_SERIES = 4, WIDTH = 790, HEIGHT = 480, LEFT = 90, RIGHT = 220, TOP = 50, BOTTOM = 60 };
static const int x_low = 4, x_high = 7, y_low = 0, y_high = 6; /* powers of ten */
static const char *const styles[] = {"a", "b", "c", "d"};

static double place_x(double x) { return LEFT + (log10(x) - x_low) / (x_high - x_low) * (WIDTH - LEFT - RIGHT); }
static double place_y(double y)
{
    double p = (log10(y < 1 ? 1 : y) - y_low) / (y_high - y_low);
    return HEIGHT - BOTTOM - p * (HEIGHT - TOP - BOTTOM);
}

static void write_axes(FILE *out, const char *title)
{
    static const char *const sizes[] = {"10 k", "100 k", "1 M", "10 M"};
    static const char *const times[] = {"1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s"};
    fprintf(out, "<text x=\"%d\" y=\"28\" class=\"title\">%s</text>\n", LEFT, title);
    for (int i = x_low; i <= x_high; i++) {
        double x = place_x(pow(10, i));
        fprintf(out, "<path class=\"grid\" d=\"M%.1f %d V%d\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", x, TOP,
                HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 20, sizes[i - x_low]);
    }
    for (int i = y_low; i <= y_high; i++) {
        double y = place_y(pow(10, i));
        fprintf(out, "<path class=\"grid\" d=\"M%d %.1f H%d\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", LEFT, y,
                WIDTH - RIGHT, LEFT - 8, y + 4, times[i - y_low]);
    }
    fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">hashes in the list</text>\n", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14);
}

/* Where each series' name goes: beside its last point, but no two on one another. */
static void place_names(const plot_series *series, size_t count, double y[])
{
    enum { APART = 17 };
    for (size_t i = 0; i < count; i++) y[i] = series[i].count ? place_y(series[i].at[series[i].count - 1].y) + 4 : -1e6;
    for (int turns = 0; turns < 20; turns++)
        for (size_t i = 0; i < count; i++)
            for (size_t j = 0; j < count; j++) {
                double gap = y[j] - y[i];
                if (i == j || gap < 0 || gap >= APART || (gap == 0 && j < i)) continue;
                y[i] -= (APART - gap) / 2;
                y[j] += (APART - gap) / 2;
            }
}

int plot_write(const char *path, const char *title, const plot_series *series, size_t count)
{
    FILE *out = fopen(path, "w");
    if (!out) return -1;
    fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n<style>\n"
                 "text{font:13px sans-serif;fill:#222}.title{font-size:17px}.grid{stroke:#ccc;fill:none}rect{fill:#fff}\n"
                 ".line{fill:none;stroke-width:2.5}.dot{stroke-width:2.5;fill:#fff}.a{stroke:#0b5cad}.b{stroke:#2e8b57}.c{stroke:#c2410c}.d{stroke:#7a7a7a}\n"
                 "@media(prefers-color-scheme:dark){text{fill:#eee}.grid{stroke:#444}rect,.dot{fill:#161616}.a{stroke:#6cb2ff}.b{stroke:#6fd39b}"
                 ".c{stroke:#ff9a66}.d{stroke:#aaa}}\n</style>\n<rect width=\"%d\" height=\"%d\"/>\n", WIDTH, HEIGHT, title, WIDTH, HEIGHT);
    write_axes(out, title);
    double name_y[PLOT_SERIES];
    if (count > PLOT_SERIES) count = PLOT_SERIES;
    place_names(series, count, name_y);
    for (size_t i = 0; i < count; i++) {
        const plot_series *s = &series[i];
        if (!s->count) continue;
        fprintf(out, "<path class=\"line %s\" d=\"", styles[i]);
        for (size_t p = 0; p < s->count; p++) fprintf(out, "%s%.1f %.1f", p ? " L" : "M", place_x(s->at[p].x), place_y(s->at[p].y));
        fprintf(out, "\"/>\n");
        for (size_t p = 0; p < s->count; p++)
            fprintf(out, "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>\n", styles[i], place_x(s->at[p].x), place_y(s->at[p].y));
        plot_point last = s->at[s->count - 1];
        fprintf(out, "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", place_x(last.x) + 10, name_y[i], s->name);
    }
    fprintf(out, "</svg>\n");
    return fclose(out) ? -1 : 0;
}
