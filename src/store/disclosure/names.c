/* SPDX-License-Identifier: Apache-2.0
 *
 * What a text about a case must not hold: who is in it, who notified, what their events told of them; and what its media are. */
#include "store/disclosure/disclosure.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "store/evidence/evidence_int.h"
#include "store/notices/notices_int.h"
#include "store/store_int.h"

enum { EVENTS_READ = 500, WHOLE_MOST = 80, PART_LEAST = 3 };

typedef struct gathering {
    vg_arena *arena;
    vg_disclosure_seen *out;
    size_t capacity;
    unsigned media, matched; /* what media are; those that are known material */
    bool failed;
} gathering;

static void add(gathering *g, vg_str name)
{
    while (name.len && (unsigned char)name.ptr[0] <= ' ') name.ptr++, name.len--;
    while (name.len && (unsigned char)name.ptr[name.len - 1] <= ' ') name.len--;
    if (!name.len || name.len > WHOLE_MOST || g->out->count == VG_DISCLOSURE_NAMES) return;
    for (size_t i = 0; i < g->out->count; i++)
        if (vg_str_eq(g->out->names[i], name)) return;
    vg_str copy = vg_arena_copy(g->arena, name), *larger = vg_store_grow(g->arena, g->out->names, g->out->count, &g->capacity, sizeof *larger);
    g->failed |= !copy.ptr || !larger;
    if (!copy.ptr || !larger) return;
    g->out->names = larger;
    larger[g->out->count++] = copy;
}

static vg_str text_of(const json_t *value) { return (vg_str){json_is_string(value) ? json_string_value(value) : "", json_is_string(value) ? json_string_length(value) : 0}; }

static bool has_sign(vg_str s) /* a digit or a sign: no word of everyday language */
{
    for (size_t i = 0; i < s.len; i++)
        if ((s.ptr[i] >= '0' && s.ptr[i] <= '9') || memchr("_@#+", s.ptr[i], 4)) return true;
    return false;
}

/* The whole, and each of its words: every one of a name ("Ada Lovelace"), of other text only those that are no everyday words. */
static void add_words(gathering *g, vg_str text, bool name)
{
    add(g, text);
    for (size_t i = 0, from = 0; i <= text.len; i++) {
        if (i < text.len && !memchr(" ,;()\t\n", text.ptr[i], 7)) continue;
        vg_str part = {text.ptr + from, i - from};
        from = i + 1;
        if (part.len >= PART_LEAST && part.len < text.len && (name || has_sign(part))) add(g, part);
    }
}

/* ---- events ---- */

static bool starts(vg_str s, const char *with) { return s.len >= strlen(with) && memcmp(s.ptr, with, strlen(with)) == 0; }

/* Decoded media say what they are; of others the platform's type, or that a PDQ hash is of a picture or of a frame. */
static unsigned kind_of(const json_t *media, const json_t *data)
{
    vg_str kind = text_of(json_object_get(media, "kind")), mime = text_of(json_object_get(data, "mime"));
    const json_t *one;
    size_t i;
    unsigned found = 0;
    if (vg_str_is(kind, "video")) return VG_SEEN_VIDEO;
    if (vg_str_is(kind, "still") || vg_str_is(kind, "animation")) return VG_SEEN_IMAGE;
    if (starts(mime, "video/")) return VG_SEEN_VIDEO;
    if (starts(mime, "image/")) return VG_SEEN_IMAGE;
    if (starts(mime, "audio/")) return VG_SEEN_AUDIO;
    json_array_foreach(json_object_get(data, "hashes"), i, one) {
        if (!vg_str_is(text_of(json_object_get(one, "algorithm")), "pdq")) continue;
        found |= json_integer_value(json_object_get(one, "frame")) > 0 ? VG_SEEN_VIDEO : VG_SEEN_IMAGE;
    }
    return found & VG_SEEN_VIDEO ? VG_SEEN_VIDEO : found;
}

static void read_event(gathering *g, vg_str content)
{
    json_t *whole = json_loadb(content.ptr, content.len, 0, NULL);
    const json_t *event = json_object_get(whole, "event"), *data = json_object_get(event, "data"), *to = json_object_get(data, "to"), *media = json_object_get(whole, "media"), *one;
    static const char *const members[] = {"about", "phone", "ip"};
    size_t i;
    add(g, text_of(json_object_get(event, "subject")));
    for (size_t k = 0; k < sizeof members / sizeof *members; k++) add(g, text_of(json_object_get(data, members[k])));
    add(g, text_of(to));
    json_array_foreach(to, i, one) add(g, text_of(one));
    json_array_foreach(json_object_get(whole, "window"), i, one) add(g, text_of(json_object_get(one, "subject")));
    if (media || vg_str_is(text_of(json_object_get(event, "type")), "vigie.media")) {
        unsigned kind = kind_of(media, data);
        g->media |= kind;
        if (json_array_size(json_object_get(media, "matches"))) g->matched |= kind;
    }
    json_decref(whole);
}

