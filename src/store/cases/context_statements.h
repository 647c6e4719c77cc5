/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of requests for more context. See store/statements.h.
 */
#ifndef VG_STORE_CASES_CONTEXT_STATEMENTS_H
#define VG_STORE_CASES_CONTEXT_STATEMENTS_H

#define VG_STATEMENTS_CONTEXT(X)                                                                             \
    X(CONTEXT_ADD, "INSERT INTO context_request(case_id,number,user,later,messages,minutes,from_ms,"         \
                   "asked_ms,reason) VALUES(?,?,?,?,?,?,?,?,?)")                                             \
    X(CONTEXT_OF, "SELECT number,user,later,messages,minutes,from_ms,asked_ms,state,answered_ms,reason,"     \
                  "answer FROM context_request WHERE case_id=? ORDER BY number")                             \
    X(CONTEXT_STATES, "SELECT number,state,asked_ms FROM context_request WHERE case_id=? ORDER BY number")   \
    X(CONTEXT_ANSWER, "UPDATE context_request SET state=?,answered_ms=?,answer=? WHERE case_id=? AND number=?") \
    X(CONTEXT_SPAN, "SELECT min(time_ms),max(time_ms) FROM case_event WHERE case_id=?")                      \
    X(DESTROY_CONTEXT, "UPDATE context_request SET reason=NULL,answer=NULL WHERE case_id=?")

#endif
