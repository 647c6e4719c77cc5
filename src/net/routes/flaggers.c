/* SPDX-License-Identifier: Apache-2.0
 *
 * Trusted flaggers and notifiers: the register, the records, and what a person does about them. */
#include <stdio.h>
#include "base/time.h"
#include "net/body.h"
#include "net/notice.h"
#include "net/routes/notices.h"
#include "net/server_int.h"
#include "review/permission.h"

enum { NAME_MOST = 200, AREA_MOST = 500, REASON_MOST = 500, DAYS_MOST = 3650 };

/* The settings of a space, copied: they outlive the set. `space` "*" or gone: cautious ones. */
static vg_policy_notices settings_of(vg_exchange *x, vg_str space)
{
    vg_policy_notices out = {.unfounded_window_days = 180, .unfounded_least = 3, .unfounded_percent = 50, .suspend_most_days = 30, .flagger_least = 20, .flagger_percent = 50};
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    const vg_policy *p = vg_policy_set_find(set, space, NULL);
    if (p && p->notices) { /* the numbers; strings are the set's */
        out.unfounded_window_days = p->notices->unfounded_window_days;
        out.unfounded_least = p->notices->unfounded_least;
        out.unfounded_percent = p->notices->unfounded_percent;
        out.suspend_most_days = p->notices->suspend_most_days;
        out.flagger_least = p->notices->flagger_least;
        out.flagger_percent = p->notices->flagger_percent;
    }
    vg_policy_set_unref(&set);
    return out;
}

