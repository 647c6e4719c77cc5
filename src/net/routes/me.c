/* SPDX-License-Identifier: Apache-2.0
 *
 * One's own account: name, language, password, sessions; and the link that sets a first password. Whatever hashes a password runs on the
 * door, so that nobody who tries passwords holds up those who are in. */
#include <arpa/inet.h>
#include <sodium.h>
#include <stdio.h>
#include "base/time.h"
#include "net/body.h"
#include "net/routes/people.h"
#include "net/signin.h"
#include "review/people.h"
#include "store/people/people.h"

enum { TYPED_MAX = 1024 };

/* ---- where from ---- */

vg_str vg_agent_family(vg_exchange *x)
{
    /* in this order: each browser also names those it descends from */
    static const char *const browsers[][2] = {{"Edg", "Edge"},         {"OPR/", "Opera"},      {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
                                              {"CriOS/", "Chrome"},    {"Chromium/", "Chromium"}, {"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"},
                                              {"Safari/", "Safari"},   {"curl/", "curl"}};
    static const char *const systems[][2] = {{"Android", "Android"}, {"iPhone", "iOS"},    {"iPad", "iOS"},     {"Windows", "Windows"},
                                             {"Mac OS X", "macOS"},  {"CrOS", "ChromeOS"}, {"Linux", "Linux"}};
    const char *browser = "", *system = "";
    for (size_t i = sizeof browsers / sizeof browsers[0]; i-- > 0;)
        if (memmem(x->user_agent.ptr, x->user_agent.len, browsers[i][0], strlen(browsers[i][0]))) browser = browsers[i][1];
    for (size_t i = sizeof systems / sizeof systems[0]; i-- > 0;)
        if (memmem(x->user_agent.ptr, x->user_agent.len, systems[i][0], strlen(systems[i][0]))) system = systems[i][1];
    vg_str text = vg_arena_printf(x->arena, "%s%s%s", browser, *browser && *system ? ", " : "", system);
    return text.ptr ? text : (vg_str){"", 0};
}

vg_str vg_peer_shortened(vg_exchange *x)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    uint8_t kept[16];
    char text[INET6_ADDRSTRLEN] = "";
    bool v4 = memcmp(x->peer.address, mapped, sizeof mapped) == 0;
    memcpy(kept, x->peer.address, sizeof kept);
    if (v4) kept[15] = 0;
    else memset(kept + 6, 0, 10);
    if (!inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? kept + 12 : kept, text, sizeof text)) return (vg_str){"", 0};
    vg_str shortened = vg_arena_printf(x->arena, "%s/%d", text, v4 ? 24 : 48);
    return shortened.ptr ? shortened : (vg_str){"", 0};
}

/* ---- passwords ---- */

