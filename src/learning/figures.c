/* SPDX-License-Identifier: Apache-2.0 */
#include "learning/figures.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "learning/corpus_int.h"

const char *const vg_figure_names[VG_FIGURES] = {
    "precision", "precision_where_rare", "recall", "f1", "f0_5", "speed", "f_latency", "recall_at_1", "recall_at_5", "recall_at_10", "false_alarms_per_1000",
    "messages_to_alert_median", "messages_to_alert_p90", "alerted_before_request", "alerted_by_request", "alert_about_right_author"};

/* ---- units ---- */

static bool alerts(vg_eval_alert alert, const vg_eval_score *score)
{
    return (alert.verdict != VG_VERDICT_ALLOW && score->verdict >= alert.verdict) || (alert.risk && score->risk >= alert.risk);
}

static vg_unit unit_of_talk(const vg_eval_talk *t, vg_eval_alert alert)
{
    vg_unit unit = {.risk = t->talk->risk, .length = (uint32_t)t->talk->message_count, .request = t->first_request};
    for (size_t i = 0; i < t->talk->author_count; i++) unit.authored = unit.authored || t->talk->authors[i].risk;
    for (size_t i = 0; i < t->talk->message_count; i++) {
        if (t->scores[i].risk > unit.score) unit.score = t->scores[i].risk;
        if (unit.alert || !alerts(alert, &t->scores[i])) continue;
        unit.alert = (uint32_t)i + 1;
        unit.right_author = t->talk->authors[t->talk->messages[i].author].risk;
    }
    return unit;
}

int vg_units_of_talks(const vg_eval_run *run, vg_eval_alert alert, bool (*take)(void *context, const vg_corpus_talk *talk), void *context,
                      vg_arena *arena, vg_units *out, vg_error *err)
{
    *out = (vg_units){.unit = vg_arena_calloc(arena, run->count ? run->count : 1, sizeof *out->unit)};
    if (!out->unit) return vg_fail(err, VG_ENOMEM, "", "no memory for the figures");
    for (size_t i = 0; i < run->count; i++)
        if (!take || take(context, run->talks[i].talk)) out->unit[out->count++] = unit_of_talk(&run->talks[i], alert);
    return 0;
}

static bool labels_its_authors(const vg_corpus_talk *talk)
{
    for (size_t i = 0; i < talk->author_count; i++)
        if (talk->authors[i].risk) return true;
    return !talk->risk;
}

/* One author's messages of one talk, added to what is known of them. */
static void add_author(vg_unit *unit, const vg_eval_talk *t, size_t author, vg_eval_alert alert)
{
    unit->risk = unit->risk || t->talk->authors[author].risk;
    for (size_t i = 0; i < t->talk->message_count; i++) {
        if (t->talk->messages[i].author != author) continue;
        unit->length++;
        if (t->scores[i].risk > unit->score) unit->score = t->scores[i].risk;
        if (!unit->alert && alerts(alert, &t->scores[i])) unit->alert = unit->length;
    }
}

int vg_units_of_authors(const vg_eval_run *run, vg_eval_alert alert, vg_arena *arena, vg_units *out, vg_error *err)
{
    size_t most = 0, kept = 0;
    corpus_set names = {0};
    int rc = 0;
    for (size_t i = 0; i < run->count; i++) most += run->talks[i].talk->author_count;
    *out = (vg_units){.unit = vg_arena_calloc(arena, most ? most : 1, sizeof *out->unit)};
    if (!out->unit) rc = -VG_ENOMEM;
    for (size_t i = 0; i < run->count && !rc; i++) {
        const vg_corpus_talk *talk = run->talks[i].talk;
        for (size_t a = 0; a < talk->author_count && !rc && labels_its_authors(talk); a++) {
            size_t number = out->count;
            bool is_new = true;
            vg_str name = run->names_shared ? talk->authors[a].name : VG_STR("");
            if (!run->names_shared && talk->group.len)
                name = vg_arena_printf(arena, "%.*s\n%.*s", VG_STR_ARG(talk->group), VG_STR_ARG(talk->authors[a].name));
            if (!name.ptr || (name.len && vg_corpus_set_put(&names, name, &number, &is_new))) {
                rc = -VG_ENOMEM;
                break;
            }
            out->count += is_new;
            add_author(&out->unit[number], &run->talks[i], a, alert);
        }
    }
    vg_corpus_set_free(&names);
    if (rc) return vg_fail(err, VG_ENOMEM, "", "no memory for the figures");
    for (size_t i = 0; i < out->count; i++)
        if (out->unit[i].length) out->unit[kept++] = out->unit[i];
    out->count = kept;
    return 0;
}

