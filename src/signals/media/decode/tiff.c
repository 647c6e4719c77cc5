/* SPDX-License-Identifier: Apache-2.0
 *
 * TIFF through libtiff, from memory: its first picture. libtiff's RGBA reader knows strips, tiles, palettes, 1 to 16 bits, CMYK,
 * YCbCr and CIE L*a*b; 16 bits are rounded to 8 there. Alpha is dropped.
 */
#include "signals/media/decode/image_int.h"

#include <stdio.h>
#include <tiffio.h>

#include "base/alloc.h"

typedef struct tiff_work {
    const vg_decode_input *in;
    toff_t at;
    char reason[80]; /* libtiff's first complaint */
    TIFFRGBAImage image;
    bool begun;
    vg_canvas canvas;
    uint32_t *raster;
    uint8_t *row;
} tiff_work;

enum { BAND = 64 }; /* rows read at once, when the picture is in no larger strips or tiles */

static tsize_t read_bytes(thandle_t handle, void *to, tsize_t len)
{
    tiff_work *work = handle;
    if (len <= 0 || work->at >= work->in->len) return 0;
    size_t n = work->in->len - (size_t)work->at;
    if (n > (size_t)len) n = (size_t)len;
    memcpy(to, work->in->bytes + work->at, n);
    work->at += n;
    return (tsize_t)n;
}
static tsize_t write_bytes(thandle_t handle, void *from, tsize_t len)
{
    (void)handle, (void)from, (void)len;
    return 0;
}
static toff_t seek(thandle_t handle, toff_t offset, int whence)
{
    tiff_work *work = handle;
    work->at = whence == SEEK_SET ? offset : whence == SEEK_CUR ? work->at + offset : work->in->len + offset;
    return work->at;
}
static int close_nothing(thandle_t handle) { return (void)handle, 0; }
static toff_t size_of(thandle_t handle) { return ((tiff_work *)handle)->in->len; }
static int map_bytes(thandle_t handle, void **base, toff_t *len)
{
    const vg_decode_input *in = ((tiff_work *)handle)->in;
    /* libtiff only reads it (mode "r"), though its type has no const for that */
    memcpy(base, &in->bytes, sizeof *base);
    *len = in->len;
    return 1;
}
static void unmap_bytes(thandle_t handle, void *base, toff_t len) { (void)handle, (void)base, (void)len; }

__attribute__((format(printf, 4, 0))) static int on_error(TIFF *tiff, void *context, const char *module, const char *format,
                                                          va_list args)
{
    tiff_work *work = context;
    (void)tiff, (void)module;
    if (!work->reason[0]) vsnprintf(work->reason, sizeof work->reason, format, args);
    return 1;
}
__attribute__((format(printf, 4, 0))) static int on_warning(TIFF *tiff, void *context, const char *module, const char *format,
                                                            va_list args)
{
    (void)tiff, (void)context, (void)module, (void)format, (void)args;
    return 1;
}

static int say(const tiff_work *work, vg_error *err)
{
    if (strstr(work->reason, "alloc") || strstr(work->reason, "memory"))
        return vg_fail(err, VG_ENOMEM, "", "could not be decoded: tiff: out of memory");
    return vg_damaged(err, "tiff: %s", work->reason[0] ? work->reason : "damaged");
}

