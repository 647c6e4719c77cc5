/* SPDX-License-Identifier: Apache-2.0 */
#include "review/welfare.h"

#include "base/time.h"

enum { IDLE_MINUTES = 15 }; /* where no break is asked for, so long a pause begins a new stretch of work */

static uint32_t least(uint32_t a, uint32_t b)
{
    if (!a || !b) return a ? a : b;
    return a < b ? a : b;
}

void vg_welfare_join(vg_policy_welfare *into, const vg_policy_welfare *other)
{
    if (!other->break_minutes) return;
    into->break_after_minutes = into->break_minutes ? least(into->break_after_minutes, other->break_after_minutes) : other->break_after_minutes;
    into->break_after_cases = into->break_minutes ? least(into->break_after_cases, other->break_after_cases) : other->break_after_cases;
    if (other->break_minutes > into->break_minutes) into->break_minutes = other->break_minutes;
}

/* Milliseconds since they last did something; whoever never did has paused for ever. */
static int64_t idle(const vg_welfare_person *p, int64_t now_ms)
{
    if (!p->active_ms) return INT64_MAX;
    return now_ms > p->active_ms ? now_ms - p->active_ms : 0;
}

static int64_t pause_of(const vg_policy_welfare *w) { return (int64_t)(w->break_minutes ? w->break_minutes : IDLE_MINUTES) * VG_MINUTE_MS; }

static bool worked_enough(const vg_policy_welfare *w, const vg_welfare_person *p, int64_t now_ms)
{
    bool long_enough = w->break_after_minutes && now_ms - p->stretch_began_ms >= (int64_t)w->break_after_minutes * VG_MINUTE_MS;
    return w->break_minutes && p->stretch_began_ms && (long_enough || (w->break_after_cases && p->stretch_cases >= w->break_after_cases));
}

vg_welfare_break vg_welfare_break_of(const vg_policy_welfare *w, const vg_welfare_person *p, int64_t now_ms)
{
    vg_welfare_break b = {0};
    if (idle(p, now_ms) >= pause_of(w) || !worked_enough(w, p, now_ms)) return b;
    b.due = true;
    b.until_ms = p->active_ms + pause_of(w);
    return b;
}

bool vg_welfare_in_shift(const vg_policy_welfare *w, const vg_welfare_person *p, int64_t now_ms)
{
    return p->shift_began_ms && idle(p, now_ms) < (int64_t)w->shift_pause_minutes * VG_MINUTE_MS;
}

bool vg_welfare_at_edge(const vg_policy_welfare *w, const vg_welfare_person *p, int64_t now_ms, int64_t *until_ms)
{
    int64_t first = (int64_t)w->hard_first_minutes * VG_MINUTE_MS, last = (int64_t)w->hard_last_minutes * VG_MINUTE_MS;
    *until_ms = now_ms;
    if (!vg_welfare_in_shift(w, p, now_ms)) { /* what they take now begins one */
        *until_ms = now_ms + first;
        return first > 0;
    }
    if (last && p->shift_hours && now_ms >= p->shift_began_ms + (int64_t)p->shift_hours * VG_HOUR_MS - last) {
        *until_ms = INT64_MAX;
        return true;
    }
    if (now_ms >= p->shift_began_ms + first) return false;
    *until_ms = p->shift_began_ms + first;
    return true;
}

bool vg_welfare_limit_reached(const vg_policy_welfare *w, const vg_welfare_person *p, vg_category category)
{
    const vg_welfare_limit *most = &w->limit[category];
    const vg_welfare_seen *seen = &p->seen[category];
    return (most->cases_hour && seen->cases_hour >= most->cases_hour) || (most->cases_day && seen->cases_day >= most->cases_day) ||
           (most->media_hour && seen->media_hour >= most->media_hour) || (most->media_day && seen->media_day >= most->media_day);
}

vg_welfare_answer vg_welfare_may_take(const vg_policy_welfare *w, const vg_welfare_person *p, vg_category category, int64_t now_ms)
{
    int64_t until_ms;
    if (vg_welfare_break_of(w, p, now_ms).due) return VG_WELFARE_BREAK;
    if (vg_welfare_limit_reached(w, p, category)) return VG_WELFARE_LIMIT;
    if (p->opted_out >> category & 1) return VG_WELFARE_OPTED_OUT;
    if ((w->hard >> category & 1) && vg_welfare_at_edge(w, p, now_ms, &until_ms)) return VG_WELFARE_EDGE;
    return VG_WELFARE_FINE;
}

void vg_welfare_note(const vg_policy_welfare *w, vg_welfare_person *p, bool took, int64_t now_ms, bool *paused)
{
    *paused = false;
    if (took && !vg_welfare_in_shift(w, p, now_ms)) {
        p->shift_began_ms = now_ms;
        p->shift_hours = 0;
    }
    if (!p->stretch_began_ms || idle(p, now_ms) >= pause_of(w)) {
        *paused = p->stretch_began_ms && worked_enough(w, p, p->active_ms);
        p->stretch_began_ms = now_ms;
        p->stretch_cases = 0;
    }
    if (took) p->stretch_cases++;
    if (now_ms > p->active_ms) p->active_ms = now_ms;
}

void vg_welfare_plan(const vg_policy_welfare *w, vg_welfare_person *p, uint32_t hours, int64_t now_ms)
{
    if (!vg_welfare_in_shift(w, p, now_ms)) {
        p->shift_began_ms = now_ms;
        p->stretch_began_ms = now_ms;
        p->stretch_cases = 0;
        p->active_ms = now_ms;
    }
    p->shift_hours = hours;
}

int64_t vg_welfare_midnight(int64_t now_ms, int32_t utc_offset_minutes)
{
    int64_t offset = utc_offset_minutes * VG_MINUTE_MS, local = now_ms + offset, into = local % VG_DAY_MS;
    return local - (into < 0 ? into + VG_DAY_MS : into) - offset;
}
