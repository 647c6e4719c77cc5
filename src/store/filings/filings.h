/* SPDX-License-Identifier: Apache-2.0
 *
 * store/filings: one report of one case to one receiver, on disk before every step.
 *
 * Invariants: each call that moves a filing is one transaction with its audit entry ("filing.confirm" of "c-000123/f-7") and its webhook
 * message; where it may move is event/filing.h's table, anything else is VG_ECONFLICT. A question is written before it is asked and its filing
 * is `unsure` until the answer is written; after a crash that is how it is found. Options, memo, reasons and answers are sealed and go with
 * the case's content. An unfinished filing is a case's only one to its receiver over its channel. Callers: net, cli, tests.
 */
#ifndef VG_STORE_FILINGS_H
#define VG_STORE_FILINGS_H

#include "event/filing.h"
#include "event/law.h"
#include "store/store.h"

enum { VG_FILING_OPTIONS_MOST = 16 << 10, VG_FILING_WHY_MOST = 2000, VG_FILING_LIST_MOST = 200 };

typedef struct vg_filing {
    int64_t id, case_id;
    char uuid[37];
    vg_str space, receiver_id, receiver, channel; /* receiver: JSON */
    vg_receiver_kind kind;
    vg_filing_state state;
    bool urgent, four_eyes, unsure, withdrawing;
    vg_str step, reference, memo, options, again, why;
    uint32_t round, attempts, steps, answers;
    uint32_t answer_kinds; /* of its answers, a bit set of vg_answer_kind */
    int64_t next_ms, due_ms, expires_ms, prepared_ms, made_ms, confirmed_ms, seconded_ms, filed_ms;
    vg_str made_by, confirmed_by, seconded_by;
    uint8_t hash[32];
    bool has_hash;
} vg_filing;

/** A draft: case_id, space, receiver*, kind, channel, urgent, four_eyes, options, again, made_by, made_ms, due_ms; fills id and uuid. VG_ECONFLICT: there is one
 *  that is not done, or a done one and no `again`. VG_ENOENT: no such case. */
int vg_store_filing_add(vg_store *store, vg_filing *filing, vg_error *err);
int vg_store_filing_get(vg_store *store, int64_t id, vg_arena *arena, vg_filing *out, vg_error *err);
int vg_store_filing_of_case(vg_store *store, int64_t case_id, vg_arena *arena, vg_filing **out, size_t *count, vg_error *err);
/** Of one state, newest first, id < before (0: from the newest). */
int vg_store_filing_of_state(vg_store *store, vg_filing_state state, int64_t before, vg_arena *arena, vg_filing **out, size_t *count, vg_error *err);
/** Of those that have an answer of one of these kinds (a bit set), newest first, id < before (0: from the newest). */
int vg_store_filing_answered(vg_store *store, unsigned kinds, int64_t before, vg_arena *arena, vg_filing **out, size_t *count, vg_error *err);
/** The filing that this receiver knows under this number. VG_ENOENT: none; VG_ECONFLICT: several. */
int vg_store_filing_of_reference(vg_store *store, vg_str receiver_id, vg_str reference, int64_t *id, vg_error *err);
typedef struct vg_filing_count {
    vg_str space;
    vg_filing_state state;
    bool urgent;
    int64_t count, oldest_ms, due_ms;
} vg_filing_count;
int vg_store_filing_counts(vg_store *store, vg_arena *arena, vg_filing_count **out, size_t *count, vg_error *err);
/** Numbers of what was filed about the account to this receiver until `until_ms`, comma separated, other than of filing `not`. */
int vg_store_filing_prior(vg_store *store, const vg_filing *filing, vg_str account, vg_arena *arena, vg_str *out, vg_error *err);

/* ---- people ---- */
int vg_store_filing_drop(vg_store *store, int64_t id, vg_str user, int64_t now_ms, vg_error *err);
int vg_store_filing_options(vg_store *store, int64_t id, vg_str options, vg_str user, int64_t now_ms, vg_error *err);
/** CONFIRM or SECOND. VG_EFORBIDDEN: the second is the first. VG_ECONFLICT: another hash was confirmed. */
int vg_store_filing_confirm(vg_store *store, int64_t id, bool second, const uint8_t hash[32], vg_str user, int64_t now_ms, vg_error *err);
/** Back to a draft: what would be sent is not what was confirmed. */
int vg_store_filing_changed(vg_store *store, int64_t id, vg_str why, int64_t now_ms, vg_error *err);
/** RETRY, WITHDRAW (of what was begun: it is asked of the receiver), DONE with `text` as reference, else as reason. */
int vg_store_filing_person(vg_store *store, int64_t id, vg_filing_move move, vg_str text, vg_str user, int64_t now_ms, vg_error *err);

/* ---- sending ---- */
typedef struct vg_filing_due_row {
    int64_t id;
    bool urgent;
    vg_str space, channel, receiver_id;
} vg_filing_due_row;
/** What is to be tried now: its time has come, or is further away than `wait_most_ms`, which no wait is (a clock was set back). Urgent ones first, and of each
 *  receiver one before the second of any. */
