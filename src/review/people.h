/* SPDX-License-Identifier: Apache-2.0
 *
 * review/people: who may do what to another person's account, and what a password must be.
 *
 * Pure rules. That an administrator remains is the store's to keep, in the transaction that would end it. Callers: net, cli, tests.
 */
#ifndef VG_REVIEW_PEOPLE_H
#define VG_REVIEW_PEOPLE_H

#include "review/permission.h"

enum { VG_PASSWORD_LEAST = 12, VG_PASSWORD_MOST = 256 };

/** The roles that `user` has in `space`, a bit set of 1 << vg_role. None of a disabled account. */
uint32_t vg_review_roles_in(const vg_user *user, vg_str space);
/** Whether `by` may see `who` in the list of people: themselves, and whoever has a role in a space where `by` may see people. */
bool vg_review_may_see_person(const vg_user *by, const vg_user *who);
/** Whether `by` may change the account of `who` (close, leave, reset, end sessions): they keep people in every space where `who` has a
 *  role, and it is not their own account. VG_EFORBIDDEN. */
int vg_review_may_keep_person(const vg_user *by, const vg_user *who, vg_error *err);
/** Whether `by` may give `who` (NULL: somebody new) exactly these grants: each that comes or goes is in a space where they keep people, and
 *  nobody gives themselves more. VG_EFORBIDDEN. */
int vg_review_may_grant(const vg_user *by, const vg_user *who, const vg_grant *grants, size_t count, vg_error *err);
/** Whether a password will do: 12 characters to 256 bytes of UTF-8, not a common one, not the person's name, not a few characters over and
 *  over, not a run of the keyboard (NIST SP 800-63B, 5.1.1.2). No rule asks for digits or signs. VG_EINVAL with `where`. */
int vg_review_password(vg_str password, vg_str name, const char *where, vg_error *err);

#endif
