/* SPDX-License-Identifier: Apache-2.0 */
#include "event/filing.h"

const char *const vg_filing_state_names[VG_FILING_STATES] = {"draft", "confirmed", "queued", "sending", "later", "refused", "by_hand", "filed", "answered", "withdrawn", "gone"};
const char *const vg_filing_move_names[VG_MOVES] = {"confirm", "second", "changed", "ask", "go_on", "later", "filed", "refused", "anew", "by_hand", "gone", "done", "retry", "withdraw", "answer"};
const char *const vg_answer_kind_names[VG_ANSWERS] = {"received", "accepted", "more_wanted", "not_illegal", "victim_safe", "investigation_opened", "other"};

#define S(state) (1u << VG_FILING_##state)

/* From which states a move is allowed, and where it leads. */
static const struct {
    unsigned from;
    vg_filing_state to;
} table[VG_MOVES] = {
    [VG_MOVE_CONFIRM] = {S(DRAFT), VG_FILING_CONFIRMED},
    [VG_MOVE_SECOND] = {S(CONFIRMED), VG_FILING_QUEUED},
    [VG_MOVE_CHANGED] = {S(CONFIRMED) | S(QUEUED) | S(LATER) | S(BY_HAND), VG_FILING_DRAFT},
    [VG_MOVE_ASK] = {S(QUEUED) | S(SENDING) | S(LATER), VG_FILING_SENDING},
    [VG_MOVE_GO_ON] = {S(SENDING), VG_FILING_SENDING},
    [VG_MOVE_LATER] = {S(QUEUED) | S(SENDING) | S(LATER), VG_FILING_LATER},
    [VG_MOVE_FILED] = {S(SENDING), VG_FILING_FILED},
    [VG_MOVE_REFUSED] = {S(QUEUED) | S(SENDING) | S(LATER), VG_FILING_REFUSED},
    [VG_MOVE_ANEW] = {S(SENDING) | S(LATER), VG_FILING_QUEUED},
    [VG_MOVE_BY_HAND] = {S(QUEUED) | S(SENDING) | S(LATER), VG_FILING_BY_HAND},
    [VG_MOVE_GONE] = {S(SENDING), VG_FILING_GONE},
    [VG_MOVE_DONE] = {S(BY_HAND), VG_FILING_FILED},
    [VG_MOVE_RETRY] = {S(REFUSED) | S(LATER), VG_FILING_QUEUED},
    [VG_MOVE_WITHDRAW] = {S(DRAFT) | S(CONFIRMED) | S(QUEUED) | S(LATER) | S(REFUSED) | S(BY_HAND), VG_FILING_WITHDRAWN},
    [VG_MOVE_ANSWER] = {S(FILED) | S(ANSWERED), VG_FILING_ANSWERED},
};

int vg_filing_next(vg_filing_state from, vg_filing_move move, bool four_eyes)
{
    if ((unsigned)from >= VG_FILING_STATES || (unsigned)move >= VG_MOVES || !(table[move].from >> from & 1)) return -1;
    return move == VG_MOVE_CONFIRM && !four_eyes ? VG_FILING_QUEUED : (int)table[move].to;
}

bool vg_filing_over(vg_filing_state state)
{
    return state >= VG_FILING_FILED;
}

/* ---- answers ---- */

#define A(kind) (1u << VG_ANSWER_##kind)
enum { CONFIRMS = A(ACCEPTED) | A(INVESTIGATION) | A(VICTIM_SAFE) };

unsigned vg_answer_stand(unsigned standing, vg_answer_kind kind)
{
    unsigned one = 1u << kind;
    if (one & A(NOT_ILLEGAL)) standing &= ~(CONFIRMS | A(MORE_WANTED));
    if (one & CONFIRMS) standing &= ~(A(NOT_ILLEGAL) | A(MORE_WANTED));
    return standing | one;
}

int vg_answer_first(unsigned kinds)
{
    static const vg_answer_kind order[VG_ANSWERS] = {VG_ANSWER_NOT_ILLEGAL, VG_ANSWER_MORE_WANTED, VG_ANSWER_VICTIM_SAFE, VG_ANSWER_INVESTIGATION,
                                                     VG_ANSWER_ACCEPTED, VG_ANSWER_OTHER, VG_ANSWER_RECEIVED};
    for (int i = 0; i < VG_ANSWERS; i++)
        if (kinds >> order[i] & 1) return (int)order[i];
    return -1;
}

vg_truth vg_answer_truth(unsigned kinds)
{
    bool confirmed = (kinds & CONFIRMS) != 0, refuted = (kinds & A(NOT_ILLEGAL)) != 0;
    return confirmed == refuted ? VG_TRUTH_NONE : confirmed ? VG_TRUTH_CONFIRMED : VG_TRUTH_REFUTED;
}
