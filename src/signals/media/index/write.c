/* SPDX-License-Identifier: Apache-2.0
 *
 * write: from hashes in any order to an index file.
 *
 * The hashes are held in memory (about 80 bytes each at the peak), sorted, and written section by section into a file of another name
 * beside the one asked for; it gets its name when it is on disk. The name says whose it is and a lock says that its writer
 * lives, so that the next writer removes what a killed one left.
 */
#include "signals/media/index/index_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/alloc.h"

enum { PATH_ROOM = 4096, SUFFIX = 1 + 16 + 4 }; /* ".0123456789abcdef.new" */

typedef struct digest_row {
    uint8_t bytes[32];
    uint32_t entry;
    uint16_t category;
} digest_row;
typedef struct list { /* grows by half: no row is copied more than twice on average */
    void *at;
    size_t count, capacity, size;
} list;

struct vg_index_writer {
    int fd;
    char path[PATH_ROOM], fresh[PATH_ROOM];
    vg_index_label label;
    list rows, digests[VG_DIGESTS], frames;
    uint32_t last_entry;
    uint64_t entries;
    uint16_t greatest_category;
    vg_file_header header;
    vg_row *row;      /* once sorted */
    uint64_t *sum;    /* one for each block of each section */
    uint64_t first_sum[VG_SECTIONS];
    atomic_int failure; /* errno of a write, or ENOMEM */
};

static int system_error(vg_error *err, const char *path, const char *doing, int number)
{
    int code = number == ENOSPC || number == EDQUOT || number == EFBIG ? VG_EFULL : number == ENOMEM ? VG_ENOMEM : VG_EIO;
    return vg_fail(err, code, path, "cannot %s: %s", doing, strerror(number));
}

static void *list_more(list *l, size_t more)
{
    if (l->count + more > l->capacity) {
        size_t capacity = l->capacity + l->capacity / 2, bytes;
        if (capacity < l->count + more) capacity = l->count + more;
        if (capacity < 64) capacity = 64;
        void *grown = __builtin_mul_overflow(capacity, l->size, &bytes) ? NULL : vg_realloc(l->at, bytes);
        if (!grown) return NULL;
        l->at = grown;
        l->capacity = capacity;
    }
    return (char *)l->at + l->count * l->size;
}

/* ---- the temporary file ---- */

/* Splits a path into its folder and the name in it. */
static const char *split(const char *path, char folder[PATH_ROOM])
{
    const char *slash = strrchr(path, '/');
    snprintf(folder, PATH_ROOM, "%.*s", slash ? (int)(slash - path) + 1 : 2, slash ? path : "./");
    return slash ? slash + 1 : path;
}

/* Removes what writers of this file left that are not alive. */
static void remove_leftovers(const char *path)
{
    char folder[PATH_ROOM];
    const char *name = split(path, folder);
    size_t len = strlen(name);
    DIR *dir = opendir(folder);
    if (!dir) return;
    for (struct dirent *e; (e = readdir(dir));) {
        if (strlen(e->d_name) != len + SUFFIX || strncmp(e->d_name, name, len) != 0 || e->d_name[len] != '.' ||
            strspn(e->d_name + len + 1, "0123456789abcdef") != 16 || strcmp(e->d_name + len + 17, ".new") != 0)
            continue;
        int fd = openat(dirfd(dir), e->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0) continue;
        if (!flock(fd, LOCK_EX | LOCK_NB)) unlinkat(dirfd(dir), e->d_name, 0);
        close(fd);
    }
    closedir(dir);
}

