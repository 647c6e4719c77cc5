/* SPDX-License-Identifier: Apache-2.0
 *
 * Feedback: how the export is read back, what is refused, and what judgements of a model do to its curves.
 */
#include <math.h>

#include "learning/correct.h"
#include "learning/feedback.h"
#include "talks.h"

enum { SHIFT = 4096 };

/* ---- reading ---- */

static const char lines[] =
    "{\"evidence\":\"text.model\",\"pattern\":\"now.model\",\"language\":\"fr\",\"weight\":0.41,\"strength\":0.8,\"risk\":0.66,\"judgement\":\"right\",\"space\":\"lobby\"}\n"
    "\r\n"
    "{\"evidence\":\"text.secrecy\",\"pattern\":\"our secret\",\"language\":\"en\",\"weight\":0.416,\"strength\":1,\"risk\":0.6589,\"judgement\":\"wrong\",\"space\":\"lobby\"}\r\n"
    "{\"evidence\":\"conduct.age_gap\",\"pattern\":null,\"language\":null,\"weight\":0,\"strength\":0,\"risk\":1,\"judgement\":\"unsure\",\"space\":\"forum\"}";

/* "kind strength judgement [source] [language]" of each, or "= error where: what". */
static const char *read_back(const char *text, size_t len)
{
    static char shown[2048];
    vg_judged_list list;
    vg_error err = {0};
    size_t n = 0;
    shown[0] = '\0';
    if (vg_judged_read(&list, (vg_str){text, len}, "f", &err)) {
        snprintf(shown, sizeof shown, "= %s %s: %s%s", vg_error_name(err.code), err.where, err.what, list.arena || list.items ? " and something is left" : "");
        return shown;
    }
    for (size_t i = 0; i < list.count; i++) {
        const vg_judged *j = &list.items[i];
        n += (size_t)snprintf(shown + n, sizeof shown - n, "%s %u %s [%.*s] [%.*s]\n", vg_evidence_names[j->kind], j->strength, vg_judgement_names[j->judgement],
                              VG_STR_ARG(j->source), VG_STR_ARG(j->language));
    }
    vg_judged_free(&list);
    return shown;
}

#define IS_READ(text, want, name) TAP_EQ_STR(read_back(text, strlen(text)), want, name)
#define LINE(evidence, more) "{\"evidence\":\"" evidence "\",\"strength\":0.5,\"judgement\":\"right\"" more "}"

static void reading(void)
{
    IS_READ(lines,
            "text.model 8000 right [now.model] [fr]\n"
            "text.secrecy 10000 wrong [our secret] [en]\n"
            "conduct.age_gap 0 unsure [] []\n",
            "what the export writes is read back, in its order");
    IS_READ("", "", "an export of nothing is a list of none");
    IS_READ("\xef\xbb\xbf\n\n", "", "so are empty lines");
    IS_READ(LINE("text.model", ""), "text.model 5000 right [] []\n", "only evidence, strength and judgement must be there");
}

