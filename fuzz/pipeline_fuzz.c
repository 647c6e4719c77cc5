/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as lines of events, through the whole pipeline in RAM, with the shipped lobby.
 *
 * Whatever comes out keeps its promises: a verdict in range, an answer and a case content that an independent reader
 * (jansson) reads, no text of a channel that may not be looked at, and the same answer to the same event again.
 * Every input speaks of a source of its own, so that it meets nothing of those before it and a finding is repeated by
 * its input alone.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "decision/decision.h"
#include "pipeline.h"

static vg_policy_set *policies;
static vg_memory *memory;
static vg_pipeline *pipeline;
static vg_worker *worker;
static vg_event_parser *parser;
static vg_arena *arena;
static size_t round_number;
static char source[64];

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) abort();
}

static void open_all(void)
{
    vg_error err = {0};
    vg_memory_options options = {.key = {3, 4}, .seen_records = 1 << 10};
    must(!vg_policy_set_load(&policies, VG_TEST_POLICY, &err) && !vg_memory_open(&memory, &options, &err));
    vg_pipeline_options with = {.memory = memory, .policies = policies, .window_bytes = 1 << 16, .cache_dir = getenv("VIGIE_TEST_CACHE")};
    must(!vg_pipeline_create(&pipeline, &with, &err) && !vg_worker_create(&worker, pipeline, &err));
    must(!vg_event_parser_create(&parser, &err));
    arena = vg_arena_create(1 << 16, 64 << 20);
    must(arena != NULL);
}

/* Before the first input, whose time is limited: compiling the shipped patterns takes long under sanitizers. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    open_all();
    return 0;
}

/* Everything is past its retention at the end of time: a sweep then leaves nothing of one input to the next. */
static void forget_all(void)
{
    vg_memory_sweep(memory, INT64_MAX / 4, 1, 1 << 16);
}

static bool contains(vg_str in, vg_str what)
{
    return what.len && memmem(in.ptr, in.len, what.ptr, what.len);
}

static void check_content(const vg_task *task)
{
    json_t *root = json_loadb(task->write.content.ptr, task->write.content.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    must(json_is_object(root));
    json_t *event = json_object_get(root, "event"), *span;
    size_t i;
    must(vg_str_is(task->event->id, json_string_value(json_object_get(event, "id"))));
    json_t *text = json_object_get(json_object_get(event, "data"), "text");
    must(json_is_true(json_object_get(root, "withheld")) == !task->scanned);
    if (!task->scanned) {
        must(!text || json_string_length(text) == 0);
        must(task->event->text.len < 24 || !contains(task->write.content, task->event->text));
    }
    must(json_array_size(json_object_get(root, "window")) <= task->policy->context_messages);
    json_array_foreach(json_object_get(root, "spans"), i, span) {
        json_int_t from = json_integer_value(json_object_get(span, "from")), to = json_integer_value(json_object_get(span, "to"));
        must(from >= 0 && from < to && (size_t)to <= task->event->text.len);
        must(vg_utf8_valid(task->event->text.ptr + from, (size_t)(to - from), NULL));
    }
    json_decref(root);
}

static void check_answer(const vg_task *task)
{
    vg_buf out;
    vg_buf_init(&out, 1 << 20);
    vg_verdict_write(&out, task->policy, task->event->id, &task->verdict, task->case_id, task->seen == VG_SEEN_DUPLICATE);
    must(!out.failed);
    json_t *root = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    must(json_is_object(root) && vg_str_is(task->event->id, json_string_value(json_object_get(root, "id"))));
    must(json_number_value(json_object_get(root, "risk")) <= 1);
    json_decref(root);
    vg_buf_free(&out);
}

static void check_verdict(const vg_task *task)
{
    const vg_verdict *v = &task->verdict;
    must(v->kind < VG_VERDICTS && v->risk <= 10000 && v->count <= VG_EVIDENCE_KINDS);
    for (unsigned i = 0; i < v->count; i++) {
        must(v->evidence[i].kind < VG_EVIDENCE_KINDS && v->evidence[i].weight <= 10000);
        must(v->scanned || vg_evidence_family(v->evidence[i].kind) < 0);
        must(i == 0 || v->evidence[i].weight <= v->evidence[i - 1].weight);
    }
    must(task->needs_case == (v->kind >= VG_VERDICT_REVIEW && task->seen != VG_SEEN_DUPLICATE));
}

static void one(const char *line, size_t len)
{
    vg_event event;
    vg_error err = {0};
    static vg_task task, again;
    vg_arena_reset(arena);
    if (vg_event_parse(parser, line, len, 0, arena, &event, &err)) return;
    event.source = vg_str_of(source);
    int rc = vg_pipeline_prepare(worker, &event, &task, &err);
    if (rc) {
        must(rc == -VG_EUNPROCESSABLE && strcmp(err.where, "/source") == 0);
        return;
    }
    if (vg_pipeline_apply(worker, &task, 1, VG_DAY_MS, arena, &err)) {
        must(err.code == VG_ECONFLICT);
        return;
    }
    check_verdict(&task);
    check_answer(&task);
    if (task.needs_case) check_content(&task);

    must(!vg_pipeline_prepare(worker, &event, &again, &err) && !vg_pipeline_apply(worker, &again, 1, VG_DAY_MS, arena, &err));
    must(again.seen != VG_SEEN_NEW && again.needs_case == task.needs_case);
    must(again.verdict.kind == task.verdict.kind && again.verdict.risk == task.verdict.risk);
    if (again.needs_case) {
        check_content(&again);
        must(again.write.account_band == task.write.account_band && again.write.youngest_band == task.write.youngest_band);
        if (event.id.len % 2) vg_pipeline_case_stored(pipeline, task.keys.event, 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    vg_error err = {0};
    must(!vg_worker_begin(worker, &err));
    snprintf(source, sizeof source, "/spaces/lobby#%zu", round_number++);
    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t len = end ? (size_t)(end - data) - at : size - at;
        one((const char *)data + at, len);
        at += len + 1;
    }
    vg_worker_finish(worker);
    forget_all();
    return 0;
}
