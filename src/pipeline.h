/* SPDX-License-Identifier: Apache-2.0
 *
 * pipeline: event -> evidence -> verdict (-> case), the stages in order.
 *
 * A task is one event on its way. vg_pipeline_prepare runs the stages that need no memory (policy, text, media), on any
 * thread; vg_pipeline_apply runs those that do (seen, memory, conduct, decision, window), one task at a time under the
 * pipeline's own lock, in the order of the calls: that order is the order of events. Replaying the same order gives the
 * same verdicts. Storing a case is the caller's next step (vg_task.needs_case), before it acknowledges.
 * Callers: net, cli, bench, tests.
 */
#ifndef VG_PIPELINE_H
#define VG_PIPELINE_H

#include "base/arena.h"
#include "base/error.h"
#include "decision/decision.h"
#include "event/case.h"
#include "event/event.h"
#include "event/facts.h"
#include "event/policy.h"
#include "memory/memory.h"
#include "models.h"
#include "signals/media/bank_set.h"
#include "space/space.h"

struct vg_window; /* memory/window.h */
typedef struct vg_pipeline vg_pipeline;
typedef struct vg_worker vg_worker; /* scratch of one thread */

typedef struct vg_pipeline_options {
    vg_memory *memory;       /* borrowed */
    vg_policy_set *policies; /* a reference is taken */
    size_t window_bytes;     /* RAM for case context; 0: none (assess) */
    vg_bank_set *banks;      /* a reference is taken; NULL: only the policies' own banks */
    vg_pipeline *like;       /* not NULL: what this one compiled of the policies is shared, `policies` is not looked at */
    const char *cache_dir;   /* for compiled patterns; copied; NULL: none */
} vg_pipeline_options;

int vg_pipeline_create(vg_pipeline **out, const vg_pipeline_options *options, vg_error *err);
void vg_pipeline_destroy(vg_pipeline **pipeline);
/** Another memory, with the same key, from the next event on: an evaluation begins each conversation with an empty one. No task may
 *  be under way. */
void vg_pipeline_use_memory(vg_pipeline *pipeline, vg_memory *memory);
/** Swaps the policies (SIGHUP): text engines are compiled and models opened first; on error the old set stays. */
int vg_pipeline_reload(vg_pipeline *pipeline, vg_policy_set *policies, vg_error *err);
/** Swaps the banks that media is looked up in; a reference is taken. Groups that have begun go on with the set they hold. */
void vg_pipeline_use_banks(vg_pipeline *pipeline, vg_bank_set *banks);
/** A reference to the current policies; unref it. */
vg_policy_set *vg_pipeline_policies(vg_pipeline *pipeline);

/** Tells of every operator's rule of every space: how it runs, and whether it is off. */
struct vg_rule_status; /* signals/rules/rules.h */
void vg_pipeline_rules(vg_pipeline *pipeline, void (*each)(const char *space, const struct vg_rule_status *rule, void *context), void *context);

int vg_worker_create(vg_worker **out, vg_pipeline *pipeline, vg_error *err);
void vg_worker_destroy(vg_worker **worker);

typedef struct vg_task {
    const vg_event *event;
    const vg_policy *policy; /* valid until vg_worker_finish */
    size_t policy_index;
    vg_memory_keys keys;
    bool scanned;
    vg_text_hits hits;
    vg_text_brief brief; /* what the text brings to memory */
    vg_evidence evidence[VG_EVIDENCE_KINDS];
    size_t evidence_count;
    vg_verdict_kind media_effect;
    vg_verdict_kind at_least; /* set by the caller after prepare: a notice under the law comes before a person whatever it weighs */
    vg_facts facts;
    vg_verdict verdict;
    vg_seen_state seen;
    int64_t case_id;   /* of a duplicate whose case is known */
    bool needs_case;   /* verdict is review, hold or block and its case is not stored yet */
    vg_case_write write; /* filled when needs_case; strings in the arena given to apply */
    /* where the model's evidence of this message is, strongest first; only when it is fresh */
    size_t model_span_count;
    vg_model_span model_span[VG_MODEL_SPANS];
    /* media only: what the banks know of it, surest first */
    const vg_bank_set *banks; /* valid until vg_worker_finish */
    size_t match_count;
    vg_media_match match[VG_MATCHES_MAX];
} vg_task;

/** The matches of a task with their names; returns how many. Of a duplicate: those of now, which are those of then unless a bank
 *  changed in between. */
size_t vg_task_matches(const vg_task *task, vg_match_shown out[VG_MATCHES_MAX]);

/** What would lower the verdict of a task that was applied; see vg_decision_changes. Cheap enough for a case or a person, not for
 *  every event. */
size_t vg_task_changes(const vg_task *task, vg_change out[VG_CHANGE_MOST]);

/** Begins a group of tasks: the worker takes the current policies and holds them until vg_worker_finish. */
int vg_worker_begin(vg_worker *worker, vg_error *err);
void vg_worker_finish(vg_worker *worker);

/** Stages without memory. VG_EUNPROCESSABLE at "/source" when the space has no policy. */
int vg_pipeline_prepare(vg_worker *worker, const vg_event *event, vg_task *task, vg_error *err);
/** Stages with memory for `count` tasks in order, under one lock. errors[i].code is set for tasks that failed
 *  (VG_ECONFLICT same id other content; VG_EFULL, VG_ENOMEM: not applied, try again); returns how many failed. `now_ms` is the wall clock
 *  for case times (0: no cases, assess). */
size_t vg_pipeline_apply(vg_worker *worker, vg_task *tasks, size_t count, int64_t now_ms, vg_arena *arena, vg_error *errors);
/** After the store committed the case of a task. */
void vg_pipeline_case_stored(vg_pipeline *pipeline, uint64_t event_key, int64_t case_id);
/** Calls for each space that has a model, with its name, its models (one may be NULL) and what was counted since they came. */
void vg_pipeline_each_model(vg_pipeline *pipeline,
                            void (*call)(const vg_policy *policy, const vg_model *const model[VG_MODELS], const vg_models_counts *counts, void *context),
                            void *context);
/** Runs `call` under the pipeline's lock (export, erase, sweep, stats). */
void vg_pipeline_locked(vg_pipeline *pipeline, void (*call)(vg_memory *memory, struct vg_window *window, void *context), void *context);

#endif
