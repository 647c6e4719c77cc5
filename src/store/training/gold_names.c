/* SPDX-License-Identifier: Apache-2.0
 *
 * Other names for accounts. A name keeps its length and its shape (vowels stay vowels, digits digits), so that places counted in bytes stay
 * right and the other name looks like one.
 */
#include "store/training/gold_int.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/time.h"

enum { NAMES_MOST = 4096, SHORTEST_IN_TEXT = 3 };

static char other_letter(char c, uint8_t dice)
{
    static const char vowels[] = "aeiou", consonants[] = "bcdfghjklmnpqrstvwxz", digits[] = "0123456789";
    char lower = (char)(c | 0x20);
    if (c >= '0' && c <= '9') return digits[dice % 10];
    if ((unsigned char)c >= 0x80) return consonants[dice % 20]; /* each byte of it, so that the length stays */
    if (lower < 'a' || lower > 'z') return c;
    char to = strchr("aeiouy", lower) ? vowels[dice % 5] : consonants[dice % 20];
    return c == lower ? to : (char)(to & ~0x20);
}

vg_str vg_rename_one(vg_renamer *r, vg_str name)
{
    uint8_t hash[64];
    char *out = vg_arena_alloc(r->arena, name.len + 1);
    if (!out) {
        r->failed = true;
        return (vg_str){"", 0};
    }
    for (size_t i = 0; i < name.len; i++) {
        if (i % sizeof hash == 0) {
            uint8_t block = (uint8_t)(i / sizeof hash);
            crypto_generichash_state state;
            crypto_generichash_init(&state, r->key, sizeof r->key, sizeof hash);
            crypto_generichash_update(&state, &block, 1);
            crypto_generichash_update(&state, (const uint8_t *)name.ptr, name.len);
            crypto_generichash_final(&state, hash, sizeof hash);
        }
        out[i] = other_letter(name.ptr[i], hash[i % sizeof hash]);
    }
    out[name.len] = '\0';
    return (vg_str){out, name.len};
}

/* ---- which names there are ---- */

static void note(vg_renamer *r, const json_t *value)
{
    vg_str name = {json_string_value(value), json_string_length(value)};
    if (!name.ptr || !name.len || r->failed || r->count == NAMES_MOST) return;
    for (size_t i = 0; i < r->count; i++)
        if (vg_str_eq(r->names[i], name)) return;
    r->names = vg_store_grow(r->arena, r->names, r->count, &r->capacity, sizeof *r->names);
    vg_str copy = r->names ? vg_arena_copy(r->arena, name) : (vg_str){0};
    if (copy.ptr) r->names[r->count++] = copy;
    else r->failed = true;
}

static bool names_something(const char *key)
{
    static const char *const keys[] = {"subject", "to", "about", "account", "reporter", "id", "conversation", "event"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0) return true;
    return false;
}

static void learn(vg_renamer *r, const json_t *value, bool name)
{
    const char *key;
    const json_t *part;
    size_t i;
    if (json_is_string(value)) {
        if (name) note(r, value);
    } else if (json_is_array(value)) {
        json_array_foreach(value, i, part) learn(r, part, name);
    } else if (json_is_object(value)) {
        for (void *at = json_object_iter((json_t *)(uintptr_t)value); at; at = json_object_iter_next((json_t *)(uintptr_t)value, at)) {
            key = json_object_iter_key(at);
            learn(r, json_object_iter_value(at), names_something(key));
        }
    }
}

static int longer_first(const void *a, const void *b)
{
    const vg_str *x = a, *y = b;
    return (x->len < y->len) - (x->len > y->len);
}

/* Only the event, the messages before it and the conversation name anybody; evidence names banks and rules, which stay. */
void vg_rename_learn(vg_renamer *r, const json_t *content)
{
    learn(r, json_object_get(content, "event"), false);
    learn(r, json_object_get(content, "window"), false);
    learn(r, json_object_get(content, "conversation"), true);
    if (r->count > 1) qsort(r->names, r->count, sizeof *r->names, longer_first); /* "anna-b" before "anna" */
}

