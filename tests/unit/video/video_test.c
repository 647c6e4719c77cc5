/* SPDX-License-Identifier: Apache-2.0
 *
 * Video to pictures: what codecs and containers give, which frames are picked, and what damaged or hostile files get.
 */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "tap.h"

/* 50 frames, 40 ms each, a picture with detail that moves. */
#define SOURCE "-f lavfi -i mandelbrot=s=160x120:r=25:maxiter=200 -frames:v 50 "
#define X264   "-pix_fmt yuv420p -c:v libx264 -preset fast -bf 2 -g 25 "
enum { FRAMES = 50, FRAME_MS = 40 };

static sample all, some, other;

static bool within(uint32_t a, uint32_t b, uint32_t tolerance)
{
    return a > b ? a - b <= tolerance : b - a <= tolerance;
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static void decode_made(sample *out, const char *name, unsigned want, uint32_t interval_ms)
{
    if (!sample_decode_file(out, sample_path(name), want, interval_ms)) out->rc = -VG_EIO;
}

/* ---- codecs and containers ---- */

static const struct kind {
    const char *name, *arguments, *format;
    size_t width, height;
} kinds[] = {
    {"h264.mp4", X264, "mp4", 160, 120},
    {"h264.mov", X264, "mov", 160, 120},
    {"h264.mkv", X264 "-x264-params b-pyramid=strict", "matroska", 160, 120},
    {"h264.ts", X264, "mpegts", 160, 120},
    {"h264.flv", X264, "flv", 160, 120},
    {"h264.264", X264 "-bf 0", "h264", 160, 120},
    {"field.ts", X264 "-flags +ildct+ilme -x264-params interlaced=1", "mpegts", 160, 120},
    {"deep.mp4", X264 "-pix_fmt yuv420p10le", "mp4", 160, 120},
    {"odd.mp4", X264 "-pix_fmt yuv444p -vf scale=161:121", "mp4", 161, 121},
    {"hevc.mp4", "-pix_fmt yuv420p -c:v libx265 -x265-params log-level=none:pools=1", "mp4", 160, 120},
    {"vp8.webm", "-pix_fmt yuv420p -c:v libvpx -deadline realtime -cpu-used 8", "webm", 160, 120},
    {"vp9.webm", "-pix_fmt yuv420p -c:v libvpx-vp9 -deadline realtime -cpu-used 8", "webm", 160, 120},
    {"av1.mp4", "-pix_fmt yuv420p -c:v libaom-av1 -cpu-used 8 -usage realtime", "mp4", 160, 120},
    {"mpeg4.avi", "-pix_fmt yuv420p -c:v mpeg4 -bf 2 -q:v 4", "avi", 160, 120},
    {"mjpeg.avi", "-pix_fmt yuvj420p -c:v mjpeg", "avi", 160, 120},
    {"mpeg2.mpg", "-pix_fmt yuv420p -c:v mpeg2video -bf 2 -q:v 4", "mpeg", 160, 120},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void every_frame_of(const struct kind *kind)
{
    decode_made(&all, kind->name, VG_WANT_EVERY_FRAME, 0);
    TAP_OK(all.rc == 0, "%s is decoded (%s)", kind->name, all.err.what);
    TAP_EQ_STR(all.found.format, kind->format, "its format, from its bytes");
    TAP_EQ_INT(all.found.kind, VG_MEDIA_VIDEO, "it is a video");
    TAP_EQ_INT(all.count, FRAMES, "all its frames");
    TAP_OK(all.found.width == kind->width && all.found.height == kind->height && all.width[0] == kind->width &&
               all.height[0] == kind->height,
           "its size");
    size_t wrong = 0, poor = 0;
    for (size_t i = 0; i < all.count; i++) {
        wrong += all.frame[i].number != i || !within(all.frame[i].time_ms, (uint32_t)(i * FRAME_MS), 1);
        poor += all.frame[i].quality < 50;
    }
    TAP_EQ_INT(wrong, 0, "numbers from 0, times from 0, 40 ms apart");
    TAP_EQ_INT(poor, 0, "pictures with detail");
    TAP_EQ_INT(all.threads, 1, "no thread was started");
}

/* Leaving out what is not needed must not change what is picked: compared with the frames of a full decode. */
static void picks_of(const struct kind *kind, uint32_t interval_ms)
{
    decode_made(&some, kind->name, 0, interval_ms);
    size_t at = 0, wrong = some.rc != 0;
    uint32_t step = interval_ms ? interval_ms : 1000;
    for (size_t i = 0, bucket = SIZE_MAX; i < all.count; i++) {
        if (all.frame[i].time_ms / step == bucket) continue;
        bucket = all.frame[i].time_ms / step;
        wrong += at >= some.count || some.frame[at].number != all.frame[i].number ||
                 some.frame[at].time_ms != all.frame[i].time_ms || some.sum[at] != all.sum[i];
        at++;
    }
    TAP_OK(wrong == 0 && at == some.count, "%s: the first frame of each %u ms, the same to the bit", kind->name, step);
}

static void codecs_and_containers(void)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (!TAP_OK(sample_make(kinds[i].name, SOURCE "%s", kinds[i].arguments), "%s is made", kinds[i].name)) continue;
        every_frame_of(&kinds[i]);
        picks_of(&kinds[i], 0);
        picks_of(&kinds[i], 300);
        picks_of(&kinds[i], 70);
    }
}

