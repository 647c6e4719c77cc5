/* SPDX-License-Identifier: Apache-2.0
 *
 * A sealed archive:
 *
 *     "VIGIEARC" | version 1 | 8-byte id of the receiver's key | chunk size, u32 little-endian | sealed box of the stream's key (80 bytes)
 *     | 24-byte header of a secretstream | chunks
 *
 * Every chunk but the last holds chunk-size bytes of the archive and has the tag MESSAGE; the last holds what is left, may be empty, and
 * has the tag FINAL. A chunk is 17 bytes longer than what it holds. The head, without the secretstream header, is the associated data of each.
 */
#include <sodium.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/time.h"
#include "report/bag/bag.h"

static const uint8_t magic[8] = {'V', 'I', 'G', 'I', 'E', 'A', 'R', 'C'};
enum { VERSION = 1, ID_AT = 9, SIZE_AT = 17, BOX_AT = 21, HEADER_AT = BOX_AT + VG_KEY_BOX };
enum { TAG = crypto_secretstream_xchacha20poly1305_ABYTES, CHUNK_MOST = 1 << 20 };
_Static_assert(VG_SEALED_HEAD == HEADER_AT + crypto_secretstream_xchacha20poly1305_HEADERBYTES, "the head is part of the format");

struct vg_sealer {
    vg_bag_sink to;
    crypto_secretstream_xchacha20poly1305_state stream;
    uint8_t head[VG_SEALED_HEAD], plain[VG_SEALED_CHUNK], sealed[VG_SEALED_CHUNK + TAG];
    size_t used;
};

static void key_id(const uint8_t public_key[32], uint8_t out[8])
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, public_key, 32);
    memcpy(out, hash, 8);
}

int vg_sealer_begin(vg_sealer **out, const uint8_t public_key[32], int64_t key_until_ms, int64_t now_ms, const vg_bag_sink *to, vg_error *err)
{
    uint8_t key[VG_CASE_KEY];
    char when[25];
    *out = NULL;
    if (key_until_ms && key_until_ms <= now_ms) {
        vg_time_format(key_until_ms, when);
        return vg_fail(err, VG_EUNPROCESSABLE, "/receiver", "the public key of this receiver ended on %.10s: ask it for a new one", when);
    }
    vg_sealer *s = vg_calloc(1, sizeof *s);
    if (!s) return vg_fail(err, VG_ENOMEM, "", "no memory to seal an archive");
    s->to = *to;
    memcpy(s->head, magic, sizeof magic);
    s->head[8] = VERSION;
    key_id(public_key, s->head + ID_AT);
    for (int i = 0; i < 4; i++) s->head[SIZE_AT + i] = (uint8_t)((uint32_t)VG_SEALED_CHUNK >> (8 * i));
    vg_case_key_random(key);
    int rc = vg_key_box(public_key, key, s->head + BOX_AT, err);
    if (rc) rc = vg_fail(err, VG_EUNPROCESSABLE, "/receiver", "the public key of this receiver is no key that something can be sealed for");
    if (!rc) crypto_secretstream_xchacha20poly1305_init_push(&s->stream, s->head + HEADER_AT, key);
    sodium_memzero(key, sizeof key);
    if (!rc) rc = to->write(to->context, s->head, sizeof s->head, err);
    if (rc) vg_sealer_abandon(&s);
    *out = s;
    return rc;
}

