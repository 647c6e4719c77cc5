/* SPDX-License-Identifier: Apache-2.0
 *
 * checkpoint: the two background threads: flushing the journal, writing changed pages back.
 *
 * DESIGN. Tables live in anonymous memory; only a checkpoint writes their files, so the hot path meets no
 * page that the system is writing back. A checkpoint is fuzzy: it copies changed pages while events go on,
 * makes the journal durable up to what the copies may hold (a page never reaches the disk before the entry
 * that changed it), then writes them.
 *
 *   IDLE --ask (writer: P = head, new file, new epoch)--> ASKED --> RUNNING --pages, fsync, meta names P-->
 * IDLE
 *                                                                     `--> FAILED --(writer asks again)-->
 * ASKED
 *
 * Until meta names P, the journal from the checkpoint before is kept: every word that changed since is in it,
 * so pages that were half written by a power cut, in sectors of any mixture, come out whole after redo.
 */
#include "memory/memory_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/turns.h"

enum { FLUSH_MS = 20 };

/* ---- one checkpoint ---- */

static void copy_page(uint64_t *to, const uint64_t *page)
{
    for (size_t i = 0; i < VG_PAGE_WORDS; i++) to[i] = __atomic_load_n(&page[i], __ATOMIC_RELAXED);
}

static int write_all(int fd, const void *bytes, size_t length, off_t offset, const char *name, vg_error *err)
{
    for (const char *at = bytes; length;) {
        ssize_t n = pwrite(fd, at, length, offset);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            int code = errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? VG_EFULL : VG_EIO;
            return vg_fail(err, code, name, "cannot write: %s", strerror(errno));
        }
        at += n;
        offset += n;
        length -= (size_t)n;
    }
    return 0;
}

static int write_batch(vg_disk *disk, vg_table *table, size_t count, vg_error *err)
{
    /* after the copies: whatever they hold of newer entries, these are durable first */
    atomic_thread_fence(memory_order_acquire);
    int rc =
        vg_journal_sync(&disk->journal, atomic_load_explicit(&disk->journal.head, memory_order_acquire), err);
    if (rc) return rc;
    for (size_t i = 0, n; i < count; i += n) {
        for (n = 1; i + n < count && disk->buffer_page[i + n] == disk->buffer_page[i] + n;) n++;
        off_t offset = (off_t)disk->buffer_page[i] * VG_PAGE_BYTES;
        rc = write_all(table->fd, disk->buffer + i * VG_PAGE_WORDS, n * VG_PAGE_BYTES, offset,
                       table->shape->name, err);
        if (rc) return rc;
    }
    off_t first = (off_t)disk->buffer_page[0] * VG_PAGE_BYTES;
    off_t length = (off_t)(disk->buffer_page[count - 1] + 1) * VG_PAGE_BYTES - first;
    sync_file_range(table->fd, first, length, SYNC_FILE_RANGE_WRITE); /* a hint: keeps the final sync short */
    return 0;
}

static int write_table(vg_disk *disk, vg_table *table, const uint64_t *dirty, vg_error *err)
{
    size_t pages = atomic_load_explicit(&table->capacity, memory_order_acquire), count = 0;
    for (size_t i = 0; i * 64 < pages; i++) {
        for (uint64_t bits = dirty[i]; bits; bits &= bits - 1) {
            uint32_t page = (uint32_t)(i * 64 + (unsigned)__builtin_ctzll(bits));
            copy_page(disk->buffer + count * VG_PAGE_WORDS, vg_table_page(table, page));
            disk->buffer_page[count++] = page;
            if (count < VG_CHECKPOINT_PAGES) continue;
            int rc = write_batch(disk, table, count, err);
            if (rc) return rc;
            count = 0;
        }
    }
    int rc = count ? write_batch(disk, table, count, err) : 0;
    if (!rc && fdatasync(table->fd))
        rc = vg_fail(err, VG_EIO, table->shape->name, "cannot sync: %s", strerror(errno));
    return rc;
}

