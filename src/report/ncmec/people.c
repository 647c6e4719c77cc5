/* SPDX-License-Identifier: Apache-2.0
 *
 * Who reports, who is reported, who was written to, who is a victim: the elements from <reporter> to <victim>, in the schema's order. */
#include "report/ncmec/ncmec_int.h"

#include "base/time.h"

static vg_str of(const char *s) { return vg_str_of(s); }

/* <phone> or <email>, with what the platform checked. */
static void contact(ncmec_xml *x, const char *name, vg_str value, bool verified)
{
    if (!value.len) return;
    ncmec_open(x, name);
    if (verified) ncmec_attribute(x, "verified", "true");
    ncmec_put(x, value, NCMEC_SHORT);
    ncmec_close(x);
}

static void write_reporter(ncmec_xml *x, const vg_filing_view *f, const ncmec_options *o)
{
    static const vg_report_operator nobody = {0};
    const vg_report_operator *op = f->dossier->operator ? f->dossier->operator : &nobody;
    vg_str name = of(op->legal_name ? op->legal_name : op->name);
    ncmec_open(x, "reporter");
    ncmec_open(x, "reportingPerson");
    ncmec_text(x, "lastName", name, NCMEC_SHORT);
    contact(x, "phone", of(op->phone), false);
    contact(x, "email", of(op->email), false);
    if (op->address || ncmec_country(op->country)) {
        ncmec_open(x, "address");
        ncmec_attribute(x, "type", "Business");
        ncmec_text(x, "address", of(op->address), NCMEC_SHORT);
        if (ncmec_country(op->country)) ncmec_text(x, "country", of(op->country), NCMEC_SHORT);
        ncmec_close(x);
    }
    ncmec_close(x);
    if (op->contact_first || op->contact_last) {
        ncmec_open(x, "contactPerson");
        ncmec_text(x, "firstName", of(op->contact_first), NCMEC_SHORT);
        ncmec_text(x, "lastName", of(op->contact_last), NCMEC_SHORT);
        contact(x, "phone", of(op->phone), false);
        contact(x, "email", of(op->email), false);
        ncmec_close(x);
    }
    ncmec_text(x, "companyTemplate", of(op->name), NCMEC_SHORT);
    ncmec_text(x, "termsOfService", o->terms, 16384);
    ncmec_text(x, "legalURL", of(op->terms_url ? op->terms_url : op->url), NCMEC_SHORT);
    ncmec_close(x);
}

static const ncmec_victim_option *option_of(const ncmec_options *o, vg_str account)
{
    for (size_t i = 0; i < o->victim_count; i++)
        if (vg_str_eq(o->victims[i].account, account)) return &o->victims[i];
    return NULL;
}

/* The content of an element of type "person". */
static void write_person(ncmec_xml *x, const vg_party *p, const ncmec_victim_option *known)
{
    int age = known && known->age >= 0 ? known->age : ncmec_age_of(p->band);
    if (known) {
        ncmec_text(x, "firstName", known->first_name, NCMEC_SHORT);
        ncmec_text(x, "lastName", known->last_name, NCMEC_SHORT);
    }
    for (size_t i = 0; i < p->id_count; i++)
        if (p->ids[i].kind == VG_ID_PHONE) contact(x, "phone", p->ids[i].value, p->ids[i].verified);
    for (size_t i = 0; i < p->id_count; i++)
        if (p->ids[i].kind == VG_ID_EMAIL) contact(x, "email", p->ids[i].value, p->ids[i].verified);
    if (age >= 0) ncmec_number(x, "age", age);
}

static bool from_event(const vg_identifier *id) { return id->source.len > 6 && memcmp(id->source.ptr, "event ", 6) == 0; }

static void write_ip(ncmec_xml *x, const vg_identifier *id)
{
    ncmec_open(x, "ipCaptureEvent");
    ncmec_text(x, "ipAddress", id->value, NCMEC_SHORT);
    ncmec_text(x, "eventName", from_event(id) ? VG_STR("Other") : VG_STR("Unknown"), NCMEC_SHORT);
    if (id->time_ms > 0) ncmec_time(x, "dateTime", id->time_ms);
    if (id->port) ncmec_number(x, "port", id->port);
    ncmec_close(x);
}

static void write_device(ncmec_xml *x, const vg_identifier *id)
{
    ncmec_open(x, "deviceId");
    ncmec_text(x, "idType", VG_STR("As the platform names it"), NCMEC_SHORT);
    ncmec_text(x, "idValue", id->value, NCMEC_SHORT);
    ncmec_text(x, "eventName", from_event(id) ? VG_STR("Other") : VG_STR("Unknown"), NCMEC_SHORT);
    if (id->time_ms > 0) ncmec_time(x, "dateTime", id->time_ms);
    ncmec_close(x);
}

