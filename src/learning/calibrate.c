/* SPDX-License-Identifier: Apache-2.0 */
#include "learning/calibrate.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "learning/walk_int.h"

enum { BLOCKS_MOST = VG_MODEL_KNOTS / 2 - 1, PLATT_KNOTS = VG_MODEL_KNOTS - 1 };

/* A curve before it is made of integers. */
typedef struct curve {
    vg_curve_method method;
    uint32_t knots;
    double score[VG_MODEL_KNOTS], risk[VG_MODEL_KNOTS];
} curve;

/* Which items a fit is about. */
typedef struct choice {
    const char *language; /* NULL: all */
    int without;          /* fold left out; -1: none */
} choice;

static bool chosen(const vg_scored *i, const choice *c)
{
    return (!c->language || strcmp(c->language, i->language) == 0) && i->fold != c->without;
}

static double risk_at(const curve *c, double score)
{
    uint32_t k = 0;
    if (score <= c->score[0]) return c->risk[0];
    while (k + 1 < c->knots && c->score[k + 1] < score) k++;
    if (k + 1 >= c->knots) return c->risk[c->knots - 1];
    double width = c->score[k + 1] - c->score[k];
    return width > 0 ? c->risk[k] + (c->risk[k + 1] - c->risk[k]) * (score - c->score[k]) / width : c->risk[k + 1];
}

static void flat(curve *c, double risk)
{
    c->knots = 2;
    c->score[0] = -1;
    c->score[1] = 1;
    c->risk[0] = c->risk[1] = risk;
}

/* ---- Platt: 1 / (1 + exp(a * score + b)), by Newton steps with backtracking ---- */

typedef struct sigmoid {
    const vg_scored *items;
    size_t count;
    const choice *of;
    double high, low; /* targets */
} sigmoid;

static double objective(const sigmoid *s, double a, double b)
{
    double sum = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (!chosen(&s->items[i], s->of)) continue;
        double t = s->items[i].risk ? s->high : s->low, f = s->items[i].score * a + b;
        sum += s->items[i].weight * (f >= 0 ? t * f + log1p(exp(-f)) : (t - 1) * f + log1p(exp(f)));
    }
    return sum;
}

static bool newton_step(const sigmoid *s, double *a, double *b)
{
    double h11 = 1e-12, h22 = 1e-12, h21 = 0, g1 = 0, g2 = 0;
    for (size_t i = 0; i < s->count; i++) {
        const vg_scored *item = &s->items[i];
        if (!chosen(item, s->of)) continue;
        double f = item->score * *a + *b, p = f >= 0 ? exp(-f) / (1 + exp(-f)) : 1 / (1 + exp(f));
        double d2 = item->weight * p * (1 - p), d1 = item->weight * ((item->risk ? s->high : s->low) - p);
        h11 += item->score * item->score * d2;
        h22 += d2;
        h21 += item->score * d2;
        g1 += item->score * d1;
        g2 += d1;
    }
    if (fabs(g1) < 1e-5 && fabs(g2) < 1e-5) return false;
    double det = h11 * h22 - h21 * h21;
    if (!(fabs(det) > 0)) return false;
    double da = -(h22 * g1 - h21 * g2) / det, db = -(-h21 * g1 + h11 * g2) / det, gain = g1 * da + g2 * db;
    double before = objective(s, *a, *b);
    for (double step = 1; step >= 1e-10; step /= 2) {
        if (objective(s, *a + step * da, *b + step * db) >= before + 1e-4 * step * gain) continue;
        *a += step * da;
        *b += step * db;
        return true;
    }
    return false;
}

