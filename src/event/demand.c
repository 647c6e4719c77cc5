/* SPDX-License-Identifier: Apache-2.0 */
#include "event/demand.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *const vg_demand_kind_names[VG_DEMAND_KINDS] = {"removal", "information"};
const char *const vg_demand_state_names[VG_DEMAND_STATES] = {"received", "acknowledged", "suspended", "contested", "done"};
const char *const vg_demand_thing_names[VG_DEMAND_THINGS] = {"url", "hash", "event", "account"};
const char *const vg_demand_ground_names[VG_STANDS] = {"force_majeure", "manifest_error", "information_missing"};
const char *const vg_demand_way_names[VG_CAMES] = {"portal", "mail", "letter", "phone", "api"};
const char *const vg_demand_category_names[VG_DEMAND_CATEGORIES] = {"child_abuse", "grooming", "age", "other"};
const char *const vg_demand_step_names[VG_DEMAND_STEPS] = {"taken", "acknowledge", "suspend", "resume", "contest", "executed", "done", "alarm"};
const char *const vg_demand_alarm_names[VG_ALARMS] = {"half", "last_quarter", "overdue"};

void vg_demand_name(int64_t id, char out[24]) { snprintf(out, 24, "d-%06" PRId64, id); }

int64_t vg_demand_id_of(vg_str name)
{
    int64_t id = 0;
    if (name.len < 3 || name.len > 20 || memcmp(name.ptr, "d-", 2) != 0) return -1;
    for (size_t i = 2; i < name.len; i++) {
        if (name.ptr[i] < '0' || name.ptr[i] > '9') return -1;
        id = id * 10 + (name.ptr[i] - '0');
    }
    return id;
}

int vg_demand_word(const char *const *names, int count, vg_str word)
{
    for (int i = 0; i < count; i++)
        if (vg_str_is(word, names[i])) return i;
    return -1;
}
