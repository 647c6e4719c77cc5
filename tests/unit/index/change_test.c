/* SPDX-License-Identifier: Apache-2.0
 *
 * An index as it changes: digests, categories, removals, doubts, reloading, videos, and short of memory.
 */
#include "tests/unit/index/index_fixture.h"

static vg_index_item item_of(uint32_t entry, uint16_t category, vg_hash_algorithm algorithm, uint64_t seed)
{
    vg_index_item item = {.entry = entry, .category = category, .hash = {.algorithm = algorithm, .quality = 100}};
    uint64_t kept = draw_state;
    draw_state = seed * 1000003;
    uint8_t bytes[32];
    draw_hash(bytes);
    memcpy(item.hash.bytes, bytes, vg_hash_bytes(algorithm));
    draw_state = kept;
    return item;
}

static size_t find(const vg_index *index, const vg_media_hash *hashes, size_t count, vg_media_match *out)
{
    vg_index_query query = {hashes, count, 31, 50, 80};
    size_t found = 0;
    vg_error err = {0};
    if (vg_index_search(index, &query, out, VG_MATCHES_MAX, &found, &err)) return 999;
    return found;
}

static void check_digests(void)
{
    enum { COUNT = 900 };
    vg_index_item items[COUNT];
    vg_media_match out[VG_MATCHES_MAX];
    vg_index *index = NULL, *added = NULL;
    vg_error err = {0};
    size_t right = 0, right_added = 0, wrong = 0;
    for (uint32_t i = 0; i < COUNT; i++) items[i] = item_of(i + 1, 0, (vg_hash_algorithm)(i % 3), i + 1);
    int rc = write_list(path_of("digests"), 7, 1, items, COUNT, NULL, 0, &err);
    if (!rc) rc = vg_index_open(&index, path_of("digests"), NULL, &err);
    if (!rc) rc = vg_index_create(&added, &err);
    if (!rc) rc = vg_index_add(added, 1, items, COUNT, &err);
    TAP_EQ_INT(rc, 0, "SHA-256, SHA-1 and MD5 are written and added");
    for (uint32_t i = 0; !rc && i < COUNT; i++) {
        vg_media_hash hash = items[i].hash;
        right += find(index, &hash, 1, out) == 1 && out[0].entry == i + 1 && out[0].algorithm == i % 3;
        right_added += find(added, &hash, 1, out) == 1 && out[0].entry == i + 1;
        hash.bytes[vg_hash_bytes(hash.algorithm) - 1] ^= 1;
        wrong += find(index, &hash, 1, out) + find(added, &hash, 1, out);
    }
    TAP_EQ_INT(right, COUNT, "each is found in a file");
    TAP_EQ_INT(right_added, COUNT, "each is found among additions");
    TAP_EQ_INT(wrong, 0, "none is found by a digest that differs in one bit");
    vg_media_hash zeros = {.algorithm = VG_HASH_MD5};
    TAP_EQ_INT(find(index, &zeros, 1, out), 0, "another algorithm's zeros are nobody's");
    vg_index_close(&index);
    vg_index_close(&added);
}

static void check_order(void)
{
    vg_index_item items[5];
    vg_media_match out[VG_MATCHES_MAX];
    vg_index *index = NULL;
    vg_error err = {0};
    vg_index_item pdq = item_of(9, 0, VG_HASH_PDQ, 1);
    for (int i = 0; i < 3; i++) items[i] = pdq;
    items[0].entry = 9;
    items[1].entry = 4;
    items[2].entry = 6;
    flip_bits(items[2].hash.bytes, 5);
    items[3] = item_of(30, 0, VG_HASH_SHA1, 2);
    items[4] = item_of(20, 0, VG_HASH_MD5, 3);
    int rc = write_list(path_of("order"), 7, 1, items, 5, NULL, 0, &err);
    if (!rc) rc = vg_index_open(&index, path_of("order"), NULL, &err);
    vg_media_hash asked[] = {pdq.hash, items[3].hash, items[4].hash};
    size_t found = rc ? 0 : find(index, asked, 3, out);
    TAP_OK(found == 5 && out[0].entry == 20 && out[1].entry == 30 && out[2].entry == 4 && out[3].entry == 9 && out[4].entry == 6,
           "equal bytes come first, then by distance, then by entry");
    vg_index_query query = {asked, 3, 31, 50, 80};
    rc = vg_index_search(index, &query, out, 2, &found, &err);
    TAP_OK(rc == 0 && found == 5 && out[0].entry == 20 && out[1].entry == 30, "the surest are kept when there is room for fewer");
    asked[0].quality = 49;
    TAP_EQ_INT(find(index, asked, 1, out), 0, "a PDQ hash under the quality asked for is not looked up");
    query.threshold = 32;
    TAP_EQ_INT(vg_index_search(index, &query, out, 2, &found, &err), -VG_EINVAL, "a threshold over 31 is refused");
    asked[0] = pdq.hash;
    asked[1] = pdq.hash;
    asked[0].turn = VG_TURN_ROT90;
    flip_bits(asked[0].bytes, 7);
    TAP_OK(find(index, asked, 2, out) == 3 && out[0].turn == 0 && out[0].distance == 0, "the best orientation is the one that is told");
    vg_index_close(&index);
}

