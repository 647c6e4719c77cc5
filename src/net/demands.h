/* SPDX-License-Identifier: Apache-2.0
 *
 * net/demands: what server and command line share about demands of authorities: the clock of a space, the signing key, the proof.
 * Callers: net/routes/demands, net/watch, cli.
 */
#ifndef VG_NET_DEMANDS_H
#define VG_NET_DEMANDS_H

#include "event/demand.h"
#include "event/policy.h"
#include "net/net_int.h"

enum { VG_DEMAND_HOURS = 24 }; /* LCEN, art. 6-1: without another number in the policy */

/** When a demand that came at `received_ms` has to be carried out. `policy` NULL: by the law's 24 hours. */
int64_t vg_demand_due(const vg_policy *policy, int64_t received_ms);
/** The Ed25519 key that signs proofs: made of the key ring, always the same for it. `secret` is libsodium's 64 bytes: wipe it. */
void vg_demand_signing_key(const vg_keyring *ring, uint8_t secret[64]);
/** Raises what alarms are due: a step on record, a line to the open consoles, gauges. */
void vg_demands_watch(struct vg_server *server, vg_store *store, vg_arena *arena, int64_t now_ms);

#endif
