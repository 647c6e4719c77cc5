/* SPDX-License-Identifier: Apache-2.0
 *
 * Figures of an evaluation against numbers reckoned by hand.
 */
#include <math.h>

#include "learning/figures.h"
#include "tests/unit/learning/support.h"

static bool close_to(double value, double want) { return fabs(value - want) < 1e-6; }

#define IS(figure, want, name) \
    do { \
        double is_value = (figure), is_want = (want); \
        if (!TAP_OK(close_to(is_value, is_want), "%s", name)) printf("# got %.8f, expected %.8f\n", is_value, is_want); \
    } while (0)

static vg_figures reckon(const vg_unit *units, size_t count, double prevalence, uint64_t seed, unsigned draws)
{
    vg_unit copy[512];
    vg_figures figures;
    memcpy(copy, units, count * sizeof *units);
    vg_figure_options options = {.prevalence = prevalence, .seed = seed, .draws = draws};
    if (vg_figures_of(&(vg_units){copy, count}, &options, &figures, NULL)) exit(1);
    return figures;
}

/* Four risk units, of which three are alerted, at their first, third and fifth message; six innocent, of which one is. */
static const vg_unit ten[] = {
    {.risk = true, .authored = true, .right_author = true, .score = 9000, .length = 10, .alert = 1, .request = 1},
    {.risk = true, .authored = true, .right_author = false, .score = 8000, .length = 11, .alert = 3, .request = 4},
    {.risk = true, .score = 6000, .length = 31, .alert = 5},
    {.risk = true, .score = 0, .length = 10, .request = 5},
    {.score = 8500, .length = 5, .alert = 2},
    {.score = 5000, .length = 5},
    {.score = 4000, .length = 5},
    {.length = 5},
    {.length = 5},
    {.length = 5},
};

static void by_hand(void)
{
    vg_figures f = reckon(ten, 10, 0.1, 1, 0);
    TAP_OK(f.risk == 4 && f.innocent == 6 && f.found == 3 && f.false_alarms == 1 && f.with_request == 3, "what there is is counted");
    IS(f.figure[VG_FIGURE_PRECISION].value, 0.75, "precision: three of four alerts are right");
    IS(f.figure[VG_FIGURE_RECALL].value, 0.75, "recall: three of four are found");
    IS(f.figure[VG_FIGURE_F1].value, 0.75, "F1");
    IS(f.figure[VG_FIGURE_F05].value, 0.75, "F0.5");
    IS(f.figure[VG_FIGURE_PRECISION_RARE].value, 0.075 / (0.075 + 0.15), "precision where one in ten is risk: Bayes");
    IS(f.median_length, 10.5, "m: the median of 10, 10, 11 and 31");
    /* the median alert is at message 3: penalty -1 + 2 / (1 + e^(-2p)) = tanh(p), p = ln 3 / 9.5 */
    IS(f.figure[VG_FIGURE_SPEED].value, 1 - tanh(log(3) / 9.5), "speed: one minus the penalty of the median alert");
    IS(f.figure[VG_FIGURE_F_LATENCY].value, 0.75 * (1 - tanh(log(3) / 9.5)), "F-latency: F1 times speed");
    IS(f.figure[VG_FIGURE_MEDIAN_ALERT].value, 3, "the median of 1, 3 and 5");
    IS(f.figure[VG_FIGURE_P90_ALERT].value, 5, "nine in ten are alerted by the fifth");
    IS(f.figure[VG_FIGURE_FALSE_1000].value, 1000.0 / 6, "one false alarm of six");
    IS(f.figure[VG_FIGURE_BEFORE].value, 1.0 / 3, "one of three before the request");
    IS(f.figure[VG_FIGURE_BY].value, 2.0 / 3, "two at the latest with it");
    IS(f.figure[VG_FIGURE_RIGHT_AUTHOR].value, 0.5, "of two with a labelled author, one alert is about the right one");
    TAP_OK(isnan(f.figure[VG_FIGURE_RECALL].low), "without draws there is no interval");
}

static void penalty_is_half_at_the_median(void)
{
    vg_unit one = {.risk = true, .score = 9000, .length = 21, .alert = 21};
    IS(reckon(&one, 1, 0.1, 1, 0).figure[VG_FIGURE_SPEED].value, 0.5, "an alert at message m halves the score: that is what p is for");
    one.alert = 1;
    IS(reckon(&one, 1, 0.1, 1, 0).figure[VG_FIGURE_SPEED].value, 1, "an alert at the first message costs nothing");
    one.length = 1;
    IS(reckon(&one, 1, 0.1, 1, 0).figure[VG_FIGURE_SPEED].value, 1, "conversations of one message divide by nothing");
}

