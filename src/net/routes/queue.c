/* SPDX-License-Identifier: Apache-2.0
 *
 * Around claim-next: a lead takes a case back, which cases belong together, what people can judge. */
#include "net/routes/queue.h"

#include "base/time.h"
#include "net/body.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "review/review.h"
#include "store/cases/next.h"

enum { LINKED_MOST = 100, LANGUAGES_MOST = 200, SPACES_MOST = 4000 };

void vg_route_take_back(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_str held;
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    if (!vg_case_of_path(desk, x, false, &c)) return;
    if (vg_review_require(&x->user, VG_MAY_CASE_LEAD, c.space, &err) ||
        vg_store_take_back(desk->store, c.id, x->user.name, now_ms, desk->arena, &held, &err) ||
        vg_store_case_get(desk->store, c.id, desk->arena, &c, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_desk_tell(desk, c.id, "released");
    vg_json_case(vg_answer_begin(x, 200, "application/json"), &c, now_ms);
}

void vg_route_linked(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_str spaces;
    vg_linked_case *linked = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, false, &c)) return;
    if (vg_review_require(&x->user, VG_MAY_CASE_LIST, c.space, &err) || vg_review_spaces_with(&x->user, VG_MAY_CASE_LIST, desk->arena, &spaces, &err) ||
        vg_store_linked(desk->store, c.id, spaces, LINKED_MOST, desk->arena, &linked, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_char(out, '{');
    vg_json_linked(out, linked, count, vg_time_now());
    vg_buf_add_char(out, '}');
}

/* ---- skills ---- */

static void write_list(vg_buf *out, const char *name, vg_str list)
{
    vg_buf_printf(out, "\"%s\":[", name);
    for (size_t from = 0; from < list.len;) {
        const char *comma = memchr(list.ptr + from, ',', list.len - from);
        size_t to = comma ? (size_t)(comma - list.ptr) : list.len;
        if (from) vg_buf_add_char(out, ',');
        vg_buf_add_json_str(out, (vg_str){list.ptr + from, to - from});
        from = to + 1;
    }
    vg_buf_add_char(out, ']');
}

static void answer_skills(vg_desk *desk, vg_exchange *x, int64_t user_id)
{
    vg_skills skills;
    vg_error err = {0};
    bool first = true;
    if (vg_store_skills_get(desk->store, user_id, desk->arena, &skills, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_char(out, '{');
    write_list(out, "languages", skills.languages);
    vg_buf_add_char(out, ',');
    write_list(out, "spaces", skills.spaces);
    vg_buf_add_cstr(out, ",\"categories\":[");
    for (int c = 0; c < VG_CATEGORIES; c++) {
        if (!(skills.categories >> c & 1)) continue;
        vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", vg_category_names[c]);
        first = false;
    }
    vg_buf_add_cstr(out, "]}");
}

/* The items of a comma-separated list, one at a time. */
static bool next_item(vg_str *list, vg_str *item)
{
    if (!list->len) return false;
    const char *comma = memchr(list->ptr, ',', list->len);
    *item = (vg_str){list->ptr, comma ? (size_t)(comma - list->ptr) : list->len};
    *list = comma ? (vg_str){comma + 1, list->len - item->len - 1} : (vg_str){list->ptr, 0};
    return true;
}

bool vg_read_categories(vg_exchange *x, const char *pointer, vg_str list, uint32_t *set)
{
    vg_str item;
    *set = 0;
    while (next_item(&list, &item)) {
        int category = vg_category_of(item);
        if (category < 0) {
            vg_answer_problem(x, 400, pointer, "unknown value; expected material, threat, live, contact, report");
            return false;
        }
        *set |= 1u << category;
    }
    return true;
}

static bool good_languages(vg_str list)
{
    vg_str item;
    while (next_item(&list, &item)) {
        if (item.len < 2 || item.len > 3) return false;
        for (size_t i = 0; i < item.len; i++)
            if (item.ptr[i] < 'a' || item.ptr[i] > 'z') return false;
    }
    return true;
}

static bool read_skills(vg_exchange *x, const vg_user *of, vg_skills *skills)
{
    vg_str categories = {"", 0}, rest, item;
    const vg_field fields[] = {
        {.name = "languages", .type = VG_FIELD_LIST, .required = true, .most = LANGUAGES_MOST, .string = &skills->languages},
        {.name = "spaces", .type = VG_FIELD_LIST, .required = true, .most = SPACES_MOST, .string = &skills->spaces},
        {.name = "categories", .type = VG_FIELD_LIST, .required = true, .most = 100, .string = &categories},
    };
    if (!vg_body_read(x, fields, 3)) return false;
    if (!good_languages(skills->languages)) {
        vg_answer_problem(x, 400, "/languages", "expected languages as \"fr\" or \"ceb\"");
        return false;
    }
    rest = skills->spaces;
    while (next_item(&rest, &item))
        if (!vg_review_may(of, VG_MAY_CASE_LIST, item)) {
            vg_answer_problem(x, 400, "/spaces", "\"%.*s\" is none of the spaces of this person", (int)(item.len < 64 ? item.len : 64), item.ptr);
            return false;
        }
    return vg_read_categories(x, "/categories", categories, &skills->categories);
}

static void set_skills(vg_desk *desk, vg_exchange *x, const vg_user *of)
{
    vg_skills skills = {.languages = {"", 0}, .spaces = {"", 0}};
    vg_error err = {0};
    if (!read_skills(x, of, &skills)) return;
    if (vg_store_skills_set(desk->store, of->id, of->name, &skills, x->user.name, &err)) vg_answer_error(x, &err);
    else answer_skills(desk, x, of->id);
}

void vg_route_skills(vg_desk *desk, vg_exchange *x) { answer_skills(desk, x, x->user.id); }

void vg_route_skills_set(vg_desk *desk, vg_exchange *x)
{
    set_skills(desk, x, &x->user);
}

/* Whether `of` works in a space where this person holds the permission. */
static int works_under(vg_desk *desk, const vg_user *user, vg_permission permission, const vg_user *of, bool *found, vg_error *err)
{
    vg_str spaces, item;
    int rc = vg_review_spaces_with(user, permission, desk->arena, &spaces, err);
    while (!rc && !*found && next_item(&spaces, &item)) *found = vg_review_may(of, VG_MAY_CASE_LIST, vg_str_is(item, "*") ? VG_STR("") : item);
    return rc;
}

/* Whoever leads a space in which the other works, or keeps its people, may see and set what they work on. Somebody else's person does not
 * exist. */
static bool person_of_path(vg_desk *desk, vg_exchange *x, vg_user *of)
{
    vg_str name;
    vg_error err = {0};
    bool found = false;
    if (!vg_review_may(&x->user, VG_MAY_PEOPLE_KEEP, VG_STR("")) && vg_review_require(&x->user, VG_MAY_CASE_LEAD, VG_STR(""), &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    int rc = vg_path_decode(x, x->argument[0], &name) ? vg_store_user_find(desk->store, name, desk->arena, of, &err) : -VG_ENOENT;
    if (!rc) rc = works_under(desk, &x->user, VG_MAY_CASE_LEAD, of, &found, &err);
    if (!rc) rc = works_under(desk, &x->user, VG_MAY_PEOPLE_KEEP, of, &found, &err);
    if (!rc && !found) rc = -VG_ENOENT;
    if (rc == -VG_ENOENT) vg_answer_problem(x, 404, NULL, "there is nobody of this name in your spaces");
    else if (rc) vg_answer_error(x, &err);
    return rc == 0;
}

void vg_route_person_skills(vg_desk *desk, vg_exchange *x)
{
    vg_user of;
    if (person_of_path(desk, x, &of)) answer_skills(desk, x, of.id);
}

void vg_route_person_skills_set(vg_desk *desk, vg_exchange *x)
{
    vg_user of;
    if (person_of_path(desk, x, &of)) set_skills(desk, x, &of);
}