int vg_checkpoint_run(struct vg_memory *memory, vg_error *err)
{
    vg_disk *disk = memory->disk;
    unsigned map = disk->old_epoch & 1;
    int rc = vg_journal_sync(&disk->journal, disk->position, err);
    for (int i = 0; !rc && i < VG_TABLES; i++)
        rc = write_table(disk, &memory->table[i], memory->table[i].dirty[map], err);
    if (!rc && fdatasync(disk->journal.file[disk->journal_file].fd))
        rc = vg_fail(err, VG_EIO, "journal", "cannot sync: %s", strerror(errno));
    if (!rc) rc = vg_disk_write_meta(memory, false, err);
    if (rc) return rc; /* the map stays: the next attempt writes these pages again */
    for (int i = 0; i < VG_TABLES; i++) {
        size_t pages = atomic_load(&memory->table[i].capacity);
        memset(memory->table[i].dirty[map], 0, (pages + 63) / 64 * 8);
    }
    return 0;
}

/* ---- asking ---- */

int vg_checkpoint_ask(struct vg_memory *memory, vg_error *err)
{
    vg_disk *disk = memory->disk;
    vg_journal *journal = &disk->journal;
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        return vg_fail(err, VG_EIO, "journal", "no random numbers: %s", strerror(errno));
    int rc = vg_journal_switch(journal, journal->active ^ 1, seed, err);
    if (rc) return rc;
    pthread_mutex_lock(&disk->lock);
    disk->old_epoch = disk->epoch++;
    disk->journal_file = journal->active;
    disk->position = journal->file[journal->active].start;
    disk->clock_day = memory->clock_day;
    disk->state = VG_CHECKPOINT_ASKED;
    pthread_cond_broadcast(&disk->changed);
    pthread_mutex_unlock(&disk->lock);
    return 0;
}

void vg_checkpoint_tend(struct vg_memory *memory)
{
    vg_disk *disk = memory->disk;
    vg_journal *journal = &disk->journal;
    uint64_t head = atomic_load_explicit(&journal->head, memory_order_relaxed);
    if (__builtin_expect(head < disk->look_at, 1)) return;
    disk->look_at = head + journal->soft / 16;
    if (vg_journal_used(journal) < journal->soft) return;
    pthread_mutex_lock(&disk->lock);
    vg_checkpoint_state state = disk->state;
    if (state == VG_CHECKPOINT_FAILED) { /* the same again */
        disk->state = VG_CHECKPOINT_ASKED;
        pthread_cond_broadcast(&disk->changed);
    }
    pthread_mutex_unlock(&disk->lock);
    if (state == VG_CHECKPOINT_IDLE)
        vg_checkpoint_ask(memory, NULL); /* failing: the journal says so when it is full */
}

bool vg_checkpoint_wait(struct vg_memory *memory)
{
    vg_disk *disk = memory->disk;
    bool done = false;
    pthread_mutex_lock(&disk->lock);
    if (disk->state == VG_CHECKPOINT_FAILED && disk->checkpointer_runs) {
        disk->state = VG_CHECKPOINT_ASKED;
        pthread_cond_broadcast(&disk->changed);
    }
    while (disk->state == VG_CHECKPOINT_ASKED || disk->state == VG_CHECKPOINT_RUNNING)
        pthread_cond_wait(&disk->changed, &disk->lock);
    done = disk->state == VG_CHECKPOINT_IDLE;
    pthread_mutex_unlock(&disk->lock);
    disk->look_at = 0;
    return done;
}

/* ---- threads ---- */

