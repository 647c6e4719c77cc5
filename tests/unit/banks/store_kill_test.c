/* SPDX-License-Identifier: Apache-2.0
 *
 * kill -9 at any moment of an import: the bank holds the old list or the new one, never a mixture.
 *
 * A child replaces the list again and again, 1500 entries whose content is shifted by one more each time; the parent kills it after a
 * random while and looks: every entry must have the same shift, and the counts must be those of the entries.
 */
#include "fixture.h"

#include <signal.h>
#include <sys/wait.h>

enum { ROUNDS = 30, ENTRIES = 600 };

static void import_for_ever(const char *dir, int64_t bank, uint32_t shift)
{
    vg_error err = {0};
    vg_bank_store *store = NULL;
    if (vg_bank_store_open(&store, dir, &err)) _exit(1);
    for (;; shift++) /* the range moves too: entries come, go and change in each */
        if (import_range(store, bank, VG_IMPORT_REPLACE, shift % 7, shift % 7 + ENTRIES, shift, NULL, &err)) _exit(1);
}

typedef struct view {
    size_t entries, hashes;
    int64_t shift;
    bool one;
} view;

static int look(void *context, const vg_bank_entry *entries, size_t count, vg_error *err)
{
    view *v = context;
    (void)err;
    for (size_t i = 0; i < count; i++) {
        vg_media_hash want;
        char name[16];
        memcpy(name, entries[i].reference.ptr + 4, entries[i].reference.len - 4);
        name[entries[i].reference.len - 4] = '\0';
        uint32_t number = (uint32_t)strtoul(name, NULL, 10);
        if (!v->entries) /* the first one tells which list it is */
            for (v->shift = 0; v->shift < 100000; v->shift++) {
                want = a_hash(VG_HASH_SHA256, number + (uint32_t)v->shift);
                if (memcmp(want.bytes, entries[i].hashes[0].bytes, 32) == 0) break;
            }
        want = a_hash(VG_HASH_SHA256, number + (uint32_t)v->shift);
        v->one = v->one && entries[i].hash_count == 2 && memcmp(want.bytes, entries[i].hashes[0].bytes, 32) == 0 &&
                 number >= v->shift % 7 && number < v->shift % 7 + ENTRIES;
        v->entries++;
        v->hashes += entries[i].hash_count;
    }
    return 0;
}

int main(void)
{
    fixture f;
    int64_t shift = 0, moved = 0;
    int whole = 0, counted = 0, killed = 0;
    set_up(&f);
    if (import_range(f.store, f.bank.id, VG_IMPORT_REPLACE, 0, ENTRIES, 0, NULL, &f.err)) stop(&f.err);
    unsigned seed = 20260504;
    for (int round = 0; round < ROUNDS; round++) {
        vg_bank_store_close(&f.store); /* a connection does not survive a fork */
        pid_t child = fork();
        if (child == 0) import_for_ever(f.dir, f.bank.id, (uint32_t)shift + 1);
        usleep((useconds_t)(rand_r(&seed) % 250000));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        killed += WIFSIGNALED(status);
        if (vg_bank_store_open(&f.store, f.dir, &f.err)) stop(&f.err);
        view v = {.one = true};
        int64_t change = 0;
        vg_bank_reader reader = {.context = &v, .entries = look, .texts = true};
        if (vg_store_bank_scan(f.store, f.bank.id, &reader, &change, &f.err)) stop(&f.err);
        vg_bank bank = bank_now(&f);
        whole += v.one && v.entries == ENTRIES && v.shift >= shift;
        counted += bank.entries == ENTRIES && bank.hashes == 2 * ENTRIES && bank.change == change;
        moved += v.shift - shift;
        shift = v.shift;
    }
    TAP_EQ_INT(killed, ROUNDS, "every importer was killed at its work");
    TAP_EQ_INT(whole, ROUNDS, "each time the bank held one list, whole");
    TAP_EQ_INT(counted, ROUNDS, "and its counts were those of the list");
    TAP_OK(moved > 0, "some imports were finished before (%lld)", (long long)moved);
    char command[160];
    snprintf(command, sizeof command, "ls '%s' | grep -c import", f.dir);
    FILE *list = popen(command, "r");
    int left = -1;
    if (list && fscanf(list, "%d", &left) != 1) left = -1;
    if (list) pclose(list);
    TAP_OK(left == 0, "the files of killed imports do not stay (%d)", left);
    tear_down(&f);
    return tap_done();
}
