/* SPDX-License-Identifier: Apache-2.0
 *
 * disk: the directory: opening, recovery, closing.
 *
 *   lock                      held (flock) by the process that has it open
 *   meta                      version, key check, and where redo starts: replaced as a whole by each
 * checkpoint accounts, pairs, conversations, seen     pages, as of some moment after the last checkpoint
 * began journal.0, journal.1      entries, by turns ring                      the newest entries, mapped
 *
 * A directory is created with meta first, marked "creating"; so a meta that is missing beside tables means
 * that somebody removed it, and is refused rather than taken for an empty memory.
 */
#include "memory/memory_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/log.h"

enum { JOURNAL_BYTES = 256 << 20, READ_BYTES = 8 << 20, LOCK_WAIT_MS = 100, LOCK_POLL_MS = 5 };

typedef struct meta {
    char magic[8];
    uint32_t version, creating;
    uint64_t key_check;
    uint32_t seen_depth, journal_file;
    uint64_t position;
    uint64_t clock_day;
    uint64_t check;
} meta;

static const char MAGIC[8] = "VIGIEMEM";

static uint64_t meta_check(const meta *m)
{
    static const vg_hash_key fixed = {1, 2};
    return vg_hash64(&fixed, m, offsetof(meta, check));
}

static uint64_t key_check(const vg_hash_key *key)
{
    return vg_hash64(key, "vigie memory", 12);
}

static void meta_path(const vg_disk *disk, char path[576])
{
    snprintf(path, 576, "%s/meta", disk->path);
}

int vg_disk_write_meta(struct vg_memory *memory, bool creating, vg_error *err)
{
    const vg_disk *disk = memory->disk;
    meta m = {.version = VG_FORMAT_VERSION,
              .creating = creating,
              .key_check = key_check(&memory->key),
              .seen_depth = disk->seen_depth,
              .journal_file = disk->journal_file,
              .position = disk->position,
              .clock_day = disk->clock_day};
    memcpy(m.magic, MAGIC, sizeof MAGIC);
    m.check = meta_check(&m);
    char path[576];
    meta_path(disk, path);
    return vg_file_replace(path, &m, sizeof m, 0600, err);
}

static int read_meta(const vg_disk *disk, meta *m, vg_error *err)
{
    char path[576], *bytes = NULL;
    size_t length = 0;
    meta_path(disk, path);
    int rc = vg_file_read(path, 4096, &bytes, &length, err);
    if (rc) return rc;
    if (length < sizeof m->magic + sizeof m->version || memcmp(bytes, MAGIC, sizeof MAGIC) != 0) {
        rc = vg_fail(err, VG_ECORRUPT, path, "this is not a memory directory of vigie");
        goto out;
    }
    uint32_t version;
    memcpy(&version, bytes + sizeof m->magic, sizeof version);
    if (version != VG_FORMAT_VERSION) {
        rc = vg_fail(err, VG_ECORRUPT, path,
                     "written by another version of vigie (format %u, this one writes %d); there is no conversion: start with an "
                     "empty directory, or go back to the version that wrote it; cases are in the store and are not lost",
                     version, VG_FORMAT_VERSION);
        goto out;
    }
    if (length == sizeof *m) memcpy(m, bytes, sizeof *m);
    if (length != sizeof *m || m->check != meta_check(m) || m->journal_file > 1 ||
        m->seen_depth > VG_DEPTH_MAX)
        rc = vg_fail(err, VG_ECORRUPT, path, "damaged");
out:
    vg_free(bytes);
    return rc;
}

/* ---- opening ---- */

static int system_error(vg_error *err, const char *where, const char *doing)
{
    int code = errno == ENOSPC || errno == EDQUOT ? VG_EFULL : VG_EIO;
    return vg_fail(err, code, where, "cannot %s: %s", doing, strerror(errno));
}

static int lock_directory(vg_disk *disk, const char *path, vg_error *err)
{
    int n = snprintf(disk->path, sizeof disk->path, "%s", path);
    if (n < 0 || (size_t)n >= sizeof disk->path)
        return vg_fail(err, VG_EINVAL, "", "the path of the memory is too long");
    int rc = vg_dir_create(path, 0700, err);
    if (rc) return rc;
    disk->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (disk->dir < 0) return system_error(err, path, "open the directory");
    disk->lock_fd = openat(disk->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (disk->lock_fd < 0) return system_error(err, path, "write in the directory");
    int wait_ms = LOCK_WAIT_MS; /* who asks vg_memory_held holds it for a moment */
    while (flock(disk->lock_fd, LOCK_EX | LOCK_NB)) {
        if (errno != EWOULDBLOCK) return system_error(err, path, "lock the directory");
        if (wait_ms <= 0) return vg_fail(err, VG_EBUSY, path, "another process has this memory open");
        usleep(LOCK_POLL_MS * 1000);
        wait_ms -= LOCK_POLL_MS;
    }
    return 0;
}

bool vg_memory_held(const char *dir)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/lock", dir);
    int fd = n > 0 && (size_t)n < sizeof path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return false;
    bool held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(fd);
    return held;
}

