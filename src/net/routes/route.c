/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a case belongs, and what people wrote down about where its people are. */
#include "net/routes/route.h"

#include "base/time.h"
#include "net/body.h"
#include "net/routes/casefile.h"
#include "net/server_int.h"
#include "report/route/write.h"
#include "review/permission.h"
#include "store/facts/facts.h"

/* ---- the plan ---- */

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
        vg_route_write_plan(out, book, policy ? policy->report : NULL, c->space, route.facts, route.fact_count, &route.plan);
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

/* What the body says, before it is known which of the two kinds it is. */
typedef struct told {
    vg_str whose, kind, country, hint, time, act, detail;
    bool holds;
} told;

static bool read_told(vg_exchange *x, told *t)
{
    *t = (told){.whose = {"", 0}, .kind = {"", 0}, .country = {"", 0}, .hint = {"", 0}, .time = {"", 0}, .act = {"", 0}, .detail = {"", 0}, .holds = true};
    const vg_field fields[] = {
        {.name = "whose", .type = VG_FIELD_STRING, .least = 1, .most = 16, .string = &t->whose},
        {.name = "kind", .type = VG_FIELD_STRING, .least = 1, .most = 16, .string = &t->kind},
        {.name = "country", .type = VG_FIELD_STRING, .least = 2, .most = 2, .string = &t->country},
        {.name = "hint", .type = VG_FIELD_STRING, .least = 1, .most = 16, .string = &t->hint},
        {.name = "detail", .type = VG_FIELD_STRING, .least = 1, .most = VG_FACT_DETAIL, .string = &t->detail},
        {.name = "time", .type = VG_FIELD_STRING, .least = 1, .most = 64, .string = &t->time},
        {.name = "act", .type = VG_FIELD_STRING, .least = 1, .most = 16, .string = &t->act},
        {.name = "holds", .type = VG_FIELD_BOOLEAN, .boolean = &t->holds},
    };
    if (!vg_body_read(x, fields, sizeof fields / sizeof *fields)) return false;
    const struct {
        vg_str value;
        const char *pointer;
    } of_place[] = {{t->whose, "/whose"}, {t->kind, "/kind"}, {t->country, "/country"}, {t->hint, "/hint"}, {t->time, "/time"}};
    for (size_t i = 0; i < 5; i++) {
        if (t->act.len ? !of_place[i].value.len : of_place[i].value.len || i > 2) continue;
        vg_answer_problem(x, 400, of_place[i].pointer, t->act.len ? "what happened has none: only act, holds and detail" : "this member is missing");
        return false;
    }
    return true;
}

static bool read_act(vg_exchange *x, const told *t, vg_act_said *out)
{
    int n;
    if (!read_word(x, t->act, "/act", "soliciting, images_asked, images, threat, live, meeting, corruption, hosting", vg_act_names, VG_ACTS, &n)) return false;
    *out = (vg_act_said){.act = (vg_act)n, .holds = t->holds, .detail = t->detail};
    return true;
}

static bool read_fact(vg_exchange *x, const vg_law_book *book, const told *t, vg_fact *f)
{
    vg_str whose = t->whose, kind = t->kind, country = t->country, hint = t->hint.len ? t->hint : VG_STR("person"), time = t->time;
    int n;
    f->detail = t->detail;
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
    vg_act_said said;
    told t;
    if (!case_to_keep(desk, x, &c)) return;
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    const vg_law_book *book = vg_policy_set_book(set);
    if (!read_told(x, &t)) goto out;
    if (t.act.len) {
        if (!read_act(x, &t, &said)) goto out;
        if (vg_store_act_add(desk->store, c.id, x->user.name, &said, vg_time_now(), &err)) vg_answer_error(x, &err);
        else {
            vg_desk_tell(desk, c.id, "facts");
            vg_route_write_act(vg_answer_begin(x, 201, "application/json"), &said);
        }
    } else if (read_fact(x, book, &t, &fact)) {
        fact.confidence = book->places ? book->places->confidence[fact.hint] : 5000;
        if (vg_store_fact_add(desk->store, c.id, x->user.name, &fact, vg_time_now(), &err)) vg_answer_error(x, &err);
        else {
            vg_desk_tell(desk, c.id, "facts");
            vg_route_write_fact(vg_answer_begin(x, 201, "application/json"), &fact);
        }
    }
out:
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
