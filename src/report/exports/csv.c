/* SPDX-License-Identifier: Apache-2.0
 *
 * CSV as RFC 4180 has it: comma, double quotes, CRLF, a line of names first, UTF-8 without a mark. Every text is a field of vg_text_csv: quoted, and harmless to
 * spreadsheets. Several values in one field are parted by "; ".
 */
#include "report/exports/exports_int.h"

#include "base/hash.h"
#include "base/time.h"
#include "report/text.h"

enum { FIELD_MOST = 4 << 20 };

static void field(export_out *o, vg_str value)
{
    vg_str safe = vg_text_csv(o->texts, value.ptr ? value : (vg_str){"", 0});
    if (!o->first) vg_buf_add_char(o->out, ',');
    o->first = false;
    if (!safe.ptr) o->out->failed = true;
    else vg_buf_add_str(o->out, safe);
}

static void word(export_out *o, const char *value) { field(o, vg_str_of(value)); }

/* 0 is not known. */
static void number(export_out *o, uint64_t value)
{
    if (!o->first) vg_buf_add_char(o->out, ',');
    o->first = false;
    if (value) vg_buf_add_u64(o->out, value);
}

static void moment(export_out *o, int64_t ms)
{
    char when[25] = "";
    if (ms) vg_time_format(ms, when);
    word(o, when);
}

static void truth(export_out *o, bool value) { word(o, value ? "yes" : "no"); }

static void hash(export_out *o, bool has, const uint8_t *bytes, size_t len)
{
    char hex[65] = "";
    if (has) vg_hex_encode(hex, bytes, len);
    word(o, hex);
}

/* A field made of several. */
static void joined(export_out *o, vg_buf *all)
{
    if (all->failed) o->out->failed = true;
    else field(o, (vg_str){all->ptr, all->len});
    vg_buf_free(all);
}

static void accounts(export_out *o, const vg_dossier *d, const size_t *to, size_t count)
{
    vg_buf all;
    vg_buf_init(&all, FIELD_MOST);
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_cstr(&all, "; ");
        vg_buf_add_str(&all, vg_export_account(d, to[i]));
    }
    joined(o, &all);
}

static void head(export_out *o, const char *names)
{
    vg_buf_add_cstr(o->out, names);
    vg_buf_add_cstr(o->out, "\r\n");
}

static void begin(export_out *o, const vg_dossier *d)
{
    vg_arena_reset(o->texts);
    o->first = true;
    word(o, d->name);
}

static void end(export_out *o) { vg_buf_add_cstr(o->out, "\r\n"); }

/* ---- media ---- */

static void matches(export_out *o, const vg_dossier_media *m)
{
    vg_buf all;
    vg_buf_init(&all, FIELD_MOST);
    for (size_t k = 0; k < m->match_count; k++) {
        const vg_dossier_match *one = &m->matches[k];
        if (k) vg_buf_add_cstr(&all, "; ");
        vg_buf_add_str(&all, one->bank);
        vg_buf_add_cstr(&all, ": ");
        vg_buf_add_str(&all, one->source);
        vg_buf_add_char(&all, ' ');
        vg_buf_add_str(&all, one->category);
        if (one->distance) vg_buf_printf(&all, " (%u bits apart)", one->distance);
    }
    joined(o, &all);
}

static void views(export_out *o, const vg_dossier_media *m)
{
    vg_buf all;
    vg_buf_init(&all, FIELD_MOST);
    for (size_t k = 0; k < m->view_count; k++) {
        char when[25];
        vg_time_format(m->views[k].time_ms, when);
        if (k) vg_buf_add_cstr(&all, "; ");
        vg_buf_add_str(&all, m->views[k].user);
        vg_buf_printf(&all, " %s %s", when, m->views[k].whole ? "whole" : "thumbnail");
    }
    joined(o, &all);
}

