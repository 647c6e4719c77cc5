/* SPDX-License-Identifier: Apache-2.0
 *
 * table: pages of fixed-size records, found through an extendible-hashing directory.
 *
 * DESIGN. The low bits of a key choose an entry of the directory, the entry names a page, one byte a slot
 * (the top byte of its key) says where in the page. A record is put in its home slot when that is free, so
 * that most look-ups and the prefetch know its place without reading the tags. A full page splits: records
 * whose next key bit is set move to a new page *in the same slots*; nothing else moves, and a split is a few
 * microseconds at any size. When the directory doubles, the new half stays empty at first and means "as in
 * the lower half"; later events fill it a few hundred entries at a time.
 *
 * Address ranges are reserved at the start and never move, so a prefetch on another thread always reads
 * mapped memory. Source: Fagin, Nievergelt, Pippenger, Strong, "Extendible hashing", ACM TODS 4(3), 1979.
 */
#include "memory/memory_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/alloc.h"

enum {
    PAGES_MOST = 1 << 24,
    PAGES_LEAST = 1 << 16,
    STEP_LEAST = 512,  /* 2 MiB */
    STEP_MOST = 16384, /* 64 MiB */
    HUGE_PAGE = 2 << 20,
};

const vg_table_shape vg_table_shapes[VG_TABLES] = {
    [VG_TABLE_ACCOUNT] = {"accounts", 8, 16, 62, 4},
    [VG_TABLE_PAIR] = {"pairs", 6, 16, 82, 6},
    [VG_TABLE_CONVERSATION] = {"conversations", 16, 8, 31, 2},
    [VG_TABLE_TOKEN] = {"tokens", 4, 16, 120, 8},
    [VG_TABLE_SEEN] = {"seen", 8, 8, 63, 4},
};

/* ---- memory ---- */

static int reserve_pages(vg_table *table, vg_error *err)
{
    for (size_t pages = PAGES_MOST; pages >= PAGES_LEAST; pages /= 2) {
        size_t bytes = pages * VG_PAGE_BYTES + HUGE_PAGE;
        void *at = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (at == MAP_FAILED) continue;
        table->reserved = at;
        table->reserved_bytes = bytes;
        table->pages = (uint64_t *)(((uintptr_t)at + HUGE_PAGE - 1) & ~((uintptr_t)HUGE_PAGE - 1));
        table->reserved_pages = pages;
        madvise(table->pages, pages * VG_PAGE_BYTES,
                MADV_HUGEPAGE); /* fewer misses of the address cache; may be refused */
        madvise(at, bytes, MADV_DONTDUMP);
        return 0;
    }
    return vg_fail(err, VG_ENOMEM, table->shape->name, "no address space for the table");
}

