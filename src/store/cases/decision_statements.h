/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of second opinions, statements of reasons, appeals, strikes, bulk. See store/statements.h.
 */
#ifndef VG_STORE_CASES_DECISION_STATEMENTS_H
#define VG_STORE_CASES_DECISION_STATEMENTS_H

#define VG_STORE_APPEAL_COLUMNS                                                                                              \
    "a.id,a.case_id,a.decision_id,a.statement_id,a.space,a.category,a.language,a.made_by,a.content,a.answer,a.made_ms,"      \
    "a.due_ms,a.state,a.decided_by,a.decided_ms"

#define VG_STATEMENTS_DECISIONS(X)                                                                                           \
    X(CASE_LOOK, "UPDATE cases SET look=?,barred=?,updated_ms=?,claimed_by='',claimed_until_ms=0 WHERE id=?")                \
    X(CASE_RESTORE, "UPDATE cases SET state=0,escalated=?,merit=?,report_due=?,look=?,barred=?,action=?,decided_ms=0,"               \
                    "updated_ms=?,claimed_by=?,claimed_until_ms=? WHERE id=?")                                               \
    X(CASE_OVERTURN, "UPDATE cases SET overturned_ms=? WHERE id=?")                                                          \
    X(OPINION_ADD, "INSERT INTO opinion(case_id,user,answer,time_ms) VALUES(?,?,?,?)")                                       \
    X(OPINIONS_OF, "SELECT id,user,answer,time_ms,decision_id FROM opinion WHERE case_id=? ORDER BY id")                     \
    X(OPINIONS_CLOSE, "UPDATE opinion SET decision_id=? WHERE case_id=? AND decision_id=0")                                  \
    X(OPINIONS_REOPEN, "UPDATE opinion SET decision_id=0 WHERE decision_id=? AND decision_id>0")                             \
    X(OPINION_DROP, "DELETE FROM opinion WHERE id=?")                                                                        \
    X(UNDO_SET, "INSERT OR REPLACE INTO undo(case_id,cause,user,until_ms,bulk_id,escalated,report_due,look,barred,action,"   \
                "claimed_until_ms) VALUES(?,?,?,?,?,?,?,?,?,?,?)")                                                           \
    X(UNDO_GET, "SELECT cause,user,until_ms,bulk_id,escalated,report_due,look,barred,action,claimed_until_ms FROM undo "     \
                "WHERE case_id=?")                                                                                           \
    X(UNDO_DROP, "DELETE FROM undo WHERE case_id=?")                                                                         \
    X(UNDO_OVER, "SELECT case_id,cause,user FROM undo WHERE until_ms<=? ORDER BY until_ms LIMIT ?")                          \
    X(UNDO_OF_BULK, "SELECT case_id FROM undo WHERE bulk_id=? AND bulk_id>0 ORDER BY case_id")                               \
    X(DECISION_DROP, "DELETE FROM decision WHERE id=?")                                                                      \
    X(DECISION_GET, "SELECT id,user,action,reason,note,hours,time_ms,reach,case_id FROM decision WHERE id=?")                \
    X(DECISIONS_SINCE, "SELECT d.action,c.space,c.kinds FROM decision d CROSS JOIN cases c ON c.id=d.case_id "               \
                       "WHERE d.time_ms>=?")                                                                                 \
    X(DELIVERY_TAKE_BACK, "DELETE FROM delivery WHERE cause=? AND cause<>0 AND attempts=0")                                  \
    X(STATEMENT_ADD, "INSERT INTO statement(case_id,cause,language,content,issued_ms) VALUES(?,?,?,?,?)")                    \
    X(STATEMENTS_OF, "SELECT id,cause,language,content,issued_ms,lifted_ms FROM statement WHERE case_id=? ORDER BY id")      \
    X(STATEMENT_GET, "SELECT case_id,cause FROM statement WHERE id=?")                                                       \
    X(STATEMENT_OF_CAUSE, "SELECT id FROM statement WHERE cause=?")                                                          \
    X(STATEMENT_DROP, "DELETE FROM statement WHERE cause=?")                                                                 \
    X(STATEMENT_LIFT, "UPDATE statement SET lifted_ms=? WHERE cause=? AND lifted_ms=0")                                      \
    X(STATEMENT_RESTORE, "UPDATE statement SET lifted_ms=0 WHERE cause IN (SELECT -id FROM opinion WHERE decision_id=? "      \
                         "AND decision_id>0)")                                                                               \
    X(STRIKE_ADD, "INSERT INTO strike(space,account,case_id,cause,action,given_ms,expires_ms) VALUES(?,?,?,?,?,?,?)")        \
    X(STRIKES_OF, "SELECT id,case_id,cause,action,given_ms,expires_ms,lifted_ms FROM strike WHERE space=? AND account=? "    \
                  "AND expires_ms>? ORDER BY expires_ms")                                                                    \
    X(STRIKE_DROP, "DELETE FROM strike WHERE cause=?")                                                                       \
    X(STRIKE_LIFT, "UPDATE strike SET lifted_ms=? WHERE cause=? AND lifted_ms=0")                                            \
    X(APPEAL_ADD, "INSERT INTO appeal(case_id,decision_id,statement_id,space,category,language,made_by,content,made_ms,"     \
                  "due_ms) VALUES(?,?,?,?,?,?,?,?,?,?)")                                                                     \
    X(APPEAL_GET, "SELECT " VG_STORE_APPEAL_COLUMNS " FROM appeal a WHERE a.id=?")                                           \
    X(APPEAL_OF_DECISION, "SELECT " VG_STORE_APPEAL_COLUMNS " FROM appeal a WHERE a.decision_id=?")                          \
    X(APPEAL_LIST, "SELECT " VG_STORE_APPEAL_COLUMNS " FROM appeal a WHERE a.space=? AND a.state=? AND a.id<? "              \
                   "ORDER BY a.id DESC LIMIT ?")                                                                             \
    X(APPEAL_DECIDE, "UPDATE appeal SET state=?,decided_by=?,decided_ms=?,answer=? WHERE id=?")                              \
    X(APPEALS_SINCE, "SELECT space,category,state,due_ms,decided_ms FROM appeal WHERE made_ms>=? AND decision_id>0")                           \
    X(APPEALS_OPEN_OF, "SELECT count(*) FROM appeal WHERE case_id=? AND state=0")                                            \
    X(BULK_ADD, "INSERT INTO bulk(token,user,space,content,expires_ms) VALUES(?,?,?,?,?)")                                   \
    X(BULK_FIND, "SELECT id,user,space,content,expires_ms,done_ms FROM bulk WHERE token=?")                                  \
    X(BULK_DONE, "UPDATE bulk SET done_ms=?,content=NULL WHERE id=? AND done_ms=0")                                          \
    X(BULK_GET, "SELECT user,done_ms FROM bulk WHERE id=?")                                                                  \
    X(BULK_OLD, "DELETE FROM bulk WHERE expires_ms<? AND done_ms=0")                                                         \
    /* data protection */                                                                                                    \
    X(DESTROY_OPINIONS, "UPDATE opinion SET answer=NULL WHERE case_id=?")                                                    \
    X(DESTROY_STATEMENTS, "UPDATE statement SET content=NULL WHERE case_id=?")                                               \
    X(DESTROY_APPEALS, "UPDATE appeal SET content=NULL,answer=NULL WHERE case_id=? AND state IN (0,1,2)")                    \
    X(DESTROY_UNDO, "DELETE FROM undo WHERE case_id=?")                                                                      \
    X(FORGET_STRIKES, "UPDATE strike SET account='' WHERE case_id=?")

#endif
