/* SPDX-License-Identifier: Apache-2.0
 *
 * The file to read first: what happens to an event, in order.
 *
 *     event     parsed and checked (event/parse.cpp), by the caller
 *       |       -- any thread, no memory --------------------------------- prepare
 *     policy    which space is it, may its content be looked at
 *     text      which families of behaviour are named in the message; what a model makes of its words
 *     media     is a picture or video known material, or nearly the same as some
 *       |       -- one at a time, in the order of events ------------------ apply
 *     seen      the same event again: the same answer again
 *     memory    what is known of the two accounts, their pair, the conversation
 *     conduct   who contacts whom, and how
 *     rules     what the operator's own rules make of all that
 *     decision  evidence + policy -> verdict, with reasons
 *     window    the message waits in RAM, in case a case opens
 *       |       -- the caller, before it acknowledges --------------------- store
 *     case      a person decides
 *
 * The second part is a few hundred nanoseconds under one lock. One lock is what makes the order of events a
 * fact, and a replay of it give the same verdicts; docs/architecture/pipeline.md says where its limit is.
 */
#include "pipeline.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/alloc.h"
#include "base/time.h"
#include "case_content.h"
#include "decision/decision.h"
#include "memory/window.h"
#include "rulebook.h"
#include "signals/conduct/conduct.h"
#include "signals/media/bank.h"
#include "signals/text/text.h"

enum {
    PREFETCH_AHEAD = 6, /* events: where records are looked up; the records themselves half as far */
    SOURCE_BYTES = 64,
    CONTEXT_MOST = 8 << 20, /* bytes of earlier messages that the cases of one call may take along */
    EXPLAIN_MOST = 2048,    /* bytes of a message in which the model's words are looked for */
    EXPLAIN_ROOM = 16 * EXPLAIN_MOST + 128, /* what vg_text_normalise asks for */
};

/* A message normalised once more, with the map back, to show where the model's evidence is. */
typedef struct explanation {
    char text[EXPLAIN_ROOM];
    uint32_t map[EXPLAIN_ROOM];
} explanation;

/* The policies in force with their compiled text engines: immutable, shared, freed by the last who holds it. */
typedef struct rules {
    atomic_uint references;
    uint64_t number; /* of the reload that brought them: an address may be used again, a number is not */
    vg_policy_set *set;
    vg_models *models;
    size_t count;
    vg_rulebook *book; /* the operator's own rules; run under the pipeline's lock */
    vg_text_engine *engine[];
} rules;

struct vg_pipeline {
    pthread_mutex_t lock; /* memory and window: the order of events */
    pthread_mutex_t swap; /* the pointers `rules` and `banks` only */
    rules *rules;
    vg_bank_set *banks; /* NULL: none but those of the policies */
    vg_memory *memory; /* borrowed */
    vg_window *window; /* NULL: no context is kept */
    char *cache_dir;   /* NULL: compiled patterns are not kept */
};

struct vg_worker {
    vg_pipeline *pipeline;
    rules *held;     /* between begin and finish */
    uint64_t fitted; /* number of the rules that `scratch` is large enough for; 0: none */
    vg_text_scratch *scratch;
    explanation *explanation; /* made by the first message that needs one */
    /* The last event's source, hashed: most events come from the source of the one before. */
    char source[SOURCE_BYTES];
    size_t source_len;
    uint64_t source_key;
    vg_bank_set *banks; /* taken by the first media of a group: messages, nearly all there is, pay nothing for it */
};

/* ---- rules ---- */

static void rules_unref(rules **r)
{
    if (!*r) return;
    if (atomic_fetch_sub_explicit(&(*r)->references, 1, memory_order_acq_rel) == 1) {
        for (size_t i = 0; i < (*r)->count; i++) vg_text_engine_destroy(&(*r)->engine[i]);
        vg_models_close(&(*r)->models);
        vg_rulebook_close(&(*r)->book);
        vg_policy_set_unref(&(*r)->set);
        vg_free(*r);
    }
    *r = NULL;
}

