/* SPDX-License-Identifier: Apache-2.0
 *
 * cli/scan_state: the output of a scan, and what of it is finished.
 *
 * INVARIANT. A line of OUT.state is written only after the output that it speaks of. So the last whole line tells a length up
 * to which the output is right, and all files finished by then.
 */
#ifndef VG_CLI_SCAN_STATE_H
#define VG_CLI_SCAN_STATE_H

#include <stdio.h>
#include "base/str.h"
#include "cli/scan.h"

typedef struct vg_scan_state {
    FILE *out;          /* standard output, or the file of --out */
    FILE *state;        /* NULL for standard output */
    char path[4096 + 8];
    uint64_t length;    /* of the output */
    vg_buf waiting;     /* lines of the state whose output is not flushed yet */
    uint64_t *done;     /* open addressing; 0 is free */
    size_t done_count, done_slots;
    int64_t flushed_us;
} vg_scan_state;

/** Opens the output. With `resume` what was finished is read and the output cut to it. VG_EEXIST: a scan was interrupted here and
 *  `resume` was not said. VG_EINVAL: another command or other settings made it. */
int vg_scan_state_open(vg_scan_state *state, const char *out, bool resume, const char *settings, vg_error *err);
bool vg_scan_state_has(const vg_scan_state *state, const vg_scan_file *file);
/** Adds the lines of one file. Not thread-safe. */
int vg_scan_state_add(vg_scan_state *state, const vg_scan_file *file, vg_str lines, vg_error *err);
/** Flushes; when the scan is complete the state is removed. */
int vg_scan_state_close(vg_scan_state *state, bool complete, vg_error *err);

#endif
