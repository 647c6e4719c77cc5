/* SPDX-License-Identifier: Apache-2.0
 *
 * net/metrics: what the server counts, and the Prometheus text of it.
 *
 * Each thread has its own counters, so that counting costs no shared cache line; a scrape adds them up.
 */
#ifndef VG_NET_METRICS_H
#define VG_NET_METRICS_H

#include <stdatomic.h>
#include "base/str.h"
#include "event/filing.h"
#include "event/bank.h"
#include "event/event.h"
#include "event/evidence.h"

enum { VG_COUNTED_ROUTES = 192, VG_COUNTED_STATUSES = 24, VG_LATENCY_BUCKETS = 15, VG_DECODE_BUCKETS = 10 };

typedef struct vg_counters {
    _Atomic uint64_t requests[VG_COUNTED_ROUTES + 1][VG_COUNTED_STATUSES]; /* last route: none found */
    _Atomic uint64_t events[VG_EVENT_TYPES][VG_VERDICTS];
    _Atomic uint64_t lookups, matches[VG_BANK_EFFECTS]; /* of media in banks */
    _Atomic uint64_t not_scanned, duplicates, conflicts, refused;
    _Atomic uint64_t latency[VG_LATENCY_BUCKETS + 1];
    _Atomic uint64_t latency_us;
} vg_counters;

/* What other threads measure now and then, for /metrics and the pulse. */
typedef struct vg_gauges {
    _Atomic int64_t open_cases, claimed_cases, overdue_cases;
    _Atomic int64_t open_demands, late_demands; /* of authorities: whose clock runs; whose time is over */
    _Atomic int64_t filings[VG_FILING_STATES], filing_oldest_ms, filings_late; /* late: to be confirmed, and past their time */
    _Atomic uint64_t accounts, pairs, conversations, seen, memory_bytes, journal_lag;
    _Atomic uint64_t cases_opened, cases_touched, commits, commit_failures, commit_us;
    _Atomic uint64_t webhook_delivered, webhook_failed, webhook_dead, webhook_waiting;
    _Atomic uint64_t streams, streams_dropped, connections, late;
    _Atomic uint64_t policy_version, policy_spaces, reloads, reload_failures, retention_removed,
        cases_destroyed;
    _Atomic int64_t policy_loaded_ms, started_ms;
    _Atomic uint64_t stamps, stamp_failures;          /* of checkpoints of the audit log */
    _Atomic int64_t stamp_last_ms, stamp_failing_ms;  /* what the newest one says; since when none comes, 0: they come */
    _Atomic int64_t audit_entries, audit_behind;      /* of a log from before its tree: what the tree has still to take in */
    _Atomic uint64_t uploads, upload_bytes, media_sealed, media_swept;
    _Atomic uint64_t decoded, not_decoded, decode_failures, decode_us, decode[VG_DECODE_BUCKETS + 1];
} vg_gauges;

static inline void vg_count(_Atomic uint64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/** Counts one answered request. `route` is its number, or -1. */
void vg_count_request(vg_counters *counters, int route, int status);
/** Counts the time of one POST /v1/events. */
void vg_count_latency(vg_counters *counters, int64_t us);
/** Counts one file given to the decoder: 1 decoded, 0 it could not be, -1 no decoder answered. */
void vg_gauges_decoded(vg_gauges *gauges, int64_t us, int result);
/** Adds `from` to `to`. */
void vg_counters_sum(vg_counters *to, const vg_counters *from);

struct vg_server;
/** Appends the whole exposition. */
void vg_metrics_write(struct vg_server *server, vg_buf *out);
/** All counters of the server added up. */
void vg_metrics_total(struct vg_server *server, vg_counters *total);

#endif
