/* SPDX-License-Identifier: Apache-2.0
 *
 * What server and command line share about demands: the clock of a space, the signing key, the proof. */
#include "report/demand/demand.h"

#include <sodium.h>

#include "base/time.h"

enum { PROOF_MOST = 4 << 20 };

int64_t vg_demand_due(const vg_policy *policy, int64_t received_ms)
{
    uint32_t hours = policy && policy->report && policy->report->removal_hours ? policy->report->removal_hours : VG_DEMAND_HOURS;
    return received_ms + hours * VG_HOUR_MS;
}

void vg_demand_signing_key(const vg_keyring *ring, uint8_t secret[64])
{
    uint8_t seed[32], public_key[32];
    vg_seal_token_hash(ring, VG_STR("vigie: the key that signs proofs of execution, 1"), seed); /* no token looks like this: theirs are one word */
    crypto_sign_seed_keypair(public_key, secret, seed);
    sodium_memzero(seed, sizeof seed);
}

int vg_demand_prove(const vg_policy *policy, const vg_keyring *ring, const vg_demand *d, const vg_demand_step *steps, size_t count, vg_str by, vg_str remark, vg_arena *arena,
                    vg_str *out, vg_error *err)
{
    uint8_t secret[64];
    vg_buf payload, envelope;
    const vg_report_operator *operator = policy && policy->report ? &policy->report->operator : NULL;
    vg_str space = vg_arena_printf(arena, "%.*s", VG_STR_ARG(d->space));
    const char *title = policy && policy->title[VG_LANG_EN] ? policy->title[VG_LANG_EN] : space.ptr;
    const vg_proof_facts facts = {.demand = d, .steps = steps, .step_count = count, .space_title = {title, title}, .confirmed_by = by, .remark = remark,
                                  .operator_name = operator ? operator->legal_name ? operator->legal_name : operator->name : NULL};
    if (!title) return vg_fail(err, VG_ENOMEM, "", "no memory for a proof");
    vg_buf_init(&payload, PROOF_MOST);
    vg_buf_init(&envelope, 2 * PROOF_MOST);
    vg_proof_payload(&facts, &payload);
    vg_demand_signing_key(ring, secret);
    int rc = payload.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for a proof") : vg_proof_sign((vg_str){payload.ptr, payload.len}, secret, &envelope, err);
    sodium_memzero(secret, sizeof secret);
    if (!rc) *out = vg_arena_copy(arena, (vg_str){envelope.ptr, envelope.len});
    if (!rc && !out->ptr) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a proof");
    vg_buf_free(&payload);
    vg_buf_free(&envelope);
    return rc;
}
