/* SPDX-License-Identifier: Apache-2.0 */
#include "review/demand.h"

static bool runs(const vg_demand *d) { return d->state == VG_DEMAND_RECEIVED || d->state == VG_DEMAND_ACKNOWLEDGED; }

static bool stands(const vg_demand *d) { return d->state == VG_DEMAND_SUSPENDED || d->state == VG_DEMAND_CONTESTED; }

static int refuse(const vg_demand *d, const char *what, vg_error *err)
{
    return vg_fail(err, VG_ECONFLICT, "/step", "the demand is %s: it cannot be %s now", vg_demand_state_names[d->state], what);
}

static void stop_clock(vg_demand *d, vg_demand_state state, int64_t now_ms)
{
    d->state = state;
    if (!d->stopped_ms) d->stopped_ms = now_ms;
}

static void start_clock(vg_demand *d, int64_t now_ms)
{
    int64_t stood = now_ms > d->stopped_ms ? now_ms - d->stopped_ms : 0; /* a clock of the machine that went back takes nothing away */
    d->stood_ms += stood;
    d->due_ms += stood;
    d->stopped_ms = 0;
    d->state = d->acknowledged_ms ? VG_DEMAND_ACKNOWLEDGED : VG_DEMAND_RECEIVED;
}

static int acknowledge(vg_demand *d, int64_t now_ms, vg_error *err)
{
    if (d->acknowledged_ms || d->state == VG_DEMAND_DONE) return refuse(d, "acknowledged", err);
    d->acknowledged_ms = now_ms;
    if (d->state == VG_DEMAND_RECEIVED) d->state = VG_DEMAND_ACKNOWLEDGED;
    return 0;
}

int vg_demand_apply(vg_demand *d, vg_demand_step_kind step, int ground, vg_str text, int64_t now_ms, vg_error *err)
{
    switch (step) {
    case VG_STEP_ACKNOWLEDGE: return acknowledge(d, now_ms, err);
    case VG_STEP_SUSPEND:
        if (!runs(d)) return refuse(d, "suspended", err);
        if (ground < 0 || ground >= VG_STANDS)
            return vg_fail(err, VG_EINVAL, "/ground", "expected force_majeure, manifest_error or information_missing");
        if (!text.len) return vg_fail(err, VG_EINVAL, "/text", "the authority is owed the reasons: say them");
        stop_clock(d, VG_DEMAND_SUSPENDED, now_ms);
        return 0;
    case VG_STEP_CONTEST:
        if (!runs(d) && d->state != VG_DEMAND_SUSPENDED) return refuse(d, "contested", err);
        if (!text.len) return vg_fail(err, VG_EINVAL, "/text", "say where and why it is contested");
        stop_clock(d, VG_DEMAND_CONTESTED, now_ms);
        return 0;
    case VG_STEP_RESUME:
        if (!stands(d)) return refuse(d, "resumed", err);
        start_clock(d, now_ms);
        return 0;
    case VG_STEP_EXECUTED:
        if (d->state == VG_DEMAND_DONE) return refuse(d, "carried out again", err);
        d->executed_ms = now_ms;
        return 0;
    case VG_STEP_DONE:
        if (d->state == VG_DEMAND_DONE) return refuse(d, "closed again", err);
        if (stands(d)) return vg_fail(err, VG_ECONFLICT, "/step", "the demand is %s: resume it first", vg_demand_state_names[d->state]);
        if (d->kind == VG_DEMAND_REMOVE && !d->executed_ms)
            return vg_fail(err, VG_ECONFLICT, "/step", "nothing says yet that it was carried out: there is no proof to confirm");
        d->state = VG_DEMAND_DONE;
        d->done_ms = now_ms;
        return 0;
    default: return vg_fail(err, VG_EINVAL, "/step", "expected acknowledge, suspend, resume, contest or done");
    }
}

int64_t vg_demand_left(const vg_demand *d, int64_t now_ms)
{
    int64_t at = now_ms;
    if (d->done_ms) at = d->executed_ms ? d->executed_ms : d->done_ms;
    else if (d->stopped_ms) at = d->stopped_ms;
    return d->due_ms - at;
}

/* When an alarm falls: half of the time, a quarter before the end, the end. */
static int64_t falls(const vg_demand *d, int alarm)
{
    int64_t whole = d->due_ms - d->received_ms - d->stood_ms;
    return alarm == VG_ALARM_HALF ? d->due_ms - whole / 2 : alarm == VG_ALARM_LAST_QUARTER ? d->due_ms - whole / 4 : d->due_ms;
}

int vg_demand_alarm_due(const vg_demand *d, int64_t now_ms)
{
    if (!runs(d)) return -1;
    for (int alarm = VG_ALARMS - 1; alarm >= 0; alarm--)
        if (now_ms >= falls(d, alarm)) return d->alarms >> alarm & 1 ? -1 : alarm;
    return -1;
}

int64_t vg_demand_next_alarm(const vg_demand *d)
{
    if (!runs(d)) return INT64_MAX;
    for (int alarm = 0; alarm < VG_ALARMS; alarm++)
        if (!(d->alarms >> alarm)) return falls(d, alarm); /* a later one that was raised speaks for those before */
    return INT64_MAX;
}
