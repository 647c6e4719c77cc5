/* SPDX-License-Identifier: Apache-2.0
 *
 * server_int: the server as its threads see it.
 */
#ifndef VG_NET_SERVER_INT_H
#define VG_NET_SERVER_INT_H

#include "banks.h"
#include "net/net_int.h"
#include "net/reaper.h"
#include "net/sse.h"

enum { VG_DESKS = 2, VG_MEDIA_DESKS = 4, VG_MEDIA_QUEUE = 64, VG_MAX_THREADS = 64, VG_CLERK_QUEUE = 1024, VG_DESK_QUEUE = 512, VG_DOOR_QUEUE = 32 };

struct vg_server {
    vg_server_options options; /* defaults filled in; strings copied */
    char address[64];
    char *data_dir, *policy_path;
    uint16_t port;
    vg_pipeline *pipeline;
    const vg_keyring *ring;
    uint8_t ahead_key[32]; /* of this process: what seals cases that were read ahead */

    void *daemon; /* struct MHD_Daemon */
    int listener;
    pthread_key_t lane_key;
    bool has_lane_key;
    vg_lane *lanes[VG_MAX_THREADS];
    size_t lane_count;
    _Atomic size_t lanes_taken;

    vg_auth_state auth;
    struct vg_oidc *oidc;       /* NULL: no identity provider */
    struct vg_tickets *tickets; /* of sign-ins under way */
    char origin[320], rp_id[256]; /* of the console, for keys and for the provider: signin.c */
    vg_ip_limit notices, urgent, lookups; /* of one address without a key: notices, those about danger now, questions about one */
    vg_spool *spool;
    vg_uploads *uploads;
    vg_decoder *decoder; /* NULL: there is none, uploads get their digests only */
    vg_banks *banks;
    pthread_mutex_t banks_lock; /* one at a time polls */
    _Atomic int ready_banks;    /* what the last poll said */
    vg_hub hub;
    vg_reaper reaper;
    vg_gauges gauges;
    struct vg_shelf *shelf; /* pages for everybody, made once an hour */
    pthread_mutex_t turns; /* to write: of all stores of this server */
    vg_desk desks[VG_DESKS], media_desks[VG_MEDIA_DESKS], door, provider, clerk; /* the clerk uses store and arena of its desk */
    size_t media_desk_count;
    vg_queue desk_queue, media_queue, door_queue, provider_queue, clerk_queue;

    /* what /readyz found last, and until when that is good enough: anyone may ask, and looking is a commit */
    _Atomic int64_t ready_until_ms; /* monotonic */
    _Atomic int ready_store, ready_memory;

    _Atomic bool draining;  /* answers close their connection */
    _Atomic bool closing;   /* nothing may wait any more: 503 */
    _Atomic size_t active;  /* requests between their last header and their answer's last byte */
    _Atomic size_t waiting; /* of these, suspended */

    pthread_mutex_t lock; /* reload_path, and what the background threads wait on */
    pthread_cond_t wake;
    struct vg_course_set *courses; /* in force: see net/training.h */
    bool stop; /* background threads end */
    bool reload;
    char *reload_path;
    void *curl; /* the webhook thread's multi handle, to wake it */

    pthread_t desk_threads[VG_DESKS], media_threads[VG_MEDIA_DESKS], door_thread, provider_thread, clerk_thread, watch_thread, webhook_thread, filing_thread, hub_thread, reaper_thread,
        reload_thread, disclosure_thread, stamp_thread;
    unsigned threads_started; /* bit set, VG_THREAD_... */
};
enum {
    VG_THREAD_DESK0 = 1, /* and the next bits for further desks */
    VG_THREAD_MEDIA0 = 1 << 4,
    VG_THREAD_DOOR = 1 << 8,
    VG_THREAD_CLERK = 1 << 9,
    VG_THREAD_WATCH = 1 << 10,
    VG_THREAD_WEBHOOK = 1 << 11,
    VG_THREAD_REAPER = 1 << 12,
    VG_THREAD_RELOAD = 1 << 13,
    VG_THREAD_PROVIDER = 1 << 14,
    VG_THREAD_HUB = 1 << 15,
    VG_THREAD_DISCLOSURE = 1 << 16,
    VG_THREAD_FILING = 1 << 17,
    VG_THREAD_STAMP = 1 << 18,
};

/** Everything of a server but sockets and threads: tests and fuzzers drive exchanges on it by hand. */
int vg_server_core_open(vg_server **out, const vg_server_options *options, vg_error *err);
void vg_server_core_close(vg_server **server);
int vg_lane_create(vg_lane **out, vg_server *server, vg_error *err);
void vg_lane_destroy(vg_lane **lane);

/** Gives an exchange that waited back to its connection's thread (server.c). */
void vg_server_wake(vg_exchange *x);
/** Waits on server->wake for up to `ms`; true when the server stops. */
bool vg_server_pause(vg_server *server, int64_t ms);

void *vg_desk_main(void *desk); /* desk.c */
void *vg_door_main(void *desk);
void *vg_media_main(void *desk);
/** One exchange on a media desk: its route, or the sealing of its cases' media; then what comes next. */
vg_step vg_media_run(vg_desk *desk, vg_exchange *x);
/** Brings changes of the banks into what the pipeline looks in. Any thread. */
int vg_server_poll_banks(vg_server *server, vg_error *err); /* server.c */
void *vg_clerk_main(void *server); /* clerk.c */
void *vg_watch_main(void *server); /* watch.c */
void *vg_reload_main(void *server);
/** One round of the watch: keys, requests, sweep, pulse. */
typedef struct vg_watch {
    vg_server *server;
    vg_store *store;
    vg_arena *arena;
    int64_t changes, second_ms, comment_ms, hour_ms, board_ms, last_rate_ms;
    uint64_t policies;       /* the versions that are on record */
    int audit_percent;       /* of a log from before its tree: what was said last */
    bool look_again; /* the store changed: do the sessions of open streams still hold? */
    vg_counters before;
} vg_watch;
int vg_watch_open(vg_watch *watch, vg_server *server, vg_error *err);
void vg_watch_close(vg_watch *watch);
void vg_watch_round(vg_watch *watch, int64_t now_ms);
void *vg_webhook_main(void *server); /* webhook.c */
void *vg_stamp_main(void *server);   /* stamps.c */
/** How much of the audit log its tree has taken in, 0 to 99; 100: all of it. */
int vg_audit_percent(const vg_server *server);

/** Standard Webhooks signature: "v1," and base64 of HMAC-SHA256("id.timestamp.body"); `out` has 64 bytes. */
void vg_webhook_sign(const uint8_t *secret, size_t secret_len, vg_str id, int64_t timestamp, vg_str body,
                     char out[64]);
/** When to try again after an attempt that failed: wait in ms, or 0 when that was the last. `attempts` counts
 * it. */
int64_t vg_webhook_wait(const int64_t *schedule, int attempts);
/** Whether deliveries may go to this URL: https, or http to this very machine. */
bool vg_webhook_url_allowed(const char *url, bool *plain);

#endif
