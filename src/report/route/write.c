/* SPDX-License-Identifier: Apache-2.0 */
#include "report/route/write.h"

#include <string.h>

#include "base/time.h"

/* ---- writing entries ---- */

void vg_law_write_both(vg_buf *out, const char *fr, const char *en)
{
    vg_buf_add_cstr(out, "{\"fr\":");
    vg_buf_add_json_str(out, vg_str_of(fr));
    vg_buf_add_cstr(out, ",\"en\":");
    vg_buf_add_json_str(out, vg_str_of(en));
    vg_buf_add_char(out, '}');
}

static void write_names(vg_buf *out, uint32_t set, const char *const *names, unsigned count)
{
    const char *before = "[\"";
    for (unsigned i = 0; i < count; i++) {
        if (!(set >> i & 1)) continue;
        vg_buf_printf(out, "%s%s\"", before, names[i]);
        before = ",\"";
    }
    vg_buf_add_cstr(out, before[0] == '[' ? "[]" : "]");
}

void vg_law_write_acts(vg_buf *out, uint32_t acts)
{
    write_names(out, acts, vg_act_names, VG_ACTS);
}

static void member(vg_buf *out, const char *name, const char *value)
{
    if (!value) return;
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, vg_str_of(value));
}

void vg_law_write_from(vg_buf *out, const vg_provenance *from)
{
    vg_buf_printf(out, "{\"sure\":\"%s\"", vg_sure_names[from->sure < VG_SURES ? from->sure : VG_SURE_NOT]);
    member(out, "source", from->source ? from->source : "");
    member(out, "verified_on", from->verified_on);
    vg_buf_add_char(out, '}');
}

void vg_law_write_statute(vg_buf *out, const vg_statute *s)
{
    vg_buf_printf(out, "{\"id\":\"%s\",\"country\":\"%s\"", s->id, s->country);
    member(out, "reference", s->reference);
    vg_buf_add_cstr(out, ",\"title\":");
    vg_law_write_both(out, s->title[VG_LANG_FR], s->title[VG_LANG_EN]);
    vg_buf_add_cstr(out, ",\"acts\":");
    vg_law_write_acts(out, s->acts);
    vg_buf_add_cstr(out, ",\"ties\":");
    write_names(out, s->ties, vg_tie_names, VG_TIES);
    if (s->victim_under) vg_buf_printf(out, ",\"victim_under\":%u", s->victim_under);
    if (s->note[VG_LANG_FR]) {
        vg_buf_add_cstr(out, ",\"note\":");
        vg_law_write_both(out, s->note[VG_LANG_FR], s->note[VG_LANG_EN]);
    }
    vg_buf_add_cstr(out, ",\"from\":");
    vg_law_write_from(out, &s->from);
    vg_buf_add_char(out, '}');
}

void vg_law_write_receiver(vg_buf *out, const vg_receiver *r, vg_str space)
{
    vg_buf_add_cstr(out, "{\"id\":");
    vg_buf_add_json_str(out, vg_str_of(r->id));
    vg_buf_printf(out, ",\"country\":\"%s\",\"kind\":\"%s\",\"name\":", r->country, vg_receiver_kind_names[r->kind]);
    vg_law_write_both(out, r->name[VG_LANG_FR], r->name[VG_LANG_EN]);
    member(out, "channel", r->channel);
    member(out, "url", r->url);
    member(out, "email", r->email);
    member(out, "phone", r->phone);
    member(out, "hours", r->hours);
    vg_buf_printf(out, ",\"emergency\":%s,\"media\":%s,\"acts\":", r->emergency ? "true" : "false", r->media ? "true" : "false");
    vg_law_write_acts(out, r->acts);
    if (r->accepts[VG_LANG_FR] && r->accepts[VG_LANG_EN]) {
        vg_buf_add_cstr(out, ",\"accepts\":");
        vg_law_write_both(out, r->accepts[VG_LANG_FR], r->accepts[VG_LANG_EN]);
    }
    if (space.len) {
        vg_buf_add_cstr(out, ",\"own\":true,\"space\":");
        vg_buf_add_json_str(out, space);
        vg_buf_printf(out, ",\"has_key\":%s", r->has_key ? "true" : "false");
    }
    vg_buf_add_cstr(out, ",\"from\":");
    vg_law_write_from(out, &r->from);
    vg_buf_add_char(out, '}');
}

