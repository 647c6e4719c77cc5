/* SPDX-License-Identifier: Apache-2.0
 *
 * Cases and decisions as JSON. */
#include "base/time.h"
#include "event/filing.h"
#include "net/net_int.h"
#include "review/review.h"

void vg_json_time(vg_buf *out, int64_t ms)
{
    char text[25];
    vg_time_format(ms, text);
    vg_buf_add_char(out, '"');
    vg_buf_add_cstr(out, text);
    vg_buf_add_char(out, '"');
}

void vg_json_both(vg_buf *out, const char *const text[VG_LANGS])
{
    vg_buf_add_cstr(out, "{\"fr\":");
    vg_buf_add_json_str(out, vg_str_of(text[VG_LANG_FR]));
    vg_buf_add_cstr(out, ",\"en\":");
    vg_buf_add_json_str(out, vg_str_of(text[VG_LANG_EN]));
    vg_buf_add_char(out, '}');
}

static void add_member(vg_buf *out, const char *name, vg_str value)
{
    vg_buf_add_cstr(out, ",\"");
    vg_buf_add_cstr(out, name);
    vg_buf_add_cstr(out, "\":");
    vg_buf_add_json_str(out, value);
}

static void add_time(vg_buf *out, const char *name, int64_t ms)
{
    vg_buf_add_cstr(out, ",\"");
    vg_buf_add_cstr(out, name);
    vg_buf_add_cstr(out, "\":");
    vg_json_time(out, ms);
}

static void add_bool(vg_buf *out, const char *name, bool value)
{
    vg_buf_add_cstr(out, ",\"");
    vg_buf_add_cstr(out, name);
    vg_buf_add_cstr(out, value ? "\":true" : "\":false");
}

static void add_imminence(vg_buf *out, const vg_case *c)
{
    unsigned set = vg_case_imminence(c);
    bool first = true;
    vg_buf_add_cstr(out, ",\"imminence\":[");
    for (int i = 0; i < VG_IMMINENCES; i++) {
        if (!(set >> i & 1)) continue;
        vg_buf_printf(out, "%s\"%s\"", first ? "" : ",", vg_imminence_names[i]);
        first = false;
    }
    vg_buf_add_char(out, ']');
}

void vg_json_answers(vg_buf *out, const char *name, unsigned kinds)
{
    const char *between = "";
    vg_buf_printf(out, ",\"%s\":[", name);
    for (int i = 0; i < VG_ANSWERS; i++) {
        if (!(kinds >> i & 1)) continue;
        vg_buf_printf(out, "%s\"%s\"", between, vg_answer_kind_names[i]);
        between = ",";
    }
    vg_buf_add_char(out, ']');
}

/* What receivers of its reports say now; the one that a person must see first by itself. */
static void add_answers(vg_buf *out, const vg_case *c)
{
    int first = vg_answer_first(c->answers);
    if (first >= 0) add_member(out, "answer", vg_str_of(vg_answer_kind_names[first]));
    vg_json_answers(out, "answers", c->answers);
    add_bool(out, "victim_safe", c->safe);
}

