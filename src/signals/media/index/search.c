/* SPDX-License-Identifier: Apache-2.0
 *
 * search: which hashes of a snapshot are near or equal to those asked for.
 *
 * Near hashes are looked up in batches (the orientations of a picture), table by table, so that a bucket that several of them need
 * is in the cache for all, and hashes that share two pieces in a row share the work. A search that would look through more
 * than the list is long, or lets too many candidates through, reads the list from end to end instead: nothing costs much more than that.
 */
#include "signals/media/index/index_int.h"

#include <string.h>

#include "base/alloc.h"

enum { PROBES = VG_PIECES * 17 * VG_BATCH, SURVIVORS = 512, LINEAR_BLOCK = 512 };

typedef struct search {
    vg_hits *hits;
    unsigned threshold;
    uint8_t units[VG_PIECES];
    const vg_media_hash *hash[VG_BATCH]; /* those asked for */
    uint32_t query[VG_BATCH];            /* their numbers */
    vg_row row[VG_BATCH];                /* reordered for the view */
    unsigned batch;
    vg_probe probe[PROBES];
    vg_survivor survivor[SURVIVORS];
    uint32_t candidate[SURVIVORS];
} search;

void vg_hits_add(vg_hits *hits, const vg_hit *hit)
{
    if (hits->failed) return;
    if (hits->count == hits->capacity) {
        size_t capacity = hits->capacity * 2;
        vg_hit *grown = hits->at == hits->room ? vg_malloc(capacity * sizeof *grown) : vg_realloc(hits->at, capacity * sizeof *grown);
        if (!grown) {
            hits->failed = true;
            return;
        }
        if (hits->at == hits->room) memcpy(grown, hits->room, sizeof hits->room);
        hits->at = grown;
        hits->capacity = capacity;
    }
    hits->at[hits->count++] = *hit;
}

/* ---- from a posting to an entry ---- */

static void add_logged(vg_hits *hits, const vg_log *log, uint32_t at, uint32_t query, uint8_t rank, uint8_t distance)
{
    const vg_log_item *item = vg_log_at(log, at);
    vg_hit hit = {.turn = item->turn, .place = (uint64_t)1 << 32 | at, .entry = item->entry & VG_ENTRY_NUMBER, .query = query,
                  .category = item->category, .rank = rank, .distance = distance,
                  .frame = item->entry & VG_ENTRY_FRAME, .doubted = item->entry & VG_ENTRY_DOUBT};
    vg_hits_add(hits, &hit);
}

static void add_filed(vg_hits *hits, const vg_view *view, uint32_t entry, uint16_t category, uint32_t at, uint32_t query, uint8_t rank,
                      uint8_t distance)
{
    vg_hit hit = {.place = (uint64_t)(rank == 3 ? 0 : 2 + rank) << 32 | at, .entry = entry & VG_ENTRY_NUMBER, .query = query,
                  .category = category < view->category_count ? view->category_map[category] : 0, .rank = rank, .distance = distance,
                  .frame = entry & VG_ENTRY_FRAME, .doubted = entry & VG_ENTRY_DOUBT};
    vg_hits_add(hits, &hit);
}

static void add_row(search *s, const vg_view *view, uint32_t row, unsigned asked, unsigned distance)
{
    uint32_t from = view->first ? view->first[row] : row, to = view->first ? view->first[row + 1] : row + 1;
    if (to > view->postings) to = view->postings; /* of a damaged file */
    for (uint32_t p = from; p < to && !s->hits->failed; p++) {
        if (view->log)
            add_logged(s->hits, view->log, view->entry[p], s->query[asked], 3, (uint8_t)distance);
        else
            add_filed(s->hits, view, view->entry[p], view->category[p], p, s->query[asked], 3, (uint8_t)distance);
    }
}

/* ---- near hashes ---- */

/* The budget of each piece: threshold + 1 in all, as evenly as it goes. */
static void share_units(uint8_t units[VG_PIECES], unsigned threshold)
{
    for (unsigned i = 0; i < VG_PIECES; i++) units[i] = (uint8_t)((threshold + 1 > i) + (threshold + 1 > VG_PIECES + i));
}

