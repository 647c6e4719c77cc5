/* SPDX-License-Identifier: Apache-2.0
 *
 * Small counts of published tables: hidden, and not to be worked out by subtracting, by comparing two periods, or by trying every table
 * that fits what is shown.
 */
#include "review/suppress.h"

#include <string.h>

#include "tap.h"

static vg_arena *arena;

/* A year of two quarters of two kinds: kinds x (quarters, year), and a line of totals. */
enum { A1, B1, T1, A2, B2, T2, AY, BY, TY, CELLS };
static const size_t t1[] = {A1, B1}, t2[] = {A2, B2}, ty[] = {AY, BY}, ay[] = {A1, A2}, by[] = {B1, B2}, year[] = {T1, T2};
static const vg_suppress_sum sums[] = {{T1, t1, 2}, {T2, t2, 2}, {TY, ty, 2}, {AY, ay, 2}, {BY, by, 2}, {TY, year, 2}};

static void fill(vg_suppress_cell cells[CELLS], const int64_t base[4])
{
    const int64_t count[CELLS] = {base[0], base[1], base[0] + base[1], base[2], base[3], base[2] + base[3], base[0] + base[2], base[1] + base[3],
                                  base[0] + base[1] + base[2] + base[3]};
    static const unsigned stage[CELLS] = {0, 0, 0, 1, 1, 1, 1, 1, 1};
    for (size_t i = 0; i < CELLS; i++) cells[i] = (vg_suppress_cell){.count = count[i], .stage = stage[i]};
}

/* Tries every table that fits what is shown: how far apart the least and the most are that a hidden cell can be. */
static int64_t narrowest(const vg_suppress_cell cells[CELLS], int64_t most)
{
    int64_t low[CELLS], high[CELLS], base[4], wide = INT64_MAX;
    for (size_t i = 0; i < CELLS; i++) low[i] = INT64_MAX, high[i] = -1;
    for (base[0] = 0; base[0] <= most; base[0]++) {
        if (!cells[A1].hidden && base[0] != cells[A1].count) continue;
        for (base[1] = 0; base[1] <= most; base[1]++) {
            if (!cells[B1].hidden && base[1] != cells[B1].count) continue;
            for (base[2] = 0; base[2] <= most; base[2]++) {
                if (!cells[A2].hidden && base[2] != cells[A2].count) continue;
                for (base[3] = 0; base[3] <= most; base[3]++) {
                    vg_suppress_cell tried[CELLS];
                    bool fits = true;
                    fill(tried, base);
                    for (size_t i = 0; fits && i < CELLS; i++) fits = cells[i].hidden ? tried[i].count > 0 : tried[i].count == cells[i].count;
                    for (size_t i = 0; fits && i < CELLS; i++) {
                        if (tried[i].count < low[i]) low[i] = tried[i].count;
                        if (tried[i].count > high[i]) high[i] = tried[i].count;
                    }
                }
            }
        }
    }
    for (size_t i = 0; i < CELLS; i++)
        if (cells[i].hidden && cells[i].count && high[i] - low[i] < wide) wide = high[i] - low[i];
    return wide;
}

static void test_one_line(void)
{
    static const size_t parts[] = {0, 1, 2, 3};
    static const vg_suppress_sum sum = {4, parts, 4};
    vg_error err = {0};
    vg_suppress_cell a[] = {{.count = 3}, {.count = 40}, {.count = 25}, {.count = 0}, {.count = 68}};
    TAP_EQ_INT(vg_suppress(a, 5, &sum, 1, 10, arena, &err), 0, "a table of one line");
    TAP_OK(a[0].hidden, "a count of few is hidden");
    TAP_OK(a[2].hidden && !a[1].hidden, "and the smallest other, or the total would give it back");
    TAP_OK(!a[3].hidden, "nobody is nobody: a zero is shown");
    TAP_OK(!a[4].hidden, "the total stays");
    vg_suppress_cell b[] = {{.count = 1}, {.count = 1}, {.count = 40}, {.count = 50}, {.count = 92}};
    TAP_EQ_INT(vg_suppress(b, 5, &sum, 1, 10, arena, &err), 0, "two of one each");
    TAP_OK(b[0].hidden && b[1].hidden && b[2].hidden, "two hidden ones that can only be 1 and 1 take a third with them");
    vg_suppress_cell c[] = {{.count = 12}, {.count = 40}, {.count = 25}, {.count = 10}, {.count = 87}};
    TAP_EQ_INT(vg_suppress(c, 5, &sum, 1, 10, arena, &err), 0, "no small count");
    TAP_OK(!c[0].hidden && !c[1].hidden && !c[2].hidden && !c[3].hidden && !c[4].hidden, "nothing is hidden");
    vg_suppress_cell d[] = {{.count = 3}, {.count = 0}, {.count = 0}, {.count = 0}, {.count = 3}};
    TAP_EQ_INT(vg_suppress(d, 5, &sum, 1, 10, arena, &err), 0, "a small count alone");
    TAP_OK(d[0].hidden && d[4].hidden, "it and its total are hidden");
    vg_suppress_cell f[] = {{.count = 3}, {.count = 0}, {.count = 0}, {.count = 50}, {.count = 53}};
    TAP_EQ_INT(vg_suppress(f, 5, &sum, 1, 10, arena, &err), 0, "a small count beside a large one");
    TAP_OK(f[0].hidden && f[3].hidden && !f[4].hidden, "the large one goes with it, so that the total may stay");
}

