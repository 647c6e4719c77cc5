/* SPDX-License-Identifier: Apache-2.0 */
#include "dossier.h"
#include "case_route.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "dossier_content.h"
#include "event/policy_decisions.h"
#include "event/policy_report.h"
#include "store/cases/media.h"
#include "store/filings/filings.h"
#include "store/filings/record.h"
#include "store/training/certificates.h"

enum { PAGE_FIRST = 64 << 10, PAGE_MOST = 64 << 20 };

static const vg_report_operator nobody; /* a space without a section report: */

typedef struct gathering {
    vg_store *store;
    const vg_dossier_ask *ask;
    vg_arena *arena;
    vg_dossier *out;
    vg_error *err;
} gathering;

static int no_memory(vg_error *err)
{
    return vg_fail(err, VG_ENOMEM, "", "no memory for a dossier");
}

static bool is_within(const vg_dossier_ask *ask, int64_t time_ms)
{
    return !ask->as_of_ms || time_ms <= ask->as_of_ms;
}

/* ---- content ---- */

/* Before anything is read: who looks at it, or that it goes into a report. */
static int put_on_record(gathering *g)
{
    if (!g->ask->outgoing) return vg_store_case_viewed(g->store, g->ask->case_id, g->ask->reader, g->err);
    return vg_store_audit(g->store, g->ask->reader, VG_STR("report.read"), vg_str_of(g->out->name), VG_STR(""), g->err);
}

/* The newest page first; each is read in memory of its own. */
static int read_events(gathering *g, vg_gather *content)
{
    vg_arena *page = vg_arena_create(PAGE_FIRST, PAGE_MOST);
    vg_case_page from = {0};
    bool older = true;
    int rc = page ? 0 : no_memory(g->err);
    while (!rc && older) {
        vg_case_event *events = NULL;
        size_t count = 0;
        vg_arena_reset(page);
        rc = vg_store_case_page(g->store, g->ask->case_id, &from, page, &events, &count, &older, g->err);
        if (rc || !count) break;
        for (size_t i = 0; i < count; i++) {
            if (events[i].stored_ms > g->out->newest_ms) g->out->newest_ms = events[i].stored_ms;
            if (is_within(g->ask, events[i].stored_ms)) vg_gather_add(content, &events[i]);
        }
        from.before_seq = events[0].seq;
    }
    vg_arena_destroy(&page);
    return rc;
}

/* ---- reading kept media ---- */

typedef struct reading {
    vg_store *store;
    const char *dir;
    const vg_keyring *ring;
    vg_str reader, name;
    const vg_dossier_media *media;
    int64_t case_id;
    size_t count;
    bool in_clear, on_record;
} reading;

static int read_media(void *context, size_t media, int (*take)(void *to, const uint8_t *bytes, size_t len, vg_error *err), void *to,
                      vg_error *err)
{
    reading *r = context;
    vg_case_media file;
    if (media >= r->count || !r->media[media].kept) return vg_fail(err, VG_ENOENT, "media", "is not kept");
    vg_arena *arena = vg_arena_create(512, 1 << 16);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory to read a media");
    int rc = r->in_clear ? vg_store_media_in_reach(r->store, r->case_id, err) : 0; /* at each: somebody may decide meanwhile */
    if (!rc && !r->on_record) {
        rc = vg_store_audit(r->store, r->reader, VG_STR("report.media"), r->name, VG_STR(""), err);
        r->on_record = rc == 0;
    }
    if (!rc) rc = vg_store_media_report(r->store, r->case_id, r->media[media].seq, arena, &file, err);
    if (!rc) rc = vg_media_read(r->dir, r->ring, &file, take, to, err);
    vg_arena_destroy(&arena);
    return rc;
}

static int make_source(gathering *g)
{
    vg_case_media *kept;
    size_t count;
    vg_dossier *d = g->out;
    int rc = vg_store_media_list(g->store, g->ask->case_id, g->arena, &kept, &count, g->err);
    if (rc) return rc;
    reading *r = vg_arena_calloc(g->arena, 1, sizeof *r);
    vg_str reader = vg_arena_copy(g->arena, g->ask->reader), name = vg_arena_copy(g->arena, vg_str_of(d->name)); /* the dossier itself may be moved */
    if (!r || !reader.ptr || !name.ptr) return no_memory(g->err);
    for (size_t i = 0; i < d->media_count; i++)
        for (size_t k = 0; k < count; k++)
            if (kept[k].seq == d->media[i].seq) {
                vg_dossier_media *m = (vg_dossier_media *)(uintptr_t)&d->media[i]; /* of this file's own array */
                m->kept = true;
                if (!m->bytes && kept[k].bytes > 0) m->bytes = (uint64_t)kept[k].bytes;
            }
    *r = (reading){.store = g->store, .dir = g->ask->data_dir, .ring = g->ask->ring, .reader = reader, .name = name,
                   .media = d->media, .case_id = g->ask->case_id, .count = d->media_count, .in_clear = g->ask->in_clear};
    d->source = (vg_dossier_source){.context = r, .read = read_media};
    return 0;
}

