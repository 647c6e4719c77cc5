/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. One thread walks and fills a short queue; as many threads as processors take a path, have it decoded by a worker
 * process, and write what is to be said of it under one lock. The decoders do nearly all the work, so nothing else
 * here needs to be clever.
 */
#include "cli/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/progress.h"
#include "cli/scan_state.h"

enum { QUEUE = 256, THREADS_MOST = 64, ARENA_MOST = 512 << 20, LINES_MOST = 256 << 20 };

/* What one file may cost here: the files are the host's own store, so more than for an upload. */
static const vg_media_limits limits = {
    .bytes = 16ull << 30, .pixels = 200000000, .frames = 20000, .milliseconds = 600000, .cpu_seconds = 600, .memory_bytes = 2ull << 30};

typedef struct job {
    const vg_scan *scan;
    vg_decoder *decoder;
    pthread_mutex_t queue_lock;
    pthread_cond_t room, more;
    char *queue[QUEUE];
    size_t head, count;
    bool walked;
    pthread_mutex_t out_lock;
    vg_scan_state state;
    vg_scan_counts counts;
    vg_bar progress;
    atomic_uint_fast64_t total;
    atomic_bool stop;
    vg_error error; /* the first that ends everything */
} job;

static void give_up(job *j, const vg_error *err)
{
    pthread_mutex_lock(&j->out_lock);
    if (!atomic_exchange(&j->stop, true)) j->error = *err;
    pthread_mutex_unlock(&j->out_lock);
    pthread_mutex_lock(&j->queue_lock);
    pthread_cond_broadcast(&j->room);
    pthread_cond_broadcast(&j->more);
    pthread_mutex_unlock(&j->queue_lock);
}

static bool push(job *j, const char *path)
{
    size_t len = strlen(path) + 1;
    char *copy = vg_malloc(len);
    if (!copy) {
        vg_error err = {0};
        vg_fail(&err, VG_ENOMEM, path, "no memory for a path");
        give_up(j, &err);
        return false;
    }
    memcpy(copy, path, len);
    pthread_mutex_lock(&j->queue_lock);
    while (j->count == QUEUE && !atomic_load(&j->stop)) pthread_cond_wait(&j->room, &j->queue_lock);
    bool taken = !atomic_load(&j->stop);
    if (taken) {
        j->queue[(j->head + j->count++) % QUEUE] = copy;
        pthread_cond_signal(&j->more);
    }
    pthread_mutex_unlock(&j->queue_lock);
    if (!taken) vg_free(copy);
    return taken;
}

static char *pop(job *j)
{
    char *path = NULL;
    pthread_mutex_lock(&j->queue_lock);
    while (!j->count && !j->walked && !atomic_load(&j->stop)) pthread_cond_wait(&j->more, &j->queue_lock);
    if (j->count && !atomic_load(&j->stop)) {
        path = j->queue[j->head];
        j->head = (j->head + 1) % QUEUE;
        j->count--;
        pthread_cond_signal(&j->room);
    }
    pthread_mutex_unlock(&j->queue_lock);
    return path;
}

static void tell_unread(job *j, const char *path, int error)
{
    pthread_mutex_lock(&j->out_lock);
    if (j->progress.on) fputs("\r\033[K", stderr);
    fprintf(stderr, "vigie: %s: %s\n", path, strerror(error));
    j->counts.unread++;
    pthread_mutex_unlock(&j->out_lock);
}

/* ---- walking ---- */

static int by_name(const FTSENT **a, const FTSENT **b) { return strcmp((*a)->fts_name, (*b)->fts_name); }

/* Calls `each` for every regular file below the words, in order, until it returns false. */
static void walk(job *j, bool told, bool (*each)(job *j, const char *path))
{
    const vg_args *args = j->scan->args;
    char *roots[sizeof args->word / sizeof args->word[0] + 1];
    for (size_t i = 0; i < args->words; i++) roots[i] = (char *)(uintptr_t)args->word[i];
    roots[args->words] = NULL;
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, by_name);
    if (!tree) {
        vg_error err = {0};
        vg_fail(&err, VG_ENOMEM, args->word[0], "cannot walk: %s", strerror(errno));
        give_up(j, &err);
        return;
    }
    for (FTSENT *e; !atomic_load(&j->stop) && (e = fts_read(tree)) != NULL;) {
        if (e->fts_info == FTS_F && !each(j, e->fts_path)) break;
        if (told && (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS))
            tell_unread(j, e->fts_path, e->fts_errno);
    }
    fts_close(tree);
}

static bool count_one(job *j, const char *path)
{
    (void)path;
    atomic_fetch_add(&j->total, 1);
    return true;
}

/* Beside the work, so that the bar has an end. */
static void *count_all(void *argument)
{
    walk(argument, false, count_one);
    return NULL;
}

/* ---- one file ---- */

static int open_regular(const char *path, struct stat *st)
{
    /* not blocking: a name may have become a pipe since it was listed */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) return -1;
    if (fstat(fd, st) == 0 && S_ISREG(st->st_mode)) return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

static bool seen_before(job *j, const vg_scan_file *file)
{
    bool seen = vg_scan_state_has(&j->state, file); /* filled before the threads began, not changed since */
    if (!seen) return false;
    pthread_mutex_lock(&j->out_lock);
    j->counts.before++;
    pthread_mutex_unlock(&j->out_lock);
    return true;
}

