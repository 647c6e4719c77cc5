/* SPDX-License-Identifier: Apache-2.0
 *
 * The figures of a space for everybody: by quarter that is over, counts only, what small ones would say of somebody settled by
 * review/suppress. Nobody signs in; a page is made once an hour and kept, so that asking costs nothing. */
#include "net/routes/transparency.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "base/alloc.h"
#include "base/time.h"
#include "event/demand.h"
#include "event/notice.h"
#include "net/form/page.h"
#include "net/form/transparency_page.h"
#include "net/server_int.h"
#include "review/figures.h"
#include "review/suppress.h"
#include "store/cases/appeals.h"
#include "store/cases/figures.h"
#include "store/demands/demands.h"
#include "store/filings/filings.h"

/* ---- pages that were made ---- */

enum { SHELF = 32, SHELF_PAGE = 256 << 10, YEARS = 5 };

struct vg_shelf {
    pthread_mutex_t lock;
    struct {
        char space[VG_EVENT_MAX_NAME + 1];
        uint64_t version; /* of the policy */
        int year;
        vg_lang lang;
        int64_t until_ms; /* monotonic; 0: empty */
        vg_buf page;
    } place[SHELF];
    size_t next;
};

vg_shelf *vg_shelf_create(void)
{
    vg_shelf *shelf = vg_calloc(1, sizeof *shelf);
    if (!shelf) return NULL;
    pthread_mutex_init(&shelf->lock, NULL);
    for (size_t i = 0; i < SHELF; i++) vg_buf_init(&shelf->place[i].page, SHELF_PAGE);
    return shelf;
}

void vg_shelf_destroy(vg_shelf **shelf)
{
    if (!*shelf) return;
    for (size_t i = 0; i < SHELF; i++) vg_buf_free(&(*shelf)->place[i].page);
    pthread_mutex_destroy(&(*shelf)->lock);
    vg_free(*shelf);
    *shelf = NULL;
}

static bool from_shelf(vg_exchange *x, const vg_board *b)
{
    vg_shelf *shelf = x->server->shelf;
    bool found = false;
    if (!shelf) return false;
    pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; !found && i < SHELF; i++) {
        if (shelf->place[i].year != b->year || shelf->place[i].lang != b->lang || shelf->place[i].version != b->policy->version) continue;
        if (shelf->place[i].until_ms < vg_time_monotonic_us() / 1000 || strcmp(shelf->place[i].space, b->policy->space) != 0) continue;
        vg_buf *out = vg_answer_begin(x, 200, "text/html; charset=utf-8");
        vg_transparency_headers(x, true);
        vg_buf_add(out, shelf->place[i].page.ptr, shelf->place[i].page.len);
        found = true;
    }
    pthread_mutex_unlock(&shelf->lock);
    return found;
}

static void to_shelf(vg_exchange *x, const vg_board *b)
{
    vg_shelf *shelf = x->server->shelf;
    if (!shelf || x->out.failed) return;
    pthread_mutex_lock(&shelf->lock);
    size_t i = shelf->next++ % SHELF;
    vg_buf_clear(&shelf->place[i].page);
    vg_buf_add(&shelf->place[i].page, x->out.ptr, x->out.len);
    snprintf(shelf->place[i].space, sizeof shelf->place[i].space, "%s", b->policy->space);
    shelf->place[i].version = b->policy->version;
    shelf->place[i].year = b->year;
    shelf->place[i].lang = b->lang;
    shelf->place[i].until_ms = shelf->place[i].page.failed ? 0 : vg_time_monotonic_us() / 1000 + VG_HOUR_MS;
    pthread_mutex_unlock(&shelf->lock);
}

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
static size_t quarters_over(int year, int64_t now_ms)
{
    size_t over = 0;
    while (over < VG_BOARD_QUARTERS && now_ms >= quarter_start(year, over + 1) + VG_DAY_MS) over++;
    return over;
}

/* ---- counting ---- */

