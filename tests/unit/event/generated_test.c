/* SPDX-License-Identifier: Apache-2.0
 *
 * event: thousands of generated events, read by us and by jansson, which know nothing of each other.
 *
 * The generator writes JSON in any order of fields, with blanks and escapes where they may stand. Each field must be what jansson reads;
 * what vg_event_write writes must be the same event to both; a batch must be its events, each with its exact slice.
 */
#include <jansson.h>
#include <stdint.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/time.h"
#include "event/bank.h"
#include "event/event.h"
#include "tap.h"

enum { EVENTS = 4000, MUTATIONS = 20000 };

static uint64_t state = 0x9e3779b97f4a7c15u; /* always the same run */
static vg_event_parser *parser;
static vg_arena *arena;

static uint32_t draw(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % below;
}

static void blanks(vg_buf *out)
{
    if (draw(4)) return;
    for (uint32_t n = draw(3); n; n--) vg_buf_add_char(out, " \t\n\r"[draw(4)]);
}

/* A JSON string of `len` characters, some beyond ASCII, some escaped though they need not be. */
static void string(vg_buf *out, uint32_t len, bool control)
{
    static const char *const others[] = {"é", "œ", "ñ", "漢", "😀", "\u2028", "/", "~", "'", "&"};
    static const char *const escaped[] = {"\\\"", "\\\\", "\\/", "\\u00e9", "\\ud83d\\ude00", "\\u0041", "\\u6f22"};
    static const char *const controls[] = {"\\n", "\\t", "\\r", "\\b", "\\f", "\\u0001", "\\u001F", "\x7f"};
    vg_buf_add_char(out, '"');
    for (; len; len--) {
        uint32_t kind = draw(16);
        if (kind == 0) vg_buf_add_cstr(out, others[draw(10)]);
        else if (kind == 1) vg_buf_add_cstr(out, escaped[draw(7)]);
        else if (kind == 2 && control) vg_buf_add_cstr(out, controls[draw(8)]);
        else vg_buf_add_char(out, "abcdefghijklmnopqrstuvwxyzABC 0123456789.-_"[draw(43)]);
    }
    vg_buf_add_char(out, '"');
}

typedef struct member {
    const char *name;
    vg_buf value;
} member;
typedef struct members {
    member list[12];
    size_t count;
} members;

static vg_buf *add(members *m, const char *name)
{
    member *next = &m->list[m->count++];
    next->name = name;
    vg_buf_init(&next->value, 1 << 20);
    return &next->value;
}

static void add_word(members *m, const char *name, const char *const *words, uint32_t first, uint32_t count)
{
    vg_buf_printf(add(m, name), "\"%s\"", words[first + draw(count - first)]);
}

static void add_string(members *m, const char *name, uint32_t len, bool control) { string(add(m, name), len, control); }

/* The members in a drawn order, as an object; frees them. */
static void object(vg_buf *out, members *m)
{
    vg_buf_add_char(out, '{');
    for (size_t left = m->count; left; left--) {
        member *last = &m->list[left - 1], *chosen = &m->list[draw((uint32_t)left)], kept = *chosen;
        *chosen = *last;
        blanks(out);
        if (draw(20)) vg_buf_printf(out, "\"%s\"", kept.name);
        else vg_buf_printf(out, "\"\\u%04x%s\"", (unsigned)kept.name[0], kept.name + 1);
        blanks(out);
        vg_buf_add_char(out, ':');
        blanks(out);
        vg_buf_add(out, kept.value.ptr, kept.value.len);
        blanks(out);
        if (left > 1) vg_buf_add_char(out, ',');
        vg_buf_free(&kept.value);
    }
    vg_buf_add_char(out, '}');
}

static void add_recipients(members *m)
{
    vg_buf *out = add(m, "to");
    uint32_t count = draw(4);
    vg_buf_add_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        blanks(out);
        string(out, 1 + draw(30), false);
    }
    vg_buf_add_char(out, ']');
}

static void add_hash(vg_buf *out)
{
    members m = {0};
    int algorithm = (int)draw(VG_HASH_ALGORITHMS);
    vg_buf_printf(add(&m, "algorithm"), "\"%s\"", vg_hash_algorithm_names[algorithm]);
    vg_buf *value = add(&m, "value");
    vg_buf_add_char(value, '"');
    for (size_t d = 0; d < 2 * vg_hash_bytes((vg_hash_algorithm)algorithm); d++) vg_buf_add_char(value, "0123456789abcdefABCDEF"[draw(22)]);
    vg_buf_add_char(value, '"');
    if (algorithm == VG_HASH_PDQ) {
        vg_buf_printf(add(&m, "quality"), "%u", draw(101));
        if (draw(2)) add_word(&m, "profile", vg_pdq_profile_names, 0, VG_PDQ_PROFILES);
        if (draw(2)) add_word(&m, "turn", vg_turn_names, 0, VG_TURNS);
        if (draw(2)) vg_buf_printf(add(&m, "frame"), "%u", draw(2) ? draw(1000) : UINT32_MAX - draw(3));
    }
    object(out, &m);
}

