/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/text/model, inside: the file's layout, the hashes of features, the kernels.
 *
 * FILE (little endian):  header | curves | weights | checksum
 * header_bytes and the offsets are fixed by the format; the checksum is BLAKE2b-256 of everything before it.
 */
#ifndef VG_SIGNALS_TEXT_MODEL_INT_H
#define VG_SIGNALS_TEXT_MODEL_INT_H

#include "signals/text/model/model.h"

#include <stdatomic.h>

enum {
    MODEL_FORMAT = 1,
    MODEL_CHECKSUM = 32,
    MODEL_SLACK = 64, /* zeros behind a message, so that whole vectors may be read */
};
#define MODEL_MAGIC "vigiemdl"

typedef struct model_header {
    char magic[8];
    uint32_t format, header_bytes;
    uint64_t file_bytes, features;
    uint32_t bits, shift;
    int32_t bias, dense[VG_MODEL_DENSE];
    uint32_t curve_count, normalisation, spare; /* spare: 0 */
    vg_model_summary summary;
    uint8_t unused[256 - 8 - 8 - 16 - 8 - 12 - 8 - 4 - 64];
} model_header;
_Static_assert(sizeof(vg_model_summary) == 64, "no padding in the summary");
_Static_assert(sizeof(model_header) == 256, "the header is what the format says");
_Static_assert(sizeof(vg_model_curve) == 28 + 8 * VG_MODEL_KNOTS, "no padding in a curve");

/* A message made ready: cut, and followed by zeros. */
typedef struct model_text {
    size_t len;
    char bytes[VG_MODEL_READS + MODEL_SLACK];
} model_text;

typedef int32_t (*model_kernel)(const int16_t *weights, uint32_t bits, const model_text *text, uint32_t *tokens);
int32_t model_sum_c(const int16_t *weights, uint32_t bits, const model_text *text, uint32_t *tokens);
int32_t model_sum_avx2(const int16_t *weights, uint32_t bits, const model_text *text, uint32_t *tokens);
bool model_has_avx2(void);

void model_text_of(model_text *out, const char *text, size_t len);

struct vg_model {
    atomic_uint references;
    vg_model_parts parts; /* weights: in `mapped` */
    vg_model_curve curves[VG_MODEL_CURVES]; /* copied: what is checked stays as it was */
    uint64_t id;
    model_kernel sum;
    const uint8_t *mapped;
    size_t mapped_bytes;
    bool owned; /* `mapped` is a copy in memory */
};

/* ---- hashes: the same in every kernel ---- */

#define MODEL_K1 UINT32_C(0x9E3779B1) /* 2^32 / golden ratio, odd; and a constant of MurmurHash3's finaliser */
#define MODEL_K2 UINT32_C(0x85EBCA6B)
#define MODEL_K5 UINT32_C(0xC2B2AE35) /* spreads the fifth character over four */
#define MODEL_KW UINT64_C(0x9FB21C651E98DF25) /* words: an odd constant of XXH3 */
static const uint32_t model_seed[6] = {0, 0, 0x2545F491, 0x6C8E9CF5, 0x7FEB352D, 0x1B873593}; /* by length of the n-gram */

static inline uint32_t model_mix(uint32_t v, uint32_t seed, uint32_t bits)
{
    uint32_t h = (v + seed) * MODEL_K1;
    h ^= h >> 15;
    return (h * MODEL_K2) >> (32 - bits);
}

static inline uint64_t model_load64(const char *at)
{
    uint64_t v;
    memcpy(&v, at, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

/* Eight bytes at a time; the bytes behind the word do not matter. */
static inline uint64_t model_word(const char *word, size_t len)
{
    uint64_t h = len;
    for (; len > 8; word += 8, len -= 8) {
        h = (h ^ model_load64(word)) * MODEL_KW;
        h ^= h >> 32;
    }
    h = (h ^ (model_load64(word) & (UINT64_MAX >> (64 - 8 * len)))) * MODEL_KW;
    return h ^ h >> 29;
}
static inline uint32_t model_one(uint64_t word, uint32_t bits) { return (uint32_t)((word * MODEL_KW) >> (64 - bits)); }
static inline uint32_t model_two(uint64_t first, uint64_t second, uint32_t bits)
{
    return (uint32_t)(((first * 3 ^ second) * MODEL_KW) >> (64 - bits));
}
/* A long word counts as several: else one of a thousand letters would weigh like a sentence. */
static inline uint32_t model_tokens(size_t word_len) { return 1 + (uint32_t)(word_len >> 4); }

#endif
