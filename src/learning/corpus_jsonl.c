/* SPDX-License-Identifier: Apache-2.0
 *
 * A corpus as JSON lines: one conversation a line.
 */
#include "learning/corpus_int.h"

#include <jansson.h>
#include <stdio.h>

#include "base/time.h"

static vg_str text_of(const json_t *value)
{
    return (vg_str){json_string_value(value), json_string_length(value)};
}

static const char *type_of(const json_t *value)
{
    static const char *const names[] = {"an object", "an array", "a string", "a number", "a number", "true", "false", "null"};
    return names[json_typeof(value)];
}

static int known_members(corpus_builder *b, json_t *object, const char *place, const char *const *names, const char *expected)
{
    const char *key;
    json_t *value;
    char quoted[32];
    json_object_foreach(object, key, value) {
        size_t i = 0;
        while (names[i] && strcmp(names[i], key) != 0) i++;
        if (!names[i])
            return vg_corpus_fail(b, VG_EINVAL, "%s: unknown member \"%s\"; expected %s", place, vg_corpus_quote(vg_str_of(key), quoted), expected);
    }
    return 0;
}

/* A member of a type; *out is NULL when it is absent and may be. */
static int member(corpus_builder *b, const json_t *object, const char *place, const char *name, int type, bool required, json_t **out)
{
    static const char *const words[] = {"an object", "an array", "a string"};
    *out = json_object_get(object, name);
    if (!*out && !required) return 0;
    if (!*out) return vg_corpus_fail(b, VG_EINVAL, "%s: no member \"%s\"", place, name);
    bool fits = type == JSON_TRUE ? json_is_boolean(*out) : (int)json_typeof(*out) == type;
    return fits ? 0
                : vg_corpus_fail(b, VG_EINVAL, "%s.%s: %s; expected %s", place, name, type_of(*out),
                                 type == JSON_TRUE ? "true or false" : words[type]);
}

static int read_author(corpus_builder *b, json_t *author, size_t i)
{
    static const char *const members[] = {"name", "age_band", "age_basis", "risk", NULL};
    char place[48], quoted[32];
    size_t number = 0;
    bool is_new = false;
    json_t *name, *band, *basis, *risk;
    snprintf(place, sizeof place, "authors[%zu]", i);
    if (!json_is_object(author)) return vg_corpus_fail(b, VG_EINVAL, "%s: %s; expected an object", place, type_of(author));
    int rc = known_members(b, author, place, members, "name, age_band, age_basis, risk");
    if (!rc) rc = member(b, author, place, "name", JSON_STRING, true, &name);
    if (!rc) rc = member(b, author, place, "age_band", JSON_STRING, false, &band);
    if (!rc) rc = member(b, author, place, "age_basis", JSON_STRING, false, &basis);
    if (!rc) rc = member(b, author, place, "risk", JSON_TRUE, false, &risk);
    if (!rc) rc = vg_corpus_author_of(b, text_of(name), &number, &is_new);
    if (rc) return rc;
    if (!is_new)
        return vg_corpus_fail(b, VG_EINVAL, "%s: the name \"%s\" is there already; expected each once", place,
                              vg_corpus_quote(text_of(name), quoted));
    if (band) rc = vg_corpus_set_band(b, number, text_of(band));
    if (!rc && basis) rc = vg_corpus_set_basis(b, number, text_of(basis));
    if (!rc) b->authors[number].risk = risk && json_is_true(risk);
    return rc;
}

static int read_message(corpus_builder *b, json_t *message, size_t i)
{
    static const char *const members[] = {"author", "time", "text", NULL};
    char place[48], quoted[32];
    size_t number = 0, before = b->talk.author_count;
    int64_t ms = INT64_MIN;
    json_t *author, *time, *text;
    snprintf(place, sizeof place, "messages[%zu]", i);
    if (!json_is_object(message)) return vg_corpus_fail(b, VG_EINVAL, "%s: %s; expected an object", place, type_of(message));
    int rc = known_members(b, message, place, members, "author, time, text");
    if (!rc) rc = member(b, message, place, "author", JSON_STRING, true, &author);
    if (!rc) rc = member(b, message, place, "time", JSON_STRING, false, &time);
    if (!rc) rc = member(b, message, place, "text", JSON_STRING, true, &text);
    if (rc) return rc;
    if (time && !vg_time_parse(text_of(time), &ms))
        return vg_corpus_fail(b, VG_EINVAL, "%s.time: \"%s\"; expected a time as 2026-05-04T10:11:12Z", place,
                              vg_corpus_quote(text_of(time), quoted));
    rc = vg_corpus_author_of(b, text_of(author), &number, NULL);
    if (rc) return rc;
    if (b->talk.author_count > before)
        return vg_corpus_fail(b, VG_EINVAL, "%s.author: \"%s\" is not among the authors; expected the name of one", place,
                              vg_corpus_quote(text_of(author), quoted));
    return vg_corpus_add_message(b, number, ms, text_of(text));
}

