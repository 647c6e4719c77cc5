/* SPDX-License-Identifier: Apache-2.0
 *
 * base/arena: memory of one event or one request, taken piece by piece and freed once.
 *
 * Invariants: every pointer is aligned to 16 bytes; the total never exceeds the ceiling given at
 * creation; reset keeps the first block so that a warmed-up arena does not allocate. Not thread-safe:
 * one arena belongs to one task. Callers: everyone.
 */
#ifndef VG_BASE_ARENA_H
#define VG_BASE_ARENA_H

#include <stddef.h>
#include "base/str.h"

typedef struct vg_arena vg_arena;

/** Creates an arena that starts with `first` bytes and never holds more than `ceiling`. NULL: no memory. */
vg_arena *vg_arena_create(size_t first, size_t ceiling);
/** `size` bytes, uninitialised, or NULL at the ceiling or out of memory. */
void *vg_arena_alloc(vg_arena *arena, size_t size);
/** As vg_arena_alloc, zeroed, count*size overflow checked. */
void *vg_arena_calloc(vg_arena *arena, size_t count, size_t size);
/** Copies a string (adds a NUL after it). .ptr is NULL when there is no memory. */
vg_str vg_arena_copy(vg_arena *arena, vg_str s);
/** printf into the arena; .ptr is NULL when there is no memory. */
vg_str vg_arena_printf(vg_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Forgets everything allocated; keeps the first block. */
void vg_arena_reset(vg_arena *arena);
/** Bytes handed out since the last reset. */
size_t vg_arena_used(const vg_arena *arena);
void vg_arena_destroy(vg_arena **arena);

#endif
