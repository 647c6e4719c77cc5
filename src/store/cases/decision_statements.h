/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of second opinions, statements of reasons, appeals, strikes, bulk. See store/statements.h.
 */
#ifndef VG_STORE_CASES_DECISION_STATEMENTS_H
#define VG_STORE_CASES_DECISION_STATEMENTS_H

#define VG_STATEMENTS_DECISIONS(X)

#endif
