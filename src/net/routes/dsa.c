/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of a transparency report for a period, in the layout of Implementing Regulation (EU) 2024/2835, annex I.
 *
 * What Vigie knows is filled in, what it does not know is left empty and named under "unknown": nobody should sign a zero that nobody
 * counted. Sheet and column names: docs/transparency.md. */
#include "net/routes/dsa_int.h"

#include <stdio.h>

#include "base/time.h"
#include "net/csv.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "event/notice.h"
#include "event/policy_decisions.h"
#include "store/cases/appeals.h"
#include "report/bag/zip.h"
#include "store/cases/figures.h"
#include "store/demands/demands.h"
#include "store/filings/filings.h"

/* ---- gathering ---- */

static int keep(vg_dsa *d, vg_dsa_times *times, int64_t took_ms, vg_error *err)
{
    if (took_ms < 0) return 0;
    if (times->count == times->capacity) {
        size_t wanted = times->capacity ? times->capacity * 2 : 64;
        int64_t *larger = vg_arena_calloc(d->arena, wanted, sizeof *larger);
        if (!larger) return vg_fail(err, VG_ENOMEM, "", "no memory for a report");
        if (times->count) memcpy(larger, times->took, times->count * sizeof *larger);
        times->took = larger;
        times->capacity = wanted;
    }
    times->took[times->count++] = took_ms;
    return 0;
}

/* Which of the regulation's sub-categories of the protection of minors a category of Vigie is nearest to. */
static vg_dsa_rows row_of_category(vg_category category)
{
    switch (category) {
    case VG_CATEGORY_MATERIAL: return VG_DSA_CSAM;
    case VG_CATEGORY_CONTACT: return VG_DSA_GROOMING;
    default: return VG_DSA_OTHER;
    }
}

/* The keyword that the policy's reason names decides; a reason without one, or of another category, leaves it to the evidence. */
static vg_dsa_rows row_of_decision(const vg_policy_reason *reason, const vg_figure_decision *one)
{
    static const char *const keywords[VG_DSA_ROWS] = {"AGE_SPECIFIC_RESTRICTIONS_MINORS", "CHILD_SEXUAL_ABUSE_MATERIAL", "CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE",
                                                      "GROOMING_SEXUAL_ENTICEMENT_MINORS", "UNSAFE_CHALLENGES", "OTHER"};
    bool minors = reason && reason->dsa_category && strcmp(reason->dsa_category, "PROTECTION_OF_MINORS") == 0;
    for (int r = 0; minors && reason->dsa_keyword && r < VG_DSA_OTHER; r++)
        if (strcmp(reason->dsa_keyword, keywords[r]) == 0) return (vg_dsa_rows)r;
    return row_of_category(vg_case_category(one->kinds));
}

static int add_decision(void *context, const vg_figure_decision *one, vg_error *err)
{
    vg_dsa *d = context;
    const vg_policy *policy = d->policies ? vg_policy_set_find(d->policies, one->space, NULL) : NULL;
    const vg_policy_reason *reason = policy && policy->decisions ? vg_policy_reason_find(policy->decisions, one->reason) : NULL;
    (void)err;
    if (one->action == VG_ACTION_ESCALATE || one->action == VG_ACTION_REPORT) return 0; /* the case stays open: what is done comes with another */
    vg_dsa_row *row = &d->row[row_of_decision(reason, one)];
    row->decided[one->noticed]++;
    if (one->action == VG_ACTION_DISMISS) row->dismissed[one->noticed]++;
    else row->measures[one->noticed][reason && reason->ground == VG_GROUND_LAW][one->action]++;
    return 0;
}

