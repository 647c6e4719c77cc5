/* SPDX-License-Identifier: Apache-2.0 */
#include "signals/media/decode/pool_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/time.h"
#include "signals/media/decode/sandbox_int.h"

enum {
    REQUESTS_MOST = 1000, /* of one worker, then it is replaced: libraries leak */
    START_MS = 60000,
    END_MS = 500,         /* for the system to take a process apart that has closed its socket */
};

/* ---- start and end ---- */

static int spawn(vg_worker *worker, const char *program, int theirs)
{
    /* nothing of this process's environment but the level of the hash kernels */
    char cpu[64] = "VIGIE_CPU=";
    const char *level = getenv("VIGIE_CPU");
    char *argv[] = {(char[]){"vigie-decode"}, NULL}, *environment[] = {(char[]){"LC_ALL=C"}, NULL, NULL};
    if (level) {
        snprintf(cpu, sizeof cpu, "VIGIE_CPU=%s", level);
        environment[1] = cpu;
    }
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    int rc = posix_spawn_file_actions_init(&actions);
    if (rc) return rc;
    rc = posix_spawnattr_init(&attributes);
    if (rc) {
        posix_spawn_file_actions_destroy(&actions);
        return rc;
    }
    rc = posix_spawn_file_actions_adddup2(&actions, theirs, VG_WIRE_SOCKET);
    if (rc == 0) rc = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (rc == 0) rc = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (rc == 0 && !VG_SANDBOX_ASAN) rc = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (rc == 0) rc = posix_spawn_file_actions_addclosefrom_np(&actions, VG_WIRE_SOCKET + 1);
    /* its own process group: Ctrl-C at a terminal is for the program, which then ends its workers */
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    if (rc == 0) rc = posix_spawnattr_setflags(&attributes, flags);
    if (rc == 0) rc = posix_spawnattr_setsigmask(&attributes, &none);
    if (rc == 0) rc = posix_spawnattr_setsigdefault(&attributes, &all);
    if (rc == 0) rc = posix_spawn(&worker->pid, program, &actions, &attributes, argv, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return rc;
}

int vg_worker_start(vg_worker *worker, const char *program, vg_error *err)
{
    int pair[2];
    worker->pid = 0;
    worker->served = 0;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return vg_fail(err, VG_EIO, "decoder", "no socket for a worker: %s", strerror(errno));
    /* a pair that took the place of a standard stream would be overwritten by it in the child */
    int theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, VG_WIRE_SOCKET);
    close(pair[1]);
    int rc = theirs < 0 ? errno : spawn(worker, program, theirs);
    if (theirs >= 0) close(theirs);
    if (rc) {
        close(pair[0]);
        worker->pid = 0;
        return vg_fail(err, VG_EIO, program, "the worker cannot be started: %s", strerror(rc));
    }
    worker->socket = pair[0];
    return 0;
}

void vg_worker_end(vg_worker *worker, int *status)
{
    int ended = 0;
    pid_t got = 0;
    if (worker->pid <= 0) return;
    if (status) { /* how did it end by itself? */
        for (int i = 0; i < END_MS; i++) {
            got = waitpid(worker->pid, &ended, WNOHANG);
            if (got != 0 && !(got < 0 && errno == EINTR)) break;
            nanosleep(&(struct timespec){0, 1000000}, NULL);
        }
    }
    if (got != worker->pid) {
        kill(worker->pid, SIGKILL);
        do got = waitpid(worker->pid, &ended, 0);
        while (got < 0 && errno == EINTR);
    }
    if (status) *status = ended;
    close(worker->socket);
    *worker = (vg_worker){.socket = -1, .busy = worker->busy};
}

/* ---- packets ---- */

/* Bytes of the next packet; 0: the worker is gone; -1: the time is over. */
static ssize_t receive(const vg_worker *worker, vg_wire_answer *answer, int64_t deadline_us)
{
    for (;;) {
        /* no room for control data: descriptors that a worker might send are thrown away by the kernel */
        ssize_t n = recv(worker->socket, answer, sizeof *answer, MSG_DONTWAIT);
        if (n >= 0) return n;
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return 0;
        int64_t left = deadline_us - vg_time_monotonic_us();
        if (left <= 0) return -1;
        struct pollfd wait = {worker->socket, POLLIN, 0};
        int64_t ms = (left + 999) / 1000;
        poll(&wait, 1, ms > 60000 ? 60000 : (int)ms);
    }
}

int vg_worker_await(vg_worker *worker, vg_error *err)
{
    vg_wire_answer answer;
    ssize_t n = receive(worker, &answer, vg_time_monotonic_us() + START_MS * 1000LL);
    if (n == (ssize_t)sizeof answer.head && answer.head.magic == VG_WIRE_MAGIC && answer.head.kind == VG_WIRE_HELLO) return 0;
    char said[160] = "";
    for (ssize_t i = 0; i < n && i < (ssize_t)sizeof said - 1; i++) {
        char c = ((const char *)&answer)[i];
        said[i] = c >= ' ' && c <= '~' ? c : '?';
    }
    int status = 0;
    vg_worker_end(worker, &status);
    return vg_fail(err, VG_EIO, "decoder", "a worker did not get ready: %s",
                   n < 0 ? "it hung" : n > 0 ? said : WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "it ended");
}

