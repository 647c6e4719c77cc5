/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_int.h"

#include <errno.h>

static const char *const statements[VG_SQL_COUNT] = {
#define VG_STORE_TEXT(name, sql) [VG_SQL_##name] = sql,
    VG_STORE_STATEMENTS(VG_STORE_TEXT)
#undef VG_STORE_TEXT
};

vg_query vg_store_use(vg_store *store, enum vg_store_statement id)
{
    vg_query query = {store->db, "vigie.db", store->stmt[id], SQLITE_OK, 0};
    if (!query.stmt) {
        query.rc =
            sqlite3_prepare_v3(store->db, statements[id], -1, SQLITE_PREPARE_PERSISTENT, &query.stmt, NULL);
        store->stmt[id] = query.stmt;
    }
    return query;
}

static void keep(vg_query *query, int rc)
{
    if (query->rc == SQLITE_OK) query->rc = rc;
}

void vg_store_bind_int(vg_query *query, int64_t value)
{
    if (query->rc == SQLITE_OK) keep(query, sqlite3_bind_int64(query->stmt, ++query->at, value));
}

void vg_store_bind_str(vg_query *query, vg_str value)
{
    if (query->rc == SQLITE_OK)
        keep(query, sqlite3_bind_text64(query->stmt, ++query->at, value.len ? value.ptr : "", value.len,
                                        SQLITE_STATIC, SQLITE_UTF8));
}

void vg_store_bind_blob(vg_query *query, const void *bytes, size_t len)
{
    if (query->rc == SQLITE_OK)
        keep(query, sqlite3_bind_blob64(query->stmt, ++query->at, len ? bytes : "", len, SQLITE_STATIC));
}

void vg_store_bind_null(vg_query *query)
{
    if (query->rc == SQLITE_OK) keep(query, sqlite3_bind_null(query->stmt, ++query->at));
}

int vg_store_step(vg_query *query, vg_error *err)
{
    int rc = query->rc;
    errno = 0; /* see code_of in database.c */
    if (rc == SQLITE_OK) rc = sqlite3_step(query->stmt);
    if (rc == SQLITE_ROW) return 1;
    int result = rc == SQLITE_DONE ? 0 : vg_database_fail(query->db, query->file, rc, "use the database", err);
    vg_store_reset(query);
    return result;
}

int vg_store_run(vg_query *query, vg_error *err)
{
    int rc = vg_store_step(query, err);
    if (rc > 0) vg_store_reset(query);
    return rc > 0 ? 0 : rc;
}

void vg_store_reset(vg_query *query)
{
    if (!query->stmt) return;
    sqlite3_reset(query->stmt);
    sqlite3_clear_bindings(
        query->stmt); /* bound bytes belong to the caller and may be gone at the next use */
}

int64_t vg_store_int(const vg_query *query, int column)
{
    return sqlite3_column_int64(query->stmt, column);
}

vg_str vg_store_peek(const vg_query *query, int column)
{
    const char *ptr = sqlite3_column_blob(query->stmt, column);
    int len = sqlite3_column_bytes(query->stmt, column);
    return ptr && len > 0 ? (vg_str){ptr, (size_t)len} : (vg_str){"", 0};
}

vg_str vg_store_copy(const vg_query *query, int column, vg_arena *arena, int *rc)
{
    vg_str copy = vg_arena_copy(arena, vg_store_peek(query, column));
    if (!copy.ptr) *rc = -VG_ENOMEM;
    return copy;
}

void *vg_store_grow(vg_arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (items && count < *capacity) return items;
    size_t wanted = *capacity ? *capacity * 2 : 16;
    void *larger = vg_arena_calloc(arena, wanted, size);
    if (!larger) return NULL;
    if (count) memcpy(larger, items, count * size);
    *capacity = wanted;
    return larger;
}

int64_t vg_store_changed(const vg_store *store)
{
    return sqlite3_changes64(store->db);
}

int vg_store_fail(vg_store *store, int sqlite_rc, const char *doing, vg_error *err)
{
    return vg_database_fail(store->db, "vigie.db", sqlite_rc, doing, err);
}
