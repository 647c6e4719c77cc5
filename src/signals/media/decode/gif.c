/* SPDX-License-Identifier: Apache-2.0
 *
 * GIF, still and animated, through giflib.
 *
 * The first frame is drawn with its transparent pixels in their palette's colour, as the reference hashes what is hidden; later
 * frames are drawn over the canvas, and disposed of as the file says.
 */
#include "signals/media/decode/image_int.h"

#include <stdio.h>
#include <gif_lib.h>

#include "base/alloc.h"

typedef struct gif_work {
    const vg_decode_input *in;
    size_t at; /* of the next byte */
    GifFileType *gif;
    uint8_t *canvas, *before, *indices;
    size_t width, height;
    uint32_t number, total, given;
    uint32_t time_ms;
    GraphicsControlBlock control;
    bool ended; /* the file broke off */
} gif_work;

static int read_bytes(GifFileType *gif, GifByteType *to, int len)
{
    gif_work *work = gif->UserData;
    size_t left = work->in->len - work->at, n = len > 0 ? (size_t)len : 0;
    if (n > left) n = left;
    memcpy(to, work->in->bytes + work->at, n);
    work->at += n;
    return (int)n;
}

/* Counts the frames without unpacking one, so that a sample can be spread over them. */
static uint32_t count_frames(const uint8_t *bytes, size_t len)
{
    size_t at = 13;
    uint32_t frames = 0;
    if (len < at) return 0;
    if (bytes[10] & 0x80) at += (size_t)3 << ((bytes[10] & 7) + 1);
    while (at < len && bytes[at] != 0x3b) {
        if (bytes[at] == 0x2c) {
            if (len - at < 11) break;
            uint8_t flags = bytes[at + 9];
            at += 11; /* descriptor and code size */
            if (flags & 0x80) at += (size_t)3 << ((flags & 7) + 1);
            frames++;
        } else if (bytes[at] == 0x21) {
            at += 2;
        } else {
            break;
        }
        while (at < len && bytes[at]) at += (size_t)bytes[at] + 1;
        at++;
    }
    return frames;
}

static int read_extension(gif_work *work)
{
    GifByteType *block;
    int code;
    if (DGifGetExtension(work->gif, &code, &block) != GIF_OK) return -1;
    if (code == GRAPHICS_EXT_FUNC_CODE && block && block[0] == 4) DGifExtensionToGCB(4, block + 1, &work->control);
    while (block)
        if (DGifGetExtensionNext(work->gif, &block) != GIF_OK) return -1;
    return 0;
}

