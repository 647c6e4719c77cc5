/* SPDX-License-Identifier: Apache-2.0 */
#include "review/agreement.h"
#include "review/figures.h"

#include "base/alloc.h"
#include "base/time.h"
#include "tap.h"

enum { UNITS = 12, RATERS = 4, GONE = 0 };

/* The examples of Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): B, two observers and no gap; C, four observers
 * with gaps. The guide gives 0.692 and 0.743. */
static const int example_b[RATERS][UNITS] = {{1, 1, 2, 2, 4, 3, 3, 3, 5, 4, 4, 1}, {2, 1, 2, 2, 2, 3, 3, 3, 5, 4, 4, 4}};
static const int example_c[RATERS][UNITS] = {{1, 2, 3, 3, 2, 1, 4, 1, 2, GONE, GONE, GONE},
                                             {1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GONE, 3},
                                             {GONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GONE},
                                             {1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GONE}};

/* A, two values: 0.095. */
static const int example_a[RATERS][UNITS] = {{1, 2, 1, 1, 1, 1, 1, 1, 2, 1}, {2, 2, 2, 1, 1, 2, 1, 1, 1, 1}};

static size_t ratings_of(const int table[RATERS][UNITS], vg_rating *out)
{
    size_t count = 0;
    for (int rater = 0; rater < RATERS; rater++) /* by person, so that those of a unit are not neighbours */
        for (int unit = 0; unit < UNITS; unit++)
            if (table[rater][unit] != GONE) out[count++] = (vg_rating){1000u + (unsigned)unit, (uint8_t)table[rater][unit]};
    return count;
}

static long long gcd(long long a, long long b)
{
    return b ? gcd(b, a % b) : a;
}

/* The guide's own steps, with the matrix of coincidences written out and in exact fractions: alpha as numerator over denominator. */
static void alpha_by_matrix(const int table[RATERS][UNITS], long long *numerator, long long *denominator)
{
    long long o[6][6] = {{0}}, n_c[6] = {0}, n = 0, off = 0, expected = 0;
    enum { SCALE = 6 }; /* (m - 1) is 1, 2 or 3 */
    for (int unit = 0; unit < UNITS; unit++) {
        int m = 0;
        for (int a = 0; a < RATERS; a++) m += table[a][unit] != GONE;
        for (int a = 0; m > 1 && a < RATERS; a++)
            for (int b = 0; b < RATERS; b++)
                if (a != b && table[a][unit] != GONE && table[b][unit] != GONE) o[table[a][unit]][table[b][unit]] += SCALE / (m - 1);
    }
    for (int c = 1; c < 6; c++)
        for (int k = 1; k < 6; k++) n_c[c] += o[c][k], off += c == k ? 0 : o[c][k];
    for (int c = 1; c < 6; c++) n += n_c[c];
    for (int c = 1; c < 6; c++)
        for (int k = 1; k < 6; k++) expected += c == k ? 0 : n_c[c] * n_c[k];
    /* 1 - (n/S - 1) * (off/S) / (expected/S²) */
    *numerator = expected - (n - SCALE) * off;
    *denominator = expected;
    long long by = gcd(*numerator < 0 ? -*numerator : *numerator, *denominator);
    *numerator /= by, *denominator /= by;
}

static void holds_against_the_guide(const int table[RATERS][UNITS], int per_mille, const char *name, vg_arena *arena)
{
    vg_rating ratings[RATERS * UNITS];
    vg_alpha alpha;
    long long numerator, denominator;
    size_t count = ratings_of(table, ratings);
    TAP_EQ_INT(vg_agreement_alpha(ratings, count, 7, arena, &alpha, NULL), 0, name);
    TAP_OK(alpha.known, "alpha is known");
    TAP_EQ_INT((alpha.alpha + 5) / 10, per_mille, "it is what the guide prints, to three places");
    alpha_by_matrix(table, &numerator, &denominator);
    long long exact = (numerator * 20000 + denominator) / (2 * denominator);
    TAP_EQ_INT(alpha.alpha, exact, "and what the matrix of coincidences gives in exact fractions");
    printf("# %s: %lld/%lld\n", name, numerator, denominator);
}