/* ---- the audit log ---- */

static bool is_view(const vg_dossier_log *entry)
{
    return vg_str_is(entry->action, "media.view") || vg_str_is(entry->action, "media.part") || vg_str_is(entry->action, "media.whole");
}

static int set_views(gathering *g, vg_dossier_media *m)
{
    char object[64];
    size_t count = 0;
    const vg_dossier *d = g->out;
    snprintf(object, sizeof object, "%s/%lld", d->name, (long long)m->seq);
    for (size_t i = 0; i < d->log_count; i++) count += is_view(&d->log[i]) && vg_str_is(d->log[i].object, object);
    if (!count) return 0;
    vg_dossier_view *views = vg_arena_calloc(g->arena, count, sizeof *views);
    if (!views) return no_memory(g->err);
    for (size_t i = 0; i < d->log_count; i++)
        if (is_view(&d->log[i]) && vg_str_is(d->log[i].object, object))
            views[m->view_count++] = (vg_dossier_view){d->log[i].actor, d->log[i].time_ms, vg_str_is(d->log[i].action, "media.whole")};
    m->views = views;
    return 0;
}

static int read_log(gathering *g)
{
    vg_case_record *entries;
    vg_dossier *d = g->out;
    size_t count;
    int rc = vg_store_case_record(g->store, g->ask->case_id, g->arena, &entries, &count, g->err);
    if (rc) return rc;
    vg_dossier_log *log = vg_arena_calloc(g->arena, count + 1, sizeof *log);
    if (!log) return no_memory(g->err);
    d->log = log;
    for (size_t i = 0; i < count; i++)
        if (is_within(g->ask, entries[i].time_ms))
            log[d->log_count++] =
                (vg_dossier_log){entries[i].seq, entries[i].time_ms, entries[i].actor, entries[i].action, entries[i].object, entries[i].detail};
    for (size_t i = 0; !rc && i < d->media_count; i++) rc = set_views(g, (vg_dossier_media *)(uintptr_t)&d->media[i]);
    return rc;
}

/* ---- decisions ---- */

static void title_of(const vg_policy *policy, vg_str code, vg_str out[VG_LANGS])
{
    const vg_policy_decisions *decisions = policy ? policy->decisions : NULL;
    out[VG_LANG_FR] = out[VG_LANG_EN] = code;
    for (size_t i = 0; decisions && i < decisions->reason_count; i++) {
        if (!vg_str_is(code, decisions->reasons[i].code)) continue;
        for (int lang = 0; lang < VG_LANGS; lang++) out[lang] = vg_str_of(decisions->reasons[i].title[lang]);
    }
}

static int certificate_of(gathering *g, const vg_decision *d, vg_str *out)
{
    vg_certificate *all;
    size_t count;
    vg_category category = vg_case_category(g->out->c.kinds);
    *out = (vg_str){"", 0};
    int rc = vg_store_certificates(g->store, d->user, g->arena, &all, &count, g->err);
    if (rc == -VG_ENOENT) return 0; /* somebody of before, or the command line */
    for (size_t i = 0; !rc && i < count; i++) {
        const vg_certificate *c = &all[i];
        char until[25];
        bool space = vg_str_is(c->space, "*") || vg_str_eq(c->space, g->out->c.space);
        if (!space || c->category != category || c->issued_ms > d->time_ms || c->until_ms <= d->time_ms) continue;
        if (c->revoked_ms && c->revoked_ms <= d->time_ms) continue;
        vg_time_format(c->until_ms, until);
        *out = vg_arena_printf(g->arena, "%s, until %.10s", vg_category_names[category], until);
        if (!out->ptr) return no_memory(g->err);
    }
    return rc;
}

