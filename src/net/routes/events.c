/* SPDX-License-Identifier: Apache-2.0
 *
 * POST /v1/events, the hot path: parse -> check -> prepare -> apply -> answer, on the pool thread, in the
 * lane's memory.
 *
 * All or nothing up to `apply`: whatever is wrong with one event refuses the request and nothing was applied.
 * After it, an event can only fail by itself (same id, other content). When a case has to be stored first,
 * the answers are written without it and each one's end is noted; vg_route_events_settle puts
 * `,"case":"c-000123"` there. */
#include <stdio.h>
#include "base/time.h"
#include "decision/decision.h"
#include "net/server_int.h"

enum { AHEAD_MS = 5 * VG_MINUTE_MS };
#define BEHIND_MS (30 * VG_DAY_MS)

typedef struct group {
    vg_event *events;
    size_t count;
    vg_task *tasks;
    vg_error *errors;
    size_t cases;
} group;

/* "/17" before the pointer of an event in a batch. */
static void place_error(vg_exchange *x, size_t i, vg_error *err)
{
    char where[sizeof err->where];
    if (!x->batch) return;
    snprintf(where, sizeof where, "/%zu%.*s", i, (int)sizeof where - 24, err->where);
    memcpy(err->where, where, sizeof where);
}

static int refuse(vg_exchange *x, size_t i, vg_error *err)
{
    place_error(x, i, err);
    vg_count(&x->lane->counters.refused, 1);
    vg_answer_error(x, err);
    return -err->code;
}

static bool begins_array(const vg_buf *body)
{
    size_t i = 0;
    while (i < body->len &&
           (body->ptr[i] == ' ' || body->ptr[i] == '\t' || body->ptr[i] == '\n' || body->ptr[i] == '\r'))
        i++;
    return i < body->len && body->ptr[i] == '[';
}

static int parse(vg_exchange *x, group *g)
{
    vg_lane *lane = x->lane;
    vg_error err = {0};
    int rc;
    const char *json = x->body.ptr ? x->body.ptr : "";
    size_t capacity = x->body.ptr ? x->body.cap : 0;
    bool said_batch = x->batch;
    /* application/json says nothing about one or many: the first byte does */
    if (!said_batch && x->content_type.len >= 16 && (x->content_type.ptr[12] | 0x20) == 'j')
        x->batch = begins_array(&x->body);
    if (x->batch)
        rc = vg_event_parse_batch(lane->parser, json, x->body.len, capacity, lane->arena, &g->events,
                                  &g->count, &err);
    else {
        g->count = 1;
        g->events = vg_arena_calloc(lane->arena, 1, sizeof *g->events);
        if (!g->events) rc = vg_fail(&err, VG_ENOMEM, "", "no memory for this event now");
        else rc = vg_event_parse(lane->parser, json, x->body.len, capacity, lane->arena, g->events, &err);
    }
    if (rc) {
        vg_count(&lane->counters.refused, 1);
        vg_answer_error(x, &err);
    }
    return rc;
}

static int check_one(vg_exchange *x, vg_event *event, int64_t now_ms, vg_error *err)
{
    bool any_space = x->key.space_len == 1 && x->key.space[0] == '*';
    int rc = vg_event_check_time(event, now_ms, AHEAD_MS, BEHIND_MS, err);
    if (rc) return rc;
    if (!any_space && !vg_str_eq(event->space, (vg_str){x->key.space, x->key.space_len}))
        return vg_fail(err, VG_EFORBIDDEN, "/source", "this key belongs to another space");
    if (event->type == VG_EVENT_MEDIA && event->upload.len) {
        rc = vg_uploads_find(x->server->uploads, event, now_ms, x->lane->arena);
        if (rc == -VG_ENOMEM) return vg_fail(err, VG_ENOMEM, "", "no memory for this event now");
        if (rc)
            return vg_fail(err, VG_EUNPROCESSABLE, "/data/upload", "this upload is not known in this space, or its time is over");
    }
    return 0;
}

