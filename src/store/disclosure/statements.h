/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of statements on their way to the public database, and public figures. See store/statements.h.
 */
#ifndef VG_STORE_DISCLOSURE_STATEMENTS_H
#define VG_STORE_DISCLOSURE_STATEMENTS_H

#define VG_STORE_DISCLOSURE_COLUMNS                                                                                                      \
    "d.id,d.space,d.state,d.due_ms,d.puid,d.content,d.mended,d.attempts,d.batch,d.sent_ms,d.uuid,d.permalink,d.why,s.case_id,"           \
    "s.issued_ms,s.lifted_ms"

#define VG_STATEMENTS_DISCLOSURE(X)                                                                                                      \
    X(DISCLOSURE_GET, "SELECT " VG_STORE_DISCLOSURE_COLUMNS " FROM disclosure d JOIN statement s ON s.id=d.id WHERE d.id=?")             \
    X(DISCLOSURE_DUE,                                                                                                                    \
      "SELECT " VG_STORE_DISCLOSURE_COLUMNS " FROM disclosure d JOIN statement s ON s.id=d.id WHERE d.space=? AND d.state=? AND "        \
      "d.due_ms<=? ORDER BY d.due_ms LIMIT ?")                                                                                           \
    X(DISCLOSURE_COUNT, "SELECT count(*) FROM disclosure WHERE space=? AND state=?")                                                     \
    X(DISCLOSURE_MADE, "UPDATE disclosure SET state=?,puid=?,content=?,why='' WHERE id=? AND state IN (0,1,4)")                          \
    X(DISCLOSURE_SENDING, "UPDATE disclosure SET state=2,attempts=attempts+1,batch=? WHERE id=? AND state=1")                            \
    X(DISCLOSURE_SENT, "UPDATE disclosure SET state=3,sent_ms=?,uuid=?,permalink=?,why='' WHERE id=? AND state=2")                       \
    X(DISCLOSURE_BACK, "UPDATE disclosure SET state=?,why=? WHERE id=? AND state=2")                                                     \
    X(DISCLOSURE_MEND, "UPDATE disclosure SET state=0,mended=?,why='' WHERE id=? AND state=4")                                           \
    X(DISCLOSURE_RETRY, "UPDATE disclosure SET state=0,why='' WHERE id=? AND state=4")                                                   \
    X(DISCLOSURE_FORGET,                                                                                                                 \
      "UPDATE disclosure SET content=NULL,mended=NULL WHERE id IN (SELECT id FROM statement WHERE case_id=?)")                            \
    X(DISCLOSURE_TURN, "SELECT attempts,next_ms,batch,most,why FROM disclosure_turn WHERE space=?")                                      \
    X(DISCLOSURE_TURN_SET,                                                                                                               \
      "INSERT INTO disclosure_turn(space,attempts,next_ms,batch,most,why) VALUES(?,?,?,?,?,?) ON CONFLICT(space) DO UPDATE SET "         \
      "attempts=excluded.attempts,next_ms=excluded.next_ms,batch=excluded.batch,most=excluded.most,why=excluded.why")

#endif
