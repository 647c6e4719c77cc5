/* SPDX-License-Identifier: Apache-2.0
 *
 * Sign-in and sign-out. Runs on one thread, the door. A name that does not exist is checked against a hash of
 * nothing and locks like a real one, so that neither the answer nor its time tells which names exist. */
#include <sodium.h>
#include "base/alloc.h"
#include "base/time.h"
#include "net/body.h"
#include "net/routes/people.h"
#include "net/signin.h"
#include "review/permission.h"
#include "store/people/people.h"

enum { NAME_MAX_BYTES = 128, PASSWORD_MAX_BYTES = 1024, LOCK_AFTER = 5, TOKEN_BITS = 160 };
#define LOCK_MS (15 * VG_MINUTE_MS)

/* `enrol`: this session serves to add a second factor and for nothing else. */
static void write_user(vg_exchange *x, vg_str csrf, bool enrol)
{
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"user\":{\"name\":");
    vg_buf_add_json_str(out, x->user.name);
    vg_buf_add_cstr(out, ",\"display\":");
    vg_buf_add_json_str(out, x->user.display);
    vg_buf_add_cstr(out, ",\"role\":");
    vg_buf_add_json_str(out, vg_str_of(vg_role_names[x->user.role]));
    vg_buf_add_cstr(out, ",\"language\":");
    vg_buf_add_json_str(out, x->user.language);
    vg_buf_add_cstr(out, ",\"spaces\":");
    vg_buf_add_json_str(out, x->user.spaces);
    vg_json_grants(out, &x->user);
    vg_buf_add_cstr(out, ",\"permissions\":[");
    bool first = true;
    for (int p = 0; p < VG_PERMISSION_COUNT; p++) { /* held in at least one space: which pages to offer */
        if (!vg_review_may(&x->user, (vg_permission)p, (vg_str){"", 0})) continue;
        vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", vg_permission_names[p]);
        first = false;
    }
    vg_buf_add_cstr(out, "]},\"csrf\":");
    vg_buf_add_json_str(out, csrf);
    vg_buf_printf(out, ",\"enrol\":%s}", enrol ? "true" : "false");
}