static int open_fresh(vg_index_writer *w, vg_error *err)
{
    for (int tries = 0; tries < 100; tries++) {
        uint64_t chance = 0;
        if (getrandom(&chance, sizeof chance, 0) < 0) break;
        int n = snprintf(w->fresh, sizeof w->fresh, "%s.%016llx.new", w->path, (unsigned long long)chance);
        if (n < 0 || (size_t)n >= sizeof w->fresh) {
            w->fresh[0] = '\0';
            return vg_fail(err, VG_EINVAL, w->path, "the path is too long");
        }
        w->fd = open(w->fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (w->fd < 0 && errno == EEXIST) continue;
        if (w->fd < 0) break;
        /* between the two another writer may have taken it for a leftover: then it has no name any more, and is made anew */
        if (!flock(w->fd, LOCK_EX | LOCK_NB) && access(w->fresh, F_OK) == 0) return 0;
        close(w->fd);
        w->fd = -1;
    }
    w->fresh[0] = '\0';
    return system_error(err, w->path, "write", errno);
}

int vg_index_write_begin(vg_index_writer **out, const char *path, const vg_index_label *label, size_t expected, vg_error *err)
{
    *out = NULL;
    if (strlen(path) >= PATH_ROOM) return vg_fail(err, VG_EINVAL, path, "the path is too long");
    if (expected >= VG_ROW_LIMIT) return vg_fail(err, VG_ETOOBIG, path, "%zu hashes are more than an index holds", expected);
    vg_index_writer *w = vg_calloc(1, sizeof *w);
    if (!w) return vg_fail(err, VG_ENOMEM, path, "no memory to write an index");
    w->fd = -1;
    w->label = *label;
    snprintf(w->path, sizeof w->path, "%s", path);
    w->rows.size = sizeof(vg_build_row);
    w->frames.size = sizeof(vg_frames);
    for (int a = 0; a < VG_DIGESTS; a++) w->digests[a].size = sizeof(digest_row);
    remove_leftovers(path);
    int rc = open_fresh(w, err);
    if (rc) {
        vg_index_write_abandon(&w);
        return rc;
    }
    *out = w;
    return 0;
}

void vg_index_write_abandon(vg_index_writer **writer)
{
    vg_index_writer *w = *writer;
    *writer = NULL;
    if (!w) return;
    if (w->fresh[0]) unlink(w->fresh);
    if (w->fd >= 0) close(w->fd);
    vg_free(w->rows.at);
    vg_free(w->frames.at);
    for (int a = 0; a < VG_DIGESTS; a++) vg_free(w->digests[a].at);
    vg_free(w->row);
    vg_free(w->sum);
    vg_free(w);
}

/* ---- taking hashes in ---- */

static int take_frame(vg_index_writer *w, uint32_t entry)
{
    vg_frames *last = w->frames.count ? (vg_frames *)w->frames.at + w->frames.count - 1 : NULL;
    if (last && last->entry == entry) {
        last->frames++;
        return 0;
    }
    vg_frames *next = list_more(&w->frames, 1);
    if (!next) return -VG_ENOMEM;
    *next = (vg_frames){entry, 1, 0};
    w->frames.count++;
    return 0;
}

static int take(vg_index_writer *w, const vg_index_item *item)
{
    uint32_t entry = item->entry | (item->doubted ? VG_ENTRY_DOUBT : 0);
    if (item->hash.algorithm == VG_HASH_PDQ) {
        vg_build_row *row = list_more(&w->rows, 1);
        if (!row || (item->hash.frame && take_frame(w, item->entry))) return -VG_ENOMEM;
        memcpy(row->row.bits, item->hash.bytes, 32); /* reordered when all are there */
        row->entry = entry | (item->hash.frame ? VG_ENTRY_FRAME : 0);
        row->category = item->category;
        w->rows.count++;
    } else {
        list *l = &w->digests[item->hash.algorithm];
        digest_row *row = list_more(l, 1);
        if (!row) return -VG_ENOMEM;
        memset(row, 0, sizeof *row);
        memcpy(row->bytes, item->hash.bytes, vg_hash_bytes(item->hash.algorithm));
        row->entry = entry;
        row->category = item->category;
        l->count++;
    }
    if (item->entry != w->last_entry) w->entries++;
    w->last_entry = item->entry;
    if (item->category > w->greatest_category) w->greatest_category = item->category;
    return 0;
}

int vg_index_write_items(vg_index_writer *w, const vg_index_item *items, size_t count, vg_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const vg_index_item *item = &items[i];
        if (item->entry == 0 || item->entry > VG_BANK_MAX_ENTRIES - 1 || (unsigned)item->hash.algorithm >= VG_HASH_ALGORITHMS)
            return vg_fail(err, VG_EINVAL, w->path, "entry %u, algorithm %u: not what an index holds", item->entry,
                           (unsigned)item->hash.algorithm);
        if (w->rows.count >= VG_ROW_LIMIT) return vg_fail(err, VG_ETOOBIG, w->path, "more hashes than an index holds");
        if (take(w, item)) return vg_fail(err, VG_ENOMEM, w->path, "no memory for another hash");
    }
    return 0;
}

