/* SPDX-License-Identifier: Apache-2.0
 *
 * net/board: the public figures of a space for a year: counted by quarter that is over, counts only, what small ones would say of somebody settled by
 * review/suppress.
 *
 * A quarter is counted once, a day after it is over or when it is first asked for, and stays as it was published: two readings at two times say no
 * more than one. The year is the sum of its quarters. Counting anew is somebody's act, on record; what was hidden before stays hidden.
 * Callers: routes, watch.
 */
#ifndef VG_NET_BOARD_H
#define VG_NET_BOARD_H

#include "net/form/transparency_page.h"

enum { VG_BOARD_YEARS = 5 };

/** The newest year with a quarter that is over; how many quarters of a year are. */
int vg_board_newest(int64_t now_ms);
size_t vg_board_quarters(int year, int64_t now_ms);
/** Fills the rows of b->policy, b->year, b->quarters: from what was counted, counting and keeping what was not. `anew`: counts all of it again. */
int vg_board_make(vg_store *store, vg_arena *arena, vg_board *b, vg_str by, bool anew, int64_t now_ms, vg_error *err);
/** Counts what is over and was not counted, of every space that publishes: this year and the one before. */
void vg_boards_watch(vg_store *store, vg_arena *arena, vg_policy_set *set, int64_t now_ms);

#endif
