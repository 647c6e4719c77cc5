/* SPDX-License-Identifier: Apache-2.0 */
#include "net/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"

_Static_assert(VG_SPOOL_TAG == crypto_aead_chacha20poly1305_ietf_ABYTES, "the tag of a block");

struct vg_spool {
    int fd;
    pthread_mutex_t lock; /* the map of blocks */
    uint64_t *used;       /* a bit for each block */
    size_t blocks, taken, hand;
    uint64_t ram_most;
    _Atomic uint64_t ram;
};

struct vg_spooled {
    vg_spool *spool;
    atomic_uint references;
    uint8_t key[crypto_aead_chacha20poly1305_ietf_KEYBYTES];
    uint32_t *block; /* numbers, in order */
    size_t count, capacity;
    uint64_t size;
    uint8_t *tail; /* of a block that is not full yet; only while it is written */
    size_t tail_len;
};

/* ---- the file ---- */

/* Without a name from the start where the file system can do that, else without one as soon as it is there. */
static int open_unnamed(const char *dir)
{
    char path[4096];
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) return fd;
    if (snprintf(path, sizeof path, "%s/spool-XXXXXX", dir) >= (int)sizeof path) return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) unlink(path);
    return fd;
}

int vg_spool_create(vg_spool **out, const char *dir, uint64_t disk_bytes, uint64_t ram_bytes, vg_error *err)
{
    *out = NULL;
    vg_spool *spool = vg_calloc(1, sizeof *spool);
    if (!spool) return vg_fail(err, VG_ENOMEM, "", "no memory for uploads");
    pthread_mutex_init(&spool->lock, NULL);
    spool->blocks = (size_t)(disk_bytes / VG_SPOOL_BLOCK);
    spool->ram_most = ram_bytes;
    spool->used = vg_calloc(spool->blocks / 64 + 1, sizeof *spool->used);
    spool->fd = open_unnamed(dir);
    int rc = 0;
    if (spool->fd < 0) rc = vg_fail(err, VG_EIO, dir, "cannot make a file for uploads: %s", strerror(errno));
    if (!spool->used) rc = vg_fail(err, VG_ENOMEM, "", "no memory for uploads");
    if (rc) vg_spool_destroy(&spool);
    *out = spool;
    return rc;
}

void vg_spool_destroy(vg_spool **spool)
{
    vg_spool *s = *spool;
    if (!s) return;
    if (s->fd >= 0) close(s->fd);
    pthread_mutex_destroy(&s->lock);
    vg_free(s->used);
    vg_free(s);
    *spool = NULL;
}

uint64_t vg_spool_disk(vg_spool *spool)
{
    pthread_mutex_lock(&spool->lock);
    uint64_t bytes = (uint64_t)spool->taken * VG_SPOOL_BLOCK;
    pthread_mutex_unlock(&spool->lock);
    return bytes;
}

uint64_t vg_spool_ram(vg_spool *spool) { return atomic_load(&spool->ram); }

/* The next free block after the one given out last: blocks of one upload lie in a row. */
static bool take_block(vg_spool *spool, uint32_t *number)
{
    bool found = false;
    pthread_mutex_lock(&spool->lock);
    if (spool->taken < spool->blocks) {
        size_t at = spool->hand;
        while (spool->used[at / 64] >> (at % 64) & 1) at = at + 1 == spool->blocks ? 0 : at + 1;
        spool->used[at / 64] |= 1ull << (at % 64);
        spool->taken++;
        spool->hand = at + 1 == spool->blocks ? 0 : at + 1;
        *number = (uint32_t)at;
        found = true;
    }
    pthread_mutex_unlock(&spool->lock);
    return found;
}

