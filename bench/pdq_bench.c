/* SPDX-License-Identifier: Apache-2.0
 *
 * pdq_bench [MILLISECONDS]: what a PDQ hash costs on one core, beside the plain implementation of the tests, in one run.
 *
 * Pictures are made up: waves of many lengths and noise, as photographs have them. Each line is the least, the median and the
 * largest of many runs in thread time; on a busy machine compare the least. "As called" is what vg_pdq_hash_luma costs for
 * a picture that the short cut can answer for, and for one that it must leave to the exact way; how many it answers for is
 * counted over many pictures.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pdq_int.h"
#include "pictures.h"
#include "slow.h"

enum { RUNS_MAX = 4000 };
static double share = 0.3; /* seconds for each line */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static vg_pixels make_picture(size_t width, size_t height, uint64_t number)
{
    uint8_t *bytes = malloc(width * height * 3);
    if (!bytes) exit(1);
    picture_make(PICTURE_LANDSCAPE, number, width, height, 3, width * 3, bytes);
    return (vg_pixels){bytes, width, height, width * 3, 3};
}

static const vg_pixels *pixels;
static const float *luma;
static float *easy, *hard; /* one that the short cut answers for, and one that it does not */
enum { KEPT = 16 };
static float *kept[KEPT];     /* the first ones, to take in turn: what a picture costs on the average */
static pdq_source source;
static float small[PDQ_SMALL][PDQ_SMALL], coefficients[256];
static vg_pdq out;

static void given(void) { source = (pdq_source){.height = 512, .width = 512, .luma = luma}; }
static void exact(bool turns)
{
    const pdq_kernels *k = vg_pdq_kernels();
    given();
    if (vg_pdq_stream(&source, k, small, NULL)) exit(1);
    out.quality = vg_pdq_quality(k, (const float(*)[PDQ_SMALL])small);
    vg_pdq_transform(k, (const float(*)[PDQ_SMALL])small, coefficients);
    vg_pdq_bits(k, coefficients, VG_TURN_NONE, turns, &out);
}
static void run_exact(void) { exact(false); }
static void run_exact_turns(void) { exact(true); }
static void run_tent(void) { given(); vg_pdq_tent(&source, vg_pdq_kernels(), &out); }
static void run_hard(void) { vg_pdq_hash_luma(hard, 512, 512, false, &out, NULL); }
static void run_each(void)
{
    for (size_t i = 0; i < KEPT; i++) vg_pdq_hash_luma(kept[i], 512, 512, false, &out, NULL);
}
static void run_each_turns(void)
{
    for (size_t i = 0; i < KEPT; i++) vg_pdq_hash_luma(kept[i], 512, 512, true, &out, NULL);
}
static void run_call(void) { vg_pdq_hash_luma(luma, 512, 512, false, &out, NULL); }
static void run_call_turns(void) { vg_pdq_hash_luma(luma, 512, 512, true, &out, NULL); }
static void run_stream(void) { given(); if (vg_pdq_stream(&source, vg_pdq_kernels(), small, NULL)) exit(1); }
static void run_gradient(void) { out.quality = vg_pdq_quality(vg_pdq_kernels(), (const float(*)[PDQ_SMALL])small); }
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
    printf("%-44s %-5s %10.4f %10.4f %10.4f %7zu\n", what, level, took[0] * 1e3, took[runs / 2] * 1e3, took[runs - 1] * 1e3, runs);
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

/* Counts how often the short cut answers, and keeps some pictures. Returns the pixels of the easy one. */
static vg_pixels find_pictures(void)
{
    enum { SEEN = 200 };
    size_t answered = 0;
    vg_pixels found = {0};
    for (uint64_t n = 0; n < SEEN; n++) {
        size_t width, height;
        vg_pixels made = make_picture(512, 512, n + 1);
        float *values = slow_luma(&made, VG_PDQ_CPP, &width, &height);
        if (!values) exit(1);
        luma = values;
        given();
        const bool taken = vg_pdq_tent(&source, vg_pdq_kernels(), &out), first = taken && !easy;
        answered += taken;
        if (first) found = made;
        else free((void *)made.bytes);
        if (n < KEPT) kept[n] = values;
        if (first) easy = values;
        else if (!taken && !hard) hard = values;
        else if (n >= KEPT) free(values);
    }
    if (!easy || !hard) exit(1);
    printf("The short cut answers for %zu of %d pictures.\n", answered, SEEN);
    return found;
}

int main(int argc, char **argv)
{
    static const char *const levels[] = {"none", "sse4", "avx2"};
    if (argc > 1) share = atof(argv[1]) / 1e3;
    machine();
    const vg_pixels large = make_picture(4000, 3000, 1);
    vg_pixels square = find_pictures();
    luma = easy;
    printf("%-44s %-5s %10s %10s %10s %7s\n", "ms of one core", "CPU", "least", "median", "most", "runs");
    double plain = line("luma 512x512, plain, eight turns", "", run_plain), best = 0, one = 0, eight = 0;
    for (size_t i = 0; i < 3; i++) {
        if (!vg_pdq_cpu_set(levels[i])) continue;
        pixels = &square;
        best = line("luma 512x512, exact", levels[i], run_exact);
        line("luma 512x512, exact, eight turns", levels[i], run_exact_turns);
        line("luma 512x512, short cut alone", levels[i], run_tent);
        line("luma 512x512, as called", levels[i], run_call);
        line("luma 512x512, as called, short cut unsure", levels[i], run_hard);
        one = line("16 pictures of luma, as called", levels[i], run_each);
        eight = line("16 pictures of luma, as called, eight turns", levels[i], run_each_turns);
        line("luma 512x512, as called, eight turns", levels[i], run_call_turns);
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
    printf("exact is %.1f times as fast as plain; over 16 pictures eight turns cost %.2f times one\n", plain / best, eight / one);
    free((void *)square.bytes);
    free((void *)large.bytes);
    return 0;
}
