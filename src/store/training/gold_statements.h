/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of gold items, agreement, figures. See store/statements.h.
 */
#ifndef VG_STORE_TRAINING_GOLD_STATEMENTS_H
#define VG_STORE_TRAINING_GOLD_STATEMENTS_H

#define VG_STATEMENTS_GOLD(X)                                                                                                      \
    /* figures */                                                                                                                  \
    X(FIGURES_OPENED, "SELECT kinds,opened_ms,decided_ms,due_ms,action,verdict FROM cases WHERE space=? AND opened_ms>=?")         \
    X(FIGURES_DECIDED, "SELECT kinds,opened_ms,decided_ms,due_ms,action,verdict FROM cases WHERE space=? AND state=1 "             \
                       "AND destroyed IN (0,1) AND decided_ms>=?")                                                                 \
    X(FIGURES_WAITING, "SELECT kinds,opened_ms,decided_ms,due_ms,action,verdict FROM cases WHERE space=? AND state=0")

#endif
