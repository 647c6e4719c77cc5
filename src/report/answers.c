/* SPDX-License-Identifier: Apache-2.0 */
#include "report/answers.h"

#include <jansson.h>
#include <stdio.h>

#include "base/time.h"

typedef enum { FILING, KIND, WHAT, REFERENCE, RECEIVED, RECEIVER, COLUMNS } column;
static const char *const names[COLUMNS] = {"filing", "kind", "what", "reference", "received", "receiver"};

typedef struct reader {
    vg_arena *arena;
    vg_answer_read *items;
    size_t count, capacity;
    vg_error *err;
} reader;

static vg_answer_read *add(reader *r, const char *where)
{
    if (r->count == VG_ANSWERS_READ_MOST) {
        vg_fail(r->err, VG_ETOOBIG, "", "at most %d answers at once", VG_ANSWERS_READ_MOST);
        return NULL;
    }
    if (r->count == r->capacity) {
        size_t capacity = r->capacity ? r->capacity * 2 : 64;
        vg_answer_read *items = vg_arena_calloc(r->arena, capacity, sizeof *items);
        if (!items) {
            vg_fail(r->err, VG_ENOMEM, "", "no memory for answers");
            return NULL;
        }
        if (r->count) memcpy(items, r->items, r->count * sizeof *items);
        r->items = items;
        r->capacity = capacity;
    }
    vg_answer_read *a = &r->items[r->count++];
    *a = (vg_answer_read){.what = {"", 0}, .reference = {"", 0}, .receiver = {"", 0}};
    snprintf(a->where, sizeof a->where, "%s", where);
    return a;
}

static bool read_number(vg_str s, int64_t *out)
{
    *out = 0;
    if (!s.len || s.len > 18) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        *out = *out * 10 + (s.ptr[i] - '0');
    }
    return *out > 0;
}

static int keep(reader *r, vg_str value, size_t most, const char *where, vg_str *out)
{
    if (value.len > most) return vg_fail(r->err, VG_EINVAL, where, "at most %zu bytes", most);
    *out = vg_arena_copy(r->arena, value);
    return out->ptr ? 0 : vg_fail(r->err, VG_ENOMEM, "", "no memory for answers");
}

/* One value, as text, of either format. */
static int set(reader *r, vg_answer_read *a, column c, vg_str value, const char *where)
{
    switch (c) {
    case FILING: return read_number(value, &a->filing) ? 0 : vg_fail(r->err, VG_EINVAL, where, "expected the number of a filing");
    case KIND:
        for (int i = 0; i < VG_ANSWERS; i++)
            if (vg_str_is(value, vg_answer_kind_names[i])) {
                a->kind = (vg_answer_kind)i;
                return 0;
            }
        return vg_fail(r->err, VG_EINVAL, where, "expected one of received, accepted, more_wanted, not_illegal, victim_safe, investigation_opened, other");
    case WHAT: return keep(r, value, VG_ANSWER_WHAT_MOST, where, &a->what);
    case REFERENCE: return keep(r, value, VG_ANSWER_REFERENCE_MOST, where, &a->reference);
    case RECEIVER: return keep(r, value, VG_ANSWER_RECEIVER_MOST, where, &a->receiver);
    case RECEIVED: return !value.len || vg_time_parse(value, &a->received_ms) ? 0 : vg_fail(r->err, VG_EINVAL, where, "expected a date and time (RFC 3339)");
    default: return vg_fail(r->err, VG_EINVAL, where, "is not known");
    }
}

/* Which report it is about is said one way or the other. */
static int named(const reader *r, const vg_answer_read *a)
{
    if (a->filing || (a->receiver.len && a->reference.len)) return 0;
    return vg_fail(r->err, VG_EINVAL, a->where, "expected filing, or receiver and reference: its number for the report");
}

static column column_of(vg_str name)
{
    for (int i = 0; i < COLUMNS; i++)
        if (vg_str_is(name, names[i])) return (column)i;
    return COLUMNS;
}

/* ---- JSON ---- */

static int read_object(reader *r, const json_t *o, size_t number)
{
    char where[64];
    const char *key;
    json_t *value;
    snprintf(where, sizeof where, "/answers/%zu", number);
    if (!json_is_object(o)) return vg_fail(r->err, VG_EINVAL, where, "expected an object");
    if (!json_object_get(o, names[KIND])) return vg_fail(r->err, VG_EINVAL, where, "kind is required");
    vg_answer_read *a = add(r, where);
    if (!a) return -r->err->code;
    json_object_foreach((json_t *)(uintptr_t)o, key, value)
    {
        char digits[24];
        column c = column_of(vg_str_of(key));
        if (c == COLUMNS) return vg_fail(r->err, VG_EINVAL, where, "has an unknown member; expected filing, kind, what, reference, received, receiver");
        snprintf(where, sizeof where, "/answers/%zu/%s", number, names[c]);
        if (c == FILING && json_is_integer(value)) snprintf(digits, sizeof digits, "%lld", (long long)json_integer_value(value));
        else if (c == FILING || !json_is_string(value)) return vg_fail(r->err, VG_EINVAL, where, c == FILING ? "expected a number" : "expected a text");
        vg_str text = c == FILING ? vg_str_of(digits) : (vg_str){json_string_value(value), json_string_length(value)};
        int rc = set(r, a, c, text, where);
        if (rc) return rc;
    }
    return named(r, a);
}

