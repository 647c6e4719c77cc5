/* SPDX-License-Identifier: Apache-2.0
 *
 * cli/media_out: what was found out about a file, as JSON members, as CSV fields, as vPDQ's text.
 */
#ifndef VG_CLI_MEDIA_OUT_H
#define VG_CLI_MEDIA_OUT_H

#include "cli/scan.h"
#include "event/bank.h"

typedef enum { VG_OUT_JSONL, VG_OUT_CSV, VG_OUT_VPDQ, VG_OUT_XARF, VG_OUT_FORMATS } vg_out_format;
/** "jsonl", "csv", "vpdq", "xarf"; VG_EINVAL names those in `allowed`, a bit set. */
int vg_out_format_of(const char *name, unsigned allowed, vg_out_format *out, vg_error *err);

/** `"path":...,"size":...,...` without braces. `frames`: with the hash of each. */
void vg_out_json_file(vg_buf *out, const vg_scan_file *file, const vg_decoded *decoded, vg_pdq_profile profile, bool frames);
/** A field of RFC 4180, with its comma before it unless it is the first of a line. */
void vg_out_csv_field(vg_buf *out, vg_str field, bool first);
/** The columns that begin each line, and the same of a file, without line end. */
void vg_out_csv_head(vg_buf *out);
void vg_out_csv_file(vg_buf *out, const vg_scan_file *file, const vg_decoded *decoded, vg_pdq_profile profile);

#endif
