/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a demand of an authority, as what a platform says it did, and as a proof: no crash; what is taken keeps to its limits; a refusal
 * says why; what a platform says is about things of the demand alone; no proof opens that nobody signed.
 */
#include <stdlib.h>

#include <sodium.h>

#include "report/demand/demand.h"

#define NOW INT64_C(1777896000000)

static void must(bool condition)
{
    if (!condition) abort();
}

static void taken(const vg_demand *d)
{
    must(d->item_count <= VG_DEMAND_ITEMS && d->attachment_count <= VG_DEMAND_ATTACHMENTS);
    must(d->kind != VG_DEMAND_REMOVE || d->item_count);
    must(d->received_ms <= NOW && d->received_ms > 0);
    must(d->authority.len && d->authority.len <= VG_DEMAND_NAME && d->reference.len <= VG_DEMAND_NAME && d->note.len <= VG_DEMAND_TEXT);
    for (size_t i = 0; i < d->item_count; i++) must(d->items[i].value.len && d->items[i].value.len <= VG_DEMAND_VALUE);
}

/* A demand that can be carried out, and any bytes as what was done. */
static void executed(vg_str json, vg_arena *arena)
{
    static const vg_demand_item items[] = {{VG_DEMAND_ACCOUNT, VG_STR("a")}, {VG_DEMAND_EVENT, VG_STR("e")}};
    const vg_demand d = {.kind = VG_DEMAND_REMOVE, .items = items, .item_count = 2, .received_ms = NOW - 1000};
    vg_demand_removed *removed = NULL;
    vg_error err = {0};
    if (vg_demand_executed(json, &d, NOW, arena, &removed, &err)) {
        must(err.what[0]);
        return;
    }
    for (size_t i = 0; i < 2; i++) must(removed[i].time_ms <= NOW + 5 * 60000); /* clocks differ by as much */
}

/* Bytes that this process did not sign: a key of its own says so. */
static void proof(vg_str json, vg_arena *arena)
{
    static const uint8_t seed[32] = {7};
    uint8_t public_key[32], secret[64];
    vg_str payload;
    vg_buf text;
    vg_error err = {0};
    crypto_sign_seed_keypair(public_key, secret, seed);
    must(vg_proof_open(json, public_key, arena, &payload, &err) != 0);
    vg_buf_init(&text, 1 << 20);
    vg_proof_text(json, VG_LANG_FR, &text, &err);
    vg_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vg_arena *arena = vg_arena_create(1 << 16, 64 << 20);
    const vg_str json = {(const char *)data, size};
    vg_demand d;
    vg_error err = {0};
    if (!arena || sodium_init() < 0) return vg_arena_destroy(&arena), 0;
    if (vg_demand_intake(json, NOW, arena, &d, &err) == 0) taken(&d);
    else must(err.what[0]);
    executed(json, arena);
    proof(json, arena);
    vg_arena_destroy(&arena);
    return 0;
}
