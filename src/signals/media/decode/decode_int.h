/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the worker: what turns bytes into pictures, and what takes them.
 *
 * A decoder function reads `in`, and gives each picture to `sink` as soon as it has it; it keeps nothing else. It checks
 * the limits before it allocates. Errors: VG_EINVAL "could not be decoded: ..." (damaged, unknown, mislabelled), VG_ETOOBIG (a
 * limit, with both numbers), VG_ENOMEM.
 */
#ifndef VG_SIGNALS_MEDIA_DECODE_INT_H
#define VG_SIGNALS_MEDIA_DECODE_INT_H

#include "signals/media/decode/decode.h"
#include "signals/media/pdq/pdq.h"

typedef struct vg_decode_input {
    int fd;
    const uint8_t *bytes; /* the whole file, mapped */
    size_t len;
    const vg_decode_request *request;
} vg_decode_input;

typedef struct vg_picture {
    vg_pixels pixels;   /* 8 bits a sample; borrowed for the call */
    uint32_t number;    /* of the frame, 0 for a still */
    uint32_t time_ms;
    const vg_pixels *upright; /* the picture turned as EXIF says, when its decoder has it already; else NULL */
} vg_picture;

typedef struct vg_picture_sink {
    void *context;
    /* Returns 0 to go on, 1: enough (the decoder ends without error), or -VG_E.... */
    int (*picture)(void *context, const vg_picture *picture, vg_error *err);
} vg_picture_sink;

typedef struct vg_decode_found { /* what a decoder learns beside the pixels */
    vg_media_kind kind;
    char format[16];
    uint32_t width, height;
    uint8_t exif;
    bool frames_left_out;
    char damage[120]; /* "truncated after row 300 of 512": a picture came out all the same; empty when it is whole */
} vg_decode_found;

/** Still pictures and animations: image.c. -VG_ENOENT: not one of its formats, try the next. */
int vg_decode_image(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err);
/** Whatever FFmpeg's libraries read: video.c. */
int vg_decode_video(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err);

#endif
