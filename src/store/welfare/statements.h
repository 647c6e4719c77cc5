/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of shifts, exposure, breaks, wishes. See store/statements.h.
 */
#ifndef VG_STORE_WELFARE_STATEMENTS_H
#define VG_STORE_WELFARE_STATEMENTS_H

#define VG_STATEMENTS_WELFARE(X)

#endif
