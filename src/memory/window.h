/* SPDX-License-Identifier: Apache-2.0
 *
 * memory/window: the last few messages of a conversation, in RAM only, for the context of a case.
 *
 * Message text is never stored unless a case opens. For a case to show what came before, the last messages of
 * scanned channels wait here: a fixed RAM budget (ring, oldest overwritten), locked against swapping where allowed,
 * excluded from core dumps, never on disk, lost on restart on purpose, and gone after the policy's minutes.
 * Not thread-safe: the pipeline's lock. Callers: pipeline.
 */
#ifndef VG_MEMORY_WINDOW_H
#define VG_MEMORY_WINDOW_H

#include "base/arena.h"
#include "event/event.h"

typedef struct vg_window vg_window;

enum { VG_WINDOW_TO = 32, VG_WINDOW_TO_BYTES = 1024 }; /* recipients that are remembered of a message, and their names' bytes in all */

typedef struct vg_window_message {
    vg_str id, subject, text;
    vg_str *to;      /* the first of its recipients, as the event named them, without those that were forgotten */
    size_t to_count;
    uint32_t to_all; /* how many it named */
    int64_t time_ms;
    uint8_t age_band;
} vg_window_message;

/** A ring of `bytes` of RAM. VG_ENOMEM. */
int vg_window_create(vg_window **out, size_t bytes, vg_error *err);
void vg_window_destroy(vg_window **window);
/** Remembers a message (id, subject, text and recipients copied). Too long for the ring: ignored. */
void vg_window_add(vg_window *window, uint64_t conversation, const vg_event *event, uint8_t age_band);
/** Asks for the cache line that vg_window_add will need for this conversation. Any thread. */
void vg_window_prefetch(const vg_window *window, uint64_t conversation);
/** The last `most` messages of a conversation not older than `since_ms`, oldest first, copied into `arena`. */
int vg_window_get(vg_window *window, uint64_t conversation, int64_t since_ms, size_t most, vg_arena *arena,
                  vg_window_message **out, size_t *count);
/** Overwrites the oldest messages, as they came, while they are from before `before_ms`: the longest `context_minutes` of the
 *  policies ago. Call it now and then; vg_window_get does not depend on it. */
void vg_window_expire(vg_window *window, int64_t before_ms);
/** Overwrites every message of one account, and its name among the recipients of others (erase). */
void vg_window_forget(vg_window *window, vg_str subject);

#endif
