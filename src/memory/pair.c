/* SPDX-License-Identifier: Apache-2.0
 *
 * pair: the record of a pair: messages and days, and how far an exchange went, in a few bits each.
 *
 * Times inside a pair are kept as distances: 3-hour steps back from the end of its last day, 31 days at most. When the last
 * day moves on, they grow; what is too far for a byte is over. How soon a stage was reached is kept in four bits, as one of
 * fifteen spans of growing length from the first contact; read back it is the longest of its span, so that a course never
 * looks faster than it was.
 *
 * A refusal stands for 31 days from the last no. Requests are counted from the first of the standing ones: who asks again
 * after each no has gone on asking, not begun anew.
 */
#include "memory/memory_int.h"

enum { STAGE_BITS = 4, STAGE_SPANS = 15, WENT_ON = 2 /* requests after a no are pressure */ };

/* Minutes: where a policy's "speed" is likely to be set, a span ends. */
static const uint16_t span_most[STAGE_SPANS] = {1, 5, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 10080, 20160, 43200};

static uint32_t most(uint32_t n, uint32_t limit)
{
    return n < limit ? n : limit;
}

/* ---- times ---- */

static uint32_t end_step(const vg_pair_record *pair)
{
    return (uint32_t)pair->last_day * VG_STEPS_A_DAY + VG_STEPS_A_DAY - 1;
}

static uint32_t back_of(const vg_pair_record *pair, const vg_moment *at)
{
    uint32_t end = end_step(pair), step = vg_memory_step(at);
    return step >= end ? 0 : most(end - step, VG_BACK_FAR);
}

void vg_pair_begin(vg_pair_record *pair, const vg_moment *at)
{
    pair->first_minute = at->minute;
    pair->last_day = at->day;
    pair->side[0] = pair->side[1] = vg_side_put(0, VG_SIDE_BACK, VG_BACK_FAR);
}

void vg_pair_roll(vg_pair_record *pair, const vg_moment *at)
{
    if (at->day <= pair->last_day) return;
    uint32_t steps = most(at->day - (uint32_t)pair->last_day, VG_BACK_FAR) * VG_STEPS_A_DAY;
    for (unsigned i = 0; i < 2; i++) {
        vg_pair_side side = pair->side[i];
        uint32_t refused = vg_side_get(side, VG_SIDE_REFUSED);
        side = vg_side_put(side, VG_SIDE_BACK, vg_side_get(side, VG_SIDE_BACK) + steps);
        if (refused) {
            refused = refused + steps < VG_BACK_FAR ? refused + steps : 0;
            side = vg_side_put(side, VG_SIDE_REFUSED, refused);
            if (!refused) side = vg_side_clear(side, VG_SIDE_ASKED);
        }
        pair->side[i] = side;
    }
    pair->last_day = at->day;
}

void vg_pair_touch(vg_pair_record *pair, unsigned me, const vg_moment *at, bool message)
{
    vg_pair_side side = pair->side[me];
    uint32_t back = back_of(pair, at), last;
    bool known = vg_pair_last(pair, me, &last);
    if (known && back >= vg_side_get(side, VG_SIDE_BACK)) return;
    /* `today` belongs to the day of the last step: a contact on a later day begins it without a message */
    if (!message && (!known || at->step / VG_STEPS_A_DAY > last / VG_STEPS_A_DAY)) side = vg_side_clear(side, VG_SIDE_TODAY);
    pair->side[me] = vg_side_put(side, VG_SIDE_BACK, back);
}

/* ---- messages ---- */

void vg_pair_count(vg_pair_record *pair, unsigned me, const vg_moment *at, bool alone)
{
    vg_pair_side side = pair->side[me];
    uint32_t last, day = at->step / VG_STEPS_A_DAY;
    bool known = vg_pair_last(pair, me, &last);
    bool later = !known || !vg_side_get(side, VG_SIDE_DAYS) || day > last / VG_STEPS_A_DAY;
    side = vg_side_count(side, VG_SIDE_SENT);
    if (later) side = vg_side_clear(side, VG_SIDE_TODAY);
    if (later || day == last / VG_STEPS_A_DAY) {
        if (!vg_side_get(side, VG_SIDE_TODAY)) side = vg_side_count(side, VG_SIDE_DAYS);
        side = vg_side_count(side, VG_SIDE_TODAY);
    }
    pair->side[me] = alone ? vg_side_count(side, VG_SIDE_ROW) : side;
    pair->side[me ^ 1] = vg_side_clear(pair->side[me ^ 1], VG_SIDE_ROW);
}

