/* SPDX-License-Identifier: Apache-2.0
 *
 * The second step of a sign-in, sign-in with a passkey, and proving oneself again. All on the door: whoever guesses waits behind others
 * who guess, and behind nobody else. */
#include <sodium.h>
#include "base/time.h"
#include "identity/totp.h"
#include "net/body.h"
#include "net/oidc.h"
#include "net/routes/signin.h"
#include "net/signin.h"
#include "store/people/people.h"

enum { PASSWORD_MOST = 1024, BASE64_MOST = 12 << 10 };

/* What came: exactly one of code, recovery, credential. */
typedef struct step {
    vg_str ticket, code, recovery, credential, client_data, data, signature, user_handle;
    vg_key_answer key;
    vg_ticket held;
    vg_ticket_purpose purpose;
} step;

static bool read_step(vg_exchange *x, step *s)
{
    const vg_field fields[] = {
        {.name = "ticket", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 64, .string = &s->ticket},
        {.name = "code", .type = VG_FIELD_STRING, .least = 1, .most = 32, .string = &s->code},
        {.name = "recovery", .type = VG_FIELD_STRING, .least = 1, .most = 32, .string = &s->recovery},
        {.name = "credential", .type = VG_FIELD_STRING, .least = 1, .most = BASE64_MOST, .string = &s->credential},
        {.name = "client_data", .type = VG_FIELD_STRING, .least = 1, .most = BASE64_MOST, .string = &s->client_data},
        {.name = "authenticator_data", .type = VG_FIELD_STRING, .least = 1, .most = BASE64_MOST, .string = &s->data},
        {.name = "signature", .type = VG_FIELD_STRING, .least = 1, .most = BASE64_MOST, .string = &s->signature},
        {.name = "user_handle", .type = VG_FIELD_STRING, .least = 0, .most = 128, .string = &s->user_handle},
    };
    *s = (step){0};
    if (!vg_body_read(x, fields, sizeof fields / sizeof fields[0])) return false;
    int ways = (s->code.len > 0) + (s->recovery.len > 0) + (s->credential.len > 0);
    if (ways != 1) {
        vg_answer_problem(x, 400, "/code", "expected one of code, recovery and credential");
        return false;
    }
    if (!s->credential.len) return true;
    if (!s->client_data.len || !s->data.len || !s->signature.len) {
        vg_answer_problem(x, 400, "/credential", "expected client_data, authenticator_data and signature with it");
        return false;
    }
    return vg_key_decode(x, "/credential", s->credential, VG_CREDENTIAL_MOST, &s->key.credential) &&
           vg_key_decode(x, "/client_data", s->client_data, VG_CLIENT_DATA_MOST, &s->key.client_data) &&
           vg_key_decode(x, "/authenticator_data", s->data, VG_ATTESTATION_MOST, &s->key.data) &&
           vg_key_decode(x, "/signature", s->signature, VG_RSA_MOST, &s->key.signature) &&
           vg_key_decode(x, "/user_handle", s->user_handle, 64, &s->key.user_handle);
}

static bool find_ticket(vg_exchange *x, step *s, int64_t now_ms)
{
    uint8_t bound[32];
    if (vg_signin_step(x, bound)) {
        s->purpose = VG_TICKET_SECOND;
        if (vg_ticket_find(x->server->tickets, VG_TICKET_SECOND, s->ticket, bound, now_ms, &s->held)) return true;
        s->purpose = VG_TICKET_PASSKEY;
        if (vg_ticket_find(x->server->tickets, VG_TICKET_PASSKEY, s->ticket, bound, now_ms, &s->held)) return true;
    }
    vg_answer_problem(x, 410, "/ticket", "this sign-in has ended; begin again");
    return false;
}

/* ---- the three ways: 0 and *how, VG_EFORBIDDEN when it is wrong, else an error ---- */

static int by_code(vg_desk *desk, vg_exchange *x, const step *s, int64_t now_ms, unsigned *how, vg_error *err)
{
    vg_factor *factors;
    size_t count;
    int rc = vg_store_factors(desk->store, x->user.id, true, x->arena, &factors, &count, err);
    for (size_t i = 0; i < count && !rc; i++) {
        int64_t at = 0;
        bool good = factors[i].kind == VG_FACTOR_TOTP &&
                    vg_totp_check(factors[i].secret, sizeof factors[i].secret, s->code, now_ms / VG_SECOND_MS, factors[i].counter, &at);
        sodium_memzero(factors[i].secret, sizeof factors[i].secret);
        if (!good) continue;
        rc = vg_store_factor_used(desk->store, &x->user, &factors[i], at, now_ms, err);
        if (rc == -VG_ECONFLICT) break; /* somebody was first with the same code */
        if (!rc) *how = VG_PROOF_TOTP;
        return rc;
    }
    return rc && rc != -VG_ECONFLICT ? rc : vg_fail(err, VG_EFORBIDDEN, "/code", "the code is wrong, or was used");
}

