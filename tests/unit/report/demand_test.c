/* SPDX-License-Identifier: Apache-2.0
 *
 * Demands of authorities: what is taken in, what the platform did, the proof and its signature.
 */
#include "report/demand/demand.h"

#include <sodium.h>

#include "base/time.h"
#include "tap.h"

#define NOW 1777896000000LL
#define HEAD "{\"space\":\"lobby\",\"authority\":\"Office\",\"country\":\"FR\",\"legal_basis\":\"LCEN, art. 6-1\",\"reference\":\"R-1\""

static const char *refused(const char *json)
{
    static char where[64];
    vg_error err = {0};
    vg_demand d;
    vg_arena *arena = vg_arena_create(1 << 12, 1 << 20);
    int rc = vg_demand_intake(vg_str_of(json), NOW, arena, &d, &err);
    snprintf(where, sizeof where, "%.63s", rc ? err.where : "taken");
    vg_arena_destroy(&arena);
    return where;
}

static void test_intake(void)
{
    TAP_EQ_STR(refused(HEAD ",\"items\":[{\"kind\":\"account\",\"value\":\"a\"}]}"), "taken", "what is whole is taken in");
    TAP_EQ_STR(refused(HEAD ",\"items\":[]}"), "/items", "a removal of nothing is none");
    TAP_EQ_STR(refused(HEAD ",\"kind\":\"information\"}"), "taken", "a demand for information names nothing to remove");
    TAP_EQ_STR(refused(HEAD ",\"items\":[{\"kind\":\"url\",\"value\":\"javascript:x\"}]}"), "/items/0/value", "an address is one of the web");
    TAP_EQ_STR(refused(HEAD ",\"items\":[{\"kind\":\"hash\",\"value\":\"xyz\"}]}"), "/items/0/value", "a hash is hex");
    TAP_EQ_STR(refused(HEAD ",\"items\":[{\"kind\":\"account\",\"value\":\"a\",\"x\":1}]}"), "/items/0/x", "nothing else is taken for granted");
    TAP_EQ_STR(refused(HEAD ",\"received\":\"2030-01-01T00:00:00Z\",\"items\":[{\"kind\":\"account\",\"value\":\"a\"}]}"), "/received", "nothing comes from the future");
    TAP_EQ_STR(refused("{\"space\":\"lobby\"}"), "/authority", "what is missing is named");
    TAP_EQ_STR(refused("[]"), "", "an object is expected");
    TAP_EQ_STR(refused("{\"space\":\"a\",\"space\":\"b\"}"), "", "no member comes twice");
}

static void test_proof(void)
{
    vg_arena *arena = vg_arena_create(1 << 14, 1 << 22);
    vg_error err = {0};
    vg_demand d;
    vg_demand_removed *removed;
    vg_buf payload, envelope, text;
    uint8_t public_key[32], secret[64];
    vg_str opened;
    crypto_sign_keypair(public_key, secret);
    vg_demand_intake(VG_STR(HEAD ",\"items\":[{\"kind\":\"account\",\"value\":\"a\"},{\"kind\":\"event\",\"value\":\"e\\n2. Adresse\"}]}"), NOW, arena, &d, &err);
    TAP_EQ_INT(vg_demand_executed(VG_STR("{\"items\":[{\"kind\":\"account\",\"value\":\"a\",\"how\":\"closed\"}]}"), &d, NOW, arena, &removed, &err), 0, "a part of it was done");
    TAP_OK(removed[0].time_ms == NOW && removed[1].time_ms == 0, "and no more than that part");
    d.removed = removed;
    TAP_EQ_INT(vg_demand_executed(VG_STR("{}"), &d, NOW + 5, arena, &removed, &err), 0, "the rest");
    TAP_OK(removed[0].time_ms == NOW && removed[1].time_ms == NOW + 5, "what was said before stays");
    TAP_EQ_INT(vg_demand_executed(VG_STR("{\"items\":[{\"kind\":\"account\",\"value\":\"b\"}]}"), &d, NOW, arena, &removed, &err), -VG_EINVAL, "what nobody demanded is refused");
    const vg_proof_facts f = {.demand = &d, .space_title = {"Salon", "Lobby"}, .confirmed_by = VG_STR("lea")};
    vg_buf_init(&payload, 1 << 20);
    vg_buf_init(&envelope, 1 << 20);
    vg_buf_init(&text, 1 << 20);
    vg_proof_payload(&f, &payload);
    TAP_EQ_INT(vg_proof_sign((vg_str){payload.ptr, payload.len}, secret, &envelope, &err), 0, "a proof is signed");
    TAP_EQ_INT(vg_proof_open((vg_str){envelope.ptr, envelope.len}, public_key, arena, &opened, &err), 0, "and checks");
    TAP_OK(opened.len == payload.len && memcmp(opened.ptr, payload.ptr, payload.len) == 0, "to the byte");
    TAP_EQ_INT(vg_proof_text(opened, VG_LANG_FR, &text, &err), 0, "and is read by a person");
    TAP_OK(memmem(text.ptr, text.len, "\n2. Adresse", 11) == NULL, "what a thing is called cannot add a line");
    public_key[0] ^= 1;
    TAP_EQ_INT(vg_proof_open((vg_str){envelope.ptr, envelope.len}, public_key, arena, &opened, &err), -VG_ECORRUPT, "another key did not sign it");
    envelope.ptr[70] = envelope.ptr[70] == 'A' ? 'B' : 'A';
    TAP_EQ_INT(vg_proof_open((vg_str){envelope.ptr, envelope.len}, NULL, arena, &opened, &err), -VG_ECORRUPT, "nor does it check once it was altered");
    vg_buf_free(&payload);
    vg_buf_free(&envelope);
    vg_buf_free(&text);
    vg_arena_destroy(&arena);
}

int main(void)
{
    if (sodium_init() < 0) return 1;
    test_intake();
    test_proof();
    return tap_done();
}
