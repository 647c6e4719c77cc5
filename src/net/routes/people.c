/* SPDX-License-Identifier: Apache-2.0
 *
 * People as administrators see them. Who may do what is review's, the rows are the store's; whatever takes a right away ends the streams that
 * are open at once, and what somebody held goes back into everybody's queue. */
#include "net/routes/people.h"

#include <sodium.h>
#include <stdio.h>
#include "base/time.h"
#include "net/body.h"
#include "net/server_int.h"
#include "review/people.h"
#include "review/review.h"
#include "store/people/people.h"

enum { DISPLAY_MAX = 128, EMAIL_MAX = 254, NAME_MAX_LENGTH = 64, HOURS_DEFAULT = 72, HOURS_MOST = 24 * 30, TOKEN_BITS = 200 };

/* ---- answers ---- */

void vg_json_grants(vg_buf *out, const vg_user *user)
{
    vg_buf_add_cstr(out, ",\"grants\":[");
    for (size_t i = 0; i < user->grant_count; i++) {
        vg_buf_add_cstr(out, i ? ",{\"space\":" : "{\"space\":");
        vg_buf_add_json_str(out, user->grants[i].space);
        vg_buf_printf(out, ",\"role\":\"%s\"}", vg_role_names[user->grants[i].role]);
    }
    vg_buf_add_char(out, ']');
}

static const char *state_of(const vg_person *p, int64_t now_ms)
{
    if (p->user.closed_ms) return "closed";
    if (p->user.disabled_ms) return "disabled";
    if (vg_store_on_leave(&p->user, now_ms)) return "leave";
    if (p->invited) return "invited";
    return p->user.locked_until_ms > now_ms ? "locked" : "active";
}

static void add_time(vg_buf *out, const char *name, int64_t ms)
{
    if (!ms) return;
    vg_buf_printf(out, ",\"%s\":", name);
    vg_json_time(out, ms);
}

static void write_person(vg_buf *out, const vg_person *p, bool email, int64_t now_ms)
{
    vg_buf_add_cstr(out, "{\"name\":");
    vg_buf_add_json_str(out, p->user.name);
    vg_buf_add_cstr(out, ",\"display\":");
    vg_buf_add_json_str(out, p->user.display);
    vg_buf_add_cstr(out, ",\"language\":");
    vg_buf_add_json_str(out, p->user.language);
    vg_buf_printf(out, ",\"role\":\"%s\",\"state\":\"%s\"", vg_role_names[p->user.role], state_of(p, now_ms));
    vg_json_grants(out, &p->user);
    add_time(out, "created", p->user.created_ms);
    add_time(out, "seen", p->seen_ms);
    add_time(out, "closed", p->user.closed_ms);
    if (p->user.leave_until_ms > now_ms) {
        vg_buf_add_cstr(out, ",\"leave\":{\"from\":");
        vg_json_time(out, p->user.leave_from_ms);
        add_time(out, "until", p->user.leave_until_ms);
        vg_buf_add_char(out, '}');
    }
    add_time(out, "invitation_expires", p->invitation_ends_ms);
    if (email && p->email.len) {
        vg_buf_add_cstr(out, ",\"email\":");
        vg_buf_add_json_str(out, p->email);
    }
    vg_buf_add_char(out, '}');
}

