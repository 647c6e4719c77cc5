/* SPDX-License-Identifier: Apache-2.0
 *
 * What several people said of the same thing, for agreement: items, second looks, four eyes. */
#include "store/cases/decisions.h"
#include "store/cases/figures.h"
#include "store/training/gold_int.h"

#define UNIT_OF_ITEM (UINT64_C(1) << 62) /* items and cases are numbered apart */

typedef struct ratings {
    vg_store *store;
    vg_str spaces;
    vg_arena *arena;
    vg_gold_rating *all;
    size_t count, capacity;
} ratings;

static int add(ratings *r, vg_gold_rating one, vg_error *err)
{
    r->all = vg_store_grow(r->arena, r->all, r->count, &r->capacity, sizeof *r->all);
    if (r->all) {
        one.user = vg_arena_copy(r->arena, one.user);
        one.space = vg_arena_copy(r->arena, one.space);
    }
    if (!r->all || !one.user.ptr || !one.space.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for agreement");
    r->all[r->count++] = one;
    return 0;
}

static int add_answer(void *context, const vg_gold_answer *a, vg_error *err)
{
    ratings *r = context;
    uint64_t unit = a->kind == VG_GOLD_DOUBLE ? (uint64_t)a->source_case : UNIT_OF_ITEM | (uint64_t)a->item;
    return add(r, (vg_gold_rating){unit, a->user, a->space, a->category, a->action, a->time_ms}, err);
}

/* The decision that a second look was taken at. */
static int add_first(ratings *r, const vg_gold_rating *second, vg_error *err)
{
    int copied = 0;
    vg_query get = vg_store_use(r->store, VG_SQL_GOLD_FIRST_DECISION);
    vg_store_bind_int(&get, (int64_t)second->unit);
    int rc = vg_store_step(&get, err);
    if (rc != 1) return rc;
    vg_gold_rating first = {second->unit, vg_store_copy(&get, 0, r->arena, &copied), second->space, second->category, (vg_action)vg_store_int(&get, 1),
                            vg_store_int(&get, 2)};
    vg_store_reset(&get);
    if (copied) return vg_fail(err, VG_ENOMEM, "", "no memory for agreement");
    return (unsigned)first.action < VG_ACTIONS ? add(r, first, err) : 0;
}

static int answers(ratings *r, int64_t since_ms, vg_error *err)
{
    vg_str *spaces = NULL;
    size_t count = 0;
    int rc = vg_store_spaces(r->store, r->spaces, r->arena, &spaces, &count, err);
    for (size_t i = 0; !rc && i < count; i++) rc = vg_store_gold_answers(r->store, spaces[i], since_ms, add_answer, r, err);
    size_t given = r->count;
    for (size_t i = 0; !rc && i < given; i++) {
        bool again = false;
        if (r->all[i].unit & UNIT_OF_ITEM) continue;
        for (size_t j = 0; !again && j < i; j++) again = r->all[j].unit == r->all[i].unit;
        vg_gold_rating second = r->all[i]; /* adding may move the list */
        if (!again) rc = add_first(r, &second, err);
    }
    return rc;
}

/* ---- four eyes ---- */

typedef struct looked {
    int64_t decision, of;
} looked;

static int list_looks(ratings *r, int64_t since_ms, looked **out, size_t *count, vg_error *err)
{
    size_t capacity = 0;
    int rc;
    vg_query query = vg_store_use(r->store, VG_SQL_GOLD_LOOKS);
    vg_store_bind_int(&query, since_ms);
    while ((rc = vg_store_step(&query, err)) == 1) {
        *out = vg_store_grow(r->arena, *out, *count, &capacity, sizeof **out);
        if (!*out) {
            rc = vg_fail(err, VG_ENOMEM, "", "no memory for agreement");
            break;
        }
        (*out)[(*count)++] = (looked){vg_store_int(&query, 0), vg_store_int(&query, 1)};
    }
    vg_store_reset(&query);
    return rc;
}

/* 1: the case is in these spaces (a copy is not: it was looked at as an item). */
static int place_of(ratings *r, int64_t case_id, vg_gold_rating *like, vg_error *err)
{
    int copied = 0;
    vg_query get = vg_store_use(r->store, VG_SQL_GOLD_LOOK_CASE);
    vg_store_bind_int(&get, case_id);
    int rc = vg_store_step(&get, err);
    if (rc != 1) return rc;
    vg_str space = vg_store_peek(&get, 0);
    bool ours = !vg_store_is_shadow(space) && vg_store_in_spaces(r->spaces, space);
    *like = (vg_gold_rating){.unit = (uint64_t)case_id, .category = vg_case_category((uint64_t)vg_store_int(&get, 1))};
    like->space = vg_store_copy(&get, 0, r->arena, &copied);
    vg_store_reset(&get);
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for agreement") : ours;
}

static int add_look(ratings *r, const looked *l, vg_error *err)
{
    vg_opinion *opinions = NULL;
    vg_decision d;
    vg_gold_rating like;
    size_t count = 0, of_this = 0;
    int rc = place_of(r, l->of, &like, err);
    if (rc != 1) return rc;
    rc = vg_store_opinions(r->store, l->of, false, r->arena, &opinions, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        if (opinions[i].decision_id != l->decision || opinions[i].destroyed) continue;
        of_this++;
        like.user = opinions[i].answer.user, like.action = opinions[i].answer.action, like.time_ms = opinions[i].answer.time_ms;
        rc = add(r, like, err);
    }
    if (rc || of_this != 1) return rc;
    rc = vg_store_decision(r->store, l->decision, r->arena, &d, err);
    if (rc) return rc;
    like.user = d.user, like.action = d.action, like.time_ms = d.time_ms;
    return add(r, like, err);
}

int vg_store_gold_ratings(vg_store *store, vg_str spaces, int64_t since_ms, vg_arena *arena, vg_gold_rating **out, size_t *count, vg_error *err)
{
    ratings r = {.store = store, .spaces = spaces, .arena = arena};
    looked *looks = NULL;
    size_t look_count = 0;
    int rc = answers(&r, since_ms, err);
    if (!rc) rc = list_looks(&r, since_ms, &looks, &look_count, err);
    for (size_t i = 0; !rc && i < look_count; i++) rc = add_look(&r, &looks[i], err);
    *out = r.all;
    *count = r.count;
    return rc;
}

/* ---- after an answer ---- */

int vg_store_gold_due(vg_store *store, size_t most, vg_arena *arena, vg_gold_due *out, size_t *count, vg_error *err)
{
    int rc, copied = 0;
    *count = 0;
    vg_query query = vg_store_use(store, VG_SQL_GOLD_UNCHECKED);
    vg_store_bind_int(&query, (int64_t)most);
    while ((rc = vg_store_step(&query, err)) == 1 && *count < most) {
        int64_t category = vg_store_int(&query, 3);
        if (category < 0 || category >= VG_CATEGORIES) continue;
        out[(*count)++] = (vg_gold_due){.case_id = vg_store_int(&query, 0), .user = vg_store_copy(&query, 1, arena, &copied),
                                        .space = vg_store_copy(&query, 2, arena, &copied), .category = (vg_category)category};
    }
    vg_store_reset(&query);
    if (rc < 0) return rc;
    return copied ? vg_fail(err, VG_ENOMEM, "", "no memory for results") : 0;
}

int vg_store_gold_looked(vg_store *store, int64_t case_id, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    if (rc) return rc;
    vg_query set = vg_store_use(store, VG_SQL_GOLD_CHECKED);
    vg_store_bind_int(&set, case_id);
    return vg_store_end(store, vg_store_run(&set, err), err);
}
