/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie eval: labelled conversations through the pipeline, and how many were found, how early, at the price of how many
 * false alarms.
 */
#include "cli/eval.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/progress.h"

enum { DRAWS = 1000, OUT_CEILING = 1 << 30 };

typedef struct evaluating {
    const vg_args *args;
    vg_lang lang;
    vg_policy_set *policies;
    vg_corpus corpus;
    vg_eval_run run;
    vg_arena *arena;
    vg_bar progress;
    vg_age_band assumed;
    eval_report report;
} evaluating;

/* ---- the command line ---- */

static int read_alert(const char *text, vg_eval_alert *alert, vg_error *err)
{
    char *end = NULL;
    *alert = (vg_eval_alert){0};
    for (int kind = VG_VERDICT_NUDGE; kind < VG_VERDICTS; kind++)
        if (strcmp(text, vg_verdict_names[kind]) == 0) return alert->verdict = (vg_verdict_kind)kind, 0;
    double risk = strtod(text, &end);
    if (end != text && !*end && risk > 0 && risk <= 1) return alert->risk = (uint16_t)(risk * 10000 + 0.5), 0;
    return vg_fail(err, VG_EINVAL, "--at", "\"%.40s\"; expected nudge, review, hold, or a risk over 0 and up to 1", text);
}

static int read_assumed(const char *text, vg_age_band *band, vg_error *err)
{
    for (int b = 0; b < VG_AGE_BANDS; b++)
        if (strcmp(text, vg_age_band_names[b]) == 0) return *band = (vg_age_band)b, 0;
    return vg_fail(err, VG_EINVAL, "--assume-age", "\"%.40s\"; expected one of unknown, under13, 13-14, 15-17, 18-24, 25+", text);
}

static int read_format(const char *text, vg_corpus_format *format, vg_error *err)
{
    static const char *const names[VG_CORPUS_FORMATS] = {"auto", "jsonl", "csv", "pan"};
    for (int f = 0; f < VG_CORPUS_FORMATS; f++)
        if (strcmp(text, names[f]) == 0) return *format = (vg_corpus_format)f, 0;
    return vg_fail(err, VG_EINVAL, "--format", "\"%.40s\"; expected jsonl, csv or pan", text);
}

static int read_arguments(evaluating *e, vg_corpus_options *corpus, vg_error *err)
{
    const vg_args *args = e->args;
    int rc = read_alert(vg_arg_text(args, VG_OPT_AT, "review"), &e->report.alert, err);
    if (!rc) rc = read_assumed(vg_arg_text(args, VG_OPT_ASSUME_AGE, "unknown"), &e->assumed, err);
    if (!rc) rc = read_format(vg_arg_text(args, VG_OPT_FORMAT, "auto"), &corpus->format, err);
    corpus->columns = vg_arg_text(args, VG_OPT_COLUMNS, NULL);
    corpus->risk_authors = vg_arg_text(args, VG_OPT_RISK_AUTHORS, NULL);
    corpus->language = vg_arg_text(args, VG_OPT_CORPUS_LANGUAGE, NULL);
    if (!rc && corpus->language && strlen(corpus->language) > 35)
        rc = vg_fail(err, VG_EINVAL, "--corpus-language", "\"%.40s...\"; expected a language as en or fr-CA", corpus->language);
    e->report.lexicon_only = vg_arg_is(args, VG_OPT_LEXICON_ONLY);
    e->report.model = vg_arg_text(args, VG_OPT_MODEL, NULL);
    e->report.one_in = vg_arg_number(args, VG_OPT_ONE_IN, 10000);
    e->report.seed = vg_arg_number(args, VG_OPT_SEED, 1);
    e->report.draws = DRAWS;
    if (!rc && e->report.lexicon_only && e->report.model)
        rc = vg_fail(err, VG_EINVAL, "--model", "with --lexicon-only no model is used; expected one of the two");
    return rc;
}

/* The space asked for; without --space the only one there is. */
static int choose_space(evaluating *e, vg_error *err)
{
    char names[200] = "";
    size_t count = vg_policy_set_count(e->policies);
    e->report.space = vg_arg_text(e->args, VG_OPT_SPACE, count == 1 ? vg_policy_set_at(e->policies, 0)->space : NULL);
    if (e->report.space && vg_policy_set_find(e->policies, vg_str_of(e->report.space), NULL)) return 0;
    for (size_t i = 0, at = 0; i < count && at < sizeof names; i++) {
        int n = snprintf(names + at, sizeof names - at, "%s%s", i ? ", " : "", vg_policy_set_at(e->policies, i)->space);
        at += n > 0 ? (size_t)n : 0;
    }
    return vg_fail(err, VG_ENOENT, "--space", "%s%.60s%s; expected one of %s", e->report.space ? "no space \"" : "which space is meant",
                   e->report.space ? e->report.space : "", e->report.space ? "\"" : "", names);
}