/* ---- putting sections out ---- */

static void put_bytes(vg_index_writer *w, const void *bytes, size_t len, uint64_t offset)
{
    for (const char *at = bytes; len;) {
        ssize_t n = pwrite(w->fd, at, len, (off_t)offset);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            atomic_store(&w->failure, n < 0 ? errno : EIO);
            return;
        }
        at += n;
        offset += (uint64_t)n;
        len -= (size_t)n;
    }
}

/* A whole section, block by block with its checksums. Safe on several threads for different sections. */
static void put_section(vg_index_writer *w, unsigned section, const void *bytes)
{
    vg_file_section s = w->header.section[section];
    uint64_t *sum = w->sum + w->first_sum[section];
    for (uint64_t at = 0; at < s.bytes && !atomic_load(&w->failure); at += VG_FILE_BLOCK) {
        size_t len = s.bytes - at < VG_FILE_BLOCK ? (size_t)(s.bytes - at) : VG_FILE_BLOCK;
        *sum++ = vg_file_sum((const char *)bytes + at, len);
        put_bytes(w, (const char *)bytes + at, len, s.offset + at);
    }
    if (s.bytes >= VG_FILE_BLOCK) /* a hint: keeps the sync at the end short */
        sync_file_range(w->fd, (off_t)s.offset, (off_t)s.bytes, SYNC_FILE_RANGE_WRITE);
}

/* ---- sorting what was taken in ---- */

typedef struct reordering {
    vg_build_row *rows;
    size_t count, parts;
    const vg_permutation *permutation;
} reordering;

static void reorder_part(void *context, size_t part)
{
    reordering *r = context;
    for (size_t i = r->count * part / r->parts; i < r->count * (part + 1) / r->parts; i++) {
        uint8_t hash[32];
        memcpy(hash, r->rows[i].row.bits, 32);
        vg_permutation_apply(r->permutation, hash, &r->rows[i].row);
    }
}

static int reorder(vg_index_writer *w)
{
    vg_build_row *rows = w->rows.at;
    size_t count = w->rows.count, sampled = count < 4096 ? count : 4096;
    uint8_t (*sample)[32] = vg_malloc(sampled * 32);
    vg_permutation *permutation = vg_malloc(sizeof *permutation);
    int rc = sample && permutation ? 0 : -VG_ENOMEM;
    if (!rc) {
        for (size_t i = 0; i < sampled; i++) memcpy(sample[i], rows[count * i / sampled].row.bits, 32);
        vg_permutation_choose(w->header.from, (const uint8_t (*)[32])sample, sampled);
        vg_permutation_set(permutation, w->header.from);
        reordering r = {rows, count, 64, permutation};
        vg_build_run(reorder_part, &r, r.parts);
    }
    vg_free(sample);
    vg_free(permutation);
    return rc;
}