static int add_notice(void *context, const vg_figure_notice *one, vg_error *err)
{
    vg_dsa *d = context;
    vg_dsa_row *row = &d->row[one->category == VG_NOTICE_CHILD_ABUSE ? VG_DSA_CSAM
                              : one->category == VG_NOTICE_GROOMING  ? VG_DSA_GROOMING
                              : one->category == VG_NOTICE_AGE       ? VG_DSA_AGE
                                                                     : VG_DSA_OTHER];
    int rc = 0;
    for (int trusted = 0; !rc && trusted <= one->trusted; trusted++) { /* those of trusted flaggers are among all */
        row->notices[trusted]++;
        row->actions[trusted] += one->upheld;
        rc = keep(d, &row->took[trusted], one->took_ms, err);
        if (!rc) rc = keep(d, &d->took_all[trusted], one->took_ms, err);
    }
    return rc;
}

static int add_appeal(void *context, const vg_figure_appeal *one, vg_error *err)
{
    vg_dsa *d = context;
    d->appeals++;
    d->upheld += one->state == VG_APPEAL_UPHELD;
    d->overturned += one->state == VG_APPEAL_OVERTURNED;
    bool visible = one->action == VG_ACTION_WARN || one->action == VG_ACTION_MUTE || one->action == VG_ACTION_RESTRICT;
    vg_dsa_complaints *of = visible ? &d->complaints[VG_DSA_OF_VISIBILITY] : one->action == VG_ACTION_SUSPEND ? &d->complaints[VG_DSA_OF_ACCOUNT] : NULL;
    if (of) {
        of->count++;
        of->upheld += one->state == VG_APPEAL_UPHELD;
        of->overturned += one->state == VG_APPEAL_OVERTURNED;
        int rc = keep(d, &of->took, one->took_ms, err);
        if (rc) return rc;
    }
    return keep(d, &d->appeal_took, one->took_ms, err);
}

static bool of_the_union(const char country[3])
{
    static const char members[] = "AT BE BG CY CZ DE DK EE ES EU FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK ";
    for (const char *m = members; *m; m += 3)
        if (m[0] == country[0] && m[1] == country[1]) return true;
    return false;
}

static int add_order(void *context, const vg_demand_figure *one, vg_error *err)
{
    vg_dsa *d = context;
    static const vg_dsa_rows rows[VG_DEMAND_CATEGORIES] = {VG_DSA_CSAM, VG_DSA_GROOMING, VG_DSA_AGE, VG_DSA_OTHER};
    vg_dsa_orders *to[2] = {&d->orders[0], &d->orders[1 + rows[one->category]]};
    int rc = 0;
    if (!of_the_union(one->country)) return 0; /* the sheet is of Member States */
    for (int i = 0; !rc && i < 2; i++) {
        int64_t ended_ms = one->executed_ms ? one->executed_ms : one->done_ms, took_ms = ended_ms - one->received_ms - one->stood_ms;
        to[i]->count[one->kind]++;
        if (one->kind == VG_DEMAND_REMOVE) to[i]->items += one->items;
        if (one->acknowledged_ms) rc = keep(d, &to[i]->told[one->kind], one->acknowledged_ms - one->received_ms, err);
        if (!rc && ended_ms) rc = keep(d, &to[i]->done[one->kind], took_ms > 0 ? took_ms : 0, err);
    }
    return rc;
}

/* Article 18 notifications have no column of the template: the report says them beside it. */
static int add_suspicion(void *context, const vg_filing_figure *one, vg_error *err)
{
    (void)err;
    if (vg_str_is(one->channel, "dsa18")) ((vg_dsa *)context)->suspicions += one->count;
    return 0;
}

static int each_order(vg_desk *desk, vg_dsa *d, vg_error *err)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < d->space_count; i++) {
        rc = vg_store_demand_figures(desk->store, d->spaces[i], d->period.from_ms, d->period.to_ms, add_order, d, err);
        if (!rc) rc = vg_store_filing_figures(desk->store, d->spaces[i], d->period.from_ms, d->period.to_ms, add_suspicion, d, err);
    }
    for (int c = 0; c <= VG_DSA_ROWS; c++)
        for (int kind = 0; kind < VG_DEMAND_KINDS; kind++) {
            vg_figures_sort(d->orders[c].told[kind].took, d->orders[c].told[kind].count);
            vg_figures_sort(d->orders[c].done[kind].took, d->orders[c].done[kind].count);
        }
    return rc;
}

