/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a case belongs, and what people wrote down about where its people are. */
#include "net/routes/route.h"

#include "base/time.h"
#include "net/body.h"
#include "net/routes/casefile.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "store/facts/facts.h"

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

static void write_confidence(vg_buf *out, uint16_t e4)
{
    vg_buf_add_cstr(out, ",\"confidence\":");
    vg_buf_add_e4(out, e4);
}

static void write_fact(vg_buf *out, const vg_fact *f)
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
        vg_json_time(out, f->time_ms);
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

static void write_stop(vg_buf *out, const vg_law_book *book, const vg_policy *policy, const vg_stop *s)
{
    vg_buf_printf(out, "{\"kind\":\"%s\",\"country\":\"%s\"", vg_stop_kind_names[s->kind], s->country);
    write_name(out, book, "country_name", s->country);
    if (s->receiver) {
        vg_buf_add_cstr(out, ",\"receiver\":");
        vg_law_write_receiver(out, s->receiver, policy && is_own(policy->report, s->receiver) ? policy->space : NULL);
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

static void write_plan(vg_buf *out, const vg_law_book *book, const vg_policy *policy, const vg_case_route *route)
{
    const vg_route_plan *plan = &route->plan;
    vg_buf_add_cstr(out, ",\"acts\":");
    vg_law_write_acts(out, plan->acts);
    vg_buf_printf(out, ",\"urgent\":%s", plan->urgent ? "true" : "false");
    write_set(out, "imminent", plan->imminence, vg_imminence_names, VG_IMMINENCES);
    vg_buf_add_cstr(out, ",\"facts\":[");
    for (size_t i = 0; i < route->fact_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_fact(out, &route->facts[i]);
    }
    vg_buf_add_cstr(out, "],\"statutes\":[");
    for (size_t i = 0; i < plan->law_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_law(out, &plan->laws[i]);
    }
    vg_buf_add_cstr(out, "],\"stops\":[");
    for (size_t i = 0; i < plan->stop_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_stop(out, book, policy, &plan->stops[i]);
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

static void write_geo(vg_buf *out, const char *file, const vg_geo *geo)
{
    vg_buf_printf(out, ",\"geo\":{\"state\":\"%s\"", !file ? "none" : geo ? "used" : "unreadable");
    if (geo && vg_geo_built_ms(geo) > 0) {
        vg_buf_add_cstr(out, ",\"built\":");
        vg_json_time(out, vg_geo_built_ms(geo));
    }
    vg_buf_add_char(out, '}');
}

/* A copy of a known answer is never routed: for whoever meets it, it has no route, as a case without facts. */
static int answer_route(vg_desk *desk, vg_exchange *x, const vg_case *c, vg_policy_set *set, vg_error *err)
{
    const vg_policy *policy = set ? vg_policy_set_find(set, c->space, NULL) : NULL;
    const vg_law_book *book = vg_policy_set_book(set);
    const char *file = policy && policy->report ? policy->report->geo_file : NULL;
    vg_geo *geo = NULL;
    vg_error ignored = {0};
    vg_case_route route;
    char name[24];
    if (file) vg_geo_open(&geo, file, &ignored); /* a file that is broken is said on the page, and takes nothing else away */
    const vg_case_route_ask ask = {.c = c, .report = policy ? policy->report : NULL, .book = book, .geo = geo};
    int rc = vg_case_route_make(desk->store, &ask, desk->arena, &route, err);
    if (!rc) rc = vg_store_route_shown(desk->store, c->id, x->user.name, vg_time_now(), err);
    if (!rc) {
        vg_case_name(c->id, name);
        vg_buf *out = vg_answer_begin(x, 200, "application/json");
        vg_buf_printf(out, "{\"case\":\"%s\",\"book\":\"%016llx\"", name, (unsigned long long)book->version);
        write_plan(out, book, policy, &route);
        write_geo(out, file, geo);
        vg_buf_printf(out, ",\"may_keep\":%s}", vg_review_may(&x->user, VG_MAY_FACT_KEEP, c->space) && !c->destroyed ? "true" : "false");
    }
    vg_geo_close(&geo);
    return rc;
}

void vg_route_case_route(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, true, &c)) return;
    int rc = vg_review_require(&x->user, VG_MAY_ROUTE_SEE, c.space, &err);
    if (!rc) {
        vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
        rc = answer_route(desk, x, &c, set, &err);
        if (set) vg_policy_set_unref(&set);
    }
    if (rc) vg_answer_error(x, &err);
}

/* ---- what people write down ---- */

static int word_of(vg_str value, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (vg_str_is(value, names[i])) return i;
    return -1;
}

static bool read_word(vg_exchange *x, vg_str value, const char *pointer, const char *expected, const char *const *names, int count, int *out)
{
    *out = word_of(value, names, count);
    if (*out >= 0) return true;
    vg_answer_problem(x, 400, pointer, "unknown value; expected one of %s", expected);
    return false;
}

static bool read_fact(vg_exchange *x, const vg_law_book *book, vg_fact *f)
{
    vg_str whose = {"", 0}, kind = {"", 0}, country = {"", 0}, hint = VG_STR("person"), time = {"", 0};
    int n;
    const vg_field fields[] = {
        {.name = "whose", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 16, .string = &whose},
        {.name = "kind", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 16, .string = &kind},
        {.name = "country", .type = VG_FIELD_STRING, .required = true, .least = 2, .most = 2, .string = &country},
        {.name = "hint", .type = VG_FIELD_STRING, .least = 1, .most = 16, .string = &hint},
        {.name = "detail", .type = VG_FIELD_STRING, .least = 1, .most = VG_FACT_DETAIL, .string = &f->detail},
        {.name = "time", .type = VG_FIELD_STRING, .least = 1, .most = 64, .string = &time},
    };
    if (!vg_body_read(x, fields, sizeof fields / sizeof *fields)) return false;
    if (!read_word(x, whose, "/whose", "author, victim, host", vg_whose_names, VG_WHOSES, &n)) return false;
    f->whose = (vg_whose)n;
    if (!read_word(x, kind, "/kind", "place, nationality, residence", vg_fact_kind_names, VG_FACT_KINDS, &n)) return false;
    f->kind = (vg_fact_kind)n;
    if (!read_word(x, hint, "/hint", "declared, ip, phone, payment, language, person, operator", vg_hint_names, VG_HINTS, &n)) return false;
    f->hint = (vg_hint)n;
    memcpy(f->country, country.ptr, 2);
    if (f->country[0] < 'A' || f->country[0] > 'Z' || f->country[1] < 'A' || f->country[1] > 'Z' || !vg_country_known(book, f->country)) {
        vg_answer_problem(x, 400, "/country", "expected the code of a country (ISO 3166-1), such as FR");
        return false;
    }
    if (time.len && (!vg_time_parse_date(time, &f->time_ms) || f->time_ms <= 0)) {
        vg_answer_problem(x, 400, "/time", "expected a day or a time such as 2027-04-03");
        return false;
    }
    return true;
}

/* The case of the path, for somebody who keeps its facts. */
static bool case_to_keep(vg_desk *desk, vg_exchange *x, vg_case *c)
{
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, true, c)) return false;
    if (!vg_review_require(&x->user, VG_MAY_FACT_KEEP, c->space, &err)) return true;
    vg_answer_error(x, &err);
    return false;
}