static int read_bands(tiff_work *work, TIFF *tiff, vg_decode_found *found, vg_error *err)
{
    size_t width = found->width, height = found->height, band = BAND;
    uint32_t strip = 0;
    /* less than a strip or tile at once would unpack it again for each piece */
    if (TIFFGetField(tiff, TIFFIsTiled(tiff) ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP, &strip) && strip > band) band = strip;
    if (band > height) band = height;
    work->raster = vg_calloc(width * band, sizeof *work->raster);
    work->row = vg_calloc(width, 3);
    if (!work->raster || !work->row) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: tiff: out of memory");
    for (size_t y = 0; y < height; y += band) {
        size_t rows = height - y < band ? height - y : band;
        work->image.row_offset = (int)y;
        work->image.col_offset = 0;
        if (!TIFFRGBAImageGet(&work->image, work->raster, found->width, (uint32_t)rows)) {
            if (y < (height + 1) / 2) return say(work, err);
            snprintf(found->damage, sizeof found->damage, "tiff: damaged from row %zu of %zu", y, height);
            return 0;
        }
        for (size_t r = 0; r < rows; r++) {
            if (!vg_canvas_needs(&work->canvas, y + r)) continue;
            const uint32_t *from = work->raster + r * width;
            for (size_t x = 0; x < width; x++) {
                work->row[3 * x] = (uint8_t)TIFFGetR(from[x]);
                work->row[3 * x + 1] = (uint8_t)TIFFGetG(from[x]);
                work->row[3 * x + 2] = (uint8_t)TIFFGetB(from[x]);
            }
            vg_canvas_put(&work->canvas, y + r, work->row);
        }
    }
    return 0;
}

static int decode(tiff_work *work, TIFF *tiff, vg_decode_found *found, vg_error *err)
{
    uint16_t orientation = 1, extra = 0, *kinds = NULL;
    char why[1024] = "";
    if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &found->width) || !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &found->height))
        return vg_damaged(err, "tiff: no width or no height");
    int rc = vg_decode_check_size(work->in, found->width, found->height, err);
    if (rc) return rc;
    if (TIFFGetField(tiff, TIFFTAG_ORIENTATION, &orientation) && orientation >= 1 && orientation <= 8)
        found->exif = (uint8_t)orientation;
    /* unassociated alpha would be multiplied into the colours; called associated it is only left beside them */
    if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &extra, &kinds) && extra == 1 && kinds[0] == EXTRASAMPLE_UNASSALPHA) {
        uint16_t associated = EXTRASAMPLE_ASSOCALPHA;
        TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &associated);
    }
    if (!TIFFRGBAImageOK(tiff, why)) return vg_damaged(err, "tiff: %.100s", why);
    if (!TIFFRGBAImageBegin(&work->image, tiff, 1, why)) return vg_damaged(err, "tiff: %.100s", why);
    work->begun = true;
    work->image.req_orientation = work->image.orientation; /* as stored: it is turned by the canvas, by the same rule as others */
    rc = vg_canvas_create(&work->canvas, work->in, found->width, found->height, 3, found->exif, err);
    if (rc == 0) rc = read_bands(work, tiff, found, err);
    return rc;
}

int vg_decode_tiff(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    if (in->len < 8 || (memcmp(in->bytes, "II*\0", 4) != 0 && memcmp(in->bytes, "MM\0*", 4) != 0 &&
                        memcmp(in->bytes, "II+\0", 4) != 0 && memcmp(in->bytes, "MM\0+", 4) != 0))
        return -VG_ENOENT;
    vg_found_is(found, VG_MEDIA_STILL, "tiff");
    tiff_work work = {.in = in};
    int rc = 0;
    TIFF *tiff = NULL;
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return vg_fail(err, VG_ENOMEM, "", "could not be decoded: tiff: out of memory");
    uint64_t most = in->request->limits.memory_bytes;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, most < INT32_MAX ? (tmsize_t)most : INT32_MAX);
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, &work);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, &work);
    tiff = TIFFClientOpenExt("file", "r", &work, read_bytes, write_bytes, seek, close_nothing, size_of, map_bytes, unmap_bytes,
                             options);
    rc = tiff ? decode(&work, tiff, found, err) : say(&work, err);
    if (rc == 0) rc = vg_canvas_give(&work.canvas, sink, err);
    if (work.begun) TIFFRGBAImageEnd(&work.image);
    if (tiff) TIFFClose(tiff);
    TIFFOpenOptionsFree(options);
    vg_canvas_free(&work.canvas);
    vg_free(work.raster);
    vg_free(work.row);
    return rc;
}