/* An engine of the same patterns, from this set or from the rules before it: compiling takes a second, and spaces share lexicons. */
static vg_text_engine *find_engine(const rules *in, const vg_policy *policy)
{
    vg_text_engine *shared = NULL;
    vg_text_sources sources = vg_text_sources_of(policy);
    for (size_t i = 0; in && !shared && i < in->count && in->engine[i]; i++)
        shared = vg_text_engine_share(in->engine[i], &sources);
    return shared;
}

static int rules_create(rules **out, vg_policy_set *set, const rules *before, const char *cache_dir, vg_error *err)
{
    size_t count = vg_policy_set_count(set);
    rules *r = vg_calloc(1, sizeof *r + count * sizeof r->engine[0]);
    if (!r) return vg_fail(err, VG_ENOMEM, "", "no memory for the policies");
    atomic_init(&r->references, 1);
    r->set = vg_policy_set_ref(set);
    r->count = count;
    for (size_t i = 0; i < count; i++) {
        const vg_policy *policy = vg_policy_set_at(set, i);
        vg_text_engine *shared = find_engine(r, policy);
        if (!shared) shared = find_engine(before, policy);
        r->engine[i] = shared;
        vg_text_sources sources = vg_text_sources_of(policy);
        sources.cache_dir = cache_dir;
        int rc = shared ? 0 : vg_text_engine_create(&r->engine[i], &sources, err);
        if (rc) {
            rules_unref(&r);
            return rc;
        }
    }
    int rc = vg_models_open(&r->models, set, before ? before->models : NULL, err);
    if (!rc) rc = vg_rulebook_open(&r->book, set, before ? before->book : NULL, err);
    if (rc) rules_unref(&r);
    *out = r;
    return rc;
}

static rules *rules_take(vg_pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->swap);
    rules *r = pipeline->rules;
    atomic_fetch_add_explicit(&r->references, 1, memory_order_relaxed);
    pthread_mutex_unlock(&pipeline->swap);
    return r;
}

static vg_bank_set *banks_take(vg_pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->swap);
    vg_bank_set *set = pipeline->banks ? vg_bank_set_ref(pipeline->banks) : NULL;
    pthread_mutex_unlock(&pipeline->swap);
    return set;
}

/* ---- life ---- */

static char *copy_path(const char *path)
{
    size_t size = strlen(path) + 1;
    char *copy = vg_malloc(size);
    if (copy) memcpy(copy, path, size);
    return copy;
}

int vg_pipeline_create(vg_pipeline **out, const vg_pipeline_options *options, vg_error *err)
{
    *out = NULL;
    vg_pipeline *pipeline = vg_calloc(1, sizeof *pipeline);
    if (!pipeline) return vg_fail(err, VG_ENOMEM, "", "no memory for the pipeline");
    pthread_mutex_init(&pipeline->lock, NULL);
    pthread_mutex_init(&pipeline->swap, NULL);
    pipeline->memory = options->memory;
    if (options->banks) pipeline->banks = vg_bank_set_ref(options->banks);
    int rc = 0;
    if (options->cache_dir && !(pipeline->cache_dir = copy_path(options->cache_dir)))
        rc = vg_fail(err, VG_ENOMEM, "", "no memory for the pipeline");
    else if (options->like) pipeline->rules = rules_take(options->like);
    else if (!(rc = rules_create(&pipeline->rules, options->policies, NULL, pipeline->cache_dir, err))) pipeline->rules->number = 1;
    if (!rc && options->window_bytes) rc = vg_window_create(&pipeline->window, options->window_bytes, err);
    if (rc) vg_pipeline_destroy(&pipeline);
    *out = pipeline;
    return rc;
}

void vg_pipeline_destroy(vg_pipeline **pipeline)
{
    vg_pipeline *p = *pipeline;
    if (!p) return;
    vg_window_destroy(&p->window);
    rules_unref(&p->rules);
    if (p->banks) vg_bank_set_unref(&p->banks);
    pthread_mutex_destroy(&p->swap);
    pthread_mutex_destroy(&p->lock);
    vg_free(p->cache_dir);
    vg_free(p);
    *pipeline = NULL;
}

void vg_pipeline_use_memory(vg_pipeline *pipeline, vg_memory *memory)
{
    pthread_mutex_lock(&pipeline->lock);
    pipeline->memory = memory;
    pthread_mutex_unlock(&pipeline->lock);
}