static void add_hashes(members *m)
{
    vg_buf *out = add(m, "hashes");
    uint32_t count = 1 + draw(3);
    vg_buf_add_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        add_hash(out);
    }
    vg_buf_add_char(out, ']');
}

static void data(members *m, vg_event_type type)
{
    if (type != VG_EVENT_ACCOUNT && (type == VG_EVENT_MESSAGE || draw(2))) add_string(m, "conversation", 1 + draw(40), false);
    if ((type == VG_EVENT_MESSAGE || type == VG_EVENT_MEDIA) && draw(2)) add_recipients(m);
    if ((type == VG_EVENT_MESSAGE || type == VG_EVENT_MEDIA) && draw(2)) add_word(m, "channel", vg_channel_names, 0, VG_CHANNELS);
    if ((type == VG_EVENT_MESSAGE || type == VG_EVENT_ACCOUNT) && draw(2)) vg_buf_add_cstr(add(m, "language"), "\"fr-FR\"");
    switch (type) {
    case VG_EVENT_MESSAGE: add_string(m, "text", draw(300), true); break;
    case VG_EVENT_MEDIA:
        if (draw(2)) add_hashes(m);
        else add_string(m, "upload", 1 + draw(30), false);
        if (draw(2)) vg_buf_add_cstr(add(m, "mime"), "\"image\\/png\"");
        break;
    case VG_EVENT_CONTACT:
        add_string(m, "to", 1 + draw(30), false);
        add_word(m, "kind", vg_contact_kind_names, 0, VG_CONTACT_KINDS);
        break;
    case VG_EVENT_ACCOUNT:
        add_word(m, "age_band", vg_age_band_names, 0, VG_AGE_BANDS);
        if (draw(2)) add_word(m, "age_basis", vg_age_basis_names, 1, VG_AGE_BASES);
        if (draw(2)) vg_buf_add_cstr(add(m, "created"), draw(2) ? "\"2024-02-29\"" : "\"2026-05-04T10:11:12-03:30\"");
        if (draw(2)) vg_buf_add_cstr(add(m, "country"), "\"FR\"");
        break;
    default:
        add_string(m, "about", 1 + draw(30), false);
        add_word(m, "reason", vg_notice_reason_names, 0, VG_REASONS);
        if (draw(2)) add_string(m, "event", 1 + draw(30), false);
        if (draw(2)) add_string(m, "text", 1 + draw(100), true);
    }
}

static void generate(vg_buf *out)
{
    members top = {0}, inner = {0};
    vg_event_type type = (vg_event_type)draw(VG_EVENT_TYPES);
    char when[25];
    vg_time_format(1777889472345 + (int64_t)draw(1000000000), when);
    vg_buf_add_cstr(add(&top, "specversion"), "\"1.0\"");
    add_string(&top, "id", 1 + draw(40), false);
    vg_buf_printf(add(&top, "source"), "\"/spaces/s%u-_x\"", draw(100));
    vg_buf_printf(add(&top, "type"), "\"%s\"", vg_event_type_names[type]);
    add_string(&top, "subject", 1 + draw(40), false);
    vg_buf_printf(add(&top, "time"), "\"%s\"", when);
    if (draw(2)) vg_buf_add_cstr(add(&top, "datacontenttype"), "\"application\\/json\"");
    data(&inner, type);
    object(add(&top, "data"), &inner);
    object(out, &top);
}

static bool same_text(vg_str mine, json_t *parent, const char *name)
{
    json_t *theirs = json_object_get(parent, name);
    if (!theirs) return mine.len == 0;
    return vg_str_eq(mine, (vg_str){json_string_value(theirs), json_string_length(theirs)});
}

static bool same_word(const char *mine, json_t *parent, const char *name)
{
    json_t *theirs = json_object_get(parent, name);
    return !theirs || strcmp(mine, json_string_value(theirs)) == 0;
}

static bool same_time(int64_t mine, json_t *parent, const char *name)
{
    int64_t ms = 0;
    json_t *theirs = json_object_get(parent, name);
    return theirs ? vg_time_parse_date(vg_str_of(json_string_value(theirs)), &ms) && ms == mine : mine == 0;
}

