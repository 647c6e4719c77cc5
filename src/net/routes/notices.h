/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/notices: notices (DSA, Art. 16), the public form, trusted flaggers (Art. 22), misuse (Art. 23).
 */
#ifndef VG_NET_ROUTES_NOTICES_H
#define VG_NET_ROUTES_NOTICES_H

#include "net/net_int.h"

/* ---- for everybody ---- */
void vg_route_notice_add(vg_desk *desk, vg_exchange *x);
void vg_route_notice_status(vg_desk *desk, vg_exchange *x);
void vg_route_notice_withdraw(vg_desk *desk, vg_exchange *x);
vg_step vg_route_report(vg_exchange *x);
void vg_route_report_status(vg_desk *desk, vg_exchange *x);

/* ---- the console ---- */
void vg_route_notices(vg_desk *desk, vg_exchange *x);
void vg_route_case_notices(vg_desk *desk, vg_exchange *x);
void vg_route_notice_unfounded(vg_desk *desk, vg_exchange *x);
void vg_route_notice_identity(vg_desk *desk, vg_exchange *x);
void vg_route_notice_process(vg_desk *desk, vg_exchange *x);
void vg_route_flaggers(vg_desk *desk, vg_exchange *x);
void vg_route_flagger_add(vg_desk *desk, vg_exchange *x);
void vg_route_flagger_suspend(vg_desk *desk, vg_exchange *x);
void vg_route_flagger_restore(vg_desk *desk, vg_exchange *x);
void vg_route_flagger_end(vg_desk *desk, vg_exchange *x);
void vg_route_notifiers(vg_desk *desk, vg_exchange *x);
void vg_route_notifier_warn(vg_desk *desk, vg_exchange *x);
void vg_route_notifier_suspend(vg_desk *desk, vg_exchange *x);
void vg_route_notifier_lift(vg_desk *desk, vg_exchange *x);

#endif
