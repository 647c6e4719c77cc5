/* SPDX-License-Identifier: Apache-2.0
 *
 * report/demand: a demand of an authority as JSON comes in, and the proof that it was carried out as it goes out.
 *
 * The proof is a DSSE envelope (github.com/secure-systems-lab/dsse, v1): the payload's very bytes are signed with Ed25519, so that nobody has to
 * agree on how JSON is written. Pure: no clock, no store, no network. Hostile input: the intake. Callers: net, cli, tests, fuzz.
 */
#ifndef VG_REPORT_DEMAND_H
#define VG_REPORT_DEMAND_H

#include "base/arena.h"
#include "base/error.h"
#include "event/demand.h"
#include "base/seal.h"
#include "event/policy.h"
#include "event/policy_report.h"

enum { VG_DEMAND_BODY = 1 << 20, VG_DEMAND_HOURS = 24 }; /* LCEN, art. 6-1: without another number in the policy */

/** Reads a demand strictly; what it says lives in the arena. VG_EINVAL names the member ("/items/3/value"). Times: `received` may be left out
 *  (now), and may lie neither in the future nor over ten years back. ->due_ms is the caller's to set. */
int vg_demand_intake(vg_str json, int64_t now_ms, vg_arena *arena, vg_demand *out, vg_error *err);
/** Reads what the platform says it did: {"items":[{"kind","value","time"?,"how"?}]}, or {} for all of them now. Each must be one of the demand's.
 *  *out: item_count of them; what is not named keeps what was said before. VG_EINVAL. */
int vg_demand_executed(vg_str json, const vg_demand *d, int64_t now_ms, vg_arena *arena, vg_demand_removed **out, vg_error *err);

typedef struct vg_proof_facts {
    const vg_demand *demand;       /* as it is once done */
    const vg_demand_step *steps;
    size_t step_count;
    const char *operator_name;     /* who carried it out; NULL: not recorded */
    const char *space_title[2];    /* vg_lang */
    vg_str confirmed_by;           /* the person */
    vg_str remark;                 /* of theirs; empty: none */
} vg_proof_facts;

/** The payload: JSON. */
void vg_proof_payload(const vg_proof_facts *f, vg_buf *out);
/** The envelope around a payload. `secret`: an Ed25519 secret key of libsodium (64 bytes). VG_ENOMEM. */
int vg_proof_sign(vg_str payload, const uint8_t secret[64], vg_buf *out, vg_error *err);
/** Whether an envelope is good under its own key, or under `key` when that is not NULL; the payload comes back in the arena. */
int vg_proof_open(vg_str envelope, const uint8_t key[32], vg_arena *arena, vg_str *payload, vg_error *err);
/** The Ed25519 key that signs proofs: made of the key ring, always the same for it. `secret` is libsodium's 64 bytes: wipe it. */
void vg_demand_signing_key(const vg_keyring *ring, uint8_t secret[64]);
/** When a demand that came at `received_ms` has to be carried out. `policy` NULL: by the law's 24 hours. */
int64_t vg_demand_due(const vg_policy *policy, int64_t received_ms);
/** The signed proof of a demand that is done, in the arena; operator and title are the policy's (NULL: not said). VG_ENOMEM. */
int vg_demand_prove(const vg_policy *policy, const vg_keyring *ring, const vg_demand *d, const vg_demand_step *steps, size_t count, vg_str by, vg_str remark, vg_arena *arena,
                    vg_str *out, vg_error *err);
/** The same for a person to read, from a payload. VG_EINVAL: it is none. */
int vg_proof_text(vg_str payload, vg_lang lang, vg_buf *out, vg_error *err);

#endif
