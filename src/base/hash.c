/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <endian.h>

static inline uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1]; v[1] = rotate(v[1], 13); v[1] ^= v[0]; v[0] = rotate(v[0], 32);
    v[2] += v[3]; v[3] = rotate(v[3], 16); v[3] ^= v[2];
    v[0] += v[3]; v[3] = rotate(v[3], 21); v[3] ^= v[0];
    v[2] += v[1]; v[1] = rotate(v[1], 17); v[1] ^= v[2]; v[2] = rotate(v[2], 32);
}

static inline uint64_t load64(const uint8_t *p)
{
    uint64_t x;
    memcpy(&x, p, 8);
    return le64toh(x);
}

/* The last 0..7 bytes and the length, without a loop: overlapping loads inside the string. */
static inline uint64_t load_rest(const uint8_t *p, size_t len)
{
    uint64_t last = (uint64_t)len << 56;
    size_t rest = len & 7;
    uint32_t low, high;
    if (!rest) return last;
    if (len >= 8) return last | load64(p + len - 8) >> (8 * (8 - rest));
    if (len >= 4) {
        memcpy(&low, p, 4);
        memcpy(&high, p + len - 4, 4);
        return last | le32toh(low) | (uint64_t)le32toh(high) << (8 * (len - 4));
    }
    return last | p[0] | (uint64_t)p[len / 2] << (8 * (len / 2)) | (uint64_t)p[len - 1] << (8 * (len - 1));
}

static inline uint64_t sip(const vg_hash_key *key, const void *bytes, size_t len, int c, int d)
{
    const uint8_t *p = bytes;
    uint64_t v[4] = {key->k0 ^ 0x736f6d6570736575u, key->k1 ^ 0x646f72616e646f6du, key->k0 ^ 0x6c7967656e657261u,
                     key->k1 ^ 0x7465646279746573u};
    uint64_t last = load_rest(p, len);
    size_t whole = len & ~(size_t)7;
    for (size_t i = 0; i < whole; i += 8) {
        uint64_t m = load64(p + i);
        v[3] ^= m;
        for (int r = 0; r < c; r++) sip_round(v);
        v[0] ^= m;
    }
    v[3] ^= last;
    for (int r = 0; r < c; r++) sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int r = 0; r < d; r++) sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t vg_hash64(const vg_hash_key *key, const void *bytes, size_t len) { return sip(key, bytes, len, 1, 3); }
uint64_t vg_hash64_24(const vg_hash_key *key, const void *bytes, size_t len) { return sip(key, bytes, len, 2, 4); }

static inline uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t vg_hash_content(const vg_hash_key *key, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    const uint64_t odd0 = key->k0 ^ 0x9e3779b185ebca87u, odd1 = key->k1 ^ 0xc2b2ae3d27d4eb4fu;
    uint64_t a = odd0 ^ len, b = odd1;
    size_t i = 0;
    for (; i + 32 <= len; i += 32) {
        a = fold(load64(p + i) ^ odd0, load64(p + i + 8) ^ a);
        b = fold(load64(p + i + 16) ^ odd1, load64(p + i + 24) ^ b);
    }
    uint8_t rest[32] = {0};
    if (len > i) memcpy(rest, p + i, len - i);
    a = fold(load64(rest) ^ odd0, load64(rest + 8) ^ a);
    b = fold(load64(rest + 16) ^ odd1, load64(rest + 24) ^ b);
    return vg_hash_mix(a, b);
}

void vg_hex_encode(char *out, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool vg_hex_decode(uint8_t *out, size_t len, vg_str hex)
{
    if (hex.len != 2 * len) return false;
    for (size_t i = 0; i < len; i++) {
        int high = digit(hex.ptr[2 * i]), low = digit(hex.ptr[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}
