/* SPDX-License-Identifier: Apache-2.0
 *
 * evidence_state: the state of a case's evidence as JSON: keys and whom they are wrapped for, holds, clock, hand-overs, what is due. It stands beside the
 * pipeline, on store and review, so that page, archive and command line say the same. No content. Callers: net, cli, filing_annex.
 */
#ifndef VG_EVIDENCE_STATE_H
#define VG_EVIDENCE_STATE_H

#include "event/policy.h"
#include "store/store.h"

/** Appends the object. policy: of the case's space; NULL: it is gone. reasons: with why holds were placed and keys handed over, for who may read the case.
 *  VG_ENOMEM, and what the store gives. */
int vg_evidence_state_write(vg_store *store, const vg_policy *policy, const vg_case *c, bool reasons, vg_arena *arena, vg_buf *out, vg_error *err);

#endif
