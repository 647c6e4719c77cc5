/* SPDX-License-Identifier: Apache-2.0
 *
 * What the benchmark of the index shares with the side by side by FAISS (C++), which is built where FAISS is.
 */
#ifndef VG_BENCH_INDEX_BENCH_H
#define VG_BENCH_INDEX_BENCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
typedef struct faiss_side faiss_side;
/** An exact MultiHash index (16 hashes of 16 bits, one flip) of `count` hashes of 32 bytes. NULL: no memory. */
faiss_side *faiss_side_create(const uint8_t *hashes, size_t count);
void faiss_side_destroy(faiss_side *side);
/** How many hashes lie within `radius` bits (32 and more not counted) of each of `count` queries; in all. */
size_t faiss_side_search(const faiss_side *side, const uint8_t *queries, size_t count, int radius);
#ifdef __cplusplus
}
#endif
#endif