int vg_pipeline_reload(vg_pipeline *pipeline, vg_policy_set *policies, vg_error *err)
{
    rules *fresh = NULL, *now = rules_take(pipeline);
    int rc = rules_create(&fresh, policies, now, pipeline->cache_dir, err);
    rules_unref(&now);
    if (rc) return rc;
    pthread_mutex_lock(&pipeline->swap);
    rules *old = pipeline->rules;
    fresh->number = old->number + 1;
    pipeline->rules = fresh;
    pthread_mutex_unlock(&pipeline->swap);
    rules_unref(&old);
    return 0;
}

void vg_pipeline_use_banks(vg_pipeline *pipeline, vg_bank_set *banks)
{
    vg_bank_set *fresh = banks ? vg_bank_set_ref(banks) : NULL;
    pthread_mutex_lock(&pipeline->swap);
    vg_bank_set *old = pipeline->banks;
    pipeline->banks = fresh;
    pthread_mutex_unlock(&pipeline->swap);
    if (old) vg_bank_set_unref(&old);
}

vg_policy_set *vg_pipeline_policies(vg_pipeline *pipeline)
{
    rules *r = rules_take(pipeline);
    vg_policy_set *set = vg_policy_set_ref(r->set);
    rules_unref(&r);
    return set;
}

void vg_pipeline_rules(vg_pipeline *pipeline, void (*each)(const char *space, const vg_rule_status *rule, void *context), void *context)
{
    rules *r = rules_take(pipeline);
    vg_rulebook_each(r->book, each, context);
    rules_unref(&r);
}

int vg_worker_create(vg_worker **out, vg_pipeline *pipeline, vg_error *err)
{
    *out = NULL;
    vg_worker *worker = vg_calloc(1, sizeof *worker);
    if (!worker) return vg_fail(err, VG_ENOMEM, "", "no memory for a worker");
    worker->pipeline = pipeline;
    int rc = vg_text_scratch_create(&worker->scratch, err);
    if (rc) vg_worker_destroy(&worker);
    *out = worker;
    return rc;
}

void vg_worker_destroy(vg_worker **worker)
{
    if (!*worker) return;
    vg_worker_finish(*worker);
    vg_text_scratch_destroy(&(*worker)->scratch);
    vg_free((*worker)->explanation);
    vg_free(*worker);
    *worker = NULL;
}

int vg_worker_begin(vg_worker *worker, vg_error *err)
{
    vg_worker_finish(worker);
    worker->held = rules_take(worker->pipeline);
    if (worker->held->number == worker->fitted) return 0;
    worker->fitted = 0;
    for (size_t i = 0; i < worker->held->count; i++) {
        int rc = vg_text_scratch_fit(worker->scratch, worker->held->engine[i], err);
        if (rc) {
            vg_worker_finish(worker);
            return rc;
        }
    }
    worker->fitted = worker->held->number;
    return 0;
}

void vg_worker_finish(vg_worker *worker)
{
    rules_unref(&worker->held);
    if (worker->banks) vg_bank_set_unref(&worker->banks);
}

/* ---- stages without memory ---- */

static bool has_content(vg_event_type type) { return type == VG_EVENT_MESSAGE || type == VG_EVENT_MEDIA; }

static uint64_t source_key(vg_worker *worker, vg_str source)
{
    if (source.len == worker->source_len && memcmp(source.ptr, worker->source, source.len) == 0) return worker->source_key;
    uint64_t key = vg_memory_source_key(worker->pipeline->memory, source);
    if (source.len > 0 && source.len <= SOURCE_BYTES) {
        memcpy(worker->source, source.ptr, source.len);
        worker->source_len = source.len;
        worker->source_key = key;
    }
    return key;
}

/* A piece of evidence for equal bytes, and one for what is nearly the same. */
static void note_matches(vg_task *task)
{
    uint32_t equal = 0, near = 0;
    for (size_t i = 0; i < task->match_count; i++) {
        if (task->match[i].algorithm == VG_HASH_PDQ) near++;
        else equal++;
    }
    if (equal && task->evidence_count) task->evidence[0].value += equal; /* a bank of the policy knows it too */
    else if (equal)
        task->evidence[task->evidence_count++] = (vg_evidence){
            .kind = VG_MEDIA_KNOWN, .fresh = true, .strength = 10000, .value = equal, .detail = UINT16_MAX};
    if (near)
        task->evidence[task->evidence_count++] = (vg_evidence){
            .kind = VG_MEDIA_SIMILAR, .fresh = true, .strength = 10000, .value = near, .detail = UINT16_MAX};
}

