/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash of bytes without a key: of addresses and of whole messages, to tell equal ones.
 *
 * Eight bytes a step, each multiplied into 128 bits that are folded together, as wyhash does (Wang Yi, 2019). The order of
 * bytes is written down, so that it is the same on every machine.
 */
#include "signals/text/text_int.h"

static uint64_t fold_product(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load(const char *bytes, size_t len)
{
    uint64_t word = 0;
    memcpy(&word, bytes, len);
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

uint64_t text_hash_bytes(const char *bytes, size_t len)
{
    uint64_t hash = fold_product(len + 1, UINT64_C(0x9e3779b97f4a7c15)), i = 0;
    for (; len - i >= 8; i += 8) hash = fold_product(hash ^ load(bytes + i, 8), UINT64_C(0xa0761d6478bd642f));
    if (i < len) hash = fold_product(hash ^ load(bytes + i, len - i), UINT64_C(0xe7037ed1a0b428db));
    hash = fold_product(hash ^ UINT64_C(0x8ebc6af09c88c6e3), UINT64_C(0x589965cc75374cc3));
    return hash ? hash : 1;
}
