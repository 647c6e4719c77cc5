/* SPDX-License-Identifier: Apache-2.0
 *
 * learning/figures: how well a run of an evaluation found the conversations that are labelled risk, how early, at what price.
 *
 * A unit is a conversation, or an author. It is *alerted* at its first message whose verdict or risk reaches the alert asked for;
 * its score is its highest risk. Formulas are at vg_figure_id; docs/evaluation.md says what each means for a person.
 * Intervals: 95 %, percentiles of a bootstrap that draws risk and innocent units apart, with replacement (the mixture is the
 * corpus's making, not chance); where a share is 0 or 1 the bootstrap knows nothing and the rule of three bounds it: 3/n
 * (Hanley and Lippman-Hand, JAMA 249, 1983). The same seed gives the same intervals.
 * Callers: cli.
 */
#ifndef VG_LEARNING_FIGURES_H
#define VG_LEARNING_FIGURES_H

#include "learning/evaluate.h"

typedef struct vg_eval_alert { /* an alert is a verdict of at least this, or a risk of at least that */
    vg_verdict_kind verdict;   /* ALLOW: not looked at */
    uint16_t risk;             /* 1/10000; 0: not looked at */
} vg_eval_alert;

typedef enum {
    VG_FIGURE_PRECISION,    /* alerted risk units / alerted units, in the corpus's own mixture */
    VG_FIGURE_PRECISION_RARE, /* the same where risk is as rare as said: qR / (qR + (1 - q)A), q the prevalence, A false alarms per innocent unit */
    VG_FIGURE_RECALL,       /* alerted risk units / risk units */
    VG_FIGURE_F1,           /* 2PR / (P + R) */
    VG_FIGURE_F05,          /* 1.25PR / (0.25P + R) */
    VG_FIGURE_SPEED,        /* 1 - median over alerted risk units of penalty(k) = -1 + 2 / (1 + e^(-p(k-1))), k the number of the message
                               that alerted, p = ln 3 / (m - 1), m the median length of risk units: penalty(m) = 1/2
                               (Sadeque, Xu and Bethard, WSDM 2018) */
    VG_FIGURE_F_LATENCY,    /* F1 x speed */
    VG_FIGURE_RECALL_1,     /* share of risk units among the 1, 5, 10 units in 10,000 with the highest scores, where risk is as rare as said */
    VG_FIGURE_RECALL_5,
    VG_FIGURE_RECALL_10,
    VG_FIGURE_FALSE_1000,   /* alerted innocent units in 1,000 innocent units */
    VG_FIGURE_MEDIAN_ALERT, /* number of the message that alerted, over alerted risk units */
    VG_FIGURE_P90_ALERT,
    VG_FIGURE_BEFORE,       /* risk units with a request (vg_eval_talk.first_request): alerted before it */
    VG_FIGURE_BY,           /* ... before it or with it */
    VG_FIGURE_RIGHT_AUTHOR, /* alerted risk units with a labelled author: the first alert was about that author */
    VG_FIGURES
} vg_figure_id;
extern const char *const vg_figure_names[VG_FIGURES]; /* "precision", ..., as in JSON */

typedef struct vg_figure {
    double value, low, high; /* NAN: there is nothing to reckon it from */
} vg_figure;

typedef struct vg_unit {
    bool risk, authored, right_author; /* authored: an author is labelled */
    uint16_t score;                    /* highest risk, 1/10000 */
    uint32_t length, alert, request;   /* messages; numbers from 1, 0: none */
} vg_unit;

typedef struct vg_units {
    vg_unit *unit;
    size_t count;
} vg_units;

typedef struct vg_figures {
    size_t risk, innocent, found, false_alarms, with_request;
    double median_length; /* m; NAN without risk units */
    vg_figure figure[VG_FIGURES];
} vg_figures;

typedef struct vg_figure_options {
    double prevalence; /* risk units among all, where alerts are counted: 0.0001 is one in 10,000 */
    uint64_t seed;
    unsigned draws;    /* of the bootstrap; 0: no intervals */
} vg_figure_options;

/** Conversations of a run as units, those for which `take` (NULL: all) says yes. Memory of `arena`. */
int vg_units_of_talks(const vg_eval_run *run, vg_eval_alert alert, bool (*take)(void *context, const vg_corpus_talk *talk), void *context,
                      vg_arena *arena, vg_units *out, vg_error *err);
/** Authors as units: over all their talks when names are shared, over those of a group, else in each. Authors who wrote nothing, and those of risk talks in
 *  which none is labelled, are left out. Lengths and alerts count the author's own messages. */
int vg_units_of_authors(const vg_eval_run *run, vg_eval_alert alert, vg_arena *arena, vg_units *out, vg_error *err);
int vg_figures_of(const vg_units *units, const vg_figure_options *options, vg_figures *out, vg_error *err);

/* Ten bins of scores: 0 to 0.1, ... What a score of 0.8 meant in this corpus. */
enum { VG_CALIBRATION_BINS = 10 };
typedef struct vg_calibration {
    size_t units[VG_CALIBRATION_BINS], risk[VG_CALIBRATION_BINS];
    double mean[VG_CALIBRATION_BINS]; /* of the scores in it */
} vg_calibration;
void vg_calibration_of(const vg_units *units, vg_calibration *out);

/* Precision and recall at every threshold on the score, highest first. */
typedef struct vg_pr_point {
    double threshold, precision, recall;
} vg_pr_point;
int vg_pr_curve(const vg_units *units, vg_arena *arena, vg_pr_point **out, size_t *count, vg_error *err);
/** Share of risk (or innocent) units that were alerted by message 1, 2, ... `most`: share[k - 1]. */
void vg_alerted_by(const vg_units *units, bool risk, double *share, size_t most);

#endif
