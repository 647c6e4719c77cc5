/* SPDX-License-Identifier: Apache-2.0
 *
 * stats: how much an index holds. The file has no table from an entry to its hashes (it would cost four bytes each), so what
 * was removed is counted by reading the columns of entries, when there were removals.
 */
#include "signals/media/index/index_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

typedef struct counting {
    const vg_snapshot *snapshot;
    uint32_t *seen;  /* entries that are marked as removed or were added to, sorted */
    uint8_t *filed;  /* of each: is it in the file */
    size_t count;
    uint8_t filter[1 << 13]; /* a bit for each low part of a number: most entries are none of them */
} counting;

static int compare_numbers(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static void note(counting *c, uint32_t entry)
{
    c->seen[c->count++] = entry;
    c->filter[entry >> 3 & 0x1fff] |= (uint8_t)(1u << (entry & 7));
}

static uint64_t removed_turn(const counting *c, uint32_t entry)
{
    const vg_mark *mark = vg_marks_find(c->snapshot->marks, entry);
    return mark ? mark->removed : 0;
}

/* Of a column of the file: how many hashes are of entries that were removed. */
static size_t count_removed(counting *c, const uint32_t *column, size_t count)
{
    size_t removed = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t entry = column[i] & VG_ENTRY_NUMBER;
        if (!(c->filter[entry >> 3 & 0x1fff] >> (entry & 7) & 1)) continue;
        uint32_t *at = bsearch(&entry, c->seen, c->count, sizeof entry, compare_numbers);
        if (!at) continue;
        c->filed[at - c->seen] = 1;
        removed += removed_turn(c, entry) != 0;
    }
    return removed;
}

static void count_in(counting *c, vg_index_stats *out)
{
    const vg_snapshot *s = c->snapshot;
    size_t kept = 0;
    for (uint32_t i = 0; i < s->count; i++) note(c, vg_log_at(s->log, i)->entry & VG_ENTRY_NUMBER);
    for (size_t i = 0; i < s->marks->capacity; i++)
        if (s->marks->slot[i].removed) note(c, s->marks->slot[i].entry);
    qsort(c->seen, c->count, sizeof *c->seen, compare_numbers);
    for (size_t i = 0; i < c->count; i++)
        if (i == 0 || c->seen[i] != c->seen[i - 1]) c->seen[kept++] = c->seen[i];
    c->count = kept;
    if (s->file) {
        const vg_view *v = &s->file->view;
        out->hashes[VG_HASH_PDQ] -= count_removed(c, v->entry, v->postings);
        for (int a = 0; a < VG_DIGESTS; a++) out->hashes[a] -= count_removed(c, v->keys[a].entry, v->keys[a].count);
    }
    /* 1: in the file and not removed, or 2: added and not removed */
    for (size_t i = 0; i < c->count; i++)
        if (c->filed[i] && removed_turn(c, c->seen[i])) {
            c->filed[i] = 0;
            if (out->entries) out->entries--;
        }
    for (uint32_t i = 0; i < s->count; i++) {
        const vg_log_item *item = vg_log_at(s->log, i);
        uint32_t entry = item->entry & VG_ENTRY_NUMBER;
        if (item->turn <= removed_turn(c, entry)) continue;
        out->hashes[item->algorithm]++;
        uint32_t *at = bsearch(&entry, c->seen, c->count, sizeof entry, compare_numbers);
        if (!at || c->filed[at - c->seen]) continue;
        c->filed[at - c->seen] = 1;
        out->entries++;
    }
}

void vg_index_stats_get(const vg_index *index, vg_index_stats *out)
{
    const vg_snapshot *s = vg_index_snapshot_take(index);
    counting *c = NULL;
    memset(out, 0, sizeof *out);
    if (s->file) {
        const vg_view *v = &s->file->view;
        out->hashes[VG_HASH_PDQ] = v->postings;
        for (int a = 0; a < VG_DIGESTS; a++) out->hashes[a] = v->keys[a].count;
        out->entries = s->file->entries;
        out->file_bytes = s->file->bytes;
    }
    out->delta = s->count;
    out->delta_bytes = ((size_t)s->count + VG_LOG_CHUNK - 1) / VG_LOG_CHUNK * VG_LOG_CHUNK * sizeof(vg_log_item);
    for (size_t i = 0; i < s->segments; i++) out->delta_bytes += s->segment[i]->bytes;
    out->change = vg_index_change(index);
    pthread_rwlock_rdlock(&s->marks->lock);
    out->removed = s->marks->removed;
    if (s->count || s->marks->removed) {
        size_t room = s->count + s->marks->removed;
        c = vg_calloc(1, sizeof *c);
        if (c) {
            c->snapshot = s;
            c->seen = vg_malloc(room * sizeof *c->seen);
            c->filed = vg_calloc(room, 1);
            if (c->seen && c->filed) count_in(c, out);
            vg_free(c->seen);
            vg_free(c->filed);
            vg_free(c);
        }
    }
    pthread_rwlock_unlock(&s->marks->lock);
    vg_index_snapshot_drop(s);
}
