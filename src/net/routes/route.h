/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/route: where a case belongs, what is known of where people are, and the book of law. Translation only: the plan is report/route's.
 */
#ifndef VG_NET_ROUTES_ROUTE_H
#define VG_NET_ROUTES_ROUTE_H

#include "case_route.h"
#include "net/net_int.h"

void vg_route_case_route(vg_desk *desk, vg_exchange *x);
void vg_route_fact_add(vg_desk *desk, vg_exchange *x);
void vg_route_fact_remove(vg_desk *desk, vg_exchange *x);
void vg_route_receivers(vg_desk *desk, vg_exchange *x);
void vg_route_law(vg_desk *desk, vg_exchange *x);

#endif
