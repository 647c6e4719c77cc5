/* SPDX-License-Identifier: Apache-2.0
 *
 * review/next: which case somebody is given next, and why.
 *
 * Pure. What fits the person's skills comes first, by priority; what fits nobody's is offered to everybody after a share of its deadline
 * (vg_case.offer_ms) and competes like any other once it is overdue. So nothing waits for a person who does not exist.
 * docs/architecture/review.md. Callers: net, tests.
 */
#ifndef VG_REVIEW_NEXT_H
#define VG_REVIEW_NEXT_H

#include "base/str.h"
#include "event/case.h"
#include "event/policy.h"

/** Whether the place is among what somebody chose to work on. */
bool vg_skills_cover_place(const vg_skills *skills, vg_str space, vg_category category);
/** The same of a case, and whether they read its language; one that is not known is everybody's. */
bool vg_skills_cover(const vg_skills *skills, const vg_case *c);

/** In which order cases are handed out to somebody with these skills: the highest first. 0: not handed out to them now. */
uint32_t vg_review_rank(const vg_case *c, const vg_skills *skills, int64_t now_ms);

/** One sentence for the person who is given the case: what cannot wait, how young the child is, how much time is left. */
void vg_review_why_next(const vg_case *c, const vg_skills *skills, int64_t now_ms, vg_lang lang, vg_buf *out);

#endif
