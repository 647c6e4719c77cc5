/* SPDX-License-Identifier: Apache-2.0
 *
 * A vg_policy filled by hand, for unit tests of the stages that read one: a game lobby for minors, with round
 * numbers. Every weight is 0.4, so that two pieces at full strength make 0.64. A test changes what it is
 * about.
 */
#ifndef VG_TESTS_UNIT_POLICY_FIXTURE_H
#define VG_TESTS_UNIT_POLICY_FIXTURE_H

#include "event/policy.h"

static inline vg_policy policy_fixture(void)
{
    vg_policy p = {
        .space = "lobby",
        .title = {"Le salon", "The lobby"},
        .audience = "minors",
        .assumed_age = VG_AGE_UNKNOWN,
        .file = "fixture",
        .scan = {true, true, false},
        .relation = {10000, 8000, 3000, 5000, 2000, 2000},
        .half_life_hours = 24,
        .nudge_at = 3000,
        .review_at = 6000,
        .hold_at = 8500,
        .fan_out_day = 5,
        .fan_out_week = 10,
        .unreciprocated = 4,
        .initiative_percent = 80,
        .initiative_messages = 10,
        .escalation_factor_x16 = 48,
        .escalation_messages = 20,
        .new_account_hours = 48,
        .course_stages = 3,
        .speed_minutes = 24 * 60,
        .persistence = 2,
        .asymmetry = 8,
        .early_move = 10,
        .same_opening = 3,
        .stage_share_percent = 50,
        .stage_share_talks = 4,
        .linked_accounts = 1,
        .utc_offset_minutes = 60,
        .night_from_minute = 23 * 60,
        .night_to_minute = 6 * 60,
        .context_messages = 20,
        .context_minutes = 60,
        .keep_memory_days = 30,
        .keep_case_days = 365,
        .keep_audit_days = 730,
        .media = {.bytes = 200000000, .pixels = 100000000, .frames = 1000, .milliseconds = 60000, .cpu_seconds = 60,
                  .memory_bytes = 1000000000},
        .keep_upload_minutes = 15,
        .review_within_hours = 24,
        .nudge_message = {"Tu peux en parler à un adulte de confiance.",
                          "You can talk to an adult you trust."},
        .not_scanned = {.text = {"Le contenu n’a pas été regardé.", "The content was not looked at."}},
    };
    for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++) {
        p.weight[kind] = 4000;
        p.why[kind] = (vg_policy_phrase){{"élément, {value} fois", "piece, {value} times"},
                                         {"élément, une fois", "piece, once"}};
    }
    p.alone[VG_MEDIA_KNOWN] = p.alone[VG_MEDIA_SIMILAR] = p.alone[VG_NOTICE_REPORT] = true;
    for (int verdict = 0; verdict < VG_VERDICTS; verdict++)
        p.verdict_why[verdict] = (vg_policy_phrase){.text = {"Verdict n° {value}.", "Verdict of {value}."}};
    return p;
}

/* Reproducible numbers for property tests (SplitMix64; Steele, Lea, Flood, 2014). */
static inline uint64_t fixture_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}
static inline uint32_t fixture_below(uint64_t *state, uint32_t n)
{
    return (uint32_t)(fixture_random(state) % n);
}

#endif
