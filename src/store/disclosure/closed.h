/* SPDX-License-Identifier: Apache-2.0
 *
 * store/closed: public figures as they were counted: a quarter (0 to 3) of a space's year, or the year (4). Counts are sealed: small ones are among
 * them. Each counting is on record. Callers: net, tests.
 */
#ifndef VG_STORE_CLOSED_H
#define VG_STORE_CLOSED_H

#include "store/store.h"

enum { VG_CLOSED_YEAR = 4 };

typedef struct vg_closed {
    int year, quarter;
    int64_t counted_ms, times; /* times: how often it was counted */
    vg_str by;
    vg_str content; /* JSON of the caller's */
} vg_closed;

/** VG_ENOENT: not counted yet. */
int vg_store_closed_get(vg_store *store, vg_str space, int year, int quarter, vg_arena *arena, vg_closed *out, vg_error *err);
/** Keeps what was counted, all of it or nothing, with an audit entry each ("figures.close"; `anew`: "figures.recount"). Without `anew`, what is there
 *  already stays: VG_ECONFLICT, read it again. */
int vg_store_closed_put(vg_store *store, vg_str space, const vg_closed *parts, size_t count, bool anew, vg_error *err);
/** Of a space, the newest year first, without their content. */
int vg_store_closed_list(vg_store *store, vg_str space, vg_arena *arena, vg_closed **out, size_t *count, vg_error *err);

#endif
