/* SPDX-License-Identifier: Apache-2.0
 *
 * Compiled patterns on disk: used when they are whole and ours, compiled again whatever else is there.
 */
#include "signals/text/cache_int.h"
#include "signals/text/text_int.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "tap.h"

static char dir[] = "/tmp/vigie-cache-XXXXXX", path[512];
static vg_policy_pattern pattern = {VG_TEXT_SECRECY, 7000, "notre secret", "fr"};
static vg_policy_spelling spelling = {"scrt", "secret"};

/* Makes an engine and looks whether it finds what it should. */
static int create(const char *cache, vg_error *err)
{
    vg_text_engine *engine = NULL;
    vg_text_scratch *scratch = NULL;
    vg_text_hits hits;
    vg_text_sources sources = {&pattern, 1, &spelling, 1, cache};
    int rc = vg_text_engine_create(&engine, &sources, err);
    if (!rc) rc = vg_text_scratch_create(&scratch, err);
    if (!rc) rc = vg_text_scratch_fit(scratch, engine, err);
    if (!rc && (!vg_text_scan(engine, scratch, VG_STR("notre scrt"), &hits) || hits.count != 1)) rc = 1;
    vg_text_scratch_destroy(&scratch);
    vg_text_engine_destroy(&engine);
    return rc;
}

static size_t files(void)
{
    size_t count = 0;
    DIR *list = opendir(dir);
    for (struct dirent *e; list && (e = readdir(list));) {
        if (e->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        count++;
    }
    if (list) closedir(list);
    return count;
}

static void empty(void)
{
    while (files()) unlink(path);
}

/* Whether the file at `path` is read, or written anew, by the next start: its inode tells. */
static bool used(void)
{
    struct stat before, after;
    vg_error err = {0};
    files();
    if (lstat(path, &before)) return false;
    int rc = create(dir, &err);
    TAP_OK(rc == 0, "the engine works %s %s", err.where, err.what);
    return !lstat(path, &after) && before.st_ino == after.st_ino && S_ISREG(after.st_mode);
}

static void test_kept(void)
{
    vg_error err = {0};
    struct stat st;
    TAP_EQ_INT(create(NULL, &err), 0, "no folder, no cache");
    TAP_EQ_INT(files(), 0, "and no file");
    TAP_EQ_INT(create(dir, &err), 0, "with a folder");
    TAP_EQ_INT(files(), 1, "a file is kept");
    TAP_OK(!stat(path, &st) && (st.st_mode & 07777) == 0600, "for this user alone");
    TAP_OK(used(), "and used the next time");
    pattern.strength = 1;
    create(dir, &err);
    TAP_EQ_INT(files(), 1, "a strength changes no expression");
    spelling.to = "secrets";
    pattern.text = "notre scrt";
    create(dir, &err);
    TAP_EQ_INT(files(), 2, "a spelling does");
    pattern.text = "notre secret";
    spelling.to = "secret";
    empty();
}

static void damage(off_t at, bool from_end)
{
    struct stat st;
    char byte = 0;
    int fd = open(path, O_RDWR);
    if (fd < 0 || fstat(fd, &st)) return;
    if (from_end) at = st.st_size - at;
    if (pread(fd, &byte, 1, at) != 1) at = 0;
    byte = (char)(byte ^ 0x40);
    if (pwrite(fd, &byte, 1, at) != 1) TAP_OK(false, "written");
    close(fd);
}

static void test_damaged(void)
{
    static const off_t places[] = {0, 8, 20, 24, 33, 47, 48, 60, 200};
    vg_error err = {0};
    create(dir, &err);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        files();
        damage(places[i], false);
        TAP_OK(!used(), "a changed byte %ld: compiled again", (long)places[i]);
    }
    files();
    damage(1, true);
    TAP_OK(!used(), "the last byte, too");
    files();
    struct stat st;
    if (!stat(path, &st) && !truncate(path, st.st_size - 1)) TAP_OK(!used(), "one byte less");
    files();
    if (!truncate(path, 47)) TAP_OK(!used(), "no whole header");
    files();
    if (!truncate(path, 0)) TAP_OK(!used(), "nothing");
    TAP_OK(used(), "what was compiled again is used after that");
    files();
    if (!chmod(path, 0622)) TAP_OK(!used(), "a file that others can write");
    files();
    char aside[600];
    snprintf(aside, sizeof aside, "%s/aside", dir);
    if (!rename(path, aside) && !symlink(aside, path)) {
        char link[512];
        memcpy(link, path, sizeof link);
        TAP_EQ_INT(create(dir, &err), 0, "a link is not followed");
        TAP_OK(!lstat(link, &st) && S_ISREG(st.st_mode), "and a file takes its place");
    }
    empty();
    snprintf(aside, sizeof aside, "%s/file", dir);
    close(open(aside, O_CREAT | O_WRONLY, 0600));
    TAP_EQ_INT(create(aside, &err), 0, "a folder that is none: no failure");
    TAP_EQ_INT(create("/proc/none/cache", &err), 0, "nor one that cannot be made");
    empty();
}

static void test_bounded(void)
{
    vg_error err = {0};
    char text[32];
    for (int i = 0; i < 2 * TEXT_CACHE_FILES; i++) {
        snprintf(text, sizeof text, "%s%c", "notre secret ", 'a' + i);
        vg_policy_pattern kept = pattern;
        pattern.text = text;
        create(dir, &err);
        pattern = kept;
    }
    TAP_EQ_INT(files(), TEXT_CACHE_FILES, "so many files are kept, whatever was compiled");
    empty();
}

/* Out of memory is a result, and leaves nothing half written. */
static void test_allocations(void)
{
    size_t failed = 0, wrong = 0;
    for (int round = 0; round < 2; round++)
        for (size_t n = 1; n < 1000; n++) {
            vg_error err = {0};
            if (!round) empty(); /* compiled and stored; then read */
            vg_alloc_fail_at(n);
            int rc = create(dir, &err);
            bool happened = vg_alloc_failed();
            vg_alloc_fail_at(0);
            failed += happened;
            wrong += rc != 0 && !(happened && rc == -VG_ENOMEM);
            if (!happened) break;
        }
    TAP_OK(failed > 20 && !wrong, "each allocation of a start fails (%zu); %zu went wrong", failed, wrong);
    empty();
}

int main(void)
{
    if (!mkdtemp(dir)) {
        TAP_OK(false, "a folder for the test");
        return tap_done();
    }
    test_kept();
    test_damaged();
    test_bounded();
    test_allocations();
    rmdir(dir);
    return tap_done();
}