int vg_store_filing_due(vg_store *store, int64_t now_ms, int64_t wait_most_ms, size_t most, vg_arena *arena, vg_filing_due_row **out, size_t *count, vg_error *err);
/** The clock was set back: whatever waits is to be tried now. */
int vg_store_filing_wake(vg_store *store, int64_t now_ms, vg_error *err);
/** The question is on disk before it is asked. */
int vg_store_filing_ask(vg_store *store, int64_t id, vg_str step, int64_t now_ms, uint32_t *n, vg_error *err);
typedef struct vg_filing_took {
    uint32_t n;          /* of the question; 0: there was none (a lack, a file that is missing) */
    int result, status, turn; /* vg_reply_kind, theirs, vg_filing_turn */
    vg_filing_move move;
    vg_str step, reference, memo, why;
    int64_t expires_ms, next_ms;
    uint32_t round;
    bool unsure;
} vg_filing_took;
int vg_store_filing_take(vg_store *store, int64_t id, const vg_filing_took *took, int64_t now_ms, vg_error *err);
typedef struct vg_filing_step {
    uint32_t n, round;
    vg_str step, why;
    int64_t asked_ms, answered_ms;
    int result, status, turn;
} vg_filing_step;
/** The newest 500, newest first. */
int vg_store_filing_steps(vg_store *store, int64_t id, vg_arena *arena, vg_filing_step **out, size_t *count, vg_error *err);

/* ---- notices: still there? ---- */
typedef struct vg_filing_check {
    uint32_t look, item, items; /* items: how many the notice has; item counts from 1 */
    vg_str still, by;           /* "there", "gone", "changed", "unknown"; who looked */
    int status;                 /* HTTP; 0: no answer */
    int64_t at_ms;
} vg_filing_check;
/** The number of a look that begins. */
int vg_store_filing_look(vg_store *store, int64_t id, uint32_t *look, vg_error *err);
/** That the address of a notice was looked at again, and what was found; an entry of the audit log too. */
int vg_store_filing_checked(vg_store *store, int64_t id, const vg_filing_check *check, vg_error *err);
/** The newest 500, newest first. */
int vg_store_filing_checks(vg_store *store, int64_t id, vg_arena *arena, vg_filing_check **out, size_t *count, vg_error *err);
/** What came after it: the next report of its case to its receiver over its channel that was not taken back (0: none), and whether the newest look found everything gone. */
int vg_store_filing_after(vg_store *store, int64_t id, int64_t *next, bool *gone, vg_error *err);
/** Notices without an answer, that nothing followed and of which something may still be there, filed until then; the oldest VG_FILING_LIST_MOST. */
int vg_store_filing_unanswered(vg_store *store, int64_t until_ms, vg_arena *arena, vg_filing **out, size_t *count, vg_error *err);

/* ---- answers ---- */
typedef struct vg_filing_answer {
    int64_t id, filing_id, case_id;
    vg_answer_kind kind;
    vg_str what, reference, by;
    int64_t at_ms, recorded_ms, follow_up;
    uint32_t in_review;
} vg_filing_answer;
/** Fills id. Of MORE_WANTED a draft to the same receiver is made (follow_up); the case is marked with what receivers say of it now, and what it showed when
 *  it was reported becomes labels (store/cases/feedback.h). VG_ECONFLICT: nothing was filed yet. */
int vg_store_filing_answer(vg_store *store, vg_filing_answer *answer, int64_t now_ms, vg_error *err);
int vg_store_filing_answers(vg_store *store, int64_t id, vg_arena *arena, vg_filing_answer **out, size_t *count, vg_error *err);
int vg_store_filing_answers_of_user(vg_store *store, vg_str user, int64_t since_ms, vg_arena *arena, vg_filing_answer **out, size_t *count, vg_error *err);
typedef struct vg_answer_figure {
    vg_str space;
    vg_category category;
    vg_receiver_kind receiver;
    uint64_t kinds; /* of the evidence its case shows */
    vg_answer_kind kind;
    int64_t recorded_ms, filing_id;
} vg_answer_figure;
/* What a report counts: of what was filed and not taken back, by receiver. */
typedef struct vg_filing_figure {
    vg_receiver_kind kind;
    char country[3]; /* "ZZ": of no one country */
    vg_str channel;  /* until the callback returns */
    int64_t count;
} vg_filing_figure;
/** Calls for each kind, country and channel of what a space filed in from <= t < to. */
int vg_store_filing_figures(vg_store *store, vg_str space, int64_t from_ms, int64_t to_ms,
                            int (*each)(void *context, const vg_filing_figure *one, vg_error *err), void *context, vg_error *err);
int vg_store_answers_since(vg_store *store, int64_t since_ms, vg_arena *arena, vg_answer_figure **out, size_t *count, vg_error *err);

/** Entries of this bank that somebody last confirmed having looked at this case (the audit log says so). */
int vg_store_entries_confirmed(vg_store *store, vg_str bank, int64_t case_id, vg_arena *arena, uint32_t **out, size_t *count, vg_error *err);

/* ---- data protection ---- */
/** Forgets what was sent and why it failed of what receivers took longer than `days` ago, except under a legal hold; who has what under which number stays. */
int vg_store_filings_sweep(vg_store *store, vg_str space, uint32_t days, int64_t now_ms, vg_error *err);
/** ,"reports":[...] of these cases: which receiver was told, over what, when. Nobody's name. */
int vg_store_filings_export(vg_store *store, const int64_t *cases, size_t count, vg_arena *arena, vg_buf *out, vg_error *err);

#endif
