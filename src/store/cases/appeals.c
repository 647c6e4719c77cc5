/* SPDX-License-Identifier: Apache-2.0 */
#include "store/training/gold_int.h"
#include "store/cases/appeals.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "store/cases/decisions_int.h"
#include "store/evidence/evidence_int.h"

const char *const vg_appeal_state_names[VG_APPEAL_STATES] = {"open", "upheld", "overturned"};

static void appeal_place(int64_t case_id, const char *what, char out[48])
{
    snprintf(out, 48, "appeal:%s:%" PRId64, what, case_id);
}

void vg_appeal_name(int64_t id, char out[24]) { snprintf(out, 24, "a-%06" PRId64, id); }

int64_t vg_appeal_id_of(vg_str name)
{
    char as_case[24];
    if (name.len < 3 || name.len >= sizeof as_case || name.ptr[0] != 'a') return -1;
    memcpy(as_case, name.ptr, name.len);
    as_case[0] = 'c';
    return vg_case_id_of((vg_str){as_case, name.len});
}

/* ---- reading ---- */

/* The answer is sealed with the reasons behind it: {"answer","reasons"}. */
static int read_answer(vg_str plain, vg_arena *arena, vg_appeal *out, vg_error *err)
{
    json_t *root;
    int rc = vg_store_json(plain, "the answer to an appeal", &root, err);
    if (rc) return rc;
    const json_t *answer = json_object_get(root, "answer"), *reasons = json_object_get(root, "reasons");
    if (!json_is_string(answer) || !json_is_string(reasons)) {
        rc = vg_fail(err, VG_ECORRUPT, "", "the answer to appeal %" PRId64 " cannot be read", out->id);
    } else {
        out->answer = vg_arena_copy(arena, (vg_str){json_string_value(answer), json_string_length(answer)});
        out->reasons = vg_arena_copy(arena, (vg_str){json_string_value(reasons), json_string_length(reasons)});
        if (!out->answer.ptr || !out->reasons.ptr) rc = vg_fail(err, VG_ENOMEM, "", "no memory for an appeal");
    }
    json_decref(root);
    return rc;
}

static int read_sealed(vg_store *store, const vg_query *row, vg_arena *arena, vg_appeal *out, vg_error *err)
{
    char place[48];
    vg_str content = vg_store_peek(row, 8), answer = vg_store_peek(row, 9), plain;
    int rc = 0;
    appeal_place(out->case_id, "text", place);
    if (content.len) rc = vg_store_case_unseal_if(store, out->case_id, place, content, arena, &out->text, err);
    appeal_place(out->case_id, "answer", place);
    if (rc || !answer.len) return rc;
    rc = vg_store_case_unseal_if(store, out->case_id, place, answer, arena, &plain, err);
    return rc || !plain.len ? rc : read_answer(plain, arena, out, err);
}

static int read_appeal(vg_store *store, const vg_query *row, vg_arena *arena, vg_appeal *out, vg_error *err)
{
    int64_t category = vg_store_int(row, 5), state = vg_store_int(row, 12);
    int rc = 0;
    if (category < 0 || category >= VG_CATEGORIES || state < 0 || state >= VG_APPEAL_STATES)
        return vg_fail(err, VG_ECORRUPT, "", "appeal %" PRId64 " holds a number out of range", vg_store_int(row, 0));
    *out = (vg_appeal){.id = vg_store_int(row, 0),
                       .case_id = vg_store_int(row, 1),
                       .decision_id = llabs(vg_store_int(row, 2)),
                       .own = vg_store_int(row, 2) < 0,
                       .statement_id = vg_store_int(row, 3),
                       .category = (vg_category)category,
                       .text = {"", 0},
                       .answer = {"", 0},
                       .reasons = {"", 0},
                       .made_ms = vg_store_int(row, 10),
                       .due_ms = vg_store_int(row, 11),
                       .state = (vg_appeal_state)state,
                       .decided_ms = vg_store_int(row, 14)};
    out->space = vg_store_copy(row, 4, arena, &rc);
    out->language = vg_store_copy(row, 6, arena, &rc);
    out->made_by = vg_store_copy(row, 7, arena, &rc);
    out->decided_by = vg_store_copy(row, 13, arena, &rc);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory for an appeal") : read_sealed(store, row, arena, out, err);
}

