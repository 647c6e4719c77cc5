/* SPDX-License-Identifier: Apache-2.0
 *
 * Exact hashes against the banks of a policy.
 */
#include "signals/media/bank.h"

#include <string.h>

int vg_media_hash_compare(const vg_media_hash *a, const vg_media_hash *b)
{
    if (a->algorithm != b->algorithm) return a->algorithm < b->algorithm ? -1 : 1;
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static bool bank_holds(const vg_policy_bank *bank, const vg_media_hash *hash)
{
    size_t from = 0, to = bank->hash_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = vg_media_hash_compare(&bank->hashes[middle], hash);
        if (order == 0) return true;
        if (order < 0) from = middle + 1;
        else to = middle;
    }
    return false;
}

bool vg_media_evidence(const vg_policy *policy, const vg_media_hash *hashes, size_t count, vg_evidence *ev,
                       size_t *ev_count, vg_verdict_kind *effect)
{
    const vg_policy_bank *strongest = NULL;
    uint32_t matched = 0;
    for (size_t b = 0; b < policy->bank_count; b++) {
        const vg_policy_bank *bank = &policy->banks[b];
        uint32_t in_bank = 0;
        for (size_t i = 0; i < count; i++) in_bank += bank_holds(bank, &hashes[i]);
        if (!in_bank || (strongest && bank->effect <= strongest->effect)) continue;
        strongest = bank;
        matched = in_bank;
    }
    if (!strongest) return false;
    *effect = strongest->effect;
    ev[(*ev_count)++] = (vg_evidence){.kind = VG_MEDIA_KNOWN,
                                      .fresh = true,
                                      .strength = 10000,
                                      .value = matched,
                                      .detail = (uint16_t)(strongest - policy->banks)};
    return true;
}
