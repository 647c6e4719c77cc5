/* SPDX-License-Identifier: Apache-2.0
 *
 * case_content: what is sealed with a case, as JSON: the event, its evidence with places and sentences, the
 * messages before it, and the facts. It is written once, when the verdict is given, because after that the
 * context is gone from RAM; the shape is described in docs/architecture/pipeline.md.
 * Content of a channel that may not be looked at is never in it: text and hashes are left out and "withheld" says so.
 * Callers: pipeline only.
 */
#ifndef VG_CASE_CONTENT_H
#define VG_CASE_CONTENT_H

#include "base/arena.h"
#include "memory/window.h"
#include "pipeline.h"
#include "signals/text/text.h"

typedef struct vg_case_context {
    vg_window_message *messages; /* oldest first */
    size_t count;
    const vg_text_engine *engine; /* to find in the messages before what was found in them then; NULL: they are shown as they are */
    vg_text_scratch *scratch;
} vg_case_context;

/** The JSON object, in the arena, with as much of the newest context as fits; .ptr is NULL when there is no memory. */
vg_str vg_case_content(const vg_task *task, const vg_case_context *context, vg_arena *arena);

#endif
