/* SPDX-License-Identifier: Apache-2.0
 *
 * file: mapping an index file, and believing none of it.
 *
 * Opening reads the header, the checksums' own checksum, the names and the frames' table; of the rest it makes sure that each section has
 * exactly the length that the counts ask for and lies inside, with room after it for vector loads. What is *in* a section is
 * checked where it is used: a search of a damaged file may miss, it does not leave the map.
 */
#include "signals/media/index/index_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/hash.h"

static const char *const section_names[VG_SECTIONS] = {
    [VG_SECTION_ROWS] = "hashes", [VG_SECTION_FIRST] = "first postings", [VG_SECTION_ENTRIES] = "entries",
    [VG_SECTION_CATEGORIES] = "categories", [VG_SECTION_NAMES] = "category names", [VG_SECTION_FRAMES] = "frames",
    [VG_SECTION_OFFSETS] = "buckets",
};
static const char *section_name(int i)
{
    if (i < VG_SECTION_NEXT) return section_names[i];
    if (i < VG_SECTION_IDS) return "pieces";
    if (i < VG_SECTION_KEYS) return "rows of pieces";
    return i == VG_SECTION_CHECKS ? "checksums" : "digests";
}

uint64_t vg_file_sum(const void *bytes, size_t len)
{
    static const vg_hash_key key = {0x5669676965206973u, 0x6e64657820666f72u}; /* against damage, not against forgery */
    return vg_hash_content(&key, bytes, len);
}

static int check_header(const vg_file_header *h, const char *path, uint64_t size, vg_error *err)
{
    if (memcmp(h->magic, VG_FILE_MAGIC, sizeof h->magic) != 0) return vg_fail(err, VG_ECORRUPT, path, "not an index file");
    if (h->order != VG_FILE_ORDER) return vg_fail(err, VG_ECORRUPT, path, "written by a machine of another byte order");
    if (h->version != VG_FILE_VERSION)
        return vg_fail(err, VG_ECORRUPT, path, "version %u of the format; this is for version %d", h->version, VG_FILE_VERSION);
    if (h->sum != vg_file_sum(h, offsetof(vg_file_header, sum)))
        return vg_fail(err, VG_ECORRUPT, path, "the header does not have its checksum");
    if (h->file_bytes != size)
        return vg_fail(err, VG_ECORRUPT, path, "%llu bytes; %llu were written", (unsigned long long)size,
                       (unsigned long long)h->file_bytes);
    /* every near pair shares a piece only while the units add up to more than the threshold */
    if (h->pieces != VG_PIECES || h->units != VG_PIECE_UNITS || h->pieces * h->units < VG_INDEX_THRESHOLD + 1)
        return vg_fail(err, VG_ECORRUPT, path, "%u pieces with %u units do not cover %d bits", h->pieces, h->units, VG_INDEX_THRESHOLD);
    bool fits = h->key_bits <= 16 && (h->key_bits > 0 || h->rows <= VG_LINEAR_ROWS) && (h->id_bytes == 3 || h->id_bytes == 4) &&
                h->rows <= h->postings && h->postings < VG_ROW_LIMIT && h->categories <= VG_BANK_MAX_CATEGORIES;
    for (int a = 0; a < VG_DIGESTS; a++) fits = fits && h->key_bits_of[a] <= 24 && h->keys[a] < VG_ROW_LIMIT;
    return fits ? 0 : vg_fail(err, VG_ECORRUPT, path, "the header's counts are not possible");
}

static int check_sections(const vg_file_header *h, const char *path, vg_error *err)
{
    uint64_t want[VG_SECTIONS], blocks = 0;
    vg_file_expect(h, want);
    want[VG_SECTION_NAMES] = h->section[VG_SECTION_NAMES].bytes;
    for (int i = 0; i < VG_SECTIONS; i++) {
        vg_file_section s = h->section[i];
        if (i == VG_SECTION_CHECKS) want[i] = blocks * 8;
        uint64_t end;
        if (s.bytes != want[i] || s.offset < VG_FILE_HEADER || s.offset % VG_FILE_ALIGN ||
            __builtin_add_overflow(s.offset, s.bytes, &end) || end > h->file_bytes || h->file_bytes - end < VG_INDEX_PAD)
            return vg_fail(err, VG_ECORRUPT, path, "the section of %s does not fit", section_name(i));
        blocks += vg_file_blocks(s.bytes);
    }
    return 0;
}