/* ---- copies ---- */

static void copies_match_and_others_do_not(void)
{
    static const struct {
        const char *name, *arguments;
        double least;
    } copies[] = {
        {"recompressed.mp4", X264 "-crf 35", 95},
        {"resized.mp4", "-vf scale=320:240 " X264, 95},
        {"small.webm", "-vf scale=96:72 -c:v libvpx -b:v 200k -deadline realtime -cpu-used 8", 95},
        {"grey.mp4", "-vf hue=s=0 " X264, 95},
        {"bright.mp4", "-vf eq=brightness=0.08:contrast=1.1 " X264, 95},
        {"cropped.mp4", "-vf crop=iw-4:ih-4 " X264, 90},
        {"framed.mp4", "-vf pad=iw+4:ih+4:2:2 " X264, 90},
        {"slower.mp4", "-vf fps=10 " X264, 95},
    };
    decode_made(&all, "h264.mp4", VG_WANT_EVERY_FRAME, 0);
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
        bool made = sample_make(copies[i].name, "-i h264.mp4 %s", copies[i].arguments);
        decode_made(&some, copies[i].name, VG_WANT_EVERY_FRAME, 0);
        vg_vpdq_match match = vg_vpdq_compare(some.frame, some.count, all.frame, all.count, 31, 50);
        TAP_OK(made && match.query_percent >= copies[i].least && match.compared_percent >= copies[i].least,
               "%s: %.0f %% of it and %.0f %% of the original", copies[i].name, match.query_percent,
               match.compared_percent);
    }
    bool made = sample_make(
        "part.mp4",
        "-i h264.mp4 -i h264.mp4 -f lavfi -i testsrc2=s=160x120:r=25:d=2 -filter_complex '[0:v][2:v]concat=n=2' " X264);
    decode_made(&some, "part.mp4", VG_WANT_EVERY_FRAME, 0);
    vg_vpdq_match match = vg_vpdq_compare(some.frame, some.count, all.frame, all.count, 31, 50);
    TAP_OK(made && match.compared_percent >= 95 && match.query_percent >= 45 && match.query_percent <= 55,
           "cut into another video: %.0f %% of the original, %.0f %% of the whole", match.compared_percent,
           match.query_percent);
    static const char *const unrelated[] = {"testsrc2=s=160x120:r=25", "cellauto=s=160x120:r=25",
                                            "life=s=160x120:r=25:mold=10", "gradients=s=160x120:r=25:n=6:seed=4"};
    for (size_t i = 0; i < sizeof unrelated / sizeof *unrelated; i++) {
        made = sample_make("unrelated.mp4", "-f lavfi -i %s -frames:v 30 " X264, unrelated[i]);
        decode_made(&some, "unrelated.mp4", VG_WANT_EVERY_FRAME, 0);
        match = vg_vpdq_compare(some.frame, some.count, all.frame, all.count, 31, 50);
        TAP_OK(made && some.count == 30 && match.query_percent == 0 && match.compared_percent == 0, "%s is not it",
               unrelated[i]);
    }
}

