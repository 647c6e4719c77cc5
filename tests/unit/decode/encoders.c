/* SPDX-License-Identifier: Apache-2.0 */
#include "encoders.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <jpeglib.h>
#include <gif_lib.h>
#include <libheif/heif.h>
#include <spng.h>
#include <tiffio.h>
#include <webp/encode.h>
#include <webp/mux.h>

static void *need(void *block)
{
    if (!block) abort();
    return block;
}

static uint8_t *room(size_t size) { return need(calloc(size ? size : 1, 1)); }

void drop(bytes *b)
{
    free(b->at);
    *b = (bytes){0};
}

static void append(bytes *b, const void *more, size_t len)
{
    b->at = need(realloc(b->at, b->len + len + 1));
    if (len) memcpy(b->at + b->len, more, len);
    b->len += len;
}

static void append_le(bytes *b, uint64_t value, unsigned count)
{
    for (unsigned i = 0; i < count; i++) append(b, &(uint8_t){(uint8_t)(value >> (8 * i))}, 1);
}

uint8_t *make_picture(size_t width, size_t height, uint32_t seed)
{
    uint8_t *rgb = room(width * height * 3);
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++) {
            double u = (double)x / (double)width, v = (double)y / (double)height, s = seed;
            double edge = u + 0.6 * v > 0.7 ? 40 : -20, grain = (double)((x * 7 + y * 13 + x * y) % 11);
            double wave[3] = {sin(9 * u + s) * cos(5 * v), sin(4 * u * v * 6 + 2 * s), cos(7 * v - 3 * u + s)};
            for (int c = 0; c < 3; c++) {
                double value = 120 + 80 * wave[c] + edge + grain;
                rgb[(y * width + x) * 3 + (size_t)c] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
            }
        }
    return rgb;
}

uint8_t *make_indexed(size_t width, size_t height, unsigned colours, uint8_t *palette, uint8_t *index)
{
    uint8_t *rgb = make_picture(width, height, colours);
    for (unsigned i = 0; i < colours; i++) {
        unsigned level = i * 255 / (colours - 1);
        palette[3 * i] = (uint8_t)level;
        palette[3 * i + 1] = (uint8_t)(255 - level / 2);
        palette[3 * i + 2] = (uint8_t)(level * level / 255);
    }
    for (size_t i = 0; i < width * height; i++) {
        index[i] = (uint8_t)((unsigned)rgb[3 * i] * (colours - 1) / 255);
        memcpy(rgb + 3 * i, palette + 3 * (size_t)index[i], 3);
    }
    return rgb;
}

bytes make_exif(unsigned orientation, bool prefix)
{
    bytes b = {0};
    if (prefix) append(&b, "Exif\0\0", 6);
    append(&b, "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18);
    append_le(&b, orientation, 4);
    append_le(&b, 0, 4);
    return b;
}

bytes make_jpeg(const uint8_t *rgb, size_t width, size_t height, const jpeg_options *options)
{
    struct jpeg_compress_struct cinfo;
    struct jpeg_error_mgr errors;
    unsigned char *out = NULL;
    unsigned long len = 0;
    cinfo.err = jpeg_std_error(&errors);
    jpeg_create_compress(&cinfo);
    jpeg_mem_dest(&cinfo, &out, &len);
    cinfo.image_width = (JDIMENSION)width;
    cinfo.image_height = (JDIMENSION)height;
    cinfo.input_components = options->inks ? 4 : options->grey ? 1 : 3;
    cinfo.in_color_space = options->inks ? JCS_CMYK : options->grey ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&cinfo);
    jpeg_set_quality(&cinfo, options->quality ? options->quality : 90, TRUE);
    if (options->across) cinfo.comp_info[0].h_samp_factor = options->across;
    if (options->down) cinfo.comp_info[0].v_samp_factor = options->down;
    if (options->progressive) jpeg_simple_progression(&cinfo);
    cinfo.write_Adobe_marker = options->adobe;
    jpeg_start_compress(&cinfo, TRUE);
    if (options->exif) {
        bytes exif = make_exif(options->exif, true);
        jpeg_write_marker(&cinfo, JPEG_APP0 + 1, exif.at, (unsigned)exif.len);
        drop(&exif);
    }
    while (cinfo.next_scanline < cinfo.image_height) {
        uint8_t *row = room(width * 4);
        memcpy(row, rgb + cinfo.next_scanline * width * (size_t)cinfo.input_components, width * (size_t)cinfo.input_components);
        jpeg_write_scanlines(&cinfo, &(JSAMPROW){row}, 1);
        free(row);
    }
    jpeg_finish_compress(&cinfo);
    jpeg_destroy_compress(&cinfo);
    return (bytes){out, len};
}

