/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/gold: items with a known answer (leads), how well people agree. Desk threads.
 */
#ifndef VG_NET_ROUTES_GOLD_H
#define VG_NET_ROUTES_GOLD_H

#include "net/net_int.h"

void vg_route_gold(vg_desk *desk, vg_exchange *x);
void vg_route_gold_add(vg_desk *desk, vg_exchange *x);
void vg_route_gold_made(vg_desk *desk, vg_exchange *x);
void vg_route_gold_end(vg_desk *desk, vg_exchange *x);
void vg_route_agreement(vg_desk *desk, vg_exchange *x);

/* ---- gold_made.c ---- */
struct vg_gold_item;
/** Makes the item `name` of the made-up ones in item->space, by running it through a pipeline of its own under the space's policy. VG_ENOENT: no
 *  such name; VG_EUNPROCESSABLE: the policy raises no case about it; VG_EEXIST. */
int vg_gold_make_up(vg_desk *desk, struct vg_gold_item *item, vg_str name, int64_t now_ms, vg_error *err);
/** Name, language, category-free description of each, as a JSON array. */
void vg_gold_made_list(vg_buf *out);

#endif