/* Everything that can refuse the request. Leaves the worker begun when it succeeds. */
static int check_all(vg_exchange *x, group *g, int64_t now_ms)
{
    vg_lane *lane = x->lane;
    vg_error err = {0};
    int64_t wait_ms = 0;
    for (size_t i = 0; i < g->count; i++)
        if (check_one(x, &g->events[i], now_ms, &err)) return refuse(x, i, &err);
    if (x->key.bucket &&
        !vg_bucket_take(x->key.bucket, x->server->auth.key_rate, g->count, vg_limit_now_ns(), &wait_ms)) {
        vg_answer_too_many(x, wait_ms, "this key sends more events than it may");
        return -VG_EBUSY;
    }
    g->tasks = vg_arena_alloc(lane->arena, g->count * sizeof *g->tasks);
    g->errors = vg_arena_calloc(lane->arena, g->count, sizeof *g->errors);
    if (!g->tasks || !g->errors) {
        vg_answer_busy(x, "there is no memory for these events now");
        return -VG_ENOMEM;
    }
    if (vg_worker_begin(lane->worker, &err)) {
        vg_answer_error(x, &err);
        return -err.code;
    }
    for (size_t i = 0; i < g->count; i++)
        if (vg_pipeline_prepare(lane->worker, &g->events[i], &g->tasks[i], &err)) {
            vg_worker_finish(lane->worker);
            return refuse(x, i, &err);
        }
    return 0;
}

static void count_event(vg_lane *lane, const vg_task *task)
{
    if (task->seen != VG_SEEN_NEW) {
        vg_count(&lane->counters.duplicates, 1);
        return;
    }
    vg_count(&lane->counters.events[task->event->type][task->verdict.kind], 1);
    if (!task->verdict.scanned) vg_count(&lane->counters.not_scanned, 1);
}

static void count_media(vg_server *server, vg_lane *lane, const vg_task *task)
{
    vg_match_shown shown[VG_MATCHES_MAX];
    if (task->seen != VG_SEEN_NEW) return;
    vg_count(&lane->counters.lookups, 1);
    size_t count = vg_task_matches(task, shown);
    for (size_t i = 0; i < count; i++) vg_count(&lane->counters.matches[shown[i].effect], 1);
    if (count) vg_banks_matched(server->banks, task->banks, task->match, count);
}

/* After apply: did something fail that the sender should simply send again? What was applied is remembered,
 * so sending the whole request again is safe, and cases that could not be stored are stored then. */
static int check_applied(vg_exchange *x, group *g)
{
    for (size_t i = 0; i < g->count; i++) {
        vg_error *err = &g->errors[i];
        if (err->code == VG_OK) {
            count_event(x->lane, &g->tasks[i]);
            if (g->tasks[i].event->type == VG_EVENT_MEDIA && g->tasks[i].scanned)
                count_media(x->server, x->lane, &g->tasks[i]);
            g->cases += g->tasks[i].needs_case;
            continue;
        }
        if (err->code == VG_ECONFLICT) vg_count(&x->lane->counters.conflicts, 1);
        if (!x->batch || vg_problem_status(err->code) >= 500) return refuse(x, i, err);
    }
    return 0;
}

static int copy_str(vg_arena *arena, vg_str *s)
{
    *s = vg_arena_copy(arena, *s);
    return s->ptr ? 0 : -VG_ENOMEM;
}

/* A case keeps its media, where the bytes are still there: they wait only so long. What was withheld is not kept either. */
static void add_seal(vg_exchange *x, const vg_task *task, vg_case_write *write)
{
    vg_case_job *job = &x->job;
    if (!task->event->media || !task->scanned) return;
    vg_seal_part *part = &job->seals[job->seal_count];
    if (!vg_uploads_bytes(x->server->uploads, task->event->upload, task->event->space, vg_time_now(), &part->from)) return;
    vg_media_name(part->file);
    vg_case_key_random(part->key);
    write->media_key = part->key;
    write->media_digest = part->digest;
    write->media_file = vg_str_of(part->file);
    write->media_bytes = (int64_t)task->event->media->size;
    write->media_thumbnail = part->from.thumb != NULL;
    job->seal_count++;
}

/* What the clerk needs has to outlive this call: the event's strings are the parser's. */
static int add_case(vg_exchange *x, const vg_task *task, size_t end)
{
    vg_case_job *job = &x->job;
    vg_case_write *write = &job->writes[job->count];
    *write = task->write;
    if (copy_str(x->arena, &write->space) || copy_str(x->arena, &write->account) ||
        copy_str(x->arena, &write->source) || copy_str(x->arena, &write->event_id) || copy_str(x->arena, &write->reporter))
        return -VG_ENOMEM;
    add_seal(x, task, write);
    job->event_keys[job->count] = task->keys.event;
    job->ends[job->count] = end;
    job->count++;
    return 0;
}

