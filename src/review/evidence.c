/* SPDX-License-Identifier: Apache-2.0 */
#include "review/review.h"

#include <math.h>

int vg_review_may_judge_evidence(const vg_case *c, const vg_user *user, vg_error *err)
{
    int rc = vg_review_may_read(c, user, err);
    if (rc) return rc;
    if (user->role != VG_ROLE_REFERENT && user->role != VG_ROLE_LEAD)
        return vg_fail(err, VG_EFORBIDDEN, "", "a référent or a lead says whether evidence is right");
    return 0;
}

int vg_review_may_see_quality(const vg_user *user, vg_error *err)
{
    if (user->disabled_ms || (user->role != VG_ROLE_LEAD && user->role != VG_ROLE_ADMIN))
        return vg_fail(err, VG_EFORBIDDEN, "", "the quality of evidence is for leads and administrators");
    return 0;
}

/* 1.96 standard deviations hold 95 % of a normal distribution. Nothing is decided by these numbers, so floating point may be. */
void vg_review_interval(int64_t right, int64_t wrong, uint16_t *low, uint16_t *high)
{
    const double z = 1.959963984540054;
    double n = (double)right + (double)wrong;
    *low = 0;
    *high = 10000;
    if (right < 0 || wrong < 0 || n < 1) return;
    double share = (double)right / n, centre = share + z * z / (2 * n), whole = 1 + z * z / n;
    double half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    *low = (uint16_t)(fmax(0, (centre - half) / whole) * 10000 + 0.5);
    *high = (uint16_t)(fmin(1, (centre + half) / whole) * 10000 + 0.5);
}
