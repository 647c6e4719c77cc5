/* SPDX-License-Identifier: Apache-2.0
 *
 * What receivers answer, and where it goes. */
#include "store/filings/filings_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/time.h"
#include "store/training/gold_int.h"

enum { WHAT_MOST = 2000 };

/* More is wanted: a draft to the same receiver over the same channel. */
static int follow_up(vg_store *store, const vg_filing *f, vg_filing_answer *a, int64_t now_ms, vg_arena *arena, vg_error *err)
{
    vg_filing *others;
    size_t count;
    int rc = vg_store_filing_of_case(store, f->case_id, arena, &others, &count, err);
    for (size_t i = 0; !rc && i < count; i++)
        if (!vg_filing_over(others[i].state) && vg_str_eq(others[i].receiver_id, f->receiver_id) && vg_str_eq(others[i].channel, f->channel)) {
            a->follow_up = others[i].id; /* one is under way already */
            return 0;
        }
    vg_case c;
    if (!rc) rc = vg_store_case_get(store, f->case_id, arena, &c, err);
    if (rc) return rc;
    vg_filing next = {.case_id = f->case_id, .space = f->space, .receiver_id = f->receiver_id, .receiver = f->receiver, .channel = f->channel, .kind = f->kind,
                      .urgent = f->urgent && !c.safe, .four_eyes = f->four_eyes, .step = {"", 0}, .reference = {"", 0}, .memo = {"", 0}, .options = f->options,
                      .again = a->what.len && a->what.len <= 200 ? a->what : VG_STR("more was wanted"), .why = {"", 0}, .confirmed_by = {"", 0}, .seconded_by = {"", 0},
                      .made_by = a->by, .made_ms = now_ms, .due_ms = now_ms + (f->due_ms - f->made_ms)};
    rc = vg_filing_insert(store, &next, err);
    a->follow_up = next.id;
    return rc;
}

static int add(vg_store *store, vg_filing_answer *a, int64_t now_ms, vg_arena *arena, vg_error *err)
{
    vg_filing f;
    char detail[80], extra[64];
    int rc = vg_store_filing_get(store, a->filing_id, arena, &f, err);
    if (rc) return rc;
    int to = vg_filing_next(f.state, VG_MOVE_ANSWER, f.four_eyes);
    if (to < 0) return vg_fail(err, VG_ECONFLICT, "", "the filing is %s: nobody can have answered it yet", vg_filing_state_names[f.state]);
    a->case_id = f.case_id;
    a->recorded_ms = now_ms;
    if (!a->at_ms) a->at_ms = now_ms;
    vg_query q = vg_store_use(store, VG_SQL_ANSWER_ADD);
    vg_store_bind_int(&q, a->filing_id);
    vg_store_bind_int(&q, a->case_id);
    vg_store_bind_int(&q, a->kind);
    vg_store_bind_str(&q, a->reference);
    vg_store_bind_int(&q, a->at_ms);
    vg_store_bind_int(&q, now_ms);
    vg_store_bind_str(&q, a->by);
    rc = vg_store_run(&q, err);
    if (rc) return rc;
    a->id = sqlite3_last_insert_rowid(store->db);
    if (a->kind == VG_ANSWER_MORE_WANTED) rc = follow_up(store, &f, a, now_ms, arena, err);
    f.state = (vg_filing_state)to;
    f.answers++;
    f.answer_kinds |= 1u << a->kind;
    /* of what was filed before this was kept */
    if (!rc) rc = vg_filing_keep_reported(store, f.case_id, f.prepared_ms > 0 ? f.prepared_ms : f.filed_ms, err);
    if (!rc) rc = vg_filing_mark_case(store, a, now_ms, arena, err);
    if (!rc) rc = vg_filing_save(store, &f, err);
    snprintf(detail, sizeof detail, "{\"answer\":%" PRId64 ",\"kind\":\"%s\"}", a->id, vg_answer_kind_names[a->kind]);
    if (!rc) rc = vg_filing_on_record(store, &f, "filing.answer", a->by, vg_str_of(detail), now_ms, err);
    snprintf(extra, sizeof extra, ",\"answer\":\"%s\"", vg_answer_kind_names[a->kind]);
    if (!rc) rc = vg_filing_announce(store, &f, "filing.answered", extra, now_ms, err);
    if (rc) return rc;
    vg_buf sealed;
    rc = vg_filing_seal(store, a->id, "answer", a->what, &sealed, err);
    if (!rc) {
        vg_query save = vg_store_use(store, VG_SQL_ANSWER_SAVE);
        vg_store_bind_blob(&save, sealed.ptr, sealed.len);
        vg_store_bind_int(&save, a->follow_up);
        vg_store_bind_int(&save, a->in_review);
        vg_store_bind_int(&save, a->id);
        rc = vg_store_run(&save, err);
    }
    vg_buf_free(&sealed);
    return rc;
}

