/* SPDX-License-Identifier: Apache-2.0
 *
 * store/banks_statements: every SQL statement on banks.db that runs more than once, by name. As in statements.h: prepared at
 * its first use and kept, parameters numbered in the order they are bound.
 */
#ifndef VG_STORE_BANKS_STATEMENTS_H
#define VG_STORE_BANKS_STATEMENTS_H

#define VG_BANK_COLUMNS                                                                                                  \
    "id,name,source,classification,profile,threshold,min_quality,video_percent,effect,spaces,visible_to,created_ms,"     \
    "updated_ms,expires_ms,entries,hashes,withdrawn,matches,confirmed,rejected,change"
#define VG_BANK_ENTRY_COLUMNS                                                                                            \
    "id,category,state,added_ms,expires_ms,hash_count,hashes,reference,note,key,gone,digest"

#define VG_BANK_STATEMENTS(X)                                                                                            \
    X(BEGIN_READ, "BEGIN")                                                                                               \
    X(BEGIN_WRITE, "BEGIN IMMEDIATE")                                                                                    \
    X(COMMIT, "COMMIT")                                                                                                  \
    X(ROLLBACK, "ROLLBACK")                                                                                              \
    X(DATA_VERSION, "PRAGMA data_version")                                                                               \
    /* banks */                                                                                                          \
    X(BANK_ADD,                                                                                                          \
      "INSERT INTO bank(name,source,classification,profile,threshold,min_quality,video_percent,effect,spaces,visible_to,"\
      "created_ms,updated_ms,expires_ms) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)")                                             \
    X(BANK_UPDATE,                                                                                                       \
      "UPDATE bank SET source=?,classification=?,threshold=?,min_quality=?,video_percent=?,effect=?,spaces=?,"           \
      "visible_to=?,expires_ms=?,updated_ms=? WHERE id=? AND deleted_ms=0")                                              \
    X(BANK_FIND, "SELECT " VG_BANK_COLUMNS " FROM bank WHERE name=? AND deleted_ms=0")                                   \
    X(BANK_GET, "SELECT " VG_BANK_COLUMNS " FROM bank WHERE id=? AND deleted_ms=0")                                      \
    X(BANK_LIST, "SELECT " VG_BANK_COLUMNS " FROM bank WHERE deleted_ms=0 ORDER BY name")                                \
    X(BANK_DELETE, "UPDATE bank SET deleted_ms=? WHERE id=? AND deleted_ms=0")                                           \
    X(BANK_MATCHED, "UPDATE bank SET matches=matches+? WHERE id=? AND deleted_ms=0")                                     \
    X(BANK_STATE, "SELECT change,log_from,next_entry FROM bank WHERE id=? AND deleted_ms=0")                             \
    X(BANK_CHANGED,                                                                                                      \
      "UPDATE bank SET change=?,log_from=?,next_entry=?,entries=entries+?,hashes=hashes+?,withdrawn=withdrawn+?,"        \
      "confirmed=confirmed+?,rejected=rejected+?,updated_ms=? WHERE id=?")                                               \
    X(CATEGORY_LIST, "SELECT number,name FROM category WHERE bank=? ORDER BY number")                                    \
    X(CATEGORY_GET, "SELECT name FROM category WHERE bank=? AND number=?")                                               \
    X(CATEGORY_ADD, "INSERT INTO category(bank,number,name) VALUES(?,?,?)")                                              \
    /* entries */                                                                                                        \
    X(ENTRY_ADD,                                                                                                         \
      "INSERT INTO entry(id,bank,key,reference,category,note,state,added_ms,expires_ms,digest,hash_count,hashes) "       \
      "VALUES(?,?,?,?,?,?,?,?,?,?,?,?)")                                                                                 \
    X(ENTRY_SET,                                                                                                         \
      "UPDATE entry SET category=?,note=?,state=?,gone=0,added_ms=?,expires_ms=?,digest=?,hash_count=?,hashes=? "        \
      "WHERE id=?")                                                                                                      \
    X(ENTRY_GONE, "UPDATE entry SET state=2,gone=?,digest=x'',hash_count=0,hashes=x'',note='' WHERE id=?")               \
    X(ENTRY_STATE, "UPDATE entry SET state=? WHERE id=?")                                                                \
    X(ENTRY_FIND, "SELECT " VG_BANK_ENTRY_COLUMNS " FROM entry WHERE bank=? AND key=?")                                  \
    X(ENTRY_GET, "SELECT " VG_BANK_ENTRY_COLUMNS " FROM entry WHERE id=?")                                               \
    X(ENTRY_SCAN, "SELECT " VG_BANK_ENTRY_COLUMNS " FROM entry WHERE id BETWEEN ? AND ? ORDER BY id")                    \
    X(ENTRY_KEYS, "SELECT key,id FROM entry WHERE bank=? ORDER BY key")                                                  \
    X(ENTRY_EXPIRED,                                                                                                     \
      "SELECT bank,id FROM entry WHERE expires_ms>0 AND gone=0 AND expires_ms<=? ORDER BY expires_ms LIMIT ?")           \
    X(LOG_ADD,                                                                                                           \
      "INSERT INTO change(bank,number,entry,what) VALUES(?,?,?,?) "                                                   \
      "ON CONFLICT DO UPDATE SET what=max(what,excluded.what)")                                                 \
    X(LOG_CUT, "DELETE FROM change WHERE bank=? AND number<=?")                                                          \
    X(LOG_FROM, "UPDATE bank SET log_from=max(log_from,min(?,change)) WHERE id=?")                                       \
    X(LOG_READ, "SELECT entry,max(what) FROM change WHERE bank=? AND number>? GROUP BY entry ORDER BY entry")         \
    X(LOG_COUNT, "SELECT count(*) FROM (SELECT 1 FROM change WHERE bank=? LIMIT ?)")                                     \
    /* opinions */                                                                                                       \
    X(OPINION_ANY, "SELECT 1 FROM opinion WHERE bank=? LIMIT 1")                                                         \
    X(OPINION_LIST, "SELECT person,reject,note,time_ms FROM opinion WHERE bank=? AND key=? ORDER BY seq")                \
    X(OPINION_DROP, "DELETE FROM opinion WHERE bank=? AND key=? AND person=? RETURNING reject")                          \
    X(OPINION_ADD, "INSERT INTO opinion(bank,key,person,reject,note,time_ms) VALUES(?,?,?,?,?,?)")                       \
    /* feeds */                                                                                                          \
    X(FEED_GET, "SELECT kind,url,user,password_file,cursor,fetched_ms FROM feed WHERE bank=?")                           \
    X(FEED_SET, "INSERT OR REPLACE INTO feed(bank,kind,url,user,password_file,cursor,fetched_ms) VALUES(?,?,?,?,?,?,?)") \
    X(FEED_DROP, "DELETE FROM feed WHERE bank=?")                                                                        \
    /* what a deleted bank leaves */                                                                                     \
    X(PURGE_NEXT, "SELECT id FROM bank WHERE deleted_ms>0 LIMIT 1")                                                      \
    X(PURGE_ENTRIES,                                                                                                     \
      "DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?)")               \
    X(PURGE_LOG, "DELETE FROM change WHERE bank=?")                                                                      \
    X(PURGE_OPINIONS, "DELETE FROM opinion WHERE bank=?")                                                                \
    X(PURGE_CATEGORIES, "DELETE FROM category WHERE bank=?")                                                             \
    X(PURGE_BANK, "DELETE FROM bank WHERE id=? AND deleted_ms>0")

#endif