static vg_signin_memory *memory_of(vg_desk *desk)
{
    char nothing[16];
    vg_signin_memory *m = desk->unknown_names;
    if (m) return m;
    m = vg_calloc(1, sizeof *m);
    if (!m) return NULL;
    randombytes_buf(&m->key, sizeof m->key);
    randombytes_buf(nothing, sizeof nothing);
    _Static_assert(sizeof m->dummy_hash >= crypto_pwhash_STRBYTES, "room for the hash");
    if (crypto_pwhash_str(m->dummy_hash, nothing, sizeof nothing, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        vg_free(m);
        return NULL;
    }
    desk->unknown_names = m;
    return m;
}

static void answer_locked(vg_exchange *x, int64_t until_ms, int64_t now_ms)
{
    vg_answer_too_many(x, until_ms - now_ms, "too many attempts; wait before the next");
}

static void answer_wrong(vg_exchange *x)
{
    vg_answer_problem(x, 401, NULL, "the name or the password is wrong");
}

/* Said only to who has proved to be that person. */
static void answer_on_leave(vg_exchange *x)
{
    char until[25];
    vg_time_format(x->user.leave_until_ms, until);
    vg_answer_problem(x, 403, NULL, "you are on leave until %.10s; an administrator can end it", until);
}

/* A name nobody has: same work, same answers. */
static void refuse_unknown(vg_desk *desk, vg_exchange *x, vg_signin_memory *m, vg_str name, vg_str password,
                           int64_t now_ms)
{
    uint64_t hash = vg_hash64(&m->key, name.ptr, name.len);
    size_t slot = hash % VG_SIGNIN_NAMES;
    if (m->slots[slot].name != hash) {
        m->slots[slot].name = hash;
        m->slots[slot].failures = 0;
        m->slots[slot].locked_until_ms = 0;
    }
    if (m->slots[slot].locked_until_ms > now_ms) {
        answer_locked(x, m->slots[slot].locked_until_ms, now_ms);
        return;
    }
    int found = crypto_pwhash_str_verify(m->dummy_hash, password.ptr, password.len);
    (void)found;
    if (++m->slots[slot].failures >= LOCK_AFTER) {
        uint32_t doublings = m->slots[slot].failures - LOCK_AFTER;
        int64_t lock = doublings > 6 ? VG_DAY_MS : LOCK_MS << doublings;
        m->slots[slot].locked_until_ms = now_ms + lock;
    }
    /* A wrong password costs a real name a write to disk: so it does here. The name itself may be a mistyped
     * password. */
    vg_error err = {0};
    if (vg_store_audit(desk->store, VG_STR("-"), VG_STR("user.signin_unknown"), VG_STR("-"), VG_STR("{}"),
                       &err))
        vg_answer_error(x, &err);
    else answer_wrong(x);
}

/* A row of the session, its proof, its cookie on the answer; x->session is it. */
bool vg_session_open(vg_desk *desk, vg_exchange *x, unsigned how, int64_t now_ms, const char **out)
{
    char token[40];
    vg_error err = {0};
    vg_session session = {.user_id = x->user.id,
                          .created_ms = now_ms,
                          .agent = vg_agent_family(x),
                          .address = vg_peer_shortened(x),
                          .expires_ms = now_ms + VG_NET_SESSION_HOURS * VG_HOUR_MS};
    if (vg_store_on_leave(&x->user, now_ms)) {
        answer_on_leave(x);
        return false;
    }
    if (vg_auth_cookie(x).len) { /* whoever signs in again leaves no session behind */
        vg_seal_token_hash(x->server->ring, vg_auth_cookie(x), session.token_hash);
        vg_hub_end_session(&x->server->hub, session.token_hash);
        if (vg_store_session_end(desk->store, session.token_hash, "again", &err)) {
            vg_answer_error(x, &err);
            return false;
        }
    }
    vg_token_random(token, sizeof token, TOKEN_BITS);
    vg_token_random(session.csrf, sizeof session.csrf, TOKEN_BITS);
    vg_seal_token_hash(x->server->ring, vg_str_of(token), session.token_hash);
    vg_str cookie =
        vg_arena_printf(x->arena, "vigie_session=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s", token,
                        VG_NET_SESSION_HOURS * 3600, x->server->options.behind_tls ? "; Secure" : "");
    sodium_memzero(token, sizeof token);
    if (!cookie.ptr) {
        vg_answer_busy(x, "there is no memory for a session now");
        return false;
    }
    if (vg_store_session_add(desk->store, &session, &err) ||
        vg_store_session_prove(desk->store, session.token_hash, how, now_ms, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    x->session = session;
    *out = cookie.ptr;
    return true;
}

void vg_session_answer(vg_desk *desk, vg_exchange *x)
{
    vg_error err = {0};
    bool must = false;
    if (vg_signin_must_enrol(desk, x, &must, &err)) vg_answer_error(x, &err);
    else write_user(x, vg_str_of(x->session.csrf), must);
}

/* Failures are counted, and forgotten, when the whole sign-in is over: who knows the password does not get new attempts at the code by
 * giving it again. */
static void after_password(vg_desk *desk, vg_exchange *x, bool good, int64_t now_ms)
{
    vg_error err = {0};
    vg_second second = {0};
    vg_ticket ticket;
    const char *cookie = NULL;
    if (good && !vg_second_read(desk, x, x->user.id, false, &second)) return;
    if (second.count) {
        if (!vg_second_begin(x, x->user.name, &second, VG_PROOF_PASSWORD, &ticket, &cookie)) return;
        if (vg_store_audit(desk->store, x->user.name, VG_STR("user.signin_step"), VG_STR("-"), VG_STR("{\"how\":\"password\"}"), &err)) {
            vg_answer_error(x, &err);
            return;
        }
        vg_second_write(x, vg_answer_begin(x, 202, "application/json"), &ticket, &second);
        vg_answer_header(x, "Set-Cookie", cookie);
        return;
    }
    int rc = vg_store_user_signin(desk->store, x->user.name, good, now_ms, &err);
    if (rc == -VG_EFORBIDDEN) answer_locked(x, now_ms + LOCK_MS, now_ms); /* locked this very moment */
    else if (rc) vg_answer_error(x, &err);
    else if (!good) answer_wrong(x);
    else if (vg_session_open(desk, x, VG_PROOF_PASSWORD, now_ms, &cookie)) {
        vg_session_answer(desk, x);
        vg_answer_header(x, "Set-Cookie", cookie);
    }
}

void vg_route_sign_in(vg_desk *desk, vg_exchange *x)
{
    vg_str name, password;
    const vg_field fields[] = {
        {.name = "name",
         .type = VG_FIELD_STRING,
         .required = true,
         .least = 1,
         .most = NAME_MAX_BYTES,
         .string = &name},
        {.name = "password",
         .type = VG_FIELD_STRING,
         .required = true,
         .least = 1,
         .most = PASSWORD_MAX_BYTES,
         .string = &password},
    };
    int64_t now_ms = vg_time_now(), wait_ms = 0;
    vg_error err = {0};
    vg_signin_memory *m = memory_of(desk);
    if (!vg_body_read(x, fields, 2)) return;
    if (!m) {
        vg_answer_busy(x, "there is no memory to sign in now");
        return;
    }
    if (!vg_ip_limit_take(&x->server->auth.signins, &x->peer, 1, vg_limit_now_ns(), &wait_ms)) {
        vg_answer_too_many(x, wait_ms, "too many attempts; wait before the next");
        return;
    }
    int rc = vg_store_user_find(desk->store, name, x->arena, &x->user, &err);
    if (rc && rc != -VG_ENOENT && rc != -VG_EINVAL) {
        vg_answer_error(x, &err);
        return;
    }
    if (rc || x->user.disabled_ms || !x->user.password_hash.len) { /* invited, and not come yet: as a name nobody has */
        refuse_unknown(desk, x, m, name, password, now_ms);
        return;
    }
    if (x->user.locked_until_ms > now_ms) {
        answer_locked(x, x->user.locked_until_ms, now_ms);
        return;
    }
    vg_str hash = vg_arena_copy(x->arena, x->user.password_hash); /* libsodium wants a NUL */
    bool good = hash.ptr && crypto_pwhash_str_verify(hash.ptr, password.ptr, password.len) == 0;
    after_password(desk, x, good, now_ms);
    sodium_memzero((char *)(uintptr_t)password.ptr, password.len);
    sodium_memzero(x->body.ptr, x->body.len);
}

void vg_route_session(vg_desk *desk, vg_exchange *x)
{
    vg_session_answer(desk, x);
}

void vg_route_sign_out(vg_desk *desk, vg_exchange *x)
{
    vg_error err = {0};
    if (vg_store_session_end(desk->store, x->session.token_hash, "sign_out", &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_hub_end_session(&x->server->hub, x->session.token_hash);
    vg_answer_begin(x, 204, NULL);
    vg_answer_header(x, "Set-Cookie",
                     x->server->options.behind_tls
                         ? "vigie_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0; Secure"
                         : "vigie_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
}
