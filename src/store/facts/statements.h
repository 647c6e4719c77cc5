/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of what is known of where people are. See store/statements.h.
 */
#ifndef VG_STORE_FACTS_STATEMENTS_H
#define VG_STORE_FACTS_STATEMENTS_H

#define VG_STATEMENTS_FACTS(X)

#endif