static int finish(job *j, const vg_scan_file *file, const vg_decoded *decoded, const vg_buf *lines, vg_error *err)
{
    pthread_mutex_lock(&j->out_lock);
    int rc = atomic_load(&j->stop) ? 0 : vg_scan_state_add(&j->state, file, (vg_str){lines->ptr ? lines->ptr : "", lines->len}, err);
    j->counts.files++;
    j->counts.bytes += file->size;
    j->counts.undecoded += decoded->note[0] != '\0';
    uint64_t done = j->counts.files + j->counts.before + j->counts.unread;
    j->progress.total = atomic_load(&j->total);
    vg_bar_show(&j->progress, done < j->progress.total ? done : j->progress.total, done);
    pthread_mutex_unlock(&j->out_lock);
    return rc;
}

static int do_file(job *j, const char *path, vg_arena *arena, vg_buf *lines, vg_error *err)
{
    struct stat st;
    vg_decoded decoded;
    int fd = open_regular(path, &st);
    if (fd < 0) {
        tell_unread(j, path, errno);
        return 0;
    }
    vg_scan_file file = {path, (uint64_t)st.st_size, (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec};
    vg_decode_request request = {.fd = fd, .want = j->scan->want, .interval_ms = j->scan->interval_ms, .limits = limits};
    vg_arena_reset(arena);
    vg_buf_clear(lines);
    int rc = 0;
    if (!seen_before(j, &file)) {
        rc = vg_decode(j->decoder, &request, arena, &decoded, err);
        if (!rc) rc = j->scan->file(j->scan->context, &file, &decoded, arena, lines, err);
        if (!rc && lines->failed) rc = vg_fail(err, VG_ENOMEM, path, "no memory for what is to be said of this file");
        if (!rc) rc = finish(j, &file, &decoded, lines, err);
    }
    close(fd);
    return rc;
}

static void *work(void *argument)
{
    job *j = argument;
    vg_error err = {0};
    vg_buf lines;
    vg_arena *arena = vg_arena_create(64 << 10, ARENA_MOST);
    vg_buf_init(&lines, LINES_MOST);
    int rc = arena ? 0 : vg_fail(&err, VG_ENOMEM, "", "no memory for a thread");
    for (char *path; !rc && (path = pop(j)) != NULL; vg_free(path)) rc = do_file(j, path, arena, &lines, &err);
    if (rc) give_up(j, &err);
    vg_buf_free(&lines);
    vg_arena_destroy(&arena);
    return NULL;
}

/* ---- all of it ---- */

static void run_threads(job *j, unsigned threads)
{
    pthread_t workers[THREADS_MOST], counter;
    unsigned begun = 0;
    bool counting = j->progress.on && pthread_create(&counter, NULL, count_all, j) == 0;
    while (begun < threads && pthread_create(&workers[begun], NULL, work, j) == 0) begun++;
    if (begun) walk(j, true, push);
    else give_up(j, &(vg_error){.code = VG_EIO, .what = "no thread could be started"});
    pthread_mutex_lock(&j->queue_lock);
    j->walked = true;
    pthread_cond_broadcast(&j->more);
    pthread_mutex_unlock(&j->queue_lock);
    for (unsigned i = 0; i < begun; i++) pthread_join(workers[i], NULL);
    if (counting) pthread_join(counter, NULL);
    while (j->count) vg_free(j->queue[(j->head + --j->count) % QUEUE]);
}

static int begin_output(job *j, vg_error *err)
{
    const vg_scan *scan = j->scan;
    const char *out = vg_arg_text(scan->args, VG_OPT_OUT, NULL);
    int rc = vg_scan_state_open(&j->state, out, vg_arg_is(scan->args, VG_OPT_RESUME), scan->settings, err);
    if (rc || j->state.length || !scan->head) return rc;
    vg_buf head;
    vg_buf_init(&head, 1 << 16);
    scan->head(scan->context, &head);
    rc = vg_scan_state_add(&j->state, &(vg_scan_file){.path = ""}, (vg_str){head.ptr ? head.ptr : "", head.len}, err);
    vg_buf_free(&head);
    return rc;
}

int vg_scan_run(const vg_scan *scan, vg_scan_counts *counts, vg_error *err)
{
    static const job none;
    job *j = vg_malloc(sizeof *j);
    if (!j) return vg_fail(err, VG_ENOMEM, "", "no memory for a scan");
    *j = none;
    j->scan = scan;
    pthread_mutex_init(&j->queue_lock, NULL);
    pthread_mutex_init(&j->out_lock, NULL);
    pthread_cond_init(&j->room, NULL);
    pthread_cond_init(&j->more, NULL);
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t threads = vg_arg_number(scan->args, VG_OPT_THREADS, processors > 0 ? processors : 1);
    if (threads > THREADS_MOST) threads = THREADS_MOST;
    vg_error late = {0};
    int rc = vg_decoder_create(&j->decoder, &(vg_decoder_options){.workers = (unsigned)threads}, err);
    if (!rc) rc = begin_output(j, err);
    if (!rc) {
        vg_bar_begin(&j->progress, scan->what, "files", 0, vg_arg_is(scan->args, VG_OPT_QUIET));
        run_threads(j, (unsigned)threads);
        vg_bar_end(&j->progress);
        if (atomic_load(&j->stop)) {
            *err = j->error;
            rc = -j->error.code;
        }
        int closed = vg_scan_state_close(&j->state, !rc, rc ? &late : err);
        if (!rc) rc = closed;
    }
    vg_decoder_destroy(&j->decoder);
    *counts = j->counts;
    pthread_cond_destroy(&j->more);
    pthread_cond_destroy(&j->room);
    pthread_mutex_destroy(&j->out_lock);
    pthread_mutex_destroy(&j->queue_lock);
    vg_free(j);
    return rc;
}