static bool found_by(const search *s, const vg_view *view, const vg_row *a, const vg_row *b, unsigned i)
{
    unsigned j = (i + 1) % VG_PIECES, u = s->units[i];
    unsigned d = (unsigned)__builtin_popcount((unsigned)(vg_row_piece(a, i) ^ vg_row_piece(b, i)) >> (16 - view->key_bits));
    unsigned e = (unsigned)__builtin_popcount((unsigned)(vg_row_piece(a, j) ^ vg_row_piece(b, j)));
    return d < u && d + e + 1 <= u + s->units[j];
}

/* Several tables find the same pair; the first of them says so. */
static bool is_first(const search *s, const vg_view *view, const vg_row *a, const vg_row *b, unsigned table)
{
    for (unsigned i = 0; i < table; i++)
        if (found_by(s, view, a, b, i)) return false;
    return true;
}

static size_t add_probe(search *s, const vg_view *view, size_t n, unsigned table, uint32_t key, uint16_t want, unsigned limit,
                        uint8_t mask)
{
    uint32_t at = view->offset[table][key], end = view->offset[table][key + 1];
    if (at >= end || end > view->rows) return n; /* empty, or a damaged file */
    s->probe[n] = (vg_probe){view->next[table], at, end, want, (uint8_t)limit, (uint8_t)table, mask};
    return n + 1;
}

static size_t make_probes(search *s, const vg_view *view, uint64_t *work)
{
    size_t n = 0;
    *work = 0;
    for (unsigned i = 0; i < VG_PIECES; i++) {
        unsigned u = s->units[i], j = (i + 1) % VG_PIECES, limit = u + s->units[j] - 1u, shift = 16 - view->key_bits;
        if (!u) continue;
        uint8_t taken = 0;
        for (unsigned q = 0; q < s->batch; q++) {
            uint8_t mask = (uint8_t)(1u << q);
            if (taken & mask) continue;
            uint16_t piece = vg_row_piece(&s->row[q], i), after = vg_row_piece(&s->row[q], j);
            uint32_t key = (uint32_t)piece >> shift;
            for (unsigned p = q + 1; p < s->batch; p++)
                if ((uint32_t)vg_row_piece(&s->row[p], i) >> shift == key && vg_row_piece(&s->row[p], j) == after) mask |= (uint8_t)(1u << p);
            taken |= mask;
            n = add_probe(s, view, n, i, key, after, limit, mask);
            for (unsigned b = 0; u > 1 && limit >= 1 && b < view->key_bits; b++)
                n = add_probe(s, view, n, i, key ^ 1u << b, after, limit - 1, mask);
        }
    }
    for (size_t i = 0; i < n; i++) *work += s->probe[i].end - s->probe[i].at;
    return n;
}

static inline uint32_t row_of(const vg_view *view, const vg_survivor *survivor)
{
    const uint8_t *id = view->id[survivor->table];
    if (!id) return survivor->at;
    id += (size_t)survivor->at * view->id_bytes;
    return (uint32_t)id[0] | (uint32_t)id[1] << 8 | (uint32_t)id[2] << 16 | (view->id_bytes == 4 ? (uint32_t)id[3] << 24 : 0);
}

static void verify(search *s, const vg_view *view, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (s->survivor[i].table) __builtin_prefetch(view->id[s->survivor[i].table] + (size_t)s->survivor[i].at * view->id_bytes);
    for (size_t i = 0; i < count; i++) {
        s->candidate[i] = row_of(view, &s->survivor[i]);
        if (s->candidate[i] < view->rows) __builtin_prefetch(&view->row[s->candidate[i]]);
    }
    for (size_t i = 0; i < count; i++) {
        if (s->candidate[i] >= view->rows) continue; /* of a damaged file */
        const vg_row *row = &view->row[s->candidate[i]];
        for (unsigned mask = s->survivor[i].mask; mask; mask &= mask - 1) {
            unsigned q = (unsigned)__builtin_ctz(mask), distance = vg_row_distance(&s->row[q], row);
            if (distance <= s->threshold && is_first(s, view, &s->row[q], row, s->survivor[i].table))
                add_row(s, view, s->candidate[i], q, distance);
        }
    }
}

