/* SPDX-License-Identifier: Apache-2.0
 *
 * routes/decisions: deciding, undoing, statements of reasons, appeals, bulk decisions.
 */
#ifndef VG_NET_ROUTES_DECISIONS_H
#define VG_NET_ROUTES_DECISIONS_H

#include "net/net_int.h"

void vg_route_decide(vg_desk *desk, vg_exchange *x);
void vg_route_undo(vg_desk *desk, vg_exchange *x);
void vg_route_statement_preview(vg_desk *desk, vg_exchange *x);
void vg_route_statements(vg_desk *desk, vg_exchange *x);

void vg_route_appeal_make(vg_desk *desk, vg_exchange *x);
void vg_route_case_look_again(vg_desk *desk, vg_exchange *x);
void vg_route_appeals(vg_desk *desk, vg_exchange *x);
void vg_route_appeal(vg_desk *desk, vg_exchange *x);
void vg_route_appeal_decide(vg_desk *desk, vg_exchange *x);
void vg_route_appeal_figures(vg_desk *desk, vg_exchange *x);

void vg_route_bulk_preview(vg_desk *desk, vg_exchange *x);
void vg_route_bulk(vg_desk *desk, vg_exchange *x);
void vg_route_bulk_undo(vg_desk *desk, vg_exchange *x);

#endif