/* ---- the plan ---- */

static void write_words(vg_buf *out, const char *name, const vg_str words[VG_LANGS])
{
    vg_buf_printf(out, ",\"%s\":{\"fr\":", name);
    vg_buf_add_json_str(out, words[VG_LANG_FR]);
    vg_buf_add_cstr(out, ",\"en\":");
    vg_buf_add_json_str(out, words[VG_LANG_EN]);
    vg_buf_add_char(out, '}');
}

static void write_set(vg_buf *out, const char *name, uint32_t set, const char *const *names, unsigned count)
{
    const char *comma = "";
    vg_buf_printf(out, ",\"%s\":[", name);
    for (unsigned i = 0; i < count; i++) {
        if (!(set >> i & 1)) continue;
        vg_buf_printf(out, "%s\"%s\"", comma, names[i]);
        comma = ",";
    }
    vg_buf_add_char(out, ']');
}

static void write_time(vg_buf *out, int64_t ms)
{
    char when[25];
    vg_time_format(ms, when);
    vg_buf_printf(out, "\"%s\"", when);
}

static void write_confidence(vg_buf *out, uint16_t e4)
{
    vg_buf_add_cstr(out, ",\"confidence\":");
    vg_buf_add_e4(out, e4);
}

void vg_route_write_fact(vg_buf *out, const vg_fact *f)
{
    vg_buf_printf(out, "{\"whose\":\"%s\",\"kind\":\"%s\",\"country\":\"%s\",\"hint\":\"%s\"", vg_whose_names[f->whose], vg_fact_kind_names[f->kind],
                  f->country, vg_hint_names[f->hint]);
    write_confidence(out, f->confidence);
    if (f->number) vg_buf_printf(out, ",\"number\":%lld", (long long)f->number);
    if (f->detail.len) {
        vg_buf_add_cstr(out, ",\"detail\":");
        vg_buf_add_json_str(out, f->detail);
    }
    if (f->time_ms > 0) {
        vg_buf_add_cstr(out, ",\"time\":");
        write_time(out, f->time_ms);
    }
    vg_buf_add_char(out, '}');
}

static void write_name(vg_buf *out, const vg_law_book *book, const char *name, const char *code)
{
    vg_buf_printf(out, ",\"%s\":", name);
    vg_law_write_both(out, vg_country_name(book, code, VG_LANG_FR), vg_country_name(book, code, VG_LANG_EN));
}

static bool is_own(const vg_policy_report *report, const vg_receiver *r)
{
    return report && r >= report->receivers && r < report->receivers + report->receiver_count;
}

static void write_stop(vg_buf *out, const vg_law_book *book, const vg_policy_report *own, vg_str space, const vg_stop *s)
{
    vg_buf_printf(out, "{\"kind\":\"%s\",\"country\":\"%s\"", vg_stop_kind_names[s->kind], s->country);
    write_name(out, book, "country_name", s->country);
    if (s->receiver) {
        vg_buf_add_cstr(out, ",\"receiver\":");
        vg_law_write_receiver(out, s->receiver, is_own(own, s->receiver) ? space : (vg_str){"", 0});
    }
    vg_buf_printf(out, ",\"urgent\":%s,\"own\":%s", s->urgent ? "true" : "false", s->own ? "true" : "false");
    write_set(out, "whose", s->whose, vg_whose_names, VG_WHOSES);
    write_confidence(out, s->confidence);
    write_words(out, "why", s->why);
    write_words(out, "send", s->send);
    vg_buf_add_char(out, '}');
}

