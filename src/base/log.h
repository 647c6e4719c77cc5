/* SPDX-License-Identifier: Apache-2.0
 *
 * base/log: one line per event of the program's own life, to standard error.
 *
 * Format: `2026-05-04T10:11:12.345Z info net: listening address=127.0.0.1:3018`. Never an account
 * name, never text of a message, never a key. Newlines and control bytes are escaped. Thread-safe.
 */
#ifndef VG_BASE_LOG_H
#define VG_BASE_LOG_H

typedef enum { VG_LOG_DEBUG, VG_LOG_INFO, VG_LOG_WARN, VG_LOG_ERROR } vg_log_level;

/** Lines below this level are dropped; the default is VG_LOG_INFO. */
void vg_log_set_level(vg_log_level level);
void vg_log(vg_log_level level, const char *room, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
