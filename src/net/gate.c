/* SPDX-License-Identifier: Apache-2.0 */
#include "net/gate.h"

#include "net/welfare.h"

int vg_gate_case(vg_desk *desk, const vg_user *user, const vg_case *c, vg_gate gate, int64_t now_ms, vg_error *err)
{
    int rc = gate == VG_GATE_TAKE ? vg_welfare_gate(desk, user, c, now_ms, err) : 0;
    return rc;
}
