/* SPDX-License-Identifier: Apache-2.0 */
#include "net/board.h"

#include <jansson.h>
#include <stdio.h>

#include "base/log.h"
#include "base/time.h"
#include "event/demand.h"
#include "event/notice.h"
#include "review/figures.h"
#include "review/suppress.h"
#include "store/cases/appeals.h"
#include "store/cases/figures.h"
#include "store/demands/demands.h"
#include "store/disclosure/closed.h"
#include "store/filings/filings.h"

/* ---- quarters ---- */

static int64_t quarter_start(int year, size_t quarter)
{
    char day[16];
    int64_t ms = 0;
    snprintf(day, sizeof day, "%04d-%02d-01", (year + (int)(quarter / 4)) % 10000, (int)(quarter % 4) * 3 + 1);
    return vg_time_parse_date(vg_str_of(day), &ms) ? ms : 0;
}

static int year_of(int64_t ms)
{
    char day[25];
    vg_time_format(ms, day);
    return (day[0] - '0') * 1000 + (day[1] - '0') * 100 + (day[2] - '0') * 10 + (day[3] - '0');
}

/* A quarter is over a day after its last one: by then a decision of its last minute can no longer be undone. */
size_t vg_board_quarters(int year, int64_t now_ms)
{
    size_t over = 0;
    while (over < VG_BOARD_QUARTERS && now_ms >= quarter_start(year, over + 1) + VG_DAY_MS) over++;
    return over;
}

int vg_board_newest(int64_t now_ms)
{
    int year = year_of(now_ms);
    return vg_board_quarters(year, now_ms) ? year : year - 1;
}

/* ---- counting ---- */

enum { RECEIVED, DECIDED, UNDECIDED, NOTICE_TIME, APPEALS, UPHELD, OVERTURNED, WAITING, REMOVALS, CARRIED_OUT, NOT_CARRIED_OUT, REMOVAL_TIME, INFORMATION, DECISIONS, FILINGS, FIXED_ROWS,
       ACTIONS = FIXED_ROWS, CATEGORIES = ACTIONS + VG_ACTIONS, RECEIVERS = CATEGORIES + VG_CATEGORIES, FOUND = RECEIVERS + VG_RECEIVER_KINDS, FOUND_BY = 5,
       COUNTRIES = FOUND + FOUND_BY };
#define BIT(table) (1u << (table))

