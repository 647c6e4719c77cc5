/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept of filings, for how long, and what an account may have of them; and which entries of banks rest on a case. */
#include "store/filings/filings_int.h"

#include <jansson.h>
#include <stdio.h>

#include "base/time.h"

/* Its opinions in the order in which they were given: the last one of an entry counts. */
static int take_opinion(vg_str detail, uint32_t *entries, size_t *count, vg_error *err)
{
    json_t *root;
    int rc = vg_store_json(detail, "an opinion in the audit log", &root, err);
    if (rc) return rc;
    json_int_t entry = json_integer_value(json_object_get(root, "entry"));
    const char *opinion = json_string_value(json_object_get(root, "opinion"));
    bool confirms = opinion && !strcmp(opinion, "confirm");
    if (entry > 0 && entry <= UINT32_MAX) {
        size_t at = 0;
        while (at < *count && entries[at] != (uint32_t)entry) at++;
        if (at < *count) entries[at] = entries[--*count];
        if (confirms) entries[(*count)++] = (uint32_t)entry;
    }
    json_decref(root);
    return 0;
}

int vg_store_entries_confirmed(vg_store *store, vg_str bank, int64_t case_id, vg_arena *arena, uint32_t **out, size_t *count, vg_error *err)
{
    enum { OPINIONS_MOST = 1000 };
    char name[24], member[40];
    int rc;
    *count = 0;
    *out = vg_arena_calloc(arena, OPINIONS_MOST, sizeof **out);
    if (!*out) return vg_fail(err, VG_ENOMEM, "", "no memory for opinions");
    vg_case_name(case_id, name);
    snprintf(member, sizeof member, "\"case\":\"%s\"", name);
    vg_query query = vg_store_use(store, VG_SQL_OPINIONS_FROM_CASE);
    vg_store_bind_str(&query, bank);
    vg_store_bind_str(&query, vg_str_of(member));
    while ((rc = vg_store_step(&query, err)) == 1) {
        rc = take_opinion(vg_store_peek(&query, 0), *out, count, err);
        if (rc) break;
    }
    vg_store_reset(&query);
    return rc;
}

int vg_store_filings_sweep(vg_store *store, vg_str space, uint32_t days, int64_t now_ms, vg_error *err)
{
    static const enum vg_store_statement steps[] = {VG_SQL_FILING_STEPS_OLD, VG_SQL_ANNEXES_OLD, VG_SQL_FILINGS_OLD};
    int changed = 0;
    if (!days) return 0;
    int rc = vg_store_begin(store, err);
    if (rc) return rc;
    for (size_t i = 0; !rc && i < sizeof steps / sizeof *steps; i++) {
        vg_query query = vg_store_use(store, steps[i]);
        vg_store_bind_str(&query, space);
        vg_store_bind_int(&query, now_ms - (int64_t)days * VG_DAY_MS);
        rc = vg_store_run(&query, err);
        if (!rc) changed += sqlite3_changes(store->db);
    }
    rc = vg_store_end(store, rc, err);
    if (!rc && changed) vg_store_wipe(store);
    return rc;
}

int vg_store_filings_export(vg_store *store, const int64_t *cases, size_t count, vg_arena *arena, vg_buf *out, vg_error *err)
{
    bool first = true;
    int rc = 0;
    vg_buf_add_cstr(out, ",\"reports\":[");
    for (size_t i = 0; !rc && i < count; i++) {
        vg_filing *all;
        size_t n;
        rc = vg_store_filing_of_case(store, cases[i], arena, &all, &n, err);
        for (size_t k = 0; !rc && k < n; k++) {
            char name[24], when[25];
            vg_case_name(all[k].case_id, name);
            vg_time_format(all[k].made_ms, when);
            vg_buf_printf(out, "%s{\"case\":\"%s\",\"state\":\"%s\",\"made\":\"%s\",\"receiver\":", first ? "" : ",", name, vg_filing_state_names[all[k].state], when);
            first = false;
            vg_buf_add_json_str(out, all[k].receiver_id);
            vg_buf_add_cstr(out, ",\"channel\":");
            vg_buf_add_json_str(out, all[k].channel);
            if (all[k].filed_ms) {
                vg_time_format(all[k].filed_ms, when);
                vg_buf_printf(out, ",\"filed\":\"%s\"", when);
            }
            vg_buf_add_char(out, '}');
        }
    }
    vg_buf_add_char(out, ']');
    return rc;
}