static int sort_rows(vg_index_writer *w)
{
    int rc = reorder(w);
    vg_build_row *sorted = rc ? NULL : vg_build_room(w->rows.count * sizeof *sorted);
    if (!sorted) return -VG_ENOMEM;
    rc = vg_build_sort(w->rows.at, w->rows.count, sorted);
    vg_free(w->rows.at);
    w->rows.at = sorted;
    return rc;
}

static int compare_digests(const void *left, const void *right)
{
    const digest_row *a = left, *b = right;
    int order = memcmp(a->bytes, b->bytes, 32);
    if (order) return order;
    uint32_t m = a->entry & VG_ENTRY_NUMBER, n = b->entry & VG_ENTRY_NUMBER;
    return (m > n) - (m < n);
}

static int compare_frames(const void *left, const void *right)
{
    const vg_frames *a = left, *b = right;
    return (a->entry > b->entry) - (a->entry < b->entry);
}

/* An entry whose hashes did not come one after another is there twice until here. */
static void sort_frames(vg_index_writer *w)
{
    vg_frames *frames = w->frames.at;
    size_t kept = 0;
    if (w->frames.count) qsort(frames, w->frames.count, sizeof *frames, compare_frames);
    for (size_t i = 0; i < w->frames.count; i++) {
        if (kept && frames[kept - 1].entry == frames[i].entry)
            frames[kept - 1].frames += frames[i].frames;
        else
            frames[kept++] = frames[i];
    }
    w->frames.count = kept;
}

static uint32_t count_different(const list *rows)
{
    const vg_build_row *row = rows->at;
    uint32_t different = 0;
    for (size_t i = 0; i < rows->count; i++) different += i == 0 || memcmp(&row[i].row, &row[i - 1].row, sizeof(vg_row)) != 0;
    return different;
}

/* ---- the sections ---- */

void vg_file_expect(const vg_file_header *h, uint64_t bytes[VG_SECTIONS])
{
    memset(bytes, 0, VG_SECTIONS * sizeof *bytes);
    bytes[VG_SECTION_ROWS] = (uint64_t)h->rows * sizeof(vg_row);
    bytes[VG_SECTION_FIRST] = h->rows == h->postings ? 0 : ((uint64_t)h->rows + 1) * 4;
    bytes[VG_SECTION_ENTRIES] = (uint64_t)h->postings * 4;
    bytes[VG_SECTION_CATEGORIES] = (uint64_t)h->postings * 2;
    bytes[VG_SECTION_FRAMES] = (uint64_t)h->frame_entries * sizeof(vg_frames);
    if (h->key_bits) {
        bytes[VG_SECTION_OFFSETS] = VG_PIECES * (((uint64_t)1 << h->key_bits) + 1) * 4;
        for (int i = 0; i < VG_PIECES; i++) {
            bytes[VG_SECTION_NEXT + i] = (uint64_t)h->rows * 2;
            bytes[VG_SECTION_IDS + i] = i ? (uint64_t)h->rows * h->id_bytes : 0;
        }
    }
    for (int a = 0; a < VG_DIGESTS; a++) {
        bytes[VG_SECTION_KEYS + a] = (uint64_t)h->keys[a] * vg_hash_bytes((vg_hash_algorithm)a);
        bytes[VG_SECTION_KEY_FIRST + a] = h->keys[a] ? (((uint64_t)1 << h->key_bits_of[a]) + 1) * 4 : 0;
        bytes[VG_SECTION_KEY_ENTRIES + a] = (uint64_t)h->keys[a] * 4;
        bytes[VG_SECTION_KEY_CATEGORIES + a] = (uint64_t)h->keys[a] * 2;
    }
}