/* ---- times ---- */

static void times_are_from_the_first_frame_and_never_go_back(void)
{
    bool made = sample_make("late.ts", "-i h264.mp4 -c copy -output_ts_offset 5000");
    decode_made(&some, "late.ts", 0, 0);
    TAP_OK(made && some.count == 2 && some.frame[0].time_ms == 0 && within(some.frame[1].time_ms, 1000, 1) &&
               some.frame[1].number == 25,
           "a recording that starts at 5,000 s starts at 0");

    made = sample_make("before.mkv", "-i h264.mp4 -c copy -output_ts_offset -7 -avoid_negative_ts disabled");
    decode_made(&some, "before.mkv", VG_WANT_EVERY_FRAME, 0);
    TAP_OK(made && some.count == FRAMES && some.frame[0].time_ms == 0 && within(some.frame[49].time_ms, 1960, 1),
           "so does one that starts before 0");

    made = sample_make("varied.mkv", SOURCE "-vf \"select='not(between(n,10,34))'\" -vsync vfr " X264);
    decode_made(&some, "varied.mkv", 0, 0);
    TAP_OK(made && some.count >= 2 && some.frame[0].number == 0 && some.frame[1].number == 10 &&
               within(some.frame[1].time_ms, 1400, 1),
           "frames are picked by their times, not by counting");

    /* A second recording after the first one, its clock at the beginning again. */
    size_t len;
    uint8_t *once = sample_read(sample_path("h264.ts"), &len), *twice = once ? vg_malloc(2 * len) : NULL;
    if (!TAP_OK(twice != NULL, "memory")) return;
    memcpy(twice, once, len);
    memcpy(twice + len, once, len);
    vg_decode_request request = {.want = VG_WANT_EVERY_FRAME, .limits = sample_limits};
    sample_decode(&some, twice, 2 * len, &request);
    size_t wrong = 0;
    for (size_t i = 1; i < some.count; i++) wrong += some.frame[i].time_ms < some.frame[i - 1].time_ms;
    TAP_OK(some.rc == 0 && some.count >= 2 * FRAMES - 3 && wrong == 0, "a clock that starts again (%zu frames)",
           some.count);
    request.want = 0;
    sample_decode(&some, twice, 2 * len, &request);
    TAP_OK(some.rc == 0 && some.count >= 4, "frames of the second part are picked (%zu)", some.count);
    vg_free(once);
    vg_free(twice);

    made = sample_make("fast.mp4", "-f lavfi -i testsrc2=s=32x32:r=2000 -frames:v 700 -c:v mpeg4 -q:v 20");
    decode_made(&some, "fast.mp4", 0, 0);
    TAP_OK(made && some.count == 3 && some.frame[1].number == 301 && some.frame[2].number == 602,
           "a frame is picked after 300 others although no second has passed");
}

/* ---- the container's word on rotation ---- */