/* The banks of the policy know equal bytes; those of the installation also what is nearly the same. A bank that has expired is told by
 * the event's time, not by a clock, so that a replay finds what was found. */
static int look_up(vg_worker *worker, const vg_event *event, vg_task *task, vg_error *err)
{
    vg_bank_result found;
    vg_media_evidence(task->policy, event->hashes, event->hash_count, task->evidence, &task->evidence_count,
                      &task->media_effect);
    if (!worker->banks) worker->banks = banks_take(worker->pipeline);
    if (!worker->banks) return 0;
    int rc = vg_bank_set_match(worker->banks, event->space, event->time_ms, event->hashes, event->hash_count, &found, err);
    if (rc) return rc;
    task->banks = worker->banks;
    task->match_count = found.count;
    memcpy(task->match, found.match, found.count * sizeof found.match[0]);
    note_matches(task);
    if (found.effect > task->media_effect) task->media_effect = found.effect;
    return 0;
}

size_t vg_task_matches(const vg_task *task, vg_match_shown out[VG_MATCHES_MAX])
{
    for (size_t i = 0; i < task->match_count; i++) {
        const vg_media_match *m = &task->match[i];
        const vg_bank *bank = vg_bank_set_at(task->banks, m->bank);
        out[i] = (vg_match_shown){.match = *m,
                                  .bank_id = bank->id,
                                  .bank = bank->name,
                                  .source = bank->source,
                                  .classification = bank->classification,
                                  .category = vg_bank_set_category(task->banks, m),
                                  .effect = m->doubted && bank->effect > VG_BANK_REVIEW ? VG_BANK_REVIEW : bank->effect,
                                  .visible_to = bank->visible_to};
    }
    return task->match_count;
}

/* What memory learns from the words: numbers only. A message that may be an opening is hashed whole; a short one is everybody's. */
static void brief_of(const vg_worker *worker, const vg_event *event, const vg_text_hits *hits, vg_text_brief *brief)
{
    enum { OPENING_LEAST = 32, OPENING_MOST = 1024 }; /* bytes, normalised */
    static const vg_hash_key opening_key = {0x6f70656e696e6773, 0x76696769652d7632}; /* memory hashes it again, with its own key */
    brief->families = hits->families;
    brief->stated_age = hits->stated_age;
    brief->token_count = hits->token_count;
    if (hits->token_count) memcpy(brief->token, hits->token, sizeof brief->token);
    if (event->to_count != 1) return;
    size_t len = 0;
    const char *words = vg_text_normalised(worker->scratch, &len);
    if (len < OPENING_LEAST) return;
    brief->opening = vg_hash_content(&opening_key, words, len < OPENING_MOST ? len : OPENING_MOST) | 1;
}

int vg_pipeline_prepare(vg_worker *worker, const vg_event *event, vg_task *task, vg_error *err)
{
    task->event = event;
    task->hits.count = task->hits.families = 0; /* the places themselves are not cleared: nobody looks beyond the count */
    task->hits.reporting = false;
    task->hits.stated_age = task->hits.token_count = 0;
    task->brief = (vg_text_brief){0};
    task->evidence_count = 0;
    task->media_effect = task->at_least = VG_VERDICT_ALLOW;
    task->seen = VG_SEEN_NEW;
    task->case_id = 0;
    task->needs_case = false;
    task->match_count = 0;
    task->model_span_count = 0;

    task->policy = vg_policy_set_find(worker->held->set, event->space, &task->policy_index);
    if (!task->policy)
        return vg_fail(err, VG_EUNPROCESSABLE, "/source", "no policy for the space \"%.*s\"", VG_STR_ARG(event->space));
    task->policy = vg_rulebook_policy(worker->held->book, task->policy_index);
    vg_memory_keys_from(worker->pipeline->memory, source_key(worker, event->source), event, &task->keys);

    task->scanned = !has_content(event->type) || vg_policy_may_scan(task->policy, event->channel, event->time_ms);
    if (!task->scanned) return 0;
    if (event->type == VG_EVENT_MESSAGE) {
        if (!vg_text_scan(worker->held->engine[task->policy_index], worker->scratch, event->text, &task->hits))
            return vg_fail(err, VG_EIO, "/data/text", "the text could not be scanned");
        brief_of(worker, event, &task->hits, &task->brief);
        vg_memory_keys_text(worker->pipeline->memory, &task->brief, &task->keys);
        if (task->hits.count) vg_text_evidence(&task->hits, task->evidence, &task->evidence_count);
        size_t len;
        const char *normalised = vg_text_normalised(worker->scratch, &len);
        vg_models_read(worker->held->models, task->policy_index, normalised, len, task->brief.model);
    } else if (event->type == VG_EVENT_MEDIA) {
        return look_up(worker, event, task, err);
    }
    return 0;
}

