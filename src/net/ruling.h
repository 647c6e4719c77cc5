/* SPDX-License-Identifier: Apache-2.0
 *
 * net/ruling: what the routes of decisions, appeals and bulk share: the rules of a space while a request is answered, the statement of
 * reasons, whose names must not be in it, and what a decision means for those who reported. Desk threads.
 */
#ifndef VG_NET_RULING_H
#define VG_NET_RULING_H

#include "event/policy_decisions.h"
#include "net/net_int.h"
#include "review/statement.h"
#include "store/cases/decisions.h"

/* The rules of a space, held until closed: a reload swaps the policies, not what is being answered. */
typedef struct vg_rules {
    vg_policy_set *set;
    const vg_policy_decisions *decisions;
    const char *title[VG_LANGS];
} vg_rules;
void vg_rules_open(vg_rules *rules, struct vg_server *server, vg_str space);
void vg_rules_close(vg_rules *rules);

/** What may be said of a reason to those who reported, by language: the title in the policy's list, which is public; NULL for free text, which may
 *  name somebody. As long as the rules are open. */
const char *const *vg_reason_title(const vg_policy_decisions *decisions, vg_str reason);

/** The language that an account of a space gave last, in the arena; empty: none is known. */
vg_str vg_account_language(struct vg_server *server, vg_str space, vg_str account, vg_arena *arena);

/** The facts of a statement about this answer. */
vg_statement_facts vg_ruling_facts(const vg_rules *rules, const vg_case *c, const vg_decision *answer);
/** The statement as JSON, in the arena. `asked`: as the request said ("fr", "en"); empty: the account's language. `edited`: the text to
 *  send; empty: as drafted. VG_ENOMEM. */
int vg_ruling_statement(const vg_statement_facts *facts, vg_str asked, vg_str account_language, vg_str edited, vg_arena *arena,
                        vg_str *json, vg_str *language, vg_error *err);

/** VG_EINVAL at "/statement" when the text names another account of the case (a child, who reported), which it must not. Reads the case,
 *  which is on record. */
int vg_ruling_check_text(vg_desk *desk, const vg_case *c, vg_str viewer, const char *where, vg_str text, vg_error *err);
/** Whether two people have confirmed an entry of a bank that the case's media matches. Reads the case, which is on record. */
int vg_ruling_hash_confirmed(vg_desk *desk, const vg_case *c, vg_str viewer, bool *confirmed, vg_error *err);

/** A decision counts for those whose reports are in the case: upheld or dismissed. */
void vg_ruling_credit(struct vg_server *server, vg_store *store, vg_arena *arena, int64_t case_id, vg_str viewer, vg_action action);

/** Whether this person must not learn what others thought of the case: it waits for a look of which that would be a part. */
bool vg_ruling_blind(const vg_case *c, const vg_user *user);

/** One opinion that is not sealed any more. */
void vg_json_opinion(vg_buf *out, const vg_opinion *opinion);
/** `[...]`: strikes with the case, the action and the end of each. */
void vg_json_strikes(vg_buf *out, const vg_strike *strikes, size_t count);
/** `,"decide":{...}`: all that the form needs. Failures leave it out and are in *err. */
int vg_json_decide(vg_desk *desk, vg_exchange *x, vg_buf *out, const vg_case *c, int64_t now_ms, vg_error *err);

#endif
