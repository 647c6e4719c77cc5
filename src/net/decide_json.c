/* SPDX-License-Identifier: Apache-2.0
 *
 * All that the form of a decision needs for this person and this case, as JSON. */
#include "net/ruling.h"
#include "net/server_int.h"
#include "review/decide.h"

static void add_comma(vg_buf *out, bool *first)
{
    if (!*first) vg_buf_add_char(out, ',');
    *first = false;
}

static void write_action(vg_buf *out, const vg_policy_decisions *d, vg_action action)
{
    const vg_policy_act *act = &d->acts[action];
    bool first = true;
    vg_buf_printf(out, "{\"action\":\"%s\",\"scopes\":[", vg_action_names[action]);
    for (int r = 0; r < VG_REACHES; r++) {
        if (!(act->reaches >> r & 1)) continue;
        add_comma(out, &first);
        vg_buf_printf(out, "\"%s\"", vg_reach_names[r]);
    }
    vg_buf_add_cstr(out, "],\"hours\":[");
    for (size_t i = 0; i < act->hour_count; i++) vg_buf_printf(out, "%s%u", i ? "," : "", act->hours[i]);
    vg_buf_printf(out, "],\"needs_second\":%s,\"statement\":%s,\"strike\":%s}", vg_review_needs_second(d, action) ? "true" : "false",
                  vg_review_restricts(action) ? "true" : "false", act->strike ? "true" : "false");
}

static void write_actions(vg_buf *out, const vg_policy_decisions *d, const vg_case *c, const vg_user *user, int64_t now_ms)
{
    bool first = true;
    vg_buf_add_cstr(out, ",\"actions\":[");
    for (int a = 0; a < VG_ACTIONS; a++) {
        if (!d->acts[a].offered || vg_review_may_decide(c, user, (vg_action)a, now_ms, NULL)) continue;
        add_comma(out, &first);
        write_action(out, d, (vg_action)a);
    }
    vg_buf_add_char(out, ']');
}

static void write_reason(vg_buf *out, const vg_policy_decisions *d, const vg_policy_reason *reason, uint64_t kinds)
{
    bool first = true;
    vg_buf_add_cstr(out, "{\"code\":");
    vg_buf_add_json_str(out, vg_str_of(reason->code));
    vg_buf_add_cstr(out, ",\"title\":");
    vg_json_both(out, reason->title);
    vg_buf_add_cstr(out, ",\"actions\":[");
    for (int a = 0; a < VG_ACTIONS; a++) {
        if (!(reason->actions >> a & 1)) continue;
        add_comma(out, &first);
        vg_buf_printf(out, "\"%s\"", vg_action_names[a]);
    }
    vg_buf_printf(out, "],\"ground\":\"%s\"", vg_ground_names[reason->ground]);
    if (reason->reference[VG_LANG_FR]) {
        vg_buf_add_cstr(out, ",\"reference\":");
        vg_json_both(out, reason->reference);
    }
    vg_buf_printf(out, ",\"confirms_hash\":%s}", vg_review_confirms_hash(d, reason, kinds) ? "true" : "false");
}

