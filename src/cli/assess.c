/* SPDX-License-Identifier: Apache-2.0
 *
 * vigie assess: events as JSON lines in, verdicts as JSON lines out, in the same order.
 *
 * DESIGN. The input is cut into blocks of whole lines. Every thread runs the same loop, and three turnstiles keep
 * the blocks in order: read block n; parse, fold and match it (side by side with other blocks); wait for turn n and
 * apply it to memory; write the verdicts (side by side); wait for turn n and print. Only memory sees a sequence, and it is
 * the sequence of the input, so the output does not depend on --threads.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "banks.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/installation.h"
#include "cli/progress.h"
#include "decision/decision.h"
#include "pipeline.h"

enum { BLOCK_BYTES = 256 << 10, LINE_CEILING = VG_EVENT_MAX_BODY, PADDING = 64 };

typedef struct turnstile {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t turn;
} turnstile;

typedef struct job {
    vg_pipeline *pipeline;
    vg_lang lang;
    bool explain;
    turnstile read, apply, print;
    /* under `read` */
    char *carry;      /* the beginning of a line whose end is not read yet */
    size_t carry_len, carry_cap;
    uint64_t blocks, lines;
    bool ended;
    /* under `print` */
    uint64_t bytes_done, events, bad;
    vg_bar progress;
    vg_error error; /* the first that ends everything */
    atomic_bool failed;
} job;

typedef struct line {
    uint64_t number;
    vg_error error;
    vg_event event;
} line;

typedef struct block {
    uint64_t number;
    char *bytes; /* whole lines */
    size_t len, cap;
    uint64_t first_line;
    line *lines;
    vg_task *tasks; /* of the good lines, in order */
    vg_error *errors;
    size_t line_count, line_cap, task_count;
    vg_arena *arena;
    vg_buf out;
} block;

static void turnstile_init(turnstile *t)
{
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->moved, NULL);
    t->turn = 0;
}

static void turnstile_wait(turnstile *t, uint64_t turn)
{
    pthread_mutex_lock(&t->lock);
    while (t->turn != turn) pthread_cond_wait(&t->moved, &t->lock);
    pthread_mutex_unlock(&t->lock);
}

static void turnstile_pass(turnstile *t)
{
    pthread_mutex_lock(&t->lock);
    t->turn++;
    pthread_cond_broadcast(&t->moved);
    pthread_mutex_unlock(&t->lock);
}

static void stop_all(job *j, const vg_error *err)
{
    pthread_mutex_lock(&j->print.lock);
    if (!j->failed) j->error = *err;
    j->failed = true;
    pthread_mutex_unlock(&j->print.lock);
}

static int grow(char **bytes, size_t *cap, size_t need, vg_error *err)
{
    if (need <= *cap) return 0;
    char *more = vg_realloc(*bytes, need);
    if (!more) return vg_fail(err, VG_ENOMEM, "", "no memory for a block of input");
    *bytes = more;
    *cap = need;
    return 0;
}

static size_t count_lines(const char *bytes, size_t len)
{
    size_t n = 0;
    for (const char *p = bytes, *end = bytes + len; (p = memchr(p, '\n', (size_t)(end - p))); p++) n++;
    return n;
}

/* Fills b->bytes with whole lines: what was carried over, then standard input. Called by one thread at a time. */
static int read_block(job *j, block *b, vg_error *err)
{
    int rc = grow(&b->bytes, &b->cap, j->carry_len + BLOCK_BYTES + PADDING, err);
    if (rc) return rc;
    if (j->carry_len) memcpy(b->bytes, j->carry, j->carry_len);
    b->len = j->carry_len;
    j->carry_len = 0;
    size_t whole = 0;
    while (!j->ended && !whole) {
        if (b->len > LINE_CEILING)
            return vg_fail(err, VG_ETOOBIG, "", "line %llu is longer than %d bytes",
                           (unsigned long long)j->lines + 1, LINE_CEILING);
        rc = grow(&b->bytes, &b->cap, b->len + BLOCK_BYTES + PADDING, err);
        if (rc) return rc;
        ssize_t got = read(STDIN_FILENO, b->bytes + b->len, BLOCK_BYTES);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return vg_fail(err, VG_EIO, "standard input", "cannot be read: %s", strerror(errno));
        if (got == 0) j->ended = true;
        b->len += (size_t)got;
        for (size_t i = b->len; i > b->len - (size_t)got; i--)
            if (b->bytes[i - 1] == '\n') {
                whole = i;
                break;
            }
    }
    if (!j->ended) {
        size_t rest = b->len - whole;
        rc = grow(&j->carry, &j->carry_cap, rest + 1, err);
        if (rc) return rc;
        memcpy(j->carry, b->bytes + whole, rest);
        j->carry_len = rest;
        b->len = whole;
    }
    b->first_line = j->lines + 1;
    size_t ends = count_lines(b->bytes, b->len);
    j->lines += ends + (b->len && b->bytes[b->len - 1] != '\n');
    return 0;
}

