/* SPDX-License-Identifier: Apache-2.0
 *
 * store/statements: every SQL statement of the room that runs more than once, by name. Each is prepared at
 * its first use and kept. All of them go through an index; tests/unit/store holds them against EXPLAIN QUERY
 * PLAN. Parameters are numbered in the order they are bound.
 */
#ifndef VG_STORE_STATEMENTS_H
#define VG_STORE_STATEMENTS_H

#include "store/cases/queue_statements.h"
#include "store/cases/decision_statements.h"
#include "store/cases/context_statements.h"
#include "store/training/statements.h"
#include "store/training/gold_statements.h"
#include "store/people/statements.h"
#include "store/people/signin_statements.h"
#include "store/notices/statements.h"
#include "store/welfare/statements.h"
#include "store/evidence/statements.h"
#include "store/audit/statements.h"
#include "store/facts/statements.h"
#include "store/filings/statements.h"
#include "store/demands/statements.h"
#include "store/disclosure/statements.h"

#define VG_STORE_CASE_COLUMNS                                                                                \
    "id,space,account,state,escalated,legal_hold,destroyed,verdict,risk,account_band,account_basis,"         \
    "youngest_band,kinds,kind_weight,event_count,opened_ms,updated_ms,due_ms,decided_ms,claimed_by,"         \
    "claimed_until_ms,action,language,merit,offer_ms,notices,notice_flags,look,barred,report_due,overturned_ms,answers,safe"
#define VG_STORE_USER_COLUMNS                                                                                \
    "u.id,u.name,u.display,u.language,u.role,u.spaces,u.password_hash,u.created_ms,u.disabled_ms,"           \
    "u.locked_until_ms,u.failures,u.closed_ms,u.leave_from_ms,u.leave_until_ms"

/* Each part of the room has its own list beside its code. */
#define VG_STORE_STATEMENTS(X) \
    VG_STATEMENTS_CORE(X) VG_STATEMENTS_QUEUE(X) VG_STATEMENTS_DECISIONS(X) VG_STATEMENTS_TRAINING(X) VG_STATEMENTS_GOLD(X) VG_STATEMENTS_PEOPLE(X) VG_STATEMENTS_SIGNIN(X) VG_STATEMENTS_NOTICES(X) VG_STATEMENTS_WELFARE(X) VG_STATEMENTS_CONTEXT(X) \
    VG_STATEMENTS_EVIDENCE(X) VG_STATEMENTS_AUDIT(X) VG_STATEMENTS_FACTS(X) VG_STATEMENTS_FILINGS(X) VG_STATEMENTS_DEMANDS(X) VG_STATEMENTS_DISCLOSURE(X)

