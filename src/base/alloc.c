/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>

/* Of the calling thread: a test injects failures into its own work only. */
static _Thread_local size_t count, fail_at, refused;
static _Thread_local int failed;

static int refuse(void)
{
    count++;
    if (!fail_at || count != fail_at) return 0;
    failed = 1;
    return 1;
}

static void *counted(void *block)
{
    refused += block == NULL;
    return block;
}

void *vg_malloc(size_t size) { return counted(refuse() ? NULL : malloc(size ? size : 1)); }
void *vg_calloc(size_t n, size_t size)
{
    size_t total;
    if (refuse() || __builtin_mul_overflow(n, size, &total)) return counted(NULL);
    return counted(calloc(1, total ? total : 1));
}
void *vg_realloc(void *block, size_t size) { return counted(refuse() ? NULL : realloc(block, size ? size : 1)); }
void vg_free(void *block) { free(block); }

void vg_alloc_fail_at(size_t n)
{
    fail_at = n;
    count = 0;
    failed = 0;
}
size_t vg_alloc_count(void) { return count; }
int vg_alloc_failed(void) { return failed; }
size_t vg_alloc_refused(void) { return refused; }
