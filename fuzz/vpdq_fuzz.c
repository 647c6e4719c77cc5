/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as vPDQ text: refused with its line, or read, and then what is written is read as the same frames.
 */
#include "signals/media/decode/decode.h"

#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vg_arena *arena = vg_arena_create(1 << 12, 1 << 24);
    vg_decoded_frame *frames = NULL, *again = NULL;
    size_t count = 0, count_again = 0;
    vg_error err = {0};
    must(arena != NULL);
    int rc = vg_vpdq_read((vg_str){(const char *)data, size}, arena, &frames, &count, &err);
    if (rc < 0) {
        must(rc == -VG_ENOMEM || (rc == -VG_EINVAL && strncmp(err.where, "line ", 5) == 0 && err.what[0]));
    } else {
        vg_buf out;
        vg_buf_init(&out, 1 << 24);
        vg_vpdq_write(&out, frames, count);
        must(!out.failed);
        must(vg_vpdq_read((vg_str){out.ptr, out.len}, arena, &again, &count_again, &err) == 0 && count_again == count);
        size_t good = 0;
        for (size_t i = 0; i < count; i++) {
            must(frames[i].number == again[i].number && frames[i].time_ms == again[i].time_ms &&
                 frames[i].quality == again[i].quality && memcmp(frames[i].hash, again[i].hash, 32) == 0);
            good += frames[i].quality >= 50;
        }
        vg_vpdq_match match = vg_vpdq_compare(frames, count, again, count, 0, 50);
        must(match.query_percent == (good ? 100 : 0) && match.compared_percent == match.query_percent);
        vg_buf_free(&out);
    }
    vg_arena_destroy(&arena);
    return 0;
}
