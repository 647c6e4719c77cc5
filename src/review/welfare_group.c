/* SPDX-License-Identifier: Apache-2.0
 *
 * DESIGN. A manager sees sums over groups. Three ways lead from sums back to a person, and each is closed: a group that is small; a sum that
 * one person nearly makes alone; and subtracting one shown figure from another. To subtract, two figures must tell of the same thing and
 * differ in few people. Of what people did in a week, those are the figures of the categories and their sum: vg_group_release looks at what
 * would be left. Weeks do not overlap and a week's figures are worked out once, so that two answers never differ. Spaces are not added up.
 * Of a state that lasts (who opted out), any two groups can be compared, of two spaces and of two weeks: vg_group_apart.
 */
#include "review/welfare.h"

static bool enough(const vg_group_cell *cell)
{
    uint32_t most = 0;
    uint64_t sum = 0;
    size_t who = 0;
    for (size_t i = 0; i < cell->count; i++) {
        if (!cell->parts[i]) continue;
        who++;
        sum += cell->parts[i];
        if (cell->parts[i] > most) most = cell->parts[i];
    }
    return who >= VG_WELFARE_GROUP && 2 * (uint64_t)most <= sum;
}

/* What somebody adds to a cell. */
static uint32_t part_of(const vg_group_cell *cell, int64_t person)
{
    size_t low = 0, high = cell->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (cell->people[mid] == person) return cell->parts[mid];
        if (cell->people[mid] < person) low = mid + 1;
        else high = mid;
    }
    return 0;
}

/* Whether the sum less the shown categories is nothing, or itself a figure that may be shown. */
static bool rest_is_enough(const vg_group_cell cells[VG_CATEGORIES + 1])
{
    const vg_group_cell *all = &cells[VG_WELFARE_ALL];
    uint64_t rest = 0, most = 0;
    size_t who = 0;
    for (size_t i = 0; i < all->count; i++) {
        uint64_t left = 0;
        for (int c = 0; c < VG_CATEGORIES; c++)
            if (!cells[c].shown) left += part_of(&cells[c], all->people[i]);
        if (!left) continue;
        who++;
        rest += left;
        if (left > most) most = left;
    }
    return !rest || (who >= VG_WELFARE_GROUP && 2 * most <= rest);
}

void vg_group_release(vg_group_cell cells[VG_CATEGORIES + 1])
{
    size_t hidden = 0;
    for (int c = 0; c < VG_CATEGORIES; c++) {
        cells[c].shown = enough(&cells[c]);
        hidden += !cells[c].shown && cells[c].value;
    }
    vg_group_cell *all = &cells[VG_WELFARE_ALL];
    /* one hidden category would be told by the sum exactly, whatever its size */
    all->shown = enough(all) && hidden != 1 && rest_is_enough(cells);
}

/* How many of `a` are not in `b`. */
static size_t not_in(const int64_t *a, size_t a_count, const int64_t *b, size_t b_count)
{
    size_t count = 0, j = 0;
    for (size_t i = 0; i < a_count; i++) {
        while (j < b_count && b[j] < a[i]) j++;
        if (j == b_count || b[j] != a[i]) count++;
    }
    return count;
}

bool vg_group_apart(const int64_t *a, size_t a_count, const int64_t *b, size_t b_count, bool same)
{
    size_t only_a = not_in(a, a_count, b, b_count), only_b = not_in(b, b_count, a, a_count);
    if (only_a == a_count) return true; /* nobody is in both */
    if (!only_a && !only_b) return same;
    return (only_a == 0 || only_a >= VG_WELFARE_GROUP) && (only_b == 0 || only_b >= VG_WELFARE_GROUP);
}

bool vg_group_state_shown(size_t people, size_t with)
{
    return people >= with && with >= VG_WELFARE_GROUP && people - with >= VG_WELFARE_GROUP;
}
