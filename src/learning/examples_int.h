/* SPDX-License-Identifier: Apache-2.0
 *
 * learning, inside: a corpus as LIBLINEAR reads it.
 */
#ifndef VG_LEARNING_EXAMPLES_INT_H
#define VG_LEARNING_EXAMPLES_INT_H

#include <linear.h>

#include "learning/train.h"
#include "learning/walk_int.h"

typedef struct learning_example {
    size_t at; /* place of its first node, until all are there; then `x` */
    struct feature_node *x;
    uint32_t person;
    float weight; /* one over the person's windows; more where others like it were left out; whole: 0 */
    uint8_t fold;
    bool risk, whole; /* whole: all that somebody said in a talk, used for training only */
    vg_model_dense dense; /* for scoring; training sees it in every second window, see examples.c */
    char language[12];
} learning_example;

typedef struct learning_examples {
    learning_example *list;
    size_t count, cap;
    struct feature_node *nodes;
    size_t node_count, node_cap;
    uint32_t columns; /* buckets, dense values, the constant */
    uint32_t messages;
} learning_examples;

/** Columns are numbered from 1: buckets, then the dense values, then the constant 1. Takes `steps` of the steps of progress. */
int learning_examples_make(learning_examples *out, const vg_corpus *corpus, const learning_people *people, const uint8_t *fold,
                           const vg_train_options *options, vg_learning_progress progress, void *context, uint64_t steps, vg_error *err);
void learning_examples_free(learning_examples *examples);

#endif
