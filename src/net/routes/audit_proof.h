/* SPDX-License-Identifier: Apache-2.0
 *
 * Routes of the audit log's proofs: checkpoint, keys, inclusion, consistency.
 */
#ifndef VG_NET_ROUTES_AUDIT_PROOF_H
#define VG_NET_ROUTES_AUDIT_PROOF_H

#include "net/net_int.h"

void vg_route_audit_checkpoint(vg_desk *desk, vg_exchange *x);
void vg_route_audit_key(vg_desk *desk, vg_exchange *x);
void vg_route_audit_proof(vg_desk *desk, vg_exchange *x);
void vg_route_audit_consistency(vg_desk *desk, vg_exchange *x);

#endif
