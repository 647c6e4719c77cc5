/* SPDX-License-Identifier: Apache-2.0
 *
 * cli/scan: every file below some paths, decoded on all processors, written one after the other.
 *
 * The output can be interrupted at any moment and taken up again: what was finished stands in OUT.state with the length that
 * the output had then. Taken up again, the output is cut to that length and every file that is not in it, or changed since, is
 * looked at: nothing is written twice and nothing is left out.
 */
#ifndef VG_CLI_SCAN_H
#define VG_CLI_SCAN_H

#include "base/arena.h"
#include "cli/cli.h"
#include "signals/media/decode/decode.h"

typedef struct vg_scan_file {
    const char *path;
    uint64_t size;
    int64_t changed_ns; /* st_mtim */
} vg_scan_file;

typedef struct vg_scan {
    const vg_args *args;  /* PATH words, --out, --resume, --threads, --quiet */
    const char *what;     /* "hashing" */
    const char *settings; /* whatever makes another output of the same files: a scan is taken up again only with the same */
    unsigned want;        /* VG_WANT_... */
    uint32_t interval_ms;
    /* The first lines of a new output; may be NULL. */
    void (*head)(void *context, vg_buf *out);
    /* What is to be said of one file, whole lines or nothing. Called by several threads at once. */
    int (*file)(void *context, const vg_scan_file *file, const vg_decoded *decoded, vg_arena *arena, vg_buf *out, vg_error *err);
    void *context;
} vg_scan;

typedef struct vg_scan_counts {
    uint64_t files, bytes; /* looked at now */
    uint64_t before;       /* finished by the scan that was interrupted */
    uint64_t undecoded;    /* files that are no picture or video, or damaged */
    uint64_t unread;       /* could not be opened: each was told on standard error */
} vg_scan_counts;

/** Walks in the order of names, never through symbolic links. The first error that concerns more than one file ends it. */
int vg_scan_run(const vg_scan *scan, vg_scan_counts *counts, vg_error *err);

/* ---- what hash and match share: hash.c ---- */
/** --profile. VG_EINVAL. */
int vg_scan_profile(const vg_args *args, vg_pdq_profile *out, vg_error *err);
/** Digests, the profile's hash, --every-frame and --interval. */
void vg_scan_wants(const vg_args *args, vg_pdq_profile profile, vg_scan *scan);
/** Says the counts on standard error; returns the exit status. */
int vg_scan_tell(const vg_scan_counts *counts, const char *done);

#endif
