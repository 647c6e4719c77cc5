/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a video, under tiny limits: an answer, frames in order, nothing read beyond the bytes.
 *
 * The first byte says which frames are wanted; the rest is the file.
 */
#include "signals/media/decode/decode_int.h"

#include <stdlib.h>

typedef struct watch {
    uint32_t last_number, last_ms;
    size_t count;
} watch;

static void must(bool condition)
{
    if (!condition) abort();
}

static int look(void *context, const vg_picture *picture, vg_error *err)
{
    (void)err;
    watch *seen = context;
    const vg_pixels *pixels = &picture->pixels;
    must(pixels->channels == 3 && pixels->width && pixels->height && pixels->stride >= pixels->width * 3);
    must(pixels->width * pixels->height <= 128 * 128);
    must(!seen->count || (picture->number > seen->last_number && picture->time_ms >= seen->last_ms));
    unsigned sum = 0;
    for (size_t y = 0; y < pixels->height; y++)
        for (size_t x = 0; x < pixels->width * 3; x++) sum += pixels->bytes[y * pixels->stride + x];
    must(sum <= 255U * 3 * 128 * 128);
    seen->last_number = picture->number;
    seen->last_ms = picture->time_ms;
    seen->count++;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) return 0;
    vg_decode_request request = {
        .want = data[0] & 1 ? VG_WANT_EVERY_FRAME : 0,
        .interval_ms = (data[0] >> 1) * 20U,
        .limits = {.bytes = 1 << 16, .pixels = 128 * 128, .frames = 16, .memory_bytes = 64 << 20},
    };
    vg_decode_input in = {.fd = -1, .bytes = data + 1, .len = size - 1, .request = &request};
    watch seen = {0};
    vg_picture_sink sink = {&seen, look};
    vg_decode_found found = {0};
    vg_error err = {0};
    int rc = vg_decode_video(&in, &sink, &found, &err);
    must(seen.count <= request.limits.frames && found.exif >= 1 && found.exif <= 8 &&
         memchr(found.format, 0, sizeof found.format));
    must(rc == 0 ? seen.count > 0 : rc == -VG_EINVAL || rc == -VG_ETOOBIG || rc == -VG_ENOMEM);
    must(rc == 0 || err.what[0]);
    return 0;
}
