/* SPDX-License-Identifier: Apache-2.0
 *
 * journal: where entries go: a mapped ring (survives kill -9), then files (survive a power cut).
 *
 * DESIGN. A position counts the bytes of all entries ever written. The writer builds an entry in the ring, a
 * small file that is mapped and shared, and moves `head`: no system call, and the page cache keeps it when
 * the process dies. The flusher copies what is new to the active journal file and syncs it. The ring's pages
 * stay resident and writable, which a growing mapped file's would not: there a first touch costs
 * microseconds, and again after each write-back.
 *
 *      written by the writer          by the flusher (or the writer, when the ring is full)
 *   ring  [ . . e7 e8 e9 | head ]  -->  drained  -->  fdatasync  -->  durable
 *
 * Two files take turns: when the active one is long, the writer goes on in the other at position P, and once
 * a checkpoint has written everything before P into the tables, the first file is free again. An entry never
 * wraps: the end of the ring is filled with a pad. Checksums hold the position and a seed that each file and
 * each start renews, so that leftovers in a reused file or ring are never taken for entries.
 */
#include "memory/memory_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_LEAST = 1 << 20,
    STEP_MOST = 32 << 20,
    DRAIN_BYTES = 128 << 10, /* when the writer must help itself */
    ENTRY_BYTES = VG_ENTRY_WORDS_MAX * 8,
};

static const uint64_t FILE_MAGIC = 0x4c4e524a4749564d; /* "MVIGJRNL" */

typedef struct file_header {
    uint64_t magic, start, seed, check;
} file_header;

/* ---- files ---- */

static int open_file(int dir, const char *name, int *fd, vg_error *err)
{
    *fd = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return *fd < 0 ? vg_fail(err, VG_EIO, name, "cannot open the journal: %s", strerror(errno)) : 0;
}

static int allocate(vg_journal_file *file, size_t bytes, vg_error *err)
{
    if (bytes <= atomic_load(&file->allocated)) return 0;
    int rc = posix_fallocate(file->fd, 0, (off_t)bytes);
    if (rc == ENOSPC || rc == EFBIG || rc == EDQUOT)
        return vg_fail(err, VG_EFULL, "journal", "no space on the disk for %zu KiB of journal", bytes >> 10);
    if (rc) return vg_fail(err, VG_EIO, "journal", "the journal cannot grow: %s", strerror(rc));
    atomic_store(&file->allocated, bytes);
    return 0;
}

int vg_journal_open(vg_journal *journal, int dir, size_t soft_bytes, vg_error *err)
{
    static const char *const names[2] = {"journal.0", "journal.1"};
    journal->ring_fd = journal->file[0].fd = journal->file[1].fd = -1;
    journal->soft = soft_bytes < 4 * ENTRY_BYTES ? 4 * ENTRY_BYTES : soft_bytes;
    journal->hard = 2 * journal->soft + FILE_LEAST;
    pthread_mutex_init(&journal->lock, NULL);
    pthread_mutex_init(&journal->draining, NULL);
    pthread_mutex_init(&journal->syncing, NULL);
    pthread_mutex_init(&journal->growing, NULL);
    for (int i = 0; i < 2; i++) {
        struct stat st;
        int rc = open_file(dir, names[i], &journal->file[i].fd, err);
        if (rc) return rc;
        if (fstat(journal->file[i].fd, &st)) return vg_fail(err, VG_EIO, names[i], "%s", strerror(errno));
        rc = allocate(&journal->file[i], (size_t)st.st_size < FILE_LEAST ? FILE_LEAST : (size_t)st.st_size,
                      err);
        if (rc) return rc;
    }
    int rc = open_file(dir, "ring", &journal->ring_fd, err);
    if (rc) return rc;
    rc = posix_fallocate(journal->ring_fd, 0, VG_RING_BYTES);
    if (rc == ENOSPC || rc == EFBIG || rc == EDQUOT)
        return vg_fail(err, VG_EFULL, "ring", "no space on the disk for %d MiB", VG_RING_BYTES >> 20);
    if (rc) return vg_fail(err, VG_EIO, "ring", "%s", strerror(rc));
    void *at = mmap(NULL, VG_RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, journal->ring_fd, 0);
    if (at == MAP_FAILED) return vg_fail(err, VG_EIO, "ring", "cannot map: %s", strerror(errno));
    journal->ring = at;
    madvise(at, VG_RING_BYTES, MADV_DONTDUMP);
#ifdef MADV_POPULATE_WRITE
    madvise(at, VG_RING_BYTES,
            MADV_POPULATE_WRITE); /* so that no event waits for a page; an old kernel may refuse */
#endif
    return 0;
}

