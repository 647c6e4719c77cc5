/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of filings, their steps and answers. See store/statements.h.
 */
#ifndef VG_STORE_FILINGS_STATEMENTS_H
#define VG_STORE_FILINGS_STATEMENTS_H

#define VG_STORE_FILING_COLUMNS \
    "f.id,f.uuid,f.case_id,f.space,f.receiver_id,f.kind,f.receiver,f.channel,f.state,f.urgent,f.four_eyes,f.step,f.reference,f.memo,f.round,f.unsure,f.attempts," \
    "f.steps,f.next_ms,f.due_ms,f.expires_ms,f.options,f.again,f.why,f.prepared_ms,f.made_by,f.made_ms,f.confirmed_by,f.confirmed_ms,f.seconded_by,f.seconded_ms,f.hash,f.withdrawing,f.filed_ms,f.answers,f.answer_kinds"

/* Whether the newest look found everything gone. */
#define VG_STORE_FILING_GONE \
    "coalesce((SELECT count(*)=max(k.items) AND min(k.still='gone') FROM filing_check k WHERE k.filing_id=f.id AND k.look=(SELECT max(m.look) FROM filing_check m " \
    "WHERE m.filing_id=f.id)),0)"
/* Another report to the same receiver that came after it and was not taken back. */
#define VG_STORE_FILING_NEXT "FROM filing n WHERE n.case_id=f.case_id AND n.id>f.id AND n.receiver_id=f.receiver_id AND n.channel=f.channel AND n.state<9"

