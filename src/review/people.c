/* SPDX-License-Identifier: Apache-2.0 */
#include "review/people.h"

#include "base/str.h"
#include "review/review.h"

/* The n-th grant; without any, the one role in all spaces. */
static bool grant_at(const vg_user *user, size_t n, vg_grant *out)
{
    if (n < user->grant_count) {
        *out = user->grants[n];
        return true;
    }
    *out = (vg_grant){.space = user->spaces, .role = user->role};
    return user->grant_count == 0 && n == 0;
}

uint32_t vg_review_roles_in(const vg_user *user, vg_str space)
{
    uint32_t roles = 0;
    vg_grant grant;
    if (user->disabled_ms) return 0;
    for (size_t i = 0; grant_at(user, i, &grant); i++)
        if (grant.space.len && (unsigned)grant.role < VG_ROLES && vg_review_in_spaces(grant.space, space)) roles |= 1u << grant.role;
    return roles;
}

/* Of a list of spaces: whether the permission is held in one of them. "*" meets whatever there is. */
static bool may_in_one_of(const vg_user *by, vg_permission permission, vg_str spaces)
{
    vg_grant grant;
    if (by->disabled_ms) return false;
    for (size_t i = 0; grant_at(by, i, &grant); i++)
        if (vg_role_may(grant.role, permission) && vg_review_spaces_meet(spaces, grant.space)) return true;
    return false;
}

bool vg_review_may_see_person(const vg_user *by, const vg_user *who)
{
    vg_grant grant;
    if (vg_str_eq(by->name, who->name) || vg_review_may(by, VG_MAY_PEOPLE_SEE, VG_STR("*"))) return true;
    if (who->closed_ms) return false; /* has no role any more */
    for (size_t i = 0; grant_at(who, i, &grant); i++)
        if (may_in_one_of(by, VG_MAY_PEOPLE_SEE, grant.space)) return true;
    return false;
}

int vg_review_may_keep_person(const vg_user *by, const vg_user *who, vg_error *err)
{
    vg_grant grant;
    int rc = vg_review_require(by, VG_MAY_PEOPLE_KEEP, (vg_str){"", 0}, err);
    if (rc) return rc;
    if (vg_str_eq(by->name, who->name)) return vg_fail(err, VG_EFORBIDDEN, "", "another administrator does that to your own account");
    for (size_t i = 0; grant_at(who, i, &grant); i++) {
        rc = grant.space.len ? vg_review_require(by, VG_MAY_PEOPLE_KEEP, grant.space, err) : 0;
        if (rc) return rc;
    }
    return 0;
}

static bool holds(const vg_user *who, const vg_grant *one)
{
    vg_grant grant;
    for (size_t i = 0; who && grant_at(who, i, &grant); i++)
        if (grant.role == one->role && vg_str_eq(grant.space, one->space)) return true;
    return false;
}

static bool among(const vg_grant *grants, size_t count, const vg_grant *one)
{
    for (size_t i = 0; i < count; i++)
        if (grants[i].role == one->role && vg_str_eq(grants[i].space, one->space)) return true;
    return false;
}

int vg_review_may_grant(const vg_user *by, const vg_user *who, const vg_grant *grants, size_t count, vg_error *err)
{
    vg_grant grant;
    bool own = who && vg_str_eq(by->name, who->name);
    int rc = vg_review_require(by, VG_MAY_PEOPLE_KEEP, (vg_str){"", 0}, err);
    for (size_t i = 0; !rc && i < count; i++) {
        if (holds(who, &grants[i])) continue;
        if (own) return vg_fail(err, VG_EFORBIDDEN, "/grants", "nobody gives themselves another role");
        rc = vg_review_require(by, VG_MAY_PEOPLE_KEEP, grants[i].space, err);
    }
    for (size_t i = 0; !rc && who && grant_at(who, i, &grant); i++)
        if (grant.space.len && !among(grants, count, &grant)) rc = vg_review_require(by, VG_MAY_PEOPLE_KEEP, grant.space, err);
    return rc;
}