void vg_route_people(vg_desk *desk, vg_exchange *x)
{
    vg_person *people;
    size_t count;
    vg_error err = {0};
    bool first = true;
    int64_t now_ms = vg_time_now();
    if (vg_review_require(&x->user, VG_MAY_PEOPLE_SEE, (vg_str){"", 0}, &err) ||
        vg_store_people(desk->store, (vg_str){"", 0}, desk->arena, &people, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"people\":[");
    for (size_t i = 0; i < count; i++) {
        if (!vg_review_may_see_person(&x->user, &people[i].user)) continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        write_person(out, &people[i], !vg_review_may_keep_person(&x->user, &people[i].user, NULL), now_ms);
    }
    vg_buf_add_cstr(out, "]}");
}

static void answer_person(vg_desk *desk, vg_exchange *x, vg_str name)
{
    vg_person *p;
    size_t count;
    vg_error err = {0};
    if (vg_store_people(desk->store, name, desk->arena, &p, &count, &err)) vg_answer_error(x, &err);
    else write_person(vg_answer_begin(x, 200, "application/json"), p, true, vg_time_now());
}

/* ---- who is meant ---- */

/* The person of the path, as far as this one may know of them; else the answer is there. */
static bool find_person(vg_desk *desk, vg_exchange *x, vg_user *out)
{
    vg_str name;
    vg_error err = {0};
    if (!vg_path_decode(x, x->argument[0], &name)) {
        vg_answer_problem(x, 400, NULL, "the name in the path is malformed");
        return false;
    }
    if (vg_review_require(&x->user, VG_MAY_PEOPLE_KEEP, (vg_str){"", 0}, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    int rc = vg_store_user_find(desk->store, name, desk->arena, out, &err);
    if (rc == -VG_ENOENT || (!rc && !vg_review_may_see_person(&x->user, out))) {
        vg_answer_problem(x, 404, NULL, "there is no such person");
        return false;
    }
    if (rc) vg_answer_error(x, &err);
    return rc == 0;
}

static bool find_to_keep(vg_desk *desk, vg_exchange *x, vg_user *out)
{
    vg_error err = {0};
    if (!find_person(desk, x, out)) return false;
    if (!vg_review_may_keep_person(&x->user, out, &err)) return true;
    vg_answer_error(x, &err);
    return false;
}

/* ---- grants ---- */

static bool refuse_grant(vg_exchange *x, size_t i, const char *member, const char *expected)
{
    char pointer[64];
    snprintf(pointer, sizeof pointer, "/grants/%zu%s", i, member);
    vg_answer_problem(x, 400, pointer, "%s", expected);
    return false;
}

static bool known_space(vg_exchange *x, vg_str space)
{
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    bool known = vg_str_is(space, "*") || (set && vg_policy_set_find(set, space, NULL));
    if (set) vg_policy_set_unref(&set);
    return known;
}

static bool read_grant(vg_exchange *x, const json_t *value, size_t i, vg_grant *out)
{
    const char *role = json_string_value(json_object_get(value, "role"));
    const json_t *space = json_object_get(value, "space");
    int number = 0;
    if (!json_is_object(value) || json_object_size(value) != 2 || !role || !json_is_string(space))
        return refuse_grant(x, i, "", "expected an object with space and role");
    while (number < VG_ROLES && strcmp(role, vg_role_names[number]) != 0) number++;
    if (number == VG_ROLES) return refuse_grant(x, i, "/role", "expected referent, lead, admin, auditor, analyst or prevention");
    out->role = (vg_role)number;
    out->space = vg_arena_copy(x->arena, (vg_str){json_string_value(space), json_string_length(space)});
    if (!out->space.ptr) {
        vg_answer_busy(x, "there is no memory for this request now");
        return false;
    }
    return known_space(x, out->space) || refuse_grant(x, i, "/space", "there is no such space in the policy; expected its name, or *");
}

/* The member "grants" of a body that was read already. */
static bool read_grants(vg_exchange *x, vg_grant **out, size_t *count)
{
    json_t *root = json_loadb(x->body.ptr ? x->body.ptr : "", x->body.len, 0, NULL);
    const json_t *list = json_object_get(root, "grants"), *value;
    size_t i;
    bool good = json_is_array(list) && json_array_size(list) <= VG_GRANTS_MOST;
    *count = 0;
    if (!good) vg_answer_problem(x, 400, "/grants", "expected an array of at most %d roles", VG_GRANTS_MOST);
    *out = good ? vg_arena_calloc(x->arena, json_array_size(list) + 1, sizeof **out) : NULL;
    if (good && !*out) {
        vg_answer_busy(x, "there is no memory for this request now");
        good = false;
    }
    if (good)
        json_array_foreach(list, i, value)
        {
            good = read_grant(x, value, i, &(*out)[i]);
            if (!good) break;
            *count = i + 1;
        }
    json_decref(root);
    return good;
}

void vg_route_person_grants(vg_desk *desk, vg_exchange *x)
{
    vg_user who;
    vg_grant *grants;
    size_t count;
    vg_error err = {0};
    const vg_field fields[] = {{.name = "grants", .type = VG_FIELD_ANY, .required = true}};
    if (!find_person(desk, x, &who) || !vg_body_read(x, fields, 1) || !read_grants(x, &grants, &count)) return;
    if (vg_review_may_grant(&x->user, &who, grants, count, &err) ||
        vg_store_grants_set(desk->store, who.name, grants, count, x->user.name, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_hub_end_user(&x->server->hub, who.name, NULL);
    answer_person(desk, x, who.name);
}

/* ---- invitations ---- */

static void answer_link(vg_exchange *x, vg_str name, const char *token, int64_t expires_ms)
{
    vg_buf *out = vg_answer_begin(x, 201, "application/json");
    vg_buf_add_cstr(out, "{\"name\":");
    vg_buf_add_json_str(out, name);
    /* after "#": a browser keeps that part to itself, so the token is in no server's log and in no Referer */
    vg_buf_printf(out, ",\"token\":\"%s\",\"link\":\"/#/invitation/%s\",\"expires\":", token, token);
    vg_json_time(out, expires_ms);
    vg_buf_add_char(out, '}');
}

static bool good_email(vg_str email)
{
    const char *at = memchr(email.ptr, '@', email.len);
    for (size_t i = 0; i < email.len; i++)
        if ((unsigned char)email.ptr[i] <= ' ' || email.ptr[i] == '<' || email.ptr[i] == '>' || email.ptr[i] == '"') return false;
    return !email.len || (at && at > email.ptr && at + 1 < email.ptr + email.len);
}

/* The store names a column where the API names a member. */
static void answer_wrong(vg_exchange *x, const vg_error *err)
{
    char pointer[sizeof err->where + 1];
    snprintf(pointer, sizeof pointer, "/%s", err->where);
    if (err->code == VG_EINVAL && err->where[0] && err->where[0] != '/') vg_answer_problem(x, 400, pointer, "%s", err->what);
    else vg_answer_error(x, err);
}

void vg_route_invite(vg_desk *desk, vg_exchange *x)
{
    vg_user user = {.password_hash = {"", 0}, .spaces = {"", 0}};
    vg_str email = {"", 0};
    vg_grant *grants;
    int64_t hours = HOURS_DEFAULT, now_ms = vg_time_now();
    char token[48];
    uint8_t hash[32];
    vg_error err = {0};
    const vg_field fields[] = {
        {.name = "name", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = NAME_MAX_LENGTH, .string = &user.name},
        {.name = "display", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = DISPLAY_MAX, .string = &user.display},
        {.name = "language", .type = VG_FIELD_STRING, .required = true, .least = 2, .most = 2, .string = &user.language},
        {.name = "email", .type = VG_FIELD_STRING, .most = EMAIL_MAX, .string = &email},
        {.name = "hours", .type = VG_FIELD_INTEGER, .highest = HOURS_MOST, .integer = &hours},
        {.name = "grants", .type = VG_FIELD_ANY, .required = true},
    };
    if (vg_review_require(&x->user, VG_MAY_PEOPLE_KEEP, (vg_str){"", 0}, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!vg_body_read(x, fields, sizeof fields / sizeof fields[0]) || !read_grants(x, &grants, &user.grant_count)) return;
    user.grants = grants;
    if (!user.grant_count) {
        vg_answer_problem(x, 400, "/grants", "expected one role at least");
        return;
    }
    if (!good_email(email)) {
        vg_answer_problem(x, 400, "/email", "expected an address like name@example.org, or nothing");
        return;
    }
    vg_token_random(token, sizeof token, TOKEN_BITS);
    vg_seal_token_hash(x->server->ring, vg_str_of(token), hash);
    if (vg_review_may_grant(&x->user, NULL, user.grants, user.grant_count, &err) ||
        vg_store_invite(desk->store, &user, email, hash, now_ms, now_ms + hours * VG_HOUR_MS, x->user.name, &err)) {
        if (err.code == VG_EEXIST) vg_answer_problem(x, 409, "/name", "this name is somebody's, or was: choose another");
        else answer_wrong(x, &err);
    } else answer_link(x, user.name, token, now_ms + hours * VG_HOUR_MS);
    sodium_memzero(token, sizeof token);
}

/* A link for somebody who is there: a second invitation, or a password reset. */
void vg_route_person_invite(vg_desk *desk, vg_exchange *x)
{
    vg_user who;
    char token[48];
    uint8_t hash[32];
    vg_error err = {0};
    int64_t now_ms = vg_time_now(), until_ms = now_ms + HOURS_DEFAULT * VG_HOUR_MS;
    if (!find_to_keep(desk, x, &who)) return;
    vg_token_random(token, sizeof token, TOKEN_BITS);
    vg_seal_token_hash(x->server->ring, vg_str_of(token), hash);
    if (vg_store_invite_again(desk->store, who.name, hash, now_ms, until_ms, x->user.name, &err)) vg_answer_error(x, &err);
    else answer_link(x, who.name, token, until_ms);
    sodium_memzero(token, sizeof token);
}

/* ---- leave, closing, sessions ---- */

static void tell_released(vg_desk *desk, vg_exchange *x, const vg_released *released, int64_t now_ms)
{
    for (size_t i = 0; i < released->count; i++)
        vg_hub_case(&x->server->hub, desk->store, desk->arena, released->cases[i], "released", now_ms);
}

static bool read_when(vg_exchange *x, vg_str text, const char *pointer, int64_t *out)
{
    if (vg_time_parse_date(text, out) && *out > 0) return true;
    vg_answer_problem(x, 400, pointer, "expected a day or a time such as 2027-04-03 or 2027-04-03T08:00:00Z");
    return false;
}

static void set_leave(vg_desk *desk, vg_exchange *x, const vg_user *who, int64_t from_ms, int64_t until_ms)
{
    vg_error err = {0};
    vg_released released;
    vg_user after = *who;
    int64_t now_ms = vg_time_now();
    if (vg_store_leave(desk->store, who->name, from_ms, until_ms, now_ms, x->user.name, desk->arena, &released, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    after.leave_from_ms = from_ms;
    after.leave_until_ms = until_ms;
    if (vg_store_on_leave(&after, now_ms)) vg_hub_end_user(&x->server->hub, who->name, NULL);
    tell_released(desk, x, &released, now_ms);
    answer_person(desk, x, who->name);
}

void vg_route_person_leave(vg_desk *desk, vg_exchange *x)
{
    vg_user who;
    vg_str from, until;
    int64_t from_ms, until_ms;
    const vg_field fields[] = {
        {.name = "from", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 40, .string = &from},
        {.name = "until", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 40, .string = &until},
    };
    if (!find_to_keep(desk, x, &who) || !vg_body_read(x, fields, 2) || !read_when(x, from, "/from", &from_ms) ||
        !read_when(x, until, "/until", &until_ms))
        return;
    set_leave(desk, x, &who, from_ms, until_ms);
}

void vg_route_person_leave_end(vg_desk *desk, vg_exchange *x)
{
    vg_user who;
    if (find_to_keep(desk, x, &who)) set_leave(desk, x, &who, 0, 0);
}

void vg_route_person_close(vg_desk *desk, vg_exchange *x)
{
    vg_user who;
    vg_str confirm;
    vg_released released;
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    const vg_field fields[] = {{.name = "confirm", .type = VG_FIELD_STRING, .required = true, .most = NAME_MAX_LENGTH, .string = &confirm}};
    if (!find_to_keep(desk, x, &who) || !vg_body_read(x, fields, 1)) return;
    if (!vg_str_eq(confirm, who.name)) {
        vg_answer_problem(x, 400, "/confirm", "write the name of the account that is to be closed");
        return;
    }
    if (vg_store_close_person(desk->store, who.name, now_ms, x->user.name, desk->arena, &released, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_hub_end_user(&x->server->hub, who.name, NULL);
    tell_released(desk, x, &released, now_ms);
    answer_person(desk, x, who.name);
}

void vg_route_person_sessions_end(vg_desk *desk, vg_exchange *x)
{
    vg_user who;
    vg_error err = {0};
    if (!find_to_keep(desk, x, &who)) return;
    if (vg_store_session_end_others(desk->store, who.name, NULL, x->user.name, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_hub_end_user(&x->server->hub, who.name, NULL);
    vg_answer_begin(x, 204, NULL);
}