static void check_categories(void)
{
    static const vg_str names[] = {{"A", 1}, {"Catégorie 2", 12}};
    vg_index_item items[] = {item_of(1, 0, VG_HASH_PDQ, 1), item_of(2, 1, VG_HASH_PDQ, 2)};
    vg_media_match out[VG_MATCHES_MAX];
    vg_index *index = NULL;
    vg_error err = {0};
    uint16_t number = 77, again = 78;
    int rc = write_list(path_of("categories"), 7, 1, items, 2, names, 2, &err);
    if (!rc) rc = vg_index_open(&index, path_of("categories"), NULL, &err);
    TAP_OK(rc == 0 && find(index, &items[1].hash, 1, out) == 1 && vg_str_eq(vg_index_category_name(index, out[0].category), names[1]),
           "a match tells the native category");
    rc = vg_index_category(index, VG_STR("C"), &number, &err) || vg_index_category(index, VG_STR("C"), &again, &err);
    TAP_OK(rc == 0 && number == again && vg_str_is(vg_index_category_name(index, number), "C"), "a new category gets a number, once");
    TAP_EQ_INT(vg_index_category_name(index, 4000).len, 0, "a number that is nobody's has no name");
    items[0].entry = 3;
    items[0].category = 9;
    TAP_EQ_INT(vg_index_add(index, 2, items, 1, &err), -VG_EINVAL, "an addition of an unknown category is refused");
    const vg_str turned[] = {names[1], names[0]}; /* the merged file numbers them anew */
    items[0] = item_of(1, 1, VG_HASH_PDQ, 1);
    items[1] = item_of(2, 0, VG_HASH_PDQ, 2);
    rc = write_list(path_of("categories"), 7, 3, items, 2, turned, 2, &err) || vg_index_reload(index, path_of("categories"), NULL, &err);
    TAP_OK(rc == 0 && find(index, &items[1].hash, 1, out) == 1 && vg_str_eq(vg_index_category_name(index, out[0].category), names[1]),
           "numbers stay what they are when a file with others is loaded");
    TAP_EQ_INT(write_list(path_of("bad"), 7, 1, items, 2, names, 1, &err), -VG_EINVAL, "a file without a category of its items is refused");
    vg_index_close(&index);
}

