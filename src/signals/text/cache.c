/* SPDX-License-Identifier: Apache-2.0
 *
 * Compiled databases on disk, so that a start does not compile what the last one did.
 *
 * DESIGN. A file is named by the hash of what it was compiled from. It is written whole or not at all, and read only when it
 * is ours: a regular file of this user that nobody else can write, with the right key, length and checksum. Hyperscan trusts
 * the bytes that it is given, so anything else is compiled again. The files that were used last stay, eight of them.
 *
 *     0  "VGTXDB01"      8  key, twice 64 bits     24  length     32  checksum of what follows, twice 64 bits
 *    48  the database as Hyperscan serialises it
 */
#include "signals/text/cache_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"

enum { HEADER_BYTES = 48, PATH_BYTES = 4096, BYTES_MOST = 1 << 30, KEPT_MOST = 256 };

static const char magic[8] = {'V', 'G', 'T', 'X', 'D', 'B', '0', '1'};
static const char prefix[] = "patterns-", suffix[] = ".hs";

/* Hash keys are no secret: who can write the folder can write what it holds. */
static text_cache_key hash_bytes(const void *bytes, size_t len)
{
    static const vg_hash_key first = {0x7061747465726e73, 1}, second = {0x7061747465726e73, 2};
    return (text_cache_key){{vg_hash64(&first, bytes, len), vg_hash64(&second, bytes, len)}};
}

static void mix(text_cache_key *key, const void *bytes, size_t len)
{
    text_cache_key more = hash_bytes(bytes, len);
    for (int i = 0; i < 2; i++) key->half[i] = vg_hash_mix(key->half[i] ^ more.half[i], more.half[i] + 1);
}

text_cache_key text_cache_key_of(const char *const *expressions, size_t count)
{
    hs_platform_info_t platform = {0};
    text_cache_key key = hash_bytes(magic, sizeof magic);
    hs_populate_platform(&platform);
    mix(&key, hs_version(), strlen(hs_version()));
    mix(&key, &platform, sizeof platform);
    for (size_t i = 0; i < count; i++) mix(&key, expressions[i], strlen(expressions[i]) + 1);
    return key;
}

static bool path_of(char *out, const char *dir, text_cache_key key)
{
    int n = snprintf(out, PATH_BYTES, "%s/%s%016llx%016llx%s", dir, prefix, (unsigned long long)key.half[0],
                     (unsigned long long)key.half[1], suffix);
    return n > 0 && n < PATH_BYTES;
}

/* ---- reading ---- */

static void put_header(uint8_t header[HEADER_BYTES], text_cache_key key, const void *bytes, size_t len)
{
    uint64_t size = len;
    text_cache_key sum = hash_bytes(bytes, len);
    memcpy(header, magic, sizeof magic);
    memcpy(header + 8, key.half, sizeof key.half);
    memcpy(header + 24, &size, sizeof size);
    memcpy(header + 32, sum.half, sizeof sum.half);
}

/* NULL: it is ours and looks whole. */
static const char *distrust(const struct stat *st)
{
    if (!S_ISREG(st->st_mode) || st->st_uid != geteuid() || (st->st_mode & (S_IWGRP | S_IWOTH)))
        return "it is not a file of this user alone";
    if (st->st_size < HEADER_BYTES || st->st_size > BYTES_MOST) return "it is damaged";
    return NULL;
}