/* ---- figures of units, each counted `weight` times ---- */

typedef struct ranking { /* the units in the orders that figures need, once for all draws */
    const vg_unit *unit;
    size_t count, risk_count, innocent_count, found_count;
    uint32_t *by_score;  /* all, highest first */
    uint32_t *by_alert;  /* alerted risk units, earliest first */
    uint32_t *by_length; /* risk units, shortest first */
    uint32_t *risk, *innocent; /* in the order of the units */
    uint32_t *weight;
    double prevalence;
} ranking;

static int by_score(const void *a, const void *b, void *context)
{
    const vg_unit *unit = context;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    if (unit[i].score != unit[j].score) return unit[i].score < unit[j].score ? 1 : -1;
    return i < j ? -1 : i > j;
}

static int by_alert(const void *a, const void *b, void *context)
{
    const vg_unit *unit = context;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    if (unit[i].alert != unit[j].alert) return unit[i].alert < unit[j].alert ? -1 : 1;
    return i < j ? -1 : i > j;
}

static int by_length(const void *a, const void *b, void *context)
{
    const vg_unit *unit = context;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    if (unit[i].length != unit[j].length) return unit[i].length < unit[j].length ? -1 : 1;
    return i < j ? -1 : i > j;
}

/* The value at position `at` (from 0) of a sorted list in which each counts `weight` times. */
static double at_position(const ranking *r, const uint32_t *order, size_t count, size_t at, bool alert)
{
    size_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        seen += r->weight[order[i]];
        if (seen > at) return alert ? r->unit[order[i]].alert : r->unit[order[i]].length;
    }
    return NAN;
}

static double penalty(double k, double p) { return -1 + 2 / (1 + exp(-p * (k - 1))); }

/* Recall among the `most` of 10,000 units with the highest scores. Units of one score come in any order: of the group that is
 * too large for what is left, a share is taken. A score of 0 is no alert. */
static double recall_at(const ranking *r, double most, double risk, double innocent)
{
    double found = 0, alerted = 0;
    for (size_t i = 0, end; i < r->count && r->unit[r->by_score[i]].score; i = end) {
        double group_risk = 0, group_innocent = 0;
        for (end = i; end < r->count && r->unit[r->by_score[end]].score == r->unit[r->by_score[i]].score; end++) {
            uint32_t u = r->by_score[end];
            *(r->unit[u].risk ? &group_risk : &group_innocent) += r->weight[u];
        }
        double group = 10000 * (r->prevalence * group_risk / risk + (1 - r->prevalence) * (innocent > 0 ? group_innocent / innocent : 0));
        double share = group > most - alerted ? (most - alerted) / group : 1;
        found += share * group_risk;
        alerted += share * group;
        if (share < 1) break;
    }
    return found / risk;
}

typedef struct counts {
    double risk, innocent, found, false_alarms, requests, before, by, authored, right;
} counts;

