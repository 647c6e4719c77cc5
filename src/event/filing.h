/* SPDX-License-Identifier: Apache-2.0
 *
 * event/filing: the states of a filing and the answers of its receiver, as they travel between store, report, net and cli. The picture of the
 * states is in report/filing.h. Numbers are on disks: new ones go last.
 */
#ifndef VG_EVENT_FILING_H
#define VG_EVENT_FILING_H

#include <stdbool.h>

typedef enum {
    VG_FILING_DRAFT, VG_FILING_CONFIRMED, VG_FILING_QUEUED, VG_FILING_SENDING, VG_FILING_LATER, VG_FILING_REFUSED, VG_FILING_BY_HAND, VG_FILING_FILED,
    VG_FILING_ANSWERED, VG_FILING_WITHDRAWN, VG_FILING_GONE,
    VG_FILING_STATES
} vg_filing_state;
/* "draft", "confirmed", "queued", "sending", "later", "refused", "by_hand", "filed", "answered", "withdrawn", "gone" */
extern const char *const vg_filing_state_names[VG_FILING_STATES];

typedef enum {
    VG_MOVE_CONFIRM, VG_MOVE_SECOND, VG_MOVE_CHANGED, VG_MOVE_ASK, VG_MOVE_GO_ON, VG_MOVE_LATER, VG_MOVE_FILED, VG_MOVE_REFUSED, VG_MOVE_ANEW,
    VG_MOVE_BY_HAND, VG_MOVE_GONE, VG_MOVE_DONE, VG_MOVE_RETRY, VG_MOVE_WITHDRAW, VG_MOVE_ANSWER,
    VG_MOVES
} vg_filing_move;
extern const char *const vg_filing_move_names[VG_MOVES];

/** Where a move leads; -1: it is not allowed there. Of CONFIRM with two people: CONFIRMED; with one: QUEUED. */
int vg_filing_next(vg_filing_state from, vg_filing_move move, bool four_eyes);
/** Nothing more is to be done with it. */
bool vg_filing_over(vg_filing_state state);

typedef enum {
    VG_ANSWER_RECEIVED, VG_ANSWER_ACCEPTED, VG_ANSWER_MORE_WANTED, VG_ANSWER_NOT_ILLEGAL, VG_ANSWER_VICTIM_SAFE, VG_ANSWER_INVESTIGATION, VG_ANSWER_OTHER,
    VG_ANSWERS
} vg_answer_kind;
/* "received", "accepted", "more_wanted", "not_illegal", "victim_safe", "investigation_opened", "other" */
extern const char *const vg_answer_kind_names[VG_ANSWERS];

/** What a receiver says now, a bit set of kinds, once it has said `kind` too: what it says of the report as such (accepted, investigation opened, victim
 *  safe, not illegal) replaces the opposite that it said before, and ends that more was wanted. */
unsigned vg_answer_stand(unsigned standing, vg_answer_kind kind);
/** The one of a set that a person must see first: not illegal, more wanted, victim safe, investigation opened, accepted, other, received; -1: none. */
int vg_answer_first(unsigned kinds);

typedef enum { VG_TRUTH_NONE, VG_TRUTH_CONFIRMED, VG_TRUTH_REFUTED } vg_truth;
/** What a set says of the report: accepted, investigation opened and victim safe confirm it; not illegal refutes it; both, of two receivers, say
 *  nothing. Stronger than any decision here. */
vg_truth vg_answer_truth(unsigned kinds);

#endif
