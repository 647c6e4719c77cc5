/* SPDX-License-Identifier: Apache-2.0 */
#include "net/limit.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <time.h>

vg_rate vg_rate_of(uint64_t count, int64_t period_ms, uint64_t burst)
{
    vg_rate rate;
    if (count == 0) count = 1;
    if (burst == 0) burst = 1;
    rate.each_ns = period_ms * 1000000 / (int64_t)count;
    if (rate.each_ns < 1) rate.each_ns = 1;
    rate.burst_ns = rate.each_ns * (int64_t)burst;
    return rate;
}

int64_t vg_limit_now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

bool vg_bucket_take(vg_bucket *bucket, vg_rate rate, uint64_t n, int64_t now_ns, int64_t *wait_ms)
{
    int64_t full_at = atomic_load_explicit(&bucket->full_at_ns, memory_order_relaxed);
    for (;;) {
        int64_t from = full_at > now_ns ? full_at : now_ns;
        int64_t cost = (int64_t)n * rate.each_ns;
        int64_t over = from + cost - now_ns - rate.burst_ns;
        bool whole = cost > rate.burst_ns && from == now_ns;
        if (over > 0 && !whole) {
            if (wait_ms) {
                int64_t wait = cost > rate.burst_ns ? from - now_ns : over;
                *wait_ms = wait / 1000000 + 1;
            }
            return false;
        }
        if (n == 0) return true;
        if (atomic_compare_exchange_weak_explicit(&bucket->full_at_ns, &full_at, from + cost,
                                                  memory_order_relaxed, memory_order_relaxed))
            return true;
    }
}

bool vg_peer_parse(vg_str text, vg_peer *out)
{
    char copy[INET6_ADDRSTRLEN + 1];
    struct in_addr v4;
    *out = (vg_peer){0};
    if (text.len == 0 || text.len >= sizeof copy) return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, &v4) == 1) {
        out->address[10] = out->address[11] = 0xff;
        memcpy(out->address + 12, &v4, 4);
    } else if (inet_pton(AF_INET6, copy, out->address) != 1) return false;
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}, one[16] = {[15] = 1};
    out->loopback = memcmp(out->address, one, 16) == 0 ||
                    (memcmp(out->address, mapped, 12) == 0 && out->address[12] == 127);
    return true;
}

void vg_ip_limit_init(vg_ip_limit *limit, vg_rate rate)
{
    memset(limit->slots, 0, sizeof limit->slots);
    pthread_mutex_init(&limit->lock, NULL);
    randombytes_buf(&limit->key, sizeof limit->key);
    limit->rate = rate;
}

void vg_ip_limit_destroy(vg_ip_limit *limit)
{
    pthread_mutex_destroy(&limit->lock);
}

bool vg_ip_limit_take(vg_ip_limit *limit, const vg_peer *peer, uint64_t n, int64_t now_ns, int64_t *wait_ms)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    bool v4 = memcmp(peer->address, mapped, 12) == 0;
    uint64_t who = vg_hash64(&limit->key, peer->address, v4 ? 16 : 8) | 1;
    struct vg_ip_slot *set = limit->slots[(who >> 32) % VG_IP_SETS], *slot = NULL;
    bool taken;
    pthread_mutex_lock(&limit->lock);
    for (int i = 0; i < VG_IP_WAYS && !slot; i++)
        if (set[i].who == who) slot = &set[i];
    if (!slot) {
        slot = &set[0];
        for (int i = 1; i < VG_IP_WAYS; i++)
            if (atomic_load(&set[i].bucket.full_at_ns) < atomic_load(&slot->bucket.full_at_ns))
                slot = &set[i];
        if (n > 0) {
            slot->who = who;
            atomic_store(&slot->bucket.full_at_ns, 0);
        }
    }
    taken = slot->who != who || vg_bucket_take(&slot->bucket, limit->rate, n, now_ns, wait_ms);
    pthread_mutex_unlock(&limit->lock);
    return taken;
}
