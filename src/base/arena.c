/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "base/alloc.h"

enum { ALIGN = 16 };

typedef struct block {
    struct block *next;
    size_t size, used; /* of the bytes after this header */
    _Alignas(ALIGN) unsigned char bytes[];
} block;

struct vg_arena {
    block *first, *current;
    size_t ceiling, used, held; /* held: sizes of all blocks */
};

static block *add_block(vg_arena *arena, size_t size)
{
    if (size > arena->ceiling - arena->held) return NULL;
    block *b = vg_malloc(sizeof *b + size);
    if (!b) return NULL;
    *b = (block){.size = size};
    arena->held += size;
    return b;
}

vg_arena *vg_arena_create(size_t first, size_t ceiling)
{
    vg_arena *arena = vg_calloc(1, sizeof *arena);
    if (!arena) return NULL;
    arena->ceiling = ceiling < first ? first : ceiling;
    arena->first = arena->current = add_block(arena, first);
    if (!arena->first) vg_arena_destroy(&arena);
    return arena;
}

void *vg_arena_alloc(vg_arena *arena, size_t size)
{
    if (size > arena->ceiling || size > SIZE_MAX - ALIGN) return NULL;
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    block *b = arena->current;
    if (b->size - b->used < size) {
        size_t grown = b->size * 2 < size ? size : b->size * 2, left = arena->ceiling - arena->held;
        if (grown > left) grown = left;
        if (grown < size) return NULL;
        block *more = add_block(arena, grown);
        if (!more) return NULL;
        b = arena->current = b->next = more;
    }
    void *place = b->bytes + b->used;
    b->used += size;
    arena->used += size;
    return place;
}

void *vg_arena_calloc(vg_arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) return NULL;
    void *place = vg_arena_alloc(arena, total);
    return place ? memset(place, 0, total) : NULL;
}

vg_str vg_arena_copy(vg_arena *arena, vg_str s)
{
    char *copy = s.len < SIZE_MAX ? vg_arena_alloc(arena, s.len + 1) : NULL;
    if (!copy) return (vg_str){NULL, 0};
    if (s.len) memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return (vg_str){copy, s.len};
}

vg_str vg_arena_printf(vg_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = len < 0 ? NULL : vg_arena_alloc(arena, (size_t)len + 1);
    if (text) vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text ? (vg_str){text, (size_t)len} : (vg_str){NULL, 0};
}

void vg_arena_reset(vg_arena *arena)
{
    for (block *b = arena->first->next, *next; b; b = next) {
        next = b->next;
        arena->held -= b->size;
        vg_free(b);
    }
    arena->first->next = NULL;
    arena->first->used = 0;
    arena->current = arena->first;
    arena->used = 0;
}

size_t vg_arena_used(const vg_arena *arena) { return arena->used; }

void vg_arena_destroy(vg_arena **arena)
{
    if (!*arena) return;
    for (block *b = (*arena)->first, *next; b; b = next) {
        next = b->next;
        vg_free(b);
    }
    vg_free(*arena);
    *arena = NULL;
}
