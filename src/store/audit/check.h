/* SPDX-License-Identifier: Apache-2.0
 *
 * store/audit/check: a proof that somebody handed over, checked with a key and nothing else. Takes bytes from anywhere. Pure.
 */
#ifndef VG_STORE_AUDIT_CHECK_H
#define VG_STORE_AUDIT_CHECK_H

#include "base/error.h"
#include "base/str.h"
#include "store/audit/note.h"

typedef struct vg_audit_claim {
    int64_t entry, from, size; /* entry: of a proof of inclusion; from: of one of consistency */
    bool with_entry;           /* the entry itself was there and is what the leaf is the hash of */
    uint8_t from_root[32], root[32];
} vg_audit_claim;

/** Checks the JSON of vg_store_audit_proof_write: path, signature of its checkpoint(s) by `key`, and the entry where it is there.
 *  VG_ECORRUPT says what does not hold; VG_EINVAL: it is not a proof. */
int vg_audit_proof_check(vg_str json, const vg_note_key *key, vg_audit_claim *out, vg_error *err);
/** Is a checkpoint that was kept elsewhere one of those that a claim is about? VG_EINVAL: it is about other sizes, or signed by another key;
 *  VG_ECORRUPT: another root was signed for that size, so that the log was forked. */
int vg_audit_claim_holds(const vg_audit_claim *claim, vg_str checkpoint, const vg_note_key *key, vg_error *err);

#endif
