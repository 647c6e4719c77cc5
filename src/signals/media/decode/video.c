/* SPDX-License-Identifier: Apache-2.0
 *
 * Video (and whatever else FFmpeg's libraries read) as pictures, from the mapped bytes and from nothing else.
 *
 * The libraries read through two callbacks over the mapping. Formats are on a list: those that name other files or
 * addresses (playlists, concatenations, numbered images) are not, and opening anything is refused besides. One thread.
 * A frame is converted only when it is picked, by swscale's plain C code: its assembly differs by up to two steps of a
 * sample and the reference's hashes were made without it. Frames are handed out as coded: what a container says about
 * rotation becomes found->exif, as the reference hashes the frames unturned.
 *
 * Frames that are not picked and that no other frame needs are not decoded where that is exact (plan_packet). Which
 * frames are picked, their numbers and their times do not change by it.
 */
#include "signals/media/decode/decode_int.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/cpu.h>
#include <libswscale/swscale.h>
#include <stdio.h>

#include "base/alloc.h"

enum {
    IO_BYTES = 32 * 1024,
    STREAMS_MAX = 64,         /* of one file: a real one has a handful */
    DECODE_ERRORS_MAX = 2000, /* packets that did not decode */
    READ_ERRORS_MAX = 16,     /* places where the container is damaged */
    DEFAULT_INTERVAL_MS = 1000,
    BACKWARDS_MS = 1000,         /* a step back of more is a new beginning, not jitter */
    FRAMES_PER_SECOND_MAX = 300, /* after so many frames one is picked whatever their times say */
    BUCKETS = 16,
    SKIPPED_MAX = 64,
    CODED_PADDING = 127, /* a coded size is the size seen, rounded up to the codec's blocks */
};

/* Demuxers that read this one file and nothing else. No playlists (hls, dash, concat), no patterns of names (image2),
 * no devices. */
static const char format_list[] =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,rm,mxf,nut,ivf,dv,gxf,wtv,"
    "h264,hevc,m4v,obu,av1,vc1,mjpeg,y4m,yuv4mpegpipe,amv,nsv,swf,"
    "mp3,flac,wav,aac,aiff,ape," /* for the picture on the cover */
    "j2k_pipe,psd_pipe";         /* still pictures that image.c does not know */

typedef struct skip_plan { /* which packets need not be decoded */
    bool exact;            /* the codec says of a picture, without exception, that nothing refers to it */
    struct {
        uint64_t bucket;
        int64_t first_ms; /* the earliest sent so far of this interval */
        bool used;
    } buckets[BUCKETS];
    int64_t skipped[SKIPPED_MAX]; /* timestamps sent with leave to drop */
    size_t skipped_count;
} skip_plan;

typedef struct video {
    const vg_decode_input *in;
    vg_picture_sink *sink;
    vg_decode_found *found;
    vg_error *err;
    size_t position; /* of the reading callbacks */
    AVIOContext *io;
    AVFormatContext *format;
    AVStream *stream;
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *frame;
    struct SwsContext *scaler;
    int scaled_width, scaled_height, scaled_format;
    uint8_t *rgb;
    size_t rgb_size, stride;
    bool every_frame;
    uint32_t interval_ms;
    int64_t origin; /* timestamp of the first frame, which is time 0 */
    bool has_origin;
    int64_t shift_ms, last_ms;
    uint32_t number, unpicked, delivered; /* frames seen; since the last pick; given to the sink */
    uint64_t last_bucket;
    skip_plan plan;
    uint64_t over_width, over_height; /* of a picture that was refused before it was allocated */
    int last_error;                   /* FFmpeg's, of the last packet that did not decode */
    unsigned decode_errors;
    bool done;
} video;

static int undecodable(const video *v, const char *why, int av_error)
{
    char reason[96] = "";
    if (av_error) av_strerror(av_error, reason, sizeof reason);
    return vg_fail(v->err, VG_EINVAL, "", "could not be decoded: %s%s%s%s", why, av_error ? " (" : "", reason,
                   av_error ? ")" : "");
}

static int no_memory(const video *v)
{
    return vg_fail(v->err, VG_ENOMEM, "", "no memory to decode a video");
}

