/* SPDX-License-Identifier: Apache-2.0
 *
 * What an account may have of its statements of reasons, strikes and appeals: for vg_store_export. Who decided is not in it, nor what
 * colleagues noted.
 */
#include "store/cases/appeals.h"

#include <inttypes.h>

#include "base/time.h"
#include "store/cases/decisions_int.h"

static void add_time(vg_buf *out, const char *name, int64_t ms)
{
    char when[25];
    vg_time_format(ms, when);
    vg_buf_printf(out, ",\"%s\":\"%s\"", name, when);
}

static void begin(vg_buf *out, int64_t case_id, bool *first)
{
    char name[24];
    vg_case_name(case_id, name);
    vg_buf_printf(out, "%s{\"case\":\"%s\"", *first ? "" : ",", name);
    *first = false;
}

static int export_statements(vg_store *store, int64_t case_id, vg_arena *arena, bool *first, vg_buf *out, vg_error *err)
{
    vg_statement *list = NULL;
    size_t count = 0;
    char name[24];
    int rc = vg_store_statements(store, case_id, arena, &list, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        begin(out, case_id, first);
        vg_statement_name(list[i].id, name);
        vg_buf_printf(out, ",\"statement\":\"%s\"", name);
        add_time(out, "issued", list[i].issued_ms);
        if (list[i].lifted_ms) add_time(out, "lifted", list[i].lifted_ms);
        vg_buf_add_cstr(out, ",\"reasons\":");
        if (list[i].content.len) vg_buf_add_str(out, list[i].content);
        else vg_buf_add_cstr(out, "null");
        vg_buf_add_char(out, '}');
    }
    return rc;
}

static int export_appeals(vg_store *store, int64_t case_id, vg_arena *arena, bool *first, vg_buf *out, vg_error *err)
{
    vg_decision *decisions = NULL;
    vg_appeal a;
    size_t count = 0;
    char name[24];
    int rc = vg_store_decisions(store, case_id, arena, &decisions, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        rc = vg_store_appeal_of(store, decisions[i].id, arena, &a, err);
        if (rc == -VG_ENOENT) rc = 0;
        else if (!rc) {
            begin(out, case_id, first);
            vg_appeal_name(a.id, name);
            vg_buf_printf(out, ",\"appeal\":\"%s\",\"state\":\"%s\",\"text\":", name, vg_appeal_state_names[a.state]);
            vg_buf_add_json_str(out, a.text);
            vg_buf_add_cstr(out, ",\"answer\":");
            vg_buf_add_json_str(out, a.answer);
            add_time(out, "made", a.made_ms);
            if (a.decided_ms) add_time(out, "decided", a.decided_ms);
            vg_buf_add_char(out, '}');
        }
    }
    return rc;
}

static int export_strikes(vg_store *store, vg_str space, vg_str account, vg_buf *out, vg_error *err)
{
    int rc;
    bool first = true;
    vg_query list = vg_store_use(store, VG_SQL_STRIKES_OF);
    vg_store_bind_str(&list, space);
    vg_store_bind_str(&list, account);
    vg_store_bind_int(&list, 0); /* those that are over too */
    while ((rc = vg_store_step(&list, err)) == 1) {
        int64_t action = vg_store_int(&list, 3);
        begin(out, vg_store_int(&list, 1), &first);
        vg_buf_printf(out, ",\"action\":\"%s\"", vg_action_names[action >= 0 && action < VG_ACTIONS ? action : 0]);
        add_time(out, "given", vg_store_int(&list, 4));
        add_time(out, "expires", vg_store_int(&list, 5));
        if (vg_store_int(&list, 6)) add_time(out, "lifted", vg_store_int(&list, 6));
        vg_buf_add_char(out, '}');
    }
    vg_store_reset(&list);
    return rc;
}

int vg_store_rights_export(vg_store *store, vg_str space, vg_str account, const int64_t *cases, size_t count, vg_arena *arena, vg_buf *out,
                           vg_error *err)
{
    bool first = true;
    int rc = 0;
    vg_buf_add_cstr(out, ",\"statements\":[");
    for (size_t i = 0; !rc && i < count; i++) rc = export_statements(store, cases[i], arena, &first, out, err);
    first = true;
    vg_buf_add_cstr(out, "],\"appeals\":[");
    for (size_t i = 0; !rc && i < count; i++) rc = export_appeals(store, cases[i], arena, &first, out, err);
    vg_buf_add_cstr(out, "],\"strikes\":[");
    if (!rc) rc = export_strikes(store, space, account, out, err);
    vg_buf_add_char(out, ']');
    return rc;
}

/* ---- destruction ---- */

int vg_store_rights_destroy(vg_store *store, int64_t case_id, vg_error *err)
{
    static const enum vg_store_statement steps[] = {VG_SQL_DESTROY_OPINIONS, VG_SQL_DESTROY_STATEMENTS, VG_SQL_DESTROY_APPEALS,
                                                    VG_SQL_DESTROY_UNDO};
    int rc = 0;
    for (size_t i = 0; !rc && i < sizeof steps / sizeof *steps; i++) rc = vg_store_run_1(store, steps[i], case_id, err);
    return rc;
}

int vg_store_rights_open(vg_store *store, int64_t case_id, bool *open, vg_error *err)
{
    vg_query count = vg_store_use(store, VG_SQL_APPEALS_OPEN_OF);
    vg_store_bind_int(&count, case_id);
    int rc = vg_store_step(&count, err);
    if (rc < 0) return rc;
    *open = rc == 1 && vg_store_int(&count, 0) > 0;
    vg_store_reset(&count);
    return 0;
}
