/* SPDX-License-Identifier: Apache-2.0
 *
 * answer: from hashes that were found to entries, the surest first.
 */
#include "signals/media/index/index_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

typedef struct answering {
    const vg_snapshot *snapshot;
    const vg_index_query *query;
    uint32_t *frame_of;  /* of each hash asked for: which frame it is, 1 and up; 0: none. NULL: no frames asked for */
    uint32_t *last_seen; /* of each frame: the last group of hits that had it */
    uint32_t frames;     /* asked for */
    uint32_t group;
    vg_media_match *out;
    size_t most, found;
} answering;

static int compare_hits(const void *left, const void *right)
{
    const vg_hit *a = left, *b = right;
    if (a->entry != b->entry) return a->entry < b->entry ? -1 : 1;
    if (a->place != b->place) return a->place < b->place ? -1 : 1;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
    return (a->query > b->query) - (a->query < b->query);
}

/* ---- frames ---- */

typedef struct numbered {
    uint32_t frame, query;
} numbered;
static int compare_numbered(const void *left, const void *right)
{
    const numbered *a = left, *b = right;
    return (a->frame > b->frame) - (a->frame < b->frame);
}

/* Numbers the frames asked for; several hashes may be of one. */
static int number_frames(answering *a)
{
    const vg_index_query *query = a->query;
    size_t n = 0;
    for (size_t i = 0; i < query->count; i++)
        n += query->hashes[i].algorithm == VG_HASH_PDQ && query->hashes[i].frame && query->hashes[i].quality >= query->min_quality;
    if (!n) return 0;
    numbered *sorted = vg_malloc(n * sizeof *sorted);
    a->frame_of = vg_calloc(query->count, sizeof *a->frame_of);
    a->last_seen = vg_calloc(n + 1, sizeof *a->last_seen);
    if (!sorted || !a->frame_of || !a->last_seen) {
        vg_free(sorted);
        return -VG_ENOMEM;
    }
    n = 0;
    for (uint32_t i = 0; i < query->count; i++) {
        const vg_media_hash *hash = &query->hashes[i];
        if (hash->algorithm == VG_HASH_PDQ && hash->frame && hash->quality >= query->min_quality)
            sorted[n++] = (numbered){hash->frame, i};
    }
    qsort(sorted, n, sizeof *sorted, compare_numbered);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || sorted[i].frame != sorted[i - 1].frame) a->frames++;
        a->frame_of[sorted[i].query] = a->frames;
    }
    vg_free(sorted);
    return 0;
}

static uint64_t frames_in(const vg_view *view, uint32_t entry, uint64_t removed)
{
    uint32_t from = 0, to = view->frame_entries;
    uint64_t frames = 0;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (view->frames[middle].entry < entry)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < view->frame_entries && view->frames[from].entry == entry; from++)
        if (!removed || view->frames[from].turn > removed) frames += view->frames[from].frames;
    return frames;
}

/* How many frames an entry has, of those that were not removed. */
static uint64_t frames_of(const vg_snapshot *snapshot, uint32_t entry, uint64_t removed)
{
    uint64_t frames = 0;
    if (snapshot->file && !removed) frames += frames_in(&snapshot->file->view, entry, 0);
    for (size_t i = 0; i < snapshot->segments; i++) frames += frames_in(&snapshot->segment[i]->view, entry, removed);
    for (uint32_t at = snapshot->sealed; at < snapshot->count; at++) {
        const vg_log_item *item = vg_log_at(snapshot->log, at);
        frames += item->entry & VG_ENTRY_FRAME && (item->entry & VG_ENTRY_NUMBER) == entry && item->turn > removed;
    }
    return frames;
}

/* ---- one entry ---- */

static bool surer(const vg_media_match *a, const vg_media_match *b)
{
    bool a_near = a->algorithm == VG_HASH_PDQ, b_near = b->algorithm == VG_HASH_PDQ;
    if (a_near != b_near) return b_near;
    if (a->distance != b->distance) return a->distance < b->distance;
    return a->entry < b->entry;
}

