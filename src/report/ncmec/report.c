/* SPDX-License-Identifier: Apache-2.0
 *
 * <report>: batchedReport?, incidentSummary, internetDetails*, lawEnforcement?, reporter, personOrUserReported*, intendedRecipient*,
 * victim*, additionalInfo?, in this order. A batched report is one of a picture gone round as a joke: never made here. */
#include "report/ncmec/ncmec_int.h"

#include "base/time.h"

/* The last thing that carries evidence; else the last thing; else when the case was last touched. */
static int64_t incident_time(const vg_dossier *d, vg_str *how)
{
    int64_t first, last, best = INT64_MIN;
    for (size_t i = 0; i < d->message_count; i++)
        if (d->messages[i].flagged && d->messages[i].time_ms > best) best = d->messages[i].time_ms;
    for (size_t i = 0; i < d->media_count; i++)
        if (d->media[i].match_count && d->media[i].time_ms > best) best = d->media[i].time_ms;
    *how = VG_STR("Time of the last message or file that carries evidence.");
    if (best != INT64_MIN) return best;
    *how = VG_STR("Time of the last message or file.");
    if (vg_dossier_span(d, &first, &last)) return last;
    *how = VG_STR("Time of the last event of the case; its content is not here.");
    return d->c.updated_ms ? d->c.updated_ms : d->made_ms;
}

static void write_time(ncmec_xml *x, const vg_dossier *d, const ncmec_options *o)
{
    int64_t first, last;
    char from[25], to[25];
    vg_str how, text = {"", 0};
    int64_t when = incident_time(d, &how);
    if (o->has_time) {
        when = o->time_ms;
        how = VG_STR("Time as the reporter states it.");
    }
    ncmec_time(x, "incidentDateTime", when);
    text = how;
    if (vg_dossier_span(d, &first, &last)) {
        vg_time_format(first, from);
        vg_time_format(last, to);
        text = vg_arena_printf(x->arena, "%.*s What is known goes from %s to %s (UTC).", VG_STR_ARG(how), from, to);
        if (!text.ptr) x->failed = true;
    }
    ncmec_text(x, "incidentDateTimeDescription", text, NCMEC_SHORT);
}

static void write_summary(ncmec_xml *x, const vg_filing_view *f, const ncmec_options *o)
{
    const vg_dossier *d = f->dossier;
    bool any = false;
    vg_str platform = vg_str_of(d->operator ? d->operator->platform : NULL);
    vg_str urgency = ncmec_urgency(d, o, x->arena);
    ncmec_open(x, "incidentSummary");
    ncmec_text(x, "incidentType", vg_str_of(ncmec_incident_names[ncmec_incident(d, o)]), NCMEC_SHORT);
    ncmec_text(x, "platform", platform.len ? platform : d->space_title[VG_LANG_EN], NCMEC_SHORT);
    if (!urgency.ptr) x->failed = true;
    else ncmec_text(x, "escalateToHighPriority", urgency, 4000);
    for (int i = 0; i < NCMEC_ANNOTATIONS; i++) any |= ncmec_annotated(d, o, i);
    if (any) ncmec_open(x, "reportAnnotations");
    for (int i = 0; i < NCMEC_ANNOTATIONS; i++) /* only ever true: the schema fixes it */
        if (ncmec_annotated(d, o, i)) ncmec_bool(x, ncmec_annotation_names[i], true);
    if (any) ncmec_close(x);
    write_time(x, d, o);
    ncmec_close(x);
}

/* ---- where it happened: exactly one kind ---- */

typedef struct incident_kind {
    const char *element;
    const char *name;    /* element of the program's, room's or game's name */
    bool room, console, urls, addresses, content;
} incident_kind;

static const incident_kind kinds[NCMEC_SERVICES] = {
    [NCMEC_CHAT] = {.element = "chatImIncident", .name = "chatClient", .room = true, .content = true},
    [NCMEC_GAME] = {.element = "onlineGamingIncident", .name = "gameName", .console = true, .content = true},
    [NCMEC_WEB] = {.element = "webPageIncident", .urls = true},
    [NCMEC_EMAIL] = {.element = "emailIncident", .addresses = true, .content = true},
    [NCMEC_NEWS] = {.element = "newsgroupIncident", .name = "name", .addresses = true, .content = true},
    [NCMEC_PHONE] = {.element = "cellPhoneIncident"},
    [NCMEC_PEER] = {.element = "peer2peerIncident", .name = "client"},
    [NCMEC_OFFLINE] = {.element = "nonInternetIncident"},
};

