/* SPDX-License-Identifier: Apache-2.0
 *
 * course: how far an exchange with a minor went, how fast, against which answers; and the same conduct towards many.
 *
 * A single stage says little: friends ask each other's age, teachers give praise, parents ask where one is. What makes a course
 * is several stages with one minor. No order of stages is asked for: studies of real exchanges found none.
 */
#include "signals/conduct/conduct_int.h"

enum { FULL = VG_CONDUCT_FULL, AT_THRESHOLD = VG_CONDUCT_AT_THRESHOLD, HALVINGS_MOST = 13 };

/* 2^(-hours/half_life), with a straight line between halvings: at most 6 % of the value above the curve. */
static uint32_t decayed(uint32_t strength, uint32_t hours, uint32_t half_life)
{
    if (!half_life) return strength;
    uint32_t halvings = hours / half_life;
    if (halvings > HALVINGS_MOST) return 0;
    uint64_t whole = strength >> halvings;
    return (uint32_t)(whole - whole * (hours % half_life) / (2 * (uint64_t)half_life));
}

/* Hours since a stage that was reached was last seen: by the families of this conversation, or else since it was reached. */
static uint32_t stage_age(const vg_facts *facts, unsigned stage)
{
    uint32_t reached = facts->stage_minutes[stage] == VG_FACTS_UNKNOWN ? 0 : facts->stage_minutes[stage] / 60;
    uint32_t age = facts->met_hours_ago > reached ? facts->met_hours_ago - reached : 0;
    for (unsigned f = 0; f < VG_TEXT_FAMILIES; f++)
        if (vg_stage_of_family(f) == (int)stage && facts->family_hours[f] < age) age = facts->family_hours[f];
    return age;
}

static uint32_t count_stages(unsigned stages)
{
    return (uint32_t)__builtin_popcount(stages & ((1u << VG_STAGES) - 1));
}

/* Later stages weigh more: 1 for contact and trust, 2 for isolation and risk assessment, 3 for escalation and pressure. A tenth
 * of full strength each. */
static void course(const vg_conduct_writer *w, const vg_facts *facts)
{
    static const uint8_t tenths[VG_STAGES] = {1, 1, 2, 2, 3, 3};
    uint32_t reached = count_stages(facts->stages), strength = 0;
    if (!w->policy->course_stages || reached < w->policy->course_stages) return;
    for (unsigned i = 0; i < VG_STAGES; i++)
        if (facts->stages >> i & 1)
            strength += decayed(tenths[i] * (FULL / 10u), stage_age(facts, i), w->policy->half_life_hours);
    vg_conduct_add(w, VG_CONDUCT_COURSE, strength, reached, w->writes && facts->stages_now);
}

/* The time by which course_stages stages were reached; VG_FACTS_UNKNOWN: not yet. *stage is the one that made it so many. */
static uint32_t course_minutes(const vg_policy *policy, const vg_facts *facts, unsigned *stage)
{
    uint32_t best = VG_FACTS_UNKNOWN;
    for (unsigned i = 0; i < VG_STAGES; i++) {
        uint32_t at = facts->stage_minutes[i], by_then = 0;
        if (!(facts->stages >> i & 1) || at >= best) continue;
        for (unsigned k = 0; k < VG_STAGES; k++)
            by_then += (facts->stages >> k & 1) && facts->stage_minutes[k] <= at;
        if (by_then < policy->course_stages) continue;
        best = at;
        *stage = i;
    }
    return best;
}

static void speed(const vg_conduct_writer *w, const vg_facts *facts)
{
    const vg_policy *p = w->policy;
    unsigned stage = 0;
    if (!p->course_stages || !p->speed_minutes) return;
    uint32_t minutes = course_minutes(p, facts, &stage);
    if (minutes > p->speed_minutes) return;
    uint32_t strength = (uint32_t)(FULL - (uint64_t)(FULL - AT_THRESHOLD) * minutes / p->speed_minutes);
    bool was = count_stages(facts->stages & (unsigned)~facts->stages_now) >= p->course_stages;
    vg_conduct_add(w, VG_CONDUCT_SPEED, decayed(strength, stage_age(facts, stage), p->half_life_hours),
                   minutes < 60 ? 1 : (minutes + 59) / 60, w->writes && facts->stages_now && !was);
}

