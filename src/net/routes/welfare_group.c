/* SPDX-License-Identifier: Apache-2.0
 *
 * GET /v1/welfare/group: figures of groups, for whoever leads. Of weeks that are over, worked out once and kept; which may be shown is
 * review's to say. */
#include <stdlib.h>
#include "base/time.h"
#include "net/routes/welfare.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "review/welfare.h"
#include "store/cases/next.h"
#include "store/welfare/welfare.h"

enum { WEEKS = 4, FIGURES_MOST = 2 * (VG_CATEGORIES + 1) + 2 };

/* The Monday of the week of `ms`, at midnight UTC. 1970 began on a Thursday. */
static int64_t monday_of(int64_t ms)
{
    int64_t day = ms / VG_DAY_MS;
    return (day - (day + 3) % 7) * VG_DAY_MS;
}

/* ---- working a week out ---- */

static int by_person(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Everybody who has a part, once each, ascending. */
static int64_t *people_of(const vg_group_part *parts, size_t count, vg_arena *arena, size_t *people)
{
    int64_t *ids = vg_arena_alloc(arena, (count + 1) * sizeof *ids);
    size_t n = 0;
    *people = 0;
    if (!ids) return NULL;
    for (size_t i = 0; i < count; i++) ids[i] = parts[i].user_id;
    if (count) qsort(ids, count, sizeof *ids, by_person);
    for (size_t i = 0; i < count; i++)
        if (!n || ids[n - 1] != ids[i]) ids[n++] = ids[i];
    *people = n;
    return ids;
}

static size_t index_of(const int64_t *ids, size_t count, int64_t id)
{
    const int64_t *at = bsearch(&id, ids, count, sizeof id, by_person);
    return at ? (size_t)(at - ids) : count;
}

typedef struct week {
    vg_arena *arena;
    const vg_group_part *parts;
    size_t part_count;
    const int64_t *people;
    size_t people_count;
    vg_group_figure figures[FIGURES_MOST];
    size_t figure_count;
} week;

static void add_figure(week *w, vg_measure measure, int category, bool shown, uint64_t value)
{
    w->figures[w->figure_count++] = (vg_group_figure){measure, category, shown, value, w->people, w->people_count};
}

/* Cases or media: the categories and their sum. */
static int work_out(week *w, vg_measure measure, vg_error *err)
{
    vg_group_cell cells[VG_CATEGORIES + 1];
    for (int c = 0; c <= VG_CATEGORIES; c++) {
        uint32_t *parts = vg_arena_calloc(w->arena, w->people_count + 1, sizeof *parts);
        if (!parts) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
        cells[c] = (vg_group_cell){.people = w->people, .parts = parts, .count = w->people_count};
        for (size_t i = 0; i < w->part_count; i++) {
            const vg_group_part *p = &w->parts[i];
            if (p->measure != measure || (c < VG_CATEGORIES && p->category != c)) continue;
            parts[index_of(w->people, w->people_count, p->user_id)] += p->part;
            cells[c].value += p->part;
        }
    }
    vg_group_release(cells);
    for (int c = 0; c <= VG_CATEGORIES; c++) add_figure(w, measure, c == VG_WELFARE_ALL ? -1 : c, cells[c].shown, cells[c].value);
    return 0;
}

static int work_out_breaks(week *w, vg_error *err)
{
    vg_group_cell cells[VG_CATEGORIES + 1] = {0};
    uint32_t *parts = vg_arena_calloc(w->arena, w->people_count + 1, sizeof *parts);
    if (!parts) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
    cells[0] = (vg_group_cell){.people = w->people, .parts = parts, .count = w->people_count};
    for (size_t i = 0; i < w->part_count; i++) {
        if (w->parts[i].measure != VG_MEASURE_BREAKS) continue;
        parts[index_of(w->people, w->people_count, w->parts[i].user_id)] += w->parts[i].part;
        cells[0].value += w->parts[i].part;
    }
    vg_group_release(cells);
    add_figure(w, VG_MEASURE_BREAKS, -1, cells[0].shown, cells[0].value);
    return 0;
}

/* Who opted out is a state that lasts, so the group is held against every other that was shown. */
static int work_out_wishes(vg_desk *desk, week *w, int64_t week_ms, vg_error *err)
{
    vg_group_figure *others = NULL;
    size_t count = 0;
    uint64_t with = 0;
    for (size_t i = 0; i < w->part_count; i++)
        if (w->parts[i].measure == VG_MEASURE_OPT_OUTS) with += w->parts[i].part;
    bool shown = vg_group_state_shown(w->people_count, (size_t)with);
    int rc = vg_store_welfare_states(desk->store, week_ms - 52 * 7 * VG_DAY_MS, w->arena, &others, &count, err);
    for (size_t i = 0; !rc && i < count; i++)
        if (others[i].shown && !vg_group_apart(w->people, w->people_count, others[i].people, others[i].people_count, others[i].value == with)) shown = false;
    if (!rc) add_figure(w, VG_MEASURE_OPT_OUTS, -1, shown, with);
    return rc;
}

static int work_out_week(vg_desk *desk, vg_str space, int64_t week_ms, vg_error *err)
{
    week w = {.arena = desk->arena};
    vg_group_part *parts = NULL;
    int rc = vg_store_welfare_parts(desk->store, space, week_ms, desk->arena, &parts, &w.part_count, err);
    if (rc) return rc;
    w.parts = parts;
    w.people = people_of(parts, w.part_count, desk->arena, &w.people_count);
    if (!w.people) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
    rc = work_out(&w, VG_MEASURE_CASES, err);
    if (!rc) rc = work_out(&w, VG_MEASURE_MEDIA, err);
    if (!rc) rc = work_out_breaks(&w, err);
    if (!rc) rc = work_out_wishes(desk, &w, week_ms, err);
    if (!rc) rc = vg_store_welfare_keep(desk->store, space, week_ms, w.figures, w.figure_count, err);
    return rc == -VG_EEXIST ? 0 : rc;
}

/* ---- the answer ---- */

static void write_figure(vg_buf *out, const vg_group_figure *f, bool first)
{
    vg_buf_printf(out, "%s{\"measure\":\"%s\"", first ? "" : ",", vg_measure_names[f->measure]);
    if (f->category >= 0) vg_buf_printf(out, ",\"category\":\"%s\"", vg_category_names[f->category]);
    if (f->shown) vg_buf_printf(out, ",\"value\":%llu}", (unsigned long long)f->value);
    else vg_buf_add_cstr(out, ",\"value\":null}");
}

static int write_week(vg_desk *desk, vg_str space, int64_t week_ms, vg_buf *out, vg_error *err)
{
    vg_group_figure *figures = NULL;
    size_t count = 0;
    bool found = false;
    int rc = vg_store_welfare_week(desk->store, space, week_ms, desk->arena, &figures, &count, &found, err);
    if (!rc && !found) {
        rc = work_out_week(desk, space, week_ms, err);
        if (!rc) rc = vg_store_welfare_week(desk->store, space, week_ms, desk->arena, &figures, &count, &found, err);
    }
    if (rc) return rc;
    vg_buf_add_cstr(out, "{\"week\":");
    vg_json_time(out, week_ms);
    vg_buf_add_cstr(out, ",\"figures\":[");
    for (size_t i = 0; i < count; i++) write_figure(out, &figures[i], i == 0);
    vg_buf_add_cstr(out, "]}");
    return 0;
}

static int write_space(vg_desk *desk, vg_str space, int64_t now_ms, vg_buf *out, vg_error *err)
{
    int rc = 0;
    vg_buf_add_cstr(out, "{\"space\":");
    vg_buf_add_json_str(out, space);
    vg_buf_add_cstr(out, ",\"weeks\":[");
    for (int back = 1; !rc && back <= WEEKS; back++) { /* this week is not over */
        if (back > 1) vg_buf_add_char(out, ',');
        rc = write_week(desk, space, monday_of(now_ms) - back * 7 * VG_DAY_MS, out, err);
    }
    vg_buf_add_cstr(out, "]}");
    return rc;
}

void vg_route_welfare_group(vg_desk *desk, vg_exchange *x)
{
    vg_str with, *spaces = NULL;
    size_t count = 0;
    vg_error err = {0};
    int64_t now_ms = vg_time_now();
    int rc = vg_review_require(&x->user, VG_MAY_WELFARE_GROUP, VG_STR(""), &err);
    if (!rc) rc = vg_review_spaces_with(&x->user, VG_MAY_WELFARE_GROUP, desk->arena, &with, &err);
    if (!rc) rc = vg_store_case_spaces(desk->store, with, desk->arena, &spaces, &count, &err);
    if (rc) {
        vg_answer_error(x, &err);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"least\":%d,\"spaces\":[", VG_WELFARE_GROUP);
    for (size_t i = 0; !rc && i < count; i++) {
        if (i) vg_buf_add_char(out, ',');
        rc = write_space(desk, spaces[i], now_ms, out, &err);
    }
    vg_buf_add_cstr(out, "]}");
    if (rc) vg_answer_error(x, &err);
}
