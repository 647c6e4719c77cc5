/* SPDX-License-Identifier: Apache-2.0 */
#include "net/form.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* One character of `raw` from *i on; -1: a broken escape. */
static int next_byte(vg_str raw, size_t *i)
{
    char c = raw.ptr[(*i)++];
    if (c == '+') return ' ';
    if (c != '%') return (unsigned char)c;
    if (raw.len - *i < 2) return -1;
    int high = hex_value(raw.ptr[*i]), low = hex_value(raw.ptr[*i + 1]);
    *i += 2;
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static int decode(vg_arena *arena, vg_str raw, vg_str *out, vg_error *err)
{
    char *to = vg_arena_alloc(arena, raw.len + 1);
    size_t n = 0;
    if (!to) return vg_fail(err, VG_ENOMEM, "", "no memory for this form now");
    for (size_t i = 0; i < raw.len;) {
        int c = next_byte(raw, &i);
        if (c < 0) return vg_fail(err, VG_EINVAL, "", "the form holds a broken escape");
        if (c == 0) return vg_fail(err, VG_EINVAL, "", "the form holds a NUL byte");
        if (c == '\n' && n && to[n - 1] == '\r') n--;
        to[n++] = (char)c;
    }
    to[n] = '\0';
    *out = (vg_str){to, n};
    return vg_utf8_valid(to, n, NULL) ? 0 : vg_fail(err, VG_EINVAL, "", "the form is not valid UTF-8");
}

static int add_field(vg_form *form, vg_str pair, vg_arena *arena, vg_error *err)
{
    const char *equals = memchr(pair.ptr, '=', pair.len);
    size_t name_len = equals ? (size_t)(equals - pair.ptr) : pair.len;
    vg_str name, value, rest = equals ? (vg_str){equals + 1, pair.len - name_len - 1} : (vg_str){"", 0};
    if (form->count == VG_FORM_FIELDS) return vg_fail(err, VG_EINVAL, "", "the form has more than %d fields", VG_FORM_FIELDS);
    int rc = decode(arena, (vg_str){pair.ptr, name_len}, &name, err);
    if (!rc) rc = decode(arena, rest, &value, err);
    if (rc) return rc;
    for (size_t i = 0; i < form->count; i++)
        if (vg_str_eq(form->field[i].name, name)) return vg_fail(err, VG_EINVAL, "", "the form has the field \"%.40s\" twice", name.ptr);
    form->field[form->count].name = name;
    form->field[form->count++].value = value;
    return 0;
}

int vg_form_read(vg_form *form, vg_str body, vg_arena *arena, vg_error *err)
{
    form->count = 0;
    while (body.len) {
        const char *amp = memchr(body.ptr, '&', body.len);
        vg_str pair = {body.ptr, amp ? (size_t)(amp - body.ptr) : body.len};
        body = amp ? (vg_str){amp + 1, body.len - pair.len - 1} : (vg_str){"", 0};
        int rc = pair.len ? add_field(form, pair, arena, err) : 0;
        if (rc) return rc;
    }
    return 0;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

vg_str vg_form_trim(vg_str s)
{
    while (s.len && is_blank(s.ptr[0])) s = (vg_str){s.ptr + 1, s.len - 1};
    while (s.len && is_blank(s.ptr[s.len - 1])) s.len--;
    return s;
}

vg_str vg_form_get(const vg_form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++)
        if (vg_str_is(form->field[i].name, name)) return vg_form_trim(form->field[i].value);
    return (vg_str){"", 0};
}