enum { RECEIVED, DECIDED, NOTICE_TIME, APPEALS, UPHELD, OVERTURNED, WAITING, REMOVALS, CARRIED_OUT, REMOVAL_TIME, INFORMATION, DECISIONS, FILINGS, FIXED_ROWS,
       ACTIONS = FIXED_ROWS, CATEGORIES = ACTIONS + VG_ACTIONS, RECEIVERS = CATEGORIES + VG_CATEGORIES, FOUND = RECEIVERS + VG_RECEIVER_KINDS, FOUND_BY = 5,
       COUNTRIES = FOUND + FOUND_BY };
#define BIT(table) (1u << (table))

typedef struct fixed {
    size_t row;
    uint32_t tables;
    const char *label[VG_LANGS];
    bool total, median;
} fixed;
static const fixed fixed_rows[] = {
    {RECEIVED, BIT(VG_BOARD_NOTICES), {"Signalements reçus", "Reports received"}, false, false},
    {DECIDED, BIT(VG_BOARD_NOTICES), {"dont décidés", "of which decided"}, false, false},
    {NOTICE_TIME, BIT(VG_BOARD_NOTICES), {"Durée médiane", "Median time"}, false, true},
    {APPEALS, BIT(VG_BOARD_APPEALS), {"Recours reçus", "Appeals received"}, true, false},
    {UPHELD, BIT(VG_BOARD_APPEALS), {"Décision maintenue", "Decision upheld"}, false, false},
    {OVERTURNED, BIT(VG_BOARD_APPEALS), {"Décision annulée", "Decision overturned"}, false, false},
    {WAITING, BIT(VG_BOARD_APPEALS), {"Pas encore tranchés", "Not answered yet"}, false, false},
    {REMOVALS, BIT(VG_BOARD_DEMANDS), {"Demandes de retrait", "Removal demands"}, false, false},
    {CARRIED_OUT, BIT(VG_BOARD_DEMANDS), {"dont exécutées", "of which carried out"}, false, false},
    {REMOVAL_TIME, BIT(VG_BOARD_DEMANDS), {"Durée médiane pour agir", "Median time to act"}, false, true},
    {INFORMATION, BIT(VG_BOARD_DEMANDS), {"Demandes d’informations", "Demands for information"}, false, false},
    {DECISIONS, BIT(VG_BOARD_ACTIONS) | BIT(VG_BOARD_CATEGORIES), {"Toutes les décisions", "All decisions"}, true, false},
    {FILINGS, BIT(VG_BOARD_RECEIVERS) | BIT(VG_BOARD_COUNTRIES), {"Tous les signalements transmis", "All reports passed on"}, true, false},
    {ACTIONS + VG_ACTION_DISMISS, BIT(VG_BOARD_ACTIONS), {"Classé sans suite", "Dismissed"}, false, false},
    {ACTIONS + VG_ACTION_WARN, BIT(VG_BOARD_ACTIONS), {"Avertissement", "Warning"}, false, false},
    {ACTIONS + VG_ACTION_MUTE, BIT(VG_BOARD_ACTIONS), {"Mise en sourdine", "Muted"}, false, false},
    {ACTIONS + VG_ACTION_RESTRICT, BIT(VG_BOARD_ACTIONS), {"Plus de contact avec des mineurs", "No contact with minors"}, false, false},
    {ACTIONS + VG_ACTION_SUSPEND, BIT(VG_BOARD_ACTIONS), {"Compte suspendu", "Account suspended"}, false, false},
    {ACTIONS + VG_ACTION_REPORT, BIT(VG_BOARD_ACTIONS), {"Signalement à une autorité", "Report to an authority"}, false, false},
    {CATEGORIES + VG_CATEGORY_MATERIAL, BIT(VG_BOARD_CATEGORIES), {"Images d’abus", "Images of abuse"}, false, false},
    {CATEGORIES + VG_CATEGORY_THREAT, BIT(VG_BOARD_CATEGORIES), {"Menaces et chantage", "Threats and blackmail"}, false, false},
    {CATEGORIES + VG_CATEGORY_LIVE, BIT(VG_BOARD_CATEGORIES), {"Direct contre paiement", "Live sessions for payment"}, false, false},
    {CATEGORIES + VG_CATEGORY_CONTACT, BIT(VG_BOARD_CATEGORIES), {"Approche d’un mineur", "Approach to a minor"}, false, false},
    {CATEGORIES + VG_CATEGORY_REPORT, BIT(VG_BOARD_CATEGORIES), {"Signalé, sans autre indice", "Reported, nothing else known"}, false, false},
    {RECEIVERS + VG_RECEIVER_POLICE, BIT(VG_BOARD_RECEIVERS), {"Police ou justice", "Police or justice"}, false, false},
    {RECEIVERS + VG_RECEIVER_HOTLINE, BIT(VG_BOARD_RECEIVERS), {"Ligne de signalement", "Hotline"}, false, false},
    {RECEIVERS + VG_RECEIVER_CLEARING, BIT(VG_BOARD_RECEIVERS), {"Centre national ou international", "Clearing house"}, false, false},
    {RECEIVERS + VG_RECEIVER_REGULATOR, BIT(VG_BOARD_RECEIVERS), {"Régulateur", "Regulator"}, false, false},
    {RECEIVERS + VG_RECEIVER_HOST, BIT(VG_BOARD_RECEIVERS), {"Hébergeur", "Host"}, false, false},
    {FOUND + 0, BIT(VG_BOARD_FOUND), {"Expressions dans un échange", "Expressions in an exchange"}, false, false},
    {FOUND + 1, BIT(VG_BOARD_FOUND), {"Comportement d’un compte", "Conduct of an account"}, false, false},
    {FOUND + 2, BIT(VG_BOARD_FOUND), {"Images ou fichiers connus", "Known images or files"}, false, false},
    {FOUND + 3, BIT(VG_BOARD_FOUND), {"Signalement d’une personne", "Report by a person"}, false, false},
    {FOUND + 4, BIT(VG_BOARD_FOUND), {"Règle de l’exploitant", "Rule of the operator"}, false, false},
};
static const char *const found_by[FOUND_BY] = {"text.", "conduct.", "media.", "notice.", "rule."};
enum { COUNTRY_MOST = VG_BOARD_ROWS - COUNTRIES - 1 }; /* the row behind them is for all others */
_Static_assert(COUNTRIES + 21 <= VG_BOARD_ROWS, "a board has a row for each country of the shipped book");