void vg_journal_close(vg_journal *journal)
{
    if (journal->ring) munmap(journal->ring, VG_RING_BYTES);
    if (journal->ring_fd >= 0) close(journal->ring_fd);
    for (int i = 0; i < 2; i++)
        if (journal->file[i].fd >= 0) close(journal->file[i].fd);
    journal->ring = NULL;
    journal->ring_fd = journal->file[0].fd = journal->file[1].fd = -1;
}

static uint64_t header_check(const file_header *header)
{
    return vg_hash_mix(vg_hash_mix(header->start, header->seed), FILE_MAGIC);
}

static bool read_header(const vg_journal_file *file, file_header *header)
{
    return pread(file->fd, header, sizeof *header, 0) == (ssize_t)sizeof *header &&
           header->magic == FILE_MAGIC && header->check == header_check(header);
}

int vg_journal_switch(vg_journal *journal, unsigned index, uint64_t seed, vg_error *err)
{
    uint64_t head = atomic_load(&journal->head);
    file_header header = {.magic = FILE_MAGIC, .start = head, .seed = seed};
    header.check = header_check(&header);
    if (pwrite(journal->file[index].fd, &header, sizeof header, 0) != (ssize_t)sizeof header)
        return vg_fail(err, VG_EIO, "journal", "cannot write: %s", strerror(errno));
    pthread_mutex_lock(&journal->lock);
    journal->file[index].start = head;
    journal->active = index;
    pthread_mutex_unlock(&journal->lock);
    journal->seed = seed;
    return 0;
}

/* ---- draining and syncing ---- */

static int break_down(vg_journal *journal, vg_error *err)
{
    int saved = errno;
    atomic_store(&journal->broken, true);
    return vg_fail(err, VG_EIO, "journal", "cannot write: %s", strerror(saved));
}

/* Writes the ring's new part to the files, up to `most` bytes. */
static int drain(vg_journal *journal, uint64_t most, vg_error *err)
{
    int rc = 0;
    pthread_mutex_lock(&journal->draining);
    uint64_t from = atomic_load(&journal->drained),
             head = atomic_load_explicit(&journal->head, memory_order_acquire);
    if (head - from > most) head = from + most;
    while (from < head) {
        pthread_mutex_lock(&journal->lock);
        unsigned index = journal->active;
        uint64_t start = journal->file[index].start, end = head;
        if (from < start) { /* the rest of the file before */
            index ^= 1;
            if (end > start) end = start;
            start = journal->file[index].start;
        }
        pthread_mutex_unlock(&journal->lock);
        size_t offset = from % VG_RING_BYTES, length = (size_t)(end - from);
        if (length > VG_RING_BYTES - offset) length = VG_RING_BYTES - offset;
        ssize_t n = pwrite(journal->file[index].fd, journal->ring + offset, length,
                           (off_t)(VG_JOURNAL_HEADER + from - start));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            rc = break_down(journal, err);
            break;
        }
        from += (uint64_t)n;
        atomic_store_explicit(&journal->drained, from, memory_order_release);
    }
    pthread_mutex_unlock(&journal->draining);
    return rc;
}