/* False: the answer is there. */
static bool hash_password(vg_exchange *x, vg_str password, char hash[crypto_pwhash_STRBYTES])
{
    if (crypto_pwhash_str(hash, password.ptr, password.len, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0)
        return true;
    vg_answer_busy(x, "there is no memory to hash a password now");
    return false;
}

static void forget(vg_exchange *x, vg_str password)
{
    if (password.len) sodium_memzero((char *)(uintptr_t)password.ptr, password.len);
    if (x->body.len) sodium_memzero(x->body.ptr, x->body.len);
}

/* A new session in place of the one that asked: its token was known to whatever knew the old password. */
static void set_own_password(vg_desk *desk, vg_exchange *x, const char *hash, int64_t now_ms)
{
    const char *cookie;
    unsigned how;
    int64_t fresh_ms;
    vg_error err = {0};
    if (vg_store_session_proof(desk->store, x->session.token_hash, &how, &fresh_ms, &err) ||
        vg_store_user_password(desk->store, x->user.name, vg_str_of(hash), x->user.name, &err)) { /* ends all sessions, this one too */
        vg_answer_error(x, &err);
        return;
    }
    /* the stream of this very console ends a moment later, when it has the new cookie (watch.c) */
    vg_hub_end_user(&x->server->hub, x->user.name, x->session.token_hash);
    if (!vg_session_open(desk, x, how | VG_PROOF_PASSWORD, now_ms, &cookie)) return;
    vg_buf_printf(vg_answer_begin(x, 200, "application/json"), "{\"csrf\":\"%s\"}", x->session.csrf);
    vg_answer_header(x, "Set-Cookie", cookie);
}

void vg_route_me_password(vg_desk *desk, vg_exchange *x)
{
    vg_str old = {"", 0}, password = {"", 0};
    char hash[crypto_pwhash_STRBYTES];
    vg_error err = {0};
    int64_t now_ms = vg_time_now(), wait_ms = 0;
    const vg_field fields[] = {
        {.name = "old", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = TYPED_MAX, .string = &old},
        {.name = "password", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = TYPED_MAX, .string = &password},
    };
    if (!vg_body_read(x, fields, 2)) return;
    if (!vg_ip_limit_take(&x->server->auth.signins, &x->peer, 1, vg_limit_now_ns(), &wait_ms)) {
        vg_answer_too_many(x, wait_ms, "too many attempts; wait before the next");
        return;
    }
    vg_str now = vg_arena_copy(x->arena, x->user.password_hash); /* libsodium wants a NUL */
    bool good = now.len && crypto_pwhash_str_verify(now.ptr, old.ptr, old.len) == 0;
    int rc = good ? 0 : vg_store_user_signin(desk->store, x->user.name, false, now_ms, &err); /* counts, as at the door */
    if (x->user.locked_until_ms > now_ms || rc == -VG_EFORBIDDEN) vg_answer_too_many(x, 15 * VG_MINUTE_MS, "too many attempts; wait before the next");
    else if (rc) vg_answer_error(x, &err);
    else if (!good) vg_answer_problem(x, 403, "/old", "this is not the password you have");
    else if (vg_str_eq(old, password)) vg_answer_problem(x, 400, "/password", "this is the password you have already");
    else if (vg_review_password(password, x->user.name, "/password", &err)) vg_answer_error(x, &err);
    else if (hash_password(x, password, hash)) set_own_password(desk, x, hash, now_ms);
    forget(x, old);
    forget(x, password);
}

/* ---- invitations ---- */

/* "Authorization: Invitation TOKEN". In a header, because a path is written into the logs of every proxy on the way. */
static bool find_invitation(vg_desk *desk, vg_exchange *x, uint8_t hash[32], vg_invitation *out)
{
    static const char scheme[] = "Invitation ";
    vg_error err = {0};
    int64_t wait_ms = 0;
    vg_str token = x->authorization;
    bool given = token.len > sizeof scheme - 1 && token.len <= 256 && memcmp(token.ptr, scheme, sizeof scheme - 1) == 0;
    int rc = -VG_ENOENT;
    if (given) {
        token = (vg_str){token.ptr + sizeof scheme - 1, token.len - (sizeof scheme - 1)};
        vg_seal_token_hash(x->server->ring, token, hash);
        rc = vg_store_invitation_find(desk->store, hash, vg_time_now(), x->arena, out, &err);
    }
    if (!rc) return true;
    if (rc != -VG_ENOENT) vg_answer_error(x, &err);
    else if (!vg_auth_failed(x, &wait_ms)) vg_answer_too_many(x, wait_ms, "too many attempts with wrong links");
    else vg_answer_problem(x, 404, NULL, "this link was used, has run out, or never was; ask for another");
    return false;
}

void vg_route_invitation(vg_desk *desk, vg_exchange *x)
{
    uint8_t hash[32];
    vg_invitation found;
    if (!find_invitation(desk, x, hash, &found)) return;
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"name\":");
    vg_buf_add_json_str(out, found.name);
    vg_buf_add_cstr(out, ",\"display\":");
    vg_buf_add_json_str(out, found.display);
    vg_buf_add_cstr(out, ",\"language\":");
    vg_buf_add_json_str(out, found.language);
    vg_buf_printf(out, ",\"reset\":%s,\"expires\":", found.reset ? "true" : "false");
    vg_json_time(out, found.expires_ms);
    vg_buf_add_char(out, '}');
}

