/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/conduct: facts -> evidence of who contacts whom, and how; and of users' reports.
 *
 * Pure: facts, policy and the event's time in, evidence out; integer arithmetic only. Conduct evidence is only
 * about contact with minors (or, where the policy assumes so, accounts of unknown age in a space for minors).
 * Callers: pipeline, tests, bench.
 */
#ifndef VG_SIGNALS_CONDUCT_CONDUCT_H
#define VG_SIGNALS_CONDUCT_CONDUCT_H

#include "event/facts.h"
#include "event/policy.h"

/** Who writes to whom, given the policy's assumed age for unknown accounts. */
vg_relation vg_conduct_relation(const vg_facts *facts, const vg_policy *policy);
/** Appends conduct evidence for a message, contact or media event. `fresh` is set on what this very event made cross a
 *  threshold or grow (fan-out counted a new minor; the move to private; the first contact for age gap and new account). */
void vg_conduct_evidence(const vg_event *event, const vg_facts *facts, const vg_policy *policy, vg_evidence *ev, size_t *count);
/** Appends notice evidence: strength from the reporter's record, Laplace-smoothed share of upheld notices
 *  (upheld + 1) / (upheld + dismissed + 2), scaled so that an unknown reporter has strength 6000; more reports against
 *  the account by others raise it. */
void vg_notice_evidence(const vg_facts *facts, vg_evidence *ev, size_t *count);

#endif
