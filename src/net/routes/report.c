/* SPDX-License-Identifier: Apache-2.0
 *
 * The reporting form and its answers as pages, and POST /v1/notices, which takes both the form and JSON.
 *
 * There is no session here: cookies are not looked at, so a page of another site that posts this form can do no more than a letter without a
 * sender can. Against floods: limits by address and size, a signed time in the form, a field that only programs fill. */
#include <stdio.h>
#include "base/time.h"
#include "net/form.h"
#include "net/form/page.h"
#include "net/notice.h"
#include "net/routes/notices.h"
#include "net/ruling.h"
#include "net/server_int.h"

/* The only space that takes notices, if there is one. */
static const vg_policy *only_space(vg_policy_set *set)
{
    const vg_policy *found = NULL;
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        if (!p->notices) continue;
        if (found) return NULL;
        found = p;
    }
    return found;
}

static vg_str asked(vg_exchange *x, const char *name)
{
    vg_str value;
    bool found;
    return vg_query_get(x, name, &value, &found) && found ? value : (vg_str){"", 0};
}

static void show_form(vg_exchange *x, vg_form_view *view)
{
    char token[64];
    vg_notice_token(x, vg_str_of(view->policy->space), vg_time_now(), token);
    view->token = vg_str_of(token);
    vg_form_fields(x, view->flaw_count || view->note >= 0 ? 400 : 200, view);
}

vg_step vg_route_report(vg_exchange *x)
{
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    vg_str space = asked(x, "space");
    vg_form_view view = {.lang = vg_form_language(x, asked(x, "lang")), .note = -1};
    const vg_policy *p = space.len ? vg_policy_set_find(set, space, NULL) : only_space(set);
    bool any = false;
    for (size_t i = 0; i < vg_policy_set_count(set); i++) any |= vg_policy_set_at(set, i)->notices != NULL;
    if (p && p->notices) {
        view.policy = p;
        if (vg_str_is(asked(x, "step"), "form")) show_form(x, &view);
        else vg_form_start(x, &view);
    } else if (space.len || !any) vg_form_message(x, 404, &view, VG_SAY_CLOSED, VG_SAY_CLOSED_MORE);
    else vg_form_choose(x, set, view.lang);
    vg_policy_set_unref(&set);
    return VG_STEP_ANSWER;
}

/* ---- how far it is ---- */

/* Anybody may ask about any number; 95 bits and this keep them from guessing one. */
static bool may_look(vg_exchange *x, int64_t *wait_ms)
{
    return vg_ip_limit_take(&x->server->lookups, &x->peer, 1, vg_limit_now_ns(), wait_ms);
}

/* A decision that can still be undone is none yet, for who is outside. */
static void until_it_leaves(vg_notice *n)
{
    if (n->state == VG_NOTICE_DECIDED && n->decided_ms > vg_time_now()) n->state = VG_NOTICE_IN_REVIEW;
}

/* The public title of the reason, where a measure was taken and stands; NULL: there is none to give. The decision is the last with this action: a report to
 * an authority may have come before it. */
static int reason_of(vg_desk *desk, const vg_notice *n, const vg_policy *policy, const char *const **title, vg_error *err)
{
    vg_case c;
    vg_decision *all = NULL;
    size_t count = 0;
    *title = NULL;
    if (n->state != VG_NOTICE_DECIDED || n->action == VG_ACTION_DISMISS || !policy || !n->case_id) return 0;
    int rc = vg_store_case_get(desk->store, n->case_id, desk->arena, &c, err);
    if (!rc) rc = vg_store_decisions(desk->store, n->case_id, desk->arena, &all, &count, err);
    for (size_t i = 0; !rc && !c.overturned && i < count; i++)
        if (all[i].action == n->action) *title = vg_reason_title(vg_policy_decisions_of(policy), all[i].reason);
    return rc;
}

static void show_status(vg_desk *desk, vg_exchange *x, vg_form_view *view, vg_policy_set *set, vg_str typed)
{
    char number[VG_NOTICE_NUMBER + 1];
    vg_notice n;
    vg_error err = {0};
    int rc = 0;
    if (!typed.len) vg_form_status(x, 200, view, NULL, typed, -1);
    else if (!vg_notice_number_read(typed, number)) vg_form_status(x, 400, view, NULL, typed, VG_SAY_STATUS_WRONG);
    else if ((rc = vg_store_notice_find(desk->store, vg_str_of(number), desk->arena, &n, &err)) == 0) {
        until_it_leaves(&n);
        view->policy = vg_policy_set_find(set, n.space, NULL);
        rc = reason_of(desk, &n, view->policy, &view->reason, &err);
        if (rc) vg_form_message(x, 503, view, VG_SAY_BUSY, VG_SAY_BUSY_MORE);
        else vg_form_status(x, 200, view, &n, typed, -1);
    } else if (rc == -VG_ENOENT) vg_form_status(x, 404, view, NULL, typed, VG_SAY_STATUS_NONE);
    else vg_form_message(x, 503, view, VG_SAY_BUSY, VG_SAY_BUSY_MORE);
    if (x->status == 503) vg_answer_header(x, "Retry-After", "1");
}

