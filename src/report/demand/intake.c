/* SPDX-License-Identifier: Apache-2.0
 *
 * A demand as JSON, from a person's form, from the platform's own intake or from a file. Everything is checked here. */
#include "report/demand/demand.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/time.h"

typedef struct intake {
    const json_t *root;
    vg_arena *arena;
    vg_error *err;
} intake;

/* A string member of `most` bytes, copied; not required: empty. */
static int take_text(const intake *in, const json_t *object, const char *name, const char *where, size_t least, size_t most, vg_str *out)
{
    const json_t *value = json_object_get(object, name);
    *out = (vg_str){"", 0};
    if (!value && !least) return 0;
    vg_str s = {json_string_value(value), json_string_length(value)};
    if (!value) return vg_fail(in->err, VG_EINVAL, where, "this member is missing");
    if (!s.ptr || s.len < least || s.len > most || memchr(s.ptr, '\0', s.len))
        return vg_fail(in->err, VG_EINVAL, where, "expected text of %zu to %zu bytes", least, most);
    *out = vg_arena_copy(in->arena, s);
    return out->ptr ? 0 : vg_fail(in->err, VG_ENOMEM, "", "no memory for a demand");
}

static int take_word(const intake *in, const json_t *object, const char *name, const char *where, const char *const *names, int count, int standard, int *out)
{
    vg_str word;
    char list[160] = "";
    int rc = take_text(in, object, name, where, standard < 0 ? 1u : 0u, 40, &word);
    if (rc) return rc;
    *out = word.len ? vg_demand_word(names, count, word) : standard;
    if (*out >= 0) return 0;
    size_t used = 0;
    for (int i = 0; i < count && used < sizeof list; i++) {
        int n = snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", names[i]);
        used += n > 0 ? (size_t)n : 0;
    }
    return vg_fail(in->err, VG_EINVAL, where, "expected one of %s", list);
}

static int only_members(const intake *in, const json_t *object, const char *const *names, size_t count, const char *where)
{
    const char *name;
    char pointer[120];
    json_t *value;
    json_object_foreach((json_t *)object, name, value)
    {
        size_t i = 0;
        while (i < count && strcmp(names[i], name) != 0) i++;
        if (i < count) continue;
        snprintf(pointer, sizeof pointer, "%s/%.64s", where, name);
        return vg_fail(in->err, VG_EINVAL, pointer, "unknown member");
    }
    return 0;
}

static bool is_hash(vg_str s)
{
    if (s.len != 32 && s.len != 40 && s.len != 64) return false;
    for (size_t i = 0; i < s.len; i++)
        if (!strchr("0123456789abcdefABCDEF", s.ptr[i])) return false;
    return true;
}

static bool is_address(vg_str s)
{
    bool web = (s.len > 8 && strncasecmp(s.ptr, "https://", 8) == 0) || (s.len > 7 && strncasecmp(s.ptr, "http://", 7) == 0);
    for (size_t i = 0; web && i < s.len; i++)
        if ((unsigned char)s.ptr[i] <= ' ') return false;
    return web;
}

static int take_item(const intake *in, const json_t *object, size_t i, vg_demand_item *out)
{
    static const char *const members[] = {"kind", "value"};
    char where[40], kind[48], value[48];
    int thing = 0;
    snprintf(where, sizeof where, "/items/%zu", i);
    snprintf(kind, sizeof kind, "%s/kind", where);
    snprintf(value, sizeof value, "%s/value", where);
    if (!json_is_object(object)) return vg_fail(in->err, VG_EINVAL, where, "expected an object with kind and value");
    int rc = only_members(in, object, members, 2, where);
    if (!rc) rc = take_word(in, object, "kind", kind, vg_demand_thing_names, VG_DEMAND_THINGS, -1, &thing);
    if (!rc) rc = take_text(in, object, "value", value, 1, VG_DEMAND_VALUE, &out->value);
    if (rc) return rc;
    out->thing = (vg_demand_thing)thing;
    if (thing == VG_DEMAND_URL && !is_address(out->value)) return vg_fail(in->err, VG_EINVAL, value, "expected an address that begins with https:// or http://");
    if (thing == VG_DEMAND_HASH && !is_hash(out->value)) return vg_fail(in->err, VG_EINVAL, value, "expected a hash of 32, 40 or 64 hex digits (MD5, SHA-1, SHA-256)");
    return 0;
}