typedef struct fixed {
    size_t row;
    const char *key; /* under which it is kept */
    uint32_t tables; /* 0: a difference of two others, that a reader works out and the page does not show */
    const char *label[VG_LANGS];
    bool total, median;
} fixed;
static const fixed fixed_rows[] = {
    {RECEIVED, "notices_received", BIT(VG_BOARD_NOTICES), {"Signalements reçus", "Reports received"}, false, false},
    {DECIDED, "notices_decided", BIT(VG_BOARD_NOTICES), {"dont décidés", "of which decided"}, false, false},
    {NOTICE_TIME, "notices_time", BIT(VG_BOARD_NOTICES), {"Durée médiane", "Median time"}, false, true},
    {UNDECIDED, "notices_undecided", 0, {NULL, NULL}, false, false},
    {APPEALS, "appeals_received", BIT(VG_BOARD_APPEALS), {"Recours reçus", "Appeals received"}, true, false},
    {UPHELD, "appeals_upheld", BIT(VG_BOARD_APPEALS), {"Décision maintenue", "Decision upheld"}, false, false},
    {OVERTURNED, "appeals_overturned", BIT(VG_BOARD_APPEALS), {"Décision annulée", "Decision overturned"}, false, false},
    {WAITING, "appeals_waiting", BIT(VG_BOARD_APPEALS), {"Pas encore tranchés", "Not answered yet"}, false, false},
    {REMOVALS, "demands_removals", BIT(VG_BOARD_DEMANDS), {"Demandes de retrait", "Removal demands"}, false, false},
    {CARRIED_OUT, "demands_carried_out", BIT(VG_BOARD_DEMANDS), {"dont exécutées", "of which carried out"}, false, false},
    {REMOVAL_TIME, "demands_time", BIT(VG_BOARD_DEMANDS), {"Durée médiane pour agir", "Median time to act"}, false, true},
    {NOT_CARRIED_OUT, "demands_not_carried_out", 0, {NULL, NULL}, false, false},
    {INFORMATION, "demands_information", BIT(VG_BOARD_DEMANDS), {"Demandes d’informations", "Demands for information"}, false, false},
    {DECISIONS, "decisions", BIT(VG_BOARD_ACTIONS) | BIT(VG_BOARD_CATEGORIES), {"Toutes les décisions", "All decisions"}, true, false},
    {FILINGS, "filings", BIT(VG_BOARD_RECEIVERS) | BIT(VG_BOARD_COUNTRIES), {"Tous les signalements transmis", "All reports passed on"}, true, false},
    {ACTIONS + VG_ACTION_DISMISS, "action_dismiss", BIT(VG_BOARD_ACTIONS), {"Classé sans suite", "Dismissed"}, false, false},
    {ACTIONS + VG_ACTION_WARN, "action_warn", BIT(VG_BOARD_ACTIONS), {"Avertissement", "Warning"}, false, false},
    {ACTIONS + VG_ACTION_MUTE, "action_mute", BIT(VG_BOARD_ACTIONS), {"Mise en sourdine", "Muted"}, false, false},
    {ACTIONS + VG_ACTION_RESTRICT, "action_restrict", BIT(VG_BOARD_ACTIONS), {"Plus de contact avec des mineurs", "No contact with minors"}, false, false},
    {ACTIONS + VG_ACTION_SUSPEND, "action_suspend", BIT(VG_BOARD_ACTIONS), {"Compte suspendu", "Account suspended"}, false, false},
    {ACTIONS + VG_ACTION_REPORT, "action_report", BIT(VG_BOARD_ACTIONS), {"Signalement à une autorité", "Report to an authority"}, false, false},
    {CATEGORIES + VG_CATEGORY_MATERIAL, "category_material", BIT(VG_BOARD_CATEGORIES), {"Images d’abus", "Images of abuse"}, false, false},
    {CATEGORIES + VG_CATEGORY_THREAT, "category_threat", BIT(VG_BOARD_CATEGORIES), {"Menaces et chantage", "Threats and blackmail"}, false, false},
    {CATEGORIES + VG_CATEGORY_LIVE, "category_live", BIT(VG_BOARD_CATEGORIES), {"Direct contre paiement", "Live sessions for payment"}, false, false},
    {CATEGORIES + VG_CATEGORY_CONTACT, "category_contact", BIT(VG_BOARD_CATEGORIES), {"Approche d’un mineur", "Approach to a minor"}, false, false},
    {CATEGORIES + VG_CATEGORY_REPORT, "category_report", BIT(VG_BOARD_CATEGORIES), {"Signalé, sans autre indice", "Reported, nothing else known"}, false, false},
    {RECEIVERS + VG_RECEIVER_POLICE, "receiver_police", BIT(VG_BOARD_RECEIVERS), {"Police ou justice", "Police or justice"}, false, false},
    {RECEIVERS + VG_RECEIVER_HOTLINE, "receiver_hotline", BIT(VG_BOARD_RECEIVERS), {"Ligne de signalement", "Hotline"}, false, false},
    {RECEIVERS + VG_RECEIVER_CLEARING, "receiver_clearing", BIT(VG_BOARD_RECEIVERS), {"Centre national ou international", "Clearing house"}, false, false},
    {RECEIVERS + VG_RECEIVER_REGULATOR, "receiver_regulator", BIT(VG_BOARD_RECEIVERS), {"Régulateur", "Regulator"}, false, false},
    {RECEIVERS + VG_RECEIVER_HOST, "receiver_host", BIT(VG_BOARD_RECEIVERS), {"Hébergeur", "Host"}, false, false},
    {FOUND + 0, "found_text", BIT(VG_BOARD_FOUND), {"Expressions dans un échange", "Expressions in an exchange"}, false, false},
    {FOUND + 1, "found_conduct", BIT(VG_BOARD_FOUND), {"Comportement d’un compte", "Conduct of an account"}, false, false},
    {FOUND + 2, "found_media", BIT(VG_BOARD_FOUND), {"Images ou fichiers connus", "Known images or files"}, false, false},
    {FOUND + 3, "found_notice", BIT(VG_BOARD_FOUND), {"Signalement d’une personne", "Report by a person"}, false, false},
    {FOUND + 4, "found_rule", BIT(VG_BOARD_FOUND), {"Règle de l’exploitant", "Rule of the operator"}, false, false},
};
static const char *const found_by[FOUND_BY] = {"text.", "conduct.", "media.", "notice.", "rule."};
_Static_assert(COUNTRIES + 21 <= VG_BOARD_ROWS, "a board has a row for each country of the shipped book");

