/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/disclosure: where statements of reasons stand on their way to the public database. Desk threads.
 */
#ifndef VG_NET_ROUTES_DISCLOSURE_H
#define VG_NET_ROUTES_DISCLOSURE_H

#include "net/net_int.h"

void vg_route_disclosures(vg_desk *desk, vg_exchange *x);
void vg_route_disclosure(vg_desk *desk, vg_exchange *x);
void vg_route_disclosure_retry(vg_desk *desk, vg_exchange *x);
void vg_route_disclosure_send(vg_desk *desk, vg_exchange *x);
void vg_route_disclosure_mend(vg_desk *desk, vg_exchange *x);

#endif
