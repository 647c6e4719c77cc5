/* SPDX-License-Identifier: Apache-2.0
 *
 * Which kernels run: the best that the processor has, or less when VIGIE_CPU says so.
 */
#include "signals/media/pdq/pdq_int.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Slowest first. */
static const pdq_kernels *const levels[] = {
    &vg_pdq_kernels_c,
#if defined(__x86_64__) || defined(__i386__)
    &vg_pdq_kernels_sse4,
    &vg_pdq_kernels_avx2,
#endif
};

/* Set on first use; every thread that races there computes the same value. */
static _Atomic(const pdq_kernels *) in_use;

static size_t levels_here(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") ? 3 : __builtin_cpu_supports("sse4.1") ? 2 : 1;
#else
    return 1;
#endif
}

const pdq_kernels *vg_pdq_kernels_for(const char *wish)
{
    size_t here = levels_here();
    for (size_t i = 0; wish && i < here; i++)
        if (!strcmp(levels[i]->name, wish)) return levels[i];
    return levels[here - 1]; /* no wish, an unknown word, or more than there is */
}

const pdq_kernels *vg_pdq_kernels(void)
{
    const pdq_kernels *k = atomic_load_explicit(&in_use, memory_order_acquire);
    if (!k) {
        k = vg_pdq_kernels_for(getenv("VIGIE_CPU"));
        atomic_store_explicit(&in_use, k, memory_order_release);
    }
    return k;
}

const char *vg_pdq_cpu(void) { return vg_pdq_kernels()->name; }

bool vg_pdq_cpu_set(const char *level)
{
    size_t here = levels_here();
    for (size_t i = 0; level && i < here; i++) {
        if (strcmp(levels[i]->name, level) != 0) continue;
        atomic_store_explicit(&in_use, levels[i], memory_order_release);
        return true;
    }
    return false;
}
