/* SPDX-License-Identifier: Apache-2.0 */
#include "store/cases/figures.h"

#include "store/store_int.h"
#include "store/training/gold_int.h"

static int read_row(const vg_query *query, vg_figure_kind kind, vg_figure_case *out, vg_error *err)
{
    int64_t action = vg_store_int(query, 4), verdict = vg_store_int(query, 5);
    if (action < 0 || action >= VG_ACTIONS || verdict < 0 || verdict >= VG_VERDICTS)
        return vg_fail(err, VG_ECORRUPT, "", "a case holds a number out of range: the database was altered");
    *out = (vg_figure_case){.kind = kind,
                            .kinds = (uint64_t)vg_store_int(query, 0),
                            .opened_ms = vg_store_int(query, 1),
                            .decided_ms = vg_store_int(query, 2),
                            .due_ms = vg_store_int(query, 3),
                            .action = (vg_action)action,
                            .verdict = (vg_verdict_kind)verdict};
    out->category = vg_case_category(out->kinds);
    return 0;
}

static int walk(vg_store *store, vg_str space, int64_t from_ms, vg_figure_kind kind,
                int (*each)(void *context, const vg_figure_case *one, vg_error *err), void *context, vg_error *err)
{
    static const enum vg_store_statement statements[] = {VG_SQL_FIGURES_OPENED, VG_SQL_FIGURES_DECIDED, VG_SQL_FIGURES_WAITING};
    vg_figure_case one;
    int rc;
    vg_query query = vg_store_use(store, statements[kind]);
    vg_store_bind_str(&query, space);
    if (kind != VG_FIGURE_WAITING) vg_store_bind_int(&query, from_ms);
    while ((rc = vg_store_step(&query, err)) == 1) {
        rc = read_row(&query, kind, &one, err);
        if (!rc) rc = each(context, &one, err);
        if (rc) break;
    }
    vg_store_reset(&query);
    return rc;
}

int vg_store_figures(vg_store *store, vg_str space, int64_t from_ms,
                     int (*each)(void *context, const vg_figure_case *one, vg_error *err), void *context, vg_error *err)
{
    if (vg_store_is_shadow(space)) return 0;
    int rc = vg_store_begin_read(store, err);
    if (rc) return rc;
    for (int kind = VG_FIGURE_OPENED; !rc && kind <= VG_FIGURE_WAITING; kind++)
        rc = walk(store, space, from_ms, (vg_figure_kind)kind, each, context, err);
    return vg_store_end_read(store, rc, err);
}

/* ---- a transparency report ---- */

typedef struct period {
    const vg_str *spaces;
    size_t count;
    int64_t from_ms, to_ms;
    const vg_figure_report *calls;
} period;

static bool asked_for(const period *p, vg_str space)
{
    for (size_t i = 0; i < p->count; i++)
        if (vg_str_eq(p->spaces[i], space)) return true;
    return false;
}

static int each_decision(vg_store *store, const period *p, vg_error *err)
{
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_FIGURES_DECISIONS);
    vg_store_bind_int(&query, p->from_ms);
    vg_store_bind_int(&query, p->to_ms);
    while ((rc = vg_store_step(&query, err)) == 1) {
        vg_figure_decision one = {.space = vg_store_peek(&query, 0), .reason = vg_store_peek(&query, 3), .kinds = (uint64_t)vg_store_int(&query, 1)};
        int64_t action = vg_store_int(&query, 2);
        if (action < 0 || action >= VG_ACTIONS || !asked_for(p, one.space)) continue;
        one.action = (vg_action)action;
        one.noticed = vg_store_int(&query, 4) > 0 || one.kinds >> VG_NOTICE_REPORT & 1;
        rc = p->calls->decision(p->calls->context, &one, err);
        if (rc) break;
    }
    vg_store_reset(&query);
    return rc;
}

static int each_notice(vg_store *store, const period *p, vg_str space, vg_error *err)
{
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_FIGURES_NOTICES);
    vg_store_bind_str(&query, space);
    vg_store_bind_int(&query, p->from_ms);
    vg_store_bind_int(&query, p->to_ms);
    while ((rc = vg_store_step(&query, err)) == 1) {
        int64_t decided_ms = vg_store_int(&query, 3);
        vg_figure_notice one = {.category = (int)vg_store_int(&query, 0), .trusted = vg_store_int(&query, 1) != 0, .took_ms = -1, .upheld = vg_store_int(&query, 4) == 1};
        if (decided_ms) one.took_ms = decided_ms - vg_store_int(&query, 2);
        rc = p->calls->notice(p->calls->context, &one, err);
        if (rc) break;
    }
    vg_store_reset(&query);
    return rc;
}

static int each_appeal(vg_store *store, const period *p, vg_error *err)
{
    int rc;
    vg_query query = vg_store_use(store, VG_SQL_FIGURES_APPEALS);
    vg_store_bind_int(&query, p->from_ms);
    vg_store_bind_int(&query, p->to_ms);
    while ((rc = vg_store_step(&query, err)) == 1) {
        int64_t decided_ms = vg_store_int(&query, 3);
        if (!asked_for(p, vg_store_peek(&query, 0))) continue;
        vg_figure_appeal one = {.state = (int)vg_store_int(&query, 1), .took_ms = decided_ms ? decided_ms - vg_store_int(&query, 2) : -1, .action = (int)vg_store_int(&query, 4)};
        if (one.action < 0 || one.action >= VG_ACTIONS) one.action = 0;
        rc = p->calls->appeal(p->calls->context, &one, err);
        if (rc) break;
    }
    vg_store_reset(&query);
    return rc;
}

int vg_store_figures_report(vg_store *store, const vg_str *spaces, size_t count, int64_t from_ms, int64_t to_ms, const vg_figure_report *calls,
                            vg_error *err)
{
    const period p = {spaces, count, from_ms, to_ms, calls};
    int rc = vg_store_begin_read(store, err);
    if (rc) return rc;
    rc = each_decision(store, &p, err);
    for (size_t i = 0; !rc && i < count; i++) rc = each_notice(store, &p, spaces[i], err);
    if (!rc) rc = each_appeal(store, &p, err);
    return vg_store_end_read(store, rc, err);
}

int vg_store_spaces(vg_store *store, vg_str spaces, vg_arena *arena, vg_str **out, size_t *count, vg_error *err)
{
    vg_str last = {"", 0};
    size_t capacity = 0;
    *out = NULL;
    *count = 0;
    for (;;) {
        int copied = 0;
        vg_query next = vg_store_use(store, VG_SQL_SPACE_AFTER); /* one probe of an index each */
        vg_store_bind_str(&next, last);
        int rc = vg_store_step(&next, err);
        if (rc < 0) return rc;
        last = rc ? vg_store_copy(&next, 0, arena, &copied) : (vg_str){"", 0};
        vg_store_reset(&next);
        if (copied) return vg_fail(err, VG_ENOMEM, "", "no memory for a list of spaces");
        if (!last.len) return 0;
        if (vg_store_is_shadow(last) || !vg_store_in_spaces(spaces, last)) continue;
        *out = vg_store_grow(arena, *out, *count, &capacity, sizeof **out);
        if (!*out) return vg_fail(err, VG_ENOMEM, "", "no memory for a list of spaces");
        (*out)[(*count)++] = last;
    }
}