static int load_corpora(evaluating *e, const vg_corpus_options *options, vg_error *err)
{
    for (size_t i = 0; i < e->args->words; i++) {
        vg_corpus more;
        int rc = vg_corpus_load(&more, e->args->word[i], options, err);
        if (!rc) rc = vg_corpus_join(&e->corpus, &more, err);
        if (rc) {
            vg_corpus_free(&more);
            return rc;
        }
    }
    return 0;
}

/* ---- figures ---- */

vg_age_band vg_eval_youngest(const vg_corpus_talk *talk)
{
    vg_age_band youngest = VG_AGE_UNKNOWN;
    for (size_t i = 0; i < talk->author_count; i++) {
        vg_age_band band = (vg_age_band)talk->authors[i].band;
        if (band != VG_AGE_UNKNOWN && (youngest == VG_AGE_UNKNOWN || band < youngest)) youngest = band;
    }
    return youngest;
}

static vg_str group_name(eval_split split, const vg_corpus_talk *talk)
{
    if (split == EVAL_LANGUAGE) return talk->language;
    if (split == EVAL_KIND) return talk->kind;
    vg_age_band band = vg_eval_youngest(talk);
    return band == VG_AGE_UNKNOWN ? VG_STR("") : vg_str_of(vg_age_band_names[band]);
}

typedef struct group_filter {
    eval_split split;
    vg_str name;
} group_filter;

static bool in_group(void *context, const vg_corpus_talk *talk)
{
    const group_filter *filter = context;
    return vg_str_eq(group_name(filter->split, talk), filter->name);
}

static int compare_groups(const void *a, const void *b)
{
    vg_str x = ((const eval_group *)a)->name, y = ((const eval_group *)b)->name;
    size_t n = x.len < y.len ? x.len : y.len;
    int order = n ? memcmp(x.ptr, y.ptr, n) : 0;
    return order ? order : (x.len > y.len) - (x.len < y.len);
}

static int compare_bands(const void *a, const void *b)
{
    int band[2] = {VG_AGE_BANDS, VG_AGE_BANDS}; /* those of whom nothing is known come last */
    const eval_group *group[2] = {a, b};
    for (int g = 0; g < 2; g++)
        for (int i = 1; i < VG_AGE_BANDS; i++)
            if (vg_str_is(group[g]->name, vg_age_band_names[i])) band[g] = i;
    return band[0] - band[1];
}

static int reckon_groups(evaluating *e, eval_split split, const vg_figure_options *options, vg_error *err)
{
    eval_report *r = &e->report;
    eval_group *group = vg_arena_calloc(e->arena, EVAL_GROUPS_MOST, sizeof *group);
    size_t count = 0;
    int rc = group ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for the figures");
    for (size_t i = 0; i < e->corpus.count && !rc; i++) {
        vg_str name = group_name(split, &e->corpus.talks[i]);
        size_t g = 0;
        while (g < count && !vg_str_eq(group[g].name, name)) g++;
        if (g == count && count < EVAL_GROUPS_MOST) group[count++].name = name;
        else if (g == count) r->group_cut[split] = true;
    }
    if (!rc) qsort(group, count, sizeof *group, split == EVAL_YOUNGEST ? compare_bands : compare_groups);
    for (size_t g = 0; g < count && !rc; g++) {
        vg_units units;
        group_filter filter = {split, group[g].name};
        rc = vg_units_of_talks(r->run, r->alert, in_group, &filter, e->arena, &units, err);
        if (!rc) rc = vg_figures_of(&units, options, &group[g].figures, err);
    }
    r->group[split] = group;
    r->group_count[split] = count;
    return rc;
}

static int reckon_curves(evaluating *e, vg_error *err)
{
    eval_report *r = &e->report;
    for (size_t i = 0; i < r->units.count; i++)
        if (r->units.unit[i].length > r->shown) r->shown = r->units.unit[i].length;
    if (r->shown > EVAL_MESSAGES_SHOWN) r->shown = EVAL_MESSAGES_SHOWN;
    r->risk_by = vg_arena_calloc(e->arena, r->shown + 1, sizeof *r->risk_by);
    r->innocent_by = vg_arena_calloc(e->arena, r->shown + 1, sizeof *r->innocent_by);
    if (!r->risk_by || !r->innocent_by) return vg_fail(err, VG_ENOMEM, "", "no memory for a curve");
    vg_alerted_by(&r->units, true, r->risk_by, r->shown);
    vg_alerted_by(&r->units, false, r->innocent_by, r->shown);
    return vg_pr_curve(&r->units, e->arena, &r->curve, &r->curve_count, err);
}

