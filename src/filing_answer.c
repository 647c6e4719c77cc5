/* SPDX-License-Identifier: Apache-2.0 */
#include "filing_answer.h"

#include <stdio.h>

#include "review/review.h"

/* It was not what the bank says: in doubt, and on record. An entry that has left its list since is passed over. */
static int doubt_entry(const vg_filing_answering *with, const vg_bank *bank, uint32_t entry, int64_t case_id, vg_filing_answer *answer, vg_error *err)
{
    vg_entry_state state;
    char name[24], detail[96];
    const vg_bank_opinion opinion = {.person = answer->by, .reject = true, .note = VG_STR("a receiver answered: not illegal"), .time_ms = with->now_ms};
    int rc = vg_store_bank_opinion_add(with->banks, bank->id, entry, &opinion, &state, err);
    if (rc == -VG_ENOENT) return 0;
    vg_case_name(case_id, name);
    snprintf(detail, sizeof detail, "{\"entry\":%u,\"opinion\":\"reject\",\"case\":\"%s\"}", entry, name);
    if (!rc) rc = vg_store_audit(with->store, answer->by, VG_STR("bank.opinion"), bank->name, vg_str_of(detail), err);
    answer->in_review += !rc;
    return rc;
}

static int doubt_entries(const vg_filing_answering *with, int64_t case_id, vg_filing_answer *answer, vg_error *err)
{
    vg_bank *banks;
    size_t count;
    int rc = vg_store_bank_list(with->banks, with->arena, &banks, &count, err);
    for (size_t i = 0; !rc && i < count; i++) {
        uint32_t *entries;
        size_t n;
        vg_error no = {0};
        if (with->user && vg_review_may_judge_entry(banks[i].spaces, with->user, &no)) continue;
        rc = vg_store_entries_confirmed(with->store, banks[i].name, case_id, with->arena, &entries, &n, err);
        for (size_t k = 0; !rc && k < n; k++) rc = doubt_entry(with, &banks[i], entries[k], case_id, answer, err);
    }
    return rc;
}

int vg_filing_answer_record(const vg_filing_answering *with, vg_filing_answer *answer, vg_error *err)
{
    vg_filing f;
    int rc = vg_store_filing_get(with->store, answer->filing_id, with->arena, &f, err);
    answer->in_review = 0;
    if (!rc && answer->kind == VG_ANSWER_NOT_ILLEGAL && vg_filing_next(f.state, VG_MOVE_ANSWER, f.four_eyes) >= 0)
        rc = doubt_entries(with, f.case_id, answer, err);
    return rc ? rc : vg_store_filing_answer(with->store, answer, with->now_ms, err);
}
