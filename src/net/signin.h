/* SPDX-License-Identifier: Apache-2.0
 *
 * net/signin: what the steps of a sign-in share: the page's own origin, the cookie of a step, the choice of a second factor, opening the
 * session, and the gate for people whose role needs a second factor.
 *
 *   password --+-- no factor --------------------------> session (only to add a factor, where the role needs one)
 *   provider --+-- factor --> ticket + step cookie --> code, key or recovery code --> session
 *   passkey (a key that checked its person) -----------> session
 *
 * Callers: routes, oidc, desk, server.
 */
#ifndef VG_NET_SIGNIN_H
#define VG_NET_SIGNIN_H

#include "identity/webauthn.h"
#include "net/server_int.h"
#include "net/tickets.h"
#include "store/people/signin.h"

enum { VG_NAME_MOST = 128, VG_FRESH_MINUTES = 10 };

/** Works out origin and site of keys from --public-url, else "http://localhost:PORT". VG_EINVAL: it is no such address. */
int vg_signin_site_set(vg_server *server, vg_error *err);
vg_webauthn_site vg_signin_site(const vg_server *server, const vg_ticket *ticket, bool verify_user);
/** A new cookie of a step, for the answer to come; its digest is what a ticket is bound to. False: the answer says that there is no memory. */
bool vg_signin_step_cookie(vg_exchange *x, uint8_t bound[32], const char **cookie);
/** The digest of the step cookie that came. False: none did. */
bool vg_signin_step(const vg_exchange *x, uint8_t bound[32]);
const char *vg_signin_step_end(const vg_exchange *x); /* a cookie that takes it away */

/* What a person can answer a second step with. */
typedef struct vg_second {
    vg_factor *factors;
    size_t count;
    bool totp, key, recovery;
} vg_second;
/** Reads it from the store; on failure the answer is there and false comes back. */
bool vg_second_read(vg_desk *desk, vg_exchange *x, int64_t user_id, bool secrets, vg_second *out);
/** Makes the ticket, and its cookie for the answer to come. False: the answer is there and says why not. */
bool vg_second_begin(vg_exchange *x, vg_str user, const vg_second *second, unsigned how, vg_ticket *ticket, const char **cookie);
/** Writes the object that a client needs for the step: {"second_factor":[...],"ticket":...}. */
void vg_second_write(vg_exchange *x, vg_buf *out, const vg_ticket *ticket, const vg_second *second);

/** Opens a session for x->user, opened with `how`: x->session, and its cookie for the answer to come. False: the answer is there and says
 *  why not. */
bool vg_session_open(vg_desk *desk, vg_exchange *x, unsigned how, int64_t now_ms, const char **cookie);
/** The session as an answer of 200; x->session and x->user are it. */
void vg_session_answer(vg_desk *desk, vg_exchange *x);
bool vg_signin_role_needs_one(const vg_exchange *x);
/** Whether the person of this session has a role that needs a second factor and opened it without one. */
int vg_signin_must_enrol(vg_desk *desk, const vg_exchange *x, bool *must, vg_error *err);
/** True when the exchange may go on to its route; else the answer (403) is there. */
bool vg_signin_gate(vg_desk *desk, vg_exchange *x);

/* ---- keys, as JSON: webauthn.c ---- */
/** {"challenge":...,"rp_id":...,"credentials":[...],"user_verification":...} */
void vg_key_write_request(vg_exchange *x, vg_buf *out, const vg_ticket *ticket, const vg_second *second, bool verify_user);
/** {"challenge":...,"rp_id":...,"user":{...},"exclude":[...],"algorithms":[...]} */
void vg_key_write_creation(vg_exchange *x, vg_buf *out, const vg_ticket *ticket, const vg_second *second);
/* base64url members of an answer, decoded into the exchange's arena. */
typedef struct vg_key_answer {
    vg_str credential, client_data, data, signature, user_handle;
} vg_key_answer;
bool vg_key_decode(vg_exchange *x, const char *pointer, vg_str text, size_t most, vg_str *out);
/** What an authenticator may be told of a person: it names nobody. */
void vg_key_user_handle(const vg_server *server, int64_t user_id, uint8_t out[32]);
/** Checks an assertion with this key, and takes its counter. 0, or VG_E...; VG_EFORBIDDEN and VG_ECONFLICT: it is not good. */
int vg_key_check(vg_desk *desk, const vg_exchange *x, const vg_user *user, const vg_factor *factor, const vg_ticket *ticket,
                 const vg_key_answer *answer, bool verify_user, int64_t now_ms, vg_error *err);

#endif