static void read_all(search *s, const vg_view *view)
{
    for (uint32_t from = 0; from < view->rows; from += LINEAR_BLOCK) {
        uint32_t to = view->rows - from < LINEAR_BLOCK ? view->rows : from + LINEAR_BLOCK;
        for (unsigned q = 0; q < s->batch; q++) {
            const vg_row want = s->row[q];
            for (uint32_t r = from; r < to; r++) {
                const vg_row *row = &view->row[r];
                unsigned half = (unsigned)__builtin_popcountll(want.bits[0] ^ row->bits[0]) +
                                (unsigned)__builtin_popcountll(want.bits[1] ^ row->bits[1]);
                if (half > s->threshold) continue; /* almost always: half as much to do */
                unsigned distance = vg_row_distance(&want, row);
                if (distance <= s->threshold) add_row(s, view, r, q, distance);
            }
        }
    }
}

/* Through the tables; false, with nothing found, when reading the list is quicker. */
static bool look_in_tables(search *s, const vg_view *view)
{
    uint64_t work, survived = 0, most = (uint64_t)view->rows * s->batch, bearable = view->rows / (s->batch > 1 ? 8 : 16) + 2 * SURVIVORS;
    size_t before = s->hits->count, next = 0, probes = make_probes(s, view, &work);
    /* A candidate costs about a tenth of a row that is read in order, one that is fetched about ten times as much. */
    if (work > 4 * most) return false;
    const vg_index_kernel *kernel = vg_index_kernel_get();
    while (next < probes) {
        size_t got = kernel->scan(s->probe, probes, &next, s->survivor, SURVIVORS);
        survived += got;
        if (survived > bearable) { /* a batch gives up early: it is taken apart first */
            s->hits->count = before;
            return false;
        }
        verify(s, view, got);
    }
    return true;
}

static void look_near(search *s, const vg_view *view)
{
    const unsigned batch = s->batch;
    const vg_media_hash *hash[VG_BATCH];
    uint32_t query[VG_BATCH];
    for (unsigned q = 0; q < batch; q++) {
        vg_permutation_apply(view->permutation, s->hash[q]->bytes, &s->row[q]);
        hash[q] = s->hash[q];
        query[q] = s->query[q];
    }
    if (view->key_bits && look_in_tables(s, view)) return;
    if (!view->key_bits || batch == 1) {
        read_all(s, view);
        return;
    }
    /* Where one picture's hashes cluster its mirrored ones seldom do: each by itself, so that few read the list. */
    s->batch = 1;
    for (unsigned q = 0; q < batch; q++) {
        s->hash[0] = hash[q];
        s->query[0] = query[q];
        vg_permutation_apply(view->permutation, hash[q]->bytes, &s->row[0]);
        if (!look_in_tables(s, view)) read_all(s, view);
    }
    memcpy(s->hash, hash, batch * sizeof *hash);
    memcpy(s->query, query, batch * sizeof *query);
    s->batch = batch;
}

/* ---- equal digests ---- */

static const uint8_t digest_rank[VG_DIGESTS] = {[VG_HASH_SHA256] = 0, [VG_HASH_SHA1] = 1, [VG_HASH_MD5] = 2};

static void look_equal(vg_hits *hits, const vg_view *view, const vg_media_hash *hash, uint32_t query)
{
    const vg_keys *keys = &view->keys[hash->algorithm];
    size_t width = vg_hash_bytes(hash->algorithm);
    const uint8_t *d = hash->bytes;
    if (!keys->count) return;
    uint32_t lead = (uint32_t)d[0] << 24 | (uint32_t)d[1] << 16 | (uint32_t)d[2] << 8 | d[3];
    uint32_t of = keys->bits ? lead >> (32 - keys->bits) : 0, from = keys->first[of], to = keys->first[of + 1];
    if (from > to || to > keys->count) return; /* a damaged file */
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (memcmp(keys->bytes + (size_t)middle * width, d, width) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < keys->count && memcmp(keys->bytes + (size_t)from * width, d, width) == 0; from++) {
        if (view->log)
            add_logged(hits, view->log, keys->entry[from], query, digest_rank[hash->algorithm], 0);
        else
            add_filed(hits, view, keys->entry[from], keys->category[from], from, query, digest_rank[hash->algorithm], 0);
    }
}