static counts count_units(const ranking *r)
{
    counts c = {0};
    for (size_t i = 0; i < r->count; i++) {
        const vg_unit *u = &r->unit[i];
        double w = r->weight[i];
        if (!u->risk) {
            c.innocent += w;
            c.false_alarms += u->alert ? w : 0;
            continue;
        }
        c.risk += w;
        c.found += u->alert ? w : 0;
        c.requests += u->request ? w : 0;
        c.before += u->request && u->alert && u->alert < u->request ? w : 0;
        c.by += u->request && u->alert && u->alert <= u->request ? w : 0;
        c.authored += u->alert && u->authored ? w : 0;
        c.right += u->alert && u->right_author ? w : 0;
    }
    return c;
}

static double share_of(double part, double whole) { return whole > 0 ? part / whole : NAN; }

/* Bayes: what an alert is worth where risk is rare. */
static double rare_precision(double q, double recall, double false_alarms)
{
    double right = q * recall, wrong = (1 - q) * false_alarms;
    return right + wrong > 0 ? right / (right + wrong) : NAN;
}

/* Returns m. */
static double reckon(const ranking *r, const counts *c, double value[VG_FIGURES])
{
    double precision = share_of(c->found, c->found + c->false_alarms), recall = share_of(c->found, c->risk), m = NAN;
    for (int f = 0; f < VG_FIGURES; f++) value[f] = NAN;
    value[VG_FIGURE_PRECISION] = precision;
    value[VG_FIGURE_PRECISION_RARE] = rare_precision(r->prevalence, recall, share_of(c->false_alarms, c->innocent));
    value[VG_FIGURE_RECALL] = recall;
    value[VG_FIGURE_FALSE_1000] = 1000 * share_of(c->false_alarms, c->innocent);
    value[VG_FIGURE_BEFORE] = share_of(c->before, c->requests);
    value[VG_FIGURE_BY] = share_of(c->by, c->requests);
    value[VG_FIGURE_RIGHT_AUTHOR] = share_of(c->right, c->authored);
    if (!(c->risk > 0)) return m;
    size_t n = (size_t)c->risk, found = (size_t)c->found;
    m = (at_position(r, r->by_length, r->risk_count, (n - 1) / 2, false) + at_position(r, r->by_length, r->risk_count, n / 2, false)) / 2;
    value[VG_FIGURE_F1] = found ? 2 * precision * recall / (precision + recall) : 0;
    value[VG_FIGURE_F05] = found ? 1.25 * precision * recall / (0.25 * precision + recall) : 0;
    value[VG_FIGURE_RECALL_1] = recall_at(r, 1, c->risk, c->innocent);
    value[VG_FIGURE_RECALL_5] = recall_at(r, 5, c->risk, c->innocent);
    value[VG_FIGURE_RECALL_10] = recall_at(r, 10, c->risk, c->innocent);
    value[VG_FIGURE_F_LATENCY] = 0;
    if (!found) return m;
    double low = at_position(r, r->by_alert, r->found_count, (found - 1) / 2, true), high = at_position(r, r->by_alert, r->found_count, found / 2, true);
    double p = log(3) / ((m > 2 ? m : 2) - 1); /* talks of one message: nothing could be earlier */
    value[VG_FIGURE_SPEED] = 1 - (penalty(low, p) + penalty(high, p)) / 2;
    value[VG_FIGURE_F_LATENCY] = value[VG_FIGURE_F1] * value[VG_FIGURE_SPEED];
    value[VG_FIGURE_MEDIAN_ALERT] = (low + high) / 2;
    value[VG_FIGURE_P90_ALERT] = at_position(r, r->by_alert, r->found_count, (found * 9 + 9) / 10 - 1, true);
    return m;
}

/* ---- intervals ---- */

