/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON of an archive: the whole dossier with its exact texts, who saw and decided, the entries of the log. Its shape is in
 * docs/evidence.md. What is not known is not there.
 */
#include "report/bag/bag_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/time.h"
#include "report/text.h"

typedef struct json {
    vg_buf *out;
    vg_arena *arena;
    bool first;
} json;

static void name(json *j, const char *key)
{
    vg_buf_printf(j->out, "%s\"%s\":", j->first ? "" : ",", key);
    j->first = false;
}

static void string(json *j, vg_str value)
{
    vg_str safe = vg_text_utf8(j->arena, value.ptr ? value : (vg_str){"", 0});
    if (!safe.ptr) j->out->failed = true;
    else vg_buf_add_json_str(j->out, safe);
}

static void text(json *j, const char *key, vg_str value)
{
    if (!value.len) return;
    name(j, key);
    string(j, value);
}

static void word(json *j, const char *key, const char *value) { text(j, key, value ? vg_str_of(value) : (vg_str){"", 0}); }

static void number(json *j, const char *key, int64_t value)
{
    name(j, key);
    vg_buf_printf(j->out, "%" PRId64, value);
}

static void truth(json *j, const char *key, bool value)
{
    name(j, key);
    vg_buf_add_cstr(j->out, value ? "true" : "false");
}

static void moment(json *j, const char *key, int64_t ms)
{
    char when[25];
    if (!ms) return;
    vg_time_format(ms, when);
    word(j, key, when);
}

static void share(json *j, const char *key, uint32_t e4)
{
    name(j, key);
    vg_buf_add_e4(j->out, e4);
}

static void hash(json *j, const char *key, bool has, const uint8_t *bytes, size_t len)
{
    char hex[65];
    if (!has) return;
    vg_hex_encode(hex, bytes, len);
    word(j, key, hex);
}

static void both(json *j, const char *key, const vg_str value[VG_LANGS])
{
    if (!value[VG_LANG_FR].len && !value[VG_LANG_EN].len) return;
    name(j, key);
    vg_buf_add_char(j->out, '{');
    j->first = true;
    text(j, "fr", value[VG_LANG_FR]);
    text(j, "en", value[VG_LANG_EN]);
    vg_buf_add_char(j->out, '}');
    j->first = false;
}

static void begin_list(json *j, const char *key)
{
    name(j, key);
    vg_buf_add_char(j->out, '[');
}

static void begin_item(json *j, size_t i)
{
    vg_buf_add_cstr(j->out, i ? ",\n{" : "\n{");
    j->first = true;
}

static void end_item(json *j)
{
    vg_buf_add_char(j->out, '}');
    j->first = false;
}

static void end_list(json *j) { vg_buf_add_char(j->out, ']'); }

static void indices(json *j, const char *key, const size_t *items, size_t count)
{
    begin_list(j, key);
    for (size_t i = 0; i < count; i++) vg_buf_printf(j->out, "%s%zu", i ? "," : "", items[i]);
    end_list(j);
}

/* ---- parts of the dossier ---- */

static void operator_part(json *j, const vg_report_operator *o)
{
    name(j, "operator");
    vg_buf_add_char(j->out, '{');
    j->first = true;
    word(j, "name", o->name);
    word(j, "legal_name", o->legal_name);
    word(j, "address", o->address);
    word(j, "email", o->email);
    word(j, "phone", o->phone);
    word(j, "domain", o->domain);
    word(j, "url", o->url);
    word(j, "country", o->country);
    end_item(j);
}

static void parties_part(json *j, const vg_dossier *d)
{
    begin_list(j, "parties");
    for (size_t i = 0; i < d->party_count; i++) {
        const vg_party *p = &d->parties[i];
        begin_item(j, i);
        word(j, "role", vg_party_role_names[p->role]);
        text(j, "account", p->account);
        word(j, "age_band", vg_age_band_names[p->band]);
        word(j, "age_basis", vg_age_basis_names[p->basis]);
        text(j, "language", p->language);
        moment(j, "created", p->created_ms);
        begin_list(j, "identifiers");
        for (size_t k = 0; k < p->id_count; k++) {
            begin_item(j, k);
            word(j, "kind", vg_id_kind_names[p->ids[k].kind]);
            text(j, "value", p->ids[k].value);
            moment(j, "time", p->ids[k].time_ms);
            if (p->ids[k].port) number(j, "port", p->ids[k].port);
            if (p->ids[k].verified) truth(j, "verified", true);
            text(j, "source", p->ids[k].source);
            end_item(j);
        }
        end_list(j);
        end_item(j);
    }
    end_list(j);
}