static int read_head(corpus_builder *b, json_t *talk)
{
    static const char *const members[] = {"id", "group", "language", "kind", "channel", "risk", "authors", "messages", NULL};
    json_t *id, *group, *language, *kind, *channel, *risk;
    int rc = known_members(b, talk, "the conversation", members, "id, group, language, kind, channel, risk, authors, messages");
    if (!rc) rc = member(b, talk, "the conversation", "id", JSON_STRING, true, &id);
    if (!rc) rc = member(b, talk, "the conversation", "group", JSON_STRING, false, &group);
    if (!rc) rc = member(b, talk, "the conversation", "language", JSON_STRING, false, &language);
    if (!rc) rc = member(b, talk, "the conversation", "kind", JSON_STRING, false, &kind);
    if (!rc) rc = member(b, talk, "the conversation", "channel", JSON_STRING, false, &channel);
    if (!rc) rc = member(b, talk, "the conversation", "risk", JSON_TRUE, true, &risk);
    if (!rc) rc = vg_corpus_begin_talk(b, text_of(id));
    if (rc) return rc;
    b->talk.risk = json_is_true(risk);
    if (group) rc = vg_corpus_set_word(b, &b->talk.group, text_of(group), "group");
    if (!rc && language) rc = vg_corpus_set_word(b, &b->talk.language, text_of(language), "language");
    if (!rc && kind) rc = vg_corpus_set_word(b, &b->talk.kind, text_of(kind), "kind");
    if (!rc && channel) rc = vg_corpus_set_channel(b, text_of(channel));
    return rc;
}

static int read_talk(corpus_builder *b, json_t *talk)
{
    json_t *authors, *messages;
    if (!json_is_object(talk)) return vg_corpus_fail(b, VG_EINVAL, "%s; expected an object, one conversation a line", type_of(talk));
    int rc = read_head(b, talk);
    if (!rc) rc = member(b, talk, "the conversation", "authors", JSON_ARRAY, true, &authors);
    if (!rc) rc = member(b, talk, "the conversation", "messages", JSON_ARRAY, true, &messages);
    for (size_t i = 0; !rc && i < json_array_size(authors); i++) rc = read_author(b, json_array_get(authors, i), i);
    for (size_t i = 0; !rc && i < json_array_size(messages); i++) rc = read_message(b, json_array_get(messages, i), i);
    return rc ? rc : vg_corpus_end_talk(b);
}

static int read_line(corpus_builder *b, vg_str line)
{
    json_error_t error;
    json_t *talk = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, &error);
    if (!talk) {
        if (json_error_code(&error) == json_error_out_of_memory || !error.text[0]) return vg_corpus_no_memory(b); /* it says nothing then */
        b->column = error.column > 0 ? (size_t)error.column : 1;
        return vg_corpus_fail(b, VG_EINVAL, "not JSON: %.120s; expected one conversation as an object", error.text);
    }
    int rc = read_talk(b, talk);
    json_decref(talk);
    return rc;
}

int vg_corpus_read_jsonl(corpus_builder *b, vg_str bytes)
{
    const char *at = bytes.ptr, *end = bytes.ptr + bytes.len;
    if (bytes.len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0) at += 3;
    for (b->line = 1; at < end; b->line++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        vg_str line = {at, (size_t)((newline ? newline : end) - at)};
        at = newline ? newline + 1 : end;
        if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
        int rc = line.len ? read_line(b, line) : 0;
        if (rc) return rc;
    }
    return 0;
}
