/* SPDX-License-Identifier: Apache-2.0 */
#include "net/gate.h"

#include "net/training.h"
#include "net/welfare.h"

int vg_gate_case(vg_desk *desk, const vg_user *user, const vg_case *c, vg_gate gate, int64_t now_ms, vg_error *err)
{
    /* taking and deciding want the same certificate: it may have ended in between, or the case grown heavier */
    int rc = vg_gate_certificate(desk, user, c, now_ms, err);
    return rc || gate != VG_GATE_TAKE ? rc : vg_welfare_gate(desk, user, c, now_ms, err);
}