typedef struct times {
    int64_t *took;
    size_t count, capacity;
} times;

typedef struct counting {
    vg_board *board;
    vg_arena *arena;
    size_t quarter;
    bool wanted[VG_BOARD_QUARTERS]; /* not kept yet: to be counted; of the others only the times of the year are taken */
    times took[2][VG_BOARD_COLUMNS]; /* of notices, of removals */
} counting;

static void one_more(counting *c, size_t row, int64_t n)
{
    if (c->wanted[c->quarter]) c->board->row[row].count[c->quarter] += n;
}

static int keep(counting *c, int of, int64_t took_ms, vg_error *err)
{
    const size_t columns[2] = {c->quarter, VG_BOARD_YEAR};
    for (int i = 0; i < 2; i++) {
        times *t = &c->took[of][columns[i]];
        if (t->count == t->capacity) {
            size_t wanted = t->capacity ? t->capacity * 2 : 64;
            int64_t *larger = vg_arena_calloc(c->arena, wanted, sizeof *larger);
            if (!larger) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
            if (t->count) memcpy(larger, t->took, t->count * sizeof *larger);
            t->took = larger;
            t->capacity = wanted;
        }
        t->took[t->count++] = took_ms;
    }
    return 0;
}

static int add_decision(void *context, const vg_figure_decision *one, vg_error *err)
{
    (void)err;
    if (one->action == VG_ACTION_ESCALATE) return 0; /* asks a lead; what the lead decides is counted */
    one_more(context, DECISIONS, 1);
    one_more(context, ACTIONS + (size_t)one->action, 1);
    one_more(context, CATEGORIES + (size_t)vg_case_category(one->kinds), 1);
    return 0;
}

static int add_notice(void *context, const vg_figure_notice *one, vg_error *err)
{
    one_more(context, RECEIVED, 1);
    one_more(context, one->took_ms < 0 ? UNDECIDED : DECIDED, 1);
    if (one->took_ms < 0) return 0;
    return keep(context, 0, one->took_ms, err);
}

static int add_appeal(void *context, const vg_figure_appeal *one, vg_error *err)
{
    (void)err;
    one_more(context, APPEALS, 1);
    one_more(context, one->state == VG_APPEAL_UPHELD ? UPHELD : one->state == VG_APPEAL_OVERTURNED ? OVERTURNED : WAITING, 1);
    return 0;
}

static int add_demand(void *context, const vg_demand_figure *one, vg_error *err)
{
    one_more(context, one->kind == VG_DEMAND_REMOVE ? REMOVALS : INFORMATION, 1);
    if (one->kind != VG_DEMAND_REMOVE) return 0;
    one_more(context, one->executed_ms <= 0 ? NOT_CARRIED_OUT : CARRIED_OUT, 1);
    if (one->executed_ms <= 0) return 0;
    int64_t took_ms = one->executed_ms - one->received_ms - one->stood_ms;
    return keep(context, 1, took_ms > 0 ? took_ms : 0, err);
}

static int add_filing(void *context, const vg_filing_figure *one, vg_error *err)
{
    const vg_board *b = ((const counting *)context)->board;
    size_t country = 0;
    (void)err;
    while (COUNTRIES + country + 1 < b->row_count && strcmp(b->row[COUNTRIES + country].key, one->country) != 0) country++;
    one_more(context, FILINGS, one->count);
    one_more(context, RECEIVERS + (size_t)one->kind, one->count);
    one_more(context, COUNTRIES + country, one->count);
    return 0;
}

static int add_case(void *context, const vg_figure_case *one, vg_error *err)
{
    counting *c = context;
    (void)err;
    if (one->kind != VG_FIGURE_OPENED) return 0;
    for (c->quarter = 0; c->quarter < c->board->quarters && one->opened_ms >= quarter_start(c->board->year, c->quarter + 1);) c->quarter++;
    if (c->quarter == c->board->quarters) return 0;
    for (size_t f = 0; f < FOUND_BY; f++) {
        bool by = false;
        for (size_t k = 0; k < VG_EVIDENCE_KINDS; k++) by |= (one->kinds >> k & 1) && strncmp(vg_evidence_names[k], found_by[f], strlen(found_by[f])) == 0;
        if (by) one_more(c, FOUND + f, 1);
    }
    return 0;
}

