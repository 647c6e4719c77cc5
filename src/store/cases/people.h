/* SPDX-License-Identifier: Apache-2.0
 *
 * store/cases/people: which accounts, besides the one that it is about, a case is about.
 *
 * Invariant: their names are sealed content; who asks for them is on record ("case.accounts"). Callers: net.
 */
#ifndef VG_STORE_CASES_PEOPLE_H
#define VG_STORE_CASES_PEOPLE_H

#include "store/store.h"

enum { VG_CASE_PEOPLE = 8 };

/** The accounts that wrote, or were written to, in the newest events of a case: those met most first, VG_CASE_PEOPLE at most. None once
 *  the content is destroyed. VG_ENOENT. */
int vg_store_case_people(vg_store *store, int64_t id, vg_str viewer, vg_arena *arena, vg_str **out, size_t *count, vg_error *err);

#endif
