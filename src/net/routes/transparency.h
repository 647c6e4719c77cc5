/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/transparency: GET /transparency, the figures of a space for everybody. Desk threads.
 */
#ifndef VG_NET_ROUTES_TRANSPARENCY_H
#define VG_NET_ROUTES_TRANSPARENCY_H

#include "net/net_int.h"

void vg_route_transparency(vg_desk *desk, vg_exchange *x);
/** What was counted when, and counting a year anew. Permission disclosure.keep. */
void vg_route_closed_figures(vg_desk *desk, vg_exchange *x);
void vg_route_recount_figures(vg_desk *desk, vg_exchange *x);

/* Pages that were made, kept for an hour. */
typedef struct vg_shelf vg_shelf;
/** NULL: no memory; pages are then made each time. */
vg_shelf *vg_shelf_create(void);
void vg_shelf_destroy(vg_shelf **shelf);

#endif
