/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie lexicon check, vigie lexicon test: which expressions and sentences of a lexicon its author should look at.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/progress.h"
#include "learning/lexicon.h"
#include "space/space.h"

enum { BROAD = 20, PATH_BYTES = 4096, LINE_BYTES = 1 << 16 };

/* Comma-separated files as one corpus. */
static int load_corpus(vg_corpus *corpus, const char *files, vg_error *err)
{
    const vg_corpus_options options = {0};
    char path[PATH_BYTES];
    while (*files) {
        size_t len = strcspn(files, ",");
        if (len >= sizeof path) return vg_fail(err, VG_EINVAL, "--corpus", "a file name is too long");
        memcpy(path, files, len);
        path[len] = '\0';
        files += len + (files[len] == ',');
        if (!len) continue;
        vg_corpus more = {0};
        int rc = vg_corpus_load(&more, path, &options, err);
        if (!rc) rc = vg_corpus_join(corpus, &more, err);
        vg_corpus_free(&more);
        if (rc) return rc;
    }
    return 0;
}

static const char *name_of(uint8_t family)
{
    return vg_evidence_short_names[vg_evidence_of_family(family)];
}

static void widen(size_t *width, vg_policy_place place)
{
    char line[16];
    size_t n = strlen(place.file) + (size_t)snprintf(line, sizeof line, ":%u", place.line);
    if (n > *width) *width = n > PATH_BYTES ? PATH_BYTES : n;
}

static int place_width(const vg_lexicon_report *report)
{
    size_t width = strlen("place");
    for (size_t i = 0; i < report->count; i++) widen(&width, report->findings[i].place);
    for (size_t i = 0; i < report->opinion_count; i++) widen(&width, report->opinions[i].place);
    return (int)width;
}

static void explain(vg_buf *out, const vg_lexicon_finding *f)
{
    switch (f->kind) {
    case VG_LEXICON_EXAMPLE: vg_buf_printf(out, "is not matched: \"%s\"", f->text); break;
    case VG_LEXICON_COUNTER: vg_buf_printf(out, "is matched: \"%s\" by \"%s\" (%s:%u)", f->text, f->other, f->other_place.file, f->other_place.line); break;
    case VG_LEXICON_UNGUARDED: vg_buf_printf(out, "has no counter-example"); break;
    case VG_LEXICON_BROAD: vg_buf_printf(out, "matches %u of %u innocent messages: \"%s\"", f->matches, f->of, f->text); break;
    case VG_LEXICON_OVERLAP:
        vg_buf_printf(out, "all %u that it matches are matched by \"%s\" (line %u): \"%s\"", f->matches, f->other, f->other_place.line, f->text);
        break;
    case VG_LEXICON_DEAD: vg_buf_printf(out, "matches no example and nothing in the corpus: \"%s\"", f->text); break;
    case VG_LEXICON_DOUBTED:
        vg_buf_printf(out, "judged wrong %u times of %u, right in %.0f%% at most: \"%s\"", f->matches, f->of, f->opinion->high / 100.0, f->text);
        break;
    case VG_LEXICON_FINDINGS: break;
    }
}

static void print_table(const vg_lexicon_report *report)
{
    int width = place_width(report);
    vg_buf line;
    vg_buf_init(&line, LINE_BYTES);
    if (report->count) printf("%-7s %-16s %-20s %-*s %s\n", "level", "finding", "family", width, "place", "what");
    for (size_t i = 0; i < report->count; i++) {
        const vg_lexicon_finding *f = &report->findings[i];
        char place[PATH_BYTES + 16];
        snprintf(place, sizeof place, "%s:%u", f->place.file, f->place.line);
        vg_buf_clear(&line);
        explain(&line, f);
        printf("%-7s %-16s %-20s %-*s %s\n", vg_lexicon_is_error(f->kind) ? "error" : "remark", vg_lexicon_finding_names[f->kind],
               name_of(f->family), width, place, line.ptr ? line.ptr : "");
    }
    vg_buf_free(&line);
}

