/* SPDX-License-Identifier: Apache-2.0
 *
 * Two threads search while one adds, removes, doubts and reloads: what is there all along is found in every search.
 */
#include <pthread.h>

#include "tests/unit/index/index_fixture.h"

enum { STEADY = 2000, MOVING = 3000 };
static vg_index_item items[STEADY + MOVING];
static vg_index *index_;
static _Atomic bool over;
static _Atomic size_t missed, searches, ghosts;
static _Atomic uint32_t gone; /* entries up to this one beyond STEADY were removed, for good */

static void *search_on(void *context)
{
    uint64_t at = (uint64_t)(uintptr_t)context;
    while (!over) {
        vg_media_match out[VG_MATCHES_MAX];
        vg_error err;
        size_t found = 0;
        uint32_t before = gone;
        at = at * 6364136223846793005u + 1442695040888963407u;
        const vg_index_item *steady = &items[(at >> 33) % STEADY];
        vg_index_query query = {&steady->hash, 1, 31, 0, 80};
        if (vg_index_search(index_, &query, out, VG_MATCHES_MAX, &found, &err) || found != 1 || out[0].entry != steady->entry) missed++;
        if (before) {
            query.hashes = &items[STEADY + (at >> 40) % before].hash;
            if (vg_index_search(index_, &query, out, VG_MATCHES_MAX, &found, &err) || found) ghosts++;
        }
        searches++;
    }
    return NULL;
}

int main(void)
{
    vg_error err = {0};
    pthread_t thread[2];
    make_list(LIST_UNIFORM, items, STEADY + MOVING);
    int rc = write_list(path_of("threads"), 7, 0, items, STEADY, NULL, 0, &err);
    if (!rc) rc = vg_index_open(&index_, path_of("threads"), NULL, &err);
    if (rc) exit(2);
    for (size_t i = 0; i < 2; i++)
        if (pthread_create(&thread[i], NULL, search_on, (void *)(i + 1))) exit(2);
    uint64_t change = 0;
    for (uint32_t i = 0; !rc && i < MOVING; i += 50) {
        uint32_t entries[50];
        rc = vg_index_add(index_, ++change, &items[STEADY + i], 50, &err);
        for (uint32_t j = 0; j < 50; j++) entries[j] = items[STEADY + i + j].entry;
        if (!rc) rc = vg_index_doubt(index_, ++change, entries, 50, i % 100, &err);
        if (!rc) rc = vg_index_remove(index_, ++change, entries, 50, &err);
        gone = i + 50;
        if (i % 500 == 450) { /* a merged file: of now, or of a while ago */
            if (!rc) rc = write_list(path_of("threads"), 7, i % 1000 > 500 ? change : 0, items, STEADY, NULL, 0, &err);
            if (!rc) rc = vg_index_reload(index_, path_of("threads"), NULL, &err);
            if (!rc) rc = vg_index_check(index_, &err);
        }
        vg_index_stats stats;
        vg_index_stats_get(index_, &stats);
        if (stats.hashes[VG_HASH_PDQ] != STEADY) rc = -1;
    }
    over = true;
    for (int i = 0; i < 2; i++) pthread_join(thread[i], NULL);
    TAP_EQ_INT(rc, 0, "one thread adds, doubts, removes and reloads");
    TAP_OK(searches > 0 && missed == 0, "two others find what is there, always (%zu searches, %zu missed)", (size_t)searches, (size_t)missed);
    TAP_EQ_INT(ghosts, 0, "and never what was removed before they asked");
    vg_index_close(&index_);
    remove_folder();
    return tap_done();
}
