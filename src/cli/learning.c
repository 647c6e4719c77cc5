/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/learning.h"

#include <stdlib.h>

static const char *const methods[VG_CURVE_METHODS] = {"platt", "isotonic"};

int vg_labelled_text(vg_labelled *out, const vg_args *args, vg_error *err)
{
    const char *name = vg_arg_text(args, VG_OPT_SPACE, NULL);
    int rc = vg_policy_set_load(&out->policies, vg_cli_policy(args), err);
    if (rc) return rc;
    const vg_policy *policy = name ? vg_policy_set_find(out->policies, vg_str_of(name), NULL) : vg_policy_set_at(out->policies, 0);
    if (!policy) return vg_fail(err, VG_ENOENT, "--space", "the policy has no space \"%.60s\"", name);
    vg_text_sources sources = vg_text_sources_of(policy);
    sources.pattern_count = 0; /* a model reads words, not patterns */
    return vg_text_engine_create(&out->text, &sources, err);
}

static int read_format(const vg_args *args, vg_corpus_options *options, vg_error *err)
{
    static const char *const names[VG_CORPUS_FORMATS] = {"auto", "jsonl", "csv", "pan"};
    const char *name = vg_arg_text(args, VG_OPT_FORMAT, "auto");
    for (int f = 0; f < VG_CORPUS_FORMATS; f++)
        if (strcmp(name, names[f]) == 0) {
            options->format = (vg_corpus_format)f;
            return 0;
        }
    return vg_fail(err, VG_EINVAL, "--format", "unknown form \"%.40s\"; expected jsonl, csv or pan", name);
}

int vg_labelled_open(vg_labelled *out, const vg_args *args, size_t first, vg_error *err)
{
    *out = (vg_labelled){0};
    vg_corpus_options options = {.columns = vg_arg_text(args, VG_OPT_COLUMNS, NULL),
                                 .risk_authors = vg_arg_text(args, VG_OPT_RISK_AUTHORS, NULL),
                                 .language = vg_arg_text(args, VG_OPT_LANGUAGE, NULL)};
    int rc = read_format(args, &options, err);
    if (!rc) rc = vg_labelled_text(out, args, err);
    for (size_t i = first; i < args->words && !rc; i++) {
        vg_corpus more = {0};
        rc = vg_corpus_load(&more, args->word[i], &options, err);
        if (!rc && i == first) {
            out->corpus = more;
        } else if (!rc) {
            rc = vg_corpus_join(&out->corpus, &more, err);
            vg_corpus_free(&more);
        }
    }
    if (rc) vg_labelled_close(out);
    return rc;
}

void vg_labelled_close(vg_labelled *labelled)
{
    vg_corpus_free(&labelled->corpus);
    vg_text_engine_destroy(&labelled->text);
    vg_policy_set_unref(&labelled->policies);
}

void vg_labelled_progress(void *context, uint64_t done, uint64_t total)
{
    vg_bar *p = context;
    p->total = total;
    vg_bar_show(p, done, done * 100 / (total ? total : 1));
}

int vg_arg_decimal(const vg_args *args, vg_option_id id, double otherwise, double most, double *out, vg_error *err)
{
    char *end = NULL, where[64];
    *out = otherwise;
    if (!args->text[id]) return 0;
    *out = strtod(args->text[id], &end);
    snprintf(where, sizeof where, "--%s", vg_options[id].name);
    if (end == args->text[id] || *end || !(*out > 0) || !(*out < most))
        return vg_fail(err, VG_EINVAL, where, "\"%.40s\"; expected a number over 0 and below %g", args->text[id], most);
    return 0;
}

int vg_arg_method(const vg_args *args, vg_calibrate_method *out, vg_error *err)
{
    const char *name = vg_arg_text(args, VG_OPT_METHOD, "choose");
    *out = VG_CALIBRATE_CHOOSE;
    if (strcmp(name, "choose") == 0) return 0;
    for (int m = 0; m < VG_CURVE_METHODS; m++)
        if (strcmp(name, methods[m]) == 0) {
            *out = m == VG_CURVE_PLATT ? VG_CALIBRATE_PLATT : VG_CALIBRATE_ISOTONIC;
            return 0;
        }
    return vg_fail(err, VG_EINVAL, "--method", "unknown method \"%.40s\"; expected platt, isotonic or choose", name);
}

const char *vg_language_shown(const char *language) { return language[0] ? language : "all"; }

void vg_calibration_print(const vg_calibration *c, FILE *out)
{
    fprintf(out, "Calibration, on people it was not fitted on:\n  %-9s %9s %9s  %-9s %8s %8s\n", "language", "people", "of risk", "method", "Brier", "error");
    for (uint32_t i = 0; i < c->language_count; i++) {
        const vg_calibrated *l = &c->language[i];
        fprintf(out, "  %-9s %9.0f %9.0f  ", vg_language_shown(l->language), l->people, l->risk_people);
        if (l->pooled) fprintf(out, "too few (under %d of a kind): read by the curve of all\n", VG_CALIBRATION_LEAST);
        else fprintf(out, "%-9s %8.4f %8.4f\n", methods[l->method], l->brier, l->error);
    }
    fprintf(out, "Of the windows at a risk of, so many belong to people of risk:\n  %-12s %9s %9s %9s\n", "risk", "people", "predicted", "observed");
    for (int b = 0; b < VG_RELIABILITY_BINS; b++) {
        if (c->language[0].bin[b].weight <= 0) continue;
        fprintf(out, "  %.1f to %.1f   %9.1f %9.3f %9.3f\n", b / 10.0, (b + 1) / 10.0, c->language[0].bin[b].weight, c->language[0].bin[b].predicted,
                c->language[0].bin[b].observed);
    }
}

void vg_calibration_json(const vg_calibration *c, vg_buf *out)
{
    vg_buf_add_char(out, '[');
    for (uint32_t i = 0; i < c->language_count; i++) {
        const vg_calibrated *l = &c->language[i];
        vg_buf_printf(out, "%s{\"language\":\"%s\",\"people\":%.3f,\"risk_people\":%.3f,\"windows\":%u,\"pooled\":%s", i ? "," : "", l->language, l->people,
                      l->risk_people, l->windows, l->pooled ? "true" : "false");
        if (!l->pooled) {
            vg_buf_printf(out, ",\"method\":\"%s\",\"log_loss\":{\"platt\":%.6f,\"isotonic\":%.6f},\"brier\":%.6f,\"calibration_error\":%.6f,\"reliability\":[",
                          methods[l->method], l->loss[VG_CURVE_PLATT], l->loss[VG_CURVE_ISOTONIC], l->brier, l->error);
            bool first = true;
            for (int b = 0; b < VG_RELIABILITY_BINS; b++) {
                if (l->bin[b].weight <= 0) continue;
                vg_buf_printf(out, "%s{\"from\":%.1f,\"people\":%.3f,\"predicted\":%.6f,\"observed\":%.6f}", first ? "" : ",", b / 10.0, l->bin[b].weight,
                              l->bin[b].predicted, l->bin[b].observed);
                first = false;
            }
            vg_buf_add_char(out, ']');
        }
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, ']');
}
