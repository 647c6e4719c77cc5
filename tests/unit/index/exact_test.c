/* SPDX-License-Identifier: Apache-2.0
 *
 * What lies within the radius is found, always: every kind of list, every threshold, every kernel, file and additions alike.
 */
#include "tests/unit/index/index_fixture.h"

static void ask(const vg_index_item *items, size_t count, vg_media_hash *hashes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        hashes[i] = (vg_media_hash){.algorithm = VG_HASH_PDQ, .quality = 100};
        if (i % 4 == 3) {
            draw_hash(hashes[i].bytes);
        } else {
            memcpy(hashes[i].bytes, items[draw() % count].hash.bytes, 32);
            flip_bits(hashes[i].bytes, (unsigned)(draw() % 40));
        }
    }
}

static size_t wrong_of(const vg_index *index, const vg_index_item *items, size_t count, int rounds)
{
    size_t wrong = 0;
    for (unsigned threshold = 0; threshold <= 31; threshold++) {
        for (int round = 0; round < rounds; round++) {
            vg_media_hash hashes[11];
            ask(items, count, hashes, 11);
            vg_index_query query = {hashes, round % 3 == 0 ? 1 : round % 3 == 1 ? 8 : 11, (uint8_t)threshold, 0, 80};
            wrong += count_wrong(index, items, count, &query);
        }
    }
    return wrong;
}

/* The same list as a file, as additions at once, and as additions of a few. */
static void check_list(list_kind kind, size_t count, int rounds)
{
    vg_error err = {0};
    vg_index_item *items = malloc(count * sizeof *items);
    vg_index *file = NULL, *once = NULL, *few = NULL;
    if (!items) exit(2);
    make_list(kind, items, count);
    int rc = write_list(path_of("list"), 7, 1, items, count, NULL, 0, &err);
    if (!rc) rc = vg_index_open(&file, path_of("list"), NULL, &err);
    if (!rc) rc = vg_index_create(&once, &err);
    if (!rc) rc = vg_index_add(once, 1, items, count, &err);
    if (!rc) rc = vg_index_create(&few, &err);
    for (size_t i = 0, n; !rc && i < count; i += n) {
        n = 1 + draw() % 700;
        if (n > count - i) n = count - i;
        rc = vg_index_add(few, 1 + i, items + i, n, &err);
    }
    TAP_OK(rc == 0, "%zu hashes, %s: built %s", count, list_names[kind], err.what);
    if (!rc) {
        TAP_EQ_INT(vg_index_check(file, &err), 0, "the file has its checksums");
        TAP_EQ_INT(wrong_of(file, items, count, rounds), 0, "a file finds what comparing everything finds, at every threshold");
        TAP_EQ_INT(wrong_of(once, items, count, rounds), 0, "additions made at once, too");
        TAP_EQ_INT(wrong_of(few, items, count, rounds), 0, "additions made in many calls, too");
    }
    vg_index_close(&file);
    vg_index_close(&once);
    vg_index_close(&few);
    free(items);
}

/* Neighbours at exactly `distance` bits, spread over the pieces by chance and as unevenly as can be. */
static void check_planted(const char *kernel)
{
    enum { COUNT = 40000, PLANTED = 400 };
    vg_error err = {0};
    vg_index_item *items = malloc(COUNT * sizeof *items);
    vg_index *index = NULL;
    vg_media_hash asked[PLANTED];
    if (!items) exit(2);
    make_list(LIST_UNIFORM, items, COUNT);
    for (size_t i = 0; i < PLANTED; i++) {
        asked[i] = items[i * 97].hash;
        if (i % 2) { /* in a row: the first 4 bytes from somewhere on, which is as many bits */
            unsigned from = (unsigned)(draw() % 225);
            for (unsigned b = from; b < from + 31; b++) asked[i].bytes[b / 8] ^= (uint8_t)(1u << (b % 8));
        } else {
            flip_bits(asked[i].bytes, 31);
        }
    }
    int rc = write_list(path_of("planted"), 7, 1, items, COUNT, NULL, 0, &err);
    if (!rc) rc = vg_index_open(&index, path_of("planted"), NULL, &err);
    size_t at31 = 0, at32 = 0, short30 = 0;
    for (size_t i = 0; !rc && i < PLANTED; i++) {
        vg_media_match match;
        size_t found = 0;
        vg_index_query query = {&asked[i], 1, 31, 0, 80};
        rc = vg_index_search(index, &query, &match, 1, &found, &err);
        at31 += found == 1 && match.entry == i * 97 + 1 && match.distance == 31;
        query.threshold = 30;
        if (!rc) rc = vg_index_search(index, &query, &match, 1, &found, &err);
        short30 += found == 0;
        vg_media_hash further = asked[i]; /* one bit more, where none was changed yet */
        for (unsigned b = 0; b < 256 && distance_of(further.bytes, items[i * 97].hash.bytes) != 32; b++) {
            further = asked[i];
            further.bytes[b / 8] ^= (uint8_t)(1u << (b % 8));
        }
        query = (vg_index_query){&further, 1, 31, 0, 80};
        if (!rc) rc = vg_index_search(index, &query, &match, 1, &found, &err);
        at32 += found == 0;
    }
    TAP_EQ_INT(rc, 0, kernel);
    TAP_EQ_INT(at31, PLANTED, "a neighbour at 31 bits is found at threshold 31");
    TAP_EQ_INT(short30, PLANTED, "and not at threshold 30");
    TAP_EQ_INT(at32, PLANTED, "a neighbour at 32 bits is not found");
    vg_index_close(&index);
    free(items);
}

int main(void)
{
    static const char *const levels[] = {"none", "sse4", "avx2"};
    uint8_t real[256][32];
    if (!read_real(real, 256)) printf("# hashes of real pictures are not here: their families are made from made-up centres\n");
    for (list_kind kind = 0; kind < LISTS; kind++) {
        check_list(kind, 1, 3);
        check_list(kind, 300, 3);
        check_list(kind, 3000, 3);
    }
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (!vg_index_cpu_set(levels[i])) {
            printf("ok %d - # SKIP this processor has no %s\n", ++tap_count, levels[i]);
            continue;
        }
        check_planted(levels[i]);
        check_list(LIST_UNIFORM, 20000, 1);
        check_list(LIST_REAL, 5000, 1);
    }
    remove_folder();
    return tap_done();
}