void vg_export_csv_media(export_out *o, const vg_dossier *d)
{
    static const char *const known[] = {[VG_KNOWN_NOT] = "", [VG_KNOWN_NO] = "no", [VG_KNOWN_YES] = "yes"};
    head(o, "case,media,event,conversation,time,from,to,channel,file_name,mime_type,format,kind,bytes,width,height,frames,md5,sha1,sha256,pdq,pdq_quality,kept,"
            "publicly_available,matches,views");
    for (size_t i = 0; i < d->media_count; i++) {
        const vg_dossier_media *m = &d->media[i];
        begin(o, d);
        number(o, (uint64_t)m->seq);
        field(o, m->event_id);
        field(o, m->conversation);
        moment(o, m->time_ms);
        field(o, vg_export_account(d, m->from));
        accounts(o, d, m->to, m->to_count);
        word(o, vg_channel_names[m->channel]);
        field(o, m->name);
        field(o, m->mime);
        field(o, m->format);
        field(o, m->kind);
        number(o, m->bytes);
        number(o, m->width);
        number(o, m->height);
        number(o, m->frames);
        hash(o, m->has_md5, m->md5, sizeof m->md5);
        hash(o, m->has_sha1, m->sha1, sizeof m->sha1);
        hash(o, m->has_sha256, m->sha256, sizeof m->sha256);
        hash(o, m->has_pdq, m->pdq, sizeof m->pdq);
        number(o, m->has_pdq ? m->quality : 0);
        truth(o, m->kept);
        word(o, known[m->publicly_available]);
        matches(o, m);
        views(o, m);
        end(o);
    }
}

/* ---- messages ---- */

static void findings(export_out *o, const vg_dossier *d, const vg_dossier_message *m)
{
    vg_buf all;
    vg_buf_init(&all, FIELD_MOST);
    for (size_t k = 0; k < m->finding_count; k++) {
        if (m->findings[k] >= d->finding_count) continue;
        if (all.len) vg_buf_add_cstr(&all, "; ");
        vg_buf_add_str(&all, d->findings[m->findings[k]].name);
    }
    joined(o, &all);
}

void vg_export_csv_messages(export_out *o, const vg_dossier *d)
{
    head(o, "case,message,conversation,time,from,from_role,to,channel,language,flagged,withheld,unreadable,findings,text");
    for (size_t i = 0; i < d->message_count; i++) {
        const vg_dossier_message *m = &d->messages[i];
        begin(o, d);
        field(o, m->id);
        field(o, m->conversation);
        moment(o, m->time_ms);
        field(o, vg_export_account(d, m->from));
        word(o, m->from < d->party_count ? vg_party_role_names[d->parties[m->from].role] : "");
        accounts(o, d, m->to, m->to_count);
        word(o, vg_channel_names[m->channel]);
        field(o, m->language);
        truth(o, m->flagged);
        truth(o, m->withheld);
        truth(o, m->unreadable);
        findings(o, d, m);
        field(o, m->text);
        end(o);
    }
}

/* ---- identifiers ---- */

static void begin_identifier(export_out *o, const vg_dossier *d, const vg_party *p)
{
    begin(o, d);
    word(o, vg_party_role_names[p->role]);
    field(o, p->account);
    word(o, vg_age_band_names[p->band]);
    word(o, vg_age_basis_names[p->basis]);
    word(o, p->country);
    field(o, p->language);
    moment(o, p->created_ms);
}

void vg_export_csv_identifiers(export_out *o, const vg_dossier *d)
{
    head(o, "case,role,account,age_band,age_basis,country,language,created,kind,value,seen,port,verified,source");
    for (size_t i = 0; i < d->party_count; i++) {
        const vg_party *p = &d->parties[i];
        begin_identifier(o, d, p);
        word(o, vg_id_kind_names[VG_ID_ACCOUNT]);
        field(o, p->account);
        moment(o, 0);
        number(o, 0);
        truth(o, true);
        word(o, "platform");
        end(o);
        for (size_t k = 0; k < p->id_count; k++) {
            const vg_identifier *id = &p->ids[k];
            begin_identifier(o, d, p);
            word(o, vg_id_kind_names[id->kind]);
            field(o, id->value);
            moment(o, id->time_ms);
            number(o, id->port);
            truth(o, id->verified);
            field(o, id->source);
            end(o);
        }
    }
}