/* One in 10,000 is risk: each of four risk units stands for a quarter of an alert in 10,000, each of six innocents for 1666.5. */
static void few_alerts(void)
{
    vg_figures f = reckon(ten, 10, 0.0001, 1, 0);
    IS(f.figure[VG_FIGURE_RECALL_1].value, 0.25, "only what scores above every innocent comes within one alert");
    IS(f.figure[VG_FIGURE_RECALL_10].value, 0.25, "nor within ten");
    f = reckon(ten, 10, 0.1, 1, 0); /* each risk unit is 250 alerts */
    IS(f.figure[VG_FIGURE_RECALL_5].value, 5.0 / 1000, "five alerts out of a thousand risk conversations are five");
    vg_unit ties[] = {{.risk = true, .score = 5000, .length = 1}, {.score = 5000, .length = 1}, {.score = 1, .length = 1}};
    f = reckon(ties, 3, 0.0005, 1, 0); /* the risk unit is 5 in 10,000, the innocent 4997.5: the group is 5002.5 */
    IS(f.figure[VG_FIGURE_RECALL_10].value, 10 / 5002.5, "of equal scores a share is taken: nobody knows which come first");
}

static void nothing_to_reckon(void)
{
    vg_figures f = reckon(ten + 4, 6, 0.1, 1, 50);
    TAP_OK(f.risk == 0 && isnan(f.figure[VG_FIGURE_RECALL].value) && isnan(f.figure[VG_FIGURE_F05].value) && isnan(f.median_length) &&
               f.figure[VG_FIGURE_PRECISION].value == 0, "without risk units there is no recall; the one alert is wrong");
    f = reckon(ten + 3, 1, 0.1, 1, 50);
    TAP_OK(f.figure[VG_FIGURE_RECALL].value == 0 && f.figure[VG_FIGURE_F05].value == 0 && isnan(f.figure[VG_FIGURE_SPEED].value) &&
               f.figure[VG_FIGURE_F_LATENCY].value == 0 && isnan(f.figure[VG_FIGURE_PRECISION].value), "nothing found: F is 0, speed is unknown");
    f = reckon(ten, 0, 0.1, 1, 50);
    TAP_OK(f.risk + f.innocent == 0 && isnan(f.figure[VG_FIGURE_PRECISION].value), "nothing at all");
}

static void intervals(void)
{
    vg_figures one = reckon(ten, 10, 0.1, 7, 400), again = reckon(ten, 10, 0.1, 7, 400), other = reckon(ten, 10, 0.1, 8, 400);
    const vg_figure *recall = &one.figure[VG_FIGURE_RECALL];
    TAP_OK(recall->low < recall->value && recall->value <= recall->high && recall->high <= 1, "the value lies in its interval");
    TAP_OK(recall->low == 0.25 || recall->low == 0.5, "four units, three found: a draw rarely finds fewer than one or two");
    TAP_OK(!memcmp(&one.figure[VG_FIGURE_F_LATENCY], &again.figure[VG_FIGURE_F_LATENCY], sizeof(vg_figure)), "the same seed gives the same interval");
    bool differs = false;
    for (int f = 0; f < VG_FIGURES; f++) differs = differs || (!isnan(one.figure[f].low) && one.figure[f].low != other.figure[f].low);
    TAP_OK(differs, "another seed, others");
    vg_unit many[330];
    for (size_t i = 0; i < 330; i++) many[i] = i < 30 ? (vg_unit){.risk = true, .score = 9000, .length = 4, .alert = 2} : (vg_unit){.score = 100, .length = 4};
    vg_figures clean = reckon(many, 330, 0.0001, 1, 200);
    IS(clean.figure[VG_FIGURE_RECALL].low, 0.9, "thirty of thirty found promise 90 % at least, not all: the rule of three");
    IS(clean.figure[VG_FIGURE_FALSE_1000].value, 0, "no false alarm");
    IS(clean.figure[VG_FIGURE_FALSE_1000].high, 10, "among 300 innocents promises ten in 1,000 at most");
    IS(clean.figure[VG_FIGURE_PRECISION_RARE].low, 0.0001 / (0.0001 + 0.9999 * 0.01), "and so precision where risk is rare may be 1 %");
}