static bool same_lists(const vg_event *e, json_t *d)
{
    json_t *to = json_object_get(d, "to"), *hashes = json_object_get(d, "hashes");
    if (json_is_string(to)) return e->to_count == 1 && vg_str_is(e->to[0], json_string_value(to));
    if (e->to_count != json_array_size(to) || e->hash_count != json_array_size(hashes)) return false;
    for (size_t i = 0; i < e->to_count; i++)
        if (!vg_str_is(e->to[i], json_string_value(json_array_get(to, i)))) return false;
    for (size_t i = 0; i < e->hash_count; i++) {
        char hex[65];
        json_t *hash = json_array_get(hashes, i);
        if (!same_word(vg_hash_algorithm_names[e->hashes[i].algorithm], hash, "algorithm")) return false;
        vg_hex_encode(hex, e->hashes[i].bytes, vg_hash_bytes(e->hashes[i].algorithm));
        if (strcasecmp(hex, json_string_value(json_object_get(hash, "value")))) return false; /* either case is read */
        if (e->hashes[i].quality != json_integer_value(json_object_get(hash, "quality")) ||
            e->hashes[i].frame != json_integer_value(json_object_get(hash, "frame")) ||
            !same_word(vg_turn_names[e->hashes[i].turn], hash, "turn") ||
            !same_word(vg_pdq_profile_names[e->hashes[i].profile], hash, "profile"))
            return false;
    }
    return true;
}

/* Whether our event is what jansson reads. Enumerations that were left out have a default, checked elsewhere. */
static bool same_event(const vg_event *e, json_t *object)
{
    json_t *d = json_object_get(object, "data");
    return same_text(e->id, object, "id") && same_text(e->source, object, "source") &&
           same_text(e->subject, object, "subject") && same_word(vg_event_type_names[e->type], object, "type") &&
           same_time(e->time_ms, object, "time") && same_text(e->conversation, d, "conversation") &&
           same_text(e->text, d, "text") && same_text(e->language, d, "language") && same_text(e->upload, d, "upload") &&
           same_text(e->mime, d, "mime") && same_text(e->about, d, "about") && same_text(e->about_event, d, "event") &&
           same_text(vg_str_of(e->country), d, "country") && same_time(e->created_ms, d, "created") &&
           same_word(vg_channel_names[e->channel], d, "channel") && same_word(vg_contact_kind_names[e->contact], d, "kind") &&
           same_word(vg_age_band_names[e->age_band], d, "age_band") &&
           same_word(vg_age_basis_names[e->age_basis], d, "age_basis") &&
           same_word(vg_notice_reason_names[e->reason], d, "reason") && same_lists(e, d);
}

static bool fail(const char *why, const vg_buf *json, const vg_error *err)
{
    printf("# %s: %s at \"%s\"\n# %s\n", why, err->what, err->where, json->ptr);
    return false;
}

static bool one(vg_buf *json, vg_buf *out)
{
    vg_event e, again;
    vg_error err = {0};
    vg_arena_reset(arena);
    vg_buf_clear(json);
    vg_buf_clear(out);
    generate(json);
    if (vg_event_parse(parser, json->ptr, json->len, json->len, arena, &e, &err)) return fail("refused", json, &err);
    json_t *theirs = json_loadb(json->ptr, json->len, JSON_REJECT_DUPLICATES, NULL);
    bool same = theirs && same_event(&e, theirs);
    vg_event_write(out, &e); /* before the next parse: e's strings live until then */
    json_t *written = json_loadb(out->ptr, out->len, JSON_REJECT_DUPLICATES, NULL);
    same = same && written && same_event(&e, written);
    same = same && vg_event_parse(parser, out->ptr, out->len, out->cap, arena, &again, &err) == 0 && same_event(&again, theirs);
    json_decref(theirs);
    json_decref(written);
    return same || fail("read differently", json, &err);
}

static void generated_events(void)
{
    vg_buf json, out;
    int good = 0;
    vg_buf_init(&json, 1 << 20);
    vg_buf_init(&out, 1 << 20);
    while (good < EVENTS && one(&json, &out)) good++;
    TAP_EQ_INT(good, EVENTS, "generated events are what jansson reads, written and read again too");
    vg_buf_free(&json);
    vg_buf_free(&out);
}