static int too_many_pixels(const video *v, uint64_t width, uint64_t height)
{
    return vg_fail(v->err, VG_ETOOBIG, "", "a frame has %llu x %llu = %llu pixels, the limit is %llu",
                   (unsigned long long)width, (unsigned long long)height, (unsigned long long)(width * height),
                   (unsigned long long)v->in->request->limits.pixels);
}

static bool over_limit(const video *v, int width, int height)
{
    return width > 0 && height > 0 && (uint64_t)width * (uint64_t)height > v->in->request->limits.pixels;
}

/* ---- the bytes ---- */

static int read_bytes(void *opaque, uint8_t *out, int size)
{
    video *v = opaque;
    if (size <= 0 || v->position >= v->in->len) return AVERROR_EOF;
    size_t take = v->in->len - v->position;
    if (take > (size_t)size) take = (size_t)size;
    memcpy(out, v->in->bytes + v->position, take);
    v->position += take;
    return (int)take;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence)
{
    video *v = opaque;
    int64_t len = (int64_t)v->in->len, base;
    if (whence & AVSEEK_SIZE) return len;
    switch (whence & ~AVSEEK_FORCE) {
    case SEEK_SET: base = 0; break;
    case SEEK_CUR: base = (int64_t)v->position; break;
    case SEEK_END: base = len; break;
    default: return AVERROR(EINVAL);
    }
    if (__builtin_add_overflow(base, offset, &base) || base < 0) return AVERROR(EINVAL);
    v->position = (size_t)base; /* past the end is allowed: reading there is the end of the file */
    return base;
}

/* A file that refers to another gets this answer, whichever way its demuxer asks. */
static int refuse_open(AVFormatContext *format, AVIOContext **io, const char *url, int flags, AVDictionary **options)
{
    (void)format, (void)io, (void)url, (void)flags, (void)options;
    return AVERROR(EACCES);
}

/* ---- opening ---- */

static int64_t decoder_pixels(const video *v)
{
    /* Wider than the limit, so that a picture just over it comes to get_buffer, which can say by how much. */
    uint64_t limit = v->in->request->limits.pixels;
    return limit > INT32_MAX / 8 ? INT32_MAX : (int64_t)(limit * 4 + (1 << 20));
}

static int find_streams(video *v)
{
    unsigned count = v->format->nb_streams;
    AVDictionary **options = av_calloc(count ? count : 1, sizeof *options);
    if (!options) return no_memory(v);
    for (unsigned i = 0; i < count; i++) {
        av_dict_set_int(&options[i], "max_pixels", decoder_pixels(v), 0);
        av_dict_set_int(&options[i], "threads", 1, 0);
    }
    int r = avformat_find_stream_info(v->format, options);
    for (unsigned i = 0; i < count; i++) av_dict_free(&options[i]);
    av_free(options);
    return r == AVERROR(ENOMEM) ? no_memory(v) : 0; /* what else is missing shows when it is needed */
}

static int open_container(video *v)
{
    uint8_t *buffer = av_malloc(IO_BYTES);
    v->io = buffer ? avio_alloc_context(buffer, IO_BYTES, 0, v, read_bytes, NULL, seek_bytes) : NULL;
    if (!v->io) {
        av_free(buffer);
        return no_memory(v);
    }
    v->format = avformat_alloc_context();
    if (!v->format) return no_memory(v);
    v->format->pb = v->io;
    v->format->flags |= AVFMT_FLAG_CUSTOM_IO;
    v->format->io_open = refuse_open;
    v->format->max_streams = STREAMS_MAX;
    v->format->format_whitelist = av_strdup(format_list);
    v->format->protocol_whitelist = av_strdup("none");
    if (!v->format->format_whitelist || !v->format->protocol_whitelist) return no_memory(v);
    int r = avformat_open_input(&v->format, "", NULL, NULL);
    if (r == AVERROR(ENOMEM)) return no_memory(v);
    if (r == AVERROR_INVALIDDATA || r == AVERROR(EINVAL)) return undecodable(v, "not a format that is read here", 0);
    if (r < 0) return undecodable(v, "the container is damaged", r);
    return find_streams(v);
}

