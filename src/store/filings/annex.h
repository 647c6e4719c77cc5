/* SPDX-License-Identifier: Apache-2.0
 *
 * store/filings/annex: what goes with a report besides its documents, and whether it left.
 *
 * An archive is made once for a draft as it stands (prepared_ms) and kept, sealed for its receiver, until the filing ends: a sealed stream is
 * random, so that a second one would be another file under the same name. It lies where sealed media lie; a crash between file and row leaves a
 * file that no row names, which vg_store_media_sweep removes, as it does what an ended filing leaves. Once something of a filing was asked, its
 * annex is never made anew. Callers: filing_annex (beside the pipeline), net, cli, tests.
 */
#ifndef VG_STORE_FILINGS_ANNEX_H
#define VG_STORE_FILINGS_ANNEX_H

#include <stdio.h>

#include "store/cases/media.h"
#include "store/filings/filings.h"

typedef struct vg_filing_annex {
    int64_t filing_id, prepared_ms, made_ms, taken_ms; /* taken_ms: first handed out or sent; 0: not yet */
    char file[VG_MEDIA_NAME + 1];                      /* "": none was made, or it is removed */
    uint8_t sha256[32];                                /* of the sealed bytes */
    bool has_archive, media;                           /* one was made; kept media are in it */
    uint64_t bytes;
    vg_str why, contents;                              /* why none could be made; the files in it and a checkpoint (filing_annex.c) */
} vg_filing_annex;

/** VG_ENOENT: nothing was made for this filing yet. */
int vg_store_annex_of(vg_store *store, int64_t filing_id, vg_arena *arena, vg_filing_annex *out, vg_error *err);
/** Keeps it in place of one of an earlier preparation, whose file goes. VG_ECONFLICT: there is one of this preparation already, the filing was prepared
 *  anew meanwhile, or something of it was asked: read that. The file of what is not kept is removed. */
int vg_store_annex_keep(vg_store *store, const vg_filing_annex *annex, vg_error *err);
/** Where the file lies, in the arena. */
int vg_store_annex_path(vg_store *store, const vg_filing_annex *annex, vg_arena *arena, const char **out, vg_error *err);

/* ---- writing the file ---- */
typedef struct vg_annex_writer vg_annex_writer;
int vg_annex_write_begin(vg_annex_writer **out, vg_store *store, vg_error *err);
/** As a sink of report/bag. VG_EFULL, VG_EIO. */
int vg_annex_write(void *writer, const uint8_t *bytes, size_t len, vg_error *err);
/** On disk when it returns 0: fills file, sha256 and bytes. Frees the writer, on failure too. */
int vg_annex_write_end(vg_annex_writer **writer, vg_filing_annex *into, vg_error *err);
void vg_annex_write_abandon(vg_annex_writer **writer);
/** SHA-256 and size of any file. VG_ENOENT, VG_EIO. */
int vg_annex_measure(const char *path, uint8_t sha256[32], uint64_t *bytes, vg_error *err);
/** Opens it after all of its bytes had this SHA-256, at its beginning. VG_ENOENT, VG_ECORRUPT: it was altered. */
int vg_annex_open(const char *path, const uint8_t sha256[32], uint64_t bytes, FILE **out, vg_error *err);

/* ---- that it left ---- */
typedef struct vg_archive_taken {
    int64_t case_id, filing_id; /* filing_id 0: of the case, not of a report */
    vg_str receiver;            /* empty: it is not sealed for one */
    bool media;
    const uint8_t *sha256;      /* NULL: not known yet */
    vg_str user;
    int64_t now_ms;
} vg_archive_taken;
/** "evidence.archive" in the audit log, before a byte is handed out; of a filing once, however often it is tried. A hand-over that waits looks again. */
int vg_store_archive_taken(vg_store *store, const vg_archive_taken *taken, vg_error *err);

typedef enum {
    VG_ARCHIVE_LEFT,     /* nothing is waited for */
    VG_ARCHIVE_JUST,     /* a person took it a moment ago: a download that broke can be taken again until until_ms */
    VG_ARCHIVE_NO_MEDIA, /* what left holds no media, and the case keeps some */
    VG_ARCHIVE_OLD,      /* events came since */
    VG_ARCHIVE_NOT_TAKEN
} vg_archive_state;
typedef struct vg_archive_wait {
    vg_archive_state state;
    vg_str receiver;
    int64_t until_ms;
} vg_archive_wait;
enum { VG_ARCHIVE_AGAIN_MINUTES = 15 };
/** Whether every authority that this case was filed to and that has a key has its archive; that of filing `due`, whose receiver gets the key, must hold all
 *  that the key opens. The first that waits is given. */
int vg_store_archive_waits(vg_store *store, int64_t case_id, int64_t due, int64_t now_ms, vg_arena *arena, vg_archive_wait *out, vg_error *err);

#endif