static bool read_all(int fd, char *out, size_t len)
{
    while (len) {
        ssize_t n = read(fd, out, len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        out += n;
        len -= (size_t)n;
    }
    return true;
}

static const char *take(const char *bytes, size_t len, text_cache_key key, hs_database_t **out, bool *no_memory)
{
    uint8_t header[HEADER_BYTES];
    put_header(header, key, bytes + HEADER_BYTES, len - HEADER_BYTES);
    if (memcmp(header, bytes, sizeof header) != 0) return "it is damaged";
    hs_error_t rc = hs_deserialize_database(bytes + HEADER_BYTES, len - HEADER_BYTES, out);
    *no_memory = rc == HS_NOMEM;
    if (rc == HS_SUCCESS) return NULL;
    *out = NULL;
    return "Hyperscan does not take it";
}

int text_cache_load(const char *dir, text_cache_key key, hs_database_t **out, vg_error *err)
{
    char path[PATH_BYTES], *bytes = NULL;
    struct stat st;
    bool no_memory = false;
    *out = NULL;
    if (!path_of(path, dir, key)) return 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) return 0;
    const char *why = fd < 0 ? "it cannot be opened" : fstat(fd, &st) ? "it cannot be read" : distrust(&st);
    if (!why) {
        bytes = vg_malloc((size_t)st.st_size);
        no_memory = !bytes;
        if (bytes) why = read_all(fd, bytes, (size_t)st.st_size) ? take(bytes, (size_t)st.st_size, key, out, &no_memory) : "it is damaged";
    }
    if (!why && !no_memory) futimens(fd, NULL); /* used now: the others are forgotten first */
    if (fd >= 0) close(fd);
    vg_free(bytes);
    if (no_memory) return vg_fail(err, VG_ENOMEM, path, "no memory for the compiled patterns");
    if (why) vg_log(VG_LOG_WARN, "text", "compiled patterns in %s are not used, %s; compiling again", path, why);
    return 0;
}

/* ---- writing ---- */

static bool is_ours(const char *name)
{
    size_t len = strlen(name), ends = sizeof prefix - 1 + 32;
    return len == ends + sizeof suffix - 1 && memcmp(name, prefix, sizeof prefix - 1) == 0 && strcmp(name + ends, suffix) == 0;
}

/* Removes the file that was used longest ago, when there are more than are kept. True: look again. */
static bool forget_one(int dir)
{
    char oldest[64] = "";
    struct timespec at = {0};
    size_t count = 0;
    int again = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = again < 0 ? NULL : fdopendir(again);
    if (!list) {
        if (again >= 0) close(again);
        return false;
    }
    for (struct dirent *e = readdir(list); e; e = readdir(list)) {
        struct stat st;
        if (!is_ours(e->d_name) || fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW)) continue;
        count++;
        bool older = st.st_mtim.tv_sec != at.tv_sec ? st.st_mtim.tv_sec < at.tv_sec : st.st_mtim.tv_nsec < at.tv_nsec;
        if (*oldest && !older) continue;
        at = st.st_mtim;
        snprintf(oldest, sizeof oldest, "%s", e->d_name);
    }
    closedir(list);
    return count > TEXT_CACHE_FILES && unlinkat(dir, oldest, 0) == 0;
}

static void forget_old(const char *path)
{
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) return;
    for (int i = 0; i < KEPT_MOST && forget_one(dir); i++) continue;
    close(dir);
}

void text_cache_store(const char *dir, text_cache_key key, const hs_database_t *database)
{
    char path[PATH_BYTES], *bytes = NULL, *whole = NULL;
    size_t len = 0;
    vg_error err = {0};
    int rc = path_of(path, dir, key) ? vg_dir_create(dir, 0700, &err) : vg_fail(&err, VG_EINVAL, dir, "the path is too long");
    if (!rc && hs_serialize_database(database, &bytes, &len) != HS_SUCCESS) rc = vg_fail(&err, VG_ENOMEM, path, "no memory to write it");
    if (!rc) whole = vg_malloc(HEADER_BYTES + len);
    if (!rc && !whole) rc = vg_fail(&err, VG_ENOMEM, path, "no memory to write it");
    if (!rc) {
        memcpy(whole + HEADER_BYTES, bytes, len);
        put_header((uint8_t *)whole, key, bytes, len);
        rc = vg_file_replace(path, whole, HEADER_BYTES + len, 0600, &err);
    }
    if (!rc) forget_old(dir);
    if (rc) vg_log(VG_LOG_WARN, "text", "compiled patterns are not kept for the next start: %s: %s", err.where, err.what);
    vg_free(whole);
    vg_free(bytes);
}
