/* SPDX-License-Identifier: Apache-2.0
 *
 * cli/eval: what `vigie eval` found out, and the three forms in which it says so.
 */
#ifndef VG_CLI_EVAL_H
#define VG_CLI_EVAL_H

#include "learning/evaluate.h"
#include "learning/figures.h"

typedef enum { EVAL_LANGUAGE, EVAL_YOUNGEST, EVAL_KIND, EVAL_SPLITS } eval_split;
enum { EVAL_GROUPS_MOST = 64, EVAL_MESSAGES_SHOWN = 400 };

typedef struct eval_group {
    vg_str name; /* "fr", "13-14", "coach"; empty: the corpus does not say */
    vg_figures figures;
} eval_group;

typedef struct eval_report {
    const vg_eval_run *run;
    const char *space, *model; /* model NULL: the policy's */
    bool lexicon_only;
    vg_eval_alert alert;
    int64_t one_in, seed;
    unsigned draws;
    vg_units units, author_units; /* conversations, authors */
    vg_figures talks, authors;
    eval_group *group[EVAL_SPLITS];
    size_t group_count[EVAL_SPLITS];
    bool group_cut[EVAL_SPLITS]; /* there were more groups than are shown */
    vg_calibration calibration;
    vg_pr_point *curve;
    size_t curve_count;
    double *risk_by, *innocent_by; /* share alerted by message 1.. */
    size_t shown;                  /* messages in those two */
} eval_report;

/** Tables for a person. */
void vg_eval_write_table(vg_buf *out, const eval_report *report, vg_lang lang);
/** One JSON object and a line end. */
void vg_eval_write_json(vg_buf *out, const eval_report *report);
/** Two panels, SVG: precision and recall; alerts against messages seen. */
void vg_eval_write_plot(vg_buf *out, const eval_report *report, vg_lang lang);
/** One JSON line for each conversation: what was said of it, when; no text. */
void vg_eval_write_talks(vg_buf *out, const eval_report *report);
/** Age band of the youngest author; unknown when none is known. */
vg_age_band vg_eval_youngest(const vg_corpus_talk *talk);

#endif
