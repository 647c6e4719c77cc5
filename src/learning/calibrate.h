/* SPDX-License-Identifier: Apache-2.0
 *
 * learning/calibrate: scores with labels -> curves that turn a score into a risk, for each language, so that of the windows at
 * risk 0.8 four in five belong to people of risk.
 *
 * Two methods, chosen between by log loss on people that were not fitted on: Platt's sigmoid (fitted as Lin, Lin and Weng,
 * "A note on Platt's probabilistic outputs for support vector machines", 2007) and isotonic regression (pool adjacent
 * violators). Every person counts once, however many windows they have.
 * Callers: cli, learning/train.
 */
#ifndef VG_LEARNING_CALIBRATE_H
#define VG_LEARNING_CALIBRATE_H

#include "learning/corpus.h"
#include "signals/text/model/model.h"
#include "signals/text/text.h"

enum { VG_RELIABILITY_BINS = 10, VG_CALIBRATION_LEAST = 20 /* people of each kind that a language needs for its own curve */ };

typedef enum { VG_CALIBRATE_CHOOSE, VG_CALIBRATE_PLATT, VG_CALIBRATE_ISOTONIC } vg_calibrate_method;

/* One window. */
typedef struct vg_scored {
    double score;  /* log odds before calibration */
    double weight; /* one over the windows of its person */
    char language[12];
    uint8_t fold;
    bool risk;
} vg_scored;

/* How well a curve holds on people it was not fitted on. */
typedef struct vg_calibrated {
    char language[12];     /* empty: all */
    uint32_t windows;
    double people, risk_people; /* sums of weights */
    vg_curve_method method;
    double loss[VG_CURVE_METHODS]; /* log loss of each method, natural logarithm */
    double brier, error;   /* error: expected calibration error, mean |predicted - observed| over the bins */
    struct {
        double weight, predicted, observed; /* means; observed: share of risk */
    } bin[VG_RELIABILITY_BINS];
    bool pooled; /* too few people: it has no curve of its own and falls back on that of all */
} vg_calibrated;

typedef struct vg_calibration {
    uint32_t curve_count, language_count;
    vg_model_curve curves[VG_MODEL_CURVES];
    vg_calibrated language[VG_MODEL_CURVES]; /* [0]: all; then every language met, with a curve or without */
} vg_calibration;

typedef struct vg_calibrate_options {
    vg_calibrate_method method;
    uint32_t folds;
    double prevalence; /* of people of risk where the model will run, 0..1; 0: as in the corpus */
    uint32_t shift;    /* the model's unit, 2^-shift */
    const vg_text_engine *text; /* whose spelling table messages are read with; NULL: none */
} vg_calibrate_options;

/** Fits the curves. VG_EINVAL when there are no windows of one kind. Sorts `items`. */
int vg_calibrate_fit(vg_calibration *out, vg_scored *items, size_t count, const vg_calibrate_options *options, vg_error *err);

typedef void (*vg_learning_progress)(void *context, uint64_t done, uint64_t total);

/** Scores a labelled corpus with a model as the pipeline would, and fits curves for it: those of `model` are not used. */
int vg_calibrate_model(vg_calibration *out, const vg_model *model, const vg_corpus *corpus, const vg_calibrate_options *options, uint64_t seed,
                       vg_learning_progress progress, void *context, vg_error *err);

/** Area under the ROC curve: how often somebody of risk scores over somebody else. Weighted; ties count half. */
double vg_learning_auc(vg_scored *items, size_t count);

#endif
