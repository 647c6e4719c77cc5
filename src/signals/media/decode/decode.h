/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/media/decode: from a file that somebody sent to its hashes, in a process that can do nothing else.
 *
 * A pool of worker processes (the program vigie-decode) that have no network, no files but the descriptor passed to them,
 * a system-call filter, limits on memory, processor and wall-clock time. A worker gets a descriptor and gives back
 * hashes; pixels never come here, except a small thumbnail or a view for a person's eyes when it is asked for. A worker that dies or hangs costs one
 * answer and is replaced. Only the worker's own sources see a decoder's header. Callers: pipeline's callers (net, cli), libvigie.
 */
#ifndef VG_SIGNALS_MEDIA_DECODE_H
#define VG_SIGNALS_MEDIA_DECODE_H

#include "base/arena.h"
#include "base/error.h"
#include "event/bank.h"

typedef struct vg_decoder vg_decoder;

typedef struct vg_decoder_options {
    const char *program; /* NULL: vigie-decode beside this program, else in the installation's libexec */
    unsigned workers;    /* 0: one a processor */
} vg_decoder_options;

/** Starts the workers. VG_ENOENT when the program is not there; VG_EIO. */
int vg_decoder_create(vg_decoder **out, const vg_decoder_options *options, vg_error *err);
void vg_decoder_destroy(vg_decoder **decoder);

enum { /* what is wanted, a bit set */
    VG_WANT_DIGESTS = 1,      /* SHA-256, SHA-1, MD5 of the bytes, in the same pass */
    VG_WANT_PDQ_CPP = 2,
    VG_WANT_PDQ_PYTX = 4,
    VG_WANT_TURNS = 8,        /* all eight orientations of a still picture */
    VG_WANT_EVERY_FRAME = 16, /* of a video; else one each `interval_ms` */
    VG_WANT_THUMBNAIL = 32,   /* grey, at most 160 pixels on the longer side */
    VG_WANT_LUMA_ONLY = 64,   /* decode a JPEG's luma alone: faster, not bit-exact */
    VG_WANT_VIEW = 128,       /* pictures for a person's eyes: `view` of the request */
};

/* The longest side of a picture of a view, and how many one request may have. */
enum { VG_VIEW_SIDE_MOST = 1280, VG_VIEW_PICTURES_MOST = 64 };
/* Which pictures a person is to be shown: in colour, upright, made smaller where they are larger. Of a video one each `interval_ms`, of an
 * animation all. */
typedef struct vg_view_request {
    uint32_t from, most; /* pictures number from to from+most-1 */
    uint32_t side;       /* at most so many pixels on the longer side; of a still picture */
    uint32_t moving_side; /* of pictures of an animation or a video */
} vg_view_request;

/* What a file may cost when no policy says. Of a request's limits none may be 0. */
extern const vg_media_limits vg_media_limits_default;

typedef struct vg_decode_request {
    int fd;               /* a regular file or memfd, readable from its start; not closed, its offset not used */
    unsigned want;
    uint32_t interval_ms; /* of video; 0: 1000 */
    vg_media_limits limits;
    vg_view_request view;
} vg_decode_request;

typedef enum { VG_MEDIA_UNKNOWN, VG_MEDIA_STILL, VG_MEDIA_ANIMATION, VG_MEDIA_VIDEO, VG_MEDIA_KINDS } vg_media_kind;
extern const char *const vg_media_kind_names[VG_MEDIA_KINDS]; /* "unknown", "still", "animation", "video" */

typedef struct vg_decoded_frame { /* of an animation or a video, as vPDQ has them */
    uint32_t number;  /* of the frame in the stream, from 0 */
    uint32_t time_ms;
    uint8_t quality;
    uint8_t hash[32];
} vg_decoded_frame;

typedef struct vg_decoded_view { /* one picture for a person's eyes */
    uint32_t width, height, time_ms;
    uint8_t *pixels; /* red, green, blue; rows of 3*width bytes, in the arena */
} vg_decoded_view;

typedef struct vg_decoded {
    vg_media_kind kind;
    char format[16];      /* "jpeg", "png", "heif", "mp4", ... found from the bytes, whatever the name says */
    uint32_t width, height;
    uint8_t exif;         /* EXIF orientation 1..8; 1 when there is none */
    uint64_t size;
    uint8_t sha256[32], sha1[20], md5[16];
    /* a still picture, by profile: hash of VG_TURN_NONE, and with VG_WANT_TURNS the other seven. `cpp_upright` is the hash of
     * the picture turned as EXIF says, when it says so: decoded, turned and hashed, not derived. */
    bool has_pdq[VG_PDQ_PROFILES], has_upright;
    uint8_t pdq[VG_PDQ_PROFILES][VG_TURNS][32], upright[VG_PDQ_PROFILES][32];
    uint8_t quality[VG_PDQ_PROFILES];
    vg_decoded_frame *frames; /* in the arena; at full resolution, whatever profile was asked for */
    size_t frame_count;
    bool frames_left_out;     /* there were more than the limit */
    uint8_t *thumbnail;       /* rows of thumb_width bytes, in the arena; NULL when there is none */
    uint32_t thumb_width, thumb_height;
    vg_decoded_view *views;   /* in the arena */
    size_t view_count;
    uint32_t view_total;      /* pictures that there are, shown here or not */
    /* "could not be decoded: ...", or "decoded in part: ..." when hashes of a damaged file's readable part are there; empty
     * when all went well. Digests and the frames that came before are there all the same. */
    char note[160];
} vg_decoded;

/** Waits for a free worker, then for its answer. Any thread. 0 also when the file could not be decoded: then `note` says why.
 *  VG_EINVAL (the request), VG_ENOMEM, VG_EIO (no worker can be started). */
int vg_decode(vg_decoder *decoder, const vg_decode_request *request, vg_arena *arena, vg_decoded *out, vg_error *err);
/** The hashes of a decoded file as they are looked up (digests, PDQ in each turn, upright, frames), in the arena. */
int vg_decoded_hashes(const vg_decoded *decoded, vg_arena *arena, vg_media_hash **out, size_t *count, vg_error *err);

/* ---- vPDQ's text form, as the reference writes it: "frame,quality,hash,seconds" a line ---- */
void vg_vpdq_write(vg_buf *out, const vg_decoded_frame *frames, size_t count);
/** VG_EINVAL with the line and what was expected. */
int vg_vpdq_read(vg_str text, vg_arena *arena, vg_decoded_frame **out, size_t *count, vg_error *err);
typedef struct vg_vpdq_match {
    double query_percent, compared_percent; /* of the frames of good quality that have a partner in the other */
} vg_vpdq_match;
/** Compares two videos as vPDQ does: frames under `min_quality` are left out, partners are within `threshold` bits. */
vg_vpdq_match vg_vpdq_compare(const vg_decoded_frame *query, size_t query_count, const vg_decoded_frame *compared,
                              size_t compared_count, unsigned threshold, unsigned min_quality);

#endif
