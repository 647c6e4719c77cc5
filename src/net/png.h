/* SPDX-License-Identifier: Apache-2.0
 *
 * net/png: pixels that a decoder gave back, as a PNG for the console. What was sent never leaves as it came.
 */
#ifndef VG_NET_PNG_H
#define VG_NET_PNG_H

#include <stdint.h>
#include "base/str.h"

typedef struct vg_png_picture {
    uint32_t width, height; /* at most 4096 each */
    unsigned channels;      /* 1: grey; 3: red, green, blue */
    const uint8_t *pixels;  /* rows of width * channels bytes */
} vg_png_picture;

/** Appends it. 0, -VG_ENOMEM, or -VG_EINVAL for sides or channels that are none. */
int vg_png_write(vg_buf *out, const vg_png_picture *picture);

#endif
