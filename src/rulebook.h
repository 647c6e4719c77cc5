/* SPDX-License-Identifier: Apache-2.0
 *
 * rulebook: the operator's rules of a set of policies, compiled, and asked about each event.
 *
 * A rule brings its own sentences, so a policy that has rules is copied with them: vg_rulebook_policy is that copy, or the
 * policy as it was loaded. Rules run under the pipeline's lock, after conduct and before the decision, for new events only.
 * Invariants: immutable but for the rules' counters and what is switched off. Callers: pipeline.
 */
#ifndef VG_RULEBOOK_H
#define VG_RULEBOOK_H

#include "pipeline.h"
#include "signals/rules/rules.h"

typedef struct vg_rulebook vg_rulebook;

/** Compiles the rules of every policy; a rule that is refused fails all. Rules whose text is the same in `before` (may be NULL) go on
 *  with their counters. */
int vg_rulebook_open(vg_rulebook **out, vg_policy_set *set, const vg_rulebook *before, vg_error *err);
void vg_rulebook_close(vg_rulebook **book);
/** The policy with the sentences of its rules; as long as the book and the set. */
const vg_policy *vg_rulebook_policy(const vg_rulebook *book, size_t policy);
/** Asks the rules, which see the task's evidence so far, and adds what the strongest active one says. VG_ENOMEM. */
int vg_rulebook_ask(const vg_rulebook *book, vg_task *task, vg_relation relation, vg_error *err);
/** Tells of every rule. Any thread. */
void vg_rulebook_each(const vg_rulebook *book, void (*each)(const char *space, const vg_rule_status *rule, void *context), void *context);

#endif