static int room_for_lines(block *b, vg_error *err)
{
    size_t need = count_lines(b->bytes, b->len) + 1;
    if (need <= b->line_cap) return 0;
    vg_free(b->lines);
    vg_free(b->tasks);
    vg_free(b->errors);
    b->line_cap = 0;
    b->lines = vg_calloc(need, sizeof *b->lines);
    b->tasks = vg_calloc(need, sizeof *b->tasks);
    b->errors = vg_calloc(need, sizeof *b->errors);
    if (!b->lines || !b->tasks || !b->errors) return vg_fail(err, VG_ENOMEM, "", "no memory for a block of input");
    b->line_cap = need;
    return 0;
}

static int prepare_block(const job *j, block *b, vg_worker *worker, vg_event_parser *parser, vg_error *err)
{
    int rc = room_for_lines(b, err);
    if (rc) return rc;
    vg_arena_reset(b->arena);
    b->line_count = b->task_count = 0;
    uint64_t number = b->first_line;
    for (char *p = b->bytes, *end = b->bytes + b->len; p < end; number++) {
        char *newline = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((newline ? newline : end) - p);
        char *next = newline ? newline + 1 : end;
        if (len && p[len - 1] == '\r') len--;
        if (len) {
            line *l = &b->lines[b->line_count++];
            l->number = number;
            l->error.code = 0;
            size_t room = (size_t)(b->bytes + b->cap - p);
            vg_task *task = &b->tasks[b->task_count];
            if (!vg_event_parse(parser, p, len, room, b->arena, &l->event, &l->error) &&
                !vg_pipeline_prepare(worker, &l->event, task, &l->error)) {
                if ((rc = vg_event_keep(&l->event, b->arena, j->explain, err))) return rc;
                b->task_count++;
            }
            if (l->error.code == VG_ENOMEM) {
                *err = l->error;
                return -VG_ENOMEM;
            }
        }
        p = next;
    }
    return 0;
}

static void write_bad_line(block *b, const line *l)
{
    vg_buf_printf(&b->out, "{\"line\":%llu,\"error\":{\"type\":\"%s\",\"pointer\":", (unsigned long long)l->number,
                  vg_error_name(l->error.code));
    vg_buf_add_json_str(&b->out, vg_str_of(l->error.where));
    vg_buf_add_cstr(&b->out, ",\"detail\":");
    vg_buf_add_json_str(&b->out, vg_str_of(l->error.what));
    vg_buf_add_cstr(&b->out, "}}\n");
}

static void write_block(const job *j, block *b)
{
    vg_buf_clear(&b->out);
    size_t t = 0;
    for (size_t i = 0; i < b->line_count; i++) {
        line *l = &b->lines[i];
        vg_task *task = &b->tasks[t];
        if (!l->error.code) {
            t++;
            if (b->errors[t - 1].code) l->error = b->errors[t - 1];
        }
        if (l->error.code) {
            write_bad_line(b, l);
        } else if (j->explain) {
            vg_change changes[VG_CHANGE_MOST];
            vg_verdict_explain(&b->out, task->policy, task->event, &task->facts, &task->verdict, changes,
                               vg_task_changes(task, changes), j->lang);
        } else {
            vg_match_shown matches[VG_MATCHES_MAX];
            vg_verdict_write_media(&b->out, task->policy, task->event->id, &task->verdict, matches,
                                   vg_task_matches(task, matches), 0, task->seen == VG_SEEN_DUPLICATE);
            vg_buf_add_char(&b->out, '\n');
        }
    }
}

static int print_block(job *j, block *b, vg_error *err)
{
    if (b->out.failed) return vg_fail(err, VG_ENOMEM, "", "no memory for the verdicts of a block");
    for (size_t i = 0; i < b->line_count; i++) {
        if (!b->lines[i].error.code) continue;
        j->bad++;
        fprintf(stderr, "vigie: line %llu: %s: %s\n", (unsigned long long)b->lines[i].number,
                b->lines[i].error.where[0] ? b->lines[i].error.where : "/", b->lines[i].error.what);
    }
    for (size_t done = 0; done < b->out.len;) {
        ssize_t put = write(STDOUT_FILENO, b->out.ptr + done, b->out.len - done);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return vg_fail(err, VG_EIO, "standard output", "cannot be written: %s", strerror(errno));
        done += (size_t)put;
    }
    j->bytes_done += b->len;
    j->events += b->line_count;
    vg_bar_show(&j->progress, j->bytes_done, j->events);
    return 0;
}