static void refusing(void)
{
    IS_READ("\n{\"evidence\":", "= invalid f:2:12: not JSON: unexpected token near end of file; expected one judgement as an object", "what is not JSON is refused with its place");
    IS_READ("[]", "= invalid f:1: not an object; expected one judgement a line", "an array");
    IS_READ(LINE("text.nothing", ""), "= invalid f:1: unknown evidence \"text.nothing\"; expected a name such as text.secrecy", "evidence that there is not");
    IS_READ(LINE("text.model", ",\"case\":1"),
            "= invalid f:1: unknown member \"case\"; expected evidence, pattern, language, weight, strength, risk, judgement, space, by", "a member that there is not");
    IS_READ(LINE("text.model", ",\"by\":\"receiver\""), "text.model 5000 right [] []\n", "what a receiver answered");
    IS_READ(LINE("text.model", ",\"by\":\"=1+1\""), "= invalid f:1: by is \"=1+1\"; expected person or receiver", "somebody else's");
    IS_READ("{\"strength\":0,\"judgement\":\"right\"}", "= invalid f:1: no member \"evidence\"; expected a line of vigie feedback export", "no evidence");
    IS_READ("{\"evidence\":\"text.model\",\"judgement\":\"right\"}", "= invalid f:1: no member \"strength\"; expected a line of vigie feedback export", "no strength");
    IS_READ("{\"evidence\":\"text.model\",\"strength\":0.5}", "= invalid f:1: no member \"judgement\"; expected a line of vigie feedback export", "no judgement");
    IS_READ("{\"evidence\":\"text.model\",\"strength\":1.01,\"judgement\":\"right\"}", "= invalid f:1: strength is not a share; expected a number from 0 to 1", "over one");
    IS_READ("{\"evidence\":\"text.model\",\"strength\":\"1\",\"judgement\":\"right\"}", "= invalid f:1: strength is not a share; expected a number from 0 to 1", "a text for a number");
    IS_READ("{\"evidence\":\"text.model\",\"strength\":1,\"judgement\":\"maybe\"}", "= invalid f:1: unknown judgement \"maybe\"; expected right, wrong or unsure",
            "another judgement");
    IS_READ("{\"evidence\":null,\"strength\":1,\"judgement\":\"right\"}", "= invalid f:1: evidence is not a text; expected a text", "null where a text must be");
    IS_READ(LINE("text.model", ",\"pattern\":3"), "= invalid f:1: pattern is not a text; expected a text or null", "a number for a text");
    IS_READ(LINE("text.model", ",\"language\":\"a-language-tag-that-is-longer-than-any-of-them\""), "= invalid f:1: language has 46 bytes; expected at most 35",
            "a text too long");
    IS_READ(LINE("text.model", "") "\n" LINE("text.model", ",\"strength\":1"), "= invalid f:2:70: not JSON: duplicate object key near '\"strength\"'; expected one judgement as an object",
            "a member twice");
}

static void without_memory(void)
{
    size_t n = 1, failures = 0;
    bool right = true, done = false;
    for (; n < 200 && right && !done; n++) {
        vg_judged_list list;
        vg_error err = {0};
        vg_alloc_fail_at(n);
        int rc = vg_judged_read(&list, vg_str_of(lines), "f", &err);
        done = !vg_alloc_failed();
        vg_alloc_fail_at(0);
        right = done ? rc == 0 && list.count == 3 : rc == -VG_ENOMEM && !list.arena && !list.items;
        failures += !done;
        vg_judged_free(&list);
    }
    TAP_OK(right && done && failures >= 2, "each of %zu allocations is refused in turn, and nothing stays", failures);
    size_t refused = 0, len = strlen(lines);
    for (size_t cut = 0; cut < len; cut++) {
        char *exact = malloc(cut ? cut : 1); /* so that a read beyond the end is seen */
        memcpy(exact, lines, cut);
        refused += read_back(exact, cut)[0] == '=';
        free(exact);
    }
    TAP_OK(refused > len / 2, "cut anywhere, it is refused with a reason or whole (%zu of %zu)", refused, len);
}

/* ---- correcting ---- */

static vg_judged judged[20000];
static size_t judged_count;

/* A curve whose risk is sigmoid(score / 4096), sampled as calibration does. */
static vg_model_curve platt(const char *language)
{
    vg_model_curve c = {.method = VG_CURVE_PLATT, .knots = 63};
    snprintf(c.language, sizeof c.language, "%s", language);
    for (int k = 0; k < 63; k++) {
        double x = 8.0 * (2.0 * k / 62 - 1);
        c.knot[k].score = (int32_t)lround(x * SHIFT);
        c.knot[k].risk = (uint32_t)lround(10000 / (1 + exp(-x)));
    }
    return c;
}

static vg_model_curve steps(const char *language)
{
    vg_model_curve c = {.method = VG_CURVE_ISOTONIC, .knots = 6, .knot = {{-8000, 100}, {-4000, 3000}, {0, 3000}, {2000, 7000}, {5000, 9000}, {9000, 9990}}};
    snprintf(c.language, sizeof c.language, "%s", language);
    return c;
}

static uint16_t at(const vg_model_curve *c, double logit) { return vg_curve_risk(c, (int32_t)(logit * SHIFT)); }

/* Judgements of what is shown from 0.6 on; it is right as often as sigmoid(a * logit + b). */
static void say(size_t count, const char *language, double a, double b)
{
    for (size_t i = 0; i < count; i++) {
        double p = 0.6 + talk_random(3900) / 1e4, truth = 1 / (1 + exp(-(a * log(p / (1 - p)) + b)));
        judged[judged_count++] = (vg_judged){.kind = VG_TEXT_MODEL, .judgement = talk_random(1000000) < truth * 1e6 ? VG_JUDGED_RIGHT : VG_JUDGED_WRONG,
                                             .strength = (uint16_t)lround(p * 10000), .source = VG_STR("now.model"), .language = vg_str_of(language)};
    }
}