typedef struct times {
    int64_t *took;
    size_t count, capacity;
} times;

typedef struct counting {
    vg_board *board;
    vg_arena *arena;
    const char *country[COUNTRY_MOST]; /* with an entry in the book of law, by code; hosts of no one country are among the others */
    size_t country_count;
    size_t quarter;
    times took[2][VG_BOARD_COLUMNS]; /* of notices, of removals */
} counting;

static void one_more(counting *c, size_t row, int64_t n)
{
    c->board->row[row].count[c->quarter] += n;
    if (c->board->quarters == VG_BOARD_QUARTERS) c->board->row[row].count[VG_BOARD_YEAR] += n;
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
    if (one->took_ms < 0) return 0;
    one_more(context, DECIDED, 1);
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
    if (one->kind != VG_DEMAND_REMOVE || one->executed_ms <= 0) return 0;
    int64_t took_ms = one->executed_ms - one->received_ms - one->stood_ms;
    one_more(context, CARRIED_OUT, 1);
    return keep(context, 1, took_ms > 0 ? took_ms : 0, err);
}

static int add_filing(void *context, const vg_filing_figure *one, vg_error *err)
{
    const counting *c = context;
    size_t country = 0;
    (void)err;
    while (country < c->country_count && strcmp(c->country[country], one->country) != 0) country++;
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

static int count_all(vg_desk *desk, counting *c, vg_error *err)
{
    const vg_board *b = c->board;
    const vg_figure_report calls = {add_decision, add_notice, add_appeal, c};
    const vg_str space = vg_str_of(b->policy->space);
    int rc = 0;
    for (c->quarter = 0; !rc && c->quarter < b->quarters; c->quarter++) {
        int64_t from_ms = quarter_start(b->year, c->quarter), to_ms = quarter_start(b->year, c->quarter + 1);
        rc = vg_store_figures_report(desk->store, &space, 1, from_ms, to_ms, &calls, err);
        if (!rc) rc = vg_store_demand_figures(desk->store, space, from_ms, to_ms, add_demand, c, err);
        if (!rc) rc = vg_store_filing_figures(desk->store, space, from_ms, to_ms, add_filing, c, err);
    }
    return rc ? rc : vg_store_figures(desk->store, space, quarter_start(b->year, 0), add_case, c, err);
}

/* ---- what may be shown ---- */

static bool is_count(const vg_board_row *row) { return row->tables && !row->median; }

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

static int settle_counts(vg_board *b, vg_arena *arena, vg_error *err)
{
    size_t count = b->row_count * VG_BOARD_COLUMNS, sum_count = 0;
    bool whole = b->quarters == VG_BOARD_QUARTERS;
    vg_suppress_cell *cells = vg_arena_calloc(arena, count, sizeof *cells);
    vg_suppress_sum *sums = vg_arena_calloc(arena, VG_SUPPRESS_SUMS, sizeof *sums);
    size_t *quarters = vg_arena_calloc(arena, count, sizeof *quarters);
    int rc = 0;
    if (!cells || !sums || !quarters) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
    for (size_t i = 0; i < count; i++) {
        const vg_board_row *row = &b->row[i / VG_BOARD_COLUMNS];
        size_t column = i % VG_BOARD_COLUMNS;
        cells[i] = (vg_suppress_cell){.count = is_count(row) ? row->count[column] : 0, .stage = column == VG_BOARD_YEAR ? VG_BOARD_QUARTERS - 1 : (unsigned)column};
        quarters[i] = i;
    }
    for (size_t r = 0; whole && r < b->row_count; r++)
        if (is_count(&b->row[r])) sums[sum_count++] = (vg_suppress_sum){r * VG_BOARD_COLUMNS + VG_BOARD_YEAR, quarters + r * VG_BOARD_COLUMNS, VG_BOARD_QUARTERS};
    for (size_t t = 0; !rc && t < VG_BOARD_TABLES; t++)
        for (size_t c = 0; !rc && c < VG_BOARD_COLUMNS; c++) {
            rc = sum_of_table(b, t, c, arena, &sums[sum_count], err);
            if (!rc && sums[sum_count].total != SIZE_MAX) sum_count++;
        }
    if (!rc) rc = vg_suppress(cells, count, sums, sum_count, b->policy->transparency.hide_under, arena, err);
    for (size_t i = 0; !rc && i < count; i++) b->row[i / VG_BOARD_COLUMNS].hidden[i % VG_BOARD_COLUMNS] = cells[i].hidden;
    return rc;
}

/* A median is shown of as many as a count is. */
static void settle_times(counting *c)
{
    static const size_t rows[2] = {NOTICE_TIME, REMOVAL_TIME}, of[2] = {DECIDED, CARRIED_OUT};
    for (int i = 0; i < 2; i++)
        for (size_t column = 0; column < VG_BOARD_COLUMNS; column++) {
            times *t = &c->took[i][column];
            vg_board_row *row = &c->board->row[rows[i]];
            row->hidden[column] = c->board->row[of[i]].hidden[column] || t->count < c->board->policy->transparency.hide_under;
            vg_figures_sort(t->took, t->count);
            row->count[column] = t->count ? vg_figures_quantile(t->took, t->count, 500) : -1;
        }
}

static void name_countries(counting *c, const vg_law_book *book)
{
    vg_board *b = c->board;
    for (size_t i = 0; i < book->country_count && c->country_count < COUNTRY_MOST; i++) {
        const char *code = book->countries[i];
        if (strcmp(code, "ZZ") == 0) continue;
        b->row[COUNTRIES + c->country_count] = (vg_board_row){.tables = BIT(VG_BOARD_COUNTRIES),
                                                              .label = {vg_country_name(book, code, VG_LANG_FR), vg_country_name(book, code, VG_LANG_EN)}};
        c->country[c->country_count++] = code;
    }
    b->row[COUNTRIES + c->country_count] = (vg_board_row){.tables = BIT(VG_BOARD_COUNTRIES), .label = {"Autre pays, ou aucun", "Another country, or none"}};
    b->row_count = COUNTRIES + c->country_count + 1;
}

static int make_board(vg_desk *desk, vg_board *b, const vg_law_book *book, vg_error *err)
{
    counting *c = vg_arena_calloc(desk->arena, 1, sizeof *c);
    if (!c) return vg_fail(err, VG_ENOMEM, "", "no memory for figures");
    c->board = b;
    c->arena = desk->arena;
    for (size_t i = 0; i < sizeof fixed_rows / sizeof fixed_rows[0]; i++) {
        const fixed *f = &fixed_rows[i];
        b->row[f->row] = (vg_board_row){.tables = f->tables, .label = {f->label[0], f->label[1]}, .total = f->total, .median = f->median};
    }
    name_countries(c, book);
    int rc = count_all(desk, c, err);
    if (!rc) rc = settle_counts(b, desk->arena, err);
    if (!rc) settle_times(c);
    return rc;
}

/* ---- the question ---- */

static vg_str asked(vg_exchange *x, const char *name)
{
    vg_str value;
    bool found;
    return vg_query_get(x, name, &value, &found) && found ? value : (vg_str){"", 0};
}

static const vg_policy *published(vg_policy_set *set, vg_str space, size_t *count)
{
    const vg_policy *found = NULL;
    *count = 0;
    for (size_t i = 0; i < vg_policy_set_count(set); i++) {
        const vg_policy *p = vg_policy_set_at(set, i);
        if (!p->transparency.publish) continue;
        ++*count;
        if (!space.len || vg_str_is(space, p->space)) found = p;
    }
    return found;
}

static bool read_year(vg_exchange *x, vg_board *b, int64_t now_ms)
{
    vg_str year = asked(x, "year");
    b->newest = year_of(now_ms);
    if (!quarters_over(b->newest, now_ms)) b->newest--;
    b->oldest = b->newest - YEARS + 1;
    b->year = b->newest;
    if (year.len) {
        b->year = 0;
        for (size_t i = 0; i < year.len && year.len == 4; i++) {
            if (year.ptr[i] < '0' || year.ptr[i] > '9') return false;
            b->year = b->year * 10 + (year.ptr[i] - '0');
        }
    }
    b->quarters = quarters_over(b->year, now_ms);
    return b->year >= b->oldest && b->year <= b->newest;
}

void vg_route_transparency(vg_desk *desk, vg_exchange *x)
{
    vg_policy_set *set = vg_pipeline_policies(desk->server->pipeline);
    vg_board *b = vg_arena_calloc(desk->arena, 1, sizeof *b);
    vg_lang lang = vg_form_language(x, asked(x, "lang"));
    vg_str space = asked(x, "space");
    vg_error err = {0};
    size_t count = 0;
    int64_t wait_ms = 0;
    const vg_policy *policy = published(set, space, &count);
    if (!b) vg_transparency_refuse(x, 503, lang);
    else if (!policy) vg_transparency_refuse(x, 404, lang);
    else if (!space.len && count > 1) vg_transparency_choose(x, set, lang);
    else {
        b->policy = policy;
        b->lang = lang;
        if (!read_year(x, b, vg_time_now())) vg_transparency_refuse(x, 404, lang);
        else if (from_shelf(x, b)) { }
        else if (!vg_ip_limit_take(&x->server->lookups, &x->peer, 1, vg_limit_now_ns(), &wait_ms)) vg_transparency_refuse(x, 429, lang);
        else if (make_board(desk, b, vg_policy_set_book(set), &err)) vg_transparency_refuse(x, 503, lang);
        else {
            vg_transparency_page(x, b);
            to_shelf(x, b);
        }
    }
    if (x->status == 503) vg_answer_header(x, "Retry-After", "1");
    if (x->status == 429) {
        vg_str seconds = vg_arena_printf(x->arena, "%lld", (long long)((wait_ms + 999) / 1000));
        vg_answer_header(x, "Retry-After", seconds.ptr ? seconds.ptr : "60");
    }
    vg_policy_set_unref(&set);
}
