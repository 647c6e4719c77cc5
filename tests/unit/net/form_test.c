/* SPDX-License-Identifier: Apache-2.0
 *
 * The body of a plain HTML form: what browsers send, and what nobody should.
 */
#include "base/alloc.h"
#include "net/form.h"
#include "tap.h"

static vg_form form;

static int parse(vg_arena *arena, const char *body)
{
    vg_error err;
    return vg_form_read(&form, vg_str_of(body), arena, &err);
}

int main(void)
{
    vg_arena *arena = vg_arena_create(1024, 1 << 20);
    char many[512] = "";
    TAP_EQ_INT(parse(arena, "a=1&b=l%27%C3%A2ge+%26+%22nom%22&c=&d&=e"), 0, "what browsers send");
    TAP_EQ_INT(form.count, 5, "every field, the empty ones too");
    TAP_EQ_STR(vg_form_get(&form, "b").ptr, "l'âge & \"nom\"", "decoded");
    TAP_OK(vg_form_get(&form, "c").len == 0 && vg_form_get(&form, "d").len == 0 && vg_form_get(&form, "z").len == 0, "empty, without a sign, not there: all empty");
    TAP_EQ_INT(parse(arena, "t=one%0D%0Atwo%0Athree%0D"), 0, "line breaks of a text field");
    TAP_EQ_STR(form.field[0].value.ptr, "one\ntwo\nthree\r", "become one sign");
    TAP_EQ_INT(parse(arena, "t=+%09x+y%0A"), 0, "blanks at the ends");
    vg_str trimmed = vg_form_get(&form, "t");
    TAP_OK(trimmed.len == 3 && memcmp(trimmed.ptr, "x y", 3) == 0, "are not part of a value");
    TAP_EQ_INT(parse(arena, ""), 0, "nothing at all");
    TAP_EQ_INT(form.count, 0, "has no field");
    for (const char *const *bad = (const char *const[]){"a=%", "a=%4", "a=%zz", "%=1", "a=%00", "a=%ff", "a=1&a=2", NULL}; *bad; bad++)
        TAP_EQ_INT(parse(arena, *bad), -VG_EINVAL, *bad);
    for (size_t i = 0, n = 0; i < VG_FORM_FIELDS + 1; i++) n += (size_t)snprintf(many + n, sizeof many - n, "f%zu=&", i);
    TAP_EQ_INT(parse(arena, many), -VG_EINVAL, "more fields than any form has");
    vg_arena_destroy(&arena);
    arena = vg_arena_create(16, 64);
    TAP_EQ_INT(parse(arena, "a=0123456789012345678901234567890123456789012345678901234567890123456789"), -VG_ENOMEM, "no memory is said");
    vg_arena_destroy(&arena);
    return tap_done();
}
