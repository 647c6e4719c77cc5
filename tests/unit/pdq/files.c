/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <spng.h>

struct bail { struct jpeg_error_mgr base; jmp_buf back; };
static void give_up(j_common_ptr info) { longjmp(((struct bail *)info->err)->back, 1); }

static bool read_jpeg(FILE *file, vg_pixels *pixels, const char **why_not)
{
    struct jpeg_decompress_struct info;
    struct bail bail;
    uint8_t *volatile bytes = NULL;
    info.err = jpeg_std_error(&bail.base);
    bail.base.error_exit = give_up;
    if (setjmp(bail.back)) {
        jpeg_destroy_decompress(&info);
        free(bytes);
        *why_not = "libjpeg refuses it";
        return false;
    }
    jpeg_create_decompress(&info);
    jpeg_stdio_src(&info, file);
    jpeg_read_header(&info, TRUE);
    if (info.num_components == 4) {
        jpeg_destroy_decompress(&info);
        *why_not = "CMYK";
        return false;
    }
    info.out_color_space = info.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    info.dct_method = JDCT_ISLOW;
    info.do_fancy_upsampling = TRUE;
    jpeg_start_decompress(&info);
    size_t stride = (size_t)info.output_width * (size_t)info.output_components;
    bytes = malloc(stride * info.output_height);
    while (bytes && info.output_scanline < info.output_height) {
        JSAMPROW row = bytes + stride * info.output_scanline;
        jpeg_read_scanlines(&info, &row, 1);
    }
    *pixels = (vg_pixels){bytes, info.output_width, info.output_height, stride, (unsigned)info.output_components};
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return bytes != NULL;
}

static bool read_png(FILE *file, bool indices, vg_pixels *pixels, const char **why_not)
{
    spng_ctx *png = spng_ctx_new(0);
    struct spng_ihdr header;
    size_t size = 0;
    uint8_t *bytes = NULL;
    bool good = png && !spng_set_png_file(png, file) && !spng_get_ihdr(png, &header);
    if (good && header.bit_depth < 8 && header.color_type == SPNG_COLOR_TYPE_GRAYSCALE) {
        spng_ctx_free(png);
        *why_not = "fewer than 8 bits";
        return false;
    }
    indices = good && indices && header.bit_depth == 8 && header.color_type == SPNG_COLOR_TYPE_INDEXED;
    const int format = indices ? SPNG_FMT_RAW : SPNG_FMT_RGB8;
    good = good && !spng_decoded_image_size(png, format, &size) && (bytes = malloc(size)) &&
           !spng_decode_image(png, bytes, size, format, 0);
    spng_ctx_free(png);
    if (!good) {
        free(bytes);
        *why_not = "libspng refuses it";
        return false;
    }
    /* grey as RGB is not grey to the last bit of luma: back to one channel, as the reference saw it */
    bool grey = header.color_type == SPNG_COLOR_TYPE_GRAYSCALE || header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA;
    size_t count = (size_t)header.width * header.height;
    for (size_t i = 0; grey && i < count; i++) bytes[i] = bytes[3 * i];
    grey |= indices;
    *pixels = (vg_pixels){bytes, header.width, header.height, (size_t)header.width * (grey ? 1 : 3), grey ? 1 : 3};
    return true;
}

bool files_read(const char *path, bool indices, vg_pixels *pixels, const char **why_not)
{
    FILE *file = fopen(path, "rb");
    unsigned char start[8] = {0};
    bool good = false;
    *why_not = "cannot be opened";
    if (!file) return false;
    *why_not = "neither JPEG nor PNG";
    if (fread(start, 1, 8, file) == 8 && !fseek(file, 0, SEEK_SET)) {
        if (!memcmp(start, "\xFF\xD8\xFF", 3)) good = read_jpeg(file, pixels, why_not);
        else if (!memcmp(start, "\x89PNG", 4)) good = read_png(file, indices, pixels, why_not);
    }
    fclose(file);
    return good;
}
