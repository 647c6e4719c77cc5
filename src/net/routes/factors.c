/* SPDX-License-Identifier: Apache-2.0
 *
 * One's own second factors: list, add in two steps, name, remove, recovery codes. Changing any of them needs a session that was proved
 * a few minutes ago, and ends the others. */
#include <sodium.h>
#include <stdio.h>
#include "base/time.h"
#include "identity/totp.h"
#include "net/body.h"
#include "net/routes/signin.h"
#include "net/signin.h"

enum { BASE64_MOST = 12 << 10 };

/* ---- may this session change them? ---- */

static bool is_fresh(vg_desk *desk, vg_exchange *x)
{
    unsigned how = 0;
    int64_t fresh_ms = 0;
    vg_error err = {0};
    if (vg_store_session_proof(desk->store, x->session.token_hash, &how, &fresh_ms, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    if (vg_time_now() - fresh_ms < VG_FRESH_MINUTES * VG_MINUTE_MS) return true;
    vg_answer_problem(x, 403, "/proof", "give your password again first, or sign in again");
    return false;
}

/* ---- list ---- */

static void write_factor(vg_buf *out, const vg_factor *f)
{
    vg_buf_printf(out, "{\"id\":%lld,\"kind\":\"%s\",\"name\":", (long long)f->id, vg_factor_names[f->kind]);
    vg_buf_add_json_str(out, f->name);
    vg_buf_add_cstr(out, ",\"created\":");
    vg_json_time(out, f->created_ms);
    if (f->used_ms) {
        vg_buf_add_cstr(out, ",\"used\":");
        vg_json_time(out, f->used_ms);
    }
    if (f->kind == VG_FACTOR_KEY) vg_buf_printf(out, ",\"passkey\":%s,\"backed_up\":%s", f->verifies ? "true" : "false", f->backed_up ? "true" : "false");
    vg_buf_add_char(out, '}');
}

void vg_route_factors(vg_desk *desk, vg_exchange *x)
{
    vg_factor *factors;
    size_t count;
    int64_t left = 0, fresh_ms = 0;
    unsigned how = 0;
    vg_error err = {0};
    if (vg_store_factors(desk->store, x->user.id, false, x->arena, &factors, &count, &err) ||
        vg_store_recovery_count(desk->store, x->user.id, &left, &err) ||
        vg_store_session_proof(desk->store, x->session.token_hash, &how, &fresh_ms, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"factors\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_factor(out, &factors[i]);
    }
    vg_buf_printf(out, "],\"recovery_codes\":%lld,\"required\":%s,\"password\":%s,\"fresh\":%s}", (long long)left, vg_signin_role_needs_one(x) ? "true" : "false",
                  x->user.password_hash.len ? "true" : "false",
                  vg_time_now() - fresh_ms < VG_FRESH_MINUTES * VG_MINUTE_MS ? "true" : "false");
}

/* ---- adding ---- */

static void write_totp(vg_exchange *x, vg_buf *out, const vg_ticket *ticket)
{
    vg_buf uri;
    vg_buf_init(&uri, 4096);
    vg_totp_uri(&uri, VG_STR("Vigie"), x->user.name, ticket->secret, sizeof ticket->secret);
    vg_buf_add_cstr(out, ",\"totp\":{\"secret\":\"");
    vg_base32_add(out, ticket->secret, sizeof ticket->secret);
    vg_buf_add_cstr(out, "\",\"uri\":");
    vg_buf_add_json_str(out, (vg_str){uri.ptr, uri.len});
    vg_buf_add_char(out, '}');
    if (uri.failed) out->failed = true;
    sodium_memzero(uri.ptr, uri.len);
    vg_buf_free(&uri);
}

void vg_route_factor_begin(vg_desk *desk, vg_exchange *x)
{
    vg_str kind = {"", 0};
    const vg_field fields[] = {{.name = "kind", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 16, .string = &kind}};
    vg_ticket ticket = {0};
    vg_second second;
    if (!vg_body_read(x, fields, 1)) return;
    bool totp = vg_str_is(kind, vg_factor_names[VG_FACTOR_TOTP]), key = vg_str_is(kind, vg_factor_names[VG_FACTOR_KEY]);
    if (!totp && !key) {
        vg_answer_problem(x, 400, "/kind", "expected totp or webauthn");
        return;
    }
    if (!is_fresh(desk, x) || !vg_second_read(desk, x, x->user.id, false, &second)) return;
    if (second.count >= VG_FACTORS_MOST) {
        vg_answer_problem(x, 409, NULL, "at most %d second factors; remove one first", VG_FACTORS_MOST);
        return;
    }
    ticket.totp = totp;
    ticket.key = key;
    memcpy(ticket.bound, x->session.token_hash, sizeof ticket.bound);
    if (totp) randombytes_buf(ticket.secret, sizeof ticket.secret);
    vg_ticket_add(x->server->tickets, VG_TICKET_ENROL, &ticket, vg_time_now());
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"ticket\":\"%s\",\"expires\":", ticket.text);
    vg_json_time(out, ticket.ends_ms);
    if (totp) write_totp(x, out, &ticket);
    else {
        vg_buf_add_cstr(out, ",\"webauthn\":");
        vg_key_write_creation(x, out, &ticket, &second);
    }
    vg_buf_add_char(out, '}');
    sodium_memzero(&ticket, sizeof ticket);
}

typedef struct confirmation {
    vg_str ticket, name, code, client_data, attestation, client_bytes, attestation_bytes;
    vg_ticket held;
} confirmation;

static bool read_confirmation(vg_exchange *x, confirmation *c)
{
    const vg_field fields[] = {
        {.name = "ticket", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 64, .string = &c->ticket},
        {.name = "name", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = VG_FACTOR_NAME, .string = &c->name},
        {.name = "code", .type = VG_FIELD_STRING, .least = 1, .most = 32, .string = &c->code},
        {.name = "client_data", .type = VG_FIELD_STRING, .least = 1, .most = BASE64_MOST, .string = &c->client_data},
        {.name = "attestation", .type = VG_FIELD_STRING, .least = 1, .most = BASE64_MOST, .string = &c->attestation},
    };
    *c = (confirmation){0};
    if (!vg_body_read(x, fields, sizeof fields / sizeof fields[0])) return false;
    if (!vg_ticket_find(x->server->tickets, VG_TICKET_ENROL, c->ticket, x->session.token_hash, vg_time_now(), &c->held)) {
        vg_answer_problem(x, 410, "/ticket", "this has ended; begin again");
        return false;
    }
    if (c->held.totp ? !c->code.len : !c->client_data.len || !c->attestation.len) {
        vg_answer_problem(x, 400, c->held.totp ? "/code" : "/attestation", c->held.totp ? "expected a code" : "expected client_data and attestation");
        return false;
    }
    return c->held.totp || (vg_key_decode(x, "/client_data", c->client_data, VG_CLIENT_DATA_MOST, &c->client_bytes) &&
                            vg_key_decode(x, "/attestation", c->attestation, VG_ATTESTATION_MOST, &c->attestation_bytes));
}

/* Fills *factor when the code, or the attestation, is good; else the answer is there. */
static bool check_confirmation(vg_exchange *x, const confirmation *c, int64_t now_ms, vg_factor *factor)
{
    vg_webauthn_credential credential;
    vg_error err = {0};
    *factor = (vg_factor){.kind = c->held.totp ? VG_FACTOR_TOTP : VG_FACTOR_KEY, .name = c->name, .created_ms = now_ms};
    if (c->held.totp) {
        memcpy(factor->secret, c->held.secret, sizeof factor->secret);
        if (vg_totp_check(c->held.secret, sizeof c->held.secret, c->code, now_ms / VG_SECOND_MS, 0, &factor->counter)) return true;
        vg_fail(&err, VG_EINVAL, "/code", "the code is wrong: does the clock of the telephone go right?");
    } else {
        vg_webauthn_site site = vg_signin_site(x->server, &c->held, false);
        int rc = vg_webauthn_register(&site, c->client_bytes, c->attestation_bytes, &credential, &err);
        factor->credential = credential.id;
        factor->key = credential.key;
        factor->counter = credential.counter;
        factor->verifies = credential.user_verified;
        factor->backed_up = credential.backed_up;
        if (!rc) return true;
        if (rc == -VG_ENOMEM) {
            vg_answer_error(x, &err);
            return false;
        }
    }
    if (vg_ticket_miss(x->server->tickets, VG_TICKET_ENROL, &c->held))
        vg_answer_problem(x, 400, c->held.totp ? "/code" : "/attestation", "%s", err.what);
    else vg_answer_problem(x, 410, "/ticket", "too many wrong answers; begin again");
    return false;
}

/* ---- recovery codes ---- */

typedef struct codes {
    char text[VG_RECOVERY_CODES][VG_RECOVERY_TEXT];
    uint8_t hash[VG_RECOVERY_CODES][32];
} codes;

static void make_codes(const vg_exchange *x, codes *out)
{
    for (int i = 0; i < VG_RECOVERY_CODES; i++) {
        vg_recovery_code(out->text[i]);
        vg_seal_token_hash(x->server->ring, vg_str_of(out->text[i]), out->hash[i]);
    }
}

static void write_codes(vg_buf *out, const codes *made)
{
    vg_buf_add_cstr(out, "\"recovery_codes\":[");
    for (int i = 0; i < VG_RECOVERY_CODES; i++) vg_buf_printf(out, "%s\"%s\"", i ? "," : "", made->text[i]);
    vg_buf_add_char(out, ']');
}

void vg_route_factor_confirm(vg_desk *desk, vg_exchange *x)
{
    confirmation c;
    codes made;
    vg_factor factor;
    vg_error err = {0};
    int64_t left = 0, now_ms = vg_time_now();
    if (!read_confirmation(x, &c) || !is_fresh(desk, x) || !check_confirmation(x, &c, now_ms, &factor)) return;
    if (!vg_ticket_take(x->server->tickets, VG_TICKET_ENROL, &c.held)) {
        vg_answer_problem(x, 410, "/ticket", "this has ended; begin again");
        return;
    }
    int rc = vg_store_recovery_count(desk->store, x->user.id, &left, &err);
    make_codes(x, &made);
    if (!rc) rc = vg_store_factor_add(desk->store, &x->user, &factor, made.hash, left ? 0 : VG_RECOVERY_CODES, x->session.token_hash, &err);
    /* they have just shown that they hold it */
    if (!rc) rc = vg_store_session_prove(desk->store, x->session.token_hash, c.held.totp ? VG_PROOF_TOTP : VG_PROOF_KEY, now_ms, &err);
    if (rc) vg_answer_error(x, &err);
    else {
        vg_buf *out = vg_answer_begin(x, 201, "application/json");
        vg_buf_add_cstr(out, "{\"factor\":");
        write_factor(out, &factor);
        if (!left) {
            vg_buf_add_char(out, ',');
            write_codes(out, &made);
        }
        vg_buf_add_char(out, '}');
    }
    sodium_memzero(&made, sizeof made);
    sodium_memzero(&factor, sizeof factor);
}

void vg_route_recovery_codes(vg_desk *desk, vg_exchange *x)
{
    codes made;
    vg_error err = {0};
    if (!is_fresh(desk, x)) return;
    make_codes(x, &made);
    if (vg_store_recovery_set(desk->store, &x->user, made.hash, VG_RECOVERY_CODES, x->session.token_hash, &err)) vg_answer_error(x, &err);
    else {
        vg_buf *out = vg_answer_begin(x, 201, "application/json");
        vg_buf_add_char(out, '{');
        write_codes(out, &made);
        vg_buf_add_char(out, '}');
    }
    sodium_memzero(&made, sizeof made);
}

/* ---- naming, removing ---- */

static bool factor_id(vg_exchange *x, int64_t *id)
{
    vg_str text = x->argument[0];
    *id = 0;
    for (size_t i = 0; i < text.len && text.len <= 18; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            *id = 0;
            break;
        }
        *id = *id * 10 + (text.ptr[i] - '0');
    }
    if (*id == 0) vg_answer_problem(x, 404, NULL, "there is no such second factor");
    return *id > 0;
}

void vg_route_factor_rename(vg_desk *desk, vg_exchange *x)
{
    vg_str name = {"", 0};
    const vg_field fields[] = {{.name = "name", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = VG_FACTOR_NAME, .string = &name}};
    int64_t id;
    vg_error err = {0};
    if (!vg_body_read(x, fields, 1) || !factor_id(x, &id)) return;
    if (vg_store_factor_rename(desk->store, &x->user, id, name, &err)) vg_answer_error(x, &err);
    else vg_answer_begin(x, 204, NULL);
}

void vg_route_factor_remove(vg_desk *desk, vg_exchange *x)
{
    int64_t id;
    vg_error err = {0};
    if (!factor_id(x, &id) || !is_fresh(desk, x)) return;
    if (vg_store_factor_remove(desk->store, &x->user, id, vg_signin_role_needs_one(x), x->session.token_hash, &err)) vg_answer_error(x, &err);
    else vg_answer_begin(x, 204, NULL);
}
