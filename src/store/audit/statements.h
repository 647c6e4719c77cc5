/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of the audit log's tree and checkpoints. See store/statements.h.
 */
#ifndef VG_STORE_AUDIT_STATEMENTS_H
#define VG_STORE_AUDIT_STATEMENTS_H

#define VG_STATEMENTS_AUDIT(X)                                                                                  \
    X(AUDIT_ROWS, "SELECT seq,time_ms,actor,action,object,detail,hash FROM audit WHERE seq>=? ORDER BY seq LIMIT ?") \
    X(AUDIT_HASHES, "SELECT seq,hash FROM audit WHERE seq>=? ORDER BY seq LIMIT ?")                             \
    X(AUDIT_ABOUT, "SELECT seq,time_ms,actor,action,object,detail,hash FROM audit WHERE object>=? AND object<? ORDER BY seq") \
    X(AUDIT_ABOUT_LAST, "SELECT coalesce(max(seq),0) FROM audit WHERE object>=? AND object<?")                 \
    X(TILE_GET, "SELECT hashes FROM audit_tile WHERE id=?")                                                     \
    X(TILE_SET, "INSERT INTO audit_tile(id,hashes) VALUES(?,?) ON CONFLICT(id) DO UPDATE SET hashes=excluded.hashes") \
    X(TILE_LAST, "SELECT id,length(hashes) FROM audit_tile WHERE id>=? AND id<? ORDER BY id DESC LIMIT 1")      \
    X(CHECKPOINT_ADD, "INSERT INTO audit_checkpoint(size,made_ms,root,note) VALUES(?,?,?,?)")                   \
    X(CHECKPOINT_LAST, "SELECT size,made_ms,root,note FROM audit_checkpoint WHERE size<=? ORDER BY size DESC LIMIT 1") \
    X(CHECKPOINTS, "SELECT size,made_ms,root,note FROM audit_checkpoint WHERE size>? ORDER BY size LIMIT 1")    \
    X(STAMP_ADD, "INSERT INTO audit_stamp(size,made_ms,time_ms,url,token) VALUES(?,?,?,?,?)")                   \
    X(STAMP_OF, "SELECT time_ms,url,token FROM audit_stamp WHERE size=? ORDER BY id DESC LIMIT 1")              \
    X(STAMPS_OF, "SELECT time_ms,token FROM audit_stamp WHERE size=? ORDER BY id")                              \
    X(STAMP_LAST, "SELECT size,made_ms,time_ms FROM audit_stamp WHERE id>0 ORDER BY id DESC LIMIT 1")

#endif
