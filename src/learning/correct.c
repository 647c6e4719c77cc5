/* SPDX-License-Identifier: Apache-2.0 */
#include "learning/correct.h"

#include <math.h>

#include "base/alloc.h"
#include "learning/walk_int.h"

const char *const vg_correction_state_names[VG_CORRECTION_STATES] = {"corrected", "few", "no_better"};

enum { SAMPLES = VG_MODEL_KNOTS - 1 };

static const double SLOPE_SPREAD = 0.1; /* standard deviation of what is believed of a before anybody said anything */

typedef struct point {
    double risk; /* as the curve to be corrected has it */
    uint32_t group;
    bool right;
} point;

/* Of the points, those of one group from number `from` to before `to` of it. */
typedef struct part {
    const point *points;
    size_t count;
    uint32_t group;
    size_t from, to;
} part;

static double sigmoid(double x) { return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)); }

/* A curve ends at 0.0001 and 0.9999, however sure it is. */
static double logit(double p)
{
    const double least = 1e-4;
    p = p < least ? least : p > 1 - least ? 1 - least : p;
    return log(p / (1 - p));
}

/* ---- the fit: two numbers, by Newton steps with backtracking; the prior keeps it strictly convex ---- */

typedef struct sums {
    double loss, g1, g2, h11, h12, h22;
} sums;

static void add(sums *s, double x, double target, double weight, double a, double b)
{
    double f = a * x + b, p = sigmoid(f), d = weight * (p - target), h = weight * p * (1 - p);
    s->loss += weight * ((f > 0 ? f : 0) + log1p(exp(-fabs(f))) - target * f);
    s->g1 += d * x;
    s->g2 += d;
    s->h11 += h * x * x;
    s->h12 += h * x;
    s->h22 += h;
}

static sums sum_up(const part *of, double a, double b)
{
    sums s = {0};
    size_t number = 0;
    for (size_t i = 0; i < of->count; i++) {
        if (of->points[i].group != of->group) continue;
        if (number >= of->from && number < of->to) add(&s, logit(of->points[i].risk), of->points[i].right, 1, a, b);
        number++;
    }
    add(&s, 0, 0.5, VG_CORRECTION_PRIOR, a, b);
    s.loss += (a - 1) * (a - 1) / (2 * SLOPE_SPREAD * SLOPE_SPREAD);
    s.g1 += (a - 1) / (SLOPE_SPREAD * SLOPE_SPREAD);
    s.h11 += 1 / (SLOPE_SPREAD * SLOPE_SPREAD);
    return s;
}

/* With a = 0 held, only b is free. */
static void fit_level(const part *of, double *b)
{
    *b = 0;
    for (int i = 0; i < 50; i++) {
        sums s = sum_up(of, 0, *b);
        double step = s.g2 / s.h22;
        *b -= step > 1 ? 1 : step < -1 ? -1 : step;
        if (fabs(step) < 1e-9) return;
    }
}

static void fit(const part *of, double *a, double *b)
{
    *a = 1;
    *b = 0;
    for (int i = 0; i < 100; i++) {
        sums s = sum_up(of, *a, *b);
        double det = s.h11 * s.h22 - s.h12 * s.h12;
        if ((fabs(s.g1) < 1e-7 && fabs(s.g2) < 1e-7) || !(det > 0)) break;
        double da = -(s.h22 * s.g1 - s.h12 * s.g2) / det, db = -(s.h11 * s.g2 - s.h12 * s.g1) / det, gain = s.g1 * da + s.g2 * db, step = 1;
        while (step > 1e-9 && !(sum_up(of, *a + step * da, *b + step * db).loss <= s.loss + 1e-4 * step * gain)) step /= 2;
        if (step <= 1e-9) break;
        *a += step * da;
        *b += step * db;
    }
    if (*a >= 0) return;
    *a = 0;
    fit_level(of, b);
}

/* ---- a curve, corrected ---- */

