/* SPDX-License-Identifier: Apache-2.0
 *
 * index: one index over its life: opened, added to, removed from, reloaded, closed.
 *
 * DESIGN. A search takes the current *snapshot* (file, marks, log, segments) by counting a reference and works on it without a lock.
 * Whoever changes something makes a new snapshot beside and publishes it; one at a time. The log only grows beyond what a
 * snapshot counts. Marks change in place, under a lock of their own that a search takes once it has found something: that is how
 * a removal holds at once. A reload publishes a copy of the marks with the new file, so that a search on the old
 * file still has the removals that the new one no longer needs.
 *
 *   search --take--> [snapshot n]            writer: copy, change, publish --> [snapshot n + 1]
 *          <--drop-- freed with its last reader
 */
#include "signals/media/index/index_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { NAME_CHUNK = 64, NAME_CHUNKS = VG_BANK_MAX_CATEGORIES / NAME_CHUNK };

struct vg_index {
    pthread_mutex_t changing; /* one at a time: everything below but what is atomic */
    pthread_rwlock_t lock;    /* of `now`; held for the counting of a reference */
    vg_snapshot *now;
    uint64_t turn;
    _Atomic(uint64_t) change;
    vg_permutation permutation; /* of segments */
    vg_str *name[NAME_CHUNKS];
    atomic_uint names; /* those below it are there for good */
};

/* ---- snapshots ---- */

const vg_snapshot *vg_index_snapshot_take(const vg_index *index)
{
    vg_index *i = (vg_index *)(uintptr_t)index; /* counting is no change */
    pthread_rwlock_rdlock(&i->lock);
    vg_snapshot *now = i->now;
    atomic_fetch_add(&now->references, 1);
    pthread_rwlock_unlock(&i->lock);
    return now;
}

static void log_release(vg_log **log)
{
    vg_log *l = *log;
    *log = NULL;
    if (!l || atomic_fetch_sub(&l->references, 1) != 1) return;
    for (size_t i = 0; i < VG_LOG_CHUNKS && l->chunk[i]; i++) vg_free(l->chunk[i]);
    vg_free(l);
}

void vg_index_snapshot_drop(const vg_snapshot *snapshot)
{
    vg_snapshot *s = (vg_snapshot *)(uintptr_t)snapshot;
    if (!s || atomic_fetch_sub(&s->references, 1) != 1) return;
    vg_index_file_release(&s->file);
    vg_marks_release(&s->marks);
    for (size_t i = 0; i < s->segments; i++) vg_segment_release(&s->segment[i]);
    log_release(&s->log);
    vg_free(s);
}

static vg_snapshot *snapshot_new(vg_error *err)
{
    vg_snapshot *s = vg_calloc(1, sizeof *s);
    if (!s) vg_fail(err, VG_ENOMEM, "index", "no memory for a snapshot");
    if (s) atomic_init(&s->references, 1);
    return s;
}

static vg_snapshot *snapshot_copy(const vg_snapshot *from, vg_error *err)
{
    vg_snapshot *s = snapshot_new(err);
    if (!s) return NULL;
    s->file = from->file;
    s->marks = from->marks;
    s->log = from->log;
    s->segments = from->segments;
    s->sealed = from->sealed;
    s->count = from->count;
    memcpy(s->segment, from->segment, sizeof s->segment);
    if (s->file) atomic_fetch_add(&s->file->references, 1);
    atomic_fetch_add(&s->marks->references, 1);
    if (s->log) atomic_fetch_add(&s->log->references, 1);
    for (size_t i = 0; i < s->segments; i++) atomic_fetch_add(&s->segment[i]->references, 1);
    return s;
}

static void publish(vg_index *index, vg_snapshot *next)
{
    pthread_rwlock_wrlock(&index->lock);
    vg_snapshot *old = index->now;
    index->now = next;
    pthread_rwlock_unlock(&index->lock);
    vg_index_snapshot_drop(old);
}

uint64_t vg_index_change(const vg_index *index) { return atomic_load(&((vg_index *)(uintptr_t)index)->change); }

/* ---- categories ---- */

