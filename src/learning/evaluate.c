/* SPDX-License-Identifier: Apache-2.0 */
#include "learning/evaluate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/alloc.h"
#include "learning/corpus_int.h"
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
    size_t *order;         /* talks, those of a group together */
    size_t *group;         /* where each group begins in `order`; one more than there are */
    size_t group_count;
    atomic_size_t next, done;
    atomic_bool failed;
    atomic_ullong not_looked_at, cut;
    pthread_mutex_t lock;
    vg_error error; /* of the group that comes first, of those that failed */
    size_t error_group;
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

static int tell_ages(evaluator *v, const vg_corpus_talk *talk, size_t number, const vg_event *usual, vg_error *err)
{
    char id[48];
    int rc = 0;
    for (size_t i = 0; i < talk->author_count && !rc; i++) {
        const vg_corpus_author *author = &talk->authors[i];
        vg_event event = *usual;
        event.type = VG_EVENT_ACCOUNT;
        event.id = (vg_str){id, (size_t)snprintf(id, sizeof id, "a%zu.%zu", number, i)};
        event.subject = author->name;
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

/* Picture, camera or meeting, or a move elsewhere: what one would want to be warned before. */
static bool has_request(const vg_text_hits *hits)
{
    static const vg_evidence_kind kinds[] = {VG_TEXT_PICTURE_REQUEST, VG_TEXT_MEETING_REQUEST, VG_TEXT_MOVING_APP};
    uint32_t requests = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) requests |= vg_evidence_family_bit(kinds[i]);
    return hits->families & requests;
}

static int run_message(evaluator *v, vg_eval_talk *out, size_t number, size_t i, const vg_event *usual, vg_error *err)
{
    const vg_corpus_talk *talk = out->talk;
    const vg_corpus_message *message = &talk->messages[i];
    const vg_corpus_author *author = &talk->authors[message->author];
    char id[48], conversation[32];
    vg_event event = *usual;
    event.type = VG_EVENT_MESSAGE;
    event.id = (vg_str){id, (size_t)snprintf(id, sizeof id, "m%zu.%zu", number, i)};
    event.subject = author->name;
    event.time_ms = message->time_ms;
    event.conversation = (vg_str){conversation, (size_t)snprintf(conversation, sizeof conversation, "talk%zu", number)};
    event.channel = talk->channel;
    event.to = v->to;
    event.to_count = recipients(v, talk, message->author);
    event.text = event.raw = cut_text(v, message->text);
    event.language = talk->language;
    int rc = run_event(v, &event, err);
    if (rc) return rc;
    out->scores[i] = (vg_eval_score){v->task.verdict.risk, (uint8_t)v->task.verdict.kind, v->task.scanned};
    if (!v->task.scanned) atomic_fetch_add_explicit(&v->e->not_looked_at, 1, memory_order_relaxed);
    else if (!out->first_request && has_request(&v->task.hits) && (author->risk || !any_labelled(talk))) out->first_request = (uint32_t)i + 1;
    return 0;
}

/* The messages of the talks of a group in order of time; of the same moment, in the order of the talks. */
static int run_messages(evaluator *v, const size_t *talks, size_t count, size_t *at, const vg_event *usual, vg_error *err)
{
    vg_eval_talk *all = v->e->run->talks;
    for (;;) {
        size_t first = count;
        for (size_t k = 0; k < count; k++) {
            const vg_corpus_talk *talk = all[talks[k]].talk;
            if (at[k] == talk->message_count) continue;
            if (first == count || talk->messages[at[k]].time_ms < all[talks[first]].talk->messages[at[first]].time_ms) first = k;
        }
        if (first == count) return 0;
        int rc = run_message(v, &all[talks[first]], first, at[first], usual, err);
        if (rc) return rc;
        at[first]++;
    }
}

static int run_group(evaluator *v, const size_t *talks, size_t count, vg_error *err)
{
    vg_memory *memory = NULL;
    vg_event usual = {.source = vg_str_of(v->source), .space = vg_str_of(v->e->options->space), .time_ms = INT64_MAX};
    vg_eval_talk *all = v->e->run->talks;
    size_t *at = vg_arena_calloc(v->arena, count, sizeof *at);
    if (!at) return vg_fail(err, VG_ENOMEM, "", "no memory for an evaluation");
    for (size_t k = 0; k < count; k++)
        if (all[talks[k]].talk->messages[0].time_ms < usual.time_ms) usual.time_ms = all[talks[k]].talk->messages[0].time_ms;
    int rc = vg_memory_open(&memory, &(vg_memory_options){.key = eval_key, .seen_records = SEEN_RECORDS}, err);
    if (rc) return rc;
    vg_pipeline_use_memory(v->pipeline, memory);
    for (size_t k = 0; k < count && !rc; k++) rc = tell_ages(v, all[talks[k]].talk, k, &usual, err);
    if (!rc) rc = run_messages(v, talks, count, at, &usual, err);
    vg_pipeline_use_memory(v->pipeline, NULL);
    vg_memory_close(&memory);
    vg_arena_reset(v->arena);
    return rc;
}

/* ---- threads ---- */

static void note_failure(evaluation *e, size_t group, const vg_error *err)
{
    pthread_mutex_lock(&e->lock);
    if (!atomic_load(&e->failed) || group < e->error_group) {
        e->error = *err;
        e->error_group = group;
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
        if (i >= e->group_count) break;
        size_t count = e->group[i + 1] - e->group[i];
        if (run_group(v, e->order + e->group[i], count, &err)) note_failure(e, i, &err);
        size_t done = atomic_fetch_add_explicit(&e->done, count, memory_order_relaxed) + count;
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

/* Groups in the order of their first talks. Memory of the run's arena. */
static int find_groups(evaluation *e, vg_error *err)
{
    size_t n = e->corpus->count, groups = 0;
    corpus_set names = {0};
    size_t *of = vg_arena_calloc(e->run->arena, n, sizeof *of);
    e->order = vg_arena_calloc(e->run->arena, n, sizeof *e->order);
    e->group = vg_arena_calloc(e->run->arena, n + 2, sizeof *e->group);
    int rc = of && e->order && e->group ? 0 : -VG_ENOMEM;
    for (size_t i = 0; i < n && !rc; i++) {
        bool is_new = true;
        of[i] = groups;
        if (e->corpus->talks[i].group.len) rc = vg_corpus_set_put(&names, e->corpus->talks[i].group, &of[i], &is_new);
        groups += is_new;
        if (!rc) e->group[of[i] + 2]++; /* counted one place on, so that filling leaves the beginnings */
    }
    vg_corpus_set_free(&names);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for an evaluation");
    for (size_t g = 2; g < groups + 2; g++) e->group[g] += e->group[g - 1];
    for (size_t i = 0; i < n; i++) e->order[e->group[of[i] + 1]++] = i;
    e->group_count = groups;
    return 0;
}

int vg_eval_run_corpus(vg_eval_run *out, const vg_corpus *corpus, const vg_eval_options *options, vg_error *err)
{
    evaluation e = {.options = options, .corpus = corpus, .run = out, .lock = PTHREAD_MUTEX_INITIALIZER};
    *out = (vg_eval_run){0};
    int rc = vg_policy_set_derive(&e.policies, options->policies, options->space, change_policy, (void *)(uintptr_t)options, err);
    if (!rc) rc = make_room(out, corpus, err);
    if (!rc) rc = find_groups(&e, err);
    if (!rc) rc = vg_pipeline_create(&e.compiled, &(vg_pipeline_options){.policies = e.policies, .cache_dir = options->cache_dir}, err);
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