#define VG_STATEMENTS_FILINGS(X) \
    X(CHECK_LOOK, "SELECT coalesce(max(look),0)+1 FROM filing_check WHERE filing_id=?") \
    X(CHECK_ADD, "INSERT INTO filing_check(filing_id,look,item,items,still,status,at_ms,by) VALUES(?,?,?,?,?,?,?,?)") \
    X(CHECKS_OF, "SELECT look,item,items,still,status,at_ms,by FROM filing_check WHERE filing_id=? ORDER BY look DESC,item DESC LIMIT 500") \
    X(FILING_AFTER, "SELECT (SELECT n.id " VG_STORE_FILING_NEXT " ORDER BY n.id LIMIT 1)," VG_STORE_FILING_GONE " FROM filing f WHERE f.id=?") \
    X(FILING_UNANSWERED, "SELECT " VG_STORE_FILING_COLUMNS " FROM filing f INDEXED BY filing_unanswered WHERE f.channel='notice' AND f.state=7 AND f.filed_ms<=? " \
                         "AND NOT EXISTS (SELECT 1 " VG_STORE_FILING_NEXT ") AND " VG_STORE_FILING_GONE "=0 ORDER BY f.filed_ms LIMIT ?") \
    X(AUDIT_OF_CASE, "SELECT seq,time_ms,actor,action,object,detail FROM audit WHERE object>=? AND object<? ORDER BY object,seq LIMIT ?") \
    X(FILING_ADD, "INSERT INTO filing(uuid,case_id,space,receiver_id,kind,receiver,channel,urgent,four_eyes,due_ms,prepared_ms,made_by,made_ms) " \
                  "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)") \
    X(FILING_GET, "SELECT " VG_STORE_FILING_COLUMNS " FROM filing f WHERE f.id=?") \
    X(FILING_OF_CASE, "SELECT " VG_STORE_FILING_COLUMNS " FROM filing f WHERE f.case_id=? ORDER BY f.id DESC LIMIT 200") \
    X(FILING_OF_STATE, "SELECT " VG_STORE_FILING_COLUMNS " FROM filing f WHERE f.state=? AND f.id<? ORDER BY f.id DESC LIMIT ?") \
    X(FILING_ANSWERED, "SELECT " VG_STORE_FILING_COLUMNS " FROM filing f INDEXED BY filing_answered WHERE f.answer_kinds<>0 AND f.answer_kinds&?<>0 AND " \
                       "f.id<? ORDER BY f.id DESC LIMIT ?") \
    X(FILING_OF_REFERENCE, "SELECT f.id FROM filing f INDEXED BY filing_reference WHERE f.receiver_id=? AND f.reference=? AND f.reference<>'' ORDER BY f.id LIMIT 2") \
    X(FILING_CALM, "UPDATE filing SET urgent=0 WHERE case_id=? AND state<7 AND urgent<>0") \
    X(FILING_DUE, "SELECT id,urgent,space,channel,receiver_id FROM (" \
                  "SELECT f.* FROM filing f INDEXED BY filing_due WHERE f.state IN (2,3,4) AND f.next_ms<=? UNION ALL " \
                  "SELECT f.* FROM filing f INDEXED BY filing_due WHERE f.state IN (2,3,4) AND f.next_ms>?) " \
                  "ORDER BY urgent DESC,row_number() OVER (PARTITION BY urgent,space,channel,receiver_id ORDER BY next_ms),next_ms LIMIT ?") \
    X(FILING_WAKE, "UPDATE filing INDEXED BY filing_due SET next_ms=? WHERE state IN (2,3,4) AND next_ms>?") \
    X(FILING_PREPARED, "SELECT max(stored_ms) FROM case_event WHERE case_id=?") \
    X(FILING_SAVE, "UPDATE filing SET state=?,urgent=?,four_eyes=?,step=?,reference=?,memo=?,round=?,unsure=?,attempts=?,steps=?,next_ms=?," \
                   "due_ms=?,expires_ms=?,options=?,again=?,why=?,prepared_ms=?,confirmed_by=?,confirmed_ms=?,seconded_by=?,seconded_ms=?," \
                   "hash=?,withdrawing=?,filed_ms=?,answers=?,answer_kinds=? WHERE id=?") \
    X(FILING_DROP, "DELETE FROM filing WHERE id=?") \
    X(FILING_COUNT, "SELECT space,state,urgent,count(*),min(made_ms),min(due_ms) FROM filing WHERE state=? GROUP BY space,urgent") \
    X(FILING_FIGURES, "SELECT kind,json_extract(receiver,'$.country'),channel,count(*) FROM filing WHERE state=? AND space=? AND filed_ms>=? AND " \
                      "filed_ms<? GROUP BY 1,2,3") \
    X(FILING_PRIOR, "SELECT f.reference,f.filed_ms,f.case_id FROM filing f CROSS JOIN cases c ON c.id=f.case_id WHERE f.receiver_id=? AND " \
                    "f.state IN (7,8) AND f.filed_ms<=? AND f.filed_ms>0 AND c.space=? AND c.account=? ORDER BY f.id LIMIT 100") \
    X(FILING_REPORTED, "UPDATE cases SET report_due=0 WHERE id=?") \
    X(FILING_STEPS_DROP, "DELETE FROM filing_step WHERE filing_id=?") \
    X(STEP_ASK, "INSERT INTO filing_step(filing_id,n,round,step,asked_ms) VALUES(?,?,?,?,?)") \
    X(STEP_TAKE, "UPDATE filing_step SET answered_ms=?,result=?,status=?,turn=?,why=? WHERE filing_id=? AND n=?") \
    X(STEPS_OF, "SELECT n,round,step,asked_ms,answered_ms,result,status,turn,why FROM filing_step WHERE filing_id=? ORDER BY n DESC LIMIT 500") \
    X(ANSWER_ADD, "INSERT INTO filing_answer(filing_id,case_id,kind,reference,at_ms,recorded_ms,by) VALUES(?,?,?,?,?,?,?)") \
    X(ANSWER_SAVE, "UPDATE filing_answer SET what=?,follow_up=?,in_review=? WHERE id=?") \
    X(ANSWERS_OF, "SELECT id,filing_id,case_id,kind,what,reference,at_ms,recorded_ms,by,follow_up,in_review FROM filing_answer " \
                  "WHERE filing_id=? ORDER BY id LIMIT 500") \
    X(ANSWERS_OF_CASE, "SELECT a.kind,a.at_ms,a.id,a.filing_id,f.receiver_id FROM filing_answer a CROSS JOIN filing f ON f.id=a.filing_id WHERE a.case_id=? ORDER BY a.id") \
    X(EVENTS_AFTER, "SELECT 1 FROM case_event WHERE case_id=? AND stored_ms>? ORDER BY seq DESC LIMIT 1") \
    X(CASE_ANSWERED, "UPDATE cases SET answers=?,truth=?,truth_ms=?,safe=?,merit=? WHERE id=?") \
    X(CASE_TRUTH, "SELECT truth,truth_ms FROM cases WHERE id=?") \
    X(REPORTED_EVENTS, "SELECT e.seq,e.risk,e.content FROM case_event e WHERE e.case_id=? AND e.stored_ms<=? AND e.content IS NOT NULL AND NOT EXISTS " \
                       "(SELECT 1 FROM reported r WHERE r.case_id=e.case_id AND r.seq=e.seq) ORDER BY e.seq LIMIT ?") \
    X(REPORTED_ADD, "INSERT OR IGNORE INTO reported(case_id,seq,kind,source,language,weight,strength,risk) VALUES(?,?,?,?,?,?,?,?)") \
    X(ANSWERS_OF_USER, "SELECT a.id,a.filing_id,a.case_id,a.kind,a.what,a.reference,a.at_ms,a.recorded_ms,a.by,a.follow_up,a.in_review " \
                       "FROM filing_answer a CROSS JOIN filing f ON f.id=a.filing_id WHERE a.id<? AND a.recorded_ms>=? AND (f.made_by=? OR " \
                       "f.confirmed_by=? OR f.seconded_by=? OR EXISTS (SELECT 1 FROM decision d WHERE d.case_id=a.case_id AND d.user=?)) " \
                       "ORDER BY a.id DESC LIMIT 100") \
    X(ANSWERS_SINCE, "SELECT f.space,c.kinds,a.kind,f.kind,a.case_id,a.recorded_ms,a.filing_id FROM filing_answer a CROSS JOIN filing f ON f.id=a.filing_id " \
                     "CROSS JOIN cases c ON c.id=a.case_id WHERE a.id>0 AND a.recorded_ms>=? ORDER BY a.id") \
    X(OPINIONS_FROM_CASE, "SELECT detail FROM audit WHERE object=? AND action='bank.opinion' AND instr(detail,?)>0 ORDER BY object,seq LIMIT 1000") \
    X(ANNEX_OF, "SELECT prepared_ms,made_ms,file,sha256,bytes,media,taken_ms,why,contents FROM filing_annex WHERE filing_id=?") \
    X(ANNEX_PUT, "INSERT OR REPLACE INTO filing_annex(filing_id,prepared_ms,made_ms,file,sha256,bytes,media,why,contents) VALUES(?,?,?,?,?,?,?,?,?)") \
    X(ANNEX_TAKEN, "UPDATE filing_annex SET taken_ms=? WHERE filing_id=? AND taken_ms=0") \
    X(ANNEX_FIND, "SELECT 1 FROM filing_annex WHERE file=?") \
    X(ANNEX_FILE, "SELECT file FROM filing_annex WHERE filing_id=? AND file IS NOT NULL") \
    X(ANNEX_END, "UPDATE filing_annex SET file=NULL WHERE filing_id=?") \
    X(ANNEX_DROP, "DELETE FROM filing_annex WHERE filing_id=?") \
    X(ANNEX_FILES_OF_CASE, "SELECT a.file FROM filing f CROSS JOIN filing_annex a ON a.filing_id=f.id WHERE f.case_id=? AND a.file IS NOT NULL") \
    X(EVENT_NEWEST, "SELECT stored_ms FROM case_event WHERE case_id=? ORDER BY seq DESC LIMIT 1") \
    X(FILINGS_OLD, "UPDATE filing SET memo=NULL,options=NULL,again=NULL,why=NULL WHERE state IN (7,8) AND space=? AND filed_ms>0 AND filed_ms<? AND " \
                   "coalesce(memo,options,again,why) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.id=case_id AND c.legal_hold<>0)") \
    X(FILING_STEPS_OLD, "UPDATE filing_step SET why=NULL WHERE why IS NOT NULL AND filing_id IN (SELECT f.id FROM filing f CROSS JOIN cases c ON c.id=f.case_id " \
                        "WHERE f.state IN (7,8) AND f.space=? AND f.filed_ms>0 AND f.filed_ms<? AND c.legal_hold=0)") \
    X(ANNEXES_OLD, "UPDATE filing_annex SET contents=NULL WHERE contents IS NOT NULL AND filing_id IN (SELECT f.id FROM filing f CROSS JOIN cases c ON c.id=f.case_id " \
                   "WHERE f.state IN (7,8) AND f.space=? AND f.filed_ms>0 AND f.filed_ms<? AND c.legal_hold=0)") \
    X(DESTROY_FILINGS, "UPDATE filing SET memo=NULL,options=NULL,again=NULL,why=NULL WHERE case_id=?") \
    X(DESTROY_ANNEXES, "UPDATE filing_annex SET file=NULL,contents=NULL WHERE filing_id IN (SELECT id FROM filing WHERE case_id=?)") \
    X(DESTROY_FILING_ANSWERS, "UPDATE filing_answer SET what=NULL WHERE case_id=?") \
    X(DESTROY_FILING_STEPS, "UPDATE filing_step SET why=NULL WHERE filing_id IN (SELECT id FROM filing WHERE case_id=?)")

#endif
