/* SPDX-License-Identifier: Apache-2.0
 *
 * What of a case ends when, and what keeps it, as a table: each row is facts and what the clock says of the content, the log and the hold.
 */
#include "review/clock.h"

#include "base/time.h"
#include "tap.h"

#define DECIDED 1777896000000LL
#define REVIEW (DECIDED + 30 * VG_DAY_MS)

typedef struct row {
    const char *name;
    vg_clock_facts facts;
    bool content;      /* there is a line about it */
    vg_stays stays;    /* of the content */
    int64_t ends_ms;   /* of the content */
    vg_stays audit;
    int64_t audit_ms, hold_ms; /* hold_ms 0: no line */
} row;

static const row rows[] = {
    {"an open case", {.keep_case_days = 180, .keep_audit_days = 365}, true, VG_STAYS_OPEN, 0, VG_STAYS_OPEN, 0, 0},
    {"a decided case", {.decided = true, .decided_ms = DECIDED, .keep_case_days = 180, .keep_audit_days = 365}, true, VG_STAYS_NOT, DECIDED + 180 * VG_DAY_MS,
     VG_STAYS_NOT, DECIDED + 365 * VG_DAY_MS, 0},
    {"a report that is due", {.decided = true, .filing = true, .decided_ms = DECIDED, .keep_case_days = 180, .keep_audit_days = 365}, true, VG_STAYS_FILING,
     DECIDED + 180 * VG_DAY_MS, VG_STAYS_NOT, DECIDED + 365 * VG_DAY_MS, 0},
    {"an appeal, before a report", {.decided = true, .appeal = true, .filing = true, .decided_ms = DECIDED, .keep_case_days = 180, .keep_audit_days = 365}, true,
     VG_STAYS_APPEAL, DECIDED + 180 * VG_DAY_MS, VG_STAYS_NOT, DECIDED + 365 * VG_DAY_MS, 0},
    {"a hold, before all others", {.decided = true, .hold = true, .appeal = true, .filing = true, .decided_ms = DECIDED, .hold_review_ms = REVIEW, .keep_case_days = 180,
     .keep_audit_days = 365}, true, VG_STAYS_HOLD, DECIDED + 180 * VG_DAY_MS, VG_STAYS_NOT, DECIDED + 365 * VG_DAY_MS, REVIEW},
    {"a hold of an open case without a day", {.hold = true, .keep_case_days = 180, .keep_audit_days = 365}, true, VG_STAYS_OPEN, 0, VG_STAYS_OPEN, 0, 0},
    {"a space that is gone", {.decided = true, .decided_ms = DECIDED}, true, VG_STAYS_NO_RULE, 0, VG_STAYS_NO_RULE, 0, 0},
    {"a destroyed case", {.decided = true, .destroyed = true, .decided_ms = DECIDED, .keep_case_days = 180, .keep_audit_days = 365}, false, VG_STAYS_NOT, 0, VG_STAYS_NOT,
     DECIDED + 365 * VG_DAY_MS, 0},
    {"days beyond what 32 bits of milliseconds hold", {.decided = true, .decided_ms = DECIDED, .keep_case_days = 36500, .keep_audit_days = 36500}, true, VG_STAYS_NOT,
     DECIDED + 36500 * VG_DAY_MS, VG_STAYS_NOT, DECIDED + 36500 * VG_DAY_MS, 0},
};

int main(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const row *r = &rows[i];
        vg_clock_item items[VG_CLOCK_ITEMS];
        size_t count = vg_retention_clock(&r->facts, items), at = r->content ? 1 : 0, want = at + 1 + (r->hold_ms ? 1 : 0);
        bool good = count == want && items[at].stays == r->audit && items[at].ends_ms == r->audit_ms;
        if (good && r->content) good = items[0].stays == r->stays && items[0].ends_ms == r->ends_ms;
        if (good && r->hold_ms) good = items[at + 1].ends_ms == r->hold_ms && items[at + 1].stays == VG_STAYS_NOT;
        TAP_OK(good, "%s", r->name);
    }
    return tap_done();
}
