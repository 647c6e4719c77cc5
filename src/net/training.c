/* SPDX-License-Identifier: Apache-2.0 */
#include "net/training.h"

#include <stdio.h>
#include "base/log.h"
#include "base/time.h"
#include "net/gate.h"
#include "net/server_int.h"

const char *const vg_open_state_names[VG_OPEN_STATES] = {"not_required", "open", "ending", "closed", "over", "suspended"};

/* ---- the courses in force ---- */

vg_course_set *vg_server_courses(vg_server *server)
{
    pthread_mutex_lock(&server->lock);
    vg_course_set *set = vg_course_set_ref(server->courses);
    pthread_mutex_unlock(&server->lock);
    return set;
}

void vg_server_use_courses(vg_server *server, vg_course_set *courses)
{
    pthread_mutex_lock(&server->lock);
    vg_course_set *before = server->courses;
    server->courses = courses;
    pthread_mutex_unlock(&server->lock);
    vg_course_set_unref(&before);
}

int vg_training_load(const char *policy_path, const vg_policy_set *policies, vg_course_set **out, vg_error *err)
{
    char dir[1024];
    int rc = vg_course_set_load(out, vg_course_dir(policy_path, dir, sizeof dir) ? dir : NULL, err);
    for (size_t i = 0; !rc && policies && policy_path && i < vg_policy_set_count(policies); i++)
        rc = vg_training_check_policy(vg_policy_set_at(policies, i), *out, err);
    if (rc) vg_course_set_unref(out);
    return rc;
}

/* ---- one person ---- */

static int read_records(vg_desk *desk, vg_trained *out, vg_error *err)
{
    vg_attempt *attempts;
    size_t count;
    int rc = vg_store_attempts(desk->store, out->user, VG_STR(""), desk->arena, &attempts, &count, err);
    if (rc || !count) return rc;
    out->records = vg_arena_calloc(desk->arena, count, sizeof *out->records);
    if (!out->records) return vg_fail(err, VG_ENOMEM, "", "no memory for attempts");
    for (size_t i = 0; i < count; i++)
        if (attempts[i].handed_ms)
            out->records[out->record_count++] = (vg_training_record){attempts[i].course, attempts[i].handed_ms, attempts[i].score};
    return 0;
}

int vg_trained_read(vg_desk *desk, vg_str user, vg_trained *out, vg_error *err)
{
    *out = (vg_trained){.user = user};
    int rc = vg_store_certificates(desk->store, user, desk->arena, &out->certificates, &out->certificate_count, err);
    if (!rc) rc = vg_store_suspensions(desk->store, user, desk->arena, &out->suspensions, &out->suspension_count, err);
    return rc ? rc : read_records(desk, out, err);
}

static bool covers(vg_str of, vg_str space)
{
    return vg_str_is(of, "*") || vg_str_eq(of, space);
}

int64_t vg_trained_since(const vg_trained *t, vg_str space, vg_category category)
{
    int64_t since = 0;
    for (size_t i = 0; i < t->certificate_count; i++) {
        const vg_certificate *c = &t->certificates[i];
        if (c->category == category && covers(c->space, space) && c->revoked_ms > since) since = c->revoked_ms;
    }
    return since;
}

static bool is_suspended(const vg_trained *t, vg_str space, vg_category category)
{
    for (size_t i = 0; i < t->suspension_count; i++)
        if (!t->suspensions[i].lifted_ms && t->suspensions[i].category == category && covers(t->suspensions[i].space, space)) return true;
    return false;
}

vg_open vg_trained_open(const vg_trained *t, const vg_policy *policy, const vg_course_set *courses, vg_category category, int64_t now_ms)
{
    vg_str space = vg_str_of(policy->space);
    vg_open open = {0};
    bool had = false;
    if (!policy->training.required) return open;
    for (size_t i = 0; i < t->certificate_count; i++) {
        const vg_certificate *c = &t->certificates[i];
        if (c->category != category || !covers(c->space, space)) continue;
        had = true;
        if (!c->revoked_ms && c->until_ms > open.until_ms) open.until_ms = c->until_ms;
    }
    int64_t passed = vg_training_until(&policy->training, courses, category, t->records, t->record_count, vg_trained_since(t, space, category), now_ms);
    if (open.until_ms <= now_ms && passed) open = (vg_open){.until_ms = passed, .derived = true};
    if (is_suspended(t, space, category)) open.state = VG_OPEN_SUSPENDED;
    else if (open.until_ms > now_ms)
        open.state = open.until_ms - now_ms <= policy->training.warn_days * VG_DAY_MS ? VG_OPEN_ENDING : VG_OPEN_YES;
    else open.state = had ? VG_OPEN_OVER : VG_OPEN_CLOSED;
    return open;
}

