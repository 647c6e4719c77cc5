/* SPDX-License-Identifier: Apache-2.0
 *
 * What one person sees of their own work: limits, breaks, shift, wishes, and whom to turn to. Nobody else is shown any of it. */
#include "net/welfare.h"

#include "base/time.h"
#include "net/body.h"
#include "net/routes/queue.h"
#include "net/routes/welfare.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "review/review.h"
#include "review/welfare.h"
#include "store/welfare/welfare.h"

enum { SHIFT_MOST = 16 };

/* ---- what was seen ---- */

static uint32_t least(uint32_t a, uint32_t b)
{
    if (!a || !b) return a ? a : b;
    return a < b ? a : b;
}

/* The strictest limits and the hard categories of all spaces in which the person decides. */
static void join_limits(vg_server *server, const vg_user *user, vg_policy_welfare *rules)
{
    vg_policy_set *set = vg_pipeline_policies(server->pipeline);
    for (size_t i = 0; set && i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        if (!vg_review_may(user, VG_MAY_CASE_DECIDE, vg_str_of(p->space))) continue;
        rules->hard |= p->welfare.hard;
        if (p->welfare.hard_first_minutes > rules->hard_first_minutes) rules->hard_first_minutes = p->welfare.hard_first_minutes;
        if (p->welfare.hard_last_minutes > rules->hard_last_minutes) rules->hard_last_minutes = p->welfare.hard_last_minutes;
        for (int c = 0; c < VG_CATEGORIES; c++) {
            vg_welfare_limit *into = &rules->limit[c];
            const vg_welfare_limit *from = &p->welfare.limit[c];
            into->cases_hour = least(into->cases_hour, from->cases_hour);
            into->cases_day = least(into->cases_day, from->cases_day);
            into->media_hour = least(into->media_hour, from->media_hour);
            into->media_day = least(into->media_day, from->media_day);
        }
    }
    if (set) vg_policy_set_unref(&set);
}

static void write_counts(vg_buf *out, uint32_t cases_hour, uint32_t cases_day, uint32_t media_hour, uint32_t media_day)
{
    vg_buf_printf(out, "{\"cases_hour\":%u,\"cases_day\":%u,\"media_hour\":%u,\"media_day\":%u}", cases_hour, cases_day, media_hour, media_day);
}

static void write_seen(vg_buf *out, const vg_welfare_of *of)
{
    vg_buf_add_cstr(out, "\"categories\":{");
    for (int c = 0; c < VG_CATEGORIES; c++) {
        const vg_welfare_seen *s = &of->person.seen[c];
        const vg_welfare_limit *l = &of->rules.limit[c];
        vg_buf_printf(out, "%s\"%s\":{\"seen\":", c ? "," : "", vg_category_names[c]);
        write_counts(out, s->cases_hour, s->cases_day, s->media_hour, s->media_day);
        vg_buf_add_cstr(out, ",\"limit\":"); /* 0: none */
        write_counts(out, l->cases_hour, l->cases_day, l->media_hour, l->media_day);
        vg_buf_printf(out, ",\"reached\":%s,\"hard\":%s,\"opted_out\":%s}", vg_welfare_limit_reached(&of->rules, &of->person, (vg_category)c) ? "true" : "false",
                      of->rules.hard >> c & 1 ? "true" : "false", of->person.opted_out >> c & 1 ? "true" : "false");
    }
    vg_buf_add_char(out, '}');
}

/* ---- breaks and shift ---- */

static void write_break(vg_buf *out, const vg_welfare_of *of, int64_t now_ms)
{
    const vg_policy_welfare *w = &of->rules;
    vg_welfare_break b = vg_welfare_break_of(w, &of->person, now_ms);
    bool working = of->person.stretch_began_ms && of->person.active_ms && now_ms - of->person.active_ms < (int64_t)(w->break_minutes ? w->break_minutes : 15) * VG_MINUTE_MS;
    vg_buf_printf(out, ",\"break\":{\"due\":%s,\"minutes\":%u,\"after_minutes\":%u,\"after_cases\":%u,\"worked_minutes\":%lld,\"cases\":%u", b.due ? "true" : "false",
                  w->break_minutes, w->break_after_minutes, w->break_after_cases,
                  (long long)(working ? (now_ms - of->person.stretch_began_ms) / VG_MINUTE_MS : 0), working ? of->person.stretch_cases : 0);
    if (b.due) {
        vg_buf_add_cstr(out, ",\"until\":");
        vg_json_time(out, b.until_ms);
        vg_buf_printf(out, ",\"remaining\":%lld", (long long)((b.until_ms - now_ms + VG_SECOND_MS - 1) / VG_SECOND_MS));
    }
    vg_buf_add_char(out, '}');
}

