/* SPDX-License-Identifier: Apache-2.0
 *
 * base/file: whole small files in and out. Callers: everyone but the hot path.
 */
#ifndef VG_BASE_FILE_H
#define VG_BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>
#include "base/error.h"
#include "base/str.h"

/** Reads a regular file of at most `ceiling` bytes into *out (vg_free; NUL added). VG_ENOENT, VG_ETOOBIG, VG_EIO. */
int vg_file_read(const char *path, size_t ceiling, char **out, size_t *len, vg_error *err);
/** Writes a new file beside `path`, fsyncs, renames over it, fsyncs the directory: old or new, never a mixture. */
int vg_file_replace(const char *path, const void *bytes, size_t len, mode_t mode, vg_error *err);
/** As vg_file_replace, but never over a file that is there: VG_EEXIST. Of two that create it at once, one succeeds. */
int vg_file_create(const char *path, const void *bytes, size_t len, mode_t mode, vg_error *err);
/** Creates a directory and its parents; there already is fine. */
int vg_dir_create(const char *path, mode_t mode, vg_error *err);

#endif