/* SplitMix64 (Steele, Lea, Flood, 2014): small, and the same everywhere. */
static uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void draw(ranking *r, const uint32_t *from, size_t count, uint64_t *state)
{
    for (size_t i = 0; i < count; i++) r->weight[from[i]] = 0;
    for (size_t i = 0; i < count; i++) r->weight[from[(size_t)(((unsigned __int128)random_next(state) * count) >> 64)]]++;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The percentiles of what the draws gave, of those that gave anything. */
static void set_interval(vg_figure *figure, double *values, size_t draws)
{
    size_t count = 0;
    figure->low = figure->high = NAN;
    if (isnan(figure->value)) return;
    for (size_t i = 0; i < draws; i++)
        if (!isnan(values[i])) values[count++] = values[i];
    if (!count) return;
    qsort(values, count, sizeof *values, compare_doubles);
    figure->low = values[(size_t)(0.025 * (double)(count - 1) + 0.5)];
    figure->high = values[(size_t)(0.975 * (double)(count - 1) + 0.5)];
}

/* A share of n that is 0 or 1 looks certain to the bootstrap. */
static void rule_of_three(vg_figure *figure, double n, double whole)
{
    if (!(n > 0) || isnan(figure->value)) return;
    double bound = n > 3 ? 3 / n * whole : whole;
    if (figure->value <= 0) figure->low = 0, figure->high = bound;
    if (figure->value >= whole) figure->low = whole - bound, figure->high = whole;
}

static void bootstrap(ranking *r, const vg_figure_options *options, double *values, vg_figures *out)
{
    uint64_t state = options->seed;
    for (unsigned d = 0; d < options->draws; d++) {
        double value[VG_FIGURES];
        draw(r, r->risk, r->risk_count, &state);
        draw(r, r->innocent, r->innocent_count, &state);
        counts c = count_units(r);
        reckon(r, &c, value);
        for (int f = 0; f < VG_FIGURES; f++) values[(size_t)f * options->draws + d] = value[f];
    }
    for (int f = 0; f < VG_FIGURES; f++) set_interval(&out->figure[f], values + (size_t)f * options->draws, options->draws);
}

static void bound_shares(const ranking *r, const counts *c, vg_figures *out)
{
    vg_figure *rare = &out->figure[VG_FIGURE_PRECISION_RARE];
    if (c->false_alarms <= 0 && c->found > 0 && c->innocent > 0) { /* no false alarm is not none ever */
        rare->low = rare_precision(r->prevalence, c->found / c->risk, c->innocent > 3 ? 3 / c->innocent : 1);
        rare->high = 1;
    }
    rule_of_three(&out->figure[VG_FIGURE_PRECISION], c->found + c->false_alarms, 1);
    rule_of_three(&out->figure[VG_FIGURE_RECALL], c->risk, 1);
    for (int f = VG_FIGURE_RECALL_1; f <= VG_FIGURE_RECALL_10; f++) rule_of_three(&out->figure[f], c->risk, 1);
    rule_of_three(&out->figure[VG_FIGURE_FALSE_1000], c->innocent, 1000);
    rule_of_three(&out->figure[VG_FIGURE_BEFORE], c->requests, 1);
    rule_of_three(&out->figure[VG_FIGURE_BY], c->requests, 1);
    rule_of_three(&out->figure[VG_FIGURE_RIGHT_AUTHOR], c->authored, 1);
}

static void rank(ranking *r)
{
    for (size_t i = 0; i < r->count; i++) {
        uint32_t number = (uint32_t)i;
        r->weight[i] = 1;
        r->by_score[i] = number;
        if (r->unit[i].risk) {
            if (r->unit[i].alert) r->by_alert[r->found_count++] = number;
            r->by_length[r->risk_count] = r->risk[r->risk_count] = number;
            r->risk_count++;
        } else {
            r->innocent[r->innocent_count++] = number;
        }
    }
    void *unit = (void *)(uintptr_t)r->unit;
    qsort_r(r->by_score, r->count, sizeof *r->by_score, by_score, unit);
    qsort_r(r->by_alert, r->found_count, sizeof *r->by_alert, by_alert, unit);
    qsort_r(r->by_length, r->risk_count, sizeof *r->by_length, by_length, unit);
}

int vg_figures_of(const vg_units *units, const vg_figure_options *options, vg_figures *out, vg_error *err)
{
    size_t n = units->count + 1, draws = options->draws;
    uint32_t *orders = vg_calloc(n, 6 * sizeof *orders);
    double *values = vg_calloc(draws + 1, VG_FIGURES * sizeof *values), value[VG_FIGURES];
    *out = (vg_figures){.median_length = NAN};
    int rc = orders && values ? 0 : vg_fail(err, VG_ENOMEM, "", "no memory for the figures");
    if (!rc) {
        ranking r = {.unit = units->unit, .count = units->count, .by_score = orders, .by_alert = orders + n, .by_length = orders + 2 * n,
                     .risk = orders + 3 * n, .innocent = orders + 4 * n, .weight = orders + 5 * n, .prevalence = options->prevalence};
        rank(&r);
        counts c = count_units(&r);
        out->median_length = reckon(&r, &c, value);
        out->risk = (size_t)c.risk;
        out->innocent = (size_t)c.innocent;
        out->found = (size_t)c.found;
        out->false_alarms = (size_t)c.false_alarms;
        out->with_request = (size_t)c.requests;
        for (int f = 0; f < VG_FIGURES; f++) out->figure[f] = (vg_figure){value[f], NAN, NAN};
        if (draws) {
            bootstrap(&r, options, values, out);
            bound_shares(&r, &c, out);
        }
    }
    vg_free(orders);
    vg_free(values);
    return rc;
}

/* ---- calibration and curves ---- */

void vg_calibration_of(const vg_units *units, vg_calibration *out)
{
    *out = (vg_calibration){0};
    for (size_t i = 0; i < units->count; i++) {
        size_t bin = units->unit[i].score / 1000;
        if (bin >= VG_CALIBRATION_BINS) bin = VG_CALIBRATION_BINS - 1;
        out->units[bin]++;
        out->risk[bin] += units->unit[i].risk;
        out->mean[bin] += units->unit[i].score / 10000.0;
    }
    for (size_t b = 0; b < VG_CALIBRATION_BINS; b++)
        if (out->units[b]) out->mean[b] /= (double)out->units[b];
}

int vg_pr_curve(const vg_units *units, vg_arena *arena, vg_pr_point **out, size_t *count, vg_error *err)
{
    uint32_t *order = vg_arena_calloc(arena, units->count + 1, sizeof *order);
    double risk = 0, found = 0, alerted = 0;
    *count = 0;
    *out = vg_arena_calloc(arena, units->count + 1, sizeof **out);
    if (!order || !*out) return vg_fail(err, VG_ENOMEM, "", "no memory for a curve");
    for (size_t i = 0; i < units->count; i++) {
        order[i] = (uint32_t)i;
        risk += units->unit[i].risk;
    }
    qsort_r(order, units->count, sizeof *order, by_score, units->unit);
    for (size_t i = 0; i < units->count && risk > 0; i++) {
        const vg_unit *u = &units->unit[order[i]];
        if (!u->score) break;
        alerted++;
        found += u->risk;
        if (i + 1 < units->count && units->unit[order[i + 1]].score == u->score) continue;
        (*out)[(*count)++] = (vg_pr_point){u->score / 10000.0, found / alerted, found / risk};
    }
    return 0;
}

void vg_alerted_by(const vg_units *units, bool risk, double *share, size_t most)
{
    size_t all = 0;
    for (size_t k = 0; k < most; k++) share[k] = 0;
    for (size_t i = 0; i < units->count; i++) {
        const vg_unit *u = &units->unit[i];
        if (u->risk != risk) continue;
        all++;
        if (u->alert && u->alert <= most) share[u->alert - 1]++;
    }
    for (size_t k = 1; k < most; k++) share[k] += share[k - 1];
    for (size_t k = 0; k < most; k++) share[k] = all ? share[k] / (double)all : 0;
}