static void too_many(vg_exchange *x, const vg_form_view *view, int64_t wait_ms)
{
    vg_form_message(x, 429, view, VG_SAY_TOO_MANY, VG_SAY_TOO_MANY_MORE);
    vg_str seconds = vg_arena_printf(x->arena, "%lld", (long long)((wait_ms + 999) / 1000));
    vg_answer_header(x, "Retry-After", seconds.ptr ? seconds.ptr : "60");
}

void vg_route_report_status(vg_desk *desk, vg_exchange *x)
{
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    vg_str space = asked(x, "space"), typed = vg_form_trim(asked(x, "number"));
    vg_form_view view = {.lang = vg_form_language(x, asked(x, "lang")), .note = -1};
    int64_t wait_ms = 0;
    const vg_policy *p = space.len ? vg_policy_set_find(set, space, NULL) : NULL;
    view.policy = p && p->notices ? p : NULL;
    if (typed.len && !may_look(x, &wait_ms)) too_many(x, &view, wait_ms);
    else show_status(desk, x, &view, set, typed);
    vg_policy_set_unref(&set);
}

/* The notice of the path, for whoever holds its number. */
static bool by_number(vg_desk *desk, vg_exchange *x, vg_notice *n)
{
    char number[VG_NOTICE_NUMBER + 1];
    vg_str typed;
    vg_error err = {0};
    int64_t wait_ms = 0;
    if (!may_look(x, &wait_ms)) vg_answer_too_many(x, wait_ms, "too many questions about notices from this address");
    else if (!vg_path_decode(x, x->argument[0], &typed) || !vg_notice_number_read(typed, number))
        vg_answer_problem(x, 400, "/number", "this is no receipt number: a letter is missing or different");
    else if (vg_store_notice_find(desk->store, vg_str_of(number), desk->arena, n, &err)) vg_answer_error(x, &err);
    else {
        until_it_leaves(n);
        return true;
    }
    return false;
}

static void write_answer(vg_buf *out, const vg_policy_notices *p, const vg_notice *n, const char *const *reason)
{
    bool upheld = n->action != VG_ACTION_DISMISS;
    vg_buf_add_cstr(out, ",\"decided\":");
    vg_json_time(out, n->decided_ms);
    vg_buf_printf(out, ",\"outcome\":\"%s\"", upheld ? "upheld" : "dismissed");
    if (reason) {
        vg_buf_add_cstr(out, ",\"reason\":");
        vg_buf_add_json_str(out, vg_str_of(reason[n->language]));
    }
    if (!p) return;
    vg_buf_add_cstr(out, ",\"text\":");
    vg_buf_add_json_str(out, vg_str_of(upheld ? p->upheld[n->language] : p->dismissed[n->language]));
    vg_buf_add_cstr(out, ",\"redress\":");
    vg_buf_add_json_str(out, vg_str_of(p->redress[n->language]));
    vg_buf_add_cstr(out, ",\"complaint\":");
    vg_buf_add_json_str(out, vg_str_of(p->complaint ? p->complaint : p->contact));
}

static void write_status(vg_desk *desk, vg_exchange *x, const vg_notice *n)
{
    static const char *const languages[VG_LANGS] = {"fr", "en"};
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    const vg_policy *policy = vg_policy_set_find(set, n->space, NULL);
    const char *const *reason;
    vg_error err = {0};
    if (reason_of(desk, n, policy, &reason, &err)) {
        vg_answer_error(x, &err);
        vg_policy_set_unref(&set);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"number\":\"%.*s\",\"space\":", VG_STR_ARG(n->number));
    vg_buf_add_json_str(out, n->space);
    vg_buf_printf(out, ",\"category\":\"%s\",\"language\":\"%s\",\"state\":\"%s\",\"received\":", vg_notice_category_names[n->category], languages[n->language],
                  vg_notice_state_names[n->state]);
    vg_json_time(out, n->received_ms);
    if (n->state == VG_NOTICE_DECIDED) write_answer(out, policy ? policy->notices : NULL, n, reason);
    vg_buf_add_cstr(out, ",\"automated\":{\"sorting\":true,\"decision\":false}}");
    vg_policy_set_unref(&set);
}

void vg_route_notice_status(vg_desk *desk, vg_exchange *x)
{
    vg_notice n;
    if (by_number(desk, x, &n)) write_status(desk, x, &n);
}

static bool is_form(const vg_exchange *x) { return x->content_type.len >= 19 && memmem(x->content_type.ptr, x->content_type.len, "urlencoded", 10); }

