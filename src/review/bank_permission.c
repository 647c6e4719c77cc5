/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may know of a bank, and do what with it. */
#include "review/permission.h"
#include "review/review.h"

static bool next_space(vg_str *list, vg_str *one)
{
    while (list->len && (list->ptr[0] == ',' || list->ptr[0] == ' ')) list->ptr++, list->len--;
    if (!list->len) return false;
    const char *comma = memchr(list->ptr, ',', list->len);
    *one = (vg_str){list->ptr, comma ? (size_t)(comma - list->ptr) : list->len};
    list->ptr += one->len;
    list->len -= one->len;
    while (one->len && one->ptr[one->len - 1] == ' ') one->len--;
    return true;
}

bool vg_review_spaces_meet(vg_str a, vg_str b)
{
    vg_str one;
    if (vg_review_in_spaces(b, VG_STR("*"))) return a.len > 0;
    while (next_space(&a, &one))
        if (vg_str_is(one, "*") || vg_review_in_spaces(b, one)) return true;
    return false;
}

bool vg_review_spaces_within(vg_str inner, vg_str outer)
{
    vg_str one;
    if (vg_review_in_spaces(outer, VG_STR("*"))) return true;
    if (!inner.len) return false;
    while (next_space(&inner, &one))
        if (vg_str_is(one, "*") || !vg_review_in_spaces(outer, one)) return false;
    return true;
}

bool vg_review_may_see_bank(const vg_bank *bank, const vg_user *user)
{
    if (!user->grant_count) /* one role in all of their spaces; of a platform's key too */
        return !user->disabled_ms && vg_role_may(user->role, VG_MAY_BANK_SEE) && (bank->visible_to >> user->role & 1) &&
               vg_review_spaces_meet(bank->spaces, user->spaces);
    for (size_t i = 0; !user->disabled_ms && i < user->grant_count; i++) {
        const vg_grant *g = &user->grants[i];
        if (vg_role_may(g->role, VG_MAY_BANK_SEE) && (bank->visible_to >> g->role & 1) && vg_review_spaces_meet(bank->spaces, g->space)) return true;
    }
    return false;
}

/* The permission in every space of the list; an empty list serves no space, and is everybody's who holds it for all. */
static int require_in_all(vg_str spaces, const vg_user *user, vg_permission permission, vg_error *err)
{
    vg_str one;
    int rc = vg_review_require(user, permission, (vg_str){"", 0}, err);
    if (rc) return rc;
    if (vg_review_may(user, permission, VG_STR("*"))) return 0;
    bool all = spaces.len > 0;
    while (all && next_space(&spaces, &one)) all = vg_review_may(user, permission, one);
    return all ? 0 : vg_fail(err, VG_EFORBIDDEN, "", "this bank also serves spaces that are not yours");
}

int vg_review_may_keep_bank(vg_str bank_spaces, const vg_user *user, vg_error *err)
{
    return require_in_all(bank_spaces, user, VG_MAY_BANK_KEEP, err);
}

int vg_review_may_remove_bank(vg_str bank_spaces, const vg_user *user, vg_error *err)
{
    return require_in_all(bank_spaces, user, VG_MAY_BANK_REMOVE, err);
}

int vg_review_may_judge_entry(vg_str bank_spaces, const vg_user *user, vg_error *err)
{
    vg_str one;
    int rc = vg_review_require(user, VG_MAY_BANK_JUDGE, (vg_str){"", 0}, err);
    if (rc || vg_review_in_spaces(bank_spaces, VG_STR("*")) || vg_review_may(user, VG_MAY_BANK_JUDGE, VG_STR("*"))) return rc;
    while (next_space(&bank_spaces, &one))
        if (vg_review_may(user, VG_MAY_BANK_JUDGE, one)) return 0;
    return vg_fail(err, VG_EFORBIDDEN, "", "this bank serves no space in which you say what an entry is");
}
