/* SPDX-License-Identifier: Apache-2.0
 *
 * Items with a known answer: a lead makes them of decided cases, or takes made-up ones, and sees what became of them. */
#include "net/routes/gold.h"

#include <jansson.h>
#include <stdio.h>

#include "base/time.h"
#include "net/server_int.h"
#include "review/agreement.h"
#include "review/permission.h"
#include "store/training/gold.h"

enum { REASONS_MOST = 400, WHY_MOST = 2000 };

/* ---- JSON out ---- */

static void write_actions(vg_buf *out, uint32_t set)
{
    bool first = true;
    vg_buf_add_char(out, '[');
    for (int a = 0; a < VG_ACTIONS; a++) {
        if (!(set >> a & 1)) continue;
        vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", vg_action_names[a]);
        first = false;
    }
    vg_buf_add_char(out, ']');
}

static void write_reasons(vg_buf *out, vg_str list)
{
    bool first = true;
    vg_buf_add_char(out, '[');
    while (list.len) {
        const char *comma = memchr(list.ptr, ',', list.len);
        vg_str one = {list.ptr, comma ? (size_t)(comma - list.ptr) : list.len};
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        vg_buf_add_json_str(out, one);
        list = comma ? (vg_str){comma + 1, list.len - one.len - 1} : (vg_str){list.ptr, 0};
    }
    vg_buf_add_char(out, ']');
}

static void write_item(vg_buf *out, const vg_gold_item *item)
{
    char name[24];
    vg_buf_printf(out, "{\"id\":%lld,\"space\":", (long long)item->id);
    vg_buf_add_json_str(out, item->space);
    vg_case_name(item->source_case, name);
    if (item->source_case) vg_buf_printf(out, ",\"case\":\"%s\",\"made_up\":null", name);
    else {
        vg_buf_add_cstr(out, ",\"case\":null,\"made_up\":");
        vg_buf_add_json_str(out, item->shipped);
    }
    vg_buf_printf(out, ",\"category\":\"%s\",\"language\":", vg_category_names[item->category]);
    vg_buf_add_json_str(out, item->language);
    vg_buf_add_cstr(out, ",\"actions\":");
    write_actions(out, item->actions);
    vg_buf_add_cstr(out, ",\"reasons\":");
    write_reasons(out, item->reasons);
    vg_buf_add_cstr(out, ",\"why\":");
    vg_buf_add_json_str(out, item->why);
    vg_buf_add_cstr(out, ",\"made_by\":");
    vg_buf_add_json_str(out, item->made_by);
    vg_buf_add_cstr(out, ",\"made\":");
    vg_json_time(out, item->made_ms);
    vg_buf_add_cstr(out, ",\"ended\":");
    if (item->ended_ms) vg_json_time(out, item->ended_ms);
    else vg_buf_add_cstr(out, "null");
    vg_buf_printf(out, ",\"answered\":%lld,\"right\":%lld}", (long long)item->answered, (long long)item->right);
}

/* ---- the list ---- */

static bool refuse(vg_exchange *x, vg_str space)
{
    vg_error err = {0};
    if (!vg_review_require(&x->user, VG_MAY_GOLD_KEEP, space, &err)) return false;
    vg_answer_error(x, &err);
    return true;
}

void vg_route_gold(vg_desk *desk, vg_exchange *x)
{
    vg_gold_item *items = NULL;
    vg_str spaces, ended;
    size_t count = 0;
    bool found;
    vg_error err = {0};
    if (refuse(x, (vg_str){"", 0})) return;
    if (!vg_query_get(x, "ended", &ended, &found) || (found && !vg_str_is(ended, "true") && !vg_str_is(ended, "false"))) {
        vg_answer_problem(x, 400, "/ended", "expected true or false");
        return;
    }
    if (vg_review_spaces_with(&x->user, VG_MAY_GOLD_KEEP, desk->arena, &spaces, &err) ||
        vg_store_gold_list(desk->store, spaces, found && vg_str_is(ended, "true"), desk->arena, &items, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"items\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_item(out, &items[i]);
    }
    vg_buf_add_cstr(out, "]}");
}

void vg_route_gold_made(vg_desk *desk, vg_exchange *x)
{
    (void)desk;
    if (refuse(x, (vg_str){"", 0})) return;
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"items\":");
    vg_gold_made_list(out);
    vg_buf_add_char(out, '}');
}

/* ---- making one ---- */

typedef struct asked {
    json_t *body;
    vg_str of_case, made_up, space, why, reasons;
    uint32_t actions;
} asked;

static bool wrong(vg_exchange *x, const char *where, const char *what)
{
    vg_answer_problem(x, 400, where, "%s", what);
    return false;
}

static bool read_text(vg_exchange *x, const asked *a, const char *name, size_t most, vg_str *out)
{
    char where[24];
    const json_t *value = json_object_get(a->body, name);
    *out = (vg_str){"", 0};
    if (!value) return true;
    snprintf(where, sizeof where, "/%s", name);
    if (!json_is_string(value)) return wrong(x, where, "expected a string");
    *out = (vg_str){json_string_value(value), json_string_length(value)};
    return out->len <= most || wrong(x, where, "is too long");
}

static bool read_actions(vg_exchange *x, asked *a)
{
    size_t i;
    const json_t *one, *list = json_object_get(a->body, "actions");
    if (!list) return true;
    if (!json_is_array(list)) return wrong(x, "/actions", "expected a list of actions");
    json_array_foreach(list, i, one)
    {
        const char *name = json_string_value(one);
        int action = name ? vg_action_of(vg_str_of(name)) : -1;
        if (action < 0) return wrong(x, "/actions", "holds something that is no action");
        a->actions |= UINT32_C(1) << action;
    }
    return true;
}