/* ---- the course ---- */

vg_age_band vg_memory_band_of_years(unsigned years)
{
    if (!years) return VG_AGE_UNKNOWN;
    return years < 13 ? VG_AGE_UNDER13 : years < 15 ? VG_AGE_13_14 : years < 18 ? VG_AGE_15_17 : years < 25 ? VG_AGE_18_24 : VG_AGE_25_PLUS;
}

unsigned vg_memory_stages_of(uint32_t families)
{
    unsigned stages = 0;
    for (families &= (1u << VG_TEXT_FAMILIES) - 1; families; families &= families - 1) {
        int stage = vg_stage_of_family((unsigned)__builtin_ctz(families));
        if (stage >= 0) stages |= 1u << stage;
    }
    return stages;
}

unsigned vg_pair_stages(const vg_pair_record *pair, unsigned side)
{
    unsigned stages = 0;
    if (!pair->course[side].stages) return 0; /* nearly always */
    for (unsigned i = 0; i < VG_STAGES; i++)
        if (pair->course[side].stages >> i * STAGE_BITS & 15) stages |= 1u << i;
    return stages;
}

void vg_pair_refuse(vg_pair_record *pair, unsigned side, const vg_moment *at)
{
    uint32_t code = back_of(pair, at) + 1, known = vg_side_get(pair->side[side], VG_SIDE_REFUSED);
    if (code < VG_BACK_FAR && (!known || code < known)) pair->side[side] = vg_side_put(pair->side[side], VG_SIDE_REFUSED, code);
}

void vg_pair_state(vg_pair_record *pair, unsigned side, vg_age_band band)
{
    vg_pair_course *course = &pair->course[side];
    if (band != VG_AGE_UNKNOWN && (!course->stated || band < course->stated)) course->stated = (uint32_t)band & 7;
}

unsigned vg_pair_advance(vg_pair_record *pair, unsigned me, const vg_moment *at, uint32_t families)
{
    vg_pair_side *side = &pair->side[me];
    vg_pair_course *course = &pair->course[me];
    unsigned stages = vg_memory_stages_of(families), before = vg_pair_stages(pair, me);
    if (stages & VG_LATE_STAGES && vg_side_get(*side, VG_SIDE_REFUSED)) {
        *side = vg_side_count(*side, VG_SIDE_ASKED);
        if (vg_side_get(*side, VG_SIDE_ASKED) >= WENT_ON) stages |= 1u << VG_STAGE_PRESSURE;
    }
    if (families & vg_evidence_family_bit(VG_TEXT_MOVING_APP) && !course->move)
        course->move = most(vg_side_get(*side, VG_SIDE_SENT), VG_PAIR_MOVE_MOST) & VG_PAIR_MOVE_MOST;
    unsigned now = stages & ~before;
    if (!now) return 0;
    uint32_t elapsed = at->minute > pair->first_minute ? at->minute - (uint32_t)pair->first_minute : 0, span = 0;
    while (span < STAGE_SPANS - 1 && elapsed > span_most[span]) span++;
    for (unsigned i = 0; i < VG_STAGES; i++)
        if (now >> i & 1) course->stages = (course->stages | (span + 1) << i * STAGE_BITS) & 0xffffff;
    return now;
}

void vg_pair_describe(const vg_pair_record *pair, unsigned me, const vg_moment *at, vg_facts *facts)
{
    vg_pair_side side = pair->side[me];
    uint32_t refused_back = vg_side_get(side, VG_SIDE_REFUSED);
    const vg_pair_course *course = &pair->course[me];
    facts->stages = (uint8_t)vg_pair_stages(pair, me);
    for (unsigned stages = facts->stages; stages; stages &= stages - 1) {
        unsigned i = (unsigned)__builtin_ctz(stages), span = course->stages >> i * STAGE_BITS & 15;
        facts->stage_minutes[i] = span_most[span - 1];
    }
    if (refused_back) {
        uint32_t refused = end_step(pair) - (refused_back - 1), now = vg_memory_step(at);
        facts->refused_hours = now > refused ? (now - refused) * VG_STEP_HOURS : 0;
        facts->asked_after_refusal = vg_side_get(side, VG_SIDE_ASKED);
    }
    facts->move_after = course->move ? course->move : VG_FACTS_UNKNOWN;
    facts->sent_in_row = vg_side_get(side, VG_SIDE_ROW);
    facts->actor_stated_band = course->stated & 7;
    facts->peer_stated_band = pair->course[me ^ 1].stated & 7;
}
