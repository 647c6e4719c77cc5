/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may know of a bank, and do what with it. */
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

bool vg_review_may_see_bank(const vg_bank *bank, vg_role role, vg_str spaces)
{
    return (unsigned)role < VG_ROLES && (bank->visible_to >> role & 1) && vg_review_spaces_meet(bank->spaces, spaces);
}

int vg_review_may_keep_bank(vg_str bank_spaces, const vg_user *user, vg_error *err)
{
    if (user->disabled_ms || (user->role != VG_ROLE_LEAD && user->role != VG_ROLE_ADMIN))
        return vg_fail(err, VG_EFORBIDDEN, "", "a lead or an administrator keeps the banks");
    if (!vg_review_spaces_within(bank_spaces, user->spaces))
        return vg_fail(err, VG_EFORBIDDEN, "", "this bank also serves spaces that are not yours");
    return 0;
}

int vg_review_may_remove_bank(vg_str bank_spaces, const vg_user *user, vg_error *err)
{
    if (user->role != VG_ROLE_ADMIN) return vg_fail(err, VG_EFORBIDDEN, "", "an administrator removes banks");
    return vg_review_may_keep_bank(bank_spaces, user, err);
}

int vg_review_may_judge_entry(const vg_user *user, vg_error *err)
{
    if (user->disabled_ms || (user->role != VG_ROLE_REFERENT && user->role != VG_ROLE_LEAD))
        return vg_fail(err, VG_EFORBIDDEN, "", "a référent or a lead says what an entry is");
    return 0;
}