static void messages_part(json *j, const vg_dossier *d)
{
    begin_list(j, "messages");
    for (size_t i = 0; i < d->message_count; i++) {
        const vg_dossier_message *m = &d->messages[i];
        begin_item(j, i);
        text(j, "id", m->id);
        text(j, "conversation", m->conversation);
        moment(j, "time", m->time_ms);
        number(j, "from", (int64_t)m->from);
        indices(j, "to", m->to, m->to_count);
        word(j, "channel", vg_channel_names[m->channel]);
        text(j, "language", m->language);
        if (m->withheld) truth(j, "withheld", true);
        else {
            name(j, "text");
            string(j, m->text);
        }
        truth(j, "flagged", m->flagged);
        begin_list(j, "findings");
        for (size_t k = 0; k < m->finding_count; k++) vg_buf_printf(j->out, "%s%u", k ? "," : "", m->findings[k]);
        end_list(j);
        end_item(j);
    }
    end_list(j);
}

static void matches_part(json *j, const vg_dossier_media *m)
{
    begin_list(j, "matches");
    for (size_t k = 0; k < m->match_count; k++) {
        begin_item(j, k);
        text(j, "bank", m->matches[k].bank);
        text(j, "source", m->matches[k].source);
        text(j, "category", m->matches[k].category);
        number(j, "distance", m->matches[k].distance);
        end_item(j);
    }
    end_list(j);
}

static void one_media(json *j, const vg_dossier *d, size_t i, const vg_bag_options *options)
{
    const vg_dossier_media *m = &d->media[i];
    char file[64];
    number(j, "number", (int64_t)i + 1);
    number(j, "event", m->seq);
    text(j, "id", m->event_id);
    text(j, "conversation", m->conversation);
    moment(j, "time", m->time_ms);
    number(j, "from", (int64_t)m->from);
    indices(j, "to", m->to, m->to_count);
    word(j, "channel", vg_channel_names[m->channel]);
    text(j, "name", m->name);
    text(j, "mime", m->mime);
    text(j, "format", m->format);
    text(j, "kind", m->kind);
    number(j, "bytes", (int64_t)m->bytes);
    if (m->width) number(j, "width", m->width);
    if (m->height) number(j, "height", m->height);
    if (m->frames) number(j, "frames", m->frames);
    hash(j, "sha256", m->has_sha256, m->sha256, sizeof m->sha256);
    hash(j, "sha1", m->has_sha1, m->sha1, sizeof m->sha1);
    hash(j, "md5", m->has_md5, m->md5, sizeof m->md5);
    hash(j, "pdq", m->has_pdq, m->pdq, sizeof m->pdq);
    if (m->has_pdq) number(j, "pdq_quality", m->quality);
    if (m->kept && options->media) {
        vg_bag_media_name(d, i, file);
        word(j, "file", file);
    }
    if (m->publicly_available != VG_KNOWN_NOT) truth(j, "publicly_available", m->publicly_available == VG_KNOWN_YES);
    matches_part(j, m);
}

static void media_part(json *j, const vg_dossier *d, const vg_bag_options *options)
{
    begin_list(j, "media");
    for (size_t i = 0; i < d->media_count; i++) {
        begin_item(j, i);
        one_media(j, d, i, options);
        end_item(j);
    }
    end_list(j);
}

static void findings_part(json *j, const vg_dossier *d)
{
    begin_list(j, "findings");
    for (size_t i = 0; i < d->finding_count; i++) {
        begin_item(j, i);
        text(j, "name", d->findings[i].name);
        share(j, "weight", d->findings[i].weight);
        both(j, "why", d->findings[i].why);
        moment(j, "first", d->findings[i].first_ms);
        moment(j, "last", d->findings[i].last_ms);
        number(j, "times", d->findings[i].times);
        end_item(j);
    }
    end_list(j);
}

static void law_part(json *j, const vg_dossier *d)
{
    begin_list(j, "facts");
    for (size_t i = 0; i < d->fact_count; i++) {
        const vg_fact *f = &d->facts[i];
        begin_item(j, i);
        word(j, "whose", vg_whose_names[f->whose]);
        word(j, "kind", vg_fact_kind_names[f->kind]);
        word(j, "country", f->country);
        word(j, "hint", vg_hint_names[f->hint]);
        share(j, "confidence", f->confidence);
        text(j, "detail", f->detail);
        moment(j, "time", f->time_ms);
        end_item(j);
    }
    end_list(j);
    begin_list(j, "laws");
    for (size_t i = 0; i < d->law_count; i++) {
        const vg_statute *s = d->laws[i].statute;
        begin_item(j, i);
        word(j, "id", s->id);
        word(j, "country", s->country);
        word(j, "reference", s->reference);
        word(j, "sure", vg_sure_names[s->from.sure]);
        word(j, "source", s->from.source);
        word(j, "verified_on", s->from.verified_on);
        share(j, "confidence", d->laws[i].confidence);
        both(j, "why", d->laws[i].why);
        end_item(j);
    }
    end_list(j);
}

