/* SPDX-License-Identifier: Apache-2.0
 *
 * dossier: fills report/dossier from the store, the policies and the book of law. It stands beside the pipeline: on store, space, review and report.
 * What it reads of a case is on record under `reader`, as "case.view" for who looks at a preview and as "report.read" for what goes out.
 * Callers: net, cli.
 */
#ifndef VG_DOSSIER_H
#define VG_DOSSIER_H

#include "report/bag/bag.h"
#include "report/dossier.h"
#include "store/store.h"

typedef struct vg_dossier_ask {
    int64_t case_id;
    const vg_policy *policy;     /* of the case's space; NULL: the space is gone */
    const vg_law_book *book;     /* NULL: no law is proposed */
    vg_str reader;               /* who asks */
    bool outgoing;               /* for a report; otherwise for a person to look at */
    bool in_clear;               /* what goes out is not sealed for a receiver: media that the law requires to be removed are not read */
    const char *data_dir;        /* where kept media lie */
    const vg_keyring *ring;
    int64_t now_ms;
    int64_t as_of_ms;            /* what came later (events, decisions, entries of the log) is left out; 0: nothing is */
} vg_dossier_ask;

/** Everything of the case, in the arena; store and ring are borrowed as long as `out` is used (media are read through it). A destroyed case
 *  gives what is in clear. VG_ENOENT, VG_ENOMEM, VG_ECORRUPT. */
int vg_dossier_gather(vg_store *store, const vg_dossier_ask *ask, vg_arena *arena, vg_dossier *out, vg_error *err);

enum { VG_DOSSIER_AUDIT_FILES = 4 };
/** What an archive says of the audit log (data/audit/ of report/bag): the excerpt of the case with its proofs, the newest checkpoint, the
 *  log's keys, and the script that checks them. `excerpt` is begun here and holds what files[0] borrows: free it, on failure too; the rest
 *  is in the arena. VG_ENOMEM, and what the store gives. */
int vg_dossier_audit(vg_store *store, int64_t case_id, int64_t now_ms, vg_arena *arena, vg_buf *excerpt, vg_bag_file files[VG_DOSSIER_AUDIT_FILES], vg_error *err);

#endif