static void write_law(vg_buf *out, const vg_reach_of_law *law)
{
    vg_buf_add_cstr(out, "{\"statute\":");
    vg_law_write_statute(out, law->statute);
    write_set(out, "ties", law->ties, vg_tie_names, VG_TIES);
    write_confidence(out, law->confidence);
    write_words(out, "why", law->why);
    vg_buf_add_char(out, '}');
}

static void write_place(vg_buf *out, const vg_law_book *book, const vg_route_place *place)
{
    const char *comma = "";
    vg_buf_printf(out, "{\"country\":\"%s\"", place->country);
    write_name(out, book, "name", place->country);
    vg_buf_add_cstr(out, ",\"roles\":[");
    for (int w = 0; w < VG_WHOSES; w++) {
        if (!(place->whose >> w & 1)) continue;
        vg_buf_printf(out, "%s{\"whose\":\"%s\"", comma, vg_whose_names[w]);
        write_confidence(out, place->confidence[w]);
        vg_buf_add_char(out, '}');
        comma = ",";
    }
    vg_buf_add_cstr(out, "]}");
}

void vg_route_write_act(vg_buf *out, const vg_act_said *said)
{
    vg_buf_printf(out, "{\"act\":\"%s\",\"holds\":%s", vg_act_names[said->act], said->holds ? "true" : "false");
    if (said->number) vg_buf_printf(out, ",\"number\":%lld", (long long)said->number);
    if (said->detail.len) {
        vg_buf_add_cstr(out, ",\"detail\":");
        vg_buf_add_json_str(out, said->detail);
    }
    vg_buf_add_char(out, '}');
}

static void write_acts(vg_buf *out, const vg_route_plan *plan)
{
    vg_buf_add_cstr(out, ",\"acts\":");
    vg_law_write_acts(out, plan->acts);
    vg_buf_add_cstr(out, ",\"acts_by\":{\"evidence\":");
    vg_law_write_acts(out, plan->acts_evidence);
    write_set(out, "reason", plan->acts_reason, vg_act_names, VG_ACTS);
    write_set(out, "person", plan->acts_person, vg_act_names, VG_ACTS);
    write_set(out, "denied", plan->acts_denied, vg_act_names, VG_ACTS);
    vg_buf_add_cstr(out, "},\"acts_said\":[");
    for (size_t i = 0; i < plan->act_said_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_route_write_act(out, &plan->acts_said[i]);
    }
    vg_buf_add_char(out, ']');
}

void vg_route_write_plan(vg_buf *out, const vg_law_book *book, const vg_policy_report *own, vg_str space, const vg_fact *facts, size_t fact_count,
                         const vg_route_plan *plan)
{
    write_acts(out, plan);
    vg_buf_printf(out, ",\"urgent\":%s", plan->urgent ? "true" : "false");
    write_set(out, "imminent", plan->imminence, vg_imminence_names, VG_IMMINENCES);
    vg_buf_add_cstr(out, ",\"facts\":[");
    for (size_t i = 0; i < fact_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_route_write_fact(out, &facts[i]);
    }
    vg_buf_add_cstr(out, "],\"statutes\":[");
    for (size_t i = 0; i < plan->law_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_law(out, &plan->laws[i]);
    }
    vg_buf_add_cstr(out, "],\"stops\":[");
    for (size_t i = 0; i < plan->stop_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_stop(out, book, own, space, &plan->stops[i]);
    }
    vg_buf_add_cstr(out, "],\"unknowns\":[");
    for (size_t i = 0; i < plan->unknown_count; i++) {
        vg_buf_printf(out, "%s{\"code\":\"%s\"", i ? "," : "", plan->unknowns[i].code);
        write_words(out, "say", plan->unknowns[i].say);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "],\"map\":[");
    for (size_t i = 0; i < plan->place_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_place(out, book, &plan->places[i]);
    }
    vg_buf_add_char(out, ']');
}
