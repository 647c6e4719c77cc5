/* SPDX-License-Identifier: Apache-2.0
 *
 * Videos for the tests: made by the ffmpeg command in a folder of their own, decoded, hashed.
 */
#ifndef VG_TESTS_VIDEO_SAMPLE_H
#define VG_TESTS_VIDEO_SAMPLE_H

#include "signals/media/decode/decode_int.h"

enum { SAMPLE_FRAMES = 4096 };

typedef struct sample { /* what decoding gave */
    int rc;
    vg_error err;
    vg_decode_found found;
    size_t count;
    vg_decoded_frame frame[SAMPLE_FRAMES];
    size_t width[SAMPLE_FRAMES], height[SAMPLE_FRAMES];
    uint64_t sum[SAMPLE_FRAMES]; /* of each frame's pixels: equal pictures have equal sums */
    size_t stop_after;           /* the sink says "enough" after so many; 0: never */
    int fail_with;               /* the sink fails with this at the first picture */
    bool hash;                   /* PDQ of each frame, else only the sums */
    int threads;                 /* of this process, at most, seen while pictures came */
} sample;

/* Limits that nothing in the tests reaches. */
extern const vg_media_limits sample_limits;

/** The whole file, to be freed by vg_free; NULL when it cannot be read. */
uint8_t *sample_read(const char *path, size_t *len);
void sample_decode(sample *out, const uint8_t *bytes, size_t len, const vg_decode_request *request);
/** Reads, decodes and hashes. `want`: VG_WANT_EVERY_FRAME or 0. False when the file cannot be read. */
bool sample_decode_file(sample *out, const char *path, unsigned want, uint32_t interval_ms);
/** ffmpeg with these arguments in the folder of the tests; false when it failed. */
bool sample_make(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** The path of a file in the folder of the tests; static storage, overwritten by the next call. */
const char *sample_path(const char *name);
bool sample_begin(void);
void sample_end(void);

#endif
