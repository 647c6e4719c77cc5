/* SPDX-License-Identifier: Apache-2.0 */
#include "store/filings/record.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/store_int.h"

static int by_number(const void *a, const void *b)
{
    int64_t x = ((const vg_case_record *)a)->seq, y = ((const vg_case_record *)b)->seq;
    return (x > y) - (x < y);
}

static int read_entry(const vg_query *row, vg_arena *arena, vg_case_record *out)
{
    int rc = 0;
    *out = (vg_case_record){.seq = vg_store_int(row, 0), .time_ms = vg_store_int(row, 1)};
    out->actor = vg_store_copy(row, 2, arena, &rc);
    out->action = vg_store_copy(row, 3, arena, &rc);
    out->object = vg_store_copy(row, 4, arena, &rc);
    out->detail = vg_store_copy(row, 5, arena, &rc);
    return rc;
}

int vg_store_case_record(vg_store *store, int64_t case_id, vg_arena *arena, vg_case_record **out, size_t *count, vg_error *err)
{
    char first[24], last[32];
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_case_name(case_id, first);
    snprintf(last, sizeof last, "%s0", first); /* '0' follows '/' */
    vg_query query = vg_store_use(store, VG_SQL_AUDIT_OF_CASE);
    vg_store_bind_str(&query, vg_str_of(first));
    vg_store_bind_str(&query, vg_str_of(last));
    vg_store_bind_int(&query, VG_CASE_RECORD_MOST);
    while ((rc = vg_store_step(&query, err)) == 1) {
        vg_case_record *items = vg_store_grow(arena, *out, *count, &capacity, sizeof *items);
        if (!items || read_entry(&query, arena, &items[*count])) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for the record of a case");
            break;
        }
        *out = items;
        ++*count;
    }
    vg_store_reset(&query);
    if (!rc && *count) qsort(*out, *count, sizeof **out, by_number);
    return rc;
}