int vg_table_create(vg_table *table, vg_table_kind kind, bool persistent, vg_error *err)
{
    *table = (vg_table){.shape = &vg_table_shapes[kind], .fd = -1};
    pthread_mutex_init(&table->growing, NULL);
    int rc = reserve_pages(table, err);
    if (rc) return rc;
    void *at = mmap(NULL, sizeof(uint32_t) << VG_DEPTH_MAX, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED)
        return vg_fail(err, VG_ENOMEM, table->shape->name, "no address space for the directory");
    table->directory = at;
    for (int i = 0; persistent && i < 2; i++) {
        at = mmap(NULL, table->reserved_pages / 8, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (at == MAP_FAILED)
            return vg_fail(err, VG_ENOMEM, table->shape->name, "no memory for the map of changes");
        table->dirty[i] = at;
    }
    return 0;
}

void vg_table_destroy(vg_table *table)
{
    if (!table->shape) return;
    if (table->reserved) munmap(table->reserved, table->reserved_bytes);
    if (table->directory) munmap(table->directory, sizeof(uint32_t) << VG_DEPTH_MAX);
    for (int i = 0; i < 2; i++)
        if (table->dirty[i]) munmap(table->dirty[i], table->reserved_pages / 8);
    pthread_mutex_destroy(&table->growing);
    table->shape = NULL;
}

size_t vg_table_next_capacity(const vg_table *table)
{
    size_t capacity = atomic_load_explicit(&table->capacity, memory_order_relaxed), step = capacity / 16;
    step = step < STEP_LEAST ? STEP_LEAST : step > STEP_MOST ? STEP_MOST : step & ~(size_t)(STEP_LEAST - 1);
    return capacity + step;
}

/* Disk is taken before memory, so that a checkpoint never meets a full disk. */
static int grow_file(const vg_table *table, size_t pages, vg_error *err)
{
    if (table->fd < 0) return 0;
    int rc = posix_fallocate(table->fd, 0, (off_t)(pages * VG_PAGE_BYTES));
    if (!rc) return 0;
    if (rc == ENOSPC || rc == EFBIG || rc == EDQUOT)
        return vg_fail(err, VG_EFULL, table->shape->name, "no space on the disk for %zu MiB",
                       pages * VG_PAGE_BYTES >> 20);
    return vg_fail(err, VG_EIO, table->shape->name, "the file cannot grow: %s", strerror(rc));
}

int vg_table_grow(vg_table *table, size_t pages, vg_error *err)
{
    int rc = 0;
    pthread_mutex_lock(&table->growing);
    size_t capacity = atomic_load_explicit(&table->capacity, memory_order_relaxed);
    if (capacity >= pages) goto out;
    if (pages > table->reserved_pages) {
        rc = vg_fail(err, VG_EFULL, table->shape->name, "the table holds %zu pages, its limit", capacity);
        goto out;
    }
    rc = grow_file(table, pages, err);
    if (rc) goto out;
    if (mprotect(table->pages + capacity * VG_PAGE_WORDS, (pages - capacity) * VG_PAGE_BYTES,
                 PROT_READ | PROT_WRITE)) {
        rc = vg_fail(err, VG_ENOMEM, table->shape->name, "no memory for %zu more pages", pages - capacity);
        goto out;
    }
    atomic_store_explicit(&table->capacity, pages, memory_order_release);
out:
    pthread_mutex_unlock(&table->growing);
    return rc;
}

/* ---- directory ---- */

static int map_directory(vg_table *table, unsigned depth, vg_error *err)
{
    if (depth > VG_DEPTH_MAX)
        return vg_fail(err, VG_EFULL, table->shape->name, "the directory is at its limit");
    size_t bytes = sizeof(uint32_t) << depth;
    if (bytes < VG_PAGE_BYTES) bytes = VG_PAGE_BYTES;
    if (mprotect(table->directory, bytes, PROT_READ | PROT_WRITE))
        return vg_fail(err, VG_ENOMEM, table->shape->name, "no memory for the directory");
    return 0;
}

int vg_table_deepen(vg_table *table, unsigned depth, vg_error *err)
{
    if (depth < table->depth) return 0;
    int rc = map_directory(table, table->depth + 1, err);
    if (rc) return rc;
    vg_table_fill_directory(table, (size_t)1 << table->depth);
    table->filled = (uint64_t)1 << table->depth;
    table->depth++;
    atomic_store_explicit(&table->mask, ((uint64_t)1 << table->depth) - 1, memory_order_release);
    return 0;
}

void vg_table_fill_directory(vg_table *table, size_t entries)
{
    uint64_t size = (uint64_t)1 << table->depth, half = size / 2;
    for (; entries && table->filled < size; entries--, table->filled++) {
        if (atomic_load_explicit(&table->directory[table->filled], memory_order_relaxed)) continue;
        uint32_t page = atomic_load_explicit(&table->directory[table->filled - half], memory_order_relaxed);
        atomic_store_explicit(&table->directory[table->filled], page, memory_order_relaxed);
    }
}

/* Every entry whose low `depth` bits are `prefix` names `page`. */
static void point(vg_table *table, uint32_t prefix, unsigned depth, uint32_t page)
{
    for (uint64_t i = prefix; i >> table->depth == 0; i += (uint64_t)1 << depth)
        atomic_store_explicit(&table->directory[i], page + 1, memory_order_relaxed);
}

void vg_table_split_directory(vg_table *table, uint32_t high_page, uint32_t prefix, unsigned depth)
{
    uint32_t low_page = vg_table_page_of(table, prefix);
    point(table, prefix, depth + 1, low_page);
    point(table, prefix | (uint32_t)1 << depth, depth + 1, high_page);
}

int vg_table_start(vg_table *table, unsigned depth, vg_error *err)
{
    size_t pages = (size_t)1 << depth;
    int rc = vg_table_grow(table, pages < STEP_LEAST ? STEP_LEAST : pages, err);
    if (!rc) rc = map_directory(table, depth, err);
    if (rc) return rc;
    table->depth = depth;
    for (size_t i = 0; i < pages; i++)
        atomic_store_explicit(&table->directory[i], (uint32_t)i + 1, memory_order_relaxed);
    table->filled = pages;
    atomic_store(&table->used, pages);
    atomic_store(&table->mask, pages - 1);
    if (table->shape != &vg_table_shapes[VG_TABLE_SEEN]) table->pages[table->shape->header_words - 1] |= 1;
    return 0;
}

/* ---- slots ---- */

typedef struct slot_set { /* bit set of slots */
    uint64_t low, high;
} slot_set;

/* Of 16 tags, those that are `tag`. A prefetch on another thread reads them while the writer changes them, a word at a time: groups are
 * aligned, so neither half of one is torn. */
static inline uint64_t match_group(const uint64_t *words, uint8_t tag)
{
#ifdef __SSE2__
    __m128i tags = *(const volatile __m128i *)(const void *)words;
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(tags, _mm_set1_epi8((char)tag)));
#else
    uint64_t match = 0;
    for (unsigned i = 0; i < 16; i++)
        match |= (uint64_t)((__atomic_load_n(&words[i / 8], __ATOMIC_RELAXED) >> i % 8 * 8 & 0xff) == tag) << i;
    return match;
#endif
}

