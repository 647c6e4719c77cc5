/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of reasons and strikes: what the account concerned is told, and what is counted.
 */
#include "store/cases/decisions_int.h"
#include "store/evidence/evidence_int.h"

#include <inttypes.h>
#include <stdio.h>

static void statement_place(int64_t case_id, char out[40])
{
    snprintf(out, 40, "statement:%" PRId64, case_id);
}

void vg_statement_name(int64_t id, char out[24]) { snprintf(out, 24, "s-%06" PRId64, id); }

int64_t vg_statement_id_of(vg_str name)
{
    char as_case[24];
    if (name.len < 3 || name.len >= sizeof as_case || name.ptr[0] != 's') return -1;
    memcpy(as_case, name.ptr, name.len);
    as_case[0] = 'c';
    return vg_case_id_of((vg_str){as_case, name.len});
}

int vg_store_statement_issue(vg_store *store, vg_resolution *r, const vg_case *c, int64_t cause, vg_error *err)
{
    char place[40], name[24];
    int64_t issued_ms = r->undo_until_ms > r->decision.time_ms ? r->undo_until_ms : r->decision.time_ms;
    statement_place(c->id, place);
    int rc = vg_store_case_seal(store, c->id, place, r->statement, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_STATEMENT_ADD);
    vg_store_bind_int(&add, c->id);
    vg_store_bind_int(&add, cause);
    vg_store_bind_str(&add, r->language);
    vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&add, issued_ms);
    rc = vg_store_run(&add, err);
    if (rc) return rc;
    r->statement_id = sqlite3_last_insert_rowid(store->db);
    vg_statement_name(r->statement_id, name);
    vg_store_message_begin(store, "statement.issued", r->decision.time_ms, c);
    vg_buf_printf(&store->text, ",\"statement\":\"%s\",\"reasons\":", name);
    vg_buf_add_str(&store->text, r->statement);
    return vg_store_message_send(store, "statement.issued", r->decision.time_ms, r->undo_until_ms, cause, c, err);
}

static int read_statement(vg_store *store, const vg_query *row, int64_t case_id, vg_arena *arena, vg_statement *out, vg_error *err)
{
    char place[40];
    int rc = 0;
    vg_str sealed = vg_store_peek(row, 3);
    *out = (vg_statement){.id = vg_store_int(row, 0),
                          .case_id = case_id,
                          .cause = vg_store_int(row, 1),
                          .content = {"", 0},
                          .issued_ms = vg_store_int(row, 4),
                          .lifted_ms = vg_store_int(row, 5)};
    out->language = vg_store_copy(row, 2, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a statement of reasons");
    statement_place(case_id, place);
    return sealed.len ? vg_store_case_unseal_if(store, case_id, place, sealed, arena, &out->content, err) : 0;
}

int vg_store_statements(vg_store *store, int64_t case_id, vg_arena *arena, vg_statement **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_STATEMENTS_OF);
    vg_store_bind_int(&list, case_id);
    while ((rc = vg_store_step(&list, err)) == 1) {
        vg_statement *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof *larger);
        rc = larger ? read_statement(store, &list, case_id, arena, &larger[*count], err)
                    : vg_fail(err, VG_ENOMEM, "", "no memory for statements of reasons");
        if (rc) break;
        *out = larger;
        (*count)++;
    }
    vg_store_reset(&list);
    return rc;
}

int vg_store_statement_find(vg_store *store, int64_t id, int64_t *case_id, int64_t *cause, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_STATEMENT_GET);
    vg_store_bind_int(&get, id);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no statement %" PRId64, id);
    *case_id = vg_store_int(&get, 0);
    *cause = vg_store_int(&get, 1);
    vg_store_reset(&get);
    return 0;
}

/* ---- strikes ---- */

int vg_store_strikes(vg_store *store, vg_str space, vg_str account, int64_t now_ms, vg_arena *arena, vg_strike **out, size_t *count,
                     vg_error *err)
{
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query list = vg_store_use(store, VG_SQL_STRIKES_OF);
    vg_store_bind_str(&list, space);
    vg_store_bind_str(&list, account);
    vg_store_bind_int(&list, now_ms);
    while ((rc = vg_store_step(&list, err)) == 1) {
        int64_t action = vg_store_int(&list, 3);
        if (vg_store_int(&list, 6) || action < 0 || action >= VG_ACTIONS) continue;
        vg_strike *larger = vg_store_grow(arena, *out, *count, &capacity, sizeof *larger);
        if (!larger) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for strikes");
            break;
        }
        *out = larger;
        larger[(*count)++] = (vg_strike){.id = vg_store_int(&list, 0),
                                         .case_id = vg_store_int(&list, 1),
                                         .cause = vg_store_int(&list, 2),
                                         .action = (vg_action)action,
                                         .given_ms = vg_store_int(&list, 4),
                                         .expires_ms = vg_store_int(&list, 5)};
    }
    vg_store_reset(&list);
    return rc;
}