static void generated_batches(void)
{
    enum { SIZE = 50 };
    size_t from[SIZE], to[SIZE], count, right = 0;
    vg_event *events;
    vg_error err = {0};
    vg_buf json;
    vg_buf_init(&json, 1 << 20);
    vg_buf_add_cstr(&json, " [");
    for (int i = 0; i < SIZE; i++) {
        blanks(&json);
        from[i] = json.len;
        generate(&json);
        to[i] = json.len;
        blanks(&json);
        vg_buf_add_cstr(&json, i + 1 < SIZE ? "," : "]\n");
    }
    vg_arena_reset(arena);
    TAP_EQ_INT(vg_event_parse_batch(parser, json.ptr, json.len, json.len, arena, &events, &count, &err), 0, "a generated batch");
    json_t *theirs = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);
    for (size_t i = 0; i < count; i++)
        right += vg_str_eq(events[i].raw, (vg_str){json.ptr + from[i], to[i] - from[i]}) &&
                 same_event(&events[i], json_array_get(theirs, i));
    TAP_EQ_INT(right, SIZE, "each event of it is what jansson reads, and its raw JSON the exact slice");
    json_decref(theirs);
    vg_buf_free(&json);
}

/* One byte changed, taken out or put in: what jansson calls no JSON, we refuse as well; and never anything but a clean answer. */
static void mutations(void)
{
    int agree = 1, accepted = 0;
    vg_buf json;
    vg_buf_init(&json, 1 << 20);
    for (int i = 0; i < MUTATIONS && agree; i++) {
        vg_event e;
        vg_error err = {0};
        vg_buf_clear(&json);
        vg_arena_reset(arena);
        generate(&json);
        size_t at = draw((uint32_t)json.len);
        if (draw(2)) {
            json.ptr[at] = draw(2) ? "{}[]\",:\\ x0"[draw(11)] : (char)draw(256);
        } else {
            memmove(json.ptr + at, json.ptr + at + 1, json.len - at);
            json.len--;
        }
        int rc = vg_event_parse(parser, json.ptr, json.len, json.len, arena, &e, &err);
        json_t *theirs = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
        if (rc == 0) agree = theirs && same_event(&e, theirs);
        else agree = rc == -VG_EINVAL && err.what[0];
        accepted += rc == 0;
        json_decref(theirs);
        if (!agree) printf("# rc %d: %.*s\n", rc, (int)json.len, json.ptr);
    }
    TAP_OK(agree && accepted > MUTATIONS / 8 && accepted < MUTATIONS, "%d of %d changed events are still events, to jansson too",
           accepted, MUTATIONS);
    vg_buf_free(&json);
}

static void failed_allocations(void)
{
    vg_buf json;
    size_t n = 1, refused = 0, once_more = 0;
    vg_buf_init(&json, 1 << 20);
    vg_buf_add_char(&json, '[');
    for (int i = 0; i < 60; i++) {
        if (i) vg_buf_add_char(&json, ',');
        generate(&json);
    }
    vg_buf_add_char(&json, ']');
    for (;; n++) {
        vg_event_parser *fresh = NULL;
        vg_arena *small = NULL;
        vg_event *events;
        size_t count = 0;
        vg_error err = {0};
        vg_alloc_fail_at(n);
        int rc = vg_event_parser_create(&fresh, &err);
        if (!rc && !(small = vg_arena_create(64, 1 << 20))) rc = -VG_ENOMEM;
        if (!rc) rc = vg_event_parse_batch(fresh, json.ptr, json.len, json.len, small, &events, &count, &err);
        int failed = vg_alloc_failed();
        vg_alloc_fail_at(0);
        if (failed && rc == -VG_ENOMEM) refused++;
        if (failed && fresh && small) /* the same parser, with memory again */
            once_more += vg_event_parse_batch(fresh, json.ptr, json.len, json.len, small, &events, &count, &err) == 0;
        else once_more += failed != 0;
        vg_event_parser_destroy(&fresh);
        vg_arena_destroy(&small);
        if (!failed) break;
    }
    TAP_OK(n > 8 && refused == n - 1, "each of %zu failed allocations of a batch is answered \"no memory\"", n - 1);
    TAP_EQ_INT(once_more, n - 1, "and the parser works when there is memory again");
    vg_buf_free(&json);
}

static void warm_parser(void)
{
    vg_buf json;
    vg_event e;
    vg_error err = {0};
    size_t bad = 0;
    vg_buf_init(&json, 1 << 20);
    for (int i = 0; i < 500; i++) {
        vg_buf_clear(&json);
        vg_arena_reset(arena);
        generate(&json);
        vg_alloc_fail_at(0);
        if (vg_event_parse(parser, json.ptr, json.len, json.len, arena, &e, &err) || vg_alloc_count()) bad++;
    }
    TAP_EQ_INT(bad, 0, "a warm parser allocates nothing");
    vg_buf_free(&json);
}

int main(void)
{
    vg_error err = {0};
    arena = vg_arena_create(1 << 16, 64 << 20);
    if (!arena || vg_event_parser_create(&parser, &err)) return 1;
    generated_events();
    generated_batches();
    mutations();
    failed_allocations();
    warm_parser();
    vg_event_parser_destroy(&parser);
    vg_arena_destroy(&arena);
    return tap_done();
}
