/* SPDX-License-Identifier: Apache-2.0
 *
 * marks: what was said of entries since the file: removed, doubted, not doubted any more. A table by entry number.
 *
 * A removal is the number of the call that made it, and hides what was added by an earlier call.
 */
#include "signals/media/index/index_int.h"

#include "base/alloc.h"

int vg_marks_create(vg_marks **out, vg_error *err)
{
    vg_marks *marks = vg_calloc(1, sizeof *marks);
    *out = NULL;
    if (!marks) return vg_fail(err, VG_ENOMEM, "index", "no memory for marks");
    if (pthread_rwlock_init(&marks->lock, NULL)) {
        vg_free(marks);
        return vg_fail(err, VG_ENOMEM, "index", "no lock for marks");
    }
    atomic_init(&marks->references, 1);
    *out = marks;
    return 0;
}

void vg_marks_release(vg_marks **marks)
{
    vg_marks *m = *marks;
    *marks = NULL;
    if (!m || atomic_fetch_sub(&m->references, 1) != 1) return;
    pthread_rwlock_destroy(&m->lock);
    vg_free(m->slot);
    vg_free(m);
}

static size_t slot_of(const vg_mark *slot, size_t capacity, uint32_t entry)
{
    size_t i = (size_t)(entry * 0x9e3779b97f4a7c15u >> 20) & (capacity - 1); /* entries come from our own store: no one crowds them */
    while (slot[i].entry && slot[i].entry != entry) i = (i + 1) & (capacity - 1);
    return i;
}

int vg_marks_reserve(vg_marks *marks, size_t more, vg_error *err)
{
    size_t capacity = marks->capacity ? marks->capacity : 64;
    if (more > VG_BANK_MAX_ENTRIES) return vg_fail(err, VG_ETOOBIG, "index", "%zu marks at once", more);
    while ((marks->count + more) * 2 > capacity) capacity *= 2;
    if (capacity == marks->capacity) return 0;
    vg_mark *slot = vg_calloc(capacity, sizeof *slot);
    if (!slot) return vg_fail(err, VG_ENOMEM, "index", "no memory for %zu marks", capacity);
    for (size_t i = 0; i < marks->capacity; i++)
        if (marks->slot[i].entry) slot[slot_of(slot, capacity, marks->slot[i].entry)] = marks->slot[i];
    vg_mark *old = marks->slot;
    pthread_rwlock_wrlock(&marks->lock);
    marks->slot = slot;
    marks->capacity = capacity;
    pthread_rwlock_unlock(&marks->lock);
    vg_free(old);
    return 0;
}

vg_mark *vg_marks_at(vg_marks *marks, uint32_t entry)
{
    vg_mark *mark = &marks->slot[slot_of(marks->slot, marks->capacity, entry)];
    if (!mark->entry) {
        mark->entry = entry;
        marks->count++;
    }
    return mark;
}

const vg_mark *vg_marks_find(const vg_marks *marks, uint32_t entry)
{
    if (!marks->count) return NULL;
    const vg_mark *mark = &marks->slot[slot_of(marks->slot, marks->capacity, entry)];
    return mark->entry ? mark : NULL;
}
