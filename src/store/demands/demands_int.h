/* SPDX-License-Identifier: Apache-2.0
 *
 * store/demands_int: what the files of demands share, and what data protection asks of them. Inside the room only.
 */
#ifndef VG_STORE_DEMANDS_INT_H
#define VG_STORE_DEMANDS_INT_H

#include "store/demands/demands.h"
#include "store/store_int.h"

/** "demand:7/content": the place of what is sealed. */
void vg_demand_place(int64_t id, const char *what, int64_t number, char out[64]);
/** Reads a row of VG_STORE_DEMAND_COLUMNS. */
int vg_demand_read(vg_store *store, const vg_query *row, vg_arena *arena, vg_demand *out, vg_error *err);
/** Retention: what was sealed of demands that were done before `before_ms` goes; inside a write transaction. */
int vg_store_demands_destroy_old(vg_store *store, vg_str space, int64_t before_ms, size_t *count, vg_error *err);
/** Erasure: demands that are done and name the account. Inside a write transaction. */
int vg_store_demands_forget(vg_store *store, vg_str space, vg_str account, int64_t *kept, vg_error *err);
/** Member `,"demands":[...]` of an export: number, times, state of those that name the account. */
int vg_store_demands_export(vg_store *store, vg_str space, vg_str account, vg_arena *arena, vg_buf *out, vg_error *err);

#endif
