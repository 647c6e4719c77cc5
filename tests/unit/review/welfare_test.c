/* SPDX-License-Identifier: Apache-2.0
 *
 * Breaks, limits, edges of a shift, wishes; and that no figure of a group leads back to a person.
 */
#include "review/welfare.h"

#include "base/time.h"
#include "policy_fixture.h"
#include "tap.h"

#define NOW 1777896000000LL

static vg_policy_welfare rules(void)
{
    return (vg_policy_welfare){.given = true,
                               .limit = {[VG_CATEGORY_MATERIAL] = {.cases_hour = 10, .media_day = 20}},
                               .break_after_minutes = 60,
                               .break_after_cases = 12,
                               .break_minutes = 10,
                               .hard = 1u << VG_CATEGORY_MATERIAL,
                               .hard_first_minutes = 20,
                               .hard_last_minutes = 30,
                               .shift_pause_minutes = 240};
}

/* Somebody in the middle of a shift. */
static vg_welfare_person worker(void)
{
    return (vg_welfare_person){.shift_began_ms = NOW - 2 * VG_HOUR_MS, .stretch_began_ms = NOW - 30 * VG_MINUTE_MS, .stretch_cases = 3, .active_ms = NOW - VG_MINUTE_MS};
}

static void test_breaks(void)
{
    vg_policy_welfare w = rules();
    vg_welfare_person p = worker(), fresh = {0};
    bool paused;
    TAP_OK(!vg_welfare_break_of(&w, &fresh, NOW).due, "nobody who has not begun");
    TAP_OK(!vg_welfare_break_of(&w, &p, NOW).due, "half an hour of work");
    int64_t later = NOW + 31 * VG_MINUTE_MS;
    p.active_ms = later - 2 * VG_MINUTE_MS;
    vg_welfare_break b = vg_welfare_break_of(&w, &p, later);
    TAP_OK(b.due && b.until_ms == later + 8 * VG_MINUTE_MS, "an hour: ten minutes are due, and the two that passed count");
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_REPORT, later), VG_WELFARE_BREAK, "nothing new, not even the lightest");
    vg_welfare_note(&w, &p, false, later, &paused);
    TAP_OK(!paused && vg_welfare_break_of(&w, &p, later).until_ms == later + 10 * VG_MINUTE_MS, "who goes on with what is in hand begins the pause later");
    TAP_OK(vg_welfare_break_of(&w, &p, later + 10 * VG_MINUTE_MS - 1).due && !vg_welfare_break_of(&w, &p, later + 10 * VG_MINUTE_MS).due, "over to the millisecond");
    vg_welfare_note(&w, &p, true, later + 10 * VG_MINUTE_MS, &paused);
    TAP_OK(paused && p.stretch_cases == 1 && p.stretch_began_ms == later + 10 * VG_MINUTE_MS, "it counts as taken, and work begins anew");
    p = worker(), p.stretch_cases = 12;
    TAP_OK(vg_welfare_break_of(&w, &p, NOW).due, "after so many cases too");
    p.active_ms = NOW - 20 * VG_MINUTE_MS;
    TAP_OK(!vg_welfare_break_of(&w, &p, NOW).due, "who paused without being told has paused");
    w.break_minutes = 0, p = worker(), p.stretch_cases = 1000;
    TAP_OK(!vg_welfare_break_of(&w, &p, NOW).due, "where no break is asked for none is due");
}

static void test_join(void)
{
    vg_policy_welfare a = rules(), b = {.break_after_minutes = 45, .break_minutes = 15}, none = {0};
    vg_welfare_join(&a, &b);
    TAP_OK(a.break_after_minutes == 45 && a.break_after_cases == 12 && a.break_minutes == 15, "of two spaces the strictest");
    vg_welfare_join(&a, &none);
    TAP_OK(a.break_after_minutes == 45 && a.break_minutes == 15, "a space without breaks takes none away");
    vg_welfare_join(&none, &b);
    TAP_OK(none.break_after_minutes == 45 && none.break_after_cases == 0 && none.break_minutes == 15, "and is given those of the other");
}

