/* SPDX-License-Identifier: Apache-2.0
 *
 * net/demands: the clocks of demands of authorities, looked at while the server runs. Callers: net/watch.
 */
#ifndef VG_NET_DEMANDS_H
#define VG_NET_DEMANDS_H

#include "net/net_int.h"

/** Raises what alarms are due: a step on record, a line to the open consoles, gauges. */
void vg_demands_watch(struct vg_server *server, vg_store *store, vg_arena *arena, int64_t now_ms);

#endif
