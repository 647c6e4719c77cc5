/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/cbor_int: the part of CBOR (RFC 8949) that authenticators write: definite lengths, shortest heads, no tags (CTAP 2.1,
 * section 8). Reads in place; allocates nothing. Inside the room only.
 */
#ifndef VG_IDENTITY_CBOR_INT_H
#define VG_IDENTITY_CBOR_INT_H

#include "base/str.h"

enum { VG_CBOR_DEPTH = 4 }; /* CTAP 2.1 allows no deeper nesting */

typedef enum { VG_CBOR_UINT, VG_CBOR_NEGATIVE, VG_CBOR_BYTES, VG_CBOR_TEXT, VG_CBOR_ARRAY, VG_CBOR_MAP, VG_CBOR_TAG, VG_CBOR_SIMPLE } vg_cbor_kind;

typedef struct vg_cbor { /* what is left to read */
    const uint8_t *at, *end;
} vg_cbor;

typedef struct vg_cbor_item {
    vg_cbor_kind kind;
    uint64_t n;   /* UINT: the value; NEGATIVE: -1 - n; ARRAY, MAP: entries that follow; SIMPLE: the bits */
    vg_str bytes; /* of BYTES and TEXT */
} vg_cbor_item;

/** The next head, with the bytes of a string. False: cut short, or not of the subset. */
bool vg_cbor_next(vg_cbor *in, vg_cbor_item *item);
/** Passes over one whole item, nested at most `depth` deep. */
bool vg_cbor_skip(vg_cbor *in, unsigned depth);
/** The value of a small integer item, as keys of COSE maps are; false when it is none. */
bool vg_cbor_int(const vg_cbor_item *item, int64_t *value);

#endif