static void check_marks(void)
{
    enum { COUNT = 2000 };
    vg_index_item items[COUNT + 3];
    vg_media_match out[VG_MATCHES_MAX];
    vg_index *index = NULL;
    vg_index_stats stats;
    vg_index_label label = {7, 0};
    vg_error err = {0};
    for (uint32_t i = 0; i < COUNT + 3; i++) items[i] = item_of(i + 1, 0, VG_HASH_PDQ, i + 1);
    int rc = write_list(path_of("marks"), 7, 10, items, COUNT, NULL, 0, &err);
    if (!rc) rc = vg_index_open(&index, path_of("marks"), &label, &err);
    if (!rc) rc = vg_index_add(index, 11, items + COUNT, 2, &err);
    TAP_OK(rc == 0 && label.change == 10 && find(index, &items[COUNT].hash, 1, out) == 1, "an addition is found at once");
    uint32_t gone[] = {5, COUNT + 1, 123456};
    rc = vg_index_remove(index, 12, gone, 3, &err);
    TAP_OK(rc == 0 && !find(index, &items[4].hash, 1, out) && !find(index, &items[COUNT].hash, 1, out), "a removal holds at once, in file and additions");
    TAP_EQ_INT(find(index, &items[5].hash, 1, out), 1, "others are still found");
    vg_index_stats_get(index, &stats);
    TAP_OK(stats.hashes[VG_HASH_PDQ] == COUNT && stats.entries == COUNT && stats.delta == 2 && stats.removed == 3 && stats.change == 12,
           "what was removed is not counted (%zu hashes, %zu entries)", stats.hashes[VG_HASH_PDQ], stats.entries);
    uint32_t doubted[] = {6};
    rc = vg_index_doubt(index, 13, doubted, 1, true, &err);
    TAP_OK(rc == 0 && find(index, &items[5].hash, 1, out) == 1 && out[0].doubted, "a doubt is told with the match");
    rc = vg_index_add(index, 14, &items[4], 1, &err);
    TAP_OK(rc == 0 && find(index, &items[4].hash, 1, out) == 1, "what is added after it was removed is found again");

    items[COUNT + 2].doubted = true; /* the merged file is as of change 12, and has a doubted entry */
    items[4].entry = 1;              /* entry 5 is not in it */
    rc = write_list(path_of("merged"), 7, 12, items, COUNT + 3, NULL, 0, &err);
    items[4].entry = 5;
    uint32_t late[] = {8};
    if (!rc) rc = vg_index_remove(index, 13, late, 1, &err);
    if (!rc) rc = vg_index_reload(index, path_of("merged"), &label, &err);
    TAP_OK(rc == 0 && label.change == 12, "a merged file is loaded");
    TAP_EQ_INT(find(index, &items[4].hash, 1, out), 2, "an addition after the file's last change stays");
    TAP_EQ_INT(find(index, &items[7].hash, 1, out), 0, "so does a removal");
    TAP_OK(find(index, &items[5].hash, 1, out) == 1 && out[0].doubted, "so does a doubt");
    TAP_OK(find(index, &items[COUNT + 2].hash, 1, out) == 1 && out[0].doubted, "the file's own doubts are told");
    rc = vg_index_doubt(index, 20, &items[COUNT + 2].entry, 1, false, &err);
    TAP_OK(rc == 0 && find(index, &items[COUNT + 2].hash, 1, out) == 1 && !out[0].doubted, "until they are taken back");
    vg_index_stats_get(index, &stats);
    TAP_EQ_INT(stats.delta, 1, "additions that are in the file are not kept twice");
    label.bank = 8;
    TAP_EQ_INT(vg_index_reload(index, path_of("merged"), &label, &err), -VG_ECORRUPT, "another bank's file is refused");
    TAP_EQ_INT(find(index, &items[9].hash, 1, out), 1, "and the index goes on with what it has");
    vg_index_close(&index);
}

