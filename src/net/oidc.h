/* SPDX-License-Identifier: Apache-2.0
 *
 * net/oidc: sign-in with an OpenID Connect provider: authorization code with PKCE (RFC 7636, S256), state and nonce; nothing implicit.
 *
 * DESIGN. One thread of its own, the provider thread, does all of it, because it waits for another server: a provider that is slow or
 * gone holds up nobody who signs in with a password. Discovery and keys are fetched at need and kept for an hour; a token signed with
 * an unknown key has the keys fetched again, once in a second at most (rotation). After a failure nothing is fetched for five
 * seconds, so that a queue of people does not wait for one time-out after the other. Addresses are https; http only to this very
 * machine. Redirects are not followed, answers are bounded.
 *
 * What has to survive between the two visits of a browser (state, nonce, PKCE verifier, where to go on) travels sealed in a cookie of
 * ten minutes, so nobody can fill a table here. It is SameSite=Lax, since the provider sends the browser back from another site; the
 * session's cookie is SameSite=Strict and would not be sent on that way, so the callback answers with a small page of our own that
 * goes on by itself. Callers: server, routes/oidc, tests.
 */
#ifndef VG_NET_OIDC_H
#define VG_NET_OIDC_H

#include <jansson.h>
#include "identity/token.h"
#include "net/server_int.h"
#include "space/signin_map.h"

enum { VG_OIDC_COOKIE_MS = 10 * 60 * 1000, VG_OIDC_TEXT = 40, VG_OIDC_VERIFIER = 56, VG_OIDC_RETURN = 200 };

typedef struct vg_oidc {
    char *issuer, *client, *secret, *scopes, *name;
    vg_signin_map *map;
    /* what discovery said; of the provider thread alone */
    char *authorize, *token, *jwks;
    bool post_secret; /* the provider takes it in the body, and not as Basic */
    vg_key_set *keys;
    int64_t known_until_ms, keys_until_ms, keys_fetched_ms, failed_until_ms;
} vg_oidc;

/* Between the two visits. */
typedef struct vg_oidc_visit {
    char state[VG_OIDC_TEXT], nonce[VG_OIDC_TEXT], verifier[VG_OIDC_VERIFIER], go_on[VG_OIDC_RETURN + 1];
    int64_t ends_ms;
} vg_oidc_visit;

/** Takes the options; fetches nothing. VG_EINVAL (issuer, client), errors of the files named. *out NULL without an issuer. */
int vg_oidc_create(vg_oidc **out, const vg_server_options *options, vg_error *err);
void vg_oidc_destroy(vg_oidc **oidc);
/** A new visit, and the provider's address to send the browser to. VG_EIO: the provider does not answer, or not as one. */
int vg_oidc_begin(vg_server *server, vg_str go_on, vg_oidc_visit *visit, vg_buf *address, vg_error *err);
/** Exchanges the code and checks the ID token. VG_EIO as above; VG_EFORBIDDEN: what came is not good, and why. */
int vg_oidc_finish(vg_server *server, const vg_oidc_visit *visit, vg_str code, json_t **claims, vg_error *err);
/** The visit as a cookie's value, and back (false: not ours, or too old). */
bool vg_oidc_seal(const vg_server *server, const vg_oidc_visit *visit, vg_buf *out);
bool vg_oidc_unseal(const vg_server *server, vg_str cookie, int64_t now_ms, vg_oidc_visit *out);
/** Where somebody may be sent after signing in: a page of the console, "#/...", and nowhere else. */
bool vg_oidc_may_go_on(vg_str to);
/** Whose claims these are: x->user, made, linked and given grants as the map says. VG_EFORBIDDEN: this person does not come in. */
int vg_oidc_person(vg_desk *desk, vg_exchange *x, const json_t *claims, vg_error *err);
void *vg_oidc_main(void *desk);

/* ---- oidc_fetch.c ---- */
/** GET, or POST of a form when `form` is given, with Basic credentials when `user` is. The answer of 200 comes into `out`. VG_EIO: no answer in
 *  time, too long, or another status (*status, 0: none). */
int vg_oidc_fetch(const vg_server *server, const char *url, const char *form, const char *user, const char *password, vg_buf *out, long *status,
                  vg_error *err);

#endif