/* Heaviest first; few enough for a selection sort. */
static void add_evidence(vg_buf *out, const vg_case *c)
{
    uint64_t left = c->kinds;
    vg_buf_add_cstr(out, ",\"evidence\":[");
    for (bool first = true; left; first = false) {
        int best = -1;
        for (int kind = 0; kind < VG_EVIDENCE_KINDS; kind++)
            if ((left >> kind & 1) && (best < 0 || c->kind_weight[kind] > c->kind_weight[best])) best = kind;
        if (best < 0) break;
        left &= ~(UINT64_C(1) << best);
        if (!first) vg_buf_add_char(out, ',');
        vg_buf_add_cstr(out, "{\"name\":\"");
        vg_buf_add_cstr(out, vg_evidence_names[best]);
        vg_buf_add_cstr(out, "\",\"weight\":");
        vg_buf_add_e4(out, c->kind_weight[best]);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

void vg_json_case_open(vg_buf *out, const vg_case *c, int64_t now_ms, bool with_count)
{
    char name[24];
    vg_case_name(c->id, name);
    vg_buf_add_cstr(out, "{\"id\":\"");
    vg_buf_add_cstr(out, name);
    vg_buf_add_char(out, '"');
    add_member(out, "space", c->space);
    add_member(out, "account", c->account);
    add_member(out, "account_age_band", vg_str_of(vg_age_band_names[c->account_band]));
    add_member(out, "account_age_basis", vg_str_of(vg_age_basis_names[c->account_basis]));
    add_member(out, "youngest_band", vg_str_of(vg_age_band_names[c->youngest_band]));
    add_member(out, "state", vg_str_of(vg_case_state_names[c->state]));
    add_member(out, "category", vg_str_of(vg_category_names[vg_case_category(c->kinds)]));
    if (c->language.len) add_member(out, "language", c->language);
    add_imminence(out, c);
    add_bool(out, "escalated", c->escalated);
    add_bool(out, "legal_hold", c->legal_hold);
    add_bool(out, "destroyed", c->destroyed);
    add_member(out, "look", vg_str_of(vg_look_names[c->look]));
    add_bool(out, "report_due", c->report_due);
    add_bool(out, "overturned", c->overturned);
    add_member(out, "verdict", vg_str_of(vg_verdict_names[c->verdict]));
    vg_buf_add_cstr(out, ",\"risk\":");
    vg_buf_add_e4(out, c->risk);
    vg_buf_add_cstr(out, ",\"priority\":");
    vg_buf_add_u64(out, c->state == VG_CASE_OPEN ? vg_review_priority(c, now_ms) : c->priority);
    if (with_count) {
        vg_buf_add_cstr(out, ",\"events\":");
        vg_buf_add_u64(out, c->event_count);
    }
    add_time(out, "opened", c->opened_ms);
    add_time(out, "updated", c->updated_ms);
    add_time(out, "due", c->due_ms);
    add_bool(out, "overdue", c->state == VG_CASE_OPEN && now_ms > c->due_ms);
    if (c->state == VG_CASE_OPEN) {
        vg_buf_printf(out, ",\"remaining\":%lld", (long long)((c->due_ms - now_ms) / VG_SECOND_MS));
        add_bool(out, "offered_to_all", now_ms >= c->offer_ms);
    }
    if (c->claimed_by.len && c->claimed_until_ms > now_ms && c->state == VG_CASE_OPEN) {
        add_member(out, "claimed_by", c->claimed_by);
        add_time(out, "claimed_until", c->claimed_until_ms);
    }
    if (c->state == VG_CASE_DECIDED) {
        add_member(out, "action", vg_str_of(vg_action_names[c->action]));
        add_time(out, "decided", c->decided_ms);
    }
    if (c->notices) {
        vg_buf_add_cstr(out, ",\"notices\":");
        vg_buf_add_u64(out, c->notices);
        add_bool(out, "trusted", c->trusted);
        add_bool(out, "danger", c->danger && !c->safe);
    }
    if (c->answers) add_answers(out, c);
    add_evidence(out, c);
}

void vg_json_case(vg_buf *out, const vg_case *c, int64_t now_ms)
{
    vg_json_case_open(out, c, now_ms, true);
    vg_buf_add_char(out, '}');
}

void vg_json_decision(vg_buf *out, const vg_decision *decision, bool with_note)
{
    vg_buf_printf(out, "{\"id\":%lld,\"user\":", (long long)decision->id);
    vg_buf_add_json_str(out, decision->user);
    add_member(out, "action", vg_str_of(vg_action_names[decision->action]));
    add_member(out, "scope", vg_str_of(vg_reach_names[decision->reach]));
    add_member(out, "reason", decision->reason);
    if (with_note) add_member(out, "note", decision->note);
    vg_buf_add_cstr(out, ",\"hours\":");
    vg_buf_add_u64(out, decision->hours);
    add_time(out, "time", decision->time_ms);
    vg_buf_add_char(out, '}');
}