static void test_limits(void)
{
    vg_policy_welfare w = rules();
    vg_welfare_person p = worker();
    p.seen[VG_CATEGORY_MATERIAL].cases_hour = 9;
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_MATERIAL, NOW), VG_WELFARE_FINE, "nine of ten");
    p.seen[VG_CATEGORY_MATERIAL].cases_hour = 10;
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_MATERIAL, NOW), VG_WELFARE_LIMIT, "ten of ten");
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_CONTACT, NOW), VG_WELFARE_FINE, "other work goes on");
    p.seen[VG_CATEGORY_MATERIAL] = (vg_welfare_seen){.media_day = 20};
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_MATERIAL, NOW), VG_WELFARE_LIMIT, "pictures count by themselves");
    p.seen[VG_CATEGORY_MATERIAL] = (vg_welfare_seen){.cases_day = 100000, .media_hour = 100000};
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_MATERIAL, NOW), VG_WELFARE_FINE, "0 is no limit");
    p.opted_out = 1u << VG_CATEGORY_CONTACT;
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_CONTACT, NOW), VG_WELFARE_OPTED_OUT, "what they would rather not");
    TAP_EQ_INT(vg_welfare_midnight(NOW, 0), NOW - NOW % VG_DAY_MS, "midnight in London");
    TAP_EQ_INT(vg_welfare_midnight(NOW - NOW % VG_DAY_MS + 23 * VG_HOUR_MS, 120), NOW - NOW % VG_DAY_MS + 22 * VG_HOUR_MS, "and in Paris, where it is tomorrow");
}

static void test_edges(void)
{
    vg_policy_welfare w = rules();
    vg_welfare_person p = {0};
    int64_t until;
    bool paused;
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_MATERIAL, NOW), VG_WELFARE_EDGE, "a shift does not begin with a hard case");
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_CONTACT, NOW), VG_WELFARE_FINE, "but with another");
    vg_welfare_note(&w, &p, true, NOW, &paused);
    TAP_OK(p.shift_began_ms == NOW && vg_welfare_in_shift(&w, &p, NOW + 239 * VG_MINUTE_MS) && !vg_welfare_in_shift(&w, &p, NOW + 240 * VG_MINUTE_MS), "it begins with the first case and ends with a long pause");
    TAP_OK(vg_welfare_at_edge(&w, &p, NOW + 19 * VG_MINUTE_MS, &until) && until == NOW + 20 * VG_MINUTE_MS, "not in its first twenty minutes");
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_MATERIAL, NOW + 20 * VG_MINUTE_MS), VG_WELFARE_FINE, "then");
    vg_welfare_plan(&w, &p, 4, NOW + VG_HOUR_MS);
    TAP_OK(p.shift_began_ms == NOW && p.shift_hours == 4, "they say how long it is");
    p.active_ms = NOW + 3 * VG_HOUR_MS + 29 * VG_MINUTE_MS;
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_MATERIAL, NOW + 210 * VG_MINUTE_MS - 1), VG_WELFARE_BREAK, "(a break is due by then)");
    p.stretch_began_ms = NOW + 200 * VG_MINUTE_MS;
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_MATERIAL, NOW + 210 * VG_MINUTE_MS - 1), VG_WELFARE_FINE, "up to half an hour before its end");
    TAP_EQ_INT(vg_welfare_may_take(&w, &p, VG_CATEGORY_MATERIAL, NOW + 210 * VG_MINUTE_MS), VG_WELFARE_EDGE, "not after");
    TAP_OK(vg_welfare_at_edge(&w, &p, NOW + 5 * VG_HOUR_MS, &until) && until == INT64_MAX, "nor after its end, while they are still there");
    vg_welfare_note(&w, &p, true, NOW + 20 * VG_HOUR_MS, &paused);
    TAP_OK(p.shift_began_ms == NOW + 20 * VG_HOUR_MS && p.shift_hours == 0, "the next shift has a length of its own");
}

/* ---- figures ---- */

enum { PEOPLE = 12 };
typedef struct table {
    int64_t ids[PEOPLE];
    uint32_t parts[VG_CATEGORIES + 1][PEOPLE];
    vg_group_cell cells[VG_CATEGORIES + 1];
} table;

/* The sum, and the cells over the parts. */
static void add_up(table *t)
{
    for (int i = 0; i < PEOPLE; i++) t->ids[i] = 100 + i, t->parts[VG_WELFARE_ALL][i] = 0;
    for (int c = 0; c < VG_CATEGORIES; c++)
        for (int i = 0; i < PEOPLE; i++) t->parts[VG_WELFARE_ALL][i] += t->parts[c][i];
    for (int c = 0; c <= VG_CATEGORIES; c++) {
        uint64_t sum = 0;
        for (int i = 0; i < PEOPLE; i++) sum += t->parts[c][i];
        t->cells[c] = (vg_group_cell){t->ids, t->parts[c], PEOPLE, sum, false};
    }
    vg_group_release(t->cells);
}