static int read_decisions(gathering *g)
{
    vg_decision *all;
    size_t count;
    int rc = vg_store_decisions(g->store, g->ask->case_id, g->arena, &all, &count, g->err);
    if (rc) return rc;
    vg_dossier_decision *out = vg_arena_calloc(g->arena, count + 1, sizeof *out);
    if (!out) return no_memory(g->err);
    size_t n = 0;
    for (size_t i = 0; !rc && i < count; i++) {
        if (!is_within(g->ask, all[i].time_ms)) continue;
        out[n].d = all[i];
        out[n].d.note = (vg_str){"", 0};
        out[n].person = all[i].user;
        title_of(g->ask->policy, all[i].reason, out[n].reason);
        rc = certificate_of(g, &all[i], &out[n++].certificate);
    }
    g->out->decisions = out;
    g->out->decision_count = n;
    return rc;
}

/* ---- the whole ---- */

static void set_policy(gathering *g)
{
    const vg_policy *policy = g->ask->policy;
    vg_dossier *d = g->out;
    for (int lang = 0; lang < VG_LANGS; lang++) d->space_title[lang] = policy ? vg_str_of(policy->title[lang]) : d->c.space;
    d->operator = policy && policy->report ? &policy->report->operator : &nobody;
}

/* Numbers that NCMEC gave reports of this very case. */
static int read_reports(gathering *g)
{
    vg_filing *all;
    vg_buf list;
    size_t count;
    int rc = vg_store_filing_of_case(g->store, g->ask->case_id, g->arena, &all, &count, g->err);
    if (rc) return rc;
    vg_buf_init(&list, 64 << 10);
    for (size_t i = count; i-- > 0;) { /* the newest is first there */
        const vg_filing *f = &all[i];
        if (!vg_str_is(f->channel, "ncmec") || (f->state != VG_FILING_FILED && f->state != VG_FILING_ANSWERED) || !f->reference.len || !is_within(g->ask, f->filed_ms)) continue;
        if (list.len) vg_buf_add_char(&list, ',');
        vg_buf_add_str(&list, f->reference);
    }
    g->out->ncmec_reports = list.failed ? (vg_str){NULL, 0} : vg_arena_copy(g->arena, (vg_str){list.ptr ? list.ptr : "", list.len});
    vg_buf_free(&list);
    return g->out->ncmec_reports.ptr ? 0 : no_memory(g->err);
}

/* What page and command say of where the case belongs, a report says too. A geo file that cannot be read takes nothing else away. */
static int read_route(gathering *g)
{
    const vg_policy_report *report = g->ask->policy ? g->ask->policy->report : NULL;
    vg_geo *geo = NULL;
    vg_error ignored = {0};
    vg_case_route route;
    if (report && report->geo_file) vg_geo_open(&geo, report->geo_file, &ignored);
    g->out->book = g->ask->book;
    const vg_case_route_ask ask = {.c = &g->out->c, .report = report, .book = g->ask->book, .geo = geo};
    int rc = vg_case_route_make(g->store, &ask, g->arena, &route, g->err);
    vg_geo_close(&geo);
    if (rc) return rc;
    g->out->facts = route.facts;
    g->out->fact_count = route.fact_count;
    g->out->laws = route.plan.laws;
    g->out->law_count = route.plan.law_count;
    for (size_t i = 0; i < route.plan.stop_count && !g->out->emergency; i++)
        if (route.plan.stops[i].kind == VG_STOP_CALL && route.plan.stops[i].receiver && route.plan.stops[i].receiver->phone)
            g->out->emergency = route.plan.stops[i].receiver;
    return 0;
}

int vg_dossier_gather(vg_store *store, const vg_dossier_ask *ask, vg_arena *arena, vg_dossier *out, vg_error *err)
{
    gathering g = {store, ask, arena, out, err};
    vg_gather content;
    *out = (vg_dossier){.made_ms = ask->now_ms, .operator = &nobody, .prior_reports = {"", 0}, .ncmec_reports = {"", 0}};
    vg_case_name(ask->case_id, out->name);
    int rc = vg_store_case_get(store, ask->case_id, arena, &out->c, err);
    if (!rc && out->c.shadow) rc = vg_fail(err, VG_ENOENT, out->name, "is not there");
    if (!rc) rc = put_on_record(&g);
    if (rc) return rc;
    out->destroyed = out->c.destroyed;
    set_policy(&g);
    vg_gather_begin(&content, arena, &out->c);
    if (!out->destroyed) rc = read_events(&g, &content);
    if (!rc) rc = vg_gather_end(&content, out, err);
    if (!rc) rc = make_source(&g);
    if (!rc) rc = read_log(&g);
    if (!rc) rc = read_decisions(&g);
    if (!rc) rc = read_reports(&g);
    return rc ? rc : read_route(&g);
}
