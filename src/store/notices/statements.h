/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of notices, receipts, trusted flaggers. See store/statements.h.
 */
#ifndef VG_STORE_NOTICES_STATEMENTS_H
#define VG_STORE_NOTICES_STATEMENTS_H

#define VG_STORE_NOTICE_COLUMNS                                                                                                              \
    "n.id,n.number,n.space,coalesce(n.case_id,0),n.state,n.origin,n.category,n.language,n.danger,n.named,n.repeated,n.unfounded,n.action,"   \
    "coalesce(n.flagger_id,0),n.who,n.received_ms,n.decided_ms,n.words"
#define VG_STORE_FLAGGER_COLUMNS                                                                                                             \
    "id,space,name,organisation,area,awarded_by,coalesce(key_id,0),account,since_ms,until_ms,ended_ms,suspended_ms,suspended_until_ms,"      \
    "suspended_by,suspended_reason"

#define VG_STATEMENTS_NOTICES(X)                                                                                                             \
    X(NOTICE_ADD,                                                                                                                            \
      "INSERT INTO notice(tag,number,submission,space,case_id,state,origin,category,language,danger,named,repeated,flagger_id,who,target,"   \
      "words,alike,word_count,received_ms) VALUES(?,x'',?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")                                                 \
    X(NOTICE_SEAL, "UPDATE notice SET number=?,body=?,identity=? WHERE id=?")                                                                \
    X(NOTICE_SUBMITTED, "SELECT id,number,coalesce(case_id,0) FROM notice WHERE submission=?")                                              \
    X(NOTICE_BY_TAG, "SELECT " VG_STORE_NOTICE_COLUMNS " FROM notice n WHERE n.tag=?")                                                       \
    X(NOTICE_GET, "SELECT " VG_STORE_NOTICE_COLUMNS " FROM notice n WHERE n.id=?")                                                           \
    X(NOTICES_OF_CASE, "SELECT " VG_STORE_NOTICE_COLUMNS " FROM notice n WHERE n.case_id=? ORDER BY n.id LIMIT ?")                           \
    X(NOTICES_IN, "SELECT " VG_STORE_NOTICE_COLUMNS " FROM notice n WHERE n.space=? AND n.state=? AND n.id<? ORDER BY n.id DESC LIMIT ?")    \
    X(NOTICE_SPACE_AFTER, "SELECT min(space) FROM notice WHERE space>?")                                                                     \
    X(NOTICE_COUNT, "SELECT count(*) FROM notice WHERE space=? AND state=?")                                                                 \
    X(NOTICE_SEALED, "SELECT body,identity FROM notice WHERE id=?")                                                                          \
    X(NOTICES_ABOUT,                                                                                                                         \
      "SELECT n.case_id,n.words,n.alike,n.word_count FROM notice n CROSS JOIN cases c ON c.id=n.case_id WHERE n.target=? AND n.repeated=0 "  \
      "AND c.state=0 ORDER BY n.id DESC LIMIT ?")                                                                                            \
    X(NOTICE_SAME_WORDS, "SELECT count(*) FROM (SELECT 1 FROM notice WHERE space=? AND words=? AND received_ms>=? LIMIT 1000)")              \
    X(NOTICE_CASE_COUNT, "SELECT notices,notice_flags FROM cases WHERE id=?")                                                                \
    X(NOTICE_CASE_FLAGS, "UPDATE cases SET notices=?,notice_flags=?,merit=?,due_ms=?,safe=? WHERE id=?")                                        \
    X(NOTICE_ENTER, "UPDATE notice SET state=0,case_id=? WHERE id=? AND state=4")                                                            \
    X(NOTICES_WAITING, "SELECT id,number,language,identity,body,category FROM notice WHERE case_id=? AND state IN (0,1)")                    \
    X(NOTICE_DECIDED, "UPDATE notice SET state=2,outcome=?,action=?,decided_ms=? WHERE case_id=? AND state IN (0,1)")                        \
    /* taken back within its seconds; lifted on appeal: then it no longer counts for who reported */                                         \
    X(NOTICES_REOPEN, "UPDATE notice SET state=1,outcome=0,action=0,decided_ms=0 WHERE case_id=? AND state=2")                               \
    X(NOTICES_OVERTURNED, "UPDATE notice SET outcome=2 WHERE case_id=? AND outcome=1")                                                       \
    X(NOTICE_WITHDRAW, "UPDATE notice SET state=3,identity=NULL,named=0,who=NULL WHERE id=? AND state IN (0,1,4)")                           \
    X(NOTICE_UNFOUNDED, "UPDATE notice SET unfounded=? WHERE id=? AND state=2 AND outcome=2")                                                \
    X(NOTICE_RECORD,                                                                                                                         \
      "SELECT count(*) FILTER (WHERE state=2),count(*) FILTER (WHERE outcome=1),count(*) FILTER (WHERE outcome=2),"                          \
      "count(*) FILTER (WHERE unfounded=1),count(*) FILTER (WHERE unfounded=1 AND received_ms>?) FROM notice WHERE who=? AND received_ms>=?") \
    X(NOTICE_LATEST_OF, "SELECT id,coalesce(case_id,0),identity,language FROM notice WHERE who=? AND case_id IS NOT NULL ORDER BY received_ms DESC LIMIT 1") \
    X(NOTIFIER_GET, "SELECT space,warnings,warned_ms,warned_by,suspended_ms,suspended_until_ms,suspended_by,suspended_reason FROM notifier WHERE who=?") \
    X(NOTIFIER_SET,                                                                                                                          \
      "INSERT INTO notifier(who,space,warnings,warned_ms,warned_by,suspended_ms,suspended_until_ms,suspended_by,suspended_reason) "          \
      "VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT(who) DO UPDATE SET warnings=excluded.warnings,warned_ms=excluded.warned_ms,"                    \
      "warned_by=excluded.warned_by,suspended_ms=excluded.suspended_ms,suspended_until_ms=excluded.suspended_until_ms,"                      \
      "suspended_by=excluded.suspended_by,suspended_reason=excluded.suspended_reason")                                                       \
    X(NOTIFIERS_UNFOUNDED, "SELECT DISTINCT who FROM notice WHERE space=? AND unfounded=1 AND who IS NOT NULL LIMIT ?")                      \
    X(NOTIFIERS_KNOWN, "SELECT who FROM notifier WHERE space=? LIMIT ?")                                                                     \
    X(NOTIFIERS_WHEN, "SELECT count(*) FROM notifier WHERE space=? AND suspended_ms>=? AND suspended_ms<?")                                  \
    X(FLAGGER_ADD, "INSERT INTO flagger(space,name,organisation,area,awarded_by,key_id,account,since_ms,until_ms,created_ms) "               \
                   "VALUES(?,?,?,?,?,?,?,?,?,?)")                                                                                            \
    X(FLAGGER_GET, "SELECT " VG_STORE_FLAGGER_COLUMNS " FROM flagger WHERE id=?")                                                            \
    X(FLAGGER_LIST, "SELECT " VG_STORE_FLAGGER_COLUMNS " FROM flagger ORDER BY id")                                                          \
    X(FLAGGER_OF_KEY, "SELECT " VG_STORE_FLAGGER_COLUMNS " FROM flagger WHERE key_id=? AND ended_ms=0")                                      \
    X(FLAGGER_OF_ACCOUNT, "SELECT " VG_STORE_FLAGGER_COLUMNS " FROM flagger WHERE account=? AND account<>'' AND space IN (?,'*') AND ended_ms=0") \
    X(FLAGGER_RECORD,                                                                                                                        \
      "SELECT count(*),count(*) FILTER (WHERE outcome=1),count(*) FILTER (WHERE outcome=2),count(*) FILTER (WHERE unfounded=1) "             \
      "FROM notice WHERE flagger_id=?")                                                                                                      \
    X(FLAGGER_SUSPEND, "UPDATE flagger SET suspended_ms=?,suspended_until_ms=?,suspended_by=?,suspended_reason=? WHERE id=? AND ended_ms=0") \
    X(FLAGGER_END, "UPDATE flagger SET ended_ms=? WHERE id=? AND ended_ms=0")                                                                \
    X(FLAGGER_LATEST_CASE, "SELECT max(case_id) FROM notice WHERE flagger_id=?")                                                             \
    /* data protection */                                                                                                                    \
    X(DESTROY_NOTICES, "UPDATE notice SET body=NULL,identity=NULL,named=0,submission=NULL WHERE case_id=?")                                  \
    X(FORGET_NOTIFIER, "UPDATE notice SET identity=NULL,named=0,who=NULL WHERE who=?")                                                       \
    X(FORGET_NOTIFIER_RECORD, "DELETE FROM notifier WHERE who=?")                                                                            \
    X(FORGET_OLD_NOTIFIERS,                                                                                                                  \
      "UPDATE notice SET identity=NULL,named=0,who=NULL WHERE space=? AND decided_ms>0 AND decided_ms<? AND (identity IS NOT NULL OR who IS NOT NULL)") \
    X(DESTROY_OLD_NOTICES,                                                                                                                   \
      "UPDATE notice SET body=NULL,identity=NULL,named=0,who=NULL,submission=NULL WHERE space=? AND state=? AND received_ms<? AND body IS NOT NULL") \
    X(NOTICES_BY, "SELECT " VG_STORE_NOTICE_COLUMNS " FROM notice n WHERE n.who=? ORDER BY n.received_ms")

#endif