static void test_small_groups(void)
{
    table t = {0};
    for (int i = 0; i < 4; i++) t.parts[VG_CATEGORY_MATERIAL][i] = 10;
    for (int i = 0; i < 5; i++) t.parts[VG_CATEGORY_CONTACT][i] = 10;
    add_up(&t);
    TAP_OK(!t.cells[VG_CATEGORY_MATERIAL].shown, "four people: not shown");
    TAP_OK(t.cells[VG_CATEGORY_CONTACT].shown, "five: shown");
    TAP_OK(!t.cells[VG_WELFARE_ALL].shown, "nor the sum, which less the shown one is what was hidden");
    t.parts[VG_CATEGORY_MATERIAL][4] = 10;
    add_up(&t);
    TAP_OK(t.cells[VG_CATEGORY_MATERIAL].shown && t.cells[VG_WELFARE_ALL].shown, "a fifth: all shown");
    t.parts[VG_CATEGORY_MATERIAL][4] = 100;
    add_up(&t);
    TAP_OK(!t.cells[VG_CATEGORY_MATERIAL].shown && !t.cells[VG_WELFARE_ALL].shown, "of which one makes more than half: not, and not by subtraction either");
}

/* Whatever a manager can add and subtract from what is shown of a week is of five people, none of whom makes more than half. */
static void test_differencing(void)
{
    uint64_t seed = 5;
    size_t shown = 0, sums = 0, bad = 0;
    for (int round = 0; round < 20000; round++) {
        table t = {0};
        for (int c = 0; c < VG_CATEGORIES; c++)
            for (int i = 0; i < PEOPLE; i++)
                if (fixture_below(&seed, 10) < 1 + fixture_below(&seed, 9)) t.parts[c][i] = (uint32_t)fixture_below(&seed, 30);
        add_up(&t);
        for (unsigned set = 1; set < 1u << (VG_CATEGORIES + 1); set++) { /* the sum less any of the shown categories; or categories added up */
            uint64_t most = 0, rest = 0;
            int who = 0;
            bool known = true;
            for (int c = 0; c <= VG_CATEGORIES; c++) known &= !(set >> c & 1) || t.cells[c].shown;
            if (!known) continue;
            bool sum = set >> VG_WELFARE_ALL & 1;
            for (int i = 0; i < PEOPLE; i++) {
                uint64_t left = sum ? t.parts[VG_WELFARE_ALL][i] : 0;
                for (int c = 0; c < VG_CATEGORIES; c++)
                    if (set >> c & 1) left = sum ? left - t.parts[c][i] : left + t.parts[c][i];
                who += left > 0, rest += left;
                if (left > most) most = left;
            }
            shown += !sum, sums += sum;
            /* what shown categories leave may be a shown category; else it must be enough by itself */
            bool is_one = false;
            for (int c = 0; c <= VG_CATEGORIES; c++) is_one |= t.cells[c].shown && t.cells[c].value == rest;
            bad += rest && !is_one && who < VG_WELFARE_GROUP;
        }
    }
    TAP_OK(shown > 1000 && sums > 1000 && bad == 0, "no difference of shown figures is of fewer than five people: %zu and %zu looked at, %zu wrong", shown, sums, bad);
}

static void test_states(void)
{
    const int64_t six[] = {1, 2, 3, 4, 5, 6}, five[] = {1, 2, 3, 4, 5}, others[] = {11, 12, 13, 14, 15}, eleven[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    TAP_OK(!vg_group_apart(six, 6, five, 5, false), "last week six, this week five: the difference is one person");
    TAP_OK(!vg_group_apart(five, 5, six, 6, true), "nor the other way round, even when nothing changed");
    TAP_OK(vg_group_apart(five, 5, others, 5, false), "two spaces without anybody in common");
    TAP_OK(vg_group_apart(eleven, 11, six, 6, false), "a difference of five");
    TAP_OK(!vg_group_apart(six, 6, six, 6, false) && vg_group_apart(six, 6, six, 6, true), "the same people: a changed figure is somebody's change");
    TAP_OK(!vg_group_state_shown(12, 4) && !vg_group_state_shown(12, 12) && !vg_group_state_shown(12, 0) && !vg_group_state_shown(9, 5) && vg_group_state_shown(10, 5),
           "neither those who did nor those who did not may be fewer than five");
}

int main(void)
{
    test_breaks();
    test_join();
    test_limits();
    test_edges();
    test_small_groups();
    test_differencing();
    test_states();
    return tap_done();
}
