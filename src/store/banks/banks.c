/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening banks.db, and the banks themselves. Entries are in banks_write.c (changing), banks_import.c (many at once),
 * banks_opinion.c (what people say) and banks_read.c.
 */
#include "store/banks/banks_int.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"

static const char banks_db[] = "banks.db";
enum { SCRATCH_FIRST = 1 << 16, SCRATCH_MOST = 64 << 20 };

static const char *const statements[VG_BQ_COUNT] = {
#define VG_BANK_TEXT(name, sql) [VG_BQ_##name] = sql,
    VG_BANK_STATEMENTS(VG_BANK_TEXT)
#undef VG_BANK_TEXT
};

vg_query vg_bank_use(vg_bank_store *store, enum vg_bank_statement id)
{
    vg_query query = {store->db, banks_db, store->stmt[id], SQLITE_OK, 0};
    if (!query.stmt) {
        query.rc = sqlite3_prepare_v3(store->db, statements[id], -1, SQLITE_PREPARE_PERSISTENT, &query.stmt, NULL);
        store->stmt[id] = query.stmt;
    }
    return query;
}

int vg_bank_fail(vg_bank_store *store, int sqlite_rc, const char *doing, vg_error *err)
{
    return vg_database_fail(store->db, banks_db, sqlite_rc, doing, err);
}

/* ---- transactions ---- */

int vg_bank_begin(vg_bank_store *store, bool write, vg_error *err)
{
    vg_query begin = vg_bank_use(store, write ? VG_BQ_BEGIN_WRITE : VG_BQ_BEGIN_READ);
    return vg_store_run(&begin, err);
}