static void persistence(const vg_conduct_writer *w, const vg_facts *facts)
{
    if (facts->refused_hours == VG_FACTS_UNKNOWN) return;
    uint32_t strength = vg_conduct_rise(facts->asked_after_refusal, w->policy->persistence);
    vg_conduct_add(w, VG_CONDUCT_PERSISTENCE, decayed(strength, facts->refused_hours, w->policy->half_life_hours),
                   facts->asked_after_refusal, w->writes && facts->asks_now);
}

static void asymmetry(const vg_conduct_writer *w, const vg_facts *facts)
{
    uint32_t from = w->policy->asymmetry, row = facts->sent_in_row;
    vg_conduct_add(w, VG_CONDUCT_ASYMMETRY, vg_conduct_rise(row, from), row, w->writes && vg_conduct_doubles(row, from));
}

/* Full strength in the first message, down to the threshold's in the last that counts as early. */
static void early_move(const vg_conduct_writer *w, const vg_facts *facts)
{
    uint32_t at = facts->move_after, most = w->policy->early_move;
    if (at == VG_FACTS_UNKNOWN || !at || at > most) return;
    uint32_t strength = most > 1 ? FULL - (FULL - AT_THRESHOLD) * (at - 1) / (most - 1) : FULL;
    vg_conduct_add(w, VG_CONDUCT_EARLY_MOVE, decayed(strength, stage_age(facts, VG_STAGE_ISOLATION), w->policy->half_life_hours), at,
                   w->writes && facts->asks_now && at == facts->sent);
}

static void stage_share(const vg_conduct_writer *w, const vg_facts *facts)
{
    enum { LATE = 1 << VG_STAGE_ISOLATION | 1 << VG_STAGE_RISK_ASSESSMENT | 1 << VG_STAGE_ESCALATION | 1 << VG_STAGE_PRESSURE };
    const vg_policy *p = w->policy;
    if (!p->stage_share_percent || !facts->talks || facts->talks < p->stage_share_talks) return;
    uint32_t percent = (uint32_t)((uint64_t)facts->talks_staged * 100 / facts->talks);
    bool one_more = facts->stages_now & LATE && !(facts->stages & ~facts->stages_now & LATE);
    vg_conduct_add(w, VG_CONDUCT_STAGE_SHARE, vg_conduct_share(percent, p->stage_share_percent), percent, w->writes && one_more);
}

/* An account that is known to be an adult's says that it is a child, to a child. */
static void age_statement(const vg_conduct_writer *w, const vg_facts *facts, const vg_conduct_sides *s)
{
    enum { OF_AGE = 18 };
    static const uint16_t by_basis[VG_AGE_BASES] = {[VG_BASIS_UNKNOWN] = 6000,
                                                    [VG_BASIS_DECLARED] = 8000,
                                                    [VG_BASIS_ESTIMATED] = 9000,
                                                    [VG_BASIS_VERIFIED] = 10000};
    bool known = vg_age_is_adult((vg_age_band)facts->actor_band) && facts->actor_band < VG_AGE_BANDS;
    if (!known || !facts->stated_age || facts->stated_age >= OF_AGE) return;
    vg_conduct_add(w, VG_TEXT_AGE_STATEMENT, by_basis[s->actor_basis], facts->stated_age, true);
}

void vg_conduct_course(const vg_conduct_writer *w, const vg_facts *facts, const vg_conduct_sides *s)
{
    if (s->peer_minor) {
        if (facts->stages) course(w, facts);
        persistence(w, facts);
        /* children among themselves are quick to become friends, to write in rows and to swap handles */
        if (!vg_age_is_minor(s->actor)) {
            if (facts->stages) speed(w, facts);
            asymmetry(w, facts);
            early_move(w, facts);
        }
        vg_conduct_add(w, VG_CONDUCT_SAME_OPENING, vg_conduct_rise(facts->opening_minors, w->policy->same_opening),
                       facts->opening_minors, true);
    }
    stage_share(w, facts);
    vg_conduct_add(w, VG_CONDUCT_LINKED, vg_conduct_rise(facts->linked_accounts, w->policy->linked_accounts),
                   facts->linked_accounts, true);
    age_statement(w, facts, s);
}