static const vg_correction *corrected(const vg_model_curve *shown, uint32_t shown_count, const vg_model_curve *curves, uint32_t count)
{
    static vg_correction out;
    vg_error err = {0};
    vg_judged_list list = {.items = judged, .count = judged_count};
    TAP_OK(vg_correct(&out, &list, "now.model", shown, shown_count, curves, count, &err) == 0, "%zu judgements are read", judged_count);
    judged_count = 0;
    return &out;
}

static bool rises(const vg_model_curve *c)
{
    bool ok = c->knots >= 2 && c->knots <= VG_MODEL_KNOTS && c->knot[c->knots - 1].risk <= 10000;
    for (uint32_t k = 1; k < c->knots; k++) ok &= c->knot[k].score > c->knot[k - 1].score && c->knot[k].risk >= c->knot[k - 1].risk;
    return ok;
}

static void perfect(void)
{
    vg_model_curve curves[] = {platt(""), platt("fr")};
    say(4000, "fr", 1, 0);
    const vg_correction *c = corrected(curves, 2, curves, 2);
    int shown = 0, other = 0;
    for (double x = -7; x < 7; x += 0.1) {
        int moved = abs(at(&c->curves[1], x) - at(&curves[1], x)), *furthest = x >= 0.4 ? &shown : &other;
        if (moved > *furthest) *furthest = moved;
    }
    TAP_OK(shown < 400 && other < 800, "judgements that bear the risks out move them by %.4f at most, and by %.4f where nothing was shown", shown / 1e4, other / 1e4);
    TAP_OK(fabs(c->language[1].a - 1) < 0.2 && fabs(c->language[1].b) < 0.3, "a is %.3f, b %.3f: near 1 and 0", c->language[1].a, c->language[1].b);
    TAP_OK(memcmp(&c->curves[0], &curves[0], sizeof curves[0]) == 0, "the curve of all, which showed none of it, stays as it is");
}

static void overconfident(void)
{
    vg_model_curve curves[] = {platt(""), platt("fr")};
    say(4000, "fr", 0.6, -1);
    say(400, "fr", 0.6, -1);
    const vg_correction *c = corrected(curves, 2, curves, 2);
    const vg_corrected *l = &c->language[1];
    TAP_OK(l->state == VG_CORRECTION_MADE && strcmp(l->language, "fr") == 0, "a model that is too sure of itself in French is corrected");
    TAP_OK(fabs(l->a - 0.6) < 0.15 && fabs(l->b + 1) < 0.25, "by what was wrong with it: %.2f and %.2f for 0.60 and -1.00", l->a, l->b);
    double truth = 1 / (1 + exp(-(0.6 * 2 - 1)));
    TAP_OK(abs(at(&c->curves[1], 2) - (int)(truth * 1e4)) < 300, "what it showed as %.2f is now %.2f, and was right in %.2f", at(&curves[1], 2) / 1e4, at(&c->curves[1], 2) / 1e4, truth);
    TAP_OK(l->brier[1] < l->brier[0] - 0.02 && l->loss[1] < l->loss[0] - 0.05, "each half fares better by the other's correction");
    TAP_OK(rises(&c->curves[1]) && c->curves[1].method == VG_CURVE_PLATT && c->curves[1].knots == 63, "the curve rises, and a sigmoid stays one");
    TAP_OK(c->curves[1].knot[0].risk < 10 && c->curves[1].knot[62].risk > 9990, "from nearly 0 to nearly 1, as before");
    TAP_OK(l->least >= 0.6 && l->least < 0.61, "it says from which risk on anything was judged");
    uint32_t in_bins = 0;
    for (int b = 0; b < VG_RELIABILITY_BINS; b++) in_bins += l->bin[b].count;
    TAP_OK(in_bins == 4400 && !l->bin[5].count && l->bin[6].count && fabs(l->bin[8].after - (double)l->bin[8].right / l->bin[8].count) < 0.06,
           "the table has everybody once, and what is corrected is near what was right");
}

