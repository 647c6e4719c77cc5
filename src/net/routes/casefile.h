/* SPDX-License-Identifier: Apache-2.0
 *
 * net/routes/casefile: what the case page shows besides the queue's own: its pages of events, the accounts in it, more context, and
 * reading ahead.
 *
 * Reading ahead: a view is on record when a person looks, not when a page prepares. So what is read ahead leaves the server sealed
 * with AES-256-GCM under a key that is made of the process's own secret, the session and a nonce; `open` puts the view on record, then
 * hands out the key. Nothing is kept between the two; after a restart the key is another, and the page reads the case as usual.
 */
#ifndef VG_NET_ROUTES_CASEFILE_H
#define VG_NET_ROUTES_CASEFILE_H

#include "net/net_int.h"

/* ---- cases.c: shared ---- */
/** The case with a page of its events, decisions, context, actions and policy, as GET /v1/cases/{id} answers it. */
int vg_case_write_detail(vg_desk *desk, vg_exchange *x, const vg_case *c, vg_str viewer, vg_buf *out, vg_error *err);
/** `,"actions":[...]`: what this person may do now. */
void vg_case_write_actions(vg_buf *out, const vg_case *c, const vg_user *user, int64_t now_ms);

void vg_route_case_events(vg_desk *desk, vg_exchange *x);
void vg_route_case_ahead(vg_desk *desk, vg_exchange *x);
void vg_route_case_open(vg_desk *desk, vg_exchange *x);
void vg_route_case_accounts(vg_desk *desk, vg_exchange *x);
void vg_route_context_ask(vg_desk *desk, vg_exchange *x);
void vg_route_context_answer(vg_desk *desk, vg_exchange *x);
/** `,"context":[...]`: every request for more context of a case, with what came; `only`: of this person (empty: of all). */
int vg_context_write(vg_desk *desk, int64_t case_id, vg_str only, vg_buf *out, vg_error *err);

#endif
