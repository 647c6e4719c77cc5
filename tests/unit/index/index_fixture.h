/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of the index share: made-up lists, a search by comparing everything, and the comparison of both.
 */
#ifndef VG_TESTS_INDEX_FIXTURE_H
#define VG_TESTS_INDEX_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "signals/media/index/index.h"
#include "tests/tap.h"

static uint64_t draw_state = 20240131;
static inline uint64_t draw(void) /* SplitMix64 */
{
    uint64_t z = draw_state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}
__attribute__((unused)) static void draw_hash(uint8_t out[32])
{
    for (int i = 0; i < 4; i++) {
        uint64_t n = draw();
        memcpy(out + 8 * i, &n, 8);
    }
}
/* Changes exactly `bits` different bits. */
__attribute__((unused)) static void flip_bits(uint8_t hash[32], unsigned bits)
{
    uint8_t done[32] = {0};
    while (bits) {
        unsigned b = (unsigned)(draw() % 256);
        if (done[b / 8] >> (b % 8) & 1) continue;
        done[b / 8] |= (uint8_t)(1u << (b % 8));
        hash[b / 8] ^= (uint8_t)(1u << (b % 8));
        bits--;
    }
}
__attribute__((unused)) static unsigned distance_of(const uint8_t a[32], const uint8_t b[32])
{
    unsigned d = 0;
    for (int i = 0; i < 32; i++) d += (unsigned)__builtin_popcount((unsigned)(a[i] ^ b[i]));
    return d;
}

/* ---- kinds of lists ---- */
typedef enum { LIST_UNIFORM, LIST_CLUSTERED, LIST_EQUAL, LIST_ONE_BIT, LIST_ONE_PIECE, LIST_REAL, LISTS } list_kind;
static const char *const list_names[LISTS] __attribute__((unused)) = {
    "uniform", "clustered", "all equal", "one bit apart", "differing in a few bytes only", "families of real pictures",
};

/* Hashes of real pictures when the shared folder is there. */
__attribute__((unused)) static size_t read_real(uint8_t (*out)[32], size_t room)
{
    const char *folder = getenv("VG_SHARED_MEDIA");
    char path[4096], line[4096];
    size_t n = 0;
    snprintf(path, sizeof path, "%s/pdq-expected-dihedral.csv", folder ? folder : VG_SHARED_MEDIA);
    FILE *in = fopen(path, "r");
    if (!in) return 0;
    while (fgets(line, sizeof line, in) && n < room)
        for (char *at = strchr(line, ','); at && n < room; at = strchr(at + 1, ','))
            if (vg_hex_decode(out[n], 32, (vg_str){at + 1, strnlen(at + 1, 64)})) n++;
    fclose(in);
    return n;
}

__attribute__((unused)) static void make_list(list_kind kind, vg_index_item *items, size_t count)
{
    uint8_t centre[256][32];
    size_t centres = kind == LIST_REAL ? read_real(centre, 256) : 0;
    if (!centres)
        for (centres = 0; centres < 8; centres++) draw_hash(centre[centres]);
    for (size_t i = 0; i < count; i++) {
        uint8_t *bytes = items[i].hash.bytes;
        items[i] = (vg_index_item){.entry = (uint32_t)i + 1, .hash = {.algorithm = VG_HASH_PDQ, .quality = 100}};
        memcpy(bytes, centre[kind == LIST_CLUSTERED || kind == LIST_REAL ? draw() % centres : 0], 32);
        switch (kind) {
        case LIST_UNIFORM: draw_hash(bytes); break;
        case LIST_CLUSTERED:
        case LIST_REAL: flip_bits(bytes, (unsigned)(draw() % 60)); break;
        case LIST_ONE_BIT: flip_bits(bytes, 1); break;
        case LIST_ONE_PIECE: {
            uint64_t n = draw();
            memcpy(bytes + 12, &n, 6);
            break;
        }
        default: break;
        }
    }
}

/* ---- files ---- */
static char folder[64] __attribute__((unused));
__attribute__((unused)) static const char *path_of(const char *name)
{
    static char path[128];
    if (!folder[0]) {
        snprintf(folder, sizeof folder, "/tmp/vigie-index-XXXXXX");
        if (!mkdtemp(folder)) exit(2);
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}
__attribute__((unused)) static void remove_folder(void)
{
    char command[128];
    if (!folder[0]) return;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command)) fprintf(stderr, "%s is left\n", folder);
}
__attribute__((unused)) static int write_list(const char *path, uint64_t bank, uint64_t change, const vg_index_item *items, size_t count,
                                              const vg_str *categories, size_t category_count, vg_error *err)
{
    vg_index_writer *writer;
    vg_index_label label = {bank, change};
    int rc = vg_index_write_begin(&writer, path, &label, count, err);
    if (rc) return rc;
    rc = vg_index_write_items(writer, items, count, err);
    if (rc) {
        vg_index_write_abandon(&writer);
        return rc;
    }
    return vg_index_write_end(&writer, categories, category_count, err);
}

/* ---- the search that cannot be wrong ---- */
/* Entries without frames. best[entry]: 256 = not found, else the distance. Returns how many entries there are. */
__attribute__((unused)) static size_t search_all(const vg_index_item *items, size_t count, const vg_index_query *query, uint16_t *best,
                                                 size_t entries)
{
    size_t found = 0;
    for (size_t e = 0; e <= entries; e++) best[e] = 256;
    for (size_t i = 0; i < count; i++) {
        for (size_t q = 0; q < query->count; q++) {
            if (query->hashes[q].quality < query->min_quality) continue;
            unsigned d = distance_of(items[i].hash.bytes, query->hashes[q].bytes);
            if (d <= query->threshold && d < best[items[i].entry]) best[items[i].entry] = (uint16_t)d;
        }
    }
    for (size_t e = 0; e <= entries; e++) found += best[e] != 256;
    return found;
}
/* How many answers differ between the index and the comparison of everything. */
__attribute__((unused)) static size_t count_wrong(const vg_index *index, const vg_index_item *items, size_t count,
                                                  const vg_index_query *query)
{
    uint16_t *best = malloc((count + 2) * sizeof *best);
    vg_media_match *out = malloc((count + 1) * sizeof *out);
    size_t found = 0, want = search_all(items, count, query, best, count), wrong = 0;
    vg_error err = {0};
    if (!best || !out) exit(2);
    if (vg_index_search(index, query, out, count, &found, &err)) wrong++;
    wrong += found != want;
    for (size_t i = 0; i < found && i < count; i++) {
        wrong += out[i].entry > count || best[out[i].entry] != out[i].distance || out[i].algorithm != VG_HASH_PDQ;
        if (i) wrong += out[i - 1].distance > out[i].distance || (out[i - 1].distance == out[i].distance && out[i - 1].entry >= out[i].entry);
    }
    free(best);
    free(out);
    return wrong;
}

#endif
