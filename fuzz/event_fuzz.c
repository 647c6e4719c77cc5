/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as an event and as a batch.
 *
 * They are refused with a sentence, or become events that keep the promises of event.h; what is accepted, an independent reader (jansson)
 * reads as well, and writing it and reading that again gives the same event. Input with room behind it and without gives the same.
 * The input lies in a block of exactly its size, so that reading past it is seen.
 */
#include <jansson.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "event/bank.h"
#include "event/event.h"

static vg_event_parser *parser, *again;
static vg_arena *arena;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) abort();
}

static void check_text(vg_str s, size_t most)
{
    must(s.ptr && s.len <= most && vg_utf8_valid(s.ptr, s.len, NULL) && !(s.len && memchr(s.ptr, 0, s.len)));
}

static void check_error(int rc, const vg_error *err)
{
    must(rc == -err->code && (rc == -VG_EINVAL || rc == -VG_ETOOBIG) && err->what[0]);
    must(memchr(err->what, 0, sizeof err->what) && memchr(err->where, 0, sizeof err->where));
    must(!err->where[0] || err->where[0] == '/');
}

static void check_event(const vg_event *e, const char *begin, const char *end)
{
    must(e->type < VG_EVENT_TYPES && e->channel < VG_CHANNELS && e->contact < VG_CONTACT_KINDS && e->reason < VG_REASONS);
    must(e->age_band < VG_AGE_BANDS && e->age_basis < VG_AGE_BASES && e->time_ms >= 0 && e->created_ms >= 0);
    const vg_str names[] = {e->id, e->source, e->subject, e->conversation, e->upload, e->mime, e->about, e->about_event};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) check_text(names[i], VG_EVENT_MAX_NAME);
    check_text(e->text, VG_EVENT_MAX_TEXT);
    check_text(e->language, 35);
    must(e->id.len && e->subject.len && e->space.len && e->to_count <= VG_EVENT_MAX_TO && e->hash_count <= VG_EVENT_MAX_HASHES);
    must(e->source.len == e->space.len + 8 && memcmp(e->source.ptr, "/spaces/", 8) == 0);
    must(e->type != VG_EVENT_MESSAGE || e->conversation.len);
    must(e->type != VG_EVENT_MEDIA || (e->hash_count == 0) != (e->upload.len == 0));
    must(e->type != VG_EVENT_CONTACT || e->to_count == 1);
    must(e->type != VG_EVENT_NOTICE || e->about.len);
    for (size_t i = 0; i < e->to_count; i++) check_text(e->to[i], VG_EVENT_MAX_NAME);
    for (size_t i = 0; i < e->hash_count; i++) {
        const vg_media_hash *h = &e->hashes[i];
        must(h->algorithm < VG_HASH_ALGORITHMS && h->quality <= 100 && h->turn < VG_TURNS && h->profile < VG_PDQ_PROFILES);
        for (size_t b = vg_hash_bytes(h->algorithm); b < sizeof h->bytes; b++) must(h->bytes[b] == 0);
        must(h->algorithm == VG_HASH_PDQ || (!h->quality && !h->turn && !h->profile && !h->frame));
    }
    if (begin) must(e->raw.ptr >= begin && e->raw.ptr + e->raw.len <= end);
    must(e->raw.len >= 2 && e->raw.ptr[0] == '{' && e->raw.ptr[e->raw.len - 1] == '}');
    json_t *object = json_loadb(e->raw.ptr, e->raw.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    must(json_is_object(object));
    must(vg_str_is(e->id, json_string_value(json_object_get(object, "id"))));
    json_decref(object);
}

static void check_written(const vg_event *e)
{
    vg_buf first, second;
    vg_event copy;
    vg_error err = {0};
    vg_buf_init(&first, 4 << 20);
    vg_buf_init(&second, 4 << 20);
    vg_event_write(&first, e);
    must(!first.failed && vg_event_parse(again, first.ptr, first.len, first.cap, arena, &copy, &err) == 0);
    vg_event_write(&second, &copy);
    must(vg_str_eq((vg_str){first.ptr, first.len}, (vg_str){second.ptr, second.len}));
    vg_buf_free(&first);
    vg_buf_free(&second);
}

static void one(const char *exact, const char *padded, size_t size)
{
    vg_event tight, roomy;
    vg_error err = {0}, other = {0};
    int rc = vg_event_parse(parser, exact, size, size, arena, &tight, &err);
    if (rc) check_error(rc, &err);
    else check_event(&tight, NULL, NULL);
    must(vg_event_parse(again, padded, size, size + 64, arena, &roomy, &other) == rc);
    must(strcmp(err.where, other.where) == 0 && strcmp(err.what, other.what) == 0);
    if (rc) return;
    check_event(&roomy, padded, padded + size);
    must(vg_str_eq(tight.raw, roomy.raw) && vg_str_eq(tight.text, roomy.text));
    check_written(&tight);
}

static void many(const char *padded, size_t size)
{
    vg_event *events;
    size_t count;
    vg_error err = {0};
    int rc = vg_event_parse_batch(parser, padded, size, size + 64, arena, &events, &count, &err);
    if (rc) {
        check_error(rc, &err);
        must(!events && !count);
        return;
    }
    must(count && count <= VG_EVENT_MAX_BATCH);
    for (size_t i = 0; i < count; i++) {
        check_event(&events[i], padded, padded + size);
        if (i < 3) check_written(&events[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vg_error err = {0};
    if (!parser) {
        arena = vg_arena_create(1 << 16, 64 << 20);
        must(arena && !vg_event_parser_create(&parser, &err) && !vg_event_parser_create(&again, &err));
    }
    vg_arena_reset(arena);
    char *exact = malloc(size ? size : 1), *padded = calloc(1, size + 64);
    must(exact && padded);
    if (size) {
        memcpy(exact, data, size);
        memcpy(padded, data, size);
    }
    one(exact, padded, size);
    many(padded, size);
    free(exact);
    free(padded);
    return 0;
}
