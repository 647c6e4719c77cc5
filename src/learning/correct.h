/* SPDX-License-Identifier: Apache-2.0
 *
 * learning/correct: what people said of a model's evidence -> a correction of its curves.
 *
 * DESIGN. A judgement says whether the model was right (1) or wrong (0) where it showed a risk p. For each language, p becomes
 * p' = sigmoid(a * logit(p) + b), with the a >= 0 and b that make the judgements likeliest (recalibration as D. R. Cox, "Two further
 * applications of a model for binary regression", Biometrika 45, 1958), together with a prior around a = 1, b = 0: as if
 * VG_CORRECTION_PRIOR more judgements had found a risk of 0.5 exact, which holds b, and a normal distribution of a with a standard deviation of
 * 0.1. A few judgements so move a curve little, and as a whole; a >= 0 keeps who is over whom. Only what was shown is judged, risks from the
 * policy's model.from on: below, the same line moves the curve and nobody has looked. That is what the prior of a is for: judgements of a
 * narrow range say little of the slope, and a curve that they flatten would raise the risk of everybody who was never shown.
 *
 * Each half of a language's judgements (in the file's order: the older, the newer, so that what two people said of one event
 * stays together) is read by the correction that the other half gives. The curve is corrected only where that loses less, by more than one
 * standard error of the difference: what chance explains moves nothing.
 * Callers: cli.
 */
#ifndef VG_LEARNING_CORRECT_H
#define VG_LEARNING_CORRECT_H

#include "learning/calibrate.h"
#include "learning/feedback.h"

enum {
    VG_CORRECTION_LEAST = 30, /* judgements, right or wrong, that a language needs */
    VG_CORRECTION_PRIOR = 40, /* judgements that the prior counts as */
};

typedef enum {
    VG_CORRECTION_MADE,
    VG_CORRECTION_FEW,   /* fewer than VG_CORRECTION_LEAST: left as it is */
    VG_CORRECTION_WORSE, /* no clear gain on the half it was not fitted on: left as it is */
    VG_CORRECTION_STATES
} vg_correction_state;
extern const char *const vg_correction_state_names[VG_CORRECTION_STATES]; /* "corrected", "few", "no_better" */

typedef struct vg_corrected {
    char language[12];        /* empty: all that the curve of all reads and that have not enough judgements by themselves */
    vg_correction_state state;
    bool added;               /* the language had no curve of its own: that of all, corrected, becomes it */
    uint32_t right, wrong;
    double a, b;              /* fitted on all of them; unless FEW */
    double least;             /* lowest risk that was judged */
    double brier[2], loss[2]; /* before; after, each half by the other's correction. Unless FEW. */
    double error;             /* standard error of loss[0] - loss[1] */
    struct {
        uint32_t count, right;
        double before, after; /* means of the risk */
    } bin[VG_RELIABILITY_BINS]; /* by the risk before */
} vg_corrected;

typedef struct vg_correction {
    uint32_t curve_count, language_count;
    vg_model_curve curves[VG_MODEL_CURVES];
    vg_corrected language[VG_MODEL_CURVES + 1]; /* [0]: by the curve of all; then every language with a curve or enough judgements */
    size_t right, wrong, unsure;                /* of this model; unsure ones are left out */
    size_t answered;                            /* of the right and the wrong: what receivers of reports answered */
    size_t other_evidence, other_models;        /* left out: not of text.model; of another model's file */
} vg_correction;

/** Corrects `curves` (copied) by what was said of the model whose file is called `name` (a judgement that names none counts, too). `shown` are
 *  the curves that were in force when it was said: they turn what was shown back into a score where the two differ, as after a new calibration.
 *  Nothing is refused: a list without a judgement of the model corrects nothing. VG_ENOMEM. */
int vg_correct(vg_correction *out, const vg_judged_list *list, const char *name, const vg_model_curve *shown, uint32_t shown_count,
               const vg_model_curve *curves, uint32_t curve_count, vg_error *err);

#endif
