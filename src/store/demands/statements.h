/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of removal demands and notices to hosts. See store/statements.h.
 */
#ifndef VG_STORE_DEMANDS_STATEMENTS_H
#define VG_STORE_DEMANDS_STATEMENTS_H

#define VG_STORE_DEMAND_COLUMNS                                                                                                         \
    "id,space,kind,state,category,way,country,received_ms,taken_ms,taken_by,due_ms,acknowledged_ms,stopped_ms,stood_ms,executed_ms,"  \
    "done_ms,alarms,steps,executed_by,content,execution,proof,items"

#define VG_STATEMENTS_DEMANDS(X)                                                                                                        \
    X(DEMAND_ADD,                                                                                                                       \
      "INSERT INTO demand(tag,space,kind,state,category,way,country,items,received_ms,taken_ms,taken_by,due_ms) "                      \
      "VALUES(?,?,?,0,?,?,?,?,?,?,?,?)")                                                                                                \
    X(DEMAND_CONTENT, "UPDATE demand SET content=? WHERE id=?")                                                                         \
    X(DEMAND_GET, "SELECT " VG_STORE_DEMAND_COLUMNS " FROM demand WHERE id=?")                                                          \
    X(DEMAND_FIND, "SELECT id FROM demand WHERE tag=?")                                                                                 \
    X(DEMAND_LIST, "SELECT " VG_STORE_DEMAND_COLUMNS " FROM demand WHERE space=? AND state=? AND id<? ORDER BY id DESC LIMIT ?")        \
    X(DEMAND_SPACE_AFTER, "SELECT space FROM demand WHERE space>? ORDER BY space LIMIT 1")                                              \
    X(DEMAND_SET,                                                                                                                       \
      "UPDATE demand SET state=?,due_ms=?,acknowledged_ms=?,stopped_ms=?,stood_ms=?,executed_ms=?,done_ms=?,alarms=?,executed_by=?,"    \
      "steps=steps+1 WHERE id=? AND steps=?")                                                                                           \
    X(DEMAND_EXECUTION, "UPDATE demand SET execution=? WHERE id=?")                                                                     \
    X(DEMAND_PROOF, "UPDATE demand SET proof=? WHERE id=?")                                                                             \
    X(DEMAND_STEP_ADD, "INSERT INTO demand_step(demand_id,number,time_ms,user,step,ground,text) VALUES(?,?,?,?,?,?,?)")                 \
    X(DEMAND_STEPS_OF, "SELECT time_ms,user,step,ground,text,number FROM demand_step WHERE demand_id=? ORDER BY number")                \
    X(DEMAND_RUNNING, "SELECT " VG_STORE_DEMAND_COLUMNS " FROM demand WHERE state<2 ORDER BY due_ms LIMIT ?")                           \
    X(DEMAND_LATE, "SELECT count(*) FROM demand WHERE state<2 AND due_ms<?")                                                            \
    X(DEMAND_OPEN, "SELECT count(*) FROM demand INDEXED BY demand_running WHERE state<2")                                                                         \
    X(DEMAND_WHEN,                                                                                                                      \
      "SELECT kind,category,country,items,received_ms,acknowledged_ms,executed_ms,done_ms,stood_ms,state FROM demand "                  \
      "WHERE space=? AND received_ms>=? AND received_ms<?")                                                                             \
    X(DEMAND_OLD, "SELECT id FROM demand WHERE space=? AND done_ms>0 AND done_ms<? AND content IS NOT NULL LIMIT ?")                     \
    X(DEMAND_CONTENTS, "SELECT id,content,done_ms FROM demand WHERE space=? AND received_ms>=0 AND content IS NOT NULL")                 \
    X(DEMAND_DESTROY, "UPDATE demand SET content=NULL,execution=NULL,proof=NULL WHERE id=?")                                            \
    X(DEMAND_STEPS_DESTROY, "UPDATE demand_step SET text=NULL WHERE demand_id=?")

#endif
