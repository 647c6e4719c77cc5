/* SPDX-License-Identifier: Apache-2.0
 *
 * What receivers say of a case now, all of its reports together. Inside the transaction that writes an answer down. */
#include "store/filings/filings_int.h"

#include <stdlib.h>

#include "store/cases/decisions_int.h"

typedef struct said {
    vg_str receiver; /* filings of one receiver are one voice */
    vg_answer_kind kind;
    int64_t at_ms, id;
} said;

/* By receiver, then as they were given. */
static int in_order(const void *a, const void *b)
{
    const said *x = a, *y = b;
    size_t len = x->receiver.len < y->receiver.len ? x->receiver.len : y->receiver.len;
    int order = len ? memcmp(x->receiver.ptr, y->receiver.ptr, len) : 0;
    if (!order) order = (x->receiver.len > y->receiver.len) - (x->receiver.len < y->receiver.len);
    if (order) return order;
    if (x->at_ms != y->at_ms) return x->at_ms < y->at_ms ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static int read_all(vg_store *store, int64_t case_id, vg_arena *arena, said **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc, failed = 0;
    *out = NULL;
    *count = 0;
    vg_query q = vg_store_use(store, VG_SQL_ANSWERS_OF_CASE);
    vg_store_bind_int(&q, case_id);
    while ((rc = vg_store_step(&q, err)) == 1) {
        int64_t kind = vg_store_int(&q, 0);
        said *s = kind >= 0 && kind < VG_ANSWERS ? vg_store_grow(arena, *out, *count, &capacity, sizeof *s) : NULL;
        if (!s) {
            rc = kind >= 0 && kind < VG_ANSWERS ? vg_fail(err, VG_ENOMEM, "", "no memory for answers") : vg_fail(err, VG_ECORRUPT, "answer", "has a kind that is none");
            break;
        }
        *out = s;
        s[(*count)++] = (said){.kind = (vg_answer_kind)kind, .at_ms = vg_store_int(&q, 1), .id = vg_store_int(&q, 2), .receiver = vg_store_copy(&q, 3, arena, &failed)};
    }
    vg_store_reset(&q);
    return rc ? rc : failed ? vg_fail(err, VG_ENOMEM, "", "no memory for answers") : 0;
}

static unsigned add_up(said *all, size_t count)
{
    unsigned sum = 0, one = 0;
    if (count > 1) qsort(all, count, sizeof *all, in_order);
    for (size_t i = 0; i < count; i++) {
        if (i && !vg_str_eq(all[i].receiver, all[i - 1].receiver)) sum |= one, one = 0;
        one = vg_answer_stand(one, all[i].kind);
    }
    return sum | one;
}

/* 1: something came in after that moment. */
static int came_after(vg_store *store, int64_t case_id, int64_t at_ms, vg_error *err)
{
    vg_query q = vg_store_use(store, VG_SQL_EVENTS_AFTER);
    vg_store_bind_int(&q, case_id);
    vg_store_bind_int(&q, at_ms);
    int rc = vg_store_step(&q, err);
    if (rc == 1) vg_store_reset(&q);
    return rc;
}

/* Since when the case has this label; the moment of this answer where it is another. */
static int since_when(vg_store *store, int64_t case_id, vg_truth truth, int64_t now_ms, int64_t *ms, vg_error *err)
{
    vg_query q = vg_store_use(store, VG_SQL_CASE_TRUTH);
    vg_store_bind_int(&q, case_id);
    int rc = vg_store_step(&q, err);
    if (rc < 0) return rc;
    *ms = rc && vg_store_int(&q, 0) == (int64_t)truth ? vg_store_int(&q, 1) : now_ms;
    if (rc) vg_store_reset(&q);
    return 0;
}

int vg_filing_mark_case(vg_store *store, const vg_filing_answer *answer, int64_t now_ms, vg_arena *arena, vg_error *err)
{
    said *all;
    vg_case c;
    size_t count;
    int64_t truth_ms = 0;
    int rc = vg_store_case_get(store, answer->case_id, arena, &c, err);
    if (!rc) rc = read_all(store, answer->case_id, arena, &all, &count, err);
    if (rc) return rc;
    c.answers = (uint16_t)add_up(all, count);
    vg_truth truth = vg_answer_truth(c.answers);
    rc = since_when(store, c.id, truth, now_ms, &truth_ms, err);
    if (!rc && answer->kind == VG_ANSWER_VICTIM_SAFE && (rc = came_after(store, c.id, answer->at_ms, err)) >= 0) {
        c.safe = rc == 0;
        rc = c.safe ? vg_store_run_1(store, VG_SQL_FILING_CALM, c.id, err) : 0;
    }
    if (rc) return rc;
    vg_query mark = vg_store_use(store, VG_SQL_CASE_ANSWERED);
    vg_store_bind_int(&mark, c.answers);
    vg_store_bind_int(&mark, truth);
    vg_store_bind_int(&mark, truth_ms);
    vg_store_bind_int(&mark, c.safe);
    vg_store_bind_int(&mark, c.state == VG_CASE_OPEN ? vg_case_merit(&c) : c.merit);
    vg_store_bind_int(&mark, c.id);
    return vg_store_run(&mark, err);
}
