/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/exports: a case for analysts.
 */
#ifndef VG_NET_ROUTES_EXPORTS_H
#define VG_NET_ROUTES_EXPORTS_H

#include "net/net_int.h"

void vg_route_export(vg_desk *desk, vg_exchange *x);

#endif
