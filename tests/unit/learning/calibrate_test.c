/* SPDX-License-Identifier: Apache-2.0
 *
 * Calibration: a risk of 0.8 means that four in five are; for each language by itself.
 */
#include <math.h>

#include "learning/calibrate.h"
#include "talks.h"

enum { COUNT = 6000 };
static vg_scored items[COUNT];

/* Risk as a sigmoid of the score, shifted by `shift`. */
static size_t make(size_t from, size_t count, const char *language, double slope, double shift)
{
    for (size_t i = from; i < from + count; i++) {
        double score = talk_random(8000) / 1000.0 - 4, p = 1 / (1 + exp(-(slope * score + shift)));
        items[i] = (vg_scored){.score = score, .weight = 1, .fold = (uint8_t)(i % 5), .risk = talk_random(1000000) < p * 1e6};
        snprintf(items[i].language, sizeof items[i].language, "%s", language);
    }
    return from + count;
}

static const vg_calibrate_options usual = {.folds = 5, .shift = 12};

static uint16_t at(const vg_model_curve *c, double score) { return vg_curve_risk(c, (int32_t)(score * 4096)); }

static bool rises(const vg_model_curve *c)
{
    bool ok = c->knots >= 2 && c->knots <= VG_MODEL_KNOTS && c->knot[c->knots - 1].risk <= 10000;
    for (uint32_t k = 1; k < c->knots; k++) ok &= c->knot[k].score > c->knot[k - 1].score && c->knot[k].risk >= c->knot[k - 1].risk;
    return ok;
}

static void means_what_it_says(void)
{
    vg_calibration out;
    vg_error err = {0};
    size_t n = make(0, COUNT, "fr", 1.5, -1);
    TAP_EQ_INT(vg_calibrate_fit(&out, items, n, &usual, &err), 0, "scores of six thousand are calibrated");
    const vg_calibrated *l = &out.language[0];
    TAP_EQ_INT(l->method, VG_CURVE_PLATT, "where risk is a sigmoid of the score, the sigmoid is chosen");
    TAP_OK(rises(&out.curves[0]), "its curve rises");
    TAP_OK(abs(at(&out.curves[0], 0) - 2689) < 250, "at score 0 the risk is what it was made from: %u", at(&out.curves[0], 0));
    TAP_OK(abs(at(&out.curves[0], 1.591) - 8000) < 250, "and 0.8 where it was 0.8: %u", at(&out.curves[0], 1.591));
    TAP_OK(l->error < 0.03 && l->brier < 0.2, "on people it was not fitted on it errs by %.3f", l->error);
    double sum = 0;
    for (int b = 0; b < VG_RELIABILITY_BINS; b++) sum += l->bin[b].weight;
    TAP_OK(fabs(sum - COUNT) < 0.01, "everybody is in the table once");
    TAP_EQ_INT(out.curve_count, 2, "all languages, and French");
    TAP_EQ_STR(out.curves[1].language, "fr", "which has its code");
}

static void each_language(void)
{
    vg_calibration out;
    vg_error err = {0};
    size_t n = make(0, 2500, "fr", 1.5, -2);
    n = make(n, 2500, "en", 1.5, 2);
    n = make(n, 30, "tl", 1.5, 0);
    TAP_EQ_INT(vg_calibrate_fit(&out, items, n, &usual, &err), 0, "three languages");
    TAP_OK(out.language_count == 4 && out.curve_count == 3, "two get a curve of their own");
    const vg_model_curve *fr = NULL, *en = NULL;
    for (uint32_t i = 1; i < out.curve_count; i++) *(out.curves[i].language[0] == 'f' ? &fr : &en) = &out.curves[i];
    TAP_OK(fr && en && abs(at(fr, 0) - 1192) < 350 && abs(at(en, 0) - 8808) < 350, "one score, two risks: %u and %u", fr ? at(fr, 0) : 0, en ? at(en, 0) : 0);
    bool few = false;
    for (uint32_t i = 1; i < out.language_count; i++)
        if (out.language[i].language[0] == 't') few = out.language[i].pooled;
    TAP_OK(few, "the third has too few people and falls back on all");
}