/* Row `i` of a frame in file order is this row of it: GIF89a, appendix E. */
static size_t interlaced_row(size_t i, size_t height)
{
    static const size_t start[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    for (int pass = 0; pass < 4; pass++) {
        size_t rows = height > start[pass] ? (height - start[pass] + step[pass] - 1) / step[pass] : 0;
        if (i < rows) return start[pass] + i * step[pass];
        i -= rows;
    }
    return 0;
}

static void draw_row(gif_work *work, const GifImageDesc *image, const ColorMapObject *map, size_t row, bool hidden)
{
    size_t y = (size_t)image->Top + row;
    if (y >= work->height) return;
    for (size_t i = 0; i < (size_t)image->Width; i++) {
        size_t x = (size_t)image->Left + i;
        if (x >= work->width) break;
        int index = work->indices[i];
        if ((index == work->control.TransparentColor && !hidden) || index >= map->ColorCount) continue;
        const GifColorType *c = &map->Colors[index];
        uint8_t *to = work->canvas + (y * work->width + x) * 3;
        to[0] = c->Red;
        to[1] = c->Green;
        to[2] = c->Blue;
    }
}

/* Reads one frame onto the canvas. 1: it broke off after `*rows` rows. */
static int draw_frame(gif_work *work, size_t *rows, vg_error *err)
{
    if (DGifGetImageDesc(work->gif) != GIF_OK) return *rows = 0, 1;
    const GifImageDesc *image = &work->gif->Image;
    if (image->Width <= 0 || image->Height <= 0 || image->Left < 0 || image->Top < 0)
        return vg_damaged(err, "gif: a frame of %d x %d pixels", image->Width, image->Height);
    int rc = vg_decode_check_size(work->in, (uint64_t)image->Width, (uint64_t)image->Height, err);
    if (rc) return rc;
    const ColorMapObject *map = image->ColorMap ? image->ColorMap : work->gif->SColorMap;
    if (!map) return vg_damaged(err, "gif: a frame without a palette");
    vg_free(work->indices);
    work->indices = vg_calloc((size_t)image->Width, 1);
    if (!work->indices) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: gif: out of memory");
    size_t height = (size_t)image->Height;
    for (*rows = 0; *rows < height; ++*rows) {
        if (DGifGetLine(work->gif, work->indices, image->Width) != GIF_OK) return 1;
        draw_row(work, image, map, image->Interlace ? interlaced_row(*rows, height) : *rows, work->number == 0);
    }
    return 0;
}

static void clear_frame(gif_work *work, const GifImageDesc *image)
{
    uint8_t colour[3] = {0, 0, 0};
    const ColorMapObject *map = work->gif->SColorMap;
    if (map && work->gif->SBackGroundColor < map->ColorCount) {
        const GifColorType *c = &map->Colors[work->gif->SBackGroundColor];
        colour[0] = c->Red, colour[1] = c->Green, colour[2] = c->Blue;
    }
    for (size_t y = (size_t)image->Top; y < (size_t)image->Top + (size_t)image->Height && y < work->height; y++)
        for (size_t x = (size_t)image->Left; x < (size_t)image->Left + (size_t)image->Width && x < work->width; x++)
            memcpy(work->canvas + (y * work->width + x) * 3, colour, 3);
}

static int give_frame(gif_work *work, vg_picture_sink *sink, vg_error *err)
{
    vg_picture picture = {{work->canvas, work->width, work->height, work->width * 3, 3}, work->number, work->time_ms, NULL};
    work->given++;
    return sink->picture(sink->context, &picture, err);
}

static int one_frame(gif_work *work, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    size_t rows = 0, area = work->width * work->height * 3;
    bool restore = work->control.DisposalMode == DISPOSE_PREVIOUS;
    if (restore) memcpy(work->before, work->canvas, area);
    int rc = draw_frame(work, &rows, err);
    if (rc < 0) return rc;
    if (rc == 1) {
        work->ended = true;
        size_t height = (size_t)(work->gif->Image.Height > 0 ? work->gif->Image.Height : 0);
        if (!work->given && rows < (height + 1) / 2)
            return vg_damaged(err, "gif: damaged or truncated after row %zu of %zu of the first frame", rows, height);
        snprintf(found->damage, sizeof found->damage, "gif: damaged or truncated in frame %u of %u", work->number + 1, work->total);
        if (work->given) return 0;
    }
    rc = 0;
    if (vg_frame_wanted(work->number, work->total, work->in->request->limits.frames)) rc = give_frame(work, sink, err);
    if (work->control.DelayTime > 0) work->time_ms += (uint32_t)work->control.DelayTime * 10;
    if (restore) memcpy(work->canvas, work->before, area);
    else if (work->control.DisposalMode == DISPOSE_BACKGROUND) clear_frame(work, &work->gif->Image);
    work->control = (GraphicsControlBlock){.TransparentColor = NO_TRANSPARENT_COLOR};
    work->number++;
    if (rc == 0 && work->given >= work->in->request->limits.frames) work->ended = true;
    return rc;
}

static int read_records(gif_work *work, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    work->control = (GraphicsControlBlock){.TransparentColor = NO_TRANSPARENT_COLOR};
    while (!work->ended) {
        GifRecordType type;
        int rc = 0;
        if (DGifGetRecordType(work->gif, &type) != GIF_OK) break;
        if (type == TERMINATE_RECORD_TYPE) return work->given ? 0 : vg_damaged(err, "gif: there is no picture in it");
        if (type == IMAGE_DESC_RECORD_TYPE) rc = one_frame(work, sink, found, err);
        else if (type == EXTENSION_RECORD_TYPE && read_extension(work) != 0) break;
        if (rc) return rc == 1 ? 0 : rc;
        if (work->gif->ImageCount > 64) { /* giflib remembers every descriptor; nothing here looks back */
            GifFreeSavedImages(work->gif);
            work->gif->SavedImages = NULL;
            work->gif->ImageCount = 0;
        }
    }
    if (work->ended) return 0;
    if (!work->given) return vg_damaged(err, "gif: truncated");
    snprintf(found->damage, sizeof found->damage, "gif: truncated after frame %u", work->number);
    return 0;
}

static int decode(gif_work *work, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    int status = 0;
    work->gif = DGifOpen(work, read_bytes, &status);
    if (!work->gif) {
        if (status == D_GIF_ERR_NOT_ENOUGH_MEM) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: gif: out of memory");
        return vg_damaged(err, "gif: the header is damaged or truncated");
    }
    found->width = work->gif->SWidth > 0 ? (uint32_t)work->gif->SWidth : 0;
    found->height = work->gif->SHeight > 0 ? (uint32_t)work->gif->SHeight : 0;
    int rc = vg_decode_check_size(work->in, found->width, found->height, err);
    if (rc) return rc;
    work->width = found->width;
    work->height = found->height;
    work->canvas = vg_calloc(work->width * work->height, 3);
    work->before = vg_calloc(work->width * work->height, 3);
    if (!work->canvas || !work->before) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: gif: out of memory");
    clear_frame(work, &(GifImageDesc){.Width = work->gif->SWidth, .Height = work->gif->SHeight});
    work->total = count_frames(work->in->bytes, work->in->len);
    if (work->total > 1) found->kind = VG_MEDIA_ANIMATION;
    found->frames_left_out = work->total > work->in->request->limits.frames;
    return read_records(work, sink, found, err);
}

int vg_decode_gif(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    if (in->len < 6 || (memcmp(in->bytes, "GIF87a", 6) != 0 && memcmp(in->bytes, "GIF89a", 6) != 0)) return -VG_ENOENT;
    vg_found_is(found, VG_MEDIA_STILL, "gif");
    gif_work work = {.in = in};
    int rc = decode(&work, sink, found, err);
    if (work.gif) DGifCloseFile(work.gif, NULL);
    vg_free(work.canvas);
    vg_free(work.before);
    vg_free(work.indices);
    return rc;
}