static int gather(vg_desk *desk, vg_exchange *x, vg_dsa *d, vg_error *err)
{
    const vg_figure_report calls = {add_decision, add_notice, add_appeal, d};
    d->arena = desk->arena;
    d->policies = vg_pipeline_policies(desk->server->pipeline);
    int rc = vg_period_spaces(desk, x, &d->period, &d->spaces, &d->space_count, err);
    if (!rc) rc = vg_store_figures_report(desk->store, d->spaces, d->space_count, d->period.from_ms, d->period.to_ms, &calls, err);
    rc = rc ? rc : each_order(desk, d, err);
    for (int c = 0; !rc && c < VG_DSA_ROWS; c++)
        for (int trusted = 0; trusted < 2; trusted++) vg_figures_sort(d->row[c].took[trusted].took, d->row[c].took[trusted].count);
    for (int trusted = 0; trusted < 2; trusted++) vg_figures_sort(d->took_all[trusted].took, d->took_all[trusted].count);
    vg_figures_sort(d->appeal_took.took, d->appeal_took.count);
    for (int k = 0; k < VG_DSA_COMPLAINTS; k++) vg_figures_sort(d->complaints[k].took.took, d->complaints[k].took.count);
    if (!rc) rc = vg_dsa_know(desk, d, err);
    if (d->policies) vg_policy_set_unref(&d->policies);
    return rc;
}

/* ---- a sheet, as JSON or as CSV ---- */

void vg_sheet_begin(vg_sheet *s, const char *name, const char *const *headers, size_t count)
{
    s->shown = !s->wanted.len || vg_str_is(s->wanted, name);
    s->rows = 0;
    if (!s->shown) return;
    if (s->csv) {
        vg_csv_row(s->out, headers, count);
    } else if (s->html) {
        vg_buf_printf(s->out, "<section>\n<h2>%s</h2>\n<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>", name);
        for (size_t i = 0; i < count; i++) vg_buf_printf(s->out, "<th scope=\"col\">%s</th>", headers[i]); /* constants, without markup */
        vg_buf_add_cstr(s->out, "</tr></thead>\n<tbody>\n");
    } else {
        vg_buf_printf(s->out, "%s{\"name\":\"%s\",\"headers\":[", s->sheets ? "," : "", name);
        for (size_t i = 0; i < count; i++) {
            if (i) vg_buf_add_char(s->out, ',');
            vg_buf_add_json_str(s->out, vg_str_of(headers[i]));
        }
        vg_buf_add_cstr(s->out, "],\"rows\":[");
    }
    s->sheets++;
    s->columns = count;
}

void vg_sheet_row(vg_sheet *s)
{
    if (s->shown && s->html) vg_buf_add_cstr(s->out, "<tr>");
    else if (s->shown && !s->csv) vg_buf_add_cstr(s->out, s->rows ? ",[" : "[");
    s->rows++;
    s->cells = 0;
}

static void next(vg_sheet *s)
{
    if (!s->csv && !s->html && s->cells) vg_buf_add_char(s->out, ',');
}

static void html_text(vg_buf *out, vg_str s)
{
    vg_buf_add_cstr(out, "<td>");
    for (size_t i = 0; i < s.len; i++) {
        switch (s.ptr[i]) {
        case '&': vg_buf_add_cstr(out, "&amp;"); break;
        case '<': vg_buf_add_cstr(out, "&lt;"); break;
        case '>': vg_buf_add_cstr(out, "&gt;"); break;
        default: vg_buf_add_char(out, s.ptr[i]);
        }
    }
    vg_buf_add_cstr(out, "</td>");
}