static vg_str title_of(const vg_dossier *d)
{
    if (d->space_title[VG_LANG_EN].len) return d->space_title[VG_LANG_EN];
    return vg_str_of(d->operator ? d->operator->platform : NULL);
}

/* The one conversation that everything is in; empty: several, or none. */
static vg_str conversation_of(const vg_dossier *d)
{
    vg_str one = {"", 0};
    for (size_t i = 0; i < d->message_count; i++) {
        if (!d->messages[i].conversation.len) continue;
        if (one.len && !vg_str_eq(one, d->messages[i].conversation)) return VG_STR("");
        one = d->messages[i].conversation;
    }
    return one;
}

/* The author's identifiers of a kind, as elements. */
static void write_author_ids(ncmec_xml *x, const vg_dossier *d, vg_id_kind kind, const char *element, bool one)
{
    const vg_party *p = vg_dossier_party(d, VG_PARTY_AUTHOR);
    for (size_t i = 0; p && i < p->id_count; i++) {
        if (p->ids[i].kind != kind) continue;
        ncmec_text(x, element, p->ids[i].value, NCMEC_SHORT);
        if (one) return;
    }
}

static void write_urls(ncmec_xml *x, const vg_dossier *d, const ncmec_options *o)
{
    for (size_t i = 0; i < o->url_count; i++) ncmec_text(x, "url", o->urls[i], 4096);
    for (size_t i = 0; i < o->file_count; i++) ncmec_text(x, "url", o->files[i].location, 4096);
    if (!o->url_count && !o->file_count) write_author_ids(x, d, VG_ID_URL, "url", false);
}

static void write_internet(ncmec_xml *x, const vg_filing_view *f, const ncmec_options *o)
{
    const vg_dossier *d = f->dossier;
    const incident_kind *k = &kinds[ncmec_service_of(f, o)];
    vg_str talk = ncmec_exchange(d, x->arena, NCMEC_CONTENT);
    vg_str room = o->room.len ? o->room : conversation_of(d);
    if (!talk.ptr) x->failed = true;
    ncmec_open(x, "internetDetails");
    ncmec_open(x, k->element);
    if (k->urls) write_urls(x, d, o);
    if (k->name) ncmec_text(x, k->name, k->console && o->game.len ? o->game : title_of(d), NCMEC_SHORT);
    if (k->room) ncmec_text(x, "chatRoomName", room, NCMEC_SHORT);
    if (k->console) ncmec_text(x, "console", o->console, NCMEC_SHORT);
    if (k->addresses) write_author_ids(x, d, VG_ID_EMAIL, "emailAddress", false);
    if (k == &kinds[NCMEC_PHONE]) write_author_ids(x, d, VG_ID_PHONE, "phoneNumber", true);
    /* a web page has no element for words: what was written stands in its remarks, as with telephone and the rest */
    ncmec_text(x, k->content ? "content" : "additionalInfo", talk, NCMEC_CONTENT + 4096);
    ncmec_close(x);
    ncmec_close(x);
}

static void write_agency(ncmec_xml *x, const ncmec_options *o)
{
    if (!o->agency.len) return;
    ncmec_open(x, "lawEnforcement");
    ncmec_text(x, "agencyName", o->agency, NCMEC_SHORT);
    ncmec_text(x, "caseNumber", o->agency_case, NCMEC_SHORT);
    if (o->told_police >= 0) ncmec_bool(x, "reportedToLe", o->told_police);
    ncmec_close(x);
}

int ncmec_report_write(const vg_filing_view *f, const ncmec_options *o, vg_arena *arena, vg_str *out, vg_error *err)
{
    ncmec_xml x;
    int rc = ncmec_xml_begin(&x, arena, err);
    if (rc) return rc;
    ncmec_open(&x, "report");
    write_summary(&x, f, o);
    write_internet(&x, f, o);
    write_agency(&x, o);
    ncmec_write_people(&x, f, o);
    vg_str remarks = ncmec_remarks(f, o, x.cut, arena);
    if (!remarks.ptr) x.failed = true;
    else ncmec_text(&x, "additionalInfo", remarks, NCMEC_LONG);
    ncmec_close(&x);
    return ncmec_xml_end(&x, out, err);
}
