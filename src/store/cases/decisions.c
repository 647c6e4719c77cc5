/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions of a person on a case, and the legal hold.
 */
#include "store/notices/notices_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"

static void note_place(int64_t case_id, char out[40])
{
    snprintf(out, 40, "note:%" PRId64, case_id);
}

static int check_decision(const vg_decision *d, vg_error *err)
{
    int rc = vg_store_check_text("user", d->user, 64, err);
    if (!rc) rc = vg_store_check_text("reason", d->reason, 200, err);
    if (!rc) rc = vg_store_check_text("note", d->note, -4000, err);
    if (!rc && ((int)d->action < 0 || d->action >= VG_ACTIONS))
        rc = vg_fail(err, VG_EINVAL, "action", "is unknown");
    return rc;
}

static int close_case(vg_store *store, const vg_decision *d, const vg_case *c, vg_error *err)
{
    bool escalate = d->action == VG_ACTION_ESCALATE;
    vg_query decide = vg_store_use(store, VG_SQL_CASE_DECIDE);
    vg_store_bind_int(&decide, escalate ? VG_CASE_OPEN : VG_CASE_DECIDED);
    vg_store_bind_int(&decide, escalate || c->escalated);
    vg_store_bind_int(&decide, d->action);
    vg_store_bind_int(&decide, escalate ? 0 : d->time_ms);
    vg_store_bind_int(&decide, d->time_ms);
    vg_store_bind_int(&decide, d->case_id);
    return vg_store_run(&decide, err);
}

static int add_decision(vg_store *store, vg_decision *d, vg_error *err)
{
    char place[40];
    note_place(d->case_id, place);
    int rc = d->note.len ? vg_store_seal(store, place, d->note, err) : 0;
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_DECISION_ADD);
    vg_store_bind_int(&add, d->case_id);
    vg_store_bind_str(&add, d->user);
    vg_store_bind_int(&add, d->action);
    vg_store_bind_str(&add, d->reason);
    if (d->note.len) vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    else vg_store_bind_null(&add);
    vg_store_bind_int(&add, d->hours);
    vg_store_bind_int(&add, d->time_ms);
    rc = vg_store_run(&add, err);
    if (!rc) d->id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

static int announce(vg_store *store, const vg_decision *d, const vg_case *c, vg_error *err)
{
    char name[24], when[25];
    vg_buf *text = &store->text;
    vg_case_name(d->case_id, name);
    vg_time_format(d->time_ms, when);
    vg_buf_clear(text);
    vg_buf_printf(
        text, "{\"type\":\"case.decided\",\"timestamp\":\"%s\",\"data\":{\"case\":\"%s\",\"space\":", when,
        name);
    vg_buf_add_json_str(text, c->space);
    vg_buf_add_cstr(text, ",\"account\":");
    vg_buf_add_json_str(text, c->account);
    vg_buf_printf(text, ",\"action\":\"%s\",\"hours\":%" PRIu32 ",\"reason\":", vg_action_names[d->action],
                  d->hours);
    vg_buf_add_json_str(text, d->reason);
    vg_buf_add_cstr(text, ",\"decided_by\":");
    vg_buf_add_json_str(text, d->user);
    vg_buf_add_cstr(text, "}}");
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    return vg_store_deliver(store, d->case_id, c->space, "case.decided", (vg_str){text->ptr, text->len},
                            d->time_ms, err);
}

static int decide(vg_store *store, vg_decision *d, vg_arena *arena, vg_error *err)
{
    vg_case c;
    char name[24], detail[128];
    int rc = vg_store_case_get(store, d->case_id, arena, &c, err);
    if (rc) return rc;
    vg_case_name(d->case_id, name);
    if (c.state != VG_CASE_OPEN) return vg_fail(err, VG_ECONFLICT, name, "is decided already");
    /* whoever asked looked before this transaction began: a colleague may have taken the case meanwhile */
    if (c.claimed_by.len && c.claimed_until_ms > d->time_ms && !vg_str_eq(c.claimed_by, d->user))
        return vg_fail(err, VG_ECONFLICT, name, "is held by %.*s", VG_STR_ARG(c.claimed_by));
    rc = close_case(store, d, &c, err);
    if (!rc) rc = add_decision(store, d, err);
    /* the reason is free text and may name someone: it stays where it can be erased, out of the log */
    snprintf(detail, sizeof detail, "{\"decision\":%" PRId64 ",\"action\":\"%s\",\"hours\":%" PRIu32 "}",
             d->id, vg_action_names[d->action], d->hours);
    if (!rc)
        rc = vg_store_audit_add(store, d->time_ms, d->user, VG_STR("case.decide"), vg_str_of(name),
                                vg_str_of(detail), err);
    if (!rc && d->action != VG_ACTION_ESCALATE) rc = vg_store_notices_decided(store, &c, d, err);
    return rc ? rc : announce(store, d, &c, err);
}

