/* SPDX-License-Identifier: Apache-2.0
 *
 * store/feedback: what people think of each piece of evidence, and how often each kind was right.
 *
 * One judgement for each person, event and kind; another one replaces it, and the audit log has both. A row says which expression,
 * rule or model spoke, in which language, how strongly: what calibration needs, and no text. It is destroyed with the content of its case.
 *
 * What receivers of a report say of a case is ground truth (vg_answer_truth): it is one judgement of each piece that the case showed when it was
 * reported, right where they confirm and wrong where it was not illegal, in place of whatever people here said of that piece; in an export it stands
 * beside what people said of anything but the model.
 * Callers: net, cli, tests.
 */
#ifndef VG_STORE_FEEDBACK_H
#define VG_STORE_FEEDBACK_H

#include "store/store.h"

typedef struct vg_feedback {
    int64_t case_id, seq;  /* the event of the case */
    uint8_t kind;          /* vg_evidence_kind */
    vg_str user;
    int judgement;         /* vg_judgement; -1 takes it back */
    vg_str source;         /* the expression, rule or model that spoke; empty: none did */
    vg_str language;       /* of the expression, or of the message; empty: not known */
    uint16_t weight, strength, risk; /* 1/10000: as shown, before the policy's weight, of the whole event */
    int64_t time_ms;
    bool answered;         /* a receiver's answer says so, nobody here; only of vg_store_feedback_each */
} vg_feedback;

/** The content of one event, to find the piece in; it is not handed out, so nothing is audited. VG_ENOENT: no such event in this
 *  case, or its content is destroyed. */
int vg_store_feedback_event(vg_store *store, int64_t case_id, int64_t seq, vg_arena *arena, vg_str *content, uint16_t *risk, vg_error *err);
/** Gives, replaces or takes back, with the audit entry "evidence.judge". VG_ENOENT as above. */
int vg_store_feedback_give(vg_store *store, const vg_feedback *given, vg_error *err);
/** All of a case, in order of event, kind, person: seq, kind, user and judgement are filled. */
int vg_store_feedback_of(vg_store *store, int64_t case_id, vg_arena *arena, vg_feedback **out, size_t *count, vg_error *err);

/* How often one kind, or one expression, rule or model of it, was right. */
typedef struct vg_quality {
    uint8_t kind;
    vg_str source, language;     /* empty: the kind as a whole */
    int64_t shown;               /* of kinds: events of cases that showed it */
    int64_t count[VG_JUDGEMENTS]; /* judgements; two people's are two; an answer's is one */
    int64_t answered[VG_JUDGEMENTS]; /* of these, what receivers' answers said: right (confirmed), wrong (not illegal) */
} vg_quality;
/** Since `since_ms`, in the spaces of the list `spaces` ("*": all) and, unless it is empty, in `space`: kinds in order of their number,
 *  each followed by its sources, the most judged first. */
int vg_store_feedback_quality(vg_store *store, vg_str spaces, vg_str space, int64_t since_ms, vg_arena *arena, vg_quality **out,
                              size_t *count, vg_error *err);
/** Calls `each` for every judgement since `since_ms` in `space` (empty: all), oldest first, with the space's name; audited as
 *  "evidence.export" by `by`. What `each` returns other than 0 ends it. Strings live until it returns. */
int vg_store_feedback_each(vg_store *store, vg_str space, int64_t since_ms, vg_str by,
                           int (*each)(void *context, vg_str space, const vg_feedback *given, vg_error *err), void *context, vg_error *err);

#endif