static void keeps_order(void)
{
    vg_model_curve curves[] = {steps(""), steps("fr"), platt("en")};
    say(500, "fr", 0.6, -1);
    say(3000, "en", -2, 0); /* the surer, the more often wrong */
    const vg_correction *c = corrected(curves, 3, curves, 3);
    TAP_OK(rises(&c->curves[1]) && c->curves[1].method == VG_CURVE_ISOTONIC && c->curves[1].knots == 6, "an isotonic curve keeps its scores and rises");
    TAP_OK(c->curves[1].knot[4].risk < 7500 && c->curves[1].knot[1].risk == c->curves[1].knot[2].risk, "with lower risks, level where it was level");
    TAP_OK(c->language[2].state == VG_CORRECTION_MADE && fabs(c->language[2].a) < 1e-9 && rises(&c->curves[2]),
           "where the surest was wrong the most, the curve becomes level, and nobody changes places");
    TAP_OK(at(&c->curves[2], 3) < 5000, "but all is less sure: %.2f", at(&c->curves[2], 3) / 1e4);
}

static void few(void)
{
    vg_model_curve curves[] = {platt(""), platt("fr"), platt("en")};
    for (int i = 0; i < VG_CORRECTION_LEAST; i++) {
        say(1, "fr", 1, i % 2 ? -20 : 20); /* half of it wrong */
        if (i) say(1, "en", 1, -20);       /* one too few */
    }
    const vg_correction *c = corrected(curves, 3, curves, 3);
    TAP_OK(c->language[2].state == VG_CORRECTION_FEW && memcmp(&c->curves[2], &curves[2], sizeof curves[2]) == 0, "with fewer than %d, a curve is left as it is",
           VG_CORRECTION_LEAST);
    int moved = at(&curves[1], 1.4) - at(&c->curves[1], 1.4);
    TAP_OK(c->language[1].state == VG_CORRECTION_MADE && moved > 0 && moved < 2500, "with %d, a risk of 0.80 of which half was right becomes %.2f, not 0.50",
           VG_CORRECTION_LEAST, at(&c->curves[1], 1.4) / 1e4);
    TAP_OK(abs(at(&c->curves[1], -2.2) - at(&curves[1], -2.2)) < 1000, "and where nothing was shown it stays about where it was: 0.10 is %.2f", at(&c->curves[1], -2.2) / 1e4);
}

/* All of it shown at one risk and wrong: that says nothing of lower ones. */
static void one_place(void)
{
    vg_model_curve curves[] = {platt(""), platt("fr")};
    for (int i = 0; i < 60; i++) {
        say(1, "fr", 1, -20);
        judged[i].strength = 8700;
    }
    const vg_correction *c = corrected(curves, 2, curves, 2);
    TAP_OK(c->language[1].state == VG_CORRECTION_MADE && at(&c->curves[1], 1.9) < 4000, "a risk of 0.87 that was wrong sixty times becomes %.2f", at(&c->curves[1], 1.9) / 1e4);
    bool higher = false;
    for (double x = -7; x < 1.9; x += 0.1) higher |= at(&c->curves[1], x) > at(&curves[1], x) + 20;
    TAP_OK(!higher && c->language[1].a > 0.5, "and no lower risk becomes higher by it (a is %.2f)", c->language[1].a);
}

static void left_out(void)
{
    vg_model_curve curves[] = {platt("")};
    const vg_judged others[] = {
        {.kind = VG_TEXT_MODEL, .judgement = VG_JUDGED_UNSURE, .strength = 9000, .source = VG_STR("now.model"), .language = VG_STR("fr")},
        {.kind = VG_TEXT_SECRECY, .judgement = VG_JUDGED_WRONG, .strength = 9000, .source = VG_STR("our secret"), .language = VG_STR("fr")},
        {.kind = VG_TEXT_MODEL, .judgement = VG_JUDGED_WRONG, .strength = 9000, .source = VG_STR("old.model"), .language = VG_STR("fr")},
    };
    for (size_t i = 0; i < 300; i++) judged[judged_count++] = others[i % 3];
    const vg_correction *c = corrected(curves, 1, curves, 1);
    TAP_OK(c->unsure == 100 && c->other_evidence == 100 && c->other_models == 100 && !c->right && !c->wrong, "unsure, other evidence and other models are counted");
    TAP_OK(c->curve_count == 1 && memcmp(c->curves, curves, sizeof curves) == 0, "and change nothing");
    say(1, "fr", 1, 20);
    judged[0].source = VG_STR("");
    judged[0].answered = true;
    c = corrected(curves, 1, curves, 1);
    TAP_EQ_INT(c->answered, 1, "labels from receivers' answers are counted");
    TAP_EQ_INT(c->right, 1, "a judgement that names no file counts");
    c = corrected(curves, 1, curves, 1);
    TAP_OK(c->language_count == 1 && memcmp(c->curves, curves, sizeof curves) == 0, "no judgement at all is no error");
}

