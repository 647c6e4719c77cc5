/* SPDX-License-Identifier: Apache-2.0
 *
 * seeds FOLDER: writes the seeds of fuzz/image_fuzz.c, one small picture for each format and mode (fuzz/corpus/image).
 */
#include <stdio.h>
#include <stdlib.h>
#include <tiffio.h>

#include "encoders.h"

static int put(const char *folder, const char *name, bytes b)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = b.at ? fopen(path, "wb") : NULL;
    bool good = f && fwrite(b.at, 1, b.len, f) == b.len;
    if (f && fclose(f) != 0) good = false;
    printf("%-24s %zu bytes%s\n", name, b.len, good ? "" : ": not written");
    drop(&b);
    return good ? 0 : 1;
}

int main(int argc, char **argv)
{
    enum { W = 20, H = 14 };
    if (argc != 2) return 2;
    uint8_t palette[768], index[W * H], *rgb = make_picture(W, H, 1), *other = make_indexed(W, H, 4, palette, index);
    uint8_t *frames[2] = {index, index}, *colours[2] = {rgb, other}, deep[W * H * 6] = {0}, alpha[W * H * 4] = {0};
    for (size_t i = 0; i < W * H * 3; i++) deep[2 * i + 1] = rgb[i];
    for (size_t i = 0; i < W * H * 4; i++) alpha[i] = rgb[i * 3 / 4];
    int rc = put(argv[1], "grey.jpg", make_jpeg(rgb, W, H, &(jpeg_options){.grey = true, .quality = 50}));
    rc |= put(argv[1], "half.jpg", make_jpeg(rgb, W, H, &(jpeg_options){.quality = 60, .exif = 6}));
    rc |= put(argv[1], "progressive.jpg", make_jpeg(rgb, W, H, &(jpeg_options){.quality = 60, .progressive = true, .across = 1, .down = 1}));
    rc |= put(argv[1], "inks.jpg", make_jpeg(alpha, W, H, &(jpeg_options){.quality = 50, .inks = true, .adobe = true}));
    rc |= put(argv[1], "colours.png", make_png(rgb, W, H, 2, 8, false, NULL, 0, 8));
    rc |= put(argv[1], "palette.png", make_png(index, W, H, 3, 8, true, palette, 4, 0));
    rc |= put(argv[1], "deep.png", make_png(deep, W, H, 2, 16, false, NULL, 0, 0));
    rc |= put(argv[1], "alpha.png", make_png(alpha, W, H, 6, 8, false, NULL, 0, 0));
    rc |= put(argv[1], "lossy.webp", make_webp(rgb, W, H, false, 3));
    rc |= put(argv[1], "lossless.webp", make_webp(other, W, H, true, 0));
    rc |= put(argv[1], "animation.webp", make_webp_animation(colours, 2, W, H));
    rc |= put(argv[1], "still.gif", make_gif(frames, 1, W, H, palette, 4, true));
    rc |= put(argv[1], "animation.gif", make_gif(frames, 2, W, H, palette, 4, false));
    rc |= put(argv[1], "strips.tif", make_tiff(rgb, W, H, &(tiff_options){.compression = COMPRESSION_LZW, .orientation = 5}));
    rc |= put(argv[1], "tiles.tif", make_tiff(rgb, W, H, &(tiff_options){.tiled = true, .compression = COMPRESSION_ADOBE_DEFLATE}));
    rc |= put(argv[1], "palette.tif", make_tiff(index, W, H, &(tiff_options){.samples = 1, .photometric = PHOTOMETRIC_MINISBLACK,
                                                                             .compression = COMPRESSION_PACKBITS}));
    rc |= put(argv[1], "runs.bmp", make_bmp(NULL, index, palette, W, H, 4, false, true));
    rc |= put(argv[1], "colours.bmp", make_bmp(rgb, NULL, NULL, W, H, 24, true, false));
    rc |= put(argv[1], "deep.bmp", make_bmp(rgb, NULL, NULL, W, H, 16, false, false));
    rc |= put(argv[1], "picture.heic", make_heif(rgb, W, H, false));
    rc |= put(argv[1], "picture.avif", make_heif(rgb, W, H, true));
    free(rgb);
    free(other);
    return rc;
}
