/* SPDX-License-Identifier: Apache-2.0
 *
 * The sealed file of a media:
 *
 *     "VGM2" | 24-byte header of a secretstream
 *     u32 length | message             the thumbnail: u32 width, u32 height, pixels
 *     u32 length | message             256 KiB of the media, as often as needed
 *     u32 length | message             the last one, which may be empty and has the tag FINAL
 *
 * Numbers are little-endian. Each message has "media:NAME" as its associated data; the stream itself keeps them in order. The key is the
 * file's own. "VGM1", from before cases had keys, has no header, and each piece is sealed with the ring (base/seal) for the place
 * "media:NAME:NUMBER", the last for "media:NAME:NUMBER:last"; it is read and not written any more.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "store/cases/media_int.h"

static const char magic[4] = {'V', 'G', 'M', '2'}, magic_ring[4] = {'V', 'G', 'M', '1'};
enum { PIECE = 256 << 10, HEAD = 8 };
enum { HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES, STREAM = crypto_secretstream_xchacha20poly1305_ABYTES };
_Static_assert(VG_SEAL_OVERHEAD >= STREAM, "the buffer of a piece holds both forms");

struct vg_media_writer {
    crypto_secretstream_xchacha20poly1305_state stream;
    crypto_generichash_state digest;
    char name[VG_MEDIA_NAME + 1], path[VG_MEDIA_PATH], part[VG_MEDIA_PATH + 8];
    int fd;
    size_t used;     /* of `plain` */
    uint8_t *plain, *sealed;
};

void vg_media_name(char out[VG_MEDIA_NAME + 1])
{
    uint8_t bytes[VG_MEDIA_NAME / 2];
    randombytes_buf(bytes, sizeof bytes);
    vg_hex_encode(out, bytes, sizeof bytes);
}

int vg_media_path(const char *dir, const char *name, char out[VG_MEDIA_PATH], vg_error *err)
{
    uint8_t bytes[VG_MEDIA_NAME / 2];
    if (!vg_hex_decode(bytes, sizeof bytes, vg_str_of(name)))
        return vg_fail(err, VG_EINVAL, "media", "\"%.40s\" is not the name of a sealed file", name);
    if (snprintf(out, VG_MEDIA_PATH, "%s/media/%.2s/%s", dir, name, name) >= VG_MEDIA_PATH)
        return vg_fail(err, VG_EINVAL, dir, "the path is too long");
    return 0;
}

static int system_error(vg_error *err, const char *path, const char *doing)
{
    int code = errno;
    return vg_fail(err, code == ENOSPC || code == EDQUOT || code == EFBIG ? VG_EFULL : VG_EIO, path, "cannot %s: %s", doing,
                   strerror(code));
}

static vg_str place_of(const char *name, uint64_t number, bool last, char out[96])
{
    int n = snprintf(out, 96, "media:%s:%llu%s", name, (unsigned long long)number, last ? ":last" : "");
    return (vg_str){out, (size_t)n};
}

static void put_u32(uint8_t *out, uint32_t n)
{
    for (int i = 0; i < 4; i++) out[i] = (uint8_t)(n >> (8 * i));
}

static uint32_t get_u32(const uint8_t *in)
{
    return in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
}

/* ---- writing ---- */

static int write_all(vg_media_writer *w, const void *bytes, size_t len, vg_error *err)
{
    for (size_t done = 0; done < len;) {
        ssize_t put = write(w->fd, (const uint8_t *)bytes + done, len - done);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return system_error(err, w->part, "write");
        done += (size_t)put;
    }
    crypto_generichash_update(&w->digest, bytes, len);
    return 0;
}

static vg_str name_place(const char *name, char out[96])
{
    int n = snprintf(out, 96, "media:%s", name);
    return (vg_str){out, (size_t)n};
}