/* A video of ten frames in the file and one of four among the additions. */
static void check_video(void)
{
    vg_index_item items[15];
    vg_media_hash asked[12];
    vg_media_match out[VG_MATCHES_MAX];
    vg_index *index = NULL;
    vg_error err = {0};
    for (uint32_t i = 0; i < 14; i++) {
        items[i] = item_of(i < 10 ? 1 : 2, 0, VG_HASH_PDQ, i + 1);
        items[i].hash.frame = i < 10 ? i + 1 : i - 9;
    }
    items[14] = item_of(3, 0, VG_HASH_PDQ, 1); /* a still picture that is also a frame of the first */
    int rc = write_list(path_of("video"), 7, 1, items, 10, NULL, 0, &err);
    if (!rc) rc = vg_index_open(&index, path_of("video"), NULL, &err);
    if (!rc) rc = vg_index_add(index, 2, items + 10, 5, &err);
    for (uint32_t i = 0; i < 12; i++) {
        asked[i] = items[i < 8 ? i : 0].hash;
        if (i >= 8) draw_hash(asked[i].bytes);
        flip_bits(asked[i].bytes, 3);
        asked[i].frame = i + 1;
    }
    size_t found = rc ? 0 : find(index, asked, 12, out);
    TAP_OK(found == 2 && out[0].entry == 1 && out[0].bank_percent == 80 && out[0].query_percent == 66,
           "8 of 10 frames of the entry and 8 of 12 asked for: 80 and 66 %%");
    TAP_OK(found == 2 && out[1].entry == 3 && out[1].bank_percent == 0 && out[1].query_percent == 8, "a picture that is one of the frames is found, too");
    TAP_OK(find(index, asked, 7, out) == 1 && out[0].entry == 3, "7 of 10 frames are under the 80 %% asked for");
    vg_index_query query = {asked, 7, 31, 50, 70};
    TAP_OK(!vg_index_search(index, &query, out, 8, &found, &err) && found == 2, "and are enough for 70 %%");
    asked[0].quality = asked[1].quality = 10;
    TAP_OK(find(index, asked, 12, out) == 0, "frames under the quality count for nothing");
    vg_media_hash four[4];
    for (int i = 0; i < 4; i++) four[i] = items[10 + i].hash;
    TAP_OK(find(index, four, 4, out) == 1 && out[0].entry == 2 && out[0].bank_percent == 100 && out[0].query_percent == 100, "a video among the additions");
    rc = vg_index_add(index, 3, items + 10, 4, &err);
    TAP_OK(rc == 0 && find(index, four, 2, out) == 0, "frames that were added count with the others");
    vg_media_hash same[4] = {four[0], four[0], four[0], four[0]};
    TAP_EQ_INT(find(index, same, 4, out), 0, "one frame asked for four times is one frame of the entry");
    uint32_t second = 2;
    rc = vg_index_remove(index, 4, &second, 1, &err) || vg_index_add(index, 5, items + 10, 2, &err);
    TAP_OK(rc == 0 && find(index, four, 2, out) == 1 && out[0].bank_percent == 100, "frames that were removed do not count any more");
    vg_index_close(&index);
}

static int everything(vg_error *err)
{
    enum { COUNT = 1500 };
    static vg_index_item items[COUNT];
    static const vg_str names[] = {{"A", 1}};
    vg_media_match out[VG_MATCHES_MAX];
    vg_media_hash asked[100];
    vg_index *index = NULL;
    uint16_t number;
    size_t found;
    uint32_t gone[] = {3, 4};
    for (uint32_t i = 0; i < COUNT; i++) items[i] = item_of(i + 1, 0, i % 50 == 49 ? VG_HASH_SHA1 : VG_HASH_PDQ, i < 200 ? 1 : i);
    for (uint32_t i = 0; i < COUNT; i++) items[i].hash.frame = i % 3;
    for (uint32_t i = 0; i < 100; i++) asked[i] = items[i].hash;
    int rc = write_list(path_of("memory"), 7, 1, items, COUNT, names, 1, err);
    if (!rc) rc = vg_index_open(&index, path_of("memory"), NULL, err);
    if (!rc) rc = vg_index_category(index, VG_STR("B"), &number, err);
    if (!rc) rc = vg_index_add(index, 2, items, COUNT, err);
    if (!rc) rc = vg_index_remove(index, 3, gone, 2, err);
    if (!rc) rc = vg_index_doubt(index, 4, gone, 2, true, err);
    vg_index_query query = {asked, 100, 31, 50, 80};
    if (!rc) rc = vg_index_search(index, &query, out, VG_MATCHES_MAX, &found, err);
    if (!rc) rc = vg_index_reload(index, path_of("memory"), NULL, err);
    vg_index_close(&index);
    return rc;
}

static void check_memory(void)
{
    size_t n = 0, wrong = 0;
    int rc;
    do {
        vg_error err = {0};
        vg_alloc_fail_at(++n);
        rc = everything(&err);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (rc && (rc != -VG_ENOMEM || !err.what[0])) wrong++;
        if (!failed) break;
    } while (n < 2000);
    TAP_OK(rc == 0 && n > 30 && n < 2000, "everything works once memory is there (%zu allocations)", n);
    TAP_EQ_INT(wrong, 0, "each allocation that fails is told as such, or done without");
}

int main(void)
{
    check_digests();
    check_order();
    check_categories();
    check_marks();
    check_video();
    check_memory();
    remove_folder();
    return tap_done();
}
