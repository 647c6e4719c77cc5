/* SPDX-License-Identifier: Apache-2.0 */
#include "review/clock.h"

#include "base/time.h"

const char *const vg_stays_names[VG_STAYS] = {"no", "open", "legal_hold", "appeal", "filing", "no_rule"};

static vg_stays why_stays(const vg_clock_facts *f, uint32_t days)
{
    if (!f->decided) return VG_STAYS_OPEN;
    if (f->hold) return VG_STAYS_HOLD;
    if (f->appeal) return VG_STAYS_APPEAL;
    if (f->filing) return VG_STAYS_FILING;
    return days ? VG_STAYS_NOT : VG_STAYS_NO_RULE;
}

size_t vg_retention_clock(const vg_clock_facts *f, vg_clock_item out[VG_CLOCK_ITEMS])
{
    size_t n = 0;
    if (!f->destroyed)
        out[n++] = (vg_clock_item){"content", "retention.cases", f->decided && f->keep_case_days ? f->decided_ms + f->keep_case_days * VG_DAY_MS : 0,
                                   why_stays(f, f->keep_case_days)};
    /* entries go with age alone, whatever becomes of the case */
    out[n++] = (vg_clock_item){"audit", "retention.audit", f->decided && f->keep_audit_days ? f->decided_ms + f->keep_audit_days * VG_DAY_MS : 0,
                               !f->decided ? VG_STAYS_OPEN : f->keep_audit_days ? VG_STAYS_NOT : VG_STAYS_NO_RULE};
    if (f->hold && f->hold_review_ms) out[n++] = (vg_clock_item){"hold_review", "legal_hold", f->hold_review_ms, VG_STAYS_NOT};
    return n;
}