static void give_blocks(vg_spool *spool, const uint32_t *block, size_t count)
{
    for (size_t i = 0, run; i < count; i += run) { /* back to the disk first, so that nobody writes where a hole is made */
        for (run = 1; i + run < count && block[i + run] == block[i] + run;) run++;
        if (fallocate(spool->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)block[i] * VG_SPOOL_BLOCK,
                      (off_t)run * VG_SPOOL_BLOCK))
            continue; /* a file system without holes: the space is used again, only not given back */
    }
    pthread_mutex_lock(&spool->lock);
    for (size_t i = 0; i < count; i++) spool->used[block[i] / 64] &= ~(1ull << (block[i] % 64));
    spool->taken -= count;
    if (count) spool->hand = block[0]; /* a short file stays short */
    pthread_mutex_unlock(&spool->lock);
}

/* ---- writing ---- */

int vg_spooled_begin(vg_spooled **out, vg_spool *spool, vg_error *err)
{
    *out = NULL;
    vg_spooled *s = vg_calloc(1, sizeof *s);
    if (!s) return vg_fail(err, VG_ENOMEM, "", "no memory for an upload");
    s->spool = spool;
    atomic_init(&s->references, 1);
    randombytes_buf(s->key, sizeof s->key);
    s->tail = vg_malloc(VG_SPOOL_PLAIN);
    if (!s->tail) {
        vg_spooled_unref(&s);
        return vg_fail(err, VG_ENOMEM, "", "no memory for an upload");
    }
    *out = s;
    return 0;
}

static void nonce_of(uint64_t number, uint8_t out[crypto_aead_chacha20poly1305_ietf_NPUBBYTES])
{
    memset(out, 0, crypto_aead_chacha20poly1305_ietf_NPUBBYTES);
    for (size_t i = 0; i < 8; i++) out[i] = (uint8_t)(number >> (8 * i));
}

static int write_at(int fd, const uint8_t *bytes, size_t len, off_t at, vg_error *err)
{
    for (size_t done = 0; done < len;) {
        ssize_t put = pwrite(fd, bytes + done, len - done, at + (off_t)done);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0)
            return vg_fail(err, errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? VG_EFULL : VG_EIO, "",
                           "the upload cannot be kept: %s", strerror(errno));
        done += (size_t)put;
    }
    return 0;
}

static int flush(vg_spooled *s, vg_error *err)
{
    uint8_t sealed[VG_SPOOL_BLOCK], nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
    uint32_t number;
    if (!s->tail_len) return 0;
    if (s->count == s->capacity) {
        size_t more = s->capacity ? s->capacity * 2 : 4;
        uint32_t *larger = vg_realloc(s->block, more * sizeof *larger);
        if (!larger) return vg_fail(err, VG_ENOMEM, "", "no memory for an upload");
        s->block = larger;
        s->capacity = more;
    }
    if (!take_block(s->spool, &number)) return vg_fail(err, VG_EFULL, "", "too many uploads are waiting for their events");
    s->block[s->count] = number;
    nonce_of(s->count++, nonce);
    crypto_aead_chacha20poly1305_ietf_encrypt(sealed, NULL, s->tail, s->tail_len, NULL, 0, NULL, nonce, s->key);
    int rc = write_at(s->spool->fd, sealed, s->tail_len + VG_SPOOL_TAG, (off_t)number * VG_SPOOL_BLOCK, err);
    s->tail_len = 0;
    return rc;
}

int vg_spooled_add(vg_spooled *s, const void *bytes, size_t len, vg_error *err)
{
    const uint8_t *from = bytes;
    while (len) {
        size_t n = VG_SPOOL_PLAIN - s->tail_len < len ? VG_SPOOL_PLAIN - s->tail_len : len;
        memcpy(s->tail + s->tail_len, from, n);
        s->tail_len += n;
        s->size += n;
        from += n;
        len -= n;
        if (s->tail_len == VG_SPOOL_PLAIN) {
            int rc = flush(s, err);
            if (rc) return rc;
        }
    }
    return 0;
}

static void drop_tail(vg_spooled *s)
{
    if (s->tail) sodium_memzero(s->tail, VG_SPOOL_PLAIN);
    vg_free(s->tail);
    s->tail = NULL;
}

int vg_spooled_end(vg_spooled *s, vg_error *err)
{
    int rc = flush(s, err);
    drop_tail(s);
    return rc;
}

