/* SPDX-License-Identifier: Apache-2.0
 *
 * base/hash: keyed 64-bit hash (SipHash-1-3) for names that users choose, and hex.
 *
 * Accounts, conversations and event ids come from outside, so tables are keyed by a hash whose key is
 * secret to the installation (data directory) or fixed (assess, so that output is reproducible).
 * Source: Aumasson, Bernstein, "SipHash: a fast short-input PRF", 2012. Callers: everyone.
 */
#ifndef VG_BASE_HASH_H
#define VG_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

typedef struct vg_hash_key {
    uint64_t k0, k1;
} vg_hash_key;

/** SipHash-1-3 of `len` bytes. */
uint64_t vg_hash64(const vg_hash_key *key, const void *bytes, size_t len);
/** SipHash-2-4 with the same code, to be checked against the published vectors. */
uint64_t vg_hash64_24(const vg_hash_key *key, const void *bytes, size_t len);
/** A fast 64-bit hash of longer content (two lanes of 64x64-bit multiply and fold, keyed): to tell whether content is the
 *  same, not to key a table that others can fill. */
uint64_t vg_hash_content(const vg_hash_key *key, const void *bytes, size_t len);
/** Mixes two hashes, order matters (a cheap bijective finaliser over a ^ rotate(b)). */
static inline uint64_t vg_hash_mix(uint64_t a, uint64_t b)
{
    uint64_t x = a ^ (b << 23 | b >> 41);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/** Lower-case hex; `out` has 2*len+1 bytes. */
void vg_hex_encode(char *out, const uint8_t *bytes, size_t len);
/** Reads exactly 2*len hex digits of either case; false otherwise. */
bool vg_hex_decode(uint8_t *out, size_t len, vg_str hex);

#endif
