/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 as the log needs it: one call a hash, without a context on the heap.
 */
#ifndef VG_STORE_AUDIT_SHA256_H
#define VG_STORE_AUDIT_SHA256_H

#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

void vg_audit_sha256(const void *bytes, size_t len, uint8_t out[32]);
/** Of pieces as if they lay side by side. */
void vg_audit_sha256_parts(const vg_str *parts, size_t count, uint8_t out[32]);
/** SHA-256(0x01 | left | right): an inner node of RFC 9162, section 2.1.1. */
void vg_audit_sha256_node(const uint8_t left[32], const uint8_t right[32], uint8_t out[32]);
/** Nodes of `pairs` neighbours: out[i] from in[2i] and in[2i+1]. `out` may be `in`. */
void vg_audit_sha256_nodes(const uint8_t (*in)[32], size_t pairs, uint8_t (*out)[32]);

#endif