int vg_bank_end(vg_bank_store *store, int rc, vg_error *err)
{
    if (!rc) {
        vg_query commit = vg_bank_use(store, VG_BQ_COMMIT);
        rc = vg_store_run(&commit, err);
    }
    if (!rc) return 0;
    for (size_t i = 0; i < VG_BQ_COUNT; i++) /* a read left half-way would keep the transaction open */
        if (store->stmt[i] && sqlite3_stmt_busy(store->stmt[i])) sqlite3_reset(store->stmt[i]);
    if (sqlite3_get_autocommit(store->db)) return rc; /* SQLite rolled back by itself */
    vg_query back = vg_bank_use(store, VG_BQ_ROLLBACK);
    if (vg_store_run(&back, NULL)) sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

/* ---- opening ---- */

/* Files of imports that were killed before they could unlink them. The name says whose they were. */
static void remove_strays(const char *dir)
{
    static const char prefix[] = "banks.import-";
    char path[4400];
    DIR *open = opendir(dir);
    const struct dirent *d;
    while (open && (d = readdir(open))) {
        if (strncmp(d->d_name, prefix, sizeof prefix - 1) != 0) continue;
        long pid = strtol(d->d_name + sizeof prefix - 1, NULL, 10);
        if (pid <= 0 || kill((pid_t)pid, 0) == 0 || errno != ESRCH) continue;
        snprintf(path, sizeof path, "%s/%s", dir, d->d_name);
        (void)unlink(path);
    }
    if (open) closedir(open);
}

int vg_bank_store_open(vg_bank_store **out, const char *dir, vg_error *err)
{
    char path[4096];
    *out = NULL;
    int rc = vg_database_library(err);
    if (rc) return rc;
    if (snprintf(path, sizeof path, "%s/%s", dir, banks_db) >= (int)sizeof path - 64)
        return vg_fail(err, VG_EINVAL, dir, "the path is too long");
    vg_bank_store *store = vg_calloc(1, sizeof *store);
    if (!store) return vg_fail(err, VG_ENOMEM, "", "no memory for a store of banks");
    size_t len = strlen(dir) + 1;
    store->dir = vg_malloc(len);
    store->scratch = vg_arena_create(SCRATCH_FIRST, SCRATCH_MOST);
    if (!store->dir || !store->scratch) rc = vg_fail(err, VG_ENOMEM, "", "no memory for a store of banks");
    else memcpy(store->dir, dir, len);
    if (!rc) rc = vg_dir_create(dir, 0700, err);
    if (!rc) rc = vg_database_open(&store->db, path, banks_db, err);
    if (!rc) rc = vg_database_migrate(store->db, banks_db, vg_bank_migrations, vg_bank_migration_count, err);
    if (rc) vg_bank_store_close(&store);
    else remove_strays(dir);
    *out = store;
    return rc;
}

void vg_bank_store_close(vg_bank_store **store)
{
    if (!store || !*store) return;
    vg_bank_store *s = *store;
    for (size_t i = 0; i < VG_BQ_COUNT; i++) sqlite3_finalize(s->stmt[i]);
    sqlite3_close(s->db);
    vg_arena_destroy(&s->scratch);
    vg_free(s->dir);
    vg_free(s);
    *store = NULL;
}

int vg_bank_store_changes(vg_bank_store *store, int64_t *version, vg_error *err)
{
    vg_query query = vg_bank_use(store, VG_BQ_DATA_VERSION);
    int rc = vg_store_step(&query, err);
    if (rc < 0) return rc;
    *version = vg_store_int(&query, 0);
    vg_store_reset(&query);
    return 0;
}

int vg_bank_store_checkpoint(vg_bank_store *store, vg_error *err)
{
    int rc = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY ? 0 : vg_bank_fail(store, rc, "checkpoint", err);
}

/* ---- banks ---- */

static int check_name(vg_str name, vg_error *err)
{
    bool good = name.len >= 1 && name.len <= VG_BANK_MAX_NAME;
    for (size_t i = 0; good && i < name.len; i++) {
        char c = name.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    }
    return good ? 0
                : vg_fail(err, VG_EINVAL, "name", "expected 1 to %d letters a-z, digits, '-', '_' or '.'",
                          VG_BANK_MAX_NAME);
}

static int check_bank(const vg_bank *bank, vg_error *err)
{
    int rc = vg_store_check_text("source", bank->source, 256, err);
    if (!rc) rc = vg_store_check_text("classification", bank->classification, -256, err);
    if (!rc) rc = vg_store_check_text("spaces", bank->spaces, 4096, err);
    if (rc) return rc;
    if (bank->profile >= VG_PDQ_PROFILES) return vg_fail(err, VG_EINVAL, "profile", "expected cpp or pytx");
    if (bank->threshold > 31) return vg_fail(err, VG_EINVAL, "threshold", "is %d; expected 0 to 31", bank->threshold);
    if (bank->min_quality > 100) return vg_fail(err, VG_EINVAL, "quality", "is %d; expected 0 to 100", bank->min_quality);
    if (bank->video_percent < 1 || bank->video_percent > 100)
        return vg_fail(err, VG_EINVAL, "video_percent", "is %d; expected 1 to 100", bank->video_percent);
    if (bank->effect >= VG_BANK_EFFECTS)
        return vg_fail(err, VG_EINVAL, "effect", "expected allow, review, hold or block");
    if (bank->expires_ms < 0) return vg_fail(err, VG_EINVAL, "expires", "is before 1970");
    return 0;
}

int vg_store_bank_add(vg_bank_store *store, vg_bank *bank, int64_t now_ms, vg_error *err)
{
    int rc = check_name(bank->name, err);
    if (!rc) rc = check_bank(bank, err);
    if (rc) return rc;
    vg_query add = vg_bank_use(store, VG_BQ_BANK_ADD);
    vg_store_bind_str(&add, bank->name);
    vg_store_bind_str(&add, bank->source);
    vg_store_bind_str(&add, bank->classification);
    vg_store_bind_int(&add, bank->profile);
    vg_store_bind_int(&add, bank->threshold);
    vg_store_bind_int(&add, bank->min_quality);
    vg_store_bind_int(&add, bank->video_percent);
    vg_store_bind_int(&add, bank->effect);
    vg_store_bind_str(&add, bank->spaces);
    vg_store_bind_int(&add, bank->visible_to);
    vg_store_bind_int(&add, now_ms);
    vg_store_bind_int(&add, now_ms);
    vg_store_bind_int(&add, bank->expires_ms);
    rc = vg_store_run(&add, err);
    if (rc == -VG_EEXIST)
        return vg_fail(err, VG_EEXIST, "name", "there is a bank called \"%.*s\" already", VG_STR_ARG(bank->name));
    if (rc) return rc;
    bank->id = sqlite3_last_insert_rowid(store->db);
    bank->created_ms = bank->updated_ms = now_ms;
    return 0;
}

static int fail_no_bank(int64_t id, vg_error *err)
{
    return vg_fail(err, VG_ENOENT, "bank", "there is no bank with the number %lld", (long long)id);
}

int vg_store_bank_update(vg_bank_store *store, const vg_bank *bank, int64_t now_ms, vg_error *err)
{
    int rc = check_bank(bank, err);
    if (rc) return rc;
    vg_query set = vg_bank_use(store, VG_BQ_BANK_UPDATE);
    vg_store_bind_str(&set, bank->source);
    vg_store_bind_str(&set, bank->classification);
    vg_store_bind_int(&set, bank->threshold);
    vg_store_bind_int(&set, bank->min_quality);
    vg_store_bind_int(&set, bank->video_percent);
    vg_store_bind_int(&set, bank->effect);
    vg_store_bind_str(&set, bank->spaces);
    vg_store_bind_int(&set, bank->visible_to);
    vg_store_bind_int(&set, bank->expires_ms);
    vg_store_bind_int(&set, now_ms);
    vg_store_bind_int(&set, bank->id);
    rc = vg_store_run(&set, err);
    return rc ? rc : sqlite3_changes64(store->db) ? 0 : fail_no_bank(bank->id, err);
}

static int read_one(vg_query *get, vg_arena *arena, vg_bank *out, vg_error *err)
{
    int rc = vg_store_step(get, err);
    if (rc < 0) return rc;
    if (rc == 0) return -VG_ENOENT;
    rc = vg_bank_read_bank(get, arena, out);
    vg_store_reset(get);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory for a bank") : 0;
}

int vg_store_bank_find(vg_bank_store *store, vg_str name, vg_arena *arena, vg_bank *out, vg_error *err)
{
    vg_query get = vg_bank_use(store, VG_BQ_BANK_FIND);
    vg_store_bind_str(&get, name);
    int rc = read_one(&get, arena, out, err);
    return rc == -VG_ENOENT ? vg_fail(err, VG_ENOENT, "bank", "there is no bank called \"%.*s\"", VG_STR_ARG(name)) : rc;
}

int vg_store_bank_get(vg_bank_store *store, int64_t id, vg_arena *arena, vg_bank *out, vg_error *err)
{
    vg_query get = vg_bank_use(store, VG_BQ_BANK_GET);
    vg_store_bind_int(&get, id);
    int rc = read_one(&get, arena, out, err);
    return rc == -VG_ENOENT ? fail_no_bank(id, err) : rc;
}

int vg_store_bank_list(vg_bank_store *store, vg_arena *arena, vg_bank **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    *out = NULL;
    *count = 0;
    vg_query list = vg_bank_use(store, VG_BQ_BANK_LIST);
    int rc;
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_bank *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof **out);
        if (larger) *out = larger;
        if (!larger || vg_bank_read_bank(&list, arena, &larger[*count])) {
            vg_store_reset(&list);
            return vg_fail(err, VG_ENOMEM, "", "no memory for the list of banks");
        }
        (*count)++;
    }
    return rc;
}

