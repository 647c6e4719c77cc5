/* SPDX-License-Identifier: Apache-2.0
 *
 * Figures of spaces: is the backlog growing, are deadlines kept, what is decided. The arithmetic is review's, the rows are the store's. */
#include "net/routes/figures.h"

#include <stdio.h>

#include "base/time.h"
#include "net/csv.h"
#include "net/server_int.h"
#include "review/figures.h"
#include "review/permission.h"
#include "store/filings/filings.h"
#include "store/cases/appeals.h"
#include "store/cases/figures.h"

enum { DAYS_DEFAULT = 30 };

/* ---- the question ---- */

static bool read_day(vg_exchange *x, const char *name, int64_t *ms, bool *found)
{
    vg_str text;
    if (!vg_query_get(x, name, &text, found)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return false;
    }
    char where[8];
    if (!*found || (text.len == 10 && vg_time_parse_date(text, ms))) return true;
    snprintf(where, sizeof where, "/%s", name);
    vg_answer_problem(x, 400, where, "expected a day, as 2026-11-01");
    return false;
}

static bool read_words(vg_exchange *x, vg_period *out)
{
    vg_str category, by;
    bool has_category, has_by, found;
    if (!vg_query_get(x, "space", &out->space, &found) || !vg_query_get(x, "category", &category, &has_category) ||
        !vg_query_get(x, "by", &by, &has_by)) {
        vg_answer_problem(x, 400, NULL, "the query is malformed or names a parameter twice");
        return false;
    }
    out->category = has_category && category.len ? vg_category_of(category) : -1;
    out->week = has_by && vg_str_is(by, "week");
    if (has_category && category.len && out->category < 0) {
        vg_answer_problem(x, 400, "/category", "expected material, threat, live, contact or report");
        return false;
    }
    if (has_by && !out->week && !vg_str_is(by, "day")) {
        vg_answer_problem(x, 400, "/by", "expected day or week");
        return false;
    }
    return true;
}

