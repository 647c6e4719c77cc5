/* SPDX-License-Identifier: Apache-2.0
 *
 * What `vigie eval` found out, as JSON.
 */
#include "cli/eval.h"

#include <math.h>

/* Four decimals; what cannot be reckoned is null. */
static void add_number(vg_buf *out, double value)
{
    if (isfinite(value)) vg_buf_printf(out, "%.4f", value);
    else vg_buf_add_cstr(out, "null");
}

static void add_precise(vg_buf *out, double value)
{
    if (isfinite(value)) vg_buf_printf(out, "%.8g", value);
    else vg_buf_add_cstr(out, "null");
}

static void add_figures(vg_buf *out, const vg_figures *f)
{
    vg_buf_printf(out, "\"risk\":%zu,\"innocent\":%zu,\"found\":%zu,\"false_alarms\":%zu,\"with_request\":%zu,\"median_length\":", f->risk,
                  f->innocent, f->found, f->false_alarms, f->with_request);
    add_number(out, f->median_length);
    for (int i = 0; i < VG_FIGURES; i++) {
        vg_buf_printf(out, ",\"%s\":{\"value\":", vg_figure_names[i]);
        add_precise(out, f->figure[i].value);
        vg_buf_add_cstr(out, ",\"low\":");
        add_precise(out, f->figure[i].low);
        vg_buf_add_cstr(out, ",\"high\":");
        add_precise(out, f->figure[i].high);
        vg_buf_add_char(out, '}');
    }
}

static void add_groups(vg_buf *out, const eval_report *r, eval_split split, const char *name)
{
    vg_buf_printf(out, ",\"%s\":[", name);
    for (size_t g = 0; g < r->group_count[split]; g++) {
        vg_buf_add_cstr(out, g ? ",{\"name\":" : "{\"name\":");
        vg_buf_add_json_str(out, r->group[split][g].name);
        vg_buf_add_char(out, ',');
        add_figures(out, &r->group[split][g].figures);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}

static void add_head(vg_buf *out, const eval_report *r)
{
    vg_buf_add_cstr(out, "{\"space\":");
    vg_buf_add_json_str(out, vg_str_of(r->space));
    vg_buf_printf(out, ",\"lexicon_only\":%s,\"model\":", r->lexicon_only ? "true" : "false");
    if (r->model) vg_buf_add_json_str(out, vg_str_of(r->model));
    else vg_buf_add_cstr(out, "null");
    if (r->alert.verdict != VG_VERDICT_ALLOW) vg_buf_printf(out, ",\"alert\":{\"verdict\":\"%s\"}", vg_verdict_names[r->alert.verdict]);
    else {
        vg_buf_add_cstr(out, ",\"alert\":{\"risk\":");
        vg_buf_add_e4(out, r->alert.risk);
        vg_buf_add_char(out, '}');
    }
    vg_buf_printf(out, ",\"one_in\":%lld,\"seed\":%lld,\"draws\":%u,\"messages\":%llu,\"messages_not_looked_at\":%llu,\"messages_cut\":%llu",
                  (long long)r->one_in, (long long)r->seed, r->draws, (unsigned long long)r->run->messages,
                  (unsigned long long)r->run->not_looked_at, (unsigned long long)r->run->cut);
}

void vg_eval_write_json(vg_buf *out, const eval_report *r)
{
    add_head(out, r);
    vg_buf_add_cstr(out, ",\"conversations\":{");
    add_figures(out, &r->talks);
    vg_buf_add_cstr(out, "},\"authors\":{");
    add_figures(out, &r->authors);
    vg_buf_add_char(out, '}');
    add_groups(out, r, EVAL_LANGUAGE, "by_language");
    add_groups(out, r, EVAL_YOUNGEST, "by_youngest");
    add_groups(out, r, EVAL_KIND, "by_kind");
    vg_buf_add_cstr(out, ",\"calibration\":[");
    for (int b = 0; b < VG_CALIBRATION_BINS; b++) {
        vg_buf_printf(out, "%s{\"from\":%.1f,\"to\":%.1f,\"conversations\":%zu,\"risk\":%zu,\"mean_score\":", b ? "," : "", b / 10.0, (b + 1) / 10.0,
                      r->calibration.units[b], r->calibration.risk[b]);
        add_number(out, r->calibration.units[b] ? r->calibration.mean[b] : NAN);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "],\"precision_recall\":[");
    for (size_t i = 0; i < r->curve_count; i++)
        vg_buf_printf(out, "%s[%.4f,%.4f,%.4f]", i ? "," : "", r->curve[i].threshold, r->curve[i].precision, r->curve[i].recall);
    vg_buf_add_cstr(out, "],\"alerted_by_message\":[");
    for (size_t k = 0; k < r->shown; k++) vg_buf_printf(out, "%s[%zu,%.4f,%.4f]", k ? "," : "", k + 1, r->risk_by[k], r->innocent_by[k]);
    vg_buf_add_cstr(out, "]}\n");
}

void vg_eval_write_talks(vg_buf *out, const eval_report *r)
{
    for (size_t i = 0; i < r->run->count; i++) {
        const vg_eval_talk *t = &r->run->talks[i];
        const vg_unit *unit = &r->units.unit[i]; /* all talks, in their order */
        vg_buf_add_cstr(out, "{\"id\":");
        vg_buf_add_json_str(out, t->talk->id);
        vg_buf_add_cstr(out, ",\"language\":");
        vg_buf_add_json_str(out, t->talk->language);
        vg_buf_add_cstr(out, ",\"kind\":");
        vg_buf_add_json_str(out, t->talk->kind);
        vg_buf_printf(out, ",\"risk\":%s,\"messages\":%u,\"max_risk\":", unit->risk ? "true" : "false", unit->length);
        vg_buf_add_e4(out, unit->score);
        if (unit->alert) {
            vg_buf_printf(out, ",\"alert\":%u,\"alert_about\":", unit->alert);
            vg_buf_add_json_str(out, t->talk->authors[t->talk->messages[unit->alert - 1].author].name);
        } else vg_buf_add_cstr(out, ",\"alert\":null");
        if (unit->request) vg_buf_printf(out, ",\"first_request\":%u", unit->request);
        vg_buf_add_cstr(out, ",\"scores\":[");
        for (size_t m = 0; m < t->talk->message_count; m++) {
            if (m) vg_buf_add_char(out, ',');
            vg_buf_add_e4(out, t->scores[m].risk);
        }
        vg_buf_add_cstr(out, "]}\n");
    }
}