int vg_store_bank_delete(vg_bank_store *store, int64_t id, int64_t now_ms, vg_error *err)
{
    vg_query set = vg_bank_use(store, VG_BQ_BANK_DELETE);
    vg_store_bind_int(&set, now_ms > 0 ? now_ms : 1);
    vg_store_bind_int(&set, id);
    int rc = vg_store_run(&set, err);
    return rc ? rc : sqlite3_changes64(store->db) ? 0 : fail_no_bank(id, err);
}

static int purge_rows(vg_bank_store *store, int64_t id, size_t most, bool *done, vg_error *err)
{
    static const enum vg_bank_statement rest[] = {VG_BQ_PURGE_LOG, VG_BQ_PURGE_OPINIONS, VG_BQ_PURGE_CATEGORIES,
                                                  VG_BQ_FEED_DROP, VG_BQ_PURGE_BANK};
    vg_query entries = vg_bank_use(store, VG_BQ_PURGE_ENTRIES);
    vg_store_bind_int(&entries, vg_bank_entry_id(id, 0));
    vg_store_bind_int(&entries, vg_bank_entry_id(id, UINT32_MAX));
    vg_store_bind_int(&entries, (int64_t)most);
    int rc = vg_store_run(&entries, err);
    *done = !rc && (size_t)sqlite3_changes64(store->db) < most;
    for (size_t i = 0; !rc && *done && i < sizeof rest / sizeof rest[0]; i++) {
        vg_query drop = vg_bank_use(store, rest[i]);
        vg_store_bind_int(&drop, id);
        rc = vg_store_run(&drop, err);
    }
    return rc;
}

