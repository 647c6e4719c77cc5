/* SPDX-License-Identifier: Apache-2.0 */
#include "net/demands.h"

#include "base/log.h"
#include "base/time.h"
#include "net/server_int.h"
#include "review/demand.h"
#include "store/demands/demands.h"

enum { WATCHED = 200 };

static void tell(vg_server *server, const vg_demand *d, int alarm)
{
    char name[24], due[25], line[512];
    vg_demand_name(d->id, name);
    vg_time_format(d->due_ms, due);
    int n = snprintf(line, sizeof line, "event: demand\ndata: {\"demand\":\"%s\",\"space\":\"%.*s\",\"alarm\":\"%s\",\"due\":\"%s\"}\n\n", name, VG_STR_ARG(d->space),
                     vg_demand_alarm_names[alarm], due); /* names of spaces: small letters, digits, -_. */
    if (n > 0 && (size_t)n < sizeof line) vg_hub_space(&server->hub, d->space, (vg_str){line, (size_t)n});
}

static void raise_alarm(vg_server *server, vg_store *store, vg_demand *d, int alarm, int64_t now_ms)
{
    vg_error err = {0};
    char name[24];
    const vg_demand_step step = {now_ms, VG_STR("watch"), VG_STEP_ALARM, -1, vg_str_of(vg_demand_alarm_names[alarm])};
    d->alarms |= 1u << alarm;
    vg_demand_name(d->id, name);
    if (vg_store_demand_step(store, d, &step, &err)) {
        if (err.code != VG_ECONFLICT) vg_log(VG_LOG_WARN, "net", "the alarm about %s was not raised yet: %s", name, err.what);
        return; /* the next round looks at it again */
    }
    vg_log(VG_LOG_WARN, "net", "demand %s: %s", name, alarm == VG_ALARM_OVERDUE ? "its time is over" : alarm == VG_ALARM_HALF ? "half of its time is over" : "a quarter of its time is left");
    tell(server, d, alarm);
}

void vg_demands_watch(vg_server *server, vg_store *store, vg_arena *arena, int64_t now_ms)
{
    vg_demand *running = NULL;
    size_t count = 0;
    vg_error err = {0};
    int64_t open = 0, late = 0;
    if (vg_store_demand_counts(store, now_ms, &open, &late, &err)) return;
    atomic_store(&server->gauges.open_demands, open);
    atomic_store(&server->gauges.late_demands, late);
    if (!open) return;
    vg_arena_reset(arena);
    if (vg_store_demand_running(store, WATCHED, arena, &running, &count, &err)) {
        vg_log(VG_LOG_WARN, "net", "the clocks of demands were not looked at: %s", err.what);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        int alarm = vg_demand_alarm_due(&running[i], now_ms);
        if (alarm >= 0) raise_alarm(server, store, &running[i], alarm, now_ms);
    }
}
