/* SPDX-License-Identifier: Apache-2.0 */
#include "review/permission.h"
#include "review/review.h"

int vg_review_may_judge_evidence(const vg_case *c, const vg_user *user, vg_error *err)
{
    int rc = vg_review_may_read(c, user, err);
    return rc ? rc : vg_review_require(user, VG_MAY_EVIDENCE_JUDGE, c->space, err);
}

int vg_review_may_see_quality(const vg_user *user, vg_error *err)
{
    return vg_review_require(user, VG_MAY_QUALITY_SEE, (vg_str){"", 0}, err);
}
