/* SPDX-License-Identifier: Apache-2.0
 *
 * report/bag/zip: a few files in one zip, in memory: tables that go together. What is large is streamed by bag.h. Callers: net.
 */
#ifndef VG_REPORT_BAG_ZIP_H
#define VG_REPORT_BAG_ZIP_H

#include "report/bag/bag.h"

/** Appends the zip to `out`; names are the caller's own, never from outside. The same files and time, the same bytes. VG_ENOMEM, VG_EIO. */
int vg_zip_write(const vg_bag_file *files, size_t count, int64_t made_ms, vg_buf *out, vg_error *err);

#endif