static int count_all(vg_store *store, counting *c, vg_error *err)
{
    const vg_board *b = c->board;
    const vg_figure_report calls = {add_decision, add_notice, add_appeal, c};
    const vg_str space = vg_str_of(b->policy->space);
    int rc = 0;
    for (c->quarter = 0; !rc && c->quarter < b->quarters; c->quarter++) {
        int64_t from_ms = quarter_start(b->year, c->quarter), to_ms = quarter_start(b->year, c->quarter + 1);
        if (!c->wanted[c->quarter] && b->quarters < VG_BOARD_QUARTERS) continue; /* nor is there a year to take times for */
        rc = vg_store_figures_report(store, &space, 1, from_ms, to_ms, &calls, err);
        if (!rc) rc = vg_store_demand_figures(store, space, from_ms, to_ms, add_demand, c, err);
        if (!rc) rc = vg_store_filing_figures(store, space, from_ms, to_ms, add_filing, c, err);
    }
    return rc ? rc : vg_store_figures(store, space, quarter_start(b->year, 0), add_case, c, err);
}

/* ---- what may be shown ---- */

static bool is_count(const vg_board_row *row) { return row->key && !row->median; }

static vg_suppress_sum difference(size_t total, size_t part, size_t rest, size_t column, size_t parts[2])
{
    parts[0] = part * VG_BOARD_COLUMNS + column;
    parts[1] = rest * VG_BOARD_COLUMNS + column;
    return (vg_suppress_sum){total * VG_BOARD_COLUMNS + column, parts, 2};
}

/* The total of a table and its parts, in one column. */
static int sum_of_table(const vg_board *b, size_t table, size_t column, vg_arena *arena, vg_suppress_sum *sum, vg_error *err)
{
    size_t *part = vg_arena_calloc(arena, VG_BOARD_ROWS, sizeof *part);
    if (!part) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
    *sum = (vg_suppress_sum){.total = SIZE_MAX, .part = part};
    for (size_t r = 0; r < b->row_count; r++) {
        if (!is_count(&b->row[r]) || !(b->row[r].tables >> table & 1)) continue;
        if (b->row[r].total) sum->total = r * VG_BOARD_COLUMNS + column;
        else part[sum->parts++] = r * VG_BOARD_COLUMNS + column;
    }
    return 0;
}

static int sums_of(const vg_board *b, size_t *quarters, vg_arena *arena, vg_suppress_sum *sums, size_t *count, vg_error *err)
{
    int rc = 0;
    for (size_t r = 0; b->quarters == VG_BOARD_QUARTERS && r < b->row_count; r++)
        if (is_count(&b->row[r])) sums[(*count)++] = (vg_suppress_sum){r * VG_BOARD_COLUMNS + VG_BOARD_YEAR, quarters + r * VG_BOARD_COLUMNS, VG_BOARD_QUARTERS};
    for (size_t c = 0; !rc && c < VG_BOARD_COLUMNS; c++) {
        for (size_t t = 0; !rc && t < VG_BOARD_TABLES; t++) {
            rc = sum_of_table(b, t, c, arena, &sums[*count], err);
            if (!rc && sums[*count].total != SIZE_MAX) ++*count;
        }
        size_t *parts = vg_arena_calloc(arena, 4, sizeof *parts);
        if (!parts) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
        sums[(*count)++] = difference(RECEIVED, DECIDED, UNDECIDED, c, parts);
        sums[(*count)++] = difference(REMOVALS, CARRIED_OUT, NOT_CARRIED_OUT, c, parts + 2);
    }
    return rc;
}

static int settle_counts(vg_board *b, vg_arena *arena, vg_error *err)
{
    size_t count = b->row_count * VG_BOARD_COLUMNS, sum_count = 0;
    vg_suppress_cell *cells = vg_arena_calloc(arena, count, sizeof *cells);
    vg_suppress_sum *sums = vg_arena_calloc(arena, VG_SUPPRESS_SUMS, sizeof *sums);
    size_t *quarters = vg_arena_calloc(arena, count, sizeof *quarters);
    if (!cells || !sums || !quarters) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
    for (size_t i = 0; i < count; i++) {
        const vg_board_row *row = &b->row[i / VG_BOARD_COLUMNS];
        size_t column = i % VG_BOARD_COLUMNS;
        bool settled = is_count(row) && b->closed[column].counted_ms && !b->closed[column].anew;
        cells[i] = (vg_suppress_cell){.count = is_count(row) ? row->count[column] : 0, .stage = column == VG_BOARD_YEAR ? VG_BOARD_QUARTERS - 1 : (unsigned)column,
                                      .hidden = settled && row->hidden[column], .settled = settled, .under = b->closed[column].under,
                                      .kept = is_count(row) && !settled && row->hidden[column]};
        quarters[i] = i;
    }
    int rc = sums_of(b, quarters, arena, sums, &sum_count, err);
    if (!rc) rc = vg_suppress(cells, count, sums, sum_count, b->policy->transparency.hide_under, arena, err);
    for (size_t i = 0; !rc && i < count; i++)
        if (is_count(&b->row[i / VG_BOARD_COLUMNS])) b->row[i / VG_BOARD_COLUMNS].hidden[i % VG_BOARD_COLUMNS] = cells[i].hidden;
    return rc;
}

