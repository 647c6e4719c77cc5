/* SPDX-License-Identifier: Apache-2.0
 *
 * After filing: where the space's policy says so, the key of a case goes to whom it was reported to. What is due is written with the filing's
 * end, so that a crash between the two loses nothing; the hand-over and the end of being due are one transaction too. */
#include <stdio.h>

#include "base/log.h"
#include "base/time.h"
#include "net/filing.h"
#include "net/server_int.h"
#include "store/evidence/evidence.h"
#include "store/filings/annex.h"

enum { AT_ONCE = 16 };

typedef struct ending {
    struct vg_server *server;
    vg_store *store;
    vg_arena *arena;
    const vg_hand_over_due *due;
    int64_t now_ms;
} ending;

/* The receiver's key as the policy has it now: it may have been renewed since; otherwise as it was when it was reported to. */
static void newest_key(const vg_policy_report *report, vg_receiver *receiver)
{
    for (size_t i = 0; i < report->receiver_count; i++) {
        const vg_receiver *r = &report->receivers[i];
        if (!r->has_key || !vg_str_is(vg_str_of(receiver->id), r->id)) continue;
        memcpy(receiver->public_key, r->public_key, sizeof receiver->public_key);
        receiver->key_until_ms = r->key_until_ms;
        receiver->has_key = true;
    }
}

static int hand_over(ending *e, const vg_filing *f, const vg_policy_report *report, vg_error *err)
{
    vg_receiver receiver;
    char reason[400];
    int rc = vg_receiver_read(f->receiver, e->arena, &receiver, err);
    if (rc) return rc;
    newest_key(report, &receiver);
    snprintf(reason, sizeof reason, "report %lld was filed%s%.*s", (long long)f->id, f->reference.len ? " as " : "", VG_STR_ARG(f->reference));
    const vg_hand_over_ask ask = {.case_id = f->case_id, .filing_id = f->id, .receiver = f->receiver_id, .public_key = receiver.has_key ? receiver.public_key : NULL,
                                  .key_until_ms = receiver.key_until_ms, .by = VG_STR("server"), .reason = vg_str_of(reason), .now_ms = e->now_ms};
    return vg_store_hand_over(e->store, &ask, NULL, err);
}

/* What a receiver was to have leaves before the key goes: afterwards nobody here can make it. */
static int archives_left(ending *e, vg_error *err)
{
    vg_archive_wait wait;
    char until[25];
    int rc = vg_store_archive_waits(e->store, e->due->case_id, e->due->filing_id, e->now_ms, e->arena, &wait, err);
    if (rc) return rc;
    switch (wait.state) {
    case VG_ARCHIVE_LEFT: return 0;
    case VG_ARCHIVE_JUST:
        vg_time_format(wait.until_ms, until);
        return vg_fail(err, VG_ECONFLICT, "", "the archive for %.*s was taken a moment ago: the key goes after %.10s %.5s UTC, so that a download that broke can be taken again", VG_STR_ARG(wait.receiver), until, until + 11);
    case VG_ARCHIVE_NO_MEDIA: return vg_fail(err, VG_ECONFLICT, "", "the archive that went to %.*s holds no media, and the case keeps some: take an archive with media, sealed for it", VG_STR_ARG(wait.receiver));
    case VG_ARCHIVE_OLD: return vg_fail(err, VG_ECONFLICT, "", "events came after the archive for %.*s was made: take a new one, sealed for it", VG_STR_ARG(wait.receiver));
    case VG_ARCHIVE_NOT_TAKEN: break;
    }
    return vg_fail(err, VG_ECONFLICT, "", "the archive for %.*s has not left: take it, sealed for it, before the key goes", VG_STR_ARG(wait.receiver));
}

/* What is to be done with what is due: handed over, dropped, or put off with what it waits for. */
static int end_one(ending *e, bool *drop, vg_error *err)
{
    vg_filing f;
    bool left, others;
    vg_policy_set *set = NULL;
    int rc = vg_store_filing_get(e->store, e->due->filing_id, e->arena, &f, err);
    if (!rc) rc = vg_store_hand_over_ready(e->store, e->due->case_id, e->arena, &left, &others, err);
    if (rc) return rc;
    set = vg_pipeline_policies(e->server->pipeline);
    const vg_policy *policy = set ? vg_policy_set_find(set, f.space, NULL) : NULL;
    const vg_policy_report *report = policy ? policy->report : NULL;
    *drop = !left || !report || report->after != VG_AFTER_HAND_OVER || (f.state != VG_FILING_FILED && f.state != VG_FILING_ANSWERED);
    if (!*drop)
        rc = others ? vg_fail(err, VG_ECONFLICT, "", "another report of this case is not done and needs its content: send it, or take it back")
                    : archives_left(e, err);
    if (!*drop && !rc) rc = hand_over(e, &f, report, err);
    if (set) vg_policy_set_unref(&set);
    return rc;
}

static void end(ending *e)
{
    vg_error err = {0}, failed = {0};
    bool drop = false;
    int64_t case_id = e->due->case_id;
    int rc = end_one(e, &drop, &err), stored = 0;
    if (rc) {
        int64_t wait_ms = e->due->attempts < 10 ? VG_MINUTE_MS : VG_HOUR_MS;
        stored = vg_store_hand_over_later(e->store, case_id, e->now_ms + wait_ms, vg_str_of(err.what), &failed);
        if (!e->due->attempts) vg_log(VG_LOG_WARN, "net", "the key of case %lld is not handed over yet: %s", (long long)case_id, err.what);
    } else if (drop) stored = vg_store_hand_over_drop(e->store, case_id, &failed);
    if (stored) vg_log(VG_LOG_ERROR, "net", "the hand-over of case %lld: %s", (long long)case_id, failed.what);
    if (!drop) vg_hub_case(&e->server->hub, e->store, e->arena, case_id, "touched", e->now_ms);
}

void vg_filing_hand_overs(struct vg_server *server, vg_store *store, vg_arena *arena)
{
    vg_hand_over_due *due;
    size_t count;
    vg_error err = {0};
    vg_arena_reset(arena);
    ending e = {.server = server, .store = store, .arena = arena, .now_ms = vg_time_now()};
    if (vg_store_hand_overs_due(store, e.now_ms, AT_ONCE, arena, &due, &count, &err)) {
        vg_log(VG_LOG_WARN, "net", "hand-overs that are due were not read: %s", err.what);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        e.due = &due[i];
        end(&e);
    }
}
