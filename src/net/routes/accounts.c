/* SPDX-License-Identifier: Apache-2.0
 *
 * The accounts in a case: how old and how that is known, what is remembered of them as counts, their other cases. */
#include <jansson.h>
#include <stdlib.h>
#include "base/time.h"
#include "net/gold.h"
#include "net/routes/casefile.h"
#include "net/ruling.h"
#include "net/server_int.h"
#include "store/cases/people.h"

enum { CASES_SHOWN = 20, SOURCE = VG_EVENT_MAX_NAME + 16 };

typedef struct glance_call {
    vg_str source, account;
    uint32_t keep_days;
    int64_t now_ms;
    int rc;
    vg_memory_glimpse seen;
} glance_call;

static void glance(vg_memory *memory, struct vg_window *window, void *context)
{
    glance_call *call = context;
    (void)window;
    call->rc = vg_memory_glance(memory, call->source, call->account, call->now_ms, call->keep_days, &call->seen);
}

static uint32_t keep_days_of(vg_server *server, vg_str space)
{
    vg_policy_set *set = vg_pipeline_policies(server->pipeline);
    const vg_policy *policy = set ? vg_policy_set_find(set, space, NULL) : NULL;
    uint32_t days = policy ? policy->keep_memory_days : 0; /* the space is gone from the policies: nothing is remembered of it */
    if (set) vg_policy_set_unref(&set);
    return days;
}

static void write_memory(vg_buf *out, const vg_memory_glimpse *m)
{
    vg_buf_add_cstr(out, ",\"memory\":{\"last_day\":");
    vg_json_time(out, m->last_day_ms);
    if (m->created_ms) {
        vg_buf_add_cstr(out, ",\"created\":");
        vg_json_time(out, m->created_ms);
    }
    if (*m->country) vg_buf_printf(out, ",\"country\":\"%s\"", m->country);
    if (*m->language) vg_buf_printf(out, ",\"language\":\"%s\"", m->language);
    vg_buf_printf(out, ",\"minors_24h\":%u,\"minors_7d\":%u,\"minors_unanswered_7d\":%u,\"talks_with_minors\":%u,\"talks_late_stage\":%u",
                  m->minors_day, m->minors_week, m->unanswered_week, m->talks, m->talks_late);
    vg_buf_printf(out, ",\"notices_made\":%u,\"notices_upheld\":%u,\"notices_dismissed\":%u,\"notices_against_30d\":%u}", m->notices_made,
                  m->notices_upheld, m->notices_dismissed, m->against_month);
}

/* One case as the history of an account shows it: no evidence, no content. */
static void write_past(vg_buf *out, const vg_case *c)
{
    char name[24];
    vg_case_name(c->id, name);
    vg_buf_printf(out, "{\"id\":\"%s\",\"state\":\"%s\",\"escalated\":%s,\"verdict\":\"%s\",\"youngest_band\":\"%s\",\"risk\":", name,
                  vg_case_state_names[c->state], c->escalated ? "true" : "false", vg_verdict_names[c->verdict], vg_age_band_names[c->youngest_band]);
    vg_buf_add_e4(out, c->risk);
    vg_buf_add_cstr(out, ",\"opened\":");
    vg_json_time(out, c->opened_ms);
    if (c->state == VG_CASE_DECIDED) {
        vg_buf_printf(out, ",\"action\":\"%s\",\"decided\":", vg_action_names[c->action]);
        vg_json_time(out, c->decided_ms);
    }
    vg_buf_add_char(out, '}');
}

/* The account's other cases in this space, newest first. */
static int write_history(vg_desk *desk, const vg_case *current, vg_str account, vg_buf *out, vg_error *err)
{
    vg_case *cases = NULL;
    size_t count = 0, shown = 0, open = 0;
    uint32_t decided[VG_ACTIONS] = {0};
    vg_case_query ask = {.spaces = current->space, .space = current->space, .account = account, .state = -1};
    int rc = vg_store_case_list(desk->store, &ask, desk->arena, &cases, &count, err);
    if (rc) return rc;
    vg_buf_add_cstr(out, ",\"cases\":[");
    for (size_t i = 0; i < count; i++) {
        if (cases[i].id == current->id) continue;
        if (cases[i].state == VG_CASE_OPEN) open++;
        else decided[cases[i].action]++;
        if (shown == CASES_SHOWN) continue;
        if (shown++) vg_buf_add_char(out, ',');
        write_past(out, &cases[i]);
    }
    vg_buf_printf(out, "],\"open\":%zu,\"decided\":{", open);
    const char *comma = "";
    for (int a = 0; a < VG_ACTIONS; a++) {
        if (!decided[a]) continue;
        vg_buf_printf(out, "%s\"%s\":%u", comma, vg_action_names[a], decided[a]);
        comma = ",";
    }
    vg_buf_add_char(out, '}');
    return 0;
}