static void name_format(video *v)
{
    const char *name = v->format->iformat->name;
    size_t len = strcspn(name, ",");
    if (len >= sizeof v->found->format) len = sizeof v->found->format - 1;
    memcpy(v->found->format, name, len);
    v->found->format[len] = '\0';
    if (strcmp(v->found->format, "mov") == 0) {
        const AVDictionaryEntry *brand = av_dict_get(v->format->metadata, "major_brand", NULL, 0);
        if (brand && strncmp(brand->value, "qt", 2) != 0) memcpy(v->found->format, "mp4", sizeof "mp4");
    } else if (strcmp(v->found->format, "matroska") == 0) {
        size_t head = v->in->len < 64 ? v->in->len : 64; /* the EBML header, where the kind of document stands */
        if (memmem(v->in->bytes, head, "webm", 4)) memcpy(v->found->format, "webm", sizeof "webm");
    }
}

/* The display matrix as EXIF has it, when it is one of the eight; EXIF 2.32, 4.6.4, tag 0x0112. */
static uint8_t orientation(const AVStream *stream)
{
    size_t size = 0;
    const uint8_t *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    int32_t m[9];
    if (!data || size < sizeof m) return 1;
    memcpy(m, data, sizeof m);
    enum { A = 0, B = 1, C = 3, D = 4 }; /* x' = A x + C y, y' = B x + D y */
    if (m[B] == 0 && m[C] == 0 && m[A] && m[D]) return m[A] > 0 ? (m[D] > 0 ? 1 : 4) : (m[D] > 0 ? 2 : 3);
    if (m[A] == 0 && m[D] == 0 && m[B] && m[C]) return m[B] > 0 ? (m[C] > 0 ? 5 : 6) : (m[C] > 0 ? 8 : 7);
    return 1;
}

static int get_buffer(AVCodecContext *codec, AVFrame *frame, int flags)
{
    video *v = codec->opaque;
    /* These are coded sizes, rounded up: the exact check is of the frame that comes out. */
    int width = frame->width > CODED_PADDING ? frame->width - CODED_PADDING : 1;
    int height = frame->height > CODED_PADDING ? frame->height - CODED_PADDING : 1;
    if (over_limit(v, width, height)) {
        v->over_width = (uint64_t)frame->width;
        v->over_height = (uint64_t)frame->height;
        return AVERROR(ENOMEM);
    }
    return avcodec_default_get_buffer2(codec, frame, flags);
}

static int open_decoder(video *v, const AVCodec *decoder)
{
    const AVCodecParameters *par = v->stream->codecpar;
    v->codec = avcodec_alloc_context3(decoder);
    v->packet = av_packet_alloc();
    v->frame = av_frame_alloc();
    if (!v->codec || !v->packet || !v->frame) return no_memory(v);
    if (avcodec_parameters_to_context(v->codec, par) < 0) return no_memory(v);
    v->codec->pkt_timebase = v->stream->time_base;
    v->codec->thread_count = 1;
    v->codec->max_pixels = decoder_pixels(v);
    v->codec->opaque = v;
    v->codec->get_buffer2 = get_buffer;
    int r = avcodec_open2(v->codec, decoder, NULL);
    if (r == AVERROR(ENOMEM)) return no_memory(v);
    if (r < 0) return undecodable(v, "its decoder does not start", r);
    /* H.264 7.4.1 (nal_ref_idc 0), MPEG-1, 2 and 4 (B pictures). Not HEVC: what is not referred to in its own layer may
     * be in a higher one. */
    v->plan.exact = par->codec_id == AV_CODEC_ID_H264 || par->codec_id == AV_CODEC_ID_MPEG4 ||
                    par->codec_id == AV_CODEC_ID_MPEG2VIDEO || par->codec_id == AV_CODEC_ID_MPEG1VIDEO;
    return 0;
}

