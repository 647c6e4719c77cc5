/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of reasons on their way to the public database, and public figures. See store/statements.h.
 */
#ifndef VG_STORE_DISCLOSURE_STATEMENTS_H
#define VG_STORE_DISCLOSURE_STATEMENTS_H

#define VG_STORE_DISCLOSURE_COLUMNS                                                                                                      \
    "d.id,d.space,d.state,d.due_ms,d.puid,d.content,d.mended,d.attempts,d.batch,d.sent_ms,d.uuid,d.permalink,d.why,s.case_id,"           \
    "s.issued_ms,s.lifted_ms,d.asked"

#define VG_STATEMENTS_DISCLOSURE(X)                                                                                                      \
    X(DISCLOSURE_GET, "SELECT " VG_STORE_DISCLOSURE_COLUMNS " FROM disclosure d JOIN statement s ON s.id=d.id WHERE d.id=?")             \
    X(DISCLOSURE_DUE,                                                                                                                    \
      "SELECT " VG_STORE_DISCLOSURE_COLUMNS " FROM disclosure d JOIN statement s ON s.id=d.id WHERE d.space=? AND d.state=? AND "        \
      "d.due_ms<=? AND (d.due_ms>=? OR d.asked=1) ORDER BY d.due_ms LIMIT ?")                                                            \
    X(DISCLOSURE_EARLY, "SELECT count(*) FROM disclosure WHERE space=? AND state=0 AND due_ms<? AND asked=0")                            \
    X(DISCLOSURE_WHEN, "SELECT count(*) FROM disclosure WHERE space=? AND state=? AND due_ms>=? AND due_ms<?")                           \
    X(DISCLOSURE_ASK, "UPDATE disclosure SET asked=1 WHERE id=? AND state=0 AND asked=0")                                                \
    X(DISCLOSURE_GONE, "UPDATE disclosure SET state=4,why=? WHERE id=? AND state=0")                                                     \
    X(DISCLOSURE_SINCE, "SELECT since_ms FROM disclosure_since WHERE space=?")                                                           \
    X(DISCLOSURE_SINCE_ADD, "INSERT INTO disclosure_since(space,since_ms) VALUES(?,?) ON CONFLICT(space) DO NOTHING")                    \
    X(DISCLOSURE_COUNT, "SELECT count(*) FROM disclosure WHERE space=? AND state=?")                                                     \
    X(DISCLOSURE_MADE, "UPDATE disclosure SET state=?,puid=?,content=?,why='' WHERE id=? AND state IN (0,1,4)")                          \
    X(DISCLOSURE_SENDING, "UPDATE disclosure SET state=2,attempts=attempts+1,batch=? WHERE id=? AND state=1")                            \
    X(DISCLOSURE_SENT, "UPDATE disclosure SET state=3,sent_ms=?,uuid=?,permalink=?,why='' WHERE id=? AND state=2")                       \
    X(DISCLOSURE_BACK, "UPDATE disclosure SET state=?,why=? WHERE id=? AND state=2")                                                     \
    X(DISCLOSURE_MEND, "UPDATE disclosure SET state=0,asked=1,mended=?,why='' WHERE id=? AND state=4")                                           \
    X(DISCLOSURE_RETRY, "UPDATE disclosure SET state=0,asked=1,why='' WHERE id=? AND state=4")                                                   \
    X(DISCLOSURE_FORGET,                                                                                                                 \
      "UPDATE disclosure SET content=NULL,mended=NULL WHERE id IN (SELECT id FROM statement WHERE case_id=?)")                            \
    X(DISCLOSURE_IDENTITIES, "SELECT id,identity FROM notice WHERE case_id=? AND identity IS NOT NULL")                                 \
    X(DISCLOSURE_FLAGGERS, "SELECT f.name FROM notice n JOIN flagger f ON f.id=n.flagger_id WHERE n.case_id=?")                         \
    X(DISCLOSURE_DECIDERS, "SELECT user FROM decision WHERE case_id=?")                                                                 \
    X(CLOSED_GET, "SELECT counted_ms,counted_by,times,content FROM figures_closed WHERE space=? AND year=? AND quarter=?")              \
    X(CLOSED_PUT,                                                                                                                        \
      "INSERT INTO figures_closed(space,year,quarter,counted_ms,counted_by,times,content) VALUES(?,?,?,?,?,1,?) "                        \
      "ON CONFLICT(space,year,quarter) DO NOTHING")                                                                                      \
    X(CLOSED_ANEW,                                                                                                                       \
      "INSERT INTO figures_closed(space,year,quarter,counted_ms,counted_by,times,content) VALUES(?,?,?,?,?,1,?) "                        \
      "ON CONFLICT(space,year,quarter) DO UPDATE SET counted_ms=excluded.counted_ms,counted_by=excluded.counted_by,times=times+1,"       \
      "content=excluded.content")                                                                                                        \
    X(CLOSED_LIST, "SELECT year,quarter,counted_ms,counted_by,times FROM figures_closed WHERE space=? ORDER BY year DESC,quarter DESC LIMIT 100") \
    X(DISCLOSURE_TURN, "SELECT attempts,next_ms,batch,most,why FROM disclosure_turn WHERE space=?")                                      \
    X(DISCLOSURE_TURN_SET,                                                                                                               \
      "INSERT INTO disclosure_turn(space,attempts,next_ms,batch,most,why) VALUES(?,?,?,?,?,?) ON CONFLICT(space) DO UPDATE SET "         \
      "attempts=excluded.attempts,next_ms=excluded.next_ms,batch=excluded.batch,most=excluded.most,why=excluded.why")

#endif
