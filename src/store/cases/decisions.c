/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions of a person on a case.
 */
#include "store/cases/decisions_int.h"
#include "store/evidence/evidence_int.h"
#include "store/notices/notices_int.h"
#include "store/training/gold_int.h"

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
    if (!rc && ((int)d->reach < 0 || d->reach >= VG_REACHES)) rc = vg_fail(err, VG_EINVAL, "scope", "is unknown");
    return rc;
}

int vg_store_run_1(vg_store *store, enum vg_store_statement id, int64_t value, vg_error *err)
{
    vg_query query = vg_store_use(store, id);
    vg_store_bind_int(&query, value);
    return vg_store_run(&query, err);
}

int vg_store_run_2(vg_store *store, enum vg_store_statement id, int64_t first, int64_t second, vg_error *err)
{
    vg_query query = vg_store_use(store, id);
    vg_store_bind_int(&query, first);
    vg_store_bind_int(&query, second);
    return vg_store_run(&query, err);
}

/* ---- webhook messages about a case ---- */

void vg_store_message_begin(vg_store *store, const char *type, int64_t time_ms, const vg_case *c)
{
    char name[24], when[25];
    vg_buf *text = &store->text;
    vg_case_name(c->id, name);
    vg_time_format(time_ms, when);
    vg_buf_clear(text);
    vg_buf_printf(text, "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":{\"case\":\"%s\",\"space\":", type, when, name);
    vg_buf_add_json_str(text, c->space);
    vg_buf_add_cstr(text, ",\"account\":");
    vg_buf_add_json_str(text, c->account);
}

int vg_store_message_send(vg_store *store, const char *type, int64_t time_ms, int64_t due_ms, int64_t cause, const vg_case *c, vg_error *err)
{
    vg_buf *text = &store->text;
    vg_buf_add_cstr(text, "}}");
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for a webhook message");
    if (c->shadow) return 0; /* the platform hears nothing of a copy */
    return vg_store_deliver_at(store, c->id, c->space, type, (vg_str){text->ptr, text->len}, time_ms, due_ms > time_ms ? due_ms : time_ms,
                               cause, err);
}

/* ---- one decision ---- */

/* An escalation and a report that is due leave the case open, marked. */
static bool closes(vg_action action)
{
    return action != VG_ACTION_ESCALATE && action != VG_ACTION_REPORT;
}

static int close_case(vg_store *store, const vg_decision *d, const vg_case *c, vg_error *err)
{
    bool over = closes(d->action);
    vg_case after = *c;
    after.escalated |= d->action == VG_ACTION_ESCALATE;
    vg_query decide = vg_store_use(store, VG_SQL_CASE_DECIDE);
    vg_store_bind_int(&decide, over ? VG_CASE_DECIDED : VG_CASE_OPEN);
    vg_store_bind_int(&decide, after.escalated);
    vg_store_bind_int(&decide, vg_case_merit(&after)); /* the queue is ordered by it */
    vg_store_bind_int(&decide, d->action);
    vg_store_bind_int(&decide, over ? d->time_ms : 0);
    vg_store_bind_int(&decide, d->time_ms);
    vg_store_bind_int(&decide, d->action == VG_ACTION_REPORT || c->report_due);
    vg_store_bind_int(&decide, d->case_id);
    return vg_store_run(&decide, err);
}

static int add_decision(vg_store *store, vg_resolution *r, vg_error *err)
{
    vg_decision *d = &r->decision;
    char place[40];
    note_place(d->case_id, place);
    int rc = d->note.len ? vg_store_case_seal(store, d->case_id, place, d->note, err) : 0;
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
    vg_store_bind_int(&add, d->reach);
    vg_store_bind_int(&add, r->bulk_id);
    rc = vg_store_run(&add, err);
    if (!rc) d->id = sqlite3_last_insert_rowid(store->db);
    return rc;
}

/* What the platform has to remove, by the ids of its own events. */
static void add_removed(vg_store *store, const vg_str *ids, size_t count)
{
    vg_buf *text = &store->text;
    vg_buf_add_cstr(text, ",\"remove\":[");
    for (size_t i = 0; i < count; i++) {
        if (i) vg_buf_add_char(text, ',');
        vg_buf_add_json_str(text, ids[i]);
    }
    vg_buf_add_char(text, ']');
}

static int announce(vg_store *store, const vg_resolution *r, const vg_case *c, vg_arena *arena, vg_error *err)
{
    const vg_decision *d = &r->decision;
    vg_buf *text = &store->text;
    vg_str *removed = NULL;
    size_t removed_count = 0;
    int rc = r->removes ? vg_store_removal_list(store, d->case_id, arena, &removed, &removed_count, err) : 0;
    if (rc) return rc;
    vg_store_message_begin(store, "case.decided", d->time_ms, c);
    vg_buf_printf(text, ",\"action\":\"%s\",\"scope\":\"%s\",\"hours\":%" PRIu32 ",\"reason\":", vg_action_names[d->action],
                  vg_reach_names[d->reach], d->hours);
    vg_buf_add_json_str(text, d->reason);
    vg_buf_add_cstr(text, ",\"decided_by\":");
    vg_buf_add_json_str(text, d->user);
    if (r->ends_interim) vg_buf_add_cstr(text, ",\"ends_interim\":true");
    if (r->removes) add_removed(store, removed, removed_count);
    return vg_store_message_send(store, "case.decided", d->time_ms, r->undo_until_ms, d->id, c, err);
}

/* The platform is asked to mute for a while: nothing says what the first person thinks should be done in the end. */
static int announce_interim(vg_store *store, const vg_resolution *r, const vg_case *c, vg_error *err)
{
    vg_store_message_begin(store, "case.interim", r->decision.time_ms, c);
    vg_buf_printf(&store->text, ",\"action\":\"%s\",\"scope\":\"%s\",\"hours\":%" PRIu32, vg_action_names[VG_ACTION_MUTE],
                  vg_reach_names[VG_REACH_WHOLE_ACCOUNT], r->interim_hours);
    return vg_store_message_send(store, "case.interim", r->decision.time_ms, r->undo_until_ms, -r->decision.id, c, err);
}

static int remember(vg_store *store, const vg_resolution *r, const vg_case *c, vg_error *err)
{
    const vg_decision *d = &r->decision;
    vg_query set = vg_store_use(store, VG_SQL_UNDO_SET);
    vg_store_bind_int(&set, d->case_id);
    vg_store_bind_int(&set, r->sealed ? -d->id : d->id);
    vg_store_bind_str(&set, d->user);
    vg_store_bind_int(&set, r->undo_until_ms);
    vg_store_bind_int(&set, r->bulk_id);
    vg_store_bind_int(&set, c->escalated);
    vg_store_bind_int(&set, c->report_due);
    vg_store_bind_int(&set, c->look);
    vg_store_bind_str(&set, c->barred);
    vg_store_bind_int(&set, c->action);
    vg_store_bind_int(&set, vg_str_eq(c->claimed_by, d->user) ? c->claimed_until_ms : 0);
    return vg_store_run(&set, err);
}

static int add_strike(vg_store *store, const vg_resolution *r, const vg_case *c, vg_error *err)
{
    vg_query add = vg_store_use(store, VG_SQL_STRIKE_ADD);
    vg_store_bind_str(&add, c->space);
    vg_store_bind_str(&add, c->account);
    vg_store_bind_int(&add, c->id);
    vg_store_bind_int(&add, r->decision.id);
    vg_store_bind_int(&add, r->decision.action);
    vg_store_bind_int(&add, r->decision.time_ms);
    vg_store_bind_int(&add, r->strike_until_ms);
    return vg_store_run(&add, err);
}

/* An interim measure ends with the decision; when that does not restrict, the account reads that it was lifted. */
static int lift_interim(vg_store *store, const vg_resolution *r, vg_error *err)
{
    vg_arena *arena = vg_arena_create(2048, 1 << 20);
    vg_opinion *opinions = NULL;
    size_t count = 0;
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a decision");
    int rc = vg_store_opinions(store, r->decision.case_id, true, arena, &opinions, &count, err);
    for (size_t i = 0; !rc && i < count; i++)
        if (opinions[i].interim_hours && !opinions[i].decision_id)
            rc = vg_store_run_2(store, VG_SQL_STATEMENT_LIFT, r->decision.time_ms, -opinions[i].id, err);
    vg_arena_destroy(&arena);
    return rc;
}

static int decide(vg_store *store, vg_resolution *r, const vg_case *c, vg_arena *arena, vg_error *err)
{
    vg_decision *d = &r->decision;
    char name[24], detail[160];
    int rc = close_case(store, d, c, err);
    if (!rc) rc = add_decision(store, r, err);
    if (!rc && r->ends_interim) rc = lift_interim(store, r, err);
    if (!rc) rc = vg_store_run_2(store, VG_SQL_OPINIONS_CLOSE, d->id, d->case_id, err);
    /* the reason is free text and may name someone: it stays where it can be erased, out of the log */
    snprintf(detail, sizeof detail, "{\"decision\":%" PRId64 ",\"action\":\"%s\",\"hours\":%" PRIu32 ",\"scope\":\"%s\"%s}", d->id,
             vg_action_names[d->action], d->hours, vg_reach_names[d->reach], r->removes && !c->shadow ? ",\"removes\":true" : "");
    vg_case_name(d->case_id, name);
    if (!rc)
        rc = vg_store_audit_add(store, d->time_ms, d->user, VG_STR("case.decide"), vg_str_of(name),
                                vg_str_of(detail), err);
    if (!rc && r->statement.len) rc = vg_store_statement_issue(store, r, c, d->id, err);
    if (c->shadow) return rc ? rc : vg_store_gold_answered(store, d, err); /* nothing of it leaves its own rows */
    if (!rc && r->removes) rc = vg_store_removal_begin(store, d->case_id, d->id, d->time_ms, err);
    if (!rc) rc = announce(store, r, c, arena, err);
    if (!rc && r->strike_until_ms) rc = add_strike(store, r, c, err);
    if (!rc && closes(d->action)) rc = vg_store_notices_decided(store, c, r, err);
    return rc;
}

/* The log says that somebody gave an opinion and not which: whoever may read it could be the second of the two. */
static int give_opinion(vg_store *store, vg_resolution *r, const vg_case *c, vg_error *err)
{
    vg_decision *d = &r->decision;
    char name[24], barred[512];
    int n = snprintf(barred, sizeof barred, "%.*s%s%.*s", VG_STR_ARG(c->barred), c->barred.len ? "," : "", VG_STR_ARG(d->user));
    if (n < 0 || (size_t)n >= sizeof barred) return vg_fail(err, VG_ETOOBIG, "", "too many opinions");
    int rc = vg_store_opinion_add(store, r, err);
    if (rc) return rc;
    vg_query look = vg_store_use(store, VG_SQL_CASE_LOOK);
    vg_store_bind_int(&look, r->to);
    vg_store_bind_str(&look, vg_str_of(barred));
    vg_store_bind_int(&look, d->time_ms);
    vg_store_bind_int(&look, d->case_id);
    rc = vg_store_run(&look, err);
    vg_case_name(d->case_id, name);
    if (!rc) rc = vg_store_audit_add(store, d->time_ms, d->user, VG_STR("case.opinion"), vg_str_of(name), VG_STR("{}"), err);
    if (!rc && r->statement.len) rc = vg_store_statement_issue(store, r, c, -d->id, err);
    if (c->shadow) return rc ? rc : vg_store_gold_answered(store, d, err);
    if (!rc && r->interim_hours) rc = announce_interim(store, r, c, err);
    return rc;
}

static int resolve(vg_store *store, vg_resolution *r, vg_arena *arena, vg_error *err)
{
    vg_decision *d = &r->decision;
    vg_case c;
    char name[24];
    int rc = vg_store_case_get(store, d->case_id, arena, &c, err);
    if (rc) return rc;
    vg_case_name(d->case_id, name);
    if (c.state != VG_CASE_OPEN) return vg_fail(err, VG_ECONFLICT, name, "is decided already");
    /* whoever asked looked before this transaction began: a colleague may have taken the case meanwhile */
    if (c.claimed_by.len && c.claimed_until_ms > d->time_ms && !vg_str_eq(c.claimed_by, d->user))
        return vg_fail(err, VG_ECONFLICT, name, "is held by %.*s", VG_STR_ARG(c.claimed_by));
    if (c.look != r->from) return vg_fail(err, VG_ECONFLICT, name, "has been looked at by another person meanwhile");
    if (c.barred.len && vg_store_in_spaces(c.barred, d->user))
        return vg_fail(err, VG_EFORBIDDEN, name, "you have looked at this case: another person decides now");
    rc = r->sealed ? give_opinion(store, r, &c, err) : decide(store, r, &c, arena, err);
    if (rc) return rc;
    return r->undo_until_ms > d->time_ms ? remember(store, r, &c, err) : vg_store_run_1(store, VG_SQL_UNDO_DROP, d->case_id, err);
}

int vg_store_resolve(vg_store *store, vg_resolution *all, size_t count, vg_error *err)
{
    int rc = 0;
    for (size_t i = 0; !rc && i < count; i++) rc = check_decision(&all[i].decision, err);
    if (rc || !count) return rc;
    vg_arena *arena = vg_arena_create(2048, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for a decision");
    for (size_t i = 0; i < count; i++)
        if (!all[i].decision.time_ms) all[i].decision.time_ms = vg_time_now();
    rc = vg_store_begin(store, err);
    if (!rc) {
        for (size_t i = 0; !rc && i < count; i++) {
            vg_arena_reset(arena);
            rc = resolve(store, &all[i], arena, err);
        }
        rc = vg_store_end(store, rc, err);
    }
    vg_arena_destroy(&arena);
    return rc;
}

int vg_store_decide(vg_store *store, vg_decision *decision, vg_error *err)
{
    vg_resolution r = {.decision = *decision};
    int rc = vg_store_resolve(store, &r, 1, err);
    *decision = r.decision;
    return rc;
}

/* ---- reading ---- */

int vg_store_read_decision(vg_store *store, const vg_query *row, int64_t case_id, vg_arena *arena,
                           vg_decision *out, vg_error *err)
{
    char place[40];
    int rc = 0;
    *out = (vg_decision){.id = vg_store_int(row, 0),
                         .case_id = case_id,
                         .action = (vg_action)vg_store_int(row, 2),
                         .note = {"", 0},
                         .hours = (uint32_t)vg_store_int(row, 5),
                         .reach = (vg_reach)vg_store_int(row, 7),
                         .time_ms = vg_store_int(row, 6)};
    if ((unsigned)out->action >= VG_ACTIONS || (unsigned)out->reach >= VG_REACHES)
        return vg_fail(err, VG_ECORRUPT, "", "decision %" PRId64 " has an unknown action or scope", out->id);
    out->user = vg_store_copy(row, 1, arena, &rc);
    out->reason = vg_store_copy(row, 3, arena, &rc);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for a decision");
    vg_str sealed = vg_store_peek(row, 4);
    note_place(case_id, place);
    return sealed.len ? vg_store_case_unseal_if(store, case_id, place, sealed, arena, &out->note, err) : 0;
}

int vg_store_decision(vg_store *store, int64_t id, vg_arena *arena, vg_decision *out, vg_error *err)
{
    vg_query get = vg_store_use(store, VG_SQL_DECISION_GET);
    vg_store_bind_int(&get, id);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no decision %" PRId64, id);
    rc = vg_store_read_decision(store, &get, vg_store_int(&get, 8), arena, out, err);
    vg_store_reset(&get);
    return rc;
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
        rc = items ? vg_store_read_decision(store, &query, case_id, arena, &items[n], err)
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
