/* SPDX-License-Identifier: Apache-2.0
 *
 * store/audit/entry: an entry's canonical bytes and its two hashes. docs/architecture/audit.md.
 */
#ifndef VG_STORE_AUDIT_ENTRY_H
#define VG_STORE_AUDIT_ENTRY_H

#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

typedef struct vg_audit_line {
    int64_t seq, time_ms;
    vg_str field[4]; /* actor, action, object, detail */
} vg_audit_line;

/** leaf = SHA-256(0x00 | previous | canonical(entry)); chain = BLAKE2b-256(previous | canonical(entry)), or the leaf where `second`:
 *  the chain's second version has one hash for both. `chain` or `leaf` may be NULL when it is not wanted. */
void vg_audit_entry_hash(const vg_audit_line *entry, const uint8_t previous[32], bool second, uint8_t chain[32], uint8_t leaf[32]);

#endif
