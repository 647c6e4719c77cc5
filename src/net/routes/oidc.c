/* SPDX-License-Identifier: Apache-2.0
 *
 * The two visits of a browser that signs in with a provider. What goes wrong is a page for a person, with the way back to sign in. */
#include <sodium.h>
#include <stdio.h>
#include "base/log.h"
#include "base/time.h"
#include "net/oidc.h"
#include "net/routes/signin.h"
#include "net/signin.h"

typedef enum { PAGE_UNREACHABLE, PAGE_ENDED, PAGE_REFUSED, PAGE_NOT_LET_IN, PAGE_BUSY } page;

/* French, English; the shape of every page is the console's. */
static const struct {
    int status;
    const char *text[2];
} pages[] = {
    [PAGE_UNREACHABLE] = {503, {"Le fournisseur d’identité ne répond pas. Réessayez dans un instant, ou connectez-vous avec un compte d’ici.",
                                "The identity provider does not answer. Try again in a moment, or sign in with an account of this place."}},
    [PAGE_ENDED] = {400, {"Cette connexion a pris fin, ou elle a commencé dans un autre navigateur. Recommencez.",
                          "This sign-in has ended, or it began in another browser. Begin again."}},
    [PAGE_REFUSED] = {403, {"Le fournisseur d’identité n’a pas confirmé cette connexion. Recommencez ; si cela dure, parlez-en à l’administration.",
                            "The identity provider did not confirm this sign-in. Begin again; if it goes on, tell your administrator."}},
    [PAGE_NOT_LET_IN] = {403, {"Votre identité est confirmée, mais aucun rôle ne vous est donné ici. Parlez-en à l’administration.",
                               "Your identity is confirmed, but no role is given to you here. Tell your administrator."}},
    [PAGE_BUSY] = {503, {"Le serveur est occupé. Réessayez dans un instant.", "The server is busy. Try again in a moment."}},
};

static int language_of(const vg_exchange *x)
{
    for (size_t i = 0; i + 1 < x->accept_language.len; i++) {
        char a = (char)(x->accept_language.ptr[i] | 32), b = (char)(x->accept_language.ptr[i + 1] | 32);
        bool begins = i == 0 || x->accept_language.ptr[i - 1] == ',' || x->accept_language.ptr[i - 1] == ' ';
        if (begins && a == 'f' && b == 'r') return 0;
        if (begins && a == 'e' && b == 'n') return 1;
    }
    return 0;
}

static void add_escaped(vg_buf *out, const char *text)
{
    for (; *text; text++)
        switch (*text) {
        case '&': vg_buf_add_cstr(out, "&amp;"); break;
        case '<': vg_buf_add_cstr(out, "&lt;"); break;
        case '>': vg_buf_add_cstr(out, "&gt;"); break;
        case '"': vg_buf_add_cstr(out, "&quot;"); break;
        default: vg_buf_add_char(out, *text);
        }
}

