/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/demands: demands of authorities over HTTP: taken in, seen, moved on, carried out, proved. Desk threads.
 */
#ifndef VG_NET_ROUTES_DEMANDS_H
#define VG_NET_ROUTES_DEMANDS_H

#include "net/net_int.h"

void vg_route_demands(vg_desk *desk, vg_exchange *x);
void vg_route_demand_add(vg_desk *desk, vg_exchange *x);
void vg_route_demand(vg_desk *desk, vg_exchange *x);
void vg_route_demand_step(vg_desk *desk, vg_exchange *x);
void vg_route_demand_executed(vg_desk *desk, vg_exchange *x);
void vg_route_demand_proof(vg_desk *desk, vg_exchange *x);

#endif
