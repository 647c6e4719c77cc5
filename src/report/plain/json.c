/* SPDX-License-Identifier: Apache-2.0 */
#include "report/plain/plain.h"

#include "base/hash.h"
#include "base/time.h"

enum { JSON_MOST = 64 << 20 };

static void text(vg_buf *out, const char *before, vg_str s)
{
    vg_buf_add_cstr(out, before);
    vg_buf_add_json_str(out, s);
}

static void when(vg_buf *out, const char *before, int64_t ms)
{
    char time[25];
    if (!ms) return;
    vg_time_format(ms, time);
    vg_buf_printf(out, "%s\"%s\"", before, time);
}

static void hash(vg_buf *out, const char *name, bool has, const uint8_t *bytes, size_t len)
{
    char hex[65];
    if (!has) return;
    vg_hex_encode(hex, bytes, len);
    vg_buf_printf(out, ",\"%s\":\"%s\"", name, hex);
}

static void write_parties(vg_buf *out, const vg_dossier *d)
{
    vg_buf_add_cstr(out, ",\"parties\":[");
    for (size_t i = 0; i < d->party_count; i++) {
        const vg_party *p = &d->parties[i];
        vg_buf_printf(out, "%s{\"role\":\"%s\",\"age_band\":\"%s\",\"age_basis\":\"%s\"", i ? "," : "", vg_party_role_names[p->role], vg_age_band_names[p->band], vg_age_basis_names[p->basis]);
        text(out, ",\"account\":", p->account);
        vg_buf_add_cstr(out, ",\"identifiers\":[");
        for (size_t k = 0; k < p->id_count; k++) {
            vg_buf_printf(out, "%s{\"kind\":\"%s\"", k ? "," : "", vg_id_kind_names[p->ids[k].kind]);
            text(out, ",\"value\":", p->ids[k].value);
            text(out, ",\"source\":", p->ids[k].source);
            when(out, ",\"time\":", p->ids[k].time_ms);
            vg_buf_add_char(out, '}');
        }
        vg_buf_add_cstr(out, "]}");
    }
    vg_buf_add_char(out, ']');
}

