/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of notices, receipts, trusted flaggers. See store/statements.h.
 */
#ifndef VG_STORE_NOTICES_STATEMENTS_H
#define VG_STORE_NOTICES_STATEMENTS_H

#define VG_STATEMENTS_NOTICES(X)

#endif