static int get_by(vg_store *store, enum vg_store_statement statement, int64_t id, vg_arena *arena, vg_appeal *out, vg_error *err)
{
    vg_query get = vg_store_use(store, statement);
    vg_store_bind_int(&get, id);
    int rc = vg_store_step(&get, err);
    if (rc < 0) return rc;
    if (rc == 0) return vg_fail(err, VG_ENOENT, "", "there is no such appeal");
    rc = read_appeal(store, &get, arena, out, err);
    vg_store_reset(&get);
    return rc;
}

int vg_store_appeal_get(vg_store *store, int64_t id, vg_arena *arena, vg_appeal *out, vg_error *err)
{
    return get_by(store, VG_SQL_APPEAL_GET, id, arena, out, err);
}

int vg_store_appeal_of(vg_store *store, int64_t decision_id, vg_arena *arena, vg_appeal *out, vg_error *err)
{
    return get_by(store, VG_SQL_APPEAL_OF_DECISION, decision_id, arena, out, err);
}

typedef struct appeals {
    vg_appeal *items;
    size_t count, capacity;
} appeals;

static int list_space(vg_store *store, vg_str space, vg_appeal_state state, int64_t before_id, size_t most, vg_arena *arena,
                      appeals *list, vg_error *err)
{
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_APPEAL_LIST);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, state);
    vg_store_bind_int(&query, before_id > 0 ? before_id : INT64_MAX);
    vg_store_bind_int(&query, (int64_t)most);
    while ((rc = vg_store_step(&query, err)) == 1) {
        vg_appeal *larger = vg_store_grow(arena, list->items, list->count, &list->capacity, sizeof *larger);
        rc = larger ? read_appeal(store, &query, arena, &larger[list->count], err)
                    : vg_fail(err, VG_ENOMEM, "", "no memory for a list of appeals");
        if (rc) break;
        list->items = larger;
        list->count++;
    }
    vg_store_reset(&query);
    return rc;
}

static int newest_first(const void *a, const void *b)
{
    int64_t x = ((const vg_appeal *)a)->id, y = ((const vg_appeal *)b)->id;
    return (x < y) - (x > y);
}

/* Every space that has a case, one index probe each; those of `spaces` are asked. */
static int list_all(vg_store *store, vg_str spaces, vg_appeal_state state, int64_t before_id, size_t most, vg_arena *arena,
                    appeals *list, vg_error *err)
{
    vg_str last = {"", 0};
    for (;;) {
        vg_query next = vg_store_use(store, VG_SQL_SPACE_AFTER);
        vg_store_bind_str(&next, last);
        int rc = vg_store_step(&next, err);
        if (rc < 0) return rc;
        int copied = 0;
        bool more = rc && vg_store_peek(&next, 0).len > 0;
        if (more) last = vg_store_copy(&next, 0, arena, &copied);
        vg_store_reset(&next);
        if (!more) return 0;
        if (copied) return vg_fail(err, VG_ENOMEM, "", "no memory for a list of appeals");
        if (vg_store_in_spaces(spaces, last)) rc = list_space(store, last, state, before_id, most, arena, list, err);
        else rc = 0;
        if (rc) return rc;
    }
}

int vg_store_appeal_list(vg_store *store, vg_str spaces, vg_appeal_state state, int64_t before_id, size_t most, vg_arena *arena,
                         vg_appeal **out, size_t *count, vg_error *err)
{
    appeals list = {0};
    *out = NULL;
    *count = 0;
    int rc = vg_store_begin_read(store, err);
    if (!rc) rc = vg_store_end_read(store, list_all(store, spaces, state, before_id, most, arena, &list, err), err);
    if (rc) return rc;
    if (list.count > 1) qsort(list.items, list.count, sizeof *list.items, newest_first);
    *out = list.items;
    *count = list.count < most ? list.count : most;
    return 0;
}

/* ---- making ---- */

