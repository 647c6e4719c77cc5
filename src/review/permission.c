/* SPDX-License-Identifier: Apache-2.0 */
#include "review/review.h"

#include "base/time.h"
#include "review/permission.h"

bool vg_review_in_spaces(vg_str spaces, vg_str space)
{
    for (size_t from = 0; from < spaces.len;) {
        const char *comma = memchr(spaces.ptr + from, ',', spaces.len - from);
        size_t to = comma ? (size_t)(comma - spaces.ptr) : spaces.len;
        vg_str one = {spaces.ptr + from, to - from};
        while (one.len && one.ptr[0] == ' ') one.ptr++, one.len--;
        while (one.len && one.ptr[one.len - 1] == ' ') one.len--;
        if (vg_str_is(one, "*") || (one.len && vg_str_eq(one, space))) return true;
        from = to + 1;
    }
    return false;
}

bool vg_review_upholds(vg_action action)
{
    switch (action) {
    case VG_ACTION_WARN:
    case VG_ACTION_MUTE:
    case VG_ACTION_RESTRICT:
    case VG_ACTION_SUSPEND: return true;
    default: return false;
    }
}

int vg_review_may_read(const vg_case *c, const vg_user *user, vg_error *err)
{
    return vg_review_require(user, VG_MAY_CASE_READ, c->space, err);
}

/* Who may not read may not decide, nor hold the case. An escalated case has left the référents' hands. */
int vg_review_may_claim(const vg_case *c, const vg_user *user, vg_error *err)
{
    int rc = vg_review_require(user, VG_MAY_CASE_DECIDE, c->space, err);
    if (rc) return rc;
    if (c->state != VG_CASE_OPEN) return vg_fail(err, VG_ECONFLICT, "", "the case is decided already");
    if (c->escalated && !vg_review_may(user, VG_MAY_CASE_LEAD, c->space))
        return vg_fail(err, VG_EFORBIDDEN, "", "the case was escalated: a lead decides it");
    if (c->barred.len && vg_review_in_spaces(c->barred, user->name))
        return vg_fail(err, VG_EFORBIDDEN, "", "you have looked at this case: another person does now");
    if (c->look == VG_LOOK_SETTLE && !vg_review_may(user, VG_MAY_CASE_LEAD, c->space))
        return vg_fail(err, VG_EFORBIDDEN, "", "two people do not agree on this case: a lead settles it");
    return 0;
}

int vg_review_may_decide(const vg_case *c, const vg_user *user, vg_action action, int64_t now_ms,
                         vg_error *err)
{
    if ((unsigned)action >= VG_ACTIONS) return vg_fail(err, VG_EINVAL, "/action", "unknown action");
    int rc = vg_review_may_claim(c, user, err);
    if (rc) return rc;
    if (c->escalated && action == VG_ACTION_ESCALATE)
        return vg_fail(err, VG_ECONFLICT, "/action", "the case is escalated already");
    if (c->report_due && action == VG_ACTION_REPORT)
        return vg_fail(err, VG_ECONFLICT, "/action", "a report of this case is due already");
    if (c->claimed_by.len && now_ms < c->claimed_until_ms && !vg_str_eq(c->claimed_by, user->name)) {
        char until[25];
        vg_time_format(c->claimed_until_ms, until);
        return vg_fail(err, VG_EFORBIDDEN, "", "\"%.*s\" works on this case until %s",
                       VG_STR_ARG(c->claimed_by), until);
    }
    return 0;
}
