/* SPDX-License-Identifier: Apache-2.0
 *
 * The file of an annex: sealed bytes, written beside its name and renamed once they are on disk. */
#include "store/filings/annex.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "store/cases/media_int.h"

struct vg_annex_writer {
    crypto_hash_sha256_state sha256;
    char name[VG_MEDIA_NAME + 1], path[VG_MEDIA_PATH], part[VG_MEDIA_PATH + 8];
    FILE *file;
    uint64_t bytes;
};

static int io_error(vg_error *err, const char *doing)
{
    int code = errno;
    return vg_fail(err, code == ENOSPC || code == EDQUOT || code == EFBIG ? VG_EFULL : VG_EIO, "archive", "cannot be %s: %s", doing, strerror(code));
}

int vg_annex_write_begin(vg_annex_writer **out, vg_store *store, vg_error *err)
{
    vg_annex_writer *w = vg_calloc(1, sizeof *w);
    *out = NULL;
    if (!w) return vg_fail(err, VG_ENOMEM, "", "no memory for an archive");
    crypto_hash_sha256_init(&w->sha256);
    vg_media_name(w->name);
    int rc = vg_media_path(store->dir, w->name, w->path, err);
    if (!rc) rc = vg_media_make_folder(store->dir, w->name, err);
    if (!rc) {
        snprintf(w->part, sizeof w->part, "%s.part", w->path);
        int fd = open(w->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        w->file = fd < 0 ? NULL : fdopen(fd, "wb");
        if (!w->file) rc = io_error(err, "made");
        if (!w->file && fd >= 0) close(fd);
    }
    if (rc) vg_annex_write_abandon(&w);
    *out = w;
    return rc;
}

int vg_annex_write(void *writer, const uint8_t *bytes, size_t len, vg_error *err)
{
    vg_annex_writer *w = writer;
    if (fwrite(bytes, 1, len, w->file) != len) return io_error(err, "written");
    crypto_hash_sha256_update(&w->sha256, bytes, len);
    w->bytes += len;
    return 0;
}

int vg_annex_write_end(vg_annex_writer **writer, vg_filing_annex *into, vg_error *err)
{
    vg_annex_writer *w = *writer;
    int rc = fflush(w->file) || fsync(fileno(w->file)) ? io_error(err, "written") : 0;
    if (!rc && rename(w->part, w->path)) rc = io_error(err, "named");
    if (!rc) w->part[0] = '\0';
    if (!rc) rc = vg_media_sync_folder(w->path, err);
    if (!rc) {
        crypto_hash_sha256_final(&w->sha256, into->sha256);
        memcpy(into->file, w->name, sizeof into->file);
        into->bytes = w->bytes;
        into->has_archive = true;
    }
    vg_annex_write_abandon(writer);
    return rc;
}

void vg_annex_write_abandon(vg_annex_writer **writer)
{
    vg_annex_writer *w = *writer;
    if (!w) return;
    if (w->file) {
        fclose(w->file);
        if (w->part[0]) unlink(w->part);
    }
    vg_free(w);
    *writer = NULL;
}

static int measure(FILE *file, uint8_t sha256[32], uint64_t *bytes, vg_error *err)
{
    crypto_hash_sha256_state state;
    uint8_t part[1 << 14];
    size_t n;
    *bytes = 0;
    crypto_hash_sha256_init(&state);
    while ((n = fread(part, 1, sizeof part, file)) > 0) {
        crypto_hash_sha256_update(&state, part, n);
        *bytes += n;
    }
    crypto_hash_sha256_final(&state, sha256);
    return ferror(file) ? io_error(err, "read") : 0;
}

int vg_annex_measure(const char *path, uint8_t sha256[32], uint64_t *bytes, vg_error *err)
{
    FILE *file = fopen(path, "rbe");
    if (!file) return vg_fail(err, VG_ENOENT, path, "cannot be read: %s", strerror(errno));
    int rc = measure(file, sha256, bytes, err);
    fclose(file);
    return rc;
}

int vg_annex_open(const char *path, const uint8_t sha256[32], uint64_t bytes, FILE **out, vg_error *err)
{
    uint8_t hash[32];
    uint64_t all = 0;
    *out = path ? fopen(path, "rbe") : NULL;
    if (!*out) return vg_fail(err, VG_ENOENT, "archive", "its file is not there any more");
    int rc = measure(*out, hash, &all, err);
    if (!rc && (all != bytes || memcmp(hash, sha256, sizeof hash) != 0)) rc = vg_fail(err, VG_ECORRUPT, "archive", "its file is not what it was: it was altered");
    if (!rc) {
        rewind(*out);
        return 0;
    }
    fclose(*out);
    *out = NULL;
    return rc;
}