static inline slot_set match_tags(const vg_table *table, const uint64_t *page, uint8_t tag)
{
    unsigned groups = table->shape->tag_groups, slots = table->shape->slots;
    slot_set match = {
        match_group(page, tag) | match_group(page + 2, tag) << 16 | match_group(page + 4, tag) << 32, 0};
    if (groups > 3) match.low |= match_group(page + 6, tag) << 48;
    /* the last group may reach past the tags into the rest of the header */
    if (groups <= 4) {
        match.low &= ((uint64_t)1 << slots) - 1;
    } else {
        match.high = match_group(page + 8, tag) | match_group(page + 10, tag) << 16;
        if (groups > 6) match.high |= match_group(page + 12, tag) << 32 | match_group(page + 14, tag) << 48;
        match.high &= ((uint64_t)1 << (slots - 64)) - 1;
    }
    return match;
}

static inline int first_slot(slot_set match)
{
    if (match.low) return __builtin_ctzll(match.low);
    return match.high ? 64 + __builtin_ctzll(match.high) : -1;
}

int vg_table_find_slot(const vg_table *table, const uint64_t *page, uint64_t key)
{
    unsigned header = table->shape->header_words, words = table->shape->record_words;
    slot_set match = match_tags(table, page, vg_table_tag(key));
    for (int slot; (slot = first_slot(match)) >= 0;) {
        if (page[header + (unsigned)slot * words] == key) return slot;
        if (match.low) match.low &= match.low - 1;
        else match.high &= match.high - 1;
    }
    return -1;
}

int vg_table_free_slot(const vg_table *table, const uint64_t *page, const uint64_t taken[2])
{
    slot_set match = match_tags(table, page, 0);
    match.low &= ~taken[0];
    match.high &= ~taken[1];
    return first_slot(match);
}

unsigned vg_table_likely_slot(const vg_table *table, const uint64_t *page, uint64_t key)
{
    int slot = first_slot(match_tags(table, page, vg_table_tag(key)));
    if (slot < 0) slot = first_slot(match_tags(table, page, 0));
    return slot >= 0 ? (unsigned)slot : vg_page_hand(page) % table->shape->slots;
}

static size_t count_records(const vg_table *table, const uint64_t *page)
{
    slot_set match = match_tags(table, page, 0);
    return table->shape->slots - (size_t)__builtin_popcountll(match.low) -
           (size_t)__builtin_popcountll(match.high);
}

/* ---- rebuilding ---- */

static int corrupt(const vg_table *table, size_t page, vg_error *err)
{
    return vg_fail(err, VG_ECORRUPT, table->shape->name, "page %zu does not fit with the others", page);
}

/* Marks the entries of one page; false when another page has them already. */
static bool claim(vg_table *table, size_t page, unsigned depth, uint32_t prefix)
{
    for (uint64_t i = prefix; i >> table->depth == 0; i += (uint64_t)1 << depth) {
        if (atomic_load_explicit(&table->directory[i], memory_order_relaxed)) return false;
        atomic_store_explicit(&table->directory[i], (uint32_t)page + 1, memory_order_relaxed);
    }
    return true;
}

int vg_table_rebuild(vg_table *table, vg_error *err)
{
    size_t capacity = atomic_load(&table->capacity), used = 0, live = 0;
    unsigned depth = 0;
    if (table->shape == &vg_table_shapes[VG_TABLE_SEEN]) { /* its directory is fixed */
        for (used = 0; used < atomic_load(&table->used); used++)
            live += count_records(table, table->pages + used * VG_PAGE_WORDS);
        atomic_store(&table->live, live);
        return 0;
    }
    for (; used < capacity; used++) {
        const uint64_t *page = vg_table_page(table, (uint32_t)used);
        if (!(page[table->shape->header_words - 1] & 1)) break;
        unsigned d = vg_page_depth(table, page);
        if (d > VG_DEPTH_MAX || vg_page_prefix(table, page) >> d) return corrupt(table, used, err);
        if (d > depth) depth = d;
        live += count_records(table, page);
    }
    if (!used) return corrupt(table, 0, err);
    int rc = map_directory(table, depth, err);
    if (rc) return rc;
    table->depth = depth;
    memset((void *)table->directory, 0, sizeof(uint32_t) << depth);
    uint64_t covered = 0;
    for (size_t i = 0; i < used; i++) {
        const uint64_t *page = vg_table_page(table, (uint32_t)i);
        unsigned d = vg_page_depth(table, page);
        if (!claim(table, i, d, vg_page_prefix(table, page))) return corrupt(table, i, err);
        covered += (uint64_t)1 << (depth - d);
    }
    if (covered != (uint64_t)1 << depth) return corrupt(table, used, err);
    table->filled = covered;
    atomic_store(&table->used, used);
    atomic_store(&table->live, live);
    atomic_store(&table->mask, covered - 1);
    return 0;
}
