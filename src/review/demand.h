/* SPDX-License-Identifier: Apache-2.0
 *
 * review/demand: the rules of a demand's life: which step may follow which, what the clock does, when an alarm is due.
 *
 *     received -> acknowledged -> done (with proof)
 *        |  \________|_____________^
 *        v           v             |
 *     suspended <-> (resumed: as before), contested
 *
 * Pure: no clock, no store. Callers: store (steps inside its transaction), net, tests.
 */
#ifndef VG_REVIEW_DEMAND_H
#define VG_REVIEW_DEMAND_H

#include "base/error.h"
#include "event/demand.h"

/** Applies a step to `d` (its state and times): 0, or VG_ECONFLICT with why it cannot be now. VG_EINVAL: a suspension without a ground or
 *  without reasons; a contest without reasons. `text` is what the authority was told. */
int vg_demand_apply(vg_demand *d, vg_demand_step_kind step, int ground, vg_str text, int64_t now_ms, vg_error *err);
/** Milliseconds left on the clock; negative: late. What is done stays as it was then. */
int64_t vg_demand_left(const vg_demand *d, int64_t now_ms);
/** The alarm that is due and was not raised (the most urgent one), or -1. A clock that stands raises none. */
int vg_demand_alarm_due(const vg_demand *d, int64_t now_ms);
/** When it has to be looked at again for an alarm; INT64_MAX: never. */
int64_t vg_demand_next_alarm(const vg_demand *d);

#endif