static void rotation_is_reported_and_not_applied(void)
{
    static const struct {
        int32_t a, b, c, d;
    } matrix[8] = {{1, 0, 0, 1}, {-1, 0, 0, 1}, {-1, 0, 0, -1}, {1, 0, 0, -1},
                   {0, 1, 1, 0}, {0, 1, -1, 0}, {0, -1, -1, 0}, {0, -1, 1, 0}};
    size_t len;
    uint8_t *bytes = sample_read(sample_path("h264.mp4"), &len);
    uint8_t *track = bytes ? memmem(bytes, len, "tkhd", 4) : NULL;
    if (!TAP_OK(track != NULL, "an MP4 file with a track header")) return;
    vg_decode_request request = {.limits = sample_limits};
    sample_decode(&other, bytes, len, &request);
    TAP_EQ_INT(other.found.exif, 1, "not turned");
    for (unsigned turn = 1; turn <= 8; turn++) {
        int32_t values[5] = {matrix[turn - 1].a, matrix[turn - 1].b, 0, matrix[turn - 1].c, matrix[turn - 1].d};
        for (size_t i = 0; i < 5; i++) { /* 16.16 fixed point, ISO 14496-12, 8.3.2 */
            uint32_t fixed = (uint32_t)values[i] << 16;
            for (size_t b = 0; b < 4; b++) track[44 + 4 * i + b] = (uint8_t)(fixed >> (24 - 8 * b));
        }
        sample_decode(&some, bytes, len, &request);
        TAP_OK(some.rc == 0 && some.found.exif == turn && some.count == other.count && some.sum[0] == other.sum[0] &&
                   some.width[0] == 160,
               "turned as EXIF's %u says: reported (%u), the pixels as coded", turn, some.found.exif);
    }
    vg_free(bytes);
}

/* ---- limits ---- */

static void limits_are_kept(void)
{
    size_t len;
    uint8_t *bytes = sample_read(sample_path("h264.mp4"), &len);
    vg_decode_request request = {.limits = sample_limits};
    if (!TAP_OK(bytes != NULL, "a video")) return;
    request.limits.pixels = 160 * 120;
    sample_decode(&some, bytes, len, &request);
    TAP_OK(some.rc == 0 && some.count == 2, "as many pixels as the limit");
    request.limits.pixels = 160 * 120 - 1;
    sample_decode(&some, bytes, len, &request);
    TAP_EQ_INT(some.rc, -VG_ETOOBIG, "one more");
    TAP_EQ_STR(some.err.what, "a frame has 160 x 120 = 19200 pixels, the limit is 19199", "both numbers");
    TAP_EQ_INT(some.count, 0, "nothing was decoded");

    request.limits = sample_limits;
    request.limits.bytes = len - 1;
    sample_decode(&some, bytes, len, &request);
    TAP_OK(some.rc == -VG_ETOOBIG && starts_with(some.err.what, "the file has "), "a byte too many: %s", some.err.what);

    request.limits = sample_limits;
    request.limits.frames = 7;
    request.want = VG_WANT_EVERY_FRAME;
    sample_decode(&some, bytes, len, &request);
    TAP_OK(some.rc == 0 && some.count == 7 && some.found.frames_left_out, "seven frames, and that there were more");
    request.limits.frames = FRAMES;
    sample_decode(&some, bytes, len, &request);
    TAP_OK(some.rc == 0 && some.count == FRAMES && !some.found.frames_left_out,
           "exactly as many as the limit leaves none out");

    request.limits = sample_limits;
    some.stop_after = 3;
    sample_decode(&some, bytes, len, &request);
    request.want = 0;
    TAP_OK(some.rc == 0 && some.count == 3 && !some.found.frames_left_out, "enough is enough");
    some.stop_after = 0;
    some.fail_with = VG_EFULL;
    sample_decode(&some, bytes, len, &request);
    TAP_OK(some.rc == -VG_EFULL && strcmp(some.err.what, "the sink is full") == 0, "the sink's failure is handed on");
    some.fail_with = 0;
    some.hash = false;
    vg_alloc_fail_at(1);
    sample_decode(&some, bytes, len, &request);
    bool failed = vg_alloc_failed();
    vg_alloc_fail_at(0);
    TAP_OK(failed && some.rc == -VG_ENOMEM && some.count == 0, "no memory for the pixels");
    vg_free(bytes);
}

