/* SPDX-License-Identifier: Apache-2.0 */
#include "learning/feedback.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/file.h"
#include "learning/corpus_int.h"

typedef struct reader {
    vg_judged_list *out;
    const char *name;
    size_t line, column, room;
    vg_error *err;
} reader;

static int refuse(const reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int refuse(const reader *r, const char *format, ...)
{
    char where[sizeof r->err->where], what[sizeof r->err->what];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (r->column) snprintf(where, sizeof where, "%.150s:%zu:%zu", r->name, r->line, r->column);
    else snprintf(where, sizeof where, "%.150s:%zu", r->name, r->line);
    return vg_fail(r->err, VG_EINVAL, where, "%s", what);
}

static int no_memory(const reader *r) { return vg_fail(r->err, VG_ENOMEM, r->name, "no memory for so many judgements"); }

static int known_members(const reader *r, json_t *line)
{
    static const char *const names[] = {"evidence", "pattern", "language", "weight", "strength", "risk", "judgement", "space", "by"};
    const char *key;
    json_t *value;
    char quoted[32];
    json_object_foreach(line, key, value) {
        size_t i = 0;
        while (i < sizeof names / sizeof names[0] && strcmp(names[i], key) != 0) i++;
        if (i == sizeof names / sizeof names[0])
            return refuse(r, "unknown member \"%s\"; expected evidence, pattern, language, weight, strength, risk, judgement, space, by",
                          vg_corpus_quote(vg_str_of(key), quoted));
    }
    return 0;
}

/* NULL and absent are empty where the text may be missing. Points into the line. */
static int read_text(const reader *r, const json_t *line, const char *name, size_t most, bool required, vg_str *out)
{
    const json_t *value = json_object_get(line, name);
    *out = (vg_str){"", 0};
    if (!value && required) return refuse(r, "no member \"%s\"; expected a line of vigie feedback export", name);
    if (!value || (json_is_null(value) && !required)) return 0;
    if (!json_is_string(value)) return refuse(r, "%s is not a text; expected %s", name, required ? "a text" : "a text or null");
    *out = (vg_str){json_string_value(value), json_string_length(value)};
    if (out->len > most) return refuse(r, "%s has %zu bytes; expected at most %zu", name, out->len, most);
    return 0;
}

static int read_share(const reader *r, const json_t *line, const char *name, bool required, uint16_t *out)
{
    const json_t *value = json_object_get(line, name);
    *out = 0;
    if (!value && required) return refuse(r, "no member \"%s\"; expected a line of vigie feedback export", name);
    if (!value) return 0;
    double share = json_is_number(value) ? json_number_value(value) : -1;
    if (!(share >= 0 && share <= 1)) return refuse(r, "%s is not a share; expected a number from 0 to 1", name);
    *out = (uint16_t)(share * 10000 + 0.5);
    return 0;
}

static int keep(reader *r, vg_judged *judged)
{
    vg_judged_list *out = r->out;
    if (out->count == r->room) {
        size_t more = r->room ? 2 * r->room : 64; /* a file has a ceiling: no overflow */
        vg_judged *grown = vg_realloc(out->items, more * sizeof *grown);
        if (!grown) return no_memory(r);
        out->items = grown;
        r->room = more;
    }
    judged->source = vg_arena_copy(out->arena, judged->source);
    judged->language = vg_arena_copy(out->arena, judged->language);
    if (!judged->source.ptr || !judged->language.ptr) return no_memory(r);
    out->items[out->count++] = *judged;
    return 0;
}

static int read_object(reader *r, json_t *line)
{
    vg_judged judged = {.judgement = VG_JUDGEMENTS};
    vg_str evidence, judgement, space, by;
    uint16_t share;
    char quoted[32];
    if (!json_is_object(line)) return refuse(r, "not an object; expected one judgement a line");
    int rc = known_members(r, line);
    if (!rc) rc = read_text(r, line, "evidence", 64, true, &evidence);
    if (!rc) rc = read_text(r, line, "judgement", 64, true, &judgement);
    if (!rc) rc = read_text(r, line, "pattern", VG_JUDGED_MAX_SOURCE, false, &judged.source);
    if (!rc) rc = read_text(r, line, "language", VG_JUDGED_MAX_LANGUAGE, false, &judged.language);
    if (!rc) rc = read_text(r, line, "space", VG_EVENT_MAX_NAME, false, &space);
    if (!rc) rc = read_text(r, line, "by", 16, false, &by);
    if (!rc) rc = read_share(r, line, "strength", true, &judged.strength);
    if (!rc) rc = read_share(r, line, "weight", false, &share);
    if (!rc) rc = read_share(r, line, "risk", false, &share);
    if (rc) return rc;
    int kind = vg_evidence_kind_of(evidence);
    if (kind < 0) return refuse(r, "unknown evidence \"%s\"; expected a name such as text.secrecy", vg_corpus_quote(evidence, quoted));
    judged.kind = (uint8_t)kind;
    for (unsigned j = 0; j < VG_JUDGEMENTS; j++)
        if (vg_str_is(judgement, vg_judgement_names[j])) judged.judgement = (uint8_t)j;
    if (judged.judgement == VG_JUDGEMENTS)
        return refuse(r, "unknown judgement \"%s\"; expected right, wrong or unsure", vg_corpus_quote(judgement, quoted));
    judged.answered = vg_str_is(by, "receiver");
    if (by.len && !judged.answered && !vg_str_is(by, "person")) return refuse(r, "by is \"%s\"; expected person or receiver", vg_corpus_quote(by, quoted));
    return keep(r, &judged);
}

static int read_line(reader *r, vg_str text)
{
    json_error_t error;
    json_t *line = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &error);
    if (!line) {
        if (json_error_code(&error) == json_error_out_of_memory || !error.text[0]) return no_memory(r);
        r->column = error.column > 0 ? (size_t)error.column : 1;
        return refuse(r, "not JSON: %.120s; expected one judgement as an object", error.text);
    }
    int rc = read_object(r, line);
    json_decref(line);
    return rc;
}

