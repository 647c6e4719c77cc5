/* SPDX-License-Identifier: Apache-2.0 */
#include "learning/train.h"

#include <math.h>

#include "base/alloc.h"
#include "learning/examples_int.h"

/* Log odds that initiative, or messages in a row, may move a score by. Both are evidence of conduct already, and in a corpus whose two
 * kinds come from different sources they tell the sources apart: on the sample corpus initiative would get 5.8, more than any words. */
#define DENSE_MOST 1.0

enum { STEPS = 100 }; /* of progress, for each training and for making the examples */

typedef struct run {
    const vg_train_options *options;
    learning_people people;
    learning_examples examples;
    uint8_t *fold;
    double *weights; /* of the columns, of the last training */
    double *y;
    struct feature_node **x;
    vg_scored *scored; /* windows with their scores, by models that did not see them */
    uint32_t *person;  /* of each of those */
    size_t scored_count;
} run;

static void silent(const char *line) { (void)line; }

/* ---- one training ---- */

/* Trains on all examples but those of fold `without` (-1: on all). */
static int fit(run *r, int without, vg_error *err)
{
    size_t risk = 0, n = 0;
    for (size_t i = 0; i < r->examples.count; i++) {
        const learning_example *e = &r->examples.list[i];
        if (e->fold == without) continue;
        r->x[n] = e->x;
        r->y[n++] = e->risk ? 1 : -1;
        risk += e->risk;
    }
    if (!risk || risk == n) return vg_fail(err, VG_EINVAL, "", "nothing to learn from: of %zu examples, %zu are of people of risk", n, risk);
    int labels[2] = {1, -1};
    double more = (double)(n - risk) / (double)risk, weights[2] = {sqrt(more), 1};
    struct problem problem = {.l = (int)n, .n = (int)r->examples.columns, .y = r->y, .x = r->x, .bias = 1};
    struct parameter parameter = {.solver_type = L2R_LR, .eps = 0.01, .C = r->options->cost, .nr_weight = 2, .weight_label = labels, .weight = weights};
    const char *problem_with = check_parameter(&problem, &parameter);
    if (problem_with) return vg_fail(err, VG_EINVAL, "", "LIBLINEAR refuses: %s", problem_with);
    set_print_string_function(silent);
    struct model *model = train(&problem, &parameter);
    if (!model) return vg_fail(err, VG_ENOMEM, "", "LIBLINEAR gives no model");
    double sign = model->label[0] == 1 ? 1 : -1;
    bool finite = true;
    for (uint32_t c = 0; c < r->examples.columns; c++) finite &= isfinite(r->weights[c] = sign * model->w[c]);
    free_and_destroy_model(&model);
    for (int i = 0; i < VG_MODEL_DENSE; i++) {
        double *w = &r->weights[(1 << r->options->bits) + i];
        *w = *w > DENSE_MOST ? DENSE_MOST : *w < -DENSE_MOST ? -DENSE_MOST : *w;
    }
    return finite ? 0 : vg_fail(err, VG_EINVAL, "", "training did not come to finite weights; a lower cost may help");
}

static double score(const run *r, const learning_example *e)
{
    int buckets = 1 << r->options->bits;
    double sum = r->weights[buckets + VG_MODEL_DENSE];
    for (const struct feature_node *f = e->x; f->index > 0 && f->index <= buckets; f++) sum += f->value * r->weights[f->index - 1];
    for (int i = 0; i < VG_MODEL_DENSE; i++) sum += r->weights[buckets + i] * e->dense.value[i] / VG_MODEL_DENSE_ONE;
    return sum;
}

/* ---- figures of people that were not trained on ---- */

static int cross_validate(run *r, vg_learning_progress progress, void *context, vg_error *err)
{
    uint64_t steps = (uint64_t)(r->options->folds + 2) * STEPS;
    for (uint32_t f = 0; f < r->options->folds; f++) {
        int rc = fit(r, (int)f, err);
        if (rc) return rc;
        for (size_t i = 0; i < r->examples.count; i++) {
            const learning_example *e = &r->examples.list[i];
            if (e->fold != f || e->whole) continue;
            vg_scored *s = &r->scored[r->scored_count];
            *s = (vg_scored){.score = score(r, e), .weight = (double)e->weight, .fold = e->fold, .risk = e->risk};
            memcpy(s->language, e->language, sizeof s->language);
            r->person[r->scored_count++] = e->person;
        }
        if (progress) progress(context, (f + 2) * STEPS, steps);
    }
    return 0;
}

