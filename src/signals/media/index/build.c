/* SPDX-License-Identifier: Apache-2.0
 *
 * build: sorting hashes and laying out tables, for files and for segments of additions alike.
 */
#include "signals/media/index/index_int.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"

/* ---- several processors ---- */

enum { THREADS_MAX = 4 }; /* each needs work space of its own */
typedef struct crew {
    void (*task)(void *context, size_t i);
    void *context;
    size_t tasks;
    atomic_size_t next;
} crew;

static void *work(void *context)
{
    crew *c = context;
    for (size_t i; (i = atomic_fetch_add(&c->next, 1)) < c->tasks;) c->task(c->context, i);
    return NULL;
}

unsigned vg_build_threads(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > THREADS_MAX ? THREADS_MAX : (unsigned)online;
}

void vg_build_run(void (*task)(void *context, size_t i), void *context, size_t tasks)
{
    crew c = {.task = task, .context = context, .tasks = tasks};
    pthread_t thread[THREADS_MAX];
    unsigned started = 0;
    /* a thread that cannot be had is no error: this one does the rest */
    while (started + 1 < vg_build_threads() && started + 1 < tasks && !pthread_create(&thread[started], NULL, work, &c)) started++;
    work(&c);
    for (unsigned i = 0; i < started; i++) pthread_join(thread[i], NULL);
}

/* ---- sizes ---- */

unsigned vg_build_key_bits(size_t rows)
{
    unsigned bits = 6;
    if (rows <= VG_LINEAR_ROWS) return 0;
    while (bits < 16 && rows >> bits > 12) bits++; /* measured: about a vector of candidates in a bucket */
    return bits;
}

unsigned vg_build_directory_bits(size_t count)
{
    unsigned bits = 0;
    while (bits < 24 && count >> bits > 8) bits++;
    return bits;
}

/* ---- sorting ---- */

static int compare_rows(const void *left, const void *right)
{
    const vg_build_row *a = left, *b = right;
    for (int i = 0; i < 4; i++)
        if (a->row.bits[i] != b->row.bits[i]) return a->row.bits[i] < b->row.bits[i] ? -1 : 1;
    uint32_t m = a->entry & VG_ENTRY_NUMBER, n = b->entry & VG_ENTRY_NUMBER;
    return m != n ? (m < n ? -1 : 1) : (a->entry > b->entry) - (a->entry < b->entry);
}

enum { SORT_GROUPS = 256, SORT_SMALL = 12, SORT_ALONE = 1 << 14 };
typedef struct sorting {
    const vg_build_row *in;
    vg_build_row *out;
    size_t count, parts;
    unsigned bits;
    uint32_t *start; /* [part][key]: where this part puts its next row with that key */
    uint32_t *end;   /* [key] */
} sorting;

static size_t part_begin(const sorting *s, size_t part) { return s->count * part / s->parts; }

static void count_part(void *context, size_t part)
{
    sorting *s = context;
    uint32_t *counts = s->start + (part << s->bits);
    for (size_t i = part_begin(s, part); i < part_begin(s, part + 1); i++) counts[s->in[i].row.bits[0] >> (64 - s->bits)]++;
}

static void scatter_part(void *context, size_t part)
{
    sorting *s = context;
    uint32_t *to = s->start + (part << s->bits);
    for (size_t i = part_begin(s, part); i < part_begin(s, part + 1); i++)
        s->out[to[s->in[i].row.bits[0] >> (64 - s->bits)]++] = s->in[i];
}

static void sort_small(vg_build_row *rows, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        vg_build_row kept = rows[i];
        size_t j = i;
        for (; j > 0 && compare_rows(&rows[j - 1], &kept) > 0; j--) rows[j] = rows[j - 1];
        rows[j] = kept;
    }
}

static void sort_group(void *context, size_t group)
{
    sorting *s = context;
    size_t keys = (size_t)1 << s->bits, first = keys * group / SORT_GROUPS, last = keys * (group + 1) / SORT_GROUPS;
    for (size_t key = first; key < last; key++) {
        size_t begin = key ? s->end[key - 1] : 0, count = s->end[key] - begin;
        if (count <= SORT_SMALL)
            sort_small(s->out + begin, count);
        else
            qsort(s->out + begin, count, sizeof *s->out, compare_rows);
    }
}

int vg_build_sort(const vg_build_row *rows, size_t count, vg_build_row *out)
{
    sorting s = {.in = rows, .out = out, .count = count, .parts = count > SORT_ALONE ? vg_build_threads() : 1, .bits = 8};
    while (s.bits < 16 && count >> s.bits > 4) s.bits++;
    size_t keys = (size_t)1 << s.bits;
    s.start = vg_calloc(s.parts + 1, keys * sizeof *s.start);
    if (!s.start) return -VG_ENOMEM;
    s.end = s.start + s.parts * keys;
    vg_build_run(count_part, &s, s.parts);
    uint32_t at = 0;
    for (size_t key = 0; key < keys; key++) {
        for (size_t part = 0; part < s.parts; part++) {
            uint32_t n = s.start[part * keys + key];
            s.start[part * keys + key] = at;
            at += n;
        }
        s.end[key] = at;
    }
    vg_build_run(scatter_part, &s, s.parts);
    if (s.parts == 1)
        for (size_t group = 0; group < SORT_GROUPS; group++) sort_group(&s, group);
    else
        vg_build_run(sort_group, &s, SORT_GROUPS);
    vg_free(s.start);
    return 0;
}

