/* SPDX-License-Identifier: Apache-2.0
 *
 * models: the statistical models of a set of policies: opened, applied to messages, and the one in shadow compared.
 *
 * A space may name an active model and one in shadow. Both read every message that is looked at; only the active one is
 * evidence. How often the two stand on different sides of the policy's threshold is counted for each space.
 * Invariants: immutable but for the counts; freed by whoever made it. The models of spaces that name the same file are one.
 * Callers: pipeline.
 */
#ifndef VG_MODELS_H
#define VG_MODELS_H

#include "event/facts.h"
#include "signals/text/model/model.h"
#include "space/space.h"

typedef struct vg_models vg_models;

/* What two models made of the same messages. */
typedef struct vg_models_counts {
    uint64_t messages[2][2];   /* [active at or over the threshold][shadow at or over it] */
    uint64_t higher, lower;    /* sums of how far the shadow's risk was above, below the active one's, in 1/10000 */
} vg_models_counts;

/** Opens what the policies name. A model that is refused fails all, with its space and the reason. Counts go on from `before`
 *  (may be NULL) where a space's models are the same as they were. */
int vg_models_open(vg_models **out, vg_policy_set *set, const vg_models *before, vg_error *err);
void vg_models_close(vg_models **models);
/** The model of a space, or NULL. */
const vg_model *vg_models_at(const vg_models *models, size_t policy, unsigned which);
/** A normalised message's part for each model of the space; without a model: no tokens. */
void vg_models_read(const vg_models *models, size_t policy, const char *text, size_t len, vg_model_part part[VG_MODELS]);
/** Evidence of the active model from the facts of a message, and counts. Any thread. */
void vg_models_judge(vg_models *models, size_t policy, const vg_policy *rules, const vg_facts *facts, vg_str language, vg_evidence *ev,
                     size_t *count);
void vg_models_counts_get(const vg_models *models, size_t policy, vg_models_counts *out);

#endif
