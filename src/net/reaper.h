/* SPDX-License-Identifier: Apache-2.0
 *
 * net/reaper: connections and their absolute deadlines.
 *
 * The HTTP library closes connections that are silent; one byte every few seconds would hold one for ever. So
 * each connection has a state and the time since when; a thread looks at all of them four times a second and
 * answers a request that is late with 408, by hand, on the socket. The state is changed by compare-and-swap:
 * either the request is answered or it is late, never both. A connection refused while its client still sends
 * is kept open for reading a little longer (a second descriptor), so that the answer is not destroyed by a
 * reset (RFC 9112, 9.6).
 */
#ifndef VG_NET_REAPER_H
#define VG_NET_REAPER_H

#include "net/net_int.h"

typedef enum {
    VG_LINK_IDLE,    /* accepted, or between two requests */
    VG_LINK_HEADERS, /* request line seen */
    VG_LINK_BODY,
    VG_LINK_UPLOAD,  /* a body that may take longer */
    VG_LINK_WAITING, /* for clerk or desk */
    VG_LINK_ANSWER,  /* being sent */
    VG_LINK_STREAM,
    VG_LINK_LATE
} vg_link_state;

typedef struct vg_link {
    vg_exchange x;
    int fd;
    _Atomic int state;
    _Atomic int64_t since_ms; /* monotonic */
    atomic_bool fresh;        /* no request yet: the header deadline holds from the accept on */
    bool linger;
    struct vg_link *next, *before;
} vg_link;

enum { VG_LINGERS = 128, VG_LINGER_MS = 2000 };
typedef struct vg_reaper {
    pthread_mutex_t lock;
    vg_link *first;
    size_t count;
    struct {
        int fd;
        int64_t until_ms;
    } lingers[VG_LINGERS];
    size_t linger_count;
    unsigned header_ms, body_ms, idle_ms;
} vg_reaper;

void vg_reaper_init(vg_reaper *reaper, const vg_server_options *options);
void vg_reaper_free(vg_reaper *reaper);
void vg_reaper_add(vg_reaper *reaper, vg_link *link);
/** Forgets the connection (its socket is about to be closed); takes a second descriptor of it when it should
 * linger. */
void vg_reaper_remove(vg_reaper *reaper, vg_link *link);
/** Moves on to `state` unless the reaper was faster. */
bool vg_link_move(vg_link *link, vg_link_state state);
/** One look at all connections. Returns how many were late. */
size_t vg_reaper_round(vg_reaper *reaper, int64_t now_ms);
void *vg_reaper_main(void *server);
/** Writes an answer by hand, for a request that can no longer be answered through the library. */
void vg_reaper_send(int fd, int status, const char *detail);
int64_t vg_reaper_now(void);

#endif
