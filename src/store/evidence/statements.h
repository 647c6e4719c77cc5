/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of case keys, hand-overs, holds, removals and certificates. See store/statements.h.
 */
#ifndef VG_STORE_EVIDENCE_STATEMENTS_H
#define VG_STORE_EVIDENCE_STATEMENTS_H

#define VG_STATEMENTS_EVIDENCE(X)                                                                                                          \
    X(KEY_ADD_CASE, "INSERT INTO case_key(case_id,generation,made_ms,content,filing) VALUES(?,?,?,?,?)")                                   \
    X(KEY_LATEST, "SELECT generation,content,ended FROM case_key WHERE case_id=? ORDER BY generation DESC LIMIT 1")                        \
    X(KEY_OF, "SELECT content,filing,ended FROM case_key WHERE case_id=? AND generation=?")                                                \
    X(KEYS_OF, "SELECT generation,made_ms,ended_ms,ended,content IS NOT NULL,filing IS NOT NULL FROM case_key WHERE case_id=? "            \
               "ORDER BY generation")                                                                                                      \
    X(KEYS_END, "UPDATE case_key SET content=NULL,filing=NULL,ended=?,ended_ms=? WHERE case_id=? AND ended=0")                             \
    X(HAND_OVER_ADD, "INSERT INTO hand_over(case_id,generation,receiver,public_key,box,by,time_ms,filing,reason) "                         \
                     "VALUES(?,?,?,?,?,?,?,?,?)")                                                                                          \
    X(HAND_OVERS_OF, "SELECT id,generation,receiver,public_key,box,by,time_ms,filing,reason FROM hand_over WHERE case_id=? ORDER BY id")   \
    X(HAND_OVERS_END, "UPDATE hand_over SET box=NULL,reason=NULL WHERE case_id=?")                                                         \
    X(HAND_OVER_NOTICES, "UPDATE notice SET body=NULL,submission=NULL WHERE case_id=?")                                                     \
    X(DUE_ADD, "INSERT INTO hand_over_due(case_id,filing,since_ms,next_ms) VALUES(?,?,?,?) ON CONFLICT(case_id) DO NOTHING")               \
    X(DUE_NOW, "SELECT case_id,filing,since_ms,attempts,why FROM hand_over_due WHERE next_ms<=? ORDER BY next_ms LIMIT ?")                  \
    X(DUE_OF, "SELECT case_id,filing,since_ms,attempts,why FROM hand_over_due WHERE case_id=?")                                            \
    X(DUE_LATER, "UPDATE hand_over_due SET next_ms=?,why=?,attempts=attempts+1 WHERE case_id=?")                                           \
    X(DUE_AT_ONCE, "UPDATE hand_over_due SET next_ms=0 WHERE case_id=?")                                                                   \
    X(DUE_DROP, "DELETE FROM hand_over_due WHERE case_id=?")                                                                               \
    X(DUE_OTHERS, "SELECT 1 FROM filing WHERE case_id=? AND state<7 LIMIT 1")                                                              \
    X(HOLD_ADD, "INSERT INTO legal_hold(case_id,placed_by,placed_ms,review_ms,reason) VALUES(?,?,?,?,?)")                                  \
    X(HOLDS_OF, "SELECT id,placed_by,placed_ms,review_ms,reason,released_by,released_ms,release FROM legal_hold WHERE case_id=? "          \
                "ORDER BY id")                                                                                                             \
    X(HOLD_RELEASE, "UPDATE legal_hold SET released_by=?,released_ms=?,release=? WHERE case_id=? AND released_ms=0")                       \
    X(HOLDS_END, "UPDATE legal_hold SET reason=NULL,release=NULL WHERE case_id=?")                                                         \
    X(REMOVAL_ADD, "INSERT INTO removal(case_id,decision_id,since_ms) VALUES(?,?,?) ON CONFLICT(case_id) DO NOTHING")                      \
    X(REMOVAL_OF, "SELECT decision_id,since_ms FROM removal WHERE case_id=?")                                                              \
    X(REMOVAL_DROP, "DELETE FROM removal WHERE decision_id=?")                                                                             \
    X(CERTIFICATE_OF_DESTRUCTION_ADD,                                                                                                      \
      "INSERT INTO certificate_of_destruction(case_id,time_ms,audit_seq,payload,signature) VALUES(?,?,?,?,?)")                             \
    X(CERTIFICATES_OF_DESTRUCTION_OF,                                                                                                      \
      "SELECT id,time_ms,audit_seq,payload,signature FROM certificate_of_destruction WHERE case_id=? ORDER BY id")                         \
    X(CERTIFICATES_OF_DESTRUCTION_OLD, "DELETE FROM certificate_of_destruction WHERE time_ms<?")                                           \
    /* what a hand-over seals anew because the ring sealed it, and what a certificate counts: every sealed column of a case */            \
    X(SEALED_EVENTS, "SELECT seq,content FROM case_event WHERE case_id=? ORDER BY seq")                                                    \
    X(SEALED_NOTES, "SELECT id,note FROM decision WHERE case_id=? ORDER BY id")                                                            \
    X(SEALED_OPINIONS, "SELECT id,answer FROM opinion WHERE case_id=? ORDER BY id")                                                        \
    X(SEALED_STATEMENTS, "SELECT id,content FROM statement WHERE case_id=? ORDER BY id")                                                   \
    X(SEALED_APPEALS, "SELECT id,content FROM appeal WHERE case_id=? ORDER BY id")                                    \
    X(SEALED_ANSWERS, "SELECT id,answer FROM appeal WHERE case_id=? ORDER BY id")                                     \
    X(SEALED_REASONS, "SELECT number,reason FROM context_request WHERE case_id=? ORDER BY number")                                         \
    X(SEALED_CONTEXTS, "SELECT number,answer FROM context_request WHERE case_id=? ORDER BY number")                                        \
    X(RESEAL_EVENT, "UPDATE case_event SET content=? WHERE case_id=? AND seq=?")                                                           \
    X(RESEAL_NOTE, "UPDATE decision SET note=? WHERE case_id=? AND id=?")                                                                  \
    X(RESEAL_OPINION, "UPDATE opinion SET answer=? WHERE case_id=? AND id=?")                                                              \
    X(RESEAL_STATEMENT, "UPDATE statement SET content=? WHERE case_id=? AND id=?")                                                         \
    X(RESEAL_APPEAL, "UPDATE appeal SET content=? WHERE case_id=? AND id=?")                                                               \
    X(RESEAL_ANSWER, "UPDATE appeal SET answer=? WHERE case_id=? AND id=?")                                                                \
    X(RESEAL_REASON, "UPDATE context_request SET reason=? WHERE case_id=? AND number=?")                                                   \
    X(RESEAL_CONTEXT, "UPDATE context_request SET answer=? WHERE case_id=? AND number=?")                                                  \
    X(MEDIA_RESEAL, "UPDATE case_media SET file=?,wrapped=?,digest=? WHERE seq=? AND file=?")

#endif
