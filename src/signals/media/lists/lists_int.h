/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/media/lists, inside: what the readers of the formats share.
 *
 * A reader fills one record (begin, add, finish) whose memory is taken once and used again; every length has a ceiling, so
 * that a list of any size costs the same. A reader that finds a record wrong *spoils* it and reads on: finish then
 * counts and tells it. Only what makes the rest of the file meaningless is an error.
 */
#ifndef VG_SIGNALS_MEDIA_LISTS_INT_H
#define VG_SIGNALS_MEDIA_LISTS_INT_H

#include "signals/media/lists/lists.h"

enum {
    LIST_CHUNK = 64 * 1024,          /* read at a time */
    LIST_MAX_LINE = 64 * 1024,       /* a line of text, a row of CSV */
    LIST_MAX_COLUMNS = 256,
    LIST_MAX_TOKEN = 256 * 1024,     /* one string or number of a JSON file */
    LIST_MAX_DEPTH = 64,             /* arrays, objects and elements in each other */
    LIST_MAX_HASHES = 64 * 1024,     /* of one record: a video's frames */
    LIST_MAX_REFERENCE = 256,        /* bytes */
    LIST_MAX_NOTE = 16 * 1024,       /* bytes of JSON */
    LIST_MAX_VALUE = 512,            /* bytes of one string of a note; longer ones are cut and end in "…" */
    LIST_MAX_OTHERS = 16,            /* names of fingerprints that are counted only */
    LIST_MAX_NEXT = 4096,            /* bytes of paging/next and nextPageToken */
    LIST_MAX_PAGE = 32 * 1024 * 1024 /* bytes of one page of a feed; NCMEC's of 1,000 entries are about one million */
};

typedef struct list_other { /* a fingerprint that is not read */
    char name[32];
    unsigned count;
} list_other;

typedef struct list_reader {
    FILE *in;          /* or, when NULL: */
    const char *bytes; /* a page in memory */
    size_t left;
    const char *name;
    const vg_list_columns *columns; /* never NULL */
    const vg_list_sink *sink;
    vg_arena *arena;
    vg_list_result *out;
    vg_error *err;
    int64_t told_us; /* when progress was last told */

    /* the record being read */
    size_t line;
    bool bad, deleted;
    char reason[160];
    char first_reason[160]; /* of the first record that was skipped, and where it was */
    size_t first_line;
    char reference[LIST_MAX_REFERENCE + 1], category[VG_BANK_MAX_CATEGORY + 1];
    int64_t time_ms;
    vg_media_hash *hashes;
    size_t hash_count, hash_room;
    vg_buf note;
    list_other others[LIST_MAX_OTHERS];
    size_t other_count;
} list_reader;

/* ---- lists.c ---- */
/** vg_list_read for a page in memory. */
int vg_list_read_bytes(vg_list_format format, vg_str bytes, const char *name, const vg_list_sink *sink, vg_arena *arena,
                       vg_list_result *out, vg_error *err);