static void put(vg_model_curve *to, double score, double risk)
{
    uint32_t knots = to->knots, e4 = (uint32_t)lround(risk * 10000);
    int32_t at = (int32_t)lround(score);
    if (knots && at <= to->knot[knots - 1].score) return;
    if (knots && e4 < to->knot[knots - 1].risk) e4 = to->knot[knots - 1].risk;
    to->knot[knots].score = at;
    to->knot[knots].risk = e4;
    to->knots++;
}

/* The line that a sigmoid's logits are of its scores. False: the knots are on no such line, or rounding has eaten it. */
static bool line_of(const vg_model_curve *c, double *slope, double *constant)
{
    double w = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    if (c->method != VG_CURVE_PLATT) return false;
    for (uint32_t k = 0; k < c->knots; k++) {
        double p = c->knot[k].risk / 1e4, x = c->knot[k].score, y = logit(p), weight = p * (1 - p);
        if (p < 0.005 || p > 0.995) continue;
        w += weight, sx += weight * x, sy += weight * y, sxx += weight * x * x, sxy += weight * x * y;
    }
    double spread = w * sxx - sx * sx;
    if (!(w > 0) || !(spread > 0)) return false;
    *slope = (w * sxy - sx * sy) / spread;
    *constant = (sy - *slope * sx) / w;
    if (!(*slope > 0)) return false;
    for (uint32_t k = 0; k < c->knots; k++)
        if (fabs(sigmoid(*slope * c->knot[k].score + *constant) - c->knot[k].risk / 1e4) > 0.001) return false;
    return true;
}

/* A sigmoid of a sigmoid's logit is a sigmoid: it is sampled anew, so that it ends where it did. Anything else keeps its scores. */
static void correct_curve(vg_model_curve *curve, double a, double b)
{
    vg_model_curve to = *curve;
    double slope = 1, constant = 0;
    to.knots = 0;
    bool line = a > 1e-3 && line_of(curve, &slope, &constant);
    for (int k = 0; line && k < SAMPLES; k++) {
        double x = 8.0 * (2.0 * k / (SAMPLES - 1) - 1), score = ((x - b) / a - constant) / slope;
        if (fabs(score) < INT32_MAX / 2) put(&to, score, sigmoid(x));
    }
    if (to.knots < 3) {
        to = *curve;
        for (uint32_t k = 0; k < to.knots; k++) to.knot[k].risk = (uint32_t)lround(sigmoid(a * logit(curve->knot[k].risk / 1e4) + b) * 10000);
    }
    *curve = to;
}

static const vg_model_curve *curve_of(const vg_model_curve *curves, uint32_t count, const char *language)
{
    for (uint32_t i = 1; i < count && language[0]; i++)
        if (strcmp(curves[i].language, language) == 0) return &curves[i];
    return &curves[0];
}

/* The score that a curve shows as this risk; the middle where it is level. */
static int32_t score_of(const vg_model_curve *c, uint32_t risk)
{
    int64_t from = c->knot[0].score, to = c->knot[c->knots - 1].score;
    for (uint32_t k = 0; k + 1 < c->knots; k++) {
        int64_t left = c->knot[k].score, width = (int64_t)c->knot[k + 1].score - left, low = c->knot[k].risk, rise = (int64_t)c->knot[k + 1].risk - low;
        if (c->knot[k + 1].risk < risk) from = c->knot[k + 1].score;
        else if (low < risk) from = left + width * ((int64_t)risk - low) / rise;
        if (low > risk) break;
        to = c->knot[k + 1].risk <= risk ? c->knot[k + 1].score : left + width * ((int64_t)risk - low) / rise;
    }
    if (to < from) to = from;
    return (int32_t)((from + to) / 2);
}

/* ---- which judgements are about which curve ---- */

typedef struct tally {
    char language[12];
    uint32_t count;
    bool own; /* has a curve */
} tally;

