/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

static int system_error(vg_error *err, const char *path, const char *doing)
{
    int code;
    switch (errno) {
    case ENOENT: code = VG_ENOENT; break;
    case ENOSPC:
    case EFBIG:
    case EDQUOT: code = VG_EFULL; break;
    case ENOMEM: code = VG_ENOMEM; break;
    default: code = VG_EIO;
    }
    return vg_fail(err, code, path, "cannot %s: %s", doing, strerror(errno));
}

int vg_file_read(const char *path, size_t ceiling, char **out, size_t *len, vg_error *err)
{
    struct stat st;
    char *bytes = NULL;
    size_t size, got = 0;
    int rc = 0, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not stop us before it is refused */
    *out = NULL;
    *len = 0;
    if (fd < 0) return system_error(err, path, "read");
    if (fstat(fd, &st)) {
        rc = system_error(err, path, "read");
    } else if (!S_ISREG(st.st_mode)) {
        rc = vg_fail(err, VG_EINVAL, path, "not a regular file");
    } else if ((uint64_t)st.st_size > ceiling) {
        rc = vg_fail(err, VG_ETOOBIG, path, "%lld bytes; at most %zu are read", (long long)st.st_size, ceiling);
    }
    if (rc) goto out;
    size = (size_t)st.st_size;
    bytes = vg_malloc(size + 1);
    if (!bytes) {
        rc = vg_fail(err, VG_ENOMEM, path, "no memory for %zu bytes", size);
        goto out;
    }
    while (got < size) {
        ssize_t n = read(fd, bytes + got, size - got);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            rc = system_error(err, path, "read");
            goto out;
        }
        if (n == 0) break; /* became shorter meanwhile */
        got += (size_t)n;
    }
    bytes[got] = '\0';
    *out = bytes;
    *len = got;
    bytes = NULL;
out:
    vg_free(bytes);
    close(fd);
    return rc;
}

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return -1;
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

/* A rename is on disk when its folder is. Some file systems cannot sync a folder (EINVAL): there it is all that can be done. */
static int sync_folder(const char *path, vg_error *err)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    int fd = open(folder[0] ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return system_error(err, path, "sync the folder");
    int rc = fsync(fd) && errno != EINVAL ? system_error(err, path, "sync the folder") : 0;
    close(fd);
    return rc;
}

/* A new file beside `path`, under a name of chance: two writers do not meet, and what a crash left is in nobody's way. */
static int open_beside(const char *path, mode_t mode, char fresh[4096], vg_error *err)
{
    for (int tries = 0; tries < 100; tries++) {
        uint64_t chance = 0;
        if (getrandom(&chance, sizeof chance, 0) < 0) return system_error(err, path, "write");
        int n = snprintf(fresh, 4096, "%s.%016llx.new", path, (unsigned long long)chance);
        if (n < 0 || n >= 4096) return vg_fail(err, VG_EINVAL, path, "the path is too long");
        int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0) return fd;
        if (errno != EEXIST) break;
    }
    return system_error(err, path, "write");
}

int vg_file_replace(const char *path, const void *bytes, size_t len, mode_t mode, vg_error *err)
{
    char fresh[4096];
    int fd = open_beside(path, mode, fresh, err);
    if (fd < 0) return fd;
    int rc = write_all(fd, bytes, len) || fsync(fd) ? system_error(err, path, "write") : 0;
    if (close(fd) && !rc) rc = system_error(err, path, "write");
    if (!rc && rename(fresh, path)) rc = system_error(err, path, "replace");
    if (rc) {
        unlink(fresh);
        return rc;
    }
    return sync_folder(path, err);
}

int vg_file_create(const char *path, const void *bytes, size_t len, mode_t mode, vg_error *err)
{
    char fresh[4096];
    int fd = open_beside(path, mode, fresh, err);
    if (fd < 0) return fd;
    int rc = write_all(fd, bytes, len) || fsync(fd) ? system_error(err, path, "write") : 0;
    if (close(fd) && !rc) rc = system_error(err, path, "write");
    /* link fails when the name is taken; where there are no links, this form of rename does */
    if (!rc && link(fresh, path) && (errno == EEXIST || renameat2(AT_FDCWD, fresh, AT_FDCWD, path, RENAME_NOREPLACE)))
        rc = errno == EEXIST ? vg_fail(err, VG_EEXIST, path, "is there already") : system_error(err, path, "create");
    unlink(fresh);
    return rc ? rc : sync_folder(path, err);
}

int vg_dir_create(const char *path, mode_t mode, vg_error *err)
{
    char part[4096];
    size_t len = strlen(path);
    struct stat st;
    if (!len || len >= sizeof part) return vg_fail(err, VG_EINVAL, path, "not a path for a folder");
    memcpy(part, path, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (part[i] != '/' && part[i]) continue;
        char kept = part[i];
        part[i] = '\0';
        if (mkdir(part, mode) && errno != EEXIST) return system_error(err, part, "create the folder");
        part[i] = kept;
    }
    if (stat(path, &st) || !S_ISDIR(st.st_mode)) return vg_fail(err, VG_EIO, path, "is there and is not a folder");
    return 0;
}
