/* SPDX-License-Identifier: Apache-2.0
 *
 * Luma -> 64x64 by two passes of the box filter, to the bit, while the rows stream by.
 *
 *   rows of luma --box along rows--> ring 1 --running sums of columns--> a band of rows
 *                --box along rows, at 64 places--> ring 2 --running sums of 64 columns--> 64 rows kept
 *
 * A box of w rows needs the last w rows only, so nothing the size of the picture is ever kept, and for 512x512 all of it
 * stays in the nearest caches. Of the second pass only what decimation keeps is divided and written; every sample still
 * enters and leaves its running sum, for that is where the rounding happens.
 *
 * In terms of sample k (0 .. n + ahead - 1): it enters if k < n, sample k - w leaves if there is one, and output k - ahead
 * is written if there is one. ahead = (w + 2) / 2 - 1.
 */
#include "signals/media/pdq/pdq_int.h"

#include <string.h>
#include "base/alloc.h"

enum { WINDOWS_PER_SIDE = 128, LINE = 16 /* floats in 64 bytes */ };

typedef struct box { /* along columns */
    size_t n, window, ahead;
    float *ring;      /* the last window + PDQ_BAND rows */
    size_t ring_rows, stride, width;
    float *sum;
} box;

typedef struct filter {
    size_t rows, columns, stride, window; /* window: along rows, in both passes */
    box first, second;
    float *luma, *between, *scratch;      /* PDQ_BAND rows each */
    uint32_t row_at[PDQ_SMALL], column_at[PDQ_SMALL];
    size_t next;                          /* first of row_at not yet written */
    void *block;
} filter;

const float *vg_pdq_source_row(pdq_source *source, const pdq_kernels *k, size_t y, float *buffer)
{
    if (source->luma) {
        const float *given = source->luma + y * source->width;
        if (!k->in_range(given, source->width)) source->out_of_range = true;
        return given;
    }
    const vg_pixels *p = source->pixels;
    const bool grey = p->channels == 1;
    const uint8_t *row = p->bytes + (source->scaled ? y * p->height / PDQ_SIDE : y) * p->stride;
    if (source->scaled && p->width != PDQ_SIDE) {
        uint8_t *to = source->picked;
        for (size_t x = 0; grey && x < PDQ_SIDE; x++) to[x] = row[source->column[x]];
        for (size_t x = 0; !grey && x < PDQ_SIDE; x++) memcpy(to + 3 * x, row + 3 * (size_t)source->column[x], 3);
        row = to;
    }
    (grey ? k->luma_grey : source->profile == VG_PDQ_PYTX ? k->luma_pytx : k->luma_cpp)(row, source->width, buffer);
    return buffer;
}

static void set_box(box *b, size_t n, size_t width, size_t stride)
{
    b->n = n;
    b->window = (n + WINDOWS_PER_SIDE - 1) / WINDOWS_PER_SIDE;
    b->ahead = (b->window + 2) / 2 - 1;
    b->ring_rows = b->window + PDQ_BAND;
    b->width = width;
    b->stride = stride;
}

static int set_up(filter *f, size_t rows, size_t columns, vg_error *err)
{
    f->rows = rows;
    f->columns = columns;
    f->window = (columns + WINDOWS_PER_SIDE - 1) / WINDOWS_PER_SIDE;
    /* one line more than needed: rows a power of two apart would fight for the same places in the cache */
    f->stride = (columns + LINE - 1) / LINE * LINE + LINE;
    set_box(&f->first, rows, columns, f->stride);
    set_box(&f->second, rows, PDQ_SMALL, PDQ_SMALL);
    f->next = 0;
    for (size_t i = 0; i < PDQ_SMALL; i++) {
        f->row_at[i] = (uint32_t)((((double)i + 0.5) * (double)rows) / PDQ_SMALL);
        f->column_at[i] = (uint32_t)((((double)i + 0.5) * (double)columns) / PDQ_SMALL);
    }
    /* sides are at most 2^24 (pdq.c): the terms are below 2^43 each, and only the sum in bytes may be too much to have */
    const size_t of_luma = PDQ_BAND * f->stride, of_scratch = PDQ_BAND * (f->stride + PDQ_SMALL);
    const size_t ring1 = f->first.ring_rows * f->stride, ring2 = f->second.ring_rows * PDQ_SMALL;
    const size_t sums = f->stride + PDQ_SMALL;
    size_t bytes;
    if (__builtin_mul_overflow(2 * of_luma + of_scratch + ring1 + ring2 + sums, sizeof(float), &bytes) ||
        __builtin_add_overflow(bytes, 64, &bytes))
        return vg_fail(err, VG_ETOOBIG, "", "the picture is too large to be hashed");
    f->block = vg_malloc(bytes);
    if (!f->block) return vg_fail(err, VG_ENOMEM, "", "out of memory for hashing a picture");
    float *at = (float *)(((uintptr_t)f->block + 63) & ~(uintptr_t)63);
    f->scratch = at, at += of_scratch;
    f->luma = at, at += of_luma;
    f->between = at, at += of_luma;
    f->first.ring = at, at += ring1;
    f->second.ring = at, at += ring2;
    f->first.sum = at, at += f->stride;
    f->second.sum = at;
    memset(f->first.sum, 0, sums * sizeof(float));
    return 0;
}

