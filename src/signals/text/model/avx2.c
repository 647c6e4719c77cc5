/* SPDX-License-Identifier: Apache-2.0
 *
 * The sum of a message's weights, eight characters at a time: at each, the 2-, 3-, 4- and 5-gram that begin there.
 *
 * An n-gram fits a 32-bit lane (the fifth character is folded in), so its hash is two multiplications and no state is
 * carried from one to the next: nothing rolls, and all eight are worked out at once. Buckets of n-grams that would reach over
 * a space are masked out of the gather.
 */
#include "signals/text/model/model_int.h"

#if defined(__x86_64__)
#include <immintrin.h>

bool model_has_avx2(void) { return __builtin_cpu_supports("avx2"); }

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i gather(const int16_t *weights, __m256i v, uint32_t seed, __m128i shift, __m256i valid)
{
    __m256i h = _mm256_mullo_epi32(_mm256_add_epi32(v, _mm256_set1_epi32((int)seed)), _mm256_set1_epi32((int)MODEL_K1));
    h = _mm256_xor_si256(h, _mm256_srli_epi32(h, 15));
    h = _mm256_srl_epi32(_mm256_mullo_epi32(h, _mm256_set1_epi32((int)MODEL_K2)), shift);
    /* Four bytes are read where two are meant; behind the last weight stands the checksum. */
    __m256i w = _mm256_mask_i32gather_epi32(_mm256_setzero_si256(), (const int *)(const void *)weights, h, valid, 2);
    return _mm256_srai_epi32(_mm256_slli_epi32(w, 16), 16);
}

AVX2 static int32_t sum_grams(const int16_t *weights, uint32_t bits, const model_text *text)
{
    const __m256i expand = _mm256_setr_epi8(0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6, 4, 5, 6, 7, 5, 6, 7, 8, 6, 7, 8, 9,
                                            7, 8, 9, 10);
    const __m256i count = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m128i shift = _mm_cvtsi32_si128((int)(32 - bits));
    __m256i sum = _mm256_setzero_si256(), other = _mm256_setzero_si256();
    for (size_t i = 0; i + 1 < text->len; i += 8) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text->bytes + i));
        __m256i v = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), expand);
        __m256i fifth = _mm256_cvtepu8_epi32(_mm_srli_si128(bytes, 4));
        __m256i space = _mm256_cmpeq_epi8(v, _mm256_set1_epi8(' '));
        __m256i valid = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(text->len - 1 - i)), count);
        sum = _mm256_add_epi32(sum, gather(weights, _mm256_and_si256(v, _mm256_set1_epi32(0xFFFF)), model_seed[2], shift, valid));
        valid = _mm256_andnot_si256(_mm256_srai_epi32(_mm256_slli_epi32(space, 16), 31), valid);
        other = _mm256_add_epi32(other, gather(weights, _mm256_and_si256(v, _mm256_set1_epi32(0xFFFFFF)), model_seed[3], shift, valid));
        valid = _mm256_andnot_si256(_mm256_srai_epi32(_mm256_slli_epi32(space, 8), 31), valid);
        sum = _mm256_add_epi32(sum, gather(weights, v, model_seed[4], shift, valid));
        valid = _mm256_andnot_si256(_mm256_srai_epi32(space, 31), valid);
        v = _mm256_xor_si256(v, _mm256_mullo_epi32(fifth, _mm256_set1_epi32((int)MODEL_K5)));
        other = _mm256_add_epi32(other, gather(weights, v, model_seed[5], shift, valid));
    }
    sum = _mm256_add_epi32(sum, other);
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
    return _mm_cvtsi128_si32(half);
}

AVX2 static inline uint32_t spaces_at(const char *at)
{
    __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)at);
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_set1_epi8(' ')));
}

AVX2 static int32_t sum_words(const int16_t *weights, uint32_t bits, const model_text *text, uint32_t *tokens)
{
    const char *s = text->bytes;
    int32_t sum = 0;
    uint64_t before = 0;
    size_t begin = 1; /* the first byte is a space */
    *tokens = 0;
    for (size_t i = 0; i < text->len; i += 32) {
        uint32_t spaces = spaces_at(s + i);
        if (i == 0) spaces &= ~1U;
        for (; spaces; spaces &= spaces - 1) {
            size_t end = i + (size_t)__builtin_ctz(spaces);
            if (end > begin) {
                uint64_t word = model_word(s + begin, end - begin);
                sum += weights[model_one(word, bits)];
                if (*tokens) sum += weights[model_two(before, word, bits)];
                before = word;
                *tokens += model_tokens(end - begin);
            }
            begin = end + 1;
        }
    }
    return sum;
}

int32_t model_sum_avx2(const int16_t *weights, uint32_t bits, const model_text *text, uint32_t *tokens)
{
    int32_t words = sum_words(weights, bits, text, tokens);
    return words + sum_grams(weights, bits, text);
}

#else

bool model_has_avx2(void) { return false; }
int32_t model_sum_avx2(const int16_t *weights, uint32_t bits, const model_text *text, uint32_t *tokens)
{
    return model_sum_c(weights, bits, text, tokens);
}
#endif
