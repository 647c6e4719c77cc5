/* SPDX-License-Identifier: Apache-2.0
 *
 * review: the rules of the queue: which case comes first, what may be done with a case, by whom.
 *
 * Pure functions over event/case.h; the store keeps the rows, net calls both. Only a person decides, and only
 * in a space that is theirs. Formula and the table of permissions: docs/architecture/review.md.
 * Callers: net, cli, tests.
 */
#ifndef VG_REVIEW_REVIEW_H
#define VG_REVIEW_REVIEW_H

#include "base/error.h"
#include "event/bank.h"
#include "event/case.h"
#include "event/policy.h"

enum { VG_REVIEW_LEASE_MS = 15 * 60 * 1000 };

/** 0..1000000. What the case wants of a person first (vg_case_merit: risk, how young the child is, whether somebody may be in
 *  danger now, a held message waiting); and age of the case against its deadline, so that nothing starves: a case past its deadline
 *  outranks every case that is not. A decided case has 0. */
uint32_t vg_review_priority(const vg_case *c, int64_t now_ms);

/** Whether `user` may take `action` on the case now. VG_EFORBIDDEN (role, space, claimed by another, an
 *  escalated case that now is a lead's), VG_ECONFLICT (decided or escalated already). */
int vg_review_may_decide(const vg_case *c, const vg_user *user, vg_action action, int64_t now_ms,
                         vg_error *err);

/** Whether `user` may take the case's lease, which keeps others from deciding: VG_EFORBIDDEN (role, space, an
 *  escalated case that now is a lead's), VG_ECONFLICT (decided). Who holds it now is the store's to check. */
int vg_review_may_claim(const vg_case *c, const vg_user *user, vg_error *err);

/** Whether `user` may read the case's content (auditors may not). VG_EFORBIDDEN. */
int vg_review_may_read(const vg_case *c, const vg_user *user, vg_error *err);

/** Whether a comma-separated list of spaces ("*" = all) holds `space`. */
bool vg_review_in_spaces(vg_str spaces, vg_str space);

/* ---- evidence ---- */
/** Whether `user` may say of the case's evidence that it is right or wrong: référents and leads who may read it, decided or not. */
int vg_review_may_judge_evidence(const vg_case *c, const vg_user *user, vg_error *err);
/** Whether `user` may see how often which evidence is right: leads and administrators. */
int vg_review_may_see_quality(const vg_user *user, vg_error *err);

/* ---- banks ---- */
/** Whether two lists of spaces have one in common; whether all of `inner` is in `outer`. "*" is all. */
bool vg_review_spaces_meet(vg_str a, vg_str b);
bool vg_review_spaces_within(vg_str inner, vg_str outer);
/** Whether `user` may know that the bank exists: through a role that sees banks, that the bank is visible to, in one of its spaces. A
 *  platform's key asks as a référent of its space. */
bool vg_review_may_see_bank(const vg_bank *bank, const vg_user *user);
/** Whether `user` may make such a bank, change, import and export what is in it: leads and administrators of all its spaces. */
int vg_review_may_keep_bank(vg_str bank_spaces, const vg_user *user, vg_error *err);
int vg_review_may_remove_bank(vg_str bank_spaces, const vg_user *user, vg_error *err);
/** Whether `user` may confirm or reject an entry of a bank of these spaces. That two people must agree is the store's rule. */
int vg_review_may_judge_entry(vg_str bank_spaces, const vg_user *user, vg_error *err);

/** True when an action confirms the concern (for the reporter's record): all but dismiss and escalate. */
bool vg_review_upholds(vg_action action);

#endif
