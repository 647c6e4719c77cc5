/* SPDX-License-Identifier: Apache-2.0 */
#include "event/gold.h"

#include <string.h>

const char *const vg_gold_kind_names[VG_GOLD_KINDS] = {"known", "double"};
const char *const vg_gold_outcome_names[VG_GOLD_OUTCOMES] = {"right", "less", "more", "reason", "open", "asked"};

static bool has_reason(vg_str list, vg_str reason)
{
    while (list.len) {
        const char *comma = memchr(list.ptr, ',', list.len);
        vg_str one = {list.ptr, comma ? (size_t)(comma - list.ptr) : list.len};
        if (vg_str_eq(one, reason)) return true;
        list = comma ? (vg_str){comma + 1, list.len - one.len - 1} : (vg_str){list.ptr, 0};
    }
    return false;
}

/* Actions are in order of how hard they are, but for escalate, which decides nothing. */
vg_gold_outcome vg_gold_judge(uint32_t accepted, vg_str reasons, vg_action action, vg_str reason)
{
    if (!accepted) return VG_GOLD_OPEN;
    if (accepted >> action & 1) return reasons.len && !has_reason(reasons, reason) ? VG_GOLD_REASON : VG_GOLD_RIGHT;
    if (action == VG_ACTION_ESCALATE) return VG_GOLD_ASKED;
    uint32_t milder = accepted & ((UINT32_C(1) << action) - 1);
    uint32_t decided = accepted & ~(UINT32_C(1) << VG_ACTION_ESCALATE);
    return milder && milder == decided ? VG_GOLD_MORE : VG_GOLD_LESS;
}