static bool to_count(const vg_board *b, size_t column)
{
    bool over = column == VG_BOARD_YEAR ? b->quarters == VG_BOARD_QUARTERS : column < b->quarters;
    return over && (!b->closed[column].counted_ms || b->closed[column].anew);
}

/* A median is shown of as many as a count is. */
static void settle_times(counting *c)
{
    static const size_t rows[2] = {NOTICE_TIME, REMOVAL_TIME}, of[2] = {DECIDED, CARRIED_OUT};
    vg_board *b = c->board;
    for (int i = 0; i < 2; i++)
        for (size_t column = 0; column < VG_BOARD_COLUMNS; column++) {
            times *t = &c->took[i][column];
            vg_board_row *row = &b->row[rows[i]];
            if (!to_count(b, column)) continue;
            row->hidden[column] = row->hidden[column] || b->row[of[i]].hidden[column] || t->count < b->policy->transparency.hide_under;
            vg_figures_sort(t->took, t->count);
            row->count[column] = t->count ? vg_figures_quantile(t->took, t->count, 500) : -1;
        }
}

/* ---- what is kept ---- */

/* The countries with an entry in the book of law, and all others: hosts of no one country are among those. */
static void name_rows(vg_board *b)
{
    for (size_t i = 0; i < sizeof fixed_rows / sizeof fixed_rows[0]; i++) {
        const fixed *f = &fixed_rows[i];
        b->row[f->row] = (vg_board_row){.key = f->key, .tables = f->tables, .label = {f->label[0], f->label[1]}, .total = f->total, .median = f->median};
    }
    b->row_count = COUNTRIES;
    for (size_t i = 0; b->book && i < b->book->country_count && b->row_count + 1 < VG_BOARD_ROWS; i++) {
        const char *code = b->book->countries[i];
        if (strcmp(code, "ZZ") != 0)
            b->row[b->row_count++] = (vg_board_row){.key = code, .tables = BIT(VG_BOARD_COUNTRIES), .label = {vg_country_name(b->book, code, VG_LANG_FR), vg_country_name(b->book, code, VG_LANG_EN)}};
    }
    b->row[b->row_count++] = (vg_board_row){.key = "other", .tables = BIT(VG_BOARD_COUNTRIES), .label = {"Autre pays, ou aucun", "Another country, or none"}};
}

/* {"under":10,"rows":{"notices_received":[12,false],...}} */
static void write_column(const vg_board *b, size_t column, vg_buf *out)
{
    bool first = true;
    vg_buf_printf(out, "{\"under\":%u,\"rows\":{", b->policy->transparency.hide_under);
    for (size_t r = 0; r < b->row_count; r++) {
        if (!b->row[r].key) continue;
        vg_buf_printf(out, "%s\"%s\":[%lld,%s]", first ? "" : ",", b->row[r].key, (long long)b->row[r].count[column], b->row[r].hidden[column] ? "true" : "false");
        first = false;
    }
    vg_buf_add_cstr(out, "}}");
}

static int read_column(vg_board *b, size_t column, const vg_closed *kept, vg_error *err)
{
    json_t *root = json_loadb(kept->content.ptr, kept->content.len, 0, NULL), *rows = json_object_get(root, "rows");
    if (!json_is_object(rows)) {
        json_decref(root);
        return vg_fail(err, VG_ECORRUPT, "", "figures that were kept cannot be read");
    }
    b->closed[column] = (vg_board_closed){.counted_ms = kept->counted_ms, .times = kept->times, .under = json_integer_value(json_object_get(root, "under"))};
    for (size_t r = 0; r < b->row_count; r++) {
        const json_t *one = b->row[r].key ? json_object_get(rows, b->row[r].key) : NULL;
        b->row[r].count[column] = one ? json_integer_value(json_array_get(one, 0)) : b->row[r].median ? -1 : 0;
        b->row[r].hidden[column] = json_is_true(json_array_get(one, 1));
    }
    json_decref(root);
    return 0;
}

