/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/queue: handing out cases, giving them back, which belong together, what people can judge.
 */
#ifndef VG_NET_ROUTES_QUEUE_H
#define VG_NET_ROUTES_QUEUE_H

#include "net/net_int.h"
#include "store/cases/next.h"

void vg_route_next(vg_desk *desk, vg_exchange *x);
void vg_route_take_back(vg_desk *desk, vg_exchange *x);
void vg_route_linked(vg_desk *desk, vg_exchange *x);
void vg_route_skills(vg_desk *desk, vg_exchange *x);
void vg_route_skills_set(vg_desk *desk, vg_exchange *x);
void vg_route_person_skills(vg_desk *desk, vg_exchange *x);
void vg_route_person_skills_set(vg_desk *desk, vg_exchange *x);

/** `"linked":[...]`: cases, each with why it is linked. */
void vg_json_linked(vg_buf *out, const vg_linked_case *linked, size_t count, int64_t now_ms);
/** A comma-separated list of categories as a bit set; false: the answer (400 at `pointer`) is there. */
bool vg_read_categories(vg_exchange *x, const char *pointer, vg_str list, uint32_t *set);

#endif