static int reckon(evaluating *e, vg_error *err)
{
    eval_report *r = &e->report;
    vg_figure_options options = {.prevalence = 1 / (double)r->one_in, .seed = (uint64_t)r->seed, .draws = r->draws};
    r->run = &e->run;
    int rc = vg_units_of_talks(&e->run, r->alert, NULL, NULL, e->arena, &r->units, err);
    if (!rc) rc = vg_figures_of(&r->units, &options, &r->talks, err);
    if (!rc) rc = vg_units_of_authors(&e->run, r->alert, e->arena, &r->author_units, err);
    if (!rc) rc = vg_figures_of(&r->author_units, &options, &r->authors, err);
    for (int split = 0; split < EVAL_SPLITS && !rc; split++) rc = reckon_groups(e, (eval_split)split, &options, err);
    if (!rc) vg_calibration_of(&r->units, &r->calibration);
    return rc ? rc : reckon_curves(e, err);
}

/* ---- the command ---- */

static void show_progress(void *context, size_t done)
{
    evaluating *e = context;
    vg_bar_show(&e->progress, done, done);
}

static int run(evaluating *e, vg_error *err)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t threads = vg_arg_number(e->args, VG_OPT_THREADS, processors > 0 ? processors : 1);
    char cache[1024];
    vg_eval_options options = {.cache_dir = vg_cli_cache(e->args, cache, sizeof cache), .policies = e->policies, .space = e->report.space, .model = e->report.model, .lexicon_only = e->report.lexicon_only,
                               .assumed = e->assumed, .threads = (unsigned)threads, .progress = show_progress, .context = e};
    vg_bar_begin(&e->progress, "evaluating", "conversations", e->corpus.count, vg_arg_is(e->args, VG_OPT_QUIET));
    int rc = vg_eval_run_corpus(&e->run, &e->corpus, &options, err);
    vg_bar_end(&e->progress);
    return rc;
}

static int write_file(const char *path, vg_buf *buf, vg_error *err)
{
    int rc = buf->failed ? vg_fail(err, VG_ENOMEM, path, "no memory for what would be written") : vg_file_replace(path, buf->ptr, buf->len, 0644, err);
    vg_buf_clear(buf);
    return rc;
}

static int write_all(evaluating *e, vg_error *err)
{
    vg_buf buf;
    const char *plot = vg_arg_text(e->args, VG_OPT_PLOT, NULL), *talks = vg_arg_text(e->args, VG_OPT_TALKS, NULL);
    int rc = 0;
    vg_buf_init(&buf, OUT_CEILING);
    if (plot) {
        vg_eval_write_plot(&buf, &e->report, e->lang);
        rc = write_file(plot, &buf, err);
    }
    if (!rc && talks) {
        vg_eval_write_talks(&buf, &e->report);
        rc = write_file(talks, &buf, err);
    }
    if (vg_arg_is(e->args, VG_OPT_JSON)) vg_eval_write_json(&buf, &e->report);
    else vg_eval_write_table(&buf, &e->report, e->lang);
    if (!rc && buf.failed) rc = vg_fail(err, VG_ENOMEM, "", "no memory for the figures");
    if (!rc) fwrite(buf.ptr, 1, buf.len, stdout);
    vg_buf_free(&buf);
    return rc;
}

int vg_cmd_eval(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    evaluating e = {.args = args};
    vg_corpus_options options = {0};
    int usage = vg_arg_lang(args, "eval", &e.lang);
    if (usage) return usage;
    if (read_arguments(&e, &options, &err)) {
        vg_cli_fail(&err);
        return 2;
    }
    e.arena = vg_arena_create(1 << 20, (size_t)4 << 30);
    int rc = e.arena ? vg_policy_set_load(&e.policies, vg_cli_policy(args), &err) : vg_fail(&err, VG_ENOMEM, "", "no memory");
    if (!rc) rc = choose_space(&e, &err);
    if (!rc) rc = load_corpora(&e, &options, &err);
    if (!rc) rc = run(&e, &err);
    if (!rc) rc = reckon(&e, &err);
    if (!rc) rc = write_all(&e, &err);
    vg_eval_free(&e.run);
    vg_corpus_free(&e.corpus);
    vg_arena_destroy(&e.arena);
    if (e.policies) vg_policy_set_unref(&e.policies);
    return rc ? vg_cli_fail(&err) : 0;
}
