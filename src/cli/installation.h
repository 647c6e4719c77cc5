/* SPDX-License-Identifier: Apache-2.0
 *
 * cli/installation: a data directory opened by a command: key ring and store, one arena, who asks.
 */
#ifndef VG_CLI_INSTALLATION_H
#define VG_CLI_INSTALLATION_H

#include "base/arena.h"
#include "base/seal.h"
#include "cli/cli.h"
#include "store/store.h"

typedef struct vg_installation {
    const char *dir;
    vg_keyring *ring;
    vg_store *store;
    vg_arena *arena;
    char by[80]; /* "cli:alice", for the audit log */
} vg_installation;

/** Opens the data directory of --data; with `create` it is made. VG_ENOENT says how to make one. */
int vg_installation_open(vg_installation *out, const vg_args *args, bool create, vg_error *err);
void vg_installation_close(vg_installation *installation);
/** Puts on record that all banks were searched: "bank.search" with who asked, `how` (a word of ours: "hash", "files", "events"), and as its object
 *  "search:" and a keyed hash of what was asked for, so that the same search made twice can be recognised and nobody reads what it was;
 *  "*" when that is not known beforehand. */
int vg_installation_record_search(vg_installation *installation, const char *how, const char *const *words, size_t count, vg_error *err);
/** The same for the banks of `dir`. A folder of banks alone, without a log (vigie.db), is no installation: nothing is written. */
int vg_installation_searched(const char *dir, const char *how, const char *const *words, size_t count, vg_error *err);
/** Is a server running on it? */
bool vg_installation_served(const vg_installation *installation);
/** Leaves a request in the store, which the running server answers within a moment (net/watch.c), and waits for the answer, which
 *  lives in the installation's arena. VG_EBUSY when none came in time. */
int vg_installation_ask(vg_installation *installation, const char *kind, vg_str space, vg_str account, int wait_ms,
                        vg_str *answer, vg_error *err);

#endif
