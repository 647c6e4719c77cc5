/* SPDX-License-Identifier: Apache-2.0 */
#include "store/banks/nsrl.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "store/store_int.h"

enum {
    STEPS_AT_ONCE = 1000000, /* of SQLite's machine, between two looks */
    LOOKS_MOST = 20000,
    VALUE_MOST = 1 << 20,    /* bytes of one value */
    PROGRESS_EVERY = 4096,
};

typedef struct reading {
    sqlite3 *db;
    const char *path;
    uint64_t looks, looks_most;
    bool with_sha256;
} reading;

bool vg_nsrl_is(const char *bytes, size_t len)
{
    static const char mark[16] = "SQLite format 3";
    return len >= sizeof mark && memcmp(bytes, mark, sizeof mark) == 0;
}

static int look(void *context)
{
    reading *r = context;
    return ++r->looks > r->looks_most;
}

/* A name for SQLite's URI: what has a meaning there is written as %XX. */
static int write_uri(char *out, size_t size, const char *path)
{
    size_t at = (size_t)snprintf(out, size, "file:");
    for (const char *p = path; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("/._-", *p);
        if (at + 16 > size) return -1;
        if (plain) out[at++] = *p;
        else at += (size_t)snprintf(out + at, size - at, "%%%02X", (unsigned char)*p);
    }
    return snprintf(out + at, size - at, "?immutable=1&mode=ro") < (int)(size - at) ? 0 : -1;
}

static int open_file(reading *r, vg_error *err)
{
    char uri[12400];
    struct stat st;
    if (stat(r->path, &st) != 0) return vg_fail(err, VG_ENOENT, r->path, "cannot be read");
    if (!S_ISREG(st.st_mode)) return vg_fail(err, VG_EINVAL, r->path, "is not a regular file");
    if (write_uri(uri, sizeof uri, r->path)) return vg_fail(err, VG_EINVAL, r->path, "the path is too long");
    int rc = sqlite3_open_v2(uri, &r->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
    if (rc != SQLITE_OK) return vg_database_fail(r->db, r->path, rc, "open", err);
    sqlite3_extended_result_codes(r->db, 1);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_limit(r->db, SQLITE_LIMIT_LENGTH, VALUE_MOST);
    sqlite3_limit(r->db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(r->db, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_progress_handler(r->db, STEPS_AT_ONCE, look, r);
    return vg_database_run(r->db, r->path, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA query_only=ON;", "read", err);
}

/* The table or view that has the hashes. */
static int find_files(reading *r, sqlite3_stmt **out, vg_error *err)
{
    static const char *const tables[] = {"FILE", "METADATA", "DISTINCT_HASH"};
    int rc = SQLITE_ERROR;
    for (int i = 0; i < 6; i++) {
        char sql[128];
        r->with_sha256 = i < 3;
        snprintf(sql, sizeof sql, "SELECT %s,sha1,md5 FROM \"%s\"", r->with_sha256 ? "sha256" : "NULL", tables[i % 3]);
        rc = sqlite3_prepare_v2(r->db, sql, -1, out, NULL);
        if (rc == SQLITE_OK) return 0;
        if ((rc & 0xff) != SQLITE_ERROR) return vg_database_fail(r->db, r->path, rc, "read", err);
    }
    return vg_fail(err, VG_EINVAL, r->path, "is not an RDS v3: no table FILE, METADATA or DISTINCT_HASH with the columns sha256, sha1, md5");
}

static const vg_hash_algorithm columns[3] = {VG_HASH_SHA256, VG_HASH_SHA1, VG_HASH_MD5};

/* The digests of a row; 0 when one of them is none. */
static size_t read_hashes(sqlite3_stmt *row, vg_media_hash hashes[3])
{
    size_t count = 0;
    memset(hashes, 0, 3 * sizeof hashes[0]);
    for (int i = 0; i < 3; i++) {
        if (sqlite3_column_type(row, i) == SQLITE_NULL) continue;
        const char *text = (const char *)sqlite3_column_text(row, i);
        vg_str hex = {text ? text : "", text ? (size_t)sqlite3_column_bytes(row, i) : 0};
        if (!hex.len) continue;
        hashes[count].algorithm = columns[i];
        if (!vg_hex_decode(hashes[count].bytes, vg_hash_bytes(columns[i]), hex)) return 0;
        count++;
    }
    return count;
}

static int read_rows(reading *r, sqlite3_stmt *rows, const vg_nsrl_sink *sink, vg_nsrl_result *out, vg_error *err)
{
    vg_media_hash hashes[3], last[3] = {0};
    char reference[65];
    int rc, result = 0;
    while (!result && (rc = sqlite3_step(rows)) == SQLITE_ROW) {
        r->looks = 0;
        out->rows++;
        if (sink->progress && out->rows % PROGRESS_EVERY == 0) sink->progress(sink->context, out->rows);
        size_t count = read_hashes(rows, hashes);
        if (!count) {
            out->skipped++;
            if (sink->skipped) sink->skipped(sink->context, (size_t)out->rows, "the row has no hash, or one that is not hex of its length");
            continue;
        }
        if (out->records && memcmp(hashes, last, sizeof last) == 0) continue; /* the same file in another package */
        memcpy(last, hashes, sizeof last);
        vg_hex_encode(reference, hashes[0].bytes, vg_hash_bytes(hashes[0].algorithm));
        vg_bank_record record = {.reference = vg_str_of(reference), .hashes = hashes, .hash_count = count};
        result = sink->record(sink->context, &record, err);
        out->records++;
    }
    if (result || rc == SQLITE_DONE) return result;
    if (r->looks > r->looks_most) return vg_fail(err, VG_EINVAL, r->path, "a view in it does not come to an end");
    return vg_database_fail(r->db, r->path, rc, "read", err);
}

int vg_nsrl_read(const char *path, const vg_nsrl_sink *sink, vg_nsrl_result *out, vg_error *err)
{
    reading r = {.path = path, .looks_most = sink->steps_most ? sink->steps_most : LOOKS_MOST};
    sqlite3_stmt *rows = NULL;
    *out = (vg_nsrl_result){0};
    int rc = vg_database_library(err);
    if (!rc) rc = open_file(&r, err);
    if (!rc) rc = find_files(&r, &rows, err);
    if (!rc) rc = read_rows(&r, rows, sink, out, err);
    sqlite3_finalize(rows);
    sqlite3_close(r.db);
    return rc;
}
