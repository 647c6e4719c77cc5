/* SPDX-License-Identifier: Apache-2.0
 *
 * store/welfare: what is kept so that the work harms less: how somebody wants things shown, what they have seen, when they paused, what
 * they would rather not be given.
 *
 * Invariants: all of it is about people who work here, and goes with them. What somebody chooses for themselves is not in the audit log,
 * which others read; wishes are sealed. Counts are kept VG_WELFARE_KEEP_DAYS. Nobody but the person gets at their own rows; figures of
 * groups come out of vg_store_welfare_week alone. Callers: net.
 */
#ifndef VG_STORE_WELFARE_WELFARE_H
#define VG_STORE_WELFARE_WELFARE_H

#include "event/policy_welfare.h"
#include "store/store.h"

enum { VG_WELFARE_KEEP_DAYS = 35, VG_WELFARE_SLOT_MINUTES = 10 };

/* ---- how things are shown ---- */
/** What somebody chose for each category; `chosen` says where they did, `out` is untouched where not. */
int vg_store_display_get(vg_store *store, int64_t user_id, vg_display out[VG_CATEGORIES], bool chosen[VG_CATEGORIES], vg_error *err);
int vg_store_display_set(vg_store *store, int64_t user_id, vg_category category, const vg_display *display, vg_error *err);

#endif
