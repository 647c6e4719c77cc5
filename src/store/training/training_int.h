/* SPDX-License-Identifier: Apache-2.0
 *
 * store/training_int: what the files about training share inside this room.
 */
#ifndef VG_STORE_TRAINING_INT_H
#define VG_STORE_TRAINING_INT_H

#include "store/store_int.h"
#include "store/training/certificates.h"

/** As vg_store_certificate_suspend, inside a write transaction that the caller began (vg_store_begin) and ends. */
int vg_store_suspend_within(vg_store *store, vg_str user, vg_str space, vg_category category, vg_str by, vg_str reason, int64_t now_ms,
                            vg_error *err);
/** As vg_store_certificate_add, inside a write transaction. */
int vg_store_certify_within(vg_store *store, vg_certificate *certificate, vg_error *err);
/** Certificates, suspensions and attempts whose time is over; inside a write transaction. `keep_days` 0: of certificates none. */
int vg_store_training_sweep(vg_store *store, uint32_t keep_days, int64_t now_ms, vg_error *err);

#endif
