/* SPDX-License-Identifier: Apache-2.0
 *
 * store/appeals: what an account says against a decision (DSA Art. 20), and what became of it.
 *
 * A decision is appealed once, and looked at again of one's own motion once; the second kind is no complaint and counted nowhere as one. Its text and its answer are sealed. Overturned: what was decided is lifted, with its strike and its
 * statement, and the platform is told, in one transaction. Who may answer is review's to say. Callers: net, tests.
 */
#ifndef VG_STORE_APPEALS_H
#define VG_STORE_APPEALS_H

#include "store/cases/decisions.h"

typedef enum { VG_APPEAL_OPEN, VG_APPEAL_UPHELD, VG_APPEAL_OVERTURNED, VG_APPEAL_STATES } vg_appeal_state;
extern const char *const vg_appeal_state_names[VG_APPEAL_STATES]; /* "open", "upheld", "overturned" */

typedef struct vg_appeal {
    int64_t id, case_id, decision_id, statement_id; /* statement_id 0: none was made */
    vg_str space;
    vg_category category;
    vg_str language;  /* in which the account writes and is answered: "fr" or "en" */
    vg_str made_by;   /* who typed it in; empty: the platform sent it */
    vg_str text;      /* empty when destroyed */
    vg_str answer;    /* to the account */
    vg_str reasons;   /* of who decided, for colleagues */
    bool own;         /* nobody appealed: somebody here wants the decision looked at again (made_by), and `text` says why. The account is told
                         only when it is overturned */
    int64_t made_ms, due_ms;
    vg_appeal_state state;
    vg_str decided_by;
    int64_t decided_ms;
} vg_appeal;

void vg_appeal_name(int64_t id, char out[24]); /* "a-000123" */
int64_t vg_appeal_id_of(vg_str name);          /* or -1 */

/** Adds it; .id is filled in. The same text against the same decision again: *again, and what is stored comes back in *appeal (strings
 *  in the arena). Another text: VG_ECONFLICT. Audited as "appeal.make" by `by`. */
int vg_store_appeal_add(vg_store *store, vg_appeal *appeal, vg_str by, vg_arena *arena, bool *again, vg_error *err);
int vg_store_appeal_get(vg_store *store, int64_t id, vg_arena *arena, vg_appeal *out, vg_error *err); /* VG_ENOENT */
/** The account's appeal against a decision. VG_ENOENT. */
int vg_store_appeal_of(vg_store *store, int64_t decision_id, vg_arena *arena, vg_appeal *out, vg_error *err);
/** Of the spaces of the list ("*": all), newest first, with id < before_id (0: from the newest). */
int vg_store_appeal_list(vg_store *store, vg_str spaces, vg_appeal_state state, int64_t before_id, size_t most, vg_arena *arena,
                         vg_appeal **out, size_t *count, vg_error *err);
/** Answers it: appeal->id, .state (upheld or overturned), .answer, .reasons, .decided_by, .decided_ms. VG_ECONFLICT: answered already. */
int vg_store_appeal_decide(vg_store *store, const vg_appeal *appeal, vg_error *err);

typedef struct vg_appeal_figure {
    vg_str space;
    vg_category category;
    int64_t decisions; /* that restrict somebody or warn them */
    int64_t appeals, open, upheld, overturned, late; /* late: answered, or still open, after its deadline */
} vg_appeal_figure;
/** By space and category, of decisions made and appeals received since `since_ms`. */
int vg_store_appeal_figures(vg_store *store, vg_str spaces, int64_t since_ms, int64_t now_ms, vg_arena *arena, vg_appeal_figure **out,
                            size_t *count, vg_error *err);

#endif
