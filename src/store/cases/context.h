/* SPDX-License-Identifier: Apache-2.0
 *
 * store/cases/context: asking the platform for more of a conversation than was sealed when the case opened.
 *
 * Invariants: a request names who asked and why, and is on record before the platform hears of it; the audit log holds neither the reason
 * nor what came. One request of a case waits at a time. Reason and answer are sealed, and destroyed with the case's content. After
 * VG_CONTEXT_OPEN_MS nothing is taken any more: a platform that answers weeks later would bring in what nobody waits for.
 * Callers: net.
 */
#ifndef VG_STORE_CASES_CONTEXT_H
#define VG_STORE_CASES_CONTEXT_H

#include "base/time.h"
#include "store/store.h"

enum { VG_CONTEXT_REQUESTS = 20, VG_CONTEXT_MESSAGES = 500, VG_CONTEXT_MINUTES = 7 * 24 * 60, VG_CONTEXT_REASON = 500 };
#define VG_CONTEXT_OPEN_MS (72 * VG_HOUR_MS)

/* UNANSWERED is never stored: it is ASKED after VG_CONTEXT_OPEN_MS. */
typedef enum { VG_CONTEXT_ASKED, VG_CONTEXT_ANSWERED, VG_CONTEXT_REFUSED, VG_CONTEXT_UNANSWERED, VG_CONTEXT_STATES } vg_context_state;
extern const char *const vg_context_state_names[VG_CONTEXT_STATES]; /* "asked", "answered", "refused", "unanswered" */

typedef struct vg_context {
    int64_t case_id;
    int64_t number;
    vg_str user, reason;
    vg_str conversation;         /* which one, as the platform names it; empty: all of the account's */
    bool later;                  /* what came after; else before */
    uint32_t messages, minutes;  /* exactly one is not 0 */
    int64_t from_ms;             /* the case's first event, or with `later` its last: counted from there */
    int64_t asked_ms, answered_ms;
    vg_context_state state;
    vg_str answer;               /* answered: JSON, {"messages":[...]}; refused: why, in the platform's words. Empty once destroyed */
} vg_context;

/** Records the request, its audit entry and the webhook message context.requested in one transaction; fills number, from_ms and state.
 *  VG_ENOENT; VG_ECONFLICT: the case is decided, one waits already, or there were VG_CONTEXT_REQUESTS. */
int vg_store_context_ask(vg_store *store, vg_context *request, vg_error *err);
/** All of a case, oldest first, unsealed. Written into nobody's record: it is read with the case (vg_store_case_events). */
int vg_store_context_of(vg_store *store, int64_t case_id, int64_t now_ms, vg_arena *arena, vg_context **out, size_t *count, vg_error *err);
/** What the platform answers: `state` ANSWERED or REFUSED. VG_ENOENT: no such request; VG_ECONFLICT: answered already, too late, or
 *  the case is decided. */
int vg_store_context_answer(vg_store *store, int64_t case_id, int64_t number, vg_context_state state, vg_str answer, int64_t key_id,
                            int64_t now_ms, vg_error *err);

#endif
