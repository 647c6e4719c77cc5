/* SPDX-License-Identifier: Apache-2.0
 *
 * net/limit: how much one API key or one address may ask for.
 *
 * A bucket is a generic cell rate algorithm (ITU-T I.371): one 64-bit point in time instead of a token count
 * and a timer; a compare-and-swap, no lock. Callers: auth, routes, tests.
 */
#ifndef VG_NET_LIMIT_H
#define VG_NET_LIMIT_H

#include <pthread.h>
#include <stdatomic.h>
#include "base/hash.h"

typedef struct vg_bucket {
    _Atomic int64_t full_at_ns; /* theoretical arrival time: when the bucket will be full again */
} vg_bucket;

typedef struct vg_rate {
    int64_t each_ns;  /* time that one token takes to come back */
    int64_t burst_ns; /* burst x each_ns */
} vg_rate;

/** `per_second` may be a fraction given as count / period_ms. */
vg_rate vg_rate_of(uint64_t count, int64_t period_ms, uint64_t burst);
/** Takes n tokens; false: not enough, and *wait_ms (>= 1) says when to come again. More than the burst is
 * given when the bucket is full (and then costs its whole time), so that a large request is delayed, never
 * refused for good. n = 0 only looks. */
bool vg_bucket_take(vg_bucket *bucket, vg_rate rate, uint64_t n, int64_t now_ns, int64_t *wait_ms);
int64_t vg_limit_now_ns(void);

/* The address of the other side: IPv6, or IPv4 in its mapped form. */
typedef struct vg_peer {
    uint8_t address[16];
    bool loopback;
} vg_peer;

/** Reads a numeric address; false when it is none. */
bool vg_peer_parse(vg_str text, vg_peer *out);

/* Buckets of addresses: a fixed table, four to a set, the least loaded is taken over when a set is full. IPv6
 * counts by /64. */
enum { VG_IP_SETS = 1024, VG_IP_WAYS = 4 };
typedef struct vg_ip_limit {
    pthread_mutex_t lock;
    vg_hash_key key;
    vg_rate rate;
    struct vg_ip_slot {
        uint64_t who;
        vg_bucket bucket;
    } slots[VG_IP_SETS][VG_IP_WAYS];
} vg_ip_limit;

void vg_ip_limit_init(vg_ip_limit *limit, vg_rate rate);
void vg_ip_limit_destroy(vg_ip_limit *limit);
bool vg_ip_limit_take(vg_ip_limit *limit, const vg_peer *peer, uint64_t n, int64_t now_ns, int64_t *wait_ms);

#endif
