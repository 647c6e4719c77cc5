/* SPDX-License-Identifier: Apache-2.0
 *
 * report/annex: what goes with a report besides its documents: the case's archive, sealed for the receiver (report/bag).
 *
 * Invariants: an annex is sealed bytes, never the archive in clear; they are made once for a filing (store/filings/annex.h) and this only says what they are
 * and how they are got. Which way it goes is the channel's to say (vg_filing_channel.annex_way). Callers: report, filing_annex.c, net, cli.
 */
#ifndef VG_REPORT_ANNEX_H
#define VG_REPORT_ANNEX_H

#include "event/law.h"

typedef enum {
    VG_ANNEX_NOT,       /* this channel carries none */
    VG_ANNEX_ATTACHED,  /* it goes with the message, or is sent by the protocol */
    VG_ANNEX_BY_HAND,   /* whoever carries the report takes it along */
    VG_ANNEX_TOO_LARGE, /* for this way: it is handed over in another */
    VG_ANNEX_WAYS
} vg_annex_way;
extern const char *const vg_annex_way_names[VG_ANNEX_WAYS]; /* "none", "attached", "by_hand", "too_large" */

typedef struct vg_annex {
    vg_str name, type;
    vg_str title[VG_LANGS];
    uint8_t sha256[32];
    uint64_t bytes;
    bool media;       /* kept media are in it */
    vg_str held;      /* its bytes in memory, bounded; .ptr NULL: */
    const char *file; /* they are streamed from this file; NULL too: they are not kept any more */
} vg_annex;
enum { VG_ANNEXES_MOST = 4 };

typedef struct vg_annex_file { /* a file inside of an archive */
    vg_str name;
    uint64_t bytes;
    uint8_t sha256[32];
} vg_annex_file;

/* What was fixed when the papers of a filing were first written out. */
typedef struct vg_annexes {
    vg_annex items[VG_ANNEXES_MOST];
    size_t count;
    const vg_annex_file *files; /* in the archive, at most VG_ANNEX_FILES_MOST */
    size_t file_count, files_all; /* files_all: how many there are */
    vg_str checkpoint;          /* signed note of the audit log; empty: none */
    vg_str why;                 /* no archive could be made: the reason; empty: none was to be, or it is there */
} vg_annexes;
enum { VG_ANNEX_FILES_MOST = 600 };

#endif
