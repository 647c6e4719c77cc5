/* SPDX-License-Identifier: Apache-2.0
 *
 * net/uploads: what POST /v1/media left behind, by reference: hashes, what the file is, and its bytes in the spool.
 *
 * In RAM only, so lost when the server stops. An upload is gone when the policy's time for it is over, its bytes with it; a space
 * cannot take all the room. Any thread. Callers: net.
 */
#ifndef VG_NET_UPLOADS_H
#define VG_NET_UPLOADS_H

#include "base/arena.h"
#include "event/event.h"
#include "net/spool.h"

typedef struct vg_uploads vg_uploads;

typedef struct vg_upload {
    char reference[32];
    char space[VG_EVENT_MAX_NAME + 1]; /* "*": of any */
    vg_media_info info;                /* kind, format, note point into what follows, or to constants */
    char format[16], note[160];
    bool frames_left_out;
    vg_media_hash *hashes;
    size_t hash_count;
    vg_spooled *bytes, *thumb; /* thumb: grey rows of thumb_width bytes; NULL when there is none */
    uint32_t thumb_width, thumb_height;
    int64_t expires_ms;
    size_t share;
    struct vg_upload *next; /* in its chain */
} vg_upload;

int vg_uploads_create(vg_uploads **out);
void vg_uploads_destroy(vg_uploads **uploads);
void vg_upload_free(vg_upload **upload);
/** Takes it over when it returns 0. -VG_EBUSY: too many are waiting for their events. */
int vg_uploads_keep(vg_uploads *uploads, vg_upload *upload, int64_t now_ms);
/** Fills in the hashes of the event that names it, and `media`, copied into the arena. -VG_ENOENT: unknown, expired, or another
 *  space's; -VG_ENOMEM. */
int vg_uploads_find(vg_uploads *uploads, vg_event *event, int64_t now_ms, vg_arena *arena);

typedef struct vg_upload_bytes { /* references; give them back with vg_upload_bytes_free */
    vg_spooled *bytes, *thumb;
    uint32_t thumb_width, thumb_height;
} vg_upload_bytes;
/** The bytes of an upload, to be sealed with a case. False: they are gone. */
bool vg_uploads_bytes(vg_uploads *uploads, vg_str reference, vg_str space, int64_t now_ms, vg_upload_bytes *out);
void vg_upload_bytes_free(vg_upload_bytes *bytes);
/** Lets go of those whose time is over, in a part of the table: called so often that all of it is seen every few seconds. */
void vg_uploads_sweep(vg_uploads *uploads, int64_t now_ms);
/** How many there are. */
size_t vg_uploads_count(vg_uploads *uploads);

#endif
