/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/cbor_int.h"

/* The argument of a head (RFC 8949, section 3); heads that are longer than need be are refused. */
static bool argument(vg_cbor *in, unsigned info, uint64_t *n)
{
    static const uint64_t least[] = {24, 0x100, 0x10000, 0x100000000};
    if (info < 24) {
        *n = info;
        return true;
    }
    if (info > 27) return false; /* reserved, or of indefinite length */
    size_t size = (size_t)1 << (info - 24);
    if ((size_t)(in->end - in->at) < size) return false;
    *n = 0;
    for (size_t i = 0; i < size; i++) *n = *n << 8 | *in->at++;
    return *n >= least[info - 24];
}

bool vg_cbor_next(vg_cbor *in, vg_cbor_item *item)
{
    if (in->at >= in->end) return false;
    unsigned head = *in->at++;
    *item = (vg_cbor_item){.kind = (vg_cbor_kind)(head >> 5)};
    if (item->kind == VG_CBOR_TAG) return false;
    if (item->kind == VG_CBOR_SIMPLE) { /* false, true, null, and floating point, which nobody here reads */
        size_t size = (head & 31) >= 25 && (head & 31) <= 27 ? (size_t)1 << ((head & 31) - 24) : 0;
        if (size ? (size_t)(in->end - in->at) < size : (head & 31) < 20 || (head & 31) > 22) return false;
        item->n = head & 31;
        in->at += size;
        return true;
    }
    if (!argument(in, head & 31, &item->n)) return false;
    if (item->kind == VG_CBOR_BYTES || item->kind == VG_CBOR_TEXT) {
        if (item->n > (uint64_t)(in->end - in->at)) return false;
        item->bytes = (vg_str){(const char *)in->at, (size_t)item->n};
        in->at += item->n;
    }
    return true;
}

bool vg_cbor_skip(vg_cbor *in, unsigned depth)
{
    vg_cbor_item item;
    if (!vg_cbor_next(in, &item)) return false;
    if (item.kind != VG_CBOR_ARRAY && item.kind != VG_CBOR_MAP) return true;
    uint64_t left = (uint64_t)(in->end - in->at); /* an entry takes a byte at least */
    if (depth == 0 || item.n > left) return false;
    for (uint64_t i = item.kind == VG_CBOR_MAP ? 2 * item.n : item.n; i; i--)
        if (!vg_cbor_skip(in, depth - 1)) return false;
    return true;
}

bool vg_cbor_int(const vg_cbor_item *item, int64_t *value)
{
    if (item->n > INT32_MAX || (item->kind != VG_CBOR_UINT && item->kind != VG_CBOR_NEGATIVE)) return false;
    *value = item->kind == VG_CBOR_UINT ? (int64_t)item->n : -1 - (int64_t)item->n;
    return true;
}
