/* SPDX-License-Identifier: Apache-2.0
 *
 * delta: additions since the file was written.
 *
 * They stand in a log in the order they came. The last few are compared one after another; before those, stretches of the log
 * are *segments*, with the same tables as a file. Segments grow as the digits of a binary counter do: an addition is
 * sorted about log2(n / 512) times in all, and a search looks into as many segments at most.
 */
#include "signals/media/index/index_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void vg_segment_release(vg_segment **segment)
{
    vg_segment *s = *segment;
    *segment = NULL;
    if (!s || atomic_fetch_sub(&s->references, 1) != 1) return;
    for (size_t i = 0; i < s->blocks; i++) vg_free(s->block[i]);
    vg_free(s);
}

static void *take_block(vg_segment *s, size_t bytes)
{
    void *block = vg_malloc(bytes + VG_INDEX_PAD);
    if (!block) return NULL;
    memset((char *)block + bytes, 0, VG_INDEX_PAD);
    s->block[s->blocks++] = block;
    s->bytes += bytes + VG_INDEX_PAD;
    return block;
}

typedef struct table_task {
    vg_segment *segment;
    const vg_row *row;
    uint32_t rows;
    uint32_t *offset, *cursor;
    uint16_t *next;
    uint8_t *id;
} table_task;

static void build_one(void *context, size_t i)
{
    const table_task *t = context;
    vg_view *v = &t->segment->view;
    size_t keys = (size_t)1 << v->key_bits, stride = (size_t)t->rows + VG_INDEX_PAD;
    uint32_t *offset = t->offset + i * (keys + 1);
    uint16_t *next = t->next + i * stride;
    uint8_t *id = t->id + i * ((size_t)t->rows * v->id_bytes);
    vg_build_table(t->row, t->rows, (unsigned)i, v->key_bits, v->id_bytes, offset, next, id, t->cursor + i * keys, NULL);
    memset(next + t->rows, 0, VG_INDEX_PAD * sizeof *next);
    v->offset[i] = offset;
    v->next[i] = next;
    v->id[i] = i ? id : NULL;
}

static int build_tables(vg_segment *s, vg_row *row, uint32_t rows)
{
    enum { ALONE = 1 << 14 };
    vg_view *v = &s->view;
    size_t keys;
    v->key_bits = vg_build_key_bits(rows);
    v->id_bytes = rows > 1u << 24 ? 4 : 3;
    if (!v->key_bits) return 0;
    keys = (size_t)1 << v->key_bits;
    uint32_t *offset = take_block(s, VG_PIECES * (keys + 1) * sizeof *offset);
    uint16_t *next = take_block(s, VG_PIECES * ((size_t)rows + VG_INDEX_PAD) * sizeof *next);
    uint8_t *id = take_block(s, VG_PIECES * ((size_t)rows * v->id_bytes));
    uint32_t *cursor = vg_malloc(VG_PIECES * keys * sizeof *cursor);
    if (!offset || !next || !id || !cursor) {
        vg_free(cursor);
        return -VG_ENOMEM;
    }
    table_task task = {s, row, rows, offset, cursor, next, id};
    if (rows < ALONE)
        for (size_t i = 0; i < VG_PIECES; i++) build_one(&task, i);
    else
        vg_build_run(build_one, &task, VG_PIECES);
    vg_free(cursor);
    return 0;
}

/* Equal hashes become one row; each keeps its postings, which are places in the log. */
static int lay_rows(vg_segment *s, const vg_build_row *sorted, uint32_t count)
{
    vg_row *row = take_block(s, count * sizeof *row);
    uint32_t *entry = take_block(s, count * sizeof *entry), *first = take_block(s, ((size_t)count + 1) * sizeof *first);
    uint32_t rows = 0;
    if (!row || !entry || !first) return -VG_ENOMEM;
    for (uint32_t i = 0; i < count; i++) {
        entry[i] = sorted[i].entry;
        if (i && memcmp(&sorted[i].row, &sorted[i - 1].row, sizeof *row) == 0) continue;
        first[rows] = i;
        row[rows++] = sorted[i].row;
    }
    first[rows] = count;
    s->view.row = row;
    s->view.first = first;
    s->view.entry = entry;
    s->view.rows = rows;
    s->view.postings = count;
    return build_tables(s, row, rows);
}

enum { REORDER_PARTS = 16, REORDER_ALONE = 1 << 13 };
typedef struct reordering {
    const vg_segment *segment;
    vg_build_row *rows;
    size_t count, parts;
} reordering;

static void reorder_part(void *context, size_t part)
{
    const reordering *r = context;
    const vg_view *view = &r->segment->view;
    for (size_t i = r->count * part / r->parts; i < r->count * (part + 1) / r->parts; i++)
        vg_permutation_apply(view->permutation, vg_log_at(view->log, r->rows[i].entry)->bytes, &r->rows[i].row);
}

