/* SPDX-License-Identifier: Apache-2.0 */
#include "learning/evaluate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/alloc.h"
#include "pipeline.h"

/* Nothing here is kept: a fixed key gives the same run everywhere. */
static const vg_hash_key eval_key = {0x7669676965, 0x6576616c};
enum { SEEN_RECORDS = 1024, THREADS_MOST = 64 };

typedef struct evaluation {
    const vg_eval_options *options;
    const vg_corpus *corpus;
    vg_eval_run *run;
    vg_policy_set *policies; /* the changed copy */
    vg_pipeline *compiled;   /* its expressions, shared by the threads */
    atomic_size_t next, done;
    atomic_bool failed;
    atomic_ullong not_looked_at, cut;
    pthread_mutex_t lock;
    vg_error error; /* of the talk that comes first, of those that failed */
    size_t error_talk;
} evaluation;

typedef struct evaluator { /* one thread */
    evaluation *e;
    vg_pipeline *pipeline;
    vg_worker *worker;
    vg_arena *arena;
    vg_str *to;
    char source[VG_EVENT_MAX_NAME + 16];
    vg_task task;
    bool caller; /* the thread that shows progress */
} evaluator;

/* ---- the policy ---- */

static void change_policy(void *context, vg_policy *policy)
{
    const vg_eval_options *options = context;
    if (options->model) policy->model[VG_MODEL_ACTIVE] = options->model;
    policy->model[VG_MODEL_SHADOW] = NULL;
    if (!options->lexicon_only) return;
    policy->model[VG_MODEL_ACTIVE] = NULL;
    policy->rule_count = 0;
    for (unsigned kind = 0; kind < VG_EVIDENCE_KINDS; kind++)
        if (vg_evidence_family(kind) < 0) policy->weight[kind] = 0;
}

/* ---- one talk ---- */

static int run_event(evaluator *v, const vg_event *event, vg_error *err)
{
    vg_error applied = {0};
    int rc = vg_worker_begin(v->worker, err);
    if (!rc) rc = vg_pipeline_prepare(v->worker, event, &v->task, err);
    if (!rc && vg_pipeline_apply(v->worker, &v->task, 1, 0, v->arena, &applied)) {
        if (err) *err = applied;
        rc = -applied.code;
    }
    vg_worker_finish(v->worker);
    return rc;
}

static int tell_ages(evaluator *v, const vg_corpus_talk *talk, const vg_event *usual, vg_error *err)
{
    char id[32];
    int rc = 0;
    for (size_t i = 0; i < talk->author_count && !rc; i++) {
        const vg_corpus_author *author = &talk->authors[i];
        vg_event event = *usual;
        event.type = VG_EVENT_ACCOUNT;
        event.id = (vg_str){id, (size_t)snprintf(id, sizeof id, "a%zu", i)};
        event.subject = author->name;
        event.time_ms = talk->messages[0].time_ms;
        event.age_band = (vg_age_band)author->band;
        event.age_basis = (vg_age_basis)author->basis;
        if (author->band == VG_AGE_UNKNOWN) {
            event.age_band = v->e->options->assumed;
            event.age_basis = VG_BASIS_DECLARED;
        } else if (author->basis == VG_BASIS_UNKNOWN) {
            event.age_basis = VG_BASIS_DECLARED; /* the least that a band can stand on */
        }
        if (event.age_band != VG_AGE_UNKNOWN) rc = run_event(v, &event, err);
    }
    return rc;
}

/* Everybody else of the talk, as a room has them. Public talk is to nobody in particular. */
static size_t recipients(evaluator *v, const vg_corpus_talk *talk, size_t author)
{
    size_t count = 0;
    if (talk->channel == VG_CHANNEL_PUBLIC) return 0;
    for (size_t i = 0; i < talk->author_count && count < VG_EVENT_MAX_TO; i++)
        if (i != author) v->to[count++] = talk->authors[i].name;
    return count;
}