static void fit_platt(curve *c, const vg_scored *items, size_t count, const choice *of)
{
    double risk = 0, other = 0;
    for (size_t i = 0; i < count; i++)
        if (chosen(&items[i], of)) *(items[i].risk ? &risk : &other) += items[i].weight;
    sigmoid s = {items, count, of, (risk + 1) / (risk + 2), 1 / (other + 2)};
    double a = 0, b = log((other + 1) / (risk + 1));
    for (int i = 0; i < 100 && newton_step(&s, &a, &b); i++) continue;
    c->method = VG_CURVE_PLATT;
    if (!(a < -1e-9) || !isfinite(b)) { /* a higher score does not mean more risk here: then it means nothing */
        flat(c, (risk + 0.5) / (risk + other + 1));
        return;
    }
    c->knots = PLATT_KNOTS;
    for (uint32_t k = 0; k < c->knots; k++) {
        double logit = 8.0 * (2.0 * k / (PLATT_KNOTS - 1) - 1);
        c->score[k] = -(logit + b) / a;
        c->risk[k] = 1 / (1 + exp(-logit));
    }
}

/* ---- isotonic: neighbours whose shares fall are put together until none do ---- */

typedef struct block {
    double weight, risk, from, to;
} block;

static double share(const block *b) { return (b->risk + 0.5) / (b->weight + 1); }
static double raw_share(const block *b) { return b->risk / b->weight; }

static void join(block *blocks, size_t *n, size_t i)
{
    blocks[i].weight += blocks[i + 1].weight;
    blocks[i].risk += blocks[i + 1].risk;
    blocks[i].to = blocks[i + 1].to;
    memmove(&blocks[i + 1], &blocks[i + 2], (*n - i - 2) * sizeof *blocks);
    (*n)--;
}

/* `items` sorted by score; `blocks` has room for as many. */
static void fit_isotonic(curve *c, const vg_scored *items, size_t count, const choice *of, block *blocks)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!chosen(&items[i], of)) continue;
        block one = {items[i].weight, items[i].risk ? items[i].weight : 0, items[i].score, items[i].score};
        if (n && blocks[n - 1].to >= one.from) { /* one score, one risk */
            blocks[n - 1].weight += one.weight;
            blocks[n - 1].risk += one.risk;
        } else {
            blocks[n++] = one;
        }
        while (n > 1 && raw_share(&blocks[n - 2]) >= raw_share(&blocks[n - 1])) join(blocks, &n, n - 2);
    }
    double all = 0;
    for (size_t i = 0; i < n; i++) all += blocks[i].weight;
    while (n > 1) { /* a handful of people makes no step: the lightest goes to its lighter neighbour */
        size_t light = 0;
        for (size_t i = 1; i < n; i++)
            if (blocks[i].weight < blocks[light].weight) light = i;
        if (n <= BLOCKS_MOST && blocks[light].weight * blocks[light].weight >= all) break;
        bool left = light == n - 1 || (light > 0 && blocks[light - 1].weight < blocks[light + 1].weight);
        join(blocks, &n, left ? light - 1 : light);
    }
    c->method = VG_CURVE_ISOTONIC;
    c->knots = 0;
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        if (share(&blocks[i]) > most) most = share(&blocks[i]);
        for (int end = 0; end < 2; end++) {
            double at = end ? blocks[i].to : blocks[i].from;
            if (c->knots && at <= c->score[c->knots - 1]) continue;
            c->score[c->knots] = at;
            c->risk[c->knots++] = most;
        }
    }
    if (c->knots < 2) flat(c, c->knots ? most : 0);
}

static void fit(curve *c, vg_curve_method method, const vg_scored *items, size_t count, const choice *of, block *blocks)
{
    if (method == VG_CURVE_PLATT) fit_platt(c, items, count, of);
    else fit_isotonic(c, items, count, of, blocks);
}

/* ---- choosing, and how well it holds ---- */

static double log_loss(double p, bool risk)
{
    const double least = 1e-4;
    p = p < least ? least : p > 1 - least ? 1 - least : p;
    return risk ? -log(p) : -log(1 - p);
}

