/* SPDX-License-Identifier: Apache-2.0 */
#include "review/review.h"

#include "base/time.h"

enum {
    /* merit: how much this case wants a person, 0..10000 */
    MERIT_RISK = 6000,
    MERIT_UNDER13 = 1500,
    MERIT_13_14 = 1000,
    MERIT_15_17 = 500,
    MERIT_THREAT_OR_MEETING = 1000,
    MERIT_WAITING = 1000, /* a message or a file is held back until someone decides */
    MERIT_ESCALATED = 500,
    MERIT_MOST = 10000,

    /* within the deadline: 0..499999 */
    FRESH_MERIT = 35,   /* times merit: 0..350000 */
    FRESH_AGE = 149999, /* times the square of the share of the time that has passed */
    OVERDUE = 500000,
    OVERDUE_MERIT = 10,   /* times merit: 0..100000, as much as ten days of delay */
    OVERDUE_AGE = 400000, /* reached after OVERDUE_DAYS */
    OVERDUE_DAYS = 40,
};

static uint32_t merit_of(const vg_case *c)
{
    uint32_t merit = (uint32_t)(c->risk > 10000 ? 10000 : c->risk) * MERIT_RISK / 10000;
    switch (c->youngest_band) {
    case VG_AGE_UNDER13: merit += MERIT_UNDER13; break;
    case VG_AGE_13_14: merit += MERIT_13_14; break;
    case VG_AGE_15_17: merit += MERIT_15_17; break;
    default: break;
    }
    if (c->kinds & (UINT64_C(1) << VG_TEXT_THREAT | UINT64_C(1) << VG_TEXT_MEETING_REQUEST)) merit += MERIT_THREAT_OR_MEETING;
    if (c->verdict >= VG_VERDICT_HOLD) merit += MERIT_WAITING;
    if (c->escalated) merit += MERIT_ESCALATED;
    return merit;
}

/* scale * part / whole, rounded down; part <= whole, scale < 2^20. */
static uint32_t share(uint64_t part, uint64_t whole, uint32_t scale)
{
    while (whole >> 43) part >>= 1, whole >>= 1;
    return whole ? (uint32_t)(part * scale / whole) : 0;
}

uint32_t vg_review_priority(const vg_case *c, int64_t now_ms)
{
    if (c->state != VG_CASE_OPEN) return 0;
    uint32_t merit = merit_of(c);
    if (c->due_ms && now_ms > c->due_ms) {
        uint64_t late = (uint64_t)now_ms - (uint64_t)c->due_ms, most = (uint64_t)OVERDUE_DAYS * VG_DAY_MS;
        return OVERDUE + merit * OVERDUE_MERIT + share(late < most ? late : most, most, OVERDUE_AGE);
    }
    uint32_t age = 0;
    if (c->due_ms > c->opened_ms && now_ms > c->opened_ms)
        age = share((uint64_t)now_ms - (uint64_t)c->opened_ms, (uint64_t)c->due_ms - (uint64_t)c->opened_ms,
                    1000);
    return merit * FRESH_MERIT + (uint32_t)((uint64_t)age * age * FRESH_AGE / 1000000);
}
