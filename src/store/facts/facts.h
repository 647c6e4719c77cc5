/* SPDX-License-Identifier: Apache-2.0
 *
 * store/facts: what a person wrote down about where author, victim or host are, and about what happened.
 *
 * Invariants: each is on record (fact.add, fact.remove) with whose it is and its kind; country and detail are sealed and in no log. They are
 * destroyed with the case's content; until then a fact may be taken back, and its number is never used again. At most
 * VG_FACTS_OF_CASE stand in a case. A decided case takes facts too: an authority may ask for more. Callers: net, case_route.
 */
#ifndef VG_STORE_FACTS_H
#define VG_STORE_FACTS_H

#include "event/law.h"
#include "store/store.h"

enum { VG_FACTS_OF_CASE = 50, VG_FACT_DETAIL = 500 };

/** Records it with its audit entry in one transaction; fills fact->number. VG_EINVAL: a field is out of range; VG_ENOENT: no such case;
 *  VG_ECONFLICT: the case holds VG_FACTS_OF_CASE, or its content is destroyed. */
int vg_store_fact_add(vg_store *store, int64_t case_id, vg_str user, vg_fact *fact, int64_t now_ms, vg_error *err);
/** That something happened, or that it did not; fills said->number, which is of the same row of numbers. Errors as above. */
int vg_store_act_add(vg_store *store, int64_t case_id, vg_str user, vg_act_said *said, int64_t now_ms, vg_error *err);
/** Takes one back, of either kind. VG_ENOENT: there is none with this number. */
int vg_store_fact_remove(vg_store *store, int64_t case_id, int64_t number, vg_str user, int64_t now_ms, vg_error *err);
/** Those that stand, by number, unsealed; `confidence` is left 0. Written into nobody's record. */
int vg_store_facts(vg_store *store, int64_t case_id, vg_arena *arena, vg_fact **out, size_t *count, vg_error *err);
/** What was said of what happened, and stands; by number, so that the later is the last word. Written into nobody's record. */
int vg_store_acts(vg_store *store, int64_t case_id, vg_arena *arena, vg_act_said **out, size_t *count, vg_error *err);
/** One audit entry: this person was shown where the case belongs. */
int vg_store_route_shown(vg_store *store, int64_t case_id, vg_str user, int64_t now_ms, vg_error *err);

#endif
