/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/media/lists: hash lists as others write them, read into records; and the clients that fetch them.
 *
 * Readers stream: a list of any length in constant memory. A bad record is counted, told with its place and reason, and
 * skipped; a file that is not what it says it is is an error, and the caller then changes nothing. Categories are passed on as
 * written. Readers and clients know no store: they give records to a sink. Callers: cli, net; fuzz.
 */
#ifndef VG_SIGNALS_MEDIA_LISTS_H
#define VG_SIGNALS_MEDIA_LISTS_H

#include <stdio.h>
#include "base/arena.h"
#include "base/error.h"
#include "event/bank.h"

typedef enum {
    VG_LIST_TEXT,     /* `algorithm hex [category]` or a bare hash a line, '#' begins a comment */
    VG_LIST_CSV,      /* with a header line; columns by name (vg_list_columns) */
    VG_LIST_VICS,     /* Project VIC JSON, 1.3 (odata.metadata) and 2.0 (@odata.context) */
    VG_LIST_NCMEC,    /* NCMEC hash-sharing XML v2, one page */
    VG_LIST_STOPNCII, /* StopNCII JSON, one page */
    VG_LIST_VPDQ,     /* one video: vPDQ's text form; the file's name is its reference */
    VG_LIST_FORMATS
} vg_list_format;
extern const char *const vg_list_format_names[VG_LIST_FORMATS]; /* "text", "csv", "vics", "ncmec", "stopncii", "vpdq" */
/** Guesses from the first bytes; -1 when it cannot be told. */
int vg_list_format_guess(const char *bytes, size_t len);

typedef struct vg_list_record {
    vg_str reference; /* the source's name for it ("member/id", MediaID, ...); when it gives none, the first hash in hex */
    vg_str category;  /* native, as written; empty when there is none */
    vg_str note;      /* what else was said and is worth keeping (series, victim identified, ...): a JSON object, or empty */
    bool deleted;     /* the source takes it back */
    int64_t time_ms;  /* when the source last changed it; 0 = not said */
    vg_media_hash *hashes; /* a PDQ hash whose quality the list does not say has 100: its source vouches for it. Profile and
                            * turn are 0, the bank knows its profile; frame is 0, or 1 and up in a video */
    size_t hash_count;     /* 0 only when deleted */
    size_t line;       /* where it begins (1 and up); for JSON and XML the number of the record */
} vg_list_record;

typedef struct vg_list_sink {
    void *context;
    /* Strings live until it returns. Not 0 ends the reading with that error. */
    int (*record)(void *context, const vg_list_record *record, vg_error *err);
    /* A record that was skipped: where, and why. May be NULL. */
    void (*skipped)(void *context, size_t line, const char *reason);
    /* Bytes read so far, about ten times a second at most. May be NULL. */
    void (*progress)(void *context, uint64_t bytes);
} vg_list_sink;

typedef struct vg_list_columns { /* names of a CSV's columns; NULL: the usual names are looked for */
    const char *reference, *category, *sha256, *sha1, *md5, *pdq, *quality;
    /* What 64 hex digits are where nothing says it (text; CSV's column "hash"): "sha256" or "pdq". NULL: they are skipped. */
    const char *bare;
} vg_list_columns;

typedef struct vg_list_result {
    uint64_t records, deleted, skipped, bytes;
    vg_str next;       /* NCMEC: paging/next; StopNCII: nextPageToken; empty when this was the last. In the arena given */
    int64_t newest_ms; /* newest change the page speaks of */
    int64_t resume_ms; /* StopNCII: nextSetTimestamp, where it says to go on from the next time; 0 = not said */
} vg_list_result;

/** Reads a whole list. `name` is what errors call it. `columns` may be NULL. VG_EINVAL with name:line, VG_EIO, VG_ENOMEM, or the
 *  sink's error. Records before the error were given to the sink: the caller commits only after 0. A text, CSV or VICS list of
 *  which every record had to be skipped is an error as well: it is not what it was said to be. */
int vg_list_read(vg_list_format format, FILE *in, const char *name, const vg_list_columns *columns, const vg_list_sink *sink,
                 vg_arena *arena, vg_list_result *out, vg_error *err);

/* ---- fetching ---- */
typedef enum { VG_FEED_NCMEC, VG_FEED_STOPNCII, VG_FEED_KINDS } vg_feed_kind;
extern const char *const vg_feed_kind_names[VG_FEED_KINDS]; /* "ncmec", "stopncii" */

typedef struct vg_feed {
    vg_feed_kind kind;
    vg_str url;      /* https, or http to this machine; "https://.../v2" for NCMEC, "https://.../v1" for StopNCII */
    vg_str user;     /* NCMEC: HTTP Basic */
    vg_str password; /* NCMEC's password; StopNCII's function key, and after a space the subscription key. Never logged */
    vg_str cursor;   /* where the last page that was stored ended; empty: from the start */
    unsigned timeout_ms, attempts; /* of one page; 0: 60000 and 5. Attempts wait 1, 2, 4, ... s, or what Retry-After says */
    unsigned second_ms;            /* how long a second of waiting between attempts lasts; 0: 1000. Tests shorten it */
} vg_feed;

typedef struct vg_feed_sink {
    vg_list_sink list;
    /* A page was read whole: its records may be stored now, together with the cursor to go on from. Not 0 ends the fetching.
     * What was stored before stays; a page that breaks in the middle is read again and never reaches this. */
    int (*page)(void *context, vg_str cursor, const vg_list_result *page, vg_error *err);
    /* A page is about to be (re)read: records given since the last `page` are void. May be NULL: a page is checked from end to
     * end before its first record is given, so that only a sink's own error makes records void. */
    void (*restart)(void *context);
} vg_feed_sink;

/** Fetches page after page until there is none, resuming at feed->cursor. A lost connection, a 5xx, a corrupt page are tried again;
 *  VG_EUNAUTHORIZED, VG_EFORBIDDEN, VG_EIO (after all attempts; a certificate that does not check), VG_EINVAL (the address, or the
 *  answer is not what the protocol says), VG_ETOOBIG (a page without end), VG_EBUSY (asked to wait over ten minutes). */
int vg_feed_fetch(const vg_feed *feed, const vg_feed_sink *sink, vg_arena *arena, vg_list_result *total, vg_error *err);

#endif
