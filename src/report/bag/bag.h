/* SPDX-License-Identifier: Apache-2.0
 *
 * report/bag: a case as one archive that explains itself and verifies without Vigie: a bag (RFC 8493) in a zip, and the same sealed for a
 * receiver. docs/evidence.md has every byte.
 *
 * Invariants: the same dossier, the same options, the same bytes. Names in the archive are this room's own: media are numbered, what a
 * platform called them is in dossier.json alone. Exact texts are in dossier.json; what people read is made safe first (report/text.h).
 * Media are streamed, never whole in memory. Callers: net, cli, channels, tests, fuzz.
 */
#ifndef VG_REPORT_BAG_H
#define VG_REPORT_BAG_H

#include "base/case_seal.h"
#include "report/dossier.h"

/* Where the bytes go, in order. */
typedef struct vg_bag_sink {
    void *context;
    int (*write)(void *context, const uint8_t *bytes, size_t len, vg_error *err);
} vg_bag_sink;

typedef struct vg_bag_file { /* a file of data/audit/ that the audit log gives: checkpoint, proofs, script */
    const char *name;        /* letters, digits, ".", "-": checked */
    vg_str bytes;
} vg_bag_file;

typedef struct vg_bag_options {
    bool media;       /* kept media go along; otherwise their hashes alone */
    vg_str by;        /* who takes it */
    vg_str reason;    /* why */
    vg_str state;     /* JSON: holds, clock, hand-overs, certificates of destruction; empty: none */
    const vg_bag_file *audit;
    size_t audit_count;
    /* told each file of data/ once it is whole: its name in the archive, size and SHA-256; NULL: nobody wants to know. Not 0 ends the writing with it. */
    int (*listed)(void *context, const char *name, uint64_t bytes, const uint8_t sha256[32], vg_error *err);
    void *list;
} vg_bag_options;

/** Writes the zip. VG_EINVAL: a name that may not be; VG_ECORRUPT: a media is not as long as its row says; what the sink gives. */
int vg_bag_write(const vg_dossier *d, const vg_bag_options *options, const vg_bag_sink *sink, vg_error *err);

/* ---- sealed for a receiver ---- */
enum { VG_SEALED_HEAD = 8 + 1 + 8 + 4 + VG_KEY_BOX + 24, VG_SEALED_CHUNK = 64 << 10 };
typedef struct vg_sealer vg_sealer;
/** Begins a sealed archive; what is written to vg_sealer_sink goes, sealed, to `to`. VG_EUNPROCESSABLE: the key is none, or is over. */
int vg_sealer_begin(vg_sealer **out, const uint8_t public_key[32], int64_t key_until_ms, int64_t now_ms, const vg_bag_sink *to, vg_error *err);
vg_bag_sink vg_sealer_sink(vg_sealer *sealer);
/** Writes the end and frees it, on failure too. */
int vg_sealer_end(vg_sealer **sealer, vg_error *err);
void vg_sealer_abandon(vg_sealer **sealer);

/* Where sealed bytes come from: fills at most `room`, *got 0 is the end. */
typedef struct vg_sealed_source {
    void *context;
    int (*read)(void *context, uint8_t *out, size_t room, size_t *got, vg_error *err);
} vg_sealed_source;
/** Opens a sealed archive into `to`, piece by piece: nothing unchecked is written, but what came before a broken piece was. VG_EINVAL: no
 *  sealed archive, or a version that is not known; VG_EFORBIDDEN: sealed for another key (err names which); VG_ECORRUPT: cut off, altered,
 *  reordered, or something follows. */
int vg_sealed_open(const uint8_t public_key[32], const uint8_t secret_key[32], const vg_sealed_source *from, const vg_bag_sink *to, vg_error *err);

#endif