bytes make_png(const void *samples, size_t width, size_t height, unsigned type, unsigned bits, bool interlaced,
               const uint8_t *palette, unsigned colours, unsigned exif)
{
    static const unsigned channels[] = {1, 0, 3, 1, 2, 0, 4};
    spng_ctx *ctx = need(spng_ctx_new(SPNG_CTX_ENCODER));
    struct spng_ihdr ihdr = {(uint32_t)width, (uint32_t)height, (uint8_t)bits, (uint8_t)type, 0, 0, interlaced};
    spng_set_option(ctx, SPNG_ENCODE_TO_BUFFER, 1);
    int rc = spng_set_ihdr(ctx, &ihdr);
    if (palette) {
        struct spng_plte plte = {.n_entries = colours};
        for (unsigned i = 0; i < colours; i++)
            plte.entries[i] = (struct spng_plte_entry){palette[3 * i], palette[3 * i + 1], palette[3 * i + 2], 255};
        rc |= spng_set_plte(ctx, &plte);
    }
    bytes tag = make_exif(exif, false);
    if (exif) rc |= spng_set_exif(ctx, &(struct spng_exif){tag.len, (char *)tag.at});
    size_t line = (width * bits * channels[type] + 7) / 8, len = 0;
    rc |= spng_encode_image(ctx, samples, line * height, SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
    if (rc) fprintf(stderr, "png: %s\n", spng_strerror(rc));
    int status = 0;
    uint8_t *out = rc ? NULL : spng_get_png_buffer(ctx, &len, &status);
    spng_ctx_free(ctx);
    drop(&tag);
    return (bytes){out, len};
}

static bytes with_exif(bytes plain, unsigned exif)
{
    WebPData image = {plain.at, plain.len}, out = {0};
    bytes tag = make_exif(exif, false);
    WebPMux *mux = need(WebPMuxCreate(&image, 1));
    WebPMuxSetChunk(mux, "EXIF", &(WebPData){tag.at, tag.len}, 1);
    WebPMuxAssemble(mux, &out);
    WebPMuxDelete(mux);
    bytes b = {0};
    append(&b, out.bytes, out.size);
    WebPDataClear(&out);
    drop(&tag);
    drop(&plain);
    return b;
}

bytes make_webp(const uint8_t *rgb, size_t width, size_t height, bool lossless, unsigned exif)
{
    uint8_t *out = NULL;
    int w = (int)width, h = (int)height;
    size_t len = lossless ? WebPEncodeLosslessRGB(rgb, w, h, 3 * w, &out) : WebPEncodeRGB(rgb, w, h, 3 * w, 80, &out);
    bytes b = {0};
    append(&b, out, len);
    WebPFree(out);
    return exif ? with_exif(b, exif) : b;
}

bytes make_webp_animation(uint8_t *const *rgb, size_t frames, size_t width, size_t height)
{
    WebPAnimEncoderOptions options;
    WebPConfig config;
    WebPData out = {0};
    WebPAnimEncoderOptionsInit(&options);
    WebPConfigInit(&config);
    config.lossless = 1;
    config.method = 0;
    WebPAnimEncoder *encoder = need(WebPAnimEncoderNew((int)width, (int)height, &options));
    for (size_t i = 0; i < frames; i++) {
        WebPPicture picture;
        WebPPictureInit(&picture);
        picture.use_argb = 1;
        picture.width = (int)width;
        picture.height = (int)height;
        WebPPictureImportRGB(&picture, rgb[i], (int)width * 3);
        WebPAnimEncoderAdd(encoder, &picture, (int)i * 100, &config);
        WebPPictureFree(&picture);
    }
    WebPAnimEncoderAdd(encoder, NULL, (int)frames * 100, NULL);
    WebPAnimEncoderAssemble(encoder, &out);
    WebPAnimEncoderDelete(encoder);
    bytes b = {0};
    append(&b, out.bytes, out.size);
    WebPDataClear(&out);
    return b;
}

static int append_gif(GifFileType *gif, const GifByteType *from, int len)
{
    append(gif->UserData, from, (size_t)len);
    return len;
}

bytes make_gif(uint8_t *const *index, size_t frames, size_t width, size_t height, const uint8_t *palette, unsigned colours,
               bool interlaced)
{
    bytes b = {0};
    int status = 0, w = (int)width, h = (int)height;
    GifFileType *gif = need(EGifOpen(&b, append_gif, &status));
    ColorMapObject *map = need(GifMakeMapObject((int)colours, NULL));
    for (unsigned i = 0; i < colours; i++) map->Colors[i] = (GifColorType){palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]};
    EGifSetGifVersion(gif, true);
    EGifPutScreenDesc(gif, w, h, 8, 0, map);
    for (size_t f = 0; f < frames; f++) {
        GifByteType control[4];
        EGifGCBToExtension(&(GraphicsControlBlock){0, false, 10, NO_TRANSPARENT_COLOR}, control);
        if (frames > 1) EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, 4, control);
        EGifPutImageDesc(gif, 0, 0, w, h, interlaced, NULL);
        static const size_t start[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
        for (int pass = 0; pass < (interlaced ? 4 : 1); pass++)
            for (size_t y = interlaced ? start[pass] : 0; y < height; y += interlaced ? step[pass] : 1)
                EGifPutLine(gif, index[f] + y * width, w);
    }
    EGifCloseFile(gif, &status);
    GifFreeMapObject(map);
    return b;
}

