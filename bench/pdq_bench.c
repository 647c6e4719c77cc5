/* SPDX-License-Identifier: Apache-2.0
 *
 * pdq_bench [MILLISECONDS]: what a PDQ hash costs on one core, beside the plain implementation of the tests, in one run.
 *
 * Pictures are made up: waves of many lengths and noise, as photographs have them. Each line is the least, the median and the
 * largest of many runs that take turns with the plain implementation, so that a busy machine slows both.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pdq_int.h"
#include "slow.h"

enum { RUNS_MAX = 4000 };
static double share = 0.3; /* seconds for each line */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t seed = 0x9E3779B97F4A7C15U;
static double chance(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static vg_pixels make_picture(size_t width, size_t height)
{
    enum { WAVES = 24 };
    double wave[WAVES][4];
    for (size_t i = 0; i < WAVES; i++) {
        double size = 2 * 3.14159265 * pow(2, chance() * 6), angle = chance() * 6.283;
        wave[i][0] = size * cos(angle) / (double)width, wave[i][1] = size * sin(angle) / (double)height;
        wave[i][2] = chance() * 6.283, wave[i][3] = 90 / sqrt(size);
    }
    uint8_t *bytes = malloc(width * height * 3);
    if (!bytes) exit(1);
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++) {
            double v = 120;
            for (size_t i = 0; i < WAVES; i++) v += wave[i][3] * sin(wave[i][0] * (double)x + wave[i][1] * (double)y + wave[i][2]);
            for (size_t c = 0; c < 3; c++) {
                double w = v * (1.1 - 0.1 * (double)c) + 12 * (chance() - 0.5);
                bytes[(y * width + x) * 3 + c] = (uint8_t)(w < 0 ? 0 : w > 255 ? 255 : w);
            }
        }
    return (vg_pixels){bytes, width, height, width * 3, 3};
}

static const vg_pixels *pixels;
static const float *luma;
static pdq_source source;
static float small[PDQ_SMALL][PDQ_SMALL], coefficients[256];
static vg_pdq out;

static void given(void) { source = (pdq_source){.height = 512, .width = 512, .luma = luma}; }
static void exact(bool turns)
{
    const pdq_kernels *k = vg_pdq_kernels();
    given();
    if (vg_pdq_stream(&source, k, small, NULL)) exit(1);
    out.quality = vg_pdq_quality(k->gradient((const float(*)[PDQ_SMALL])small));
    vg_pdq_transform(k, (const float(*)[PDQ_SMALL])small, coefficients);
    vg_pdq_bits(k, coefficients, VG_TURN_NONE, turns, &out);
}
static void run_exact(void) { exact(false); }
static void run_exact_turns(void) { exact(true); }
static void run_tent(void) { given(); vg_pdq_tent(&source, vg_pdq_kernels(), false, &out); }
static void run_tent_turns(void) { given(); vg_pdq_tent(&source, vg_pdq_kernels(), true, &out); }
static void run_call(void) { vg_pdq_hash_luma(luma, 512, 512, false, &out, NULL); }
static void run_call_turns(void) { vg_pdq_hash_luma(luma, 512, 512, true, &out, NULL); }
static void run_stream(void) { given(); if (vg_pdq_stream(&source, vg_pdq_kernels(), small, NULL)) exit(1); }
static void run_gradient(void) { out.quality = vg_pdq_quality(vg_pdq_kernels()->gradient((const float(*)[PDQ_SMALL])small)); }
static void run_transform(void) { vg_pdq_transform(vg_pdq_kernels(), (const float(*)[PDQ_SMALL])small, coefficients); }
static void run_bits(void) { vg_pdq_bits(vg_pdq_kernels(), coefficients, VG_TURN_NONE, false, &out); }
static void run_bits_turns(void) { vg_pdq_bits(vg_pdq_kernels(), coefficients, VG_TURN_NONE, true, &out); }
static void run_plain(void) { slow_hash_luma(luma, 512, 512, &out); }
static void run_cpp(void) { vg_pdq_hash(pixels, VG_PDQ_CPP, false, &out, NULL); }
static void run_pytx(void) { vg_pdq_hash(pixels, VG_PDQ_PYTX, false, &out, NULL); }
static void run_plain_pytx(void) { slow_hash(pixels, VG_PDQ_PYTX, &out); }

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double line(const char *what, const char *level, void (*run)(void))
{
    static double took[RUNS_MAX];
    size_t runs = 0;
    run();
    for (double left = share; runs < 3 || (runs < RUNS_MAX && left > 0); left -= took[runs++]) {
        double began = now();
        run();
        took[runs] = now() - began;
    }
    qsort(took, runs, sizeof *took, ascending);
    printf("%-42s %-5s %10.4f %10.4f %10.4f %7zu\n", what, level, took[0] * 1e3, took[runs / 2] * 1e3, took[runs - 1] * 1e3, runs);
    return took[0];
}

static void machine(void)
{
    char name[256] = "unknown processor\n";
    FILE *info = fopen("/proc/cpuinfo", "r");
    for (char text[256]; info && fgets(text, sizeof text, info);)
        if (!strncmp(text, "model name", 10) && strchr(text, ':')) {
            snprintf(name, sizeof name, "%s", strchr(text, ':') + 2);
            break;
        }
    if (info) fclose(info);
    printf("Machine: %s", name);
}

int main(int argc, char **argv)
{
    static const char *const levels[] = {"none", "sse4", "avx2"};
    if (argc > 1) share = atof(argv[1]) / 1e3;
    machine();
    vg_pixels square = make_picture(512, 512), large = make_picture(4000, 3000);
    size_t width, height;
    float *made = slow_luma(&square, VG_PDQ_CPP, &width, &height);
    if (!made) return 1;
    luma = made;
    given();
    printf("%-42s %-5s %10s %10s %10s %7s\n", "ms of one core", "CPU", "least", "median", "most", "runs");
    double plain = line("luma 512x512, plain, eight turns", "", run_plain), best = 0, one = 0, eight = 0;
    for (size_t i = 0; i < 3; i++) {
        if (!vg_pdq_cpu_set(levels[i])) continue;
        pixels = &square;
        best = line("luma 512x512, exact", levels[i], run_exact);
        line("luma 512x512, exact, eight turns", levels[i], run_exact_turns);
        line("luma 512x512, short cut alone", levels[i], run_tent);
        line("luma 512x512, short cut alone, eight turns", levels[i], run_tent_turns);
        one = line("luma 512x512, as called", levels[i], run_call);
        eight = line("luma 512x512, as called, eight turns", levels[i], run_call_turns);
        line("  filter alone", levels[i], run_stream);
        line("  quality alone", levels[i], run_gradient);
        line("  transform alone", levels[i], run_transform);
        line("  bits alone", levels[i], run_bits);
        line("  bits alone, eight turns", levels[i], run_bits_turns);
        line("RGB 512x512", levels[i], run_cpp);
        pixels = &large;
        line("RGB 12 megapixels, cpp", levels[i], run_cpp);
        line("RGB 12 megapixels, pytx", levels[i], run_pytx);
    }
    pixels = &large;
    line("RGB 12 megapixels, pytx, plain, eight turns", "", run_plain_pytx);
    printf("exact is %.1f times as fast as plain; eight turns cost %.2f times one\n", plain / best, eight / one);
    free(made);
    free((void *)square.bytes);
    free((void *)large.bytes);
    return 0;
}