int vg_store_bank_purge(vg_bank_store *store, size_t most, bool *left, vg_error *err)
{
    int64_t id = 0;
    bool done = false;
    *left = false;
    if (!most) return vg_fail(err, VG_EINVAL, "most", "is 0");
    vg_query next = vg_bank_use(store, VG_BQ_PURGE_NEXT);
    int rc = vg_store_step(&next, err);
    if (rc <= 0) return rc;
    id = vg_store_int(&next, 0);
    vg_store_reset(&next);
    rc = vg_bank_begin(store, true, err);
    if (rc) return rc;
    rc = vg_bank_end(store, purge_rows(store, id, most, &done, err), err);
    *left = true; /* of this bank, or of another one: the next call sees */
    return rc;
}

int vg_store_bank_matched(vg_bank_store *store, const vg_bank_count *counts, size_t count, vg_error *err)
{
    int rc = vg_bank_begin(store, true, err);
    if (rc) return rc;
    for (size_t i = 0; !rc && i < count; i++) {
        vg_query add = vg_bank_use(store, VG_BQ_BANK_MATCHED);
        vg_store_bind_int(&add, counts[i].matches);
        vg_store_bind_int(&add, counts[i].bank);
        rc = vg_store_run(&add, err);
    }
    return vg_bank_end(store, rc, err);
}

/* ---- feeds ---- */

int vg_store_bank_feed_get(vg_bank_store *store, int64_t bank, vg_arena *arena, vg_bank_feed *out, vg_error *err)
{
    vg_bank ignored;
    int rc = vg_store_bank_get(store, bank, arena, &ignored, err);
    *out = (vg_bank_feed){0};
    if (rc) return rc;
    vg_query get = vg_bank_use(store, VG_BQ_FEED_GET);
    vg_store_bind_int(&get, bank);
    rc = vg_store_step(&get, err);
    if (rc <= 0) return rc;
    vg_str *texts[] = {&out->kind, &out->url, &out->user, &out->password_file, &out->cursor};
    rc = 0;
    for (int i = 0; i < 5; i++) *texts[i] = vg_store_copy(&get, i, arena, &rc);
    out->fetched_ms = vg_store_int(&get, 5);
    vg_store_reset(&get);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory for a feed") : 0;
}

int vg_store_bank_feed_set(vg_bank_store *store, int64_t bank, const vg_bank_feed *feed, vg_error *err)
{
    vg_query set = vg_bank_use(store, feed->kind.len ? VG_BQ_FEED_SET : VG_BQ_FEED_DROP);
    vg_store_bind_int(&set, bank);
    if (feed->kind.len) {
        const vg_str texts[] = {feed->kind, feed->url, feed->user, feed->password_file, feed->cursor};
        for (int i = 0; i < 5; i++) vg_store_bind_str(&set, texts[i]);
        vg_store_bind_int(&set, feed->fetched_ms);
    }
    return vg_store_run(&set, err);
}