/* ---- stages with memory ---- */

/* Who writes to whom, where that counts. */
static vg_relation relation_of(const vg_task *task)
{
    switch (task->event->type) {
    case VG_EVENT_MESSAGE:
    case VG_EVENT_MEDIA:
    case VG_EVENT_CONTACT: return vg_conduct_relation(&task->facts, task->policy);
    default: return VG_REL_ADULT_TO_UNKNOWN;
    }
}

size_t vg_task_changes(const vg_task *task, vg_change out[VG_CHANGE_MOST])
{
    return vg_decision_changes(task->policy, relation_of(task), &task->verdict, task->media_effect, out);
}

/* What memory, conduct and rules add to the evidence, and the verdict on all of it. */
static int judge(vg_worker *worker, vg_task *task, vg_error *err)
{
    const vg_event *event = task->event;
    switch (event->type) {
    case VG_EVENT_MESSAGE:
    case VG_EVENT_MEDIA:
    case VG_EVENT_CONTACT:
        vg_conduct_evidence(event, &task->facts, task->policy, task->evidence, &task->evidence_count);
        if (task->scanned && event->type == VG_EVENT_MESSAGE)
            vg_models_judge(worker->held->models, task->policy_index, task->policy, &task->facts, event->language, task->evidence,
                            &task->evidence_count);
        if (task->scanned)
            vg_decision_remembered(&task->facts, task->policy, task->hits.families, task->evidence,
                                   &task->evidence_count);
        if (task->scanned && task->hits.reporting) vg_decision_reported(task->evidence, task->evidence_count);
        break;
    case VG_EVENT_NOTICE:
        vg_notice_evidence(&task->facts, task->evidence, &task->evidence_count);
        break;
    default: break;
    }
    vg_relation relation = relation_of(task);
    int rc = vg_rulebook_ask(worker->held->book, task, relation, err);
    if (rc) return rc;
    vg_decide(task->policy, relation, task->evidence, task->evidence_count, task->media_effect, task->scanned,
              &task->verdict);
    return 0;
}

/* What somebody must read: the acting account's language, else that of the expressions found, else what the message says of itself.
 * Languages are two or three letters here; what follows ("fr-CA") is left out. */
static vg_str language_of(const vg_task *task)
{
    vg_str language = vg_str_of(task->facts.language);
    for (size_t i = 0; !language.len && task->scanned && i < task->verdict.count; i++) {
        const vg_evidence *ev = &task->verdict.evidence[i];
        if (ev->fresh && vg_evidence_family(ev->kind) >= 0 && ev->detail < task->policy->pattern_count)
            language = vg_str_of(task->policy->patterns[ev->detail].language);
    }
    if (!language.len) language = task->event->language;
    size_t len = 0;
    while (len < language.len && ((language.ptr[len] >= 'a' && language.ptr[len] <= 'z') || (language.ptr[len] >= 'A' && language.ptr[len] <= 'Z')))
        len++;
    if (len < 2 || len > 3 || (len < language.len && language.ptr[len] != '-') || vg_str_is((vg_str){language.ptr, len}, "und")) return (vg_str){"", 0};
    return (vg_str){language.ptr, len};
}

