/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of statements on their way to the public database, and public figures. See store/statements.h.
 */
#ifndef VG_STORE_DISCLOSURE_STATEMENTS_H
#define VG_STORE_DISCLOSURE_STATEMENTS_H

#define VG_STATEMENTS_DISCLOSURE(X)

#endif