typedef struct work {
    vg_correction *out;
    const char *name;
    tally *tallies; /* of every language that was met */
    size_t tally_count, tally_room;
} work;

static bool is_of_model(const work *w, const vg_judged *j)
{
    return j->kind == VG_TEXT_MODEL && (!j->source.len || vg_str_is(j->source, w->name));
}

static int count_language(work *w, const char *language)
{
    size_t at = 0;
    while (at < w->tally_count && strcmp(w->tallies[at].language, language) != 0) at++;
    if (at < w->tally_count) {
        w->tallies[at].count++;
        return 0;
    }
    if (w->tally_count == w->tally_room) {
        size_t more = w->tally_room ? 2 * w->tally_room : 16;
        tally *grown = vg_realloc(w->tallies, more * sizeof *grown);
        if (!grown) return -VG_ENOMEM;
        w->tallies = grown;
        w->tally_room = more;
    }
    tally *t = &w->tallies[w->tally_count++];
    *t = (tally){.count = 1};
    memcpy(t->language, language, sizeof t->language);
    return 0;
}

static int count_all(work *w, const vg_judged_list *list)
{
    vg_correction *out = w->out;
    char language[12];
    int rc = 0;
    for (size_t i = 0; i < list->count && !rc; i++) {
        const vg_judged *j = &list->items[i];
        if (j->kind != VG_TEXT_MODEL) out->other_evidence++;
        else if (!is_of_model(w, j)) out->other_models++;
        else if (j->judgement == VG_JUDGED_UNSURE) out->unsure++;
        else {
            (*(j->judgement == VG_JUDGED_RIGHT ? &out->right : &out->wrong))++;
            out->answered += j->answered;
            learning_language(j->language, language);
            rc = count_language(w, language);
        }
    }
    return rc;
}

static vg_corrected *add_group(vg_correction *out, const char *language)
{
    vg_corrected *l = &out->language[out->language_count++];
    memcpy(l->language, language, sizeof l->language);
    l->state = VG_CORRECTION_FEW;
    l->least = 1;
    return l;
}

/* Every language with a curve that was judged; then those that have enough judgements for one, while there is room. */
static void make_groups(work *w)
{
    vg_correction *out = w->out;
    add_group(out, (char[12]){0});
    for (uint32_t c = 1; c < out->curve_count; c++)
        for (size_t i = 0; i < w->tally_count; i++)
            if (strcmp(w->tallies[i].language, out->curves[c].language) == 0) {
                w->tallies[i].own = true;
                add_group(out, w->tallies[i].language);
            }
    uint32_t room = VG_MODEL_CURVES - out->curve_count;
    for (size_t i = 0; i < w->tally_count && room; i++) {
        if (w->tallies[i].own || !w->tallies[i].language[0] || w->tallies[i].count < VG_CORRECTION_LEAST) continue;
        add_group(out, w->tallies[i].language)->added = true;
        room--;
    }
}

static uint32_t group_of(const vg_correction *out, const char *language)
{
    for (uint32_t i = 1; i < out->language_count; i++)
        if (strcmp(out->language[i].language, language) == 0) return i;
    return 0;
}

/* ---- one language ---- */

static double log_loss(double p, bool right)
{
    const double least = 1e-4;
    p = p < least ? least : p > 1 - least ? 1 - least : p;
    return right ? -log(p) : -log(1 - p);
}

