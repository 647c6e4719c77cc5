/* SPDX-License-Identifier: Apache-2.0
 *
 * base/time: points in time are int64_t milliseconds since 1970-01-01T00:00:00Z (no leap seconds).
 *
 * Only net, cli and store read the clock; stages get the time as an argument, which keeps them
 * reproducible. Callers: everyone.
 */
#ifndef VG_BASE_TIME_H
#define VG_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

#define VG_SECOND_MS 1000LL
#define VG_MINUTE_MS (60 * VG_SECOND_MS)
#define VG_HOUR_MS   (60 * VG_MINUTE_MS)
#define VG_DAY_MS    (24 * VG_HOUR_MS)

/** Reads an RFC 3339 date-time ("2026-05-04T10:11:12.345+02:00"), years 1970 to 9999; false otherwise.
 *  Leap second 60 is read as 59.999. Digits past the millisecond are dropped. */
bool vg_time_parse(vg_str s, int64_t *ms);
/** Reads a full date "2026-05-04" (midnight UTC) or an RFC 3339 date-time. */
bool vg_time_parse_date(vg_str s, int64_t *ms);
/** Writes "2026-05-04T10:11:12.345Z" and a NUL: 25 bytes. */
void vg_time_format(int64_t ms, char out[25]);
/** The wall clock. */
int64_t vg_time_now(void);
/** A clock that never goes back, in microseconds; only for durations. */
int64_t vg_time_monotonic_us(void);

#endif