void vg_route_invitation_accept(vg_desk *desk, vg_exchange *x)
{
    uint8_t token_hash[32];
    vg_invitation found;
    vg_str password = {"", 0}, name;
    char hash[crypto_pwhash_STRBYTES];
    vg_error err = {0};
    const vg_field fields[] = {
        {.name = "password", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = TYPED_MAX, .string = &password}};
    if (!find_invitation(desk, x, token_hash, &found) || !vg_body_read(x, fields, 1)) return;
    if (vg_review_password(password, found.name, "/password", &err)) vg_answer_error(x, &err);
    else if (hash_password(x, password, hash)) {
        int rc = vg_store_invitation_accept(desk->store, token_hash, vg_str_of(hash), vg_time_now(), x->arena, &name, &err);
        if (rc == -VG_ENOENT) vg_answer_problem(x, 404, NULL, "this link was used, has run out, or never was; ask for another");
        else if (rc) vg_answer_error(x, &err);
        else {
            vg_hub_end_user(&x->server->hub, name, NULL);
            vg_answer_begin(x, 204, NULL);
        }
    }
    forget(x, password);
}

/* ---- name, language, sessions ---- */

void vg_route_me(vg_desk *desk, vg_exchange *x)
{
    vg_str display = x->user.display, language = x->user.language;
    vg_error err = {0};
    const vg_field fields[] = {
        {.name = "display", .type = VG_FIELD_STRING, .least = 1, .most = 128, .string = &display},
        {.name = "language", .type = VG_FIELD_STRING, .least = 2, .most = 2, .string = &language},
    };
    if (!vg_body_read(x, fields, 2)) return;
    if (vg_store_person_describe(desk->store, x->user.name, display, language, x->user.name, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"display\":");
    vg_buf_add_json_str(out, display);
    vg_buf_add_cstr(out, ",\"language\":");
    vg_buf_add_json_str(out, language);
    vg_buf_add_char(out, '}');
}

void vg_route_me_sessions(vg_desk *desk, vg_exchange *x)
{
    vg_session *all;
    size_t count;
    vg_error err = {0};
    if (vg_store_session_list(desk->store, x->user.id, vg_time_now(), desk->arena, &all, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"sessions\":[");
    for (size_t i = 0; i < count; i++) {
        bool own = sodium_memcmp(all[i].token_hash, x->session.token_hash, 32) == 0;
        vg_buf_printf(out, "%s{\"id\":\"%s\",\"this\":%s,\"created\":", i ? "," : "", all[i].id, own ? "true" : "false");
        vg_json_time(out, all[i].created_ms);
        vg_buf_add_cstr(out, ",\"seen\":");
        vg_json_time(out, all[i].seen_ms);
        vg_buf_add_cstr(out, ",\"expires\":");
        vg_json_time(out, all[i].expires_ms);
        vg_buf_add_cstr(out, ",\"agent\":");
        vg_buf_add_json_str(out, all[i].agent);
        vg_buf_add_cstr(out, ",\"address\":");
        vg_buf_add_json_str(out, all[i].address);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
}

void vg_route_me_session_end(vg_desk *desk, vg_exchange *x)
{
    vg_str id;
    uint8_t token_hash[32];
    vg_error err = {0};
    if (!vg_path_decode(x, x->argument[0], &id)) id = (vg_str){"", 0};
    int rc = vg_store_session_end_named(desk->store, &x->user, id, token_hash, &err);
    if (rc == -VG_ENOENT) vg_answer_problem(x, 404, NULL, "there is no such session");
    else if (rc) vg_answer_error(x, &err);
    else {
        vg_hub_end_session(&x->server->hub, token_hash);
        vg_answer_begin(x, 204, NULL);
    }
}

void vg_route_me_sessions_end(vg_desk *desk, vg_exchange *x)
{
    vg_error err = {0};
    if (vg_store_session_end_others(desk->store, x->user.name, x->session.token_hash, x->user.name, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_hub_end_user(&x->server->hub, x->user.name, x->session.token_hash);
    vg_answer_begin(x, 204, NULL);
}
