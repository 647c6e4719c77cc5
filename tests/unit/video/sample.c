/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"

const vg_media_limits sample_limits = {.bytes = 64 << 20,
                                       .pixels = 8 << 20,
                                       .frames = SAMPLE_FRAMES,
                                       .milliseconds = 60000,
                                       .cpu_seconds = 60,
                                       .memory_bytes = 1 << 30};

static char folder[64];

bool sample_begin(void)
{
    snprintf(folder, sizeof folder, "%s/vigie-video-XXXXXX",
             getenv("TMPDIR") && strlen(getenv("TMPDIR")) < 32 ? getenv("TMPDIR") : "/tmp");
    return mkdtemp(folder) != NULL;
}

void sample_end(void)
{
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (entry->d_name[0] != '.') unlink(sample_path(entry->d_name));
    if (dir) closedir(dir);
    rmdir(folder);
}

const char *sample_path(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

bool sample_make(const char *name, const char *format, ...)
{
    char arguments[2048], command[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(arguments, sizeof arguments, format, args);
    va_end(args);
    /* The sanitizers' settings are for this program, not for ffmpeg. */
    snprintf(command, sizeof command, "cd '%s' && ffmpeg -nostdin -v error -threads 1 %s -threads 1 -y %s </dev/null",
             folder, arguments, name);
    if (system(command) == 0) return true;
    printf("# failed: %s\n", command);
    return false;
}

uint8_t *sample_read(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    uint8_t *bytes = size >= 0 ? vg_malloc((size_t)size + 1) : NULL;
    if (bytes) *len = fread(bytes, 1, (size_t)size, file);
    fclose(file);
    return bytes;
}

static int count_threads(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/task");
    for (struct dirent *entry; dir && (entry = readdir(dir));) count += entry->d_name[0] != '.';
    if (dir) closedir(dir);
    return count;
}

static int take(void *context, const vg_picture *picture, vg_error *err)
{
    sample *out = context;
    if (out->fail_with) return vg_fail(err, out->fail_with, "", "the sink is full");
    if (out->count == SAMPLE_FRAMES) return 1;
    vg_decoded_frame *frame = &out->frame[out->count];
    frame->number = picture->number;
    frame->time_ms = picture->time_ms;
    if (out->hash) {
        vg_pdq pdq;
        int rc = vg_pdq_hash(&picture->pixels, VG_PDQ_PYTX, false, &pdq, err);
        if (rc < 0) return rc;
        memcpy(frame->hash, pdq.hash[VG_TURN_NONE], sizeof frame->hash);
        frame->quality = pdq.quality;
    }
    uint64_t sum = 0xcbf29ce484222325U;
    for (size_t y = 0; y < picture->pixels.height; y++)
        for (size_t x = 0; x < picture->pixels.width * picture->pixels.channels; x++)
            sum = (sum ^ picture->pixels.bytes[y * picture->pixels.stride + x]) * 0x100000001b3U;
    out->sum[out->count] = sum;
    out->width[out->count] = picture->pixels.width;
    out->height[out->count] = picture->pixels.height;
    int threads = count_threads();
    if (threads > out->threads) out->threads = threads;
    out->count++;
    return out->stop_after && out->count == out->stop_after;
}

void sample_decode(sample *out, const uint8_t *bytes, size_t len, const vg_decode_request *request)
{
    vg_decode_input in = {.fd = -1, .bytes = bytes, .len = len, .request = request};
    vg_picture_sink sink = {out, take};
    out->count = 0;
    out->threads = 0;
    memset(&out->found, 0, sizeof out->found);
    memset(&out->err, 0, sizeof out->err);
    out->rc = vg_decode_video(&in, &sink, &out->found, &out->err);
}

bool sample_decode_file(sample *out, const char *path, unsigned want, uint32_t interval_ms)
{
    size_t len;
    uint8_t *bytes = sample_read(path, &len);
    vg_decode_request request = {.want = want, .interval_ms = interval_ms, .limits = sample_limits};
    memset(out, 0, sizeof *out);
    out->hash = true;
    if (!bytes) return false;
    sample_decode(out, bytes, len, &request);
    vg_free(bytes);
    return true;
}