static int build_rows(vg_segment *s, uint32_t count)
{
    vg_build_row *rows = vg_malloc(count * sizeof *rows), *sorted = vg_malloc(count * sizeof *sorted);
    int rc = rows && sorted ? 0 : -VG_ENOMEM;
    uint32_t n = 0;
    for (uint32_t i = s->from; !rc && i < s->to; i++) {
        const vg_log_item *item = vg_log_at(s->view.log, i);
        if (item->algorithm != VG_HASH_PDQ) continue;
        rows[n].entry = i;
        rows[n++].category = 0;
    }
    reordering r = {s, rows, n, n > REORDER_ALONE ? REORDER_PARTS : 1};
    if (!rc && r.parts == 1)
        reorder_part(&r, 0);
    else if (!rc)
        vg_build_run(reorder_part, &r, r.parts);
    if (!rc) rc = vg_build_sort(rows, count, sorted);
    if (!rc) rc = lay_rows(s, sorted, count);
    vg_free(rows);
    vg_free(sorted);
    return rc;
}

typedef struct digest {
    uint8_t bytes[32];
    uint32_t at;
} digest;
static int compare_digests(const void *left, const void *right)
{
    const digest *a = left, *b = right;
    int order = memcmp(a->bytes, b->bytes, sizeof a->bytes);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

static int build_digests(vg_segment *s, unsigned algorithm, uint32_t count)
{
    size_t width = vg_hash_bytes((vg_hash_algorithm)algorithm), n = 0;
    unsigned bits = vg_build_directory_bits(count);
    digest *sorted = vg_malloc(count * sizeof *sorted);
    uint8_t *bytes = take_block(s, count * width);
    uint32_t *entry = take_block(s, count * sizeof *entry), *first = take_block(s, (((size_t)1 << bits) + 1) * sizeof *first);
    int rc = sorted && bytes && entry && first ? 0 : -VG_ENOMEM;
    if (!rc) {
        for (uint32_t i = s->from; i < s->to; i++) {
            const vg_log_item *item = vg_log_at(s->view.log, i);
            if (item->algorithm != algorithm) continue;
            memcpy(sorted[n].bytes, item->bytes, 32);
            sorted[n++].at = i;
        }
        qsort(sorted, count, sizeof *sorted, compare_digests);
        for (size_t i = 0; i < count; i++) {
            memcpy(bytes + i * width, sorted[i].bytes, width);
            entry[i] = sorted[i].at;
        }
        vg_build_directory(bytes, count, width, bits, first);
        s->view.keys[algorithm] = (vg_keys){bytes, first, entry, NULL, count, bits};
    }
    vg_free(sorted);
    return rc;
}

static int compare_frames(const void *left, const void *right)
{
    const vg_frames *a = left, *b = right;
    if (a->entry != b->entry) return a->entry < b->entry ? -1 : 1;
    return (a->turn > b->turn) - (a->turn < b->turn);
}

static int build_frames(vg_segment *s, uint32_t count)
{
    vg_frames *frames = take_block(s, count * sizeof *frames);
    uint32_t n = 0, kept = 0;
    if (!frames) return -VG_ENOMEM;
    for (uint32_t i = s->from; i < s->to; i++) {
        const vg_log_item *item = vg_log_at(s->view.log, i);
        if (item->entry & VG_ENTRY_FRAME) frames[n++] = (vg_frames){item->entry & VG_ENTRY_NUMBER, 1, item->turn};
    }
    qsort(frames, n, sizeof *frames, compare_frames);
    for (uint32_t i = 0; i < n; i++) {
        if (kept && compare_frames(&frames[kept - 1], &frames[i]) == 0)
            frames[kept - 1].frames++;
        else
            frames[kept++] = frames[i];
    }
    s->view.frames = frames;
    s->view.frame_entries = kept;
    return 0;
}

int vg_segment_create(vg_segment **out, const vg_log *log, const vg_permutation *permutation, uint32_t from, uint32_t to, vg_error *err)
{
    uint32_t count[VG_HASH_ALGORITHMS] = {0}, frames = 0;
    vg_segment *s = vg_calloc(1, sizeof *s);
    int rc = s ? 0 : -VG_ENOMEM;
    *out = NULL;
    if (!rc) {
        atomic_init(&s->references, 1);
        s->from = from;
        s->to = to;
        s->view.log = log;
        s->view.permutation = permutation;
        for (uint32_t i = from; i < to; i++) {
            const vg_log_item *item = vg_log_at(log, i);
            count[item->algorithm]++;
            frames += item->entry >> 31;
        }
        if (count[VG_HASH_PDQ]) rc = build_rows(s, count[VG_HASH_PDQ]);
        for (unsigned a = 0; !rc && a < VG_DIGESTS; a++)
            if (count[a]) rc = build_digests(s, a, count[a]);
        if (!rc && frames) rc = build_frames(s, frames);
    }
    if (rc) {
        vg_segment_release(&s);
        return vg_fail(err, VG_ENOMEM, "index", "no memory for %u additions", to - from);
    }
    *out = s;
    return 0;
}