static int lay_out(vg_index_writer *w, size_t names)
{
    vg_file_header *h = &w->header;
    uint64_t bytes[VG_SECTIONS], blocks = 0, at = VG_FILE_HEADER;
    memcpy(h->magic, VG_FILE_MAGIC, sizeof h->magic);
    h->version = VG_FILE_VERSION;
    h->order = VG_FILE_ORDER;
    h->bank = w->label.bank;
    h->change = w->label.change;
    h->entries = w->entries;
    h->rows = count_different(&w->rows);
    h->postings = (uint32_t)w->rows.count;
    h->frame_entries = (uint32_t)w->frames.count;
    h->key_bits = vg_build_key_bits(h->rows);
    h->id_bytes = h->rows > 1u << 24 ? 4 : 3;
    h->pieces = VG_PIECES;
    h->units = VG_PIECE_UNITS;
    for (int a = 0; a < VG_DIGESTS; a++) {
        h->keys[a] = (uint32_t)w->digests[a].count;
        h->key_bits_of[a] = vg_build_directory_bits(h->keys[a]);
    }
    vg_file_expect(h, bytes);
    bytes[VG_SECTION_NAMES] = names;
    for (int i = 0; i < VG_SECTIONS; i++) {
        if (i == VG_SECTION_CHECKS) bytes[i] = blocks * sizeof *w->sum;
        h->section[i] = (vg_file_section){at, bytes[i]};
        w->first_sum[i] = blocks;
        if (i != VG_SECTION_CHECKS) blocks += vg_file_blocks(bytes[i]);
        at = (at + bytes[i] + VG_INDEX_PAD + VG_FILE_ALIGN - 1) / VG_FILE_ALIGN * VG_FILE_ALIGN;
    }
    h->file_bytes = at;
    w->sum = vg_calloc(blocks ? blocks : 1, sizeof *w->sum);
    if (!w->sum) return -VG_ENOMEM;
    /* asked for at once where the file system can: a full disk is known before the work, and no block is sought while writing */
    if (!fallocate(w->fd, 0, 0, (off_t)at)) return 0;
    return ftruncate(w->fd, (off_t)at) ? (atomic_store(&w->failure, errno), -VG_EIO) : 0;
}

static int put_postings(vg_index_writer *w)
{
    vg_file_header *h = &w->header;
    const vg_build_row *from = w->rows.at;
    size_t count = h->postings, r = 0;
    w->row = vg_build_room((size_t)h->rows * sizeof *w->row);
    uint32_t *entry = vg_malloc(count * sizeof *entry);
    uint16_t *category = vg_malloc(count * sizeof *category);
    uint32_t *first = h->rows == h->postings ? NULL : vg_malloc(((size_t)h->rows + 1) * sizeof *first);
    int rc = w->row && entry && category && (first || h->rows == h->postings) ? 0 : -VG_ENOMEM;
    if (!rc) {
        for (size_t i = 0; i < count; i++) {
            entry[i] = from[i].entry;
            category[i] = from[i].category;
            if (i && memcmp(&from[i].row, &from[i - 1].row, sizeof(vg_row)) == 0) continue;
            if (first) first[r] = (uint32_t)i;
            w->row[r++] = from[i].row;
        }
        if (first) first[r] = (uint32_t)count;
        vg_free(w->rows.at); /* the tables need its room */
        w->rows.at = NULL;
        put_section(w, VG_SECTION_ROWS, w->row);
        put_section(w, VG_SECTION_ENTRIES, entry);
        put_section(w, VG_SECTION_CATEGORIES, category);
        if (first) put_section(w, VG_SECTION_FIRST, first);
    }
    vg_free(entry);
    vg_free(category);
    vg_free(first);
    return rc;
}

enum { ROOMS = 4 }; /* as many as vg_build_threads gives at most */
typedef struct table_room { /* what one thread builds a table in; taken over by the next table, so that its pages are there already */
    atomic_flag taken;
    uint16_t *next;
    uint8_t *id;
    uint32_t *cursor;
    vg_build_spare *spare;
} table_room;
typedef struct table_task {
    vg_index_writer *w;
    uint32_t *offset;
    table_room room[ROOMS];
    unsigned rooms;
} table_task;

