/* SPDX-License-Identifier: Apache-2.0 */
#include "slow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

float *slow_luma(const vg_pixels *pixels, vg_pdq_profile profile, size_t *width, size_t *height)
{
    size_t from_w = pixels->width, from_h = pixels->height;
    int scale = profile == VG_PDQ_CPP && (from_w > 512 || from_h > 512);
    *width = scale ? 512 : from_w;
    *height = scale ? 512 : from_h;
    float *luma = malloc(*width * *height * sizeof *luma + 1);
    for (size_t y = 0; luma && y < *height; y++)
        for (size_t x = 0; x < *width; x++) {
            size_t fy = scale ? y * from_h / 512 : y, fx = scale ? x * from_w / 512 : x;
            const uint8_t *p = pixels->bytes + fy * pixels->stride + fx * pixels->channels;
            float value = (float)p[0];
            if (pixels->channels == 3 && profile == VG_PDQ_CPP) {
                float red = 0.299F * (float)p[0], green = 0.587F * (float)p[1], blue = 0.114F * (float)p[2];
                float sum = red + green;
                value = sum + blue;
            } else if (pixels->channels == 3) {
                double sum = 0.299 * p[0];
                sum += 0.587 * p[1];
                sum += 0.114 * p[2];
                value = (float)sum;
            }
            luma[y * *width + x] = value;
        }
    return luma;
}

static void box(const float *in, float *out, size_t n, size_t step, size_t window)
{
    size_t half = (window + 2) / 2, li = 0, ri = 0, oi = 0;
    float sum = 0, count = 0;
    for (size_t i = 0; i < half - 1; i++) {
        sum = sum + in[ri * step], ri++;
        count = count + 1;
    }
    for (size_t i = 0; i < window - half + 1; i++) {
        sum = sum + in[ri * step], ri++;
        count = count + 1;
        out[oi * step] = sum / count, oi++;
    }
    for (size_t i = 0; i < n - window; i++) {
        sum = sum + in[ri * step], ri++;
        sum = sum - in[li * step], li++;
        out[oi * step] = sum / count, oi++;
    }
    for (size_t i = 0; i < half - 1; i++) {
        sum = sum - in[li * step], li++;
        count = count - 1;
        out[oi * step] = sum / count, oi++;
    }
}

void slow_small(const float *luma, size_t width, size_t height, bool skip_small, float small[64][64])
{
    if (skip_small && width == 64 && height == 64) {
        memcpy(small, luma, 64 * sizeof *small);
        return;
    }
    float *a = malloc(width * height * sizeof *a), *b = malloc(width * height * sizeof *b);
    if (!a || !b) abort();
    memcpy(a, luma, width * height * sizeof *a);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t y = 0; y < height; y++) box(a + y * width, b + y * width, width, 1, (width + 127) / 128);
        for (size_t x = 0; x < width; x++) box(b + x, a + x, height, width, (height + 127) / 128);
    }
    for (int i = 0; i < 64; i++)
        for (int j = 0; j < 64; j++) {
            const int y = (int)(((i + 0.5) * (double)height) / 64), x = (int)(((j + 0.5) * (double)width) / 64);
            small[i][j] = a[(size_t)y * width + (size_t)x];
        }
    free(a);
    free(b);
}

void slow_coefficients(float small[64][64], float coefficients[16][16])
{
    static float cosines[16][64];
    for (int f = 0; f < 16 && cosines[15][63] == 0.0F; f++)
        for (int x = 0; x < 64; x++)
            cosines[f][x] = (float)((double)(float)sqrt(2.0 / 64.0) * 
                                      cos(((3.14159265358979323846 / 2.0) / 64.0) * (f + 1) * (2 * x + 1)));
    for (int f = 0; f < 16; f++) {
        float row[64];
        for (int j = 0; j < 64; j++) {
            row[j] = 0;
            for (int k = 0; k < 64; k++) row[j] += cosines[f][k] * small[k][j];
        }
        for (int g = 0; g < 16; g++) {
            float sum = 0;
            for (int k = 0; k < 64; k++) sum += row[k] * cosines[g][k];
            coefficients[f][g] = sum;
        }
    }
}

unsigned slow_quality(float small[64][64])
{
    int total = 0;
    for (int i = 0; i < 64; i++)
        for (int j = 0; j < 64; j++) {
            if (i < 63) total += abs((int)(((small[i][j] - small[i + 1][j]) * 100.0F) / 255.0F));
            if (j < 63) total += abs((int)(((small[i][j] - small[i][j + 1]) * 100.0F) / 255.0F));
        }
    return total / 90 > 100 ? 100 : (unsigned)(total / 90);
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

static void bits(float values[16][16], uint8_t hash[32])
{
    float sorted[256];
    memcpy(sorted, values, sizeof sorted);
    qsort(sorted, 256, sizeof *sorted, by_value);
    memset(hash, 0, 32);
    for (int k = 0; k < 256; k++)
        if (values[k / 16][k % 16] > sorted[127]) hash[31 - k / 8] = (uint8_t)(hash[31 - k / 8] | 1 << k % 8);
}

static void turned(float from[16][16], vg_turn turn, uint8_t hash[32])
{
    float to[16][16];
    for (int i = 0; i < 16; i++)
        for (int j = 0; j < 16; j++) {
            float v = from[i][j];
            switch (turn) {
            case VG_TURN_ROT90: to[j][i] = j % 2 == 0 ? -v : v; break;
            case VG_TURN_ROT180: to[i][j] = (i + j) % 2 == 1 ? -v : v; break;
            case VG_TURN_ROT270: to[j][i] = i % 2 == 0 ? -v : v; break;
            case VG_TURN_FLIP_X: to[i][j] = i % 2 == 0 ? -v : v; break;
            case VG_TURN_FLIP_Y: to[i][j] = j % 2 == 0 ? -v : v; break;
            case VG_TURN_FLIP_PLUS: to[j][i] = v; break;
            case VG_TURN_FLIP_MINUS: to[j][i] = (i + j) % 2 == 1 ? -v : v; break;
            default: to[i][j] = v; break;
            }
        }
    bits(to, hash);
}

void slow_hash_luma(const float *luma, size_t width, size_t height, vg_pdq *out)
{
    float small[64][64], coefficients[16][16];
    memset(out, 0, sizeof *out);
    if (width < 5 || height < 5) return;
    slow_small(luma, width, height, true, small);
    out->quality = (uint8_t)slow_quality(small);
    slow_coefficients(small, coefficients);
    turned(coefficients, VG_TURN_NONE, out->hash[VG_TURN_NONE]);
    slow_small(luma, width, height, false, small);
    slow_coefficients(small, coefficients);
    for (unsigned t = 1; t < VG_TURNS; t++) turned(coefficients, (vg_turn)t, out->hash[t]);
}

void slow_hash(const vg_pixels *pixels, vg_pdq_profile profile, vg_pdq *out)
{
    size_t width, height;
    float *luma = slow_luma(pixels, profile, &width, &height);
    if (!luma) abort();
    slow_hash_luma(luma, width, height, out);
    free(luma);
}
