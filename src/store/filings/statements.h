/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of filings, their steps and answers. See store/statements.h.
 */
#ifndef VG_STORE_FILINGS_STATEMENTS_H
#define VG_STORE_FILINGS_STATEMENTS_H

#define VG_STATEMENTS_FILINGS(X)                                                                                              \
    X(AUDIT_OF_CASE, "SELECT seq,time_ms,actor,action,object,detail FROM audit WHERE object>=? AND object<? "                 \
                     "ORDER BY object,seq LIMIT ?")

#endif