/* What people said, an expression a line. */
static void print_opinions(const vg_lexicon_report *report)
{
    int width = place_width(report);
    if (report->opinion_count)
        printf("%-20s %-*s %6s %6s %7s %-12s %9s %9s %s\n", "family", width, "place", "right", "wrong", "unsure", "share right", "strength", "consider", "expression");
    for (size_t i = 0; i < report->opinion_count; i++) {
        const vg_lexicon_opinion *o = &report->opinions[i];
        char place[PATH_BYTES + 16], share[32], consider[16] = "-";
        snprintf(place, sizeof place, "%s:%u", o->place.file, o->place.line);
        snprintf(share, sizeof share, "%.0f to %.0f%%", o->low / 100.0, o->high / 100.0);
        if (o->suggested) snprintf(consider, sizeof consider, "%.2f", o->suggested / 1e4);
        printf("%-20s %-*s %6u %6u %7u %-12s %9.2f %9s \"%s\"\n", name_of(o->family), width, place, o->right, o->wrong, o->unsure, share,
               o->strength / 1e4, consider, o->text);
    }
}

static void add_opinion(vg_buf *out, const vg_lexicon_opinion *o)
{
    vg_buf_printf(out, "\"right\":%u,\"wrong\":%u,\"unsure\":%u,\"low\":", o->right, o->wrong, o->unsure);
    vg_buf_add_e4(out, o->low);
    vg_buf_add_cstr(out, ",\"high\":");
    vg_buf_add_e4(out, o->high);
    vg_buf_add_cstr(out, ",\"strength\":");
    vg_buf_add_e4(out, o->strength);
    vg_buf_add_cstr(out, ",\"consider\":");
    if (o->suggested) vg_buf_add_e4(out, o->suggested);
    else vg_buf_add_cstr(out, "null");
}

static void add_place(vg_buf *out, const char *member, const char *text, vg_policy_place place)
{
    vg_buf_printf(out, "\"%s\":{\"file\":", member);
    vg_buf_add_json_str(out, vg_str_of(place.file));
    vg_buf_printf(out, ",\"line\":%u,\"text\":", place.line);
    vg_buf_add_json_str(out, vg_str_of(text));
    vg_buf_add_char(out, '}');
}

