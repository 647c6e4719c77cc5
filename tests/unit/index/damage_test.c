/* SPDX-License-Identifier: Apache-2.0
 *
 * Damaged, foreign and half-written files: refused with the reason, or searched without leaving the map; a killed writer leaves old or new.
 */
#include <signal.h>
#include <dirent.h>
#include <sys/wait.h>

#include "base/file.h"
#include "signals/media/index/index_int.h"
#include "tests/unit/index/index_fixture.h"

enum { COUNT = 3000 };
static vg_index_item items[COUNT];
static char path[128];

static void search_some(const vg_index *index)
{
    vg_media_match out[VG_MATCHES_MAX];
    vg_media_hash hashes[9];
    size_t found;
    for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 9; i++) {
            hashes[i] = items[draw() % COUNT].hash;
            hashes[i].algorithm = (vg_hash_algorithm)(i % 5 ? VG_HASH_PDQ : draw() % VG_HASH_ALGORITHMS);
        }
        vg_index_query query = {hashes, 9, 31, 0, 80};
        vg_error err;
        if (vg_index_search(index, &query, out, VG_MATCHES_MAX, &found, &err)) continue;
        for (size_t i = 0; i < found && i < VG_MATCHES_MAX; i++) vg_index_category_name(index, out[i].category);
    }
    vg_index_stats stats;
    vg_index_stats_get(index, &stats);
}

/* Opens, searches, checks. True when the damage was told. */
static bool is_told(const char *bytes, size_t len)
{
    vg_index *index;
    vg_error err = {0};
    if (vg_file_replace(path_of("damaged"), bytes, len, 0600, &err)) exit(2);
    int rc = vg_index_open(&index, path_of("damaged"), NULL, &err);
    if (rc) return rc == -VG_ECORRUPT && err.what[0];
    search_some(index);
    rc = vg_index_check(index, &err);
    vg_index_close(&index);
    return rc == -VG_ECORRUPT && err.what[0];
}

static void check_damage(void)
{
    char *bytes, *copy;
    size_t len, told = 0;
    vg_error err = {0};
    if (vg_file_read(path, 1 << 24, &bytes, &len, &err) || !(copy = malloc(len + 100))) exit(2);
    for (size_t i = 0; i < 200; i++) told += is_told(bytes, len * i / 200);
    TAP_EQ_INT(told, 200, "a file that ends at any of 200 places is refused");
    memcpy(copy, bytes, len);
    memset(copy + len, 0, 100);
    TAP_OK(is_told(copy, len + 100), "so is one that is longer");
    size_t flips = 0, silent = 0;
    told = 0;
    for (size_t i = 0; i < 600; i++) {
        size_t at = i < 200 ? (size_t)draw() % 1600 : (size_t)draw() % len;
        memcpy(copy, bytes, len);
        copy[at] ^= (char)(1u << (draw() % 8));
        bool now = is_told(copy, len);
        flips++;
        told += now;
        silent += !now && at < sizeof(vg_file_header);
    }
    TAP_OK(told > flips / 2 && silent == 0, "a flipped bit is told wherever it matters (%zu of %zu; the others were padding)", told, flips);
    size_t survived = 0;
    for (size_t i = 0; i < 40; i++) { /* whole stretches of chance behind a true header */
        memcpy(copy, bytes, len);
        size_t from = 4096 + (size_t)draw() % (len - 4096), n = 1 + (size_t)draw() % (len - from);
        for (size_t j = 0; j < n; j++) copy[from + j] = (char)draw();
        is_told(copy, len);
        survived++;
    }
    TAP_EQ_INT(survived, 40, "stretches of chance are searched without leaving the map");
    memcpy(copy, bytes, len);
    copy[8] = 99;
    vg_index *index;
    if (vg_file_replace(path_of("damaged"), copy, len, 0600, &err)) exit(2);
    TAP_OK(vg_index_open(&index, path_of("damaged"), NULL, &err) == -VG_ECORRUPT && strstr(err.what, "version 99"), "another version is told: %s", err.what);
    vg_index_label label = {8, 0};
    TAP_OK(vg_index_open(&index, path, &label, &err) == -VG_ECORRUPT && strstr(err.what, "bank 7"), "another bank is told: %s", err.what);
    TAP_EQ_INT(vg_index_open(&index, path_of("nothing"), NULL, &err), -VG_ENOENT, "a file that is not there is not there");
    TAP_OK(is_told("", 0), "an empty file is refused");
    vg_free(bytes);
    free(copy);
}

static size_t count_files(void)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));) n += e->d_name[0] != '.';
    if (dir) closedir(dir);
    return n;
}

/* A writer is killed at a moment of chance, again and again. */
static void check_killed(void)
{
    size_t whole = 0, written = 0, before = count_files();
    vg_error err = {0};
    enum { ROUNDS = 40 };
    for (uint64_t round = 0; round < ROUNDS; round++) {
        pid_t child = fork();
        if (child < 0) exit(2);
        if (child == 0) {
            for (uint64_t change = 100 + round * 1000;; change++)
                if (write_list(path, 7, change, items, COUNT, NULL, 0, &err)) _exit(1);
        }
        usleep((useconds_t)(draw() % 30000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        vg_index *index;
        vg_index_label label = {7, 0};
        if (vg_index_open(&index, path, &label, &err)) continue;
        whole += vg_index_check(index, &err) == 0;
        written += label.change >= 100;
        vg_index_close(&index);
    }
    TAP_EQ_INT(whole, ROUNDS, "after each of 40 kills the file is whole, old or new");
    TAP_OK(written > 0, "some writers had come to an end (%zu)", written);
    int rc = write_list(path, 7, 1, items, COUNT, NULL, 0, &err);
    TAP_OK(rc == 0 && count_files() == before, "the next writer removes what they left");
    vg_index_writer *alive;
    vg_index_label label = {7, 2};
    rc = vg_index_write_begin(&alive, path, &label, 0, &err);
    if (!rc) rc = write_list(path, 7, 3, items, 10, NULL, 0, &err);
    if (!rc) rc = vg_index_write_items(alive, items, 5, &err);
    if (!rc) rc = vg_index_write_end(&alive, NULL, 0, &err);
    TAP_EQ_INT(rc, 0, "but not what a writer that lives is writing");
}

int main(void)
{
    snprintf(path, sizeof path, "%s", path_of("index"));
    make_list(LIST_UNIFORM, items, COUNT);
    for (int i = 0; i < 400; i++) items[i].hash.algorithm = (vg_hash_algorithm)(i % VG_HASH_ALGORITHMS);
    for (int i = 400; i < 500; i++) {
        items[i].entry = 400;
        items[i].hash.frame = (uint32_t)i;
        items[i].hash = i % 2 ? items[i].hash : items[i - 1].hash;
    }
    vg_error err = {0};
    TAP_EQ_INT(write_list(path, 7, 1, items, COUNT, NULL, 0, &err), 0, "a list is written");
    check_damage();
    check_killed();
    remove_folder();
    return tap_done();
}