/* After a failure every turn is still passed, so that no thread waits for ever. */
static void *work(void *context)
{
    job *j = context;
    block b = {0};
    vg_worker *worker = NULL;
    vg_event_parser *parser = NULL;
    vg_error err = {0};
    vg_buf_init(&b.out, (size_t)1 << 30);
    b.arena = vg_arena_create(1 << 20, (size_t)1 << 30);
    int rc = b.arena ? 0 : vg_fail(&err, VG_ENOMEM, "", "no memory for a worker");
    if (!rc) rc = vg_worker_create(&worker, j->pipeline, &err);
    if (!rc) rc = vg_event_parser_create(&parser, &err);
    if (rc) stop_all(j, &err);

    for (;;) {
        pthread_mutex_lock(&j->read.lock);
        b.number = j->blocks;
        bool end = j->failed || (j->ended && !j->carry_len);
        if (!end) {
            b.len = 0;
            rc = read_block(j, &b, &err);
            if (rc) j->ended = true;
            j->blocks++;
        }
        pthread_mutex_unlock(&j->read.lock);
        if (end) break;
        if (rc) stop_all(j, &err);

        if (!rc) rc = vg_worker_begin(worker, &err);
        if (!rc) rc = prepare_block(j, &b, worker, parser, &err);
        if (rc) stop_all(j, &err);
        turnstile_wait(&j->apply, b.number);
        if (!rc) vg_pipeline_apply(worker, b.tasks, b.task_count, 0, b.arena, b.errors);
        turnstile_pass(&j->apply);
        if (!rc) write_block(j, &b);
        turnstile_wait(&j->print, b.number);
        if (!rc && !j->failed && (rc = print_block(j, &b, &err))) stop_all(j, &err);
        turnstile_pass(&j->print);
        if (rc) break;
    }
    if (worker) vg_worker_finish(worker);
    vg_event_parser_destroy(&parser);
    vg_worker_destroy(&worker);
    vg_arena_destroy(&b.arena);
    vg_buf_free(&b.out);
    vg_free(b.bytes);
    vg_free(b.lines);
    vg_free(b.tasks);
    vg_free(b.errors);
    return NULL;
}

static int run_threads(job *j, int64_t threads)
{
    pthread_t id[64];
    int64_t started = 0;
    while (started < threads - 1 && !pthread_create(&id[started], NULL, work, j)) started++;
    work(j); /* this thread is one of them; fewer threads give the same output */
    for (int64_t i = 0; i < started; i++) pthread_join(id[i], NULL);
    return 0;
}

int vg_cmd_assess(const vg_cli *cli, const vg_args *args)
{
    (void)cli;
    vg_error err = {0};
    vg_policy_set *policies = NULL;
    vg_memory *memory = NULL;
    vg_banks *banks = NULL;
    vg_bank_set *known = NULL;
    char cache[4096];
    job j = {.explain = vg_arg_is(args, VG_OPT_EXPLAIN)};
    int usage = vg_arg_lang(args, "assess", &j.lang);
    if (usage) return usage;
    turnstile_init(&j.read);
    turnstile_init(&j.apply);
    turnstile_init(&j.print);
    /* A fixed key: the same events give the same bytes everywhere. */
    vg_memory_options options = {.dir = NULL, .key = {0x7669676965, 0x617373657373},
                                 .seen_records = (size_t)vg_arg_number(args, VG_OPT_SEEN, 1 << 20)};
    int rc = vg_policy_set_load(&policies, vg_cli_policy(args), &err);
    if (!rc) rc = vg_memory_open(&memory, &options, &err);
    const char *dir = vg_arg_text(args, VG_OPT_BANKS, NULL);
    if (!rc && dir) rc = vg_banks_open(&banks, &(vg_banks_options){.dir = dir, .no_thread = true}, &err);
    if (!rc && dir) rc = vg_installation_searched(dir, "events", NULL, 0, &err);
    if (banks) known = vg_banks_set(banks);
    if (!rc)
        rc = vg_pipeline_create(&j.pipeline, &(vg_pipeline_options){.memory = memory, .policies = policies, .banks = known,
                                                                    .cache_dir = vg_cli_cache(args, cache, sizeof cache)},
                                &err);
    if (!rc) {
        struct stat st;
        uint64_t total = !fstat(STDIN_FILENO, &st) && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
        vg_bar_begin(&j.progress, "assessing", "events", total,
                          vg_arg_is(args, VG_OPT_QUIET) || isatty(STDOUT_FILENO));
        rc = run_threads(&j, vg_arg_number(args, VG_OPT_THREADS, 1));
        vg_bar_end(&j.progress);
        if (j.failed) {
            err = j.error;
            rc = -err.code;
        }
    }
    vg_pipeline_destroy(&j.pipeline);
    if (known) vg_bank_set_unref(&known);
    if (banks) vg_banks_close(&banks);
    vg_memory_close(&memory);
    vg_policy_set_unref(&policies);
    vg_free(j.carry);
    if (rc) return vg_cli_fail(&err);
    if (j.bad) fprintf(stderr, "vigie: %llu of %llu lines were refused\n", (unsigned long long)j.bad, (unsigned long long)j.events);
    return j.bad ? 1 : 0;
}
