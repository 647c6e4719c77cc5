/* SPDX-License-Identifier: Apache-2.0
 *
 * Time stamps of the audit log's checkpoints, on a schedule. What was stamped last is read from the store, never remembered: after a crash
 * at any moment the next round sees what there is, and at worst asks once more. While the authority is away it is asked again after 1, 5,
 * 30 minutes, then every two hours; nothing else waits for it. */
#include "base/log.h"
#include "base/time.h"
#include "net/server_int.h"
#include "stamping.h"

enum { ROUND_MS = 1000, BY_DEFAULT_MS = 24 * VG_HOUR_MS };

static int64_t interval(const vg_server *server) { return server->options.stamp_ms > 0 ? server->options.stamp_ms : BY_DEFAULT_MS; }

/* Never longer than from one stamp to the next. */
static int64_t wait_after(const vg_server *server, unsigned failures)
{
    static const int64_t waits[] = {VG_MINUTE_MS, 5 * VG_MINUTE_MS, 30 * VG_MINUTE_MS, 2 * VG_HOUR_MS};
    const size_t last = sizeof waits / sizeof waits[0] - 1;
    int64_t wait_ms = waits[failures > last ? last : failures];
    return wait_ms < interval(server) ? wait_ms : interval(server);
}

/* Takes one when it is time and there is a checkpoint without. *taken says whether. */
static int round_of(vg_server *server, vg_store *store, vg_arena *arena, int64_t now_ms, bool *taken, vg_error *err)
{
    const vg_server_options *o = &server->options;
    const vg_stamping how = {.url = o->stamp_url, .ca = o->stamp_ca};
    int64_t size, taken_ms, time_ms;
    vg_checkpoint c = {0};
    vg_error none = {0};
    *taken = false;
    int rc = vg_store_audit_stamp_last(store, &size, &taken_ms, &time_ms, err);
    if (rc) return rc;
    atomic_store(&server->gauges.stamp_last_ms, time_ms);
    /* a clock that was put back makes the newest one lie ahead: then it is time as well */
    if (taken_ms && taken_ms <= now_ms && now_ms - taken_ms < interval(server)) return 0;
    rc = vg_store_audit_checkpoint(store, arena, &c, &none);
    if (rc == -VG_ENOENT || (!rc && c.size == size)) return 0; /* nothing new to stamp */
    if (rc) return vg_fail(err, -rc, none.where, "%s", none.what);
    rc = vg_stamping_take(store, &c, &how, VG_STR("vigie"), &time_ms, err);
    if (rc) return rc;
    *taken = true;
    vg_count(&server->gauges.stamps, 1);
    atomic_store(&server->gauges.stamp_last_ms, time_ms);
    vg_log(VG_LOG_INFO, "net", "the checkpoint of %lld entries has a time stamp of %s", (long long)c.size, how.url);
    return 0;
}

void *vg_stamp_main(void *argument)
{
    vg_server *server = argument;
    vg_store *store = NULL;
    vg_arena *arena = vg_arena_create(16 << 10, 4 << 20);
    unsigned failures = 0;
    int64_t next_ms = 0; /* monotonic: of no clock that is put forward */
    while (arena && !vg_server_pause(server, ROUND_MS)) {
        vg_error err = {0};
        bool taken = false;
        if (vg_reaper_now() < next_ms) continue;
        if (!store && vg_store_open(&store, server->data_dir, server->ring, &err) == 0) vg_store_take_turns(store, &server->turns);
        vg_arena_reset(arena);
        if (store && round_of(server, store, arena, vg_time_now(), &taken, &err) == 0) {
            if (taken || !failures) atomic_store(&server->gauges.stamp_failing_ms, 0);
            if (taken) failures = 0;
            continue;
        }
        if (!failures) atomic_store(&server->gauges.stamp_failing_ms, vg_time_now());
        vg_count(&server->gauges.stamp_failures, 1);
        int64_t wait_ms = wait_after(server, failures++);
        next_ms = vg_reaper_now() + wait_ms;
        vg_log(VG_LOG_WARN, "net", "no time stamp: %s %s; again in %lld s", err.where, err.what, (long long)(wait_ms / 1000));
    }
    vg_store_close(&store);
    vg_arena_destroy(&arena);
    return NULL;
}
