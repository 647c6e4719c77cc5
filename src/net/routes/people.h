/* SPDX-License-Identifier: Apache-2.0
 *
 * Routes of people: who there is, invitations, leave, closing, one's own account and sessions, the audit log as a page.
 */
#ifndef VG_NET_ROUTES_PEOPLE_H
#define VG_NET_ROUTES_PEOPLE_H

#include "net/net_int.h"

void vg_route_people(vg_desk *desk, vg_exchange *x);
void vg_route_person_grants(vg_desk *desk, vg_exchange *x);
void vg_route_person_leave(vg_desk *desk, vg_exchange *x);
void vg_route_person_leave_end(vg_desk *desk, vg_exchange *x);
void vg_route_person_close(vg_desk *desk, vg_exchange *x);
void vg_route_person_sessions_end(vg_desk *desk, vg_exchange *x);
void vg_route_person_invite(vg_desk *desk, vg_exchange *x);
void vg_route_invite(vg_desk *desk, vg_exchange *x);
void vg_route_invitation(vg_desk *desk, vg_exchange *x);
void vg_route_invitation_accept(vg_desk *desk, vg_exchange *x);
void vg_route_me(vg_desk *desk, vg_exchange *x);
void vg_route_me_password(vg_desk *desk, vg_exchange *x);
void vg_route_me_sessions(vg_desk *desk, vg_exchange *x);
void vg_route_me_session_end(vg_desk *desk, vg_exchange *x);
void vg_route_me_sessions_end(vg_desk *desk, vg_exchange *x);
void vg_route_audit(vg_desk *desk, vg_exchange *x);
void vg_route_audit_export(vg_desk *desk, vg_exchange *x);

/** `,"grants":[{"space","role"},...]` */
void vg_json_grants(vg_buf *out, const vg_user *user);
/** "Firefox, Linux" of a User-Agent, in the arena; "" when it says nothing known. Families only: no version is kept. */
vg_str vg_agent_family(vg_exchange *x);
/** The peer's address without its end: "192.0.2.0/24", "2001:db8:1::/48". In the arena. */
vg_str vg_peer_shortened(vg_exchange *x);

#endif