static const vg_model_curve *curve_of(const vg_calibration *c, const char *language)
{
    for (uint32_t i = 1; language[0] && i < c->curve_count; i++)
        if (strcmp(c->curves[i].language, language) == 0) return &c->curves[i];
    return &c->curves[0];
}

/* Every person once, by the highest risk of their windows. `best` has a place for each. */
static void figures(const run *r, const vg_calibration *calibration, uint32_t shift, vg_scored *best, vg_train_figures *out)
{
    double found = 0, missed = 0, wrong = 0;
    size_t n = 0;
    for (size_t i = 0; i < r->scored_count; i++) {
        const vg_scored *s = &r->scored[i];
        vg_scored *b = &best[r->person[i]];
        double at = ldexp(s->score, (int)shift), most = INT32_MAX / 2;
        uint16_t risk = vg_curve_risk(curve_of(calibration, s->language), (int32_t)(at > most ? most : at < -most ? -most : at));
        b->risk = s->risk;
        if (b->weight <= 0 || risk > b->score) b->score = risk;
        b->weight += s->weight;
    }
    for (uint32_t p = 0; p < r->people.persons; p++) {
        if (best[p].weight <= 0) continue;
        bool alarm = best[p].score >= out->at * 10000;
        out->people++;
        out->risk_people += best[p].risk;
        out->found += alarm && best[p].risk;
        out->false_alarms += alarm && !best[p].risk;
        *(best[p].risk ? alarm ? &found : &missed : alarm ? &wrong : &(double){0}) += best[p].weight;
        best[n++] = best[p];
    }
    out->precision = found + wrong > 0 ? found / (found + wrong) : 0;
    out->recall = found + missed > 0 ? found / (found + missed) : 0;
    double both = 0.25 * out->precision + out->recall;
    out->f05 = both > 0 ? 1.25 * out->precision * out->recall / both : 0;
    out->auc = vg_learning_auc(best, n);
}

/* ---- from weights to a model ---- */

static int32_t whole(double weight, uint32_t shift)
{
    double at = ldexp(weight, (int)shift), most = INT32_MAX / 4;
    return (int32_t)lround(at > most ? most : at < -most ? -most : at);
}

/* The finest unit in which the largest weight still fits sixteen bits. */
static uint32_t unit_of(const double *weights, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        if (fabs(weights[i]) > largest) largest = fabs(weights[i]);
    uint32_t shift = 0;
    while (shift < 24 && ldexp(largest, (int)shift + 1) <= INT16_MAX) shift++;
    return shift;
}

static void quantise(const run *r, vg_trained *out)
{
    size_t buckets = (size_t)1 << r->options->bits;
    vg_model_parts *p = &out->parts;
    for (size_t i = 0; i < buckets; i++) {
        int32_t w = whole(r->weights[i], p->shift);
        out->weights[i] = (int16_t)(w > INT16_MAX ? INT16_MAX : w < -INT16_MAX ? -INT16_MAX : w);
    }
    for (int i = 0; i < VG_MODEL_DENSE; i++) p->dense[i] = whole(r->weights[buckets + (size_t)i], p->shift);
    p->bias = whole(r->weights[buckets + VG_MODEL_DENSE], p->shift);
    p->bits = r->options->bits;
    p->weights = out->weights;
    p->curves = out->calibration.curves;
    p->curve_count = out->calibration.curve_count;
}

static uint32_t e4(double share) { return (uint32_t)lround(share * 10000); }