/* Pages in memory as in the file; what was allocated and never written is not even read. */
static int load_table(vg_table *table, vg_error *err)
{
    struct stat st;
    if (fstat(table->fd, &st)) return system_error(err, table->shape->name, "look at the file");
    size_t pages = (size_t)st.st_size / VG_PAGE_BYTES;
    int rc = vg_table_grow(table, pages ? pages : 1, err);
    if (rc) return rc;
    off_t end = (off_t)(pages * VG_PAGE_BYTES), at = 0;
    while (at < end) {
        off_t data = lseek(table->fd, at, SEEK_DATA);
        if (data < 0) {
            if (errno == ENXIO) break;
            data = at;
        }
        off_t hole = lseek(table->fd, data, SEEK_HOLE);
        if (hole <= data || hole > end) hole = end;
        for (at = data; at < hole;) {
            size_t length = (size_t)(hole - at) < READ_BYTES ? (size_t)(hole - at) : READ_BYTES;
            ssize_t n = pread(table->fd, (char *)table->pages + at, length, at);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return n ? system_error(err, table->shape->name, "read the file") : 0;
            at += n;
        }
    }
    return 0;
}

static int open_tables(struct vg_memory *memory, bool load, vg_error *err)
{
    vg_disk *disk = memory->disk;
    for (int i = 0; i < VG_TABLES; i++) {
        vg_table *table = &memory->table[i];
        table->fd = openat(disk->dir, table->shape->name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (table->fd < 0) return system_error(err, table->shape->name, "open the file");
        if (!load && ftruncate(table->fd, 0)) return system_error(err, table->shape->name, "empty the file");
        int rc = load ? load_table(table, err) : 0;
        if (!rc) rc = vg_table_start(table, i == VG_TABLE_SEEN ? disk->seen_depth : 0, err);
        if (rc) return rc;
    }
    return 0;
}

static int create(struct vg_memory *memory, const vg_memory_options *options, vg_error *err)
{
    vg_disk *disk = memory->disk;
    while ((size_t)64 << disk->seen_depth < options->seen_records && disk->seen_depth < 20)
        disk->seen_depth++;
    int rc = vg_disk_write_meta(memory, true, err);
    if (!rc) rc = open_tables(memory, false, err);
    if (rc) return rc;
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        return system_error(err, "", "read random numbers");
    rc = vg_journal_switch(&disk->journal, 0, seed, err);
    if (rc) return rc;
    if (fsync(disk->journal.file[0].fd) || fsync(disk->dir)) return system_error(err, disk->path, "sync");
    return vg_disk_write_meta(memory, false, err);
}

/* Replay has reached the file after `first`: the pages changed up to here belong to the checkpoint before. */
static void next_epoch(struct vg_memory *memory)
{
    memory->disk->epoch++;
    memory->disk->clock_day = memory->clock_day;
}

static int recover(struct vg_memory *memory, const meta *m, vg_error *err)
{
    vg_disk *disk = memory->disk;
    if (m->key_check != key_check(&memory->key))
        return vg_fail(err, VG_ECORRUPT, disk->path, "this memory was written with another key");
    disk->seen_depth = m->seen_depth;
    disk->journal_file = m->journal_file;
    disk->position = m->position;
    disk->clock_day = memory->clock_day = (uint32_t)m->clock_day;
    int rc = open_tables(memory, true, err);
    if (!rc) rc = vg_journal_replay(memory, m->journal_file, m->position, next_epoch, &disk->recovered, err);
    for (int i = 0; !rc && i < VG_TABLES; i++) rc = vg_table_rebuild(&memory->table[i], err);
    if (rc || disk->journal.active == m->journal_file) return rc;
    /* both files are in use: the checkpoint that was under way when the process died is asked for again */
    disk->old_epoch = disk->epoch - 1;
    disk->journal_file = disk->journal.active;
    disk->position = disk->journal.file[disk->journal.active].start;
    disk->state = VG_CHECKPOINT_ASKED;
    return 0;
}

/* A process that is killed again and again before a checkpoint ends leaves a longer journal each time: past
 * the length at which a checkpoint is asked for, it is made before anything is added. */
static int shorten_journal(struct vg_memory *memory, vg_error *err)
{
    vg_disk *disk = memory->disk;
    if (vg_journal_used(&disk->journal) < disk->journal.soft) return 0;
    if (disk->state == VG_CHECKPOINT_ASKED) {
        int rc = vg_checkpoint_run(memory, err);
        if (rc) return rc;
        disk->state = VG_CHECKPOINT_IDLE;
    }
    return vg_checkpoint_ask(memory, err); /* and the rest while events go on */
}

static int open_or_create(struct vg_memory *memory, const vg_memory_options *options, vg_error *err)
{
    vg_disk *disk = memory->disk;
    meta m = {0};
    int rc = read_meta(disk, &m, err);
    if (rc && rc != -VG_ENOENT) return rc;
    bool absent = rc == -VG_ENOENT;
    if (absent && faccessat(disk->dir, "accounts", F_OK, 0) == 0)
        return vg_fail(err, VG_ECORRUPT, disk->path, "the file \"meta\" of this memory is missing");
    rc = vg_journal_open(&disk->journal, disk->dir,
                         options->journal_bytes ? options->journal_bytes : JOURNAL_BYTES, err);
    if (rc) return rc;
    if (err) err->code = VG_OK;
    rc = absent || m.creating ? create(memory, options, err) : recover(memory, &m, err);
    if (!rc) rc = shorten_journal(memory, err);
    if (!rc) rc = vg_journal_reseed(&disk->journal, err);
    return rc;
}

int vg_disk_open(struct vg_memory *memory, const vg_memory_options *options, vg_error *err)
{
    vg_disk *disk = memory->disk = vg_calloc(1, sizeof *disk);
    if (!disk) return vg_fail(err, VG_ENOMEM, "", "no memory");
    disk->dir = disk->lock_fd = -1;
    disk->journal.ring_fd = disk->journal.file[0].fd = disk->journal.file[1].fd = -1;
    pthread_mutex_init(&disk->lock, NULL);
    pthread_cond_init(&disk->changed, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&disk->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    disk->buffer = vg_malloc((size_t)VG_CHECKPOINT_PAGES * VG_PAGE_BYTES);
    disk->buffer_page = vg_malloc(VG_CHECKPOINT_PAGES * sizeof *disk->buffer_page);
    if (!disk->buffer || !disk->buffer_page) return vg_fail(err, VG_ENOMEM, "", "no memory for checkpoints");
    int rc = lock_directory(disk, options->dir, err);
    if (!rc) rc = open_or_create(memory, options, err);
    if (!rc) rc = vg_checkpoint_start_threads(memory, err);
    if (!rc && disk->recovered)
        vg_log(VG_LOG_INFO, "memory", "recovered entries=%llu", (unsigned long long)disk->recovered);
    return rc;
}

/* ---- closing ---- */

/* Writes everything back. When that fails nothing is lost: the journal stays, and the next start replays it.
 */
static void last_checkpoint(struct vg_memory *memory)
{
    vg_disk *disk = memory->disk;
    vg_error err = {0};
    int rc = vg_journal_sync(&disk->journal, atomic_load(&disk->journal.head), &err);
    if (!rc && disk->state != VG_CHECKPOINT_IDLE) rc = vg_checkpoint_run(memory, &err);
    if (!rc && vg_journal_used(&disk->journal)) {
        rc = vg_checkpoint_ask(memory, &err);
        if (!rc) rc = vg_checkpoint_run(memory, &err);
    }
    if (rc) vg_log(VG_LOG_WARN, "memory", "closed with a journal to replay: %s: %s", err.where, err.what);
}

void vg_disk_close(struct vg_memory *memory)
{
    vg_disk *disk = memory->disk;
    if (!disk) return;
    bool opened = disk->flusher_runs && disk->checkpointer_runs;
    vg_checkpoint_stop_threads(memory);
    if (opened) last_checkpoint(memory);
    vg_journal_close(&disk->journal);
    for (int i = 0; i < VG_TABLES; i++)
        if (memory->table[i].shape && memory->table[i].fd >= 0) close(memory->table[i].fd);
    if (disk->dir >= 0) close(disk->dir);
    if (disk->lock_fd >= 0) close(disk->lock_fd);
    pthread_cond_destroy(&disk->wake);
    pthread_cond_destroy(&disk->changed);
    pthread_mutex_destroy(&disk->lock);
    vg_free(disk->buffer_page);
    vg_free(disk->buffer);
    vg_free(disk);
    memory->disk = NULL;
}
