/* SPDX-License-Identifier: Apache-2.0
 *
 * banks: keeps each bank's index in step with the store of banks, and hands out the set that media is looked up in.
 *
 * DIR/banks.db (store/banks/banks.h) is what counts; DIR/banks/ID.index is made from it and can be deleted at any time. Opening maps
 * the files that are there; one that is missing, damaged, of another version or bank is built again, with a line in the log.
 * vg_banks_poll brings what changed in the store into the indexes: a few changes at once, in RAM; many (an import) by building
 * the file anew on a thread of its own, while the old content goes on being found. Several processes may have the same
 * directory open: a lock file lets one of them build, the others then take its file.
 * Thread-safety: vg_banks_set and vg_banks_matched from any thread; open, poll, wait, close from one at a time.
 * Stands beside the pipeline, on store and signals/media. Callers: net, cli, main.
 */
#ifndef VG_BANKS_H
#define VG_BANKS_H

#include "signals/media/bank_set.h"

typedef struct vg_banks vg_banks;

typedef struct vg_banks_options {
    const char *dir;      /* the data directory */
    size_t delta_most;    /* hashes in RAM over which they are merged into the file; 0: 100000 */
    bool no_thread;       /* build files inside poll (commands, tests) instead of on a thread */
} vg_banks_options;

/** Opens every bank of the directory: when it returns all of them can be asked. Errors of the store; VG_EIO, VG_EFULL. */
int vg_banks_open(vg_banks **out, const vg_banks_options *options, vg_error *err);
/** Waits for a build under way, writes the counts of matches, lets go of the set. */
void vg_banks_close(vg_banks **banks);
/** A reference to the current set; unref it. Cheap: a lock and a counter. */
vg_bank_set *vg_banks_set(vg_banks *banks);
/** Takes over what changed in the store since. Cheap when nothing did (one PRAGMA): called several times a second.
 *  *changed (may be NULL): a bank or an entry changed. On an error what was there goes on being found; poll again. */
int vg_banks_poll(vg_banks *banks, int64_t now_ms, bool *changed, vg_error *err);
/** Waits until no build is under way and its result is taken over; polls. */
int vg_banks_wait(vg_banks *banks, int64_t now_ms, vg_error *err);
/** Counts matches for their banks; written by poll, once a second at most. Only in memory until then: after a kill -9 the
 *  last second's may be missing. */
void vg_banks_matched(vg_banks *banks, const vg_bank_set *set, const vg_media_match *matches, size_t count);

typedef struct vg_banks_state { /* of one bank, for lists and metrics */
    int64_t bank;
    vg_index_stats index;
} vg_banks_state;
/** VG_ENOENT when the bank is not open. */
int vg_banks_state_of(vg_banks *banks, int64_t bank, vg_banks_state *out);
/** Reads the whole file of each bank against its checksums and builds damaged ones again. *rebuilt counts them. */
int vg_banks_check(vg_banks *banks, size_t *rebuilt, vg_error *err);

#endif
