/* SPDX-License-Identifier: Apache-2.0
 *
 * Courses and attempts. Which answers are right stays here until an attempt is handed in. */
#include <jansson.h>
#include <sodium.h>
#include "base/time.h"
#include "net/routes/training.h"
#include "net/server_int.h"
#include "net/training.h"
#include "review/permission.h"

enum { ATTEMPTS_DEFAULT = 3 };
#define ATTEMPT_MS VG_DAY_MS /* an attempt that is not handed in by then is void; also the day of "attempts a day" */

/* What every route of this file begins with. */
typedef struct context {
    vg_course_set *courses;
    vg_policy_set *policies;
    vg_trained trained;
    vg_lang lang;
    int64_t now_ms;
} context;

static void close_context(context *in)
{
    if (in->policies) vg_policy_set_unref(&in->policies);
    vg_course_set_unref(&in->courses);
}

/* False: the answer is there. The context is to be closed either way. */
static bool open_context(vg_desk *desk, vg_exchange *x, context *in)
{
    vg_error err = {0};
    vg_str language;
    bool found;
    *in = (context){.courses = vg_server_courses(x->server), .policies = vg_pipeline_policies(x->server->pipeline), .now_ms = vg_time_now()};
    if (vg_review_require(&x->user, VG_MAY_TRAINING_TAKE, VG_STR(""), &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    if (!vg_query_get(x, "language", &language, &found) || (found && !vg_str_is(language, "fr") && !vg_str_is(language, "en"))) {
        vg_answer_problem(x, 400, "/language", "expected fr or en, once");
        return false;
    }
    in->lang = vg_str_is(found ? language : x->user.language, "en") ? VG_LANG_EN : VG_LANG_FR;
    if (vg_trained_read(desk, x->user.name, &in->trained, &err) == 0) return true;
    vg_answer_error(x, &err);
    return false;
}

/* ---- what a course asks of this person ---- */

static bool needs(const vg_policy_training *t, vg_str id)
{
    for (int c = 0; c < VG_CATEGORIES; c++)
        for (size_t i = 0; i < t->course_count[c]; i++)
            if (vg_str_is(id, t->courses[c][i])) return true;
    return false;
}

typedef struct demand {
    uint32_t mark, attempts; /* the strictest of the spaces that want the course */
    bool needed;
    int64_t passed_until;    /* the first end among them; 0: not passed in one of them, or over */
    bool over;               /* it was passed once */
} demand;

static void demand_of(const context *in, const vg_policy *policy, const vg_course *course, demand *d)
{
    const vg_policy_training *t = &policy->training;
    uint32_t mark = vg_training_mark(t, course);
    int64_t until = vg_training_passed_until(t, course, in->trained.records, in->trained.record_count, 0);
    if (mark > d->mark || !d->needed) d->mark = mark;
    if (!d->needed || t->attempts_per_day < d->attempts) d->attempts = t->attempts_per_day;
    if (!d->needed || until < d->passed_until) d->passed_until = until;
    d->needed = true;
}

static demand demands(const context *in, const vg_user *user, const vg_course *course)
{
    const vg_policy_training none = {0};
    demand d = {.mark = vg_training_mark(NULL, course), .attempts = ATTEMPTS_DEFAULT};
    for (size_t i = 0; in->policies && i < vg_policy_set_count(in->policies); i++) {
        const vg_policy *policy = vg_policy_set_at(in->policies, i);
        if (policy->training.required && needs(&policy->training, course->page[VG_LANG_FR].id) &&
            vg_review_may(user, VG_MAY_TRAINING_TAKE, vg_str_of(policy->space)))
            demand_of(in, policy, course, &d);
    }
    if (!d.needed) d.passed_until = vg_training_passed_until(&none, course, in->trained.records, in->trained.record_count, 0);
    d.over = d.passed_until && d.passed_until <= in->now_ms;
    return d;
}

static bool is_passed(const demand *d, int64_t now_ms)
{
    return d->passed_until > now_ms;
}

/* The first course that has to be passed before, or NULL. */
static const vg_course *missing_before(const context *in, const vg_user *user, const vg_course *course)
{
    const vg_course_page *page = &course->page[VG_LANG_FR];
    for (size_t i = 0; i < page->requires_count; i++) {
        const vg_course *before = vg_course_find(in->courses, page->requires[i]);
        demand d = demands(in, user, before);
        if (!is_passed(&d, in->now_ms)) return before;
    }
    return NULL;
}

/* ---- the list ---- */

static void write_categories(vg_buf *out, const bool opens[VG_CATEGORIES])
{
    bool first = true;
    vg_buf_add_char(out, '[');
    for (int c = 0; c < VG_CATEGORIES; c++) {
        if (!opens[c]) continue;
        vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", vg_category_names[c]);
        first = false;
    }
    vg_buf_add_char(out, ']');
}

static void write_state(vg_buf *out, const context *in, const vg_course *course, const demand *d, uint32_t attempts_made)
{
    uint32_t best = 0;
    for (size_t i = 0; i < in->trained.record_count; i++)
        if (vg_str_eq(in->trained.records[i].course, course->page[VG_LANG_FR].id) && in->trained.records[i].score > best)
            best = in->trained.records[i].score;
    vg_buf_printf(out, ",\"state\":\"%s\",\"best\":%u", is_passed(d, in->now_ms) ? "passed" : d->over ? "over" : "open", best);
    if (d->passed_until) {
        vg_buf_add_cstr(out, ",\"passed_until\":");
        vg_json_time(out, d->passed_until);
    }
    vg_buf_printf(out, ",\"attempts_left\":%u", attempts_made < d->attempts ? d->attempts - attempts_made : 0);
}

/* The open attempt, and how many were started within a day. */
static int attempts_of(vg_desk *desk, vg_exchange *x, const context *in, const vg_course *course, vg_attempt *open, uint32_t *made, vg_error *err)
{
    vg_attempt *all;
    size_t count;
    *open = (vg_attempt){0};
    *made = 0;
    int rc = vg_store_attempts(desk->store, x->user.name, course->page[VG_LANG_FR].id, desk->arena, &all, &count, err);
    for (size_t i = 0; !rc && i < count && all[i].started_ms > in->now_ms - ATTEMPT_MS; i++) {
        ++*made;
        if (!open->id && !all[i].handed_ms && all[i].digest == course->digest) *open = all[i];
    }
    return rc;
}

static void write_course(vg_buf *out, const context *in, const vg_user *user, const vg_course *course, const demand *d, uint32_t made)
{
    const vg_course_page *page = &course->page[in->lang];
    vg_buf_add_cstr(out, "{\"id\":");
    vg_buf_add_json_str(out, page->id);
    vg_buf_add_cstr(out, ",\"title\":");
    vg_buf_add_json_str(out, page->title);
    vg_buf_printf(out, ",\"version\":%u,\"minutes\":%u,\"questions\":%zu,\"valid_days\":%u,\"pass_mark\":%u,\"opens\":", page->version, page->minutes,
                  page->question_count, page->valid_days, d->mark);
    write_categories(out, page->opens);
    vg_buf_add_cstr(out, ",\"requires\":[");
    for (size_t i = 0; i < page->requires_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_buf_add_json_str(out, page->requires[i]);
    }
    const vg_course *before = missing_before(in, user, course);
    vg_buf_printf(out, "],\"needed\":%s,\"locked\":%s", d->needed ? "true" : "false", before ? "true" : "false");
    write_state(out, in, course, d, made);
}

void vg_route_courses(vg_desk *desk, vg_exchange *x)
{
    context in;
    vg_error err = {0};
    int rc = 0;
    if (open_context(desk, x, &in)) {
        vg_buf *out = vg_answer_begin(x, 200, "application/json");
        vg_buf_add_cstr(out, "{\"courses\":[");
        for (size_t i = 0; !rc && i < vg_course_count(in.courses); i++) {
            const vg_course *course = vg_course_at(in.courses, i);
            demand d = demands(&in, &x->user, course);
            vg_attempt open;
            uint32_t made;
            rc = attempts_of(desk, x, &in, course, &open, &made, &err);
            if (i) vg_buf_add_char(out, ',');
            write_course(out, &in, &x->user, course, &d, made);
            vg_buf_add_char(out, '}');
        }
        vg_buf_add_cstr(out, "]}");
        if (rc) vg_answer_error(x, &err);
    }
    close_context(&in);
}

/* ---- one course, one attempt ---- */

static void write_question(vg_buf *out, const vg_course_question *q, const uint8_t *order)
{
    vg_buf_printf(out, "{\"several\":%s", q->several ? "true" : "false");
    if (q->setting.len) {
        vg_buf_add_cstr(out, ",\"situation\":");
        vg_buf_add_json_str(out, q->setting);
    }
    vg_buf_add_cstr(out, ",\"text\":");
    vg_buf_add_json_str(out, q->text);
    vg_buf_add_cstr(out, ",\"answers\":[");
    for (size_t i = 0; i < q->answer_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_buf_add_json_str(out, q->answer[order[i]].text);
    }
    vg_buf_add_cstr(out, "]}");
}

static void write_attempt(vg_buf *out, const vg_course *course, vg_lang lang, const vg_attempt *a)
{
    const vg_course_page *page = &course->page[lang];
    uint8_t order[VG_COURSE_MAX_QUESTIONS], answers[VG_COURSE_MAX_ANSWERS];
    vg_training_order(a->seed, 0, page->question_count, order);
    vg_buf_printf(out, "{\"id\":%lld,\"started\":", (long long)a->id);
    vg_json_time(out, a->started_ms);
    vg_buf_add_cstr(out, ",\"until\":");
    vg_json_time(out, a->started_ms + ATTEMPT_MS);
    vg_buf_add_cstr(out, ",\"questions\":[");
    for (size_t i = 0; i < page->question_count; i++) {
        const vg_course_question *q = &page->questions[order[i]];
        if (i) vg_buf_add_char(out, ',');
        vg_training_order(a->seed, 1 + order[i], q->answer_count, answers);
        write_question(out, q, answers);
    }
    vg_buf_add_cstr(out, "]}");
}

static void write_sources(vg_buf *out, const vg_course_page *page)
{
    vg_buf_add_cstr(out, ",\"sources\":[");
    for (size_t i = 0; i < page->source_count; i++) {
        const vg_course_source *s = &page->sources[i];
        vg_buf_add_cstr(out, i ? ",{\"statement\":" : "{\"statement\":");
        vg_buf_add_json_str(out, s->statement);
        vg_buf_add_cstr(out, ",\"source\":");
        vg_buf_add_json_str(out, s->source);
        vg_buf_add_cstr(out, ",\"verified\":");
        vg_buf_add_json_str(out, s->verified);
        vg_buf_printf(out, ",\"kind\":\"%s\"}", s->primary ? "primary" : "secondary");
    }
    vg_buf_add_char(out, ']');
}

/* The course of the path, or NULL with the answer. */
static const vg_course *course_of_path(vg_exchange *x, const context *in)
{
    const vg_course *course = vg_course_find(in->courses, x->argument[0]);
    if (!course) vg_answer_problem(x, 404, NULL, "there is no such course");
    return course;
}

void vg_route_course(vg_desk *desk, vg_exchange *x)
{
    context in;
    vg_error err = {0};
    vg_attempt open;
    uint32_t made;
    const vg_course *course = open_context(desk, x, &in) ? course_of_path(x, &in) : NULL;
    if (course && attempts_of(desk, x, &in, course, &open, &made, &err)) vg_answer_error(x, &err);
    else if (course) {
        demand d = demands(&in, &x->user, course);
        vg_buf *out = vg_answer_begin(x, 200, "application/json");
        write_course(out, &in, &x->user, course, &d, made);
        vg_buf_add_cstr(out, ",\"text\":");
        vg_buf_add_json_str(out, course->page[in.lang].body);
        write_sources(out, &course->page[in.lang]);
        if (open.id) {
            vg_buf_add_cstr(out, ",\"attempt\":");
            write_attempt(out, course, in.lang, &open);
        }
        vg_buf_add_char(out, '}');
    }
    close_context(&in);
}

static void start(vg_desk *desk, vg_exchange *x, const context *in, const vg_course *course)
{
    vg_error err = {0};
    vg_attempt attempt;
    uint32_t made;
    demand d = demands(in, &x->user, course);
    const vg_course *before = missing_before(in, &x->user, course);
    if (before) {
        vg_str title = before->page[in->lang].title;
        vg_answer_problem(x, 403, NULL, in->lang == VG_LANG_EN ? "pass the course “%.*s” first" : "passez d’abord la formation «\u00a0%.*s\u00a0»",
                          VG_STR_ARG(title));
        return;
    }
    if (attempts_of(desk, x, in, course, &attempt, &made, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    int status = attempt.id ? 200 : 201; /* one that is open goes on: starting again would be a way to see other questions */
    if (!attempt.id) {
        attempt = (vg_attempt){.user = x->user.name, .course = course->page[VG_LANG_FR].id, .digest = course->digest, .started_ms = in->now_ms};
        randombytes_buf(&attempt.seed, sizeof attempt.seed);
        if (vg_store_attempt_start(desk->store, &attempt, in->now_ms - ATTEMPT_MS, d.attempts, &err)) {
            vg_answer_error(x, &err);
            return;
        }
    }
    write_attempt(vg_answer_begin(x, status, "application/json"), course, in->lang, &attempt);
}

void vg_route_attempt_start(vg_desk *desk, vg_exchange *x)
{
    context in;
    const vg_course *course = open_context(desk, x, &in) ? course_of_path(x, &in) : NULL;
    if (course) start(desk, x, &in, course);
    close_context(&in);
}

/* ---- handing in ---- */

/* One question's answers, [0, 2], as shown; into a bit set of answers as the file numbers them. */
static bool read_choice(vg_exchange *x, const json_t *list, const vg_course_question *q, const uint8_t *order, size_t number, uint32_t *given)
{
    char pointer[32];
    size_t i;
    json_t *one;
    snprintf(pointer, sizeof pointer, "/answers/%zu", number);
    *given = 0;
    if (!json_is_array(list) || json_array_size(list) > q->answer_count) {
        vg_answer_problem(x, 400, pointer, "expected the numbers of the answers chosen");
        return false;
    }
    json_array_foreach(list, i, one)
    {
        json_int_t n = json_is_integer(one) ? json_integer_value(one) : -1;
        if (n < 0 || (size_t)n >= q->answer_count || (*given >> order[n] & 1)) {
            vg_answer_problem(x, 400, pointer, "expected numbers from 0 to %zu, each once", q->answer_count - 1);
            return false;
        }
        *given |= 1u << order[n];
    }
    if (!q->several && json_array_size(list) > 1) {
        vg_answer_problem(x, 400, pointer, "this question has one answer");
        return false;
    }
    return true;
}

static bool read_answers(vg_exchange *x, const vg_course_page *page, const vg_attempt *a, uint32_t *given)
{
    json_error_t bad;
    json_t *root = json_loadb(x->body.ptr ? x->body.ptr : "", x->body.len, JSON_REJECT_DUPLICATES, &bad);
    const json_t *list = json_object_get(root, "answers");
    uint8_t order[VG_COURSE_MAX_QUESTIONS], answers[VG_COURSE_MAX_ANSWERS];
    bool good = false;
    if (!root) vg_answer_problem(x, 400, NULL, "this is not JSON: %s (byte %d)", bad.text, bad.position);
    else if (json_object_size(root) != 1 || !json_is_array(list)) vg_answer_problem(x, 400, "/answers", "expected one member, a list with one list for each question");
    else if (json_array_size(list) != page->question_count) vg_answer_problem(x, 400, "/answers", "expected %zu lists, one for each question", page->question_count);
    else good = true;
    if (good) vg_training_order(a->seed, 0, page->question_count, order);
    for (size_t i = 0; good && i < page->question_count; i++) {
        const vg_course_question *q = &page->questions[order[i]];
        vg_training_order(a->seed, 1 + order[i], q->answer_count, answers);
        good = read_choice(x, json_array_get(list, i), q, answers, i, &given[order[i]]);
    }
    json_decref(root);
    return good;
}

static void write_marked(vg_buf *out, const vg_course_question *q, const uint8_t *order, uint32_t given)
{
    vg_buf_printf(out, "{\"right\":%s", vg_training_right(q, given) ? "true" : "false");
    if (q->setting.len) {
        vg_buf_add_cstr(out, ",\"situation\":");
        vg_buf_add_json_str(out, q->setting);
    }
    vg_buf_add_cstr(out, ",\"text\":");
    vg_buf_add_json_str(out, q->text);
    vg_buf_add_cstr(out, ",\"answers\":[");
    for (size_t i = 0; i < q->answer_count; i++) {
        const vg_course_answer *a = &q->answer[order[i]];
        vg_buf_add_cstr(out, i ? ",{\"text\":" : "{\"text\":");
        vg_buf_add_json_str(out, a->text);
        vg_buf_add_cstr(out, ",\"why\":");
        vg_buf_add_json_str(out, a->why);
        vg_buf_printf(out, ",\"right\":%s,\"given\":%s}", a->right ? "true" : "false", given >> order[i] & 1 ? "true" : "false");
    }
    vg_buf_add_cstr(out, "]}");
}

/* The certificates that follow from this hand-in: of each space where the person decides, each category that was not open so long. */
static int earn(vg_desk *desk, vg_exchange *x, context *in, const vg_attempt *a, vg_certificate **out, size_t *count, vg_error *err)
{
    size_t spaces = in->policies ? vg_policy_set_count(in->policies) : 0;
    vg_training_record *records = vg_arena_calloc(desk->arena, in->trained.record_count + 1, sizeof *records);
    *out = vg_arena_calloc(desk->arena, spaces * VG_CATEGORIES + 1, sizeof **out);
    *count = 0;
    if (!records || !*out) return vg_fail(err, VG_ENOMEM, "", "no memory for certificates");
    if (in->trained.record_count) memcpy(records, in->trained.records, in->trained.record_count * sizeof *records);
    records[in->trained.record_count] = (vg_training_record){a->course, a->handed_ms, a->score};
    in->trained.records = records;
    in->trained.record_count++;
    for (size_t i = 0; i < spaces; i++) {
        const vg_policy *policy = vg_policy_set_at(in->policies, i);
        vg_str space = vg_str_of(policy->space);
        if (!policy->training.required || !vg_review_may(&x->user, VG_MAY_CASE_DECIDE, space)) continue;
        for (int c = 0; c < VG_CATEGORIES; c++) {
            vg_category category = (vg_category)c;
            int64_t until = vg_training_until(&policy->training, in->courses, category, records, in->trained.record_count,
                                              vg_trained_since(&in->trained, space, category), in->now_ms);
            vg_open open = vg_trained_open(&in->trained, policy, in->courses, category, in->now_ms);
            if (!until || (!open.derived && open.until_ms >= until)) continue;
            (*out)[(*count)++] = (vg_certificate){.user = x->user.name, .space = space, .category = category, .basis = VG_CERTIFIED_BY_COURSES,
                                                  .issuer = VG_STR(""), .number = VG_STR(""), .by = x->user.name, .issued_ms = in->now_ms,
                                                  .until_ms = until};
        }
    }
    return 0;
}

static void answer_marked(vg_exchange *x, const context *in, const vg_course *course, const vg_attempt *a, const uint32_t *given,
                          const vg_certificate *earned, size_t count)
{
    const vg_course_page *page = &course->page[in->lang];
    demand d = demands(in, &x->user, course);
    uint8_t order[VG_COURSE_MAX_QUESTIONS], answers[VG_COURSE_MAX_ANSWERS];
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_training_order(a->seed, 0, page->question_count, order);
    vg_buf_printf(out, "{\"score\":%u,\"pass_mark\":%u,\"passed\":%s,\"questions\":[", a->score, d.mark, a->score >= d.mark ? "true" : "false");
    for (size_t i = 0; i < page->question_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        vg_training_order(a->seed, 1 + order[i], page->questions[order[i]].answer_count, answers);
        write_marked(out, &page->questions[order[i]], answers, given[order[i]]);
    }
    vg_buf_add_cstr(out, "],\"certificates\":[");
    for (size_t i = 0; i < count; i++) {
        vg_buf_add_cstr(out, i ? ",{\"space\":" : "{\"space\":");
        vg_buf_add_json_str(out, earned[i].space);
        vg_buf_printf(out, ",\"category\":\"%s\",\"until\":", vg_category_names[earned[i].category]);
        vg_json_time(out, earned[i].until_ms);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
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

/* The attempt of the path, this person's own, and its course as it was asked; else the answer is there. */
static const vg_course *attempt_of_path(vg_desk *desk, vg_exchange *x, const context *in, vg_attempt *a)
{
    vg_error err = {0};
    int rc = vg_store_attempt_get(desk->store, number_of(x->argument[0]), desk->arena, a, &err);
    if (rc == -VG_ENOENT || (!rc && !vg_str_eq(a->user, x->user.name))) {
        vg_answer_problem(x, 404, NULL, "there is no such attempt");
        return NULL;
    }
    const vg_course *course = rc ? NULL : vg_course_find(in->courses, a->course);
    if (rc) vg_answer_error(x, &err);
    else if (a->handed_ms) vg_answer_problem(x, 409, NULL, "this attempt was handed in already");
    else if (!course || course->digest != a->digest) vg_answer_problem(x, 409, NULL, "the course has changed since this attempt began; start again");
    else if (a->started_ms <= in->now_ms - ATTEMPT_MS) vg_answer_problem(x, 409, NULL, "this attempt is over a day old; start again");
    else return course;
    return NULL;
}

void vg_route_attempt_hand_in(vg_desk *desk, vg_exchange *x)
{
    context in;
    vg_error err = {0};
    vg_attempt attempt;
    vg_certificate *earned;
    size_t count;
    uint32_t given[VG_COURSE_MAX_QUESTIONS] = {0};
    const vg_course *course = open_context(desk, x, &in) ? attempt_of_path(desk, x, &in, &attempt) : NULL;
    if (course && read_answers(x, &course->page[in.lang], &attempt, given)) {
        attempt.handed_ms = in.now_ms;
        attempt.score = vg_training_score(&course->page[in.lang], given);
        if (earn(desk, x, &in, &attempt, &earned, &count, &err) || vg_store_attempt_hand_in(desk->store, &attempt, earned, count, &err))
            vg_answer_error(x, &err);
        else answer_marked(x, &in, course, &attempt, given, earned, count);
    }
    close_context(&in);
}