void vg_route_notice_withdraw(vg_desk *desk, vg_exchange *x)
{
    vg_notice n;
    vg_error err = {0};
    if (!by_number(desk, x, &n)) return;
    if (vg_store_notice_withdraw(desk->store, n.id, vg_time_now(), &err) && !(is_form(x) && err.code == VG_ECONFLICT)) vg_answer_error(x, &err);
    else if (vg_store_notice_get(desk->store, n.id, desk->arena, &n, &err)) vg_answer_error(x, &err);
    else if (is_form(x)) {
        vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
        vg_form_view view = {.policy = vg_policy_set_find(set, n.space, NULL), .lang = n.language, .note = -1};
        if (reason_of(desk, &n, view.policy, &view.reason, &err)) vg_answer_error(x, &err);
        else vg_form_status(x, 200, &view, &n, n.number, -1);
        vg_policy_set_unref(&set);
    } else write_status(desk, x, &n);
}

/* ---- a notice comes ---- */

/* Whoever reports a child in danger now has a second allowance of the same size: a school behind one address is not shut out. */
static bool may_notify(vg_exchange *x, bool danger, int64_t *wait_ms)
{
    if (x->key.known) return true;
    if (vg_ip_limit_take(&x->server->notices, &x->peer, 1, vg_limit_now_ns(), wait_ms)) return true;
    return danger && vg_ip_limit_take(&x->server->urgent, &x->peer, 1, vg_limit_now_ns(), wait_ms);
}

