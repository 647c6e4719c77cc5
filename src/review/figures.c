/* SPDX-License-Identifier: Apache-2.0 */
#include "review/figures.h"

#include <stdlib.h>

#include "base/time.h"

bool vg_figures_shown(size_t people)
{
    return people >= VG_FIGURES_PEOPLE;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void vg_figures_sort(int64_t *values, size_t count)
{
    if (count > 1) qsort(values, count, sizeof *values, by_size);
}

int64_t vg_figures_quantile(const int64_t *sorted, size_t count, unsigned per_mille)
{
    if (!count) return 0;
    size_t rank = (count * per_mille + 999) / 1000;
    if (rank < 1) rank = 1;
    return sorted[rank > count ? count - 1 : rank - 1];
}

#define NAME(constant, name, below) name,
const char *const vg_waited_names[VG_WAITED] = {VG_AGES(NAME)};

vg_waited vg_figures_age(int64_t waited_ms)
{
#define BELOW(constant, name, below) below,
    static const int64_t limits[VG_WAITED] = {VG_AGES(BELOW)};
    for (int age = 0; age < VG_WAITED_MORE; age++)
        if (waited_ms < limits[age]) return (vg_waited)age;
    return VG_WAITED_MORE;
}

/* 1970 began on a Thursday: three days after a Monday. */
int64_t vg_figures_bucket(int64_t ms, bool week)
{
    int64_t unit = week ? 7 * VG_DAY_MS : VG_DAY_MS, shift = week ? 3 * VG_DAY_MS : 0;
    int64_t into = (ms + shift) % unit;
    if (into < 0) into += unit;
    return ms - into;
}

/* ---- the sum of many cases ---- */

int vg_figures_begin(vg_figures *f, int64_t from_ms, int64_t to_ms, int64_t now_ms, bool week, vg_arena *arena, vg_error *err)
{
    int64_t unit = week ? 7 * VG_DAY_MS : VG_DAY_MS, first = vg_figures_bucket(from_ms, week);
    *f = (vg_figures){.from_ms = from_ms, .to_ms = to_ms, .now_ms = now_ms, .week = week, .arena = arena};
    if (to_ms <= from_ms) return vg_fail(err, VG_EINVAL, "/to", "the period must end after it begins");
    int64_t count = (to_ms - first + unit - 1) / unit;
    if (count > VG_FIGURES_BUCKETS) return vg_fail(err, VG_EINVAL, "/from", "at most %d days, or as many weeks, at once", VG_FIGURES_BUCKETS - 1);
    f->buckets = (size_t)count;
    f->start = vg_arena_calloc(arena, f->buckets, sizeof *f->start);
    if (!f->start) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
    for (size_t i = 0; i < f->buckets; i++) f->start[i] = first + (int64_t)i * unit;
    for (int c = 0; c <= VG_CATEGORIES; c++) {
        f->bucket[c] = vg_arena_calloc(arena, f->buckets + 1, sizeof *f->bucket[c]); /* the last: after the period */
        if (!f->bucket[c]) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
    }
    return 0;
}

/* The bucket of a moment; the one after the last for what comes after the period. */
static size_t bucket_of(const vg_figures *f, int64_t ms)
{
    int64_t unit = f->week ? 7 * VG_DAY_MS : VG_DAY_MS;
    if (ms >= f->to_ms) return f->buckets;
    if (ms <= f->start[0]) return 0;
    size_t at = (size_t)((ms - f->start[0]) / unit);
    return at < f->buckets ? at : f->buckets;
}

void vg_figures_opened(vg_figures *f, vg_category category, int64_t opened_ms)
{
    if (opened_ms < f->from_ms) return;
    size_t at = bucket_of(f, opened_ms);
    const int parts[] = {(int)category, VG_FIGURES_ALL};
    for (int i = 0; i < 2; i++) {
        f->bucket[parts[i]][at].arrived++;
        f->part[parts[i]].arrived += at < f->buckets;
    }
}

static int keep_time(vg_figures *f, vg_category category, int64_t took_ms, vg_error *err)
{
    if (f->taken == VG_FIGURES_CASES)
        return vg_fail(err, VG_EINVAL, "/from", "more than %d decisions: ask for a shorter period", VG_FIGURES_CASES);
    if (f->taken == f->capacity) {
        size_t wanted = f->capacity ? f->capacity * 2 : 1024;
        int64_t(*larger)[2] = vg_arena_calloc(f->arena, wanted, sizeof *larger);
        if (!larger) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
        for (size_t i = 0; i < f->taken; i++) larger[i][0] = f->times[i][0], larger[i][1] = f->times[i][1];
        f->times = larger;
        f->capacity = wanted;
    }
    f->times[f->taken][0] = category;
    f->times[f->taken++][1] = took_ms > 0 ? took_ms : 0;
    return 0;
}

int vg_figures_decided(vg_figures *f, vg_category category, int64_t opened_ms, int64_t decided_ms, int64_t due_ms, vg_action action,
                       vg_error *err)
{
    if (decided_ms < f->from_ms) return 0;
    size_t at = bucket_of(f, decided_ms);
    bool within = at < f->buckets, in_time = decided_ms <= due_ms;
    const int parts[] = {(int)category, VG_FIGURES_ALL};
    for (int i = 0; i < 2; i++) {
        vg_figures_part *part = &f->part[parts[i]];
        f->bucket[parts[i]][at].decided++;
        f->bucket[parts[i]][at].in_time += in_time;
        if (!within) continue;
        part->decided++;
        part->in_time += in_time;
        if ((unsigned)action < VG_ACTIONS) part->actions[action]++;
    }
    return within ? keep_time(f, category, decided_ms - opened_ms, err) : 0;
}

void vg_figures_waiting(vg_figures *f, vg_category category, int64_t opened_ms, int64_t due_ms)
{
    const int parts[] = {(int)category, VG_FIGURES_ALL};
    vg_waited age = vg_figures_age(f->now_ms - opened_ms);
    for (int i = 0; i < 2; i++) {
        f->part[parts[i]].open++;
        f->part[parts[i]].overdue += due_ms <= f->now_ms;
        f->part[parts[i]].waiting[age]++;
    }
}

/* What is open now is known; going back, what arrived since is taken off and what was decided since is put back. */
static void backlogs(vg_figures *f, int part)
{
    vg_figures_bucket_part *b = f->bucket[part];
    int64_t open = f->part[part].open - b[f->buckets].arrived + b[f->buckets].decided;
    for (size_t i = f->buckets; i-- > 0;) {
        b[i].backlog = open > 0 ? open : 0;
        open += b[i].decided - b[i].arrived;
    }
}

int vg_figures_end(vg_figures *f, vg_error *err)
{
    for (int part = 0; part <= VG_CATEGORIES; part++) {
        vg_figures_part *p = &f->part[part];
        backlogs(f, part);
        p->took = vg_arena_calloc(f->arena, f->taken ? f->taken : 1, sizeof *p->took);
        if (!p->took) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
        for (size_t i = 0; i < f->taken; i++)
            if (part == VG_FIGURES_ALL || f->times[i][0] == part) p->took[p->took_count++] = f->times[i][1];
        vg_figures_sort(p->took, p->took_count);
    }
    return 0;
}
