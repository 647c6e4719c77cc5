/* SPDX-License-Identifier: Apache-2.0 */
#include "event/event.h"

/* A string of the event, copied; the empty ones need no copy. */
static bool keep(vg_arena *arena, vg_str *s)
{
    if (!s->len) {
        s->ptr = "";
        return true;
    }
    *s = vg_arena_copy(arena, *s);
    return s->ptr != NULL;
}

int vg_event_keep(vg_event *event, vg_arena *arena, bool content, vg_error *err)
{
    size_t space = event->source.len - event->space.len;
    vg_str nothing = {"", 0};
    if (!content) event->text = event->raw = nothing;
    bool kept = keep(arena, &event->id) && keep(arena, &event->source) && keep(arena, &event->subject) &&
                keep(arena, &event->conversation) && keep(arena, &event->text) && keep(arena, &event->language) &&
                keep(arena, &event->ip) && keep(arena, &event->phone) && keep(arena, &event->upload) && keep(arena, &event->mime) && keep(arena, &event->about) &&
                keep(arena, &event->about_event) && keep(arena, &event->raw);
    for (size_t i = 0; kept && i < event->to_count; i++) kept = keep(arena, &event->to[i]);
    if (!kept) return vg_fail(err, VG_ENOMEM, "", "no memory to keep an event");
    event->space = (vg_str){event->source.ptr + space, event->source.len - space};
    return 0;
}