bool vg_period_read(vg_exchange *x, int64_t now_ms, int64_t days, vg_period *out)
{
    bool has_from, has_to;
    char day[25];
    vg_error err = {0};
    int64_t last = vg_figures_bucket(now_ms, false);
    *out = (vg_period){.category = -1};
    if (vg_review_require(&x->user, VG_MAY_FIGURES_SEE, VG_STR(""), &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    if (!read_words(x, out) || !read_day(x, "to", &last, &has_to)) return false;
    out->from_ms = last - (days - 1) * VG_DAY_MS;
    if (!read_day(x, "from", &out->from_ms, &has_from)) return false;
    if (out->space.len && vg_review_require(&x->user, VG_MAY_FIGURES_SEE, out->space, &err)) {
        vg_answer_error(x, &err);
        return false;
    }
    if (last < out->from_ms) {
        vg_answer_problem(x, 400, "/to", "the last day is before the first");
        return false;
    }
    if (last - out->from_ms > 400 * VG_DAY_MS || out->from_ms < 0) {
        vg_answer_problem(x, 400, "/from", "at most 400 days at once");
        return false;
    }
    out->to_ms = last + VG_DAY_MS;
    vg_time_format(out->from_ms, day);
    snprintf(out->from, sizeof out->from, "%.10s", day);
    vg_time_format(last, day);
    snprintf(out->last, sizeof out->last, "%.10s", day);
    return true;
}

int vg_period_spaces(vg_desk *desk, vg_exchange *x, const vg_period *p, vg_str **out, size_t *count, vg_error *err)
{
    vg_str spaces;
    int rc = vg_review_spaces_with(&x->user, VG_MAY_FIGURES_SEE, desk->arena, &spaces, err);
    if (!rc) rc = vg_store_spaces(desk->store, spaces, desk->arena, out, count, err);
    if (rc || !p->space.len) return rc;
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (vg_str_eq((*out)[i], p->space)) (*out)[kept++] = (*out)[i];
    *count = kept;
    return 0;
}

/* "text/csv" anywhere in Accept; the console and a browser's link say so, everybody else gets JSON. */
bool vg_wants_csv(const vg_exchange *x)
{
    return x->accept.len && memmem(x->accept.ptr, x->accept.len, "text/csv", 8) != NULL;
}

int vg_figures_handed_out(vg_desk *desk, vg_exchange *x, const vg_period *p, bool known, const char *table, vg_error *err)
{
    char detail[128];
    snprintf(detail, sizeof detail, "{\"table\":\"%s\",\"from\":\"%s\",\"to\":\"%s\"}", table, p->from, p->last);
    return vg_store_audit(desk->store, x->user.name, VG_STR("figures.export"), known && p->space.len ? p->space : VG_STR("-"), vg_str_of(detail), err);
}

vg_buf *vg_csv_begin(vg_exchange *x, const char *disposition)
{
    vg_buf *out = vg_answer_begin(x, 200, "text/csv; charset=utf-8");
    vg_answer_header(x, "Content-Disposition", disposition);
    return out;
}

/* ---- gathering ---- */

typedef struct gathered {
    vg_period period;
    vg_str *spaces;
    size_t count;
    vg_figures all, *each; /* of the spaces, in their order */
    vg_appeal_figure *appeals;
    size_t appeal_count;
    int64_t answered[VG_CATEGORIES][VG_ANSWERS]; /* reports, once for each kind of answer */
} gathered;

typedef struct sums {
    vg_figures *of[2];
    int category;
} sums;

static int add(void *context, const vg_figure_case *one, vg_error *err)
{
    const sums *s = context;
    if (s->category >= 0 && (int)one->category != s->category) return 0;
    for (int i = 0; i < 2; i++) {
        int rc = 0;
        if (one->kind == VG_FIGURE_OPENED) vg_figures_opened(s->of[i], one->category, one->opened_ms);
        else if (one->kind == VG_FIGURE_WAITING) vg_figures_waiting(s->of[i], one->category, one->opened_ms, one->due_ms);
        else rc = vg_figures_decided(s->of[i], one->category, one->opened_ms, one->decided_ms, one->due_ms, one->action, err);
        if (rc) return rc;
    }
    return 0;
}

/* What receivers said of reports from these spaces in the period. */
static int gather_answers(vg_desk *desk, gathered *g, vg_error *err)
{
    vg_answer_figure *all;
    size_t count;
    int rc = vg_store_answers_since(desk->store, g->period.from_ms, desk->arena, &all, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        const vg_answer_figure *a = &all[i];
        bool wanted = a->recorded_ms < g->period.to_ms && (g->period.category < 0 || (int)a->category == g->period.category), mine = false;
        for (size_t k = 0; wanted && k < g->count && !mine; k++) mine = vg_str_eq(g->spaces[k], a->space);
        for (size_t k = 0; mine && k < i; k++) mine = all[k].filing_id != a->filing_id || all[k].kind != a->kind;
        if (mine) g->answered[a->category][a->kind]++;
    }
    return rc;
}

static int gather(vg_desk *desk, vg_exchange *x, gathered *g, int64_t now_ms, vg_error *err)
{
    const vg_period *p = &g->period;
    int rc = vg_period_spaces(desk, x, p, &g->spaces, &g->count, err);
    if (!rc) rc = vg_figures_begin(&g->all, p->from_ms, p->to_ms, now_ms, p->week, desk->arena, err);
    if (rc) return rc;
    g->each = vg_arena_calloc(desk->arena, g->count ? g->count : 1, sizeof *g->each);
    if (!g->each) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
    for (size_t i = 0; !rc && i < g->count; i++) {
        sums s = {{&g->all, &g->each[i]}, p->category};
        rc = vg_figures_begin(&g->each[i], p->from_ms, p->to_ms, now_ms, p->week, desk->arena, err);
        if (!rc) rc = vg_store_figures(desk->store, g->spaces[i], p->from_ms, add, &s, err);
        if (!rc) rc = vg_figures_end(&g->each[i], err);
    }
    vg_str spaces = p->space;
    if (!rc && !spaces.len) rc = vg_review_spaces_with(&x->user, VG_MAY_FIGURES_SEE, desk->arena, &spaces, err);
    if (!rc) rc = vg_store_appeal_figures(desk->store, spaces, p->from_ms, now_ms, desk->arena, &g->appeals, &g->appeal_count, err);
    if (!rc) rc = gather_answers(desk, g, err);
    return rc ? rc : vg_figures_end(&g->all, err);
}

/* ---- JSON ---- */

static int64_t seconds(int64_t ms)
{
    return (ms + 500) / 1000;
}

static void write_share(vg_buf *out, const char *name, int64_t part, int64_t whole)
{
    vg_buf_printf(out, ",\"%s\":", name);
    if (whole) vg_buf_add_e4(out, (uint32_t)((part * 10000 + whole / 2) / whole));
    else vg_buf_add_cstr(out, "null");
}

static void write_part(vg_buf *out, const vg_figures_part *p)
{
    static const struct {
        const char *name;
        unsigned per_mille;
    } quantiles[] = {{"median", 500}, {"p90", 900}, {"p99", 990}};
    vg_buf_printf(out, "\"arrived\":%lld,\"decided\":%lld", (long long)p->arrived, (long long)p->decided);
    write_share(out, "in_time", p->in_time, p->decided);
    vg_buf_add_cstr(out, ",\"seconds\":");
    for (size_t i = 0; p->took_count && i < 3; i++)
        vg_buf_printf(out, "%s\"%s\":%lld", i ? "," : "{", quantiles[i].name,
                      (long long)seconds(vg_figures_quantile(p->took, p->took_count, quantiles[i].per_mille)));
    vg_buf_add_cstr(out, p->took_count ? "}" : "null");
    vg_buf_add_cstr(out, ",\"actions\":{");
    for (int a = 0; a < VG_ACTIONS; a++)
        vg_buf_printf(out, "%s\"%s\":%lld", a ? "," : "", vg_action_names[a], (long long)p->actions[a]);
    vg_buf_printf(out, "},\"open\":%lld,\"overdue\":%lld,\"waiting\":{", (long long)p->open, (long long)p->overdue);
    for (int w = 0; w < VG_WAITED; w++)
        vg_buf_printf(out, "%s\"%s\":%lld", w ? "," : "", vg_waited_names[w], (long long)p->waiting[w]);
    vg_buf_add_char(out, '}');
}

static void write_series(vg_buf *out, const vg_figures *f)
{
    vg_buf_add_cstr(out, ",\"series\":[");
    for (size_t i = 0; i < f->buckets; i++) {
        const vg_figures_bucket_part *b = &f->bucket[VG_FIGURES_ALL][i];
        char day[25];
        vg_time_format(f->start[i], day);
        vg_buf_printf(out, "%s{\"start\":\"%.10s\",\"arrived\":%lld,\"decided\":%lld,\"in_time\":%lld,\"backlog\":%lld}", i ? "," : "", day,
                      (long long)b->arrived, (long long)b->decided, (long long)b->in_time, (long long)b->backlog);
    }
    vg_buf_add_char(out, ']');
}

/* Since the beginning of the period, and what became of them up to now. */
static void write_appeals(vg_buf *out, const gathered *g)
{
    vg_appeal_figure sum = {.decisions = 0};
    for (size_t i = 0; i < g->appeal_count; i++) {
        const vg_appeal_figure *one = &g->appeals[i];
        if (g->period.category >= 0 && (int)one->category != g->period.category) continue;
        sum.decisions += one->decisions, sum.appeals += one->appeals, sum.open += one->open;
        sum.upheld += one->upheld, sum.overturned += one->overturned, sum.late += one->late;
    }
    vg_buf_printf(out, ",\"appeals\":{\"decisions\":%lld,\"appeals\":%lld,\"open\":%lld,\"upheld\":%lld,\"overturned\":%lld,\"late\":%lld", (long long)sum.decisions,
                  (long long)sum.appeals, (long long)sum.open, (long long)sum.upheld, (long long)sum.overturned, (long long)sum.late);
    write_share(out, "reversed", sum.overturned, sum.upheld + sum.overturned);
    vg_buf_add_char(out, '}');
}

static void write_answered(vg_buf *out, const gathered *g)
{
    vg_buf_add_cstr(out, ",\"answered\":{");
    for (int c = 0; c < VG_CATEGORIES; c++) {
        vg_buf_printf(out, "%s\"%s\":{", c ? "," : "", vg_category_names[c]);
        for (int k = 0; k < VG_ANSWERS; k++) vg_buf_printf(out, "%s\"%s\":%lld", k ? "," : "", vg_answer_kind_names[k], (long long)g->answered[c][k]);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_char(out, '}');
}

static void write_question(vg_buf *out, const vg_period *p, int64_t now_ms)
{
    vg_buf_printf(out, "{\"from\":\"%s\",\"to\":\"%s\",\"by\":\"%s\",\"now\":", p->from, p->last, p->week ? "week" : "day");
    vg_json_time(out, now_ms);
    vg_buf_add_cstr(out, ",\"space\":");
    if (p->space.len) vg_buf_add_json_str(out, p->space);
    else vg_buf_add_cstr(out, "null");
    vg_buf_add_cstr(out, ",\"category\":");
    if (p->category < 0) vg_buf_add_cstr(out, "null");
    else vg_buf_printf(out, "\"%s\"", vg_category_names[p->category]);
}

static void answer_json(vg_exchange *x, const gathered *g, int64_t now_ms)
{
    vg_buf *out = vg_answer_begin(x, 200, "application/json");
    write_question(out, &g->period, now_ms);
    vg_buf_add_cstr(out, ",\"total\":{");
    write_part(out, &g->all.part[VG_FIGURES_ALL]);
    vg_buf_add_char(out, '}');
    write_series(out, &g->all);
    write_appeals(out, g);
    write_answered(out, g);
    vg_buf_add_cstr(out, ",\"categories\":[");
    for (int c = 0; c < VG_CATEGORIES; c++) {
        vg_buf_printf(out, "%s{\"category\":\"%s\",", c ? "," : "", vg_category_names[c]);
        write_part(out, &g->all.part[c]);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "],\"spaces\":[");
    for (size_t i = 0; i < g->count; i++) {
        vg_buf_add_cstr(out, i ? ",{\"space\":" : "{\"space\":");
        vg_buf_add_json_str(out, g->spaces[i]);
        vg_buf_add_char(out, ',');
        write_part(out, &g->each[i].part[VG_FIGURES_ALL]);
        vg_buf_add_char(out, '}');
    }
    vg_buf_add_cstr(out, "]}");
}

/* ---- CSV ---- */

static void csv_series(vg_buf *out, const vg_figures *f)
{
    static const char *const head[] = {"start", "category", "arrived", "decided", "in_time", "backlog"};
    vg_csv_row(out, head, sizeof head / sizeof *head);
    for (size_t i = 0; i < f->buckets; i++)
        for (int c = 0; c <= VG_CATEGORIES; c++) {
            const vg_figures_bucket_part *b = &f->bucket[c][i];
            char day[25];
            vg_time_format(f->start[i], day);
            vg_csv_text(out, true, (vg_str){day, 10});
            vg_csv_text(out, false, vg_str_of(c == VG_FIGURES_ALL ? "all" : vg_category_names[c]));
            vg_csv_number(out, false, b->arrived);
            vg_csv_number(out, false, b->decided);
            vg_csv_number(out, false, b->in_time);
            vg_csv_number(out, false, b->backlog);
            vg_csv_end(out);
        }
}

static void csv_part(vg_buf *out, vg_str space, const char *category, const vg_figures_part *p)
{
    static const unsigned per_mille[] = {500, 900, 990};
    vg_csv_text(out, true, space);
    vg_csv_text(out, false, vg_str_of(category));
    vg_csv_number(out, false, p->arrived);
    vg_csv_number(out, false, p->decided);
    if (p->decided) vg_csv_share(out, false, (int32_t)((p->in_time * 10000 + p->decided / 2) / p->decided));
    else vg_csv_empty(out, false);
    for (size_t i = 0; i < 3; i++) {
        if (p->took_count) vg_csv_number(out, false, seconds(vg_figures_quantile(p->took, p->took_count, per_mille[i])));
        else vg_csv_empty(out, false);
    }
    vg_csv_number(out, false, p->open);
    vg_csv_number(out, false, p->overdue);
    for (int w = 0; w < VG_WAITED; w++) vg_csv_number(out, false, p->waiting[w]);
    for (int a = 0; a < VG_ACTIONS; a++) vg_csv_number(out, false, p->actions[a]);
    vg_csv_end(out);
}

static void csv_spaces(vg_buf *out, const gathered *g)
{
    static const char *const head[] = {"space", "category", "arrived", "decided", "in_time_share", "median_seconds", "p90_seconds", "p99_seconds",
                                       "open", "overdue"};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) vg_csv_text(out, i == 0, vg_str_of(head[i]));
    for (int w = 0; w < VG_WAITED; w++) vg_csv_text(out, false, vg_str_of(vg_waited_names[w]));
    for (int a = 0; a < VG_ACTIONS; a++) vg_csv_text(out, false, vg_str_of(vg_action_names[a]));
    vg_csv_end(out);
    for (size_t i = 0; i < g->count; i++)
        for (int c = 0; c <= VG_CATEGORIES; c++)
            csv_part(out, g->spaces[i], c == VG_FIGURES_ALL ? "all" : vg_category_names[c], &g->each[i].part[c]);
}

static void csv_answered(vg_buf *out, const gathered *g)
{
    static const char *const head[] = {"category", "answer", "reports"};
    vg_csv_row(out, head, sizeof head / sizeof *head);
    for (int c = 0; c < VG_CATEGORIES; c++)
        for (int k = 0; k < VG_ANSWERS; k++) {
            vg_csv_text(out, true, vg_str_of(vg_category_names[c]));
            vg_csv_text(out, false, vg_str_of(vg_answer_kind_names[k]));
            vg_csv_number(out, false, g->answered[c][k]);
            vg_csv_end(out);
        }
}

typedef enum { SERIES, SPACES, ANSWERED, TABLES } table;
static const char *const table_names[TABLES] = {"series", "spaces", "answered"};

static bool read_table(vg_exchange *x, table *out)
{
    vg_str name = {"", 0};
    bool found;
    *out = SERIES;
    if (vg_query_get(x, "table", &name, &found) && !found) return true;
    for (*out = SERIES; found && *out < TABLES; ++*out)
        if (vg_str_is(name, table_names[*out])) return true;
    vg_answer_problem(x, 400, "/table", "expected series, spaces or answered");
    return false;
}

static void answer(vg_desk *desk, vg_exchange *x, bool csv)
{
    gathered g = {.count = 0};
    vg_error err = {0};
    table shown;
    int64_t now_ms = vg_time_now();
    if (!vg_period_read(x, now_ms, DAYS_DEFAULT, &g.period) || !read_table(x, &shown)) return;
    if (gather(desk, x, &g, now_ms, &err) || (csv && vg_figures_handed_out(desk, x, &g.period, g.count > 0, table_names[shown], &err))) {
        vg_answer_error(x, &err);
        return;
    }
    if (!csv) answer_json(x, &g, now_ms);
    else if (shown == ANSWERED) csv_answered(vg_csv_begin(x, "attachment; filename=\"vigie-answered.csv\""), &g);
    else if (shown == SPACES) csv_spaces(vg_csv_begin(x, "attachment; filename=\"vigie-spaces.csv\""), &g);
    else csv_series(vg_csv_begin(x, "attachment; filename=\"vigie-figures.csv\""), &g.all);
}

void vg_route_figures(vg_desk *desk, vg_exchange *x)
{
    answer(desk, x, vg_wants_csv(x));
}

void vg_route_figures_csv(vg_desk *desk, vg_exchange *x)
{
    answer(desk, x, true);
}
