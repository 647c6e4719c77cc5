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

static void write_check(vg_buf *out, const vg_filing_check *c, vg_str url)
{
    vg_buf_printf(out, "{\"look\":%u,\"item\":%u,\"still\":", c->look, c->item);
    vg_buf_add_json_str(out, c->still);
    if (url.len) vg_buf_add_cstr(out, ",\"url\":"), vg_buf_add_json_str(out, url);
    vg_buf_add_cstr(out, ",\"time\":");
    vg_json_time(out, c->at_ms);
    vg_buf_add_cstr(out, ",\"by\":");
    vg_buf_add_json_str(out, c->by);
    if (c->status) vg_buf_printf(out, ",\"status\":%d", c->status);
    vg_buf_add_char(out, '}');
}

int vg_filing_write_checks(vg_desk *desk, vg_filing_open_t *o, bool whole, vg_buf *out, vg_error *err)
{
    vg_filing_check *all;
    vg_notice n = {0};
    vg_error unreadable;
    size_t count;
    int rc = vg_store_filing_checks(desk->store, o->f.id, desk->arena, &all, &count, err);
    if (whole && vg_notice_read(&o->view, desk->arena, &n, &unreadable)) n.count = 0; /* what was chosen is forgotten: what was found is not */
    vg_buf_add_cstr(out, ",\"checks\":[");
    for (size_t i = 0; !rc && i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_check(out, &all[i], all[i].item && all[i].item <= n.count ? n.items[all[i].item - 1].url : (vg_str){"", 0});
    }
    vg_buf_add_char(out, ']');
    return rc;
}

static int look_at(vg_desk *desk, vg_exchange *x, vg_filing_open_t *o, const vg_notice *n, vg_buf *out, vg_error *err)
{
    const bool here = o->view.settings && o->view.settings->test;
    const int64_t end_us = vg_time_monotonic_us() + ALL_MS * INT64_C(1000);
    uint32_t look;
    int rc = vg_store_filing_look(desk->store, o->f.id, &look, err);
    vg_buf_add_cstr(out, "{\"checks\":[");
    for (size_t i = 0; !rc && i < n->count; i++) {
        vg_fetched seen;
        const int64_t now_ms = vg_time_now();
        int64_t left = (end_us - vg_time_monotonic_us()) / 1000;
        vg_recheck_look(n->items[i].url, here, (long)(left < LOOK_MS ? left : LOOK_MS), &seen);
        const vg_filing_check check = {.look = look, .item = (uint32_t)i + 1, .items = (uint32_t)n->count, .still = vg_str_of(vg_still_names[vg_notice_judge(&n->items[i], &seen)]),
                                       .by = x->user.name, .status = seen.status, .at_ms = now_ms};
        rc = vg_store_filing_checked(desk->store, o->f.id, &check, err);
        if (i) vg_buf_add_char(out, ',');
        write_check(out, &check, n->items[i].url);
    }
    vg_buf_add_cstr(out, "]}");
    if (!rc) vg_desk_tell(desk, o->f.case_id, "filing");
    return rc;
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
    const int64_t now_ms = vg_time_now();
    vg_filing_after after;
    char when[25];
    vg_str options = o->f.options;
    if (o->f.state == VG_FILING_ANSWERED) return vg_fail(err, VG_ECONFLICT, "", "the host has answered");
    int rc = vg_filing_after_of(desk->store, &o->f, o->policy, &after, err);
    if (rc) return rc;
    if (after.next) return vg_fail(err, VG_ECONFLICT, "", "it was followed up by filing %lld", (long long)after.next);
    if (now_ms < after.due_ms) {
        vg_time_format(after.due_ms, when);
        return vg_fail(err, VG_ECONFLICT, "", "the host has until %s to answer", when);
    }
    bool mail = o->f.reference.len && o->f.reference.ptr[0] == '<'; /* what a person carried has another number, and no thread */
    rc = mail ? vg_notice_follow(o->f.options, o->f.reference, desk->arena, &options, err) : 0;
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

/* ---- what waits for whom ---- */

int vg_filing_unanswered(vg_desk *desk, vg_filing **out, size_t *count, vg_error *err)
{
    const int64_t now_ms = vg_time_now();
    size_t kept = 0;
    int rc = vg_store_filing_unanswered(desk->store, now_ms - VG_HOUR_MS, desk->arena, out, count, err); /* no policy waits for less */
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    for (size_t i = 0; !rc && i < *count; i++)
        if (vg_filing_follow_ms(&(*out)[i], set ? vg_policy_set_find(set, (*out)[i].space, NULL) : NULL) <= now_ms) (*out)[kept++] = (*out)[i];
    if (set) vg_policy_set_unref(&set);
    *count = kept;
    return rc;
}

/* A notice to follow up is one of those that vg_filing_unanswered gave: nothing follows it and its time is over. */
static void count_todos(const vg_filing *all, size_t count, const vg_user *user, uint32_t todos[VG_FILING_TODOS])
{
    const int64_t now_ms = vg_time_now();
    for (size_t i = 0; i < count; i++) {
        const vg_filing_after after = {.due_ms = all[i].state == VG_FILING_FILED ? all[i].filed_ms : 0};
        int todo = vg_review_may(user, VG_MAY_FILING_SEE, all[i].space) ? vg_filing_todo(&all[i], &after, user, now_ms) : -1;
        if (todo >= 0) todos[todo]++;
    }
}

void vg_route_my_filings(vg_desk *desk, vg_exchange *x)
{
    static const vg_filing_state waiting[] = {VG_FILING_DRAFT, VG_FILING_CONFIRMED, VG_FILING_BY_HAND, VG_FILING_REFUSED};
    uint32_t todos[VG_FILING_TODOS] = {0}, total = 0;
    vg_filing *some;
    size_t count;
    vg_error err = {0};
    int rc = vg_review_require(&x->user, VG_MAY_FILING_SEE, (vg_str){"", 0}, &err);
    for (size_t i = 0; !rc && i < sizeof waiting / sizeof *waiting; i++) {
        rc = vg_store_filing_of_state(desk->store, waiting[i], 0, desk->arena, &some, &count, &err);
        if (!rc) count_todos(some, count, &x->user, todos);
    }
    if (!rc) rc = vg_filing_unanswered(desk, &some, &count, &err);
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    count_todos(some, count, &x->user, todos);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"waiting\":{");
    for (int i = 0; i < VG_FILING_TODOS; i++) {
        vg_buf_printf(out, "%s\"%s\":%u", i ? "," : "", vg_filing_todo_names[i], todos[i]);
        total += todos[i];
    }
    vg_buf_printf(out, "},\"total\":%u}", total);
}