static bool send_request(const vg_worker *worker, const vg_wire_request *wire, int fd)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    vg_wire_request copy = *wire;
    struct iovec piece = {&copy, sizeof copy};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(head), &fd, sizeof fd);
    ssize_t n;
    do n = sendmsg(worker->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof copy;
}

/* ---- what comes back, believed only as far as it is checked ---- */

typedef struct taking {
    const vg_wire_request *wire;
    vg_arena *arena;
    vg_decoded *out;
    vg_decoded_frame *frames;
    size_t count, room;
    bool digests, thumbnail, done, no_memory;
    uint64_t view_at, view_size; /* of the picture that is coming */
    uint32_t status;
} taking;

static bool take_frames(taking *t, const vg_wire_frame_list *list)
{
    if (list->count < 1 || list->count > VG_WIRE_FRAMES || t->count + list->count > t->wire->limits.frames) return false;
    if (t->count + list->count > t->room) {
        size_t room = t->room ? t->room * 2 : VG_WIRE_FRAMES * 2;
        vg_decoded_frame *more = vg_realloc(t->frames, room * sizeof *more);
        if (!more) return t->no_memory = true, false;
        t->frames = more;
        t->room = room;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->frames[i].quality > 100) return false;
        t->frames[t->count++] = list->frames[i];
    }
    return true;
}

static bool take_thumbnail(taking *t, const vg_wire_thumbnail *thumb)
{
    if (t->thumbnail || !(t->wire->want & VG_WANT_THUMBNAIL) || thumb->width < 1 || thumb->width > VG_WIRE_THUMB ||
        thumb->height < 1 || thumb->height > VG_WIRE_THUMB)
        return false;
    size_t size = (size_t)thumb->width * thumb->height;
    t->out->thumbnail = vg_arena_alloc(t->arena, size);
    if (!t->out->thumbnail) return t->no_memory = true, false;
    memcpy(t->out->thumbnail, thumb->bytes, size);
    t->out->thumb_width = thumb->width;
    t->out->thumb_height = thumb->height;
    return t->thumbnail = true;
}

/* Pieces follow each other, pictures follow each other, and none is larger than was asked for. */
static bool take_view(taking *t, const vg_wire_view *v)
{
    const vg_view_request *ask = &t->wire->view;
    vg_decoded *out = t->out;
    uint32_t most = ask->side > ask->moving_side ? ask->side : ask->moving_side;
    if (!(t->wire->want & VG_WANT_VIEW)) return false;
    if (t->view_at == t->view_size) { /* the next one begins */
        if (v->picture != out->view_count || out->view_count >= ask->most || !v->width || v->width > most || !v->height || v->height > most) return false;
        if (!out->views) out->views = vg_arena_calloc(t->arena, ask->most, sizeof *out->views);
        t->view_size = 3 * (uint64_t)v->width * v->height;
        t->view_at = 0;
        uint8_t *pixels = out->views ? vg_arena_alloc(t->arena, t->view_size) : NULL;
        if (!pixels) return t->no_memory = true, false;
        out->views[out->view_count++] = (vg_decoded_view){v->width, v->height, v->time_ms, pixels};
    }
    if (v->picture + 1 != out->view_count || v->offset != t->view_at || !v->len || v->len > VG_WIRE_PIECE || v->len > t->view_size - t->view_at) return false;
    memcpy(out->views[v->picture].pixels + t->view_at, v->bytes, v->len);
    t->view_at += v->len;
    return true;
}

static bool take_done(taking *t, const vg_wire_done *done)
{
    vg_decoded *out = t->out;
    if (t->view_at != t->view_size || (out->view_count && done->view_total < t->wire->view.from + out->view_count)) return false;
    if (done->status > VG_EUNPROCESSABLE || done->kind >= VG_MEDIA_KINDS || done->exif < 1 || done->exif > 8) return false;
    for (int p = 0; p < VG_PDQ_PROFILES; p++)
        if (done->quality[p] > 100) return false;
    out->kind = (vg_media_kind)done->kind;
    for (size_t i = 0; i < sizeof out->format - 1 && done->format[i]; i++) {
        char c = done->format[i];
        out->format[i] = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
    }
    out->width = done->width;
    out->height = done->height;
    out->view_total = done->view_total;
    out->exif = done->exif;
    out->frames_left_out = done->frames_left_out != 0;
    static const unsigned wants[VG_PDQ_PROFILES] = {VG_WANT_PDQ_CPP, VG_WANT_PDQ_PYTX};
    for (int p = 0; p < VG_PDQ_PROFILES; p++) {
        out->has_pdq[p] = done->has_pdq[p] && (t->wire->want & wants[p]);
        out->quality[p] = done->quality[p];
    }
    out->has_upright = done->has_upright && done->exif != 1;
    memcpy(out->pdq, done->pdq, sizeof out->pdq);
    memcpy(out->upright, done->upright, sizeof out->upright);
    for (size_t i = 0; i < sizeof out->note - 1 && done->note[i]; i++)
        out->note[i] = done->note[i] >= ' ' && done->note[i] <= '~' ? done->note[i] : '?';
    if (done->status && !out->note[0])
        snprintf(out->note, sizeof out->note, "could not be decoded: %s", vg_error_name((int)done->status));
    t->status = done->status;
    return t->done = true;
}