/* Which other cases it belongs with. */
static void link_case(vg_task *task)
{
    const vg_facts *facts = &task->facts;
    task->write.account_tag = facts->account_tag;
    memcpy(task->write.linked_tag, facts->linked_tag, sizeof task->write.linked_tag);
    for (size_t i = 0; i < task->verdict.count; i++)
        if (task->verdict.evidence[i].kind == VG_CONDUCT_SAME_OPENING && task->verdict.evidence[i].fresh) task->write.opening = task->brief.opening;
}

/* The case this verdict asks for, but for its content. */
static void ask_for_case(vg_task *task, int64_t now_ms)
{
    const vg_event *event = task->event;
    bool notice = event->type == VG_EVENT_NOTICE;
    uint8_t child = notice ? task->facts.actor_band : task->facts.peer_band;
    if (!notice && child == VG_AGE_UNKNOWN) child = task->facts.peer_stated_band; /* what they said of themselves protects them */
    task->write = (vg_case_write){
        .space = event->space,
        .account = notice ? event->about : event->subject,
        .account_band = notice ? task->facts.about_band : task->facts.actor_band,
        .account_basis = notice ? task->facts.about_basis : task->facts.actor_basis,
        .youngest_band = vg_age_is_minor(child) ? child : VG_AGE_UNKNOWN,
        .source = event->source,
        .event_id = event->id,
        .time_ms = event->time_ms,
        .now_ms = now_ms,
        .due_ms = now_ms + (int64_t)task->policy->review_within_hours * VG_HOUR_MS,
        .verdict = task->verdict,
        .language = language_of(task),
        .imminent_due_ms = task->policy->queue.imminent_minutes ? now_ms + (int64_t)task->policy->queue.imminent_minutes * VG_MINUTE_MS : 0,
        .offer_after = task->policy->queue.offer_after,
        .is_notice = notice,
        .notice_reason = (uint8_t)event->reason,
        .reporter = notice ? event->subject : (vg_str){"", 0},
    };
    link_case(task);
    task->needs_case = true;
}

/* An event whose case was not stored: the verdict given stands. What memory did not keep of it is found again:
 * places and patterns in the message, and who the two are. Nothing is counted a second time. */
static void recall(vg_pipeline *pipeline, vg_task *task, const vg_verdict *given)
{
    task->verdict = *given;
    for (size_t i = 0; i < given->count; i++) {
        vg_evidence *piece = &task->verdict.evidence[i];
        piece->detail = UINT16_MAX; /* no pattern, no bank: another policy may be in force by now */
        for (size_t k = 0; k < task->evidence_count; k++) {
            if (task->evidence[k].kind != piece->kind) continue;
            piece->detail = task->evidence[k].detail;
            piece->span = task->evidence[k].span;
        }
    }
    vg_facts *facts = &task->facts;
    bool known = vg_memory_begin(pipeline->memory, task->event, &task->keys, task->policy, &task->brief, facts,
                                 NULL) == 0;
    vg_memory_abandon(pipeline->memory);
    if (!known) memset(facts, 0, sizeof *facts);
    /* begin reckons with one event more than there was */
    bool wrote = task->event->type != VG_EVENT_CONTACT;
    if (facts->sent && wrote) facts->sent--;
    if (facts->sent_in_row && wrote) facts->sent_in_row--;
    if (facts->asked_after_refusal && facts->asks_now) facts->asked_after_refusal--;
    if (facts->notices_made) facts->notices_made--;
    if (facts->notices_against) facts->notices_against--;
}