/* Each half by the correction of the other; which also is what the table shows. */
static void look_at_halves(vg_corrected *l, const point *points, size_t count, uint32_t group)
{
    size_t all = (size_t)l->right + l->wrong, number = 0;
    double a[2], b[2], squares = 0;
    for (size_t half = 0; half < 2; half++) {
        part other = {points, count, group, half ? 0 : all / 2, half ? all / 2 : all};
        fit(&other, &a[half], &b[half]);
    }
    for (size_t i = 0; i < count; i++) {
        if (points[i].group != group) continue;
        bool half = number++ >= all / 2, right = points[i].right;
        double p[2] = {points[i].risk, sigmoid(a[half] * logit(points[i].risk) + b[half])}, gain = log_loss(p[0], right) - log_loss(p[1], right);
        squares += gain * gain / (double)all;
        for (int after = 0; after < 2; after++) {
            l->brier[after] += (p[after] - right) * (p[after] - right) / (double)all;
            l->loss[after] += log_loss(p[after], right) / (double)all;
        }
        int at = (int)(p[0] * VG_RELIABILITY_BINS);
        if (at >= VG_RELIABILITY_BINS) at = VG_RELIABILITY_BINS - 1;
        l->bin[at].count++;
        l->bin[at].right += right;
        l->bin[at].before += p[0];
        l->bin[at].after += p[1];
    }
    double gain = l->loss[0] - l->loss[1];
    l->error = sqrt(fmax(squares - gain * gain, 0) / (double)all);
    for (int at = 0; at < VG_RELIABILITY_BINS; at++) {
        if (!l->bin[at].count) continue;
        l->bin[at].before /= l->bin[at].count;
        l->bin[at].after /= l->bin[at].count;
    }
}

static void correct_language(vg_correction *out, uint32_t group, const point *points, size_t count)
{
    vg_corrected *l = &out->language[group];
    if (l->right + l->wrong < VG_CORRECTION_LEAST) return;
    part all = {points, count, group, 0, SIZE_MAX};
    fit(&all, &l->a, &l->b);
    look_at_halves(l, points, count, group);
    l->state = l->loss[0] - l->loss[1] > l->error ? VG_CORRECTION_MADE : VG_CORRECTION_WORSE;
    if (l->state != VG_CORRECTION_MADE) return;
    if (l->added) {
        vg_model_curve *fresh = &out->curves[out->curve_count++];
        *fresh = out->curves[0];
        memcpy(fresh->language, l->language, sizeof fresh->language);
        correct_curve(fresh, l->a, l->b);
        return;
    }
    for (uint32_t c = 0; c < out->curve_count; c++)
        if (strcmp(out->curves[c].language, l->language) == 0) correct_curve(&out->curves[c], l->a, l->b);
}

int vg_correct(vg_correction *out, const vg_judged_list *list, const char *name, const vg_model_curve *shown, uint32_t shown_count,
               const vg_model_curve *curves, uint32_t curve_count, vg_error *err)
{
    memset(out, 0, sizeof *out);
    out->curve_count = curve_count;
    memcpy(out->curves, curves, curve_count * sizeof *curves);
    work w = {.out = out, .name = name};
    size_t count = 0;
    bool same = shown == curves;
    point *points = vg_calloc(list->count + 1, sizeof *points);
    int rc = points ? count_all(&w, list) : -VG_ENOMEM;
    if (!rc) make_groups(&w);
    for (size_t i = 0; i < list->count && !rc; i++) {
        const vg_judged *j = &list->items[i];
        char language[12];
        if (!is_of_model(&w, j) || j->judgement == VG_JUDGED_UNSURE) continue;
        learning_language(j->language, language);
        uint32_t risk = j->strength;
        if (!same) risk = vg_curve_risk(curve_of(curves, curve_count, language), score_of(curve_of(shown, shown_count, language), risk));
        point *p = &points[count++];
        *p = (point){.risk = risk / 1e4, .group = group_of(out, language), .right = j->judgement == VG_JUDGED_RIGHT};
        vg_corrected *l = &out->language[p->group];
        (*(p->right ? &l->right : &l->wrong))++;
        if (p->risk < l->least) l->least = p->risk;
    }
    /* the curve of all last: those that begin as its copy begin as it was shown */
    for (uint32_t g = out->language_count; g-- > 0 && !rc;) correct_language(out, g, points, count);
    vg_free(points);
    vg_free(w.tallies);
    return rc ? vg_fail(err, VG_ENOMEM, "", "no memory for so many judgements") : 0;
}
