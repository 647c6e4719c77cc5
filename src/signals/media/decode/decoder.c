/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/media/decode/pool_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/time.h"

const char *const vg_media_kind_names[VG_MEDIA_KINDS] = {"unknown", "still", "animation", "video"};

/* 100 megapixels is over what cameras of 2026 give; 1 GiB decodes that many pixels in every format. */
const vg_media_limits vg_media_limits_default = {.bytes = 2ull << 30,
                                                 .pixels = 100000000,
                                                 .frames = 3600,
                                                 .milliseconds = 120000,
                                                 .cpu_seconds = 60,
                                                 .memory_bytes = 1ull << 30};

struct vg_decoder {
    char *program;
    unsigned count;
    vg_worker *workers;
    pthread_mutex_t lock;
    pthread_cond_t given_back;
    uint64_t sequence;
};

enum { ALL_WANTS = (VG_WANT_VIEW << 1) - 1, WORKERS_MOST = 1024, DAY_MS = 86400000 };

/* vigie-decode beside this program, else where it is installed. */
static char *find_program(const char *asked)
{
    char path[4096];
    if (!asked) {
        ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof "/vigie-decode");
        char *slash = NULL;
        if (n > 0) {
            path[n] = '\0';
            slash = strrchr(path, '/');
        }
        if (slash) {
            memcpy(slash, "/vigie-decode", sizeof "/vigie-decode");
            if (access(path, X_OK) == 0) asked = path;
        }
        if (!asked) asked = VG_LIBEXEC_DIR "/vigie-decode";
    }
    size_t len = strlen(asked) + 1;
    char *copy = vg_malloc(len);
    if (copy) memcpy(copy, asked, len);
    return copy;
}

int vg_decoder_create(vg_decoder **out, const vg_decoder_options *options, vg_error *err)
{
    vg_decoder *decoder = vg_calloc(1, sizeof *decoder);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    int rc = 0;
    *out = NULL;
    if (!decoder) return vg_fail(err, VG_ENOMEM, "decoder", "out of memory");
    pthread_mutex_init(&decoder->lock, NULL);
    pthread_cond_init(&decoder->given_back, NULL);
    decoder->count = options && options->workers ? options->workers : online > 0 ? (unsigned)online : 1;
    if (decoder->count > WORKERS_MOST) decoder->count = WORKERS_MOST;
    decoder->program = find_program(options ? options->program : NULL);
    decoder->workers = vg_calloc(decoder->count, sizeof *decoder->workers);
    if (!decoder->program || !decoder->workers) {
        rc = vg_fail(err, VG_ENOMEM, "decoder", "out of memory");
        goto out;
    }
    for (unsigned i = 0; i < decoder->count; i++) decoder->workers[i].socket = -1;
    if (access(decoder->program, X_OK) != 0) {
        rc = vg_fail(err, VG_ENOENT, decoder->program, "the decoder's program is not there, or not executable");
        goto out;
    }
    for (unsigned i = 0; rc == 0 && i < decoder->count; i++) rc = vg_worker_start(&decoder->workers[i], decoder->program, err);
    for (unsigned i = 0; rc == 0 && i < decoder->count; i++) rc = vg_worker_await(&decoder->workers[i], err);
out:
    if (rc) vg_decoder_destroy(&decoder);
    *out = decoder;
    return rc;
}

void vg_decoder_destroy(vg_decoder **pointer)
{
    vg_decoder *decoder = *pointer;
    if (!decoder) return;
    for (unsigned i = 0; decoder->workers && i < decoder->count; i++) vg_worker_end(&decoder->workers[i], NULL);
    pthread_mutex_destroy(&decoder->lock);
    pthread_cond_destroy(&decoder->given_back);
    vg_free(decoder->workers);
    vg_free(decoder->program);
    vg_free(decoder);
    *pointer = NULL;
}

static vg_worker *take(vg_decoder *decoder, uint64_t *sequence)
{
    vg_worker *worker = NULL;
    pthread_mutex_lock(&decoder->lock);
    while (!worker) {
        for (unsigned i = 0; !worker && i < decoder->count; i++)
            if (!decoder->workers[i].busy) worker = &decoder->workers[i];
        if (!worker) pthread_cond_wait(&decoder->given_back, &decoder->lock);
    }
    worker->busy = true;
    *sequence = ++decoder->sequence;
    pthread_mutex_unlock(&decoder->lock);
    return worker;
}

static void give_back(vg_decoder *decoder, vg_worker *worker)
{
    pthread_mutex_lock(&decoder->lock);
    worker->busy = false;
    pthread_cond_signal(&decoder->given_back);
    pthread_mutex_unlock(&decoder->lock);
}

static int check_request(const vg_decode_request *r, uint64_t *size, vg_error *err)
{
    struct stat st;
    const vg_media_limits *l = &r->limits;
    if (r->want & ~(unsigned)ALL_WANTS) return vg_fail(err, VG_EINVAL, "want", "unknown bits %#x", r->want);
    if ((r->want & VG_WANT_VIEW) && (!r->view.most || r->view.most > VG_VIEW_PICTURES_MOST || !r->view.side || r->view.side > VG_VIEW_SIDE_MOST ||
                                     !r->view.moving_side || r->view.moving_side > VG_VIEW_SIDE_MOST))
        return vg_fail(err, VG_EINVAL, "view", "at most %d pictures of %d pixels", VG_VIEW_PICTURES_MOST, VG_VIEW_SIDE_MOST);
    if (!l->bytes || !l->pixels || !l->frames || !l->milliseconds || !l->cpu_seconds || !l->memory_bytes)
        return vg_fail(err, VG_EINVAL, "limits", "each limit must be over 0");
    if (l->milliseconds > DAY_MS || l->cpu_seconds > DAY_MS / 1000)
        return vg_fail(err, VG_EINVAL, "limits", "at most a day for one file");
    if (fstat(r->fd, &st) != 0) return vg_fail(err, VG_EINVAL, "fd", "%s", strerror(errno));
    int mode = fcntl(r->fd, F_GETFL);
    if (!S_ISREG(st.st_mode) || mode < 0 || (mode & O_ACCMODE) == O_WRONLY || (mode & O_PATH))
        return vg_fail(err, VG_EINVAL, "fd", "expected a regular file that can be read");
    *size = (uint64_t)st.st_size;
    return 0;
}

int vg_decode(vg_decoder *decoder, const vg_decode_request *request, vg_arena *arena, vg_decoded *out, vg_error *err)
{
    uint64_t size = 0;
    memset(out, 0, sizeof *out);
    out->exif = 1;
    int rc = check_request(request, &size, err);
    if (rc) return rc;
    out->size = size;
    vg_wire_request wire = {.magic = VG_WIRE_MAGIC, .want = request->want, .size = size, .interval_ms = request->interval_ms,
                            .limits = request->limits, .view = request->view};
    if (!wire.interval_ms) wire.interval_ms = 1000;
    vg_worker *worker = take(decoder, &wire.sequence);
    for (int attempt = 0; attempt < 2; attempt++) {
        rc = 0;
        if (worker->pid <= 0) {
            rc = vg_worker_start(worker, decoder->program, err);
            if (rc == 0) rc = vg_worker_await(worker, err);
        }
        if (rc == 0) rc = vg_worker_exchange(worker, &wire, request->fd, arena, out, err);
        if (rc != -VG_EBUSY) break;
    }
    if (rc == -VG_EBUSY) rc = vg_fail(err, VG_EIO, "decoder", "workers end before they are asked");
    give_back(decoder, worker);
    return rc;
}