/* Strikes in force, each with its end. One that a person has not decided yet is none. */
static int write_strikes(vg_desk *desk, const vg_case *c, vg_str account, vg_buf *out, vg_error *err)
{
    vg_strike *strikes = NULL;
    size_t count = 0;
    int rc = vg_store_strikes(desk->store, c->space, account, vg_time_now(), desk->arena, &strikes, &count, err);
    vg_buf_add_cstr(out, ",\"strikes\":");
    vg_json_strikes(out, strikes, rc ? 0 : count);
    return rc;
}

static bool by_other(const json_t *line, vg_str author)
{
    const json_t *subject = json_object_get(line, "subject");
    vg_str s = {json_string_value(subject), json_string_length(subject)};
    return s.ptr && !vg_str_eq(s, author);
}

/* Whether anybody but its author writes in a copy. What cannot be read answers nothing: a figure is not worth a failed page. */
static bool is_answered(vg_desk *desk, const vg_case *c)
{
    vg_case_event *events = NULL;
    size_t count = 0, i;
    bool older = false, answered = false;
    const vg_case_page page = {.viewer = {"", 0}};
    if (vg_store_case_page(desk->store, c->id, &page, desk->arena, &events, &count, &older, NULL)) return false;
    for (size_t e = 0; e < count && !answered; e++) {
        json_t *whole = json_loadb(events[e].content.ptr, events[e].content.len, 0, NULL), *line;
        answered = by_other(json_object_get(whole, "event"), c->account);
        json_array_foreach(json_object_get(whole, "window"), i, line) answered |= by_other(line, c->account);
        json_decref(whole);
    }
    return answered;
}

static int write_account(vg_desk *desk, const vg_case *c, vg_str account, bool author, vg_buf *out, vg_error *err)
{
    char source[SOURCE];
    int n = snprintf(source, sizeof source, "/spaces/%.*s", VG_STR_ARG(c->space));
    glance_call call = {.source = {source, n > 0 ? (size_t)n : 0},
                        .account = account,
                        .keep_days = keep_days_of(desk->server, c->space),
                        .now_ms = vg_time_now()};
    vg_pipeline_locked(desk->server->pipeline, glance, &call);
    bool known = call.rc == 0;
    if (c->shadow) {
        vg_gold_glimpse(c, account, author, author && is_answered(desk, c), &call.seen);
        known = true;
    }
    uint8_t band = known ? call.seen.band : 0, basis = known ? call.seen.basis : 0;
    if (band == VG_AGE_UNKNOWN && author) { /* as the case was sealed with it */
        band = c->account_band;
        basis = c->account_basis;
    }
    vg_buf_printf(out, "{\"part\":\"%s\",\"account\":", author ? "author" : "other");
    vg_buf_add_json_str(out, account);
    vg_buf_printf(out, ",\"age_band\":\"%s\",\"age_basis\":\"%s\"", vg_age_band_names[band], vg_age_basis_names[basis]);
    if (known) write_memory(out, &call.seen);
    int rc = write_history(desk, c, account, out, err);
    if (!rc) rc = write_strikes(desk, c, account, out, err);
    vg_buf_add_char(out, '}');
    return rc;
}

void vg_route_case_accounts(vg_desk *desk, vg_exchange *x)
{
    vg_case c;
    vg_str *others = NULL;
    size_t count = 0;
    vg_error err = {0};
    if (!vg_case_of_path(desk, x, true, &c)) return;
    int rc = vg_store_case_people(desk->store, c.id, x->user.name, desk->arena, &others, &count, &err);
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_add_cstr(out, "{\"accounts\":[");
    if (c.account.len) rc = write_account(desk, &c, c.account, true, out, &err);
    for (size_t i = 0; !rc && i < count; i++) {
        if (i || c.account.len) vg_buf_add_char(out, ',');
        rc = write_account(desk, &c, others[i], false, out, &err);
    }
    vg_buf_add_cstr(out, "]}");
    if (rc) vg_answer_error(x, &err);
}
