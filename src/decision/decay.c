/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/decision_int.h"

enum {
    STEPS = 64,
    ONE_BITS = 30,
    FULL = 10000,
    /* Memory keeps that a family was named and when, not how strongly: a middling strength is taken. */
    REMEMBERED_STRENGTH = 7000,
};

/* round(2^(-k/64) * 2^30), k = 0..64. Between two entries a straight line: at most 1.5e-5 above the curve. */
static const uint32_t powers[STEPS + 1] = {
    1073741824, 1062175491, 1050733751, 1039415261, 1028218693, 1017142735, 1006186087, 995347464, 984625594,
    974019220,  963527098,  953147997,  942880699,  932724001,  922676710,  912737649,  902905651, 893179563,
    883558244,  874040567,  864625413,  855311680,  846098274,  836984114,  827968132,  819049271, 810226483,
    801498734,  792865000,  784324269,  775875538,  767517817,  759250125,  751071493,  742980960, 734977579,
    727060411,  719228525,  711481005,  703816941,  696235434,  688735596,  681316545,  673977412, 666717336,
    659535466,  652430958,  645402981,  638450708,  631573326,  624770026,  618040012,  611382493, 604796689,
    598281827,  591837143,  585461881,  579155293,  572916640,  566745190,  560640218,  554601009, 548626854,
    542717053,  536870912,
};

uint32_t vg_decision_decay_e4(uint32_t hours, uint32_t half_life_hours)
{
    if (!half_life_hours) return FULL;
    uint32_t halvings = hours / half_life_hours;
    if (halvings > ONE_BITS) return 0;
    uint64_t place = (uint64_t)(hours % half_life_hours) * STEPS;
    uint64_t step = place / half_life_hours, rest = place % half_life_hours;
    uint64_t power = powers[step] - (powers[step] - powers[step + 1]) * rest / half_life_hours;
    unsigned shift = ONE_BITS + halvings;
    return (uint32_t)((power * FULL + (1ull << (shift - 1))) >> shift);
}

uint16_t vg_decision_aged(const vg_evidence *piece, uint32_t hours, uint32_t half_life_hours)
{
    uint32_t strength = piece->fresh ? REMEMBERED_STRENGTH : piece->strength;
    return (uint16_t)(strength * vg_decision_decay_e4(hours, half_life_hours) / FULL);
}

void vg_decision_remembered(const vg_facts *facts, const vg_policy *policy, uint32_t fresh_families,
                            vg_evidence *ev, size_t *count)
{
    uint32_t never = VG_FACTS_UNKNOWN; /* nearly always nothing is remembered, which a few wide words tell */
    for (unsigned family = 0; family < VG_TEXT_FAMILIES; family++) never &= facts->family_hours[family];
    if (never == VG_FACTS_UNKNOWN) return;
    for (uint8_t family = 0; family < VG_TEXT_FAMILIES; family++) {
        uint32_t hours = facts->family_hours[family];
        if (hours == VG_FACTS_UNKNOWN || (fresh_families >> family & 1) || *count >= VG_EVIDENCE_KINDS)
            continue;
        if (vg_family_sense_of(family) != VG_SENSE_APPROACH) continue;
        uint32_t strength = REMEMBERED_STRENGTH * vg_decision_decay_e4(hours, policy->half_life_hours) / FULL;
        if (strength)
            ev[(*count)++] = (vg_evidence){.kind = (uint8_t)vg_evidence_of_family(family),
                                           .strength = (uint16_t)strength,
                                           .value = hours};
    }
}

void vg_decision_reported(vg_evidence *ev, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int family = vg_evidence_family(ev[i].kind);
        if (family >= 0 && !ev[i].fresh && vg_family_sense_of((unsigned)family) == VG_SENSE_APPROACH) ev[i].strength /= 2;
    }
}
