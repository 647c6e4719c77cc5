/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is certified for what, until when: one's own, and for leads everybody's. */
#include "base/time.h"
#include "net/body.h"
#include "net/routes/training.h"
#include "net/server_int.h"
#include "net/training.h"
#include "review/permission.h"
#include "review/review.h"

enum { NAME_MOST = 64, YEARS_MOST = 10 };

/* ---- JSON ---- */

static void add_str(vg_buf *out, const char *name, vg_str value)
{
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, value);
}

static void add_time(vg_buf *out, const char *name, int64_t ms)
{
    vg_buf_printf(out, ",\"%s\":", name);
    vg_json_time(out, ms);
}

static void write_certificate(vg_buf *out, const vg_certificate *c, int64_t now_ms)
{
    vg_buf_printf(out, "{\"id\":%lld", (long long)c->id);
    add_str(out, "space", c->space);
    vg_buf_printf(out, ",\"category\":\"%s\",\"basis\":\"%s\"", vg_category_names[c->category], vg_certificate_basis_names[c->basis]);
    add_str(out, "by", c->by);
    if (c->basis == VG_CERTIFIED_OUTSIDE) {
        add_str(out, "issuer", c->issuer);
        add_str(out, "number", c->number);
    }
    add_time(out, "issued", c->issued_ms);
    add_time(out, "until", c->until_ms);
    vg_buf_printf(out, ",\"state\":\"%s\"", c->revoked_ms ? "revoked" : c->until_ms <= now_ms ? "over" : "valid");
    if (c->revoked_ms) {
        add_time(out, "revoked", c->revoked_ms);
        add_str(out, "revoked_by", c->revoked_by);
        add_str(out, "reason", c->reason);
    }
    vg_buf_add_char(out, '}');
}

static void write_suspension(vg_buf *out, const vg_suspension *s)
{
    vg_buf_printf(out, "{\"category\":\"%s\"", vg_category_names[s->category]);
    add_str(out, "space", s->space);
    add_str(out, "by", s->by);
    add_str(out, "reason", s->reason);
    add_time(out, "since", s->since_ms);
    if (s->lifted_ms) {
        add_time(out, "lifted", s->lifted_ms);
        add_str(out, "lifted_by", s->lifted_by);
        add_str(out, "lifted_reason", s->lifted_reason);
    }
    vg_buf_add_char(out, '}');
}

/* The courses of a category, with whether each is passed; so that a person sees what is missing. */
static void write_needed(vg_buf *out, const vg_trained *t, const vg_policy *policy, const vg_course_set *courses, vg_category category, int64_t now_ms)
{
    int64_t since = vg_trained_since(t, vg_str_of(policy->space), category);
    vg_buf_add_cstr(out, ",\"courses\":[");
    for (size_t i = 0; i < policy->training.course_count[category]; i++) {
        const vg_course *course = vg_course_find(courses, vg_str_of(policy->training.courses[category][i]));
        int64_t until = course ? vg_training_passed_until(&policy->training, course, t->records, t->record_count, since) : 0;
        vg_buf_add_cstr(out, i ? ",{\"id\":" : "{\"id\":");
        vg_buf_add_json_str(out, vg_str_of(policy->training.courses[category][i]));
        vg_buf_printf(out, ",\"passed\":%s}", until > now_ms ? "true" : "false");
    }
    vg_buf_add_char(out, ']');
}

static void write_category(vg_buf *out, const vg_trained *t, const vg_policy *policy, const vg_course_set *courses, vg_category category,
                           bool with_courses, int64_t now_ms)
{
    vg_open open = vg_trained_open(t, policy, courses, category, now_ms);
    vg_buf_printf(out, "{\"category\":\"%s\",\"state\":\"%s\"", vg_category_names[category], vg_open_state_names[open.state]);
    if (open.until_ms) add_time(out, "until", open.until_ms);
    for (size_t i = 0; i < t->suspension_count && open.state == VG_OPEN_SUSPENDED; i++) {
        const vg_suspension *s = &t->suspensions[i];
        if (s->lifted_ms || s->category != category || !(vg_str_is(s->space, "*") || vg_str_is(s->space, policy->space))) continue;
        add_str(out, "reason", s->reason);
        break;
    }
    if (with_courses) write_needed(out, t, policy, courses, category, now_ms);
    vg_buf_add_char(out, '}');
}

