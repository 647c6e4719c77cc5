/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole pipeline in RAM with a policy directory, and events in one call. All rooms are the real ones.
 */
#ifndef VG_TESTS_UNIT_PIPELINE_FIXTURE_H
#define VG_TESTS_UNIT_PIPELINE_FIXTURE_H

#include <jansson.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/time.h"
#include "decision/decision.h"
#include "pipeline.h"
#include "tap.h"

static const int64_t T0 = 1777888800000; /* 2026-05-04T10:00:00Z, a Monday at noon in France: no night */

typedef struct house {
    vg_memory *memory;
    vg_pipeline *pipeline;
    vg_worker *worker;
    vg_event_parser *parser;
    vg_arena *arena;
    vg_buf json, answer;
    vg_event event;
    vg_task task;
    vg_error err;
    int64_t now_ms; /* given to apply; 0: assess */
} house;

__attribute__((noreturn, unused)) static void give_up(const char *what, const vg_error *err)
{
    printf("Bail out! %s: %s: %s\n", what, err->where, err->what);
    exit(1);
}

__attribute__((unused)) static vg_policy_set *load_policies(const char *path)
{
    vg_policy_set *set = NULL;
    vg_error err = {0};
    if (vg_policy_set_load(&set, path, &err)) give_up(path, &err);
    return set;
}

__attribute__((unused)) static void set_up(house *h, vg_policy_set *set)
{
    *h = (house){.now_ms = T0};
    vg_memory_options memory = {.key = {1, 2}, .seen_records = 1 << 14};
    if (vg_memory_open(&h->memory, &memory, &h->err)) give_up("memory", &h->err);
    vg_pipeline_options options = {.memory = h->memory, .policies = set, .window_bytes = 1 << 20, .cache_dir = getenv("VIGIE_TEST_CACHE")};
    if (vg_pipeline_create(&h->pipeline, &options, &h->err) || vg_worker_create(&h->worker, h->pipeline, &h->err) ||
        vg_event_parser_create(&h->parser, &h->err) || !(h->arena = vg_arena_create(1 << 16, 256 << 20)))
        give_up("pipeline", &h->err);
    vg_buf_init(&h->json, 16 << 20);
    vg_buf_init(&h->answer, 16 << 20);
}

__attribute__((unused)) static void tear_down(house *h)
{
    vg_worker_destroy(&h->worker);
    vg_pipeline_destroy(&h->pipeline);
    vg_memory_close(&h->memory);
    vg_event_parser_destroy(&h->parser);
    vg_arena_destroy(&h->arena);
    vg_buf_free(&h->json);
    vg_buf_free(&h->answer);
}

__attribute__((unused)) static uint64_t digest(const house *h)
{
    vg_memory_stats stats;
    vg_memory_stats_get(h->memory, true, &stats);
    return stats.digest;
}

/* The event in h->json through every stage. What it leaves is in h->task until the next one. */
__attribute__((unused)) static int submit(house *h)
{
    h->err = (vg_error){0};
    vg_arena_reset(h->arena);
    int rc = vg_event_parse(h->parser, h->json.ptr, h->json.len, h->json.cap, h->arena, &h->event, &h->err);
    if (!rc) rc = vg_worker_begin(h->worker, &h->err);
    if (!rc) rc = vg_pipeline_prepare(h->worker, &h->event, &h->task, &h->err);
    if (!rc && vg_pipeline_apply(h->worker, &h->task, 1, h->now_ms, h->arena, &h->err)) rc = -h->err.code;
    return rc;
}

/* Writes an event into h->json; `data` is the inside of its data object. */
__attribute__((unused)) static void write_event(house *h, const char *space, const char *id, const char *type,
                                                const char *subject, int64_t seconds, const char *data)
{
    char when[25];
    vg_time_format(T0 + seconds * VG_SECOND_MS, when);
    vg_buf_clear(&h->json);
    vg_buf_add_cstr(&h->json, "{\"specversion\":\"1.0\",\"id\":");
    vg_buf_add_json_str(&h->json, vg_str_of(id));
    vg_buf_printf(&h->json, ",\"source\":\"/spaces/%s\",\"type\":\"vigie.%s\",\"subject\":", space, type);
    vg_buf_add_json_str(&h->json, vg_str_of(subject));
    vg_buf_printf(&h->json, ",\"time\":\"%s\",\"data\":{", when);
    vg_buf_add_cstr(&h->json, data);
    vg_buf_add_cstr(&h->json, "}}");
    vg_buf_reserve(&h->json, 64);
}

__attribute__((unused)) static int send(house *h, const char *space, const char *id, const char *type,
                                        const char *subject, int64_t seconds, const char *data)
{
    write_event(h, space, id, type, subject, seconds, data);
    return submit(h);
}

__attribute__((unused)) static int account(house *h, const char *space, const char *name, const char *band)
{
    char id[300], data[100];
    snprintf(id, sizeof id, "account-%s", name);
    snprintf(data, sizeof data, "\"age_band\":\"%s\",\"created\":\"2025-01-01\"", band);
    return send(h, space, id, "account", name, -3600, data);
}

/* A message; `to` NULL: to nobody in particular. */
__attribute__((unused)) static int say(house *h, const char *space, const char *id, const char *from, const char *to,
                                       const char *channel, int64_t seconds, const char *conversation, const char *text)
{
    vg_buf data;
    vg_buf_init(&data, 1 << 20);
    vg_buf_add_cstr(&data, "\"conversation\":");
    vg_buf_add_json_str(&data, vg_str_of(conversation));
    vg_buf_printf(&data, ",\"channel\":\"%s\"", channel);
    if (to) {
        vg_buf_add_cstr(&data, ",\"to\":[");
        vg_buf_add_json_str(&data, vg_str_of(to));
        vg_buf_add_char(&data, ']');
    }
    vg_buf_add_cstr(&data, ",\"text\":");
    vg_buf_add_json_str(&data, vg_str_of(text));
    int rc = send(h, space, id, "message", from, seconds, data.ptr);
    vg_buf_free(&data);
    return rc;
}