static void isotonic(void)
{
    vg_calibration out;
    vg_error err = {0};
    for (size_t i = 0; i < COUNT; i++) { /* a step: no sigmoid */
        double score = talk_random(8000) / 1000.0 - 4, p = score < -2 ? 0.05 : score < 3 ? 0.5 : 0.55;
        items[i] = (vg_scored){.score = score, .weight = 1, .fold = (uint8_t)(i % 5), .risk = talk_random(1000000) < p * 1e6};
    }
    TAP_EQ_INT(vg_calibrate_fit(&out, items, COUNT, &usual, &err), 0, "a step is calibrated");
    TAP_EQ_INT(out.language[0].method, VG_CURVE_ISOTONIC, "by isotonic regression");
    TAP_OK(out.language[0].loss[VG_CURVE_ISOTONIC] < out.language[0].loss[VG_CURVE_PLATT], "which loses less");
    TAP_OK(rises(&out.curves[0]) && abs(at(&out.curves[0], -3) - 500) < 250 && abs(at(&out.curves[0], 1) - 5000) < 500, "and follows it: %u, then %u", at(&out.curves[0], -3),
           at(&out.curves[0], 1));
    vg_calibrate_options platt = usual;
    platt.method = VG_CALIBRATE_PLATT;
    TAP_OK(!vg_calibrate_fit(&out, items, COUNT, &platt, &err) && out.curves[0].method == VG_CURVE_PLATT, "unless the other one is asked for");
}

static void odd_cases(void)
{
    vg_calibration out;
    vg_error err = {0};
    size_t n = make(0, 2000, "", 1.5, 0);
    vg_calibrate_options rare = usual;
    rare.prevalence = 0.001;
    vg_calibrate_fit(&out, items, n, &usual, &err);
    uint16_t before = at(&out.curves[0], 0);
    TAP_EQ_INT(out.curve_count, 1, "talks without a language have the curve of all");
    vg_calibrate_fit(&out, items, n, &rare, &err);
    TAP_OK(at(&out.curves[0], 0) < 50 && before > 4000, "where people of risk are rare, the same score is a lower risk: %u, then %u", before, at(&out.curves[0], 0));
    TAP_OK(rises(&out.curves[0]), "and the curve rises still");
    n = make(0, 1000, "", -1.5, 0);
    for (int m = VG_CALIBRATE_PLATT; m <= VG_CALIBRATE_ISOTONIC; m++) {
        vg_calibrate_options method = usual;
        method.method = (vg_calibrate_method)m;
        vg_calibrate_fit(&out, items, n, &method, &err);
        TAP_OK(rises(&out.curves[0]) && at(&out.curves[0], 4) - at(&out.curves[0], -4) < 100, "scores that are upside down give a level curve");
    }
    for (size_t i = 0; i < 100; i++) items[i] = (vg_scored){.score = 1, .weight = 1, .fold = (uint8_t)(i % 5), .risk = i % 4 == 0};
    for (int m = VG_CALIBRATE_PLATT; m <= VG_CALIBRATE_ISOTONIC; m++) {
        vg_calibrate_options method = usual;
        method.method = (vg_calibrate_method)m;
        vg_calibrate_fit(&out, items, 100, &method, &err);
        TAP_OK(rises(&out.curves[0]) && abs(at(&out.curves[0], 1) - 2500) < 120, "one score for all has the risk of all: %u", at(&out.curves[0], 1));
    }
    for (size_t i = 0; i < 100; i++) items[i].risk = false;
    TAP_EQ_INT(vg_calibrate_fit(&out, items, 100, &usual, &err), -VG_EINVAL, "without anybody of risk there is nothing to calibrate on");
    TAP_EQ_INT(vg_calibrate_fit(&out, items, 0, &usual, &err), -VG_EINVAL, "nor with nobody at all");
    for (size_t i = 0; i < 100; i++) items[i].risk = true;
    TAP_EQ_INT(vg_calibrate_fit(&out, items, 100, &usual, &err), -VG_EINVAL, "nor with nobody else");
    n = make(0, 1000, "fr", 1.5, 0);
    for (size_t i = 0; i < n; i++) items[i].score *= i % 100 ? 1 : 1e9;
    TAP_OK(!vg_calibrate_fit(&out, items, n, &usual, &err) && rises(&out.curves[0]), "scores beyond all bounds are kept in bounds");
}

static void area(void)
{
    vg_scored s[4] = {{.score = 1, .weight = 1}, {.score = 2, .weight = 1, .risk = true}, {.score = 3, .weight = 1}, {.score = 4, .weight = 1, .risk = true}};
    TAP_OK(fabs(vg_learning_auc(s, 4) - 0.75) < 1e-9, "three pairs of four in order are 0.75");
    for (int i = 0; i < 4; i++) s[i].score = 7;
    TAP_OK(fabs(vg_learning_auc(s, 4) - 0.5) < 1e-9, "ties are a half");
    TAP_OK(fabs(vg_learning_auc(s, 0) - 0.5) < 1e-9, "so is nobody");
}

int main(void)
{
    means_what_it_says();
    each_language();
    isotonic();
    odd_cases();
    area();
    return tap_done();
}