static void add_feedback(vg_buf *out, const vg_lexicon_report *report)
{
    vg_buf_printf(out, ",\"feedback\":{\"judgements\":%zu,\"not_here\":%zu,\"other_evidence\":%zu,\"answers\":%zu,\"least\":%d,\"expressions\":[", report->judgements,
                  report->strangers, report->other_evidence, report->answers, VG_LEXICON_JUDGED_LEAST);
    for (size_t i = 0; i < report->opinion_count; i++) {
        const vg_lexicon_opinion *o = &report->opinions[i];
        vg_buf_printf(out, "%s{\"family\":\"%s\",", i ? "," : "", name_of(o->family));
        add_place(out, "at", o->text, o->place);
        vg_buf_add_char(out, ',');
        add_opinion(out, o);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
}

static int print_json(const vg_lexicon_report *report, const vg_policy *policy, bool feedback, vg_error *err)
{
    vg_buf out;
    vg_buf_init(&out, (size_t)1 << 30);
    vg_buf_add_cstr(&out, "{\"policy\":");
    vg_buf_add_json_str(&out, vg_str_of(policy->file));
    vg_buf_printf(&out, ",\"patterns\":%zu,\"sentences\":%zu,\"messages\":%zu,\"innocent\":%zu,\"errors\":%zu,\"findings\":[", report->patterns,
                  report->sentences, report->messages, report->innocent, report->errors);
    for (size_t i = 0; i < report->count; i++) {
        const vg_lexicon_finding *f = &report->findings[i];
        vg_buf_printf(&out, "%s{\"level\":\"%s\",\"kind\":\"%s\",\"family\":\"%s\",", i ? "," : "", vg_lexicon_is_error(f->kind) ? "error" : "remark",
                      vg_lexicon_finding_names[f->kind], name_of(f->family));
        if (f->text) add_place(&out, "at", f->text, f->place);
        else vg_buf_add_cstr(&out, "\"at\":{\"file\":"), vg_buf_add_json_str(&out, vg_str_of(f->place.file)), vg_buf_printf(&out, ",\"line\":%u}", f->place.line);
        if (f->other) vg_buf_add_char(&out, ','), add_place(&out, "other", f->other, f->other_place);
        vg_buf_printf(&out, ",\"matches\":%u}", f->matches);
    }
    vg_buf_add_char(&out, ']');
    if (feedback) add_feedback(&out, report);
    vg_buf_add_cstr(&out, "}\n");
    int rc = out.failed ? vg_fail(err, VG_ENOMEM, "", "no memory for the report") : 0;
    if (!rc) fwrite(out.ptr, 1, out.len, stdout);
    vg_buf_free(&out);
    return rc;
}

/* Spaces of one installation mostly have the same lexicons: an earlier one of the set says the same. */
static bool said_before(const vg_policy_set *set, size_t number)
{
    const vg_policy *policy = vg_policy_set_at(set, number);
    for (size_t i = 0; i < number; i++) {
        const vg_policy *other = vg_policy_set_at(set, i);
        size_t p = 0;
        if (other->pattern_count != policy->pattern_count || other->example_count != policy->example_count) continue;
        while (p < policy->pattern_count && other->patterns[p].text == policy->patterns[p].text) p++;
        if (p == policy->pattern_count) return true;
    }
    return false;
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
    (void)total;
    vg_bar_show(context, done, done);
}

static uint64_t texts_of(const vg_policy *policy, const vg_corpus *corpus)
{
    uint64_t texts = policy->example_count;
    for (size_t i = 0; i < corpus->count; i++) texts += corpus->talks[i].message_count;
    return texts;
}

/* What of a lexicon is looked at, by what. */
typedef struct work {
    const vg_args *args;
    vg_corpus corpus;
    vg_judged_list feedback;
    bool judged, sentences_only;
    size_t errors;
} work;

static void sum_up(const work *w, const vg_policy *policy, const vg_lexicon_report *report)
{
    const char *errors = report->errors == 1 ? "" : "s";
    size_t remarks = report->count - report->errors;
    if (w->sentences_only) fprintf(stderr, "%s: %zu sentences, %zu error%s\n", policy->file, report->sentences, report->errors, errors);
    else
        fprintf(stderr, "%s: %zu expressions, %zu sentences, %zu messages of which %zu innocent: %zu error%s, %zu remark%s\n", policy->file, report->patterns,
                report->sentences, report->messages, report->innocent, report->errors, errors, remarks, remarks == 1 ? "" : "s");
    if (w->judged)
        fprintf(stderr, "%s: %zu judgements of %zu expressions; left out %zu of expressions that are not here, %zu of other evidence, %zu from receivers' answers\n", policy->file,
                report->judgements, report->opinion_count, report->strangers, report->other_evidence, report->answers);
}

static int review_one(work *w, const vg_policy *policy, vg_error *err)
{
    vg_bar progress;
    vg_bar_begin(&progress, "looking", "texts", texts_of(policy, &w->corpus), vg_arg_is(w->args, VG_OPT_QUIET));
    const vg_lexicon_options options = {.broad = (uint32_t)vg_arg_number(w->args, VG_OPT_BROAD, BROAD), .sentences_only = w->sentences_only,
                                        .feedback = w->judged ? &w->feedback : NULL, .progress = show_progress, .context = &progress};
    vg_lexicon_report report;
    int rc = vg_lexicon_review(&report, policy, &w->corpus, &options, err);
    vg_bar_end(&progress);
    if (rc) return rc;
    w->errors += report.errors;
    if (vg_arg_is(w->args, VG_OPT_JSON)) {
        rc = print_json(&report, policy, w->judged, err);
    } else {
        print_table(&report);
        print_opinions(&report);
    }
    sum_up(w, policy, &report);
    vg_lexicon_report_free(&report);
    return rc;
}

static int run(const vg_args *args, bool sentences_only)
{
    vg_error err = {0};
    work w = {.args = args, .judged = vg_arg_is(args, VG_OPT_FEEDBACK), .sentences_only = sentences_only};
    int rc = load_corpus(&w.corpus, vg_arg_text(args, VG_OPT_CORPUS, ""), &err);
    if (!rc && w.judged) rc = vg_judged_load(&w.feedback, args->text[VG_OPT_FEEDBACK], &err);
    for (size_t i = 0; !rc && i < (args->words ? args->words : 1); i++) {
        vg_policy_set *set = NULL;
        rc = vg_policy_set_load_lexicon(&set, args->words ? args->word[i] : vg_cli_policy(args), &err);
        for (size_t p = 0; !rc && p < vg_policy_set_count(set); p++)
            if (!said_before(set, p)) rc = review_one(&w, vg_policy_set_at(set, p), &err);
        vg_policy_set_unref(&set);
    }
    vg_corpus_free(&w.corpus);
    vg_judged_free(&w.feedback);
    if (rc) return vg_cli_fail(&err);
    return w.errors ? 1 : 0;
}

int vg_cmd_lexicon_check(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    return run(args, false);
}

int vg_cmd_lexicon_test(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    return run(args, true);
}