/* Each person's risk by a curve that was fitted without them. `bins` NULL: only the loss is wanted. */
static double held_out(vg_curve_method method, const vg_scored *items, size_t count, const char *language, uint32_t folds, block *blocks,
                       vg_calibrated *bins)
{
    double loss = 0, people = 0;
    for (uint32_t f = 0; f < folds; f++) {
        curve c;
        fit(&c, method, items, count, &(choice){language, (int)f}, blocks);
        for (size_t i = 0; i < count; i++) {
            if (items[i].fold != f || !chosen(&items[i], &(choice){language, -1})) continue;
            double p = risk_at(&c, items[i].score), w = items[i].weight;
            loss += w * log_loss(p, items[i].risk);
            people += w;
            if (!bins) continue;
            int b = (int)(p * VG_RELIABILITY_BINS);
            if (b >= VG_RELIABILITY_BINS) b = VG_RELIABILITY_BINS - 1;
            bins->bin[b].weight += w;
            bins->bin[b].predicted += w * p;
            bins->bin[b].observed += items[i].risk ? w : 0;
            bins->brier += w * (p - items[i].risk) * (p - items[i].risk);
        }
    }
    if (people <= 0) return 0;
    if (bins) {
        bins->brier /= people;
        for (int b = 0; b < VG_RELIABILITY_BINS; b++) {
            if (bins->bin[b].weight <= 0) continue;
            bins->bin[b].predicted /= bins->bin[b].weight;
            bins->bin[b].observed /= bins->bin[b].weight;
            bins->error += bins->bin[b].weight / people * fabs(bins->bin[b].predicted - bins->bin[b].observed);
        }
    }
    return loss / people;
}

static void to_integers(vg_model_curve *out, const curve *c, const vg_calibrated *of, const vg_calibrate_options *o)
{
    memcpy(out->language, of->language, sizeof out->language);
    out->method = c->method;
    out->items = of->windows;
    out->positives = (uint32_t)lround(of->risk_people);
    double base = of->risk_people / of->people;
    double odds = o->prevalence > 0 ? o->prevalence / (1 - o->prevalence) / (base / (1 - base)) : 1;
    uint32_t before = 0;
    for (uint32_t k = 0; k < c->knots; k++) {
        double score = ldexp(c->score[k], (int)o->shift), p = c->risk[k];
        if (score > INT32_MAX / 2) score = INT32_MAX / 2;
        if (score < INT32_MIN / 2) score = INT32_MIN / 2;
        if (p < 1) p = p / (1 - p) * odds / (1 + p / (1 - p) * odds);
        uint32_t risk = (uint32_t)lround(p * 10000);
        if (risk < before) risk = before;
        before = risk;
        int32_t at = (int32_t)lround(score);
        if (out->knots && at <= out->knot[out->knots - 1].score) {
            if (at == out->knot[out->knots - 1].score) out->knot[out->knots - 1].risk = risk;
            continue;
        }
        out->knot[out->knots].score = at;
        out->knot[out->knots++].risk = risk;
    }
    if (out->knots == 1) { /* all in one place */
        out->knot[1].score = out->knot[0].score + 1;
        out->knot[out->knots++].risk = before;
    }
}

static void fit_language(vg_calibration *out, vg_calibrated *l, const char *language, const vg_scored *items, size_t count,
                         const vg_calibrate_options *o, block *blocks)
{
    for (int m = 0; m < VG_CURVE_METHODS; m++) l->loss[m] = held_out((vg_curve_method)m, items, count, language, o->folds, blocks, NULL);
    l->method = o->method == VG_CALIBRATE_PLATT      ? VG_CURVE_PLATT
                : o->method == VG_CALIBRATE_ISOTONIC ? VG_CURVE_ISOTONIC
                : l->loss[VG_CURVE_ISOTONIC] < l->loss[VG_CURVE_PLATT] ? VG_CURVE_ISOTONIC
                                                                       : VG_CURVE_PLATT;
    held_out(l->method, items, count, language, o->folds, blocks, l);
    curve c;
    fit(&c, l->method, items, count, &(choice){language, -1}, blocks);
    vg_model_curve *to = &out->curves[out->curve_count++];
    memset(to, 0, sizeof *to);
    to_integers(to, &c, l, o);
}