static int by_recovery(vg_desk *desk, vg_exchange *x, const step *s, int64_t now_ms, unsigned *how, vg_error *err)
{
    char code[VG_RECOVERY_TEXT];
    uint8_t hash[32];
    int rc = -VG_ENOENT;
    if (vg_recovery_read(s->recovery, code)) {
        vg_seal_token_hash(x->server->ring, vg_str_of(code), hash);
        rc = vg_store_recovery_use(desk->store, &x->user, hash, now_ms, err);
    }
    if (!rc) *how = VG_PROOF_RECOVERY;
    return rc == -VG_ENOENT ? vg_fail(err, VG_EFORBIDDEN, "/recovery", "this is none of your recovery codes, or it was used") : rc;
}

static int by_key(vg_desk *desk, vg_exchange *x, const step *s, const vg_factor *factor, int64_t now_ms, unsigned *how, vg_error *err)
{
    int rc = vg_key_check(desk, x, &x->user, factor, &s->held, &s->key, s->purpose == VG_TICKET_PASSKEY, now_ms, err);
    if (!rc) *how = VG_PROOF_KEY;
    if (rc == -VG_ECONFLICT) { /* a copy of a key is a matter for the log, not only for this person */
        vg_error other = {0};
        if (vg_store_audit(desk->store, x->user.name, VG_STR("factor.counter"), VG_STR("-"), VG_STR("{}"), &other)) *err = other;
    }
    return rc == -VG_ECONFLICT || rc == -VG_EINVAL ? -VG_EFORBIDDEN : rc; /* err keeps saying why */
}

/* Whose sign-in this is: the ticket's, or the passkey's. */
static int find_person(vg_desk *desk, vg_exchange *x, step *s, vg_factor *factor, vg_error *err)
{
    vg_str name = vg_str_of(s->held.user), owner = {"", 0};
    int rc;
    if (s->key.credential.len) {
        rc = vg_store_factor_by_credential(desk->store, s->key.credential, x->arena, factor, &owner, err);
        if (rc == -VG_ENOENT || (!rc && name.len && !vg_str_eq(name, owner)))
            return vg_fail(err, VG_EFORBIDDEN, "/credential", "this key is not registered here");
        if (rc) return rc;
        name = owner;
    } else if (!name.len) return vg_fail(err, VG_EFORBIDDEN, "/credential", "expected a passkey");
    rc = vg_store_user_find(desk->store, name, x->arena, &x->user, err);
    if (rc == -VG_ENOENT || (!rc && (x->user.disabled_ms || vg_store_on_leave(&x->user, vg_time_now())))) return vg_fail(err, VG_EFORBIDDEN, "/ticket", "this person cannot sign in");
    return rc;
}

static void answer_wrong(vg_desk *desk, vg_exchange *x, const step *s, const vg_error *wrong, int64_t now_ms)
{
    vg_error err = {0};
    bool more = vg_ticket_miss(x->server->tickets, s->purpose, &s->held);
    int rc = s->purpose == VG_TICKET_SECOND ? vg_store_user_signin(desk->store, vg_str_of(s->held.user), false, now_ms, &err) : 0;
    if (rc && rc != -VG_EFORBIDDEN && rc != -VG_ENOENT) vg_answer_error(x, &err);
    else if (!more || rc) vg_answer_problem(x, 410, "/ticket", "too many wrong answers; begin again");
    else vg_answer_problem(x, 401, s->code.len ? "/code" : s->recovery.len ? "/recovery" : "/credential", "%s", wrong->what);
}

/* Passwords and codes can be guessed: the lock is theirs, and a success starts its count anew. A passkey or a provider with a key is not
 * held up by it. */
static bool can_be_guessed(const step *s)
{
    return (s->held.how & VG_PROOF_PASSWORD) || !s->credential.len;
}

static int record(vg_desk *desk, vg_exchange *x, const step *s, int64_t now_ms, vg_error *err)
{
    if (can_be_guessed(s)) return vg_store_user_signin(desk->store, x->user.name, true, now_ms, err);
    return vg_store_audit(desk->store, x->user.name, VG_STR("user.signin"), VG_STR("-"),
                          s->purpose == VG_TICKET_PASSKEY ? VG_STR("{\"how\":\"passkey\"}") : VG_STR("{\"how\":\"oidc\"}"), err);
}