static int insert_appeal(vg_store *store, vg_appeal *a, vg_str by, vg_error *err)
{
    char place[48], name[24], detail[80];
    appeal_place(a->case_id, "text", place);
    int rc = vg_store_case_seal(store, a->case_id, place, a->text, err);
    if (rc) return rc;
    vg_query add = vg_store_use(store, VG_SQL_APPEAL_ADD);
    vg_store_bind_int(&add, a->case_id);
    vg_store_bind_int(&add, a->own ? -a->decision_id : a->decision_id); /* each may be once */
    vg_store_bind_int(&add, a->statement_id);
    vg_store_bind_str(&add, a->space);
    vg_store_bind_int(&add, a->category);
    vg_store_bind_str(&add, a->language);
    vg_store_bind_str(&add, a->made_by);
    vg_store_bind_blob(&add, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&add, a->made_ms);
    vg_store_bind_int(&add, a->due_ms);
    rc = vg_store_run(&add, err);
    if (rc) return rc;
    a->id = sqlite3_last_insert_rowid(store->db);
    vg_case_name(a->case_id, name);
    snprintf(detail, sizeof detail, "{\"appeal\":%" PRId64 "%s}", a->id, a->own ? ",\"own_motion\":true" : "");
    return vg_store_audit_add(store, a->made_ms, by, VG_STR("appeal.make"), vg_str_of(name), vg_str_of(detail), err);
}

static int add_appeal(vg_store *store, vg_appeal *a, vg_str by, vg_arena *arena, bool *again, vg_error *err)
{
    vg_appeal there;
    vg_error none = {0};
    int rc = get_by(store, VG_SQL_APPEAL_OF_DECISION, a->own ? -a->decision_id : a->decision_id, arena, &there, &none);
    if (rc == -VG_ENOENT) return insert_appeal(store, a, by, err);
    if (rc) return vg_fail(err, none.code, none.where, "%s", none.what);
    if (a->own && there.state != VG_APPEAL_OPEN) return vg_fail(err, VG_ECONFLICT, "", "this decision was looked at again already");
    if (!a->own && !vg_str_eq(there.text, a->text))
        return vg_fail(err, VG_ECONFLICT, "", "this decision was appealed already: it is looked at again once");
    *again = true;
    *a = there;
    return 0;
}

int vg_store_appeal_add(vg_store *store, vg_appeal *appeal, vg_str by, vg_arena *arena, bool *again, vg_error *err)
{
    *again = false;
    int rc = vg_store_check_text("text", appeal->text, 8000, err);
    if (!rc) rc = vg_store_check_text("by", by, 64, err);
    if (!rc) rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, add_appeal(store, appeal, by, arena, again, err), err);
}

/* ---- answering ---- */

static int store_answer(vg_store *store, const vg_appeal *a, int64_t case_id, vg_error *err)
{
    char place[48];
    vg_buf *text = &store->text;
    vg_buf_clear(text);
    vg_buf_add_cstr(text, "{\"answer\":");
    vg_buf_add_json_str(text, a->answer);
    vg_buf_add_cstr(text, ",\"reasons\":");
    vg_buf_add_json_str(text, a->reasons);
    vg_buf_add_char(text, '}');
    if (text->failed) return vg_fail(err, VG_ENOMEM, "", "no memory for an appeal");
    appeal_place(case_id, "answer", place);
    int rc = vg_store_case_seal(store, case_id, place, (vg_str){text->ptr, text->len}, err);
    if (rc) return rc;
    vg_query decide = vg_store_use(store, VG_SQL_APPEAL_DECIDE);
    vg_store_bind_int(&decide, a->state);
    vg_store_bind_str(&decide, a->decided_by);
    vg_store_bind_int(&decide, a->decided_ms);
    vg_store_bind_blob(&decide, store->sealed.ptr, store->sealed.len);
    vg_store_bind_int(&decide, a->id);
    return vg_store_run(&decide, err);
}

static void message_part(vg_store *store, const vg_appeal *a)
{
    char name[24], statement[24];
    vg_appeal_name(a->id, name);
    vg_statement_name(a->statement_id, statement);
    vg_buf_printf(&store->text, ",\"appeal\":\"%s\"", name);
    if (a->statement_id) vg_buf_printf(&store->text, ",\"statement\":\"%s\"", statement);
}

