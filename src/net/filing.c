/* SPDX-License-Identifier: Apache-2.0 */
#include "net/filing.h"

#include "base/time.h"
#include "net/server_int.h"
#include "report/notice/notice.h"
#include "review/permission.h"

int vg_filing_open_up(struct vg_server *server, vg_store *store, vg_arena *arena, vg_str reader, bool outgoing, int64_t now_ms, vg_filing_open_t *o, vg_error *err)
{
    o->set = vg_pipeline_policies(server->pipeline);
    const vg_filing_open_ask ask = {.set = o->set, .ring = server->ring, .data_dir = server->data_dir, .reader = reader, .outgoing = outgoing, .now_ms = now_ms};
    return vg_filing_open_with(store, &ask, arena, o, err);
}

void vg_filing_close(vg_filing_open_t *o)
{
    if (o->set) vg_policy_set_unref(&o->set);
}

/* ---- what waits ---- */

int64_t vg_filing_follow_ms(const vg_filing *f, const vg_policy *policy)
{
    const vg_policy_report *report = policy ? policy->report : NULL;
    return f->filed_ms + (report && report->follow_up_hours ? report->follow_up_hours : VG_NOTICE_FOLLOW_HOURS) * VG_HOUR_MS;
}

int vg_filing_after_of(vg_store *store, const vg_filing *f, const vg_policy *policy, vg_filing_after *out, vg_error *err)
{
    *out = (vg_filing_after){0};
    if (!vg_str_is(f->channel, "notice") || (f->state != VG_FILING_FILED && f->state != VG_FILING_ANSWERED)) return 0;
    int rc = vg_store_filing_after(store, f->id, &out->next, &out->gone, err);
    out->may_look = policy && policy->report && policy->report->recheck;
    if (!rc && f->state == VG_FILING_FILED && !out->next) out->due_ms = vg_filing_follow_ms(f, policy);
    return rc;
}

typedef struct action {
    const char *name;
    bool may;
} action;
enum { ACTIONS = 10 };

/* What this person may do with it now. */
static void actions_of(const vg_filing *f, const vg_filing_after *after, const vg_user *user, int64_t now_ms, action out[ACTIONS])
{
    bool make = vg_review_may(user, VG_MAY_FILING_MAKE, f->space), keep = vg_review_may(user, VG_MAY_FILING_KEEP, f->space);
    bool mine = vg_str_eq(f->confirmed_by, user->name) || vg_str_eq(f->seconded_by, user->name);
    const action all[ACTIONS] = {{"confirm", make && f->state == VG_FILING_DRAFT},
                                 {"second", make && f->state == VG_FILING_CONFIRMED && !vg_str_eq(f->confirmed_by, user->name)},
                                 {"options", make && f->state == VG_FILING_DRAFT},
                                 {"drop", make && f->state == VG_FILING_DRAFT && !f->steps},
                                 {"withdraw", make && vg_filing_next(f->state, VG_MOVE_WITHDRAW, f->four_eyes) >= 0},
                                 {"retry", keep && vg_filing_next(f->state, VG_MOVE_RETRY, f->four_eyes) >= 0},
                                 {"done", (keep || (make && mine)) && f->state == VG_FILING_BY_HAND},
                                 {"answer", vg_review_may(user, VG_MAY_ANSWER_RECORD, f->space) && vg_filing_next(f->state, VG_MOVE_ANSWER, f->four_eyes) >= 0},
                                 {"follow_up", make && after->due_ms && after->due_ms <= now_ms},
                                 {"recheck", make && after->may_look}};
    memcpy(out, all, sizeof all);
}

const char *const vg_filing_todo_names[VG_FILING_TODOS] = {"confirm", "second", "done", "retry", "follow_up"};

int vg_filing_todo(const vg_filing *f, const vg_filing_after *after, const vg_user *user, int64_t now_ms)
{
    action all[ACTIONS];
    bool waits = f->state == VG_FILING_DRAFT || f->state == VG_FILING_CONFIRMED || f->state == VG_FILING_BY_HAND || f->state == VG_FILING_REFUSED ||
                 (f->state == VG_FILING_FILED && !after->gone);
    actions_of(f, after, user, now_ms, all);
    for (int i = 0; waits && i < VG_FILING_TODOS; i++)
        for (int k = 0; k < ACTIONS; k++)
            if (all[k].may && !strcmp(all[k].name, vg_filing_todo_names[i])) return i;
    return -1;
}

/* ---- as JSON ---- */