static int check_section(const vg_index_file *file, int section, const char *path, vg_error *err)
{
    const vg_file_header *h = (const vg_file_header *)file->map;
    const uint8_t *sums = file->map + h->section[VG_SECTION_CHECKS].offset;
    vg_file_section s = h->section[section];
    for (int i = 0; i < section; i++) sums += 8 * vg_file_blocks(h->section[i].bytes);
    for (uint64_t at = 0; at < s.bytes; at += VG_FILE_BLOCK, sums += 8) {
        uint64_t sum;
        memcpy(&sum, sums, 8);
        if (sum != vg_file_sum(file->map + s.offset + at, s.bytes - at < VG_FILE_BLOCK ? (size_t)(s.bytes - at) : VG_FILE_BLOCK))
            return vg_fail(err, VG_ECORRUPT, path, "the section of %s does not have its checksum (at byte %llu of the file)",
                           section_name(section), (unsigned long long)(s.offset + at));
    }
    return 0;
}

static int check_sums(const vg_index_file *file, const char *path, vg_error *err)
{
    const vg_file_header *h = (const vg_file_header *)file->map;
    vg_file_section s = h->section[VG_SECTION_CHECKS];
    if (h->checks_sum != vg_file_sum(file->map + s.offset, (size_t)s.bytes))
        return vg_fail(err, VG_ECORRUPT, path, "the section of checksums does not have its checksum");
    return 0;
}

int vg_index_file_check(const vg_index_file *file, vg_error *err)
{
    const vg_file_header *h = (const vg_file_header *)file->map;
    int rc = check_header(h, "index", file->bytes, err);
    if (!rc) rc = check_sections(h, "index", err);
    if (!rc) rc = check_sums(file, "index", err);
    for (int i = 0; !rc && i < VG_SECTION_CHECKS; i++) rc = check_section(file, i, "index", err);
    return rc;
}

/* The n-th name; false when the names end before. */
static bool find_name(const vg_index_file *file, uint32_t n, vg_str *out)
{
    const vg_file_header *h = (const vg_file_header *)file->map;
    const uint8_t *at = file->map + h->section[VG_SECTION_NAMES].offset, *end = at + h->section[VG_SECTION_NAMES].bytes;
    for (;; n--) {
        if (end - at < 2) return false;
        size_t len = (size_t)at[0] | (size_t)at[1] << 8;
        at += 2;
        if ((size_t)(end - at) < len || len > VG_BANK_MAX_CATEGORY) return false;
        *out = (vg_str){(const char *)at, len};
        if (n == 0) return true;
        at += len;
    }
}

vg_str vg_index_file_category(const vg_index_file *file, uint32_t n)
{
    vg_str name = {"", 0};
    return find_name(file, n, &name) ? name : (vg_str){"", 0};
}

