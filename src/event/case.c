/* SPDX-License-Identifier: Apache-2.0 */
#include "event/case.h"

#include <stdio.h>

const char *const vg_case_state_names[VG_CASE_STATES] = {"open", "decided"};
const char *const vg_action_names[VG_ACTIONS] = {"dismiss", "warn", "mute", "restrict_minors", "suspend", "escalate"};
const char *const vg_role_names[VG_ROLES] = {"referent", "lead", "admin", "auditor"};
const char *const vg_judgement_names[VG_JUDGEMENTS] = {"right", "wrong", "unsure"};

int vg_action_of(vg_str name)
{
    for (int i = 0; i < VG_ACTIONS; i++)
        if (vg_str_is(name, vg_action_names[i])) return i;
    return -1;
}

void vg_case_name(int64_t id, char out[24]) { snprintf(out, 24, "c-%06lld", (long long)id); }

int64_t vg_case_id_of(vg_str name)
{
    int64_t id = 0;
    if (name.len < 3 || name.len > 20 || name.ptr[0] != 'c' || name.ptr[1] != '-') return -1;
    for (size_t i = 2; i < name.len; i++) {
        if (name.ptr[i] < '0' || name.ptr[i] > '9') return -1;
        id = id * 10 + (name.ptr[i] - '0');
    }
    return id > 0 ? id : -1;
}