/* The answer to the task, as the platform gets it. */
__attribute__((unused)) static const char *answer(house *h)
{
    vg_buf_clear(&h->answer);
    vg_match_shown shown[VG_MATCHES_MAX];
    vg_verdict_write_media(&h->answer, h->task.policy, h->event.id, &h->task.verdict, shown, vg_task_matches(&h->task, shown), h->task.case_id,
                     h->task.seen == VG_SEEN_DUPLICATE);
    return h->answer.failed ? "(no memory)" : h->answer.ptr;
}

__attribute__((unused)) static bool has_evidence(const house *h, vg_evidence_kind kind)
{
    for (size_t i = 0; i < h->task.verdict.count; i++)
        if (h->task.verdict.evidence[i].kind == kind) return true;
    return false;
}

/* The content of the case that the task asks for, read by another reader than ours. Decref it. */
__attribute__((unused)) static json_t *content(const house *h)
{
    json_error_t why;
    json_t *root = h->task.needs_case ? json_loadb(h->task.write.content.ptr, h->task.write.content.len,
                                                   JSON_REJECT_DUPLICATES, &why)
                                      : NULL;
    if (h->task.needs_case && !root) printf("# %s at %d\n", why.text, why.position);
    return root;
}

__attribute__((unused)) static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "(absent)";
}

/* ---- a small policy: the shipped lobby with six expressions, which compiles in no time ---- */

typedef struct small_policy {
    char dir[32], space[64];
} small_policy;

__attribute__((unused)) static void put(const char *dir, const char *name, const char *text, size_t len)
{
    char path[512];
    vg_error err = {0};
    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (vg_file_replace(path, text, len, 0600, &err)) give_up(path, &err);
}

/* Copies a file, with everything before `from` and from `to` on kept, and `instead` between. */
__attribute__((unused)) static void copy_but(const char *policy, const char *name, const char *dir, const char *as,
                                             const char *from, const char *to, const char *instead)
{
    char path[512], *text = NULL;
    size_t len;
    vg_error err = {0};
    vg_buf out;
    snprintf(path, sizeof path, "%s/%s", policy, name);
    if (vg_file_read(path, 1 << 20, &text, &len, &err)) give_up(path, &err);
    char *begin = from ? strstr(text, from) : text + len, *end = begin && to ? strstr(begin, to) : begin;
    if (!begin || !end) give_up(name, &(vg_error){.what = "not the file that this test knows"});
    vg_buf_init(&out, 1 << 20);
    vg_buf_add(&out, text, (size_t)(begin - text));
    vg_buf_add_cstr(&out, instead);
    vg_buf_add(&out, end, len - (size_t)(end - text));
    put(dir, as, out.ptr, out.len);
    vg_buf_free(&out);
    vg_free(text);
}

__attribute__((unused)) static void make_small_policy(small_policy *small, const char *policy)
{
    static const char lexicon[] =
        "language: fr\nfamilies:\n"
        "  age_probing:\n    description:\n      fr: \"Âge\"\n      en: \"Age\"\n    sources: [a guide]\n    patterns:\n"
        "      - strength: 0.7\n        any_of:\n          - \"tu as quel age\"\n"
        "    examples:\n      - \"tu as quel âge ?\"\n    counter_examples:\n      - \"bonjour\"\n"
        "  secrecy:\n    description:\n      fr: \"Secret\"\n      en: \"Secret\"\n    sources: [a guide]\n    patterns:\n"
        "      - strength: 0.6\n        any_of:\n          - \"notre secret\"\n          - \"[le] dis a personne\"\n"
        "    examples:\n      - \"c’est notre secret\"\n    counter_examples:\n      - \"bonjour\"\n"
        "  picture_request:\n    description:\n      fr: \"Photo\"\n      en: \"Picture\"\n    sources: [a guide]\n    patterns:\n"
        "      - strength: 0.9\n        any_of:\n          - \"[envoie|montre] moi une photo\"\n"
        "    examples:\n      - \"envoie-moi une photo\"\n    counter_examples:\n      - \"bonjour\"\n";
    snprintf(small->dir, sizeof small->dir, "/tmp/vigie-small-XXXXXX");
    if (!mkdtemp(small->dir)) give_up(small->dir, &(vg_error){.what = "cannot be made"});
    snprintf(small->space, sizeof small->space, "%s/lobby.yaml", small->dir);
    copy_but(policy, "spaces/lobby.yaml", small->dir, "lobby.yaml", "lexicons:\n", "    category: demonstration",
             "lexicons: [lexicon.yaml]\nphrases: phrases.yaml\nbanks:\n  - name: demo\n    file: demo.txt\n");
    copy_but(policy, "phrases.yaml", small->dir, "phrases.yaml", NULL, NULL, "");
    copy_but(policy, "banks/demo.txt", small->dir, "demo.txt", NULL, NULL, "");
    put(small->dir, "lexicon.yaml", lexicon, sizeof lexicon - 1);
}

__attribute__((unused)) static void remove_small_policy(const small_policy *small)
{
    static const char *const names[] = {"lobby.yaml", "lexicon.yaml", "phrases.yaml", "demo.txt", "other.yaml", "secret.lua", "bonjour.lua", "watcher.lua"};
    char path[512];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", small->dir, names[i]);
        remove(path);
    }
    remove(small->dir);
}

#endif
