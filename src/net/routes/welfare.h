/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/welfare: what protects the people who work here, over HTTP.
 */
#ifndef VG_NET_ROUTES_WELFARE_H
#define VG_NET_ROUTES_WELFARE_H

#include "net/net_int.h"

void vg_route_display(vg_desk *desk, vg_exchange *x);
void vg_route_display_set(vg_desk *desk, vg_exchange *x);
void vg_route_welfare(vg_desk *desk, vg_exchange *x);
void vg_route_wishes(vg_desk *desk, vg_exchange *x);
void vg_route_wishes_set(vg_desk *desk, vg_exchange *x);
void vg_route_shift(vg_desk *desk, vg_exchange *x);
void vg_route_support(vg_desk *desk, vg_exchange *x);
void vg_route_welfare_group(vg_desk *desk, vg_exchange *x);

#endif
