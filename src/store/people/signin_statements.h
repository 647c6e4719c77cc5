/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of second factors, single sign-on. See store/statements.h.
 */
#ifndef VG_STORE_PEOPLE_SIGNIN_STATEMENTS_H
#define VG_STORE_PEOPLE_SIGNIN_STATEMENTS_H

#define VG_STORE_FACTOR_COLUMNS                                                                                      \
    "f.id,f.user_id,f.kind,f.name,f.secret,f.credential,f.public_key,f.counter,f.verifies,f.backed_up,f.created_ms," \
    "f.used_ms"

#define VG_STATEMENTS_SIGNIN(X)                                                                                      \
    X(FACTOR_ADD, "INSERT INTO second_factor(user_id,kind,name,secret,credential,public_key,counter,verifies,"       \
                  "backed_up,created_ms) VALUES(?,?,?,?,?,?,?,?,?,?)")                                               \
    X(FACTORS_OF, "SELECT " VG_STORE_FACTOR_COLUMNS " FROM second_factor f WHERE f.user_id=? ORDER BY f.id")         \
    X(FACTOR_BY_CREDENTIAL, "SELECT " VG_STORE_FACTOR_COLUMNS ",u.name FROM second_factor f "                        \
                            "JOIN user u ON u.id=f.user_id WHERE f.credential=?")                                    \
    X(FACTOR_ANY, "SELECT 1 FROM second_factor WHERE user_id=? LIMIT 1")                                             \
    X(FACTOR_COUNT, "SELECT count(*) FROM second_factor WHERE user_id=?")                                            \
    /* a code counts once, a key's counter grows: whoever comes second changes no row */                             \
    X(FACTOR_USED, "UPDATE second_factor SET counter=?1,used_ms=?2 WHERE id=?3 AND user_id=?4 "                      \
                   "AND (counter<?1 OR (kind=1 AND counter=0 AND ?1=0))")                                            \
    X(FACTOR_RENAME, "UPDATE second_factor SET name=? WHERE id=? AND user_id=?")                                     \
    X(FACTOR_REMOVE, "DELETE FROM second_factor WHERE id=? AND user_id=? RETURNING kind")                            \
    X(FACTORS_FORGET, "DELETE FROM second_factor WHERE user_id=?")                                                   \
    X(RECOVERY_ADD, "INSERT INTO recovery_code(user_id,hash) VALUES(?,?)")                                           \
    X(RECOVERY_COUNT, "SELECT count(*) FROM recovery_code WHERE user_id=?")                                          \
    X(RECOVERY_USE, "DELETE FROM recovery_code WHERE user_id=? AND hash=?")                                          \
    X(RECOVERY_FORGET, "DELETE FROM recovery_code WHERE user_id=?")                                                  \
    X(PROOF_SET, "INSERT INTO session_proof(token_hash,how,fresh_ms) VALUES(?,?,?) "                                 \
                 "ON CONFLICT(token_hash) DO UPDATE SET how=how|excluded.how,fresh_ms=excluded.fresh_ms")            \
    X(PROOF_GET, "SELECT how,fresh_ms FROM session_proof WHERE token_hash=?")                                        \
    X(SESSIONS_BUT, "DELETE FROM session WHERE user_id=? AND token_hash<>?")                                         \
    X(OIDC_FIND, "SELECT u.name,o.managed FROM oidc_person o JOIN user u ON u.id=o.user_id "                         \
                 "WHERE o.issuer=? AND o.subject=?")                                                                 \
    X(OIDC_ANY, "SELECT 1 FROM oidc_person WHERE user_id=? LIMIT 1")                                                 \
    X(OIDC_LINK, "INSERT INTO oidc_person(issuer,subject,user_id,managed,created_ms) "                               \
                 "SELECT ?,?,id,?,? FROM user WHERE name=?")                                                         \
    X(OIDC_FORGET, "DELETE FROM oidc_person WHERE user_id=?")

#endif
