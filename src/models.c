/* SPDX-License-Identifier: Apache-2.0 */
#include "models.h"

#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"

typedef struct space_models {
    const char *space; /* the policy set's */
    vg_model *model[VG_MODELS];
    _Atomic uint64_t messages[2][2], higher, lower;
} space_models;

struct vg_models {
    vg_policy_set *set;
    size_t count;
    space_models at[];
};

/* The same file, opened for a space before this one. */
static vg_model *find(const vg_models *m, size_t before, const char *path)
{
    for (size_t i = 0; i <= before; i++)
        for (unsigned k = 0; k < VG_MODELS; k++) {
            const char *other = vg_policy_set_at(m->set, i)->model[k];
            if (m->at[i].model[k] && other && strcmp(other, path) == 0) return m->at[i].model[k];
        }
    return NULL;
}

static int open_space(vg_models *m, size_t i, vg_error *err)
{
    const vg_policy *policy = vg_policy_set_at(m->set, i);
    m->at[i].space = policy->space;
    for (unsigned k = 0; k < VG_MODELS; k++) {
        vg_error inner = {0};
        if (!policy->model[k]) continue;
        vg_model *same = find(m, i, policy->model[k]);
        if (same) {
            m->at[i].model[k] = vg_model_ref(same);
            continue;
        }
        int rc = vg_model_open(&m->at[i].model[k], policy->model[k], &inner);
        if (rc) return vg_fail(err, inner.code, policy->file, "model.%s %s: %s", k == VG_MODEL_ACTIVE ? "active" : "shadow", policy->model[k], inner.what);
    }
    return 0;
}

static bool same_model(const vg_model *a, const vg_model *b) { return a == b || (a && b && vg_model_id(a) == vg_model_id(b)); }

static void go_on(space_models *to, const vg_models *before)
{
    for (size_t i = 0; i < before->count; i++) {
        const space_models *from = &before->at[i];
        if (strcmp(from->space, to->space) != 0) continue;
        for (unsigned k = 0; k < VG_MODELS; k++)
            if (!same_model(from->model[k], to->model[k])) return;
        for (unsigned k = 0; k < 4; k++) atomic_store(&to->messages[k / 2][k % 2], atomic_load(&from->messages[k / 2][k % 2]));
        atomic_store(&to->higher, atomic_load(&from->higher));
        atomic_store(&to->lower, atomic_load(&from->lower));
    }
}

int vg_models_open(vg_models **out, vg_policy_set *set, const vg_models *before, vg_error *err)
{
    size_t count = vg_policy_set_count(set);
    vg_models *m = vg_calloc(1, sizeof *m + count * sizeof m->at[0]);
    *out = NULL;
    if (!m) return vg_fail(err, VG_ENOMEM, "", "no memory for the models");
    m->set = vg_policy_set_ref(set);
    m->count = count;
    int rc = 0;
    for (size_t i = 0; i < count && !rc; i++) rc = open_space(m, i, err);
    for (size_t i = 0; i < count && !rc && before; i++) go_on(&m->at[i], before);
    if (rc) vg_models_close(&m);
    *out = m;
    return rc;
}

void vg_models_close(vg_models **models)
{
    vg_models *m = *models;
    *models = NULL;
    if (!m) return;
    for (size_t i = 0; i < m->count; i++)
        for (unsigned k = 0; k < VG_MODELS; k++) vg_model_unref(&m->at[i].model[k]);
    vg_policy_set_unref(&m->set);
    vg_free(m);
}

const vg_model *vg_models_at(const vg_models *models, size_t policy, unsigned which) { return models->at[policy].model[which]; }

void vg_models_read(const vg_models *models, size_t policy, const char *text, size_t len, vg_model_part part[VG_MODELS])
{
    const space_models *s = &models->at[policy];
    for (unsigned k = 0; k < VG_MODELS; k++)
        if (s->model[k]) part[k] = vg_model_score(s->model[k], text, len);
}

static void count_one(_Atomic uint64_t *counter, uint64_t more) { atomic_fetch_add_explicit(counter, more, memory_order_relaxed); }

void vg_models_judge(vg_models *models, size_t policy, const vg_policy *rules, const vg_facts *facts, vg_str language, vg_evidence *ev,
                     size_t *count)
{
    space_models *s = &models->at[policy];
    if (!s->model[VG_MODEL_ACTIVE] && !s->model[VG_MODEL_SHADOW]) return;
    vg_model_dense dense = vg_model_dense_facts(facts);
    uint16_t risk[VG_MODELS] = {0};
    for (unsigned k = 0; k < VG_MODELS; k++)
        if (s->model[k]) risk[k] = vg_model_risk(s->model[k], facts->model[k], &dense, language);
    if (s->model[VG_MODEL_ACTIVE]) {
        uint16_t before = vg_model_risk(s->model[VG_MODEL_ACTIVE], facts->model_before[VG_MODEL_ACTIVE], &dense, language);
        vg_model_evidence(risk[VG_MODEL_ACTIVE], before, rules->model_at, ev, count);
    }
    if (!s->model[VG_MODEL_SHADOW]) return;
    uint16_t active = risk[VG_MODEL_ACTIVE], shadow = risk[VG_MODEL_SHADOW];
    count_one(&s->messages[active >= rules->model_at][shadow >= rules->model_at], 1);
    if (shadow > active) count_one(&s->higher, shadow - active);
    else if (active > shadow) count_one(&s->lower, active - shadow);
}

void vg_models_counts_get(const vg_models *models, size_t policy, vg_models_counts *out)
{
    const space_models *s = &models->at[policy];
    for (unsigned k = 0; k < 4; k++) out->messages[k / 2][k % 2] = atomic_load_explicit(&s->messages[k / 2][k % 2], memory_order_relaxed);
    out->higher = atomic_load_explicit(&s->higher, memory_order_relaxed);
    out->lower = atomic_load_explicit(&s->lower, memory_order_relaxed);
}
