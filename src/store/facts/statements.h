/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of what is known of where people are. See store/statements.h.
 */
#ifndef VG_STORE_FACTS_STATEMENTS_H
#define VG_STORE_FACTS_STATEMENTS_H

#define VG_STATEMENTS_FACTS(X)                                                                               \
    X(FACT_ADD, "INSERT INTO case_fact(case_id,number,user,whose,kind,hint,stored_ms,fact) "                 \
                "VALUES(?,?,?,?,?,?,?,?)")                                                                   \
    X(FACT_OF, "SELECT number,user,whose,kind,hint,stored_ms,fact FROM case_fact WHERE case_id=? ORDER BY number") \
    X(FACT_NUMBERS, "SELECT number,fact IS NOT NULL FROM case_fact WHERE case_id=? ORDER BY number")          \
    X(FACT_TAKE_BACK, "UPDATE case_fact SET fact=NULL WHERE case_id=? AND number=? AND fact IS NOT NULL")     \
    X(DESTROY_FACTS, "UPDATE case_fact SET fact=NULL WHERE case_id=?")

#endif