static void write_messages(vg_buf *out, const vg_dossier *d)
{
    vg_buf_add_cstr(out, ",\"messages\":[");
    for (size_t i = 0; i < d->message_count; i++) {
        const vg_dossier_message *m = &d->messages[i];
        text(out, i ? ",{\"id\":" : "{\"id\":", m->id);
        when(out, ",\"time\":", m->time_ms);
        vg_buf_printf(out, ",\"from\":%zu,\"to\":[", m->from);
        for (size_t k = 0; k < m->to_count; k++) vg_buf_printf(out, "%s%zu", k ? "," : "", m->to[k]);
        vg_buf_printf(out, "],\"channel\":\"%s\",\"flagged\":%s", vg_channel_names[m->channel], m->flagged ? "true" : "false");
        if (m->withheld) vg_buf_add_cstr(out, ",\"withheld\":true");
        if (m->unreadable) vg_buf_add_cstr(out, ",\"unreadable\":true");
        text(out, ",\"text\":", m->text);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

static void write_media(vg_buf *out, const vg_dossier *d)
{
    vg_buf_add_cstr(out, ",\"media\":[");
    for (size_t i = 0; i < d->media_count; i++) {
        const vg_dossier_media *m = &d->media[i];
        text(out, i ? ",{\"event\":" : "{\"event\":", m->event_id);
        when(out, ",\"time\":", m->time_ms);
        vg_buf_printf(out, ",\"from\":%zu,\"bytes\":%llu,\"kept\":%s,\"viewed\":%s", m->from, (unsigned long long)m->bytes, m->kept ? "true" : "false", vg_dossier_viewed(m, 0) ? "true" : "false");
        text(out, ",\"type\":", m->mime);
        hash(out, "sha256", m->has_sha256, m->sha256, sizeof m->sha256);
        hash(out, "sha1", m->has_sha1, m->sha1, sizeof m->sha1);
        hash(out, "md5", m->has_md5, m->md5, sizeof m->md5);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

static void write_found(vg_buf *out, const vg_dossier *d)
{
    vg_buf_add_cstr(out, ",\"findings\":[");
    for (size_t i = 0; i < d->finding_count; i++) {
        text(out, i ? ",{\"name\":" : "{\"name\":", d->findings[i].name);
        text(out, ",\"fr\":", d->findings[i].why[VG_LANG_FR]);
        text(out, ",\"en\":", d->findings[i].why[VG_LANG_EN]);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "],\"decisions\":[");
    for (size_t i = 0; i < d->decision_count; i++) {
        vg_buf_printf(out, "%s{\"action\":\"%s\"", i ? "," : "", vg_action_names[d->decisions[i].d.action]);
        text(out, ",\"reason\":", d->decisions[i].reason[VG_LANG_EN]);
        when(out, ",\"time\":", d->decisions[i].d.time_ms);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "],\"laws\":[");
    for (size_t i = 0; i < d->law_count; i++) {
        text(out, i ? ",{\"id\":" : "{\"id\":", vg_str_of(d->laws[i].statute->id));
        text(out, ",\"reference\":", vg_str_of(d->laws[i].statute->reference));
        vg_buf_printf(out, ",\"sure\":\"%s\"}", vg_sure_names[d->laws[i].statute->from.sure]);
    }
    vg_buf_add_char(out, ']');
}

static void write_annexes(vg_buf *out, const vg_filing_view *f)
{
    vg_buf_add_cstr(out, ",\"annexes\":[");
    for (size_t i = 0; i < f->annexes.count; i++) {
        const vg_annex *a = &f->annexes.items[i];
        text(out, i ? ",{\"name\":" : "{\"name\":", a->name);
        text(out, ",\"type\":", a->type);
        vg_buf_printf(out, ",\"bytes\":%llu", (unsigned long long)a->bytes);
        hash(out, "sha256", true, a->sha256, sizeof a->sha256);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

vg_str vg_plain_json(const vg_filing_view *f, vg_arena *arena)
{
    const vg_dossier *d = f->dossier;
    const vg_report_operator *o = d->operator;
    vg_str result = {NULL, 0};
    vg_buf out;
    vg_buf_init(&out, JSON_MOST);
    vg_buf_printf(&out, "{\"report\":\"%s\",\"case\":\"%s\"", f->uuid, d->name);
    when(&out, ",\"prepared\":", d->made_ms);
    text(&out, ",\"receiver\":", vg_str_of(f->receiver->id));
    if (f->settings && f->settings->test) vg_buf_add_cstr(&out, ",\"test\":true");
    text(&out, ",\"operator\":{\"name\":", vg_str_of(o->name));
    text(&out, ",\"email\":", vg_str_of(o->email));
    text(&out, ",\"country\":", vg_str_of(o->country));
    text(&out, "},\"space\":", d->c.space);
    text(&out, ",\"earlier_reports\":", d->prior_reports);
    write_parties(&out, d);
    write_messages(&out, d);
    write_media(&out, d);
    write_found(&out, d);
    write_annexes(&out, f);
    vg_buf_add_char(&out, '}');
    if (!out.failed) result = vg_arena_copy(arena, (vg_str){out.ptr, out.len});
    vg_buf_free(&out);
    return result;
}

int vg_plain_documents(const vg_filing_view *f, vg_arena *arena, vg_documents *out, vg_error *err)
{
    vg_str json = vg_plain_json(f, arena);
    out->count = 0;
    if (!json.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for a report");
    out->items[out->count++] = (vg_document){VG_STR("report.json"), VG_STR("application/json"), json, {VG_STR("Le rapport"), VG_STR("The report")}, 0};
    return 0;
}