static void point(vg_index_file *file)
{
    const vg_file_header *h = (const vg_file_header *)file->map;
    const vg_file_section *s = h->section;
    vg_view *v = &file->view;
#define AT(i) ((const void *)(file->map + s[i].offset))
    *v = (vg_view){.permutation = &file->permutation, .row = AT(VG_SECTION_ROWS), .entry = AT(VG_SECTION_ENTRIES),
                   .category = AT(VG_SECTION_CATEGORIES), .frames = AT(VG_SECTION_FRAMES), .category_map = file->category_map,
                   .first = s[VG_SECTION_FIRST].bytes ? AT(VG_SECTION_FIRST) : NULL, .rows = h->rows, .postings = h->postings,
                   .frame_entries = h->frame_entries, .category_count = h->categories, .key_bits = h->key_bits, .id_bytes = h->id_bytes};
    for (int i = 0; i < VG_PIECES; i++) {
        v->offset[i] = (const uint32_t *)AT(VG_SECTION_OFFSETS) + (size_t)i * (((size_t)1 << h->key_bits) + 1);
        v->next[i] = AT(VG_SECTION_NEXT + i);
        v->id[i] = i ? AT(VG_SECTION_IDS + i) : NULL;
    }
    for (int a = 0; a < VG_DIGESTS; a++)
        v->keys[a] = (vg_keys){AT(VG_SECTION_KEYS + a), AT(VG_SECTION_KEY_FIRST + a), AT(VG_SECTION_KEY_ENTRIES + a),
                               AT(VG_SECTION_KEY_CATEGORIES + a), h->keys[a], h->key_bits_of[a]};
#undef AT
}

static int look_at(vg_index_file *file, const char *path, const vg_index_label *label, vg_error *err)
{
    const vg_file_header *h = (const vg_file_header *)file->map;
    vg_str name;
    int rc = check_header(h, path, file->bytes, err);
    if (!rc) rc = check_sections(h, path, err);
    if (!rc && label && label->bank && label->bank != h->bank)
        rc = vg_fail(err, VG_ECORRUPT, path, "of bank %llu, not of bank %llu", (unsigned long long)h->bank, (unsigned long long)label->bank);
    if (!rc) rc = check_sums(file, path, err);
    if (!rc) rc = check_section(file, VG_SECTION_NAMES, path, err);
    if (!rc) rc = check_section(file, VG_SECTION_FRAMES, path, err);
    if (!rc && h->categories && !find_name(file, h->categories - 1, &name))
        rc = vg_fail(err, VG_ECORRUPT, path, "the names of its %u categories are not all there", h->categories);
    if (!rc && !vg_permutation_set(&file->permutation, h->from)) rc = vg_fail(err, VG_ECORRUPT, path, "the order of the bits is not one");
    if (rc) return rc;
    file->label = (vg_index_label){h->bank, h->change};
    file->entries = h->entries;
    point(file);
    return 0;
}

int vg_index_file_open(vg_index_file **out, const char *path, vg_index_label *label, vg_error *err)
{
    struct stat st;
    vg_index_file *file = NULL;
    int rc = 0, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *out = NULL;
    if (fd < 0) return vg_fail(err, errno == ENOENT ? VG_ENOENT : VG_EIO, path, "cannot read: %s", strerror(errno));
    if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
        rc = vg_fail(err, VG_ECORRUPT, path, "not a regular file");
    } else if (st.st_size < VG_FILE_HEADER) {
        rc = vg_fail(err, VG_ECORRUPT, path, "%lld bytes: too short for an index", (long long)st.st_size);
    } else if (!(file = vg_calloc(1, sizeof *file))) {
        rc = vg_fail(err, VG_ENOMEM, path, "no memory to open an index");
    }
    if (rc) goto out;
    atomic_init(&file->references, 1);
    file->bytes = (size_t)st.st_size;
    file->map = mmap(NULL, file->bytes, PROT_READ, MAP_SHARED, fd, 0);
    if (file->map == MAP_FAILED) {
        file->map = NULL;
        rc = vg_fail(err, errno == ENOMEM ? VG_ENOMEM : VG_EIO, path, "cannot map: %s", strerror(errno));
        goto out;
    }
    rc = look_at(file, path, label, err);
    if (rc) goto out;
    if (label) *label = file->label;
    *out = file;
    file = NULL;
out:
    vg_index_file_release(&file);
    close(fd);
    return rc;
}

void vg_index_file_release(vg_index_file **file)
{
    vg_index_file *f = *file;
    *file = NULL;
    if (!f || atomic_fetch_sub(&f->references, 1) != 1) return;
    if (f->map) munmap((void *)(uintptr_t)f->map, f->bytes);
    vg_free(f);
}