vg_spooled *vg_spooled_ref(vg_spooled *s)
{
    atomic_fetch_add_explicit(&s->references, 1, memory_order_relaxed);
    return s;
}

void vg_spooled_unref(vg_spooled **spooled)
{
    vg_spooled *s = *spooled;
    *spooled = NULL;
    if (!s || atomic_fetch_sub_explicit(&s->references, 1, memory_order_acq_rel) != 1) return;
    sodium_memzero(s->key, sizeof s->key); /* from here on its blocks are noise */
    give_blocks(s->spool, s->block, s->count);
    drop_tail(s);
    vg_free(s->block);
    vg_free(s);
}

uint64_t vg_spooled_size(const vg_spooled *s) { return s->size; }

/* ---- reading ---- */

static int read_block(const vg_spooled *s, size_t index, uint8_t plain[VG_SPOOL_PLAIN], size_t *len, vg_error *err)
{
    uint8_t sealed[VG_SPOOL_BLOCK], nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
    uint64_t left = s->size - (uint64_t)index * VG_SPOOL_PLAIN;
    *len = left < VG_SPOOL_PLAIN ? (size_t)left : VG_SPOOL_PLAIN;
    size_t want = *len + VG_SPOOL_TAG;
    for (size_t done = 0; done < want;) {
        ssize_t got = pread(s->spool->fd, sealed + done, want - done, (off_t)s->block[index] * VG_SPOOL_BLOCK + (off_t)done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return vg_fail(err, VG_EIO, "", "an upload cannot be read back");
        done += (size_t)got;
    }
    nonce_of(index, nonce);
    if (crypto_aead_chacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed, want, NULL, 0, nonce, s->key))
        return vg_fail(err, VG_ECORRUPT, "", "an upload does not read back as it was written");
    return 0;
}

int vg_spooled_read(const vg_spooled *s, uint64_t offset, void *out, size_t size, size_t *got, vg_error *err)
{
    uint8_t plain[VG_SPOOL_PLAIN];
    int rc = 0;
    *got = 0;
    while (!rc && *got < size && offset < s->size) {
        size_t len, within = (size_t)(offset % VG_SPOOL_PLAIN);
        rc = read_block(s, (size_t)(offset / VG_SPOOL_PLAIN), plain, &len, err);
        if (rc) break;
        size_t n = len - within < size - *got ? len - within : size - *got;
        memcpy((uint8_t *)out + *got, plain + within, n);
        *got += n;
        offset += n;
    }
    sodium_memzero(plain, sizeof plain);
    return rc;
}

static int fill_plain(const vg_spooled *s, int fd, vg_error *err)
{
    uint8_t plain[VG_SPOOL_PLAIN];
    int rc = 0;
    for (size_t i = 0; !rc && i < s->count; i++) {
        size_t len;
        rc = read_block(s, i, plain, &len, err);
        if (!rc) rc = write_at(fd, plain, len, (off_t)i * VG_SPOOL_PLAIN, err);
    }
    sodium_memzero(plain, sizeof plain);
    return rc;
}

int vg_spooled_open_plain(vg_spooled *s, int *fd, vg_error *err)
{
    vg_spool *spool = s->spool;
    uint64_t now = atomic_load(&spool->ram);
    *fd = -1;
    do {
        if (now && now + s->size > spool->ram_most) /* one is let through whatever its size: the policy allows it */
            return vg_fail(err, VG_EBUSY, "", "too many uploads are being decoded now");
    } while (!atomic_compare_exchange_weak(&spool->ram, &now, now + s->size));
    *fd = memfd_create("vigie-media", MFD_CLOEXEC);
    int rc = *fd < 0 ? vg_fail(err, VG_EIO, "", "no memory for an upload: %s", strerror(errno)) : fill_plain(s, *fd, err);
    if (rc) vg_spooled_close_plain(s, fd);
    return rc;
}

void vg_spooled_close_plain(vg_spooled *s, int *fd)
{
    if (*fd >= 0) close(*fd);
    *fd = -1;
    atomic_fetch_sub(&s->spool->ram, s->size);
}
