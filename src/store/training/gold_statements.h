/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of gold items, agreement, figures. See store/statements.h.
 */
#ifndef VG_STORE_TRAINING_GOLD_STATEMENTS_H
#define VG_STORE_TRAINING_GOLD_STATEMENTS_H

#define VG_STORE_GOLD_COLUMNS \
    "i.id,i.space,i.kind,i.source_case,i.shipped,i.category,i.language,i.actions,i.reasons,i.why,i.made_by,i.made_ms,i.ended_ms," \
    "(SELECT count(*) FROM gold_copy g WHERE g.item_id=i.id AND g.answered_ms>0 AND g.outcome NOT IN (4,5))," \
    "(SELECT count(*) FROM gold_copy g WHERE g.item_id=i.id AND g.answered_ms>0 AND g.outcome=0)"
#define VG_STORE_GOLD_COPIES \
    "SELECT g.case_id FROM gold_item i CROSS JOIN gold_copy g ON g.item_id=i.id WHERE i.source_case=? AND i.source_case>0"

#define VG_STATEMENTS_GOLD(X)                                                                                                      \
    /* figures */                                                                                                                  \
    X(FIGURES_OPENED, "SELECT kinds,opened_ms,decided_ms,due_ms,action,verdict FROM cases WHERE space=? AND opened_ms>=?")         \
    X(FIGURES_DECIDED, "SELECT kinds,opened_ms,decided_ms,due_ms,action,verdict FROM cases WHERE space=? AND state=1 "             \
                       "AND destroyed IN (0,1) AND decided_ms>=?")                                                                 \
    X(FIGURES_DECISIONS, "SELECT c.space,c.kinds,d.action,d.reason,c.notices FROM decision d CROSS JOIN cases c ON c.id=d.case_id " \
                         "WHERE d.time_ms>=? AND d.time_ms<?")                                                                     \
    X(FIGURES_NOTICES, "SELECT category,flagger_id IS NOT NULL,received_ms,decided_ms,outcome FROM notice WHERE space=? "          \
                       "AND state IN (0,1,2,3,4) AND received_ms>=? AND received_ms<?")                                            \
    X(FIGURES_APPEALS, "SELECT a.space,a.state,a.made_ms,a.decided_ms,d.action FROM appeal a LEFT JOIN decision d ON d.id=a.decision_id " \
                       "WHERE a.made_ms>=? AND a.made_ms<? AND a.decision_id>0")                                                   \
    X(FIGURES_WAITING, "SELECT kinds,opened_ms,decided_ms,due_ms,action,verdict FROM cases WHERE space=? AND state=0") \
    /* items with a known answer, and their copies */ \
    X(GOLD_ADD, "INSERT INTO " \
      "gold_item(space,kind,source_case,shipped,category,language,actions,reasons,verdict,risk,account_band,account_basis,youngest_band,kinds,kind_weight,due_after_ms,made_by,made_ms)" \
      " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)") \
    X(GOLD_WHY, "UPDATE gold_item SET why=? WHERE id=?") \
    X(GOLD_EVENT_ADD, "INSERT INTO gold_event(item_id,n,before_ms,verdict,risk,kinds,content) VALUES(?,?,?,?,?,?,?)") \
    X(GOLD_CASE_EVENTS, "SELECT time_ms,verdict,risk,kinds,content FROM case_event WHERE case_id=? AND content IS NOT NULL " \
      "ORDER BY seq LIMIT 500") \
    X(GOLD_LIST, "SELECT " \
      VG_STORE_GOLD_COLUMNS \
      " FROM gold_item i WHERE i.id>0 AND i.kind=0 ORDER BY i.id DESC LIMIT ?") \
    X(GOLD_GET, "SELECT " \
      VG_STORE_GOLD_COLUMNS \
      " FROM gold_item i WHERE i.id=? AND i.kind=0") \
    X(GOLD_END, "UPDATE gold_item SET ended_ms=?,why=NULL WHERE id=?") \
    X(GOLD_EVENTS_DROP, "DELETE FROM gold_event WHERE item_id=?") \
    X(GOLD_WITHDRAW, "UPDATE cases SET state=1 WHERE state=0 AND id IN (SELECT case_id FROM gold_copy WHERE item_id=? AND " \
      "answered_ms=0)") \
    X(GOLD_WAITING, "SELECT g.case_id FROM gold_copy g CROSS JOIN cases c ON c.id=g.case_id WHERE g.user=? AND g.space=? " \
      "AND g.answered_ms=0 AND c.state=0 AND c.claimed_until_ms<=? ORDER BY g.case_id LIMIT 1") \
    X(GOLD_CHOOSE, "SELECT i.id,i.category,i.language FROM gold_item i WHERE i.space=? AND i.kind=0 AND i.ended_ms=0 AND" \
      " i.made_by<>? AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.case_id=i.source_case AND d.user=?) " \
      "AND NOT EXISTS (SELECT 1 FROM gold_copy g WHERE g.item_id=i.id AND g.user=? AND g.made_ms>?)") \
    X(GOLD_DOUBLES, "SELECT c.id,c.kinds,c.language FROM cases c WHERE c.space=? AND c.state=1 AND c.destroyed=0 AND " \
      "c.decided_ms>? AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.case_id=c.id AND d.user=?) AND NOT " \
      "EXISTS (SELECT 1 FROM gold_item i WHERE i.source_case=c.id AND i.source_case>0 AND i.kind=1) AND NOT" \
      " EXISTS (SELECT 1 FROM case_media m WHERE m.case_id=c.id) ORDER BY c.decided_ms DESC LIMIT ?") \
    X(GOLD_MODEL, "SELECT " \
      "kind,category,language,due_after_ms,kind_weight,verdict,risk,account_band,account_basis,youngest_band,kinds" \
      " FROM gold_item WHERE id=?") \
    X(GOLD_EVENTS, "SELECT before_ms,verdict,risk,kinds,content FROM gold_event WHERE item_id=? ORDER BY n") \
    X(GOLD_NEWEST, "SELECT opened_ms FROM cases WHERE id=(SELECT max(id) FROM cases)") \
    X(GOLD_CASE_ADD, "INSERT INTO " \
      "cases(space,account,state,verdict,risk,account_band,account_basis,youngest_band,kinds,kind_weight,category,language,merit,event_count,opened_ms,updated_ms,due_ms,offer_ms)" \
      " VALUES(?,?,0,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)") \
    X(GOLD_COPY_ADD, "INSERT INTO gold_copy(case_id,item_id,user,space,category,language,made_ms) VALUES(?,?,?,?,?,?,?)") \
    X(GOLD_WHOSE, "SELECT g.user FROM gold_copy g CROSS JOIN cases c ON c.id=g.case_id WHERE g.case_id=? AND (c.state=0" \
      " OR g.answered_ms>0)") \
    X(GOLD_COPIES_OPEN, "SELECT " \
      VG_STORE_CASE_COLUMNS \
      " FROM cases WHERE id IN (SELECT case_id FROM gold_copy WHERE user=?) AND state=0 ORDER BY id DESC " \
      "LIMIT ?") \
    X(GOLD_COPIES_DECIDED, "SELECT " \
      VG_STORE_CASE_COLUMNS \
      " FROM cases WHERE id IN (SELECT case_id FROM gold_copy WHERE user=? AND answered_ms>0) AND state=1 " \
      "ORDER BY id DESC LIMIT ?") \
    X(GOLD_EXPECTED, "SELECT g.item_id,i.actions,i.reasons FROM gold_copy g CROSS JOIN gold_item i ON i.id=g.item_id WHERE" \
      " g.case_id=?") \
    X(GOLD_ANSWER, "UPDATE gold_copy SET answered_ms=?,action=?,outcome=?,checked=0 WHERE case_id=?") \
    X(GOLD_ANSWERS, "SELECT g.item_id,i.source_case,i.kind,g.user,g.language,g.category,g.action,g.outcome,g.answered_ms " \
      "FROM gold_copy g CROSS JOIN gold_item i ON i.id=g.item_id WHERE g.space=? AND g.answered_ms>=? ORDER" \
      " BY g.answered_ms") \
    X(GOLD_OPEN_OF, "SELECT g.space FROM gold_copy g CROSS JOIN cases c ON c.id=g.case_id WHERE g.user=? AND c.state=0") \
    X(GOLD_UNCHECKED, "SELECT g.case_id,g.user,g.space,g.category FROM gold_copy g WHERE g.checked=0 AND g.answered_ms>0 " \
      "AND NOT EXISTS (SELECT 1 FROM undo u WHERE u.case_id=g.case_id) LIMIT ?") \
    X(GOLD_CHECKED, "UPDATE gold_copy SET checked=1 WHERE case_id=?") \
    X(GOLD_FIRST_DECISION, "SELECT user,action,time_ms FROM decision WHERE case_id=? ORDER BY id DESC LIMIT 1") \
    X(GOLD_LOOKS, "SELECT DISTINCT d.id,d.case_id FROM decision d CROSS JOIN opinion o ON o.decision_id=d.id WHERE " \
      "d.time_ms>=? AND o.decision_id>0") \
    X(GOLD_LOOK_CASE, "SELECT space,kinds FROM cases WHERE id=?") \
    X(GOLD_STANDING, "SELECT outcome FROM gold_copy WHERE user=? AND space=? AND answered_ms>? AND category=?") \
    X(GOLD_LAST_COPY, "SELECT case_id FROM gold_copy WHERE user=? AND space=? AND answered_ms>0 ORDER BY answered_ms DESC " \
      "LIMIT 1") \
    X(GOLD_LAST_FALL, "SELECT time_ms FROM gold_below WHERE user=? AND space=? AND category=? ORDER BY time_ms DESC LIMIT 1") \
    X(GOLD_FALL_ADD, "INSERT INTO gold_below(user,space,category,right_n,answered,level,suspended,time_ms) " \
      "VALUES(?,?,?,?,?,?,?,?)") \
    X(GOLD_FALLS, "SELECT id,user,category,right_n,answered,level,suspended,time_ms FROM gold_below WHERE space=? AND " \
      "time_ms>=? ORDER BY time_ms DESC LIMIT ?") \
    X(GOLD_OF_CASE, "SELECT count(*) FROM gold_item WHERE source_case=? AND source_case>0 AND kind=0 AND ended_ms=0") \
    X(GOLD_FORGET_COPIES, "UPDATE case_event SET content=NULL WHERE case_id IN (" \
      VG_STORE_GOLD_COPIES \
      ")") \
    X(GOLD_FORGET_NAMES, "UPDATE cases SET account='',destroyed=1,state=1 WHERE id IN (" \
      VG_STORE_GOLD_COPIES \
      ")") \
    X(GOLD_FORGET_NOTES, "UPDATE decision SET note=NULL,reason='' WHERE case_id IN (" \
      VG_STORE_GOLD_COPIES \
      ")") \
    X(GOLD_FORGET_FEEDBACK, "DELETE FROM feedback WHERE case_id IN (" \
      VG_STORE_GOLD_COPIES \
      ")") \
    X(GOLD_FORGET_CONTENT, "DELETE FROM gold_event WHERE item_id IN (SELECT id FROM gold_item WHERE source_case=? AND " \
      "source_case>0)") \
    X(GOLD_FORGET_WHY, "UPDATE gold_item SET why=NULL WHERE source_case=? AND source_case>0") \
    X(GOLD_FORGET_ITEMS, "UPDATE gold_item SET ended_ms=? WHERE source_case=? AND source_case>0 AND ended_ms=0") \
    X(GOLD_ORPHANS, "SELECT i.source_case FROM gold_item i CROSS JOIN cases c ON c.id=i.source_case WHERE i.space=? AND " \
      "i.kind IN (0,1) AND i.ended_ms=0 AND i.source_case>0 AND c.destroyed=1 LIMIT ?") \
    X(GOLD_TAKE_BACK, "UPDATE cases SET state=1,decided_ms=? WHERE space=? AND state=0 AND +updated_ms<? AND EXISTS (SELECT" \
      " 1 FROM gold_copy g WHERE g.case_id=cases.id AND g.answered_ms=0)") \
    X(GOLD_SETTLE, "UPDATE cases SET state=1,decided_ms=?,action=(SELECT CASE WHEN i.actions&2 THEN 1 WHEN i.actions&4 " \
      "THEN 2 WHEN i.actions&8 THEN 3 WHEN i.actions&16 THEN 4 ELSE 0 END FROM gold_copy g CROSS JOIN " \
      "gold_item i ON i.id=g.item_id WHERE g.case_id=cases.id) WHERE space=? AND state=0 AND +updated_ms<? " \
      "AND EXISTS (SELECT 1 FROM gold_copy g WHERE g.case_id=cases.id AND g.answered_ms>0)")

#endif
