/* SPDX-License-Identifier: Apache-2.0
 *
 * net: HTTP routes, sign-in, server-sent events, webhooks: translation only, nothing is decided here.
 *
 * DESIGN. A pool of epoll threads (libmicrohttpd) reads requests. POST /v1/events is answered wholly on the
 * pool thread; a verdict that needs a case suspends its connection and goes to one writer thread, the clerk,
 * which commits all that wait in one transaction and resumes them. What may take long (sign-in, reading
 * cases, decisions) goes to desk threads in the same manner, so that events never wait behind a password
 * hash. Every queue is bounded: full means 503 with Retry-After. A watch thread reloads keys, sweeps what is
 * past its time and answers the command line's requests; a reload thread compiles changed policies; a reaper
 * thread ends late requests; a webhook thread sends decisions out.
 *
 * Invariants: nothing is applied before the whole body arrived; what is acknowledged with a case is on disk.
 * Callers: main (and cli's `serve`), tests, bench.
 */
#ifndef VG_NET_NET_H
#define VG_NET_NET_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"
#include "base/seal.h"
#include "pipeline.h"

typedef struct vg_server vg_server;

/* 0 or NULL takes the value in brackets. */
typedef struct vg_server_options {
    const char *address;         /* numeric IPv4 or IPv6 ["127.0.0.1"] */
    uint16_t port;               /* [any free one: see vg_server_port] */
    const char *data_dir;        /* where the store is; required */
    const char *policy_path;     /* what vg_server_reload(server, NULL) reads again */
    vg_keyring *ring;            /* borrowed; required */
    vg_pipeline *pipeline;       /* borrowed; required */
    unsigned media_desks;        /* set by the server: threads that decode, seal and import */
    unsigned threads;            /* epoll threads [one for each processor] */
    unsigned connections;        /* at most so many at once [2048] */
    unsigned connections_per_ip; /* of one address [1024] */
    unsigned events_per_second;  /* of one API key [100000]; bursts of twice as many */
    unsigned signins_per_minute; /* of one address [20] */
    unsigned notices_per_hour;   /* of one address without a key [60]; bursts of a third */
    unsigned header_ms;          /* a request's line and headers must be there by then [10000] */
    unsigned body_ms;            /* and its body [30000]; uploads have 15 minutes */
    int64_t session_idle_ms;     /* somebody who does nothing for so long is signed out [never] */
    unsigned idle_ms;            /* a kept-alive connection without a request is closed [75000] */
    const char *decoder; /* the program vigie-decode [beside this one, else in libexec]; "": none */
    uint64_t spool_bytes; /* disk for uploads and lists that wait, encrypted [8 GiB] */
    uint64_t media_ram;   /* RAM for the plain bytes of uploads being decoded [256 MiB] */
    bool behind_tls; /* a TLS proxy on this machine: Secure cookies, X-Forwarded-For from loopback */
    const char *public_url; /* where people reach the console, as "https://vigie.example.org" ["http://localhost:PORT"] */
    const char *oidc_issuer, *oidc_client_id; /* an OpenID Connect provider to sign in with [none] */
    const char *oidc_secret_file, *oidc_scopes, *oidc_map, *oidc_name;
    const char *stamp_url, *stamp_ca; /* a time stamping authority (RFC 3161) and the certificates to trust [none] */
    int64_t stamp_ms;                 /* how often the newest checkpoint is stamped [24 h] */
    unsigned second_factor_roles; /* bit set of 1 << vg_role: these need a second factor [none] */
    const int64_t *webhook_retry_ms; /* nine waits between attempts [5 s ... 24 h]; shorter in tests */
} vg_server_options;

/** Opens the store, binds and serves. VG_EIO (address in use, ...), VG_EINVAL, VG_ENOMEM; errors of the
 * store. */
int vg_server_start(vg_server **out, const vg_server_options *options, vg_error *err);
/** The port it listens on. */
uint16_t vg_server_port(const vg_server *server);
/** Asks for the policies to be read again from `path` (NULL: the path of the options), on a thread of the
 * server; returns at once. Policies that do not load leave the old ones in place and are logged. Not for use
 * inside a signal handler. */
void vg_server_reload(vg_server *server, const char *path);
/** Stops accepting, finishes requests under way for up to `drain_ms`, and everything that waits for the
 * store; ends event streams, then threads. Returns how many requests had to be cut off. */
size_t vg_server_stop(vg_server **server, int64_t drain_ms);

#endif
