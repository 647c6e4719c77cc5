/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and passkeys between JSON and identity/webauthn. */
#include "net/signin.h"

#include <stdio.h>

static void add_text(vg_buf *out, const void *bytes, size_t len)
{
    vg_buf_add_char(out, '"');
    vg_base64url_add(out, bytes, len);
    vg_buf_add_char(out, '"');
}

static void add_credentials(vg_buf *out, const vg_second *second)
{
    bool first = true;
    vg_buf_add_char(out, '[');
    for (size_t i = 0; second && i < second->count; i++) {
        const vg_factor *f = &second->factors[i];
        if (f->kind != VG_FACTOR_KEY) continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        add_text(out, f->credential.ptr, f->credential.len);
    }
    vg_buf_add_char(out, ']');
}

void vg_key_write_request(vg_exchange *x, vg_buf *out, const vg_ticket *ticket, const vg_second *second, bool verify_user)
{
    vg_buf_add_cstr(out, "{\"challenge\":");
    add_text(out, ticket->challenge, sizeof ticket->challenge);
    vg_buf_add_cstr(out, ",\"rp_id\":");
    vg_buf_add_json_str(out, vg_str_of(x->server->rp_id));
    vg_buf_add_cstr(out, ",\"credentials\":");
    add_credentials(out, second);
    vg_buf_printf(out, ",\"user_verification\":\"%s\"}", verify_user ? "required" : "discouraged");
}

void vg_key_user_handle(const vg_server *server, int64_t user_id, uint8_t out[32])
{
    char text[48];
    snprintf(text, sizeof text, "webauthn-user:%lld", (long long)user_id);
    vg_seal_token_hash(server->ring, vg_str_of(text), out);
}

void vg_key_write_creation(vg_exchange *x, vg_buf *out, const vg_ticket *ticket, const vg_second *second)
{
    uint8_t handle[32];
    vg_key_user_handle(x->server, x->user.id, handle);
    vg_buf_add_cstr(out, "{\"challenge\":");
    add_text(out, ticket->challenge, sizeof ticket->challenge);
    vg_buf_add_cstr(out, ",\"rp_id\":");
    vg_buf_add_json_str(out, vg_str_of(x->server->rp_id));
    vg_buf_add_cstr(out, ",\"user\":{\"id\":");
    add_text(out, handle, sizeof handle);
    vg_buf_add_cstr(out, ",\"name\":");
    vg_buf_add_json_str(out, x->user.name);
    vg_buf_add_cstr(out, ",\"display\":");
    vg_buf_add_json_str(out, x->user.display);
    vg_buf_add_cstr(out, "},\"exclude\":");
    add_credentials(out, second);
    vg_buf_printf(out, ",\"algorithms\":[%d,%d,%d]}", VG_SIGN_ES256, VG_SIGN_EDDSA, VG_SIGN_RS256);
}

bool vg_key_decode(vg_exchange *x, const char *pointer, vg_str text, size_t most, vg_str *out)
{
    size_t len = 0;
    uint8_t *bytes = vg_arena_alloc(x->arena, text.len + 1);
    if (!bytes) {
        vg_answer_busy(x, "there is no memory for this request now");
        return false;
    }
    if (!vg_base64url_decode(text, bytes, text.len + 1, &len) || len > most) {
        vg_answer_problem(x, 400, pointer, "expected at most %zu bytes as base64url without padding", most);
        return false;
    }
    *out = (vg_str){(const char *)bytes, len};
    return true;
}

int vg_key_check(vg_desk *desk, const vg_exchange *x, const vg_user *user, const vg_factor *factor, const vg_ticket *ticket,
                 const vg_key_answer *answer, bool verify_user, int64_t now_ms, vg_error *err)
{
    vg_webauthn_site site = vg_signin_site(x->server, ticket, verify_user);
    vg_webauthn_proof proof;
    uint8_t handle[32];
    vg_key_user_handle(x->server, user->id, handle);
    if (answer->user_handle.len && !vg_str_eq(answer->user_handle, (vg_str){(const char *)handle, sizeof handle}))
        return vg_fail(err, VG_EFORBIDDEN, "", "the key answers for somebody else");
    int rc = vg_webauthn_assert(&site, factor->key, (uint32_t)factor->counter, answer->client_data, answer->data, answer->signature, &proof, err);
    return rc ? rc : vg_store_factor_used(desk->store, user, factor, proof.counter, now_ms, err);
}
