/* SPDX-License-Identifier: Apache-2.0
 *
 * The life of a demand: which step follows which, what the clock does, when an alarm is due.
 */
#include "review/demand.h"

#include "base/time.h"
#include "tap.h"

#define T0 INT64_C(1777896000000)
#define H VG_HOUR_MS

static vg_demand fresh(void) { return (vg_demand){.id = 1, .kind = VG_DEMAND_REMOVE, .received_ms = T0, .due_ms = T0 + 24 * H}; }

static int step(vg_demand *d, vg_demand_step_kind kind, int64_t now_ms)
{
    vg_error err = {0};
    return vg_demand_apply(d, kind, VG_STAND_FORCE_MAJEURE, VG_STR("why"), now_ms, &err);
}

static void test_clock(void)
{
    vg_demand d = fresh();
    TAP_EQ_INT(vg_demand_left(&d, T0), 24 * H, "24 hours");
    TAP_EQ_INT(vg_demand_left(&d, T0 + 25 * H), -H, "and late after them");
    TAP_EQ_INT(step(&d, VG_STEP_SUSPEND, T0 + 10 * H), 0, "it is suspended");
    TAP_EQ_INT(vg_demand_left(&d, T0 + 100 * H), 14 * H, "nothing runs off");
    TAP_EQ_INT(step(&d, VG_STEP_CONTEST, T0 + 20 * H), 0, "what is suspended may be contested");
    TAP_EQ_INT(vg_demand_left(&d, T0 + 100 * H), 14 * H, "the clock stands since the first of them");
    TAP_EQ_INT(step(&d, VG_STEP_RESUME, T0 + 30 * H), 0, "it goes on");
    TAP_OK(d.due_ms == T0 + 44 * H && d.stood_ms == 20 * H && !d.stopped_ms, "and ends by as much later");
    TAP_EQ_INT(d.state, VG_DEMAND_RECEIVED, "as it was before");
    step(&d, VG_STEP_SUSPEND, T0 + 31 * H);
    TAP_EQ_INT(step(&d, VG_STEP_RESUME, T0 + 29 * H), 0, "the machine's clock was set back meanwhile");
    TAP_EQ_INT(d.due_ms, T0 + 44 * H, "which takes nothing away");
    step(&d, VG_STEP_EXECUTED, T0 + 40 * H);
    step(&d, VG_STEP_DONE, T0 + 50 * H);
    TAP_EQ_INT(vg_demand_left(&d, T0 + 900 * H), 4 * H, "what counts is when it was carried out, not when somebody confirmed it");
}

static void test_steps(void)
{
    vg_error err = {0};
    vg_demand d = fresh();
    TAP_EQ_INT(step(&d, VG_STEP_DONE, T0), -VG_ECONFLICT, "a removal that nobody carried out is not done");
    TAP_EQ_INT(step(&d, VG_STEP_RESUME, T0), -VG_ECONFLICT, "what runs is not resumed");
    TAP_EQ_INT(vg_demand_apply(&d, VG_STEP_SUSPEND, -1, VG_STR("why"), T0, &err), -VG_EINVAL, "a suspension has a ground");
    TAP_EQ_INT(vg_demand_apply(&d, VG_STEP_SUSPEND, VG_STANDS, VG_STR("why"), T0, &err), -VG_EINVAL, "one of those there are");
    TAP_EQ_INT(vg_demand_apply(&d, VG_STEP_SUSPEND, 0, VG_STR(""), T0, &err), -VG_EINVAL, "and reasons");
    TAP_EQ_INT(vg_demand_apply(&d, VG_STEP_CONTEST, -1, VG_STR(""), T0, &err), -VG_EINVAL, "so has a contest");
    TAP_EQ_INT(step(&d, VG_STEP_TAKEN, T0), -VG_EINVAL, "nobody takes it in again");
    TAP_EQ_INT(d.steps + d.state, 0, "what is refused changes nothing");
    TAP_EQ_INT(step(&d, VG_STEP_ACKNOWLEDGE, T0 + 1), 0, "the authority is told that it came");
    TAP_EQ_INT(step(&d, VG_STEP_ACKNOWLEDGE, T0 + 2), -VG_ECONFLICT, "once");
    step(&d, VG_STEP_SUSPEND, T0 + 3);
    TAP_EQ_INT(step(&d, VG_STEP_SUSPEND, T0 + 4), -VG_ECONFLICT, "what stands is not suspended again");
    TAP_EQ_INT(step(&d, VG_STEP_EXECUTED, T0 + 4), 0, "it may be carried out all the same");
    TAP_EQ_INT(step(&d, VG_STEP_DONE, T0 + 5), -VG_ECONFLICT, "but not closed before it goes on");
    step(&d, VG_STEP_RESUME, T0 + 6);
    TAP_EQ_INT(d.state, VG_DEMAND_ACKNOWLEDGED, "that it was acknowledged is not forgotten");
    TAP_EQ_INT(step(&d, VG_STEP_DONE, T0 + 7), 0, "now it is done");
    static const vg_demand_step_kind after[] = {VG_STEP_ACKNOWLEDGE, VG_STEP_SUSPEND, VG_STEP_RESUME, VG_STEP_CONTEST, VG_STEP_EXECUTED, VG_STEP_DONE};
    for (size_t i = 0; i < sizeof after / sizeof *after; i++) TAP_OK(step(&d, after[i], T0 + 8) == -VG_ECONFLICT, "after the end there is no %s", vg_demand_step_names[after[i]]);
    d = fresh(), d.kind = VG_DEMAND_INFORM;
    TAP_EQ_INT(step(&d, VG_STEP_DONE, T0), 0, "a demand for information is answered without removing anything");
}

static void test_alarms(void)
{
    vg_demand d = fresh();
    TAP_EQ_INT(vg_demand_alarm_due(&d, T0 + 12 * H - 1), -1, "no alarm before half of the time");
    TAP_EQ_INT(vg_demand_next_alarm(&d), T0 + 12 * H, "half of it is the next");
    TAP_EQ_INT(vg_demand_alarm_due(&d, T0 + 12 * H), VG_ALARM_HALF, "half");
    d.alarms = 1u << VG_ALARM_HALF;
    TAP_EQ_INT(vg_demand_alarm_due(&d, T0 + 13 * H), -1, "once");
    TAP_EQ_INT(vg_demand_next_alarm(&d), T0 + 18 * H, "then a quarter is left");
    TAP_EQ_INT(vg_demand_alarm_due(&d, T0 + 30 * H), VG_ALARM_OVERDUE, "after a long sleep the most urgent one alone");
    d.alarms |= 1u << VG_ALARM_OVERDUE;
    TAP_EQ_INT(vg_demand_alarm_due(&d, T0 + 31 * H), -1, "which speaks for those before");
    TAP_EQ_INT(vg_demand_next_alarm(&d), INT64_MAX, "and there is no other");
    d = fresh();
    step(&d, VG_STEP_SUSPEND, T0 + 11 * H);
    TAP_EQ_INT(vg_demand_alarm_due(&d, T0 + 90 * H), -1, "a clock that stands raises none");
    TAP_EQ_INT(vg_demand_next_alarm(&d), INT64_MAX, "and is not looked at");
    step(&d, VG_STEP_RESUME, T0 + 21 * H);
    TAP_EQ_INT(vg_demand_next_alarm(&d), T0 + 22 * H, "alarms move with the end");
}

int main(void)
{
    test_clock();
    test_steps();
    test_alarms();
    return tap_done();
}