static void published_examples(vg_arena *arena)
{
    vg_rating ratings[RATERS * UNITS];
    vg_alpha alpha;
    holds_against_the_guide(example_a, 95, "example A: two observers, two values", arena);
    holds_against_the_guide(example_b, 692, "example B: two observers, five values", arena);
    holds_against_the_guide(example_c, 743, "example C: four observers, with gaps", arena);
    size_t count = ratings_of(example_c, ratings);
    vg_agreement_alpha(ratings, count, 7, arena, &alpha, NULL);
    TAP_EQ_INT(alpha.units, 11, "of example C, one unit has a single rating and is left out");
    TAP_EQ_INT(alpha.ratings, 40, "forty ratings can be paired");
}

static void nothing_to_compare(vg_arena *arena)
{
    vg_alpha alpha;
    const vg_rating alone[] = {{1, 0}, {2, 1}, {3, 2}};
    const vg_rating same[] = {{1, 2}, {1, 2}, {2, 2}, {2, 2}};
    const vg_rating perfect[] = {{1, 2}, {1, 2}, {2, 1}, {2, 1}};
    const vg_rating opposite[] = {{1, 0}, {1, 1}, {2, 0}, {2, 1}};
    const vg_rating outside[] = {{1, VG_RATING_VALUES}};
    vg_error err = {0};
    TAP_EQ_INT(vg_agreement_alpha(NULL, 0, 1, arena, &alpha, NULL), 0, "no rating is no error");
    TAP_OK(!alpha.known, "and no alpha");
    vg_agreement_alpha(alone, 3, 1, arena, &alpha, NULL);
    TAP_OK(!alpha.known && alpha.units == 0, "single ratings say nothing");
    vg_agreement_alpha(same, 4, 1, arena, &alpha, NULL);
    TAP_OK(!alpha.known && alpha.units == 2, "without any variation alpha has no meaning and none is given");
    vg_agreement_alpha(perfect, 4, 1, arena, &alpha, NULL);
    TAP_EQ_INT(alpha.alpha, 10000, "agreement about different things is 1");
    vg_agreement_alpha(opposite, 4, 1, arena, &alpha, NULL);
    TAP_OK(alpha.alpha < 0, "two who never agree are below chance");
    TAP_OK(!alpha.interval, "two units are too few for an interval");
    TAP_EQ_INT(vg_agreement_alpha(outside, 1, 1, arena, &alpha, &err), -VG_EINVAL, "a value out of range is refused");
}

static void interval(vg_arena *arena)
{
    vg_rating ratings[RATERS * UNITS], many[RATERS * UNITS * 20];
    vg_alpha one, again, other, wide;
    size_t count = ratings_of(example_c, ratings);
    vg_agreement_alpha(ratings, count, 7, arena, &one, NULL);
    vg_agreement_alpha(ratings, count, 7, arena, &again, NULL);
    vg_agreement_alpha(ratings, count, 8, arena, &other, NULL);
    TAP_OK(one.interval && one.low < one.alpha && one.alpha < one.high, "alpha lies in its interval (%d..%d)", one.low, one.high);
    TAP_OK(one.low == again.low && one.high == again.high, "the same seed gives the same interval, bit for bit");
    TAP_OK(one.low != other.low || one.high != other.high, "another seed resamples otherwise");
    wide = one;
    for (size_t i = 0; i < 20; i++) /* the same people and answers, twenty times as many units */
        for (size_t j = 0; j < count; j++) many[i * count + j] = (vg_rating){ratings[j].unit + 100 * i, ratings[j].value};
    vg_agreement_alpha(many, 20 * count, 7, arena, &one, NULL);
    TAP_OK(one.high - one.low < (wide.high - wide.low) / 3, "more units make it narrower (%d instead of %d)", one.high - one.low,
           wide.high - wide.low);
}

static void shares(void)
{
    vg_share none = vg_share_of(0, 0), half = vg_share_of(5, 10), all = vg_share_of(10, 10);
    TAP_OK(none.share == 0 && none.low == 0 && none.high == 10000, "of nothing, nothing is known");
    /* Wilson's interval of 5 of 10: 0.2366 to 0.7634 */
    TAP_OK(half.share == 5000 && half.low == 2366 && half.high == 7634, "5 of 10 (%u..%u)", half.low, half.high);
    TAP_OK(all.share == 10000 && all.low == 7225 && all.high == 10000, "10 of 10 is at least 72 %% (%u)", all.low);
}