static void test_every_table(void)
{
    uint32_t seed = 7;
    int64_t worst = INT64_MAX;
    int bad = 0, steady = 0, hidden = 0;
    for (int n = 0; n < 250; n++) {
        vg_error err = {0};
        int64_t base[4];
        for (int i = 0; i < 4; i++) {
            seed = seed * 1664525u + 1013904223u;
            base[i] = seed >> 24 & 1 ? seed >> 16 & 3 : seed >> 16 & 7;
        }
        vg_suppress_cell first[CELLS], cells[CELLS];
        fill(first, base);
        fill(cells, base);
        bad += vg_suppress(first, T1 + 1, sums, 1, 4, arena, &err) != 0;
        bad += vg_suppress(cells, CELLS, sums, 6, 4, arena, &err) != 0;
        for (size_t i = 0; i <= T1; i++) steady += first[i].hidden != cells[i].hidden;
        for (size_t i = 0; i < CELLS; i++) hidden += cells[i].hidden;
        int64_t wide = narrowest(cells, 15);
        if (wide < worst) worst = wide;
    }
    TAP_EQ_INT(bad, 0, "every table can be settled");
    TAP_OK(hidden > 250, "and there was something to hide");
    TAP_EQ_INT(steady, 0, "what the first quarter showed or hid, the second does not change");
    TAP_OK(worst >= 3, "trying every table leaves each hidden count k values at least (%lld apart)", (long long)worst);
}

static void test_shared_totals(void)
{
    /* Decisions by action (0, 1) and by category (2, 3) have one total (4). */
    static const size_t actions[] = {0, 1}, categories[] = {2, 3};
    static const vg_suppress_sum both[] = {{4, actions, 2}, {4, categories, 2}};
    vg_error err = {0};
    vg_suppress_cell c[] = {{.count = 4}, {.count = 0}, {.count = 2}, {.count = 2}, {.count = 4}};
    TAP_EQ_INT(vg_suppress(c, 5, both, 2, 10, arena, &err), 0, "two tables with one total");
    TAP_OK(c[4].hidden && c[0].hidden && c[2].hidden && c[3].hidden, "what one hides the other does not give away");
    vg_suppress_cell d[] = {{.count = 60}, {.count = 3}, {.count = 30}, {.count = 33}, {.count = 63}};
    TAP_EQ_INT(vg_suppress(d, 5, both, 2, 10, arena, &err), 0, "one of them has a small count");
    TAP_OK(d[1].hidden && d[0].hidden && !d[2].hidden && !d[3].hidden && !d[4].hidden, "the other stays whole");
}

/* What somebody knows who kept both readings: a cell is known when either showed it. */
static int64_t kept_both(const vg_suppress_cell *first, size_t n, const vg_suppress_cell cells[CELLS])
{
    vg_suppress_cell known[CELLS];
    memcpy(known, cells, sizeof known);
    for (size_t i = 0; i < n; i++) known[i].hidden &= first[i].hidden;
    return narrowest(known, 15);
}

