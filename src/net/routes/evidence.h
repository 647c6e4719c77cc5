/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/evidence: keys, holds, clocks and certificates of a case, and handing its key over. No content.
 */
#ifndef VG_NET_ROUTES_EVIDENCE_H
#define VG_NET_ROUTES_EVIDENCE_H

#include "net/net_int.h"

void vg_route_evidence(vg_desk *desk, vg_exchange *x);
/** The state of the evidence as JSON, as vg_route_evidence answers it. */
int vg_evidence_write(vg_desk *desk, vg_exchange *x, const vg_case *c, vg_buf *out, vg_error *err);
void vg_route_archive(vg_desk *desk, vg_exchange *x);
void vg_route_hand_over(vg_desk *desk, vg_exchange *x);
void vg_route_destruction(vg_desk *desk, vg_exchange *x);
void vg_route_legal_hold(vg_desk *desk, vg_exchange *x);

#endif
