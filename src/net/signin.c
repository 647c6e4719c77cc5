/* SPDX-License-Identifier: Apache-2.0 */
#include "net/signin.h"

#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>

#include "base/time.h"
#include "review/permission.h"

enum { TOKEN_BITS = 160 };

/* ---- the page's own origin ---- */

static int take_parts(vg_server *server, CURLU *parts, vg_error *err)
{
    char *scheme = NULL, *host = NULL, *port = NULL;
    bool plain = false;
    int rc = -VG_EINVAL;
    if (curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK && curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        curl_url_get(parts, CURLUPART_PORT, &port, 0);
        plain = strcmp(scheme, "http") == 0;
        if (port && strcmp(port, plain ? "80" : "443") == 0) port[0] = '\0';
        int n = snprintf(server->origin, sizeof server->origin, "%s://%s%s%s", scheme, host, port && port[0] ? ":" : "", port ? port : "");
        int m = snprintf(server->rp_id, sizeof server->rp_id, "%s", host);
        if (n > 0 && (size_t)n < sizeof server->origin && m > 0 && (size_t)m < sizeof server->rp_id && (plain || strcmp(scheme, "https") == 0)) rc = 0;
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return rc ? vg_fail(err, VG_EINVAL, "--public-url", "expected an address like https://vigie.example.org") : 0;
}

int vg_signin_site_set(vg_server *server, vg_error *err)
{
    const char *given = server->options.public_url;
    int rc;
    if (!given) { /* localhost, not 127.0.0.1: a key belongs to a name */
        snprintf(server->origin, sizeof server->origin, "http://localhost:%u", server->port ? server->port : server->options.port);
        snprintf(server->rp_id, sizeof server->rp_id, "localhost");
        return 0;
    }
    CURLU *parts = curl_url();
    bool read = parts && curl_url_set(parts, CURLUPART_URL, given, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
    rc = read ? take_parts(server, parts, err) : vg_fail(err, VG_EINVAL, "--public-url", "expected an address like https://vigie.example.org");
    curl_url_cleanup(parts);
    return rc;
}

vg_webauthn_site vg_signin_site(const vg_server *server, const vg_ticket *ticket, bool verify_user)
{
    return (vg_webauthn_site){.origin = vg_str_of(server->origin), .rp_id = vg_str_of(server->rp_id),
                              .challenge = ticket->challenge, .verify_user = verify_user};
}

/* ---- the cookie of a step ---- */

static const char *secure(const vg_exchange *x)
{
    return x->server->options.behind_tls ? "; Secure" : "";
}

bool vg_signin_step_cookie(vg_exchange *x, uint8_t bound[32], const char **out)
{
    char token[40];
    vg_token_random(token, sizeof token, TOKEN_BITS);
    vg_seal_token_hash(x->server->ring, vg_str_of(token), bound);
    vg_str cookie = vg_arena_printf(x->arena, "vigie_step=%s; Path=/v1; HttpOnly; SameSite=Strict; Max-Age=%d%s", token,
                                    (int)(VG_TICKET_MS / 1000), secure(x));
    sodium_memzero(token, sizeof token);
    if (!cookie.ptr) {
        vg_answer_busy(x, "there is no memory to sign in now");
        return false;
    }
    *out = cookie.ptr;
    return true;
}

bool vg_signin_step(const vg_exchange *x, uint8_t bound[32])
{
    vg_str token = vg_auth_cookie_named(x, "vigie_step");
    if (token.len) vg_seal_token_hash(x->server->ring, token, bound);
    return token.len > 0;
}

const char *vg_signin_step_end(const vg_exchange *x)
{
    return x->server->options.behind_tls ? "vigie_step=; Path=/v1; HttpOnly; SameSite=Strict; Max-Age=0; Secure"
                                         : "vigie_step=; Path=/v1; HttpOnly; SameSite=Strict; Max-Age=0";
}

/* ---- the second step ---- */

bool vg_second_read(vg_desk *desk, vg_exchange *x, int64_t user_id, bool secrets, vg_second *out)
{
    vg_error err = {0};
    int64_t left = 0;
    *out = (vg_second){0};
    if (vg_store_factors(desk->store, user_id, secrets, x->arena, &out->factors, &out->count, &err) ||
        vg_store_recovery_count(desk->store, user_id, &left, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    for (size_t i = 0; i < out->count; i++)
        if (out->factors[i].kind == VG_FACTOR_TOTP) out->totp = true;
        else out->key = true;
    out->recovery = left > 0;
    return true;
}

bool vg_second_begin(vg_exchange *x, vg_str user, const vg_second *second, unsigned how, vg_ticket *ticket, const char **cookie)
{
    *ticket = (vg_ticket){.how = how, .totp = second->totp, .key = second->key, .recovery = second->recovery};
    if (user.len >= sizeof ticket->user) {
        vg_answer_problem(x, 500, NULL, "a name is longer than names are");
        return false;
    }
    memcpy(ticket->user, user.ptr, user.len);
    if (!vg_signin_step_cookie(x, ticket->bound, cookie)) return false;
    vg_ticket_add(x->server->tickets, user.len ? VG_TICKET_SECOND : VG_TICKET_PASSKEY, ticket, vg_time_now());
    return true;
}

void vg_second_write(vg_exchange *x, vg_buf *out, const vg_ticket *ticket, const vg_second *second)
{
    const char *comma = "";
    vg_buf_add_cstr(out, "{\"second_factor\":[");
    if (ticket->totp) vg_buf_printf(out, "\"totp\""), comma = ",";
    if (ticket->key) vg_buf_printf(out, "%s\"webauthn\"", comma), comma = ",";
    if (ticket->recovery) vg_buf_printf(out, "%s\"recovery\"", comma);
    vg_buf_printf(out, "],\"ticket\":\"%s\",\"expires\":", ticket->text);
    vg_json_time(out, ticket->ends_ms);
    if (ticket->key) {
        vg_buf_add_cstr(out, ",\"webauthn\":");
        vg_key_write_request(x, out, ticket, second, ticket->user[0] == '\0');
    }
    vg_buf_add_char(out, '}');
}

/* ---- roles that need one ---- */

bool vg_signin_role_needs_one(const vg_exchange *x)
{
    unsigned roles = x->server->options.second_factor_roles;
    if (!roles) return false;
    if (!x->user.grant_count) return roles >> x->user.role & 1;
    for (size_t i = 0; i < x->user.grant_count; i++)
        if (roles >> x->user.grants[i].role & 1) return true;
    return false;
}

int vg_signin_must_enrol(vg_desk *desk, const vg_exchange *x, bool *must, vg_error *err)
{
    unsigned how = 0;
    int64_t fresh_ms = 0;
    *must = false;
    if (!vg_signin_role_needs_one(x)) return 0;
    int rc = vg_store_session_proof(desk->store, x->session.token_hash, &how, &fresh_ms, err);
    *must = !rc && !(how & VG_PROOF_STRONG);
    return rc;
}

bool vg_signin_gate(vg_desk *desk, vg_exchange *x)
{
    vg_error err = {0};
    bool must = false;
    const char *path = x->route->path;
    if (strncmp(path, "/v1/session", 11) == 0 || strncmp(path, "/v1/me/factors", 14) == 0 || strcmp(path, "/v1/me/recovery-codes") == 0) return true;
    if (vg_signin_must_enrol(desk, x, &must, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    if (must) vg_answer_problem(x, 403, "/second_factor", "your role needs a second factor: add one, or sign in again with it");
    return !must;
}
