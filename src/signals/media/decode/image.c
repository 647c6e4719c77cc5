/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/media/decode/image_int.h"

typedef int (*reader)(const vg_decode_input *, vg_picture_sink *, vg_decode_found *, vg_error *);

static const reader readers[] = {vg_decode_jpeg, vg_decode_png,  vg_decode_webp, vg_decode_gif,
                                 vg_decode_heif, vg_decode_tiff, vg_decode_bmp};

int vg_decode_image(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    found->exif = 1;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        int rc = readers[i](in, sink, found, err);
        if (rc != -VG_ENOENT) return rc;
    }
    return vg_fail(err, VG_ENOENT, "", "could not be decoded: unknown format");
}