static int read_kept(vg_store *store, vg_arena *arena, vg_board *b, bool anew, vg_error *err)
{
    for (size_t c = 0; c < VG_BOARD_COLUMNS; c++) {
        vg_closed kept;
        if (c == VG_BOARD_YEAR ? b->quarters < VG_BOARD_QUARTERS : c >= b->quarters) continue;
        int rc = vg_store_closed_get(store, vg_str_of(b->policy->space), b->year, (int)c, arena, &kept, err);
        if (rc == -VG_ENOENT) continue;
        if (!rc) rc = read_column(b, c, &kept, err);
        if (rc) return rc;
        b->closed[c].anew = anew;
        for (size_t r = 0; anew && r < b->row_count; r++) b->row[r].count[c] = 0; /* what was hidden stays so */
    }
    return 0;
}

static int keep_counted(vg_store *store, vg_arena *arena, vg_board *b, vg_str by, bool anew, int64_t now_ms, vg_error *err)
{
    vg_closed parts[VG_BOARD_COLUMNS];
    size_t count = 0;
    for (size_t c = 0; c < VG_BOARD_COLUMNS; c++) {
        vg_buf text;
        if (!to_count(b, c)) continue;
        vg_buf_init(&text, 64 << 10);
        write_column(b, c, &text);
        vg_str kept = text.failed ? (vg_str){NULL, 0} : vg_arena_copy(arena, (vg_str){text.ptr, text.len});
        vg_buf_free(&text);
        if (!kept.ptr) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
        parts[count++] = (vg_closed){.year = b->year, .quarter = (int)c, .counted_ms = now_ms, .by = by, .content = kept};
        b->closed[c] = (vg_board_closed){.counted_ms = now_ms, .times = b->closed[c].times + 1, .under = b->policy->transparency.hide_under};
    }
    return count ? vg_store_closed_put(store, vg_str_of(b->policy->space), parts, count, anew, err) : 0;
}

static int make(vg_store *store, vg_arena *arena, vg_board *b, vg_str by, bool anew, int64_t now_ms, vg_error *err)
{
    counting *c = vg_arena_calloc(arena, 1, sizeof *c);
    bool any = false;
    if (!c) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
    c->board = b;
    c->arena = arena;
    name_rows(b);
    memset(b->closed, 0, sizeof b->closed);
    int rc = read_kept(store, arena, b, anew, err);
    for (size_t q = 0; q < VG_BOARD_COLUMNS; q++) {
        any |= to_count(b, q);
        if (q < VG_BOARD_QUARTERS) c->wanted[q] = to_count(b, q);
    }
    if (rc || !any) return rc;
    rc = count_all(store, c, err);
    for (size_t r = 0; to_count(b, VG_BOARD_YEAR) && r < b->row_count; r++) {
        b->row[r].count[VG_BOARD_YEAR] = 0;
        for (size_t q = 0; q < VG_BOARD_QUARTERS; q++) b->row[r].count[VG_BOARD_YEAR] += b->row[r].count[q];
    }
    if (!rc) rc = settle_counts(b, arena, err);
    if (!rc) settle_times(c);
    return rc ? rc : keep_counted(store, arena, b, by, anew, now_ms, err);
}

int vg_board_make(vg_store *store, vg_arena *arena, vg_board *b, vg_str by, bool anew, int64_t now_ms, vg_error *err)
{
    int rc = make(store, arena, b, by, anew, now_ms, err);
    return rc == -VG_ECONFLICT ? make(store, arena, b, by, anew, now_ms, err) : rc; /* somebody else counted meanwhile: theirs counts */
}

void vg_boards_watch(vg_store *store, vg_arena *arena, vg_policy_set *set, int64_t now_ms)
{
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        for (int back = 0; p->transparency.publish && back < 2; back++) {
            vg_error err = {0};
            vg_arena_reset(arena);
            vg_board *b = vg_arena_calloc(arena, 1, sizeof *b);
            if (!b) return;
            b->policy = p;
            b->book = vg_policy_set_book(set);
            b->year = vg_board_newest(now_ms) - back;
            b->quarters = vg_board_quarters(b->year, now_ms);
            if (vg_board_make(store, arena, b, VG_STR("watch"), false, now_ms, &err)) vg_log(VG_LOG_WARN, "net", "the public figures of %s were not counted yet: %s", p->space, err.what);
        }
    }
}