/** The next bytes; *got 0 at the end. VG_EIO. */
int vg_list_fill(list_reader *r, char *into, size_t room, size_t *got);
/** Fails with `name:line` as place. */
int vg_list_fail(list_reader *r, int code, size_t line, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* ---- record.c ---- */
void vg_list_begin(list_reader *r, size_t line);
/** Marks the record as one to skip. The first reason stays. */
void vg_list_spoil(list_reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
void vg_list_set_reference(list_reader *r, vg_str s);
void vg_list_set_category(list_reader *r, vg_str s);
/** Adds a hash written in hex or, where `base64` is allowed, in base64; spoils the record when it is neither. `what` names the
 *  field in the reason. VG_ENOMEM. */
int vg_list_add_hash(list_reader *r, vg_hash_algorithm algorithm, vg_str text, uint8_t quality, uint32_t frame, const char *what);
/** Counts a fingerprint that is not read, so that the note tells that it exists. */
void vg_list_add_other(list_reader *r, vg_str name);
/** Adds `"key": value` to the note; the second as it is (a number, true, false). What does not fit is left out. */
void vg_list_note_str(list_reader *r, const char *key, vg_str value);
void vg_list_note_raw(list_reader *r, const char *key, vg_str value);
/** Gives the record to the sink, or counts it as skipped. VG_ENOMEM, or the sink's error. */
int vg_list_finish(list_reader *r);
/** The algorithm that a name means ("SHA-1", "sha_1", "MD5", "ImagePDQ" does not), or -1. */
int vg_list_algorithm(vg_str name);
/** What a hash of this many hex digits is; 64: as `columns->bare` says. -1, with the reason in the record. */
int vg_list_bare_algorithm(list_reader *r, vg_str hex);
/** As much of s as a sentence can hold, printable, NUL-terminated. */
const char *vg_list_quote(vg_str s, char out[32]);
bool vg_list_same_word(vg_str a, const char *b); /* ASCII, either case */

/* ---- lines.c ---- */
typedef struct list_lines {
    char *chunk, *line;
    size_t at, got, number;
    bool ended, too_long;
} list_lines;
int vg_list_lines_open(list_reader *r, list_lines *lines);
/** 1 and a line without its end, 0 at the end, or an error. `too_long`: the rest of the line was left out. */
int vg_list_next_line(list_reader *r, list_lines *lines, vg_str *out);
void vg_list_lines_close(list_lines *lines);
vg_str vg_list_trim(vg_str s);
/** The first word of *rest, which moves behind it. */
vg_str vg_list_word(vg_str *rest);

/* ---- json.c ---- */
typedef enum { LIST_JSON_STRING, LIST_JSON_NUMBER, LIST_JSON_TRUE, LIST_JSON_FALSE, LIST_JSON_NULL } list_json_kind;
typedef struct list_json_handler { /* each returns 0 or an error that ends the reading */
    void *context;
    int (*begin)(void *context, size_t depth, bool array); /* depth 0: the root */
    int (*end)(void *context, size_t depth);
    int (*key)(void *context, size_t depth, vg_str key); /* depth of its object */
    int (*value)(void *context, size_t depth, list_json_kind kind, vg_str text); /* depth of what it is in */
} list_json_handler;
/** Reads one JSON document in constant memory. VG_EINVAL with its place. */
int vg_list_read_json(list_reader *r, const list_json_handler *handler);

/* ---- one for each format ---- */
int vg_list_read_text(list_reader *r);
int vg_list_read_vpdq(list_reader *r);
int vg_list_read_csv(list_reader *r);
int vg_list_read_vics(list_reader *r);
int vg_list_read_stopncii(list_reader *r);
int vg_list_read_ncmec(list_reader *r);
/** Whether a name is that of a CSV's column of hashes, for guessing. */
bool vg_list_is_hash_column(vg_str name);
/** Checks the answer of NCMEC's /status. VG_EINVAL. */
int vg_list_check_ncmec_status(vg_str bytes, vg_error *err);

/* ---- feed_http.c ---- */
typedef struct feed_http feed_http;
typedef struct feed_answer {
    vg_buf body;
    long status;
    char type[96];         /* Content-Type, without parameters, lower case */
    int64_t retry_after_s; /* 0: not said */
    bool again;            /* the call failed in a way that another attempt may mend */
} feed_answer;
/** Checks the address (https, or http to this machine; no name, no query in it). VG_EINVAL, VG_ENOMEM. */
int vg_feed_http_open(feed_http **out, const vg_feed *feed, vg_error *err);
void vg_feed_http_close(feed_http **http);
/** The address of `path`, which begins with '/', under the feed's. */
vg_str vg_feed_http_under(const feed_http *http, const char *path, vg_arena *arena);
/** Where a page says that the next one is: absolute, from the root, or from the feed's own root (as NCMEC's "/v2/entries?..."). VG_EINVAL
 *  when it is not on the same server. */
int vg_feed_http_resolve(const feed_http *http, vg_str next, vg_arena *arena, vg_str *out, vg_error *err);
/** Gets a page whole. 0 with any HTTP status; VG_EIO, VG_ETOOBIG, VG_EINVAL (sent on to another server), VG_ENOMEM. */
int vg_feed_http_get(feed_http *http, vg_str url, feed_answer *answer, vg_error *err);

#endif
