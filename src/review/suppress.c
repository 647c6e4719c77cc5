/* SPDX-License-Identifier: Apache-2.0 */
#include "review/suppress.h"

#include <math.h>

/* What a reader knows, as linear equations in the hidden cells: rows of `columns` coefficients, the last one the constant. The reader may
 * add and subtract equations: after elimination each row is one of these combinations. */
typedef struct reader {
    vg_suppress_cell *cells;
    size_t count;
    const vg_suppress_sum *sums;
    size_t sum_count;
    int64_t k;
    unsigned stage;
    size_t *column; /* of a cell; the cell of a column */
    size_t *cell_of;
    size_t columns;
    double *rows; /* 2 * sum_count rows: as given, and after elimination */
    size_t width, row_count;
    double *low, *high;
} reader;

static const double NEARLY = 1e-7;

static void number_hidden(reader *r)
{
    r->columns = 0;
    for (size_t i = 0; i < r->count; i++) {
        r->column[i] = SIZE_MAX;
        if (r->cells[i].stage > r->stage || !r->cells[i].hidden) continue;
        r->column[i] = r->columns;
        r->cell_of[r->columns++] = i;
    }
    r->width = r->columns + 1;
}

static bool published(const reader *r, const vg_suppress_sum *sum)
{
    if (r->cells[sum->total].stage > r->stage) return false;
    for (size_t p = 0; p < sum->parts; p++)
        if (r->cells[sum->part[p]].stage > r->stage) return false;
    return true;
}

static void term(const reader *r, double *row, size_t cell, double sign)
{
    if (r->column[cell] != SIZE_MAX) row[r->column[cell]] += sign;
    else row[r->columns] -= sign * (double)r->cells[cell].count;
}

static void write_equations(reader *r)
{
    r->row_count = 0;
    for (size_t s = 0; s < r->sum_count; s++) {
        const vg_suppress_sum *sum = &r->sums[s];
        if (!published(r, sum)) continue;
        double *row = r->rows + r->row_count++ * r->width;
        for (size_t c = 0; c < r->width; c++) row[c] = 0;
        for (size_t p = 0; p < sum->parts; p++) term(r, row, sum->part[p], 1);
        term(r, row, sum->total, -1);
    }
    for (size_t i = 0; i < r->row_count * r->width; i++) r->rows[r->row_count * r->width + i] = r->rows[i];
}

/* Gauss and Jordan, with the largest pivot. A hidden cell alone in its row is worked out. */
static void eliminate(reader *r)
{
    double *m = r->rows + r->row_count * r->width;
    size_t w = r->width, done = 0;
    for (size_t c = 0; c < r->columns && done < r->row_count; c++) {
        size_t best = done;
        for (size_t i = done; i < r->row_count; i++)
            if (fabs(m[i * w + c]) > fabs(m[best * w + c])) best = i;
        double pivot = m[best * w + c];
        if (fabs(pivot) < NEARLY) continue;
        for (size_t j = 0; j < w; j++) {
            double swap = m[best * w + j];
            m[best * w + j] = m[done * w + j];
            m[done * w + j] = swap / pivot;
        }
        for (size_t i = 0; i < r->row_count; i++) {
            double factor = m[i * w + c];
            if (i == done || fabs(factor) < NEARLY) continue;
            for (size_t j = 0; j < w; j++) m[i * w + j] -= factor * m[done * w + j];
        }
        done++;
    }
}

/* What one equation says of each of its cells, given the bounds of the others. */
static bool narrow(reader *r, const double *row)
{
    bool changed = false;
    for (size_t c = 0; c < r->columns; c++) {
        double mine = row[c], least = row[r->columns], most = least;
        if (fabs(mine) < NEARLY) continue;
        for (size_t o = 0; o < r->columns; o++) {
            double a = row[o];
            if (o == c || fabs(a) < NEARLY) continue;
            least -= a * (a > 0 ? r->high[o] : r->low[o]);
            most -= a * (a > 0 ? r->low[o] : r->high[o]);
        }
        double low = ceil((mine > 0 ? least : most) / mine - 1e-4), high = floor((mine > 0 ? most : least) / mine + 1e-4);
        if (low > r->low[c]) r->low[c] = low, changed = true;
        if (high < r->high[c]) r->high[c] = high, changed = true;
    }
    return changed;
}

static void bound(reader *r)
{
    number_hidden(r);
    write_equations(r);
    eliminate(r);
    for (size_t c = 0; c < r->columns; c++) r->low[c] = 1, r->high[c] = INFINITY;
    bool changed = true;
    for (int turn = 0; changed && turn < 100; turn++) {
        changed = false;
        for (size_t i = 0; i < 2 * r->row_count; i++) changed |= narrow(r, r->rows + i * r->width);
    }
}

/* Whether a hidden cell can be placed too well. More than was promised when it was published cannot be asked of what is out. */
static bool given_away(const reader *r, size_t column)
{
    const vg_suppress_cell *cell = &r->cells[r->cell_of[column]];
    int64_t k = cell->settled && cell->under < r->k ? cell->under : r->k;
    return r->high[column] - r->low[column] < (double)k - 1;
}

