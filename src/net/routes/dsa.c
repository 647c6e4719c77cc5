/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of a transparency report for a period, in the layout of Implementing Regulation (EU) 2024/2835, annex I.
 *
 * What Vigie knows is filled in, what it does not know is left empty and named under "unknown": nobody should sign a zero that nobody
 * counted. Sheet and column names: docs/transparency.md. */
#include "net/routes/dsa_int.h"

#include <stdio.h>

#include "base/time.h"
#include "net/csv.h"
#include "net/server_int.h"
#include "review/permission.h"
#include "store/cases/figures.h"

/* ---- gathering ---- */

static int add(void *context, const vg_figure_case *one, vg_error *err)
{
    vg_dsa *d = context;
    if (one->kind != VG_FIGURE_DECIDED || one->decided_ms >= d->period.to_ms) return 0;
    vg_dsa_row *row = &d->row[vg_dsa_category(one->category)];
    bool noticed = one->kinds >> VG_NOTICE_REPORT & 1;
    row->decided[noticed]++;
    if (one->action == VG_ACTION_DISMISS) row->dismissed[noticed]++;
    else if ((unsigned)one->action < VG_ACTIONS) row->measures[noticed][one->action]++;
    return noticed ? vg_dsa_keep(d, row, one->decided_ms - one->opened_ms, err) : 0;
}

static int gather(vg_desk *desk, vg_exchange *x, vg_dsa *d, vg_error *err)
{
    int rc = vg_period_spaces(desk, x, &d->period, &d->spaces, &d->space_count, err);
    d->arena = desk->arena;
    for (size_t i = 0; !rc && i < d->space_count; i++) rc = vg_store_figures(desk->store, d->spaces[i], d->period.from_ms, add, d, err);
    for (int c = 0; !rc && c < VG_DSA_ROWS; c++) vg_figures_sort(d->row[c].took, d->row[c].took_count);
    return rc;
}

int vg_dsa_keep(vg_dsa *d, vg_dsa_row *row, int64_t took_ms, vg_error *err)
{
    if (row->took_count == row->capacity) {
        size_t wanted = row->capacity ? row->capacity * 2 : 64;
        int64_t *larger = vg_arena_calloc(d->arena, wanted, sizeof *larger);
        if (!larger) return vg_fail(err, VG_ENOMEM, "", "no memory for a report");
        if (row->took_count) memcpy(larger, row->took, row->took_count * sizeof *larger);
        row->took = larger;
        row->capacity = wanted;
    }
    row->took[row->took_count++] = took_ms;
    return 0;
}

/* Which of the regulation's sub-categories of the protection of minors a category of Vigie is nearest to. */
vg_dsa_rows vg_dsa_category(vg_category category)
{
    switch (category) {
    case VG_CATEGORY_MATERIAL: return VG_DSA_CSAM;
    case VG_CATEGORY_CONTACT: return VG_DSA_GROOMING;
    default: return VG_DSA_OTHER;
    }
}

/* ---- a sheet, as JSON or as CSV ---- */

void vg_sheet_begin(vg_sheet *s, const char *name, const char *const *headers, size_t count)
{
    s->shown = !s->wanted.len || vg_str_is(s->wanted, name);
    s->rows = 0;
    if (!s->shown) return;
    if (s->csv) {
        vg_csv_row(s->out, headers, count);
    } else {
        vg_buf_printf(s->out, "%s{\"name\":\"%s\",\"headers\":[", s->sheets ? "," : "", name);
        for (size_t i = 0; i < count; i++) {
            if (i) vg_buf_add_char(s->out, ',');
            vg_buf_add_json_str(s->out, vg_str_of(headers[i]));
        }
        vg_buf_add_cstr(s->out, "],\"rows\":[");
    }
    s->sheets++;
    s->columns = count;
}

void vg_sheet_row(vg_sheet *s)
{
    if (s->shown && !s->csv) vg_buf_add_cstr(s->out, s->rows ? ",[" : "[");
    s->rows++;
    s->cells = 0;
}

static void next(vg_sheet *s)
{
    if (!s->csv && s->cells) vg_buf_add_char(s->out, ',');
}