static void hand(vg_buf *out, const char *name, vg_str by, int64_t at_ms)
{
    if (!at_ms) return;
    vg_buf_printf(out, ",\"%s\":{\"by\":", name);
    vg_buf_add_json_str(out, by);
    vg_buf_add_cstr(out, ",\"at\":");
    vg_json_time(out, at_ms);
    vg_buf_add_char(out, '}');
}

static void time_of(vg_buf *out, const char *name, int64_t ms)
{
    if (!ms) return;
    vg_buf_printf(out, ",\"%s\":", name);
    vg_json_time(out, ms);
}

static void text_of(vg_buf *out, const char *name, vg_str s)
{
    if (!s.len) return;
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, s);
}

static void write_actions(vg_buf *out, const action all[ACTIONS])
{
    bool first = true;
    vg_buf_add_cstr(out, ",\"actions\":[");
    for (size_t i = 0; i < ACTIONS; i++) {
        if (!all[i].may) continue;
        vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", all[i].name);
        first = false;
    }
    vg_buf_add_char(out, ']');
}

/* The receiver as it was, without its key. */
static void write_receiver(vg_buf *out, vg_str receiver)
{
    static const char key[] = ",\"public_key\":\"";
    const char *at = receiver.len ? memmem(receiver.ptr, receiver.len, key, sizeof key - 1) : NULL;
    size_t before = at ? (size_t)(at - receiver.ptr) : receiver.len, skip = at ? sizeof key - 1 + 65 : 0;
    vg_buf_add_cstr(out, ",\"receiver\":");
    vg_buf_add(out, receiver.ptr, before);
    if (skip && before + skip <= receiver.len) vg_buf_add(out, at + skip, receiver.len - before - skip);
}

/* Left open for more members. */
static void write_open(vg_buf *out, const vg_filing *f, const vg_policy *policy)
{
    static const char *const carries[] = {"http", "mail", "hand"};
    char name[24], channel_name[48];
    snprintf(channel_name, sizeof channel_name, "%.*s", VG_STR_ARG(f->channel));
    const vg_filing_channel *channel = vg_filing_channel_find(channel_name);
    const vg_report_channel *settings = policy ? vg_report_channel_find(policy->report, channel_name) : NULL;
    vg_case_name(f->case_id, name);
    vg_buf_printf(out, "{\"id\":%lld,\"uuid\":\"%s\",\"case\":\"%s\"", (long long)f->id, f->uuid, name);
    text_of(out, "space", f->space);
    write_receiver(out, f->receiver);
    text_of(out, "channel", f->channel);
    if (channel) {
        vg_buf_add_cstr(out, ",\"channel_title\":");
        vg_json_both(out, channel->title);
    }
    vg_buf_printf(out, ",\"carry\":\"%s\",\"test\":%s", carries[channel ? channel->carry : VG_CARRY_HAND], settings && settings->test ? "true" : "false");
    vg_buf_printf(out, ",\"state\":\"%s\",\"urgent\":%s,\"four_eyes\":%s", vg_filing_state_names[f->state], f->urgent ? "true" : "false", f->four_eyes ? "true" : "false");
    hand(out, "made", f->made_by, f->made_ms);
    hand(out, "confirmed", f->confirmed_by, f->confirmed_ms);
    hand(out, "seconded", f->seconded_by, f->seconded_ms);
    time_of(out, "prepared", f->prepared_ms);
    time_of(out, "due", f->due_ms);
    text_of(out, "step", f->step);
    vg_buf_printf(out, ",\"unsure\":%s", f->unsure ? "true" : "false");
    if (f->state == VG_FILING_LATER || f->state == VG_FILING_QUEUED) time_of(out, "next", f->next_ms);
    time_of(out, "expires", f->expires_ms);
    vg_buf_printf(out, ",\"attempts\":%u,\"round\":%u,\"answers\":%u", f->attempts, f->round, f->answers);
    if (f->answer_kinds) vg_json_answers(out, "answered", f->answer_kinds);
    text_of(out, "reference", f->reference);
    text_of(out, "why", f->why);
    if (f->again.len) vg_buf_add_cstr(out, ",\"again\":true");
    if (f->withdrawing) vg_buf_add_cstr(out, ",\"withdrawing\":true");
    time_of(out, "filed", f->filed_ms);
}

void vg_filing_write(vg_buf *out, const vg_filing *f, const vg_filing_after *after, const vg_user *user, const vg_policy *policy, int64_t now_ms)
{
    action all[ACTIONS];
    actions_of(f, after, user, now_ms, all);
    write_open(out, f, policy);
    if (!after->gone) time_of(out, "follow_up_due", after->due_ms);
    if (after->next) vg_buf_printf(out, ",\"followed_by\":%lld", (long long)after->next);
    write_actions(out, all);
    vg_buf_add_char(out, '}');
}