/* R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10. */
static void drift(void)
{
    vg_drift d = vg_drift_of(48, 80, 56, 70);
    TAP_EQ_INT(d.change, 2000, "56/70 against 48/80: 0.2000");
    TAP_OK(d.low == 524 && d.high == 3339, "0.0524 to 0.3339, as published (%d..%d)", d.low, d.high);
    TAP_OK(d.up && !d.down, "which is a rise");
    d = vg_drift_of(3, 10, 9, 10);
    TAP_OK(d.low == 1705 && d.high == 8090, "9/10 against 3/10: 0.1705 to 0.8090, as published (%d..%d)", d.low, d.high);
    d = vg_drift_of(2, 7, 6, 7);
    TAP_OK(d.low == 582 && d.high == 8062, "6/7 against 2/7: 0.0582 to 0.8062, as published (%d..%d)", d.low, d.high);
    d = vg_drift_of(9, 10, 8, 10);
    TAP_OK(d.known && !d.up && !d.down, "one of ten more or less cannot be told from chance");
    d = vg_drift_of(19, 20, 8, 20);
    TAP_OK(d.down, "from 19 to 8 of 20 is a fall");
    TAP_OK(!vg_drift_of(0, 0, 3, 4).known, "without an earlier time there is no drift");
}

static void level(void)
{
    TAP_OK(!vg_gold_below(0, 4, 5, 7000), "fewer answers than the policy asks for say nothing");
    TAP_OK(vg_gold_below(3, 5, 5, 7000), "3 of 5 is below 70 %%");
    TAP_OK(!vg_gold_below(7, 10, 5, 7000), "exactly the level is not below it");
    TAP_OK(!vg_gold_below(0, 0, 0, 7000), "nothing answered is not below anything");
}

static void quantiles(void)
{
    int64_t values[] = {50, 15, 40, 20, 35}; /* the textbook example of the nearest rank */
    vg_figures_sort(values, 5);
    TAP_EQ_INT(vg_figures_quantile(values, 5, 50), 15, "5th percentile: 15");
    TAP_EQ_INT(vg_figures_quantile(values, 5, 300), 20, "30th: 20");
    TAP_EQ_INT(vg_figures_quantile(values, 5, 400), 20, "40th: 20");
    TAP_EQ_INT(vg_figures_quantile(values, 5, 500), 35, "50th: 35");
    TAP_EQ_INT(vg_figures_quantile(values, 5, 1000), 50, "100th: 50");
    TAP_EQ_INT(vg_figures_quantile(values, 0, 500), 0, "of nothing: 0");
    TAP_EQ_INT(vg_figures_quantile(values, 1, 990), 15, "of one: that one");
}

static void ages_and_buckets(void)
{
    TAP_EQ_INT(vg_figures_age(0), VG_WAITED_HOUR, "just come");
    TAP_EQ_INT(vg_figures_age(VG_HOUR_MS), VG_WAITED_FOUR, "one hour is not under one hour");
    TAP_EQ_INT(vg_figures_age(VG_DAY_MS - 1), VG_WAITED_DAY, "just under a day");
    TAP_EQ_INT(vg_figures_age(400 * VG_DAY_MS), VG_WAITED_MORE, "more than a year");
    /* 2026-11-26 is a Thursday, its Monday the 23rd */
    int64_t thursday = 1795651200000LL;
    TAP_EQ_INT(vg_figures_bucket(thursday + 5000, false), thursday, "the day begins at midnight UTC");
    TAP_EQ_INT(vg_figures_bucket(thursday + 5000, true), thursday - 3 * VG_DAY_MS, "the week begins on Monday");
    TAP_EQ_INT(vg_figures_bucket(thursday - 3 * VG_DAY_MS, true), thursday - 3 * VG_DAY_MS, "Monday is in its own week");
    TAP_OK(!vg_figures_shown(4) && vg_figures_shown(5), "a figure about four people is not shown, about five it is");
}