void vg_sheet_text(vg_sheet *s, vg_str text)
{
    if (!s->shown) return;
    next(s);
    if (s->csv) vg_csv_text(s->out, s->cells == 0, text);
    else if (s->html) html_text(s->out, text);
    else vg_buf_add_json_str(s->out, text);
    s->cells++;
}

void vg_sheet_number(vg_sheet *s, int64_t number)
{
    if (!s->shown) return;
    next(s);
    if (s->csv) vg_csv_number(s->out, s->cells == 0, number);
    else if (s->html) vg_buf_printf(s->out, "<td class=\"n\">%lld</td>", (long long)number);
    else vg_buf_add_i64(s->out, number);
    s->cells++;
}

void vg_sheet_share(vg_sheet *s, int64_t part, int64_t whole)
{
    if (!s->shown) return;
    if (!whole) {
        vg_sheet_empty(s, 1);
        return;
    }
    next(s);
    if (s->html) {
        vg_buf_add_cstr(s->out, "<td class=\"n\">");
        vg_buf_add_e4(s->out, (uint32_t)((part * 10000 + whole / 2) / whole));
        vg_buf_add_cstr(s->out, "</td>");
    } else if (s->csv) vg_csv_share(s->out, s->cells == 0, (int32_t)((part * 10000 + whole / 2) / whole));
    else vg_buf_add_e4(s->out, (uint32_t)((part * 10000 + whole / 2) / whole));
    s->cells++;
}

void vg_sheet_empty(vg_sheet *s, size_t count)
{
    for (size_t i = 0; s->shown && i < count; i++) {
        next(s);
        if (s->csv) vg_csv_empty(s->out, s->cells == 0);
        else if (s->html) vg_buf_add_cstr(s->out, "<td></td>");
        else vg_buf_add_cstr(s->out, "null");
        s->cells++;
    }
}

void vg_sheet_row_end(vg_sheet *s)
{
    if (!s->shown) return;
    if (s->cells < s->columns) vg_sheet_empty(s, s->columns - s->cells);
    if (s->csv) vg_csv_end(s->out);
    else if (s->html) vg_buf_add_cstr(s->out, "</tr>\n");
    else vg_buf_add_char(s->out, ']');
}

void vg_sheet_end(vg_sheet *s)
{
    if (s->shown && s->html) vg_buf_add_cstr(s->out, "</tbody>\n</table></div>\n</section>\n");
    else if (s->shown && !s->csv) vg_buf_add_cstr(s->out, "]}");
}

/* ---- the answer ---- */

static bool read_sheet(vg_exchange *x, bool csv, vg_str *sheet)
{
    bool found;
    if (!vg_query_get(x, "sheet", sheet, &found)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return false;
    }
    if (!csv && !found) return true;
    if (vg_dsa_sheet_known(*sheet)) return true;
    vg_answer_problem(x, 400, "/sheet", "expected the name of a sheet, as 4_notices");
    return false;
}

static void answer(vg_desk *desk, vg_exchange *x, bool csv)
{
    vg_dsa d = {.space_count = 0};
    vg_error err = {0};
    vg_str sheet = {"", 0};
    int64_t now_ms = vg_time_now();
    if (!vg_period_read(x, now_ms, 183, &d.period) || !read_sheet(x, csv, &sheet)) return;
    if (gather(desk, x, &d, &err) || (csv && vg_figures_handed_out(desk, x, &d.period, d.space_count > 0, "dsa", &err))) {
        vg_answer_error(x, &err);
        return;
    }
    snprintf(d.reporting, sizeof d.reporting, "%s/%s", d.period.from, d.period.last);
    if (csv) {
        char name[96];
        snprintf(name, sizeof name, "attachment; filename=\"dsa_%.*s.csv\"", VG_STR_ARG(sheet));
        vg_str kept = vg_arena_copy(x->arena, vg_str_of(name));
        vg_sheet s = {.out = vg_csv_begin(x, kept.ptr ? kept.ptr : "attachment"), .csv = true, .wanted = sheet};
        vg_dsa_write(&d, &s);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"from\":\"%s\",\"to\":\"%s\",\"now\":", d.period.from, d.period.last);
    vg_json_time(out, now_ms);
    vg_buf_printf(out, ",\"art18_notifications\":%lld,\"statements\":{\"issued\":%lld,\"sent\":%lld}", (long long)d.suspicions, (long long)d.known.statements,
                  (long long)d.known.statements_sent);
    vg_buf_add_cstr(out, ",\"sheets\":[");
    vg_sheet s = {.out = out, .wanted = sheet};
    vg_dsa_write(&d, &s);
    vg_buf_add_cstr(out, "],\"unknown\":[");
    vg_dsa_write_unknown(&d, out);
    vg_buf_add_cstr(out, "]}");
}