static int choose_stream(video *v)
{
    name_format(v);
    const AVCodec *decoder = NULL;
    int index = av_find_best_stream(v->format, AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
    if (index == AVERROR_DECODER_NOT_FOUND) return undecodable(v, "its video is in a codec that is not read here", 0);
    if (index < 0) {
        char why[64];
        snprintf(why, sizeof why, "no pictures in it (%s)", v->found->format);
        return undecodable(v, why, 0);
    }
    for (unsigned i = 0; i < v->format->nb_streams; i++)
        if (i != (unsigned)index) v->format->streams[i]->discard = AVDISCARD_ALL;
    v->stream = v->format->streams[index];
    const AVCodecParameters *par = v->stream->codecpar;
    bool still = (v->stream->disposition & AV_DISPOSITION_ATTACHED_PIC) || strstr(v->format->iformat->name, "_pipe");
    v->found->kind = still ? VG_MEDIA_STILL : VG_MEDIA_VIDEO;
    v->found->exif = orientation(v->stream);
    if (over_limit(v, par->width, par->height)) return too_many_pixels(v, (uint64_t)par->width, (uint64_t)par->height);
    if (par->width > 0 && par->height > 0) {
        v->found->width = (uint32_t)par->width;
        v->found->height = (uint32_t)par->height;
    }
    return open_decoder(v, decoder);
}

/* ---- times and picks ---- */

/* Milliseconds from the first frame, or false when the timestamp says nothing. */
static bool time_of(const video *v, int64_t timestamp, int64_t *ms)
{
    AVRational base = v->stream->time_base;
    int64_t since;
    if (timestamp == AV_NOPTS_VALUE || !v->has_origin || base.num <= 0 || base.den <= 0) return false;
    if (__builtin_sub_overflow(timestamp, v->origin, &since)) return false;
    since = av_rescale_q(since, base, (AVRational){1, 1000});
    return since != INT64_MIN && !__builtin_add_overflow(since, v->shift_ms, ms);
}

static int64_t frame_ms(const video *v, int64_t frames)
{
    AVRational rate = v->stream->avg_frame_rate;
    if (rate.num <= 0 || rate.den <= 0) rate = v->stream->r_frame_rate;
    if (rate.num <= 0 || rate.den <= 0) rate = (AVRational){25, 1};
    return av_rescale(frames, 1000 * (int64_t)rate.den, rate.num);
}

/* Where the frame stands in the time that this file is given: from 0, never back, whatever the timestamps do. */
static uint32_t present(video *v)
{
    int64_t timestamp = v->frame->best_effort_timestamp, ms;
    if (!v->has_origin && timestamp != AV_NOPTS_VALUE) {
        v->origin = timestamp;
        v->has_origin = true;
        v->shift_ms = frame_ms(v, v->number); /* frames without a timestamp came before */
    }
    if (!time_of(v, timestamp, &ms)) ms = v->number ? frame_ms(v, v->number) : 0;
    if (ms < v->last_ms) {
        if (v->last_ms - BACKWARDS_MS > ms) /* joined recordings, a wrapped clock */
            v->shift_ms += v->last_ms + frame_ms(v, 1) - ms;
        ms = v->last_ms;
    }
    if (ms < 0) ms = 0;
    if (ms > UINT32_MAX) ms = UINT32_MAX;
    v->last_ms = ms;
    return (uint32_t)ms;
}

/* The first frame of each interval. */
static bool pick(video *v, uint32_t time_ms)
{
    uint64_t bucket = time_ms / v->interval_ms;
    uint64_t most = (uint64_t)FRAMES_PER_SECOND_MAX * v->interval_ms / 1000 + 1;
    bool picked = v->every_frame || v->number == 0 || bucket > v->last_bucket || v->unpicked >= most;
    v->unpicked = picked ? 1 : v->unpicked + 1;
    if (picked) v->last_bucket = bucket;
    return picked;
}

/* A frame that nothing refers to is dropped when an earlier frame of its interval was sent already: then it is not the
 * first. The earliest of each interval is never dropped, so the pick is the same; account_skipped keeps the numbers. */
static void plan_packet(video *v)
{
    skip_plan *plan = &v->plan;
    int64_t ms, timestamp = v->packet->pts;
    v->codec->skip_frame = AVDISCARD_DEFAULT;
    if (!plan->exact || v->every_frame || !time_of(v, timestamp, &ms) || ms < 0 || ms > UINT32_MAX) return;
    uint64_t bucket = (uint64_t)ms / v->interval_ms;
    size_t slot = bucket % BUCKETS;
    bool known = plan->buckets[slot].used && plan->buckets[slot].bucket == bucket;
    if (known && plan->buckets[slot].first_ms < ms) {
        if (plan->skipped_count == SKIPPED_MAX) return;
        plan->skipped[plan->skipped_count++] = timestamp;
        v->codec->skip_frame = AVDISCARD_NONREF;
        return;
    }
    plan->buckets[slot].used = true;
    plan->buckets[slot].bucket = bucket;
    plan->buckets[slot].first_ms = ms;
}

/* Frames come out in order of presentation: of those sent with leave to drop, the ones before this frame were dropped.
 */
static void account_skipped(video *v)
{
    int64_t timestamp = v->frame->best_effort_timestamp;
    size_t kept = 0;
    if (timestamp == AV_NOPTS_VALUE) return;
    for (size_t i = 0; i < v->plan.skipped_count; i++) {
        int64_t skipped = v->plan.skipped[i];
        if (skipped > timestamp) v->plan.skipped[kept++] = skipped;
        else if (skipped < timestamp) v->number++, v->unpicked++;
    }
    v->plan.skipped_count = kept;
}

/* ---- pictures ---- */

static int prepare_scaler(video *v)
{
    const AVFrame *frame = v->frame;
    if (v->scaler && frame->width == v->scaled_width && frame->height == v->scaled_height &&
        frame->format == v->scaled_format)
        return 0;
    sws_freeContext(v->scaler);
    int cpu = av_get_cpu_flags();
    av_force_cpu_flags(0); /* for the choice of the converter alone; the decoder keeps its assembly */
    v->scaler = sws_getContext(frame->width, frame->height, frame->format, frame->width, frame->height,
                               AV_PIX_FMT_RGB24, SWS_AREA, NULL, NULL, NULL);
    av_force_cpu_flags(cpu);
    if (!v->scaler) return undecodable(v, "its pixels are in a form that is not converted", 0);
    v->scaled_width = frame->width;
    v->scaled_height = frame->height;
    v->scaled_format = frame->format;
    size_t size;
    v->stride = ((size_t)frame->width * 3 + 63) / 64 * 64;
    if (__builtin_mul_overflow(v->stride, (size_t)frame->height, &size) || size > SIZE_MAX - 64) return no_memory(v);
    if (size + 64 > v->rgb_size) { /* the last pixels are written in groups */
        vg_free(v->rgb);
        v->rgb_size = 0;
        v->rgb = vg_malloc(size + 64);
        if (!v->rgb) return no_memory(v);
        v->rgb_size = size + 64;
    }
    return 0;
}

static int deliver(video *v, uint32_t number, uint32_t time_ms)
{
    if (v->delivered >= v->in->request->limits.frames) {
        v->found->frames_left_out = true;
        v->done = true;
        return 0;
    }
    int rc = prepare_scaler(v);
    if (rc < 0) return rc;
    uint8_t *rows[4] = {v->rgb};
    int strides[4] = {(int)v->stride};
    int r = sws_scale(v->scaler, (const uint8_t *const *)v->frame->data, v->frame->linesize, 0, v->frame->height, rows,
                      strides);
    if (r != v->frame->height) return undecodable(v, "a frame's pixels could not be converted", r < 0 ? r : 0);
    vg_picture picture = {
        .pixels = {v->rgb, (size_t)v->frame->width, (size_t)v->frame->height, v->stride, 3},
        .number = number,
        .time_ms = time_ms,
    };
    if (v->delivered++ == 0) {
        v->found->width = (uint32_t)v->frame->width;
        v->found->height = (uint32_t)v->frame->height;
    }
    rc = v->sink->picture(v->sink->context, &picture, v->err);
    if (rc != 0 || v->found->kind == VG_MEDIA_STILL) v->done = true;
    return rc < 0 ? rc : 0;
}

static int take_frame(video *v)
{
    if (v->frame->width <= 0 || v->frame->height <= 0 || !v->frame->data[0]) return 0;
    if (over_limit(v, v->frame->width, v->frame->height))
        return too_many_pixels(v, (uint64_t)v->frame->width, (uint64_t)v->frame->height);
    account_skipped(v);
    uint32_t time_ms = present(v), number = v->number;
    bool picked = pick(v, time_ms);
    if (v->number < UINT32_MAX) v->number++;
    return picked ? deliver(v, number, time_ms) : 0;
}

/* Whatever the decoder has ready. What fails is counted, not fatal. */
static int drain(video *v)
{
    while (!v->done) {
        int r = avcodec_receive_frame(v->codec, v->frame);
        if (r == AVERROR(EAGAIN) || r == AVERROR_EOF) return 0;
        if (v->over_width) return too_many_pixels(v, v->over_width, v->over_height);
        if (r == AVERROR(ENOMEM)) return no_memory(v);
        if (r < 0) {
            v->last_error = r;
            if (++v->decode_errors >= DECODE_ERRORS_MAX) v->done = true;
            return 0;
        }
        int rc = take_frame(v);
        av_frame_unref(v->frame);
        if (rc < 0) return rc;
    }
    return 0;
}

/* NULL: no more packets follow. */
static int feed(video *v, AVPacket *packet)
{
    int r = avcodec_send_packet(v->codec, packet);
    if (v->over_width) return too_many_pixels(v, v->over_width, v->over_height);
    if (r == AVERROR(ENOMEM)) return no_memory(v);
    if (r < 0 && r != AVERROR_EOF) {
        v->last_error = r;
        if (++v->decode_errors >= DECODE_ERRORS_MAX) v->done = true;
    }
    return drain(v);
}

static int decode_all(video *v)
{
    unsigned read_errors = 0;
    int rc = 0;
    while (!v->done && rc == 0) {
        int r = av_read_frame(v->format, v->packet);
        if (r == AVERROR(ENOMEM)) return no_memory(v);
        if (r == AVERROR_EOF) break;
        if (r < 0) {
            v->last_error = r;
            if (++read_errors >= READ_ERRORS_MAX) break;
            continue;
        }
        if (v->packet->stream_index == v->stream->index) {
            plan_packet(v);
            rc = feed(v, v->packet);
        }
        av_packet_unref(v->packet);
    }
    if (rc == 0 && !v->done) rc = feed(v, NULL);
    unsigned damaged = v->decode_errors + read_errors;
    if (rc == 0 && damaged)
        snprintf(v->found->damage, sizeof v->found->damage, "the video is damaged in %u places", damaged);
    if (rc == 0 && v->delivered == 0 && !v->found->frames_left_out)
        rc = undecodable(v, "no frame of its video decodes", v->last_error);
    return rc;
}

static void close_video(video *v)
{
    sws_freeContext(v->scaler);
    vg_free(v->rgb);
    av_frame_free(&v->frame);
    av_packet_free(&v->packet);
    avcodec_free_context(&v->codec);
    avformat_close_input(&v->format);
    if (v->io) av_freep(&v->io->buffer);
    avio_context_free(&v->io);
}

int vg_decode_video(const vg_decode_input *in, vg_picture_sink *sink, vg_decode_found *found, vg_error *err)
{
    const vg_decode_request *request = in->request;
    video v = {.in = in, .sink = sink, .found = found, .err = err};
    v.every_frame = request->want & VG_WANT_EVERY_FRAME;
    v.interval_ms = request->interval_ms ? request->interval_ms : DEFAULT_INTERVAL_MS;
    found->kind = VG_MEDIA_UNKNOWN;
    found->exif = 1;
    if (in->len > request->limits.bytes || in->len > INT64_MAX)
        return vg_fail(err, VG_ETOOBIG, "", "the file has %zu bytes, the limit is %llu", in->len,
                       (unsigned long long)request->limits.bytes);
    if (in->len == 0) return undecodable(&v, "the file is empty", 0);
    av_log_set_level(AV_LOG_QUIET); /* the worker's standard error is not for what a file makes a library say */
    if (request->limits.memory_bytes && request->limits.memory_bytes < INT32_MAX)
        av_max_alloc(request->limits.memory_bytes);
    int rc = open_container(&v);
    if (rc == 0) rc = choose_stream(&v);
    if (rc == 0) rc = decode_all(&v);
    close_video(&v);
    return rc;
}