/* The spaces in which this person decides and that the reader may see, with the state of every category. */
static void write_spaces(vg_buf *out, const vg_user *user, const vg_user *reader, const vg_trained *t, const vg_policy_set *policies,
                         const vg_course_set *courses, bool with_courses, int64_t now_ms)
{
    bool first = true;
    vg_buf_add_cstr(out, "\"spaces\":[");
    for (size_t i = 0; policies && i < vg_policy_set_count(policies); i++) {
        const vg_policy *policy = vg_policy_set_at(policies, i);
        vg_str space = vg_str_of(policy->space);
        if (!vg_review_may(user, VG_MAY_CASE_DECIDE, space) || (reader && !vg_review_may(reader, VG_MAY_TRAINING_KEEP, space))) continue;
        vg_buf_add_cstr(out, first ? "{\"space\":" : ",{\"space\":");
        first = false;
        vg_buf_add_json_str(out, space);
        vg_buf_add_cstr(out, ",\"title\":");
        vg_json_both(out, policy->title);
        vg_buf_printf(out, ",\"required\":%s,\"warn_days\":%u,\"categories\":[", policy->training.required ? "true" : "false", policy->training.warn_days);
        for (int c = 0; c < VG_CATEGORIES; c++) {
            if (c) vg_buf_add_char(out, ',');
            write_category(out, t, policy, courses, (vg_category)c, with_courses, now_ms);
        }
        vg_buf_add_cstr(out, "],\"outside\":[");
        for (size_t k = 0; k < policy->training.outside_count; k++) {
            if (k) vg_buf_add_char(out, ',');
            vg_buf_add_json_str(out, vg_str_of(policy->training.outside[k]));
        }
        vg_buf_add_cstr(out, "]}");
    }
    vg_buf_add_char(out, ']');
}

/* Certificates and suspensions; `reader`: only of spaces where they keep training. */
static void write_rows(vg_buf *out, const vg_trained *t, const vg_user *reader, int64_t now_ms)
{
    bool first = true;
    vg_buf_add_cstr(out, ",\"certificates\":[");
    for (size_t i = 0; i < t->certificate_count; i++) {
        if (reader && !vg_review_may(reader, VG_MAY_TRAINING_KEEP, vg_str_is(t->certificates[i].space, "*") ? VG_STR("") : t->certificates[i].space))
            continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        write_certificate(out, &t->certificates[i], now_ms);
    }
    vg_buf_add_cstr(out, "],\"suspensions\":[");
    first = true;
    for (size_t i = 0; i < t->suspension_count; i++) {
        if (reader && !vg_review_may(reader, VG_MAY_TRAINING_KEEP, vg_str_is(t->suspensions[i].space, "*") ? VG_STR("") : t->suspensions[i].space))
            continue;
        if (!first) vg_buf_add_char(out, ',');
        first = false;
        write_suspension(out, &t->suspensions[i]);
    }
    vg_buf_add_char(out, ']');
}

/* ---- one's own ---- */

void vg_route_my_certificates(vg_desk *desk, vg_exchange *x)
{
    vg_error err = {0};
    vg_trained trained;
    int64_t now_ms = vg_time_now();
    vg_course_set *courses = vg_server_courses(x->server);
    vg_policy_set *policies = vg_pipeline_policies(x->server->pipeline);
    if (vg_trained_read(desk, x->user.name, &trained, &err)) vg_answer_error(x, &err);
    else {
        vg_buf *out = vg_answer_begin(x, 200, "application/json");
        vg_buf_add_char(out, '{');
        write_spaces(out, &x->user, NULL, &trained, policies, courses, true, now_ms);
        write_rows(out, &trained, NULL, now_ms);
        vg_buf_add_char(out, '}');
    }
    if (policies) vg_policy_set_unref(&policies);
    vg_course_set_unref(&courses);
}

/* ---- everybody's, for a lead ---- */

