/* SPDX-License-Identifier: Apache-2.0
 *
 * POST /v1/media: bytes are hashed while they arrive and forgotten; what stays, for 15 minutes and in RAM
 * only, is a reference to the two hashes, which a vigie.media event of the same space may name. Nothing here
 * decodes media. */
#include <openssl/evp.h>
#include "base/alloc.h"
#include "base/time.h"
#include "net/server_int.h"

enum { UPLOADS_MOST = 65536, UPLOADS_OF_ONE = UPLOADS_MOST / 2, SHARES = 256, REFERENCE_BITS = 130 };

typedef struct upload {
    char reference[32];
    char space[VG_EVENT_MAX_NAME + 1]; /* "*": of any */
    uint8_t sha256[32], md5[16];
    int64_t expires_ms;
    size_t share;
    struct upload *next; /* in its chain */
} upload;

struct vg_uploads {
    pthread_mutex_t lock;
    vg_hash_key key;
    size_t count;
    size_t hand; /* chain that is swept next */
    size_t shares[SHARES]; /* how many are of the spaces with this hash: one space must not take all */
    upload *chains[1024];
};

struct vg_digest {
    EVP_MD_CTX *sha256, *md5;
    uint64_t size;
    bool failed;
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

void vg_uploads_destroy(vg_uploads **uploads)
{
    if (!*uploads) return;
    for (size_t i = 0; i < sizeof(*uploads)->chains / sizeof(*uploads)->chains[0]; i++)
        for (upload *u = (*uploads)->chains[i], *next; u; u = next) {
            next = u->next;
            vg_free(u);
        }
    pthread_mutex_destroy(&(*uploads)->lock);
    vg_free(*uploads);
    *uploads = NULL;
}

static upload **chain_of(vg_uploads *uploads, vg_str reference)
{
    uint64_t h = vg_hash64(&uploads->key, reference.ptr, reference.len);
    return &uploads->chains[h % (sizeof uploads->chains / sizeof uploads->chains[0])];
}

static void sweep_chain(vg_uploads *uploads, upload **at, int64_t now_ms)
{
    while (*at) {
        upload *u = *at;
        if (u->expires_ms > now_ms) {
            at = &u->next;
            continue;
        }
        *at = u->next;
        uploads->shares[u->share]--;
        uploads->count--;
        vg_free(u);
    }
}

static int keep(vg_uploads *uploads, upload *u, int64_t now_ms)
{
    int rc = -VG_EBUSY;
    const size_t chains = sizeof uploads->chains / sizeof uploads->chains[0];
    pthread_mutex_lock(&uploads->lock);
    /* each new one pays for a look at a few old ones; when it is full, at all */
    u->share = (size_t)vg_hash64(&uploads->key, u->space, strlen(u->space)) % SHARES;
    bool full = uploads->count >= UPLOADS_MOST || uploads->shares[u->share] >= UPLOADS_OF_ONE;
    size_t steps = full ? chains : 4;
    for (size_t i = 0; i < steps; i++)
        sweep_chain(uploads, &uploads->chains[uploads->hand++ % chains], now_ms);
    if (uploads->count < UPLOADS_MOST && uploads->shares[u->share] < UPLOADS_OF_ONE) {
        uploads->shares[u->share]++;
        upload **at = chain_of(uploads, vg_str_of(u->reference));
        u->next = *at;
        *at = u;
        uploads->count++;
        rc = 0;
    }
    pthread_mutex_unlock(&uploads->lock);
    return rc;
}

bool vg_uploads_find(vg_uploads *uploads, vg_str reference, vg_str space, int64_t now_ms,
                     vg_media_hash out[2])
{
    bool found = false;
    pthread_mutex_lock(&uploads->lock);
    for (const upload *u = *chain_of(uploads, reference); u && !found; u = u->next) {
        if (!vg_str_is(reference, u->reference) || u->expires_ms <= now_ms) continue;
        if (strcmp(u->space, "*") != 0 && !vg_str_is(space, u->space)) continue;
        memset(out, 0, 2 * sizeof *out);
        out[0].algorithm = VG_HASH_SHA256;
        memcpy(out[0].bytes, u->sha256, 32);
        out[1].algorithm = VG_HASH_MD5;
        memcpy(out[1].bytes, u->md5, 16);
        found = true;
    }
    pthread_mutex_unlock(&uploads->lock);
    return found;
}

void vg_digest_free(vg_digest **digest)
{
    if (!*digest) return;
    EVP_MD_CTX_free((*digest)->sha256);
    EVP_MD_CTX_free((*digest)->md5);
    vg_free(*digest);
    *digest = NULL;
}

void vg_digest_begin(vg_exchange *x)
{
    vg_digest *d = vg_calloc(1, sizeof *d);
    if (d) {
        d->sha256 = EVP_MD_CTX_new();
        d->md5 = EVP_MD_CTX_new();
    }
    x->digest = d;
    if (d && d->sha256 && d->md5 && EVP_DigestInit_ex(d->sha256, EVP_sha256(), NULL) == 1 &&
        EVP_DigestInit_ex(d->md5, EVP_md5(), NULL) == 1)
        return;
    vg_digest_free(&x->digest);
    vg_answer_busy(x, "this cannot be hashed now");
}

void vg_digest_add(vg_exchange *x, const char *bytes, size_t len)
{
    vg_digest *d = x->digest;
    d->size += len;
    if (EVP_DigestUpdate(d->sha256, bytes, len) != 1 || EVP_DigestUpdate(d->md5, bytes, len) != 1)
        d->failed = true;
}

static void write_upload(vg_exchange *x, const upload *u, uint64_t size)
{
    char hex[65];
    vg_buf *out = vg_answer_begin(x, 201, "application/json");
    vg_buf_printf(out, "{\"upload\":\"%s\"", u->reference);
    vg_hex_encode(hex, u->sha256, 32);
    vg_buf_printf(out, ",\"sha256\":\"%s\"", hex);
    vg_hex_encode(hex, u->md5, 16);
    vg_buf_printf(out, ",\"md5\":\"%s\",\"size\":%llu,\"expires\":", hex, (unsigned long long)size);
    vg_json_time(out, u->expires_ms);
    vg_buf_add_char(out, '}');
}

vg_step vg_route_media(vg_exchange *x)
{
    int64_t now_ms = vg_time_now();
    vg_digest *d = x->digest;
    upload *u = NULL;
    if (!d || d->size == 0) {
        vg_answer_problem(x, 400, NULL, "there are no bytes in this upload");
        return VG_STEP_ANSWER;
    }
    u = vg_calloc(1, sizeof *u);
    if (!u || d->failed || EVP_DigestFinal_ex(d->sha256, u->sha256, NULL) != 1 ||
        EVP_DigestFinal_ex(d->md5, u->md5, NULL) != 1) {
        vg_free(u);
        vg_answer_busy(x, "this cannot be hashed now");
        return VG_STEP_ANSWER;
    }
    memcpy(u->reference, "u-", 2);
    vg_token_random(u->reference + 2, sizeof u->reference - 2, REFERENCE_BITS);
    memcpy(u->space, x->key.space, x->key.space_len + 1);
    u->expires_ms = now_ms + VG_NET_MEDIA_MINUTES * VG_MINUTE_MS;
    write_upload(x, u, d->size);
    if (keep(x->server->uploads, u, now_ms)) {
        vg_free(u);
        vg_answer_busy(x, "too many uploads are waiting for their events");
    }
    return VG_STEP_ANSWER;
}
