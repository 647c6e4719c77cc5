/* SPDX-License-Identifier: Apache-2.0
 *
 * net/sse: server-sent events to the consoles that are open.
 *
 * A subscriber has a bounded buffer of its own; who does not read is dropped and told to connect again. A
 * stream lasts an hour at most and ends with its session, and shows only cases of spaces that its user may
 * see.
 */
#ifndef VG_NET_SSE_H
#define VG_NET_SSE_H

#include <sys/types.h>
#include "net/net_int.h"

enum { VG_HUB_MAX = 256, VG_STREAM_BYTES = 256 << 10 };

struct vg_subscriber {
    pthread_mutex_t lock;
    struct vg_hub *hub;
    void *connection;
    vg_buf pending;
    size_t sent; /* of pending */
    bool asleep; /* suspended; whoever adds wakes it */
    bool ended;  /* what is pending is the last */
    char *spaces, *readable; /* where its person sees the queue; where they may know accounts by name */
    char user[65];
    uint8_t token_hash[32];
    int64_t ends_ms;
    struct vg_subscriber *next;
};

typedef struct vg_hub {
    pthread_mutex_t lock;
    vg_subscriber *first;
    size_t count;
    bool ended;
    bool caller, due; /* vg_hub_main runs; it has somebody to wake */
    pthread_cond_t more;
    vg_gauges *gauges;
    void (*suspend)(void *connection); /* the HTTP library's, set by server.c */
    void (*resume)(void *connection);
} vg_hub;

void vg_hub_init(vg_hub *hub, vg_gauges *gauges);
void vg_hub_destroy(vg_hub *hub);
/** The thread that wakes streams, all of them at once and some dozens of times a second at most: a hundred wakings for each change would keep
 *  whoever changed something from the next request. Until it runs, whoever adds wakes. Ends with vg_hub_end. */
void *vg_hub_main(void *hub);
/** VG_EBUSY when there are too many, or the server stops. The arena is scratch. */
int vg_hub_join(vg_hub *hub, const vg_user *user, const vg_session *session, vg_arena *arena, vg_subscriber **out,
                vg_error *err);
void vg_hub_leave(vg_subscriber **subscriber);
/** For the content reader: bytes copied, 0 = fell asleep, -1 = end of stream. */
ssize_t vg_hub_read(vg_subscriber *subscriber, void *connection, char *out, size_t size);
/** A case changed: "opened", "touched", "claimed", "released", "decided". Cheap when nobody listens. */
void vg_hub_case(vg_hub *hub, vg_store *store, vg_arena *arena, int64_t case_id, const char *change,
                 int64_t now_ms);
/** An event for one person, in all of their consoles. `line` is the whole event as it is sent. */
void vg_hub_person(vg_hub *hub, vg_str user, vg_str line);
/** An event for everybody who sees the queue of a space. */
void vg_hub_space(vg_hub *hub, vg_str space, vg_str line);
bool vg_hub_empty(vg_hub *hub);
/** The second's numbers to all; `open` is asked of the store for each set of spaces. */
void vg_hub_pulse(vg_hub *hub, vg_store *store, vg_arena *arena, uint64_t per_second, const uint64_t verdicts[VG_VERDICTS], int64_t now_ms);
void vg_hub_comment(vg_hub *hub);
/** Ends all streams of somebody but those of the session `keep` (NULL: all): their roles changed, or they are gone. */
void vg_hub_end_user(vg_hub *hub, vg_str user, const uint8_t *keep);
/** Ends streams of this session (NULL: those whose session is no longer in the store). */
void vg_hub_end_session(vg_hub *hub, const uint8_t token_hash[32]);
void vg_hub_check_sessions(vg_hub *hub, const struct vg_server *server, vg_store *store, vg_arena *arena, int64_t now_ms);
void vg_hub_end(vg_hub *hub);

#endif
