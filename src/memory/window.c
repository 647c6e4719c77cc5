/* SPDX-License-Identifier: Apache-2.0
 *
 * window: the last few messages of a conversation, in RAM only.
 *
 * DESIGN. One ring of bytes. A message is a head and its strings, contiguous (id, subject, text, then each recipient after the two bytes of its length); positions count up for
 * ever and the place is the position modulo the ring. A small hash index holds the newest position of each
 * bucket of conversations, and each head points back to the one before in its bucket, so reading a
 * conversation walks its own chain, newest first, until it leaves what the ring still holds. Nothing moves;
 * what is forgotten is overwritten with zeros where it lies.
 */
#include "memory/window.h"

#include <sys/mman.h>

#include "base/alloc.h"

enum { ALIGN = 64, BYTES_A_BUCKET = 256, LEAST_BYTES = 4096 }; /* ALIGN: no gap is too short for a head */

static const uint64_t NOTHING = UINT64_MAX;

typedef struct head {
    uint64_t conversation; /* 0: a gap or a forgotten message */
    uint64_t previous;     /* position of the message before in this bucket, or NOTHING */
    int64_t time_ms;
    uint32_t size; /* of the whole, a multiple of ALIGN */
    uint32_t text_length;
    uint16_t id_length, subject_length;
    uint32_t to_all;                   /* recipients that the event named */
    uint16_t to_length;                /* bytes of those that are here */
    uint8_t age_band;
    uint8_t spare;
} head;

_Static_assert(sizeof(head) <= ALIGN, "a gap holds a head");

struct vg_window {
    uint8_t *ring;
    size_t size;          /* of the ring, a multiple of ALIGN */
    uint64_t first, next; /* positions: oldest held, end */
    uint64_t *bucket;
    size_t bucket_mask;
};

static head *head_at(const vg_window *window, uint64_t position)
{
    return (head *)(void *)(window->ring + position % window->size);
}

int vg_window_create(vg_window **out, size_t bytes, vg_error *err)
{
    *out = NULL;
    vg_window *window = vg_calloc(1, sizeof *window);
    if (!window) return vg_fail(err, VG_ENOMEM, "window", "no memory");
    size_t size = (bytes < LEAST_BYTES ? LEAST_BYTES : bytes) & ~(size_t)(ALIGN - 1), buckets = 16;
    while (buckets < size / BYTES_A_BUCKET) buckets *= 2;
    window->bucket = vg_malloc(buckets * sizeof *window->bucket);
    void *ring = window->bucket ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                                : MAP_FAILED;
    if (ring == MAP_FAILED) {
        vg_free(window->bucket);
        vg_free(window);
        return vg_fail(err, VG_ENOMEM, "window", "no memory for %zu bytes of context", size);
    }
    window->ring = ring;
    window->size = size;
    window->bucket_mask = buckets - 1;
    memset(window->bucket, 0xff, buckets * sizeof *window->bucket);
    madvise(ring, size, MADV_DONTDUMP);
    (void)!mlock(ring, size); /* best effort: a limit may forbid it */
    *out = window;
    return 0;
}

void vg_window_destroy(vg_window **window)
{
    if (!*window) return;
    explicit_bzero((*window)->ring, (*window)->size);
    munmap((*window)->ring, (*window)->size);
    vg_free((*window)->bucket);
    vg_free(*window);
    *window = NULL;
}

/* The oldest entry leaves; its bytes do too. */
static void drop_first(vg_window *window)
{
    head *oldest = head_at(window, window->first);
    uint32_t size = oldest->size;
    memset(oldest, 0, size);
    window->first += size;
}

/* Room for `size` contiguous bytes at `next`. The rest of the ring's end becomes a gap. */
static head *make_room(vg_window *window, size_t size)
{
    size_t to_end = window->size - (size_t)(window->next % window->size);
    size_t gap = to_end < size ? to_end : 0;
    while (window->next + gap + size - window->first > window->size) drop_first(window);
    if (gap) {
        *head_at(window, window->next) = (head){.previous = NOTHING, .size = (uint32_t)gap};
        window->next += gap;
    }
    return head_at(window, window->next);
}

void vg_window_prefetch(const vg_window *window, uint64_t conversation)
{
    if (conversation) __builtin_prefetch(&window->bucket[conversation & window->bucket_mask], 1);
}

/* Bytes of the recipients that are remembered; how many they are. */
static size_t measure_to(const vg_event *event, size_t *count)
{
    size_t bytes = 0, n = 0;
    for (; n < event->to_count && n < VG_WINDOW_TO && bytes + 2 + event->to[n].len <= VG_WINDOW_TO_BYTES; n++) bytes += 2 + event->to[n].len;
    *count = n;
    return bytes;
}

static void write_to(char *at, const vg_event *event, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint16_t len = (uint16_t)event->to[i].len; /* at most VG_WINDOW_TO_BYTES */
        memcpy(at, &len, sizeof len);
        if (len) memcpy(at + sizeof len, event->to[i].ptr, len);
        at += sizeof len + len;
    }
}

static char *recipients_of(head *h)
{
    return (char *)(h + 1) + h->id_length + h->subject_length + h->text_length;
}

