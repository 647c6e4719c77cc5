/* SPDX-License-Identifier: Apache-2.0
 *
 * learning/evaluate: a corpus through the real pipeline, message by message, and what it would have said when.
 *
 * Each conversation begins with an empty memory, so that none sees another and the order of the corpus does not matter; those of
 * one group share theirs, their messages in order of time. The pipeline, the policy and its expressions are those that `serve` runs; only what the options change is changed, in a copy of
 * the policy. Ages are told to the pipeline as account events, before the first message, where the corpus knows them.
 * Labels never reach the pipeline. Figures of a run: learning/figures.h.
 * Callers: cli.
 */
#ifndef VG_LEARNING_EVALUATE_H
#define VG_LEARNING_EVALUATE_H

#include "learning/corpus.h"
#include "space/space.h"

typedef struct vg_eval_options {
    vg_policy_set *policies; /* borrowed for the call */
    const char *space;       /* one of them */
    const char *model;       /* file of a model in place of the policy's own; NULL: the policy's */
    bool lexicon_only;       /* the words alone: no conduct, no model, no rules */
    vg_age_band assumed;     /* band of every author without one; UNKNOWN: none is told. One band for all: an age that only the risk
                                author gets would be the label */
    const char *cache_dir;   /* of compiled patterns; NULL: none */
    unsigned threads;        /* 0: 1. The result does not depend on it */
    void (*progress)(void *context, size_t done); /* talks; on the calling thread; may be NULL */
    void *context;
} vg_eval_options;

typedef struct vg_eval_score { /* of one message */
    uint16_t risk;   /* 1/10000, of the message's author */
    uint8_t verdict; /* vg_verdict_kind */
    bool looked_at;  /* false: the policy does not look at this channel */
} vg_eval_score;

typedef struct vg_eval_talk {
    const vg_corpus_talk *talk;
    vg_eval_score *scores;   /* one for each message */
    uint32_t first_request;  /* number, from 1, of the first message in which the expressions see a picture or meeting request or a move
                                elsewhere, by an author labelled risk (by anyone when none is); 0: none */
} vg_eval_talk;

typedef struct vg_eval_run {
    vg_arena *arena;
    vg_eval_talk *talks; /* in the order of the corpus, which must outlive the run */
    size_t count;
    bool names_shared;
    uint16_t nudge_at, review_at; /* the policy's thresholds */
    uint64_t messages, not_looked_at, cut; /* cut: longer than an event's text may be, the rest was not seen */
} vg_eval_run;

/** Runs the pipeline over every talk. VG_ENOENT: no such space; VG_EUNPROCESSABLE, VG_ENOMEM, and whatever compiling the policy says.
 *  `out` is filled on success; free it. */
int vg_eval_run_corpus(vg_eval_run *out, const vg_corpus *corpus, const vg_eval_options *options, vg_error *err);
void vg_eval_free(vg_eval_run *run);

#endif
