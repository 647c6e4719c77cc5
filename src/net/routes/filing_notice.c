/* SPDX-License-Identifier: Apache-2.0
 *
 * What follows a notice to a host: another one in the same thread when there was no answer, and a look whether it is still there. */
#include "net/routes/filings_int.h"

#include "base/time.h"
#include "net/body.h"
#include "net/recheck.h"
#include "net/server_int.h"
#include "report/notice/notice.h"
#include "review/permission.h"

enum { LOOK_MS = 10000, ALL_MS = 25000 };

/* A notice that was sent, for who may file in its space; else the answer is there. */
static bool sent_notice(vg_desk *desk, vg_exchange *x, vg_filing_open_t *o)
{
    vg_error err = {0};
    if (!vg_filing_for_reader(desk, x, o)) return false;
    if (vg_review_require(&x->user, VG_MAY_FILING_MAKE, o->f.space, &err)) vg_answer_error(x, &err);
    else if (!vg_body_read(x, NULL, 0)) return false;
    else if (!vg_str_is(o->f.channel, "notice") || (o->f.state != VG_FILING_FILED && o->f.state != VG_FILING_ANSWERED)) vg_answer_problem(x, 409, NULL, "this is no notice that a host was sent");
    else return true;
    return false;
}

/* ---- still there? ---- */

static int look_at(vg_desk *desk, vg_exchange *x, vg_filing_open_t *o, const vg_notice *n, vg_buf *out, vg_error *err)
{
    const bool here = o->view.settings && o->view.settings->test;
    const int64_t end_us = vg_time_monotonic_us() + ALL_MS * INT64_C(1000);
    vg_buf_add_cstr(out, "{\"checks\":[");
    for (size_t i = 0; i < n->count; i++) {
        vg_fetched seen;
        const int64_t now_ms = vg_time_now();
        int64_t left = (end_us - vg_time_monotonic_us()) / 1000;
        vg_recheck_look(n->items[i].url, here, (long)(left < LOOK_MS ? left : LOOK_MS), &seen);
        const char *still = vg_still_names[vg_notice_judge(&n->items[i], &seen)];
        int rc = vg_store_filing_checked(desk->store, o->f.id, i + 1, still, x->user.name, now_ms, err);
        if (rc) return rc;
        vg_buf_printf(out, "%s{\"item\":%zu,\"url\":", i ? "," : "", i + 1);
        vg_buf_add_json_str(out, n->items[i].url);
        vg_buf_printf(out, ",\"still\":\"%s\",\"time\":", still);
        vg_json_time(out, now_ms);
        if (seen.status) vg_buf_printf(out, ",\"status\":%d", seen.status);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
    return 0;
}

void vg_route_filing_recheck(vg_desk *desk, vg_exchange *x)
{
    vg_filing_open_t o = {0};
    vg_notice n;
    vg_error err = {0};
    if (sent_notice(desk, x, &o)) {
        int rc = vg_notice_read(&o.view, desk->arena, &n, &err);
        if (!rc && !(o.policy && o.policy->report && o.policy->report->recheck)) rc = vg_fail(&err, VG_ECONFLICT, "", "the space's policy does not have addresses looked at again (report.recheck)");
        if (rc || look_at(desk, x, &o, &n, vg_answer_begin(x, 200, "application/json"), &err)) vg_answer_error(x, &err);
    }
    vg_filing_close(&o);
}

/* ---- following up ---- */

/* The next notice of the thread, as a draft: a person looks at it and confirms it as any other. */
static int follow(vg_desk *desk, vg_exchange *x, const vg_filing_open_t *o, vg_filing *next, vg_error *err)
{
    const vg_policy_report *report = o->policy ? o->policy->report : NULL;
    const int64_t now_ms = vg_time_now(), hours = report && report->follow_up_hours ? report->follow_up_hours : VG_NOTICE_FOLLOW_HOURS;
    char when[25];
    vg_str options = o->f.options;
    if (o->f.state == VG_FILING_ANSWERED) return vg_fail(err, VG_ECONFLICT, "", "the host has answered");
    if (now_ms < o->f.filed_ms + hours * VG_HOUR_MS) {
        vg_time_format(o->f.filed_ms + hours * VG_HOUR_MS, when);
        return vg_fail(err, VG_ECONFLICT, "", "the host has until %s to answer", when);
    }
    bool mail = o->f.reference.len && o->f.reference.ptr[0] == '<'; /* what a person carried has another number, and no thread */
    int rc = mail ? vg_notice_follow(o->f.options, o->f.reference, desk->arena, &options, err) : 0;
    if (rc) return rc;
    *next = (vg_filing){.case_id = o->f.case_id, .space = o->f.space, .receiver_id = o->f.receiver_id, .receiver = o->f.receiver, .channel = o->f.channel, .kind = o->f.kind,
                        .urgent = o->f.urgent, .four_eyes = report && report->four_eyes, .options = options, .again = VG_STR("no answer to the notice before"), .step = {"", 0},
                        .reference = {"", 0}, .memo = {"", 0}, .why = {"", 0}, .confirmed_by = {"", 0}, .seconded_by = {"", 0}, .made_by = x->user.name, .made_ms = now_ms,
                        .due_ms = vg_filing_due(report, o->f.urgent, now_ms)};
    return vg_store_filing_add(desk->store, next, err);
}

void vg_route_filing_follow_up(vg_desk *desk, vg_exchange *x)
{
    vg_filing_open_t o = {0};
    vg_filing next;
    vg_error err = {0};
    if (sent_notice(desk, x, &o)) {
        if (follow(desk, x, &o, &next, &err)) vg_answer_error(x, &err);
        else vg_filing_answer_with(desk, x, next.id, 201);
    }
    vg_filing_close(&o);
}
