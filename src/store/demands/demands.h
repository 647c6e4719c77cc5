/* SPDX-License-Identifier: Apache-2.0
 *
 * store/demands: demands of authorities on disk, each step with its audit entry in one transaction. Rules are review's: who calls gives a demand as
 * it was read and as it is to be, and is told VG_ECONFLICT when somebody else changed it in between. The audit log has numbers, states and
 * counts; authorities, addresses and reasons are sealed. Callers: net, cli, tests.
 */
#ifndef VG_STORE_DEMANDS_H
#define VG_STORE_DEMANDS_H

#include "event/demand.h"
#include "store/store.h"

/** Takes a demand in: step "taken", audit entry, webhook "demand.received" to the space. Fills ->id. One of the same space, authority and
 *  reference that is there already: *known is true, nothing is written and ->id is that one's. */
int vg_store_demand_add(vg_store *store, vg_demand *d, bool *known, vg_error *err);
/** VG_ENOENT. */
int vg_store_demand_get(vg_store *store, int64_t id, vg_arena *arena, vg_demand *out, vg_error *err);
/** Of these spaces, the newest first; state -1: any; before_id 0: from the newest. */
int vg_store_demand_list(vg_store *store, vg_str spaces, int state, int64_t before_id, size_t most, vg_arena *arena, vg_demand **out, size_t *count,
                         vg_error *err);
int vg_store_demand_steps(vg_store *store, int64_t id, vg_arena *arena, vg_demand_step **out, size_t *count, vg_error *err);
/** Writes what a step made of a demand. `after->steps` is the number of steps that it was read with. VG_ECONFLICT. `after->removed` is written
 *  with VG_STEP_EXECUTED, `after->proof` with VG_STEP_DONE. */
int vg_store_demand_step(vg_store *store, const vg_demand *after, const vg_demand_step *step, vg_error *err);
/** Those whose clock runs, the most urgent first. */
int vg_store_demand_running(vg_store *store, size_t most, vg_arena *arena, vg_demand **out, size_t *count, vg_error *err);
/** How many clocks run, and how many of these are over. */
int vg_store_demand_counts(vg_store *store, int64_t now_ms, int64_t *open, int64_t *late, vg_error *err);

/* What a report counts. */
typedef struct vg_demand_figure {
    vg_demand_kind kind;
    vg_demand_category category;
    char country[3];
    int64_t items, received_ms, acknowledged_ms, executed_ms, done_ms, stood_ms;
} vg_demand_figure;
/** Calls for each demand that a space received in from <= t < to. */
int vg_store_demand_figures(vg_store *store, vg_str space, int64_t from_ms, int64_t to_ms,
                            int (*each)(void *context, const vg_demand_figure *one, vg_error *err), void *context, vg_error *err);

#endif