/* ---- tables ---- */

static inline void put_id(uint8_t *id, uint32_t at, uint32_t value, unsigned id_bytes)
{
    uint8_t *to = id + (size_t)at * id_bytes;
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
    to[2] = (uint8_t)(value >> 16);
    if (id_bytes == 4) to[3] = (uint8_t)(value >> 24);
}

/* ---- long tables, in two steps: what a step writes to at random stays in the cache ---- */

enum { COARSE = 256, COARSE_BITS = 8 };
struct vg_build_spare {
    uint32_t row;
    uint16_t bucket, after;
};

static void scatter_coarse(const vg_row *rows, uint32_t count, unsigned i, unsigned key_bits, uint32_t end[COARSE], vg_build_spare *spare)
{
    unsigned shift = 16 - key_bits, after = (i + 1) % VG_PIECES;
    uint32_t at = 0;
    memset(end, 0, COARSE * sizeof *end);
    for (uint32_t r = 0; r < count; r++) end[vg_row_piece(&rows[r], i) >> shift >> (key_bits - COARSE_BITS)]++;
    for (size_t c = 0; c < COARSE; c++) {
        uint32_t n = end[c];
        end[c] = at;
        at += n;
    }
    for (uint32_t r = 0; r < count; r++) {
        uint32_t bucket = (uint32_t)vg_row_piece(&rows[r], i) >> shift;
        spare[end[bucket >> (key_bits - COARSE_BITS)]++] = (vg_build_spare){r, (uint16_t)bucket, vg_row_piece(&rows[r], after)};
    }
}

static void build_long(const vg_row *rows, uint32_t count, unsigned i, unsigned key_bits, unsigned id_bytes, uint32_t *offset,
                       uint16_t *next, uint8_t *id, uint32_t *cursor, vg_build_spare *spare)
{
    uint32_t end[COARSE], from = 0, at = 0;
    size_t keys = (size_t)1 << key_bits, fine = keys / COARSE;
    scatter_coarse(rows, count, i, key_bits, end, spare);
    for (size_t c = 0; c < COARSE; from = end[c++]) {
        uint32_t *here = cursor + c * fine;
        memset(here, 0, fine * sizeof *here);
        for (uint32_t n = from; n < end[c]; n++) cursor[spare[n].bucket]++;
        for (size_t key = c * fine; key < (c + 1) * fine; key++) {
            uint32_t n = cursor[key];
            offset[key] = cursor[key] = at;
            at += n;
        }
        for (uint32_t n = from; n < end[c]; n++) {
            uint32_t to = cursor[spare[n].bucket]++;
            next[to] = spare[n].after;
            put_id(id, to, spare[n].row, id_bytes);
        }
    }
    offset[keys] = at;
}

void *vg_build_room(size_t bytes)
{
    enum { HUGE = 2 << 20 };
    char *room = vg_malloc(bytes);
    if (!room || bytes < 4 * (size_t)HUGE) return room;
    uintptr_t from = ((uintptr_t)room + HUGE - 1) & ~(uintptr_t)(HUGE - 1), to = ((uintptr_t)room + bytes) & ~(uintptr_t)(HUGE - 1);
    if (to > from) madvise((void *)from, to - from, MADV_HUGEPAGE); /* a hint */
    return room;
}

vg_build_spare *vg_build_spare_new(uint32_t rows) { return rows < VG_BUILD_LONG ? NULL : vg_build_room(rows * sizeof(vg_build_spare)); }

void vg_build_table(const vg_row *rows, uint32_t count, unsigned i, unsigned key_bits, unsigned id_bytes, uint32_t *offset,
                    uint16_t *next, uint8_t *id, uint32_t *cursor, vg_build_spare *spare)
{
    unsigned shift = 16 - key_bits, after = (i + 1) % VG_PIECES;
    size_t keys = (size_t)1 << key_bits;
    if (spare && i && key_bits > COARSE_BITS) {
        build_long(rows, count, i, key_bits, id_bytes, offset, next, id, cursor, spare);
        return;
    }
    memset(cursor, 0, keys * sizeof *cursor);
    for (uint32_t r = 0; r < count; r++) cursor[vg_row_piece(&rows[r], i) >> shift]++;
    uint32_t at = 0;
    for (size_t key = 0; key < keys; key++) {
        uint32_t n = cursor[key];
        offset[key] = cursor[key] = at;
        at += n;
    }
    offset[keys] = at;
    if (i == 0) { /* the rows are in this order already */
        for (uint32_t r = 0; r < count; r++) next[r] = vg_row_piece(&rows[r], after);
        return;
    }
    for (uint32_t r = 0; r < count; r++) {
        uint32_t to = cursor[vg_row_piece(&rows[r], i) >> shift]++;
        next[to] = vg_row_piece(&rows[r], after);
        put_id(id, to, r, id_bytes);
    }
}

void vg_build_directory(const uint8_t *sorted, size_t count, size_t width, unsigned bits, uint32_t *first)
{
    size_t keys = (size_t)1 << bits, key = 0;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *d = sorted + i * width;
        uint32_t lead = (uint32_t)d[0] << 24 | (uint32_t)d[1] << 16 | (uint32_t)d[2] << 8 | d[3];
        size_t of = bits ? lead >> (32 - bits) : 0;
        while (key <= of) first[key++] = (uint32_t)i;
    }
    while (key <= keys) first[key++] = (uint32_t)count;
}