static bool may_keep(vg_desk *desk, vg_exchange *x, vg_str *spaces)
{
    vg_error err = {0};
    if (vg_review_require(&x->user, VG_MAY_FLAGGER_KEEP, VG_STR(""), &err) || vg_review_spaces_with(&x->user, VG_MAY_FLAGGER_KEEP, desk->arena, spaces, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    return true;
}

/* ---- trusted flaggers ---- */

static void member(vg_buf *out, const char *name, vg_str value)
{
    vg_buf_printf(out, ",\"%s\":", name);
    vg_buf_add_json_str(out, value);
}

static void time_member(vg_buf *out, const char *name, int64_t ms)
{
    if (!ms) return;
    vg_buf_printf(out, ",\"%s\":", name);
    vg_json_time(out, ms);
}

static void write_flagger(vg_exchange *x, vg_buf *out, const vg_flagger *f, const char *key)
{
    int64_t now_ms = vg_time_now();
    vg_policy_notices settings = settings_of(x, f->space);
    bool suspended = f->suspended_ms && (!f->suspended_until_ms || f->suspended_until_ms > now_ms);
    vg_buf_printf(out, "{\"id\":%lld", (long long)f->id);
    member(out, "space", f->space);
    member(out, "name", f->name);
    member(out, "organisation", f->organisation);
    member(out, "area", f->area);
    member(out, "awarded_by", f->awarded_by);
    if (f->account.len) member(out, "account", f->account);
    vg_buf_printf(out, ",\"has_key\":%s", f->key_id ? "true" : "false");
    time_member(out, "since", f->since_ms);
    time_member(out, "until", f->until_ms);
    time_member(out, "ended", f->ended_ms);
    vg_buf_printf(out, ",\"state\":\"%s\"", f->ended_ms ? "ended" : suspended ? "suspended" : vg_flagger_trusted(f, now_ms) ? "trusted" : f->since_ms > now_ms ? "not_yet" : "expired");
    if (suspended) {
        time_member(out, "suspended", f->suspended_ms);
        time_member(out, "suspended_until", f->suspended_until_ms);
        member(out, "suspended_by", f->suspended_by);
        member(out, "suspended_reason", f->suspended_reason);
    }
    vg_buf_printf(out, ",\"record\":{\"made\":%lld,\"upheld\":%lld,\"dismissed\":%lld,\"pending\":%lld,\"unfounded\":%lld},\"doubtful\":%s", (long long)f->made,
                  (long long)f->upheld, (long long)f->dismissed, (long long)f->pending, (long long)f->unfounded,
                  vg_flagger_doubtful((uint32_t)f->upheld, (uint32_t)f->dismissed, &settings) ? "true" : "false");
    if (key) member(out, "key", vg_str_of(key));
    vg_buf_add_char(out, '}');
}

void vg_route_flaggers(vg_desk *desk, vg_exchange *x)
{
    vg_str spaces;
    vg_flagger *list = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (!may_keep(desk, x, &spaces)) return;
    if (vg_store_flagger_list(desk->store, spaces, desk->arena, &list, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"flaggers\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_flagger(x, out, &list[i], NULL);
    }
    vg_buf_add_cstr(out, "]}");
}

static bool read_date(vg_exchange *x, const char *pointer, vg_str text, int64_t otherwise, int64_t *out)
{
    *out = otherwise;
    if (!text.len || vg_time_parse_date(text, out)) return true;
    vg_answer_problem(x, 400, pointer, "expected a date, as 2026-05-04");
    return false;
}

static bool read_flagger(vg_exchange *x, vg_flagger *f, bool *with_key)
{
    vg_str since = {"", 0}, until = {"", 0};
    const vg_field fields[] = {
        {.name = "space", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = VG_EVENT_MAX_NAME, .string = &f->space},
        {.name = "name", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = NAME_MOST, .string = &f->name},
        {.name = "organisation", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = NAME_MOST, .string = &f->organisation},
        {.name = "area", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = AREA_MOST, .string = &f->area},
        {.name = "awarded_by", .type = VG_FIELD_STRING, .required = true, .least = 1, .most = NAME_MOST, .string = &f->awarded_by},
        {.name = "account", .type = VG_FIELD_STRING, .most = VG_EVENT_MAX_NAME, .string = &f->account},
        {.name = "key", .type = VG_FIELD_BOOLEAN, .boolean = with_key},
        {.name = "since", .type = VG_FIELD_STRING, .most = 30, .string = &since},
        {.name = "until", .type = VG_FIELD_STRING, .most = 30, .string = &until},
    };
    if (!vg_body_read(x, fields, sizeof fields / sizeof fields[0])) return false;
    if (!*with_key && !f->account.len) {
        vg_answer_problem(x, 400, "/account", "a trusted flagger is known by an account of the space, or by a key");
        return false;
    }
    return read_date(x, "/since", since, vg_time_now(), &f->since_ms) && read_date(x, "/until", until, 0, &f->until_ms);
}

void vg_route_flagger_add(vg_desk *desk, vg_exchange *x)
{
    vg_flagger f = {.account = {"", 0}, .suspended_by = {"", 0}, .suspended_reason = {"", 0}};
    vg_api_key key = {.scopes = VG_SCOPE_NOTICES, .created_ms = vg_time_now()};
    char token[64] = "vg_";
    bool with_key = false, known = false;
    vg_error err = {0};
    if (vg_review_require(&x->user, VG_MAY_FLAGGER_KEEP, VG_STR(""), &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!read_flagger(x, &f, &with_key)) return;
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    known = vg_str_is(f.space, "*") || vg_policy_set_find(set, f.space, NULL);
    vg_policy_set_unref(&set);
    if (vg_review_require(&x->user, VG_MAY_FLAGGER_KEEP, f.space, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    if (!known) {
        vg_answer_problem(x, 400, "/space", "there is no such space");
        return;
    }
    key.label = vg_arena_printf(x->arena, "%.*s", (int)(f.name.len > 100 ? 100 : f.name.len), f.name.ptr);
    if (!vg_utf8_valid(key.label.ptr ? key.label.ptr : "", key.label.len, NULL)) key.label = VG_STR("trusted flagger");
    key.space = f.space;
    vg_token_random(token + 3, sizeof token - 3, 200);
    vg_seal_token_hash(x->server->ring, vg_str_of(token), key.hash);
    if (vg_store_flagger_add(desk->store, &f, with_key ? &key : NULL, x->user.name, vg_time_now(), &err)) vg_answer_error(x, &err);
    else write_flagger(x, vg_answer_begin(x, 201, "application/json"), &f, with_key ? token : NULL);
}

static bool flagger_of_path(vg_desk *desk, vg_exchange *x, vg_flagger *f)
{
    vg_error err = {0};
    int64_t id = 0;
    for (size_t i = 0; i < x->argument[0].len && i < 12 && id >= 0; i++) {
        char c = x->argument[0].ptr[i];
        id = c >= '0' && c <= '9' ? id * 10 + (c - '0') : -1;
    }
    if (vg_review_require(&x->user, VG_MAY_FLAGGER_KEEP, VG_STR(""), &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    int rc = id > 0 ? vg_store_flagger_get(desk->store, id, desk->arena, f, &err) : -VG_ENOENT;
    if (rc == -VG_ENOENT || (!rc && !vg_review_may(&x->user, VG_MAY_FLAGGER_KEEP, f->space))) vg_answer_problem(x, 404, NULL, "there is no such trusted flagger");
    else if (rc) vg_answer_error(x, &err);
    else return true;
    return false;
}

static void answer_flagger(vg_desk *desk, vg_exchange *x, int64_t id)
{
    vg_flagger f;
    vg_error err = {0};
    if (vg_store_flagger_get(desk->store, id, desk->arena, &f, &err)) vg_answer_error(x, &err);
    else write_flagger(x, vg_answer_begin(x, 200, "application/json"), &f, NULL);
}

/* A person does this, with the record before them: no count does it by itself. */
void vg_route_flagger_suspend(vg_desk *desk, vg_exchange *x)
{
    vg_flagger f;
    vg_error err = {0};
    vg_str reason = {"", 0};
    int64_t days = 0, now_ms = vg_time_now();
    const vg_field fields[] = {{.name = "days", .type = VG_FIELD_INTEGER, .highest = DAYS_MOST, .integer = &days},
                               {.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 3, .most = REASON_MOST, .string = &reason}};
    if (!flagger_of_path(desk, x, &f) || !vg_body_read(x, fields, 2)) return;
    if (!f.made) vg_answer_problem(x, 409, NULL, "it has made no notice yet: there is nothing to suspend it for");
    else if (vg_store_flagger_suspend(desk->store, f.id, days ? now_ms + days * VG_DAY_MS : 0, reason, x->user.name, now_ms, &err)) vg_answer_error(x, &err);
    else answer_flagger(desk, x, f.id);
}

void vg_route_flagger_restore(vg_desk *desk, vg_exchange *x)
{
    vg_flagger f;
    vg_error err = {0};
    if (!flagger_of_path(desk, x, &f)) return;
    if (vg_store_flagger_restore(desk->store, f.id, x->user.name, vg_time_now(), &err)) vg_answer_error(x, &err);
    else answer_flagger(desk, x, f.id);
}

void vg_route_flagger_end(vg_desk *desk, vg_exchange *x)
{
    vg_flagger f;
    vg_error err = {0};
    if (!flagger_of_path(desk, x, &f)) return;
    if (vg_store_flagger_end(desk->store, f.id, x->user.name, vg_time_now(), &err)) vg_answer_error(x, &err);
    else answer_flagger(desk, x, f.id);
}

/* ---- notifiers ---- */

static vg_notice_record record_of(const vg_notifier *n)
{
    return (vg_notice_record){.decided = n->decided, .upheld = n->upheld, .dismissed = n->dismissed, .unfounded = n->unfounded, .warnings = n->warnings,
                              .warned_ms = n->warned_ms, .suspended_until_ms = n->suspended_until_ms};
}

static void write_notifier(vg_exchange *x, vg_buf *out, const vg_notifier *n)
{
    vg_policy_notices settings = settings_of(x, n->space);
    vg_notice_record record = record_of(n);
    int64_t now_ms = vg_time_now();
    vg_buf_printf(out, "{\"who\":\"%s\"", n->who);
    member(out, "space", n->space);
    vg_buf_printf(out, ",\"state\":\"%s\",\"record\":{\"decided\":%u,\"upheld\":%u,\"dismissed\":%u,\"unfounded\":%u,\"since_warning\":%u},\"warnings\":%u",
                  vg_misuse_names[vg_notice_misuse(&record, n->since_warning, &settings, now_ms)], n->decided, n->upheld, n->dismissed, n->unfounded, n->since_warning, n->warnings);
    time_member(out, "warned", n->warned_ms);
    if (n->warned_by.len) member(out, "warned_by", n->warned_by);
    if (n->suspended_until_ms > now_ms) {
        time_member(out, "suspended_until", n->suspended_until_ms);
        member(out, "suspended_by", n->suspended_by);
        member(out, "suspended_reason", n->suspended_reason);
    }
    vg_buf_printf(out, ",\"window_days\":%u,\"suspend_most_days\":%u}", settings.unfounded_window_days, settings.suspend_most_days);
}

void vg_route_notifiers(vg_desk *desk, vg_exchange *x)
{
    vg_str spaces;
    vg_notifier *list = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (!may_keep(desk, x, &spaces)) return;
    vg_policy_notices settings = settings_of(x, spaces);
    if (vg_store_notifier_list(desk->store, spaces, vg_time_now() - settings.unfounded_window_days * VG_DAY_MS, desk->arena, &list, &count, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"notifiers\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_notifier(x, out, &list[i]);
    }
    vg_buf_add_cstr(out, "]}");
}

static bool notifier_of_path(vg_desk *desk, vg_exchange *x, vg_notifier *n, vg_policy_notices *settings)
{
    vg_error err = {0};
    if (vg_review_require(&x->user, VG_MAY_FLAGGER_KEEP, VG_STR(""), &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    int rc = vg_store_notifier_get(desk->store, x->argument[0], 0, desk->arena, n, &err);
    if (!rc) {
        *settings = settings_of(x, n->space);
        rc = vg_store_notifier_get(desk->store, x->argument[0], vg_time_now() - settings->unfounded_window_days * VG_DAY_MS, desk->arena, n, &err);
    }
    if (rc == -VG_ENOENT || (!rc && !vg_review_may(&x->user, VG_MAY_FLAGGER_KEEP, n->space))) vg_answer_problem(x, 404, NULL, "there is no such notifier");
    else if (rc) vg_answer_error(x, &err);
    else return true;
    return false;
}

static void set_measures(vg_desk *desk, vg_exchange *x, const vg_notifier *n, const char *what, int64_t now_ms)
{
    vg_error err = {0};
    if (vg_store_notifier_set(desk->store, n, what, x->user.name, now_ms, &err)) vg_answer_error(x, &err);
    else write_notifier(x, vg_answer_begin(x, 200, "application/json"), n);
}

void vg_route_notifier_warn(vg_desk *desk, vg_exchange *x)
{
    vg_notifier n;
    vg_policy_notices settings;
    int64_t now_ms = vg_time_now();
    if (!notifier_of_path(desk, x, &n, &settings)) return;
    vg_notice_record record = record_of(&n);
    vg_misuse misuse = vg_notice_misuse(&record, n.since_warning, &settings, now_ms);
    if (misuse != VG_MISUSE_WARN && misuse != VG_MISUSE_SUSPEND) {
        vg_answer_problem(x, 409, NULL, "the record does not call for a warning: it takes %u unfounded notices in %u days, and %u%% of what was decided",
                          settings.unfounded_least, settings.unfounded_window_days, settings.unfounded_percent);
        return;
    }
    n.warnings++;
    n.warned_ms = now_ms;
    n.warned_by = x->user.name;
    n.since_warning = 0;
    set_measures(desk, x, &n, "notifier.warn", now_ms);
}

void vg_route_notifier_suspend(vg_desk *desk, vg_exchange *x)
{
    vg_notifier n;
    vg_policy_notices settings;
    vg_error err = {0};
    vg_str reason = {"", 0};
    int64_t days = 0, now_ms = vg_time_now();
    const vg_field fields[] = {{.name = "days", .type = VG_FIELD_INTEGER, .required = true, .highest = DAYS_MOST, .integer = &days},
                               {.name = "reason", .type = VG_FIELD_STRING, .required = true, .least = 3, .most = REASON_MOST, .string = &reason}};
    if (!notifier_of_path(desk, x, &n, &settings) || !vg_body_read(x, fields, 2)) return;
    vg_notice_record record = record_of(&n);
    if (vg_notice_may_suspend(&record, n.since_warning, &settings, days, now_ms, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    n.suspended_ms = now_ms;
    n.suspended_until_ms = now_ms + days * VG_DAY_MS;
    n.suspended_by = x->user.name;
    n.suspended_reason = reason;
    set_measures(desk, x, &n, "notifier.suspend", now_ms);
}

void vg_route_notifier_lift(vg_desk *desk, vg_exchange *x)
{
    vg_notifier n;
    vg_policy_notices settings;
    int64_t now_ms = vg_time_now();
    if (!notifier_of_path(desk, x, &n, &settings)) return;
    if (n.suspended_until_ms <= now_ms) {
        vg_answer_problem(x, 409, NULL, "this notifier is not suspended");
        return;
    }
    n.suspended_until_ms = 0;
    n.suspended_by = n.suspended_reason = (vg_str){"", 0};
    set_measures(desk, x, &n, "notifier.lift", now_ms);
}