/* At most as long as an event's text may be, cut between characters. */
static vg_str cut_text(evaluator *v, vg_str text)
{
    if (text.len <= VG_EVENT_MAX_TEXT) return text;
    atomic_fetch_add_explicit(&v->e->cut, 1, memory_order_relaxed);
    size_t len = VG_EVENT_MAX_TEXT;
    while (len && ((uint8_t)text.ptr[len] & 0xc0) == 0x80) len--;
    return (vg_str){text.ptr, len};
}

static bool any_labelled(const vg_corpus_talk *talk)
{
    for (size_t i = 0; i < talk->author_count; i++)
        if (talk->authors[i].risk) return true;
    return false;
}

static int run_messages(evaluator *v, vg_eval_talk *out, const vg_event *usual, vg_error *err)
{
    static const uint32_t first = 1;
    const vg_corpus_talk *talk = out->talk;
    uint32_t requests = first << vg_evidence_family(VG_TEXT_PICTURE_REQUEST) | first << vg_evidence_family(VG_TEXT_MEETING_REQUEST) |
                        first << vg_evidence_family(VG_TEXT_MOVING_APP);
    bool labelled = any_labelled(talk);
    char id[32];
    for (size_t i = 0; i < talk->message_count; i++) {
        const vg_corpus_message *message = &talk->messages[i];
        const vg_corpus_author *author = &talk->authors[message->author];
        vg_event event = *usual;
        event.type = VG_EVENT_MESSAGE;
        event.id = (vg_str){id, (size_t)snprintf(id, sizeof id, "m%zu", i)};
        event.subject = author->name;
        event.time_ms = message->time_ms;
        event.conversation = VG_STR("talk");
        event.channel = talk->channel;
        event.to = v->to;
        event.to_count = recipients(v, talk, message->author);
        event.text = event.raw = cut_text(v, message->text);
        event.language = talk->language;
        int rc = run_event(v, &event, err);
        if (rc) return rc;
        out->scores[i] = (vg_eval_score){v->task.verdict.risk, (uint8_t)v->task.verdict.kind, v->task.scanned};
        if (!v->task.scanned) atomic_fetch_add_explicit(&v->e->not_looked_at, 1, memory_order_relaxed);
        else if (!out->first_request && v->task.hits.families & requests && (author->risk || !labelled))
            out->first_request = (uint32_t)i + 1;
    }
    return 0;
}

static int run_talk(evaluator *v, vg_eval_talk *out, vg_error *err)
{
    vg_memory *memory = NULL;
    vg_event usual = {.source = vg_str_of(v->source), .space = vg_str_of(v->e->options->space)};
    int rc = vg_memory_open(&memory, &(vg_memory_options){.key = eval_key, .seen_records = SEEN_RECORDS}, err);
    if (rc) return rc;
    vg_pipeline_use_memory(v->pipeline, memory);
    rc = tell_ages(v, out->talk, &usual, err);
    if (!rc) rc = run_messages(v, out, &usual, err);
    vg_pipeline_use_memory(v->pipeline, NULL);
    vg_memory_close(&memory);
    vg_arena_reset(v->arena);
    return rc;
}

/* ---- threads ---- */

static void note_failure(evaluation *e, size_t talk, const vg_error *err)
{
    pthread_mutex_lock(&e->lock);
    if (!atomic_load(&e->failed) || talk < e->error_talk) {
        e->error = *err;
        e->error_talk = talk;
    }
    atomic_store(&e->failed, true);
    pthread_mutex_unlock(&e->lock);
}

static int open_evaluator(evaluator *v, vg_error *err)
{
    snprintf(v->source, sizeof v->source, "/spaces/%s", v->e->options->space);
    v->arena = vg_arena_create(64 << 10, 16 << 20);
    v->to = vg_calloc(VG_EVENT_MAX_TO, sizeof *v->to);
    if (!v->arena || !v->to) return vg_fail(err, VG_ENOMEM, "", "no memory for a worker");
    int rc = vg_pipeline_create(&v->pipeline, &(vg_pipeline_options){.policies = v->e->policies, .like = v->e->compiled}, err);
    return rc ? rc : vg_worker_create(&v->worker, v->pipeline, err);
}