static void put_table(void *context, size_t i)
{
    table_task *t = context;
    vg_index_writer *w = t->w;
    const vg_file_header *h = &w->header;
    size_t keys = (size_t)1 << h->key_bits, n = 0;
    if (atomic_load(&w->failure)) return;
    while (atomic_flag_test_and_set(&t->room[n].taken)) n = (n + 1) % t->rooms; /* there is one for each thread */
    table_room *r = &t->room[n];
    vg_build_table(w->row, h->rows, (unsigned)i, h->key_bits, h->id_bytes, t->offset + i * (keys + 1), r->next, r->id, r->cursor, r->spare);
    put_section(w, VG_SECTION_NEXT + (unsigned)i, r->next);
    put_section(w, VG_SECTION_IDS + (unsigned)i, r->id);
    atomic_flag_clear(&r->taken);
}

static int make_rooms(table_task *t)
{
    const vg_file_header *h = &t->w->header;
    t->rooms = h->rows < 1 << 16 ? 1 : vg_build_threads();
    for (unsigned n = 0; n < t->rooms; n++) {
        table_room *r = &t->room[n];
        atomic_flag_clear(&r->taken);
        r->next = vg_build_room((size_t)h->rows * sizeof *r->next);
        r->id = vg_build_room((size_t)h->rows * h->id_bytes);
        r->cursor = vg_malloc(((size_t)1 << h->key_bits) * sizeof *r->cursor);
        r->spare = vg_build_spare_new(h->rows);
        if (!r->next || !r->id || !r->cursor) return -VG_ENOMEM;
    }
    return 0;
}

static int put_tables(vg_index_writer *w)
{
    if (!w->header.key_bits) return 0;
    table_task t = {.w = w, .offset = vg_malloc(w->header.section[VG_SECTION_OFFSETS].bytes)};
    int rc = t.offset ? make_rooms(&t) : -VG_ENOMEM;
    if (!rc && t.rooms == 1)
        for (size_t i = 0; i < VG_PIECES; i++) put_table(&t, i);
    else if (!rc)
        vg_build_run(put_table, &t, VG_PIECES);
    if (!rc && !atomic_load(&w->failure)) put_section(w, VG_SECTION_OFFSETS, t.offset);
    for (unsigned n = 0; n < t.rooms; n++) {
        vg_free(t.room[n].next);
        vg_free(t.room[n].id);
        vg_free(t.room[n].cursor);
        vg_free(t.room[n].spare);
    }
    vg_free(t.offset);
    return rc;
}

static int put_digests(vg_index_writer *w, unsigned a)
{
    const digest_row *row = w->digests[a].at;
    size_t count = w->digests[a].count, width = vg_hash_bytes((vg_hash_algorithm)a);
    if (!count) return 0;
    uint8_t *bytes = vg_malloc(count * width);
    uint32_t *entry = vg_malloc(count * sizeof *entry);
    uint16_t *category = vg_malloc(count * sizeof *category);
    uint32_t *first = vg_malloc(w->header.section[VG_SECTION_KEY_FIRST + a].bytes);
    int rc = bytes && entry && category && first ? 0 : -VG_ENOMEM;
    if (!rc) {
        for (size_t i = 0; i < count; i++) {
            memcpy(bytes + i * width, row[i].bytes, width);
            entry[i] = row[i].entry;
            category[i] = row[i].category;
        }
        vg_build_directory(bytes, count, width, w->header.key_bits_of[a], first);
        put_section(w, VG_SECTION_KEYS + a, bytes);
        put_section(w, VG_SECTION_KEY_FIRST + a, first);
        put_section(w, VG_SECTION_KEY_ENTRIES + a, entry);
        put_section(w, VG_SECTION_KEY_CATEGORIES + a, category);
    }
    vg_free(bytes);
    vg_free(entry);
    vg_free(category);
    vg_free(first);
    return rc;
}

/* ---- ending ---- */