static bytes of_file(int fd)
{
    bytes b = {0};
    off_t len = lseek(fd, 0, SEEK_END);
    b.at = room((size_t)len);
    b.len = (size_t)len;
    if (pread(fd, b.at, b.len, 0) != (ssize_t)b.len) abort();
    return b;
}

static void write_tiff(TIFF *tiff, const uint8_t *samples, size_t width, size_t height, const tiff_options *o)
{
    size_t bits = o->bits ? o->bits : 8, count = o->samples ? o->samples : 3, pixel = bits * count / 8;
    if (!o->tiled) {
        size_t line = (width * bits * count + 7) / 8;
        for (size_t y = 0; y < height; y++) {
            uint8_t *row = room(line);
            memcpy(row, samples + y * line, line);
            TIFFWriteScanline(tiff, row, (uint32_t)y, 0);
            free(row);
        }
        return;
    }
    for (size_t ty = 0; ty < height; ty += 32)
        for (size_t tx = 0; tx < width; tx += 32) {
            uint8_t *tile = room(32 * 32 * pixel);
            for (size_t y = 0; y < 32 && ty + y < height; y++)
                memcpy(tile + y * 32 * pixel, samples + ((ty + y) * width + tx) * pixel, (width - tx < 32 ? width - tx : 32) * pixel);
            TIFFWriteTile(tiff, tile, (uint32_t)tx, (uint32_t)ty, 0, 0);
            free(tile);
        }
}

bytes make_tiff(const void *samples, size_t width, size_t height, const tiff_options *o)
{
    int fd = memfd_create("tiff", MFD_CLOEXEC);
    TIFF *tiff = need(TIFFFdOpen(dup(fd), "tiff", "w"));
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, (uint32_t)width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, (uint32_t)height);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, o->bits ? o->bits : 8);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, o->samples ? o->samples : 3);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, o->photometric ? o->photometric : PHOTOMETRIC_RGB);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, o->compression ? o->compression : COMPRESSION_NONE);
    if (o->orientation) TIFFSetField(tiff, TIFFTAG_ORIENTATION, o->orientation);
    if (o->extra) TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &(uint16_t){(uint16_t)o->extra});
    if (o->tiled) {
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 32);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, 32);
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 16);
    }
    if (o->palette) {
        uint16_t map[3][256] = {{0}};
        for (size_t i = 0; i < (size_t)1 << (o->bits ? o->bits : 8); i++)
            for (size_t c = 0; c < 3; c++) map[c][i] = (uint16_t)(o->palette[3 * i + c] * 257);
        TIFFSetField(tiff, TIFFTAG_COLORMAP, map[0], map[1], map[2]);
    }
    write_tiff(tiff, samples, width, height, o);
    TIFFClose(tiff);
    bytes b = of_file(fd);
    close(fd);
    return b;
}

static struct heif_error append_heif(struct heif_context *context, const void *data, size_t size, void *to)
{
    (void)context;
    append(to, data, size);
    return (struct heif_error){heif_error_Ok, heif_suberror_Unspecified, "ok"};
}

