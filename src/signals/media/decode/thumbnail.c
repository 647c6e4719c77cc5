/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/media/decode/worker_int.h"

/* Rec. 601 luma in 1/256: a thumbnail is for eyes, not for hashing. */
static uint32_t luma(const uint8_t *p, unsigned channels)
{
    return channels == 1 ? p[0] : (77u * p[0] + 150u * p[1] + 29u * p[2]) >> 8;
}

void vg_thumbnail(const vg_pixels *pixels, uint32_t width, uint32_t height, vg_wire_thumbnail *out)
{
    uint64_t longer = width > height ? width : height, most = VG_WIRE_THUMB;
    uint64_t w = longer > most ? width * most / longer : width, h = longer > most ? height * most / longer : height;
    out->width = w ? (uint32_t)w : 1;
    out->height = h ? (uint32_t)h : 1;
    for (size_t v = 0; v < out->height; v++) {
        size_t top = v * pixels->height / out->height, bottom = (v + 1) * pixels->height / out->height;
        if (bottom == top) bottom++;
        for (size_t u = 0; u < out->width; u++) {
            size_t left = u * pixels->width / out->width, right = (u + 1) * pixels->width / out->width;
            if (right == left) right++;
            uint64_t sum = 0;
            for (size_t y = top; y < bottom; y++)
                for (size_t x = left; x < right; x++)
                    sum += luma(pixels->bytes + y * pixels->stride + x * pixels->channels, pixels->channels);
            out->bytes[v * out->width + u] = (uint8_t)(sum / ((bottom - top) * (right - left)));
        }
    }
}

void vg_view_sides(const vg_pixels *pixels, uint32_t side, uint32_t *width, uint32_t *height)
{
    uint64_t w = pixels->width, h = pixels->height, longer = w > h ? w : h;
    if (longer > side) {
        w = w * side / longer;
        h = h * side / longer;
    }
    *width = w ? (uint32_t)w : 1;
    *height = h ? (uint32_t)h : 1;
}

void vg_view_shrink(const vg_pixels *pixels, uint32_t width, uint32_t height, uint8_t *out)
{
    for (size_t v = 0; v < height; v++) {
        size_t top = v * pixels->height / height, bottom = (v + 1) * pixels->height / height;
        for (size_t u = 0; u < width; u++, out += 3) {
            size_t left = u * pixels->width / width, right = (u + 1) * pixels->width / width;
            uint64_t sum[3] = {0}, count = (bottom - top) * (right - left);
            for (size_t y = top; y < bottom; y++)
                for (size_t x = left; x < right; x++) {
                    const uint8_t *p = pixels->bytes + y * pixels->stride + x * pixels->channels;
                    for (unsigned c = 0; c < 3; c++) sum[c] += p[pixels->channels == 1 ? 0 : c];
                }
            for (unsigned c = 0; c < 3; c++) out[c] = (uint8_t)(sum[c] / count); /* never larger than the original: count is not 0 */
        }
    }
}