static void put(answering *a, const vg_media_match *match)
{
    size_t at = a->found < a->most ? a->found : a->most;
    a->found++;
    if (at == a->most) {
        if (!a->most || !surer(match, &a->out[a->most - 1])) return;
        at = a->most - 1;
    }
    for (; at > 0 && surer(match, &a->out[at - 1]); at--) a->out[at] = a->out[at - 1];
    a->out[at] = *match;
}

static uint8_t percent(uint64_t part, uint64_t whole)
{
    if (whole == 0) return 0;
    return (uint8_t)(part >= whole ? 100 : part * 100 / whole);
}

static const vg_hit *better(const vg_hit *best, const vg_hit *hit)
{
    if (!best || hit->rank != best->rank) return !best || hit->rank < best->rank ? hit : best;
    if (hit->distance != best->distance) return hit->distance < best->distance ? hit : best;
    return hit->query < best->query ? hit : best;
}

/* The hits of one entry, sorted by posting. */
static void take_group(answering *a, const vg_hit *hits, size_t count)
{
    static const uint8_t algorithm[] = {VG_HASH_SHA256, VG_HASH_SHA1, VG_HASH_MD5, VG_HASH_PDQ};
    const vg_mark *mark = vg_marks_find(a->snapshot->marks, hits->entry);
    uint64_t removed = mark ? mark->removed : 0, matched = 0, last = UINT64_MAX;
    uint32_t asked = 0;
    const vg_hit *best = NULL;
    a->group++;
    for (size_t i = 0; i < count; i++) {
        const vg_hit *hit = &hits[i];
        if (removed && hit->turn <= removed) continue;
        best = better(best, hit);
        if (hit->frame && hit->rank == 3 && hit->place != last) {
            matched++;
            last = hit->place;
        }
        uint32_t frame = a->frame_of ? a->frame_of[hit->query] : 0;
        if (frame && a->last_seen[frame] != a->group) {
            a->last_seen[frame] = a->group;
            asked++;
        }
    }
    if (!best) return;
    uint64_t frames = frames_of(a->snapshot, best->entry, removed);
    if (best->rank == 3 && frames && matched * 100 < (uint64_t)a->query->video_percent * frames) return;
    vg_media_match match = {.category = best->category, .entry = best->entry, .algorithm = algorithm[best->rank],
                            .distance = best->distance, .doubted = mark && mark->doubt ? mark->doubt == 2 : best->doubted};
    if (best->rank == 3) {
        match.turn = a->query->hashes[best->query].turn;
        match.query_percent = percent(asked, a->frames);
        match.bank_percent = percent(matched, frames);
    } else if (frames) { /* the same bytes have the same frames */
        match.query_percent = match.bank_percent = 100;
    }
    put(a, &match);
}

int vg_index_answer(const vg_snapshot *snapshot, const vg_index_query *query, vg_hits *hits, vg_media_match *out, size_t most,
                    size_t *found, vg_error *err)
{
    answering a = {.snapshot = snapshot, .query = query, .out = out, .most = most};
    int rc = number_frames(&a) ? vg_fail(err, VG_ENOMEM, "index", "no memory to number frames") : 0;
    if (rc) goto out;
    qsort(hits->at, hits->count, sizeof *hits->at, compare_hits);
    pthread_rwlock_rdlock(&snapshot->marks->lock);
    for (size_t i = 0, n; i < hits->count; i += n) {
        for (n = 1; i + n < hits->count && hits->at[i + n].entry == hits->at[i].entry; n++) continue;
        take_group(&a, hits->at + i, n);
    }
    pthread_rwlock_unlock(&snapshot->marks->lock);
    *found = a.found;
out:
    vg_free(a.frame_of);
    vg_free(a.last_seen);
    return rc;
}