/* Each identifier of a kind as an element; `one`: the first alone. */
static void write_ids(ncmec_xml *x, const vg_party *p, vg_id_kind kind, const char *name, bool one)
{
    for (size_t i = 0; i < p->id_count; i++) {
        if (p->ids[i].kind != kind || !p->ids[i].value.len) continue;
        if (kind == VG_ID_IP) write_ip(x, &p->ids[i]);
        else if (kind == VG_ID_DEVICE) write_device(x, &p->ids[i]);
        else ncmec_text(x, name, p->ids[i].value, NCMEC_SHORT);
        if (one) return;
    }
}

/* espIdentifier, espService, compromisedAccount?, screenName, displayName*, profileUrl*, ipCaptureEvent*, deviceId*: in this order in all
 * three kinds of person. */
static void write_account(ncmec_xml *x, const vg_filing_view *f, const vg_party *p, int compromised)
{
    const vg_report_operator *op = f->dossier->operator;
    vg_str title = f->dossier->space_title[VG_LANG_EN];
    ncmec_text(x, "espIdentifier", p->account, NCMEC_SHORT);
    ncmec_text(x, "espService", title.len ? title : of(op ? op->platform : NULL), NCMEC_SHORT);
    if (compromised >= 0) ncmec_bool(x, "compromisedAccount", compromised);
    write_ids(x, p, VG_ID_HANDLE, "screenName", true);
    write_ids(x, p, VG_ID_DISPLAY, "displayName", false);
    write_ids(x, p, VG_ID_URL, "profileUrl", false);
    write_ids(x, p, VG_ID_IP, "ipCaptureEvent", false);
    write_ids(x, p, VG_ID_DEVICE, "deviceId", false);
}

/* Numbers of earlier reports, "123, 456": what is no number is left out. */
static void write_prior(ncmec_xml *x, vg_str list)
{
    size_t at = 0;
    while (at < list.len) {
        size_t from = at, digits = 0;
        while (at < list.len && list.ptr[at] != ',') at++;
        vg_str one = {list.ptr + from, at - from};
        while (one.len && one.ptr[0] == ' ') one.ptr++, one.len--;
        while (one.len && one.ptr[one.len - 1] == ' ') one.len--;
        while (digits < one.len && one.ptr[digits] >= '0' && one.ptr[digits] <= '9') digits++;
        if (one.len && digits == one.len && one.len <= 18) ncmec_text(x, "priorCTReports", one, NCMEC_SHORT);
        at++;
    }
}

/* What was decided about the account, as long as it stands. */
static void write_disabled(ncmec_xml *x, const vg_dossier *d)
{
    const vg_decision *last = NULL;
    for (size_t i = 0; i < d->decision_count; i++)
        if (d->decisions[i].d.action == VG_ACTION_SUSPEND) last = &d->decisions[i].d;
    if (!last || d->c.overturned) return;
    char time[25];
    vg_time_format(last->time_ms, time);
    ncmec_open(x, last->hours ? "accountTemporarilyDisabled" : "accountPermanentlyDisabled");
    ncmec_attribute(x, "disabledDate", time);
    ncmec_put(x, VG_STR("true"), NCMEC_SHORT);
    ncmec_close(x);
}

/* The surest country where somebody is or lives. */
static void write_location(ncmec_xml *x, const vg_dossier *d, vg_whose whose)
{
    const vg_fact *best = NULL;
    for (size_t i = 0; i < d->fact_count; i++) {
        const vg_fact *fact = &d->facts[i];
        if (fact->whose != whose || fact->kind == VG_FACT_NATIONALITY || !ncmec_country(fact->country)) continue;
        if (!best || fact->confidence > best->confidence) best = fact;
    }
    if (!best) return;
    ncmec_open(x, "estimatedLocation");
    ncmec_text(x, "countryCode", of(best->country), NCMEC_SHORT);
    ncmec_close(x);
}

