/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of the queue: skills, links, leases. See store/statements.h.
 */
#ifndef VG_STORE_CASES_QUEUE_STATEMENTS_H
#define VG_STORE_CASES_QUEUE_STATEMENTS_H

#define VG_STATEMENTS_QUEUE(X)                                                                                                          \
    X(SKILL_GET, "SELECT languages,spaces,categories FROM skill WHERE user_id=?")                                                       \
    X(SKILL_SET, "INSERT INTO skill(user_id,languages,spaces,categories) VALUES(?,?,?,?) ON CONFLICT(user_id) DO UPDATE SET "           \
                 "languages=excluded.languages,spaces=excluded.spaces,categories=excluded.categories")                                  \
    X(NEXT_LANGUAGE, "SELECT min(language) FROM cases WHERE space=? AND category=? AND language>? AND state=0")                         \
    X(NEXT_MERIT, "SELECT " VG_STORE_CASE_COLUMNS " FROM cases WHERE space=? AND category=? AND language=? AND state=0 "                \
                  "AND +claimed_until_ms<=? AND escalated<=? ORDER BY merit DESC LIMIT ?")                                               \
    X(NEXT_OFFER, "SELECT " VG_STORE_CASE_COLUMNS " FROM cases WHERE space=? AND category=? AND language=? AND state=0 "                \
                  "AND +claimed_until_ms<=? AND escalated<=? AND offer_ms<=? ORDER BY offer_ms LIMIT ?")                                \
    X(CASES_HELD, "SELECT id FROM cases WHERE space=? AND state=0 AND claimed_until_ms>0 AND claimed_until_ms>? AND claimed_by=?")          \
    X(SKIPS_OF, "SELECT case_id FROM case_skip WHERE user=? AND until_ms>?")                                                            \
    X(SKIP_SET, "INSERT INTO case_skip(user,case_id,until_ms) VALUES(?,?,?) ON CONFLICT(user,case_id) DO UPDATE SET "                   \
                "until_ms=excluded.until_ms")                                                                                           \
    X(SKIPS_OLD, "DELETE FROM case_skip WHERE until_ms<=?")                                                                             \
    X(SKIPS_FORGET, "DELETE FROM case_skip WHERE case_id=?")                                                                            \
    X(LINKED_ACCOUNT, "SELECT id FROM cases WHERE account=? AND state=0 AND id<>? LIMIT ?")                                             \
    X(LINKED_BY, "SELECT c.id FROM case_link l CROSS JOIN cases c ON c.account_tag=l.key WHERE l.case_id=? AND l.why=0 "                \
                 "AND c.state=0 AND c.account_tag<>0 LIMIT ?")                                                                          \
    X(LINKED_TO, "SELECT l.case_id FROM cases c CROSS JOIN case_link l ON l.why=0 AND l.key=c.account_tag WHERE c.id=? "                \
                 "AND c.account_tag<>0 LIMIT ?")                                                                                        \
    X(LINKED_OPENING, "SELECT m.case_id FROM case_link l CROSS JOIN case_link m ON m.why=1 AND m.key=l.key WHERE l.case_id=? "           \
                      "AND l.why=1 LIMIT ?")                                                                                            \
    X(LINKED_SHARED, "SELECT m.case_id FROM case_link l CROSS JOIN case_link m ON m.why=0 AND m.key=l.key WHERE l.case_id=? "            \
                     "AND l.why=0 LIMIT ?")                                                                                             \
    X(LINKS_FORGET, "DELETE FROM case_link WHERE case_id=?")                                                                            \
    X(TAG_FORGET, "UPDATE cases SET account_tag=0 WHERE id=?")

#endif
