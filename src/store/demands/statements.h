/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of removal demands and notices to hosts. See store/statements.h.
 */
#ifndef VG_STORE_DEMANDS_STATEMENTS_H
#define VG_STORE_DEMANDS_STATEMENTS_H

#define VG_STATEMENTS_DEMANDS(X)

#endif