static int read_json(reader *r, vg_str bytes)
{
    json_error_t error;
    json_t *root = json_loadb(bytes.ptr, bytes.len, JSON_REJECT_DUPLICATES, &error);
    if (!root) return vg_fail(r->err, VG_EINVAL, "", "is no JSON: line %d", error.line);
    const json_t *list = json_is_object(root) && json_object_size(root) == 1 ? json_object_get(root, "answers") : root;
    int rc = json_is_array(list) ? 0 : vg_fail(r->err, VG_EINVAL, "", "expected {\"answers\":[...]} or a list");
    for (size_t i = 0; !rc && i < json_array_size(list); i++) rc = read_object(r, json_array_get(list, i), i);
    json_decref(root);
    return rc;
}

/* ---- CSV (RFC 4180) ---- */

typedef struct table {
    vg_str rest;
    char *cell;      /* as long as the file: no cell is longer */
    size_t line, len;
    bool last;       /* the cell ended its row */
} table;

/* The next cell, without its quotes. */
static int next_cell(reader *r, table *t)
{
    char where[32];
    bool quoted = t->rest.len && t->rest.ptr[0] == '"', open = quoted;
    size_t i = quoted;
    t->len = 0;
    snprintf(where, sizeof where, "line %zu", t->line);
    for (; i < t->rest.len; i++) {
        char c = t->rest.ptr[i];
        if (open && c == '"') {
            if (i + 1 < t->rest.len && t->rest.ptr[i + 1] == '"') i++;
            else {
                open = false;
                continue;
            }
        } else if (!open && (c == ',' || c == '\n' || c == '\r')) break;
        else if (!open && (quoted || c == '"')) return vg_fail(r->err, VG_EINVAL, where, "has a quotation mark where none may be");
        if (c == '\n') t->line++;
        t->cell[t->len++] = c;
    }
    if (open) return vg_fail(r->err, VG_EINVAL, where, "a quotation mark is not closed");
    t->last = i == t->rest.len || t->rest.ptr[i] != ',';
    if (i < t->rest.len && t->rest.ptr[i] == '\r' && i + 1 < t->rest.len && t->rest.ptr[i + 1] == '\n') i++;
    if (i < t->rest.len) i++;
    t->rest = (vg_str){t->rest.ptr + i, t->rest.len - i};
    return 0;
}

static int read_head(reader *r, table *t, column columns[COLUMNS], size_t *count)
{
    unsigned seen = 0;
    *count = 0;
    do {
        int rc = next_cell(r, t);
        if (rc) return rc;
        column c = column_of((vg_str){t->cell, t->len});
        if (c == COLUMNS || (seen & 1u << c)) return vg_fail(r->err, VG_EINVAL, "line 1", "expected the names kind, filing or receiver, and, where they are told, what, reference, received, each once");
        seen |= 1u << c;
        columns[(*count)++] = c;
    } while (!t->last);
    t->line++;
    bool which = (seen & 1u << FILING) || ((seen & 1u << RECEIVER) && (seen & 1u << REFERENCE));
    if (which && (seen & 1u << KIND)) return 0;
    return vg_fail(r->err, VG_EINVAL, "line 1", "the columns kind and filing are required, or kind, receiver and reference");
}

static int read_row(reader *r, table *t, const column *columns, size_t count)
{
    char where[32];
    size_t n = 0;
    snprintf(where, sizeof where, "line %zu", t->line);
    vg_answer_read *a = add(r, where);
    if (!a) return -r->err->code;
    do {
        int rc = next_cell(r, t);
        if (rc) return rc;
        if (n == count) return vg_fail(r->err, VG_EINVAL, where, "has more cells than the first line");
        column c = columns[n++];
        if (c != FILING || t->len) rc = set(r, a, c, (vg_str){t->cell, t->len}, where); /* an empty cell names none */
        if (rc) return rc;
    } while (!t->last);
    t->line++;
    return n == count ? named(r, a) : vg_fail(r->err, VG_EINVAL, where, "has fewer cells than the first line");
}

static int read_csv(reader *r, vg_str bytes)
{
    column columns[COLUMNS];
    size_t count = 0, bad;
    table t = {.rest = bytes, .line = 1, .cell = vg_arena_alloc(r->arena, bytes.len + 1)};
    if (!t.cell) return vg_fail(r->err, VG_ENOMEM, "", "no memory for a table");
    if (!vg_utf8_valid(bytes.ptr, bytes.len, &bad)) return vg_fail(r->err, VG_EINVAL, "", "byte %zu is not UTF-8", bad);
    int rc = read_head(r, &t, columns, &count);
    while (!rc && t.rest.len) rc = read_row(r, &t, columns, count);
    return rc;
}

int vg_answers_read(vg_str bytes, vg_arena *arena, vg_answer_read **out, size_t *count, vg_error *err)
{
    reader r = {.arena = arena, .err = err};
    size_t at = 0;
    *out = NULL;
    *count = 0;
    if (bytes.len > VG_ANSWERS_FILE_MOST) return vg_fail(err, VG_ETOOBIG, "", "at most %d MiB", VG_ANSWERS_FILE_MOST >> 20);
    if (bytes.len >= 3 && memcmp(bytes.ptr, "\xef\xbb\xbf", 3) == 0) bytes = (vg_str){bytes.ptr + 3, bytes.len - 3};
    while (at < bytes.len && strchr(" \t\r\n", bytes.ptr[at]) && bytes.ptr[at]) at++;
    if (at == bytes.len) return vg_fail(err, VG_EINVAL, "", "is empty");
    bool json = bytes.ptr[at] == '{' || bytes.ptr[at] == '[';
    int rc = json ? read_json(&r, bytes) : read_csv(&r, bytes);
    if (rc) return rc;
    *out = r.items;
    *count = r.count;
    return 0;
}