static void *checkpoint_loop(void *context)
{
    struct vg_memory *memory = context;
    vg_disk *disk = memory->disk;
    pthread_mutex_lock(&disk->lock);
    while (!disk->stopping || disk->state == VG_CHECKPOINT_ASKED) {
        if (disk->state != VG_CHECKPOINT_ASKED) {
            pthread_cond_wait(&disk->changed, &disk->lock);
            continue;
        }
        disk->state = VG_CHECKPOINT_RUNNING;
        pthread_mutex_unlock(&disk->lock);
        vg_error err = {0};
        int rc = vg_checkpoint_run(memory, &err);
        if (rc) vg_log(VG_LOG_ERROR, "memory", "checkpoint failed: %s: %s", err.where, err.what);
        pthread_mutex_lock(&disk->lock);
        disk->state = rc ? VG_CHECKPOINT_FAILED : VG_CHECKPOINT_IDLE;
        pthread_cond_broadcast(&disk->changed);
    }
    pthread_mutex_unlock(&disk->lock);
    return NULL;
}

/* So that no event waits for the system to find and empty a page; an old kernel may refuse, then they do. */
static void populate(vg_table *table, size_t from, size_t to)
{
#ifdef MADV_POPULATE_WRITE
    madvise(table->pages + from * VG_PAGE_WORDS, (to - from) * VG_PAGE_BYTES, MADV_POPULATE_WRITE);
#else
    (void)table, (void)from, (void)to;
#endif
}

/* Memory and disk for the next pages before an event asks for them. */
static void grow_ahead(vg_table *table)
{
    size_t capacity = atomic_load(&table->capacity), next = vg_table_next_capacity(table);
    if (capacity - atomic_load(&table->used) > (next - capacity) / 2) return;
    if (vg_table_grow(table, next, NULL)) return; /* the event that needs it will say so */
    populate(table, capacity, next);
}

static void *flush_loop(void *context)
{
    struct vg_memory *memory = context;
    vg_disk *disk = memory->disk;
    bool told = false;
    vg_turns_short(); /* its syncs share the file system's journal with those of cases */
    for (int i = 0; i < VG_TABLES; i++)
        populate(&memory->table[i], 0, atomic_load(&memory->table[i].capacity));
    pthread_mutex_lock(&disk->lock);
    while (!disk->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += FLUSH_MS * 1000000L;
        if (until.tv_nsec >= 1000000000L) {
            until.tv_nsec -= 1000000000L;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&disk->wake, &disk->lock, &until);
        pthread_mutex_unlock(&disk->lock);
        vg_error err = {0};
        if (vg_journal_sync(&disk->journal, atomic_load(&disk->journal.head), &err) && !told) {
            vg_log(VG_LOG_ERROR, "memory", "%s: %s", err.where, err.what);
            told = true;
        }
        vg_journal_grow_ahead(&disk->journal);
        for (int i = 0; i < VG_TABLE_SEEN; i++) grow_ahead(&memory->table[i]);
        pthread_mutex_lock(&disk->lock);
    }
    pthread_mutex_unlock(&disk->lock);
    return NULL;
}

int vg_checkpoint_start_threads(struct vg_memory *memory, vg_error *err)
{
    vg_disk *disk = memory->disk;
    disk->flusher_runs = pthread_create(&disk->flusher, NULL, flush_loop, memory) == 0;
    disk->checkpointer_runs = pthread_create(&disk->checkpointer, NULL, checkpoint_loop, memory) == 0;
    if (disk->flusher_runs && disk->checkpointer_runs) return 0;
    return vg_fail(err, VG_EIO, "memory", "cannot start a thread");
}

void vg_checkpoint_stop_threads(struct vg_memory *memory)
{
    vg_disk *disk = memory->disk;
    pthread_mutex_lock(&disk->lock);
    disk->stopping = true;
    pthread_cond_broadcast(&disk->changed);
    pthread_cond_broadcast(&disk->wake);
    pthread_mutex_unlock(&disk->lock);
    if (disk->flusher_runs) pthread_join(disk->flusher, NULL);
    if (disk->checkpointer_runs) pthread_join(disk->checkpointer, NULL);
    disk->flusher_runs = disk->checkpointer_runs = false;
}