/* Reasons are codes of the space's policy: no comma is in one. */
static bool read_reasons(vg_exchange *x, asked *a)
{
    size_t i;
    vg_buf text;
    const json_t *one, *list = json_object_get(a->body, "reasons");
    a->reasons = (vg_str){"", 0};
    if (!list) return true;
    if (!json_is_array(list)) return wrong(x, "/reasons", "expected a list of reasons");
    vg_buf_init(&text, REASONS_MOST + 1);
    json_array_foreach(list, i, one)
    {
        const char *name = json_string_value(one);
        if (!name || !*name || strchr(name, ',')) text.failed = true;
        else vg_buf_printf(&text, "%s%s", i ? "," : "", name);
    }
    bool good = !text.failed;
    if (good && text.len) a->reasons = vg_arena_copy(x->arena, (vg_str){text.ptr, text.len});
    vg_buf_free(&text);
    return (good && a->reasons.ptr) || wrong(x, "/reasons", "expected codes of reasons, without commas");
}

static bool read_asked(vg_exchange *x, asked *a)
{
    static const char *const known[] = {"case", "made_up", "space", "actions", "reasons", "why"};
    const char *key;
    json_t *value;
    a->body = json_loadb(x->body.ptr ? x->body.ptr : "", x->body.len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(a->body)) return wrong(x, "", "expected a JSON object");
    json_object_foreach(a->body, key, value)
    {
        bool there = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) there |= strcmp(key, known[i]) == 0;
        if (!there) return wrong(x, "", "holds a member that is not known; expected case or made_up and space, actions, reasons, why");
    }
    if (!read_text(x, a, "case", 32, &a->of_case) || !read_text(x, a, "made_up", 64, &a->made_up) || !read_text(x, a, "space", VG_EVENT_MAX_NAME, &a->space) ||
        !read_text(x, a, "why", WHY_MOST, &a->why) || !read_actions(x, a) || !read_reasons(x, a))
        return false;
    if (!a->of_case.len == !a->made_up.len) return wrong(x, "/case", "name a case, or a made-up item and its space");
    if (a->made_up.len && !a->space.len) return wrong(x, "/space", "in which space?");
    if (a->of_case.len && !a->actions) return wrong(x, "/actions", "name at least one action that is right");
    return true;
}

/* A case of a space where this lead keeps items; anything else does not exist. */
static bool find_source(vg_desk *desk, vg_exchange *x, const asked *a, vg_case *c)
{
    vg_error err = {0};
    int64_t id = vg_case_id_of(a->of_case);
    int rc = id > 0 ? vg_store_case_get(desk->store, id, desk->arena, c, &err) : -VG_ENOENT;
    if (rc && rc != -VG_ENOENT) vg_answer_error(x, &err);
    else if (rc || c->shadow || !vg_review_may(&x->user, VG_MAY_GOLD_KEEP, c->space)) vg_answer_problem(x, 404, "/case", "there is no such case");
    else return true;
    return false;
}

static void add(vg_desk *desk, vg_exchange *x, const asked *a)
{
    vg_case c;
    vg_error err = {0};
    vg_gold_item item = {.actions = a->actions, .reasons = a->reasons, .why = a->why, .language = {"", 0}, .shipped = {"", 0}, .space = a->space, .made_by = x->user.name};
    int rc;
    if (a->of_case.len) {
        if (!find_source(desk, x, a, &c)) return;
        item.source_case = c.id;
        rc = vg_store_gold_add(desk->store, &item, &err);
    } else {
        if (refuse(x, a->space)) return;
        rc = vg_gold_make_up(desk, &item, a->made_up, vg_time_now(), &err);
    }
    if (!rc) rc = vg_store_gold_get(desk->store, item.id, desk->arena, &item, &err);
    if (rc) vg_answer_error(x, &err);
    else write_item(vg_answer_begin(x, 201, "application/json"), &item);
}

void vg_route_gold_add(vg_desk *desk, vg_exchange *x)
{
    asked a = {.body = NULL};
    if (refuse(x, (vg_str){"", 0})) return;
    if (read_asked(x, &a)) add(desk, x, &a);
    json_decref(a.body);
}

void vg_route_gold_end(vg_desk *desk, vg_exchange *x)
{
    vg_gold_item item;
    vg_error err = {0};
    int64_t id = 0;
    for (size_t i = 0; i < x->argument[0].len && i < 18 && id >= 0; i++) {
        char c = x->argument[0].ptr[i];
        id = c >= '0' && c <= '9' ? id * 10 + (c - '0') : -1;
    }
    if (refuse(x, (vg_str){"", 0})) return;
    int rc = id > 0 ? vg_store_gold_get(desk->store, id, desk->arena, &item, &err) : -VG_ENOENT;
    if (!rc && !vg_review_may(&x->user, VG_MAY_GOLD_KEEP, item.space)) rc = -VG_ENOENT;
    if (!rc) rc = vg_store_gold_end(desk->store, id, x->user.name, &err);
    if (rc == -VG_ENOENT) vg_answer_problem(x, 404, NULL, "there is no such item");
    else if (rc) vg_answer_error(x, &err);
    else vg_answer_begin(x, 204, NULL);
}
