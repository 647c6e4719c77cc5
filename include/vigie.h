/* SPDX-License-Identifier: Apache-2.0
 *
 * libvigie: hashes of pictures and videos, and whether they are on a list. The library's only header.
 *
 * A hasher is a pool of sandboxed worker processes (the program vigie-decode): files are decoded there, never in your process. A
 * matcher holds hash lists in memory. Both may be used by any number of threads. Nothing is sent anywhere, nothing is written.
 *
 * Functions return 0, or one of the VIGIE_E... below and fill *err (which may be NULL). What was returned through a vigie_...
 * ** is freed by its _close or _free, which take the address of your pointer and set it to NULL.
 */
#ifndef VIGIE_H
#define VIGIE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    VIGIE_EINVAL = 1,    /* an argument or the content of a list is wrong: err says where, and what was expected */
    VIGIE_ENOMEM = 2,
    VIGIE_EIO = 3,       /* the system refused */
    VIGIE_ENOENT = 4,    /* no such file */
    VIGIE_ETOOBIG = 6,
    VIGIE_EFULL = 8
};

typedef struct vigie_error {
    int code;
    char where[192]; /* a path, "list.csv:12", ... */
    char what[384];  /* one sentence */
} vigie_error;

/* ---- hashing ---- */

typedef struct vigie_hasher vigie_hasher;
typedef struct vigie_media vigie_media; /* what was found out about one file */

typedef struct vigie_hash_options {
    size_t size;            /* sizeof(vigie_hash_options), so that later versions can add members */
    const char *decoder;    /* path of vigie-decode; NULL: beside the program, else where it is installed */
    unsigned workers;       /* processes; 0: one a processor */
    int full_resolution;    /* not 0: PDQ as python-threatexchange computes it; 0: as the C++ reference does */
    int every_frame;        /* of videos; else one each interval_ms */
    uint32_t interval_ms;   /* 0: 1000 */
    uint64_t max_bytes;     /* of a file; 0: 4 GiB */
    uint64_t max_pixels;    /* of a picture; 0: 100 million */
    uint32_t max_frames;    /* 0: 10000 */
    uint32_t max_ms;        /* wall clock for one file; 0: 60000 */
} vigie_hash_options;

/** Starts the workers. `options` may be NULL. VIGIE_ENOENT: vigie-decode is not there. */
int vigie_hash_open(vigie_hasher **hasher, const vigie_hash_options *options, vigie_error *err);
void vigie_hash_close(vigie_hasher **hasher);
/** Hashes a file. 0 also when it is no picture or video, or damaged: then vigie_media_note says why, and the digests are there. */
int vigie_hash_file(vigie_hasher *hasher, const char *path, vigie_media **media, vigie_error *err);
/** The same of an open descriptor of a regular file or memfd; read from its start, not closed. */
int vigie_hash_fd(vigie_hasher *hasher, int fd, vigie_media **media, vigie_error *err);
void vigie_media_free(vigie_media **media);

/** "still", "animation", "video" or "unknown". */
const char *vigie_media_kind(const vigie_media *media);
/** "jpeg", "png", "mp4", ... by the file's bytes; "" when not known. */
const char *vigie_media_format(const vigie_media *media);
/** Why it could not be decoded; "" when it could. */
const char *vigie_media_note(const vigie_media *media);
/** Writes a hash in hexadecimal with its NUL: algorithm "sha256", "sha1", "md5", or "pdq" (still pictures). Returns its length, 0 when
 *  there is none; out has room for 65 bytes. */
size_t vigie_media_hex(const vigie_media *media, const char *algorithm, char out[65]);
/** PDQ quality of a still picture, 0..100; -1 when there is no hash. */
int vigie_media_quality(const vigie_media *media);
/** Frames of an animation or a video that were hashed. */
size_t vigie_media_frames(const vigie_media *media);
/** One of them: its number in the stream, time, quality, hash in hexadecimal with NUL. VIGIE_EINVAL over the end. */
int vigie_media_frame(const vigie_media *media, size_t index, uint32_t *number, uint32_t *time_ms, int *quality, char hex[65]);

/* ---- matching ---- */

typedef struct vigie_matcher vigie_matcher;

typedef struct vigie_match {
    const char *list;      /* name of the list's file; as long as the matcher */
    const char *reference; /* the source's name for the entry; as long as the matcher */
    const char *category;  /* native, as written in the list; as long as the matcher */
    const char *algorithm; /* "sha256", "sha1", "md5": the same bytes. "pdq": nearly the same picture */
    const char *turn;      /* how the picture had been turned: "none", "rot90", ... */
    int distance;          /* bits of 256 that differ; 0 for the same bytes */
    int query_percent, list_percent; /* video: share of its frames, and of the entry's, that were found; else 0 */
} vigie_match;

int vigie_match_open(vigie_matcher **matcher, vigie_error *err);
void vigie_match_close(vigie_matcher **matcher);
/** Reads a list: text, CSV, VICS, NCMEC, StopNCII or vPDQ (`format`: "text", "csv", ...; NULL: told by its first bytes). Bad records
 *  are skipped and counted. Not while other threads look up. */
int vigie_match_load(vigie_matcher *matcher, const char *path, const char *format, size_t *records, size_t *skipped, vigie_error *err);
/** The surest matches first, at most `room`; *found: how many are in out. */
int vigie_match_media(const vigie_matcher *matcher, const vigie_media *media, vigie_match *out, size_t room, size_t *found,
                      vigie_error *err);

#ifdef __cplusplus
}
#endif
#endif
