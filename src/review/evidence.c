/* SPDX-License-Identifier: Apache-2.0 */
#include "review/review.h"

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