/* Three cases over three days, two of them decided; one category asked for beside the whole. */
static void sums(vg_arena *arena)
{
    enum { DAY1, DAY2, DAY3 };
    const int64_t first = 1795651200000LL, now = first + 3 * VG_DAY_MS - VG_HOUR_MS;
    vg_figures f;
    vg_error err = {0};
    TAP_EQ_INT(vg_figures_begin(&f, first, first + 3 * VG_DAY_MS, now, false, arena, &err), 0, "three days");
    vg_figures_opened(&f, VG_CATEGORY_THREAT, first + VG_HOUR_MS);
    vg_figures_opened(&f, VG_CATEGORY_CONTACT, first + 2 * VG_HOUR_MS);
    vg_figures_opened(&f, VG_CATEGORY_CONTACT, first + VG_DAY_MS);
    vg_figures_decided(&f, VG_CATEGORY_THREAT, first + VG_HOUR_MS, first + VG_DAY_MS, first + 2 * VG_HOUR_MS, VG_ACTION_SUSPEND, &err);
    vg_figures_decided(&f, VG_CATEGORY_CONTACT, first + 2 * VG_HOUR_MS, first + 3 * VG_HOUR_MS, first + 4 * VG_HOUR_MS, VG_ACTION_DISMISS, &err);
    vg_figures_waiting(&f, VG_CATEGORY_CONTACT, first + VG_DAY_MS, now - 1);
    TAP_EQ_INT(vg_figures_end(&f, &err), 0, "added up");
    const vg_figures_part *all = &f.part[VG_FIGURES_ALL], *contact = &f.part[VG_CATEGORY_CONTACT];
    TAP_OK(f.buckets == 3 && all->arrived == 3 && all->decided == 2 && all->in_time == 1, "three came, two were decided, one in time");
    TAP_OK(all->open == 1 && all->overdue == 1 && all->waiting[VG_WAITED_THREE] == 1, "one waits, late, for almost two days");
    TAP_OK(all->actions[VG_ACTION_SUSPEND] == 1 && contact->actions[VG_ACTION_SUSPEND] == 0, "actions by category");
    TAP_EQ_INT(vg_figures_quantile(all->took, all->took_count, 990), 23 * VG_HOUR_MS, "the slowest took 23 hours");
    TAP_EQ_INT(vg_figures_quantile(contact->took, contact->took_count, 990), VG_HOUR_MS, "of contacts, one hour");
    const vg_figures_bucket_part *b = f.bucket[VG_FIGURES_ALL];
    TAP_OK(b[DAY1].backlog == 1 && b[DAY2].backlog == 1 && b[DAY3].backlog == 1, "one waited at the end of each day");
    TAP_OK(b[DAY1].arrived == 2 && b[DAY2].decided == 1 && b[DAY3].arrived == 0, "by day");

    /* the same, asked about the first day only: what came after counts for the backlog alone */
    vg_figures_begin(&f, first, first + VG_DAY_MS, now, false, arena, &err);
    vg_figures_opened(&f, VG_CATEGORY_THREAT, first + VG_HOUR_MS);
    vg_figures_opened(&f, VG_CATEGORY_CONTACT, first + VG_DAY_MS);
    vg_figures_decided(&f, VG_CATEGORY_THREAT, first + VG_HOUR_MS, first + VG_DAY_MS, 0, VG_ACTION_WARN, &err);
    vg_figures_waiting(&f, VG_CATEGORY_CONTACT, first + VG_DAY_MS, now);
    vg_figures_end(&f, &err);
    TAP_OK(f.part[VG_FIGURES_ALL].arrived == 1 && f.part[VG_FIGURES_ALL].decided == 0, "what is after the period is not counted in it");
    TAP_EQ_INT(f.bucket[VG_FIGURES_ALL][0].backlog, 1, "and the backlog at its end is that of then");
    TAP_EQ_INT(vg_figures_begin(&f, first, first, now, false, arena, &err), -VG_EINVAL, "an empty period is refused");
    TAP_EQ_INT(vg_figures_begin(&f, first - 500 * VG_DAY_MS, first, now, false, arena, &err), -VG_EINVAL, "and one that is too long");
}

static void no_memory(vg_arena *arena)
{
    vg_rating ratings[RATERS * UNITS];
    vg_alpha alpha;
    size_t count = ratings_of(example_c, ratings);
    vg_error err = {0};
    vg_arena *tight = vg_arena_create(64, 512);
    (void)arena;
    TAP_EQ_INT(vg_agreement_alpha(ratings, count, 7, tight, &alpha, &err), -VG_ENOMEM, "no memory is an answer");
    vg_arena_destroy(&tight);
}

int main(void)
{
    vg_arena *arena = vg_arena_create(1 << 16, 16 << 20);
    published_examples(arena);
    nothing_to_compare(arena);
    interval(arena);
    shares();
    drift();
    level();
    quantiles();
    ages_and_buckets();
    sums(arena);
    no_memory(arena);
    vg_arena_destroy(&arena);
    return tap_done();
}