static bool decides_where(const vg_user *user, const vg_user *reader, const vg_policy_set *policies)
{
    for (size_t i = 0; policies && i < vg_policy_set_count(policies); i++) {
        vg_str space = vg_str_of(vg_policy_set_at(policies, i)->space);
        if (vg_review_may(user, VG_MAY_CASE_DECIDE, space) && vg_review_may(reader, VG_MAY_TRAINING_KEEP, space)) return true;
    }
    return false;
}

void vg_route_certificates(vg_desk *desk, vg_exchange *x)
{
    vg_error err = {0};
    vg_user *users = NULL;
    size_t count = 0;
    bool first = true;
    int64_t now_ms = vg_time_now();
    int rc = vg_review_require(&x->user, VG_MAY_TRAINING_KEEP, VG_STR(""), &err);
    vg_course_set *courses = vg_server_courses(x->server);
    vg_policy_set *policies = vg_pipeline_policies(x->server->pipeline);
    if (!rc) rc = vg_store_user_list(desk->store, desk->arena, &users, &count, &err);
    vg_buf *out = rc ? NULL : vg_answer_begin(x, 200, "application/json");
    if (out) vg_buf_add_cstr(out, "{\"people\":[");
    for (size_t i = 0; !rc && i < count; i++) {
        vg_trained trained;
        if (users[i].disabled_ms || !decides_where(&users[i], &x->user, policies)) continue;
        rc = vg_trained_read(desk, users[i].name, &trained, &err);
        if (rc) break;
        vg_buf_add_cstr(out, first ? "{\"name\":" : ",{\"name\":");
        first = false;
        vg_buf_add_json_str(out, users[i].name);
        add_str(out, "display", users[i].display);
        vg_buf_add_char(out, ',');
        write_spaces(out, &users[i], &x->user, &trained, policies, courses, false, now_ms);
        write_rows(out, &trained, &x->user, now_ms);
        vg_buf_add_char(out, '}');
    }
    if (out) vg_buf_add_cstr(out, "]}");
    if (rc) vg_answer_error(x, &err);
    if (policies) vg_policy_set_unref(&policies);
    vg_course_set_unref(&courses);
}

/* ---- what a lead does ---- */

/* Training of this person in this space is the asker's to keep, and the person is another one. */
static bool may_keep(vg_exchange *x, vg_str user, vg_str space)
{
    vg_error err = {0};
    if (vg_review_require(&x->user, VG_MAY_TRAINING_KEEP, space, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    if (!vg_str_eq(user, x->user.name)) return true;
    vg_answer_problem(x, 403, "/user", "somebody else keeps your certificates");
    return false;
}

typedef struct asked {
    vg_str user, space, category, reason, issuer, number, until;
    vg_category of;
} asked;

static bool read_asked(vg_exchange *x, const vg_field *more, size_t count, asked *a)
{
    vg_field fields[7] = {
        {.name = "user", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = NAME_MOST, .string = &a->user},
        {.name = "space", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = VG_EVENT_MAX_NAME, .string = &a->space},
        {.name = "category", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = 16, .string = &a->category},
    };
    for (size_t i = 0; i < count; i++) fields[3 + i] = more[i];
    if (!vg_body_read(x, fields, 3 + count) || !may_keep(x, a->user, a->space)) return false;
    int category = vg_category_of(a->category);
    if (category < 0) vg_answer_problem(x, 400, "/category", "expected material, threat, live, contact or report");
    a->of = (vg_category)category;
    return category >= 0;
}

static bool accepts(vg_exchange *x, vg_str space, vg_str issuer)
{
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    const vg_policy *policy = set ? vg_policy_set_find(set, space, NULL) : NULL;
    bool found = false;
    for (size_t i = 0; policy && i < policy->training.outside_count; i++) found |= vg_str_is(issuer, policy->training.outside[i]);
    if (!found) vg_answer_problem(x, 400, "/issuer", "the policy of this space accepts no certificate of this body (training.outside)");
    if (set) vg_policy_set_unref(&set);
    return found;
}

void vg_route_certificate_add(vg_desk *desk, vg_exchange *x)
{
    asked a = {0};
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    const vg_field more[] = {
        {.name = "issuer", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = VG_CERTIFICATE_TEXT_MOST, .string = &a.issuer},
        {.name = "number", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = VG_CERTIFICATE_TEXT_MOST, .string = &a.number},
        {.name = "until", .type = VG_FIELD_STRING, .required = true, .least = 10, .most = 40, .string = &a.until},
    };
    if (!read_asked(x, more, 3, &a) || !accepts(x, a.space, a.issuer)) return;
    vg_certificate c = {.user = a.user, .space = a.space, .category = a.of, .basis = VG_CERTIFIED_OUTSIDE, .issuer = a.issuer, .number = a.number,
                        .by = x->user.name, .revoked_by = {"", 0}, .reason = {"", 0}, .issued_ms = now_ms};
    if (!vg_time_parse(a.until, &c.until_ms) || c.until_ms <= now_ms || c.until_ms > now_ms + YEARS_MOST * 366 * VG_DAY_MS) {
        vg_answer_problem(x, 400, "/until", "expected a time to come, within %d years, as 2027-12-31T00:00:00Z", YEARS_MOST);
        return;
    }
    int rc = vg_store_certificate_add(desk->store, &c, &err);
    if (rc == -VG_ENOENT) vg_answer_problem(x, 404, "/user", "there is no such person");
    else if (rc) vg_answer_error(x, &err);
    else write_certificate(vg_answer_begin(x, 201, "application/json"), &c, now_ms);
}

static int64_t number_of(vg_str s)
{
    int64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || i > 15) return -1;
        n = n * 10 + (s.ptr[i] - '0');
    }
    return n;
}

