/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/conduct: facts -> evidence of who contacts whom, and how; and of users' reports.
 *
 * Pure: facts, policy and the event's time in, evidence out; integer arithmetic only. Conduct evidence is
 * only about contact with minors (or, where the policy assumes so, accounts of unknown age in a space for
 * minors). Formulas and the reasons for them: docs/architecture/conduct.md.
 * Callers: pipeline, tests, bench.
 */
#ifndef VG_SIGNALS_CONDUCT_CONDUCT_H
#define VG_SIGNALS_CONDUCT_CONDUCT_H

#include "event/facts.h"
#include "event/policy.h"

/** Who writes to whom, given the policy's assumed age for unknown accounts (actor and recipient alike). A recipient of unknown age who
 *  said it is a minor is one. */
vg_relation vg_conduct_relation(const vg_facts *facts, const vg_policy *policy);

/** Appends conduct evidence for a message, contact or media event, at most one piece of each kind; `ev` has
 *  room for VG_EVIDENCE_KINDS. Kinds whose weight is 0 in the policy are left out, and all of them when the
 *  relation's factor is 0.
 *
 *  `fresh` is set on what this very event made cross a threshold or grow, so that an ordinary next message of
 *  a conversation under way is not news:
 *  - age gap, new account, night: the actor's first contact with this recipient (the pair's first of all, or
 *    the first answer to one who wrote first);
 *  - fan-out: the same; in the day also the first message of a UTC day to this minor;
 *  - unreciprocated: the same, when the actor began;
 *  - initiative: the actor's messages in the pair reach initiative_messages, and each time they double;
 *  - escalation: the message that reaches the factor, so at most once a day;
 *  - moved private: the event that moves;
 *  - course: a stage is reached for the first time; speed: the stage that makes it so many; stage share: the first late
 *    stage with this minor;
 *  - persistence: this event asks again; asymmetry: as initiative, over messages in a row; early move: the message that asks;
 *  - same opening, linked accounts, age statement: always, the event itself holds them. */
void vg_conduct_evidence(const vg_event *event, const vg_facts *facts, const vg_policy *policy,
                         vg_evidence *ev, size_t *count);

/** Appends notice evidence: strength from the reporter's record, Laplace-smoothed share of upheld notices
 *  (upheld + 1) / (upheld + dismissed + 2), scaled so that an unknown reporter has strength 6000; more
 *  reports against the account raise it, the more so the better the reporter's record. */
void vg_notice_evidence(const vg_facts *facts, vg_evidence *ev, size_t *count);

#endif
