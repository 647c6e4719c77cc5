/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as an index file: refused, or searched and checked without leaving the map.
 *
 * Most changed bytes would be refused for a checksum alone, so the checksums that opening looks at are made right first,
 * except where the first byte says not to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "signals/media/index/index_int.h"

static void must(bool condition)
{
    if (!condition) abort();
}

/* Recomputes what opening compares, where the header lets it be found. */
static void mend(uint8_t *bytes, size_t size)
{
    vg_file_header h;
    if (size < VG_FILE_HEADER) return;
    memcpy(&h, bytes, sizeof h);
    h.file_bytes = size;
    vg_file_section checks = h.section[VG_SECTION_CHECKS];
    uint64_t block = 0;
    if (checks.offset > size || checks.bytes > size - checks.offset) return;
    for (int i = 0; i < VG_SECTION_CHECKS; i++) {
        vg_file_section s = h.section[i];
        if (s.offset > size || s.bytes > size - s.offset) return;
        for (uint64_t at = 0; at < s.bytes; at += VG_FILE_BLOCK, block++) {
            uint64_t sum = vg_file_sum(bytes + s.offset + at, s.bytes - at < VG_FILE_BLOCK ? s.bytes - at : VG_FILE_BLOCK);
            if ((block + 1) * 8 <= checks.bytes && (i == VG_SECTION_NAMES || i == VG_SECTION_FRAMES))
                memcpy(bytes + checks.offset + block * 8, &sum, 8);
        }
    }
    h.checks_sum = vg_file_sum(bytes + checks.offset, checks.bytes);
    h.sum = vg_file_sum(&h, offsetof(vg_file_header, sum));
    memcpy(bytes, &h, sizeof h);
}

static void search_with(vg_index *index, const uint8_t *data, size_t size)
{
    vg_media_hash hashes[9] = {0};
    vg_media_match out[VG_MATCHES_MAX];
    vg_error err;
    size_t found = 0;
    for (size_t i = 0; i < 9; i++) {
        size_t at = size > 4200 ? 4096 + i * 32 % (size - 4096 - 32) : 0;
        hashes[i].algorithm = (vg_hash_algorithm)(i < 6 ? VG_HASH_PDQ : i - 6);
        hashes[i].frame = (uint32_t)i;
        if (size >= 32) memcpy(hashes[i].bytes, data + at, 32);
    }
    vg_index_query query = {hashes, 9, 31, 0, 10};
    if (vg_index_search(index, &query, out, VG_MATCHES_MAX, &found, &err)) return;
    for (size_t i = 0; i < found && i < VG_MATCHES_MAX; i++) must(vg_index_category_name(index, out[i].category).len <= VG_BANK_MAX_CATEGORY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char path[64];
    vg_index *index;
    vg_error err;
    if (size < 1) return 0;
    if (fd < 0) {
        fd = memfd_create("index", MFD_CLOEXEC);
        must(fd >= 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    uint8_t *bytes = malloc(size);
    must(bytes != NULL);
    memcpy(bytes, data + 1, size - 1);
    if (data[0] != '!') mend(bytes, size - 1);
    must(!ftruncate(fd, 0) && pwrite(fd, bytes, size - 1, 0) == (ssize_t)(size - 1));
    int rc = vg_index_open(&index, path, NULL, &err);
    must(rc == 0 || rc == -VG_ECORRUPT);
    if (!rc) {
        search_with(index, bytes, size - 1);
        rc = vg_index_check(index, &err);
        must(rc == 0 || rc == -VG_ECORRUPT);
        vg_index_stats stats;
        vg_index_stats_get(index, &stats);
        vg_index_close(&index);
    }
    free(bytes);
    return 0;
}
