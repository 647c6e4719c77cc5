/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of roles per space, invitations, sessions, leave. See store/statements.h.
 */
#ifndef VG_STORE_PEOPLE_STATEMENTS_H
#define VG_STORE_PEOPLE_STATEMENTS_H

#define VG_STATEMENTS_PEOPLE(X)                                                                              \
    X(GRANTS_OF, "SELECT space,role FROM user_grant WHERE user_id=? ORDER BY space,role")                    \
    X(GRANT_ADD, "INSERT INTO user_grant(user_id,space,role) VALUES(?,?,?) "                                 \
                 "ON CONFLICT(user_id,space,role) DO NOTHING")                                               \
    X(GRANTS_DROP, "DELETE FROM user_grant WHERE user_id=?")                                                 \
    X(USER_SUMMARY, "UPDATE user SET role=?,spaces=? WHERE id=?")                                            \
    X(ADMINS_BUT, "SELECT count(*) FROM user_grant g CROSS JOIN user u ON u.id=g.user_id WHERE g.role=? "    \
                  "AND g.space='*' AND u.disabled_ms=0 AND u.name<>? AND NOT EXISTS (SELECT 1 FROM "         \
                  "invitation i WHERE i.user_id=u.id AND i.reset=0)")                                        \
    X(PERSON_FIND, "SELECT " VG_STORE_USER_COLUMNS ",u.email,u.seen_ms,coalesce(i.reset,-1),"                \
                   "coalesce(i.expires_ms,0) FROM user u LEFT JOIN invitation i ON i.user_id=u.id WHERE u.name=?") \
    X(PERSON_LIST, "SELECT " VG_STORE_USER_COLUMNS ",u.email,u.seen_ms,coalesce(i.reset,-1),"                \
                   "coalesce(i.expires_ms,0) FROM user u LEFT JOIN invitation i ON i.user_id=u.id ORDER BY u.name") \
    X(PERSON_DESCRIBE, "UPDATE user SET display=?,language=? WHERE name=? AND closed_ms=0")                  \
    X(PERSON_EMAIL, "UPDATE user SET email=? WHERE name=?")                                                  \
    X(PERSON_CLOSE, "UPDATE user SET closed_ms=?,disabled_ms=CASE disabled_ms WHEN 0 THEN ? ELSE "           \
                    "disabled_ms END,password_hash='',email=NULL,leave_from_ms=0,leave_until_ms=0 WHERE id=?") \
    X(PERSON_LEAVE, "UPDATE user SET leave_from_ms=?,leave_until_ms=? WHERE id=?")                           \
    X(LEAVE_BEGUN, "SELECT name FROM user WHERE leave_from_ms>0 AND leave_from_ms<=? AND leave_until_ms>? "  \
                   "AND (EXISTS (SELECT 1 FROM session s WHERE s.user_id=user.id) OR EXISTS "                \
                   "(SELECT 1 FROM cases c WHERE c.claimed_by=user.name AND c.claimed_by<>'' AND c.state=0)) LIMIT 16") \
    X(HELD_BY, "SELECT id FROM cases WHERE claimed_by=? AND claimed_by<>'' AND state=0")                     \
    X(INVITATION_SET, "INSERT INTO invitation(user_id,token_hash,reset,created_by,created_ms,expires_ms) "   \
                      "VALUES(?,?,?,?,?,?) ON CONFLICT(user_id) DO UPDATE SET token_hash=excluded.token_hash," \
                      "reset=excluded.reset,created_by=excluded.created_by,created_ms=excluded.created_ms,"  \
                      "expires_ms=excluded.expires_ms")                                                      \
    X(INVITATION_FIND, "SELECT u.id,u.name,u.display,u.language,i.reset,i.expires_ms FROM invitation i "     \
                       "CROSS JOIN user u ON u.id=i.user_id WHERE i.token_hash=? AND i.expires_ms>? "        \
                       "AND u.disabled_ms=0")                                                                \
    X(INVITATIONS_OLD, "DELETE FROM invitation WHERE expires_ms<? AND reset=1")                              \
    X(INVITATION_END, "DELETE FROM invitation WHERE user_id=?")                                              \
    X(SESSION_LIST, "SELECT token_hash,id,created_ms,expires_ms,seen_ms,agent,address FROM session "         \
                    "WHERE user_id=? AND expires_ms>?")                                                      \
    X(SESSION_END_ONE, "DELETE FROM session WHERE user_id=? AND id=?")                                       \
    X(SESSION_END_OTHERS, "DELETE FROM session WHERE user_id=(SELECT id FROM user WHERE name=?) "            \
                          "AND token_hash<>?")                                                               \
    X(SESSION_SEEN, "UPDATE session SET seen_ms=? WHERE token_hash=?")                                       \
    X(PERSON_SEEN, "UPDATE user SET seen_ms=? WHERE id=?")                                                   \
    X(AUDIT_EDGES, "SELECT coalesce((SELECT min(seq) FROM audit),0),coalesce((SELECT max(seq) FROM audit),0)") \
    X(AUDIT_GET, "SELECT hash FROM audit WHERE seq=?")                                                       \
    X(AUDIT_PAGE, "SELECT seq,time_ms,actor,action,object,detail,hash FROM audit WHERE seq<? "               \
                  "ORDER BY seq DESC")                                                                       \
    X(AUDIT_BY_ACTOR, "SELECT seq,time_ms,actor,action,object,detail,hash FROM audit WHERE actor=? "         \
                      "AND seq<? ORDER BY seq DESC")                                                         \
    X(AUDIT_BY_OBJECT, "SELECT seq,time_ms,actor,action,object,detail,hash FROM audit WHERE object=? "       \
                       "AND seq<? ORDER BY seq DESC")                                                        \
    X(AUDIT_WHEN, "SELECT time_ms FROM audit WHERE seq=?")

#endif
