/* SPDX-License-Identifier: Apache-2.0
 *
 * filing_annex: what goes with a report. When the papers of a draft are first written out, its archive is made, sealed for the receiver and kept, with the
 * checkpoint of the audit log that the papers name; from then on they are what they are, for who looks, who confirms and who sends. It stands beside the
 * pipeline, as filing_open does. Callers: filing_open.
 */
#ifndef VG_FILING_ANNEX_H
#define VG_FILING_ANNEX_H

#include "filing_open.h"

/** Fills o->view.annexes of an opened filing, and makes what is to be made. VG_ENOMEM, VG_EFULL, and what the store gives. */
int vg_filing_annex_open(vg_store *store, const vg_filing_open_ask *ask, vg_arena *arena, vg_filing_open_t *o, vg_error *err);

#endif
