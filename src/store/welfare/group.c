/* SPDX-License-Identifier: Apache-2.0
 *
 * Figures of groups. What each person adds is read once, to work a week's figures out; what is kept of it are the sums that may be shown.
 */
#include <inttypes.h>
#include <string.h>

#include "base/time.h"
#include "store/store_int.h"
#include "store/welfare/welfare.h"

const char *const vg_measure_names[VG_MEASURES] = {"cases", "media", "breaks", "opt_outs"};

#define SLOT_MS (VG_WELFARE_SLOT_MINUTES * VG_MINUTE_MS)

typedef struct parts {
    vg_arena *arena;
    vg_group_part *items;
    size_t count, capacity;
} parts;

/* One row for each measure, category and person: a few hundred, so a search is quick enough for what is done once a week. */
static int add_part(parts *list, vg_measure measure, int category, int64_t user_id, int64_t part, vg_error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        vg_group_part *p = &list->items[i];
        if (p->measure != measure || p->category != category || p->user_id != user_id) continue;
        p->part += (uint32_t)part;
        return 0;
    }
    list->items = vg_store_grow(list->arena, list->items, list->count, &list->capacity, sizeof *list->items);
    if (!list->items) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
    list->items[list->count++] = (vg_group_part){measure, category, user_id, (uint32_t)part};
    return 0;
}

static int read_exposure(vg_store *store, vg_str space, int64_t week_ms, parts *list, vg_error *err)
{
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_EXPOSURE_WEEK);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, week_ms / SLOT_MS);
    vg_store_bind_int(&query, (week_ms + 7 * VG_DAY_MS) / SLOT_MS);
    while ((rc = vg_store_step(&query, err)) == 1) {
        int64_t category = vg_store_int(&query, 0), user_id = vg_store_int(&query, 1);
        rc = 0;
        if (category < 0 || category >= VG_CATEGORIES) continue;
        rc = add_part(list, VG_MEASURE_CASES, (int)category, user_id, vg_store_int(&query, 2), err);
        if (!rc) rc = add_part(list, VG_MEASURE_MEDIA, (int)category, user_id, vg_store_int(&query, 3), err);
        if (rc) break;
    }
    vg_store_reset(&query);
    return rc;
}

static int read_breaks(vg_store *store, vg_str space, int64_t week_ms, parts *list, vg_error *err)
{
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_BREAK_WEEK);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, week_ms);
    vg_store_bind_int(&query, week_ms + 7 * VG_DAY_MS);
    while ((rc = vg_store_step(&query, err)) == 1) {
        rc = add_part(list, VG_MEASURE_BREAKS, -1, vg_store_int(&query, 0), vg_store_int(&query, 1), err);
        if (rc) break;
    }
    vg_store_reset(&query);
    return rc;
}

/* Of everybody who did something: whether they opted out of anything. */
static int read_wishes(vg_store *store, parts *list, vg_error *err)
{
    size_t count = list->count;
    int rc = 0;
    for (size_t i = 0; !rc && i < count; i++) {
        vg_welfare_person person;
        bool seen = false;
        int64_t user_id = list->items[i].user_id;
        for (size_t j = count; j < list->count; j++) seen |= list->items[j].user_id == user_id;
        if (seen) continue;
        rc = vg_store_welfare_get(store, user_id, INT64_MAX / 2, INT64_MAX / 2, &person, err);
        if (!rc) rc = add_part(list, VG_MEASURE_OPT_OUTS, -1, user_id, person.opted_out != 0, err);
    }
    return rc;
}

int vg_store_welfare_parts(vg_store *store, vg_str space, int64_t week_ms, vg_arena *arena, vg_group_part **out, size_t *count, vg_error *err)
{
    parts list = {.arena = arena};
    *out = NULL;
    *count = 0;
    int rc = read_exposure(store, space, week_ms, &list, err);
    if (!rc) rc = read_breaks(store, space, week_ms, &list, err);
    if (!rc) rc = read_wishes(store, &list, err);
    if (rc) return rc;
    *out = list.items;
    *count = list.count;
    return 0;
}

/* ---- as they are kept ---- */

