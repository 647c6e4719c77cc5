/* SPDX-License-Identifier: Apache-2.0 */
#include "net/reaper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/time.h"
#include "net/server_int.h"

enum { ROUND_MS = 250, LINGER_ROUND_MS = 20, UPLOAD_MS = 15 * 60 * 1000, ANSWER_MS = 60 * 1000 };

int64_t vg_reaper_now(void)
{
    return vg_time_monotonic_us() / 1000;
}

void vg_reaper_init(vg_reaper *reaper, const vg_server_options *options)
{
    memset(reaper, 0, sizeof *reaper);
    pthread_mutex_init(&reaper->lock, NULL);
    reaper->header_ms = options->header_ms;
    reaper->body_ms = options->body_ms;
    reaper->idle_ms = options->idle_ms;
}

void vg_reaper_free(vg_reaper *reaper)
{
    for (size_t i = 0; i < reaper->linger_count; i++) close(reaper->lingers[i].fd);
    reaper->linger_count = 0;
    pthread_mutex_destroy(&reaper->lock);
}

void vg_reaper_add(vg_reaper *reaper, vg_link *link)
{
    atomic_store(&link->state, VG_LINK_IDLE);
    atomic_store(&link->since_ms, vg_reaper_now());
    link->fresh = true;
    pthread_mutex_lock(&reaper->lock);
    link->before = NULL;
    link->next = reaper->first;
    if (link->next) link->next->before = link;
    reaper->first = link;
    reaper->count++;
    pthread_mutex_unlock(&reaper->lock);
}

void vg_reaper_remove(vg_reaper *reaper, vg_link *link)
{
    pthread_mutex_lock(&reaper->lock);
    if (link->before) link->before->next = link->next;
    else reaper->first = link->next;
    if (link->next) link->next->before = link->before;
    reaper->count--;
    if (link->linger && reaper->linger_count < VG_LINGERS) {
        int fd = fcntl(link->fd, F_DUPFD_CLOEXEC, 0);
        if (fd >= 0) {
            shutdown(fd, SHUT_WR);
            reaper->lingers[reaper->linger_count].fd = fd;
            reaper->lingers[reaper->linger_count++].until_ms = vg_reaper_now() + VG_LINGER_MS;
        }
    }
    pthread_mutex_unlock(&reaper->lock);
}

bool vg_link_move(vg_link *link, vg_link_state state)
{
    int now = atomic_load(&link->state);
    /* the time first: the reaper must never see the new state with the old time */
    atomic_store(&link->since_ms, vg_reaper_now());
    do {
        if (now == VG_LINK_LATE) return false;
    } while (!atomic_compare_exchange_weak(&link->state, &now, state));
    return true;
}

void vg_reaper_send(int fd, int status, const char *detail)
{
    char text[768], body[512];
    vg_buf problem;
    vg_buf_init(&problem, sizeof body);
    vg_problem_write(&problem, status, NULL, detail);
    int n = snprintf(text, sizeof text,
                     "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
                     "Content-Length: %zu\r\n\r\n%s",
                     status, status == 408 ? "Request Timeout" : "Content Too Large", problem.len,
                     problem.ptr ? problem.ptr : "");
    if (n > 0 && (size_t)n < sizeof text && !problem.failed) {
        ssize_t sent = send(fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
        (void)sent; /* who does not read an answer of 400 bytes gets none */
    }
    vg_buf_free(&problem);
}

/* How long a connection may stay in its state, in ms; -1: for ever. */
static int64_t allowed(const vg_reaper *reaper, const vg_link *link, int state)
{
    switch (state) {
    case VG_LINK_IDLE: return link->fresh ? reaper->header_ms : reaper->idle_ms;
    case VG_LINK_HEADERS: return reaper->header_ms;
    case VG_LINK_BODY: return reaper->body_ms;
    case VG_LINK_UPLOAD: return UPLOAD_MS;
    case VG_LINK_ANSWER: return ANSWER_MS;
    default: return -1;
    }
}

static bool end_late(vg_reaper *reaper, vg_link *link, int64_t now_ms)
{
    int state = atomic_load(&link->state);
    int64_t most = allowed(reaper, link, state);
    if (most < 0 || now_ms - atomic_load(&link->since_ms) <= most) return false;
    if (!atomic_compare_exchange_strong(&link->state, &state, VG_LINK_LATE)) return false;
    /* idle and kept alive: nothing was asked. Anything else before the answer began is told why. */
    if (state == VG_LINK_HEADERS || state == VG_LINK_BODY || state == VG_LINK_UPLOAD ||
        (state == VG_LINK_IDLE && link->fresh))
        vg_reaper_send(link->fd, 408, "the request did not arrive in time");
    shutdown(link->fd, SHUT_RDWR);
    return true;
}

/* Reads and forgets what a refused client still sends. */
static void read_lingers(vg_reaper *reaper, int64_t now_ms)
{
    char sink[16384];
    for (size_t i = 0; i < reaper->linger_count;) {
        ssize_t n = 0;
        for (int pieces = 0; pieces < 256; pieces++) {
            n = recv(reaper->lingers[i].fd, sink, sizeof sink, MSG_DONTWAIT);
            if (n <= 0) break;
        }
        bool ended = n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
        if (ended || now_ms > reaper->lingers[i].until_ms) {
            close(reaper->lingers[i].fd);
            reaper->lingers[i] = reaper->lingers[--reaper->linger_count];
        } else i++;
    }
}

size_t vg_reaper_round(vg_reaper *reaper, int64_t now_ms)
{
    size_t late = 0;
    pthread_mutex_lock(&reaper->lock);
    for (vg_link *link = reaper->first; link; link = link->next) late += end_late(reaper, link, now_ms);
    read_lingers(reaper, now_ms);
    pthread_mutex_unlock(&reaper->lock);
    return late;
}

void *vg_reaper_main(void *argument)
{
    vg_server *server = argument;
    int64_t wait = ROUND_MS;
    while (!vg_server_pause(server, wait)) {
        vg_count(&server->gauges.late, vg_reaper_round(&server->reaper, vg_reaper_now()));
        pthread_mutex_lock(&server->reaper.lock);
        atomic_store(&server->gauges.connections, server->reaper.count);
        wait = server->reaper.linger_count ? LINGER_ROUND_MS : ROUND_MS;
        pthread_mutex_unlock(&server->reaper.lock);
    }
    return NULL;
}