int vg_journal_sync(vg_journal *journal, uint64_t position, vg_error *err)
{
    int rc = 0;
    if (atomic_load(&journal->durable) >= position) return 0;
    pthread_mutex_lock(&journal->syncing);
    uint64_t durable = atomic_load(&journal->durable);
    if (durable >= position) goto out;
    if (atomic_load(&journal->broken)) {
        rc = vg_fail(err, VG_EIO, "journal", "an earlier write failed");
        goto out;
    }
    rc = drain(journal, UINT64_MAX, err);
    if (rc) goto out;
    uint64_t target = atomic_load(&journal->drained);
    pthread_mutex_lock(&journal->lock);
    unsigned active = journal->active;
    uint64_t start = journal->file[active].start;
    pthread_mutex_unlock(&journal->lock);
    /* the older file first: the newer one continues it */
    if ((durable < start && fdatasync(journal->file[active ^ 1].fd)) || fdatasync(journal->file[active].fd)) {
        rc = break_down(journal, err);
        goto out;
    }
    atomic_store(&journal->durable, target);
out:
    pthread_mutex_unlock(&journal->syncing);
    return rc;
}

/* ---- appending ---- */

static int grow(vg_journal *journal, vg_journal_file *file, size_t needed, vg_error *err)
{
    pthread_mutex_lock(&journal->growing);
    size_t now = atomic_load(&file->allocated), most = journal->hard + VG_JOURNAL_HEADER + 2 * ENTRY_BYTES;
    size_t bytes = now + (now < STEP_MOST ? now : STEP_MOST);
    if (bytes > most) bytes = most;
    if (bytes < needed) bytes = needed;
    int rc = allocate(file, bytes, err);
    pthread_mutex_unlock(&journal->growing);
    return rc;
}

void vg_journal_grow_ahead(vg_journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    vg_journal_file *file = &journal->file[journal->active];
    uint64_t start = file->start;
    pthread_mutex_unlock(&journal->lock);
    uint64_t used = atomic_load(&journal->head) - start;
    size_t now = atomic_load(&file->allocated);
    if (now < journal->hard && used + now / 4 > now) grow(journal, file, 0, NULL);
}

uint64_t *vg_journal_reserve(vg_journal *journal, vg_error *err)
{
    if (atomic_load_explicit(&journal->broken, memory_order_relaxed)) {
        vg_fail(err, VG_EIO, "journal", "an earlier write failed");
        return NULL;
    }
    uint64_t head = atomic_load_explicit(&journal->head, memory_order_relaxed);
    vg_journal_file *file = &journal->file[journal->active];
    size_t needed =
        (size_t)(VG_JOURNAL_HEADER + head - file->start) + 2 * ENTRY_BYTES; /* a pad may come first */
    if (needed > atomic_load_explicit(&file->allocated, memory_order_relaxed)) {
        if (needed > journal->hard + VG_JOURNAL_HEADER) {
            vg_fail(err, VG_EFULL, "journal", "the journal is full and its checkpoint is not done");
            return NULL;
        }
        if (grow(journal, file, needed, err)) return NULL;
    }
    while (head + 2 * ENTRY_BYTES - atomic_load_explicit(&journal->drained, memory_order_acquire) >
           VG_RING_BYTES)
        if (drain(journal, DRAIN_BYTES, err)) return NULL;
    size_t offset = head % VG_RING_BYTES;
    if (VG_RING_BYTES - offset < ENTRY_BYTES) {
        vg_entry pad = {.words = (uint64_t *)(void *)(journal->ring + offset)};
        vg_entry_pad(&pad, (VG_RING_BYTES - offset) / 8, journal->seed, head);
        head += VG_RING_BYTES - offset;
        atomic_store_explicit(&journal->head, head, memory_order_release);
        offset = 0;
    }
    return (uint64_t *)(void *)(journal->ring + offset);
}

void vg_journal_append(vg_journal *journal, vg_entry *entry, vg_entry_type type)
{
    uint64_t head = atomic_load_explicit(&journal->head, memory_order_relaxed);
    vg_entry_finish(entry, type, journal->seed, head);
    atomic_store_explicit(&journal->head, head + entry->count * 8, memory_order_release);
    /* a checkpoint that sees a word of this change must see the new head too, and sync up to it first */
    atomic_thread_fence(memory_order_release);
}