void vg_route_dsa(vg_desk *desk, vg_exchange *x)
{
    answer(desk, x, vg_wants_csv(x));
}

void vg_route_dsa_csv(vg_desk *desk, vg_exchange *x)
{
    answer(desk, x, true);
}

/* ---- all of it, as one file ---- */

bool vg_dsa_gather(vg_desk *desk, vg_exchange *x, int64_t now_ms, int64_t days, vg_dsa *d)
{
    vg_error err = {0};
    if (!vg_period_read(x, now_ms, days, &d->period)) return false;
    snprintf(d->reporting, sizeof d->reporting, "%s/%s", d->period.from, d->period.last);
    if (!gather(desk, x, d, &err)) return true;
    vg_answer_error(x, &err);
    return false;
}

static int write_zip(vg_exchange *x, const vg_dsa *d, int64_t now_ms, vg_error *err)
{
    vg_buf text[VG_DSA_SHEETS + 1];
    char name[VG_DSA_SHEETS + 1][64];
    vg_bag_file files[VG_DSA_SHEETS + 1];
    int rc = 0;
    for (size_t i = 0; i <= VG_DSA_SHEETS; i++) vg_buf_init(&text[i], 1 << 20);
    for (size_t i = 0; i < VG_DSA_SHEETS; i++) {
        vg_sheet s = {.out = &text[i], .csv = true, .wanted = vg_str_of(vg_dsa_sheet_names[i])};
        vg_dsa_write(d, &s);
        snprintf(name[i], sizeof name[i], "%.58s.csv", vg_dsa_sheet_names[i] ? vg_dsa_sheet_names[i] : "");
    }
    vg_buf_add_char(&text[VG_DSA_SHEETS], '[');
    vg_dsa_write_unknown(d, &text[VG_DSA_SHEETS]);
    vg_buf_add_cstr(&text[VG_DSA_SHEETS], "]\n");
    snprintf(name[VG_DSA_SHEETS], sizeof name[0], "unknown.json");
    for (size_t i = 0; i <= VG_DSA_SHEETS; i++) {
        files[i] = (vg_bag_file){name[i], {text[i].ptr ? text[i].ptr : "", text[i].len}};
        if (text[i].failed && !rc) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a report");
    }
    if (!rc) rc = vg_zip_write(files, VG_DSA_SHEETS + 1, now_ms, vg_answer_begin(x, 200, "application/zip"), err);
    for (size_t i = 0; i <= VG_DSA_SHEETS; i++) vg_buf_free(&text[i]);
    return rc;
}

void vg_route_dsa_zip(vg_desk *desk, vg_exchange *x)
{
    vg_dsa d = {.space_count = 0};
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    if (!vg_dsa_gather(desk, x, now_ms, 365, &d)) return;
    if (write_zip(x, &d, now_ms, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    vg_str kept = vg_arena_printf(x->arena, "attachment; filename=\"dsa_%s_%s.zip\"", d.period.from, d.period.last);
    vg_answer_header(x, "Content-Disposition", kept.ptr ? kept.ptr : "attachment");
}