int vg_judged_read(vg_judged_list *out, vg_str bytes, const char *name, vg_error *err)
{
    reader r = {.out = out, .name = name, .err = err};
    *out = (vg_judged_list){0};
    if (bytes.len > VG_JUDGED_MAX_BYTES) return vg_fail(err, VG_ETOOBIG, name, "has over %d bytes; expected fewer judgements", VG_JUDGED_MAX_BYTES);
    out->arena = vg_arena_create(16 << 10, (size_t)2 << 30);
    int rc = out->arena ? 0 : no_memory(&r);
    const char *at = bytes.ptr, *end = bytes.len ? bytes.ptr + bytes.len : at;
    if (bytes.len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0) at += 3;
    for (r.line = 1; !rc && at < end; r.line++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        vg_str line = {at, (size_t)((newline ? newline : end) - at)};
        at = newline ? newline + 1 : end;
        if (line.len && line.ptr[line.len - 1] == '\r') line.len--;
        if (line.len) rc = read_line(&r, line);
    }
    if (rc) vg_judged_free(out);
    return rc;
}

static int read_stdin(vg_buf *buf, vg_error *err)
{
    for (;;) {
        if (!vg_buf_reserve(buf, 1 << 16))
            return buf->len + (1 << 16) >= buf->ceiling
                       ? vg_fail(err, VG_ETOOBIG, "-", "has over %d bytes; expected fewer judgements", VG_JUDGED_MAX_BYTES)
                       : vg_fail(err, VG_ENOMEM, "-", "no memory for so many judgements");
        size_t got = fread(buf->ptr + buf->len, 1, 1 << 16, stdin);
        buf->len += got;
        if (ferror(stdin)) return vg_fail(err, VG_EIO, "-", "standard input cannot be read: %s", strerror(errno));
        if (!got) return 0;
    }
}

int vg_judged_load(vg_judged_list *out, const char *path, vg_error *err)
{
    vg_buf buf;
    char *bytes = NULL;
    size_t len = 0;
    *out = (vg_judged_list){0};
    vg_buf_init(&buf, (size_t)VG_JUDGED_MAX_BYTES + (1 << 17));
    bool standard = strcmp(path, "-") == 0;
    int rc = standard ? read_stdin(&buf, err) : vg_file_read(path, VG_JUDGED_MAX_BYTES, &bytes, &len, err);
    if (!rc) rc = vg_judged_read(out, standard ? (vg_str){buf.ptr, buf.len} : (vg_str){bytes, len}, path, err);
    vg_buf_free(&buf);
    vg_free(bytes);
    return rc;
}

void vg_judged_free(vg_judged_list *list)
{
    vg_free(list->items);
    vg_arena_destroy(&list->arena);
    *list = (vg_judged_list){0};
}