int vg_store_filing_answer(vg_store *store, vg_filing_answer *a, int64_t now_ms, vg_error *err)
{
    int rc = vg_store_check_text("what", a->what, -WHAT_MOST, err);
    if (!rc) rc = vg_store_check_text("reference", a->reference, -256, err);
    if (!rc && (unsigned)a->kind >= VG_ANSWERS) rc = vg_fail(err, VG_EINVAL, "/kind", "is no kind of answer");
    if (rc) return rc;
    vg_arena *arena = vg_arena_create(8192, 8 << 20);
    if (!arena) return vg_fail(err, VG_ENOMEM, "", "no memory for an answer");
    rc = vg_store_begin(store, err);
    if (!rc) rc = vg_store_end(store, add(store, a, now_ms, arena, err), err);
    vg_arena_destroy(&arena);
    return rc;
}

static int read_all(vg_store *store, vg_query *q, vg_arena *arena, vg_filing_answer **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc, failed = 0;
    *out = NULL;
    *count = 0;
    while ((rc = vg_store_step(q, err)) == 1) {
        vg_filing_answer *a = vg_store_grow(arena, *out, *count, &capacity, sizeof *a);
        if (!a) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for answers");
            break;
        }
        *out = a;
        a += *count;
        *a = (vg_filing_answer){.id = vg_store_int(q, 0), .filing_id = vg_store_int(q, 1), .case_id = vg_store_int(q, 2), .kind = (vg_answer_kind)vg_store_int(q, 3),
                                .reference = vg_store_copy(q, 5, arena, &failed), .at_ms = vg_store_int(q, 6), .recorded_ms = vg_store_int(q, 7),
                                .by = vg_store_copy(q, 8, arena, &failed), .follow_up = vg_store_int(q, 9), .in_review = (uint32_t)vg_store_int(q, 10)};
        if ((unsigned)a->kind >= VG_ANSWERS) rc = vg_fail(err, VG_ECORRUPT, "answer", "has a kind that is none");
        else rc = failed ? vg_fail(err, VG_ENOMEM, "", "no memory for answers") : vg_filing_unseal(store, q, 4, a->id, "answer", arena, &a->what, err);
        if (rc) break;
        ++*count;
    }
    vg_store_reset(q);
    return rc;
}

int vg_store_filing_answers(vg_store *store, int64_t id, vg_arena *arena, vg_filing_answer **out, size_t *count, vg_error *err)
{
    vg_query q = vg_store_use(store, VG_SQL_ANSWERS_OF);
    vg_store_bind_int(&q, id);
    return read_all(store, &q, arena, out, count, err);
}

int vg_store_filing_answers_of_user(vg_store *store, vg_str user, int64_t since_ms, vg_arena *arena, vg_filing_answer **out, size_t *count, vg_error *err)
{
    vg_query q = vg_store_use(store, VG_SQL_ANSWERS_OF_USER);
    vg_store_bind_int(&q, INT64_MAX);
    vg_store_bind_int(&q, since_ms);
    for (int i = 0; i < 4; i++) vg_store_bind_str(&q, user);
    return read_all(store, &q, arena, out, count, err);
}

int vg_store_answers_since(vg_store *store, int64_t since_ms, vg_arena *arena, vg_answer_figure **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc, failed = 0;
    *out = NULL;
    *count = 0;
    vg_query q = vg_store_use(store, VG_SQL_ANSWERS_SINCE);
    vg_store_bind_int(&q, since_ms);
    while ((rc = vg_store_step(&q, err)) == 1) {
        vg_answer_figure *a = vg_store_grow(arena, *out, *count, &capacity, sizeof *a);
        if (!a) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for answers");
            break;
        }
        *out = a;
        a += *count;
        *a = (vg_answer_figure){.space = vg_store_copy(&q, 0, arena, &failed), .kinds = (uint64_t)vg_store_int(&q, 1), .kind = (vg_answer_kind)vg_store_int(&q, 2),
                                .receiver = (vg_receiver_kind)vg_store_int(&q, 3), .recorded_ms = vg_store_int(&q, 5), .filing_id = vg_store_int(&q, 6)};
        a->category = vg_case_category(a->kinds);
        if ((unsigned)a->kind < VG_ANSWERS && !vg_store_is_shadow(a->space)) ++*count;
    }
    vg_store_reset(&q);
    return rc ? rc : failed ? vg_fail(err, VG_ENOMEM, "", "no memory for answers") : 0;
}
