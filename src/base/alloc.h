/* SPDX-License-Identifier: Apache-2.0
 *
 * base/alloc: every allocation of the project goes through these four calls.
 *
 * They behave like malloc, calloc, realloc and free, and add one thing: a test can make the n-th
 * allocation fail (vg_alloc_fail_at), so that each failure path of the pipeline is exercised by
 * failing allocation 1, 2, ... N in turn. Out of memory is a normal return, never an exit.
 *
 * Libraries are routed here where they allow it (Hyperscan, jansson, libcyaml, simdjson through
 * operator new). Callers: everyone.
 */
#ifndef VG_BASE_ALLOC_H
#define VG_BASE_ALLOC_H

#include <stddef.h>

/** As malloc; NULL when out of memory or when a test asked for this failure. */
void *vg_malloc(size_t size);
/** As calloc, overflow checked. */
void *vg_calloc(size_t count, size_t size);
/** As realloc; on failure the old block stays valid. */
void *vg_realloc(void *block, size_t size);
/** As free; NULL is fine. */
void vg_free(void *block);

/** Makes the n-th allocation (1-based) of the calling thread from now on fail, once; 0 switches off. */
void vg_alloc_fail_at(size_t n);
/** Allocations of the calling thread since the last vg_alloc_fail_at. */
size_t vg_alloc_count(void);
/** True when the failure asked for has happened. */
int vg_alloc_failed(void);
/** How many allocations of the calling thread came back as NULL so far, asked for by a test or not. A library that says only "it did not work" is
 *  told apart by it: without memory, or because of what it was given. */
size_t vg_alloc_refused(void);

#endif