/* ---- the gate ---- */

/* All courses are passed and no certificate says so yet: of a space that somebody came to later. */
static int issue_late(vg_desk *desk, const vg_user *user, const vg_policy *policy, vg_category category, int64_t now_ms, bool *issued, vg_error *err)
{
    vg_trained trained;
    vg_course_set *courses = vg_server_courses(desk->server);
    *issued = false;
    int rc = vg_trained_read(desk, user->name, &trained, err);
    if (!rc) {
        vg_open open = vg_trained_open(&trained, policy, courses, category, now_ms);
        vg_certificate c = {.user = user->name, .space = vg_str_of(policy->space), .category = category, .basis = VG_CERTIFIED_BY_COURSES,
                            .issuer = VG_STR(""), .number = VG_STR(""), .by = user->name, .issued_ms = now_ms, .until_ms = open.until_ms};
        *issued = open.derived && open.state != VG_OPEN_SUSPENDED;
        if (*issued) rc = vg_store_certificate_add(desk->store, &c, err);
    }
    vg_course_set_unref(&courses);
    return rc;
}

static int check(vg_desk *desk, const vg_user *user, const vg_policy *policy, vg_category category, int64_t now_ms, vg_error *err)
{
    vg_certified held;
    bool issued = false;
    int rc = vg_store_certified(desk->store, user->name, vg_str_of(policy->space), category, now_ms, &held, err);
    if (rc || held.certified) return rc;
    if (!held.suspended) rc = issue_late(desk, user, policy, category, now_ms, &issued, err);
    if (rc || issued) return rc;
    return vg_training_refuse(held.suspended ? VG_GAP_SUSPENDED : held.had ? VG_GAP_OVER : VG_GAP_NEVER, category,
                              vg_str_is(user->language, "en") ? VG_LANG_EN : VG_LANG_FR, err);
}

int vg_gate_certificate(vg_desk *desk, const vg_user *user, const vg_case *c, int64_t now_ms, vg_error *err)
{
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    const vg_policy *policy = set ? vg_policy_set_find(set, c->space, NULL) : NULL;
    int rc = policy && policy->training.required ? check(desk, user, policy, vg_case_category(c->kinds), now_ms, err) : 0;
    if (set) vg_policy_set_unref(&set);
    return rc;
}

/* ---- suspensions ---- */

void vg_training_tell_suspension(vg_server *server, vg_str user, vg_category category, bool suspended)
{
    char line[128];
    int n = snprintf(line, sizeof line, "event: certificate\ndata: {\"category\":\"%s\",\"suspended\":%s}\n\n", vg_category_names[category],
                     suspended ? "true" : "false");
    if (n > 0) vg_hub_person(&server->hub, user, (vg_str){line, (size_t)n});
}

/* ---- ends ---- */

static uint32_t warn_days_of(const vg_policy_set *policies, vg_str space)
{
    uint32_t days = 0;
    for (size_t i = 0; i < vg_policy_set_count(policies); i++) {
        const vg_policy *p = vg_policy_set_at(policies, i);
        if (covers(space, vg_str_of(p->space)) && p->training.required && p->training.warn_days > days) days = p->training.warn_days;
    }
    return days;
}

void vg_training_watch(vg_server *server, vg_store *store, const vg_policy_set *policies, vg_arena *arena, int64_t now_ms)
{
    vg_ending *endings;
    size_t count;
    vg_error err = {0};
    char until[25], line[320];
    uint32_t days = warn_days_of(policies, VG_STR("*"));
    if (vg_store_certificates_ending(store, now_ms, now_ms + days * VG_DAY_MS, arena, &endings, &count, &err)) {
        vg_log(VG_LOG_WARN, "net", "certificates that end were not looked for: %s", err.what);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const vg_ending *e = &endings[i];
        if (!e->over && e->until_ms - now_ms > warn_days_of(policies, e->space) * VG_DAY_MS) continue;
        if (vg_store_certificate_told(store, e->id, e->over, now_ms, &err)) {
            vg_log(VG_LOG_WARN, "net", "the end of a certificate was not told: %s", err.what);
            return;
        }
        vg_time_format(e->until_ms, until);
        int n = snprintf(line, sizeof line, "event: certificate\ndata: {\"category\":\"%s\",\"until\":\"%s\",\"over\":%s}\n\n",
                         vg_category_names[e->category], until, e->over ? "true" : "false");
        if (n > 0) vg_hub_person(&server->hub, e->user, (vg_str){line, (size_t)n});
    }
}