static void write_shift(vg_buf *out, const vg_welfare_of *of, int64_t now_ms)
{
    const vg_welfare_person *p = &of->person;
    int64_t until_ms;
    bool in_shift = vg_welfare_in_shift(&of->rules, p, now_ms), edge = of->rules.hard && vg_welfare_at_edge(&of->rules, p, now_ms, &until_ms);
    vg_buf_printf(out, ",\"shift\":{\"under_way\":%s,\"hours\":%u,\"hard_not_in_first\":%u,\"hard_not_in_last\":%u,\"no_hard_now\":%s", in_shift ? "true" : "false",
                  in_shift ? p->shift_hours : 0, of->rules.hard_first_minutes, of->rules.hard_last_minutes, edge ? "true" : "false");
    if (in_shift) {
        vg_buf_add_cstr(out, ",\"began\":");
        vg_json_time(out, p->shift_began_ms);
    }
    if (in_shift && p->shift_hours) {
        vg_buf_add_cstr(out, ",\"ends\":");
        vg_json_time(out, p->shift_began_ms + (int64_t)p->shift_hours * VG_HOUR_MS);
    }
    vg_buf_add_char(out, '}');
}

/* What is in hand: it may be finished, break or not. */
static int write_in_hand(vg_desk *desk, vg_exchange *x, vg_buf *out, int64_t now_ms, vg_error *err)
{
    vg_str with, *spaces = NULL;
    size_t space_count = 0;
    bool first = true;
    int rc = vg_review_spaces_with(&x->user, VG_MAY_CASE_DECIDE, desk->arena, &with, err);
    if (!rc) rc = vg_store_case_spaces(desk->store, with, desk->arena, &spaces, &space_count, err);
    vg_buf_add_cstr(out, ",\"in_hand\":[");
    for (size_t i = 0; !rc && i < space_count; i++) {
        int64_t *ids = NULL;
        size_t count = 0;
        rc = vg_store_held(desk->store, spaces[i], x->user.name, now_ms, desk->arena, &ids, &count, err);
        for (size_t n = 0; n < count; n++) {
            char name[24];
            vg_case_name(ids[n], name);
            vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", name);
            first = false;
        }
    }
    vg_buf_add_char(out, ']');
    return rc;
}

/* ---- whom to turn to ---- */

static void write_text(vg_buf *out, const char *name, const char *value)
{
    if (!value) return;
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, vg_str_of(value));
}