bytes make_heif(const uint8_t *rgb, size_t width, size_t height, bool avif)
{
    bytes b = {0};
    int w = (int)width, h = (int)height, stride = 0;
    struct heif_encoder *encoder = NULL;
    struct heif_image *image = NULL;
    struct heif_context *context = need(heif_context_alloc());
    if (heif_context_get_encoder_for_format(context, avif ? heif_compression_AV1 : heif_compression_HEVC, &encoder).code == 0) {
        heif_encoder_set_lossy_quality(encoder, 90);
        if (avif) heif_encoder_set_parameter_integer(encoder, "speed", 9);
        heif_image_create(w, h, heif_colorspace_RGB, heif_chroma_interleaved_RGB, &image);
        heif_image_add_plane(image, heif_channel_interleaved, w, h, 24);
        uint8_t *to = heif_image_get_plane(image, heif_channel_interleaved, &stride);
        for (size_t y = 0; y < height; y++) memcpy(to + y * (size_t)stride, rgb + y * width * 3, width * 3);
        struct heif_writer writer = {1, append_heif};
        if (heif_context_encode_image(context, image, encoder, NULL, NULL).code == 0) heif_context_write(context, &writer, &b);
        heif_image_release(image);
        heif_encoder_release(encoder);
    }
    heif_context_free(context);
    return b;
}

static void pack_row(bytes *b, const uint8_t *rgb, const uint8_t *index, size_t width, unsigned bits)
{
    size_t begin = b->len;
    for (size_t x = 0; x < width; x++) {
        if (bits == 1 || bits == 4) {
            if (x * bits % 8 == 0) append_le(b, 0, 1);
            b->at[b->len - 1] = (uint8_t)(b->at[b->len - 1] | index[x] << (8 - bits - x * bits % 8));
        } else if (bits == 8) {
            append_le(b, index[x], 1);
        } else if (bits == 16) {
            append_le(b, (uint32_t)(rgb[3 * x] >> 3) << 10 | (uint32_t)(rgb[3 * x + 1] >> 3) << 5 | rgb[3 * x + 2] >> 3, 2);
        } else {
            append_le(b, (uint32_t)rgb[3 * x] << 16 | (uint32_t)rgb[3 * x + 1] << 8 | rgb[3 * x + 2], bits / 8);
        }
    }
    while ((b->len - begin) % 4) append_le(b, 0, 1);
}

/* Runs of equal numbers, and of what is left literal pieces. */
static void pack_runs(bytes *b, const uint8_t *index, size_t width, bool last, unsigned bits)
{
    for (size_t x = 0; x < width;) {
        size_t run = 1;
        while (x + run < width && run < 255 && index[x + run] == index[x]) run++;
        if (bits == 8 && run < 3 && width - x >= 4) { /* four as they are */
            append(b, "\0\4", 2);
            append(b, index + x, 4);
            x += 4;
            continue;
        }
        append_le(b, (uint32_t)run, 1);
        append_le(b, bits == 8 ? index[x] : (uint32_t)(index[x] << 4 | index[x]), 1);
        x += run;
    }
    append(b, last ? "\0\1" : "\0\0", 2);
}

bytes make_bmp(const uint8_t *rgb, const uint8_t *index, const uint8_t *palette, size_t width, size_t height, unsigned bits,
               bool top_down, bool packed)
{
    bytes b = {0};
    uint32_t colours = bits <= 8 ? 1u << bits : 0, data = 54 + 4 * colours;
    append(&b, "BM", 2);
    append_le(&b, 0, 8);
    append_le(&b, data, 4);
    append_le(&b, 40, 4);
    append_le(&b, (uint32_t)width, 4);
    append_le(&b, top_down ? (uint32_t)-(int32_t)height : (uint32_t)height, 4);
    append_le(&b, 1, 2);
    append_le(&b, bits, 2);
    append_le(&b, packed ? bits == 8 ? 1 : 2 : 0, 4);
    for (int i = 0; i < 5; i++) append_le(&b, 0, 4);
    for (uint32_t i = 0; i < colours; i++) append_le(&b, (uint32_t)palette[3 * i] << 16 | (uint32_t)palette[3 * i + 1] << 8 | palette[3 * i + 2], 4);
    for (size_t i = 0; i < height; i++) {
        size_t y = top_down ? i : height - 1 - i;
        if (packed) pack_runs(&b, index + y * width, width, i + 1 == height, bits);
        else pack_row(&b, rgb ? rgb + y * width * 3 : NULL, index ? index + y * width : NULL, width, bits);
    }
    return b;
}

/* The HEVC encoder keeps a block for the life of the process. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:libx265"; }