static int by_score(const void *left, const void *right)
{
    const vg_scored *a = left, *b = right;
    if (a->score != b->score) return a->score < b->score ? -1 : 1;
    return (a->risk > b->risk) - (a->risk < b->risk);
}

static vg_calibrated *language_of(vg_calibration *out, const char *language)
{
    for (uint32_t i = 0; i < out->language_count; i++)
        if (strcmp(out->language[i].language, language) == 0) return &out->language[i];
    if (out->language_count == VG_MODEL_CURVES) return NULL; /* the rest falls back on all */
    vg_calibrated *l = &out->language[out->language_count++];
    memcpy(l->language, language, strnlen(language, sizeof l->language - 1)); /* the rest is zero */
    return l;
}

static void count_in(vg_calibrated *l, const vg_scored *item)
{
    l->windows++;
    l->people += item->weight;
    if (item->risk) l->risk_people += item->weight;
}

int vg_calibrate_fit(vg_calibration *out, vg_scored *items, size_t count, const vg_calibrate_options *options, vg_error *err)
{
    memset(out, 0, sizeof *out);
    block *blocks = vg_malloc((count + 1) * sizeof *blocks);
    if (!blocks) return vg_fail(err, VG_ENOMEM, "", "no memory to calibrate");
    qsort(items, count, sizeof *items, by_score);
    language_of(out, "");
    for (size_t i = 0; i < count; i++) {
        count_in(&out->language[0], &items[i]);
        vg_calibrated *l = items[i].language[0] ? language_of(out, items[i].language) : NULL;
        if (l) count_in(l, &items[i]);
    }
    int rc = 0;
    vg_calibrated *all = &out->language[0];
    if (all->risk_people <= 0 || all->risk_people >= all->people)
        rc = vg_fail(err, VG_EINVAL, "", "nothing to calibrate on: of %u windows, %s belong to people of risk", all->windows,
                     all->risk_people > 0 ? "all" : "none");
    for (uint32_t i = 0; i < out->language_count && !rc; i++) {
        vg_calibrated *l = &out->language[i];
        l->pooled = i && (l->risk_people < VG_CALIBRATION_LEAST || l->people - l->risk_people < VG_CALIBRATION_LEAST);
        if (!l->pooled) fit_language(out, l, i ? l->language : NULL, items, count, options, blocks);
    }
    vg_free(blocks);
    return rc;
}

double vg_learning_auc(vg_scored *items, size_t count)
{
    double below = 0, won = 0, risk = 0; /* below: weight of the others with a lower score */
    qsort(items, count, sizeof *items, by_score);
    for (size_t i = 0, end; i < count; i = end) {
        double tied_risk = 0, tied_other = 0;
        for (end = i; end < count && items[end].score <= items[i].score; end++) *(items[end].risk ? &tied_risk : &tied_other) += items[end].weight;
        won += tied_risk * (below + tied_other / 2);
        below += tied_other;
        risk += tied_risk;
    }
    return risk > 0 && below > 0 ? won / (risk * below) : 0.5;
}

/* ---- a corpus through a model ---- */

typedef struct scoring {
    const vg_model *model;
    const vg_text_engine *text_engine;
    vg_scored *items;
    size_t count, cap;
    uint32_t *person; /* of each item */
    learning_writer *writers;
    vg_model_part *windows;
    size_t writer_room;
    vg_buf text;
} scoring;