static int lift(vg_store *store, const vg_appeal *a, const vg_case *c, const vg_decision *d, vg_error *err)
{
    int rc = vg_store_run_2(store, VG_SQL_STATEMENT_LIFT, a->decided_ms, d->id, err);
    if (!rc) rc = vg_store_run_2(store, VG_SQL_STRIKE_LIFT, a->decided_ms, d->id, err);
    if (!rc) rc = vg_store_run_1(store, VG_SQL_REMOVAL_DROP, d->id, err);
    if (!rc) rc = vg_store_run_2(store, VG_SQL_CASE_OVERTURN, a->decided_ms, c->id, err);
    if (!rc) rc = vg_store_run_1(store, VG_SQL_NOTICES_OVERTURNED, c->id, err);
    if (rc) return rc;
    vg_store_message_begin(store, "case.overturned", a->decided_ms, c);
    message_part(store, a);
    vg_buf_printf(&store->text, ",\"lifted\":{\"action\":\"%s\",\"scope\":\"%s\",\"hours\":%" PRIu32 "}", vg_action_names[d->action],
                  vg_reach_names[d->reach], d->hours);
    return vg_store_message_send(store, "case.overturned", a->decided_ms, a->decided_ms, 0, c, err);
}

static int tell(vg_store *store, const vg_appeal *a, const vg_appeal *there, const vg_case *c, const vg_decision *d, vg_error *err)
{
    if (there->own) return 0; /* nobody asked; that it is lifted was told */
    vg_store_message_begin(store, "appeal.decided", a->decided_ms, c);
    message_part(store, there);
    vg_buf_printf(&store->text, ",\"outcome\":\"%s\",\"language\":", vg_appeal_state_names[a->state]);
    vg_buf_add_json_str(&store->text, there->language);
    vg_buf_add_cstr(&store->text, ",\"answer\":");
    vg_buf_add_json_str(&store->text, a->answer);
    if (a->state == VG_APPEAL_OVERTURNED)
        vg_buf_printf(&store->text, ",\"lifted\":{\"action\":\"%s\",\"scope\":\"%s\",\"hours\":%" PRIu32 "}", vg_action_names[d->action],
                      vg_reach_names[d->reach], d->hours);
    return vg_store_message_send(store, "appeal.decided", a->decided_ms, a->decided_ms, 0, c, err);
}

static int decide_appeal(vg_store *store, const vg_appeal *a, vg_arena *arena, vg_error *err)
{
    vg_appeal there;
    vg_case c;
    vg_decision d;
    char name[24], detail[96];
    int rc = vg_store_appeal_get(store, a->id, arena, &there, err);
    if (!rc && there.state != VG_APPEAL_OPEN) rc = vg_fail(err, VG_ECONFLICT, "", "this appeal was answered already");
    if (!rc) rc = vg_store_case_get(store, there.case_id, arena, &c, err);
    if (!rc) rc = vg_store_decision(store, there.decision_id, arena, &d, err);
    if (!rc) rc = store_answer(store, a, there.case_id, err);
    if (rc) return rc;
    there.decided_ms = a->decided_ms;
    if (a->state == VG_APPEAL_OVERTURNED) rc = lift(store, &there, &c, &d, err);
    if (!rc) rc = tell(store, a, &there, &c, &d, err);
    if (rc) return rc;
    vg_case_name(c.id, name);
    snprintf(detail, sizeof detail, "{\"appeal\":%" PRId64 ",\"outcome\":\"%s\"}", a->id, vg_appeal_state_names[a->state]);
    return vg_store_audit_add(store, a->decided_ms, a->decided_by, VG_STR("appeal.decide"), vg_str_of(name), vg_str_of(detail), err);
}

