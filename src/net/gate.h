/* SPDX-License-Identifier: Apache-2.0
 *
 * net/gate: whether this person may work on this case now, beyond what their role allows.
 *
 * One place that every route asks which lets somebody take, decide or second a case, decide an appeal, or decide in bulk: so that no
 * route can forget a certificate that ran out, a break that is due, or a limit that is reached. The rules are review's, the rows the
 * store's; a permission is asked for before. Desk threads.
 */
#ifndef VG_NET_GATE_H
#define VG_NET_GATE_H

#include "net/net_int.h"

typedef enum {
    VG_GATE_TAKE,   /* a case is handed out or claimed: certificate, break, limits, wishes */
    VG_GATE_DECIDE, /* what was begun may be finished: certificate */
    VG_GATE_FILE,   /* a report about it is confirmed or seconded: certificate */
} vg_gate;

/** 0, or VG_EFORBIDDEN with the sentence for the person. */
int vg_gate_case(vg_desk *desk, const vg_user *user, const vg_case *c, vg_gate gate, int64_t now_ms, vg_error *err);

#endif