static int number_of(vg_index *index, vg_str name, uint16_t *number, vg_error *err)
{
    unsigned names = atomic_load_explicit(&index->names, memory_order_acquire);
    if (name.len > VG_BANK_MAX_CATEGORY)
        return vg_fail(err, VG_EINVAL, "category", "%zu bytes; at most %d", name.len, VG_BANK_MAX_CATEGORY);
    for (unsigned i = 0; i < names; i++) {
        if (!vg_str_eq(index->name[i / NAME_CHUNK][i % NAME_CHUNK], name)) continue;
        *number = (uint16_t)i;
        return 0;
    }
    if (names == VG_BANK_MAX_CATEGORIES) return vg_fail(err, VG_EFULL, "category", "an index holds %d categories", VG_BANK_MAX_CATEGORIES);
    if (!index->name[names / NAME_CHUNK]) index->name[names / NAME_CHUNK] = vg_calloc(NAME_CHUNK, sizeof(vg_str));
    char *copy = index->name[names / NAME_CHUNK] ? vg_malloc(name.len + 1) : NULL;
    if (!copy) return vg_fail(err, VG_ENOMEM, "category", "no memory for another category");
    if (name.len) memcpy(copy, name.ptr, name.len);
    copy[name.len] = '\0';
    index->name[names / NAME_CHUNK][names % NAME_CHUNK] = (vg_str){copy, name.len};
    atomic_store_explicit(&index->names, names + 1, memory_order_release);
    *number = (uint16_t)names;
    return 0;
}

int vg_index_category(vg_index *index, vg_str name, uint16_t *number, vg_error *err)
{
    pthread_mutex_lock(&index->changing);
    int rc = number_of(index, name, number, err);
    pthread_mutex_unlock(&index->changing);
    return rc;
}

vg_str vg_index_category_name(const vg_index *index, uint16_t number)
{
    if (number >= atomic_load_explicit(&index->names, memory_order_acquire)) return (vg_str){"", 0};
    return index->name[number / NAME_CHUNK][number % NAME_CHUNK];
}

static int map_categories(vg_index *index, vg_index_file *file, vg_error *err)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < file->view.category_count; i++)
        rc = number_of(index, vg_index_file_category(file, i), &file->category_map[i], err);
    return rc;
}

/* ---- opening and closing ---- */

int vg_index_create(vg_index **out, vg_error *err)
{
    uint8_t from[256];
    *out = NULL;
    vg_index *index = vg_calloc(1, sizeof *index);
    if (!index) return vg_fail(err, VG_ENOMEM, "index", "no memory for an index");
    pthread_mutex_init(&index->changing, NULL); /* neither fails with the default attributes here */
    pthread_rwlock_init(&index->lock, NULL);
    atomic_init(&index->names, 0);
    vg_permutation_default(from);
    vg_permutation_set(&index->permutation, from);
    index->now = snapshot_new(err);
    int rc = index->now ? vg_marks_create(&index->now->marks, err) : -VG_ENOMEM;
    if (rc) {
        vg_index_close(&index);
        return rc;
    }
    *out = index;
    return 0;
}

int vg_index_open(vg_index **out, const char *path, vg_index_label *label, vg_error *err)
{
    vg_index_file *file = NULL;
    vg_index *index = NULL;
    *out = NULL;
    int rc = vg_index_file_open(&file, path, label, err);
    if (!rc) rc = vg_index_create(&index, err);
    if (!rc) rc = map_categories(index, file, err);
    if (rc) {
        vg_index_file_release(&file);
        vg_index_close(&index);
        return rc;
    }
    index->change = file->label.change;
    index->now->file = file;
    *out = index;
    return 0;
}

void vg_index_close(vg_index **index)
{
    vg_index *i = *index;
    *index = NULL;
    if (!i) return;
    vg_index_snapshot_drop(i->now);
    for (unsigned n = 0; n < NAME_CHUNKS && i->name[n]; n++) {
        for (unsigned m = 0; m < NAME_CHUNK; m++) vg_free((void *)(uintptr_t)i->name[n][m].ptr);
        vg_free(i->name[n]);
    }
    pthread_rwlock_destroy(&i->lock);
    pthread_mutex_destroy(&i->changing);
    vg_free(i);
}

