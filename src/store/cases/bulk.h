/* SPDX-License-Identifier: Apache-2.0
 *
 * store/bulk: what a preview of a bulk decision showed, kept sealed until it is used or its time is over.
 *
 * The decisions themselves are written by vg_store_resolve. A token is good for its person, once. Callers: net, tests.
 */
#ifndef VG_STORE_BULK_H
#define VG_STORE_BULK_H

#include "store/store.h"

typedef struct vg_bulk {
    int64_t id;
    uint8_t token[32]; /* hash of what was handed out */
    vg_str user, space;
    vg_str content;    /* JSON: what was asked, which cases were shown */
    int64_t expires_ms;
} vg_bulk;

/** Fills .id; forgets previews whose time is over. */
int vg_store_bulk_add(vg_store *store, vg_bulk *bulk, int64_t now_ms, vg_error *err);
/** VG_ENOENT: no such token, or not this person's. VG_ECONFLICT: used already, or its time is over. */
int vg_store_bulk_find(vg_store *store, const uint8_t token[32], vg_str user, int64_t now_ms, vg_arena *arena, vg_bulk *out, vg_error *err);
/** It is used now. VG_ECONFLICT: it was before. Audited as "bulk.decide". */
int vg_store_bulk_use(vg_store *store, int64_t id, vg_str user, size_t cases, int64_t now_ms, vg_error *err);

#endif