static void languages(void)
{
    vg_model_curve curves[] = {platt(""), platt("fr")};
    say(600, "fr-CA", 0.6, -1);
    say(600, "en", 1, -2);
    say(20, "tl", 1, -2);
    say(20, "", 1, -2);
    const vg_correction *c = corrected(curves, 2, curves, 2);
    TAP_OK(c->language_count == 3 && c->curve_count == 3, "three groups, and one curve more");
    TAP_OK(c->language[1].state == VG_CORRECTION_MADE && strcmp(c->language[1].language, "fr") == 0 && c->language[1].right + c->language[1].wrong == 600, "fr-CA is French");
    TAP_OK(strcmp(c->curves[2].language, "en") == 0 && c->language[2].added && at(&c->curves[2], 2) < 6500,
           "English had no curve: it gets that of all, corrected: %.2f", at(&c->curves[2], 2) / 1e4);
    TAP_OK(c->language[0].right + c->language[0].wrong == 40 && at(&c->curves[0], 2) < at(&curves[0], 2) && at(&c->curves[0], 2) > at(&c->curves[2], 2),
           "those with too few judgements, or no language, are put together for the curve of all");
    vg_model_curve full[VG_MODEL_CURVES];
    for (int i = 0; i < VG_MODEL_CURVES; i++) full[i] = platt((char[3]){i ? 'a' : '\0', (char)(i ? 'a' + i % 26 : 0), 0});
    for (int i = 27; i < VG_MODEL_CURVES; i++) full[i].language[0] = 'b';
    say(300, "zz", 1, -2);
    for (int i = 1; i < VG_MODEL_CURVES; i++) say(40, full[i].language, 1, -2);
    c = corrected(full, VG_MODEL_CURVES, full, VG_MODEL_CURVES);
    TAP_OK(c->curve_count == VG_MODEL_CURVES && c->language[0].right + c->language[0].wrong == 300, "where no curve has room any more, that of all is corrected");
}

/* What was shown came from old curves: it is turned back into scores before new ones are corrected. */
static void on_new_curves(void)
{
    vg_model_curve old[] = {platt(""), steps("fr")}, now[] = {platt("")};
    for (uint32_t k = 0; k < now[0].knots; k++) now[0].knot[k].score += 2 * SHIFT; /* what was 0.88 is 0.50 */
    say(4000, "", 1, -2);
    const vg_correction *c = corrected(old, 2, now, 1);
    TAP_OK(fabs(c->language[0].a - 1) < 0.15 && fabs(c->language[0].b) < 0.2, "new curves that say already what people found are left: %.2f, %.2f", c->language[0].a,
           c->language[0].b);
    for (size_t i = 0; i < 60; i++) { /* level from score -4000 to 0: score -2000, at which `now` has sigmoid(-2000/4096 - 2) */
        say(1, "fr", 1, 0);
        judged[i].strength = 3000;
    }
    c = corrected(old, 2, now, 1);
    TAP_OK(fabs(c->language[1].least - 1 / (1 + exp(2000.0 / SHIFT + 2))) < 0.002, "what was shown on a level stretch is read in its middle: %.3f", c->language[1].least);
}

static void correcting_without_memory(void)
{
    vg_model_curve curves[] = {platt("")};
    vg_correction out;
    vg_judged_list list = {.items = judged, .count = 100};
    bool right = true, done = false;
    size_t n = 1;
    say(100, "fr", 1, 0);
    for (; n < 20 && right && !done; n++) {
        vg_error err = {0};
        vg_alloc_fail_at(n);
        int rc = vg_correct(&out, &list, "now.model", curves, 1, curves, 1, &err);
        done = !vg_alloc_failed();
        vg_alloc_fail_at(0);
        right = done ? rc == 0 : rc == -VG_ENOMEM && err.code == VG_ENOMEM;
    }
    TAP_OK(right && done && n > 3, "a correction without memory is refused at each of its allocations");
    judged_count = 0;
}

int main(void)
{
    reading();
    refusing();
    without_memory();
    perfect();
    overconfident();
    keeps_order();
    few();
    one_place();
    left_out();
    languages();
    on_new_curves();
    correcting_without_memory();
    return tap_done();
}