/* The cell of this stage whose hiding costs least: the smallest count in an equation with `near` (SIZE_MAX: anywhere); `sums`: among totals alone. */
static size_t cheapest(const reader *r, size_t near, bool sums)
{
    size_t found = SIZE_MAX;
    for (size_t s = 0; s < r->sum_count; s++) {
        const vg_suppress_sum *sum = &r->sums[s];
        bool beside = near == SIZE_MAX || sum->total == near;
        if (!published(r, sum)) continue;
        for (size_t p = 0; p < sum->parts; p++) beside |= sum->part[p] == near;
        for (size_t p = sums ? sum->parts : 0; beside && p <= sum->parts; p++) {
            size_t cell = p < sum->parts ? sum->part[p] : sum->total;
            const vg_suppress_cell *c = &r->cells[cell];
            if (c->stage != r->stage || c->settled || c->hidden || !c->count) continue;
            if (found == SIZE_MAX || c->count < r->cells[found].count) found = cell;
        }
    }
    return found;
}

/* What to hide next, beside any cell that is given away. Where an older stage hid it, its sum with this one gives it away: hiding that ends it, while
 * another part would have to be hidden further. */
static size_t next_to_hide(const reader *r)
{
    size_t found = SIZE_MAX;
    for (int sums = 1; found == SIZE_MAX && sums >= 0; sums--)
        for (size_t c = 0; c < r->columns; c++) {
            if (!given_away(r, c) || (sums && r->cells[r->cell_of[c]].stage == r->stage)) continue;
            size_t one = cheapest(r, r->cell_of[c], sums);
            if (one != SIZE_MAX && (found == SIZE_MAX || r->cells[one].count < r->cells[found].count)) found = one;
        }
    return found == SIZE_MAX ? cheapest(r, SIZE_MAX, false) : found;
}

static void settle(reader *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->cells[i].stage == r->stage && !r->cells[i].settled) r->cells[i].hidden = r->cells[i].kept || (r->cells[i].count > 0 && r->cells[i].count < r->k);
    for (;;) {
        bool any = false;
        bound(r);
        for (size_t c = 0; c < r->columns; c++) any |= given_away(r, c);
        if (!any) return;
        size_t more = next_to_hide(r);
        if (more != SIZE_MAX) {
            r->cells[more].hidden = true;
            continue;
        }
        for (size_t i = 0; i < r->count; i++) /* nothing is left but zeros, which narrow too: the whole stage stays unsaid */
            if (r->cells[i].stage == r->stage && !r->cells[i].settled) r->cells[i].hidden = true;
        return;
    }
}

static int check(const reader *r, vg_error *err)
{
    if (r->k < VG_SUPPRESS_LEAST) return vg_fail(err, VG_EINVAL, "", "counts are hidden under %d at least", VG_SUPPRESS_LEAST);
    if (r->count > VG_SUPPRESS_CELLS || r->sum_count > VG_SUPPRESS_SUMS) return vg_fail(err, VG_EINVAL, "", "too many counts for one page");
    for (size_t i = 0; i < r->count; i++)
        if (r->cells[i].count < 0) return vg_fail(err, VG_EINVAL, "", "a count is negative");
    for (size_t s = 0; s < r->sum_count; s++) {
        const vg_suppress_sum *sum = &r->sums[s];
        int64_t parts = 0;
        if (sum->total >= r->count) return vg_fail(err, VG_EINVAL, "", "a sum is of no cell");
        for (size_t p = 0; p < sum->parts; p++) {
            if (sum->part[p] >= r->count || sum->part[p] == sum->total) return vg_fail(err, VG_EINVAL, "", "a part of a sum is no cell");
            parts += r->cells[sum->part[p]].count;
        }
        if (parts != r->cells[sum->total].count) return vg_fail(err, VG_EINVAL, "", "a sum is wrong: its readers would work with it");
    }
    return 0;
}

int vg_suppress(vg_suppress_cell *cells, size_t count, const vg_suppress_sum *sums, size_t sum_count, int64_t k, vg_arena *arena, vg_error *err)
{
    reader r = {.cells = cells, .count = count, .sums = sums, .sum_count = sum_count, .k = k};
    int rc = check(&r, err);
    if (rc || !count) return rc;
    r.column = vg_arena_calloc(arena, count, sizeof *r.column);
    r.cell_of = vg_arena_calloc(arena, count, sizeof *r.cell_of);
    r.low = vg_arena_calloc(arena, count, sizeof *r.low);
    r.high = vg_arena_calloc(arena, count, sizeof *r.high);
    r.rows = vg_arena_calloc(arena, (2 * sum_count + 1) * (count + 1), sizeof *r.rows);
    if (!r.column || !r.cell_of || !r.low || !r.high || !r.rows) return vg_fail(err, VG_ENOMEM, "", "no memory to settle what is shown");
    unsigned last = 0;
    for (size_t i = 0; i < count; i++) {
        if (!cells[i].settled) cells[i].hidden = false;
        if (cells[i].stage > last) last = cells[i].stage;
    }
    for (r.stage = 0; r.stage <= last; r.stage++) settle(&r);
    return 0;
}
