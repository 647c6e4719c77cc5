/* SPDX-License-Identifier: Apache-2.0
 *
 * A real store in a directory of its own, with a real key ring, for the tests of this room.
 */
#ifndef VG_TESTS_STORE_FIXTURE_H
#define VG_TESTS_STORE_FIXTURE_H

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/time.h"
#include "store/store_int.h"
#include "tap.h"

typedef struct fixture {
    char dir[64], path[96];
    vg_keyring *ring;
    vg_store *store;
    vg_arena *arena;
    vg_error err;
} fixture;

__attribute__((unused)) static void set_up_in(fixture *f, const char *where)
{
    *f = (fixture){0};
    snprintf(f->dir, sizeof f->dir, "%s/vigie-store-XXXXXX", where);
    if (!mkdtemp(f->dir)) abort();
    snprintf(f->path, sizeof f->path, "%s/ring", f->dir);
    if (vg_keyring_open(&f->ring, f->path, 1, &f->err)) {
        printf("Bail out! %s: %s\n", f->err.where, f->err.what);
        exit(1);
    }
    snprintf(f->path, sizeof f->path, "%s/vigie.db", f->dir);
    f->arena = vg_arena_create(1 << 16, 64 << 20);
    if (vg_store_open(&f->store, f->dir, f->ring, &f->err)) {
        printf("Bail out! %s: %s\n", f->err.where, f->err.what);
        exit(1);
    }
}

__attribute__((unused)) static void set_up(fixture *f)
{
    set_up_in(f, "/tmp");
}

__attribute__((unused)) static void tear_down(fixture *f)
{
    char command[128];
    vg_store_close(&f->store);
    vg_keyring_close(&f->ring);
    vg_arena_destroy(&f->arena);
    snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
    if (system(command)) printf("# could not remove %s\n", f->dir);
}

__attribute__((unused)) static void reopen(fixture *f)
{
    vg_store_close(&f->store);
    if (vg_store_open(&f->store, f->dir, f->ring, &f->err)) {
        printf("Bail out! %s: %s\n", f->err.where, f->err.what);
        exit(1);
    }
}

/* A case write with two pieces of evidence; change what the test is about. */
__attribute__((unused)) static vg_case_write a_write(const char *account, const char *event_id)
{
    vg_case_write w = {
        .space = VG_STR("lobby"),
        .account = vg_str_of(account),
        .account_band = VG_AGE_25_PLUS,
        .account_basis = VG_BASIS_DECLARED,
        .youngest_band = VG_AGE_13_14,
        .source = VG_STR("/spaces/lobby"),
        .event_id = vg_str_of(event_id),
        .time_ms = 1767225600000,
        .now_ms = 1767225600100,
        .due_ms = 1767225600100 + 24 * VG_HOUR_MS,
        .content = VG_STR("{\"event\":{\"type\":\"vigie.message\"},\"marker\":\"do not tell anyone\"}")};
    w.verdict = (vg_verdict){.kind = VG_VERDICT_REVIEW, .risk = 6000, .scanned = true, .count = 2};
    w.verdict.evidence[0] = (vg_evidence){.kind = VG_TEXT_SECRECY, .fresh = true, .weight = 4000};
    w.verdict.evidence[1] = (vg_evidence){.kind = VG_CONDUCT_AGE_GAP, .fresh = true, .weight = 2500};
    return w;
}

__attribute__((unused)) static vg_case_written write_case(fixture *f, const vg_case_write *w)
{
    vg_case_written done = {0};
    if (vg_store_case_write(f->store, w, 1, &done, &f->err))
        printf("# write: %s: %s\n", f->err.where, f->err.what);
    return done;
}

__attribute__((unused)) static int decide_case(fixture *f, int64_t id, vg_action action, int64_t time_ms)
{
    vg_decision d = {.case_id = id,
                     .user = VG_STR("claire"),
                     .action = action,
                     .reason = VG_STR("no_risk"),
                     .note = VG_STR("seen with the parents"),
                     .time_ms = time_ms};
    return vg_store_decide(f->store, &d, &f->err);
}

/* A number out of the database, past the store. */
__attribute__((unused)) static int64_t number(fixture *f, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int64_t result = -1;
    if (sqlite3_prepare_v2(f->store->db, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        result = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return result;
}

/* How many messages of a type (NULL: any) wait for the platform that hold this text, once they are opened. */
__attribute__((unused)) static int messages_with(fixture *f, const char *type, const char *text)
{
    vg_delivery *all = NULL;
    size_t count = 0;
    int found = 0;
    if (vg_store_deliveries(f->store, false, VG_STR("*"), INT64_MAX / 2, 200, f->arena, &all, &count, &f->err)) return -1;
    for (size_t i = 0; i < count; i++) found += (!type || vg_str_is(all[i].type, type)) && all[i].body.len && memmem(all[i].body.ptr, all[i].body.len, text, strlen(text)) != NULL;
    return found;
}

__attribute__((unused)) static int run_sql(fixture *f, const char *sql)
{
    return sqlite3_exec(f->store->db, sql, NULL, NULL, NULL);
}

/* Whether bytes are anywhere in the database file or its log. */
__attribute__((unused)) static bool on_disk(fixture *f, const void *bytes, size_t len)
{
    static const char *const endings[] = {"", "-wal"};
    bool found = false;
    for (int i = 0; i < 2 && !found; i++) {
        char path[128], *text = NULL;
        size_t size = 0;
        snprintf(path, sizeof path, "%s%s", f->path, endings[i]);
        if (vg_file_read(path, 256 << 20, &text, &size, NULL)) continue;
        found = size >= len && memmem(text, size, bytes, len) != NULL;
        vg_free(text);
    }
    return found;
}

#endif