static void the_size_may_change_on_the_way(void)
{
    bool made = sample_make("large.264", "-i h264.mp4 -vf scale=320:240 -bf 0 " X264) &&
                sample_make("small.264", "-i h264.mp4 -bf 0 " X264);
    size_t small_len = 0, large_len = 0;
    uint8_t *small = sample_read(sample_path("small.264"), &small_len),
            *large = sample_read(sample_path("large.264"), &large_len);
    uint8_t *both = small && large ? vg_malloc(small_len + large_len) : NULL;
    if (!TAP_OK(made && both, "two streams one after the other")) return;
    memcpy(both, small, small_len);
    memcpy(both + small_len, large, large_len);
    vg_decode_request request = {.want = VG_WANT_EVERY_FRAME, .limits = sample_limits};
    some.hash = true;
    sample_decode(&some, both, small_len + large_len, &request);
    TAP_OK(some.rc == 0 && some.count == 2 * FRAMES && some.width[0] == 160 && some.width[some.count - 1] == 320,
           "frames of both sizes");
    TAP_OK(some.found.width == 160 && some.found.height == 120, "the size found is the first one's");
    vg_vpdq_match match = vg_vpdq_compare(some.frame, FRAMES, some.frame + FRAMES, FRAMES, 31, 50);
    TAP_OK(match.query_percent >= 95, "and they are the same pictures");
    request.limits.pixels = 200 * 150;
    sample_decode(&some, both, small_len + large_len, &request);
    TAP_OK(some.rc == -VG_ETOOBIG && some.count >= FRAMES - 4 && some.count <= FRAMES,
           "a size over the limit ends it (%zu frames, %s)", some.count, some.err.what);
    sample_decode(&some, large, large_len, &request);
    TAP_OK(some.rc == -VG_ETOOBIG && some.count == 0, "the stream's own size counts where no container says it");
    vg_free(small);
    vg_free(large);
    vg_free(both);
}

/* ---- what is not a video ---- */

static void refused(const char *name, const void *bytes, size_t len, const char *what)
{
    vg_decode_request request = {.limits = sample_limits};
    /* in memory of its own length, so that a byte read beyond it is seen */
    uint8_t *copy = vg_malloc(len ? len : 1);
    if (!copy) return;
    if (len) memcpy(copy, bytes, len);
    sample_decode(&some, copy, len, &request);
    vg_free(copy);
    TAP_EQ_INT(some.rc, -VG_EINVAL, name);
    TAP_EQ_INT(some.count, 0, "no picture");
    TAP_EQ_STR(some.err.what, what, "says why");
}

static void what_is_not_a_video_is_refused(void)
{
    static const char unknown[] = "could not be decoded: not a format that is read here";
    char text[512];
    refused("an empty file", "", 0, "could not be decoded: the file is empty");
    refused("text", "Bonjour à tous\n", 16, unknown);
    snprintf(text, sizeof text, "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n%s\n#EXT-X-ENDLIST\n",
             sample_path("h264.ts"));
    refused("a playlist (HLS) that names a file", text, strlen(text), unknown);
    snprintf(text, sizeof text, "ffconcat version 1.0\nfile '%s'\n", sample_path("h264.ts"));
    refused("a concatenation that names a file", text, strlen(text), unknown);
    snprintf(text, sizeof text,
             "<?xml version=\"1.0\"?><MPD "
             "xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><Period><BaseURL>%s</BaseURL></Period></MPD>",
             sample_path("h264.mp4"));
    refused("a manifest (DASH) that names a file", text, strlen(text), unknown);
    static const char session[] = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video "
                                  "5004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n";
    refused("a session description (SDP) that names an address", session, sizeof session - 1, unknown);

    size_t len;
    uint8_t *bytes = NULL;
    bool made =
        sample_make("sound.wav", "-f lavfi -i sine=d=0.2") && (bytes = sample_read(sample_path("sound.wav"), &len));
    if (TAP_OK(made, "sound is made"))
        refused("sound alone", bytes, len, "could not be decoded: no pictures in it (wav)");
    vg_free(bytes);
    bytes = NULL;
    made = sample_make("sound.m4a", "-f lavfi -i sine=d=0.2 -c:a aac") &&
           (bytes = sample_read(sample_path("sound.m4a"), &len));
    if (TAP_OK(made, "sound in MP4 is made"))
        refused("sound alone in MP4", bytes, len, "could not be decoded: no pictures in it (mp4)");
    vg_free(bytes);
    bytes = sample_read(sample_path("h264.mp4"), &len);
    uint8_t *data = bytes ? memmem(bytes, len, "mdat", 4) : NULL;
    uint8_t *end = bytes ? memmem(bytes, len, "moov", 4) : NULL;
    if (TAP_OK(data && end > data, "a video's data")) {
        memset(data + 4, 0x55, (size_t)(end - 4 - (data + 4)));
        refused("a container whose video is noise", bytes, len,
                "could not be decoded: no frame of its video decodes (Invalid data found when processing input)");
    }
    vg_free(bytes);
}