#define VG_STATEMENTS_CORE(X)                                                                               \
    X(BEGIN_READ, "BEGIN")                                                                                   \
    X(BEGIN_WRITE, "BEGIN IMMEDIATE")                                                                        \
    X(COMMIT, "COMMIT")                                                                                      \
    X(ROLLBACK, "ROLLBACK")                                                                                  \
    X(DATA_VERSION, "PRAGMA data_version")                                                                   \
    X(META_GET, "SELECT value FROM meta WHERE name=?")                                                       \
    X(META_SET,                                                                                              \
      "INSERT INTO meta(name,value) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET value=excluded.value")       \
    /* audit */                                                                                              \
    X(AUDIT_STATE, "SELECT anchor_seq,anchor_hash,head,second_from,tree_from FROM audit_state WHERE id=1")                         \
    X(AUDIT_START, "INSERT INTO audit_state(id,anchor_seq,anchor_hash,head) VALUES(1,0,?,?)")                \
    X(AUDIT_HEAD_SET, "UPDATE audit_state SET head=? WHERE id=1")                                            \
    X(AUDIT_ANCHOR_SET, "UPDATE audit_state SET anchor_seq=?,anchor_hash=? WHERE id=1")                      \
    X(AUDIT_ADD, "INSERT INTO audit(seq,time_ms,actor,action,object,detail,hash) VALUES(?,?,?,?,?,?,?)")     \
    X(AUDIT_WALK, "SELECT seq,time_ms,actor,action,object,detail,hash FROM audit ORDER BY seq")              \
    X(AUDIT_OLD, "SELECT seq,time_ms,hash FROM audit ORDER BY seq LIMIT ?")                                  \
    X(AUDIT_CUT, "DELETE FROM audit WHERE seq<=?")                                                           \
    /* cases: writing */                                                                                     \
    X(EVENT_FIND, "SELECT case_id FROM case_event WHERE event_key=?")                                        \
    X(CASE_FIND_OPEN, "SELECT " VG_STORE_CASE_COLUMNS " FROM cases WHERE space=? AND account=? AND state=0") \
    X(CASE_ADD,                                                                                              \
      "INSERT INTO cases(space,account,state,verdict,risk,account_band,account_basis,youngest_band,"         \
      "kinds,kind_weight,category,language,merit,account_tag,event_count,opened_ms,updated_ms,due_ms,"       \
      "offer_ms) VALUES(?,?,0,?,?,?,?,?,?,?,?,?,?,?,1,?,?,?,?)")                                             \
    X(CASE_TOUCH,                                                                                            \
      "UPDATE cases SET verdict=?,risk=?,account_band=?,account_basis=?,youngest_band=?,kinds=?,"            \
      "kind_weight=?,category=?,language=CASE language WHEN '' THEN ? ELSE language END,merit=?,"            \
      "account_tag=?,event_count=event_count+1,updated_ms=?,due_ms=?,offer_ms=?,safe=0 WHERE id=?")                 \
    X(LINK_ADD, "INSERT INTO case_link(case_id,why,key) VALUES(?,?,?) ON CONFLICT DO NOTHING")               \
    X(EVENT_ADD, "INSERT INTO case_event(case_id,event_key,time_ms,stored_ms,verdict,risk,content,kinds) "   \
                 "VALUES(?,?,?,?,?,?,?,?)")                                                                    \
    /* cases: the queue */                                                                                   \
    X(CASE_GET, "SELECT " VG_STORE_CASE_COLUMNS " FROM cases WHERE id=?")                                    \
    X(SPACE_AFTER, "SELECT min(space) FROM cases WHERE space>?")                                             \
    X(LIST_OVERDUE, "SELECT " VG_STORE_CASE_COLUMNS " FROM cases WHERE space=? AND state=0 AND due_ms<=? "   \
                    "ORDER BY due_ms LIMIT ?")                                                               \
    X(LIST_OPEN, "SELECT " VG_STORE_CASE_COLUMNS " FROM cases WHERE space=? AND state=0 AND +due_ms>? "      \
                 "ORDER BY risk DESC LIMIT ?")                                                               \
    X(LIST_DECIDED, "SELECT " VG_STORE_CASE_COLUMNS " FROM cases WHERE space=? AND state=1 AND id<? "        \
                    "ORDER BY id DESC LIMIT ?")                                                              \
    X(LIST_ACCOUNT, "SELECT " VG_STORE_CASE_COLUMNS " FROM cases WHERE space=? AND account=? AND +state=? "  \
                    "AND id<? ORDER BY id DESC LIMIT ?")                                                     \
    X(LIST_ANSWERED, "SELECT " VG_STORE_CASE_COLUMNS " FROM cases INDEXED BY cases_answered WHERE space=? AND " \
                     "answers<>0 AND answers&?<>0 AND +state=? AND id<? ORDER BY id DESC LIMIT ?")            \
    X(COUNT_OPEN, "SELECT count(*) FROM cases WHERE space=? AND state=0")                                    \
    X(COUNT_CLAIMED, "SELECT count(*) FROM cases WHERE space=? AND state=0 AND claimed_until_ms>0 "          \
                     "AND claimed_until_ms>?")                                                               \
    X(COUNT_OVERDUE, "SELECT count(*) FROM cases WHERE space=? AND state=0 AND due_ms<=?")                   \
    X(COUNT_DECIDED, "SELECT count(*) FROM cases WHERE space=? AND state=1 AND destroyed IN (0,1) "          \
                     "AND decided_ms>=?")                                                                    \
    X(EVENTS_OF, "SELECT seq,time_ms,stored_ms,verdict,risk,content FROM case_event WHERE case_id=? "        \
                 "ORDER BY seq DESC LIMIT ?")                                                                \
    X(EVENTS_BEFORE, "SELECT seq,time_ms,stored_ms,verdict,risk,content FROM case_event WHERE case_id=? "    \
                     "AND seq<? ORDER BY seq DESC LIMIT ?")                                                  \
    X(MEDIA_ADD, "INSERT INTO case_media(seq,case_id,file,bytes,thumbnail,wrapped,digest) VALUES(?,?,?,?,?,?,?)")               \
    X(MEDIA_OF, "SELECT seq,file,bytes,thumbnail,wrapped,digest FROM case_media WHERE case_id=? ORDER BY seq")              \
    X(MEDIA_GET, "SELECT seq,file,bytes,thumbnail,wrapped FROM case_media WHERE seq=? AND case_id=?")                \
    X(MEDIA_FIND, "SELECT 1 FROM case_media WHERE file=?")                                                   \
    X(MEDIA_FORGET, "DELETE FROM case_media WHERE case_id=?")                                                \
    X(MEDIA_VIEWS, "SELECT actor,time_ms,action FROM audit WHERE action IN ('media.view','media.part','media.whole') AND object=? " \
                   "ORDER BY seq DESC LIMIT ?")                                                              \
    X(MEDIA_PARTS, "SELECT detail FROM audit WHERE action='media.part' AND object=? AND actor=?")            \
    X(CASE_CLAIM, "UPDATE cases SET claimed_by=?,claimed_until_ms=? WHERE id=?")                             \
    /* decisions */                                                                                          \
    X(CASE_DECIDE, "UPDATE cases SET state=?,escalated=?,merit=?,action=?,decided_ms=?,updated_ms=?,"        \
                   "report_due=?,look=0,barred='',claimed_by='',claimed_until_ms=0 WHERE id=?")              \
    X(DECISION_ADD,                                                                                          \
      "INSERT INTO decision(case_id,user,action,reason,note,hours,time_ms,reach,bulk_id) "                   \
      "VALUES(?,?,?,?,?,?,?,?,?)")                                                                           \
    X(DECISIONS_OF,                                                                                          \
      "SELECT id,user,action,reason,note,hours,time_ms,reach FROM decision WHERE case_id=? ORDER BY id")     \
    X(CASE_HOLD, "UPDATE cases SET legal_hold=? WHERE id=?")                                                 \
    /* feedback on evidence */                                                                               \
    X(EVENT_GET, "SELECT content,risk FROM case_event WHERE seq=? AND case_id=?")                            \
    X(FEEDBACK_GET, "SELECT judgement FROM feedback WHERE seq=? AND kind=? AND user=?")                      \
    X(FEEDBACK_SET,                                                                                          \
      "INSERT INTO feedback(seq,kind,user,case_id,judgement,source,language,weight,strength,risk,time_ms) "  \
      "VALUES(?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(seq,kind,user) DO UPDATE SET "                              \
      "judgement=excluded.judgement,time_ms=excluded.time_ms")                                               \
    X(FEEDBACK_DROP, "DELETE FROM feedback WHERE seq=? AND kind=? AND user=?")                               \
    X(FEEDBACK_OF, "SELECT seq,kind,user,judgement FROM feedback WHERE case_id=? ORDER BY seq,kind,user")    \
    X(FEEDBACK_SINCE,                                                                                        \
      "SELECT c.space,f.kind,f.source,f.language,f.weight,f.strength,f.risk,f.judgement,f.time_ms FROM "     \
      "feedback f CROSS JOIN cases c ON c.id=f.case_id WHERE f.time_ms>=? AND (c.truth=0 OR "                \
      "f.kind NOT BETWEEN ? AND ? OR NOT EXISTS "                                                            \
      "(SELECT 1 FROM reported r WHERE r.case_id=f.case_id AND r.seq=f.seq AND r.kind=f.kind)) "             \
      "ORDER BY f.time_ms")                                                                                  \
    X(LABELS_SINCE,                                                                                          \
      "SELECT c.space,r.kind,r.source,r.language,r.weight,r.strength,r.risk,c.truth-1,c.truth_ms FROM cases c " \
      "INDEXED BY cases_truth CROSS JOIN reported r ON r.case_id=c.id WHERE c.truth>0 AND c.truth_ms>=? "    \
      "ORDER BY c.truth_ms,c.id,r.seq,r.kind")                                                               \
    X(SHOWN_SINCE, "SELECT c.space,e.kinds FROM case_event e CROSS JOIN cases c ON c.id=e.case_id "          \
                   "WHERE e.stored_ms>=? AND e.kinds<>0")                                                    \
    /* people */                                                                                             \
    X(USER_ADD, "INSERT INTO user(name,display,language,role,spaces,password_hash,created_ms) "              \
                "VALUES(?,?,?,?,?,?,?)")                                                                     \
    X(USER_FIND, "SELECT " VG_STORE_USER_COLUMNS " FROM user u WHERE u.name=?")                              \
    X(USER_LIST, "SELECT " VG_STORE_USER_COLUMNS " FROM user u ORDER BY u.id")                               \
    X(USER_DISABLE, "UPDATE user SET disabled_ms=? WHERE name=? AND disabled_ms=0")                          \
    X(USER_PASSWORD, "UPDATE user SET password_hash=?,failures=0,locked_until_ms=0 "         \
                     "WHERE name=? AND closed_ms=0")            \
    X(USER_SIGNIN, "UPDATE user SET failures=?,locked_until_ms=? WHERE id=?")                                \
    X(SESSION_ADD, "INSERT INTO session(token_hash,user_id,csrf,created_ms,expires_ms,seen_ms,id,agent,address) " \
                   "SELECT ?,id,?,?,?,?,?,?,? FROM user WHERE id=? AND disabled_ms=0")                       \
    X(SESSION_FIND,                                                                                          \
      "SELECT " VG_STORE_USER_COLUMNS ",s.csrf,s.created_ms,s.expires_ms,s.seen_ms,s.id FROM session s "     \
      "JOIN user u ON u.id=s.user_id WHERE s.token_hash=? AND s.expires_ms>? AND u.disabled_ms=0")           \
    X(SESSION_END, "DELETE FROM session WHERE token_hash=?")                                                 \
    X(SESSIONS_OF, "DELETE FROM session WHERE user_id=(SELECT id FROM user WHERE name=?)")                   \
    X(SESSION_WHOSE, "SELECT u.name FROM session s JOIN user u ON u.id=s.user_id WHERE s.token_hash=?")       \
    X(SESSION_OVER, "SELECT token_hash FROM session WHERE expires_ms<=? LIMIT 1")                            \
    X(KEY_ADD, "INSERT INTO api_key(label,space,scopes,hash,created_ms) VALUES(?,?,?,?,?)")                  \
    X(KEY_LIST, "SELECT id,label,space,scopes,hash,created_ms,revoked_ms FROM api_key ORDER BY id")          \
    X(KEY_GET, "SELECT revoked_ms FROM api_key WHERE id=?")                                                  \
    X(KEY_REVOKE, "UPDATE api_key SET revoked_ms=? WHERE id=?")                                              \
    /* webhooks */                                                                                           \
    X(HOOK_ADD, "INSERT INTO webhook(space,url,secret,created_ms) VALUES(?,?,x'',?)")                        \
    X(HOOK_SECRET, "UPDATE webhook SET secret=? WHERE id=?")                                                 \
    X(HOOK_LIST, "SELECT id,space,url,secret,created_ms,disabled_ms FROM webhook ORDER BY id")               \
    X(HOOK_REMOVE, "DELETE FROM webhook WHERE id=?")                                                         \
    X(HOOKS_OF, "SELECT id FROM webhook WHERE space IN (?,'*') AND disabled_ms=0 ORDER BY id")               \
    X(DELIVERY_ADD,                                                                                          \
      "INSERT INTO delivery(webhook_id,case_id,space,message_id,type,body,next_ms,created_ms,cause) "        \
      "VALUES(?,?,?,?,?,?,?,?,?)")                                                                           \
    X(DELIVERY_DUE,                                                                                          \
      "SELECT d.id,d.webhook_id,d.message_id,d.type,d.body,h.url,h.secret,d.attempts,d.next_ms,"             \
      "d.created_ms,d.last_error,d.dead,d.space FROM delivery d CROSS JOIN webhook h "                       \
      "ON h.id=d.webhook_id WHERE d.dead=0 AND d.next_ms<=? ORDER BY d.next_ms,d.id")                        \
    X(DELIVERY_DEAD,                                                                                         \
      "SELECT d.id,d.webhook_id,d.message_id,d.type,d.body,h.url,h.secret,d.attempts,d.next_ms,"             \
      "d.created_ms,d.last_error,d.dead,d.space FROM delivery d CROSS JOIN webhook h "                       \
      "ON h.id=d.webhook_id WHERE d.dead=1 ORDER BY d.id")                                                   \
    X(DELIVERY_DONE, "DELETE FROM delivery WHERE id=?")                                                      \
    X(DELIVERY_FAILED, "UPDATE delivery SET attempts=attempts+1,next_ms=?,dead=?,last_error=? WHERE id=?")   \
    X(DELIVERY_RETRY, "UPDATE delivery SET attempts=0,dead=0,next_ms=? WHERE id=? AND dead=1")               \
    /* data protection */                                                                                    \
    X(EVENTS_IN_SPACE, "SELECT e.seq,e.case_id,e.time_ms,e.content FROM cases c CROSS JOIN case_event e "    \
                       "ON e.case_id=c.id WHERE c.space=? AND c.destroyed=0 AND e.content IS NOT NULL "      \
                       "ORDER BY c.account,c.id,e.seq")                                                      \
    X(CASES_OF, "SELECT id,state,legal_hold FROM cases WHERE space=? AND account=? ORDER BY id")             \
    X(CASES_OLD, "SELECT id FROM cases WHERE space=? AND state=1 AND destroyed=0 AND decided_ms<? "          \
                 "AND legal_hold=0 AND report_due=0 AND NOT EXISTS(SELECT 1 FROM appeal a WHERE a.case_id=cases.id "          \
                 "AND a.state=0) AND NOT EXISTS(SELECT 1 FROM filing f WHERE f.case_id=cases.id AND f.state<7) LIMIT ?")                                                                 \
    X(DESTROY_EVENTS, "UPDATE case_event SET content=NULL WHERE case_id=?")                                  \
    X(DESTROY_NOTES, "UPDATE decision SET note=NULL WHERE case_id=?")                                        \
    X(DESTROY_FEEDBACK, "DELETE FROM feedback WHERE case_id=?")                                              \
    X(DESTROY_REPORTED, "DELETE FROM reported WHERE case_id=?")                                              \
    X(DESTROY_DELIVERIES, "DELETE FROM delivery WHERE case_id=?")                                            \
    X(DESTROY_CASE, "UPDATE cases SET destroyed=1 WHERE id=?")                                               \
    X(FORGET_EVENTS, "UPDATE case_event SET event_key=NULL WHERE case_id=?")                                 \
    X(FORGET_REASONS, "UPDATE decision SET reason='' WHERE case_id=?")                                       \
    X(FORGET_CASE, "UPDATE cases SET account='' WHERE id=?")                                                 \
    /* requests */                                                                                           \
    X(REQUEST_ADD, "INSERT INTO request(kind,space,account,asked_by,created_ms) VALUES(?,?,?,?,?)")          \
    X(REQUEST_NEXT,                                                                                          \
      "SELECT id,kind,space,account,asked_by FROM request WHERE result IS NULL ORDER BY id LIMIT 1")         \
    X(REQUEST_ANSWER, "UPDATE request SET result=? WHERE id=?")                                              \
    X(REQUEST_RESULT, "SELECT result FROM request WHERE id=?")                                               \
    X(REQUEST_END, "DELETE FROM request WHERE id=?")                                                         \
    X(REQUESTS_OLD, "DELETE FROM request WHERE created_ms<?")

#endif
