/* SPDX-License-Identifier: Apache-2.0
 *
 * video_bench [SECONDS]: seconds of video decoded and hashed in a second of one core, and the cost of comparing two
 * long ones.
 *
 * H.264 at 480p and 1080p, made by the ffmpeg command when the bench starts (moving detail, two or three B pictures).
 * One frame a second, one in ten seconds, and every frame; the same run decodes without hashing. Medians of rounds,
 * with the spread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "signals/media/decode/decode_int.h"

enum { ROUNDS = 5, COMPARED = 10000 };

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void print_machine(void)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "model name", 10) == 0) {
            printf("# %s# PDQ kernels: %s; times are of one core's processor time\n", strchr(line, ':') + 2,
                   vg_pdq_cpu());
            break;
        }
    if (file) fclose(file);
}

typedef struct work {
    bool hash;
    size_t frames;
} work;

static int take(void *context, const vg_picture *picture, vg_error *err)
{
    work *done = context;
    vg_pdq pdq;
    done->frames++;
    return done->hash ? vg_pdq_hash(&picture->pixels, VG_PDQ_PYTX, false, &pdq, err) : 0;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void measure(const char *name, const uint8_t *bytes, size_t len, unsigned seconds, unsigned want,
                    uint32_t interval_ms, bool hash)
{
    double spent[ROUNDS];
    vg_decode_request request = {
        .want = want,
        .interval_ms = interval_ms,
        .limits = {.bytes = 1u << 31, .pixels = 1 << 24, .frames = 1 << 20, .memory_bytes = 1u << 30}};
    vg_decode_input in = {.fd = -1, .bytes = bytes, .len = len, .request = &request};
    work done = {.hash = hash};
    for (int r = 0; r < ROUNDS; r++) {
        done.frames = 0;
        vg_picture_sink sink = {&done, take};
        vg_decode_found found = {0};
        vg_error err = {0};
        double start = cpu_seconds();
        if (vg_decode_video(&in, &sink, &found, &err) < 0) {
            printf("%s: %s\n", name, err.what);
            return;
        }
        spent[r] = cpu_seconds() - start;
    }
    qsort(spent, ROUNDS, sizeof *spent, by_size);
    printf("%-34s %5zu frames  %7.1f s of video a second  (%.1f to %.1f)\n", name, done.frames,
           seconds / spent[ROUNDS / 2], seconds / spent[ROUNDS - 1], seconds / spent[0]);
}

static uint8_t *make(unsigned width, unsigned height, unsigned seconds, size_t *len)
{
    char path[] = "/tmp/vigie-video-bench-XXXXXX", command[512];
    int fd = mkstemp(path);
    if (fd < 0) return NULL;
    snprintf(
        command, sizeof command,
        "ffmpeg -nostdin -v error -y -f lavfi -i mandelbrot=s=%ux%u:r=30:maxiter=500 -vf noise=alls=6:allf=t -t %u "
        "-pix_fmt yuv420p -c:v libx264 -preset veryfast -crf 25 -f mp4 %s",
        width, height, seconds, path);
    uint8_t *bytes = NULL;
    if (system(command) == 0) {
        off_t size = lseek(fd, 0, SEEK_END);
        bytes = size > 0 ? vg_malloc((size_t)size) : NULL;
        if (bytes && pread(fd, bytes, (size_t)size, 0) == size) *len = (size_t)size;
    }
    close(fd);
    unlink(path);
    return bytes;
}

static void measure_comparison(void)
{
    vg_decoded_frame *a = vg_calloc(COMPARED, sizeof *a), *b = vg_calloc(COMPARED, sizeof *b);
    uint64_t state = 88172645463325252U;
    for (size_t i = 0; a && b && i < COMPARED; i++)
        for (size_t k = 0; k < 32; k++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            a[i].hash[k] = (uint8_t)(state >> 32);
            b[i].hash[k] = (uint8_t)(state >> 40);
        }
    double least = 1e9, most = 0;
    for (int r = 0; a && b && r < ROUNDS; r++) {
        double start = cpu_seconds();
        vg_vpdq_match match = vg_vpdq_compare(a, COMPARED, b, COMPARED, 31, 0);
        double spent = cpu_seconds() - start;
        if (match.query_percent > 0) printf("unexpected match\n");
        if (spent < least) least = spent;
        if (spent > most) most = spent;
    }
    printf("compare 10,000 x 10,000 unrelated frames, both ways: %.3f to %.3f s\n", least, most);
    vg_free(a);
    vg_free(b);
}

int main(int argc, char **argv)
{
    static const unsigned sizes[][2] = {{854, 480}, {1920, 1080}};
    unsigned seconds = argc > 1 ? (unsigned)atoi(argv[1]) : 12;
    print_machine();
    for (size_t i = 0; i < 2; i++) {
        size_t len = 0;
        uint8_t *bytes = make(sizes[i][0], sizes[i][1], seconds, &len);
        if (!bytes || !len) return 1;
        printf("H.264 %ux%u, 30 frames a second, %u s, %zu kB\n", sizes[i][0], sizes[i][1], seconds, len / 1000);
        measure("one frame a second", bytes, len, seconds, 0, 1000, true);
        measure("one frame a second, not hashed", bytes, len, seconds, 0, 1000, false);
        measure("one frame in ten seconds", bytes, len, seconds, 0, 10000, true);
        measure("every frame", bytes, len, seconds, VG_WANT_EVERY_FRAME, 0, true);
        measure("every frame, not hashed", bytes, len, seconds, VG_WANT_EVERY_FRAME, 0, false);
        vg_free(bytes);
    }
    measure_comparison();
    return 0;
}
