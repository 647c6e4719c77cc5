/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a file of receivers' answers, JSON or CSV: no crash; what is read is within its bounds; each names a filing, or a receiver and
 * its number; what is refused says why.
 */
#include <stdlib.h>

#include "report/answers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vg_arena *arena = vg_arena_create(1 << 16, 64 << 20);
    vg_answer_read *all;
    vg_error err = {0};
    size_t count;
    if (!arena) return 0;
    if (vg_answers_read((vg_str){(const char *)data, size}, arena, &all, &count, &err)) {
        if (!err.code || !err.what[0] || count) abort();
    } else {
        for (size_t i = 0; i < count; i++) {
            size_t bad;
            const vg_answer_read *a = &all[i];
            if (a->filing < 0 || (!a->filing && (!a->receiver.len || !a->reference.len)) || a->receiver.len > VG_ANSWER_RECEIVER_MOST || !a->where[0]) abort();
            if ((unsigned)a->kind >= VG_ANSWERS || a->what.len > VG_ANSWER_WHAT_MOST || a->reference.len > VG_ANSWER_REFERENCE_MOST) abort();
            if (!vg_utf8_valid(a->what.ptr, a->what.len, &bad) || !vg_utf8_valid(a->reference.ptr, a->reference.len, &bad) || !vg_utf8_valid(a->receiver.ptr, a->receiver.len, &bad)) abort();
        }
    }
    vg_arena_destroy(&arena);
    return 0;
}