/* One event, under the lock. `cases` is false for assess, which has no store. */
static int apply_one(vg_worker *worker, vg_task *task, bool cases, vg_error *err)
{
    vg_pipeline *pipeline = worker->pipeline;
    vg_seen seen;
    vg_memory_seen(pipeline->memory, &task->keys, &seen);
    task->seen = seen.state;
    switch (seen.state) {
    case VG_SEEN_CONFLICT:
        return vg_fail(err, VG_ECONFLICT, "/id", "the id \"%.*s\" was used before with other content",
                       VG_STR_ARG(task->event->id));
    case VG_SEEN_DUPLICATE:
        task->verdict = seen.verdict;
        task->case_id = seen.case_id;
        return 0;
    case VG_SEEN_UNCOMMITTED: /* applied before, its case was not stored: only that is left to do */
        recall(pipeline, task, &seen.verdict);
        task->needs_case = cases;
        return 0;
    default: break;
    }

    int rc = vg_memory_begin(pipeline->memory, task->event, &task->keys, task->policy, &task->brief, &task->facts, err);
    if (rc) return rc;
    for (unsigned m = 0; m < VG_MODELS; m++) /* of whom memory keeps no window, the message is one by itself */
        if (!task->facts.model[m].tokens) task->facts.model[m] = vg_model_window_add((vg_model_part){0}, task->brief.model[m]);
    rc = judge(worker, task, err);
    if (rc) {
        vg_memory_abandon(pipeline->memory);
        return rc;
    }
    if (task->verdict.kind < task->at_least) task->verdict.kind = task->at_least;
    task->needs_case = cases && task->verdict.kind >= VG_VERDICT_REVIEW;
    return vg_memory_commit(pipeline->memory, &task->verdict, task->needs_case, err);
}

/* Of an event that was applied before, the window holds what followed, and itself if it is a message: they are no part of
 * its context. */
static void leave_out_later(vg_case_context *context, const vg_event *event, size_t most)
{
    for (size_t i = 0; i < context->count; i++)
        if (vg_str_eq(context->messages[i].id, event->id) || context->messages[i].time_ms > event->time_ms) context->count = i;
    if (context->count > most) { /* one more was asked for, in case it is itself */
        context->messages += context->count - most;
        context->count = most;
    }
}

static size_t context_bytes(const vg_case_context *context)
{
    size_t sum = 0;
    for (size_t i = 0; i < context->count; i++) sum += context->messages[i].text.len;
    return sum;
}

/* Context for a case: the `most` messages before this one. Then this one waits for the next. */
static int keep_context(vg_pipeline *pipeline, vg_task *task, size_t most, vg_arena *arena, vg_case_context *context)
{
    const vg_event *event = task->event;
    if (!pipeline->window || !task->keys.conversation) return 0;
    int rc = 0;
    bool again = task->seen == VG_SEEN_UNCOMMITTED;
    if (task->needs_case)
        rc = vg_window_get(pipeline->window, task->keys.conversation,
                           event->time_ms - (int64_t)task->policy->context_minutes * VG_MINUTE_MS,
                           most ? most + again : 0, arena, &context->messages, &context->count);
    if (again) leave_out_later(context, event, most);
    if (event->type == VG_EVENT_MESSAGE && task->scanned && task->seen == VG_SEEN_NEW)
        vg_window_add(pipeline->window, task->keys.conversation, event, task->facts.actor_band);
    return rc;
}

/* Before event `i` is applied: what the events a little later will need. */
static void look_ahead(const vg_pipeline *pipeline, vg_task *tasks, size_t count, size_t i)
{
    size_t far = i + PREFETCH_AHEAD, soon = i + PREFETCH_AHEAD / 2;
    if (far < count) {
        vg_memory_prefetch(pipeline->memory, &tasks[far].keys);
        if (pipeline->window) vg_window_prefetch(pipeline->window, tasks[far].keys.conversation);
    }
    if (soon < count) vg_memory_prefetch_records(pipeline->memory, &tasks[soon].keys);
}

/* One event alone would wait for its lines either way. */
static void look_ahead_first(const vg_pipeline *pipeline, vg_task *tasks, size_t count)
{
    if (count < 2) return;
    for (size_t i = 0; i < count && i < PREFETCH_AHEAD; i++) vg_memory_prefetch(pipeline->memory, &tasks[i].keys);
    for (size_t i = 0; i < count && i < PREFETCH_AHEAD / 2; i++) vg_memory_prefetch_records(pipeline->memory, &tasks[i].keys);
}