void vg_json_strikes(vg_buf *out, const vg_strike *strikes, size_t count)
{
    vg_buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        char name[24];
        vg_case_name(strikes[i].case_id, name);
        vg_buf_printf(out, "%s{\"case\":\"%s\",\"action\":\"%s\",\"given\":", i ? "," : "", name, vg_action_names[strikes[i].action]);
        vg_json_time(out, strikes[i].given_ms);
        vg_buf_add_cstr(out, ",\"expires\":");
        vg_json_time(out, strikes[i].expires_ms);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

static void write_strikes(vg_buf *out, const vg_policy_decisions *d, const vg_strike *strikes, size_t count)
{
    int suggested = vg_review_suggestion(d, count);
    vg_buf_printf(out, ",\"strikes\":{\"count\":%zu,\"suggests\":", count);
    if (suggested >= 0) vg_buf_printf(out, "\"%s\"", vg_action_names[suggested]);
    else vg_buf_add_cstr(out, "null");
    vg_buf_add_cstr(out, ",\"list\":");
    vg_json_strikes(out, strikes, count);
    vg_buf_add_char(out, '}');
}

static void write_language(vg_buf *out, struct vg_server *server, const vg_case *c, vg_arena *arena)
{
    bool known;
    vg_str language = vg_account_language(server, c->space, c->account, arena);
    vg_lang lang = vg_statement_language(language, &known);
    vg_buf_printf(out, ",\"language\":\"%s\",\"language_known\":%s", lang == VG_LANG_FR ? "fr" : "en", known ? "true" : "false");
    if (language.len && !known) {
        vg_buf_add_cstr(out, ",\"account_language\":");
        vg_buf_add_json_str(out, language);
    }
}

static void write_opinions(vg_buf *out, const vg_opinion *opinions, size_t count)
{
    bool first = true;
    vg_buf_add_cstr(out, ",\"opinions\":[");
    for (size_t i = 0; i < count; i++) {
        if (opinions[i].destroyed || opinions[i].decision_id) continue;
        add_comma(out, &first);
        vg_json_opinion(out, &opinions[i]);
    }
    vg_buf_add_char(out, ']');
}

void vg_json_opinion(vg_buf *out, const vg_opinion *o)
{
    vg_buf_add_cstr(out, "{\"user\":");
    vg_buf_add_json_str(out, o->answer.user);
    vg_buf_printf(out, ",\"action\":\"%s\",\"scope\":\"%s\",\"hours\":%u,\"interim_hours\":%u,\"reason\":", vg_action_names[o->answer.action],
                  vg_reach_names[o->answer.reach], o->answer.hours, o->interim_hours);
    vg_buf_add_json_str(out, o->answer.reason);
    vg_buf_add_cstr(out, ",\"note\":");
    vg_buf_add_json_str(out, o->answer.note);
    vg_buf_add_cstr(out, ",\"time\":");
    vg_json_time(out, o->answer.time_ms);
    vg_buf_add_char(out, '}');
}

int vg_json_decide(vg_desk *desk, vg_exchange *x, vg_buf *out, const vg_case *c, int64_t now_ms, vg_error *err)
{
    vg_rules rules;
    vg_strike *strikes = NULL;
    vg_opinion *opinions = NULL;
    size_t strike_count = 0, opinion_count = 0;
    bool settles = c->look == VG_LOOK_SETTLE && !vg_review_may_claim(c, &x->user, NULL);
    int rc = c->account.len ? vg_store_strikes(desk->store, c->space, c->account, now_ms, desk->arena, &strikes, &strike_count, err) : 0;
    if (!rc && settles) rc = vg_store_opinions(desk->store, c->id, true, desk->arena, &opinions, &opinion_count, err);
    if (rc) return rc;
    vg_rules_open(&rules, x->server, c->space);
    const vg_policy_decisions *d = rules.decisions;
    vg_buf_printf(out, ",\"decide\":{\"look\":\"%s\",\"listed\":%s", vg_look_names[c->look], d->listed ? "true" : "false");
    write_actions(out, d, c, &x->user, now_ms);
    vg_buf_add_cstr(out, ",\"reasons\":[");
    for (size_t i = 0; i < d->reason_count; i++) {
        if (i) vg_buf_add_char(out, ',');
        write_reason(out, d, &d->reasons[i], c->kinds);
    }
    vg_buf_printf(out, "],\"interim_mute_hours\":%u,\"undo_seconds\":%u,\"appeal_days\":%u", d->interim_mute_hours, d->undo_seconds, d->appeal_days);
    write_language(out, x->server, c, desk->arena);
    write_strikes(out, d, strikes, strike_count);
    if (settles) write_opinions(out, opinions, opinion_count);
    vg_buf_add_char(out, '}');
    vg_rules_close(&rules);
    return 0;
}