static int join_names(const vg_str *categories, size_t count, vg_buf *out)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t len[2] = {(uint8_t)categories[i].len, (uint8_t)(categories[i].len >> 8)};
        vg_buf_add(out, len, 2);
        vg_buf_add_str(out, categories[i]);
    }
    return out->failed ? -VG_ENOMEM : 0;
}

static void put_header(vg_index_writer *w)
{
    vg_file_header *h = &w->header;
    vg_file_section checks = h->section[VG_SECTION_CHECKS];
    h->checks_sum = vg_file_sum(w->sum, checks.bytes);
    put_bytes(w, w->sum, checks.bytes, checks.offset);
    h->sum = vg_file_sum(h, offsetof(vg_file_header, sum));
    put_bytes(w, h, sizeof *h, 0);
}

static int name_it(vg_index_writer *w, vg_error *err)
{
    char folder[PATH_ROOM];
    if (atomic_load(&w->failure)) return system_error(err, w->path, "write", atomic_load(&w->failure));
    if (fsync(w->fd)) return system_error(err, w->path, "write", errno);
    if (rename(w->fresh, w->path)) return system_error(err, w->path, "replace", errno);
    w->fresh[0] = '\0';
    split(w->path, folder);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return system_error(err, w->path, "sync the folder", errno);
    /* some file systems cannot sync a folder: there it is all that can be done */
    int rc = fsync(fd) && errno != EINVAL ? system_error(err, w->path, "sync the folder", errno) : 0;
    close(fd);
    return rc;
}

static int put_all(vg_index_writer *w, const vg_buf *names)
{
    int rc = w->rows.count ? sort_rows(w) : (vg_permutation_default(w->header.from), 0);
    for (unsigned a = 0; a < VG_DIGESTS; a++)
        if (w->digests[a].count) qsort(w->digests[a].at, w->digests[a].count, sizeof(digest_row), compare_digests);
    sort_frames(w);
    if (!rc) rc = lay_out(w, names->len);
    if (!rc) put_section(w, VG_SECTION_NAMES, names->ptr);
    if (!rc) put_section(w, VG_SECTION_FRAMES, w->frames.at);
    for (unsigned a = 0; !rc && a < VG_DIGESTS; a++) rc = put_digests(w, a);
    if (!rc && w->rows.count) rc = put_postings(w);
    if (!rc) rc = put_tables(w);
    if (!rc) put_header(w);
    return rc;
}

int vg_index_write_end(vg_index_writer **writer, const vg_str *categories, size_t category_count, vg_error *err)
{
    vg_index_writer *w = *writer;
    vg_buf names;
    int rc = 0;
    vg_buf_init(&names, VG_BANK_MAX_CATEGORIES * (VG_BANK_MAX_CATEGORY + 2) + 1);
    if (category_count > VG_BANK_MAX_CATEGORIES)
        rc = vg_fail(err, VG_EFULL, w->path, "%zu categories; an index holds %d", category_count, VG_BANK_MAX_CATEGORIES);
    for (size_t i = 0; !rc && i < category_count; i++)
        if (categories[i].len > VG_BANK_MAX_CATEGORY)
            rc = vg_fail(err, VG_EINVAL, w->path, "a category of %zu bytes; at most %d", categories[i].len, VG_BANK_MAX_CATEGORY);
    if (!rc && w->entries && w->greatest_category >= category_count && (category_count || w->greatest_category))
        rc = vg_fail(err, VG_EINVAL, w->path, "category %u is not in the table of %zu", w->greatest_category, category_count);
    w->header.categories = (uint32_t)category_count;
    if (!rc && (join_names(categories, category_count, &names) || put_all(w, &names)) && !atomic_load(&w->failure))
        rc = vg_fail(err, VG_ENOMEM, w->path, "no memory to build the index");
    if (!rc) rc = name_it(w, err);
    vg_buf_free(&names);
    vg_index_write_abandon(writer);
    return rc;
}