/* Where the model's evidence of this message is: outside the lock, for the few messages that have some. */
static void explain(vg_worker *worker, vg_task *task)
{
    vg_evidence *piece = NULL;
    for (size_t i = 0; i < task->verdict.count; i++)
        if (task->verdict.evidence[i].kind == VG_TEXT_MODEL && task->verdict.evidence[i].fresh) piece = &task->verdict.evidence[i];
    const vg_model *model = vg_models_at(worker->held->models, task->policy_index, VG_MODEL_ACTIVE);
    if (!piece || !model || !task->scanned || task->event->type != VG_EVENT_MESSAGE || task->seen == VG_SEEN_DUPLICATE) return;
    if (!worker->explanation) worker->explanation = vg_malloc(sizeof *worker->explanation);
    explanation *e = worker->explanation;
    if (!e) return; /* a verdict without a place, not no verdict */
    vg_str text = task->event->text;
    if (text.len > EXPLAIN_MOST) text.len = EXPLAIN_MOST;
    size_t len = vg_text_normalise(worker->held->engine[task->policy_index], text, e->text, 16 * text.len + 128, e->map);
    task->model_span_count = vg_model_explain(model, e->text, len, e->map, text, task->model_span);
    if (task->model_span_count) piece->span = task->model_span[0].span;
}

size_t vg_pipeline_apply(vg_worker *worker, vg_task *tasks, size_t count, int64_t now_ms, vg_arena *arena,
                         vg_error *errors)
{
    vg_pipeline *pipeline = worker->pipeline;
    size_t failed = 0, held = 0; /* held: bytes of context */
    vg_case_context *context = NULL; /* of the tasks that need a case; allocated when the first one does */

    look_ahead_first(pipeline, tasks, count);
    pthread_mutex_lock(&pipeline->lock);
    for (size_t i = 0; i < count; i++) {
        look_ahead(pipeline, tasks, count, i);
        errors[i].code = VG_OK;
        if (apply_one(worker, &tasks[i], now_ms != 0, &errors[i])) {
            failed++;
            continue;
        }
        if (!pipeline->window) continue;
        vg_case_context none = {0}, *place = &none;
        if (tasks[i].needs_case) {
            if (!context) context = vg_arena_calloc(arena, count, sizeof *context);
            if (context) place = &context[i];
        }
        size_t most = held < CONTEXT_MOST ? tasks[i].policy->context_messages : 0;
        if (keep_context(pipeline, &tasks[i], most, arena, place)) *place = none; /* a case without context, not no case */
        held += context_bytes(place);
    }
    pthread_mutex_unlock(&pipeline->lock);

    for (size_t i = 0; i < count; i++) {
        if (!errors[i].code) explain(worker, &tasks[i]);
        if (errors[i].code || !tasks[i].needs_case) continue;
        vg_case_context none = {0};
        ask_for_case(&tasks[i], now_ms);
        vg_case_context *own = context ? &context[i] : &none;
        own->engine = worker->held->engine[tasks[i].policy_index];
        own->scratch = worker->scratch;
        tasks[i].write.content = vg_case_content(&tasks[i], own, arena);
        if (!tasks[i].write.content.ptr) { /* remembered as uncommitted: a retry stores the case */
            vg_fail(&errors[i], VG_ENOMEM, "", "no memory for the content of a case");
            failed++;
        }
    }
    return failed;
}

void vg_pipeline_case_stored(vg_pipeline *pipeline, uint64_t event_key, int64_t case_id)
{
    pthread_mutex_lock(&pipeline->lock);
    vg_memory_case_stored(pipeline->memory, event_key, case_id);
    pthread_mutex_unlock(&pipeline->lock);
}

void vg_pipeline_locked(vg_pipeline *pipeline, void (*call)(vg_memory *memory, struct vg_window *window, void *context),
                        void *context)
{
    pthread_mutex_lock(&pipeline->lock);
    call(pipeline->memory, pipeline->window, context);
    pthread_mutex_unlock(&pipeline->lock);
}

void vg_pipeline_each_model(vg_pipeline *pipeline,
                            void (*call)(const vg_policy *policy, const vg_model *const model[VG_MODELS], const vg_models_counts *counts, void *context),
                            void *context)
{
    rules *r = rules_take(pipeline);
    for (size_t i = 0; i < r->count; i++) {
        const vg_model *model[VG_MODELS];
        vg_models_counts counts;
        bool any = false;
        for (unsigned k = 0; k < VG_MODELS; k++) any |= (model[k] = vg_models_at(r->models, i, k)) != NULL;
        vg_models_counts_get(r->models, i, &counts);
        if (any) call(vg_policy_set_at(r->set, i), model, &counts, context);
    }
    rules_unref(&r);
}