static int read_events(vg_store *store, int64_t case_id, gathering *g, vg_error *err)
{
    int rc;
    char place[32];
    vg_store_case_place(case_id, place);
    vg_arena *scratch = vg_arena_create(1 << 16, VG_STORE_SCRATCH);
    if (!scratch) return vg_fail(err, VG_ENOMEM, "", "no memory for the names of a case");
    vg_query query = vg_store_use(store, VG_SQL_EVENTS_OF);
    vg_store_bind_int(&query, case_id);
    vg_store_bind_int(&query, EVENTS_READ);
    while ((rc = vg_store_step(&query, err)) == 1) {
        vg_str content = {"", 0}, sealed = vg_store_peek(&query, 5);
        vg_arena_reset(scratch);
        rc = sealed.len ? vg_store_case_unseal_if(store, case_id, place, sealed, scratch, &content, err) : 0;
        if (!rc && content.len) read_event(g, content);
        if (rc) break;
    }
    vg_store_reset(&query);
    vg_arena_destroy(&scratch);
    return rc;
}

/* ---- who notified, and who decided ---- */

static int read_identity(vg_store *store, const vg_query *row, vg_arena *scratch, gathering *g, vg_error *err)
{
    char place[VG_NOTICE_PLACE];
    vg_str plain = {"", 0}, sealed = vg_store_peek(row, 1);
    vg_arena_reset(scratch);
    vg_store_notice_place(vg_store_int(row, 0), "identity", place);
    int rc = vg_store_unseal(store, place, sealed, scratch, &plain, err);
    if (rc) return rc;
    json_t *identity = json_loadb(plain.ptr, plain.len, 0, NULL);
    add_words(g, text_of(json_object_get(identity, "name")), true);
    add(g, text_of(json_object_get(identity, "email")));
    add_words(g, text_of(json_object_get(identity, "contact")), false);
    add(g, text_of(json_object_get(identity, "account")));
    json_decref(identity);
    return 0;
}

static int read_notifiers(vg_store *store, int64_t case_id, gathering *g, size_t *identities, vg_error *err)
{
    int rc;
    vg_arena *scratch = vg_arena_create(1 << 12, VG_STORE_SCRATCH);
    if (!scratch) return vg_fail(err, VG_ENOMEM, "", "no memory for the names of a case");
    vg_query list = vg_store_use(store, VG_SQL_DISCLOSURE_IDENTITIES);
    vg_store_bind_int(&list, case_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        rc = read_identity(store, &list, scratch, g, err);
        if (rc) break;
        ++*identities;
    }
    vg_store_reset(&list);
    vg_arena_destroy(&scratch);
    return rc;
}

static int read_column(vg_store *store, enum vg_store_statement statement, int64_t case_id, gathering *g, vg_error *err)
{
    int rc;
    vg_query list = vg_store_use(store, statement);
    vg_store_bind_int(&list, case_id);
    while ((rc = vg_store_step(&list, err)) == 1) add_words(g, vg_store_peek(&list, 0), true);
    vg_store_reset(&list);
    return rc;
}

static int gather(vg_store *store, int64_t case_id, gathering *g, vg_error *err)
{
    vg_case c;
    char name[24], detail[40];
    size_t identities = 0;
    int rc = vg_store_case_get(store, case_id, g->arena, &c, err);
    if (rc) return rc;
    add(g, c.account);
    rc = read_events(store, case_id, g, err);
    if (!rc) rc = read_notifiers(store, case_id, g, &identities, err);
    if (!rc) rc = read_column(store, VG_SQL_DISCLOSURE_FLAGGERS, case_id, g, err);
    if (!rc) rc = read_column(store, VG_SQL_DISCLOSURE_DECIDERS, case_id, g, err);
    if (!rc && g->failed) rc = vg_fail(err, VG_ENOMEM, "", "no memory for the names of a case");
    g->out->media = g->matched ? g->matched : g->media;
    vg_case_name(case_id, name);
    snprintf(detail, sizeof detail, "{\"identities\":%zu}", identities);
    return rc ? rc : vg_store_audit_add(store, vg_time_now(), VG_STR("disclosure"), VG_STR("case.accounts"), vg_str_of(name), vg_str_of(detail), err); /* the program's */
}

int vg_store_disclosure_look(vg_store *store, int64_t case_id, vg_arena *arena, vg_disclosure_seen *out, vg_error *err)
{
    *out = (vg_disclosure_seen){.count = 0};
    gathering g = {.arena = arena, .out = out};
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, gather(store, case_id, &g, err), err);
}