typedef struct figures {
    vg_arena *arena;
    vg_group_figure *items;
    size_t count, capacity;
} figures;

static int add_figure(const vg_query *row, int value_column, vg_measure measure, int category, figures *list, vg_error *err)
{
    vg_str people = vg_store_peek(row, value_column + 1);
    list->items = vg_store_grow(list->arena, list->items, list->count, &list->capacity, sizeof *list->items);
    int64_t *ids = list->items ? vg_arena_alloc(list->arena, people.len + 1) : NULL;
    if (!ids) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
    if (people.len) memcpy(ids, people.ptr, people.len);
    int64_t value = vg_store_int(row, value_column);
    list->items[list->count++] = (vg_group_figure){.measure = measure,
                                                   .category = category,
                                                   .shown = value >= 0,
                                                   .value = value >= 0 ? (uint64_t)value : 0,
                                                   .people = ids,
                                                   .people_count = people.len / sizeof *ids};
    return 0;
}

int vg_store_welfare_week(vg_store *store, vg_str space, int64_t week_ms, vg_arena *arena, vg_group_figure **out, size_t *count, bool *found,
                          vg_error *err)
{
    figures list = {.arena = arena};
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_FIGURE_GET);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, week_ms / VG_DAY_MS);
    while ((rc = vg_store_step(&query, err)) == 1) {
        int64_t measure = vg_store_int(&query, 0), category = vg_store_int(&query, 1);
        rc = measure < 0 || measure >= VG_MEASURES || category >= VG_CATEGORIES ? vg_fail(err, VG_ECORRUPT, "", "a figure has an unknown measure")
                                                                                : add_figure(&query, 2, (vg_measure)measure, (int)category, &list, err);
        if (rc) break;
    }
    vg_store_reset(&query);
    *out = list.items;
    *count = rc ? 0 : list.count;
    *found = list.count > 0;
    return rc;
}

int vg_store_welfare_states(vg_store *store, int64_t from_ms, vg_arena *arena, vg_group_figure **out, size_t *count, vg_error *err)
{
    figures list = {.arena = arena};
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_FIGURE_STATES);
    vg_store_bind_int(&query, from_ms / VG_DAY_MS);
    while ((rc = vg_store_step(&query, err)) == 1) {
        rc = add_figure(&query, 0, VG_MEASURE_OPT_OUTS, -1, &list, err);
        if (rc) break;
    }
    vg_store_reset(&query);
    *out = list.items;
    *count = rc ? 0 : list.count;
    return rc;
}

static int keep_figures(vg_store *store, vg_str space, int64_t week_ms, const vg_group_figure *all, size_t count, vg_error *err)
{
    int rc = 0;
    vg_query there = vg_store_use(store, VG_SQL_FIGURE_GET);
    vg_store_bind_str(&there, space);
    vg_store_bind_int(&there, week_ms / VG_DAY_MS);
    rc = vg_store_step(&there, err);
    if (rc == 1) vg_store_reset(&there);
    if (rc) return rc < 0 ? rc : vg_fail(err, VG_EEXIST, "", "the figures of this week are kept already");
    for (size_t i = 0; !rc && i < count; i++) {
        vg_query add = vg_store_use(store, VG_SQL_FIGURE_ADD);
        vg_store_bind_int(&add, week_ms / VG_DAY_MS);
        vg_store_bind_str(&add, space);
        vg_store_bind_int(&add, all[i].measure);
        vg_store_bind_int(&add, all[i].category);
        vg_store_bind_int(&add, all[i].shown ? (int64_t)all[i].value : -1);
        /* whose sum it was is needed of states alone, to tell groups apart later */
        vg_store_bind_blob(&add, all[i].people ? (const void *)all[i].people : "", all[i].measure == VG_MEASURE_OPT_OUTS ? all[i].people_count * sizeof(int64_t) : 0);
        rc = vg_store_run(&add, err);
    }
    return rc;
}

int vg_store_welfare_keep(vg_store *store, vg_str space, int64_t week_ms, const vg_group_figure *all, size_t count, vg_error *err)
{
    int rc = vg_store_begin(store, err);
    return rc ? rc : vg_store_end(store, keep_figures(store, space, week_ms, all, count, err), err);
}
