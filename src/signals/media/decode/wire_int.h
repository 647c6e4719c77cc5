/* SPDX-License-Identifier: Apache-2.0
 *
 * What pool and worker say to each other: packets of fixed structures over one SOCK_SEQPACKET socket pair.
 *
 * pool -> worker: a request, with the file's descriptor beside it (SCM_RIGHTS). worker -> pool: a hello when its sandbox stands;
 * then for each request digests (as soon as they are known), frames and pieces of pictures (as they come), a thumbnail, and always one done. Both are
 * built together, so the layout is the compiler's. The pool believes nothing: each number is checked, each packet has its
 * place, and of a worker that breaks the order nothing more is taken.
 */
#ifndef VG_SIGNALS_MEDIA_DECODE_WIRE_INT_H
#define VG_SIGNALS_MEDIA_DECODE_WIRE_INT_H

#include "signals/media/decode/decode.h"

enum {
    VG_WIRE_MAGIC = 0x56444531, /* "VDE1" */
    VG_WIRE_SOCKET = 3,         /* the worker's end */
    VG_WIRE_FRAMES = 32,        /* in one packet: few, so that what came before a death has arrived */
    VG_WIRE_THUMB = 160,
    VG_WIRE_PIECE = 48 << 10,   /* of the pixels of a view: what a socket takes at once */
};

typedef enum { VG_WIRE_HELLO = 1, VG_WIRE_DIGESTS, VG_WIRE_FRAME_LIST, VG_WIRE_THUMBNAIL, VG_WIRE_VIEW, VG_WIRE_DONE } vg_wire_kind;

typedef struct vg_wire_request {
    uint32_t magic, want;
    uint64_t sequence, size;
    uint32_t interval_ms, zero;
    vg_media_limits limits;
    vg_view_request view;
} vg_wire_request;

typedef struct vg_wire_head {
    uint32_t magic, kind;
    uint64_t sequence;
} vg_wire_head;

typedef struct vg_wire_digests {
    vg_wire_head head;
    uint8_t sha256[32], sha1[20], md5[16];
} vg_wire_digests;

typedef struct vg_wire_frame_list {
    vg_wire_head head;
    uint32_t count, zero;
    vg_decoded_frame frames[VG_WIRE_FRAMES];
} vg_wire_frame_list;

typedef struct vg_wire_thumbnail {
    vg_wire_head head;
    uint32_t width, height;
    uint8_t bytes[VG_WIRE_THUMB * VG_WIRE_THUMB];
} vg_wire_thumbnail;

/* A piece of one picture: in order, none left out. */
typedef struct vg_wire_view {
    vg_wire_head head;
    uint32_t picture; /* 0, 1, ... of those that are sent */
    uint32_t time_ms, width, height, offset, len;
    uint8_t bytes[VG_WIRE_PIECE];
} vg_wire_view;

typedef struct vg_wire_done {
    vg_wire_head head;
    uint32_t status; /* 0 or a VG_E..., positive */
    uint32_t kind, width, height, view_total;
    char format[16];
    uint8_t exif, frames_left_out, has_upright, has_pdq[VG_PDQ_PROFILES], quality[VG_PDQ_PROFILES];
    uint8_t pdq[VG_PDQ_PROFILES][VG_TURNS][32], upright[VG_PDQ_PROFILES][32];
    char note[160];
} vg_wire_done;

typedef union vg_wire_answer {
    vg_wire_head head;
    vg_wire_digests digests;
    vg_wire_frame_list frames;
    vg_wire_thumbnail thumbnail;
    vg_wire_view view;
    vg_wire_done done;
} vg_wire_answer;

#endif