/* The named contacts of the person's spaces; of `space` alone when it is given. */
static void write_contacts(vg_buf *out, vg_server *server, const vg_user *user, vg_str space)
{
    vg_policy_set *set = vg_pipeline_policies(server->pipeline);
    bool first = true;
    vg_buf_add_cstr(out, "\"contacts\":[");
    for (size_t i = 0; set && i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        const vg_welfare_contact *c = &p->welfare.contact;
        if (!c->name || !vg_review_in_spaces(user->spaces, vg_str_of(p->space)) || (space.len && !vg_str_is(space, p->space))) continue;
        vg_buf_add_cstr(out, first ? "{\"space\":" : ",{\"space\":");
        first = false;
        vg_buf_add_json_str(out, vg_str_of(p->space));
        write_text(out, "name", c->name);
        write_text(out, "phone", c->phone);
        write_text(out, "email", c->email);
        write_text(out, "url", c->url);
        vg_buf_add_cstr(out, ",\"text\":");
        vg_json_both(out, c->text);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
    if (set) vg_policy_set_unref(&set);
}

void vg_route_welfare(vg_desk *desk, vg_exchange *x)
{
    vg_welfare_of of;
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    if (vg_welfare_of_user(desk, &x->user, VG_STR(""), now_ms, &of, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    join_limits(x->server, &x->user, &of.rules);
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_char(out, '{');
    write_seen(out, &of);
    write_break(out, &of, now_ms);
    write_shift(out, &of, now_ms);
    if (write_in_hand(desk, x, out, now_ms, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf_add_char(out, ',');
    write_contacts(out, x->server, &x->user, VG_STR(""));
    vg_buf_add_char(out, '}');
}

/* ---- wishes ---- */

void vg_route_wishes(vg_desk *desk, vg_exchange *x)
{
    vg_welfare_of of;
    vg_error err = {0};
    bool first = true;
    if (vg_welfare_of_user(desk, &x->user, VG_STR(""), vg_time_now(), &of, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"opt_out\":[");
    for (int c = 0; c < VG_CATEGORIES; c++) {
        if (!(of.person.opted_out >> c & 1)) continue;
        vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", vg_category_names[c]);
        first = false;
    }
    vg_buf_add_cstr(out, "]}");
}

void vg_route_wishes_set(vg_desk *desk, vg_exchange *x)
{
    vg_str list = {"", 0};
    uint32_t set;
    vg_error err = {0};
    const vg_field fields[] = {{.name = "opt_out", .type = VG_FIELD_LIST, .required = true, .most = 100, .string = &list}};
    if (!vg_body_read(x, fields, 1) || !vg_read_categories(x, "/opt_out", list, &set)) return;
    if (vg_store_wishes_set(desk->store, x->user.id, set, &err)) vg_answer_error(x, &err);
    else vg_route_wishes(desk, x);
}

void vg_route_shift(vg_desk *desk, vg_exchange *x)
{
    int64_t hours = 0, now_ms = vg_time_now();
    vg_welfare_of of;
    vg_error err = {0};
    const vg_field fields[] = {{.name = "hours", .type = VG_FIELD_INTEGER, .required = true, .highest = SHIFT_MOST, .integer = &hours}};
    if (!vg_body_read(x, fields, 1)) return;
    if (vg_welfare_of_user(desk, &x->user, VG_STR(""), now_ms, &of, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_welfare_plan(&of.rules, &of.person, (uint32_t)hours, now_ms);
    if (vg_store_welfare_put(desk->store, x->user.id, &of.person, false, VG_STR(""), &err)) vg_answer_error(x, &err);
    else vg_route_welfare(desk, x);
}

/* The space asked for, when it is the person's; without one, their first that has a named contact, else the first of them. */
static bool space_of(vg_server *server, const vg_user *user, vg_str asked, vg_arena *arena, vg_str *space)
{
    vg_policy_set *set = vg_pipeline_policies(server->pipeline);
    bool named = false, found = false;
    for (size_t i = 0; set && i < vg_policy_set_count(set) && !named; i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        if (!vg_review_in_spaces(user->spaces, vg_str_of(p->space)) || (found && !p->welfare.contact.name)) continue;
        if (asked.len && !vg_str_is(asked, p->space)) continue;
        named = p->welfare.contact.name != NULL;
        *space = vg_arena_copy(arena, vg_str_of(p->space));
        found = space->ptr != NULL;
    }
    if (set) vg_policy_set_unref(&set);
    return found;
}

void vg_route_support(vg_desk *desk, vg_exchange *x)
{
    bool with_name = false;
    vg_str space = {"", 0};
    vg_error err = {0};
    const vg_field fields[] = {
        {.name = "with_name", .type = VG_FIELD_BOOLEAN, .required = true, .boolean = &with_name},
        {.name = "space", .type = VG_FIELD_STRING, .least = 1, .most = VG_EVENT_MAX_NAME, .string = &space},
    };
    if (!vg_body_read(x, fields, 2)) return;
    bool given = space.len > 0;
    if (!space_of(x->server, &x->user, space, desk->arena, &space)) {
        vg_answer_problem(x, 400, "/space", "expected one of your spaces");
        return;
    }
    vg_str name = with_name ? (x->user.display.len ? x->user.display : x->user.name) : (vg_str){"", 0};
    if (vg_store_support(desk->store, space, name, vg_time_now(), &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_char(out, '{');
    write_contacts(out, x->server, &x->user, given ? space : VG_STR(""));
    vg_buf_add_char(out, '}');
}
