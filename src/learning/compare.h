/* SPDX-License-Identifier: Apache-2.0
 *
 * learning/compare: two models on the same talks, message by message, before one takes the other's place.
 * Callers: cli.
 */
#ifndef VG_LEARNING_COMPARE_H
#define VG_LEARNING_COMPARE_H

#include "learning/calibrate.h"

enum { VG_COMPARE_LANGUAGES = 32 };

/* [active at or over the threshold][shadow at or over it] */
typedef struct vg_compared {
    char language[12];          /* empty: all */
    uint64_t messages[2][2];
    uint64_t people[2][2];      /* by the highest risk that any of their messages reached; people without risk ... */
    uint64_t risk_people[2][2]; /* ... and with */
    double higher, lower;       /* sums of how far the shadow's risk was above, below the active one's */
    uint64_t sooner, later;     /* people of risk that both found: the shadow at an earlier message, at a later one */
} vg_compared;

typedef struct vg_comparison {
    uint32_t count;
    vg_compared language[VG_COMPARE_LANGUAGES]; /* [0]: all */
} vg_comparison;

/** Runs both models over a corpus as the pipeline would; `at`: threshold on the risk, 1/10000. People are counted once for each talk.
 *  `text`: whose spelling table messages are read with; NULL: none. */
int vg_compare_models(vg_comparison *out, const vg_model *active, const vg_model *shadow, const vg_corpus *corpus, uint16_t at,
                      const vg_text_engine *text, vg_learning_progress progress, void *context, vg_error *err);

#endif
