/* SPDX-License-Identifier: Apache-2.0 */
#include "net/body.h"

#include <stdio.h>

static bool read_string(vg_exchange *x, const vg_field *f, const json_t *value, const char *pointer)
{
    vg_str s;
    if (!json_is_string(value)) {
        vg_answer_problem(x, 400, pointer, "expected a string");
        return false;
    }
    s = (vg_str){json_string_value(value), json_string_length(value)};
    if (s.len < f->least || s.len > f->most) {
        vg_answer_problem(x, 400, pointer, "expected %zu to %zu bytes", f->least, f->most);
        return false;
    }
    *f->string = vg_arena_copy(x->arena, s);
    if (f->string->ptr) return true;
    vg_answer_busy(x, "there is no memory for this request now");
    return false;
}

/* Strings without a comma in them, up to `most` bytes together. */
static bool read_list(vg_exchange *x, const vg_field *f, const json_t *value, const char *pointer)
{
    vg_buf all;
    size_t i;
    const json_t *one;
    bool good = json_is_array(value);
    vg_buf_init(&all, f->most + 1);
    json_array_foreach(value, i, one)
    {
        const char *text = json_string_value(one);
        good = good && text && *text && !strchr(text, ',') && strlen(text) == json_string_length(one);
        if (!good) break;
        if (i) vg_buf_add_char(&all, ',');
        vg_buf_add_cstr(&all, text);
    }
    if (!good || all.failed || all.len > f->most)
        vg_answer_problem(x, 400, pointer, "expected a list of strings without commas, %zu bytes at most", f->most);
    else if (!(*f->string = vg_arena_copy(x->arena, (vg_str){all.ptr ? all.ptr : "", all.len})).ptr) {
        vg_answer_busy(x, "there is no memory for this request now");
        good = false;
    }
    good = good && !all.failed && all.len <= f->most;
    vg_buf_free(&all);
    return good;
}

static bool read_field(vg_exchange *x, const vg_field *f, const json_t *value)
{
    char pointer[64];
    snprintf(pointer, sizeof pointer, "/%s", f->name);
    switch (f->type) {
    case VG_FIELD_STRING: return read_string(x, f, value, pointer);
    case VG_FIELD_LIST: return read_list(x, f, value, pointer);
    case VG_FIELD_INTEGER:
        if (!json_is_integer(value) || json_integer_value(value) < 0 ||
            json_integer_value(value) > f->highest) {
            vg_answer_problem(x, 400, pointer, "expected a whole number from 0 to %lld",
                              (long long)f->highest);
            return false;
        }
        *f->integer = json_integer_value(value);
        return true;
    case VG_FIELD_ANY: return true;
    default:
        if (!json_is_boolean(value)) {
            vg_answer_problem(x, 400, pointer, "expected true or false");
            return false;
        }
        *f->boolean = json_is_true(value);
        return true;
    }
}

static bool read_members(vg_exchange *x, json_t *root, const vg_field *fields, size_t count)
{
    const char *name;
    json_t *value;
    char pointer[80];
    json_object_foreach(root, name, value)
    {
        size_t i = 0;
        while (i < count && strcmp(fields[i].name, name) != 0) i++;
        if (i == count) {
            snprintf(pointer, sizeof pointer, "/%.64s", name);
            vg_answer_problem(x, 400, pointer, "unknown member");
            return false;
        }
        if (!read_field(x, &fields[i], value)) return false;
    }
    for (size_t i = 0; i < count; i++)
        if (fields[i].required && !json_object_get(root, fields[i].name)) {
            snprintf(pointer, sizeof pointer, "/%s", fields[i].name);
            vg_answer_problem(x, 400, pointer, "this member is missing");
            return false;
        }
    return true;
}

bool vg_body_read(vg_exchange *x, const vg_field *fields, size_t count)
{
    json_error_t wrong;
    bool good;
    json_t *root = json_loadb(x->body.ptr ? x->body.ptr : "", x->body.len, JSON_REJECT_DUPLICATES, &wrong);
    if (!root) {
        vg_answer_problem(x, 400, NULL, "this is not JSON: %s (byte %d)", wrong.text, wrong.position);
        return false;
    }
    if (!json_is_object(root)) {
        vg_answer_problem(x, 400, NULL, "expected a JSON object");
        json_decref(root);
        return false;
    }
    good = read_members(x, root, fields, count);
    json_decref(root);
    return good;
}