static int take_items(const intake *in, vg_demand *d)
{
    const json_t *list = json_object_get(in->root, "items"), *one;
    size_t i, count = json_array_size(list);
    bool removal = d->kind == VG_DEMAND_REMOVE;
    if ((list && !json_is_array(list)) || count > VG_DEMAND_ITEMS || (removal && !count))
        return vg_fail(in->err, VG_EINVAL, "/items", "expected a list of %d to %d things", removal ? 1 : 0, VG_DEMAND_ITEMS);
    vg_demand_item *items = vg_arena_calloc(in->arena, count + 1, sizeof *items);
    if (!items) return vg_fail(in->err, VG_ENOMEM, "", "no memory for a demand");
    json_array_foreach(list, i, one) {
        int rc = take_item(in, one, i, &items[i]);
        if (rc) return rc;
    }
    d->items = items;
    d->item_count = count;
    return 0;
}

static int take_attachments(const intake *in, vg_demand *d)
{
    static const char *const members[] = {"name", "bytes", "sha256"};
    const json_t *list = json_object_get(in->root, "attachments"), *one;
    size_t i, count = json_array_size(list);
    if ((list && !json_is_array(list)) || count > VG_DEMAND_ATTACHMENTS)
        return vg_fail(in->err, VG_EINVAL, "/attachments", "expected a list of at most %d files", VG_DEMAND_ATTACHMENTS);
    vg_demand_attachment *files = vg_arena_calloc(in->arena, count + 1, sizeof *files);
    if (!files) return vg_fail(in->err, VG_ENOMEM, "", "no memory for a demand");
    json_array_foreach(list, i, one) {
        char where[40];
        vg_str hex;
        const json_t *bytes = json_object_get(one, "bytes");
        snprintf(where, sizeof where, "/attachments/%zu", i);
        if (!json_is_object(one)) return vg_fail(in->err, VG_EINVAL, where, "expected an object with name, bytes and sha256");
        int rc = only_members(in, one, members, 3, where);
        if (!rc) rc = take_text(in, one, "name", where, 1, VG_DEMAND_NAME, &files[i].name);
        if (!rc) rc = take_text(in, one, "sha256", where, 64, 64, &hex);
        if (rc) return rc;
        if (!json_is_integer(bytes) || json_integer_value(bytes) < 0 || !vg_hex_decode(files[i].sha256, sizeof files[i].sha256, hex))
            return vg_fail(in->err, VG_EINVAL, where, "expected the size in bytes and the SHA-256 of the file in hex");
        files[i].bytes = json_integer_value(bytes);
    }
    d->attachments = files;
    d->attachment_count = count;
    return 0;
}

static int take_received(const intake *in, int64_t now_ms, vg_demand *d)
{
    vg_str when;
    int rc = take_text(in, in->root, "received", "/received", 0, 40, &when);
    if (rc) return rc;
    d->received_ms = now_ms;
    if (!when.len) return 0;
    if (!vg_time_parse(when, &d->received_ms)) return vg_fail(in->err, VG_EINVAL, "/received", "expected a time, as 2026-05-04T10:11:00Z");
    if (d->received_ms > now_ms + 5 * VG_MINUTE_MS || d->received_ms < now_ms - 3653 * VG_DAY_MS)
        return vg_fail(in->err, VG_EINVAL, "/received", "this time lies in the future, or more than ten years back");
    if (d->received_ms > now_ms) d->received_ms = now_ms;
    return 0;
}

static int take_country(const intake *in, vg_demand *d)
{
    vg_str country;
    int rc = take_text(in, in->root, "country", "/country", 2, 2, &country);
    if (rc) return rc;
    for (size_t i = 0; i < 2; i++)
        if (country.ptr[i] < 'A' || country.ptr[i] > 'Z') return vg_fail(in->err, VG_EINVAL, "/country", "expected a country's two capital letters, or EU");
    memcpy(d->country, country.ptr, 2);
    return 0;
}

static int take_all(const intake *in, int64_t now_ms, vg_demand *d)
{
    static const char *const members[] = {"space", "kind", "authority", "country", "legal_basis", "reference", "received", "way", "category", "note", "items", "attachments"};
    int kind = 0, way = 0, category = 0;
    int rc = only_members(in, in->root, members, sizeof members / sizeof *members, "");
    if (!rc) rc = take_text(in, in->root, "space", "/space", 1, 64, &d->space);
    if (!rc) rc = take_text(in, in->root, "authority", "/authority", 1, VG_DEMAND_NAME, &d->authority);
    if (!rc) rc = take_text(in, in->root, "legal_basis", "/legal_basis", 1, VG_DEMAND_BASIS, &d->legal_basis);
    if (!rc) rc = take_text(in, in->root, "reference", "/reference", 1, VG_DEMAND_NAME, &d->reference);
    if (!rc) rc = take_text(in, in->root, "note", "/note", 0, VG_DEMAND_TEXT, &d->note);
    if (!rc) rc = take_country(in, d);
    if (!rc) rc = take_word(in, in->root, "kind", "/kind", vg_demand_kind_names, VG_DEMAND_KINDS, VG_DEMAND_REMOVE, &kind);
    if (!rc) rc = take_word(in, in->root, "way", "/way", vg_demand_way_names, VG_CAMES, VG_CAME_MAIL, &way);
    if (!rc) rc = take_word(in, in->root, "category", "/category", vg_demand_category_names, VG_DEMAND_CATEGORIES, VG_DEMAND_CSAM, &category);
    if (!rc) rc = take_received(in, now_ms, d);
    d->kind = (vg_demand_kind)kind;
    d->way = (vg_demand_way)way;
    d->category = (vg_demand_category)category;
    if (!rc) rc = take_items(in, d);
    return rc ? rc : take_attachments(in, d);
}