int vg_index_check(vg_index *index, vg_error *err)
{
    const vg_snapshot *snapshot = vg_index_snapshot_take(index);
    int rc = snapshot->file ? vg_index_file_check(snapshot->file, err) : 0;
    vg_index_snapshot_drop(snapshot);
    return rc;
}

/* ---- adding ---- */

static int log_append(vg_snapshot *s, const vg_log_item *item, vg_error *err)
{
    size_t chunk = s->count / VG_LOG_CHUNK;
    if (chunk == VG_LOG_CHUNKS) return vg_fail(err, VG_EFULL, "index", "%u additions: the index must be written anew", s->count);
    if (!s->log) {
        s->log = vg_calloc(1, sizeof *s->log);
        if (s->log) atomic_init(&s->log->references, 1);
    }
    if (s->log && !s->log->chunk[chunk]) s->log->chunk[chunk] = vg_malloc(VG_LOG_CHUNK * sizeof(vg_log_item));
    if (!s->log || !s->log->chunk[chunk]) return vg_fail(err, VG_ENOMEM, "index", "no memory for another addition");
    s->log->chunk[chunk][s->count % VG_LOG_CHUNK] = *item;
    s->count++;
    return 0;
}

/* Makes a segment of the newest additions, together with the segments before that are not longer. */
static int seal(vg_index *index, vg_snapshot *s, vg_error *err)
{
    uint32_t from = s->sealed;
    size_t kept = s->segments;
    vg_segment *segment;
    if (s->count - s->sealed < VG_TAIL) return 0;
    while (kept && (s->segment[kept - 1]->to - s->segment[kept - 1]->from <= s->count - from || kept == VG_SEGMENTS))
        from = s->segment[--kept]->from;
    int rc = vg_segment_create(&segment, s->log, &index->permutation, from, s->count, err);
    if (rc) return rc;
    while (s->segments > kept) vg_segment_release(&s->segment[--s->segments]);
    s->segment[s->segments++] = segment;
    s->sealed = s->count;
    return 0;
}

/* Additions are searchable before this, one after another; it makes looking through them quick. What memory it cannot have now, the
 * next addition asks for again. */
static void tidy(vg_index *index)
{
    if (index->now->count - index->now->sealed < VG_TAIL) return;
    vg_snapshot *next = snapshot_copy(index->now, NULL);
    if (next && !seal(index, next, NULL))
        publish(index, next);
    else
        vg_index_snapshot_drop(next);
}

static int check_item(const vg_index *index, const vg_index_item *item, vg_error *err)
{
    if (item->entry == 0 || item->entry > VG_BANK_MAX_ENTRIES - 1 || (unsigned)item->hash.algorithm >= VG_HASH_ALGORITHMS)
        return vg_fail(err, VG_EINVAL, "index", "entry %u, algorithm %u: not what an index holds", item->entry,
                       (unsigned)item->hash.algorithm);
    unsigned names = atomic_load_explicit(&index->names, memory_order_acquire);
    if (item->category >= names && (names || item->category))
        return vg_fail(err, VG_EINVAL, "index", "category %u is not in the table of %u", item->category, names);
    return 0;
}

static vg_log_item logged(const vg_index_item *item, uint64_t change, uint64_t turn)
{
    vg_log_item out = {.change = change, .turn = turn, .entry = item->entry, .category = item->category,
                       .algorithm = (uint16_t)item->hash.algorithm};
    if (item->doubted) out.entry |= VG_ENTRY_DOUBT;
    if (item->hash.algorithm == VG_HASH_PDQ && item->hash.frame) out.entry |= VG_ENTRY_FRAME;
    memcpy(out.bytes, item->hash.bytes, vg_hash_bytes(item->hash.algorithm));
    return out;
}

int vg_index_add(vg_index *index, uint64_t change, const vg_index_item *items, size_t count, vg_error *err)
{
    pthread_mutex_lock(&index->changing);
    vg_snapshot *next = snapshot_copy(index->now, err);
    int rc = next ? 0 : -VG_ENOMEM;
    for (size_t i = 0; !rc && i < count; i++) {
        rc = check_item(index, &items[i], err);
        vg_log_item item = logged(&items[i], change, index->turn + 1);
        if (!rc) rc = log_append(next, &item, err);
    }
    if (rc) {
        vg_index_snapshot_drop(next);
    } else {
        index->turn++;
        if (change > index->change) index->change = change;
        publish(index, next);
        tidy(index);
    }
    pthread_mutex_unlock(&index->changing);
    return rc;
}

