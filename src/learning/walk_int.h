/* SPDX-License-Identifier: Apache-2.0
 *
 * learning, inside: who is who in a corpus, and a talk gone through message by message as the pipeline would see it.
 *
 * People: a name is one person in all talks (corpora that say so), else only in its talk. Talks that share a person are one
 * group; what is split is split between groups, so that nobody is both learned from and tested on.
 * Windows: the same rule as memory's (event/facts.h). A sender's window is an item when it has had about 10, 30, 60, 120, ...
 * tokens, more rarely later, and at its last message: first windows, so that first messages score well, and not all of a long
 * talk.
 */
#ifndef VG_LEARNING_WALK_INT_H
#define VG_LEARNING_WALK_INT_H

#include "learning/corpus.h"
#include "signals/text/model/model.h"
#include "signals/text/text.h"

typedef struct learning_people {
    uint32_t *first;  /* of each talk: place in `person` of its first author */
    uint32_t *person; /* of each author of each talk */
    bool *risk;       /* of each person */
    uint32_t *group;  /* of each talk */
    uint32_t persons, groups, authors; /* authors: places in `person` */
} learning_people;

/** Works out who is who. A talk that is labelled without anybody being named counts for all who write in it. */
int learning_people_of(learning_people *out, const vg_corpus *corpus, vg_error *err);
void learning_people_free(learning_people *people);
/** Parts groups into folds, evenly in people with and without risk; fold[talk] in 0..folds-1. VG_EINVAL when a fold would lack one kind. */
int learning_folds(const learning_people *people, const vg_corpus *corpus, uint32_t folds, uint64_t seed, uint8_t *fold, vg_error *err);

/* One author's way through a talk. */
typedef struct learning_writer {
    uint32_t sent, in_a_row, items, last; /* last: number of its last message in the talk */
    uint64_t tokens, next;                /* so far; at which the next item is due */
} learning_writer;

enum { LEARNING_ITEMS_MOST = 16 }; /* windows of one author in one talk */

void learning_writers_begin(learning_writer *writers, const vg_corpus_talk *talk);
/** Counts message `m` and its tokens; true when its author's window is an item now. *dense as facts would give it. */
bool learning_writers_step(learning_writer *writers, const vg_corpus_talk *talk, size_t m, uint32_t tokens, vg_model_dense *dense);

/** A message as a model reads it, in a buffer that the caller keeps and frees; `engine`: whose spelling table is used, NULL: none.
 *  False: no memory. */
bool learning_normalise(const vg_text_engine *engine, vg_str text, vg_buf *out);

/** "fr" of "fr-CA"; NUL padded; empty when there is none. */
void learning_language(vg_str language, char out[12]);

/* A small generator whose numbers are the same everywhere (splitmix64). */
static inline uint64_t learning_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

#endif
