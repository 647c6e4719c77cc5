/* SPDX-License-Identifier: Apache-2.0
 *
 * filing_open: a filing with all that its channel looks at, from the store, the policies and the book of law; and making a draft of one. It stands beside the
 * pipeline, as the dossier does, so that server and command line prepare, show and hash the same. Callers: net, cli.
 */
#ifndef VG_FILING_OPEN_H
#define VG_FILING_OPEN_H

#include "report/filing.h"
#include "space/space.h"
#include "store/filings/filings.h"

typedef struct vg_filing_open {
    vg_policy_set *set;      /* of who opened it; vg_filing_close of net gives it back */
    const vg_policy *policy; /* NULL: the space is gone */
    vg_filing f;
    vg_receiver receiver;
    vg_dossier dossier;
    const vg_filing_channel *channel;
    vg_filing_view view;
} vg_filing_open_t;

typedef struct vg_filing_open_ask {
    vg_policy_set *set;      /* NULL: there are no policies; outlives what is opened */
    const vg_keyring *ring;
    const char *data_dir;
    vg_str reader;           /* reading is on record under this name */
    bool outgoing;           /* for a report; otherwise for a person to look at */
    int64_t now_ms;
} vg_filing_open_ask;

/** Fills everything but .f and .view.wish, which are there. The dossier is as of when the filing was prepared. VG_EINVAL: its channel is gone. VG_ENOENT, VG_ENOMEM, VG_ECORRUPT. */
int vg_filing_open_with(vg_store *store, const vg_filing_open_ask *ask, vg_arena *arena, vg_filing_open_t *o, vg_error *err);
/** The documents as they would be sent, and the hash that a confirmation names. */
int vg_filing_papers(vg_filing_open_t *o, vg_arena *arena, vg_documents *out, uint8_t hash[32], vg_error *err);
/** Whether something newer than what it says is in the case. */
bool vg_filing_outdated(const vg_filing_open_t *o);

/** A receiver of the space's own or of the book, by its id; NULL: there is none. */
const vg_receiver *vg_filing_receiver(const vg_policy *policy, const vg_law_book *book, vg_str id);
typedef struct vg_filing_wish {
    const vg_receiver *receiver;
    vg_str channel;          /* empty: the receiver's own, or by hand */
    vg_str options, again, by;
    bool urgent;
} vg_filing_wish;
/** Makes the draft. VG_EINVAL: there is no such channel; as vg_store_filing_add. */
int vg_filing_draft(vg_store *store, const vg_policy *policy, const vg_case *c, const vg_filing_wish *wish, int64_t now_ms, vg_arena *arena, vg_filing *out, vg_error *err);

#endif
