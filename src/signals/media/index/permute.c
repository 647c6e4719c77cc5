/* SPDX-License-Identifier: Apache-2.0
 *
 * permute: in which order the bits of a hash are cut into pieces.
 *
 * PDQ's bits are the signs (about the median) of a 16 x 16 matrix of frequencies. Mirroring a picture changes the signs of
 * its odd rows or columns and nothing else, but for the few values beside the median. So a piece is made of one class of (row parity,
 * column parity): a mirrored picture then has the same piece or its complement, and its buckets are mostly those that
 * another orientation is looking into. Neighbouring frequencies are correlated: they go to different pieces.
 */
#include "signals/media/index/index_int.h"

#include <string.h>

bool vg_permutation_set(vg_permutation *permutation, const uint8_t from[256])
{
    bool seen[256] = {false};
    memset(permutation->nibble, 0, sizeof permutation->nibble);
    memcpy(permutation->from, from, 256);
    for (unsigned b = 0; b < 256; b++) {
        unsigned k = from[b];
        if (seen[k]) return false;
        seen[k] = true;
        for (unsigned v = 0; v < 16; v++)
            if (v >> (3 - k % 4) & 1) permutation->nibble[k / 4][v][b / 64] |= (uint64_t)1 << (63 - b % 64);
    }
    return true;
}

void vg_permutation_apply(const vg_permutation *permutation, const uint8_t hash[32], vg_row *out)
{
    uint64_t sum[4] = {0};
    for (unsigned i = 0; i < 32; i++) {
        const uint64_t *high = permutation->nibble[2 * i][hash[i] >> 4], *low = permutation->nibble[2 * i + 1][hash[i] & 15];
        for (int w = 0; w < 4; w++) sum[w] |= high[w] | low[w];
    }
    memcpy(out->bits, sum, sizeof sum);
}

void vg_permutation_default(uint8_t from[256])
{
    unsigned fill[VG_PIECES] = {0};
    for (unsigned k = 0; k < 256; k++) {
        unsigned row = k / 16, column = k % 16, class = (row & 1) * 2 + (column & 1);
        unsigned piece = class * 4 + (row / 2 + column / 2) % 4;
        from[piece * 16 + fill[piece]++] = (uint8_t)k;
    }
}

static uint64_t draw(uint64_t *state) /* SplitMix64, Steele et al. 2014: the same order from the same list on every machine */
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Pairs of the sample that share the leading 12 bits of a piece: what a search would have to look through. */
static uint64_t crowding(const uint8_t from[256], const uint8_t (*sample)[32], size_t count)
{
    static const unsigned bits = 12;
    uint16_t bucket[1 << 12];
    uint64_t pairs = 0;
    for (unsigned piece = 0; piece < VG_PIECES; piece++) {
        memset(bucket, 0, sizeof bucket);
        for (size_t n = 0; n < count; n++) {
            unsigned key = 0;
            for (unsigned b = 0; b < bits; b++) {
                unsigned k = from[piece * 16 + b];
                key = key << 1 | (sample[n][k / 8] >> (7 - k % 8) & 1);
            }
            pairs += bucket[key]++;
        }
    }
    return pairs;
}

void vg_permutation_choose(uint8_t from[256], const uint8_t (*sample)[32], size_t count)
{
    uint8_t other[256];
    uint64_t state = 1, best;
    vg_permutation_default(from);
    if (count > 4096) count = 4096;
    if (count < 512) return;
    best = crowding(from, sample, count);
    best -= best / 10; /* the default is left for a clear gain only */
    memcpy(other, from, sizeof other);
    for (int tries = 0; tries < 7; tries++) {
        unsigned span = tries < 4 ? 64 : 256; /* within the classes, then across */
        for (unsigned b = 255; b > 0; b--) {
            unsigned start = b / span * span, to = start + (unsigned)(draw(&state) % (b - start + 1));
            uint8_t kept = other[b];
            other[b] = other[to];
            other[to] = kept;
        }
        uint64_t pairs = crowding(other, sample, count);
        if (pairs >= best) continue;
        best = pairs;
        memcpy(from, other, sizeof other);
    }
}