static int push(vg_sealer *s, bool last, vg_error *err)
{
    size_t len = s->used + TAG;
    crypto_secretstream_xchacha20poly1305_push(&s->stream, s->sealed, NULL, s->plain, s->used, s->head, HEADER_AT,
                                               last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                                    : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
    s->used = 0;
    return s->to.write(s->to.context, s->sealed, len, err);
}

static int sealer_write(void *context, const uint8_t *bytes, size_t len, vg_error *err)
{
    vg_sealer *s = context;
    while (len) {
        int rc = s->used == VG_SEALED_CHUNK ? push(s, false, err) : 0;
        if (rc) return rc;
        size_t n = VG_SEALED_CHUNK - s->used < len ? VG_SEALED_CHUNK - s->used : len;
        memcpy(s->plain + s->used, bytes, n);
        s->used += n;
        bytes += n;
        len -= n;
    }
    return 0;
}

vg_bag_sink vg_sealer_sink(vg_sealer *sealer) { return (vg_bag_sink){sealer, sealer_write}; }

int vg_sealer_end(vg_sealer **sealer, vg_error *err)
{
    int rc = push(*sealer, true, err);
    vg_sealer_abandon(sealer);
    return rc;
}

void vg_sealer_abandon(vg_sealer **sealer)
{
    if (*sealer) sodium_memzero(*sealer, sizeof **sealer);
    vg_free(*sealer);
    *sealer = NULL;
}

/* ---- opening ---- */

/* As many bytes as there are, up to `want`. */
static int fill(const vg_sealed_source *from, uint8_t *out, size_t want, size_t *got, vg_error *err)
{
    *got = 0;
    while (*got < want) {
        size_t n = 0;
        int rc = from->read(from->context, out + *got, want - *got, &n, err);
        if (rc || n == 0) return rc;
        *got += n;
    }
    return 0;
}

static int corrupt(vg_error *err, const char *what) { return vg_fail(err, VG_ECORRUPT, "archive", "%s", what); }

static int read_head(const uint8_t public_key[32], const uint8_t secret_key[32], const uint8_t head[VG_SEALED_HEAD], uint32_t *chunk,
                     crypto_secretstream_xchacha20poly1305_state *stream, vg_error *err)
{
    uint8_t key[VG_CASE_KEY], id[8];
    char theirs[17], mine[17];
    if (head[8] != VERSION) return vg_fail(err, VG_EINVAL, "archive", "is of version %d; this program knows version %d", head[8], VERSION);
    *chunk = 0;
    for (int i = 0; i < 4; i++) *chunk |= (uint32_t)head[SIZE_AT + i] << (8 * i);
    if (*chunk == 0 || *chunk > CHUNK_MOST) return corrupt(err, "its chunks have no possible size");
    key_id(public_key, id);
    if (memcmp(id, head + ID_AT, sizeof id) != 0) {
        vg_hex_encode(theirs, head + ID_AT, sizeof id);
        vg_hex_encode(mine, id, sizeof id);
        return vg_fail(err, VG_EFORBIDDEN, "archive", "is sealed for the key %s; the key that is given is %s", theirs, mine);
    }
    int rc = vg_key_unbox(public_key, secret_key, head + BOX_AT, VG_KEY_BOX, key, err);
    if (!rc && crypto_secretstream_xchacha20poly1305_init_pull(stream, head + HEADER_AT, key)) rc = corrupt(err, "its head does not check");
    sodium_memzero(key, sizeof key);
    return rc;
}

static int open_chunks(crypto_secretstream_xchacha20poly1305_state *stream, const uint8_t *head, uint32_t chunk, uint8_t *sealed, uint8_t *plain,
                       const vg_sealed_source *from, const vg_bag_sink *to, vg_error *err)
{
    for (;;) {
        size_t got = 0;
        uint8_t tag = 0, more;
        int rc = fill(from, sealed, chunk + TAG, &got, err);
        if (rc) return rc;
        if (got < TAG) return corrupt(err, "it was cut off: its last chunk is missing");
        if (crypto_secretstream_xchacha20poly1305_pull(stream, plain, NULL, &tag, sealed, got, head, HEADER_AT))
            return corrupt(err, "a chunk does not check: altered, out of order, or cut off");
        bool last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
        if (!last && got < chunk + TAG) return corrupt(err, "it was cut off: its last chunk is missing");
        if (got > TAG && (rc = to->write(to->context, plain, got - TAG, err))) return rc;
        if (!last) continue;
        rc = fill(from, &more, 1, &got, err);
        return rc ? rc : got ? corrupt(err, "something follows its end") : 0;
    }
}

int vg_sealed_open(const uint8_t public_key[32], const uint8_t secret_key[32], const vg_sealed_source *from, const vg_bag_sink *to, vg_error *err)
{
    crypto_secretstream_xchacha20poly1305_state stream;
    uint8_t head[VG_SEALED_HEAD], *sealed = NULL, *plain = NULL;
    uint32_t chunk = 0;
    size_t got = 0;
    int rc = fill(from, head, sizeof head, &got, err);
    if (rc) return rc;
    if (got < sizeof magic + 1 || memcmp(head, magic, sizeof magic) != 0) return vg_fail(err, VG_EINVAL, "archive", "is no sealed archive of Vigie");
    if (got < sizeof head) return corrupt(err, "it was cut off");
    rc = read_head(public_key, secret_key, head, &chunk, &stream, err);
    if (!rc) {
        sealed = vg_malloc(chunk + TAG);
        plain = vg_malloc(chunk);
        rc = sealed && plain ? open_chunks(&stream, head, chunk, sealed, plain, from, to, err) : vg_fail(err, VG_ENOMEM, "", "no memory to open an archive");
    }
    if (plain) sodium_memzero(plain, chunk);
    sodium_memzero(&stream, sizeof stream);
    vg_free(plain);
    vg_free(sealed);
    return rc;
}