int vg_store_decide(vg_store *store, vg_decision *decision, vg_error *err)
{
    int rc = check_decision(decision, err);
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(2048, 1 << 16);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a decision");
    if (!decision->time_ms) decision->time_ms = vg_time_now();
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, decide(store, decision, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

static int read_decision(vg_store *store, const vg_query *row, int64_t case_id, vg_arena *arena,
                         vg_decision *out, vg_error *err)
{
    char place[40];
    int rc = 0;
    *out = (vg_decision){.id = vg_store_int(row, 0),
                         .case_id = case_id,
                         .action = (vg_action)vg_store_int(row, 2),
                         .note = {"", 0},
                         .hours = (uint32_t)vg_store_int(row, 5),
                         .time_ms = vg_store_int(row, 6)};
    if ((unsigned)out->action >= VG_ACTIONS)
        return vg_fail(err, VG_ECORRUPT, "", "decision %" PRId64 " has an unknown action", out->id);
    out->user = vg_store_copy(row, 1, arena, &rc);
    out->reason = vg_store_copy(row, 3, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a decision");
    vg_str sealed = vg_store_peek(row, 4);
    note_place(case_id, place);
    return sealed.len ? vg_store_unseal(store, place, sealed, arena, &out->note, err) : 0;
}

int vg_store_decisions(vg_store *store, int64_t case_id, vg_arena *arena, vg_decision **out, size_t *count,
                       vg_error *err)
{
    vg_decision *items = NULL;
    size_t capacity = 0, n = 0;
    int rc;
    *out = NULL;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_DECISIONS_OF);
    vg_store_bind_int(&query, case_id);
    while ((rc = vg_store_step(&query, err)) == 1) {
        items = vg_store_grow(arena, items, n, &capacity, sizeof *items);
        rc = items ? read_decision(store, &query, case_id, arena, &items[n], err)
                   : vg_fail(err, VG_ENOMEM, "", "no memory for decisions");
        if (rc) break;
        n++;
    }
    vg_store_reset(&query);
    if (rc) return rc;
    *out = items;
    *count = n;
    return 0;
}

static int set_hold(vg_store *store, int64_t id, bool hold, vg_str user, vg_str reason, vg_error *err)
{
    char name[24];
    vg_buf *text = &store->text;
    vg_query set = vg_store_use(store, VG_SQL_CASE_HOLD);
    vg_store_bind_int(&set, hold);
    vg_store_bind_int(&set, id);
    int rc = vg_store_run(&set, err);
    if (rc) return rc;
    if (!vg_store_changed(store)) return vg_fail(err, VG_ENOENT, "", "there is no case %" PRId64, id);
    vg_case_name(id, name);
    vg_buf_clear(text);
    vg_buf_printf(text, "{\"hold\":%s,\"reason\":", hold ? "true" : "false");
    vg_buf_add_json_str(text, reason);
    vg_buf_add_char(text, '}');
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an audit entry");
    return vg_store_audit_add(store, vg_time_now(), user, VG_STR("case.legal_hold"), vg_str_of(name),
                              (vg_str){text->ptr, text->len}, err);
}

int vg_store_legal_hold(vg_store *store, int64_t id, bool hold, vg_str user, vg_str reason, vg_error *err)
{
    int rc = vg_store_check_text("user", user, 64, err);
    if (!rc) rc = vg_store_check_text("reason", reason, 200, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, set_hold(store, id, hold, user, reason, err), err);
}