static bool take_packet(taking *t, const vg_wire_answer *answer, size_t len)
{
    if (len < sizeof answer->head || answer->head.magic != VG_WIRE_MAGIC) return false;
    if (answer->head.sequence != t->wire->sequence) return false;
    switch (answer->head.kind) {
    case VG_WIRE_DIGESTS:
        if (len != sizeof answer->digests || t->digests || !(t->wire->want & VG_WANT_DIGESTS)) return false;
        memcpy(t->out->sha256, answer->digests.sha256, sizeof t->out->sha256);
        memcpy(t->out->sha1, answer->digests.sha1, sizeof t->out->sha1);
        memcpy(t->out->md5, answer->digests.md5, sizeof t->out->md5);
        return t->digests = true;
    case VG_WIRE_FRAME_LIST: return len == sizeof answer->frames && take_frames(t, &answer->frames);
    case VG_WIRE_THUMBNAIL: return len == sizeof answer->thumbnail && take_thumbnail(t, &answer->thumbnail);
    case VG_WIRE_VIEW: return len == sizeof answer->view && take_view(t, &answer->view);
    case VG_WIRE_DONE: return len == sizeof answer->done && take_done(t, &answer->done);
    default: return false;
    }
}

static void say_death(const vg_wire_request *wire, int status, char *note, size_t room)
{
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (signal == SIGXCPU)
        snprintf(note, room, "could not be decoded: it took more than %u s of processor time", wire->limits.cpu_seconds);
    else if (signal == SIGSYS)
        snprintf(note, room, "could not be decoded: the decoder tried what its sandbox forbids, and was ended");
    else if (signal == SIGKILL) snprintf(note, room, "could not be decoded: the decoder was killed from outside");
    else if (signal) snprintf(note, room, "could not be decoded: the decoder crashed (%s)", strsignal(signal));
    else snprintf(note, room, "could not be decoded: the decoder ended itself");
}

static int keep_frames(taking *t, vg_error *err)
{
    if (!t->count) return 0;
    t->out->frames = vg_arena_calloc(t->arena, t->count, sizeof *t->frames);
    if (!t->out->frames) return vg_fail(err, VG_ENOMEM, "decoder", "out of memory for %zu frames", t->count);
    memcpy(t->out->frames, t->frames, t->count * sizeof *t->frames);
    t->out->frame_count = t->count;
    return 0;
}

int vg_worker_exchange(vg_worker *worker, const vg_wire_request *wire, int fd, vg_arena *arena, vg_decoded *out, vg_error *err)
{
    taking t = {.wire = wire, .arena = arena, .out = out};
    vg_wire_answer answer;
    int64_t deadline = vg_time_monotonic_us() + (int64_t)wire->limits.milliseconds * 1000;
    int status = 0, rc = 0;
    ssize_t n = 0;
    bool understood = true;
    if (!send_request(worker, wire, fd)) { /* it died while it had nothing to do: nobody's file did that */
        vg_worker_end(worker, NULL);
        return vg_fail(err, VG_EBUSY, "decoder", "the worker was gone before the request");
    }
    while (!t.done && understood && (n = receive(worker, &answer, deadline)) > 0)
        understood = take_packet(&t, &answer, (size_t)n);
    worker->served++;
    if (t.no_memory) {
        rc = vg_fail(err, VG_ENOMEM, "decoder", "out of memory for the answer");
        vg_worker_end(worker, NULL);
    } else if (!understood) {
        vg_worker_end(worker, NULL);
        snprintf(out->note, sizeof out->note, "could not be decoded: the decoder's answer made no sense");
    } else if (!t.done && n < 0) {
        vg_worker_end(worker, NULL);
        snprintf(out->note, sizeof out->note, "could not be decoded: it took more than %u ms", wire->limits.milliseconds);
    } else if (!t.done) {
        vg_worker_end(worker, &status);
        say_death(wire, status, out->note, sizeof out->note);
    } else if (worker->served >= REQUESTS_MOST || t.status == VG_ENOMEM) {
        vg_worker_end(worker, NULL);
    }
    if (!t.done && out->view_count && t.view_at != t.view_size) out->view_count--; /* half of it never came */
    if (rc == 0) rc = keep_frames(&t, err);
    if (rc == 0 && t.count && out->kind == VG_MEDIA_UNKNOWN) out->frames_left_out = true; /* the rest died with the worker */
    vg_free(t.frames);
    return rc;
}