static void a_cover_picture_is_a_still(void)
{
    bool made =
        sample_make("cover.png", "-f lavfi -i mandelbrot=s=64x64 -frames:v 1") &&
        sample_make("covered.mp3",
                    "-f lavfi -i sine=d=0.5 -i cover.png -map 0 -map 1 -c:v copy -disposition:v attached_pic") &&
        sample_make("covered.m4a",
                    "-f lavfi -i sine=d=0.5 -i cover.png -map 0 -map 1 -c:a aac -c:v copy -disposition:v attached_pic");
    for (size_t i = 0; i < 2; i++) {
        decode_made(&some, i ? "covered.m4a" : "covered.mp3", VG_WANT_EVERY_FRAME, 0);
        TAP_OK(made && some.rc == 0 && some.count == 1 && some.found.kind == VG_MEDIA_STILL && some.width[0] == 64 &&
                   some.frame[0].time_ms == 0,
               "the cover of an %s file", i ? "m4a" : "mp3");
    }
}

/* ---- damage ---- */

static uint64_t state = 1181783497276652981U;
static uint32_t chance(size_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) % below);
}

/* Every answer will do but a crash, a sentence that does not say what it is, or frames that go back in time. */
static bool sane(const sample *answer)
{
    for (size_t i = 1; i < answer->count; i++)
        if (answer->frame[i].time_ms < answer->frame[i - 1].time_ms ||
            answer->frame[i].number <= answer->frame[i - 1].number)
            return false;
    if (answer->rc == 0) return answer->count > 0;
    return (answer->rc == -VG_EINVAL && starts_with(answer->err.what, "could not be decoded: ")) ||
           answer->rc == -VG_ETOOBIG || answer->rc == -VG_ENOMEM;
}

static void damaged_files_get_an_answer(void)
{
    static const char *const names[] = {"h264.mp4", "hevc.mp4",  "vp9.webm",  "av1.mp4",
                                        "h264.ts",  "mpeg4.avi", "mpeg2.mpg", "mjpeg.avi"};
    vg_decode_request request = {.want = 0, .interval_ms = 200, .limits = sample_limits};
    request.limits.pixels = 1 << 20;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        size_t len = 0, bad = 0, decoded = 0;
        uint8_t *bytes = sample_read(sample_path(names[n]), &len), *damaged = bytes ? vg_malloc(len) : NULL;
        if (!TAP_OK(damaged != NULL, "%s is there", names[n])) {
            vg_free(bytes);
            continue;
        }
        memset(&some, 0, sizeof some);
        for (size_t cut = 0; cut < 24; cut++) {
            uint8_t *part = vg_malloc(len * cut / 24 + 1);
            if (!part) break;
            memcpy(part, bytes, len * cut / 24);
            sample_decode(&some, part, len * cut / 24, &request);
            bad += !sane(&some);
            decoded += some.rc == 0;
            vg_free(part);
        }
        TAP_OK(bad == 0, "%s cut off at 24 places: an answer each time (%zu decoded in part)", names[n], decoded);
        decoded = 0;
        for (size_t round = 0; round < 32; round++) {
            memcpy(damaged, bytes, len);
            size_t within_first = round & 1 ? len : 2048; /* the head decides more */
            if (within_first > len) within_first = len;
            for (size_t flips = 1 + chance(12); flips; flips--)
                damaged[chance(within_first)] ^= (uint8_t)(1 << chance(8));
            sample_decode(&some, damaged, len, &request);
            bad += !sane(&some);
            decoded += some.rc == 0;
        }
        TAP_OK(bad == 0, "%s with bits flipped 32 times: an answer each time (%zu decoded in part)", names[n], decoded);
        vg_free(bytes);
        vg_free(damaged);
    }
}

