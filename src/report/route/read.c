/* SPDX-License-Identifier: Apache-2.0
 *
 * What one sealed event says of where its people are. The content is ours, the event inside is the platform's.
 */
#include "report/route/facts.h"

#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "base/time.h"

typedef struct reader {
    vg_arena *arena;
    bool full; /* no memory */
} reader;

static vg_str text_of(reader *r, const json_t *object, const char *name, size_t most)
{
    const json_t *value = json_object_get(object, name);
    size_t len = json_string_length(value);
    if (!json_is_string(value) || !len || len > most) return (vg_str){"", 0};
    vg_str kept = vg_arena_copy(r->arena, (vg_str){json_string_value(value), len});
    if (!kept.ptr) r->full = true;
    return kept.ptr ? kept : (vg_str){"", 0};
}

static void code_of(const json_t *object, const char *name, char out[3])
{
    const char *s = json_string_value(json_object_get(object, name));
    if (s && strlen(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z') memcpy(out, s, 3);
}

static vg_age_band band_of(const json_t *object, const char *name)
{
    const char *s = json_string_value(json_object_get(object, name));
    for (int b = 0; s && b < VG_AGE_BANDS; b++)
        if (strcmp(s, vg_age_band_names[b]) == 0) return (vg_age_band)b;
    return VG_AGE_UNKNOWN;
}

static void read_event(reader *r, const json_t *event, vg_whereabouts *out)
{
    const json_t *data = json_object_get(event, "data"), *to = json_object_get(data, "to");
    const char *type = json_string_value(json_object_get(event, "type"));
    out->notice = type && strcmp(type, "vigie.notice") == 0;
    out->account = text_of(r, event, "subject", VG_EVENT_MAX_NAME);
    out->event_id = text_of(r, event, "id", VG_EVENT_MAX_NAME);
    out->ip = text_of(r, data, "ip", VG_EVENT_MAX_IP);
    out->phone = text_of(r, data, "phone", VG_EVENT_MAX_PHONE);
    out->language = text_of(r, data, "language", 35);
    out->currency = text_of(r, data, "currency", 3);
    out->payment_country = text_of(r, data, "payment_country", 2);
    vg_str time = text_of(r, event, "time", 64);
    if (!time.len || !vg_time_parse(time, &out->time_ms)) out->time_ms = 0;
    if (json_is_array(to) && json_array_size(to) == 1) {
        const json_t *first = json_array_get(to, 0);
        size_t len = json_string_length(first);
        if (!json_is_string(first) || !len || len > VG_EVENT_MAX_NAME) return;
        vg_str kept = vg_arena_copy(r->arena, (vg_str){json_string_value(first), len});
        if (kept.ptr) out->peer = kept;
        else r->full = true;
    }
}

int vg_facts_read(vg_str content, vg_arena *arena, vg_whereabouts *out, vg_error *err)
{
    reader r = {.arena = arena};
    *out = (vg_whereabouts){.account = {"", 0}, .peer = {"", 0}, .event_id = {"", 0}, .ip = {"", 0}, .phone = {"", 0}, .language = {"", 0}, .currency = {"", 0},
                            .payment_country = {"", 0}};
    if (!content.len) return 0;
    size_t before = vg_alloc_refused();
    json_t *whole = json_loadb(content.ptr, content.len, 0, NULL);
    if (!whole && vg_alloc_refused() != before) return vg_fail(err, VG_ENOMEM, "", "no memory for facts"); /* not: there are none */
    const json_t *facts = json_object_get(whole, "facts");
    read_event(&r, json_object_get(whole, "event"), out);
    code_of(facts, "account_country", out->country);
    code_of(facts, "peer_country", out->peer_country);
    out->band = band_of(facts, "account_age_band");
    out->peer_band = band_of(facts, "peer_age_band");
    json_decref(whole);
    return r.full ? vg_fail(err, VG_ENOMEM, "", "no memory for facts") : 0;
}