int vg_store_appeal_decide(vg_store *store, const vg_appeal *appeal, vg_error *err)
{
    int rc = vg_store_check_text("answer", appeal->answer, appeal->own ? -8000 : 8000, err);
    if (!rc) rc = vg_store_check_text("reasons", appeal->reasons, 4000, err);
    if (!rc) rc = vg_store_check_text("user", appeal->decided_by, 64, err);
    if (!rc && appeal->state != VG_APPEAL_UPHELD && appeal->state != VG_APPEAL_OVERTURNED)
        rc = vg_fail(err, VG_EINVAL, "outcome", "an appeal is upheld or overturned");
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an appeal");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, decide_appeal(store, appeal, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

/* ---- figures ---- */

typedef struct figures {
    vg_arena *arena;
    vg_str spaces;
    vg_appeal_figure *items;
    size_t count, capacity;
} figures;

/* The row of a space and a category; NULL when the space is not asked for, or (rc set) without memory. */
static vg_appeal_figure *row_of(figures *f, vg_str space, vg_category category, int *rc, vg_error *err)
{
    if (!vg_store_in_spaces(f->spaces, space)) return NULL;
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].category == category && vg_str_eq(f->items[i].space, space)) return &f->items[i];
    vg_appeal_figure *larger = vg_store_grow(f->arena, f->items, f->count, &f->capacity, sizeof *larger);
    vg_str copy = larger ? vg_arena_copy(f->arena, space) : (vg_str){0};
    if (!copy.ptr) {
        *rc = vg_fail(err, VG_ENOMEM, "", "no memory for figures");
        return NULL;
    }
    f->items = larger;
    larger[f->count] = (vg_appeal_figure){.space = copy, .category = category};
    return &larger[f->count++];
}

static bool restricts(int64_t action)
{
    return action == VG_ACTION_WARN || action == VG_ACTION_MUTE || action == VG_ACTION_RESTRICT || action == VG_ACTION_SUSPEND;
}

static int count_decisions(vg_store *store, figures *f, int64_t since_ms, vg_error *err)
{
    int rc;
    vg_query list = vg_store_use(store, VG_SQL_DECISIONS_SINCE);
    vg_store_bind_int(&list, since_ms);
    while ((rc = vg_store_step(&list, err)) == 1) {
        rc = 0;
        if (!restricts(vg_store_int(&list, 0)) || vg_store_is_shadow(vg_store_peek(&list, 1))) continue;
        vg_appeal_figure *row = row_of(f, vg_store_peek(&list, 1), vg_case_category((uint64_t)vg_store_int(&list, 2)), &rc, err);
        if (row) row->decisions++;
        if (rc) break;
    }
    vg_store_reset(&list);
    return rc;
}

static int count_appeals(vg_store *store, figures *f, int64_t since_ms, int64_t now_ms, vg_error *err)
{
    int rc;
    vg_query list = vg_store_use(store, VG_SQL_APPEALS_SINCE);
    vg_store_bind_int(&list, since_ms);
    while ((rc = vg_store_step(&list, err)) == 1) {
        int64_t category = vg_store_int(&list, 1), state = vg_store_int(&list, 2), due_ms = vg_store_int(&list, 3);
        rc = 0;
        if (category < 0 || category >= VG_CATEGORIES) continue;
        vg_appeal_figure *row = row_of(f, vg_store_peek(&list, 0), (vg_category)category, &rc, err);
        if (rc) break;
        if (!row) continue;
        row->appeals++;
        row->open += state == VG_APPEAL_OPEN;
        row->upheld += state == VG_APPEAL_UPHELD;
        row->overturned += state == VG_APPEAL_OVERTURNED;
        row->late += (state == VG_APPEAL_OPEN ? now_ms : vg_store_int(&list, 4)) > due_ms;
    }
    vg_store_reset(&list);
    return rc;
}

static int by_space(const void *a, const void *b)
{
    const vg_appeal_figure *x = a, *y = b;
    size_t len = x->space.len < y->space.len ? x->space.len : y->space.len;
    int order = memcmp(x->space.ptr, y->space.ptr, len);
    if (!order) order = (x->space.len > y->space.len) - (x->space.len < y->space.len);
    return order ? order : (int)x->category - (int)y->category;
}

int vg_store_appeal_figures(vg_store *store, vg_str spaces, int64_t since_ms, int64_t now_ms, vg_arena *arena, vg_appeal_figure **out,
                            size_t *count, vg_error *err)
{
    figures f = {.arena = arena, .spaces = spaces};
    *out = NULL;
    *count = 0;
    int rc = vg_store_begin_read(store, err);
    if (rc) return rc;
    rc = count_decisions(store, &f, since_ms, err);
    if (!rc) rc = count_appeals(store, &f, since_ms, now_ms, err);
    rc = vg_store_end_read(store, rc, err);
    if (rc) return rc;
    if (f.count > 1) qsort(f.items, f.count, sizeof *f.items, by_space);
    *out = f.items;
    *count = f.count;
    return 0;
}
