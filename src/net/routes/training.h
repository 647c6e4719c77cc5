/* SPDX-License-Identifier: Apache-2.0
 *
 * Routes of training: courses and attempts, certificates, practice.
 */
#ifndef VG_NET_ROUTES_TRAINING_H
#define VG_NET_ROUTES_TRAINING_H

#include "net/net_int.h"

void vg_route_courses(vg_desk *desk, vg_exchange *x);
void vg_route_course(vg_desk *desk, vg_exchange *x);
void vg_route_attempt_start(vg_desk *desk, vg_exchange *x);
void vg_route_attempt_hand_in(vg_desk *desk, vg_exchange *x);
void vg_route_my_certificates(vg_desk *desk, vg_exchange *x);
void vg_route_certificates(vg_desk *desk, vg_exchange *x);
void vg_route_certificate_add(vg_desk *desk, vg_exchange *x);
void vg_route_certificate_revoke(vg_desk *desk, vg_exchange *x);
void vg_route_certificate_suspend(vg_desk *desk, vg_exchange *x);
void vg_route_certificate_reinstate(vg_desk *desk, vg_exchange *x);
void vg_route_practice_list(vg_desk *desk, vg_exchange *x);
void vg_route_practice(vg_desk *desk, vg_exchange *x);
void vg_route_practice_decide(vg_desk *desk, vg_exchange *x);

#endif
