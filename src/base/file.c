/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

static int system_error(vg_error *err, const char *path, const char *doing)
{
    int code = errno == ENOENT ? VG_ENOENT : errno == ENOSPC || errno == EFBIG || errno == EDQUOT ? VG_EFULL : errno == ENOMEM ? VG_ENOMEM : VG_EIO;
    return vg_fail(err, code, path, "cannot %s: %s", doing, strerror(errno));
}

int vg_file_read(const char *path, size_t ceiling, char **out, size_t *len, vg_error *err)
{
    struct stat st;
    char *bytes = NULL;
    size_t size, got = 0;
    int rc = 0, fd = open(path, O_RDONLY | O_CLOEXEC);
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

static void sync_folder(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    int fd = open(folder[0] ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    fsync(fd);
    close(fd);
}

int vg_file_replace(const char *path, const void *bytes, size_t len, mode_t mode, vg_error *err)
{
    char fresh[4096];
    int n = snprintf(fresh, sizeof fresh, "%s.%ld.new", path, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof fresh) return vg_fail(err, VG_EINVAL, path, "the path is too long");
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) return system_error(err, path, "write");
    int rc = write_all(fd, bytes, len) || fsync(fd) ? system_error(err, path, "write") : 0;
    if (close(fd) && !rc) rc = system_error(err, path, "write");
    if (!rc && rename(fresh, path)) rc = system_error(err, path, "replace");
    if (rc) unlink(fresh);
    else sync_folder(path);
    return rc;
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