/* `next`: goes on there by itself; NULL: says `text` and offers the way back. */
static void answer_page(vg_exchange *x, int status, const char *text, const char *next)
{
    int lang = language_of(x);
    const char *link = next ? (lang ? "Continue" : "Continuer") : lang ? "Back to sign-in" : "Revenir à la connexion";
    vg_buf *out = vg_answer_begin(x, status, "text/html; charset=utf-8");
    vg_buf_printf(out, "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">", lang ? "en" : "fr");
    if (next) {
        vg_buf_add_cstr(out, "<meta http-equiv=\"refresh\" content=\"0;url=");
        add_escaped(out, next);
        vg_buf_add_cstr(out, "\">");
    }
    vg_buf_add_cstr(out, "<title>Vigie</title><link rel=\"stylesheet\" href=\"/app.css\"></head><body><div class=\"signin\"><header class=\"signin-tools\"></header>"
                         "<main id=\"main\" class=\"signin-card\"><h1>Vigie</h1>");
    if (text) vg_buf_printf(out, "<div class=\"notice notice-warm\" role=\"alert\">%s</div>", text);
    vg_buf_add_cstr(out, "<p><a class=\"button button-wide\" href=\"");
    add_escaped(out, next ? next : "/");
    vg_buf_printf(out, "\">%s</a></p></main></div></body></html>\n", link);
    vg_answer_header(x, "Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    vg_answer_header(x, "X-Content-Type-Options", "nosniff");
    vg_answer_header(x, "Referrer-Policy", "no-referrer");
    if (status == 503) vg_answer_header(x, "Retry-After", "5");
}

static const char *visit_end(const vg_exchange *x)
{
    return x->server->options.behind_tls ? "vigie_oidc=; Path=/v1/oidc; HttpOnly; SameSite=Lax; Max-Age=0; Secure"
                                         : "vigie_oidc=; Path=/v1/oidc; HttpOnly; SameSite=Lax; Max-Age=0";
}

static void answer_trouble(vg_exchange *x, page which)
{
    answer_page(x, pages[which].status, pages[which].text[language_of(x)], NULL);
    vg_answer_header(x, "Set-Cookie", visit_end(x));
}

/* ---- out ---- */

void vg_route_oidc_start(vg_desk *desk, vg_exchange *x)
{
    vg_str to = VG_STR("#/queue");
    bool given = false;
    vg_oidc_visit visit;
    vg_buf address, sealed;
    vg_error err = {0};
    int64_t wait_ms = 0;
    (void)desk;
    vg_str asked;
    if (!vg_query_get(x, "return", &asked, &given) || (given && !vg_oidc_may_go_on(asked))) {
        vg_answer_problem(x, 400, "/return", "expected a page of the console, as #/queue");
        return;
    }
    if (given) to = asked;
    if (!vg_ip_limit_take(&x->server->auth.signins, &x->peer, 1, vg_limit_now_ns(), &wait_ms)) {
        vg_answer_too_many(x, wait_ms, "too many attempts; wait before the next");
        return;
    }
    vg_buf_init(&address, 8192);
    vg_buf_init(&sealed, 4096);
    int rc = vg_oidc_begin(x->server, to, &visit, &address, &err);
    if (rc) answer_trouble(x, rc == -VG_EIO ? PAGE_UNREACHABLE : PAGE_BUSY);
    else {
        vg_str where = vg_arena_copy(x->arena, (vg_str){address.ptr, address.len}), cookie = {0};
        if (vg_oidc_seal(x->server, &visit, &sealed))
            cookie = vg_arena_printf(x->arena, "vigie_oidc=%s; Path=/v1/oidc; HttpOnly; SameSite=Lax; Max-Age=%d%s", sealed.ptr,
                                     VG_OIDC_COOKIE_MS / 1000, x->server->options.behind_tls ? "; Secure" : "");
        if (where.ptr && cookie.ptr) {
            vg_answer_begin(x, 302, NULL);
            vg_answer_header(x, "Location", where.ptr);
            vg_answer_header(x, "Set-Cookie", cookie.ptr);
        } else answer_trouble(x, PAGE_BUSY);
    }
    sodium_memzero(&visit, sizeof visit);
    vg_buf_free(&address);
    vg_buf_free(&sealed);
}

/* ---- back ---- */

static bool says_mfa(const json_t *claims)
{
    const json_t *list = json_object_get(claims, "amr"); /* RFC 8176 */
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *one = json_string_value(json_array_get(list, i));
        if (one && strcmp(one, "mfa") == 0) return true;
    }
    return false;
}

/* The person is known: a session, or the second step that they set up here, unless the provider asked for one. */
static void let_in(vg_desk *desk, vg_exchange *x, const vg_oidc_visit *visit, bool mfa)
{
    vg_second second;
    vg_ticket ticket;
    const char *cookie = NULL;
    vg_error err = {0};
    unsigned how = VG_PROOF_OIDC | (mfa ? VG_PROOF_PROVIDER : 0u);
    vg_str next = vg_arena_printf(x->arena, "/%s", visit->go_on);
    if (!vg_second_read(desk, x, x->user.id, false, &second)) return;
    if (second.count && !mfa) {
        if (!vg_second_begin(x, x->user.name, &second, how, &ticket, &cookie)) return;
    } else {
        if (vg_store_audit(desk->store, x->user.name, VG_STR("user.signin"), VG_STR("-"), VG_STR("{\"how\":\"oidc\"}"), &err)) {
            answer_trouble(x, PAGE_BUSY);
            return;
        }
        if (!vg_session_open(desk, x, how, vg_time_now(), &cookie)) return;
    }
    answer_page(x, 200, NULL, next.ptr ? next.ptr : "/");
    vg_answer_header(x, "Set-Cookie", cookie);
    vg_answer_header(x, "Set-Cookie", visit_end(x));
}

static void refuse(vg_desk *desk, vg_exchange *x, page which, const vg_error *why)
{
    vg_error err = {0};
    vg_buf detail;
    vg_buf_init(&detail, 2048);
    vg_buf_add_cstr(&detail, "{\"why\":");
    vg_buf_add_json_str(&detail, vg_str_of(why->where));
    vg_buf_add_char(&detail, '}');
    vg_log(VG_LOG_WARN, "oidc", "a sign-in was refused: %s %s", why->where, why->what);
    if (detail.failed || vg_store_audit(desk->store, VG_STR("-"), VG_STR("user.signin_refused"), VG_STR("-"), (vg_str){detail.ptr, detail.len}, &err))
        which = PAGE_BUSY;
    answer_trouble(x, which);
    vg_buf_free(&detail);
}

/* The state is this browser's own, and the provider that answers is the one that was asked (RFC 9207). */
static bool check_visit(vg_exchange *x, vg_oidc_visit *visit, vg_str *code, bool *provider_refused)
{
    vg_str state = {"", 0}, issuer = {"", 0}, error = {"", 0};
    bool has_state, has_code, has_issuer, has_error;
    vg_str cookie = vg_auth_cookie_named(x, "vigie_oidc");
    *provider_refused = false;
    if (!vg_query_get(x, "state", &state, &has_state) || !vg_query_get(x, "code", code, &has_code) ||
        !vg_query_get(x, "iss", &issuer, &has_issuer) || !vg_query_get(x, "error", &error, &has_error))
        return false;
    if (!cookie.len || !vg_oidc_unseal(x->server, cookie, vg_time_now(), visit)) return false;
    if (state.len != strlen(visit->state) || sodium_memcmp(state.ptr, visit->state, state.len) != 0) return false;
    if (has_issuer && !vg_str_is(issuer, x->server->oidc->issuer)) return false;
    *provider_refused = has_error;
    return has_error || (has_code && code->len > 0);
}

void vg_route_oidc_callback(vg_desk *desk, vg_exchange *x)
{
    vg_oidc_visit visit;
    vg_str code = {"", 0};
    json_t *claims = NULL;
    vg_error err = {0};
    bool refused = false;
    int64_t wait_ms = 0;
    if (!vg_ip_limit_take(&x->server->auth.signins, &x->peer, 1, vg_limit_now_ns(), &wait_ms)) {
        vg_answer_too_many(x, wait_ms, "too many attempts; wait before the next");
        return;
    }
    if (!check_visit(x, &visit, &code, &refused)) {
        answer_trouble(x, PAGE_ENDED);
        return;
    }
    int rc = refused ? vg_fail(&err, VG_EFORBIDDEN, "provider", "refused") : vg_oidc_finish(x->server, &visit, code, &claims, &err);
    if (rc == -VG_EFORBIDDEN || rc == -VG_EINVAL) refuse(desk, x, PAGE_REFUSED, &err);
    else if (rc) answer_trouble(x, rc == -VG_EIO ? PAGE_UNREACHABLE : PAGE_BUSY);
    else {
        rc = vg_oidc_person(desk, x, claims, &err);
        if (rc == 0) let_in(desk, x, &visit, says_mfa(claims));
        else if (rc == -VG_EFORBIDDEN || rc == -VG_EEXIST || rc == -VG_EINVAL || rc == -VG_ECONFLICT) refuse(desk, x, PAGE_NOT_LET_IN, &err);
        else answer_trouble(x, PAGE_BUSY);
    }
    json_decref(claims);
    sodium_memzero(&visit, sizeof visit);
}
