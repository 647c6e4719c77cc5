/* SPDX-License-Identifier: Apache-2.0
 *
 * learning/train: labelled conversations -> a model, with figures from people it was not trained on.
 *
 * Examples are the windows of one sender in one talk (learning/walk_int.h) and, of those who say more than a window holds, all
 * they said. Logistic regression with an L2 penalty, LIBLINEAR's primal solver: it draws no random numbers, so the same corpus,
 * seed and library give the same file. The two kinds are weighted by the square root of how many more there are of the one.
 * The corpus is parted into folds by people; each fold is scored by a model trained on the others. Figures and calibration
 * come from those scores, the weights from a last training on everything.
 * Callers: cli. Only this room includes linear.h.
 */
#ifndef VG_LEARNING_TRAIN_H
#define VG_LEARNING_TRAIN_H

#include "learning/calibrate.h"

typedef struct vg_train_options {
    uint32_t bits, folds;
    uint64_t seed;
    double cost; /* LIBLINEAR's C */
    size_t most; /* examples at most; those of people without risk are drawn from, and count for those left out. 0: all */
    vg_calibrate_options calibrate; /* its shift and folds are set by training */
    int64_t now_ms;
} vg_train_options;

/* Figures of people: each by the highest risk that any of their windows reached, as an alert would be raised. */
typedef struct vg_train_figures {
    double at; /* threshold on the calibrated risk */
    uint32_t people, risk_people, found, false_alarms;
    double precision, recall, f05, auc;
} vg_train_figures;

typedef struct vg_trained {
    vg_model_parts parts; /* weights and curves: of this structure; vg_trained_free */
    vg_calibration calibration;
    vg_train_figures figures;
    uint64_t examples, features; /* features: values other than zero in all examples */
    int16_t *weights;
} vg_trained;

/** Trains. VG_EINVAL when the corpus has too few people of one kind, or cannot be parted. `progress` may be NULL. */
int vg_train(vg_trained *out, const vg_corpus *corpus, const vg_train_options *options, vg_learning_progress progress, void *context,
             vg_error *err);
void vg_trained_free(vg_trained *trained);

#endif