static void close_evaluator(evaluator *v)
{
    vg_worker_destroy(&v->worker);
    vg_pipeline_destroy(&v->pipeline);
    vg_arena_destroy(&v->arena);
    vg_free(v->to);
    vg_free(v);
}

static void evaluate_talks(evaluation *e, bool caller)
{
    vg_error err = {0};
    evaluator *v = vg_calloc(1, sizeof *v);
    if (!v) {
        vg_fail(&err, VG_ENOMEM, "", "no memory for a worker");
        note_failure(e, 0, &err);
        return;
    }
    v->e = e;
    if (open_evaluator(v, &err)) note_failure(e, 0, &err);
    while (!atomic_load_explicit(&e->failed, memory_order_relaxed)) {
        size_t i = atomic_fetch_add_explicit(&e->next, 1, memory_order_relaxed);
        if (i >= e->run->count) break;
        if (run_talk(v, &e->run->talks[i], &err)) note_failure(e, i, &err);
        size_t done = atomic_fetch_add_explicit(&e->done, 1, memory_order_relaxed) + 1;
        if (caller && e->options->progress) e->options->progress(e->options->context, done);
    }
    close_evaluator(v);
}

static void *evaluate_thread(void *context)
{
    evaluate_talks(context, false);
    return NULL;
}

static void run_threads(evaluation *e)
{
    pthread_t id[THREADS_MOST];
    unsigned started = 0, wanted = e->options->threads < THREADS_MOST ? e->options->threads : THREADS_MOST;
    while (started + 1 < wanted && !pthread_create(&id[started], NULL, evaluate_thread, e)) started++;
    evaluate_talks(e, true); /* this thread is one of them; fewer threads give the same */
    for (unsigned i = 0; i < started; i++) pthread_join(id[i], NULL);
}

/* ---- a run ---- */

static int make_room(vg_eval_run *run, const vg_corpus *corpus, vg_error *err)
{
    run->arena = vg_arena_create(64 << 10, (size_t)4 << 30);
    run->talks = run->arena ? vg_arena_calloc(run->arena, corpus->count, sizeof *run->talks) : NULL;
    if (!run->talks) return vg_fail(err, VG_ENOMEM, "", "no memory for an evaluation");
    run->count = corpus->count;
    run->names_shared = corpus->names_shared;
    for (size_t i = 0; i < corpus->count; i++) {
        run->talks[i].talk = &corpus->talks[i];
        run->talks[i].scores = vg_arena_calloc(run->arena, corpus->talks[i].message_count, sizeof *run->talks[i].scores);
        if (!run->talks[i].scores) return vg_fail(err, VG_ENOMEM, "", "no memory for an evaluation");
        run->messages += corpus->talks[i].message_count;
    }
    return 0;
}

int vg_eval_run_corpus(vg_eval_run *out, const vg_corpus *corpus, const vg_eval_options *options, vg_error *err)
{
    evaluation e = {.options = options, .corpus = corpus, .run = out, .lock = PTHREAD_MUTEX_INITIALIZER};
    *out = (vg_eval_run){0};
    int rc = vg_policy_set_derive(&e.policies, options->policies, options->space, change_policy, (void *)(uintptr_t)options, err);
    if (!rc) rc = make_room(out, corpus, err);
    if (!rc) rc = vg_pipeline_create(&e.compiled, &(vg_pipeline_options){.policies = e.policies}, err);
    if (!rc) {
        const vg_policy *policy = vg_policy_set_at(e.policies, 0);
        out->nudge_at = policy->nudge_at;
        out->review_at = policy->review_at;
        run_threads(&e);
        out->not_looked_at = atomic_load(&e.not_looked_at);
        out->cut = atomic_load(&e.cut);
        if (atomic_load(&e.failed)) {
            if (err) *err = e.error;
            rc = -e.error.code;
        }
    }
    vg_pipeline_destroy(&e.compiled);
    if (e.policies) vg_policy_set_unref(&e.policies);
    pthread_mutex_destroy(&e.lock);
    if (rc) vg_eval_free(out);
    return rc;
}

void vg_eval_free(vg_eval_run *run)
{
    vg_arena_destroy(&run->arena);
    *run = (vg_eval_run){0};
}
