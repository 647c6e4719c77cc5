/* SPDX-License-Identifier: Apache-2.0
 *
 * Routes of signing in and of second factors. See net/signin.h.
 */
#ifndef VG_NET_ROUTES_SIGNIN_H
#define VG_NET_ROUTES_SIGNIN_H

#include "net/net_int.h"

/* second.c */
void vg_route_signin_ways(vg_desk *desk, vg_exchange *x); /* GET /v1/signin */
void vg_route_second(vg_desk *desk, vg_exchange *x);      /* POST /v1/session/second */
void vg_route_passkey(vg_desk *desk, vg_exchange *x);     /* POST /v1/session/passkey */
void vg_route_proof(vg_desk *desk, vg_exchange *x);       /* POST /v1/session/proof */
/* oidc.c */
void vg_route_oidc_start(vg_desk *desk, vg_exchange *x);    /* GET /v1/oidc/start */
void vg_route_oidc_callback(vg_desk *desk, vg_exchange *x); /* GET /v1/oidc/callback */
/* factors.c */
void vg_route_factors(vg_desk *desk, vg_exchange *x);        /* GET /v1/me/factors */
void vg_route_factor_begin(vg_desk *desk, vg_exchange *x);   /* POST /v1/me/factors */
void vg_route_factor_confirm(vg_desk *desk, vg_exchange *x); /* POST /v1/me/factors/confirm */
void vg_route_factor_rename(vg_desk *desk, vg_exchange *x);  /* PATCH /v1/me/factors/{id} */
void vg_route_factor_remove(vg_desk *desk, vg_exchange *x);  /* DELETE /v1/me/factors/{id} */
void vg_route_recovery_codes(vg_desk *desk, vg_exchange *x); /* POST /v1/me/recovery-codes */

#endif