/* The next recipient; an empty one was forgotten. */
static bool next_to(const head *h, char **at, vg_str *out)
{
    char *begin = recipients_of((head *)(uintptr_t)h);
    uint16_t len;
    if (!*at) *at = begin;
    if (*at >= begin + h->to_length) return false;
    memcpy(&len, *at, sizeof len);
    *out = (vg_str){*at + sizeof len, len && (*at)[sizeof len] ? len : 0};
    *at += sizeof len + len;
    return true;
}

void vg_window_add(vg_window *window, uint64_t conversation, const vg_event *event, uint8_t age_band)
{
    size_t to_count, to_length = measure_to(event, &to_count), length = sizeof(head) + event->id.len + event->subject.len + event->text.len + to_length;
    size_t size = (length + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (!conversation || size > window->size / 2 || event->id.len > UINT16_MAX ||
        event->subject.len > UINT16_MAX)
        return;
    head *h = make_room(window, size);
    uint64_t *bucket = &window->bucket[conversation & window->bucket_mask];
    *h = (head){.conversation = conversation,
                .previous = *bucket,
                .time_ms = event->time_ms,
                .size = (uint32_t)size,
                .text_length = (uint32_t)event->text.len,
                .id_length = (uint16_t)event->id.len,
                .subject_length = (uint16_t)event->subject.len,
                .to_all = (uint32_t)event->to_count,
                .to_length = (uint16_t)to_length,
                .age_band = age_band};
    char *to = (char *)(h + 1);
    if (event->id.len) memcpy(to, event->id.ptr, event->id.len);
    to += event->id.len;
    if (event->subject.len) memcpy(to, event->subject.ptr, event->subject.len);
    to += event->subject.len;
    if (event->text.len) memcpy(to, event->text.ptr, event->text.len);
    write_to(to + event->text.len, event, to_count);
    *bucket = window->next;
    window->next += size;
}

static int copy_to(const head *h, vg_arena *arena, vg_window_message *out)
{
    vg_str one;
    out->to_all = h->to_all;
    out->to = h->to_length ? vg_arena_calloc(arena, VG_WINDOW_TO, sizeof *out->to) : NULL;
    if (h->to_length && !out->to) return -VG_ENOMEM;
    for (char *at = NULL; next_to(h, &at, &one);) {
        if (!one.len) continue;
        out->to[out->to_count] = vg_arena_copy(arena, one);
        if (!out->to[out->to_count++].ptr) return -VG_ENOMEM;
    }
    return 0;
}

static int copy_message(const head *h, vg_arena *arena, vg_window_message *out)
{
    const char *at = (const char *)(h + 1);
    out->id = vg_arena_copy(arena, (vg_str){at, h->id_length});
    out->subject = vg_arena_copy(arena, (vg_str){at + h->id_length, h->subject_length});
    out->text = vg_arena_copy(arena, (vg_str){at + h->id_length + h->subject_length, h->text_length});
    out->time_ms = h->time_ms;
    out->age_band = h->age_band;
    return out->id.ptr && out->subject.ptr && out->text.ptr ? copy_to(h, arena, out) : -VG_ENOMEM;
}

int vg_window_get(vg_window *window, uint64_t conversation, int64_t since_ms, size_t most, vg_arena *arena,
                  vg_window_message **out, size_t *count)
{
    *out = NULL;
    *count = 0;
    if (!most || !conversation) return 0;
    size_t held = 0;
    uint64_t newest = window->bucket[conversation & window->bucket_mask], at = newest;
    for (; at != NOTHING && at >= window->first && held < most; at = head_at(window, at)->previous) {
        const head *h = head_at(window, at);
        held += h->conversation == conversation && h->time_ms >= since_ms;
    }
    if (!held) return 0;
    vg_window_message *messages = vg_arena_calloc(arena, held, sizeof *messages);
    if (!messages) return -VG_ENOMEM;
    size_t left = held;
    for (at = newest; left; at = head_at(window, at)->previous) {
        const head *h = head_at(window, at);
        if (h->conversation != conversation || h->time_ms < since_ms) continue;
        if (copy_message(h, arena, &messages[--left])) return -VG_ENOMEM;
    }
    *out = messages;
    *count = held;
    return 0;
}

/* Overwrites what a message holds; its head stays as a link of the chain. */
static void blank(head *h)
{
    explicit_bzero(h + 1, h->size - sizeof *h);
    h->conversation = 0;
    h->time_ms = 0;
    h->text_length = 0;
    h->id_length = h->subject_length = h->to_length = 0;
    h->to_all = 0;
    h->age_band = 0;
}

static void forget_to(head *h, vg_str subject)
{
    vg_str one;
    for (char *at = NULL; next_to(h, &at, &one);)
        if (one.len && vg_str_eq(one, subject)) explicit_bzero((char *)(uintptr_t)one.ptr, one.len);
}

void vg_window_forget(vg_window *window, vg_str subject)
{
    for (uint64_t at = window->first; at < window->next;) {
        head *h = head_at(window, at);
        const char *strings = (const char *)(h + 1);
        if (h->conversation && vg_str_eq((vg_str){strings + h->id_length, h->subject_length}, subject))
            blank(h);
        if (h->conversation) forget_to(h, subject);
        at += h->size;
    }
}

void vg_window_expire(vg_window *window, int64_t before_ms)
{
    while (window->first < window->next && head_at(window, window->first)->time_ms < before_ms)
        drop_first(window);
}
