/* SPDX-License-Identifier: Apache-2.0
 *
 * signals/rules: the operator's own rules, in Lua 5.4 -> evidence "rule.operator".
 *
 * A rule is a file that returns a table with a function; it is called with one event, what memory knows and the
 * evidence found so far, all read-only, and returns a strength from 0 to 1 or nil. docs/rules.md is its reference.
 * Invariants: a rule reaches nothing outside (no files, clock, network, chance, other rules) and keeps nothing from one event
 * to the next, so that the same events give the same verdicts in any process. Its instructions, memory and the work of
 * library functions are limited. One that fails or passes a limit is switched off at once, logged and counted;
 * events go on without it. Messages about a failure hold no content of an event.
 * A vg_rules is used by one thread at a time; vg_rules_status by any thread beside it.
 * Callers: pipeline (run), net (status), cli (test, backtest), tests, bench, fuzz.
 */
#ifndef VG_SIGNALS_RULES_RULES_H
#define VG_SIGNALS_RULES_RULES_H

#include "base/error.h"
#include "event/facts.h"
#include "event/policy.h"

enum {
    VG_RULES_MOST = 32,             /* rules of one space */
    VG_RULES_STEPS = 10000,         /* Lua instructions of one rule for one event; library functions count by what they go through */
    VG_RULES_LOAD_STEPS = 200000,   /* while its file is read */
    VG_RULES_MEMORY = 1 << 20,      /* bytes that all rules of a space hold together */
    VG_RULES_EVENT_MEMORY = 64 << 10, /* bytes that one rule takes for one event, given back or not */
    VG_RULES_STRING = 4096,         /* bytes of a string that a rule holds from its file */
    VG_RULES_REASON = 256,
};

typedef struct vg_rules vg_rules; /* the rules of one policy, compiled */

/* What a rule gets to see. */
typedef struct vg_rules_input {
    const vg_event *event;
    const vg_facts *facts;
    const vg_text_hits *hits; /* NULL: none */
    bool scanned;             /* false: its text is kept from the rule too */
    vg_relation relation;
    const vg_evidence *evidence;
    size_t evidence_count;
} vg_rules_input;

/* Which rules fired. */
typedef struct vg_rules_fired {
    uint32_t active, shadow;          /* bit sets of rules */
    uint16_t strength[VG_RULES_MOST]; /* 1/10000; of those that fired */
    uint16_t best;                    /* the strongest active one (the first of several); when `active` is not 0 */
} vg_rules_fired;

/** Compiles the rules of a policy, which must outlive them. A rule that is there in `before` (may be NULL) with the same name, text and
 *  mode goes on with its counters, and stays off if it was switched off. Errors: VG_EINVAL with err->where "file:line"; VG_ENOMEM. */
int vg_rules_create(vg_rules **out, const vg_policy *policy, const vg_rules *before, vg_error *err);
void vg_rules_destroy(vg_rules **rules);
size_t vg_rules_count(const vg_rules *rules);
/** The sentences of a rule; they live as long as the rules. */
const vg_policy_phrase *vg_rules_why(const vg_rules *rules, size_t rule);

/** Runs every rule that is meant for this type of event. A result x in 0..1 becomes the integer part of x * 10000 + 0.5; one that comes to 0
 *  has not fired. VG_ENOMEM when the machine has no memory: nothing is known then, and no rule is to blame. */
int vg_rules_run(vg_rules *rules, const vg_rules_input *input, vg_rules_fired *out, vg_error *err);
/** The piece of evidence of the strongest active rule; detail is its number, value its number counted from 1. */
vg_evidence vg_rules_evidence(const vg_rules_fired *fired, size_t rule);
/** Counts that a rule would have changed, or has changed, the verdict. */
void vg_rules_count_changed(vg_rules *rules, size_t rule);

typedef struct vg_rule_status {
    const char *name, *file;
    bool shadow, off;
    uint32_t on;                           /* bit set of vg_event_type */
    uint64_t runs, fired, changed, failures; /* since its text was first loaded */
    uint32_t steps;                        /* the most that one event took, to the next hundred */
    char reason[VG_RULES_REASON];          /* why it is off: "file:line: what" */
} vg_rule_status;
void vg_rules_status(const vg_rules *rules, size_t rule, vg_rule_status *out);
/** Appends a status as a JSON object, with the space it belongs to. */
void vg_rule_status_write(vg_buf *out, const char *space, const vg_rule_status *status);

/* One of a rule's own tests, done. */
typedef struct vg_rule_trial {
    const char *name; /* as the test calls itself, or NULL */
    bool passed;
    int expected, got; /* strength in 1/10000; -1: nil */
    const char *error; /* NULL, or why it could not be run or failed */
} vg_rule_trial;
/** Runs the rule's own tests in order. VG_ENOMEM, or 0 also when some do not pass. Switches nothing off. */
int vg_rules_try(vg_rules *rules, size_t rule, void (*report)(const vg_rule_trial *trial, void *context), void *context,
                 vg_error *err);

#endif