void vg_sheet_text(vg_sheet *s, vg_str text)
{
    if (!s->shown) return;
    next(s);
    if (s->csv) vg_csv_text(s->out, s->cells == 0, text);
    else vg_buf_add_json_str(s->out, text);
    s->cells++;
}

void vg_sheet_number(vg_sheet *s, int64_t number)
{
    if (!s->shown) return;
    next(s);
    if (s->csv) vg_csv_number(s->out, s->cells == 0, number);
    else vg_buf_add_i64(s->out, number);
    s->cells++;
}

void vg_sheet_share(vg_sheet *s, int64_t part, int64_t whole)
{
    if (!s->shown) return;
    if (!whole) {
        vg_sheet_empty(s, 1);
        return;
    }
    next(s);
    if (s->csv) vg_csv_share(s->out, s->cells == 0, (int32_t)((part * 10000 + whole / 2) / whole));
    else vg_buf_add_e4(s->out, (uint32_t)((part * 10000 + whole / 2) / whole));
    s->cells++;
}

void vg_sheet_empty(vg_sheet *s, size_t count)
{
    for (size_t i = 0; s->shown && i < count; i++) {
        next(s);
        if (s->csv) vg_csv_empty(s->out, s->cells == 0);
        else vg_buf_add_cstr(s->out, "null");
        s->cells++;
    }
}

void vg_sheet_row_end(vg_sheet *s)
{
    if (!s->shown) return;
    if (s->cells < s->columns) vg_sheet_empty(s, s->columns - s->cells);
    if (s->csv) vg_csv_end(s->out);
    else vg_buf_add_char(s->out, ']');
}

void vg_sheet_end(vg_sheet *s)
{
    if (s->shown && !s->csv) vg_buf_add_cstr(s->out, "]}");
}

/* ---- the answer ---- */

static bool read_sheet(vg_exchange *x, bool csv, vg_str *sheet)
{
    bool found;
    if (!vg_query_get(x, "sheet", sheet, &found)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return false;
    }
    if (!csv && !found) return true;
    if (vg_dsa_sheet_known(*sheet)) return true;
    vg_answer_problem(x, 400, "/sheet", "expected the name of a sheet, as 4_notices");
    return false;
}

static void answer(vg_desk *desk, vg_exchange *x, bool csv)
{
    vg_dsa d = {.space_count = 0};
    vg_error err = {0};
    vg_str sheet = {"", 0};
    int64_t now_ms = vg_time_now();
    if (!vg_period_read(x, now_ms, 183, &d.period) || !read_sheet(x, csv, &sheet)) return;
    if (gather(desk, x, &d, &err)) {
        vg_answer_error(x, &err);
        return;
    }
    snprintf(d.reporting, sizeof d.reporting, "%s/%s", d.period.from, d.period.last);
    if (csv) {
        char name[96];
        snprintf(name, sizeof name, "attachment; filename=\"dsa_%.*s.csv\"", VG_STR_ARG(sheet));
        vg_str kept = vg_arena_copy(x->arena, vg_str_of(name));
        vg_sheet s = {.out = vg_csv_begin(x, kept.ptr ? kept.ptr : "attachment"), .csv = true, .wanted = sheet};
        vg_dsa_write(&d, &s);
        return;
    }
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    vg_buf_printf(out, "{\"from\":\"%s\",\"to\":\"%s\",\"now\":", d.period.from, d.period.last);
    vg_json_time(out, now_ms);
    vg_buf_add_cstr(out, ",\"sheets\":[");
    vg_sheet s = {.out = out, .wanted = sheet};
    vg_dsa_write(&d, &s);
    vg_buf_add_cstr(out, "],\"unknown\":[");
    vg_dsa_write_unknown(out);
    vg_buf_add_cstr(out, "]}");
}

void vg_route_dsa(vg_desk *desk, vg_exchange *x)
{
    answer(desk, x, vg_wants_csv(x));
}

void vg_route_dsa_csv(vg_desk *desk, vg_exchange *x)
{
    answer(desk, x, true);
}
