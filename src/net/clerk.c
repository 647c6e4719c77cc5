/* SPDX-License-Identifier: Apache-2.0
 *
 * The clerk: one thread that stores cases. Whatever waits when it looks is committed in one transaction, so
 * that a disk that takes five milliseconds to say "written" still stores thousands of cases a second. All or
 * nothing: when the transaction fails for the disk's sake, each waiting request is answered 503; memory knows
 * these events as uncommitted, and the same event sent again stores its case. When it fails for the sake of
 * one row, each request is tried by itself. */
#include "base/alloc.h"
#include "base/log.h"
#include "base/time.h"
#include "base/turns.h"
#include "net/server_int.h"

enum { MOST_WRITES = 2000 };

static int commit(vg_server *server, vg_store *store, const vg_case_write *writes, size_t count,
                  vg_case_written *written)
{
    vg_error err = {0};
    int64_t began = vg_time_monotonic_us();
    int rc = vg_store_case_write(store, writes, count, written, &err);
    vg_count(&server->gauges.commits, 1);
    vg_count(&server->gauges.commit_us, (uint64_t)(vg_time_monotonic_us() - began));
    if (rc) {
        vg_count(&server->gauges.commit_failures, 1);
        vg_log(VG_LOG_ERROR, "net", "%zu cases could not be stored: %s", count, err.what);
    }
    return rc;
}

static void count_written(vg_server *server, const vg_case_written *written, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!written[i].duplicate)
            vg_count(written[i].opened ? &server->gauges.cases_opened : &server->gauges.cases_touched, 1);
}

/* A case that consoles are still to be told of. */
typedef struct news {
    int64_t case_id;
    bool opened;
} news;

/* Tells memory, and notes in `notes` what the consoles are to be told once nobody waits any more. */
static size_t note_stored(vg_server *server, const vg_exchange *x, news *notes, size_t n)
{
    for (size_t i = 0; i < x->job.count; i++) {
        const vg_case_written *w = &x->job.written[i];
        vg_pipeline_case_stored(server->pipeline, x->job.event_keys[i], w->case_id);
        if (notes && !w->duplicate) notes[n++] = (news){w->case_id, w->opened};
    }
    count_written(server, x->job.written, x->job.count);
    return n;
}

static bool is_transient(int rc)
{
    return rc == -VG_EFULL || rc == -VG_EBUSY || rc == -VG_EIO || rc == -VG_ENOMEM;
}

static void commit_each(vg_server *server, vg_store *store, vg_exchange *first, vg_exchange *end)
{
    for (vg_exchange *x = first; x != end; x = x->next)
        x->job.code = -commit(server, store, x->job.writes, x->job.count, x->job.written);
}

/* Commits the exchanges from `first` up to, not including, `end`. */
static void commit_group(vg_server *server, vg_store *store, vg_arena *arena, vg_exchange *first,
                         vg_exchange *end, size_t count)
{
    int rc;
    if (first->next == end)
        rc = commit(server, store, first->job.writes, first->job.count, first->job.written);
    else {
        vg_case_write *writes = vg_arena_alloc(arena, count * sizeof *writes);
        vg_case_written *written = vg_arena_calloc(arena, count, sizeof *written);
        size_t n = 0;
        if (!writes || !written) rc = -VG_ENOMEM;
        else {
            for (vg_exchange *x = first; x != end; x = x->next)
                for (size_t i = 0; i < x->job.count; i++) writes[n++] = x->job.writes[i];
            rc = commit(server, store, writes, count, written);
            n = 0;
            for (vg_exchange *x = first; x != end && rc == 0; x = x->next)
                for (size_t i = 0; i < x->job.count; i++) x->job.written[i] = written[n++];
        }
    }
    if (rc && !is_transient(rc)) {
        commit_each(server, store, first, end);
        return;
    }
    for (vg_exchange *x = first; x != end; x = x->next) x->job.code = -rc;
}

void vg_clerk_run(vg_server *server, vg_store *store, vg_arena *arena, vg_exchange *chain)
{
    vg_exchange *first = chain;
    while (first) {
        vg_exchange *end = first;
        size_t count = 0;
        do {
            count += end->job.count;
            end = end->next;
        } while (end && count + end->job.count <= MOST_WRITES);
        vg_arena_reset(arena);
        commit_group(server, store, arena, first, end, count);
        /* Without memory for the notes the consoles hear of these cases with their next look at the queue. */
        news *notes = vg_hub_empty(&server->hub) ? NULL : vg_arena_alloc(arena, count * sizeof *notes);
        size_t n = 0;
        for (vg_exchange *x = first, *next; x != end; x = next) {
            next = x->next; /* once woken, x belongs to its connection again */
            if (x->job.code == 0) n = note_stored(server, x, notes, n);
            if (x->waiting) vg_server_wake(x);
        }
        int64_t now_ms = vg_time_now();
        for (size_t i = 0; i < n; i++)
            vg_hub_case(&server->hub, store, arena, notes[i].case_id, notes[i].opened ? "opened" : "touched", now_ms);
        first = end;
    }
}

void *vg_clerk_main(void *argument)
{
    vg_server *server = argument;
    vg_exchange *chain;
    vg_turns_short(); /* refused, cases wait longer on a busy machine, no more */
    while ((chain = vg_queue_take(&server->clerk_queue, true)))
        vg_clerk_run(server, server->clerk.store, server->clerk.arena, chain);
    return NULL;
}