static int room_for_talk(scoring *s, const vg_corpus_talk *talk, vg_error *err)
{
    size_t need = s->count + talk->author_count * (LEARNING_ITEMS_MOST + 1);
    if (talk->author_count > s->writer_room) {
        vg_free(s->writers);
        vg_free(s->windows);
        s->writers = vg_calloc(talk->author_count, sizeof *s->writers);
        s->windows = vg_calloc(talk->author_count, sizeof *s->windows);
        s->writer_room = s->writers && s->windows ? talk->author_count : 0;
        if (!s->writer_room) return vg_fail(err, VG_ENOMEM, "", "no memory for the authors of a talk");
    }
    if (need <= s->cap) return 0;
    size_t cap = need * 2;
    void *items = vg_realloc(s->items, cap * sizeof *s->items);
    if (items) s->items = items;
    void *person = items ? vg_realloc(s->person, cap * sizeof *s->person) : NULL;
    if (person) s->person = person;
    if (!person) return vg_fail(err, VG_ENOMEM, "", "no memory for the windows of a corpus");
    s->cap = cap;
    return 0;
}

static int score_talk(scoring *s, const vg_corpus_talk *talk, const uint32_t *person, const bool *risk, uint8_t fold, vg_error *err)
{
    int rc = room_for_talk(s, talk, err);
    if (rc) return rc;
    learning_writers_begin(s->writers, talk);
    memset(s->windows, 0, talk->author_count * sizeof *s->windows);
    double unit = ldexp(1, -(int)vg_model_look(s->model)->shift);
    for (size_t m = 0; m < talk->message_count; m++) {
        const vg_corpus_message *message = &talk->messages[m];
        vg_model_dense dense;
        if (!learning_normalise(s->text_engine, message->text, &s->text)) return vg_fail(err, VG_ENOMEM, "", "no memory for a message");
        vg_model_part part = vg_model_score(s->model, s->text.ptr, s->text.len);
        vg_model_part *window = &s->windows[message->author];
        *window = vg_model_window_add(*window, part);
        if (!learning_writers_step(s->writers, talk, m, part.tokens, &dense)) continue;
        vg_scored *item = &s->items[s->count];
        *item = (vg_scored){.score = vg_model_raw(s->model, *window, &dense) * unit, .fold = fold, .risk = risk[person[message->author]]};
        learning_language(talk->language, item->language);
        s->person[s->count++] = person[message->author];
    }
    return 0;
}

static int weigh_people(scoring *s, uint32_t persons, vg_error *err)
{
    uint32_t *windows = vg_calloc(persons + 1, sizeof *windows);
    if (!windows) return vg_fail(err, VG_ENOMEM, "", "no memory for the people of a corpus");
    for (size_t i = 0; i < s->count; i++) windows[s->person[i]]++;
    for (size_t i = 0; i < s->count; i++) s->items[i].weight = 1.0 / windows[s->person[i]];
    vg_free(windows);
    return 0;
}

int vg_calibrate_model(vg_calibration *out, const vg_model *model, const vg_corpus *corpus, const vg_calibrate_options *options, uint64_t seed,
                       vg_learning_progress progress, void *context, vg_error *err)
{
    learning_people people;
    scoring s = {.model = model, .text_engine = options->text};
    vg_buf_init(&s.text, 1 << 20);
    uint8_t *fold = vg_calloc(corpus->count + 1, 1);
    int rc = learning_people_of(&people, corpus, err);
    if (!rc && !fold) rc = vg_fail(err, VG_ENOMEM, "", "no memory to part a corpus");
    if (!rc) rc = learning_folds(&people, corpus, options->folds, seed, fold, err);
    for (size_t t = 0; t < corpus->count && !rc; t++) {
        rc = score_talk(&s, &corpus->talks[t], people.person + people.first[t], people.risk, fold[t], err);
        if (progress) progress(context, t + 1, corpus->count);
    }
    if (!rc) rc = weigh_people(&s, people.persons, err);
    if (!rc) rc = vg_calibrate_fit(out, s.items, s.count, options, err);
    learning_people_free(&people);
    vg_free(fold);
    vg_free(s.items);
    vg_free(s.person);
    vg_free(s.writers);
    vg_free(s.windows);
    vg_buf_free(&s.text);
    return rc;
}