static void write_reported(ncmec_xml *x, const vg_filing_view *f, const ncmec_options *o)
{
    const vg_dossier *d = f->dossier;
    const vg_party *p = vg_dossier_party(d, VG_PARTY_AUTHOR);
    const vg_party bare = {.role = VG_PARTY_AUTHOR, .account = d->c.account, .band = (vg_age_band)d->c.account_band,
                           .basis = (vg_age_basis)d->c.account_basis};
    if (!p && !d->c.account.len) return;
    if (!p) p = &bare;
    ncmec_open(x, "personOrUserReported");
    ncmec_open(x, "personOrUserReportedPerson");
    write_person(x, p, NULL);
    ncmec_close(x);
    write_account(x, f, p, o->compromised);
    write_prior(x, d->prior_reports);
    ncmec_text(x, "groupIdentifier", o->group, NCMEC_SHORT);
    write_disabled(x, d);
    write_location(x, d, VG_WHOSE_AUTHOR);
    vg_str remarks = ncmec_party_remarks(d, p, x->arena);
    if (!remarks.ptr) x->failed = true;
    else ncmec_text(x, "additionalInfo", remarks, NCMEC_LONG);
    ncmec_close(x);
}

/* Whether the account reported wrote or sent something to this party. */
static bool was_written_to(const vg_dossier *d, size_t party)
{
    for (size_t i = 0; i < d->message_count; i++) {
        const vg_dossier_message *m = &d->messages[i];
        if (m->from >= d->party_count || d->parties[m->from].role != VG_PARTY_AUTHOR) continue;
        for (size_t k = 0; k < m->to_count; k++)
            if (m->to[k] == party) return true;
    }
    for (size_t i = 0; i < d->media_count; i++) {
        const vg_dossier_media *m = &d->media[i];
        if (m->from >= d->party_count || d->parties[m->from].role != VG_PARTY_AUTHOR) continue;
        for (size_t k = 0; k < m->to_count; k++)
            if (m->to[k] == party) return true;
    }
    return false;
}

static void write_recipients(ncmec_xml *x, const vg_filing_view *f)
{
    const vg_dossier *d = f->dossier;
    size_t told = 0;
    for (size_t i = 0; i < d->party_count && told < NCMEC_PEOPLE_MOST; i++) {
        const vg_party *p = &d->parties[i];
        if (p->role != VG_PARTY_OTHER || !was_written_to(d, i)) continue;
        told++;
        ncmec_open(x, "intendedRecipient");
        ncmec_open(x, "intendedRecipientPerson");
        write_person(x, p, NULL);
        ncmec_close(x);
        write_account(x, f, p, -1);
        vg_str remarks = ncmec_party_remarks(d, p, x->arena);
        if (!remarks.ptr) x->failed = true;
        else ncmec_text(x, "additionalInfo", remarks, NCMEC_LONG);
        ncmec_close(x);
    }
}

static void write_victim(ncmec_xml *x, const vg_filing_view *f, const vg_party *p, const ncmec_victim_option *known, bool location)
{
    ncmec_open(x, "victim");
    ncmec_open(x, "victimPerson");
    write_person(x, p, known);
    ncmec_close(x);
    write_account(x, f, p, -1);
    if (known) ncmec_text(x, "schoolName", known->school, NCMEC_SHORT);
    if (location) write_location(x, f->dossier, VG_WHOSE_VICTIM);
    vg_str remarks = ncmec_party_remarks(f->dossier, p, x->arena);
    if (!remarks.ptr) x->failed = true;
    else ncmec_text(x, "additionalInfo", remarks, NCMEC_LONG);
    ncmec_close(x);
}

static bool is_party(const vg_dossier *d, vg_str account)
{
    for (size_t i = 0; i < d->party_count; i++)
        if (d->parties[i].role == VG_PARTY_VICTIM && vg_str_eq(d->parties[i].account, account)) return true;
    return false;
}

static void write_victims(ncmec_xml *x, const vg_filing_view *f, const ncmec_options *o)
{
    const vg_dossier *d = f->dossier;
    size_t told = 0, victims = 0;
    for (size_t i = 0; i < d->party_count; i++) victims += d->parties[i].role == VG_PARTY_VICTIM;
    for (size_t i = 0; i < d->party_count && told < NCMEC_PEOPLE_MOST; i++) {
        if (d->parties[i].role != VG_PARTY_VICTIM) continue;
        told++; /* facts say "the victim": with several, nobody knows whose country it is */
        write_victim(x, f, &d->parties[i], option_of(o, d->parties[i].account), victims == 1);
    }
    for (size_t i = 0; i < o->victim_count; i++) { /* whom the filer knows and the case does not */
        if (is_party(d, o->victims[i].account)) continue;
        const vg_party bare = {.role = VG_PARTY_VICTIM, .account = o->victims[i].account, .band = VG_AGE_UNKNOWN};
        write_victim(x, f, &bare, &o->victims[i], false);
    }
}

void ncmec_write_people(ncmec_xml *x, const vg_filing_view *f, const ncmec_options *o)
{
    write_reporter(x, f, o);
    write_reported(x, f, o);
    write_recipients(x, f);
    write_victims(x, f, o);
}
