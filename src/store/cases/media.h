/* SPDX-License-Identifier: Apache-2.0
 *
 * store/media: the bytes of pictures and videos that a case keeps, one sealed file for each.
 *
 * DIR/media/ab/abcd...: named at random, written in pieces that are sealed with a key of the file's own (secretstream) and bound to its
 * name, so that nothing can be cut off, reordered or moved between files. The key is sealed with that of the case (case_media.wrapped):
 * who loses the case's key loses its media. Files from before that were sealed with the ring, and stay readable. The first piece is a small thumbnail, so that
 * looking at a case never opens the media itself. A file is written before the row that names it (vg_case_write.media_file) is committed:
 * a crash in between leaves a file that no row names, and vg_store_media_sweep removes it. A case that is destroyed takes its files along.
 * The archives that go with reports (store/filings/annex.h) lie there too, sealed for their receivers.
 * Callers: net; store (destruction).
 */
#ifndef VG_STORE_MEDIA_H
#define VG_STORE_MEDIA_H

#include "base/case_seal.h"
#include "store/store.h"

enum { VG_MEDIA_NAME = 32, VG_MEDIA_THUMB_SIDE = 160, VG_MEDIA_DIGEST = 32 };

/** A fresh name: 32 hexadecimal digits and a NUL. */
void vg_media_name(char out[VG_MEDIA_NAME + 1]);

typedef struct vg_media_thumb {
    uint32_t width, height; /* 0: none; at most VG_MEDIA_THUMB_SIDE each */
    const uint8_t *pixels;  /* grey, rows of `width` bytes */
} vg_media_thumb;

typedef struct vg_media_writer vg_media_writer;
/** Begins a file; nothing of its name is there until vg_media_write_end. `key` is of this file alone. VG_EFULL, VG_EIO, VG_ENOMEM. */
int vg_media_write_begin(vg_media_writer **out, const char *dir, const uint8_t key[VG_CASE_KEY], const char *name,
                         const vg_media_thumb *thumb, vg_error *err);
int vg_media_write(vg_media_writer *writer, const void *bytes, size_t len, vg_error *err);
/** On disk when it returns 0; `digest` (may be NULL) gets the BLAKE2b-256 of the sealed file. Frees the writer, on failure too. */
int vg_media_write_end(vg_media_writer **writer, uint8_t digest[VG_MEDIA_DIGEST], vg_error *err);
void vg_media_write_abandon(vg_media_writer **writer);

/* ---- the rows ---- */
typedef struct vg_case_media {
    int64_t seq; /* of its event */
    int64_t bytes;
    bool thumbnail;
    vg_str file;
    bool own_key;             /* sealed with a key of its own; otherwise, from before, with the ring */
    bool open;                /* `key` is that key */
    uint8_t key[VG_CASE_KEY];
} vg_case_media;
/** The media that a case keeps, oldest first; their keys stay closed. */
int vg_store_media_list(vg_store *store, int64_t case_id, vg_arena *arena, vg_case_media **out, size_t *count, vg_error *err);
/** One of them, for `viewer` to look at: writes the audit entry "media.view" of "c-000123/SEQ"; nothing is handed out unless that is on
 *  disk. VG_ENOENT; VG_EREMOVED: the law requires it to be out of reach; VG_EGONE: the case was handed over. */
int vg_store_media_view(vg_store *store, int64_t case_id, int64_t seq, vg_str viewer, vg_arena *arena, vg_case_media *out,
                        vg_error *err);
/** One of them for a report that goes out, also when nobody here may see it any more. Writes no entry: whoever reads writes one of the
 *  whole. VG_ENOENT, VG_EGONE. */
int vg_store_media_report(vg_store *store, int64_t case_id, int64_t seq, vg_arena *arena, vg_case_media *out, vg_error *err);

/** VG_EREMOVED: the law requires the media of this case to be out of reach. */
int vg_store_media_in_reach(vg_store *store, int64_t case_id, vg_error *err);

/** The thumbnail of an open media (vg_store_media_view, _report), its pixels in the arena; width 0 when there is none. VG_ENOENT,
 *  VG_ECORRUPT. */
int vg_media_read_thumb(const char *dir, const vg_keyring *ring, const vg_case_media *media, vg_arena *arena, vg_media_thumb *out,
                        vg_error *err);
/** All of its bytes, in pieces. Not 0 from `take` ends the reading with it. VG_ENOENT, VG_ECORRUPT (cut off, altered, moved). */
int vg_media_read(const char *dir, const vg_keyring *ring, const vg_case_media *media,
                  int (*take)(void *context, const uint8_t *bytes, size_t len, vg_error *err), void *context, vg_error *err);

/* ---- seen as a whole ---- */
typedef enum { VG_WHOLE_AGE, VG_WHOLE_PLACE, VG_WHOLE_IDENTIFY, VG_WHOLE_AUTHORITY, VG_WHOLE_APPEAL, VG_WHOLE_REASONS } vg_whole_reason;
extern const char *const vg_whole_reason_names[VG_WHOLE_REASONS]; /* "age", "place", "identify", "authority", "appeal" */

enum { VG_WHOLE_PAGE = 16 }; /* pictures of an animation or a video that one person is given at once */
/* What one person is about to be given: pictures from to from+count-1 of `total`. */
typedef struct vg_whole_part {
    uint32_t from, count, total;
    bool complete; /* `total` is all there is: no limit was reached, nothing is damaged */
    vg_whole_reason reason;
} vg_whole_part;

/** The key of a media, for a person who asks to see it as a whole. Nothing of it is to be handed out before vg_store_media_whole. Writes no
 *  entry: decoding is not seeing. VG_ENOENT, VG_EREMOVED, VG_EGONE as vg_store_media_view. */
int vg_store_media_open(vg_store *store, int64_t case_id, int64_t seq, vg_arena *arena, vg_case_media *out, vg_error *err);
/** Puts on record, before a byte is sent, that `viewer` is given this part: "media.whole" when with it they have been given every picture
 *  that there is, else "media.part". *whole says which. Asks anew whether it may be seen: VG_ENOENT, VG_EREMOVED, VG_EGONE. */
int vg_store_media_whole(vg_store *store, int64_t case_id, int64_t seq, vg_str viewer, const vg_whole_part *part, vg_arena *arena, bool *whole,
                         vg_error *err);

typedef enum { VG_SEEN_THUMBNAIL, VG_SEEN_PART, VG_SEEN_WHOLE } vg_media_seen;
typedef struct vg_media_viewed {
    vg_str user;
    int64_t time_ms;
    vg_media_seen seen;
} vg_media_viewed;
/** Who viewed it, from the audit log, oldest first, the newest 500. */
int vg_store_media_views(vg_store *store, int64_t case_id, int64_t seq, vg_arena *arena, vg_media_viewed **out, size_t *count,
                         vg_error *err);
/** Removes files that no row names and that are older than an hour; *removed counts them. */
int vg_store_media_sweep(vg_store *store, int64_t now_ms, size_t *removed, vg_error *err);

#endif
