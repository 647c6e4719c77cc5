/* SPDX-License-Identifier: Apache-2.0 */
#include "review/review.h"

#include "base/time.h"

enum {
    /* within the deadline: 0..499999 */
    FRESH_MERIT = 35,   /* times merit: 0..350000 */
    FRESH_AGE = 149999, /* times the square of the share of the time that has passed */
    OVERDUE = 500000,
    OVERDUE_MERIT = 10,   /* times merit: 0..100000, as much as ten days of delay */
    OVERDUE_AGE = 400000, /* reached after OVERDUE_DAYS */
    OVERDUE_DAYS = 40,
};

/* scale * part / whole, rounded down; part <= whole, scale < 2^20. */
static uint32_t share(uint64_t part, uint64_t whole, uint32_t scale)
{
    while (whole >> 43) part >>= 1, whole >>= 1;
    return whole ? (uint32_t)(part * scale / whole) : 0;
}

uint32_t vg_review_priority(const vg_case *c, int64_t now_ms)
{
    if (c->state != VG_CASE_OPEN) return 0;
    uint32_t merit = vg_case_merit(c);
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
