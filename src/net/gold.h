/* SPDX-License-Identifier: Apache-2.0
 *
 * net/gold: items with a known answer where the queue is shown and handed out, and what follows from the answers.
 *
 * The rows are the store's, the arithmetic review's. Every place that shows a case by its number asks vg_gold_hidden; every place that
 * lists cases of a space finds no copy by itself (store/training/gold_int.h) and adds those of its reader. Desk and watch threads.
 */
#ifndef VG_NET_GOLD_H
#define VG_NET_GOLD_H

#include "memory/memory.h"
#include "net/net_int.h"

/** Whether the case does not exist for this person: a copy that was made for somebody else. */
bool vg_gold_hidden(vg_store *store, vg_str user, const vg_case *c);
/** What would be remembered of an account of a copy, were there such an account: nothing is, and that nothing is would tell. Worked out from
 *  the case itself, the same each time. `answered`: somebody else than its author writes in it. */
void vg_gold_glimpse(const vg_case *c, vg_str account, bool author, bool answered, vg_memory_glimpse *out);
/** Adds the reader's own copies to a list of cases (open, or decided in order of number) and to its counts. */
int vg_gold_into_list(vg_desk *desk, const vg_user *user, const vg_case_query *query, vg_case **cases, size_t *count, vg_case_counts *counts,
                      vg_error *err);
/** Asked when a case of `space` is about to be handed out: a copy to hand out instead, or 0. *made: a copy that was made on the way,
 *  to be told to the person's consoles as any new case; or 0. */
int vg_gold_draw(vg_desk *desk, const vg_user *user, vg_str space, vg_str languages, int64_t now_ms, int64_t *case_id, int64_t *made,
                 vg_error *err);
/** Looks how people stand since their last answers, and suspends and tells where the policy says so. Once a second. */
void vg_gold_watch(struct vg_server *server, vg_store *store, vg_arena *arena, const vg_policy_set *set, int64_t now_ms);

#endif
