/* SPDX-License-Identifier: Apache-2.0
 *
 * The body of a plain HTML form, as anybody on the internet may send it, and receipt numbers as anybody may type them.
 */
#include <stdlib.h>
#include "event/notice.h"
#include "net/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static vg_form form; /* 1.5 KiB for each run would hide an overflow on the stack; this does not */
    char number[VG_NOTICE_NUMBER + 1], again[VG_NOTICE_NUMBER + 1];
    vg_str body = {(const char *)data, size};
    vg_error err;
    vg_arena *arena = vg_arena_create(4096, 8 << 20);
    if (!arena) return 0;
    if (vg_form_read(&form, body, arena, &err) == 0) {
        for (size_t i = 0; i < form.count; i++) {
            vg_str v = form.field[i].value, t = vg_form_get(&form, form.field[i].name.ptr);
            if (!vg_utf8_valid(v.ptr, v.len, NULL) || memchr(v.ptr, 0, v.len) || t.len > v.len || v.ptr[v.len] != '\0') abort();
        }
    } else if (err.code != VG_EINVAL && err.code != VG_ENOMEM) abort();
    if (vg_notice_number_read(body, number) && (!vg_notice_number_read(vg_str_of(number), again) || strcmp(number, again) != 0)) abort();
    vg_arena_destroy(&arena);
    return 0;
}
