/* SPDX-License-Identifier: Apache-2.0 */
#include "net/uploads.h"

#include <pthread.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/seal.h"

enum { MOST = 65536, MOST_OF_ONE = MOST / 2, SHARES = 256, CHAINS = 1024, SWEEP_CHAINS = 64 };
#define HASH_BYTES_MOST ((size_t)128 << 20) /* of all uploads: a video has a thousand hashes */

struct vg_uploads {
    pthread_mutex_t lock;
    vg_hash_key key;
    size_t count, hash_bytes;
    size_t hand;           /* chain that is swept next */
    size_t shares[SHARES]; /* how many are of the spaces with this hash: one space must not take all */
    vg_upload *chains[CHAINS];
};

int vg_uploads_create(vg_uploads **out)
{
    *out = vg_calloc(1, sizeof **out);
    if (!*out) return -VG_ENOMEM;
    pthread_mutex_init(&(*out)->lock, NULL);
    char seed[sizeof(vg_hash_key) * 2 + 8];
    vg_token_random(seed, sizeof seed, 160);
    memcpy(&(*out)->key, seed, sizeof(vg_hash_key));
    return 0;
}

void vg_upload_free(vg_upload **upload)
{
    vg_upload *u = *upload;
    if (!u) return;
    if (u->bytes) vg_spooled_unref(&u->bytes);
    if (u->thumb) vg_spooled_unref(&u->thumb);
    vg_free(u->hashes);
    vg_free(u);
    *upload = NULL;
}

void vg_uploads_destroy(vg_uploads **uploads)
{
    if (!*uploads) return;
    for (size_t i = 0; i < CHAINS; i++)
        for (vg_upload *u = (*uploads)->chains[i], *next; u; u = next) {
            next = u->next;
            vg_upload_free(&u);
        }
    pthread_mutex_destroy(&(*uploads)->lock);
    vg_free(*uploads);
    *uploads = NULL;
}

static vg_upload **chain_of(vg_uploads *uploads, vg_str reference)
{
    uint64_t h = vg_hash64(&uploads->key, reference.ptr, reference.len);
    return &uploads->chains[h % CHAINS];
}

/* Takes those out whose time is over; they are freed by the caller, without the lock. */
static vg_upload *take_expired(vg_uploads *uploads, vg_upload **at, int64_t now_ms, vg_upload *list)
{
    while (*at) {
        vg_upload *u = *at;
        if (u->expires_ms > now_ms) {
            at = &u->next;
            continue;
        }
        *at = u->next;
        uploads->shares[u->share]--;
        uploads->count--;
        uploads->hash_bytes -= u->hash_count * sizeof *u->hashes;
        u->next = list;
        list = u;
    }
    return list;
}

static void free_list(vg_upload *list)
{
    for (vg_upload *next; list; list = next) {
        next = list->next;
        vg_upload_free(&list);
    }
}

static bool has_room(const vg_uploads *uploads, const vg_upload *u)
{
    return uploads->count < MOST && uploads->shares[u->share] < MOST_OF_ONE &&
           uploads->hash_bytes + u->hash_count * sizeof *u->hashes <= HASH_BYTES_MOST;
}

int vg_uploads_keep(vg_uploads *uploads, vg_upload *u, int64_t now_ms)
{
    vg_upload *expired = NULL;
    int rc = -VG_EBUSY;
    pthread_mutex_lock(&uploads->lock);
    u->share = (size_t)vg_hash64(&uploads->key, u->space, strlen(u->space)) % SHARES;
    for (size_t i = 0; !has_room(uploads, u) && i < CHAINS; i++)
        expired = take_expired(uploads, &uploads->chains[i], now_ms, expired);
    if (has_room(uploads, u)) {
        vg_upload **at = chain_of(uploads, vg_str_of(u->reference));
        uploads->shares[u->share]++;
        uploads->count++;
        uploads->hash_bytes += u->hash_count * sizeof *u->hashes;
        u->next = *at;
        *at = u;
        rc = 0;
    }
    pthread_mutex_unlock(&uploads->lock);
    free_list(expired);
    return rc;
}

static const vg_upload *find(vg_uploads *uploads, vg_str reference, vg_str space, int64_t now_ms)
{
    for (const vg_upload *u = *chain_of(uploads, reference); u; u = u->next) {
        if (!vg_str_is(reference, u->reference) || u->expires_ms <= now_ms) continue;
        if (strcmp(u->space, "*") == 0 || vg_str_is(space, u->space)) return u;
    }
    return NULL;
}

static int copy_out(const vg_upload *u, vg_event *event, vg_arena *arena)
{
    vg_media_info *info = vg_arena_alloc(arena, sizeof *info);
    vg_media_hash *hashes = vg_arena_alloc(arena, u->hash_count * sizeof *hashes);
    vg_str format = vg_arena_copy(arena, vg_str_of(u->format)), note = vg_arena_copy(arena, vg_str_of(u->note));
    if (!info || !hashes || !format.ptr || !note.ptr) return -VG_ENOMEM;
    *info = u->info;
    info->format = format.ptr;
    info->note = note.ptr;
    memcpy(hashes, u->hashes, u->hash_count * sizeof *hashes);
    event->media = info;
    event->hashes = hashes;
    event->hash_count = u->hash_count;
    return 0;
}

int vg_uploads_find(vg_uploads *uploads, vg_event *event, int64_t now_ms, vg_arena *arena)
{
    pthread_mutex_lock(&uploads->lock);
    const vg_upload *u = find(uploads, event->upload, event->space, now_ms);
    int rc = u ? copy_out(u, event, arena) : -VG_ENOENT;
    pthread_mutex_unlock(&uploads->lock);
    return rc;
}

bool vg_uploads_bytes(vg_uploads *uploads, vg_str reference, vg_str space, int64_t now_ms, vg_upload_bytes *out)
{
    *out = (vg_upload_bytes){0};
    pthread_mutex_lock(&uploads->lock);
    const vg_upload *u = find(uploads, reference, space, now_ms);
    if (u && u->bytes) {
        out->bytes = vg_spooled_ref(u->bytes);
        if (u->thumb) out->thumb = vg_spooled_ref(u->thumb);
        out->thumb_width = u->thumb ? u->thumb_width : 0;
        out->thumb_height = u->thumb ? u->thumb_height : 0;
    }
    pthread_mutex_unlock(&uploads->lock);
    return out->bytes != NULL;
}

void vg_upload_bytes_free(vg_upload_bytes *bytes)
{
    if (bytes->bytes) vg_spooled_unref(&bytes->bytes);
    if (bytes->thumb) vg_spooled_unref(&bytes->thumb);
}

void vg_uploads_sweep(vg_uploads *uploads, int64_t now_ms)
{
    vg_upload *expired = NULL;
    pthread_mutex_lock(&uploads->lock);
    for (size_t i = 0; i < SWEEP_CHAINS; i++)
        expired = take_expired(uploads, &uploads->chains[uploads->hand++ % CHAINS], now_ms, expired);
    pthread_mutex_unlock(&uploads->lock);
    free_list(expired);
}

size_t vg_uploads_count(vg_uploads *uploads)
{
    pthread_mutex_lock(&uploads->lock);
    size_t count = uploads->count;
    pthread_mutex_unlock(&uploads->lock);
    return count;
}