static int write_piece(vg_media_writer *w, bool last, vg_error *err)
{
    char text[96];
    vg_str place = name_place(w->name, text);
    size_t len = w->used + STREAM;
    put_u32(w->sealed, (uint32_t)len);
    crypto_secretstream_xchacha20poly1305_push(&w->stream, w->sealed + 4, NULL, w->plain, w->used, (const uint8_t *)place.ptr, place.len,
                                               last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                                    : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
    w->used = 0;
    return write_all(w, w->sealed, 4 + len, err);
}

static int write_start(vg_media_writer *w, const uint8_t key[VG_CASE_KEY], const vg_media_thumb *thumb, vg_error *err)
{
    uint8_t header[HEADER];
    size_t pixels = (size_t)thumb->width * thumb->height;
    if (thumb->width > VG_MEDIA_THUMB_SIDE || thumb->height > VG_MEDIA_THUMB_SIDE)
        return vg_fail(err, VG_EINVAL, "thumbnail", "is larger than %d pixels", VG_MEDIA_THUMB_SIDE);
    int rc = write_all(w, magic, sizeof magic, err);
    crypto_secretstream_xchacha20poly1305_init_push(&w->stream, header, key);
    if (!rc) rc = write_all(w, header, sizeof header, err);
    put_u32(w->plain, pixels ? thumb->width : 0);
    put_u32(w->plain + 4, pixels ? thumb->height : 0);
    if (pixels) memcpy(w->plain + HEAD, thumb->pixels, pixels);
    w->used = HEAD + pixels;
    return rc ? rc : write_piece(w, false, err);
}

int vg_media_make_folder(const char *dir, const char *name, vg_error *err)
{
    char path[VG_MEDIA_PATH];
    if (snprintf(path, sizeof path, "%s/media/%.2s", dir, name) >= (int)sizeof path)
        return vg_fail(err, VG_EINVAL, dir, "the path is too long");
    return vg_dir_create(path, 0700, err);
}

int vg_media_write_begin(vg_media_writer **out, const char *dir, const uint8_t key[VG_CASE_KEY], const char *name,
                         const vg_media_thumb *thumb, vg_error *err)
{
    *out = NULL;
    vg_media_writer *w = vg_calloc(1, sizeof *w);
    if (!w) return vg_fail(err, VG_ENOMEM, "", "no memory to seal a media");
    crypto_generichash_init(&w->digest, NULL, 0, VG_MEDIA_DIGEST);
    w->fd = -1;
    w->plain = vg_malloc(PIECE);
    w->sealed = vg_malloc(4 + PIECE + VG_SEAL_OVERHEAD);
    int rc = w->plain && w->sealed ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory to seal a media");
    if (!rc) rc = vg_media_path(dir, name, w->path, err);
    if (!rc) rc = vg_media_make_folder(dir, name, err);
    if (!rc) {
        snprintf(w->name, sizeof w->name, "%s", name);
        snprintf(w->part, sizeof w->part, "%s.part", w->path);
        w->fd = open(w->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (w->fd < 0) rc = system_error(err, w->part, "make");
    }
    if (!rc) rc = write_start(w, key, thumb, err);
    if (rc) vg_media_write_abandon(&w);
    *out = w;
    return rc;
}

int vg_media_write(vg_media_writer *w, const void *bytes, size_t len, vg_error *err)
{
    const uint8_t *from = bytes;
    while (len) {
        if (w->used == PIECE) {
            int rc = write_piece(w, false, err);
            if (rc) return rc;
        }
        size_t n = PIECE - w->used < len ? PIECE - w->used : len;
        memcpy(w->plain + w->used, from, n);
        w->used += n;
        from += n;
        len -= n;
    }
    return 0;
}

int vg_media_sync_folder(const char *path, vg_error *err)
{
    char folder[VG_MEDIA_PATH];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 || fsync(fd) ? system_error(err, folder, "sync") : 0;
    if (fd >= 0) close(fd);
    return rc;
}

int vg_media_write_end(vg_media_writer **writer, uint8_t digest[VG_MEDIA_DIGEST], vg_error *err)
{
    vg_media_writer *w = *writer;
    int rc = write_piece(w, true, err);
    if (digest) crypto_generichash_final(&w->digest, digest, VG_MEDIA_DIGEST);
    if (!rc && fsync(w->fd)) rc = system_error(err, w->part, "sync");
    if (!rc && rename(w->part, w->path)) rc = system_error(err, w->path, "rename");
    if (!rc) w->part[0] = '\0';
    if (!rc) rc = vg_media_sync_folder(w->path, err);
    vg_media_write_abandon(writer);
    return rc;
}

void vg_media_write_abandon(vg_media_writer **writer)
{
    vg_media_writer *w = *writer;
    if (!w) return;
    if (w->fd >= 0) {
        close(w->fd);
        if (w->part[0]) unlink(w->part);
    }
    if (w->plain) sodium_memzero(w->plain, PIECE);
    vg_free(w->plain);
    vg_free(w->sealed);
    sodium_memzero(&w->stream, sizeof w->stream);
    vg_free(w);
    *writer = NULL;
}

/* ---- reading ---- */

typedef struct opened {
    const vg_keyring *ring; /* of a file from before; NULL: it has a key of its own */
    crypto_secretstream_xchacha20poly1305_state stream;
    const char *name;
    char path[VG_MEDIA_PATH];
    FILE *file;
    uint64_t number;
    uint8_t *sealed, *plain;
    bool last;
} opened;

static void close_file(opened *o)
{
    if (o->file) fclose(o->file);
    sodium_memzero(&o->stream, sizeof o->stream);
    if (o->plain) sodium_memzero(o->plain, PIECE);
    vg_free(o->plain);
    vg_free(o->sealed);
}

static int corrupt(const opened *o, const char *what, vg_error *err)
{
    return vg_fail(err, VG_ECORRUPT, o->path, "the sealed media does not check: %s", what);
}

/* What the file begins with says how it is sealed; the row has to say the same. */
static int begin_file(opened *o, const vg_keyring *ring, const vg_case_media *media, vg_error *err)
{
    char begins[sizeof magic];
    uint8_t header[HEADER];
    if (fread(begins, sizeof begins, 1, o->file) != 1) return corrupt(o, "it does not begin as one", err);
    if (!media->own_key && memcmp(begins, magic_ring, sizeof begins) == 0) {
        o->ring = ring;
        return 0;
    }
    if (!media->own_key || memcmp(begins, magic, sizeof begins) != 0) return corrupt(o, "it does not begin as one", err);
    if (!media->open) return vg_fail(err, VG_EINVAL, "media", "its key was not opened");
    if (fread(header, sizeof header, 1, o->file) != 1 || crypto_secretstream_xchacha20poly1305_init_pull(&o->stream, header, media->key))
        return corrupt(o, "it was cut off", err);
    return 0;
}

static int open_file(opened *o, const char *dir, const vg_keyring *ring, const vg_case_media *media, vg_error *err)
{
    *o = (opened){0};
    if (media->file.len != VG_MEDIA_NAME || media->file.ptr[VG_MEDIA_NAME])
        return vg_fail(err, VG_EINVAL, "media", "\"%.*s\" is not the name of a sealed file", (int)(media->file.len < 40 ? media->file.len : 40), media->file.ptr);
    o->name = media->file.ptr;
    int rc = vg_media_path(dir, o->name, o->path, err);
    if (rc) return rc;
    int fd = open(o->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) return vg_fail(err, VG_ENOENT, o->path, "this media is not kept any more");
    if (fd < 0) return system_error(err, o->path, "open");
    o->file = fdopen(fd, "rb");
    if (!o->file) close(fd);
    o->sealed = vg_malloc(PIECE + VG_SEAL_OVERHEAD);
    o->plain = vg_malloc(PIECE);
    if (!o->file || !o->sealed || !o->plain) return vg_fail(err, VG_ENOMEM, "", "no memory to read a media");
    return begin_file(o, ring, media, err);
}

static int open_ring_piece(opened *o, size_t sealed, vg_error *err)
{
    char place[96];
    if (vg_unseal(o->ring, place_of(o->name, o->number, false, place), o->sealed, sealed, o->plain, NULL)) {
        if (vg_unseal(o->ring, place_of(o->name, o->number, true, place), o->sealed, sealed, o->plain, NULL))
            return corrupt(o, "another key, or it was altered or moved", err);
        o->last = true;
    }
    return 0;
}

static int open_piece(opened *o, size_t sealed, vg_error *err)
{
    char text[96];
    uint8_t tag = 0;
    vg_str place = name_place(o->name, text);
    if (crypto_secretstream_xchacha20poly1305_pull(&o->stream, o->plain, NULL, &tag, o->sealed, sealed, (const uint8_t *)place.ptr, place.len))
        return corrupt(o, "another key, or it was altered or moved", err);
    o->last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return 0;
}

/* The next piece into o->plain. Which one is the last is known by how it was sealed, and by the end of the file. */
static int read_piece(opened *o, size_t *len, vg_error *err)
{
    uint8_t head[4];
    size_t overhead = o->ring ? VG_SEAL_OVERHEAD : STREAM;
    if (fread(head, sizeof head, 1, o->file) != 1) return corrupt(o, "it was cut off", err);
    size_t sealed = get_u32(head);
    if (sealed < overhead || sealed > PIECE + overhead) return corrupt(o, "a piece has no possible length", err);
    if (fread(o->sealed, sealed, 1, o->file) != 1) return corrupt(o, "it was cut off", err);
    *len = sealed - overhead;
    int rc = o->ring ? open_ring_piece(o, sealed, err) : open_piece(o, sealed, err);
    if (!rc && o->last && fgetc(o->file) != EOF) rc = corrupt(o, "something follows its end", err);
    o->number++;
    return rc;
}

int vg_media_read_thumb(const char *dir, const vg_keyring *ring, const vg_case_media *media, vg_arena *arena, vg_media_thumb *out,
                        vg_error *err)
{
    opened o;
    size_t len = 0;
    *out = (vg_media_thumb){0};
    int rc = open_file(&o, dir, ring, media, err);
    if (!rc) rc = read_piece(&o, &len, err);
    if (!rc && len < HEAD) rc = corrupt(&o, "its first piece is too short", err);
    if (!rc) {
        uint32_t width = get_u32(o.plain), height = get_u32(o.plain + 4);
        size_t pixels = (size_t)width * height;
        if (width > VG_MEDIA_THUMB_SIDE || height > VG_MEDIA_THUMB_SIDE || len != HEAD + pixels)
            rc = corrupt(&o, "its thumbnail has no possible size", err);
        else if (pixels) {
            uint8_t *copy = vg_arena_alloc(arena, pixels);
            if (!copy) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a thumbnail");
            else *out = (vg_media_thumb){width, height, memcpy(copy, o.plain + HEAD, pixels)};
        }
    }
    close_file(&o);
    return rc;
}

int vg_media_read(const char *dir, const vg_keyring *ring, const vg_case_media *media,
                  int (*take)(void *context, const uint8_t *bytes, size_t len, vg_error *err), void *context, vg_error *err)
{
    opened o;
    size_t len = 0;
    int rc = open_file(&o, dir, ring, media, err);
    if (!rc) rc = read_piece(&o, &len, err); /* the thumbnail */
    while (!rc && !o.last) {
        rc = read_piece(&o, &len, err);
        if (!rc && len) rc = take(context, o.plain, len, err);
    }
    close_file(&o);
    return rc;
}
