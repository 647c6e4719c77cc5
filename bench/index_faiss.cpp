/* SPDX-License-Identifier: Apache-2.0
 *
 * FAISS beside our index: IndexBinaryMultiHash is the exact index that hash-matching services use.
 */
#include "index_bench.h"

#include <faiss/IndexBinaryHash.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <new>
#include <omp.h>

struct faiss_side {
    faiss::IndexBinaryMultiHash index{256, 16, 16};
};

faiss_side *faiss_side_create(const uint8_t *hashes, size_t count)
{
    try {
        omp_set_num_threads(1); /* one query on one thread, as ours */
        faiss_side *side = new faiss_side;
        side->index.nflip = 1;
        side->index.add((faiss::Index::idx_t)count, hashes);
        return side;
    } catch (const std::exception &) {
        return nullptr;
    }
}

void faiss_side_destroy(faiss_side *side) { delete side; }

size_t faiss_side_search(const faiss_side *side, const uint8_t *queries, size_t count, int radius)
{
    faiss::RangeSearchResult result(count);
    side->index.range_search((faiss::Index::idx_t)count, queries, radius + 1, &result); /* it wants less than */
    return result.lims[count];
}
