/* SPDX-License-Identifier: Apache-2.0 */
#include "filing_open.h"

#include "dossier.h"
#include "filing_annex.h"

static const vg_policy_report no_report;

int vg_filing_open_with(vg_store *store, const vg_filing_open_ask *by, vg_arena *arena, vg_filing_open_t *o, vg_error *err)
{
    vg_str channel = vg_arena_copy(arena, o->f.channel);
    o->policy = by->set ? vg_policy_set_find(by->set, o->f.space, NULL) : NULL;
    o->channel = channel.ptr ? vg_filing_channel_find(channel.ptr) : NULL;
    if (!o->channel) return vg_fail(err, VG_EINVAL, "", "there is no channel %.*s any more", VG_STR_ARG(o->f.channel));
    const vg_dossier_ask ask = {.case_id = o->f.case_id, .policy = o->policy, .book = by->set ? vg_policy_set_book(by->set) : NULL, .reader = by->reader,
                                .outgoing = by->outgoing, .data_dir = by->data_dir, .ring = by->ring, .now_ms = o->f.prepared_ms, .as_of_ms = o->f.prepared_ms};
    int rc = vg_receiver_read(o->f.receiver, arena, &o->receiver, err);
    if (!rc) rc = vg_dossier_gather(store, &ask, arena, &o->dossier, err);
    if (rc) return rc;
    o->view = (vg_filing_view){.id = o->f.id, .uuid = o->f.uuid, .dossier = &o->dossier, .receiver = &o->receiver,
                               .report = o->policy && o->policy->report ? o->policy->report : &no_report, .options = o->f.options, .now_ms = by->now_ms,
                               .emergency = o->dossier.emergency, .wish = o->view.wish};
    o->view.settings = vg_report_channel_find(o->view.report, o->channel->name);
    rc = vg_store_filing_prior(store, &o->f, o->dossier.c.account, arena, &o->dossier.prior_reports, err);
    return rc ? rc : vg_filing_annex_open(store, by, arena, o, err);
}

int vg_filing_papers(vg_filing_open_t *o, vg_arena *arena, vg_documents *out, uint8_t hash[32], vg_error *err)
{
    vg_filing_view view = o->view;
    view.now_ms = o->f.prepared_ms; /* the same papers whenever they are written */
    *out = (vg_documents){0};
    int rc = o->channel->documents(&view, arena, out, err);
    if (!rc) vg_filing_hash(&view, out, hash);
    return rc;
}

bool vg_filing_outdated(const vg_filing_open_t *o)
{
    return o->dossier.c.event_count && o->dossier.newest_ms > o->f.prepared_ms;
}

/* ---- a draft ---- */

const vg_receiver *vg_filing_receiver(const vg_policy *policy, const vg_law_book *book, vg_str id)
{
    const vg_policy_report *report = policy ? policy->report : NULL;
    for (size_t i = 0; report && i < report->receiver_count; i++)
        if (vg_str_is(id, report->receivers[i].id)) return &report->receivers[i];
    for (size_t i = 0; book && i < book->receiver_count; i++)
        if (vg_str_is(id, book->receivers[i].id)) return &book->receivers[i];
    return NULL;
}

int vg_filing_draft(vg_store *store, const vg_policy *policy, const vg_case *c, const vg_filing_wish *wish, int64_t now_ms, vg_arena *arena, vg_filing *out, vg_error *err)
{
    const vg_receiver *receiver = wish->receiver;
    vg_buf json;
    vg_str channel = wish->channel.len ? wish->channel : receiver->channel ? vg_str_of(receiver->channel) : VG_STR("hand");
    channel = vg_arena_copy(arena, channel);
    if (!channel.ptr || !vg_filing_channel_find(channel.ptr)) return vg_fail(err, VG_EINVAL, "/channel", "there is no channel %.*s", VG_STR_ARG(channel));
    vg_buf_init(&json, 64 << 10);
    vg_receiver_write(&json, receiver);
    vg_str written = json.failed ? (vg_str){NULL, 0} : vg_arena_copy(arena, (vg_str){json.ptr, json.len});
    vg_buf_free(&json);
    vg_str id = vg_arena_copy(arena, vg_str_of(receiver->id));
    if (!written.ptr || !id.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for a filing");
    const vg_policy_report *report = policy ? policy->report : NULL;
    *out = (vg_filing){.case_id = c->id, .space = c->space, .receiver_id = id, .receiver = written, .channel = channel, .kind = receiver->kind, .urgent = wish->urgent,
                       .four_eyes = report && report->four_eyes, .options = wish->options.len ? wish->options : VG_STR("{}"), .again = wish->again, .step = {"", 0},
                       .reference = {"", 0}, .memo = {"", 0}, .why = {"", 0}, .confirmed_by = {"", 0}, .seconded_by = {"", 0}, .made_by = wish->by, .made_ms = now_ms,
                       .due_ms = vg_filing_due(report, wish->urgent, now_ms)};
    return vg_store_filing_add(store, out, err);
}
