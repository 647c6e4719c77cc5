/* SPDX-License-Identifier: Apache-2.0
 *
 * cli/case_out: a case read as a dossier by a command, and the file that the command makes of it.
 */
#ifndef VG_CLI_CASE_OUT_H
#define VG_CLI_CASE_OUT_H

#include "cli/installation.h"
#include "dossier.h"
#include "space/space.h"

typedef struct vg_case_out {
    vg_installation in;
    vg_policy_set *set;
    vg_dossier d;
} vg_case_out;

/** Opens the installation of --data and the policies of --policy, finds the case that the command's first word names, puts on record that it leaves in `format`
 *  ("evidence.export"), and gathers it. Needs vg_case_out_close, also when it fails. VG_ENOENT, VG_EGONE: its content is destroyed or was handed over. */
int vg_case_out_open(vg_case_out *out, const vg_args *args, const char *format, vg_error *err);
/** Writes to --out, a new file that only its owner reads and that is not left half-written, or to standard output. VG_EEXIST, VG_EFULL. */
int vg_case_out_write(const vg_args *args, const vg_buf *bytes, vg_error *err);
void vg_case_out_close(vg_case_out *out);

#endif