static void summarise(const run *r, const vg_corpus *corpus, vg_trained *out)
{
    vg_model_summary *s = &out->parts.summary;
    s->made_ms = r->options->now_ms;
    s->talks = (uint32_t)corpus->count;
    s->messages = r->examples.messages;
    s->authors = r->people.persons;
    for (uint32_t i = 0; i < r->people.persons; i++) s->risk_authors += r->people.risk[i];
    s->items = (uint32_t)r->examples.count;
    for (size_t i = 0; i < r->examples.count; i++) s->risk_items += r->examples.list[i].risk;
    s->seed = (uint32_t)r->options->seed;
    s->folds = r->options->folds;
    s->cost_e4 = (uint32_t)lround(fmin(r->options->cost, 400000) * 10000);
    s->precision = e4(out->figures.precision);
    s->recall = e4(out->figures.recall);
    s->f05 = e4(out->figures.f05);
    s->auc = e4(out->figures.auc);
    out->examples = r->examples.count;
    out->features = r->examples.node_count - 2 * r->examples.count; /* without the constant and the end of each */
}

static int allocate(run *r, vg_trained *out, vg_error *err)
{
    size_t n = r->examples.count + 1;
    r->weights = vg_calloc(r->examples.columns, sizeof *r->weights);
    r->y = vg_calloc(n, sizeof *r->y);
    r->x = vg_calloc(n, sizeof(struct feature_node *));
    r->scored = vg_calloc(n, sizeof *r->scored);
    r->person = vg_calloc(n, sizeof *r->person);
    out->weights = vg_calloc((size_t)1 << r->options->bits, sizeof *out->weights);
    if (r->weights && r->y && r->x && r->scored && r->person && out->weights) return 0;
    return vg_fail(err, VG_ENOMEM, "", "no memory to train");
}

/* Weights, figures and curves, once the examples are there. */
static int learn(run *r, vg_trained *out, vg_learning_progress progress, void *context, vg_error *err)
{
    int rc = cross_validate(r, progress, context, err);
    if (!rc) rc = fit(r, -1, err);
    if (rc) return rc;
    out->parts.shift = unit_of(r->weights, (size_t)1 << r->options->bits);
    vg_calibrate_options calibrate = r->options->calibrate;
    calibrate.shift = out->parts.shift;
    calibrate.folds = r->options->folds;
    size_t people = r->people.persons;
    vg_scored *copy = vg_malloc((r->scored_count + 1) * sizeof *copy), *best = vg_calloc(people + 1, sizeof *best);
    if (!copy || !best) {
        rc = vg_fail(err, VG_ENOMEM, "", "no memory to calibrate");
    } else {
        memcpy(copy, r->scored, r->scored_count * sizeof *copy);
        rc = vg_calibrate_fit(&out->calibration, copy, r->scored_count, &calibrate, err);
        if (!rc) figures(r, &out->calibration, out->parts.shift, best, &out->figures);
    }
    vg_free(copy);
    vg_free(best);
    if (!rc) quantise(r, out);
    return rc;
}

int vg_train(vg_trained *out, const vg_corpus *corpus, const vg_train_options *options, vg_learning_progress progress, void *context,
             vg_error *err)
{
    run r = {.options = options};
    memset(out, 0, sizeof *out);
    out->figures.at = 0.5;
    if (options->bits < VG_MODEL_BITS_LEAST || options->bits > VG_MODEL_BITS_MOST || !(options->cost > 0))
        return vg_fail(err, VG_EINVAL, "", "a model has 2^%d to 2^%d weights and a cost above 0", VG_MODEL_BITS_LEAST, VG_MODEL_BITS_MOST);
    int rc = learning_people_of(&r.people, corpus, err);
    if (!rc && !(r.fold = vg_calloc(corpus->count + 1, 1))) rc = vg_fail(err, VG_ENOMEM, "", "no memory to part a corpus");
    if (!rc) rc = learning_folds(&r.people, corpus, options->folds, options->seed, r.fold, err);
    if (!rc)
        rc = learning_examples_make(&r.examples, corpus, &r.people, r.fold, options, progress, context, STEPS, err);
    if (!rc) rc = allocate(&r, out, err);
    if (!rc) rc = learn(&r, out, progress, context, err);
    if (!rc) summarise(&r, corpus, out);
    learning_people_free(&r.people);
    learning_examples_free(&r.examples);
    vg_free(r.fold);
    vg_free(r.weights);
    vg_free(r.y);
    vg_free(r.x);
    vg_free(r.scored);
    vg_free(r.person);
    if (rc) vg_trained_free(out);
    return rc;
}

void vg_trained_free(vg_trained *trained)
{
    vg_free(trained->weights);
    *trained = (vg_trained){0};
}