/* ---- rewriting ---- */

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (unsigned char)c >= 0x80;
}

/* Where `name` stands in the text as a word of its own, from `from` on; SIZE_MAX: nowhere. Letters of either case. */
static size_t find_name(vg_str text, vg_str name, size_t from)
{
    for (size_t i = from; i + name.len <= text.len; i++) {
        if (strncasecmp(text.ptr + i, name.ptr, name.len) != 0) continue;
        if (i && is_word(text.ptr[i - 1]) && is_word(name.ptr[0])) continue;
        if (i + name.len < text.len && is_word(text.ptr[i + name.len]) && is_word(name.ptr[name.len - 1])) continue;
        return i;
    }
    return SIZE_MAX;
}

/* A time as vg_time_format writes it, or to the second, and nothing else. */
static bool shift_time(vg_renamer *r, vg_str text, json_t *value)
{
    int64_t ms;
    char when[25];
    if (text.len < 20 || text.len > 35 || text.ptr[4] != '-' || text.ptr[10] != 'T' || !vg_time_parse(text, &ms)) return false;
    vg_time_format(ms + r->shift_ms, when);
    if (json_string_set(value, when)) r->failed = true;
    return true;
}

static void rewrite_string(vg_renamer *r, json_t *value)
{
    vg_str text = {json_string_value(value), json_string_length(value)};
    char *own = NULL;
    if (r->shift_ms && shift_time(r, text, value)) return;
    for (size_t n = 0; n < r->count && !r->failed; n++) {
        vg_str name = r->names[n], other = {0};
        if (name.len < SHORTEST_IN_TEXT && !vg_str_eq(name, text)) continue; /* "le" is a name somewhere and a word everywhere */
        for (size_t at = find_name(text, name, 0); at != SIZE_MAX; at = find_name(text, name, at + name.len)) {
            if (!other.ptr) other = vg_rename_one(r, name);
            if (!own) {
                vg_str copy = vg_arena_copy(r->arena, text);
                own = (char *)(uintptr_t)copy.ptr;
            }
            if (!own || r->failed) {
                r->failed = true;
                return;
            }
            memcpy(own + at, other.ptr, other.len);
        }
    }
    if (own && json_string_setn_nocheck(value, own, text.len)) r->failed = true;
}

/* Words of the contract, whatever an account may be called. */
static bool is_fixed(const char *key)
{
    static const char *const keys[] = {"type", "source", "specversion", "channel", "kind", "age_band", "language", "mime", "name", "pattern", "family"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0) return true;
    return false;
}

void vg_rename_content(vg_renamer *r, json_t *value)
{
    json_t *part;
    const char *key;
    size_t i;
    if (r->failed) return;
    if (json_is_string(value)) {
        rewrite_string(r, value);
    } else if (json_is_array(value)) {
        json_array_foreach(value, i, part) vg_rename_content(r, part);
    } else if (json_is_object(value)) {
        json_object_foreach(value, key, part) {
            if (!is_fixed(key)) vg_rename_content(r, part);
        }
    }
}

vg_str vg_rename_text(vg_renamer *r, vg_str content)
{
    static const char *const named[] = {"event", "window", "conversation"};
    json_free_t release = NULL;
    vg_str out = {0};
    json_t *root = json_loadb(content.ptr, content.len, 0, NULL);
    if (!json_is_object(root)) goto out;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        json_t *part = json_object_get(root, named[i]);
        if (part) vg_rename_content(r, part);
    }
    if (r->policy && json_object_get(root, "policy")) {
        char version[17];
        snprintf(version, sizeof version, "%016llx", (unsigned long long)r->policy);
        if (json_object_set_new(root, "policy", json_string(version))) r->failed = true;
    }
    char *text = r->failed ? NULL : json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(6));
    if (text) out = vg_arena_copy(r->arena, vg_str_of(text));
    json_get_alloc_funcs(NULL, &release);
    if (text) release(text);
out:
    json_decref(root);
    return out;
}
