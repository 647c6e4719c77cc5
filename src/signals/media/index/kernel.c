/* SPDX-License-Identifier: Apache-2.0
 *
 * kernel: comparing a bucket's following pieces, 16 at a time. One table of kernels; VIGIE_CPU lowers it.
 */
#include "signals/media/index/index_int.h"

#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { AHEAD = 6, LINE = 64, LINES = 8 };

/* Which of the 16 pieces from `at` on differ from `want` in at most `limit` bits. */
typedef uint32_t (*step_function)(const uint16_t *at, uint16_t want, uint8_t limit);

static inline __attribute__((always_inline)) void fetch(const vg_probe *probe)
{
    const char *at = (const char *)(probe->next + probe->at), *end = (const char *)(probe->next + probe->end);
    for (int i = 0; i < LINES && at < end; i++, at += LINE) __builtin_prefetch(at);
}

static inline __attribute__((always_inline)) size_t scan_with(step_function step, vg_probe *probes, size_t count, size_t *next,
                                                              vg_survivor *out, size_t room)
{
    size_t got = 0, i = *next;
    for (size_t ahead = i; ahead < count && ahead < i + AHEAD; ahead++) fetch(&probes[ahead]);
    for (; i < count; i++) {
        vg_probe *probe = &probes[i];
        if (i + AHEAD < count) fetch(&probes[i + AHEAD]);
        uint32_t at = probe->at, end = probe->end;
        for (; at < end; at += VG_SCAN_STEP) {
            if (room - got < VG_SCAN_STEP) {
                probe->at = at;
                goto full;
            }
            uint32_t near = step(probe->next + at, probe->want, probe->limit);
            if (end - at < VG_SCAN_STEP) near &= (1u << (end - at)) - 1;
            for (; near; near &= near - 1)
                out[got++] = (vg_survivor){at + (uint32_t)__builtin_ctz(near), probe->table, probe->mask};
            if (end - at <= VG_SCAN_STEP) break;
        }
        probe->at = end;
    }
full:
    *next = i;
    return got;
}

static inline uint32_t step_plain(const uint16_t *at, uint16_t want, uint8_t limit)
{
    uint32_t near = 0;
    for (unsigned i = 0; i < VG_SCAN_STEP; i++)
        near |= (uint32_t)((unsigned)__builtin_popcount((unsigned)(at[i] ^ want)) <= limit) << i;
    return near;
}
static size_t scan_plain(vg_probe *probes, size_t count, size_t *next, vg_survivor *out, size_t room)
{
    return scan_with(step_plain, probes, count, next, out, room);
}

#if defined(__x86_64__)
/* Bits of each 16-bit lane: the count of a half byte from a table, four of them added. */
__attribute__((target("sse4.1"))) static inline __m128i far_sse4(const uint16_t *at, __m128i want, __m128i limit)
{
    const __m128i table = _mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4), low = _mm_set1_epi8(15);
    __m128i x = _mm_xor_si128(_mm_loadu_si128((const __m128i *)at), want);
    __m128i sum = _mm_add_epi8(_mm_shuffle_epi8(table, _mm_and_si128(x, low)),
                               _mm_shuffle_epi8(table, _mm_and_si128(_mm_srli_epi16(x, 4), low)));
    return _mm_cmpgt_epi16(_mm_maddubs_epi16(sum, _mm_set1_epi8(1)), limit);
}
__attribute__((target("sse4.1"))) static inline uint32_t step_sse4(const uint16_t *at, uint16_t want, uint8_t limit)
{
    __m128i w = _mm_set1_epi16((short)want), l = _mm_set1_epi16(limit);
    return ~(uint32_t)_mm_movemask_epi8(_mm_packs_epi16(far_sse4(at, w, l), far_sse4(at + 8, w, l))) & 0xffff;
}
__attribute__((target("sse4.1"))) static size_t scan_sse4(vg_probe *probes, size_t count, size_t *next, vg_survivor *out, size_t room)
{
    return scan_with(step_sse4, probes, count, next, out, room);
}

__attribute__((target("avx2"))) static inline uint32_t step_avx2(const uint16_t *at, uint16_t want, uint8_t limit)
{
    const __m256i table = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    const __m256i low = _mm256_set1_epi8(15);
    __m256i x = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)at), _mm256_set1_epi16((short)want));
    __m256i sum = _mm256_add_epi8(_mm256_shuffle_epi8(table, _mm256_and_si256(x, low)),
                                  _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
    __m256i far = _mm256_cmpgt_epi16(_mm256_maddubs_epi16(sum, _mm256_set1_epi8(1)), _mm256_set1_epi16(limit));
    if (_mm256_movemask_epi8(far) == -1) return 0; /* almost always */
    __m128i packed = _mm_packs_epi16(_mm256_castsi256_si128(far), _mm256_extracti128_si256(far, 1));
    return ~(uint32_t)_mm_movemask_epi8(packed) & 0xffff;
}
__attribute__((target("avx2"))) static size_t scan_avx2(vg_probe *probes, size_t count, size_t *next, vg_survivor *out, size_t room)
{
    return scan_with(step_avx2, probes, count, next, out, room);
}
#endif

static const vg_index_kernel kernels[] = {
    {"none", scan_plain},
#if defined(__x86_64__)
    {"sse4", scan_sse4},
    {"avx2", scan_avx2},
#endif
};
enum { KERNELS = sizeof kernels / sizeof *kernels };

static bool runs_here(const vg_index_kernel *kernel)
{
#if defined(__x86_64__)
    if (strcmp(kernel->name, "avx2") == 0) return __builtin_cpu_supports("avx2");
    if (strcmp(kernel->name, "sse4") == 0) return __builtin_cpu_supports("sse4.1");
#endif
    return kernel == kernels;
}

static _Atomic(const vg_index_kernel *) dispatch; /* chosen at the first search */

static const vg_index_kernel *choose(void)
{
    const char *most = getenv("VIGIE_CPU");
    const vg_index_kernel *best = kernels;
    for (size_t i = 0; i < KERNELS; i++) {
        if (runs_here(&kernels[i])) best = &kernels[i];
        if (most && strcmp(most, kernels[i].name) == 0) break;
    }
    return best;
}

const vg_index_kernel *vg_index_kernel_get(void)
{
    const vg_index_kernel *kernel = atomic_load_explicit(&dispatch, memory_order_acquire);
    if (kernel) return kernel;
    kernel = choose();
    atomic_store_explicit(&dispatch, kernel, memory_order_release);
    return kernel;
}

const char *vg_index_cpu(void) { return vg_index_kernel_get()->name; }

bool vg_index_cpu_set(const char *level)
{
    for (size_t i = 0; i < KERNELS; i++) {
        if (strcmp(level, kernels[i].name) != 0 || !runs_here(&kernels[i])) continue;
        atomic_store_explicit(&dispatch, &kernels[i], memory_order_release);
        return true;
    }
    return false;
}