static void decisions_part(json *j, const vg_dossier *d)
{
    begin_list(j, "decisions");
    for (size_t i = 0; i < d->decision_count; i++) {
        const vg_dossier_decision *x = &d->decisions[i];
        begin_item(j, i);
        moment(j, "time", x->d.time_ms);
        word(j, "action", vg_action_names[x->d.action]);
        text(j, "reason", x->d.reason);
        both(j, "title", x->reason);
        if (x->d.hours) number(j, "hours", x->d.hours);
        text(j, "by", x->person);
        text(j, "certificate", x->certificate);
        end_item(j);
    }
    end_list(j);
}

void vg_bag_dossier_json(vg_buf *out, const vg_dossier *d, const vg_bag_options *options, vg_arena *arena)
{
    json j = {out, arena, true};
    vg_buf_add_char(out, '{');
    word(&j, "type", "vigie.dossier/1");
    word(&j, "case", d->name);
    text(&j, "space", d->c.space);
    both(&j, "space_title", d->space_title);
    moment(&j, "made", d->made_ms);
    moment(&j, "opened", d->c.opened_ms);
    moment(&j, "decided", d->c.decided_ms);
    truth(&j, "destroyed", d->destroyed);
    text(&j, "prior_reports", d->prior_reports);
    operator_part(&j, d->operator);
    parties_part(&j, d);
    messages_part(&j, d);
    media_part(&j, d, options);
    findings_part(&j, d);
    law_part(&j, d);
    decisions_part(&j, d);
    vg_buf_add_cstr(out, "}\n");
}

/* ---- custody ---- */

void vg_bag_custody_json(vg_buf *out, const vg_dossier *d, const vg_bag_options *options, vg_arena *arena)
{
    json j = {out, arena, true};
    size_t n = 0;
    vg_buf_add_char(out, '{');
    word(&j, "type", "vigie.custody/1");
    word(&j, "case", d->name);
    begin_list(&j, "media_views");
    for (size_t i = 0; i < d->media_count; i++)
        for (size_t v = 0; v < d->media[i].view_count; v++) {
            begin_item(&j, n++);
            number(&j, "media", (int64_t)i + 1);
            text(&j, "by", d->media[i].views[v].user);
            moment(&j, "time", d->media[i].views[v].time_ms);
            word(&j, "seen", d->media[i].views[v].whole ? "the media" : "a small grey picture of it");
            end_item(&j);
        }
    end_list(&j);
    begin_list(&j, "case_views");
    n = 0;
    for (size_t i = 0; i < d->log_count; i++) {
        if (!vg_str_is(d->log[i].action, "case.view")) continue;
        begin_item(&j, n++);
        text(&j, "by", d->log[i].actor);
        moment(&j, "time", d->log[i].time_ms);
        number(&j, "audit_entry", d->log[i].seq);
        end_item(&j);
    }
    end_list(&j);
    decisions_part(&j, d);
    name(&j, "export");
    vg_buf_add_char(out, '{');
    j.first = true;
    text(&j, "by", options->by);
    text(&j, "reason", options->reason);
    moment(&j, "time", d->made_ms);
    truth(&j, "media", options->media);
    end_item(&j);
    vg_buf_add_cstr(out, "}\n");
}

void vg_bag_log_json(vg_buf *out, const vg_dossier *d, vg_arena *arena)
{
    json j = {out, arena, true};
    vg_buf_add_char(out, '{');
    word(&j, "type", "vigie.audit-excerpt/1");
    begin_list(&j, "entries");
    for (size_t i = 0; i < d->log_count; i++) {
        begin_item(&j, i);
        number(&j, "seq", d->log[i].seq);
        number(&j, "time_ms", d->log[i].time_ms);
        moment(&j, "time", d->log[i].time_ms);
        text(&j, "actor", d->log[i].actor);
        text(&j, "action", d->log[i].action);
        text(&j, "object", d->log[i].object);
        text(&j, "detail", d->log[i].detail);
        end_item(&j);
    }
    end_list(&j);
    vg_buf_add_cstr(out, "}\n");
}
