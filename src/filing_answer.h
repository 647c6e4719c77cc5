/* SPDX-License-Identifier: Apache-2.0
 *
 * filing_answer: writing down what a receiver answered, with what follows from it in the banks. Beside the dossier, so that server and command line do the
 * same. Callers: net, cli.
 */
#ifndef VG_FILING_ANSWER_H
#define VG_FILING_ANSWER_H

#include "store/banks/banks.h"
#include "store/filings/filings.h"

typedef struct vg_filing_answering {
    vg_store *store;
    vg_bank_store *banks;
    const vg_user *user; /* whose rights are asked, bank by bank; NULL: whoever has the data directory may judge every bank's entries */
    vg_arena *arena;
    int64_t now_ms;
} vg_filing_answering;

/** vg_store_filing_answer; of NOT_ILLEGAL, entries of banks that were confirmed from the case are put in doubt before, in the name of answer->by (one
 *  person's doubt withdraws nothing), each with its audit entry, and answer->in_review counts them. Banks come first, so that an answer that is written
 *  down again after a failure doubts them in the same name, once. VG_ENOENT: no such filing. */
int vg_filing_answer_record(const vg_filing_answering *with, vg_filing_answer *answer, vg_error *err);

#endif