static void curves(void)
{
    vg_unit copy[10];
    vg_units units = {copy, 10};
    vg_pr_point *point;
    vg_calibration bins;
    double share[4];
    size_t count;
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    memcpy(copy, ten, sizeof ten);
    TAP_OK(!vg_pr_curve(&units, arena, &point, &count, NULL) && count == 6, "a point for each score over 0");
    TAP_OK(close_to(point[0].threshold, 0.9) && close_to(point[0].precision, 1) && close_to(point[0].recall, 0.25), "the highest score first");
    TAP_OK(close_to(point[5].precision, 0.5) && close_to(point[5].recall, 0.75), "at last three of six");
    vg_alerted_by(&units, true, share, 4);
    TAP_OK(close_to(share[0], 0.25) && close_to(share[1], 0.25) && close_to(share[2], 0.5) && close_to(share[3], 0.5), "risk units alerted by message 1, 2, 3, 4");
    vg_alerted_by(&units, false, share, 4);
    TAP_OK(share[0] == 0 && close_to(share[1], 1.0 / 6) && close_to(share[3], 1.0 / 6), "innocent ones");
    vg_calibration_of(&units, &bins);
    TAP_OK(bins.units[0] == 4 && bins.risk[0] == 1 && bins.units[8] == 2 && bins.risk[8] == 1 && close_to(bins.mean[8], 0.825) && bins.units[9] == 1,
           "ten bins of scores, with the share of risk and the mean score");
    vg_arena_destroy(&arena);
}

static void units_of_a_run(void)
{
    static const char text[] = "conversation,author,text,risk,author_risk\nc1,aa,1,1,1\nc1,bb,2,,\nc1,aa,3,,\nc2,bb,1,0,\nc3,dd,1,1,\n";
    vg_corpus corpus;
    vg_error err = {0};
    vg_units units;
    vg_arena *arena = vg_arena_create(4096, 1 << 20);
    if (vg_corpus_read(&corpus, vg_str_of(text), "c", NULL, &err)) exit(1);
    vg_eval_score c1[] = {{3000, VG_VERDICT_NUDGE, true}, {500, VG_VERDICT_ALLOW, true}, {7000, VG_VERDICT_REVIEW, true}},
                  c2[] = {{6500, VG_VERDICT_REVIEW, true}}, c3[] = {{100, VG_VERDICT_ALLOW, true}};
    vg_eval_talk talks[] = {{&corpus.talks[0], c1, 3}, {&corpus.talks[1], c2, 0}, {&corpus.talks[2], c3, 0}};
    vg_eval_run run = {.talks = talks, .count = 3};
    TAP_OK(!vg_units_of_talks(&run, (vg_eval_alert){.verdict = VG_VERDICT_REVIEW}, NULL, NULL, arena, &units, NULL) && units.count == 3, "three conversations");
    TAP_OK(units.unit[0].alert == 3 && units.unit[0].score == 7000 && units.unit[0].right_author && units.unit[0].authored && units.unit[0].request == 3 &&
               units.unit[1].alert == 1 && !units.unit[1].risk && !units.unit[2].alert && !units.unit[2].authored,
           "the first message whose verdict is review, and the highest risk");
    vg_units_of_talks(&run, (vg_eval_alert){.verdict = VG_VERDICT_NUDGE}, NULL, NULL, arena, &units, NULL);
    TAP_EQ_INT(units.unit[0].alert, 1, "with nudge it is earlier");
    vg_units_of_talks(&run, (vg_eval_alert){.risk = 7000}, NULL, NULL, arena, &units, NULL);
    TAP_OK(units.unit[0].alert == 3 && !units.unit[1].alert, "a risk as the limit: it counts from there on");
    vg_units_of_authors(&run, (vg_eval_alert){.verdict = VG_VERDICT_REVIEW}, arena, &units, NULL);
    TAP_OK(units.count == 3 && units.unit[0].risk && units.unit[0].alert == 2 && units.unit[0].length == 2 && !units.unit[1].risk && !units.unit[1].alert &&
               units.unit[2].alert == 1,
           "authors count their own messages; names are theirs in each talk; where nobody is labelled nobody is counted");
    run.names_shared = true;
    vg_units_of_authors(&run, (vg_eval_alert){.verdict = VG_VERDICT_REVIEW}, arena, &units, NULL);
    TAP_OK(units.count == 2 && units.unit[1].length == 2 && units.unit[1].alert == 2 && units.unit[1].score == 6500,
           "where a name is one person everywhere, their talks are one");
    vg_corpus_free(&corpus);
    vg_arena_destroy(&arena);
}

int main(void)
{
    by_hand();
    penalty_is_half_at_the_median();
    few_alerts();
    nothing_to_reckon();
    intervals();
    curves();
    units_of_a_run();
    return tap_done();
}