static void let_in(vg_desk *desk, vg_exchange *x, const step *s, unsigned how, int64_t now_ms)
{
    vg_error err = {0};
    const char *cookie = NULL;
    if (!vg_ticket_take(x->server->tickets, s->purpose, &s->held)) {
        vg_answer_problem(x, 410, "/ticket", "this sign-in has ended; begin again");
        return;
    }
    if (record(desk, x, s, now_ms, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!vg_session_open(desk, x, s->held.how | how, now_ms, &cookie)) return;
    vg_session_answer(desk, x);
    vg_answer_header(x, "Set-Cookie", cookie);
    vg_answer_header(x, "Set-Cookie", vg_signin_step_end(x));
}

void vg_route_second(vg_desk *desk, vg_exchange *x)
{
    step s;
    vg_factor factor = {0};
    vg_error err = {0};
    unsigned how = 0;
    int64_t now_ms = vg_time_now(), wait_ms = 0;
    if (!read_step(x, &s)) return;
    if (!vg_ip_limit_take(&x->server->auth.signins, &x->peer, 1, vg_limit_now_ns(), &wait_ms)) {
        vg_answer_too_many(x, wait_ms, "too many attempts; wait before the next");
        return;
    }
    if (!find_ticket(x, &s, now_ms)) return;
    int rc = find_person(desk, x, &s, &factor, &err);
    if (!rc && can_be_guessed(&s) && x->user.locked_until_ms > now_ms) {
        vg_answer_too_many(x, x->user.locked_until_ms - now_ms, "too many attempts; wait before the next");
        return;
    }
    if (!rc) rc = s.code.len       ? by_code(desk, x, &s, now_ms, &how, &err)
                  : s.recovery.len ? by_recovery(desk, x, &s, now_ms, &how, &err)
                                   : by_key(desk, x, &s, &factor, now_ms, &how, &err);
    if (rc == -VG_EFORBIDDEN) answer_wrong(desk, x, &s, &err, now_ms);
    else if (rc) vg_answer_error(x, &err);
    else let_in(desk, x, &s, how, now_ms);
}

void vg_route_passkey(vg_desk *desk, vg_exchange *x)
{
    vg_second none = {.key = true};
    vg_ticket ticket;
    const char *cookie = NULL;
    int64_t wait_ms = 0;
    (void)desk;
    if (!vg_ip_limit_take(&x->server->auth.signins, &x->peer, 1, vg_limit_now_ns(), &wait_ms)) {
        vg_answer_too_many(x, wait_ms, "too many attempts; wait before the next");
        return;
    }
    if (!vg_second_begin(x, (vg_str){"", 0}, &none, 0, &ticket, &cookie)) return;
    vg_second_write(x, vg_answer_begin(x, 202, "application/json"), &ticket, &none);
    vg_answer_header(x, "Set-Cookie", cookie);
}

/* ---- what the sign-in page may offer ---- */

void vg_route_signin_ways(vg_desk *desk, vg_exchange *x)
{
    uint8_t bound[32];
    vg_ticket ticket;
    vg_second second = {0};
    vg_error err = {0};
    bool pending = vg_signin_step(x, bound) && vg_ticket_find(x->server->tickets, VG_TICKET_SECOND, (vg_str){"", 0}, bound, vg_time_now(), &ticket);
    if (pending) {
        int rc = vg_store_user_find(desk->store, vg_str_of(ticket.user), x->arena, &x->user, &err);
        if (rc) pending = false;
        else if (!vg_second_read(desk, x, x->user.id, false, &second)) return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"origin\":");
    vg_buf_add_json_str(out, vg_str_of(x->server->origin));
    vg_buf_add_cstr(out, ",\"provider\":");
    if (x->server->oidc) {
        vg_buf_add_cstr(out, "{\"name\":");
        vg_buf_add_json_str(out, vg_str_of(x->server->oidc->name));
        vg_buf_add_char(out, '}');
    } else vg_buf_add_cstr(out, "null");
    vg_buf_add_cstr(out, ",\"pending\":");
    if (pending) vg_second_write(x, out, &ticket, &second);
    else vg_buf_add_cstr(out, "null");
    vg_buf_add_char(out, '}');
}

/* ---- the password once more, before something that matters is changed ---- */

void vg_route_proof(vg_desk *desk, vg_exchange *x)
{
    vg_str password = {"", 0};
    const vg_field fields[] = {
        {.name = "password", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = PASSWORD_MOST, .string = &password},
    };
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    if (!vg_body_read(x, fields, 1)) return;
    if (x->user.locked_until_ms > now_ms) {
        vg_answer_too_many(x, x->user.locked_until_ms - now_ms, "too many attempts; wait before the next");
        return;
    }
    vg_str hash = vg_arena_copy(x->arena, x->user.password_hash);
    bool good = hash.ptr && hash.len && crypto_pwhash_str_verify(hash.ptr, password.ptr, password.len) == 0;
    int rc = vg_store_user_signin(desk->store, x->user.name, good, now_ms, &err);
    if (!rc && good) rc = vg_store_session_prove(desk->store, x->session.token_hash, VG_PROOF_PASSWORD, now_ms, &err);
    if (rc == -VG_EFORBIDDEN) vg_answer_too_many(x, VG_MINUTE_MS, "too many attempts; wait before the next");
    else if (rc) vg_answer_error(x, &err);
    else if (good) vg_answer_begin(x, 204, NULL);
    else vg_answer_problem(x, 403, "/password", "the password is wrong");
    sodium_memzero((char *)(uintptr_t)password.ptr, password.len);
    sodium_memzero(x->body.ptr, x->body.len);
}
