/* SPDX-License-Identifier: Apache-2.0
 *
 * The same video inside the worker, with its system-call filter, as without: a decoder that wanted a file, a thread or
 * a socket would cost the worker its life and the video its answer.
 */
#include "sample.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

static const struct {
    const char *name, *arguments;
} made[] = {
    {"h264.mp4", "-pix_fmt yuv420p -c:v libx264 -bf 2 -g 25"},
    {"deep.mkv", "-pix_fmt yuv420p10le -c:v libx264"},
    {"hevc.mp4", "-pix_fmt yuv420p -c:v libx265 -x265-params log-level=none:pools=1"},
    {"vp8.webm", "-pix_fmt yuv420p -c:v libvpx -deadline realtime -cpu-used 8"},
    {"vp9.webm", "-pix_fmt yuv420p -c:v libvpx-vp9 -deadline realtime -cpu-used 8"},
    {"av1.mp4", "-pix_fmt yuv420p -c:v libaom-av1 -cpu-used 8 -usage realtime"},
    {"mpeg4.avi", "-pix_fmt yuv420p -c:v mpeg4 -bf 2 -q:v 4"},
    {"mpeg2.ts", "-pix_fmt yuv420p -c:v mpeg2video -bf 2 -q:v 4"},
    {"mjpeg.mov", "-pix_fmt yuvj420p -c:v mjpeg"},
    {"theora.ogv", "-pix_fmt yuv420p -c:v libtheora -q:v 6"},
    {"wmv.asf", "-pix_fmt yuv420p -c:v wmv2 -q:v 4"},
    {"prores.mov", "-pix_fmt yuv422p10le -c:v prores"},
};

static sample here;

static void in_the_worker(vg_decoder *decoder, vg_arena *arena, const char *name, const char *arguments)
{
    bool ready = sample_make(name, "-f lavfi -i mandelbrot=s=160x120:r=25:maxiter=200 -frames:v 30 %s", arguments) &&
                 sample_decode_file(&here, sample_path(name), 0, 200) && here.rc == 0;
    if (!TAP_OK(ready, "%s is made and decoded (%s)", name, here.err.what)) return;
    int fd = open(sample_path(name), O_RDONLY | O_CLOEXEC);
    vg_decode_request request = {
        .fd = fd, .want = VG_WANT_DIGESTS | VG_WANT_PDQ_PYTX, .interval_ms = 200, .limits = sample_limits};
    vg_decoded there = {0};
    vg_error err = {0};
    int rc = vg_decode(decoder, &request, arena, &there, &err);
    size_t differ = 0;
    for (size_t i = 0; i < there.frame_count && i < here.count; i++)
        differ += there.frames[i].number != here.frame[i].number || there.frames[i].time_ms != here.frame[i].time_ms ||
                  memcmp(there.frames[i].hash, here.frame[i].hash, sizeof here.frame[i].hash) != 0;
    TAP_OK(rc == 0 && there.note[0] == '\0', "%s: the worker answers (%s%s)", name, err.what, there.note);
    TAP_OK(there.kind == VG_MEDIA_VIDEO && strcmp(there.format, here.found.format) == 0, "%s: it is a video", name);
    TAP_OK(there.frame_count == here.count && differ == 0, "%s: the %zu frames are the same", name, here.count);
    if (fd >= 0) close(fd);
}

int main(void)
{
    vg_decoder *decoder = NULL;
    vg_error err = {0};
    vg_arena *arena = vg_arena_create(1 << 16, 1 << 24);
    vg_decoder_options options = {.program = VG_TEST_DECODER, .workers = 1};
    if (!sample_begin()) return 1;
    if (TAP_OK(arena && vg_decoder_create(&decoder, &options, &err) == 0, "a worker starts (%s)", err.what))
        for (size_t i = 0; i < sizeof made / sizeof *made; i++)
            in_the_worker(decoder, arena, made[i].name, made[i].arguments);
    vg_decoder_destroy(&decoder);
    vg_arena_destroy(&arena);
    sample_end();
    return tap_done();
}
