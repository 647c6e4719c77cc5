/* SPDX-License-Identifier: Apache-2.0 */
#include "review/permission.h"

#include "review/review.h"

const char *const vg_permission_names[VG_PERMISSION_COUNT] = {
#define NAME(constant, name, roles) name,
    VG_PERMISSIONS(NAME)
#undef NAME
};

static const char *const roles_of[VG_PERMISSION_COUNT] = {
#define ROLES(constant, name, roles) roles,
    VG_PERMISSIONS(ROLES)
#undef ROLES
};

static const char letter_of[VG_ROLES] = {[VG_ROLE_REFERENT] = 'R', [VG_ROLE_LEAD] = 'L',    [VG_ROLE_ADMIN] = 'A',
                                         [VG_ROLE_AUDITOR] = 'U',  [VG_ROLE_ANALYST] = 'N', [VG_ROLE_PREVENTION] = 'P'};

bool vg_role_may(vg_role role, vg_permission permission)
{
    return (unsigned)role < VG_ROLES && (unsigned)permission < VG_PERMISSION_COUNT &&
           strchr(roles_of[permission], letter_of[role]) != NULL;
}

/* The n-th grant; without any, the one role in all spaces. */
static bool grant_at(const vg_user *user, size_t n, vg_grant *out)
{
    if (user->grant_count) {
        if (n >= user->grant_count) return false;
        *out = user->grants[n];
        return true;
    }
    *out = (vg_grant){.space = user->spaces, .role = user->role};
    return n == 0;
}

bool vg_review_may(const vg_user *user, vg_permission permission, vg_str space)
{
    vg_grant grant;
    if (user->disabled_ms) return false;
    for (size_t i = 0; grant_at(user, i, &grant); i++)
        if (grant.space.len && vg_role_may(grant.role, permission) && (!space.len || vg_review_in_spaces(grant.space, space))) return true;
    return false;
}

int vg_review_require(const vg_user *user, vg_permission permission, vg_str space, vg_error *err)
{
    if (vg_review_may(user, permission, space)) return 0;
    if (user->disabled_ms) return vg_fail(err, VG_EFORBIDDEN, "", "the account \"%.*s\" is disabled", VG_STR_ARG(user->name));
    const char *name = (unsigned)permission < VG_PERMISSION_COUNT ? vg_permission_names[permission] : "?";
    if (!space.len) return vg_fail(err, VG_EFORBIDDEN, "", "this takes the permission %s, which \"%.*s\" does not have", name, VG_STR_ARG(user->name));
    return vg_fail(err, VG_EFORBIDDEN, "", "this takes the permission %s in the space \"%.*s\", which \"%.*s\" does not have", name,
                   VG_STR_ARG(space), VG_STR_ARG(user->name));
}

int vg_review_spaces_with(const vg_user *user, vg_permission permission, vg_arena *arena, vg_str *out, vg_error *err)
{
    vg_grant grant;
    *out = (vg_str){"", 0};
    if (user->disabled_ms) return 0;
    for (size_t i = 0; grant_at(user, i, &grant); i++) {
        if (!grant.space.len || !vg_role_may(grant.role, permission)) continue;
        *out = out->len ? vg_arena_printf(arena, "%.*s,%.*s", VG_STR_ARG(*out), VG_STR_ARG(grant.space)) : vg_arena_copy(arena, grant.space);
        if (!out->ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for a list of spaces");
    }
    return 0;
}