static int begin_job(vg_exchange *x, size_t cases)
{
    vg_case_job *job = &x->job;
    *job = (vg_case_job){0};
    if (!cases) return 0;
    job->writes = vg_arena_alloc(x->arena, cases * sizeof *job->writes);
    job->event_keys = vg_arena_alloc(x->arena, cases * sizeof *job->event_keys);
    job->ends = vg_arena_alloc(x->arena, cases * sizeof *job->ends);
    job->written = vg_arena_calloc(x->arena, cases, sizeof *job->written);
    job->seals = vg_arena_calloc(x->arena, cases, sizeof *job->seals);
    return job->seals && job->writes && job->event_keys && job->ends && job->written ? 0 : -VG_ENOMEM;
}

static void write_failed(vg_buf *out, vg_str id, const vg_error *err)
{
    vg_buf_add_cstr(out, "{\"id\":");
    vg_buf_add_json_str(out, id);
    vg_buf_add_cstr(out, ",\"error\":");
    vg_problem_write(out, vg_problem_status(err->code), err->where, err->what);
    vg_buf_add_char(out, '}');
}

static int write_answers(vg_exchange *x, group *g)
{
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    if (begin_job(x, g->cases)) return -VG_ENOMEM;
    if (x->batch) vg_buf_add_char(out, '[');
    for (size_t i = 0; i < g->count; i++) {
        const vg_task *task = &g->tasks[i];
        if (i) vg_buf_add_char(out, ',');
        if (g->errors[i].code) {
            place_error(x, i, &g->errors[i]);
            write_failed(out, task->event->id, &g->errors[i]);
            continue;
        }
        vg_match_shown matches[VG_MATCHES_MAX];
        size_t match_count = task->match_count ? vg_task_matches(task, matches) : 0;
        vg_verdict_write_media(out, task->policy, task->event->id, &task->verdict, matches, match_count, task->case_id,
                               task->seen != VG_SEEN_NEW);
        if (task->needs_case && add_case(x, task, out->len - 1)) return -VG_ENOMEM;
    }
    if (x->batch) vg_buf_add_char(out, ']');
    return out->failed ? -VG_ENOMEM : 0;
}

vg_step vg_route_events(vg_exchange *x)
{
    group g = {0};
    int64_t now_ms = vg_time_now();
    int rc;
    vg_arena_reset(x->lane->arena);
    if (parse(x, &g) || check_all(x, &g, now_ms)) return VG_STEP_ANSWER;
    vg_pipeline_apply(x->lane->worker, g.tasks, g.count, now_ms, x->arena, g.errors);
    rc = check_applied(x, &g);
    if (rc == 0) {
        rc = write_answers(x, &g);
        if (rc) vg_answer_busy(x, "there is no memory for this answer now; send it again");
    }
    vg_worker_finish(x->lane->worker);
    if (rc || x->job.count == 0) {
        x->job.count = 0;
        return VG_STEP_ANSWER;
    }
    x->status = 0; /* not before the clerk is done */
    return x->job.seal_count ? VG_STEP_MEDIA : VG_STEP_CLERK;
}

void vg_route_events_settle(vg_exchange *x)
{
    vg_case_job *job = &x->job;
    vg_buf whole;
    size_t from = 0;
    if (job->code) {
        vg_error err = {.code = job->code};
        if (vg_problem_status(job->code) < 500) err.code = VG_EIO;
        snprintf(err.what, sizeof err.what, "the case could not be stored; send the same event again");
        vg_answer_error(x, &err);
        return;
    }
    vg_buf_init(&whole, VG_NET_MAX_ANSWER);
    vg_buf_reserve(&whole, x->out.len + job->count * 40);
    for (size_t i = 0; i < job->count; i++) {
        char name[24];
        vg_case_name(job->written[i].case_id, name);
        vg_buf_add(&whole, x->out.ptr + from, job->ends[i] - from);
        vg_buf_add_cstr(&whole, ",\"case\":\"");
        vg_buf_add_cstr(&whole, name);
        vg_buf_add_char(&whole, '"');
        from = job->ends[i];
    }
    vg_buf_add(&whole, x->out.ptr + from, x->out.len - from);
    vg_buf_free(&x->out);
    x->out = whole;
    x->status = 200;
    x->type = "application/json";
}