static void write_numbers(vg_buf *out, const vg_policy_notices *p, vg_lang lang)
{
    vg_buf_add_cstr(out, ",\"emergency\":[");
    for (size_t i = 0; i < p->emergency_count; i++) {
        vg_buf_printf(out, "%s{\"number\":\"%s\",\"who\":", i ? "," : "", p->emergency[i].number);
        vg_buf_add_json_str(out, vg_str_of(p->emergency[i].who[lang]));
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

static void write_receipt(vg_exchange *x, const vg_notice_in *in, const vg_policy *policy, vg_lang lang, const vg_notice_written *done)
{
    vg_buf *out = vg_answer_begin(x, done->duplicate ? 200 : 201, "application/json");
    vg_buf_printf(out, "{\"number\":\"%s\",\"status_url\":\"/report/status?lang=%s&number=%s\",\"space\":\"%s\",\"state\":\"%s\",\"text\":", done->number,
                  lang == VG_LANG_FR ? "fr" : "en", done->number, policy->space, done->case_id ? "received" : "set_aside");
    vg_buf_add_json_str(out, vg_str_of(policy->notices->receipt[lang]));
    if (x->key.known && done->case_id) {
        char name[24];
        vg_case_name(done->case_id, name);
        vg_buf_printf(out, ",\"case\":\"%s\"", name);
    }
    if (in->draft.danger) write_numbers(out, policy->notices, lang);
    vg_buf_add_char(out, '}');
}

static const char *flaw_detail(vg_notice_flaw flaw)
{
    static const char *const details[VG_NOTICE_FLAWS] = {
        [VG_NOTICE_NO_CATEGORY] = "expected one of child_abuse, grooming, sextortion, age, harassment, other",
        [VG_NOTICE_NOT_OFFERED] = "this space does not offer this category",
        [VG_NOTICE_NO_TEXT] = "say what happened",
        [VG_NOTICE_TEXT_LONG] = "expected at most 10000 bytes",
        [VG_NOTICE_NO_PLACE] = "say where: locations, account or message",
        [VG_NOTICE_PLACE_LONG] = "expected at most 20 places of 2000 bytes",
        [VG_NOTICE_ACCOUNT_LONG] = "expected at most 256 bytes",
        [VG_NOTICE_NO_NAME] = "a name is asked for in this category",
        [VG_NOTICE_NAME_LONG] = "expected at most 200 bytes",
        [VG_NOTICE_NO_EMAIL] = "an e-mail address is asked for in this category",
        [VG_NOTICE_BAD_EMAIL] = "this is no e-mail address",
        [VG_NOTICE_CONTACT_LONG] = "expected at most 500 bytes",
        [VG_NOTICE_NO_GOOD_FAITH] = "expected true: the statement of good faith"};
    return details[flaw];
}

/* The first flaw is the problem; all of them are in it. */
static void answer_flaws(vg_exchange *x, const vg_notice_flaw *flaw, size_t count)
{
    vg_buf *out = vg_answer_begin(x, 400, "application/problem+json");
    char pointer[40];
    snprintf(pointer, sizeof pointer, "/%s", vg_notice_flaw_field(flaw[0]));
    vg_problem_write(out, 400, pointer, flaw_detail(flaw[0]));
    if (!out->failed) out->len--; /* its closing brace */
    vg_buf_add_cstr(out, ",\"errors\":[");
    for (size_t i = 0; i < count; i++) {
        vg_buf_printf(out, "%s{\"pointer\":\"/%s\",\"detail\":", i ? "," : "", vg_notice_flaw_field(flaw[i]));
        vg_buf_add_json_str(out, vg_str_of(flaw_detail(flaw[i])));
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
}

/* What is wrong with it, answered; true: nothing. */
static bool is_whole(vg_exchange *x, const vg_notice_in *in, vg_form_view *view)
{
    vg_notice_flaw flaw[VG_NOTICE_FLAWS];
    size_t count = vg_notice_check(&in->draft, view->policy->notices->categories, flaw);
    if (!in->form) {
        if (count) answer_flaws(x, flaw, count);
        return !count;
    }
    view->flaw = flaw;
    view->flaw_count = count;
    if (in->trap.len) view->note = VG_SAY_TRAPPED;
    /* nobody who reports a child in danger is made to send it again */
    else if (!count && !in->draft.danger && !vg_notice_token_good(x, vg_str_of(view->policy->space), in->token, vg_time_now())) view->note = VG_SAY_AGAIN;
    if (count || view->note >= 0) show_form(x, view);
    view->flaw = NULL;
    return !count && view->note < 0;
}

static void take(vg_desk *desk, vg_exchange *x, const vg_notice_in *in, vg_form_view *view)
{
    vg_notice_written done;
    vg_error err = {0};
    int64_t wait_ms = 0;
    if (!is_whole(x, in, view)) return;
    if (!may_notify(x, in->draft.danger, &wait_ms)) {
        if (in->form) too_many(x, view, wait_ms);
        else vg_answer_too_many(x, wait_ms, "too many notices from this address");
    } else if (vg_notice_take(desk, x, in, view->policy, view->lang, &done, &err)) {
        if (!in->form) vg_answer_error(x, &err);
        else {
            view->note = VG_SAY_BUSY_MORE; /* with what was typed */
            show_form(x, view);
            x->status = 503;
            vg_answer_header(x, "Retry-After", "1");
        }
    } else if (in->form) vg_form_received(x, view, done.number, in->draft.danger);
    else write_receipt(x, in, view->policy, view->lang, &done);
}

static bool key_may(vg_exchange *x, vg_str space)
{
    bool may = !x->key.known || (x->key.space_len == 1 && x->key.space[0] == '*') || vg_str_eq(space, (vg_str){x->key.space, x->key.space_len});
    if (!may) vg_answer_problem(x, 403, "/space", "this key belongs to another space");
    return may;
}

/* The same form sent twice (a slow line, an impatient hand) is one notice; changed in between, it is another. */
static void mark_submission(vg_exchange *x, vg_notice_in *in)
{
    if (in->form) in->submission = vg_arena_copy(x->arena, (vg_str){x->body.ptr, x->body.len});
    else if (in->submission.len && x->key.known) in->submission = vg_arena_printf(x->arena, "%lld:%.*s", (long long)x->key.id, VG_STR_ARG(in->submission));
    else in->submission = (vg_str){"", 0}; /* without a key anybody could ask for another's number */
    if (!in->submission.ptr) in->submission = (vg_str){"", 0};
}

void vg_route_notice_add(vg_desk *desk, vg_exchange *x)
{
    vg_notice_in in = {.form = is_form(x), .space = {"", 0}, .language = {"", 0}, .submission = {"", 0}, .draft = {.category = -1}};
    vg_error err = {0};
    if (in.form && vg_notice_read_form(x, &in, &err)) {
        vg_form_view view = {.lang = vg_form_language(x, VG_STR("")), .note = -1};
        if (err.code == VG_ENOMEM) vg_answer_error(x, &err);
        else vg_form_message(x, 400, &view, VG_SAY_BROKEN, VG_SAY_BUSY_MORE);
        return;
    }
    if (!in.form && !vg_notice_read_json(x, &in)) return;
    vg_policy_set *set = vg_pipeline_policies(x->server->pipeline);
    vg_form_view view = {.lang = vg_form_language(x, in.language), .note = -1, .draft = &in.draft, .danger = in.danger, .places = in.places};
    view.policy = in.space.len ? vg_policy_set_find(set, in.space, NULL) : NULL;
    mark_submission(x, &in);
    if (view.policy && view.policy->notices) {
        if (key_may(x, in.space)) take(desk, x, &in, &view);
    } else if (in.form) {
        view.policy = NULL;
        vg_form_message(x, 404, &view, VG_SAY_CLOSED, VG_SAY_CLOSED_MORE);
    } else vg_answer_problem(x, in.space.len ? 422 : 400, "/space", in.space.len ? "this space takes no notices" : "this member is missing");
    vg_policy_set_unref(&set);
}