/* The attack: read the first quarter under one rule, and the year under another, and put both together. */
static void test_two_readings(void)
{
    uint32_t seed = 11;
    int64_t worst = INT64_MAX, careless = INT64_MAX;
    int bad = 0, changed = 0;
    for (int n = 0; n < 300; n++) {
        vg_error err = {0};
        int64_t base[4], k[2] = {n & 1 ? 3 : 5, n & 1 ? 5 : 3};
        for (int i = 0; i < 4; i++) {
            seed = seed * 1664525u + 1013904223u;
            base[i] = seed >> 24 & 1 ? seed >> 16 & 3 : seed >> 16 & 7;
        }
        vg_suppress_cell first[CELLS], cells[CELLS], anew[CELLS];
        fill(first, base);
        fill(cells, base);
        fill(anew, base);
        bad += vg_suppress(first, T1 + 1, sums, 1, k[0], arena, &err) != 0;
        for (size_t i = 0; i <= T1; i++) cells[i].settled = true, cells[i].hidden = first[i].hidden, cells[i].under = k[0];
        bad += vg_suppress(cells, CELLS, sums, 6, k[1], arena, &err) != 0;
        bad += vg_suppress(anew, CELLS, sums, 6, k[1], arena, &err) != 0;
        for (size_t i = 0; i <= T1; i++) changed += cells[i].hidden != first[i].hidden;
        int64_t wide = kept_both(first, T1 + 1, cells), without = kept_both(first, T1 + 1, anew);
        if (wide < worst) worst = wide;
        if (without < careless) careless = without;
    }
    TAP_OK(!bad && !changed, "what was published under another rule stays as it was");
    TAP_OK(worst >= 2, "both readings together leave each hidden count three values at least (%lld apart)", (long long)worst);
    TAP_OK(careless < 2, "counted as if nobody had read before, they would give one away (%lld apart)", (long long)careless);
}

static void test_change_of_rule(void)
{
    /* Four kinds and their total, first under 5, then under 10. */
    static const size_t parts[] = {0, 1, 2, 3};
    static const vg_suppress_sum sum = {4, parts, 4};
    vg_error err = {0};
    vg_suppress_cell first[] = {{.count = 3}, {.count = 6}, {.count = 9}, {.count = 20}, {.count = 38}}, settled[5], again[5];
    vg_suppress(first, 5, &sum, 1, 5, arena, &err);
    memcpy(settled, first, sizeof settled);
    memcpy(again, first, sizeof again);
    int seen = 0;
    TAP_OK(first[0].hidden && first[1].hidden && !first[2].hidden, "under the first rule, 9 is shown");
    for (int i = 0; i < 5; i++) settled[i].settled = true, settled[i].under = 5;
    TAP_EQ_INT(vg_suppress(settled, 5, &sum, 1, 10, arena, &err), 0, "what is settled");
    for (int i = seen = 0; i < 5; i++) seen += settled[i].hidden != first[i].hidden;
    TAP_EQ_INT(seen, 0, "is not changed by another rule");
    for (int i = 0; i < 5; i++) again[i].kept = again[i].hidden;
    TAP_EQ_INT(vg_suppress(again, 5, &sum, 1, 10, arena, &err), 0, "counted anew on purpose");
    for (int i = seen = 0; i < 5; i++) seen += first[i].hidden && !again[i].hidden;
    TAP_OK(!seen && again[2].hidden, "nothing that was hidden is shown, and what is too small now is hidden too");
}

static void test_refusals(void)
{
    static const size_t parts[] = {0, 1};
    static const vg_suppress_sum right = {2, parts, 2}, none = {9, parts, 2};
    vg_error err = {0};
    vg_suppress_cell c[] = {{.count = 1}, {.count = 2}, {.count = 3}};
    TAP_EQ_INT(vg_suppress(c, 3, &right, 1, 2, arena, &err), -VG_EINVAL, "hiding under 2 hides nothing");
    TAP_EQ_INT(vg_suppress(c, 3, &none, 1, 10, arena, &err), -VG_EINVAL, "a total that is no cell");
    c[2].count = 4;
    TAP_EQ_INT(vg_suppress(c, 3, &right, 1, 10, arena, &err), -VG_EINVAL, "a sum that is wrong");
    c[2].count = -1;
    TAP_EQ_INT(vg_suppress(c, 3, NULL, 0, 10, arena, &err), -VG_EINVAL, "a negative count");
    TAP_EQ_INT(vg_suppress(c, VG_SUPPRESS_CELLS + 1, NULL, 0, 10, arena, &err), -VG_EINVAL, "too many");
    TAP_EQ_INT(vg_suppress(NULL, 0, NULL, 0, 10, arena, &err), 0, "nothing to settle");
}

int main(void)
{
    arena = vg_arena_create(1 << 16, 64 << 20);
    test_one_line();
    test_every_table();
    test_shared_totals();
    test_two_readings();
    test_change_of_rule();
    test_refusals();
    vg_arena_destroy(&arena);
    return tap_done();
}