/* ---- marking ---- */

int vg_index_remove(vg_index *index, uint64_t change, const uint32_t *entries, size_t count, vg_error *err)
{
    pthread_mutex_lock(&index->changing);
    vg_marks *marks = index->now->marks;
    int rc = vg_marks_reserve(marks, count, err);
    if (!rc) {
        uint64_t turn = ++index->turn;
        pthread_rwlock_wrlock(&marks->lock);
        for (size_t i = 0; i < count; i++) {
            if (entries[i] == 0 || entries[i] > VG_ENTRY_NUMBER) continue;
            vg_mark *mark = vg_marks_at(marks, entries[i]);
            marks->removed += !mark->removed;
            mark->removed = turn;
            mark->change = change;
        }
        pthread_rwlock_unlock(&marks->lock);
        if (change > index->change) index->change = change;
    }
    pthread_mutex_unlock(&index->changing);
    return rc;
}

int vg_index_doubt(vg_index *index, uint64_t change, const uint32_t *entries, size_t count, bool doubted, vg_error *err)
{
    pthread_mutex_lock(&index->changing);
    vg_marks *marks = index->now->marks;
    int rc = vg_marks_reserve(marks, count, err);
    if (!rc) {
        pthread_rwlock_wrlock(&marks->lock);
        for (size_t i = 0; i < count; i++)
            if (entries[i] != 0 && entries[i] <= VG_ENTRY_NUMBER) vg_marks_at(marks, entries[i])->doubt = doubted ? 2 : 1;
        pthread_rwlock_unlock(&marks->lock);
        if (change > index->change) index->change = change;
    }
    pthread_mutex_unlock(&index->changing);
    return rc;
}

/* ---- reloading ---- */

/* Removals that are newer than the file. Doubts are all kept: what was said last holds, whatever the file says. */
static int keep_marks(const vg_marks *from, uint64_t change, vg_marks *to, vg_error *err)
{
    int rc = vg_marks_reserve(to, from->count, err);
    for (size_t i = 0; !rc && i < from->capacity; i++) {
        const vg_mark *mark = &from->slot[i];
        bool removed = mark->removed && mark->change > change;
        if (!mark->entry || (!removed && !mark->doubt)) continue;
        vg_mark *kept = vg_marks_at(to, mark->entry);
        *kept = *mark;
        if (!removed) kept->removed = kept->change = 0;
        to->removed += removed;
    }
    return rc;
}

static int keep_additions(const vg_snapshot *from, uint64_t change, vg_snapshot *to, vg_error *err)
{
    int rc = 0;
    for (uint32_t i = 0; !rc && i < from->count; i++) {
        const vg_log_item *item = vg_log_at(from->log, i);
        if (item->change > change) rc = log_append(to, item, err);
    }
    return rc;
}

int vg_index_reload(vg_index *index, const char *path, vg_index_label *label, vg_error *err)
{
    vg_index_file *file = NULL;
    vg_snapshot *next = NULL;
    int rc = vg_index_file_open(&file, path, label, err);
    if (rc) return rc;
    pthread_mutex_lock(&index->changing);
    rc = map_categories(index, file, err);
    if (!rc) next = snapshot_new(err);
    if (!rc && !next) rc = -VG_ENOMEM;
    if (!rc) rc = vg_marks_create(&next->marks, err);
    if (!rc) rc = keep_marks(index->now->marks, file->label.change, next->marks, err);
    if (!rc) rc = keep_additions(index->now, file->label.change, next, err);
    if (rc) {
        vg_index_snapshot_drop(next);
        vg_index_file_release(&file);
    } else {
        next->file = file;
        if (file->label.change > index->change) index->change = file->label.change;
        publish(index, next);
        tidy(index);
    }
    pthread_mutex_unlock(&index->changing);
    return rc;
}
