/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of courses, attempts, certificates, practice. See store/statements.h.
 */
#ifndef VG_STORE_TRAINING_STATEMENTS_H
#define VG_STORE_TRAINING_STATEMENTS_H

#define VG_CERTIFICATE_COLUMNS "id,user,space,category,basis,issuer,number,given_by,issued_ms,until_ms,revoked_ms,revoked_by,reason"
#define VG_SUSPENSION_COLUMNS "id,user,space,category,given_by,reason,since_ms,lifted_ms,lifted_by,lifted_reason"

#define VG_STATEMENTS_TRAINING(X)                                                                                                   \
    X(CERTIFICATE_ADD, "INSERT INTO certificate(user,space,category,basis,issuer,number,given_by,issued_ms,until_ms) "              \
                       "VALUES(?,?,?,?,?,?,?,?,?)")                                                                                 \
    X(CERTIFICATE_GET, "SELECT " VG_CERTIFICATE_COLUMNS " FROM certificate WHERE id=?")                                             \
    X(CERTIFICATES_OF, "SELECT " VG_CERTIFICATE_COLUMNS " FROM certificate WHERE user=? ORDER BY category,until_ms")                \
    X(CERTIFICATE_BEST, "SELECT until_ms,revoked_ms FROM certificate WHERE user=? AND category=? AND space IN (?,'*') "             \
                        "ORDER BY until_ms DESC")                                                                                   \
    X(CERTIFICATE_REVOKE, "UPDATE certificate SET revoked_ms=?,revoked_by=?,reason=? WHERE id=?")                                   \
    X(CERTIFICATES_ENDING, "SELECT id,user,space,category,until_ms,told FROM certificate WHERE told<2 AND revoked_ms=0 "            \
                           "AND until_ms<=? ORDER BY until_ms")                                                                     \
    X(CERTIFICATE_TOLD, "UPDATE certificate SET told=? WHERE id=? AND told<?")                                                      \
    X(CERTIFICATES_OLD, "DELETE FROM certificate WHERE until_ms<?")                                                                 \
    X(SUSPENSION_ADD, "INSERT INTO suspension(user,space,category,given_by,reason,since_ms) VALUES(?,?,?,?,?,?)")                   \
    X(SUSPENSION_OPEN, "SELECT id FROM suspension WHERE user=? AND category=? AND space IN (?,'*') AND lifted_ms=0")                \
    X(SUSPENSION_FIND, "SELECT id FROM suspension WHERE user=? AND category=? AND space=? AND lifted_ms=0")                         \
    X(SUSPENSION_LIFT, "UPDATE suspension SET lifted_ms=?,lifted_by=?,lifted_reason=? WHERE id=?")                                  \
    X(SUSPENSIONS_OF, "SELECT " VG_SUSPENSION_COLUMNS " FROM suspension WHERE user=? ORDER BY id")                                  \
    X(SUSPENSIONS_OLD, "DELETE FROM suspension WHERE lifted_ms>0 AND lifted_ms<?")                                                  \
    X(ATTEMPT_ADD, "INSERT INTO attempt(user,course,digest,seed,started_ms) VALUES(?,?,?,?,?)")                                     \
    X(ATTEMPT_GET, "SELECT id,user,course,digest,seed,started_ms,handed_ms,score FROM attempt WHERE id=?")                          \
    X(ATTEMPTS_OF, "SELECT id,user,course,digest,seed,started_ms,handed_ms,score FROM attempt WHERE user=? AND course=? "           \
                   "ORDER BY started_ms DESC")                                                                                      \
    X(ATTEMPTS_BY, "SELECT id,user,course,digest,seed,started_ms,handed_ms,score FROM attempt WHERE user=? "                       \
                   "ORDER BY course DESC,started_ms DESC")                                                                          \
    X(ATTEMPT_HAND, "UPDATE attempt SET handed_ms=?,score=? WHERE id=? AND handed_ms=0")                                            \
    X(ATTEMPTS_WHEN,                                                                                                                \
      "SELECT count(*),count(DISTINCT user),coalesce(sum(min(handed_ms-started_ms,?)),0) FROM attempt "                             \
      "WHERE started_ms>=? AND started_ms<? AND handed_ms>0")                                                                       \
    X(ATTEMPTS_OLD, "DELETE FROM attempt WHERE started_ms<?")

#endif