static float *ring_row(const box *b, size_t k) { return b->ring + k % b->ring_rows * b->stride; }

/* What sample k does, all but where its output goes. */
static pdq_step step_of(const box *b, size_t k)
{
    size_t last = k < b->n ? k : b->n - 1, first = k >= b->window ? k - b->window + 1 : 0, count = last + 1 - first;
    return (pdq_step){.add = k < b->n ? ring_row(b, k) : NULL,
                      .subtract = k >= b->window ? ring_row(b, k - b->window) : NULL,
                      .count = (float)count,
                      .power_of_two = !(count & (count - 1))};
}

/* Rows k .. k + count - 1 of ring 2 (or past its end) go through the sums of the 64 columns. */
static void second_columns(filter *f, const pdq_kernels *kernels, size_t k, size_t count, float small[PDQ_SMALL][PDQ_SMALL])
{
    pdq_step steps[PDQ_BAND];
    for (size_t i = 0; i < count; i++) {
        steps[i] = step_of(&f->second, k + i);
        if (k + i < f->second.ahead) continue;
        const size_t row = k + i - f->second.ahead;
        if (f->next < PDQ_SMALL && f->row_at[f->next] == row) steps[i].out = small[f->next];
        while (f->next < PDQ_SMALL && f->row_at[f->next] == row) f->next++; /* under 64 rows: repeated at the end */
    }
    kernels->columns(f->second.sum, PDQ_SMALL, steps, count);
}

/* Rows at .. at + count - 1 of the first pass, in f->between, go through the second one. */
static void second_pass(filter *f, const pdq_kernels *kernels, size_t at, size_t count, float small[PDQ_SMALL][PDQ_SMALL])
{
    const float *in[PDQ_BAND];
    float *out[PDQ_BAND];
    for (size_t i = 0; i < PDQ_BAND; i++) {
        const size_t r = i < count ? i : count - 1;
        in[i] = f->between + r * f->stride;
        out[i] = ring_row(&f->second, at + r);
    }
    kernels->box_rows_at(in, f->columns, f->window, f->scratch, f->column_at, out);
    second_columns(f, kernels, at, count, small);
}

int vg_pdq_stream(pdq_source *source, const pdq_kernels *kernels, float small[PDQ_SMALL][PDQ_SMALL], vg_error *err)
{
    filter f;
    int result = set_up(&f, source->height, source->width, err);
    if (result) return result;
    const size_t end = f.rows + f.first.ahead;
    size_t count;
    for (size_t k = 0; k < end; k += count) {
        count = (k < f.rows ? f.rows : end) - k;
        if (count > PDQ_BAND) count = PDQ_BAND;
        if (k < f.rows) {
            const float *in[PDQ_BAND];
            float *out[PDQ_BAND];
            for (size_t i = 0; i < PDQ_BAND; i++) {
                in[i] = i < count ? vg_pdq_source_row(source, kernels, k + i, f.luma + i * f.stride) : in[count - 1];
                out[i] = ring_row(&f.first, k + (i < count ? i : count - 1));
            }
            kernels->box_rows(in, f.columns, f.window, f.scratch, out);
        }
        pdq_step steps[PDQ_BAND];
        size_t written = 0, at = 0;
        for (size_t i = 0; i < count; i++) {
            steps[i] = step_of(&f.first, k + i);
            if (k + i < f.first.ahead) continue;
            if (!written) at = k + i - f.first.ahead;
            steps[i].out = f.between + written++ * f.stride;
        }
        kernels->columns(f.first.sum, f.columns, steps, count);
        if (written) second_pass(&f, kernels, at, written, small);
    }
    const size_t second_end = f.rows + f.second.ahead;
    for (size_t k = f.rows; k < second_end; k += count) {
        count = second_end - k > PDQ_BAND ? PDQ_BAND : second_end - k;
        second_columns(&f, kernels, k, count, small);
    }
    for (size_t i = 1; i < PDQ_SMALL; i++)
        if (f.row_at[i] == f.row_at[i - 1]) memcpy(small[i], small[i - 1], sizeof small[i]);
    vg_free(f.block);
    return 0;
}