/* ---- the reference's own videos ---- */

static void the_reference_videos(const char *folder)
{
    static const char *const names[] = {"chair-19-sd-bar", "chair-22-sd-grey-bar"};
    vg_arena *arena = vg_arena_create(1 << 16, 1 << 22);
    for (size_t n = 0; n < 2; n++) {
        char path[512];
        size_t len = 0, count = 0;
        snprintf(path, sizeof path, "%s/videos/%s.vpdq.txt", folder, names[n]);
        char *text = (char *)sample_read(path, &len);
        snprintf(path, sizeof path, "%s/videos/%s.mp4", folder, names[n]);
        vg_decoded_frame *want = NULL;
        /* every frame of one; of the other, which is the longer, two a second: hashing is slow under a sanitizer */
        if (!text || !sample_decode_file(&some, path, n ? 0 : VG_WANT_EVERY_FRAME, 500)) {
            TAP_OK(1, "%s # SKIP the shared media are not here", names[n]);
            vg_free(text);
            continue;
        }
        TAP_EQ_INT(vg_vpdq_read((vg_str){text, len}, arena, &want, &count, NULL), 0, "the reference's hashes");
        if (n == 0) TAP_EQ_INT(some.count, count, "as many frames");
        else TAP_EQ_INT(some.count, (count + 14) / 15, "two frames a second of a video with thirty");
        size_t times = 0, bits = 0, qualities = 0;
        for (size_t i = 0; i < some.count; i++) {
            const vg_decoded_frame *got = &some.frame[i];
            if (got->number >= count) break;
            const vg_decoded_frame *expected = &want[got->number];
            times += got->number != expected->number || got->time_ms != expected->time_ms;
            bits += vg_pdq_distance(got->hash, expected->hash);
            qualities += got->quality != expected->quality;
        }
        TAP_OK(some.rc == 0 && times == 0, "%s: numbers and times are the reference's", names[n]);
        TAP_EQ_INT(bits, 0, "no bit of any hash differs");
        TAP_EQ_INT(qualities, 0, "nor any quality");
        vg_buf out;
        vg_buf_init(&out, 1 << 20);
        vg_vpdq_write(&out, some.frame, some.count);
        if (n == 0)
            TAP_OK(out.len == len && memcmp(out.ptr, text, len) == 0,
                   "the text form is the reference's file, byte for byte");
        vg_buf_free(&out);
        vg_free(text);
    }
    vg_arena_destroy(&arena);
}

int main(int argc, char **argv)
{
    if (!sample_begin()) return 1;
    codecs_and_containers();
    copies_match_and_others_do_not();
    times_are_from_the_first_frame_and_never_go_back();
    rotation_is_reported_and_not_applied();
    limits_are_kept();
    the_size_may_change_on_the_way();
    what_is_not_a_video_is_refused();
    a_cover_picture_is_a_still();
    damaged_files_get_an_answer();
    the_reference_videos(argc > 1 ? argv[1] : "../shared/media");
    sample_end();
    return tap_done();
}
