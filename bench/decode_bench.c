/* SPDX-License-Identifier: Apache-2.0
 *
 * decode_bench [DECODER]: from a file to its PDQ hash, here and through a worker, beside the plain way in the same run.
 *
 * The plain way: libjpeg decodes every pixel to RGB, then the C kernels hash. Figures are the least, the median and the
 * most of many rounds, in milliseconds. DECODER is the program vigie-decode; without it the pool is left out.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <jpeglib.h>

#include "base/time.h"
#include "signals/media/decode/decode_int.h"
#include "tests/unit/decode/encoders.h"

enum { ROUNDS_MOST = 400 };

typedef struct work {
    bytes file;
    unsigned want;
    vg_pdq pdq;
    vg_decoder *pool;
    vg_arena *arena;
    int fd;
    vg_decoded decoded;
    vg_error err;
} work;

static int hash_it(void *context, const vg_picture *picture, vg_error *err)
{
    work *w = context;
    return vg_pdq_hash(&picture->pixels, VG_PDQ_CPP, false, &w->pdq, err);
}

static int skip_it(void *context, const vg_picture *picture, vg_error *err)
{
    (void)context, (void)picture, (void)err;
    return 0;
}

static int run(work *w, int (*take)(void *, const vg_picture *, vg_error *))
{
    vg_decode_request request = {.fd = -1, .want = w->want, .limits = vg_media_limits_default};
    vg_decode_input in = {-1, w->file.at, w->file.len, &request};
    vg_picture_sink sink = {w, take};
    vg_decode_found found = {0};
    return vg_decode_image(&in, &sink, &found, &w->err);
}

static int sampled(work *w) { return run(w, hash_it); }
static int decode_only(work *w) { return run(w, skip_it); }

static int plain(work *w)
{
    struct jpeg_decompress_struct cinfo;
    struct jpeg_error_mgr errors;
    cinfo.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&cinfo);
    jpeg_mem_src(&cinfo, w->file.at, w->file.len);
    jpeg_read_header(&cinfo, TRUE);
    cinfo.out_color_space = JCS_RGB;
    jpeg_start_decompress(&cinfo);
    size_t stride = cinfo.output_width * (size_t)3;
    uint8_t *rgb = malloc(stride * cinfo.output_height);
    while (rgb && cinfo.output_scanline < cinfo.output_height)
        jpeg_read_scanlines(&cinfo, &(JSAMPROW){rgb + cinfo.output_scanline * stride}, 1);
    jpeg_finish_decompress(&cinfo);
    vg_pdq_cpu_set("none");
    int rc = vg_pdq_hash(&(vg_pixels){rgb, cinfo.output_width, cinfo.output_height, stride, 3}, VG_PDQ_CPP, false, &w->pdq, &w->err);
    if (!vg_pdq_cpu_set("avx2")) vg_pdq_cpu_set("sse4");
    jpeg_destroy_decompress(&cinfo);
    free(rgb);
    return rc;
}

static int pooled(work *w)
{
    vg_arena_reset(w->arena);
    return vg_decode(w->pool, &(vg_decode_request){.fd = w->fd, .want = w->want, .limits = vg_media_limits_default}, w->arena, &w->decoded, &w->err);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double measure(const char *name, int (*what)(work *), work *w, int rounds)
{
    double times[ROUNDS_MOST];
    for (int i = 0; i < rounds; i++) {
        int64_t began = vg_time_monotonic_us();
        if (what(w) != 0) {
            fprintf(stderr, "decode_bench: %s: %s\n", name, w->err.what);
            exit(1);
        }
        times[i] = (double)(vg_time_monotonic_us() - began) / 1000;
    }
    qsort(times, (size_t)rounds, sizeof *times, by_value);
    printf("  %-46s %8.3f %8.3f %8.3f\n", name, times[0], times[rounds / 2], times[rounds - 1]);
    return times[0];
}

static void one_size(const char *name, size_t width, size_t height, bool half, int rounds, const char *program)
{
    uint8_t *rgb = make_picture(width, height, 1);
    work w = {.file = make_jpeg(rgb, width, height, &(jpeg_options){.quality = 85, .across = half ? 2 : 1, .down = half ? 2 : 1})};
    free(rgb);
    printf("%s (%zu kB)%*s least   median     most  ms\n", name, w.file.len / 1000, (int)(38 - strlen(name)), "");
    double slow = measure("libjpeg to RGB, then the C kernels", plain, &w, rounds);
    vg_pdq straight = w.pdq;
    w.want = VG_WANT_PDQ_CPP;
    measure("decoding alone, samples", decode_only, &w, rounds);
    double fast = measure("file to hash", sampled, &w, rounds);
    printf("  %.2f times as fast, %u bits differ\n", slow / fast, vg_pdq_distance(straight.hash[0], w.pdq.hash[0]));
    w.want = VG_WANT_PDQ_CPP | VG_WANT_LUMA_ONLY;
    double luma = measure("file to hash, luma only", sampled, &w, rounds);
    printf("  %.2f times as fast, %u bits differ\n", slow / luma, vg_pdq_distance(straight.hash[0], w.pdq.hash[0]));
    if (program && vg_decoder_create(&w.pool, &(vg_decoder_options){program, 1}, &w.err) == 0) {
        w.arena = vg_arena_create(1 << 16, 1 << 20);
        w.fd = memfd_create("bench", MFD_CLOEXEC);
        if (write(w.fd, w.file.at, w.file.len) != (ssize_t)w.file.len) exit(1);
        w.want = VG_WANT_PDQ_CPP;
        double there = measure("through a worker", pooled, &w, rounds);
        printf("  of which passing it there and back, about: %.3f ms\n", there - fast);
        w.want |= VG_WANT_DIGESTS;
        measure("through a worker, with digests", pooled, &w, rounds);
        close(w.fd);
        vg_arena_destroy(&w.arena);
        vg_decoder_destroy(&w.pool);
    }
    drop(&w.file);
}

int main(int argc, char **argv)
{
    struct utsname system;
    const char *program = argc > 1 ? argv[1] : NULL;
    uname(&system);
    printf("%s %s, %ld processors, kernels %s\n", system.sysname, system.release, sysconf(_SC_NPROCESSORS_ONLN), vg_pdq_cpu());
    one_size("512 x 512, 4:2:0", 512, 512, true, 400, program);
    one_size("512 x 512, 4:4:4", 512, 512, false, 400, program);
    one_size("12 megapixels, 4:2:0", 4000, 3000, true, 30, program);
    one_size("12 megapixels, 4:4:4", 4000, 3000, false, 30, program);
    return 0;
}
