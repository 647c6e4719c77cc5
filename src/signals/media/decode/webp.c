/* SPDX-License-Identifier: Apache-2.0
 *
 * WebP, still and animated, through libwebp. A still picture's alpha is dropped; an animation's frames are composited as its
 * file says, that is what they are made for.
 */
#include "signals/media/decode/image_int.h"

#include <stdio.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "base/alloc.h"

static const char no_memory[] = "could not be decoded: webp: out of memory";

static uint8_t orientation(const WebPDemuxer *demux)
{
    WebPChunkIterator chunk;
    uint8_t exif = 1;
    if (WebPDemuxGetChunk(demux, "EXIF", 1, &chunk)) exif = vg_exif_orientation(chunk.chunk.bytes, chunk.chunk.size);
    WebPDemuxReleaseChunkIterator(&chunk);
    return exif;
}

/* Gives what the decoder has: all rows, or of a truncated file those that came out when they are more than half. */
static int give_rows(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, const uint8_t *rgb, size_t rows,
                     vg_error *err)
{
    vg_canvas canvas;
    if (rows < found->height) {
        if (rows < (found->height + 1) / 2)
            return vg_damaged(err, "webp: truncated after row %zu of %u", rows, found->height);
        snprintf(found->damage, sizeof found->damage, "webp: truncated after row %zu of %u", rows, found->height);
    }
    int rc = vg_canvas_create(&canvas, in, found->width, found->height, 3, found->exif, err);
    if (rc) return rc;
    for (size_t y = 0; y < rows; y++) vg_canvas_put(&canvas, y, rgb + y * found->width * 3);
    rc = vg_canvas_give(&canvas, sink, err);
    vg_canvas_free(&canvas);
    return rc;
}

static int decode_still(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return vg_damaged(err, "webp: another version of the library");
    size_t stride = (size_t)found->width * 3, size = stride * found->height;
    if (stride > INT32_MAX) return vg_damaged(err, "webp: too wide");
    uint8_t *rgb = vg_calloc(size, 1);
    if (!rgb) return vg_fail(err, VG_ENOMEM, "", no_memory);
    config.output.colorspace = MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA = (WebPRGBABuffer){rgb, (int)stride, size};
    int rc = 0, rows = 0;
    WebPIDecoder *decoder = WebPIDecode(NULL, 0, &config);
    if (!decoder) {
        rc = vg_fail(err, VG_ENOMEM, "", no_memory);
        goto out;
    }
    VP8StatusCode status = WebPIUpdate(decoder, in->bytes, in->len);
    if (status == VP8_STATUS_OUT_OF_MEMORY) rc = vg_fail(err, VG_ENOMEM, "", no_memory);
    else if (status != VP8_STATUS_OK && status != VP8_STATUS_SUSPENDED) rc = vg_damaged(err, "webp: damaged");
    else if (status == VP8_STATUS_SUSPENDED && !WebPIDecGetRGB(decoder, &rows, NULL, NULL, NULL)) rows = 0;
    else if (status == VP8_STATUS_OK) rows = (int)found->height;
    if (rc == 0) rc = give_rows(in, sink, found, rgb, rows > 0 ? (size_t)rows : 0, err);
out:
    if (decoder) WebPIDelete(decoder);
    WebPFreeDecBuffer(&config.output);
    vg_free(rgb);
    return rc;
}

static int give_frame(vg_picture_sink *sink, const vg_decode_found *found, uint8_t *rgba, uint32_t number, int time_ms,
                      vg_error *err)
{
    size_t count = (size_t)found->width * found->height;
    uint8_t *rgb = vg_malloc(count * 3);
    if (!rgb) return vg_fail(err, VG_ENOMEM, "", no_memory);
    for (size_t i = 0; i < count; i++) memcpy(rgb + 3 * i, rgba + 4 * i, 3);
    vg_picture picture = {{rgb, found->width, found->height, (size_t)found->width * 3, 3}, number,
                          time_ms > 0 ? (uint32_t)time_ms : 0, NULL};
    int rc = sink->picture(sink->context, &picture, err);
    vg_free(rgb);
    return rc;
}

static int decode_frames(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    WebPAnimDecoderOptions options;
    WebPData data = {in->bytes, in->len};
    WebPAnimInfo info;
    int rc = 0, end_ms = 0, start_ms = 0;
    uint32_t number = 0, given = 0, most = in->request->limits.frames;
    uint8_t *rgba;
    if (!WebPAnimDecoderOptionsInit(&options)) return vg_damaged(err, "webp: another version of the library");
    options.color_mode = MODE_RGBA;
    options.use_threads = 0;
    WebPAnimDecoder *decoder = WebPAnimDecoderNew(&data, &options);
    if (!decoder) return vg_damaged(err, "webp: the animation is damaged, or takes too much memory");
    if (!WebPAnimDecoderGetInfo(decoder, &info) || info.canvas_width != found->width || info.canvas_height != found->height) {
        rc = vg_damaged(err, "webp: the animation is damaged");
        goto out;
    }
    found->frames_left_out = info.frame_count > most;
    for (; WebPAnimDecoderHasMoreFrames(decoder); number++, start_ms = end_ms) {
        if (!WebPAnimDecoderGetNext(decoder, &rgba, &end_ms)) {
            if (!given) rc = vg_damaged(err, "webp: the animation's first frame is damaged");
            snprintf(found->damage, sizeof found->damage, "webp: damaged from frame %u of %u", number, info.frame_count);
            break;
        }
        if (!vg_frame_wanted(number, info.frame_count, most)) continue;
        rc = give_frame(sink, found, rgba, number, start_ms, err);
        if (rc) break;
        if (++given == most) break;
    }
out:
    WebPAnimDecoderDelete(decoder);
    return rc == 1 ? 0 : rc;
}

int vg_decode_webp(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    if (in->len < 12 || memcmp(in->bytes, "RIFF", 4) != 0 || memcmp(in->bytes + 8, "WEBP", 4) != 0) return -VG_ENOENT;
    vg_found_is(found, VG_MEDIA_STILL, "webp");
    WebPBitstreamFeatures features;
    VP8StatusCode status = WebPGetFeatures(in->bytes, in->len, &features);
    if (status == VP8_STATUS_NOT_ENOUGH_DATA) return vg_damaged(err, "webp: truncated");
    if (status != VP8_STATUS_OK) return vg_damaged(err, "webp: the header is damaged");
    found->width = (uint32_t)features.width;
    found->height = (uint32_t)features.height;
    int rc = vg_decode_check_size(in, found->width, found->height, err);
    if (rc) return rc;
    WebPData data = {in->bytes, in->len};
    WebPDemuxState state;
    WebPDemuxer *demux = WebPDemuxPartial(&data, &state);
    if (demux) {
        found->exif = orientation(demux);
        WebPDemuxDelete(demux);
    }
    if (!features.has_animation) return decode_still(in, sink, found, err);
    found->kind = VG_MEDIA_ANIMATION;
    return decode_frames(in, sink, found, err);
}