int vg_journal_reseed(vg_journal *journal, vg_error *err)
{
    uint64_t *words = vg_journal_reserve(journal, err), seed;
    if (!words) return err ? -err->code : -VG_EIO;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        return vg_fail(err, VG_EIO, "journal", "no random numbers: %s", strerror(errno));
    vg_entry entry;
    vg_entry_begin(&entry, words);
    entry.words[entry.count++] = seed;
    vg_journal_append(journal, &entry, VG_ENTRY_SEED);
    journal->seed = seed;
    return 0;
}

/* ---- replay ---- */

typedef struct replay {
    const uint64_t *map[2]; /* the two files */
    size_t bytes[2];
    file_header header[2];
    bool valid[2];
    unsigned file;
    bool in_ring;
    uint64_t position, seed;
} replay;

static int map_files(vg_journal *journal, replay *r, vg_error *err)
{
    for (int i = 0; i < 2; i++) {
        r->valid[i] = read_header(&journal->file[i], &r->header[i]);
        r->bytes[i] = atomic_load(&journal->file[i].allocated);
        void *at = mmap(NULL, r->bytes[i], PROT_READ, MAP_SHARED, journal->file[i].fd, 0);
        if (at == MAP_FAILED) return vg_fail(err, VG_EIO, "journal", "cannot map: %s", strerror(errno));
        r->map[i] = at;
    }
    return 0;
}

/* The entry at the position, in the file or, once that ends, in the ring; NULL at the end. */
static const uint64_t *next_entry(const vg_journal *journal, replay *r, size_t *count, vg_entry_type *type)
{
    if (!r->in_ring) {
        uint64_t offset = VG_JOURNAL_HEADER + r->position - r->header[r->file].start;
        if (offset < r->bytes[r->file]) {
            const uint64_t *at = r->map[r->file] + offset / 8;
            *count = vg_entry_check(at, (r->bytes[r->file] - offset) / 8, r->seed, r->position, type);
            if (*count) return at;
        }
        r->in_ring = true;
    }
    size_t offset = r->position % VG_RING_BYTES;
    const uint64_t *at = (const uint64_t *)(const void *)(journal->ring + offset);
    *count = vg_entry_check(at, (VG_RING_BYTES - offset) / 8, r->seed, r->position, type);
    return *count ? at : NULL;
}

int vg_journal_replay(struct vg_memory *memory, unsigned first, uint64_t position,
                      void (*moved)(struct vg_memory *), uint64_t *entries, vg_error *err)
{
    vg_journal *journal = &memory->disk->journal;
    replay r = {.file = first, .position = position};
    uint64_t drained = position;
    *entries = 0;
    int rc = map_files(journal, &r, err);
    if (rc) goto out;
    if (!r.valid[first] || r.header[first].start != position) {
        rc = vg_fail(err, VG_ECORRUPT, "journal",
                     "the journal does not begin where the last checkpoint ended");
        goto out;
    }
    r.seed = r.header[first].seed;
    for (;;) {
        if (r.file == first && r.valid[first ^ 1] && r.header[first ^ 1].start == r.position &&
            r.position > position) {
            r.file ^= 1;
            r.seed = r.header[r.file].seed;
            moved(memory);
        }
        size_t count = 0;
        vg_entry_type type = VG_ENTRY_CHANGE;
        const uint64_t *words = next_entry(journal, &r, &count, &type);
        if (!words) break;
        if (type == VG_ENTRY_CHANGE && !vg_entry_apply(memory, words, true)) {
            rc = vg_fail(err, VG_ECORRUPT, "journal", "an entry at %llu cannot be applied",
                         (unsigned long long)r.position);
            goto out;
        }
        if (type == VG_ENTRY_SEED && count > 2) r.seed = words[2];
        *entries += type == VG_ENTRY_CHANGE;
        r.position += count * 8;
        if (!r.in_ring) drained = r.position;
    }
    journal->active = r.file;
    journal->file[0].start = r.header[0].start;
    journal->file[1].start = r.header[1].start;
    journal->seed = r.seed;
    atomic_store(&journal->head, r.position);
    atomic_store(&journal->drained, drained);
    atomic_store(&journal->durable, position);
out:
    for (int i = 0; i < 2; i++)
        if (r.map[i]) munmap((void *)(uintptr_t)r.map[i], r.bytes[i]);
    return rc;
}