void vg_route_fact_add(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    vg_fact fact = {.detail = {"", 0}};
    if (!case_to_keep(desk, x, &c)) return;
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    const vg_law_book *book = vg_policy_set_book(set);
    if (read_fact(x, book, &fact)) {
        fact.confidence = book->places ? book->places->confidence[fact.hint] : 5000;
        if (vg_store_fact_add(desk->store, c.id, x->user.name, &fact, vg_time_now(), &err)) vg_answer_error(x, &err);
        else {
            vg_desk_tell(desk, c.id, "facts");
            write_fact(vg_answer_begin(x, 201, "application/json"), &fact);
        }
    }
    if (set) vg_policy_set_unref(&set);
}

void vg_route_fact_remove(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_error err = {0};
    int64_t number = 0;
    if (!case_to_keep(desk, x, &c)) return;
    for (size_t i = 0; i < x->argument[1].len && number >= 0; i++) {
        char digit = x->argument[1].ptr[i];
        number = digit >= '0' && digit <= '9' && number < 1000000 ? number * 10 + (digit - '0') : -1;
    }
    if (number <= 0) vg_answer_problem(x, 404, NULL, "there is no such fact");
    else if (vg_store_fact_remove(desk->store, c.id, number, x->user.name, vg_time_now(), &err)) vg_answer_error(x, &err);
    else {
        vg_desk_tell(desk, c.id, "facts");
        vg_answer_begin(x, 204, NULL);
    }
}