static int parse(vg_str json, json_t **root, vg_error *err)
{
    json_error_t wrong;
    if (json.len > VG_DEMAND_BODY) return vg_fail(err, VG_ETOOBIG, "", "a demand has at most %d bytes", VG_DEMAND_BODY);
    *root = json_loadb(json.ptr ? json.ptr : "", json.len, JSON_REJECT_DUPLICATES, &wrong);
    if (!*root) return vg_fail(err, VG_EINVAL, "", "this is not JSON: %s (byte %d)", wrong.text, wrong.position);
    if (json_is_object(*root)) return 0;
    json_decref(*root);
    *root = NULL;
    return vg_fail(err, VG_EINVAL, "", "expected a JSON object");
}

int vg_demand_intake(vg_str json, int64_t now_ms, vg_arena *arena, vg_demand *out, vg_error *err)
{
    json_t *root;
    *out = (vg_demand){.taken_by = {"", 0}, .executed_by = {"", 0}, .proof = {"", 0}, .taken_ms = now_ms};
    int rc = parse(json, &root, err);
    if (rc) return rc;
    const intake in = {root, arena, err};
    rc = take_all(&in, now_ms, out);
    json_decref(root);
    return rc;
}

/* ---- what the platform did ---- */

static int take_removed(const intake *in, const json_t *one, size_t i, const vg_demand *d, int64_t now_ms, vg_demand_removed *removed)
{
    static const char *const members[] = {"kind", "value", "time", "how"};
    char where[40], at[48];
    int thing = 0;
    vg_str value, time, how;
    snprintf(where, sizeof where, "/items/%zu", i);
    snprintf(at, sizeof at, "%s/time", where);
    if (!json_is_object(one)) return vg_fail(in->err, VG_EINVAL, where, "expected an object with kind and value");
    int rc = only_members(in, one, members, 4, where);
    if (!rc) rc = take_word(in, one, "kind", where, vg_demand_thing_names, VG_DEMAND_THINGS, -1, &thing);
    if (!rc) rc = take_text(in, one, "value", where, 1, VG_DEMAND_VALUE, &value);
    if (!rc) rc = take_text(in, one, "time", at, 0, 40, &time);
    if (!rc) rc = take_text(in, one, "how", where, 0, VG_DEMAND_NAME, &how);
    if (rc) return rc;
    int64_t when = now_ms;
    if (time.len && (!vg_time_parse(time, &when) || when > now_ms + 5 * VG_MINUTE_MS))
        return vg_fail(in->err, VG_EINVAL, at, "expected a time that is not in the future, as 2026-05-04T10:11:00Z");
    for (size_t k = 0; k < d->item_count; k++) {
        if (d->items[k].thing != (vg_demand_thing)thing || !vg_str_eq(d->items[k].value, value)) continue;
        removed[k] = (vg_demand_removed){when, how};
        return 0;
    }
    return vg_fail(in->err, VG_EINVAL, where, "the demand does not name this");
}

int vg_demand_executed(vg_str json, const vg_demand *d, int64_t now_ms, vg_arena *arena, vg_demand_removed **out, vg_error *err)
{
    static const char *const members[] = {"items"};
    json_t *root;
    int rc = parse(json, &root, err);
    if (rc) return rc;
    const intake in = {root, arena, err};
    const json_t *list = json_object_get(root, "items"), *one;
    size_t i;
    vg_demand_removed *removed = vg_arena_calloc(arena, d->item_count + 1, sizeof *removed);
    if (!removed) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a demand");
    if (!rc) rc = only_members(&in, root, members, 1, "");
    if (!rc && list && !json_is_array(list)) rc = vg_fail(err, VG_EINVAL, "/items", "expected a list");
    for (size_t k = 0; !rc && k < d->item_count; k++) {
        removed[k] = d->removed ? d->removed[k] : (vg_demand_removed){0, {"", 0}};
        if (!list && !removed[k].time_ms) removed[k].time_ms = now_ms;
    }
    if (!rc)
        json_array_foreach(list, i, one) if (!rc) rc = take_removed(&in, one, i, d, now_ms, removed);
    json_decref(root);
    *out = removed;
    return rc;
}