/* ---- the newest additions, one after another ---- */

static unsigned raw_distance(const uint8_t a[32], const uint8_t b[32])
{
    vg_row x, y;
    memcpy(x.bits, a, 32);
    memcpy(y.bits, b, 32);
    return vg_row_distance(&x, &y);
}

static void look_in_tail(vg_hits *hits, const vg_snapshot *snapshot, const vg_media_hash *hash, uint32_t query, unsigned threshold)
{
    for (uint32_t at = snapshot->sealed; at < snapshot->count; at++) {
        const vg_log_item *item = vg_log_at(snapshot->log, at);
        if (item->algorithm != hash->algorithm) continue;
        if (hash->algorithm == VG_HASH_PDQ) {
            unsigned distance = raw_distance(item->bytes, hash->bytes);
            if (distance <= threshold) add_logged(hits, snapshot->log, at, query, 3, (uint8_t)distance);
        } else if (memcmp(item->bytes, hash->bytes, vg_hash_bytes(hash->algorithm)) == 0) {
            add_logged(hits, snapshot->log, at, query, digest_rank[hash->algorithm], 0);
        }
    }
}

/* ---- all of it ---- */

static void look_batch(search *s, const vg_snapshot *snapshot)
{
    if (!s->batch) return;
    if (snapshot->file && snapshot->file->view.rows) look_near(s, &snapshot->file->view);
    for (size_t i = 0; i < snapshot->segments; i++)
        if (snapshot->segment[i]->view.rows) look_near(s, &snapshot->segment[i]->view);
    s->batch = 0;
}

static int look(const vg_snapshot *snapshot, const vg_index_query *query, vg_hits *hits)
{
    search *s = vg_malloc(sizeof *s);
    if (!s) return -VG_ENOMEM;
    s->hits = hits;
    s->threshold = query->threshold;
    s->batch = 0;
    share_units(s->units, query->threshold);
    for (uint32_t i = 0; i < query->count; i++) {
        const vg_media_hash *hash = &query->hashes[i];
        if (hash->algorithm == VG_HASH_PDQ) {
            if (hash->quality < query->min_quality) continue;
            s->hash[s->batch] = hash;
            s->query[s->batch++] = i;
            if (s->batch == VG_BATCH) look_batch(s, snapshot);
        } else {
            if (snapshot->file) look_equal(hits, &snapshot->file->view, hash, i);
            for (size_t j = 0; j < snapshot->segments; j++) look_equal(hits, &snapshot->segment[j]->view, hash, i);
        }
        look_in_tail(hits, snapshot, hash, i, query->threshold);
    }
    look_batch(s, snapshot);
    vg_free(s);
    return hits->failed ? -VG_ENOMEM : 0;
}

int vg_index_search(const vg_index *index, const vg_index_query *query, vg_media_match *out, size_t most, size_t *found,
                    vg_error *err)
{
    vg_hits hits = {.at = hits.room, .capacity = sizeof hits.room / sizeof *hits.room};
    *found = 0;
    if (query->threshold > VG_INDEX_THRESHOLD)
        return vg_fail(err, VG_EINVAL, "threshold", "%u bits; at most %d", query->threshold, VG_INDEX_THRESHOLD);
    if (query->count >= UINT32_MAX) return vg_fail(err, VG_ETOOBIG, "hashes", "%zu at once", query->count);
    for (size_t i = 0; i < query->count; i++)
        if ((unsigned)query->hashes[i].algorithm >= VG_HASH_ALGORITHMS)
            return vg_fail(err, VG_EINVAL, "hashes", "algorithm %u is not known", (unsigned)query->hashes[i].algorithm);
    const vg_snapshot *snapshot = vg_index_snapshot_take(index);
    int rc = look(snapshot, query, &hits);
    if (rc) vg_fail(err, VG_ENOMEM, "index", "no memory to search");
    if (!rc && hits.count) rc = vg_index_answer(snapshot, query, &hits, out, most, found, err);
    vg_index_snapshot_drop(snapshot);
    if (hits.at != hits.room) vg_free(hits.at);
    return rc;
}