void vg_route_certificate_revoke(vg_desk *desk, vg_exchange *x)
{
    vg_str reason = {"", 0};
    vg_error err = {0};
    vg_certificate c;
    int64_t now_ms = vg_time_now();
    const vg_field fields[] = {
        {.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = VG_CERTIFICATE_REASON_MOST, .string = &reason},
    };
    if (vg_review_require(&x->user, VG_MAY_TRAINING_KEEP, VG_STR(""), &err)) {
        vg_answer_error(x, &err);
        return;
    }
    int rc = vg_store_certificate_get(desk->store, number_of(x->argument[0]), desk->arena, &c, &err);
    if (rc == -VG_ENOENT || (!rc && !vg_review_may(&x->user, VG_MAY_TRAINING_KEEP, c.space))) {
        vg_answer_problem(x, 404, NULL, "there is no such certificate");
        return;
    }
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    if (!vg_body_read(x, fields, 1) || !may_keep(x, c.user, c.space)) return;
    if (vg_store_certificate_revoke(desk->store, c.id, x->user.name, reason, now_ms, &err) ||
        vg_store_certificate_get(desk->store, c.id, desk->arena, &c, &err))
        vg_answer_error(x, &err);
    else write_certificate(vg_answer_begin(x, 200, "application/json"), &c, now_ms);
}

/* Suspending and reinstating read the same. */
static bool read_suspension(vg_exchange *x, asked *a)
{
    const vg_field more[] = {
        {.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = VG_CERTIFICATE_REASON_MOST, .string = &a->reason},
    };
    return read_asked(x, more, 1, a);
}

static void answer_suspension(vg_exchange *x, int rc, const asked *a, bool suspended, const vg_error *err)
{
    if (!rc) vg_training_tell_suspension(x->server, a->user, a->of, suspended);
    if (rc == -VG_ENOENT) vg_answer_problem(x, 404, NULL, "there is no such person, or nothing is suspended");
    else if (rc) vg_answer_error(x, err);
    else vg_answer_begin(x, 204, NULL);
}

void vg_route_certificate_suspend(vg_desk *desk, vg_exchange *x)
{
    asked a = {0};
    vg_error err = {0};
    if (!read_suspension(x, &a)) return;
    int rc = vg_store_certificate_suspend(desk->store, a.user, a.space, a.of, x->user.name, a.reason, vg_time_now(), &err);
    answer_suspension(x, rc, &a, true, &err);
}

void vg_route_certificate_reinstate(vg_desk *desk, vg_exchange *x)
{
    asked a = {0};
    vg_error err = {0};
    if (!read_suspension(x, &a)) return;
    int rc = vg_store_certificate_reinstate(desk->store, a.user, a.space, a.of, x->user.name, a.reason, vg_time_now(), &err);
    answer_suspension(x, rc, &a, false, &err);
}
